/* values.c: a measure and its interval in words. */
#include <math.h>
#include <string.h>
#include "base/i18n.h"
#include "report/private.h"

static const struct {
	const char *unit, *text; /* N_(); NULL: unit_text has it */
	int decimals;
} units[] = {
	{"sd", N_("{n} SD"), 2},     {"places", NULL, 1}, {"entries", N_("{n} a visit"), 2},       {"visits", NULL, 1},
	{"rank", N_("rank {n}"), 1}, {"lists", NULL, 1},  {"entries_a_walk", N_("{n} a walk"), 2},
};

static const char *times(struct amp_report *r, double v)
{
	return w_fill(&r->w, "\xC3\x97\xC2\xA0{n}", "n", w_number(&r->w, v, 2), NULL);
}

/* Of walks a difference says which way. */
static const char *signed_number(struct amp_report *r, const struct amp_metric *m, double v, int decimals)
{
	const char *n = w_number(&r->w, v, decimals);
	return m->walks && m->paired && v > 0 ? w_fill(&r->w, "+{n}", "n", n, NULL) : n;
}

/* Of what the number is, in one or in many: one list and a half is one in French, and many in English. */
static const char *unit_text(const struct amp_report *r, size_t unit, double v)
{
	unsigned long form = n_form(r, v, units[unit].decimals);
	if (strcmp(units[unit].unit, "lists") == 0) return amp_ngettext("{n} list", "{n} lists", form);
	if (strcmp(units[unit].unit, "places") == 0) return amp_ngettext("{n} place", "{n} places", form);
	if (strcmp(units[unit].unit, "visits") == 0) return amp_ngettext("{n} visit", "{n} visits", form);
	return _(units[unit].text);
}

/* A bound, beside a value that has the unit. */
static const char *bare(struct amp_report *r, const struct amp_metric *m, struct amp_real v)
{
	if (strcmp(m->unit, "points_a_list") == 0) return w_points(&r->w, v.v, true);
	for (size_t i = 0; m->walks && i < sizeof units / sizeof *units; i++)
		if (strcmp(m->unit, units[i].unit) == 0) return signed_number(r, m, v.v, units[i].decimals);
	return w_value(r, m, v);
}

const char *w_value(struct amp_report *r, const struct amp_metric *m, struct amp_real v)
{
	if (!v.known) return _("no figure");
	if (strcmp(m->unit, "points") == 0) return w_points(&r->w, v.v, true);
	if (strcmp(m->unit, "points_a_day") == 0)
		return w_fill(&r->w, _("{n} {points} a day"), "n", w_points(&r->w, v.v, true), "points", n_points_short(r, v.v),
		              NULL);
	if (strcmp(m->unit, "points_a_list") == 0)
		return w_fill(&r->w, _("{n} {points} a list"), "n", w_points(&r->w, v.v, true), "points", n_points_short(r, v.v),
		              NULL);
	if (strcmp(m->unit, "ratio") == 0) return times(r, v.v);
	if (strcmp(m->unit, "log") == 0) return times(r, exp(v.v)); /* of logarithms: the factor is what can be read */
	if (strcmp(m->unit, "share") == 0 || strcmp(m->unit, "rate") == 0) return w_percent(&r->w, v.v);
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		if (strcmp(m->unit, units[i].unit) != 0) continue;
		return w_fill(&r->w, unit_text(r, i, v.v), "n", signed_number(r, m, v.v, units[i].decimals), NULL);
	}
	return w_number(&r->w, v.v, 3);
}

const char *w_interval(struct amp_report *r, const struct amp_estimate *e)
{
	if (!e->estimate.known) return _("no figure");
	if (!e->lo.known && !e->hi.known) return e->interval_note ? _(e->interval_note) : _("no interval");
	const char *lo = e->lo.known ? bare(r, e->metric, e->lo) : _("no bound"),
		   *hi = e->hi.known ? bare(r, e->metric, e->hi) : _("no bound");
	return w_range(&r->w, lo, hi);
}

void t_figure(struct amp_table *t, struct amp_report *r, const char *text, const struct amp_estimate *e)
{
	const char *notes[AMP_FLAGS];
	size_t n = 0;
	for (int i = 0; e != NULL && e->estimate.known && i < AMP_FLAGS; i++) {
		bool ranged = e->lo.known || e->hi.known || i == AMP_FLAG_LOW_BASE; /* a ratio leans with or without an interval */
		/* every walk has it: a walked feed has no visits that twins could be compared on */
		if (!((e->flags >> i) & 1) || !ranged || (e->metric->walks && i == AMP_FLAG_UNDECIDED)) continue;
		notes[n++] = w_fill(&r->w, _("Reservation: {text}."), "text", _(amp_flag_text((enum amp_flag)i)), NULL);
	}
	t_cell_noted(t, text, notes, n);
}

/* Was nothing left out by a verdict? Then what a measure lacks is something else: counts that a feed does not show, a visit before. */
static bool none_left_out(const struct amp_report *r, const struct amp_estimate *e)
{
	struct amp_exclusions x;
	amp_report_left_out(r, e, &x);
	for (int s = AMP_SHOT_EMPTY; s < AMP_SHOT_UNPLANNED; s++)
		if (x.state[s] > 0) return false;
	return true;
}

const char *w_value_or_reason(struct amp_report *r, const struct amp_estimate *e)
{
	if (e == NULL) return _("not computed");
	if (e->estimate.known) return w_value(r, e->metric, e->estimate);
	if (e->used == 0 && e->excluded > 0 && none_left_out(r, e))
		return _("none of the usable visits had what this measure needs");
	return e->null_reason ? _(e->null_reason) : _("no figure");
}

const char *w_p_of(struct amp_report *r, const struct amp_estimate *e, struct amp_real p)
{
	return p.known ? w_p(&r->w, p) : e->estimate.known ? _("not tested") : _("no figure");
}

/* A slope's p comes from no count of units: nothing keeps it from being as small as it likes. */
const char *w_smallest_p(struct amp_report *r, const struct amp_estimate *e)
{
	return e->smallest_p.known || !e->p.known ? w_p_of(r, e, e->smallest_p) : _("unbounded");
}

const char *w_share(struct amp_report *r, struct amp_real v)
{
	return v.known ? w_percent(&r->w, v.v) : _("no figure");
}

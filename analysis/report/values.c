/* values.c: a measure and its interval in words. */
#include <math.h>
#include <string.h>
#include "base/i18n.h"
#include "report/private.h"

static const struct {
	const char *unit, *text;
	int decimals;
} units[] = {
	{"sd", N_("{n} SD"), 2},
	{"places", N_("{n} places"), 1},
	{"entries", N_("{n} a visit"), 2},
	{"visits", N_("{n} visits"), 1},
	{"rank", N_("rank {n}"), 1},
	{"lists", N_("{n} lists"), 1},
	{"entries_a_walk", N_("{n} a walk"), 2},
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

/* One list and a half is singular in French, and plural in English. */
static const char *lists_text(const struct amp_report *r, double v)
{
	double tenths = floor(10 * v + .5);
	return amp_ngettext("{n} list", "{n} lists", (r->w.french ? tenths < 20 : fabs(tenths - 10) < .5) ? 1 : 2);
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
	if (!v.known) return AMP_DASH;
	if (strcmp(m->unit, "points") == 0) return w_points(&r->w, v.v, true);
	if (strcmp(m->unit, "points_a_day") == 0)
		return w_fill(&r->w, _("{n} points a day"), "n", w_points(&r->w, v.v, true), NULL);
	if (strcmp(m->unit, "points_a_list") == 0)
		return w_fill(&r->w, _("{n} points a list"), "n", w_points(&r->w, v.v, true), NULL);
	if (strcmp(m->unit, "ratio") == 0) return times(r, v.v);
	if (strcmp(m->unit, "log") == 0) return times(r, exp(v.v)); /* of logarithms: the factor is what can be read */
	if (strcmp(m->unit, "share") == 0 || strcmp(m->unit, "rate") == 0) return w_percent(&r->w, v.v);
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		if (strcmp(m->unit, units[i].unit) != 0) continue;
		return w_fill(&r->w, strcmp(m->unit, "lists") == 0 ? lists_text(r, v.v) : _(units[i].text), "n",
		              signed_number(r, m, v.v, units[i].decimals), NULL);
	}
	return w_number(&r->w, v.v, 3);
}

const char *w_interval(struct amp_report *r, const struct amp_estimate *e)
{
	if (!e->estimate.known) return AMP_DASH;
	if (!e->lo.known && !e->hi.known) return e->interval_note ? _(e->interval_note) : AMP_DASH;
	const char *lo = e->lo.known ? bare(r, e->metric, e->lo) : _("no bound"),
		   *hi = e->hi.known ? bare(r, e->metric, e->hi) : _("no bound");
	return w_range(&r->w, lo, hi);
}

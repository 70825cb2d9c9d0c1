/* further.c: the measures beside the main ones, each with what the honesty rule lists. Exploratory, but for the one that the study declared. */
#include <string.h>
#include "base/i18n.h"
#include "report/private.h"

/* Shown elsewhere, as the main measures. */
static bool main_measure(const struct amp_metric *m)
{
	static const char *const names[] = {"exposure_share", "encounter_rate", "additive_lift", "amplification_ratio"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(m->name, names[i]) == 0) return true;
	return false;
}

static bool shown(const struct amp_estimate *e, bool pairs, bool walks)
{
	return amp_is_plain(e) && e->metric->walks == walks && e->cluster == AMP_NO_INDEX && e->platform == AMP_NO_INDEX &&
	       !main_measure(e->metric) && (pairs ? e->pair != AMP_NO_INDEX : e->feed != AMP_NO_INDEX) &&
	       (e->metric->overall || strcmp(e->target, "any") == 0);
}

static const char *measure_name(struct amp_report *r, const struct amp_estimate *e)
{
	const char *name = strcmp(e->target, "any") == 0
	                           ? _(e->metric->title)
	                           : w_fill(&r->w, "{m}, {t}", "m", _(e->metric->title), "t", l_target(r, e->target), NULL);
	return e->primary ? w_fill(&r->w, _("{m} (primary measure)"), "m", name, NULL) : name;
}

void amp_content_measures(struct amp_doc *d, bool pairs, bool walks, const char *caption)
{
	struct amp_report *r = report_of(d);
	const struct amp_frame *f = r->frame;
	struct amp_table t;
	t_start(&t, &r->w, w_fill(&r->w, caption, "label", p_text(r, P_SUBTITLE), NULL));
	t_column(&t, pairs ? _("Pair") : _("Feed"), false);
	t_column(&t, _("Measure"), false);
	t_column(&t, _("Value"), true);
	t_column(&t, w_fill(&r->w, _("{level} interval"), "level", l_level(r), NULL), true);
	t_column(&t, _("p, adjusted"), true);
	t_column(&t, _("Smallest p"), true);
	t_column(&t, _("Unit"), false);
	t_column(&t, _("Entries"), true);
	t_column(&t, _("Not scored"), true);
	t_column(&t, _("Left out, and why"), false);
	for (size_t i = 0; i < r->estimates->n; i++) {
		const struct amp_estimate *e = &r->estimates->v[i];
		if (!shown(e, pairs, walks)) continue;
		t_cell(&t, pairs ? f->pairs[e->pair].name : amp_report_feed_title(r, e->feed));
		t_cell(&t, measure_name(r, e));
		t_cell(&t, w_value_or_reason(r, e));
		t_figure(&t, r, w_interval(r, e), e);
		t_cell(&t, w_p_of(r, e, e->adjusted_p));
		t_cell(&t, w_smallest_p(r, e));
		t_cell(&t, w_fill(&r->w, _("{unit}: {personas}, {blocks}"), "unit", l_unit(e->unit), "personas",
		                  w_int(&r->w, (int64_t)e->persona_units), "blocks", w_int(&r->w, (int64_t)e->block_units), NULL));
		t_cell(&t, w_int(&r->w, e->n));
		t_cell(&t, w_int(&r->w, e->missing));
		t_cell(&t, w_left_out(r, e));
	}
	if (t.rows) d->format->table(d, &t);
}

void amp_content_further(struct amp_doc *d)
{
	d->format->para(d, p_text(report_of(d), P_FURTHER_INTRO));
	amp_content_measures(d, true, false, _("Further measures of each pair: {label}"));
	amp_content_measures(d, false, false, _("Further measures of each feed: {label}"));
}

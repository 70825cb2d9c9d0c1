/* walk_tables.c: walks of two feeds beside each other, by persona and by target, and under other choices. */
#include <string.h>
#include "base/i18n.h"
#include "metrics/walks.h"
#include "report/private.h"

enum measure { SHARE, DOSE, MEASURES };
static const char *const lifts[] = {[SHARE] = "walk_share_lift", [DOSE] = "walk_dose_lift"};

static const struct amp_estimate *lift_of(const struct amp_report *r, int measure, size_t pair, size_t cluster, const char *target)
{
	return amp_report_find(r, lifts[measure], pair, AMP_NO_INDEX, cluster, target);
}

/* One side of a difference: a share, or entries. */
static const char *side(struct amp_report *r, const struct amp_estimate *e, struct amp_real v)
{
	if (!v.known) return _("no figure");
	return strcmp(e->metric->name, lifts[SHARE]) == 0 ? w_percent(&r->w, v.v) : w_number(&r->w, v.v, 2);
}

const char *w_walk_floor(struct amp_report *r, size_t feed, bool dose)
{
	const struct amp_walk_floor *f = r->walk_floors != NULL ? &r->walk_floors[feed] : NULL;
	if (f == NULL || f->twins == 0) return _("not measured: no walks of twins");
	if (f->cached) return _("not measured: twins got one and the same answer");
	struct amp_real twin = dose ? f->twin_dose : f->twin_share, other = dose ? f->other_dose : f->other_share;
	const char *a = dose ? w_number(&r->w, twin.v, 2) : w_points(&r->w, twin.v, false);
	if (!other.known) return w_fill(&r->w, _("{twin} between twins"), "twin", a, NULL);
	return w_fill(&r->w, _("{twin} between twins, {between} between personas"), "twin", a, "between",
	              dose ? w_number(&r->w, other.v, 2) : w_points(&r->w, other.v, false), NULL);
}

/* ---- what the differences rest on ---- */
static const char *ranked(struct amp_report *r, const struct amp_estimate *e)
{
	return side(r, e, e->ranked);
}
static const char *chronological(struct amp_report *r, const struct amp_estimate *e)
{
	return side(r, e, e->chronological);
}
static const char *units(struct amp_report *r, const struct amp_estimate *e)
{
	return w_fill(&r->w, _("{unit}: {personas}, {blocks}"), "unit", l_unit(e->unit), "personas",
	              w_int(&r->w, (int64_t)e->persona_units), "blocks", w_int(&r->w, (int64_t)e->block_units), NULL);
}
static bool of_dose(const struct amp_estimate *e)
{
	return strcmp(e->metric->name, lifts[DOSE]) == 0;
}
static const char *floor_ranked(struct amp_report *r, const struct amp_estimate *e)
{
	return w_walk_floor(r, r->frame->pairs[e->pair].ranked, of_dose(e));
}
static const char *floor_chronological(struct amp_report *r, const struct amp_estimate *e)
{
	return w_walk_floor(r, r->frame->pairs[e->pair].chronological, of_dose(e));
}
static const struct amp_fact facts[] = {
	{N_("Effect"), fact_effect},
	{N_("Role in the locked plan"), fact_role},
	{N_("Walks of the ranked feed"), ranked},
	{N_("Walks of the chronological feed"), chronological},
	{N_("Difference"), w_value_or_reason},
	{NULL, w_interval},
	{N_("p (adjusted)"), fact_tested},
	{N_("Smallest p that could come out"), w_smallest_p},
	{N_("Unit of resampling: personas with twins, time blocks"), units},
	{N_("Entries (not scored)"), fact_entries},
	{N_("Couples of walks used (left out)"), fact_used},
	{N_("Noise floor, walks of the ranked feed"), floor_ranked},
	{N_("Noise floor, walks of the chronological feed"), floor_chronological},
	{N_("Detector"), fact_detector},
	{N_("Its measured error"), fact_error},
};

void amp_content_walk_facts(struct amp_doc *d, size_t pair)
{
	struct amp_report *r = report_of(d);
	const struct amp_estimate *e[MEASURES];
	struct amp_table t;
	for (int m = 0; m < MEASURES; m++) {
		e[m] = lift_of(r, m, pair, AMP_NO_INDEX, "any");
		if (e[m] == NULL) return;
	}
	t_start(&t, &r->w,
	        w_fill(&r->w, _("Walks of pair {pair}, ranked against chronological. {label}"), "pair", r->frame->pairs[pair].name,
	               "label", p_text(r, P_SUBTITLE), NULL));
	t_column(&t, _("What"), false);
	t_column(&t, _("Share of a walk's lists (points)"), false);
	t_column(&t, _("Dose of a walk (entries)"), false);
	amp_facts_fill(&t, r, facts, sizeof facts / sizeof *facts, e, MEASURES);
	d->format->table(d, &t);
}

/* ---- by persona, by target ---- */
static void lift_columns(struct amp_report *r, struct amp_table *t, const char *first)
{
	const char *interval = w_fill(&r->w, _("{level} interval"), "level", l_level(r), NULL);
	t_column(t, first, false);
	t_column(t, _("Lift of the share (points)"), true);
	t_column(t, interval, true);
	t_column(t, _("p, adjusted"), true);
	t_column(t, _("Lift of the dose (entries)"), true);
	t_column(t, interval, true);
	t_column(t, _("p, adjusted"), true);
	t_column(t, _("Smallest p"), true);
	t_column(t, _("Couples of walks used (left out)"), false);
	t_column(t, _("Entries (not scored)"), true);
}

/* A figure whose unit stands above it. */
static const char *number(struct amp_report *r, const struct amp_estimate *e)
{
	if (!e->estimate.known) return w_value_or_reason(r, e);
	return w_fill(&r->w, e->metric->paired && e->estimate.v > 0 ? "+{n}" : "{n}", "n", w_number(&r->w, e->estimate.v, 2), NULL);
}

static void lift_row(struct amp_report *r, struct amp_table *t, const char *first, size_t pair, size_t cluster, const char *target)
{
	const struct amp_estimate *share = lift_of(r, SHARE, pair, cluster, target),
				  *dose = lift_of(r, DOSE, pair, cluster, target);
	if (share == NULL || dose == NULL) return;
	t_cell(t, first);
	t_cell(t, w_value_or_reason(r, share));
	t_figure(t, r, w_interval(r, share), share);
	t_cell(t, w_p_of(r, share, share->adjusted_p));
	t_cell(t, number(r, dose));
	t_figure(t, r, w_interval(r, dose), dose);
	t_cell(t, w_p_of(r, dose, dose->adjusted_p));
	t_cell(t, w_smallest_p(r, dose));
	t_cell(t, fact_used(r, dose));
	t_cell(t, fact_entries(r, dose));
}

void amp_content_walk_personas(struct amp_doc *d, size_t pair)
{
	struct amp_report *r = report_of(d);
	struct amp_table t;
	if (r->frame->n_clusters < 2) return;
	t_start(&t, &r->w,
	        w_fill(&r->w, _("Walks of pair {pair} by persona. {label}"), "pair", r->frame->pairs[pair].name, "label",
	               p_text(r, P_SUBTITLE), NULL));
	lift_columns(r, &t, _("Persona"));
	for (size_t c = 0; c < r->frame->n_clusters; c++) lift_row(r, &t, r->frame->clusters[c].name, pair, c, "any");
	if (t.rows) d->format->table(d, &t);
}

void amp_content_walk_pair_targets(struct amp_doc *d, size_t pair)
{
	struct amp_report *r = report_of(d);
	struct amp_table t;
	t_start(&t, &r->w,
	        w_fill(&r->w, _("Walks of pair {pair} by target. {label}"), "pair", r->frame->pairs[pair].name, "label",
	               p_text(r, P_SUBTITLE), NULL));
	lift_columns(r, &t, _("Target"));
	for (size_t i = 0; i < r->estimates->n; i++) {
		const struct amp_estimate *e = &r->estimates->v[i];
		if (amp_is_plain(e) && e->pair == pair && e->cluster == AMP_NO_INDEX && strcmp(e->metric->name, lifts[SHARE]) == 0)
			lift_row(r, &t, l_target(r, e->target), pair, AMP_NO_INDEX, e->target);
	}
	if (t.rows) d->format->table(d, &t);
}

void amp_content_walk_targets(struct amp_doc *d, size_t feed)
{
	static const struct {
		const char *metric, *head; /* N_() */
		bool unit;                 /* stands in the head, and not with each figure */
	} columns[] = {{"walk_share", N_("Share"), false},
	               {"walk_dose", N_("Dose (entries a walk)"), true},
	               {"walk_followed_share", N_("Share of what was followed"), false},
	               {"walk_mean_to_first", N_("Lists until the first (restricted mean)"), true}};
	struct amp_report *r = report_of(d);
	struct amp_table t;
	const char *interval = w_fill(&r->w, _("{level} interval"), "level", l_level(r), NULL);
	t_start(&t, &r->w,
	        w_fill(&r->w, _("Walks of {feed} by target. {label}"), "feed", amp_report_feed_title(r, feed), "label",
	               p_text(r, P_SUBTITLE), NULL));
	t_column(&t, _("Target"), false);
	for (size_t k = 0; k < sizeof columns / sizeof *columns; k++) {
		t_column(&t, _(columns[k].head), true);
		t_column(&t, interval, true);
	}
	t_column(&t, _("Entries (not scored)"), true);
	t_column(&t, _("Left out, and why"), false);
	for (size_t i = 0; i < r->estimates->n; i++) {
		const struct amp_estimate *e = &r->estimates->v[i];
		if (!amp_is_plain(e) || e->feed != feed || strcmp(e->metric->name, columns[0].metric) != 0) continue;
		t_cell(&t, l_target(r, e->target));
		for (size_t k = 0; k < sizeof columns / sizeof *columns; k++) {
			const struct amp_estimate *one =
				amp_report_find(r, columns[k].metric, AMP_NO_INDEX, feed, AMP_NO_INDEX, e->target);
			t_cell(&t, one != NULL && columns[k].unit ? number(r, one) : w_value_or_reason(r, one));
			t_figure(&t, r, one != NULL ? w_interval(r, one) : _("not computed"), one);
		}
		t_cell(&t, fact_entries(r, e));
		t_cell(&t, w_left_out(r, e));
	}
	if (t.rows) d->format->table(d, &t);
}

/* ---- other choices ---- */
static const char *choice(struct amp_report *r, const struct amp_estimate *e)
{
	const struct amp_frame *f = r->frame;
	if (e->lists > 0) {
		const char *text = amp_ngettext("the first list alone", "the first {n} lists", (unsigned long)e->lists);
		return w_count(&r->w, text, (int64_t)e->lists);
	}
	if (e->detector >= f->n_detectors || e->cell >= f->n_cells) return _("none");
	const struct amp_frame_cell *c = &f->cells[e->cell];
	const struct amp_frame_detector *detector = &f->detectors[e->detector];
	return w_fill(&r->w,
	              amp_is_plain(e) ? _("as planned: all lists, depth {k}, threshold {t}, text {v}, detector {d}")
	                              : _("all lists, depth {k}, threshold {t}, text {v}, detector {d}"),
	              "k", w_int(&r->w, c->depth), "t", w_thresholds(r, c, detector), "v", c->text_view, "d", detector->name, NULL);
}

void amp_content_walk_sensitivity(struct amp_doc *d)
{
	struct amp_report *r = report_of(d);
	struct amp_table t;
	t_start(&t, &r->w, w_fill(&r->w, _("Walks under other choices. {label}"), "label", p_text(r, P_SUBTITLE), NULL));
	t_column(&t, _("Feed or pair"), false);
	t_column(&t, _("Measure"), false);
	t_column(&t, _("Choice"), false);
	t_column(&t, _("Value"), true);
	t_column(&t, w_fill(&r->w, _("{level} interval"), "level", l_level(r), NULL), true);
	t_column(&t, _("Entries"), true);
	t_column(&t, _("Not scored"), true);
	t_column(&t, _("Left out"), true);
	for (size_t m = 0; amp_metrics[m]; m++)
		for (size_t i = 0; amp_metrics[m]->in_grid && i < r->estimates->n; i++) {
			const struct amp_estimate *e = &r->estimates->v[i];
			if (e->metric != amp_metrics[m] || e->cluster != AMP_NO_INDEX || strcmp(e->target, "any") != 0) continue;
			t_cell(&t, e->pair != AMP_NO_INDEX ? r->frame->pairs[e->pair].name : amp_report_feed_title(r, e->feed));
			t_cell(&t, _(e->metric->title));
			t_cell(&t, choice(r, e));
			t_cell(&t, w_value_or_reason(r, e));
			t_figure(&t, r, w_interval(r, e), e);
			t_cell(&t, w_int(&r->w, e->n));
			t_cell(&t, w_int(&r->w, e->missing));
			t_cell(&t, w_int(&r->w, e->excluded));
		}
	if (t.rows) d->format->table(d, &t);
}

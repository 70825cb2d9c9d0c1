/* tables.c: the tables of the report. */
#include <string.h>
#include "base/i18n.h"
#include "metrics/walks.h"
#include "report/private.h"

static bool has(const struct amp_estimate *e, const char *metric)
{
	return strcmp(e->metric->name, metric) == 0;
}

/* "Mastodon, trends"; a title that names its platform stands alone */
static const char *feed_name(struct amp_report *r, size_t feed)
{
	const char *platform = l_platform(r, r->frame->feeds[feed].platform), *title = amp_report_feed_title(r, feed);
	return strncmp(title, platform, strlen(platform)) == 0 ? title : w_fill(&r->w, "{p}, {f}", "p", platform, "f", title, NULL);
}

static const char *who(struct amp_report *r, const struct amp_estimate *e)
{
	return e->cluster == AMP_NO_INDEX ? _("all personas") : r->frame->clusters[e->cluster].name;
}

/* Lift and ratio of one pair, for all personas by target or for each persona. */
static void pair_table(struct amp_doc *d, size_t pair, bool by_persona)
{
	struct amp_report *r = report_of(d);
	struct amp_table t;
	const char *name = r->frame->pairs[pair].name;
	t_start(&t, &r->w,
	        w_fill(&r->w, by_persona ? _("Pair {pair} by persona: {label}") : _("Pair {pair} by target: {label}"), "pair", name,
	               "label", p_text(r, P_SUBTITLE), NULL));
	t_column(&t, by_persona ? _("Persona") : _("Target"), false);
	/* the figure and its interval first: a telephone shows three columns */
	t_column(&t, _("Lift (points)"), true);
	t_column(&t, w_fill(&r->w, _("{level} interval"), "level", l_level(r), NULL), true);
	t_column(&t, _("p, adjusted"), true);
	t_column(&t, _("Ranked"), true);
	t_column(&t, _("Chronological"), true);
	t_column(&t, _("Ratio"), true);
	t_column(&t, _("Entries"), true);
	t_column(&t, _("Not scored"), true);
	t_column(&t, _("Left out"), true);
	for (size_t i = 0; i < r->estimates->n; i++) {
		const struct amp_estimate *e = &r->estimates->v[i];
		if (!amp_is_plain(e) || e->pair != pair || !has(e, "additive_lift")) continue;
		if (by_persona ? e->cluster == AMP_NO_INDEX || strcmp(e->target, "any") != 0 : e->cluster != AMP_NO_INDEX) continue;
		const struct amp_estimate *ratio =
			amp_report_find(r, "amplification_ratio", pair, AMP_NO_INDEX, e->cluster, e->target);
		t_cell(&t, by_persona ? who(r, e) : l_target(r, e->target));
		t_cell(&t, w_value_or_reason(r, e));
		t_figure(&t, r, w_interval(r, e), e);
		t_cell(&t, w_p_of(r, e, e->adjusted_p));
		t_cell(&t, w_share(r, e->ranked));
		t_cell(&t, w_share(r, e->chronological));
		t_figure(&t, r,
		         !ratio || !ratio->estimate.known ? w_value_or_reason(r, ratio)
		         : ratio->lo.known || ratio->hi.known
		                 ? w_fill(&r->w, "{v} {i}", "v", w_value(r, ratio->metric, ratio->estimate), "i",
		                          w_interval(r, ratio), NULL)
		                 : w_fill(&r->w, _("{v} (no bound)"), "v", w_value(r, ratio->metric, ratio->estimate), NULL),
		         ratio);
		t_cell(&t, w_int(&r->w, e->n));
		t_cell(&t, w_int(&r->w, e->missing));
		t_cell(&t, w_int(&r->w, e->excluded));
	}
	if (t.rows) d->format->table(d, &t);
}

/* Pool `different`: what each feed showed, and nothing that compares them. */
static void side_by_side(struct amp_doc *d, size_t pair)
{
	struct amp_report *r = report_of(d);
	const struct amp_frame_pair *p = &r->frame->pairs[pair];
	struct amp_table t;
	t_start(&t, &r->w,
	        w_fill(&r->w, _("Pair {pair}, exposures side by side: {label}"), "pair", p->name, "label", p_text(r, P_SUBTITLE),
	               NULL));
	t_column(&t, _("Persona"), false);
	t_column(&t, amp_report_feed_title(r, p->ranked), true);
	t_column(&t, w_fill(&r->w, _("{level} interval"), "level", l_level(r), NULL), true);
	t_column(&t, amp_report_feed_title(r, p->chronological), true);
	t_column(&t, w_fill(&r->w, _("{level} interval"), "level", l_level(r), NULL), true);
	size_t last = r->frame->n_clusters > 1 ? r->frame->n_clusters : 0;
	for (size_t who_at = 0; who_at <= last; who_at++) {
		size_t cluster = who_at == 0 ? AMP_NO_INDEX : who_at - 1;
		const struct amp_estimate *a = amp_report_find(r, "exposure_share", AMP_NO_INDEX, p->ranked, cluster, "any");
		const struct amp_estimate *c = amp_report_find(r, "exposure_share", AMP_NO_INDEX, p->chronological, cluster, "any");
		if (!a || !c) continue;
		t_cell(&t, who(r, a));
		t_cell(&t, w_value_or_reason(r, a));
		t_figure(&t, r, w_interval(r, a), a);
		t_cell(&t, w_value_or_reason(r, c));
		t_figure(&t, r, w_interval(r, c), c);
	}
	if (t.rows) d->format->table(d, &t);
}

void amp_content_charts(struct amp_doc *d, enum amp_chart_of of, size_t at)
{
	bool drawn[16] = {false};
	for (size_t i = 0; amp_charts[i] != NULL && i < 16; i++) {
		const char *caption = NULL;
		if (amp_charts[i]->of != of) continue;
		const char *svg = amp_charts[i]->draw(report_of(d), at, ++d->figures, &caption);
		drawn[i] = svg != NULL;
		if (svg != NULL) d->format->figure(d, svg, caption);
	}
	for (size_t i = 0; amp_charts[i] != NULL && i < 16; i++)
		if (drawn[i] && amp_charts[i]->table != NULL) amp_charts[i]->table(d, at);
}

static void pair_section(struct amp_doc *d, size_t pair)
{
	struct amp_report *r = report_of(d);
	const struct amp_frame_pair *p = &r->frame->pairs[pair];
	bool different = strcmp(p->pool, "different") == 0;
	d->format->heading(d, 4, NULL,
	                   w_fill(&r->w, _("{platform}, pair {pair}: {effect}"), "platform",
	                          l_platform(r, r->frame->feeds[p->ranked].platform), "pair", p->name, "effect", l_pool(p->pool),
	                          NULL));
	d->format->para(d, w_fill(&r->w, _("Ranked: {a}. Chronological: {c}. {why}"), "a", amp_report_feed_title(r, p->ranked), "c",
	                          amp_report_feed_title(r, p->chronological), "why", amp_report_pair_reason(r, pair), NULL));
	d->format->para(d, p_text(r, strcmp(p->pool, "identical") == 0 ? P_POOL_IDENTICAL
	                             : different                       ? P_POOL_DIFFERENT
	                                                               : P_POOL_ALTERNATIVE));
	if (different) {
		side_by_side(d, pair);
		amp_content_charts(d, AMP_CHART_OF_PAIR, pair);
		return;
	}
	(void)amp_content_facts(d, &pair, 1, w_fill(&r->w, _("What the figures of pair {pair} rest on"), "pair", p->name, NULL),
	                        true);
	amp_content_charts(d, AMP_CHART_OF_PAIR, pair);
	pair_table(d, pair, false);
	if (r->frame->n_clusters > 1) pair_table(d, pair, true);
	d->format->para(d, p_text(r, P_EACH_BY_ITSELF));
}

bool amp_content_exposures(struct amp_doc *d)
{
	struct amp_report *r = report_of(d);
	struct amp_table t;
	t_start(&t, &r->w, w_fill(&r->w, _("Exposure by feed: {label}"), "label", p_text(r, P_SUBTITLE), NULL));
	t_column(&t, _("Feed"), false);
	t_column(&t, _("Order"), false);
	t_column(&t, _("Share"), true);
	t_column(&t, w_fill(&r->w, _("{level} interval"), "level", l_level(r), NULL), true);
	t_column(&t, _("Visits with an encounter"), true);
	t_column(&t, _("Encounter interval"), true);
	t_column(&t, _("Entries"), true);
	t_column(&t, _("Not scored"), true);
	t_column(&t, _("Left out"), true);
	for (size_t i = 0; i < r->frame->n_feeds; i++) {
		const struct amp_estimate *s = amp_report_find(r, "exposure_share", AMP_NO_INDEX, i, AMP_NO_INDEX, "any");
		const struct amp_estimate *m = amp_report_find(r, "encounter_rate", AMP_NO_INDEX, i, AMP_NO_INDEX, "any");
		if (!s || !m) continue;
		t_cell(&t, feed_name(r, i));
		t_cell(&t, l_ranking(r->frame->feeds[i].ranking));
		t_cell(&t, w_value_or_reason(r, s));
		t_figure(&t, r, w_interval(r, s), s);
		t_cell(&t, w_share(r, m->estimate));
		t_figure(&t, r, w_interval(r, m), m);
		t_cell(&t, w_int(&r->w, s->n));
		t_cell(&t, w_int(&r->w, s->missing));
		t_cell(&t, w_int(&r->w, s->excluded));
	}
	if (t.rows) d->format->table(d, &t);
	return t.rows > 0;
}

static void platform_table(struct amp_doc *d)
{
	struct amp_report *r = report_of(d);
	struct amp_table t;
	t_start(&t, &r->w, w_fill(&r->w, _("By platform, all its pairs: {label}"), "label", p_text(r, P_SUBTITLE), NULL));
	t_column(&t, _("Platform"), false);
	t_column(&t, _("What it measures"), false);
	t_column(&t, _("Lift (points)"), true);
	t_column(&t, w_fill(&r->w, _("{level} interval"), "level", l_level(r), NULL), true);
	t_column(&t, _("p, adjusted"), true);
	t_column(&t, _("Smallest p"), true);
	t_column(&t, _("Unit of resampling"), false);
	t_column(&t, _("Entries"), true);
	t_column(&t, _("Not scored"), true);
	t_column(&t, _("Left out, and why"), false);
	for (size_t i = 0; i < r->estimates->n; i++) {
		const struct amp_estimate *e = &r->estimates->v[i];
		if (!amp_is_plain(e)) continue;
		if (e->platform == AMP_NO_INDEX || !has(e, "additive_lift") || strcmp(e->target, "any") != 0) continue;
		t_cell(&t, l_platform(r, r->frame->platforms[e->platform]));
		t_cell(&t, l_pool(e->pool));
		t_cell(&t, w_value_or_reason(r, e));
		t_figure(&t, r, w_interval(r, e), e);
		t_cell(&t, w_p_of(r, e, e->adjusted_p));
		t_cell(&t, w_smallest_p(r, e));
		t_cell(&t, l_unit(e->unit));
		t_cell(&t, w_int(&r->w, e->n));
		t_cell(&t, w_int(&r->w, e->missing));
		t_cell(&t, w_left_out(r, e));
	}
	if (t.rows) d->format->table(d, &t);
}

void amp_content_results(struct amp_doc *d)
{
	const struct amp_plan *plan = &report_of(d)->frame->plan;
	const struct amp_metric *metric = amp_metric_find(plan->metric);
	bool comparable = false;
	for (size_t i = 0; i < report_of(d)->frame->n_pairs; i++)
		comparable = comparable || (strcmp(report_of(d)->frame->pairs[i].pool, "different") != 0 &&
		                            !amp_pair_walked(report_of(d)->frame, i));
	if (comparable) d->format->para(d, p_text(report_of(d), P_RESULTS_INTRO));
	d->format->para(d, metric && plan->pair ? w_fill(&report_of(d)->w, p_text(report_of(d), P_PRIMARY_IS), "metric",
	                                                 _(metric->title), "pair", plan->pair, "target",
	                                                 l_target(report_of(d), plan->target ? plan->target : "any"), "detector",
	                                                 plan->detector ? plan->detector : _("not named"), NULL)
	                                        : p_text(report_of(d), P_ONLY_EXPLORATORY));
	platform_table(d);
	size_t first = report_of(d)->estimates->headline ? report_of(d)->estimates->headline->pair
	                                                 : AMP_NO_INDEX; /* the primary pair comes first */
	if (first != AMP_NO_INDEX) pair_section(d, first);
	for (size_t i = 0; i < report_of(d)->frame->n_pairs; i++)
		if (i != first && !amp_pair_walked(report_of(d)->frame, i)) pair_section(d, i);
	bool visited = false;
	for (size_t i = 0; i < report_of(d)->frame->n_feeds; i++) visited = visited || !report_of(d)->frame->feeds[i].walked;
	if (visited) {
		d->format->heading(d, 4, NULL, _("Each feed by itself"));
		(void)amp_content_exposures(d);
	}
	if (comparable) d->format->note(d, AMP_NOTE_CAVEAT, p_text(report_of(d), P_AGE_BIAS));
}

static const char *decision(enum amp_personalised p)
{
	static const char *const names[] = {[AMP_PERSONALISED] = N_("personalised"),
	                                    [AMP_NOT_PERSONALISED] = N_("not personalised"),
	                                    [AMP_UNDECIDED] = N_("undecided: treated as personalised")};
	return _(names[p]);
}

static const char *distance(struct amp_report *r, struct amp_real v)
{
	return v.known ? w_number(&r->w, v.v, 3) : _("not measured");
}

void amp_content_floor(struct amp_doc *d)
{
	struct amp_report *r = report_of(d);
	struct amp_table t;
	d->format->para(d, p_text(r, P_FLOOR_INTRO));
	t_start(&t, &r->w, _("Noise floor of each feed"));
	t_column(&t, _("Feed"), false);
	t_column(&t, _("Between twins"), true);
	t_column(&t, _("Between personas"), true);
	t_column(&t, _("Rounds compared"), true);
	t_column(&t, _("p (one-sided)"), true);
	t_column(&t, _("Decision"), false);
	t_column(&t, _("Why"), false);
	for (size_t i = 0; i < r->frame->n_feeds; i++) {
		const struct amp_floor *f = &r->floors[i];
		if (r->frame->feeds[i].walked) continue;
		t_cell(&t, feed_name(r, i));
		t_cell(&t, distance(r, f->twin));
		t_cell(&t, distance(r, f->between));
		t_cell(&t, w_int(&r->w, (int64_t)(f->twin.known ? f->rounds : f->between_rounds)));
		t_cell(&t, f->p.known ? w_p(&r->w, f->p) : _("not tested"));
		t_cell(&t, decision(f->decision));
		t_cell(&t, _(f->why));
	}
	if (t.rows) d->format->table(d, &t);
	amp_content_charts(d, AMP_CHART_OF_STUDY, AMP_NO_INDEX);
	d->format->para(d, w_fill(&r->w, p_text(r, P_UNIT_RULE), "block", amp_block_length(r), NULL));
}

/* Of a pair, or of a feed that stands in none (pair = AMP_NO_INDEX). */
static void exclusion_rows(struct amp_report *r, struct amp_table *t, size_t pair, size_t feed)
{
	const struct amp_frame *f = r->frame;
	for (size_t p = 0; p < f->n_personas; p++) {
		struct amp_exclusions x;
		size_t cluster = f->n_clusters > 1 ? f->personas[p].cluster : AMP_NO_INDEX;
		amp_exclusions_count(f, r->sums, p, pair, feed, &x);
		const struct amp_estimate *e =
			amp_report_find(r, pair == AMP_NO_INDEX ? "exposure_share" : "additive_lift", pair, feed, cluster, "any");
		bool first = f->clusters[f->personas[p].cluster].first == p;
		t_cell(t, f->personas[p].name);
		t_cell(t, pair == AMP_NO_INDEX ? feed_name(r, feed) : f->pairs[pair].name);
		t_cell(t, w_int(&r->w, x.state[AMP_SHOT_OK]));
		t_cell(t, w_states(r, &x));
		t_cell(t, !first ? _("with its persona") : e ? w_value(r, e->metric, e->worst_lo) : _("not computed"));
		t_cell(t, !first ? _("with its persona") : e ? w_value(r, e->metric, e->worst_hi) : _("not computed"));
	}
}

static bool in_a_pair(const struct amp_frame *f, size_t feed)
{
	for (size_t i = 0; i < f->n_pairs; i++)
		if (f->pairs[i].ranked == feed || f->pairs[i].chronological == feed) return true;
	return false;
}

void amp_content_exclusions(struct amp_doc *d)
{
	struct amp_report *r = report_of(d);
	struct amp_table t;
	d->format->para(d, p_text(r, P_EXCLUSIONS_INTRO));
	t_start(&t, &r->w,
	        w_fill(&r->w, "{what}. {label}", "what",
	               _("Rounds used and left out, by persona, and by pair (bounds of the lift, in points) or feed (bounds of the share)"),
	               "label", p_text(r, P_SUBTITLE), NULL));
	t_column(&t, _("Persona"), false);
	t_column(&t, _("Pair or feed"), false);
	t_column(&t, _("Used"), true);
	t_column(&t, _("Left out, and why"), false);
	t_column(&t, _("Lower bound"), true);
	t_column(&t, _("Upper bound"), true);
	for (size_t i = 0; i < r->frame->n_pairs; i++)
		if (!amp_pair_walked(r->frame, i)) exclusion_rows(r, &t, i, AMP_NO_INDEX);
	for (size_t i = 0; i < r->frame->n_feeds; i++)
		if (!in_a_pair(r->frame, i) && !r->frame->feeds[i].walked) exclusion_rows(r, &t, AMP_NO_INDEX, i);
	if (t.rows) d->format->table(d, &t);
	d->format->para(d, p_text(r, P_EMPTY_NOTE));
}

static const char *choice(struct amp_report *r, const struct amp_estimate *e)
{
	const struct amp_frame *f = r->frame;
	const struct amp_frame_cell *c = e->cell < f->n_cells ? &f->cells[e->cell] : NULL;
	const struct amp_frame_detector *detector = e->detector < f->n_detectors ? &f->detectors[e->detector] : NULL;
	const char *threshold = c && detector ? w_thresholds(r, c, detector) : _("none");
	return w_fill(&r->w, _("depth {k}, threshold {t}, p {p}, text {v}, detector {d}"), "k",
	              c ? w_int(&r->w, c->depth) : _("none"), "t", threshold, "p", c ? w_decimal(r, c->rbp_p) : _("none"), "v",
	              c ? c->text_view : _("none"), "d", detector ? detector->name : _("none"), NULL);
}

/* The rank-weighted lift of the same pair, cell, detector and method: of the two it is the one that RBP's p bears on. */
static const struct amp_estimate *rank_weighted(const struct amp_report *r, const struct amp_estimate *lift)
{
	for (size_t i = 0; i < r->estimates->n; i++) {
		const struct amp_estimate *e = &r->estimates->v[i];
		if (has(e, "rank_weighted_lift") && e->pair == lift->pair && e->cell == lift->cell &&
		    e->detector == lift->detector && e->cluster == AMP_NO_INDEX && strcmp(e->target, lift->target) == 0 &&
		    strcmp(e->method, lift->method) == 0 && amp_is_plain(e) == amp_is_plain(lift))
			return e;
	}
	return NULL;
}

void amp_content_sensitivity(struct amp_doc *d)
{
	struct amp_report *r = report_of(d);
	struct amp_table t;
	d->format->para(d, p_text(r, P_SENSITIVITY_INTRO));
	if (r->frame->n_cells < 2 && r->frame->n_detectors < 2) d->format->para(d, p_text(r, P_SENSITIVITY_NONE));
	t_start(&t, &r->w, w_fill(&r->w, _("Lift under other choices: {label}"), "label", p_text(r, P_SUBTITLE), NULL));
	t_column(&t, _("Pair"), false);
	t_column(&t, _("Choice"), false);
	t_column(&t, _("Interval method"), false);
	t_column(&t, _("Lift (points)"), true);
	t_column(&t, w_fill(&r->w, _("{level} interval"), "level", l_level(r), NULL), true);
	t_column(&t, _("Rank-weighted lift (points)"), true);
	t_column(&t, _("Its interval"), true);
	t_column(&t, _("Entries"), true);
	t_column(&t, _("Not scored"), true);
	for (size_t i = 0; i < r->estimates->n; i++) {
		const struct amp_estimate *e = &r->estimates->v[i];
		bool main = amp_is_plain(e) && strcmp(e->target, "any") == 0;
		if (e->pair == AMP_NO_INDEX || e->cluster != AMP_NO_INDEX || !has(e, "additive_lift") || (amp_is_plain(e) && !main))
			continue;
		t_cell(&t, r->frame->pairs[e->pair].name);
		t_cell(&t, choice(r, e));
		t_cell(&t, _(e->method));
		t_cell(&t, w_value_or_reason(r, e));
		t_figure(&t, r, w_interval(r, e), e);
		const struct amp_estimate *ranks = rank_weighted(r, e);
		t_cell(&t, w_value_or_reason(r, ranks));
		t_figure(&t, r, ranks ? w_interval(r, ranks) : _("not computed"), ranks);
		t_cell(&t, w_int(&r->w, e->n));
		t_cell(&t, w_int(&r->w, e->missing));
	}
	if (t.rows) d->format->table(d, &t);
}

static const char *truth_name(struct amp_report *r, const struct amp_estimate *e)
{
	const struct amp_frame *f = r->frame;
	const char *of = e->pair != AMP_NO_INDEX   ? f->pairs[e->pair].name
	                 : e->feed != AMP_NO_INDEX ? f->feeds[e->feed].name
	                                           : f->platforms[e->platform];
	return w_fill(&r->w, "{m}, {of}, {t}", "m", _(e->metric->title), "of", of, "t", l_target(r, e->target), NULL);
}

void amp_content_truth(struct amp_doc *d)
{
	struct amp_report *r = report_of(d);
	const struct amp_truth *truth = r->truth;
	struct amp_table t;
	d->format->para(d, p_text(r, P_TRUTH_INTRO));
	d->format->para(d, w_fill(&r->w, p_text(r, P_TRUTH_MATCH), "matched", w_int(&r->w, truth->matched), "captures",
	                          w_int(&r->w, truth->captures), "equal", w_int(&r->w, (int64_t)truth->equal), "compared",
	                          w_int(&r->w, (int64_t)truth->compared), NULL));
	if (truth->intervals)
		d->format->para(d, w_fill(&r->w, p_text(r, P_TRUTH_COVER), "covering", w_int(&r->w, (int64_t)truth->covering),
		                          "intervals", w_int(&r->w, (int64_t)truth->intervals), "share",
		                          w_percent(&r->w, (double)truth->covering / (double)truth->intervals), "level", l_level(r),
		                          "expected", w_number(&r->w, (double)truth->intervals * (1 - r->frame->plan.alpha), 1),
		                          NULL));
	else
		d->format->para(d, p_text(r, P_TRUTH_NO_COVER));
	d->format->para(d, p_text(r, P_TRUTH_REST));
	t_start(&t, &r->w,
	        w_fill(&r->w, "{what}. {label}", "what", _("Truth beside the estimates"), "label", p_text(r, P_SUBTITLE), NULL));
	t_column(&t, _("Figure"), false);
	t_column(&t, _("Estimate"), true);
	t_column(&t, _("Interval"), true);
	t_column(&t, _("(a) Served to these sessions"), true);
	t_column(&t, _("(b) Served to everyone"), true);
	t_column(&t, _("In the interval?"), false);
	for (int primary = 1; primary >= 0; primary--)
		for (size_t i = 0; i < truth->n_rows; i++) {
			const struct amp_truth_row *w = &truth->rows[i];
			const struct amp_estimate *e = w->estimate;
			bool bounded = (e->lo.known || e->hi.known) && w->population.known;
			if ((e == r->estimates->headline) != (primary == 1) || e->cluster != AMP_NO_INDEX || !amp_is_plain(e))
				continue;
			if (!primary && (!w->population.known || (!e->metric->paired && strcmp(e->target, "any") != 0))) continue;
			t_cell(&t, truth_name(r, e));
			t_cell(&t, w_value_or_reason(r, e));
			t_figure(&t, r, w_interval(r, e), e);
			t_cell(&t, w->session.known ? w_value(r, e->metric, w->session) : _("not known"));
			t_cell(&t, w->population.known ? w_value(r, e->metric, w->population) : _("not known"));
			t_cell(&t, !bounded ? _("cannot be told") : amp_interval_contains(e, w->population.v) ? _("yes") : _("no"));
		}
	if (t.rows) d->format->table(d, &t);
}

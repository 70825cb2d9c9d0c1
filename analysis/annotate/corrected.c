/* corrected.c: see corrected.h. */
#include "annotate/corrected.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "annotate/making.h"
#include "annotate/unseen.h"
#include "annotate_sql.h"
#include "base/i18n.h"
#include "stats/design.h"

static int judged_new(struct judged *j, struct making *m, size_t n, struct amp_err *err)
{
	*j = (struct judged){.unit = amp_arena_new_array(m->arena, size_t, n + 1),
	                     .y = amp_arena_new_array(m->arena, double, n + 1),
	                     .score = amp_arena_new_array(m->arena, double, n + 1),
	                     .pi = amp_arena_new_array(m->arena, double, n + 1),
	                     .stratum = amp_arena_new_array(m->arena, int64_t, n + 1)};
	j->design = (struct amp_design){.draw = AMP_DRAW_FIXED, .pi = j->pi, .stratum = j->stratum};
	return j->unit && j->y && j->score && j->pi && j->stratum ? 0 : OOM(err);
}

static void judged_add(struct judged *j, const struct amp_verdict_unit *u, size_t at, double answered)
{
	size_t i = j->design.n++;
	j->unit[i] = at;
	j->y[i] = u->known && u->hateful;
	j->score[i] = u->scored ? u->score : 0; /* a missing score is 0 in the sum over the frame too */
	j->pi[i] = (double)u->numerator / (double)u->denominator * answered;
	/* what is certain is a stratum of its own: it adds no variance, and says nothing of the others' */
	j->stratum[i] = (int64_t)(2 * u->stratum + (u->numerator == u->denominator));
}

static int gather(struct making *m, struct amp_err *err)
{
	struct amp_verdicts *v = &m->c->verdicts;
	double drawn[2 * AMP_DRAW_STRATA_MAX] = {0}, known[2 * AMP_DRAW_STRATA_MAX] = {0};
	int rc = judged_new(&m->judged, m, v->n, err);
	if (rc == 0) rc = judged_new(&m->all, m, v->n, err);
	m->low = amp_arena_new_array(m->arena, double, v->n + 1);
	m->high = amp_arena_new_array(m->arena, double, v->n + 1);
	if (rc == 0 && (m->low == NULL || m->high == NULL)) rc = OOM(err);
	if (rc != 0) return rc;
	for (size_t i = 0; i < v->n; i++) {
		size_t h = 2 * v->units[i].stratum + (v->units[i].numerator == v->units[i].denominator);
		double w = (double)v->units[i].exposures * (double)v->units[i].denominator / (double)v->units[i].numerator;
		drawn[h] += w;
		known[h] += v->units[i].known ? w : 0;
	}
	for (size_t i = 0; i < v->n; i++) {
		size_t h = 2 * v->units[i].stratum + (v->units[i].numerator == v->units[i].denominator);
		if (v->units[i].known) judged_add(&m->judged, &v->units[i], i, known[h] / drawn[h]);
		judged_add(&m->all, &v->units[i], i, 1);
		m->judged.missing = m->judged.missing || !v->units[i].known;
	}
	return 0;
}

/* ---- one arm ---- */
static int side_new(struct side *s, struct making *m, const struct amp_arm_sums *sums, struct amp_err *err)
{
	size_t n = m->judged.design.n, all = m->all.design.n;
	*s = (struct side){.sums = sums,
	                   .weight = amp_arena_new_array(m->arena, double, n + 1),
	                   .weight_all = amp_arena_new_array(m->arena, double, all + 1)};
	if (!s->weight || !s->weight_all) return OOM(err);
	for (size_t i = 0; i < n; i++) s->weight[i] = sums->unit[m->judged.unit[i]];
	for (size_t i = 0; i < all; i++) s->weight_all[i] = sums->unit[m->all.unit[i]];
	return 0;
}

/* The scores' sum over the arm where q is given. */
static struct amp_arm arm_of(const struct making *m, const struct side *s, bool known_total, const struct question *q)
{
	double sum = 0;
	for (size_t k = 0; q != NULL && k < m->sums.n_shots; k++) sum += s->sums->in[k] ? q->shot_score[k] : 0;
	return (struct amp_arm){.weight = s->weight,
	                        .total = known_total ? amp_real(s->sums->exposures) : AMP_REAL_NONE,
	                        .scores = q != NULL ? amp_real(sum) : AMP_REAL_NONE};
}

/* ---- a row ---- */
static void fill_arm(struct making *m, const struct side *s, const struct question *q, struct amp_corrected_arm *out)
{
	out->exposures = (int64_t)s->sums->exposures;
	out->missing = (int64_t)(s->sums->exposures - s->sums->scored);
	double flagged = 0;
	for (size_t k = 0; k < m->sums.n_shots; k++) flagged += s->sums->in[k] ? q->shot_flagged[k] : 0;
	if (q->scored && s->sums->scored > 0) out->flagged = amp_real(flagged / s->sums->scored);
	for (size_t i = 0; i < m->judged.design.n; i++) {
		out->judged += s->weight[i] > 0;
		out->hateful += s->weight[i] > 0 && q->y[i] == 1;
	}
}

/* Every text without a verdict taken for the one, then for the other. */
static void take_worst(struct making *m, const struct question *q)
{
	for (size_t i = 0; i < m->all.design.n; i++) {
		const struct amp_verdict_unit *u = &m->c->verdicts.units[m->all.unit[i]];
		bool yes = u->known && u->hateful && (q->targets == 0 || (u->targets & q->targets) != 0);
		m->low[i] = yes;
		m->high[i] = !u->known || yes;
	}
}

/* The worst cases are made from verdicts alone. Where scores helped the figure it may lie beyond them by a little, which would be no bound: they reach
 * as far as the figures themselves. */
static void reach(struct amp_corrected_figure *f, struct amp_real low, struct amp_real high)
{
	const struct amp_real of[] = {f->labels.estimate, f->scored.estimate};
	for (size_t i = 0; i < 2 && low.known && high.known; i++) {
		if (!of[i].known) continue;
		low.v = fmin(low.v, of[i].v);
		high.v = fmax(high.v, of[i].v);
	}
	f->worst_lo = low;
	f->worst_hi = high;
}

static int worst(struct making *m, struct side *sa, struct side *sb, const struct question *q, struct amp_corrected_row *row,
                 struct amp_err *err)
{
	struct amp_arm_shares low, high;
	struct amp_arm a = {.weight = sa->weight_all, .total = amp_real(sa->sums->exposures)},
		       b = {.weight = sb != NULL ? sb->weight_all : NULL, .total = amp_real(sb != NULL ? sb->sums->exposures : 0)};
	if (!m->judged.missing) return 0;
	take_worst(m, q);
	int rc = amp_design_arms(&m->all.design, m->low, NULL, AMP_REAL_NONE, &a, sb != NULL ? &b : NULL, m->alpha, &low, err);
	if (rc == 0)
		rc = amp_design_arms(&m->all.design, m->high, NULL, AMP_REAL_NONE, &a, sb != NULL ? &b : NULL, m->alpha, &high,
		                     err);
	if (rc != 0) return rc;
	reach(&row->a.share, low.a.estimate, high.a.estimate);
	reach(&row->b.share, low.b.estimate, high.b.estimate);
	if (sb == NULL || !low.a.estimate.known || !low.b.estimate.known) return 0;
	reach(&row->difference, amp_real(low.a.estimate.v - high.b.estimate.v), amp_real(high.a.estimate.v - low.b.estimate.v));
	return 0;
}

/* No label is hateful in an arm: linearisation sees no variance there. Then as far as the two shares' own limits reach, and no ratio. */
static void without_positives(struct amp_corrected_row *row, struct amp_confidence *a, struct amp_confidence *b,
                              struct amp_confidence *difference, struct amp_confidence *ratio)
{
	if ((row->a.hateful > 0 && row->b.hateful > 0) || !difference->estimate.known) return;
	bool known = a->lo.known && a->hi.known && b->lo.known && b->hi.known;
	if (known && a->lo.v == a->hi.v && b->lo.v == b->hi.v) return; /* a census */
	difference->se = AMP_REAL_NONE;
	difference->lo = known ? amp_real(a->lo.v - b->hi.v) : AMP_REAL_NONE;
	difference->hi = known ? amp_real(a->hi.v - b->lo.v) : AMP_REAL_NONE;
	ratio->se = ratio->lo = ratio->hi = AMP_REAL_NONE;
}

/* Ends of a ratio move on the logarithm. */
static void stretch_ratio(struct amp_confidence *c, double up, double down)
{
	struct amp_confidence l = *c;
	if (!c->estimate.known || !(c->estimate.v > 0) || !c->lo.known || !(c->lo.v > 0) || !c->hi.known) return;
	l.estimate.v = log(c->estimate.v);
	l.lo.v = log(c->lo.v);
	l.hi.v = log(c->hi.v);
	amp_unseen_stretch(&l, up, down, -INFINITY, INFINITY);
	c->lo.v = exp(l.lo.v);
	c->hi.v = exp(l.hi.v);
	if (!isfinite(c->hi.v)) c->hi = AMP_REAL_NONE;
}

/* What nobody found in strata whose judged texts are all alike. Where an arm has no hateful text at all its limits are exact already. */
static void stretch(struct making *m, const struct side *sa, const struct side *sb, const struct question *q, bool scored,
                    double alpha, struct amp_corrected_row *row)
{
	const struct side *side[2] = {sa, sb};
	struct amp_corrected_arm *arm[2] = {&row->a, &row->b};
	struct amp_unseen u[2] = {{0, 0}, {0, 0}};
	double share[2] = {0, 0};
	for (size_t i = 0; i < 2 && side[i] != NULL; i++) {
		struct amp_corrected_figure *f = &arm[i]->share;
		if (arm[i]->hateful == 0) continue;
		u[i] = amp_unseen_of(&m->judged.design, q->y, side[i]->weight, NULL, side[i]->sums->exposures, alpha);
		amp_unseen_stretch(scored ? &f->scored : &f->labels, u[i].up, u[i].down, 0, 1);
		amp_unseen_stretch(scored ? &f->wide_scored : &f->wide, u[i].up, u[i].down, 0, 1);
		share[i] = scored ? f->scored.estimate.v : f->labels.estimate.v;
	}
	if (sb == NULL || row->a.hateful == 0 || row->b.hateful == 0) return;
	double up = hypot(u[0].up, u[1].down), down = hypot(u[0].down, u[1].up);
	amp_unseen_stretch(scored ? &row->difference.scored : &row->difference.labels, up, down, -1, 1);
	amp_unseen_stretch(scored ? &row->difference.wide_scored : &row->difference.wide, up, down, -1, 1);
	if (!(share[0] > 0) || !(share[1] > 0)) return;
	up = hypot(u[0].up / share[0], u[1].down / share[1]);
	down = hypot(u[0].down / share[0], u[1].up / share[1]);
	stretch_ratio(scored ? &row->ratio.scored : &row->ratio.labels, up, down);
	stretch_ratio(scored ? &row->ratio.wide_scored : &row->ratio.wide, up, down);
}

/* Shares, difference and ratio by the labels, or by labels and scores. */
static int estimate_by(struct making *m, struct side *sa, struct side *sb, const struct question *q, bool scored,
                       const struct at_levels *at, struct amp_err *err)
{
	struct amp_arm_shares of[2];
	const struct question *by = scored ? q : NULL;
	struct amp_arm a = arm_of(m, sa, true, by), b = sb != NULL ? arm_of(m, sb, true, by) : a;
	int rc = amp_design_arms_at(&m->judged.design, q->y, scored ? q->unit_score : NULL, AMP_REAL_NONE, &a,
	                            sb != NULL ? &b : NULL, at->alpha, at->n, of, err);
	for (size_t k = 0; rc == 0 && k < at->n; k++) {
		struct amp_corrected_row *row = at->row[k];
		struct amp_arm_shares *s = &of[k];
		if (sb != NULL) without_positives(row, &s->a, &s->b, &s->difference, &s->ratio);
		*(scored ? &row->a.share.scored : &row->a.share.labels) = s->a;
		*(scored ? &row->b.share.scored : &row->b.share.labels) = s->b;
		*(scored ? &row->difference.scored : &row->difference.labels) = s->difference;
		*(scored ? &row->ratio.scored : &row->ratio.labels) = s->ratio;
		row->a.lambda = s->lambda_a;
		row->b.lambda = s->lambda_b;
	}
	if (rc == 0) rc = amp_phases_widen(m, sa, sb, q, scored, at, err);
	for (size_t k = 0; rc == 0 && k < at->n; k++) stretch(m, sa, sb, q, scored, at->alpha[k], at->row[k]);
	return rc;
}

static bool few(const struct amp_corrected_row *row, const struct side *sb)
{
	return row->a.hateful < AMP_CORRECTED_HATEFUL_MIN || (sb != NULL && row->b.hateful < AMP_CORRECTED_HATEFUL_MIN);
}

static void take_together(struct amp_corrected_row *row, const struct amp_corrected_row *wide)
{
	row->a.share.together = *amp_corrected_printed(&wide->a.share);
	row->b.share.together = *amp_corrected_printed(&wide->b.share);
	row->difference.together = *amp_corrected_printed(&wide->difference);
	row->ratio.together = *amp_corrected_printed(&wide->ratio);
}

/* The printed intervals are made twice, the second time at alpha over the number of groups: together these hold at alpha (Bonferroni; Dunn 1961,
 * JASA 56:52). */
static int estimate(struct making *m, struct side *sa, struct side *sb, const struct question *q, struct amp_corrected_row *row,
                    struct amp_err *err)
{
	struct amp_arm_shares hajek;
	struct amp_corrected_row wide;
	struct amp_arm a = arm_of(m, sa, false, NULL), b = sb != NULL ? arm_of(m, sb, false, NULL) : a;
	fill_arm(m, sa, q, &row->a);
	if (sb != NULL) fill_arm(m, sb, q, &row->b);
	row->few = few(row, sb);
	int rc = amp_design_arms(&m->judged.design, q->y, NULL, AMP_REAL_NONE, &a, sb != NULL ? &b : NULL, m->alpha, &hajek, err);
	row->a.hajek = hajek.a;
	row->b.hajek = hajek.b;
	size_t levels = row->groups > 1 && !row->few ? 2 : 1;
	struct at_levels at = {{row, &wide}, {m->alpha, m->alpha / (double)row->groups}, q->scored ? 1 : levels};
	wide = *row;
	if (rc == 0) rc = estimate_by(m, sa, sb, q, false, &at, err);
	if (rc == 0 && q->scored) {
		wide = *row; /* where scores say nothing, labels are printed */
		at.n = levels;
		rc = estimate_by(m, sa, sb, q, true, &at, err);
	}
	if (rc == 0) rc = worst(m, sa, sb, q, row, err);
	if (rc == 0) take_together(row, levels > 1 ? &wide : row);
	return rc;
}

const struct amp_confidence *amp_corrected_printed(const struct amp_corrected_figure *f)
{
	return f->scored.estimate.known ? &f->wide_scored : &f->wide;
}

/* ---- rows ---- */
static struct amp_corrected_row *new_row(struct making *m, size_t pair, size_t feed, const char *target)
{
	struct amp_corrected_row *row = &m->c->rows[m->c->n++];
	*row = (struct amp_corrected_row){.pair = pair, .feed = feed, .target = target, .groups = 1};
	return row;
}

static int ask_any(struct making *m, struct question *q, struct amp_err *err)
{
	double *shot = amp_arena_new_array(m->arena, double, m->sums.n_shots + 1),
	       *flagged = amp_arena_new_array(m->arena, double, m->sums.n_shots + 1);
	bool *unit = amp_arena_new_array(m->arena, bool, m->judged.design.n + 1);
	if (shot == NULL || flagged == NULL || unit == NULL) return OOM(err);
	for (size_t k = 0; k < m->sums.n_shots; k++) {
		shot[k] = m->sums.shots[k].score;
		flagged[k] = (double)m->sums.shots[k].flagged;
	}
	for (size_t i = 0; i < m->judged.design.n; i++) unit[i] = m->c->verdicts.units[m->judged.unit[i]].flagged;
	*q = (struct question){.y = m->judged.y,
	                       .unit_score = m->judged.score,
	                       .shot_score = shot,
	                       .unit_flagged = unit,
	                       .shot_flagged = flagged,
	                       .scored = m->c->verdicts.detector != 0};
	return 0;
}

struct group_question {
	struct question q;
	size_t hateful;
	double *y, *unit, *shot, *shot_flagged;
	bool *flagged;
	struct amp_detector_error error; /* of its own answers; measured where it has a row */
};

static int ask_group(struct making *m, size_t group, struct group_question *g, struct amp_err *err)
{
	const struct amp_group_scores *s = m->groups;
	uint64_t bits = s->groups[group].targets;
	*g = (struct group_question){.y = amp_arena_new_array(m->arena, double, m->judged.design.n + 1),
	                             .unit = amp_arena_new_array(m->arena, double, m->judged.design.n + 1),
	                             .shot = amp_arena_new_array(m->arena, double, m->sums.n_shots + 1),
	                             .shot_flagged = amp_arena_new_array(m->arena, double, m->sums.n_shots + 1),
	                             .flagged = amp_arena_new_array(m->arena, bool, m->judged.design.n + 1)};
	if (!g->y || !g->unit || !g->shot || !g->shot_flagged || !g->flagged) return OOM(err);
	for (size_t i = 0; i < m->judged.design.n; i++) {
		const struct amp_verdict_unit *u = &m->c->verdicts.units[m->judged.unit[i]];
		g->y[i] = u->hateful && (u->targets & bits) != 0;
		g->unit[i] = (s->targets[m->judged.unit[i]] & bits) != 0 ? s->unit[m->judged.unit[i]] : 0;
		g->hateful += g->y[i] == 1;
		g->flagged[i] = u->flagged && (s->targets[m->judged.unit[i]] & bits) != 0;
	}
	for (size_t k = 0; k < m->sums.n_shots; k++) {
		g->shot[k] = s->shot[k * s->n_groups + group];
		g->shot_flagged[k] = s->flagged[k * s->n_groups + group];
	}
	g->q = (struct question){.y = g->y,
	                         .unit_score = g->unit,
	                         .shot_score = g->shot,
	                         .unit_flagged = g->flagged,
	                         .shot_flagged = g->shot_flagged,
	                         .targets = bits,
	                         .scored = m->c->verdicts.detector != 0};
	return g->q.scored && g->hateful >= AMP_CORRECTED_HATEFUL_MIN ? amp_error_measure(m, &g->q, &g->error, err) : 0;
}

/* How many groups of this pair or feed have an interval: the family that "together" speaks of. */
static size_t count_family(struct making *m, const struct side *sa, const struct side *sb)
{
	size_t n = 0;
	for (size_t g = 0; g < m->groups->n_groups; g++) {
		struct amp_corrected_row row = {.few = false};
		if (m->asked[g].hateful < AMP_CORRECTED_HATEFUL_MIN) continue;
		fill_arm(m, sa, &m->asked[g].q, &row.a);
		if (sb != NULL) fill_arm(m, sb, &m->asked[g].q, &row.b);
		n += !few(&row, sb);
	}
	return n;
}

static void rogan(struct making *m, const struct amp_detector_error *e, struct amp_corrected_row *row, bool both)
{
	amp_error_rogan(m, e, &row->a);
	if (both) amp_error_rogan(m, e, &row->b);
}

static int group_rows(struct making *m, size_t pair, size_t feed, struct side *sa, struct side *sb, struct amp_err *err)
{
	size_t family = count_family(m, sa, sb);
	int rc = 0;
	for (size_t g = 0; rc == 0 && g < m->groups->n_groups; g++) {
		if (m->asked[g].hateful < AMP_CORRECTED_HATEFUL_MIN) continue;
		struct amp_corrected_row *row = new_row(m, pair, feed, m->groups->groups[g].name);
		row->groups = family;
		rc = estimate(m, sa, sb, &m->asked[g].q, row, err);
		rogan(m, &m->asked[g].error, row, sb != NULL);
	}
	return rc;
}

/* Of a pair, of a feed alone, or (neither) of all feeds together. */
static int rows_of(struct making *m, size_t pair, size_t feed, const struct question *any, struct amp_err *err)
{
	struct amp_arm_sums a, b;
	struct side sa, sb, *chronological = pair != AMP_NO_INDEX ? &sb : NULL;
	int rc = amp_arm_sums_make(&a, &m->sums, m->f, &(struct amp_arm_of){pair, feed, true}, m->arena, err);
	if (rc == 0) rc = side_new(&sa, m, &a, err);
	if (rc == 0 && chronological != NULL)
		rc = amp_arm_sums_make(&b, &m->sums, m->f, &(struct amp_arm_of){pair, feed, false}, m->arena, err);
	if (rc == 0 && chronological != NULL) rc = side_new(&sb, m, &b, err);
	if (rc != 0) return rc;
	struct amp_corrected_row *row = new_row(m, pair, feed, "any");
	rc = estimate(m, &sa, chronological, any, row, err);
	if (rc != 0) return rc;
	rogan(m, &m->c->error, row, chronological != NULL);
	return group_rows(m, pair, feed, &sa, chronological, err);
}

static int ask(struct making *m, struct amp_store *store, struct amp_err *err)
{
	struct amp_corrected *c = m->c;
	m->groups = amp_arena_zalloc(m->arena, sizeof *m->groups);
	if (m->groups == NULL) return OOM(err);
	int rc = amp_group_scores_load(m->groups, m->f, &m->sums, &c->verdicts, store, m->arena, err);
	if (rc != 0) return rc;
	size_t n = m->groups->n_groups;
	m->asked = amp_arena_new_array(m->arena, struct group_question, n + 1);
	c->rows = amp_arena_new_array(m->arena, struct amp_corrected_row, (m->f->n_pairs + m->f->n_feeds + 1) * (n + 1) + 1);
	c->rare = amp_arena_new_array(m->arena, struct amp_rare_group, n + 1);
	if (m->asked == NULL || c->rows == NULL || c->rare == NULL) return OOM(err);
	for (size_t g = 0; rc == 0 && g < n; g++) {
		rc = ask_group(m, g, &m->asked[g], err);
		size_t hateful = m->asked[g].hateful;
		if (hateful > 0 && hateful < AMP_CORRECTED_HATEFUL_MIN)
			c->rare[c->n_rare++] = (struct amp_rare_group){m->groups->groups[g].name, hateful};
	}
	return rc;
}

static int make(struct making *m, struct amp_store *store, struct amp_err *err)
{
	struct amp_corrected *c = m->c;
	struct question any;
	int rc = gather(m, err);
	if (rc == 0) rc = amp_frame_sums_load(&m->sums, m->f, store, &c->verdicts, m->arena, err);
	if (rc != 0) return rc;
	for (size_t i = 0; i < m->judged.design.n; i++) m->sums.judged[m->judged.unit[i]] = i;
	rc = amp_phases_room(m, err);
	if (rc == 0) rc = ask_any(m, &any, err);
	if (rc == 0) rc = ask(m, store, err);
	if (rc == 0 && c->verdicts.detector != 0) rc = amp_error_measure(m, &any, &c->error, err);
	if (rc == 0) rc = rows_of(m, AMP_NO_INDEX, AMP_NO_INDEX, &any, err);
	for (size_t p = 0; rc == 0 && p < m->f->n_pairs; p++) rc = rows_of(m, p, AMP_NO_INDEX, &any, err);
	for (size_t f = 0; rc == 0 && f < m->f->n_feeds; f++) rc = rows_of(m, AMP_NO_INDEX, f, &any, err);
	return rc;
}

const struct amp_corrected_row *amp_corrected_find(const struct amp_corrected *c, size_t pair, size_t feed, const char *target)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->rows[i].pair == pair && c->rows[i].feed == feed && strcmp(c->rows[i].target, target) == 0)
			return &c->rows[i];
	return NULL;
}

static int best_sample(int64_t *sample, const struct amp_frame *f, struct amp_store *store, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, store, &AMP_SQL_VERDICT_BEST, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, f->version_id);
	rc = amp_query_step(&q, err);
	if (rc == 1) *sample = amp_query_i64(&q, 0);
	amp_query_end(&q);
	return rc < 0 ? rc : 0;
}

int amp_corrected_make(struct amp_corrected *out, struct amp_arena *arena, const struct amp_frame *f, struct amp_store *store,
                       int64_t sample, struct amp_err *err)
{
	struct making m = {.c = out, .arena = arena, .f = f, .alpha = f->plan.alpha};
	*out = (struct amp_corrected){.alpha = f->plan.alpha};
	int rc = sample == 0 ? best_sample(&sample, f, store, err) : 0;
	if (rc != 0) return rc;
	out->sampled = sample != 0;
	if (!out->sampled) {
		out->reason = N_("no sample of this study was drawn for people to judge");
		return 0;
	}
	rc = amp_verdicts_load(&out->verdicts, arena, store, sample, err);
	if (rc != 0) return rc;
	if (out->verdicts.study_version != f->version_id)
		out->reason = N_("the sample was drawn under an earlier version of the study");
	else if (out->verdicts.judged == 0)
		out->reason = N_("a sample was drawn, but nobody has judged any text of it yet");
	else if (out->verdicts.decided == 0)
		out->reason = N_("no text of the sample has a verdict: all are unsure, or coders are divided");
	return out->reason != NULL ? 0 : make(&m, store, err);
}

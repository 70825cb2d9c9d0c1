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
#include "stats/ppi.h"

#define TARGETS_MIN AMP_CORRECTED_HATEFUL_MIN /* hateful texts against a group, below which it has no row */

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
struct side {
	const struct amp_arm_sums *sums;
	double *weight, *weight_all; /* of the judged units; of all */
};

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

static struct amp_arm arm_of(const struct side *s, bool known_total, bool scored)
{
	return (struct amp_arm){.weight = s->weight,
	                        .total = known_total ? amp_real(s->sums->exposures) : AMP_REAL_NONE,
	                        .scores = scored ? amp_real(s->sums->score) : AMP_REAL_NONE};
}

/* ---- with the clusters' doubt ---- */
/* Rows of amp_ppi_arms: the judged units in each cluster; and of each cluster and arm one more, unlabelled item for all the others: of those it
 * asks only how often they were shown, and their mean score. */
struct shown {
	uint32_t *item, *cluster;
	double *a, *b, *score, *label, *pi;
	bool *labelled;
	int64_t *stratum;
	size_t rows;
};

static size_t cluster_of(const struct amp_shot_sums *t, enum amp_cluster_kind kind)
{
	return kind == AMP_CLUSTER_PERSONA ? t->cluster : t->block;
}

static bool shown_new(struct shown *s, struct making *m, size_t clusters)
{
	size_t items = m->judged.design.n + 2 * clusters, rows = m->sums.n_entries + 2 * clusters;
	*s = (struct shown){.item = amp_arena_new_array(m->arena, uint32_t, rows + 1),
	                    .cluster = amp_arena_new_array(m->arena, uint32_t, rows + 1),
	                    .a = amp_arena_new_array(m->arena, double, rows + 1),
	                    .b = amp_arena_new_array(m->arena, double, rows + 1),
	                    .score = amp_arena_new_array(m->arena, double, items + 1),
	                    .label = amp_arena_new_array(m->arena, double, items + 1),
	                    .pi = amp_arena_new_array(m->arena, double, items + 1),
	                    .labelled = amp_arena_new_array(m->arena, bool, items + 1),
	                    .stratum = amp_arena_new_array(m->arena, int64_t, items + 1)};
	return s->item && s->cluster && s->a && s->b && s->score && s->label && s->pi && s->labelled && s->stratum;
}

static void add_rest(struct shown *s, struct making *m, const struct side *side, double *of_row, enum amp_cluster_kind kind,
                     size_t clusters, size_t first)
{
	for (size_t g = 0; g < clusters; g++) {
		s->item[s->rows + g] = (uint32_t)(first + g);
		s->cluster[s->rows + g] = (uint32_t)g;
	}
	for (size_t k = 0; k < m->sums.n_shots; k++) {
		const struct amp_shot_sums *t = &m->sums.shots[k];
		if (!side->sums->in[k]) continue;
		of_row[s->rows + cluster_of(t, kind)] += (double)t->exposures;
		s->score[first + cluster_of(t, kind)] += t->score;
	}
	for (size_t e = 0; e < m->sums.n_entries; e++) { /* without the judged ones, which have rows of their own */
		const struct amp_entry_sums *t = &m->sums.entries[e];
		size_t i = m->sums.judged[t->unit], g = cluster_of(&m->sums.shots[t->shot], kind);
		if (i == AMP_NO_INDEX || !side->sums->in[t->shot]) continue;
		of_row[s->rows + g] -= (double)t->n;
		s->score[first + g] -= (double)t->n * m->judged.score[i];
	}
	for (size_t g = 0; g < clusters; g++)
		s->score[first + g] = of_row[s->rows + g] > 0 ? s->score[first + g] / of_row[s->rows + g] : 0;
	s->rows += clusters;
}

static int two_phases(struct making *m, const struct side *sa, const struct side *sb, const double *y, bool scored,
                      enum amp_cluster_kind kind, struct amp_ppi_arms *out, struct amp_err *err)
{
	size_t n = m->judged.design.n, clusters = kind == AMP_CLUSTER_PERSONA ? m->f->n_clusters : m->f->n_blocks;
	struct shown s;
	if (!shown_new(&s, m, clusters)) return OOM(err);
	for (size_t i = 0; i < n; i++) {
		s.score[i] = m->judged.score[i];
		s.label[i] = y[i];
		s.pi[i] = m->judged.pi[i];
		s.stratum[i] = m->judged.stratum[i];
		s.labelled[i] = true;
	}
	for (size_t e = 0; e < m->sums.n_entries; e++) {
		const struct amp_entry_sums *t = &m->sums.entries[e];
		size_t i = m->sums.judged[t->unit];
		bool in_a = sa->sums->in[t->shot], in_b = sb != NULL && sb->sums->in[t->shot];
		if (i == AMP_NO_INDEX || (!in_a && !in_b)) continue;
		s.item[s.rows] = (uint32_t)i;
		s.cluster[s.rows] = (uint32_t)cluster_of(&m->sums.shots[t->shot], kind);
		s.a[s.rows] = in_a ? (double)t->n : 0;
		s.b[s.rows++] = in_b ? (double)t->n : 0;
	}
	add_rest(&s, m, sa, s.a, kind, clusters, n);
	if (sb != NULL) add_rest(&s, m, sb, s.b, kind, clusters, n + clusters);
	const struct amp_ppi_shown shown = {.rows = s.rows,
	                                    .items = n + 2 * clusters,
	                                    .clusters = clusters,
	                                    .item = s.item,
	                                    .cluster = s.cluster,
	                                    .a = s.a,
	                                    .b = sb != NULL ? s.b : NULL};
	const struct amp_ppi_labels labels = {.score = scored ? s.score : NULL,
	                                      .labelled = s.labelled,
	                                      .label = s.label,
	                                      .pi = s.pi,
	                                      .stratum = s.stratum,
	                                      .draw = AMP_DRAW_FIXED};
	return amp_ppi_arms(&shown, &labels, AMP_REAL_NONE, m->c->alpha, out, err);
}

static double width(const struct amp_confidence *c)
{
	return c->lo.known && c->hi.known ? c->hi.v - c->lo.v : c->lo.known ? INFINITY : -1;
}

/* The wider of two, stretched over `least`, what is certain to be uncertain. */
static void take_wider(const struct amp_confidence *personas, const struct amp_confidence *blocks, size_t n_personas,
                       size_t n_blocks, const struct amp_confidence *least, struct amp_corrected_figure *out,
                       struct amp_confidence *wide)
{
	bool by_persona = width(personas) >= width(blocks);
	*wide = (struct amp_confidence){.estimate = least->estimate};
	if (!least->estimate.known || (width(personas) < 0 && width(blocks) < 0)) return;
	*wide = by_persona ? *personas : *blocks;
	wide->estimate = least->estimate;
	out->cluster = by_persona ? AMP_CLUSTER_PERSONA : AMP_CLUSTER_BLOCK;
	out->clusters = by_persona ? n_personas : n_blocks;
	if (least->lo.known && least->lo.v < wide->lo.v) wide->lo = least->lo;
	if (wide->hi.known && least->hi.known && least->hi.v > wide->hi.v) wide->hi = least->hi;
}

static int widen(struct making *m, const struct side *sa, const struct side *sb, const double *y, bool scored,
                 struct amp_corrected_row *row, struct amp_err *err)
{
	struct amp_ppi_arms p, b;
	int rc = two_phases(m, sa, sb, y, scored, AMP_CLUSTER_PERSONA, &p, err);
	if (rc == 0) rc = two_phases(m, sa, sb, y, scored, AMP_CLUSTER_BLOCK, &b, err);
	if (rc != 0) return rc;
	size_t np = p.clusters_a > p.clusters_b ? p.clusters_a : p.clusters_b,
	       nb = b.clusters_a > b.clusters_b ? b.clusters_a : b.clusters_b;
	struct amp_corrected_figure *figure[] = {&row->a.share, &row->b.share, &row->difference, &row->ratio};
	const struct amp_confidence *persona[] = {&p.a, &p.b, &p.difference, &p.ratio},
				    *block[] = {&b.a, &b.b, &b.difference, &b.ratio};
	for (size_t i = 0; i < 4; i++)
		take_wider(persona[i], block[i], np, nb, scored ? &figure[i]->scored : &figure[i]->labels, figure[i],
		           scored ? &figure[i]->wide_scored : &figure[i]->wide);
	return 0;
}

/* ---- a row ---- */
static void fill_arm(struct making *m, const struct side *s, const double *y, struct amp_corrected_arm *out)
{
	out->exposures = (int64_t)s->sums->exposures;
	out->missing = (int64_t)(s->sums->exposures - s->sums->scored);
	if (s->sums->scored > 0) out->flagged = amp_real(s->sums->flagged / s->sums->scored);
	for (size_t i = 0; i < m->judged.design.n; i++) {
		out->judged += s->weight[i] > 0;
		out->hateful += s->weight[i] > 0 && y[i] == 1;
	}
}

static int worst(struct making *m, struct side *sa, struct side *sb, struct amp_corrected_row *row, bool any, struct amp_err *err)
{
	struct amp_arm_shares low, high;
	struct amp_arm a = {.weight = sa->weight_all, .total = amp_real(sa->sums->exposures)},
		       b = {.weight = sb != NULL ? sb->weight_all : NULL, .total = amp_real(sb != NULL ? sb->sums->exposures : 0)};
	if (!any || !m->judged.missing) return 0; /* of the targets of the missing nothing is known */
	int rc = amp_design_arms(&m->all.design, m->low, NULL, AMP_REAL_NONE, &a, sb != NULL ? &b : NULL, m->c->alpha, &low, err);
	if (rc == 0)
		rc = amp_design_arms(&m->all.design, m->high, NULL, AMP_REAL_NONE, &a, sb != NULL ? &b : NULL, m->c->alpha, &high,
		                     err);
	if (rc != 0) return rc;
	row->a.share.worst_lo = low.a.estimate;
	row->a.share.worst_hi = high.a.estimate;
	row->b.share.worst_lo = low.b.estimate;
	row->b.share.worst_hi = high.b.estimate;
	if (sb == NULL || !low.a.estimate.known || !low.b.estimate.known) return 0;
	row->difference.worst_lo = amp_real(low.a.estimate.v - high.b.estimate.v);
	row->difference.worst_hi = amp_real(high.a.estimate.v - low.b.estimate.v);
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
static void stretch(struct making *m, const struct side *sa, const struct side *sb, const double *y, bool scored,
                    struct amp_corrected_row *row)
{
	const struct side *side[2] = {sa, sb};
	struct amp_corrected_arm *arm[2] = {&row->a, &row->b};
	struct amp_unseen u[2] = {{0, 0}, {0, 0}};
	double share[2] = {0, 0};
	for (size_t i = 0; i < 2 && side[i] != NULL; i++) {
		struct amp_corrected_figure *f = &arm[i]->share;
		if (arm[i]->hateful == 0) continue;
		u[i] = amp_unseen_of(&m->judged.design, y, side[i]->weight, NULL, side[i]->sums->exposures, m->c->alpha);
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
static int estimate_by(struct making *m, struct side *sa, struct side *sb, const double *y, bool scored,
                       struct amp_corrected_row *row, struct amp_err *err)
{
	struct amp_arm_shares s;
	struct amp_arm a = arm_of(sa, true, scored), b = sb != NULL ? arm_of(sb, true, scored) : a;
	int rc = amp_design_arms(&m->judged.design, y, scored ? m->judged.score : NULL, AMP_REAL_NONE, &a, sb != NULL ? &b : NULL,
	                         m->c->alpha, &s, err);
	if (rc != 0) return rc;
	if (sb != NULL) without_positives(row, &s.a, &s.b, &s.difference, &s.ratio);
	*(scored ? &row->a.share.scored : &row->a.share.labels) = s.a;
	*(scored ? &row->b.share.scored : &row->b.share.labels) = s.b;
	*(scored ? &row->difference.scored : &row->difference.labels) = s.difference;
	*(scored ? &row->ratio.scored : &row->ratio.labels) = s.ratio;
	row->a.lambda = s.lambda_a;
	row->b.lambda = s.lambda_b;
	rc = widen(m, sa, sb, y, scored, row, err);
	if (rc == 0) stretch(m, sa, sb, y, scored, row);
	return rc;
}

static int estimate(struct making *m, struct side *sa, struct side *sb, const double *y, struct amp_corrected_row *row, bool any,
                    struct amp_err *err)
{
	struct amp_arm_shares hajek;
	struct amp_arm a = arm_of(sa, false, false), b = sb != NULL ? arm_of(sb, false, false) : a;
	fill_arm(m, sa, y, &row->a);
	if (sb != NULL) fill_arm(m, sb, y, &row->b);
	row->few = row->a.hateful < AMP_CORRECTED_HATEFUL_MIN || (sb != NULL && row->b.hateful < AMP_CORRECTED_HATEFUL_MIN);
	int rc = amp_design_arms(&m->judged.design, y, NULL, AMP_REAL_NONE, &a, sb != NULL ? &b : NULL, m->c->alpha, &hajek, err);
	row->a.hajek = hajek.a;
	row->b.hajek = hajek.b;
	if (rc == 0) rc = estimate_by(m, sa, sb, y, false, row, err);
	/* the score is of hate against anyone: it says nothing of one group */
	if (rc == 0 && any && m->c->verdicts.detector != 0) rc = estimate_by(m, sa, sb, y, true, row, err);
	return rc;
}

/* ---- rows ---- */
static struct amp_corrected_row *new_row(struct making *m, size_t pair, const char *target)
{
	struct amp_corrected_row *row = &m->c->rows[m->c->n++];
	*row = (struct amp_corrected_row){.pair = pair, .target = target};
	return row;
}

static size_t aimed_at(struct making *m, uint64_t targets, double *y)
{
	size_t n = 0;
	for (size_t i = 0; i < m->judged.design.n; i++) {
		const struct amp_verdict_unit *u = &m->c->verdicts.units[m->judged.unit[i]];
		y[i] = u->hateful && (u->targets & targets) != 0;
		n += y[i] == 1;
	}
	return n;
}

static int target_rows(struct making *m, size_t pair, struct side *sa, struct side *sb, struct amp_err *err)
{
	static const char *const grounds[] = {"origin",          "religion",   "sex",         "sexual_orientation",
	                                      "gender_identity", "disability", "other_ground"};
	size_t n_targets, n_grounds = sizeof grounds / sizeof *grounds;
	const struct amp_target *t = amp_targets(&n_targets);
	double *y = amp_arena_new_array(m->arena, double, m->judged.design.n + 1);
	if (y == NULL) return OOM(err);
	for (size_t i = 0; i < n_grounds + n_targets; i++) {
		uint64_t bits = i < n_grounds ? amp_ground_targets(grounds[i]) : amp_target_bit(t[i - n_grounds].name);
		if (aimed_at(m, bits, y) < TARGETS_MIN) continue;
		const char *name = i < n_grounds ? amp_arena_printf(m->arena, "ground:%s", grounds[i]) : t[i - n_grounds].name;
		if (name == NULL) return OOM(err);
		int rc = estimate(m, sa, sb, y, new_row(m, pair, name), false, err);
		if (rc != 0) return rc;
	}
	return 0;
}

static int pair_rows(struct making *m, size_t pair, struct amp_err *err)
{
	struct amp_arm_sums a, b;
	struct side sa, sb;
	bool all = pair == AMP_NO_INDEX;
	int rc = amp_arm_sums_make(&a, &m->sums, m->f, pair, true, m->arena, err);
	if (rc == 0) rc = amp_arm_sums_make(&b, &m->sums, m->f, pair, false, m->arena, err);
	if (rc == 0) rc = side_new(&sa, m, &a, err);
	if (rc == 0) rc = side_new(&sb, m, &b, err);
	if (rc != 0) return rc;
	struct amp_corrected_row *row = new_row(m, pair, "any");
	rc = estimate(m, &sa, all ? NULL : &sb, m->judged.y, row, true, err);
	if (rc == 0) rc = worst(m, &sa, all ? NULL : &sb, row, true, err);
	if (rc != 0) return rc;
	amp_error_rogan(m, &row->a);
	if (!all) amp_error_rogan(m, &row->b);
	return target_rows(m, pair, &sa, all ? NULL : &sb, err);
}

static int make(struct making *m, struct amp_store *store, struct amp_err *err)
{
	struct amp_corrected *c = m->c;
	size_t n_targets;
	(void)amp_targets(&n_targets);
	int rc = gather(m, err);
	if (rc == 0) rc = amp_frame_sums_load(&m->sums, m->f, store, &c->verdicts, m->arena, err);
	if (rc != 0) return rc;
	for (size_t i = 0; i < m->judged.design.n; i++) m->sums.judged[m->judged.unit[i]] = i;
	for (size_t i = 0; i < m->all.design.n; i++) {
		const struct amp_verdict_unit *u = &c->verdicts.units[m->all.unit[i]];
		m->low[i] = u->known && u->hateful;
		m->high[i] = !u->known || u->hateful;
	}
	c->rows = amp_arena_new_array(m->arena, struct amp_corrected_row, (m->f->n_pairs + 1) * (n_targets + 8) + 1);
	if (c->rows == NULL) return OOM(err);
	if (c->verdicts.detector != 0) rc = amp_error_measure(m, err);
	if (rc == 0) rc = pair_rows(m, AMP_NO_INDEX, err);
	for (size_t p = 0; rc == 0 && p < m->f->n_pairs; p++) rc = pair_rows(m, p, err);
	return rc;
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
	struct making m = {.c = out, .arena = arena, .f = f};
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

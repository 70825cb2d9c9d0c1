/* two_phases.c: the doubt of the clusters on top of that of the labels (amp_ppi_arms, stats/ppi.h), over personas and over time blocks.
 *
 * Rows of amp_ppi_arms: the judged units in each cluster; and of each cluster and arm one more, unlabelled item for all the others: of those it
 * asks only how often they were shown, and their mean score. */
#include <math.h>
#include <string.h>

#include "annotate/making.h"
#include "base/i18n.h"
#include "stats/ppi.h"

static size_t cluster_of(const struct amp_shot_sums *t, enum amp_cluster_kind kind)
{
	return kind == AMP_CLUSTER_PERSONA ? t->cluster : t->block;
}

/* Room for either kind of clusters, made once: there is a call for every group, pair and level. */
int amp_phases_room(struct making *m, struct amp_err *err)
{
	size_t most = m->f->n_clusters > m->f->n_blocks ? m->f->n_clusters : m->f->n_blocks;
	size_t items = m->judged.design.n + 2 * most, rows = m->sums.n_entries + 2 * most;
	m->shown = (struct shown_rows){.item = amp_arena_new_array(m->arena, uint32_t, rows + 1),
	                               .cluster = amp_arena_new_array(m->arena, uint32_t, rows + 1),
	                               .a = amp_arena_new_array(m->arena, double, rows + 1),
	                               .b = amp_arena_new_array(m->arena, double, rows + 1),
	                               .score = amp_arena_new_array(m->arena, double, items + 1),
	                               .label = amp_arena_new_array(m->arena, double, items + 1),
	                               .pi = amp_arena_new_array(m->arena, double, items + 1),
	                               .labelled = amp_arena_new_array(m->arena, bool, items + 1),
	                               .stratum = amp_arena_new_array(m->arena, int64_t, items + 1)};
	const struct shown_rows *s = &m->shown;
	return s->item && s->cluster && s->a && s->b && s->score && s->label && s->pi && s->labelled && s->stratum ? 0 : OOM(err);
}

static struct shown_rows *empty(struct making *m, size_t clusters)
{
	struct shown_rows *s = &m->shown;
	size_t n = m->judged.design.n, items = n + 2 * clusters, rows = m->sums.n_entries + 2 * clusters;
	memset(s->a, 0, (rows + 1) * sizeof *s->a);
	memset(s->b, 0, (rows + 1) * sizeof *s->b);
	memset(s->score, 0, (items + 1) * sizeof *s->score);
	memset(s->labelled, 0, (items + 1) * sizeof *s->labelled);
	s->rows = 0;
	return s;
}

static void add_rest(struct shown_rows *s, struct making *m, const struct side *side, const struct question *q, double *of_row,
                     enum amp_cluster_kind kind, size_t clusters, size_t first)
{
	for (size_t g = 0; g < clusters; g++) {
		s->item[s->rows + g] = (uint32_t)(first + g);
		s->cluster[s->rows + g] = (uint32_t)g;
	}
	for (size_t k = 0; k < m->sums.n_shots; k++) {
		const struct amp_shot_sums *t = &m->sums.shots[k];
		if (!side->sums->in[k]) continue;
		of_row[s->rows + cluster_of(t, kind)] += (double)t->exposures;
		s->score[first + cluster_of(t, kind)] += q->shot_score[k];
	}
	for (size_t e = 0; e < m->sums.n_entries; e++) { /* without the judged ones, which have rows of their own */
		const struct amp_entry_sums *t = &m->sums.entries[e];
		size_t i = m->sums.judged[t->unit], g = cluster_of(&m->sums.shots[t->shot], kind);
		if (i == AMP_NO_INDEX || !side->sums->in[t->shot]) continue;
		of_row[s->rows + g] -= (double)t->n;
		s->score[first + g] -= (double)t->n * q->unit_score[i];
	}
	for (size_t g = 0; g < clusters; g++)
		s->score[first + g] = of_row[s->rows + g] > 0 ? s->score[first + g] / of_row[s->rows + g] : 0;
	s->rows += clusters;
}

static int two_phases(struct making *m, const struct side *sa, const struct side *sb, const struct question *q, bool scored,
                      enum amp_cluster_kind kind, const struct at_levels *at, struct amp_ppi_arms *out, struct amp_err *err)
{
	size_t n = m->judged.design.n, clusters = kind == AMP_CLUSTER_PERSONA ? m->f->n_clusters : m->f->n_blocks;
	struct shown_rows *s = empty(m, clusters);
	for (size_t i = 0; i < n; i++) {
		s->score[i] = q->unit_score[i];
		s->label[i] = q->y[i];
		s->pi[i] = m->judged.pi[i];
		s->stratum[i] = m->judged.stratum[i];
		s->labelled[i] = true;
	}
	for (size_t e = 0; e < m->sums.n_entries; e++) {
		const struct amp_entry_sums *t = &m->sums.entries[e];
		size_t i = m->sums.judged[t->unit];
		bool in_a = sa->sums->in[t->shot], in_b = sb != NULL && sb->sums->in[t->shot];
		if (i == AMP_NO_INDEX || (!in_a && !in_b)) continue;
		s->item[s->rows] = (uint32_t)i;
		s->cluster[s->rows] = (uint32_t)cluster_of(&m->sums.shots[t->shot], kind);
		s->a[s->rows] = in_a ? (double)t->n : 0;
		s->b[s->rows++] = in_b ? (double)t->n : 0;
	}
	add_rest(s, m, sa, q, s->a, kind, clusters, n);
	if (sb != NULL) add_rest(s, m, sb, q, s->b, kind, clusters, n + clusters);
	const struct amp_ppi_shown shown = {.rows = s->rows,
	                                    .items = n + 2 * clusters,
	                                    .clusters = clusters,
	                                    .item = s->item,
	                                    .cluster = s->cluster,
	                                    .a = s->a,
	                                    .b = sb != NULL ? s->b : NULL};
	const struct amp_ppi_labels labels = {.score = scored ? s->score : NULL,
	                                      .labelled = s->labelled,
	                                      .label = s->label,
	                                      .pi = s->pi,
	                                      .stratum = s->stratum,
	                                      .draw = AMP_DRAW_FIXED};
	return amp_ppi_arms_at(&shown, &labels, AMP_REAL_NONE, at->alpha, at->n, out, err);
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

static void widen(const struct amp_ppi_arms *p, const struct amp_ppi_arms *b, bool scored, struct amp_corrected_row *row)
{
	size_t np = p->clusters_a > p->clusters_b ? p->clusters_a : p->clusters_b,
	       nb = b->clusters_a > b->clusters_b ? b->clusters_a : b->clusters_b;
	struct amp_corrected_figure *figure[] = {&row->a.share, &row->b.share, &row->difference, &row->ratio};
	const struct amp_confidence *persona[] = {&p->a, &p->b, &p->difference, &p->ratio},
				    *block[] = {&b->a, &b->b, &b->difference, &b->ratio};
	for (size_t i = 0; i < 4; i++)
		take_wider(persona[i], block[i], np, nb, scored ? &figure[i]->scored : &figure[i]->labels, figure[i],
		           scored ? &figure[i]->wide_scored : &figure[i]->wide);
}

int amp_phases_widen(struct making *m, const struct side *sa, const struct side *sb, const struct question *q, bool scored,
                     const struct at_levels *at, struct amp_err *err)
{
	struct amp_ppi_arms p[2], b[2];
	int rc = two_phases(m, sa, sb, q, scored, AMP_CLUSTER_PERSONA, at, p, err);
	if (rc == 0) rc = two_phases(m, sa, sb, q, scored, AMP_CLUSTER_BLOCK, at, b, err);
	for (size_t k = 0; rc == 0 && k < at->n; k++) widen(&p[k], &b[k], scored, at->row[k]);
	return rc;
}

/* cells.c: from snapshots to one x and m per cluster and per time block.
 *
 * A cell is one persona in one round and one stratum (a pair, or a feed). Weights make every persona count the same: a cluster's
 * figure is the mean over its rounds, a round's the mean over the persona and its twins; sum of all weights = 1. The same weights
 * serve clusters and time blocks, so that both resamplings are about the very same figure.
 */
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "metrics/private.h"

struct cell {
	enum amp_shot_state state; /* OK counts; UNPLANNED is no cell; anything else is an exclusion */
	double ranked, chronological;
	double lo[2], hi[2];
	int64_t n, missing;
};

/* One side. Gives its worst-case range even when it has no value. */
static enum amp_shot_state read_side(const struct amp_frame *f, const struct amp_sums *sums, const struct amp_metric *m,
                                     const struct amp_sums_target *target, size_t shot, double *value, double *lo, double *hi,
                                     struct cell *c)
{
	const struct amp_shot *s = &f->shots[shot];
	*lo = 0;
	*hi = 1;
	if (s->state == AMP_SHOT_EMPTY && m->counts_empty) {
		*value = *hi = 0;
		return AMP_SHOT_OK;
	}
	if (s->state != AMP_SHOT_OK) return s->state;
	if (!sums->present[shot]) return AMP_SHOT_UNSCORED;
	struct amp_reading r = {sums->n[shot], sums->missing[shot], target ? target->flagged[shot] : 0};
	c->n += sums->n[shot];
	c->missing += sums->missing[shot];
	if (r.n > 0) m->side_range(&r, lo, hi);
	return m->side(&r, value) ? AMP_SHOT_OK : AMP_SHOT_UNSCORED;
}

static struct cell read_cell(const struct amp_frame *f, const struct amp_sums *sums, const struct amp_metric *m,
                             const struct amp_sums_target *target, size_t persona, size_t stratum, size_t round)
{
	struct cell c = {.state = AMP_SHOT_UNPLANNED};
	if (!m->paired) {
		c.state = read_side(f, sums, m, target, amp_shot_index(f, persona, stratum, round), &c.ranked, &c.lo[0], &c.hi[0],
		                    &c);
		return c;
	}
	const struct amp_frame_pair *pair = &f->pairs[stratum];
	size_t a = amp_shot_index(f, persona, pair->ranked, round), b = amp_shot_index(f, persona, pair->chronological, round);
	if (!f->shots[a].planned || !f->shots[b].planned) return c;
	enum amp_shot_state ra = read_side(f, sums, m, target, a, &c.ranked, &c.lo[0], &c.hi[0], &c);
	enum amp_shot_state rb = read_side(f, sums, m, target, b, &c.chronological, &c.lo[1], &c.hi[1], &c);
	c.state = ra != AMP_SHOT_OK ? ra : rb;
	int64_t skew = f->shots[a].started_at - f->shots[b].started_at;
	if (c.state == AMP_SHOT_OK && f->plan.max_skew_ms > 0 && f->shots[a].started_at != AMP_TIME_NONE &&
	    f->shots[b].started_at != AMP_TIME_NONE && (skew > f->plan.max_skew_ms || -skew > f->plan.max_skew_ms))
		c.state = AMP_SHOT_SKEWED;
	return c;
}

size_t amp_contributions_room(const struct amp_frame *f)
{
	return 2 * (f->n_clusters + f->n_blocks) + 1;
}

/* Counts of one cluster: cells per (stratum, round), and how many (stratum, round) have any; for counted and for planned cells. */
struct tally {
	size_t rounds, planned_rounds;
};

static void members(const struct amp_frame *f, const struct amp_sums *sums, const struct amp_scope *scope,
                    const struct amp_sums_target *target, size_t cluster, size_t stratum, size_t round, size_t *counted,
                    size_t *planned)
{
	*counted = *planned = 0;
	for (size_t i = 0; i < f->clusters[cluster].n; i++) {
		struct cell c = read_cell(f, sums, scope->metric, target, f->clusters[cluster].first + i, stratum, round);
		*counted += c.state == AMP_SHOT_OK;
		*planned += c.state != AMP_SHOT_UNPLANNED;
	}
}

static struct tally tally_cluster(const struct amp_frame *f, const struct amp_sums *sums, const struct amp_scope *scope,
                                  const struct amp_sums_target *target, size_t cluster)
{
	struct tally t = {0, 0};
	for (size_t s = 0; s < scope->n_strata; s++)
		for (size_t r = 0; r < f->n_rounds; r++) {
			size_t counted, planned;
			members(f, sums, scope, target, cluster, scope->strata[s], r, &counted, &planned);
			t.rounds += counted > 0;
			t.planned_rounds += planned > 0;
		}
	return t;
}

struct worst {
	double a_lo, a_hi, c_lo, c_hi, w;
};

static void add_cluster(const struct amp_frame *f, const struct amp_sums *sums, const struct amp_scope *scope,
                        const struct amp_sums_target *target, size_t cluster, struct tally t, double share, double planned_share,
                        double *cx, double *cm, double *bx, double *bm, struct worst *worst, struct amp_contributions *out)
{
	for (size_t s = 0; s < scope->n_strata; s++)
		for (size_t r = 0; r < f->n_rounds; r++) {
			size_t counted, planned;
			members(f, sums, scope, target, cluster, scope->strata[s], r, &counted, &planned);
			if (planned == 0) continue;
			double w = counted ? share / (double)t.rounds / (double)counted : 0;
			double wp = planned_share / (double)t.planned_rounds / (double)planned;
			for (size_t i = 0; i < f->clusters[cluster].n; i++) {
				struct cell c = read_cell(f, sums, scope->metric, target, f->clusters[cluster].first + i,
				                          scope->strata[s], r);
				if (c.state == AMP_SHOT_UNPLANNED) continue;
				worst->a_lo += wp * c.lo[0];
				worst->a_hi += wp * c.hi[0];
				worst->c_lo += wp * c.lo[1];
				worst->c_hi += wp * c.hi[1];
				worst->w += wp;
				if (c.state != AMP_SHOT_OK) {
					out->excluded++;
					continue;
				}
				double x, m;
				scope->metric->contrast(c.ranked, c.chronological, &x, &m);
				*cx += w * x;
				*cm += w * m;
				bx[f->rounds[r].block] += w * x;
				bm[f->rounds[r].block] += w * m;
				out->ranked += w * c.ranked;
				out->chronological += w * c.chronological;
				out->n += c.n;
				out->missing += c.missing;
				out->used++;
			}
		}
}

/* Worst case of x / m over sides whose means lie in a box: each contrast is monotone in each side. */
static void worst_case(const struct amp_metric *m, const struct worst *w, struct amp_contributions *out)
{
	double x, d;
	if (!(w->w > 0)) return;
	m->contrast(w->a_lo, w->c_hi, &x, &d);
	if (d > 0) out->worst_lo = amp_real(x / d);
	m->contrast(w->a_hi, w->c_lo, &x, &d);
	if (d > 0) out->worst_hi = amp_real(x / d);
}

/* Keeps the units that have a value, in order. A block is known by having cells: its m may be 0 in a ratio. */
static size_t pack(double *x, double *m, const unsigned char *used, size_t n)
{
	size_t kept = 0;
	for (size_t i = 0; i < n; i++)
		if (used[i]) {
			x[kept] = x[i];
			m[kept++] = m[i];
		}
	return kept;
}

int amp_contributions(const struct amp_frame *f, const struct amp_sums *sums, const struct amp_scope *scope, double *work,
                      struct amp_contributions *out, struct amp_err *err)
{
	*out = (struct amp_contributions){.cluster_x = work, .cluster_m = work + f->n_clusters};
	out->block_x = out->cluster_m + f->n_clusters;
	out->block_m = out->block_x + f->n_blocks;
	memset(work, 0, amp_contributions_room(f) * sizeof *work);
	const struct amp_sums_target *target = amp_sums_find(sums, scope->target);
	size_t first = scope->cluster == AMP_NO_INDEX ? 0 : scope->cluster,
	       end = scope->cluster == AMP_NO_INDEX ? f->n_clusters : first + 1;
	struct tally *tallies = amp_calloc(f->n_clusters + 1, sizeof *tallies);
	unsigned char *used = amp_calloc(f->n_clusters + f->n_blocks + 1, 1);
	if (!tallies || !used) {
		amp_free(tallies);
		amp_free(used);
		return AMP_OOM(err);
	}
	unsigned char *block_used = used + f->n_clusters;
	double with_value = 0, planned = 0;
	for (size_t c = first; c < end; c++) {
		tallies[c] = tally_cluster(f, sums, scope, target, c);
		with_value += tallies[c].rounds > 0;
		planned += tallies[c].planned_rounds > 0;
	}
	struct worst worst = {0, 0, 0, 0, 0};
	for (size_t c = first; c < end; c++) {
		if (tallies[c].planned_rounds == 0) continue;
		used[c] = tallies[c].rounds > 0;
		add_cluster(f, sums, scope, target, c, tallies[c], used[c] ? 1 / with_value : 0, 1 / planned, &out->cluster_x[c],
		            &out->cluster_m[c], out->block_x, out->block_m, &worst, out);
	}
	for (size_t s = 0; s < scope->n_strata; s++)
		for (size_t r = 0; r < f->n_rounds; r++)
			for (size_t c = first; c < end && !block_used[f->rounds[r].block]; c++) {
				size_t counted, all;
				members(f, sums, scope, target, c, scope->strata[s], r, &counted, &all);
				block_used[f->rounds[r].block] = counted > 0;
			}
	worst_case(scope->metric, &worst, out);
	out->n_clusters = pack(out->cluster_x, out->cluster_m, used, f->n_clusters);
	out->n_blocks = pack(out->block_x, out->block_m, block_used, f->n_blocks);
	amp_free(tallies);
	amp_free(used);
	return 0;
}

void amp_exclusions_count(const struct amp_frame *f, const struct amp_sums *sums, size_t persona, size_t pair, size_t feed,
                          struct amp_exclusions *out)
{
	*out = (struct amp_exclusions){{0}};
	const struct amp_metric *m = amp_metric_find(pair == AMP_NO_INDEX ? "exposure_share" : "additive_lift");
	for (size_t r = 0; r < f->n_rounds; r++)
		out->state[read_cell(f, sums, m, NULL, persona, pair == AMP_NO_INDEX ? feed : pair, r).state]++;
}

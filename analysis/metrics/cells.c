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
	double ranked, chronological, x, m;
	double lo[2], hi[2];
	int64_t n, missing;
};
/* What does not change from cell to cell of one scope. */
struct source {
	const struct amp_frame *f;
	const struct amp_sums *sums;
	const struct amp_metric *metric;
	const struct amp_sums_target *target;
	const struct amp_list_table *lists; /* of a metric from lists; NULL: not made */
};

/* One side. Gives its worst-case range even when it has no value. */
static enum amp_shot_state read_side(const struct source *k, size_t shot, double *value, double *lo, double *hi, struct cell *c)
{
	const struct amp_shot *s = &k->f->shots[shot];
	const struct amp_metric *m = k->metric;
	*lo = 0;
	*hi = 1;
	if (s->state == AMP_SHOT_EMPTY && m->counts_empty) {
		*value = *hi = 0;
		return AMP_SHOT_OK;
	}
	if (s->state != AMP_SHOT_OK) return s->state;
	if (!k->sums->present[shot]) return AMP_SHOT_UNSCORED;
	struct amp_reading r = {.n = k->sums->n[shot],
	                        .missing = k->sums->missing[shot],
	                        .flagged = k->target ? k->target->flagged[shot] : 0,
	                        .discounted = k->target ? k->target->discounted[shot] : 0,
	                        .discount_total = k->sums->discount_total[shot],
	                        .p = k->sums->p};
	c->n += k->sums->n[shot];
	c->missing += k->sums->missing[shot];
	if (m->visit) return AMP_SHOT_OK;
	if (r.n > 0) m->side_range(&r, lo, hi);
	return m->side(&r, value) ? AMP_SHOT_OK : AMP_SHOT_UNSCORED;
}

/* A metric from lists: the value was made in the pass over them. */
static void read_figure(const struct source *k, size_t persona, size_t stratum, size_t round, struct cell *c)
{
	size_t at = amp_list_index(k->f, stratum, persona, round);
	if (c->state != AMP_SHOT_OK) return;
	if (!k->lists || !k->lists->has[at]) {
		c->state = AMP_SHOT_UNSCORED;
		return;
	}
	const struct amp_figure *v = &k->lists->v[at];
	c->x = v->x;
	c->m = v->m;
	c->ranked = v->ranked;
	c->chronological = v->chronological;
}

static struct cell read_cell(const struct source *k, size_t persona, size_t stratum, size_t round)
{
	const struct amp_frame *f = k->f;
	struct cell c = {.state = AMP_SHOT_UNPLANNED};
	if (!k->metric->paired) {
		c.state = read_side(k, amp_shot_index(f, persona, stratum, round), &c.ranked, &c.lo[0], &c.hi[0], &c);
	} else {
		const struct amp_frame_pair *pair = &f->pairs[stratum];
		size_t a = amp_shot_index(f, persona, pair->ranked, round),
		       b = amp_shot_index(f, persona, pair->chronological, round);
		if (!f->shots[a].planned || !f->shots[b].planned) return c;
		enum amp_shot_state ra = read_side(k, a, &c.ranked, &c.lo[0], &c.hi[0], &c);
		enum amp_shot_state rb = read_side(k, b, &c.chronological, &c.lo[1], &c.hi[1], &c);
		c.state = ra != AMP_SHOT_OK ? ra : rb;
		if (c.state == AMP_SHOT_OK && amp_shots_skewed(f, a, b)) c.state = AMP_SHOT_SKEWED;
	}
	if (k->metric->visit)
		read_figure(k, persona, stratum, round, &c);
	else if (c.state == AMP_SHOT_OK)
		k->metric->contrast(c.ranked, c.chronological, &c.x, &c.m);
	return c;
}

bool amp_cell_read(const struct amp_frame *f, const struct amp_sums *sums, bool paired, const char *target, size_t persona,
                   size_t stratum, size_t round, struct amp_cell_value *out)
{
	const struct source k = {f, sums, amp_metric_find(paired ? "additive_lift" : "exposure_share"), amp_sums_find(sums, target),
	                         NULL};
	struct cell c = read_cell(&k, persona, stratum, round);
	*out = (struct amp_cell_value){c.state, c.x, c.n, c.missing};
	return c.state == AMP_SHOT_OK;
}

bool amp_shots_skewed(const struct amp_frame *f, size_t a, size_t b)
{
	int64_t from = f->shots[a].started_at, to = f->shots[b].started_at, most = f->plan.max_skew_ms;
	return most > 0 && from != AMP_TIME_NONE && to != AMP_TIME_NONE && (from - to > most || to - from > most);
}

size_t amp_contributions_room(const struct amp_frame *f)
{
	return 2 * (f->n_clusters + f->n_blocks) + 3 * f->n_clusters * f->n_blocks + 1;
}

/* Sums that one division turns into means. */
struct means {
	double x, m, a, c, a_weight;
};
struct worst {
	double a_lo, a_hi, c_lo, c_hi, w;
};
/* What one pass over a cluster's cells gives. */
struct cluster_sums {
	struct means means;
	struct worst worst;
	size_t rounds, planned_rounds; /* with a value; with a plan */
	int64_t n, missing, excluded, used;
};
struct amp_readings {
	const struct amp_frame *f;
	const struct amp_metric *metric;
	struct cluster_sums *cluster;
	double *block;       /* of every cluster: x, m and the number of rounds of every block */
	unsigned char *used; /* room for a flag a cluster and a block */
};

static void worst_add(struct worst *to, const struct worst *of, double scale)
{
	to->a_lo += scale * of->a_lo;
	to->a_hi += scale * of->a_hi;
	to->c_lo += scale * of->c_lo;
	to->c_hi += scale * of->c_hi;
	to->w += scale * of->w;
}

/* The persona and its twins in one round of one stratum. Returns how many cells count. */
static size_t read_members(const struct source *k, size_t cluster, size_t stratum, size_t round, struct means *sum,
                           struct worst *worst, size_t *planned, struct cluster_sums *out)
{
	const struct amp_frame_cluster *members = &k->f->clusters[cluster];
	size_t counted = 0;
	for (size_t i = 0; i < members->n; i++) {
		struct cell c = read_cell(k, members->first + i, stratum, round);
		if (c.state == AMP_SHOT_UNPLANNED) continue;
		++*planned;
		worst_add(worst, &(struct worst){c.lo[0], c.hi[0], c.lo[1], c.hi[1], 1}, 1);
		if (c.state != AMP_SHOT_OK) {
			out->excluded++;
			continue;
		}
		double weight = k->metric->visit ? c.m : 1; /* the sides of a visit that has nothing to say are no zeros */
		counted++;
		sum->x += c.x;
		sum->m += c.m;
		sum->a += weight * c.ranked;
		sum->c += weight * c.chronological;
		sum->a_weight += weight;
		out->n += c.n;
		out->missing += c.missing;
		out->used++;
	}
	return counted;
}

/* One pass over the cluster's cells. block: zero. */
static struct cluster_sums read_cluster(const struct source *k, const struct amp_scope *scope, size_t cluster, double *block)
{
	const struct amp_frame *f = k->f;
	struct cluster_sums t = {.rounds = 0};
	for (size_t s = 0; s < scope->n_strata; s++)
		for (size_t r = 0; r < f->n_rounds; r++) {
			struct means sum = {0, 0, 0, 0, 0};
			struct worst worst = {0, 0, 0, 0, 0};
			size_t planned = 0, counted = read_members(k, cluster, scope->strata[s], r, &sum, &worst, &planned, &t),
			       at = f->rounds[r].block;
			if (planned > 0) {
				t.planned_rounds++;
				worst_add(&t.worst, &worst, 1 / (double)planned);
			}
			if (counted == 0) continue;
			double share = 1 / (double)counted;
			t.rounds++;
			t.means.x += share * sum.x;
			t.means.m += share * sum.m;
			t.means.a += share * sum.a;
			t.means.c += share * sum.c;
			t.means.a_weight += share * sum.a_weight;
			block[3 * at] += share * sum.x;
			block[3 * at + 1] += share * sum.m;
			if (k->metric->visit && !(sum.m > 0)) continue;
			block[3 * at + 2]++;
		}
	return t;
}

/* Worst case of x / m over sides whose means lie in a box: each contrast is monotone in each side. visits: of a metric that adds one. */
static struct amp_real worst_of(const struct amp_metric *m, double ranked, double chronological, double visits)
{
	double x, d;
	m->contrast(ranked, chronological, &x, &d);
	if (m->visits) {
		x = x * visits + 1;
		d = d * visits + 1;
	}
	return d > 0 ? amp_real(x / d) : AMP_REAL_NONE;
}

static void worst_case(const struct amp_metric *m, const struct worst *w, double visits, struct amp_contributions *out)
{
	bool unbounded = m->unbounded && out->excluded > 0;
	if (!(w->w > 0) || m->visit || m->figure || unbounded) return;
	out->worst_lo = worst_of(m, w->a_lo / w->w, w->c_hi / w->w, visits);
	out->worst_hi = worst_of(m, w->a_hi / w->w, w->c_lo / w->w, visits);
}

/* Keeps the units that have a value, in order. A unit is known by having cells: its m may be 0 in a ratio. */
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

/* Huszár et al. 2022: one is added to either side's number of visits that met something, spread over the units so that their sums are
 * (visits + 1). visits: how many there are. */
static void add_one_visit(double *x, double *m, size_t n, double visits)
{
	for (size_t i = 0; i < n; i++) {
		x[i] = x[i] * visits + 1 / (double)n;
		m[i] = m[i] * visits + 1 / (double)n;
	}
}

/* The same over the cells, as they weigh. */
static void add_one_visit_to_cells(struct amp_contributions *out, size_t n, double visits)
{
	double all = 0;
	for (size_t i = 0; i < n; i++) all += out->cell_w[i];
	for (size_t i = 0; i < n; i++) {
		if (!(out->cell_w[i] > 0)) continue;
		out->cell_x[i] = out->cell_x[i] * visits + out->cell_w[i] / all;
		out->cell_m[i] = out->cell_m[i] * visits + out->cell_w[i] / all;
	}
}

/* Every persona that has a value weighs the same: what was summed is divided by their number. */
static void scale(struct amp_contributions *out, size_t clusters, size_t blocks, struct means *all, double with_value)
{
	for (size_t i = 0; i < clusters * blocks; i++) {
		out->cell_x[i] /= with_value;
		out->cell_m[i] /= with_value;
		out->cell_w[i] /= with_value;
	}
	for (size_t i = 0; i < clusters; i++) {
		out->cluster_x[i] /= with_value;
		out->cluster_m[i] /= with_value;
	}
	for (size_t i = 0; i < blocks; i++) {
		out->block_x[i] /= with_value;
		out->block_m[i] /= with_value;
	}
	if (!(all->a_weight > 0)) return;
	out->ranked = all->a / all->a_weight;
	out->chronological = all->c / all->a_weight;
}

/* Adds one cluster to all sums. */
static void add_cluster(const struct amp_readings *r, size_t c, struct means *all, struct amp_contributions *out)
{
	const struct cluster_sums *t = &r->cluster[c];
	size_t blocks = r->f->n_blocks;
	double share = 1 / (double)t->rounds;
	const double *block = r->block + 3 * c * blocks;
	r->used[c] = !r->metric->visit || t->means.m > 0; /* visits that had nothing to say are no unit */
	out->cluster_x[c] = share * t->means.x;
	out->cluster_m[c] = share * t->means.m;
	all->a += share * t->means.a;
	all->c += share * t->means.c;
	all->a_weight += share * t->means.a_weight;
	for (size_t i = 0; i < blocks; i++, block += 3) {
		size_t at = c * blocks + i;
		out->block_x[i] += share * block[0];
		out->block_m[i] += share * block[1];
		out->cell_x[at] = share * block[0];
		out->cell_m[at] = share * block[1];
		out->cell_w[at] = share * block[2];
		if (block[2] > 0) r->used[r->f->n_clusters + i] = 1;
	}
}

static void start(const struct amp_frame *f, double *work, struct amp_contributions *out)
{
	*out = (struct amp_contributions){.cluster_x = work, .cluster_m = work + f->n_clusters};
	out->block_x = out->cluster_m + f->n_clusters;
	out->block_m = out->block_x + f->n_blocks;
	out->cell_x = out->block_m + f->n_blocks;
	out->cell_m = out->cell_x + f->n_clusters * f->n_blocks;
	out->cell_w = out->cell_m + f->n_clusters * f->n_blocks;
	memset(work, 0, amp_contributions_room(f) * sizeof *work);
}

void amp_readings_take(const struct amp_readings *r, size_t cluster, double *work, struct amp_contributions *out)
{
	const struct amp_frame *f = r->f;
	size_t first = cluster == AMP_NO_INDEX ? 0 : cluster, end = cluster == AMP_NO_INDEX ? f->n_clusters : first + 1;
	double with_value = 0, visits = 0, planned = 0;
	struct worst worst = {0, 0, 0, 0, 0};
	struct means all = {0, 0, 0, 0, 0};
	start(f, work, out);
	memset(r->used, 0, f->n_clusters + f->n_blocks);
	for (size_t c = first; c < end; c++) {
		const struct cluster_sums *t = &r->cluster[c];
		out->n += t->n;
		out->missing += t->missing;
		out->excluded += t->excluded;
		out->used += t->used;
		planned += (double)t->planned_rounds;
		if (t->planned_rounds > 0) worst_add(&worst, &t->worst, 1 / (double)t->planned_rounds);
		if (t->rounds == 0) continue;
		with_value++;
		visits += (double)t->rounds;
		add_cluster(r, c, &all, out);
	}
	worst_case(r->metric, &worst, planned, out);
	if (with_value > 0) scale(out, f->n_clusters, f->n_blocks, &all, with_value);
	out->n_clusters = pack(out->cluster_x, out->cluster_m, r->used, f->n_clusters);
	out->n_blocks = pack(out->block_x, out->block_m, r->used + f->n_clusters, f->n_blocks);
	if (r->metric->visits) {
		add_one_visit(out->cluster_x, out->cluster_m, out->n_clusters, visits);
		add_one_visit(out->block_x, out->block_m, out->n_blocks, visits);
		add_one_visit_to_cells(out, f->n_clusters * f->n_blocks, visits);
	}
}

int amp_readings_make(struct amp_readings **out, const struct amp_frame *f, const struct amp_sums *sums,
                      const struct amp_scope *scope, struct amp_err *err)
{
	const struct source k = {f, sums, scope->metric, amp_sums_find(sums, scope->target),
	                         scope->metric->visit ? amp_lists_find(sums->lists, scope->metric) : NULL};
	struct amp_readings *r = *out = amp_calloc(1, sizeof *r);
	if (!r) return AMP_OOM(err);
	*r = (struct amp_readings){f, scope->metric, amp_calloc(f->n_clusters + 1, sizeof *r->cluster),
	                           amp_calloc(3 * f->n_clusters * f->n_blocks + 1, sizeof *r->block),
	                           amp_calloc(f->n_clusters + f->n_blocks + 1, 1)};
	if (!r->cluster || !r->block || !r->used) {
		amp_readings_free(r);
		*out = NULL;
		return AMP_OOM(err);
	}
	for (size_t c = 0; c < f->n_clusters; c++)
		if (scope->cluster == AMP_NO_INDEX || scope->cluster == c)
			r->cluster[c] = read_cluster(&k, scope, c, r->block + 3 * c * f->n_blocks);
	return 0;
}

void amp_readings_free(struct amp_readings *r)
{
	if (!r) return;
	amp_free(r->cluster);
	amp_free(r->block);
	amp_free(r->used);
	amp_free(r);
}

int amp_contributions(const struct amp_frame *f, const struct amp_sums *sums, const struct amp_scope *scope, double *work,
                      struct amp_contributions *out, struct amp_err *err)
{
	struct amp_readings *r;
	int rc = amp_readings_make(&r, f, sums, scope, err);
	if (rc == 0) amp_readings_take(r, scope->cluster, work, out);
	amp_readings_free(r);
	return rc;
}

struct amp_exclusions_kept {
	bool known;
	struct amp_exclusions x;
};

int amp_exclusions_room(struct amp_sums *sums, const struct amp_frame *f, struct amp_err *err)
{
	sums->exclusions =
		amp_arena_new_array(sums->arena, struct amp_exclusions_kept, (f->n_feeds + f->n_pairs) * f->n_personas + 1);
	return sums->exclusions ? 0 : AMP_OOM(err);
}

void amp_exclusions_count(const struct amp_frame *f, const struct amp_sums *sums, size_t persona, size_t pair, size_t feed,
                          struct amp_exclusions *out)
{
	bool paired = pair != AMP_NO_INDEX;
	size_t stratum = paired ? pair : feed;
	struct amp_exclusions_kept *kept =
		sums->exclusions ? &sums->exclusions[((paired ? f->n_feeds : 0) + stratum) * f->n_personas + persona] : NULL;
	*out = (struct amp_exclusions){{0}};
	if (kept && kept->known) {
		*out = kept->x;
		return;
	}
	const struct source k = {f, sums, amp_metric_find(paired ? "additive_lift" : "exposure_share"), NULL, NULL};
	for (size_t r = 0; r < f->n_rounds; r++) out->state[read_cell(&k, persona, stratum, r).state]++;
	if (kept) *kept = (struct amp_exclusions_kept){true, *out};
}

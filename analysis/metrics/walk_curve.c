/* walk_curve.c: what walks show from list to list: share, cumulative dose, and how many have met none; medians and means until the first.
 *
 * A walk is in a mean as long as its lists were read, and in no mean after that. Each walk weighs one over the number of walks of its persona
 * and twins, so that who could walk more often counts no more. Errors: the whole vector of figures again without one persona, one time block and
 * one cell of both, jackknifed two ways (stats/robust.h).
 */
#include <math.h>
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "metrics/private.h"
#include "metrics/walks.h"
#include "stats/robust.h"
#include "stats/skew.h"
#include "stats/special.h"

struct walker {
	const struct amp_frame *f;
	const struct amp_walk *v;
	size_t n, horizon;
	double *count;            /* walks of a cluster */
	double *at;               /* sums of each list, below */
	double *rest;             /* the same, of all clusters but one */
	double *one;              /* figures without one cell */
	struct amp_spread *cells; /* of each figure, without each cell */
	double *ones;             /* one a cluster */
};
enum { READ, FLAGGED, SCORED, SHARE, RISK, EVENT, SUMS };
/* The vector of figures: shares, doses and survivals by list, then the restricted mean. NAN: has none. */
static double *shares(double *v)
{
	return v;
}
static double *doses(double *v, size_t horizon)
{
	return v + horizon;
}
static double *survivals(double *v, size_t horizon)
{
	return v + 2 * horizon;
}
static size_t figures(size_t horizon)
{
	return 3 * horizon + 1;
}

static size_t cluster_of(const struct walker *k, const struct amp_walk *w)
{
	return k->f->personas[w->persona].cluster;
}

static size_t block_of(const struct walker *k, const struct amp_walk *w)
{
	return k->f->rounds[w->round].block;
}

static void add_walk(const struct walker *k, const struct amp_walk *w, double weight)
{
	for (size_t i = 0; i < w->read && i < k->horizon; i++) {
		const struct amp_walk_list *s = &w->list[i];
		double *at = k->at + i * SUMS, scored = (double)s->n - (double)s->missing;
		at[READ] += weight;
		at[FLAGGED] += weight * s->flagged;
		if (scored > 0) {
			at[SCORED] += weight;
			at[SHARE] += weight * s->flagged / scored;
		}
		if (w->first != 0 && i >= w->first) continue;
		at[RISK] += weight;
		at[EVENT] += i + 1 == w->first ? weight : 0;
	}
}

static bool counts(const struct walker *k, const struct amp_walk *w, size_t no_cluster, size_t no_block)
{
	return cluster_of(k, w) != no_cluster && block_of(k, w) != no_block && w->read > 0;
}

/* The sums of walks from..to, without one cluster or one block (AMP_NO_INDEX: with all), added to those that are there. */
static void add_walks(const struct walker *k, size_t from, size_t to, size_t no_cluster, size_t no_block)
{
	memset(k->count, 0, k->f->n_clusters * sizeof *k->count);
	for (size_t i = from; i < to; i++)
		if (counts(k, &k->v[i], no_cluster, no_block)) k->count[cluster_of(k, &k->v[i])]++;
	for (size_t i = from; i < to; i++)
		if (counts(k, &k->v[i], no_cluster, no_block)) add_walk(k, &k->v[i], 1 / k->count[cluster_of(k, &k->v[i])]);
}

/* The figures that the sums give. */
static void read_off(const struct walker *k, double *out)
{
	double dose = 0, survival = 1, mean = 0;
	for (size_t i = 0; i < k->horizon; i++) {
		const double *at = k->at + i * SUMS;
		shares(out)[i] = at[SCORED] > 0 ? at[SHARE] / at[SCORED] : NAN;
		dose += at[READ] > 0 ? at[FLAGGED] / at[READ] : NAN;
		doses(out, k->horizon)[i] = dose;
		mean += survival;
		/* nobody left to meet one: none is left at survival 0, and elsewhere nothing is known any more */
		if (at[RISK] > 1e-12)
			survival = at[RISK] - at[EVENT] > 1e-12 ? survival * (1 - at[EVENT] / at[RISK]) : 0;
		else if (survival > 0)
			survival = NAN;
		survivals(out, k->horizon)[i] = survival;
	}
	out[3 * k->horizon] = mean;
}

static void evaluate(const struct walker *k, size_t no_cluster, size_t no_block, double *out)
{
	memset(k->at, 0, k->horizon * SUMS * sizeof *k->at);
	add_walks(k, 0, k->n, no_cluster, no_block);
	read_off(k, out);
}

/* ---- how far the curves go ---- */
static size_t second(const size_t *longest, size_t n)
{
	size_t first = 0, next = 0, units = 0;
	for (size_t i = 0; i < n; i++) {
		units += longest[i] > 0;
		if (longest[i] > first) {
			next = first;
			first = longest[i];
		} else if (longest[i] > next)
			next = longest[i];
	}
	return units < 2 ? first : next;
}

/* longest: room for clusters and blocks, zero. Beyond the second longest walk of two units nothing says how much a figure varies. */
static void measure(struct walker *k, size_t *longest, struct amp_walk_curve *c)
{
	size_t *of_block = longest + k->f->n_clusters;
	for (size_t i = 0; i < k->n; i++) {
		const struct amp_walk *w = &k->v[i];
		size_t *a = &longest[cluster_of(k, w)], *b = &of_block[block_of(k, w)];
		if (w->read == 0) continue;
		c->walks++;
		c->events += w->first != 0;
		c->personas += *a == 0;
		c->blocks += *b == 0;
		if (w->read > *a) *a = w->read;
		if (w->read > *b) *b = w->read;
		if (w->read > c->longest) c->longest = w->read;
		for (size_t j = 0; j < w->read; j++) {
			c->entries += w->list[j].n;
			c->missing += w->list[j].missing;
		}
	}
	size_t by_cluster = second(longest, k->f->n_clusters), by_block = second(of_block, k->f->n_blocks);
	k->horizon = c->n = by_cluster < by_block ? by_cluster : by_block;
}

static int count_points(const struct walker *k, struct amp_walk_curve *c, struct amp_err *err)
{
	size_t *last = amp_calloc(c->n + 1, sizeof *last); /* cluster + 1 that was counted last: walks stand cluster by cluster */
	if (!last) return AMP_OOM(err);
	for (size_t i = 0; i < k->n; i++) {
		const struct amp_walk *w = &k->v[i];
		for (size_t j = 0; j < w->read && j < c->n; j++) {
			struct amp_walk_point *p = &c->v[j];
			p->walks++;
			p->personas += last[j] != cluster_of(k, w) + 1;
			last[j] = cluster_of(k, w) + 1;
			p->events += w->first == j + 1;
			p->censored += w->first == 0 && w->read == j + 1;
		}
	}
	amp_free(last);
	return 0;
}

/* ---- errors ---- */
/* Units that are enough to test, and all give the same: the others' error stands alone (units.c has the same rule). */
static bool silent(const struct walker *k, double all, const double *without, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!(fabs(without[i] - all) <= 1e-12 * fmax(1, fabs(all)))) return false;
	return n > 1 && ldexp(2, -(int)(n < 64 ? n : 64)) <= k->f->plan.alpha;
}

/* Figure i of all, and of the replicates: those without a cluster first, then those without a block. */
static struct amp_confidence interval(const struct walker *k, const struct amp_walk_curve *c, const double *all, const double *left,
                                      size_t i, double *work)
{
	size_t size = figures(k->horizon);
	for (size_t r = 0; r < c->personas + c->blocks; r++) work[r] = left[r * size + i];
	const double *personas = work, *blocks = work + c->personas;
	if (c->personas < 2 || silent(k, all[i], personas, c->personas))
		return amp_jackknife(all[i], blocks, c->blocks, k->f->plan.alpha);
	if (silent(k, all[i], blocks, c->blocks)) return amp_jackknife(all[i], personas, c->personas, k->f->plan.alpha);
	return amp_jackknife_two_way(all[i], personas, c->personas, blocks, c->blocks, &k->cells[i], k->f->plan.alpha);
}

static void keep_within(struct amp_confidence *c, double least, double most)
{
	if (c->lo.known) c->lo.v = fmax(c->lo.v, least);
	if (c->hi.known) c->hi.v = fmin(c->hi.v, most);
}

/* Limits of what cannot fall to `least` stand on the logarithm of what is above it: those of few personas have their tail there. */
static void on_log(struct amp_confidence *c, double least)
{
	double above = c->estimate.v - least;
	if (!c->se.known) return;
	double factor = exp((c->hi.v - c->lo.v) / 2 / above);
	c->lo = c->hi = AMP_REAL_NONE;
	if (!(above > 0) || !isfinite(above * factor)) return;
	c->lo = amp_real(least + above / factor);
	c->hi = amp_real(least + above * factor);
}

/* Personas' parts of a figure that cannot fall to `least` (Tukey's pseudo-values, made of `without`) have their tail above, of which ten of them
 * seldom show enough: the limits span those of a mean of values as lopsided as a lognormal that spreads as they do, but for what is left in their cells (units.c). */
static void allow_for_skew(const struct walker *k, size_t n, double *without, const struct amp_spread *cells, double least,
                           struct amp_confidence *out)
{
	double above = out->estimate.v - least, units = (double)n, mean = 0, squares = 0;
	struct amp_skewed t;
	if (!out->lo.known || n < AMP_SKEW_PERSONAS) return;
	for (size_t i = 0; i < n; i++) {
		without[i] = units * above - (units - 1) * (without[i] - least);
		mean += without[i] / units;
	}
	for (size_t i = 0; i < n; i++) {
		squares += (without[i] - mean) * (without[i] - mean);
		k->ones[i] = 1;
	}
	double cv = sqrt(squares / (units - 1)) / above, in_cells = (double)(cells->n - 1) / (double)cells->n * cells->squares;
	double rest = fmax(0, 1 - in_cells * units * (units - 1) / squares);
	amp_skewed(without, k->ones, n, amp_share_skewness(cv, rest), 0, k->f->plan.alpha, &t);
	if (!t.p.known) return;
	out->lo = t.lo.known ? amp_real(fmax(least, fmin(out->lo.v, least + t.lo.v))) : AMP_REAL_NONE;
	out->hi = t.hi.known ? amp_real(fmax(out->hi.v, least + t.hi.v)) : AMP_REAL_NONE;
}

/* A survival's limits stand on log(-log S), as Kaplan-Meier's elsewhere: what is symmetric there stays between 0 and 1. */
static void on_log_log(struct amp_confidence *c)
{
	if (!c->se.known || !(c->estimate.v > 0 && c->estimate.v < 1)) {
		c->se = c->lo = c->hi = AMP_REAL_NONE;
		return;
	}
	double half = (c->hi.v - c->lo.v) / 2 / (c->estimate.v * fabs(log(c->estimate.v)));
	c->lo = amp_real(pow(c->estimate.v, exp(half)));
	c->hi = amp_real(pow(c->estimate.v, exp(-half)));
}

static int find_median(struct amp_walk_curve *c, struct amp_err *err)
{
	struct amp_step *step = amp_calloc(c->n + 1, sizeof *step);
	struct amp_survival s = {.n = c->walks};
	size_t n = 0;
	if (!step) return AMP_OOM(err);
	for (size_t i = 0; i < c->n && c->v[i].survival.estimate.known; i++) {
		const struct amp_confidence *k = &c->v[i].survival;
		step[n++] = (struct amp_step){
			.time = (double)(i + 1), .survival = k->estimate.v, .se = k->se, .lo = k->lo, .hi = k->hi};
	}
	amp_survival_medians(step, n, &s);
	c->median = s.median;
	c->median_lo = s.median_lo;
	c->median_hi = s.median_hi;
	amp_free(step);
	return 0;
}

static void fill(const struct walker *k, struct amp_walk_curve *c, const double *all, const double *left, double *work)
{
	for (size_t i = 0; i < c->n; i++) {
		struct amp_walk_point *p = &c->v[i];
		p->dose = interval(k, c, all, left, c->n + i, work);
		on_log(&p->dose, 0);
		allow_for_skew(k, c->personas, work, &k->cells[c->n + i], 0, &p->dose);
		p->share = interval(k, c, all, left, i, work);
		p->survival = interval(k, c, all, left, 2 * c->n + i, work);
		keep_within(&p->share, 0, 1);
		on_log_log(&p->survival);
	}
	c->mean = interval(k, c, all, left, 3 * c->n, work);
	on_log(&c->mean, 1); /* the first list is always read */
	allow_for_skew(k, c->personas, work, &k->cells[3 * c->n], 1, &c->mean);
	keep_within(&c->mean, 1, (double)c->n);
}

/* Without each cell of a cluster, which is out of `rest`: its other walks are added to those of the others. */
static void leave_out_cells(const struct walker *k, size_t cluster)
{
	size_t size = figures(k->horizon), from = 0;
	while (cluster_of(k, &k->v[from]) != cluster) from++;
	size_t to = from;
	while (to < k->n && cluster_of(k, &k->v[to]) == cluster) to++;
	for (size_t b = 0; b < k->f->n_blocks; b++) {
		size_t walks = 0;
		for (size_t i = from; i < to; i++) walks += block_of(k, &k->v[i]) == b && k->v[i].read > 0;
		if (walks == 0) continue;
		memcpy(k->at, k->rest, k->horizon * SUMS * sizeof *k->at);
		add_walks(k, from, to, AMP_NO_INDEX, b);
		read_off(k, k->one);
		for (size_t i = 0; i < size; i++) amp_spread_add(&k->cells[i], k->one[i]);
	}
}

/* Without each cluster, without each block, and without each cell of both, that has walks. */
static void leave_out(const struct walker *k, const size_t *longest, double *left)
{
	size_t size = figures(k->horizon);
	for (size_t i = 0; i < k->f->n_clusters; i++)
		if (longest[i] > 0) {
			evaluate(k, i, AMP_NO_INDEX, left);
			memcpy(k->rest, k->at, k->horizon * SUMS * sizeof *k->rest);
			leave_out_cells(k, i);
			left += size;
		}
	for (size_t i = 0; i < k->f->n_blocks; i++)
		if (longest[k->f->n_clusters + i] > 0) {
			evaluate(k, AMP_NO_INDEX, i, left);
			left += size;
		}
}

int amp_walk_curve_make(struct amp_walk_curve *c, const struct amp_frame *f, const struct amp_walk *v, size_t n,
                        struct amp_err *err)
{
	struct walker k = {.f = f, .v = v, .n = n};
	size_t units = f->n_clusters + f->n_blocks;
	size_t *longest = amp_calloc(units + 1, sizeof *longest);
	double *room = NULL;
	*c = (struct amp_walk_curve){.n = 0};
	int rc = longest ? 0 : AMP_OOM(err);
	if (rc != 0) return rc;
	measure(&k, longest, c);
	if (c->n == 0) goto out;
	size_t size = figures(c->n), kept = c->personas + c->blocks;
	c->v = amp_arena_new_array(f->arena, struct amp_walk_point, c->n);
	k.cells = amp_calloc(size, sizeof *k.cells);
	if (c->n < AMP_WALK_LISTS_MAX)
		room = amp_calloc(f->n_clusters + 2 * c->n * SUMS + size * (kept + 2) + kept + 1 + f->n_clusters, sizeof *room);
	rc = !c->v || !room || !k.cells
	             ? amp_fail(err, AMP_ELIMIT, _("A walk of %zu lists is too long for one report."), c->longest)
	             : count_points(&k, c, err);
	if (rc == 0) {
		double *all, *left;
		k.count = room;
		k.at = k.count + f->n_clusters;
		k.rest = k.at + c->n * SUMS;
		k.one = k.rest + c->n * SUMS;
		all = k.one + size;
		left = all + size;
		evaluate(&k, AMP_NO_INDEX, AMP_NO_INDEX, all);
		leave_out(&k, longest, left);
		k.ones = left + size * kept + kept + 1;
		fill(&k, c, all, left, left + size * kept);
		rc = find_median(c, err);
	}
out:
	amp_free(room);
	amp_free(k.cells);
	amp_free(longest);
	return rc;
}

/* ---- figures of curves ---- */
static int make_one(const struct amp_metric *m, struct amp_own *k, size_t feed, struct amp_err *err)
{
	const struct amp_walk_curve *c = &k->walks->feeds[feed].curve;
	struct amp_estimate *e = amp_walk_add(k, m, AMP_NO_INDEX, feed, AMP_NO_INDEX, err);
	struct amp_exclusions x;
	if (!e) return AMP_ENOMEM;
	amp_walks_exclusions(k->walks, feed, &x);
	for (int i = AMP_SHOT_OK + 1; i < AMP_SHOT_STATES; i++) e->excluded += x.state[i];
	e->used = (int64_t)c->walks;
	e->n = c->entries;
	e->missing = c->missing;
	e->persona_units = c->personas;
	e->block_units = c->blocks;
	e->printed_unit = c->personas > 1 ? AMP_UNIT_PERSONA : AMP_UNIT_TIME_BLOCK;
	if (c->n > 0)
		m->curve(c, e);
	else
		e->null_reason = N_("every planned walk was left out: see the exclusions");
	if (e->estimate.known && !(e->lo.known && e->hi.known))
		e->interval_note = N_("too few units, or no variation between them, for a jackknife");
	e->flags |= amp_flags_of_units(e);
	int rc = amp_say_units(k->f, e, err);
	if (rc == 0 && c->personas > 1 && c->blocks > 1)
		e->cluster_rule =
			amp_arena_printf(k->f->arena, "personas with their twins: %zu; time blocks of %lld s: %zu; both at once",
		                         c->personas, (long long)(k->f->plan.time_block_ms / 1000), c->blocks);
	return rc != 0 || e->cluster_rule ? rc : AMP_OOM(err);
}

int amp_walk_curve_metric(const struct amp_metric *m, struct amp_own *k, struct amp_err *err)
{
	int rc = 0;
	for (size_t i = 0; k->walks && rc == 0 && i < k->f->n_feeds; i++)
		if (k->f->feeds[i].walked) rc = make_one(m, k, i, err);
	return rc;
}

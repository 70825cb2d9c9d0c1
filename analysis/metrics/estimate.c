/* estimate.c: which figures are made, and on which unit they are tested. */
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "metrics/private.h"

const char *amp_unit_name(enum amp_unit u)
{
	static const char *const names[] = {"persona", "time_block", "persona_and_time_block"};
	return names[u];
}

/* ---- making them ---- */
struct maker {
	const struct amp_frame *f;
	const struct amp_floor *floors;
	const struct amp_sums *sums;
	struct amp_sums with_lists; /* of another choice of the grid, where the primary measure needs its lists */
	struct amp_estimates *out;
	double *work;
	size_t *strata;
	const char **targets;
	size_t n_targets;
	bool with_bootstrap, sensitivity;
};

static struct amp_estimate *push(struct maker *k, struct amp_err *err)
{
	struct amp_estimates *e = k->out;
	if (e->n == e->room) {
		size_t room = e->room ? 2 * e->room : 256;
		struct amp_estimate *v = amp_arena_new_array(k->f->arena, struct amp_estimate, room);
		if (!v) {
			(void)AMP_OOM(err);
			return NULL;
		}
		if (e->n) memcpy(v, e->v, e->n * sizeof *v);
		e->v = v;
		e->room = room;
	}
	struct amp_estimate *x = &e->v[e->n];
	*x = (struct amp_estimate){.pair = AMP_NO_INDEX,
	                           .feed = AMP_NO_INDEX,
	                           .cluster = AMP_NO_INDEX,
	                           .platform = AMP_NO_INDEX,
	                           .detector = k->sums->detector,
	                           .cell = k->sums->cell};
	return x;
}

static bool shared_feed(const struct amp_frame *f, const struct amp_floor *floors, const struct amp_scope *s)
{
	for (size_t i = 0; i < s->n_strata; i++) {
		if (s->metric->paired) {
			const struct amp_frame_pair *p = &f->pairs[s->strata[i]];
			if (floors[p->ranked].decision != AMP_NOT_PERSONALISED ||
			    floors[p->chronological].decision != AMP_NOT_PERSONALISED)
				return false;
		} else if (floors[s->strata[i]].decision != AMP_NOT_PERSONALISED)
			return false;
	}
	return true;
}

enum amp_unit amp_unit_of(const struct amp_frame *f, const struct amp_floor *floors, const struct amp_scope *s)
{
	return s->cluster != AMP_NO_INDEX || f->n_clusters < 2 || shared_feed(f, floors, s) ? AMP_UNIT_TIME_BLOCK : AMP_UNIT_BOTH;
}

static int add_bootstrap(struct maker *k, const struct amp_estimate *of, const struct amp_contributions *c, struct amp_err *err)
{
	bool persona = of->printed_unit == AMP_UNIT_PERSONA;
	struct amp_bootstrap b;
	int rc = persona ? amp_bootstrap(c->cluster_x, c->cluster_m, c->n_clusters, k->f->plan.alpha, AMP_BOOTSTRAP_DRAWS,
	                                 k->f->plan.seed, &b, err)
	                 : amp_bootstrap(c->block_x, c->block_m, c->n_blocks, k->f->plan.alpha, AMP_BOOTSTRAP_DRAWS,
	                                 k->f->plan.seed, &b, err);
	for (int t = 0; rc == 0 && t < 2; t++) {
		struct amp_estimate *e = push(k, err);
		if (!e) return AMP_ENOMEM;
		*e = *of;
		e->primary = false;
		e->family = "sensitivity";
		e->p = e->adjusted_p = e->smallest_p = AMP_REAL_NONE;
		e->lo = t ? b.percentile_lo : b.t_lo;
		e->hi = t ? b.percentile_hi : b.t_hi;
		e->method = t ? N_("percentile bootstrap") : N_("bootstrap-t");
		e->interval_note =
			e->lo.known && e->hi.known ? NULL : N_("too few units, or no variation between them, for a bootstrap");
		k->out->n++;
	}
	return rc;
}

/* The measure that the locked study names as its primary one. */
static bool declared(const struct amp_frame *f, const struct amp_metric *m)
{
	return f->plan.metric && strcmp(f->plan.metric, m->name) == 0;
}

static int add(struct maker *k, struct amp_scope *scope, const struct amp_readings *r, struct amp_estimate like, const char *family,
               struct amp_err *err)
{
	struct amp_contributions c;
	struct amp_estimate *e = push(k, err);
	if (!e) return AMP_ENOMEM;
	amp_readings_take(r, scope->cluster, k->work, &c);
	like.detector = e->detector;
	like.cell = e->cell;
	*e = like;
	e->metric = scope->metric;
	e->target = scope->target;
	e->cluster = scope->cluster;
	e->unit = amp_unit_of(k->f, k->floors, scope);
	e->family = scope->metric->has_test ? family : NULL;
	e->flags = amp_flags_of_floors(k->f, k->floors, scope);
	int rc = amp_estimate_fill(k->f, &c, e, err);
	if (rc != 0) return rc;
	k->out->n++;
	struct amp_estimate copy = *e;
	bool main = !e->metric->overall || (declared(k->f, e->metric) && !e->metric->figure); /* a figure is bootstrapped already */
	if (k->with_bootstrap && e->metric->paired && main && e->pair != AMP_NO_INDEX && e->cluster == AMP_NO_INDEX &&
	    strcmp(e->target, "any") == 0 && e->estimate.known)
		rc = add_bootstrap(k, &copy, &c, err);
	return rc;
}

static const char *family_name(const struct maker *k, const char *kind, const char *of)
{
	const char *s = of ? amp_arena_printf(k->f->arena, "%s:%s", kind, of) : kind;
	return s ? s : kind;
}

/* Is this metric asked of this scope? whole: all personas, all targets, one pair or feed. Under the other choices of the grid the further measures
 * are not made, but for the primary one. */
static bool made(const struct maker *k, const struct amp_metric *m, bool whole, const char *pool)
{
	if (m->overall && (!whole || (k->sensitivity && !declared(k->f, m)))) return false;
	if (m->make || (m->visit && !k->sums->lists)) return false;
	return !m->identical || (pool && strcmp(pool, "identical") == 0);
}

/* One metric and target: for all personas, and for each of `clusters` of them, whose cells are the same. */
static int add_figure(struct maker *k, struct amp_scope *scope, struct amp_estimate like, const char *family,
                      const char *of_persona, size_t clusters, struct amp_err *err)
{
	struct amp_readings *r;
	scope->cluster = AMP_NO_INDEX;
	int rc = amp_readings_make(&r, k->f, k->sums, scope, err);
	if (rc == 0) rc = add(k, scope, r, like, family, err);
	for (size_t c = 0; c < clusters && rc == 0; c++) {
		scope->cluster = c;
		rc = add(k, scope, r, like, of_persona, err);
	}
	amp_readings_free(r);
	return rc;
}

/* Rows are given persona by persona, those of all before those of each. */
static int by_clusters(struct maker *k, size_t start, size_t clusters, struct amp_err *err)
{
	size_t n = k->out->n - start, to = start;
	struct amp_estimate *rows = amp_malloc((n + 1) * sizeof *rows);
	if (!rows) return AMP_OOM(err);
	memcpy(rows, k->out->v + start, n * sizeof *rows);
	for (size_t who = 0; who <= clusters; who++)
		for (size_t i = 0; i < n; i++)
			if (rows[i].cluster == (who == 0 ? AMP_NO_INDEX : who - 1)) k->out->v[to++] = rows[i];
	amp_free(rows);
	return 0;
}

/* One scope: every metric of its kind (paired or single-sided), every target, and once more for each persona when asked. */
static int add_scope(struct maker *k, struct amp_scope scope, bool paired, struct amp_estimate like, const char *of, bool personas,
                     struct amp_err *err)
{
	int rc = 0;
	size_t last = personas && k->f->n_clusters > 1 ? k->f->n_clusters : 0;
	const bool platform = like.platform != AMP_NO_INDEX;
	const char *by_target = family_name(k, platform ? "platform-targets" : "targets", of);
	const char *by_persona = family_name(k, "personas", of), *by_both = family_name(k, "persona-targets", of);
	size_t start = k->out->n;
	const char *further = family_name(k, "further", of ? of : like.feed != AMP_NO_INDEX ? k->f->feeds[like.feed].name : NULL);
	for (size_t t = 0; t < k->n_targets; t++)
		for (size_t i = 0; amp_metrics[i] && rc == 0; i++) {
			const bool any = strcmp(k->targets[t], "any") == 0;
			if (amp_metrics[i]->paired != paired || !made(k, amp_metrics[i], any && !platform, like.pool)) continue;
			scope.metric = amp_metrics[i];
			scope.target = k->targets[t];
			const char *family = scope.metric->overall ? further : !any ? by_target : platform ? "platforms" : "pairs";
			rc = add_figure(k, &scope, like, family, any ? by_persona : by_both, scope.metric->overall ? 0 : last, err);
		}
	return rc == 0 && last > 0 ? by_clusters(k, start, last, err) : rc;
}

static const struct amp_estimate blank = {
	.pair = AMP_NO_INDEX, .feed = AMP_NO_INDEX, .cluster = AMP_NO_INDEX, .platform = AMP_NO_INDEX};

static int add_feeds(struct maker *k, struct amp_err *err)
{
	int rc = 0;
	for (size_t i = 0; i < k->f->n_feeds && rc == 0; i++) {
		if (k->f->feeds[i].walked) continue;
		struct amp_estimate like = blank;
		like.feed = i;
		like.ranking = k->f->feeds[i].ranking;
		k->strata[0] = i;
		rc = add_scope(k, (struct amp_scope){.strata = k->strata, .n_strata = 1}, false, like, NULL, true, err);
	}
	return rc;
}

static int add_pairs(struct maker *k, bool personas, struct amp_err *err)
{
	int rc = 0;
	for (size_t i = 0; i < k->f->n_pairs && rc == 0; i++) {
		if (strcmp(k->f->pairs[i].pool, "different") == 0) continue; /* exposures side by side, never an amplification */
		if (amp_pair_walked(k->f, i)) continue;
		struct amp_estimate like = blank;
		like.pair = i;
		like.pool = k->f->pairs[i].pool;
		k->strata[0] = i;
		rc = add_scope(k, (struct amp_scope){.strata = k->strata, .n_strata = 1}, true, like, k->f->pairs[i].name, personas,
		               err);
	}
	return rc;
}

static int add_platform_pairs(struct maker *k, size_t platform, struct amp_err *err)
{
	struct amp_estimate like = blank;
	size_t n = 0;
	for (size_t i = 0; i < k->f->n_pairs; i++) {
		const struct amp_frame_pair *p = &k->f->pairs[i];
		if (strcmp(p->pool, "different") == 0 || k->f->feeds[p->ranked].platform_index != platform) continue;
		if (amp_pair_walked(k->f, i)) continue;
		like.pool = like.pool && strcmp(like.pool, p->pool) != 0 ? "mixed" : p->pool;
		k->strata[n++] = i;
	}
	like.platform = platform;
	return n == 0 ? 0
	              : add_scope(k, (struct amp_scope){.strata = k->strata, .n_strata = n}, true, like, k->f->platforms[platform],
	                          false, err);
}

static int add_platforms(struct maker *k, struct amp_err *err)
{
	static const char *const rankings[] = {"algorithmic", "chronological"};
	int rc = 0;
	for (size_t p = 0; p < k->f->n_platforms && rc == 0; p++) {
		for (int side = 0; side < 2 && rc == 0; side++) {
			size_t n = 0;
			for (size_t i = 0; i < k->f->n_feeds; i++)
				if (k->f->feeds[i].platform_index == p && !k->f->feeds[i].walked &&
				    strcmp(k->f->feeds[i].ranking, rankings[side]) == 0)
					k->strata[n++] = i;
			struct amp_estimate like = blank;
			like.platform = p;
			like.ranking = rankings[side];
			if (n)
				rc = add_scope(k, (struct amp_scope){.strata = k->strata, .n_strata = n}, false, like, NULL, false,
				               err);
		}
		if (rc == 0) rc = add_platform_pairs(k, p, err);
	}
	return rc;
}

struct amp_estimate *amp_own_add(struct amp_own *k, const struct amp_metric *m, size_t pair, size_t feed, const char *target,
                                 const char *family, struct amp_err *err)
{
	struct maker *maker = k->maker;
	const struct amp_frame *f = k->f;
	struct amp_estimate *e = push(maker, err);
	if (!e) return NULL;
	e->metric = m;
	e->pair = pair;
	e->feed = feed;
	e->target = target;
	e->ranking = feed != AMP_NO_INDEX ? f->feeds[feed].ranking : NULL;
	e->pool = pair != AMP_NO_INDEX ? f->pairs[pair].pool : NULL;
	e->method = N_("none");
	e->cluster_rule = amp_unit_name(e->unit);
	if (m->has_test) e->family = family_name(maker, family, pair != AMP_NO_INDEX ? f->pairs[pair].name : f->feeds[feed].name);
	maker->out->n++;
	return e;
}

int amp_say_units(const struct amp_frame *f, struct amp_estimate *e, struct amp_err *err)
{
	long long seconds = (long long)(f->plan.time_block_ms / 1000);
	e->cluster_rule =
		e->unit == AMP_UNIT_TIME_BLOCK
			? amp_arena_printf(f->arena, "time blocks of %lld s: %zu", seconds, e->block_units)
			: amp_arena_printf(
				  f->arena,
				  "personas with their twins: %zu; time blocks of %lld s: %zu; the wider interval, the larger p",
				  e->persona_units, seconds, e->block_units);
	return e->cluster_rule ? 0 : AMP_OOM(err);
}

/* Of a walked feed, or a pair of two, only the metrics of walks say something. */
static bool about_walks(const struct amp_frame *f, const struct amp_estimate *e)
{
	return e->feed != AMP_NO_INDEX ? f->feeds[e->feed].walked : e->pair != AMP_NO_INDEX && amp_pair_walked(f, e->pair);
}

static struct amp_own own_of(struct maker *k)
{
	return (struct amp_own){.f = k->f,
	                        .floors = k->floors,
	                        .sums = k->sums,
	                        .targets = k->targets,
	                        .n_targets = k->n_targets,
	                        .work = k->work,
	                        .maker = k,
	                        .walks = k->sums->walks,
	                        .target = "any"};
}

static int add_own(struct maker *k, struct amp_err *err)
{
	size_t kept = k->out->n;
	struct amp_own own = own_of(k);
	int rc = 0;
	for (size_t i = 0; amp_metrics[i] && rc == 0; i++)
		if (amp_metrics[i]->make) rc = amp_metrics[i]->make(amp_metrics[i], &own, err);
	if (rc == 0) rc = amp_walk_estimates_of_targets(&own, err);
	for (size_t i = kept; i < k->out->n; i++)
		if (about_walks(k->f, &k->out->v[i]) == k->out->v[i].metric->walks) k->out->v[kept++] = k->out->v[i];
	k->out->n = kept;
	return rc;
}

/* Where the primary measure is made of lists, the other choices have lists too: one more pass each. */
static int primary_lists(struct maker *k, struct amp_store *store, struct amp_err *err)
{
	const struct amp_metric *m = amp_metric_find(k->f->plan.metric);
	struct amp_lists *lists;
	if (!m || !m->visit || !m->paired) return 0;
	int rc = amp_lists_measure(&lists, k->f, store, k->sums, err);
	if (rc != 0) return rc;
	k->with_lists = *k->sums;
	k->with_lists.lists = lists;
	k->sums = &k->with_lists;
	return 0;
}

static int add_sensitivity(struct maker *k, struct amp_store *store, struct amp_err *err)
{
	struct amp_grid grid;
	int rc = 0;
	size_t start = k->out->n;
	k->with_bootstrap = false;
	k->sensitivity = true;
	k->targets[0] = "any";
	k->n_targets = 1;
	if (k->f->plan.target && strcmp(k->f->plan.target, "any") != 0) k->targets[k->n_targets++] = k->f->plan.target;
	amp_grid_start(&grid, k->f, k->sums);
	do {
		rc = amp_grid_load(&grid, store, &k->sums, err);
		if (rc == 0 && k->sums) rc = primary_lists(k, store, err);
		if (rc == 0 && k->sums) rc = add_pairs(k, false, err);
	} while (rc == 0 && k->sums);
	amp_grid_end(&grid);
	for (size_t i = start; i < k->out->n; i++)
		if (k->out->v[i].family) k->out->v[i].family = "sensitivity";
	return rc;
}

/* The headline: what the locked study declared; where it declared nothing, the first lift, and that one is exploratory. */
static void choose_headline(struct amp_estimates *all, const struct amp_frame *f)
{
	const char *metric = f->plan.metric ? f->plan.metric : "additive_lift", *target = f->plan.target ? f->plan.target : "any";
	bool detector_found = !f->plan.detector || (f->n_detectors && strcmp(f->detectors[0].name, f->plan.detector) == 0);
	for (size_t i = 0; i < all->n; i++) {
		struct amp_estimate *e = &all->v[i];
		if (e->detector != 0 || e->cell != 0 || e->cluster != AMP_NO_INDEX || e->pair == AMP_NO_INDEX) continue;
		if (e->family && strcmp(e->family, "sensitivity") == 0) continue;
		if (strcmp(e->metric->name, metric) != 0 || strcmp(e->target, target) != 0) continue;
		if (f->plan.pair && strcmp(f->pairs[e->pair].name, f->plan.pair) != 0) continue;
		e->primary = f->plan.metric && f->plan.pair && detector_found;
		if (e->primary) e->family = "primary";
		all->headline = e;
		return;
	}
}

static int list_targets(struct maker *k, struct amp_err *err)
{
	const struct amp_frame *f = k->f;
	k->targets = amp_arena_zalloc(f->arena, (k->sums->n_targets + 2) * sizeof *k->targets);
	if (!k->targets) return AMP_OOM(err);
	bool wanted = !f->plan.target;
	for (size_t i = 0; i < k->sums->n_targets; i++) {
		const char *name = k->sums->targets[i].name;
		if (strcmp(name, "none") == 0 || strcmp(name, "ground:none") == 0)
			continue; /* an insult without a ground is not hate */
		k->targets[k->n_targets++] = name;
		wanted = wanted || strcmp(name, f->plan.target) == 0;
	}
	if (!wanted) k->targets[k->n_targets++] = f->plan.target; /* declared and never found: its zeros are printed */
	return 0;
}

int amp_estimates_make(struct amp_estimates **out, const struct amp_frame *f, const struct amp_floor *floors,
                       const struct amp_sums *sums, struct amp_store *store, struct amp_err *err)
{
	struct amp_estimates *e = amp_arena_zalloc(f->arena, sizeof *e);
	struct maker k = {.f = f, .floors = floors, .sums = sums, .out = e, .with_bootstrap = true};
	k.work = amp_arena_zalloc(f->arena, amp_contributions_room(f) * sizeof *k.work);
	k.strata = amp_arena_zalloc(f->arena, (f->n_feeds + f->n_pairs + 1) * sizeof *k.strata);
	if (!e || !k.work || !k.strata) return AMP_OOM(err);
	int rc = list_targets(&k, err);
	if (rc == 0) rc = add_pairs(&k, true, err);
	if (rc == 0) rc = add_feeds(&k, err);
	if (rc == 0) rc = add_platforms(&k, err);
	if (rc == 0) rc = add_own(&k, err);
	const struct amp_own own = own_of(&k);
	if (rc == 0) rc = amp_walk_estimates_of_grid(&own, store, err);
	if (rc == 0) rc = add_sensitivity(&k, store, err);
	if (rc != 0) return rc;
	choose_headline(e, f);
	rc = amp_estimates_adjust(e, err);
	if (rc == 0) *out = e;
	return rc;
}

int amp_estimate_point(const struct amp_frame *f, const struct amp_sums *sums, const struct amp_estimate *like,
                       struct amp_real *out, struct amp_err *err)
{
	size_t room = amp_contributions_room(f) + 1, n = 0;
	double *work = amp_malloc(room * sizeof *work);
	size_t *strata = amp_malloc((f->n_feeds + f->n_pairs + 1) * sizeof *strata);
	struct amp_contributions c;
	int rc = work && strata ? 0 : AMP_OOM(err);
	*out = AMP_REAL_NONE;
	if (rc == 0 && like->metric->make) goto out;
	if (rc == 0 && like->platform != AMP_NO_INDEX) {
		size_t count = like->metric->paired ? f->n_pairs : f->n_feeds;
		for (size_t i = 0; i < count; i++) {
			const struct amp_frame_feed *feed = &f->feeds[like->metric->paired ? f->pairs[i].ranked : i];
			if (feed->platform_index != like->platform) continue;
			if (like->metric->paired ? strcmp(f->pairs[i].pool, "different") == 0
			                         : strcmp(feed->ranking, like->ranking) != 0)
				continue;
			strata[n++] = i;
		}
	} else if (rc == 0)
		strata[n++] = like->metric->paired ? like->pair : like->feed;
	struct amp_scope scope = {
		.metric = like->metric, .cluster = like->cluster, .strata = strata, .n_strata = n, .target = like->target};
	if (rc == 0) rc = amp_contributions(f, sums, &scope, work, &c, err);
	if (rc == 0 && c.used > 0 && like->metric->figure) {
		if (like->estimate.known) *out = like->metric->figure(c.cluster_x, c.cluster_m, c.n_clusters);
	} else if (rc == 0 && c.used > 0) {
		double x = 0, m = 0;
		for (size_t i = 0; i < c.n_clusters; i++) {
			x += c.cluster_x[i];
			m += c.cluster_m[i];
		}
		if (m > 0) *out = amp_real(x / m);
	}
out:
	amp_free(work);
	amp_free(strata);
	return rc;
}

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include "base/rng.h"
#include "fixture_db.h"
#include "metrics/metrics.h"
#include "stats/components.h"
#include "stats/skew.h"

#define assert_near(a, b, eps) assert_true(fabs((a) - (b)) <= (eps))

/* The published vector of the statistics core as a study: six personas, rounds of ten entries whose shares average to the table's. */
static const int ranked_percent[] = {12, 8, 15, 10, 9, 14}, chronological_percent[] = {8, 7, 10, 9, 5, 11};

struct world {
	struct fx x;
	int64_t persona[16], ranked, chronological;
	struct amp_frame *frame;
	struct amp_floor *floors;
	struct amp_sums *sums;
	struct amp_estimates *all;
};

static int plan(void *user, struct amp_arena *a, const char *text, struct amp_plan *p, struct amp_err *err)
{
	(void)a;
	(void)text;
	(void)err;
	*p = *(const struct amp_plan *)user;
	return 0;
}
static struct amp_plan default_plan(void)
{
	return (struct amp_plan){.alpha = .05,
	                         .time_block_ms = FX_DAY,
	                         .max_skew_ms = 60000,
	                         .seed = 1,
	                         .metric = "additive_lift",
	                         .pair = "pair",
	                         .target = "any",
	                         .detector = "marker"};
}

static void start(struct world *w)
{
	memset(w, 0, sizeof *w);
	fx_open(&w->x, "{}");
	w->ranked = fx_feed(&w->x, "for-you", "bluesky", "algorithmic");
	w->chronological = fx_feed(&w->x, "following", "bluesky", "chronological");
	(void)fx_pair(&w->x, "pair", w->ranked, w->chronological, "alternative");
	w->x.cell = fx_cell(&w->x, 100, true);
	w->x.detector = fx_detector(&w->x, "marker");
}

/* Cells are read once for all personas and each of them: what is made of them is what a scope of its own gives, and rows stand persona by persona. */
static void check_rows(const struct world *w)
{
	struct amp_err err = {0};
	const struct amp_estimate *before = NULL;
	size_t of_personas = 0;
	for (size_t i = 0; i < w->all->n; i++) {
		const struct amp_estimate *e = &w->all->v[i];
		if (e->metric->make || e->cell != 0 || (e->pair == AMP_NO_INDEX && e->feed == AMP_NO_INDEX)) continue;
		struct amp_real alone;
		assert_int_equal(amp_estimate_point(w->frame, w->sums, e, &alone, &err), 0);
		assert_int_equal(alone.known, e->estimate.known);
		assert_near(alone.v, e->estimate.v, 1e-12 * (1 + fabs(alone.v)));
		of_personas += e->cluster != AMP_NO_INDEX;
		if (before && before->pair == e->pair && before->feed == e->feed) /* AMP_NO_INDEX, of all, is 0 here */
			assert_true(before->cluster + 1 <= e->cluster + 1);
		before = e;
	}
	if (w->frame->n_clusters > 1 && before) assert_true(of_personas >= w->frame->n_clusters);
}

static void analyse(struct world *w, struct amp_plan p)
{
	struct amp_err err = {0};
	fx_ready(&w->x);
	int rc = amp_frame_load(&w->frame, w->x.store, NULL, plan, &p, &err);
	if (rc == 0) rc = amp_floors_measure(&w->floors, w->frame, w->x.store, &err);
	if (rc == 0) rc = amp_sums_load(&w->sums, w->frame, w->x.store, 0, 0, &err);
	if (rc == 0) rc = amp_estimates_make(&w->all, w->frame, w->floors, w->sums, w->x.store, &err);
	if (rc == 0) rc = amp_estimates_save(w->all, w->frame, w->x.store, &err);
	if (rc == 0) rc = amp_estimates_save(w->all, w->frame, w->x.store, &err); /* a second report replaces the first */
	if (rc != 0) fail_msg("%s", err.text);
	check_rows(w);
}

static void stop(struct world *w)
{
	amp_frame_free(w->frame);
	fx_close(&w->x);
}

static const struct amp_estimate *find(const struct world *w, const char *metric, size_t cluster, const char *target)
{
	for (size_t i = 0; i < w->all->n; i++) {
		const struct amp_estimate *e = &w->all->v[i];
		if (e->pair == AMP_NO_INDEX && e->feed == AMP_NO_INDEX) continue;
		if (strcmp(e->metric->name, metric) == 0 && e->cluster == cluster && strcmp(e->target, target) == 0) return e;
	}
	fail_msg("no estimate %s of %s", metric, target);
	return NULL;
}

static int64_t count(struct world *w, const char *text)
{
	sqlite3_stmt *st = NULL;
	assert_int_equal(sqlite3_prepare_v2(amp_store_handle(w->x.store), text, -1, &st, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	int64_t n = sqlite3_column_int64(st, 0);
	(void)sqlite3_finalize(st);
	return n;
}

/* Lists that differ between personas and are equal between twins up to `noise` of the ranks. */
static void list(int64_t *out, int persona, int round, int copy, int noise)
{
	for (int i = 0; i < FX_ITEMS; i++) out[i] = 1 + persona * 1000 + round * 100 + i;
	struct amp_rng rng;
	amp_rng_seed(&rng, (uint64_t)(persona * 10007 + round * 101 + copy)); /* every request draws its own noise */
	for (int i = 0; i < noise; i++)
		out[amp_rng_below(&rng, FX_ITEMS)] = 500001 + persona * 10000 + round * 1000 + copy * 100 + i;
}

static void shots(struct world *w, int persona, int64_t id, int round, int64_t round_id, int copy, int noise, const char *verdict,
                  int a, int c)
{
	int64_t items[FX_ITEMS * 2];
	list(items, persona, round, copy, noise);
	for (int i = FX_ITEMS; i < 100; i++) items[i] = 700000 + i;
	int64_t at = FX_START + round * FX_DAY + persona * 100;
	(void)fx_shot(&w->x, &(struct fx_shot){round_id, id, w->ranked, verdict, at, items, 100, 0, a, "women", 0, 0, false});
	(void)fx_shot(&w->x,
	              &(struct fx_shot){round_id, id, w->chronological, "ok", at + 50, items, 100, 0, c, "women", 0, 0, false});
}

static void test_published_vector_from_a_database(void **state)
{
	(void)state;
	struct world w;
	start(&w);
	for (int p = 0; p < 6; p++) {
		char name[32];
		(void)snprintf(name, sizeof name, "p%d", p);
		w.persona[p] = fx_persona(&w.x, name, 0, p + 1);
	}
	for (int r = 0; r < 8; r++) {
		int64_t round = fx_round(&w.x, FX_START + r * FX_DAY);
		int wave = r % 2 ? 1 : -1; /* the days differ, their mean does not */
		for (int p = 0; p < 6; p++)
			shots(&w, p, w.persona[p], r, round, 0, 0, "ok", ranked_percent[p] + wave, chronological_percent[p]);
	}
	analyse(&w, default_plan());
	assert_int_equal(w.frame->n_clusters, 6);
	assert_int_equal(w.frame->n_blocks, 8);
	const struct amp_estimate *lift = find(&w, "additive_lift", AMP_NO_INDEX, "any"),
				  *ratio = find(&w, "amplification_ratio", AMP_NO_INDEX, "any");
	assert_ptr_equal(w.all->headline, lift);
	assert_true(lift->primary);
	assert_near(lift->estimate.v, .03, 1e-12);
	assert_near(ratio->estimate.v, 1.36, 1e-12);
	/* no twins: undecided, so both units are tested, and the personas' wider interval is printed */
	assert_int_equal(lift->unit, AMP_UNIT_BOTH);
	assert_int_equal(lift->printed_unit, AMP_UNIT_PERSONA);
	assert_near(lift->p.v, .03125, 1e-12);
	assert_near(lift->adjusted_p.v, .03125, 1e-12);
	assert_near(lift->lo.v, .01, 1e-12);
	assert_near(lift->hi.v, .05, 1e-12);
	assert_near(ratio->p.v, lift->p.v, 0);
	assert_near(ratio->adjusted_p.v, lift->adjusted_p.v, 0);
	assert_int_equal(lift->n, 6 * 8 * 200);
	assert_int_equal(lift->excluded, 0);
	assert_near(lift->worst_lo.v, .03, 1e-12);
	/* the target carries every flag, so that its figures equal those of `any`; its family is larger */
	assert_near(find(&w, "additive_lift", AMP_NO_INDEX, "women")->estimate.v, .03, 1e-12);
	/* one persona: its own days */
	const struct amp_estimate *own = find(&w, "additive_lift", 2, "any");
	assert_near(own->estimate.v, .05, 1e-12);
	assert_int_equal(own->unit, AMP_UNIT_TIME_BLOCK);
	assert_near(own->p.v, 2.0 / 256, 1e-12);
	assert_near(own->adjusted_p.v, fmin(1, own->p.v * 6), 1e-12);
	assert_near(find(&w, "encounter_rate", AMP_NO_INDEX, "any")->estimate.v, 1, 0);
	assert_non_null(find(&w, "encounter_rate", AMP_NO_INDEX, "any")->interval_note); /* always met: no variation, no interval */
	/* rows */
	assert_int_equal(count(&w, "SELECT count(*) FROM estimate"), (int64_t)w.all->n);
	assert_int_equal(count(&w, "SELECT count(*) FROM estimate WHERE role = 'primary'"), 1);
	assert_int_equal(count(&w, "SELECT count(*) FROM estimate WHERE chain_head IS NULL"), 0);
	assert_int_equal(
		count(&w,
	              "SELECT count(*) FROM estimate WHERE platform = 'bluesky' AND pair_id IS NULL AND feed_id IS NULL AND ranking = 'algorithmic'"),
		8); /* four measures of one side, two targets */
	stop(&w);
}

/* Personas vary upwards, days vary downwards: neither unit's interval contains the other's. The printed one spans that of the personas and
 * that of both at once, so that it leaves a value out only where the printed (larger) p would reject it. */
static void test_the_interval_spans_both_units(void **state)
{
	(void)state;
	static const int by_persona[] = {0, 0, 0, 0, 0, 0, 30, 0}, by_round[] = {0, 0, 0, -18, 0, 0, 0, 0};
	struct world w;
	double px[8] = {0}, rx[8] = {0}, one[8], cell[64], ones[64], room[AMP_COMPONENTS_ROOM(8, 8)];
	struct amp_components both;
	struct amp_err err = {0};
	start(&w);
	for (int p = 0; p < 8; p++) {
		char name[32];
		(void)snprintf(name, sizeof name, "p%d", p);
		w.persona[p] = fx_persona(&w.x, name, 0, p + 1);
		one[p] = 1;
	}
	for (int r = 0; r < 8; r++) {
		int64_t round = fx_round(&w.x, FX_START + r * FX_DAY);
		for (int p = 0; p < 8; p++) {
			int a = 40 + by_persona[p] + by_round[r];
			px[p] += (a - 20) / 800.0;
			rx[r] += (a - 20) / 800.0;
			cell[8 * p + r] = (a - 20) / 100.0;
			ones[8 * p + r] = 1;
			shots(&w, p, w.persona[p], r, round, 0, 0, "ok", a, 20);
		}
	}
	analyse(&w, default_plan());
	struct amp_signflip persona, block;
	assert_int_equal(amp_signflip(px, one, 8, 0, .05, 1, &persona, &err), 0);
	assert_int_equal(amp_signflip(rx, one, 8, 0, .05, 1, &block, &err), 0);
	assert_true(block.lo.v < persona.lo.v - .001 && block.hi.v < persona.hi.v - .001); /* not nested */
	const struct amp_estimate *lift = find(&w, "additive_lift", AMP_NO_INDEX, "any");
	assert_int_equal(lift->unit, AMP_UNIT_BOTH);
	amp_components(cell, ones, ones, 8, 8, 0, .05, room, &both);
	assert_true(both.lo.v < persona.lo.v && both.cols_p.v < .1); /* days vary: both at once count */
	assert_near(lift->lo.v, both.lo.v, 1e-9);
	assert_near(lift->hi.v, fmax(both.hi.v, persona.hi.v), 1e-9);
	assert_near(lift->p.v, fmax(both.p.v, persona.p.v), 1e-9);
	stop(&w);
}

/* From ten personas on their spread says how lopsided they are, by a lognormal of that spread less what days add; with nine nothing is said. */
static void test_ten_personas_allow_for_skewness(void **state)
{
	(void)state;
	static const int by_persona[] = {-6, 30, 2, -4, 9, -8, 0, 16, -2, 5};
	for (int n = 9; n <= 10; n++) {
		struct world w;
		double px[10] = {0}, one[10], cell[80], ones[80], room[AMP_COMPONENTS_ROOM(10, 8)];
		struct amp_components both;
		struct amp_skewed skewed;
		struct amp_signflip flip;
		struct amp_err err = {0};
		start(&w);
		for (int p = 0; p < n; p++) {
			char name[32];
			(void)snprintf(name, sizeof name, "p%d", p);
			w.persona[p] = fx_persona(&w.x, name, 0, p + 1);
			one[p] = 1;
		}
		for (int r = 0; r < 8; r++) {
			int64_t round = fx_round(&w.x, FX_START + r * FX_DAY);
			for (int p = 0; p < n; p++) {
				int a = 25 + by_persona[p] + (3 * p + 5 * r) % 7;
				px[p] += (a - 20) / 800.0;
				cell[8 * p + r] = (a - 20) / 800.0 / n;
				ones[8 * p + r] = 1.0 / 8 / n;
				shots(&w, p, w.persona[p], r, round, 0, 0, "ok", a, 20);
			}
		}
		analyse(&w, default_plan());
		const struct amp_estimate *lift = find(&w, "additive_lift", AMP_NO_INDEX, "any");
		amp_components(cell, ones, ones, (size_t)n, 8, 0, .05, room, &both);
		assert_true(both.cols_p.v > .1); /* days count for nothing here */
		assert_int_equal(amp_signflip(px, one, (size_t)n, 0, .05, 1, &flip, &err), 0);
		double cv = both.rows_sd / lift->ranked.v;
		amp_skewed(px, one, (size_t)n, (3 * cv + cv * cv * cv) * pow(both.rows_share, 1.5), 0, .05, &skewed);
		assert_true(skewed.hi.v > flip.hi.v + .001 && skewed.lo.v > flip.lo.v);
		assert_near(lift->lo.v, n < 10 ? flip.lo.v : fmin(flip.lo.v, skewed.lo.v), 1e-9);
		assert_near(lift->hi.v, n < 10 ? flip.hi.v : skewed.hi.v, 1e-9);
		assert_near(lift->p.v, n < 10 ? flip.p.v : fmax(flip.p.v, skewed.p.v), 1e-9);
		assert_int_equal(strstr(lift->method, "Hall") != NULL, n >= 10);
		stop(&w);
	}
}

static void test_twins_are_one_cluster_and_exclusions_are_bounded(void **state)
{
	(void)state;
	struct world w;
	start(&w);
	int64_t a = fx_persona(&w.x, "anne", 0, 1), twin = fx_persona(&w.x, "anne-twin", a, 1), b = fx_persona(&w.x, "bruno", 0, 2);
	for (int r = 0; r < 2; r++) {
		int64_t round = fx_round(&w.x, FX_START + r * FX_DAY);
		shots(&w, 0, a, r, round, 0, 4, "ok", 20, 10);
		shots(&w, 0, twin, r, round, 1, 4, r ? "blocked" : "ok", 40, 10);
		shots(&w, 1, b, r, round, 0, 4, "ok", 10, 10);
	}
	analyse(&w, default_plan());
	const struct amp_estimate *lift = find(&w, "additive_lift", AMP_NO_INDEX, "any");
	/* anne: round 1 (.10 + .30) / 2, round 2 .10 -> .15; bruno 0; mean .075 */
	assert_int_equal(lift->persona_units, 2);
	assert_near(lift->estimate.v, .075, 1e-12);
	assert_int_equal(lift->excluded, 1);
	assert_int_equal(lift->used, 5);
	/* the blocked side could have been 0 or 1 against a chronological .10: anne's second round is (.10 + -.10)/2 to (.10 + .90)/2 */
	assert_near(lift->worst_lo.v, (.2 + 0) / 2 / 2, 1e-12);
	assert_near(lift->worst_hi.v, (.2 + .5) / 2 / 2, 1e-12);
	assert_false(lift->lo.known || lift->hi.known);
	assert_non_null(strstr(lift->interval_note, "too few"));
	struct amp_exclusions x;
	amp_exclusions_count(w.frame, w.sums, 1, 0, 0, &x);
	assert_int_equal(x.state[AMP_SHOT_BLOCKED], 1);
	assert_int_equal(x.state[AMP_SHOT_OK], 1);
	stop(&w);
}

static void test_every_way_to_be_left_out(void **state)
{
	(void)state;
	struct world w;
	start(&w);
	int64_t p = fx_persona(&w.x, "p", 0, 1), items[] = {1, 2, 3, 4};
	static const char *const verdicts[] = {"empty", "partial", "drift", "blocked", "failed", NULL};
	for (int r = 0; r < 8; r++) {
		int64_t round = fx_round(&w.x, FX_START + r * FX_DAY), at = FX_START + r * FX_DAY;
		const char *verdict = r < 6 ? verdicts[r] : "ok";
		(void)fx_shot(&w.x, &(struct fx_shot){round, p, w.ranked, verdict, at, items,
		                                      verdict && strcmp(verdict, "empty") == 0 ? 0 : 4, 0, 1, NULL, 0, 0, r == 6});
		(void)fx_shot(&w.x, &(struct fx_shot){round, p, w.chronological, "ok", at + (r == 7 ? 120000 : 0), items, 4, 0, 0,
		                                      NULL, 0, 0, false});
	}
	analyse(&w, default_plan());
	struct amp_exclusions x;
	amp_exclusions_count(w.frame, w.sums, 0, 0, 0, &x);
	for (int s = AMP_SHOT_EMPTY; s <= AMP_SHOT_SKEWED; s++) assert_int_equal(x.state[s], 1);
	const struct amp_estimate *lift = find(&w, "additive_lift", AMP_NO_INDEX, "any");
	assert_false(lift->estimate.known);
	assert_non_null(lift->null_reason);
	assert_int_equal(lift->excluded, 8);
	/* the one good ranked snapshot and the empty one are the encounter rate's two values */
	const struct amp_estimate *met = NULL;
	for (size_t i = 0; i < w.all->n; i++)
		if (strcmp(w.all->v[i].metric->name, "encounter_rate") == 0 && w.all->v[i].feed == 1) met = &w.all->v[i];
	assert_non_null(met);
	assert_string_equal(met->ranking, "algorithmic");
	assert_int_equal(met->used, 2);
	assert_near(met->estimate.v, .5, 1e-12);
	stop(&w);
}

static void test_zero_base_has_a_lift_and_no_ratio(void **state)
{
	(void)state;
	struct world w;
	start(&w);
	int64_t p = fx_persona(&w.x, "p", 0, 1), q = fx_persona(&w.x, "q", 0, 2);
	for (int r = 0; r < 7; r++) {
		int64_t round = fx_round(&w.x, FX_START + r * FX_DAY);
		shots(&w, 0, p, r, round, 0, 0, "ok", 3 + r % 3, 0);
		shots(&w, 1, q, r, round, 0, 0, "ok", 5, 0);
	}
	analyse(&w, default_plan());
	const struct amp_estimate *ratio = find(&w, "amplification_ratio", AMP_NO_INDEX, "any");
	assert_false(ratio->estimate.known || ratio->lo.known || ratio->hi.known || ratio->p.known);
	assert_non_null(strstr(ratio->null_reason, "zero"));
	assert_true(find(&w, "additive_lift", AMP_NO_INDEX, "any")->estimate.known);
	assert_int_equal(count(&w, "SELECT count(*) FROM estimate WHERE (estimate IS NULL) <> (null_reason IS NOT NULL)"), 0);
	stop(&w);
}

/* The pooled case: lists of different personas differ no more than those of twins. */
static void floor_world(struct world *w, int noise, bool personal, bool cached)
{
	start(w);
	int64_t id[8];
	for (int p = 0; p < 4; p++) {
		char name[32];
		(void)snprintf(name, sizeof name, "p%d", p);
		id[2 * p] = fx_persona(&w->x, name, 0, p + 1);
		(void)snprintf(name, sizeof name, "p%d-twin", p);
		id[2 * p + 1] = fx_persona(&w->x, name, id[2 * p], p + 1);
	}
	for (int r = 0; r < 8; r++) {
		int64_t round = fx_round(&w->x, FX_START + r * FX_DAY), items[FX_ITEMS];
		for (int i = 0; i < 8; i++) {
			list(items, personal ? i / 2 : 0, r, 1 + i, noise);
			int64_t at = FX_START + r * FX_DAY;
			(void)fx_shot(&w->x, &(struct fx_shot){round, id[i], w->ranked, "ok", at, items, FX_ITEMS, 0,
			                                       4 + r % 2 + (personal ? i / 4 : 0), NULL,
			                                       cached ? 90000 + r * 10 + (personal ? i / 2 : 0) : 0, 0, false});
			(void)fx_shot(&w->x, &(struct fx_shot){round, id[i], w->chronological, "ok", at, items, FX_ITEMS, 0, 3,
			                                       NULL, 0, 0, false});
		}
	}
	analyse(w, default_plan());
}

static void test_noise_floor_decides_the_unit(void **state)
{
	(void)state;
	double last = -1;
	/* more noise per request, higher floor; the feed stays shared, the unit stays the time block */
	for (int noise = 0; noise <= 20; noise += 10) {
		struct world w;
		floor_world(&w, noise, false, false);
		const struct amp_floor *fl = &w.floors[1];
		assert_string_equal(w.frame->feeds[1].name, "for-you");
		assert_int_equal(fl->decision, AMP_NOT_PERSONALISED);
		assert_true(fl->twin.known && fl->twin.v > last);
		last = fl->twin.v;
		if (noise == 0) assert_near(fl->twin.v, 0, 0);
		const struct amp_estimate *lift = find(&w, "additive_lift", AMP_NO_INDEX, "any");
		assert_int_equal(lift->unit, AMP_UNIT_TIME_BLOCK);
		assert_int_equal(lift->block_units, 8);
		assert_near(lift->smallest_p.v, 2.0 / 256, 1e-12);
		stop(&w);
	}
	for (int noise = 0; noise <= 20; noise += 10) {
		struct world w;
		floor_world(&w, noise, true, false);
		assert_int_equal(w.floors[1].decision, AMP_PERSONALISED);
		assert_true(w.floors[1].between.v > w.floors[1].twin.v);
		assert_int_equal(w.floors[1].rounds, 8);
		assert_near(w.floors[1].p.v, 1.0 / 256, 1e-12);
		const struct amp_estimate *lift = find(&w, "additive_lift", AMP_NO_INDEX, "any");
		assert_int_equal(lift->unit, AMP_UNIT_BOTH);
		assert_false(lift->lo.known); /* four personas: no bounded interval */
		stop(&w);
	}
}

static void test_cached_twins_are_no_zero_floor(void **state)
{
	(void)state;
	struct world w;
	floor_world(&w, 0, true, true);
	assert_int_equal(w.floors[1].state, AMP_FLOOR_CACHED);
	assert_false(w.floors[1].twin.known);
	/* personas were compared all the same: a distance stands beside the rounds that it is of */
	assert_int_equal(w.floors[1].between_rounds, 8);
	assert_int_equal(w.floors[1].decision, AMP_UNDECIDED);
	assert_int_equal(find(&w, "additive_lift", AMP_NO_INDEX, "any")->unit, AMP_UNIT_BOTH);
	stop(&w);
}

/* Every answer comes with an Age. Twins that got equal lists out of the cache (every other round) measured nothing; where two caches
 * held two different lists, the noise is there to see, and nobody may say that the twins got one answer. */
static void test_a_partly_cached_floor_is_that_of_the_other_rounds(void **state)
{
	(void)state;
	struct world w;
	struct amp_real half = AMP_REAL_NONE;
	for (int all = 0; all < 2; all++) {
		start(&w);
		int64_t id[6];
		for (int p = 0; p < 3; p++) {
			char name[32];
			(void)snprintf(name, sizeof name, "p%d", p);
			id[2 * p] = fx_persona(&w.x, name, 0, p + 1);
			(void)snprintf(name, sizeof name, "p%d-twin", p);
			id[2 * p + 1] = fx_persona(&w.x, name, id[2 * p], p + 1);
		}
		for (int r = 0; r < 8; r++) {
			int64_t round = fx_round(&w.x, FX_START + r * FX_DAY), items[FX_ITEMS], at = FX_START + r * FX_DAY;
			for (int i = 0; i < 6; i++) {
				/* the last two ranks of a twin's list differ, in the rounds that are not out of the cache */
				for (int k = 0; k < FX_ITEMS; k++)
					items[k] =
						1 + (i / 2) * 1000 + k + (k >= FX_ITEMS - 2 && i % 2 && (all || r % 2) ? 500 : 0);
				(void)fx_shot(&w.x, &(struct fx_shot){round, id[i], w.ranked, "ok", at, items, FX_ITEMS, 0, 4, NULL,
				                                      0, 30, false});
				(void)fx_shot(&w.x, &(struct fx_shot){round, id[i], w.chronological, "ok", at, items, FX_ITEMS, 0,
				                                      3, NULL, 0, 0, false});
			}
		}
		analyse(&w, default_plan());
		const struct amp_floor *fl = &w.floors[1];
		assert_int_equal(fl->state, AMP_FLOOR_MEASURED);
		assert_int_equal(fl->rounds, all ? 8 : 4);
		assert_true(fl->twin.known && fl->twin.v > 0);
		if (!all)
			half = fl->twin;
		else
			assert_near(fl->twin.v, half.v, 1e-12);
		stop(&w);
	}
}

static void test_a_different_pool_has_no_amplification(void **state)
{
	(void)state;
	struct world w;
	memset(&w, 0, sizeof w);
	fx_open(&w.x, "{}");
	w.ranked = fx_feed(&w.x, "trends", "mastodon", "algorithmic");
	w.chronological = fx_feed(&w.x, "local", "mastodon", "chronological");
	(void)fx_pair(&w.x, "pair", w.ranked, w.chronological, "different");
	w.x.cell = fx_cell(&w.x, 100, true);
	w.x.detector = fx_detector(&w.x, "marker");
	int64_t p = fx_persona(&w.x, "p", 0, 1);
	for (int r = 0; r < 3; r++) shots(&w, 0, p, r, fx_round(&w.x, FX_START + r * FX_DAY), 0, 0, "ok", 5, 2);
	analyse(&w, default_plan());
	for (size_t i = 0; i < w.all->n; i++) assert_false(w.all->v[i].metric->paired);
	assert_null(w.all->headline);
	assert_true(w.all->n > 0);
	stop(&w);
}

static void test_no_study_is_a_sentence(void **state)
{
	(void)state;
	struct world w;
	struct amp_err err = {0};
	start(&w);
	fx_ready(&w.x);
	assert_int_equal(amp_frame_load(&w.frame, w.x.store, "nowhere", NULL, NULL, &err), AMP_EUSAGE);
	assert_non_null(strstr(err.text, "nowhere"));
	/* a locked study without a single round loads, and every figure says why it is missing */
	assert_int_equal(amp_frame_load(&w.frame, w.x.store, "fixture", NULL, NULL, &err), 0);
	assert_int_equal(w.frame->n_rounds, 0);
	assert_int_equal(amp_floors_measure(&w.floors, w.frame, w.x.store, &err), 0);
	assert_int_equal(amp_sums_load(&w.sums, w.frame, w.x.store, 0, 0, &err), 0);
	assert_int_equal(amp_estimates_make(&w.all, w.frame, w.floors, w.sums, w.x.store, &err), 0);
	for (size_t i = 0; i < w.all->n; i++) assert_non_null(w.all->v[i].null_reason);
	assert_int_equal(amp_estimates_save(w.all, w.frame, w.x.store, &err), 0);
	stop(&w);
}

/* "another" comes first by name; what the study says decides. */
static void test_which_detector_leads(void **state)
{
	(void)state;
	static const struct {
		const char *primary, *first, *leads;
	} CASES[] = {
		{NULL, NULL, "another"},         {NULL, "marker", "marker"},       {NULL, "gone", "another"},
		{"marker", "another", "marker"}, {"another", "marker", "another"},
	};
	struct world w;
	struct amp_err err = {0};
	start(&w);
	int64_t persona = fx_persona(&w.x, "p", 0, 1);
	shots(&w, 0, persona, 0, fx_round(&w.x, FX_START), 0, 0, "ok", 5, 2); /* a detector counts once it has sums */
	w.x.detector = fx_detector(&w.x, "another");
	shots(&w, 0, persona, 1, fx_round(&w.x, FX_START + FX_DAY), 0, 0, "ok", 5, 2);
	fx_ready(&w.x);
	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
		struct amp_plan p = default_plan();
		p.metric = p.pair = p.target = NULL;
		p.detector = CASES[i].primary;
		p.first_detector = CASES[i].first;
		assert_int_equal(amp_frame_load(&w.frame, w.x.store, "fixture", plan, &p, &err), 0);
		assert_int_equal(w.frame->n_detectors, 2);
		assert_string_equal(w.frame->detectors[0].name, CASES[i].leads);
		amp_frame_free(w.frame);
		w.frame = NULL;
	}
	stop(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_which_detector_leads),
		cmocka_unit_test(test_published_vector_from_a_database),
		cmocka_unit_test(test_the_interval_spans_both_units),
		cmocka_unit_test(test_ten_personas_allow_for_skewness),
		cmocka_unit_test(test_twins_are_one_cluster_and_exclusions_are_bounded),
		cmocka_unit_test(test_every_way_to_be_left_out),
		cmocka_unit_test(test_zero_base_has_a_lift_and_no_ratio),
		cmocka_unit_test(test_noise_floor_decides_the_unit),
		cmocka_unit_test(test_cached_twins_are_no_zero_floor),
		cmocka_unit_test(test_a_partly_cached_floor_is_that_of_the_other_rounds),
		cmocka_unit_test(test_a_different_pool_has_no_amplification),
		cmocka_unit_test(test_no_study_is_a_sentence),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

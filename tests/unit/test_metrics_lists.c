/* Metrics that need the entries in their order, from lists small enough to work out by hand. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include "fixture_db.h"
#include "metrics/metrics.h"
#include "metrics/private.h"

#define assert_near(a, b, eps) assert_true(fabs((a) - (b)) <= (eps))

struct world {
	struct fx x;
	int64_t ranked, chronological;
	struct amp_frame *frame;
	struct amp_floor *floors;
	struct amp_sums *sums;
	struct amp_lists *lists;
	struct amp_estimates *all;
};

static const char *declared; /* the primary measure of the study; NULL: none */

static int plan(void *user, struct amp_arena *a, const char *text, struct amp_plan *p, struct amp_err *err)
{
	(void)user;
	(void)a;
	(void)text;
	(void)err;
	*p = (struct amp_plan){.alpha = .05, .time_block_ms = FX_DAY, .max_skew_ms = 60000, .seed = 1};
	if (declared) {
		p->metric = declared;
		p->pair = "pair";
		p->target = "any";
		p->detector = "marker";
	}
	return 0;
}

static void start(struct world *w, const char *pool, const char *window, int64_t depth)
{
	memset(w, 0, sizeof *w);
	fx_open(&w->x, "{}");
	w->ranked = fx_feed(&w->x, "top", "bluesky", "algorithmic");
	w->chronological = fx_feed(&w->x, "latest", "bluesky", "chronological");
	(void)fx_pair_window(&w->x, "pair", w->ranked, w->chronological, pool, window);
	w->x.cell = fx_cell(&w->x, depth, true);
	w->x.depth = depth;
	w->x.detector = fx_detector(&w->x, "marker");
}

static void analyse(struct world *w)
{
	struct amp_err err = {0};
	fx_ready(&w->x);
	int rc = amp_frame_load(&w->frame, w->x.store, NULL, plan, NULL, &err);
	if (rc == 0) rc = amp_floors_measure(&w->floors, w->frame, w->x.store, &err);
	if (rc == 0) rc = amp_sums_load(&w->sums, w->frame, w->x.store, 0, 0, &err);
	if (rc == 0) rc = amp_lists_measure(&w->lists, w->frame, w->x.store, w->sums, &err);
	if (rc == 0) w->sums->lists = w->lists;
	if (rc == 0) rc = amp_estimates_make(&w->all, w->frame, w->floors, w->sums, w->x.store, &err);
	if (rc == 0) rc = amp_estimates_save(w->all, w->frame, w->x.store, &err);
	if (rc != 0) fail_msg("%s", err.text);
}

static void stop(struct world *w)
{
	amp_frame_free(w->frame);
	fx_close(&w->x);
}

/* The figure for all personas and targets of the pair (or of the feed by its name); NULL when it is not made. */
static const struct amp_estimate *find(const struct world *w, const char *metric, const char *feed)
{
	for (size_t i = 0; i < w->all->n; i++) {
		const struct amp_estimate *e = &w->all->v[i];
		if (e->cluster != AMP_NO_INDEX || e->platform != AMP_NO_INDEX || strcmp(e->target, "any") != 0) continue;
		if (feed && (e->feed == AMP_NO_INDEX || strcmp(w->frame->feeds[e->feed].name, feed) != 0)) continue;
		if (!feed && e->pair == AMP_NO_INDEX) continue;
		if (strcmp(e->metric->name, metric) == 0) return e;
	}
	return NULL;
}

static const struct amp_estimate *must(const struct world *w, const char *metric, const char *feed)
{
	const struct amp_estimate *e = find(w, metric, feed);
	if (!e) fail_msg("no %s", metric);
	if (!e->estimate.known && !e->null_reason) fail_msg("%s has neither a value nor a reason", metric);
	return e;
}

/* Items 1 to 99 are scored once: flagged where the list says so. */
static void score(struct world *w, const int64_t *flagged, size_t n, int64_t last)
{
	for (int64_t id = 1; id <= last; id++) {
		bool is = false;
		for (size_t i = 0; i < n; i++) is = is || flagged[i] == id;
		fx_score(&w->x, id, is ? .9 : .1);
	}
}

static void shot(struct world *w, int64_t round, int64_t persona, int64_t feed, int64_t at, const int64_t *items, int64_t n,
                 int64_t flagged, int64_t missing, const int64_t *likes)
{
	(void)fx_shot(&w->x, &(struct fx_shot){.round = round,
	                                       .persona = persona,
	                                       .feed = feed,
	                                       .verdict = "ok",
	                                       .started_at = at,
	                                       .items = items,
	                                       .n = n,
	                                       .flagged = flagged,
	                                       .missing = missing,
	                                       .likes = likes});
}

/* Kulshrestha et al. 2017 on s = 1, 0, 1, 0, 0: IB .4, OB .6133, RB .2133. */
static void test_one_pool_in_two_orders(void **state)
{
	(void)state;
	static const int64_t flagged[] = {3, 5}, ranked[] = {3, 1, 5, 2, 4}, latest[] = {1, 2, 3, 4, 5};
	struct world w;
	start(&w, "identical", "count", 10);
	int64_t p = fx_persona(&w.x, "p", 0, 1);
	score(&w, flagged, 2, 5);
	for (int r = 0; r < 2; r++) {
		int64_t at = FX_START + r * FX_DAY, round = fx_round(&w.x, at);
		shot(&w, round, p, w.ranked, at, ranked, 5, 2, 0, NULL);
		shot(&w, round, p, w.chronological, at, latest, 5, 2, 0, NULL);
	}
	analyse(&w);
	assert_int_equal(w.lists->disagreeing, 0);
	assert_int_equal(w.lists->entries, 20);
	const struct amp_estimate *bias = must(&w, "ranking_bias", NULL);
	assert_near(bias->estimate.v, .6133333333333333 - .4, 1e-12);
	assert_near(bias->ranked.v, .6133333333333333, 1e-12);
	assert_near(bias->chronological.v, .4, 1e-12);
	/* 3 stands at place 0 and not 2, 5 at 2 and not 4 */
	assert_near(must(&w, "rank_shift", NULL)->estimate.v, 2, 1e-12);
	assert_false(must(&w, "rank_shift", NULL)->ranked.known);
	/* the first flagged entry stands first in one order and third in the other */
	assert_near(must(&w, "depth_to_first", "top")->estimate.v, 1, 0);
	assert_near(must(&w, "depth_to_first", "latest")->estimate.v, 3, 0);
	assert_non_null(strstr(must(&w, "depth_to_first", "top")->interval_note, "independent"));
	/* one set: nothing comes in or goes out, and nothing is divided by that nothing */
	assert_near(must(&w, "turnover", NULL)->estimate.v, 0, 0);
	assert_false(must(&w, "displacement", NULL)->estimate.known);
	assert_non_null(strstr(must(&w, "displacement", NULL)->null_reason, "displaced"));
	assert_string_equal(must(&w, "rank_shift", NULL)->family, "further:pair");
	stop(&w);
}

static const int64_t in_and_out[] = {3, 1, 9, 8}, window[] = {1, 2, 3, 4, 9, 10};

static void in_out_world(struct world *w, const char *rule)
{
	static const int64_t flagged[] = {3, 9, 10}, likes[] = {-1, 0, 99, 9};
	start(w, "alternative", rule, 4);
	int64_t p = fx_persona(&w->x, "p", 0, 1), at = FX_START, round = fx_round(&w->x, at);
	score(w, flagged, 3, 10);
	shot(w, round, p, w->ranked, at, in_and_out, 4, 2, 0, likes);
	shot(w, round, p, w->chronological, at, window, 6, 1, 0, NULL);
	analyse(w);
}

static void test_displacement_counts_to_the_depth(void **state)
{
	(void)state;
	struct world w;
	in_out_world(&w, "count");
	/* in: 9 and 8, one flagged; out: 2 and 4, none */
	const struct amp_estimate *d = must(&w, "displacement", NULL);
	assert_near(d->estimate.v, .5, 1e-12);
	assert_near(d->ranked.v, .5, 1e-12);
	assert_near(d->chronological.v, 0, 1e-12);
	assert_near(must(&w, "turnover", NULL)->estimate.v, .5, 1e-12);
	assert_near(must(&w, "additive_lift", NULL)->estimate.v, .25, 1e-12);
	/* another pool than the ranked one: no place in it can be compared */
	assert_null(find(&w, "ranking_bias", NULL));
	assert_null(find(&w, "rank_shift", NULL));
	/* 9 has 99 likes, 3 has none that are known; 1 has 0 and 8 has 9 */
	assert_near(must(&w, "engagement_gap", "top")->estimate.v, log(100) - log(10) / 2, 1e-6);
	assert_false(must(&w, "engagement_gap", "latest")->estimate.known);
	stop(&w);
}

static void test_displacement_goes_back_to_the_oldest_ranked(void **state)
{
	(void)state;
	struct world w;
	in_out_world(&w, "back_to_oldest_ranked");
	/* the whole chronological list: only 8 comes in; 2, 4 and 10 go out, 10 flagged */
	assert_near(must(&w, "displacement", NULL)->estimate.v, -1.0 / 3, 1e-12);
	assert_near(must(&w, "turnover", NULL)->estimate.v, .25, 1e-12);
	/* shares still go to the depth only */
	assert_near(must(&w, "additive_lift", NULL)->estimate.v, .25, 1e-12);
	stop(&w);
}

/* Items 1 to 4 are flagged, 9 is not. Visits: 12 · 13 · 121 (twice) · 1 · – · 2 · 14 · – · – · – · – · 1, and a blocked one in between, which is
 * none. The chronological feed shows a flagged item at each visit, never one of before. */
static void test_what_comes_back(void **state)
{
	(void)state;
	static const int64_t visits[12][5] = {{1, 2, 9}, {1, 3, 9}, {1, 2, 1, 9}, {1, 9}, {9}, {2, 9},
	                                      {1, 4, 9}, {9},       {9},          {9},    {9}, {1, 9}};
	static const int64_t shown[12] = {2, 2, 3, 1, 0, 1, 2, 0, 0, 0, 0, 1}; /* flagged entries, the one that stands twice too */
	for (int last = 12; last >= 4; last -= 4) {
		int64_t flagged[16] = {1, 2, 3, 4};
		struct world w;
		start(&w, "alternative", "count", 10);
		int64_t p = fx_persona(&w.x, "p", 0, 1);
		for (int64_t i = 0; i < 12; i++) flagged[4 + i] = 21 + i;
		score(&w, flagged, 16, 32);
		for (int i = 0, day = 0; i < last; i++, day++) {
			int64_t at = FX_START + day * FX_DAY, round = fx_round(&w.x, at), n = 0, fresh = 21 + i;
			while (visits[i][n] != 0) n++;
			shot(&w, round, p, w.ranked, at, visits[i], n, shown[i], 0, NULL);
			shot(&w, round, p, w.chronological, at, &fresh, 1, 1, 0, NULL);
			if (i != 3) continue;
			day++;
			at += FX_DAY;
			(void)fx_shot(&w.x, &(struct fx_shot){.round = fx_round(&w.x, at),
			                                      .persona = p,
			                                      .feed = w.ranked,
			                                      .verdict = "blocked",
			                                      .started_at = at});
		}
		analyse(&w);
		assert_int_equal(w.lists->disagreeing, 0);
		const struct amp_estimate *back = must(&w, "recurrence", "top"), *lift = must(&w, "recurrence_lift", NULL),
					  *again = must(&w, "repeat_share", "top"), *more = must(&w, "repeat_lift", NULL);
		if (last == 12) {
			/* gone at visit 2: 2 (back at 3); at 3: 3; at 4: 2 (back at 6); at 5: 1 (back at 7); at 7: 2; at 8: 1, which comes back at the
			   fourth visit after that, and 4 */
			assert_near(back->estimate.v, 3.0 / 7, 1e-12);
			assert_int_equal(back->excluded, 1);
			/* 1/1 0/1 1/1 1/1 0/1 0/2, and on the other side always 0 */
			assert_near(lift->estimate.v, 3.0 / 6, 1e-12);
			assert_near(lift->chronological.v, 0, 0);
			/* of visits 2, 3, 4, 6, 7 and 12: 1/2 2/2 1/1 1/1 1/2 1/1 */
			assert_near(again->estimate.v, 7.0 / 9, 1e-12);
			assert_near(more->estimate.v, 5.0 / 6, 1e-12);
			assert_near(must(&w, "repeat_share", "latest")->estimate.v, 0, 0);
			assert_near(must(&w, "recurrence", "latest")->estimate.v, 0, 0);
			assert_string_equal(more->family, "further:pair");
		} else if (last == 8) {
			/* what was gone at visit 7 or later has not been followed for three visits: it is no part of this */
			assert_near(back->estimate.v, 3.0 / 4, 1e-12);
			assert_near(again->estimate.v, 6.0 / 8, 1e-12);
		} else {
			/* four visits: nothing was followed to its end */
			assert_false(back->estimate.known || lift->estimate.known);
			assert_non_null(strstr(back->null_reason, "three more visits"));
			assert_near(again->estimate.v, 4.0 / 5, 1e-12);
		}
		stop(&w);
	}
}

/* Item 1 comes back five visits after it was gone, too late to count; item 2, gone four visits after item 1, never does. */
static void test_a_late_return_is_none(void **state)
{
	(void)state;
	static const int32_t shown[9] = {1, 0, 0, 0, 2, 0, 1, 0, 0};
	struct amp_recall m = {0};
	struct amp_err err = {0};
	uint32_t gone = 0, back = 0, again = 0;
	for (int i = 0; i < 9; i++) {
		const struct amp_entry e = {.item = shown[i], .flagged = true};
		struct amp_seen s;
		assert_int_equal(amp_recall_visit(&m, &e, shown[i] != 0, &s, &err), 0);
		gone += s.gone;
		back += s.back;
		again += s.again;
	}
	assert_int_equal(gone, 2);
	assert_int_equal(back, 0);
	assert_int_equal(again, 1);
	amp_recall_free(&m);
}

static void test_what_stays_from_round_to_round(void **state)
{
	(void)state;
	/* flagged: 1, 2. Round 1 -> 2: 1 stays, 2 goes, of 3 and 4 one stays. 2 -> 3: 1 stays; 3 and 5 go. Round 4 is blocked, 5 follows it. */
	static const int64_t flagged[] = {1, 2}, lists[][4] = {{1, 2, 3, 4}, {3, 1, 5, 6}, {1, 7, 6, 8}, {0}, {1, 7, 6, 8}};
	struct world w;
	start(&w, "alternative", "count", 10);
	int64_t p = fx_persona(&w.x, "p", 0, 1);
	score(&w, flagged, 2, 8);
	for (int r = 0; r < 5; r++) {
		int64_t at = FX_START + r * FX_DAY, round = fx_round(&w.x, at);
		if (r == 3)
			(void)fx_shot(
				&w.x,
				&(struct fx_shot){
					.round = round, .persona = p, .feed = w.ranked, .verdict = "blocked", .started_at = at});
		else
			shot(&w, round, p, w.ranked, at, lists[r], 4, r == 0 ? 2 : 1, 0, NULL);
	}
	analyse(&w);
	/* of 2 flagged entries 1 stays, of 1 flagged entry 1 stays */
	const struct amp_estimate *e = must(&w, "persistence", "top");
	assert_near(e->estimate.v, 2.0 / 3, 1e-12);
	assert_int_equal(e->excluded, 1);
	/* (1/2 - 1/2) and (1 - 1/3), mean of the two */
	assert_near(must(&w, "persistence_gap", "top")->estimate.v, (0 + 2.0 / 3) / 2, 1e-12);
	assert_int_equal(must(&w, "persistence_gap", "top")->block_units, 2);
	stop(&w);
}

/* An item whose text has this author; 0: none is known. */
static void item_by(struct world *w, int64_t id, int64_t author)
{
	char native[32];
	(void)snprintf(native, sizeof native, "post-%lld", (long long)id);
	(void)FX(&w->x, "INSERT INTO item (key, id, platform, native_id) VALUES (?1, ?2, 'bluesky', ?3)", true, "is", id, native);
	(void)FX(
		&w->x,
		"INSERT INTO item_version (key, id, item_id, kind, text, author_id) VALUES (?1, ?2, ?2, 'post', 'made up', nullif(?3, 0))",
		true, "ii", id, author);
}

static void test_concentration_by_author(void **state)
{
	(void)state;
	/* 1, 2, 3 and 7 by one author, 4 and 5 by another, 6 by nobody known; all flagged but 7 */
	static const int64_t by[] = {1, 1, 1, 2, 2, 0, 1}, flagged[] = {1, 2, 3, 4, 5, 6};
	static const int64_t lists[][7] = {{1, 7, 4, 2, 6, 3, 5}, {1, 4}, {6, 7}}, n[] = {7, 2, 2}, found[] = {6, 2, 1};
	struct world w;
	start(&w, "alternative", "count", 10);
	int64_t p = fx_persona(&w.x, "p", 0, 1);
	for (int64_t a = 1; a <= 2; a++)
		(void)FX(&w.x, "INSERT INTO author (key, id, platform, native_id) VALUES (?1, ?2, 'bluesky', ?3)", true, "is", a,
		         a == 1 ? "one" : "two");
	for (int64_t id = 1; id <= 7; id++) item_by(&w, id, by[id - 1]);
	score(&w, flagged, 6, 7);
	for (int r = 0; r < 3; r++) {
		int64_t at = FX_START + r * FX_DAY;
		shot(&w, fx_round(&w.x, at), p, w.ranked, at, lists[r], n[r], found[r], 0, NULL);
	}
	analyse(&w);
	/* of 10 pairs 3 + 1 are by one author, of 1 pair none; the third visit has no pair */
	const struct amp_estimate *e = must(&w, "author_concentration", "top");
	assert_near(e->estimate.v, 4.0 / 11, 1e-12);
	assert_int_equal(e->block_units, 2);
	assert_int_equal(e->excluded, 0);
	stop(&w);
}

/* A list that says something else than the stored sums is left out, and counted; a missing detection is no "not flagged". */
static void test_lists_must_agree_with_the_sums(void **state)
{
	(void)state;
	static const int64_t flagged[] = {3, 5}, ranked[] = {3, 1, 5, 2, 4}, latest[] = {1, 2, 3, 4, 5};
	struct world w;
	start(&w, "identical", "count", 10);
	int64_t p = fx_persona(&w.x, "p", 0, 1);
	score(&w, flagged, 2, 3); /* 4 and 5 have no detection at all */
	for (int r = 0; r < 2; r++) {
		int64_t at = FX_START + r * FX_DAY, round = fx_round(&w.x, at);
		shot(&w, round, p, w.ranked, at, ranked, 5, r == 0 ? 1 : 2, 2, NULL);
		shot(&w, round, p, w.chronological, at, latest, 5, 1, 2, NULL);
	}
	analyse(&w);
	assert_int_equal(w.lists->disagreeing, 1);
	const struct amp_estimate *bias = must(&w, "ranking_bias", NULL);
	assert_int_equal(bias->used, 1);
	assert_int_equal(bias->excluded, 1);
	/* scored, in the ranked order: 3 flagged, 1 and 2 not: OB = (1 + 1/2 + 1/3) / 3, IB = 1/3 */
	assert_near(bias->estimate.v, (1 + .5 + 1.0 / 3) / 3 - 1.0 / 3, 1e-12);
	assert_false(bias->worst_lo.known || bias->worst_hi.known);
	stop(&w);
}

static void test_a_different_pool_has_no_list_metric_of_a_pair(void **state)
{
	(void)state;
	static const int64_t flagged[] = {1}, items[] = {1, 2};
	struct world w;
	start(&w, "different", "count", 10);
	int64_t p = fx_persona(&w.x, "p", 0, 1), at = FX_START, round = fx_round(&w.x, at);
	score(&w, flagged, 1, 2);
	shot(&w, round, p, w.ranked, at, items, 2, 1, 0, NULL);
	shot(&w, round, p, w.chronological, at, items, 2, 1, 0, NULL);
	analyse(&w);
	for (size_t i = 0; i < w.all->n; i++) assert_false(w.all->v[i].metric->paired);
	stop(&w);
}

/* The cells of a persona are what it says, and all of them together the figure: both units count the same visits, and the one that is added. */
static void cells_add_up(const struct world *w, const char *metric, double x, double m)
{
	static double work[1000];
	struct amp_err err = {0};
	struct amp_contributions c;
	size_t pair = 0;
	const struct amp_scope s = {amp_metric_find(metric), AMP_NO_INDEX, &pair, 1, "any"};
	assert_true(amp_contributions_room(w->frame) <= 1000);
	assert_int_equal(amp_contributions(w->frame, w->sums, &s, work, &c, &err), 0);
	double all_x = 0, all_m = 0;
	for (size_t i = 0; i < c.n_clusters; i++) {
		double own_x = 0, own_m = 0;
		for (size_t b = 0; b < w->frame->n_blocks; b++) {
			own_x += c.cell_x[i * w->frame->n_blocks + b];
			own_m += c.cell_m[i * w->frame->n_blocks + b];
		}
		assert_near(own_x, c.cluster_x[i], 1e-12);
		assert_near(own_m, c.cluster_m[i], 1e-12);
		all_x += own_x;
		all_m += own_m;
	}
	assert_near(all_x, x, 1e-9);
	assert_near(all_m, m, 1e-9);
}

/* A day on which nobody has a value is no unit, neither of a figure of sums nor of one from lists: it weighs nothing. */
static void test_a_day_without_values_is_no_unit(void **state)
{
	(void)state;
	static const int64_t flagged[] = {3}, items[] = {3, 1, 2};
	static const char *const metrics[] = {"additive_lift", "ranking_bias"};
	static double work[1000];
	struct amp_err err = {0};
	struct amp_contributions c;
	struct world w;
	size_t pair = 0;
	start(&w, "identical", "count", 10);
	int64_t p[2] = {fx_persona(&w.x, "p", 0, 1), fx_persona(&w.x, "q", 0, 2)};
	score(&w, flagged, 1, 3);
	for (int r = 0; r < 4; r++) {
		int64_t at = FX_START + r * FX_DAY, round = fx_round(&w.x, at);
		for (int i = 0; i < 2; i++) {
			bool shown =
				r != 2 && r != i; /* the third day shows nobody anything, and q has no second one, p no first */
			if (shown) shot(&w, round, p[i], w.ranked, at, items, 3, 1, 0, NULL);
			if (shown) shot(&w, round, p[i], w.chronological, at, items, 3, 1, 0, NULL);
			if (!shown) (void)fx_shot(&w.x, &(struct fx_shot){.round = round, .persona = p[i], .feed = w.ranked});
			if (!shown)
				(void)fx_shot(&w.x, &(struct fx_shot){.round = round, .persona = p[i], .feed = w.chronological});
		}
	}
	analyse(&w);
	assert_int_equal(w.frame->n_blocks, 4);
	for (size_t i = 0; i < 2; i++) {
		const struct amp_scope s = {amp_metric_find(metrics[i]), AMP_NO_INDEX, &pair, 1, "any"};
		assert_int_equal(amp_contributions(w.frame, w.sums, &s, work, &c, &err), 0);
		assert_int_equal(c.n_clusters, 2);
		assert_int_equal(c.n_blocks, 3);
		assert_near(c.block_m[0], .25, 1e-12);
		assert_near(c.block_m[1], .25, 1e-12);
		assert_near(c.block_m[2], .5, 1e-12);
		assert_int_equal(must(&w, metrics[i], NULL)->block_units, 3);
	}
	stop(&w);
}

/* The published vector of the statistics core: Glass's delta 1.38873. The Huszár ratio: visits that met one, plus one. */
static void test_cluster_level_figures(void **state)
{
	(void)state;
	static const int ranked[] = {12, 8, 15, 10, 9, 14}, latest[] = {8, 7, 10, 9, 5, 11};
	struct world w;
	start(&w, "alternative", "count", 100);
	int64_t persona[6];
	for (int p = 0; p < 6; p++) {
		char name[8];
		(void)snprintf(name, sizeof name, "p%d", p);
		persona[p] = fx_persona(&w.x, name, 0, p + 1);
	}
	for (int r = 0; r < 8; r++) {
		int64_t at = FX_START + r * FX_DAY, round = fx_round(&w.x, at);
		for (int p = 0; p < 6; p++) {
			/* in half of the rounds p0 meets nothing chronologically; its mean stays */
			int64_t c = p == 0 ? (r % 2 ? 16 : 0) : latest[p];
			(void)fx_shot(&w.x, &(struct fx_shot){.round = round,
			                                      .persona = persona[p],
			                                      .feed = w.ranked,
			                                      .verdict = "ok",
			                                      .started_at = at,
			                                      .n = 100,
			                                      .flagged = ranked[p] + (r % 2 ? 1 : -1),
			                                      .discounted = .5,
			                                      .discount_total = 2});
			(void)fx_shot(&w.x, &(struct fx_shot){.round = round,
			                                      .persona = persona[p],
			                                      .feed = w.chronological,
			                                      .verdict = "ok",
			                                      .started_at = at,
			                                      .n = 100,
			                                      .flagged = c,
			                                      .discounted = .1,
			                                      .discount_total = 2});
		}
	}
	analyse(&w);
	const struct amp_estimate *glass = must(&w, "glass_delta", NULL), *lift = must(&w, "additive_lift", NULL);
	assert_near(glass->estimate.v, 1.38873, 5e-6);
	assert_near(glass->p.v, lift->p.v, 1e-12);
	assert_near(glass->p.v, .03125, 1e-12);
	assert_true(glass->lo.known && glass->lo.v < glass->estimate.v && glass->hi.v > glass->estimate.v);
	assert_near(glass->adjusted_p.v, lift->adjusted_p.v, 0);
	/* 48 ranked visits met one, 44 chronological ones: 49 / 45 */
	const struct amp_estimate *huszar = must(&w, "huszar_ratio", NULL);
	assert_near(huszar->estimate.v, 49.0 / 45, 1e-12);
	cells_add_up(&w, "huszar_ratio", 49, 45);
	/* .25 - .05 */
	assert_near(must(&w, "rank_weighted_lift", NULL)->estimate.v, .2, 1e-12);
	assert_near(must(&w, "rank_weighted_share", "top")->estimate.v, .25, 1e-12);
	assert_near(must(&w, "dose", "latest")->estimate.v, (8 + 7 + 10 + 9 + 5 + 11) / 6.0, 1e-12);
	stop(&w);
}

static void test_one_persona_has_no_standardised_lift(void **state)
{
	(void)state;
	static const int64_t flagged[] = {1}, items[] = {1, 2};
	struct world w;
	start(&w, "alternative", "count", 10);
	int64_t p = fx_persona(&w.x, "p", 0, 1), at = FX_START, round = fx_round(&w.x, at);
	score(&w, flagged, 1, 2);
	shot(&w, round, p, w.ranked, at, items, 2, 1, 0, NULL);
	shot(&w, round, p, w.chronological, at, items, 2, 1, 0, NULL);
	analyse(&w);
	assert_false(must(&w, "glass_delta", NULL)->estimate.known);
	assert_non_null(strstr(must(&w, "glass_delta", NULL)->null_reason, "one persona"));
	assert_near(must(&w, "huszar_ratio", NULL)->estimate.v, 1, 1e-12);
	stop(&w);
}

/* Equal chronological means that differ in the last bit: a spread of rounding is none. */
static void test_no_spread_is_not_a_tiny_one(void **state)
{
	(void)state;
	struct world w;
	start(&w, "alternative", "count", 100);
	int64_t persona[7];
	for (int p = 0; p < 7; p++) {
		char name[8];
		(void)snprintf(name, sizeof name, "p%d", p);
		persona[p] = fx_persona(&w.x, name, 0, p + 1);
	}
	for (int r = 0; r < 7; r++) {
		int64_t at = FX_START + r * FX_DAY, round = fx_round(&w.x, at);
		for (int p = 0; p < 7; p++)
			for (int side = 0; side < 2; side++)
				(void)fx_shot(&w.x, &(struct fx_shot){.round = round,
				                                      .persona = persona[p],
				                                      .feed = side ? w.chronological : w.ranked,
				                                      .verdict = "ok",
				                                      .started_at = at,
				                                      .n = 100,
				                                      .flagged = side ? 1 + 7 * ((p + r) % 7) : 20 + p});
	}
	analyse(&w);
	const struct amp_estimate *glass = must(&w, "glass_delta", NULL);
	assert_false(glass->estimate.known || glass->lo.known);
	assert_non_null(strstr(glass->null_reason, "spread"));
	stop(&w);
}

static size_t in_family(const struct world *w, const char *family)
{
	size_t n = 0;
	for (size_t i = 0; i < w->all->n; i++)
		n += w->all->v[i].family && strcmp(w->all->v[i].family, family) == 0 && w->all->v[i].p.known;
	return n;
}

/* Six personas over eight days, one pool in two orders that differ from day to day; a second grid cell with the same flags. */
static void declaring_world(struct world *w, const char *pool)
{
	static const int64_t flagged[] = {3, 5, 8};
	start(w, pool, "count", 8);
	int64_t persona[6], first = w->x.cell;
	for (int p = 0; p < 6; p++) {
		char name[8];
		(void)snprintf(name, sizeof name, "p%d", p);
		persona[p] = fx_persona(&w->x, name, 0, p + 1);
	}
	score(w, flagged, 3, 12);
	for (int r = 0; r < 8; r++) {
		int64_t at = FX_START + r * FX_DAY, round = fx_round(&w->x, at);
		for (int p = 0; p < 6; p++) {
			int64_t top[10], latest[10], a = 0, c = 0;
			for (int i = 0; i < 10; i++) {
				top[i] = 1 + (2 + i + (r + p) % 4) % 12;
				latest[i] = 1 + (i + 5 * ((r + p) % 3) + (p & 1)) % 12;
			}
			for (int i = 0; i < 8; i++) {
				a += top[i] == 3 || top[i] == 5 || top[i] == 8;
				c += latest[i] == 3 || latest[i] == 5 || latest[i] == 8;
			}
			shot(w, round, persona[p], w->ranked, at, top, 10, a, 0, NULL);
			shot(w, round, persona[p], w->chronological, at, latest, 10, c, 0, NULL);
		}
	}
	int64_t second =
		FX(&w->x,
	           "INSERT INTO grid_cell (key, study_version_id, depth, threshold, rbp_p, text_view, is_primary)"
	           " SELECT randomblob(16), study_version_id, depth, '0.6', rbp_p, text_view, 0 FROM grid_cell WHERE id = ?1",
	           false, "i", first);
	(void)FX(
		&w->x,
		"INSERT INTO snapshot_sum SELECT parse_id, detector_id, ?1, target, n, missing, flagged, discounted, discount_total FROM snapshot_sum"
		" WHERE grid_cell_id = ?2",
		false, "ii", second, first);
	analyse(w);
}

/* Declared, it is the headline, alone in its family, computed under the other choices of the grid and by bootstrap too; not declared, it is one of
 * the further measures, and under the other choices nothing is made of it. */
static void test_what_can_be_declared_primary(void **state)
{
	(void)state;
	static const char *const names[] = {"huszar_ratio", "glass_delta", "ranking_bias", "rank_shift", "displacement"};
	struct world w;
	declaring_world(&w, "identical");
	size_t further = in_family(&w, "further:pair");
	assert_true(further >= 5);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const struct amp_estimate *e = must(&w, names[i], NULL);
		assert_false(e->primary);
		assert_string_equal(e->family, "further:pair");
	}
	assert_int_equal(in_family(&w, "primary"), 0);
	size_t all = w.all->n;
	stop(&w);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		declared = names[i];
		declaring_world(&w, "identical");
		const struct amp_estimate *e = w.all->headline;
		assert_non_null(e);
		assert_string_equal(e->metric->name, names[i]);
		if (!e->primary || !e->estimate.known || !e->p.known)
			fail_msg("%s: %s", names[i], e->null_reason ? e->null_reason : "no p");
		assert_string_equal(e->family, "primary");
		assert_near(e->adjusted_p.v, e->p.v, 0);
		assert_int_equal(in_family(&w, "primary"), 1);
		assert_int_equal(in_family(&w, "further:pair"), further - 1);
		size_t cells = 0, bootstraps = 0;
		for (size_t k = 0; k < w.all->n; k++) {
			const struct amp_estimate *s = &w.all->v[k];
			if (s->metric != e->metric || s == e || s->pair == AMP_NO_INDEX) continue;
			assert_string_equal(s->family, "sensitivity");
			assert_false(s->primary);
			cells += s->cell == 1;
			bootstraps += s->cell == 0;
			if (s->cell == 1) assert_near(s->estimate.v, e->estimate.v, 1e-12); /* the second cell flags the same */
		}
		assert_int_equal(cells, 1);
		assert_int_equal(bootstraps, e->metric->figure ? 0 : 2);
		assert_int_equal(w.all->n, all + cells + bootstraps);
		stop(&w);
	}
	/* a pair that is no one pool has no such measure: nothing is primary, and nothing else takes its place */
	declared = "rank_shift";
	declaring_world(&w, "alternative");
	assert_null(w.all->headline);
	assert_int_equal(in_family(&w, "primary"), 0);
	stop(&w);
	declared = NULL;
}

/* Every measure: it can be declared, or there is a reason. */
static void test_what_cannot_be_declared(void **state)
{
	(void)state;
	static const char *const can[] = {"additive_lift",   "amplification_ratio", "rank_weighted_lift", "huszar_ratio",
	                                  "glass_delta",     "ranking_bias",        "rank_shift",         "displacement",
	                                  "recurrence_lift", "repeat_lift"};
	size_t n = 0;
	for (size_t i = 0; amp_metrics[i]; i++) {
		const char *why = amp_metric_not_primary(amp_metrics[i], NULL, NULL);
		bool listed = false;
		for (size_t k = 0; k < sizeof can / sizeof *can; k++) listed = listed || strcmp(can[k], amp_metrics[i]->name) == 0;
		if ((why == NULL) != listed) fail_msg("%s: %s", amp_metrics[i]->name, why ? why : "can be declared");
		n += why == NULL;
	}
	assert_int_equal(n, sizeof can / sizeof *can);
	assert_non_null(strstr(amp_metric_not_primary(amp_metric_find("exposure_share"), "any", "identical"), "one feed"));
	assert_non_null(strstr(amp_metric_not_primary(amp_metric_find("walk_hazard"), "any", "alternative"), "of walks"));
	assert_non_null(strstr(amp_metric_not_primary(amp_metric_find("turnover"), "any", "identical"), "no test"));
	assert_non_null(strstr(amp_metric_not_primary(amp_metric_find("lift_drift"), "any", "identical"), "days"));
	assert_non_null(strstr(amp_metric_not_primary(amp_metric_find("rank_shift"), "any", "alternative"), "identical"));
	assert_null(amp_metric_not_primary(amp_metric_find("rank_shift"), "any", "identical"));
	assert_non_null(
		strstr(amp_metric_not_primary(amp_metric_find("huszar_ratio"), "women", "alternative"), "all targets together"));
	assert_null(amp_metric_not_primary(amp_metric_find("additive_lift"), "women", "alternative"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_pool_in_two_orders),
		cmocka_unit_test(test_displacement_counts_to_the_depth),
		cmocka_unit_test(test_displacement_goes_back_to_the_oldest_ranked),
		cmocka_unit_test(test_what_comes_back),
		cmocka_unit_test(test_a_late_return_is_none),
		cmocka_unit_test(test_what_stays_from_round_to_round),
		cmocka_unit_test(test_concentration_by_author),
		cmocka_unit_test(test_lists_must_agree_with_the_sums),
		cmocka_unit_test(test_a_different_pool_has_no_list_metric_of_a_pair),
		cmocka_unit_test(test_a_day_without_values_is_no_unit),
		cmocka_unit_test(test_cluster_level_figures),
		cmocka_unit_test(test_no_spread_is_not_a_tiny_one),
		cmocka_unit_test(test_one_persona_has_no_standardised_lift),
		cmocka_unit_test(test_what_can_be_declared_primary),
		cmocka_unit_test(test_what_cannot_be_declared),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

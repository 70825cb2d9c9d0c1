/* Walks compared: couples of the two feeds of a pair, noise between twins, other choices; and measures by target. */
#include "walk_fixture.h"

/* The same words for each target: lists 0 2 | 1 blocked, of which 2 aim at women and 1 at trans people. */
static void test_walks_by_target(void **state)
{
	(void)state;
	struct world w;
	start(&w);
	int64_t a = fx_persona(&w.x, "a", 0, 1), b = fx_persona(&w.x, "b", 0, 2), r = fx_round(&w.x, FX_START);
	aims_at = "women";
	walk(&w, r, a, w.ranked, 1, 0, 2);
	aims_at = "trans";
	walk(&w, r, b, w.ranked, 1, 1, 0);
	aims_at = "none"; /* an insult: no target of hate */
	walk(&w, r, a, w.chronological, 1, 1, 0);
	aims_at = NULL;
	walk(&w, r, b, w.chronological, 1, 0, 0);
	analyse(&w);
	const struct amp_estimate *e = find_of(&w, "walk_share", "related", "women", 0, 0);
	assert_near(e->estimate.v, .1 / 2, 1e-12);
	assert_int_equal(e->n, 40);
	assert_near(find_of(&w, "walk_dose", "related", "women", 0, 0)->estimate.v, 1, 1e-12);
	assert_near(find_of(&w, "walk_dose", "related", "trans", 0, 0)->estimate.v, .5, 1e-12);
	assert_near(find_of(&w, "walk_dose", "unranked", "women", 0, 0)->estimate.v, 0, 0); /* a null prints */
	assert_near(find_of(&w, "walk_time_to_first", "related", "women", 0, 0)->estimate.v, 2, 0);
	assert_near(find_of(&w, "walk_mean_to_first", "related", "trans", 0, 0)->estimate.v, 1.5, 1e-12);
	assert_non_null(strstr(find_of(&w, "walk_time_to_first", "unranked", "trans", 0, 0)->null_reason, "no walk met"));
	e = find_of(&w, "walk_dose_lift", NULL, "women", 0, 0);
	assert_near(e->estimate.v, 1, 1e-12);
	assert_string_equal(e->family, "targets:pair");
	assert_string_equal(find(&w, "walk_dose_lift", NULL)->family, "further:pair");
	assert_near(find(&w, "walk_dose_lift", NULL)->estimate.v, 1.5 - .5,
	            1e-12); /* any has the insult too, as sums of lists have */
	for (size_t i = 0; i < w.all->n; i++) assert_string_not_equal(w.all->v[i].target, "none");
	/* of one target alone nothing changes for another: the walks are the same */
	assert_near(find_of(&w, "walk_time_to_first", "related", "any", 0, 0)->estimate.v, 1.5, 1e-12);
	stop(&w);
}

/* Ranked against chronological, from one seed, in one round, over the lists that both read:
 * seed 1: 1 2 3 beside 0 0 blocked: the third list stands beside nothing: 3 - 0, (.1 + .2)/2 - 0
 * seed 2: 4 beside blocked, and seed 3: 5 beside nothing: left out */
static void test_lift_is_of_the_lists_that_both_read(void **state)
{
	(void)state;
	struct world w;
	start(&w);
	int64_t a = fx_persona(&w.x, "a", 0, 1), r = fx_round(&w.x, FX_START);
	walk(&w, r, a, w.ranked, 1, 1, 2, 3);
	walk(&w, r, a, w.chronological, 1, 0, 0, BLOCKED);
	walk(&w, r, a, w.ranked, 2, 4);
	walk(&w, r, a, w.chronological, 2, BLOCKED);
	walk(&w, r, a, w.ranked, 3, 5);
	walk(&w, r, a, w.ranked, 4, 1, EMPTY);
	walk(&w, r, a, w.chronological, 4, EMPTY); /* no share on one side, and a dose of 0 */
	analyse(&w);
	const struct amp_estimate *e = find(&w, "walk_share_lift", NULL);
	assert_near(e->estimate.v, .15, 1e-12);
	assert_near(e->ranked.v, .15, 1e-12);
	assert_near(e->chronological.v, 0, 0);
	assert_int_equal(e->used, 1);
	assert_int_equal(e->n, 40);
	assert_int_equal(e->excluded, 3);
	e = find(&w, "walk_dose_lift", NULL);
	assert_near(e->estimate.v, (3 + 1) / 2.0, 1e-12);
	assert_int_equal(e->used, 2);
	assert_int_equal(e->excluded, 2);
	struct amp_exclusions x;
	amp_walk_couples_count(w.frame, w.walks, 0, AMP_NO_INDEX, false, &x);
	assert_int_equal(x.state[AMP_SHOT_OK], 1);
	assert_int_equal(x.state[AMP_SHOT_BLOCKED], 1);
	assert_int_equal(x.state[AMP_SHOT_MISSED], 1);
	assert_int_equal(x.state[AMP_SHOT_UNSCORED], 1);
	stop(&w);
}

/* Six personas on six days, one walk of each feed in each; persona 0 the other way round where it is asked. */
static void six_by_six(struct world *w, bool reversed, void (*visit)(struct world *w, int64_t round, int64_t persona, bool other))
{
	int64_t persona[6];
	start(w);
	for (int p = 0; p < 6; p++) {
		char name[8];
		(void)snprintf(name, sizeof name, "p%d", p);
		persona[p] = fx_persona(&w->x, name, 0, p + 1);
	}
	for (int d = 0; d < 6; d++) {
		int64_t r = fx_round(&w->x, FX_START + d * FX_DAY);
		for (int p = 0; p < 6; p++) visit(w, r, persona[p], p == 0 && reversed);
	}
	analyse(w);
}

static void two_more(struct world *w, int64_t round, int64_t persona, bool other)
{
	walk(w, round, persona, w->ranked, 1, other ? 1 : 3, 1);
	walk(w, round, persona, w->chronological, 1, other ? 3 : 1, 1);
}

static void one_list_sooner(struct world *w, int64_t round, int64_t persona, bool other)
{
	walk(w, round, persona, other ? w->chronological : w->ranked, 1, 1, 1);
	walk(w, round, persona, other ? w->ranked : w->chronological, 1, 0, 1);
}

/* Six personas on six days: each one's ranked walk shows two more; one persona the other way round. The sign-flip is that of feeds: 2 (14) of 64
 * patterns. The persona alone varies over its days. */
static void test_lift_is_tested_as_that_of_feeds(void **state)
{
	(void)state;
	for (int reversed = 0; reversed < 2; reversed++) {
		struct world w;
		six_by_six(&w, reversed, two_more);
		const struct amp_estimate *e = find(&w, "walk_dose_lift", NULL);
		assert_near(e->estimate.v, reversed ? 8 / 6.0 : 2, 1e-12);
		assert_near(e->p.v, reversed ? 14.0 / 64 : 2.0 / 64, 1e-12);
		assert_near(e->smallest_p.v, 2.0 / 64, 1e-12);
		assert_int_equal(e->persona_units, 6);
		assert_int_equal(e->block_units, 6);
		assert_near(e->ranked.v, reversed ? (5 * 4 + 2) / 6.0 : 4, 1e-12);
		/* hazard, share and dose are one family */
		assert_true(e->adjusted_p.v >= e->p.v);
		size_t each = 0;
		for (size_t i = 0; i < w.all->n; i++) {
			const struct amp_estimate *one = &w.all->v[i];
			if (one->metric != e->metric || one->cluster == AMP_NO_INDEX) continue;
			each++;
			assert_near(one->estimate.v, reversed && one->cluster == 0 ? -2 : 2, 1e-12);
			assert_int_equal(one->unit, AMP_UNIT_TIME_BLOCK);
			assert_string_equal(one->family, "personas:pair");
			assert_int_equal(one->used, 6);
		}
		assert_int_equal(each, 6);
		stop(&w);
	}
}

static int plan_with_skew(void *user, struct amp_arena *a, const char *text, struct amp_plan *p, struct amp_err *err)
{
	int rc = plan(user, a, text, p, err);
	p->max_skew_ms = 60000;
	return rc;
}

/* Two walks that began further apart than the study allows are none of a pair. */
static void test_walks_too_far_apart_are_left_out(void **state)
{
	(void)state;
	struct amp_err err = {0};
	struct world w;
	start(&w);
	int64_t a = fx_persona(&w.x, "a", 0, 1), r = fx_round(&w.x, FX_START);
	begun = FX_START;
	walk(&w, r, a, w.ranked, 1, 2);
	walk(&w, r, a, w.ranked, 2, 2);
	begun = FX_START + 60000;
	walk(&w, r, a, w.chronological, 1, 1);
	begun = FX_START + 60001;
	walk(&w, r, a, w.chronological, 2, 0);
	begun = 0;
	fx_ready(&w.x);
	assert_int_equal(amp_frame_load(&w.frame, w.x.store, NULL, plan_with_skew, NULL, &err), 0);
	assert_int_equal(amp_walks_load(&w.walks, w.frame, w.x.store, 0, 0, &err), 0);
	struct amp_exclusions x;
	amp_walk_couples_count(w.frame, w.walks, 0, AMP_NO_INDEX, false, &x);
	assert_int_equal(x.state[AMP_SHOT_OK], 1);
	assert_int_equal(x.state[AMP_SHOT_SKEWED], 1);
	stop(&w);
}

/* Twins differ by 1 of 10 on one list of two, personas by 3 (and their lists by one a walk more): .05 and 1; .2 and 4. */
static void test_floor_of_walks(void **state)
{
	(void)state;
	struct amp_err err = {0};
	struct amp_walk_floor floor;
	struct world w;
	start(&w);
	int64_t a = fx_persona(&w.x, "a", 0, 1), twin = fx_persona(&w.x, "a-twin", a, 1), b = fx_persona(&w.x, "b", 0, 2);
	int64_t r = fx_round(&w.x, FX_START);
	walk(&w, r, a, w.ranked, 1, 1, 1);
	walk(&w, r, twin, w.ranked, 1, 2, 1, 9);
	walk(&w, r, b, w.ranked, 1, 4, 2);
	walk(&w, r, b, w.ranked, 2, 7); /* from another seed: beside nothing */
	analyse(&w);
	assert_int_equal(amp_walk_floor_measure(&floor, w.frame, w.walks, 0, &err), 0);
	assert_int_equal(floor.twins, 1);
	assert_int_equal(floor.others, 1);
	assert_near(floor.twin_share.v, .05, 1e-12);
	assert_near(floor.twin_dose.v, 1, 1e-12);
	assert_near(floor.other_share.v, .2, 1e-12);
	assert_near(floor.other_dose.v, 4, 1e-12);
	assert_int_equal(amp_walk_floor_measure(&floor, w.frame, w.walks, 1, &err), 0);
	assert_false(floor.twin_share.known);
	assert_false(floor.cached);
	stop(&w);
	/* twins that got one stored answer, list for list, measure no noise: not known, and no zero. One list of their own, and it is measured */
	for (int own = 0; own < 2; own++) {
		start(&w);
		a = fx_persona(&w.x, "a", 0, 1);
		twin = fx_persona(&w.x, "a-twin", a, 1);
		r = fx_round(&w.x, FX_START);
		stored = 77;
		walk(&w, r, a, w.ranked, 1, 1, 1);
		stored = own ? 78 : 77;
		walk(&w, r, twin, w.ranked, 1, 1, 1);
		stored = 0;
		analyse(&w);
		assert_int_equal(amp_walk_floor_measure(&floor, w.frame, w.walks, 0, &err), 0);
		assert_int_equal(floor.twins, 1);
		assert_int_equal(floor.cached, !own);
		assert_int_equal(floor.twin_dose.known, own);
		stop(&w);
	}
}

/* Always computed: walks cut after fewer lists; and every other cell of the grid. */
static void test_sensitivity_of_walks(void **state)
{
	(void)state;
	struct world w;
	start(&w);
	int64_t a = fx_persona(&w.x, "a", 0, 1), b = fx_persona(&w.x, "b", 0, 2), r = fx_round(&w.x, FX_START);
	int64_t first = w.x.cell, shallow = fx_cell(&w.x, 5, false);
	walk(&w, r, a, w.ranked, 1, 0, 1, 2, 3);
	w.x.cell = first;
	walk(&w, r, b, w.ranked, 1, 1, 1, 2, 3);
	walk(&w, r, a, w.chronological, 1, 0, 0, 0, 1);
	walk(&w, r, b, w.chronological, 1, 0, 0, 0, 1);
	(void)FX(
		&w.x,
		"INSERT INTO snapshot_sum (parse_id, detector_id, grid_cell_id, target, n, missing, flagged, discounted, discount_total)"
		" SELECT parse_id, detector_id, ?1, 'any', 5, 0, flagged > 0, 0, 1 FROM snapshot_sum WHERE grid_cell_id = ?2",
		false, "ii", shallow, first);
	analyse(&w);
	static const double dose[] = {0, .5, 1.5, 3.5, 6.5}, lift[] = {0, .5, 1.5, 3.5, 5.5};
	for (size_t lists = 1; lists <= 4; lists++) {
		size_t cut = lists < 4 ? lists : 0;
		assert_near(find_of(&w, "walk_dose", "related", "any", cut, 0)->estimate.v, dose[lists], 1e-12);
		assert_near(find_of(&w, "walk_dose_lift", NULL, "any", cut, 0)->estimate.v, lift[lists], 1e-12);
	}
	/* one flagged entry of five in each list that had one */
	assert_near(find_of(&w, "walk_dose", "related", "any", 0, 1)->estimate.v, 3.5, 1e-12);
	assert_near(find_of(&w, "walk_share_lift", NULL, "any", 0, 1)->estimate.v, 2.5 / 20, 1e-12);
	/* no test of the grid is a test of the study: no adjusted p, and no family with others */
	for (size_t i = 0; i < w.all->n; i++)
		if (of_grid(&w.all->v[i])) assert_false(w.all->v[i].adjusted_p.known);
	sqlite3_stmt *st = NULL;
	(void)sqlite3_prepare_v2(
		amp_store_handle(w.x.store),
		"SELECT count(DISTINCT method) FROM estimate WHERE metric = 'walk_dose' AND method GLOB 'first [123] lists: *'", -1,
		&st, NULL);
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	assert_int_equal(sqlite3_column_int64(st, 0), 3);
	(void)sqlite3_finalize(st);
	stop(&w);
}

/* Six personas on six days, one walk of each feed: ranked meets one at list 1, chronological at list 2, and persona 0 the other way round. In a
 * cell: observed 1 (0), expected 1/2, variance 1/4. */
static void test_hazard_of_a_pair(void **state)
{
	(void)state;
	for (int reversed = 0; reversed < 2; reversed++) {
		struct world w;
		six_by_six(&w, reversed, one_list_sooner);
		const struct amp_estimate *e = find(&w, "walk_hazard", NULL);
		/* (6 · 1/2)/(6 · 1/4); (5 · 1/2 - 1/2)/(6 · 1/4) */
		assert_near(e->estimate.v, reversed ? 4.0 / 3 : 2, 1e-12);
		/* 2 of 64 patterns of signs are as far from 0; with one the other way 2 · (1 + 6) */
		assert_near(e->p.v, reversed ? 14.0 / 64 : 2.0 / 64, 1e-12);
		assert_int_equal(e->used, 72);
		assert_false(e->ranked.known);
		assert_string_equal(e->family, "further:pair");
		assert_near(find(&w, "walk_time_to_first", "related")->estimate.v, 1, 0);
		stop(&w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_walks_by_target),
		cmocka_unit_test(test_lift_is_of_the_lists_that_both_read),
		cmocka_unit_test(test_lift_is_tested_as_that_of_feeds),
		cmocka_unit_test(test_walks_too_far_apart_are_left_out),
		cmocka_unit_test(test_floor_of_walks),
		cmocka_unit_test(test_sensitivity_of_walks),
		cmocka_unit_test(test_hazard_of_a_pair),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

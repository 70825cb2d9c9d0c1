/* Metrics about personas and time: gaps between groups, drift, personalisation above the noise floor. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include "fixture_db.h"
#include "metrics/metrics.h"
#include "stats/robust.h"
#include "stats/special.h"

#define assert_near(a, b, eps) assert_true(fabs((a) - (b)) <= (eps))

static const struct amp_member women[] = {{"p0", "women"}, {"p1", "women"}, {"p2", "women"}};

struct world {
	struct fx x;
	int64_t ranked, chronological, persona[8];
	struct amp_frame *frame;
	struct amp_floor *floors;
	struct amp_sums *sums;
	struct amp_estimates *all;
	size_t members;
};

static int plan(void *user, struct amp_arena *a, const char *text, struct amp_plan *p, struct amp_err *err)
{
	const struct world *w = user;
	(void)a;
	(void)text;
	(void)err;
	*p = (struct amp_plan){.alpha = .05, .time_block_ms = FX_DAY, .seed = 1, .members = women, .n_members = w->members};
	return 0;
}

static void start(struct world *w, int personas)
{
	memset(w, 0, sizeof *w);
	fx_open(&w->x, "{}");
	w->ranked = fx_feed(&w->x, "top", "bluesky", "algorithmic");
	w->chronological = fx_feed(&w->x, "latest", "bluesky", "chronological");
	(void)fx_pair(&w->x, "pair", w->ranked, w->chronological, "alternative");
	w->x.cell = fx_cell(&w->x, 100, true);
	w->x.detector = fx_detector(&w->x, "marker");
	for (int p = 0; p < personas; p++) {
		char name[8];
		(void)snprintf(name, sizeof name, "p%d", p);
		w->persona[p] = fx_persona(&w->x, name, 0, p + 1);
	}
}

static void analyse(struct world *w)
{
	struct amp_err err = {0};
	fx_ready(&w->x);
	int rc = amp_frame_load(&w->frame, w->x.store, NULL, plan, w, &err);
	if (rc == 0) rc = amp_floors_measure(&w->floors, w->frame, w->x.store, &err);
	if (rc == 0) rc = amp_sums_load(&w->sums, w->frame, w->x.store, 0, 0, &err);
	struct amp_lists *lists;
	struct amp_floor *floors;
	if (rc == 0) rc = amp_orders_measure(&floors, &lists, w->frame, w->x.store, w->sums, &err);
	/* the one pass and the feed-by-feed reading say the same */
	for (size_t i = 0; rc == 0 && i < w->frame->n_feeds; i++) {
		assert_int_equal(floors[i].decision, w->floors[i].decision);
		assert_int_equal(floors[i].rounds, w->floors[i].rounds);
		assert_int_equal(floors[i].twin_pairs, w->floors[i].twin_pairs);
		assert_near(floors[i].twin.v, w->floors[i].twin.v, 0);
		assert_near(floors[i].between.v, w->floors[i].between.v, 0);
		assert_near(floors[i].between_jaccard.v, w->floors[i].between_jaccard.v, 0);
	}
	if (rc == 0) rc = amp_estimates_make(&w->all, w->frame, w->floors, w->sums, w->x.store, &err);
	if (rc == 0) rc = amp_estimates_save(w->all, w->frame, w->x.store, &err);
	if (rc != 0) fail_msg("%s", err.text);
	for (size_t i = 0; i < w->all->n; i++)
		if (w->all->v[i].estimate.known == (w->all->v[i].null_reason != NULL))
			fail_msg("%s: a value and a reason, or neither", w->all->v[i].metric->name);
}

static void stop(struct world *w)
{
	amp_frame_free(w->frame);
	fx_close(&w->x);
}

static const struct amp_estimate *find(const struct world *w, const char *metric, const char *feed)
{
	for (size_t i = 0; i < w->all->n; i++) {
		const struct amp_estimate *e = &w->all->v[i];
		if (strcmp(e->metric->name, metric) != 0 || e->cluster != AMP_NO_INDEX) continue;
		if (feed ? e->feed != AMP_NO_INDEX && strcmp(w->frame->feeds[e->feed].name, feed) == 0 : e->pair != AMP_NO_INDEX)
			return e;
	}
	return NULL;
}

static void shot(struct world *w, int64_t round, int64_t persona, int64_t feed, int day, int64_t flagged, const int64_t *items)
{
	(void)fx_shot(&w->x, &(struct fx_shot){.round = round,
	                                       .persona = persona,
	                                       .feed = feed,
	                                       .verdict = "ok",
	                                       .started_at = FX_START + day * FX_DAY,
	                                       .items = items,
	                                       .n = items ? 20 : 100,
	                                       .flagged = flagged,
	                                       .target = "women"});
}

/* Shares of 10, 12, 14 % inside the group and 4, 6, 8 % outside: 6 points; of 20 ways to choose three, two are as far apart. */
static void test_members_are_compared_with_the_others(void **state)
{
	(void)state;
	static const int share[] = {10, 12, 14, 4, 6, 8};
	struct world w;
	for (size_t members = 0; members <= 3; members += 3) {
		start(&w, 6);
		w.members = members;
		for (int r = 0; r < 2; r++) {
			int64_t round = fx_round(&w.x, FX_START + r * FX_DAY);
			for (int p = 0; p < 6; p++) {
				shot(&w, round, w.persona[p], w.ranked, r, share[p], NULL);
				shot(&w, round, w.persona[p], w.chronological, r, 4, NULL);
			}
		}
		analyse(&w);
		const struct amp_estimate *gap = find(&w, "group_gap", "top"), *lift = find(&w, "group_lift_gap", NULL);
		if (members == 0) {
			assert_null(gap); /* nobody says to belong anywhere: nothing is asked */
			assert_null(lift);
		} else {
			assert_near(gap->estimate.v, .06, 1e-12);
			assert_near(gap->p.v, 2.0 / 20, 1e-12);
			assert_near(gap->smallest_p.v, 1.0 / 20, 1e-12);
			assert_string_equal(gap->target, "women");
			assert_non_null(strstr(gap->interval_note, "no interval"));
			assert_int_equal(gap->unit, AMP_UNIT_PERSONA);
			assert_int_equal(gap->persona_units, 6);
			assert_near(lift->estimate.v, .06, 1e-12);
			assert_string_equal(lift->family, "groups:pair");
		}
		stop(&w);
	}
}

static void test_all_or_none_in_a_group_is_a_reason(void **state)
{
	(void)state;
	struct world w;
	start(&w, 3);
	w.members = 3;
	int64_t round = fx_round(&w.x, FX_START);
	for (int p = 0; p < 3; p++) shot(&w, round, w.persona[p], w.ranked, 0, 5 + p, NULL);
	analyse(&w);
	assert_false(find(&w, "group_gap", "top")->estimate.known);
	assert_non_null(strstr(find(&w, "group_gap", "top")->null_reason, "outside"));
	/* one moment has no slope */
	assert_false(find(&w, "exposure_drift", "top")->estimate.known);
	stop(&w);
}

/* A share that rises a point a day, with noise that each persona has its own way: the slope by its formula, and an interval around it. */
static void test_drift_is_the_slope_within_personas(void **state)
{
	(void)state;
	static const int noise[6][8] = {{0, 1, 0, -1, 1, 0, 0, -1}, {1, 0, -1, 0, 0, 1, -1, 0}, {0, 0, 1, 0, -1, 0, 1, 0},
	                                {-1, 0, 0, 1, 0, 0, 0, 1},  {0, -1, 1, 0, 1, -1, 0, 0}, {1, 0, 0, 0, -1, 0, 0, 1}};
	struct world w;
	double xy = 0, xx = 0;
	start(&w, 6);
	for (int r = 0; r < 8; r++) {
		int64_t round = fx_round(&w.x, FX_START + r * FX_DAY);
		for (int p = 0; p < 6; p++) {
			int y = 5 + 3 * p + r + noise[p][r];
			shot(&w, round, w.persona[p], w.ranked, r, y, NULL);
			shot(&w, round, w.persona[p], w.chronological, r, 5, NULL);
			xy += (r - 3.5) * y / 100;
			xx += (r - 3.5) * (r - 3.5);
		}
	}
	analyse(&w);
	const struct amp_estimate *drift = find(&w, "exposure_drift", "top"), *lift = find(&w, "lift_drift", NULL),
				  *flat = find(&w, "exposure_drift", "latest");
	assert_near(drift->estimate.v, xy / xx, 1e-12);
	assert_int_equal(drift->unit, AMP_UNIT_BOTH);
	assert_true(drift->lo.known && drift->lo.v < drift->estimate.v && drift->lo.v > 0 && drift->hi.v > drift->estimate.v);
	assert_true(drift->p.v < .001);
	assert_near(lift->estimate.v, drift->estimate.v, 1e-12);
	assert_near(flat->estimate.v, 0, 1e-12);
	assert_false(flat->lo.known); /* nothing varies: nothing to build an interval on */
	assert_non_null(flat->interval_note);
	stop(&w);
}

/* Days with a shock of their own: the variances over personas and over blocks are added, less the cells', which either holds. Here every persona
 * has every round, so that the slope over blocks is that of eight means: HC2, with Bell and McCaffrey's degrees of freedom. */
static void test_drift_counts_days_that_vary(void **state)
{
	(void)state;
	enum { P = 6, R = 8 };
	static const int shock[R] = {0, 9, -6, 4, -9, 7, -4, 3};
	struct world w;
	double y[P][R], t[R], e[R], xx = 0, slope = 0, vb = 0, cells = 0, trace = 0, squares = 0;
	double flat[P * R], day[P * R];
	int64_t persona[P * R];
	start(&w, P);
	for (int r = 0; r < R; r++) {
		int64_t round = fx_round(&w.x, FX_START + r * FX_DAY);
		t[r] = r - 3.5;
		xx += t[r] * t[r];
		for (int p = 0; p < P; p++) {
			int n = 20 + 3 * p + r + shock[r] + (p * 5 + r * 3) % 4;
			shot(&w, round, w.persona[p], w.ranked, r, n, NULL);
			shot(&w, round, w.persona[p], w.chronological, r, 5, NULL);
			y[p][r] = flat[p * R + r] = n / 100.0;
			day[p * R + r] = r;
			persona[p * R + r] = p;
		}
	}
	analyse(&w);
	for (int r = 0; r < R; r++)
		for (int p = 0; p < P; p++) slope += t[r] * y[p][r] / P / xx;
	for (int r = 0; r < R; r++) {
		double left = 1 - 1.0 / R - t[r] * t[r] / xx;
		e[r] = 0;
		for (int p = 0; p < P; p++) {
			double mean = 0;
			for (int k = 0; k < R; k++) mean += y[p][k] / R;
			double rest = y[p][r] - mean - slope * t[r];
			e[r] += rest / P;
			cells += t[r] * t[r] * rest * rest / (P * xx) / (P * xx);
		}
		vb += t[r] * t[r] * e[r] * e[r] / left / xx / xx;
		for (int k = 0; k < R; k++) {
			double other = 1 - 1.0 / R - t[k] * t[k] / xx,
			       m = fabs(t[r] * t[k]) / sqrt(left * other) * ((r == k) - 1.0 / R - t[r] * t[k] / xx);
			trace += r == k ? m : 0;
			squares += m * m;
		}
	}
	struct amp_trend trend;
	struct amp_err err = {0};
	assert_int_equal(amp_trend(flat, day, persona, P * R, .05, &trend, &err), 0);
	double df = fmin(trend.df.v, trace * trace / squares),
	       se = sqrt(trend.slope.se.v * trend.slope.se.v + vb - cells * (P * R) / (P * R - P - 1));
	const struct amp_estimate *drift = find(&w, "exposure_drift", "top");
	assert_near(drift->estimate.v, slope, 1e-12);
	assert_true(se > 2 * trend.slope.se.v); /* personas alone do not see it */
	assert_near(drift->se.v, se, 1e-12);
	assert_near(drift->hi.v - drift->lo.v, 2 * amp_student_quantile(.975, df) * se, 1e-10);
	assert_near(drift->p.v, 2 * amp_student_cdf(-fabs(slope) / se, df), 1e-9);
	stop(&w);
}

/* Personas that differ while every day agrees: deviations that cancel on each day. Days do not vary, and the interval is that over personas. */
static void test_drift_of_days_that_agree(void **state)
{
	(void)state;
	enum { P = 6, R = 8 };
	static const int bend[R] = {0, 1, 0, 2, 0, 1, 3, 0}, way[P] = {1, -1, 2, -2, 3, -3};
	struct world w;
	double flat[P * R], day[P * R];
	int64_t persona[P * R];
	start(&w, P);
	for (int r = 0; r < R; r++) {
		int64_t round = fx_round(&w.x, FX_START + r * FX_DAY);
		for (int p = 0; p < P; p++) {
			int n = 20 + 3 * p + r + way[p] * bend[r];
			shot(&w, round, w.persona[p], w.ranked, r, n, NULL);
			shot(&w, round, w.persona[p], w.chronological, r, 5, NULL);
			flat[p * R + r] = n / 100.0;
			day[p * R + r] = r;
			persona[p * R + r] = p;
		}
	}
	analyse(&w);
	struct amp_trend trend;
	struct amp_err err = {0};
	assert_int_equal(amp_trend(flat, day, persona, P * R, .05, &trend, &err), 0);
	const struct amp_estimate *drift = find(&w, "exposure_drift", "top");
	assert_int_equal(drift->unit, AMP_UNIT_BOTH);
	assert_near(drift->estimate.v, .01, 1e-12);
	assert_true(drift->se.known && drift->se.v > 1e-4);
	assert_near(drift->se.v, trend.slope.se.v, 1e-12);
	assert_near(drift->lo.v, trend.slope.lo.v, 1e-10);
	assert_near(drift->p.v, trend.p.v, 1e-9);
	assert_null(drift->interval_note);
	stop(&w);
}

/* Twins share 15 of 20 places, other personas none: what is above the floor is the difference of the two distances. */
static void test_personalisation_is_what_is_above_the_floor(void **state)
{
	(void)state;
	struct world w;
	start(&w, 2);
	int64_t twin[2] = {fx_persona(&w.x, "p0-twin", w.persona[0], 1), fx_persona(&w.x, "p1-twin", w.persona[1], 2)};
	for (int r = 0; r < 8; r++) {
		int64_t round = fx_round(&w.x, FX_START + r * FX_DAY), items[20];
		for (int p = 0; p < 2; p++)
			for (int copy = 0; copy < 2; copy++) {
				for (int i = 0; i < 20; i++) items[i] = 1 + p * 1000 + i + (i >= 15 - r % 2 && copy ? 500 : 0);
				shot(&w, round, copy ? twin[p] : w.persona[p], w.ranked, r, 1, items);
			}
	}
	analyse(&w);
	const struct amp_estimate *e = find(&w, "personalisation", "top"), *none = find(&w, "personalisation", "latest");
	assert_true(w.floors[1].twin.known && w.floors[1].twin.v > 0);
	assert_near(e->estimate.v, w.floors[1].between.v - w.floors[1].twin.v, 1e-12);
	assert_near(e->p.v, 2.0 / 256, 1e-12);
	assert_true(e->lo.known && e->lo.v <= e->estimate.v && e->hi.v >= e->estimate.v);
	assert_int_equal(e->block_units, 8);
	assert_false(none->estimate.known);
	stop(&w);
}

/* Six personas meet their first at visits 1, 2, 2, 3, 3 and never (of 3). */
static void test_visits_until_the_first(void **state)
{
	(void)state;
	static const int first[] = {1, 2, 2, 3, 3, 9};
	struct world w;
	start(&w, 6);
	for (int r = 0; r < 3; r++) {
		int64_t round = fx_round(&w.x, FX_START + r * FX_DAY);
		for (int p = 0; p < 6; p++) {
			shot(&w, round, w.persona[p], w.ranked, r, r + 1 >= first[p], NULL);
			shot(&w, round, w.persona[p], w.chronological, r, p == 0, NULL);
		}
	}
	analyse(&w);
	/* S(2) = 3/6 exactly: the median is the middle between 2 and 3, as R's survfit has it */
	assert_near(find(&w, "time_to_first", "top")->estimate.v, 2.5, 1e-12);
	assert_int_equal(find(&w, "time_to_first", "top")->persona_units, 6);
	assert_int_equal(find(&w, "time_to_first", "top")->used, 1 + 2 + 2 + 3 + 3 + 3);
	assert_false(find(&w, "time_to_first", "latest")->estimate.known);
	assert_non_null(strstr(find(&w, "time_to_first", "latest")->null_reason, "half"));
	stop(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_members_are_compared_with_the_others),
		cmocka_unit_test(test_all_or_none_in_a_group_is_a_reason),
		cmocka_unit_test(test_drift_is_the_slope_within_personas),
		cmocka_unit_test(test_drift_counts_days_that_vary),
		cmocka_unit_test(test_drift_of_days_that_agree),
		cmocka_unit_test(test_visits_until_the_first),
		cmocka_unit_test(test_personalisation_is_what_is_above_the_floor),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

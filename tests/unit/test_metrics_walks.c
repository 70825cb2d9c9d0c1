/* Metrics of walks, from walks small enough to work out by hand. A list has ten entries unless it says otherwise. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include "fixture_db.h"
#include "metrics/metrics.h"
#include "metrics/walks.h"

#define assert_near(a, b, eps) assert_true(fabs((a) - (b)) <= (eps))
#define END (-9)     /* of a row of lists */
#define BLOCKED (-1) /* what the step gave instead of a list */
#define EMPTY (-2)
#define PARTIAL (-3)
#define UNSCORED (-4)

struct world {
	struct fx x;
	int64_t ranked, chronological;
	struct amp_frame *frame;
	struct amp_floor *floors;
	struct amp_sums *sums;
	struct amp_walks *walks;
	struct amp_estimates *all;
};

static int plan(void *user, struct amp_arena *a, const char *text, struct amp_plan *p, struct amp_err *err)
{
	(void)user;
	(void)a;
	(void)text;
	(void)err;
	*p = (struct amp_plan){.alpha = .05, .time_block_ms = FX_DAY, .seed = 1};
	return 0;
}

static void start(struct world *w)
{
	memset(w, 0, sizeof *w);
	fx_open(&w->x, "{}");
	w->ranked = fx_feed(&w->x, "related", "youtube", "algorithmic");
	w->chronological = fx_feed(&w->x, "unranked", "youtube", "chronological");
	(void)fx_pair(&w->x, "pair", w->ranked, w->chronological, "alternative");
	w->x.cell = fx_cell(&w->x, 100, true);
	w->x.detector = fx_detector(&w->x, "marker");
}

static void analyse(struct world *w)
{
	struct amp_err err = {0};
	fx_ready(&w->x);
	int rc = amp_frame_load(&w->frame, w->x.store, NULL, plan, NULL, &err);
	if (rc == 0) rc = amp_floors_measure(&w->floors, w->frame, w->x.store, &err);
	if (rc == 0) rc = amp_sums_load(&w->sums, w->frame, w->x.store, 0, 0, &err);
	if (rc == 0) rc = amp_walks_load(&w->walks, w->frame, w->x.store, 0, 0, &err);
	if (rc == 0) w->sums->walks = w->walks;
	if (rc == 0) rc = amp_estimates_make(&w->all, w->frame, w->floors, w->sums, w->x.store, &err);
	if (rc == 0) rc = amp_estimates_save(w->all, w->frame, w->x.store, &err);
	if (rc != 0) fail_msg("%s", err.text);
	for (size_t i = 0; i < w->all->n; i++) {
		const struct amp_estimate *e = &w->all->v[i];
		if (e->estimate.known == (e->null_reason != NULL))
			fail_msg("%s: a value and a reason, or neither", e->metric->name);
		if (e->estimate.known && !(e->lo.known && e->hi.known) && !e->interval_note)
			fail_msg("%s: no bound and no note", e->metric->name);
	}
}

static void stop(struct world *w)
{
	amp_frame_free(w->frame);
	fx_close(&w->x);
}

static bool of_grid(const struct amp_estimate *e)
{
	return e->family && strcmp(e->family, "sensitivity") == 0;
}

/* Of all personas; under another choice where lists or another cell are asked for. */
static const struct amp_estimate *find_of(const struct world *w, const char *metric, const char *feed, const char *target,
                                          size_t lists, size_t cell)
{
	for (size_t i = 0; i < w->all->n; i++) {
		const struct amp_estimate *e = &w->all->v[i];
		if (strcmp(e->metric->name, metric) != 0 || strcmp(e->target, target) != 0 || e->cluster != AMP_NO_INDEX) continue;
		if (e->lists != lists || e->cell != cell || of_grid(e) != (lists > 0 || cell > 0)) continue;
		if (feed ? e->feed != AMP_NO_INDEX && strcmp(w->frame->feeds[e->feed].name, feed) == 0 : e->pair != AMP_NO_INDEX)
			return e;
	}
	fail_msg("no %s of %s", metric, target);
	return NULL;
}

static const struct amp_estimate *find(const struct world *w, const char *metric, const char *feed)
{
	return find_of(w, metric, feed, "any", 0, 0);
}

static const struct amp_walk_curve *curve(const struct world *w, const char *feed)
{
	for (size_t i = 0; i < w->frame->n_feeds; i++)
		if (strcmp(w->frame->feeds[i].name, feed) == 0) return &w->walks->feeds[i].curve;
	return NULL;
}

/* Of the walks that follow: whom flagged entries aim at, and when they begin. */
static const char *aims_at;
static int64_t begun;
static int64_t stored; /* the first list's answer; the next ones' follow. 0: all of their own */

/* One walk: what each step gave, flagged entries of a list or one of the words above. */
static void walk_attempt(struct world *w, int64_t round, int64_t persona, int64_t feed, int64_t number, int64_t attempt,
                         const int *step)
{
	int64_t parent = 0;
	for (int i = 0; step[i] != END; i++) {
		const char *verdict = step[i] == BLOCKED   ? "blocked"
		                      : step[i] == EMPTY   ? "empty"
		                      : step[i] == PARTIAL ? "partial"
		                                           : "ok";
		(void)fx_shot(&w->x, &(struct fx_shot){.round = round,
		                                       .persona = persona,
		                                       .feed = feed,
		                                       .verdict = verdict,
		                                       .started_at = begun ? begun : FX_START,
		                                       .n = strcmp(verdict, "ok") == 0 ? 10 : 0,
		                                       .flagged = step[i] > 0 ? step[i] : 0,
		                                       .target = aims_at,
		                                       .payload = stored ? stored + i : 0,
		                                       .unscored = step[i] == UNSCORED,
		                                       .walk = number,
		                                       .step = i,
		                                       .attempt = attempt,
		                                       .parent = parent,
		                                       .parent_rank = 0});
		parent = w->x.snapshot;
	}
}
#define walk(w, round, persona, feed, number, ...) \
	walk_attempt((w), (round), (persona), (feed), (number), 1, (const int[]){__VA_ARGS__, END})

/* One persona, one round, three walks: 0 0 2 | 0 1 blocked | 0 empty. */
static void test_walks_of_one_persona(void **state)
{
	(void)state;
	struct world w;
	start(&w);
	int64_t p = fx_persona(&w.x, "p", 0, 1), r = fx_round(&w.x, FX_START);
	walk(&w, r, p, w.ranked, 1, 0, 0, 2);
	walk(&w, r, p, w.ranked, 2, 0, 1, BLOCKED);
	walk(&w, r, p, w.ranked, 3, 0, EMPTY);
	analyse(&w);
	/* shares of the lists: 0 0 .2 | 0 .1 | 0 */
	const struct amp_estimate *e = find(&w, "walk_share", "related");
	assert_near(e->estimate.v, (.2 / 3 + .1 / 2 + 0) / 3, 1e-12);
	assert_int_equal(e->used, 3);
	assert_int_equal(e->n, 60);
	assert_int_equal(e->excluded, 0);
	/* list 1: 0 of three walks; list 2: 1 of three, the empty list shows none; list 3: 2 of the only walk that still goes on */
	e = find(&w, "walk_dose", "related");
	assert_near(e->estimate.v, 0 + 1.0 / 3 + 2, 1e-12);
	assert_string_equal(e->metric->unit, "entries_a_walk");
	/* S = 1, 2/3, 0: the third walk is at risk at list 2, where it is censored; the second met one there */
	assert_near(find(&w, "walk_time_to_first", "related")->estimate.v, 3, 0);
	assert_near(find(&w, "walk_mean_to_first", "related")->estimate.v, 1 + 1 + 2.0 / 3, 1e-12);
	const struct amp_walk_curve *c = curve(&w, "related");
	assert_int_equal(c->n, 3);
	assert_int_equal(c->walks, 3);
	assert_int_equal(c->events, 2);
	assert_int_equal(c->v[1].walks, 3);
	assert_int_equal(c->v[1].events, 1);
	assert_int_equal(c->v[1].censored, 1);
	assert_int_equal(c->v[2].walks, 1);
	assert_near(c->v[1].survival.estimate.v, 2.0 / 3, 1e-12);
	assert_near(c->v[2].survival.estimate.v, 0, 0);
	assert_near(c->v[0].share.estimate.v, 0, 0);
	assert_near(c->v[1].share.estimate.v, .05, 1e-12); /* the empty list has no share */
	assert_near(c->v[2].share.estimate.v, .2, 1e-12);
	/* within walks: (-1 0 1)·(0 0 .2) + (-.5 .5)·(0 .1) over 2 + .5 */
	e = find(&w, "walk_drift", "related");
	assert_near(e->estimate.v, (.2 + .05) / 2.5, 1e-12);
	assert_false(e->lo.known);
	/* one persona, one day: nothing to build an interval on, and it is said */
	assert_false(find(&w, "walk_dose", "related")->lo.known);
	assert_non_null(find(&w, "walk_dose", "related")->interval_note);
	/* nothing was followed that is known */
	e = find(&w, "walk_followed_share", "related");
	assert_false(e->estimate.known);
	assert_non_null(strstr(e->null_reason, "followed"));
	stop(&w);
}

/* Who has met one is no longer at risk, however far the walk goes on: 1 0 0 | 0 1 0 | 0 0 0: S = 2/3, 1/3, 1/3. */
static void test_who_met_one_is_no_longer_at_risk(void **state)
{
	(void)state;
	struct world w;
	start(&w);
	int64_t p = fx_persona(&w.x, "p", 0, 1), r = fx_round(&w.x, FX_START);
	walk(&w, r, p, w.ranked, 1, 1, 0, 0);
	walk(&w, r, p, w.ranked, 2, 0, 1, 0);
	walk(&w, r, p, w.ranked, 3, 0, 0, 0);
	analyse(&w);
	assert_near(curve(&w, "related")->v[1].survival.estimate.v, 1.0 / 3, 1e-12);
	assert_near(find(&w, "walk_mean_to_first", "related")->estimate.v, 1 + 2.0 / 3 + 1.0 / 3, 1e-12);
	assert_near(find(&w, "walk_time_to_first", "related")->estimate.v, 2, 0);
	stop(&w);
}

/* A persona with a twin weighs as one without, and one that walked thrice as one that walked once. Rounds are averaged inside it. */
static void test_personas_weigh_the_same(void **state)
{
	(void)state;
	struct world w;
	start(&w);
	int64_t a = fx_persona(&w.x, "a", 0, 1), b = fx_persona(&w.x, "b", 0, 2), twin = fx_persona(&w.x, "b-twin", b, 2);
	int64_t r1 = fx_round(&w.x, FX_START), r2 = fx_round(&w.x, FX_START + FX_DAY);
	walk(&w, r1, a, w.ranked, 1, 0);
	walk(&w, r1, a, w.ranked, 2, 2);
	walk(&w, r1, a, w.ranked, 3, 4);
	walk(&w, r2, a, w.ranked, 1, 8); /* a: (.2 + .8)/2 = .5, not the mean of four walks, .35 */
	walk(&w, r1, b, w.ranked, 1, 1);
	walk(&w, r1, twin, w.ranked, 1, 3); /* b: .2 */
	analyse(&w);
	const struct amp_estimate *e = find(&w, "walk_share", "related");
	assert_near(e->estimate.v, (.5 + .2) / 2, 1e-12);
	assert_int_equal(e->persona_units, 2);
	assert_int_equal(e->block_units, 2);
	assert_int_equal(e->used, 6);
	assert_int_equal(e->unit, AMP_UNIT_BOTH);
	/* the curves: a walk weighs one over the walks of its persona: (3.5 + 2)/2 */
	assert_near(find(&w, "walk_dose", "related")->estimate.v, ((0 + 2 + 4 + 8) / 4.0 + 2) / 2, 1e-12);
	/* a met one at list 1 in three of four walks, b in both: S(1) = (1/4 + 0)/2 */
	assert_near(curve(&w, "related")->v[0].survival.estimate.v, .125, 1e-12);
	assert_near(find(&w, "walk_time_to_first", "related")->estimate.v, 1, 0);
	assert_int_equal(curve(&w, "related")->personas, 2);
	/* of twelve planned walks (two personas, b-twin; three seeds) in the visits that took place, those not begun are missed */
	assert_int_equal(e->excluded, 4 * 3 - 6);
	assert_true(e->flags & 1u << AMP_FLAG_LOST);
	assert_true(find(&w, "walk_dose", "related")->flags & 1u << AMP_FLAG_FEW_PERSONAS);
	stop(&w);
}

/* A mean of persona means, jackknifed over personas and days at once; its limits on the logarithm. Variances without each persona, each day and
 * each of the nine walks, worked out by another program: 1.592593, 2.333333, 1.069959; and 7/3, .259259, .345679, whose sum is below 7/3. */
static void test_intervals_of_curves(void **state)
{
	(void)state;
	static const struct {
		int flagged[3][3]; /* a row a persona */
		double estimate, se, lo, hi;
	} cases[] = {
		{{{1, 5, 6}, {3, 8, 9}, {6, 9, 10}}, 19 / 3.0, 1.6899606735629382, 2.009175612461718, 19.963964753666037},
		{{{1, 2, 3}, {2, 2, 5}, {6, 9, 6}}, 4, 1.5275252316519465, 0.7735164897222518, 20.684756191487466},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct world w;
		start(&w);
		int64_t persona[3], r;
		const char *names[] = {"a", "b", "c"};
		for (int p = 0; p < 3; p++) persona[p] = fx_persona(&w.x, names[p], 0, p + 1);
		for (int d = 0; d < 3; d++) {
			r = fx_round(&w.x, FX_START + d * FX_DAY);
			for (int p = 0; p < 3; p++) walk(&w, r, persona[p], w.ranked, 1, cases[i].flagged[p][d]);
		}
		analyse(&w);
		const struct amp_estimate *e = find(&w, "walk_dose", "related");
		assert_near(e->estimate.v, cases[i].estimate, 1e-12);
		assert_near(e->se.v, cases[i].se, 1e-9);
		assert_near(e->lo.v, cases[i].lo, 1e-9);
		assert_near(e->hi.v, cases[i].hi, 1e-8);
		assert_int_equal(e->printed_unit, AMP_UNIT_PERSONA);
		assert_non_null(strstr(e->cluster_rule, "both at once"));
		/* every walk met one at its only list: nothing varies */
		e = find(&w, "walk_mean_to_first", "related");
		assert_near(e->estimate.v, 1, 0);
		assert_false(e->lo.known);
		stop(&w);
	}
}

/* Six personas that all see the same: nothing varies between them, and the days' error stands alone: sd(1, 2, 6)/sqrt(3). */
static void test_personas_that_agree_leave_it_to_the_days(void **state)
{
	(void)state;
	static const int flagged[] = {1, 2, 6};
	for (int personas = 5; personas <= 6; personas++) {
		struct world w;
		int64_t persona[6];
		start(&w);
		for (int p = 0; p < personas; p++) {
			char name[8];
			(void)snprintf(name, sizeof name, "p%d", p);
			persona[p] = fx_persona(&w.x, name, 0, p + 1);
		}
		for (int d = 0; d < 3; d++) {
			int64_t r = fx_round(&w.x, FX_START + d * FX_DAY);
			for (int p = 0; p < personas; p++) walk(&w, r, persona[p], w.ranked, 1, flagged[d]);
		}
		analyse(&w);
		const struct amp_estimate *e = find(&w, "walk_dose", "related");
		assert_near(e->estimate.v, 3, 1e-12);
		assert_int_equal(e->se.known, personas == 6); /* five could agree by chance: no interval */
		if (personas == 6) assert_near(e->se.v, sqrt(7.0 / 3), 1e-9);
		stop(&w);
	}
}

/* Beyond the second longest walk there is one persona left, and nothing says how much a figure varies: the curves end there. */
static void test_curves_end_where_one_walks_alone(void **state)
{
	(void)state;
	struct world w;
	start(&w);
	int64_t a = fx_persona(&w.x, "a", 0, 1), b = fx_persona(&w.x, "b", 0, 2), r = fx_round(&w.x, FX_START);
	walk(&w, r, a, w.ranked, 1, 0, 0, 0, 0, 7);
	walk(&w, r, b, w.ranked, 1, 0, 1);
	analyse(&w);
	assert_int_equal(curve(&w, "related")->n, 2);
	assert_int_equal(curve(&w, "related")->longest, 5);
	assert_near(find(&w, "walk_dose", "related")->estimate.v, .5, 1e-12);
	/* S(2) is one half exactly, and the curve ends: the list where it fell there */
	assert_near(find(&w, "walk_time_to_first", "related")->estimate.v, 2, 0);
	stop(&w);
}

/* A step that cannot be used ends what is known of a walk; it is no list without hate, and what follows it does not count as read. */
static void test_a_blocked_or_partial_step_censors(void **state)
{
	(void)state;
	struct world w;
	start(&w);
	int64_t a = fx_persona(&w.x, "a", 0, 1), r = fx_round(&w.x, FX_START);
	walk(&w, r, a, w.ranked, 1, 0, PARTIAL, 5);  /* censored at list 1 */
	walk(&w, r, a, w.ranked, 2, 0, UNSCORED, 5); /* as well */
	walk(&w, r, a, w.ranked, 3, 0, BLOCKED);     /* as well */
	walk(&w, r, a, w.ranked, 4, 0, 0, 1);
	walk(&w, r, a, w.ranked, 5, BLOCKED); /* no walk: left out */
	analyse(&w);
	const struct amp_walk_curve *c = curve(&w, "related");
	assert_int_equal(c->walks, 4);
	assert_int_equal(c->v[0].censored, 3);
	assert_int_equal(c->v[1].walks, 1);
	assert_near(c->v[1].survival.estimate.v, 1, 0);
	assert_near(find(&w, "walk_time_to_first", "related")->estimate.v, 3, 0);
	assert_near(find(&w, "walk_dose", "related")->estimate.v, 1, 1e-12);
	assert_int_equal(find(&w, "walk_dose", "related")->excluded, 1);
	struct amp_exclusions x;
	amp_walks_exclusions(w.walks, 0, &x);
	assert_int_equal(x.state[AMP_SHOT_OK], 4);
	assert_int_equal(x.state[AMP_SHOT_BLOCKED], 1);
	assert_int_equal(x.state[AMP_SHOT_MISSED], 0);
	/* the share takes every list that could be used, those after a gap too: 0 5 | 0 5 | 0 | 0 0 1 */
	assert_near(find(&w, "walk_share", "related")->estimate.v, (.25 + .25 + 0 + .1 / 3) / 4, 1e-12);
	stop(&w);
}

static void test_nothing_met_and_nothing_walked(void **state)
{
	(void)state;
	struct world w;
	start(&w);
	int64_t a = fx_persona(&w.x, "a", 0, 1), b = fx_persona(&w.x, "b", 0, 2), r = fx_round(&w.x, FX_START);
	walk(&w, r, a, w.ranked, 1, 0, 0, 0);
	walk(&w, r, b, w.ranked, 1, 0, 0, 0);
	walk(&w, r, a, w.chronological, 1, BLOCKED);
	analyse(&w);
	const struct amp_estimate *e = find(&w, "walk_time_to_first", "related");
	assert_false(e->estimate.known);
	assert_non_null(strstr(e->null_reason, "no walk met"));
	assert_near(find(&w, "walk_mean_to_first", "related")->estimate.v, 3, 1e-12); /* restricted to the three lists */
	assert_near(find(&w, "walk_dose", "related")->estimate.v, 0, 0);
	assert_near(find(&w, "walk_drift", "related")->estimate.v, 0, 0);
	static const char *const all[] = {"walk_share",         "walk_dose",  "walk_time_to_first",
	                                  "walk_mean_to_first", "walk_drift", "walk_followed_share"};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		e = find(&w, all[i], "unranked");
		assert_false(e->estimate.known);
		assert_int_equal(e->used, 0);
		assert_int_equal(e->excluded, 1);
		assert_non_null(strstr(e->null_reason, "left out"));
	}
	e = find(&w, "walk_hazard", NULL);
	assert_false(e->estimate.known);
	assert_non_null(e->null_reason);
	stop(&w);
}

/* Walks of one list have no slope; a walk of one list with a first has a time. */
static void test_walks_of_one_list(void **state)
{
	(void)state;
	struct world w;
	start(&w);
	int64_t a = fx_persona(&w.x, "a", 0, 1), r = fx_round(&w.x, FX_START);
	walk(&w, r, a, w.ranked, 1, 2);
	analyse(&w);
	assert_false(find(&w, "walk_drift", "related")->estimate.known);
	assert_non_null(strstr(find(&w, "walk_drift", "related")->null_reason, "list to list"));
	assert_near(find(&w, "walk_time_to_first", "related")->estimate.v, 1, 0);
	assert_near(find(&w, "walk_mean_to_first", "related")->estimate.v, 1, 0);
	stop(&w);
}

/* Beside walks there is an ordinary feed: it keeps its measures, and neither has the other's. A visit of walks that did not take place is a
 * missed walk a seed, and no missed visit. */
static void test_walks_and_visits_stay_apart(void **state)
{
	(void)state;
	struct world w;
	start(&w);
	int64_t home = fx_feed(&w.x, "home", "youtube", "algorithmic");
	int64_t a = fx_persona(&w.x, "a", 0, 1), r1 = fx_round(&w.x, FX_START), r2 = fx_round(&w.x, FX_START + FX_DAY);
	walk(&w, r1, a, w.ranked, 1, 1, 2);
	walk(&w, r1, a, w.ranked, 2, 1, 2);
	(void)fx_shot(&w.x, &(struct fx_shot){.round = r2, .persona = a, .feed = w.ranked}); /* missed */
	(void)fx_shot(
		&w.x,
		&(struct fx_shot){
			.round = r1, .persona = a, .feed = home, .verdict = "ok", .started_at = FX_START, .n = 10, .flagged = 4});
	(void)fx_shot(&w.x, &(struct fx_shot){.round = r2, .persona = a, .feed = home});
	analyse(&w);
	size_t walked = 0;
	for (size_t i = 0; i < w.all->n; i++) {
		const struct amp_estimate *e = &w.all->v[i];
		bool of_walks = e->feed != AMP_NO_INDEX && strcmp(w.frame->feeds[e->feed].name, "related") == 0;
		walked += of_walks && !of_grid(e);
		if (of_walks != e->metric->walks) fail_msg("%s of %s", e->metric->name, of_walks ? "walks" : "visits");
	}
	assert_int_equal(walked, 6);
	assert_near(find(&w, "exposure_share", "home")->estimate.v, .4, 1e-12);
	assert_int_equal(find(&w, "exposure_share", "home")->excluded, 1);
	assert_int_equal(find(&w, "walk_share", "related")->excluded, 2);
	for (size_t f = 0; f < w.frame->n_feeds; f++) {
		struct amp_exclusions x;
		bool visited = strcmp(w.frame->feeds[f].name, "home") == 0;
		amp_exclusions_count(w.frame, w.sums, 0, AMP_NO_INDEX, f, &x);
		assert_int_equal(x.state[AMP_SHOT_MISSED], visited);
		assert_int_equal(x.state[AMP_SHOT_UNPLANNED], visited ? 0 : 2);
	}
	/* the platform's figure is that of its feeds with visits, and of all its visits */
	for (size_t i = 0; i < w.all->n; i++)
		if (w.all->v[i].platform != AMP_NO_INDEX && strcmp(w.all->v[i].metric->name, "exposure_share") == 0 &&
		    strcmp(w.all->v[i].ranking, "algorithmic") == 0) {
			assert_near(w.all->v[i].estimate.v, .4, 1e-12);
			assert_int_equal(w.all->v[i].excluded, 1);
		}
	stop(&w);
}

/* The later attempt counts, unless nothing of it could be read; a walk with a step that is not there ends before it. */
static void test_attempts_and_gaps(void **state)
{
	(void)state;
	static const int torn[] = {0, PARTIAL, END}, whole[] = {1, 2, END}, first[] = {3, END}, blocked[] = {BLOCKED, END};
	struct world w;
	start(&w);
	int64_t a = fx_persona(&w.x, "a", 0, 1), r = fx_round(&w.x, FX_START);
	walk_attempt(&w, r, a, w.ranked, 1, 1, torn);
	walk_attempt(&w, r, a, w.ranked, 1, 2, whole);
	walk_attempt(&w, r, a, w.ranked, 2, 1, first);
	walk_attempt(&w, r, a, w.ranked, 2, 2, blocked);
	for (int step = 0; step < 4; step += 3) /* steps 0 and 3 */
		(void)fx_shot(&w.x, &(struct fx_shot){.round = r,
		                                      .persona = a,
		                                      .feed = w.ranked,
		                                      .verdict = "ok",
		                                      .started_at = FX_START,
		                                      .n = 10,
		                                      .flagged = 5,
		                                      .walk = 3,
		                                      .step = step});
	analyse(&w);
	assert_int_equal(w.walks->n, 3);
	assert_int_equal(w.walks->v[0].n, 2);
	assert_int_equal(w.walks->v[0].list[0].flagged, 1);
	assert_int_equal(w.walks->v[1].list[0].flagged, 3);
	assert_int_equal(w.walks->v[2].n, 1);
	assert_near(find(&w, "walk_share", "related")->estimate.v, (.15 + .3 + .5) / 3, 1e-12);
	assert_string_equal(w.walks->feeds[0].policy, "first");
	stop(&w);
}

/* What was followed: a flagged entry, one that is not, one without a detection. */
static void test_what_was_followed(void **state)
{
	(void)state;
	static const int64_t items[4][2] = {{1, 2}, {3, 4}, {5, 6}, {7, 8}};
	struct world w;
	start(&w);
	int64_t a = fx_persona(&w.x, "a", 0, 1), r = fx_round(&w.x, FX_START), parent = 0;
	for (int64_t id = 1; id <= 8; id++)
		if (id != 5) fx_score(&w.x, id, id == 2 ? .9 : .1);
	for (int i = 0; i < 4; i++) {
		/* followed: rank 1 of the first list (2), rank 0 of the second (3), rank 0 of the third (5) */
		(void)fx_shot(&w.x, &(struct fx_shot){.round = r,
		                                      .persona = a,
		                                      .feed = w.ranked,
		                                      .verdict = "ok",
		                                      .started_at = FX_START,
		                                      .items = items[i],
		                                      .n = 2,
		                                      .flagged = i == 0,
		                                      .missing = i == 2,
		                                      .walk = 1,
		                                      .step = i,
		                                      .parent = parent,
		                                      .parent_rank = i == 1});
		parent = w.x.snapshot;
	}
	analyse(&w);
	const struct amp_estimate *e = find(&w, "walk_followed_share", "related");
	assert_near(e->estimate.v, .5, 1e-12);
	assert_int_equal(e->n, 3);
	assert_int_equal(e->missing, 1);
	stop(&w);
}

/* A later parse may rank otherwise, and says nothing of what the crawl followed. What the lists show goes by it all the same. */
static void test_what_was_followed_is_told_by_the_first_parse(void **state)
{
	(void)state;
	static const int64_t items[2][2] = {{1, 2}, {3, 4}};
	for (int again = 0; again < 2; again++) {
		struct world w;
		start(&w);
		int64_t a = fx_persona(&w.x, "a", 0, 1), r = fx_round(&w.x, FX_START), parent = 0, parse = 0;
		for (int64_t id = 1; id <= 4; id++) fx_score(&w.x, id, id == 2 ? .9 : .1);
		for (int i = 0; i < 2; i++) {
			int64_t made = fx_shot(&w.x, &(struct fx_shot){.round = r,
			                                               .persona = a,
			                                               .feed = w.ranked,
			                                               .verdict = "ok",
			                                               .started_at = FX_START,
			                                               .items = items[i],
			                                               .n = 2,
			                                               .flagged = i == 0,
			                                               .walk = 1,
			                                               .step = i,
			                                               .parent = parent,
			                                               .parent_rank = 1});
			if (i == 0) parse = made;
			if (i == 0) parent = w.x.snapshot;
		}
		(void)FX(&w.x, "INSERT INTO detection_target (item_version_id, detector_id, target) VALUES (2, ?1, 'jewish')",
		         false, "i", w.x.detector);
		if (again) { /* ranks exchanged, and one flagged entry more */
			int64_t second = FX(
				&w.x,
				"INSERT INTO parse (key, snapshot_id, adapter, adapter_version, engine_version, verdict, items, organic_items)"
				" VALUES (?1, ?2, 'bluesky', '2', '1', 'ok', 2, 2)",
				true, "i", parent);
			for (int64_t rank = 0; rank < 2; rank++)
				(void)FX(
					&w.x,
					"INSERT INTO exposure (parse_id, rank, organic_rank, item_version_id, page, is_repost, is_pinned, is_ad, is_service, is_reply, is_quote)"
					" VALUES (?1, ?2, ?2, ?3, 0, 0, 0, 0, 0, 0, 0)",
					false, "iii", second, rank, items[0][1 - rank]);
			(void)FX(&w.x, "UPDATE snapshot_current SET parse_id = ?1 WHERE parse_id = ?2", false, "ii", second, parse);
			(void)FX(
				&w.x,
				"INSERT INTO snapshot_sum (parse_id, detector_id, grid_cell_id, target, n, missing, flagged, discounted, discount_total)"
				" VALUES (?1, ?2, ?3, 'any', 2, 0, 2, 0, 1)",
				false, "iii", second, w.x.detector, w.x.cell);
		}
		analyse(&w);
		assert_near(find(&w, "walk_followed_share", "related")->estimate.v, 1, 0);
		assert_near(find_of(&w, "walk_followed_share", "related", "jewish", 0, 0)->estimate.v, 1, 0);
		assert_near(find_of(&w, "walk_followed_share", "related", "ground:origin", 0, 0)->estimate.v, 1,
		            0); /* ticks it too */
		assert_near(find(&w, "walk_share", "related")->estimate.v, again ? .5 : .25, 1e-12);
		stop(&w);
	}
}

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

/* Six personas on six days: each one's ranked walk shows two more; one persona the other way round. The sign-flip is that of feeds: 2 (14) of 64
 * patterns. The persona alone varies over its days. */
static void test_lift_is_tested_as_that_of_feeds(void **state)
{
	(void)state;
	for (int reversed = 0; reversed < 2; reversed++) {
		struct world w;
		int64_t persona[6];
		start(&w);
		for (int p = 0; p < 6; p++) {
			char name[8];
			(void)snprintf(name, sizeof name, "p%d", p);
			persona[p] = fx_persona(&w.x, name, 0, p + 1);
		}
		for (int d = 0; d < 6; d++) {
			int64_t r = fx_round(&w.x, FX_START + d * FX_DAY);
			for (int p = 0; p < 6; p++) {
				bool other = p == 0 && reversed;
				walk(&w, r, persona[p], w.ranked, 1, other ? 1 : 3, 1);
				walk(&w, r, persona[p], w.chronological, 1, other ? 3 : 1, 1);
			}
		}
		analyse(&w);
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
		int64_t persona[6];
		start(&w);
		for (int p = 0; p < 6; p++) {
			char name[8];
			(void)snprintf(name, sizeof name, "p%d", p);
			persona[p] = fx_persona(&w.x, name, 0, p + 1);
		}
		for (int d = 0; d < 6; d++) {
			int64_t r = fx_round(&w.x, FX_START + d * FX_DAY);
			for (int p = 0; p < 6; p++) {
				bool other = p == 0 && reversed;
				walk(&w, r, persona[p], other ? w.chronological : w.ranked, 1, 1, 1);
				walk(&w, r, persona[p], other ? w.ranked : w.chronological, 1, 0, 1);
			}
		}
		analyse(&w);
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

/* A share that rises two points a list, the same way in every walk but for its level and noise: the slope is that of the formula. */
static void test_drift_is_the_slope_within_walks(void **state)
{
	(void)state;
	static const int noise[6][6] = {{0, 1, 0, 0, 1, 0}, {1, 0, 0, 1, 0, 0}, {0, 0, 1, 0, 0, 1},
	                                {1, 1, 0, 0, 0, 1}, {0, 1, 1, 0, 1, 0}, {1, 0, 1, 1, 0, 0}};
	struct world w;
	double xy = 0, xx = 0;
	int64_t persona[6];
	start(&w);
	for (int p = 0; p < 6; p++) {
		char name[8];
		(void)snprintf(name, sizeof name, "p%d", p);
		persona[p] = fx_persona(&w.x, name, 0, p + 1);
	}
	for (int d = 0; d < 6; d++) {
		int64_t r = fx_round(&w.x, FX_START + d * FX_DAY);
		for (int p = 0; p < 6; p++) {
			/* lists 1 to 4, or 1 and 2 only where the walk was cut short: its level is high, and no fall comes of it */
			int y[4], n = (p + d) % 3 == 0 ? 2 : 4, level = n == 2 ? 6 : 1;
			double mean = 0;
			for (int i = 0; i < n; i++) {
				y[i] = level + i / 2 + noise[p][(d + i) % 6];
				mean += y[i] / (double)n;
			}
			for (int i = 0; i < n; i++) {
				double at = i - (n - 1) / 2.0;
				xy += at * (y[i] - mean) / 10;
				xx += at * at;
			}
			if (n == 2)
				walk(&w, r, persona[p], w.ranked, 1, y[0], y[1], BLOCKED);
			else
				walk(&w, r, persona[p], w.ranked, 1, y[0], y[1], y[2], y[3]);
		}
	}
	analyse(&w);
	const struct amp_estimate *e = find(&w, "walk_drift", "related");
	assert_near(e->estimate.v, xy / xx, 1e-12);
	assert_true(e->estimate.v > 0);
	assert_true(e->lo.known && e->lo.v < e->estimate.v && e->hi.v > e->estimate.v);
	assert_true(e->p.known && e->p.v < .05);
	assert_int_equal(e->persona_units, 6);
	assert_int_equal(e->block_units, 6);
	assert_string_equal(e->family, "further:related");
	stop(&w);
}

static void test_without_walks_there_is_nothing(void **state)
{
	(void)state;
	struct world w;
	start(&w);
	int64_t a = fx_persona(&w.x, "a", 0, 1), r = fx_round(&w.x, FX_START);
	(void)fx_shot(&w.x, &(struct fx_shot){.round = r,
	                                      .persona = a,
	                                      .feed = w.ranked,
	                                      .verdict = "ok",
	                                      .started_at = FX_START,
	                                      .n = 10,
	                                      .flagged = 4});
	analyse(&w);
	assert_int_equal(w.walks->n, 0);
	for (size_t i = 0; i < w.all->n; i++) assert_false(w.all->v[i].metric->walks);
	stop(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_walks_of_one_persona),
		cmocka_unit_test(test_who_met_one_is_no_longer_at_risk),
		cmocka_unit_test(test_personas_weigh_the_same),
		cmocka_unit_test(test_intervals_of_curves),
		cmocka_unit_test(test_personas_that_agree_leave_it_to_the_days),
		cmocka_unit_test(test_curves_end_where_one_walks_alone),
		cmocka_unit_test(test_a_blocked_or_partial_step_censors),
		cmocka_unit_test(test_nothing_met_and_nothing_walked),
		cmocka_unit_test(test_walks_of_one_list),
		cmocka_unit_test(test_walks_and_visits_stay_apart),
		cmocka_unit_test(test_attempts_and_gaps),
		cmocka_unit_test(test_what_was_followed),
		cmocka_unit_test(test_what_was_followed_is_told_by_the_first_parse),
		cmocka_unit_test(test_walks_by_target),
		cmocka_unit_test(test_lift_is_of_the_lists_that_both_read),
		cmocka_unit_test(test_lift_is_tested_as_that_of_feeds),
		cmocka_unit_test(test_walks_too_far_apart_are_left_out),
		cmocka_unit_test(test_floor_of_walks),
		cmocka_unit_test(test_sensitivity_of_walks),
		cmocka_unit_test(test_hazard_of_a_pair),
		cmocka_unit_test(test_drift_is_the_slope_within_walks),
		cmocka_unit_test(test_without_walks_there_is_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

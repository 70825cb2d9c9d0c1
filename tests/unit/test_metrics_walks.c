/* Metrics of the walks of one feed: who met what after how many lists, and how sure that is. */
#include "metrics/private.h"
#include "stats/skew.h"
#include "walk_fixture.h"

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

enum { MANY = 12, DAYS = 6 };

/* Twelve personas walk on six days: one list each, the same every day; or two, of which the second shows `rise` more on every other day. */
static void walk_alike(struct world *w, const int *level, const int *rise)
{
	int64_t persona[MANY];
	start(w);
	for (int p = 0; p < MANY; p++) {
		char name[8];
		(void)snprintf(name, sizeof name, "p%02d", p);
		persona[p] = fx_persona(&w->x, name, 0, p + 1);
	}
	for (int d = 0; d < DAYS; d++) {
		int64_t r = fx_round(&w->x, FX_START + d * FX_DAY);
		for (int p = 0; p < MANY; p++) {
			if (rise)
				walk(w, r, persona[p], w->ranked, 1, level[p], level[p] + rise[p] * (1 - d % 2));
			else
				walk(w, r, persona[p], w->ranked, 1, level[p]);
		}
	}
	analyse(w);
}

/* Days agree, so that personas alone leave anything open; one of twelve sees eight times what others see. The upper limit of the dose is then not the
 * logarithm's, 1.583 e^(2.201 .583 / 1.583) = 3.564, but that of a mean of values as lopsided as that. */
static void test_doses_of_unequal_personas_reach_higher(void **state)
{
	(void)state;
	static const int level[MANY] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 8};
	struct world w;
	struct amp_skewed t;
	double v[MANY], ones[MANY], mean = 19 / 12., cv = sqrt(49 / 12.) / mean;
	walk_alike(&w, level, NULL);
	for (int p = 0; p < MANY; p++) {
		v[p] = level[p];
		ones[p] = 1;
	}
	amp_skewed(v, ones, MANY, amp_share_skewness(cv, 1), 0, .05, &t);
	const struct amp_estimate *e = find(&w, "walk_dose", "related");
	assert_near(e->estimate.v, mean, 1e-12);
	assert_near(e->se.v, 7 / 12., 1e-9);
	assert_true(t.hi.known && e->hi.known);
	assert_true(t.hi.v > mean * exp(2.2009851600829 * 7 / 12. / mean) + .1);
	assert_near(e->hi.v, t.hi.v, 1e-9);
	stop(&w);
}

/* The same slopes at levels that are alike and at levels that are not: centred within walks the rows are the same, and only the allowance for lopsided
 * personas tells the two apart. */
static void test_drift_allows_for_unequal_personas(void **state)
{
	(void)state;
	static const int even[MANY] = {2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2}, uneven[MANY] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 9},
			 rise[MANY] = {0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1};
	struct world a, b;
	walk_alike(&a, even, rise);
	walk_alike(&b, uneven, rise);
	const struct amp_estimate *e = find(&a, "walk_drift", "related"), *u = find(&b, "walk_drift", "related");
	assert_near(e->estimate.v, .025, 1e-12);
	assert_near(u->estimate.v, .025, 1e-12);
	assert_near(u->se.v, e->se.v, 1e-12);
	assert_true(e->hi.known && u->hi.known && u->hi.v > e->hi.v + .001);
	assert_true(u->lo.v <= e->lo.v + 1e-12);
	stop(&a);
	stop(&b);
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
		cmocka_unit_test(test_doses_of_unequal_personas_reach_higher),
		cmocka_unit_test(test_drift_allows_for_unequal_personas),
		cmocka_unit_test(test_personas_that_agree_leave_it_to_the_days),
		cmocka_unit_test(test_curves_end_where_one_walks_alone),
		cmocka_unit_test(test_a_blocked_or_partial_step_censors),
		cmocka_unit_test(test_nothing_met_and_nothing_walked),
		cmocka_unit_test(test_walks_of_one_list),
		cmocka_unit_test(test_walks_and_visits_stay_apart),
		cmocka_unit_test(test_attempts_and_gaps),
		cmocka_unit_test(test_what_was_followed),
		cmocka_unit_test(test_what_was_followed_is_told_by_the_first_parse),
		cmocka_unit_test(test_drift_is_the_slope_within_walks),
		cmocka_unit_test(test_without_walks_there_is_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

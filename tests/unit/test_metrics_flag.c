/* Where each reservation about an interval begins: the limits that docs/method.md lists, one step on either side. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <string.h>
#include "metrics/private.h"

#define UNITS 40

struct sample {
	double cluster_x[UNITS], cluster_m[UNITS], block_m[UNITS];
	struct amp_contributions c;
	struct amp_tests t;
	struct amp_estimate e;
};

/* Twelve personas over twenty days, nothing lost, all alike: no reservation. The share of one feed is .12. */
static void plain(struct sample *s, const char *metric)
{
	memset(s, 0, sizeof *s);
	for (size_t i = 0; i < UNITS; i++) {
		s->cluster_x[i] = .01;
		s->cluster_m[i] = s->block_m[i] = 1;
	}
	s->c = (struct amp_contributions){.cluster_x = s->cluster_x,
	                                  .cluster_m = s->cluster_m,
	                                  .block_m = s->block_m,
	                                  .n_clusters = 12,
	                                  .n_blocks = 20,
	                                  .ranked = .2,
	                                  .chronological = .1,
	                                  .used = 100};
	s->t = (struct amp_tests){.unit = AMP_UNIT_BOTH, .main = AMP_UNIT_PERSONA};
	s->e = (struct amp_estimate){.metric = amp_metric_find(metric), .unit = AMP_UNIT_BOTH, .estimate = amp_real(.1)};
	assert_non_null(s->e.metric);
}

static unsigned flags(const struct sample *s)
{
	return amp_flags_of(&s->c, &s->t, &s->e);
}

static unsigned bit(enum amp_flag f)
{
	return 1u << f;
}

static void test_none(void **state)
{
	struct sample s;
	(void)state;
	plain(&s, "additive_lift");
	assert_int_equal(flags(&s), 0);
	s.c.n_clusters = 2;
	s.e.estimate = AMP_REAL_NONE; /* nothing to have a reservation about */
	assert_int_equal(flags(&s), 0);
}

static void test_few_units(void **state)
{
	struct sample s;
	(void)state;
	plain(&s, "additive_lift");
	s.c.n_clusters = 10;
	assert_int_equal(flags(&s), 0);
	s.c.n_clusters = 9;
	assert_int_equal(flags(&s), bit(AMP_FLAG_FEW_PERSONAS));
	s.e.unit = AMP_UNIT_TIME_BLOCK; /* one feed for all: the number of personas says nothing */
	assert_int_equal(flags(&s), 0);
	plain(&s, "additive_lift");
	s.c.n_blocks = 14;
	assert_int_equal(flags(&s), 0);
	s.c.n_blocks = 13;
	assert_int_equal(flags(&s), bit(AMP_FLAG_FEW_BLOCKS));
}

static void test_lost(void **state)
{
	struct sample s;
	(void)state;
	plain(&s, "additive_lift");
	s.c.used = 90;
	s.c.excluded = 10; /* one in ten is not more than one in ten */
	assert_int_equal(flags(&s), 0);
	s.c.excluded = 11;
	assert_int_equal(flags(&s), bit(AMP_FLAG_LOST));
}

/* Personas whose spread is 60 % of the larger side, below 20 of them. */
static void test_spread(void **state)
{
	struct sample s;
	(void)state;
	plain(&s, "additive_lift");
	s.t.both.rows_sd = .6 * .2; /* not above */
	assert_int_equal(flags(&s), 0);
	s.t.both.rows_sd = nextafter(.6 * .2, 1);
	assert_int_equal(flags(&s), bit(AMP_FLAG_SPREAD));
	s.c.ranked = .1; /* the larger of the two, whichever it is */
	s.c.chronological = .2;
	assert_int_equal(flags(&s), bit(AMP_FLAG_SPREAD));
	s.c.chronological = .21;
	assert_int_equal(flags(&s), 0);
	s.c.chronological = .2;
	s.c.n_clusters = 19;
	assert_int_equal(flags(&s), bit(AMP_FLAG_SPREAD));
	s.c.n_clusters = 20;
	assert_int_equal(flags(&s), 0);
	s.c.n_clusters = 19;
	s.t.main = AMP_UNIT_TIME_BLOCK; /* personas are not what the interval stands on */
	assert_int_equal(flags(&s), 0);
	plain(&s, "exposure_share"); /* of one feed: of what the personas' shares add up to, whatever their base */
	double sum = 0;
	for (size_t i = 0; i < 12; i++) sum += s.cluster_x[i];
	s.t.both.rows_sd = nextafter(.6 * sum, 1);
	assert_int_equal(flags(&s), bit(AMP_FLAG_SPREAD));
	s.t.both.rows_sd = .6 * sum;
	assert_int_equal(flags(&s), 0);
	s.e.estimate =
		amp_real(sum / 84); /* seven entries each: the figure is a seventh, and the personas as far apart as before */
	assert_int_equal(flags(&s), 0);
	plain(&s, "displacement"); /* from lists, of shares all the same */
	s.t.both.rows_sd = nextafter(.6 * .2, 1);
	assert_int_equal(flags(&s), bit(AMP_FLAG_SPREAD));
	plain(&s, "rank_shift"); /* places are no shares */
	s.t.both.rows_sd = 1;
	assert_int_equal(flags(&s), 0);
	plain(&s, "walk_hazard"); /* has no sides to hold a spread against */
	s.c.ranked = s.c.chronological = 0;
	s.t.both.rows_sd = 1;
	assert_int_equal(flags(&s), 0);
}

/* More than 95 % of the visits met one, on either side. */
static void test_saturated(void **state)
{
	struct sample s;
	(void)state;
	plain(&s, "huszar_ratio");
	s.c.ranked = .95;
	s.c.chronological = .5;
	assert_int_equal(flags(&s), 0);
	s.c.ranked = .951;
	assert_int_equal(flags(&s), bit(AMP_FLAG_SATURATED));
	s.c.ranked = .5;
	s.c.chronological = .951;
	assert_int_equal(flags(&s), bit(AMP_FLAG_SATURATED));
	plain(&s, "additive_lift"); /* lists full of hate are something else */
	s.c.ranked = 1;
	assert_int_equal(flags(&s), 0);
}

/* Figures that look back, where days count as units. */
static void test_linked(void **state)
{
	static const char *const names[] = {"repeat_lift", "recurrence_lift", "repeat_share", "recurrence"};
	struct sample s;
	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		plain(&s, names[i]);
		assert_int_equal(flags(&s), 0); /* personas alone: how one day hangs on another is inside each */
		s.t.second = true;
		assert_int_equal(flags(&s), bit(AMP_FLAG_LINKED));
		s.t.second = false;
		s.t.main = AMP_UNIT_TIME_BLOCK;
		assert_int_equal(flags(&s), bit(AMP_FLAG_LINKED));
	}
	plain(&s, "displacement"); /* each visit for itself */
	s.t.second = true;
	assert_int_equal(flags(&s), 0);
}

/* Standard error of the base above 20 % of it. Half of the n units at 1 - d, half at 1 + d: d / sqrt(n - 1). */
static void test_low_base(void **state)
{
	struct sample s;
	(void)state;
	for (int step = -1; step <= 1; step += 2) {
		bool above = step > 0;
		double d = .2 * (1 + .001 * step);
		plain(&s, "amplification_ratio");
		for (size_t i = 0; i < 12; i++) s.cluster_m[i] = 1 + (i % 2 ? d : -d) * sqrt(11);
		assert_int_equal(flags(&s), above ? bit(AMP_FLAG_LOW_BASE) : 0);
		plain(&s, "amplification_ratio");
		s.t.main = AMP_UNIT_TIME_BLOCK; /* the base of the unit that the interval stands on */
		for (size_t i = 0; i < 20; i++) s.block_m[i] = 1 + (i % 2 ? d : -d) * sqrt(19);
		assert_int_equal(flags(&s), above ? bit(AMP_FLAG_LOW_BASE) : 0);
	}
	plain(&s, "additive_lift"); /* a difference leans nowhere */
	for (size_t i = 0; i < 12; i++) s.cluster_m[i] = i % 2 ? 5 : 0;
	assert_int_equal(flags(&s), 0);
}

/* Of a figure that is no ratio of sums: from its counts alone. */
static void test_counts_alone(void **state)
{
	struct amp_estimate e = {.metric = amp_metric_find("walk_drift"),
	                         .unit = AMP_UNIT_BOTH,
	                         .estimate = amp_real(1),
	                         .persona_units = 10,
	                         .block_units = 14};
	(void)state;
	e.used = 90;
	e.excluded = 10;
	assert_int_equal(amp_flags_of_units(&e), 0);
	e.persona_units = 9;
	assert_int_equal(amp_flags_of_units(&e), bit(AMP_FLAG_FEW_PERSONAS));
	e.persona_units = 10;
	e.block_units = 13;
	assert_int_equal(amp_flags_of_units(&e), bit(AMP_FLAG_FEW_BLOCKS));
	e.block_units = 14;
	e.excluded = 11;
	assert_int_equal(amp_flags_of_units(&e), bit(AMP_FLAG_LOST));
	e.estimate = AMP_REAL_NONE;
	assert_int_equal(amp_flags_of_units(&e), 0);
}

/* Either feed of a pair, or the feed; of one persona nothing is said. */
static void test_floors(void **state)
{
	struct amp_frame_pair pair = {.ranked = 0, .chronological = 1};
	struct amp_frame f = {.pairs = &pair, .n_pairs = 1, .n_feeds = 2};
	struct amp_floor floors[2] = {{.decision = AMP_PERSONALISED}, {.decision = AMP_NOT_PERSONALISED}};
	size_t at = 0;
	struct amp_scope s = {
		.metric = amp_metric_find("additive_lift"), .cluster = AMP_NO_INDEX, .strata = &at, .n_strata = 1, .target = "any"};
	(void)state;
	assert_int_equal(amp_flags_of_floors(&f, floors, &s), 0);
	for (size_t i = 0; i < 2; i++) {
		enum amp_personalised was = floors[i].decision;
		floors[i].decision = AMP_UNDECIDED;
		assert_int_equal(amp_flags_of_floors(&f, floors, &s), bit(AMP_FLAG_UNDECIDED));
		s.cluster = 3;
		assert_int_equal(amp_flags_of_floors(&f, floors, &s), 0);
		s.cluster = AMP_NO_INDEX;
		floors[i].decision = was;
	}
	floors[1].decision = AMP_UNDECIDED;
	s.metric = amp_metric_find("exposure_share");
	assert_int_equal(amp_flags_of_floors(&f, floors, &s), 0);
	at = 1;
	assert_int_equal(amp_flags_of_floors(&f, floors, &s), bit(AMP_FLAG_UNDECIDED));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_none),     cmocka_unit_test(test_few_units),    cmocka_unit_test(test_lost),
		cmocka_unit_test(test_spread),   cmocka_unit_test(test_saturated),    cmocka_unit_test(test_linked),
		cmocka_unit_test(test_low_base), cmocka_unit_test(test_counts_alone), cmocka_unit_test(test_floors)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_detector_cascade.c: whom a cascade draws, and that the stored probabilities are those of the draw. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <string.h>
#include "detectors/cascade.h"

#define N 40
#define SEEDS 4000

static const struct amp_key service = {{7}};

/* 0: unscored; 1-3: .9; 4-13: .5 (ten tied); the rest below, in falling order. */
static void population(struct cascade_unit *units)
{
	for (size_t i = 0; i < N; i++) {
		struct amp_keyer k;
		amp_key_start(&k, "test");
		amp_key_i64(&k, (int64_t)i);
		units[i] = (struct cascade_unit){.version = (int64_t)i,
		                                 .key = amp_key_end(&k),
		                                 .scored = i > 0,
		                                 .score = i == 0   ? 0
		                                          : i < 4  ? 0.9
		                                          : i < 14 ? 0.5
		                                                   : 0.4 - 0.01 * (double)i};
	}
}

static void strata_are_as_told(void **state)
{
	struct cascade_unit units[N];
	size_t drawn = 0;
	(void)state;
	population(units);
	/* a fifth of 39 scored: 8 places, 3 above the cut, 5 for ten that are tied */
	cascade_draw(units, N, 0.2, 0.1, 1, &service);
	for (size_t i = 0; i < N; i++) {
		const struct cascade_unit *u = &units[i];
		const char *stratum = u->version == 0 ? "unscored" : u->version < 4 ? "top" : u->version < 14 ? "tied" : "rest";
		double probability = u->version < 4 ? 1 : u->version < 14 ? 0.5 + 0.5 * 0.1 : 0.1;
		assert_string_equal(u->stratum, stratum);
		assert_true(fabs(u->probability - probability) < 1e-12);
		if (u->version < 4) assert_true(u->drawn);
		drawn += u->drawn;
	}
	assert_true(drawn >= 9); /* the unscored one and the eight places */
}

/* Over many seeds each text is drawn as often as its probability says (to 5 standard errors), and a sum weighted by its inverse has the
 * mean of the whole: neither holds if ties were broken by score, or if one lot served both draws. */
static void probabilities_are_those_of_the_draw(void **state)
{
	static int times[N];
	double probability[N] = {0}, weighted = 0, truth = 0, square = 0;
	(void)state;
	for (int64_t seed = 1; seed <= SEEDS; seed++) {
		struct cascade_unit units[N];
		double sum = 0;
		population(units);
		cascade_draw(units, N, 0.2, 0.1, seed, &service);
		for (size_t i = 0; i < N; i++) {
			size_t who = (size_t)units[i].version;
			times[who] += units[i].drawn;
			probability[who] = units[i].probability;
			if (units[i].drawn) sum += (double)who / units[i].probability;
		}
		weighted += sum;
		square += sum * sum;
	}
	for (size_t i = 0; i < N; i++) {
		double p = probability[i], se = sqrt(p * (1 - p) / SEEDS);
		truth += (double)i;
		if (fabs((double)times[i] / SEEDS - p) > 5 * se + 1e-12)
			fail_msg("text %zu was drawn %d times of %d, and its probability is %g", i, times[i], SEEDS, p);
	}
	double mean = weighted / SEEDS, se = sqrt((square / SEEDS - mean * mean) / SEEDS);
	if (fabs(mean - truth) > 5 * se) fail_msg("the weighted sum is %g on average, not %g (standard error %g)", mean, truth, se);
}

/* The draw of the rest is the text's own: the same in another frame. */
static void lots_are_permanent(void **state)
{
	struct cascade_unit whole[N], part[N];
	(void)state;
	population(whole);
	population(part);
	cascade_draw(whole, N, 0.01, 0.3, 5, &service); /* one place: nobody of the rest is in the top */
	memmove(part, part + 14, (N - 14) * sizeof *part);
	part[0].score = 0.95; /* who has the place here */
	cascade_draw(part, N - 14, 0.01, 0.3, 5, &service);
	for (size_t i = 0; i < N - 14; i++)
		for (size_t k = 0; k < N; k++)
			if (whole[k].version == part[i].version && part[i].score < 0.9)
				assert_int_equal(whole[k].drawn, part[i].drawn);
}

static void odd_populations(void **state)
{
	struct cascade_unit units[N];
	(void)state;
	cascade_draw(units, 0, 0.5, 0.5, 1, &service);
	population(units);
	cascade_draw(units, 1, 0.5, 0.5, 1, &service); /* one, unscored */
	assert_true(units[0].drawn && units[0].probability == 1);
	population(units);
	for (size_t i = 0; i < N; i++)
		units[i].scored = true, units[i].score = 0; /* a detector that found nothing: all tied at 0 */
	cascade_draw(units, N, 0.25, 0.1, 1, &service);
	for (size_t i = 0; i < N; i++) {
		assert_string_equal(units[i].stratum, "tied");
		assert_true(fabs(units[i].probability - (0.25 + 0.75 * 0.1)) < 1e-12);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strata_are_as_told),
		cmocka_unit_test(probabilities_are_those_of_the_draw),
		cmocka_unit_test(lots_are_permanent),
		cmocka_unit_test(odd_populations),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

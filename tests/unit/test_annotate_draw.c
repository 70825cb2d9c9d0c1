/* test_annotate_draw.c: chances of being drawn: by counting every random start of a small frame, by drawing thousands of times, and what strata and
 * allocation promise. */
#include "base_test.h"

#include <math.h>

#include "annotate/draw.h"

#define UNITS 60

static struct amp_draw_unit unit(int64_t i, int64_t weight, double score, bool flagged)
{
	struct amp_draw_unit u = {.version = i + 1, .weight = weight, .scored = score >= 0, .flagged = flagged, .score = score};
	struct amp_keyer k;
	amp_key_start(&k, "test");
	amp_key_i64(&k, i);
	u.key = amp_key_end(&k);
	return u;
}

/* Every start from 0 to W - 1 is one of W equally likely draws: counting them is the probability, with no chance in it. */
static void every_start_counted(void **state)
{
	static const int64_t weight[] = {1, 2, 3, 5, 9, 4, 7};
	enum { N = sizeof weight / sizeof *weight };
	(void)state;
	for (int64_t take = 1; take <= 3; take++) {
		struct amp_draw_unit u[N];
		int64_t times[N] = {0}, all = 0;
		for (size_t i = 0; i < N; i++) {
			u[i] = unit((int64_t)i, weight[i], 0.1, false);
			all += weight[i];
		}
		for (int64_t start = 0; start < all; start++) {
			int64_t drawn = 0;
			amp_draw_systematic(u, N, take, start);
			for (size_t i = 0; i < N; i++) {
				times[i] += u[i].drawn;
				drawn += u[i].drawn;
			}
			assert_int_equal(drawn, take);
		}
		for (size_t i = 0; i < N; i++) {
			assert_int_equal(times[i], take * weight[i]); /* times / all = take * weight / all */
			assert_int_equal(u[i].numerator, take * weight[i]);
			assert_int_equal(u[i].denominator, all);
		}
	}
}

static size_t frame(struct amp_draw_unit *u)
{
	for (int64_t i = 0; i < UNITS; i++) {
		double score = i % 12 == 0 ? -1 : (double)(i % 10) / 10;
		u[i] = unit(i, i == 7 ? 400 : 1 + i % 5, score, score >= 0.7);
	}
	return UNITS;
}

static void drawn_thousands_of_times(void **state)
{
	enum { TIMES = 8000 };
	static int64_t times[UNITS];
	double chance[UNITS];
	struct amp_draw_rule rule;
	struct amp_err err = {0};
	(void)state;
	memset(times, 0, sizeof times);
	assert_int_equal(amp_draw_rule_parse(&rule, "5", &err), 0);
	for (int64_t seed = 0; seed < TIMES; seed++) {
		struct amp_draw_unit u[UNITS];
		struct amp_draw_stratum strata[AMP_DRAW_STRATA_MAX];
		size_t n_strata, n = frame(u);
		int64_t drawn = 0, certain = 0;
		double exposures = 0, all = 0, sum = 0;
		if (amp_draw_sample(u, n, &rule, 20, seed, strata, &n_strata, &err) != 0) fail_msg("%s", err.text);
		for (size_t i = 0; i < n; i++) {
			double pi = (double)u[i].numerator / (double)u[i].denominator;
			size_t at = (size_t)u[i].version - 1;
			if (seed == 0) chance[at] = pi;
			assert_true(chance[at] == pi); /* fixed by the frame, not by the seed */
			assert_int_equal(u[i].order, i);
			all += (double)u[i].weight;
			sum += pi;
			certain += pi == 1;
			if (!u[i].drawn) continue;
			times[at]++;
			drawn++;
			exposures += (double)u[i].weight / pi;
		}
		assert_int_equal(drawn, 20);
		assert_true(certain >= 1);
		assert_true(fabs(sum - 20) < 1e-9);
		assert_true(fabs(exposures - all) < 1e-6); /* size is known: its Horvitz-Thompson sum has no error */
	}
	for (size_t i = 0; i < UNITS; i++) {
		double p = (double)times[i] / TIMES, se = sqrt(chance[i] * (1 - chance[i]) / TIMES);
		if (fabs(p - chance[i]) > 4.5 * se + 1e-12) fail_msg("unit %zu: drawn %.4f, promised %.4f", i, p, chance[i]);
	}
	assert_true(chance[7] == 1); /* 400 exposures of some 600 */
}

static int by_version(const void *a, const void *b)
{
	const struct amp_draw_unit *x = a, *y = b;
	return (x->version > y->version) - (x->version < y->version);
}

static void order_of_the_frame_does_not_matter(void **state)
{
	struct amp_draw_unit u[UNITS], v[UNITS];
	struct amp_draw_stratum strata[AMP_DRAW_STRATA_MAX];
	struct amp_draw_rule rule;
	struct amp_err err = {0};
	size_t n_strata, n = frame(u), other = 0;
	(void)state;
	for (size_t i = 0; i < n; i++) v[i] = u[n - 1 - i];
	assert_int_equal(amp_draw_rule_parse(&rule, "0.3,0.7", &err), 0);
	assert_int_equal(amp_draw_sample(u, n, &rule, 15, 42, strata, &n_strata, &err), 0);
	assert_int_equal(amp_draw_sample(v, n, &rule, 15, 42, strata, &n_strata, &err), 0);
	for (size_t i = 0; i < n; i++) assert_int_equal(u[i].version, v[i].version);
	assert_int_equal(amp_draw_sample(v, n, &rule, 15, 43, strata, &n_strata, &err), 0);
	qsort(u, n, sizeof *u, by_version);
	qsort(v, n, sizeof *v, by_version);
	for (size_t i = 0; i < n; i++) other += u[i].drawn != v[i].drawn;
	assert_true(other > 0);
}

static void strata_hold_what_they_say(void **state)
{
	struct amp_draw_unit u[UNITS];
	struct amp_draw_stratum t[AMP_DRAW_STRATA_MAX];
	struct amp_draw_rule rule;
	struct amp_err err = {0};
	size_t n_strata = 0, n = frame(u);
	int64_t units = 0, drawn = 0;
	(void)state;
	assert_int_equal(amp_draw_rule_parse(&rule, "4", &err), 0);
	assert_int_equal(amp_draw_sample(u, n, &rule, 30, 1, t, &n_strata, &err), 0);
	assert_int_equal(t[0].kind, AMP_DRAW_MISSING);
	assert_int_equal(t[0].units, 5);
	for (size_t h = 0; h < n_strata; h++) {
		units += t[h].units;
		drawn += t[h].drawn;
		assert_true(t[h].drawn >= 2 && t[h].drawn <= t[h].units);
		for (size_t i = 0; i < n; i++) {
			if (u[i].stratum != h) continue;
			assert_int_equal(u[i].scored, t[h].kind != AMP_DRAW_MISSING);
			assert_int_equal(u[i].scored && u[i].flagged, t[h].kind == AMP_DRAW_FLAGGED);
			assert_true(!t[h].lo.known || u[i].score >= t[h].lo.v);
			assert_true(!t[h].hi.known || u[i].score < t[h].hi.v);
		}
	}
	assert_int_equal(units, UNITS);
	assert_int_equal(drawn, 30);
	assert_true(n_strata >= 4);
}

static void more_than_there_is(void **state)
{
	struct amp_draw_unit u[UNITS];
	struct amp_draw_stratum t[AMP_DRAW_STRATA_MAX];
	struct amp_draw_rule rule;
	struct amp_err err = {0};
	size_t n_strata, n = frame(u);
	(void)state;
	assert_int_equal(amp_draw_rule_parse(&rule, "1", &err), 0);
	assert_int_equal(amp_draw_sample(u, n, &rule, 1000, 1, t, &n_strata, &err), 0);
	for (size_t i = 0; i < n; i++) assert_true(u[i].drawn && u[i].numerator == 1 && u[i].denominator == 1);
	n = frame(u);
	assert_int_equal(amp_draw_sample(u, 1, &rule, 1, 1, t, &n_strata, &err), 0); /* one unit, without a score */
	assert_true(u[0].drawn && n_strata == 1);
	assert_int_equal(amp_draw_sample(u, 0, &rule, 1, 1, t, &n_strata, &err), AMP_ELIMIT);
	u[0].weight = AMP_DRAW_WEIGHT_MAX;
	u[1].weight = 1;
	assert_int_equal(amp_draw_sample(u, 2, &rule, 1, 1, t, &n_strata, &err), AMP_ELIMIT);
}

/* Nothing below the threshold is given up, nor anything flagged, whatever the detector believes. */
static void both_sides_get_their_part(void **state)
{
	enum { N = 2000 };
	static struct amp_draw_unit u[N];
	struct amp_draw_stratum t[AMP_DRAW_STRATA_MAX];
	struct amp_draw_rule rule;
	struct amp_err err = {0};
	size_t n_strata;
	int64_t below = 0, above = 0;
	(void)state;
	for (int64_t i = 0; i < N; i++) u[i] = unit(i, 1, i < 400 ? 0.9 : 0, i < 400);
	assert_int_equal(amp_draw_rule_parse(&rule, "5", &err), 0);
	assert_int_equal(amp_draw_sample(u, N, &rule, 200, 1, t, &n_strata, &err), 0);
	for (size_t h = 0; h < n_strata; h++) *(t[h].kind == AMP_DRAW_FLAGGED ? &above : &below) += t[h].drawn;
	assert_true(below >= 90);
	assert_true(above >= 80);
}

static void rules_that_are_none(void **state)
{
	static const char *const bad[] = {"",  "0",   "17", "-1",       "0.5,0.5", "0.6,0.2", "0,0.5",
	                                  "1", "1.5", "a",  "0.1,,0.2", "0.1;0.2", "0.1,1",   "5,"};
	struct amp_draw_rule rule;
	struct amp_err err = {0};
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		if (strcmp(bad[i], "1") == 0) continue; /* one stratum */
		if (amp_draw_rule_parse(&rule, bad[i], &err) != AMP_EUSAGE) fail_msg("was taken: %s", bad[i]);
	}
	assert_int_equal(amp_draw_rule_parse(&rule, "0.25, 0.5", &err), 0);
	assert_int_equal(rule.n_cuts, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_start_counted),
		cmocka_unit_test(drawn_thousands_of_times),
		cmocka_unit_test(order_of_the_frame_does_not_matter),
		cmocka_unit_test(strata_hold_what_they_say),
		cmocka_unit_test(more_than_there_is),
		cmocka_unit_test(both_sides_get_their_part),
		cmocka_unit_test(rules_that_are_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

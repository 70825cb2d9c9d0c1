#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <string.h>
#include "base/rng.h"
#include "stats/stats.h"

#define assert_near(a, b, eps) assert_true(fabs((a) - (b)) <= (eps))

/* The vector of docs/method.md: six personas, ranked and chronological share. */
static const double ranked[] = {.12, .08, .15, .10, .09, .14}, chronological[] = {.08, .07, .10, .09, .05, .11};
enum { G = 6 };

static void flip(const double *x, const double *m, size_t n, double null_value, struct amp_signflip *out)
{
	struct amp_err err = {0};
	assert_int_equal(amp_signflip(x, m, n, null_value, 0.05, 1, out, &err), 0);
}

static void test_published_vector(void **state)
{
	(void)state;
	double d[G], one[G];
	for (int i = 0; i < G; i++) {
		d[i] = ranked[i] - chronological[i];
		one[i] = 1;
	}
	struct amp_signflip r;
	flip(d, one, G, 0, &r);
	assert_true(r.exact);
	assert_near(r.estimate.v, .03, 1e-12);
	assert_near(r.p.v, .03125, 1e-15);
	assert_near(r.smallest_p.v, .03125, 1e-15);
	/* 2 of 64 patterns may fall outside at 5 %: the interval is the range of the six differences. */
	assert_near(r.lo.v, .01, 1e-12);
	assert_near(r.hi.v, .05, 1e-12);
	struct amp_signflip ratio;
	flip(ranked, chronological, G, 1, &ratio);
	assert_near(ratio.estimate.v, 1.36, 1e-12);
	assert_near(ratio.p.v, r.p.v, 0); /* ratio 1 and lift 0 are the same hypothesis */
	assert_near(ratio.lo.v, 1.0 / .9, 1e-12);
	assert_near(ratio.hi.v, .09 / .05, 1e-12);
	assert_near(amp_glass_delta(ranked, chronological, G).v, 1.38873, 5e-6);
}

/* Bounds are subset ratios in floating point: none may leave the range of the units' own ratios (1 + 1e-14 of a share), and a bound
 * that is the tested value up to rounding is that value. */
static void test_bounds_are_free_of_rounding(void **state)
{
	(void)state;
	double rate[14], w[14];
	for (int i = 0; i < 14; i++) {
		w[i] = 1.0 / 14 / (3 + i % 4);
		rate[i] = w[i] * (i % 5 ? 1 : 1 - .1 / 3);
	}
	struct amp_signflip r;
	flip(rate, w, 14, 0, &r);
	assert_true(r.hi.known && r.hi.v <= 1);
	assert_true(r.lo.known && r.lo.v >= 1 - .1 / 3 - 1e-12);
	/* three units of .1 + .2 - .3 = 5.6e-17, four that gained */
	double d[7], one[7];
	for (int i = 0; i < 7; i++) {
		d[i] = i < 3 ? (.1 + .2) - .3 : .1;
		one[i] = 1;
	}
	flip(d, one, 7, 0, &r);
	assert_true(r.lo.known && r.p.v > .05);
	assert_true(r.lo.v == 0);
	/* and a ratio whose lower bound is a rounded nothing is bounded by 0 */
	for (int i = 0; i < 7; i++) one[i] = .1;
	flip(d, one, 7, 1, &r);
	assert_true(r.lo.known && r.lo.v == 0);
}

/* The definition, pattern by pattern, without the closed form. */
static double p_by_definition(const double *x, const double *m, size_t n, double d)
{
	double observed = 0, scale = 0;
	size_t hits = 0, all = (size_t)1 << n;
	for (size_t u = 0; u < n; u++) {
		observed += x[u] - d * m[u];
		scale += fabs(x[u] - d * m[u]);
	}
	for (size_t s = 0; s < all; s++) {
		double t = 0;
		for (size_t u = 0; u < n; u++) t += (s >> u) & 1 ? -(x[u] - d * m[u]) : x[u] - d * m[u];
		hits += fabs(t) >= fabs(observed) - 1e-12 * scale;
	}
	return (double)hits / (double)all;
}

static void test_inversion_agrees_with_the_definition(void **state)
{
	(void)state;
	struct amp_rng rng;
	amp_rng_seed(&rng, 20261122);
	for (int trial = 0; trial < 40; trial++) {
		double x[14], m[14];
		size_t n = 6 + (size_t)amp_rng_below(&rng, 9);
		for (size_t u = 0; u < n; u++) {
			m[u] = trial % 4 == 3 && u < 2 ? 0 : .02 + amp_rng_double(&rng); /* units without a base too */
			x[u] = trial % 4 == 3 ? amp_rng_double(&rng) : .5 * m[u] + .2 * amp_rng_normal(&rng);
		}
		struct amp_signflip r;
		flip(x, m, n, .3, &r);
		assert_near(r.p.v, p_by_definition(x, m, n, .3), 1e-12);
		if (r.hi.known) {
			double step = 1e-7 * (1 + fabs(r.hi.v));
			assert_true(p_by_definition(x, m, n, r.hi.v - step) > .05);
			assert_true(p_by_definition(x, m, n, r.hi.v + step) <= .05);
		}
		if (r.lo.known) {
			double step = 1e-7 * (1 + fabs(r.lo.v));
			assert_true(p_by_definition(x, m, n, r.lo.v + step) > .05);
			assert_true(p_by_definition(x, m, n, r.lo.v - step) <= .05);
		}
		if (trial % 4 != 3) assert_true(r.lo.known && r.hi.known);
	}
}

static void test_too_few_units_give_no_bound(void **state)
{
	(void)state;
	const double x[] = {.1, .2, .3, .4, .5}, m[] = {1, 1, 1, 1, 1};
	struct amp_signflip r;
	flip(x, m, 5, 0, &r);
	assert_near(r.p.v, .0625, 1e-15);
	assert_near(r.smallest_p.v, .0625, 1e-15);
	assert_false(r.lo.known);
	assert_false(r.hi.known);
	flip(x, m, 1, 0, &r);
	assert_near(r.p.v, 1, 0);
	assert_false(r.se.known);
	flip(x, m, 0, 0, &r);
	assert_false(r.estimate.known);
	assert_false(r.p.known);
}

static void test_no_variation_and_no_base(void **state)
{
	(void)state;
	const double zero[8] = {0}, one[] = {1, 1, 1, 1, 1, 1, 1, 1};
	struct amp_signflip r;
	flip(zero, one, 8, 0, &r);
	assert_true(r.degenerate);
	assert_near(r.p.v, 1, 0);
	assert_false(r.lo.known || r.hi.known);
	flip(one, zero, 8, 1, &r);
	assert_false(r.estimate.known);
	assert_false(r.lo.known || r.hi.known);
	struct amp_err err = {0};
	const double bad[] = {NAN, 1};
	assert_int_equal(amp_signflip(bad, one, 2, 0, .05, 1, &r, &err), AMP_EFAIL);
	assert_non_null(strstr(err.text, "finite"));
}

static void test_monte_carlo_is_seeded_and_near_exact(void **state)
{
	(void)state;
	struct amp_rng rng;
	amp_rng_seed(&rng, 7);
	double x[30], m[30];
	for (int u = 0; u < 30; u++) {
		m[u] = 1;
		x[u] = .4 + amp_rng_normal(&rng);
	}
	struct amp_signflip a, b, exact;
	flip(x, m, 30, 0, &a);
	flip(x, m, 30, 0, &b);
	assert_false(a.exact);
	assert_memory_equal(&a, &b, sizeof a);
	assert_near(a.smallest_p.v, 1e-4, 1e-18);
	flip(x, m, 20, 0, &exact);
	assert_true(exact.exact);
	/* 30 units, t quantile 2.045: the permutation interval of normal data comes close to it */
	assert_true(a.lo.v < a.estimate.v && a.estimate.v < a.hi.v);
	assert_near(a.hi.v - a.lo.v, 2 * 2.045 * a.se.v, .1 * 2 * 2.045 * a.se.v);
}

static void test_one_sided(void **state)
{
	(void)state;
	const double up[] = {1, 2, 3, 4, 5}, mixed[] = {1, -1, 2, -2};
	struct amp_real p, smallest;
	struct amp_err err = {0};
	assert_int_equal(amp_signflip_above(up, 5, 1, &p, &smallest, &err), 0);
	assert_near(p.v, 1.0 / 32, 1e-15);
	assert_near(smallest.v, 1.0 / 32, 1e-15);
	assert_int_equal(amp_signflip_above(mixed, 4, 1, &p, &smallest, &err), 0);
	/* sums >= 0 of +-1 +-1 +-2 +-2: 10 of 16 */
	assert_near(p.v, 10.0 / 16, 1e-15);
}

static void test_bootstrap_full_enumeration(void **state)
{
	(void)state;
	struct amp_bootstrap b;
	struct amp_err err = {0};
	assert_int_equal(amp_bootstrap(ranked, chronological, G, .05, AMP_BOOTSTRAP_DRAWS, 1, &b, &err), 0);
	assert_int_equal(b.resamples, 46656);
	assert_near(b.percentile_lo.v, 1.2075, 5e-5);
	assert_near(b.percentile_hi.v, 1.5319, 5e-5);
	assert_true(b.t_lo.known && b.t_lo.v < 1.36 && b.t_hi.v > 1.36);
	assert_int_equal(amp_bootstrap(ranked, chronological, 2, .05, AMP_BOOTSTRAP_DRAWS, 1, &b, &err), 0);
	assert_false(b.percentile_lo.known);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_published_vector),
		cmocka_unit_test(test_bounds_are_free_of_rounding),
		cmocka_unit_test(test_inversion_agrees_with_the_definition),
		cmocka_unit_test(test_too_few_units_give_no_bound),
		cmocka_unit_test(test_no_variation_and_no_base),
		cmocka_unit_test(test_monte_carlo_is_seeded_and_near_exact),
		cmocka_unit_test(test_one_sided),
		cmocka_unit_test(test_bootstrap_full_enumeration),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <string.h>
#include "base/rng.h"
#include "stats/halves.h"
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

/* R, the same persons left out one by one: docs/method.md has the formula. */
static void test_glass_interval(void **state)
{
	struct amp_err err = {0};
	struct amp_confidence c;
	const struct amp_glass_days few = {4e-4, 3}, less = {4e-5, 3}; /* the jackknife's variance of the lift is 4.7e-5 */
	const double alike[] = {.1, .1, .1, .1, .1, .2};
	(void)state;
	assert_int_equal(amp_glass_interval(ranked, chronological, G, .05, NULL, &c, &err), 0);
	assert_near(c.estimate.v, 1.388730149659, 1e-11);
	assert_near(c.se.v, .467748024262, 1e-11);
	assert_near(c.lo.v, .186345574836, 1e-11);
	assert_near(c.hi.v, 2.591114724482, 1e-11);
	assert_int_equal(amp_glass_interval(ranked, chronological, G, .05, &few, &c, &err), 0);
	assert_near(c.se.v, .987892236706, 1e-11);
	assert_near(c.lo.v, -1.755183849065, 1e-11);
	assert_int_equal(amp_glass_interval(ranked, chronological, G, .05, &less, &c, &err), 0);
	assert_near(c.se.v, .467748024262, 1e-11);
	assert_near(c.lo.v, .186345574836, 1e-11);
	/* two clusters; and a spread that one cluster alone makes: without it there is none */
	assert_int_equal(amp_glass_interval(ranked, chronological, 2, .05, NULL, &c, &err), 0);
	assert_true(c.estimate.known && !c.se.known && !c.lo.known && !c.hi.known);
	assert_int_equal(amp_glass_interval(ranked, alike, G, .05, NULL, &c, &err), 0);
	assert_true(c.estimate.known && !c.se.known && !c.lo.known && !c.hi.known);
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

/* Kinds of units: any, whole numbers with many ties, mostly nothing, all but one alike, huge beside tiny, units without a base. */
enum { KINDS = 7 };
static void draw_units(struct amp_rng *rng, int kind, double *x, double *m, size_t n)
{
	for (size_t u = 0; u < n; u++) {
		m[u] = .05 + amp_rng_double(rng);
		x[u] = m[u] * amp_rng_normal(rng);
		if (kind == 1 || kind == 6) {
			m[u] = 1 + (double)amp_rng_below(rng, 2);
			x[u] = (double)amp_rng_below(rng, 5) - (kind == 6 ? 0 : 2);
		}
		if (kind == 2 && amp_rng_below(rng, 3) > 0) x[u] = 0;
		if (kind == 3) m[u] = 1, x[u] = u == 0 ? .1 : .3;
		if (kind == 4 && u % 3 == 0) x[u] *= 1e200, m[u] *= u % 2 ? 1e100 : 1;
		if (kind == 5 && u % 3 == 0) m[u] = 0, x[u] *= (double)amp_rng_below(rng, 3) - 1;
	}
}

static double subset(const double *v, size_t n, size_t set)
{
	double sum = 0;
	for (size_t u = 0; u < n; u++) sum += set >> u & 1 ? v[u] : 0;
	return sum;
}

static void test_meeting_in_the_middle_is_enumeration(void **state)
{
	(void)state;
	static double ratio[1 << 12];
	struct amp_rng rng;
	struct amp_err err = {0};
	amp_rng_seed(&rng, 20261123);
	for (int trial = 0; trial < 12 * KINDS * 4; trial++) {
		double x[12], m[12], xa = 0, got;
		size_t n = 1 + (size_t)trial % 12, all = (size_t)1 << n, count = 0, want = 0;
		draw_units(&rng, trial / 12 % KINDS, x, m, n);
		if (!(subset(m, n, all - 1) > 0)) continue;
		for (size_t u = 0; u < n; u++) xa += fabs(x[u]);
		for (size_t set = 0; set < all; set++) {
			double a = subset(x, n, set), b = subset(m, n, set);
			ratio[set] = b > 0 ? a / b : a > 1e-12 * xa ? INFINITY : -INFINITY;
		}
		amp_sort(ratio, all);
		for (size_t k = 0; k < all / 2; k += 1 + all / 50) {
			assert_int_equal(amp_halves_ratio(x, m, n, k, &got, &err), 0);
			assert_true(got == ratio[k]);
		}
		for (int limit = -2; limit <= 2; limit++) {
			double most = limit * .25 * xa + 1e-12 * xa; /* off what whole numbers add up to */
			want = 0;
			for (size_t set = 0; set < all; set++) want += subset(x, n, set) <= most;
			assert_int_equal(amp_halves_at_most(x, n, most, &count, &err), 0);
			assert_int_equal(count, want);
		}
	}
}

/* Above a dozen units nothing is enumerated any more: p and both limits are those of all patterns, each looked at. */
static void test_no_pattern_is_lost_in_the_middle(void **state)
{
	(void)state;
	static double lower[1 << 15], upper[1 << 15];
	struct amp_rng rng;
	amp_rng_seed(&rng, 5);
	for (int trial = 0; trial < 3 * KINDS; trial++) {
		double x[16], m[16];
		size_t n = 13 + (size_t)trial % 4, all = (size_t)1 << (n - 1), k = (size_t)floor(.05 * (double)all + 1e-9);
		if (trial % KINDS == 4) continue; /* 1e200 beside 1: the limits are settled to the tested value */
		draw_units(&rng, trial % KINDS, x, m, n);
		struct amp_signflip r;
		flip(x, m, n, .25, &r);
		assert_near(r.p.v, p_by_definition(x, m, n, .25), 0);
		for (size_t set = 0; set < all; set++) { /* unit n - 1 stays out */
			double a = subset(x, n, set), b = subset(m, n, set), c = subset(x, n, 2 * all - 1 - set),
			       d = subset(m, n, 2 * all - 1 - set);
			bool none = !(b > 0) && fabs(a) < 1e-9;
			double v = b > 0 ? a / b : a > 0 ? INFINITY : -INFINITY;
			lower[set] = none ? -INFINITY : fmin(v, c / d);
			upper[set] = none ? INFINITY : fmax(v, c / d);
		}
		amp_sort(lower, all);
		amp_sort(upper, all);
		assert_int_equal(r.lo.known, isfinite(lower[k]));
		assert_int_equal(r.hi.known, isfinite(upper[all - 1 - k]));
		if (r.lo.known) assert_near(r.lo.v, lower[k], 1e-12);
		if (r.hi.known) assert_near(r.hi.v, upper[all - 1 - k], 1e-12);
	}
}

/* The estimate itself is as little rejected as can be; and units without a base whose values cancel but for a rounding say nothing. */
static void test_in_the_middle(void **state)
{
	(void)state;
	double x[14], m[14];
	for (size_t n = 12; n <= 14; n += 2) {
		double xt = 0, mt = 0;
		for (size_t u = 0; u < n; u++) {
			x[u] = sin((double)(u * u));
			m[u] = 1;
			xt += x[u];
			mt += m[u];
		}
		struct amp_signflip r, with;
		flip(x, m, n, xt / mt, &r);
		assert_near(r.p.v, 1, 0);
		x[0] = .1 + .2, x[1] = -.3, m[0] = m[1] = 0;
		flip(x, m, n, 1, &r);
		x[0] = .3;
		flip(x, m, n, 1, &with);
		assert_true(r.lo.known && r.hi.known);
		assert_near(r.lo.v, with.lo.v, 1e-12);
		assert_near(r.hi.v, with.hi.v, 1e-12);
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
	const double x[] = {1, 2, 4, 3, 5, 2, 6}, m[] = {1, 1, 1, 1, 1, 1, 1};
	assert_int_equal(amp_bootstrap(x, m, 7, .05, 0, 1, &b, &err), 0); /* nothing drawn: nothing known */
	assert_true(!b.percentile_lo.known && !b.t_lo.known && b.resamples == 0);
	assert_int_equal(amp_bootstrap(ranked, chronological, 2, .05, AMP_BOOTSTRAP_DRAWS, 1, &b, &err), 0);
	assert_false(b.percentile_lo.known);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_published_vector),
		cmocka_unit_test(test_glass_interval),
		cmocka_unit_test(test_bounds_are_free_of_rounding),
		cmocka_unit_test(test_inversion_agrees_with_the_definition),
		cmocka_unit_test(test_meeting_in_the_middle_is_enumeration),
		cmocka_unit_test(test_no_pattern_is_lost_in_the_middle),
		cmocka_unit_test(test_in_the_middle),
		cmocka_unit_test(test_too_few_units_give_no_bound),
		cmocka_unit_test(test_no_variation_and_no_base),
		cmocka_unit_test(test_monte_carlo_is_seeded_and_near_exact),
		cmocka_unit_test(test_one_sided),
		cmocka_unit_test(test_bootstrap_full_enumeration),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

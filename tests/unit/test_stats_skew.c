#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include "base/rng.h"
#include "stats/skew.h"
#include "stats/special.h"

#define assert_near(a, b, eps) assert_true(fabs((a) - (b)) <= (eps))
enum { N = 12 };

static const double x[N] = {.02, -.01, .05, .00, .11, -.03, .04, .01, .24, -.02, .03, .06},
		    one[N] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};

static void moments(double *mean, double *sd)
{
	double sum = 0, ss = 0;
	for (int i = 0; i < N; i++) sum += x[i];
	*mean = sum / N;
	for (int i = 0; i < N; i++) ss += (x[i] - *mean) * (x[i] - *mean);
	*sd = sqrt(ss / (N - 1));
}

/* Hall 1992 has the inverse of g: T = 3/γ ((1 + γ (y - γ/6n))^(1/3) - 1). */
static void test_of_a_mean_the_limits_have_a_closed_form(void **state)
{
	(void)state;
	double mean, sd, q = amp_student_quantile(.975, N - 1);
	moments(&mean, &sd);
	for (int k = 1; k < 5; k++) {
		double skew = .7 * k * (k == 4 ? -1 : 1), t[2];
		struct amp_skewed r;
		amp_skewed(x, one, N, skew, 0, .05, &r);
		for (int side = 0; side < 2; side++)
			t[side] = 3 / skew * (cbrt(1 + skew * ((side ? -q : q) / sqrt(N) - skew / (6 * N))) - 1);
		assert_near(r.lo.v, mean - sd * t[0], 1e-12);
		assert_near(r.hi.v, mean - sd * t[1], 1e-12);
		double u = mean / sd, h = sqrt(N) * (u + skew * u * u / 3 + skew * skew * u * u * u / 27 + skew / (6 * N));
		assert_near(r.p.v, 2 * amp_student_cdf(-fabs(h), N - 1), 1e-12);
		assert_true(k == 4 ? mean - r.lo.v > r.hi.v - mean : mean - r.lo.v < r.hi.v - mean); /* longer where the tail is */
	}
}

/* Of a ratio: the limits are where its own p is alpha, and every value between them has more. */
static void test_of_a_ratio_the_limits_are_where_p_is_alpha(void **state)
{
	(void)state;
	struct amp_rng rng;
	amp_rng_seed(&rng, 3);
	for (int trial = 0; trial < 50; trial++) {
		double a[N], m[N];
		for (int i = 0; i < N; i++) {
			m[i] = .5 + amp_rng_double(&rng);
			a[i] = 1.3 * m[i] * exp(.3 * amp_rng_normal(&rng));
		}
		struct amp_skewed r, at;
		amp_skewed(a, m, N, .9, 1, .05, &r);
		assert_true(r.lo.known && r.hi.known && r.lo.v < r.hi.v);
		amp_skewed(a, m, N, .9, r.lo.v, .05, &at);
		assert_near(at.p.v, .05, 1e-9);
		amp_skewed(a, m, N, .9, r.hi.v, .05, &at);
		assert_near(at.p.v, .05, 1e-9);
		amp_skewed(a, m, N, .9, .5 * (r.lo.v + r.hi.v), .05, &at);
		assert_true(at.p.v > .05);
	}
}

static void test_where_there_is_nothing_to_say(void **state)
{
	(void)state;
	double none[N] = {0}, m[N];
	struct amp_skewed r;
	amp_skewed(x, one, N, 0, 0, .05, &r); /* without skewness it is Student's, which others take */
	assert_false(r.p.known || r.lo.known || r.hi.known);
	amp_skewed(x, one, 2, 1, 0, .05, &r);
	assert_false(r.p.known || r.lo.known || r.hi.known);
	amp_skewed(one, one, N, 1, 0, .05, &r);
	assert_false(r.p.known || r.lo.known || r.hi.known);
	amp_skewed(x, none, N, 1, 0, .05, &r);
	assert_false(r.p.known || r.lo.known || r.hi.known);
	for (int i = 0; i < N; i++) m[i] = i == 3; /* one unit has all of the base: the ratio has no bound */
	amp_skewed(x, m, N, 1, 0, .05, &r);
	assert_true(r.p.known);
	assert_false(r.lo.known && r.hi.known);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_of_a_mean_the_limits_have_a_closed_form),
		cmocka_unit_test(test_of_a_ratio_the_limits_are_where_p_is_alpha),
		cmocka_unit_test(test_where_there_is_nothing_to_say),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include "stats/stats.h"

#define assert_near(a, b, eps) assert_true(fabs((a) - (b)) <= (eps))

static struct amp_rbo rbo(const char *a, const char *b, double p)
{
	int64_t x[32], y[32];
	size_t nx = 0, ny = 0;
	for (; a[nx]; nx++) x[nx] = a[nx];
	for (; b[ny]; ny++) y[ny] = b[ny];
	struct amp_rbo out = {0};
	struct amp_err err = {0};
	bool known;
	assert_int_equal(amp_rbo(x, nx, y, ny, p, &out, &known, &err), 0);
	assert_true(known);
	return out;
}

/* Webber et al. 2010, figure 5, and values worked out from their equations. */
static void test_rbo_check_values(void **state)
{
	(void)state;
	struct amp_rbo r = rbo("abcdefg", "zcavwxy", .9);
	assert_near(r.ext, .288217, 5e-7);
	assert_near(r.min, .221686, 5e-7);
	assert_near(rbo("abcdefg", "zcavwxy", .95).ext, .290730, 5e-7);
	assert_near(rbo("123", "132", .9).ext, .955, 1e-12);
	assert_near(amp_rbo_weight(.9, 10), .855585, 5e-7);
	assert_near(amp_rbo_weight(.98, 50), .852234, 5e-7);
}

static void test_rbo_bounds(void **state)
{
	(void)state;
	struct amp_rbo same = rbo("abcdef", "abcdef", .9), other = rbo("abc", "xyz", .9);
	assert_near(same.ext, 1, 1e-12);
	assert_near(same.min + same.residual, 1, 1e-12);
	assert_near(other.ext, 0, 1e-12);
	assert_near(other.min, 0, 1e-12);
	/* A prefix: everything seen agrees, so that the extrapolation is 1 although one list is shorter. */
	struct amp_rbo prefix = rbo("abc", "abcdefgh", .9), swapped = rbo("abcdefgh", "abc", .9);
	assert_near(prefix.ext, 1, 1e-12);
	assert_near(prefix.ext, swapped.ext, 1e-15);
	assert_true(prefix.min < 1 && prefix.min + prefix.residual <= 1 + 1e-12);
	const char *lists[] = {"abcdefg", "gfedcba", "zcavwxy", "ab", "a", "qrstuvwxyz"};
	for (int i = 0; i < 6; i++)
		for (int j = 0; j < 6; j++) {
			struct amp_rbo r = rbo(lists[i], lists[j], .8);
			assert_true(r.min <= r.ext + 1e-12 && r.ext <= r.min + r.residual + 1e-12);
		}
}

/* The residual of equal-length lists has a closed form at depth 1: min = (1-p)/p ln(1/(1-p)) when the heads agree. */
static void test_rbo_depth_one(void **state)
{
	(void)state;
	struct amp_rbo r = rbo("a", "a", .9);
	assert_near(r.min, .1 / .9 * log(10), 1e-12);
	assert_near(r.min + r.residual, 1, 1e-12);
	struct amp_rbo d = rbo("a", "b", .9);
	/* best case: depth 2 agrees 2/2 and stays so, only depth 1 is lost */
	assert_near(d.residual, .9, 1e-12);
}

static void test_empty_lists_have_no_similarity(void **state)
{
	(void)state;
	struct amp_rbo out;
	struct amp_err err = {0};
	bool known = true;
	int64_t one[] = {1, 2, 2, 3}, two[] = {2, 3, 4};
	assert_int_equal(amp_rbo(one, 0, two, 3, .9, &out, &known, &err), 0);
	assert_false(known);
	assert_int_equal(amp_rbo(one, 4, two, 3, 1.0, &out, &known, &err), 0);
	assert_false(known);
	struct amp_real j;
	assert_int_equal(amp_jaccard(one, 4, two, 3, &j, &err), 0);
	assert_near(j.v, .5, 1e-15); /* {1,2,3} and {2,3,4}: the repeated 2 counts once */
	assert_int_equal(amp_jaccard(one, 0, two, 0, &j, &err), 0);
	assert_false(j.known);
}

static void test_kendall_and_edit_distance(void **state)
{
	(void)state;
	const double x[] = {1, 2, 3, 4, 5}, turned[] = {5, 4, 3, 2, 1}, tied[] = {1, 1, 2, 2, 3}, other[] = {1, 2, 2, 3, 3},
		     flat[] = {1, 1, 1, 1, 1};
	struct amp_real t;
	struct amp_err err = {0};
	assert_int_equal(amp_kendall(x, x, 5, &t, &err), 0);
	assert_near(t.v, 1, 1e-15);
	assert_int_equal(amp_kendall(x, turned, 5, &t, &err), 0);
	assert_near(t.v, -1, 1e-15);
	/* 6 concordant, 0 discordant, 2 tied in x, 2 in y: 6 / sqrt(8 x 8) */
	assert_int_equal(amp_kendall(tied, other, 5, &t, &err), 0);
	assert_near(t.v, 6.0 / 8, 1e-15);
	assert_int_equal(amp_kendall(x, flat, 5, &t, &err), 0);
	assert_false(t.known);
	const int64_t kitten[] = {'k', 'i', 't', 't', 'e', 'n'}, sitting[] = {'s', 'i', 't', 't', 'i', 'n', 'g'};
	size_t d = 0;
	assert_int_equal(amp_edit_distance(kitten, 6, sitting, 7, &d, &err), 0);
	assert_int_equal(d, 3);
	assert_int_equal(amp_edit_distance(kitten, 6, sitting, 0, &d, &err), 0);
	assert_int_equal(d, 6);
}

static void test_select(void **state)
{
	(void)state;
	double v[] = {5, 1, 4, 1, 3, INFINITY, -INFINITY, 2};
	const double sorted[] = {-INFINITY, 1, 1, 2, 3, 4, 5, INFINITY};
	for (size_t k = 0; k < 8; k++) {
		double w[8];
		for (int i = 0; i < 8; i++) w[i] = v[i];
		assert_true(amp_select(w, 8, k) == sorted[k]);
	}
	const double q[] = {1, 2, 3, 4};
	assert_near(amp_quantile7(q, 4, .25), 1.75, 1e-15);
	assert_near(amp_quantile7(q, 4, 1), 4, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rbo_check_values),
		cmocka_unit_test(test_rbo_bounds),
		cmocka_unit_test(test_rbo_depth_one),
		cmocka_unit_test(test_empty_lists_have_no_similarity),
		cmocka_unit_test(test_kendall_and_edit_distance),
		cmocka_unit_test(test_select),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

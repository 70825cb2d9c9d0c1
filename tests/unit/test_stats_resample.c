/* test_stats_resample.c: replicates depend on the seed and their number, on nothing else; draws are even; sums are those of what was drawn. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "stats/resample.h"
#include "stats/stats.h"

#define assert_near(a, b, eps) assert_true(fabs((a) - (b)) <= (eps))
#define REPLICATES 60

/* In one go, in slices from the end, one by one: the same bytes, for lengths about each border of the code. */
static void test_slices(void **state)
{
	(void)state;
	static const size_t sizes[] = {1, 2, 3, 4, 5, 7, 8, 64, 1000, 4095, 4096, 4097, 5000};
	static double rows[5000 * 5], whole[REPLICATES * 5], parts[REPLICATES * 5];
	static uint32_t index[5000];
	for (size_t i = 0; i < 25000; i++) rows[i] = sin((double)i);
	for (size_t k = 4; k <= 5; k++)
		for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
			size_t n = sizes[s];
			amp_resample_sums(rows, n, k, 77, 0, REPLICATES, whole, index);
			memset(parts, 0, sizeof parts);
			for (uint64_t to = REPLICATES, step = 1; to > 0; step++) {
				uint64_t from = to > step ? to - step : 0;
				memset(index, 0xee, sizeof index);
				amp_resample_sums(rows, n, k, 77, from, to, parts + from * k, index);
				to = from;
			}
			assert_memory_equal(whole, parts, REPLICATES * k * sizeof *whole);
			/* and they are sums of what the indices say */
			double sum = 0;
			amp_resample_indices(77, 5, n, index);
			for (size_t i = 0; i < n; i++) {
				assert_true(index[i] < n);
				sum += rows[k * index[i] + 2];
			}
			assert_near(sum, whole[5 * k + 2], 1e-9);
		}
}

/* Chi² of how often each of n is drawn, over lengths with and without draws that are passed over; the pairs of neighbours too. */
static void test_even(void **state)
{
	(void)state;
	static const uint32_t sizes[] = {3, 7, 16, 37};
	static uint32_t index[64];
	for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
		uint32_t n = sizes[s];
		double *one = calloc((size_t)n * n + n, sizeof *one), *pair = one + n, chi = 0, chi2 = 0, draws = 0, pairs = 0;
		assert_non_null(one);
		for (uint64_t b = 0; b < 60000; b++) {
			amp_resample_indices(99, b, n, index);
			for (uint32_t i = 0; i < n; i++) {
				one[index[i]]++;
				draws++;
				if (i + 1 < n) {
					pair[index[i] * n + index[i + 1]]++;
					pairs++;
				}
			}
		}
		for (uint32_t i = 0; i < n; i++) chi += pow(one[i] - draws / n, 2) / (draws / n);
		for (uint32_t i = 0; i < n * n; i++) chi2 += pow(pair[i] - pairs / n / n, 2) / (pairs / n / n);
		assert_near(chi, n - 1, 5 * sqrt(2.0 * (n - 1)));
		assert_near(chi2, n * n - 1, 5 * sqrt(2.0 * (n * n - 1)));
		free(one);
	}
	/* 65,536 is 21.8 times 3,000: what is not passed over makes some of them 22/21 as likely as others */
	static double many[3000];
	static uint32_t long_index[3000];
	double chi = 0;
	for (uint64_t b = 0; b < 2000; b++) {
		amp_resample_indices(99, b, 3000, long_index);
		for (size_t i = 0; i < 3000; i++) many[long_index[i]]++;
	}
	for (size_t i = 0; i < 3000; i++) chi += pow(many[i] - 2000, 2) / 2000;
	assert_near(chi, 2999, 5 * sqrt(2.0 * 2999));
	/* first draws of neighbouring replicates have nothing to do with each other */
	double product = 0, before = 0;
	for (uint64_t b = 0; b < 100000; b++) {
		struct amp_stream s = amp_stream_start(1, b);
		double u = amp_stream_double(&s) - .5;
		product += u * before;
		before = u;
	}
	assert_near(product / 100000 * 12, 0, 5 / sqrt(100000));
	assert_true(amp_stream_key(1, "a") != amp_stream_key(1, "b") && amp_stream_key(1, "a") != amp_stream_key(2, "a"));
}

/* (a/b)/(c/d): its error is that of the linearised values. */
static void test_double_ratio(void **state)
{
	(void)state;
	static double rows[400 * 4], zero[4 * 4];
	struct amp_stream s = amp_stream_start(4, 4);
	double total[4] = {0}, ss = 0;
	for (size_t u = 0; u < 400; u++)
		for (size_t c = 0; c < 4; c++) total[c] += rows[4 * u + c] = (c % 2 == 0 ? .1 : 1) + amp_stream_double(&s);
	double theta = total[0] / total[1] / (total[2] / total[3]);
	for (size_t u = 0; u < 400; u++) {
		const double *r = rows + 4 * u;
		double e = r[0] / total[0] - r[1] / total[1] - r[2] / total[2] + r[3] / total[3];
		ss += e * e * 400 / 399;
	}
	struct amp_confidence c;
	struct amp_err err = {0};
	size_t unusable;
	assert_int_equal(amp_bootstrap_double_ratio(rows, 400, .05, 4000, 3, &c, &unusable, &err), 0);
	assert_near(c.estimate.v, theta, 1e-12);
	assert_int_equal(unusable, 0);
	assert_near((c.hi.v - c.lo.v) / 2, 1.96 * theta * sqrt(ss), .05 * theta * sqrt(ss) * 2);
	assert_int_equal(amp_bootstrap_double_ratio(zero, 4, .05, 100, 3, &c, &unusable, &err), 0);
	assert_false(c.estimate.known || c.lo.known);
	zero[1] = zero[2] = zero[3] = 1; /* one cluster carries every base: a third of the resamples have none */
	assert_int_equal(amp_bootstrap_double_ratio(zero, 4, .05, 100, 3, &c, &unusable, &err), 0);
	assert_true(c.estimate.known && !c.lo.known && unusable > 10);
}

static void test_quantiles(void **state)
{
	(void)state;
	double v[60], w[60];
	struct amp_stream s = amp_stream_start(8, 8);
	for (size_t n = 1; n <= 60; n++)
		for (double q = 0; q <= 1; q += .05) {
			for (size_t i = 0; i < n; i++) v[i] = w[i] = (double)amp_stream_below(&s, 20); /* with ties */
			amp_sort(w, n);
			assert_true(amp_quantile7_unsorted(v, n, q) == amp_quantile7(w, n, q));
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_slices),
		cmocka_unit_test(test_even),
		cmocka_unit_test(test_double_ratio),
		cmocka_unit_test(test_quantiles),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

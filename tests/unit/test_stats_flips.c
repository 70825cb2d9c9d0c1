/* test_stats_flips.c: drawn sign patterns that figures share, against patterns looked at one by one and against figures tested alone. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/rng.h"
#include "stats/resample.h"
#include "stats/stats.h"

enum { MOST = 5000, SEED = 11, FIGURES = 40 };
static const size_t sizes[] = {1, 2, 12, 13, 20, 21, 31, 32, 33, 63, 64, 65, 127, 128, 129, 521};

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* Where x - d m of one side changes sign; without weight it never does, and 0 of nothing counts everywhere. */
static double root(double x, double m, double nothing, double otherwise)
{
	return m > 0 ? x / m : x > nothing ? INFINITY : x < -nothing ? -INFINITY : otherwise;
}

struct looked_at {
	double p, lo, hi;
};

/* Each pattern by itself, unit by unit, and all bounds sorted. */
static struct looked_at look(const double *x, const double *m, size_t n, double null_value, double alpha)
{
	static double lower[AMP_SIGNFLIP_DRAWS + 1], upper[AMP_SIGNFLIP_DRAWS + 1];
	double slack = 0, all = 0;
	size_t as_far = 1, k = (size_t)floor(alpha * (AMP_SIGNFLIP_DRAWS + 1) + 1e-9);
	for (size_t u = 0; u < n; u++) {
		slack += 1e-12 * (fabs(x[u]) + fabs(null_value * m[u]));
		all += fabs(x[u]);
	}
	lower[0] = -INFINITY;
	upper[0] = INFINITY;
	for (size_t i = 1; i <= AMP_SIGNFLIP_DRAWS; i++) {
		struct amp_stream stream = amp_stream_start(amp_stream_key(SEED, "signflip"), i);
		double xs[2] = {0, 0}, ms[2] = {0, 0};
		uint64_t bits = 0;
		for (size_t u = 0; u < n; u++) {
			if (u % 64 == 0) bits = amp_stream_next(&stream);
			xs[bits >> (u % 64) & 1] += x[u];
			ms[bits >> (u % 64) & 1] += m[u];
		}
		double a = xs[0] - null_value * ms[0], b = xs[1] - null_value * ms[1];
		as_far += fabs(a - b) >= fabs(a + b) - slack;
		lower[i] = fmin(root(xs[0], ms[0], 1e-12 * all, -INFINITY), root(xs[1], ms[1], 1e-12 * all, -INFINITY));
		upper[i] = fmax(root(xs[0], ms[0], 1e-12 * all, INFINITY), root(xs[1], ms[1], 1e-12 * all, INFINITY));
	}
	qsort(lower, AMP_SIGNFLIP_DRAWS + 1, sizeof *lower, ascending);
	qsort(upper, AMP_SIGNFLIP_DRAWS + 1, sizeof *upper, ascending);
	return (struct looked_at){(double)as_far / (AMP_SIGNFLIP_DRAWS + 1), lower[k], upper[AMP_SIGNFLIP_DRAWS - k]};
}

/* Ties, zeros and signs of zero, and weights that are missing, are what real shares are made of. */
static void figure(struct amp_rng *rng, size_t kind, size_t n, double *x, double *m)
{
	for (size_t u = 0; u < n; u++) {
		double v = amp_rng_normal(rng), w = amp_rng_double(rng);
		m[u] = kind % 2 == 0 ? 1.0 / (double)n : kind % 4 == 1 ? w : w < .4 ? 0 : w;
		switch (kind % 5) {
		case 0: x[u] = v + .1; break;
		case 1: x[u] = w < .9 ? 0 : v; break;            /* most days nothing */
		case 2: x[u] = (double)(int)(4 * w) / 10; break; /* four values */
		case 3: x[u] = u % 3 ? -0.0 : (v > 0 ? .25 : -.25); break;
		default: x[u] = m[u] * (1 + .01 * v);
		}
	}
}

static void agree(struct amp_real is, double want)
{
	if (!isfinite(want))
		assert_false(is.known);
	else {
		assert_true(is.known);
		assert_true(fabs(is.v - want) <= 1e-11 * (1 + fabs(want)));
	}
}

static void compare(const double *x, const double *m, size_t n, double null_value, double alpha, const struct amp_signflip *is)
{
	struct looked_at want = look(x, m, n, null_value, alpha);
	assert_false(is->exact);
	if (is->degenerate) return;
	assert_true(is->p.known && is->p.v == want.p);
	if (!is->estimate.known) return;
	agree(is->lo, want.lo);
	agree(is->hi, want.hi);
}

static void test_as_patterns_one_by_one(void **state)
{
	(void)state;
	static double x[MOST], m[MOST];
	struct amp_rng rng;
	struct amp_err err = {0};
	struct amp_signflip is;
	size_t compared = 0;
	amp_rng_seed(&rng, 5);
	for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
		for (size_t kind = s % 2; kind < 20 && sizes[s] > AMP_SIGNFLIP_EXACT_MAX; kind += sizes[s] > 100 ? 7 : 2) {
			double null_value = kind % 3 == 0 ? 0 : .3, alpha = kind % 2 == 0 ? .05 : .2;
			figure(&rng, kind, sizes[s], x, m);
			assert_int_equal(amp_signflip(x, m, sizes[s], null_value, alpha, SEED, &is, &err), 0);
			compare(x, m, sizes[s], null_value, alpha, &is);
			compared++;
		}
	assert_true(compared > 60);
	figure(&rng, 0, MOST, x, m); /* more units than patterns stay in memory for */
	assert_int_equal(amp_signflip(x, m, MOST, 0, .05, SEED, &is, &err), 0);
	compare(x, m, MOST, 0, .05, &is);
}

/* Whatever was asked before, and in whatever order: the same to the last bit. Weights come back, figures come back, with another alpha, another
 * hypothesis and other weights too, and more of each than are kept. */
static void test_company_changes_nothing(void **state)
{
	(void)state;
	static double x[FIGURES][600], m[FIGURES][600];
	static size_t n[FIGURES];
	struct amp_flips *flips = NULL;
	struct amp_err err = {0};
	struct amp_rng rng;
	amp_rng_seed(&rng, 6);
	for (size_t i = 0; i < FIGURES; i++) {
		n[i] = sizes[i % (sizeof sizes / sizeof *sizes)];
		figure(&rng, i, n[i], x[i], m[i]);
	}
	assert_int_equal(amp_flips_new(&flips, SEED, &err), 0);
	for (int round = 0; round < 400; round++) {
		size_t a = amp_rng_next(&rng) % 8 * 5 % FIGURES, b = amp_rng_next(&rng) % 3 ? a : amp_rng_next(&rng) % FIGURES;
		size_t units = n[a] < n[b] ? n[a] : n[b];
		double null_value = amp_rng_next(&rng) % 2 ? 0 : .3, alpha = amp_rng_next(&rng) % 2 ? .05 : .1;
		struct amp_signflip alone, beside;
		memset(&alone, 0, sizeof alone);
		memset(&beside, 0, sizeof beside);
		assert_int_equal(amp_signflip(x[a], m[b], units, null_value, alpha, SEED, &alone, &err), 0);
		assert_int_equal(amp_signflip_beside(flips, x[a], m[b], units, null_value, alpha, &beside, &err), 0);
		assert_int_equal(alone.units, beside.units);
		assert_true(alone.exact == beside.exact && alone.degenerate == beside.degenerate);
		const struct amp_real one[] = {alone.estimate, alone.se, alone.p, alone.lo, alone.hi, alone.smallest_p},
				      two[] = {beside.estimate, beside.se, beside.p, beside.lo, beside.hi, beside.smallest_p};
		for (size_t i = 0; i < sizeof one / sizeof *one; i++) {
			assert_int_equal(one[i].known, two[i].known);
			assert_memory_equal(&one[i].v, &two[i].v, sizeof one[i].v);
		}
	}
	amp_flips_free(flips);
	amp_flips_free(NULL);
}

/* The value wanted is that of the sorted array, wherever it stands and however many are equal to it. */
static void test_kth_is_that_of_the_sorted(void **state)
{
	(void)state;
	static double v[3000], room[3000], sorted[3000];
	struct amp_rng rng;
	amp_rng_seed(&rng, 8);
	for (int round = 0; round < 300; round++) {
		size_t n = round % 3 == 0 ? 3000 : 1 + amp_rng_next(&rng) % 2999;
		for (size_t i = 0; i < n; i++) {
			double d = amp_rng_normal(&rng);
			v[i] = round % 4 == 0   ? (double)(int)d
			       : round % 4 == 1 ? (double)i
			       : round % 4 == 2 ? (i % 11 ? d : 1e9)
			                        : d;
		}
		if (round % 5 == 0) v[0] = round % 2 ? INFINITY : -INFINITY;
		memcpy(sorted, v, sizeof v);
		qsort(sorted, n, sizeof *sorted, ascending);
		const size_t ks[] = {0, n / 20, n / 2, n - 1 - n / 20, n - 1};
		for (size_t i = 0; i < sizeof ks / sizeof *ks; i++) assert_true(amp_kth(v, n, ks[i], room) == sorted[ks[i]]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_as_patterns_one_by_one),
		cmocka_unit_test(test_company_changes_nothing),
		cmocka_unit_test(test_kth_is_that_of_the_sorted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

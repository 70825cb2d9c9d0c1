/* test_stats_core.c: proportions, detector errors, many tests, agreement, inequality, power. Values are published ones, worked out by
 * hand, or identities; R says the same of random data (tests/r). */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <string.h>
#include "base/rng.h"
#include "stats/adjust.h"
#include "stats/agreement.h"
#include "stats/inequality.h"
#include "stats/power.h"
#include "stats/ppi.h"
#include "stats/proportion.h"
#include "stats/special.h"
#include "stats/stats.h"

#define assert_near(a, b, eps) assert_true(fabs((a) - (b)) <= (eps))

static void test_distributions(void **state)
{
	(void)state;
	assert_near(amp_normal_quantile(.975), 1.959963984540054, 1e-12);
	assert_near(amp_normal_quantile(.001), -3.090232306167814, 1e-12);
	assert_near(amp_normal_cdf(1.959963984540054), .975, 1e-14);
	/* I_x(1, b) = 1 - (1 - x)^b; I_x(a, b) = 1 - I_(1-x)(b, a); the binomial sum of I_.3(3, 8) */
	assert_near(amp_beta_cdf(.2, 1, 7), 1 - pow(.8, 7), 1e-14);
	assert_near(amp_beta_cdf(.37, 2.5, 60), 1 - amp_beta_cdf(.63, 60, 2.5), 1e-14);
	double tail = 0, choose = 1;
	for (int k = 0; k < 3; k++) {
		tail += choose * pow(.3, k) * pow(.7, 10 - k);
		choose = choose * (10 - k) / (k + 1);
	}
	assert_near(amp_beta_cdf(.3, 3, 8), 1 - tail, 1e-13);
	for (double p = .001; p < 1; p += .037) assert_near(amp_beta_cdf(amp_beta_quantile(p, 400.5, 3e5), 400.5, 3e5), p, 1e-11);
	assert_near(amp_student_quantile(.975, 1), 12.706204736174698, 1e-9); /* tan(pi (p - 1/2)) */
	assert_near(amp_student_quantile(.975, 9), 2.2621571627982049, 1e-10);
	assert_near(amp_student_cdf(-2.2621571627982049, 9), .025, 1e-12);
}

static void test_one_proportion(void **state)
{
	(void)state;
	struct amp_real lo, hi;
	amp_wilson(60, 1000, .05, &lo, &hi);
	assert_near(lo.v, .0469, 5e-5);
	assert_near(hi.v, .0765, 5e-5);
	amp_wilson(0, 30, .05, &lo, &hi);
	assert_near(lo.v, 0, 0);
	assert_near(hi.v, .1135, 5e-5);
	amp_wilson(0, 0, .05, &lo, &hi);
	assert_false(lo.known || hi.known);
	/* 0 of n: the upper end is 1 - (alpha/2)^(1/n) */
	amp_clopper_pearson(0, 30, .05, &lo, &hi);
	assert_near(lo.v, 0, 0);
	assert_near(hi.v, 1 - pow(.025, 1.0 / 30), 1e-12);
	amp_clopper_pearson(30, 30, .05, &lo, &hi);
	assert_near(lo.v, pow(.025, 1.0 / 30), 1e-12);
	assert_near(hi.v, 1, 0);
	amp_clopper_pearson(31, 30, .05, &lo, &hi);
	assert_false(lo.known || hi.known);
}

/* Newcombe 1998, table II: 56/70 - 48/80 and 9/10 - 3/10, methods 10 and 5 (Miettinen-Nurminen). */
static void test_differences(void **state)
{
	(void)state;
	struct amp_confidence d;
	amp_newcombe(56, 70, 48, 80, .05, &d);
	assert_near(d.estimate.v, .2, 1e-15);
	assert_near(d.lo.v, .0524, 5e-5);
	assert_near(d.hi.v, .3339, 5e-5);
	amp_miettinen_nurminen(56, 70, 48, 80, .05, &d);
	assert_near(d.lo.v, .0528, 5e-5);
	assert_near(d.hi.v, .3382, 5e-5);
	amp_newcombe(9, 10, 3, 10, .05, &d);
	assert_near(d.lo.v, .1705, 5e-5);
	assert_near(d.hi.v, .8090, 5e-5);
	amp_miettinen_nurminen(9, 10, 3, 10, .05, &d);
	assert_near(d.lo.v, .1700, 5e-5);
	assert_near(d.hi.v, .8406, 5e-5);
	amp_miettinen_nurminen(10, 10, 0, 20, .05, &d);
	assert_near(d.hi.v, 1, 0);
	amp_log_ratio(10, 100, 5, 100, .05, &d);
	assert_near(d.estimate.v, 2, 1e-15);
	assert_near(d.lo.v * d.hi.v, 4, 1e-12); /* symmetric on the logarithm */
	assert_near(log(d.hi.v / 2), 1.959963984540054 * sqrt(.1 - .01 + .2 - .01), 1e-12);
	amp_log_ratio(1, 10, 0, 10, .05, &d);
	assert_false(d.estimate.known);
}

static void test_prevalence(void **state)
{
	(void)state;
	struct amp_confidence r;
	amp_rogan_gladen(&(struct amp_flagged){300, 1000, 80, 100, 285, 300}, .05, &r);
	assert_near(r.estimate.v, 1.0 / 3, 1e-12);
	assert_near(r.se.v, .028539, 5e-7);
	assert_near(r.lo.v, .2807, 5e-5);
	assert_near(r.hi.v, .3945, 5e-5);
	amp_rogan_gladen(&(struct amp_flagged){60, 1000, 80, 100, 285, 300}, .05, &r);
	assert_near(r.estimate.v, .0133, 5e-5);
	assert_near(r.lo.v, 0, 0);
	assert_near(r.hi.v, .050, 5e-4);
	amp_rogan_gladen(&(struct amp_flagged){60, 1000, 80, 100, 2970, 3000}, .05, &r);
	assert_near(r.estimate.v, .063, 5e-4);
	assert_near(r.lo.v, .046, 5e-4);
	assert_near(r.hi.v, .087, 5e-4);
	/* a detector that is no better than a coin says nothing */
	amp_rogan_gladen(&(struct amp_flagged){60, 1000, 50, 100, 150, 300}, .05, &r);
	assert_false(r.estimate.known || r.lo.known);
	assert_near(amp_huszar(900, 100, 4).v, 2.24688, 5e-6);
	assert_near(amp_huszar(0, 0, 4).v, 1, 0);
}

static int64_t hits(struct amp_rng *r, int64_t n, double p)
{
	int64_t k = 0;
	for (int64_t i = 0; i < n; i++) k += amp_rng_double(r) < p;
	return k;
}

/* The least coverage of the nominal 95 % interval over shares, sensitivities and specificities, where there is one. */
static double least_coverage(int64_t npos, int64_t nneg)
{
	static const double share[] = {.005, .02, .1}, sensitivity[] = {.3, .5, .8}, specificity[] = {.95, .99, .999};
	const int studies = 1500;
	struct amp_rng r;
	double least = 1;
	amp_rng_seed_label(&r, 5, "rogan-gladen");
	for (size_t k = 0; k < 27; k++) {
		double theta = share[k / 9], se = sensitivity[k / 3 % 3], sp = specificity[k % 3];
		int covered = 0, known = 0;
		for (int i = 0; i < studies; i++) {
			const struct amp_flagged f = {.positives = hits(&r, 2000, theta * se + (1 - theta) * (1 - sp)),
			                              .n = 2000,
			                              .tp = hits(&r, npos, se),
			                              .npos = npos,
			                              .tn = hits(&r, nneg, sp),
			                              .nneg = nneg};
			struct amp_confidence c;
			amp_rogan_gladen(&f, .05, &c);
			if (!c.lo.known) continue;
			known++;
			covered += c.lo.v <= theta && theta <= c.hi.v;
		}
		assert_true(known > studies / 2);
		if (covered < least * known) least = (double)covered / known;
	}
	return least;
}

/* The limits of the reservation in proportion.h: at them the interval holds, well below it does not. */
static void test_prevalence_of_small_samples(void **state)
{
	(void)state;
	double at = least_coverage(AMP_ROGAN_POSITIVES, AMP_ROGAN_NEGATIVES), below = least_coverage(5, AMP_ROGAN_NEGATIVES);
	print_message("least coverage: %.3f at the limits, %.3f with 5 positives\n", at, below);
	assert_true(at >= .91); /* the least of 27, each with a standard error of .007 */
	assert_true(below < .9);
}

/* The vector of ppi_py's formulas, worked out apart. */
static void test_ppi(void **state)
{
	(void)state;
	const double y[] = {1, 0, 0, 1, 0, 0, 1, 0, 0, 0}, f[] = {1, 0, 1, 0, 0, 0, 1, 0, 0, 0},
		     u[] = {0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0}, twos[] = {2, 2, 2, 2, 2, 2, 2, 2, 2, 2};
	struct amp_ppi_sample l = {y, f, NULL, 10}, rest = {NULL, u, NULL, 20};
	struct amp_ppi p;
	amp_ppi_mean(&l, &rest, AMP_REAL_NONE, .05, &p);
	assert_near(p.lambda, .3625, 1e-12);
	assert_near(p.mean.estimate.v, .281875, 1e-12);
	assert_near(p.mean.se.v, .130447, 5e-7);
	assert_near(p.mean.lo.v, .026203, 5e-7);
	assert_near(p.mean.hi.v, .537547, 5e-7);
	l.w = twos; /* equal weights change nothing */
	amp_ppi_mean(&l, &rest, AMP_REAL_NONE, .05, &p);
	assert_near(p.mean.se.v, .130447, 5e-7);
	amp_ppi_mean(&l, &rest, amp_real(0), .05, &p);
	assert_near(p.mean.lo.v, .015974, 5e-7);
	assert_near(p.mean.hi.v, .584026, 5e-7);
	amp_ppi_mean(&l, &rest, amp_real(1), .05, &p);
	assert_near(p.mean.lo.v, -.085921, 5e-7);
	assert_near(p.mean.hi.v, .585921, 5e-7);
	l.n = 1;
	amp_ppi_mean(&l, &rest, AMP_REAL_NONE, .05, &p);
	assert_false(p.mean.estimate.known);
}

/* Benjamini and Hochberg 1995, their example: at 5 % BH rejects 4, Bonferroni and Holm 3, the two-stage procedure 8. */
static void test_many_tests(void **state)
{
	(void)state;
	static const double p[] = {.0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344,
	                           .0459, .324,  .4262, .5719, .6528, .759,  1};
	static const struct {
		enum amp_adjust_method method;
		int rejected;
	} want[] = {{AMP_ADJUST_BONFERRONI, 3}, {AMP_ADJUST_HOLM, 3}, {AMP_ADJUST_BH, 4}, {AMP_ADJUST_BY, 3}, {AMP_ADJUST_BKY, 8}};
	double q[15];
	struct amp_err err = {0};
	for (size_t k = 0; k < sizeof want / sizeof *want; k++) {
		int rejected = 0;
		assert_int_equal(amp_adjust(want[k].method, p, 15, q, &err), 0);
		for (int i = 0; i < 15; i++) {
			rejected += q[i] <= .05;
			if (i > 0) assert_true(q[i] >= q[i - 1]);
			assert_true(q[i] >= 0 && q[i] <= 1);
		}
		assert_int_equal(rejected, want[k].rejected);
	}
	assert_int_equal(amp_adjust(AMP_ADJUST_BH, p, 15, q, &err), 0);
	assert_near(q[0], .0015, 1e-15);
	assert_near(q[1], .003, 1e-15);
	assert_near(q[2], .0095, 1e-15);
	assert_near(q[3], .035625, 1e-15);
	assert_near(q[4], .0603, 1e-15);
	assert_int_equal(amp_adjust(AMP_ADJUST_HOLM, p, 15, q, &err), 0);
	assert_near(q[3], .114, 1e-12);
	const double mixed[] = {.04, .01, .03};
	assert_int_equal(amp_adjust(AMP_ADJUST_HOLM, mixed, 3, q, &err), 0);
	assert_near(q[1], .03, 1e-15);
	assert_near(q[2], .06, 1e-15);
	assert_near(q[0], .06, 1e-15); /* never below a smaller p's */
}

/* The two-stage procedure as its paper tells it: does it reject at level q? */
static int bky_rejects(const double *sorted, int n, double q)
{
	double level = q / (1 + q);
	int first = 0, second = 0;
	for (int i = 0; i < n; i++)
		if (sorted[i] <= level * (i + 1) / n) first = i + 1;
	if (first == 0 || first == n) return first;
	for (int i = 0; i < n; i++)
		if (sorted[i] <= level * (i + 1) / (n - first)) second = i + 1;
	return second;
}

static void test_two_stage_is_exact(void **state)
{
	(void)state;
	static const double sets[][6] = {{.001, .01, .02, .04, .3, .9},
	                                 {.01, .011, .012, .013, .014, .015},
	                                 {.02, .02, .02, .5, .5, .9},
	                                 {.2, .3, .4, .5, .6, .7},
	                                 {0, 0, .04, .2, .2, 1}};
	struct amp_err err = {0};
	for (size_t s = 0; s < sizeof sets / sizeof *sets; s++) {
		double q[6];
		assert_int_equal(amp_adjust(AMP_ADJUST_BKY, sets[s], 6, q, &err), 0);
		for (double level = .0005; level < 1; level += .001) {
			int n = 0;
			for (int i = 0; i < 6; i++) n += q[i] <= level;
			assert_int_equal(n, bky_rejects(sets[s], 6, level));
		}
	}
}

/* Krippendorff 2011, his example C with R's kripp.alpha values; four coders, twelve units, missing cells. */
static void test_krippendorff(void **state)
{
	(void)state;
	static const int seen[4][12] = {{1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0},
	                                {1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3},
	                                {0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0},
	                                {1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0}};
	static const double want[] = {.743, .815, .849, .797};
	struct amp_real v[48];
	struct amp_confidence a, again;
	struct amp_err err = {0};
	size_t pairable;
	for (int u = 0; u < 12; u++)
		for (int c = 0; c < 4; c++) v[u * 4 + c] = seen[c][u] != 0 ? amp_real(seen[c][u]) : AMP_REAL_NONE;
	for (int k = 0; k < 4; k++) {
		enum amp_agreement_kind kind = (enum amp_agreement_kind)((int)AMP_ALPHA_NOMINAL + k);
		assert_int_equal(amp_agreement(kind, v, 12, 4, .05, 500, 1, &a, &pairable, &err), 0);
		assert_near(a.estimate.v, want[k], 5e-4);
		assert_int_equal(pairable, 40);
		assert_true(a.lo.v < a.estimate.v && a.estimate.v < a.hi.v);
		assert_int_equal(amp_agreement(kind, v, 12, 4, .05, 500, 1, &again, &pairable, &err), 0);
		assert_memory_equal(&a, &again, sizeof a);
	}
	for (int i = 0; i < 48; i++) v[i] = amp_real(2);
	assert_int_equal(amp_agreement(AMP_ALPHA_NOMINAL, v, 12, 4, .05, 500, 1, &a, &pairable, &err), 0);
	assert_false(a.estimate.known); /* one value only: nothing to agree about */
}

static void test_kappas(void **state)
{
	(void)state;
	struct amp_real v[200];
	struct amp_confidence k;
	struct amp_err err = {0};
	size_t pairable, n = 0;
	static const int cells[2][2] = {{20, 5}, {10, 15}};
	for (int a = 0; a < 2; a++)
		for (int b = 0; b < 2; b++)
			for (int i = 0; i < cells[a][b]; i++) {
				v[n++] = amp_real(a);
				v[n++] = amp_real(b);
			}
	/* seen .7, chance .5 .6 + .5 .4 = .5 */
	assert_int_equal(amp_agreement(AMP_KAPPA_COHEN, v, 50, 2, .05, 0, 1, &k, &pairable, &err), 0);
	assert_near(k.estimate.v, .4, 1e-12);
	assert_int_equal(pairable, 100);
	assert_false(k.lo.known);
	/* Gwet: chance 2 p (1 - p), p = .55 */
	assert_int_equal(amp_agreement(AMP_AC1, v, 50, 2, .05, 0, 1, &k, &pairable, &err), 0);
	assert_near(k.estimate.v, (.7 - .495) / (1 - .495), 1e-12);
	/* Fleiss 1971, as in many textbooks: 10 subjects, 14 raters, 5 values: .210 */
	static const int fleiss[10][5] = {{0, 0, 0, 0, 14}, {0, 2, 6, 4, 2}, {0, 0, 3, 5, 6}, {0, 3, 9, 2, 0}, {2, 2, 8, 1, 1},
	                                  {7, 7, 0, 0, 0},  {3, 2, 6, 3, 0}, {2, 5, 3, 2, 2}, {6, 5, 2, 1, 0}, {0, 2, 2, 3, 7}};
	n = 0;
	for (int u = 0; u < 10; u++)
		for (int c = 0; c < 5; c++)
			for (int i = 0; i < fleiss[u][c]; i++) v[n++] = amp_real(c);
	assert_int_equal(n, 140);
	assert_int_equal(amp_agreement(AMP_KAPPA_FLEISS, v, 10, 14, .05, 200, 1, &k, &pairable, &err), 0);
	assert_near(k.estimate.v, .210, 5e-4);
	v[3] = AMP_REAL_NONE; /* not the same number in each unit */
	assert_int_equal(amp_agreement(AMP_KAPPA_FLEISS, v, 10, 14, .05, 0, 1, &k, &pairable, &err), 0);
	assert_false(k.estimate.known);
}

static void test_inequality(void **state)
{
	(void)state;
	const double even[] = {1, 2, 3, 4}, one[] = {0, 0, 0, 10}, none[] = {0, 0}, s[] = {1, 0, 1, 0, 0};
	struct amp_real g;
	struct amp_err err = {0};
	assert_int_equal(amp_gini(even, 4, &g, &err), 0);
	assert_near(g.v, .25, 1e-15);
	assert_int_equal(amp_gini(one, 4, &g, &err), 0);
	assert_near(g.v, .75, 1e-15);
	assert_int_equal(amp_gini(none, 2, &g, &err), 0);
	assert_false(g.known);
	assert_near(amp_theil(one, 4).v, log(4), 1e-15);
	assert_near(amp_entropy(one, 4).v, 0, 1e-15);
	assert_near(amp_entropy((const double[]){5, 5, 5, 5}, 4).v, 2, 1e-15);
	assert_near(amp_theil((const double[]){5, 5, 5, 5}, 4).v, 0, 1e-15);
	struct amp_ranking_bias b;
	amp_ranking_bias(s, 5, &b);
	assert_near(b.input, .4, 1e-15);
	assert_near(b.output, .6133, 5e-5);
	assert_near(b.ranking, .2133, 5e-5);
}

static void test_power(void **state)
{
	(void)state;
	/* R's power.prop.test, rounded up */
	assert_near(ceil(amp_power_items(.01, .0139, .05, .8).v), 12185, 0);
	assert_near(ceil(amp_power_items(.02, .03, .05, .8).v), 3825, 1);
	assert_near(ceil(amp_power_items(.01, .02, .05, .8).v), 2318, 1);
	assert_near(amp_power_items(.039, .054288, .05, .8).v, 2985.49, .01);
	assert_false(amp_power_items(.01, .01, .05, .8).known);
	assert_near(amp_design_effect(50, .01), 1.49, 1e-12);
	assert_near(sqrt(amp_design_effect(50, .05)), 1.86, 5e-3); /* Moulton's published factor */
	assert_near(amp_power_signflip(5, 3, .05), 0, 0);          /* 2^-4 = .0625: nothing can be significant */
	assert_true(amp_power_signflip(6, 3, .05) > .99);
	/* equal clusters of 2: (a-b)² within; clusters (1,2) (3,4) (6,5): MSB = 10.5, MSW = .5 */
	const double x[] = {1, 3, 6, 2, 4, 5}, cluster[] = {1, 2, 3, 1, 2, 3};
	struct amp_real icc;
	struct amp_err err = {0};
	assert_int_equal(amp_icc(x, cluster, 6, &icc, &err), 0);
	assert_near(icc.v, (8.0 - .5) / (8.0 + .5), 1e-12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_distributions),
		cmocka_unit_test(test_one_proportion),
		cmocka_unit_test(test_differences),
		cmocka_unit_test(test_prevalence),
		cmocka_unit_test(test_prevalence_of_small_samples),
		cmocka_unit_test(test_ppi),
		cmocka_unit_test(test_many_tests),
		cmocka_unit_test(test_two_stage_is_exact),
		cmocka_unit_test(test_krippendorff),
		cmocka_unit_test(test_kappas),
		cmocka_unit_test(test_inequality),
		cmocka_unit_test(test_power),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

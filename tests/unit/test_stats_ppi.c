/* test_stats_ppi.c: corrected shares of exposure, with the doubt of clusters and of labels. Right on average over all samples of items
 * that could have been drawn; equal to the plain cluster-robust figure where every item is labelled; covers in drawn studies. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <string.h>
#include "base/rng.h"
#include "stats/ppi.h"
#include "stats/stats.h"

#define assert_near(a, b, eps) assert_true(fabs((a) - (b)) <= (eps))
#define ITEMS 7
#define CLUSTERS 4
#define ROWS 16

static const uint32_t item[ROWS] = {0, 1, 2, 3, 0, 4, 5, 3, 3, 6, 0, 1, 6, 5, 2, 4},
		      cluster[ROWS] = {0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3};
static const double shown_a[ROWS] = {9, 1, 1, 8, 1, 7, 1, 6, 1, 9, 1, 8, 9, 1, 2, 1},
		    shown_b[ROWS] = {1, 0, 2, 1, 3, 1, 2, 0, 2, 3, 1, 2, 1, 4, 0, 2};
static const double label[ITEMS] = {1, 0, 0, 1, 1, 0, 0}, score[ITEMS] = {.9, .2, .4, .6, .7, .1, .3};
static const double pi[ITEMS] = {.5, .5, .5, .5, 2.0 / 3, 2.0 / 3, 2.0 / 3}, sure[ITEMS] = {1, 1, 1, 1, 1, 1, 1};
static const int64_t stratum[ITEMS] = {1, 1, 1, 1, 2, 2, 2};

static const struct amp_ppi_shown shown = {ROWS, ITEMS, CLUSTERS, item, cluster, shown_a, shown_b};

/* Each cluster's exposures and those of them that are hateful; both arms' together for the difference. */
static void sums(const double *v, double *x, double *m)
{
	for (int g = 0; g < CLUSTERS; g++) x[g] = m[g] = 0;
	for (int i = 0; i < ROWS; i++) {
		x[cluster[i]] += v[i] * label[item[i]];
		m[cluster[i]] += v[i];
	}
}

static double between_clusters(double *difference)
{
	double x[2][CLUSTERS], m[2][CLUSTERS], total[2] = {0, 0}, theta[2] = {0, 0}, ss = 0;
	sums(shown_a, x[0], m[0]);
	sums(shown_b, x[1], m[1]);
	for (int i = 0; i < 2; i++) {
		for (int g = 0; g < CLUSTERS; g++) {
			total[i] += m[i][g];
			theta[i] += x[i][g];
		}
		theta[i] /= total[i];
	}
	for (int g = 0; g < CLUSTERS; g++)
		ss += pow((x[0][g] - theta[0] * m[0][g]) / total[0] - (x[1][g] - theta[1] * m[1][g]) / total[1], 2);
	*difference = theta[0] - theta[1];
	return ss * CLUSTERS / (CLUSTERS - 1);
}

static void test_every_item_labelled(void **state)
{
	(void)state;
	const bool all[ITEMS] = {true, true, true, true, true, true, true};
	struct amp_ppi_labels l = {score, all, label, sure, stratum, AMP_DRAW_FIXED};
	struct amp_ppi_arms r;
	struct amp_err err = {0};
	double x[CLUSTERS], m[CLUSTERS], difference, v = between_clusters(&difference);
	for (int scored = 0; scored < 2; scored++) { /* what the detector says changes nothing then */
		if (scored == 0) l.score = NULL;
		assert_int_equal(amp_ppi_arms(&shown, &l, scored ? amp_real(.6) : AMP_REAL_NONE, .05, &r, &err), 0);
		sums(shown_a, x, m);
		assert_near(r.a.se.v, amp_ratio_se(x, m, CLUSTERS).v, 1e-12);
		assert_near(r.difference.estimate.v, difference, 1e-12);
		assert_near(r.difference.se.v, sqrt(v), 1e-12);
		assert_near(r.ratio.estimate.v, r.a.estimate.v / r.b.estimate.v, 1e-12);
		assert_near(r.by_labels.v, 0, 1e-12);
		l.score = score;
	}
	/* both arms the same: no doubt about their difference */
	struct amp_ppi_shown same = shown;
	same.b = shown_a;
	assert_int_equal(amp_ppi_arms(&same, &l, AMP_REAL_NONE, .05, &r, &err), 0);
	assert_true(r.a.se.v > 0 && r.difference.se.v < 1e-12 && fabs(r.ratio.hi.v - 1) < 1e-12);
}

/* The 18 samples of two items a stratum: estimate and variance are right on average. */
static void test_all_samples(void **state)
{
	(void)state;
	double truth, between = between_clusters(&truth), mean = 0, square = 0, claimed = 0;
	struct amp_err err = {0};
	for (size_t i = 0; i < 4; i++)
		for (size_t j = i + 1; j < 4; j++)
			for (size_t out = 4; out < 7; out++) {
				bool in[ITEMS] = {false, false, false, false, out != 4, out != 5, out != 6};
				in[i] = in[j] = true;
				struct amp_ppi_labels l = {score, in, label, pi, stratum, AMP_DRAW_FIXED};
				struct amp_ppi_arms r;
				assert_int_equal(amp_ppi_arms(&shown, &l, amp_real(.7), .05, &r, &err), 0);
				assert_int_equal(r.labelled, 4);
				assert_true(r.by_labels.v <
				            1); /* else the first term was cut at 0, which is not right on average */
				mean += r.difference.estimate.v / 18;
				square += r.difference.estimate.v * r.difference.estimate.v / 18;
				claimed += r.difference.se.v * r.difference.se.v / 18;
			}
	assert_near(mean, truth, 1e-12);
	assert_near(claimed, between + square - mean * mean, 1e-12);
}

/* Studies of 16 personas, 300 items that several of them are shown, 90 labelled, hate twice as frequent in arm A: how often does the
 * interval hold the truth of all personas there could have been? */
#define STUDIES 3000
/* Levels at once are the figures of each level by itself, to the last bit. */
static void test_levels(void **state)
{
	(void)state;
	static const bool in[ITEMS] = {true, false, true, true, true, false, true};
	const double alpha[3] = {.05, .2, .001};
	const struct amp_ppi_labels l = {score, in, label, pi, stratum, AMP_DRAW_FIXED};
	struct amp_err err = {0};
	for (int arms = 1; arms <= 2; arms++) {
		struct amp_ppi_shown of = shown;
		struct amp_ppi_arms all[3], one;
		if (arms == 1) of.b = NULL;
		assert_int_equal(amp_ppi_arms_at(&of, &l, AMP_REAL_NONE, alpha, 3, all, &err), 0);
		for (size_t k = 0; k < 3; k++) {
			assert_int_equal(amp_ppi_arms(&of, &l, AMP_REAL_NONE, alpha[k], &one, &err), 0);
			const struct amp_confidence *x[] = {&all[k].a, &all[k].b, &all[k].difference, &all[k].ratio},
						    *y[] = {&one.a, &one.b, &one.difference, &one.ratio};
			for (size_t i = 0; i < 4; i++) {
				assert_true(x[i]->estimate.v == y[i]->estimate.v && x[i]->se.v == y[i]->se.v);
				assert_true(x[i]->lo.v == y[i]->lo.v && x[i]->hi.v == y[i]->hi.v);
				assert_true(x[i]->lo.known == y[i]->lo.known && x[i]->hi.known == y[i]->hi.known);
			}
			assert_true(all[k].by_labels.known && all[k].by_labels.v == one.by_labels.v);
			assert_true(all[k].lambda_a.v == one.lambda_a.v && all[k].labelled == one.labelled);
		}
		assert_true(all[0].a.lo.v > all[2].a.lo.v && all[1].a.lo.v > all[0].a.lo.v);
		assert_true(all[0].difference.estimate.known == (arms == 2));
	}
}

static void test_coverage(void **state)
{
	(void)state;
	enum { personas = 16, items = 300, each = 40 };
	static uint32_t it[personas * each], cl[personas * each];
	static double a[personas * each], b[personas * each], f[items], y[items], p[items];
	static bool in[items];
	static int64_t h[items];
	struct amp_err err = {0};
	struct amp_rng rng;
	int held[3] = {0, 0, 0};
	amp_rng_seed(&rng, 20261123);
	for (int s = 0; s < STUDIES; s++) {
		/* the first third of the items is hateful at .5, the rest at .1; personas see more or less of the first third, and that in arm A
		   more: share .5 u + .1 (1 - u), u of mean .6 in A and .3 in B */
		int of[2] = {0, 0}, drawn[2] = {0, 0};
		for (int k = 0; k < items; k++) {
			y[k] = amp_rng_double(&rng) < (k < items / 3 ? .5 : .1);
			f[k] = y[k] > 0 ? .3 + .7 * amp_rng_double(&rng) : .6 * amp_rng_double(&rng);
			h[k] = f[k] > .45;
			of[h[k]]++;
		}
		for (int k = 0; k < items; k++) in[k] = false;
		for (int want[2] = {45, 45}, k; drawn[0] < want[0] || drawn[1] < want[1];) {
			k = (int)amp_rng_below(&rng, items);
			if (in[k] || drawn[h[k]] == want[h[k]]) continue;
			in[k] = true;
			drawn[h[k]]++;
		}
		for (int k = 0; k < items; k++) p[k] = 45.0 / of[h[k]];
		size_t n = 0;
		for (uint32_t g = 0; g < personas; g++) {
			double taste = .4 * (amp_rng_double(&rng) - .5);
			for (int i = 0; i < each; i++, n++) {
				bool ranked = i % 2 == 0, much = amp_rng_double(&rng) < (ranked ? .6 : .3) + taste;
				it[n] = (uint32_t)(much ? amp_rng_below(&rng, items / 3)
				                        : items / 3 + amp_rng_below(&rng, items - items / 3));
				cl[n] = g;
				a[n] = ranked;
				b[n] = !ranked;
			}
		}
		/* what holds for these items and all personas: chances, not draws, of the first third */
		double high = 0, low = 0;
		for (int k = 0; k < items; k++) *(k < items / 3 ? &high : &low) += y[k];
		high /= items / 3;
		low /= items - items / 3;
		double ta = .6 * high + .4 * low, tb = .3 * high + .7 * low;
		struct amp_ppi_shown who = {n, items, personas, it, cl, a, b};
		struct amp_ppi_labels l = {f, in, y, p, h, AMP_DRAW_FIXED};
		struct amp_ppi_arms r;
		assert_int_equal(amp_ppi_arms(&who, &l, AMP_REAL_NONE, .05, &r, &err), 0);
		held[0] += r.a.lo.v <= ta && ta <= r.a.hi.v;
		held[1] += r.difference.lo.v <= ta - tb && ta - tb <= r.difference.hi.v;
		held[2] += r.ratio.lo.v <= ta / tb && ta / tb <= r.ratio.hi.v;
	}
	for (int i = 0; i < 3; i++) {
		assert_true(held[i] >= .93 * STUDIES && held[i] <= .97 * STUDIES);
	}
}

static void test_hostile(void **state)
{
	(void)state;
	bool in[ITEMS] = {true, true, false, false, true, true, false};
	double p[ITEMS], y[ITEMS], f[ITEMS], w[ROWS];
	uint32_t far[ROWS];
	struct amp_ppi_labels l = {f, in, y, p, stratum, AMP_DRAW_FIXED};
	struct amp_ppi_shown s = shown;
	struct amp_ppi_arms r;
	struct amp_err err = {0};
	memcpy(p, pi, sizeof p);
	memcpy(y, label, sizeof y);
	memcpy(f, score, sizeof f);
	memcpy(w, shown_a, sizeof w);
	memcpy(far, item, sizeof far);
	s.a = w;
	p[2] = NAN; /* of an item that is not labelled: not read */
	y[2] = NAN;
	assert_int_equal(amp_ppi_arms(&s, &l, AMP_REAL_NONE, .05, &r, &err), 0);
	static const double bad[] = {NAN, INFINITY, -INFINITY};
	for (int i = 0; i < 3; i++) {
		p[0] = bad[i];
		assert_int_equal(amp_ppi_arms(&s, &l, AMP_REAL_NONE, .05, &r, &err), AMP_EFAIL);
		p[0] = .5;
		y[1] = bad[i];
		assert_int_equal(amp_ppi_arms(&s, &l, AMP_REAL_NONE, .05, &r, &err), AMP_EFAIL);
		y[1] = 0;
		f[3] = bad[i];
		assert_int_equal(amp_ppi_arms(&s, &l, AMP_REAL_NONE, .05, &r, &err), AMP_EFAIL);
		f[3] = .6;
		w[ROWS - 1] = bad[i];
		assert_int_equal(amp_ppi_arms(&s, &l, AMP_REAL_NONE, .05, &r, &err), AMP_EFAIL);
		w[ROWS - 1] = 1;
	}
	far[3] = ITEMS;
	s.item = far;
	assert_int_equal(amp_ppi_arms(&s, &l, AMP_REAL_NONE, .05, &r, &err), AMP_EFAIL);
	s.item = item;
	l.draw = AMP_DRAW_REPLACED;
	assert_int_equal(amp_ppi_arms(&s, &l, AMP_REAL_NONE, .05, &r, &err), AMP_EFAIL);
	l.draw = AMP_DRAW_FIXED;
	s.rows = 0; /* nothing shown; one cluster only; nothing labelled; a lone labelled item in a stratum */
	assert_int_equal(amp_ppi_arms(&s, &l, AMP_REAL_NONE, .05, &r, &err), 0);
	assert_false(r.a.estimate.known || r.ratio.estimate.known);
	s.rows = 4;
	assert_int_equal(amp_ppi_arms(&s, &l, AMP_REAL_NONE, .05, &r, &err), 0);
	assert_true(r.a.estimate.known && !r.a.se.known && r.clusters_a == 1);
	s.rows = ROWS;
	in[4] = false;
	assert_int_equal(amp_ppi_arms(&s, &l, AMP_REAL_NONE, .05, &r, &err), 0);
	assert_true(r.a.estimate.known && !r.a.se.known && r.lone == 1);
	memset(in, 0, sizeof in);
	assert_int_equal(amp_ppi_arms(&s, &l, AMP_REAL_NONE, .05, &r, &err), 0);
	assert_false(r.a.estimate.known);
}

/* Two strata by hand. First: y 1 1 0 0 on f .9 .7 .3 .1, unlabelled .8 .2; second: y 1 0 on .6 .4, unlabelled .5 .7 .3. */
static void test_strata_by_hand(void **state)
{
	(void)state;
	static const double y[] = {1, 1, 1, 0, 0, 0}, f[] = {.9, .6, .7, .3, .4, .1}, rest[] = {.8, .5, .7, .2, .3};
	static const size_t of_y[] = {0, 1, 0, 0, 1, 0}, of_rest[] = {0, 1, 1, 0, 1}, bad[] = {0, 1, 2, 0, 1};
	const struct amp_ppi_sample labelled = {y, f, NULL, 6}, unlabelled = {NULL, rest, NULL, 5};
	struct amp_ppi_strata s;
	struct amp_err err = {0};
	assert_int_equal(amp_ppi_strata(&labelled, &unlabelled, of_y, of_rest, 2, AMP_PPI_ONE, amp_real(.5), .05, &s, &err), 0);
	/* .5 * .5 + (.5 - .5 * .5) = .5 in both */
	assert_near(s.mean.estimate.v, .5, 1e-12);
	assert_near(s.lambda, .5, 0);
	/* population variances over n: y - f/2 is .55 .65 -.15 -.05 in the first, f/2 .4 .1; .7 -.2 in the second, f/2 .25 .35 .15 */
	double first = (.3 * .3 + .4 * .4 + .4 * .4 + .3 * .3) / 16 + (.15 * .15 * 2) / 4,
	       second = (.45 * .45 * 2) / 4 + (.1 * .1 * 2) / 9;
	assert_near(s.mean.se.v, sqrt(6.0 / 11 * 6 / 11 * first + 5.0 / 11 * 5 / 11 * second), 1e-12);
	assert_int_equal(amp_ppi_strata(&labelled, &unlabelled, of_y, of_rest, 2, AMP_PPI_EACH, AMP_REAL_NONE, .05, &s, &err), 0);
	double each = s.mean.se.v;
	assert_int_equal(amp_ppi_strata(&labelled, &unlabelled, of_y, of_rest, 2, AMP_PPI_ONE, AMP_REAL_NONE, .05, &s, &err), 0);
	assert_true(s.mean.estimate.known && each > 0 && s.lambda > 0 && s.lambda <= 1);
	/* one stratum is the plain mean */
	static const size_t none[6] = {0};
	struct amp_ppi plain;
	amp_ppi_mean(&labelled, &unlabelled, AMP_REAL_NONE, .05, &plain);
	for (int how = AMP_PPI_ONE; how <= AMP_PPI_EACH; how++) {
		assert_int_equal(amp_ppi_strata(&labelled, &unlabelled, none, none, 1, (enum amp_ppi_lambda)how, AMP_REAL_NONE, .05,
		                                &s, &err),
		                 0);
		assert_near(s.mean.estimate.v, plain.mean.estimate.v, 1e-12);
		assert_near(s.mean.se.v, plain.mean.se.v, 1e-12);
		assert_near(s.lambda, plain.lambda, 1e-12);
	}
	/* a stratum without two of either says nothing, and so does the whole; a row of no stratum is refused */
	assert_int_equal(amp_ppi_strata(&labelled, &unlabelled, of_y, of_rest, 3, AMP_PPI_ONE, AMP_REAL_NONE, .05, &s, &err), 0);
	assert_false(s.mean.estimate.known);
	assert_int_equal(s.poor, 1);
	assert_int_equal(amp_ppi_strata(&labelled, &unlabelled, of_y, bad, 2, AMP_PPI_ONE, AMP_REAL_NONE, .05, &s, &err),
	                 AMP_EFAIL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_item_labelled),
		cmocka_unit_test(test_all_samples),
		cmocka_unit_test(test_coverage),
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_strata_by_hand),
		cmocka_unit_test(test_hostile),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

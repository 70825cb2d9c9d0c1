/* test_evaluate.c: measures against values worked out by hand or published. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include "base/mem.h"
#include "base/rng.h"
#include "evaluate/evaluate.h"

static void near(struct amp_real got, double want)
{
	assert_true(got.known);
	if (fabs(got.v - want) > 1e-12) fail_msg("%.15g, wanted %.15g", got.v, want);
}

static struct amp_judgement said(double score, bool label, bool flagged)
{
	return (struct amp_judgement){.score = score, .label = label, .flagged = flagged};
}

static int measure(const struct amp_judgement *v, const size_t *which, size_t n, struct amp_quality *out)
{
	return amp_evaluate(&(struct amp_group){v, which, n}, out, NULL);
}

/* Intervals of one group of all texts. */
static int intervals(const struct amp_judgement *v, size_t n, size_t replicates, struct amp_interval *out)
{
	const struct amp_group all = {v, NULL, n};
	const struct amp_resampling how = {replicates, 1, 0.05};
	struct amp_quality q;
	return amp_evaluate_groups(&all, 1, n, NULL, 0, &how, &q, out, NULL);
}

/* scikit-learn's documented example of average_precision_score and roc_auc_score: 0.8333… and 0.75. */
static void test_published(void **state)
{
	(void)state;
	const struct amp_judgement v[] = {said(0.1, false, false), said(0.4, false, false), said(0.35, true, false),
	                                  said(0.8, true, true)};
	struct amp_quality q;
	assert_int_equal(measure(v, NULL, 4, &q), 0);
	near(q.m[AMP_AUC], 0.75);
	near(q.m[AMP_AVERAGE_PRECISION], (1.0 + 2.0 / 3.0) / 2);
	near(q.m[AMP_ACCURACY], 0.75);
	near(q.m[AMP_PRECISION], 1);
	near(q.m[AMP_RECALL], 0.5);
	near(q.m[AMP_FALSE_POSITIVE_RATE], 0);
	near(q.m[AMP_F1], 2.0 / 3.0);
	near(q.m[AMP_MACRO_F1], (2.0 / 3.0 + 4.0 / 5.0) / 2);
	near(q.threshold_1pct, 0.8);
	near(q.m[AMP_RECALL_1PCT], 0.5);
	/* bins: .1 -> 0 of 1, .35 -> 1 of 1, .4 -> 0 of 1, .8 -> 1 of 1 */
	near(q.m[AMP_ECE], (0.1 + 0.65 + 0.4 + 0.2) / 4);
	assert_int_equal(q.bin[3].n, 1);
	assert_int_equal(q.bin[8].hateful, 1);
}

static void test_ties(void **state)
{
	(void)state;
	/* all scores alike: no order, AUC one half, average precision the base rate */
	struct amp_judgement v[5];
	struct amp_quality q;
	for (size_t i = 0; i < 5; i++) v[i] = said(0.5, i < 2, true);
	assert_int_equal(measure(v, NULL, 5, &q), 0);
	near(q.m[AMP_AUC], 0.5);
	near(q.m[AMP_AVERAGE_PRECISION], 0.4);
	assert_false(q.threshold_1pct.known); /* the only threshold flags everybody */
	/* the order in which tied texts come changes nothing */
	for (size_t i = 0; i < 5; i++) v[i] = said(i == 0 || i == 4 ? 0.9 : 0.5, i == 3 || i == 4, false);
	struct amp_quality again;
	assert_int_equal(measure(v, NULL, 5, &q), 0);
	struct amp_judgement first = v[0];
	v[0] = v[4];
	v[4] = first;
	assert_int_equal(measure(v, NULL, 5, &again), 0);
	near(q.m[AMP_AUC], again.m[AMP_AUC].v);
	near(q.m[AMP_AVERAGE_PRECISION], again.m[AMP_AVERAGE_PRECISION].v);
}

static void test_one_label_and_nothing(void **state)
{
	(void)state;
	const struct amp_judgement v[] = {said(0.2, false, false), said(0.7, false, true)};
	struct amp_quality q;
	assert_int_equal(measure(v, NULL, 2, &q), 0);
	assert_false(q.m[AMP_AUC].known || q.m[AMP_AVERAGE_PRECISION].known || q.m[AMP_RECALL].known || q.m[AMP_MACRO_F1].known);
	near(q.m[AMP_FALSE_POSITIVE_RATE], 0.5);
	assert_int_equal(measure(v, NULL, 0, &q), 0);
	assert_false(q.m[AMP_ACCURACY].known || q.m[AMP_ECE].known);
}

static void test_missing_and_abstain(void **state)
{
	(void)state;
	struct amp_judgement v[] = {said(0.9, true, true), said(0.1, false, false), said(0, true, false), said(0.5, false, true)};
	struct amp_quality q;
	v[2].missing = true;
	v[3].abstain = true;
	assert_int_equal(measure(v, NULL, 4, &q), 0);
	assert_true(q.n == 4 && q.missing == 1 && q.abstain == 1 && q.hateful == 1);
	near(q.m[AMP_RECALL], 1); /* the missing text is no miss */
	near(q.m[AMP_FALSE_POSITIVE_RATE], 0.5);
	const size_t which[] = {0, 1};
	assert_int_equal(measure(v, which, 2, &q), 0);
	near(q.m[AMP_ACCURACY], 1);
}

/* Texts in a random order with known overlap: intervals hold the value, are the same for the same seed, and shrink with n. */
static void test_intervals(void **state)
{
	(void)state;
	static struct amp_judgement v[2000];
	struct amp_interval few[AMP_MEASURES], many[AMP_MEASURES], again[AMP_MEASURES];
	struct amp_quality q;
	struct amp_rng rng;
	amp_rng_seed(&rng, 3);
	for (size_t i = 0; i < 2000; i++) {
		bool label = amp_rng_below(&rng, 3) == 0;
		double score = amp_rng_double(&rng) * 0.6 + (label ? 0.3 : 0);
		v[i] = said(score, label, score >= 0.5);
	}
	assert_int_equal(intervals(v, 200, 300, few), 0);
	assert_int_equal(intervals(v, 2000, 300, many), 0);
	assert_int_equal(intervals(v, 2000, 300, again), 0);
	assert_int_equal(measure(v, NULL, 2000, &q), 0);
	assert_true(many[AMP_AUC].lo.v < q.m[AMP_AUC].v && q.m[AMP_AUC].v < many[AMP_AUC].hi.v);
	assert_true(many[AMP_MACRO_F1].lo.v < q.m[AMP_MACRO_F1].v && q.m[AMP_MACRO_F1].v < many[AMP_MACRO_F1].hi.v);
	assert_true(many[AMP_AUC].hi.v - many[AMP_AUC].lo.v < (few[AMP_AUC].hi.v - few[AMP_AUC].lo.v) / 2);
	assert_true(many[AMP_AUC].lo.v <= again[AMP_AUC].lo.v && many[AMP_AUC].lo.v >= again[AMP_AUC].lo.v);
	/* texts of one label alone: nothing to say */
	for (size_t i = 0; i < 50; i++) v[i].label = false;
	assert_int_equal(intervals(v, 50, 100, few), 0);
	assert_false(few[AMP_AUC].lo.known || few[AMP_RECALL].lo.known);
	assert_true(few[AMP_ACCURACY].lo.known);
}

static void test_compare(void **state)
{
	(void)state;
	struct amp_judgement a[12], b[12];
	struct amp_comparison c;
	for (size_t i = 0; i < 12; i++) a[i] = b[i] = said(i < 6 ? 0.2 : 0.8, i >= 6, i >= 6);
	assert_int_equal(amp_evaluate_compare(a, b, 12, &(struct amp_resampling){200, 1, 0.05}, &c, NULL), 0);
	assert_false(c.p.known); /* they never differ */
	near(c.difference[AMP_AUC].v, 0);
	/* b is wrong alone five times, a once: 2 (C(6,0) + C(6,1)) / 2^6 */
	for (size_t i = 0; i < 5; i++) b[i].flagged = true;
	a[11].flagged = false;
	assert_int_equal(amp_evaluate_compare(a, b, 12, &(struct amp_resampling){200, 1, 0.05}, &c, NULL), 0);
	assert_true(c.only_a == 5 && c.only_b == 1 && c.n == 12);
	near(c.p, 0.21875);
	/* a worse order lowers b's AUC: the difference is above 0, its interval too */
	for (size_t i = 0; i < 4; i++) b[i].score = 0.9;
	assert_int_equal(amp_evaluate_compare(a, b, 12, &(struct amp_resampling){400, 1, 0.05}, &c, NULL), 0);
	near(c.difference[AMP_AUC].v, 1 - (double)(6 * 2) / 36);
	assert_true(c.difference[AMP_AUC].interval.lo.v > 0 && c.difference[AMP_AUC].interval.hi.v <= 1);
	/* what one of them did not score is compared by neither */
	b[0].missing = true;
	assert_int_equal(amp_evaluate_compare(a, b, 12, &(struct amp_resampling){50, 1, 0.05}, &c, NULL), 0);
	assert_int_equal(c.n, 11);
}

static void test_memory(void **state)
{
	(void)state;
	struct amp_judgement v[3] = {said(0.1, false, false), said(0.9, true, true), said(0.4, true, false)};
	struct amp_quality q;
	struct amp_interval i[AMP_MEASURES];
	struct amp_comparison c;
	int failed[3] = {0};
	for (uint64_t nth = 1; nth < 20; nth++) {
		int rc[3];
		amp_mem_fail_at(nth);
		rc[0] = measure(v, NULL, 3, &q);
		amp_mem_fail_at(nth);
		rc[1] = intervals(v, 3, 10, i);
		amp_mem_fail_at(nth);
		rc[2] = amp_evaluate_compare(v, v, 3, &(struct amp_resampling){10, 1, 0.05}, &c, NULL);
		amp_mem_fail_at(0);
		for (size_t k = 0; k < 3; k++) {
			/* an allocation that fails is told, and those before the last one all were */
			assert_true(rc[k] == 0 || rc[k] == AMP_ENOMEM);
			assert_true(rc[k] == 0 || failed[k] == (int)nth - 1);
			failed[k] += rc[k] != 0;
		}
	}
	assert_int_equal(failed[0], 1);
	assert_true(failed[1] >= 6 && failed[1] < 19 && failed[2] > failed[1] && failed[2] < 19);
}

/* The same texts as measured at another threshold, from the scores alone. */
static void test_thresholds(void **state)
{
	(void)state;
	const struct amp_judgement v[] = {said(0.2, false, true), said(0.5, false, true), said(0.5, true, true),
	                                  said(0.9, true, true)};
	const struct amp_group g = {v, NULL, 4};
	struct amp_quality q;
	amp_evaluate_at(&g, 0.5, &q);
	assert_true(q.hit == 2 && q.wrong == 1 && q.missed == 0 && q.passed == 1); /* at the threshold is flagged */
	amp_evaluate_at(&g, 0.6, &q);
	near(q.m[AMP_PRECISION], 1);
	near(q.m[AMP_RECALL], 0.5);
	amp_evaluate_at(&g, 0.95, &q);
	assert_false(q.m[AMP_PRECISION].known);
	assert_string_equal(amp_measure_lack(&q, AMP_PRECISION, NULL), "nothing_flagged");
}

/* One wrong of a hundred is 1 %, no more: the threshold may go down to the lower hateful text, not to the second wrong one. */
static void test_one_percent(void **state)
{
	(void)state;
	struct amp_judgement v[102];
	struct amp_quality q;
	for (size_t i = 0; i < 100; i++) v[i] = said(i == 0 ? 0.9 : i == 1 ? 0.7 : 0.1, false, false);
	v[100] = said(0.95, true, true);
	v[101] = said(0.8, true, true);
	assert_int_equal(measure(v, NULL, 102, &q), 0);
	near(q.threshold_1pct, 0.8);
	near(q.m[AMP_RECALL_1PCT], 1);
	v[101].score = 0.6;
	assert_int_equal(measure(v, NULL, 102, &q), 0);
	near(q.threshold_1pct, 0.9);
	near(q.m[AMP_RECALL_1PCT], 0.5);
}

static void test_reasons(void **state)
{
	(void)state;
	struct amp_judgement v[] = {said(0.2, false, false), said(0.7, false, true)};
	struct amp_quality q;
	assert_int_equal(measure(v, NULL, 2, &q), 0);
	assert_string_equal(amp_measure_lack(&q, AMP_RECALL, NULL), "no_hateful");
	assert_string_equal(amp_measure_lack(&q, AMP_AUC, NULL), "no_hateful");
	assert_string_equal(amp_measure_lack(&q, AMP_F1, NULL), "no_hateful");
	assert_null(amp_measure_lack(&q, AMP_FALSE_POSITIVE_RATE, NULL));
	v[0].label = v[1].label = true;
	assert_int_equal(measure(v, NULL, 2, &q), 0);
	assert_string_equal(amp_measure_lack(&q, AMP_FALSE_POSITIVE_RATE, NULL), "no_benign");
	assert_string_equal(amp_measure_lack(&q, AMP_MACRO_F1, NULL), "no_benign");
	near(q.m[AMP_F1], 2.0 / 3.0);
	v[0].missing = v[1].error = true;
	assert_int_equal(measure(v, NULL, 2, &q), 0);
	assert_true(q.missing == 1 && q.error == 1 && q.n == 2 && q.hateful == 0);
	for (size_t m = 0; m < AMP_MEASURES; m++) assert_string_equal(amp_measure_lack(&q, (enum amp_measure)m, NULL), "no_score");
}

/* Two texts, one right and one wrong: resamples are right in 0, 1/2 and 1 with odds 1:2:1, so the middle 95 % reach from 0 to 1. */
static void test_small_bootstrap(void **state)
{
	(void)state;
	const struct amp_judgement v[] = {said(0.2, false, false), said(0.7, false, true)};
	struct amp_interval i[AMP_MEASURES];
	assert_int_equal(intervals(v, 2, 400, i), 0);
	near(i[AMP_ACCURACY].lo, 0);
	near(i[AMP_ACCURACY].hi, 1);
	assert_false(i[AMP_RECALL].lo.known);
	assert_true(i[AMP_PRECISION].wilson); /* 0 of 1, and one resample in four flags nothing */
	assert_false(i[AMP_ACCURACY].wilson);
}

static void test_spread(void **state)
{
	(void)state;
	struct amp_judgement v[40];
	size_t first[20], second[20];
	for (size_t i = 0; i < 40; i++) { /* 1 of 20 flagged in the first group, 9 of 20 in the second */
		v[i] = said(0.5, false, i == 3 || i >= 31);
		(i < 20 ? first : second)[i % 20] = i;
	}
	const struct amp_group groups[] = {{v, first, 20}, {v, second, 20}};
	static const size_t which[] = {0, 1};
	struct amp_contrast c = {.kind = AMP_SPREAD, .measure = AMP_FALSE_POSITIVE_RATE, .groups = which, .n = 2};
	struct amp_quality q[2];
	struct amp_interval i[2 * AMP_MEASURES];
	const struct amp_resampling how = {500, 4, 0.05};
	assert_int_equal(amp_evaluate_groups(groups, 2, 40, &c, 1, &how, q, i, NULL), 0);
	near(c.v, 0.4);
	assert_true(c.interval.lo.v > 0.1 && c.interval.lo.v < 0.4 && c.interval.hi.v > 0.4 && c.interval.hi.v < 0.75);
	/* what no resample varies: Wilson's interval for a share, none for others */
	for (size_t k = 0; k < 40; k++) v[k].flagged = false;
	assert_int_equal(amp_evaluate_groups(groups, 2, 40, &c, 1, &how, q, i, NULL), 0);
	assert_true(i[AMP_FALSE_POSITIVE_RATE].wilson && i[AMP_FALSE_POSITIVE_RATE].hi.known);
	near(i[AMP_FALSE_POSITIVE_RATE].lo, 0);
	/* z^2 / (n + z^2), z = 1.959963984540054 */
	near(i[AMP_FALSE_POSITIVE_RATE].hi, 3.841458820694124 / 23.841458820694124);
	assert_false(i[AMP_ECE].lo.known || c.interval.lo.known);
	near(c.v, 0);
	c.groups = NULL;
	c.n = 0;
	assert_int_equal(amp_evaluate_groups(groups, 2, 40, &c, 1, &how, q, i, NULL), 0);
	assert_false(c.v.known || c.interval.lo.known);
}

/* DeLong's test by hand: hateful .9 .7 .4 against benign .5 .1, and .3 .8 .1 against .5 .2. The components of the hateful differ by
 * 1/2, 0, 1/2 (variance 1/36), those of the benign by 1/3 and 1/3 (0); z = (5/6 - 1/2) / (1/6) = 2. */
static void test_delong(void **state)
{
	(void)state;
	const double scores[2][5] = {{0.9, 0.7, 0.4, 0.5, 0.1}, {0.3, 0.8, 0.1, 0.5, 0.2}};
	struct amp_judgement v[2][5];
	struct amp_comparison c;
	const struct amp_resampling how = {200, 1, 0.05};
	for (size_t d = 0; d < 2; d++)
		for (size_t i = 0; i < 5; i++) v[d][i] = said(scores[d][i], i < 3, false);
	assert_int_equal(amp_evaluate_compare(v[0], v[1], 5, &how, &c, NULL), 0);
	near(c.difference[AMP_AUC].v, 1.0 / 3.0);
	near(c.auc_p, 0.04550026389635842);
	assert_int_equal(amp_evaluate_compare(v[0], v[0], 5, &how, &c, NULL), 0);
	assert_false(c.auc_p.known);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_published),
		cmocka_unit_test(test_ties),
		cmocka_unit_test(test_one_label_and_nothing),
		cmocka_unit_test(test_missing_and_abstain),
		cmocka_unit_test(test_intervals),
		cmocka_unit_test(test_compare),
		cmocka_unit_test(test_thresholds),
		cmocka_unit_test(test_one_percent),
		cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_small_bootstrap),
		cmocka_unit_test(test_spread),
		cmocka_unit_test(test_delong),
		cmocka_unit_test(test_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

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

static struct amp_verdict said(double score, bool label, bool flagged)
{
	return (struct amp_verdict){.score = score, .label = label, .flagged = flagged};
}

/* scikit-learn's documented example of average_precision_score and roc_auc_score: 0.8333… and 0.75. */
static void test_published(void **state)
{
	(void)state;
	const struct amp_verdict v[] = {said(0.1, false, false), said(0.4, false, false), said(0.35, true, false),
	                                said(0.8, true, true)};
	struct amp_quality q;
	assert_int_equal(amp_evaluate(v, NULL, 4, &q, NULL), 0);
	near(q.auc, 0.75);
	near(q.average_precision, (1.0 + 2.0 / 3.0) / 2);
	near(q.accuracy, 0.75);
	near(q.precision, 1);
	near(q.recall, 0.5);
	near(q.false_positive_rate, 0);
	near(q.f1, 2.0 / 3.0);
	near(q.macro_f1, (2.0 / 3.0 + 4.0 / 5.0) / 2);
	near(q.threshold_1pct, 0.8);
	near(q.recall_1pct, 0.5);
	/* bins: .1 -> 0 of 1, .35 -> 1 of 1, .4 -> 0 of 1, .8 -> 1 of 1 */
	near(q.ece, (0.1 + 0.65 + 0.4 + 0.2) / 4);
	assert_int_equal(q.bin[3].n, 1);
	assert_int_equal(q.bin[8].hateful, 1);
}

static void test_ties(void **state)
{
	(void)state;
	/* all scores alike: no order, AUC one half, average precision the base rate */
	struct amp_verdict v[5];
	struct amp_quality q;
	for (size_t i = 0; i < 5; i++) v[i] = said(0.5, i < 2, true);
	assert_int_equal(amp_evaluate(v, NULL, 5, &q, NULL), 0);
	near(q.auc, 0.5);
	near(q.average_precision, 0.4);
	assert_false(q.threshold_1pct.known); /* the only threshold flags everybody */
	/* the order in which tied texts come changes nothing */
	for (size_t i = 0; i < 5; i++) v[i] = said(i == 0 || i == 4 ? 0.9 : 0.5, i == 3 || i == 4, false);
	struct amp_quality again;
	assert_int_equal(amp_evaluate(v, NULL, 5, &q, NULL), 0);
	struct amp_verdict first = v[0];
	v[0] = v[4];
	v[4] = first;
	assert_int_equal(amp_evaluate(v, NULL, 5, &again, NULL), 0);
	near(q.auc, again.auc.v);
	near(q.average_precision, again.average_precision.v);
}

static void test_one_label_and_nothing(void **state)
{
	(void)state;
	const struct amp_verdict v[] = {said(0.2, false, false), said(0.7, false, true)};
	struct amp_quality q;
	assert_int_equal(amp_evaluate(v, NULL, 2, &q, NULL), 0);
	assert_false(q.auc.known || q.average_precision.known || q.recall.known || q.macro_f1.known);
	near(q.false_positive_rate, 0.5);
	assert_int_equal(amp_evaluate(v, NULL, 0, &q, NULL), 0);
	assert_false(q.accuracy.known || q.ece.known);
}

static void test_missing_and_abstain(void **state)
{
	(void)state;
	struct amp_verdict v[] = {said(0.9, true, true), said(0.1, false, false), said(0, true, false), said(0.5, false, true)};
	struct amp_quality q;
	v[2].missing = true;
	v[3].abstain = true;
	assert_int_equal(amp_evaluate(v, NULL, 4, &q, NULL), 0);
	assert_true(q.n == 4 && q.missing == 1 && q.abstain == 1 && q.hateful == 1);
	near(q.recall, 1); /* the missing text is no miss */
	near(q.false_positive_rate, 0.5);
	const size_t which[] = {0, 1};
	assert_int_equal(amp_evaluate(v, which, 2, &q, NULL), 0);
	near(q.accuracy, 1);
}

/* Texts in a random order with known overlap: intervals hold the value, are the same for the same seed, and shrink with n. */
static void test_intervals(void **state)
{
	(void)state;
	static struct amp_verdict v[2000];
	struct amp_quality_intervals few, many, again;
	struct amp_quality q;
	struct amp_rng rng;
	amp_rng_seed(&rng, 3);
	for (size_t i = 0; i < 2000; i++) {
		bool label = amp_rng_below(&rng, 3) == 0;
		double score = amp_rng_double(&rng) * 0.6 + (label ? 0.3 : 0);
		v[i] = said(score, label, score >= 0.5);
	}
	assert_int_equal(amp_evaluate_intervals(v, NULL, 200, 300, 1, 0.05, &few, NULL), 0);
	assert_int_equal(amp_evaluate_intervals(v, NULL, 2000, 300, 1, 0.05, &many, NULL), 0);
	assert_int_equal(amp_evaluate_intervals(v, NULL, 2000, 300, 1, 0.05, &again, NULL), 0);
	assert_int_equal(amp_evaluate(v, NULL, 2000, &q, NULL), 0);
	assert_true(many.auc.lo.v < q.auc.v && q.auc.v < many.auc.hi.v);
	assert_true(many.macro_f1.lo.v < q.macro_f1.v && q.macro_f1.v < many.macro_f1.hi.v);
	assert_true(many.auc.hi.v - many.auc.lo.v < (few.auc.hi.v - few.auc.lo.v) / 2);
	assert_true(many.auc.lo.v <= again.auc.lo.v && many.auc.lo.v >= again.auc.lo.v);
	/* texts of one label alone: nothing to say */
	for (size_t i = 0; i < 50; i++) v[i].label = false;
	assert_int_equal(amp_evaluate_intervals(v, NULL, 50, 100, 1, 0.05, &few, NULL), 0);
	assert_false(few.auc.lo.known || few.recall.lo.known);
	assert_true(few.accuracy.lo.known);
}

static void test_compare(void **state)
{
	(void)state;
	struct amp_verdict a[12], b[12];
	struct amp_comparison c;
	for (size_t i = 0; i < 12; i++) a[i] = b[i] = said(i < 6 ? 0.2 : 0.8, i >= 6, i >= 6);
	assert_int_equal(amp_evaluate_compare(a, b, 12, 200, 1, 0.05, &c, NULL), 0);
	assert_false(c.p.known); /* they never differ */
	near(c.auc_difference, 0);
	/* b is wrong alone five times, a once: 2 (C(6,0) + C(6,1)) / 2^6 */
	for (size_t i = 0; i < 5; i++) b[i].flagged = true;
	a[11].flagged = false;
	assert_int_equal(amp_evaluate_compare(a, b, 12, 200, 1, 0.05, &c, NULL), 0);
	assert_true(c.only_a == 5 && c.only_b == 1 && c.n == 12);
	near(c.p, 0.21875);
	/* a worse order lowers b's AUC: the difference is above 0, its interval too */
	for (size_t i = 0; i < 4; i++) b[i].score = 0.9;
	assert_int_equal(amp_evaluate_compare(a, b, 12, 400, 1, 0.05, &c, NULL), 0);
	near(c.auc_difference, 1 - (double)(6 * 2) / 36);
	assert_true(c.auc_lo.v > 0 && c.auc_hi.v <= 1);
	/* what one of them did not score is compared by neither */
	b[0].missing = true;
	assert_int_equal(amp_evaluate_compare(a, b, 12, 50, 1, 0.05, &c, NULL), 0);
	assert_int_equal(c.n, 11);
}

static void test_memory(void **state)
{
	(void)state;
	struct amp_verdict v[3] = {said(0.1, false, false), said(0.9, true, true), said(0.4, true, false)};
	struct amp_quality q;
	struct amp_quality_intervals i;
	struct amp_comparison c;
	for (uint64_t nth = 1; nth < 6; nth++) {
		amp_mem_fail_at(nth);
		int one = amp_evaluate(v, NULL, 3, &q, NULL);
		amp_mem_fail_at(nth);
		int two = amp_evaluate_intervals(v, NULL, 3, 10, 1, 0.05, &i, NULL);
		amp_mem_fail_at(nth);
		int three = amp_evaluate_compare(v, v, 3, 10, 1, 0.05, &c, NULL);
		amp_mem_fail_at(0);
		assert_int_equal(one, nth == 1 ? AMP_ENOMEM : 0);
		assert_int_equal(two, nth <= 3 ? AMP_ENOMEM : 0);
		assert_int_equal(three, nth <= 4 ? AMP_ENOMEM : 0);
	}
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
		cmocka_unit_test(test_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

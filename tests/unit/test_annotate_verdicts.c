/* test_annotate_verdicts.c: what stands of the verdicts on a sample: majority, adjudication, agreement. */
#include "base_test.h"

#include "annotate/verdicts.h"
#include "annotate_fixture.h"
#include "base/i18n.h"

static void majority_and_adjudication(void **state)
{
	struct amp_sample_ref ref;
	struct amp_import i;
	struct amp_verdicts v;
	struct amp_err err = {0};
	(void)state;
	draw_all(&ref);
	import_labels(&ref, "hhnuu-nnnnn", "ada", false, &i);
	import_labels(&ref, "hnnun-nnnnn", "bob", false, &i);
	assert_int_equal(amp_verdicts_load(&v, arena, x.store, ref.id, &err), 0);
	assert_int_equal(v.n_coders, 2);
	assert_string_equal(v.coder[1], "bob");
	assert_true(unit(&v, 1)->known && unit(&v, 1)->hateful);
	assert_true(unit(&v, 1)->targets == amp_target_bit("women"));
	assert_int_equal(unit(&v, 2)->how, AMP_VERDICT_TIE);
	assert_false(unit(&v, 2)->known);
	assert_int_equal(unit(&v, 4)->how, AMP_VERDICT_UNSURE);
	assert_int_equal(unit(&v, 5)->how, AMP_VERDICT_MAJORITY); /* the one who was sure */
	assert_int_equal(unit(&v, 6)->how, AMP_VERDICT_NONE);
	assert_int_equal(v.judged, 10);
	assert_int_equal(v.decided, 8);
	assert_int_equal(v.split, 1);
	struct amp_export e = {.coder = "eve", .coders = 1, .overlap = 100, .disagreements = true};
	struct amp_buf b;
	export_sheet(&b, &ref, &e);
	assert_int_equal(e.units, 1);
	amp_buf_free(&b);
	import_labels(&ref, "-n---------", "ada", true, &i); /* the adjudicator is one of the coders: that verdict of hers stays */
	assert_int_equal(i.added, 1);
	assert_int_equal(amp_verdicts_load(&v, arena, x.store, ref.id, &err), 0);
	assert_int_equal(unit(&v, 2)->how, AMP_VERDICT_ADJUDICATED);
	assert_true(unit(&v, 2)->known && !unit(&v, 2)->hateful);
	assert_int_equal(unit(&v, 2)->coders, 2);
	assert_int_equal(v.split, 0);
	import_labels(&ref, "-u---------", "ada", true, &i);
	assert_int_equal(i.corrected, 1);
	assert_int_equal(amp_verdicts_load(&v, arena, x.store, ref.id, &err), 0);
	assert_false(unit(&v, 2)->known);
}

static void agreement_is_krippendorffs(void **state)
{
	struct amp_sample_ref ref;
	struct amp_import i;
	struct amp_verdicts v;
	struct amp_agreement_row rows[AMP_AGREEMENT_ROWS];
	struct amp_err err = {0};
	size_t n;
	(void)state;
	draw_all(&ref);
	import_labels(&ref, "hhhnnnnnnnn", "ada", false, &i);
	import_labels(&ref, "hhnhnnnnnnn", "bob", false, &i);
	assert_int_equal(amp_verdicts_load(&v, arena, x.store, ref.id, &err), 0);
	assert_int_equal(amp_verdicts_agreement(&v, 200, 1, rows, &n, &err), 0);
	assert_int_equal(n, 3);
	assert_string_equal(rows[1].what, "hateful");
	assert_string_equal(rows[2].what, "ground:sex");
	/* 22 values, 6 hateful: Do = 4/22, De = 2*6*16/(22*21): alpha = 1 - 4*21/192 */
	assert_true(rows[1].alpha.estimate.known && rows[1].alpha.estimate.v > 0.5624 && rows[1].alpha.estimate.v < 0.5626);
	assert_true(rows[1].alpha.lo.v < rows[1].alpha.estimate.v);
	assert_int_equal(rows[1].pairable, 22);
}

static struct amp_str status_text(const struct amp_verdicts *v, struct amp_buf *b)
{
	struct amp_err err = {0};
	amp_buf_init(b, 1 << 20);
	if (amp_verdicts_print(v, b, &err) != 0) fail_msg("%s", err.text);
	return amp_buf_str(b);
}

/* Twice the same coder: its latest pass is its verdict, and the earlier ones say how steady it is. */
static void a_coder_beside_itself(void **state)
{
	struct amp_sample_ref ref;
	struct amp_import i;
	struct amp_verdicts v;
	struct amp_self_row rows[8];
	struct amp_agreement_row between[AMP_AGREEMENT_ROWS];
	struct amp_buf b;
	struct amp_jsonw w;
	struct amp_err err = {0};
	size_t n = 9;
	(void)state;
	draw_all(&ref);
	import_labels(&ref, "hhhnnnnnnnn", "ada", false, &i);
	assert_int_equal(amp_verdicts_load(&v, arena, x.store, ref.id, &err), 0);
	assert_int_equal(amp_verdicts_self(&v, 200, 1, rows, &n, &err), 0);
	assert_int_equal(n, 0);
	assert_non_null(strstr(status_text(&v, &b).p, "no coder has judged a text in two passes"));
	amp_buf_free(&b);
	pass = 2;
	import_labels(&ref, "hhnhnnnnnnn", "ada", false, &i);
	import_labels(&ref, "hhhhnnnnnnn", "ada", false, &i); /* corrected within the pass: one verdict, not two */
	import_labels(&ref, "hhnhnnnnnnn", "ada", false, &i);
	import_labels(&ref, "nnnnnnnnnnn", "bob", false, &i); /* once only */
	pass = 7;
	import_labels(&ref, "u----------", "bob", false, &i);
	import_labels(&ref, "hhhhhhhhhhh", "eve", true, &i); /* what decides is no pass of hers */
	pass = 1;
	assert_int_equal(amp_verdicts_load(&v, arena, x.store, ref.id, &err), 0);
	assert_int_equal(v.n_again, 12);
	assert_int_equal(amp_verdicts_self(&v, 200, 1, rows, &n, &err), 0);
	assert_int_equal(n, 4);
	assert_string_equal(v.coder[rows[0].coder], "ada");
	assert_string_equal(rows[0].what, "label");
	assert_string_equal(rows[1].what, "hateful");
	assert_int_equal(rows[1].units, 11);
	assert_int_equal(rows[1].same, 9);
	assert_int_equal(rows[1].pairable, 22);
	/* as between two coders: 22 values, 6 hateful, 2 units differ: 1 - 4*21/192 */
	assert_true(rows[1].alpha.estimate.known && fabs(rows[1].alpha.estimate.v - (1 - 4.0 * 21 / 192)) < 1e-12);
	assert_true(rows[1].alpha.lo.v < rows[1].alpha.estimate.v);
	assert_int_equal(rows[2].units, 1);
	assert_int_equal(rows[2].same, 0);
	assert_int_equal(rows[3].pairable, 0); /* unsure is no answer to hateful or not */
	assert_false(rows[3].alpha.estimate.known);
	/* between coders the latest pass of each one counts */
	assert_int_equal(amp_verdicts_agreement(&v, 0, 1, between, &n, &err), 0);
	assert_int_equal(v.coded[0 * v.n_coders].label != AMP_CODED_NONE, true);
	assert_non_null(strstr(status_text(&v, &b).p, "ada, hateful: 0.562"));
	assert_non_null(strstr(b.p, "texts judged again: 11, with the same label: 9"));
	amp_buf_free(&b);
	amp_buf_init(&b, 1 << 20);
	amp_jsonw_start(&w, &b);
	assert_int_equal(amp_verdicts_json(&v, &w, &err), 0);
	assert_non_null(strstr(b.p, "\"self_alpha\":[{\"coder\":\"ada\",\"of\":\"label\""));
	assert_non_null(strstr(b.p, "\"judged_again\":11,\"same_label\":9"));
	assert_null(strstr(b.p, "nan"));
	amp_buf_free(&b);
}

/* Strata that no rule of drawing makes are not left out of the sums: the sample is refused. */
static void too_many_strata(void **state)
{
	struct amp_sample_ref ref;
	struct amp_verdicts v;
	struct amp_err err = {0};
	(void)state;
	draw_all(&ref);
	execute("WITH RECURSIVE n(i) AS (SELECT 50 UNION ALL SELECT i + 1 FROM n WHERE i < 50 + 16) "
	        "INSERT INTO sample_stratum (sample_id, n, kind, units, exposures, drawn) SELECT (SELECT min(id) FROM sample), i, 'score', 1, 1, 1 FROM n");
	assert_int_equal(amp_verdicts_load(&v, arena, x.store, ref.id, &err), AMP_ECORRUPT);
	assert_non_null(strstr(err.text, "the sample cannot be read"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(majority_and_adjudication),
		CASE(agreement_is_krippendorffs),
		CASE(a_coder_beside_itself),
		CASE(too_many_strata),
	};
	amp_i18n_init("en");
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_annotate_sample.c: a sample of a small study: drawn, found, carried to coders as sheets and back; and what goes wrong. */
#include "base_test.h"

#include "annotate_fixture.h"
#include "base/i18n.h"

static void frame_and_sample(void **state)
{
	struct amp_sample s;
	struct amp_err err = {0};
	(void)state;
	assert_int_equal(draw(&s, 5, NULL, true, &err), 0);
	assert_int_equal(number("SELECT count(*) FROM sample"), 0); /* dry */
	assert_int_equal(s.units, 11);
	assert_int_equal(s.exposures, 48);
	assert_int_equal(s.snapshots, 8);
	assert_string_equal(s.name, "sample-1");
	assert_int_equal(draw(&s, 7, "first", false, &err), 0);
	assert_int_equal(number("SELECT count(*) FROM sample_unit"), 7);
	assert_int_equal(number("SELECT sum(exposures) FROM sample_snapshot"), 48);
	assert_int_equal(number("SELECT sum(flagged) FROM sample_snapshot"), 16); /* by the primary cell's threshold */
	assert_int_equal(
		number("SELECT count(*) FROM sample_unit u WHERE u.exposures <> (SELECT sum(e.exposures) FROM sample_exposure e WHERE e.sample_unit_id = u.id)"),
		0);
	assert_int_equal(number("SELECT count(*) FROM sample_stratum WHERE kind = 'missing' AND units = 1 AND drawn = 1"), 1);
	assert_int_equal(number("SELECT count(*) FROM sample_text"), 7);
	assert_int_equal(number("SELECT exposures FROM sample_unit WHERE item_version_id = 1 UNION ALL SELECT 8 LIMIT 1"),
	                 8); /* in both feeds */
	assert_int_equal(draw(&s, 7, "first", false, &err), AMP_EUSAGE);
	assert_non_null(strstr(err.text, "first"));
	const struct amp_sample_options o = {.detector = "lexicon", .size = 5};
	assert_int_equal(amp_sample_draw(&s, frame, x.store, &o, &err), AMP_EUSAGE);
	assert_non_null(strstr(err.text, "marker"));
}

static void found_by_name_or_key(void **state)
{
	struct amp_sample s;
	struct amp_sample_ref ref;
	struct amp_err err = {0};
	char hex[2 * AMP_KEY + 1];
	(void)state;
	assert_int_equal(amp_sample_find(&ref, x.store, NULL, NULL, &err), AMP_EUSAGE);
	assert_int_equal(draw(&s, 5, "one", false, &err), 0);
	assert_int_equal(draw(&s, 5, "two", false, &err), 0);
	assert_int_equal(amp_sample_find(&ref, x.store, NULL, NULL, &err), AMP_EUSAGE);
	assert_non_null(strstr(err.text, "one"));
	assert_int_equal(amp_sample_find(&ref, x.store, "fixture", "one", &err), 0);
	assert_string_equal(ref.name, "one");
	amp_hex(s.key.b, AMP_KEY, hex);
	hex[10] = '\0';
	assert_int_equal(amp_sample_find(&ref, x.store, NULL, hex, &err), 0);
	assert_string_equal(ref.name, "two");
	assert_int_equal(amp_sample_find(&ref, x.store, NULL, "three", &err), AMP_EUSAGE);
	assert_int_equal(amp_sample_find(&ref, x.store, "other", "one", &err), AMP_EUSAGE);
}

static void sheets_are_dealt(void **state)
{
	struct amp_sample_ref ref;
	struct amp_buf a, b, c;
	(void)state;
	draw_all(&ref);
	struct amp_export ea = {.coder = "coder-1", .coders = 2, .number = 0, .overlap = 20},
			  eb = {.coder = "coder-2", .coders = 2, .number = 1, .overlap = 20}, ec = ea;
	export_sheet(&a, &ref, &ea);
	export_sheet(&b, &ref, &eb);
	export_sheet(&c, &ref, &ec);
	assert_int_equal(ea.units + eb.units, 11 + 3); /* a fifth of 11, rounded up, goes to both */
	assert_string_equal(a.p, c.p);
	assert_string_not_equal(a.p, b.p);
	struct amp_export ada = {.coder = "ada", .coders = 1, .overlap = 100}, bob = {.coder = "bob", .coders = 1, .overlap = 100};
	struct amp_buf d, e;
	export_sheet(&d, &ref, &ada);
	export_sheet(&e, &ref, &bob);
	assert_int_equal(d.n, e.n);
	assert_string_not_equal(d.p, e.p); /* the same texts in another order */
	amp_buf_free(&d);
	amp_buf_free(&e);
	static const char *const hidden[] = {"0.9", "ranked", "latest", "p1", "p2", "bluesky", "flagged", "pair"};
	for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++) assert_null(strstr(a.p, hidden[i]));
	amp_buf_free(&a);
	amp_buf_free(&b);
	amp_buf_free(&c);
}

static void comes_back_whole_or_not_at_all(void **state)
{
	struct amp_sample_ref ref;
	struct amp_import i;
	struct amp_buf b;
	struct amp_err err = {0};
	(void)state;
	draw_all(&ref);
	fill(&b, &ref, "hhnnnnnnnnn");
	char *made = strstr(b.p, "made up");
	assert_non_null(made);
	memcpy(made, "MADE UP", 7);
	assert_int_equal(import(&ref, amp_buf_str(&b), "ada", false, &i, &err), AMP_EUSAGE);
	assert_non_null(strstr(last, "2:"));
	assert_non_null(strstr(last, "not what the sheet had"));
	assert_int_equal(number("SELECT count(*) FROM annotation"), 0);
	memcpy(made, "made up", 7);
	char *unit = strstr(b.p, "\"u");
	unit = strstr(unit + 8, "\n\"u") + 1;
	char old = unit[3];
	unit[3] = old == 'f' ? '0' : 'f';
	assert_int_equal(import(&ref, amp_buf_str(&b), "ada", false, &i, &err), AMP_EUSAGE);
	assert_non_null(strstr(last, "no such unit"));
	unit[3] = old;
	assert_int_equal(import(&ref, amp_buf_str(&b), "Ada Lovelace", false, &i, &err), AMP_EUSAGE);
	assert_int_equal(import(&ref, amp_buf_str(&b), "ada@example.org", false, &i, &err), AMP_EUSAGE);
	assert_int_equal(number("SELECT count(*) FROM annotation"), 0);
	assert_int_equal(import(&ref, amp_buf_str(&b), "ada", false, &i, &err), 0);
	assert_int_equal(i.added, 11);
	amp_buf_free(&b);
}

static void corrections_supersede(void **state)
{
	struct amp_sample_ref ref;
	struct amp_import i;
	(void)state;
	draw_all(&ref);
	import_labels(&ref, "hh-nnnnnnnn", "ada", false, &i);
	assert_int_equal(i.added, 10);
	assert_int_equal(i.empty, 1);
	import_labels(&ref, "hh-nnnnnnnn", "ada", false, &i);
	assert_int_equal(i.unchanged, 10);
	assert_int_equal(i.added + i.corrected, 0);
	import_labels(&ref, "hnhnnnnnnnn", "ada", false, &i);
	assert_int_equal(i.unchanged, 9);
	assert_int_equal(i.corrected, 1);
	assert_int_equal(i.added, 1);
	assert_int_equal(number("SELECT count(*) FROM annotation"), 12); /* nothing is lost */
	assert_int_equal(number("SELECT count(*) FROM annotations WHERE is_current"), 11);
	assert_int_equal(number("SELECT count(*) FROM annotation_target"), 3);
	assert_int_equal(number("SELECT count(DISTINCT text_sha256) FROM annotation"), 11); /* equal texts, each with its nonce */
}

static void erased_text_is_refused(void **state)
{
	struct amp_sample_ref ref;
	struct amp_import i;
	struct amp_buf b;
	struct amp_err err = {0};
	(void)state;
	draw_all(&ref);
	fill(&b, &ref, "nnnnnnnnnnn");
	assert_int_equal(
		sqlite3_exec(amp_store_handle(x.store), "DELETE FROM sample_text WHERE sample_unit_id = 1", NULL, NULL, NULL),
		SQLITE_OK);
	assert_int_equal(import(&ref, amp_buf_str(&b), "ada", false, &i, &err), AMP_EUSAGE);
	assert_non_null(strstr(last, "erased"));
	amp_buf_free(&b);
	struct amp_export e = {.coder = "ada", .coders = 1, .overlap = 100};
	export_sheet(&b, &ref, &e);
	assert_int_equal(e.units, 10);
	assert_int_equal(e.erased, 1);
	amp_buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(frame_and_sample),      CASE(found_by_name_or_key),
		CASE(sheets_are_dealt),      CASE(comes_back_whole_or_not_at_all),
		CASE(corrections_supersede), CASE(erased_text_is_refused),
	};
	amp_i18n_init("en");
	return cmocka_run_group_tests(tests, NULL, NULL);
}

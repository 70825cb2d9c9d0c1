/* A report from exposures and one from stored lists are the same. */
#include "report_fixture.h"

static void run_sql(struct world *w, const char *sql)
{
	char *why = NULL;
	if (sqlite3_exec(amp_store_handle(w->x.store), sql, NULL, NULL, &why) != SQLITE_OK) fail_msg("%s", why);
}

static char *written(struct world *w)
{
	static const char *const files[] = {"report.html", "summary.csv", "report.json"};
	struct amp_err err = {0};
	struct amp_buf all;
	char path[500];
	if (report(w, "en", NULL, &err) != 0) fail_msg("%s", err.text);
	amp_buf_init(&all, 1 << 26);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		(void)snprintf(path, sizeof path, "%s/%s", w->out, files[i]);
		assert_int_equal(amp_buf_addc(&all, content(w, path)), 0);
	}
	return all.p;
}

static void check_lists(struct world *w, int64_t rows, int64_t bad)
{
	struct amp_list_check c;
	struct amp_err err = {0};
	assert_int_equal(amp_list_check(&c, w->x.store, &err), 0);
	assert_int_equal(c.rows, rows);
	assert_int_equal(c.bad, bad);
}

/* From the exposures, from the lists that this has stored, and over lists that were cut, changed, moved or name texts that there are not: the same
 * bytes, and lists that are what they should be again. */
static void test_stored_lists_give_the_same_report(void **state)
{
	(void)state;
	struct world w;
	struct amp_list_rows rows = {NULL, 0, 0};
	struct amp_list_pending pending = {.n = 0};
	struct amp_err err = {0};
	start(&w, "alternative");
	w.formats = "html,csv,json";
	fill(&w, 4, true, 8, 3, 1, "ok");
	run_sql(&w,
	        "INSERT INTO detection (item_version_id, detector_id, status, score) SELECT v.id, d.id, 'ok', v.id % 7 / 7.0 FROM item_version v, detector d;"
	        "UPDATE snapshot_sum SET flagged = (SELECT count(*) FROM exposure e JOIN detection d ON d.item_version_id = e.item_version_id"
	        " WHERE e.parse_id = snapshot_sum.parse_id AND d.score >= 0.5) WHERE target = 'any'");
	check_lists(&w, 0, 0);
	char *from_exposures = written(&w);
	check_lists(&w, 4 * 2 * 8 * 2, 0);
	char *from_lists = written(&w);
	assert_string_equal(from_exposures, from_lists);
	assert_non_null(strstr(from_lists, "displacement"));
	amp_free(from_lists);
	run_sql(&w,
	        "UPDATE snapshot_list SET list = substr(list, 1, length(list) - 1) WHERE parse_id = 1;"
	        "UPDATE snapshot_list SET list = x'' WHERE parse_id = 2; UPDATE snapshot_list SET list = randomblob(30) WHERE parse_id = 3;"
	        "UPDATE snapshot_list SET list = (SELECT list FROM snapshot_list WHERE parse_id = 4) WHERE parse_id = 5;"
	        "UPDATE snapshot_list SET list = CAST(x'02' || substr(list, 2) AS BLOB) WHERE parse_id = 6; DELETE FROM snapshot_list WHERE parse_id = 7");
	assert_int_equal(amp_list_exposures(&rows, w.x.store, 8, &err), 0);
	rows.v[rows.n - 1].text = 999999;
	amp_list_keep(&pending, 8, &rows);
	amp_list_write(&pending, w.x.store);
	assert_false(pending.off);
	check_lists(&w, 4 * 2 * 8 * 2 - 1, 6);
	char *over_damage = written(&w);
	assert_string_equal(from_exposures, over_damage);
	check_lists(&w, 4 * 2 * 8 * 2, 0);
	amp_free(over_damage);
	amp_free(from_exposures);
	amp_list_rows_free(&rows);
	amp_list_pending_free(&pending);
	stop(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stored_lists_give_the_same_report),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_store_open.c: opening, identity, migration, statements, transactions, authorizer. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/migrate.h"
#include "store/store.h"

static char dir[64], path[96];

static int setup(void **state)
{
	(void)state;
	(void)snprintf(dir, sizeof(dir), "/tmp/amp-store-XXXXXX");
	if (mkdtemp(dir) == NULL) return 1;
	(void)snprintf(path, sizeof(path), "%s/a.db", dir);
	return 0;
}

static int teardown(void **state)
{
	char command[160];

	(void)state;
	(void)snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	return system(command);
}

static void put(const char *file, const char *bytes, size_t n)
{
	FILE *f = fopen(file, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

static void creates_and_reopens(void **state)
{
	struct amp_store *s = NULL;
	struct amp_err err = {0};
	struct amp_key first, second;
	int64_t id;

	(void)state;
	assert_int_equal(amp_store_open(&s, path, AMP_STORE_READ, &err), AMP_ENOTFOUND);
	assert_non_null(strstr(err.text, path));
	assert_int_equal(amp_store_open(&s, path, AMP_STORE_CREATE, &err), 0);
	assert_false(amp_store_simulated(s));
	assert_int_equal(amp_store_crawler(s, "here", &id, &first, &err), 0);
	assert_int_equal(amp_store_set_simulated(s, &err), 0);
	amp_store_close(s);
	assert_int_equal(amp_store_open(&s, path, AMP_STORE_WRITE, &err), 0);
	assert_true(amp_store_simulated(s));
	assert_int_equal(amp_store_crawler(s, "elsewhere", &id, &second, &err), 0);
	assert_memory_equal(first.b, second.b, AMP_KEY);
	amp_store_close(s);
}

static void refuses_strangers(void **state)
{
	struct amp_store *s = NULL;
	struct amp_err err = {0};
	sqlite3 *db = NULL;

	(void)state;
	put(path, "this is not a database, but it is long enough to be read as a header of one, is it not? yes it is, quite long",
	    110);
	assert_int_equal(amp_store_open(&s, path, AMP_STORE_CREATE, &err), AMP_EFORMAT);
	assert_null(s);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(
		sqlite3_exec(db, "CREATE TABLE other (x); PRAGMA user_version = 1; PRAGMA application_id = 7", NULL, NULL, NULL),
		SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	assert_int_equal(amp_store_open(&s, path, AMP_STORE_CREATE, &err), AMP_EFORMAT);
	assert_non_null(strstr(err.text, "another program"));
}

static void refuses_newer(void **state)
{
	struct amp_store *s = NULL;
	struct amp_err err = {0};
	sqlite3 *db = NULL;

	(void)state;
	assert_int_equal(amp_store_open(&s, path, AMP_STORE_CREATE, &err), 0);
	amp_store_close(s);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "PRAGMA user_version = 9999", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	assert_int_equal(amp_store_open(&s, path, AMP_STORE_WRITE, &err), AMP_EUSAGE);
	assert_non_null(strstr(err.text, "newer"));
}

static void analysis_may_not_touch_evidence(void **state)
{
	static const struct amp_sql evidence = {"evidence", "INSERT INTO study (key, slug) VALUES (zeroblob(16), 'x')"};
	static const struct amp_sql analysis = {
		"analysis", "INSERT INTO detector (key, name, version, configuration, text_view_version, normaliser_version) "
			    "VALUES (zeroblob(16), 'd', '1', '{}', '1', '1')"};
	struct amp_store *s = NULL;
	struct amp_err err = {0};
	struct amp_query q;

	(void)state;
	assert_int_equal(amp_store_open(&s, path, AMP_STORE_CREATE, &err), 0);
	amp_store_close(s);
	assert_int_equal(amp_store_open(&s, path, AMP_STORE_ANALYSE, &err), 0);
	assert_int_equal(amp_query_start(&q, s, &evidence, &err), AMP_EPOLICY);
	assert_int_equal(amp_query_start(&q, s, &analysis, &err), 0);
	assert_int_equal(amp_query_run(&q, &err), 0);
	amp_store_close(s);
}

static void rollback_leaves_what_was_committed(void **state)
{
	struct amp_store *s = NULL;
	struct amp_err err = {0};
	struct amp_buf v;

	(void)state;
	amp_buf_init(&v, 100);
	assert_int_equal(amp_store_open(&s, path, AMP_STORE_CREATE, &err), 0);
	assert_int_equal(amp_store_begin(s, &err), 0);
	assert_int_equal(amp_store_meta_set(s, "a", "1", &err), 0);
	assert_int_equal(amp_store_commit(s, &err), 0);
	assert_int_equal(amp_store_begin(s, &err), 0);
	assert_int_equal(amp_store_meta_set(s, "a", "2", &err), 0);
	amp_store_rollback(s);
	assert_int_equal(amp_store_meta_get(s, "a", &v, &err), 0);
	assert_string_equal(v.p, "1");
	amp_buf_free(&v);
	amp_store_close(s);
}

static int64_t number(struct amp_store *s, const char *sql)
{
	sqlite3_stmt *st = NULL;
	int64_t v;

	assert_int_equal(sqlite3_prepare_v2(amp_store_handle(s), sql, -1, &st, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	v = sqlite3_column_type(st, 0) == SQLITE_NULL ? -1 : sqlite3_column_int64(st, 0);
	(void)sqlite3_finalize(st);
	return v;
}

/* A file of the first schema, as it was shipped, with scores in it. */
static void older_files_are_brought_up_to_date(void **state)
{
	static const char rows[] =
		"PRAGMA user_version = 1; PRAGMA application_id = 1095585868;"
		"INSERT INTO item (id, key, platform, native_id) VALUES (1, zeroblob(16), 'bluesky', 'a');"
		"INSERT INTO item_version (id, key, item_id, kind, text) VALUES (1, zeroblob(16), 1, 'post', 'a');"
		"INSERT INTO detector (id, key, name, version, configuration, text_view_version, normaliser_version) "
		"VALUES (1, zeroblob(16), 'd', '1', '{}', 'v1', '2');"
		"INSERT INTO threshold_set (key, detector_id, lang, threshold) VALUES (zeroblob(16), 1, 'any', '0.5');"
		"INSERT INTO detection (item_version_id, detector_id, status, score) VALUES (1, 1, 'ok', 0.75);";
	char copy[160];
	struct amp_store *s = NULL;
	struct amp_err err = {0};
	sqlite3 *db = NULL;

	(void)state;
	assert_int_equal(AMP_STORE_APPLICATION_ID, 1095585868);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(amp_migrations[0].number, 1);
	assert_int_equal(sqlite3_exec(db, (const char *)amp_migrations[0].sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, rows, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	assert_int_equal(amp_store_open(&s, path, AMP_STORE_READ, &err), AMP_EUSAGE);
	assert_non_null(strstr(err.text, "older schema"));
	if (amp_store_open(&s, path, AMP_STORE_WRITE, &err) != 0) fail_msg("%s", err.text);
	assert_int_equal(amp_store_version(s), amp_migrations_newest());
	assert_int_equal(number(s, "SELECT count(*) FROM detection WHERE score = 0.75 AND lang IS NULL"), 1);
	assert_int_equal(number(s, "SELECT count(*) FROM scored_exposures WHERE flagged = 1"), 0); /* nobody saw it */
	amp_store_close(s);
	(void)snprintf(copy, sizeof(copy), "%s.schema-1.backup", path);
	assert_int_equal(access(copy, F_OK), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(creates_and_reopens, setup, teardown),
		cmocka_unit_test_setup_teardown(refuses_strangers, setup, teardown),
		cmocka_unit_test_setup_teardown(refuses_newer, setup, teardown),
		cmocka_unit_test_setup_teardown(older_files_are_brought_up_to_date, setup, teardown),
		cmocka_unit_test_setup_teardown(analysis_may_not_touch_evidence, setup, teardown),
		cmocka_unit_test_setup_teardown(rollback_leaves_what_was_committed, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

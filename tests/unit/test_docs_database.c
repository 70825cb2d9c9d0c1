/* test_docs_database.c: docs/database.md names every table, column and view of the schema and no others, and its ten questions run. */
#include "base_test.h"

#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "store/store.h"

static struct amp_buf doc;
static struct amp_store *store;
static char dir[] = "/tmp/amp-docs-XXXXXX";

static int setup(void **state)
{
	char path[512];
	const char *source = getenv("AMP_SOURCE_DIR");
	struct amp_err err = {0};

	(void)state;
	if (source == NULL || mkdtemp(dir) == NULL) return 1;
	amp_buf_init(&doc, 4 << 20);
	(void)snprintf(path, sizeof(path), "%s/docs/database.md", source);
	if (amp_io_read_file(path, &doc, &err) != 0) return 1;
	(void)snprintf(path, sizeof(path), "%s/x.db", dir);
	return amp_store_open(&store, path, AMP_STORE_CREATE, &err);
}

static int teardown(void **state)
{
	char command[64];

	(void)state;
	amp_buf_free(&doc);
	amp_store_close(store);
	(void)snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

/* The part of the document about one table, NULL when there is none; *n its length. */
static const char *section(const char *table, size_t *n)
{
	char title[128];
	const char *start, *end;

	(void)snprintf(title, sizeof(title), "\n### %s\n", table);
	start = strstr(doc.p, title);
	if (start == NULL) return NULL;
	end = strstr(start + 5, "\n### ");
	*n = end == NULL ? strlen(start) : (size_t)(end - start);
	return start;
}

static void every_column_is_documented(void **state)
{
	sqlite3_stmt *st = NULL;
	int columns = 0, tables = 0, documented = 0;

	(void)state;
	assert_int_equal(sqlite3_prepare_v2(amp_store_handle(store),
	                                    "SELECT t.name, c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c "
	                                    "WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' ORDER BY t.name, c.cid",
	                                    -1, &st, NULL),
	                 SQLITE_OK);
	while (sqlite3_step(st) == SQLITE_ROW) {
		const char *table = (const char *)sqlite3_column_text(st, 0), *column = (const char *)sqlite3_column_text(st, 1);
		char row[128], *copy;
		size_t n = 0;
		const char *part = section(table, &n);

		if (part == NULL) fail_msg("docs/database.md has no section %s", table);
		copy = strndup(part, n);
		assert_non_null(copy);
		(void)snprintf(row, sizeof(row), "\n| `%s` |", column);
		if (strstr(copy, row) == NULL) fail_msg("docs/database.md does not explain %s.%s", table, column);
		free(copy);
		columns++;
	}
	(void)sqlite3_finalize(st);
	for (const char *p = strstr(doc.p, "## Tables"); p != NULL; p = strstr(p + 1, "\n| `")) documented++;
	assert_int_equal(documented - 1, columns); /* no column that the schema lacks */
	for (const char *p = strstr(doc.p, "\n### "); p != NULL; p = strstr(p + 1, "\n### ")) tables++;
	assert_true(tables >= 37);
}

static void every_view_is_documented(void **state)
{
	sqlite3_stmt *st = NULL;
	int views = 0;

	(void)state;
	assert_int_equal(
		sqlite3_prepare_v2(amp_store_handle(store), "SELECT name FROM sqlite_schema WHERE type = 'view'", -1, &st, NULL),
		SQLITE_OK);
	while (sqlite3_step(st) == SQLITE_ROW) {
		char row[128];

		(void)snprintf(row, sizeof(row), "\n| `%s` |", (const char *)sqlite3_column_text(st, 0));
		if (strstr(doc.p, row) == NULL) fail_msg("docs/database.md does not list the view%s", row);
		views++;
	}
	(void)sqlite3_finalize(st);
	assert_true(views >= 8);
}

static void ten_questions_run(void **state)
{
	int questions = 0;

	(void)state;
	for (const char *p = strstr(doc.p, "```sql\n"); p != NULL; p = strstr(p + 1, "```sql\n")) {
		const char *start = p + 7, *end = strstr(start, "```");
		sqlite3_stmt *st = NULL;
		int rc;

		assert_non_null(end);
		rc = sqlite3_prepare_v2(amp_store_handle(store), start, (int)(end - start), &st, NULL);
		if (rc != SQLITE_OK) fail_msg("question %d: %s", questions + 1, sqlite3_errmsg(amp_store_handle(store)));
		rc = sqlite3_step(st);
		if (rc != SQLITE_DONE && rc != SQLITE_ROW)
			fail_msg("question %d: %s", questions + 1, sqlite3_errmsg(amp_store_handle(store)));
		(void)sqlite3_finalize(st);
		questions++;
	}
	assert_int_equal(questions, 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(every_column_is_documented), cmocka_unit_test(every_view_is_documented),
	                                   cmocka_unit_test(ten_questions_run)};

	return cmocka_run_group_tests(tests, setup, teardown);
}

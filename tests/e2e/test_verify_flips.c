/* Each column of each evidence row, changed: verify must name it, or the column must stand in the table of provably irrelevant ones. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sqlite3.h>
#include "archive/archive.h"
#include "base/buf.h"
#include "base/io.h"
#include "crawl_lab.h"
#include "run/run.h"
#include "run/verify.h"
#include "store/store.h"

static const char *const tables[] = {"ledger", "capture",       "capture_location", "snapshot", "snapshot_capture",
                                     "round",  "study_version", "program_run",      "decision"};

static struct lab lab;
static struct amp_buf original;

static void keep_last(void *user, const struct amp_finding *f)
{
	char *what = user;
	if (what[0] == '\0') (void)snprintf(what, 256, "%s: expected %.40s, found %.40s", f->what, f->expected, f->found);
}

static int64_t findings(const char *db, char what[256])
{
	struct amp_err err = {0};
	struct amp_store *store = NULL;
	int64_t n = 0;
	what[0] = '\0';
	if (amp_store_open(&store, db, AMP_STORE_READ, &err) != 0) return 1; /* refused before it could be compared: named */
	int rc = amp_verify_database(store, lab.archive, keep_last, what, &n, &err);
	amp_store_close(store);
	if (rc != 0 && n == 0) {
		(void)snprintf(what, 256, "%.250s", err.text);
		n = 1;
	}
	return n;
}

static bool irrelevant(const char *table, const char *column)
{
	size_t n;
	const struct amp_irrelevant *list = amp_verify_irrelevant(&n);
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i].table, table) == 0 && strcmp(list[i].column, column) == 0) return true;
	return false;
}

static void run_sql(sqlite3 *db, const char *sql)
{
	char *message = NULL;
	if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK) fail_msg("%s: %s", sql, message);
}

static void drop_triggers(sqlite3 *db)
{
	for (;;) {
		sqlite3_stmt *st = NULL;
		char sql[256] = "";
		assert_int_equal(
			sqlite3_prepare_v2(db, "SELECT name FROM sqlite_schema WHERE type = 'trigger' LIMIT 1", -1, &st, NULL),
			SQLITE_OK);
		if (sqlite3_step(st) == SQLITE_ROW)
			(void)snprintf(sql, sizeof sql, "DROP TRIGGER \"%s\"", (const char *)sqlite3_column_text(st, 0));
		(void)sqlite3_finalize(st);
		if (sql[0] == '\0') return;
		run_sql(db, sql);
	}
}

/* The first or last row's column gets another value of its type. */
static void flip(const char *db_path, const char *table, const char *column, const char *type, bool last)
{
	char sql[1024];
	sqlite3 *db = NULL;
	struct amp_err err = {0};
	bool key_pair = strcmp(table, "snapshot_capture") == 0;
	const char *value = strcmp(type, "INTEGER") == 0 ? "coalesce(\"%s\", 0) + 1000003"
	                    : strcmp(type, "BLOB") == 0
	                            ? "CASE WHEN \"%s\" IS NULL THEN zeroblob(16) ELSE zeroblob(length(\"%s\")) END"
	                            : "coalesce(\"%s\", '') || 'x'";
	char expression[256], *at;
	(void)snprintf(expression, sizeof expression, "%s", value);
	/* %s twice at most: replaced by hand, the pattern is chosen above */
	char built[512] = "";
	const char *from = expression;
	for (at = strstr(expression, "%s"); at; at = strstr(from, "%s")) {
		size_t n = strlen(built);
		(void)snprintf(built + n, sizeof built - n, "%.*s%s", (int)(at - from), from, column);
		from = at + 2;
	}
	size_t n = strlen(built);
	(void)snprintf(built + n, sizeof built - n, "%s", from);
	if (key_pair)
		(void)snprintf(
			sql, sizeof sql,
			"UPDATE %s SET \"%s\" = %s WHERE (snapshot_id, page) = (SELECT snapshot_id, page FROM %s ORDER BY snapshot_id %s, page LIMIT 1)",
			table, column, built, table, last ? "DESC" : "ASC");
	else
		(void)snprintf(sql, sizeof sql, "UPDATE %s SET \"%s\" = %s WHERE rowid = (SELECT %s(rowid) FROM %s)", table, column,
		               built, last ? "max" : "min", table);
	assert_int_equal(amp_io_write_file(db_path, original.p, original.n, &err), 0);
	assert_int_equal(sqlite3_open(db_path, &db), SQLITE_OK);
	run_sql(db,
	        "PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; PRAGMA journal_mode = DELETE");
	drop_triggers(db);
	run_sql(db, sql);
	assert_int_equal(sqlite3_changes(db), 1);
	(void)sqlite3_close(db);
}

static int flip_table(const char *copy, const char *table, int *flips)
{
	char sql[128], what[256];
	sqlite3 *db = NULL;
	sqlite3_stmt *st = NULL;
	int bad = 0;
	(void)snprintf(sql, sizeof sql, "SELECT name, type FROM pragma_table_info('%s')", table);
	assert_int_equal(sqlite3_open(lab.db, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &st, NULL), SQLITE_OK);
	while (sqlite3_step(st) == SQLITE_ROW) {
		const char *column = (const char *)sqlite3_column_text(st, 0), *type = (const char *)sqlite3_column_text(st, 1);
		bool excused = irrelevant(table, column);
		int silent = 0;
		for (int last = 0; last < 2; last++) {
			flip(copy, table, column, type, last != 0);
			int64_t n = findings(copy, what);
			(*flips)++;
			silent += n == 0;
			if (n > 0 || excused) continue;
			print_error("%s.%s (%s row): changed, and verify is silent\n", table, column, last ? "last" : "first");
			bad++;
		}
		if (excused && silent == 0) {
			print_error("%s.%s: listed as irrelevant, but verify always says %s\n", table, column, what);
			bad++;
		}
	}
	(void)sqlite3_finalize(st);
	(void)sqlite3_close(db);
	return bad;
}

static void each_column_is_named(void **state)
{
	(void)state;
	char copy[320], what[256];
	int bad = 0, flips = 0;
	struct amp_err err = {0};
	(void)snprintf(copy, sizeof copy, "%s/copy.db", lab.dir);
	amp_buf_init(&original, (size_t)64 << 20);
	assert_int_equal(amp_io_read_file(lab.db, &original, &err), 0);
	assert_int_equal(amp_io_write_file(copy, original.p, original.n, &err), 0);
	assert_int_equal(findings(copy, what), 0);
	for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) bad += flip_table(copy, tables[i], &flips);
	print_message("%d flips\n", flips);
	amp_buf_free(&original);
	assert_int_equal(bad, 0);
	assert_true(flips > 150);
}

/* A copy of the lab's database in which this was done, by somebody who dropped the triggers first. */
static void change(const char *copy, const char *sql)
{
	sqlite3 *db = NULL;
	struct amp_err err = {0};
	assert_int_equal(amp_io_write_file(copy, original.p, original.n, &err), 0);
	assert_int_equal(sqlite3_open(copy, &db), SQLITE_OK);
	run_sql(db,
	        "PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; PRAGMA journal_mode = DELETE");
	drop_triggers(db);
	run_sql(db, sql);
	if (sqlite3_changes(db) < 1) fail_msg("nothing is changed by: %s", sql);
	(void)sqlite3_close(db);
}

static void lost_and_added_rows_are_named(void **state)
{
	(void)state;
	static const char *const changes[] = {
		"DELETE FROM snapshot_capture WHERE snapshot_id = (SELECT max(id) FROM snapshot)",
		"DELETE FROM capture_location WHERE capture_id = (SELECT max(id) FROM capture)",
		"DELETE FROM decision",
		"DELETE FROM snapshot WHERE id = (SELECT max(id) FROM snapshot)",
		"DELETE FROM ledger WHERE id = (SELECT max(id) FROM ledger)",
		"INSERT INTO round (key, study_version_id, scheduled_at, window_end) SELECT randomblob(16), study_version_id, 5, 6 FROM round LIMIT 1",
		"INSERT INTO snapshot (key, round_id, persona_id, feed_id, attempt, depth_asked) SELECT randomblob(16), round_id, persona_id, feed_id, 99, 5 FROM snapshot LIMIT 1",
		"UPDATE item_version SET text = 'other words' WHERE id = (SELECT max(id) FROM item_version)",
		"UPDATE item_version SET url = 'https://elsewhere.example/' WHERE id = 1",
		"UPDATE item_version SET kind = 'comment' WHERE id = 1",
		"UPDATE item_version SET author_id = NULL WHERE id = 1",
		"UPDATE item_version SET item_id = item_id + 1 WHERE id = 1",
		"UPDATE item SET native_id = 'x' WHERE id = 1",
		"UPDATE author SET native_id = 'x' WHERE id = 1",
		"INSERT INTO media (item_version_id, n, kind) VALUES (1, 77, 'image')",
		"INSERT INTO link (item_version_id, n, url) VALUES (1, 77, 'https://elsewhere.example/')",
		"UPDATE feed SET ranking = CASE ranking WHEN 'algorithmic' THEN 'chronological' ELSE 'algorithmic' END",
		"UPDATE feed SET depth = depth + 1 WHERE id = 1",
		"UPDATE feed SET host = 'http://elsewhere.example'",
		"UPDATE feed SET parameters = '{\"params\":[],\"session\":false,\"source\":\"follows\"}'",
		"UPDATE feed SET key = randomblob(16) WHERE id = 2",
		"UPDATE pair SET ranked_feed_id = chronological_feed_id, chronological_feed_id = ranked_feed_id",
		"UPDATE pair SET pool = CASE pool WHEN 'different' THEN 'identical' ELSE 'different' END",
		"UPDATE persona SET cluster_key = randomblob(16) WHERE id = 1",
		"UPDATE persona SET attributes = '{}' WHERE id = 1",
		"UPDATE persona SET twin_of_id = CASE WHEN twin_of_id IS NULL THEN id END",
		"DELETE FROM pair",
		"UPDATE meta SET value = '0' WHERE name = 'simulated'",
		"INSERT INTO ledger (archive_id, seq, type, recorded_at, entry_hash, link) SELECT archive_id, 999, type, 1, randomblob(32), randomblob(32) FROM ledger LIMIT 1",
	};
	char copy[320], what[256];
	struct amp_err err = {0};
	(void)snprintf(copy, sizeof copy, "%s/copy.db", lab.dir);
	amp_buf_init(&original, (size_t)64 << 20);
	assert_int_equal(amp_io_read_file(lab.db, &original, &err), 0);
	for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
		change(copy, changes[i]);
		if (findings(copy, what) == 0) fail_msg("verify is silent after: %s", changes[i]);
	}
	amp_buf_free(&original);
}

/* What verify --deep finds first: "" for nothing. Nothing is written: it is opened for reading. */
static void deep(const char *copy, char what[256], struct amp_reparse_summary *s)
{
	struct amp_err err = {0};
	struct amp_store *store = NULL;
	struct amp_buf before, after;
	what[0] = '\0';
	amp_buf_init(&before, (size_t)64 << 20);
	amp_buf_init(&after, (size_t)64 << 20);
	if (amp_store_open(&store, copy, AMP_STORE_READ, &err) != 0 || amp_store_dump(store, &before, &err) != 0)
		fail_msg("%s", err.text);
	int rc = amp_verify_readings(store, lab.archive, keep_last, what, s, &err);
	if (rc != 0 && rc != AMP_EFAIL) fail_msg("%s", err.text);
	assert_int_equal(rc == AMP_EFAIL, what[0] != '\0');
	assert_int_equal(amp_store_dump(store, &after, &err), 0);
	assert_int_equal(after.n, before.n);
	assert_memory_equal(after.p, before.p, after.n);
	amp_store_close(store);
	amp_buf_free(&before);
	amp_buf_free(&after);
}

/* Readings are no evidence, but every figure is made of them: verify --deep reads the captures again and names the row. */
static void each_reading_is_named(void **state)
{
	(void)state;
#define FIRST " parse_id = (SELECT min(parse_id) FROM exposure)"
	static const struct {
		const char *sql, *named;
	} changes[] = {
		{"UPDATE exposure SET likes = coalesce(likes, 0) + 1 WHERE rank = 3 AND" FIRST, "exposure.likes, rank 3: persona "},
		{"UPDATE exposure SET item_version_id = (SELECT x.item_version_id FROM exposure x WHERE x.rank = 1 AND x.parse_id = "
	         "exposure.parse_id) WHERE rank = 0 AND" FIRST,
	         "exposure.item_version_id, rank 0: persona "},
		{"DELETE FROM exposure WHERE rank = 2 AND" FIRST, "exposure: row missing, rank 2: persona "},
		{"INSERT INTO exposure SELECT parse_id, 9999, NULL, item_version_id, page, byte_offset, entry_id, is_repost, reposter_id, reposted_at, "
	         "is_pinned, is_ad, is_service, is_reply, is_quote, feed_reason, feed_context, likes, reposts, replies, quotes, views, score, "
	         "counts_rounded FROM exposure WHERE rank = 0 AND" FIRST,
	         "exposure: row added, rank 9999: persona "},
		{"INSERT INTO label (parse_id, rank, n, value) SELECT min(parse_id), 0, 77, 'spam' FROM exposure",
	         "label: row added, rank 0: persona "},
		{"INSERT INTO diagnostic (parse_id, n, code) SELECT min(parse_id), 77, 'x' FROM exposure",
	         "diagnostic: row added, n 77: persona "},
		{"UPDATE parse SET verdict = 'empty' WHERE id = (SELECT min(parse_id) FROM exposure)", "parse.verdict: persona "},
		{"UPDATE parse SET adapter_version = '0' WHERE id = (SELECT min(parse_id) FROM exposure)",
	         "parse: snapshot, adapter or versions against its key: persona "},
		{"DELETE FROM snapshot_current WHERE parse_id = (SELECT max(parse_id) FROM exposure); "
	         "UPDATE snapshot_current SET parse_id = (SELECT max(parse_id) FROM exposure) WHERE" FIRST,
	         "parse: snapshot, adapter or versions against its key: persona "},
		{"DELETE FROM snapshot_current WHERE" FIRST, "snapshot_current: persona "},
		{"UPDATE feed SET platform = 'nowhere'", "its feed, or what its captures hold, cannot be read: persona "},
		{"INSERT INTO snapshot_capture (snapshot_id, page, capture_id) WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 400) "
	         "SELECT (SELECT min(snapshot_id) FROM snapshot_capture), i, (SELECT min(capture_id) FROM snapshot_capture) FROM n",
	         "its captures cannot be read: persona "},
	};
	char copy[320], what[256], sql[256];
	struct amp_err err = {0};
	struct amp_reparse_summary s;
	sqlite3 *db = NULL;
	sqlite3_stmt *st = NULL;
	int columns = 0;
	(void)snprintf(copy, sizeof copy, "%s/copy.db", lab.dir);
	amp_buf_init(&original, (size_t)64 << 20);
	assert_int_equal(amp_io_read_file(lab.db, &original, &err), 0);
	assert_int_equal(amp_io_write_file(copy, original.p, original.n, &err), 0);
	deep(copy, what, &s);
	assert_string_equal(what, "");
	assert_int_equal(s.same, 2 * LAB_PERSONAS * LAB_FEEDS);
	assert_int_equal(s.same, s.snapshots);
	for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
		change(copy, changes[i].sql);
		deep(copy, what, &s);
		if (strncmp(what, changes[i].named, strlen(changes[i].named)) != 0)
			fail_msg("after %s: \"%s\" and not \"%s\"", changes[i].sql, what, changes[i].named);
	}
	/* every column of an exposure */
	assert_int_equal(sqlite3_open(lab.db, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, "SELECT name, type FROM pragma_table_info('exposure') WHERE name <> 'parse_id'", -1,
	                                    &st, NULL),
	                 SQLITE_OK);
	while (sqlite3_step(st) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(st, 0);
		bool text = strcmp((const char *)sqlite3_column_text(st, 1), "TEXT") == 0;
		(void)snprintf(sql, sizeof sql, "UPDATE exposure SET \"%s\" = coalesce(\"%s\", %s) %s WHERE rank = 0 AND" FIRST,
		               name, name, text ? "''" : "0",
		               text                        ? "|| 'x'"
		               : strcmp(name, "rank") == 0 ? "+ 1000003"
		                                           : "+ 1");
		change(copy, sql);
		deep(copy, what, &s);
		if (strncmp(what, "exposure", 8) != 0 || (strcmp(name, "rank") != 0 && !strstr(what, name)))
			fail_msg("verify --deep says \"%s\" after: %s", what, sql);
		columns++;
	}
	(void)sqlite3_finalize(st);
	(void)sqlite3_close(db);
	assert_true(columns > 20);
	amp_buf_free(&original);
}

static int set_up(void **state)
{
	(void)state;
	lab_start(&lab);
	return lab_crawl(&lab, 0, 2) == 0 ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	lab_stop(&lab);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_column_is_named),
		cmocka_unit_test(lost_and_added_rows_are_named),
		cmocka_unit_test(each_reading_is_named),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}

/* verify as a user runs it: what it says, how it ends, and that nothing is left out in silence. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <sqlite3.h>
#include "base/buf.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/io.h"
#include "base/utf8.h"
#include "crawl_lab.h"
#include "run/run.h"
#include "store/store.h"

static struct lab lab;
static char copy[320], aside[400];

/* The first of these that the output lacks fails the test. */
static void says(const char *const *args, int code, const char *const *parts)
{
	int found = lab_run(&lab, 0, args);
	char *text = lab_output(&lab);
	if (found != code) fail_msg("exit %d and not %d:\n%s", found, code, text);
	for (; *parts; parts++)
		if (!strstr(text, *parts)) fail_msg("it does not say \"%s\":\n%s", *parts, text);
	assert_true(amp_utf8_valid(text, strlen(text)));
	lab_free_output(text);
}
#define SAYS(code, args, ...) says((const char *const[])args, code, (const char *const[]){__VA_ARGS__, NULL})
#define DEEP(...)                                                               \
	{                                                                       \
		"verify", "--deep", "--archive", lab.archive, __VA_ARGS__, NULL \
	}

static void copy_database(void)
{
	struct amp_err err = {0};
	struct amp_store *store = NULL;
	(void)unlink(copy);
	if (amp_store_open(&store, lab.db, AMP_STORE_READ, &err) != 0 || amp_store_backup(store, copy, &err) != 0)
		fail_msg("%s", err.text);
	amp_store_close(store);
}

/* By somebody who takes the guards away first. */
static void change(const char *path, const char *sql)
{
	sqlite3 *db = NULL;
	char *message = NULL;
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	for (;;) {
		sqlite3_stmt *st = NULL;
		char drop[256] = "";
		assert_int_equal(
			sqlite3_prepare_v2(db, "SELECT name FROM sqlite_schema WHERE type = 'trigger' LIMIT 1", -1, &st, NULL),
			SQLITE_OK);
		if (sqlite3_step(st) == SQLITE_ROW)
			(void)snprintf(drop, sizeof drop, "DROP TRIGGER \"%s\"", (const char *)sqlite3_column_text(st, 0));
		(void)sqlite3_finalize(st);
		if (drop[0] == '\0') break;
		assert_int_equal(sqlite3_exec(db, drop, NULL, NULL, NULL), SQLITE_OK);
	}
	if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK) fail_msg("%s: %s", sql, message);
	if (sqlite3_changes(db) < 1) fail_msg("nothing is changed by: %s", sql);
	assert_int_equal(sqlite3_exec(db, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL), SQLITE_OK);
	(void)sqlite3_close(db);
}

static void digest(const char *path, uint8_t out[AMP_SHA256])
{
	struct amp_buf b;
	struct amp_err err = {0};
	amp_buf_init(&b, (size_t)64 << 20);
	if (amp_io_read_file(path, &b, &err) != 0) fail_msg("%s", err.text);
	amp_sha256(b.p, b.n, out);
	amp_buf_free(&b);
}

static void deep_names_the_row(void **state)
{
	uint8_t before[AMP_SHA256], after[AMP_SHA256];
	(void)state;
	copy_database();
	change(copy, "UPDATE meta SET value = value"); /* the guards are gone, nothing else */
	digest(copy, before);
	SAYS(0, DEEP("--db", copy), "intact: ", "readings made again from their captures: 8, the same: 8\n");
	SAYS(0, DEEP("--db", copy, "--json"), "{\"status\":\"intact\"");
	digest(copy, after);
	assert_memory_equal(before, after, AMP_SHA256);
	change(copy,
	       "UPDATE exposure SET byte_offset = byte_offset + 1 WHERE rank = 3 AND parse_id = (SELECT min(parse_id) FROM exposure)");
	static const char *const shallow[] = {"verify", "--db", copy, "--archive", lab.archive, NULL};
	says(shallow, 0, (const char *const[]){"intact: ", NULL}); /* every figure is made of it, and only --deep looks */
	SAYS(1, DEEP("--db", copy), "differs: exposure.byte_offset, rank 3: persona ", ", feed ", ", round 2026-03-02T12:00",
	     ": expected ", ", found ", "captures: 8, the same: 7\n", "1 differences in ");
	SAYS(1, DEEP("--db", copy, "--json"), "{\"status\":\"differs\"", "\"what\":\"exposure.byte_offset, rank 3: persona ",
	     "\"file\":\"database\"");
	SAYS(2, DEEP("--lang", "en"), "give it with --db");
}

/* No bytes to hold the readings against: said for each, or at once where there is nothing at all. */
static void deep_without_the_archive(void **state)
{
	char segment[400];
	struct amp_buf b;
	struct amp_err err = {0};
	struct stat st;
	(void)state;
	copy_database();
	(void)snprintf(aside, sizeof aside, "%s.aside", lab.archive);
	assert_int_equal(rename(lab.archive, aside), 0);
	SAYS(1, DEEP("--db", copy), lab.archive);
	assert_int_equal(rename(aside, lab.archive), 0);
	(void)snprintf(segment, sizeof segment, "%s/00000.warc.gz", lab.archive);
	amp_buf_init(&b, (size_t)64 << 20);
	if (amp_io_read_file(segment, &b, &err) != 0) fail_msg("%s", err.text);
	assert_int_equal(stat(segment, &st), 0);
	assert_int_equal(truncate(segment, st.st_size / 2), 0);
	SAYS(1, DEEP("--db", copy), "differs: the file ends inside a gzip member, entry ",
	     "differs: entries behind damage of the archive: none is compared with the database",
	     "differs: its captures cannot be read: persona ", " differences in ");
	assert_int_equal(amp_io_write_file(segment, b.p, b.n, &err), 0);
	SAYS(0, DEEP("--db", copy), "intact: ");
	amp_buf_free(&b);
}

/* Each difference is shown where it is, in whole characters and without control bytes. */
static void long_and_hostile_texts(void **state)
{
	(void)state;
	copy_database();
	change(copy, "UPDATE study_version SET text = text || 'and \xC3\xA9'");
	static const char *const plain[] = {"verify", "--db", copy, "--archive", lab.archive, NULL};
	static const char *const json[] = {"verify", "--db", copy, "--archive", lab.archive, "--json", NULL};
	says(plain, 1, (const char *const[]){"differs: study_version.text, from byte ", "and \xC3\xA9\n", NULL});
	copy_database();
	change(copy, "UPDATE capture SET url = CAST(x'1B5B324AC3' || zeroblob(0) AS TEXT) WHERE id = 1");
	says(plain, 1, (const char *const[]){"differs: capture.url, entry ", "found ?[2J\xEF\xBF\xBD", NULL});
	says(json, 1, (const char *const[]){"\\u001b[2J\xEF\xBF\xBD", NULL});
	copy_database();
	change(copy, "WITH RECURSIVE n(i, t) AS (SELECT 1, 'a' UNION ALL SELECT i + 1, t || '\xC3\xA9' FROM n WHERE i < 200) "
	             "UPDATE capture SET url = (SELECT t FROM n ORDER BY i DESC LIMIT 1) WHERE id = 1");
	says(json, 1, (const char *const[]){"\"what\":\"capture.url\"", "\xC3\xA9\xC3\xA9\"", NULL});
}

/* 1000 differences of one archive are listed; how many more there are is said. */
static void more_than_a_thousand(void **state)
{
	char from[400], to[400];
	(void)state;
	(void)snprintf(from, sizeof from, "%s/00000.warc.gz", lab.archive);
	(void)snprintf(to, sizeof to, "%s/02500.warc.gz", lab.archive);
	assert_int_equal(rename(from, to), 0);
	const char *const alone[] = {"verify", "--archive", lab.archive, NULL};
	const char *const json[] = {"verify", "--archive", lab.archive, "--json", NULL};
	says(alone, 1, (const char *const[]){"differs: ", "the first 1000 are (15", "amplimeter: 25", NULL});
	says(json, 1, (const char *const[]){"\"found\":\"15", NULL});
	assert_int_equal(rename(to, from), 0);
}

#define MANY 260

static void count_one(void *user, const struct amp_finding *f)
{
	(void)f;
	(*(int *)user)++;
}

static int64_t differences(const char *db, const char *archive)
{
	struct amp_err err = {0};
	struct amp_store *store = NULL;
	int64_t n = 0;
	int told = 0;
	if (amp_store_open(&store, db, AMP_STORE_READ, &err) != 0) fail_msg("%s", err.text);
	int rc = amp_verify_database(store, archive, count_one, &told, &n, &err);
	if (rc != 0 && n == 0) fail_msg("%s", err.text);
	amp_store_close(store);
	return n;
}

static void remove_archive(const char *folder, int i)
{
	char dir[500], **names = NULL;
	size_t n = 0;
	struct amp_err err = {0};
	(void)snprintf(dir, sizeof dir, i == 0 ? "%s" : "%s/s%d", folder, i);
	assert_int_equal(amp_io_list(dir, &names, &n, &err), 0);
	for (size_t k = 0; k < n; k++) {
		char path[900];
		(void)snprintf(path, sizeof path, "%s/%s", dir, names[k]);
		assert_int_equal(unlink(path), 0);
	}
	amp_io_list_free(names);
	assert_int_equal(rmdir(dir), 0);
}

/* A database with an archive for each of very many studies. */
static void every_archive_is_verified(void **state)
{
	char db[320], archive[400], file[400], slug[16];
	const char *const paths[] = {file};
	struct amp_err err = {0};
	struct amp_store *store = NULL;
	(void)state;
	(void)snprintf(db, sizeof db, "%s/many.db", lab.dir);
	(void)snprintf(archive, sizeof archive, "%s/many.warc.d", lab.dir);
	(void)snprintf(file, sizeof file, "%s/saved.json", lab.dir);
	assert_int_equal(amp_io_write_file(file, "[]", 2, &err), 0);
	if (amp_store_open(&store, db, AMP_STORE_CREATE, &err) != 0) fail_msg("%s", err.text);
	assert_int_equal(sqlite3_exec(amp_store_handle(store), "PRAGMA synchronous = OFF", NULL, NULL, NULL), SQLITE_OK);
	for (int i = 0; i < MANY; i++) {
		const struct amp_ingest_options o = {.archive_dir = archive,
		                                     .study = slug,
		                                     .platform = "mastodon",
		                                     .endpoint = "trends/statuses",
		                                     .captured_at = 1772452800000 + i};
		(void)snprintf(slug, sizeof slug, "s%d", i);
		if (amp_ingest(store, paths, 1, &o, NULL, NULL, &err) != 0) fail_msg("%s", err.text);
	}
	amp_store_close(store);
	assert_int_equal(differences(db, archive), 0);
	change(db, "UPDATE capture SET url = 'https://elsewhere.example/' WHERE id = (SELECT max(id) FROM capture)");
	assert_int_equal(differences(db, archive), 1);
	/* what is of all archives is told once */
	change(db, "UPDATE slot SET state = 'done', persona_id = persona_id + 1000000 WHERE id = (SELECT min(id) FROM slot)");
	assert_true(differences(db, archive) < 10);
	for (int i = MANY - 1; i >= 0; i--) remove_archive(archive, i); /* the first one's is the folder of the others */
}

static int set_up(void **state)
{
	(void)state;
	lab_start(&lab);
	(void)snprintf(copy, sizeof copy, "%s/copy.db", lab.dir);
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
		cmocka_unit_test(deep_names_the_row),        cmocka_unit_test(deep_without_the_archive),
		cmocka_unit_test(long_and_hostile_texts),    cmocka_unit_test(more_than_a_thousand),
		cmocka_unit_test(every_archive_is_verified),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}

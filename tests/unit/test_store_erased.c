/* test_store_erased.c: what services answered about a text goes when the text is erased, and nothing else of an exchange ever changes. */
#include "base_test.h"

#include <unistd.h>

#include "store/store.h"

static struct {
	char dir[64];
	struct amp_store *store;
} x;

static int setup(void **state)
{
	static const char rows[] =
		"INSERT INTO study (id, key, slug) VALUES (1, randomblob(16), 's');"
		"INSERT INTO study_version (id, key, study_id, hash, text, locked_at) VALUES (1, randomblob(16), 1, zeroblob(32), '{}', 1);"
		"INSERT INTO detector (id, key, name, version, configuration, text_view_version, normaliser_version) VALUES (1, randomblob(16), 'd', '1', '{}', 'v1', '1');"
		"INSERT INTO item (id, key, platform, native_id) VALUES (1, randomblob(16), 'p', 'a'), (2, randomblob(16), 'p', 'b');"
		"INSERT INTO item_version (id, key, item_id, kind, text) VALUES (1, randomblob(16), 1, 'post', 'one'), (2, randomblob(16), 2, 'post', 'two');"
		/* the first batch asks of both texts, the second of the other one alone */
		"INSERT INTO service_exchange (id, key, detector_id, study_version_id, recipient, sent, outcome, detail, attempts, asked_at, ended_at, texts, characters, cost,"
		" request_sha256, model, answer) SELECT n, randomblob(16), 1, 1, 'h', 1, 'ok', 'said', 1, 1, 1, 2, 6, 1, zeroblob(32), 'm', x'7b7d' FROM (SELECT 1 AS n UNION SELECT 2 UNION SELECT 3);"
		"INSERT INTO service_text (service_exchange_id, n, item_version_id, outcome) VALUES (1, 0, 1, 'ok'), (1, 1, 2, 'ok'), (2, 0, 2, 'ok');"
		/* lawful erasure has a trigger of its own in place of this one */
		"DROP TRIGGER item_version_no_update;";
	char *message = NULL;

	(void)state;
	struct amp_err err = {0};
	char path[96];

	(void)snprintf(x.dir, sizeof x.dir, "/tmp/amp-erased-XXXXXX");
	assert_non_null(mkdtemp(x.dir));
	(void)snprintf(path, sizeof path, "%s/a.db", x.dir);
	if (amp_store_open(&x.store, path, AMP_STORE_CREATE, &err) != 0) fail_msg("%s", err.text);
	if (sqlite3_exec(amp_store_handle(x.store), rows, NULL, NULL, &message) != SQLITE_OK) fail_msg("%s", message);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	char command[96];

	amp_store_close(x.store);
	(void)snprintf(command, sizeof command, "rm -r %s", x.dir);
	return system(command);
}

static int run(const char *sql)
{
	return sqlite3_exec(amp_store_handle(x.store), sql, NULL, NULL, NULL);
}

static int64_t count(const char *sql)
{
	sqlite3_stmt *st = NULL;
	int64_t n = -1;

	assert_int_equal(sqlite3_prepare_v2(amp_store_handle(x.store), sql, -1, &st, NULL), SQLITE_OK);
	if (sqlite3_step(st) == SQLITE_ROW) n = sqlite3_column_int64(st, 0);
	(void)sqlite3_finalize(st);
	return n;
}

#define WHOLE "answer = x'7b7d' AND request_sha256 = zeroblob(32) AND detail = 'said'"
#define BLANK "answer IS NULL AND request_sha256 IS NULL AND detail = ''"

static void an_answer_goes_with_its_text(void **state)
{
	(void)state;
	assert_int_equal(count("SELECT count(*) FROM service_exchange WHERE " WHOLE), 3);
	assert_int_equal(run("UPDATE item_version SET text = 'other' WHERE id = 1"), SQLITE_OK); /* not an erasure */
	assert_int_equal(count("SELECT count(*) FROM service_exchange WHERE " WHOLE), 3);
	assert_int_equal(run("UPDATE item_version SET erased_at = 5, text = NULL WHERE id = 1"), SQLITE_OK);
	assert_int_equal(count("SELECT count(*) FROM service_exchange WHERE id = 1 AND " BLANK), 1);
	assert_int_equal(count("SELECT count(*) FROM service_exchange WHERE id IN (2, 3) AND " WHOLE), 2);
	/* what was asked, when, and what it cost stays */
	assert_int_equal(
		count("SELECT count(*) FROM service_exchange WHERE id = 1 AND outcome = 'ok' AND texts = 2 AND cost = 1 AND model = 'm'"),
		1);
	assert_int_equal(count("SELECT count(*) FROM service_text WHERE service_exchange_id = 1"), 2);
}

static void nothing_else_may_be_changed(void **state)
{
	static const char *const changes[] = {
		"UPDATE service_exchange SET answer = NULL, request_sha256 = NULL, detail = '' WHERE id = 2", /* nothing of it was erased */
		"UPDATE service_exchange SET answer = x'00' WHERE id = 1",
		"UPDATE service_exchange SET answer = NULL, request_sha256 = NULL, detail = 'other' WHERE id = 1",
		"UPDATE service_exchange SET request_sha256 = zeroblob(32) WHERE id = 1",
		"UPDATE service_exchange SET cost = 0 WHERE id = 1",
		"UPDATE service_exchange SET outcome = 'cut' WHERE id = 1",
		"UPDATE service_exchange SET model = '' WHERE id = 1",
		"UPDATE service_exchange SET recipient = 'elsewhere' WHERE id = 1",
		"UPDATE service_exchange SET sent = 0 WHERE id = 1",
		"UPDATE service_exchange SET status = 500 WHERE id = 1",
		"UPDATE service_exchange SET asked_at = 0 WHERE id = 1",
		"UPDATE service_exchange SET ended_at = 9 WHERE id = 1",
		"UPDATE service_exchange SET texts = 1 WHERE id = 1",
		"UPDATE service_exchange SET characters = 1 WHERE id = 1",
		"UPDATE service_exchange SET attempts = 2 WHERE id = 1",
		"UPDATE service_exchange SET key = randomblob(16) WHERE id = 1",
		"UPDATE service_exchange SET id = 9 WHERE id = 1",
		"DELETE FROM service_exchange WHERE id = 1",
		"UPDATE service_text SET outcome = 'cut'",
		"DELETE FROM service_text",
	};

	(void)state;
	assert_int_equal(run("UPDATE item_version SET erased_at = 5 WHERE id = 1"), SQLITE_OK);
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
		if (run(changes[i]) != SQLITE_CONSTRAINT) fail_msg("allowed: %s", changes[i]);
	}
	assert_int_equal(count("SELECT count(*) FROM service_exchange WHERE id IN (2, 3) AND " WHOLE), 2);
}

static void an_answer_that_comes_in_later_goes_too(void **state)
{
	(void)state;
	assert_int_equal(run("UPDATE item_version SET erased_at = 5 WHERE id = 1"), SQLITE_OK);
	assert_int_equal(run("INSERT INTO service_text (service_exchange_id, n, item_version_id, outcome) VALUES (3, 0, 2, 'ok')"),
	                 SQLITE_OK);
	assert_int_equal(count("SELECT count(*) FROM service_exchange WHERE id = 3 AND " WHOLE), 1);
	assert_int_equal(run("INSERT INTO service_text (service_exchange_id, n, item_version_id, outcome) VALUES (3, 1, 1, 'ok')"),
	                 SQLITE_OK);
	assert_int_equal(count("SELECT count(*) FROM service_exchange WHERE id = 3 AND " BLANK), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(an_answer_goes_with_its_text, setup, teardown),
		cmocka_unit_test_setup_teardown(nothing_else_may_be_changed, setup, teardown),
		cmocka_unit_test_setup_teardown(an_answer_that_comes_in_later_goes_too, setup, teardown)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_annotate_verify.c: samples and verdicts against themselves, and samples drawn again: what was changed is found. */
#include "base_test.h"

#include "annotate/keys.h"
#include "annotate/recheck.h"
#include "annotate/redraw.h"
#include "annotate_fixture.h"
#include "base/i18n.h"

static void count_it(void *user, const char *what, const char *key)
{
	assert_true(*what != '\0' && strlen(key) == 2 * AMP_KEY);
	(*(int *)user)++;
}

static int rechecked(void)
{
	struct amp_err err = {0};
	int n = 0;
	if (amp_annotations_recheck(x.store, count_it, &n, &err) != 0) fail_msg("%s", err.text);
	return n;
}

static void run_sql(sqlite3 *db, const char *format, ...) AMP_PRINTF(2, 3);

static void run_sql(sqlite3 *db, const char *format, ...)
{
	char text[400], *message = NULL;
	va_list ap;
	va_start(ap, format);
	(void)vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	if (sqlite3_exec(db, text, NULL, NULL, &message) != SQLITE_OK) fail_msg("%s: %s", text, message);
}

/* Whoever takes the guards away and changes a row is found out. */
static void verify_derives_them_again(void **state)
{
	static const char *const changes[][2] = {
		{"sample_unit",
	         "UPDATE sample_unit SET probability_numerator = probability_numerator + 1 WHERE probability_numerator < probability_denominator"},
		{"sample_unit", "UPDATE sample_unit SET probability_denominator = probability_denominator + 1"},
		{"sample_unit", "UPDATE sample_unit SET exposures = exposures + 1 WHERE draw = 1"},
		{"sample_unit", "UPDATE sample_unit SET item_version_id = 100 WHERE draw = 1"},
		{"sample_unit", "DELETE FROM sample_unit WHERE draw = 2"},
		{"sample_exposure",
	         "DELETE FROM sample_exposure WHERE snapshot_id = (SELECT min(snapshot_id) FROM sample_exposure)"},
		{"sample", "UPDATE sample SET exposures = exposures + 1"},
		{"sample", "UPDATE sample SET units = units + 1"},
		{"sample_snapshot",
	         "UPDATE sample_snapshot SET exposures = exposures + 1 WHERE snapshot_id = (SELECT min(snapshot_id) FROM sample_snapshot)"},
		{"sample_stratum", "UPDATE sample_stratum SET drawn = drawn - 1 WHERE drawn > 1"},
		{"annotation", "UPDATE annotation SET label = 'unsure' WHERE id = 1"},
		{"annotation", "UPDATE annotation SET coder = 'eve' WHERE id = 1"},
		{"annotation", "UPDATE annotation SET guideline = '2' WHERE id = 1"},
		{"annotation", "UPDATE annotation SET text_sha256 = zeroblob(32) WHERE id = 1"},
		{"annotation", "UPDATE annotation SET act = 'threat' WHERE id = 1"},
		{"annotation", "UPDATE annotation SET confidence = 2 WHERE id = 1"},
		{"annotation", "UPDATE annotation SET pass = 2 WHERE id = 1"},
		{"annotation", "UPDATE annotation SET imported_at = imported_at + 1 WHERE id = 1"},
		{"annotation", "UPDATE annotation SET supersedes_id = NULL WHERE supersedes_id IS NOT NULL"},
		{"annotation", "UPDATE annotation SET sample_unit_id = sample_unit_id + 1 WHERE id = 1"},
		{"annotation_target", "UPDATE annotation_target SET target = 'men'"},
		{"annotation_target", "DELETE FROM annotation_target"},
		{"adjudication", "DELETE FROM adjudication"},
		{"adjudication", "UPDATE adjudication SET annotation_id = 1 WHERE id = 1"},
	};
	struct amp_sample s;
	struct amp_sample_ref ref;
	struct amp_import i;
	struct amp_err err = {0};
	sqlite3 *db = NULL;
	(void)state;
	assert_int_equal(draw(&s, 7, NULL, false, &err), 0);
	assert_int_equal(amp_sample_find(&ref, x.store, NULL, NULL, &err), 0);
	import_labels(&ref, "nnnnnnnnnnn", "ada", false, &i);
	import_labels(&ref, "hhhhhhhhhhh", "ada", false, &i);
	import_labels(&ref, "hhhhhhhhhhh", "eve", true, &i);
	assert_int_equal(rechecked(), 0);
	assert_int_equal(sqlite3_open(x.path, &db), SQLITE_OK);
	for (size_t k = 0; k < sizeof changes / sizeof *changes; k++) {
		const char *table = changes[k][0];
		run_sql(db, "DROP TRIGGER IF EXISTS %s_no_update; DROP TRIGGER IF EXISTS %s_no_delete", table, table);
		run_sql(db, "DROP TRIGGER IF EXISTS %s_no_reinsert", table);
		run_sql(db, "CREATE TABLE keep AS SELECT * FROM %s", table);
		run_sql(db, "%s", changes[k][1]);
		if (sqlite3_changes(db) == 0) fail_msg("changes nothing: %s", changes[k][1]);
		if (rechecked() == 0) fail_msg("not found: %s", changes[k][1]);
		run_sql(db, "DELETE FROM %s; INSERT INTO %s SELECT * FROM keep", table, table);
		run_sql(db, "DROP TABLE keep");
		assert_int_equal(rechecked(), 0);
	}
	(void)sqlite3_close(db);
}

struct redrawn {
	int found, undecided;
};

static void redraw_found(void *user, const char *what, const char *key)
{
	assert_true(*what != '\0' && strlen(key) == 2 * AMP_KEY);
	((struct redrawn *)user)->found++;
}

static void redraw_undecided(void *user, const char *what, const char *key)
{
	assert_true(*what != '\0' && strlen(key) == 2 * AMP_KEY);
	((struct redrawn *)user)->undecided++;
}

static struct redrawn redrawn(void)
{
	struct amp_err err = {0};
	struct redrawn n = {0, 0};
	if (amp_samples_redraw(x.store, redraw_found, redraw_undecided, &n, &err) != 0) fail_msg("%s", err.text);
	return n;
}

/* One drawn text is exchanged for one that was not, of the same stratum, weight and snapshots, with a key that fits: only drawing again tells. */
static void exchange_one(sqlite3 *db)
{
	int64_t unit = number("SELECT id FROM sample_unit WHERE item_version_id BETWEEN 7 AND 10 LIMIT 1"),
		other = number(
			"SELECT v.id FROM item_version v WHERE v.id BETWEEN 7 AND 10 AND NOT EXISTS (SELECT 1 FROM sample_unit u"
			" WHERE u.item_version_id = v.id) LIMIT 1");
	struct amp_key sample, version, key;
	struct amp_query q;
	struct amp_err err = {0};
	static const struct amp_sql keys = {"keys",
	                                    "SELECT (SELECT key FROM sample), (SELECT key FROM item_version WHERE id = ?1)"};
	char hex[2 * AMP_KEY + 1];
	assert_int_equal(amp_query_start(&q, x.store, &keys, &err), 0);
	amp_query_bind_i64(&q, other);
	assert_int_equal(amp_query_step(&q, &err), 1);
	assert_true(amp_query_key(&q, 0, &sample) && amp_query_key(&q, 1, &version));
	amp_query_end(&q);
	key = amp_unit_key(&sample, &version);
	amp_hex(key.b, AMP_KEY, hex);
	run_sql(db, "UPDATE sample_unit SET item_version_id = %lld, key = x'%s' WHERE id = %lld", (long long)other, hex,
	        (long long)unit);
}

static void verify_draws_again(void **state)
{
	static const char *const changes[][2] = {
		{"sample", "UPDATE sample SET key = zeroblob(16)"},
		{"sample", "UPDATE sample SET name = 'other'"},
		{"sample", "UPDATE sample SET seed = seed + 1"},
		{"sample", "UPDATE sample SET size = size - 1"},
		{"sample", "UPDATE sample SET strata = '3'"},
		{"sample", "UPDATE sample SET strata = 'many'"},
		{"sample", "UPDATE sample SET drawn_at = drawn_at + 1"},
		{"sample", "UPDATE sample SET detector_id = NULL"},
		{"sample", "UPDATE sample SET frame = replace(frame, '\"depth\":6', '\"depth\":5')"},
		{"sample", "UPDATE sample SET frame = replace(frame, '0.5', '0.05')"},
		{"sample", "UPDATE sample SET frame = 'none'"},
		{"sample", "UPDATE sample SET frame = replace(frame, '\"erased\":[]', '\"erased\":[0]')"},
		{"sample", "UPDATE sample SET frame = replace(frame, '\"erased\":[],', '')"},
		{"sample_stratum", "UPDATE sample_stratum SET lo = '0.01' WHERE n = 1"},
		{"sample_stratum", "UPDATE sample_stratum SET hi = '0.99' WHERE n = 1"},
		{"sample_stratum", "UPDATE sample_stratum SET kind = 'score' WHERE n = 1"},
		{"sample_stratum", "UPDATE sample_stratum SET units = units - 1 WHERE n = 1"},
		{"sample_stratum", "UPDATE sample_stratum SET exposures = exposures + 1 WHERE n = 1"},
		{"sample_unit", "UPDATE sample_unit SET draw = 100 - draw"},
		{"sample_unit", "UPDATE sample_unit SET stratum = 0 WHERE draw = 1 OR draw = 2"},
		{"sample_unit", "UPDATE sample_unit SET score = 0.4 WHERE item_version_id = 1"},
		{"sample_unit", "UPDATE sample_unit SET flagged = 0 WHERE item_version_id = 1"},
		{"sample_unit", "UPDATE sample_unit SET probability_numerator = 1, probability_denominator = 1"},
		{"sample_unit", "UPDATE sample_unit SET exposures = exposures + 1 WHERE draw = 1"},
		{"sample_unit", NULL},
		{"sample_exposure", "UPDATE sample_exposure SET exposures = 2"},
		{"sample_exposure", "UPDATE sample_exposure SET snapshot_id = snapshot_id + 100"},
		{"sample_snapshot", "UPDATE sample_snapshot SET left_out = 1"},
		{"sample_snapshot", "UPDATE sample_snapshot SET flagged = flagged - 1 WHERE flagged > 1"},
		{"sample_snapshot", "UPDATE sample_snapshot SET score_total = score_total / 2"},
		{"sample_snapshot", "UPDATE sample_snapshot SET parse_id = (SELECT max(parse_id) FROM sample_snapshot)"},
		/* the reading of another snapshot that shows the same */
		{"sample_snapshot",
	         "UPDATE sample_snapshot SET parse_id = (SELECT p.parse_id FROM sample_snapshot p WHERE p.snapshot_id = 3) WHERE snapshot_id = 1"},
		{"sample_snapshot",
	         "DELETE FROM sample_snapshot WHERE snapshot_id = (SELECT max(snapshot_id) FROM sample_snapshot)"},
		{"detection", "UPDATE detection SET score = 0.15 WHERE item_version_id = 5"},
	};
	struct amp_sample s;
	struct amp_err err = {0};
	sqlite3 *db = NULL;
	(void)state;
	assert_int_equal(draw(&s, 7, NULL, false, &err), 0);
	assert_int_equal(redrawn().found, 0);
	assert_int_equal(redrawn().undecided, 0);
	assert_int_equal(sqlite3_open(x.path, &db), SQLITE_OK);
	for (size_t k = 0; k < sizeof changes / sizeof *changes; k++) {
		const char *table = changes[k][0], *change = changes[k][1] != NULL ? changes[k][1] : "a text for another";
		run_sql(db, "DROP TRIGGER IF EXISTS %s_no_update; DROP TRIGGER IF EXISTS %s_no_delete", table, table);
		run_sql(db, "DROP TRIGGER IF EXISTS %s_no_reinsert", table);
		run_sql(db, "CREATE TABLE keep AS SELECT * FROM %s", table);
		if (changes[k][1] != NULL)
			run_sql(db, "%s", change);
		else
			exchange_one(db);
		if (sqlite3_changes(db) == 0) fail_msg("changes nothing: %s", change);
		if (redrawn().found == 0) fail_msg("not found: %s", change);
		run_sql(db, "DELETE FROM %s; INSERT INTO %s SELECT * FROM keep", table, table);
		run_sql(db, "DROP TABLE keep");
		if (redrawn().found != 0) fail_msg("found after it was put back: %s", change);
	}
	/* what was scored only later, and a method that nobody here knows: no difference, and said */
	run_sql(db, "INSERT INTO detection (item_version_id, detector_id, status, score) VALUES (11, %lld, 'ok', 0.1)",
	        (long long)x.detector);
	assert_int_equal(redrawn().found, 0);
	assert_int_equal(redrawn().undecided, 1);
	run_sql(db, "DELETE FROM detection WHERE item_version_id = 11; CREATE TABLE keep AS SELECT * FROM sample");
	run_sql(db, "UPDATE sample SET frame = replace(frame, '\"erased\":[],', '')");
	run_sql(db, "INSERT INTO erased_version (item_version_id, request, erased_at) VALUES (5, randomblob(16), 3)");
	assert_int_equal(redrawn().found, 0);
	assert_int_equal(redrawn().undecided, 1);
	run_sql(db, "DELETE FROM sample; INSERT INTO sample SELECT * FROM keep; DROP TABLE keep");
	assert_int_equal(redrawn().found + redrawn().undecided, 0);
	run_sql(db, "UPDATE sample SET method = 'by hand'");
	assert_int_equal(redrawn().undecided, 1);
	(void)sqlite3_close(db);
}

/* The thresholds of a detector for very many languages, and the one that counts is the last of them. */
static void thresholds_of_many_languages(void **state)
{
	struct amp_sample s;
	struct amp_err err = {0};
	char sql[400];
	(void)state;
	(void)snprintf(
		sql, sizeof sql,
		"WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 500) "
		"INSERT INTO threshold_set (key, detector_id, lang, threshold) SELECT randomblob(16), %lld, 'l' || i, '0.99' FROM n "
		"UNION ALL SELECT randomblob(16), %lld, 'zz', '0.5'",
		(long long)x.detector, (long long)x.detector);
	execute(sql);
	execute("UPDATE grid_cell SET threshold = 'default'; UPDATE detection SET lang = 'zz'");
	amp_frame_free(frame);
	if (amp_frame_load(&frame, x.store, NULL, NULL, NULL, &err) != 0) fail_msg("%s", err.text);
	assert_int_equal(draw(&s, 7, NULL, false, &err), 0);
	assert_int_equal(number("SELECT count(*) FROM sample_unit WHERE flagged"), 3);
	assert_int_equal(redrawn().found + redrawn().undecided, 0);
}

/* ---- erasures and merges ---- */
static void copy_to(const char *path)
{
	struct amp_err err = {0};
	if (amp_store_backup(x.store, path, &err) != 0) fail_msg("%s", err.text);
}

static void merge_into(const char *path, const char *from)
{
	struct amp_store *into = NULL;
	struct amp_err err = {0};
	int rc = amp_store_open(&into, path, AMP_STORE_WRITE, &err);
	if (rc == 0) rc = amp_store_merge(into, from, &err);
	if (rc != 0) fail_msg("%s", err.text);
	amp_store_close(into);
}

static void erase_in(const char *path, int64_t item, int64_t at)
{
	sqlite3 *db = NULL;
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	run_sql(db, "INSERT INTO erased_version (item_version_id, request, erased_at) VALUES (%lld, randomblob(16), %lld)",
	        (long long)item, (long long)at);
	(void)sqlite3_close(db);
}

static void reopen(const char *path, enum amp_store_mode mode)
{
	struct amp_err err = {0};
	amp_store_close(x.store);
	if (amp_store_open(&x.store, path, mode, &err) != 0) fail_msg("%s", err.text);
}

/* Of an erased text, where one was drawn: what stays of it still tells. */
static void change_one(const char *path, size_t which)
{
	static const char *const changes[] = {"sample_unit SET score = 0.95 WHERE score > 0.5", "sample_unit SET draw = 100 - draw",
	                                      "sample_snapshot SET left_out = left_out + 1", "sample SET seed = seed + 1"};
	char table[32];
	sqlite3 *db = NULL;
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	(void)sscanf(changes[which % 4], "%31s", table);
	run_sql(db, "DROP TRIGGER %s_no_update; UPDATE %s", table, changes[which % 4]);
	assert_true(sqlite3_changes(db) > 0);
	(void)sqlite3_close(db);
}

/* The draw is at time 5. What was erased elsewhere, before or after, is known here only once the two are one. */
static void erased_elsewhere_and_merged(void **state)
{
	static const struct {
		int64_t there,
			here; /* when item 1 is erased in the other database; when item 2 is in this one, before it draws; 0: not */
		bool both;    /* item 2 in the other one too, by a request of its own */
	} cases[] = {{3, 0, false}, {9, 0, false}, {3, 4, false}, {9, 4, true}, {3, 8, true}, {0, 8, false}};
	(void)state;
	for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
		for (int other_way = 0; other_way < 2; other_way++) {
			struct amp_sample s;
			struct amp_err err = {0};
			char there[320], *into = other_way ? there : x.path, *from = other_way ? x.path : there;
			(void)snprintf(there, sizeof there, "%s/there.db", x.dir);
			copy_to(there);
			if (cases[k].there != 0) erase_in(there, 1, cases[k].there);
			if (cases[k].both) erase_in(there, 2, 1);
			if (cases[k].here != 0) erase_in(x.path, 2, cases[k].here);
			assert_int_equal(draw(&s, 7, NULL, false, &err), 0);
			assert_int_equal(s.units, cases[k].here != 0 ? 10 : 11);
			assert_int_equal(redrawn().found + redrawn().undecided, 0);
			reopen(x.path, AMP_STORE_READ);
			merge_into(into, from);
			reopen(into, AMP_STORE_READ);
			if (number("SELECT count(*) FROM item_version WHERE erased_at IS NOT NULL") !=
			    (cases[k].there != 0) + (cases[k].here != 0))
				fail_msg("case %zu: not erased", k);
			struct redrawn n = redrawn();
			if (n.found != 0 || n.undecided != 0)
				fail_msg("case %zu, way %d: %d, %d", k, other_way, n.found, n.undecided);
			assert_int_equal(rechecked(), 0);
			change_one(into, k);
			if (redrawn().found == 0) fail_msg("case %zu, way %d: a change is not found", k, other_way);
			(void)unlink(there);
			(void)teardown(state);
			build(2, false);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(verify_derives_them_again),
		CASE(verify_draws_again),
		CASE(thresholds_of_many_languages),
		CASE(erased_elsewhere_and_merged),
	};
	amp_i18n_init("en");
	return cmocka_run_group_tests(tests, NULL, NULL);
}

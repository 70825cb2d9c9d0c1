/* test_store_merge.c: two databases made by different crawlers, merged A+B and B+A, have byte-equal dumps; every column of every
 * table takes part (a row with distinct values in each), evidence refuses change.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/store.h"

static char dir[64];

static int setup(void **state)
{
	(void)state;
	(void)snprintf(dir, sizeof(dir), "/tmp/amp-merge-XXXXXX");
	return mkdtemp(dir) == NULL;
}

static int teardown(void **state)
{
	char command[128];

	(void)state;
	(void)snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	return system(command);
}

static void sql(struct amp_store *s, const char *text)
{
	char *message = NULL;

	if (sqlite3_exec(amp_store_handle(s), text, NULL, NULL, &message) != SQLITE_OK) fail_msg("%s\nin %s", message, text);
}

/* One row and more in every table. %c is a letter that differs between the two databases; rows without it are common to both. */
static const char fill[] =
	"INSERT INTO crawler (id, key, label) VALUES (100%u, randomkey('crawler%c'), 'crawler %c');"
	"INSERT INTO program_run (id, key, crawler_id, version, command, started_at) VALUES (7%u, randomkey('run%c'), 100%u, '0.1', 'crawl', 5);"
	"INSERT INTO study (id, key, slug) VALUES (3%u, randomkey('study'), 'common');"
	"INSERT INTO study_version (id, key, study_id, hash, text, locked_at) VALUES (4%u, randomkey('v1'), 3%u, zeroblob(32), '{}', 1);"
	"INSERT INTO study_version (id, key, study_id, hash, parent_id, reason, text, locked_at) VALUES (5%u, randomkey('v2'), 3%u, zeroblob(32), 4%u, 'because', '{}', 2);"
	"INSERT INTO persona (id, key, study_version_id, name, cluster_key, attributes) VALUES (1%u, randomkey('p1'), 4%u, 'p', randomkey('c'), '{}');"
	"INSERT INTO persona (id, key, study_version_id, name, twin_of_id, cluster_key, attributes) VALUES (2%u, randomkey('p2'), 4%u, 'p-twin', 1%u, randomkey('c'), '{}');"
	"INSERT INTO feed (id, key, study_version_id, name, platform, endpoint, parameters, ranking, depth) VALUES (1%u, randomkey('f1'), 4%u, 'r', 'bluesky', 'getFeed', '{}', 'algorithmic', 30);"
	"INSERT INTO feed (id, key, study_version_id, name, platform, endpoint, parameters, ranking, depth) VALUES (2%u, randomkey('f2'), 4%u, 'c', 'bluesky', 'getListFeed', '{}', 'chronological', 30);"
	"INSERT INTO pair (id, key, study_version_id, name, ranked_feed_id, chronological_feed_id, pool, reason, window_rule) VALUES (1%u, randomkey('pair'), 4%u, 'x', 1%u, 2%u, 'alternative', 'why', 'count');"
	"INSERT INTO round (id, key, study_version_id, scheduled_at, window_end) VALUES (8%u, randomkey('round%c'), 4%u, 1000, 2000);"
	"INSERT INTO slot (id, key, round_id, persona_id, feed_id, crawler_id, state) VALUES (9%u, randomkey('slot%c'), 8%u, 1%u, 1%u, 100%u, 'done');"
	"INSERT INTO archive (id, key, crawler_id, study_id) VALUES (6%u, randomkey('archive%c'), 100%u, 3%u);"
	"INSERT INTO ledger (id, archive_id, seq, type, recorded_at, nonce, entry_hash, link) VALUES (11%u, 6%u, 0, 'capture', 7, zeroblob(16), zeroblob(32), randomlink('l0%c'));"
	"INSERT INTO ledger (id, archive_id, seq, type, recorded_at, nonce, entry_hash, link) VALUES (12%u, 6%u, 1, 'capture', 8, zeroblob(16), zeroblob(32), randomlink('l1%c'));"
	"INSERT INTO capture (id, key, ledger_id, program_run_id, slot_id, attempt, purpose, origin, url, captured_at, captured_at_kind) VALUES (11%u, randomkey('cap0%c'), 11%u, 7%u, 9%u, 1, 'feed', 'fetched', 'http://x', 9, 'measured');"
	"INSERT INTO capture (id, key, ledger_id, program_run_id, slot_id, attempt, purpose, origin, url, captured_at_kind, redirect_of_id) VALUES (12%u, randomkey('cap1%c'), 12%u, 7%u, 9%u, 1, 'feed', 'fetched', 'http://y', 'unknown', 11%u);"
	"INSERT INTO capture_location (capture_id, file, offset, length, revisit_of_id) VALUES (12%u, '00001.warc.gz', 5, 6, 11%u);"
	"INSERT INTO snapshot (id, key, round_id, persona_id, feed_id, attempt, depth_asked) VALUES (13%u, randomkey('snap%c'), 8%u, 1%u, 1%u, 1, 30);"
	"INSERT INTO snapshot (id, key, round_id, persona_id, feed_id, attempt, walk, step, policy, depth_asked) VALUES (37%u, randomkey('seed%c'), 8%u, 1%u, 1%u, 1, 1, 0, 'first', 30);"
	"INSERT INTO snapshot (id, key, round_id, persona_id, feed_id, attempt, walk, step, parent_snapshot_id, parent_rank, policy, depth_asked)"
	" VALUES (38%u, randomkey('step%c'), 8%u, 1%u, 1%u, 1, 1, 1, 37%u, 4, 'first', 30);"
	"INSERT INTO snapshot_capture (snapshot_id, page, capture_id) VALUES (13%u, 0, 11%u);"
	"INSERT INTO author (id, key, platform, native_id) VALUES (21%u, randomkey('author'), 'bluesky', 'did:plc:x');"
	"INSERT INTO author_name (author_id, handle, display_name, first_seen_at) VALUES (21%u, 'h', 'H', 5000 + unicode('%c'));"
	"INSERT INTO item (id, key, platform, native_id) VALUES (22%u, randomkey('item'), 'bluesky', 'at://x');"
	"INSERT INTO item_alias (item_id, host, local_id) VALUES (22%u, 'host%c', '1');"
	"INSERT INTO item_version (id, key, item_id, kind, author_id, text) VALUES (23%u, randomkey('version'), 22%u, 'post', 21%u, 'common text\nsecond line');"
	"INSERT INTO item_version (id, key, item_id, kind, author_id, text) VALUES (24%u, randomkey('version%c'), 22%u, 'post', 21%u, 'text of %c');"
	"INSERT INTO media (item_version_id, n, kind, alt) VALUES (23%u, 0, 'image', 'alt');"
	"INSERT INTO link (item_version_id, n, url) VALUES (23%u, 0, 'https://example.org');"
	"INSERT INTO parse (id, key, snapshot_id, adapter, adapter_version, engine_version, verdict, items, organic_items) VALUES (14%u, randomkey('parse%c'), 13%u, 'bluesky', '1', '1', 'ok', 2, 2);"
	"INSERT INTO exposure (parse_id, rank, organic_rank, item_version_id, page, is_repost, reposter_id, is_pinned, is_ad, is_service, is_reply, is_quote, likes) VALUES (14%u, 0, 0, 23%u, 0, 1, 21%u, 0, 0, 0, 0, 0, 5);"
	"INSERT INTO exposure (parse_id, rank, organic_rank, item_version_id, page, is_repost, is_pinned, is_ad, is_service, is_reply, is_quote) VALUES (14%u, 1, 1, 24%u, 0, 0, 0, 0, 0, 0, 0);"
	"INSERT INTO label (parse_id, rank, n, value) VALUES (14%u, 1, 0, 'label');"
	"INSERT INTO diagnostic (parse_id, n, code) VALUES (14%u, 0, 'repaired');"
	"INSERT INTO snapshot_current (snapshot_id, parse_id) VALUES (13%u, 14%u);"
	"INSERT INTO alarm (id, key, snapshot_id, rule, window, detail) VALUES (15%u, randomkey('alarm%c'), 13%u, 'fewer', '10', 'x');"
	"INSERT INTO item_text (item_version_id, normaliser_version, text) VALUES (23%u, '1', 'common');"
	"INSERT INTO detector (id, key, name, version, configuration, text_view_version, normaliser_version) VALUES (16%u, randomkey('detector'), 'marker', '1', '{}', '1', '1');"
	"INSERT INTO detection (item_version_id, detector_id, status, score, lang) VALUES (23%u, 16%u, 'ok', 0.5, CASE '%c' WHEN 'A' THEN 'fr' END);"
	"INSERT INTO detection_target (item_version_id, detector_id, target) VALUES (23%u, 16%u, 'women');"
	"INSERT INTO threshold_set (id, key, detector_id, lang, threshold) VALUES (17%u, randomkey('threshold'), 16%u, 'fr', '0.5');"
	"INSERT INTO grid_cell (id, key, study_version_id, depth, threshold, rbp_p, text_view, is_primary) VALUES (18%u, randomkey('cell'), 4%u, 30, '0.5', '0.9', '1', 1);"
	"INSERT INTO snapshot_sum (parse_id, detector_id, grid_cell_id, target, n, missing, flagged, discounted, discount_total) VALUES (14%u, 16%u, 18%u, 'any', 2, 0, 1, 1.0, 1.9);"
	"INSERT INTO estimate (id, key, study_version_id, metric, pair_id, feed_id, persona_id, target, detector_id, grid_cell_id, unit, cluster_rule, role, estimate, n, missing, excluded, method) VALUES (19%u, randomkey('estimate%c'), 4%u, 'lift', 1%u, 1%u, 1%u, 'any', 16%u, 18%u, 'points', 'persona', 'primary', 1.5, 2, 0, 0, 'sign-flip');"
	"INSERT INTO decision (id, key, study_version_id, ledger_id, type, subject, reason, decided_at) VALUES (20%u, randomkey('decision%c'), 4%u, 11%u, 'consent', 's', 'r', 3);"
	"INSERT INTO service_exchange (id, key, detector_id, study_version_id, recipient, sent, outcome, detail, attempts, status, asked_at, ended_at, texts, characters, cost, request_sha256, model, answer) VALUES (25%u, randomkey('exchange%c'), 16%u, 4%u, 'api.example', 1, 'ok', '', 1, 200, 4, 5, 1, 9, 7, zeroblob(32), 'm', x'7b7d');"
	"INSERT INTO service_text (service_exchange_id, n, item_version_id, outcome) VALUES (25%u, 0, 23%u, 'ok');"
	"INSERT INTO cascade_frame (id, key, study_version_id, detector_id, after_detector_id, crawler_id, top, random, seed, drawn_at, units) VALUES (26%u, randomkey('frame%c'), 4%u, 16%u, 16%u, 100%u, '0.1', '0.02', 1, 6, 1);"
	"INSERT INTO cascade_unit (cascade_frame_id, item_version_id, stratum, first_score, probability, drawn) VALUES (26%u, 23%u, 'top', 0.75, 1.0, 1);"
	/* samples: each crawler's own, of a text that both have; a corrected verdict that decides */
	"INSERT INTO sample (id, key, study_version_id, detector_id, name, frame, strata, method, seed, size, drawn, units, exposures, drawn_at) VALUES (30%u, randomkey('sample%c'), 4%u, 16%u, 's', '{}', '5', 'm', 1, 1, 1, 2, 3, 9);"
	"INSERT INTO sample_stratum (sample_id, n, kind, lo, hi, units, exposures, drawn) VALUES (30%u, 0, 'flagged', '0.5', NULL, 2, 3, 1);"
	"INSERT INTO sample_unit (id, key, sample_id, item_version_id, stratum, draw, exposures, score, flagged, probability_numerator, probability_denominator) VALUES (31%u, randomkey('unit%c'), 30%u, 23%u, 0, 0, 2, 0.5, 1, 2, 3);"
	"INSERT INTO sample_text (sample_unit_id, nonce) VALUES (31%u, randomkey('nonce%c'));"
	"INSERT INTO sample_snapshot (sample_id, snapshot_id, parse_id, exposures, left_out, scored, flagged, score_total) VALUES (30%u, 13%u, 14%u, 2, 0, 2, 1, 0.75);"
	"INSERT INTO sample_exposure (sample_unit_id, snapshot_id, exposures) VALUES (31%u, 13%u, 1);"
	"INSERT INTO annotation (id, key, sample_unit_id, coder, pass, guideline, text_sha256, label, imported_at) VALUES (32%u, randomkey('verdict%c'), 31%u, 'ada', 1, 'g1', zeroblob(32), 'unsure', 10);"
	"INSERT INTO annotation (id, key, sample_unit_id, coder, pass, guideline, text_sha256, label, act, confidence, supersedes_id, imported_at) VALUES (33%u, randomkey('correction%c'), 31%u, 'ada', 1, 'g1', zeroblob(32), 'hateful', 'threat', 3, 32%u, 11);"
	"INSERT INTO annotation_target (annotation_id, target) VALUES (33%u, 'women');"
	"INSERT INTO annotation_comment (annotation_id, comment) VALUES (33%u, 'why');"
	"INSERT INTO adjudication (id, key, annotation_id, decided_at) VALUES (34%u, randomkey('decided%c'), 33%u, 12);"
	/* erased in A, not in B: gone from both, and what B brings again of it too */
	"INSERT INTO author (id, key, platform, native_id) VALUES (41%u, randomkey('gone author'), 'bluesky', 'gone');"
	"INSERT INTO author_name (author_id, handle, display_name, first_seen_at) VALUES (41%u, 'gone', 'Gone', 3);"
	"INSERT INTO item (id, key, platform, native_id) VALUES (42%u, randomkey('gone item'), 'bluesky', 'gone');"
	"INSERT INTO item_alias (item_id, host, local_id) VALUES (42%u, 'gone.example', 'gone');"
	"INSERT INTO item_version (id, key, item_id, kind, author_id, text) VALUES (43%u, randomkey('gone version'), 42%u, 'post', 41%u, 'gone');"
	"INSERT INTO media (item_version_id, n, kind, url) VALUES (43%u, 0, 'image', 'gone');"
	"INSERT INTO link (item_version_id, n, url) VALUES (43%u, 0, 'gone');"
	"INSERT INTO item_version (id, key, item_id, kind, text, reply_to) VALUES (44%u, randomkey('reply'), 22%u, 'post', 'stays', 'gone');"
	"INSERT INTO erasure (id, key, request, archive_id, ledger_id, subject, basis, asked_at, versions, finished_at) SELECT 45%u, randomkey('erasure'), zeroblob(16), 6%u, 12%u, 'author', 'law', 5, 1, 6 WHERE '%c' = 'A';"
	"INSERT INTO erased_version (item_version_id, request, erased_at) SELECT 43%u, zeroblob(16), 5 WHERE '%c' = 'A';"
	"INSERT INTO erased_reference (item_version_id, request) SELECT 44%u, zeroblob(16) WHERE '%c' = 'A';"
	"INSERT INTO erased_item (item_id, request) SELECT 42%u, zeroblob(16) WHERE '%c' = 'A';"
	"INSERT INTO erased_author (author_id, request) SELECT 41%u, zeroblob(16) WHERE '%c' = 'A';"
	"INSERT INTO erased_capture (capture_id, erasure_id, payload, etag) SELECT c.id, 45%u, NULL, NULL FROM capture c WHERE '%c' = 'A' ORDER BY c.id LIMIT 1;"
	/* answered here, not there; and two scores of one text */
	"INSERT INTO detection (item_version_id, detector_id, status, score) SELECT 24%u, 16%u, 'missing', NULL;"
	"INSERT INTO item_version (id, key, item_id, kind, text) VALUES (27%u, randomkey('asked'), 22%u, 'post', 'asked'), (28%u, randomkey('scored'), 22%u, 'post', 'scored');"
	"INSERT INTO detection (item_version_id, detector_id, status, score) SELECT 27%u, 16%u, CASE '%c' WHEN 'A' THEN 'missing' ELSE 'ok' END, CASE '%c' WHEN 'A' THEN NULL ELSE 0.7 END;"
	"INSERT INTO detection_target (item_version_id, detector_id, target) SELECT 27%u, 16%u, 'gay' WHERE '%c' = 'B';"
	"INSERT INTO detection (item_version_id, detector_id, status, score) SELECT 28%u, 16%u, 'ok', CASE '%c' WHEN 'A' THEN 0.25 ELSE 0.75 END;"
	"INSERT INTO detection_target (item_version_id, detector_id, target) SELECT 28%u, 16%u, CASE '%c' WHEN 'A' THEN 'muslim' ELSE 'roma' END;";

/* A key made from a word, in SQL: 16 bytes. */
static void random_key(sqlite3_context *c, int n, sqlite3_value **v)
{
	struct amp_keyer k;
	struct amp_key key;

	(void)n;
	amp_key_start(&k, "test");
	amp_key_c(&k, (const char *)sqlite3_value_text(v[0]));
	key = amp_key_end(&k);
	sqlite3_result_blob(c, key.b, AMP_KEY, SQLITE_TRANSIENT);
}

/* A chain link made from a word: 32 bytes. */
static void random_link(sqlite3_context *c, int n, sqlite3_value **v)
{
	uint8_t link[AMP_SHA256];

	(void)n;
	amp_sha256(sqlite3_value_text(v[0]), (size_t)sqlite3_value_bytes(v[0]), link);
	sqlite3_result_blob(c, link, AMP_SHA256, SQLITE_TRANSIENT);
}

static void make(const char *name, char letter, unsigned shift, struct amp_store **out)
{
	char path[96];
	struct amp_err err = {0};
	struct amp_buf text;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	assert_int_equal(amp_store_open(out, path, AMP_STORE_CREATE, &err), 0);
	assert_int_equal(sqlite3_create_function(amp_store_handle(*out), "randomkey", 1, SQLITE_UTF8, NULL, random_key, NULL, NULL),
	                 SQLITE_OK);
	assert_int_equal(
		sqlite3_create_function(amp_store_handle(*out), "randomlink", 1, SQLITE_UTF8, NULL, random_link, NULL, NULL),
		SQLITE_OK);
	if (letter == 0) return;
	amp_buf_init(&text, 100000);
	for (const char *p = fill; *p != '\0'; p++) {
		if (p[0] == '%' && p[1] == 'c') {
			(void)amp_buf_byte(&text, letter);
			p++;
		} else if (p[0] == '%' && p[1] == 'u') {
			(void)amp_buf_printf(&text, "%u", shift);
			p++;
		} else {
			(void)amp_buf_byte(&text, *p);
		}
	}
	sql(*out, text.p);
	amp_buf_free(&text);
}

static void dump(struct amp_store *s, struct amp_buf *b)
{
	struct amp_err err = {0};

	amp_buf_init(b, 10 << 20);
	if (amp_store_dump(s, b, &err) != 0) fail_msg("%s", err.text);
}

static void merge(struct amp_store *s, const char *name)
{
	char path[96];
	struct amp_err err = {0};

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (amp_store_merge(s, path, &err) != 0) fail_msg("%s", err.text);
}

static int count(struct amp_store *s, const char *text)
{
	sqlite3_stmt *st = NULL;

	assert_int_equal(sqlite3_prepare_v2(amp_store_handle(s), text, -1, &st, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	int n = sqlite3_column_int(st, 0);
	(void)sqlite3_finalize(st);
	return n;
}

static void order_does_not_matter(void **state)
{
	struct amp_store *a, *b, *ab, *ba;
	struct amp_buf da, db, dab, dba, again;
	size_t lines = 0;

	(void)state;
	make("a", 'A', 1, &a);
	make("b", 'B', 2, &b);
	make("ab", 0, 0, &ab);
	make("ba", 0, 0, &ba);
	dump(a, &da);
	dump(b, &db);
	amp_store_close(a);
	amp_store_close(b);
	merge(ab, "a");
	dump(ab, &dab);
	assert_string_equal(dab.p, da.p); /* nothing is lost on the way into an empty database */
	amp_buf_free(&dab);
	merge(ab, "b");
	merge(ba, "b");
	merge(ba, "a");
	dump(ab, &dab);
	dump(ba, &dba);
	assert_string_equal(dab.p, dba.p);
	assert_string_not_equal(dab.p, da.p);
	/* what was answered goes before what is missing, and of two scores the lower stays, with its own targets */
	assert_int_equal(
		count(ab,
	              "SELECT count(*) FROM detection d JOIN item_version v ON v.id = d.item_version_id WHERE (v.text = 'asked' AND "
	              "d.score = 0.7) OR (v.text = 'scored' AND d.score = 0.25)"),
		2);
	assert_int_equal(count(ab, "SELECT count(*) FROM detection_target WHERE target IN ('gay', 'muslim')"), 2);
	assert_int_equal(count(ab, "SELECT count(*) FROM detection_target WHERE target = 'roma'"), 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(
			count(i == 0 ? ab : ba,
		              "SELECT (SELECT count(*) FROM author WHERE native_id = 'gone') + (SELECT count(*) FROM author_name WHERE handle = 'gone') "
		              "+ (SELECT count(*) FROM item WHERE native_id = 'gone') + (SELECT count(*) FROM item_alias WHERE local_id = 'gone') "
		              "+ (SELECT count(*) FROM item_version WHERE text = 'gone' OR reply_to = 'gone') "
		              "+ (SELECT count(*) FROM media WHERE url = 'gone') + (SELECT count(*) FROM link WHERE url = 'gone')"),
			0);
		assert_int_equal(count(i == 0 ? ab : ba, "SELECT count(*) FROM item_version WHERE text = 'stays'"), 1);
	}
	merge(ab, "a");
	merge(ab, "b");
	dump(ab, &again);
	assert_string_equal(again.p, dab.p); /* idempotent */
	for (const char *p = da.p; *p != '\0'; p++) lines += *p == '\n';
	assert_true(lines >= 56); /* every row of `fill` is in the dump */
	amp_buf_free(&da);
	amp_buf_free(&db);
	amp_buf_free(&dab);
	amp_buf_free(&dba);
	amp_buf_free(&again);
	amp_store_close(ab);
	amp_store_close(ba);
}

static void every_table_is_dumped(void **state)
{
	struct amp_store *a;
	struct amp_buf d;
	sqlite3_stmt *st = NULL;
	int tables = 0;

	(void)state;
	make("a", 'A', 1, &a);
	dump(a, &d);
	assert_int_equal(
		sqlite3_prepare_v2(
			amp_store_handle(a),
			"SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'meta'"
			" AND name <> 'snapshot_list'" /* of local row ids, made again from exposures: neither merged nor dumped */,
			-1, &st, NULL),
		SQLITE_OK);
	while (sqlite3_step(st) == SQLITE_ROW) {
		char start[80];

		(void)snprintf(start, sizeof(start), "%s|", (const char *)sqlite3_column_text(st, 0));
		if (strstr(d.p, start) == NULL) fail_msg("table %s is not in the dump", start);
		tables++;
	}
	(void)sqlite3_finalize(st);
	assert_true(tables >= 47);
	amp_buf_free(&d);
	amp_store_close(a);
}

static void evidence_refuses_change(void **state)
{
	static const char *const attempts[] = {"UPDATE ledger SET type = 'missed'",
	                                       "DELETE FROM ledger",
	                                       "UPDATE capture SET url = 'x'",
	                                       "DELETE FROM capture",
	                                       "UPDATE round SET window_end = 9999",
	                                       "DELETE FROM round",
	                                       "UPDATE snapshot SET depth_asked = 1",
	                                       "DELETE FROM snapshot",
	                                       "UPDATE snapshot_capture SET page = 9",
	                                       "DELETE FROM snapshot_capture",
	                                       "UPDATE study_version SET text = 'x'",
	                                       "UPDATE decision SET reason = 'x'",
	                                       "UPDATE parse SET verdict = 'empty'",
	                                       "UPDATE exposure SET likes = 0",
	                                       "DELETE FROM exposure",
	                                       "UPDATE item_version SET text = 'x'",
	                                       "UPDATE program_run SET version = 'x'",
	                                       "DELETE FROM program_run",
	                                       "UPDATE sample SET seed = 2",
	                                       "DELETE FROM sample",
	                                       "UPDATE sample_stratum SET drawn = 2",
	                                       "UPDATE sample_unit SET probability_numerator = 1",
	                                       "DELETE FROM sample_unit",
	                                       "UPDATE sample_snapshot SET exposures = 9",
	                                       "DELETE FROM sample_exposure",
	                                       "UPDATE annotation SET label = 'hateful'",
	                                       "DELETE FROM annotation",
	                                       "DELETE FROM annotation_target",
	                                       "DELETE FROM adjudication",
	                                       "REPLACE INTO sample SELECT * FROM sample",
	                                       "REPLACE INTO annotation SELECT * FROM annotation",
	                                       "REPLACE INTO ledger SELECT * FROM ledger",
	                                       "REPLACE INTO capture SELECT * FROM capture",
	                                       "REPLACE INTO snapshot SELECT * FROM snapshot",
	                                       "REPLACE INTO round SELECT * FROM round",
	                                       "INSERT OR REPLACE INTO parse SELECT * FROM parse"};
	struct amp_store *a;
	struct amp_buf before, after;

	(void)state;
	make("a", 'A', 1, &a);
	dump(a, &before);
	for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++) {
		char *message = NULL;

		if (sqlite3_exec(amp_store_handle(a), attempts[i], NULL, NULL, &message) == SQLITE_OK)
			fail_msg("was allowed: %s", attempts[i]);
		assert_non_null(strstr(message, "evidence") != NULL ? "" : strstr(message, "ended_at"));
		sqlite3_free(message);
	}
	dump(a, &after);
	assert_string_equal(before.p, after.p);
	amp_buf_free(&before);
	amp_buf_free(&after);
	amp_store_close(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(order_does_not_matter, setup, teardown),
		cmocka_unit_test_setup_teardown(every_table_is_dumped, setup, teardown),
		cmocka_unit_test_setup_teardown(evidence_refuses_change, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

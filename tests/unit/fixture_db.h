/* fixture_db.h: a small study in a database of its own, built statement by statement: what a crawl and a detection would have left.
 * All content is made up. Include after cmocka.h.
 */
#ifndef AMP_TEST_FIXTURE_DB_H
#define AMP_TEST_FIXTURE_DB_H
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "store/store.h"

#define FX_DAY INT64_C(86400000)
#define FX_START INT64_C(1767225600000) /* 2026-01-01T00:00:00Z */
#define FX_ITEMS 64

struct fx {
	char dir[256], path[300];
	struct amp_store *store;
	int64_t serial, crawler, run, study, version, archive, seq, detector, cell;
	int64_t depth;    /* of the cell; 0: no list is longer */
	int64_t snapshot; /* the one that was made last */
};

static struct amp_key fx_key(struct fx *x)
{
	struct amp_keyer k;
	amp_key_start(&k, "fixture");
	amp_key_i64(&k, ++x->serial);
	return amp_key_end(&k);
}

/* One INSERT: ?1 is a fresh key when `keyed`; then the arguments by the letters of fmt: i integer (0 = NULL for I), s text, b 32-byte blob
 * from a 64-bit seed, k 16-byte blob from a seed. Returns the row id. */
static int64_t fx_insert(struct fx *x, const char *sql, bool keyed, const char *fmt, ...)
{
	sqlite3 *db = amp_store_handle(x->store);
	sqlite3_stmt *st = NULL;
	struct amp_key key = fx_key(x);
	int at = 1;
	va_list ap;
	if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK) fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	if (keyed) (void)sqlite3_bind_blob(st, at++, key.b, AMP_KEY, SQLITE_TRANSIENT);
	va_start(ap, fmt);
	for (; *fmt; fmt++, at++) {
		uint8_t blob[32] = {0};
		int64_t v = 0;
		if (*fmt == 's') {
			(void)sqlite3_bind_text(st, at, va_arg(ap, const char *), -1, SQLITE_TRANSIENT);
			continue;
		}
		v = va_arg(ap, int64_t);
		memcpy(blob, &v, sizeof v);
		if (*fmt == 'b' || *fmt == 'k')
			(void)sqlite3_bind_blob(st, at, blob, *fmt == 'b' ? 32 : 16, SQLITE_TRANSIENT);
		else if (*fmt == 'i' || v != 0)
			(void)sqlite3_bind_int64(st, at, v);
	}
	va_end(ap);
	if (sqlite3_step(st) != SQLITE_DONE) fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	(void)sqlite3_finalize(st);
	return sqlite3_last_insert_rowid(db);
}
#define FX(x, text, ...) fx_insert((x), text, __VA_ARGS__)

static void fx_open(struct fx *x, const char *study_text)
{
	struct amp_err err = {0};
	const char *tmp = getenv("TMPDIR");
	memset(x, 0, sizeof *x);
	(void)snprintf(x->dir, sizeof x->dir, "%s/amp-report-XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(x->dir));
	(void)snprintf(x->path, sizeof x->path, "%s/study.db", x->dir);
	if (amp_store_open(&x->store, x->path, AMP_STORE_CREATE, &err) != 0) fail_msg("%s", err.text);
	assert_int_equal(amp_store_begin(x->store, &err), 0);
	x->crawler = FX(x, "INSERT INTO crawler (key, label) VALUES (?1, 'fixture')", true, "");
	x->run = FX(x,
	            "INSERT INTO program_run (key, crawler_id, version, command, started_at) VALUES (?1, ?2, '0.1.0', 'crawl', 0)",
	            true, "i", x->crawler);
	x->study = FX(x, "INSERT INTO study (key, slug) VALUES (?1, 'fixture')", true, "");
	x->version = FX(x, "INSERT INTO study_version (key, study_id, hash, text, locked_at) VALUES (?1, ?2, ?3, ?4, 1)", true,
	                "ibs", x->study, (int64_t)4242, study_text);
	x->archive = FX(x, "INSERT INTO archive (key, crawler_id, study_id) VALUES (?1, ?2, ?3)", true, "ii", x->crawler, x->study);
}

/* Commits, and opens the file again as the report would. */
static void fx_ready(struct fx *x)
{
	struct amp_err err = {0};
	if (amp_store_commit(x->store, &err) != 0) fail_msg("%s", err.text);
	amp_store_close(x->store);
	if (amp_store_open(&x->store, x->path, AMP_STORE_ANALYSE, &err) != 0) fail_msg("%s", err.text);
}

static void fx_close(struct fx *x)
{
	static const char *const endings[] = {"", "-wal", "-shm", "-journal"};
	amp_store_close(x->store);
	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
		char path[320];
		(void)snprintf(path, sizeof path, "%s%s", x->path, endings[i]);
		(void)unlink(path);
	}
	(void)rmdir(x->dir);
}

static int64_t fx_persona(struct fx *x, const char *name, int64_t twin_of, int64_t cluster)
{
	return FX(
		x,
		"INSERT INTO persona (key, study_version_id, name, twin_of_id, cluster_key, attributes) VALUES (?1, ?2, ?3, ?4, ?5, '{}')",
		true, "isIk", x->version, name, twin_of, cluster);
}

static int64_t fx_feed(struct fx *x, const char *name, const char *platform, const char *ranking)
{
	return FX(x,
	          "INSERT INTO feed (key, study_version_id, name, platform, endpoint, host, parameters, ranking, depth)"
	          " VALUES (?1, ?2, ?3, ?4, 'getFeed', 'http://localhost', '{}', ?5, 10)",
	          true, "isss", x->version, name, platform, ranking);
}

static int64_t fx_pair_window(struct fx *x, const char *name, int64_t ranked, int64_t chronological, const char *pool,
                              const char *window)
{
	return FX(x,
	          "INSERT INTO pair (key, study_version_id, name, ranked_feed_id, chronological_feed_id, pool, reason, window_rule)"
	          " VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'made up', ?7)",
	          true, "isiiss", x->version, name, ranked, chronological, pool, window);
}
#define fx_pair(x, name, ranked, chronological, pool) fx_pair_window((x), (name), (ranked), (chronological), (pool), "count")

static int64_t fx_cell(struct fx *x, int64_t depth, bool primary)
{
	return FX(
		x,
		"INSERT INTO grid_cell (key, study_version_id, depth, threshold, rbp_p, text_view, is_primary) VALUES (?1, ?2, ?3, '0.5', '0.9', '1', ?4)",
		true, "iii", x->version, depth, (int64_t)primary);
}

static int64_t fx_detector(struct fx *x, const char *name)
{
	return FX(
		x,
		"INSERT INTO detector (key, name, version, configuration, text_view_version, normaliser_version) VALUES (?1, ?2, '1', '{}', '1', '1')",
		true, "s", name);
}

static int64_t fx_round(struct fx *x, int64_t at)
{
	return FX(x, "INSERT INTO round (key, study_version_id, scheduled_at, window_end) VALUES (?1, ?2, ?3, ?3)", true, "ii",
	          x->version, at);
}

struct fx_shot {
	int64_t round, persona, feed;
	const char *verdict;
	int64_t started_at;
	const int64_t *items; /* ids, in rank order; an id is made the first time it is seen */
	int64_t n, missing;
	int64_t flagged;    /* 'any' */
	const char *target; /* of all flagged ones; NULL none */
	int64_t payload;    /* seed of the payload's SHA-256; 0: unique */
	int64_t age;
	bool unscored;
	const int64_t *likes;              /* one an item; negative: not sent; NULL: none sent */
	double discounted, discount_total; /* 0 and 1 when both are 0 */
	int64_t walk, step, attempt;       /* 0: no walk; attempt 0 is the first */
	int64_t parent, parent_rank;       /* snapshot of the step before, and the place that was followed there */
};

/* Item n of the fixture is the row with id n: made on demand. */
static void fx_item(struct fx *x, int64_t id)
{
	sqlite3_stmt *st = NULL;
	(void)sqlite3_prepare_v2(amp_store_handle(x->store), "SELECT 1 FROM item_version WHERE id = ?1", -1, &st, NULL);
	(void)sqlite3_bind_int64(st, 1, id);
	int row = sqlite3_step(st);
	(void)sqlite3_finalize(st);
	if (row == SQLITE_ROW) return;
	char native[32];
	(void)snprintf(native, sizeof native, "post-%lld", (long long)id);
	(void)FX(x, "INSERT INTO item (key, id, platform, native_id) VALUES (?1, ?2, 'bluesky', ?3)", true, "is", id, native);
	(void)FX(x, "INSERT INTO item_version (key, id, item_id, kind, text) VALUES (?1, ?2, ?2, 'post', 'made up')", true, "i",
	         id);
}

/* The detector's score of an item; 2: a detection without a score. */
static inline void fx_score(struct fx *x, int64_t id, double score)
{
	char text[32];
	(void)snprintf(text, sizeof text, "%.17g", score);
	fx_item(x, id);
	(void)FX(x,
	         "INSERT INTO detection (item_version_id, detector_id, status, score)"
	         " VALUES (?1, ?2, CASE WHEN CAST(?3 AS REAL) > 1 THEN 'missing' ELSE 'ok' END,"
	         " CASE WHEN CAST(?3 AS REAL) <= 1 THEN CAST(?3 AS REAL) END)",
	         false, "iis", id, x->detector, text);
}

/* One a round, persona and feed, however many walks it has. */
static int64_t fx_slot(struct fx *x, const struct fx_shot *s)
{
	sqlite3_stmt *st = NULL;
	(void)sqlite3_prepare_v2(amp_store_handle(x->store),
	                         "SELECT id FROM slot WHERE round_id = ?1 AND persona_id = ?2 AND feed_id = ?3", -1, &st, NULL);
	(void)sqlite3_bind_int64(st, 1, s->round);
	(void)sqlite3_bind_int64(st, 2, s->persona);
	(void)sqlite3_bind_int64(st, 3, s->feed);
	int64_t slot = sqlite3_step(st) == SQLITE_ROW ? sqlite3_column_int64(st, 0) : 0;
	(void)sqlite3_finalize(st);
	if (slot != 0 && s->walk > 0) return slot;
	return FX(x, "INSERT INTO slot (key, round_id, persona_id, feed_id, state) VALUES (?1, ?2, ?3, ?4, ?5)", true, "iiis",
	          s->round, s->persona, s->feed, s->verdict ? "done" : "missed");
}

static int64_t fx_shot(struct fx *x, const struct fx_shot *s)
{
	int64_t slot = fx_slot(x, s);
	if (!s->verdict) return 0;
	int64_t ledger = FX(
		x,
		"INSERT INTO ledger (archive_id, seq, type, recorded_at, entry_hash, link) VALUES (?1, ?2, 'capture', 0, ?3, ?4)",
		false, "iibb", x->archive, x->seq, x->seq + 1, x->seq + 1000000);
	x->seq++;
	int64_t capture = FX(
		x,
		"INSERT INTO capture (key, ledger_id, program_run_id, slot_id, attempt, purpose, origin, url, status, captured_at,"
		" captured_at_kind, payload_sha256, age) VALUES (?1, ?2, ?3, ?4, 1, 'feed', 'fetched', 'http://localhost/', 200, 1, 'measured', ?5, ?6)",
		true, "iiibI", ledger, x->run, slot, s->payload ? s->payload : x->seq + 5000000, s->age);
	int64_t snapshot = x->snapshot = FX(
		x,
		"INSERT INTO snapshot (key, round_id, persona_id, feed_id, attempt, walk, step, parent_snapshot_id, parent_rank, policy, depth_asked, started_at, ended_at)"
		" VALUES (?1, ?2, ?3, ?4, max(?5, 1), ?6, ?7, ?8, CASE WHEN ?8 THEN ?9 END, CASE WHEN ?6 THEN 'first' END, 10, ?10, ?10)",
		true, "iiiiiiIii", s->round, s->persona, s->feed, s->attempt, s->walk, s->step, s->parent, s->parent_rank,
		s->started_at);
	(void)FX(x, "INSERT INTO snapshot_capture (snapshot_id, page, capture_id) VALUES (?1, 0, ?2)", false, "ii", snapshot,
	         capture);
	int64_t parse =
		FX(x,
	           "INSERT INTO parse (key, snapshot_id, adapter, adapter_version, engine_version, verdict, items, organic_items)"
	           " VALUES (?1, ?2, 'bluesky', '1', '1', ?3, ?4, ?4)",
	           true, "isi", snapshot, s->verdict, s->n);
	(void)FX(x, "INSERT INTO snapshot_current (snapshot_id, parse_id) VALUES (?1, ?2)", false, "ii", snapshot, parse);
	for (int64_t r = 0; s->items && r < s->n; r++) {
		fx_item(x, s->items[r]);
		(void)FX(
			x,
			"INSERT INTO exposure (parse_id, rank, organic_rank, item_version_id, page, is_repost, is_pinned, is_ad, is_service, is_reply, is_quote, likes)"
			" VALUES (?1, ?2, ?2, ?3, 0, 0, 0, 0, 0, 0, 0, CASE WHEN ?4 >= 0 THEN ?4 END)",
			false, "iiii", parse, r, s->items[r], s->likes ? s->likes[r] : (int64_t)-1);
	}
	if (s->unscored || strcmp(s->verdict, "ok") != 0) return parse;
	static const char sum[] =
		"INSERT INTO snapshot_sum (parse_id, detector_id, grid_cell_id, target, n, missing, flagged, discounted, discount_total)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, CAST(?8 AS REAL), CAST(?9 AS REAL))";
	char d[32], total[32];
	(void)snprintf(d, sizeof d, "%.17g", s->discounted);
	(void)snprintf(total, sizeof total, "%.17g", s->discount_total > 0 ? s->discount_total : 1);
	int64_t n = s->n < x->depth || x->depth == 0 ? s->n : x->depth;
	(void)FX(x, sum, false, "iiisiiiss", parse, x->detector, x->cell, "any", n, s->missing, s->flagged, d, total);
	if (s->target && s->flagged)
		(void)FX(x, sum, false, "iiisiiiss", parse, x->detector, x->cell, s->target, n, s->missing, s->flagged, d, total);
	return parse;
}

#endif

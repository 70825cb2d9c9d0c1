/* bench_report_db.c: a study in a database, made up and the same everywhere: 12 personas (2 of them twins), two pairs of feeds, lists of 100.
 *
 *     bench_report_db FILE ROUNDS        # 4,800 exposures a round
 *
 * Each feed is a window of 300 posts that 32 new ones enter a round; a persona sees its own choice of it. One post in twenty is flagged,
 * the more often the higher it stands in the ranked feeds. Sums are written as a detector would have written them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/rng.h"
#include "store/store.h"

enum { PERSONAS = 12, TWINS = 2, FEEDS = 4, LIST = 100, NEW = 32, WINDOW = 300, CELLS = 3 };
static const int depths[CELLS] = {100, 50, 20};

static sqlite3 *db;
static int64_t serial;

static void fail(const char *what)
{
	(void)fprintf(stderr, "%s: %s\n", what, sqlite3_errmsg(db));
	exit(1);
}

static void run(const char *text)
{
	if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK) fail(text);
}

static sqlite3_stmt *prepared(const char *text)
{
	sqlite3_stmt *st = NULL;
	if (sqlite3_prepare_v3(db, text, -1, SQLITE_PREPARE_PERSISTENT, &st, NULL) != SQLITE_OK) fail(text);
	return st;
}

/* Binds n integers from ?2 on (?1 is a fresh key) or from ?1 on. */
static int64_t put(sqlite3_stmt *st, int keyed, int n, const int64_t *v)
{
	uint8_t key[16] = {0};
	serial++;
	memcpy(key, &serial, sizeof serial);
	if (keyed) (void)sqlite3_bind_blob(st, 1, key, sizeof key, SQLITE_TRANSIENT);
	for (int i = 0; i < n; i++) (void)sqlite3_bind_int64(st, i + 1 + keyed, v[i]);
	if (sqlite3_step(st) != SQLITE_DONE) fail(sqlite3_sql(st));
	(void)sqlite3_reset(st);
	return sqlite3_last_insert_rowid(db);
}
#define PUT(st, keyed, ...) \
	put((st), (keyed), (int)(sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t)), (const int64_t[]){__VA_ARGS__})

static void people(void)
{
	run("INSERT INTO crawler (id, key, label) VALUES (1, randomblob(16), 'bench');"
	    "INSERT INTO study (id, key, slug) VALUES (1, randomblob(16), 'bench');"
	    "INSERT INTO study_version (id, key, study_id, hash, text, locked_at) VALUES (1, randomblob(16), 1, zeroblob(32), "
	    "'{\"study\":\"bench\",\"alpha\":\"0.05\",\"personas\":[],\"feeds\":[]}', 1);"
	    "INSERT INTO feed (id, key, study_version_id, name, platform, endpoint, parameters, ranking, depth) VALUES"
	    " (1, randomblob(16), 1, 'a-top', 'bluesky', 'x', '{}', 'algorithmic', 100), (2, randomblob(16), 1, 'a-latest', 'bluesky', 'x', '{}', 'chronological', 100),"
	    " (3, randomblob(16), 1, 'b-top', 'mastodon', 'x', '{}', 'algorithmic', 100), (4, randomblob(16), 1, 'b-latest', 'mastodon', 'x', '{}', 'chronological', 100);"
	    "INSERT INTO pair (id, key, study_version_id, name, ranked_feed_id, chronological_feed_id, pool, reason, window_rule) VALUES"
	    " (1, randomblob(16), 1, 'a', 1, 2, 'alternative', 'made up', 'count'), (2, randomblob(16), 1, 'b', 3, 4, 'identical', 'made up', 'count');"
	    "INSERT INTO detector (id, key, name, version, configuration, text_view_version, normaliser_version) VALUES (1, randomblob(16), 'marker', '1', '{}', '1', '1');");
	sqlite3_stmt *persona = prepared(
		"INSERT INTO persona (id, key, study_version_id, name, twin_of_id, cluster_key, attributes)"
		" VALUES (?1, randomblob(16), 1, 'p' || (100 + ?1), nullif(?2, 0), CAST(printf('%016d', ?3) AS BLOB), '{}')");
	for (int64_t i = 1; i <= PERSONAS; i++) {
		int64_t of = i > PERSONAS - TWINS ? i - (PERSONAS - TWINS) : 0;
		(void)PUT(persona, 0, i, of, of ? of : i);
	}
	sqlite3_stmt *cell =
		prepared("INSERT INTO grid_cell (id, key, study_version_id, depth, threshold, rbp_p, text_view, is_primary)"
	                 " VALUES (?1, randomblob(16), 1, ?2, '0.5', '0.9', '1', ?1 = 1)");
	for (int64_t i = 0; i < CELLS; i++) (void)PUT(cell, 0, i + 1, (int64_t)depths[i]);
	(void)sqlite3_finalize(persona);
	(void)sqlite3_finalize(cell);
}

static struct {
	sqlite3_stmt *item, *version, *detection, *round, *slot, *snapshot, *parse, *current, *exposure, *sum;
} st;

static uint64_t mix(uint64_t z)
{
	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

static int flagged(int64_t item)
{
	return mix((uint64_t)item) % 20 == 0;
}

static void enter(int64_t item)
{
	(void)PUT(st.item, 1, item);
	(void)PUT(st.version, 1, item);
	(void)PUT(st.detection, 0, item, (int64_t)(flagged(item) ? 9 : 1));
}

static void sums(int64_t parse, const int64_t *list)
{
	for (int c = 0; c < CELLS; c++) {
		int64_t n = 0;
		double discounted = 0, total = 0, w = 1;
		for (int i = 0; i < depths[c]; i++, w *= .9) {
			total += w;
			if (!flagged(list[i])) continue;
			n++;
			discounted += w;
		}
		for (int target = 0; target < 2; target++) {
			(void)sqlite3_bind_text(st.sum, 3, target ? "women" : "any", -1, SQLITE_STATIC);
			(void)sqlite3_bind_double(st.sum, 6, discounted);
			(void)sqlite3_bind_double(st.sum, 7, total);
			(void)sqlite3_bind_int64(st.sum, 1, parse);
			(void)sqlite3_bind_int64(st.sum, 2, c + 1);
			(void)sqlite3_bind_int64(st.sum, 4, depths[c]);
			(void)sqlite3_bind_int64(st.sum, 5, n);
			if (sqlite3_step(st.sum) != SQLITE_DONE) fail("sum");
			(void)sqlite3_reset(st.sum);
			if (n == 0) break;
		}
	}
}

/* A persona's own choice of the window; the ranked feed brings what is flagged a few places up. */
static void choose(int64_t *list, int64_t last, int feed, int64_t persona, int64_t round)
{
	uint64_t at = mix((uint64_t)(persona * 1000003 + round * 31 + feed)) % 64;
	for (int i = 0; i < LIST; i++) list[i] = last - (int64_t)at - 2 * i;
	for (int i = 3; feed % 2 == 0 && i < LIST; i++)
		if (flagged(list[i]) && !flagged(list[i - 3])) {
			int64_t swap = list[i];
			list[i] = list[i - 3];
			list[i - 3] = swap;
		}
}

static void visit(int64_t round, int64_t persona, int feed, int64_t last, int64_t at)
{
	int64_t list[LIST];
	choose(list, last, feed, persona, round);
	(void)PUT(st.slot, 1, round, persona, (int64_t)feed + 1);
	int64_t snapshot = PUT(st.snapshot, 1, round, persona, (int64_t)feed + 1, at), parse = PUT(st.parse, 1, snapshot);
	(void)PUT(st.current, 0, snapshot, parse);
	for (int64_t i = 0; i < LIST; i++) (void)PUT(st.exposure, 0, parse, i, list[i], (int64_t)(mix((uint64_t)list[i]) % 500));
	sums(parse, list);
}

static void prepare(void)
{
	st.item = prepared("INSERT INTO item (key, id, platform, native_id) VALUES (?1, ?2, 'bluesky', 'post-' || ?2)");
	st.version = prepared(
		"INSERT INTO item_version (key, id, item_id, kind, text) VALUES (?1, ?2, ?2, 'post', printf('%.*c', 200, 'x'))");
	st.detection =
		prepared("INSERT INTO detection (item_version_id, detector_id, status, score) VALUES (?1, 1, 'ok', ?2 / 10.0)");
	st.round = prepared("INSERT INTO round (key, study_version_id, scheduled_at, window_end) VALUES (?1, 1, ?2, ?2)");
	st.slot = prepared("INSERT INTO slot (key, round_id, persona_id, feed_id, state) VALUES (?1, ?2, ?3, ?4, 'done')");
	st.snapshot =
		prepared("INSERT INTO snapshot (key, round_id, persona_id, feed_id, attempt, depth_asked, started_at, ended_at)"
	                 " VALUES (?1, ?2, ?3, ?4, 1, 100, ?5, ?5)");
	st.parse = prepared(
		"INSERT INTO parse (key, snapshot_id, adapter, adapter_version, engine_version, verdict, items, organic_items)"
		" VALUES (?1, ?2, 'bluesky', '1', '1', 'ok', 100, 100)");
	st.current = prepared("INSERT INTO snapshot_current (snapshot_id, parse_id) VALUES (?1, ?2)");
	st.exposure = prepared(
		"INSERT INTO exposure (parse_id, rank, organic_rank, item_version_id, page, entry_id, is_repost, is_pinned, is_ad, is_service, is_reply, is_quote, likes)"
		" VALUES (?1, ?2, ?2, ?3, ?2 / 30, 'post-' || ?3, 0, 0, 0, 0, 0, 0, ?4)");
	st.sum = prepared(
		"INSERT INTO snapshot_sum (parse_id, detector_id, grid_cell_id, target, n, missing, flagged, discounted, discount_total)"
		" VALUES (?1, 1, ?2, ?3, ?4, 0, ?5, ?6, ?7)");
}

int main(int argc, char **argv)
{
	struct amp_store *store = NULL;
	struct amp_err err = {0};
	if (argc != 3) return 2;
	if (amp_store_open(&store, argv[1], AMP_STORE_CREATE, &err) != 0) {
		(void)fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	db = amp_store_handle(store);
	run("PRAGMA synchronous = OFF");
	run("BEGIN");
	people();
	prepare();
	int64_t rounds = strtol(argv[2], NULL, 10), newest[FEEDS], next = 1;
	for (int f = 0; f < FEEDS; f++) {
		for (int i = 0; i < WINDOW; i++) enter(next++);
		newest[f] = next - 1;
	}
	for (int64_t r = 0; r < rounds; r++) {
		int64_t at = INT64_C(1767225600000) + r * 21600000, round = PUT(st.round, 1, at);
		for (int f = 0; f < FEEDS; f++) { /* the window of a feed is its own stretch of the last posts */
			for (int i = 0; i < NEW; i++) enter(next++);
			newest[f] = next - 1;
		}
		for (int64_t p = 1; p <= PERSONAS; p++)
			for (int f = 0; f < FEEDS; f++) visit(round, p, f, newest[f & ~1], at + p * 1000 + f);
	}
	for (sqlite3_stmt **s = &st.item; s <= &st.sum; s++) (void)sqlite3_finalize(*s);
	run("COMMIT");
	amp_store_close(store);
	return 0;
}

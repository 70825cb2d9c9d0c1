/* test_detector_database.c: detections and sums of a tiny database, checked by hand. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "detectors/explain.h"
#include "lists/stored.h"
#include "rows_test.h"

static char dir[64], path[96];

/* One study with two cells (depth 2 and 10, p .5) and two snapshots.
 * Parse 1: rank 0 women, 1 pinned (hateful), 2 harmless, 3 nothing readable, 4 women and muslim: organic ranks 0, -, 1, 2, 3.
 * Parse 2: one item, hateful only by its link title and its picture's alt text. */
static const char ROWS[] =
	"INSERT INTO study (id, key, slug) VALUES (1, x'01000000000000000000000000000000', 'essai');"
	"INSERT INTO study_version (id, key, study_id, hash, text, locked_at) VALUES (1, x'02000000000000000000000000000000', 1, zeroblob(32), "
	"'{\"detectors\": [\"marker\", \"unknown\"]}', 0);"
	"INSERT INTO study_version (id, key, study_id, hash, parent_id, reason, text, locked_at) VALUES (2, x'02000000000000000000000000000001', 1, "
	"zeroblob(32), 1, 'no grid', '{}', 1);"
	"INSERT INTO persona (id, key, study_version_id, name, cluster_key, attributes) VALUES (1, x'03000000000000000000000000000000', 1, 'p', "
	"x'03000000000000000000000000000000', '{}');"
	"INSERT INTO feed (id, key, study_version_id, name, platform, endpoint, parameters, ranking, depth) VALUES (1, "
	"x'04000000000000000000000000000000', 1, 'f', 'bluesky', 'getFeed', '{}', 'algorithmic', 30);"
	"INSERT INTO round (id, key, study_version_id, scheduled_at, window_end) VALUES (1, x'05000000000000000000000000000000', 1, 0, 1);"
	"INSERT INTO round (id, key, study_version_id, scheduled_at, window_end) VALUES (2, x'05000000000000000000000000000001', 2, 0, 1);"
	"INSERT INTO snapshot (id, key, round_id, persona_id, feed_id, attempt, depth_asked) VALUES (1, x'06000000000000000000000000000000', 1, 1, 1, 1, 30);"
	"INSERT INTO snapshot (id, key, round_id, persona_id, feed_id, attempt, depth_asked) VALUES (2, x'06000000000000000000000000000001', 2, 1, 1, 1, 30);"
	"INSERT INTO parse (id, key, snapshot_id, adapter, adapter_version, engine_version, verdict, items, organic_items) VALUES "
	"(1, x'07000000000000000000000000000000', 1, 'bluesky', '1', '1', 'ok', 5, 4), (2, x'07000000000000000000000000000001', 2, 'bluesky', '1', '1', 'ok', 1, 1);"
	"INSERT INTO snapshot_current (snapshot_id, parse_id) VALUES (1, 1), (2, 2);"
	"INSERT INTO item (id, key, platform, native_id) VALUES (1, x'08000000000000000000000000000001', 'bluesky', 'a'), (2, "
	"x'08000000000000000000000000000002', 'bluesky', 'b'), (3, x'08000000000000000000000000000003', 'bluesky', 'c'), (4, "
	"x'08000000000000000000000000000004', 'bluesky', 'd'), (5, x'08000000000000000000000000000005', 'bluesky', 'e');"
	"INSERT INTO item_version (id, key, item_id, kind, text, langs) VALUES (1, x'09000000000000000000000000000001', 1, 'post', 'À lire [[haine:women]]', 'fr'), "
	"(2, x'09000000000000000000000000000002', 2, 'post', '[[haine:black]]', NULL), (3, x'09000000000000000000000000000003', 3, 'post', "
	"'[[citation:haine:women]]', 'fr,en'), (4, x'09000000000000000000000000000004', 4, 'post', '[[haine:muslim]] [[haine:women]]', NULL), "
	"(5, x'09000000000000000000000000000005', 5, 'post', NULL, NULL);"
	"INSERT INTO link (item_version_id, n, url, title) VALUES (5, 0, 'https://a.example/', 'Titre'), (5, 1, 'https://b.example/', '[[haine:gay]]');"
	"INSERT INTO media (item_version_id, n, kind, alt) VALUES (5, 0, 'image', NULL), (5, 1, 'image', '[[haine:trans]]');"
	"INSERT INTO exposure (parse_id, rank, organic_rank, item_version_id, page, is_repost, is_pinned, is_ad, is_service, is_reply, is_quote) VALUES "
	"(1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0), (1, 1, NULL, 2, 0, 0, 1, 0, 0, 0, 0), (1, 2, 1, 3, 0, 0, 0, 0, 0, 0, 0), (1, 3, 2, NULL, 0, 0, 0, 0, 0, 0, 0), "
	"(1, 4, 3, 4, 0, 0, 0, 0, 0, 0, 0), (2, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0);"
	"INSERT INTO grid_cell (id, key, study_version_id, depth, threshold, rbp_p, text_view, is_primary) VALUES "
	"(1, x'0a000000000000000000000000000001', 1, 2, '0.5', '0.5', 'v1', 1), (2, x'0a000000000000000000000000000002', 1, 10, 'default', '0.5', 'v1', 0), "
	"(3, x'0a000000000000000000000000000003', 1, 10, '0.5', '0.5', 'text', 0);";

static struct amp_store *open_store(enum amp_store_mode mode)
{
	struct amp_store *s = NULL;
	struct amp_err err = {0};
	if (amp_store_open(&s, path, mode, &err) != 0) fail_msg("%s", err.text);
	return s;
}

static void execute(struct amp_store *s, const char *sql)
{
	char *message = NULL;
	if (sqlite3_exec(amp_store_handle(s), sql, NULL, NULL, &message) != SQLITE_OK) fail_msg("%s", message);
}

static int set_up(void **unused)
{
	(void)unused;
	(void)snprintf(dir, sizeof dir, "/tmp/amp-detect-XXXXXX");
	if (mkdtemp(dir) == NULL) return 1;
	(void)snprintf(path, sizeof path, "%s/t.db", dir);
	struct amp_store *s = open_store(AMP_STORE_CREATE);
	execute(s, ROWS);
	amp_store_close(s);
	return 0;
}

static int tear_down(void **unused)
{
	static const char *const ends[] = {"", "-wal", "-shm"};
	(void)unused;
	for (size_t i = 0; i < 3; i++) {
		char p[128];
		(void)snprintf(p, sizeof p, "%s%s", path, ends[i]);
		(void)unlink(p);
	}
	return rmdir(dir);
}

static struct amp_detect *open_detect(struct amp_store *s, const char *a, const char *b)
{
	struct amp_detect *d = NULL;
	struct amp_err err = {0};
	const char *const names[] = {a, b, NULL};
	if (amp_detect_open(&d, s, names, &err) != 0) fail_msg("%s", err.text);
	return d;
}

static const char SUMS[] =
	"SELECT c.depth, c.text_view, x.target, x.n, x.missing, x.flagged, x.discounted, x.discount_total FROM snapshot_sum x "
	"JOIN grid_cell c ON c.id = x.grid_cell_id WHERE x.parse_id = 1 ORDER BY c.id, x.target";

static void test_sums_by_hand(void **unused)
{
	(void)unused;
	struct amp_store *s = open_store(AMP_STORE_ANALYSE);
	struct amp_detect *d = open_detect(s, "marker", NULL);
	int64_t items = 0, parses = 0;
	assert_int_equal(amp_detect_all(d, s, &items, &parses, NULL), 0);
	assert_int_equal(items, 5); /* the pinned one too: it is no organic entry, but it was seen */
	assert_int_equal(parses, 2);
	assert_rows(
		s,
		"SELECT d.item_version_id, d.status, d.score FROM detection d JOIN detector t ON t.id = d.detector_id WHERE t.text_view_version = 'v1' ORDER BY 1",
		"1|ok|1.0\n2|ok|1.0\n3|ok|0.0\n4|ok|1.0\n5|ok|1.0\n");
	assert_rows(s, "SELECT DISTINCT item_version_id, target FROM detection_target ORDER BY 1, 2",
	            "1|women\n2|black\n4|muslim\n4|women\n5|gay\n5|trans\n");
	/* depth 2: entries 0 (flagged) and 1: 1 of 1 + .5. Depth 10: 0 and 3 flagged, 2 missing: 1 + .125 of 1 + .5 + .125. */
	assert_rows(
		s, SUMS,
		"2|v1|any|2|0|1|1.0|1.5\n2|v1|ground:sex|2|0|1|1.0|1.5\n2|v1|women|2|0|1|1.0|1.5\n"
		"10|v1|any|4|1|2|1.125|1.625\n10|v1|ground:religion|4|1|1|0.125|1.625\n10|v1|ground:sex|4|1|2|1.125|1.625\n"
		"10|v1|muslim|4|1|1|0.125|1.625\n10|v1|women|4|1|2|1.125|1.625\n"
		"10|text|any|4|1|2|1.125|1.625\n10|text|ground:religion|4|1|1|0.125|1.625\n10|text|ground:sex|4|1|2|1.125|1.625\n"
		"10|text|muslim|4|1|1|0.125|1.625\n10|text|women|4|1|2|1.125|1.625\n");
	/* no grid: the usual cells; the primary one's groups */
	assert_rows(
		s,
		"SELECT depth, threshold, rbp_p, text_view, is_primary FROM grid_cell WHERE id IN (SELECT grid_cell_id FROM snapshot_sum WHERE parse_id = 2) ORDER BY id",
		"50|default|0.9|v1|1\n25|default|0.9|v1|0\n50|0.5|0.9|v1|0\n50|default|0.8|v1|0\n");
	assert_rows(
		s,
		"SELECT c.depth, c.threshold, c.rbp_p, c.text_view, c.is_primary, x.target, x.flagged FROM snapshot_sum x JOIN grid_cell c ON c.id = x.grid_cell_id "
		"WHERE x.parse_id = 2 AND c.is_primary = 1 ORDER BY x.target",
		"50|default|0.9|v1|1|any|1\n50|default|0.9|v1|1|gay|1\n50|default|0.9|v1|1|ground:gender_identity|1\n50|default|0.9|v1|1|ground:sexual_orientation|1\n50|default|0.9|v1|1|trans|1\n");
	assert_rows(s, "SELECT text FROM item_text WHERE item_version_id IN (1, 5) ORDER BY item_version_id",
	            "a lire [[haine:women]]\ntitre\n[[haine:gay]]\n[[haine:trans]]\n");
	/* again: nothing left to do, nothing changes */
	assert_int_equal(amp_detect_all(d, s, &items, &parses, NULL), 0);
	assert_int_equal(items, 0);
	assert_int_equal(parses, 0);
	amp_detect_close(d);
	amp_store_close(s);
}

static void test_second_detector_and_new_run(void **unused)
{
	(void)unused;
	struct amp_store *s = open_store(AMP_STORE_ANALYSE);
	struct amp_detect *d = open_detect(s, "lexicon", "marker");
	int64_t items = 0, parses = 0;
	assert_int_equal(amp_detect_all(d, s, &items, &parses, NULL), 0);
	assert_int_equal(items, 5);
	assert_rows(s, "SELECT count(*), count(lexicon_hash) FROM detector", "4|2\n"); /* two detectors, two views each */
	assert_rows(
		s,
		"SELECT t.name, x.flagged FROM snapshot_sum x JOIN detector t ON t.id = x.detector_id WHERE x.parse_id = 1 AND x.grid_cell_id = 2 AND x.target = 'any' ORDER BY 1",
		"lexicon|0\nmarker|2\n");
	assert_rows(s, "SELECT lang, threshold, count(*) FROM threshold_set GROUP BY 1, 2", "any|0.5|4\n");
	amp_detect_close(d);
	/* opening again finds the same rows */
	d = open_detect(s, "marker", "lexicon");
	assert_rows(s, "SELECT count(*) FROM detector", "4\n");
	assert_int_equal(amp_detect_all(d, s, &items, &parses, NULL), 0);
	assert_int_equal(parses, 0);
	amp_detect_close(d);
	amp_store_close(s);
}

static void test_inside_a_transaction(void **unused)
{
	(void)unused;
	struct amp_store *s = open_store(AMP_STORE_WRITE);
	struct amp_detect *d = open_detect(s, "marker", NULL);
	static const int64_t one = 1;
	assert_int_equal(amp_store_begin(s, NULL), 0);
	assert_int_equal(amp_detect_parses(d, s, &one, 1, NULL), 0);
	assert_int_equal(amp_detect_parses(d, s, &one, 1, NULL), 0); /* twice is once */
	assert_int_equal(amp_store_commit(s, NULL), 0);
	assert_rows(s, "SELECT count(*) FROM snapshot_sum", "13\n");
	struct amp_list_check lists;
	assert_int_equal(amp_list_check(&lists, s, NULL), 0);
	assert_true(lists.rows == 1 && lists.bad == 0);
	static const int64_t none = 99;
	struct amp_err err = {0};
	assert_int_equal(amp_detect_parses(d, s, &none, 1, &err), AMP_ENOTFOUND);
	assert_non_null(strstr(err.text, "99"));
	amp_detect_close(d);
	amp_store_close(s);
}

static void test_erased_text_is_missing(void **unused)
{
	(void)unused;
	struct amp_store *s = open_store(AMP_STORE_WRITE);
	execute(s,
	        "INSERT INTO item_version (id, key, item_id, kind, text, erased_at) VALUES (6, x'09000000000000000000000000000006', 5, 'post', NULL, 5);"
	        "INSERT INTO exposure (parse_id, rank, organic_rank, item_version_id, page, is_repost, is_pinned, is_ad, is_service, is_reply, is_quote) VALUES "
	        "(2, 1, 1, 6, 0, 0, 0, 0, 0, 0, 0);");
	struct amp_detect *d = open_detect(s, "marker", NULL);
	assert_int_equal(amp_detect_all(d, s, NULL, NULL, NULL), 0);
	assert_rows(s, "SELECT status, score FROM detection WHERE item_version_id = 6", "missing|NULL\n");
	assert_rows(s, "SELECT DISTINCT n, missing, flagged FROM snapshot_sum WHERE parse_id = 2 AND target = 'any'", "2|1|1\n");
	amp_detect_close(d);
	amp_store_close(s);
}

static struct amp_explanation explain(struct amp_store *s, struct amp_arena *a, int64_t study_version, const char *threshold)
{
	struct amp_explanation why;
	struct amp_err err = {0};
	const struct amp_explain_of of = {.study_version = study_version, .detector = 1, .threshold = threshold};
	if (amp_explain(&why, a, s, &of, &err) != 0) fail_msg("%s", err.text);
	return why;
}

static void assert_reason(const struct amp_explanation *why, size_t i, const char *what, size_t texts)
{
	assert_true(i < why->n_reasons);
	assert_string_equal(why->reasons[i].kind, "marker");
	assert_string_equal(why->reasons[i].what, what);
	assert_int_equal(why->reasons[i].texts, texts);
}

/* Flagged in the first study version: women; black; muslim and women. In the second: gay and trans in one text, gay twice in another, which
 * is one text. */
static void test_explanations_by_hand(void **unused)
{
	(void)unused;
	struct amp_store *s = open_store(AMP_STORE_WRITE);
	execute(s,
	        "INSERT INTO item_version (id, key, item_id, kind, text) VALUES (7, x'09000000000000000000000000000007', 5, 'post', '[[haine:gay]] [[haine:gay]]');"
	        "INSERT INTO exposure (parse_id, rank, organic_rank, item_version_id, page, is_repost, is_pinned, is_ad, is_service, is_reply, is_quote) VALUES "
	        "(2, 2, 2, 7, 0, 0, 0, 0, 0, 0, 0);");
	amp_store_close(s);
	s = open_store(AMP_STORE_ANALYSE);
	struct amp_detect *d = open_detect(s, "marker", NULL);
	struct amp_arena *a = amp_arena_new(1 << 20);
	assert_int_equal(amp_detect_all(d, s, NULL, NULL, NULL), 0);
	amp_detect_close(d);
	struct amp_explanation why = explain(s, a, 1, "default");
	assert_int_equal(why.lack, AMP_EXPLAIN_DONE);
	assert_true(why.scored == 4 && why.unsure == 0 && why.missing == 0 && why.errors == 0);
	assert_true(why.texts == 3 && why.n_reasons == 3 && why.n_shown == 3);
	assert_reason(&why, 0, "women", 2);
	assert_reason(&why, 1, "black", 1);
	assert_reason(&why, 2, "muslim", 1);
	assert_true(why.shown[0].n_targets == 1 && why.shown[0].n_kinds == 1 && why.shown[2].n_targets == 2);
	assert_string_equal(why.shown[0].targets[0], "women");
	why = explain(s, a, 2, "0.75");
	assert_true(why.scored == 2 && why.texts == 2 && why.shown[0].threshold > 0.7 && why.shown[0].threshold < 0.8);
	assert_reason(&why, 0, "gay", 2);
	assert_true(why.reasons[0].weight > 2.9 && why.reasons[0].weight < 3.1);
	assert_reason(&why, 1, "trans", 1);
	assert_int_equal(explain(s, a, 1, "2").lack, AMP_EXPLAIN_NOTHING);
	amp_store_close(s);
	/* an erased text explains nothing, whatever was found in it; another detector's row neither */
	s = open_store(AMP_STORE_WRITE);
	execute(s,
	        "INSERT INTO item_version (id, key, item_id, kind, text, erased_at) VALUES (6, x'08ff0000000000000000000000000006', 5, 'post', NULL, 5);"
	        "INSERT INTO exposure (parse_id, rank, organic_rank, item_version_id, page, is_repost, is_pinned, is_ad, is_service, is_reply, is_quote) VALUES "
	        "(2, 1, 1, 6, 0, 0, 0, 0, 0, 0, 0); INSERT INTO detection (item_version_id, detector_id, status, score) VALUES (6, 1, 'ok', 1.0);");
	why = explain(s, a, 2, "default");
	assert_true(why.scored == 3 && why.texts == 2 && why.n_reasons == 2);
	execute(s, "UPDATE detector SET key = x'0b000000000000000000000000000000' WHERE id = 1");
	assert_int_equal(explain(s, a, 1, "default").lack, AMP_EXPLAIN_OTHER);
	amp_arena_free(a);
	amp_store_close(s);
}

static bool stop_now(void)
{
	return true;
}

static void test_names_and_studies(void **unused)
{
	(void)unused;
	struct amp_store *s = open_store(AMP_STORE_ANALYSE);
	const char *names[8], *const bad[] = {"markr", NULL};
	struct amp_detect *d = NULL;
	struct amp_err err = {0};
	int64_t parses = 7;
	assert_int_equal(amp_detect_declared(s, "essai", names, 8, NULL), 0);
	assert_string_equal(names[0], "marker");
	assert_null(names[1]);
	assert_int_equal(amp_detect_open(&d, s, bad, &err), AMP_EUSAGE);
	assert_non_null(strstr(err.text, "did you mean \"marker\""));
	d = open_detect(s, "marker", NULL);
	assert_int_equal(amp_detect_study(d, s, "autre", NULL, NULL, &parses, &err), AMP_EUSAGE);
	assert_non_null(strstr(err.text, "autre"));
	assert_int_equal(amp_detect_study(d, s, "essai", stop_now, NULL, &parses, &err), AMP_EINTERRUPTED);
	assert_int_equal(parses, 0);
	assert_int_equal(amp_detect_study(d, s, "essai", NULL, NULL, &parses, &err), 0);
	assert_int_equal(parses, 2);
	amp_detect_close(d);
	amp_store_close(s);
}

static void test_broken_cell(void **unused)
{
	(void)unused;
	struct amp_store *s = open_store(AMP_STORE_ANALYSE);
	execute(s,
	        "INSERT INTO grid_cell (key, study_version_id, depth, threshold, rbp_p, text_view, is_primary) VALUES (x'0b000000000000000000000000000000', 2, 5, '0,5', '0.5', 'v1', 0)");
	struct amp_detect *d = open_detect(s, "marker", NULL);
	struct amp_err err = {0};
	assert_int_equal(amp_detect_all(d, s, NULL, NULL, &err), AMP_ECORRUPT);
	assert_non_null(strstr(err.text, "0,5"));
	assert_rows(s, "SELECT count(*) FROM snapshot_sum", "0\n"); /* rolled back whole */
	amp_detect_close(d);
	amp_store_close(s);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_sums_by_hand),         CASE(test_second_detector_and_new_run),
		CASE(test_inside_a_transaction), CASE(test_erased_text_is_missing),
		CASE(test_explanations_by_hand), CASE(test_names_and_studies),
		CASE(test_broken_cell),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

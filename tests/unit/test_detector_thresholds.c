/* test_detector_thresholds.c: one detector, one score, two languages: each text is flagged by the threshold of the language it was read in. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/io.h"
#include "detectors/detector.h"
#include "linear/model.h"
#include "rows_test.h"
#include "train/train.h"

static char dir[64], path[96];

/* The same words, which show no language, with the tags fr, fr-CA, en (which the model has no threshold for), none and two. Two cells: the
 * detector's own thresholds, and one for all. */
static const char ROWS[] =
	"INSERT INTO study (id, key, slug) VALUES (1, x'01000000000000000000000000000000', 'essai');"
	"INSERT INTO study_version (id, key, study_id, hash, text, locked_at) VALUES (1, x'02000000000000000000000000000000', 1, zeroblob(32), '{}', 0);"
	"INSERT INTO persona (id, key, study_version_id, name, cluster_key, attributes) VALUES (1, x'03000000000000000000000000000000', 1, 'p', "
	"x'03000000000000000000000000000000', '{}');"
	"INSERT INTO feed (id, key, study_version_id, name, platform, endpoint, parameters, ranking, depth) VALUES (1, "
	"x'04000000000000000000000000000000', 1, 'f', 'bluesky', 'getFeed', '{}', 'algorithmic', 30);"
	"INSERT INTO round (id, key, study_version_id, scheduled_at, window_end) VALUES (1, x'05000000000000000000000000000000', 1, 0, 1);"
	"INSERT INTO snapshot (id, key, round_id, persona_id, feed_id, attempt, depth_asked) VALUES (1, x'06000000000000000000000000000000', 1, 1, 1, 1, 30);"
	"INSERT INTO parse (id, key, snapshot_id, adapter, adapter_version, engine_version, verdict, items, organic_items) VALUES "
	"(1, x'07000000000000000000000000000000', 1, 'bluesky', '1', '1', 'ok', 5, 5);"
	"INSERT INTO snapshot_current (snapshot_id, parse_id) VALUES (1, 1);"
	"INSERT INTO item (id, key, platform, native_id) VALUES (1, x'08000000000000000000000000000001', 'bluesky', 'a');"
	"INSERT INTO item_version (id, key, item_id, kind, text, langs) VALUES "
	"(1, x'09000000000000000000000000000001', 1, 'post', 'zibs parasites', 'fr'), (2, x'09000000000000000000000000000002', 1, 'post', 'zibs parasites', 'fr-CA'), "
	"(3, x'09000000000000000000000000000003', 1, 'post', 'zibs parasites', 'en'), (4, x'09000000000000000000000000000004', 1, 'post', 'zibs parasites', NULL), "
	"(5, x'09000000000000000000000000000005', 1, 'post', 'zibs parasites', 'fr,en');"
	"INSERT INTO exposure (parse_id, rank, organic_rank, item_version_id, page, is_repost, is_pinned, is_ad, is_service, is_reply, is_quote) VALUES "
	"(1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0), (1, 1, 1, 2, 0, 0, 0, 0, 0, 0, 0), (1, 2, 2, 3, 0, 0, 0, 0, 0, 0, 0), (1, 3, 3, 4, 0, 0, 0, 0, 0, 0, 0), "
	"(1, 4, 4, 5, 0, 0, 0, 0, 0, 0, 0);"
	"INSERT INTO grid_cell (id, key, study_version_id, depth, threshold, rbp_p, text_view, is_primary) VALUES "
	"(1, x'0a000000000000000000000000000001', 1, 10, 'default', '0.5', 'v1', 1), (2, x'0a000000000000000000000000000002', 1, 10, '0.001', '0.5', 'v1', 0);";

/* A model trained on invented words, whose threshold is the lowest in French and the highest elsewhere. */
static int make_model(const char *source, struct amp_err *err)
{
	char manifest[512], inputs[512], data[512], model[128], command[1200];
	struct amp_linear_model *m = NULL;
	struct amp_buf b, changed;
	(void)snprintf(inputs, sizeof inputs, "%s/tests/train", source);
	(void)snprintf(manifest, sizeof manifest, "%s/manifest.json", inputs);
	(void)snprintf(data, sizeof data, "%s/analysis/data", source);
	(void)snprintf(model, sizeof model, "%s/linear.model", dir);
	(void)snprintf(command, sizeof command, "cp '%s'/lexicon-*.tsv '%s'", data, dir);
	amp_buf_init(&b, (size_t)8 << 20);
	amp_buf_init(&changed, (size_t)8 << 20);
	int rc = amp_train(manifest, inputs, data, dir, NULL, err);
	if (rc == 0) rc = amp_io_read_file(model, &b, err);
	if (rc == 0) rc = amp_linear_model_read(&m, amp_buf_str(&b), model, err);
	if (rc == 0) {
		m->n_langs = 2;
		m->lang[0] = (struct amp_linear_lang){"*", 65535, 65535, 65535};
		m->lang[1] = (struct amp_linear_lang){"fr", 26869, 1, 1}; /* 0.4099884033203125: sixteen decimals */
		rc = amp_linear_model_write(m, &changed, err);
	}
	if (rc == 0) rc = amp_io_write_file(model, changed.p, changed.n, err);
	amp_linear_model_free(m);
	amp_buf_free(&b);
	amp_buf_free(&changed);
	return rc != 0 ? rc : system(command);
}

static int set_up(void **state)
{
	const char *source = getenv("AMP_SOURCE_DIR");
	struct amp_err err = {0};
	struct amp_store *s = NULL;
	(void)state;
	(void)snprintf(dir, sizeof dir, "/tmp/amp-thresholds-XXXXXX");
	if (source == NULL || mkdtemp(dir) == NULL) return 1;
	(void)snprintf(path, sizeof path, "%s/t.db", dir);
	if (make_model(source, &err) != 0 || setenv("AMPLIMETER_DATA", dir, 1) != 0 ||
	    amp_store_open(&s, path, AMP_STORE_CREATE, &err) != 0) {
		print_error("%s\n", err.text);
		return 1;
	}
	int rc = sqlite3_exec(amp_store_handle(s), ROWS, NULL, NULL, NULL);
	amp_store_close(s);
	return rc;
}

static int tear_down(void **state)
{
	char command[96];
	(void)state;
	(void)snprintf(command, sizeof command, "rm -r '%s'", dir);
	return system(command);
}

static void test_by_language(void **state)
{
	static const char *const names[] = {"linear", "lexicon", "marker", NULL};
	struct amp_store *s = NULL;
	struct amp_detect *d = NULL;
	struct amp_err err = {0};
	(void)state;
	if (amp_store_open(&s, path, AMP_STORE_ANALYSE, &err) != 0 || amp_detect_open(&d, s, names, &err) != 0 ||
	    amp_detect_all(d, s, NULL, NULL, &err) != 0)
		fail_msg("%s", err.text);
	amp_detect_close(d);
	assert_rows(s, "SELECT name, lang, threshold FROM threshold_set t JOIN detector d ON d.id = t.detector_id ORDER BY 1, 2",
	            "lexicon|any|0.5\nlinear|any|0.9999847412109375\nlinear|fr|0.4099884033203125\nmarker|any|0.5\n");
	/* texts without a language of their own have that of a single tag; the marker reads none */
	assert_rows(
		s,
		"SELECT name, item_version_id, coalesce(n.lang, '-') FROM detection n JOIN detector d ON d.id = n.detector_id ORDER BY 1, 2",
		"lexicon|1|fr\nlexicon|2|fr\nlexicon|3|en\nlexicon|4|-\nlexicon|5|-\n"
		"linear|1|fr\nlinear|2|fr\nlinear|3|en\nlinear|4|-\nlinear|5|-\n"
		"marker|1|-\nmarker|2|-\nmarker|3|-\nmarker|4|-\nmarker|5|-\n");
	assert_rows(
		s,
		"SELECT c.threshold, x.n, x.flagged, x.discounted FROM snapshot_sum x JOIN detector d ON d.id = x.detector_id JOIN grid_cell c "
		"ON c.id = x.grid_cell_id WHERE d.name = 'linear' AND x.target = 'any' ORDER BY 1 DESC",
		"default|5|2|1.5\n0.001|5|5|1.9375\n");
	assert_rows(
		s,
		"SELECT organic_rank, detection_lang, threshold, flagged FROM scored_exposures WHERE detector = 'linear' ORDER BY organic_rank",
		"0|fr|0.4099884033203125|1\n1|fr|0.4099884033203125|1\n2|en|0.9999847412109375|0\n3|NULL|0.9999847412109375|0\n"
		"4|NULL|0.9999847412109375|0\n");
	amp_store_close(s);
}

/* A score that is exactly the threshold is flagged, by the program and in SQL alike. */
static void test_at_the_threshold(void **state)
{
	struct amp_store *s = NULL;
	struct amp_err err = {0};
	(void)state;
	if (amp_store_open(&s, path, AMP_STORE_WRITE, &err) != 0) fail_msg("%s", err.text);
	for (int i = 1; i < 65536; i++) {
		static const struct amp_sql equal = {"equal", "SELECT CAST(?1 AS REAL) = ?2"};
		char text[32];
		struct amp_query q;
		(void)snprintf(text, sizeof text, "%.16f", (double)i / 65536);
		assert_int_equal(amp_query_start(&q, s, &equal, &err), 0);
		amp_query_bind_c(&q, text);
		amp_query_bind_double(&q, (double)i / 65536);
		assert_int_equal(amp_query_step(&q, &err), 1);
		assert_int_equal(amp_query_i64(&q, 0), 1);
		amp_query_end(&q);
	}
	amp_store_close(s);
}

static void test_lookup(void **state)
{
	struct amp_thresholds t = {{{"any", "0.5", .5}, {"fr", "0.25", .25}}, 2};
	(void)state;
	assert_true(amp_threshold_of(&t, "fr")->value == .25);
	assert_true(amp_threshold_of(&t, "de")->value == .5);
	assert_true(amp_threshold_of(&t, NULL)->value == .5);
	assert_true(amp_threshold_of(&t, "any")->value == .5);
	const struct amp_detector wrong = {.name = "wrong", .default_threshold = "0,5"};
	struct amp_err err = {0};
	assert_int_equal(amp_detector_thresholds(&wrong, NULL, &t, &err), AMP_EFAIL);
	assert_non_null(strstr(err.text, "wrong"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_by_language), cmocka_unit_test(test_at_the_threshold),
	                                   cmocka_unit_test(test_lookup)};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}

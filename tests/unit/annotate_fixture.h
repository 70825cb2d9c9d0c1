/* annotate_fixture.h: a sample of a small study in a database, for the tests of analysis/annotate: drawn, carried to coders and back. One study at a
 * time: build() makes it, teardown ends it. Include after base_test.h.
 */
#ifndef AMP_TEST_ANNOTATE_FIXTURE_H
#define AMP_TEST_ANNOTATE_FIXTURE_H
#include <math.h>

#include "annotate/corrected.h"
#include "annotate/sample.h"
#include "annotate/transfer.h"
#include "base/io.h"
#include "fixture_db.h"
#include "report/report.h"

#define ITEMS 12
#define CASE_OF(f, before) cmocka_unit_test_setup_teardown(f, before, teardown)
#define CASE(f) CASE_OF(f, setup)

static struct fx x;
static struct amp_frame *frame;
static struct amp_arena *arena;
static char last[400];
static int64_t pass = 1; /* of what is imported */

static inline void say_it(void *user, int64_t line, int64_t column, const char *text)
{
	(void)user;
	(void)snprintf(last, sizeof last, "%lld:%lld: %s", (long long)line, (long long)column, text);
}

/* one_sided: on a third day p1 is blocked on the chronological side. Personas p1 (and p2) see six items ranked, six by time, in each of two rounds a day apart; items 1 to 3 are flagged. */
static inline void build(int64_t personas, bool one_sided)
{
	static const int64_t ranked[] = {1, 2, 3, 4, 5, 6}, latest[] = {1, 7, 8, 9, 10, 11};
	struct amp_err err = {0};
	fx_open(&x, "{}");
	x.detector = fx_detector(&x, "marker");
	x.cell = fx_cell(&x, 6, true);
	int64_t a = fx_feed(&x, "ranked", "bluesky", "algorithmic"), b = fx_feed(&x, "latest", "bluesky", "chronological");
	(void)fx_pair(&x, "pair", a, b, "alternative");
	int64_t people[2] = {fx_persona(&x, "p1", 0, 1), personas > 1 ? fx_persona(&x, "p2", 0, 2) : 0};
	for (int64_t day = 0; day < 2; day++) {
		int64_t round = fx_round(&x, FX_START + day * FX_DAY);
		for (int64_t p = 0; p < personas; p++) {
			(void)fx_shot(&x, &(struct fx_shot){.round = round,
			                                    .persona = people[p],
			                                    .feed = a,
			                                    .verdict = "ok",
			                                    .items = ranked,
			                                    .n = 6,
			                                    .flagged = 3});
			(void)fx_shot(&x, &(struct fx_shot){.round = round,
			                                    .persona = people[p],
			                                    .feed = b,
			                                    .verdict = "ok",
			                                    .items = latest,
			                                    .n = 6,
			                                    .flagged = 1});
		}
	}
	if (one_sided) {
		int64_t round = fx_round(&x, FX_START + 2 * FX_DAY);
		(void)fx_shot(&x, &(struct fx_shot){.round = round,
		                                    .persona = people[0],
		                                    .feed = a,
		                                    .verdict = "ok",
		                                    .items = ranked,
		                                    .n = 2,
		                                    .flagged = 2});
		(void)fx_shot(&x, &(struct fx_shot){.round = round, .persona = people[0], .feed = b, .verdict = "blocked"});
	}
	for (int64_t i = 1; i < ITEMS; i++) {
		char sql[160];
		if (i == 11) continue; /* no score */
		(void)snprintf(sql, sizeof sql,
		               "INSERT INTO detection (item_version_id, detector_id, status, score) VALUES (%lld, %lld, 'ok', %s)",
		               (long long)i, (long long)x.detector, i <= 3 ? "0.9" : "0.1");
		assert_int_equal(sqlite3_exec(amp_store_handle(x.store), sql, NULL, NULL, NULL), SQLITE_OK);
	}
	fx_ready(&x);
	arena = amp_arena_new(0);
	if (amp_frame_load(&frame, x.store, NULL, NULL, NULL, &err) != 0) fail_msg("%s", err.text);
}

static inline int setup(void **state)
{
	(void)state;
	build(2, false);
	return 0;
}

static inline int teardown(void **state)
{
	(void)state;
	amp_frame_free(frame);
	amp_arena_free(arena);
	fx_close(&x);
	return 0;
}

static inline int64_t number(const char *sql)
{
	sqlite3_stmt *st = NULL;
	assert_int_equal(sqlite3_prepare_v2(amp_store_handle(x.store), sql, -1, &st, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	int64_t n = sqlite3_column_int64(st, 0);
	(void)sqlite3_finalize(st);
	return n;
}

static inline double real_number(const char *sql)
{
	sqlite3_stmt *st = NULL;
	assert_int_equal(sqlite3_prepare_v2(amp_store_handle(x.store), sql, -1, &st, NULL), SQLITE_OK);
	if (sqlite3_step(st) != SQLITE_ROW) fail_msg("no row: %s", sql);
	double v = sqlite3_column_double(st, 0);
	(void)sqlite3_finalize(st);
	return v;
}

static inline void execute(const char *sql)
{
	char *message = NULL;
	if (sqlite3_exec(amp_store_handle(x.store), sql, NULL, NULL, &message) != SQLITE_OK) fail_msg("%s: %s", sql, message);
}

static inline int draw(struct amp_sample *s, int64_t size, const char *name, bool dry, struct amp_err *err)
{
	const struct amp_sample_options o = {.name = name, .size = size, .seed = 1, .now = 5, .dry_run = dry};
	return amp_sample_draw(s, frame, x.store, &o, err);
}

static inline void draw_all(struct amp_sample_ref *ref)
{
	struct amp_sample s;
	struct amp_err err = {0};
	if (draw(&s, 100, NULL, false, &err) != 0) fail_msg("%s", err.text);
	assert_int_equal(amp_sample_find(ref, x.store, NULL, NULL, &err), 0);
}

static inline void export_sheet(struct amp_buf *out, const struct amp_sample_ref *ref, struct amp_export *e)
{
	struct amp_err err = {0};
	amp_buf_init(out, 1 << 20);
	if (amp_annotations_export(out, x.store, ref, e, &err) != 0) fail_msg("%s", err.text);
}

/* Each row's label by the item's number: 'h' hateful against women, 'n' not, 'u' unsure, '-' left empty. */
static inline void fill(struct amp_buf *out, const struct amp_sample_ref *ref, const char *labels)
{
	struct amp_export e = {.coder = "ada", .coders = 1, .overlap = 100};
	struct amp_buf sheet;
	export_sheet(&sheet, ref, &e);
	amp_buf_init(out, 1 << 20);
	struct amp_str rest = amp_buf_str(&sheet), line = amp_str_cut(&rest, '\n');
	(void)amp_buf_printf(out, "%.*s\n", AMP_ARG(line));
	for (line = amp_str_cut(&rest, '\n'); line.n > 0; line = amp_str_cut(&rest, '\n')) {
		char sql[200];
		(void)snprintf(sql, sizeof sql, "SELECT item_version_id FROM sample_unit WHERE lower(hex(key)) LIKE '%.16s%%'",
		               line.p + 2);
		char label = labels[number(sql) - 1];
		const char *tail = label == 'h'   ? "\"hateful\",\"women\",\"insult\",\"3\",\"c\",\"1\""
		                   : label == 'n' ? "\"not_hateful\",,,,,"
		                   : label == 'u' ? "\"unsure\",,,,,"
		                                  : ",,,,,";
		const char *end = amp_str_find(line, AMP_STR(",\"\",\"\",\"\",\"\",\"\",\"1\""));
		assert_non_null(end);
		(void)amp_buf_printf(out, "%.*s,%s\n", (int)(end - line.p), line.p, tail);
	}
	amp_buf_free(&sheet);
}

static inline int import(const struct amp_sample_ref *ref, struct amp_str bytes, const char *coder, bool adjudicate,
                         struct amp_import *i, struct amp_err *err)
{
	const struct amp_sheet_say say = {say_it, NULL};
	static int64_t now = 100;
	struct amp_sheet sheet;
	*i = (struct amp_import){.coder = coder, .pass = pass, .now = now++, .adjudicate = adjudicate};
	last[0] = '\0';
	int rc = amp_sheet_read(&sheet, arena, bytes, "s.csv", &say, err);
	if (rc == 0) rc = amp_annotations_import(i, x.store, ref, &sheet, "s.csv", &say, arena, err);
	amp_sheet_free(&sheet);
	return rc;
}

static inline void import_labels(const struct amp_sample_ref *ref, const char *labels, const char *coder, bool adjudicate,
                                 struct amp_import *i)
{
	struct amp_buf b;
	struct amp_err err = {0};
	fill(&b, ref, labels);
	if (import(ref, amp_buf_str(&b), coder, adjudicate, i, &err) != 0) fail_msg("%s %s", err.text, last);
	amp_buf_free(&b);
}

static inline const struct amp_verdict_unit *unit(const struct amp_verdicts *v, int64_t item)
{
	char sql[120];
	(void)snprintf(sql, sizeof sql, "SELECT id FROM sample_unit WHERE item_version_id = %lld", (long long)item);
	int64_t id = number(sql);
	for (size_t i = 0; i < v->n; i++)
		if (v->units[i].id == id) return &v->units[i];
	fail_msg("no unit of item %lld", (long long)item);
	return NULL;
}

static inline bool close_to(struct amp_real v, double want)
{
	return v.known && v.v > want - 1e-9 && v.v < want + 1e-9;
}

/* Whatever the sample says: a number or a reason, never NaN. */
static inline void never_nan(const struct amp_corrected *c)
{
	struct amp_buf b;
	struct amp_jsonw w;
	amp_buf_init(&b, 1 << 20);
	amp_jsonw_start(&w, &b);
	amp_corrected_json(c, frame, &w);
	assert_int_equal(b.failed, 0);
	assert_null(strstr(b.p, "nan"));
	assert_null(strstr(b.p, "inf"));
	amp_buf_free(&b);
}

#endif

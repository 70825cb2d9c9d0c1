/* test_annotate_database.c: a sample of a small study in a database: drawn, carried to coders and back, decided, estimated; and what goes wrong. */
#include "base_test.h"

#include "annotate/corrected.h"
#include "annotate/keys.h"
#include "annotate/recheck.h"
#include "annotate/redraw.h"
#include "annotate/transfer.h"
#include "base/i18n.h"
#include "base/io.h"
#include "fixture_db.h"
#include "report/report.h"
#include <math.h>

#define ITEMS 12

static struct fx x;
static struct amp_frame *frame;
static struct amp_arena *arena;
static char last[400];
static void report(const char *lang);
static void never_nan(const struct amp_corrected *c);
static int64_t pass = 1; /* of what is imported */

static void say_it(void *user, int64_t line, int64_t column, const char *text)
{
	(void)user;
	(void)snprintf(last, sizeof last, "%lld:%lld: %s", (long long)line, (long long)column, text);
}

/* one_sided: on a third day p1 is blocked on the chronological side. Personas p1 (and p2) see six items ranked, six by time, in each of two rounds a day apart; items 1 to 3 are flagged. */
static void build(int64_t personas, bool one_sided)
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

static int setup(void **state)
{
	(void)state;
	build(2, false);
	return 0;
}

static int setup_one(void **state)
{
	(void)state;
	build(1, false);
	return 0;
}

static int setup_one_sided(void **state)
{
	(void)state;
	build(2, true);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	amp_frame_free(frame);
	amp_arena_free(arena);
	fx_close(&x);
	return 0;
}

static int64_t number(const char *sql)
{
	sqlite3_stmt *st = NULL;
	assert_int_equal(sqlite3_prepare_v2(amp_store_handle(x.store), sql, -1, &st, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	int64_t n = sqlite3_column_int64(st, 0);
	(void)sqlite3_finalize(st);
	return n;
}

static int draw(struct amp_sample *s, int64_t size, const char *name, bool dry, struct amp_err *err)
{
	const struct amp_sample_options o = {.name = name, .size = size, .seed = 1, .now = 5, .dry_run = dry};
	return amp_sample_draw(s, frame, x.store, &o, err);
}

static void draw_all(struct amp_sample_ref *ref)
{
	struct amp_sample s;
	struct amp_err err = {0};
	if (draw(&s, 100, NULL, false, &err) != 0) fail_msg("%s", err.text);
	assert_int_equal(amp_sample_find(ref, x.store, NULL, NULL, &err), 0);
}

static void export_sheet(struct amp_buf *out, const struct amp_sample_ref *ref, struct amp_export *e)
{
	struct amp_err err = {0};
	amp_buf_init(out, 1 << 20);
	if (amp_annotations_export(out, x.store, ref, e, &err) != 0) fail_msg("%s", err.text);
}

/* Each row's label by the item's number: 'h' hateful against women, 'n' not, 'u' unsure, '-' left empty. */
static void fill(struct amp_buf *out, const struct amp_sample_ref *ref, const char *labels)
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

static int import(const struct amp_sample_ref *ref, struct amp_str bytes, const char *coder, bool adjudicate, struct amp_import *i,
                  struct amp_err *err)
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

static void import_labels(const struct amp_sample_ref *ref, const char *labels, const char *coder, bool adjudicate,
                          struct amp_import *i)
{
	struct amp_buf b;
	struct amp_err err = {0};
	fill(&b, ref, labels);
	if (import(ref, amp_buf_str(&b), coder, adjudicate, i, &err) != 0) fail_msg("%s %s", err.text, last);
	amp_buf_free(&b);
}

static void frame_and_sample(void **state)
{
	struct amp_sample s;
	struct amp_err err = {0};
	(void)state;
	assert_int_equal(draw(&s, 5, NULL, true, &err), 0);
	assert_int_equal(number("SELECT count(*) FROM sample"), 0); /* dry */
	assert_int_equal(s.units, 11);
	assert_int_equal(s.exposures, 48);
	assert_int_equal(s.snapshots, 8);
	assert_string_equal(s.name, "sample-1");
	assert_int_equal(draw(&s, 7, "first", false, &err), 0);
	assert_int_equal(number("SELECT count(*) FROM sample_unit"), 7);
	assert_int_equal(number("SELECT sum(exposures) FROM sample_snapshot"), 48);
	assert_int_equal(number("SELECT sum(flagged) FROM sample_snapshot"), 16); /* by the primary cell's threshold */
	assert_int_equal(
		number("SELECT count(*) FROM sample_unit u WHERE u.exposures <> (SELECT sum(e.exposures) FROM sample_exposure e WHERE e.sample_unit_id = u.id)"),
		0);
	assert_int_equal(number("SELECT count(*) FROM sample_stratum WHERE kind = 'missing' AND units = 1 AND drawn = 1"), 1);
	assert_int_equal(number("SELECT count(*) FROM sample_text"), 7);
	assert_int_equal(number("SELECT exposures FROM sample_unit WHERE item_version_id = 1 UNION ALL SELECT 8 LIMIT 1"),
	                 8); /* in both feeds */
	assert_int_equal(draw(&s, 7, "first", false, &err), AMP_EUSAGE);
	assert_non_null(strstr(err.text, "first"));
	const struct amp_sample_options o = {.detector = "lexicon", .size = 5};
	assert_int_equal(amp_sample_draw(&s, frame, x.store, &o, &err), AMP_EUSAGE);
	assert_non_null(strstr(err.text, "marker"));
}

static void found_by_name_or_key(void **state)
{
	struct amp_sample s;
	struct amp_sample_ref ref;
	struct amp_err err = {0};
	char hex[2 * AMP_KEY + 1];
	(void)state;
	assert_int_equal(amp_sample_find(&ref, x.store, NULL, NULL, &err), AMP_EUSAGE);
	assert_int_equal(draw(&s, 5, "one", false, &err), 0);
	assert_int_equal(draw(&s, 5, "two", false, &err), 0);
	assert_int_equal(amp_sample_find(&ref, x.store, NULL, NULL, &err), AMP_EUSAGE);
	assert_non_null(strstr(err.text, "one"));
	assert_int_equal(amp_sample_find(&ref, x.store, "fixture", "one", &err), 0);
	assert_string_equal(ref.name, "one");
	amp_hex(s.key.b, AMP_KEY, hex);
	hex[10] = '\0';
	assert_int_equal(amp_sample_find(&ref, x.store, NULL, hex, &err), 0);
	assert_string_equal(ref.name, "two");
	assert_int_equal(amp_sample_find(&ref, x.store, NULL, "three", &err), AMP_EUSAGE);
	assert_int_equal(amp_sample_find(&ref, x.store, "other", "one", &err), AMP_EUSAGE);
}

static void sheets_are_dealt(void **state)
{
	struct amp_sample_ref ref;
	struct amp_buf a, b, c;
	(void)state;
	draw_all(&ref);
	struct amp_export ea = {.coder = "coder-1", .coders = 2, .number = 0, .overlap = 20},
			  eb = {.coder = "coder-2", .coders = 2, .number = 1, .overlap = 20}, ec = ea;
	export_sheet(&a, &ref, &ea);
	export_sheet(&b, &ref, &eb);
	export_sheet(&c, &ref, &ec);
	assert_int_equal(ea.units + eb.units, 11 + 3); /* a fifth of 11, rounded up, goes to both */
	assert_string_equal(a.p, c.p);
	assert_string_not_equal(a.p, b.p);
	struct amp_export ada = {.coder = "ada", .coders = 1, .overlap = 100}, bob = {.coder = "bob", .coders = 1, .overlap = 100};
	struct amp_buf d, e;
	export_sheet(&d, &ref, &ada);
	export_sheet(&e, &ref, &bob);
	assert_int_equal(d.n, e.n);
	assert_string_not_equal(d.p, e.p); /* the same texts in another order */
	amp_buf_free(&d);
	amp_buf_free(&e);
	static const char *const hidden[] = {"0.9", "ranked", "latest", "p1", "p2", "bluesky", "flagged", "pair"};
	for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++) assert_null(strstr(a.p, hidden[i]));
	amp_buf_free(&a);
	amp_buf_free(&b);
	amp_buf_free(&c);
}

static void comes_back_whole_or_not_at_all(void **state)
{
	struct amp_sample_ref ref;
	struct amp_import i;
	struct amp_buf b;
	struct amp_err err = {0};
	(void)state;
	draw_all(&ref);
	fill(&b, &ref, "hhnnnnnnnnn");
	char *made = strstr(b.p, "made up");
	assert_non_null(made);
	memcpy(made, "MADE UP", 7);
	assert_int_equal(import(&ref, amp_buf_str(&b), "ada", false, &i, &err), AMP_EUSAGE);
	assert_non_null(strstr(last, "2:"));
	assert_non_null(strstr(last, "not what the sheet had"));
	assert_int_equal(number("SELECT count(*) FROM annotation"), 0);
	memcpy(made, "made up", 7);
	char *unit = strstr(b.p, "\"u");
	unit = strstr(unit + 8, "\n\"u") + 1;
	char old = unit[3];
	unit[3] = old == 'f' ? '0' : 'f';
	assert_int_equal(import(&ref, amp_buf_str(&b), "ada", false, &i, &err), AMP_EUSAGE);
	assert_non_null(strstr(last, "no such unit"));
	unit[3] = old;
	assert_int_equal(import(&ref, amp_buf_str(&b), "Ada Lovelace", false, &i, &err), AMP_EUSAGE);
	assert_int_equal(import(&ref, amp_buf_str(&b), "ada@example.org", false, &i, &err), AMP_EUSAGE);
	assert_int_equal(number("SELECT count(*) FROM annotation"), 0);
	assert_int_equal(import(&ref, amp_buf_str(&b), "ada", false, &i, &err), 0);
	assert_int_equal(i.added, 11);
	amp_buf_free(&b);
}

static void corrections_supersede(void **state)
{
	struct amp_sample_ref ref;
	struct amp_import i;
	(void)state;
	draw_all(&ref);
	import_labels(&ref, "hh-nnnnnnnn", "ada", false, &i);
	assert_int_equal(i.added, 10);
	assert_int_equal(i.empty, 1);
	import_labels(&ref, "hh-nnnnnnnn", "ada", false, &i);
	assert_int_equal(i.unchanged, 10);
	assert_int_equal(i.added + i.corrected, 0);
	import_labels(&ref, "hnhnnnnnnnn", "ada", false, &i);
	assert_int_equal(i.unchanged, 9);
	assert_int_equal(i.corrected, 1);
	assert_int_equal(i.added, 1);
	assert_int_equal(number("SELECT count(*) FROM annotation"), 12); /* nothing is lost */
	assert_int_equal(number("SELECT count(*) FROM annotations WHERE is_current"), 11);
	assert_int_equal(number("SELECT count(*) FROM annotation_target"), 3);
	assert_int_equal(number("SELECT count(DISTINCT text_sha256) FROM annotation"), 11); /* equal texts, each with its nonce */
}

static void erased_text_is_refused(void **state)
{
	struct amp_sample_ref ref;
	struct amp_import i;
	struct amp_buf b;
	struct amp_err err = {0};
	(void)state;
	draw_all(&ref);
	fill(&b, &ref, "nnnnnnnnnnn");
	assert_int_equal(
		sqlite3_exec(amp_store_handle(x.store), "DELETE FROM sample_text WHERE sample_unit_id = 1", NULL, NULL, NULL),
		SQLITE_OK);
	assert_int_equal(import(&ref, amp_buf_str(&b), "ada", false, &i, &err), AMP_EUSAGE);
	assert_non_null(strstr(last, "erased"));
	amp_buf_free(&b);
	struct amp_export e = {.coder = "ada", .coders = 1, .overlap = 100};
	export_sheet(&b, &ref, &e);
	assert_int_equal(e.units, 10);
	assert_int_equal(e.erased, 1);
	amp_buf_free(&b);
}

static const struct amp_verdict_unit *unit(const struct amp_verdicts *v, int64_t item)
{
	char sql[120];
	(void)snprintf(sql, sizeof sql, "SELECT id FROM sample_unit WHERE item_version_id = %lld", (long long)item);
	int64_t id = number(sql);
	for (size_t i = 0; i < v->n; i++)
		if (v->units[i].id == id) return &v->units[i];
	fail_msg("no unit of item %lld", (long long)item);
	return NULL;
}

static void majority_and_adjudication(void **state)
{
	struct amp_sample_ref ref;
	struct amp_import i;
	struct amp_verdicts v;
	struct amp_err err = {0};
	(void)state;
	draw_all(&ref);
	import_labels(&ref, "hhnuu-nnnnn", "ada", false, &i);
	import_labels(&ref, "hnnun-nnnnn", "bob", false, &i);
	assert_int_equal(amp_verdicts_load(&v, arena, x.store, ref.id, &err), 0);
	assert_int_equal(v.n_coders, 2);
	assert_string_equal(v.coder[1], "bob");
	assert_true(unit(&v, 1)->known && unit(&v, 1)->hateful);
	assert_true(unit(&v, 1)->targets == amp_target_bit("women"));
	assert_int_equal(unit(&v, 2)->how, AMP_VERDICT_TIE);
	assert_false(unit(&v, 2)->known);
	assert_int_equal(unit(&v, 4)->how, AMP_VERDICT_UNSURE);
	assert_int_equal(unit(&v, 5)->how, AMP_VERDICT_MAJORITY); /* the one who was sure */
	assert_int_equal(unit(&v, 6)->how, AMP_VERDICT_NONE);
	assert_int_equal(v.judged, 10);
	assert_int_equal(v.decided, 8);
	assert_int_equal(v.split, 1);
	struct amp_export e = {.coder = "eve", .coders = 1, .overlap = 100, .disagreements = true};
	struct amp_buf b;
	export_sheet(&b, &ref, &e);
	assert_int_equal(e.units, 1);
	amp_buf_free(&b);
	import_labels(&ref, "-n---------", "ada", true, &i); /* the adjudicator is one of the coders: that verdict of hers stays */
	assert_int_equal(i.added, 1);
	assert_int_equal(amp_verdicts_load(&v, arena, x.store, ref.id, &err), 0);
	assert_int_equal(unit(&v, 2)->how, AMP_VERDICT_ADJUDICATED);
	assert_true(unit(&v, 2)->known && !unit(&v, 2)->hateful);
	assert_int_equal(unit(&v, 2)->coders, 2);
	assert_int_equal(v.split, 0);
	import_labels(&ref, "-u---------", "ada", true, &i);
	assert_int_equal(i.corrected, 1);
	assert_int_equal(amp_verdicts_load(&v, arena, x.store, ref.id, &err), 0);
	assert_false(unit(&v, 2)->known);
}

static void agreement_is_krippendorffs(void **state)
{
	struct amp_sample_ref ref;
	struct amp_import i;
	struct amp_verdicts v;
	struct amp_agreement_row rows[AMP_AGREEMENT_ROWS];
	struct amp_err err = {0};
	size_t n;
	(void)state;
	draw_all(&ref);
	import_labels(&ref, "hhhnnnnnnnn", "ada", false, &i);
	import_labels(&ref, "hhnhnnnnnnn", "bob", false, &i);
	assert_int_equal(amp_verdicts_load(&v, arena, x.store, ref.id, &err), 0);
	assert_int_equal(amp_verdicts_agreement(&v, 200, 1, rows, &n, &err), 0);
	assert_int_equal(n, 3);
	assert_string_equal(rows[1].what, "hateful");
	assert_string_equal(rows[2].what, "ground:sex");
	/* 22 values, 6 hateful: Do = 4/22, De = 2*6*16/(22*21): alpha = 1 - 4*21/192 */
	assert_true(rows[1].alpha.estimate.known && rows[1].alpha.estimate.v > 0.5624 && rows[1].alpha.estimate.v < 0.5626);
	assert_true(rows[1].alpha.lo.v < rows[1].alpha.estimate.v);
	assert_int_equal(rows[1].pairable, 22);
}

static struct amp_str status_text(const struct amp_verdicts *v, struct amp_buf *b)
{
	struct amp_err err = {0};
	amp_buf_init(b, 1 << 20);
	if (amp_verdicts_print(v, b, &err) != 0) fail_msg("%s", err.text);
	return amp_buf_str(b);
}

/* Twice the same coder: its latest pass is its verdict, and the earlier ones say how steady it is. */
static void a_coder_beside_itself(void **state)
{
	struct amp_sample_ref ref;
	struct amp_import i;
	struct amp_verdicts v;
	struct amp_self_row rows[8];
	struct amp_agreement_row between[AMP_AGREEMENT_ROWS];
	struct amp_buf b;
	struct amp_jsonw w;
	struct amp_err err = {0};
	size_t n = 9;
	(void)state;
	draw_all(&ref);
	import_labels(&ref, "hhhnnnnnnnn", "ada", false, &i);
	assert_int_equal(amp_verdicts_load(&v, arena, x.store, ref.id, &err), 0);
	assert_int_equal(amp_verdicts_self(&v, 200, 1, rows, &n, &err), 0);
	assert_int_equal(n, 0);
	assert_non_null(strstr(status_text(&v, &b).p, "no coder has judged a text in two passes"));
	amp_buf_free(&b);
	pass = 2;
	import_labels(&ref, "hhnhnnnnnnn", "ada", false, &i);
	import_labels(&ref, "hhhhnnnnnnn", "ada", false, &i); /* corrected within the pass: one verdict, not two */
	import_labels(&ref, "hhnhnnnnnnn", "ada", false, &i);
	import_labels(&ref, "nnnnnnnnnnn", "bob", false, &i); /* once only */
	pass = 7;
	import_labels(&ref, "u----------", "bob", false, &i);
	import_labels(&ref, "hhhhhhhhhhh", "eve", true, &i); /* what decides is no pass of hers */
	pass = 1;
	assert_int_equal(amp_verdicts_load(&v, arena, x.store, ref.id, &err), 0);
	assert_int_equal(v.n_again, 12);
	assert_int_equal(amp_verdicts_self(&v, 200, 1, rows, &n, &err), 0);
	assert_int_equal(n, 4);
	assert_string_equal(v.coder[rows[0].coder], "ada");
	assert_string_equal(rows[0].what, "label");
	assert_string_equal(rows[1].what, "hateful");
	assert_int_equal(rows[1].units, 11);
	assert_int_equal(rows[1].same, 9);
	assert_int_equal(rows[1].pairable, 22);
	/* as between two coders: 22 values, 6 hateful, 2 units differ: 1 - 4*21/192 */
	assert_true(rows[1].alpha.estimate.known && fabs(rows[1].alpha.estimate.v - (1 - 4.0 * 21 / 192)) < 1e-12);
	assert_true(rows[1].alpha.lo.v < rows[1].alpha.estimate.v);
	assert_int_equal(rows[2].units, 1);
	assert_int_equal(rows[2].same, 0);
	assert_int_equal(rows[3].pairable, 0); /* unsure is no answer to hateful or not */
	assert_false(rows[3].alpha.estimate.known);
	/* between coders the latest pass of each one counts */
	assert_int_equal(amp_verdicts_agreement(&v, 0, 1, between, &n, &err), 0);
	assert_int_equal(v.coded[0 * v.n_coders].label != AMP_CODED_NONE, true);
	assert_non_null(strstr(status_text(&v, &b).p, "ada, hateful: 0.562"));
	assert_non_null(strstr(b.p, "texts judged again: 11, with the same label: 9"));
	amp_buf_free(&b);
	amp_buf_init(&b, 1 << 20);
	amp_jsonw_start(&w, &b);
	assert_int_equal(amp_verdicts_json(&v, &w, &err), 0);
	assert_non_null(strstr(b.p, "\"self_alpha\":[{\"coder\":\"ada\",\"of\":\"label\""));
	assert_non_null(strstr(b.p, "\"judged_again\":11,\"same_label\":9"));
	assert_null(strstr(b.p, "nan"));
	amp_buf_free(&b);
}

static bool close_to(struct amp_real v, double want)
{
	return v.known && v.v > want - 1e-9 && v.v < want + 1e-9;
}

/* A census: every figure is exact, and no label is left to chance. Ranked: items 1, 2 of 6; by time: item 1 of 6. */
static void a_census_is_exact(void **state)
{
	struct amp_sample_ref ref;
	struct amp_import i;
	struct amp_corrected c;
	struct amp_err err = {0};
	(void)state;
	draw_all(&ref);
	import_labels(&ref, "hhnnnnnnnnn", "ada", false, &i);
	assert_int_equal(amp_corrected_make(&c, arena, frame, x.store, 0, &err), 0);
	assert_null(c.reason);
	assert_true(close_to(c.rows[0].a.share.labels.estimate, 12.0 / 48));
	const struct amp_corrected_row *pair = &c.rows[1];
	while (pair->pair == AMP_NO_INDEX) pair++;
	assert_string_equal(pair->target, "any");
	assert_true(close_to(pair->a.share.labels.estimate, 2.0 / 6));
	assert_true(close_to(pair->a.hajek.estimate, 2.0 / 6));
	assert_true(close_to(pair->a.share.scored.estimate, 2.0 / 6));
	assert_true(close_to(pair->b.share.labels.estimate, 1.0 / 6));
	assert_true(close_to(pair->difference.labels.estimate, 1.0 / 6));
	assert_true(close_to(pair->difference.labels.lo, 1.0 / 6));
	assert_true(close_to(pair->ratio.labels.estimate, 2));
	assert_false(pair->difference.worst_lo.known); /* nothing is missing */
	assert_true(close_to(pair->difference.wide.estimate, 1.0 / 6));
	assert_int_equal(pair->difference.clusters, 2);
	assert_true(pair->few);
	/* flagged 1, 2, 3: one of three wrongly; item 11 has no score */
	assert_true(close_to(c.error.sensitivity.estimate, 1));
	assert_true(close_to(c.error.precision.estimate, 12.0 / 16));
	assert_true(close_to(c.error.specificity.estimate, 1 - 4.0 / 32));
	assert_true(close_to(pair->a.flagged, 0.5));
}

static void execute(const char *sql)
{
	char *message = NULL;
	if (sqlite3_exec(amp_store_handle(x.store), sql, NULL, NULL, &message) != SQLITE_OK) fail_msg("%s: %s", sql, message);
}

static double real_number(const char *sql)
{
	sqlite3_stmt *st = NULL;
	assert_int_equal(sqlite3_prepare_v2(amp_store_handle(x.store), sql, -1, &st, NULL), SQLITE_OK);
	if (sqlite3_step(st) != SQLITE_ROW) fail_msg("no row: %s", sql);
	double v = sqlite3_column_double(st, 0);
	(void)sqlite3_finalize(st);
	return v;
}

/* A census again, of one group: items 1 to 6 and 7 to 10 aim at women, so that all of the ranked side does and 5 of 6 by time. */
static void a_census_of_a_group_is_exact(void **state)
{
	struct amp_sample_ref ref;
	struct amp_import i;
	struct amp_corrected c;
	struct amp_err err = {0};
	(void)state;
	execute("INSERT INTO detection_target (item_version_id, detector_id, target) SELECT item_version_id, detector_id, 'women' FROM detection"
	        " WHERE item_version_id IN (1, 2, 3)");
	draw_all(&ref);
	import_labels(&ref, "hhhhhhhhhhn", "ada", false, &i);
	assert_int_equal(amp_corrected_make(&c, arena, frame, x.store, 0, &err), 0);
	const struct amp_corrected_row *women = amp_corrected_find(&c, 0, AMP_NO_INDEX, "women");
	assert_non_null(women);
	assert_false(women->few);
	assert_int_equal(women->groups, 2); /* and their ground */
	assert_non_null(amp_corrected_find(&c, 0, AMP_NO_INDEX, "ground:sex"));
	assert_null(amp_corrected_find(&c, 0, AMP_NO_INDEX, "men"));
	assert_int_equal(women->a.hateful, 6);
	assert_int_equal(women->b.hateful, 5);
	assert_true(close_to(women->a.share.labels.estimate, 1));
	assert_true(close_to(women->b.share.labels.estimate, 5.0 / 6));
	assert_true(close_to(women->b.share.scored.estimate, 5.0 / 6)); /* whatever the detector says */
	assert_true(close_to(women->difference.labels.estimate, 1.0 / 6));
	assert_true(close_to(women->difference.labels.lo, 1.0 / 6));
	assert_false(women->a.flagged.known); /* no detector share of a group is kept */
	/* feeds by themselves: here the sides of the pair lose nothing to it */
	const struct amp_corrected_row *feed = amp_corrected_find(&c, AMP_NO_INDEX, frame->pairs[0].chronological, "women");
	assert_non_null(feed);
	assert_true(close_to(feed->a.share.labels.estimate, 5.0 / 6));
	assert_int_equal(feed->b.judged, 0);
	assert_true(close_to(amp_corrected_find(&c, AMP_NO_INDEX, frame->pairs[0].ranked, "any")->a.flagged, 0.5));
	assert_int_equal(c.n_rare, 0);
	import_labels(&ref, "hhhhnnnnnnn", "ada", false, &i);
	assert_int_equal(amp_corrected_make(&c, arena, frame, x.store, 0, &err), 0);
	assert_null(amp_corrected_find(&c, 0, AMP_NO_INDEX, "women"));
	assert_int_equal(c.n_rare, 2);
	assert_int_equal(c.rare[0].hateful, 4);
	never_nan(&c);
}

/* Of a sample: (lambda S + sum a (y - lambda f)/pi)/A with the scores of this group alone, summed over all that was shown. */
static void a_group_has_its_own_scores(void **state)
{
	struct amp_sample s;
	struct amp_sample_ref ref;
	struct amp_import i;
	struct amp_corrected c;
	struct amp_err err = {0};
	(void)state;
	execute("INSERT INTO detection_target (item_version_id, detector_id, target) SELECT item_version_id, detector_id, 'women' FROM detection"
	        " WHERE item_version_id IN (1, 2, 4, 7, 8)");
	execute("INSERT INTO detection_target (item_version_id, detector_id, target) SELECT item_version_id, detector_id, 'men' FROM detection"
	        " WHERE item_version_id IN (3, 4, 9)");
	execute("UPDATE detection SET score = 0.1 + 0.02 * item_version_id WHERE item_version_id > 3");
	assert_int_equal(draw(&s, 10, NULL, false, &err), 0);
	assert_int_equal(number("SELECT count(*) FROM sample_unit WHERE probability_numerator < probability_denominator") > 0,
	                 true);
	assert_int_equal(amp_sample_find(&ref, x.store, NULL, NULL, &err), 0);
	import_labels(&ref, "hhnhhnhhnnn", "ada", false, &i);
	assert_int_equal(amp_corrected_make(&c, arena, frame, x.store, 0, &err), 0);
	const struct amp_corrected_row *all = amp_corrected_find(&c, AMP_NO_INDEX, AMP_NO_INDEX, "women");
	assert_non_null(all);
	double lambda = all->a.lambda.v, total = 48;
	assert_true(all->a.lambda.known && lambda > 0);
	/* each of 2 to 11 is shown 4 times, 1 in both feeds: 8 times */
	double sum = 4 * (2 * 0.9 + 0.9 + 0.18 + 0.24 + 0.26);
	double drawn = real_number(
		"SELECT sum(1.0 * u.exposures * u.probability_denominator / u.probability_numerator * (u.item_version_id IN (1, 2, 4, 5, 7, 8)))"
		" FROM sample_unit u");
	double scores = real_number(
		"SELECT sum(1.0 * u.exposures * u.probability_denominator / u.probability_numerator * (u.item_version_id IN (1, 2, 4, 7, 8)) * u.score)"
		" FROM sample_unit u");
	assert_true(close_to(all->a.share.labels.estimate, drawn / total));
	assert_true(close_to(all->a.share.scored.estimate, (lambda * sum + drawn - lambda * scores) / total));
	assert_false(close_to(all->a.share.scored.estimate, drawn / total));
	assert_int_equal(all->groups, 2);
	const struct amp_corrected_figure *f = &all->a.share;
	assert_true(f->together.lo.v < f->wide_scored.lo.v && f->together.hi.v > f->wide_scored.hi.v);
	assert_true(close_to(f->together.estimate, f->scored.estimate.v));
	const struct amp_corrected_figure *any = &c.rows[0].a.share;
	assert_true(close_to(any->together.lo, amp_corrected_printed(any)->lo.v)); /* alone in its family */
	never_nan(&c);
}

/* The database and the data files have raw and corrected side by side: a figure, or why there is none. */
static void corrected_stands_beside_raw(void **state)
{
	struct amp_sample_ref ref;
	struct amp_import i;
	(void)state;
	report("en");
	assert_int_equal(number("SELECT count(*) FROM estimate WHERE corrected_estimate IS NOT NULL"), 0);
	assert_int_equal(number("SELECT count(*) FROM estimate WHERE corrected_reason IS NULL"), 0);
	assert_true(number("SELECT count(*) FROM estimate WHERE corrected_reason LIKE 'no sample of this study was drawn%'") > 0);
	assert_int_equal(number("SELECT count(*) FROM estimate WHERE corrected_n IS NOT NULL OR corrected_sample IS NOT NULL"), 0);
	draw_all(&ref);
	import_labels(&ref, "hhhhhhhhhhn", "ada", false, &i);
	report("en");
#define PAIR \
	"FROM estimates WHERE pair = 'pair' AND persona IS NULL AND target = 'any' AND family IS NOT 'sensitivity' AND metric = "
	assert_true(fabs(real_number("SELECT corrected_estimate " PAIR "'additive_lift'") - 1.0 / 6) < 1e-9);
	assert_true(fabs(real_number("SELECT corrected_detector " PAIR "'additive_lift'") - (0.5 - 1.0 / 5)) <
	            1e-9); /* item 11 has no score */
	assert_true(fabs(real_number("SELECT corrected_estimate " PAIR "'amplification_ratio'") - 1.2) < 1e-9);
	assert_int_equal(number("SELECT corrected_n " PAIR "'additive_lift'"), 6);
	assert_int_equal(number("SELECT corrected_hateful " PAIR "'additive_lift'"), 5);
	assert_int_equal(number("SELECT corrected_method LIKE 'PPI++%' AND corrected_sample = 'sample-1' " PAIR "'additive_lift'"),
	                 1);
	assert_true(
		fabs(real_number(
			     "SELECT corrected_estimate FROM estimates WHERE feed = 'latest' AND persona IS NULL AND target = 'any'"
			     " AND metric = 'exposure_share'") -
	             5.0 / 6) < 1e-9);
	/* every row has a figure or a reason; an interval is missing with a reason only */
	assert_int_equal(number("SELECT count(*) FROM estimate WHERE corrected_estimate IS NULL AND corrected_reason IS NULL"), 0);
	assert_int_equal(
		number("SELECT count(*) FROM estimate WHERE corrected_estimate IS NOT NULL AND corrected_lo IS NULL AND corrected_reason IS NULL"),
		0);
	assert_true(
		number("SELECT count(*) FROM estimates WHERE persona IS NOT NULL AND corrected_reason LIKE '%all personas together'") >
		0);
	assert_true(
		number("SELECT count(*) FROM estimates WHERE metric = 'encounter_rate' AND corrected_reason LIKE '%no corrected form'") >
		0);
	assert_true(number("SELECT count(*) FROM estimates WHERE family = 'sensitivity' AND corrected_reason LIKE '%once'") > 0);
	assert_int_equal(number("SELECT count(*) FROM estimates WHERE persona IS NOT NULL AND corrected_estimate IS NOT NULL"), 0);
	/* reservations are there too: two days */
	assert_int_equal(number("SELECT flags LIKE '%few_time_blocks%' " PAIR "'additive_lift'"), 1);
	import_labels(&ref, "hhnnnnnnnnn", "ada", false, &i);
	report("en");
	assert_int_equal(
		number("SELECT corrected_lo IS NULL AND corrected_estimate IS NULL AND corrected_n = 6 AND corrected_reason LIKE 'too few hateful%' " PAIR
	               "'additive_lift'"),
		1);
#undef PAIR
}

static void missing_verdicts_have_worst_cases(void **state)
{
	struct amp_sample_ref ref;
	struct amp_import i;
	struct amp_corrected c;
	struct amp_err err = {0};
	(void)state;
	draw_all(&ref);
	import_labels(&ref, "hu-nnnnnnnn", "ada", false, &i);
	assert_int_equal(amp_corrected_make(&c, arena, frame, x.store, 0, &err), 0);
	const struct amp_corrected_row *pair = &c.rows[1];
	assert_int_equal(pair->pair, 0);
	assert_int_equal(pair->a.judged, 4);
	assert_true(close_to(pair->a.share.worst_lo, 1.0 / 6));
	assert_true(close_to(pair->a.share.worst_hi, 3.0 / 6));
	assert_true(close_to(pair->difference.worst_lo, 0));
	/* of the 16 exposures of its stratum, 8 have a verdict: what has one counts twice */
	assert_true(close_to(pair->a.share.labels.estimate, 8.0 / 24));
}

/* A round in which only one side was read is in the frame, and in no pair. */
static void one_sided_rounds_are_no_pair(void **state)
{
	struct amp_sample_ref ref;
	struct amp_import i;
	struct amp_corrected c;
	struct amp_err err = {0};
	(void)state;
	draw_all(&ref);
	import_labels(&ref, "hhnnnnnnnnn", "ada", false, &i);
	assert_int_equal(amp_corrected_make(&c, arena, frame, x.store, 0, &err), 0);
	assert_int_equal(c.rows[0].a.exposures, 50);
	assert_true(close_to(c.rows[0].a.share.labels.estimate, 14.0 / 50));
	const struct amp_corrected_row *pair = &c.rows[1];
	while (pair->pair == AMP_NO_INDEX) pair++;
	assert_int_equal(pair->a.exposures, 24);
	assert_true(close_to(pair->a.share.labels.estimate, 2.0 / 6));
}

/* Whatever the sample says: a number or a reason, never NaN. */
static void never_nan(const struct amp_corrected *c)
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

/* Nothing hateful was met below the threshold, where not all was judged: that is no proof that there is none. */
static void nothing_found_is_not_nothing(void **state)
{
	struct amp_sample s;
	struct amp_sample_ref ref;
	struct amp_import i;
	struct amp_corrected c;
	struct amp_err err = {0};
	(void)state;
	assert_int_equal(draw(&s, 7, NULL, false, &err), 0);
	assert_int_equal(amp_sample_find(&ref, x.store, NULL, NULL, &err), 0);
	assert_int_equal(
		number("SELECT count(*) FROM sample_unit WHERE flagged = 1 AND probability_numerator = probability_denominator"),
		3);
	import_labels(&ref, "hhhnnnnnnnn", "ada", false, &i);
	assert_int_equal(amp_corrected_make(&c, arena, frame, x.store, 0, &err), 0);
	const struct amp_confidence *all = &c.rows[0].a.share.labels, *sensitivity = &c.error.sensitivity;
	assert_true(close_to(all->estimate, 16.0 / 48));
	assert_true(close_to(all->lo, 16.0 / 48)); /* all that is flagged was judged */
	assert_true(all->hi.v > 0.5);
	assert_true(c.rows[0].a.share.scored.hi.v > 0.4);
	assert_true(close_to(sensitivity->estimate, 1));
	assert_true(sensitivity->lo.v < 0.8);
	assert_true(close_to(c.error.precision.lo, 1));
	never_nan(&c);
}

static void nothing_to_say_is_said(void **state)
{
	struct amp_sample_ref ref;
	struct amp_import i;
	struct amp_corrected c;
	struct amp_err err = {0};
	(void)state;
	assert_int_equal(amp_corrected_make(&c, arena, frame, x.store, 0, &err), 0);
	assert_false(c.sampled);
	assert_non_null(c.reason);
	never_nan(&c);
	draw_all(&ref);
	assert_int_equal(amp_corrected_make(&c, arena, frame, x.store, 0, &err), 0);
	assert_true(c.sampled && strstr(c.reason, "nobody") != NULL);
	import_labels(&ref, "uuuuuuuuuuu", "ada", false, &i);
	assert_int_equal(amp_corrected_make(&c, arena, frame, x.store, 0, &err), 0);
	assert_non_null(strstr(c.reason, "unsure"));
	never_nan(&c);
	import_labels(&ref, "nnnnnnnnnnn", "ada", false, &i);
	assert_int_equal(amp_corrected_make(&c, arena, frame, x.store, 0, &err), 0);
	assert_null(c.reason);
	assert_true(close_to(c.rows[1].a.share.labels.estimate, 0));
	assert_false(c.rows[1].ratio.labels.estimate.known);
	assert_false(c.error.sensitivity.estimate.known);
	assert_true(c.rows[1].few);
	never_nan(&c);
	import_labels(&ref, "hhhhhhhhhhh", "ada", false, &i);
	assert_int_equal(amp_corrected_make(&c, arena, frame, x.store, 0, &err), 0);
	assert_false(c.error.specificity.estimate.known);
	never_nan(&c);
}

static void one_persona_one_label(void **state)
{
	struct amp_sample_ref ref;
	struct amp_import i;
	struct amp_corrected c;
	struct amp_err err = {0};
	(void)state;
	draw_all(&ref);
	import_labels(&ref, "h----------", "ada", false, &i);
	assert_int_equal(amp_corrected_make(&c, arena, frame, x.store, 0, &err), 0);
	assert_null(c.reason);
	never_nan(&c);
	assert_true(c.rows[1].few);
	import_labels(&ref, "hnnnnnnnnnn", "ada", false, &i);
	assert_int_equal(amp_corrected_make(&c, arena, frame, x.store, 0, &err), 0);
	assert_int_equal(c.rows[1].difference.cluster, AMP_CLUSTER_BLOCK); /* two days, one persona */
	never_nan(&c);
}

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
	run_sql(db, "DELETE FROM detection WHERE item_version_id = 11; UPDATE sample SET method = 'by hand'");
	assert_int_equal(redrawn().undecided, 1);
	(void)sqlite3_close(db);
}

static char *read_file(const char *name)
{
	static struct amp_buf b;
	char path[400];
	struct amp_err err = {0};
	amp_buf_free(&b);
	amp_buf_init(&b, 16 << 20);
	(void)snprintf(path, sizeof path, "%s/%s", x.dir, name);
	if (amp_io_read_file(path, &b, &err) != 0) fail_msg("%s", err.text);
	(void)unlink(path);
	return b.p;
}

static void report(const char *lang)
{
	static const char *const others[] = {"report.html", "summary.csv"};
	struct amp_err err = {0};
	const struct amp_report_options o = {.out_dir = x.dir, .lang = lang, .now = 1};
	if (amp_report(x.store, &o, &err) != 0) fail_msg("%s", err.text);
	for (size_t i = 0; i < 2; i++) {
		const char *text = read_file(others[i]);
		assert_null(strstr(text, "nan"));
		assert_null(strstr(text, "inf]"));
	}
	amp_i18n_init("en");
}

/* What the report says of its own error follows the sample: not measured, not judged, measured. */
static void report_says_what_is_measured(void **state)
{
	struct amp_sample_ref ref;
	struct amp_import i;
	(void)state;
	report("en");
	const char *text = read_file("summary.md");
	assert_non_null(strstr(text, "no sample of this study was drawn"));
	assert_non_null(strstr(text, "not measured on an annotated sample: uncorrected detector output"));
	draw_all(&ref);
	report("en");
	text = read_file("summary.md");
	assert_non_null(strstr(text, "nobody has judged any text"));
	assert_non_null(strstr(text, "not measured on an annotated sample"));
	import_labels(&ref, "uuuuuuuuuuu", "ada", false, &i);
	report("en");
	assert_non_null(strstr(read_file("summary.md"), "all are unsure"));
	import_labels(&ref, "hhnnnnnnnnn", "ada", false, &i);
	report("en");
	text = read_file("summary.md");
	assert_null(strstr(text, "not measured on an annotated sample"));
	assert_non_null(strstr(text, "measured on 11 texts that people judged: sensitivity 100.0%"));
	assert_non_null(strstr(text, "| pair: ranked | 33.3% |"));
	assert_non_null(strstr(text, "| pair | any group | +16.7 |"));
	assert_non_null(strstr(text, "too few hateful texts were judged"));
	assert_non_null(strstr(text, "uncorrected detector output"));
	assert_non_null(strstr(text, "How far coders agree is not known"));
	report("fr");
	text = read_file("summary.md");
	assert_non_null(strstr(text, "Corrigé par des verdicts humains"));
	assert_non_null(strstr(text, "trop peu de textes jugés haineux"));
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		CASE(frame_and_sample),
		CASE(found_by_name_or_key),
		CASE(sheets_are_dealt),
		CASE(comes_back_whole_or_not_at_all),
		CASE(corrections_supersede),
		CASE(erased_text_is_refused),
		CASE(majority_and_adjudication),
		CASE(agreement_is_krippendorffs),
		CASE(a_coder_beside_itself),
		CASE(a_census_is_exact),
		CASE(a_census_of_a_group_is_exact),
		CASE(a_group_has_its_own_scores),
		CASE(corrected_stands_beside_raw),
		CASE(missing_verdicts_have_worst_cases),
		CASE(nothing_to_say_is_said),
		CASE(nothing_found_is_not_nothing),
		CASE(report_says_what_is_measured),
		CASE(verify_derives_them_again),
		CASE(verify_draws_again),
		cmocka_unit_test_setup_teardown(one_persona_one_label, setup_one, teardown),
		cmocka_unit_test_setup_teardown(one_sided_rounds_are_no_pair, setup_one_sided, teardown),
	};
	amp_i18n_init("en");
	return cmocka_run_group_tests(tests, NULL, NULL);
}

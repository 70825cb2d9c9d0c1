/* test_export.c: what leaves a database: every column of every view has words, rows take their forms, pseudonyms are HMAC-SHA-256, files come whole. */
#include "base_test.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "export/cells.h"
#include "export/dictionary.h"
#include "export/export.h"
#include "export/pseudonym.h"
#include "export/sink.h"
#include "fixture_db.h"

#define STUDY "{}"

/* ---- the dictionary ---- */

static void every_column_has_words(void **state)
{
	struct fx x;
	sqlite3_stmt *st = NULL;
	size_t views = 0, relations = 0;

	(void)state;
	fx_open(&x, STUDY);
	assert_int_equal(
		sqlite3_prepare_v2(amp_store_handle(x.store),
	                           "SELECT t.name, c.name, (SELECT count(*) FROM pragma_table_info(t.name)) FROM sqlite_schema t "
	                           "JOIN pragma_table_info(t.name) c WHERE t.type = 'view' ORDER BY t.name, c.cid",
	                           -1, &st, NULL),
		SQLITE_OK);
	while (sqlite3_step(st) == SQLITE_ROW) {
		const char *view = (const char *)sqlite3_column_text(st, 0), *column = (const char *)sqlite3_column_text(st, 1);
		const struct amp_relation *r = amp_relation_find(view);
		const struct amp_column_words *words[AMP_EXPORT_COLUMNS_MAX];
		size_t n, at = 0;

		if (r == NULL) fail_msg("relations.def has no row for the view %s", view);
		n = amp_relation_columns(r, true, true, words);
		assert_int_equal(n, (size_t)sqlite3_column_int64(st, 2));
		while (at < n && strcmp(words[at]->name, column) != 0) at++;
		if (at == n) fail_msg("relations.def does not name %s.%s", view, column);
		views++;
	}
	(void)sqlite3_finalize(st);
	for (const struct amp_relation *r = amp_relations; r->name != NULL; r++) {
		const struct amp_column_words *words[AMP_EXPORT_COLUMNS_MAX];
		struct amp_str rest = amp_str_c(r->key);

		relations += amp_relation_columns(r, true, true, words);
		assert_true(*r->title_en != '\0' && *r->title_fr != '\0' && *r->en != '\0' && *r->fr != '\0');
		while (r->key[0] != '\0' && rest.p != NULL) {
			struct amp_str one = amp_str_cut(&rest, ' ');
			const struct amp_column_words *c = amp_column_find(r, one);

			if (c == NULL || c->class == AMP_CLASS_LOCAL)
				fail_msg("%s: the key %.*s is not exported", r->name, AMP_ARG(one));
		}
	}
	assert_int_equal(views, relations); /* no relation and no column that the schema lacks */
	fx_close(&x);
}

/* Names, texts and identifiers, wherever they stand, are of a class that keeps them in. */
static void what_names_people_is_kept(void **state)
{
	static const struct {
		const char *column;
		enum amp_export_class class;
	} kept[] = {{"author", AMP_CLASS_AUTHOR},
	            {"reposter", AMP_CLASS_AUTHOR},
	            {"handle", AMP_CLASS_HANDLE},
	            {"display_name", AMP_CLASS_NAME},
	            {"author_native_id", AMP_CLASS_NATIVE},
	            {"item", AMP_CLASS_ITEM},
	            {"reply_to", AMP_CLASS_ITEM},
	            {"quote_of", AMP_CLASS_ITEM},
	            {"entry_id", AMP_CLASS_ITEM},
	            {"item_version", AMP_CLASS_VERSION},
	            {"text", AMP_CLASS_CONTENT},
	            {"title", AMP_CLASS_CONTENT},
	            {"quote_text", AMP_CLASS_CONTENT},
	            {"warning", AMP_CLASS_CONTENT},
	            {"feed_reason", AMP_CLASS_CONTENT}};

	(void)state;
	for (const struct amp_relation *r = amp_relations; r->name != NULL; r++) {
		const struct amp_column_words *open[AMP_EXPORT_COLUMNS_MAX];
		size_t n = amp_relation_columns(r, false, false, open);

		for (size_t i = 0; i < n; i++) {
			assert_true(open[i]->class != AMP_CLASS_LOCAL && open[i]->class != AMP_CLASS_CONTENT);
			for (size_t k = 0; k < sizeof kept / sizeof kept[0]; k++) {
				if (strcmp(open[i]->name, kept[k].column) == 0) assert_int_equal(open[i]->class, kept[k].class);
			}
			if (strcmp(open[i]->name, "url") == 0) assert_int_equal(open[i]->class, AMP_CLASS_ADDRESS);
		}
	}
}

/* ---- pseudonyms ---- */

/* RFC 4231, cases 1, 2 and 4: keys of 20, 4 and 25 bytes */
static void hmac_is_that_of_rfc_4231(void **state)
{
	static const struct {
		const char *key, *data, *digest;
	} cases[] = {
		{"0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "4869205468657265",
	         "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
		{"4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
	         "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
		{"0102030405060708090a0b0c0d0e0f10111213141516171819",
	         "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd",
	         "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		uint8_t key[64], data[64], out[AMP_SHA256];
		size_t nk = strlen(cases[i].key) / 2, nd = strlen(cases[i].data) / 2;
		char hex[2 * AMP_SHA256 + 1];
		struct amp_pseudonyms p;

		assert_int_equal(amp_unhex(amp_str_c(cases[i].key), key, nk), 0);
		assert_int_equal(amp_unhex(amp_str_c(cases[i].data), data, nd), 0);
		amp_pseudonyms_set(&p, key, nk);
		amp_pseudonyms_hmac(&p, NULL, (struct amp_str){(const char *)data, nd}, out);
		amp_hex(out, sizeof out, hex);
		assert_string_equal(hex, cases[i].digest);
	}
}

static void domains_and_keys_keep_apart(void **state)
{
	struct amp_pseudonyms p, q;
	char a[AMP_PSEUDONYM_TEXT], b[AMP_PSEUDONYM_TEXT], id[17], other[17];

	(void)state;
	amp_pseudonyms_set(&p, (const uint8_t *)"one", 3);
	amp_pseudonyms_set(&q, (const uint8_t *)"two", 3);
	amp_pseudonym(&p, "handle", AMP_STR("alice"), a);
	amp_pseudonym(&p, "display_name", AMP_STR("alice"), b);
	assert_string_not_equal(a, b);
	amp_pseudonym(&q, "handle", AMP_STR("alice"), b);
	assert_string_not_equal(a, b);
	amp_pseudonym(&p, "handle", AMP_STR("alice"), b);
	assert_string_equal(a, b);
	amp_pseudonyms_id(&p, id);
	amp_pseudonyms_id(&q, other);
	assert_int_equal(strlen(id), 16);
	assert_string_not_equal(id, other);
	amp_pseudonyms_forget(&p);
	for (size_t i = 0; i < sizeof p.inner; i++) assert_int_equal(p.inner[i] | p.outer[i], 0);
}

static void a_key_is_made_once_and_kept_private(void **state)
{
	char dir[] = "/tmp/amp-key-XXXXXX", path[64];
	struct amp_pseudonyms p, q;
	struct amp_err err = {0};
	struct stat st;
	bool made;

	(void)state;
	assert_non_null(mkdtemp(dir));
	(void)snprintf(path, sizeof path, "%s/key", dir);
	assert_int_equal(amp_pseudonyms_open(&p, path, &made, &err), 0);
	assert_true(made);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(amp_pseudonyms_open(&q, path, &made, &err), 0);
	assert_false(made);
	assert_memory_equal(&p, &q, sizeof p);
	assert_int_equal(chmod(path, 0640), 0);
	assert_int_equal(amp_pseudonyms_open(&q, path, &made, &err), AMP_EPOLICY);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("/dev/null", path), 0);
	assert_int_equal(amp_pseudonyms_open(&q, path, &made, &err), AMP_EFORMAT);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(dir), 0);
}

/* ---- the forms of a row ---- */

static const struct amp_column_words words[] = {{"any", "a", AMP_TYPE_TEXT, AMP_CLASS_OPEN, "", "", ""}};

static void expect(const struct amp_row_form *form, struct amp_cell cell, const char *line)
{
	const struct amp_column_words *columns[] = {&words[0]};
	struct amp_buf b;

	amp_buf_init(&b, 4096);
	form->row(&b, columns, &cell, 1);
	assert_string_equal(b.p, line);
	amp_buf_free(&b);
}

static struct amp_cell text(const char *s)
{
	return (struct amp_cell){.kind = AMP_CELL_TEXT, .s = amp_str_c(s)};
}

static void texts_cannot_run_and_numbers_stay_numbers(void **state)
{
	static const char *const formulas[] = {"=1+1", "+1", "-1", "@a", "\ta", "\ra", "\na"};

	(void)state;
	for (size_t i = 0; i < sizeof formulas / sizeof formulas[0]; i++) {
		char line[32];

		(void)snprintf(line, sizeof line, "\"'%s\"\n", formulas[i]);
		expect(&amp_form_csv, text(formulas[i]), line);
	}
	expect(&amp_form_csv_exact, text("=1+1"), "=1+1\n");
	expect(&amp_form_csv_exact, text("\na"), "\"\na\"\n");
	expect(&amp_form_csv, text("a=1"), "a=1\n");
	expect(&amp_form_csv, text(""), "\"\"\n");
	expect(&amp_form_csv, text("a,b"), "\"a,b\"\n");
	expect(&amp_form_csv, text("\"a\"\n"), "\"\"\"a\"\"\n\"\n");
	expect(&amp_form_csv, (struct amp_cell){.kind = AMP_CELL_NULL}, "\n");
	expect(&amp_form_csv, (struct amp_cell){.kind = AMP_CELL_INT, .i = INT64_MIN}, "-9223372036854775808\n");
	expect(&amp_form_csv, (struct amp_cell){.kind = AMP_CELL_INT, .i = 0}, "0\n");
	expect(&amp_form_csv, (struct amp_cell){.kind = AMP_CELL_REAL, .d = -0.1}, "-0.1\n");
	expect(&amp_form_csv, (struct amp_cell){.kind = AMP_CELL_REAL, .d = 1.0 / 3}, "0.3333333333333333\n");
	expect(&amp_form_csv, (struct amp_cell){.kind = AMP_CELL_REAL, .d = 0.1 + 0.2}, "0.30000000000000004\n");
	expect(&amp_form_csv, (struct amp_cell){.kind = AMP_CELL_REAL, .d = 1.0 / 0.0}, "\n");
	expect(&amp_form_csv, (struct amp_cell){.kind = AMP_CELL_BOOL, .i = 1}, "true\n");
	expect(&amp_form_jsonl, text("=1\n\"\\"), "{\"a\":\"=1\\n\\\"\\\\\"}\n");
	expect(&amp_form_jsonl, (struct amp_cell){.kind = AMP_CELL_NULL}, "{\"a\":null}\n");
	expect(&amp_form_jsonl, (struct amp_cell){.kind = AMP_CELL_BOOL, .i = 0}, "{\"a\":false}\n");
	expect(&amp_form_jsonl, (struct amp_cell){.kind = AMP_CELL_REAL, .d = 0.0 / 0.0}, "{\"a\":null}\n");
}

static void ill_formed_text_is_repaired(void **state)
{
	static const struct {
		struct amp_str in;
		const char *out;
		int64_t repairs;
	} cases[] = {{{"a\0b", 3},
	              "a\xEF\xBF\xBD"
	              "b",
	              1},
	             {{"\xff", 1}, "\xEF\xBF\xBD", 1},
	             {{"\0\0", 2}, "\xEF\xBF\xBD\xEF\xBF\xBD", 2},
	             {{"x\xc3", 2}, "x\xEF\xBF\xBD", 1},
	             {{"\xc3\xa9", 2}, "\xc3\xa9", 0},
	             {{"", 0}, "", 0}};
	struct amp_buf b;

	(void)state;
	amp_buf_init(&b, 4096);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		int64_t repairs = 0;
		struct amp_str s = amp_cell_text(cases[i].in, &b, &repairs);

		assert_int_equal(repairs, cases[i].repairs);
		assert_int_equal(s.n, strlen(cases[i].out));
		assert_memory_equal(s.p, cases[i].out, s.n);
		if (repairs == 0) assert_ptr_equal(s.p, cases[i].in.p);
	}
	amp_buf_free(&b);
}

/* ---- files ---- */

static void a_file_is_whole_or_not_there(void **state)
{
	char dir[] = "/tmp/amp-sink-XXXXXX", path[64];
	struct amp_err err = {0};
	struct amp_sink s;
	uint8_t digest[AMP_SHA256];

	(void)state;
	assert_non_null(mkdtemp(dir));
	(void)snprintf(path, sizeof path, "%s/f", dir);
	assert_int_equal(amp_sink_open(&s, dir, "f", &err), 0);
	for (int i = 0; i < 100000; i++) {
		(void)amp_buf_addc(&s.b, "0123456789");
		assert_int_equal(amp_sink_pass(&s, &err), 0);
	}
	assert_int_equal(amp_sink_close(&s, 0, &err), 0);
	assert_int_equal(s.bytes, 1000000);
	struct amp_buf whole;
	amp_buf_init(&whole, 2000000);
	assert_int_equal(amp_io_read_file(path, &whole, &err), 0);
	amp_sha256(whole.p, whole.n, digest);
	assert_memory_equal(digest, s.sha256, sizeof digest);
	amp_buf_free(&whole);
	assert_int_equal(amp_sink_open(&s, dir, "f", &err), AMP_EUSAGE);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(amp_sink_open(&s, NULL, path, &err), 0);
	(void)amp_buf_addc(&s.b, "half");
	assert_int_equal(amp_sink_close(&s, AMP_EIO, &err), AMP_EIO);
	assert_int_not_equal(access(path, F_OK), 0);
	assert_int_equal(symlink("/dev/null", path), 0);
	assert_int_equal(amp_sink_open(&s, NULL, path, &err), AMP_EUSAGE); /* never through a link */
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(dir), 0);
}

static int files;
static void count_file(void *user, const char *path, int64_t rows)
{
	(void)user;
	(void)path;
	files += rows >= 0;
}

/* Statements and dictionary agree: a column out of place stops the export. */
static void every_statement_gives_its_columns(void **state)
{
	static const char *const formats[] = {"csv", "jsonl", "sql"};
	static const int64_t items[] = {1, 2, 3};
	struct fx x;
	struct amp_err err = {0};

	(void)state;
	fx_open(&x, STUDY);
	x.detector = fx_detector(&x, "marker");
	x.cell = fx_cell(&x, 10, true);
	int64_t round = fx_round(&x, FX_START), persona = fx_persona(&x, "anne", 0, 1);
	int64_t feeds[] = {fx_feed(&x, "ranked", "bluesky", "algorithmic"), fx_feed(&x, "latest", "bluesky", "chronological")};
	(void)fx_pair(&x, "both", feeds[0], feeds[1], "alternative");
	for (size_t i = 0; i < 2; i++) {
		struct fx_shot shot = {
			.round = round, .persona = persona, .feed = feeds[i], .verdict = "ok", .started_at = FX_START};
		shot.items = items;
		shot.n = 3;
		shot.flagged = 1;
		(void)fx_shot(&x, &shot);
	}
	fx_ready(&x);
	for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
		char out[320], key[320], command[700];

		(void)snprintf(out, sizeof out, "%s/out", x.dir);
		(void)snprintf(key, sizeof key, "%s/key", x.dir);
		files = 0;
		if (amp_export(
			    x.store,
			    &(struct amp_export_options){.format = formats[i], .out = out, .key_file = key, .program_version = "0"},
			    count_file, NULL, &err) != 0)
			fail_msg("%s", err.text);
		assert_int_equal(files, 25);
		(void)snprintf(command, sizeof command, "rm -r %s %s", out, key);
		assert_int_equal(system(command), 0);
	}
	fx_close(&x);
}

/* A table that a migration adds is either in an excerpt or left out by name. */
static void an_excerpt_knows_every_table(void **state)
{
	const char *source = getenv("AMP_SOURCE_DIR");
	struct amp_err err = {0};
	struct amp_buf sql;
	struct fx x;
	sqlite3_stmt *st = NULL;
	char path[512];
	int tables = 0;

	(void)state;
	assert_non_null(source); /* ctest gives it; without it nothing would be looked at */
	(void)snprintf(path, sizeof path, "%s/analysis/export/excerpt.sql", source);
	amp_buf_init(&sql, 1 << 20);
	assert_int_equal(amp_io_read_file(path, &sql, &err), 0);
	fx_open(&x, STUDY);
	assert_int_equal(sqlite3_prepare_v2(amp_store_handle(x.store),
	                                    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'", -1,
	                                    &st, NULL),
	                 SQLITE_OK);
	while (sqlite3_step(st) == SQLITE_ROW) {
		char insert[160], left_out[160];
		const char *name = (const char *)sqlite3_column_text(st, 0);

		(void)snprintf(insert, sizeof insert, "INSERT INTO main.%s ", name);
		(void)snprintf(left_out, sizeof left_out, "-- left out: %s\n", name);
		if (strstr(sql.p, insert) == NULL && strstr(sql.p, left_out) == NULL)
			fail_msg("excerpt.sql says nothing of the table %s", name);
		tables++;
	}
	(void)sqlite3_finalize(st);
	assert_true(tables >= 43);
	amp_buf_free(&sql);
	fx_close(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_column_has_words),
		cmocka_unit_test(what_names_people_is_kept),
		cmocka_unit_test(hmac_is_that_of_rfc_4231),
		cmocka_unit_test(domains_and_keys_keep_apart),
		cmocka_unit_test(a_key_is_made_once_and_kept_private),
		cmocka_unit_test(texts_cannot_run_and_numbers_stay_numbers),
		cmocka_unit_test(ill_formed_text_is_repaired),
		cmocka_unit_test(a_file_is_whole_or_not_there),
		cmocka_unit_test(every_statement_gives_its_columns),
		cmocka_unit_test(an_excerpt_knows_every_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_annotate_sheet.c: a coder's sheet goes out and comes back, through spreadsheets and mistakes. */
#include "base_test.h"

#include "annotate/sheet.h"
#include "base/i18n.h"

static struct amp_arena *arena;
static struct {
	int64_t line, column;
	char text[300];
} said[32];
static size_t n_said;

static void say_it(void *user, int64_t line, int64_t column, const char *text)
{
	(void)user;
	if (n_said < 32) {
		said[n_said].line = line;
		said[n_said].column = column;
		(void)snprintf(said[n_said].text, sizeof said[0].text, "%s", text);
	}
	n_said++;
}

static int setup(void **state)
{
	(void)state;
	arena = amp_arena_new(0);
	return arena == NULL;
}

static int teardown(void **state)
{
	(void)state;
	amp_arena_free(arena);
	return 0;
}

static int read_sheet(struct amp_sheet *s, struct amp_str bytes, struct amp_err *err)
{
	const struct amp_sheet_say say = {say_it, NULL};
	n_said = 0;
	return amp_sheet_read(s, arena, bytes, "sheet.csv", &say, err);
}

static const char *const texts[] = {"plain",
                                    "two\nlines, \"quoted\"; and more",
                                    "=1+1",
                                    " +33 1",
                                    "-5 %",
                                    "@someone hello",
                                    "\tcmd",
                                    "\xef\xbc\x9d"
                                    "full width",
                                    "",
                                    "cr\rlf\r\nend",
                                    "l\xc3\xa9gal \xf0\x9f\x98\x80",
                                    "'apostrophe"};
#define TEXTS (sizeof texts / sizeof *texts)

static void write_sheet(struct amp_buf *out, bool french, struct amp_str shown[TEXTS])
{
	amp_buf_init(out, 1 << 20);
	amp_sheet_titles(out, french);
	for (size_t i = 0; i < TEXTS; i++) {
		struct amp_str cells[AMP_SHEET_COLUMNS] = {{0}};
		struct amp_buf b;
		cells[AMP_SHEET_UNIT] = amp_str_c(amp_arena_printf(arena, "u%016zx", i));
		amp_buf_init(&b, 4096);
		amp_sheet_cell(&b, amp_str_c(texts[i]));
		cells[AMP_SHEET_TEXT] = shown[i] = amp_arena_str(arena, amp_buf_str(&b));
		amp_buf_free(&b);
		if (i == 1) cells[AMP_SHEET_LABEL] = AMP_STR(" Non haineux ");
		if (i == 2) {
			cells[AMP_SHEET_LABEL] = AMP_STR("HATEFUL");
			cells[AMP_SHEET_TARGETS] = AMP_STR("women| muslim;women");
			cells[AMP_SHEET_ACT] = AMP_STR("injure");
			cells[AMP_SHEET_CONFIDENCE] = AMP_STR("3");
			cells[AMP_SHEET_COMMENT] = AMP_STR("a, b; c");
		}
		amp_sheet_write(out, cells, french);
	}
}

static void goes_and_comes_back(void **state)
{
	(void)state;
	for (int french = 0; french < 2; french++) {
		struct amp_buf b;
		struct amp_str shown[TEXTS];
		struct amp_sheet s;
		struct amp_err err = {0};
		write_sheet(&b, french != 0, shown);
		assert_non_null(strstr(b.p, french ? "unité\";\"nature" : "unit\",\"kind"));
		if (read_sheet(&s, amp_buf_str(&b), &err) != 0) fail_msg("%s: %s", err.text, said[0].text);
		assert_int_equal(s.n, TEXTS);
		for (size_t i = 0; i < TEXTS; i++) {
			assert_true(amp_sheet_same(s.rows[i].cell[AMP_SHEET_TEXT], shown[i]));
			assert_int_equal(s.rows[i].label, i == 1   ? AMP_CODED_NOT_HATEFUL
			                                  : i == 2 ? AMP_CODED_HATEFUL
			                                           : AMP_CODED_NONE);
		}
		assert_int_equal(s.rows[2].n_targets, 2);
		assert_string_equal(s.rows[2].target[1]->name, "muslim");
		assert_string_equal(s.rows[2].act, "insult");
		assert_int_equal(s.rows[2].confidence, 3);
		assert_true(amp_str_eq_c(s.rows[2].cell[AMP_SHEET_COMMENT], "a, b; c"));
		amp_sheet_free(&s);
		amp_buf_free(&b);
	}
}

static void no_cell_is_a_formula(void **state)
{
	struct amp_buf b;
	struct amp_str shown[TEXTS];
	(void)state;
	write_sheet(&b, false, shown);
	for (size_t i = 2; i < 8; i++)
		assert_true(shown[i].n > 0 && (shown[i].p[0] == '\'' || strchr("=+-@\t", shown[i].p[0]) == NULL));
	for (size_t i = 2; i < 6; i++) assert_int_equal(shown[i].p[0], '\'');
	assert_null(memchr(shown[6].p, '\t', shown[6].n));
	assert_null(memchr(shown[9].p, '\r', shown[9].n));
	amp_buf_free(&b);
}

static void what_spreadsheets_do_is_the_same_text(void **state)
{
	(void)state;
	assert_true(amp_sheet_same(AMP_STR("a\r\nb"), AMP_STR("a\nb")));
	assert_true(amp_sheet_same(AMP_STR("a\rb "), AMP_STR(" a\nb")));
	assert_true(amp_sheet_same(AMP_STR("=1+1"), AMP_STR("'=1+1")));
	assert_false(amp_sheet_same(AMP_STR("2"), AMP_STR("'=1+1"))); /* computed: that is not the text */
	assert_false(amp_sheet_same(AMP_STR("a b"), AMP_STR("a\nb")));
	assert_false(amp_sheet_same(AMP_STR("abc"), AMP_STR("abcd")));
	assert_false(amp_sheet_same(AMP_STR("abcd"), AMP_STR("abc")));
	assert_false(amp_sheet_same(AMP_STR("apostrophe"), AMP_STR("'apostrophe"))); /* that one was the author's */
}

#define HEAD \
	"unit,kind,language,title,text,quoted text,author's warning,pictures and videos,links,label,targets,act,confidence,comment,guide\n"
#define ROW(unit, rest) unit ",post,fr,,hello,,,,," rest "\n"
#define U1 "u0000000000000001"
#define U2 "u0000000000000002"

static void mistakes_name_their_place(void **state)
{
	static const struct {
		const char *file, *text;
		int64_t line, column;
	} rows[] = {
		{HEAD ROW(U1, "maybe,,,,,1"), "the label is", 2, 38},
		{HEAD ROW(U1, "hateful,,,,,1") ROW(U1, "hateful,,,,,1"), "stands on line 2 already", 3, 1},
		{HEAD ROW("x1", "hateful,,,,,1"), "no unit of a sheet", 2, 1},
		{HEAD ROW("u000000000000000g", "hateful,,,,,1"), "no unit of a sheet", 2, 1},
		{HEAD ROW(U1, "hateful,martians,,,,1"), "\"martians\" is no group", 2, 46},
		{HEAD ROW(U1, "hateful,none,,,,1"), "against no group", 2, 46},
		{HEAD ROW(U1, ",women,,,,1"), "but not the label", 2, 38},
		{HEAD ROW(U1, "unsure,,shouting,,,1"), "no act", 2, 46},
		{HEAD ROW(U1, "unsure,,,4,,1"), "1, 2 or 3", 2, 47},
		{HEAD U1 ",post,fr\n", "cells: 3, where the first line has 15", 2, 1},
		{HEAD ROW(U1, "unsure,,,,\"never closed,1"), "never closed", 2, 48},
		{HEAD ROW(U1, "\"unsure\"x,,,,,1"), "behind a closing quote", 2, 38},
		{"unit,label\n", "there is no column \"kind\"", 1, 1},
		{"text,label\n", "there is no column \"unit\"", 1, 1},
		{"unit,unit,label,kind,language,title,text,quoted text,author's warning,pictures and videos,links\n",
	         "second column", 1, 6},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct amp_sheet s;
		struct amp_err err = {0};
		assert_int_equal(read_sheet(&s, amp_str_c(rows[i].file), &err), AMP_EUSAGE);
		if (n_said < 1 || strstr(said[0].text, rows[i].text) == NULL || said[0].line != rows[i].line ||
		    said[0].column != rows[i].column)
			fail_msg("%zu: %lld:%lld: %s", i, (long long)said[0].line, (long long)said[0].column, said[0].text);
		amp_sheet_free(&s);
	}
}

static void wrong_files_are_told_what_to_do(void **state)
{
	static const struct {
		struct amp_str bytes;
		const char *text;
	} rows[] = {
		{{"", 0}, "empty"},
		{{"PK\x03\x04zip", 7}, "workbook"},
		{{"\xff\xfeu\0n\0", 6}, "UTF-16"},
		{{"u\0n\0i\0", 6}, "UTF-16"},
		{{"unit,text\nu1,\xe9t\xe9\n", 18}, "CSV UTF-8"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct amp_sheet s;
		struct amp_err err = {0};
		assert_int_equal(read_sheet(&s, rows[i].bytes, &err), AMP_EUSAGE);
		if (strstr(err.text, rows[i].text) == NULL) fail_msg("%zu: %s", i, err.text);
		amp_sheet_free(&s);
	}
}

static void columns_may_move_and_more_may_be_there(void **state)
{
	static const char file[] =
		"\xef\xbb\xbfmine;label;Unité;texte;titre;langue;nature;texte cité;avertissement de l'auteur;liens;images et vidéos\r\n"
		"x;incertain;" U2 ";hello;;fr;post;;;;\r\n;;;;;;;;;;\r\n";
	struct amp_sheet s;
	struct amp_err err = {0};
	(void)state;
	if (read_sheet(&s, amp_str_c(file), &err) != 0) fail_msg("%s: %s", err.text, said[0].text);
	assert_int_equal(s.n, 1);
	assert_int_equal(s.rows[0].label, AMP_CODED_UNSURE);
	assert_true(amp_str_eq_c(s.rows[0].cell[AMP_SHEET_TEXT], "hello"));
	amp_sheet_free(&s);
}

static void hash_needs_the_nonce(void **state)
{
	struct amp_str cells[AMP_SHEET_COLUMNS] = {{0}}, other[AMP_SHEET_COLUMNS] = {{0}};
	uint8_t a[AMP_SHA256], b[AMP_SHA256], nonce[AMP_KEY] = {1}, second[AMP_KEY] = {2};
	(void)state;
	cells[AMP_SHEET_TEXT] = other[AMP_SHEET_TITLE] = AMP_STR("x");
	amp_sheet_hash(cells, nonce, a);
	amp_sheet_hash(cells, nonce, b);
	assert_memory_equal(a, b, sizeof a);
	amp_sheet_hash(cells, second, b);
	assert_memory_not_equal(a, b, sizeof a);
	amp_sheet_hash(other, nonce, b);
	assert_memory_not_equal(a, b, sizeof a); /* the same word elsewhere is another text */
	cells[AMP_SHEET_LABEL] = AMP_STR("hateful");
	amp_sheet_hash(cells, nonce, b);
	assert_memory_equal(a, b, sizeof a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(goes_and_comes_back, setup, teardown),
		cmocka_unit_test_setup_teardown(no_cell_is_a_formula, setup, teardown),
		cmocka_unit_test(what_spreadsheets_do_is_the_same_text),
		cmocka_unit_test_setup_teardown(mistakes_name_their_place, setup, teardown),
		cmocka_unit_test_setup_teardown(wrong_files_are_told_what_to_do, setup, teardown),
		cmocka_unit_test_setup_teardown(columns_may_move_and_more_may_be_there, setup, teardown),
		cmocka_unit_test(hash_needs_the_nonce),
	};
	amp_i18n_init("en");
	return cmocka_run_group_tests(tests, NULL, NULL);
}

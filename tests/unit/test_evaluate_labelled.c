/* test_evaluate_labelled.c: the strict reader of labelled texts, with the line and column of what it refuses; and the overlap with training. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include "base/hash.h"
#include "base/mem.h"
#include "evaluate/labelled.h"
#include "evaluate/overlap.h"

struct said {
	size_t n;
	int64_t line, column; /* of the first */
	char text[128];
};

static void hear(void *user, int64_t line, int64_t column, const char *text)
{
	struct said *s = user;
	if (s->n++ > 0) return;
	s->line = line;
	s->column = column;
	(void)snprintf(s->text, sizeof s->text, "%s", text);
}

static int read_bytes(const char *bytes, size_t n, struct amp_labelled *l, struct amp_arena *a, struct said *said,
                      struct amp_err *err)
{
	const struct amp_labelled_say say = {hear, said};
	memset(said, 0, sizeof *said);
	return amp_labelled_read(l, a, (struct amp_str){bytes, n}, "some.csv", AMP_LABELLED_WHOLE, &say, err);
}

static void test_reads(void **state)
{
	(void)state;
	struct amp_arena *a = amp_arena_new(1 << 20);
	struct amp_labelled l;
	struct said said;
	static const char csv[] = "\xef\xbb\xbfid;Label;TEXT;target;lang\r\n"
				  "7;1;\"a \"\"b\"\"; c\nd\";women | trans|;fr\r\n"
				  "\r\n"
				  "8; Hateful ;x;;pt-BR\n"
				  "9;not_hateful;caf\xc3\xa9;;\n"
				  "10;0;\"\"\"\";;";
	assert_int_equal(read_bytes(csv, sizeof csv - 1, &l, a, &said, NULL), 0);
	assert_int_equal(l.n, 4);
	assert_true(amp_str_eq_c(l.rows[0].text, "a \"b\"; c\nd"));
	assert_true(l.rows[0].hateful && l.rows[1].hateful && !l.rows[2].hateful && !l.rows[3].hateful);
	assert_true(l.rows[0].line == 2 && l.rows[1].line == 5 && l.rows[2].line == 6);
	assert_true(amp_str_eq_c(l.rows[1].lang, "pt-BR") && l.rows[2].lang.n == 0);
	assert_true(amp_str_eq_c(l.rows[3].text, "\""));
	assert_true(l.has[AMP_LABELLED_TARGET] && !l.has[AMP_LABELLED_FUNCTIONALITY]);
	assert_string_equal(l.unused, "id");
	struct amp_str rest = l.rows[0].target, name;
	assert_true(amp_labelled_target(&rest, &name) && amp_str_eq_c(name, "women"));
	assert_true(amp_labelled_target(&rest, &name) && amp_str_eq_c(name, "trans"));
	assert_false(amp_labelled_target(&rest, &name));
	amp_labelled_free(&l);
	amp_arena_free(a);
}

static void test_refuses(void **state)
{
	(void)state;
	static const struct {
		const char *csv;
		size_t mistakes;
		int64_t line, column;
		const char *text;
	} cases[] = {
		{"text,lable\nx,1\n", 1, 1, 1, "did you mean \"lable\""},
		{"a,b\nx,1\n", 2, 1, 1, "no column \"text\""},
		{"text,label,text\nx,1,y\n", 1, 1, 12, "a second column"},
		{"text,label\nx,1\ny,2\nz,maybe\n", 2, 3, 3, "the label is"},
		{"text,label\nx\n", 1, 2, 1, "fields: 1, where the first line has 2"},
		{"text,label\nx,1,\n", 1, 2, 1, "fields: 3"},
		{"text,label\n\" \",1\n", 1, 2, 1, "the text is empty"},
		{"text,label,lang\nx,1,french!\n", 1, 2, 5, "no language tag"},
		{"text,label\n\"x,1\ny,0\n", 1, 2, 1, "never closed"},
		{"text,label\nx,1\n\xc3\xa9\"y,0\n", 1, 3, 2, "quote inside a field"},
		{"text,label\n\"x\"y,0\n", 1, 2, 4, "behind a closing quote"},
		{"text,label\n\"\xc3\xa9\xc3\xa9\nx\",7\n", 1, 3, 4, "the label is"},
		{"text,label\nx,1\ncaf\xe9,0\n", 1, 3, 4, "not UTF-8"},
		{"text,label,target\nx,1,a|b|c|d|e|f|g|h|i|j|k|l|m|n|o|p|q\n", 1, 2, 5, "more than 16 targets"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct amp_arena *a = amp_arena_new(1 << 20);
		struct amp_labelled l;
		struct said said;
		struct amp_err err = {0};
		int rc = read_bytes(cases[i].csv, strlen(cases[i].csv), &l, a, &said, &err);
		if (rc != AMP_EUSAGE || said.n != cases[i].mistakes || said.line != cases[i].line ||
		    said.column != cases[i].column || strstr(said.text, cases[i].text) == NULL)
			fail_msg("case %zu: %d, %zu mistakes, %lld:%lld: %s", i, rc, said.n, (long long)said.line,
			         (long long)said.column, said.text);
		assert_non_null(strstr(err.text, "some.csv"));
		amp_labelled_free(&l);
		amp_arena_free(a);
	}
}

static void test_nothing_and_bounds(void **state)
{
	(void)state;
	static const char nul[] = "text,label\nx\0y,1\n", titles[] = "text,label\n";
	struct amp_arena *a = amp_arena_new((size_t)64 << 20);
	struct amp_labelled l;
	struct said said;
	struct amp_err err = {0};
	assert_int_equal(read_bytes("", 0, &l, a, &said, &err), AMP_EUSAGE);
	assert_non_null(strstr(err.text, "no labelled text"));
	assert_int_equal(read_bytes(titles, sizeof titles - 1, &l, a, &said, &err), AMP_EUSAGE);
	assert_int_equal(read_bytes(nul, sizeof nul - 1, &l, a, &said, &err), AMP_EUSAGE);
	assert_true(said.line == 2 && said.column == 2 && strstr(said.text, "NUL") != NULL);
	/* a field of 10 MB; a thousand wrong labels, counted, twenty said */
	size_t big = (size_t)10 << 20;
	char *csv = amp_malloc(big + 64);
	memcpy(csv, "text,label\n", 11);
	memset(csv + 11, 'a', big);
	memcpy(csv + 11 + big, ",1\n", 3);
	assert_int_equal(read_bytes(csv, big + 14, &l, a, &said, &err), AMP_EUSAGE);
	assert_true(said.n == 1 && strstr(said.text, "1 MiB") != NULL);
	for (size_t i = 0; i < 1000; i++) memcpy(csv + 11 + 4 * i, "x,3\n", 4);
	assert_int_equal(read_bytes(csv, 11 + 4000, &l, a, &said, &err), AMP_EUSAGE);
	assert_int_equal(said.n, AMP_LABELLED_MISTAKES_MAX);
	assert_non_null(strstr(err.text, "1000 mistakes"));
	/* millions of commas in one line take no more than a moment */
	memset(csv + 11, ',', big);
	assert_int_equal(read_bytes(csv, 11 + big, &l, a, &said, &err), AMP_EUSAGE);
	assert_int_equal(said.n, 1);
	amp_free(csv);
	amp_arena_free(a);
}

/* Normal forms are compared: case is nothing, a sign more is another text. */
static void test_overlap(void **state)
{
	(void)state;
	static const char csv[] = "text,label\nThe ZORBS again,1\nthe zorbs again!,0\nother,0\n";
	static const char *const trained[] = {"the zorbs again", "other", "third"};
	struct amp_arena *a = amp_arena_new(1 << 20);
	struct amp_labelled l;
	struct said said;
	struct amp_err err = {0};
	bool seen[3];
	size_t n;
	uint8_t hash[AMP_SHA256];
	char hashes[24], reversed[24];
	assert_int_equal(read_bytes(csv, sizeof csv - 1, &l, a, &said, NULL), 0);
	for (size_t i = 0; i < 3; i++) { /* an insertion into sorted hashes */
		size_t at = i;
		amp_sha256(trained[i], strlen(trained[i]), hash);
		while (at > 0 && memcmp(hashes + 8 * (at - 1), hash, 8) > 0) {
			memcpy(hashes + 8 * at, hashes + 8 * (at - 1), 8);
			at--;
		}
		memcpy(hashes + 8 * at, hash, 8);
	}
	assert_int_equal(amp_overlap(&l, (struct amp_str){hashes, 24}, "x.hashes", seen, &n, NULL), 0);
	assert_true(n == 2 && seen[0] && !seen[1] && seen[2]);
	for (size_t i = 0; i < 3; i++) memcpy(reversed + 8 * i, hashes + 8 * (2 - i), 8);
	assert_int_equal(amp_overlap(&l, (struct amp_str){hashes, 23}, "x.hashes", seen, &n, &err), AMP_EFORMAT);
	assert_int_equal(amp_overlap(&l, (struct amp_str){hashes, 0}, "x.hashes", seen, &n, &err), AMP_EFORMAT);
	assert_int_equal(amp_overlap(&l, (struct amp_str){reversed, 24}, "x.hashes", seen, &n, &err), AMP_EFORMAT);
	assert_non_null(strstr(err.text, "x.hashes"));
	memcpy(hashes + 8, hashes, 8); /* one twice: no list that training writes */
	assert_int_equal(amp_overlap(&l, (struct amp_str){hashes, 24}, "x.hashes", seen, &n, &err), AMP_EFORMAT);
	assert_true(amp_overlap_chance(1 << 20, 1 << 20) > 5.9e-8 && amp_overlap_chance(1 << 20, 1 << 20) < 6e-8); /* 2^-24 */
	amp_labelled_free(&l);
	amp_arena_free(a);
}

/* ---- labels in a file of their own ---- */
struct two {
	struct amp_labelled texts, labels;
	struct amp_labelled_joined joined;
	struct said of_texts, of_labels;
};

static int join(struct two *t, struct amp_arena *a, const char *texts, const char *labels, struct amp_err *err)
{
	const char *const names[] = {"texts.csv", "labels.csv"};
	memset(t, 0, sizeof *t);
	const struct amp_labelled_say say[2] = {{hear, &t->of_texts}, {hear, &t->of_labels}};
	int rc = amp_labelled_read(&t->texts, a, amp_str_c(texts), names[0], AMP_LABELLED_TEXTS_ONLY, &say[0], err);
	if (rc == 0) rc = amp_labelled_read(&t->labels, a, amp_str_c(labels), names[1], AMP_LABELLED_LABELS_ONLY, &say[1], err);
	if (rc == 0) rc = amp_labelled_join(&t->texts, &t->labels, names, &say[0], &say[1], &t->joined, err);
	return rc;
}

static void two_free(struct two *t)
{
	amp_labelled_free(&t->texts);
	amp_labelled_free(&t->labels);
}

static void test_joins_by_id(void **state)
{
	(void)state;
	struct amp_arena *a = amp_arena_new(1 << 20);
	struct two t;
	/* ids that are each other's beginnings; a label of the texts' own, which does not count; a text and a label without the other */
	assert_int_equal(join(&t, a, "id,text,label,target\nb,B,1,women\nab,AB,1,\na,A,0,\nalone,X,0,\n",
	                      "label;note;id\n0;=;ab\n1;;a\nnot_hateful;;b\n1;;elsewhere\n", NULL),
	                 0);
	assert_int_equal(t.texts.n, 3);
	assert_true(amp_str_eq_c(t.texts.rows[0].text, "B") && !t.texts.rows[0].hateful &&
	            amp_str_eq_c(t.texts.rows[0].target, "women"));
	assert_true(amp_str_eq_c(t.texts.rows[1].text, "AB") && !t.texts.rows[1].hateful);
	assert_true(amp_str_eq_c(t.texts.rows[2].text, "A") && t.texts.rows[2].hateful);
	assert_int_equal(t.joined.without_label, 1);
	assert_int_equal(t.joined.without_text, 1);
	assert_string_equal(t.texts.unused, "label");
	assert_string_equal(t.labels.unused, "note");
	two_free(&t);
	amp_arena_free(a);
}

static void test_what_does_not_fit(void **state)
{
	static const struct {
		const char *texts, *labels;
		int of_labels; /* whose mistake: 0 the texts', 1 the labels', -1 neither's */
		int64_t line;
	} cases[] = {
		{"id,text\na,A\nb,B\na,C\n", "id,label\na,1\n", 0, 4}, /* an id twice */
		{"id,text\na,A\n", "id,label\nb,0\na,1\na,1\n", 1, 4},
		{"text\nA\n", "id,label\na,1\n", 0, 1}, /* no ids */
		{"id,text\na,A\n", "name,label\na,1\n", 1, 1},
		{"id,text\na,A\n", "id,text\na,1\n", 1, 1},   /* no labels */
		{"id,text\n ,A\n", "id,label\na,1\n", 0, 2},  /* an empty id */
		{"id,text\na,A\n", "id,label\na,2\n", 1, 2},  /* no label */
		{"id,text\na,A\n", "id,label\nb,1\n", -1, 0}, /* nothing in common */
		{"id,text\na,A\n", "id,label\n", -1, 0},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct amp_arena *a = amp_arena_new(1 << 20);
		struct amp_err err = {0};
		struct two t;
		assert_int_equal(join(&t, a, cases[i].texts, cases[i].labels, &err), AMP_EUSAGE);
		assert_int_equal(t.of_texts.n, cases[i].of_labels == 0);
		assert_int_equal(t.of_labels.n, cases[i].of_labels == 1);
		if (cases[i].of_labels == 0) assert_int_equal(t.of_texts.line, cases[i].line);
		if (cases[i].of_labels == 1) assert_int_equal(t.of_labels.line, cases[i].line);
		two_free(&t);
		amp_arena_free(a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads),   cmocka_unit_test(test_joins_by_id),        cmocka_unit_test(test_what_does_not_fit),
		cmocka_unit_test(test_refuses), cmocka_unit_test(test_nothing_and_bounds), cmocka_unit_test(test_overlap),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

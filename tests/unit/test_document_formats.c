/* test_document_formats.c: commands to type inside sentences, and the columns of LaTeX tables. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "document/document.h"

struct fixture {
	struct amp_words w;
	struct amp_doc d;
};

static void start(struct fixture *x, const struct amp_doc_format *format, bool french)
{
	*x = (struct fixture){.w = {.arena = amp_arena_new(0), .french = french}};
	x->d = (struct amp_doc){.format = format, .w = &x->w};
	assert_non_null(x->w.arena);
	amp_buf_init(&x->d.out, format->cap);
}

static const char *done(struct fixture *x)
{
	static char text[1 << 16];
	assert_false(x->w.failed || x->d.out.failed);
	assert_true(x->d.out.n < sizeof text);
	if (x->d.out.n) memcpy(text, x->d.out.p, x->d.out.n);
	text[x->d.out.n] = 0;
	amp_buf_free(&x->d.out);
	amp_arena_free(x->w.arena);
	return text;
}

static const char *para(const struct amp_doc_format *format, bool french, const char *s)
{
	struct fixture x;
	start(&x, format, french);
	format->para(&x.d, s);
	return done(&x);
}

/* What is typed is typed as it stands: no French spacing, no ligature, nothing escaped that a shell would read. */
static void test_commands(void **state)
{
	(void)state;
	const char *s = "Les preuves : `tool --db A_B \"x : y\" | l'un <in ; done`, l'autre ?";
	assert_string_equal(
		para(&amp_doc_html, true, s),
		"<p>Les preuves\xC2\xA0: <code>tool --db A_B &quot;x : y&quot; | l'un &lt;in ; done</code>, l\xE2\x80\x99"
		"autre\xE2\x80\xAF?</p>\n");
	assert_string_equal(para(&amp_doc_md, true, s),
	                    "Les preuves\xC2\xA0: `tool --db A_B \"x : y\" | l'un <in ; done`, l\xE2\x80\x99"
	                    "autre\xE2\x80\xAF?\n\n");
	assert_string_equal(para(&amp_doc_latex, false, "Type `a --db`."), "Type \\texttt{a -{}-{}db}.\n\n");
}

/* Texts come from studies and platforms: a backtick opens nothing that is not closed on its line, and no cell of a table. */
static void test_hostile_backticks(void **state)
{
	(void)state;
	assert_string_equal(para(&amp_doc_md, false, "a ` b <x>"), "a \\` b \\<x\\>\n\n");
	assert_string_equal(para(&amp_doc_md, false, "``<x>"), "\\`\\`\\<x\\>\n\n");
	assert_string_equal(para(&amp_doc_md, false, "`a\n\n<x>`"), "\\`a  \\<x\\>\\`\n\n");
	assert_string_equal(para(&amp_doc_html, false, "`<b>` `"), "<p><code>&lt;b&gt;</code> `</p>\n");
	assert_string_equal(para(&amp_doc_html, false, ""), "<p></p>\n");
	struct fixture x;
	struct amp_table t;
	start(&x, &amp_doc_md, false);
	t_start(&t, &x.w, "C");
	t_column(&t, "`h|`", false);
	t_cell(&t, "`a|b`");
	x.d.format->table(&x.d, &t);
	const char *out = done(&x);
	assert_non_null(strstr(out, "| \\`h\\|\\` |\n|---|\n| \\`a\\|b\\` |\n"));
}

/* Widths of the columns of a table, in parts of the line. */
static size_t widths(const char *tex, double *share, size_t room)
{
	size_t n = 0;
	for (const char *at = tex; n < room && (at = strstr(at, "\\dimexpr ")) != NULL; n++) share[n] = strtod(at += 9, NULL);
	return n;
}

static void test_latex_columns(void **state)
{
	(void)state;
	struct fixture x;
	struct amp_table t;
	double share[8], sum = 0;
	start(&x, &amp_doc_latex, false);
	t_start(&t, &x.w, "C");
	for (int c = 0; c < 4; c++) t_column(&t, c == 3 ? "Interval" : "N", c > 0);
	t_cell(&t, "a name");
	t_cell(&t, "1");
	t_cell(&t, "2");
	t_cell(&t, "[+10.25;\xC2\xA0+100.75]");
	x.d.format->table(&x.d, &t);
	const char *out = done(&x);
	assert_int_equal(widths(out, share, 8), 4);
	for (int c = 0; c < 4; c++) sum += share[c];
	assert_true(sum > .99 && sum < 1.01);
	assert_true(share[3] > 2 * share[1]); /* its one word is 18 characters long */
	assert_true(share[1] >= .01 && share[1] == share[2]);
	assert_non_null(strstr(out, "\\footnotesize\n\\begin{longtable}"));

	/* more words than fit on a line: smaller letters */
	start(&x, &amp_doc_latex, false);
	t_start(&t, &x.w, "C");
	for (int c = 0; c < 8; c++) t_column(&t, "H", true);
	for (int c = 0; c < 8; c++) t_cell(&t, "[+10.25;\xC2\xA0+100.75]");
	x.d.format->table(&x.d, &t);
	assert_non_null(strstr(done(&x), "\\scriptsize"));
}

/* A digest is whole on the paper, and so is a word of forty columns' table. */
static void test_latex_digest(void **state)
{
	(void)state;
	const char *digest = "4419b6ba731c4419b6ba731c4419b6ba731c4419b6ba731c4419b6ba731c4419";
	assert_string_equal(para(&amp_doc_latex, false, digest), "4419b6ba731c4419\\allowbreak{}b6ba731c4419b6ba\\allowbreak{}"
	                                                         "731c4419b6ba731c\\allowbreak{}4419b6ba731c4419\n\n");
	assert_string_equal(para(&amp_doc_latex, false, "defaced"), "defaced\n\n");
	struct fixture x;
	struct amp_table t;
	double share[64];
	start(&x, &amp_doc_latex, false);
	t_start(&t, &x.w, "C");
	for (int c = 0; c < 40; c++) t_column(&t, "H", true);
	for (int c = 0; c < 40; c++) t_cell(&t, "1");
	x.d.format->table(&x.d, &t);
	size_t n = widths(done(&x), share, 64);
	assert_int_equal(n, 40);
	for (size_t i = 0; i < n; i++) assert_true(share[i] > 0 && share[i] < .1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_commands),
		cmocka_unit_test(test_hostile_backticks),
		cmocka_unit_test(test_latex_columns),
		cmocka_unit_test(test_latex_digest),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

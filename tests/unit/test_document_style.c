/* The style sheets, read rule by rule: every text has at least 4.5 : 1 against its background and every mark of a chart 3 : 1 (WCAG 2.1,
 * 1.4.3 and 1.4.11); the steps of the heat map are steps of grey too.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "document/document.h"

static double channel(int v)
{
	double c = v / 255.0;
	return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

/* Relative luminance of "#rgb" or "#rrggbb". */
static double luminance(const char *colour)
{
	size_t n = strspn(colour + 1, "0123456789abcdef");
	int v[3];
	assert_true(*colour == '#' && (n == 3 || n == 6));
	for (size_t i = 0; i < 3; i++) {
		char two[3] = {colour[1 + i * n / 3], colour[n == 3 ? 1 + i : 2 + i * 2], 0};
		v[i] = (int)strtol(two, NULL, 16);
	}
	return 0.2126 * channel(v[0]) + 0.7152 * channel(v[1]) + 0.0722 * channel(v[2]);
}

static double contrast(const char *a, const char *b)
{
	double x = luminance(a), y = luminance(b);
	return (fmax(x, y) + 0.05) / (fmin(x, y) + 0.05);
}

/* The colour that a declaration of this rule sets; NULL when it sets none. */
static const char *set(const char *rule, const char *property)
{
	size_t n = strlen(property);
	for (const char *at = strstr(rule, property); at != NULL; at = strstr(at + 1, property))
		if ((at == rule || at[-1] == ';') && at[n] == ':' && at[n + 1] == '#') return at + n + 1;
	return NULL;
}

struct seen {
	int texts, marks;
};

static void judge(struct seen *seen, const char *selector, const char *rule)
{
	const char *background = set(rule, "background"), *color = set(rule, "color"), *fill = set(rule, "fill"),
		   *stroke = set(rule, "stroke");
	bool words = strstr(selector, ".label") != NULL || strstr(selector, ".tick") != NULL;
	if (color != NULL) {
		seen->texts++;
		if (contrast(color, background != NULL ? background : "#fff") < 4.5)
			fail_msg("%s{%s}: text %.7s", selector, rule, color);
	}
	if (background != NULL && color == NULL) assert_true(contrast("#1a1a1a", background) >= 4.5);
	if (words && fill != NULL) {
		seen->texts++;
		if (contrast(fill, "#fff") < 4.5) fail_msg("%s{%s}: text %.7s", selector, rule, fill);
	}
	/* .grid carries no figure; the boxes of the heat map have the outline of .box; a halo of white is behind letters */
	if (words || strcmp(selector, ".grid") == 0 || strncmp(selector, ".box-", 5) == 0 || (fill == NULL && stroke == NULL))
		return;
	if (strcmp(selector, ".dot.open") == 0) return; /* .dot draws its outline */
	seen->marks++;
	if ((stroke == NULL || contrast(stroke, "#fff") < 3) && (fill == NULL || contrast(fill, "#fff") < 3))
		fail_msg("%s{%s}: neither outline nor area can be seen on white", selector, rule);
}

/* Innermost rules: what stands in @media is read like the rest. */
static void read_rules(struct seen *seen, const char *css)
{
	for (const char *open = strchr(css, '{'); open != NULL; open = strchr(open + 1, '{')) {
		const char *close = strchr(open, '}'), *start = open;
		char selector[200], rule[600];
		assert_non_null(close);
		while (start > css && strchr("{}", start[-1]) == NULL) start--;
		if (memchr(open + 1, '{', (size_t)(close - open - 1)) != NULL) continue;
		assert_true((size_t)(open - start) < sizeof selector && (size_t)(close - open) < sizeof rule);
		(void)snprintf(selector, sizeof selector, "%.*s", (int)(open - start), start);
		(void)snprintf(rule, sizeof rule, "%.*s", (int)(close - open - 1), open + 1);
		judge(seen, selector, rule);
	}
}

static void test_every_colour_can_be_seen(void **state)
{
	(void)state;
	struct seen seen = {0, 0};
	read_rules(&seen, amp_page_style);
	read_rules(&seen, amp_chart_style);
	assert_true(seen.texts >= 12);
	assert_true(seen.marks >= 8);
}

/* What the test computes is what WCAG's own examples say: black on white 21, #777 on white 4.48 (fails), #767676 4.54 (passes). */
static void test_contrast_as_defined(void **state)
{
	(void)state;
	assert_true(fabs(contrast("#000", "#ffffff") - 21) < 1e-9);
	assert_true(fabs(contrast("#777777", "#fff") - 4.48) < 0.005);
	assert_true(fabs(contrast("#767676", "#fff") - 4.54) < 0.005);
}

static void test_the_heat_map_is_steps_of_grey(void **state)
{
	(void)state;
	double before = 2;
	for (int i = 0; i < 6; i++) {
		char name[16];
		(void)snprintf(name, sizeof name, ".box-%d{fill:", i);
		const char *at = strstr(amp_chart_style, name);
		assert_non_null(at);
		double y = luminance(at + strlen(name));
		assert_true((y + 0.05) * 1.2 < before + 0.05);
		before = y;
	}
	/* ranked and chronological differ in form: the one is filled, the other hollow; the one line is solid, the other dashed */
	assert_non_null(strstr(amp_chart_style, ".chrono{fill:#fff;"));
	assert_non_null(strstr(amp_chart_style, ".line-chrono{fill:none;stroke:#0072b2;stroke-width:2;stroke-dasharray"));
	assert_null(strstr(amp_chart_style, "var("));
}

/* What nobody should meet by accident: blurred on the screen until it is opened; on paper not there unless it is. */
static void test_what_is_veiled_is_blurred(void **state)
{
	(void)state;
	const char *veil = strstr(amp_page_style, ".veil[hidden]{"),
		   *open = strstr(amp_page_style, "details[open] .veil[hidden]{display:none}"),
		   *print = strstr(amp_page_style, "@media print{");
	assert_non_null(veil);
	assert_non_null(open);
	assert_non_null(print);
	assert_true(veil < open && open < print);
	const char *blur = strstr(veil, "filter:blur("), *end = strchr(veil, '}');
	assert_true(blur != NULL && blur < end && strtod(blur + strlen("filter:blur("), NULL) >= 0.4); /* em */
	assert_true(strstr(veil, "user-select:none") < end);
	assert_non_null(strstr(print, ".veil[hidden],details:not([open])>blockquote{display:none}"));
	assert_null(strstr(amp_page_style, "display:none!important"));
}

/* Every column and every cell arrives, however many there are, in each format. */
static void test_a_wide_table_is_whole(void **state)
{
	(void)state;
	static const struct amp_doc_format *const formats[] = {&amp_doc_html, &amp_doc_md, &amp_doc_latex};
	for (size_t f = 0; f < sizeof formats / sizeof *formats; f++) {
		struct amp_words w = {.arena = amp_arena_new(0)};
		struct amp_doc d = {.format = formats[f], .w = &w};
		struct amp_table t;
		char text[24];
		amp_buf_init(&d.out, d.format->cap);
		t_start(&t, &w, "wide");
		for (int c = 0; c < 25; c++) {
			(void)snprintf(text, sizeof text, "head%02dx", c);
			t_column(&t, w_dup(&w, text, strlen(text)), c % 2 == 1);
		}
		for (int i = 0; i < 75; i++) {
			(void)snprintf(text, sizeof text, "cell%02dx", i);
			t_cell(&t, w_dup(&w, text, strlen(text)));
		}
		assert_int_equal(t.columns, 25);
		assert_int_equal(t.rows, 3);
		assert_true(t.numeric[23] && !t.numeric[24]);
		d.format->table(&d, &t);
		assert_false(w.failed);
		for (int i = 0; i < 75; i++) {
			(void)snprintf(text, sizeof text, "cell%02dx", i);
			if (strstr(d.out.p, text) == NULL) fail_msg("format %zu: %s is not there", f, text);
			(void)snprintf(text, sizeof text, "head%02dx", i % 25);
			if (strstr(d.out.p, text) == NULL) fail_msg("format %zu: %s is not there", f, text);
		}
		amp_buf_free(&d.out);
		amp_arena_free(w.arena);
	}
}

/* No memory for the columns: the document says so, and no cell stands under the wrong head. */
static void test_a_table_without_memory_fails(void **state)
{
	(void)state;
	struct amp_words w = {.arena = amp_arena_new(64)};
	struct amp_table t;
	t_start(&t, &w, "none");
	t_column(&t, "a", false);
	t_cell(&t, "1");
	assert_true(w.failed);
	assert_int_equal(t.rows, 0);
	amp_arena_free(w.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_contrast_as_defined),           cmocka_unit_test(test_every_colour_can_be_seen),
		cmocka_unit_test(test_the_heat_map_is_steps_of_grey), cmocka_unit_test(test_a_wide_table_is_whole),
		cmocka_unit_test(test_what_is_veiled_is_blurred),     cmocka_unit_test(test_a_table_without_memory_fails),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

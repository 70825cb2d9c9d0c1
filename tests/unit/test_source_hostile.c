/* Sources of one's own: hostile pages through XPath. */
#include "source_test.h"

static struct amp_str many(struct amp_buf *b, const char *head, const char *text, size_t n, const char *tail)
{
	amp_buf_reset(b);
	(void)amp_buf_addc(b, head);
	for (size_t i = 0; i < n; i++) (void)amp_buf_addc(b, text);
	(void)amp_buf_addc(b, tail);
	return amp_buf_str(b);
}

static void hostile_pages_end(void **state)
{
	(void)state;
	static const struct {
		const char *name, *head, *text;
		size_t n;
		const char *tail;
	} pages[] = {
		{"deep", "<main>", "<div>", 200000, "<article id='x'><h2>t</h2></article>"},
		{"nested articles", "<main>", "<article id='x'>", 100000, ""},
		{"many", "<main>", "<article id='x'/><i/>", 300000, "</main>"},
		{"attributes", "<main><article id='x' ", "a=\"\" ", 200000, "></article></main>"},
		{"open quotes", "<main>", "<article id=\"x' ", 50000, ""},
		{"entities",
	         "<?xml version='1.0'?><!DOCTYPE r [<!ENTITY a 'ha ha ha '><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;'>"
	         "<!ENTITY d SYSTEM 'file:///etc/passwd'>]><main><article id='x'><h2>&c;&d;",
	         "&c;", 1000, "</h2></article></main>"},
	};
	struct amp_buf b;
	amp_buf_init(&b, (size_t)64 << 20);
	for (int f = 0; f < 2; f++) {
		for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
			struct amp_arena *a = amp_arena_new((size_t)1 << 30);
			struct amp_parsed out;
			const struct amp_source *s = load(a, f == 0 ? html_file : xml_file);
			read_page(s, many(&b, pages[i].head, pages[i].text, pages[i].n, pages[i].tail), a, &out);
			for (size_t k = 0; k < out.n_items; k++) {
				assert_null(amp_str_find(out.items[k].title, AMP_STR("root:")));
				assert_true(out.items[k].title.n < 100000);
			}
			/* what was not read whole never looks as if it had been */
			if (strcmp(pages[i].name, "many") == 0) assert_true(out.verdict >= AMP_VERDICT_PARTIAL && out.reason.n > 0);
			amp_arena_free(a);
		}
	}
	amp_buf_free(&b);
}

/* An expression that costs more than a page may: it ends, and says so. */
static void xpath_bombs_end(void **state)
{
	(void)state;
	struct amp_buf file, page;
	amp_buf_init(&file, 1 << 16);
	amp_buf_init(&page, 1 << 24);
	const char *at = strstr(html_file, "\"path\": \"h2\"");
	(void)amp_buf_add(&file, html_file, (size_t)(at - html_file));
	(void)amp_buf_addc(&file, "\"path\": \"//*[count(//*[count(//*) > 1]) > 1]\"");
	(void)amp_buf_addc(&file, at + strlen("\"path\": \"h2\""));
	struct amp_arena *a = amp_arena_new(0);
	struct amp_parsed out;
	const struct amp_source *s = load(a, amp_buf_str(&file).p);
	read_page(s, many(&page, "<main>", "<article id='x'><h2>t</h2></article>", 3000, "</main>"), a, &out);
	assert_int_equal(out.verdict, AMP_VERDICT_PARTIAL);
	assert_non_null(amp_str_find(out.reason, AMP_STR("steps")));
	assert_true(out.n_items < 3000);
	amp_arena_free(a);
	amp_buf_free(&file);
	amp_buf_free(&page);
}

/* One long text that every entry reads again: its bytes are steps too. What the functions say stays what XPath 1.0 says. */
static void long_texts_are_charged(void **state)
{
	(void)state;
	static const struct {
		size_t text;
		const char *condition;
		bool ends;
	} charged[] = {
		{4 << 20, "contains(.., 'zzz')", true},
		{4 << 20, "string-length(..) = 1", true},
		{0, "contains(/, 'zzz')", true}, /* no text to speak of, but many nodes */
		{10,
	         "contains(.., 'yy') and starts-with(.., 'y') and string-length() = 1 and normalize-space(concat(., ' ', h2)) = 't t'",
	         false},
	};
	for (size_t i = 0; i < sizeof charged / sizeof *charged; i++) {
		struct amp_buf file, page, body;
		amp_buf_init(&file, 1 << 16);
		amp_buf_init(&page, 1 << 24);
		amp_buf_init(&body, 1 << 24);
		const char *at = strstr(html_file, "\"path\": \"h2\"");
		(void)amp_buf_add(&file, html_file, (size_t)(at - html_file));
		(void)amp_buf_printf(&file, "\"path\": \"self::*[%s]/h2\"", charged[i].condition);
		(void)amp_buf_addc(&file, at + strlen("\"path\": \"h2\""));
		(void)amp_buf_addc(&body, "<main>");
		for (size_t k = 0; k < charged[i].text; k++) (void)amp_buf_byte(&body, 'y');
		struct amp_arena *a = amp_arena_new(0);
		struct amp_parsed out;
		const struct amp_source *s = load(a, amp_buf_str(&file).p);
		const char *head = amp_arena_strndup(a, body.p, body.n);
		size_t n = charged[i].text == 0 ? 8000 : 300;
		assert_non_null(head);
		read_page(s, many(&page, head, "<article id='x'><h2>t</h2></article>", n, "</main>"), a, &out);
		if (charged[i].ends) {
			assert_int_equal(out.verdict, AMP_VERDICT_PARTIAL);
			assert_non_null(amp_str_find(out.reason, AMP_STR("steps")));
			assert_true(out.n_items < n);
		} else {
			assert_int_equal(out.n_items, 300);
			assert_true(amp_str_eq_c(out.items[299].title, "t"));
		}
		amp_arena_free(a);
		amp_buf_free(&file);
		amp_buf_free(&page);
		amp_buf_free(&body);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hostile_pages_end),
		cmocka_unit_test(xpath_bombs_end),
		cmocka_unit_test(long_texts_are_charged),
	};
	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}

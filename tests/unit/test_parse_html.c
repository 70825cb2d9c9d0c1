/* HTML to text: what readers of a post see. */
#include "arena_fixture.h"
#include "parse/html.h"

static struct amp_html_out convert(struct amp_str html, const char *base)
{
	struct amp_html_out out;
	struct amp_err err = {0};
	if (amp_html_text(arena, html, amp_str_c(base), &out, &err) != 0) fail_msg("%s", err.text);
	return out;
}

struct pair {
	const char *html, *text;
};

static void test_text(void **state)
{
	(void)state;
	static const struct pair table[] = {
		{"", ""},
		{"plain", "plain"},
		{"  a \n\t b  ", "a b"},
		{"a<br>b", "a\nb"},
		{"a<br/><br />b", "a\n\nb"},
		{"<p>one</p><p>two</p>", "one\n\ntwo"},
		{"<p>one<br>two</p>\n<p>three</p>", "one\ntwo\n\nthree"},
		{"<div>a</div><div>b</div>", "a\nb"},
		{"<ul><li>a<li>b</ul>c", "a\nb\n\nc"},
		{"a<b>b</b><i>c</i>", "abc"},
		{"a <b> b</b>", "a b"},
		{"<td>a</td><td>b</td>", "a b"},
		{"<h1>T</h1>text", "T\n\ntext"},
		{"<pre>a\n  b</pre>", "a\n  b"},
		{"x<script>if (1 < 2) '</p>'</script>y", "xy"},
		{"x<style>p{}</style >y", "xy"},
		{"x<!-- a > b -->y", "xy"},
		{"x<!-->y", "xy"},
		{"<!doctype html><title>no</title>yes", "yes"},
		{"<script>never closed", ""},
		{"a<SCRIPT>b</sCrIpT>c", "ac"},
		{"1 < 2 && 3 > 2", "1 < 2 && 3 > 2"},
		{"a<3", "a<3"},
		{"cut <a href=\"x", "cut"},
		{"<a title='>'>x</a>", "x"},
		{"<span class=\"invisible\">https://</span><span class=\"ellipsis\">example.org/a</span><span class=\"invisible\">/b</span>",
	         "example.org/a"},
		{"<span class=\"x invisible\">a<span>b</span>c</span>d", "d"},
		{"<span>a<span class=invisible>b</span>c</span>", "ac"},
		{"<pre>  a  \n\n  b</pre>c", "a\n\n  b\n\nc"},
		{"<img class=\"custom-emoji\" alt=\":cat:\" src=\"/c.png\"> meow", ":cat: meow"},
		{"no<wbr>break", "nobreak"}};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct amp_html_out out = convert(amp_str_c(table[i].html), NULL);
		if (!amp_str_eq_c(out.text, table[i].text)) fail_msg("%s\n gives \"%.*s\"", table[i].html, AMP_ARG(out.text));
	}
}

static void test_pre_wrap(void **state)
{
	(void)state;
	static const struct pair table[] = {{"<p>one\ntwo</p>\n\n<p>three  four </p>\n", "one\ntwo\n\nthree  four"},
	                                    {"<p>a: \n\n- b\n  - c</p>", "a:\n\n- b\n  - c"},
	                                    {"no\np <br> b", "no p\nb"}};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct amp_html_out out;
		assert_int_equal(amp_html_text_as(arena, amp_str_c(table[i].html), AMP_STR_ABSENT, AMP_HTML_PRE_WRAP, &out, NULL),
		                 0);
		if (!amp_str_eq_c(out.text, table[i].text)) fail_msg("%s\n gives \"%.*s\"", table[i].html, AMP_ARG(out.text));
	}
}

static void test_references(void **state)
{
	(void)state;
	static const struct pair table[] = {
		{"l&eacute;gal", "l\xC3\xA9gal"},
		{"&lt;b&gt; &amp; &quot;&apos;", "<b> & \"'"},
		{"&amp", "&"},
		{"&eacutes", "\xC3\xA9s"},
		{"&notit;", "\xC2\xACit;"},
		{"&notin;", "\xE2\x88\x89"},
		{"&bogus; &;&", "&bogus; &;&"},
		{"&#233;&#xE9;&#XE9", "\xC3\xA9\xC3\xA9\xC3\xA9"},
		{"&#128512;", "\xF0\x9F\x98\x80"},
		{"&#0;&#xD800;&#x110000;&#99999999999;", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
		{"&#x80;&#150;", "\xE2\x82\xAC\xE2\x80\x93"},
		{"&#; &#x;", "&#; &#x;"},
		{"a&nbsp;b", "a\xC2\xA0"
	                     "b"},
		{"&NotEqualTilde;", "\xE2\x89\x82\xCC\xB8"},
		{"&CounterClockwiseContourIntegral;", "\xE2\x88\xB3"},
		{"&zwnj;&AElig", "\xE2\x80\x8C\xC3\x86"}};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct amp_str out;
		assert_int_equal(amp_html_unescape(arena, amp_str_c(table[i].html), &out, NULL), 0);
		if (!amp_str_eq_c(out, table[i].text)) fail_msg("%s gives \"%.*s\"", table[i].html, AMP_ARG(out));
		struct amp_html_out text = convert(amp_str_c(table[i].html), NULL);
		if (!amp_str_eq_c(text.text, table[i].text))
			fail_msg("%s in HTML gives \"%.*s\"", table[i].html, AMP_ARG(text.text));
	}
	assert_true(amp_str_eq_c(amp_html_entity(AMP_STR("eacute")), "\xC3\xA9"));
	assert_true(amp_str_eq_c(amp_html_entity(AMP_STR("AElig")), "\xC3\x86"));
	assert_true(amp_str_eq_c(amp_html_entity(AMP_STR("zwnj")), "\xE2\x80\x8C"));
	assert_null(amp_html_entity(AMP_STR("eacut")).p);
	assert_null(amp_html_entity(AMP_STR("eacutee")).p);
	assert_null(amp_html_entity(AMP_STR("")).p);
}

static void test_links(void **state)
{
	(void)state;
	struct amp_html_out out = convert(
		AMP_STR("<a href=\"https://a.example/?x=1&amp;y=2&copy=3\">words <b>in</b> it</a> <a href='/rel/../b'>r</a> <a href=javascript:alert(1)>j</a> "
	                "<a href=\"mailto:a@b.example\">m</a> <a href=\"#top\">t</a> <a class=\"u-url mention\" href=\"https://m.example/@a\">@a</a> "
	                "<a rel=tag class='mention hashtag' href=\"https://m.example/tags/b\">#b</a><a href=//c.example/x>c"),
		"https://base.example/dir/page?q#f");
	assert_int_equal(out.n_links, 3);
	assert_true(amp_str_eq_c(out.links[0].url, "https://a.example/?x=1&y=2&copy=3"));
	assert_true(amp_str_eq_c(out.links[0].title, "words in it"));
	assert_true(amp_str_eq_c(out.links[1].url, "https://base.example/b"));
	assert_true(amp_str_eq_c(out.links[2].url, "https://c.example/x"));
	assert_true(amp_str_eq_c(out.links[2].title, "c"));
	out = convert(AMP_STR("<img src=\"i.png\" alt=\"A &amp; B\" width=\"640\" height=480px><img src='data:x'>"),
	              "https://base.example/dir/page");
	assert_int_equal(out.n_images, 1);
	assert_true(amp_str_eq_c(out.images[0].url, "https://base.example/dir/i.png"));
	assert_true(amp_str_eq_c(out.images[0].alt, "A & B"));
	assert_int_equal(out.images[0].width, 640);
	assert_int_equal(out.images[0].height, 480);
}

/* RFC 3986 section 5.4, the examples that http knows. */
static void test_resolve(void **state)
{
	(void)state;
	static const struct pair table[] = {{"g:h", "g:h"},
	                                    {"g", "http://a/b/c/g"},
	                                    {"./g", "http://a/b/c/g"},
	                                    {"g/", "http://a/b/c/g/"},
	                                    {"/g", "http://a/g"},
	                                    {"//g", "http://g"},
	                                    {"?y", "http://a/b/c/d;p?y"},
	                                    {"g?y", "http://a/b/c/g?y"},
	                                    {"#s", "http://a/b/c/d;p?q#s"},
	                                    {"g#s", "http://a/b/c/g#s"},
	                                    {"", "http://a/b/c/d;p?q"},
	                                    {".", "http://a/b/c/"},
	                                    {"./", "http://a/b/c/"},
	                                    {"..", "http://a/b/"},
	                                    {"../g", "http://a/b/g"},
	                                    {"../..", "http://a/"},
	                                    {"../../g", "http://a/g"},
	                                    {"../../../g", "http://a/g"},
	                                    {"/./g", "http://a/g"},
	                                    {"/../g", "http://a/g"},
	                                    {"g.", "http://a/b/c/g."},
	                                    {"..g", "http://a/b/c/..g"},
	                                    {"./../g", "http://a/b/g"},
	                                    {"g/./h", "http://a/b/c/g/h"},
	                                    {"g/../h", "http://a/b/c/h"},
	                                    {"g?y/../x", "http://a/b/c/g?y/../x"}};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct amp_str url = amp_url_resolve(arena, AMP_STR("http://a/b/c/d;p?q"), amp_str_c(table[i].html));
		if (!amp_str_eq_c(url, table[i].text)) fail_msg("%s gives %.*s", table[i].html, AMP_ARG(url));
	}
	assert_true(amp_str_eq_c(amp_url_resolve(arena, AMP_STR("https://h"), AMP_STR("x")), "https://h/x"));
	assert_true(amp_str_eq_c(amp_url_resolve(arena, AMP_STR_ABSENT, AMP_STR("x")), "x"));
	assert_null(amp_url_resolve(arena, AMP_STR("https://h"), AMP_STR_ABSENT).p);
}

static void test_bad_bytes(void **state)
{
	(void)state;
	struct amp_html_out out = convert(((struct amp_str){"a\xFF"
	                                                    "b\0c\xE2\x82",
	                                                    7}),
	                                  NULL);
	assert_true(amp_str_eq_c(out.text, "a\xEF\xBF\xBD"
	                                   "b\xEF\xBF\xBD"
	                                   "c\xEF\xBF\xBD\xEF\xBF\xBD"));
	assert_int_equal(out.repairs, 4);
}

/* Linear: a megabyte of each trap ends at once (a quadratic reader would need hours), within its bounds. */
static void test_traps(void **state)
{
	(void)state;
	static const char *const traps[] = {"<",          "<a ", "<!--",   "<a href=\"x\">",         "<script>", "</",
	                                    "&",          "&#",  "<span>", "<span class=invisible>", "<a b=\"",  "<p>",
	                                    "&ampampamp", "<br>"};
	size_t n = 1 << 20;
	char *text = malloc(n);
	assert_non_null(text);
	for (size_t i = 0; i < sizeof traps / sizeof *traps; i++) {
		size_t length = strlen(traps[i]);
		for (size_t k = 0; k < n; k++) text[k] = traps[i][k % length];
		struct amp_html_out out = convert((struct amp_str){text, n}, NULL);
		assert_true(out.text.n <= n * 3);
		assert_true(out.n_links <= AMP_HTML_MAX_LINKS);
		amp_arena_reset(arena);
	}
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(test_text, set_up, tear_down),
	                                   cmocka_unit_test_setup_teardown(test_pre_wrap, set_up, tear_down),
	                                   cmocka_unit_test_setup_teardown(test_references, set_up, tear_down),
	                                   cmocka_unit_test_setup_teardown(test_links, set_up, tear_down),
	                                   cmocka_unit_test_setup_teardown(test_resolve, set_up, tear_down),
	                                   cmocka_unit_test_setup_teardown(test_bad_bytes, set_up, tear_down),
	                                   cmocka_unit_test_setup_teardown(test_traps, set_up, tear_down)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

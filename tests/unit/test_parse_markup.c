/* Pages into nodes: what closes what, what attributes and texts say, and that hostile pages cost no more than their bytes. */
#include "arena_fixture.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "parse/markup.h"

static const struct amp_markup_doc *read_page(struct amp_str html)
{
	struct amp_err err = {0};
	struct amp_markup_doc *doc = amp_arena_alloc(arena, sizeof *doc);
	assert_non_null(doc);
	if (amp_markup_parse(doc, html, arena, &err) != 0) fail_msg("%s", err.text);
	return doc;
}

static const struct amp_markup_doc *page(const char *html)
{
	return read_page(amp_str_c(html));
}

/* "p[one] ul[li[a] li[b]]": names in lower case, texts as they stand. */
static void show(struct amp_buf *b, const struct amp_markup_doc *doc, const struct amp_markup *from, const struct amp_markup *end)
{
	for (const struct amp_markup *m = from; m < end; m += m->span) {
		if (m > from) (void)amp_buf_byte(b, ' ');
		struct amp_str name = amp_markup_name(doc, m);
		if (m->type == AMP_MARKUP_TEXT) (void)amp_buf_adds(b, amp_markup_inner(doc, m));
		for (size_t i = 0; i < name.n; i++) (void)amp_buf_byte(b, amp_lower((unsigned char)name.p[i]));
		if (m->span == 1) continue;
		(void)amp_buf_byte(b, '[');
		show(b, doc, m + 1, m + m->span);
		(void)amp_buf_byte(b, ']');
	}
}

static void test_trees(void **state)
{
	(void)state;
	static const struct {
		const char *html, *tree;
	} table[] = {
		{"", ""},
		{"plain", "plain"},
		{"<P>a</p>b", "p[a] b"},
		{"<p>one<p>two", "p[one] p[two]"},
		{"<p>one<div>two</div>three</p>", "p[one] div[two] three"},
		{"<p><button><p>a</button>b", "p[button[p[a]] b]"},
		{"<ul><li>a<li>b<ul><li>c</ul><li>d</ul>e", "ul[li[a] li[b ul[li[c]]] li[d]] e"},
		{"<li><div><li>a", "li[div] li[a]"},
		{"<dl><dt>a<dd>b<dt>c</dl>", "dl[dt[a] dd[b] dt[c]]"},
		{"<table><tr><td>1<td>2<tr><th>3</table>4", "table[tr[td[1] td[2]] tr[th[3]]] 4"},
		{"<table><thead><tr><td>1<tbody><tr><td>2</table>", "table[thead[tr[td[1]]] tbody[tr[td[2]]]]"},
		{"<table><tr><td><table><tr><td>a</table>b</table>", "table[tr[td[table[tr[td[a]]] b]]]"},
		{"<table><tr><td><table></td>a</table>b</table>", "table[tr[td[table[a] b]]]"},
		{"<table><tr><td>a</div></p>b</td></table>", "table[tr[td[a b]]]"},
		{"<div><table><tr><td>a</div>b</table>c", "div[table[tr[td[a b]]] c]"},
		{"<select><option>1<option>2<optgroup><option>3</select>", "select[option[1] option[2] optgroup[option[3]]]"},
		{"<b><i>a</b>b</i>", "b[i[a]] b"},
		{"<b><div></b>a</div>b", "b[div[a] b]"},
		{"<div><span>a</div>b</span>", "div[span[a]] b"},
		{"</div>a</p></nope>", "a"},
		{"<a href=1>x<a href=2>y", "a[x] a[y]"},
		{"<h1>a</h2>b", "h1[a] b"},
		{"<br></br>a<img/><input>b", "br a img input b"},
		{"<div/>a", "div[a]"},
		{"<svg><path/><g/>a</svg>b", "svg[path g a] b"},
		{"<script>if (a<b) '</p>' </scripty></script>x", "script[if (a<b) '</p>' </scripty>] x"},
		{"<textarea><p>a</TEXTAREA >b", "textarea[<p>a] b"},
		{"<title>a</title><style>b{}</style><script></script>", "title[a] style[b{}] script"},
		{"a<!-- b > c -->d<!-->e<!--->f<!---->g<!-- --!>h<!x>i<?y?>j</>k", "a d e f g h i j k"},
		{"1 < 2 <3 a<", "1 < 2 <3 a<"},
		{"<head><title>t</title><div>a</div></body>b", "head[title[t]] div[a] b"},
		{"<html><body><p>a<html><body>b</body></html>c", "html[body[p[a b c]]]"},
		{"<ytd-a><yt-b>x</yt-b></ytd-a>y", "ytd-a[yt-b[x]] y"},
		{"<div class=", ""},
		{"a<div class='x", "a"},
		{"<!-- never closed", ""},
	};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		const struct amp_markup_doc *doc = page(table[i].html);
		struct amp_buf b;
		amp_buf_init(&b, 1 << 20);
		show(&b, doc, doc->nodes, doc->nodes + doc->n_nodes);
		if (!amp_str_eq_c(amp_buf_str(&b), table[i].tree))
			fail_msg("%s\n gives %.*s\n  not  %s", table[i].html, AMP_ARG(amp_buf_str(&b)), table[i].tree);
		amp_buf_free(&b);
	}
}

static void test_attributes(void **state)
{
	(void)state;
	static const struct {
		const char *html, *name, *value;
	} table[] = {
		{"<a b=c>", "b", "c"},
		{"<a B='c d'>", "b", "c d"},
		{"<a b=\"c\"d='e'>", "d", "e"},
		{"<a b = c/ d>", "b", "c/"},
		{"<a b c>", "b", ""},
		{"<a b=1 b=2>", "b", "1"},
		{"<a b=>", "b", ""},
		{"<a b>", "c", NULL},
		{"<a title='x>y' b=z>", "b", "z"},
		{"<a b='&lt;&amp;&#x41;&copy;'>", "b", "<&A\xC2\xA9"},
		{"<a b='?a=1&copy=2&amp;c'>", "b", "?a=1&copy=2&c"},
		{"<a b='x\xFFy'>", "b", "x\xEF\xBF\xBDy"},
		{"<a b='&amp;\xE2\x82'>", "b", "&\xEF\xBF\xBD\xEF\xBF\xBD"},
		{"<a =b c=d>", "c", "d"},
		{"<a/b=c>", "b", "c"},
		{"<a b=c\"d>", "b", "c\"d"},
		{"<a\nb\t=\r'c'>", "b", "c"},
	};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		const struct amp_markup_doc *doc = page(table[i].html);
		struct amp_str value = amp_markup_attr(doc, doc->nodes, table[i].name);
		if (table[i].value ? !amp_str_eq_c(value, table[i].value) : value.p != NULL)
			fail_msg("%s: %s is \"%.*s\"", table[i].html, table[i].name, AMP_ARG(value));
	}
}

static void test_texts(void **state)
{
	(void)state;
	static const struct {
		const char *html, *text;
	} table[] = {
		{"<p></p>", ""},
		{"<p> a\n <b>b</b>c &amp; d </p>", "a bc & d"},
		{"<p>a<script>x</script><style>y</style><template>z</template>b<!-- c --></p>", "ab"},
		{"<script>a &amp; b</script>", "a &amp; b"},
		{"<title>a &amp; b</title>", "a & b"},
		{"<p>x\xFFy&nbsp;z</p>", "x\xEF\xBF\xBDy\xC2\xA0z"},
		{"<p>a<p>b", "a"},
	};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		const struct amp_markup_doc *doc = page(table[i].html);
		struct amp_str text = amp_markup_text(doc, doc->nodes);
		if (!amp_str_eq_c(text, table[i].text)) fail_msg("%s says \"%.*s\"", table[i].html, AMP_ARG(text));
	}
}

static const char list[] =
	"<!doctype html><div class='list'><div class=\"m  first\tbig\" data-post=ada/1><i class=mm>a</i>"
	"<a href=x id=go>l</a></div> <div class=m data-post='ada/&#50;'><div class=m>inner</div></div></div><p class=m>";

static void test_finding(void **state)
{
	(void)state;
	const struct amp_markup_doc *doc = page(list);
	const struct amp_markup *outer = amp_markup_find(doc, NULL, NULL, "DIV", "list");
	const struct amp_markup *first = amp_markup_find(doc, outer, NULL, "div", "m");
	const struct amp_markup *second = amp_markup_sibling(doc, first);
	assert_true(amp_str_eq_c(amp_markup_attr(doc, first, "data-post"), "ada/1"));
	assert_true(amp_str_eq_c(amp_markup_attr(doc, second, "data-post"), "ada/2"));
	assert_ptr_equal(amp_markup_find(doc, outer, first, "div", "m"), second);
	const struct amp_markup *inner = amp_markup_find(doc, outer, second, "div", "m");
	assert_true(amp_markup_inside(inner, second) && !amp_markup_inside(second, second) && !amp_markup_inside(inner, first));
	assert_null(amp_markup_find(doc, outer, inner, "div", "m"));
	assert_null(amp_markup_find(doc, outer, amp_markup_last(doc, second), NULL, "m")); /* the p is outside */
	assert_true(amp_markup_is(doc, amp_markup_find(doc, NULL, inner, NULL, "m"), "p"));
	assert_null(amp_markup_find(doc, NULL, NULL, NULL, "mmm"));
	assert_null(amp_markup_find(doc, NULL, NULL, NULL, "M"));
	assert_true(amp_markup_has_class(doc, first, "big") && !amp_markup_has_class(doc, first, "bi"));
	assert_ptr_equal(amp_markup_find_attr(doc, NULL, NULL, NULL, "data-post", "ada/2"), second);
	assert_ptr_equal(amp_markup_find_attr(doc, NULL, first, "div", "data-post", NULL), second);
	const struct amp_markup *go = amp_markup_by_id(doc, "go");
	assert_ptr_equal(amp_markup_parent(doc, go), first);
	assert_ptr_equal(amp_markup_around(doc, go, "div", "list"), outer);
	assert_ptr_equal(amp_markup_sibling(doc, amp_markup_child(doc, first)), go);
	assert_null(amp_markup_sibling(doc, go));
	assert_true(amp_str_eq_c(amp_markup_inner(doc, inner), "inner"));
	assert_true(amp_str_eq_c(amp_markup_outer(doc, go), "<a href=x id=go>l</a>"));
	assert_int_equal(go->offset, strstr(list, "<a href") - list);
	/* a NUL ends no name */
	doc = read_page(AMP_STR("<p\0q>a</p\0q>b<li\0>"));
	assert_int_equal(doc->n_nodes, 4);
	assert_int_equal(amp_markup_name(doc, doc->nodes).n, 3);
	assert_false(amp_markup_is(doc, doc->nodes, "p"));
	doc = page(list);
	/* nothing found, nothing to say */
	assert_null(amp_markup_attr(doc, NULL, "x").p);
	assert_null(amp_markup_text(doc, NULL).p);
	assert_null(amp_markup_child(doc, NULL));
	assert_false(amp_markup_is(doc, NULL, "p"));
}

static void test_repairs_are_counted(void **state)
{
	(void)state;
	const char bytes[] = "<p>a\0b</p>\xFF<b c='\xC3'>ok\xC3\xA9</b>";
	const struct amp_markup_doc *doc = read_page(AMP_STR(bytes));
	assert_int_equal(doc->repairs, 3);
	assert_int_equal(doc->first_repair, 4);
	assert_true(amp_str_eq_c(amp_markup_text(doc, doc->nodes), "a\xEF\xBF\xBD"
	                                                           "b"));
	doc = read_page(AMP_STR("\xEF\xBB\xBF<p>x"));
	assert_int_equal(doc->repairs, 0);
	assert_int_equal(doc->nodes[0].offset, 3);
}

static void test_cut(void **state)
{
	(void)state;
	static const struct {
		const char *html;
		bool cut;
	} table[] = {{"<p>a", false},     {"<p>a</p>", false},        {"a<b", true}, {"a</b", true}, {"<!-- a", true},
	             {"<script>a", true}, {"<script>a</script", true}};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (page(table[i].html)->cut != table[i].cut) fail_msg("%s: cut is %d", table[i].html, !table[i].cut);
	const struct amp_markup_doc *doc = page("<div><p>a<p>b</div><i>");
	assert_int_equal(doc->nodes[0].flags, 0);
	assert_int_equal(doc->nodes[1].flags, AMP_MARKUP_IMPLIED);
	assert_int_equal(doc->nodes[doc->n_nodes - 1].flags, AMP_MARKUP_CUT);
}

static struct amp_str many(const char *part, size_t n, const char *tail)
{
	size_t length = strlen(part);
	char *p = amp_arena_alloc(arena, n * length + strlen(tail) + 1);
	assert_non_null(p);
	for (size_t i = 0; i < n; i++) memcpy(p + i * length, part, length);
	memcpy(p + n * length, tail, strlen(tail) + 1);
	return (struct amp_str){p, n * length + strlen(tail)};
}

/* Quadratic readers need minutes for these. */
static void test_hostile(void **state)
{
	(void)state;
	static const struct {
		const char *part;
		size_t n;
		const char *tail;
	} table[] = {{"<div>", 1000000, "end"},
	             {"<p><button>", 300000, ""},
	             {"<b><table><td>", 200000, "</b>"},
	             {"<i>", 500, ""},
	             {"</div>", 500000, ""},
	             {"<a><div></a>", 300000, ""},
	             {"<li><section>", 300000, ""},
	             {"<!--", 500000, ""},
	             {"<script>", 500000, ""},
	             {"<script></", 300000, ""},
	             {"<a b='", 300000, ""},
	             {"<!-", 500000, "-"},
	             {"<a b=c ", 300000, ">"},
	             {"<", 2000000, ""},
	             {"&", 2000000, ""},
	             {"\xFF", 1000000, ""}};
	int64_t start = amp_clock_mono_us();
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct amp_arena *kept = arena;
		arena = amp_arena_new((size_t)1 << 30);
		assert_non_null(arena);
		const struct amp_markup_doc *doc = read_page(many(table[i].part, table[i].n, table[i].tail));
		for (size_t k = 0; k < doc->n_nodes && k < 3; k++) {
			struct amp_str text = amp_markup_text(doc, &doc->nodes[k]);
			assert_true(text.p && amp_utf8_valid(text.p, text.n));
			(void)amp_markup_attr(doc, &doc->nodes[k], "z");
		}
		amp_arena_free(arena);
		arena = kept;
	}
	if (amp_clock_mono_us() - start > 60000000) fail_msg("hostile pages took more than a minute");
}

static void test_depth_and_bounds(void **state)
{
	(void)state;
	const struct amp_markup_doc *doc = read_page(many("<div>", 1000000, "end"));
	assert_true(doc->too_deep);
	assert_int_equal(doc->n_nodes, 1000001);
	size_t depth = 0;
	for (const struct amp_markup *m = doc->nodes + doc->n_nodes - 1; m; m = amp_markup_parent(doc, m)) depth++;
	assert_int_equal(depth, AMP_MARKUP_DEPTH + 1);
	/* well-nested pages find their level again */
	struct amp_buf b;
	amp_buf_init(&b, 1 << 20);
	(void)amp_buf_addc(&b, "<p>");
	for (int i = 0; i < 2000; i++) (void)amp_buf_addc(&b, "<i>");
	for (int i = 0; i < 2000; i++) (void)amp_buf_addc(&b, "</i>");
	(void)amp_buf_addc(&b, "</p><p class=after>");
	doc = read_page(amp_buf_str(&b));
	assert_null(amp_markup_parent(doc, amp_markup_find(doc, NULL, NULL, "p", "after")));
	assert_non_null(amp_markup_find(doc, NULL, NULL, "p", "after"));
	amp_buf_reset(&b);
	for (int i = 0; i < 2000; i++) (void)amp_buf_addc(&b, "<i>");
	for (int i = 0; i < 1500; i++) (void)amp_buf_addc(&b, "</i>");
	(void)amp_buf_addc(&b, "<u>");
	doc = read_page(amp_buf_str(&b));
	depth = 0;
	for (const struct amp_markup *m = doc->nodes + doc->n_nodes - 1; m; m = amp_markup_parent(doc, m)) depth++;
	assert_int_equal(depth, 501);
	amp_buf_free(&b);
	/* more nodes than are read: told, with the place */
	doc = read_page(many("<b>x", 1100000, ""));
	assert_true(doc->n_nodes <= AMP_MARKUP_MAX_NODES && doc->end_offset < doc->body.n);
	/* a value of a megabyte */
	char *big = amp_arena_alloc(arena, 1 << 20);
	assert_non_null(big);
	memset(big, 'v', 1 << 20);
	memcpy(big, "<a b='", 6);
	memcpy(big + (1 << 20) - 2, "'>", 2);
	doc = read_page((struct amp_str){big, 1 << 20});
	assert_int_equal(amp_markup_attr(doc, doc->nodes, "b").n, (1 << 20) - 8);
}

/* A small arena, and an allocation that fails: an error, never half a document that looks whole. */
static void test_memory(void **state)
{
	(void)state;
	struct amp_markup_doc doc;
	struct amp_err err = {0};
	struct amp_arena *small = amp_arena_new(1024);
	assert_non_null(small);
	assert_int_equal(amp_markup_parse(&doc, AMP_STR("<p>a</p>"), small, &err), AMP_ELIMIT);
	assert_null(doc.nodes);
	assert_true(err.text[0] != '\0');
	amp_arena_free(small);
	struct amp_str html = many("<p class=m>a &amp; b</p>", 20000, "");
	bool whole = false;
	for (uint64_t n = 1; n < 50 && !whole; n++) {
		struct amp_arena *a = amp_arena_new(0);
		assert_non_null(a);
		amp_mem_fail_at(n);
		int rc = amp_markup_parse(&doc, html, a, &err);
		struct amp_str text = rc == 0 ? amp_markup_text(&doc, doc.nodes) : AMP_STR_ABSENT;
		amp_mem_fail_at(0);
		whole = rc == 0 && amp_arena_refused(a) == 0;
		if (rc == 0 && !whole) assert_null(text.p);
		if (whole) assert_true(amp_str_eq_c(text, "a & b"));
		amp_arena_free(a);
	}
	assert_true(whole);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_trees),   cmocka_unit_test(test_attributes),
		cmocka_unit_test(test_texts),   cmocka_unit_test(test_finding),
		cmocka_unit_test(test_cut),     cmocka_unit_test(test_repairs_are_counted),
		cmocka_unit_test(test_hostile), cmocka_unit_test(test_depth_and_bounds),
		cmocka_unit_test(test_memory),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}

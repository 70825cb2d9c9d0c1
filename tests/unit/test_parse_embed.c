/* JSON that pages carry: where it is found, how it is cut, that its places are places in the page. And the engine around it:
 * walls of HTML platforms, what pages and scripts hold together.
 */
#include "arena_fixture.h"
#include "base/clock.h"
#include "base/mem.h"
#include "parse/engine.h"

static const struct amp_markup_doc *page(struct amp_str html)
{
	struct amp_markup_doc *doc = amp_arena_alloc(arena, sizeof *doc);
	assert_non_null(doc);
	assert_int_equal(amp_markup_parse(doc, html, arena, NULL), 0);
	return doc;
}

enum way { ASSIGNED, ID, TYPE, CALLED, ATTR, BASE64 };
static bool ask(const struct amp_markup_doc *doc, enum way way, struct amp_embed *e)
{
	const struct amp_markup *div = amp_markup_find(doc, NULL, NULL, "div", NULL);
	switch (way) {
	case ASSIGNED: return amp_embed_assigned(doc, "data", e);
	case ID: return amp_embed_by_id(doc, "data", e);
	case TYPE: return amp_embed_by_type(doc, "application/json", 0, e);
	case CALLED: return amp_embed_called(doc, "cfg.set", 0, e);
	case ATTR: return amp_embed_attr(doc, div, "data-view", e);
	default: return amp_embed_attr_base64(doc, div, "data-view", e);
	}
}

#define S(code) "<script>" code "</script>"
static void test_found(void **state)
{
	(void)state;
	static const struct {
		enum way way;
		const char *html;
		enum amp_embed_state state;
		const char *json;
	} table[] = {
		{ASSIGNED, S("var data = {\"a\":1};"), AMP_EMBED_JSON, "{\"a\":1}"},
		{ASSIGNED, S("window[\"data\"] = [1, {\"}\": \"]\"}]; x()"), AMP_EMBED_JSON, "[1, {\"}\": \"]\"}]"},
		{ASSIGNED, S("window['data']={}"), AMP_EMBED_JSON, "{}"},
		{ASSIGNED, S("window.data\n=\n{\"a\":\"\\\"};\"}"), AMP_EMBED_JSON, "{\"a\":\"\\\"};\"}"},
		{ASSIGNED, S("data = '\\x7b\\x22a\\x22:\\x22\\u00e9\\x5c\\x22\\x22\\x7d'"), AMP_EMBED_JSON,
	         "{\"a\":\"\xC3\xA9\\\"\"}"},
		{ASSIGNED, S("data = JSON.parse(\"[\\\"x\\\\n\\\"]\")"), AMP_EMBED_JSON, "[\"x\\n\"]"},
		{ASSIGNED, S("data = '[\\ud83d\\ude00]'"), AMP_EMBED_NOT_JSON, NULL},
		{ASSIGNED, S("data = '[\"\\ud83d\\ude00\"]'"), AMP_EMBED_JSON, "[\"\xF0\x9F\x98\x80\"]"},
		{ASSIGNED, S("data = {};data = {\"a\":[1,2]};data=[]"), AMP_EMBED_JSON, "{\"a\":[1,2]}"},
		{ASSIGNED, S("data = {a:1}"), AMP_EMBED_NOT_JSON, NULL},
		{ASSIGNED, S("data = {'a':1}"), AMP_EMBED_NOT_JSON, NULL},
		{ASSIGNED, S("data = {\"a\": undefined}"), AMP_EMBED_NOT_JSON, NULL},
		{ASSIGNED, S("data = f({})"), AMP_EMBED_NOT_JSON, NULL},
		{ASSIGNED, S("data = {a:1}; data = {\"a\":1}"), AMP_EMBED_JSON, "{\"a\":1}"},
		{ASSIGNED, S("if (data == {}) mydata = {}; data2 = {}; data => {}"), AMP_EMBED_NONE, NULL},
		{ASSIGNED, "data = {\"a\":1}", AMP_EMBED_NONE, NULL},
		{ASSIGNED, S("data = {\"a\":\"<\\/script> \\u003c\"}"), AMP_EMBED_JSON, "{\"a\":\"<\\/script> \\u003c\"}"},
		{ASSIGNED, "<script>data = {\"a\":[1,2", AMP_EMBED_CUT, "{\"a\":[1,2"},
		{ASSIGNED, "<script>data = {\"a\":\"x", AMP_EMBED_CUT, "{\"a\":\"x"},
		{ASSIGNED, "<script>data = '\\x7b\\x22", AMP_EMBED_CUT, "{\""},
		{ASSIGNED, S("data = {\"a\":tru}"), AMP_EMBED_NOT_JSON, NULL},
		{ASSIGNED, S("data = {\"a\":[true,false,null,-1.5e+3]}"), AMP_EMBED_JSON, "{\"a\":[true,false,null,-1.5e+3]}"},
		{ID, "<script id=data type=application/json> {\"a\":1} </script>", AMP_EMBED_JSON, "{\"a\":1}"},
		{ID, "<script id=\"other\">{}</script>", AMP_EMBED_NONE, NULL},
		{ID, "<script id=data></script>", AMP_EMBED_NOT_JSON, NULL},
		{ID, "<script id=data>var x</script>", AMP_EMBED_NOT_JSON, NULL},
		{ID, "<template id=data>{&quot;a&quot;:&#39;}</template>", AMP_EMBED_NOT_JSON, NULL},
		{ID, "<div id=data>{&quot;a&quot;:1}</div>", AMP_EMBED_JSON, "{\"a\":1}"},
		{TYPE, "<script type='application/json; x'>no</script><script type=APPLICATION/json>[]</script>", AMP_EMBED_JSON,
	         "[]"},
		{TYPE, "<script>[]</script>", AMP_EMBED_NONE, NULL},
		{CALLED, S("cfg.set('a', 1); cfg.set ( {\"b\":2} ); cfg.set({\"c\":3})"), AMP_EMBED_JSON, "{\"b\":2}"},
		{CALLED, S("cfg.settle({})"), AMP_EMBED_NONE, NULL},
		{ATTR, "<div data-view='{&quot;a&quot;:&quot;&amp;amp;&quot;}'>", AMP_EMBED_JSON, "{\"a\":\"&amp;\"}"},
		{ATTR, "<div data-view='{\"a\":1}'>", AMP_EMBED_JSON, "{\"a\":1}"},
		{ATTR, "<div>", AMP_EMBED_NONE, NULL},
		{BASE64, "<div data-view=eyJhIjpbMV19>", AMP_EMBED_JSON, "{\"a\":[1]}"},
		{BASE64, "<div data-view='***'>", AMP_EMBED_NOT_JSON, NULL},
	};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct amp_embed e;
		bool got = ask(page(amp_str_c(table[i].html)), table[i].way, &e);
		if (e.state != table[i].state) fail_msg("%s: state %d", table[i].html, (int)e.state);
		assert_int_equal(got, table[i].json != NULL);
		if (got && !amp_str_eq_c(e.json, table[i].json)) fail_msg("%s gives %.*s", table[i].html, AMP_ARG(e.json));
	}
}

/* The place of "here" (a string value) is the place of its quote, however that is written. */
static void test_places(void **state)
{
	(void)state;
	static const struct {
		enum way way;
		const char *html, *mark;
	} table[] = {
		{ASSIGNED, "<p>x" S("data = {\"a\":[1,\"here\"]}"), "\"here"},
		{ASSIGNED, S("data = '\\x7b\\x22\\u00e9\\x22:\\x5b1,\\x22here\\x22\\x5d\\x7d'"), "\\x22here"},
		{ATTR, "<div data-view='{&quot;&eacute;&quot;:[1,&quot;here&quot;]}'>", "&quot;here"},
		{BASE64, "<div data-view='eyJhIjpbMSwiaGVyZSJdfQ=='>", "wiaGVy"},
		{ID, "<b></b><script id=data>\n {\"a\":[1,\"here\"]}</script>", "\"here"},
	};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct amp_embed e;
		struct amp_json_doc json;
		assert_true(ask(page(amp_str_c(table[i].html)), table[i].way, &e));
		assert_int_equal(amp_embed_parse(&json, &e, arena, NULL), 0);
		assert_int_equal(json.end, AMP_JSON_COMPLETE);
		const struct amp_json *here = amp_json_at(amp_json_first(json.root), 1);
		assert_true(amp_str_eq_c(amp_json_str(here), "here"));
		size_t want = (size_t)(strstr(table[i].html, table[i].mark) - table[i].html);
		if (here->offset != want) fail_msg("%s: %u, not %zu", table[i].html, here->offset, want);
	}
	/* notes too */
	struct amp_embed e;
	struct amp_json_doc json;
	const char *html = S("data = '\\x7b\\x22a\\x22:\\x22\\ud800\\x22\\x7d'");
	assert_true(ask(page(amp_str_c(html)), ASSIGNED, &e));
	assert_int_equal(amp_embed_parse(&json, &e, arena, NULL), 0);
	assert_int_equal(json.n_notes, 1);
	assert_int_equal(json.notes[0].offset, strstr(html, "\\ud800") - html);
}

static void test_base64(void **state)
{
	(void)state;
	static const struct {
		const char *text, *plain;
	} table[] = {{"", ""},
	             {"Zg==", "f"},
	             {"Zg", "f"},
	             {"Zm8=", "fo"},
	             {"Zm9v", "foo"},
	             {"Zm9v YmE=\n", "fooba"},
	             {"-_-_", "\xFB\xFF\xBF"},
	             {"+/+/", "\xFB\xFF\xBF"},
	             {"Z", NULL},
	             {"Zm9v!", NULL},
	             {"Zg==Zg", NULL}};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct amp_str out = amp_base64_decode(arena, amp_str_c(table[i].text));
		if (table[i].plain ? !amp_str_eq_c(out, table[i].plain) : out.p != NULL) fail_msg("%s", table[i].text);
	}
}

static void test_hostile_scripts(void **state)
{
	(void)state;
	static const char *const parts[] = {"data=[\"x\",", "data=[", "data={a", "data='", "cfg.set([", "data=[\"\\"};
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		size_t length = strlen(parts[i]), n = 300000;
		char *p = amp_arena_alloc(arena, 8 + n * length);
		assert_non_null(p);
		memcpy(p, "<script>", 8);
		for (size_t k = 0; k < n; k++) memcpy(p + 8 + k * length, parts[i], length);
		struct amp_embed e;
		const struct amp_markup_doc *doc = page((struct amp_str){p, 8 + n * length});
		int64_t start = amp_clock_mono_us();
		(void)ask(doc, ASSIGNED, &e);
		(void)ask(doc, CALLED, &e);
		if (amp_clock_mono_us() - start > 20000000) fail_msg("%s repeated took more than twenty seconds", parts[i]);
	}
}

/* --- the engine, with a platform made for it --- */

static int asked;

static void parse_shown(struct amp_engine *e)
{
	const struct amp_markup_doc *doc = amp_engine_markup(e);
	if (!doc) return;
	amp_engine_list_found(e);
	for (const struct amp_markup *m = amp_markup_find(doc, NULL, NULL, "div", "m"); m;
	     m = amp_markup_find(doc, NULL, m, "div", "m")) {
		if (!amp_engine_begin(e, m->offset)) return;
		(void)amp_put_attr(e, AMP_F_ITEM_ID, NULL, m, "id");
		(void)amp_put_markup(e, AMP_F_TEXT, amp_as_html, amp_markup_find(doc, m, NULL, "p", NULL));
		(void)amp_put_markup(e, AMP_F_VIEWS, amp_as_count_text, amp_markup_find(doc, m, NULL, "span", NULL));
		amp_engine_end(e);
	}
	struct amp_embed found;
	asked = amp_embed_assigned(doc, "data", &found);
	const struct amp_json *root = amp_engine_json_at(e, &found);
	assert_ptr_equal(root, amp_engine_json_at(e, &found)); /* read once */
	for (const struct amp_json *v = amp_json_first(root); v; v = amp_json_next(root, v)) {
		if (!amp_engine_begin(e, v->offset)) return;
		(void)amp_put_json(e, AMP_F_ITEM_ID, NULL, v);
		amp_engine_end(e);
	}
}

static const struct amp_endpoint endpoints[] = {{.name = "page", .path = "/", .kind = AMP_POST}, {.name = NULL}};
static const struct amp_adapter shown_adapter = {.name = "shown",
                                                 .title = "Shown",
                                                 .version = "1",
                                                 .endpoints = endpoints,
                                                 .parse_page = parse_shown,
                                                 .empty_body = "it refuses by saying nothing"};

#define CAPTURED INT64_C(1766361600000) /* 2025-12-22T00:00:00Z */
static struct amp_parsed parse_at(struct amp_str html, int status, int64_t captured_at)
{
	struct amp_parsed out;
	struct amp_err err = {0};
	struct amp_page p = {
		.body = html, .url = AMP_STR_ABSENT, .headers = AMP_STR_ABSENT, .captured_at = captured_at, .status = status};
	if (amp_parse_pages(&shown_adapter, endpoints, &p, 1, 0, 0, 0, arena, &out, &err) != 0) fail_msg("%s", err.text);
	return out;
}

static struct amp_parsed parse(const char *html)
{
	return parse_at(amp_str_c(html), 200, CAPTURED);
}

static void test_page_through_engine(void **state)
{
	(void)state;
	static const char html[] =
		"<html><div class=m id='a&amp;b'><p>one<br>two \xFF</p></div>" S("var data = [\"x\",\"y\"]") "</html>";
	struct amp_parsed out = parse(html);
	assert_int_equal(out.verdict, AMP_VERDICT_OK);
	assert_int_equal(out.n_items, 3);
	assert_true(amp_str_eq_c(out.items[0].item_id, "a&b"));
	assert_true(amp_str_eq_c(out.items[0].text, "one\ntwo \xEF\xBF\xBD"));
	assert_int_equal(out.items[2].byte_offset, strstr(html, "\"y\"") - html);
	assert_int_equal(out.repairs, 1);
	assert_int_equal(out.diagnostics[0].byte_offset, strstr(html, "\xFF") - html);
	out = parse("<div class=m id=1></div><script>data = [\"x\",\"y");
	assert_int_equal(out.verdict, AMP_VERDICT_PARTIAL);
	assert_int_equal(out.n_items, 2);
	out = parse("<div class=m id=1></div>" S("data = {a:1}"));
	assert_int_equal(out.verdict, AMP_VERDICT_OK);
	assert_false(asked);
	assert_int_equal(out.n_diagnostics, 1);
	assert_string_equal(out.diagnostics[0].code, "not_recognised");
}

static void parse_inside(struct amp_engine *e)
{
	const struct amp_json *root = amp_engine_json(e), *html = amp_json_get(root, "html");
	const struct amp_markup_doc *doc = amp_engine_markup_in(e, amp_json_str(html));
	const struct amp_markup *m = amp_markup_find(doc, NULL, NULL, "b", NULL);
	amp_engine_list_found(e);
	if (!amp_engine_begin(e, amp_embed_place(e->page->body, html, m->offset))) return;
	(void)amp_put_attr(e, AMP_F_ITEM_ID, NULL, m, "id");
	(void)amp_put_markup(e, AMP_F_TEXT, NULL, m);
	amp_engine_end(e);
}

static void test_html_inside_json(void **state)
{
	(void)state;
	struct amp_adapter adapter = shown_adapter;
	struct amp_parsed out;
	struct amp_err err = {0};
	const char *json = "{\"html\":\"\\u00e9\\n<i>\\\"<\\/i><b id=\\\"7\\\">x<\\/b>\"}";
	struct amp_page p = {.body = amp_str_c(json), .captured_at = CAPTURED, .status = 200};
	adapter.parse_page = parse_inside;
	assert_int_equal(amp_parse_pages(&adapter, endpoints, &p, 1, 0, 0, 0, arena, &out, &err), 0);
	assert_int_equal(out.n_items, 1);
	assert_true(amp_str_eq_c(out.items[0].item_id, "7") && amp_str_eq_c(out.items[0].text, "x"));
	assert_int_equal(out.items[0].byte_offset, strstr(json, "<b") - json);
}

static void test_walls(void **state)
{
	(void)state;
	static const struct {
		const char *html;
		int status;
		enum amp_verdict verdict;
		const char *says;
	} table[] = {
		{"<html><form action=\"https://consent.youtube.com/save\">", 200, AMP_VERDICT_BLOCKED, "YouTube"},
		{"<title>Before you continue to YouTube</title>", 200, AMP_VERDICT_BLOCKED, "consent"},
		{"<!doctype html><title>Blocked</title><h1>whoa there, pardner!</h1>", 200, AMP_VERDICT_BLOCKED, "Reddit"},
		{"<!doctype html><p id=wci class=\"wafchallengeid\">", 200, AMP_VERDICT_BLOCKED, "TikTok"},
		{"<html><h1>JavaScript is not available.</h1>", 200, AMP_VERDICT_BLOCKED, "JavaScript"},
		{"<html><form method=get action=/errors/validateCaptcha>", 200, AMP_VERDICT_BLOCKED, "Amazon"},
		{"<html><title>Telegram: View @ada</title>", 200, AMP_VERDICT_BLOCKED, "Telegram"},
		{"<html><input type=password>", 200, AMP_VERDICT_BLOCKED, "login"},
		{"<html><title>429 Too Many Requests</title>", 429, AMP_VERDICT_BLOCKED, "429"},
		{"<html><title>Nothing here</title>", 404, AMP_VERDICT_DRIFT, "404"},
		{"<html><title>Bad Gateway</title>", 502, AMP_VERDICT_FAILED, "502"},
		{"", 200, AMP_VERDICT_BLOCKED, "saying nothing"},
		{"", 503, AMP_VERDICT_FAILED, "empty"},
		/* good pages speak of such things */
		{"<html><script>var u = 'https://consent.youtube.com/m', c = 'g-recaptcha';</script><p>log in, captcha</html>", 200,
	         AMP_VERDICT_EMPTY, NULL},
		{"<html><a href='https://consent.youtube.com'>privacy</a></html>", 200, AMP_VERDICT_EMPTY, NULL},
		/* between two entries nothing but the missing end shows a cut */
		{"<html><body><p>nothing yet</p>", 200, AMP_VERDICT_FAILED, "ends early"},
		{"<div class=list><p>nothing yet</p>", 200, AMP_VERDICT_FAILED, "ends early"},
		{"<div class=list><p>nothing</div>", 200, AMP_VERDICT_EMPTY, NULL},
	};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct amp_parsed out = parse_at(amp_str_c(table[i].html), table[i].status, CAPTURED);
		if (out.verdict != table[i].verdict)
			fail_msg("%s: %s, %.*s", table[i].html, amp_verdict_name(out.verdict), AMP_ARG(out.reason));
		if (table[i].says && !amp_str_ifind(out.reason, table[i].says)) fail_msg("%.*s", AMP_ARG(out.reason));
	}
	/* a big page with a small box for logging in is a page */
	char *big = amp_arena_zalloc(arena, 100000);
	assert_non_null(big);
	memset(big, ' ', 99999);
	memcpy(big, "<html><input type=password>", 27);
	memcpy(big + 99000, "</html>", 7);
	assert_int_equal(parse(big).verdict, AMP_VERDICT_EMPTY);
}

/* Each allocation refused in turn: the same result, or a sentence. */
static void test_memory(void **state)
{
	(void)state;
	static const char html[] = "<div class=m id='a&amp;b'><p>x &amp; y</p><span>1.2K</span></div>"
				   "<script>data = '\\x5b\\x22x\\x22\\x5d'</script>";
	struct amp_page p = {.body = AMP_STR(html), .captured_at = CAPTURED, .status = 200};
	bool whole = false;
	int failures = 0;
	for (uint64_t n = 1; n < 300 && !whole; n++) {
		struct amp_parsed out;
		struct amp_err err = {0};
		struct amp_arena *a = amp_arena_new(0);
		assert_non_null(a);
		uint64_t before = amp_mem_count();
		amp_mem_fail_at(n);
		int rc = amp_parse_pages(&shown_adapter, endpoints, &p, 1, 0, 0, 0, a, &out, &err);
		amp_mem_fail_at(0);
		whole = amp_mem_count() - before < n;
		if (rc == 0) {
			assert_int_equal(out.n_items, 2);
			assert_true(amp_str_eq_c(out.items[0].item_id, "a&b") && amp_str_eq_c(out.items[1].item_id, "x"));
		} else {
			failures++;
			assert_true(err.text[0] != '\0');
		}
		amp_arena_free(a);
	}
	assert_true(whole && failures > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_found),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_base64),
		cmocka_unit_test(test_hostile_scripts),
		cmocka_unit_test(test_walls),
		cmocka_unit_test(test_page_through_engine),
		cmocka_unit_test(test_html_inside_json),
		cmocka_unit_test(test_memory),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}

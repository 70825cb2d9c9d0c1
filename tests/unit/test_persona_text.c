/* Canonical JSON, positions, URLs: the small tools under the study reader. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <jansson.h>
#include "base/arena.h"
#include "persona/positions.h"
#include "persona/study.h"
#include "persona/uri.h"

static void canonical_is(const char *json, const char *expected)
{
	json_t *v = json_loads(json, JSON_DECODE_ANY, NULL);
	struct amp_buf b;
	struct amp_err err = {0};
	amp_buf_init(&b, 1 << 16);
	assert_non_null(v);
	assert_int_equal(amp_json_canonical(v, &b, &err), 0);
	assert_string_equal(b.p, expected);
	amp_buf_free(&b);
	json_decref(v);
}

static void canonical(void **state)
{
	(void)state;
	canonical_is("{\"b\": [1, -2, true, null, {}], \"a\": \"x\"}", "{\"a\":\"x\",\"b\":[1,-2,true,null,{}]}");
	/* RFC 8785 section 3.2.3: the order of its own example, by UTF-16 units */
	canonical_is(
		"{\"\\u20ac\": 1, \"\\r\": 2, \"\\ufb33\": 3, \"1\": 4, \"\\ud83d\\ude00\": 5, \"\\u0080\": 6, \"\\u00f6\": 7}",
		"{\"\\r\":2,\"1\":4,\"\xC2\x80\":6,\"\xC3\xB6\":7,\"\xE2\x82\xAC\":1,\"\xF0\x9F\x98\x80\":5,\"\xEF\xAC\xB3\":3}");
	/* section 3.2.2.2: its string example, without the "A" of JSON text */
	canonical_is("\"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\"",
	             "\"\xE2\x82\xAC$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"");
	canonical_is("{\"ab\": 1, \"a\": 2, \"\": 3}", "{\"\":3,\"a\":2,\"ab\":1}");
	canonical_is("9007199254740991", "9007199254740991");
	static const char *const refused[] = {"0.5", "1e3", "9007199254740992", "-9007199254740992", "[{\"a\": 1.0}]"};
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		json_t *v = json_loads(refused[i], JSON_DECODE_ANY, NULL);
		struct amp_buf b;
		struct amp_err err = {0};
		amp_buf_init(&b, 1 << 16);
		assert_int_equal(amp_json_canonical(v, &b, &err), AMP_EUSAGE);
		assert_non_null(strstr(err.text, "Canonical JSON"));
		amp_buf_free(&b);
		json_decref(v);
	}
}

/* The scanner and jansson see the same tree. */
static void same_tree(const json_t *v, const struct amp_pos *pos, const char *text)
{
	const char *p = text;
	for (int line = 1; line < pos->line; line++) p = strchr(p, '\n') + 1;
	int column = 1;
	while (column < pos->column) {
		p++;
		if (((unsigned char)*p & 0xC0) != 0x80) column++;
	}
	static const char first[] = {[JSON_OBJECT] = '{', [JSON_ARRAY] = '[', [JSON_STRING] = '"',
	                             [JSON_TRUE] = 't',   [JSON_FALSE] = 'f', [JSON_NULL] = 'n'};
	if (json_is_number(v))
		assert_true(*p == '-' || (*p >= '0' && *p <= '9'));
	else
		assert_int_equal(*p, first[json_typeof(v)]);
	size_t n = 0;
	for (const struct amp_pos *c = pos->first; c != NULL; c = c->next) {
		if (json_is_object(v))
			same_tree(json_object_get(v, c->key.p), c, text);
		else
			same_tree(json_array_get(v, n), c, text);
		n++;
	}
	assert_int_equal(n, json_is_object(v) ? json_object_size(v) : json_array_size(v));
}

static void positions(void **state)
{
	(void)state;
	static const char text[] =
		"{\n  \"é\": [1, \"ü\", -2.5e3],\n\t\"a\\u0062\": {\"x\": null, \"y\": true, \"z\": {}}, \"l\": [[], [{}]]\n}\n";
	struct amp_arena *a = amp_arena_new(0);
	struct amp_syntax_error e;
	json_t *v = json_loads(text, 0, NULL);
	const struct amp_pos *root = amp_positions(AMP_STR(text), a, &e);
	assert_non_null(root);
	same_tree(v, root, text);
	const struct amp_pos *list = amp_pos_key(root, "é");
	assert_int_equal(list->key_line, 2);
	assert_int_equal(list->key_column, 3);
	assert_int_equal(list->column, 8);
	assert_int_equal(amp_pos_index(list, 2)->column, 17);
	assert_int_equal(amp_pos_key(amp_pos_key(root, "ab"), "y")->line, 3);
	assert_null(amp_pos_key(root, "none"));
	assert_null(amp_pos_index(list, 3));
	json_decref(v);
	amp_arena_free(a);
}

static void syntax(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int line, column;
		const char *says;
	} cases[] = {
		{"", 1, 1, "value is expected"},
		{"{\"a\": 1,}", 1, 9, "No comma"},
		{"[1,\n 2,\n]", 3, 1, "No comma"},
		{"{\"a\" 1}", 1, 6, "colon"},
		{"{\n  \"a\": 1\n  \"b\": 2\n}", 3, 3, "comma"},
		{"{a: 1}", 1, 2, "key in double quotes"},
		{"{\"a\": 'x'}", 1, 7, "value is expected"},
		{"{\"a\": \"x\n\"}", 1, 7, "closing quote"},
		{"{\"a\": 01}", 1, 7, "number"},
		{"{\"a\": \"\\x\"}", 1, 8, "escape"},
		{"{} {}", 1, 4, "goes on"},
		{"{\"é\": \"\xFF\"}", 1, 8, "UTF-8"},
		{"{\"a\": \"\\ud800\"}", 1, 8, "half a character"},
		{"[1 2]", 1, 4, "comma"},
		{"{\"a\": tru}", 1, 7, "value is expected"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct amp_arena *a = amp_arena_new(0);
		struct amp_syntax_error e;
		assert_null(amp_positions(amp_str_c(cases[i].text), a, &e));
		if (e.line != cases[i].line || e.column != cases[i].column || strstr(e.text, cases[i].says) == NULL)
			fail_msg("%s: %d:%d %s", cases[i].text, e.line, e.column, e.text);
		assert_null(json_loads(cases[i].text, 0, NULL)); /* jansson agrees that it is wrong */
		amp_arena_free(a);
	}
	char deep[200];
	memset(deep, '[', sizeof deep);
	struct amp_arena *a = amp_arena_new(0);
	struct amp_syntax_error e;
	assert_null(amp_positions((struct amp_str){deep, sizeof deep}, a, &e));
	assert_non_null(strstr(e.text, "deeply"));
	amp_arena_free(a);
}

static void urls(void **state)
{
	(void)state;
	struct amp_buf b;
	amp_buf_init(&b, 1000);
	amp_uri_encode(&b, AMP_STR("at://did:plc:x/é &=~"));
	assert_string_equal(b.p, "at%3A%2F%2Fdid%3Aplc%3Ax%2F%C3%A9%20%26%3D~");
	amp_buf_reset(&b);
	amp_uri_encode_path(&b, AMP_STR("/a b/c.rss?x=1&y=%20"));
	assert_string_equal(b.p, "/a%20b/c.rss?x=1&y=%20");
	amp_buf_free(&b);
	assert_true(amp_uri_same_origin(AMP_STR("https://A.example/x"), AMP_STR("https://a.example:443/y")));
	assert_false(amp_uri_same_origin(AMP_STR("https://a.example/"), AMP_STR("http://a.example/")));
	assert_false(amp_uri_same_origin(AMP_STR("https://a.example/"), AMP_STR("https://a.example.evil/")));
	assert_false(amp_uri_same_origin(AMP_STR("https://a.example/"), AMP_STR("https://a.example@evil.example/")));
	assert_false(amp_uri_same_origin(AMP_STR("http://127.0.0.1:1/"), AMP_STR("http://127.0.0.1:2/")));
	assert_true(amp_uri_same_origin(AMP_STR("http://[::1]:80/"), AMP_STR("http://[::1]/z")));
	static const char *const private_hosts[] = {"localhost",  "127.0.0.1",    "10.1.2.3",    "192.168.0.9",
	                                            "172.16.0.1", "172.31.255.1", "169.254.1.1", "::1",
	                                            "fe80::1",    "fd00::2",      "nas.local",   "LOCALHOST"};
	static const char *const public_hosts[] = {"public.api.bsky.app", "172.32.0.1", "172.15.0.1",          "11.0.0.1",
	                                           "10.example",          "fdn.fr",     "fcbarcelona.example", "8.8.8.8",
	                                           "2001:db8::1"};
	for (size_t i = 0; i < sizeof private_hosts / sizeof *private_hosts; i++)
		if (!amp_host_is_private(amp_str_c(private_hosts[i]))) fail_msg("%s", private_hosts[i]);
	for (size_t i = 0; i < sizeof public_hosts / sizeof *public_hosts; i++)
		if (amp_host_is_private(amp_str_c(public_hosts[i]))) fail_msg("%s", public_hosts[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(canonical),
		cmocka_unit_test(positions),
		cmocka_unit_test(syntax),
		cmocka_unit_test(urls),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

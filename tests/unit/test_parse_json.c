/* The JSON reader against jansson: every document that jansson accepts gives the same tree; what jansson refuses and evidence needs is
 * repaired, counted, and told with its byte offset.
 */
#include "arena_fixture.h"
#include <dirent.h>
#include <jansson.h>
#include <sys/stat.h>
#include "base/buf.h"
#include "base/io.h"
#include "base/rng.h"
#include "base/utf8.h"
#include "parse/json.h"

static struct amp_json_doc read_doc(const char *p, size_t n)
{
	struct amp_json_doc doc;
	struct amp_err err = {0};
	if (amp_json_parse(&doc, (struct amp_str){p, n}, arena, &err) != 0) fail_msg("%s", err.text);
	return doc;
}

static struct amp_json_doc read_c(const char *text)
{
	return read_doc(text, strlen(text));
}

static bool same(const struct amp_json *v, json_t *j);

static bool same_object(const struct amp_json *v, json_t *j)
{
	size_t n = 0;
	for (const struct amp_json *x = amp_json_first(v); x; x = amp_json_next(v, x)) {
		struct amp_str key = amp_json_key(x);
		const char *name = amp_arena_strndup(arena, key.p, key.n);
		json_t *other = json_object_get(j, name);
		if (!other || !same(x, other) || amp_json_get_n(v, key.p, key.n) != x) return false;
		n++;
	}
	return n == json_object_size(j);
}

static bool same_array(const struct amp_json *v, json_t *j)
{
	size_t i = 0;
	if (v->n != json_array_size(j)) return false;
	for (const struct amp_json *x = amp_json_first(v); x; x = amp_json_next(v, x))
		if (!same(x, json_array_get(j, i++))) return false;
	return i == json_array_size(j);
}

static bool same(const struct amp_json *v, json_t *j)
{
	int64_t whole;
	double real;
	switch (json_typeof(j)) {
	case JSON_OBJECT: return amp_json_is(v, AMP_JSON_OBJECT) && same_object(v, j);
	case JSON_ARRAY: return amp_json_is(v, AMP_JSON_ARRAY) && same_array(v, j);
	case JSON_STRING:
		return amp_json_is(v, AMP_JSON_STRING) && v->n == json_string_length(j) &&
		       memcmp(v->p, json_string_value(j), v->n) == 0;
	case JSON_INTEGER: return v->flags & AMP_JSON_INTEGER && amp_json_i64(v, &whole) && whole == json_integer_value(j);
	case JSON_REAL:
		return !(v->flags & AMP_JSON_INTEGER) && amp_json_double(v, &real) &&
		       memcmp(&real, &(double){json_real_value(j)}, sizeof real) == 0;
	case JSON_TRUE: return amp_json_is(v, AMP_JSON_TRUE);
	case JSON_FALSE: return amp_json_is(v, AMP_JSON_FALSE);
	default: return amp_json_is(v, AMP_JSON_NULL);
	}
}

/* True when jansson accepts the document (and we then give the same tree). */
static bool agrees(const char *p, size_t n, const char *name)
{
	/* jansson takes a raw NUL behind the document for its end; no JSON text has one there */
	json_t *j = memchr(p, 0, n) ? NULL : json_loadb(p, n, JSON_DECODE_ANY, NULL);
	if (!j) return false;
	struct amp_json_doc doc = read_doc(p, n);
	if (doc.end != AMP_JSON_COMPLETE || doc.repairs != 0)
		fail_msg("%s: jansson accepts it, we say %s, %zu repairs", name, amp_json_end_name(doc.end), doc.repairs);
	if (!same(doc.root, j)) fail_msg("%s: another tree than jansson's", name);
	json_decref(j);
	return true;
}

static void test_oracle_synthetic(void **state)
{
	(void)state;
	static const char *const good[] = {
		"{}",
		"[]",
		"0",
		"-0",
		"\"\"",
		"null",
		" [ ] ",
		"{\"a\":{},\"b\":[[],[[]]]}",
		"[1,-1,9223372036854775807,-9223372036854775808]",
		"[1.5,-0.0,1e10,1E+2,2e-3,123456.789e-10,0.1]",
		"[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\",\"\\u00e9\\u20ac\\ud83d\\ude00\"]",
		"{\"a\":1,\"a\":2}",
		"{\"a\":1,\"b\":2,\"a\":{\"a\":3,\"a\":4}}",
		"{\"\":0,\" \":1}",
		"[\"\xC3\xA9\xF0\x9F\x98\x80\",\"exactly sixteen!!\",\"more than sixteen bytes \xC3\xA9 in one\"]",
		"\t\r\n{\n\"k\" : [ true , false , null ] }\n"};
	static const char *const bad[] = {"",
	                                  " ",
	                                  "[",
	                                  "{",
	                                  "[1,]",
	                                  "{\"a\":1,}",
	                                  "{\"a\"}",
	                                  "{a:1}",
	                                  "[01]",
	                                  "[1.]",
	                                  "[.5]",
	                                  "[+1]",
	                                  "[1e]",
	                                  "[--1]",
	                                  "nul",
	                                  "[tru]",
	                                  "[1 2]",
	                                  "[\"a\nb\"]",
	                                  "[\"\\x\"]",
	                                  "[\"\\ud800\"]",
	                                  "[\"\\u00\"]",
	                                  "[\"\xFF\"]",
	                                  "[\"\xED\xA0\x80\"]",
	                                  "[\"\xC0\xAF\"]",
	                                  "]",
	                                  "{]",
	                                  "[}",
	                                  "[1}",
	                                  "\xEF\xBB\xBF[]",
	                                  "[99999999999999999999]",
	                                  "[1e999]",
	                                  "[] []",
	                                  "[\"\\u0000\"]"};
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) assert_true(agrees(good[i], strlen(good[i]), good[i]));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_false(agrees(bad[i], strlen(bad[i]), bad[i]));
		struct amp_json_doc doc = read_c(bad[i]); /* what jansson refuses we never take in silence */
		if (doc.end == AMP_JSON_COMPLETE && doc.repairs == 0) fail_msg("taken without a word: %s", bad[i]);
	}
}

/* --- random documents --- */

static void random_string(struct amp_rng *r, struct amp_buf *b)
{
	static const char *const parts[] = {"a",
	                                    "key",
	                                    "text ",
	                                    "\\n",
	                                    "\\\"",
	                                    "\\\\",
	                                    "\\u00e9",
	                                    "\\ud83d\\ude00",
	                                    "\xC3\xA9",
	                                    "\xE2\x82\xAC",
	                                    "\xF0\x9F\x98\x80",
	                                    "[,:]{}",
	                                    "0123456789abcdef",
	                                    "\\/",
	                                    " "};
	(void)amp_buf_byte(b, '"');
	for (uint64_t n = amp_rng_below(r, 9); n; n--) (void)amp_buf_addc(b, parts[amp_rng_below(r, sizeof parts / sizeof *parts)]);
	(void)amp_buf_byte(b, '"');
}

static void random_value(struct amp_rng *r, struct amp_buf *b, int depth)
{
	static const char *const scalars[] = {"null", "true", "false", "0", "-12", "3.25", "1e-5", "9007199254740993", "-0.5E2"};
	uint64_t kind = amp_rng_below(r, depth > 6 ? 2 : 4), n = amp_rng_below(r, 6);
	if (kind == 0) {
		(void)amp_buf_addc(b, scalars[amp_rng_below(r, sizeof scalars / sizeof *scalars)]);
	} else if (kind == 1) {
		random_string(r, b);
	} else {
		(void)amp_buf_byte(b, kind == 2 ? '[' : '{');
		for (uint64_t i = 0; i < n; i++) {
			if (i) (void)amp_buf_addc(b, amp_rng_below(r, 4) ? "," : " ,\n");
			if (kind == 3) {
				random_string(r, b);
				(void)amp_buf_byte(b, ':');
			}
			random_value(r, b, depth + 1);
		}
		(void)amp_buf_byte(b, kind == 2 ? ']' : '}');
	}
}

static void test_oracle_random(void **state)
{
	(void)state;
	struct amp_rng r;
	size_t accepted = 0, refused = 0;
	amp_rng_seed(&r, 42);
	for (int i = 0; i < 3000; i++) {
		struct amp_buf b;
		amp_buf_init(&b, 1 << 20);
		random_value(&r, &b, 0);
		assert_int_equal(b.failed, 0);
		if (i % 3 == 2 && b.n) b.p[amp_rng_below(&r, b.n)] = (char)amp_rng_below(&r, 256); /* and damaged ones */
		if (agrees(b.p, b.n, b.p)) {
			accepted++;
		} else {
			struct amp_json_doc doc = read_doc(b.p, b.n);
			if (doc.end == AMP_JSON_COMPLETE && doc.repairs == 0) fail_msg("taken without a word: %s", b.p);
			refused++;
		}
		amp_buf_free(&b);
		amp_arena_reset(arena);
	}
	assert_true(accepted > 2000);
	assert_true(refused > 100);
}

/* --- the recorded payloads --- */

static size_t walk(const char *dir, size_t *refused)
{
	size_t seen = 0;
	DIR *d = opendir(dir);
	for (struct dirent *x = d ? readdir(d) : NULL; x; x = readdir(d)) {
		struct amp_buf path, b;
		struct stat st;
		struct amp_err err = {0};
		if (x->d_name[0] == '.') continue;
		amp_buf_init(&path, 4096);
		amp_buf_init(&b, (size_t)64 << 20);
		(void)amp_buf_printf(&path, "%s/%s", dir, x->d_name);
		if (lstat(path.p, &st) == 0 && S_ISDIR(st.st_mode)) {
			seen += walk(path.p, refused);
		} else if (S_ISREG(st.st_mode) && amp_str_ends(amp_buf_str(&path), ".json")) {
			if (amp_io_read_file(path.p, &b, &err) != 0) fail_msg("%s", err.text);
			if (agrees(b.p ? b.p : "", b.n, path.p))
				seen++;
			else
				(*refused)++;
			amp_arena_reset(arena);
		}
		amp_buf_free(&path);
		amp_buf_free(&b);
	}
	if (d) (void)closedir(d);
	return seen;
}

static void test_oracle_payloads(void **state)
{
	(void)state;
	const char *shared = getenv("AMP_SHARED");
	struct stat st;
	struct amp_buf dir;
	size_t refused = 0;
	if (!shared || stat(shared, &st) != 0) {
		print_message("skipped: ../shared is absent\n");
		skip();
	}
	amp_buf_init(&dir, 4096);
	(void)amp_buf_printf(&dir, "%s/payloads", shared);
	size_t seen = walk(dir.p, &refused);
	print_message("%zu documents with jansson's tree, %zu that it refuses\n", seen, refused);
	assert_true(seen > 100);
	amp_buf_free(&dir);
}

/* --- repairs --- */

struct repair {
	const char *json;
	size_t n; /* bytes; 0: strlen */
	const char *text, *code;
	size_t offset;
};

static void test_repairs(void **state)
{
	(void)state;
	static const struct repair table[] = {
		{"[\"cut \\ud83d emoji\"]", 0, "cut \xEF\xBF\xBD emoji", "lone_surrogate", 6},
		{"[\"\\ude00\\ud83d\\u0041\"]", 0,
	         "\xEF\xBF\xBD\xEF\xBF\xBD"
	         "A",
	         "lone_surrogate", 2},
		{"[\"a\\u0000b\"]", 0,
	         "a\xEF\xBF\xBD"
	         "b",
	         "nul_character", 3},
		{"[\"a\0b\"]", 7,
	         "a\xEF\xBF\xBD"
	         "b",
	         "nul_character", 3},
		{"[\"a\xFF"
	         "b\"]",
	         0,
	         "a\xEF\xBF\xBD"
	         "b",
	         "invalid_utf8", 3},
		{"[\"\xE2\x82\"]", 0, "\xEF\xBF\xBD", "invalid_utf8", 2}, /* a cut sequence is one replacement */
		{"[\"\xED\xA0\x80\"]", 0, "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD", "invalid_utf8", 2},
		{"[\"a\nb\"]", 0, "a\nb", "control_character", 3},
		{"[\"a\\xb\"]", 0, "a\\xb", "invalid_escape", 3},
		{"[\"a\\u12\"]", 0, "a\\u12", "invalid_escape", 3},
		{"\xEF\xBB\xBF[\"a\"]", 0, "a", "byte_order_mark", 0},
		{"[\"a\"] x", 0, "a", "trailing_bytes", 6}};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		const struct repair *t = &table[i];
		struct amp_json_doc doc = read_doc(t->json, t->n ? t->n : strlen(t->json));
		struct amp_str text = amp_json_str(amp_json_at(doc.root, 0));
		assert_int_equal(doc.end, AMP_JSON_COMPLETE);
		if (!amp_str_eq_c(text, t->text)) fail_msg("%zu: \"%.*s\"", i, AMP_ARG(text));
		assert_true(doc.repairs >= 1);
		assert_string_equal(doc.notes[0].code, t->code);
		assert_int_equal(doc.notes[0].offset, t->offset);
		assert_true(amp_utf8_valid(text.p, text.n));
	}
}

static void test_big_numbers_stay_digits(void **state)
{
	(void)state;
	int64_t n;
	double d;
	struct amp_json_doc doc = read_c("[18446744073709551616,7.0,1e3,1e999,12.5,-9223372036854775808]");
	assert_true(amp_str_eq_c(amp_json_digits(amp_json_at(doc.root, 0)), "18446744073709551616"));
	assert_false(amp_json_i64(amp_json_at(doc.root, 0), &n));
	assert_true(amp_json_i64(amp_json_at(doc.root, 1), &n) && n == 7);
	assert_true(amp_json_i64(amp_json_at(doc.root, 2), &n) && n == 1000);
	assert_false(amp_json_double(amp_json_at(doc.root, 3), &d));
	assert_false(amp_json_i64(amp_json_at(doc.root, 4), &n));
	assert_true(amp_json_i64(amp_json_at(doc.root, 5), &n) && n == INT64_MIN);
	assert_int_equal(doc.repairs, 2);
	assert_int_equal(doc.notes[0].offset, 1);
}

static void test_duplicates(void **state)
{
	(void)state;
	struct amp_buf b;
	struct amp_json_doc doc = read_c("{\"a\":1,\"b\":[2],\"a\":3}");
	int64_t n;
	assert_true(amp_json_i64(amp_json_get(doc.root, "a"), &n) && n == 3);
	assert_int_equal(doc.duplicates, 1);
	assert_int_equal(doc.repairs, 0);
	assert_int_equal(doc.notes[0].offset, 1);
	/* many keys: sorted, not compared pair by pair */
	amp_buf_init(&b, 64 << 20);
	(void)amp_buf_byte(&b, '{');
	for (int i = 0; i < 200000; i++) (void)amp_buf_printf(&b, "%s\"k%d\":%d", i ? "," : "", i % 100000, i);
	(void)amp_buf_byte(&b, '}');
	doc = read_doc(b.p, b.n);
	assert_int_equal(doc.duplicates, 100000);
	assert_int_equal(doc.n_notes, AMP_JSON_MAX_NOTES);
	assert_true(amp_json_i64(amp_json_get(doc.root, "k7"), &n) && n == 100007);
	amp_buf_free(&b);
}

static void test_depth(void **state)
{
	(void)state;
	size_t n = 1000000;
	char *deep = malloc(2 * n);
	assert_non_null(deep);
	memset(deep, '[', n);
	memset(deep + n, ']', n);
	struct amp_json_doc doc = read_doc(deep, 2 * n);
	assert_int_equal(doc.end, AMP_JSON_TOO_DEEP);
	assert_int_equal(doc.end_offset, AMP_JSON_DEPTH);
	assert_true(doc.root->flags & AMP_JSON_CUT);
	doc = read_doc(deep + n - AMP_JSON_DEPTH, 2 * AMP_JSON_DEPTH);
	assert_int_equal(doc.end, AMP_JSON_COMPLETE);
	assert_int_equal(doc.n_nodes, AMP_JSON_DEPTH);
	free(deep);
}

/* Cut anywhere: a whole entry stays whole, a cut one is marked, nothing is made up. */
static void test_every_cut(void **state)
{
	(void)state;
	const char text[] = "{\"feed\":[{\"t\":\"one\",\"n\":1},{\"t\":\"two \\u00e9\",\"n\":22}],\"cursor\":\"c\"}";
	for (size_t n = 1; n < sizeof text - 1; n++) {
		struct amp_json_doc doc = read_doc(text, n);
		assert_int_equal(doc.end, AMP_JSON_TRUNCATED);
		assert_int_equal(doc.end_offset, n);
		assert_true(doc.root->flags & AMP_JSON_CUT);
		const struct amp_json *feed = amp_json_get(doc.root, "feed");
		size_t whole = 0;
		for (const struct amp_json *x = amp_json_first(feed); x; x = amp_json_next(feed, x)) {
			if (x->flags & AMP_JSON_CUT) continue;
			assert_true(amp_str_eq_c(amp_json_str(amp_json_get(x, "t")), whole ? "two \xC3\xA9" : "one"));
			whole++;
		}
		assert_int_equal(whole, n < 26 ? 0 : n < 52 ? 1 : 2);
	}
}

static void test_paths(void **state)
{
	(void)state;
	struct amp_json_doc doc = read_c("{\"a\":{\"b\":[10,{\"c\":\"x\"}]},\"$type\":\"t\"}");
	assert_true(amp_str_eq_c(amp_json_str(amp_json_path(doc.root, "a.b.1.c")), "x"));
	assert_null(amp_json_path(doc.root, "a.b.2.c"));
	assert_null(amp_json_path(doc.root, "a.b.-1"));
	assert_null(amp_json_path(doc.root, "a.x.c"));
	assert_null(amp_json_get(NULL, "a"));
	assert_true(amp_json_is_null(NULL));
	assert_true(amp_str_eq_c(amp_json_str(amp_json_path(doc.root, "$type")), "t"));
	assert_int_equal(amp_json_path(doc.root, "a.b.1.c")->offset, 19);
}

static void test_memory_runs_out(void **state)
{
	(void)state;
	struct amp_json_doc doc;
	struct amp_err err = {0};
	struct amp_arena *small = amp_arena_new(100000); /* the tree of 100,000 values does not fit */
	char *text = malloc(200000);
	assert_non_null(text);
	for (size_t i = 0; i < 200000; i += 2) memcpy(text + i, i ? ",1" : "[1", 2);
	assert_int_equal(amp_json_parse(&doc, (struct amp_str){text, 200000}, small, &err), AMP_ELIMIT);
	assert_non_null(strstr(err.text, "200000"));
	free(text);
	amp_arena_free(small);
}

/* An object that is asked for each of its keys: the same answers as one look-up at a time gives. */
static void many_keys(void **state)
{
	(void)state;
	struct amp_buf b;
	struct amp_json_doc doc;
	struct amp_err err = {0};
	struct amp_arena *own = amp_arena_new((size_t)64 << 20);
	amp_buf_init(&b, (size_t)1 << 20);
	(void)amp_buf_addc(&b, "{\"twice\":1");
	for (int i = 0; i < 3000; i++) (void)amp_buf_printf(&b, ",\"7%03d00%03d\":%d", i % 1000, i, i); /* many share their hash */
	(void)amp_buf_addc(&b, ",\"\":\"empty\",\"twice\":2}");
	assert_int_equal(amp_json_parse(&doc, amp_buf_str(&b), own, &err), 0);
	const struct amp_json_keys *keys = amp_json_keys_new(own, doc.root);
	assert_non_null(keys);
	size_t found = 0;
	for (const struct amp_json *v = amp_json_first(doc.root); v; v = amp_json_next(doc.root, v)) {
		struct amp_str key = amp_json_key(v);
		assert_ptr_equal(amp_json_keys_get(keys, key), amp_json_get_n(doc.root, key.p, key.n));
		found++;
	}
	assert_int_equal(found, 3002);
	int64_t n = 0;
	assert_true(amp_json_i64(amp_json_keys_get(keys, AMP_STR("twice")), &n) && n == 2); /* the last one counts */
	assert_null(amp_json_keys_get(keys, AMP_STR("8")));
	assert_null(amp_json_keys_get(keys, AMP_STR_ABSENT));
	assert_null(amp_json_keys_get(NULL, AMP_STR("twice")));
	assert_null(amp_json_keys_get(amp_json_keys_new(own, NULL), AMP_STR("twice")));
	amp_buf_free(&b);
	amp_arena_free(own);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(many_keys),
	                                   cmocka_unit_test_setup_teardown(test_oracle_synthetic, set_up, tear_down),
	                                   cmocka_unit_test_setup_teardown(test_oracle_random, set_up, tear_down),
	                                   cmocka_unit_test_setup_teardown(test_oracle_payloads, set_up, tear_down),
	                                   cmocka_unit_test_setup_teardown(test_repairs, set_up, tear_down),
	                                   cmocka_unit_test_setup_teardown(test_big_numbers_stay_digits, set_up, tear_down),
	                                   cmocka_unit_test_setup_teardown(test_duplicates, set_up, tear_down),
	                                   cmocka_unit_test_setup_teardown(test_depth, set_up, tear_down),
	                                   cmocka_unit_test_setup_teardown(test_every_cut, set_up, tear_down),
	                                   cmocka_unit_test_setup_teardown(test_paths, set_up, tear_down),
	                                   cmocka_unit_test_setup_teardown(test_memory_runs_out, set_up, tear_down)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

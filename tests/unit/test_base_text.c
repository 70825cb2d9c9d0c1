/* test_base_text.c: str, buf, utf8, jsonw. */
#include "base_test.h"

#include "base/buf.h"
#include "base/jsonw.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/rng.h"
#include "base/utf8.h"

static void integers(void **state)
{
	static const struct {
		const char *in;
		bool ok;
		int64_t want;
	} cases[] = {{"0", true, 0},
	             {"-0", true, 0},
	             {"+7", true, 7},
	             {"9223372036854775807", true, INT64_MAX},
	             {"9223372036854775808", false, 0},
	             {"-9223372036854775808", true, INT64_MIN},
	             {"-9223372036854775809", false, 0},
	             {"", false, 0},
	             {"-", false, 0},
	             {"1 ", false, 0},
	             {"0x10", false, 0},
	             {"1e3", false, 0}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t v = 42;
		bool ok = amp_str_i64(amp_str_c(cases[i].in), &v);

		if (ok != cases[i].ok || (ok && v != cases[i].want)) fail_msg("\"%s\": %d %lld", cases[i].in, ok, (long long)v);
	}
}

static void searching(void **state)
{
	struct amp_str rest = AMP_STR("a,,b"), absent = AMP_STR_ABSENT;

	(void)state;
	assert_true(amp_str_eq_c(amp_str_cut(&rest, ','), "a"));
	assert_true(amp_str_eq_c(amp_str_cut(&rest, ','), ""));
	assert_true(amp_str_eq_c(amp_str_cut(&rest, ','), "b"));
	assert_null(rest.p);
	assert_true(amp_str_eq(absent, amp_str_c(NULL)));
	assert_false(amp_str_eq(absent, AMP_STR("")));
	assert_true(amp_str_ieq_c(AMP_STR("Retry-AFTER"), "retry-after"));
	assert_false(amp_str_ieq_c(AMP_STR("retry-afte"), "retry-after"));
	assert_ptr_equal(amp_str_find(AMP_STR("aab"), AMP_STR("c")), NULL);
	assert_string_equal(amp_str_find((struct amp_str){"aaab", 4}, AMP_STR("ab")), "ab");
	assert_null(amp_str_find((struct amp_str){"aaab", 3}, AMP_STR("ab")));
	assert_true(amp_str_eq_c(amp_str_trim(AMP_STR(" \t x y\n")), "x y"));
}

static void percent_encoded_texts_are_the_same(void **state)
{
	static const struct {
		const char *a, *b;
		bool same;
	} pairs[] = {
		{"page%5Bnumber%5D", "page[number]", true},
		{"page%5bnumber%5d", "page%5Bnumber%5D", true},
		{"page[number]", "page[number]", true},
		{"%C3%A9t%C3%A9", "\xC3\xA9t\xC3\xA9", true},
		{"page%5Bnumber", "page[number]", false},
		{"page", "page[", false},
		{"%5", "%5", true}, /* no escape: as it stands */
		{"%5", "[", false},
		{"%zz", "%zz", true},
		{"%2541", "%41", false}, /* decoded once on each side: "%41" and "A" */
		{"", "", true},
		{"%00", "", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		if (amp_str_eq_percent(amp_str_c(pairs[i].a), amp_str_c(pairs[i].b)) != pairs[i].same ||
		    amp_str_eq_percent(amp_str_c(pairs[i].b), amp_str_c(pairs[i].a)) != pairs[i].same)
			fail_msg("%s and %s", pairs[i].a, pairs[i].b);
	}
	assert_false(amp_str_eq_percent(AMP_STR_ABSENT, AMP_STR("")));
	assert_false(amp_str_eq_percent((struct amp_str){"%5B", 2}, AMP_STR("[")));
}

static void suggestions(void **state)
{
	static const char *const keys[] = {"languages", "interests", "follows", "region"};

	(void)state;
	assert_string_equal(amp_str_suggest("langauges", keys, 4), "languages");
	assert_string_equal(amp_str_suggest("Follow", keys, 4), "follows");
	assert_null(amp_str_suggest("xyz", keys, 4));
	assert_null(amp_str_suggest("", keys, 0));
}

static void buffers_keep_their_cap(void **state)
{
	struct amp_buf b;
	struct amp_err err = {0};

	(void)state;
	amp_buf_init(&b, 10);
	assert_int_equal(amp_buf_addc(&b, "12345"), 0);
	assert_int_equal(amp_buf_addc(&b, "67890"), 0);
	assert_string_equal(b.p, "1234567890");
	assert_int_equal(amp_buf_byte(&b, 'x'), AMP_ELIMIT);
	assert_string_equal(b.p, "1234567890");
	assert_int_equal(amp_buf_check(&b, "the thing", &err), AMP_ELIMIT);
	assert_non_null(strstr(err.text, "the thing"));
	amp_buf_reset(&b);
	assert_int_equal(amp_buf_printf(&b, "%d-%s", 7, "é"), 0);
	assert_string_equal(b.p, "7-é");
	amp_buf_free(&b);
	amp_buf_init(&b, 100);
	amp_mem_fail_at(1);
	assert_int_equal(amp_buf_addc(&b, "x"), AMP_ENOMEM);
	amp_mem_fail_at(0);
	amp_buf_free(&b);
}

static void utf8_repair(void **state)
{
	/* Unicode 15, table 3-8: maximal subparts */
	static const struct {
		const char *in;
		size_t n;
		const char *want;
		size_t repairs;
	} cases[] = {{"abc", 3, "abc", 0},
	             {"\xC3\xA9", 2, "é", 0},
	             {"a\xF1\x80\x80\xE1\x80\xC2"
	              "b\x80"
	              "c\x80\xBF"
	              "d",
	              13,
	              "a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"
	              "b\xEF\xBF\xBD"
	              "c\xEF\xBF\xBD\xEF\xBF\xBD"
	              "d",
	              6},
	             {"\xC0\xAF", 2, "\xEF\xBF\xBD\xEF\xBF\xBD", 2},
	             {"\xED\xA0\x80", 3, "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD", 3},
	             {"\xF4\x90\x80\x80", 4, "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD", 4},
	             {"\xF0\x9F\x98\x80", 4, "\xF0\x9F\x98\x80", 0},
	             {"\xF0\x9F\x98", 3, "\xEF\xBF\xBD", 1}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct amp_buf b;

		amp_buf_init(&b, 1000);
		assert_int_equal(amp_utf8_repair(&b, cases[i].in, cases[i].n), cases[i].repairs);
		assert_string_equal(b.p, cases[i].want);
		assert_int_equal(amp_utf8_valid(cases[i].in, cases[i].n), cases[i].repairs == 0);
		assert_true(amp_utf8_valid(b.p, b.n));
		amp_buf_free(&b);
	}
}

/* A well-formed text with now and then a byte of another: the prefix found sixteen bytes at a time is the one found a character at
 * a time. */
static void utf8_prefix_by_blocks(void **state)
{
	static const char *const parts[] = {"a",
	                                    "é",
	                                    "ß",
	                                    "漢",
	                                    "€",
	                                    "🙂",
	                                    "\xED\x9F\xBF",
	                                    "\xEE\x80\x80",
	                                    "\xE0\xA0\x80",
	                                    "\xF4\x8F\xBF\xBF",
	                                    "\xF0\x90\x80\x80",
	                                    "plain words of sixteen bytes and more"};
	static const unsigned char bad[] = {0x80, 0xBF, 0xC0, 0xC1, 0xC2, 0xE0, 0xE1, 0xED,
	                                    0xF0, 0xF4, 0xF5, 0xFF, 0xA0, 0x90, 'x'};
	struct amp_rng rng;
	size_t whole = 0, broken = 0;
	(void)state;
	amp_rng_seed(&rng, 7);
	for (int round = 0; round < 200000; round++) {
		char text[160];
		size_t n = 0, good = 0;
		for (;;) {
			const char *part = parts[amp_rng_below(&rng, sizeof parts / sizeof parts[0])];
			if (n + strlen(part) > sizeof text) break;
			memcpy(text + n, part, strlen(part));
			n += strlen(part);
		}
		if (amp_rng_below(&rng, 2)) text[amp_rng_below(&rng, n)] = (char)bad[amp_rng_below(&rng, sizeof bad)];
		if (amp_rng_below(&rng, 2)) n = amp_rng_below(&rng, n + 1);
		while (good < n) {
			uint32_t cp;
			size_t length = amp_utf8_decode(text + good, text + n, &cp);
			if (length == 0) break;
			good += length;
		}
		assert_int_equal(amp_utf8_valid_prefix(text, n), good);
		assert_int_equal(amp_utf8_valid(text, n), good == n);
		*(good == n ? &whole : &broken) += 1;
	}
	assert_true(whole > 20000 && broken > 20000); /* both were tried */
}

static void utf8_every_code_point(void **state)
{
	(void)state;
	for (uint32_t cp = 0; cp <= 0x110000; cp++) {
		char bytes[4];
		size_t n = amp_utf8_encode(cp, bytes);
		uint32_t back;

		if ((cp >= 0xD800 && cp <= 0xDFFF) || cp > 0x10FFFF) {
			assert_int_equal(n, 0);
			continue;
		}
		if (amp_utf8_decode(bytes, bytes + n, &back) != n || back != cp) fail_msg("U+%04X", cp);
		if (n > 1 && amp_utf8_decode(bytes, bytes + n - 1, &back) != 0) fail_msg("U+%04X cut", cp);
	}
}

static void json_out(void **state)
{
	struct amp_buf b;
	struct amp_jsonw w;

	(void)state;
	amp_buf_init(&b, 1000);
	amp_jsonw_start(&w, &b);
	amp_jsonw_object(&w);
	amp_jsonw_kstr(&w, "a", AMP_STR("q\"\\\n\x01é"));
	amp_jsonw_kstr(&w, "none", AMP_STR_ABSENT);
	amp_jsonw_key(&w, "list");
	amp_jsonw_array(&w);
	amp_jsonw_i64(&w, INT64_MIN);
	amp_jsonw_double(&w, 0.1);
	amp_jsonw_double(&w, 1.0 / 3.0);
	amp_jsonw_bool(&w, true);
	amp_jsonw_end_array(&w);
	amp_jsonw_ktime(&w, "t", 0);
	amp_jsonw_end_object(&w);
	assert_string_equal(
		b.p, "{\"a\":\"q\\\"\\\\\\n\\u0001é\",\"none\":null,\"list\":[-9223372036854775808,0.1,0.3333333333333333,true],"
		     "\"t\":\"1970-01-01T00:00:00.000Z\"}");
	amp_buf_reset(&b);
	amp_jsonw_start(&w, &b);
	amp_jsonw_double(&w, 1e308 * 10);
	assert_string_equal(b.p, "null");
	amp_buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(integers),
		cmocka_unit_test(searching),
		cmocka_unit_test(percent_encoded_texts_are_the_same),
		cmocka_unit_test(suggestions),
		cmocka_unit_test(buffers_keep_their_cap),
		cmocka_unit_test(utf8_repair),
		cmocka_unit_test(utf8_prefix_by_blocks),
		cmocka_unit_test(utf8_every_code_point),
		cmocka_unit_test(json_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

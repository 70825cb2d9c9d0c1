/* test_fetch_decode.c: transfer and content codings: whole, broken, lying, blown up. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>
#include <cmocka.h>
#include "base/arena.h"
#include "base/mem.h"
#include "fetch/internal.h"

static void test_chunks(void **state)
{
	(void)state;
	static const struct {
		const char *in, *out;
		bool whole;
	} rows[] = {
		{"5\r\nhello\r\n0\r\n\r\n", "hello", true},
		{"5\nhello\n0\n\n", "hello", true}, /* bare line feeds */
		{"5;a=b;c=\"d\"\r\nhello\r\n0;x\r\nTrailer: y\r\n\r\n", "hello", true},
		{"0005\r\nhello\r\n000\r\n\r\n", "hello", true},
		{"A\r\n0123456789\r\n1\r\nx\r\n0\r\n\r\n", "0123456789x", true},
		{"0\r\n\r\n", "", true},
		{"0\r\n", "", true},
		{"5\r\nhello\r\n0\r\n\r\nrubbish", "hello", true},
		{"5 \r\nhello\r\n0\r\n\r\n", "hello", true},
		{"5\r\nhello\r\n", "hello", false},
		{"5\r\nhel", "hel", false},
		{"5\r\nhello", "hello", false},
		{"5\r\nhelloXX0\r\n\r\n", "hello", false},
		{"5", "", false},
		{"", "", false},
		{"zz\r\n", "", false},
		{"-1\r\nx\r\n", "", false},
		{"\r\n", "", false},
		{"0x5\r\nhello\r\n0\r\n\r\n", "", false},
		{"fffffffffffffffff\r\nx", "", false},
		{"7fffffffffffffff\r\nx", "", false},
		{"3ffffffffffffff\r\nx", "x", false},
		{"5\r\nhello\r\nq\r\n", "hello", false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct amp_buf out;
		amp_buf_init(&out, 100);
		const char *why = amp_dechunk(amp_str_c(rows[i].in), &out);
		if ((why == NULL) != rows[i].whole || !amp_str_eq_c(amp_buf_str(&out), rows[i].out))
			fail_msg("row %zu: \"%s\" gave \"%.*s\" (%s)", i, rows[i].in, AMP_ARG(amp_buf_str(&out)),
			         why == NULL ? "whole" : why);
		amp_buf_free(&out);
	}
}

/* bits: 31 gzip, 15 zlib, -15 raw */
static size_t squeeze(int bits, const void *p, size_t n, char *out, size_t size)
{
	z_stream z = {0};
	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
	z.next_in = (Bytef *)(uintptr_t)p;
	z.avail_in = (uInt)n;
	z.next_out = (Bytef *)out;
	z.avail_out = (uInt)size;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	return size - z.avail_out;
}

static char raw[400000];

static struct amp_decoded decode(struct amp_arena *arena, const char *headers, const void *body, size_t n, size_t max)
{
	struct amp_decoded d;
	struct amp_err err = {0};
	size_t head = (size_t)snprintf(raw, sizeof raw, "HTTP/1.1 200 OK\r\n%s\r\n", headers);
	assert_true(head + n <= sizeof raw);
	memcpy(raw + head, body, n);
	if (amp_fetch_decode((struct amp_str){raw, head + n}, head, max, arena, &d, &err) != 0) fail_msg("%s", err.text);
	assert_int_equal(d.truncated, d.truncated_why != NULL);
	return d;
}

static void test_codings(void **state)
{
	(void)state;
	static char text[50000], z[60000], zz[60000];
	struct amp_arena *a = amp_arena_new(0);
	uint32_t seed = 1;
	for (size_t i = 0; i < sizeof text; i++) {
		seed = seed * 1103515245u + 12345u;
		text[i] = (char)('a' + (seed >> 16) % 26);
	}
	static const struct {
		int bits;
		const char *header;
	} good[] = {{31, "Content-Encoding: gzip\r\n"},
	            {31, "content-encoding: x-gzip\r\n"},
	            {31, "Content-Encoding: identity, GZIP\r\n"},
	            {15, "Content-Encoding: deflate\r\n"},
	            {-15, "Content-Encoding: deflate\r\n"}};
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		size_t n = squeeze(good[i].bits, text, sizeof text, z, sizeof z);
		struct amp_decoded d = decode(a, good[i].header, z, n, 1 << 20);
		assert_false(d.truncated);
		assert_int_equal(d.entity.n, n);
		assert_int_equal(d.body.n, sizeof text);
		assert_memory_equal(d.body.p, text, sizeof text);
		/* exactly at the bound it is whole, one below it is cut there */
		d = decode(a, good[i].header, z, n, sizeof text);
		assert_false(d.truncated);
		d = decode(a, good[i].header, z, n, sizeof text - 1);
		assert_true(d.truncated);
		assert_int_equal(d.body.n, sizeof text - 1);
		assert_memory_equal(d.body.p, text, sizeof text - 1);
		/* half of it: a prefix, and it says so */
		d = decode(a, good[i].header, z, n / 2, 1 << 20);
		assert_true(d.truncated);
		assert_in_range(d.body.n, 20000, 30000);
		assert_memory_equal(d.body.p, text, d.body.n);
		/* one byte flipped in the middle: never called whole (raw deflate has no checksum, so a flip there may pass) */
		z[n / 2] ^= 0x10;
		d = decode(a, good[i].header, z, n, 1 << 20);
		if (good[i].bits != -15) assert_true(d.truncated);
	}
	/* twice */
	size_t n = squeeze(31, text, sizeof text, z, sizeof z);
	size_t m = squeeze(31, z, n, zz, sizeof zz);
	struct amp_decoded d = decode(a, "Content-Encoding: gzip\r\nContent-Encoding: gzip\r\n", zz, m, 1 << 20);
	assert_string_equal(d.content_coding, "gzip,gzip");
	assert_false(d.truncated);
	assert_int_equal(d.body.n, sizeof text);
	assert_memory_equal(d.body.p, text, sizeof text);
	/* said twice, done once */
	d = decode(a, "Content-Encoding: gzip, gzip\r\n", z, n, 1 << 20);
	assert_true(d.truncated);
	assert_int_equal(d.body.n, sizeof text);
	assert_memory_equal(d.body.p, text, sizeof text);
	/* members, padding after them, and an empty one */
	n = squeeze(31, text, 100, z, sizeof z);
	n += squeeze(31, "", 0, z + n, sizeof z - n);
	n += squeeze(31, text + 100, 900, z + n, sizeof z - n);
	memset(z + n, 0, 512);
	d = decode(a, "Content-Encoding: gzip\r\n", z, n + 512, 1 << 20);
	assert_false(d.truncated);
	assert_int_equal(d.body.n, 1000);
	assert_memory_equal(d.body.p, text, 1000);
	d = decode(a, "Content-Encoding: gzip\r\n", z, n - 10, 1 << 20); /* the last member is cut */
	assert_true(d.truncated);
	assert_in_range(d.body.n, 100, 1000);
	amp_arena_free(a);
}

static void test_odd(void **state)
{
	(void)state;
	struct amp_arena *a = amp_arena_new(0);
	struct amp_decoded d = decode(a, "Content-Encoding: gzip\r\n", "{\"plain\":1}", 11, 1000);
	assert_true(d.truncated); /* not in the coding that it names, but readable */
	assert_true(amp_str_eq_c(d.body, "{\"plain\":1}"));
	d = decode(a, "Content-Encoding: br\r\n", "abc", 3, 1000);
	assert_true(d.unasked_coding);
	assert_int_equal(d.body.n, 0);
	assert_int_equal(d.entity.n, 3);
	assert_string_equal(d.content_coding, "br");
	d = decode(a, "Content-Encoding: gzip, zstd\r\n", "abc", 3, 1000);
	assert_true(d.unasked_coding);
	d = decode(a, "Content-Encoding: gzip, gzip, gzip, gzip\r\n", "abc", 3, 1000);
	assert_true(d.unasked_coding);
	d = decode(a, "Content-Encoding: gzip\r\n", "", 0, 1000);
	assert_false(d.truncated);
	assert_int_equal(d.body.n, 0);
	d = decode(a, "Content-Length: 10\r\n", "abc", 3, 1000);
	assert_true(d.truncated);
	assert_int_equal(d.body.n, 3);
	d = decode(a, "Content-Length: 3\r\nContent-Length: 4\r\n", "abc", 3, 1000);
	assert_true(d.truncated);
	d = decode(a, "Content-Length: 3\r\nContent-Length: 3\r\n", "abc", 3, 1000);
	assert_false(d.truncated);
	d = decode(a, "Transfer-Encoding: chunked\r\nContent-Length: 99\r\n", "3\r\nabc\r\n0\r\n\r\n", 13,
	           1000); /* RFC 9112, 6.3: chunked wins */
	assert_false(d.truncated);
	assert_true(amp_str_eq_c(d.body, "abc"));
	d = decode(a, "Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n9\r\nd", 12, 1000);
	assert_true(d.truncated);
	assert_true(amp_str_eq_c(d.body, "abcd"));
	d = decode(a, "", "abcdef", 6, 4); /* the bound holds for what is not coded, too */
	assert_true(d.truncated);
	assert_int_equal(d.body.n, 4);
	assert_int_equal(d.entity.n, 6);
	struct amp_err err = {0};
	assert_int_equal(amp_fetch_decode(AMP_STR("abc"), 4, 100, a, &d, &err), AMP_EFORMAT);
	assert_int_equal(amp_fetch_decode(AMP_STR("{\"file\":1}"), 0, 100, a, &d, &err),
	                 0); /* an ingested file has no header block */
	assert_true(amp_str_eq_c(d.body, "{\"file\":1}"));
	assert_int_equal(amp_fetch_decode(AMP_STR_ABSENT, 0, 100, a, &d, &err), 0);
	assert_int_equal(d.body.n, 0);
	amp_arena_free(a);
}

/* 50 MB of zeros in 50 KB: never more memory than the bound asks for. */
static void test_bomb(void **state)
{
	(void)state;
	static char z[390000], zeros[1 << 16];
	z_stream s = {0};
	assert_int_equal(deflateInit2(&s, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
	s.next_out = (Bytef *)z;
	s.avail_out = sizeof z;
	for (int i = 0; i < 800; i++) {
		s.next_in = (Bytef *)zeros;
		s.avail_in = sizeof zeros;
		assert_int_equal(deflate(&s, i == 799 ? Z_FINISH : Z_NO_FLUSH), i == 799 ? Z_STREAM_END : Z_OK);
	}
	size_t n = sizeof z - s.avail_out;
	deflateEnd(&s);
	struct amp_arena *a = amp_arena_new(0);
	struct amp_decoded d = decode(a, "Content-Encoding: gzip\r\n", z, n, 1 << 20);
	assert_true(d.truncated);
	assert_int_equal(d.body.n, 1 << 20);
	assert_true(amp_arena_used(a) < (3u << 20));
	amp_arena_free(a);
}

static void test_headers(void **state)
{
	(void)state;
	struct amp_str block = AMP_STR("HTTP/1.1 200 OK\r\nA: 1\r\nFolded: x\r\n  y\r\nNo colon here\r\n:empty\r\na: 2\r\nLast:3"),
		       name, value;
	assert_int_equal(amp_headers_status(block), 200);
	assert_true(amp_str_eq_c(amp_headers_get(block, "a"), "1"));
	assert_true(amp_str_eq_c(amp_headers_get(block, "FOLDED"), "x\r\n  y"));
	assert_true(amp_str_eq_c(amp_headers_get(block, "last"), "3"));
	assert_null(amp_headers_get(block, "b").p);
	int n = 0;
	for (size_t at = 0; amp_headers_next(block, &at, &name, &value);) n++;
	assert_int_equal(n, 5);
	assert_int_equal(amp_headers_status(AMP_STR("HTTP/1.1 2x0 OK\r\n")), 0);
	assert_int_equal(amp_headers_status(AMP_STR("HTTP/1.1 20")), 0);
	assert_int_equal(amp_headers_status(AMP_STR("ICY 200 OK\r\n\r\n")), 0);
	assert_int_equal(amp_headers_status(AMP_STR("HTTP/2 204\r\n\r\n")), 204);
	assert_null(amp_headers_get(AMP_STR_ABSENT, "b").p);
}

static void test_masks(void **state)
{
	(void)state;
	static const struct amp_header headers[] = {
		{"X-Key", "abcdefgh", true}, {"X-Open", "opensesame", false}, {NULL, NULL, false}};
	static const char *const query[] = {"key", "sig", NULL};
	static const struct {
		const char *in, *out, *masked;
		int cookies;
	} rows[] = {
		{"GET /?key=1&a=b HTTP/1.1\r\nAuthorization: Basic eHl6\r\n\r\n",
	         "GET /?key=*&a=b HTTP/1.1\r\nAuthorization: **********\r\n\r\n", "authorization,query:key", 0},
		{"GET / HTTP/1.1\r\nCookie: a=1; bb=22;c\r\nX-Open: opensesame\r\n\r\n",
	         "GET / HTTP/1.1\r\nCookie: a=*; bb=**;*\r\nX-Open: opensesame\r\n\r\n", "cookie", 3},
		{"HTTP/1.1 200 OK\r\nSet-Cookie: s=abc; Path=/; Max-Age=5\r\nset-cookie: t=; Secure\r\n\r\n",
	         "HTTP/1.1 200 OK\r\nSet-Cookie: s=***; Path=/; Max-Age=5\r\nset-cookie: t=; Secure\r\n\r\n", "set-cookie", 2},
		{"HTTP/1.1 200 OK\r\nLink: <https://x.example/?sig=ab&p=2>; rel=\"next\"\r\nLocation: /x?%6bey=zz#access_token=q\r\n\r\n",
	         "HTTP/1.1 200 OK\r\nLink: <https://x.example/?sig=**&p=2>; rel=\"next\"\r\nLocation: /x?%6bey=**#access_token=*\r\n\r\n",
	         "query:sig,query:key,query:access_token", 0},
		{"HTTP/1.1 200 OK\r\nx-key: abcdefgh\r\nX-Debug: you sent abcdefgh.\r\n\r\n",
	         "HTTP/1.1 200 OK\r\nx-key: ********\r\nX-Debug: you sent ********.\r\n\r\n", "x-key", 0},
		/* another name, an encoding, a JSON text, a percent sign of its own */
		{"GET /abcdefgh?u=%61bcdefg%68&v=a%2Fb%252Fc%22d&w=a\\/b%2Fc\\u0022d&x=abcdefg HTTP/1.1\r\n\r\n",
	         "GET /********?u=************&v=***************&w=***************&x=abcdefg HTTP/1.1\r\n\r\n", "x-key,query:t", 0},
		{"GET /?monkey=1&keys=2&keyless HTTP/1.1\r\n\r\n", "GET /?monkey=1&keys=2&keyless HTTP/1.1\r\n\r\n", "", 0},
		{"GET /?key= HTTP/1.1\r\nAuthorization:\r\n\r\n", "GET /?key= HTTP/1.1\r\nAuthorization:\r\n\r\n",
	         "authorization,query:key", 0},
	};
	static char key[] = "x-key", word[] = "abcdefgh", other[] = "query:t", slashed[] = "a/b%2Fc\"d";
	static const struct amp_secret values[] = {{key, word}, {other, slashed}, {NULL, NULL}};
	const struct amp_secrets s = {headers, query, values};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char text[512], masked[256] = "";
		snprintf(text, sizeof text, "%s", rows[i].in);
		assert_int_equal(amp_mask_headers(text, strlen(text), &s, masked, sizeof masked), rows[i].cookies);
		assert_string_equal(text, rows[i].out);
		assert_string_equal(masked, rows[i].masked);
	}
	char small[8] = "";
	amp_mask_note(small, sizeof small, "abc");
	amp_mask_note(small, sizeof small, "abc");
	amp_mask_note(small, sizeof small, "ab");
	amp_mask_note(small, sizeof small, "x");
	assert_string_equal(small, "abc,ab"); /* what does not fit is left out, not cut */
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_chunks),  cmocka_unit_test(test_codings),
	                                   cmocka_unit_test(test_odd),     cmocka_unit_test(test_bomb),
	                                   cmocka_unit_test(test_headers), cmocka_unit_test(test_masks)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* decode.c: from the bytes as received to the document: transfer coding (RFC 9112, 7.1), then content codings (RFC 9110, 8.4.1).
 *
 * libcurl is told to do neither, so that the evidence is what came over the wire. The same function serves the live fetch and
 * the archive's re-reading, so that both give the same bytes. libdeflate does the work (2-3 times zlib's speed, measured); where
 * it refuses, zlib streams what can be read, and the result says that it was cut.
 */
#include <libdeflate.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>
#include "base/i18n.h"
#include "container/http.h"
#include "container/zlib_memory.h"

#define MAX_CODINGS 3 /* "gzip, gzip" exists; more is an attack */

static const char WHY_BOUND[] = N_("the decoded body is over the bound");
static const char WHY_CODING[] = N_("the content coding breaks off or is damaged");
static const char WHY_NOT_CODED[] = N_("the body is not in the content coding that its header names");
static const char WHY_SHORT[] = N_("the body is shorter than its Content-Length");
static const char WHY_LENGTHS[] = N_("the response has two different Content-Length fields");
static const char WHY_CHUNK_CUT[] = N_("the chunked body ends before its last chunk");
static const char WHY_CHUNK_BAD[] = N_("a chunk has no valid length");

static bool skip_line(struct amp_str in, size_t *at)
{
	const char *lf = memchr(in.p + *at, '\n', in.n - *at);
	if (lf == NULL) return false;
	*at = (size_t)(lf - in.p) + 1;
	return true;
}

const char *amp_dechunk(struct amp_str in, struct amp_buf *out)
{
	size_t at = 0;
	for (;;) {
		uint64_t length = 0;
		size_t digits = 0;
		for (; at < in.n; at++, digits++) {
			int v = amp_hex_value((unsigned char)in.p[at]);
			if (v < 0) break;
			if (length >> 58 != 0) return WHY_CHUNK_BAD;
			length = length * 16 + (uint64_t)v;
		}
		if (at >= in.n) return WHY_CHUNK_CUT;
		int c = (unsigned char)in.p[at]; /* extensions are skipped */
		if (digits == 0 || (c != ';' && c != '\r' && c != '\n' && c != ' ' && c != '\t')) return WHY_CHUNK_BAD;
		if (!skip_line(in, &at)) return WHY_CHUNK_CUT;
		if (length == 0) return NULL; /* trailer fields, if any, stay in the evidence */
		size_t take = length < in.n - at ? (size_t)length : in.n - at;
		if (amp_buf_add(out, in.p + at, take) != 0) return WHY_BOUND;
		at += take;
		if (take < length || at >= in.n) return WHY_CHUNK_CUT;
		if (in.p[at] == '\r') at++;
		if (at >= in.n) return WHY_CHUNK_CUT;
		if (in.p[at] != '\n') return WHY_CHUNK_BAD;
		at++;
	}
}

enum coding { IDENTITY, GZIP, DEFLATE_ZLIB, DEFLATE_RAW, UNKNOWN };

static bool gzip_magic(struct amp_str s)
{
	return s.n >= 2 && (uint8_t)s.p[0] == 0x1f && (uint8_t)s.p[1] == 0x8b;
}
/* RFC 1950, 2.2: method 8 and a check value. Many servers send raw deflate instead, and browsers read both. */
static bool zlib_magic(struct amp_str s)
{
	return s.n >= 2 && (s.p[0] & 0x0f) == 8 && ((unsigned)(uint8_t)s.p[0] * 256 + (uint8_t)s.p[1]) % 31 == 0;
}

/* Streams as much as can be read of one stream or several gzip members, up to max bytes. */
static int salvage(enum coding coding, struct amp_str in, size_t max, struct amp_buf *out, const char **why, struct amp_err *err)
{
	z_stream z = {AMP_ZLIB_MEMORY};
	int bits = coding == GZIP ? 15 + 16 : coding == DEFLATE_ZLIB ? 15 : -15;
	if (inflateInit2(&z, bits) != Z_OK) return amp_fail(err, AMP_ENOMEM, _("Out of memory while decoding a response."));
	amp_buf_reset(out);
	/* zlib's next_in is not const, but it only reads */
	z.next_in = (Bytef *)(uintptr_t)in.p;
	z.avail_in = in.n > UINT32_MAX ? UINT32_MAX : (uInt)in.n;
	*why = WHY_CODING;
	int rc = 0;
	for (;;) {
		size_t room = max - out->n < 65536 ? max - out->n : 65536;
		if (room == 0) {
			*why = WHY_BOUND;
			break;
		}
		if (amp_buf_reserve(out, room) != 0) {
			if (out->failed == AMP_ENOMEM)
				rc = amp_fail(err, AMP_ENOMEM, _("Out of memory while decoding a response."));
			else
				*why = WHY_BOUND;
			break;
		}
		z.next_out = (Bytef *)out->p + out->n;
		z.avail_out = (uInt)room;
		int zrc = inflate(&z, Z_NO_FLUSH);
		out->n += room - z.avail_out;
		if (zrc == Z_STREAM_END) {
			struct amp_str rest = {(const char *)z.next_in, z.avail_in};
			if (coding == GZIP && gzip_magic(rest) && inflateReset(&z) == Z_OK) continue;
			*why = NULL;
			break;
		}
		if (zrc != Z_OK || (z.avail_in == 0 && z.avail_out > 0)) break;
	}
	inflateEnd(&z);
	if (out->p != NULL) out->p[out->n] = '\0';
	return rc;
}

/* libdeflate in one go; *done false when it refuses, for whatever reason. */
static int inflate_fast(struct libdeflate_decompressor *d, enum coding coding, struct amp_str in, size_t max, struct amp_buf *out,
                        bool *done)
{
	amp_buf_reset(out);
	*done = false;
	do {
		/* A gzip member ends with its length modulo 2^32: right in nearly every case, and never trusted beyond 64 : 1. */
		size_t guess = in.n < max / 6 ? in.n * 6 : max;
		if (coding == GZIP && in.n >= 18) {
			const uint8_t *t = (const uint8_t *)in.p + in.n - 4;
			size_t said = (size_t)t[0] | (size_t)t[1] << 8 | (size_t)t[2] << 16 | (size_t)t[3] << 24;
			if (said / 64 <= in.n) guess = said;
		}
		if (guess < 256) guess = 256;
		size_t used = 0, made = 0;
		enum libdeflate_result r;
		for (;;) {
			if (guess > max - out->n) guess = max - out->n;
			if (amp_buf_reserve(out, guess + 1) != 0) return out->failed == AMP_ENOMEM ? AMP_ENOMEM : 0;
			char *to = out->p + out->n;
			if (coding == GZIP)
				r = libdeflate_gzip_decompress_ex(d, in.p, in.n, to, guess, &used, &made);
			else if (coding == DEFLATE_ZLIB)
				r = libdeflate_zlib_decompress_ex(d, in.p, in.n, to, guess, &used, &made);
			else
				r = libdeflate_deflate_decompress_ex(d, in.p, in.n, to, guess, &used, &made);
			if (r != LIBDEFLATE_INSUFFICIENT_SPACE || guess >= max - out->n) break;
			guess = guess > max / 2 ? max : guess * 2;
		}
		if (r != LIBDEFLATE_SUCCESS) return 0;
		out->n += made;
		in = (struct amp_str){in.p + used, in.n - used};
	} while (coding == GZIP &&
	         gzip_magic(in)); /* several members are one body (RFC 1952, 2.2); padding after them is ignored */
	out->p[out->n] = '\0';
	*done = true;
	return 0;
}

static int undo(enum coding coding, struct amp_str in, size_t max, struct amp_buf *out, const char **why, struct amp_err *err)
{
	bool done = false;
	libdeflate_set_memory_allocator(amp_malloc, amp_free);
	struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
	int rc = d == NULL ? AMP_ENOMEM : inflate_fast(d, coding, in, max, out, &done);
	if (d != NULL) libdeflate_free_decompressor(d);
	if (rc != 0) return amp_fail(err, rc, _("Out of memory while decoding a response."));
	if (done) return 0;
	return salvage(coding, in, max, out, why, err);
}

static enum coding coding_named(struct amp_str name)
{
	if (name.n == 0 || amp_str_ieq_c(name, "identity")) return IDENTITY;
	if (amp_str_ieq_c(name, "gzip") || amp_str_ieq_c(name, "x-gzip")) return GZIP;
	/* never asked for, but common and without doubt: read, not refused */
	return amp_str_ieq_c(name, "deflate") ? DEFLATE_ZLIB : UNKNOWN;
}

/* All Content-Encoding fields, in the order they were applied. Returns how many, or -1 when one is not ours. */
static int codings(struct amp_str block, enum coding out[MAX_CODINGS], char *text, size_t size)
{
	struct amp_str name, value;
	int n = 0;
	bool unknown = false;
	text[0] = '\0';
	for (size_t at = 0; amp_headers_next(block, &at, &name, &value);) {
		if (!amp_str_ieq_c(name, "content-encoding")) continue;
		while (value.p != NULL) {
			struct amp_str one = amp_str_trim(amp_str_cut(&value, ','));
			enum coding c = coding_named(one);
			if (c == IDENTITY) continue;
			size_t used = strlen(text);
			snprintf(text + used, size - used, "%s%.*s", used > 0 ? "," : "", AMP_ARG(one));
			if (c == UNKNOWN || n == MAX_CODINGS)
				unknown = true;
			else
				out[n++] = c;
		}
	}
	for (char *c = text; *c != '\0'; c++)
		if (*c < ' ' || *c > '~') *c = '?'; /* it is going to be stored and printed */
	return unknown ? -1 : n;
}

static const char *check_length(struct amp_str block, size_t got)
{
	struct amp_str name, value;
	int64_t length = -1, one = 0;
	int status = amp_headers_status(block);
	if (status == 204 || status == 304) return NULL; /* RFC 9110, 8.6: the length of a body that is not sent */
	for (size_t at = 0; amp_headers_next(block, &at, &name, &value);) {
		if (!amp_str_ieq_c(name, "content-length") || !amp_str_i64(value, &one) || one < 0) continue;
		if (length >= 0 && one != length) return WHY_LENGTHS;
		length = one;
	}
	return length >= 0 && (uint64_t)length > got ? WHY_SHORT : NULL;
}

int amp_decode(struct amp_str raw, size_t header_bytes, size_t max_decoded, struct amp_buf *entity, struct amp_buf *plain,
               struct amp_decoded *out, struct amp_err *err)
{
	memset(out, 0, sizeof *out);
	if (raw.p == NULL) raw = AMP_STR("");
	if (header_bytes > raw.n) return amp_fail(err, AMP_EFORMAT, _("A response is shorter than its own header block."));
	struct amp_str block = {raw.p, header_bytes};
	struct amp_str body = {raw.p + header_bytes, raw.n - header_bytes};
	const char *why = NULL;
	struct amp_str te = amp_headers_get(block, "transfer-encoding");
	if (te.p != NULL && amp_str_ifind(te, "chunked") != NULL) {
		amp_buf_reset(entity);
		why = amp_dechunk(body, entity);
		if (entity->failed == AMP_ENOMEM) return amp_fail(err, AMP_ENOMEM, _("Out of memory while decoding a response."));
		body = amp_buf_str(entity);
	} else if (header_bytes > 0) {
		why = check_length(block, body.n);
	}
	out->entity = body;
	enum coding chain[MAX_CODINGS] = {IDENTITY};
	int n = codings(block, chain, out->content_coding, sizeof out->content_coding);
	if (n < 0) {
		out->unasked_coding = true;
		out->body = (struct amp_str){body.p, 0}; /* nothing that anyone could read */
	} else {
		/* two buffers in turn: the entity must stay as it is */
		struct amp_buf spare;
		amp_buf_init(&spare, max_decoded + 65536);
		struct amp_buf *to = (n & 1) != 0 ? plain : &spare, *other = to == plain ? &spare : plain;
		for (int i = n - 1; i >= 0 && body.n > 0; i--) {
			enum coding c = chain[i];
			if (c == DEFLATE_ZLIB && !zlib_magic(body)) c = DEFLATE_RAW;
			if (c == GZIP && !gzip_magic(body)) {
				if (why == NULL) why = WHY_NOT_CODED;
				break;
			}
			const char *broke = NULL;
			int rc = undo(c, body, max_decoded, to, &broke, err);
			if (rc != 0) {
				amp_buf_free(&spare);
				return rc;
			}
			if (broke != NULL) why = broke;
			body = amp_buf_str(to);
			struct amp_buf *swap = to;
			to = other;
			other = swap;
		}
		if (spare.p != NULL && body.p == spare.p) { /* stopped half way */
			amp_buf_reset(plain);
			if (amp_buf_adds(plain, body) == 0)
				body = amp_buf_str(plain);
			else
				body.n = 0;
		}
		amp_buf_free(&spare);
		if (body.n > max_decoded) {
			body.n = max_decoded;
			why = WHY_BOUND;
		}
		out->body = body;
	}
	out->truncated = why != NULL;
	out->truncated_why = why == NULL ? NULL : _(why);
	return 0;
}

int amp_fetch_decode(struct amp_str raw, size_t header_bytes, size_t max_decoded, struct amp_arena *arena, struct amp_decoded *out,
                     struct amp_err *err)
{
	struct amp_buf entity, plain;
	amp_buf_init(&entity, raw.n + 1);
	amp_buf_init(&plain, max_decoded + 65536);
	int rc = amp_decode(raw, header_bytes, max_decoded, &entity, &plain, out, err);
	if (rc == 0) {
		bool same = out->body.p == out->entity.p && out->body.n == out->entity.n;
		if (entity.p != NULL && out->entity.p == entity.p) out->entity = amp_arena_str(arena, out->entity);
		if (same)
			out->body = out->entity;
		else if (plain.p != NULL && out->body.p == plain.p)
			out->body = amp_arena_str(arena, out->body);
		else if (entity.p != NULL && out->body.p == entity.p)
			out->body.p = out->entity.p; /* a prefix of it */
		if (out->entity.p == NULL || out->body.p == NULL)
			rc = amp_fail(err, AMP_ENOMEM, _("Out of memory while decoding a response."));
	}
	amp_buf_free(&entity);
	amp_buf_free(&plain);
	return rc;
}

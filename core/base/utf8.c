/* utf8.c: RFC 3629; repair replaces maximal subparts as Unicode chapter 3.9 recommends (and WHATWG decoders do). */
#include "base/utf8.h"

#include <string.h>

#include "base/buf.h"
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/* Length of the well-formed sequence at p, 0 if ill-formed; *part = bytes of the maximal ill-formed subpart (>= 1). */
static size_t sequence(const unsigned char *p, size_t left, size_t *part)
{
	unsigned c = p[0], lo = 0x80, hi = 0xBF;
	size_t need;

	*part = 1;
	if (c < 0x80) return 1;
	if (c >= 0xC2 && c <= 0xDF) {
		need = 2;
	} else if (c >= 0xE0 && c <= 0xEF) {
		need = 3;
		if (c == 0xE0) lo = 0xA0;
		if (c == 0xED) hi = 0x9F;
	} else if (c >= 0xF0 && c <= 0xF4) {
		need = 4;
		if (c == 0xF0) lo = 0x90;
		if (c == 0xF4) hi = 0x8F;
	} else {
		return 0;
	}
	for (size_t i = 1; i < need; i++) {
		if (i >= left || p[i] < lo || p[i] > hi) {
			*part = i;
			return 0;
		}
		lo = 0x80;
		hi = 0xBF;
	}
	return need;
}

static size_t ascii_run(const char *p, size_t n)
{
	size_t i = 0;

#if defined(__SSE2__)
	while (i + 16 <= n) {
		int high = _mm_movemask_epi8(_mm_loadu_si128((const __m128i *)(const void *)(p + i)));

		if (high != 0) return i + (size_t)__builtin_ctz((unsigned)high);
		i += 16;
	}
#endif
	while (i + 8 <= n) {
		uint64_t word;

		memcpy(&word, p + i, 8);
		if ((word & UINT64_C(0x8080808080808080)) != 0) break;
		i += 8;
	}
	while (i < n && (unsigned char)p[i] < 0x80) i++;
	return i;
}

size_t amp_utf8_valid_prefix(const char *p, size_t n)
{
	const unsigned char *u = (const unsigned char *)p;
	size_t i = 0, part;

	while (i < n) {
		size_t length;

		i += ascii_run(p + i, n - i);
		if (i >= n) break;
		/* accented letters: the common case of two bytes, without a call */
		if (u[i] >= 0xC2 && u[i] <= 0xDF && n - i >= 2 && (u[i + 1] & 0xC0) == 0x80) {
			i += 2;
			continue;
		}
		length = sequence(u + i, n - i, &part);
		if (length == 0) break;
		i += length;
		while (n - i >= 2 && u[i] >= 0x80) { /* scripts of several bytes a letter come in runs */
			length = sequence(u + i, n - i, &part);
			if (length == 0) return i;
			i += length;
		}
	}
	return i;
}

bool amp_utf8_valid(const char *p, size_t n)
{
	return amp_utf8_valid_prefix(p, n) == n;
}

size_t amp_utf8_decode(const char *p, const char *end, uint32_t *cp)
{
	static const unsigned char mask[5] = {0, 0x7F, 0x1F, 0x0F, 0x07};
	const unsigned char *u = (const unsigned char *)p;
	size_t part, length = p < end ? sequence(u, (size_t)(end - p), &part) : 0;
	uint32_t v;

	*cp = 0xFFFD;
	if (length == 0) return 0;
	v = u[0] & mask[length];
	for (size_t i = 1; i < length; i++) v = (v << 6) | (u[i] & 0x3Fu);
	*cp = v;
	return length;
}

size_t amp_utf8_encode(uint32_t cp, char out[4])
{
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xC0 | (cp >> 6));
		out[1] = (char)(0x80 | (cp & 0x3F));
		return 2;
	}
	if (cp < 0x10000) {
		if (cp >= 0xD800 && cp <= 0xDFFF) return 0;
		out[0] = (char)(0xE0 | (cp >> 12));
		out[1] = (char)(0x80 | ((cp >> 6) & 0x3F));
		out[2] = (char)(0x80 | (cp & 0x3F));
		return 3;
	}
	if (cp > 0x10FFFF) return 0;
	out[0] = (char)(0xF0 | (cp >> 18));
	out[1] = (char)(0x80 | ((cp >> 12) & 0x3F));
	out[2] = (char)(0x80 | ((cp >> 6) & 0x3F));
	out[3] = (char)(0x80 | (cp & 0x3F));
	return 4;
}

size_t amp_utf8_repair(struct amp_buf *out, const char *p, size_t n)
{
	size_t i = 0, repairs = 0;

	while (i < n) {
		size_t good = amp_utf8_valid_prefix(p + i, n - i), part = 1;

		(void)amp_buf_add(out, p + i, good);
		i += good;
		if (i >= n) break;
		(void)sequence((const unsigned char *)p + i, n - i, &part);
		(void)amp_buf_add(out, "\xEF\xBF\xBD", 3);
		repairs++;
		i += part;
	}
	return repairs;
}

size_t amp_utf8_length(struct amp_str s)
{
	size_t count = 0;

	for (size_t i = 0; i < s.n; i++) count += ((unsigned char)s.p[i] & 0xC0) != 0x80;
	return count;
}

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

#if defined(__SSE2__)
static unsigned at_least(__m128i v, unsigned char c)
{
	return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_max_epu8(v, _mm_set1_epi8((char)c)), v));
}

static unsigned equal(__m128i v, unsigned char c)
{
	return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_set1_epi8((char)c)));
}

/* Sixteen bytes at a character's start: how many of them are whole well-formed characters (13 to 16), 0 when some are not. A bit
 * a byte: continuation bytes must stand exactly where the lead bytes before them ask for them (RFC 3629 section 4). */
static size_t whole_block(const unsigned char *p)
{
	__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
	unsigned high = (unsigned)_mm_movemask_epi8(v);
	if (high == 0) return 16;
	unsigned c0 = at_least(v, 0xC0), c2 = at_least(v, 0xC2), e0 = at_least(v, 0xE0), f0 = at_least(v, 0xF0);
	unsigned lead2 = c2 & ~e0, lead3 = e0 & ~f0, lead4 = f0, rest = high & ~c0;
	unsigned cut = (lead2 & 0x8000u) | (lead3 & 0xC000u) | (lead4 & 0xE000u);
	size_t whole = cut ? (size_t)__builtin_ctz(cut) : 16;
	unsigned in = (1u << whole) - 1;
	lead2 &= in, lead3 &= in, lead4 &= in;
	unsigned wanted = (lead2 | lead3 | lead4) << 1 | (lead3 | lead4) << 2 | lead4 << 3;
	unsigned bad = ((c0 & ~c2) & in) | ((rest & in) ^ wanted);
	if (lead3 | lead4) { /* the second byte of some lead bytes has a smaller range */
		unsigned ninety = at_least(v, 0x90), a0 = at_least(v, 0xA0);
		bad |= (((equal(v, 0xE0) << 1) & ~a0) | ((equal(v, 0xED) << 1) & a0) | ((equal(v, 0xF0) << 1) & ~ninety) |
		        ((equal(v, 0xF4) << 1) & ninety) | at_least(v, 0xF5)) &
		       in;
	}
	return bad ? 0 : whole;
}
#endif

size_t amp_utf8_valid_prefix(const char *p, size_t n)
{
	const unsigned char *u = (const unsigned char *)p;
	size_t i = 0, part;

	while (i < n) {
		size_t length = 0;

#if defined(__SSE2__)
		if (n - i >= 16) length = whole_block(u + i);
		if (length != 0) {
			i += length;
			continue;
		}
#endif
		i += ascii_run(p + i, n - i);
		if (i >= n) break;
		length = sequence(u + i, n - i, &part);
		if (length == 0) break;
		i += length;
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

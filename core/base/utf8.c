/* utf8.c: RFC 3629; repair replaces maximal subparts as Unicode chapter 3.9 recommends (and WHATWG decoders do). */
#include "base/utf8.h"

#include <string.h>

#include "base/buf.h"
#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
#include <immintrin.h>
#define AVX2 __attribute__((target("avx2")))
#elif defined(__SSE2__)
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

#if defined(AVX2)
/* 32 bytes at once (Keiser and Lemire, "Validating UTF-8 in less than one instruction per byte", Software: Practice and Experience 51,
 * 2021): each pair of neighbours is looked up by three half bytes; a bit that is set in all three names what is wrong with it. */
enum {
	TOO_SHORT = 1, /* a lead byte or ASCII where a continuation must be */
	TOO_LONG = 2,  /* a continuation behind ASCII */
	OVERLONG_3 = 4,
	TOO_LARGE = 8,
	SURROGATE = 16,
	OVERLONG_2 = 32,
	TOO_LARGE_1000 = 64, /* F5 and above, and overlong with four bytes */
	TWO_CONTS = 128,
	CARRY = TOO_SHORT | TOO_LONG | TWO_CONTS,
	LARGE = CARRY | TOO_LARGE | TOO_LARGE_1000,
	NEXT = TOO_LONG | OVERLONG_2 | TWO_CONTS
};

AVX2 static inline __m256i table(const unsigned char t[16])
{
	return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)t));
}

struct wide {
	__m256i before, cut, error; /* the 32 bytes before; what they leave open; what was wrong so far */
};

AVX2 static inline void check_wide(struct wide *w, __m256i v)
{
	static const unsigned char first_high[16] = {TOO_LONG,
	                                             TOO_LONG,
	                                             TOO_LONG,
	                                             TOO_LONG,
	                                             TOO_LONG,
	                                             TOO_LONG,
	                                             TOO_LONG,
	                                             TOO_LONG,
	                                             TWO_CONTS,
	                                             TWO_CONTS,
	                                             TWO_CONTS,
	                                             TWO_CONTS,
	                                             TOO_SHORT | OVERLONG_2,
	                                             TOO_SHORT,
	                                             TOO_SHORT | OVERLONG_3 | SURROGATE,
	                                             TOO_SHORT | TOO_LARGE | TOO_LARGE_1000};
	static const unsigned char first_low[16] = {CARRY | OVERLONG_3 | OVERLONG_2 | TOO_LARGE_1000,
	                                            CARRY | OVERLONG_2,
	                                            CARRY,
	                                            CARRY,
	                                            CARRY | TOO_LARGE,
	                                            LARGE,
	                                            LARGE,
	                                            LARGE,
	                                            LARGE,
	                                            LARGE,
	                                            LARGE,
	                                            LARGE,
	                                            LARGE,
	                                            LARGE | SURROGATE,
	                                            LARGE,
	                                            LARGE};
	static const unsigned char second_high[16] = {TOO_SHORT,
	                                              TOO_SHORT,
	                                              TOO_SHORT,
	                                              TOO_SHORT,
	                                              TOO_SHORT,
	                                              TOO_SHORT,
	                                              TOO_SHORT,
	                                              TOO_SHORT,
	                                              NEXT | OVERLONG_3 | TOO_LARGE_1000,
	                                              NEXT | OVERLONG_3 | TOO_LARGE,
	                                              NEXT | SURROGATE | TOO_LARGE,
	                                              NEXT | SURROGATE | TOO_LARGE,
	                                              TOO_SHORT,
	                                              TOO_SHORT,
	                                              TOO_SHORT,
	                                              TOO_SHORT};
	const __m256i low = _mm256_set1_epi8(0x0F);
	__m256i joined = _mm256_permute2x128_si256(w->before, v, 0x21);
	__m256i one = _mm256_alignr_epi8(v, joined, 15), two = _mm256_alignr_epi8(v, joined, 14),
		three = _mm256_alignr_epi8(v, joined, 13);
	__m256i wrong = _mm256_and_si256(
		_mm256_and_si256(_mm256_shuffle_epi8(table(first_high), _mm256_and_si256(_mm256_srli_epi16(one, 4), low)),
	                         _mm256_shuffle_epi8(table(first_low), _mm256_and_si256(one, low))),
		_mm256_shuffle_epi8(table(second_high), _mm256_and_si256(_mm256_srli_epi16(v, 4), low)));
	/* a third or fourth byte must be a continuation behind another: TWO_CONTS is right there, and only there */
	__m256i third = _mm256_or_si256(_mm256_subs_epu8(two, _mm256_set1_epi8((char)(0xE0 - 0x80))),
	                                _mm256_subs_epu8(three, _mm256_set1_epi8((char)(0xF0 - 0x80))));
	third = _mm256_and_si256(third, _mm256_set1_epi8((char)0x80));
	w->error = _mm256_or_si256(w->error, _mm256_xor_si256(third, wrong));
	w->before = v;
}

AVX2 static void take_wide(struct wide *w, const char *p)
{
	static const unsigned char most[32] = {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,  255,  255,
	                                       255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0xEF, 0xDF, 0xBF};
	__m256i v = _mm256_loadu_si256((const __m256i *)(const void *)p);
	if (_mm256_movemask_epi8(v) == 0) { /* ASCII: only a character left open could be wrong */
		w->error = _mm256_or_si256(w->error, w->cut);
		w->cut = _mm256_setzero_si256();
		w->before = v;
		return;
	}
	check_wide(w, v);
	w->cut = _mm256_subs_epu8(v, _mm256_loadu_si256((const __m256i *)(const void *)most));
}

AVX2 static bool valid_wide(const char *p, size_t n)
{
	struct wide w = {_mm256_setzero_si256(), _mm256_setzero_si256(), _mm256_setzero_si256()};
	size_t i = 0;
	for (; n - i >= 32; i += 32) take_wide(&w, p + i);
	char tail[32] = {0};
	if (n > i) memcpy(tail, p + i, n - i);
	take_wide(&w, tail); /* zeros behind the end: a character that is cut there is one too short */
	__m256i wrong = _mm256_or_si256(w.error, w.cut);
	return _mm256_testz_si256(wrong, wrong) != 0;
}
#endif

bool amp_utf8_valid(const char *p, size_t n)
{
#if defined(AVX2)
	if (n >= 64 && __builtin_cpu_supports("avx2")) return valid_wide(p, n);
#endif
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

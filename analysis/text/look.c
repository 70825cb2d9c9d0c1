/* look.c: one look over the bytes of a folded text, 64 at a time: which steps of disguise.c have anything to do. */
#include <string.h>
#include "text/private.h"

/* What a byte may be in a word with signs. Bytes of longer characters pass for letters: the words decide. */
enum byte_class {
	BYTE_LETTER = 1,
	BYTE_DIGIT = 2,
	BYTE_SIGN = 4,
	BYTE_WORD = BYTE_LETTER | BYTE_DIGIT | BYTE_SIGN,
	BYTE_SCRIPT = 8, /* the first byte of a Greek or Cyrillic letter */
	BYTE_APART = 16  /* see separates() */
};

static const uint8_t CLASSES[256] = {
#define NO 0
#define AP BYTE_APART
#define LE BYTE_LETTER
#define DI BYTE_DIGIT
#define SI BYTE_SIGN
#define DS (BYTE_DIGIT | BYTE_SIGN)
#define LS (BYTE_LETTER | BYTE_SIGN) /* last bytes of the euro and pound signs */
#define SC (BYTE_LETTER | BYTE_SCRIPT)
#include "text/classes.def"
#undef NO
#undef AP
#undef LE
#undef DI
#undef SI
#undef DS
#undef LS
#undef SC
};

static uint8_t class_of(char c)
{
	return CLASSES[(unsigned char)c];
}

/* A sign before a letter or a digit, or a digit that may be a sign: `all` is what the bytes have together. */
static bool signs_inside(const char *p, size_t n, unsigned all)
{
	unsigned seen = 0;
	if ((all & BYTE_SIGN) == 0 || (all & BYTE_LETTER) == 0) return false;
	if ((all & BYTE_DIGIT) != 0) return true;
	for (size_t i = 0; i < n; i++) {
		unsigned class = class_of(p[i]);
		if ((seen & BYTE_SIGN) != 0 && (class & BYTE_LETTER) != 0) return true;
		seen |= class;
	}
	return false;
}

/* The end of the run of word bytes that starts at `at`; *all: what they have together. */
static size_t word_bytes(const char *p, size_t n, size_t at, unsigned *all)
{
	unsigned seen = 0;
	for (unsigned class; at < n; at++) {
		class = class_of(p[at]);
		if ((class & BYTE_WORD) == 0) break;
		seen |= class;
	}
	*all = seen;
	return at;
}

bool amp_next_signed(const char *p, size_t n, size_t base, uint64_t *bits, size_t *seen, size_t *word)
{
	for (; *bits != 0; *bits &= *bits - 1) {
		unsigned all;
		size_t at = base + amp_lowest_bit(*bits);
		if (at < *seen || (class_of(p[at]) & BYTE_WORD) == 0) continue;
		while (at > *seen && (class_of(p[at - 1]) & BYTE_WORD) != 0) at--;
		*word = at;
		*seen = word_bytes(p, n, at, &all);
		if (signs_inside(p + at, *seen - at, all)) return true;
	}
	return false;
}

/* One bit for each of 64 bytes. */
struct looked {
	uint64_t apart, signs;   /* separators of letters kept apart; digits and BYTE_SIGN, and some more that are in no word */
	uint64_t twice;          /* the same byte follows */
	uint64_t longer, inside; /* bytes of longer characters; all but the first of each */
	bool scripts;            /* any BYTE_SCRIPT */
};

/* 64 bytes and the one behind them. */
static inline void look_at(const char *p, struct looked *out)
{
	*out = (struct looked){0};
	for (unsigned i = 0; i < AMP_BLOCK; i += sizeof(amp_sixteen)) {
		amp_sixteen c = amp_sixteen_at(p + i);
		amp_sixteen apart = (amp_sixteen)(c == ' ') | (amp_sixteen)(c == '.') | (amp_sixteen)(c == '-') |
		                    (amp_sixteen)(c == '_') | (amp_sixteen)(c == '*');
		amp_sixteen signs = (amp_sixteen)(c - '0' <= '@' - '0') | (amp_sixteen)(c == '!') | (amp_sixteen)(c == '$') |
		                    (amp_sixteen)(c == '+') | (amp_sixteen)(c == '|');
		uint64_t longer = amp_sixteen_bits(c);
		if (longer != 0) {
			out->longer |= longer << i;
			out->inside |= amp_sixteen_bits((amp_sixteen)(c - 0x80 < 0x40)) << i;
			signs |= (amp_sixteen)(c == 0xa3) | (amp_sixteen)(c == 0xac);
			out->scripts = out->scripts || amp_sixteen_bits((amp_sixteen)(c - 0xcd < 8)) != 0;
		}
		out->apart |= amp_sixteen_bits(apart) << i;
		out->signs |= amp_sixteen_bits(signs) << i;
		out->twice |= amp_sixteen_bits((amp_sixteen)(c == amp_sixteen_at(p + i + 1))) << i;
	}
}

#if defined(AMP_WIDE)
/* A bit that both halves of a byte of ASCII have in these tables: separators (1 and 2), signs and digits (the others). */
#define APART_CLASSES 3
#define SIGN_CLASSES (4 | 8 | 16 | 32)
static const uint8_t LOW[16] = {1 | 8 | 16, 4 | 8, 8, 8, 4 | 8, 8, 8, 8, 8, 8, 1 | 8, 4 | 8, 8 | 32, 1 | 8, 1 | 8, 2 | 8};
static const uint8_t HIGH[16] = {[2] = 1 | 4, [3] = 8, [4] = 16, [5] = 2, [7] = 32};

AMP_WIDE static inline uint64_t bits_of(__m256i v)
{
	return (uint32_t)_mm256_movemask_epi8(v);
}

AMP_WIDE static inline void look_at_wide(const char *p, struct looked *out)
{
	const __m256i low = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)LOW)),
		      high = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)HIGH)),
		      nibble = _mm256_set1_epi8(0x0f), none = _mm256_setzero_si256();
	*out = (struct looked){0};
	for (unsigned i = 0; i < AMP_BLOCK; i += sizeof(__m256i)) {
		__m256i c = _mm256_loadu_si256((const __m256i *)(const void *)(p + i)),
			next = _mm256_loadu_si256((const __m256i *)(const void *)(p + i + 1));
		/* bytes over 127 have no low half, so no class */
		__m256i class = _mm256_and_si256(_mm256_shuffle_epi8(low, c),
		                                 _mm256_shuffle_epi8(high, _mm256_and_si256(_mm256_srli_epi16(c, 4), nibble)));
		uint64_t longer = bits_of(c);
		if (longer != 0) {
			out->longer |= longer << i;
			out->inside |= bits_of(_mm256_cmpgt_epi8(_mm256_set1_epi8((char)0xc0), c)) << i;
			out->signs |= bits_of(_mm256_or_si256(_mm256_cmpeq_epi8(c, _mm256_set1_epi8((char)0xa3)),
			                                      _mm256_cmpeq_epi8(c, _mm256_set1_epi8((char)0xac))))
			              << i;
			__m256i from = _mm256_sub_epi8(c, _mm256_set1_epi8((char)0xcd)); /* 0 to 7 */
			out->scripts =
				out->scripts || bits_of(_mm256_cmpeq_epi8(_mm256_min_epu8(from, _mm256_set1_epi8(7)), from)) != 0;
		}
		out->apart |= bits_of(_mm256_cmpgt_epi8(_mm256_and_si256(class, _mm256_set1_epi8(APART_CLASSES)), none)) << i;
		out->signs |= bits_of(_mm256_cmpgt_epi8(_mm256_and_si256(class, _mm256_set1_epi8(SIGN_CLASSES)), none)) << i;
		out->twice |= bits_of(_mm256_cmpeq_epi8(c, next)) << i;
	}
}
#endif

uint64_t amp_look_for_signs(const char *p, size_t n)
{
	char copy[AMP_LOOKED_BEHIND] = {0}; /* the block and the byte behind it */
	struct looked looked;
	if (n <= AMP_BLOCK) {
		memcpy(copy, p, n);
		p = copy;
	}
	look_at(p, &looked);
	return looked.signs;
}

/* Three of a drawn letter in a row among these: bits from `base` of bytes that the next one and the one behind it are like. */
AMP_INLINE bool any_drawn(const char *p, size_t n, size_t base, uint64_t bits)
{
	for (; bits != 0; bits &= bits - 1) {
		size_t at = base + amp_lowest_bit(bits);
		if (at + 2 < n && amp_is_drawn(p[at])) return true;
	}
	return false;
}

/* Separators that single characters stand before, each behind a separator of `behind`. Of a block: what the one before left is carried on. */
struct singles {
	uint64_t behind, byte[4]; /* the separators; first to fourth bytes of characters behind them */
};

AMP_INLINE uint64_t next_bits(uint64_t bits, uint64_t *before)
{
	uint64_t out = bits << 1 | *before >> 63;
	*before = bits;
	return out;
}

AMP_INLINE uint64_t single_characters(struct singles *s, uint64_t behind, uint64_t apart, uint64_t inside)
{
	uint64_t first = next_bits(behind, &s->behind) & ~apart, ends = next_bits(first, &s->byte[0]), bytes = ends;
	for (unsigned i = 1; i < 4; i++) {
		uint64_t more = bytes & inside;
		bytes = next_bits(more, &s->byte[i]);
		ends |= bytes;
	}
	return ends & apart;
}

AMP_INLINE void look_over(const char *p, size_t n, struct amp_needs *out, void (*look)(const char *, struct looked *))
{
	_Static_assert(AMP_JOINED_MIN == 4, "two single characters that have separators on both sides, and one more at each end");
	struct singles one = {.behind = UINT64_C(1) << 63}, two = {0}; /* the text's beginning stands apart */
	size_t seen = 0;
	uint64_t twice = 0; /* of the block before */
	for (size_t base = 0; base < n; base += AMP_BLOCK) {
		struct looked l;
		look(p + base, &l);
		if (n - base < AMP_BLOCK) l.twice &= (UINT64_C(1) << (n - base)) - 1;
		out->scripts = out->scripts || l.scripts;
		if (!out->signs && l.signs != 0) out->signs = amp_next_signed(p, n, base, &l.signs, &seen, &out->first_signs);
		uint64_t singles = single_characters(&one, l.apart, l.apart, l.inside);
		out->joins = out->joins || single_characters(&two, singles, l.apart, l.inside) != 0;
		if (!out->drawn)
			out->drawn = any_drawn(p, n, base, l.twice & l.twice >> 1) ||
			             (twice >> 63 != 0 && (l.twice & 1) != 0 && any_drawn(p, n, base - 1, 1));
		twice = l.twice;
	}
}

#if defined(AMP_WIDE)
AMP_WIDE static void look_over_wide(const char *p, size_t n, struct amp_needs *out)
{
	look_over(p, n, out, look_at_wide);
}
#endif

void amp_look_over(const char *p, size_t n, struct amp_needs *out)
{
#if defined(AMP_WIDE)
	if (amp_has_wide()) {
		look_over_wide(p, n, out);
		return;
	}
#endif
	look_over(p, n, out, look_at);
}

/* json_text.h: strings and repairs, between json.c and json_text.c only. */
#ifndef AMP_PARSE_JSON_TEXT_H
#define AMP_PARSE_JSON_TEXT_H
#include "parse/json.h"
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

struct amp_json_text {
	struct amp_str body;
	bool valid; /* the whole body is UTF-8: no string needs to be looked at again */
	struct amp_arena *arena;
	struct amp_json_doc *doc;
};

/* Counts a repair (or a duplicate key) and stores it while there is room. */
void amp_json_note(struct amp_json_text *t, const char *code, size_t offset);
/* The quote that ends the text at q, when no escape and no control character is met before it; else NULL: amp_json_read_string
 * reads it then. In a body that is all UTF-8 such a text is lent as it stands. */
static inline __attribute__((always_inline)) const char *amp_json_plain_end(const char *q, const char *end)
{
#if defined(__SSE2__)
	const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'), last_control = _mm_set1_epi8(0x1F);
	for (; end - q >= 16; q += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)q);
		__m128i hit = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, slash)),
		                           _mm_cmpeq_epi8(_mm_min_epu8(v, last_control), v));
		unsigned mask = (unsigned)_mm_movemask_epi8(hit);
		if (!mask) continue;
		q += __builtin_ctz(mask);
		return *q == '"' ? q : NULL;
	}
#endif
	while (q < end && *q != '"' && *q != '\\' && (unsigned char)*q >= 0x20) q++;
	return q < end && *q == '"' ? q : NULL;
}

/* *p at the opening quote; left behind the closing one. *cut: the body ended first. AMP_ELIMIT when the arena is used up. */
int amp_json_read_string(struct amp_json_text *t, const char **p, const char *end, struct amp_str *out, bool *repaired, bool *cut);
/* Keys of a closed object that a later one repeats get AMP_JSON_SHADOWED. */
void amp_json_mark_duplicates(struct amp_json_text *t, struct amp_json *object);

#endif

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
/* The common string, without an escape or a control character, in a valid body: lent, *p left behind its closing quote. False when
 * it is another one (or is cut): amp_json_read_string reads it then. */
static inline bool amp_json_plain_string(const struct amp_json_text *t, const char **p, const char *end, struct amp_str *out)
{
	const char *start = *p + 1, *q = start;
	if (!t->valid) return false;
#if defined(__SSE2__)
	const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'), last_control = _mm_set1_epi8(0x1F);
	for (; end - q >= 16; q += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)q);
		__m128i hit = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, slash)),
		                           _mm_cmpeq_epi8(_mm_min_epu8(v, last_control), v));
		unsigned mask = (unsigned)_mm_movemask_epi8(hit);
		if (!mask) continue;
		q += __builtin_ctz(mask);
		if (*q != '"') return false;
		*out = (struct amp_str){start, (size_t)(q - start)};
		*p = q + 1;
		return true;
	}
#endif
	while (q < end && *q != '"' && *q != '\\' && (unsigned char)*q >= 0x20) q++;
	if (q >= end || *q != '"') return false;
	*out = (struct amp_str){start, (size_t)(q - start)};
	*p = q + 1;
	return true;
}

/* *p at the opening quote; left behind the closing one. *cut: the body ended first. AMP_ELIMIT when the arena is used up. */
int amp_json_read_string(struct amp_json_text *t, const char **p, const char *end, struct amp_str *out, bool *repaired, bool *cut);
/* Keys of a closed object that a later one repeats get AMP_JSON_SHADOWED. */
void amp_json_mark_duplicates(struct amp_json_text *t, struct amp_json *object);

#endif

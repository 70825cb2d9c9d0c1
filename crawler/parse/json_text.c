/* json_text.c: the strings of a document. The common string (no escape, valid UTF-8) is lent from the body after one sweep of
 * 16 bytes a step; the others are decoded into the arena, where everything that no valid text may hold becomes U+FFFD.
 */
#include "parse/json_text.h"
#include <stdlib.h>
#include <string.h>
#include "base/utf8.h"
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#define SMALL_OBJECT 32 /* members that are compared pair by pair; larger objects are sorted */

void amp_json_note(struct amp_json_text *t, const char *code, size_t offset)
{
	struct amp_json_doc *doc = t->doc;
	if (strcmp(code, "duplicate_key") == 0)
		doc->duplicates++;
	else
		doc->repairs++;
	if (doc->n_notes == AMP_JSON_MAX_NOTES) return;
	if (!doc->notes) {
		doc->notes = amp_arena_new_array(t->arena, struct amp_json_note, AMP_JSON_MAX_NOTES);
		if (!doc->notes) return; /* the counters tell */
	}
	doc->notes[doc->n_notes++] = (struct amp_json_note){code, offset};
}

/* First byte of [p, end) that is a quote, a backslash or a control character; *high when bytes above 0x7F were passed. */
static const char *scan(const char *p, const char *end, bool *high)
{
#if defined(__SSE2__)
	const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'), last_control = _mm_set1_epi8(0x1F);
	int above = 0;
	while (end - p >= 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
		__m128i hit = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, slash)),
		                           _mm_cmpeq_epi8(_mm_min_epu8(v, last_control), v));
		int mask = _mm_movemask_epi8(hit);
		int top = _mm_movemask_epi8(v);
		if (mask) {
			int first = __builtin_ctz((unsigned)mask);
			*high = *high || above || (top & ((1 << first) - 1));
			return p + first;
		}
		above |= top;
		p += 16;
	}
	*high = *high || above;
#endif
	for (; p < end; p++) {
		unsigned char c = (unsigned char)*p;
		if (c == '"' || c == '\\' || c < 0x20) break;
		if (c >= 0x80) *high = true;
	}
	return p;
}

/* Length of the maximal ill-formed part at p (Unicode 15 table 3-8): what one U+FFFD stands for. */
static size_t ill_formed(const char *p, const char *end)
{
	unsigned char lead = (unsigned char)*p;
	size_t want = lead >= 0xF0 && lead <= 0xF4 ? 3 : lead >= 0xE0 && lead < 0xF0 ? 2 : lead >= 0xC2 && lead < 0xE0 ? 1 : 0;
	size_t n = 1;
	while (n <= want && p + n < end) {
		unsigned char c = (unsigned char)p[n];
		unsigned char low = 0x80, top = 0xBF;
		if (n == 1) {
			if (lead == 0xE0) low = 0xA0;
			if (lead == 0xED) top = 0x9F;
			if (lead == 0xF0) low = 0x90;
			if (lead == 0xF4) top = 0x8F;
		}
		if (c < low || c > top) break;
		n++;
	}
	return n;
}

static bool hex4(const char *p, const char *end, uint32_t *unit)
{
	if (end - p < 4) return false;
	*unit = 0;
	for (int i = 0; i < 4; i++) {
		int digit = amp_hex_value((unsigned char)p[i]);
		if (digit < 0) return false;
		*unit = *unit << 4 | (uint32_t)digit;
	}
	return true;
}

struct decoder {
	struct amp_json_text *t;
	char *out;
	size_t n;
	bool repaired;
};

static void replace(struct decoder *d, const char *code, const char *at)
{
	amp_json_note(d->t, code, (size_t)(at - d->t->body.p));
	memcpy(d->out + d->n, "\xEF\xBF\xBD", 3);
	d->n += 3;
	d->repaired = true;
}

/* A \u escape (p at the u), with its second half when it is a surrogate pair. Returns the bytes read behind the backslash. */
static size_t unicode_escape(struct decoder *d, const char *p, const char *end)
{
	uint32_t unit, low;
	const char *at = p - 1;
	if (!hex4(p + 1, end, &unit)) {
		amp_json_note(d->t, "invalid_escape", (size_t)(at - d->t->body.p));
		memcpy(d->out + d->n, "\\u", 2);
		d->n += 2;
		d->repaired = true;
		return 1;
	}
	if (unit == 0) {
		replace(d, "nul_character", at);
		return 5;
	}
	if (unit >= 0xD800 && unit <= 0xDFFF) {
		bool pair = unit < 0xDC00 && end - p >= 11 && p[5] == '\\' && p[6] == 'u' && hex4(p + 7, end, &low) &&
		            low >= 0xDC00 && low <= 0xDFFF;
		if (!pair) {
			replace(d, "lone_surrogate", at);
			return 5;
		}
		d->n += amp_utf8_encode(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00), d->out + d->n);
		return 11;
	}
	d->n += amp_utf8_encode(unit, d->out + d->n);
	return 5;
}

static size_t escape(struct decoder *d, const char *p, const char *end) /* p behind the backslash, p < end */
{
	static const char plain[128] = {
		['"'] = '"', ['\\'] = '\\', ['/'] = '/', ['b'] = '\b', ['f'] = '\f', ['n'] = '\n', ['r'] = '\r', ['t'] = '\t'};
	unsigned char c = (unsigned char)*p;
	if (c == 'u') return unicode_escape(d, p, end);
	if (c < sizeof plain && plain[c]) {
		d->out[d->n++] = plain[c];
		return 1;
	}
	/* not an escape of JSON: the backslash is kept as a character of its own, what follows is read as usual */
	amp_json_note(d->t, "invalid_escape", (size_t)(p - 1 - d->t->body.p));
	d->out[d->n++] = '\\';
	d->repaired = true;
	return 0;
}

static void decode(struct decoder *d, const char *p, const char *end)
{
	while (p < end) {
		unsigned char c = (unsigned char)*p;
		if (c == '\\') {
			p++;
			p += escape(d, p, end); /* a backslash is never the last byte: the scan skipped what follows it */
		} else if (c >= 0x80) {
			uint32_t cp;
			size_t n = amp_utf8_decode(p, end, &cp);
			if (n == 0) {
				replace(d, "invalid_utf8", p);
				p += ill_formed(p, end);
			} else {
				memcpy(d->out + d->n, p, n);
				d->n += n;
				p += n;
			}
		} else if (c == 0) {
			replace(d, "nul_character", p);
			p++;
		} else {
			if (c < 0x20) {
				amp_json_note(d->t, "control_character", (size_t)(p - d->t->body.p));
				d->repaired = true;
			}
			d->out[d->n++] = (char)c;
			p++;
		}
	}
}

int amp_json_read_string(struct amp_json_text *t, const char **pp, const char *end, struct amp_str *out, bool *repaired, bool *cut)
{
	const char *start = *pp + 1, *p = start;
	bool high = false, escaped = false, control = false;
	for (;;) {
		p = scan(p, end, &high);
		if (p >= end || *p == '"') break;
		if (*p == '\\') {
			escaped = true;
			if (end - p < 2) {
				p = end;
				break;
			}
			p++;
			/* what follows may itself be a bad byte: only a quote or a backslash must not be taken for itself */
			if (*p == '"' || *p == '\\') p++;
		} else {
			control = true;
			p++;
		}
	}
	*cut = p >= end;
	*pp = *cut ? end : p + 1;
	if (*cut) return 0;
	struct amp_str raw = {start, (size_t)(p - start)};
	bool valid = t->valid || !high || amp_utf8_valid(raw.p, raw.n);
	if (valid && !escaped && !control) {
		*out = raw;
		return 0;
	}
	/* only a bad byte or a raw NUL grows (one byte to three): every escape is longer than what it stands for */
	size_t room = valid && !control ? raw.n : raw.n * 3;
	struct decoder d = {.t = t, .out = amp_arena_alloc(t->arena, room + 1)};
	if (!d.out) return AMP_ELIMIT;
	decode(&d, raw.p, raw.p + raw.n);
	*out = (struct amp_str){d.out, d.n};
	*repaired = d.repaired;
	return 0;
}

static int compare_keys(const void *pa, const void *pb)
{
	const struct amp_json *a = *(const struct amp_json *const *)pa, *b = *(const struct amp_json *const *)pb;
	if (a->n != b->n) return a->n < b->n ? -1 : 1;
	int order = a->n ? memcmp(a->p, b->p, a->n) : 0;
	return order != 0 ? order : a < b ? -1 : a > b;
}

static void shadow(struct amp_json_text *t, struct amp_json *earlier)
{
	earlier->flags |= AMP_JSON_SHADOWED;
	amp_json_note(t, "duplicate_key", earlier->offset);
}

static bool same_key(const struct amp_json *a, const struct amp_json *b)
{
	return a->n == b->n && (a->n == 0 || memcmp(a->p, b->p, a->n) == 0);
}

/* Large objects: sorting keeps a million hostile keys from taking a million times a million steps. */
static void mark_sorted(struct amp_json_text *t, struct amp_json *object)
{
	struct amp_json *end = object + object->span, **keys = amp_arena_alloc(t->arena, ((size_t)object->n + 1) * sizeof *keys);
	size_t n = 0;
	if (!keys) return;
	for (struct amp_json *k = object + 1; k + 1 < end && n < object->n; k = k + 1 + k[1].span) keys[n++] = k;
	qsort(keys, n, sizeof *keys, compare_keys);
	for (size_t i = 0; i + 1 < n; i++)
		if (same_key(keys[i], keys[i + 1])) shadow(t, keys[i]);
}

void amp_json_mark_duplicates(struct amp_json_text *t, struct amp_json *object)
{
	struct amp_json *end = object + object->span;
	if (object->n > SMALL_OBJECT) {
		mark_sorted(t, object);
		return;
	}
	for (struct amp_json *k = object + 1; k + 1 < end; k = k + 1 + k[1].span) {
		struct amp_json *later = k + 1 + k[1].span;
		while (later < end && !same_key(k, later)) later += later + 1 < end ? 1 + later[1].span : 1;
		if (later < end) shadow(t, k);
	}
}

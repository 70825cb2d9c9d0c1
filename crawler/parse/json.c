/* json.c: the reader. A first sweep bounds the number of nodes (every node but the root follows one of , : [ {), so that one
 * allocation holds them; the second builds them with a stack of open containers instead of recursion.
 */
#include "parse/json.h"
#include <string.h>
#include "base/i18n.h"
#include "parse/json_text.h"
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

struct open { /* a container whose end was not seen yet */
	uint32_t node;
	uint64_t seen; /* a bit per hash of its keys: two keys on one bit may be the same key */
	bool maybe;    /* some bit was hit twice */
};

struct reader {
	struct amp_json_text t; /* body, arena, notes */
	struct amp_json *nodes;
	uint32_t n;
	const char *p, *end;
	size_t depth;
	struct open stack[AMP_JSON_DEPTH];
};

/* What the next byte must belong to. */
enum state { VALUE, FIRST_VALUE, KEY, FIRST_KEY, AFTER, DONE, STOP };

static size_t count_structural(const char *p, size_t n)
{
	size_t count = 0, i = 0;
#if defined(__SSE2__)
	const __m128i fold = _mm_set1_epi8(0x20), brace = _mm_set1_epi8('{'), comma = _mm_set1_epi8(','),
		      colon = _mm_set1_epi8(':');
	while (n - i >= 16) {
		size_t blocks = (n - i) / 16;
		if (blocks > 255) blocks = 255; /* a byte counter holds no more */
		__m128i sum = _mm_setzero_si128();
		for (size_t b = 0; b < blocks; b++, i += 16) {
			__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(p + i));
			__m128i folded = _mm_or_si128(v, fold); /* '[' becomes '{' */
			__m128i hit = _mm_or_si128(_mm_cmpeq_epi8(folded, brace),
			                           _mm_or_si128(_mm_cmpeq_epi8(v, comma), _mm_cmpeq_epi8(v, colon)));
			sum = _mm_sub_epi8(sum, hit);
		}
		__m128i halves = _mm_sad_epu8(sum, _mm_setzero_si128());
		count += (size_t)_mm_cvtsi128_si32(halves) + (size_t)_mm_cvtsi128_si32(_mm_srli_si128(halves, 8));
	}
#endif
	for (; i < n; i++) count += p[i] == ',' || p[i] == ':' || p[i] == '[' || p[i] == '{';
	return count;
}

static struct amp_json *add(struct reader *r, enum amp_json_type type)
{
	struct amp_json *v = &r->nodes[r->n++];
	*v = (struct amp_json){NULL, 0, 1, (uint32_t)(r->p - r->t.body.p), (uint8_t)type, 0};
	return v;
}

static inline uint64_t key_bit(const struct amp_json *k)
{
	uint32_t h = k->n;
	if (k->n)
		h = h * 131u + (unsigned char)k->p[0] + ((uint32_t)(unsigned char)k->p[k->n - 1] << 8) +
		    ((uint32_t)(unsigned char)k->p[k->n / 2] << 16);
	h *= 2654435761u; /* Knuth's multiplicative hash: the high bits are the good ones */
	return (uint64_t)1 << (h >> 26);
}

static int push(struct reader *r, enum amp_json_type type)
{
	if (r->depth == AMP_JSON_DEPTH) return -1;
	r->stack[r->depth++] = (struct open){r->n, 0, false};
	add(r, type);
	r->p++;
	return 0;
}

static void pop(struct reader *r)
{
	struct open *o = &r->stack[--r->depth];
	struct amp_json *v = &r->nodes[o->node];
	v->span = r->n - o->node;
	if (o->maybe) amp_json_mark_duplicates(&r->t, v);
	if (r->depth) r->nodes[r->stack[r->depth - 1].node].n++;
}

static void count_member(struct reader *r)
{
	if (r->depth) r->nodes[r->stack[r->depth - 1].node].n++;
}

static inline void skip_space(struct reader *r)
{
	while (r->p < r->end && (*r->p == ' ' || *r->p == '\n' || *r->p == '\r' || *r->p == '\t')) r->p++;
}

/* A number by the grammar of RFC 8259 section 6; false when the bytes are none. Kept as digits: nothing is rounded here. */
static bool number(struct reader *r)
{
	const char *start = r->p, *p = start, *end = r->end;
	if (p < end && *p == '-') p++;
	const char *digits = p;
	while (p < end && amp_is_digit(*p)) p++;
	size_t n_digits = (size_t)(p - digits);
	if (n_digits == 0 || (n_digits > 1 && *digits == '0')) {
		r->p = n_digits ? digits + 1 : p;
		return false;
	}
	bool integer = true, exponent = false;
	if (p < end && *p == '.') {
		integer = false;
		const char *fraction = ++p;
		while (p < end && amp_is_digit(*p)) p++;
		if (p == fraction) {
			r->p = p;
			return false;
		}
	}
	if (p < end && (*p == 'e' || *p == 'E')) {
		integer = false;
		exponent = true;
		p++;
		if (p < end && (*p == '+' || *p == '-')) p++;
		const char *power = p;
		while (p < end && amp_is_digit(*p)) p++;
		if (p == power) {
			r->p = p;
			return false;
		}
	}
	struct amp_json *v = add(r, AMP_JSON_NUMBER);
	v->p = start;
	v->n = (uint32_t)(p - start);
	if (integer) v->flags |= AMP_JSON_INTEGER;
	int64_t whole;
	double real;
	if ((integer && n_digits > 18 && !amp_str_i64(amp_json_digits(v), &whole)) ||
	    (!integer && (exponent || n_digits > 300) && !amp_json_double(v, &real)))
		amp_json_note(&r->t, "big_number", v->offset);
	r->p = p;
	return true;
}

static bool literal(struct reader *r, const char *word, size_t n, enum amp_json_type type)
{
	size_t left = (size_t)(r->end - r->p);
	if (left < n) {
		size_t same = 0;
		while (same < left && r->p[same] == word[same]) same++;
		r->p += same; /* at the end of the body: truncated; before it: malformed */
		return false;
	}
	if (memcmp(r->p, word, n) != 0) return false;
	add(r, type);
	r->p += n;
	return true;
}

static int string(struct reader *r, bool key, bool *cut)
{
	struct amp_json *v = add(r, AMP_JSON_STRING);
	bool repaired = false;
	struct amp_str text;
	int rc = amp_json_read_string(&r->t, &r->p, r->end, &text, &repaired, cut);
	if (rc != 0) return rc;
	if (*cut) { /* half a text is not what was posted: not kept */
		r->n--;
		return 0;
	}
	v->p = text.p;
	v->n = (uint32_t)text.n;
	v->flags = (uint8_t)((key ? AMP_JSON_KEY : 0) | (repaired ? AMP_JSON_REPAIRED : 0));
	return 0;
}

static enum state value(struct reader *r, enum state state, int *rc, bool *deep)
{
	bool ok = false, cut = false;
	switch (*r->p) {
	case '{':
	case '[': {
		bool object = *r->p == '{';
		*deep = push(r, object ? AMP_JSON_OBJECT : AMP_JSON_ARRAY) != 0;
		if (*deep) return STOP;
		return object ? FIRST_KEY : FIRST_VALUE;
	}
	case ']':
		if (state != FIRST_VALUE) return STOP;
		r->p++;
		pop(r);
		return AFTER;
	case '"':
		*rc = string(r, false, &cut);
		ok = *rc == 0 && !cut;
		break;
	case 't': ok = literal(r, "true", 4, AMP_JSON_TRUE); break;
	case 'f': ok = literal(r, "false", 5, AMP_JSON_FALSE); break;
	case 'n': ok = literal(r, "null", 4, AMP_JSON_NULL); break;
	default:
		ok = number(r);
		if (ok && r->p == r->end && r->depth) { /* who knows how many digits were to come */
			r->n--;
			ok = false;
		}
		break;
	}
	if (!ok) return STOP;
	count_member(r);
	return AFTER;
}

static enum state key(struct reader *r, enum state state, int *rc)
{
	if (*r->p == '}' && state == FIRST_KEY) {
		r->p++;
		pop(r);
		return AFTER;
	}
	if (*r->p != '"') return STOP;
	bool cut = false;
	uint32_t at = r->n;
	*rc = string(r, true, &cut);
	if (*rc != 0 || cut) return STOP;
	skip_space(r);
	if (r->p >= r->end || *r->p != ':') {
		r->n = at; /* a key without value is dropped */
		return STOP;
	}
	r->p++;
	struct open *o = &r->stack[r->depth - 1];
	uint64_t bit = key_bit(&r->nodes[at]);
	if (o->seen & bit) o->maybe = true;
	o->seen |= bit;
	return VALUE;
}

static enum state after(struct reader *r)
{
	bool object = r->nodes[r->stack[r->depth - 1].node].type == AMP_JSON_OBJECT;
	if (*r->p == ',') {
		r->p++;
		return object ? KEY : VALUE;
	}
	if (*r->p != (object ? '}' : ']')) return STOP;
	r->p++;
	pop(r);
	return AFTER;
}

/* Closes what the document left open. */
static void close_all(struct reader *r)
{
	if (r->n && r->nodes[r->n - 1].flags & AMP_JSON_KEY) r->n--; /* its value never came */
	while (r->depth) {
		r->nodes[r->stack[r->depth - 1].node].flags |= AMP_JSON_CUT;
		pop(r);
	}
}

int amp_json_parse(struct amp_json_doc *doc, struct amp_str body, struct amp_arena *arena, struct amp_err *err)
{
	*doc = (struct amp_json_doc){.end = AMP_JSON_EMPTY};
	if (!body.p || body.n == 0) return 0;
	if (body.n > AMP_JSON_MAX_BYTES)
		return amp_fail(err, AMP_ELIMIT, _("the JSON document has %zu bytes, more than the %zu that are read"), body.n,
		                (size_t)AMP_JSON_MAX_BYTES);
	size_t room = count_structural(body.p, body.n) + 2;
	struct reader *r = amp_arena_alloc(arena, sizeof *r);
	struct amp_json *nodes = room > SIZE_MAX / sizeof *nodes ? NULL : amp_arena_alloc(arena, room * sizeof *nodes);
	if (!r || !nodes) return amp_fail(err, AMP_ELIMIT, _("no memory left to read a JSON document of %zu bytes"), body.n);
	r->t = (struct amp_json_text){.body = body, .arena = arena, .doc = doc};
	r->nodes = nodes;
	r->n = 0;
	r->depth = 0;
	r->p = body.p;
	r->end = body.p + body.n;
	if (body.n >= 3 && memcmp(body.p, "\xEF\xBB\xBF", 3) == 0) {
		amp_json_note(&r->t, "byte_order_mark", 0);
		r->p += 3;
	}
	enum state state = VALUE;
	bool deep = false;
	int rc = 0;
	while (state != DONE && state != STOP) {
		skip_space(r);
		if (state == AFTER && r->depth == 0) {
			state = DONE;
			break;
		}
		if (r->p >= r->end) break;
		switch (state) {
		case VALUE:
		case FIRST_VALUE: state = value(r, state, &rc, &deep); break;
		case KEY:
		case FIRST_KEY: state = key(r, state, &rc); break;
		default: state = after(r); break;
		}
	}
	if (rc != 0) return amp_fail(err, rc, _("no memory left to read a JSON document of %zu bytes"), body.n);
	doc->end_offset = (size_t)(r->p - body.p);
	if (state == DONE) {
		doc->end = AMP_JSON_COMPLETE;
		if (r->p < r->end) amp_json_note(&r->t, "trailing_bytes", doc->end_offset);
	} else {
		bool begun = r->n > 0 || r->p < r->end || state == STOP;
		close_all(r);
		doc->end = deep             ? AMP_JSON_TOO_DEEP
		           : !begun         ? AMP_JSON_EMPTY
		           : r->p >= r->end ? AMP_JSON_TRUNCATED
		                            : AMP_JSON_MALFORMED;
	}
	doc->n_nodes = r->n;
	doc->root = r->n ? nodes : NULL;
	return 0;
}

const char *amp_json_end_name(enum amp_json_end end)
{
	static const char *const names[] = {"complete", "empty", "truncated", "malformed", "too_deep"};
	return names[end];
}

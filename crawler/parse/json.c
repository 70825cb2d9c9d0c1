/* json.c: the reader. A first sweep bounds the number of nodes (every node but the root follows one of , : [ {), so that one
 * allocation holds them; the second builds them with a stack of open containers instead of recursion.
 */
#include "parse/json.h"
#include <string.h>
#include "base/i18n.h"
#include "base/utf8.h"
#include "parse/json_text.h"
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/* Of an object that is open: two of its keys hit one bit of amp_json.keys, they may be the same. */
#define MAYBE_TWICE 32

struct reader {
	struct amp_json_text t; /* body, arena, notes */
	struct amp_json *nodes, *next;
	struct amp_json *
		in; /* the innermost open container, NULL: none; its span is, while it is open, how far the one around it lies back */
	const char *p, *end;
	size_t depth; /* containers open */
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

static inline void put(struct amp_json *v, enum amp_json_type type, const char *p, size_t n, uint32_t offset, unsigned flags)
{
	*v = (struct amp_json){{p}, (uint32_t)n, 1, offset, (uint8_t)type, (uint8_t)flags};
}

/* Opens a container at p; false when too many are open. */
static inline bool push(struct reader *r, enum amp_json_type type, uint32_t offset)
{
	if (r->depth == AMP_JSON_DEPTH) return false;
	struct amp_json *v = r->next++;
	put(v, type, NULL, 0, offset, 0);
	v->keys = 0; /* none yet */
	v->span = r->in ? (uint32_t)(v - r->in) : 0;
	r->in = v;
	r->depth++;
	return true;
}

static inline void pop(struct reader *r)
{
	struct amp_json *v = r->in;
	r->in = v->span ? v - v->span : NULL;
	r->depth--;
	v->span = (uint32_t)(r->next - v);
	if (v->flags & MAYBE_TWICE) {
		v->flags &= (uint8_t)~MAYBE_TWICE;
		amp_json_mark_duplicates(&r->t, v);
	}
	if (r->in) r->in->n++;
}

/* A key was read; the object that it is in learns of it. */
static inline void name(struct amp_json *object, struct amp_json *k)
{
	k->span = amp_json_hash(k->p, k->n);
	uint64_t bit = amp_json_key_bit(k->span);
	if (object->keys & bit) object->flags |= MAYBE_TWICE;
	object->keys |= bit;
}

static inline const char *skip_space(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t')) p++;
	return p;
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
	r->p = p;
	if (p == end && r->depth) return false; /* who knows how many digits were to come */
	struct amp_json *v = r->next++;
	put(v, AMP_JSON_NUMBER, start, (size_t)(p - start), (uint32_t)(start - r->t.body.p), integer ? AMP_JSON_INTEGER : 0);
	int64_t whole;
	double real;
	if ((integer && n_digits > 18 && !amp_str_i64(amp_json_digits(v), &whole)) ||
	    (!integer && (exponent || n_digits > 300) && !amp_json_double(v, &real)))
		amp_json_note(&r->t, "big_number", v->offset);
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
	put(r->next++, type, NULL, 0, (uint32_t)(r->p - r->t.body.p), 0);
	r->p += n;
	return true;
}

/* A string at r->p; half a text is not what was posted: it is not kept. */
static int string(struct reader *r, unsigned key, bool *cut)
{
	struct amp_str text;
	bool repaired = false;
	const char *at = r->p;
	int rc = amp_json_read_string(&r->t, &r->p, r->end, &text, &repaired, cut);
	if (rc != 0 || *cut) return rc;
	put(r->next++, AMP_JSON_STRING, text.p, text.n, (uint32_t)(at - r->t.body.p), key | (repaired ? AMP_JSON_REPAIRED : 0));
	return 0;
}

static inline enum state value(struct reader *r, enum state state, int *rc, bool *deep)
{
	bool ok = false, cut = false;
	switch (*r->p) {
	case '{':
	case '[': {
		bool object = *r->p == '{';
		*deep = !push(r, object ? AMP_JSON_OBJECT : AMP_JSON_ARRAY, (uint32_t)(r->p - r->t.body.p));
		if (*deep) return STOP;
		r->p++;
		return object ? FIRST_KEY : FIRST_VALUE;
	}
	case ']':
		if (state != FIRST_VALUE) return STOP;
		r->p++;
		pop(r);
		return AFTER;
	case '"':
		*rc = string(r, 0, &cut);
		ok = *rc == 0 && !cut;
		break;
	case 't': ok = literal(r, "true", 4, AMP_JSON_TRUE); break;
	case 'f': ok = literal(r, "false", 5, AMP_JSON_FALSE); break;
	case 'n': ok = literal(r, "null", 4, AMP_JSON_NULL); break;
	default: ok = number(r); break;
	}
	if (!ok) return STOP;
	if (r->in) r->in->n++;
	return AFTER;
}

static inline enum state key(struct reader *r, enum state state, int *rc)
{
	if (*r->p == '}' && state == FIRST_KEY) {
		r->p++;
		pop(r);
		return AFTER;
	}
	if (*r->p != '"') return STOP;
	bool cut = false;
	struct amp_json *k = r->next;
	*rc = string(r, AMP_JSON_KEY, &cut);
	if (*rc != 0 || cut) return STOP;
	r->p = skip_space(r->p, r->end);
	if (r->p >= r->end || *r->p != ':') {
		r->next = k; /* a key without value is dropped */
		return STOP;
	}
	r->p++;
	name(r->in, k);
	return VALUE;
}

static inline enum state after(struct reader *r)
{
	bool object = r->in->type == AMP_JSON_OBJECT;
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
	if (r->next > r->nodes && r->next[-1].flags & AMP_JSON_KEY) r->next--; /* its value never came */
	while (r->in) {
		r->in->flags |= AMP_JSON_CUT;
		pop(r);
	}
}

/* --- the common way: compact members whose texts have no escapes --- */

#define STRAIGHT static inline __attribute__((always_inline))

/* The reader's places, in registers. */
struct place {
	const char *p, *last; /* last: p[0] and p[1] can be looked at in front of it */
	struct amp_json *next;
};

STRAIGHT bool straight_text(struct reader *r, struct place *at, unsigned key)
{
	const char *end = amp_json_plain_end(at->p + 1, r->end);
	if (!end || (key && (end >= at->last || end[1] != ':'))) return false;
	put(at->next++, AMP_JSON_STRING, at->p + 1, (size_t)(end - at->p - 1), (uint32_t)(at->p - r->t.body.p), key);
	at->p = end + 1;
	return true;
}

STRAIGHT bool straight_integer(struct reader *r, struct place *at)
{
	const char *digits = at->p + (*at->p == '-'), *p = digits;
	while (p < at->last && amp_is_digit(*p)) p++;
	size_t n = (size_t)(p - digits);
	if (n == 0 || n > 18 || (n > 1 && *digits == '0') || (*p != ',' && *p != '}' && *p != ']')) return false;
	put(at->next++, AMP_JSON_NUMBER, at->p, (size_t)(p - at->p), (uint32_t)(at->p - r->t.body.p), AMP_JSON_INTEGER);
	at->p = p;
	return true;
}

/* Reads as long as the document is of that kind and stops in front of what is not (white space, escapes, fractions, literals, its
 * end, mistakes), which the steps above read. What it reads they would read alike. */
static enum state straight_on(struct reader *r, enum state state)
{
	struct place at = {r->p, r->end - 2, r->next};
	while (at.p < at.last && r->in) {
		bool object = r->in->type == AMP_JSON_OBJECT;
		char c = *at.p;
		if (state == AFTER && c == ',') {
			state = object ? KEY : VALUE;
			c = *++at.p;
		}
		if ((state == AFTER || state == (object ? FIRST_KEY : FIRST_VALUE)) && c == (object ? '}' : ']')) {
			at.p++;
			r->next = at.next;
			pop(r);
			state = AFTER;
			continue;
		}
		if (state == AFTER) break;
		if (state == KEY || state == FIRST_KEY) {
			if (c != '"' || !straight_text(r, &at, AMP_JSON_KEY)) break;
			name(r->in, at.next - 1);
			state = VALUE;
			c = *++at.p; /* behind the colon */
		}
		if (c == '{' || c == '[') {
			r->next = at.next;
			if (!push(r, c == '{' ? AMP_JSON_OBJECT : AMP_JSON_ARRAY, (uint32_t)(at.p - r->t.body.p))) break;
			at.next = r->next;
			at.p++;
			state = c == '{' ? FIRST_KEY : FIRST_VALUE;
			continue;
		}
		if (!(c == '"' ? straight_text(r, &at, 0) : straight_integer(r, &at))) break;
		r->in->n++;
		state = AFTER;
	}
	r->p = at.p;
	r->next = at.next;
	return state;
}

/* Reads on until the document is over or cannot be read on. */
static enum state read_all(struct reader *r, int *rc, bool *deep)
{
	enum state state = VALUE;
	while (state != STOP) {
		if (r->t.valid && r->in && r->end - r->p > 2) state = straight_on(r, state);
		r->p = skip_space(r->p, r->end);
		if (state == AFTER && r->depth == 0) return DONE;
		if (r->p >= r->end) return state;
		switch (state) {
		case KEY:
		case FIRST_KEY: state = key(r, state, rc); break;
		case VALUE:
		case FIRST_VALUE: state = value(r, state, rc, deep); break;
		default: state = after(r); break;
		}
	}
	return STOP;
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
	r->t = (struct amp_json_text){.body = body, .arena = arena, .doc = doc, .valid = amp_utf8_valid(body.p, body.n)};
	r->nodes = r->next = nodes;
	r->in = NULL;
	r->depth = 0;
	r->p = body.p;
	r->end = body.p + body.n;
	if (body.n >= 3 && memcmp(body.p, "\xEF\xBB\xBF", 3) == 0) {
		amp_json_note(&r->t, "byte_order_mark", 0);
		r->p += 3;
	}
	bool deep = false;
	int rc = 0;
	enum state state = read_all(r, &rc, &deep);
	if (rc != 0) return amp_fail(err, rc, _("no memory left to read a JSON document of %zu bytes"), body.n);
	doc->end_offset = (size_t)(r->p - body.p);
	if (state == DONE) {
		doc->end = AMP_JSON_COMPLETE;
		if (r->p < r->end) amp_json_note(&r->t, "trailing_bytes", doc->end_offset);
	} else {
		bool begun = r->next > r->nodes || r->p < r->end || state == STOP;
		close_all(r);
		doc->end = deep             ? AMP_JSON_TOO_DEEP
		           : !begun         ? AMP_JSON_EMPTY
		           : r->p >= r->end ? AMP_JSON_TRUNCATED
		                            : AMP_JSON_MALFORMED;
	}
	doc->n_nodes = (size_t)(r->next - nodes);
	doc->root = doc->n_nodes ? nodes : NULL;
	return 0;
}

const char *amp_json_end_name(enum amp_json_end end)
{
	static const char *const names[] = {"complete", "empty", "truncated", "malformed", "too_deep"};
	return names[end];
}

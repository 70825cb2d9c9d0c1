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

struct open { /* a container whose end was not seen yet */
	struct amp_json *node;
	uint32_t members; /* so far */
	bool maybe;       /* some bit of its keys was hit twice: they may be the same key */
};

struct reader {
	struct amp_json_text t; /* body, arena, notes */
	struct amp_json *nodes, *next;
	const char *p, *end;
	size_t depth; /* containers open; the innermost one is stack[depth - 1] */
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

static inline void put(struct amp_json *v, enum amp_json_type type, const char *p, size_t n, uint32_t offset, unsigned flags)
{
	*v = (struct amp_json){{p}, (uint32_t)n, 1, offset, (uint8_t)type, (uint8_t)flags};
}

/* Opens a container at p; false when too many are open. */
static inline bool push(struct reader *r, enum amp_json_type type, uint32_t offset)
{
	if (r->depth == AMP_JSON_DEPTH) return false;
	r->stack[r->depth++] = (struct open){.node = r->next};
	put(r->next, type, NULL, 0, offset, 0);
	r->next++->keys = 0; /* none yet */
	return true;
}

static inline void pop(struct reader *r)
{
	struct open *o = &r->stack[--r->depth];
	o->node->span = (uint32_t)(r->next - o->node);
	o->node->n = o->members;
	if (o->maybe) amp_json_mark_duplicates(&r->t, o->node);
	if (r->depth) r->stack[r->depth - 1].members++;
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
static inline __attribute__((always_inline)) int string(struct reader *r, unsigned key, bool *cut)
{
	struct amp_str text;
	bool repaired = false;
	const char *at = r->p;
	if (amp_json_plain_string(&r->t, &r->p, r->end, &text)) {
		put(r->next++, AMP_JSON_STRING, text.p, text.n, (uint32_t)(at - r->t.body.p), key);
		return 0;
	}
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
	if (r->depth) r->stack[r->depth - 1].members++;
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
	struct open *o = &r->stack[r->depth - 1];
	k->span = amp_json_hash(k->p, k->n);
	uint64_t bit = amp_json_key_bit(k->span);
	o->maybe |= (o->node->keys & bit) != 0;
	o->node->keys |= bit;
	return VALUE;
}

static inline enum state after(struct reader *r)
{
	bool object = r->stack[r->depth - 1].node->type == AMP_JSON_OBJECT;
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
	while (r->depth) {
		r->stack[r->depth - 1].node->flags |= AMP_JSON_CUT;
		pop(r);
	}
}

/* Reads on until the document is over or cannot be read on. */
static enum state read_all(struct reader *r, int *rc, bool *deep)
{
	enum state state = VALUE;
	while (state != STOP) {
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

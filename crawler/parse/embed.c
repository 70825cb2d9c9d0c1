/* embed.c: see embed.h. JavaScript is not read here: a value is found by what stands before it, and cut by a scanner that knows
 * JSON's strings, brackets and words and stops at the first byte that no JSON has.
 */
#include "parse/embed.h"
#include <stdlib.h>
#include <string.h>
#include "base/i18n.h"
#include "base/utf8.h"
#include "parse/html_ref.h"

#define MAX_CANDIDATES 64 /* places where a name seems to be assigned: each may cost a walk to the end of its script */

static bool found(const struct amp_embed *out)
{
	return out->state == AMP_EMBED_JSON || out->state == AMP_EMBED_CUT;
}

static bool word(const char *p, const char *end, const char *name)
{
	size_t n = strlen(name);
	return (size_t)(end - p) >= n && memcmp(p, name, n) == 0;
}

static const char *skip_space(const char *p, const char *end)
{
	while (p < end && amp_is_space((unsigned char)*p)) p++;
	return p;
}

/* Behind the closing quote; NULL when the bytes end first. p behind the opening one. */
static const char *skip_string(const char *p, const char *end, char quote)
{
	for (; p < end; p++) {
		if (*p == quote) return p + 1;
		if (*p == '\\' && p + 1 < end) p++;
	}
	return NULL;
}

/* From the { or [ at *p: *p is left behind the bracket that closes it, or where the scan stopped. */
static enum amp_embed_state scan(const char **p, const char *end)
{
	const char *q = *p;
	size_t depth = 0;
	enum amp_embed_state state = AMP_EMBED_CUT;
	while (q && q < end) {
		char c = *q;
		*p = q;
		if (c == '"') {
			q = skip_string(q + 1, end, '"');
		} else if (c == '{' || c == '[') {
			depth++;
			q++;
		} else if (c == '}' || c == ']') {
			q++;
			if (--depth == 0) {
				state = AMP_EMBED_JSON;
				break;
			}
		} else if (c == ',' || c == ':' || amp_is_space((unsigned char)c) || amp_is_digit(c) || c == '-' || c == '+' ||
		           c == '.') {
			q++;
		} else if ((c == 'e' || c == 'E') && amp_is_digit(q[-1])) {
			q++;
		} else if (c == 't' || c == 'f' || c == 'n') {
			const char *name = c == 't' ? "true" : c == 'f' ? "false" : "null";
			size_t n = strlen(name), left = (size_t)(end - q);
			if (memcmp(q, name, left < n ? left : n) != 0) return AMP_EMBED_NOT_JSON;
			q += left < n ? left : n;
		} else {
			return AMP_EMBED_NOT_JSON;
		}
	}
	*p = q ? q : end;
	return state;
}

/* --- escaped forms: one unit of the text as it stands, and the bytes that it gives --- */

static int hex_digits(const char *p, const char *end, int n)
{
	int value = 0;
	if (end - p < n) return -1;
	for (int i = 0; i < n; i++) {
		int digit = amp_hex_value((unsigned char)p[i]);
		if (digit < 0) return -1;
		value = value * 16 + digit;
	}
	return value;
}

/* At a backslash of a JavaScript string. */
static size_t js_escape(const char *p, const char *end, char out[AMP_HTML_REF_MAX], size_t *n)
{
	static const char from[] = "bfnrtv0", to[] = "\b\f\n\r\t\v";
	*n = 0;
	if (end - p < 2) return 1;
	int value = -1;
	size_t used = 2;
	if (p[1] == 'x') {
		value = hex_digits(p + 2, end, 2);
		used = 4;
	} else if (p[1] == 'u') {
		value = hex_digits(p + 2, end, 4);
		used = 6;
		if (value >= 0xD800 && value <= 0xDBFF && end - p >= 12 && p[6] == '\\' && p[7] == 'u') {
			int low = hex_digits(p + 8, end, 4);
			if (low >= 0xDC00 && low <= 0xDFFF) {
				value = 0x10000 + ((value - 0xD800) << 10) + (low - 0xDC00);
				used = 12;
			}
		}
	}
	if (value >= 0) {
		*n = amp_utf8_encode((uint32_t)value, out);
		if (*n) return used;
		memcpy(out, p, 6); /* a lone surrogate: the JSON reader knows that escape too, and repairs it */
		*n = 6;
		return 6;
	}
	if (p[1] == '\n') return 2; /* the line goes on */
	const char *simple = memchr(from, p[1], sizeof from - 1);
	out[0] = simple ? to[simple - from] : p[1];
	*n = 1;
	return 2;
}

static size_t unit(enum amp_embed_form form, const char *p, const char *end, char out[AMP_HTML_REF_MAX], size_t *n)
{
	size_t used = 0;
	if (form == AMP_EMBED_JS_STRING && *p == '\\') return js_escape(p, end, out, n);
	if (form == AMP_EMBED_REFERENCES && *p == '&') used = amp_html_reference(p, end, true, out, n);
	if (used) return used;
	out[0] = *p;
	*n = 1;
	return 1;
}

static struct amp_str decode(struct amp_arena *arena, enum amp_embed_form form, struct amp_str raw)
{
	char *buf = amp_arena_alloc(arena, raw.n + raw.n / 5 + AMP_HTML_REF_MAX); /* references may grow from 5 bytes to 6 */
	if (!buf) return AMP_STR_ABSENT;
	size_t n = 0;
	for (const char *p = raw.p, *end = raw.p + raw.n; p < end;) {
		char made[AMP_HTML_REF_MAX];
		size_t got = 0;
		p += unit(form, p, end, made, &got);
		memcpy(buf + n, made, got);
		n += got;
	}
	return (struct amp_str){buf, n};
}

/* Decoded text to JSON: white space before it goes, what stands behind it too. */
static bool take_decoded(const struct amp_markup_doc *doc, enum amp_embed_form form, struct amp_str raw, struct amp_str text,
                         bool whole, struct amp_embed *out)
{
	*out = (struct amp_embed){.form = form, .raw = raw, .offset = (size_t)(raw.p - doc->body.p)};
	if (!text.p) {
		out->state = AMP_EMBED_NO_MEMORY;
		return false;
	}
	const char *end = text.p + text.n, *start = skip_space(text.p, end), *p = start;
	out->state = AMP_EMBED_NOT_JSON;
	if (p < end && (*p == '{' || *p == '[')) out->state = scan(&p, end);
	if (out->state == AMP_EMBED_CUT && whole) out->state = AMP_EMBED_NOT_JSON; /* brackets that never match */
	out->json = (struct amp_str){text.p, (size_t)(p - text.p)}; /* from the text's start: places count from there */
	return found(out);
}

static bool take_string(const struct amp_markup_doc *doc, const char *quote, const char *end, struct amp_embed *out)
{
	const char *close = skip_string(quote + 1, end, *quote);
	struct amp_str raw = {quote + 1, (size_t)((close ? close - 1 : end) - (quote + 1))};
	return take_decoded(doc, AMP_EMBED_JS_STRING, raw, decode(doc->arena, AMP_EMBED_JS_STRING, raw), close != NULL, out);
}

/* The value at p, which is behind an = or a bracket. */
static bool take_value(const struct amp_markup_doc *doc, const char *p, const char *end, struct amp_embed *out)
{
	p = skip_space(p, end);
	if (word(p, end, "JSON.parse(")) p = skip_space(p + 11, end);
	*out = (struct amp_embed){.state = AMP_EMBED_NOT_JSON, .offset = (size_t)(p - doc->body.p), .raw = {p, 0}};
	if (p == end) return false;
	if (*p == '"' || *p == '\'') return take_string(doc, p, end, out);
	if (*p != '{' && *p != '[') return false;
	const char *start = p;
	out->state = scan(&p, end);
	out->json = out->raw = (struct amp_str){start, (size_t)(p - start)};
	if (out->state == AMP_EMBED_NOT_JSON) out->offset = (size_t)(p - doc->body.p);
	return found(out);
}

/* --- places --- */

bool amp_embed_by_id(const struct amp_markup_doc *doc, const char *id, struct amp_embed *out)
{
	const struct amp_markup *node = amp_markup_by_id(doc, id);
	struct amp_str inner = amp_markup_inner(doc, node);
	*out = (struct amp_embed){.state = AMP_EMBED_NONE};
	if (!inner.p) return false;
	if (node->flags & AMP_MARKUP_RAW || !inner.n || !memchr(inner.p, '&', inner.n))
		return take_value(doc, inner.p, inner.p + inner.n, out);
	return take_decoded(doc, AMP_EMBED_REFERENCES, inner, decode(doc->arena, AMP_EMBED_REFERENCES, inner),
	                    !(node->flags & AMP_MARKUP_CUT), out);
}

static const struct amp_markup *next_script(const struct amp_markup_doc *doc, const struct amp_markup *after)
{
	const struct amp_markup *script = amp_markup_find(doc, NULL, after, "script", NULL);
	while (script && script->inner == script->inner_end) script = amp_markup_find(doc, NULL, script, "script", NULL);
	return script;
}

bool amp_embed_by_type(const struct amp_markup_doc *doc, const char *type, size_t from, struct amp_embed *out)
{
	*out = (struct amp_embed){.state = AMP_EMBED_NONE};
	for (const struct amp_markup *s = next_script(doc, NULL); s; s = next_script(doc, s)) {
		if (s->offset < from) continue;
		struct amp_str said = amp_markup_attr(doc, s, "type");
		if (!amp_str_ieq_c(amp_str_trim(amp_str_cut(&said, ';')), type)) continue;
		if (take_value(doc, doc->body.p + s->inner, doc->body.p + s->inner_end, out)) return true;
	}
	return false;
}

static bool identifier(unsigned char c)
{
	return amp_is_alnum(c) || c == '_' || c == '$' || c >= 0x80;
}

/* The next place behind p where name stands as a whole word: behind the name; NULL when there is none. */
static const char *next_name(const char *p, const char *start, const char *end, const char *name)
{
	size_t n = strlen(name);
	while (n && p < end) {
		const char *at = amp_str_find((struct amp_str){p, (size_t)(end - p)}, (struct amp_str){name, n});
		if (!at) return NULL;
		p = at + n;
		if ((at == start || !identifier((unsigned char)at[-1])) && (p == end || !identifier((unsigned char)*p))) return p;
	}
	return NULL;
}

/* Behind the = that follows a name, or its "]; NULL when it is not assigned here. */
static const char *assignment(const char *p, const char *end)
{
	if (p < end && (*p == '"' || *p == '\'')) {
		p = skip_space(p + 1, end);
		if (p == end || *p != ']') return NULL;
		p++;
	}
	p = skip_space(p, end);
	if (p == end || *p != '=') return NULL;
	return p + 1 < end && (p[1] == '=' || p[1] == '>') ? NULL : p + 1;
}

bool amp_embed_assigned(const struct amp_markup_doc *doc, const char *name, struct amp_embed *out)
{
	size_t candidates = 0;
	*out = (struct amp_embed){.state = AMP_EMBED_NONE};
	for (const struct amp_markup *s = next_script(doc, NULL); s; s = next_script(doc, s)) {
		const char *start = doc->body.p + s->inner, *end = doc->body.p + s->inner_end, *p = start;
		while ((p = next_name(p, start, end, name)) && candidates < MAX_CANDIDATES) {
			const char *value = assignment(p, end);
			struct amp_embed one;
			if (!value) continue;
			candidates++;
			bool good = take_value(doc, value, end, &one);
			if (one.state == AMP_EMBED_NO_MEMORY) {
				*out = one;
				return false;
			}
			if (good) p = one.raw.p + one.raw.n;
			if (out->state == AMP_EMBED_NONE || (good && (!found(out) || one.raw.n > out->raw.n))) *out = one;
		}
	}
	return found(out);
}

bool amp_embed_called(const struct amp_markup_doc *doc, const char *name, size_t from, struct amp_embed *out)
{
	size_t candidates = 0;
	*out = (struct amp_embed){.state = AMP_EMBED_NONE};
	for (const struct amp_markup *s = next_script(doc, NULL); s; s = next_script(doc, s)) {
		const char *start = doc->body.p + s->inner, *end = doc->body.p + s->inner_end, *p = start;
		if (s->inner_end <= from) continue;
		if (s->inner < from) p = doc->body.p + from;
		while ((p = next_name(p, start, end, name)) && candidates < MAX_CANDIDATES) {
			const char *value = skip_space(p, end);
			if (value == end || *value != '(') continue;
			value = skip_space(value + 1, end);
			if (value == end || (*value != '{' && *value != '[')) continue;
			candidates++;
			if (take_value(doc, value, end, out)) return true;
		}
	}
	return false;
}

bool amp_embed_attr(const struct amp_markup_doc *doc, const struct amp_markup *node, const char *attribute, struct amp_embed *out)
{
	struct amp_str raw = amp_markup_attr_raw(doc, node, attribute);
	*out = (struct amp_embed){.state = AMP_EMBED_NONE};
	if (!raw.p) return false;
	if (!raw.n || !memchr(raw.p, '&', raw.n)) return take_value(doc, raw.p, raw.p + raw.n, out);
	return take_decoded(doc, AMP_EMBED_REFERENCES, raw, decode(doc->arena, AMP_EMBED_REFERENCES, raw), true, out);
}

bool amp_embed_attr_base64(const struct amp_markup_doc *doc, const struct amp_markup *node, const char *attribute,
                           struct amp_embed *out)
{
	struct amp_str raw = amp_markup_attr_raw(doc, node, attribute);
	*out = (struct amp_embed){.state = AMP_EMBED_NONE};
	if (!raw.p) return false;
	struct amp_str text = amp_base64_decode(doc->arena, raw);
	if (!text.p && !amp_arena_refused(doc->arena)) text = AMP_STR("");
	return take_decoded(doc, AMP_EMBED_BASE64, raw, text, true, out);
}

/* --- reading --- */

struct places { /* walks through the text as it stands, to where the decoded text has got */
	const struct amp_embed *embed;
	const char *p;
	size_t decoded;
};

static size_t place(struct places *w, size_t wanted) /* wanted must not go down */
{
	const struct amp_embed *e = w->embed;
	const char *end = e->raw.p + e->raw.n;
	if (e->form == AMP_EMBED_PLAIN) return e->offset + wanted;
	if (e->form == AMP_EMBED_BASE64) {
		size_t at = wanted / 3 * 4 + wanted % 3; /* exact but for white space between */
		return e->offset + (at < e->raw.n ? at : e->raw.n);
	}
	while (w->p < end && w->decoded <= wanted) {
		char made[AMP_HTML_REF_MAX];
		size_t n = 0, used = unit(e->form, w->p, end, made, &n);
		if (w->decoded + n > wanted) break;
		w->decoded += n;
		w->p += used;
	}
	return e->offset + (size_t)(w->p - e->raw.p);
}

size_t amp_embed_place(struct amp_str body, const struct amp_json *string, size_t decoded)
{
	size_t at = (size_t)string->offset + 1; /* behind the quote */
	if (at >= body.n) return body.n;
	const struct amp_embed e = {.form = AMP_EMBED_JS_STRING, .raw = {body.p + at, body.n - at}, .offset = at};
	struct places walk = {.embed = &e, .p = e.raw.p};
	return place(&walk, decoded);
}

size_t amp_embed_walk_to(struct amp_embed_walk *w, size_t decoded)
{
	struct places walk = {w->embed, w->p, w->decoded};
	if (!walk.p || decoded < walk.decoded) walk = (struct places){.embed = w->embed, .p = w->embed->raw.p};
	size_t at = place(&walk, decoded);
	w->p = walk.p;
	w->decoded = walk.decoded;
	return at;
}

static int by_offset(const void *pa, const void *pb)
{
	const struct amp_json_note *a = pa, *b = pb;
	if (a->offset != b->offset) return a->offset < b->offset ? -1 : 1;
	return strcmp(a->code, b->code);
}

int amp_embed_parse(struct amp_json_doc *json, const struct amp_embed *embed, struct amp_arena *arena, struct amp_err *err)
{
	int rc = amp_json_parse(json, embed->json, arena, err);
	if (rc != 0) return rc;
	/* the tree was made a moment ago in our arena and nobody else has seen it */
	struct amp_json *nodes = (struct amp_json *)(uintptr_t)json->root;
	struct places walk = {.embed = embed, .p = embed->raw.p};
	for (size_t i = 0; i < json->n_nodes; i++) nodes[i].offset = (uint32_t)place(&walk, nodes[i].offset);
	walk = (struct places){.embed = embed, .p = embed->raw.p};
	if (json->n_notes) qsort(json->notes, json->n_notes, sizeof *json->notes, by_offset); /* so that one walk finds them */
	for (size_t i = 0; i < json->n_notes; i++) json->notes[i].offset = place(&walk, json->notes[i].offset);
	walk = (struct places){.embed = embed, .p = embed->raw.p};
	json->end_offset = place(&walk, json->end_offset);
	return 0;
}

static int base64_digit(unsigned char c)
{
	if (c >= 'A' && c <= 'Z') return c - 'A';
	if (c >= 'a' && c <= 'z') return c - 'a' + 26;
	if (amp_is_digit(c)) return c - '0' + 52;
	return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

struct amp_str amp_base64_decode(struct amp_arena *arena, struct amp_str text)
{
	unsigned char *out = text.p ? amp_arena_alloc(arena, text.n / 4 * 3 + 4) : NULL;
	uint32_t bits = 0;
	size_t n = 0, digits = 0, i = 0;
	if (!out) return AMP_STR_ABSENT;
	for (; i < text.n && text.p[i] != '='; i++) {
		unsigned char c = (unsigned char)text.p[i];
		if (amp_is_space(c)) continue;
		int digit = base64_digit(c);
		if (digit < 0) return AMP_STR_ABSENT;
		bits = bits << 6 | (uint32_t)digit;
		if (++digits % 4 == 0)
			for (int shift = 16; shift >= 0; shift -= 8) out[n++] = (unsigned char)(bits >> shift);
	}
	for (; i < text.n; i++)
		if (text.p[i] != '=' && !amp_is_space((unsigned char)text.p[i])) return AMP_STR_ABSENT;
	if (digits % 4 == 1) return AMP_STR_ABSENT;
	if (digits % 4 >= 2) out[n++] = (unsigned char)(bits >> (digits % 4 == 2 ? 4 : 10));
	if (digits % 4 == 3) out[n++] = (unsigned char)(bits >> 2);
	return (struct amp_str){(const char *)out, n};
}

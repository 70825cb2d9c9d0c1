/* markup_find.c: asking a document of markup.c. Attributes are read from the tag when somebody asks: most are never asked for. */
#include <string.h>
#include "base/utf8.h"
#include "parse/html_ref.h"
#include "parse/markup.h"
#include "parse/markup_tag.h"

static bool same_text(const char *written, const char *lower, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (amp_lower((unsigned char)written[i]) != amp_lower((unsigned char)lower[i])) return false;
	return true;
}

static bool has_word(struct amp_str classes, const char *word, size_t n)
{
	const char *p = classes.p, *end = p + classes.n;
	while (p < end) {
		while (p < end && amp_is_space((unsigned char)*p)) p++;
		const char *start = p;
		while (p < end && !amp_is_space((unsigned char)*p)) p++;
		if ((size_t)(p - start) == n && n && memcmp(start, word, n) == 0) return true;
	}
	return false;
}

static bool element(const struct amp_markup *node)
{
	return node && node->type == AMP_MARKUP_ELEMENT;
}

struct wanted { /* what a search compares, its lengths taken once */
	const char *tag, *class_word;
	size_t tag_n, class_n;
};

static struct wanted wanted(const char *tag, const char *class_word)
{
	return (struct wanted){tag, class_word, tag ? strlen(tag) : 0, class_word ? strlen(class_word) : 0};
}

static bool fits(const struct amp_markup_doc *doc, const struct amp_markup *node, const struct wanted *w)
{
	if (node->type != AMP_MARKUP_ELEMENT) return false;
	if (w->class_word) {
		if (node->class_n < w->class_n) return false;
		if (!has_word((struct amp_str){doc->body.p + node->class_at, node->class_n}, w->class_word, w->class_n))
			return false;
	}
	return !w->tag || (node->name_n == w->tag_n && same_text(doc->body.p + node->offset + 1, w->tag, w->tag_n));
}

/* The nodes that a search looks at: [*from, *end). */
static void range(const struct amp_markup_doc *doc, const struct amp_markup *within, const struct amp_markup *after,
                  const struct amp_markup **from, const struct amp_markup **end)
{
	const struct amp_markup *first = within ? within + 1 : doc->nodes;
	*end = within ? within + within->span : doc->nodes + doc->n_nodes;
	*from = after && after >= first ? after + 1 : first;
}

const struct amp_markup *amp_markup_find(const struct amp_markup_doc *doc, const struct amp_markup *within,
                                         const struct amp_markup *after, const char *tag, const char *class_word)
{
	const struct amp_markup *node, *end;
	if (!doc || !doc->nodes) return NULL;
	const struct wanted w = wanted(tag, class_word);
	for (range(doc, within, after, &node, &end); node < end; node++)
		if (fits(doc, node, &w)) return node;
	return NULL;
}

const struct amp_markup *amp_markup_find_attr(const struct amp_markup_doc *doc, const struct amp_markup *within,
                                              const struct amp_markup *after, const char *tag, const char *attribute,
                                              const char *value)
{
	const struct amp_markup *node, *end;
	if (!doc || !doc->nodes) return NULL;
	const struct wanted w = wanted(tag, NULL);
	for (range(doc, within, after, &node, &end); node < end; node++) {
		if (!fits(doc, node, &w)) continue;
		struct amp_str raw = amp_markup_attr_raw(doc, node, attribute);
		if (!raw.p) continue;
		if (!value || amp_str_eq_c(raw, value)) return node;
		if (raw.n && memchr(raw.p, '&', raw.n) && amp_str_eq_c(amp_markup_attr(doc, node, attribute), value)) return node;
	}
	return NULL;
}

const struct amp_markup *amp_markup_by_id(const struct amp_markup_doc *doc, const char *id)
{
	return amp_markup_find_attr(doc, NULL, NULL, NULL, "id", id);
}

const struct amp_markup *amp_markup_parent(const struct amp_markup_doc *doc, const struct amp_markup *node)
{
	if (!node) return NULL;
	const struct amp_markup *parent = doc->nodes + node->parent;
	return parent != node ? parent : NULL;
}

const struct amp_markup *amp_markup_child(const struct amp_markup_doc *doc, const struct amp_markup *node)
{
	(void)doc;
	if (!node) return NULL;
	for (const struct amp_markup *c = node + 1; c < node + node->span; c += c->span)
		if (element(c)) return c;
	return NULL;
}

const struct amp_markup *amp_markup_sibling(const struct amp_markup_doc *doc, const struct amp_markup *node)
{
	if (!node) return NULL;
	const struct amp_markup *parent = amp_markup_parent(doc, node);
	const struct amp_markup *end = parent ? parent + parent->span : doc->nodes + doc->n_nodes;
	for (const struct amp_markup *c = node + node->span; c < end; c += c->span)
		if (element(c)) return c;
	return NULL;
}

const struct amp_markup *amp_markup_around(const struct amp_markup_doc *doc, const struct amp_markup *node, const char *tag,
                                           const char *class_word)
{
	const struct wanted w = wanted(tag, class_word);
	for (node = amp_markup_parent(doc, node); node; node = amp_markup_parent(doc, node))
		if (fits(doc, node, &w)) return node;
	return NULL;
}

bool amp_markup_inside(const struct amp_markup *node, const struct amp_markup *ancestor)
{
	return node && ancestor && node > ancestor && node < ancestor + ancestor->span;
}

const struct amp_markup *amp_markup_last(const struct amp_markup_doc *doc, const struct amp_markup *node)
{
	(void)doc;
	return node ? node + node->span - 1 : NULL;
}

bool amp_markup_is(const struct amp_markup_doc *doc, const struct amp_markup *node, const char *tag)
{
	const struct wanted w = wanted(tag, NULL);
	return node && fits(doc, node, &w);
}

bool amp_markup_has_class(const struct amp_markup_doc *doc, const struct amp_markup *node, const char *word)
{
	const struct wanted w = wanted(NULL, word);
	return node && fits(doc, node, &w);
}

static struct amp_str slice(const struct amp_markup_doc *doc, uint32_t from, uint32_t to)
{
	return (struct amp_str){doc->body.p + from, to - from};
}

struct amp_str amp_markup_name(const struct amp_markup_doc *doc, const struct amp_markup *node)
{
	return element(node) ? slice(doc, node->offset + 1, node->offset + 1 + node->name_n) : AMP_STR_ABSENT;
}

struct amp_str amp_markup_inner(const struct amp_markup_doc *doc, const struct amp_markup *node)
{
	return node ? slice(doc, node->inner, node->inner_end) : AMP_STR_ABSENT;
}

struct amp_str amp_markup_outer(const struct amp_markup_doc *doc, const struct amp_markup *node)
{
	return node ? slice(doc, node->offset, node->end) : AMP_STR_ABSENT;
}

struct amp_str amp_markup_attr_raw(const struct amp_markup_doc *doc, const struct amp_markup *node, const char *name)
{
	if (!element(node)) return AMP_STR_ABSENT;
	const char *end = doc->body.p + (node->inner > node->offset ? node->inner : node->end), *p = doc->body.p + node->offset + 1;
	size_t n = strlen(name);
	struct amp_str key, value;
	while (p < end && !amp_is_space((unsigned char)*p) && *p != '>' && *p != '/') p++;
	while (amp_tag_next(&p, end, &key, &value) == AMP_TAG_ATTRIBUTE)
		if (key.n == n && same_text(key.p, name, n)) return value;
	return AMP_STR_ABSENT;
}

bool amp_markup_next_attr(const struct amp_markup_doc *doc, const struct amp_markup *node, size_t *at, struct amp_str *name,
                          struct amp_str *value)
{
	if (!element(node)) return false;
	const char *end = doc->body.p + (node->inner > node->offset ? node->inner : node->end);
	const char *p = doc->body.p + (*at ? *at : node->offset + 1);
	if (*at == 0)
		while (p < end && !amp_is_space((unsigned char)*p) && *p != '>' && *p != '/') p++;
	if (amp_tag_next(&p, end, name, value) != AMP_TAG_ATTRIBUTE) return false;
	*at = (size_t)(p - doc->body.p);
	return true;
}

/* --- decoding --- */

struct writer {
	char *buf;
	size_t n;
	bool collapse;
};

static void put(struct writer *w, const char *p, size_t n)
{
	if (w->collapse && n == 1 && amp_is_space((unsigned char)*p)) {
		if (w->n && w->buf[w->n - 1] != ' ') w->buf[w->n++] = ' ';
		return;
	}
	memcpy(w->buf + w->n, p, n);
	w->n += n;
}

/* Plain bytes that need no look: as many as there are, at once. */
static size_t plain(const char *p, const char *end)
{
	const char *q = p;
	while (q < end && (unsigned char)*q > ' ' && (unsigned char)*q < 0x7F && *q != '&') q++;
	return (size_t)(q - p);
}

static void decode(struct writer *w, struct amp_str text, bool references, bool in_attribute)
{
	const char *p = text.p, *end = text.p + text.n;
	while (p < end) {
		size_t n = plain(p, end), got = 0;
		char made[AMP_HTML_REF_MAX];
		uint32_t cp;
		if (n) {
			memcpy(w->buf + w->n, p, n);
			w->n += n;
		} else if (*p == '&') {
			n = references ? amp_html_reference(p, end, in_attribute, made, &got) : 0;
			if (n)
				put(w, made, got);
			else
				put(w, p, n = 1);
		} else {
			n = *p ? amp_utf8_decode(p, end, &cp) : 0;
			if (n)
				put(w, p, n);
			else
				put(w, "\xEF\xBF\xBD", 3), n = 1;
		}
		p += n;
	}
}

/* The worst growth: 5 bytes to 6 (a reference), and 1 to 3 (a byte that is no UTF-8) where the document has such. */
static char *room_for(const struct amp_markup_doc *doc, size_t n)
{
	return amp_arena_alloc(doc->arena, (doc->repairs ? 3 * n : n + n / 5) + AMP_HTML_REF_MAX);
}

struct amp_str amp_markup_attr(const struct amp_markup_doc *doc, const struct amp_markup *node, const char *name)
{
	return amp_markup_attr_value(doc, amp_markup_attr_raw(doc, node, name));
}

struct amp_str amp_markup_attr_value(const struct amp_markup_doc *doc, struct amp_str raw)
{
	if (!raw.p || raw.n == 0) return raw;
	if (!memchr(raw.p, '&', raw.n) && (!doc->repairs || (!memchr(raw.p, '\0', raw.n) && amp_utf8_valid(raw.p, raw.n))))
		return raw;
	struct writer w = {.buf = room_for(doc, raw.n)};
	if (!w.buf) return AMP_STR_ABSENT;
	decode(&w, raw, true, true);
	return (struct amp_str){w.buf, w.n};
}

/* What readers never see is left out, unless it is asked for itself. */
static bool unseen(const struct amp_markup_doc *doc, const struct amp_markup *node)
{
	return amp_markup_is(doc, node, "script") || amp_markup_is(doc, node, "style") || amp_markup_is(doc, node, "template");
}

/* References stand for something in texts, and in title and textarea; not in the other raw elements. */
static bool has_references(const struct amp_markup_doc *doc, const struct amp_markup *text)
{
	const struct amp_markup *parent = amp_markup_parent(doc, text);
	return !parent || !(parent->flags & AMP_MARKUP_RAW) || amp_markup_is(doc, parent, "title") ||
	       amp_markup_is(doc, parent, "textarea");
}

static const struct amp_markup *next_text(const struct amp_markup_doc *doc, const struct amp_markup *p,
                                          const struct amp_markup *end)
{
	while (p < end && p->type != AMP_MARKUP_TEXT) p += unseen(doc, p) ? p->span : 1;
	return p < end ? p : NULL;
}

struct amp_str amp_markup_own_text(const struct amp_markup_doc *doc, const struct amp_markup *text)
{
	if (!text || text->type != AMP_MARKUP_TEXT) return AMP_STR_ABSENT;
	struct amp_str raw = slice(doc, text->inner, text->inner_end);
	struct writer w = {.buf = room_for(doc, raw.n)};
	if (!w.buf) return AMP_STR_ABSENT;
	decode(&w, raw, has_references(doc, text), false);
	return (struct amp_str){w.buf, w.n};
}

struct amp_str amp_markup_text(const struct amp_markup_doc *doc, const struct amp_markup *node)
{
	if (!node) return AMP_STR_ABSENT;
	const struct amp_markup *end = node + node->span, *first = node + (node->type == AMP_MARKUP_ELEMENT), *t;
	size_t n = 0;
	for (t = next_text(doc, first, end); t; t = next_text(doc, t + 1, end)) n += t->inner_end - t->inner;
	if (n == 0) return AMP_STR("");
	struct writer w = {.buf = room_for(doc, n), .collapse = true};
	if (!w.buf) return AMP_STR_ABSENT;
	for (t = next_text(doc, first, end); t; t = next_text(doc, t + 1, end))
		decode(&w, slice(doc, t->inner, t->inner_end), has_references(doc, t), false);
	return amp_str_trim((struct amp_str){w.buf, w.n});
}

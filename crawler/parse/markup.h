/* markup.h: an HTML page, however badly written, into one flat array of nodes in document order: one pass, no recursion,
 * time linear in the bytes, depth and nodes bounded.
 *
 * It is no browser: end tags that pages leave out are implied (p, li, dt, dd, option, tr, td, th, thead, tbody, tfoot),
 * an end tag that matches no open element is dropped, one that matches an outer element closes those inside, but never
 * through a table or a cell; nothing is moved about (no foster parents, no adoption). Comments and doctypes are no nodes.
 * Names are compared without case. The bytes stay where they are: text and attribute values are decoded on request, so an
 * offset is always a place in the body, and text that comes out is always valid UTF-8.
 *
 *     for (const struct amp_markup *m = amp_markup_find(doc, NULL, NULL, "div", "tgme_widget_message"); m;
 *          m = amp_markup_find(doc, NULL, m, "div", "tgme_widget_message")) {
 *         struct amp_str post = amp_markup_attr(doc, m, "data-post");
 *         const struct amp_markup *text = amp_markup_find(doc, m, NULL, NULL, "js-message_text");
 *         amp_html_text(arena, amp_markup_inner(doc, text), …);
 *
 * All functions take NULL for a node that was not found and give NULL or absent then, so that look-ups can be chained.
 * (In within: NULL is the whole document. Look first whether the entry was found.) When memory is out they give absent, and
 * the arena remembers: the engine looks there when the page was read.
 */
#ifndef AMP_PARSE_MARKUP_H
#define AMP_PARSE_MARKUP_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#define AMP_MARKUP_DEPTH 512 /* elements open at once, as in browsers; deeper ones become children of the deepest */
#define AMP_MARKUP_MAX_NODES ((size_t)2 << 20)
#define AMP_MARKUP_MAX_BYTES ((size_t)256 << 20)

enum amp_markup_type { AMP_MARKUP_ELEMENT, AMP_MARKUP_TEXT };
enum {
	AMP_MARKUP_RAW = 1,    /* element whose content is one text, not markup: script, style, textarea, title … */
	AMP_MARKUP_CUT = 2,    /* element that the document left open */
	AMP_MARKUP_IMPLIED = 4 /* element whose end tag was left out where others follow */
};

struct amp_markup {
	uint32_t offset;            /* of its first byte in the body: the < of an element */
	uint32_t inner, inner_end;  /* bytes between the tags; the text of a text */
	uint32_t end;               /* behind the end tag, or where the element was closed */
	uint32_t span;              /* nodes of this subtree, itself included: the next in line is node + span */
	uint32_t parent;            /* place of the parent in the array; of a node at the top: its own */
	uint32_t class_at, class_n; /* the value of class as written; class_n == 0: none */
	uint16_t name_n;            /* element: bytes of the name, at offset + 1 */
	uint8_t type, flags;
};

struct amp_markup_doc {
	struct amp_str body;
	struct amp_arena *arena;
	const struct amp_markup *nodes;
	size_t n_nodes;
	size_t end_offset; /* where reading stopped: the body's end, or before it when there were more than AMP_MARKUP_MAX_NODES */
	bool cut;          /* the body ended inside a tag, a comment or a raw element */
	bool unclosed;     /* an element whose end tag may not be left out was open at the end */
	bool too_deep;     /* somewhere deeper than AMP_MARKUP_DEPTH */
	size_t repairs;    /* ill-formed UTF-8 sequences and NUL characters in the whole body */
	size_t first_repair; /* offset of the first */
};

/* 0 whatever the bytes are. AMP_ENOMEM or AMP_ELIMIT when the arena is used up or the body too big. The body must live as
 * long as the document (the engine's page->body does). */
int amp_markup_parse(struct amp_markup_doc *doc, struct amp_str body, struct amp_arena *arena, struct amp_err *err) AMP_CHECK;

/* --- finding: the next element inside `within` (NULL: the document), in document order behind the start of `after` (NULL:
 * from the first on). tag NULL: any. To leave out what lies inside a hit, go on from amp_markup_last(doc, hit). --- */
const struct amp_markup *amp_markup_find(const struct amp_markup_doc *doc, const struct amp_markup *within,
                                         const struct amp_markup *after, const char *tag, const char *class_word);
/* …with that attribute; value NULL: any value, else equal after decoding. */
const struct amp_markup *amp_markup_find_attr(const struct amp_markup_doc *doc, const struct amp_markup *within,
                                              const struct amp_markup *after, const char *tag, const char *attribute,
                                              const char *value);
const struct amp_markup *amp_markup_by_id(const struct amp_markup_doc *doc, const char *id);

/* --- moving --- */
const struct amp_markup *amp_markup_parent(const struct amp_markup_doc *doc, const struct amp_markup *node);
const struct amp_markup *amp_markup_child(const struct amp_markup_doc *doc, const struct amp_markup *node);   /* first element */
const struct amp_markup *amp_markup_sibling(const struct amp_markup_doc *doc, const struct amp_markup *node); /* next element */
/* The nearest element around node with that tag and class (each may be NULL). */
const struct amp_markup *amp_markup_around(const struct amp_markup_doc *doc, const struct amp_markup *node, const char *tag,
                                           const char *class_word);
bool amp_markup_inside(const struct amp_markup *node, const struct amp_markup *ancestor); /* false for the same node */
const struct amp_markup *amp_markup_last(const struct amp_markup_doc *doc,
                                         const struct amp_markup *node); /* the last node of the subtree */

/* --- asking --- */
bool amp_markup_is(const struct amp_markup_doc *doc, const struct amp_markup *node, const char *tag);
/* A whole word of class; these are compared with case, as browsers do in standards mode. */
bool amp_markup_has_class(const struct amp_markup_doc *doc, const struct amp_markup *node, const char *word);
struct amp_str amp_markup_name(const struct amp_markup_doc *doc, const struct amp_markup *node); /* as written */
/* The first attribute of that name, references undone; "" when it has no value, absent when there is none. */
struct amp_str amp_markup_attr(const struct amp_markup_doc *doc, const struct amp_markup *node, const char *name);
/* The same as written, a slice of the body: its place in the page is p - doc->body.p. May hold ill-formed bytes. */
struct amp_str amp_markup_attr_raw(const struct amp_markup_doc *doc, const struct amp_markup *node, const char *name);
/* One attribute after the other, as written; *at begins at 0. False behind the last. The same name may come again: the first counts. */
bool amp_markup_next_attr(const struct amp_markup_doc *doc, const struct amp_markup *node, size_t *at, struct amp_str *name,
                          struct amp_str *value);
/* The value of an attribute as amp_markup_next_attr gave it, references undone, valid UTF-8. */
struct amp_str amp_markup_attr_value(const struct amp_markup_doc *doc, struct amp_str raw);
/* One text as it stands: references undone, white space kept. */
struct amp_str amp_markup_own_text(const struct amp_markup_doc *doc, const struct amp_markup *text);
/* The bytes between the tags, for amp_html_text; may hold ill-formed UTF-8 (amp_html_text repairs it). */
struct amp_str amp_markup_inner(const struct amp_markup_doc *doc, const struct amp_markup *node);
struct amp_str amp_markup_outer(const struct amp_markup_doc *doc, const struct amp_markup *node);
/* The text in it: references undone, white space collapsed to single blanks, trimmed; without script, style, template and
 * comments. Tags leave no blanks: "1<b>2</b>" is "12" (amp_html_text knows about lines). "" when there is none. */
struct amp_str amp_markup_text(const struct amp_markup_doc *doc, const struct amp_markup *node);

#endif

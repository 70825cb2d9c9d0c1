/* embed.h: the JSON that pages carry inside HTML: in a script of a type or an id, behind an assignment, in a call, in an
 * attribute. What is found is cut with a scanner that knows strings and brackets, not by searching for "};".
 *
 *     struct amp_embed found;
 *     if (amp_embed_assigned(doc, "ytInitialData", &found)) root = amp_engine_json_at(e, &found);
 *
 * Each gives true when there is something to read (AMP_EMBED_JSON or AMP_EMBED_CUT); else out->state says what was met.
 */
#ifndef AMP_PARSE_EMBED_H
#define AMP_PARSE_EMBED_H
#include "parse/json.h"
#include "parse/markup.h"

enum amp_embed_state {
	AMP_EMBED_NONE,     /* nothing of that name */
	AMP_EMBED_JSON,     /* from the first bracket to the one that closes it */
	AMP_EMBED_CUT,      /* the document ends before that: the JSON reader gives what is whole */
	AMP_EMBED_NOT_JSON, /* a JavaScript value that is no JSON: unquoted keys, single quotes, expressions; offset says where */
	AMP_EMBED_NO_MEMORY /* the arena remembers too */
};
enum amp_embed_form {
	AMP_EMBED_PLAIN,
	AMP_EMBED_JS_STRING,  /* '\x7b\x22a\x22:1\x7d' */
	AMP_EMBED_REFERENCES, /* an attribute: {&quot;a&quot;:1} */
	AMP_EMBED_BASE64
};

struct amp_embed {
	enum amp_embed_state state;
	enum amp_embed_form form;
	struct amp_str json; /* lent from the body, or decoded into the arena */
	struct amp_str raw;  /* where it stands in the body: the same bytes when plain */
	size_t offset;       /* of raw in the body */
};

/* <script id="__NEXT_DATA__" …>{…}</script> (or any element of that id whose content is JSON). */
bool amp_embed_by_id(const struct amp_markup_doc *doc, const char *id, struct amp_embed *out);
/* The next <script type="application/json"> (or "application/ld+json" …) whose tag begins at or behind byte `from`. */
bool amp_embed_by_type(const struct amp_markup_doc *doc, const char *type, size_t from, struct amp_embed *out);
/* var NAME = {…}; window["NAME"] = {…}; window.NAME = JSON.parse('\x7b…'); NAME = '\x7b…'. The longest value wins where
 * the name is assigned more than once: pages reset such variables to {}. */
bool amp_embed_assigned(const struct amp_markup_doc *doc, const char *name, struct amp_embed *out);
/* The next NAME({…}) in a script at or behind byte `from`: ytcfg.set({…}); go on from out->offset + out->raw.n. */
bool amp_embed_called(const struct amp_markup_doc *doc, const char *name, size_t from, struct amp_embed *out);
/* JSON in an attribute, as text with references or as base64. */
bool amp_embed_attr(const struct amp_markup_doc *doc, const struct amp_markup *node, const char *attribute, struct amp_embed *out);
bool amp_embed_attr_base64(const struct amp_markup_doc *doc, const struct amp_markup *node, const char *attribute,
                           struct amp_embed *out);

/* Reads it; every offset in the document (nodes, notes, end_offset) is a place in the page's body, whatever its form. */
int amp_embed_parse(struct amp_json_doc *json, const struct amp_embed *embed, struct amp_arena *arena,
                    struct amp_err *err) AMP_CHECK;

/* The other way about: HTML inside a JSON string (t.me sends lists so). Where byte `decoded` of the string's text stands in the
 * body; walks from the string's start. */
size_t amp_embed_place(struct amp_str body, const struct amp_json *string, size_t decoded);

/* Where byte `decoded` of what is held stands in the body; linear over all questions when they do not go down. */
struct amp_embed_walk {
	const struct amp_embed *embed; /* the caller's; all else zero at the start */
	const char *p;
	size_t decoded;
};
size_t amp_embed_walk_to(struct amp_embed_walk *w, size_t decoded);

/* RFC 4648 section 4 and 5 alphabets, padding optional, white space skipped. Absent when it is no base64 or memory is out. */
struct amp_str amp_base64_decode(struct amp_arena *arena, struct amp_str text);

#endif

/* source.h: a source that a researcher declares in a JSON file, as an adapter like the compiled ones.
 *
 * The file is data: endpoints, and for each field where its value stands (a path) and which converter reads it. Nothing in it is
 * computed: paths select, converters convert. persona/ checks files and tells each mistake; what is built here has been checked.
 *
 * Two languages of paths, by the document:
 *   json       names and places separated by dots, "posts.0.user.name"; "$" is the value itself.
 *   xml, html  XPath 1.0 (core functions only), which must select nodes. Evaluated by libxml2 without network, variables or
 *              functions of its own, within AMP_SOURCE_OPERATIONS for a page.
 * An HTML page is read by parse/markup.h and handed to XPath as a tree of its nodes, names in lower case: libxml2 never sees the
 * bytes. XML is mended first as the feeds reader does (platforms/feeds_source.h: encodings, bare ampersands, HTML's entities; an
 * internal subset is dropped, so that nothing expands).
 */
#ifndef AMP_SOURCE_SOURCE_H
#define AMP_SOURCE_SOURCE_H
#include <jansson.h>
#include "parse/engine.h"

#define AMP_SOURCE_OPERATIONS 20000000ul /* XPath steps over one page, all its paths together */
#define AMP_SOURCE_BYTES_A_STEP 16       /* of the texts that XPath's functions read, each such piece one step */
#define AMP_SOURCE_NODES 100000 /* elements, attributes and texts of a page: libxml2 joins sets of nodes in the square of it */
#define AMP_SOURCE_MAX_BYTES ((size_t)32 << 20)
#define AMP_SOURCE_VERSION_DIGITS 16 /* of the hash of the file: the adapter's version */

enum amp_source_document { AMP_SOURCE_JSON, AMP_SOURCE_XML, AMP_SOURCE_HTML };

/* --- words --- */

enum amp_source_kind { AMP_SOURCE_TEXT, AMP_SOURCE_COUNT, AMP_SOURCE_TIME, AMP_SOURCE_LANGS, AMP_SOURCE_LABELS };
struct amp_source_word { /* a converter by its name in files */
	const char *name;
	enum amp_source_kind kind; /* of the fields it can fill */
	amp_convert *convert;
	bool address; /* resolved against the page's own address */
};
const struct amp_source_word *amp_source_words(size_t *n);
const struct amp_source_word *amp_source_word(const char *name); /* NULL when unknown */
/* The fields that a file may name: keys of the command-line contract. */
size_t amp_source_fields(const char *out[AMP_F_COUNT]);
bool amp_source_field(const char *name, enum amp_field *out, enum amp_source_kind *kind);

/* --- paths --- */

/* NULL when the path can be used; else the sentence (translated), and the place of the mistake in the path, in code points. */
const char *amp_source_json_wrong(const char *path, int *place);
struct amp_source_names { /* prefixes of XML names */
	const char *const *prefix, *const *uri;
	size_t n;
};
/* room: for sentences that name something. */
const char *amp_source_xpath_wrong(const char *path, const struct amp_source_names *names, char *room, size_t size, int *place);

/* --- the adapter --- */

struct amp_source_row {
	enum amp_field field;
	enum amp_need need;
	const struct amp_source_word *as;
	const char *path, *fallback; /* fallback NULL: none */
	const char *prefix;          /* a text in front of the value; NULL: none */
	const char *each;            /* of the elements of a JSON list: where the text stands; NULL: they are texts */
};
struct amp_source_parts { /* media or links; path NULL: the source has none */
	const char *path;
	const char *url, *text, *description, *kind; /* text: alt of media, title of links */
};
enum amp_source_paging { AMP_SOURCE_ONE_PAGE, AMP_SOURCE_CURSOR, AMP_SOURCE_LINK, AMP_SOURCE_OFFSET, AMP_SOURCE_PAGE };
enum { AMP_SOURCE_FLAGS = 6 };
extern const char *const amp_source_flags[AMP_SOURCE_FLAGS + 1]; /* "is_pinned" …, NULL */
struct amp_source_endpoint {                                     /* beside the adapter's endpoint of the same place */
	const char *empty; /* what a page without entries shows; NULL: such a page is not known from another one */
	const struct amp_source_row *rows;
	size_t n_rows;
	struct amp_source_parts media, links;
	const char *flags[AMP_SOURCE_FLAGS];
	enum amp_source_paging paging;
	const char *next, *more;
	int64_t first; /* number of the first page */
};
struct amp_source {
	struct amp_adapter adapter; /* first: what the engine hands back is this struct */
	enum amp_source_document document;
	struct amp_source_names names;
	const struct amp_source_endpoint *endpoints;
	const char *text; /* RFC 8785 text of the file without "$schema": what is locked, and read again by reparse */
};

/* From a checked file. text: its canonical text. Everything is copied into the arena; NULL when memory is out. */
struct amp_source *amp_source_build(const json_t *file, struct amp_str text, struct amp_arena *a);
/* The source behind an adapter; NULL for a compiled one. */
const struct amp_source *amp_source_of(const struct amp_adapter *adapter);

#endif

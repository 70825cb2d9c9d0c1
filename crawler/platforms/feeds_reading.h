/* feeds_reading.h: reading one XML feed; between feeds_xml.c, feeds_gather.c and feeds_words.c only. */
#ifndef AMP_PLATFORMS_FEEDS_READING_H
#define AMP_PLATFORMS_FEEDS_READING_H
#include <libxml/parser.h>
#include "base/buf.h"
#include "platforms/feeds_entry.h"

#define MAX_DEPTH 256 /* libxml2's own bound without XML_PARSE_HUGE */
#define MAX_NAMESPACES 32

enum space { /* bits: a row of the table may stand for several */
	     MAIN = 1,
	     ATOM = 2,
	     DC = 4,
	     CONTENT = 8,
	     MEDIA = 16,
	     ITUNES = 32,
	     SLASH = 64,
	     THREAD = 128,
	     FEEDBURNER = 256,
	     XHTML = 512,
	     RDF = 1024,
	     OTHER = 2048,
	     ANY = 4095
};
enum context { IN_DOCUMENT, IN_FEED, IN_ENTRY, IN_AUTHOR, IN_ORIGIN, IN_MEDIA, IN_IMAGE, IN_TEXT, IN_NOTHING };
enum action {
	TEXT,
	LINE,
	LINK,
	ENCLOSURE,
	MEDIA_CONTENT,
	THUMBNAIL,
	CATEGORY,
	AUTHOR,
	IMAGE,
	IMAGE_HREF,
	STATISTICS,
	STARS,
	REPLY,
	EXPLICIT,
	RATING,
	THROUGH,
	IGNORE,
	WORD /* of the hooks */
};

struct element {
	unsigned spaces;
	const char *name;
	enum action action;
	enum amp_feeds_slot slot;
	enum amp_feeds_form form;
};

struct frame {
	char prefix[24], name[40]; /* cut: longer names are none that feeds have */
	enum context inside;
	struct amp_str base, lang;
};

struct reading {
	struct amp_engine *e;
	struct amp_feeds_source *source;
	xmlParserCtxtPtr ctxt;
	const struct amp_feeds_hooks *hooks;
	struct frame stack[MAX_DEPTH * 2]; /* deeper than libxml2's: its elements end at other places where tags do not match */
	size_t depth;
	size_t unknown_entries; /* elements that hold what entries hold, under a name that is none of ours */
	char unknown_name[40];
	bool atom, rdf, root_seen, root_ended, channel_seen, refused, stopped;
	bool says; /* an element of the feed itself was seen */
	struct amp_feeds_entry feed, *entry, *first, *last;
	struct amp_feeds_entry *origin; /* of the entry in hand, while its atom:source is open */
	/* the text in hand */
	struct amp_buf text;
	const struct element *capture;
	const char *word; /* of the hooks, whose text it is */
	size_t capture_depth, capture_offset;
	enum amp_feeds_form form;
	bool elements, permalink;
	struct amp_str label_source;
	struct amp_media *media; /* of a media:content that is open */
	/* an end tag that is not the one libxml2 expects */
	char mismatch[72];
	bool mismatched;
	size_t at;   /* last known position: libxml2 forgets it when it gives up */
	size_t lost; /* in the body: 1 + where something could not be read; 0: nothing was lost */
	struct {
		const xmlChar *uri, *prefix;
		enum space space;
	} known[MAX_NAMESPACES];
	size_t n_known;
};

/* feeds_words.c: what the words of feeds mean. NULL for elements that are not ours. */
enum space amp_feeds_space_of(struct reading *r, const xmlChar *prefix, const xmlChar *uri);
const struct element *amp_feeds_element(enum space space, struct amp_str name);
const struct element *amp_feeds_person(enum space space, struct amp_str name); /* inside an author */
const struct amp_feeds_word *amp_feeds_word(const struct reading *r, enum space space, struct amp_str name);

/* feeds_gather.c: attributes (five pointers each), texts, and what the table says of an element. */
struct amp_str amp_feeds_attribute(struct reading *r, const xmlChar **list, int n, const char *name);
struct amp_str amp_feeds_spaced(struct reading *r, const xmlChar **list, int n, enum space space, const char *name);
struct amp_str amp_feeds_prefixed(struct reading *r, const xmlChar **list, int n, const char *prefix, const char *name);
void amp_feeds_set(struct reading *r, enum amp_feeds_slot slot, struct amp_str text, enum amp_feeds_form form, size_t offset);
void amp_feeds_start_text(struct reading *r, const struct element *el, enum amp_feeds_form form);
void amp_feeds_add_escaped(struct amp_buf *b, const char *p, size_t n);
void amp_feeds_open_markup(struct reading *r, const xmlChar *name, const xmlChar **list, int n);
void amp_feeds_close_markup(struct reading *r, const char *name);
void amp_feeds_end_text(struct reading *r);
/* Both give the context of the element's children; take: of an element that the hooks name. */
enum context amp_feeds_take(struct reading *r, const struct amp_feeds_word *word);
enum context amp_feeds_act(struct reading *r, const struct element *el, enum space space, const xmlChar **list, int n);

/* feeds_xml.c */
struct amp_str amp_feeds_from_xml(const xmlChar *p);
size_t amp_feeds_position(const struct reading *r);
size_t amp_feeds_tag_start(const struct reading *r);
void amp_feeds_stop(struct reading *r);

#endif

/* feeds_source.h: the bytes of an XML feed as UTF-8 text that an XML parser can read to its end. */
#ifndef AMP_PLATFORMS_FEEDS_SOURCE_H
#define AMP_PLATFORMS_FEEDS_SOURCE_H
#include "parse/engine.h"

struct amp_feeds_edit { /* from `out` on, text and decoded bytes are `in - out` apart */
	uint32_t out, in;
};

/* libxml2 reads CDATA sections, references and letters beyond ASCII a character at a time. Long texts that need no repair are taken out,
 * and a processing instruction of this name, with the number of the text, stands in their place; one that the document has itself is
 * renamed. */
#define AMP_FEEDS_TEXT "amp-text"

struct amp_feeds_source {
	struct amp_str text; /* UTF-8 behind the XML declaration, repaired where needed */

	/* the way back to the body, for byte offsets; positions are asked in rising order */
	struct amp_str body, decoded;
	size_t decoded_start; /* in body, where no decoding was needed */
	size_t text_start;    /* in decoded */
	int unit;             /* bytes of a code unit in the body: 0 not decoded, 1, 2 (UTF-16) */
	bool big_endian;
	struct amp_str *taken; /* the texts that were taken out */
	size_t n_taken, taken_room;
	struct amp_feeds_edit *edits;
	size_t n_edits, edits_room, edit;
	size_t seen_decoded, seen_body; /* behind the same "<" in both */
};

/* Decodes and repairs the page's body. Encoding: byte order mark, then what the bytes are (valid UTF-8 is UTF-8 whatever is
 * declared), then the declaration, the Content-Type, windows-1252. False when the engine has failed. */
bool amp_feeds_source(struct amp_engine *e, struct amp_feeds_source *s);
/* libxml2 made ready, once a process: our allocator, no talk. Before any other call of it. */
void amp_feeds_libxml(void);
/* Place in the body of a "<" (or the end) of the text. */
size_t amp_feeds_offset(struct amp_feeds_source *s, size_t at);

#endif

/* feeds_mend.h: repairs of an XML feed; between feeds_mend.c, feeds_take.c and feeds_source.c only. */
#ifndef AMP_PLATFORMS_FEEDS_MEND_H
#define AMP_PLATFORMS_FEEDS_MEND_H
#include "platforms/feeds_open.h"
#include "platforms/feeds_source.h"

struct amp_feeds_mender {
	struct amp_engine *e;
	struct amp_feeds_source *s;
	const char *start, *end;
	const char *verbatim; /* up to here "<" and "&" are text: CDATA, comments, processing instructions */
	const char *void_end; /* the ">" of an HTML tag that wants a "/" */
	struct amp_feeds_open open;
	const char *copied;
	char *out; /* NULL in the first pass, which only measures */
	size_t n;
	bool any, doctype_seen;
	bool valid; /* the whole text is UTF-8 */
	size_t n_taken;
};

/* s->text, a part of s->decoded, as libxml2 can read it to its end: in place when it needs nothing. At most 1 GiB. False when the engine has
 * failed. */
bool amp_feeds_mend(struct amp_engine *e, struct amp_feeds_source *s);

/* The bytes [from, to) become `with`. what: the repair to report, NULL for none. */
void amp_feeds_replace(struct amp_feeds_mender *m, const char *from, const char *to, struct amp_str with, const char *what);
/* XML 1.0 section 2.2. */
bool amp_feeds_xml_character(uint32_t c);
/* "&#233;" with p behind "#": the code point, *end behind the semicolon; 0 when it is none. */
uint32_t amp_feeds_number(const char *p, const char *limit, const char **end);

/* feeds_take.c: "<![CDATA[" at p: a long section is taken out. Returns behind it, or NULL when it stays. */
const char *amp_feeds_take_cdata(struct amp_feeds_mender *m, const char *p);
/* A start tag at p whose element holds one long text: that is taken out as well, for libxml2 reads escaped markup and letters beyond
 * ASCII a character at a time. Returns behind the text, or NULL when it stays. */
const char *amp_feeds_take_text(struct amp_feeds_mender *m, const char *p);

#endif

/* feeds_open.h: which elements of a feed stand open, while its text is mended; for feeds_mend.c and feeds_take.c only. libxml2 closes one element for
 * every end tag, whatever its name: where each entry has an end tag too many, it is out of them long before the document ends.
 */
#ifndef AMP_PLATFORMS_FEEDS_OPEN_H
#define AMP_PLATFORMS_FEEDS_OPEN_H
#include "base/str.h"

#define AMP_FEEDS_OPEN_MAX 256  /* libxml2's own bound */
#define AMP_FEEDS_LONG_TAG 4096 /* bytes; no tag is longer: the whole stays linear */

struct amp_feeds_open {                           /* zeroed: nothing is open */
	struct amp_str names[AMP_FEEDS_OPEN_MAX]; /* in the text */
	size_t n;
	size_t parser; /* how many libxml2 has open: more than these where something was left unclosed */
	bool lost; /* a tag could not be told from text, or they nest deeper than is read: nothing is said of end tags any more */
};

/* A start tag at p. closed: the ">" of a tag that is mended to end its element, NULL for none. */
void amp_feeds_open_start(struct amp_feeds_open *o, const char *p, const char *end, const char *closed);
/* "</" at p. Behind the tag when it ends nothing, and libxml2 would close something with it that is open; else NULL. */
const char *amp_feeds_open_end(struct amp_feeds_open *o, const char *p, const char *end);

#endif

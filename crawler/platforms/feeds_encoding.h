/* feeds_encoding.h: the encoding of an XML feed; between feeds_encoding.c, feeds_source.c and feeds_mend.c only. */
#ifndef AMP_PLATFORMS_FEEDS_ENCODING_H
#define AMP_PLATFORMS_FEEDS_ENCODING_H
#include "platforms/feeds_source.h"

#define AMP_FEEDS_REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */

/* The page's body as UTF-8, but for single bad bytes: s->decoded, where its text starts, and what the way back needs. False when the engine
 * has failed. */
bool amp_feeds_decode(struct amp_engine *e, struct amp_feeds_source *s);
/* Place in the body of a "<" (or the end) of s->decoded; asked in rising order. */
size_t amp_feeds_undecoded(struct amp_feeds_source *s, size_t at);
/* Code point of a byte. */
uint32_t amp_feeds_windows_1252(unsigned char c);
/* ASCII case-insensitive. */
bool amp_feeds_is_one_of(struct amp_str name, const char *const *names, size_t n);

#endif

/* text.h: what detectors read.
 *
 * text_view v1 = title, text, quoted text, content warning, link titles, alt texts, in that order, kept apart by a newline
 * (U+000A); absent and empty parts leave no separator.
 *
 * Normal form v2, for matching only (the text as shown stays what is archived and exported), with offsets back into the view:
 *   - characters: NFKD, case folded, marks and format characters removed (utf8proc); "œ" and "æ" become "oe" and "ae", which NFKD leaves
 *     alone and French writes both ways; other line breaks (U+0085, U+2028, U+2029) become U+000A, vertical tab and form feed a space; other
 *     control characters are removed; emoji stay;
 *   - Cyrillic and Greek letters that look Latin become Latin, in words that mix them with Latin ones, and in texts without any other letter of
 *     those scripts;
 *   - four or more single letters kept apart by one space, point, hyphen, underscore or asterisk each are joined: "f e m m e s";
 *   - in words that mix letters with signs, 0 1 3 4 5 7 8 @ $ ! | + and the euro and pound signs are read as the letters they are drawn for
 *     ("s4l0p3"), unless they are a number behind or before the word ("covid19", "1er"), an account or the end of the sentence;
 *   - a letter three times or more in a row becomes two.
 * Normalising twice changes nothing.
 */
#ifndef AMP_TEXT_TEXT_H
#define AMP_TEXT_TEXT_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

#define AMP_NORMALISER_VERSION "3"
#define AMP_NORMALISE_MAX ((size_t)1 << 20) /* bytes of one piece */

/* Parts of an item; absent ones are AMP_STR_ABSENT, absent lists have n = 0. */
struct amp_view_parts {
	struct amp_str title, text, quote, warning;
	const struct amp_str *link_titles, *alts;
	size_t n_link_titles, n_alts;
};
/* Appends one part, after a separator when the view has text already. Failures are sticky in the buffer. */
void amp_view_add(struct amp_buf *view, struct amp_str part);
/* Appends the view of these parts to an empty buffer. */
void amp_view_build(struct amp_buf *view, const struct amp_view_parts *parts);

#define AMP_FOLD_BYTES 256
/* What one character is in normal form before anything hidden is undone: of "É", "é" and "e" it is "e", of "ß" "ss", of a mark nothing. Returns how many
 * bytes. */
size_t amp_fold(uint32_t cp, char out[AMP_FOLD_BYTES]);
bool amp_is_cased(uint32_t cp); /* a letter of a script that has capitals, and keeps its words apart */

#define AMP_NORMAL_BEHIND 32 /* bytes behind the text that may be read, whatever they are */
struct amp_normal {
	struct amp_buf text; /* normal form, UTF-8 */
	uint32_t *
		origin; /* for each byte of text: offset of the source character in the given text; text.n + 1 entries, the last one
	                          being the end of what was read */
	size_t size;    /* room in origin */
	struct amp_fold *folds; /* the module's own */
};
void amp_normal_init(struct amp_normal *n);
void amp_normal_free(struct amp_normal *n); /* NULL-safe */
/* Reuses n's memory. Bytes that are not UTF-8 become U+FFFD. Texts over AMP_NORMALISE_MAX are cut behind white space, or else at a
 * character boundary: *cut (may be NULL) is set and origin[text.n] says where to go on. */
int amp_normalise(struct amp_normal *n, struct amp_str text, int *cut, struct amp_err *err) AMP_CHECK;

#endif

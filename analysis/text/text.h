/* text.h: what detectors read. text_view v1 = title, text, quoted text, content warning, link title, alt text, in that order, kept
 * apart by a newline (U+000A); absent parts leave no separator.
 * Normal form (version below): NFKD, case folded, marks and format characters removed (utf8proc), with offsets back into the view.
 */
#ifndef AMP_TEXT_TEXT_H
#define AMP_TEXT_TEXT_H
#include <stddef.h>
#include <stdint.h>
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

#define AMP_NORMALISER_VERSION "1"

struct amp_normal {
	struct amp_buf text;   /* normal form, UTF-8 */
	uint32_t *origin;      /* for each byte of text: offset of the source character in the given text; text.n + 1 entries */
	size_t size;
};
void amp_normal_init(struct amp_normal *n);
void amp_normal_free(struct amp_normal *n);
/* Reuses n's memory. Texts over 1 MiB are cut at a character boundary (*cut set). */
int amp_normalise(struct amp_normal *n, struct amp_str text, int *cut, struct amp_err *err) AMP_CHECK;

#endif

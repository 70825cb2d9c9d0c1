/* words.h: the texts of prose.def. */
#ifndef AMP_EXPORT_WORDS_H
#define AMP_EXPORT_WORDS_H
#include <stdbool.h>
#include "base/buf.h"

enum amp_export_prose {
#define AMP_PROSE(id, en, fr) AMP_PROSE_##id,
#include "export/prose.def"
#undef AMP_PROSE
	AMP_PROSE_COUNT
};
const char *amp_export_prose(enum amp_export_prose id, bool french);
/* Appends s, with French spacing where french. */
void amp_export_say(struct amp_buf *b, const char *s, bool french);

#endif

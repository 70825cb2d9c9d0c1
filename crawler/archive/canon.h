/* canon.h: the one byte form of an entry's block. RFC 8785 for what a block may hold: objects with ASCII keys, arrays, strings,
 * true, false, null and integers that a double holds exactly (so that any RFC 8785 library writes the same bytes).
 */
#ifndef AMP_ARCHIVE_CANON_H
#define AMP_ARCHIVE_CANON_H
#include <jansson.h>
#include "base/buf.h"
#include "base/err.h"

/* Appends the canonical bytes. AMP_EUSAGE for a real, a large integer, a key that is not ASCII, or nesting beyond 32; AMP_ENOMEM also when the value may lack something. */
int canon_dump(struct amp_buf *out, const json_t *value, struct amp_err *err) AMP_CHECK;
/* Parses bytes that must be canonical. AMP_ENOMEM says nothing of the bytes; any other error: they are not JSON, or would be written otherwise. */
int canon_load(json_t **out, struct amp_str bytes, struct amp_err *err) AMP_CHECK;

#endif

/* http.h: a message of HTTP as it came: header block, transfer coding, content codings. Pure, bounded. One implementation for what is
 * fetched, what the archive gives back, and what people captured.
 */
#ifndef AMP_CONTAINER_HTTP_H
#define AMP_CONTAINER_HTTP_H
#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

/* --- headers.c: a header block as received (status or request line first) --- */
/* Status code of the status line, 0 when there is none. */
int amp_headers_status(struct amp_str block);
/* Walks the fields; *at starts at 0. A folded value (RFC 9112, 5.2) keeps its line ends. False at the end of the block. */
bool amp_headers_next(struct amp_str block, size_t *at, struct amp_str *name, struct amp_str *value);
/* First field of that name (ASCII case-insensitive), trimmed; absent when not there. */
struct amp_str amp_headers_get(struct amp_str block, const char *name);

/* --- decode.c --- */

/* Undo the content coding of an archived entity exactly as a live fetch would (reparse uses it): header block, bytes as received. */
struct amp_decoded {
	struct amp_str entity, body; /* in the arena or pointing into raw */
	bool truncated, unasked_coding;
	const char *truncated_why;
	char content_coding[32];
};
int amp_fetch_decode(struct amp_str raw, size_t header_bytes, size_t max_decoded, struct amp_arena *arena, struct amp_decoded *out,
                     struct amp_err *err) AMP_CHECK;

/* The one implementation behind live fetches and amp_fetch_decode. entity and plain are scratch; out points into raw or into them. */
int amp_decode(struct amp_str raw, size_t header_bytes, size_t max_decoded, struct amp_buf *entity, struct amp_buf *plain,
               struct amp_decoded *out, struct amp_err *err) AMP_CHECK;
/* RFC 9112, 7.1. Appends the data of the chunks to out; NULL when the last chunk was seen, else what is wrong. */
const char *amp_dechunk(struct amp_str in, struct amp_buf *out);

#endif

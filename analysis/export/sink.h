/* sink.h: one file being written: buffered, hashed and counted as it goes, and there under its name only when it is whole. */
#ifndef AMP_EXPORT_SINK_H
#define AMP_EXPORT_SINK_H
#include <stdint.h>
#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"

struct amp_sink {
	int fd;
	struct amp_buf b;    /* what was not written yet: append here, then call amp_sink_pass */
	struct amp_buf path; /* where it goes; "-" is standard output */
	struct amp_sha256 h;
	int64_t bytes;
	uint8_t sha256[AMP_SHA256]; /* once closed */
};
/* dir NULL: name is a path. AMP_EUSAGE when the file exists. */
int amp_sink_open(struct amp_sink *s, const char *dir, const char *name, struct amp_err *err) AMP_CHECK;
/* Writes the buffer out when it is large. */
int amp_sink_pass(struct amp_sink *s, struct amp_err *err) AMP_CHECK;
/* Writes the rest, syncs and closes; when rc, what came before, is not 0 nothing more is written. The file is removed on failure. Frees
 * everything either way and returns rc, or what failed here. bytes and sha256 stay readable. */
int amp_sink_close(struct amp_sink *s, int rc, struct amp_err *err) AMP_CHECK;

#endif

/* recover.h: what a process that was killed left. The archive is always ahead of the database or equal to it (writer.h). */
#ifndef AMP_RUN_RECOVER_H
#define AMP_RUN_RECOVER_H
#include "base/err.h"
#include "run/evidence.h"
#include "run/storing.h"
#include "run/run.h"

struct amp_recover_end {
	const struct amp_evidence *e;
	const char *archive_dir;
};
/* For amp_archive_open(), user a struct amp_recover_end: AMP_ECORRUPT when the database knows more than the archive has, or its last entry as
 * another. Then the archive is not the one, or lost its end: what looks like a torn tail may be evidence, and is not cut. */
int amp_recover_end(void *user, int64_t next_seq, const uint8_t head[AMP_SHA256], struct amp_err *err) AMP_CHECK;

/* Complete groups that the database lacks get their rows; snapshots that were open are closed as partial, reason "interrupted", and
 * their pages are never continued; their slots are due again, for the crawl to try once more while the window is open, else to miss.
 * next_seq: of the opened archive, whose end amp_recover_end() has seen. *adopted counts captures. */
int amp_recover(const struct amp_evidence *e, struct amp_storing *storing, const char *archive_dir, int64_t next_seq,
                amp_stored_fn *stored, void *stored_user, int64_t *adopted, struct amp_err *err) AMP_CHECK;

#endif

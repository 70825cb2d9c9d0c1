/* recover.h: what a process that was killed left. The archive is always ahead of the database or equal to it (writer.h). */
#ifndef AMP_RUN_RECOVER_H
#define AMP_RUN_RECOVER_H
#include "base/err.h"
#include "run/evidence.h"
#include "run/storing.h"
#include "run/run.h"

/* Complete groups that the database lacks get their rows; snapshots that were open are closed as partial, reason "interrupted", and
 * their pages are never continued; their slots are due again, for the crawl to try once more while the window is open, else to miss.
 * next_seq and head: of the opened archive. AMP_ECORRUPT when the database is ahead of the archive. *adopted counts captures. */
int amp_recover(const struct amp_evidence *e, struct amp_storing *storing, const char *archive_dir, int64_t next_seq,
                const uint8_t head[AMP_SHA256], amp_stored_fn *stored, void *stored_user, int64_t *adopted,
                struct amp_err *err) AMP_CHECK;

#endif

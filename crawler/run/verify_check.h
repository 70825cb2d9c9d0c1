/* verify_check.h: the two passes over one archive and its database: its entries against their rows (verify_entry.c), then rounds and snapshots
 * against what the first pass gathered (verify_db.c).
 */
#ifndef AMP_RUN_VERIFY_CHECK_H
#define AMP_RUN_VERIFY_CHECK_H
#include "run/keymap.h"
#include "run/verify_value.h"

struct check {
	struct amp_verify v;
	int64_t archive_id, study_id;
	struct amp_key study, crawler;
	int64_t entries, captures;
	struct amp_keymap snapshots, rounds, walks; /* what the entries say of each */
};
/* For amp_archive_each(): user is the struct check. */
int verify_entry(void *user, const struct amp_archived *a, struct amp_err *err) AMP_CHECK;

#endif

/* redraw.h: a sample drawn again from what it says it was drawn from, for `verify`: the readings that its frame lists, their scores, its seed, strata
 * and size. Owner of the question whether a stored draw is the one that these give; recheck.c asks whether rows agree with each other.
 */
#ifndef AMP_ANNOTATE_REDRAW_H
#define AMP_ANNOTATE_REDRAW_H
#include "annotate/recheck.h"

/* Every sample of the database. found: once for each table of a sample that differs: its key, strata, units (who was drawn, order, chance, score),
 * snapshots' sums, exposures. undecided: a sample that cannot be drawn again, with the reason: its method is not this program's, or texts without a
 * score were scored since. AMP_ENOMEM, or the database's errors. */
int amp_samples_redraw(struct amp_store *store, amp_recheck_fn *found, amp_recheck_fn *undecided, void *user,
                       struct amp_err *err) AMP_CHECK;

#endif

/* recheck.h: samples and annotations against themselves, for `verify`: keys, chances and sums are derived again from what they were made of. */
#ifndef AMP_ANNOTATE_RECHECK_H
#define AMP_ANNOTATE_RECHECK_H
#include "store/store.h"

/* what: the table and what differs; key: hexadecimal, of the row. */
typedef void amp_recheck_fn(void *user, const char *what, const char *key);
/* Each unit's key, its chance from its stratum's numbers, its exposures; each stratum's and each sample's sums; each annotation's and
 * adjudication's key. Not: whether the draw is the one that seed, frame and strata give (redraw.h), and erased comments. */
int amp_annotations_recheck(struct amp_store *store, amp_recheck_fn *found, void *user, struct amp_err *err) AMP_CHECK;

#endif

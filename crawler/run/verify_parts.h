/* verify_parts.h: rows that follow from other rows, derived again: a study's personas, feeds and pairs from its locked text, items from
 * their content keys. What stands between them (exposures, labels, diagnostics) is derived again from the captures by reparse.
 */
#ifndef AMP_RUN_VERIFY_PARTS_H
#define AMP_RUN_VERIFY_PARTS_H
#include <stdint.h>
#include "archive/archive.h"
#include "base/hash.h"
#include "store/store.h"

struct amp_parts {
	struct amp_store *store;
	amp_finding_fn *fn; /* may be NULL */
	void *user;
	int64_t *findings;
};
/* Personas, feeds and pairs of every version of the study against the version's text. */
int amp_verify_study_parts(struct amp_parts *p, int64_t study_id, const struct amp_key *study, struct amp_err *err) AMP_CHECK;
/* Every item version that is not erased against its key, with its item, author, media and links. */
int amp_verify_items(struct amp_parts *p, struct amp_err *err) AMP_CHECK;

#endif

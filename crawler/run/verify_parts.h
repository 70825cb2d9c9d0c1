/* verify_parts.h: rows that follow from other rows, derived again: a study's personas, feeds and pairs from its locked text, the steps of
 * its walks from the lists before them, items from their content keys. What stands between them (exposures, labels, diagnostics) is
 * derived again from the captures by amp_verify_readings().
 */
#ifndef AMP_RUN_VERIFY_PARTS_H
#define AMP_RUN_VERIFY_PARTS_H
#include "run/keymap.h"
#include "run/verify_value.h"

/* Personas, feeds and pairs of every version of the study against the version's text. */
int amp_verify_study_parts(struct amp_verify *p, int64_t study_id, const struct amp_key *study, struct amp_err *err) AMP_CHECK;
/* Every step of the study's walks: that it was asked for what the rule chooses from the list before it (run/walk.h), in its address and in the
 * archive's entry. steps: what the archive says of them: version is the key of the item asked for. */
int amp_verify_walks(struct amp_verify *p, int64_t study_id, const struct amp_keymap *steps, struct amp_err *err) AMP_CHECK;
/* Every item version that is not erased against its key, with its item, author, media and links. */
int amp_verify_items(struct amp_verify *p, struct amp_err *err) AMP_CHECK;

#endif

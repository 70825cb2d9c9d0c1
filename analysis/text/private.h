/* private.h: what the files of analysis/text share. */
#ifndef AMP_TEXT_PRIVATE_H
#define AMP_TEXT_PRIVATE_H
#include "text/text.h"

/* Undoes what hides words in folded text: letters of other scripts, kept apart, drawn out, signs for letters. In place: it only shortens. */
void amp_disguise_undo(struct amp_normal *n);

#endif

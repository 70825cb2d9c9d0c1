/* overlap.h: which texts a trained detector has seen in training, from the hashes that training left (train/train.h): the first 8 bytes of the
 * SHA-256 of each training text's normal form, as sorted big-endian numbers. Two texts of one normal form are the same text here.
 */
#ifndef AMP_EVALUATE_OVERLAP_H
#define AMP_EVALUATE_OVERLAP_H
#include <stdbool.h>
#include <stddef.h>
#include "evaluate/labelled.h"

/* seen: room for l->n. Refuses bytes that are no such list, name being its file. */
int amp_overlap(const struct amp_labelled *l, struct amp_str hashes, const char *name, bool *seen, size_t *n_seen,
                struct amp_err *err) AMP_CHECK;
/* At most how likely it is that any of n unseen texts is taken for one of m: n m / 2^64. */
double amp_overlap_chance(size_t n, size_t m);

#endif

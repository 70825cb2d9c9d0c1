/* beside.h: corrected figures beside those of the detector, estimate by estimate: for the data files and the database. */
#ifndef AMP_ANNOTATE_BESIDE_H
#define AMP_ANNOTATE_BESIDE_H
#include "annotate/corrected.h"

/* Fills `beside` of every estimate: a figure, or why there is none. Shares of a feed, lifts and ratios of a pair, of the primary detector and cell, all
 * personas together, any group or one. Texts live in c's arena or in the program. */
void amp_corrected_beside(const struct amp_corrected *c, struct amp_estimates *all);

#endif

/* unseen.h: what a sample that found nothing leaves open. Linearisation sees no variance in a stratum whose judged texts are all alike; the
 * texts that were not drawn may yet differ. Exact binomial limits (Clopper & Pearson 1934) for the effective number (Kish 1965) of such strata,
 * pooled, times the part of the arm's exposures in them that nobody has judged. */
#ifndef AMP_ANNOTATE_UNSEEN_H
#define AMP_ANNOTATE_UNSEEN_H
#include "stats/design.h"

struct amp_unseen {
	double up, down; /* how far the share may lie above, below: 0 where all strata hold both kinds, or were judged whole */
};
/* weight: the arm's exposures of each unit; total: of the arm; stratum numbers below 64. only: units that count, NULL: all. */
struct amp_unseen amp_unseen_of(const struct amp_design *d, const double *y, const double *weight, const bool *only, double total,
                                double alpha);
/* Takes both doubts as independent: ends move out by the root of the sum of squares. Unknown ends stay unknown; lo, hi: bounds. */
void amp_unseen_stretch(struct amp_confidence *c, double up, double down, double lo, double hi);

#endif

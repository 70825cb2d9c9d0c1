/* halves.h: what there is to know of all subsets of up to 20 units without looking at each. Met in the middle (Horowitz & Sahni 1974): the
 * subsets of either half of the units are put in order, and for each of one half those of the other that qualify are a stretch whose ends
 * only ever move one way: 2^(n/2) steps for 2^n subsets.
 */
#ifndef AMP_STATS_HALVES_H
#define AMP_STATS_HALVES_H
#include <stddef.h>
#include "base/err.h"

#define AMP_HALVES_UNITS_MAX 20

/* How many of the 2^n subsets (the empty one and the whole among them) have a sum of z of `most` or less. n: 1 to AMP_HALVES_UNITS_MAX.
 * Sums are those of two halves added: they differ by rounding from those in another order (below 20 * 2^-53 of the sum of |z|). */
int amp_halves_at_most(const double *z, size_t n, double most, size_t *count, struct amp_err *err) AMP_CHECK;

/* The k-th smallest (from 0) of the 2^n subset ratios, sum x / sum m, as if each were computed, units in order, and all were sorted: the same
 * double. m: 0 or more, with a sum above 0; k: below half of the subsets. A subset without a base (m sums to 0) has the ratio of its sum's
 * sign times infinity, and -infinity where x is nothing too (up to 1e-12 of the sum of |x|). */
int amp_halves_ratio(const double *x, const double *m, size_t n, size_t k, double *ratio, struct amp_err *err) AMP_CHECK;

#endif

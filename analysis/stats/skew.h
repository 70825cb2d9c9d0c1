/* skew.h: a ratio of sums over few units that are known to be lopsided. A sign-flip and Student's t both take deviations for even; from ten
 * lognormal values (CV .6) either covers 92 % instead of 95 %. Hall 1992 (J. R. Stat. Soc. B 54:221) takes skewness out of T = mean / SD of
 * z = x - d m by g(T) = T + γT²/3 + γ²T³/27 + γ/(6n), which rises in T; n^½ g(T) is held against Student's t (n - 1).
 */
#ifndef AMP_STATS_SKEW_H
#define AMP_STATS_SKEW_H
#include <stddef.h>
#include "stats/real.h"

struct amp_skewed {
	struct amp_real p;      /* two-sided, of theta = null_value */
	struct amp_real lo, hi; /* of theta = sum x / sum m, where p falls to alpha; unknown where unbounded */
};
/* skew: γ of the x - theta m, finite, as the caller knows it (measured of ten it says little). All unknown where it is 0, below 3 units, and where they agree. */
void amp_skewed(const double *x, const double *m, size_t n, double skew, double null_value, double alpha, struct amp_skewed *out);

#endif

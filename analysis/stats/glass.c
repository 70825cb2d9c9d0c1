/* glass.c: Glass's standardised difference. */
#include <math.h>
#include "stats/stats.h"

struct amp_real amp_glass_delta(const double *a, const double *b, size_t n)
{
	if (n < 2) return AMP_REAL_NONE;
	double ma = 0, mb = 0, ss = 0, least = INFINITY, most = -INFINITY;
	for (size_t i = 0; i < n; i++) {
		ma += a[i] / (double)n;
		mb += b[i] / (double)n;
		least = fmin(least, b[i]);
		most = fmax(most, b[i]);
	}
	/* values that differ by the rounding of the sums they come from, or not at all, have no spread: their computed one is noise */
	if (most - least <= 1e-12 * fmax(fabs(least), fabs(most))) return AMP_REAL_NONE;
	for (size_t i = 0; i < n; i++) ss += (b[i] - mb) * (b[i] - mb);
	double sd = sqrt(ss / (double)(n - 1));
	return sd > 0 ? amp_real((ma - mb) / sd) : AMP_REAL_NONE;
}

/* jackknife.c: an error from leaving out one cluster at a time. */
#include <math.h>
#include "stats/robust.h"
#include "stats/special.h"

struct amp_confidence amp_jackknife(double all, const double *without, size_t n, double alpha)
{
	struct amp_confidence c = {amp_real(all), AMP_REAL_NONE, AMP_REAL_NONE, AMP_REAL_NONE};
	double mean = 0, squares = 0;
	if (n < 3) return c;
	for (size_t i = 0; i < n; i++) mean += without[i] / (double)n;
	for (size_t i = 0; i < n; i++) squares += (without[i] - mean) * (without[i] - mean);
	double se = sqrt((double)(n - 1) / (double)n * squares);
	if (!c.estimate.known || !isfinite(se) || !(se > 1e-12 * fmax(1, fabs(all)))) return c;
	double half = amp_student_quantile(1 - alpha / 2, (double)(n - 1)) * se;
	c.se = amp_real(se);
	c.lo = amp_real(all - half);
	c.hi = amp_real(all + half);
	return c;
}

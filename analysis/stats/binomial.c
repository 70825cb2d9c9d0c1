/* binomial.c: the normal quantile, Wilson's interval, Glass's standardised difference. */
#include <math.h>
#include "stats/stats.h"

/* Acklam's rational approximation (relative error 1.15e-9), then one Halley step against erfc. */
double amp_normal_quantile(double p)
{
	static const double a[] = {-3.969683028665376e+01, 2.209460984245205e+02,  -2.759285104469687e+02,
	                           1.383577518672690e+02,  -3.066479806614716e+01, 2.506628277459239e+00};
	static const double b[] = {-5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02, 6.680131188771972e+01,
	                           -1.328068155288572e+01};
	static const double c[] = {-7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e+00,
	                           -2.549732539343734e+00, 4.374664141464968e+00,  2.938163982698783e+00};
	static const double d[] = {7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00, 3.754408661907416e+00};
	double x;
	if (p > 0.02425 && p < 1 - 0.02425) {
		double q = p - 0.5, r = q * q;
		x = (((((a[0] * r + a[1]) * r + a[2]) * r + a[3]) * r + a[4]) * r + a[5]) * q /
		    (((((b[0] * r + b[1]) * r + b[2]) * r + b[3]) * r + b[4]) * r + 1);
	} else {
		double q = sqrt(-2 * log(p < 0.5 ? p : 1 - p));
		x = (((((c[0] * q + c[1]) * q + c[2]) * q + c[3]) * q + c[4]) * q + c[5]) /
		    ((((d[0] * q + d[1]) * q + d[2]) * q + d[3]) * q + 1);
		if (p >= 0.5) x = -x;
	}
	const double root_two_pi = 2.50662827463100050242;
	double e = 0.5 * erfc(-x / sqrt(2.0)) - p, u = e * root_two_pi * exp(x * x / 2);
	return x - u / (1 + x * u / 2);
}

void amp_wilson(int64_t x, int64_t n, double alpha, struct amp_real *lo, struct amp_real *hi)
{
	*lo = *hi = AMP_REAL_NONE;
	if (n <= 0 || x < 0 || x > n) return;
	double z = amp_normal_quantile(1 - alpha / 2), count = (double)n, p = (double)x / count;
	double centre = p + z * z / (2 * count), half = z * sqrt(p * (1 - p) / count + z * z / (4 * count * count)),
	       scale = 1 + z * z / count;
	*lo = amp_real(x == 0 ? 0 : (centre - half) / scale);
	*hi = amp_real(x == n ? 1 : (centre + half) / scale);
}

struct amp_real amp_glass_delta(const double *a, const double *b, size_t n)
{
	if (n < 2) return AMP_REAL_NONE;
	double ma = 0, mb = 0, ss = 0;
	for (size_t i = 0; i < n; i++) {
		ma += a[i] / (double)n;
		mb += b[i] / (double)n;
	}
	for (size_t i = 0; i < n; i++) ss += (b[i] - mb) * (b[i] - mb);
	double sd = sqrt(ss / (double)(n - 1));
	return sd > 0 ? amp_real((ma - mb) / sd) : AMP_REAL_NONE;
}

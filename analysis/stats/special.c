/* special.c: normal, beta and Student distributions. */
#include "stats/special.h"
#include <float.h>
#include <math.h>

static const double pi = 3.14159265358979323846;

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

double amp_normal_cdf(double x)
{
	return 0.5 * erfc(-x / sqrt(2.0));
}

/* ln z! less Stirling's formula (Loader 2000, section 3). */
static double stirling_error(double z)
{
	if (z < 15) return lgamma(z + 1) - (z + 0.5) * log(z) + z - 0.5 * log(2 * pi);
	double r = 1 / (z * z);
	return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - 1.0 / 1188 * r) * r) * r) * r) / z;
}

/* x ln(x / m) + m - x without the cancellation near x = m (Loader 2000, section 4). */
static double deviance(double x, double m)
{
	if (fabs(x - m) >= 0.1 * (x + m)) return x * log(x / m) + m - x;
	double v = (x - m) / (x + m), s = (x - m) * v, e = 2 * x * v;
	v *= v;
	for (int j = 1; j < 1000; j++) {
		e *= v;
		double next = s + e / (2 * j + 1);
		if (next == s) break;
		s = next;
	}
	return s;
}

/* x^a (1-x)^b / B(a, b), 0 < x < 1. */
static double beta_front(double x, double a, double b)
{
	double n = a + b, log_binomial = stirling_error(n) - stirling_error(a) - stirling_error(b) - deviance(a, n * x) -
	                                 deviance(b, n * (1 - x));
	return a * b / n * exp(log_binomial) * sqrt(n / (2 * pi * a * b));
}

/* DLMF 8.17.22 by the method of Lentz. Converges fast for x < (a+1)/(a+b+2). */
static double beta_fraction(double x, double a, double b)
{
	const double tiny = 1e-300;
	double c = 1, d = 1 - (a + b) * x / (a + 1);
	if (fabs(d) < tiny) d = tiny;
	d = 1 / d;
	double h = d;
	for (int i = 1; i < 100000; i++) {
		double m = i, even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
		       odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
		d = 1 + even * d;
		c = 1 + even / c;
		d = 1 / (fabs(d) < tiny ? tiny : d);
		if (fabs(c) < tiny) c = tiny;
		h *= d * c;
		d = 1 + odd * d;
		c = 1 + odd / c;
		d = 1 / (fabs(d) < tiny ? tiny : d);
		if (fabs(c) < tiny) c = tiny;
		h *= d * c;
		if (fabs(d * c - 1) < DBL_EPSILON) break;
	}
	return h;
}

double amp_beta_cdf(double x, double a, double b)
{
	if (!(x > 0)) return 0;
	if (!(x < 1)) return 1;
	double front = beta_front(x, a, b);
	return x < (a + 1) / (a + b + 2) ? front * beta_fraction(x, a, b) / a : 1 - front * beta_fraction(1 - x, b, a) / b;
}

/* Bisection of an increasing function to neighbouring doubles. */
static double invert(double p, double lo, double hi, double (*cdf)(double, double, double), double a, double b)
{
	for (int i = 0; i < 2000; i++) {
		double mid = lo + (hi - lo) / 2;
		if (!(mid > lo && mid < hi)) break;
		if (cdf(mid, a, b) < p)
			lo = mid;
		else
			hi = mid;
	}
	return hi;
}

double amp_beta_quantile(double p, double a, double b)
{
	if (!(p > 0)) return 0;
	if (!(p < 1)) return 1;
	return invert(p, 0, 1, amp_beta_cdf, a, b);
}

double amp_student_cdf(double t, double df)
{
	double tail = 0.5 * amp_beta_cdf(df / (df + t * t), df / 2, 0.5);
	return t > 0 ? 1 - tail : tail;
}

static double student(double t, double df, double unused)
{
	(void)unused;
	return amp_student_cdf(t, df);
}

double amp_student_quantile(double p, double df)
{
	if (p > 0.5) return -amp_student_quantile(1 - p, df);
	double lo = -1;
	while (lo > -DBL_MAX / 4 && amp_student_cdf(lo, df) > p) lo *= 2;
	return invert(p, lo, 0, student, df, 0);
}

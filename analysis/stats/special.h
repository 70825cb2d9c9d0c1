/* special.h: distributions that intervals need and libm lacks. Plain doubles; errors are said with each function. */
#ifndef AMP_STATS_SPECIAL_H
#define AMP_STATS_SPECIAL_H

double amp_normal_quantile(double p); /* 0 < p < 1; absolute error below 1e-12 (Acklam 2003 with one Halley step) */
double amp_normal_cdf(double x);
/* Regularised incomplete beta function I_x(a, b), a > 0, b > 0: continued fraction of DLMF 8.17.22 behind Loader's binomial density
 * (C. Loader 2000, "Fast and accurate computation of binomial probabilities"). Relative error below 1e-12 for a + b up to 1e7. */
double amp_beta_cdf(double x, double a, double b);
/* The x with I_x(a, b) = p, by bisection to the last bit; 0 and 1 at the ends. */
double amp_beta_quantile(double p, double a, double b);
double amp_student_cdf(double t, double df);      /* df > 0 */
double amp_student_quantile(double p, double df); /* 0 < p < 1 */

#endif

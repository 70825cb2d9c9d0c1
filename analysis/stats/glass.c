/* glass.c: Glass's standardised difference, and its interval. */
#include <math.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "stats/special.h"
#include "stats/stats.h"

/* Without row `skip` (n: with all rows). */
static double mean(const double *v, size_t n, size_t skip)
{
	double used = skip < n ? (double)n - 1 : (double)n, sum = 0;
	for (size_t i = 0; i < n; i++)
		if (i != skip) sum += v[i] / used;
	return sum;
}

/* The SD of v; 0: it has none. Values that differ by the rounding of the sums they come from, or not at all, have no spread: their computed one is
 * noise. */
static double spread(const double *v, size_t n, size_t skip)
{
	double m = mean(v, n, skip), ss = 0, least = INFINITY, most = -INFINITY, used = skip < n ? (double)n - 1 : (double)n;
	for (size_t i = 0; i < n; i++) {
		if (i == skip) continue;
		least = fmin(least, v[i]);
		most = fmax(most, v[i]);
		ss += (v[i] - m) * (v[i] - m);
	}
	if (used < 2 || most - least <= 1e-12 * fmax(fabs(least), fabs(most))) return 0;
	return sqrt(ss / (used - 1));
}

struct amp_real amp_glass_delta(const double *a, const double *b, size_t n)
{
	double sd = spread(b, n, n);
	return sd > 0 ? amp_real((mean(a, n, n) - mean(b, n, n)) / sd) : AMP_REAL_NONE;
}

/* Jackknifed covariance of two figures, of which x[i] and y[i] are those without row i. */
static double covariance(const double *x, const double *y, size_t n)
{
	double mx = mean(x, n, n), my = mean(y, n, n), sum = 0;
	for (size_t i = 0; i < n; i++) sum += (x[i] - mx) * (y[i] - my);
	return sum * (double)(n - 1) / (double)n;
}

int amp_glass_interval(const double *a, const double *b, size_t n, double alpha, const struct amp_glass_days *days,
                       struct amp_confidence *out, struct amp_err *err)
{
	*out = (struct amp_confidence){amp_glass_delta(a, b, n), AMP_REAL_NONE, AMP_REAL_NONE, AMP_REAL_NONE};
	if (n < 3 || !out->estimate.known) return 0;
	double *lift = amp_malloc(2 * n * sizeof *lift), *log_sd = lift ? lift + n : NULL, least = INFINITY;
	if (!lift) return amp_fail(err, AMP_ENOMEM, _("Memory is out while %zu clusters are left out one by one."), n);
	for (size_t i = 0; i < n; i++) {
		double sd = spread(b, n, i);
		least = fmin(least, sd);
		lift[i] = mean(a, n, i) - mean(b, n, i);
		log_sd[i] = sd > 0 ? log(sd) : 0;
	}
	double v = covariance(lift, lift, n), df = (double)n - 1, sd = spread(b, n, n), delta = out->estimate.v;
	if (days && days->variance > v) {
		v = days->variance;
		df = fmin(df, days->df);
	}
	double se = sqrt(fmax(0, v / (sd * sd) + delta * delta * covariance(log_sd, log_sd, n) -
	                                 2 * delta * covariance(lift, log_sd, n) / sd));
	amp_free(lift);
	if (!(least > 0) || !(se > 1e-12 * fmax(1, fabs(delta)))) return 0;
	double half = amp_student_quantile(1 - alpha / 2, df) * se;
	out->se = amp_real(se);
	out->lo = amp_real(delta - half);
	out->hi = amp_real(delta + half);
	return 0;
}

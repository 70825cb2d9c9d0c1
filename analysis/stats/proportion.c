/* proportion.c: intervals for proportions and their differences, and prevalence corrected for a detector's errors. */
#include "stats/proportion.h"
#include <float.h>
#include <math.h>
#include "stats/special.h"

static const double pi = 3.14159265358979323846;

static bool possible(int64_t x, int64_t n)
{
	return n > 0 && x >= 0 && x <= n;
}

void amp_wilson(int64_t x, int64_t n, double alpha, struct amp_real *lo, struct amp_real *hi)
{
	*lo = *hi = AMP_REAL_NONE;
	if (!possible(x, n)) return;
	double z = amp_normal_quantile(1 - alpha / 2), count = (double)n, p = (double)x / count;
	double centre = p + z * z / (2 * count), half = z * sqrt(p * (1 - p) / count + z * z / (4 * count * count)),
	       scale = 1 + z * z / count;
	*lo = amp_real(x == 0 ? 0 : (centre - half) / scale);
	*hi = amp_real(x == n ? 1 : (centre + half) / scale);
}

void amp_clopper_pearson(int64_t x, int64_t n, double alpha, struct amp_real *lo, struct amp_real *hi)
{
	*lo = *hi = AMP_REAL_NONE;
	if (!possible(x, n) || n > INT64_C(1) << 50) return; /* beyond that the bisection's last bit is larger than the limits */
	double hits = (double)x, misses = (double)(n - x);
	*lo = amp_real(x == 0 ? 0 : amp_beta_quantile(alpha / 2, hits, misses + 1));
	*hi = amp_real(x == n ? 1 : amp_beta_quantile(1 - alpha / 2, hits + 1, misses));
}

void amp_newcombe(int64_t x1, int64_t n1, int64_t x2, int64_t n2, double alpha, struct amp_confidence *out)
{
	*out = (struct amp_confidence){.estimate = AMP_REAL_NONE};
	if (!possible(x1, n1) || !possible(x2, n2)) return;
	struct amp_real l1, u1, l2, u2;
	amp_wilson(x1, n1, alpha, &l1, &u1);
	amp_wilson(x2, n2, alpha, &l2, &u2);
	double p1 = (double)x1 / (double)n1, p2 = (double)x2 / (double)n2;
	out->estimate = amp_real(p1 - p2);
	out->lo = amp_real(p1 - p2 - hypot(p1 - l1.v, u2.v - p2));
	out->hi = amp_real(p1 - p2 + hypot(u1.v - p1, p2 - l2.v));
}

/* Score statistic of x1/n1 - x2/n2 = d. The restricted estimate is the root of a cubic (Miettinen & Nurminen, appendix). */
static double score(double x1, double n1, double x2, double n2, double d)
{
	double n = n1 + n2, l3 = n, l2 = (n1 + 2 * n2) * d - n - x1 - x2, l1 = (n2 * d - n - 2 * x2) * d + x1 + x2,
	       l0 = x2 * d * (1 - d);
	double q = l2 * l2 * l2 / (27 * l3 * l3 * l3) - l1 * l2 / (6 * l3 * l3) + l0 / (2 * l3),
	       inner = l2 * l2 / (9 * l3 * l3) - l1 / (3 * l3), p = (q < 0 ? -1 : 1) * sqrt(inner > 0 ? inner : 0), r2 = 0;
	double cosine = p != 0 ? q / (p * p * p) : 0;
	cosine = cosine > 1 ? 1 : cosine < -1 ? -1 : cosine;
	r2 = 2 * p * cos((pi + acos(cosine)) / 3) - l2 / (3 * l3);
	r2 = r2 < 0 ? 0 : r2 > 1 ? 1 : r2;
	double r1 = r2 + d;
	r1 = r1 < 0 ? 0 : r1 > 1 ? 1 : r1;
	double var = (r1 * (1 - r1) / n1 + r2 * (1 - r2) / n2) * n / (n - 1), gap = x1 / n1 - x2 / n2 - d;
	if (gap == 0) return 0;
	return var > 0 ? gap / sqrt(var) : gap > 0 ? DBL_MAX : -DBL_MAX;
}

/* The d in [lo, hi] where the score, which falls with d, passes z. */
static double score_limit(double x1, double n1, double x2, double n2, double z, double lo, double hi)
{
	for (int i = 0; i < 200; i++) {
		double mid = lo + (hi - lo) / 2;
		if (!(mid > lo && mid < hi)) break;
		if (score(x1, n1, x2, n2, mid) > z)
			lo = mid;
		else
			hi = mid;
	}
	return lo + (hi - lo) / 2;
}

void amp_miettinen_nurminen(int64_t x1, int64_t n1, int64_t x2, int64_t n2, double alpha, struct amp_confidence *out)
{
	*out = (struct amp_confidence){.estimate = AMP_REAL_NONE};
	if (!possible(x1, n1) || !possible(x2, n2)) return;
	double z = amp_normal_quantile(1 - alpha / 2), a = (double)x1, m = (double)n1, b = (double)x2, n = (double)n2,
	       d = a / m - b / n;
	out->estimate = amp_real(d);
	out->lo = amp_real(d <= -1 ? -1 : score_limit(a, m, b, n, z, -1, d));
	out->hi = amp_real(d >= 1 ? 1 : score_limit(a, m, b, n, -z, d, 1));
}

void amp_log_ratio(int64_t x1, int64_t n1, int64_t x2, int64_t n2, double alpha, struct amp_confidence *out)
{
	*out = (struct amp_confidence){.estimate = AMP_REAL_NONE};
	if (!possible(x1, n1) || !possible(x2, n2) || x2 == 0) return;
	double a = (double)x1, m = (double)n1, b = (double)x2, n = (double)n2, ratio = a / m / (b / n);
	out->estimate = amp_real(ratio);
	if (x1 == 0) return;
	double z = amp_normal_quantile(1 - alpha / 2), se = sqrt(1 / a - 1 / m + 1 / b - 1 / n);
	out->se = amp_real(se);
	out->lo = amp_real(ratio * exp(-z * se));
	out->hi = amp_real(ratio * exp(z * se));
}

static double unit(double v)
{
	return v < 0 ? 0 : v > 1 ? 1 : v;
}

/* Variance of (p + Sp - 1)/J, each of the three proportions with its own count. */
static double corrected_variance(double theta, double p, double n, double se, double npos, double sp, double nneg)
{
	double j = se + sp - 1;
	return (p * (1 - p) / n + theta * theta * se * (1 - se) / npos + (1 - theta) * (1 - theta) * sp * (1 - sp) / nneg) /
	       (j * j);
}

void amp_rogan_gladen(const struct amp_flagged *f, double alpha, struct amp_confidence *out)
{
	*out = (struct amp_confidence){.estimate = AMP_REAL_NONE};
	if (!possible(f->positives, f->n) || !possible(f->tp, f->npos) || !possible(f->tn, f->nneg)) return;
	double x = (double)f->positives, n = (double)f->n, tp = (double)f->tp, npos = (double)f->npos, tn = (double)f->tn,
	       nneg = (double)f->nneg, p = x / n, se = tp / npos, sp = tn / nneg;
	if (se + sp - 1 < AMP_YOUDEN_MIN) return;
	double theta = (p + sp - 1) / (se + sp - 1);
	out->estimate = amp_real(unit(theta));
	out->se = amp_real(sqrt(corrected_variance(unit(theta), p, n, se, npos, sp, nneg)));
	double z = amp_normal_quantile(1 - alpha / 2), z2 = z * z;
	double n_ = n + z2, p_ = (x + z2 / 2) / n_, npos_ = npos + 2, nneg_ = nneg + 2, se_ = (tp + 1) / npos_,
	       sp_ = (tn + 1) / nneg_;
	if (!(se_ + sp_ - 1 > 0)) return;
	double t = (p_ + sp_ - 1) / (se_ + sp_ - 1);
	double shift = 2 * z2 * (t * se_ * (1 - se_) / npos_ - (1 - t) * sp_ * (1 - sp_) / nneg_);
	double half = z * sqrt(corrected_variance(t, p_, n_, se_, npos_, sp_, nneg_));
	out->lo = amp_real(unit(t + shift - half));
	out->hi = amp_real(unit(t + shift + half));
}

struct amp_real amp_huszar(int64_t treatment, int64_t control, double k)
{
	if (treatment < 0 || control < 0 || !(k > 0)) return AMP_REAL_NONE;
	return amp_real(((double)treatment + 1) / (k * (double)control + 1));
}

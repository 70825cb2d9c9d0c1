/* power.c: sample sizes and the price of clustering. */
#include "stats/power.h"
#include <math.h>
#include <stdlib.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "stats/special.h"

double amp_design_effect(double size, double icc)
{
	return 1 + (size - 1) * icc;
}

struct member {
	double cluster, x;
};

static int by_cluster(const void *a, const void *b)
{
	const struct member *x = a, *y = b;
	return (x->cluster > y->cluster) - (x->cluster < y->cluster);
}

int amp_icc(const double *x, const double *cluster, size_t n, struct amp_real *out, struct amp_err *err)
{
	*out = AMP_REAL_NONE;
	if (n < 3) return 0;
	struct member *v = amp_malloc(n * sizeof *v);
	if (v == NULL) return amp_fail(err, AMP_ENOMEM, _("Memory is out while %zu values are sorted."), n);
	double mean = 0, between = 0, within = 0, squares = 0, clusters = 0;
	for (size_t i = 0; i < n; i++) {
		v[i] = (struct member){cluster[i], x[i]};
		mean += x[i] / (double)n;
	}
	qsort(v, n, sizeof *v, by_cluster);
	for (size_t i = 0, end; i < n; i = end) {
		double own = 0;
		for (end = i; end < n && v[end].cluster == v[i].cluster; end++) own += v[end].x;
		double m = (double)(end - i);
		own /= m;
		clusters++;
		squares += m * m;
		between += m * (own - mean) * (own - mean);
		for (size_t j = i; j < end; j++) within += (v[j].x - own) * (v[j].x - own);
	}
	amp_free(v);
	double total = (double)n;
	if (clusters < 2 || clusters == total) return 0;
	double size = (total - squares / total) / (clusters - 1), msb = between / (clusters - 1), msw = within / (total - clusters);
	double denominator = msb + (size - 1) * msw;
	if (denominator > 0) *out = amp_real((msb - msw) / denominator);
	return 0;
}

struct amp_real amp_power_items(double p1, double p2, double alpha, double power)
{
	if (!(p1 > 0 && p1 < 1 && p2 > 0 && p2 < 1) || p1 == p2) return AMP_REAL_NONE;
	double za = amp_normal_quantile(1 - alpha / 2), zb = amp_normal_quantile(power), mean = (p1 + p2) / 2;
	double root = (za * sqrt(2 * mean * (1 - mean)) + zb * sqrt(p1 * (1 - p1) + p2 * (1 - p2))) / (p1 - p2);
	return amp_real(root * root);
}

double amp_power_signflip(size_t clusters, double d, double alpha)
{
	if (clusters < 2 || ldexp(1, 1 - (int)(clusters < 1000 ? clusters : 1000)) > alpha) return 0;
	double z = amp_normal_quantile(1 - alpha / 2), shift = fabs(d) * sqrt((double)clusters);
	return amp_normal_cdf(shift - z) + amp_normal_cdf(-shift - z);
}

/* power.c: sample sizes and the price of clustering. */
#include "stats/power.h"
#include <math.h>
#include <stdbool.h>
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
	for (size_t i = 0; i < n; i++)
		if (!isfinite(x[i]) || !isfinite(cluster[i])) return 0;
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
	if (denominator > 0 && isfinite(denominator) && isfinite(msb - msw)) *out = amp_real((msb - msw) / denominator);
	return 0;
}

struct amp_real amp_power_items(double p1, double p2, double alpha, double power)
{
	if (!(p1 >= 0 && p1 <= 1 && p2 >= 0 && p2 <= 1) || p1 == p2) return AMP_REAL_NONE;
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

static bool possible(const struct amp_plan *p)
{
	return p->clusters >= 2 && p->rounds > 0 && p->depth > 0 && p->base > 0 && p->base < 1 && p->icc >= 0 && p->icc <= 1 &&
	       p->alpha > 0 && p->alpha < 1 && p->power > 0 && p->power < 1 &&
	       ldexp(1, 1 - (int)(p->clusters < 1000 ? p->clusters : 1000)) <= p->alpha;
}

static double error_at(const struct amp_plan *p, double lift, double effect)
{
	double c = p->base, r = c + lift, m = (double)p->rounds * (double)p->depth;
	return sqrt((c * (1 - c) + r * (1 - r)) * effect / m / (double)p->clusters);
}

void amp_power_detectable(const struct amp_plan *p, struct amp_detectable *out)
{
	*out = (struct amp_detectable){.lift = AMP_REAL_NONE};
	if (!possible(p)) return;
	double m = (double)p->rounds * (double)p->depth, df = (double)(p->clusters - 1), lo = 0, hi = 1 - p->base;
	double k = amp_student_quantile(1 - p->alpha / 2, df) + amp_student_quantile(p->power, df);
	out->design_effect = amp_design_effect(m, p->icc);
	out->items = m * (double)p->clusters;
	if (k * error_at(p, hi, out->design_effect) > hi) return;
	for (int i = 0; i < 200 && lo < hi; i++) { /* k se - lift falls through 0 once: se is concave in lift */
		double mid = lo + (hi - lo) / 2;
		if (mid <= lo || mid >= hi) break;
		if (k * error_at(p, mid, out->design_effect) > mid)
			lo = mid;
		else
			hi = mid;
	}
	out->lift = amp_real(hi);
	out->ratio = amp_real((p->base + hi) / p->base);
	out->se = amp_real(error_at(p, hi, out->design_effect));
}

struct amp_real amp_power_clusters(const struct amp_plan *plan, double lift)
{
	struct amp_plan p = *plan;
	size_t lo = 1, hi = 100000;
	struct amp_detectable d;
	p.clusters = hi;
	amp_power_detectable(&p, &d);
	if (!(lift > 0) || !d.lift.known || d.lift.v > lift) return AMP_REAL_NONE;
	while (hi - lo > 1) {
		p.clusters = lo + (hi - lo) / 2;
		amp_power_detectable(&p, &d);
		if (d.lift.known && d.lift.v <= lift)
			hi = p.clusters;
		else
			lo = p.clusters;
	}
	return amp_real((double)hi);
}

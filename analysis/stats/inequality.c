/* inequality.c: Gini, entropy, Theil; bias of a ranking. */
#include "stats/inequality.h"
#include <math.h>
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "stats/stats.h"

static double sum_of(const double *x, size_t n)
{
	double sum = 0;
	for (size_t i = 0; i < n; i++) sum += x[i];
	return sum;
}

int amp_gini(const double *x, size_t n, struct amp_real *out, struct amp_err *err)
{
	double sum = sum_of(x, n), weighted = 0;
	*out = AMP_REAL_NONE;
	if (n == 0 || !(sum > 0)) return 0;
	double *v = amp_malloc(n * sizeof *v);
	if (v == NULL) return amp_fail(err, AMP_ENOMEM, _("Memory is out while %zu values are sorted."), n);
	memcpy(v, x, n * sizeof *v);
	amp_sort(v, n);
	for (size_t i = 0; i < n; i++) weighted += (2 * (double)i - (double)n + 1) * v[i];
	amp_free(v);
	*out = amp_real(weighted / ((double)n * sum));
	return 0;
}

static double nats(const double *x, size_t n, double sum)
{
	double h = 0;
	for (size_t i = 0; i < n; i++)
		if (x[i] > 0) h -= x[i] / sum * log(x[i] / sum);
	return h;
}

struct amp_real amp_entropy(const double *x, size_t n)
{
	double sum = sum_of(x, n);
	return sum > 0 ? amp_real(nats(x, n, sum) / log(2.0)) : AMP_REAL_NONE;
}

struct amp_real amp_theil(const double *x, size_t n)
{
	double sum = sum_of(x, n);
	return sum > 0 ? amp_real(log((double)n) - nats(x, n, sum)) : AMP_REAL_NONE;
}

void amp_ranking_bias(const double *s, size_t n, struct amp_ranking_bias *out)
{
	double above = 0, output = 0;
	for (size_t i = 0; i < n; i++) {
		above += s[i];
		output += above / (double)(i + 1);
	}
	out->input = above / (double)n;
	out->output = output / (double)n;
	out->ranking = out->output - out->input;
}

/* figure.c: interval of a figure that is no ratio of sums: the paired basic bootstrap over clusters (Davison and Hinkley 1997, 5.6), as
 * Milli et al. 2025 use it. */
#include <math.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "base/rng.h"
#include "metrics/private.h"

static size_t all_resamples(size_t n)
{
	size_t all = 1;
	for (size_t i = 0; i < n; i++) all *= n;
	return all;
}

static double spread(const double *v, size_t n)
{
	double mean = 0, squares = 0;
	for (size_t i = 0; i < n; i++) mean += v[i] / (double)n;
	for (size_t i = 0; i < n; i++) squares += (v[i] - mean) * (v[i] - mean);
	return sqrt(squares / (double)(n - 1));
}

int amp_figure_bootstrap(const double *x, const double *m, size_t n,
                         struct amp_real (*figure)(const double *, const double *, size_t), double alpha, uint64_t seed,
                         struct amp_interval *out, struct amp_err *err)
{
	*out = (struct amp_interval){AMP_REAL_NONE, AMP_REAL_NONE, AMP_REAL_NONE};
	struct amp_real theta = figure(x, m, n);
	bool all = n <= AMP_BOOTSTRAP_ENUMERATE_MAX;
	size_t draws = all ? all_resamples(n) : AMP_BOOTSTRAP_DRAWS, kept = 0;
	if (!theta.known || n < 3) return 0;
	double *value = amp_malloc((draws + 2 * n) * sizeof *value), *rx = value ? value + draws : NULL,
	       *rm = value ? rx + n : NULL;
	if (!value) return AMP_OOM(err);
	struct amp_rng rng;
	amp_rng_seed_label(&rng, seed, "bootstrap");
	for (size_t i = 0; i < draws; i++) {
		size_t code = i;
		for (size_t u = 0; u < n; u++) {
			size_t pick = all ? code % n : (size_t)amp_rng_below(&rng, n);
			code /= n;
			rx[u] = x[pick];
			rm[u] = m[pick];
		}
		struct amp_real v = figure(rx, rm, n);
		if (v.known) value[kept++] = v.v;
	}
	if (kept * 20 >= draws * 19) { /* else too many resamples have no figure */
		amp_sort(value, kept);
		out->lo = amp_real(2 * theta.v - amp_quantile7(value, kept, 1 - alpha / 2));
		out->hi = amp_real(2 * theta.v - amp_quantile7(value, kept, alpha / 2));
		out->se = amp_real(spread(value, kept));
	}
	amp_free(value);
	return 0;
}

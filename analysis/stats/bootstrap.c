/* bootstrap.c: cluster bootstrap of a ratio of sums, as sensitivity beside the sign-flip interval. At ten clusters the percentile
 * interval covers about 89 % instead of 95 %, and 86 % when the effects are skewed: it is never the headline. */
#include <math.h>
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "stats/resample.h"
#include "stats/special.h"
#include "stats/stats.h"

struct amp_real amp_ratio_se(const double *x, const double *m, size_t n)
{
	double xt = 0, mt = 0, ss = 0;
	for (size_t u = 0; u < n; u++) {
		xt += x[u];
		mt += m[u];
	}
	if (n < 2 || !(mt > 0)) return AMP_REAL_NONE;
	double theta = xt / mt;
	for (size_t u = 0; u < n; u++) {
		double e = x[u] - theta * m[u];
		ss += e * e;
	}
	return amp_real(sqrt((double)n / (double)(n - 1) * ss) / mt);
}

static size_t enumerated(size_t n)
{
	size_t all = 1;
	for (size_t i = 0; i < n; i++) all *= n;
	return all;
}

/* Skewness of the jackknife values, over 6: Efron 1987, (6.6). Unknown when a unit carries the whole base. */
static struct amp_real acceleration(const double *x, const double *m, size_t n)
{
	double xt = 0, mt = 0, mean = 0, squares = 0, cubes = 0;
	for (size_t u = 0; u < n; u++) {
		xt += x[u];
		mt += m[u];
	}
	for (size_t u = 0; u < n; u++) {
		if (!(mt - m[u] > 0)) return AMP_REAL_NONE;
		mean += (xt - x[u]) / (mt - m[u]) / (double)n;
	}
	for (size_t u = 0; u < n; u++) {
		double e = mean - (xt - x[u]) / (mt - m[u]);
		squares += e * e;
		cubes += e * e * e;
	}
	return squares > 0 ? amp_real(cubes / (6 * pow(squares, 1.5))) : AMP_REAL_NONE;
}

/* value: ascending. A resample equal to theta counts half below it; the same units summed in another order are equal, so that rounding
 * decides nothing: `same` is far below any real gap. */
static void bca(const double *x, const double *m, size_t n, double theta, double same, const double *value, size_t kept,
                double alpha, struct amp_bootstrap *out)
{
	size_t below = 0, equal = 0;
	while (below < kept && value[below] < theta - same) below++;
	while (below + equal < kept && value[below + equal] <= theta + same) equal++;
	double share = ((double)below + (double)equal / 2) / (double)kept;
	struct amp_real a = acceleration(x, m, n);
	if (!a.known || !(share > 0 && share < 1)) return;
	double z0 = amp_normal_quantile(share), end[2];
	for (int i = 0; i < 2; i++) {
		double z = z0 + amp_normal_quantile(i == 0 ? alpha / 2 : 1 - alpha / 2), scale = 1 - a.v * z;
		if (!(scale > 0)) return;
		end[i] = amp_normal_cdf(z0 + z / scale);
	}
	out->bca_lo = amp_real(amp_quantile7(value, kept, end[0]));
	out->bca_hi = amp_real(amp_quantile7(value, kept, end[1]));
}

/* One resample's sums: x, m, and of e = x - theta m (theta of all units) e², e m, m². */
enum { X, M, EE, EM, MM, COLUMNS };

/* All n^n resamples are counted through, or the draws are drawn. */
static void resample(const double *rows, size_t n, bool all, uint64_t key, size_t i, double *sums, uint32_t *index)
{
	if (!all) {
		amp_resample_sums(rows, n, COLUMNS, key, i, i + 1, sums, index);
		return;
	}
	memset(sums, 0, COLUMNS * sizeof *sums);
	for (size_t u = 0; u < n; u++, i /= n)
		for (size_t c = 0; c < COLUMNS; c++) sums[c] += rows[i % n * COLUMNS + c];
}

/* Standard deviation of v; all: of everything there is, not of a draw from it. */
static struct amp_real spread(const double *v, size_t n, bool all)
{
	double mean = 0, ss = 0;
	if (n < 2) return AMP_REAL_NONE;
	for (size_t i = 0; i < n; i++) mean += v[i] / (double)n;
	for (size_t i = 0; i < n; i++) ss += (v[i] - mean) * (v[i] - mean);
	double sd = sqrt(ss / (double)(all ? n : n - 1));
	return isfinite(sd) ? amp_real(sd) : AMP_REAL_NONE;
}

/* (theta* - theta) / se*, from one resample's sums; sum (x - theta* m)² = sum (e - d m)², d = theta* - theta. */
static struct amp_real studentised(const double *s, size_t n)
{
	double e = s[X], d = e / s[M], ss = s[EE] - 2 * d * s[EM] + d * d * s[MM];
	if (!(ss > 1e-12 * (s[EE] + d * d * s[MM])) || !(ss > 0)) return AMP_REAL_NONE; /* all drawn units agree: no se */
	return amp_real(d * s[M] / sqrt((double)n / (double)(n - 1) * ss));
}

int amp_bootstrap(const double *x, const double *m, size_t n, double alpha, size_t draws, uint64_t seed, struct amp_bootstrap *out,
                  struct amp_err *err)
{
	*out = (struct amp_bootstrap){.resamples = 0};
	double xt = 0, mt = 0;
	for (size_t u = 0; u < n; u++) {
		xt += x[u];
		mt += m[u];
	}
	struct amp_real se = amp_ratio_se(x, m, n);
	if (n < 3 || !(mt > 0) || !(se.v > 0) || !isfinite(xt / mt) || !isfinite(se.v)) return 0;
	bool all = n <= AMP_BOOTSTRAP_ENUMERATE_MAX;
	if (!all && draws == 0) return 0; /* nothing drawn has no quantile */
	size_t kept = 0, kept_t = 0;
	if (all) draws = enumerated(n);
	double theta = xt / mt, sums[COLUMNS];
	double *work = amp_malloc((2 * draws + COLUMNS * n) * sizeof *work);
	uint32_t *index = amp_malloc(n * sizeof *index);
	if (work == NULL || index == NULL) {
		amp_free(work);
		amp_free(index);
		return amp_fail(err, AMP_ENOMEM, _("Memory is out while %zu resamples are drawn."), draws);
	}
	double *value = work, *t = work + draws, *rows = t + draws;
	for (size_t u = 0; u < n; u++) {
		double e = x[u] - theta * m[u], row[COLUMNS] = {e, m[u], e * e, e * m[u], m[u] * m[u]};
		memcpy(rows + u * COLUMNS, row, sizeof row);
	}
	uint64_t key = amp_stream_key(seed, "bootstrap");
	for (size_t i = 0; i < draws; i++) {
		resample(rows, n, all, key, i, sums, index);
		if (!(sums[M] > 0)) continue;
		value[kept++] = theta + sums[X] / sums[M];
		struct amp_real student = studentised(sums, n);
		if (student.known) t[kept_t++] = student.v;
	}
	out->resamples = draws;
	out->unusable = draws - kept;
	if (kept * 20 >= draws * 19) {
		amp_sort(value, kept);
		out->se = spread(value, kept, all);
		out->percentile_lo = amp_real(amp_quantile7(value, kept, alpha / 2));
		out->percentile_hi = amp_real(amp_quantile7(value, kept, 1 - alpha / 2));
		if (out->percentile_hi.known) out->basic_lo = amp_real(2 * theta - out->percentile_hi.v);
		if (out->percentile_lo.known) out->basic_hi = amp_real(2 * theta - out->percentile_lo.v);
		bca(x, m, n, theta, 1e-9 * se.v, value, kept, alpha, out);
	}
	if (kept_t * 20 >= draws * 19) {
		amp_sort(t, kept_t);
		out->t_lo = amp_real(theta - amp_quantile7(t, kept_t, 1 - alpha / 2) * se.v);
		out->t_hi = amp_real(theta - amp_quantile7(t, kept_t, alpha / 2) * se.v);
	}
	amp_free(work);
	amp_free(index);
	return 0;
}

int amp_bootstrap_double_ratio(const double *rows, size_t n, double alpha, size_t draws, uint64_t seed, struct amp_confidence *out,
                               size_t *unusable, struct amp_err *err)
{
	double total[4] = {0};
	size_t kept = 0;
	*out = (struct amp_confidence){.estimate = AMP_REAL_NONE};
	*unusable = 0;
	for (size_t i = 0; i < 4 * n; i++) total[i % 4] += rows[i];
	double theta = total[0] / total[1] / (total[2] / total[3]);
	if (!(total[1] > 0 && total[2] > 0 && total[3] > 0) || !isfinite(theta)) return 0;
	out->estimate = amp_real(theta);
	if (n < 3 || draws == 0) return 0;
	double *sums = amp_malloc(4 * draws * sizeof *sums);
	uint32_t *index = amp_malloc(n * sizeof *index);
	if (sums == NULL || index == NULL) {
		amp_free(sums);
		amp_free(index);
		return amp_fail(err, AMP_ENOMEM, _("Memory is out while %zu resamples are drawn."), draws);
	}
	amp_resample_sums(rows, n, 4, amp_stream_key(seed, "double-ratio"), 0, draws, sums, index);
	for (size_t b = 0; b < draws; b++) {
		const double *s = sums + 4 * b;
		double v = s[0] * s[3] / (s[1] * s[2]);
		if (s[1] > 0 && s[2] > 0 && s[3] > 0 && isfinite(v))
			sums[kept++] = v; /* kept <= b: read before it is written over */
	}
	*unusable = draws - kept;
	if (kept * 20 >= draws * 19) {
		out->lo = amp_real(amp_quantile7_unsorted(sums, kept, alpha / 2));
		out->hi = amp_real(amp_quantile7_unsorted(sums, kept, 1 - alpha / 2));
	}
	amp_free(sums);
	amp_free(index);
	return 0;
}

/* wild.c: wild cluster bootstrap of a ratio of sums, null imposed, and its inversion. */
#include <math.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "stats/resample.h"
#include "stats/robust.h"
#include "stats/stats.h"

static const double webb[6] = {-1.2247448713915890, -1, -0.70710678118654752, 0.70710678118654752, 1, 1.2247448713915890};

struct wild {
	const double *x, *m;
	size_t n, patterns;
	double total; /* sum m */
	double *v;    /* patterns x n; the first is all 1: what was observed */
	bool exact;
};

void amp_wild_draw(enum amp_wild_weights weights, uint64_t seed, uint64_t draw, size_t n, double *v)
{
	struct amp_stream s = amp_stream_start(amp_stream_key(seed, "wild"), draw);
	for (size_t g = 0; g < n; g++)
		v[g] = weights == AMP_WILD_WEBB ? webb[amp_stream_below(&s, 6)] : amp_stream_next(&s) >> 63 ? 1 : -1;
}

/* Pattern i of all: the observed one is number 0 for Rademacher; of Webb's it is wherever it is. */
static void counted(enum amp_wild_weights weights, size_t i, size_t n, double *v)
{
	size_t base = weights == AMP_WILD_WEBB ? 6 : 2;
	for (size_t g = 0; g < n; g++, i /= base) v[g] = base == 6 ? webb[i % 6] : i % 2 == 1 ? -1 : 1;
}

/* t of the residuals about d, each times its weight (v NULL: 1). */
static double t_of(const struct wild *w, double d, const double *v)
{
	double sum = 0, ss = 0;
	for (size_t g = 0; g < w->n; g++) sum += (v != NULL ? v[g] : 1) * (w->x[g] - d * w->m[g]);
	double delta = sum / w->total;
	for (size_t g = 0; g < w->n; g++) {
		double e = (v != NULL ? v[g] : 1) * (w->x[g] - d * w->m[g]) - delta * w->m[g];
		ss += e * e;
	}
	double n = (double)w->n, se = sqrt(n / (n - 1) * ss);
	return se > 0 ? fabs(sum) / se : sum != 0 ? INFINITY : 0;
}

static double p_of(const struct wild *w, double d)
{
	double seen = t_of(w, d, NULL);
	size_t as_far = 0;
	for (size_t i = 0; i < w->patterns; i++) as_far += t_of(w, d, w->v + i * w->n) >= seen * (1 - 1e-9);
	return w->exact ? (double)as_far / (double)w->patterns : ((double)as_far + 1) / ((double)w->patterns + 1);
}

/* Where p falls to alpha on one side: doubling away from theta, then halving. */
static struct amp_real limit(const struct wild *w, double theta, double step, double alpha)
{
	double in = theta, out = theta;
	for (int i = 0; i < 40; i++, step *= 2) {
		out = theta + step;
		if (!isfinite(out)) return AMP_REAL_NONE;
		if (p_of(w, out) <= alpha) break;
		in = out;
		if (i == 39) return AMP_REAL_NONE;
	}
	for (int i = 0; i < 60 && fabs(out - in) > 1e-13 * (fabs(in) + fabs(step)); i++) {
		double mid = in + (out - in) / 2;
		if (p_of(w, mid) <= alpha)
			out = mid;
		else
			in = mid;
	}
	return amp_real(in);
}

static int fill(struct wild *w, enum amp_wild_weights weights, size_t draws, uint64_t seed, struct amp_err *err)
{
	size_t base = weights == AMP_WILD_WEBB ? 6 : 2, all = 1;
	w->exact = w->n <= (base == 6 ? AMP_WILD_WEBB_EXACT_MAX : AMP_WILD_EXACT_MAX);
	for (size_t g = 0; w->exact && g < w->n; g++) all *= base;
	w->patterns = w->exact ? all : draws;
	if (w->patterns > SIZE_MAX / sizeof(double) / (w->n + 1)) return amp_fail(err, AMP_ENOMEM, _("Memory is out."));
	w->v = amp_malloc((w->patterns * w->n + 1) * sizeof *w->v);
	if (w->v == NULL) return amp_fail(err, AMP_ENOMEM, _("Memory is out."));
	for (size_t i = 0; i < w->patterns; i++) {
		if (w->exact)
			counted(weights, i, w->n, w->v + i * w->n);
		else
			amp_wild_draw(weights, seed, i, w->n, w->v + i * w->n);
	}
	return 0;
}

int amp_wild_bootstrap(const double *x, const double *m, size_t n, double null_value, double alpha, enum amp_wild_weights weights,
                       size_t draws, uint64_t seed, struct amp_wild *out, struct amp_err *err)
{
	struct wild w = {.x = x, .m = m, .n = n};
	double sum = 0;
	*out = (struct amp_wild){.patterns = 0};
	for (size_t g = 0; g < n; g++) {
		if (!isfinite(x[g]) || !isfinite(m[g]) || m[g] < 0)
			return amp_fail(err, AMP_EFAIL,
			                _("The bootstrap was given a value that is not a finite number, or a negative weight."));
		sum += x[g];
		w.total += m[g];
	}
	if (!(w.total > 0) || !isfinite(sum / w.total)) return 0;
	double theta = sum / w.total;
	out->estimate = amp_real(theta);
	out->se = amp_ratio_se(x, m, n);
	if (!out->se.known || !isfinite(out->se.v) || !(out->se.v > 1e-12 * fabs(theta))) return 0;
	int rc = fill(&w, weights, draws, seed, err);
	if (rc == 0 && w.patterns > 0) {
		out->t = amp_real((theta - null_value) / out->se.v);
		out->patterns = w.patterns + !w.exact;
		out->exact = w.exact;
		out->p = amp_real(p_of(&w, null_value));
		out->lo = limit(&w, theta, -out->se.v, alpha);
		out->hi = limit(&w, theta, out->se.v, alpha);
	}
	amp_free(w.v);
	return rc;
}

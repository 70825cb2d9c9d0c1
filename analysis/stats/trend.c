/* trend.c: a slope over rounds within personas, with small-sample cluster-robust errors. */
#include <math.h>
#include <stdlib.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "stats/robust.h"
#include "stats/special.h"

struct visit {
	int64_t persona;
	double t, y;
};

static int by_persona(const void *a, const void *b)
{
	const struct visit *x = a, *y = b;
	if (x->persona != y->persona) return x->persona < y->persona ? -1 : 1;
	return (x->t > y->t) - (x->t < y->t);
}

/* Centres each persona's visits and drops personas that were seen in one round only. Gives the rows left, and the personas. */
static size_t centre(struct visit *v, size_t n, size_t *personas)
{
	size_t kept = 0;
	for (size_t from = 0, to; from < n; from = to) {
		double t = 0, y = 0;
		for (to = from; to < n && v[to].persona == v[from].persona; to++) {
			t += v[to].t;
			y += v[to].y;
		}
		if (!(v[to - 1].t > v[from].t)) continue;
		double size = (double)(to - from);
		for (size_t i = from; i < to; i++)
			v[kept++] = (struct visit){(int64_t)*personas, v[i].t - t / size, v[i].y - y / size};
		(*personas)++;
	}
	return kept;
}

/* S_g and h_g of each persona. */
static void scores(const struct visit *v, size_t n, double slope, double d, double *s, double *h)
{
	for (size_t i = 0; i < n; i++) {
		s[v[i].persona] += v[i].t * (v[i].y - slope * v[i].t);
		h[v[i].persona] += v[i].t * v[i].t / d;
	}
}

static void errors(const double *s, const double *h, size_t personas, double d, double alpha, struct amp_trend *out)
{
	double cr1 = 0, cr2 = 0, squares = 0, a = 0, b = 0;
	if (personas < 2) return;
	for (size_t g = 0; g < personas; g++) {
		double rest = 1 - h[g];
		if (!(rest > 1e-9)) return;
		cr1 += s[g] * s[g];
		cr2 += s[g] * s[g] / rest;
		squares += h[g] * h[g];
		a += h[g] * h[g] / rest;
		b += h[g] * h[g] * h[g] * h[g] / (rest * rest);
	}
	double slope = out->slope.estimate.v, se = sqrt(cr2) / d, df = 1 / (squares + a * a - b);
	if (!isfinite(se) || !isfinite(df)) return;
	double half = amp_student_quantile(1 - alpha / 2, df) * se;
	out->se_cr1 = amp_real(sqrt((double)personas / (double)(personas - 1) * cr1) / d);
	out->df = amp_real(df);
	out->slope.se = amp_real(se);
	out->slope.lo = amp_real(slope - half);
	out->slope.hi = amp_real(slope + half);
	if (se > 0) out->p = amp_real(2 * amp_student_cdf(-fabs(slope) / se, df));
}

int amp_trend(const double *y, const double *round, const int64_t *persona, size_t n, double alpha, struct amp_trend *out,
              struct amp_err *err)
{
	*out = (struct amp_trend){.rows = 0};
	for (size_t i = 0; i < n; i++)
		if (!isfinite(y[i]) || !isfinite(round[i]))
			return amp_fail(err, AMP_EFAIL, _("The trend was given a value that is not a finite number."));
	struct visit *v = amp_malloc((n + 1) * sizeof *v);
	double *s = amp_calloc(2 * n + 1, sizeof *s), d = 0, product = 0;
	if (v == NULL || s == NULL) {
		amp_free(v);
		amp_free(s);
		return amp_fail(err, AMP_ENOMEM, _("Memory is out."));
	}
	for (size_t i = 0; i < n; i++) v[i] = (struct visit){persona[i], round[i], y[i]};
	if (n > 0) qsort(v, n, sizeof *v, by_persona);
	out->rows = centre(v, n, &out->personas);
	for (size_t i = 0; i < out->rows; i++) {
		d += v[i].t * v[i].t;
		product += v[i].t * v[i].y;
	}
	if (d > 0 && isfinite(product / d)) {
		out->slope.estimate = amp_real(product / d);
		scores(v, out->rows, product / d, d, s, s + n);
		errors(s, s + n, out->personas, d, alpha, out);
	}
	amp_free(v);
	amp_free(s);
	return 0;
}

/* adjust.c: many tests: Bonferroni, Holm, Benjamini-Hochberg, Benjamini-Yekutieli, two-stage Benjamini-Krieger-Yekutieli. */
#include "stats/adjust.h"
#include <stdlib.h>
#include "base/i18n.h"
#include "base/mem.h"

struct ranked {
	double p, adjusted;
	size_t at;
};

static int compare(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	if (x->p != y->p) return x->p < y->p ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

static double at_most_one(double q)
{
	return q < 1 ? q : 1;
}

/* From the smallest p up: never below the one before. */
static void step_down(struct ranked *v, size_t n)
{
	double most = 0;
	for (size_t i = 0; i < n; i++) {
		double q = at_most_one(v[i].p * (double)(n - i));
		if (q > most) most = q;
		v[i].adjusted = most;
	}
}

/* From the largest p down: never above the one after. */
static void step_up(struct ranked *v, size_t n, double factor)
{
	double least = 1;
	for (size_t i = n; i-- > 0;) {
		double q = at_most_one(v[i].p * factor * (double)n / (double)(i + 1));
		if (q < least) least = q;
		v[i].adjusted = least;
	}
}

/* v has the BH values b, ascending. At the first-stage level x = q/(1+q), r(x) tests have b <= x, and the second stage rejects i when
 * b_i (n - r)/n <= x. As r only changes where x passes a b, the least x for i is the least of max(b_j, b_i (n - j)/n) over first-stage
 * counts j that this x really has (b of the next one above it). */
static void two_stage(struct ranked *v, size_t n)
{
	double total = (double)n;
	step_up(v, n, 1);
	for (size_t i = 0, j = 1; i < n; i++) { /* a count that is too small for one p is too small for every larger p */
		double x = 1;
		for (; j <= n; j++) {
			double from = v[j - 1].adjusted, need = v[i].adjusted * (total - (double)j) / total;
			x = need > from ? need : from;
			if (j == n || x < v[j].adjusted) break;
		}
		v[i].p = at_most_one(x < 1 ? x / (1 - x) : 1); /* p is done with: the values of `adjusted` are still read */
	}
	for (size_t i = 0; i < n; i++) v[i].adjusted = v[i].p;
}

int amp_adjust(enum amp_adjust_method method, const double *p, size_t n, double *adjusted, struct amp_err *err)
{
	double harmonic = 0;
	if (n == 0) return 0;
	struct ranked *v = amp_malloc(n * sizeof *v);
	if (v == NULL) return amp_fail(err, AMP_ENOMEM, _("Memory is out while %zu p values are adjusted."), n);
	for (size_t i = 0; i < n; i++) {
		v[i] = (struct ranked){p[i], 0, i};
		harmonic += 1 / (double)(i + 1);
	}
	qsort(v, n, sizeof *v, compare);
	switch (method) {
	case AMP_ADJUST_BONFERRONI:
		for (size_t i = 0; i < n; i++) v[i].adjusted = at_most_one(v[i].p * (double)n);
		break;
	case AMP_ADJUST_HOLM: step_down(v, n); break;
	case AMP_ADJUST_BH: step_up(v, n, 1); break;
	case AMP_ADJUST_BY: step_up(v, n, harmonic); break;
	case AMP_ADJUST_BKY: two_stage(v, n); break;
	}
	for (size_t i = 0; i < n; i++) adjusted[v[i].at] = v[i].adjusted;
	amp_free(v);
	return 0;
}

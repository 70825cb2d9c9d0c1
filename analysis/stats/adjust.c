/* adjust.c: many tests. Holm 1979 holds the family-wise error without any assumption on how the tests depend on each other. */
#include <stdlib.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "stats/stats.h"

struct ranked {
	double p;
	size_t at;
};

static int compare(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	if (x->p != y->p) return x->p < y->p ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

int amp_holm(const double *p, size_t n, double *adjusted, struct amp_err *err)
{
	if (n == 0) return 0;
	struct ranked *order = amp_malloc(n * sizeof *order);
	if (!order) return amp_fail(err, AMP_ENOMEM, _("Memory is out while %zu p values are adjusted."), n);
	for (size_t i = 0; i < n; i++) order[i] = (struct ranked){p[i], i};
	qsort(order, n, sizeof *order, compare);
	double most = 0;
	for (size_t i = 0; i < n; i++) {
		double q = order[i].p * (double)(n - i);
		if (q > 1) q = 1;
		if (q > most) most = q;
		adjusted[order[i].at] = most;
	}
	amp_free(order);
	return 0;
}

/* adjust.c: many tests: Holm within each family. */
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "metrics/private.h"
#include "stats/adjust.h"

#define FURTHER "further:" /* a family over several measures: all that is looked at beside the main ones */

static bool tested(const struct amp_estimate *e)
{
	return e->family && e->p.known && strcmp(e->family, "sensitivity") != 0;
}

/* One family: the same measure about several targets, personas or pairs; or the further measures of one pair or feed. */
static bool same_family(const struct amp_estimate *a, const struct amp_estimate *b)
{
	return strcmp(a->family, b->family) == 0 && (a->metric == b->metric || strncmp(a->family, FURTHER, strlen(FURTHER)) == 0);
}

static int adjust_family(struct amp_estimates *all, size_t from, double *p, double *q, size_t *at, struct amp_err *err)
{
	size_t n = 0;
	for (size_t i = from; i < all->n; i++) {
		const struct amp_estimate *e = &all->v[i];
		if (!tested(e) || e->adjusted_p.known || e->metric->same_test_as || !same_family(e, &all->v[from])) continue;
		p[n] = e->p.v;
		at[n++] = i;
	}
	int rc = amp_adjust(AMP_ADJUST_HOLM, p, n, q, err);
	for (size_t i = 0; rc == 0 && i < n; i++) all->v[at[i]].adjusted_p = amp_real(q[i]);
	return rc;
}

/* The measure of the same scope that tests the same hypothesis stands before (bootstrap rows may stand between). */
static struct amp_real adjusted_of_sibling(const struct amp_estimates *all, size_t i)
{
	const struct amp_metric *sibling = amp_metric_find(all->v[i].metric->same_test_as);
	while (i-- > 0)
		if (all->v[i].metric == sibling && all->v[i].family && strcmp(all->v[i].family, "sensitivity") != 0)
			return all->v[i].adjusted_p;
	return AMP_REAL_NONE;
}

int amp_estimates_adjust(struct amp_estimates *all, struct amp_err *err)
{
	double *p = amp_malloc(2 * (all->n + 1) * sizeof *p);
	size_t *at = amp_malloc((all->n + 1) * sizeof *at);
	int rc = p && at ? 0 : AMP_OOM(err);
	for (size_t i = 0; i < all->n && rc == 0; i++) {
		struct amp_estimate *e = &all->v[i];
		if (!tested(e) || e->adjusted_p.known) continue;
		if (e->primary) /* alone in its family, whichever measure it is */
			e->adjusted_p = e->p;
		else if (e->metric->same_test_as)
			e->adjusted_p = adjusted_of_sibling(all, i);
		else
			rc = adjust_family(all, i, p, p + all->n + 1, at, err);
	}
	amp_free(p);
	amp_free(at);
	return rc;
}

/* ranklist.c: how alike two ranked lists are. Webber, Moffat & Zobel 2010, "A similarity measure for indefinite rankings", ACM TOIS 28(4). */
#include <math.h>
#include <stdlib.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "stats/stats.h"

struct place {
	int64_t id;
	size_t at;
	int list;
};

static int compare(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	if (x->id != y->id) return x->id < y->id ? -1 : 1;
	if (x->list != y->list) return x->list - y->list;
	return (x->at > y->at) - (x->at < y->at);
}

/* Fills common[d] = number of ids that both lists hold within their first d entries (d up to the longer list, a list that has ended
 * stays as it is), and counts the distinct ids of each. */
static int overlaps(const int64_t *a, size_t na, const int64_t *b, size_t nb, size_t **common, size_t *distinct_a,
                    size_t *distinct_b, struct amp_err *err)
{
	size_t n = na + nb, longer = na > nb ? na : nb;
	struct place *all = amp_malloc((n + 1) * sizeof *all);
	*common = amp_calloc(longer + 1, sizeof **common);
	*distinct_a = *distinct_b = 0;
	if (!all || !*common) {
		amp_free(all);
		amp_free(*common);
		*common = NULL;
		return amp_fail(err, AMP_ENOMEM, _("Memory is out while two lists of %zu entries are compared."), n);
	}
	for (size_t i = 0; i < na; i++) all[i] = (struct place){a[i], i, 0};
	for (size_t i = 0; i < nb; i++) all[na + i] = (struct place){b[i], i, 1};
	qsort(all, n, sizeof *all, compare);
	for (size_t i = 0; i < n;) {
		size_t first[2] = {SIZE_MAX, SIZE_MAX}, end = i;
		for (; end < n && all[end].id == all[i].id; end++)
			if (first[all[end].list] == SIZE_MAX) first[all[end].list] = all[end].at;
		*distinct_a += first[0] != SIZE_MAX;
		*distinct_b += first[1] != SIZE_MAX;
		if (first[0] != SIZE_MAX && first[1] != SIZE_MAX) (*common)[(first[0] > first[1] ? first[0] : first[1]) + 1]++;
		i = end;
	}
	for (size_t d = 1; d <= longer; d++) (*common)[d] += (*common)[d - 1];
	amp_free(all);
	return 0;
}

int amp_rbo(const int64_t *a, size_t na, const int64_t *b, size_t nb, double p, struct amp_rbo *out, bool *known,
            struct amp_err *err)
{
	*known = na > 0 && nb > 0 && p > 0 && p < 1;
	if (!*known) return 0;
	size_t *common, da, db;
	int rc = overlaps(a, na, b, nb, &common, &da, &db, err);
	if (rc != 0) return rc;
	size_t s = na < nb ? na : nb, l = na < nb ? nb : na;
	double xs = (double)common[s], xl = (double)common[l], ds = (double)s, dl = (double)l;
	double seen = 0, uneven = 0, harmonic = 0, most = 0, pd = 1;
	size_t full = l + s - common[l]; /* from this depth on the lists could agree completely */
	for (size_t d = 1; d <= full || d <= l; d++) {
		pd *= p;
		double depth = (double)d;
		if (d <= l) {
			double x = (double)common[d];
			seen += x / depth * pd;
			harmonic += pd / depth;
			if (d > s) uneven += xs * (depth - ds) / (ds * depth) * pd;
			most += fmin(depth, x + (d > s ? depth - ds : 0)) / depth * pd;
		} else {
			most += fmin(depth, xl + (depth - dl) + (depth - ds)) / depth * pd;
		}
	}
	double scale = (1 - p) / p, reached = pow(p, (double)(full > l ? full : l));
	out->ext = scale * (seen + uneven) + ((xl - xs) / dl + xs / ds) * pow(p, dl);
	out->min = scale * (seen + xl * (-log1p(-p) - harmonic));
	out->residual = scale * most + reached - out->min;
	amp_free(common);
	return 0;
}

double amp_rbo_weight(double p, size_t depth)
{
	double sum = 0, pd = 1;
	for (size_t i = 1; i < depth; i++) {
		pd *= p;
		sum += pd / (double)i;
	}
	return 1 - pow(p, (double)depth - 1) + (1 - p) / p * (double)depth * (-log1p(-p) - sum);
}

int amp_jaccard(const int64_t *a, size_t na, const int64_t *b, size_t nb, struct amp_real *out, struct amp_err *err)
{
	*out = AMP_REAL_NONE;
	if (na + nb == 0) return 0;
	size_t *common, da, db;
	int rc = overlaps(a, na, b, nb, &common, &da, &db, err);
	if (rc != 0) return rc;
	double both = (double)common[na > nb ? na : nb];
	*out = amp_real(both / ((double)da + (double)db - both));
	amp_free(common);
	return 0;
}

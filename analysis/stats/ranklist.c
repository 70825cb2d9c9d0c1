/* ranklist.c: how alike two ranked lists are. Webber, Moffat & Zobel 2010, "A similarity measure for indefinite rankings", ACM TOIS 28(4). */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "stats/stats.h"

struct place { /* one id: its first places, counted from 1; 0: not there */
	int64_t id;
	size_t at[2];
};

static struct place *place_of(struct place *all, size_t mask, int64_t id)
{
	size_t i = (size_t)((uint64_t)id * UINT64_C(0x9E3779B97F4A7C15) >> 32) & mask;
	while ((all[i].at[0] || all[i].at[1]) && all[i].id != id) i = (i + 1) & mask;
	all[i].id = id;
	return &all[i];
}

/* Fills common[d] = number of ids that both lists hold within their first d entries (d up to the longer list, a list that has ended
 * stays as it is), and counts the distinct ids of each. Linear: every pair of personas is compared in every round. */
static int overlaps(const int64_t *a, size_t na, const int64_t *b, size_t nb, uint32_t **common, size_t *distinct_a,
                    size_t *distinct_b, struct amp_err *err)
{
	size_t n = na + nb, longer = na > nb ? na : nb, room = 8, distinct[2] = {0, 0};
	while (room < 2 * n) room *= 2;
	struct place *all = amp_calloc(room, sizeof *all);
	*common = amp_calloc(longer + 1, sizeof **common);
	if (!all || !*common) {
		amp_free(all);
		amp_free(*common);
		*common = NULL;
		return amp_fail(err, AMP_ENOMEM, _("Memory is out while two lists of %zu entries are compared."), n);
	}
	for (int list = 0; list < 2; list++)
		for (size_t i = 0; i < (list ? nb : na); i++) {
			struct place *p = place_of(all, room - 1, list ? b[i] : a[i]);
			if (p->at[list]) continue; /* a repeated id counts at its first place */
			p->at[list] = i + 1;
			distinct[list]++;
			if (list == 1 && p->at[0]) (*common)[p->at[0] > p->at[1] ? p->at[0] : p->at[1]]++;
		}
	for (size_t d = 1; d <= longer; d++) (*common)[d] += (*common)[d - 1];
	*distinct_a = distinct[0];
	*distinct_b = distinct[1];
	amp_free(all);
	return 0;
}

double amp_rbo_ext(const uint32_t *common, size_t na, size_t nb, double p)
{
	size_t s = na < nb ? na : nb, l = na < nb ? nb : na;
	double xs = (double)common[s], xl = (double)common[l], ds = (double)s, dl = (double)l;
	double seen = 0, uneven = 0, pd = 1;
	for (size_t d = 1; d <= l; d++) {
		pd *= p;
		double depth = (double)d;
		seen += (double)common[d] / depth * pd;
		if (d > s) uneven += xs * (depth - ds) / (ds * depth) * pd;
	}
	return (1 - p) / p * (seen + uneven) + ((xl - xs) / dl + xs / ds) * pow(p, dl);
}

int amp_rbo(const int64_t *a, size_t na, const int64_t *b, size_t nb, double p, struct amp_rbo *out, bool *known,
            struct amp_err *err)
{
	*known = na > 0 && nb > 0 && p > 1e-12 && p < 1; /* 1/p is divided by */
	if (!*known) return 0;
	uint32_t *common;
	size_t da, db;
	int rc = overlaps(a, na, b, nb, &common, &da, &db, err);
	if (rc != 0) return rc;
	size_t s = na < nb ? na : nb, l = na < nb ? nb : na;
	double xl = (double)common[l], ds = (double)s, dl = (double)l;
	double seen = 0, harmonic = 0, most = 0, pd = 1;
	size_t full = l + s - common[l]; /* from this depth on the lists could agree completely */
	for (size_t d = 1; d <= full || d <= l; d++) {
		pd *= p;
		double depth = (double)d;
		if (d <= l) {
			double x = (double)common[d];
			seen += x / depth * pd;
			harmonic += pd / depth;
			most += fmin(depth, x + (d > s ? depth - ds : 0)) / depth * pd;
		} else {
			most += fmin(depth, xl + (depth - dl) + (depth - ds)) / depth * pd;
		}
	}
	double scale = (1 - p) / p, reached = pow(p, (double)(full > l ? full : l));
	out->ext = amp_rbo_ext(common, na, nb, p);
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
	uint32_t *common;
	size_t da, db;
	int rc = overlaps(a, na, b, nb, &common, &da, &db, err);
	if (rc != 0) return rc;
	double both = (double)common[na > nb ? na : nb];
	*out = amp_real(both / ((double)da + (double)db - both));
	amp_free(common);
	return 0;
}

struct pair {
	double x, y;
};

static int by_x_then_y(const void *a, const void *b)
{
	const struct pair *p = a, *q = b;
	if (p->x != q->x) return p->x < q->x ? -1 : 1;
	return (p->y > q->y) - (p->y < q->y);
}

/* Sorts by y, counting how many pairs stand the wrong way round (merge sort, Knight 1966). */
static double inversions(struct pair *v, struct pair *work, size_t n)
{
	if (n < 2) return 0;
	size_t half = n / 2, i = 0, j = half, k = 0;
	double count = inversions(v, work, half) + inversions(v + half, work, n - half);
	while (i < half && j < n) {
		if (v[j].y < v[i].y) {
			count += (double)(half - i);
			work[k++] = v[j++];
		} else {
			work[k++] = v[i++];
		}
	}
	while (i < half) work[k++] = v[i++];
	while (j < n) work[k++] = v[j++];
	memcpy(v, work, n * sizeof *v);
	return count;
}

/* Pairs in runs of entries that `same` holds for. */
static double tied(const struct pair *v, size_t n, bool x, bool y)
{
	double pairs = 0;
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && (!x || v[end].x == v[i].x) && (!y || v[end].y == v[i].y);) end++;
		pairs += (double)(end - i) * (double)(end - i - 1) / 2;
	}
	return pairs;
}

int amp_kendall(const double *x, const double *y, size_t n, struct amp_real *out, struct amp_err *err)
{
	*out = AMP_REAL_NONE;
	if (n < 2) return 0;
	struct pair *v = amp_malloc(2 * n * sizeof *v);
	if (v == NULL) return amp_fail(err, AMP_ENOMEM, _("Memory is out while two lists of %zu entries are compared."), n);
	for (size_t i = 0; i < n; i++) v[i] = (struct pair){x[i], y[i]};
	qsort(v, n, sizeof *v, by_x_then_y);
	double all = (double)n * (double)(n - 1) / 2, same_x = tied(v, n, true, false), same_both = tied(v, n, true, true),
	       discordant = inversions(v, v + n, n), same_y = tied(v, n, false, true);
	amp_free(v);
	if (all > same_x && all > same_y)
		*out = amp_real((all - same_x - same_y + same_both - 2 * discordant) / sqrt(all - same_x) / sqrt(all - same_y));
	return 0;
}

int amp_edit_distance(const int64_t *a, size_t na, const int64_t *b, size_t nb, size_t *out, struct amp_err *err)
{
	size_t *row = amp_malloc((nb + 1) * sizeof *row);
	if (row == NULL) return amp_fail(err, AMP_ENOMEM, _("Memory is out while two lists of %zu entries are compared."), na + nb);
	for (size_t j = 0; j <= nb; j++) row[j] = j;
	for (size_t i = 1; i <= na; i++) {
		size_t corner = row[0];
		row[0] = i;
		for (size_t j = 1; j <= nb; j++) {
			size_t change = corner + (a[i - 1] != b[j - 1]), less = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
			corner = row[j];
			row[j] = change < less ? change : less;
		}
	}
	*out = row[nb];
	amp_free(row);
	return 0;
}

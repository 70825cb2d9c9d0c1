/* halves.c: see halves.h. */
#include "stats/halves.h"
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "stats/stats.h"

#define HALF_MAX ((size_t)1 << AMP_HALVES_UNITS_MAX / 2)
#define SLACK 1e-12 /* of the sum of all sizes: far above rounding, far below what data tell apart */

struct entry {
	double sum;
	uint32_t set; /* bit u: unit u of this half */
};
struct half {
	const double *x, *m;
	size_t n, all;              /* units, subsets */
	struct entry *list, *spare; /* subsets in ascending order of sum x - d m */
};
struct halves {
	struct half a, b;
	struct entry room[4 * HALF_MAX];
	const double *x, *m;
	size_t n;
	double mt, xa;              /* sum of m, of |x| */
	double *found;              /* ratios inside a window */
	size_t n_found, room_found; /* beyond room_found: counted only */
};

/* All subset sums in order: for each unit the list so far and the same with the unit are merged. m may be NULL: 0. */
static void put_in_order(struct half *h, double d)
{
	h->list[0] = (struct entry){0, 0};
	for (size_t u = 0; u < h->n; u++) {
		double z = h->x[u] - (h->m ? d * h->m[u] : 0);
		size_t n = (size_t)1 << u, i = 0, j = 0;
		struct entry *out = h->spare;
		while (i < n && j < n) {
			struct entry without = h->list[i], with = {h->list[j].sum + z, h->list[j].set | 1u << u};
			bool first = without.sum <= with.sum;
			*out++ = first ? without : with;
			i += first;
			j += !first;
		}
		for (; i < n; i++) *out++ = h->list[i];
		for (; j < n; j++) *out++ = (struct entry){h->list[j].sum + z, h->list[j].set | 1u << u};
		out = h->list;
		h->list = h->spare;
		h->spare = out;
	}
}

static struct halves *halves_new(const double *x, const double *m, size_t n, struct amp_err *err)
{
	struct halves *h = amp_malloc(sizeof *h);
	if (!h) {
		(void)amp_fail(err, AMP_ENOMEM, _("Memory is out while %zu sign patterns are counted."), (size_t)1 << n);
		return NULL;
	}
	h->a = (struct half){x, m, n / 2, (size_t)1 << n / 2, h->room, h->room + HALF_MAX};
	h->b = (struct half){x + n / 2,
	                     m ? m + n / 2 : NULL,
	                     n - n / 2,
	                     (size_t)1 << (n - n / 2),
	                     h->room + 2 * HALF_MAX,
	                     h->room + 3 * HALF_MAX};
	h->x = x;
	h->m = m;
	h->n = n;
	h->mt = h->xa = 0;
	for (size_t u = 0; u < n; u++) {
		h->mt += m ? m[u] : 0;
		h->xa += fabs(x[u]);
	}
	h->found = NULL;
	h->n_found = h->room_found = 0;
	return h;
}

static void halves_free(struct halves *h)
{
	amp_free(h->found);
	amp_free(h);
}

static size_t at_most(struct halves *h, double d, double most)
{
	put_in_order(&h->a, d);
	put_in_order(&h->b, d);
	size_t count = 0, i = 0, j = h->b.all;
	while (i < h->a.all && j > 0) {
		bool over = !(h->a.list[i].sum + h->b.list[j - 1].sum <= most);
		count += over ? 0 : j;
		i += !over;
		j -= over;
	}
	return count;
}

int amp_halves_at_most(const double *z, size_t n, double most, size_t *count, struct amp_err *err)
{
	struct halves *h = halves_new(z, NULL, n, err);
	if (!h) return AMP_ENOMEM;
	*count = at_most(h, 0, most);
	halves_free(h);
	return 0;
}

/* ---- the k-th ratio ---- */
static double ratio_of(const struct halves *h, uint32_t set)
{
	double x = 0, m = 0;
	for (size_t u = 0; u < h->n; u++) {
		x += set >> u & 1 ? h->x[u] : 0;
		m += set >> u & 1 ? h->m[u] : 0;
	}
	double v = m > 0 ? x / m : x > SLACK * h->xa ? INFINITY : -INFINITY;
	return isnan(v) ? INFINITY : v; /* sums beyond what a double holds */
}

static int keep(struct halves *h, double v, struct amp_err *err)
{
	if (h->n_found == h->room_found) {
		size_t room = h->room_found ? 4 * h->room_found : 4096;
		double *more = amp_realloc(h->found, room * sizeof *more);
		if (!more) return amp_fail(err, AMP_ENOMEM, _("Memory is out while %zu sign patterns are counted."), room);
		h->found = more;
		h->room_found = room;
	}
	h->found[h->n_found++] = v;
	return 0;
}

static double slack_at(const struct halves *h, double d)
{
	return SLACK * (h->xa + fabs(d) * h->mt);
}

/* Gathers every ratio from lo to hi, and counts those below: a subset's sum x - d m falls as d grows, by no more than the whole base times the
 * step, so that those which cross 0 on the way stand side by side in the order at lo. What rounding might have put on either side of an edge
 * is computed like the others, and stands where its ratio says. */
static int gather(struct halves *h, double lo, double hi, size_t *below, struct amp_err *err)
{
	double slack = fmax(slack_at(h, lo), slack_at(h, hi)), reach = (hi - lo) * h->mt + 2 * slack;
	size_t from = h->b.all, to = h->b.all;
	int rc = 0;
	put_in_order(&h->a, lo);
	put_in_order(&h->b, lo);
	*below = h->n_found = 0;
	for (size_t i = 0; i < h->a.all && rc == 0; i++) {
		double sum = h->a.list[i].sum;
		while (from > 0 && !(sum + h->b.list[from - 1].sum < -slack)) from--;
		while (to > 0 && sum + h->b.list[to - 1].sum > reach) to--;
		*below += from;
		for (size_t j = from; j < to && rc == 0; j++) {
			double v = ratio_of(h, h->a.list[i].set | h->b.list[j].set << h->a.n);
			*below += v < lo;
			if (v >= lo && v <= hi) rc = keep(h, v, err);
		}
	}
	return rc;
}

static int gather_all(struct halves *h, struct amp_err *err)
{
	int rc = 0;
	h->n_found = 0;
	for (uint32_t set = 0; set < (uint32_t)1 << h->n && rc == 0; set++) rc = keep(h, ratio_of(h, set), err);
	return rc;
}

/* The least that a ratio with a base can be, and how many subsets have none and stand at -infinity. */
static double least_of(const struct halves *h, size_t *without)
{
	double least = INFINITY, base = INFINITY, loose = 0;
	uint32_t bare = 0;
	for (size_t u = 0; u < h->n; u++) {
		if (h->m[u] > 0) {
			least = fmin(least, h->x[u] / h->m[u]);
			base = fmin(base, h->m[u]);
			continue;
		}
		bare |= (uint32_t)1 << u;
		loose += fabs(h->x[u]);
	}
	*without = 0;
	for (uint32_t set = bare;; set = (set - 1) & bare) { /* all subsets of the units without a base */
		*without += ratio_of(h, set) < 0;
		if (set == 0) break;
	}
	return least - loose / base;
}

/* Halves the stretch that holds the k-th until few subsets are left in it. */
static void close_in(struct halves *h, size_t k, size_t first, double *lo, double *hi)
{
	size_t few = h->b.all, from = first, to = ((size_t)1 << h->n) / 2;
	while (to - from > few && (*hi - *lo) * h->mt > 4 * slack_at(h, *lo)) {
		double middle = *lo + (*hi - *lo) / 2;
		size_t count = at_most(h, middle, 0);
		if (!(middle > *lo && middle < *hi) || count < from) return;
		if (count > k) {
			*hi = middle;
			to = count;
		} else {
			*lo = middle;
			from = count;
		}
	}
}

int amp_halves_ratio(const double *x, const double *m, size_t n, size_t k, double *ratio, struct amp_err *err)
{
	struct halves *h = halves_new(x, m, n, err);
	if (!h) return AMP_ENOMEM;
	size_t bare, below = 0;
	double xt = 0, lo = least_of(h, &bare);
	for (size_t u = 0; u < n; u++) xt += x[u];
	double hi = xt / h->mt, wide = isfinite(hi - lo) ? fmax(slack_at(h, lo), slack_at(h, hi)) / h->mt : NAN;
	int rc = 0;
	*ratio = -INFINITY;
	if (bare > k) goto out;
	lo -= wide;
	hi += wide;
	if (isfinite(hi - lo)) {
		close_in(h, k, bare, &lo, &hi);
		rc = gather(h, lo - wide, hi + wide, &below, err);
	}
	if (rc == 0 &&
	    (below > k || k - below >= h->n_found)) { /* ties at an edge, or sums beyond what a double holds: all of them */
		below = 0;
		rc = gather_all(h, err);
	}
	if (rc == 0) *ratio = amp_select(h->found, h->n_found, k - below);
out:
	halves_free(h);
	return rc;
}

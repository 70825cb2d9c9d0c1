/* permute.c: labels exchanged within strata. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "stats/resample.h"
#include "stats/robust.h"

struct labelled {
	int64_t stratum;
	size_t at;
	double y;
	bool one;
};
struct group {
	size_t from, n, ones;
};
struct plan {
	double *y;           /* by stratum, less the stratum's mean: the statistic's expectation is then 0 */
	struct group *group; /* those with both labels */
	size_t groups, *chosen;
	double seen, slack, weight;
};

static int by_stratum(const void *a, const void *b)
{
	const struct labelled *x = a, *y = b;
	if (x->stratum != y->stratum) return x->stratum < y->stratum ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

static void lay_out(struct plan *p, const struct labelled *v, size_t n)
{
	size_t at = 0;
	for (size_t from = 0, to; from < n; from = to) {
		double sum = 0, chosen = 0;
		size_t ones = 0;
		for (to = from; to < n && v[to].stratum == v[from].stratum; to++) {
			sum += v[to].y;
			ones += v[to].one;
		}
		size_t size = to - from;
		if (ones == 0 || ones == size) continue;
		p->group[p->groups++] = (struct group){at, size, ones};
		for (size_t i = from; i < to; i++) {
			p->y[at] = v[i].y - sum / (double)size;
			p->slack += 1e-12 * fabs(p->y[at]);
			if (v[i].one) chosen += p->y[at];
			at++;
		}
		p->seen += chosen;
		p->weight += (double)ones * (double)(size - ones) / (double)size;
	}
}

/* Ways to place the labels; more than the bound counts as one more than the bound. */
static size_t ways(const struct plan *p)
{
	double all = 1;
	for (size_t g = 0; g < p->groups && all <= AMP_PERMUTE_EXACT_MAX; g++)
		for (size_t i = 1; i <= p->group[g].ones && all <= 1e18; i++)
			all = all * (double)(p->group[g].n - p->group[g].ones + i) / (double)i;
	return all <= AMP_PERMUTE_EXACT_MAX + .5 ? (size_t)(all + .5) : AMP_PERMUTE_EXACT_MAX + 1;
}

/* The next choice of `ones` out of n in lexical order; false after the last, which starts over. */
static bool advance(size_t *chosen, size_t ones, size_t n)
{
	for (size_t i = ones; i-- > 0;)
		if (chosen[i] < n - ones + i) {
			chosen[i]++;
			for (size_t j = i + 1; j < ones; j++) chosen[j] = chosen[j - 1] + 1;
			return true;
		}
	for (size_t i = 0; i < ones; i++) chosen[i] = i;
	return false;
}

static double chosen_sum(const struct plan *p)
{
	const size_t *chosen = p->chosen;
	double sum = 0;
	for (size_t g = 0; g < p->groups; chosen += p->group[g].ones, g++)
		for (size_t i = 0; i < p->group[g].ones; i++) sum += p->y[p->group[g].from + chosen[i]];
	return sum;
}

static size_t count_all(struct plan *p)
{
	size_t as_far = 0;
	size_t *start = p->chosen;
	for (size_t g = 0; g < p->groups; start += p->group[g].ones, g++)
		for (size_t i = 0; i < p->group[g].ones; i++) start[i] = i;
	for (bool more = true; more;) {
		as_far += fabs(chosen_sum(p)) >= fabs(p->seen) - p->slack;
		start = p->chosen;
		more = false;
		for (size_t g = 0; g < p->groups && !more; start += p->group[g].ones, g++)
			more = advance(start, p->group[g].ones, p->group[g].n);
	}
	return as_far;
}

/* The first `ones` places of a shuffle are drawn (Fisher and Yates), of the rarer label; the strata's means being 0, the other label's sum is
 * the same with the sign turned. */
static double drawn_sum(const struct plan *p, double *y, struct amp_stream s)
{
	double sum = 0;
	for (size_t g = 0; g < p->groups; g++) {
		const struct group *of = &p->group[g];
		size_t take = of->ones <= of->n - of->ones ? of->ones : of->n - of->ones;
		double part = 0, *v = y + of->from;
		for (size_t i = 0; i < take; i++) {
			size_t j = i + amp_stream_below(&s, (uint32_t)(of->n - i));
			double t = v[j];
			v[j] = v[i];
			v[i] = t;
			part += t;
		}
		sum += take == of->ones ? part : -part;
	}
	return sum;
}

static size_t count_drawn(const struct plan *p, double *y, size_t n, size_t draws, uint64_t seed)
{
	uint64_t key = amp_stream_key(seed, "permute");
	size_t as_far = 0;
	for (size_t b = 0; b < draws; b++) {
		memcpy(y, p->y, n * sizeof *y);
		as_far += fabs(drawn_sum(p, y, amp_stream_start(key, b))) >= fabs(p->seen) - p->slack;
	}
	return as_far;
}

static void finish(struct plan *p, size_t n, size_t draws, uint64_t seed, struct amp_permutation *out)
{
	out->strata = p->groups;
	if (p->groups == 0) return;
	size_t all = ways(p);
	out->exact = all <= AMP_PERMUTE_EXACT_MAX;
	out->patterns = out->exact ? all : draws + 1;
	if (isfinite(p->seen / p->weight)) out->estimate = amp_real(p->seen / p->weight);
	if (!isfinite(p->slack) || !out->estimate.known) return;
	size_t as_far = out->exact ? count_all(p) : count_drawn(p, p->y + n, n, draws, seed) + 1;
	out->p = amp_real((double)as_far / (double)out->patterns);
	out->smallest_p = amp_real(1 / (double)out->patterns);
}

int amp_permute(const double *y, const bool *label, const int64_t *stratum, size_t n, size_t draws, uint64_t seed,
                struct amp_permutation *out, struct amp_err *err)
{
	struct plan p = {.groups = 0};
	*out = (struct amp_permutation){.patterns = 0};
	for (size_t i = 0; i < n; i++)
		if (!isfinite(y[i]))
			return amp_fail(err, AMP_EFAIL, _("The permutation test was given a value that is not a finite number."));
	if (n > UINT32_MAX) return amp_fail(err, AMP_ENOMEM, _("Memory is out."));
	struct labelled *v = amp_malloc((n + 1) * sizeof *v);
	p.y = amp_malloc((2 * n + 1) * sizeof *p.y);
	p.group = amp_malloc((n + 1) * sizeof *p.group);
	p.chosen = amp_malloc((n + 1) * sizeof *p.chosen);
	int rc = v == NULL || p.y == NULL || p.group == NULL || p.chosen == NULL ? amp_fail(err, AMP_ENOMEM, _("Memory is out."))
	                                                                         : 0;
	if (rc == 0) {
		for (size_t i = 0; i < n; i++) v[i] = (struct labelled){stratum != NULL ? stratum[i] : 0, i, y[i], label[i]};
		if (n > 0) qsort(v, n, sizeof *v, by_stratum);
		lay_out(&p, v, n);
		finish(&p, n, draws, seed, out);
	}
	amp_free(v);
	amp_free(p.y);
	amp_free(p.group);
	amp_free(p.chosen);
	return rc;
}

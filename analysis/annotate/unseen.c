/* unseen.c: see unseen.h. */
#include "annotate/unseen.h"

#include <math.h>

#define STRATA 64

struct tally {
	double sum, squares, unjudged;
	size_t positive, negative;
};

static double limit(const struct tally *t, double total, double alpha)
{
	if (!(t->unjudged > 0) || !(t->squares > 0) || !(total > 0)) return 0;
	return (1 - pow(alpha / 2, t->squares / (t->sum * t->sum))) * t->unjudged / total;
}

static void pool(struct tally *to, const struct tally *t)
{
	to->sum += t->sum;
	to->squares += t->squares;
	to->unjudged += t->unjudged;
}

struct amp_unseen amp_unseen_of(const struct amp_design *d, const double *y, const double *weight, const bool *only, double total,
                                double alpha)
{
	struct tally t[STRATA] = {{0}}, none = {0}, all = {0};
	for (size_t i = 0; i < d->n; i++) {
		if (!(weight[i] > 0) || (only != NULL && !only[i]) || d->stratum[i] < 0 || d->stratum[i] >= STRATA) continue;
		struct tally *h = &t[d->stratum[i]];
		double w = weight[i] / d->pi[i];
		h->sum += w;
		h->squares += w * w;
		h->unjudged += w - weight[i];
		h->positive += y[i] > 0;
		h->negative += !(y[i] > 0);
	}
	for (size_t h = 0; h < STRATA; h++) {
		if (t[h].positive == 0) pool(&none, &t[h]);
		if (t[h].negative == 0) pool(&all, &t[h]);
	}
	return (struct amp_unseen){limit(&none, total, alpha), limit(&all, total, alpha)};
}

void amp_unseen_stretch(struct amp_confidence *c, double up, double down, double lo, double hi)
{
	if (!c->estimate.known) return;
	double e = c->estimate.v;
	if (c->hi.known && c->hi.v >= e) {
		double v = e + hypot(c->hi.v - e, up);
		c->hi.v = v < hi ? v : hi;
	}
	if (c->lo.known && c->lo.v <= e) {
		double v = e - hypot(e - c->lo.v, down);
		c->lo.v = v > lo ? v : lo;
	}
}

/* ppi_strata.c: PPI++ over strata. See ppi.h. */
#include <math.h>
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "stats/ppi.h"
#include "stats/private.h"
#include "stats/special.h"

struct part { /* of one stratum */
	struct amp_ppi_sample labelled, unlabelled;
	double share; /* of all rows, by weight */
};

static double weight_of(const struct amp_ppi_sample *s)
{
	double sum = 0;
	for (size_t i = 0; i < s->n; i++) sum += s->w != NULL ? s->w[i] : 1;
	return sum;
}

/* Rows of stratum h to the front of room: y, f, w side by side. */
static struct amp_ppi_sample rows_of(const struct amp_ppi_sample *s, const size_t *stratum, size_t h, double *room)
{
	size_t n = 0;
	for (size_t i = 0; i < s->n; i++) {
		if (stratum[i] != h) continue;
		room[n] = s->y != NULL ? s->y[i] : 0;
		room[s->n + n] = s->f[i];
		room[2 * s->n + n++] = s->w != NULL ? s->w[i] : 1;
	}
	return (struct amp_ppi_sample){s->y != NULL ? room : NULL, room + s->n, room + 2 * s->n, n};
}

struct whole {
	const struct amp_ppi_sample *labelled, *unlabelled;
	const size_t *of_labelled, *of_unlabelled;
	double *room, total;
};

static struct part part_of(const struct whole *w, size_t h)
{
	struct part p = {rows_of(w->labelled, w->of_labelled, h, w->room),
	                 rows_of(w->unlabelled, w->of_unlabelled, h, w->room + 3 * w->labelled->n), 0};
	p.share = (weight_of(&p.labelled) + weight_of(&p.unlabelled)) / w->total;
	return p;
}

/* What one stratum adds to the slope of all: sum of share² (cov/n) over sum of share² (1/n + 1/N) var. */
static void add_slope(const struct part *p, double *top, double *base)
{
	struct amp_ppi_slope s = amp_ppi_slope(&p->labelled, &p->unlabelled);
	double n = (double)p->labelled.n, rest = (double)p->unlabelled.n;
	*top += p->share * p->share * s.covariance / n;
	*base += p->share * p->share * (1 / n + 1 / rest) * s.variance;
}

int amp_ppi_strata(const struct amp_ppi_sample *labelled, const struct amp_ppi_sample *unlabelled, const size_t *of_labelled,
                   const size_t *of_unlabelled, size_t strata, enum amp_ppi_lambda how, struct amp_real given, double alpha,
                   struct amp_ppi_strata *out, struct amp_err *err)
{
	struct whole w = {labelled, unlabelled, of_labelled, of_unlabelled, NULL, weight_of(labelled) + weight_of(unlabelled)};
	double theta = 0, variance = 0, top = 0, base = 0, z = amp_normal_quantile(1 - alpha / 2);
	*out = (struct amp_ppi_strata){.strata = strata};
	for (size_t i = 0; i < labelled->n + unlabelled->n; i++)
		if ((i < labelled->n ? of_labelled[i] : of_unlabelled[i - labelled->n]) >= strata) return amp_sample_wrong(err);
	w.room = amp_calloc(3 * (labelled->n + unlabelled->n) + 1, sizeof *w.room);
	if (w.room == NULL) return amp_fail(err, AMP_ENOMEM, _("Memory is out."));
	for (size_t h = 0; h < strata; h++) {
		struct part p = part_of(&w, h);
		out->poor += p.labelled.n < 2 || p.unlabelled.n < 2;
		if (out->poor == 0) add_slope(&p, &top, &base);
	}
	struct amp_real lambda = given;
	if (how == AMP_PPI_ONE && !given.known) lambda = amp_real(base > 0 ? fmin(1, fmax(0, top / base)) : 0);
	for (size_t h = 0; out->poor == 0 && h < strata; h++) {
		struct part p = part_of(&w, h);
		struct amp_ppi one;
		amp_ppi_mean(&p.labelled, &p.unlabelled, how == AMP_PPI_EACH ? AMP_REAL_NONE : lambda, alpha, &one);
		theta += p.share * one.mean.estimate.v;
		variance += p.share * p.share * one.mean.se.v * one.mean.se.v;
		out->lambda += p.share * one.lambda;
	}
	amp_free(w.room);
	if (out->poor > 0 || strata == 0) return 0;
	double se = sqrt(variance);
	out->mean = (struct amp_confidence){amp_real(theta), amp_real(se), amp_real(theta - z * se), amp_real(theta + z * se)};
	return 0;
}

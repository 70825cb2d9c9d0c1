/* ppi.c: PPI++ for a mean. */
#include "stats/ppi.h"
#include <math.h>
#include "stats/private.h"
#include "stats/special.h"

static double weight(const struct amp_ppi_sample *s, size_t i)
{
	return s->w != NULL ? s->w[i] : 1;
}

/* y - lambda f, or lambda f where there are no labels. */
static double term(const struct amp_ppi_sample *s, size_t i, double lambda)
{
	return s->y != NULL ? s->y[i] - lambda * s->f[i] : lambda * s->f[i];
}

/* Weighted mean of the terms, and the variance of that mean: sum w²(t - mean)² / (sum w)², which for equal weights is the population
 * variance over n. */
static double mean_of(const struct amp_ppi_sample *s, double lambda, double *variance)
{
	double sum = 0, weights = 0, ss = 0;
	for (size_t i = 0; i < s->n; i++) {
		sum += weight(s, i) * term(s, i, lambda);
		weights += weight(s, i);
	}
	double mean = sum / weights;
	for (size_t i = 0; i < s->n; i++) {
		double e = weight(s, i) * (term(s, i, lambda) - mean);
		ss += e * e;
	}
	*variance = ss / (weights * weights);
	return mean;
}

struct amp_ppi_slope amp_ppi_slope(const struct amp_ppi_sample *l, const struct amp_ppi_sample *u)
{
	double wl = 0, my = 0, mf = 0, cov = 0, mean = 0, ss = 0;
	for (size_t i = 0; i < l->n; i++) {
		wl += weight(l, i);
		my += weight(l, i) * l->y[i];
		mf += weight(l, i) * l->f[i];
		mean += l->f[i];
	}
	for (size_t i = 0; i < l->n; i++) cov += weight(l, i) * (l->y[i] - my / wl) * (l->f[i] - mf / wl) / wl;
	for (size_t i = 0; i < u->n; i++) mean += u->f[i];
	double all = (double)(l->n + u->n);
	mean /= all;
	for (size_t i = 0; i < l->n; i++) ss += (l->f[i] - mean) * (l->f[i] - mean);
	for (size_t i = 0; i < u->n; i++) ss += (u->f[i] - mean) * (u->f[i] - mean);
	return (struct amp_ppi_slope){cov, ss > 0 ? ss / (all - 1) : 0};
}

/* The plug-in that minimises the variance. */
static double plug_in(const struct amp_ppi_sample *l, const struct amp_ppi_sample *u)
{
	struct amp_ppi_slope s = amp_ppi_slope(l, u);
	if (!(s.variance > 0)) return 0;
	double lambda = s.covariance / ((1 + (double)l->n / (double)u->n) * s.variance);
	return lambda < 0 ? 0 : lambda > 1 ? 1 : lambda;
}

void amp_ppi_mean(const struct amp_ppi_sample *labelled, const struct amp_ppi_sample *unlabelled, struct amp_real lambda,
                  double alpha, struct amp_ppi *out)
{
	*out = (struct amp_ppi){.lambda = 0};
	bool alone = lambda.known && lambda.v == 0; /* the labels alone: no score is needed */
	if (labelled->n < 2 || (unlabelled->n < 2 && !alone)) return;
	double vl, vu = 0, z = amp_normal_quantile(1 - alpha / 2);
	out->lambda = lambda.known ? lambda.v : plug_in(labelled, unlabelled);
	double theta = alone ? 0 : mean_of(unlabelled, out->lambda, &vu);
	theta += mean_of(labelled, out->lambda, &vl);
	double se = sqrt(vu + vl);
	out->mean = (struct amp_confidence){amp_real(theta), amp_real(se), amp_real(theta - z * se), amp_real(theta + z * se)};
}

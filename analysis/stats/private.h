/* private.h: the ordered probability sample that design.c and ppi_arms.c share, and what ppi.c and ppi_strata.c do. */
#ifndef AMP_STATS_PRIVATE_H
#define AMP_STATS_PRIVATE_H
#include <stdbool.h>
#include "stats/design.h"
#include "stats/ppi.h"

/* The sample in the order of its strata, with room for the linearised values. */
struct amp_sample {
	const struct amp_design *d;
	size_t *at;           /* units, those of a stratum side by side */
	double *e, *f, *room; /* by unit */
	size_t strata, lone, df;
};
int amp_sample_start(struct amp_sample *s, const struct amp_design *d, struct amp_err *err) AMP_CHECK;
void amp_sample_free(struct amp_sample *s); /* also after a failed start */
/* Covariance of sum e/pi and sum f/pi. */
double amp_sample_covariance(const struct amp_sample *s, const double *e, const double *f);
/* Variance of sum e/pi; unknown where no data say it. A census has none. */
struct amp_real amp_sample_variance(const struct amp_sample *s, const double *e);
/* The lambda in [0, 1] with the smallest variance of sum (y - lambda f)/pi, by least squares on the sample. A lambda that was fitted to the same
 * items makes their residuals too small: *inflate is what to multiply them with, the root of sum (r/(1-h))² / sum r² (h: leverage; HC3 of
 * MacKinnon & White 1985, J. Econometrics 29:305). */
double amp_sample_lambda(const struct amp_sample *s, const double *y, const double *f, double *inflate);
/* What the weight of the scores is made of: covariance of label and score among the labelled (weighted, population form), variance of all scores. */
struct amp_ppi_slope {
	double covariance, variance;
};
struct amp_ppi_slope amp_ppi_slope(const struct amp_ppi_sample *labelled, const struct amp_ppi_sample *unlabelled);
/* AMP_EFAIL, with the sentence on values that no sample has. */
int amp_sample_wrong(struct amp_err *err);
int amp_sample_check(const double *v, size_t n, double least, struct amp_err *err) AMP_CHECK; /* v may be NULL */

#endif

/* ppi.h: prediction-powered inference: a mean over many items that a detector scored, corrected by the few that people labelled.
 * Angelopoulos et al. 2023, Science 382:669 (PPI); Angelopoulos, Duchi & Zrnic 2023, arXiv 2311.01453 (PPI++, the weight lambda). */
#ifndef AMP_STATS_PPI_H
#define AMP_STATS_PPI_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"
#include "stats/design.h"
#include "stats/real.h"

struct amp_ppi_sample {
	const double *y, *f,
		*w; /* y: labels, NULL where there are none; f: scores; w: weights (1/inclusion probability), NULL: all alike */
	size_t n;
};
struct amp_ppi {
	double lambda; /* in [0, 1]: 0 labels alone, 1 plain PPI */
	struct amp_confidence mean;
};
/* theta = lambda mean(f over unlabelled) + mean(y - lambda f over labelled), weighted means in the manner of Hájek; normal interval, with
 * the linearised variance of each weighted mean (population form, as ppi_py's). lambda: the given one where known, else the plug-in
 * cov(y, f) / ((1 + n/N) var(f)), clipped to [0, 1], f pooled. Two labelled and two unlabelled items at least, else all is unknown. */
void amp_ppi_mean(const struct amp_ppi_sample *labelled, const struct amp_ppi_sample *unlabelled, struct amp_real lambda,
                  double alpha, struct amp_ppi *out);

/* The same over strata in which labels were drawn at rates of their own (Fisch et al. 2024, arXiv 2406.04291): theta = sum over strata of W_h theta_h,
 * W_h the stratum's share of the weight of all rows, theta_h as amp_ppi_mean within it; variance: sum of W_h² times theirs.
 *   ONE   one lambda for all strata (the combined regression estimator): the given one, else the one in [0, 1] with the smallest variance of the sum.
 *   EACH  a lambda a stratum (the separate one; Cochran 1977, Sampling Techniques, 7.10), `given` is not read: a smaller variance where scores are
 *         worth more in some strata than in others and every stratum has many labels. With few it fits what it is judged by, and the
 *         interval falls short. */
enum amp_ppi_lambda { AMP_PPI_ONE, AMP_PPI_EACH };
struct amp_ppi_strata {
	struct amp_confidence mean; /* unknown where a stratum is poor */
	double lambda;              /* of all, or the mean of the strata's by their shares */
	size_t strata, poor;        /* poor: strata with fewer than two labelled or two unlabelled rows */
};
/* of_labelled, of_unlabelled: the stratum of each row, below `strata`. AMP_EFAIL: one that is not; AMP_ENOMEM. */
int amp_ppi_strata(const struct amp_ppi_sample *labelled, const struct amp_ppi_sample *unlabelled, const size_t *of_labelled,
                   const size_t *of_unlabelled, size_t strata, enum amp_ppi_lambda how, struct amp_real given, double alpha,
                   struct amp_ppi_strata *out, struct amp_err *err) AMP_CHECK;

/* ---- shares of exposure of two arms, from a labelled probability sample of the items that clusters were shown (ppi_arms.c) ----
 *
 * Two phases leave two doubts. Which clusters (personas, or time blocks) there happened to be: phase 1; which of the items that they were
 * shown happened to be labelled: phase 2, a sample as design.h has it. The estimate of arm A is that of design.h,
 *
 *     theta_A = (lambda sum a_k f_k + sum over the labelled a_k (y_k - lambda f_k)/pi_k) / sum a_k,     a_k = sum over clusters g of a_gk,
 *
 * and its variance (Särndal, Swensson & Wretman 1992, 9.3)
 *
 *     V = G/(G-1) sum_g (e_g² - v_g)  +  variance over the samples of items
 *     e_g = (lambda sum a_gk f_k + sum a_gk (y_k - lambda f_k)/pi_k - theta_A sum_k a_gk) / sum a_k
 *
 * e_g is the cluster's linearised value: with every item labelled the first term is the cluster-robust variance of a ratio (amp_ratio_se²).
 * v_g, the design variance of e_g, is taken off: an item is labelled once for all the clusters that were shown it, so that the doubt about
 * it is no independent doubt in each of them; it is counted once, by the second term. Difference and ratio: the same with the combined
 * values, so that what both arms share (items, clusters) stays in. Independent labelled and unlabelled rows: amp_ppi_mean. */
struct amp_ppi_shown {
	size_t rows, items, clusters;
	const uint32_t *item, *cluster; /* of each row: below `items`, below `clusters` */
	const double *a, *b;            /* exposures (or rank weights) in arm A and B, 0 or more; b NULL: one arm */
};
struct amp_ppi_labels {      /* of each item; arrays of `items` */
	const double *score; /* f; NULL: none, lambda is 0 */
	const bool *labelled;
	const double *label, *pi; /* read for labelled items only; label from 0 to 1 */
	const int64_t *stratum;   /* NULL: one; read for labelled items */
	enum amp_draw draw;       /* FIXED or POISSON */
};
struct amp_ppi_arms {
	/* Limits of a share on the logit (cut t limits where the estimate is not inside 0 to 1), of the ratio on the logarithm. Student's t with Satterthwaite's degrees of freedom (1946,
	 * Biometrics 2:110) out of G - 1 and units - strata. se: of both phases. */
	struct amp_confidence a, b, difference, ratio;
	struct amp_real lambda_a, lambda_b;
	struct amp_real
		by_labels; /* part of the variance of the difference (with one arm: of a) that labelling more would take away */
	size_t clusters_a, clusters_b, labelled, lone;
};
/* lambda: unknown = the one in [0, 1] that makes the second term smallest, which then allows for the fit. Unknown se: below two clusters, or as in design.h. An arm without
 * exposure is unknown. */
int amp_ppi_arms(const struct amp_ppi_shown *shown, const struct amp_ppi_labels *labels, struct amp_real lambda, double alpha,
                 struct amp_ppi_arms *out, struct amp_err *err) AMP_CHECK;
/* The same at several levels: out[k] at alpha[k]. What no level changes is computed once. */
int amp_ppi_arms_at(const struct amp_ppi_shown *shown, const struct amp_ppi_labels *labels, struct amp_real lambda,
                    const double *alpha, size_t levels, struct amp_ppi_arms *out, struct amp_err *err) AMP_CHECK;

#endif

/* design.h: what a probability sample says about the whole it was drawn from: totals, means, ratios, and shares of exposure.
 *
 * Särndal, Swensson & Wretman 1992, Model Assisted Survey Sampling: the estimator sum over the drawn of y/pi (Horvitz & Thompson 1952,
 * JASA 47:663), strata, domains (chapter 10), ratios by linearisation (5.6), the difference estimator (6.3). The whole is finite and fixed:
 * the intervals say what drawing some of it leaves open, and nothing of who was shown what; for that see ppi.h.
 *
 * The share of an arm. Item versions k of the frame were shown a_k times in arm A (a feed, a ranking), W_A = sum of a_k over the frame is
 * known. Of the drawn ones a human says y_k (1 hateful, 0 not). What of arm A's exposures was hateful, P_A = sum a_k y_k / W_A, is estimated by
 *
 *     (sum over the drawn of a_k y_k / pi_k) / W_A      W_A known: without bias
 *     (sum a_k y_k / pi_k) / (sum a_k / pi_k)           W_A unknown: Hájek 1971
 *
 * and, with the detector's score f_k of every item version of the frame (S_A = sum over the frame of a_k f_k),
 *
 *     (lambda S_A + sum a_k (y_k - lambda f_k) / pi_k) / W_A
 *
 * which has no bias whatever the detector is worth: the difference estimator, or PPI++ (Angelopoulos, Duchi & Zrnic 2023, arXiv
 * 2311.01453) over a stratified sample (Fisch et al. 2024, arXiv 2406.04291). Two arms share items: their difference and ratio are taken
 * from one linearised value an item, so that the covariance is in the interval.
 */
#ifndef AMP_STATS_DESIGN_H
#define AMP_STATS_DESIGN_H
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"
#include "stats/real.h"

/* How the units of a stratum were drawn; it decides the variance of sum e/pi.
 *   FIXED     so many of them, none twice. n/(n-1) sum (1 - pi)(e/pi - A)², A = sum (1 - pi) e/pi / sum (1 - pi). With equal pi, simple random
 *             sampling, that is exactly N² (1 - n/N) s²/n; with unequal pi the approximation of Hájek 1964, Ann. Math. Stat. 35:1491.
 *   REPLACED  so many draws, a unit may come twice (then it stands twice here). n/(n-1) sum (e/pi - mean)²: Hansen & Hurwitz 1943, Ann. Math.
 *             Stat. 14:333. pi: the expected number of draws.
 *   POISSON   each unit by a lot of its own. sum (1 - pi)(e/pi)², exact. */
enum amp_draw { AMP_DRAW_FIXED, AMP_DRAW_REPLACED, AMP_DRAW_POISSON };

struct amp_design { /* the drawn units that were labelled; arrays of n, lent */
	enum amp_draw draw;
	size_t n;
	const double *pi; /* above 0, at most 1 (REPLACED: any size) */
	const int64_t *
		stratum; /* any number that names it; NULL: one stratum. Where some drawn units were not labelled, the caller multiplies
	                           pi by the share that was, stratum by stratum, and says that he did. */
};

/* Every function below: 0, or a negative code for memory, or for a value that is not finite, a weight below 0, a pi out of range.
 * Intervals: Student's t with (units - strata) degrees of freedom. Unknown estimate: nothing drawn, or a base of 0. Unknown se and
 * interval: a stratum of one drawn unit with pi < 1 (nothing says how its units differ), or no degree of freedom. */

/* sum y/pi. A census (every pi 1) has se 0. */
int amp_design_total(const struct amp_design *d, const double *y, double alpha, struct amp_confidence *out,
                     struct amp_err *err) AMP_CHECK;
/* (sum y/pi) / (sum x/pi), linearised; x may be 1 (Hájek's mean), an indicator (mean of a domain), a size. The base has to be above 0. */
int amp_design_ratio(const struct amp_design *d, const double *y, const double *x, double alpha, struct amp_confidence *out,
                     struct amp_err *err) AMP_CHECK;

struct amp_arm {
	const double *weight;   /* of each drawn unit: how often arm shows it, 0 never; for a domain 0 or 1; for all units 1 */
	struct amp_real total;  /* sum of weight over the whole frame; unknown: estimated (Hájek) */
	struct amp_real scores; /* sum of weight x score over the whole frame; unknown: the scores are not used */
};
struct amp_arm_shares {
	/* Limits of a share on the logit (as R survey's svyciprop), kept inside [0, 1]. No label, or every label positive: the exact binomial
	 * limit (Clopper & Pearson 1934) for the effective number (sum w)²/sum w², w = weight/pi (Kish 1965; Korn & Graubard 1998, Surv.
	 * Methodol. 24:193), se unknown. An estimate outside [0, 1], which scores or a known total can give, is cut, and so are its t limits. */
	struct amp_confidence a, b;
	struct amp_confidence difference; /* a - b, uncut; t limits */
	struct amp_confidence ratio;      /* a / b; limits symmetric on the logarithm; se that of the ratio */
	struct amp_real lambda_a,
		lambda_b; /* weight of the scores, in [0, 1]; the one that makes the arm's variance smallest where not given, and then se allows for the fit */
	size_t drawn_a, drawn_b, drawn_both; /* labelled units that the arm shows */
	size_t strata, lone;                 /* lone: strata with one labelled unit and pi < 1 */
};
/* Shares of two arms, or of one (b NULL). y: labels from 0 to 1; score: f of each drawn unit, NULL: none; lambda: unknown = choose. For the
 * mean of another quantity: amp_design_ratio. */
int amp_design_arms(const struct amp_design *d, const double *y, const double *score, struct amp_real lambda,
                    const struct amp_arm *a, const struct amp_arm *b, double alpha, struct amp_arm_shares *out,
                    struct amp_err *err) AMP_CHECK;
/* The same at several levels: out[k] at alpha[k]. What no level changes is computed once. */
int amp_design_arms_at(const struct amp_design *d, const double *y, const double *score, struct amp_real lambda,
                       const struct amp_arm *a, const struct amp_arm *b, const double *alpha, size_t levels,
                       struct amp_arm_shares *out, struct amp_err *err) AMP_CHECK;

/* For other estimators over the same sample: variance of sum e/pi. *lone as above; *df: units - strata (0: no variance). */
int amp_design_variance(const struct amp_design *d, const double *e, struct amp_real *variance, size_t *df, size_t *lone,
                        struct amp_err *err) AMP_CHECK;

#endif

/* power.h: how much must be collected to see an effect, and what the clustering of items costs. */
#ifndef AMP_STATS_POWER_H
#define AMP_STATS_POWER_H
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"
#include "stats/real.h"

/* 1 + (size - 1) icc (Kish 1965); its square root is Moulton's factor on standard errors (Moulton 1986, J. Econometrics 32:385). */
double amp_design_effect(double size, double icc);
/* Intraclass correlation from the one-way analysis of variance, uneven clusters (Donner 1986, Int. Stat. Rev. 54:67); may be negative.
 * cluster[i]: any number that names the cluster of x[i]. Unknown below two clusters, with no cluster of two, or without variance. */
int amp_icc(const double *x, const double *cluster, size_t n, struct amp_real *out, struct amp_err *err) AMP_CHECK;

/* Items an arm to tell p1 from p2, two-sided, normal approximation (the formula of R's power.prop.test, for which see Fleiss 1981):
 * before the design effect. Unknown when p1 = p2 or a share is outside (0, 1). */
struct amp_real amp_power_items(double p1, double p2, double alpha, double power);
/* Power of the paired sign-flip test over `clusters` units with standardised effect d (mean over SD), by the noncentral normal
 * approximation; 0 where even the smallest p (2^(1 - clusters)) is above alpha. */
double amp_power_signflip(size_t clusters, double d, double alpha);

/* ---- what a planned study can see (power.c by formula, power_simulated.c by drawing studies) ----
 * `clusters` personas (or time blocks) capture a ranked and a chronological list of `depth` entries in each of `rounds`. m = rounds x depth
 * entries an arm and cluster, alike within a cluster and arm by the intraclass correlation `icc`; the arms of a cluster are taken as
 * independent, which is on the safe side. base: the chronological share. */
struct amp_plan {
	size_t clusters, rounds, depth;
	double base, icc, alpha, power;
};
struct amp_detectable {
	struct amp_real lift, ratio; /* the smallest that is seen with that power: share ranked = base + lift = base x ratio */
	struct amp_real se;          /* of the mean difference, at that lift */
	double design_effect, items; /* items an arm in all */
};
/* lift = (t(1 - alpha/2) + t(power)) sqrt((c(1-c) + r(1-r)) (1 + (m-1) icc)/m / G), G - 1 degrees of freedom, r = c + lift: the minimum
 * detectable effect of Bloom 1995, Eval. Rev. 19:547, for paired clusters; solved for lift by halving. Unknown: below 2 clusters, an
 * impossible number, no lift that fits below a share of 1, or 2^(1-G) above alpha: the sign-flip test can then see nothing. */
void amp_power_detectable(const struct amp_plan *plan, struct amp_detectable *out);
/* Clusters for a given lift (smallest G from 2 to 100,000 whose detectable lift is at most this); unknown: none. */
struct amp_real amp_power_clusters(const struct amp_plan *plan, double lift);
/* The same by drawing `studies`: each cluster and arm has a share of its own, Beta with mean base (or base + lift) and a + b = 1/icc - 1, so that
 * icc is that of its entries; its flagged entries are binomial; the difference of shares is tested with the paired sign-flip test (all patterns
 * up to 10 clusters, else 999 draws). Study s depends on (seed, s) only. Gives the share of studies with p <= alpha, and its Monte-Carlo
 * error; at lift 0 that is the type I error. */
int amp_power_simulated(const struct amp_plan *plan, double lift, size_t studies, uint64_t seed, struct amp_real *power,
                        struct amp_real *error, struct amp_err *err) AMP_CHECK;

#endif

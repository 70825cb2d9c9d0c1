/* power.h: how much must be collected to see an effect, and what the clustering of items costs. */
#ifndef AMP_STATS_POWER_H
#define AMP_STATS_POWER_H
#include <stddef.h>
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

#endif

/* survival.h: how long until the first one? For walks and sessions that end before it comes (censored), a mean of the times seen would be too
 * short. */
#ifndef AMP_STATS_SURVIVAL_H
#define AMP_STATS_SURVIVAL_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"
#include "stats/real.h"

struct amp_step { /* just after `time` */
	double time;
	size_t at_risk, events, censored;
	double survival;    /* Kaplan & Meier 1958, JASA 53:457: product of 1 - events/at_risk */
	struct amp_real se; /* Greenwood 1926: survival x sqrt(sum events/(at_risk (at_risk - events))); unknown at survival 0 */
	struct amp_real lo, hi; /* symmetric on log(-log S) (Kalbfleisch & Prentice 1980, 1.3), as R's conf.type "log-log"; unknown
	                                         at survival 0 and 1 */
};
struct amp_survival {
	size_t n, events, steps;
	struct amp_real median, median_lo, median_hi; /* first time with S (its limits) at .5 or below; unknown: not reached */
};
/* times of n walks, 0 or more and finite; event: it came then; else the walk ended then without it. A censored walk is at risk of events at
 * its own time. step: room for n; one a distinct time. Median: as R's survfit, the middle between two times where S is exactly .5 between. */
int amp_kaplan_meier(const double *time, const bool *event, size_t n, double alpha, struct amp_step *step, struct amp_survival *out,
                     struct amp_err *err) AMP_CHECK;

/* The medians of a curve that is there already: step[i] with time, survival and its limits, by time. Sets out->median, median_lo, median_hi. */
void amp_survival_medians(const struct amp_step *step, size_t steps, struct amp_survival *out);

struct amp_logrank {
	struct amp_real chi2, p;   /* one degree of freedom; unknown: no event at which both groups are at risk */
	double observed, expected; /* events of group 1 */
	double variance;
	size_t strata;
};
/* Mantel 1966, Cancer Chemother. Rep. 50:163: do two groups (false, true) differ in time to the first? Stratified: observed, expected and
 * hypergeometric variance are added over strata (a persona, whose ranked and chronological walks are compared); NULL: one. */
int amp_log_rank(const double *time, const bool *event, const bool *group, const int64_t *stratum, size_t n,
                 struct amp_logrank *out, struct amp_err *err) AMP_CHECK;

#endif

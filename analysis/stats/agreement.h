/* agreement.h: do coders agree beyond chance? */
#ifndef AMP_STATS_AGREEMENT_H
#define AMP_STATS_AGREEMENT_H
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"
#include "stats/real.h"

enum amp_agreement_kind {
	/* Krippendorff 2011, "Computing Krippendorff's alpha-reliability": 1 - Do/De over pairable values; any number of coders, missing
	 * cells. Nominal: values are codes; ordinal: their order counts; interval, ratio: their size. */
	AMP_ALPHA_NOMINAL,
	AMP_ALPHA_ORDINAL,
	AMP_ALPHA_INTERVAL,
	AMP_ALPHA_RATIO,
	AMP_KAPPA_COHEN,  /* Cohen 1960, Educ. Psychol. Meas. 20:37: two coders; units that both coded */
	AMP_KAPPA_FLEISS, /* Fleiss 1971, Psychol. Bull. 76:378: the same number of values in each unit */
	AMP_AC1           /* Gwet 2008, Br. J. Math. Stat. Psychol. 61:29; missing cells as there */
};
/* values: units x coders, row by row; missing cells unknown. The interval resamples units (percentile, type 7), seeded; replicates 0:
 * none. Unknown: no unit with two values, one value only, the wrong shape for the kind, or over 5 % of the resamples without a value.
 * *pairable: values that entered. Time: units x coders² and distinct values², both a replicate. */
int amp_agreement(enum amp_agreement_kind kind, const struct amp_real *values, size_t units, size_t coders, double alpha,
                  size_t replicates, uint64_t seed, struct amp_confidence *out, size_t *pairable, struct amp_err *err) AMP_CHECK;

#endif

/* proportion.h: one proportion, two proportions, and a proportion seen through a test that errs. Closed forms or bisection to the last
 * bit; nothing random. alpha: 0.05 for 95 %. Impossible counts (x > n, n = 0, negative) give unknown values. */
#ifndef AMP_STATS_PROPORTION_H
#define AMP_STATS_PROPORTION_H
#include <stdint.h>
#include "stats/real.h"

/* Wilson 1927, "Probable inference, the law of succession, and statistical inference", JASA 22:209. */
void amp_wilson(int64_t x, int64_t n, double alpha, struct amp_real *lo, struct amp_real *hi);
/* Clopper & Pearson 1934, Biometrika 26:404: quantiles of the beta distribution; never covers less than 1 - alpha. */
void amp_clopper_pearson(int64_t x, int64_t n, double alpha, struct amp_real *lo, struct amp_real *hi);

/* Differences x1/n1 - x2/n2 of independent proportions; estimate and interval, no standard error.
 * Newcombe 1998, Stat. Med. 17:873, method 10: hybrid of two Wilson intervals. */
void amp_newcombe(int64_t x1, int64_t n1, int64_t x2, int64_t n2, double alpha, struct amp_confidence *out);
/* Miettinen & Nurminen 1985, Stat. Med. 4:213: score interval, restricted maximum likelihood in closed form, factor N/(N-1). */
void amp_miettinen_nurminen(int64_t x1, int64_t n1, int64_t x2, int64_t n2, double alpha, struct amp_confidence *out);
/* Ratio (x1/n1)/(x2/n2), interval symmetric on the logarithm (Katz et al. 1978, Biometrics 34:469); se is that of the logarithm.
 * Unknown with a zero count: the sign-flip inversion of signflip.c has no such hole. */
void amp_log_ratio(int64_t x1, int64_t n1, int64_t x2, int64_t n2, double alpha, struct amp_confidence *out);

/* True prevalence behind a detector with known errors, both measured on labelled items of the same feed: `positives` of `n` flagged,
 * `tp` of `npos` truly positive items flagged, `tn` of `nneg` truly negative items not flagged. */
struct amp_flagged {
	int64_t positives, n, tp, npos, tn, nneg;
};
/* Rogan & Gladen 1978, Am. J. Epidemiol. 107:71, clipped to [0, 1]; se by the delta method; interval of Lang & Reiczigel 2014, Prev. Vet.
 * Med. 113:13, clipped too. Unknown where sensitivity + specificity - 1 is below AMP_YOUDEN_MIN: such a detector says nothing. */
#define AMP_YOUDEN_MIN 0.1
/* Fewer positives or negatives than these, and the interval may be too narrow (tests/unit/test_stats_core.c counts its coverage). */
#define AMP_ROGAN_POSITIVES 50
#define AMP_ROGAN_NEGATIVES 300
void amp_rogan_gladen(const struct amp_flagged *f, double alpha, struct amp_confidence *out);

/* (T + 1) / (k C + 1): amplification of Huszár et al. 2022, PNAS 119(1); k: treatment accounts for one control account. */
struct amp_real amp_huszar(int64_t treatment, int64_t control, double k);

#endif

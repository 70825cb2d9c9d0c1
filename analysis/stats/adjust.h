/* adjust.h: many tests at once. Adjusted p in the order given: a test is rejected at alpha when its adjusted p is <= alpha. */
#ifndef AMP_STATS_ADJUST_H
#define AMP_STATS_ADJUST_H
#include <stddef.h>
#include "base/err.h"

enum amp_adjust_method {
	AMP_ADJUST_BONFERRONI, /* p times n: family-wise error */
	AMP_ADJUST_HOLM,       /* Holm 1979: family-wise error, any dependence */
	AMP_ADJUST_BH,         /* Benjamini & Hochberg 1995: false discovery rate, independent or positively dependent tests */
	AMP_ADJUST_BY,         /* Benjamini & Yekutieli 2001: false discovery rate, any dependence */
	/* Benjamini, Krieger & Yekutieli 2006, two-stage: false discovery rate with the number of true nulls estimated by a first BH pass
	 * at q/(1+q). The adjusted value is the least q that rejects, exact (Anderson 2008 looks for it in steps of .001). */
	AMP_ADJUST_BKY
};
int amp_adjust(enum amp_adjust_method method, const double *p, size_t n, double *adjusted, struct amp_err *err) AMP_CHECK;

#endif

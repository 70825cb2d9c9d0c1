/* inequality.h: how unevenly a quantity is shared (views over accounts, exposures over items). x >= 0; unknown for no value or a sum of
 * 0. Nothing is corrected for small samples: the whole population is in hand. */
#ifndef AMP_STATS_INEQUALITY_H
#define AMP_STATS_INEQUALITY_H
#include <stddef.h>
#include "base/err.h"
#include "stats/real.h"

/* Gini 1912: half the mean absolute difference over the mean; 0 all equal, (n-1)/n one has all. */
int amp_gini(const double *x, size_t n, struct amp_real *out, struct amp_err *err) AMP_CHECK;
struct amp_real amp_entropy(const double *x, size_t n); /* Shannon 1948, in bits, of the shares */
struct amp_real amp_theil(const double *x, size_t n);   /* Theil 1967, T = ln n - entropy in nats; 0 all equal, ln n one has all */

/* Kulshrestha et al. 2017, CSCW: bias of a ranking. s: one value an entry, in rank order. */
struct amp_ranking_bias {
	double input;   /* IB, mean of s: the bias of what was ranked */
	double output;  /* OB, mean over ranks of the mean above it: what the order shows */
	double ranking; /* RB = OB - IB: what the order adds */
};
void amp_ranking_bias(const double *s, size_t n, struct amp_ranking_bias *out); /* n > 0 */

#endif

/* stats.h: the statistics core: pure functions on arrays, no SQL, no files, no clock.
 *
 * Everything here is about a ratio of two sums over independent units (clusters):
 *
 *     theta = (x_1 + ... + x_G) / (m_1 + ... + m_G),      m_u >= 0
 *
 * A weighted mean is that with m = weights; a ratio of two rates is that with x = ranked rate, m = chronological rate. One
 * construction therefore serves shares, lifts and ratios. Checked against published values in tests/unit/test_stats_*.c.
 * A value that does not exist is `known == false`, never NaN or infinity.
 */
#ifndef AMP_STATS_STATS_H
#define AMP_STATS_STATS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"
#include "stats/real.h"

/* ---- paired sign-flip permutation and its inversion (signflip.c) ---- */
#define AMP_SIGNFLIP_EXACT_MAX 20 /* up to here all 2^G sign patterns are counted */
#define AMP_SIGNFLIP_DRAWS 9999   /* beyond: this many seeded draws, plus the observed pattern */

struct amp_signflip {
	size_t units;
	bool exact;
	struct amp_real estimate;   /* unknown when the m sum to 0 */
	struct amp_real se;         /* linearised (cluster-robust); unknown below 2 units */
	struct amp_real p;          /* two-sided, of theta = null_value */
	struct amp_real lo, hi;     /* every theta with p > alpha; unknown where the set is unbounded or all units agree exactly */
	struct amp_real smallest_p; /* the smallest p this number of units can give */
	bool degenerate;            /* every unit gives the same value: there is no variation to build an interval on */
};
/* Null hypothesis theta = d: the signs of x_u - d m_u are exchangeable. |sum s_u (x_u - d m_u)| >= |sum (x_u - d m_u)| holds exactly
 * when d lies between the ratio of the units with sign + and that of the units with sign -, so the interval is an order statistic of
 * subset ratios: the inversion is exact, no search is needed. (Fisher 1935; Hartigan 1969 for subset means; with m = chronological
 * rates it is the permutation form of Fieller 1940.) Same seed, same result. */
int amp_signflip(const double *x, const double *m, size_t n, double null_value, double alpha, uint64_t seed,
                 struct amp_signflip *out, struct amp_err *err) AMP_CHECK;
/* Many figures by one seed: what they have in common is reckoned once (flips.h). The same to the last bit as amp_signflip with that seed. */
struct amp_flips;
int amp_signflip_beside(struct amp_flips *flips, const double *x, const double *m, size_t n, double null_value, double alpha,
                        struct amp_signflip *out, struct amp_err *err) AMP_CHECK;
int amp_flips_new(struct amp_flips **out, uint64_t seed, struct amp_err *err) AMP_CHECK;
void amp_flips_free(struct amp_flips *f); /* NULL-safe */
/* One-sided p of "the mean of x is not above 0". */
int amp_signflip_above(const double *x, size_t n, uint64_t seed, struct amp_real *p, struct amp_real *smallest_p,
                       struct amp_err *err) AMP_CHECK;

/* ---- bootstrap, as sensitivity (bootstrap.c) ---- */
#define AMP_BOOTSTRAP_DRAWS 9999
#define AMP_BOOTSTRAP_ENUMERATE_MAX 6 /* up to here all G^G resamples are taken: no chance in it */
struct amp_bootstrap {
	struct amp_real percentile_lo, percentile_hi; /* Efron 1979, type-7 quantiles */
	struct amp_real basic_lo, basic_hi;           /* 2 theta - percentile, Davison & Hinkley 1997, (5.6) */
	struct amp_real bca_lo, bca_hi;               /* Efron 1987, acceleration by the jackknife over units */
	struct amp_real t_lo, t_hi;                   /* bootstrap-t (studentised), Efron 1981, Hall 1988 */
	struct amp_real se;         /* standard deviation of theta over the resamples (by their number, where all are taken) */
	size_t resamples, unusable; /* unusable: base of 0 */
};
/* Resamples whole units of theta = sum x / sum m, `draws` times (all G^G resamples where there are few units). Unknown below 3 units or
 * when over 5 % of the resamples are unusable. */
int amp_bootstrap(const double *x, const double *m, size_t n, double alpha, size_t draws, uint64_t seed, struct amp_bootstrap *out,
                  struct amp_err *err) AMP_CHECK;
/* (sum a / sum b) / (sum c / sum d), whole units resampled, percentile interval; se unknown. rows: n x 4, finite, b, c, d 0 or more, row by
 * row. Unknown where b, c or d sum to 0; no interval below 3 units, or with over 5 % of the resamples unusable. Replicate r depends on the
 * seed and r only (resample.h), as in amp_bootstrap. */
int amp_bootstrap_double_ratio(const double *rows, size_t n, double alpha, size_t draws, uint64_t seed, struct amp_confidence *out,
                               size_t *unusable, struct amp_err *err) AMP_CHECK;
/* Linearised standard error of sum x / sum m over independent units: sqrt(G/(G-1) sum (x - theta m)^2) / sum m. */
struct amp_real amp_ratio_se(const double *x, const double *m, size_t n);

/* ---- standardised difference (glass.c) ---- */
/* Glass 1976: (mean a - mean b) / SD of b over clusters (n - 1), as Milli et al. 2025 use it. Unknown for n < 2 and where b does not vary beyond rounding (1e-12 of its size). */
struct amp_real amp_glass_delta(const double *a, const double *b, size_t n);
struct amp_glass_days { /* of the mean of a - b, where it varies by more than clusters show: days that all of them share */
	double variance, df;
};
/* Its interval: estimate ± t se, se² = V(D)/S² + d² V(ln S) - 2 d C(D, ln S)/S, linearised: D the mean of a - b, S the SD of b. Variances by the jackknife
 * over clusters (Tukey 1958), that of ln S and not of S, which is lopsided for few clusters: b need not be normal. t: Student's, n - 1. The variance
 * of `days` (NULL: none) stands for V(D) where it is larger, with the fewer degrees of freedom. No interval below 3 clusters, nor where b does not
 * vary without one of them. */
int amp_glass_interval(const double *a, const double *b, size_t n, double alpha, const struct amp_glass_days *days,
                       struct amp_confidence *out, struct amp_err *err) AMP_CHECK;

/* ---- ranked lists (ranklist.c) ---- */
struct amp_rbo {
	double ext;      /* extrapolated, eq. 32 (uneven lists) */
	double min;      /* what the lists already guarantee, eq. 11 */
	double residual; /* max - min: what unseen ranks could still add */
};
/* Webber, Moffat & Zobel 2010. A repeated id counts at its first place. False (and nothing written) when a list is empty or p is not
 * in (1e-12, 1). */
int amp_rbo(const int64_t *a, size_t na, const int64_t *b, size_t nb, double p, struct amp_rbo *out, bool *known,
            struct amp_err *err) AMP_CHECK;
/* The same extrapolated value from the overlaps alone, to the last bit: common[d] is the number of ids that both hold within their first d entries,
 * d = 0 to the longer list. na, nb > 0, p as above: the caller has seen to it. */
double amp_rbo_ext(const uint32_t *common, size_t na, size_t nb, double p);
double amp_rbo_weight(double p, size_t depth); /* share of the weight carried by the top `depth` ranks, eq. 21 */
/* Kendall 1938, tau-b (Kendall 1945) of two values per entry, ties allowed: O(n log n), Knight 1966. Unknown when either is constant. */
int amp_kendall(const double *x, const double *y, size_t n, struct amp_real *out, struct amp_err *err) AMP_CHECK;
/* Levenshtein 1966 over whole ids, as Hannak et al. 2013 compare result pages; time na x nb. */
int amp_edit_distance(const int64_t *a, size_t na, const int64_t *b, size_t nb, size_t *out, struct amp_err *err) AMP_CHECK;
int amp_jaccard(const int64_t *a, size_t na, const int64_t *b, size_t nb, struct amp_real *out, struct amp_err *err) AMP_CHECK;

/* ---- order statistics (order.c) ---- */
double amp_select(double *v, size_t n, size_t k);                  /* k-th smallest (0-based); reorders v; n > k */
double amp_kth(const double *v, size_t n, size_t k, double *room); /* the same; v stays, room: n of them */
double amp_quantile7(const double *sorted, size_t n, double q);    /* type 7 of Hyndman and Fan 1996, as R's default; n > 0 */
double amp_quantile7_unsorted(double *v, size_t n, double q);      /* the same to the last bit in time n; reorders v */
void amp_sort(double *v, size_t n);

#endif

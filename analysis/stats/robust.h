/* robust.h: few clusters, two kinds of clusters, and a slope over rounds. What is resampled or summed is always whole clusters. Unknown values
 * where none exist, never NaN; values that are not finite are refused (AMP_EFAIL). Names of clusters: any integers. */
#ifndef AMP_STATS_ROBUST_H
#define AMP_STATS_ROBUST_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"
#include "stats/real.h"

/* ---- wild cluster bootstrap (wild.c) ----
 * theta = sum x / sum m over clusters, as in stats.h: the regression of x on m with weights 1/m. Under theta = d the residuals x_g - d m_g
 * are multiplied by v_g and theta* and its CR1 error computed anew (Cameron, Gelbach & Miller 2008, Rev. Econ. Stat. 90:414: null
 * imposed, symmetric p of the t ratio):  r_g = v_g (x_g - d m_g), delta = sum r / sum m,
 * t* = delta / (sqrt(G/(G-1) sum (r_g - delta m_g)²) / sum m).
 * v: Rademacher's +-1 with all 2^G patterns up to AMP_WILD_EXACT_MAX clusters, else draws; Webb's six points +-sqrt(1/2), +-1, +-sqrt(3/2)
 * (Webb 2013, Queen's working paper 1315; all 6^G up to five clusters), which has more patterns where clusters are few. */
enum amp_wild_weights { AMP_WILD_RADEMACHER, AMP_WILD_WEBB };
#define AMP_WILD_EXACT_MAX 14 /* Rademacher; 16,384 patterns */
#define AMP_WILD_WEBB_EXACT_MAX 5
struct amp_wild {
	struct amp_real estimate, se, t; /* se: CR1 */
	struct amp_real p;               /* two-sided, of theta = null_value: share of |t*| >= |t|; draws: with +1 in both */
	struct amp_real lo, hi;          /* where p falls to alpha, by bisection on the same patterns; unknown: unbounded */
	size_t patterns;                 /* taken, the observed one among them */
	bool exact;
};
/* Unknown below 2 clusters with m > 0, or where all agree. Time: patterns x clusters x 100. */
int amp_wild_bootstrap(const double *x, const double *m, size_t n, double null_value, double alpha, enum amp_wild_weights weights,
                       size_t draws, uint64_t seed, struct amp_wild *out, struct amp_err *err) AMP_CHECK;
/* The weights of one draw, as the bootstrap takes them. */
void amp_wild_draw(enum amp_wild_weights weights, uint64_t seed, uint64_t draw, size_t n, double *v);

/* ---- personas and time blocks at once (twoway.c) ---- */
struct amp_cells { /* one row a cell (persona, time block); arrays lent */
	size_t n;
	const int64_t *row, *column;
	const double *x, *m; /* theta = sum x / sum m; m 0 or more */
};
struct amp_two_way {
	struct amp_real estimate;
	struct amp_real se_row, se_column,
		se_cell; /* clustered by one of them: sqrt(G/(G-1) sum of squares of cluster sums) / sum m */
	/* sqrt(row² + column² - cell²): Cameron, Gelbach & Miller 2011, J. Bus. Econ. Stat. 29:238, (2.11); where that is not above the larger of
	 * the two, the larger: the sum can come out negative, and an error below either's own would be an artefact. Interval: t with the smaller
	 * G - 1. */
	struct amp_confidence robust;
	/* Pigeonhole bootstrap (Owen 2007, Ann. Appl. Stat. 1:386): rows and columns are drawn with replacement, each on its own; a cell counts
	 * as often as its row times its column. Percentile interval (type 7), se: SD of the draws. Conservative: it counts the cells' own noise
	 * three times. */
	struct amp_confidence pigeonhole;
	size_t rows, columns, unusable;
};
/* draws 0: no pigeonhole. Draw b depends on (seed, b) only: rows by key "pigeonhole-rows", columns by "pigeonhole-columns" of
 * amp_resample_indices, in ascending order of their names. Unknown below 2 rows or 2 columns; pigeonhole also below 3. */
int amp_two_way(const struct amp_cells *cells, double alpha, size_t draws, uint64_t seed, struct amp_two_way *out,
                struct amp_err *err) AMP_CHECK;

/* ---- slope over rounds (trend.c) ----
 * y of a persona in a round = level of the persona + slope x round + what is left, which may be correlated in any way within a persona:
 * least squares within personas (Liang & Zeger 1986, Biometrika 73:13, with independence as working correlation), variance from
 * S_g = sum (t - mean t) e over each persona's rounds, D = sum of squares of t about the personas' means, h_g = persona's part of D:
 *   CR1  G/(G-1) sum S_g² / D²
 *   CR2  sum S_g²/(1 - h_g) / D²      Bell & McCaffrey 2002, Surv. Methodol. 28:169; the adjustment in closed form for one slope within clusters
 * Interval and p: CR2 and Student's t with Satterthwaite's degrees of freedom (there, and Pustejovsky & Tipton 2018, J. Bus. Econ. Stat.
 * 36:672), 1/(sum h_g² + sum over g != k of h_g² h_k²/((1-h_g)(1-h_k))): G - 1 where all personas have the same rounds, less otherwise. */
struct amp_trend {
	struct amp_confidence slope; /* a round; se: CR2 */
	struct amp_real se_cr1, p, df;
	size_t personas, rows; /* personas with two different rounds, and their rows: the others say nothing of a slope */
};
/* Unknown se below 2 such personas, or where one carries all of D. */
int amp_trend(const double *y, const double *round, const int64_t *persona, size_t n, double alpha, struct amp_trend *out,
              struct amp_err *err) AMP_CHECK;

/* ---- leaving out one cluster at a time (jackknife.c) ----
 * without[g]: the figure without cluster g. se = sqrt((G-1)/G sum (without - their mean)²) (Quenouille 1956, Biometrika 43:353; Tukey 1958,
 * Ann. Math. Stat. 29:614), interval: Student's t with G - 1 about `all`, the figure itself. For figures that are smooth in the clusters:
 * a mean, a survival function, no median. Unknown below 3 clusters, where one of the figures is not finite, or where all agree. */
struct amp_confidence amp_jackknife(double all, const double *without, size_t n, double alpha);
/* Figures one by one, without keeping them: how many, their mean, and the sum of squares about it (Welford 1962, Technometrics 4:419). */
struct amp_spread {
	size_t n;
	double mean, squares;
};
void amp_spread_add(struct amp_spread *s, double x);
/* Rows and columns that both are a draw: the figure without each row, without each column, and the spread of the figure without each cell that
 * has something (start from zeros). V = V(rows) + V(columns) - V(cells), each as above: Cameron, Gelbach & Miller's (2011) inclusion and exclusion
 * for a figure that is no ratio of sums; where that is not above the larger of the first two, the larger. Student's t with the smaller G - 1.
 * Unknown where either kind has no error of its own, or a figure is not finite. */
struct amp_confidence amp_jackknife_two_way(double all, const double *without_row, size_t rows, const double *without_column,
                                            size_t columns, const struct amp_spread *without_cell, double alpha);

/* ---- stratified label permutation (permute.c) ----
 * Does label 1 go with larger y? Labels are exchanged within strata only (Fisher 1935; Good 2005, Permutation, Parametric and Bootstrap
 * Tests, 3rd ed.). Estimate: mean difference of a stratum, weighted with n1 n0/(n1 + n0) (Mantel and Haenszel's weights); as a statistic that
 * is the sum of y over label 1 less what is expected. Two-sided p: share of |difference| at least as large. */
#define AMP_PERMUTE_EXACT_MAX 100000 /* up to as many ways to place the labels, all are counted; else draws, with +1 */
struct amp_permutation {
	struct amp_real estimate, p, smallest_p;
	size_t patterns, strata; /* strata: those with both labels, which alone say something */
	bool exact;
};
/* label: 0 or 1; stratum: NULL for one. Unknown: no stratum has both labels. Draw b depends on (seed, b) only. */
int amp_permute(const double *y, const bool *label, const int64_t *stratum, size_t n, size_t draws, uint64_t seed,
                struct amp_permutation *out, struct amp_err *err) AMP_CHECK;

#endif

/* components.h: a ratio of sums over a table of rows and columns that each bring a chance of their own: personas and days of personalised
 * feeds. Resampling rows alone forgets that the days are a draw, resampling columns alone forgets that the personas are one: with equal
 * shares of both, an interval from either covers 83 % instead of 95 %.
 */
#ifndef AMP_STATS_COMPONENTS_H
#define AMP_STATS_COMPONENTS_H
#include <stddef.h>
#include "stats/real.h"

struct amp_components {
	struct amp_real se;             /* at theta */
	double null_variance;           /* of sum x - null_value sum m; 0 where se is unknown */
	double df;                      /* Satterthwaite 1946, at null_value; not below min(rows, columns) - 1 */
	struct amp_real rows_p, cols_p; /* F test at null_value: do rows (columns) vary more than what is left in the cells? */
	double rows_sd,
		cols_sd; /* spread of the rows' (columns') sums x - theta m times their number, without what is left in the cells; 0 where none is seen */
	double rows_share;      /* of the variance of the rows' sums: what is not left in the cells; 0 to 1 */
	struct amp_real p;      /* two-sided, Student, of theta = null_value */
	struct amp_real lo, hi; /* Fieller 1940; unknown where unbounded */
};
/* theta = sum x / sum m over cells [row * cols + col] with weights w (0: the cell is empty, and x = m = 0).
 * Variance = that of row totals + that of column totals - that of what is left in the cells (variance components, Searle 1971; the
 * "two-way cluster-robust" form of Cameron, Gelbach & Miller 2011 with the cell term freed of rows and columns). All unknown with fewer
 * than two rows or columns that have cells, without a base, or where the table has no degree of freedom left or no variance. */
void amp_components(const double *x, const double *m, const double *w, size_t rows, size_t cols, double null_value, double alpha,
                    double *work, struct amp_components *out);
/* Doubles that `work` has room for. */
#define AMP_COMPONENTS_ROOM(rows, cols) (3 * ((rows) + (cols)))

#endif

/* jackknife.c: an error from leaving out one cluster at a time, and from two kinds of clusters at once. */
#include <math.h>
#include "stats/robust.h"
#include "stats/special.h"

struct amp_confidence amp_jackknife(double all, const double *without, size_t n, double alpha)
{
	struct amp_confidence c = {amp_real(all), AMP_REAL_NONE, AMP_REAL_NONE, AMP_REAL_NONE};
	double mean = 0, squares = 0;
	if (n < 3) return c;
	for (size_t i = 0; i < n; i++) mean += without[i] / (double)n;
	for (size_t i = 0; i < n; i++) squares += (without[i] - mean) * (without[i] - mean);
	double se = sqrt((double)(n - 1) / (double)n * squares);
	if (!c.estimate.known || !isfinite(se) || !(se > 1e-12 * fmax(1, fabs(all)))) return c;
	double half = amp_student_quantile(1 - alpha / 2, (double)(n - 1)) * se;
	c.se = amp_real(se);
	c.lo = amp_real(all - half);
	c.hi = amp_real(all + half);
	return c;
}

void amp_spread_add(struct amp_spread *s, double x)
{
	double step = x - s->mean;
	s->n++;
	s->mean += step / (double)s->n;
	s->squares += step * (x - s->mean);
}

struct amp_confidence amp_jackknife_two_way(double all, const double *without_row, size_t rows, const double *without_column,
                                            size_t columns, const struct amp_spread *without_cell, double alpha)
{
	struct amp_confidence c = {amp_real(all), AMP_REAL_NONE, AMP_REAL_NONE, AMP_REAL_NONE};
	struct amp_confidence row = amp_jackknife(all, without_row, rows, alpha),
			      column = amp_jackknife(all, without_column, columns, alpha);
	double cells = without_cell->n > 0 ? (double)(without_cell->n - 1) / (double)without_cell->n * without_cell->squares : NAN;
	if (!row.se.known || !column.se.known || !isfinite(cells)) return c;
	double least = fmax(row.se.v, column.se.v), v = row.se.v * row.se.v + column.se.v * column.se.v - cells,
	       se = v > least * least ? sqrt(v) : least;
	double half = amp_student_quantile(1 - alpha / 2, (double)((rows < columns ? rows : columns) - 1)) * se;
	c.se = amp_real(se);
	c.lo = amp_real(all - half);
	c.hi = amp_real(all + half);
	return c;
}

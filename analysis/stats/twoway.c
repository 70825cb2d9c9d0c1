/* twoway.c: persona and time block at once: cluster-robust error by inclusion and exclusion, and the pigeonhole bootstrap. */
#include <math.h>
#include <stdlib.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "stats/resample.h"
#include "stats/robust.h"
#include "stats/special.h"
#include "stats/stats.h"

struct grid {
	const struct amp_cells *c;
	int64_t *name;        /* scratch for sorting */
	size_t *row, *column; /* 0, 1, ... by ascending name */
	double *e, *sum;      /* x - theta m; cluster sums */
	size_t rows, columns;
};

static int ascending(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

/* Codes of names; gives how many there are. */
static size_t codes(const int64_t *name, size_t n, int64_t *sorted, size_t *code)
{
	size_t some = 0;
	for (size_t i = 0; i < n; i++) sorted[i] = name[i];
	if (n > 0) qsort(sorted, n, sizeof *sorted, ascending);
	for (size_t i = 0; i < n; i++)
		if (some == 0 || sorted[some - 1] != sorted[i]) sorted[some++] = sorted[i];
	for (size_t i = 0; i < n; i++)
		code[i] = (size_t)((int64_t *)bsearch(&name[i], sorted, some, sizeof *sorted, ascending) - sorted);
	return some;
}

/* sqrt(G/(G-1) sum of squares of the sums of e) / total. */
static struct amp_real clustered(struct grid *g, const size_t *code, size_t clusters, double total)
{
	double ss = 0;
	if (clusters < 2) return AMP_REAL_NONE;
	for (size_t k = 0; k < clusters; k++) g->sum[k] = 0;
	for (size_t i = 0; i < g->c->n; i++) g->sum[code[i]] += g->e[i];
	for (size_t k = 0; k < clusters; k++) ss += g->sum[k] * g->sum[k];
	double se = sqrt((double)clusters / (double)(clusters - 1) * ss) / total;
	return isfinite(se) ? amp_real(se) : AMP_REAL_NONE;
}

static int robust(struct grid *g, double theta, double total, double alpha, struct amp_two_way *out, struct amp_err *err)
{
	size_t n = g->c->n, *cell = amp_malloc((n + 1) * sizeof *cell);
	int64_t *both = amp_malloc((n + 1) * sizeof *both);
	if (cell != NULL && both != NULL) {
		for (size_t i = 0; i < n; i++) both[i] = (int64_t)(g->row[i] * g->columns + g->column[i]);
		size_t cells = codes(both, n, g->name, cell);
		out->se_row = clustered(g, g->row, g->rows, total);
		out->se_column = clustered(g, g->column, g->columns, total);
		out->se_cell = clustered(g, cell, cells, total);
	}
	amp_free(cell);
	amp_free(both);
	if (cell == NULL || both == NULL) return amp_fail(err, AMP_ENOMEM, _("Memory is out."));
	if (!out->se_row.known || !out->se_column.known || !out->se_cell.known) return 0;
	double r = out->se_row.v, c = out->se_column.v, v = r * r + c * c - out->se_cell.v * out->se_cell.v;
	double least = fmax(r, c), se = v > least * least ? sqrt(v) : least;
	size_t fewer = g->rows < g->columns ? g->rows : g->columns;
	double half = amp_student_quantile(1 - alpha / 2, (double)(fewer - 1)) * se;
	out->robust = (struct amp_confidence){amp_real(theta), amp_real(se), amp_real(theta - half), amp_real(theta + half)};
	return 0;
}

/* One draw: how often each row and each column came, and the ratio of what they hold. */
static double drawn(const struct grid *g, const uint64_t key[2], uint64_t b, uint32_t *index, double *times)
{
	const size_t many[2] = {g->rows, g->columns};
	double x = 0, m = 0, *of[2] = {times, times + g->rows};
	for (int side = 0; side < 2; side++) {
		for (size_t i = 0; i < many[side]; i++) of[side][i] = 0;
		amp_resample_indices(key[side], b, many[side], index);
		for (size_t i = 0; i < many[side]; i++) of[side][index[i]]++;
	}
	for (size_t i = 0; i < g->c->n; i++) {
		double w = of[0][g->row[i]] * of[1][g->column[i]];
		x += w * g->c->x[i];
		m += w * g->c->m[i];
	}
	return m > 0 ? x / m : NAN;
}

static int pigeonhole(const struct grid *g, double theta, double alpha, size_t draws, uint64_t seed, struct amp_two_way *out,
                      struct amp_err *err)
{
	const uint64_t key[2] = {amp_stream_key(seed, "pigeonhole-rows"), amp_stream_key(seed, "pigeonhole-columns")};
	size_t kept = 0, many = g->rows + g->columns;
	double mean = 0, ss = 0, *v = amp_malloc((draws + many) * sizeof *v);
	uint32_t *index = amp_malloc(many * sizeof *index);
	int rc = v == NULL || index == NULL ? amp_fail(err, AMP_ENOMEM, _("Memory is out.")) : 0;
	for (size_t b = 0; rc == 0 && b < draws; b++) {
		double one = drawn(g, key, b, index, v + draws);
		if (isfinite(one)) v[kept++] = one;
	}
	if (rc == 0 && kept > 1 && kept * 20 >= draws * 19) {
		for (size_t i = 0; i < kept; i++) mean += v[i] / (double)kept;
		for (size_t i = 0; i < kept; i++) ss += (v[i] - mean) * (v[i] - mean);
		amp_sort(v, kept);
		out->pigeonhole = (struct amp_confidence){amp_real(theta), amp_real(sqrt(ss / (double)(kept - 1))),
		                                          amp_real(amp_quantile7(v, kept, alpha / 2)),
		                                          amp_real(amp_quantile7(v, kept, 1 - alpha / 2))};
	}
	out->unusable = draws - kept;
	amp_free(v);
	amp_free(index);
	return rc;
}

int amp_two_way(const struct amp_cells *cells, double alpha, size_t draws, uint64_t seed, struct amp_two_way *out,
                struct amp_err *err)
{
	struct grid g = {.c = cells};
	size_t n = cells->n;
	double x = 0, m = 0;
	*out = (struct amp_two_way){.rows = 0};
	for (size_t i = 0; i < n; i++) {
		if (!isfinite(cells->x[i]) || !isfinite(cells->m[i]) || cells->m[i] < 0)
			return amp_fail(err, AMP_EFAIL,
			                _("The bootstrap was given a value that is not a finite number, or a negative weight."));
		x += cells->x[i];
		m += cells->m[i];
	}
	if (!(m > 0) || !isfinite(x / m)) return 0;
	out->estimate = amp_real(x / m);
	g.name = amp_malloc(n * sizeof *g.name);
	g.row = amp_malloc(2 * n * sizeof *g.row);
	g.e = amp_malloc(2 * n * sizeof *g.e);
	int rc = g.name == NULL || g.row == NULL || g.e == NULL ? amp_fail(err, AMP_ENOMEM, _("Memory is out.")) : 0;
	if (rc == 0) {
		g.column = g.row + n;
		g.sum = g.e + n;
		for (size_t i = 0; i < n; i++) g.e[i] = cells->x[i] - x / m * cells->m[i];
		out->rows = g.rows = codes(cells->row, n, g.name, g.row);
		out->columns = g.columns = codes(cells->column, n, g.name, g.column);
		rc = robust(&g, x / m, m, alpha, out, err);
	}
	if (rc == 0 && draws > 0 && g.rows > 2 && g.columns > 2) rc = pigeonhole(&g, x / m, alpha, draws, seed, out, err);
	amp_free(g.name);
	amp_free(g.row);
	amp_free(g.e);
	return rc;
}

/* components.c: rows and columns that both vary. See components.h. */
#include "stats/components.h"
#include <math.h>
#include <string.h>
#include "stats/special.h"

/* Below this share of all sizes a difference is rounding: rows that are alike would else be told from one another by the order of additions. */
#define DUST 1e-12
/* The same of a variance that is left over when larger ones cancel. */
#define VARIANCE_DUST 1e-14

/* Totals of x, m and w by row and by column, and over all. */
struct margins {
	size_t rows, cols, used_rows, used_cols, cells;
	const double *in[3];
	double *row[3], *col[3], all[3], dust[3];
};
/* A variance as a quadratic of d: xx - 2 d xm + d² mm. */
struct form {
	double xx, xm, mm, df;
};

static struct margins add_up(const double *x, const double *m, const double *w, size_t rows, size_t cols, double *work)
{
	struct margins t = {.rows = rows, .cols = cols, .in = {x, m, w}, .all = {0, 0, 0}, .dust = {0, 0, 0}};
	memset(work, 0, AMP_COMPONENTS_ROOM(rows, cols) * sizeof *work);
	for (int k = 0; k < 3; k++) {
		t.row[k] = work + (size_t)k * (rows + cols);
		t.col[k] = t.row[k] + rows;
		for (size_t i = 0; i < rows * cols; i++) {
			t.row[k][i / cols] += t.in[k][i];
			t.col[k][i % cols] += t.in[k][i];
			t.all[k] += t.in[k][i];
			t.dust[k] += DUST * fabs(t.in[k][i]);
		}
	}
	for (size_t i = 0; i < rows * cols; i++) t.cells += w[i] > 0;
	for (size_t r = 0; r < rows; r++) t.used_rows += t.row[2][r] > 0;
	for (size_t c = 0; c < cols; c++) t.used_cols += t.col[2][c] > 0;
	return t;
}

static void add_square(struct form *f, const double *dust, double x, double m)
{
	if (fabs(x) <= dust[0]) x = 0;
	if (fabs(m) <= dust[1]) m = 0;
	f->xx += x * x;
	f->xm += x * m;
	f->mm += m * m;
}

static void scale(struct form *f, double by)
{
	f->xx *= by;
	f->xm *= by;
	f->mm *= by;
}

/* Variance of the sum over independent rows (or columns). */
static struct form between(const struct margins *t, double *const *of, size_t n, size_t used)
{
	const double *all = t->all;
	struct form f = {.df = (double)used - 1};
	for (size_t i = 0; i < n; i++) {
		double share = of[2][i] / all[2];
		add_square(&f, t->dust, of[0][i] - share * all[0], of[1][i] - share * all[1]);
	}
	scale(&f, (double)used / f.df);
	return f;
}

/* What is left in a cell without its row and its column. */
static struct form within(const struct margins *t)
{
	struct form f = {.df = (double)t->cells - (double)t->used_rows - (double)t->used_cols + 1};
	for (size_t i = 0; i < t->rows * t->cols; i++) {
		double w = t->in[2][i], e[2];
		if (!(w > 0)) continue;
		for (int k = 0; k < 2; k++)
			e[k] = t->in[k][i] - w * (t->row[k][i / t->cols] / t->row[2][i / t->cols] +
			                          t->col[k][i % t->cols] / t->col[2][i % t->cols] - t->all[k] / t->all[2]);
		add_square(&f, t->dust, e[0], e[1]);
	}
	scale(&f, (double)t->cells / f.df);
	return f;
}

static double at(const struct form *f, double d)
{
	double v = f->xx - 2 * d * f->xm + d * d * f->mm;
	return fabs(v) <= VARIANCE_DUST * (fabs(f->xx) + 2 * fabs(d * f->xm) + d * d * fabs(f->mm)) ? 0 : v;
}

static double freedom(const struct form *r, const struct form *c, const struct form *e, double d)
{
	double vr = at(r, d), vc = at(c, d), ve = at(e, d), v = vr + vc - ve,
	       df = v * v / (vr * vr / r->df + vc * vc / c->df + ve * ve / e->df);
	return fmax(fmin(r->df, c->df), df);
}

/* P(F >= a / b). */
static struct amp_real f_test(const struct form *a, const struct form *b, double d)
{
	double va = a->df * at(a, d), vb = b->df * at(b, d);
	return va + vb > 0 ? amp_real(1 - amp_beta_cdf(va / (va + vb), a->df / 2, b->df / 2)) : AMP_REAL_NONE;
}

void amp_components(const double *x, const double *m, const double *w, size_t rows, size_t cols, double null_value, double alpha,
                    double *work, struct amp_components *out)
{
	*out = (struct amp_components){.df = 0};
	struct margins t = add_up(x, m, w, rows, cols, work);
	if (t.used_rows < 2 || t.used_cols < 2 || t.cells < t.used_rows + t.used_cols || !(t.all[1] > 0)) return;
	struct form r = between(&t, t.row, rows, t.used_rows), c = between(&t, t.col, cols, t.used_cols), e = within(&t),
		    v = {r.xx + c.xx - e.xx, r.xm + c.xm - e.xm, r.mm + c.mm - e.mm, 0};
	double theta = t.all[0] / t.all[1], variance = at(&v, theta), null_variance = at(&v, null_value);
	out->rows_sd = sqrt(fmax(0, at(&r, theta) - at(&e, theta)) * (double)t.used_rows);
	out->cols_sd = sqrt(fmax(0, at(&c, theta) - at(&e, theta)) * (double)t.used_cols);
	out->rows_share = at(&r, theta) > 0 ? fmax(0, 1 - at(&e, theta) / at(&r, theta)) : 0;
	out->rows_p = f_test(&r, &e, null_value);
	out->cols_p = f_test(&c, &e, null_value);
	if (!(variance > 0) || !(null_variance > 0)) return;
	out->se = amp_real(sqrt(variance) / t.all[1]);
	out->null_variance = null_variance;
	out->df = freedom(&r, &c, &e, null_value);
	double off = t.all[0] - null_value * t.all[1], q = amp_student_quantile(1 - alpha / 2, out->df);
	out->p = amp_real(2 * amp_student_cdf(-fabs(off) / sqrt(null_variance), out->df));
	double a = t.all[1] * t.all[1] - q * q * v.mm, b = t.all[0] * t.all[1] - q * q * v.xm,
	       k = t.all[0] * t.all[0] - q * q * v.xx;
	if (!(a > 0)) return;
	double root = sqrt(fmax(0, b * b - a * k));
	out->lo = amp_real((b - root) / a);
	out->hi = amp_real((b + root) / a);
}

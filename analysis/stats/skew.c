/* skew.c: see skew.h. */
#include "stats/skew.h"
#include <math.h>
#include "stats/special.h"

struct data {
	const double *x, *m;
	size_t n;
	double skew;
};

static double statistic(const struct data *v, double d)
{
	double n = (double)v->n, mean = 0, squares = 0, g = v->skew;
	for (size_t i = 0; i < v->n; i++) mean += (v->x[i] - d * v->m[i]) / n;
	for (size_t i = 0; i < v->n; i++) {
		double e = v->x[i] - d * v->m[i] - mean;
		squares += e * e;
	}
	double t = mean / sqrt(squares / (n - 1));
	return sqrt(n) * (t + g * t * t / 3 + g * g * t * t * t / 27 + g / (6 * n));
}

/* Where the statistic reaches q on one side of theta: side -1 below, 1 above. It is 0 near theta: steps double until it is beyond. */
static struct amp_real limit(const struct data *v, double theta, double step, double side, double q)
{
	double near = theta, far = theta + side * step;
	for (int i = 0; !(-side * statistic(v, far) > q); i++) {
		if (i == 60) return AMP_REAL_NONE;
		near = far;
		step *= 2;
		far = theta + side * step;
	}
	for (;;) {
		double middle = near + (far - near) / 2;
		if (!(fmin(near, far) < middle && middle < fmax(near, far))) return amp_real(near);
		if (-side * statistic(v, middle) > q)
			far = middle;
		else
			near = middle;
	}
}

void amp_skewed(const double *x, const double *m, size_t n, double skew, double null_value, double alpha, struct amp_skewed *out)
{
	struct data v = {x, m, n, skew};
	double xt = 0, mt = 0, scale = 0, squares = 0;
	*out = (struct amp_skewed){.p = AMP_REAL_NONE};
	for (size_t i = 0; i < n; i++) {
		xt += x[i];
		mt += m[i];
	}
	if (n < 3 || !(mt > 0) || skew == 0) return;
	double theta = xt / mt, df = (double)n - 1;
	for (size_t i = 0; i < n; i++) {
		double e = x[i] - theta * m[i];
		squares += e * e;
		scale += fabs(x[i]) + fabs(theta * m[i]);
	}
	double at_null = statistic(&v, null_value), q = amp_student_quantile(1 - alpha / 2, df);
	if (!(sqrt(squares) > 1e-12 * scale) || !isfinite(at_null)) return;
	out->p = amp_real(2 * amp_student_cdf(-fabs(at_null), df));
	out->lo = limit(&v, theta, sqrt(squares) / mt, -1, q);
	out->hi = limit(&v, theta, sqrt(squares) / mt, 1, q);
}

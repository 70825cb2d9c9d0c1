/* signflip.c: the paired sign-flip permutation test and its exact inversion. See stats.h for the construction. */
#include <math.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "stats/halves.h"
#include "stats/resample.h"
#include "stats/stats.h"

#define PATTERNS_MAX \
	12 /* units up to which each of the 2^(n-1) patterns is looked at; up to AMP_SIGNFLIP_EXACT_MAX they meet in the middle */

/* One sign pattern splits the units into S (sign +) and the rest. */
struct split {
	double xs, ms, xr, mr;
};

static bool at_least_observed(const struct split *s, double d, double slack)
{
	double plus = s->xs - d * s->ms, minus = s->xr - d * s->mr;
	return fabs(plus - minus) >= fabs(plus + minus) - slack;
}

/* Where (x - d m) of one side changes sign. A side with m = 0 never does: its constant sign then decides on which side of the
 * other bound the pattern counts, which +-infinity expresses; 0/0 (up to `nothing`, a rounding) counts everywhere. */
static void side_root(double x, double m, double nothing, double *low, double *high)
{
	if (m > 0)
		*low = *high = x / m;
	else if (x > nothing)
		*low = *high = INFINITY;
	else if (x < -nothing)
		*low = *high = -INFINITY;
	else {
		*low = -INFINITY;
		*high = INFINITY;
	}
}

static void split_range(const struct split *s, double nothing, double *lower, double *upper)
{
	double al, ah, bl, bh;
	side_root(s->xs, s->ms, nothing, &al, &ah);
	side_root(s->xr, s->mr, nothing, &bl, &bh);
	*lower = fmin(al, bl);
	*upper = fmax(ah, bh);
}

/* Sums of the units of a byte's bits: a drawn pattern is then a look-up for eight units, and its complement another. */
struct half {
	double x, m;
};
#define TABLE_UNITS_MAX 4096 /* 4 KiB for eight units */

static struct half *table_of(const double *x, const double *m, size_t n)
{
	struct half *table = amp_malloc((n + 7) / 8 * 256 * sizeof *table);
	for (size_t u = 0; table != NULL && u < n; u += 8) {
		struct half *at = table + u / 8 * 256;
		at[0] = (struct half){0, 0};
		for (size_t set = 1; set < 256; set++) { /* the lowest bit and the rest */
			size_t low = 0, rest = set & (set - 1);
			while (!(set >> low & 1)) low++;
			at[set] = at[rest];
			if (u + low >= n) continue;
			at[set].x += x[u + low];
			at[set].m += m[u + low];
		}
	}
	return table;
}

/* Calls for every pattern. Each is summed by itself, units in order: a flip added to the last pattern's sums would gather rounding. Unit 0
 * stays out of S, as S and its complement give the same statistic. */
struct walk {
	const double *x, *m;
	size_t n, patterns, at;
	bool exact;
	uint64_t key;
	struct half *table;
	struct split now;
	double xt, mt, xa; /* totals of x, of m, of |x| */
};

static void walk_start(struct walk *w, const double *x, const double *m, size_t n, uint64_t seed)
{
	*w = (struct walk){.x = x, .m = m, .n = n, .exact = n <= AMP_SIGNFLIP_EXACT_MAX};
	w->patterns = w->exact ? (size_t)1 << (n - 1) : AMP_SIGNFLIP_DRAWS + 1;
	w->key = amp_stream_key(seed, "signflip");
	if (!w->exact && n <= TABLE_UNITS_MAX) w->table = table_of(x, m, n); /* without it: slower, and the same but for rounding */
	for (size_t u = 0; u < n; u++) {
		w->xt += x[u];
		w->mt += m[u];
		w->xa += fabs(x[u]);
	}
	w->now = (struct split){0, 0, w->xt, w->mt}; /* the observed pattern comes first */
}

/* Unit u to one side of the split. */
static inline void put(struct split *s, const struct walk *w, size_t u, bool in)
{
	if (in) {
		s->xs += w->x[u];
		s->ms += w->m[u];
	} else {
		s->xr += w->x[u];
		s->mr += w->m[u];
	}
}

/* Pattern `at` of those drawn: it depends on the seed and on `at` only. */
static void draw(struct walk *w)
{
	struct split s = {0, 0, 0, 0};
	struct amp_stream stream = amp_stream_start(w->key, w->at);
	uint64_t bits = 0;
	for (size_t u = 0; w->table != NULL && u < w->n; u += 8) {
		if (u % 64 == 0) bits = amp_stream_next(&stream);
		const struct half *in = w->table + u / 8 * 256 + (bits & 255), *out = w->table + u / 8 * 256 + (~bits & 255);
		s.xs += in->x;
		s.ms += in->m;
		s.xr += out->x;
		s.mr += out->m;
		bits >>= 8;
	}
	for (size_t u = 0; w->table == NULL && u < w->n; u++) {
		if (u % 64 == 0) bits = amp_stream_next(&stream);
		put(&s, w, u, bits >> (u % 64) & 1);
	}
	w->now = s;
}

/* The next pattern of all: bit u - 1 of its number says whether unit u is in S. */
static void enumerate(struct walk *w)
{
	struct split s = {0, 0, w->x[0], w->m[0]};
	for (size_t u = 1; u < w->n; u++) put(&s, w, u, w->at >> (u - 1) & 1);
	w->now = s;
}

static void step(struct walk *w)
{
	w->at++;
	if (w->at >= w->patterns) return;
	if (w->exact)
		enumerate(w);
	else
		draw(w);
}

static double slack_of(const double *x, const double *m, size_t n, double d)
{
	double sum = 0;
	for (size_t u = 0; u < n; u++) sum += fabs(x[u]) + fabs(d * m[u]);
	return 1e-12 * sum;
}

/* Do all units give exactly the same value? Then resampling them shows no variation, which is no proof that there is none. */
static bool all_equal(const double *x, const double *m, size_t n, double theta)
{
	double slack = slack_of(x, m, n, theta);
	for (size_t u = 0; u < n; u++)
		if (fabs(x[u] - theta * m[u]) > slack) return false;
	return true;
}

/* A subset ratio lies between the units' own; sums in another order may miss that, or the tested value, by a rounding (1 + 1e-14 of a
 * share, 1e-19 instead of 0), and an interval must not leave out a value for such a reason. */
static struct amp_real bounded(double v, const double *x, const double *m, size_t n, double null_value, double slack)
{
	if (!isfinite(v)) return AMP_REAL_NONE;
	double least = INFINITY, most = -INFINITY, mt = 0;
	for (size_t u = 0; u < n; u++) {
		mt += m[u];
		if (!(m[u] > 0)) {
			if (x[u] < 0) least = -INFINITY;
			if (x[u] > 0) most = INFINITY;
			continue;
		}
		least = fmin(least, x[u] / m[u]);
		most = fmax(most, x[u] / m[u]);
	}
	v = fmax(least, fmin(most, v));
	if (fabs(v) * mt <= slack) v = 0;
	return amp_real(fabs(v - null_value) * mt <= slack ? null_value : v);
}

/* The limits: more than alpha of the patterns must hold at a kept theta. */
static size_t outside(double alpha, size_t patterns)
{
	return (size_t)floor(alpha * (double)patterns + 1e-9);
}

/* Every pattern by itself. */
static int by_patterns(struct walk *w, double null_value, double alpha, double slack, struct amp_signflip *out, struct amp_err *err)
{
	double *lower = amp_malloc(2 * w->patterns * sizeof *lower), *upper = lower + w->patterns;
	if (!lower) return amp_fail(err, AMP_ENOMEM, _("Memory is out while %zu sign patterns are counted."), w->patterns);
	size_t as_far = 0, k = outside(alpha, w->patterns);
	for (; w->at < w->patterns; step(w)) {
		as_far += at_least_observed(&w->now, null_value, slack);
		split_range(&w->now, 1e-12 * w->xa, &lower[w->at], &upper[w->at]);
	}
	/* The observed pattern holds for every theta. */
	lower[0] = -INFINITY;
	upper[0] = INFINITY;
	out->p = amp_real((double)as_far / (double)w->patterns);
	if (w->mt > 0 && !out->degenerate && k < w->patterns) {
		out->lo = bounded(amp_select(lower, w->patterns, k), w->x, w->m, w->n, null_value, slack);
		out->hi = bounded(amp_select(upper, w->patterns, w->patterns - 1 - k), w->x, w->m, w->n, null_value, slack);
	}
	amp_free(lower);
	return 0;
}

/* The same without looking at each. A pattern that flips S lies as far out as the observed one on the observed side where
 * sum of S (x - d m) <= 0, and each such pattern has its mirror image on the other side, so that the share of all 2^n on one side is that
 * of the 2^(n-1) on both. The estimate lies between the ratios of S and of the rest: the lower bounds of the patterns are the lower half of
 * all subset ratios, the upper bounds the upper half. */
static int by_halves(struct walk *w, double null_value, double alpha, double slack, struct amp_signflip *out, struct amp_err *err)
{
	double z[AMP_SIGNFLIP_EXACT_MAX], other[AMP_SIGNFLIP_EXACT_MAX], lo = -INFINITY, hi = -INFINITY;
	double side = w->xt - null_value * w->mt < 0 ? -1 : 1;
	size_t as_far = 0, k = outside(alpha, w->patterns);
	for (size_t u = 0; u < w->n; u++) {
		z[u] = side * (w->x[u] - null_value * w->m[u]);
		other[u] = -w->x[u];
	}
	int rc = 0;
	if (side * (w->xt - null_value * w->mt) <= slack)
		as_far = w->patterns; /* the observed one is in the middle: none is nearer */
	else
		rc = amp_halves_at_most(z, w->n, slack / 2, &as_far, err);
	if (rc != 0) return rc;
	out->p = amp_real((double)as_far / (double)w->patterns);
	if (!(w->mt > 0) || out->degenerate || k >= w->patterns) return 0;
	rc = amp_halves_ratio(w->x, w->m, w->n, k, &lo, err);
	if (rc == 0) rc = amp_halves_ratio(other, w->m, w->n, k, &hi, err);
	if (rc != 0) return rc;
	out->lo = bounded(lo, w->x, w->m, w->n, null_value, slack);
	out->hi = bounded(-hi, w->x, w->m, w->n, null_value, slack);
	return 0;
}

int amp_signflip(const double *x, const double *m, size_t n, double null_value, double alpha, uint64_t seed,
                 struct amp_signflip *out, struct amp_err *err)
{
	*out = (struct amp_signflip){.units = n};
	for (size_t u = 0; u < n; u++)
		if (!isfinite(x[u]) || !isfinite(m[u]) || m[u] < 0)
			return amp_fail(
				err, AMP_EFAIL,
				_("The sign-flip test was given a value that is not a finite number, or a negative weight."));
	if (n == 0) return 0;
	struct walk w;
	walk_start(&w, x, m, n, seed);
	if (w.mt > 0) out->estimate = amp_real(w.xt / w.mt);
	out->se = amp_ratio_se(x, m, n);
	out->exact = w.exact;
	out->smallest_p = amp_real(n <= AMP_SIGNFLIP_EXACT_MAX ? ldexp(1.0, 1 - (int)n) : 1.0 / (AMP_SIGNFLIP_DRAWS + 1));
	if (w.mt > 0) out->degenerate = all_equal(x, m, n, w.xt / w.mt);
	double slack = slack_of(x, m, n, null_value);
	int rc = 0;
	if (out->degenerate && all_equal(x, m, n, null_value)) /* nothing to flip: every pattern gives 0 */
		out->p = amp_real(1);
	else
		rc = (w.exact && n > PATTERNS_MAX ? by_halves : by_patterns)(&w, null_value, alpha, slack, out, err);
	amp_free(w.table);
	return rc;
}

static size_t count_drawn(const double *x, size_t n, double least, uint64_t seed)
{
	size_t as_far = 1; /* the observed pattern */
	uint64_t key = amp_stream_key(seed, "signflip-above");
	struct half *table = n <= TABLE_UNITS_MAX ? table_of(x, x, n) : NULL;
	for (size_t i = 1; i <= AMP_SIGNFLIP_DRAWS; i++) {
		double sum = 0;
		uint64_t bits = 0;
		struct amp_stream stream = amp_stream_start(key, i);
		for (size_t u = 0; table != NULL && u < n; u += 8) {
			if (u % 64 == 0) bits = amp_stream_next(&stream);
			sum += table[u / 8 * 256 + (~bits & 255)].x - table[u / 8 * 256 + (bits & 255)].x;
			bits >>= 8;
		}
		for (size_t u = 0; table == NULL && u < n; u++) {
			if (u % 64 == 0) bits = amp_stream_next(&stream);
			sum += (bits >> (u % 64)) & 1 ? -x[u] : x[u];
		}
		as_far += sum >= least;
	}
	amp_free(table);
	return as_far;
}

int amp_signflip_above(const double *x, size_t n, uint64_t seed, struct amp_real *p, struct amp_real *smallest_p,
                       struct amp_err *err)
{
	*p = *smallest_p = AMP_REAL_NONE;
	double total = 0, scale = 0;
	for (size_t u = 0; u < n; u++) {
		if (!isfinite(x[u]))
			return amp_fail(err, AMP_EFAIL, _("The sign-flip test was given a value that is not a finite number."));
		total += x[u];
		scale += fabs(x[u]);
	}
	if (n == 0) return 0;
	bool exact = n <= AMP_SIGNFLIP_EXACT_MAX;
	size_t patterns = exact ? (size_t)1 << n : AMP_SIGNFLIP_DRAWS + 1, as_far = 0;
	double slack = 1e-12 * scale;
	int rc = 0;
	if (exact) /* to flip S takes twice its sum away */
		rc = amp_halves_at_most(x, n, slack / 2, &as_far, err);
	else
		as_far = count_drawn(x, n, total - slack, seed);
	if (rc != 0) return rc;
	*p = amp_real((double)as_far / (double)patterns);
	*smallest_p = amp_real(1.0 / (double)patterns);
	return 0;
}

/* signflip.c: the paired sign-flip permutation test and its exact inversion. See stats.h for the construction. */
#include <math.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "stats/flips.h"
#include "stats/halves.h"
#include "stats/resample.h"
#include "stats/stats.h"

/* Units up to which each of the 2^(n-1) patterns is looked at; up to AMP_SIGNFLIP_EXACT_MAX they meet in the middle. */
enum { PATTERN_UNITS = 12, PATTERNS = 1 << (PATTERN_UNITS - 1) };

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

/* One figure. Unit 0 stays out of S where patterns are counted through, as S and its complement give the same statistic. */
struct walk {
	const double *x, *m;
	size_t n, patterns;
	bool exact;
	double xt, mt, xa; /* totals of x, of m, of |x| */
};

static void walk_start(struct walk *w, const double *x, const double *m, size_t n)
{
	*w = (struct walk){.x = x, .m = m, .n = n, .exact = n <= AMP_SIGNFLIP_EXACT_MAX};
	w->patterns = w->exact ? (size_t)1 << (n - 1) : AMP_SIGNFLIP_DRAWS + 1;
	for (size_t u = 0; u < n; u++) {
		w->xt += x[u];
		w->mt += m[u];
		w->xa += fabs(x[u]);
	}
}

/* Pattern `at` of all: bit u - 1 says whether unit u is in S; 0 is the observed one. Each is summed by itself, units in order: a flip added
 * to the last pattern's sums would gather rounding. */
static struct split enumerate(const struct walk *w, size_t at)
{
	struct split s = {0, 0, w->x[0], w->m[0]};
	for (size_t u = 1; u < w->n; u++) {
		if ((at >> (u - 1)) & 1) {
			s.xs += w->x[u];
			s.ms += w->m[u];
		} else {
			s.xr += w->x[u];
			s.mr += w->m[u];
		}
	}
	return s;
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

static void take_limits(const struct walk *w, struct amp_signflip *out, double lo, double hi, double null_value, double slack)
{
	out->lo = bounded(lo, w->x, w->m, w->n, null_value, slack);
	out->hi = bounded(hi, w->x, w->m, w->n, null_value, slack);
}

/* What counting gives: p, and the limits from the bounds of all patterns. room: as many. */
static void take_bounds(const struct walk *w, size_t as_far, double *lower, double *upper, double *room, double null_value,
                        double alpha, double slack, struct amp_signflip *out)
{
	size_t k = outside(alpha, w->patterns);
	/* The observed pattern holds for every theta. */
	lower[0] = -INFINITY;
	upper[0] = INFINITY;
	out->p = amp_real((double)as_far / (double)w->patterns);
	if (w->mt > 0 && !out->degenerate && k < w->patterns)
		take_limits(w, out, amp_kth(lower, w->patterns, k, room), amp_kth(upper, w->patterns, w->patterns - 1 - k, room),
		            null_value, slack);
}

/* Every pattern by itself. */
static int by_patterns(struct walk *w, double null_value, double alpha, double slack, struct amp_signflip *out)
{
	double lower[PATTERNS], upper[PATTERNS], room[PATTERNS];
	size_t as_far = 0;
	for (size_t i = 0; i < w->patterns; i++) {
		struct split s = i > 0 ? enumerate(w, i) : (struct split){0, 0, w->xt, w->mt};
		as_far += at_least_observed(&s, null_value, slack);
		split_range(&s, 1e-12 * w->xa, &lower[i], &upper[i]);
	}
	take_bounds(w, as_far, lower, upper, room, null_value, alpha, slack, out);
	return 0;
}

/* The observed pattern and the draws. */
static int by_draws(struct walk *w, struct amp_flips *flips, double null_value, double alpha, double slack,
                    struct amp_signflip *out, struct amp_err *err)
{
	const struct amp_flips_weights *weights = amp_flips_weights(flips, w->m, w->n, err);
	const amp_flip *x = weights != NULL ? amp_flips_values(flips, w->x, w->n, err) : NULL,
		       *m = weights != NULL ? weights->sums : NULL;
	double *lower = x != NULL ? amp_flips_bounds(flips, err) : NULL;
	if (lower == NULL) return AMP_ENOMEM;
	double *upper = lower + w->patterns, *room = upper + w->patterns;
	size_t as_far = 0;
	for (size_t i = 0; i < AMP_SIGNFLIP_DRAWS; i++) {
		amp_flip e = x[i] - null_value * m[i];
		as_far += fabs(e[0] - e[1]) >= fabs(e[0] + e[1]) - slack;
	}
	for (size_t i = 0; weights->positive && i < AMP_SIGNFLIP_DRAWS;
	     i++) { /* as split_range has it where no side is without weight */
		amp_flip q = x[i] / m[i];
		lower[i + 1] = q[0] < q[1] ? q[0] : q[1];
		upper[i + 1] = q[0] < q[1] ? q[1] : q[0];
	}
	for (size_t i = 0; !weights->positive && i < AMP_SIGNFLIP_DRAWS; i++)
		split_range(&(struct split){x[i][0], m[i][0], x[i][1], m[i][1]}, 1e-12 * w->xa, &lower[i + 1], &upper[i + 1]);
	take_bounds(w, as_far + 1, lower, upper, room, null_value, alpha, slack,
	            out); /* the observed pattern is as far as itself */
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
	take_limits(w, out, lo, -hi, null_value, slack);
	return 0;
}

static int test(struct walk *w, struct amp_flips *flips, double null_value, double alpha, struct amp_signflip *out,
                struct amp_err *err)
{
	double slack = slack_of(w->x, w->m, w->n, null_value);
	if (out->degenerate && all_equal(w->x, w->m, w->n, null_value)) { /* nothing to flip: every pattern gives 0 */
		out->p = amp_real(1);
		return 0;
	}
	if (!w->exact) return by_draws(w, flips, null_value, alpha, slack, out, err);
	return w->n > PATTERN_UNITS ? by_halves(w, null_value, alpha, slack, out, err)
	                            : by_patterns(w, null_value, alpha, slack, out);
}

int amp_signflip_beside(struct amp_flips *flips, const double *x, const double *m, size_t n, double null_value, double alpha,
                        struct amp_signflip *out, struct amp_err *err)
{
	*out = (struct amp_signflip){.units = n};
	for (size_t u = 0; u < n; u++)
		if (!isfinite(x[u]) || !isfinite(m[u]) || m[u] < 0)
			return amp_fail(
				err, AMP_EFAIL,
				_("The sign-flip test was given a value that is not a finite number, or a negative weight."));
	if (n == 0 || amp_flips_known(flips, x, m, null_value, alpha, out)) return 0;
	struct walk w;
	walk_start(&w, x, m, n);
	if (w.mt > 0) out->estimate = amp_real(w.xt / w.mt);
	out->se = amp_ratio_se(x, m, n);
	out->exact = w.exact;
	out->smallest_p = amp_real(w.exact ? ldexp(1.0, 1 - (int)n) : 1.0 / (AMP_SIGNFLIP_DRAWS + 1));
	if (w.mt > 0) out->degenerate = all_equal(x, m, n, w.xt / w.mt);
	int rc = test(&w, flips, null_value, alpha, out, err);
	if (rc == 0) amp_flips_keep(flips, x, m, null_value, alpha, out);
	return rc;
}

int amp_signflip(const double *x, const double *m, size_t n, double null_value, double alpha, uint64_t seed,
                 struct amp_signflip *out, struct amp_err *err)
{
	struct amp_flips alone;
	amp_flips_start(&alone, seed);
	int rc = amp_signflip_beside(&alone, x, m, n, null_value, alpha, out, err);
	amp_flips_end(&alone);
	return rc;
}

static int count_drawn(const double *x, size_t n, double least, uint64_t seed, size_t *as_far, struct amp_err *err)
{
	struct amp_patterns p = {.key = amp_stream_key(seed, "signflip-above")};
	amp_flip *sums = amp_malloc(AMP_SIGNFLIP_DRAWS * sizeof *sums);
	int rc = sums != NULL ? amp_patterns_sum(&p, x, n, sums, err) : amp_patterns_oom(err);
	*as_far = 1; /* the observed pattern */
	for (size_t i = 0; rc == 0 && i < AMP_SIGNFLIP_DRAWS; i++) *as_far += sums[i][1] - sums[i][0] >= least;
	amp_patterns_free(&p);
	amp_free(sums);
	return rc;
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
		rc = count_drawn(x, n, total - slack, seed, &as_far, err);
	if (rc != 0) return rc;
	*p = amp_real((double)as_far / (double)patterns);
	*smallest_p = amp_real(1.0 / (double)patterns);
	return 0;
}

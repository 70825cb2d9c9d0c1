/* design.c: Horvitz-Thompson and Hájek estimates from a stratified probability sample. */
#include "stats/design.h"
#include <math.h>
#include <stdlib.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "stats/private.h"
#include "stats/special.h"

struct key {
	int64_t stratum;
	size_t at;
};

static int by_stratum(const void *a, const void *b)
{
	const struct key *x = a, *y = b;
	if (x->stratum != y->stratum) return x->stratum < y->stratum ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

int amp_sample_wrong(struct amp_err *err)
{
	return amp_fail(
		err, AMP_EFAIL,
		_("The sample has a value that is not a finite number, a weight below 0, or a label or probability outside 0 to 1."));
}

int amp_sample_check(const double *v, size_t n, double least, struct amp_err *err)
{
	for (size_t i = 0; v != NULL && i < n; i++)
		if (!isfinite(v[i]) || v[i] < least) return amp_sample_wrong(err);
	return 0;
}

static size_t end_of(const struct amp_sample *s, size_t from)
{
	const int64_t *h = s->d->stratum;
	size_t to = from + 1;
	if (h == NULL) return s->d->n;
	while (to < s->d->n && h[s->at[to]] == h[s->at[from]]) to++;
	return to;
}

void amp_sample_free(struct amp_sample *s)
{
	amp_free(s->at);
	amp_free(s->e);
}

static int sample_sort(struct amp_sample *s, struct amp_err *err)
{
	size_t n = s->d->n;
	struct key *key = amp_malloc((n + 1) * sizeof *key);
	if (key == NULL) return amp_fail(err, AMP_ENOMEM, _("Memory is out."));
	for (size_t i = 0; i < n; i++) key[i] = (struct key){s->d->stratum[i], i};
	qsort(key, n, sizeof *key, by_stratum);
	for (size_t i = 0; i < n; i++) s->at[i] = key[i].at;
	amp_free(key);
	return 0;
}

int amp_sample_start(struct amp_sample *s, const struct amp_design *d, struct amp_err *err)
{
	*s = (struct amp_sample){.d = d};
	for (size_t i = 0; i < d->n; i++)
		if (!isfinite(d->pi[i]) || !(d->pi[i] > 0) || (d->draw != AMP_DRAW_REPLACED && d->pi[i] > 1))
			return amp_sample_wrong(err);
	if (d->n > SIZE_MAX / (8 * sizeof(double))) return amp_fail(err, AMP_ENOMEM, _("Memory is out."));
	s->at = amp_malloc((d->n + 1) * sizeof *s->at);
	s->e = amp_calloc(3 * d->n + 1, sizeof *s->e);
	if (s->at == NULL || s->e == NULL) return amp_fail(err, AMP_ENOMEM, _("Memory is out."));
	s->f = s->e + d->n;
	s->room = s->f + d->n;
	for (size_t i = 0; i < d->n; i++) s->at[i] = i;
	int rc = d->stratum != NULL ? sample_sort(s, err) : 0;
	for (size_t from = 0, to; rc == 0 && from < d->n; from = to, s->strata++) {
		to = end_of(s, from);
		s->lone +=
			to == from + 1 && d->draw != AMP_DRAW_POISSON && (d->pi[s->at[from]] < 1 || d->draw == AMP_DRAW_REPLACED);
	}
	s->df = d->n - s->strata;
	return rc;
}

/* Covariance of sum e/pi and sum f/pi inside the stratum of at[from..to). */
static double stratum_covariance(const struct amp_sample *s, size_t from, size_t to, const double *e, const double *f)
{
	const double *pi = s->d->pi;
	double weight = 0, me = 0, mf = 0, sum = 0, n = (double)(to - from);
	enum amp_draw draw = s->d->draw;
	for (size_t i = from; i < to; i++) {
		size_t k = s->at[i];
		double c = draw == AMP_DRAW_REPLACED ? 1 : 1 - pi[k];
		weight += c;
		me += c * e[k] / pi[k];
		mf += c * f[k] / pi[k];
	}
	if (!(weight > 0)) return 0; /* all of the stratum was taken */
	me = draw == AMP_DRAW_POISSON ? 0 : me / weight;
	mf = draw == AMP_DRAW_POISSON ? 0 : mf / weight;
	for (size_t i = from; i < to; i++) {
		size_t k = s->at[i];
		sum += (draw == AMP_DRAW_REPLACED ? 1 : 1 - pi[k]) * (e[k] / pi[k] - me) * (f[k] / pi[k] - mf);
	}
	return draw == AMP_DRAW_POISSON ? sum : n > 1 ? sum * n / (n - 1) : 0;
}

double amp_sample_covariance(const struct amp_sample *s, const double *e, const double *f)
{
	double sum = 0;
	for (size_t from = 0, to; from < s->d->n; from = to) {
		to = end_of(s, from);
		sum += stratum_covariance(s, from, to, e, f);
	}
	return sum;
}

/* What stratum_covariance takes off each e/pi. */
static double centre(const struct amp_sample *s, size_t from, size_t to, const double *e)
{
	double weight = 0, sum = 0;
	if (s->d->draw == AMP_DRAW_POISSON) return 0;
	for (size_t i = from; i < to; i++) {
		double c = s->d->draw == AMP_DRAW_REPLACED ? 1 : 1 - s->d->pi[s->at[i]];
		weight += c;
		sum += c * e[s->at[i]] / s->d->pi[s->at[i]];
	}
	return weight > 0 ? sum / weight : 0;
}

double amp_sample_lambda(const struct amp_sample *s, const double *y, const double *f, double *inflate)
{
	double v = amp_sample_covariance(s, f, f), lambda = amp_sample_covariance(s, y, f) / v, plain = 0, taken_out = 0;
	*inflate = 1;
	if (!(v > 0) || !isfinite(lambda) || lambda <= 0) return 0;
	if (lambda >= 1) return 1; /* the bound was not fitted */
	for (size_t from = 0, to; from < s->d->n; from = to) {
		to = end_of(s, from);
		double my = centre(s, from, to, y), mf = centre(s, from, to, f), n = (double)(to - from);
		double scale = s->d->draw == AMP_DRAW_POISSON ? 1 : n > 1 ? n / (n - 1) : 0;
		for (size_t i = from; i < to; i++) {
			size_t k = s->at[i];
			double c = scale * (s->d->draw == AMP_DRAW_REPLACED ? 1 : 1 - s->d->pi[k]), ef = f[k] / s->d->pi[k] - mf,
			       r = y[k] / s->d->pi[k] - my - lambda * ef, h = c * ef * ef / v;
			plain += c * r * r;
			taken_out += c * r * r / fmax((1 - h) * (1 - h), 1e-12);
		}
	}
	if (plain > 0 && isfinite(taken_out / plain)) *inflate = sqrt(taken_out / plain);
	return lambda;
}

struct amp_real amp_sample_variance(const struct amp_sample *s, const double *e)
{
	bool census = s->d->draw != AMP_DRAW_REPLACED;
	for (size_t i = 0; census && i < s->d->n; i++) census = !(s->d->pi[i] < 1);
	if (s->lone > 0 || (s->df == 0 && !census) || s->d->n == 0) return AMP_REAL_NONE;
	double v = amp_sample_covariance(s, e, e);
	return isfinite(v) ? amp_real(v > 0 ? v : 0) : AMP_REAL_NONE;
}

/* Student's quantile is found by halving: once for all intervals of a level. */
struct level {
	double alpha, t;
};

static struct level level_of(const struct amp_sample *s, double alpha)
{
	return (struct level){alpha, s->df > 0 ? amp_student_quantile(1 - alpha / 2, (double)s->df) : 0};
}

static void t_interval(double theta, struct amp_real v, const struct level *l, struct amp_confidence *out)
{
	*out = (struct amp_confidence){.estimate = AMP_REAL_NONE};
	if (!isfinite(theta)) return;
	out->estimate = amp_real(theta);
	if (!v.known) return;
	double se = sqrt(v.v), half = se > 0 ? l->t * se : 0;
	out->se = amp_real(se);
	out->lo = amp_real(theta - half);
	out->hi = amp_real(theta + half);
}

int amp_design_variance(const struct amp_design *d, const double *e, struct amp_real *v, size_t *df, size_t *lone,
                        struct amp_err *err)
{
	struct amp_sample s;
	*v = AMP_REAL_NONE;
	*df = *lone = 0;
	int rc = amp_sample_check(e, d->n, -INFINITY, err);
	if (rc != 0) return rc;
	rc = amp_sample_start(&s, d, err);
	if (rc == 0) {
		*v = amp_sample_variance(&s, e);
		*df = s.df;
		*lone = s.lone;
	}
	amp_sample_free(&s);
	return rc;
}

int amp_design_total(const struct amp_design *d, const double *y, double alpha, struct amp_confidence *out, struct amp_err *err)
{
	struct amp_sample s;
	double total = 0;
	*out = (struct amp_confidence){.estimate = AMP_REAL_NONE};
	int rc = amp_sample_check(y, d->n, -INFINITY, err);
	if (rc != 0) return rc;
	rc = amp_sample_start(&s, d, err);
	for (size_t i = 0; rc == 0 && i < d->n; i++) total += y[i] / d->pi[i];
	if (rc == 0 && d->n > 0) {
		struct level l = level_of(&s, alpha);
		t_interval(total, amp_sample_variance(&s, y), &l, out);
	}
	amp_sample_free(&s);
	return rc;
}

int amp_design_ratio(const struct amp_design *d, const double *y, const double *x, double alpha, struct amp_confidence *out,
                     struct amp_err *err)
{
	struct amp_sample s;
	double top = 0, base = 0;
	*out = (struct amp_confidence){.estimate = AMP_REAL_NONE};
	int rc = amp_sample_check(y, d->n, -INFINITY, err);
	if (rc == 0) rc = amp_sample_check(x, d->n, -INFINITY, err);
	if (rc != 0) return rc;
	rc = amp_sample_start(&s, d, err);
	for (size_t i = 0; rc == 0 && i < d->n; i++) {
		top += y[i] / d->pi[i];
		base += x[i] / d->pi[i];
	}
	if (rc == 0 && base > 0) {
		struct level l = level_of(&s, alpha);
		for (size_t i = 0; i < d->n; i++) s.e[i] = (y[i] - top / base * x[i]) / base;
		t_interval(top / base, amp_sample_variance(&s, s.e), &l, out);
	}
	amp_sample_free(&s);
	return rc;
}

/* What is known of one arm, and its linearised value of each unit, in s->e (arm a) or s->f (arm b). */
struct side {
	const struct amp_arm *arm;
	double *e, share, effective;
	struct amp_real lambda;
	bool there, census;      /* census: every unit that the arm shows was taken for sure */
	size_t drawn, none, all; /* units that the arm shows; of them with label 0, and with label 1 */
};

static double base_of(const struct amp_sample *s, const struct amp_arm *arm)
{
	double base = 0;
	for (size_t i = 0; i < s->d->n; i++) base += arm->weight[i] / s->d->pi[i];
	return arm->total.known ? arm->total.v : base;
}

/* e = linearised weight (v - mean)/base for an estimated base, weight v/base for a known one; gives sum e'/pi, the share of v. */
static double linearise(const struct amp_sample *s, const struct amp_arm *arm, double base, const double *y, const double *score,
                        double lambda, double *e)
{
	double sum = 0;
	for (size_t i = 0; i < s->d->n; i++) {
		e[i] = arm->weight[i] * ((y != NULL ? y[i] : 0) - (score != NULL ? lambda * score[i] : 0)) / base;
		sum += e[i] / s->d->pi[i];
	}
	if (!arm->total.known)
		for (size_t i = 0; i < s->d->n; i++) e[i] -= sum * arm->weight[i] / base;
	return sum;
}

static void estimate_side(const struct amp_sample *s, struct side *side, const double *y, const double *score,
                          struct amp_real lambda, double *e)
{
	const struct amp_arm *arm = side->arm;
	double base = base_of(s, arm), sum = 0, squares = 0;
	side->census = s->d->draw != AMP_DRAW_REPLACED;
	side->e = e;
	for (size_t i = 0; i < s->d->n; i++) {
		double w = arm->weight[i] / s->d->pi[i];
		sum += w;
		squares += w * w;
		if (arm->weight[i] > 0) {
			side->drawn++;
			side->none += y[i] == 0;
			side->all += y[i] == 1;
			side->census = side->census && !(s->d->pi[i] < 1);
		}
	}
	side->there = base > 0 && side->drawn > 0;
	if (!side->there) return;
	side->effective = sum * sum / squares;
	bool scored = score != NULL && arm->scores.known;
	double l = lambda.known ? lambda.v : 0, inflate = 1;
	if (scored && !lambda.known) {
		(void)linearise(s, arm, base, y, NULL, 0, e);
		(void)linearise(s, arm, base, NULL, score, -1, s->room);
		l = amp_sample_lambda(s, e, s->room, &inflate);
	}
	if (scored) side->lambda = amp_real(l);
	side->share = linearise(s, arm, base, y, scored ? score : NULL, l, e);
	if (scored && l > 0) side->share += l * arm->scores.v / base;
	for (size_t i = 0; i < s->d->n; i++) e[i] *= inflate;
	side->there = isfinite(side->share);
}

static double cut(double v)
{
	return v < 0 ? 0 : v > 1 ? 1 : v;
}

/* See struct amp_arm_shares. */
static void share_interval(const struct side *side, struct amp_real v, const struct level *l, struct amp_confidence *out)
{
	double p = side->share;
	bool scored = side->lambda.known && side->lambda.v > 0, none = side->none == side->drawn && !scored,
	     all = side->all == side->drawn && !scored && !side->arm->total.known;
	t_interval(p, v, l, out);
	out->estimate.v = all ? 1 : cut(p);
	if ((none || all) && !side->census) {
		double end = pow(l->alpha / 2, 1 / side->effective);
		out->se = AMP_REAL_NONE;
		out->lo = amp_real(all ? end : 0);
		out->hi = amp_real(all ? 1 : 1 - end);
	} else if (v.known && v.v > 0 && p > 0 && p < 1) {
		double logit = log(p / (1 - p)), half = l->t * sqrt(v.v) / (p * (1 - p));
		out->lo = amp_real(1 / (1 + exp(half - logit)));
		out->hi = amp_real(1 / (1 + exp(-half - logit)));
	} else if (v.known) {
		out->lo.v = cut(out->lo.v);
		out->hi.v = cut(out->hi.v);
	}
}

/* What no level changes: the variances. */
struct variances {
	struct amp_real a, b, difference, ratio;
};

/* The sides' linearised values are spoilt. */
static struct variances variances_of(const struct amp_sample *s, const struct side *a, const struct side *b)
{
	struct variances v = {AMP_REAL_NONE, AMP_REAL_NONE, AMP_REAL_NONE, AMP_REAL_NONE};
	size_t n = s->d->n;
	double *e = a->e;
	if (a->there) v.a = amp_sample_variance(s, a->e);
	if (b->there) v.b = amp_sample_variance(s, b->e);
	if (!a->there || !b->there) return v;
	for (size_t i = 0; i < n; i++) e[i] -= b->e[i];
	v.difference = amp_sample_variance(s, e);
	if (!(b->share > 0)) return v;
	double ratio = a->share / b->share;
	for (size_t i = 0; i < n; i++) e[i] = (e[i] + b->e[i]) / b->share - ratio * b->e[i] / b->share;
	v.ratio = amp_sample_variance(s, e);
	return v;
}

/* The two shares side by side. */
static void compare(const struct side *a, const struct side *b, const struct variances *v, const struct level *l,
                    struct amp_arm_shares *out)
{
	if (!a->there || !b->there) return;
	t_interval(a->share - b->share, v->difference, l, &out->difference);
	if (!(b->share > 0)) return;
	double ratio = a->share / b->share;
	t_interval(ratio, v->ratio, l, &out->ratio);
	out->ratio.lo = out->ratio.hi = AMP_REAL_NONE;
	if (ratio > 0 && v->ratio.known) {
		double half = v->ratio.v > 0 ? l->t * sqrt(v->ratio.v) / ratio : 0;
		out->ratio.lo = amp_real(ratio * exp(-half));
		if (isfinite(ratio * exp(half))) out->ratio.hi = amp_real(ratio * exp(half));
	} else
		out->ratio.se = AMP_REAL_NONE;
}

static int check_arm(const struct amp_arm *arm, size_t n, struct amp_err *err)
{
	if ((arm->total.known && !(isfinite(arm->total.v) && arm->total.v >= 0)) || (arm->scores.known && !isfinite(arm->scores.v)))
		return amp_sample_wrong(err);
	return amp_sample_check(arm->weight, n, 0, err);
}

static int check_arms(const struct amp_design *d, const double *y, const double *score, struct amp_real lambda,
                      const struct amp_arm *a, const struct amp_arm *b, struct amp_err *err)
{
	int rc = amp_sample_check(y, d->n, 0, err);
	for (size_t i = 0; rc == 0 && i < d->n; i++)
		if (y[i] > 1) rc = amp_sample_wrong(err);
	if (rc == 0) rc = amp_sample_check(score, d->n, -INFINITY, err);
	if (rc == 0) rc = check_arm(a, d->n, err);
	if (rc == 0 && b != NULL) rc = check_arm(b, d->n, err);
	return rc == 0 && lambda.known && !(lambda.v >= 0 && lambda.v <= 1) ? amp_sample_wrong(err) : rc;
}

int amp_design_arms_at(const struct amp_design *d, const double *y, const double *score, struct amp_real lambda,
                       const struct amp_arm *a, const struct amp_arm *b, const double *alpha, size_t levels,
                       struct amp_arm_shares *out, struct amp_err *err)
{
	struct amp_sample s;
	for (size_t k = 0; k < levels; k++) out[k] = (struct amp_arm_shares){.strata = 0};
	int rc = check_arms(d, y, score, lambda, a, b, err);
	if (rc != 0) return rc;
	rc = amp_sample_start(&s, d, err);
	if (rc == 0) {
		struct side sa = {.arm = a}, sb = {.arm = b};
		struct amp_arm_shares all = {.strata = s.strata, .lone = s.lone};
		estimate_side(&s, &sa, y, score, lambda, s.e);
		if (b != NULL) estimate_side(&s, &sb, y, score, lambda, s.f);
		all.lambda_a = sa.lambda;
		all.lambda_b = sb.lambda;
		all.drawn_a = sa.drawn;
		all.drawn_b = sb.drawn;
		for (size_t i = 0; b != NULL && i < d->n; i++) all.drawn_both += a->weight[i] > 0 && b->weight[i] > 0;
		struct variances v = variances_of(&s, &sa, &sb);
		for (size_t k = 0; k < levels; k++) {
			struct level l = level_of(&s, alpha[k]);
			out[k] = all;
			if (sa.there) share_interval(&sa, v.a, &l, &out[k].a);
			if (sb.there) share_interval(&sb, v.b, &l, &out[k].b);
			compare(&sa, &sb, &v, &l, &out[k]);
		}
	}
	amp_sample_free(&s);
	return rc;
}

int amp_design_arms(const struct amp_design *d, const double *y, const double *score, struct amp_real lambda,
                    const struct amp_arm *a, const struct amp_arm *b, double alpha, struct amp_arm_shares *out, struct amp_err *err)
{
	return amp_design_arms_at(d, y, score, lambda, a, b, &alpha, 1, out, err);
}

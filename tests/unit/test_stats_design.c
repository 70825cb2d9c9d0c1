/* test_stats_design.c: estimates from a probability sample. The truth is counted: over all samples that could have been drawn, the
 * estimate is right on average and so is its variance. R's survey says the same of random data (tests/r). */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <string.h>
#include "stats/design.h"
#include "stats/special.h"

#define assert_near(a, b, eps) assert_true(fabs((a) - (b)) <= (eps))
#define N 7

/* Seven items in strata of four and three; shown a and b times; f is a detector's score. */
static const double label[N] = {1, 0, 0, 1, 1, 0, 0}, score[N] = {.9, .2, .4, .6, .7, .1, .3}, shown_a[N] = {3, 1, 0, 5, 2, 2, 7},
		    shown_b[N] = {1, 4, 2, 2, 0, 3, 3};
static const int64_t stratum[N] = {7, 7, 7, 7, -2, -2, -2};

struct drawn {
	double pi[N], y[N], f[N], a[N], b[N];
	int64_t h[N];
	struct amp_design d;
};

static void draw(struct drawn *s, enum amp_draw how, const size_t *unit, const double *pi, size_t n)
{
	s->d = (struct amp_design){how, n, s->pi, s->h};
	for (size_t i = 0; i < n; i++) {
		size_t k = unit[i];
		s->pi[i] = pi[k];
		s->y[i] = label[k];
		s->f[i] = score[k];
		s->a[i] = shown_a[k];
		s->b[i] = shown_b[k];
		s->h[i] = stratum[k];
	}
}

static double sum_of(const double *v, const double *w)
{
	double sum = 0;
	for (int k = 0; k < N; k++) sum += v[k] * (w != NULL ? w[k] : 1);
	return sum;
}

static struct amp_arm arm_of(const double *drawn, const double *shown, bool scored)
{
	return (struct amp_arm){drawn, amp_real(sum_of(shown, NULL)), scored ? amp_real(sum_of(shown, score)) : AMP_REAL_NONE};
}

/* Mean, mean of the squares and mean of the variance that each sample claims, over what can be drawn. */
struct moments {
	double weight, mean, square, claimed;
};

static void add(struct moments *m, double weight, const struct amp_confidence *v)
{
	assert_true(v->estimate.known && v->se.known);
	m->weight += weight;
	m->mean += weight * v->estimate.v;
	m->square += weight * v->estimate.v * v->estimate.v;
	m->claimed += weight * v->se.v * v->se.v;
}

static void assert_right(const struct moments *m, double truth)
{
	assert_near(m->weight, 1, 1e-12);
	assert_near(m->mean, truth, 1e-12);
	assert_near(m->square - m->mean * m->mean, m->claimed, 1e-12);
}

/* All 6 x 3 samples of two a stratum. The estimate of the difference is linear once lambda is given: its variance is exact too. */
static void test_all_stratified_samples(void **state)
{
	(void)state;
	const double pi[N] = {.5, .5, .5, .5, 2.0 / 3, 2.0 / 3, 2.0 / 3};
	const double ta = sum_of(label, shown_a) / sum_of(shown_a, NULL), tb = sum_of(label, shown_b) / sum_of(shown_b, NULL);
	struct amp_err err = {0};
	struct drawn s;
	for (int scored = 0; scored < 2; scored++) {
		struct moments total = {0}, difference = {0};
		for (size_t i = 0; i < 4; i++)
			for (size_t j = i + 1; j < 4; j++)
				for (size_t out = 4; out < 7; out++) {
					const size_t unit[] = {out == 4 ? 5 : 4, j, out == 6 ? 5 : 6, i}; /* strata mixed */
					struct amp_confidence t;
					struct amp_arm_shares r;
					draw(&s, AMP_DRAW_FIXED, unit, pi, 4);
					assert_int_equal(amp_design_total(&s.d, s.f, .05, &t, &err), 0);
					add(&total, 1.0 / 18, &t);
					struct amp_arm a = arm_of(s.a, shown_a, scored), b = arm_of(s.b, shown_b, scored);
					assert_int_equal(amp_design_arms(&s.d, s.y, s.f, amp_real(.7), &a, &b, .05, &r, &err), 0);
					add(&difference, 1.0 / 18, &r.difference);
					assert_int_equal(r.strata, 2);
					assert_int_equal(r.lone, 0);
					assert_true(r.lambda_a.known == scored);
				}
		assert_right(&total, sum_of(score, NULL));
		assert_right(&difference, ta - tb);
	}
}

/* Each of seven by a lot of its own: all 127 samples that are not empty, and the empty one, whose total is 0. */
static void test_all_poisson_samples(void **state)
{
	(void)state;
	const double pi[N] = {.3, .9, .5, 1, .25, .6, .75};
	struct amp_err err = {0};
	struct drawn s;
	struct moments total = {0};
	for (unsigned set = 0; set < 1u << N; set++) {
		size_t unit[N], n = 0;
		double chance = 1, v = 0;
		for (size_t k = 0; k < N; k++) {
			chance *= set >> k & 1 ? pi[k] : 1 - pi[k];
			if (set >> k & 1) unit[n++] = k;
		}
		if (n < 2 || chance == 0) { /* one unit has no degree of freedom for an interval: its variance is asked for apart */
			if (chance == 0) continue;
			draw(&s, AMP_DRAW_POISSON, unit, pi, n);
			for (size_t i = 0; i < n; i++) v += (1 - s.pi[i]) * pow(s.f[i] / s.pi[i], 2);
			add(&total, chance,
			    &(struct amp_confidence){.estimate = amp_real(n > 0 ? s.f[0] / s.pi[0] : 0), .se = amp_real(sqrt(v))});
			continue;
		}
		struct amp_confidence t;
		draw(&s, AMP_DRAW_POISSON, unit, pi, n);
		s.d.stratum = NULL;
		assert_int_equal(amp_design_total(&s.d, s.f, .05, &t, &err), 0);
		add(&total, chance, &t);
	}
	assert_right(&total, sum_of(score, NULL));
}

/* Two draws a stratum, with replacement, by size: all 16 x 9 of them. */
static void test_all_replaced_draws(void **state)
{
	(void)state;
	const double chance[N] = {.1, .2, .3, .4, .5, .3, .2};
	double pi[N];
	struct amp_err err = {0};
	struct drawn s;
	struct moments total = {0};
	for (int k = 0; k < N; k++) pi[k] = 2 * chance[k];
	for (size_t i = 0; i < 4; i++)
		for (size_t j = 0; j < 4; j++)
			for (size_t k = 4; k < N; k++)
				for (size_t l = 4; l < N; l++) {
					const size_t unit[] = {i, j, k, l};
					struct amp_confidence t;
					draw(&s, AMP_DRAW_REPLACED, unit, pi, 4);
					assert_int_equal(amp_design_total(&s.d, s.f, .05, &t, &err), 0);
					add(&total, chance[i] * chance[j] * chance[k] * chance[l], &t);
				}
	assert_right(&total, sum_of(score, NULL));
}

/* Simple random sampling in the words of the textbook: N² (1 - n/N) s²/n, a stratum after the other; Student's t with n - H. */
static void test_textbook(void **state)
{
	(void)state;
	const double y[] = {2, 4, 9, 1, 3}, pi[] = {.3, .3, .3, .2, .2};
	const int64_t h[] = {1, 1, 1, 2, 2};
	struct amp_design d = {AMP_DRAW_FIXED, 5, pi, h};
	struct amp_confidence t;
	struct amp_err err = {0};
	assert_int_equal(amp_design_total(&d, y, .05, &t, &err), 0);
	double v = 100 * .7 * 13 / 3 + 100 * .8 * 2 / 2;
	assert_near(t.estimate.v, 70, 1e-12);
	assert_near(t.se.v, sqrt(v), 1e-12);
	assert_near(t.hi.v, 70 + amp_student_quantile(.975, 3) * sqrt(v), 1e-9);
	/* the mean of a stratum as a domain: for the other the residuals are 0 */
	const double in[] = {1, 1, 1, 0, 0}, own[] = {2, 4, 9, 0, 0};
	assert_int_equal(amp_design_ratio(&d, own, in, .05, &t, &err), 0);
	assert_near(t.estimate.v, 5, 1e-12);
	assert_near(t.se.v, sqrt(.7 * 13 / 3), 1e-12);
	struct amp_real var;
	size_t df, lone;
	assert_int_equal(amp_design_variance(&d, y, &var, &df, &lone, &err), 0);
	assert_near(var.v, v, 1e-9);
	assert_int_equal(df, 3);
	assert_int_equal(lone, 0);
	d.n = 4; /* stratum 2 has one unit left */
	assert_int_equal(amp_design_total(&d, y, .05, &t, &err), 0);
	assert_true(t.estimate.known && !t.se.known && !t.lo.known);
	assert_int_equal(amp_design_variance(&d, y, &var, &df, &lone, &err), 0);
	assert_true(!var.known && lone == 1);
	const double all[] = {1, 1, 1, 1, 1};
	d = (struct amp_design){AMP_DRAW_FIXED, 5, all, NULL};
	assert_int_equal(amp_design_total(&d, y, .05, &t, &err), 0);
	assert_true(t.se.known && t.se.v == 0 && t.lo.v == 19 && t.hi.v == 19);
}

static void test_arms(void **state)
{
	(void)state;
	const double y[] = {1, 0, 0, 1, 0, 1}, pi[] = {.5, .5, .5, .1, .1, .1}, a[] = {2, 1, 0, 4, 1, 0}, zero[6] = {0};
	const int64_t h[] = {1, 1, 1, 2, 2, 2};
	struct amp_design d = {AMP_DRAW_FIXED, 6, pi, h};
	struct amp_arm_shares r;
	struct amp_arm arm = {a, AMP_REAL_NONE, AMP_REAL_NONE}, known = {a, amp_real(60), AMP_REAL_NONE};
	struct amp_err err = {0};
	/* the same arm twice: what they share leaves no doubt about the difference, nor about the ratio */
	assert_int_equal(amp_design_arms(&d, y, NULL, AMP_REAL_NONE, &arm, &arm, .05, &r, &err), 0);
	assert_near(r.a.estimate.v, 44.0 / 56, 1e-12);
	assert_true(r.a.se.v > 0);
	assert_near(r.difference.estimate.v, 0, 0);
	assert_near(r.difference.hi.v, 0, 0);
	assert_near(r.ratio.estimate.v, 1, 0);
	assert_near(r.ratio.hi.v, 1, 1e-12);
	assert_int_equal(r.drawn_both, 4);
	assert_int_equal(amp_design_arms(&d, y, NULL, AMP_REAL_NONE, &known, NULL, .05, &r, &err), 0);
	assert_near(r.a.estimate.v, 44.0 / 60, 1e-12);
	assert_false(r.difference.estimate.known || r.b.estimate.known);
	/* no label at all: Clopper and Pearson for the effective number */
	assert_int_equal(amp_design_arms(&d, zero, NULL, AMP_REAL_NONE, &known, &arm, .05, &r, &err), 0);
	assert_near(r.a.hi.v, 1 - pow(.025, (16 + 4 + 1600 + 100.) / (56 * 56)), 1e-12);
	assert_true(r.a.estimate.v == 0 && r.a.lo.v == 0 && !r.a.se.known);
	assert_false(r.ratio.estimate.known);
	/* a detector that is always right: lambda is 1 and nothing is left open */
	struct amp_arm scored = {a, amp_real(60), amp_real(21)};
	assert_int_equal(amp_design_arms(&d, y, y, AMP_REAL_NONE, &scored, NULL, .05, &r, &err), 0);
	assert_near(r.lambda_a.v, 1, 1e-12);
	assert_near(r.a.estimate.v, 21.0 / 60, 1e-12);
	assert_near(r.a.se.v, 0, 1e-12);
	/* an arm that shows nothing of what was drawn */
	struct amp_arm none = {zero, amp_real(10), AMP_REAL_NONE};
	assert_int_equal(amp_design_arms(&d, y, NULL, AMP_REAL_NONE, &arm, &none, .05, &r, &err), 0);
	assert_true(r.a.estimate.known && !r.b.estimate.known && !r.difference.estimate.known);
}

/* Levels at once are the figures of each level by itself, to the last bit: what one level computes must not spoil the next. */
static void test_levels(void **state)
{
	(void)state;
	const double y[] = {1, 0, 0, 1, 0, 1}, f[] = {.8, .3, .1, .6, .4, .7}, pi[] = {.5, .5, .5, .1, .1, .1},
		     a[] = {2, 1, 0, 4, 1, 0}, b[] = {1, 3, 2, 0, 1, 2}, alpha[3] = {.05, .2, .001};
	const int64_t h[] = {1, 1, 1, 2, 2, 2};
	const struct amp_design d = {AMP_DRAW_FIXED, 6, pi, h};
	const struct amp_arm ranked = {a, amp_real(60), amp_real(27)}, latest = {b, amp_real(50), amp_real(20)};
	struct amp_arm_shares all[3], one;
	struct amp_err err = {0};
	assert_int_equal(amp_design_arms_at(&d, y, f, AMP_REAL_NONE, &ranked, &latest, alpha, 3, all, &err), 0);
	for (size_t k = 0; k < 3; k++) {
		assert_int_equal(amp_design_arms(&d, y, f, AMP_REAL_NONE, &ranked, &latest, alpha[k], &one, &err), 0);
		const struct amp_confidence *p[] = {&all[k].a, &all[k].b, &all[k].difference, &all[k].ratio},
					    *q[] = {&one.a, &one.b, &one.difference, &one.ratio};
		for (size_t i = 0; i < 4; i++) {
			assert_true(p[i]->estimate.known && p[i]->estimate.v == q[i]->estimate.v && p[i]->se.v == q[i]->se.v);
			assert_true(p[i]->lo.known && p[i]->lo.v == q[i]->lo.v && p[i]->hi.v == q[i]->hi.v);
		}
		assert_true(all[k].drawn_both == one.drawn_both && all[k].lambda_b.v == one.lambda_b.v);
	}
	assert_true(all[1].ratio.hi.v < all[0].ratio.hi.v && all[0].ratio.hi.v < all[2].ratio.hi.v);
}

static void test_hostile(void **state)
{
	(void)state;
	static const double bad_pi[] = {0, -1, 1.5, NAN, INFINITY}, bad_y[] = {NAN, INFINITY, -INFINITY, 1.5, -.5},
			    bad_w[] = {NAN, INFINITY, -1, -INFINITY, -1e300};
	double y[] = {1, 0, 1}, pi[] = {.5, .5, .5}, a[] = {1, 1, 1};
	struct amp_design d = {AMP_DRAW_FIXED, 3, pi, NULL};
	struct amp_arm arm = {a, AMP_REAL_NONE, AMP_REAL_NONE};
	struct amp_arm_shares r;
	struct amp_confidence t;
	struct amp_err err = {0};
	for (size_t i = 0; i < 5; i++) {
		pi[1] = bad_pi[i];
		assert_int_equal(amp_design_total(&d, y, .05, &t, &err), AMP_EFAIL);
		pi[1] = .5;
		y[2] = bad_y[i];
		assert_int_equal(amp_design_arms(&d, y, NULL, AMP_REAL_NONE, &arm, NULL, .05, &r, &err), AMP_EFAIL);
		y[2] = 1;
		a[0] = bad_w[i];
		assert_int_equal(amp_design_arms(&d, y, NULL, AMP_REAL_NONE, &arm, NULL, .05, &r, &err), AMP_EFAIL);
		a[0] = 1;
	}
	assert_int_equal(amp_design_arms(&d, y, y, amp_real(2), &arm, NULL, .05, &r, &err), AMP_EFAIL);
	d.n = 0;
	assert_int_equal(amp_design_arms(&d, y, NULL, AMP_REAL_NONE, &arm, &arm, .05, &r, &err), 0);
	assert_false(r.a.estimate.known || r.difference.estimate.known);
	assert_int_equal(amp_design_total(&d, y, .05, &t, &err), 0);
	assert_false(t.estimate.known);
	/* sums beyond what a double holds are unknown, never infinite */
	double huge[] = {1e308, 1e308, 1e308};
	d.n = 3;
	assert_int_equal(amp_design_total(&d, huge, .05, &t, &err), 0);
	assert_false(t.estimate.known);
	memcpy(a, huge, sizeof a);
	assert_int_equal(amp_design_arms(&d, y, NULL, AMP_REAL_NONE, &arm, &arm, .05, &r, &err), 0);
	assert_true(!r.a.estimate.known || (isfinite(r.a.estimate.v) && isfinite(r.a.lo.v) && isfinite(r.a.hi.v)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_stratified_samples),
		cmocka_unit_test(test_all_poisson_samples),
		cmocka_unit_test(test_all_replaced_draws),
		cmocka_unit_test(test_textbook),
		cmocka_unit_test(test_arms),
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_hostile),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

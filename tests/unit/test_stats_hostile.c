/* test_stats_hostile.c: every function of the statistics core on values that no study should give it: not a number, infinite, huge, tiny,
 * negative, all alike, none. Whatever is known is finite, limits are in order, and nothing is written where nothing may be. Seeded. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "stats/adjust.h"
#include "stats/agreement.h"
#include "stats/design.h"
#include "stats/inequality.h"
#include "stats/power.h"
#include "stats/ppi.h"
#include "stats/proportion.h"
#include "stats/resample.h"
#include "stats/robust.h"
#include "stats/stats.h"
#include "stats/survival.h"

#define MOST 9
#define ROUNDS 1600

static const double odd[] = {0,       -0.0,     1,     -1,     .5,   2,   1e-300,   5e-324,
                             DBL_MAX, -DBL_MAX, 1e200, -1e200, 1e15, NAN, INFINITY, -INFINITY};
static const int64_t odd_count[] = {0, 1, -1, 2, 30, 1000, INT32_MAX, INT64_MAX, INT64_MAX - 1, INT64_MIN};

/* One round's arrays: of hostile values, or (every other one) of harmless ones with a few hostile among them. */
static struct round {
	double x[MOST * 4], m[MOST * 4], pi[MOST];
	int64_t a[MOST], b[MOST];
	uint32_t item[MOST], cluster[MOST];
	bool yes[MOST], no[MOST];
	size_t n;
	double one;
} r;

static double value(struct amp_stream *s, uint32_t hostile)
{
	if (amp_stream_below(s, 100) < hostile) return odd[amp_stream_below(s, sizeof odd / sizeof *odd)];
	return amp_stream_below(s, 3) == 0 ? (double)amp_stream_below(s, 2) : amp_stream_double(s);
}

static void make(uint64_t number)
{
	static const uint32_t shares[] = {0, 4, 30, 100};
	struct amp_stream s = amp_stream_start(2026, number);
	uint32_t hostile = shares[number % 4];
	r.n = amp_stream_below(&s, MOST + 1);
	r.one = value(&s, hostile);
	for (size_t i = 0; i < MOST * 4; i++) {
		r.x[i] = value(&s, hostile);
		r.m[i] = value(&s, hostile);
	}
	for (size_t i = 0; i < MOST; i++) {
		r.pi[i] = value(&s, hostile / 2);
		if (hostile < 100 && !(r.pi[i] > 0)) r.pi[i] = .5;
		r.a[i] = amp_stream_below(&s, 3);
		r.b[i] = (int64_t)amp_stream_below(&s, 4) - 2;
		r.item[i] = amp_stream_below(&s, MOST + (hostile > 90));
		r.cluster[i] = amp_stream_below(&s, 3);
		r.yes[i] = amp_stream_below(&s, 3) > 0;
		r.no[i] = amp_stream_below(&s, 2) > 0;
	}
}

static void sound(struct amp_real v)
{
	if (v.known) assert_true(isfinite(v.v));
}

static void in_order(const struct amp_confidence *c)
{
	sound(c->estimate);
	sound(c->se);
	sound(c->lo);
	sound(c->hi);
	if (c->lo.known && c->hi.known) assert_true(c->lo.v <= c->hi.v);
	if (c->se.known) assert_true(c->se.v >= 0 && c->estimate.known);
}

static void probability(struct amp_real p)
{
	if (p.known) assert_true(p.v >= 0 && p.v <= 1);
}

static void one_sample(void)
{
	struct amp_err err = {0};
	struct amp_signflip f;
	struct amp_bootstrap b;
	struct amp_wild w;
	struct amp_confidence c;
	struct amp_real p, least;
	size_t unusable;
	if (amp_signflip(r.x, r.m, r.n, 0, .05, 1, &f, &err) == 0) {
		in_order(&(struct amp_confidence){f.estimate, f.se, f.lo, f.hi});
		probability(f.p);
	}
	if (amp_signflip_above(r.x, r.n, 1, &p, &least, &err) == 0) probability(p);
	if (amp_bootstrap(r.x, r.m, r.n, .05, 60, 1, &b, &err) == 0) {
		in_order(&(struct amp_confidence){.lo = b.percentile_lo, .hi = b.percentile_hi});
		in_order(&(struct amp_confidence){.lo = b.basic_lo, .hi = b.basic_hi});
		in_order(&(struct amp_confidence){.lo = b.bca_lo, .hi = b.bca_hi});
		in_order(&(struct amp_confidence){.lo = b.t_lo, .hi = b.t_hi});
	}
	if (amp_bootstrap_double_ratio(r.x, r.n, .05, 60, 1, &c, &unusable, &err) == 0) in_order(&c);
	for (int kind = 0; kind < 2 && r.a[0] == 2 && r.n < 5; kind++) /* all patterns, a hundred times: now and then is enough */
		if (amp_wild_bootstrap(r.x, r.m, r.n, 0, .05, (enum amp_wild_weights)kind, 30, 1, &w, &err) == 0) {
			in_order(&(struct amp_confidence){w.estimate, w.se, w.lo, w.hi});
			probability(w.p);
			sound(w.t);
		}
	sound(amp_ratio_se(r.x, r.m, r.n));
	sound(amp_glass_delta(r.x, r.m, r.n));
	if (amp_glass_interval(r.x, r.m, r.n, .05, NULL, &c, &err) == 0) in_order(&c);
	if (amp_kendall(r.x, r.m, r.n, &p, &err) == 0) sound(p);
}

static void samples(void)
{
	struct amp_err err = {0};
	struct amp_confidence c;
	struct amp_arm_shares s;
	struct amp_ppi_arms q;
	struct amp_real v;
	size_t df, lone;
	for (int draw = 0; draw < 3; draw++) {
		struct amp_design d = {(enum amp_draw)draw, r.n, r.pi, r.n % 2 ? r.a : NULL};
		struct amp_arm a = {r.x, r.n % 3 ? amp_real(r.one) : AMP_REAL_NONE, amp_real(r.m[0])},
			       b = {r.m + MOST, AMP_REAL_NONE, AMP_REAL_NONE};
		if (amp_design_total(&d, r.x, .05, &c, &err) == 0) in_order(&c);
		if (amp_design_ratio(&d, r.x, r.m, .05, &c, &err) == 0) in_order(&c);
		if (amp_design_variance(&d, r.x, &v, &df, &lone, &err) == 0) sound(v);
		if (amp_design_arms(&d, r.x + MOST, r.m, r.n % 2 ? amp_real(r.one) : AMP_REAL_NONE, &a, &b, .05, &s, &err) == 0) {
			in_order(&s.a);
			in_order(&s.b);
			in_order(&s.difference);
			in_order(&s.ratio);
			probability(s.lambda_a);
			probability(s.a.lo);
			probability(s.b.hi);
		}
		struct amp_ppi_shown shown = {r.n, MOST, 3, r.item, r.cluster, r.x, r.m};
		struct amp_ppi_labels labels = {r.n % 2 ? r.m + MOST : NULL, r.yes, r.x + MOST, r.pi, r.a, (enum amp_draw)draw};
		if (amp_ppi_arms(&shown, &labels, AMP_REAL_NONE, .05, &q, &err) == 0) {
			in_order(&q.a);
			in_order(&q.b);
			in_order(&q.difference);
			in_order(&q.ratio);
			probability(q.a.hi);
			probability(q.by_labels);
		}
	}
	struct amp_ppi_sample l = {r.x, r.m, NULL, r.n}, u = {NULL, r.m + MOST, NULL, r.n};
	struct amp_ppi p;
	amp_ppi_mean(&l, &u, AMP_REAL_NONE, .05, &p);
	in_order(&p.mean);
}

static void clusters(void)
{
	struct amp_err err = {0};
	struct amp_two_way t;
	struct amp_trend g;
	struct amp_permutation p;
	struct amp_step step[MOST];
	struct amp_survival k;
	struct amp_logrank l;
	struct amp_cells cells = {r.n, r.a, r.b, r.x, r.m};
	if (amp_two_way(&cells, .05, 30, 1, &t, &err) == 0) {
		in_order(&t.robust);
		in_order(&t.pigeonhole);
		sound(t.estimate);
	}
	if (amp_trend(r.x, r.m, r.a, r.n, .05, &g, &err) == 0) {
		in_order(&g.slope);
		probability(g.p);
		sound(g.df);
		sound(g.se_cr1);
	}
	if (amp_permute(r.x, r.yes, r.a, r.n, 30, 1, &p, &err) == 0) {
		sound(p.estimate);
		probability(p.p);
	}
	if (amp_kaplan_meier(r.x, r.yes, r.n, .05, step, &k, &err) == 0)
		for (size_t i = 0; i < k.steps; i++) {
			assert_true(step[i].survival >= 0 && step[i].survival <= 1);
			in_order(&(struct amp_confidence){amp_real(step[i].survival), step[i].se, step[i].lo, step[i].hi});
		}
	if (amp_log_rank(r.x, r.yes, r.no, r.a, r.n, &l, &err) == 0) {
		sound(l.chi2);
		probability(l.p);
	}
}

static void lists(void)
{
	struct amp_err err = {0};
	struct amp_real v[MOST * 3], g;
	struct amp_confidence c;
	struct amp_ranking_bias bias;
	struct amp_rbo o;
	double q[MOST];
	size_t pairable, edits;
	bool known;
	for (size_t i = 0; i < MOST * 3; i++) v[i] = r.yes[i % MOST] ? amp_real(r.x[i]) : AMP_REAL_NONE;
	for (int kind = AMP_ALPHA_NOMINAL; kind <= AMP_AC1; kind++)
		if (amp_agreement((enum amp_agreement_kind)kind, v, r.n, kind == AMP_KAPPA_COHEN ? 2 : 3, .05, 20, 1, &c, &pairable,
		                  &err) == 0)
			in_order(&c);
	for (int m = AMP_ADJUST_BONFERRONI; m <= AMP_ADJUST_BKY; m++)
		if (amp_adjust((enum amp_adjust_method)m, r.pi, r.n, q, &err) != 0) assert_true(err.code != 0);
	if (amp_gini(r.x, r.n, &g, &err) == 0) sound(g);
	sound(amp_theil(r.x, r.n));
	sound(amp_entropy(r.x, r.n));
	amp_ranking_bias(r.x, r.n, &bias);
	if (amp_rbo(r.a, r.n, r.b, MOST - r.n, r.one, &o, &known, &err) == 0 && known)
		assert_true(o.min >= -1e-12 && o.ext <= 1 + 1e-12 && o.residual >= -1e-12);
	if (amp_edit_distance(r.a, r.n, r.b, MOST - r.n, &edits, &err) == 0) assert_true(edits <= MOST);
	if (amp_icc(r.x, r.m, r.n, &g, &err) == 0) sound(g);
}

static void counts(uint64_t number)
{
	struct amp_stream s = amp_stream_start(77, number);
	int64_t k[6];
	struct amp_real lo, hi;
	struct amp_confidence c;
	for (int i = 0; i < 6; i++) k[i] = odd_count[amp_stream_below(&s, sizeof odd_count / sizeof *odd_count)];
	amp_wilson(k[0], k[1], .05, &lo, &hi);
	in_order(&(struct amp_confidence){.lo = lo, .hi = hi});
	amp_clopper_pearson(k[0], k[1], .05, &lo, &hi);
	in_order(&(struct amp_confidence){.lo = lo, .hi = hi});
	amp_newcombe(k[0], k[1], k[2], k[3], .05, &c);
	in_order(&c);
	amp_miettinen_nurminen(k[0], k[1], k[2], k[3], .05, &c);
	in_order(&c);
	amp_log_ratio(k[0], k[1], k[2], k[3], .05, &c);
	in_order(&c);
	amp_rogan_gladen(&(struct amp_flagged){k[0], k[1], k[2], k[3], k[4], k[5]}, .05, &c);
	in_order(&c);
	sound(amp_huszar(k[0], k[1], r.one));
	sound(amp_power_items(r.x[0], r.x[1], .05, .8));
	const struct amp_plan p = {r.n, r.n, 50, r.x[0], r.x[1], .05, .8};
	struct amp_detectable d;
	struct amp_err err = {0};
	amp_power_detectable(&p, &d);
	sound(d.lift);
	sound(d.ratio);
	sound(d.se);
	sound(amp_power_clusters(&p, r.x[2]));
	if (amp_power_simulated(&p, r.x[2], 3, 1, &lo, &hi, &err) == 0) probability(lo);
}

static void test_everything(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < ROUNDS; i++) {
		make(i);
		one_sample();
		samples();
		clusters();
		lists();
		counts(i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_everything)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

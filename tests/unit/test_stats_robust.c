/* test_stats_robust.c: few clusters, two kinds of clusters, trends, permutation, time to the first, power by drawing. Published values,
 * identities and counts; R says the same of random data (tests/r). */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <string.h>
#include "stats/power.h"
#include "stats/resample.h"
#include "stats/robust.h"
#include "stats/special.h"
#include "stats/stats.h"
#include "stats/survival.h"

#define assert_near(a, b, eps) assert_true(fabs((a) - (b)) <= (eps))

/* For a mean the t ratio grows with |sum of the signed residuals|: the wild bootstrap over all signs is then the sign-flip test, p and
 * interval alike. */
static void test_wild_is_signflip(void **state)
{
	(void)state;
	const double d[] = {.04, .01, .05, .01, .04, .03, .07, -.02}, one[] = {1, 1, 1, 1, 1, 1, 1, 1};
	struct amp_signflip s;
	struct amp_wild w;
	struct amp_err err = {0};
	for (size_t n = 6; n <= 8; n++) {
		assert_int_equal(amp_signflip(d, one, n, .01, .05, 1, &s, &err), 0);
		assert_int_equal(amp_wild_bootstrap(d, one, n, .01, .05, AMP_WILD_RADEMACHER, 999, 1, &w, &err), 0);
		assert_true(w.exact && w.patterns == (size_t)1 << n);
		assert_near(w.p.v, s.p.v, 1e-12);
		assert_near(w.lo.v, s.lo.v, 1e-9);
		assert_near(w.hi.v, s.hi.v, 1e-9);
		assert_near(w.se.v, s.se.v, 1e-15);
	}
	/* MacKinnon and Webb: with five clusters Rademacher's signs give 16 different |t|, Webb's points many more */
	assert_int_equal(amp_wild_bootstrap(d, one, 5, 0, .05, AMP_WILD_RADEMACHER, 999, 1, &w, &err), 0);
	assert_near(w.p.v, .0625, 1e-15);
	assert_int_equal(amp_wild_bootstrap(d, one, 5, 0, .05, AMP_WILD_WEBB, 999, 1, &w, &err), 0);
	assert_true(w.exact && w.patterns == 7776 && w.p.v < .0625 && w.lo.known && w.lo.v < w.estimate.v && w.estimate.v < w.hi.v);
}

static void test_wild_draws(void **state)
{
	(void)state;
	double x[30], m[30], v[30], sum = 0, square = 0;
	struct amp_wild w, again;
	struct amp_err err = {0};
	struct amp_stream s = amp_stream_start(5, 0);
	for (int g = 0; g < 30; g++) {
		m[g] = 1 + amp_stream_double(&s);
		x[g] = m[g] * (.2 + .3 * amp_stream_double(&s));
	}
	assert_int_equal(amp_wild_bootstrap(x, m, 30, .35, .05, AMP_WILD_WEBB, 1999, 3, &w, &err), 0);
	assert_int_equal(amp_wild_bootstrap(x, m, 30, .35, .05, AMP_WILD_WEBB, 1999, 3, &again, &err), 0);
	assert_memory_equal(&w, &again, sizeof w);
	assert_true(!w.exact && w.patterns == 2000 && w.p.v > 0 && w.p.v <= 1);
	/* the interval is of the same kind as the t interval of the mean */
	double half = amp_student_quantile(.975, 29) * w.se.v;
	assert_near(w.lo.v, w.estimate.v - half, .25 * half);
	assert_near(w.hi.v, w.estimate.v + half, .25 * half);
	/* the weights have mean 0 and variance 1, and draw b is the same whatever was drawn before */
	for (uint64_t b = 0; b < 4000; b++) {
		amp_wild_draw(AMP_WILD_WEBB, 3, b, 30, v);
		for (int g = 0; g < 30; g++) {
			sum += v[g] / 120000;
			square += v[g] * v[g] / 120000;
		}
	}
	assert_near(sum, 0, .01);
	assert_near(square, 1, .01);
	const double same[] = {2, 4, 6}, of[] = {1, 2, 3}, bad[] = {1, NAN, 2};
	assert_int_equal(amp_wild_bootstrap(same, of, 3, 0, .05, AMP_WILD_WEBB, 99, 1, &w, &err), 0);
	assert_true(w.estimate.v == 2 && !w.p.known && !w.lo.known);
	assert_int_equal(amp_wild_bootstrap(bad, of, 3, 0, .05, AMP_WILD_WEBB, 99, 1, &w, &err), AMP_EFAIL);
	assert_int_equal(amp_wild_bootstrap(same, of, 0, 0, .05, AMP_WILD_WEBB, 99, 1, &w, &err), 0);
	assert_false(w.estimate.known);
}

static void test_two_way(void **state)
{
	(void)state;
	/* 3 personas x 4 days, balanced: errors by hand from the margins */
	const double x[12] = {5, 1, 2, 4, 6, 3, 2, 5, 9, 4, 6, 7};
	double m[12], e[12], ss_row = 0, ss_column = 0, ss_cell = 0;
	int64_t row[12], column[12];
	for (int i = 0; i < 12; i++) {
		m[i] = 1;
		row[i] = 100 - i / 4;
		column[i] = i % 4;
		e[i] = x[i] - 54.0 / 12;
		ss_cell += e[i] * e[i];
	}
	for (int r = 0; r < 3; r++) ss_row += pow(e[4 * r] + e[4 * r + 1] + e[4 * r + 2] + e[4 * r + 3], 2);
	for (int c = 0; c < 4; c++) ss_column += pow(e[c] + e[4 + c] + e[8 + c], 2);
	struct amp_cells cells = {12, row, column, x, m};
	struct amp_two_way t, again;
	struct amp_err err = {0};
	assert_int_equal(amp_two_way(&cells, .05, 2000, 9, &t, &err), 0);
	assert_int_equal(t.rows, 3);
	assert_int_equal(t.columns, 4);
	assert_near(t.estimate.v, 4.5, 1e-15);
	assert_near(t.se_row.v, sqrt(1.5 * ss_row) / 12, 1e-12);
	assert_near(t.se_column.v, sqrt(4.0 / 3 * ss_column) / 12, 1e-12);
	assert_near(t.se_cell.v, sqrt(12.0 / 11 * ss_cell) / 12, 1e-12);
	assert_near(t.robust.se.v, sqrt(1.5 * ss_row + 4.0 / 3 * ss_column - 12.0 / 11 * ss_cell) / 12, 1e-12);
	assert_near(t.robust.hi.v, 4.5 + amp_student_quantile(.975, 2) * t.robust.se.v, 1e-9);
	assert_true(t.pigeonhole.lo.v < 4.5 && t.pigeonhole.hi.v > 4.5 && t.unusable == 0);
	assert_int_equal(amp_two_way(&cells, .05, 2000, 9, &again, &err), 0);
	assert_memory_equal(&t, &again, sizeof t);
	/* no effect of rows, columns cancel: the plain sum would be below the cells' own, and the larger one-way error is given */
	const double flat[12] = {1, -1, 1, -1, -1, 1, -1, 1, 1, -1, 1, -1};
	cells.x = flat;
	assert_int_equal(amp_two_way(&cells, .05, 0, 9, &t, &err), 0);
	assert_true(t.robust.se.v == fmax(t.se_row.v, t.se_column.v) && !t.pigeonhole.lo.known);
	cells.n = 4; /* one persona */
	assert_int_equal(amp_two_way(&cells, .05, 99, 9, &t, &err), 0);
	assert_true(t.estimate.known && !t.robust.se.known && !t.pigeonhole.lo.known);
	cells.n = 0;
	assert_int_equal(amp_two_way(&cells, .05, 99, 9, &t, &err), 0);
	assert_false(t.estimate.known);
	m[2] = -1;
	cells.n = 12;
	assert_int_equal(amp_two_way(&cells, .05, 99, 9, &t, &err), AMP_EFAIL);
}

static void test_trend(void **state)
{
	(void)state;
	/* rounds 0, 1, 2 of three personas with slopes 1, 2 and 6 about levels that differ: balanced, so that the slope is their mean, CR2
	   the variance of a mean of three and the degrees of freedom two */
	const double y[] = {10, 11, 12, 0, 2, 4, 100, 106, 112, 7}, t[] = {0, 1, 2, 0, 1, 2, 0, 1, 2, 0};
	const int64_t who[] = {1, 1, 1, 2, 2, 2, 3, 3, 3, 4};
	struct amp_trend r;
	struct amp_err err = {0};
	assert_int_equal(amp_trend(y, t, who, 10, .05, &r, &err), 0);
	assert_int_equal(r.personas, 3);
	assert_int_equal(r.rows, 9); /* persona 4 was seen once */
	assert_near(r.slope.estimate.v, 3, 1e-12);
	assert_near(r.slope.se.v, sqrt((4 + 1 + 9) / 2.0 / 3), 1e-12);
	assert_near(r.se_cr1.v, r.slope.se.v, 1e-12);
	assert_near(r.df.v, 2, 1e-12);
	assert_near(r.slope.hi.v, 3 + amp_student_quantile(.975, 2) * r.slope.se.v, 1e-9);
	assert_near(r.p.v, 2 * amp_student_cdf(-3 / r.slope.se.v, 2), 1e-12);
	assert_int_equal(amp_trend(y, t, who, 8, .05, &r, &err), 0); /* uneven: fewer degrees of freedom than G - 1 */
	assert_true(r.df.v < 2 && r.df.v > 1);
	assert_int_equal(amp_trend(y, t, who, 3, .05, &r, &err), 0);
	assert_true(r.slope.estimate.known && !r.slope.se.known && !r.p.known);
	assert_int_equal(amp_trend(y, t, who, 0, .05, &r, &err), 0);
	assert_false(r.slope.estimate.known);
	const double bad[] = {0, 1, INFINITY};
	assert_int_equal(amp_trend(y, bad, who, 3, .05, &r, &err), AMP_EFAIL);
}

/* Of a mean it is the mean's own error, sd/sqrt(n); what does not vary, is too little, or does not exist has none. */
static void test_jackknife(void **state)
{
	(void)state;
	const double x[] = {2, 3, 7}, same[] = {4, 4, 4}, none[] = {1, NAN, 2};
	double without[3];
	for (int i = 0; i < 3; i++) without[i] = (12 - x[i]) / 2;
	struct amp_confidence c = amp_jackknife(4, without, 3, .05);
	assert_near(c.se.v, sqrt(7.0 / 3), 1e-12);
	assert_near(c.hi.v, 4 + amp_student_quantile(.975, 2) * sqrt(7.0 / 3), 1e-12);
	assert_near(c.lo.v, 8 - c.hi.v, 1e-12);
	assert_true(amp_jackknife(4, without, 2, .05).estimate.known && !amp_jackknife(4, without, 2, .05).lo.known);
	assert_false(amp_jackknife(4, same, 3, .05).se.known);
	assert_false(amp_jackknife(4, none, 3, .05).lo.known);
	assert_false(amp_jackknife(NAN, without, 3, .05).estimate.known);
	assert_false(amp_jackknife(NAN, without, 3, .05).se.known);
}

/* Mean of row means of 1 5 6 | 3 8 9 | 6 9 15: variances 3.0123456790, 3.7530864198, 1.8930041152 by another program. */
static void test_jackknife_two_way(void **state)
{
	(void)state;
	const double rows[] = {25 / 3.0, 7, 16 / 3.0}, columns[] = {26 / 3.0, 20 / 3.0, 16 / 3.0}, same[] = {4, 4, 4},
		     cells[] = {133 / 18.0, 121 / 18.0, 118 / 18.0, 135 / 18.0, 120 / 18.0,
	                        117 / 18.0, 136 / 18.0, 127 / 18.0, 109 / 18.0};
	struct amp_spread s = {.n = 0}, most = {9, 0, 100}, none = {.n = 0};
	for (int i = 0; i < 9; i++) amp_spread_add(&s, cells[i]);
	struct amp_confidence c = amp_jackknife_two_way(62 / 9.0, rows, 3, columns, 3, &s, .05);
	assert_near(c.se.v, 2.207357692703902, 1e-12);
	assert_near(c.lo.v, -2.6086047135142056, 1e-9);
	assert_near(c.hi.v, 16.386382491291982, 1e-9);
	/* the larger of the two where the cells leave less than that */
	assert_near(amp_jackknife_two_way(62 / 9.0, rows, 3, columns, 3, &most, .05).se.v, sqrt(3.7530864197530853), 1e-12);
	assert_false(amp_jackknife_two_way(62 / 9.0, rows, 3, columns, 3, &none, .05).se.known);
	assert_false(amp_jackknife_two_way(4, rows, 3, same, 3, &s, .05).lo.known);
	amp_spread_add(&s, NAN);
	assert_false(amp_jackknife_two_way(62 / 9.0, rows, 3, columns, 3, &s, .05).se.known);
	/* Student's t with the fewer: 3 - 1 */
	const double wide[] = {1, 2, 3, 4, 5};
	c = amp_jackknife_two_way(3, wide, 5, columns, 3, &most, .05);
	assert_near(c.hi.v - 3, amp_student_quantile(.975, 2) * c.se.v, 1e-9);
}

static void test_permutation(void **state)
{
	(void)state;
	/* Fisher 1935, the lady tasting tea: eight cups, four of each kind; three of four right: (16 + 1 + 16 + 1)/70, all right: 2/70 */
	const double three[] = {1, 1, 1, 0, 1, 0, 0, 0}, all[] = {1, 1, 1, 1, 0, 0, 0, 0};
	const bool first[] = {true, true, true, true, false, false, false, false};
	struct amp_permutation r;
	struct amp_err err = {0};
	assert_int_equal(amp_permute(three, first, NULL, 8, 99, 1, &r, &err), 0);
	assert_true(r.exact && r.patterns == 70);
	assert_near(r.p.v, 34.0 / 70, 1e-12);
	assert_near(r.estimate.v, .5, 1e-12);
	assert_int_equal(amp_permute(all, first, NULL, 8, 99, 1, &r, &err), 0);
	assert_near(r.p.v, 2.0 / 70, 1e-12);
	/* two strata, between which y differs much and labels are uneven: only what is within them counts. 3 x 3 patterns; differences
	   (3 - 1.5) and (101 - 100): weights 2/3 each; |sum| as large only with both first or both last */
	const double y[] = {3, 1, 2, 101, 100, 100, 55};
	const bool label[] = {true, false, false, true, false, false, true};
	const int64_t h[] = {4, 4, 4, -9, -9, -9, 8};
	assert_int_equal(amp_permute(y, label, h, 7, 99, 1, &r, &err), 0);
	assert_true(r.exact && r.patterns == 9 && r.strata == 2);
	assert_near(r.estimate.v, 1.25, 1e-12);
	assert_near(r.p.v, 1.0 / 9, 1e-12);
	/* drawn: near the exact p, repeatable */
	double v[40];
	bool l[40];
	struct amp_stream s = amp_stream_start(2, 0);
	for (int i = 0; i < 40; i++) {
		l[i] = i % 2 == 0;
		v[i] = amp_stream_normal(&s) + (l[i] ? .55 : 0);
	}
	struct amp_permutation again;
	assert_int_equal(amp_permute(v, l, NULL, 40, 4999, 7, &r, &err), 0);
	assert_int_equal(amp_permute(v, l, NULL, 40, 4999, 7, &again, &err), 0);
	assert_memory_equal(&r, &again, sizeof r);
	assert_true(!r.exact && r.patterns == 5000 && r.smallest_p.v == 1.0 / 5000);
	double a = 0, b = 0, ss = 0; /* the t test says about the same */
	for (int i = 0; i < 40; i++) *(l[i] ? &a : &b) += v[i] / 20;
	for (int i = 0; i < 40; i++) ss += pow(v[i] - (l[i] ? a : b), 2);
	assert_near(r.p.v, 2 * amp_student_cdf(-fabs(a - b) / sqrt(ss / 38 / 10), 38), .02);
	const bool none[8] = {false};
	assert_int_equal(amp_permute(all, none, NULL, 8, 99, 1, &r, &err), 0);
	assert_false(r.estimate.known || r.p.known);
	v[3] = NAN;
	assert_int_equal(amp_permute(v, l, NULL, 40, 99, 7, &r, &err), AMP_EFAIL);
}

/* Freireich et al. 1963, remission of leukaemia, as in Kalbfleisch & Prentice 1980 and Kleinbaum & Klein: medians 23 and 8 weeks, survival .857 (se
 * .076) at 6 and .690 at 13, log-rank chi² 16.79. */
static void test_survival(void **state)
{
	(void)state;
	static const double treated[] = {6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35},
			    placebo[] = {1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23};
	static const bool came[] = {true,  true,  true,  false, true, false, true,  false, false, true, true,
	                            false, false, false, true,  true, false, false, false, false, false};
	double time[42];
	bool event[42], group[42];
	for (int i = 0; i < 42; i++) {
		time[i] = i < 21 ? treated[i] : placebo[i - 21];
		event[i] = i >= 21 || came[i];
		group[i] = i < 21;
	}
	struct amp_step step[42];
	struct amp_survival k;
	struct amp_logrank r;
	struct amp_err err = {0};
	assert_int_equal(amp_kaplan_meier(time, event, 21, .05, step, &k, &err), 0);
	assert_near(step[0].survival, .857, 5e-4);
	assert_near(step[0].se.v, .0764, 5e-5);
	assert_near(step[0].lo.v, .620, 5e-4);
	assert_near(step[0].hi.v, .952, 5e-4);
	assert_int_equal(step[0].at_risk, 21);
	assert_true(step[5].time == 13);
	assert_near(step[5].survival, .690, 5e-4);
	assert_near(step[5].se.v, .107, 5e-4);
	assert_near(k.median.v, 23, 0);
	assert_false(k.median_hi.known);
	assert_int_equal(k.events, 9);
	assert_int_equal(amp_kaplan_meier(time + 21, event + 21, 21, .05, step, &k, &err), 0);
	assert_near(k.median.v, 8, 0);
	assert_true(step[k.steps - 1].survival == 0 && !step[k.steps - 1].lo.known);
	assert_int_equal(amp_log_rank(time, event, group, NULL, 42, &r, &err), 0);
	assert_near(r.chi2.v, 16.79, 5e-3);
	assert_near(r.observed, 9, 0);
	assert_near(r.expected, 19.25, 5e-3);
	/* one and the same data in two strata: twice the observed, expected and variance */
	double twice[84];
	bool e2[84], g2[84];
	int64_t h[84];
	for (int i = 0; i < 84; i++) {
		twice[i] = time[i % 42];
		e2[i] = event[i % 42];
		g2[i] = group[i % 42];
		h[i] = i / 42;
	}
	struct amp_logrank both;
	assert_int_equal(amp_log_rank(twice, e2, g2, h, 84, &both, &err), 0);
	assert_near(both.chi2.v, 2 * r.chi2.v, 1e-9);
	assert_int_equal(both.strata, 2);
	/* nothing came; nobody walked; times that are none */
	memset(event, 0, sizeof event);
	assert_int_equal(amp_kaplan_meier(time, event, 42, .05, step, &k, &err), 0);
	assert_true(!k.median.known && step[k.steps - 1].survival == 1 && !step[0].lo.known);
	assert_int_equal(amp_log_rank(time, event, group, NULL, 42, &r, &err), 0);
	assert_false(r.chi2.known || r.p.known);
	assert_int_equal(amp_kaplan_meier(time, event, 0, .05, step, &k, &err), 0);
	assert_int_equal(k.steps, 0);
	time[3] = -1;
	assert_int_equal(amp_kaplan_meier(time, event, 42, .05, step, &k, &err), AMP_EFAIL);
	time[3] = NAN;
	assert_int_equal(amp_log_rank(time, event, group, NULL, 42, &r, &err), AMP_EFAIL);
}

static void test_plans(void **state)
{
	(void)state;
	struct amp_plan p = {.clusters = 20, .rounds = 14, .depth = 50, .base = .02, .icc = .01, .alpha = .05, .power = .8};
	struct amp_detectable d;
	struct amp_real power, error, again;
	struct amp_err err = {0};
	amp_power_detectable(&p, &d);
	assert_near(d.design_effect, 1 + 699 * .01, 1e-12);
	assert_near(d.lift.v, (amp_student_quantile(.975, 19) + amp_student_quantile(.8, 19)) * d.se.v, 1e-12);
	assert_near(d.ratio.v, 1 + d.lift.v / .02, 1e-12);
	/* as many clusters as the lift needs, and not one less */
	assert_near(amp_power_clusters(&p, d.lift.v * (1 + 1e-9)).v, 20, 0);
	/* drawing studies agrees with the formula, and holds its level without effect */
	assert_int_equal(amp_power_simulated(&p, d.lift.v, 1500, 1, &power, &error, &err), 0);
	assert_near(power.v, .8, .05);
	assert_int_equal(amp_power_simulated(&p, 0, 1500, 1, &power, &error, &err), 0);
	assert_near(power.v, .05, 3 * sqrt(.05 * .95 / 1500));
	assert_int_equal(amp_power_simulated(&p, 0, 1500, 1, &again, &error, &err), 0);
	assert_true(again.v == power.v);
	p.clusters = 5; /* no p below .0625 */
	amp_power_detectable(&p, &d);
	assert_false(d.lift.known);
	assert_int_equal(amp_power_simulated(&p, .5, 100, 1, &power, &error, &err), 0);
	assert_near(power.v, 0, 0);
	p.clusters = 8;
	p.base = .95; /* no lift fits */
	p.icc = 1;
	amp_power_detectable(&p, &d);
	assert_false(d.lift.known);
	assert_false(amp_power_clusters(&p, NAN).known);
	p.base = NAN;
	amp_power_detectable(&p, &d);
	assert_false(d.lift.known);
	assert_int_equal(amp_power_simulated(&p, 0, 10, 1, &power, &error, &err), 0);
	assert_false(power.known);
	p = (struct amp_plan){SIZE_MAX, SIZE_MAX, SIZE_MAX, .5, .5, .05, .8};
	amp_power_detectable(&p, &d);
	assert_int_equal(amp_power_simulated(&p, 0, 10, 1, &power, &error, &err), 0);
	assert_false(power.known);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wild_is_signflip),
		cmocka_unit_test(test_wild_draws),
		cmocka_unit_test(test_two_way),
		cmocka_unit_test(test_trend),
		cmocka_unit_test(test_jackknife),
		cmocka_unit_test(test_jackknife_two_way),
		cmocka_unit_test(test_permutation),
		cmocka_unit_test(test_survival),
		cmocka_unit_test(test_plans),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

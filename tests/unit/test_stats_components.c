/* test_stats_components.c: the interval over rows and columns at once against the mean squares of the two-way table, by hand. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include "stats/special.h"
#include "stats/components.h"

#define assert_near(a, b, e) assert_true(fabs((a) - (b)) <= (e))

/* 3 rows, 4 columns; row effects 0, 6, 12; column effects -3, -1, 1, 3; what is left: sums to 0 over each row and column. */
static const double table[12] = {-2, -2, 1, 3, 2, 6, 7, 9, 9, 11, 13, 15};

static void test_mean_squares(void **state)
{
	(void)state;
	double ones[12], room[AMP_COMPONENTS_ROOM(3, 4)], msr = 0, msc = 0, mse = 0;
	/* the textbook's sums of squares, on their own */
	double row[3] = {0}, col[4] = {0}, mean = 0;
	for (int i = 0; i < 12; i++) {
		ones[i] = 1;
		row[i / 4] += table[i] / 4;
		col[i % 4] += table[i] / 3;
		mean += table[i] / 12;
	}
	for (int i = 0; i < 12; i++) {
		msr += pow(row[i / 4] - mean, 2) / 2;
		msc += pow(col[i % 4] - mean, 2) / 3;
		mse += pow(table[i] - row[i / 4] - col[i % 4] + mean, 2) / 6;
	}
	double v = (msr + msc - mse) / 12, df = pow(msr + msc - mse, 2) / (msr * msr / 2 + msc * msc / 3 + mse * mse / 6),
	       q = amp_student_quantile(.975, df);
	struct amp_components t;
	amp_components(table, ones, ones, 3, 4, 0, .05, room, &t);
	assert_true(df > 2);
	assert_near(t.df, df, 1e-12);
	assert_near(t.se.v, sqrt(v), 1e-12);
	assert_near(t.lo.v, mean - q * sqrt(v), 1e-9);
	assert_near(t.hi.v, mean + q * sqrt(v), 1e-9);
	assert_near(t.p.v, 2 * amp_student_cdf(-mean / sqrt(v), df), 1e-12);
	assert_near(t.rows_p.v, 1 - amp_beta_cdf(2 * msr / (2 * msr + 6 * mse), 1, 3), 1e-12);
	assert_near(t.cols_p.v, 1 - amp_beta_cdf(3 * msc / (3 * msc + 6 * mse), 1.5, 3), 1e-12);
	assert_near(t.null_variance, 144 * v, 1e-9); /* of the sum of all twelve: of a mean it is the same at any value */
	assert_near(t.rows_sd, 12 * sqrt((msr - mse) / 4), 1e-9); /* of sums, as the weights are 1 */
	assert_near(t.cols_sd, 12 * sqrt((msc - mse) / 3), 1e-9);
	assert_true(t.rows_p.v < .001 && t.cols_p.v < .01);
}

/* The interval and the p are one thing: a limit is the value whose p is alpha. For a ratio too (Fieller). */
static void test_limits_have_p_alpha(void **state)
{
	(void)state;
	double x[20], m[20], w[20], room[AMP_COMPONENTS_ROOM(5, 4)];
	for (int i = 0; i < 20; i++) {
		w[i] = 1;
		m[i] = 2 + .3 * ((i * 7) % 5) + .2 * (i % 4);
		x[i] = 1.5 * m[i] + .1 * ((i * 11) % 7) - .3 + .9 * (i / 4 == 2) + .7 * (i % 4);
	}
	struct amp_components t, at;
	amp_components(x, m, w, 5, 4, 1, .05, room, &t);
	assert_true(t.lo.known && t.hi.known && t.lo.v < t.hi.v);
	double off = 0;
	for (int i = 0; i < 20; i++) off += x[i] - m[i];
	assert_near(2 * amp_student_cdf(-fabs(off) / sqrt(t.null_variance), t.df), t.p.v, 1e-12);
	for (int side = 0; side < 2; side++) {
		double d = side ? t.hi.v : t.lo.v, q = amp_student_quantile(.975, t.df);
		amp_components(x, m, w, 5, 4, d, .05, room, &at);
		/* the degrees of freedom are those at the null value: T itself is compared */
		assert_near(amp_student_quantile(1 - at.p.v / 2, at.df), q, 1e-6);
	}
	/* another unit of measure changes nothing */
	for (int i = 0; i < 20; i++) x[i] *= 1000;
	amp_components(x, m, w, 5, 4, 1000, .05, room, &at);
	assert_near(at.p.v, t.p.v, 1e-9);
	assert_near(at.hi.v, 1000 * t.hi.v, 1e-6);
}

static void test_what_does_not_exist(void **state)
{
	(void)state;
	double one[12], zero[12] = {0}, w[12] = {0}, room[AMP_COMPONENTS_ROOM(1, 12)];
	struct amp_components t;
	for (int i = 0; i < 12; i++) one[i] = 1;
	amp_components(table, one, one, 1, 12, 0, .05, room, &t); /* one row */
	assert_false(t.p.known || t.lo.known || t.se.known || t.rows_p.known);
	amp_components(table, zero, one, 3, 4, 0, .05, room, &t); /* no base */
	assert_false(t.p.known || t.lo.known);
	amp_components(one, one, one, 3, 4, 0, .05, room, &t); /* no variation */
	assert_false(t.p.known || t.lo.known || t.rows_p.known);
	for (int i = 0; i < 3; i++) w[5 * i] = 1;
	amp_components(w, w, w, 3, 4, 0, .05, room, &t); /* a cell a row and column: nothing is left over */
	assert_false(t.p.known || t.lo.known);
}

/* Empty cells: rows and columns weigh what they have. A table with a whole row empty is the table without it. */
static void test_empty_cells(void **state)
{
	(void)state;
	double x[16] = {0}, w[16] = {0}, ones[12], room[AMP_COMPONENTS_ROOM(4, 4)];
	struct amp_components full, with;
	for (int i = 0; i < 12; i++) {
		ones[i] = w[i + (i < 4 ? 0 : 4)] = 1;
		x[i + (i < 4 ? 0 : 4)] = table[i];
	}
	amp_components(table, ones, ones, 3, 4, 0, .05, room, &full);
	amp_components(x, w, w, 4, 4, 0, .05, room, &with);
	assert_near(with.p.v, full.p.v, 1e-12);
	assert_near(with.lo.v, full.lo.v, 1e-12);
	x[0] = w[0] = 0;
	amp_components(x, w, w, 4, 4, 0, .05, room, &with);
	assert_true(with.p.known && fabs(with.lo.v - full.lo.v) > .01);
}

/* Personas who all got the same lists: rounding told their rows apart, and days that add up to the same. Ratio: every cell has x = .3 m. */
static void test_rounding_is_no_variation(void **state)
{
	(void)state;
	for (size_t rows = 3; rows <= 24; rows += 7) {
		double x[24 * 14], m[24 * 14], ones[24 * 14], room[AMP_COMPONENTS_ROOM(24, 14)], transposed[24 * 14];
		struct amp_components t;
		for (size_t i = 0; i < rows * 14; i++) {
			ones[i] = 1;
			x[i] = (double)((i % 14 * 5) % 11) / 30 - 1 / 7.;
			transposed[i] = (double)((i / 14 * 5) % 11) / 30 - 1 / 7.;
		}
		amp_components(x, ones, ones, rows, 14, 0, .05, room, &t);
		assert_false(t.rows_p.known); /* neither rows nor what is left vary: no F */
		assert_true(t.cols_p.known && t.cols_p.v < 1e-12);
		assert_true(t.rows_sd == 0 && t.rows_share == 0);
		amp_components(transposed, ones, ones, rows, 14, 0, .05, room, &t);
		assert_false(t.cols_p.known);
		assert_true(t.rows_p.known && t.rows_p.v < 1e-12);
		for (size_t i = 0; i < rows * 14; i++) {
			m[i] = (double)(1 + i / 14 % 5 + i % 14 % 3) / 7;
			x[i] = .3 * m[i];
		}
		amp_components(x, m, ones, rows, 14, 1, .05, room, &t);
		assert_false(t.se.known);                             /* the ratio is the same everywhere */
		for (size_t i = 14; i < 28; i++) x[i] += 1e-6 * m[i]; /* three millionths of a row are variation still */
		amp_components(x, m, ones, rows, 14, 1, .05, room, &t);
		assert_true(t.se.known && t.se.v > 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mean_squares),
		cmocka_unit_test(test_limits_have_p_alpha),
		cmocka_unit_test(test_what_does_not_exist),
		cmocka_unit_test(test_empty_cells),
		cmocka_unit_test(test_rounding_is_no_variation),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

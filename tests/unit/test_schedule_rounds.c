/* Due rounds: intervals, cron fields, clock changes of Europe/Paris in 2026, windows and jitter. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "base/clock.h"
#include "base/rng.h"
#include "schedule/cron.h"
#include "schedule/schedule.h"

#define MINUTE INT64_C(60000)
#define HOUR (60 * MINUTE)

static int64_t at(const char *iso)
{
	int64_t ms;
	enum amp_precision p;
	assert_true(amp_time_parse_iso(amp_str_c(iso), &ms, &p));
	return ms;
}

static struct amp_schedule *schedule(int64_t every, const char *cron, const char *zone, int64_t window, int64_t jitter,
                                     uint64_t seed)
{
	struct amp_schedule *s = NULL;
	struct amp_err err = {0};
	if (amp_schedule_new(&s, every, cron, zone, window, jitter, seed, &err) != 0) fail_msg("%s", err.text);
	return s;
}

static void cron_next(void **state)
{
	(void)state;
	static const struct {
		const char *cron, *zone, *after, *next;
	} cases[] = {
		{"0 8 * * *", "UTC", "2026-11-22T07:59:59Z", "2026-11-22T08:00:00Z"},
		{"0 8 * * *", "UTC", "2026-11-22T08:00:00Z", "2026-11-23T08:00:00Z"},
		{"*/15 * * * *", "UTC", "2026-11-22T23:50:00Z", "2026-11-23T00:00:00Z"},
		{"5-20/5,50 * * * *", "UTC", "2026-11-22T10:15:00Z", "2026-11-22T10:20:00Z"},
		{"5-20/5,50 * * * *", "UTC", "2026-11-22T10:20:00Z", "2026-11-22T10:50:00Z"},
		{"0 0 29 2 *", "UTC", "2026-11-22T00:00:00Z", "2028-02-29T00:00:00Z"},
		{"0 0 * * mon", "UTC", "2026-11-22T12:00:00Z", "2026-11-23T00:00:00Z"},
		{"0 0 * * 7", "UTC", "2026-11-22T12:00:00Z", "2026-11-29T00:00:00Z"},
		{"0 0 * jan-MAR fri-sun", "UTC", "2026-11-22T12:00:00Z", "2027-01-01T00:00:00Z"},
		/* both days restricted: either one (the 13th, or a Friday) */
		{"0 0 13 * 5", "UTC", "2026-11-22T12:00:00Z", "2026-11-27T00:00:00Z"},
		{"0 0 13 * 5", "UTC", "2026-12-11T12:00:00Z", "2026-12-13T00:00:00Z"},
		/* one of them "*": the other alone, also with a step */
		{"0 0 13 * *", "UTC", "2026-11-22T12:00:00Z", "2026-12-13T00:00:00Z"},
		{"0 0 */2 * mon", "UTC", "2026-11-22T12:00:00Z", "2026-11-23T00:00:00Z"},
		{"0 8 * * *", "Europe/Paris", "2026-07-01T00:00:00Z", "2026-07-01T06:00:00Z"},
		{"0 8 * * *", "Europe/Paris", "2026-12-01T00:00:00Z", "2026-12-01T07:00:00Z"},
		/* 29 March 2026: 02:00 to 03:00 does not exist; the first instant after the gap */
		{"30 2 * * *", "Europe/Paris", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z"},
		{"30 2 * * *", "Europe/Paris", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"},
		/* with "*" in the hour, the skipped hour has no round */
		{"30 * * * *", "Europe/Paris", "2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z"},
		/* 25 October 2026: 02:00 to 03:00 comes twice; a fixed hour runs the first time */
		{"30 2 * * *", "Europe/Paris", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z"},
		{"30 2 * * *", "Europe/Paris", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"},
		/* and "*" both times */
		{"30 * * * *", "Europe/Paris", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"},
		{"30 * * * *", "Europe/Paris", "2026-10-25T01:30:00Z", "2026-10-25T02:30:00Z"},
		{"0 0 * * *", "Pacific/Kiritimati", "2026-11-22T12:00:00Z", "2026-11-23T10:00:00Z"},
		{"0 0 * * *", "Pacific/Pago_Pago", "2026-11-22T12:00:00Z", "2026-11-23T11:00:00Z"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct amp_schedule *s = schedule(0, cases[i].cron, cases[i].zone, 0, 0, 1);
		struct amp_due due;
		char text[AMP_TIME_TEXT];
		assert_true(amp_schedule_next(s, at(cases[i].after), &due));
		if (due.scheduled_at != at(cases[i].next))
			fail_msg("%s %s after %s: %s", cases[i].cron, cases[i].zone, cases[i].after,
			         amp_time_format(due.scheduled_at, text));
		amp_schedule_free(s);
	}
}

static void cron_mistakes(void **state)
{
	(void)state;
	static const struct {
		const char *cron;
		int column;
		const char *says;
	} cases[] = {
		{"", 0, "is missing"},
		{"0 8 * *", 7, "is missing"},
		{"0 8 * * * *", 10, "more text"},
		{"60 * * * *", 0, "minute"},
		{"* 24 * * *", 2, "hour"},
		{"0 0 0 * *", 4, "day of the month"},
		{"0 0 32 * *", 4, "day of the month"},
		{"0 0 * 13 *", 6, "month"},
		{"0 0 * janv *", 6, "month"},
		{"0 0 * * 8", 8, "week"},
		{"0 0 * * lundi", 8, "week"},
		{"10-5 * * * *", 3, "minute"},
		{"*/0 * * * *", 2, "minute"},
		{"5/10 * * * *", 1, "minute"},
		{"1,,2 * * * *", 2, "minute"},
		{"1, * * * *", 2, "minute"},
		{"1- * * * *", 2, "minute"},
		{"0 8h * * *", 2, "hour"},
		{"-1 * * * *", 0, "minute"},
		{"99999999999 * * * *", 0, "minute"},
		{"@daily", 0, "minute"},
		{"0 0 31 2 *", 4, "never run"},
		{"0 0 31 4,6,sep *", 4, "never run"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int column = -1;
		const char *got = amp_cron_check(cases[i].cron, &column);
		if (got == NULL || column != cases[i].column || strstr(got, cases[i].says) == NULL)
			fail_msg("“%s”: column %d, %s", cases[i].cron, column, got == NULL ? "fine" : got);
	}
	int column;
	assert_null(amp_cron_check("\t*/10  0-6,22-23 1,15 * 1-5 ", &column));
	struct amp_schedule *s = NULL;
	struct amp_err err = {0};
	assert_int_equal(amp_schedule_new(&s, 0, "0 25 * * *", "UTC", 0, 0, 1, &err), AMP_EUSAGE);
	assert_non_null(strstr(err.text, "column 3"));
	assert_int_equal(amp_schedule_new(&s, HOUR, "0 2 * * *", "UTC", 0, 0, 1, &err), AMP_EUSAGE);
	assert_int_equal(amp_schedule_new(&s, HOUR, NULL, "Mars/Olympus", 0, 0, 1, &err), AMP_EUSAGE);
}

static void intervals(void **state)
{
	(void)state;
	struct amp_due due;
	struct amp_schedule *s = schedule(6 * HOUR, NULL, "UTC", HOUR, 0, 1);
	assert_true(amp_schedule_next(s, at("2026-11-22T06:00:00Z"), &due));
	assert_int_equal(due.scheduled_at, at("2026-11-22T12:00:00Z"));
	assert_int_equal(due.start_at, due.scheduled_at);
	assert_int_equal(due.window_end, due.scheduled_at + HOUR);
	assert_true(amp_schedule_next(s, at("1969-12-31T23:00:00Z"), &due));
	assert_int_equal(due.scheduled_at, 0);
	amp_schedule_free(s);
	/* local midnight of 1970 in Paris is 23:00 UTC */
	s = schedule(24 * HOUR, NULL, "Europe/Paris", HOUR, 0, 1);
	assert_true(amp_schedule_next(s, at("2026-11-22T12:00:00Z"), &due));
	assert_int_equal(due.scheduled_at, at("2026-11-22T23:00:00Z"));
	amp_schedule_free(s);
}

static void windows(void **state)
{
	(void)state;
	struct amp_due due;
	struct amp_schedule *s = schedule(0, "0 8 * * *", "Europe/Paris", 2 * HOUR, 0, 1);
	assert_false(amp_schedule_current(s, at("2026-11-22T06:59:59Z"), &due));
	assert_true(amp_schedule_current(s, at("2026-11-22T07:00:00Z"), &due));
	assert_true(amp_schedule_current(s, at("2026-11-22T08:59:59Z"), &due));
	assert_int_equal(due.scheduled_at, at("2026-11-22T07:00:00Z"));
	assert_false(amp_schedule_current(s, at("2026-11-22T09:00:00Z"), &due));
	amp_schedule_free(s);
	/* a window longer than the interval: the latest round */
	s = schedule(HOUR, NULL, "UTC", 3 * HOUR, 0, 1);
	assert_true(amp_schedule_current(s, at("2026-11-22T10:30:00Z"), &due));
	assert_int_equal(due.scheduled_at, at("2026-11-22T10:00:00Z"));
	amp_schedule_free(s);
	s = schedule(HOUR, NULL, "UTC", 0, 0, 1);
	assert_false(amp_schedule_current(s, at("2026-11-22T10:00:00Z"), &due));
	amp_schedule_free(s);
}

/* next() and current() agree at every step of a year with two clock changes. */
static void rounds_are_ordered(void **state)
{
	(void)state;
	static const char *const crons[] = {"30 2 * * *", "*/20 * * * *", "15 1-4 * * *", "0 3 28-31 * sun"};
	for (size_t i = 0; i < sizeof crons / sizeof *crons; i++) {
		struct amp_schedule *s = schedule(0, crons[i], "Europe/Paris", MINUTE, 0, 1);
		int64_t t = at("2026-03-28T00:00:00Z");
		for (int k = 0; k < 120; k++) {
			struct amp_due due, same;
			assert_true(amp_schedule_next(s, t, &due));
			assert_true(due.scheduled_at > t);
			assert_true(amp_schedule_current(s, due.scheduled_at, &same));
			assert_int_equal(same.scheduled_at, due.scheduled_at);
			t = due.scheduled_at;
			if (k == 100) t = at("2026-10-24T23:00:00Z");
		}
		amp_schedule_free(s);
	}
}

static void jitter(void **state)
{
	(void)state;
	struct amp_schedule *a = schedule(HOUR, NULL, "UTC", 20 * MINUTE, 10 * MINUTE, 7),
			    *b = schedule(HOUR, NULL, "UTC", 20 * MINUTE, 10 * MINUTE, 7);
	struct amp_schedule *other = schedule(HOUR, NULL, "UTC", 20 * MINUTE, 10 * MINUTE, 8),
			    *narrow = schedule(HOUR, NULL, "UTC", MINUTE, 30 * MINUTE, 7);
	int64_t t = at("2026-11-22T00:00:00Z"), low = INT64_MAX, high = 0, differing = 0;
	for (int i = 0; i < 300; i++, t += HOUR) {
		struct amp_due x, y;
		assert_true(amp_schedule_next(a, t, &x));
		assert_true(amp_schedule_next(b, t + 17 * MINUTE, &y)); /* asked at another moment: a restart */
		assert_int_equal(x.start_at, y.start_at);
		int64_t late = x.start_at - x.scheduled_at;
		assert_true(late >= 0 && late < 10 * MINUTE);
		if (late < low) low = late;
		if (late > high) high = late;
		assert_true(amp_schedule_next(other, t, &y));
		differing += x.start_at != y.start_at;
		assert_true(amp_schedule_next(narrow, t, &y));
		assert_true(y.start_at >= y.scheduled_at && y.start_at < y.window_end);
	}
	assert_true(low < MINUTE && high > 9 * MINUTE); /* spread over the whole jitter: P(fail) < 1e-13, and the seed is fixed */
	assert_true(differing > 290);
	amp_schedule_free(a);
	amp_schedule_free(b);
	amp_schedule_free(other);
	amp_schedule_free(narrow);
}

static void out_of_range(void **state)
{
	(void)state;
	struct amp_schedule *s = schedule(0, "0 0 29 2 mon", "UTC", HOUR, 0, 1);
	struct amp_due due;
	assert_false(amp_schedule_next(s, INT64_MAX, &due));
	assert_false(amp_schedule_next(s, INT64_MIN, &due));
	assert_false(amp_schedule_current(s, INT64_MIN, &due));
	amp_schedule_free(s);
	s = schedule(INT64_MAX, NULL, "UTC", HOUR, 0, 1);
	assert_false(amp_schedule_next(s, 0, &due));
	amp_schedule_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cron_next),    cmocka_unit_test(cron_mistakes),      cmocka_unit_test(intervals),
		cmocka_unit_test(windows),      cmocka_unit_test(rounds_are_ordered), cmocka_unit_test(jitter),
		cmocka_unit_test(out_of_range),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

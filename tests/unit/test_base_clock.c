/* test_base_clock.c: dates as platforms write them. */
#include "base_test.h"

#include "base/clock.h"

struct date_case {
	const char *in, *want; /* NULL: refused */
	enum amp_precision precision;
};

static void run(const struct date_case *cases, size_t n, bool (*parse)(struct amp_str, int64_t *, enum amp_precision *))
{
	for (size_t i = 0; i < n; i++) {
		char text[AMP_TIME_TEXT];
		int64_t ms = 0;
		enum amp_precision precision = AMP_PRECISION_NONE;
		bool ok = parse(amp_str_c(cases[i].in), &ms, &precision);

		if (ok != (cases[i].want != NULL)) fail_msg("\"%s\" was %s", cases[i].in, ok ? "read" : "refused");
		if (ok && strcmp(amp_time_format(ms, text), cases[i].want) != 0) fail_msg("\"%s\" gave %s", cases[i].in, text);
		if (ok && precision != cases[i].precision) fail_msg("\"%s\": precision %d", cases[i].in, precision);
	}
}

static void iso(void **state)
{
	static const struct date_case cases[] = {
		{"2026-11-22T15:41:00.123Z", "2026-11-22T15:41:00.123Z", AMP_PRECISION_EXACT},
		{"2026-11-22T15:41:00.123456789+01:00", "2026-11-22T14:41:00.123Z", AMP_PRECISION_EXACT},
		{"2026-11-22T15:41:00-0530", "2026-11-22T21:11:00.000Z", AMP_PRECISION_EXACT},
		{"2026-11-22 15:41", "2026-11-22T15:41:00.000Z", AMP_PRECISION_EXACT},
		{"2024-02-29", "2024-02-29T00:00:00.000Z", AMP_PRECISION_DAY},
		{"2023-02-29", NULL, AMP_PRECISION_NONE},
		{"0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z", AMP_PRECISION_EXACT},
		{"9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z", AMP_PRECISION_EXACT},
		{"9999-12-31T23:59:59.999-01:00", NULL, AMP_PRECISION_NONE},
		{"1969-12-31T23:59:59.001Z", "1969-12-31T23:59:59.001Z", AMP_PRECISION_EXACT},
		{"2016-12-31T23:59:60Z", "2016-12-31T23:59:59.000Z", AMP_PRECISION_EXACT},
		{"2026-13-01T00:00:00Z", NULL, AMP_PRECISION_NONE},
		{"2026-11-22T25:00:00Z", NULL, AMP_PRECISION_NONE},
		{"2026-11-22T15:41:00.Z", NULL, AMP_PRECISION_NONE},
		{"2026-11-22T15:41:00Zjunk", NULL, AMP_PRECISION_NONE},
		{"", NULL, AMP_PRECISION_NONE},
		{"2026", NULL, AMP_PRECISION_NONE},
	};

	(void)state;
	run(cases, sizeof(cases) / sizeof(cases[0]), amp_time_parse_iso);
}

static void rfc822(void **state)
{
	static const struct date_case cases[] = {
		{"Wed, 02 Oct 2002 13:00:00 GMT", "2002-10-02T13:00:00.000Z", AMP_PRECISION_EXACT},
		{"02 Oct 02 13:00 EST", "2002-10-02T18:00:00.000Z", AMP_PRECISION_EXACT},
		{"Mon, 02 Oct 2002 13:00:00 +0200", "2002-10-02T11:00:00.000Z", AMP_PRECISION_EXACT}, /* wrong weekday */
		{"Wednesday, 02-Oct-02 13:00:00 GMT", "2002-10-02T13:00:00.000Z", AMP_PRECISION_EXACT},
		{"Wed Oct  2 13:00:00 2002", "2002-10-02T13:00:00.000Z", AMP_PRECISION_EXACT},
		{"Wed Oct 10 20:19:24 +0000 2018", "2018-10-10T20:19:24.000Z", AMP_PRECISION_EXACT},
		{"Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37.000Z", AMP_PRECISION_EXACT},
		{"2 March 2019", "2019-03-02T00:00:00.000Z", AMP_PRECISION_DAY},
		{"Sat, 1 Jan 70 00:00:00 CET", "1969-12-31T23:00:00.000Z", AMP_PRECISION_EXACT},
		{"Wed, 32 Oct 2002 13:00:00 GMT", NULL, AMP_PRECISION_NONE},
		{"mar., 02 janv. 2024 03:04:05 +0100", "2024-01-02T02:04:05.000Z", AMP_PRECISION_EXACT}, /* Tuesday, not March */
		{"Mar, 02 Jan 2024 03:04:05 +0100", "2024-01-02T02:04:05.000Z", AMP_PRECISION_EXACT},
		{"mardi 2 janvier 2024", "2024-01-02T00:00:00.000Z", AMP_PRECISION_DAY},
		{"mar., 02 juil. 2024 03:04:05 +0100", NULL, AMP_PRECISION_NONE},
		{"mar 02 juil. 2024 03:04:05 +0100", NULL, AMP_PRECISION_NONE},
		{"March 2, 2024", "2024-03-02T00:00:00.000Z", AMP_PRECISION_DAY},
		{"March, 2 2024", "2024-03-02T00:00:00.000Z", AMP_PRECISION_DAY},
		{"Tue Mar  5 13:00:00 2024", "2024-03-05T13:00:00.000Z", AMP_PRECISION_EXACT},
		{"Wed, 02 Foo 2002 13:00:00 GMT", NULL, AMP_PRECISION_NONE},
		{"yesterday", NULL, AMP_PRECISION_NONE},
		{"", NULL, AMP_PRECISION_NONE},
	};

	(void)state;
	run(cases, sizeof(cases) / sizeof(cases[0]), amp_time_parse_rfc822);
}

static void civil_round_trip(void **state)
{
	int64_t y;
	int m, d;

	(void)state;
	for (int64_t day = amp_days_from_civil(1, 1, 1); day <= amp_days_from_civil(9999, 12, 31); day += 1) {
		amp_civil_from_days(day, &y, &m, &d);
		if (amp_days_from_civil(y, m, d) != day) fail_msg("day %lld", (long long)day);
	}
	amp_civil_from_days(0, &y, &m, &d);
	assert_int_equal(y, 1970);
	assert_int_equal(m, 1);
	assert_int_equal(d, 1);
}

static void durations(void **state)
{
	int64_t ms = 0;

	(void)state;
	assert_true(amp_duration_parse(AMP_STR("90"), &ms));
	assert_int_equal(ms, 90000);
	assert_true(amp_duration_parse(AMP_STR("2w"), &ms));
	assert_int_equal(ms, 1209600000);
	assert_false(amp_duration_parse(AMP_STR("0s"), &ms));
	assert_false(amp_duration_parse(AMP_STR("-1h"), &ms));
	assert_false(amp_duration_parse(AMP_STR("h"), &ms));
	assert_false(amp_duration_parse(AMP_STR("99999999999999999w"), &ms));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(iso), cmocka_unit_test(rfc822), cmocka_unit_test(civil_round_trip),
	                                   cmocka_unit_test(durations)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

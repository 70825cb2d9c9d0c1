/* Time zones: real files of the machine, and files cut or broken by hand. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "base/buf.h"
#include "base/clock.h"
#include "base/io.h"
#include "schedule/posix_tz.h"
#include "schedule/schedule.h"
#include "schedule/zone.h"

static int64_t at(const char *iso)
{
	int64_t ms;
	enum amp_precision p;
	assert_true(amp_time_parse_iso(amp_str_c(iso), &ms, &p));
	return ms / 1000;
}

static struct amp_zone *zone(const char *name)
{
	struct amp_zone *z = NULL;
	struct amp_err err = {0};
	if (amp_zone_load(&z, name, &err) != 0) fail_msg("%s", err.text);
	return z;
}

static void offsets(void **state)
{
	(void)state;
	static const struct {
		const char *zone, *utc;
		int32_t offset;
	} cases[] = {
		{"UTC", "2026-11-22T00:00:00Z", 0},
		{"Europe/Paris", "2026-01-15T12:00:00Z", 3600},
		{"Europe/Paris", "2026-07-15T12:00:00Z", 7200},
		{"Europe/Paris", "2026-03-29T00:59:59Z", 3600},
		{"Europe/Paris", "2026-03-29T01:00:00Z", 7200},
		{"Europe/Paris", "2026-10-25T00:59:59Z", 7200},
		{"Europe/Paris", "2026-10-25T01:00:00Z", 3600},
		{"Europe/Paris", "1976-03-28T00:00:00Z", 7200},
		{"Europe/Paris", "1975-07-01T00:00:00Z", 3600},
		/* past the last transition of the file: the footer's rule */
		{"Europe/Paris", "2061-03-27T00:59:59Z", 3600},
		{"Europe/Paris", "2061-03-27T01:00:00Z", 7200},
		{"Australia/Sydney", "2055-01-01T00:00:00Z", 39600},
		{"Australia/Sydney", "2055-07-01T00:00:00Z", 36000},
		{"Asia/Kathmandu", "2026-01-01T00:00:00Z", 20700},
		{"Indian/Reunion", "2050-07-01T00:00:00Z", 14400},
		{"America/New_York", "2026-03-08T07:00:00Z", -14400},
		{"America/New_York", "2026-03-08T06:59:59Z", -18000},
		{"Pacific/Apia", "2011-12-30T09:59:59Z", -36000},
		{"Pacific/Apia", "2011-12-30T10:00:00Z", 50400},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct amp_zone *z = zone(cases[i].zone);
		int32_t got = amp_zone_offset(z, at(cases[i].utc));
		if (got != cases[i].offset)
			fail_msg("%s %s: %d, not %d", cases[i].zone, cases[i].utc, (int)got, (int)cases[i].offset);
		amp_zone_free(z);
	}
}

static void gaps_and_overlaps(void **state)
{
	(void)state;
	struct amp_zone *z = zone("Europe/Paris");
	int64_t utc[2];
	assert_int_equal(amp_zone_instants(z, at("2026-06-01T12:00:00Z"), utc), 1);
	assert_int_equal(utc[0], at("2026-06-01T10:00:00Z"));
	assert_int_equal(amp_zone_instants(z, at("2026-03-29T02:30:00Z"), utc), 0);
	assert_int_equal(utc[0], at("2026-03-29T01:00:00Z"));
	assert_int_equal(amp_zone_instants(z, at("2026-03-29T01:59:59Z"), utc), 1);
	assert_int_equal(amp_zone_instants(z, at("2026-03-29T03:00:00Z"), utc), 1);
	assert_int_equal(utc[0], at("2026-03-29T01:00:00Z"));
	assert_int_equal(amp_zone_instants(z, at("2026-10-25T02:30:00Z"), utc), 2);
	assert_int_equal(utc[0], at("2026-10-25T00:30:00Z"));
	assert_int_equal(utc[1], at("2026-10-25T01:30:00Z"));
	assert_int_equal(amp_zone_instants(z, at("2026-10-25T03:00:00Z"), utc), 1);
	assert_int_equal(utc[0], at("2026-10-25T02:00:00Z"));
	amp_zone_free(z);
	/* A whole day that never was. */
	z = zone("Pacific/Apia");
	assert_int_equal(amp_zone_instants(z, at("2011-12-30T12:00:00Z"), utc), 0);
	assert_int_equal(utc[0], at("2011-12-30T10:00:00Z"));
	amp_zone_free(z);
}

static void names(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"",        "Europe/Pariss", "../../etc/passwd", "/etc/localtime", "Europe/../UTC", "Europe//Paris",
		"Europe/", "Europe",        "europe paris"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct amp_zone *z = NULL;
		struct amp_err err = {0};
		assert_int_equal(amp_zone_load(&z, bad[i], &err), AMP_EUSAGE);
		assert_null(z);
		assert_non_null(strstr(err.text, "Unknown time zone"));
		assert_false(amp_time_zone_known(bad[i]));
	}
	assert_true(amp_time_zone_known("Europe/Paris"));
	assert_true(amp_time_zone_known("UTC"));
	assert_true(amp_time_zone_known("America/Argentina/Buenos_Aires"));
}

/* Every prefix of a real file is refused, and no single changed byte does harm (the sanitizers watch). */
static void broken_files(void **state)
{
	(void)state;
	struct amp_buf b;
	struct amp_zone *z = NULL;
	amp_buf_init(&b, AMP_TZIF_MAX_BYTES);
	assert_int_equal(amp_io_read_file("/usr/share/zoneinfo/Europe/Paris", &b, NULL), 0);
	for (size_t n = 0; n < b.n; n++) {
		struct amp_err err = {0};
		assert_int_equal(amp_zone_parse(&z, b.p, n, &err), AMP_EFORMAT);
		assert_true(err.text[0] != '\0');
	}
	size_t accepted = 0;
	for (size_t i = 0; i < b.n; i++) {
		char kept = b.p[i];
		b.p[i] = (char)(kept ^ 0x80);
		if (amp_zone_parse(&z, b.p, b.n, NULL) == 0) {
			int64_t utc[2];
			(void)amp_zone_instants(z, at("2026-03-29T02:30:00Z"), utc);
			accepted++;
			amp_zone_free(z);
		}
		b.p[i] = kept;
	}
	assert_true(accepted < b.n);
	amp_buf_free(&b);
}

static void posix_rules(void **state)
{
	(void)state;
	static const char *const bad[] = {"",
	                                  "CE-1",
	                                  "CET",
	                                  "CET-1CEST",
	                                  "CET-1CEST,M3.5.0",
	                                  "CET-1CEST,M13.5.0,M10.5.0",
	                                  "CET-1CEST,M3.6.0,M10.5.0",
	                                  "CET-25",
	                                  "CET-1CEST,M3.5.0,M10.5.0/168",
	                                  "<+03-3",
	                                  "CET-1 ",
	                                  "CET-1CEST,M3.5.0,M10.5.0x"};
	struct amp_posix_tz tz;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		if (amp_posix_tz_parse(amp_str_c(bad[i]), &tz)) fail_msg("accepted: %s", bad[i]);
	}
	assert_true(amp_posix_tz_parse(AMP_STR("<-0330>3:30"), &tz));
	assert_int_equal(amp_posix_tz_offset(&tz, 0), -12600);
	/* Julian days: J60 is 1 March in every year; 59 is 29 February in a leap year. */
	assert_true(amp_posix_tz_parse(AMP_STR("AAA0BBB,J60/0,J300/0"), &tz));
	assert_int_equal(amp_posix_tz_offset(&tz, at("2028-02-29T23:59:59Z")), 0);
	assert_int_equal(amp_posix_tz_offset(&tz, at("2028-03-01T00:00:00Z")), 3600);
	assert_true(amp_posix_tz_parse(AMP_STR("AAA0BBB,59/0,300/0"), &tz));
	assert_int_equal(amp_posix_tz_offset(&tz, at("2028-02-28T23:59:59Z")), 0);
	assert_int_equal(amp_posix_tz_offset(&tz, at("2028-02-29T00:00:00Z")), 3600);
	/* Greenland's rule of 2024 has an hour below zero. */
	assert_true(amp_posix_tz_parse(AMP_STR("<-02>2<-01>,M3.5.0/-1,M10.5.0/0"), &tz));
	assert_int_equal(amp_posix_tz_offset(&tz, at("2026-03-29T00:59:59Z")), -7200);
	assert_int_equal(amp_posix_tz_offset(&tz, at("2026-03-29T01:00:00Z")), -3600);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(offsets),      cmocka_unit_test(gaps_and_overlaps), cmocka_unit_test(names),
		cmocka_unit_test(broken_files), cmocka_unit_test(posix_rules),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

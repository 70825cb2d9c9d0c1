/* test_fetch_polite.c: what a host is owed, on a clock of the test's own. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>
#include "fetch/internal.h"

#define WALL INT64_C(1750000000000) /* 2025-06-15T15:06:40Z */

static void test_values(void **state)
{
	(void)state;
	static const struct {
		const char *value;
		int64_t ms;
	} rows[] = {
		{"0", 0},
		{"120", 120000},
		{" 7 ", 7000},
		{"598.0", 598000},
		{"0.5", 500},
		{"1750000060", 60000},                  /* Bluesky, PeerTube, X: epoch seconds */
		{"1750000060000", 60000},               /* GoToSocial: epoch milliseconds */
		{"1749999999", 0},                      /* just past */
		{"2025-06-15T15:07:40.000000Z", 60000}, /* Mastodon */
		{"2025-06-15T15:07:40Z", 60000},
		{"Sun, 15 Jun 2025 15:07:40 GMT", 60000}, /* HTTP-date */
		{"Sunday, 15-Jun-25 15:07:40 GMT", 60000},
		{"Sun Jun 15 15:07:40 2025", 60000},
		{"Sun, 15 Jun 2025 15:00:00 GMT", 0},
		{"", -1},
		{"soon", -1},
		{"-5", -1},
		{"1e3", -1},
		{"12 apples", -1},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		int64_t got = amp_polite_delay(amp_str_c(rows[i].value), WALL);
		if (got != rows[i].ms) fail_msg("\"%s\": %lld, not %lld", rows[i].value, (long long)got, (long long)rows[i].ms);
	}
}

/* The recorded families of endpoints.md, section 0. */
static void test_families(void **state)
{
	(void)state;
	static const struct {
		const char *headers;
		int status;
		int64_t ms;
	} rows[] = {
		{"RateLimit-Limit: 3000\r\nRateLimit-Remaining: 0\r\nRateLimit-Reset: 1750000300\r\nRateLimit-Policy: 3000;w=300\r\n",
	         200, 300000},
		{"ratelimit-remaining: 1\r\nratelimit-reset: 1750000300\r\n", 200, 0},
		{"X-RateLimit-Remaining: 0\r\nX-RateLimit-Reset: 2025-06-15T15:10:00.923550Z\r\n", 200, 200923},
		{"X-RateLimit-Remaining: 0\r\nX-RateLimit-Reset: 1750000010\r\n", 200, 10000},
		{"x-ratelimit-used: 600\r\nx-ratelimit-remaining: 0.0\r\nx-ratelimit-reset: 42\r\n", 200, 42000},
		{"x-ratelimit-remaining: 598.0\r\nx-ratelimit-reset: 42\r\n", 200, 0},
		{"x-rate-limit-remaining: 0\r\nx-rate-limit-reset: 1750000900\r\n", 200, 900000},
		{"RateLimit: limit=100, remaining=0, reset=5\r\n", 200, 5000},
		{"RateLimit: \"default\";r=0;t=30\r\n", 200, 30000},
		{"RateLimit: \"default\";r=50;t=30\r\n", 200, 0},
		{"X-RateLimit-Reset: 1750000010\r\n", 429, 10000}, /* nothing says how many remain, but the status does */
		{"X-RateLimit-Reset: 1750000010\r\n", 200, 0},
		{"Retry-After: 30\r\n", 429, 30000},
		{"Retry-After: 30\r\n", 503, 30000},
		{"Retry-After: 30\r\n", 200, 0},
		{"retry-after: Sun, 15 Jun 2025 15:07:40 GMT\r\n", 429, 60000},
		{"Retry-After: 5\r\nX-RateLimit-Remaining: 0\r\nX-RateLimit-Reset: 1750000010\r\n", 429,
	         10000}, /* the longer one */
		/* our clock is wrong, or theirs: their Date is the base for their dates */
		{"Date: Sun, 15 Jun 2025 16:00:00 GMT\r\nRetry-After: Sun, 15 Jun 2025 16:00:20 GMT\r\n", 503, 20000},
		{"Retry-After: soon\r\n", 429, 0},
		{"", 429, 0},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char block[512];
		snprintf(block, sizeof block, "HTTP/1.1 %d X\r\n%s\r\n", rows[i].status, rows[i].headers);
		int64_t got = amp_polite_asked_wait(amp_str_c(block), rows[i].status, WALL);
		if (got != rows[i].ms) fail_msg("%s: %lld, not %lld", rows[i].headers, (long long)got, (long long)rows[i].ms);
	}
}

static void test_bucket(void **state)
{
	(void)state;
	struct amp_polite p;
	amp_polite_init(&p, 1.0, 1, false, 0);
	int64_t now = 0;
	for (int i = 0; i < 3; i++) { /* the burst */
		assert_int_equal(amp_polite_ready_at(&p, now), now);
		amp_polite_started(&p, now);
		assert_true(amp_polite_ready_at(&p, now) == INT64_MAX); /* one at a time */
		amp_polite_ended(&p, false, now);
	}
	int64_t at = amp_polite_ready_at(&p, now);
	assert_in_range(at, 1000, 1001);
	now = 100000; /* a long rest gives the burst back, not more */
	int started = 0;
	while (amp_polite_ready_at(&p, now) == now) {
		amp_polite_started(&p, now);
		amp_polite_ended(&p, false, now);
		started++;
	}
	assert_int_equal(started, 3);
	/* in the long run one a second */
	int64_t from = now;
	for (int i = 0; i < 50; i++) {
		now = amp_polite_ready_at(&p, now);
		amp_polite_started(&p, now);
		amp_polite_ended(&p, false, now);
	}
	assert_in_range(now - from, 49900, 50100);
}

static void test_local_and_gap(void **state)
{
	(void)state;
	struct amp_polite p;
	amp_polite_init(&p, 1.0, 4, true, 0);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(amp_polite_ready_at(&p, 5), 5);
		amp_polite_started(&p, 5);
	}
	assert_true(amp_polite_ready_at(&p, 5) == INT64_MAX);
	amp_polite_init(&p, 1.0, 1, false, 0);
	p.gap_ms = 10000;
	amp_polite_started(&p, 0);
	amp_polite_ended(&p, false, 100);
	assert_int_equal(amp_polite_ready_at(&p, 100), 10000);
}

static void test_blocked(void **state)
{
	(void)state;
	struct amp_polite p;
	amp_polite_init(&p, 1.0, 4, true, 0); /* local hosts get no rate limit, but their wishes are heard */
	p.blocked_until = 500;
	assert_int_equal(amp_polite_ready_at(&p, 0), 500);
	assert_int_equal(amp_polite_ready_at(&p, 500), 500);
}

static void fail_once(struct amp_polite *p, int64_t now)
{
	amp_polite_started(p, now);
	amp_polite_ended(p, true, now);
}

static void test_breaker(void **state)
{
	(void)state;
	struct amp_polite p;
	amp_polite_init(&p, 1.0, 4, true, 0);
	for (int i = 0; i < AMP_BREAKER_FAILURES - 1; i++) fail_once(&p, 0);
	assert_int_equal(amp_polite_ready_at(&p, 0), 0);
	amp_polite_started(&p, 0);
	amp_polite_ended(&p, false, 0); /* one success forgets them */
	for (int i = 0; i < AMP_BREAKER_FAILURES; i++) fail_once(&p, 0);
	assert_int_equal(amp_polite_ready_at(&p, 0), 60000);
	assert_int_equal(amp_polite_ready_at(&p, 60000), 60000);
	amp_polite_started(&p, 60000); /* half open: one exchange finds out */
	assert_true(amp_polite_ready_at(&p, 60000) == INT64_MAX);
	amp_polite_ended(&p, true, 60000);
	assert_int_equal(amp_polite_ready_at(&p, 60000), 180000); /* twice as long */
	for (int i = 0; i < 10; i++) fail_once(&p, 1000000);
	assert_int_equal(p.open_until, 1000000 + 900000); /* never beyond a quarter of an hour */
	amp_polite_started(&p, 2000000);
	amp_polite_ended(&p, false, 2000000);
	assert_int_equal(amp_polite_ready_at(&p, 2000000), 2000000);
	amp_polite_started(&p, 2000000);
	assert_int_equal(amp_polite_ready_at(&p, 2000000), 2000000);
}

static void test_backoff(void **state)
{
	(void)state;
	struct amp_rng a, b;
	int64_t lowest = INT64_MAX, highest = 0;
	amp_rng_seed(&a, 1);
	amp_rng_seed(&b, 1);
	for (int i = 0; i < 1000; i++) {
		int64_t ms = amp_polite_backoff(3, false, &a);
		assert_int_equal(ms, amp_polite_backoff(3, false, &b)); /* same seed, same waits */
		lowest = ms < lowest ? ms : lowest;
		highest = ms > highest ? ms : highest;
	}
	assert_in_range(lowest, 2000, 2100);
	assert_in_range(highest, 5900, 6000);
	assert_in_range(amp_polite_backoff(1000, false, &a), 30000, 90000);
	assert_in_range(amp_polite_backoff(1, true, &a), 10, 30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),        cmocka_unit_test(test_families), cmocka_unit_test(test_bucket),
		cmocka_unit_test(test_local_and_gap), cmocka_unit_test(test_blocked),  cmocka_unit_test(test_breaker),
		cmocka_unit_test(test_backoff),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

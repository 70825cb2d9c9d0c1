/* polite.c: token bucket, the host's own wishes, circuit breaker, back-off. Pure: the caller brings the time. */
#include <string.h>
#include "fetch/internal.h"

#define BREAKER_FIRST_MS ((int64_t)60 * 1000)
#define BREAKER_MAX_MS ((int64_t)15 * 60 * 1000)

void amp_polite_init(struct amp_polite *p, double rate, int limit, bool local, int64_t now)
{
	memset(p, 0, sizeof *p);
	p->rate = rate;
	p->limit = limit;
	p->local = local;
	p->tokens = AMP_POLITE_BURST;
	p->refilled_at = now;
	p->last_start = INT64_MIN / 2;
}

static void refill(struct amp_polite *p, int64_t now)
{
	if (now <= p->refilled_at) return;
	p->tokens += (double)(now - p->refilled_at) / 1000.0 * p->rate;
	if (p->tokens > AMP_POLITE_BURST) p->tokens = AMP_POLITE_BURST;
	p->refilled_at = now;
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

int64_t amp_polite_ready_at(struct amp_polite *p, int64_t now)
{
	int64_t at = later(now, later(p->blocked_until, p->open_until));
	if (at > now) return at;
	if (p->running >= p->limit || p->probing) return INT64_MAX;
	if (p->local) return now;
	at = later(now, p->last_start + p->gap_ms);
	refill(p, now);
	if (p->tokens < 1.0) at = later(at, now + 1 + (int64_t)((1.0 - p->tokens) / p->rate * 1000.0));
	return at;
}

void amp_polite_started(struct amp_polite *p, int64_t now)
{
	refill(p, now);
	if (!p->local) p->tokens -= 1.0;
	p->last_start = now;
	p->running++;
	p->probing = p->failures >= AMP_BREAKER_FAILURES; /* the breaker's time is over: this one finds out */
}

void amp_polite_ended(struct amp_polite *p, bool failed, int64_t now)
{
	p->running--;
	p->probing = false;
	if (!failed) {
		p->failures = 0;
		p->trips = 0;
		return;
	}
	p->failures++;
	if (p->failures < AMP_BREAKER_FAILURES) return;
	int64_t wait = BREAKER_FIRST_MS;
	for (int i = 0; i < p->trips && wait < BREAKER_MAX_MS; i++) wait *= 2;
	p->open_until = now + (wait < BREAKER_MAX_MS ? wait : BREAKER_MAX_MS);
	p->trips++;
}

/* A decimal number, possibly with a fraction ("598.0"); false for anything else. */
static bool number(struct amp_str s, double *out)
{
	double v = 0, unit = 1;
	size_t i = 0;
	for (; i < s.n && i < 18 && amp_is_digit((unsigned char)s.p[i]); i++) v = v * 10 + (s.p[i] - '0');
	if (i == 0) return false;
	if (i < s.n && s.p[i] == '.')
		for (i++; i < s.n && amp_is_digit((unsigned char)s.p[i]); i++) {
			unit /= 10;
			v += unit * (s.p[i] - '0');
		}
	*out = v;
	return i == s.n;
}

int64_t amp_polite_delay(struct amp_str value, int64_t wall)
{
	double v = 0;
	int64_t at = 0;
	value = amp_str_trim(value);
	if (number(value, &v)) {
		if (v > 1e12)
			at = (int64_t)v;
		else if (v > 1e9)
			at = (int64_t)(v * 1000);
		else
			return (int64_t)(v * 1000);
	} else {
		enum amp_precision precision;
		if (!amp_time_parse_iso(value, &at, &precision) && !amp_time_parse_rfc822(value, &at, &precision)) return -1;
	}
	return at > wall ? at - wall : 0;
}

/* Members of the structured RateLimit field of the IETF draft: "limit=100, remaining=0, reset=5" and "\"default\";r=0;t=5". */
static struct amp_str member(struct amp_str field, const char *key)
{
	size_t n = strlen(key);
	for (size_t i = 0; i + n < field.n; i++) {
		bool starts = i == 0 || field.p[i - 1] == ',' || field.p[i - 1] == ';' || field.p[i - 1] == ' ';
		if (!starts || memcmp(field.p + i, key, n) != 0 || field.p[i + n] != '=') continue;
		size_t end = i + n + 1;
		while (end < field.n && field.p[end] != ',' && field.p[end] != ';' && field.p[end] != ' ') end++;
		return (struct amp_str){field.p + i + n + 1, end - i - n - 1};
	}
	return AMP_STR_ABSENT;
}

static const struct {
	const char *remaining, *reset;
} families[] = {
	{"ratelimit-remaining", "ratelimit-reset"}, /* IETF draft by name; Bluesky sends epoch seconds */
	{"x-ratelimit-remaining",
         "x-ratelimit-reset"}, /* Mastodon ISO dates, PeerTube epoch, GoToSocial ms, Reddit seconds to go */
	{"x-rate-limit-remaining", "x-rate-limit-reset"}, /* X */
};

static int64_t used_up(struct amp_str remaining, struct amp_str reset, int status, int64_t wall)
{
	double left = 0;
	bool known = remaining.p != NULL && number(amp_str_trim(remaining), &left);
	if (reset.p == NULL || (known ? left >= 1.0 : status != 429)) return 0;
	int64_t wait = amp_polite_delay(reset, wall);
	return wait < 0 ? 0 : wait;
}

int64_t amp_polite_asked_wait(struct amp_str block, int status, int64_t wall)
{
	enum amp_precision precision;
	int64_t server = 0, wait = 0;
	struct amp_str date = amp_headers_get(block, "date");
	if (date.p != NULL && amp_time_parse_rfc822(date, &server, &precision)) wall = server;
	struct amp_str retry = amp_headers_get(block, "retry-after");
	if (retry.p != NULL && (status == 429 || status == 503)) {
		int64_t asked = amp_polite_delay(retry, wall);
		if (asked > 0) wait = asked;
	}
	for (size_t i = 0; i < sizeof families / sizeof *families; i++)
		wait = later(wait, used_up(amp_headers_get(block, families[i].remaining), amp_headers_get(block, families[i].reset),
		                           status, wall));
	struct amp_str field = amp_headers_get(block, "ratelimit");
	if (field.p != NULL) {
		wait = later(wait, used_up(member(field, "remaining"), member(field, "reset"), status, wall));
		wait = later(wait, used_up(member(field, "r"), member(field, "t"), status, wall));
	}
	return wait;
}

int64_t amp_polite_backoff(int attempt, bool local, struct amp_rng *rng)
{
	int64_t step = local ? 20 : 1000;
	for (int i = 1; i < attempt && step < 60000; i++) step *= 2;
	if (step > 60000) step = 60000;
	return (int64_t)((double)step * (0.5 + amp_rng_double(rng)));
}

/* schedule.c: which rounds are due. Clock changes: a time that the zone skips runs at the first instant after the gap, one that
 * comes twice runs the first time; with "*" in the hour field the schedule follows elapsed time instead (both occurrences run, a
 * skipped hour has none). That is Vixie cron's rule.
 */
#include "schedule/schedule.h"

#include <stdio.h>
#include <string.h>
#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/rng.h"
#include "schedule/cron.h"
#include "schedule/zone.h"

#define DAY_S 86400
#define HORIZON_DAYS (5 * 366 + 1)
/* Years 1900 to 9999: no arithmetic below can overflow inside them. */
#define EARLIEST (-2208988800000)
#define LATEST 253370764800000

struct amp_schedule {
	int64_t every, anchor; /* interval: anchor + k * every */
	bool has_cron;
	struct amp_cron cron;
	struct amp_zone *zone;
	int64_t window, jitter;
	uint64_t seed;
};

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

int amp_schedule_new(struct amp_schedule **out, int64_t every_ms, const char *cron, const char *time_zone, int64_t window_ms,
                     int64_t jitter_ms, uint64_t seed, struct amp_err *err)
{
	*out = NULL;
	if ((every_ms > 0) == (cron != NULL))
		return amp_fail(err, AMP_EUSAGE,
		                _("A schedule has either an interval or a cron expression, not both and not neither."));
	if (window_ms < 0 || jitter_ms < 0)
		return amp_fail(err, AMP_EUSAGE, _("The window and the jitter of a schedule cannot be negative."));
	struct amp_schedule *s = amp_calloc(1, sizeof *s);
	if (s == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while reading a schedule."));
	s->every = every_ms;
	s->window = window_ms;
	s->jitter = jitter_ms;
	s->seed = seed;
	int rc = amp_zone_load(&s->zone, time_zone == NULL ? "UTC" : time_zone, err);
	if (rc == 0 && cron != NULL) {
		int column;
		const char *wrong = amp_cron_parse(cron, &s->cron, &column);
		s->has_cron = true;
		if (wrong != NULL) rc = amp_fail(err, AMP_EUSAGE, _("Schedule “%s”, column %d: %s"), cron, column + 1, wrong);
	}
	if (rc != 0) {
		amp_schedule_free(s);
		return rc;
	}
	int64_t midnight[2];
	(void)amp_zone_instants(s->zone, 0, midnight);
	s->anchor = midnight[0] * 1000;
	*out = s;
	return 0;
}

void amp_schedule_free(struct amp_schedule *s)
{
	if (s == NULL) return;
	amp_zone_free(s->zone);
	amp_free(s);
}

struct span { /* the nearest round found so far: the first after `from`, or the last at or before it */
	int64_t from, best;
	bool forward, found;
};

static void offer(struct span *s, int64_t utc_s)
{
	int64_t ms = utc_s * 1000;
	bool fits = s->forward ? ms > s->from && (!s->found || ms < s->best) : ms <= s->from && (!s->found || ms > s->best);
	if (!fits) return;
	s->best = ms;
	s->found = true;
}

/* All rounds of one local day. */
static void offer_day(const struct amp_schedule *s, int64_t day, struct span *span)
{
	if (!amp_cron_day(&s->cron, day)) return;
	for (int hour = 0; hour < 24; hour++) {
		if ((s->cron.hours >> hour & 1) == 0) continue;
		for (int minute = 0; minute < 60; minute++) {
			if ((s->cron.minutes >> minute & 1) == 0) continue;
			int64_t utc[2];
			int n = amp_zone_instants(s->zone, day * DAY_S + hour * 3600 + minute * 60, utc);
			if (n == 0 && s->cron.any_hour) continue;
			offer(span, utc[0]);
			if (n == 2 && s->cron.any_hour) offer(span, utc[1]);
		}
	}
}

/* The nearest round of a cron schedule on one side of span->from. Instants of a local day lie within a day of it, so that one more
 * day is looked at after a hit. */
static void search_cron(const struct amp_schedule *s, struct span *span, int64_t days)
{
	int64_t local = floor_div(span->from, 1000);
	local += amp_zone_offset(s->zone, local);
	int64_t step = span->forward ? 1 : -1, day = floor_div(local, DAY_S) - step;
	for (int64_t i = 0, after_hit = 0; i < days && after_hit < 2; i++, day += step) {
		if (span->found) after_hit++;
		offer_day(s, day, span);
	}
}

static void fill(const struct amp_schedule *s, int64_t at, struct amp_due *out)
{
	int64_t span = s->jitter < s->window ? s->jitter : s->window;
	out->scheduled_at = out->start_at = at;
	out->window_end = at + s->window;
	if (span > 0) {
		struct amp_rng rng;
		char label[48];
		(void)snprintf(label, sizeof label, "schedule.jitter/%lld", (long long)at);
		amp_rng_seed_label(&rng, s->seed, label);
		/* Strictly inside the window, so that a request can still be sent. */
		out->start_at = at + (int64_t)amp_rng_below(&rng, (uint64_t)span);
	}
}

bool amp_schedule_next(const struct amp_schedule *s, int64_t after, struct amp_due *out)
{
	if (after < EARLIEST || after > LATEST) return false;
	if (!s->has_cron) {
		if (s->every > LATEST) return false;
		fill(s, s->anchor + (floor_div(after - s->anchor, s->every) + 1) * s->every, out);
		return true;
	}
	struct span span = {after, 0, true, false};
	search_cron(s, &span, HORIZON_DAYS);
	if (span.found) fill(s, span.best, out);
	return span.found;
}

bool amp_schedule_current(const struct amp_schedule *s, int64_t t, struct amp_due *out)
{
	if (t < EARLIEST || t > LATEST) return false;
	struct span span = {t, 0, false, true};
	if (s->has_cron) {
		span.found = false;
		search_cron(s, &span, s->window / (DAY_S * 1000) + 3);
	} else if (s->every <= LATEST) {
		span.best = s->anchor + floor_div(t - s->anchor, s->every) * s->every;
	}
	if (!span.found || t - span.best >= s->window) return false;
	fill(s, span.best, out);
	return true;
}

bool amp_time_zone_known(const char *name)
{
	struct amp_zone *z = NULL;
	bool known = amp_zone_load(&z, name, NULL) == 0;
	amp_zone_free(z);
	return known;
}

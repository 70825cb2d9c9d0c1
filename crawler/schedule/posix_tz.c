/* posix_tz.c: "CET-1CEST,M3.5.0,M10.5.0/3". POSIX.1-2017 section 8.3, with the wider hours of RFC 8536 section 3.3.1. */
#include "schedule/posix_tz.h"

#include <stddef.h>
#include "base/clock.h"

#define DAY 86400

struct reader {
	const char *p, *end;
	bool bad;
};

static int peek(const struct reader *r)
{
	return r->p < r->end ? (unsigned char)*r->p : -1;
}

static bool take(struct reader *r, int c)
{
	if (peek(r) != c) return false;
	r->p++;
	return true;
}

static int number(struct reader *r, int low, int high)
{
	int v = 0, digits = 0;
	while (amp_is_digit(peek(r)) && digits < 4) {
		v = v * 10 + (*r->p++ - '0');
		digits++;
	}
	if (digits == 0 || v < low || v > high) r->bad = true;
	return v;
}

/* "CEST" or "<+0330>": at least three characters. */
static void name(struct reader *r)
{
	size_t n = 0;
	bool quoted = take(r, '<');
	for (;; n++) {
		int c = peek(r);
		bool sign_or_digit = c == '+' || c == '-' || amp_is_digit(c);
		if (!amp_is_alpha(c) && !(quoted && sign_or_digit)) break;
		r->p++;
	}
	if (n < 3 || (quoted && !take(r, '>'))) r->bad = true;
}

/* [+-]h[h[h]][:mm[:ss]] in seconds */
static int32_t hours(struct reader *r, int high)
{
	bool negative = take(r, '-');
	if (!negative) (void)take(r, '+');
	int32_t s = number(r, 0, high) * 3600;
	if (take(r, ':')) {
		s += number(r, 0, 59) * 60;
		if (take(r, ':')) s += number(r, 0, 59);
	}
	return negative ? -s : s;
}

static void change(struct reader *r, struct amp_tz_change *c)
{
	if (take(r, 'M')) {
		c->kind = AMP_TZ_MONTH_WEEK_DAY;
		c->month = number(r, 1, 12);
		if (!take(r, '.')) r->bad = true;
		c->week = number(r, 1, 5);
		if (!take(r, '.')) r->bad = true;
		c->day = number(r, 0, 6);
	} else if (take(r, 'J')) {
		c->kind = AMP_TZ_JULIAN;
		c->day = number(r, 1, 365);
	} else {
		c->kind = AMP_TZ_DAY_OF_YEAR;
		c->day = number(r, 0, 365);
	}
	c->at = take(r, '/') ? hours(r, 167) : 2 * 3600;
}

bool amp_posix_tz_parse(struct amp_str text, struct amp_posix_tz *out)
{
	struct reader r = {text.p, text.p + text.n, false};
	*out = (struct amp_posix_tz){0};
	name(&r);
	out->standard = -hours(&r, 24);
	if (!r.bad && r.p < r.end) {
		out->has_daylight = true;
		name(&r);
		out->daylight = out->standard + 3600;
		if (peek(&r) != ',') out->daylight = -hours(&r, 24);
		/* POSIX leaves the rule out at the system's choice; zone files never do. */
		if (!take(&r, ',')) r.bad = true;
		change(&r, &out->start);
		if (!take(&r, ',')) r.bad = true;
		change(&r, &out->end);
	}
	return !r.bad && r.p == r.end;
}

static bool leap(int64_t y)
{
	return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
}

/* Day number (since 1970-01-01) on which the change falls in a year. */
static int64_t change_day(const struct amp_tz_change *c, int64_t year)
{
	int64_t first = amp_days_from_civil(year, 1, 1);
	if (c->kind == AMP_TZ_DAY_OF_YEAR) return first + c->day;
	if (c->kind == AMP_TZ_JULIAN) return first + c->day - 1 + (leap(year) && c->day >= 60);
	int64_t month = amp_days_from_civil(year, c->month, 1);
	int64_t next = c->month == 12 ? amp_days_from_civil(year + 1, 1, 1) : amp_days_from_civil(year, c->month + 1, 1);
	int64_t weekday = ((month + 4) % 7 + 7) % 7; /* 1970-01-01 was a Thursday */
	int64_t day = month + (c->day - weekday + 7) % 7 + 7 * (int64_t)(c->week - 1);
	while (day >= next) day -= 7; /* week 5 = the last */
	return day;
}

int32_t amp_posix_tz_offset(const struct amp_posix_tz *tz, int64_t utc)
{
	if (!tz->has_daylight) return tz->standard;
	int64_t local = utc + tz->standard, days = local / DAY - (local % DAY < 0), year;
	int month, day;
	amp_civil_from_days(days, &year, &month, &day);
	int64_t start = change_day(&tz->start, year) * DAY + tz->start.at - tz->standard;
	int64_t end = change_day(&tz->end, year) * DAY + tz->end.at - tz->daylight;
	/* North: start < end within the year. South: the year begins and ends in daylight time. */
	bool in = start < end ? utc >= start && utc < end : utc >= start || utc < end;
	return in ? tz->daylight : tz->standard;
}

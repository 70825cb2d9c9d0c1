/* cron.c: POSIX.1-2017 crontab, INPUT FILES section; steps and names as in Vixie cron (crontab(5) of Debian 12). */
#include "schedule/cron.h"

#include <string.h>
#include "base/clock.h"
#include "base/i18n.h"
#include "base/str.h"
#include "schedule/schedule.h"

struct field {
	int low, high;
	const char *const *names; /* value low is names[0] */
	int n_names;
	const char *range; /* what is expected here */
};
static const char *const month_names[] = {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};
static const char *const day_names[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
static const struct field fields[5] = {
	{0, 59, NULL, 0, N_("The minute is a number from 0 to 59, “*”, a list (0,30), a range (0-10) or a step (*/15).")},
	{0, 23, NULL, 0, N_("The hour is a number from 0 to 23, “*”, a list (8,20), a range (8-20) or a step (*/6).")},
	{1, 31, NULL, 0, N_("The day of the month is a number from 1 to 31, “*”, a list (1,15), a range (1-7) or a step (*/2).")},
	{1, 12, month_names, 12, N_("The month is a number from 1 to 12, a name (jan to dec), “*”, a list, a range or a step.")},
	{0, 7, day_names, 7,
         N_("The day of the week is a number from 0 to 7 (0 and 7 are Sunday), a name (mon to sun), “*”, a list, a range or a step.")},
};

struct reader {
	const char *text;
	size_t at;
};

static int peek(const struct reader *r)
{
	return (unsigned char)r->text[r->at];
}

static bool blank(int c)
{
	return c == ' ' || c == '\t';
}

/* A number or a name; -1 when neither, or out of range. */
static int value(struct reader *r, const struct field *f)
{
	size_t start = r->at;
	int v = 0;
	while (amp_is_digit(peek(r)) && r->at - start < 4) v = v * 10 + (r->text[r->at++] - '0');
	if (r->at > start) {
		bool ok = v >= f->low && v <= f->high && !amp_is_alnum(peek(r));
		if (!ok) r->at = start;
		return ok ? v : -1;
	}
	for (int i = 0; i < f->n_names; i++) {
		size_t k = 0;
		while (k < 3 && amp_lower((unsigned char)r->text[start + k]) == f->names[i][k]) k++;
		if (k == 3 && !amp_is_alnum((unsigned char)r->text[start + 3])) {
			r->at += 3;
			return f->low + i;
		}
	}
	return -1;
}

/* One element of a list: "*", "5", "1-5", each with an optional "/step". */
static bool element(struct reader *r, const struct field *f, uint64_t *bits)
{
	int low = f->low, high = f->high == 7 ? 6 : f->high;
	bool single = false;
	if (peek(r) == '*') {
		r->at++;
	} else {
		low = value(r, f);
		if (low < 0) return false;
		single = true;
		high = low;
		if (peek(r) == '-') {
			size_t dash = r->at++;
			single = false;
			high = value(r, f);
			if (high >= 0 && high < low && f->high == 7 && high == 0) high = 7; /* fri-sun */
			if (high < low) {
				r->at = dash + 1;
				return false;
			}
		}
	}
	int step = 1;
	if (peek(r) == '/') {
		size_t slash = r->at++;
		static const struct field steps = {1, 59, NULL, 0, NULL};
		step = value(r, &steps);
		if (step < 1 || single) {
			r->at = single ? slash : slash + 1;
			return false;
		}
	}
	for (int v = low; v <= high; v += step) *bits |= (uint64_t)1 << (f->high == 7 && v == 7 ? 0 : v);
	return true;
}

/* A day that no chosen month has (31 2) would make a schedule without rounds. */
static bool some_month_has_the_day(const struct amp_cron *c)
{
	static const int longest[13] = {0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	for (int m = 1; m <= 12; m++) {
		if ((c->months >> m & 1) == 0) continue;
		for (int d = 1; d <= longest[m]; d++) {
			if (c->days >> d & 1) return true;
		}
	}
	return false;
}

const char *amp_cron_parse(const char *text, struct amp_cron *out, int *column)
{
	struct reader r = {text, 0};
	uint64_t bits[5] = {0};
	bool star[5] = {false};
	size_t day_at = 0;
	*out = (struct amp_cron){0};
	for (int i = 0; i < 5; i++) {
		while (blank(peek(&r))) r.at++;
		*column = (int)r.at;
		if (peek(&r) == '\0')
			return _(
				"A cron expression has 5 fields: minute, hour, day of the month, month, day of the week; one is missing here.");
		if (i == 2) day_at = r.at;
		star[i] = peek(&r) == '*';
		for (bool more = true; more;) {
			bool ok = element(&r, &fields[i], &bits[i]);
			int c = peek(&r);
			if (!ok || (c != ',' && c != '\0' && !blank(c))) {
				*column = (int)r.at;
				return _(fields[i].range);
			}
			more = c == ',';
			if (more) r.at++;
		}
	}
	while (blank(peek(&r))) r.at++;
	*column = (int)r.at;
	if (peek(&r) != '\0') return _("A cron expression ends after 5 fields: there is more text here.");
	*out = (struct amp_cron){bits[0], bits[1], bits[2], bits[3], bits[4], star[2], star[4], star[1]};
	*column = (int)day_at;
	if (star[4] && !some_month_has_the_day(out))
		return _("None of the chosen months has this day: the schedule would never run.");
	*column = 0;
	return NULL;
}

const char *amp_cron_check(const char *cron, int *column)
{
	struct amp_cron c;
	return amp_cron_parse(cron, &c, column);
}

bool amp_cron_day(const struct amp_cron *c, int64_t days)
{
	int64_t year;
	int month, day;
	amp_civil_from_days(days, &year, &month, &day);
	if ((c->months >> month & 1) == 0) return false;
	bool date = c->days >> day & 1, weekday = c->weekdays >> (((days + 4) % 7 + 7) % 7) & 1;
	/* "If both are restricted, a match of either": POSIX crontab. */
	return c->any_day || c->any_weekday ? date && weekday : date || weekday;
}

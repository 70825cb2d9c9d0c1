/* clock.c: dates without the C library's time zone state. Civil-date arithmetic after Howard Hinnant, "chrono-compatible
 * low-level date algorithms" (public domain).
 */
#include "base/clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

int64_t amp_clock_wall_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t amp_clock_mono_us(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t amp_days_from_civil(int64_t y, int m, int d)
{
	int64_t era, yoe, doy, doe;

	y -= m <= 2;
	era = (y >= 0 ? y : y - 399) / 400;
	yoe = y - era * 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
	return era * 146097 + doe - 719468;
}

void amp_civil_from_days(int64_t z, int64_t *y, int *m, int *d)
{
	int64_t era, doe, yoe, doy, mp;

	z += 719468;
	era = (z >= 0 ? z : z - 146096) / 146097;
	doe = z - era * 146097;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	*d = (int)(doy - (153 * mp + 2) / 5 + 1);
	*m = (int)(mp < 10 ? mp + 3 : mp - 9);
	*y = yoe + era * 400 + (*m <= 2);
}

#define DAY_MS INT64_C(86400000)
/* years 0001 to 9999: what RFC 3339 can write */
#define FIRST_MS (INT64_C(-719162) * DAY_MS)
#define LAST_MS (INT64_C(2932897) * DAY_MS - 1)

char *amp_time_format(int64_t ms, char buf[AMP_TIME_TEXT])
{
	int64_t days, rest, y;
	int m, d;

	buf[0] = '\0';
	if (ms < FIRST_MS || ms > LAST_MS) return buf;
	days = ms / DAY_MS - (ms % DAY_MS < 0);
	rest = ms - days * DAY_MS;
	amp_civil_from_days(days, &y, &m, &d);
	(void)snprintf(buf, AMP_TIME_TEXT, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", (int)y, m, d, (int)(rest / 3600000),
	               (int)(rest / 60000 % 60), (int)(rest / 1000 % 60), (int)(rest % 1000));
	return buf;
}

const char *amp_precision_name(enum amp_precision p)
{
	static const char *const names[] = {NULL, "exact", "day", "relative"};

	return (unsigned)p < sizeof(names) / sizeof(names[0]) ? names[p] : NULL;
}

struct reader {
	const char *p, *end;
};

static bool digits(struct reader *r, int count, int *out)
{
	int v = 0;

	if (r->end - r->p < count) return false;
	for (int i = 0; i < count; i++) {
		if (!amp_is_digit((unsigned char)r->p[i])) return false;
		v = v * 10 + (r->p[i] - '0');
	}
	r->p += count;
	*out = v;
	return true;
}

static bool literal(struct reader *r, char c)
{
	if (r->p >= r->end || *r->p != c) return false;
	r->p++;
	return true;
}

static int month_days(int64_t y, int m)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;

	return m == 2 && leap ? 29 : days[m - 1];
}

static bool combine(int64_t y, int mo, int d, int h, int mi, int s, int ms, int offset_min, int64_t *out)
{
	if (y < 1 || y > 9999 || mo < 1 || mo > 12 || d < 1 || d > month_days(y, mo)) return false;
	if (h > 24 || mi > 59 || s > 60 || (h == 24 && (mi != 0 || s != 0))) return false;
	if (s == 60) s = 59; /* leap second: the last millisecond scale we have */
	*out = ((amp_days_from_civil(y, mo, d) * 24 + h) * 60 + mi - offset_min) * 60000 + (int64_t)s * 1000 + ms;
	return *out >= FIRST_MS && *out <= LAST_MS;
}

/* "Z", "+hh:mm", "+hhmm", "+hh" */
static bool zone_offset(struct reader *r, int *minutes)
{
	int h, m = 0, sign;

	*minutes = 0;
	if (r->p >= r->end) return true;
	if (*r->p == 'Z' || *r->p == 'z') {
		r->p++;
		return true;
	}
	if (*r->p != '+' && *r->p != '-') return false;
	sign = *r->p++ == '-' ? -1 : 1;
	if (!digits(r, 2, &h)) return false;
	(void)literal(r, ':');
	if (r->p < r->end && !digits(r, 2, &m)) return false;
	if (h > 23 || m > 59) return false;
	*minutes = sign * (h * 60 + m);
	return true;
}

bool amp_time_parse_iso(struct amp_str s, int64_t *ms, enum amp_precision *precision)
{
	struct amp_str t = amp_str_trim(s);
	struct reader r = {t.p, t.p == NULL ? NULL : t.p + t.n};
	int y, mo = 1, d = 1, h = 0, mi = 0, sec = 0, frac = 0, zone = 0;

	if (t.p == NULL || !digits(&r, 4, &y)) return false;
	if (!literal(&r, '-') || !digits(&r, 2, &mo)) return false;
	if (!literal(&r, '-') || !digits(&r, 2, &d)) return false;
	if (r.p == r.end) {
		if (!combine(y, mo, d, 0, 0, 0, 0, 0, ms)) return false;
		if (precision != NULL) *precision = AMP_PRECISION_DAY;
		return true;
	}
	if (*r.p != 'T' && *r.p != 't' && *r.p != ' ') return false;
	r.p++;
	if (!digits(&r, 2, &h) || !literal(&r, ':') || !digits(&r, 2, &mi)) return false;
	if (literal(&r, ':')) {
		if (!digits(&r, 2, &sec)) return false;
		if (r.p < r.end && (*r.p == '.' || *r.p == ',')) {
			int weight = 100, count = 0;

			for (r.p++; r.p < r.end && amp_is_digit((unsigned char)*r.p); r.p++, count++) {
				frac += (*r.p - '0') * weight;
				weight /= 10;
			}
			if (count == 0) return false;
		}
	}
	while (r.p < r.end && *r.p == ' ') r.p++;
	if (!zone_offset(&r, &zone) || r.p != r.end) return false;
	if (!combine(y, mo, d, h, mi, sec, frac, zone, ms)) return false;
	if (precision != NULL) *precision = AMP_PRECISION_EXACT;
	return true;
}

static int month_number(struct amp_str word)
{
	static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";

	for (int i = 0; i < 12; i++) {
		if (word.n >= 3 && amp_lower((unsigned char)word.p[0]) == names[3 * i] &&
		    amp_lower((unsigned char)word.p[1]) == names[3 * i + 1] &&
		    amp_lower((unsigned char)word.p[2]) == names[3 * i + 2]) {
			return i + 1;
		}
	}
	return 0;
}

/* Zone names of RFC 822 section 5 and the European ones that feeds use. */
static bool zone_name(struct amp_str word, int *minutes)
{
	static const struct {
		const char *name;
		int minutes;
	} zones[] = {{"ut", 0},     {"utc", 0},    {"gmt", 0},    {"z", 0},      {"est", -300}, {"edt", -240},
	             {"cst", -360}, {"cdt", -300}, {"mst", -420}, {"mdt", -360}, {"pst", -480}, {"pdt", -420},
	             {"wet", 0},    {"west", 60},  {"bst", 60},   {"cet", 60},   {"cest", 120}, {"met", 60},
	             {"mest", 120}, {"eet", 120},  {"eest", 180}, {"msk", 180}};

	for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
		if (amp_str_ieq_c(word, zones[i].name)) {
			*minutes = zones[i].minutes;
			return true;
		}
	}
	return false;
}

/* Tuesday in French, Spanish, Italian, Romanian ("mar., 02 janv. 2024", "mardi, …"): in front of a comma that is no month. */
static bool is_tuesday(struct amp_str word, const char *behind, const char *end)
{
	return amp_str_istarts(word, "mar") && !amp_str_ieq_c(word, "march") && behind < end && *behind == ',';
}

static bool small_number(struct amp_str w, int *out)
{
	int64_t v;

	if (w.n > 4 || !amp_is_digit(w.n > 0 ? (unsigned char)w.p[0] : 0) || !amp_str_i64(w, &v)) return false;
	*out = (int)v;
	return true;
}

/* One pass over words, whatever their order: day number, month name, year, hh:mm[:ss], zone. That reads RFC 822/1123
 * ("Wed, 02 Oct 2002 13:00:00 GMT"), RFC 850 ("Wednesday, 02-Oct-02 …"), asctime ("Wed Oct  2 13:00:00 2002") and the
 * Twitter form ("Wed Oct 10 20:19:24 +0000 2018"); the weekday is not believed. */
bool amp_time_parse_rfc822(struct amp_str s, int64_t *ms, enum amp_precision *precision)
{
	struct amp_str rest = amp_str_trim(s);
	int day = -1, month = 0, year = -1, h = 0, mi = 0, sec = 0, zone = 0;
	bool time_seen = false, month_first = false;
	const char *p, *end;

	if (rest.p == NULL || rest.n > 64) return false;
	p = rest.p;
	end = p + rest.n;
	while (p < end) {
		struct amp_str w;
		const char *start;

		while (p < end && (amp_is_space((unsigned char)*p) || *p == ',' || (*p == '-' && !time_seen))) p++;
		start = p;
		while (p < end && !amp_is_space((unsigned char)*p) && *p != ',' && !(*p == '-' && !time_seen && p > start)) p++;
		w = (struct amp_str){start, (size_t)(p - start)};
		if (w.n == 0) break;
		if (memchr(w.p, ':', w.n) != NULL && amp_is_digit((unsigned char)w.p[0])) {
			struct amp_str t = w, part = amp_str_cut(&t, ':');

			if (time_seen || !small_number(part, &h)) return false;
			part = amp_str_cut(&t, ':');
			if (!small_number(part, &mi)) return false;
			if (t.p != NULL) {
				part = amp_str_cut(&t, '.');
				if (!small_number(part, &sec)) return false;
			}
			time_seen = true;
		} else if (time_seen && (w.p[0] == '+' || w.p[0] == '-')) {
			struct reader r = {w.p, w.p + w.n};

			if (!zone_offset(&r, &zone) || r.p != r.end) return false;
		} else if (amp_is_digit((unsigned char)w.p[0])) {
			int v;

			if (!small_number(w, &v)) return false;
			if (day < 0 && w.n <= 2) {
				day = v;
			} else if (year < 0) {
				year = w.n <= 2 ? (v < 70 ? 2000 + v : 1900 + v) : w.n == 3 ? 1900 + v : v;
			} else {
				return false;
			}
		} else if (day < 0 && is_tuesday(w, p, end)) {
			continue;
		} else if ((month == 0 || (month_first && !time_seen)) && month_number(w) != 0) {
			month_first = month == 0 && day < 0; /* "mar 02 jan 2024": the first of two is a weekday */
			month = month_number(w);
		} else if (month_first && !time_seen && year < 0) {
			return false; /* "mar 02 juil. 2024": whether the first is a month cannot be told */
		} else if (time_seen && !zone_name(w, &zone) && w.p[0] != '(') {
			return false;
		}
	}
	if (day < 0 || month == 0 || year < 0 || !combine(year, month, day, h, mi, sec, 0, zone, ms)) return false;
	if (precision != NULL) *precision = time_seen ? AMP_PRECISION_EXACT : AMP_PRECISION_DAY;
	return true;
}

bool amp_duration_parse(struct amp_str s, int64_t *ms)
{
	static const struct {
		char unit;
		int64_t ms;
	} units[] = {{'s', 1000}, {'m', 60000}, {'h', 3600000}, {'d', DAY_MS}, {'w', 7 * DAY_MS}};
	int64_t scale = 1000, v;

	if (s.p == NULL || s.n == 0) return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (s.p[s.n - 1] == units[i].unit) {
			scale = units[i].ms;
			s.n--;
			break;
		}
	}
	if (s.n == 0 || !amp_is_digit((unsigned char)s.p[0]) || !amp_str_i64(s, &v)) return false;
	if (v <= 0 || v > INT64_MAX / scale) return false;
	*ms = v * scale;
	return true;
}

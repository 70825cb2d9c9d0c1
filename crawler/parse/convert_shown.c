/* convert_shown.c: counts and dates as pages show them to readers, in English and French. What does not fit whole is INVALID:
 * a count is never half read.
 */
#include <string.h>
#include "parse/engine_state.h"

#define NBSP "\xC2\xA0"
#define NARROW_NBSP "\xE2\x80\xAF"
#define THIN_SPACE "\xE2\x80\x89"

/* White space of any kind that numbers have around and inside: its bytes; 0 when there is none. */
static size_t space_at(struct amp_str s)
{
	if (s.n && amp_is_space((unsigned char)*s.p)) return 1;
	if (amp_str_starts(s, NBSP)) return 2;
	return amp_str_starts(s, NARROW_NBSP) || amp_str_starts(s, THIN_SPACE) ? 3 : 0;
}

static struct amp_str skip(struct amp_str s, size_t n)
{
	return (struct amp_str){s.p + n, s.n - n};
}

static struct amp_str skip_space(struct amp_str s)
{
	for (size_t n; (n = space_at(s));) s = skip(s, n);
	return s;
}

static struct amp_str trimmed(struct amp_str s)
{
	s = skip_space(amp_str_trim(s));
	while (amp_str_ends(s, NBSP)) s = amp_str_trim((struct amp_str){s.p, s.n - 2});
	return s;
}

static bool digits_at(struct amp_str s, size_t n)
{
	if (s.n < n) return false;
	for (size_t i = 0; i < n; i++)
		if (!amp_is_digit((unsigned char)s.p[i])) return false;
	return s.n == n || !amp_is_digit((unsigned char)s.p[n]);
}

/* The digits of a number with its fraction apart: "1,234" and "1 234" group, "1.2" and "1,2" do not. */
struct figure {
	int64_t whole, part;
	int part_digits, groups;
	char group; /* what stands between groups; 0 for none */
	bool ok;
};

static struct figure read_figure(struct amp_str *s)
{
	struct figure f = {.ok = s->n && amp_is_digit((unsigned char)*s->p)};
	while (f.ok && s->n) {
		size_t gap = space_at(*s);
		char c = *s->p, kind = gap ? ' ' : c;
		if (amp_is_digit((unsigned char)c)) {
			f.ok = f.whole < INT64_MAX / 100;
			f.whole = f.whole * 10 + (c - '0');
			*s = skip(*s, 1);
			continue;
		}
		if (!gap && c != ',' && c != '.' && c != '\'') break;
		struct amp_str behind = skip(*s, gap ? gap : 1);
		bool grouped = digits_at(behind, 3) && f.whole && (!f.group || f.group == kind) && (f.groups || f.whole < 1000);
		if (grouped) {
			f.group = kind;
			f.groups++;
			*s = behind;
			continue;
		}
		if ((c != ',' && c != '.') || c == f.group || !behind.n || !amp_is_digit((unsigned char)*behind.p)) break;
		for (*s = behind; s->n && amp_is_digit((unsigned char)*s->p); *s = skip(*s, 1))
			if (f.part_digits < 6) {
				f.part = f.part * 10 + (*s->p - '0');
				f.part_digits++;
			}
		break;
	}
	return f;
}

/* Letters of a word at the start of s, and whether it is one of these (lower case). */
static struct amp_str word_at(struct amp_str s)
{
	size_t n = 0;
	while (n < s.n && (amp_is_alpha((unsigned char)s.p[n]) || (unsigned char)s.p[n] >= 0x80) && !space_at(skip(s, n))) n++;
	return (struct amp_str){s.p, n};
}

static int64_t scale_of(struct amp_str word)
{
	static const struct {
		const char *word;
		int64_t scale;
	} scales[] = {
		{"k", 1000},
		{"m", 1000000},
		{"mio", 1000000},
		{"mln", 1000000},
		{"b", 1000000000},
		{"bn", 1000000000},
		{"md", 1000000000},
		{"mds", 1000000000},
		{"mrd", 1000000000},
		{"thousand", 1000},
		{"mille", 1000},
		{"mil", 1000},
		{"tsd", 1000},
		{"million", 1000000},
		{"millions", 1000000},
		{"billion", 1000000000},
		{"milliard", 1000000000},
		{"milliards", 1000000000},
	};
	for (size_t i = 0; i < sizeof scales / sizeof *scales; i++)
		if (amp_str_ieq_c(word, scales[i].word)) return scales[i].scale;
	return 0;
}

/* "No views", "Aucune vue", "Keine Aufrufe": a count that is written in words. Saved pages speak their reader's language. */
static bool says_none(struct amp_str s)
{
	static const char *const none[] = {"no",     "none",    "zero", "aucun",   "aucune",  "kein", "keine",
	                                   "nessun", "nessuna", "sin",  "ninguna", "nenhuma", "geen"};
	struct amp_str word = word_at(s);
	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		if (amp_str_ieq_c(word, none[i])) return true;
	return false;
}

/* Behind a count stands what is counted: one word or a few, no second number. */
static bool is_unit(struct amp_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (amp_is_digit((unsigned char)s.p[i])) return false;
	return true;
}

static bool count_text(struct amp_str s, int64_t *out, bool *rounded)
{
	s = trimmed(s);
	*rounded = false;
	*out = 0;
	if (says_none(s)) return is_unit(s);
	struct figure f = read_figure(&s);
	if (!f.ok) return false;
	struct amp_str rest = skip_space(s), word = word_at(rest);
	int64_t scale = scale_of(word);
	if (scale) rest = skip(rest, word.n);
	if (f.part_digits && !scale) return false;                        /* half a view */
	if (scale && f.groups == 1 && f.group == '.' && !f.part_digits) { /* "1.234K" is no million */
		f.part = f.whole % 1000;
		f.part_digits = 3;
		f.whole /= 1000;
	}
	if (scale == 0) scale = 1;
	if (f.whole > INT64_MAX / 2 / scale) return false;
	int64_t part = f.part * scale;
	for (int i = 0; i < f.part_digits; i++) part /= 10;
	*out = f.whole * scale + part;
	*rounded = scale > 1;
	if (amp_str_starts(rest, "+")) { /* "1K+" */
		*rounded = true;
		rest = skip(rest, 1);
	}
	return is_unit(rest);
}

enum amp_state amp_as_count_text(struct amp_engine *e, enum amp_field field, const struct amp_value *v)
{
	int64_t n;
	bool rounded;
	if (!v->text.p) return amp_as_count(e, field, v);
	if (trimmed(v->text).n == 0) return AMP_STATE_ABSENT;
	if (!count_text(v->text, &n, &rounded)) return AMP_STATE_INVALID;
	*(int64_t *)(void *)((char *)e->item + amp_fields[field].place) = n;
	if (rounded) e->item->counts_rounded = true;
	return AMP_STATE_PRESENT;
}

/* The word of a span of time, English and French, and how long it is. */
static int64_t span_ms(struct amp_str word)
{
	enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR };
	static const struct {
		const char *word;
		int64_t ms;
	} spans[] = {
		{"s", SECOND},
		{"sec", SECOND},
		{"second", SECOND},
		{"seconde", SECOND},
		{"min", MINUTE},
		{"mn", MINUTE},
		{"minute", MINUTE},
		{"h", HOUR},
		{"hr", HOUR},
		{"hour", HOUR},
		{"heure", HOUR},
		{"d", DAY},
		{"j", DAY},
		{"day", DAY},
		{"jour", DAY},
		{"w", 7 * (int64_t)DAY},
		{"week", 7 * (int64_t)DAY},
		{"semaine", 7 * (int64_t)DAY},
		{"mo", 30 * (int64_t)DAY},
		{"month", 30 * (int64_t)DAY},
		{"mois", 30 * (int64_t)DAY},
		{"y", 365 * (int64_t)DAY},
		{"yr", 365 * (int64_t)DAY},
		{"year", 365 * (int64_t)DAY},
		{"an", 365 * (int64_t)DAY},
		{"ann\xC3\xA9"
	         "e",
	         365 * (int64_t)DAY},
	};
	for (size_t i = 0; i < sizeof spans / sizeof *spans; i++) {
		struct amp_str one = word;
		if (amp_str_ieq_c(one, spans[i].word)) return spans[i].ms;
		if (one.n > 1 && one.p[one.n - 1] == 's') one.n--;
		if (amp_str_ieq_c(one, spans[i].word)) return spans[i].ms;
	}
	return 0;
}

/* Words that stand before a date and say nothing about when. */
static struct amp_str without_lead(struct amp_str s)
{
	static const char *const lead[] = {"streamed live on ",
	                                   "streamed live ",
	                                   "streamed ",
	                                   "premiered on ",
	                                   "premiered ",
	                                   "started streaming on ",
	                                   "started streaming ",
	                                   "published on ",
	                                   "published ",
	                                   "posted on ",
	                                   "posted ",
	                                   "updated on ",
	                                   "updated ",
	                                   "uploaded on ",
	                                   "uploaded ",
	                                   "submitted ",
	                                   "diffus\xC3\xA9 en direct ",
	                                   "diffus\xC3\xA9 ",
	                                   "ajout\xC3\xA9 ",
	                                   "publi\xC3\xA9 ",
	                                   "premi\xC3\xA8re diffusion ",
	                                   "en direct "};
	for (size_t i = 0; i < sizeof lead / sizeof *lead; i++)
		if (amp_str_istarts(s, lead[i])) return skip_space(skip(s, strlen(lead[i])));
	return s;
}

/* How long before the capture; -1: this is no such text. */
static int64_t ago(struct amp_str s)
{
	static const char *const now[] = {"now",
	                                  "just now",
	                                  "a moment ago",
	                                  "moments ago",
	                                  "\xC3\xA0 l\xE2\x80\x99instant",
	                                  "\xC3\xA0 l'instant",
	                                  "maintenant",
	                                  "today",
	                                  "aujourd'hui",
	                                  "aujourd\xE2\x80\x99hui"};
	static const char *const yesterday[] = {"yesterday", "hier"};
	for (size_t i = 0; i < sizeof now / sizeof *now; i++)
		if (amp_str_ieq_c(s, now[i])) return 0;
	for (size_t i = 0; i < sizeof yesterday / sizeof *yesterday; i++)
		if (amp_str_ieq_c(s, yesterday[i])) return 86400000;
	bool french = amp_str_istarts(s, "il y a");
	if (french) s = skip_space(skip(s, 6));
	int64_t n = 1;
	struct amp_str word = word_at(s);
	if (amp_str_ieq_c(word, "a") || amp_str_ieq_c(word, "an") || amp_str_ieq_c(word, "un") || amp_str_ieq_c(word, "une")) {
		s = skip(s, word.n);
	} else {
		struct figure f = read_figure(&s);
		if (!f.ok || f.part_digits || f.whole > 1000000) return -1;
		n = f.whole;
	}
	s = skip_space(s);
	word = word_at(s);
	int64_t span = span_ms(word);
	struct amp_str rest = trimmed(skip(s, word.n));
	if (!span || (rest.n && !amp_str_ieq_c(rest, "ago") && !amp_str_ieq_c(rest, "(edited)") &&
	              !amp_str_ieq_c(rest, "ago (edited)") && !amp_str_ieq_c(rest, "(modifi\xC3\xA9)")))
		return -1;
	return n * span;
}

/* 1 to 12 for "Oct", "October"; 0 for no month. */
static int month_of(struct amp_str word)
{
	static const char *const months[] = {"january", "february", "march",     "april",   "may",      "june",
	                                     "july",    "august",   "september", "october", "november", "december"};
	for (int m = 0; m < 12 && word.n >= 3; m++)
		if (word.n <= strlen(months[m])) {
			size_t i = 0;
			while (i < word.n && amp_lower((unsigned char)word.p[i]) == months[m][i]) i++;
			if (i == word.n) return m + 1;
		}
	return amp_str_ieq_c(word, "sept") ? 9 : 0;
}

static int64_t small_number(struct amp_str *s, size_t most)
{
	int64_t n = 0;
	size_t i = 0;
	while (i < most && i < s->n && amp_is_digit((unsigned char)s->p[i])) n = n * 10 + (s->p[i++] - '0');
	*s = skip(*s, i);
	return i ? n : -1;
}

/* "Oct 10, 2018", "10 October 2018" */
static bool day_text(struct amp_str s, int64_t *ms)
{
	int64_t day = -1;
	if (s.n && amp_is_digit((unsigned char)*s.p)) day = small_number(&s, 2);
	s = skip_space(s);
	struct amp_str word = word_at(s);
	int month = month_of(word);
	s = skip(s, word.n);
	if (amp_str_starts(s, ".")) s = skip(s, 1);
	s = skip_space(s);
	if (day < 0) day = small_number(&s, 2);
	if (amp_str_starts(s, ",")) s = skip(s, 1);
	s = skip_space(s);
	bool whole_year = digits_at(s, 4);
	int64_t year = small_number(&s, 4);
	if (!month || day < 1 || day > 31 || !whole_year || s.n) return false;
	int64_t days = amp_days_from_civil(year, month, (int)day), y;
	int m, d;
	amp_civil_from_days(days, &y, &m, &d);
	*ms = days * 86400000;
	return m == month && d == day;
}

enum amp_state amp_as_time_relative(struct amp_engine *e, enum amp_field field, const struct amp_value *v)
{
	int64_t ms = AMP_TIME_NONE;
	enum amp_precision precision = AMP_PRECISION_NONE;
	if (!v->text.p) return AMP_STATE_INVALID;
	struct amp_str s = without_lead(trimmed(v->text));
	if (s.n == 0) return AMP_STATE_ABSENT;
	if (amp_time_parse_iso(s, &ms, &precision)) return amp_convert_time(e, field, ms, v->text, precision, true);
	if (day_text(s, &ms)) return amp_convert_time(e, field, ms, v->text, AMP_PRECISION_DAY, true);
	int64_t before = ago(s);
	if (before >= 0 && e->page->captured_at == AMP_TIME_NONE) {
		(void)amp_convert_time(e, field, ms, v->text, AMP_PRECISION_NONE, false); /* what was sent is kept */
		return AMP_STATE_ABSENT;
	}
	return amp_convert_time(e, field, e->page->captured_at - (before > 0 ? before : 0), v->text, AMP_PRECISION_RELATIVE,
	                        before >= 0);
}

enum amp_state amp_as_time_twitter(struct amp_engine *e, enum amp_field field, const struct amp_value *v)
{
	if (!v->text.p) return AMP_STATE_INVALID;
	struct amp_str rest = amp_str_trim(v->text), part[6];
	if (rest.n == 0) return AMP_STATE_ABSENT;
	size_t n = 0;
	for (; rest.p && n < 6; n++) part[n] = amp_str_cut(&rest, ' '); /* Wed Oct 10 20:19:24 +0000 2018 */
	int64_t ms = AMP_TIME_NONE;
	enum amp_precision precision = AMP_PRECISION_NONE;
	bool ok = n == 6 && !rest.p;
	if (ok) {
		const char *text = amp_arena_printf(e->arena, "%.*s, %.*s %.*s %.*s %.*s %.*s", AMP_ARG(part[0]), AMP_ARG(part[2]),
		                                    AMP_ARG(part[1]), AMP_ARG(part[5]), AMP_ARG(part[3]), AMP_ARG(part[4]));
		ok = text && amp_time_parse_rfc822(amp_str_c(text), &ms, &precision);
	}
	return amp_convert_time(e, field, ms, v->text, AMP_PRECISION_EXACT, ok);
}

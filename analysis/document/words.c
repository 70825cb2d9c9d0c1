/* words.c: numbers, dates and filled sentences in French and English; see document.h. Nothing here depends on the process locale. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "base/i18n.h"
#include "base/clock.h"
#include "base/hash.h"
#include "document/document.h"

#define NBSP "\xC2\xA0"
#define NNBSP "\xE2\x80\xAF"
#define MINUS "\xE2\x88\x92"

const char *w_dup(struct amp_words *w, const char *s, size_t n)
{
	const char *p = amp_arena_strndup(w->arena, s, n);
	if (!p) w->failed = true;
	return p ? p : "";
}

static const char *keep(struct amp_words *w, struct amp_buf *b)
{
	if (b->failed) w->failed = true;
	const char *s = w_dup(w, b->p ? b->p : "", b->n);
	amp_buf_free(b);
	return s;
}

static const char *value_of(const char *name, size_t n, va_list ap)
{
	for (const char *key = va_arg(ap, const char *); key; key = va_arg(ap, const char *)) {
		const char *value = va_arg(ap, const char *);
		if (strlen(key) == n && memcmp(key, name, n) == 0) return value;
	}
	return NULL;
}

const char *w_fill(struct amp_words *w, const char *template, ...)
{
	struct amp_buf b;
	amp_buf_init(&b, 16384);
	for (const char *s = template; *s;) {
		const char *close = *s == '{' ? strchr(s, '}') : NULL, *value = NULL;
		if (close) {
			va_list ap;
			va_start(ap, template);
			value = value_of(s + 1, (size_t)(close - s - 1), ap);
			va_end(ap);
		}
		if (value) {
			(void)amp_buf_addc(&b, value);
			s = close + 1;
		} else
			(void)amp_buf_byte(&b, (unsigned char)*s++);
	}
	return keep(w, &b);
}

/* digits with an optional point, as printf gives them, into the language's form */
static const char *localised(struct amp_words *w, const char *digits)
{
	struct amp_buf b;
	amp_buf_init(&b, 256);
	if (*digits == '-') {
		(void)amp_buf_addc(&b, MINUS);
		digits++;
	}
	size_t whole = strcspn(digits, ".");
	for (size_t i = 0; i < whole; i++) {
		if (i > 0 && (whole - i) % 3 == 0 && whole > 3) (void)amp_buf_addc(&b, w->french ? NNBSP : ",");
		(void)amp_buf_byte(&b, digits[i]);
	}
	if (digits[whole]) {
		(void)amp_buf_byte(&b, w->french ? ',' : '.');
		(void)amp_buf_addc(&b, digits + whole + 1);
	}
	return keep(w, &b);
}

const char *w_int(struct amp_words *w, int64_t v)
{
	char text[32];
	(void)snprintf(text, sizeof text, "%lld", (long long)v);
	return localised(w, text);
}

/* Adds one to the last digit of a number without sign. */
static void round_up(char *digits)
{
	size_t n = strlen(digits);
	while (n-- > 0) {
		if (digits[n] == '.') continue;
		if (digits[n] != '9') {
			digits[n]++;
			return;
		}
		digits[n] = '0';
	}
	memmove(digits + 1, digits, strlen(digits) + 1);
	*digits = '1';
}

/* Half away from zero, as people round, and of the decimal number that data files print: 0.125 is 0.13 and 0.285 is 0.29, though the nearest double
 * of the latter lies below and printf rounds the former to the even digit. Fifteen significant digits are those that every double keeps, and
 * 100 times a share has them as the share itself has: one number never prints in two ways. */
const char *w_number(struct amp_words *w, double v, int decimals)
{
	char text[400];
	double size = isfinite(v) ? fabs(v) : 0;
	/* as many decimals as there are of fifteen digits, and no fewer than are asked for */
	int exponent = size >= 1 ? (int)floor(log10(size)) + 1 : 0, kept = 15 - exponent;
	if (size < 1 && size > 0) kept = 15 - (int)ceil(log10(size));
	if (kept < decimals + 1) kept = decimals + 1;
	if (kept > 320) kept = 320;
	text[0] = '-';
	(void)snprintf(text + 1, sizeof text - 2, "%.*f", kept, size);
	char *point = strchr(text, '.'), next = point != NULL ? point[decimals + 1] : '0';
	if (point != NULL) point[decimals > 0 ? decimals + 1 : 0] = 0;
	if (next >= '5') round_up(text + 1);
	bool zero = strspn(text + 1, "0.") == strlen(text + 1); /* no "-0.0" */
	return localised(w, v < 0 && !zero ? text : text + 1);
}

static int decimals_of(double percent)
{
	return fabs(percent) < 1 && percent != 0 ? 2 : 1;
}

const char *w_percent(struct amp_words *w, double share)
{
	const char *n = w_number(w, 100 * share, decimals_of(100 * share));
	return w_fill(w, w->french ? "{n}" NBSP "%" : "{n}%", "n", n, NULL);
}

const char *w_points(struct amp_words *w, double difference, bool sign)
{
	const char *n = w_number(w, 100 * difference, decimals_of(100 * difference));
	return sign && difference > 0 && strspn(n, "0.,") < strlen(n) ? w_fill(w, "+{n}", "n", n, NULL) : n;
}

const char *w_p(struct amp_words *w, struct amp_real p)
{
	if (!p.known) return AMP_DASH;
	if (p.v < 0.001) return w->french ? "<" NBSP "0,001" : "< 0.001";
	return w_number(w, p.v, p.v < 0.1 ? 3 : 2);
}

const char *w_range(struct amp_words *w, const char *lo, const char *hi)
{
	return w_fill(w, w->french ? "[{lo}" NNBSP ";" NBSP "{hi}]" : "[{lo}," NBSP "{hi}]", "lo", lo, "hi", hi, NULL);
}

const char *w_date(struct amp_words *w, int64_t ms)
{
	static const char *const months_fr[] = {"janvier", "février", "mars",      "avril",   "mai",      "juin",
	                                        "juillet", "août",    "septembre", "octobre", "novembre", "décembre"};
	static const char *const months_en[] = {"January", "February", "March",     "April",   "May",      "June",
	                                        "July",    "August",   "September", "October", "November", "December"};
	if (ms == AMP_TIME_NONE) return _("at an unknown time");
	int64_t days = ms / 86400000 - (ms % 86400000 < 0), y, minutes = (ms - days * 86400000) / 60000;
	int m, d;
	amp_civil_from_days(days, &y, &m, &d);
	char text[96];
	if (w->french)
		(void)snprintf(text, sizeof text, "%d%s" NBSP "%s %lld, %02lld" NBSP "h" NBSP "%02lld UTC", d, d == 1 ? "er" : "",
		               months_fr[m - 1], (long long)y, (long long)(minutes / 60), (long long)(minutes % 60));
	else
		(void)snprintf(text, sizeof text, "%d %s %lld, %02lld:%02lld UTC", d, months_en[m - 1], (long long)y,
		               (long long)(minutes / 60), (long long)(minutes % 60));
	return w_dup(w, text, strlen(text));
}

const char *w_day(struct amp_words *w, int64_t ms)
{
	const char *text = w_date(w, ms), *comma = strchr(text, ',');
	return comma != NULL ? w_dup(w, text, (size_t)(comma - text)) : text;
}

const char *w_hex(struct amp_words *w, const uint8_t *p, size_t n)
{
	char text[2 * AMP_SHA256 + 1];
	amp_hex(p, n > AMP_SHA256 ? AMP_SHA256 : n, text);
	return w_dup(w, text, strlen(text));
}

const char *w_count(struct amp_words *w, const char *template, int64_t n)
{
	return w_fill(w, template, "n", w_int(w, n), NULL);
}

/* ASCII letters and every byte of an accented one */
static bool is_letter(char c)
{
	return amp_is_alpha((unsigned char)c) || ((unsigned char)c & 0x80) != 0;
}

void w_typography(struct amp_buf *out, const char *s, bool french)
{
	for (const char *first = s; *s; s++) {
		if (french && *s == '\'' && s > first && is_letter(s[-1]) && is_letter(s[1]))
			(void)amp_buf_addc(out, "\xE2\x80\x99");
		else if (french && *s == ' ' && (s[1] == ':' || s[1] == '%' || strncmp(s + 1, "\xC2\xBB", 2) == 0))
			(void)amp_buf_addc(out, NBSP);
		else if (french && *s == ' ' && s[1] && strchr(";!?", s[1]))
			(void)amp_buf_addc(out, NNBSP);
		else if (french && strncmp(s, "\xC2\xAB ", 3) == 0) {
			(void)amp_buf_addc(out, "\xC2\xAB" NBSP);
			s += 2;
		} else
			(void)amp_buf_byte(out, (unsigned char)*s);
	}
}

/* Length of the command that begins at s, without its backticks; 0: none does. */
static size_t command_at(const char *s)
{
	size_t n = *s == '`' ? strcspn(s + 1, "`\r\n") : 0;
	return n > 0 && s[n + 1] == '`' ? n : 0;
}

/* The next piece of *at into out (emptied first), and whether it is a command; false at the end. */
static bool next_piece(const char **at, struct amp_buf *out, bool *command)
{
	const char *s = *at;
	size_t n = command_at(s);
	if (!*s) return false;
	*command = n > 0;
	if (*command) {
		*at = s + n + 2;
		s++;
	} else {
		for (n = 1; s[n] && !command_at(s + n);) n++;
		*at = s + n;
	}
	amp_buf_reset(out);
	(void)amp_buf_add(out, s, n);
	(void)amp_buf_byte(out, 0);
	return true;
}

void w_prose(struct amp_buf *out, const struct amp_prose_style *how, const char *s, bool french)
{
	struct amp_buf piece;
	bool command;
	amp_buf_init(&piece, 1 << 20);
	while (next_piece(&s, &piece, &command)) {
		if (command) (void)amp_buf_addc(out, how->open);
		(command ? how->command : how->escape)(out, (const char *)piece.p, french && !command);
		if (command) (void)amp_buf_addc(out, how->close);
	}
	if (piece.failed) out->failed = piece.failed;
	amp_buf_free(&piece);
}

void w_xml(struct amp_buf *out, const char *s, bool french)
{
	struct amp_buf text;
	amp_buf_init(&text, 1 << 20);
	w_typography(&text, s, french);
	if (text.failed) out->failed = text.failed;
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];
		switch (c) {
		case '&': (void)amp_buf_addc(out, "&amp;"); break;
		case '<': (void)amp_buf_addc(out, "&lt;"); break;
		case '>': (void)amp_buf_addc(out, "&gt;"); break;
		case '"': (void)amp_buf_addc(out, "&quot;"); break;
		default:
			/* control characters are no XML, whatever a study file held */
			(void)amp_buf_byte(out, c < 0x20 && c != '\n' && c != '\t' ? ' ' : c);
		}
	}
	amp_buf_free(&text);
}

/* columns.c: small tables that people type or export: CSV (RFC 4180) in the ways of French and English spreadsheets. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/hash.h"
#include "base/i18n.h"
#include "base/io.h"
#include "base/utf8.h"
#include "calc/private.h"

#define INPUT_MAX ((size_t)256 << 20)
#define COLUMNS_MAX 1024
#define NUMBER_MAX 64

/* A quoted cell from behind its first quotation mark; *at ends behind the last. Doubled marks are halved in a copy. */
static bool quoted(const struct columns *c, const char **at, const char *end, struct amp_str *out)
{
	const char *from = *at, *p = from;
	size_t doubled = 0;
	for (; p < end && (*p != '"' || (p + 1 < end && p[1] == '"')); p++)
		if (*p == '"') {
			doubled++;
			p++;
		}
	if (p == end) return false;
	*at = p + 1;
	*out = (struct amp_str){from, (size_t)(p - from)};
	if (doubled == 0) return true;
	char *text = amp_arena_alloc(c->arena, out->n - doubled);
	if (text == NULL) return false;
	size_t n = 0;
	for (const char *q = from; q < p; q++) {
		q += *q == '"';
		text[n++] = *q;
	}
	*out = (struct amp_str){text, n};
	return true;
}

/* One cell from *at; leaves *at on the separator, the line's end or the end. False on a quote that does not close, or does too early. */
static bool cell(const struct columns *c, const char **at, const char *end, char separator, struct amp_str *out)
{
	const char *p = *at;
	if (p < end && *p == '"') {
		p++;
		if (!quoted(c, &p, end, out)) return false;
		*at = p;
		return p == end || *p == separator || *p == '\n' || *p == '\r';
	}
	while (p < end && *p != separator && *p != '\n' && *p != '\r') p++;
	*out = amp_str_trim((struct amp_str){*at, (size_t)(p - *at)});
	*at = p;
	return true;
}

static char separator_of(struct amp_str head)
{
	if (memchr(head.p, '\t', head.n) != NULL) return '\t';
	return memchr(head.p, ';', head.n) != NULL ? ';' : ',';
}

/* Cells of one line; returns how many, 0 where quotation marks do not match, room + 1 where there are more. */
static size_t line_cells(const struct columns *c, const char **at, const char *end, char separator, struct amp_str *out,
                         size_t room)
{
	for (size_t n = 0; n < room;) {
		if (!cell(c, at, end, separator, &out[n++])) return 0;
		if (*at < end && **at == separator) {
			(*at)++;
			continue;
		}
		*at += *at < end && **at == '\r';
		*at += *at < end && **at == '\n';
		return n;
	}
	return room + 1;
}

static int unmatched(const struct columns *c, size_t line, struct amp_err *err)
{
	return amp_fail(err, AMP_EFORMAT, _("%s:%zu: the quotation marks of a cell do not match: one at each end, doubled inside."),
	                c->file, line);
}

static bool blank(const char *p, const char *end)
{
	return p < end && (*p == '\n' || (*p == '\r' && p + 1 < end && p[1] == '\n'));
}

static int read_lines(struct columns *c, struct amp_str all, struct amp_err *err)
{
	const char *p = all.p, *end = all.p + all.n, *eol = memchr(p, '\n', all.n);
	char separator = separator_of((struct amp_str){p, eol != NULL ? (size_t)(eol - p) : all.n});
	struct amp_str title[COLUMNS_MAX];
	c->decimal_comma = separator != ',';
	c->n = line_cells(c, &p, end, separator, title, COLUMNS_MAX);
	if (c->n == 0) return unmatched(c, 1, err);
	if (c->n > COLUMNS_MAX) return amp_fail(err, AMP_EFORMAT, _("%s:1: there are more than %d columns."), c->file, COLUMNS_MAX);
	size_t lines = 1, n = 0;
	for (const char *q = p; q < end; q++) lines += *q == '\n';
	c->title = amp_arena_alloc(c->arena, c->n * sizeof *c->title);
	c->cell = amp_arena_alloc(c->arena, (lines + 1) * c->n * sizeof *c->cell);
	c->line = amp_arena_alloc(c->arena, (lines + 1) * sizeof *c->line);
	if (c->title == NULL || c->cell == NULL || c->line == NULL)
		return amp_fail(err, AMP_ENOMEM, _("%s is too large for the memory there is."), c->file);
	memcpy(c->title, title, c->n * sizeof *title);
	for (size_t line = 2; p < end; line++) {
		const char *from = p;
		if (c->n > 1 && blank(p, end)) {
			p += 1 + (*p == '\r');
			continue;
		}
		size_t got = line_cells(c, &p, end, separator, title, COLUMNS_MAX);
		if (got == 0) return unmatched(c, line, err);
		if (got != c->n)
			return amp_fail(err, AMP_EFORMAT, _("%s:%zu: cells in this line: %zu; in the line of titles: %zu."),
			                c->file, line, got, c->n);
		c->line[n] = line;
		memcpy(c->cell + n++ * c->n, title, c->n * sizeof *title);
		for (; from < p - 1; from++) line += *from == '\n';
	}
	c->rows = n;
	if (n == 0) return amp_fail(err, AMP_EFORMAT, _("%s: there is no line below the titles."), c->file);
	return 0;
}

/* The first line that holds a NUL byte or ill-formed UTF-8, from 1; 0 where there is none. */
static size_t bad_line(struct amp_str rest)
{
	for (size_t line = 1; rest.p != NULL; line++) {
		struct amp_str s = amp_str_cut(&rest, '\n');
		if (s.n > 0 && (memchr(s.p, '\0', s.n) != NULL || !amp_utf8_valid(s.p, s.n))) return line;
	}
	return 0;
}

int calc_read(struct columns *c, const char *file, struct amp_arena *arena, struct amp_err *err)
{
	struct amp_buf b;
	*c = (struct columns){.file = strcmp(file, "-") == 0 ? "stdin" : file, .arena = arena};
	amp_buf_init(&b, INPUT_MAX);
	int rc = amp_io_read_file(file, &b, err);
	struct amp_str all = rc == 0 ? amp_arena_str(arena, amp_buf_str(&b)) : AMP_STR_ABSENT;
	amp_buf_free(&b);
	if (rc != 0) return rc;
	if (all.p == NULL) return amp_fail(err, AMP_ENOMEM, _("%s is too large for the memory there is."), c->file);
	amp_sha256(all.p, all.n, c->sha256);
	all = calc_unmarked(all);
	if (amp_str_trim(all).n == 0)
		return amp_fail(err, AMP_EFORMAT, _("%s is empty: a line of column titles is expected."), c->file);
	size_t bad = bad_line(all);
	if (bad > 0) return amp_fail(err, AMP_EFORMAT, _("%s:%zu: this line is not UTF-8 text."), c->file, bad);
	return read_lines(c, all, err);
}

struct amp_str calc_unmarked(struct amp_str s)
{
	return amp_str_starts(s, "\xef\xbb\xbf") ? (struct amp_str){s.p + 3, s.n - 3} : s;
}

int calc_column(const struct columns *c, const char *title, size_t *out, struct amp_err *err)
{
	*out = SIZE_MAX;
	for (size_t i = 0; i < c->n; i++) {
		if (!amp_str_ieq_c(c->title[i], title)) continue;
		if (*out != SIZE_MAX) return amp_fail(err, AMP_EFORMAT, _("%s:1: two columns are called \"%s\"."), c->file, title);
		*out = i;
	}
	return 0;
}

int calc_filled(const struct columns *c, size_t column, struct amp_str **out, struct amp_err *err)
{
	*out = amp_arena_alloc(c->arena, (c->rows + 1) * sizeof **out);
	if (*out == NULL) return amp_fail(err, AMP_ENOMEM, _("%s is too large for the memory there is."), c->file);
	for (size_t i = 0; i < c->rows; i++) {
		(*out)[i] = c->cell[i * c->n + column];
		if ((*out)[i].n == 0)
			return amp_fail(err, AMP_EFORMAT, _("%s: line %zu, column \"%.*s\": it is empty."), c->file, c->line[i],
			                AMP_ARG(c->title[column]));
	}
	return 0;
}

/* "0,5", "1e-3", "-2": no spaces, no hexadecimal, no infinity. */
static bool number(struct amp_str s, bool decimal_comma, double *out)
{
	char text[NUMBER_MAX], *stop;
	if (s.n == 0 || s.n >= sizeof text) return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (!amp_is_digit(c) && strchr("+-.eE,", c) == NULL) return false;
		if (c == ',' && !decimal_comma) return false;
		text[i] = c == ',' ? '.' : c;
	}
	text[s.n] = '\0';
	*out = strtod(text, &stop);
	return stop == text + s.n && isfinite(*out);
}

static int bad_number(const struct columns *c, size_t row, size_t column, struct amp_err *err)
{
	struct amp_str s = c->cell[row * c->n + column];
	if (s.n > 40) s.n = 40;
	return amp_fail(err, AMP_EFORMAT, _("%s: line %zu, column \"%.*s\": \"%.*s\" is no number."), c->file, c->line[row],
	                AMP_ARG(c->title[column]), AMP_ARG(s));
}

int calc_numbers_or_gaps(const struct columns *c, size_t column, struct amp_real **out, struct amp_err *err)
{
	struct amp_real *v = amp_arena_alloc(c->arena, c->rows * sizeof *v);
	if (v == NULL) return amp_fail(err, AMP_ENOMEM, _("%s is too large for the memory there is."), c->file);
	for (size_t i = 0; i < c->rows; i++) {
		struct amp_str s = c->cell[i * c->n + column];
		v[i] = AMP_REAL_NONE;
		if (s.n == 0) continue;
		if (!number(s, c->decimal_comma, &v[i].v)) return bad_number(c, i, column, err);
		v[i].known = true;
	}
	*out = v;
	return 0;
}

int calc_numbers(const struct columns *c, size_t column, double **out, struct amp_err *err)
{
	double *v = amp_arena_alloc(c->arena, c->rows * sizeof *v);
	if (v == NULL) return amp_fail(err, AMP_ENOMEM, _("%s is too large for the memory there is."), c->file);
	for (size_t i = 0; i < c->rows; i++)
		if (!number(c->cell[i * c->n + column], c->decimal_comma, &v[i])) return bad_number(c, i, column, err);
	*out = v;
	return 0;
}

struct named {
	struct amp_str s;
	size_t at;
};

static int by_text(const void *a, const void *b)
{
	const struct named *x = a, *y = b;
	size_t n = x->s.n < y->s.n ? x->s.n : y->s.n;
	int c = n > 0 ? memcmp(x->s.p, y->s.p, n) : 0;
	if (c != 0) return c;
	if (x->s.n != y->s.n) return x->s.n < y->s.n ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

int calc_codes(const struct columns *c, const struct amp_str *cells, size_t n, double **code, struct amp_err *err)
{
	*code = amp_arena_alloc(c->arena, (n + 1) * sizeof **code);
	struct named *v = amp_arena_alloc(c->arena, (n + 1) * sizeof *v);
	if (v == NULL || *code == NULL) return amp_fail(err, AMP_ENOMEM, _("%s is too large for the memory there is."), c->file);
	for (size_t i = 0; i < n; i++) v[i] = (struct named){cells[i], i};
	qsort(v, n, sizeof *v, by_text);
	double next = 0;
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && !amp_str_eq(v[i].s, v[i - 1].s)) next++;
		(*code)[v[i].at] = next;
	}
	return 0;
}

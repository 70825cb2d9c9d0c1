/* cells.c: rows as CSV and JSON Lines. See cells.h. */
#include "export/cells.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/jsonw.h"
#include "base/utf8.h"

struct amp_str amp_cell_text(struct amp_str s, struct amp_buf *b, int64_t *repairs)
{
	if (s.p == NULL || (memchr(s.p, 0, s.n) == NULL && amp_utf8_valid(s.p, s.n))) return s;
	amp_buf_reset(b);
	for (size_t at = 0; at <= s.n;) {
		const char *nul = memchr(s.p + at, 0, s.n - at);
		size_t part = nul == NULL ? s.n - at : (size_t)(nul - s.p) - at;

		*repairs += (int64_t)amp_utf8_repair(b, s.p + at, part);
		at += part;
		if (nul == NULL) break;
		(void)amp_buf_utf8(b, 0xfffd);
		(*repairs)++;
		at++;
	}
	return amp_buf_str(b);
}

/* Decimal digits without printf: most cells of ten million rows are small integers. */
static void integer(struct amp_buf *b, int64_t v)
{
	char text[24];
	size_t at = sizeof text;
	uint64_t u = v < 0 ? ~(uint64_t)v + 1 : (uint64_t)v;

	do {
		text[--at] = (char)('0' + u % 10);
		u /= 10;
	} while (u > 0);
	if (v < 0) text[--at] = '-';
	(void)amp_buf_add(b, text + at, sizeof text - at);
}

/* The shortest of 15 to 17 digits that reads back the same. */
static void real(struct amp_buf *b, double v)
{
	char text[40];

	for (int digits = 15; digits <= 17; digits++) {
		(void)snprintf(text, sizeof text, "%.*g", digits, v);
		if (digits == 17 || strtod(text, NULL) == v) break;
	}
	(void)amp_buf_addc(b, text);
}

static void csv_text(struct amp_buf *b, struct amp_str s, bool exact)
{
	/* what a spreadsheet runs as a formula (OWASP, "CSV injection"); a line feed before one is skipped by some */
	bool formula = !exact && s.n > 0 && memchr("=+-@\t\r\n", s.p[0], 7) != NULL;
	bool quoted = formula || s.n == 0;
	size_t from = 0;

	for (size_t i = 0; i < s.n && !quoted; i++) quoted = s.p[i] == ',' || s.p[i] == '"' || s.p[i] == '\n' || s.p[i] == '\r';
	if (!quoted) {
		(void)amp_buf_adds(b, s);
		return;
	}
	(void)amp_buf_addc(b, formula ? "\"'" : "\"");
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '"') continue;
		(void)amp_buf_add(b, s.p + from, i + 1 - from);
		from = i; /* once more */
	}
	(void)amp_buf_add(b, s.p + from, s.n - from);
	(void)amp_buf_byte(b, '"');
}

static void csv_row(struct amp_buf *b, const struct amp_cell *cells, size_t n, bool exact)
{
	for (size_t i = 0; i < n; i++) {
		const struct amp_cell *c = &cells[i];

		if (i > 0) (void)amp_buf_byte(b, ',');
		switch (c->kind) {
		case AMP_CELL_NULL: break;
		case AMP_CELL_INT: integer(b, c->i); break;
		case AMP_CELL_REAL:
			if (isfinite(c->d)) real(b, c->d);
			break;
		case AMP_CELL_BOOL: (void)amp_buf_addc(b, c->i != 0 ? "true" : "false"); break;
		case AMP_CELL_TEXT: csv_text(b, c->s, exact); break;
		case AMP_CELL_TOKEN: (void)amp_buf_adds(b, c->s); break;
		}
	}
	(void)amp_buf_byte(b, '\n');
}

static void csv_head(struct amp_buf *b, const struct amp_column_words *const *columns, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i > 0) (void)amp_buf_byte(b, ',');
		(void)amp_buf_addc(b, columns[i]->name);
	}
	(void)amp_buf_byte(b, '\n');
}

static void csv_safe(struct amp_buf *b, const struct amp_column_words *const *columns, const struct amp_cell *cells, size_t n)
{
	(void)columns;
	csv_row(b, cells, n, false);
}

static void csv_exact(struct amp_buf *b, const struct amp_column_words *const *columns, const struct amp_cell *cells, size_t n)
{
	(void)columns;
	csv_row(b, cells, n, true);
}

static void jsonl_row(struct amp_buf *b, const struct amp_column_words *const *columns, const struct amp_cell *cells, size_t n)
{
	struct amp_jsonw w;

	amp_jsonw_start(&w, b);
	amp_jsonw_object(&w);
	for (size_t i = 0; i < n; i++) {
		const struct amp_cell *c = &cells[i];

		amp_jsonw_key(&w, columns[i]->name);
		switch (c->kind) {
		case AMP_CELL_NULL: amp_jsonw_null(&w); break;
		case AMP_CELL_INT: amp_jsonw_i64(&w, c->i); break;
		case AMP_CELL_REAL: amp_jsonw_double(&w, c->d); break;
		case AMP_CELL_BOOL: amp_jsonw_bool(&w, c->i != 0); break;
		case AMP_CELL_TEXT:
		case AMP_CELL_TOKEN: amp_jsonw_str(&w, c->s); break;
		}
	}
	amp_jsonw_end_object(&w);
	(void)amp_buf_byte(b, '\n');
}

const struct amp_row_form amp_form_csv = {"csv", "text/csv", csv_head, csv_safe};
const struct amp_row_form amp_form_csv_exact = {"csv", "text/csv", csv_head, csv_exact};
const struct amp_row_form amp_form_jsonl = {"jsonl", "application/jsonl", NULL, jsonl_row};

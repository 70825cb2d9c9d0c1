/* format_csv.c: summary.csv, one row an estimate. RFC 4180 with line feeds; decimal points; NA where there is no value. The columns
 * are those of columns.def.
 * A spreadsheet runs a text cell that begins with = + - @ as a formula: such text cells get an apostrophe. Numbers stay numbers.
 */
#include <string.h>
#include "base/i18n.h"
#include "base/io.h"
#include "base/jsonw.h"
#include "report/private.h"

static void comma(struct amp_buf *b)
{
	if (b->n && b->p[b->n - 1] != '\n') (void)amp_buf_byte(b, ',');
}

static void cell(struct amp_buf *b, const char *s)
{
	comma(b);
	if (!s || !*s) {
		(void)amp_buf_addc(b, "NA");
		return;
	}
	bool formula = strchr("=+-@\t\r", s[0]) != NULL, quoted = formula || strpbrk(s, ",\"\n\r") != NULL;
	if (quoted) (void)amp_buf_byte(b, '"');
	if (formula) (void)amp_buf_byte(b, '\'');
	for (; *s; s++) {
		if (*s == '"') (void)amp_buf_byte(b, '"');
		(void)amp_buf_byte(b, (unsigned char)*s);
	}
	if (quoted) (void)amp_buf_byte(b, '"');
}

static void real(struct amp_buf *b, struct amp_real v)
{
	struct amp_jsonw w;
	comma(b);
	amp_jsonw_start(&w, b);
	if (v.known)
		amp_jsonw_double(&w, v.v);
	else
		(void)amp_buf_addc(b, "NA");
}

static void value(struct amp_buf *b, const struct amp_value *v)
{
	if (v->kind == AMP_VALUE_TEXT) {
		cell(b, v->text);
	} else if (v->kind == AMP_VALUE_REAL) {
		real(b, v->real);
	} else {
		comma(b);
		(void)amp_buf_printf(b, "%lld", (long long)v->integer);
	}
}

static int save_all(struct amp_report *r, const struct amp_report_format *format, struct amp_err *err)
{
	struct amp_row row;
	struct amp_buf b;
	amp_buf_init(&b, (size_t)256 << 20);
	for (size_t i = 0; i < AMP_COLUMNS; i++) cell(&b, amp_report_columns[i].name);
	(void)amp_buf_byte(&b, '\n');
	for (size_t i = 0; i < r->estimates->n; i++) {
		amp_report_row(&row, r, &r->estimates->v[i]);
		for (size_t k = 0; k < row.n; k++) value(&b, &row.v[k]);
		(void)amp_buf_byte(&b, '\n');
	}
	int rc = amp_report_file(r, format->file, &b, err);
	amp_buf_free(&b);
	return rc;
}

const struct amp_report_format amp_format_csv = {"csv", "summary.csv", save_all};

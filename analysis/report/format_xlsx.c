/* format_xlsx.c: a workbook by libxlsxwriter: what must be read first, then the estimates. Numbers are numbers; a text is written as a text,
 * so that no program runs it as a formula; NA where there is no value.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>
#include "base/clock.h"
#include "base/i18n.h"
#include "report/private.h"

#define CELL_MAX 32767 /* characters of a cell, says Excel */

struct sheet {
	struct amp_report *r;
	lxw_worksheet *to;
	lxw_error bad;
};

static void put(struct sheet *s, lxw_row_t row, lxw_col_t column, const char *text, lxw_format *look)
{
	const char *cell = text != NULL && *text != 0 ? text : "NA";
	size_t n = strlen(cell);
	if (n > CELL_MAX) n = CELL_MAX;
	while (n > 0 && ((unsigned char)cell[n] & 0xC0) == 0x80) n--;
	lxw_error bad = worksheet_write_string(s->to, row, column, w_dup(&s->r->w, cell, n), look);
	if (bad != LXW_NO_ERROR) s->bad = bad;
}

static void put_number(struct sheet *s, lxw_row_t row, lxw_col_t column, double v)
{
	lxw_error bad = worksheet_write_number(s->to, row, column, v, NULL);
	if (bad != LXW_NO_ERROR) s->bad = bad;
}

static void first_sheet(struct sheet *s, lxw_format *strong, lxw_format *wrap)
{
	struct amp_report *r = s->r;
	struct amp_finding_text said[3];
	lxw_row_t row = 0;
	(void)worksheet_set_column(s->to, 0, 0, 110, NULL);
	put(s, row++, 0, r->title, strong);
	put(s, row++, 0, p_text(r, P_SUBTITLE), strong);
	if (r->simulated) put(s, row++, 0, p_text(r, P_BANNER_SIMULATED), strong);
	put(s, row++, 0, p_text(r, P_PRESUMED), wrap);
	size_t n = amp_findings(r, said);
	for (size_t i = 0; i < n; i++) {
		put(s, row++, 0,
		    r->simulated ? w_fill(&r->w, "{a}{b}", "a", p_text(r, P_SIMULATED_PREFIX), "b", said[i].sentence, NULL)
		                 : said[i].sentence,
		    wrap);
		put(s, row++, 0, said[i].caveat, wrap);
	}
	put(s, row++, 0, _("What cannot be concluded, and why"), strong);
	const char **lacks = amp_limits(r, &n);
	for (size_t i = 0; i < n; i++) put(s, row++, 0, lacks[i], wrap);
	put(s, row, 0, amp_citation(r), wrap);
}

static void rows(struct sheet *s, lxw_format *strong)
{
	struct amp_report *r = s->r;
	struct amp_row row;
	for (size_t c = 0; c < AMP_COLUMNS; c++) put(s, 0, (lxw_col_t)c, amp_report_columns[c].name, strong);
	for (size_t i = 0; i < r->estimates->n && i + 1 < 1048576; i++) {
		amp_report_row(&row, r, &r->estimates->v[i]);
		for (size_t c = 0; c < row.n; c++) {
			const struct amp_value *v = &row.v[c];
			if (v->kind == AMP_VALUE_INTEGER)
				put_number(s, (lxw_row_t)(i + 1), (lxw_col_t)c, (double)v->integer);
			else if (v->kind == AMP_VALUE_REAL && v->real.known)
				put_number(s, (lxw_row_t)(i + 1), (lxw_col_t)c, v->real.v);
			else
				put(s, (lxw_row_t)(i + 1), (lxw_col_t)c, v->kind == AMP_VALUE_TEXT ? v->text : NULL, NULL);
		}
	}
	worksheet_freeze_panes(s->to, 1, 0);
	if (r->estimates->n > 0) (void)worksheet_autofilter(s->to, 0, 0, (lxw_row_t)r->estimates->n, AMP_COLUMNS - 1);
}

static int save_all(struct amp_report *r, const struct amp_report_format *format, struct amp_err *err)
{
	const char *path = amp_report_path(r, format->file), *temporary = w_fill(&r->w, "{path}.new", "path", path, NULL);
	lxw_workbook *book = workbook_new(temporary);
	if (book == NULL) return amp_fail(err, AMP_ENOMEM, _("Memory is out while %s is written."), format->file);
	lxw_doc_properties about = {.title = (char *)r->title, .company = NULL, .created = (time_t)(r->now / 1000)};
	(void)workbook_set_properties(book, &about);
	lxw_format *strong = workbook_add_format(book), *wrap = workbook_add_format(book);
	format_set_bold(strong);
	format_set_text_wrap(wrap);
	struct sheet s = {r, workbook_add_worksheet(book, _("read first")), LXW_NO_ERROR};
	first_sheet(&s, strong, wrap);
	s.to = workbook_add_worksheet(book, _("estimates"));
	rows(&s, strong);
	lxw_error closed = workbook_close(book);
	lxw_error bad = s.bad != LXW_NO_ERROR ? s.bad : closed;
	if (bad == LXW_NO_ERROR && !amp_report_short(r) && rename(temporary, path) == 0) {
		if (r->options->wrote != NULL) r->options->wrote(path);
		return 0;
	}
	(void)unlink(temporary);
	if (amp_report_short(r)) return amp_fail(err, AMP_ENOMEM, _("Memory is out while %s is written."), format->file);
	return amp_fail(err, AMP_EIO, _("%s cannot be written: %s."), path,
	                bad != LXW_NO_ERROR ? lxw_strerror(bad) : _("it cannot get its name"));
}

const struct amp_report_format amp_format_xlsx = {"xlsx", "report.xlsx", save_all};

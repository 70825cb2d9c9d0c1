/* format_tex.c: the document as LaTeX with booktabs. */
#include "report/private.h"

static int save_all(struct amp_report *r, const struct amp_report_format *format, struct amp_err *err)
{
	return amp_report_write(&amp_doc_latex, format->file, r, err);
}

const struct amp_report_format amp_format_tex = {"tex", "report.tex", save_all};

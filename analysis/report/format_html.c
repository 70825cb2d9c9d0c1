/* format_html.c: the document as one page that needs nothing else. */
#include "report/private.h"

static int save_all(struct amp_report *r, const struct amp_report_format *format, struct amp_err *err)
{
	return amp_report_write(&amp_doc_html, format->file, r, err);
}

const struct amp_report_format amp_format_html = {"html", "report.html", save_all};

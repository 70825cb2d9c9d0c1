/* format_md.c: the document as CommonMark. */
#include "report/private.h"

static int save_all(struct amp_report *r, const struct amp_report_format *format, struct amp_err *err)
{
	return amp_report_write(&amp_doc_md, format->file, r, err);
}

const struct amp_report_format amp_format_md = {"md", "summary.md", save_all};

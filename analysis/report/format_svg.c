/* format_svg.c: every chart as an SVG file that needs nothing else. */
#include "report/private.h"

static int save(struct amp_report *r, const char *file, const struct amp_picture *p, struct amp_err *err)
{
	struct amp_buf b;
	amp_buf_init(&b, p->n + 1);
	(void)amp_buf_add(&b, p->svg, p->n);
	int rc = amp_report_file(r, file, &b, err);
	amp_buf_free(&b);
	return rc;
}

static int save_all(struct amp_report *r, const struct amp_report_format *format, struct amp_err *err)
{
	return amp_report_pictures(r, format->name, save, err);
}

const struct amp_report_format amp_format_svg = {"svg", "charts", save_all};

/* formats.c: the table of formats, and the list that an option gives. */
#include <string.h>
#include "base/i18n.h"
#include "base/io.h"
#include "base/mem.h"
#include "report/private.h"

#define AMP_REPORT_FORMAT(name) extern const struct amp_report_format amp_format_##name;
#include "report/formats.def"
#undef AMP_REPORT_FORMAT
static const struct amp_report_format *const formats[] = {
#define AMP_REPORT_FORMAT(name) &amp_format_##name,
#include "report/formats.def"
#undef AMP_REPORT_FORMAT
};
#define FORMATS (sizeof formats / sizeof *formats)

static const struct amp_report_format *find(const char *name, size_t n)
{
	for (size_t i = 0; i < FORMATS; i++)
		if (strlen(formats[i]->name) == n && memcmp(formats[i]->name, name, n) == 0) return formats[i];
	return NULL;
}

static int unknown(const char *name, size_t n, struct amp_err *err)
{
	char names[128] = "";
	size_t at = 0;
	for (size_t i = 0; i < FORMATS; i++) {
		size_t length = strlen(formats[i]->name);
		if (at + length + 3 > sizeof names) break;
		if (at > 0) {
			memcpy(names + at, ", ", 2);
			at += 2;
		}
		memcpy(names + at, formats[i]->name, length + 1);
		at += length;
	}
	return amp_fail(err, AMP_EUSAGE, _("The report has no format “%.*s”; its formats are %s."), (int)(n < 40 ? n : 40), name,
	                names);
}

int amp_report_formats(const struct amp_report_format *out[AMP_REPORT_FORMATS], size_t *n, const char *list, struct amp_err *err)
{
	*n = 0;
	for (const char *at = list;; at++) {
		size_t length = strcspn(at, ",");
		const struct amp_report_format *f = find(at, length);
		bool again = false;
		if (f == NULL) return unknown(at, length, err);
		for (size_t i = 0; i < *n; i++) again = again || out[i] == f;
		if (!again) out[(*n)++] = f;
		at += length;
		if (*at == 0) return 0;
	}
}

const char *amp_report_path(struct amp_report *r, const char *file)
{
	return w_fill(&r->w, "{dir}/{file}", "dir", r->options->out_dir, "file", file, NULL);
}

bool amp_report_short(const struct amp_report *r)
{
	return r->w.failed || amp_mem_refused() != r->refused;
}

int amp_report_file(struct amp_report *r, const char *file, struct amp_buf *b, struct amp_err *err)
{
	const char *path = amp_report_path(r, file);
	int rc = amp_buf_check(b, file, err);
	if (rc == 0 && amp_report_short(r)) rc = amp_fail(err, AMP_ENOMEM, _("Memory is out while %s is written."), file);
	if (rc == 0) rc = amp_io_write_file(path, b->p != NULL ? b->p : "", b->n, err);
	if (rc == 0 && r->options->wrote != NULL) r->options->wrote(path);
	return rc;
}

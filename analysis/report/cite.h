/* cite.h: the line that a figure is cited with. */
#ifndef AMP_REPORT_CITE_H
#define AMP_REPORT_CITE_H
#include "base/buf.h"
#include "base/err.h"
#include "store/store.h"

struct amp_cite_options {
	const char *study; /* slug, NULL: the only one */
	const char *lang;  /* "fr" (default) or "en" */
	/* One of both at most: a table of the report by its anchor ("results"), a chart by its name ("forest"); NULL: the report. */
	const char *table, *figure;
	const char *format; /* "text" (default), "bibtex", "csl-json" */
	const char *program_version;
};
/* Appends the citation of a study to out: title, protocol hash, period, n, detector and version, chain head. Reads the database only; no
 * figure is computed. AMP_EUSAGE names the tables and charts that there are. */
int amp_cite(struct amp_buf *out, struct amp_store *store, const struct amp_cite_options *o, struct amp_err *err) AMP_CHECK;

#endif

/* report.h: tables, charts and words from a database; reads it, writes estimate rows and files. No network, no crawler code. */
#ifndef AMP_REPORT_REPORT_H
#define AMP_REPORT_REPORT_H
#include <stdint.h>
#include "base/err.h"
#include "metrics/metrics.h"
#include "store/store.h"

struct amp_report_options {
	const char *out_dir;
	const char *lang;       /* "fr" (default) or "en" */
	const char *study;      /* slug, NULL: the only one */
	const char *truth_file; /* playground log, NULL */
	int64_t now;            /* AMP_TIME_NONE: wall clock */
	const char *program_version, *commit;
	const char *formats;             /* "html,csv", of formats.def; NULL: html,md,csv */
	void (*wrote)(const char *path); /* told of every file once it is there; NULL */
	int64_t examples;                /* how many texts may be quoted, in report.html alone; 0: none */
};
/* Writes the report's files into out_dir (made when absent), each by temporary file and rename. */
int amp_report(struct amp_store *store, const struct amp_report_options *o, struct amp_err *err) AMP_CHECK;
/* An amp_plan_fn: what the locked text fixes, for amp_frame_load. */
int amp_report_plan(void *user, struct amp_arena *a, const char *study_text, struct amp_plan *plan, struct amp_err *err);

#endif

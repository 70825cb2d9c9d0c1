/* cmd_report.c: `amplimeter report`. */
#include <stddef.h>
#include <stdio.h>

#include "base/i18n.h"
#include "common.h"
#include "report/report.h"

struct values {
	struct amp_cli_common common;
	const char *out, *truth, *format;
	int64_t now, examples;
};
static const struct amp_opt options[] = {
	AMP_CLI_DB,
	AMP_CLI_STUDY,
	{"out", 'o', AMP_OPT_STRING, "DIR", N_("folder for the report's files (made when absent)"), NULL, 0, 0,
         offsetof(struct values, out)},
	{"format", 0, AMP_OPT_STRING, "LIST",
         N_("what to write, separated by commas: html, md, csv, json, xlsx, tex, svg, png (default: html,md,csv)"), NULL, 0, 0,
         offsetof(struct values, format)},
	{"examples", 0, AMP_OPT_INT, "N",
         N_("quote N flagged texts in report.html, blurred until opened, pseudonymised (default: none)"), NULL, 0, 100,
         offsetof(struct values, examples)},
	{"truth", 0, AMP_OPT_STRING, "FILE", N_("the playground's log of what it served, to stand beside the estimates"), NULL, 0,
         0, offsetof(struct values, truth)},
	{"now", 0, AMP_OPT_TIME, "TIME", N_("the time printed as the report's own (default: now)"), NULL, 0, 0,
         offsetof(struct values, now)},
	AMP_CLI_COMMON,
	AMP_OPT_END,
};
extern const struct amp_cmd amp_cmd_report;

static void told(const char *path)
{
	(void)puts(path);
}

static int run(int argc, char **argv, struct amp_err *err)
{
	struct values v = {.now = AMP_TIME_NONE};
	struct amp_store *store = NULL;
	const char *operands[64];
	size_t n;
	int rc;

	if (argc > 64) return amp_fail(err, AMP_EUSAGE, _("too many operands"));
	rc = amp_cli_parse(&amp_cmd_report, argc, argv, &v, operands, &n, err);
	if (rc != 1) return rc;
	if (n != 0)
		return amp_fail(err, AMP_EUSAGE,
		                _("report takes no operand: the database is given with --db, the folder with --out"));
	if (v.out == NULL) return amp_fail(err, AMP_EUSAGE, _("report needs a folder to write to: --out DIR"));
	rc = amp_cli_open(&store, &v.common, AMP_STORE_ANALYSE, err);
	if (rc != 0) return rc;
	/* reports are for French associations first: French unless --lang says otherwise */
	rc = amp_report(store,
	                &(struct amp_report_options){v.out, v.common.lang != NULL ? v.common.lang : "fr", v.common.study, v.truth,
	                                             v.now, AMP_VERSION, amp_cli_commit(), v.format, told, v.examples},
	                err);
	amp_store_close(store);
	return rc;
}

const struct amp_cmd amp_cmd_report = {"report",
                                       "",
                                       N_("write tables, charts and sentences from a database"),
                                       "amplimeter report --db study.db --out report --lang en",
                                       options,
                                       run};

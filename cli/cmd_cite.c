/* cmd_cite.c: `amplimeter cite`. */
#include <stddef.h>

#include "base/i18n.h"
#include "common.h"
#include "report/cite.h"

struct values {
	struct amp_cli_common common;
	const char *table, *figure, *format;
};
static const struct amp_opt options[] = {
	AMP_CLI_DB,
	AMP_CLI_STUDY,
	{"table", 0, AMP_OPT_STRING, "NAME", N_("the table that is cited, by its anchor in the report (results, exclusions, …)"),
         NULL, 0, 0, offsetof(struct values, table)},
	{"figure", 0, AMP_OPT_STRING, "NAME", N_("the chart that is cited (forest, time, …)"), NULL, 0, 0,
         offsetof(struct values, figure)},
	{"format", 0, AMP_OPT_CHOICE, "FORMAT", N_("text (default), bibtex or csl-json"), "text|bibtex|csl-json", 0, 0,
         offsetof(struct values, format)},
	AMP_CLI_COMMON,
	AMP_OPT_END,
};
extern const struct amp_cmd amp_cmd_cite;

static int run(int argc, char **argv, struct amp_err *err)
{
	struct values v = {.format = NULL};
	struct amp_store *store = NULL;
	const char *operands[64];
	struct amp_buf out;
	size_t n;

	if (argc > 64) return amp_fail(err, AMP_EUSAGE, _("too many operands"));
	int rc = amp_cli_parse(&amp_cmd_cite, argc, argv, &v, operands, &n, err);
	if (rc != 1) return rc;
	if (n != 0) return amp_fail(err, AMP_EUSAGE, _("cite takes no operand: the database is given with --db"));
	rc = amp_cli_open(&store, &v.common, AMP_STORE_READ, err);
	if (rc != 0) return rc;
	amp_buf_init(&out, 1 << 20);
	/* as the report: French unless --lang says otherwise */
	rc = amp_cite(&out, store,
	              &(struct amp_cite_options){v.common.study, v.common.lang != NULL ? v.common.lang : "fr", v.table, v.figure,
	                                         v.format, AMP_VERSION},
	              err);
	if (rc == 0) rc = amp_cli_out(&out, err);
	amp_buf_free(&out);
	amp_store_close(store);
	return rc;
}

const struct amp_cmd amp_cmd_cite = {
	"cite",  "", N_("print the citation of a study's figures"), "amplimeter cite --db study.db --table results --format bibtex",
	options, run};

/* cmd_detect.c: `amplimeter detect`: scores what a database holds and has not scored yet. */
#include <stddef.h>
#include <stdio.h>

#include "base/i18n.h"
#include "common.h"
#include "detectors/detector.h"

#define DETECTORS_MAX 32

struct values {
	struct amp_cli_common common;
	struct amp_opt_list detectors;
};
static const struct amp_opt options[] = {AMP_CLI_DB,
                                         AMP_CLI_STUDY,
                                         {"detector", 0, AMP_OPT_LIST, "NAME",
                                          N_("lexicon or marker; give it twice for both (default: those that the studies declare)"),
                                          NULL, 0, 0, offsetof(struct values, detectors)},
                                         AMP_CLI_COMMON,
                                         AMP_OPT_END};
extern const struct amp_cmd amp_cmd_detect;

static int run(int argc, char **argv, struct amp_err *err)
{
	struct values v = {0};
	struct amp_store *store = NULL;
	struct amp_detect *detect = NULL;
	const char *operands[64], *names[DETECTORS_MAX + 1] = {NULL};
	int64_t items = 0, parses = 0;
	size_t n;

	if (argc > 64) return amp_fail(err, AMP_EUSAGE, _("too many operands"));
	int rc = amp_cli_parse(&amp_cmd_detect, argc, argv, &v, operands, &n, err);
	if (rc != 1) return rc;
	rc = amp_cli_open(&store, &v.common, AMP_STORE_ANALYSE, err);
	if (rc != 0) return rc;
	for (size_t i = 0; i < v.detectors.n && i < DETECTORS_MAX; i++) names[i] = v.detectors.v[i];
	if (v.detectors.n == 0) rc = amp_detect_declared(store, v.common.study, names, DETECTORS_MAX, err);
	if (rc == 0) rc = amp_detect_open(&detect, store, names, err);
	amp_cli_catch_signals();
	if (rc == 0) rc = amp_detect_study(detect, store, v.common.study, amp_cli_stop, &items, &parses, err);
	if (rc == 0 || items > 0)
		(void)printf(_("%lld items scored, %lld snapshots summed\n"), (long long)items, (long long)parses);
	amp_detect_close(detect);
	amp_store_close(store);
	return rc;
}

const struct amp_cmd amp_cmd_detect = {"detect",
                                       "",
                                       N_("score what the database holds and has not scored yet"),
                                       "amplimeter detect --db study.db --detector lexicon",
                                       options,
                                       run};

/* cmd_sample.c: `amplimeter sample`: draws texts for people to judge, with known chances. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "annotate/sample.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "common.h"
#include "report/report.h"

struct values {
	struct amp_cli_common common;
	const char *detector, *strata, *name;
	int64_t size, seed;
	bool dry_run;
};
static const struct amp_opt options[] = {
	AMP_CLI_DB,
	AMP_CLI_STUDY,
	{"size", 0, AMP_OPT_INT, "N", N_("how many texts to draw"), NULL, 1, AMP_DRAW_SIZE_MAX, offsetof(struct values, size)},
	{"detector", 0, AMP_OPT_STRING, "NAME", N_("whose scores make the strata (default: the study's primary detector)"), NULL, 0,
         0, offsetof(struct values, detector)},
	{"strata", 0, AMP_OPT_STRING, "K|SCORES", N_("a number of strata, or cuts of the score such as 0.1,0.5 (default: 5)"), NULL,
         0, 0, offsetof(struct values, strata)},
	{"seed", 0, AMP_OPT_INT, "S", N_("seed of the draw (default: the study's)"), NULL, 0, INT64_MAX,
         offsetof(struct values, seed)},
	{"name", 0, AMP_OPT_STRING, "NAME", N_("what to call the sample (default: sample-1, sample-2, …)"), NULL, 0, 0,
         offsetof(struct values, name)},
	{"dry-run", 0, AMP_OPT_FLAG, NULL, N_("say what would be drawn; store nothing"), NULL, 0, 0,
         offsetof(struct values, dry_run)},
	AMP_CLI_JSON,
	AMP_CLI_COMMON,
	AMP_OPT_END};
extern const struct amp_cmd amp_cmd_sample;

static int print(const struct amp_sample *s, bool json, struct amp_err *err)
{
	struct amp_buf out;
	struct amp_jsonw w;
	amp_buf_init(&out, 1 << 20);
	if (json) {
		amp_jsonw_start(&w, &out);
		amp_sample_json(s, &w);
		(void)amp_buf_byte(&out, '\n');
	} else {
		amp_sample_print(s, &out);
	}
	int rc = amp_buf_check(&out, _("the output"), err);
	if (rc == 0) rc = amp_cli_out(&out, err);
	amp_buf_free(&out);
	return rc;
}

static int run(int argc, char **argv, struct amp_err *err)
{
	struct values v = {.seed = -1};
	struct amp_store *store = NULL;
	struct amp_frame *frame = NULL;
	struct amp_sample sample;
	const char *operands[64];
	size_t n;

	if (argc > 64) return amp_fail(err, AMP_EUSAGE, _("too many operands"));
	int rc = amp_cli_parse(&amp_cmd_sample, argc, argv, &v, operands, &n, err);
	if (rc != 1) return rc;
	if (n != 0) return amp_fail(err, AMP_EUSAGE, _("sample takes options only, not \"%s\""), operands[0]);
	if (v.size == 0) return amp_fail(err, AMP_EUSAGE, _("say how many texts to draw: --size N"));
	rc = amp_cli_open(&store, &v.common, AMP_STORE_ANALYSE, err);
	if (rc == 0) rc = amp_frame_load(&frame, store, v.common.study, amp_report_plan, NULL, err);
	if (rc == 0) {
		struct amp_sample_options o = {.detector = v.detector,
		                               .strata = v.strata,
		                               .name = v.name,
		                               .size = v.size,
		                               .seed = v.seed >= 0 ? v.seed : (int64_t)(frame->plan.seed & INT64_MAX),
		                               .now = amp_clock_wall_ms(),
		                               .dry_run = v.dry_run};
		rc = amp_sample_draw(&sample, frame, store, &o, err);
	}
	if (rc == 0) rc = print(&sample, v.common.json, err);
	amp_frame_free(frame);
	amp_store_close(store);
	return rc;
}

const struct amp_cmd amp_cmd_sample = {"sample",
                                       "",
                                       N_("draw texts for people to judge, with known chances"),
                                       "amplimeter sample --db study.db --size 20 --seed 1",
                                       options,
                                       run};

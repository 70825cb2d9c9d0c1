/* cmd_train.c: `amplimeter train`: a model of the linear detector from labelled texts. */
#include <stddef.h>
#include <stdio.h>

#include "base/i18n.h"
#include "base/log.h"
#include "common.h"
#include "detectors/detector.h"
#include "train/train.h"

struct values {
	struct amp_cli_common common;
	const char *inputs, *out;
};
static const struct amp_opt options[] = {
	{"inputs", 0, AMP_OPT_STRING, "DIR", N_("the folder of the labelled texts (default: the current one)"), NULL, 0, 0,
         offsetof(struct values, inputs)},
	{"out", 0, AMP_OPT_STRING, "DIR", N_("the folder to write the model to"), NULL, 0, 0, offsetof(struct values, out)},
	AMP_CLI_COMMON,
	AMP_OPT_END};
extern const struct amp_cmd amp_cmd_train;

static void say(void *user, const char *line)
{
	(void)user;
	(void)fprintf(stderr, "%s\n", line);
}

static int run(int argc, char **argv, struct amp_err *err)
{
	static const struct amp_train_progress progress = {say, NULL};
	struct values v = {0};
	const char *operands[64];
	size_t n;

	if (argc > 64) return amp_fail(err, AMP_EUSAGE, _("too many operands"));
	int rc = amp_cli_parse(&amp_cmd_train, argc, argv, &v, operands, &n, err);
	if (rc != 1) return rc;
	if (n != 1) return amp_fail(err, AMP_EUSAGE, _("train takes one manifest"));
	if (v.out == NULL) return amp_fail(err, AMP_EUSAGE, _("train needs --out, the folder to write the model to"));
	rc = amp_train(operands[0], v.inputs != NULL ? v.inputs : ".", amp_detector_data_dir(), v.out, &progress, err);
	if (rc == 0) (void)printf("%s/linear.model\n", v.out);
	return rc;
}

const struct amp_cmd amp_cmd_train = {"train",
                                      "MANIFEST",
                                      N_("train the linear detector on labelled texts"),
                                      "amplimeter train tests/train/manifest.json --inputs tests/train --out model",
                                      options,
                                      run};

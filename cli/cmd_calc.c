/* cmd_calc.c: `amplimeter calc`: a figure worked out again by hand. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "calc/calc.h"
#include "common.h"

#define OUT_MAX ((size_t)1 << 30)

struct values {
	struct amp_cli_common common;
	const char *option[AMP_CALC_OPTIONS];
};
static const struct amp_opt options[] = {
#define AMP_CALC_OPTION(id, name, arg, help) \
	{name, 0, AMP_OPT_STRING, arg, help, NULL, 0, 0, offsetof(struct values, option) + AMP_CALC_##id * sizeof(const char *)},
#include "calc/options.def"
#undef AMP_CALC_OPTION
	AMP_CLI_COMMON, AMP_OPT_END};
extern const struct amp_cmd amp_cmd_calc;

static void list(FILE *to)
{
	size_t n;
	const struct amp_calculator *all = amp_calculators(&n);
	(void)fputs(_("Calculators, and the columns of the CSV that they read on standard input:\n"), to);
	for (size_t i = 0; i < n; i++) {
		(void)fprintf(to, "  %s %s\n      %s\n", all[i].name, all[i].usage, _(all[i].summary));
		if (all[i].columns[0] != '\0') (void)fprintf(to, _("      columns: %s\n"), _(all[i].columns));
	}
}

static int run(int argc, char **argv, struct amp_err *err)
{
	struct values v = {0};
	struct amp_calc_input in;
	struct amp_buf out;
	size_t n;
	const char **operands = amp_calloc((size_t)argc + 1, sizeof *operands);
	if (operands == NULL) return amp_fail(err, AMP_ENOMEM, _("Memory is out."));
	amp_buf_init(&out, OUT_MAX);
	int rc = amp_cli_parse(&amp_cmd_calc, argc, argv, &v, operands, &n, err);
	if (rc != 1) goto out;
	rc = n > 0 ? 0 : amp_fail(err, AMP_EUSAGE, _("calc needs the name of a calculator (amplimeter calc list names them)"));
	if (rc != 0) goto out;
	if (strcmp(operands[0], "list") == 0) {
		list(stdout);
		goto out;
	}
	memcpy(in.option, v.option, sizeof in.option);
	in.files = operands + 1;
	in.n_files = n - 1;
	rc = amp_calc(operands[0], &in, &out, err);
	if (rc == 0) rc = amp_cli_out(&out, err);
out:
	amp_buf_free(&out);
	amp_free(operands);
	return rc;
}

const struct amp_cmd amp_cmd_calc = {"calc",
                                     "list|CALCULATOR [FILE FILE]",
                                     N_("work a figure out again by hand: intervals, agreement, corrected shares"),
                                     "amplimeter calc wilson --x 60 --n 1000",
                                     options,
                                     run};

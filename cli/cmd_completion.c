/* cmd_completion.c: `amplimeter completion`: bash completion, made from the command and option tables. */
#include <stddef.h>
#include <stdio.h>

#include "base/i18n.h"
#include "common.h"

struct values {
	struct amp_cli_common common;
};
static const struct amp_opt options[] = {AMP_CLI_COMMON, AMP_OPT_END};
extern const struct amp_cmd amp_cmd_completion;

static void print_case(struct amp_buf *b, const struct amp_cmd *cmd)
{
	(void)amp_buf_printf(b, "    %s) words=\"", cmd->name);
	for (const struct amp_opt *o = cmd->options; o->name != NULL; o++) {
		(void)amp_buf_printf(b, "%s--%s", o == cmd->options ? "" : " ", o->name);
	}
	(void)amp_buf_addc(b, "\" ;;\n");
}

static int run(int argc, char **argv, struct amp_err *err)
{
	struct values v = {0};
	struct amp_buf b;
	const char *operands[64];
	size_t n;
	int rc;

	if (argc > 64) return amp_fail(err, AMP_EUSAGE, _("too many operands"));
	rc = amp_cli_parse(&amp_cmd_completion, argc, argv, &v, operands, &n, err);
	if (rc != 1) return rc;
	amp_buf_init(&b, 65536);
	(void)amp_buf_addc(&b, "# bash completion for amplimeter; load with: source <(amplimeter completion)\n"
	                       "_amplimeter() {\n"
	                       "  local cur=${COMP_WORDS[COMP_CWORD]} words=\n"
	                       "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
	                       "    words=\"");
	for (const struct amp_cmd *const *c = amp_commands; *c != NULL; c++) {
		(void)amp_buf_printf(&b, "%s%s", c == amp_commands ? "" : " ", (*c)->name);
	}
	(void)amp_buf_addc(&b, "\"\n  else\n    case ${COMP_WORDS[1]} in\n");
	for (const struct amp_cmd *const *c = amp_commands; *c != NULL; c++) print_case(&b, *c);
	(void)amp_buf_addc(&b, "    esac\n    case $cur in -*) ;; *) words= ;; esac\n  fi\n"
	                       "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
	                       "}\n"
	                       "complete -o default -F _amplimeter amplimeter\n");
	rc = amp_buf_check(&b, "the completion script", err);
	if (rc == 0) rc = amp_cli_out(&b, err);
	amp_buf_free(&b);
	return rc;
}

const struct amp_cmd amp_cmd_completion = {
	"completion", "", N_("print the bash completion script"), "source <(amplimeter completion)", options, run};

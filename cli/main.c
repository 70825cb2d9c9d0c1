/* main.c: finds the command, runs it, prints the one error at the top, gives the exit code of the contract. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/jsonv.h"
#include "base/log.h"
#include "base/mem.h"
#include "cmd.h"
#include "commit.h"
#include "common.h"
#include "run/program.h"

static struct amp_buf command_line;

const char *amp_cli_command_line(void)
{
	return command_line.p == NULL ? "" : command_line.p;
}

const char *amp_cli_commit(void)
{
	return AMP_COMMIT;
}

static void usage(FILE *out)
{
	(void)fprintf(
		out,
		_("amplimeter %s: how much hate a platform's ranking adds to what people see\n\nUsage: amplimeter COMMAND [options]\n\n"),
		AMP_VERSION);
	for (const struct amp_cmd *const *c = amp_commands; *c != NULL; c++) {
		(void)fprintf(out, "  %-11s %s\n", (*c)->name, _((*c)->summary));
	}
	(void)fputs(_("\n`amplimeter COMMAND --help` explains one command; amplimeter(1) is the manual.\n"), out);
}

static void keep_command_line(int argc, char **argv)
{
	amp_buf_init(&command_line, 65536);
	for (int i = 0; i < argc; i++) {
		if (i > 0) (void)amp_buf_byte(&command_line, ' ');
		(void)amp_buf_addc(&command_line, argv[i]);
	}
}

static int run(int argc, char **argv, struct amp_err *err)
{
	const struct amp_cmd *cmd;

	if (argc < 2) {
		usage(stderr);
		return 2;
	}
	if (strcmp(argv[1], "--version") == 0) {
		(void)printf("amplimeter %s%s%s\n", AMP_VERSION, AMP_COMMIT[0] == '\0' ? "" : " ", AMP_COMMIT);
		return 0;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
		if (argc > 2) {
			cmd = amp_cmd_find(argv[2]);
			if (cmd != NULL) {
				amp_cli_help(cmd, stdout);
				return 0;
			}
		}
		usage(stdout);
		return 0;
	}
	cmd = amp_cmd_find(argv[1]);
	if (cmd == NULL) {
		const char *names[64], *near;
		size_t n = 0;

		for (const struct amp_cmd *const *c = amp_commands; *c != NULL && n < 64; c++) names[n++] = (*c)->name;
		near = amp_str_suggest(argv[1], names, n);
		if (near != NULL) return amp_fail(err, AMP_EUSAGE, _("no command \"%s\"; did you mean \"%s\"?"), argv[1], near);
		return amp_fail(err, AMP_EUSAGE, _("no command \"%s\"; `amplimeter --help` lists them"), argv[1]);
	}
	return cmd->run(argc - 1, argv + 1, err);
}

int main(int argc, char **argv)
{
	static struct amp_err err;
	int rc;

	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGXFSZ, SIG_IGN); /* a file at the limit (ulimit -f) is an error like a full disk, with its sentence */
	amp_jsonv_start();              /* before anything makes a json_t */
	amp_i18n_init(NULL);
	amp_program_commit = AMP_COMMIT;
	keep_command_line(argc, argv);
	rc = run(argc, argv, &err);
	amp_progress_end();
	if (rc < 0) {
		(void)fprintf(stderr, "amplimeter: %s\n", err.text[0] == '\0' ? _("failed") : err.text);
		rc = amp_exit_code(rc);
	}
	if (fflush(stdout) != 0 && rc == 0) rc = 1;
	amp_buf_free(&command_line);
	return rc;
}

/* cmd.h: the command table. One cmd_NAME.c a command: parse arguments, call a module, nothing more. */
#ifndef AMP_CLI_CMD_H
#define AMP_CLI_CMD_H
#include <stdbool.h>
#include "base/err.h"
#include "base/opt.h"

struct amp_cmd {
	const char *name;
	const char *operands; /* "FILE…" or "" */
	const char *summary;  /* one line, N_() */
	const char *example;  /* shown by --help */
	const struct amp_opt *options;
	int (*run)(int argc, char **argv, struct amp_err *err); /* returns an exit code, or a negative amp_code with err set */
};
extern const struct amp_cmd *const amp_commands[]; /* NULL-ended, from commands.def */
const struct amp_cmd *amp_cmd_find(const char *name);
/* Options that commands share, to be placed in their tables: see cmd_common.h */
bool amp_cli_stop(void); /* a signal asked us to stop (SIGINT, SIGTERM) */
void amp_cli_catch_signals(void);

#endif

/* commands.c: the command table, from commands.def. */
#include <stddef.h>
#include <string.h>

#include "cmd.h"

#define AMP_COMMAND(name) extern const struct amp_cmd amp_cmd_##name;
#include "commands.def"
#undef AMP_COMMAND

const struct amp_cmd *const amp_commands[] = {
#define AMP_COMMAND(name) &amp_cmd_##name,
#include "commands.def"
#undef AMP_COMMAND
	NULL};

const struct amp_cmd *amp_cmd_find(const char *name)
{
	for (const struct amp_cmd *const *c = amp_commands; *c != NULL; c++) {
		if (strcmp((*c)->name, name) == 0) return *c;
	}
	return NULL;
}

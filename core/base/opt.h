/* opt.h: command-line options as tables, which also feed --help, completion and the man page check. */
#ifndef AMP_BASE_OPT_H
#define AMP_BASE_OPT_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include "base/err.h"

enum amp_opt_type { AMP_OPT_FLAG, AMP_OPT_STRING, AMP_OPT_INT, AMP_OPT_TIME, AMP_OPT_CHOICE, AMP_OPT_LIST };
struct amp_opt {
	const char *name; /* long name without dashes */
	char short_name;  /* 0 = none */
	enum amp_opt_type type;
	const char *arg;     /* shown in help: FILE, DIR, N */
	const char *help;    /* English, marked with N_() for translation */
	const char *choices; /* CHOICE: "fr|en" */
	int64_t min, max;    /* INT */
	size_t offset; /* offsetof() in the command's values struct: bool, const char *, int64_t, int64_t ms, const char *, struct amp_opt_list */
};
struct amp_opt_list {
	const char *v[64];
	size_t n;
};
#define AMP_OPT_END                                              \
	{                                                        \
		NULL, 0, AMP_OPT_FLAG, NULL, NULL, NULL, 0, 0, 0 \
	}

/* Parses argv[1..]; options may stand anywhere, "--" ends them. Operands are gathered into operands (argc entries of room).
 * An unknown option is AMP_EUSAGE with a "did you mean". --help is not handled here: declare it as a flag. */
int amp_opt_parse(const struct amp_opt *table, int argc, char **argv, void *values, const char **operands, size_t *n_operands,
                  struct amp_err *err) AMP_CHECK;
void amp_opt_help(const struct amp_opt *table, FILE *out);

#endif

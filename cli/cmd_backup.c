/* cmd_backup.c: `amplimeter backup`. */
#include <stddef.h>
#include <stdio.h>

#include "base/i18n.h"
#include "common.h"

struct values {
	struct amp_cli_common common;
};
static const struct amp_opt options[] = {AMP_CLI_DB, AMP_CLI_COMMON, AMP_OPT_END};
extern const struct amp_cmd amp_cmd_backup;

static int run(int argc, char **argv, struct amp_err *err)
{
	struct values v = {0};
	struct amp_store *store = NULL;
	const char *operands[64];
	size_t n;
	int rc;

	if (argc > 64) return amp_fail(err, AMP_EUSAGE, _("too many operands"));
	rc = amp_cli_parse(&amp_cmd_backup, argc, argv, &v, operands, &n, err);
	if (rc != 1) return rc;
	if (n != 1) return amp_fail(err, AMP_EUSAGE, _("backup takes the file to write, once"));
	rc = amp_cli_open(&store, &v.common, AMP_STORE_READ, err);
	if (rc != 0) return rc;
	rc = amp_store_backup(store, operands[0], err);
	if (rc == 0) (void)printf("%s\n", operands[0]);
	amp_store_close(store);
	return rc;
}

const struct amp_cmd amp_cmd_backup = {"backup",
                                       "FILE",
                                       N_("copy the database while it may be in use, and check the copy"),
                                       "amplimeter backup --db study.db study-2026-11-22.db",
                                       options,
                                       run};

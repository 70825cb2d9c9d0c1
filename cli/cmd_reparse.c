/* cmd_reparse.c: `amplimeter reparse`: the archive read again with today's adapters. */
#include <stddef.h>
#include <stdio.h>

#include "base/i18n.h"
#include "common.h"
#include "run/run.h"

struct values {
	struct amp_cli_common common;
};
static const struct amp_opt options[] = {AMP_CLI_DB, AMP_CLI_ARCHIVE, AMP_CLI_STUDY, AMP_CLI_COMMON, AMP_OPT_END};
extern const struct amp_cmd amp_cmd_reparse;

static int run(int argc, char **argv, struct amp_err *err)
{
	struct values v = {0};
	struct amp_store *store = NULL;
	struct amp_reparse_summary s = {0};
	struct amp_buf archive;
	const char *operands[64];
	size_t n;
	int rc;

	if (argc > 64) return amp_fail(err, AMP_EUSAGE, _("too many operands"));
	rc = amp_cli_parse(&amp_cmd_reparse, argc, argv, &v, operands, &n, err);
	if (rc != 1) return rc;
	amp_buf_init(&archive, 8192);
	rc = amp_cli_archive(&archive, &v.common, err);
	if (rc == 0) rc = amp_cli_open(&store, &v.common, AMP_STORE_WRITE, err);
	if (rc == 0) {
		/* New generations are scored by `amplimeter detect`, which knows the study's detectors. */
		rc = amp_reparse(store, archive.p, v.common.study, NULL, NULL, &s, err);
		if (rc == 0 || s.snapshots > 0)
			(void)printf(_("snapshots %lld, new generations %lld, the same %lld, differing %lld, unreadable %lld\n"),
			             (long long)s.snapshots, (long long)s.made, (long long)s.same, (long long)s.differing,
			             (long long)s.unreadable);
		if (s.erased > 0)
			(void)printf(_("snapshots with a page erased by law, left as they were read: %lld\n"), (long long)s.erased);
		if (s.elsewhere > 0)
			(void)printf(_("snapshots of another crawler, whose archive is elsewhere, left as they were read: %lld\n"),
			             (long long)s.elsewhere);
	}
	amp_store_close(store);
	amp_buf_free(&archive);
	return rc;
}

const struct amp_cmd amp_cmd_reparse = {"reparse",
                                        "",
                                        N_("read the archive again with today's adapters, as a new generation beside the old"),
                                        "amplimeter reparse --db study.db",
                                        options,
                                        run};

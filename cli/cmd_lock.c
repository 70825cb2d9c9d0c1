/* cmd_lock.c: `amplimeter lock`: writes the study's protocol and its hash into the database and the ledger, before any crawl. */
#include <stddef.h>

#include "base/i18n.h"
#include "base/jsonw.h"
#include "common.h"
#include "run/run.h"
#include "study_file.h"

struct values {
	struct amp_cli_common common;
	const char *amend;
};
static const struct amp_opt options[] = {AMP_CLI_DB,
                                         AMP_CLI_ARCHIVE,
                                         {"amend", 0, AMP_OPT_STRING, "REASON",
                                          N_("the study was locked and has changed: record the change with this reason"), NULL, 0,
                                          0, offsetof(struct values, amend)},
                                         AMP_CLI_JSON,
                                         AMP_CLI_COMMON,
                                         AMP_OPT_END};
extern const struct amp_cmd amp_cmd_lock;

static int print(const struct amp_study *s, bool made, bool json, struct amp_err *err)
{
	struct amp_buf b;
	struct amp_jsonw w;
	char hex[2 * AMP_SHA256 + 1];
	amp_hex(s->hash, AMP_SHA256, hex);
	amp_buf_init(&b, 1 << 16);
	amp_jsonw_start(&w, &b);
	if (json) {
		amp_jsonw_object(&w);
		amp_jsonw_kc(&w, "study", s->slug);
		amp_jsonw_kc(&w, "protocol_hash", hex);
		amp_jsonw_kbool(&w, "made", made);
		amp_jsonw_end_object(&w);
		(void)amp_buf_byte(&b, '\n');
	} else {
		(void)amp_buf_printf(&b,
		                     made ? _("study %s locked: protocol %s\n")
		                          : _("study %s was locked already and is unchanged: protocol %s\n"),
		                     s->slug, hex);
	}
	int rc = amp_cli_out(&b, err);
	amp_buf_free(&b);
	return rc;
}

static int lock(const struct values *v, const char *path, struct amp_err *err)
{
	struct amp_study *s = NULL;
	struct amp_store *store = NULL;
	struct amp_buf archive;
	int64_t version = 0;
	bool made = false;
	amp_buf_init(&archive, 4096);
	int rc = amp_cli_study_read(&s, path, err);
	if (rc == 0) rc = amp_cli_open(&store, &v->common, AMP_STORE_CREATE, err);
	if (rc == 0) rc = amp_cli_archive(&archive, &v->common, err);
	if (rc == 0) rc = amp_study_lock(store, s, archive.p, v->amend, &version, &made, err);
	if (rc == 0) rc = print(s, made, v->common.json, err);
	amp_buf_free(&archive);
	amp_store_close(store);
	amp_study_free(s);
	return rc;
}

static int run(int argc, char **argv, struct amp_err *err)
{
	struct values v = {0};
	const char *operands[64] = {NULL};
	size_t n = 0;
	if (argc > 64) return amp_fail(err, AMP_EUSAGE, _("Too many arguments."));
	int rc = amp_cli_parse(&amp_cmd_lock, argc, argv, &v, operands, &n, err);
	if (rc <= 0) return rc;
	if (n != 1) return amp_fail(err, AMP_EUSAGE, _("Name one study: amplimeter lock STUDY --db FILE"));
	return lock(&v, operands[0], err);
}

const struct amp_cmd amp_cmd_lock = {
	.name = "lock",
	.operands = "STUDY",
	.summary = N_("lock a study by the hash of its protocol, before its first crawl"),
	.example = "amplimeter lock personas/studies/bluesky-fr.json --db bluesky.db",
	.options = options,
	.run = run,
};

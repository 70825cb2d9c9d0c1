/* cmd_erase.c: `amplimeter erase`: what the law wants gone, of a person or of one post, in the database and in the archive. */
#include <stddef.h>
#include <stdio.h>

#include "base/i18n.h"
#include "base/jsonw.h"
#include "common.h"
#include "run/erase.h"

struct values {
	struct amp_cli_common common;
	const char *author, *item, *basis;
	bool dry_run, resume;
};
static const struct amp_opt options[] = {
	AMP_CLI_DB,
	AMP_CLI_ARCHIVE,
	{"author", 0, AMP_OPT_STRING, "ID", N_("whose posts and names: key, identifier on the platform, or handle"), NULL, 0, 0,
         offsetof(struct values, author)},
	{"item", 0, AMP_OPT_STRING, "ID", N_("the one post: key, identifier on the platform, or address"), NULL, 0, 0,
         offsetof(struct values, item)},
	{"basis", 0, AMP_OPT_STRING, "TEXT", N_("the ground, kept in the evidence chain for good: must name nobody"), NULL, 0, 0,
         offsetof(struct values, basis)},
	{"dry-run", 0, AMP_OPT_FLAG, NULL, N_("say what would go, change nothing"), NULL, 0, 0, offsetof(struct values, dry_run)},
	{"resume", 0, AMP_OPT_FLAG, NULL, N_("only finish an erasure that was interrupted"), NULL, 0, 0,
         offsetof(struct values, resume)},
	AMP_CLI_JSON,
	AMP_CLI_COMMON,
	AMP_OPT_END};
extern const struct amp_cmd amp_cmd_erase;

static int check(const struct values *v, size_t operands, struct amp_err *err)
{
	if (operands != 0)
		return amp_fail(err, AMP_EUSAGE, _("erase takes no operand: who or what is said with --author or --item"));
	if (v->resume && (v->author != NULL || v->item != NULL || v->basis != NULL || v->dry_run))
		return amp_fail(err, AMP_EUSAGE, _("--resume goes alone: it finishes what was begun"));
	if (v->resume) return 0;
	if ((v->author != NULL) == (v->item != NULL))
		return amp_fail(err, AMP_EUSAGE, _("erase needs --author or --item, one of them"));
	if ((v->author != NULL ? v->author : v->item)[0] == '\0')
		return amp_fail(err, AMP_EUSAGE, _("--author and --item want a name"));
	if (!v->dry_run && (v->basis == NULL || v->basis[0] == '\0'))
		return amp_fail(
			err, AMP_EUSAGE,
			_("an erasure needs its ground: --basis \"GDPR art. 17, request of 3 May 2026\"; it must name nobody"));
	return 0;
}

static const struct row {
	const char *key, *text;
	size_t at;
} rows[] = {
	{"versions", N_("texts blanked, those that quote them included:"), offsetof(struct amp_erased, versions)},
	{"items", N_("posts:"), offsetof(struct amp_erased, items)},
	{"authors", N_("authors:"), offsetof(struct amp_erased, authors)},
	{"references", N_("replies that no longer say what they reply to:"), offsetof(struct amp_erased, references)},
	{"captures", N_("captures erased in the archive:"), offsetof(struct amp_erased, captures)},
	{"others", N_("other texts on these pages, kept as they were read:"), offsetof(struct amp_erased, others)},
	{"archives", N_("archives with an entry of it:"), offsetof(struct amp_erased, archives)},
	{"elsewhere", N_("archives of other crawlers, to be erased where they are:"), offsetof(struct amp_erased, elsewhere)},
	{"finished", N_("erasures begun earlier, finished now:"), offsetof(struct amp_erased, finished)},
};

static int64_t number(const struct amp_erased *e, const struct row *r)
{
	return *(const int64_t *)(const void *)((const char *)e + r->at);
}

static int print(const struct values *v, const struct amp_erased *e, struct amp_err *err)
{
	struct amp_buf b;
	int rc;

	amp_buf_init(&b, 65536);
	if (v->common.json) {
		struct amp_jsonw w;

		amp_jsonw_start(&w, &b);
		amp_jsonw_object(&w);
		amp_jsonw_kc(&w, "status", v->dry_run ? "dry_run" : "erased");
		for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
			amp_jsonw_key(&w, rows[i].key);
			amp_jsonw_i64(&w, number(e, &rows[i]));
		}
		amp_jsonw_end_object(&w);
		(void)amp_buf_byte(&b, '\n');
	} else {
		if (v->dry_run) (void)amp_buf_addc(&b, _("nothing is changed; this would go:\n"));
		for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
			(void)amp_buf_printf(&b, "%s %lld\n", _(rows[i].text), (long long)number(e, &rows[i]));
		if (!v->dry_run)
			(void)amp_buf_addc(
				&b,
				_("Erase it, too, in copies: backups, exports, excerpts, sheets of coders, merged databases.\n"));
	}
	rc = amp_buf_check(&b, "erase", err);
	if (rc == 0) rc = amp_cli_out(&b, err);
	amp_buf_free(&b);
	return rc;
}

static int run(int argc, char **argv, struct amp_err *err)
{
	struct values v = {.author = NULL};
	struct amp_store *store = NULL;
	struct amp_erased e;
	struct amp_buf archive;
	const char *operands[64];
	size_t n;
	int rc;

	if (argc > 64) return amp_fail(err, AMP_EUSAGE, _("too many operands"));
	rc = amp_cli_parse(&amp_cmd_erase, argc, argv, &v, operands, &n, err);
	if (rc != 1) return rc;
	rc = check(&v, n, err);
	if (rc != 0) return rc;
	amp_buf_init(&archive, 8192);
	rc = amp_cli_archive(&archive, &v.common, err);
	if (rc == 0) rc = amp_cli_open(&store, &v.common, AMP_STORE_WRITE, err);
	if (rc == 0) /* the command line as given names whom it is about: the record says only what was done */
		rc = amp_erase(store,
		               &(struct amp_erase_options){archive.p, v.author, v.item, v.basis, v.dry_run,
		                                           v.resume           ? "amplimeter erase --resume"
		                                           : v.author != NULL ? "amplimeter erase --author (withheld)"
		                                                              : "amplimeter erase --item (withheld)"},
		               &e, err);
	if (rc == 0) rc = print(&v, &e, err);
	amp_store_close(store);
	amp_buf_free(&archive);
	return rc;
}

const struct amp_cmd amp_cmd_erase = {
	"erase",
	"",
	N_("erase a person's posts, or one post, by law: texts and names go, figures and the chain stay"),
	"amplimeter erase --db study.db --author ada.example --basis \"GDPR art. 17, request of 3 May 2026\"",
	options,
	run};

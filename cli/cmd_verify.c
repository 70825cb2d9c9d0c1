/* cmd_verify.c: `amplimeter verify`: the archive alone, or the archive and the database against each other. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "annotate/recheck.h"
#include "annotate/redraw.h"
#include "archive/archive.h"
#include "base/hash.h"
#include "base/i18n.h"
#include "base/jsonw.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "common.h"
#include "lists/stored.h"
#include "run/run.h"

struct values {
	struct amp_cli_common common;
	bool deep;
};
static const struct amp_opt options[] = {
	AMP_CLI_ARCHIVE,
	{"db", 0, AMP_OPT_STRING, "FILE", N_("the database to compare the archive with; without it the archive is checked alone"),
         NULL, 0, 0, offsetof(struct amp_cli_common, db)},
	{"deep", 0, AMP_OPT_FLAG, NULL, N_("also read every capture again and compare it with the stored readings"), NULL, 0, 0,
         offsetof(struct values, deep)},
	AMP_CLI_JSON,
	AMP_CLI_COMMON,
	AMP_OPT_END};
extern const struct amp_cmd amp_cmd_verify;

struct page {
	const char *archive;
	bool json;
	int64_t findings;
};

/* What is told comes out of damaged files and of databases that anybody may have written: it is made valid UTF-8. */
static void key_or_null(struct amp_jsonw *w, const char *key, const char *value)
{
	struct amp_buf b;

	amp_buf_init(&b, 65536);
	if (value != NULL) (void)amp_utf8_repair(&b, value, strlen(value));
	amp_jsonw_kstr(w, key, b.n > 0 ? amp_buf_str(&b) : AMP_STR_ABSENT);
	amp_buf_free(&b);
}

/* The same for people; a control byte would draw on their terminal. */
static void print_clean(struct amp_buf *line)
{
	struct amp_buf b;

	amp_buf_init(&b, 65536);
	(void)amp_utf8_repair(&b, amp_buf_str(line).p, line->n);
	for (size_t i = 0; i < b.n; i++)
		if ((unsigned char)b.p[i] < 0x20 || b.p[i] == 0x7f) b.p[i] = '?';
	(void)printf("%.*s\n", AMP_ARG(amp_buf_str(&b)));
	amp_buf_free(&b);
	amp_buf_free(line);
}

static void number_or_null(struct amp_jsonw *w, const char *key, int64_t value)
{
	amp_jsonw_key(w, key);
	if (value < 0)
		amp_jsonw_null(w);
	else
		amp_jsonw_i64(w, value);
}

static void print_line(const struct page *p, const char *status, const struct amp_finding *f)
{
	struct amp_buf b;
	struct amp_jsonw w;

	amp_buf_init(&b, 65536);
	amp_jsonw_start(&w, &b);
	amp_jsonw_object(&w);
	amp_jsonw_kc(&w, "status", status);
	key_or_null(&w, "archive", p->archive);
	number_or_null(&w, "seq", f->seq);
	key_or_null(&w, "file", f->file);
	number_or_null(&w, "offset", f->offset);
	key_or_null(&w, "expected", f->expected);
	key_or_null(&w, "found", f->found);
	key_or_null(&w, "what", f->what);
	amp_jsonw_end_object(&w);
	(void)printf("%.*s\n", AMP_ARG(amp_buf_str(&b)));
	amp_buf_free(&b);
}

static void found(void *user, const struct amp_finding *f)
{
	struct page *p = user;
	struct amp_buf b;

	if (amp_mem_refused() != 0) return; /* it may be no more than memory that was missing: told at the end */
	p->findings++;
	if (p->json) {
		print_line(p, "differs", f);
		return;
	}
	amp_buf_init(&b, 65536);
	(void)amp_buf_printf(&b, _("differs: %s"), f->what);
	if (f->seq >= 0) (void)amp_buf_printf(&b, _(", entry %lld"), (long long)f->seq);
	if (f->file != NULL) (void)amp_buf_printf(&b, ", %s", f->file);
	if (f->offset >= 0) (void)amp_buf_printf(&b, _(" at byte %lld"), (long long)f->offset);
	if (f->expected[0] != '\0' || f->found[0] != '\0')
		(void)amp_buf_printf(&b, _(": expected %s, found %s"), f->expected, f->found);
	print_clean(&b);
}

/* Of one archive's bytes the first thousand differences are told: the others are counted, and it is said that they are. */
static void untold(struct page *p, int64_t n)
{
	struct amp_finding f = {.seq = -1, .offset = -1};

	if (n <= 0 || amp_mem_refused() != 0) return;
	(void)snprintf(f.what, sizeof(f.what), _("differences that are counted and not listed: of one archive the first 1000 are"));
	(void)snprintf(f.found, sizeof(f.found), "%lld", (long long)n);
	p->findings += n;
	if (p->json)
		print_line(p, "differs", &f);
	else
		(void)printf("%s (%s)\n", f.what, f.found);
}

/* Differences were told: that is how it ended, and no failure. told: before. */
static int differs_or(int rc, const struct page *p, int64_t told)
{
	return rc == AMP_EFAIL && p->findings > told ? 0 : rc;
}

/* Samples and what was said of them are in the database alone. */
static void rechecked(void *user, const char *what, const char *key)
{
	struct amp_finding f = {.seq = -1, .offset = -1};
	(void)snprintf(f.what, sizeof(f.what), "%s", what);
	(void)snprintf(f.found, sizeof(f.found), "%s", key);
	found(user, &f);
}

/* No difference, and no proof that there is none. */
static void undecided(void *user, const char *what, const char *key)
{
	const struct page *p = user;
	struct amp_finding f = {.seq = -1, .offset = -1};
	(void)snprintf(f.what, sizeof(f.what), "%s", what);
	(void)snprintf(f.found, sizeof(f.found), "%s", key);
	if (p->json)
		print_line(p, "not_checked", &f);
	else
		(void)printf(_("not checked: %s (%s)\n"), f.what, f.found);
}

static void undecided_rows(void *user, const char *what, int64_t n)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "%lld", (long long)n);
	if (n > 0) undecided(user, what, text);
}

static void intact(const struct page *p, const struct amp_verified *v)
{
	struct amp_finding f = {.seq = v->entries - 1, .offset = -1};
	char head[2 * AMP_SHA256 + 1];

	amp_hex(v->head, AMP_SHA256, head);
	if (p->json) {
		(void)snprintf(f.found, sizeof(f.found), "%s", head);
		(void)snprintf(f.expected, sizeof(f.expected), "%s", head);
		(void)snprintf(f.what, sizeof(f.what), "chain head; %lld entries, %lld records, %lld erased", (long long)v->entries,
		               (long long)v->records, (long long)v->erased);
		print_line(p, "intact", &f);
		return;
	}
	(void)printf(_("intact: %s\n%lld entries, %lld records, %lld erased\nchain head %s\n"), p->archive, (long long)v->entries,
	             (long long)v->records, (long long)v->erased, head);
}

/* What reports read in place of the exposures. */
static int check_lists(struct page *p, struct amp_store *store, struct amp_err *err)
{
	struct amp_list_check c;
	struct amp_finding f = {.seq = -1, .offset = -1};
	int rc = amp_list_check(&c, store, err);
	if (rc != 0 || c.bad == 0) return rc;
	(void)snprintf(f.what, sizeof(f.what),
	               _("stored lists (table snapshot_list) that say something else than their exposures: %lld of %lld"),
	               (long long)c.bad, (long long)c.rows);
	(void)snprintf(f.found, sizeof(f.found), "parse_id %lld", (long long)c.first);
	found(p, &f);
	return 0;
}

/* The archive's own bytes. */
static int check_archive(struct page *p, struct amp_verified *v, struct amp_err *err)
{
	int rc = amp_archive_verify(p->archive, found, p, v, err);
	untold(p, v->findings - p->findings);
	return differs_or(rc, p, 0);
}

/* Archives and database against each other. */
static int check_database(struct page *p, struct amp_store *store, struct amp_err *err)
{
	int64_t before = p->findings, findings = 0, elsewhere = 0;
	int rc = amp_verify_database(store, p->archive, found, p, &findings, err);
	untold(p, findings - (p->findings - before));
	rc = differs_or(rc, p, before);
	if (rc == 0) rc = amp_archives_elsewhere(store, &elsewhere, err);
	if (rc == 0)
		undecided_rows(
			p, _("archives of another crawler, whose database was merged into this one: verify them where they are"),
			elsewhere);
	return rc;
}

static int check_readings(struct page *p, struct amp_store *store, struct amp_err *err)
{
	struct amp_reparse_summary s = {0};
	int64_t before = p->findings;
	int rc = differs_or(amp_verify_readings(store, p->archive, found, p, &s, err), p, before);
	if (rc != 0) return rc;
	undecided_rows(p, _("readings of snapshots with a page erased by law"), s.erased);
	undecided_rows(p, _("readings of snapshots of another crawler, whose archive is elsewhere"), s.elsewhere);
	undecided_rows(p, _("readings by another version of this program"), s.other);
	if (!p->json)
		(void)printf(_("readings made again from their captures: %lld, the same: %lld\n"),
		             (long long)(s.same + s.differing), (long long)s.same);
	return 0;
}

static int run(int argc, char **argv, struct amp_err *err)
{
	struct values v = {0};
	struct amp_store *store = NULL;
	struct amp_verified verified = {0};
	struct amp_buf archive;
	struct page p = {0};
	const char *operands[64];
	size_t n;
	int rc;

	if (argc > 64) return amp_fail(err, AMP_EUSAGE, _("too many operands"));
	rc = amp_cli_parse(&amp_cmd_verify, argc, argv, &v, operands, &n, err);
	if (rc != 1) return rc;
	if (v.deep && v.common.db == NULL)
		return amp_fail(err, AMP_EUSAGE, _("--deep compares the readings of a database: give it with --db"));
	amp_buf_init(&archive, 8192);
	rc = amp_cli_archive(&archive, &v.common, err);
	if (rc == 0 && v.common.db != NULL) rc = amp_cli_open(&store, &v.common, AMP_STORE_READ, err);
	if (rc == 0 && store != NULL && amp_store_is_excerpt(store))
		rc = amp_fail(
			err, AMP_EUSAGE,
			_("%s is an excerpt of a study, made by amplimeter export: it is no evidence, and nothing of it is compared. Verify the archive (--archive alone), or the database that it was made from"),
			v.common.db);
	if (rc == 0) {
		p.archive = archive.p;
		p.json = v.common.json;
		rc = check_archive(&p, &verified, err);
	}
	if (rc == 0 && store != NULL) rc = check_database(&p, store, err);
	if (rc == 0 && store != NULL && v.deep) rc = check_readings(&p, store, err);
	if (rc == 0 && store != NULL) rc = check_lists(&p, store, err);
	if (rc == 0 && store != NULL) rc = amp_annotations_recheck(store, rechecked, &p, err);
	if (rc == 0 && store != NULL) rc = amp_samples_redraw(store, rechecked, undecided, &p, err);
	if ((rc == 0 || rc == AMP_EFAIL) && amp_mem_refused() != 0) /* neither intact nor different */
		rc = amp_fail(err, AMP_ENOMEM, _("out of memory while verifying %s"), archive.p);
	if (rc == 0 && p.findings == 0) intact(&p, &verified);
	if (rc == 0 && p.findings > 0) rc = amp_fail(err, AMP_EFAIL, _("%lld differences in %s"), (long long)p.findings, archive.p);
	amp_store_close(store);
	amp_buf_free(&archive);
	return rc;
}

const struct amp_cmd amp_cmd_verify = {
	"verify", "", N_("check the archive, its chain and the database against each other"), "amplimeter verify --db study.db",
	options,  run};

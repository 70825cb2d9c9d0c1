/* cmd_export.c: `amplimeter export`. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "common.h"
#include "export/export.h"
#include "run/run.h"

struct values {
	struct amp_cli_common common;
	const char *out, *format, *key, *reason;
	struct amp_opt_list tables;
	bool with_names;
};
static const struct amp_opt options[] = {
	AMP_CLI_DB,
	{"out", 'o', AMP_OPT_STRING, "PLACE",
         N_("where to write: a folder for csv, jsonl and sql, else a file; it must not exist (- is standard output)"), NULL, 0, 0,
         offsetof(struct values, out)},
	{"format", 'f', AMP_OPT_CHOICE, "FORMAT",
         N_("csv, jsonl: one file a table; sql: CSV with a typed schema for DuckDB and PostgreSQL; sqlite: one study as a smaller database; "
            "datasette, dictionary: what the views hold (default: csv)"),
         AMP_EXPORT_FORMATS, 0, 0, offsetof(struct values, format)},
	{"table", 't', AMP_OPT_LIST, "NAME", N_("this table only (may be repeated)"), NULL, 0, 0, offsetof(struct values, tables)},
	AMP_CLI_STUDY,
	{"key", 0, AMP_OPT_STRING, "FILE",
         N_("the key of the pseudonyms, made when absent (default: the database's name with .pseudonyms.key)"), NULL, 0, 0,
         offsetof(struct values, key)},
	{"with-names", 0, AMP_OPT_FLAG, NULL,
         N_("identifiers, names and texts as they are; the decision is recorded in the evidence chain and needs --reason"), NULL, 0,
         0, offsetof(struct values, with_names)},
	{"reason", 0, AMP_OPT_STRING, "TEXT", N_("why names are needed, for the record"), NULL, 0, 0,
         offsetof(struct values, reason)},
	AMP_CLI_ARCHIVE,
	AMP_CLI_COMMON,
	AMP_OPT_END,
};
extern const struct amp_cmd amp_cmd_export;

static void print_file(void *user, const char *path, int64_t rows)
{
	(void)user;
	if (rows < 0)
		(void)printf("%s\n", path);
	else
		(void)printf(amp_ngettext("%s: %lld row\n", "%s: %lld rows\n", (unsigned long)rows), path, (long long)rows);
}

static int check_names(const struct values *v, struct amp_err *err)
{
	bool reason = v->reason != NULL && v->reason[0] != '\0';

	if (v->with_names && amp_export_is_description(v->format))
		return amp_fail(err, AMP_EUSAGE, _("%s describes the views and holds no names: leave --with-names out"), v->format);
	if (v->with_names && !reason)
		return amp_fail(
			err, AMP_EUSAGE,
			_("--with-names publishes who wrote what: say why with --reason \"…\"; it is recorded in the evidence chain"));
	if (v->with_names && v->key != NULL)
		return amp_fail(err, AMP_EUSAGE, _("--key makes pseudonyms and --with-names wants none: leave one out"));
	if (!v->with_names && v->reason != NULL) return amp_fail(err, AMP_EUSAGE, _("--reason goes with --with-names"));
	return 0;
}

static int record(const struct values *v, struct amp_err *err)
{
	struct amp_store *store = NULL;
	struct amp_buf archive;
	struct amp_decided d = {.study = v->common.study,
	                        .type = "consent",
	                        .reason = v->reason,
	                        .activity = "export",
	                        .command_line = amp_cli_command_line()};
	char subject[64];
	int rc;

	if (v->common.study == NULL)
		return amp_fail(err, AMP_EUSAGE, _("--with-names is decided for one study: name it with --study"));
	(void)snprintf(subject, sizeof subject, "export with names, %s", v->format);
	d.subject = subject;
	amp_buf_init(&archive, 8192);
	rc = amp_cli_archive(&archive, &v->common, err);
	if (rc == 0) rc = amp_cli_open(&store, &v->common, AMP_STORE_WRITE, err);
	if (rc == 0) rc = amp_decide(store, archive.p, &d, err);
	amp_store_close(store);
	amp_buf_free(&archive);
	return rc;
}

static int export_with(const struct values *v, const char *key, struct amp_err *err)
{
	struct amp_export_options o = {.format = v->format,
	                               .out = v->out,
	                               .tables = v->tables.v,
	                               .n_tables = v->tables.n,
	                               .study = v->common.study,
	                               .with_names = v->with_names,
	                               .key_file = key,
	                               .program_version = AMP_VERSION};
	struct amp_store *store = NULL;
	bool words = amp_export_is_description(v->format) && v->common.db == NULL;
	int rc = amp_export_check(&o, err);

	if (rc == 0 && v->with_names) rc = record(v, err);
	if (rc == 0 && !words) rc = amp_cli_open(&store, &v->common, AMP_STORE_READ, err);
	if (rc == 0) rc = amp_export(store, &o, print_file, NULL, err);
	amp_store_close(store);
	return rc;
}

static int run(int argc, char **argv, struct amp_err *err)
{
	struct values v = {.format = "csv"};
	const char *operands[64];
	struct amp_buf key;
	size_t n;
	int rc;

	if (argc > 64) return amp_fail(err, AMP_EUSAGE, _("too many operands"));
	rc = amp_cli_parse(&amp_cmd_export, argc, argv, &v, operands, &n, err);
	if (rc != 1) return rc;
	if (n != 0)
		return amp_fail(err, AMP_EUSAGE,
		                _("export takes no operand: the database is given with --db, the place with --out"));
	rc = check_names(&v, err);
	if (rc != 0) return rc;
	amp_buf_init(&key, 8192);
	if (v.key != NULL)
		(void)amp_buf_addc(&key, v.key);
	else
		(void)amp_buf_printf(&key, "%s.pseudonyms.key", v.common.db == NULL ? "study" : v.common.db);
	rc = amp_buf_check(&key, "--key", err);
	if (rc == 0) rc = export_with(&v, key.p, err);
	amp_buf_free(&key);
	return rc;
}

const struct amp_cmd amp_cmd_export = {
	"export",
	"",
	N_("write tables for R, pandas, DuckDB or PostgreSQL, pseudonymised, or one study as a smaller database"),
	"amplimeter export --db study.db --out tables",
	options,
	run};

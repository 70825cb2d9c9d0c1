/* export.c: the order of an export: check, read in one transaction, write beside, rename. See export.h. */
#include "export/export.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"
#include "export/private.h"
#include "export_sql.h"

enum shape { SHAPE_FOLDER, SHAPE_FILE, SHAPE_WORDS };
static const struct format {
	const char *name;
	enum shape shape;
	const struct amp_row_form *form;
	bool schema;
} formats[] = {
	{"csv", SHAPE_FOLDER, &amp_form_csv, false},      {"jsonl", SHAPE_FOLDER, &amp_form_jsonl, false},
	{"sql", SHAPE_FOLDER, &amp_form_csv_exact, true}, {"sqlite", SHAPE_FILE, NULL, false},
	{"datasette", SHAPE_WORDS, NULL, false},          {"dictionary", SHAPE_WORDS, NULL, false},
};

static const struct format *format_of(const char *name)
{
	for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
		if (strcmp(formats[i].name, name) == 0) return &formats[i];
	}
	return NULL;
}

bool amp_export_is_description(const char *format)
{
	const struct format *f = format_of(format);

	return f != NULL && f->shape == SHAPE_WORDS;
}

bool amp_exports_relation(const struct amp_export_options *o, const struct amp_relation *r)
{
	if (!r->exported) return false;
	for (size_t i = 0; i < o->n_tables; i++) {
		if (strcmp(o->tables[i], r->name) == 0) return true;
	}
	return o->n_tables == 0;
}

static int unknown_table(const char *name, struct amp_err *err)
{
	const char *names[64], *near;
	struct amp_buf list;
	size_t n = 0;
	int rc;

	amp_buf_init(&list, 8192);
	for (const struct amp_relation *r = amp_relations; r->name != NULL && n < 64; r++) {
		if (!r->exported) continue;
		(void)amp_buf_printf(&list, "%s%s", n == 0 ? "" : ", ", r->name);
		names[n++] = r->name;
	}
	near = amp_str_suggest(name, names, n);
	if (amp_relation_find(name) != NULL)
		rc = amp_fail(err, AMP_EUSAGE,
		              _("the view %s is not exported: exposures and detections hold the same, joined by item_version"),
		              name);
	else if (near != NULL)
		rc = amp_fail(err, AMP_EUSAGE, _("there is no table “%s” to export; did you mean %s? The tables: %s"), name, near,
		              list.p);
	else
		rc = amp_fail(err, AMP_EUSAGE, _("there is no table “%s” to export. The tables: %s"), name, list.p);
	amp_buf_free(&list);
	return rc;
}

static bool is_empty(const char *folder)
{
	DIR *d = opendir(folder);
	size_t n = 0;

	if (d == NULL) return false;
	for (const struct dirent *e = readdir(d); e != NULL; e = readdir(d))
		n += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
	(void)closedir(d);
	return n == 0;
}

/* An empty folder may be taken: rename(2) puts another in its place. */
static int check_free(const char *out, bool folder, struct amp_err *err)
{
	struct stat st;

	if (lstat(out, &st) != 0) return errno == ENOENT ? 0 : amp_fail_errno(err, _("cannot look at %s"), out);
	if (folder && S_ISDIR(st.st_mode) && is_empty(out)) return 0;
	return amp_fail(err, AMP_EUSAGE, _("%s exists already; an export never overwrites"), out);
}

int amp_export_check(const struct amp_export_options *o, struct amp_err *err)
{
	const struct format *f = format_of(o->format);
	bool folder = f != NULL && f->shape == SHAPE_FOLDER;

	if (f == NULL) return amp_fail(err, AMP_EUSAGE, _("there is no format “%s”: one of %s"), o->format, AMP_EXPORT_FORMATS);
	if (o->out == NULL || o->out[0] == '\0')
		return amp_fail(err, AMP_EUSAGE,
		                _("export needs a place to write to: --out, a folder for csv, jsonl and sql, else a file"));
	if (o->n_tables > 0 && !folder)
		return amp_fail(err, AMP_EUSAGE, _("--table goes with the formats csv, jsonl and sql: %s is about all tables"),
		                o->format);
	for (size_t i = 0; i < o->n_tables; i++) {
		const struct amp_relation *r = amp_relation_find(o->tables[i]);

		if (r == NULL || !r->exported) return unknown_table(o->tables[i], err);
	}
	if (strcmp(o->out, "-") != 0) return check_free(o->out, folder, err);
	if (f->shape == SHAPE_FILE) return amp_fail(err, AMP_EUSAGE, _("a database is no text: --out wants a file"));
	if (folder && o->n_tables != 1)
		return amp_fail(err, AMP_EUSAGE, _("standard output takes one table: give one --table, or a folder to --out"));
	return 0;
}

static int check_study(struct amp_exporter *x, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, x->store, &AMP_SQL_EXPORT_STUDY, err);

	if (rc != 0) return rc;
	amp_query_bind_c(&q, x->o->study);
	rc = amp_query_step(&q, err);
	amp_query_end(&q);
	if (rc == 0 && x->o->study != NULL)
		return amp_fail(err, AMP_EUSAGE, _("%s holds no study \"%s\"."), amp_store_path(x->store), x->o->study);
	return rc < 0 ? rc : 0;
}

static int run_one(struct amp_exporter *x, const struct amp_sql *sql, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, x->store, sql, err);

	return rc != 0 ? rc : amp_query_run(&q, err);
}

static int write_folder(struct amp_exporter *x, const struct format *f, struct amp_err *err)
{
	int rc = 0;

	for (const struct amp_relation *r = amp_relations; rc == 0 && r->name != NULL; r++) {
		if (amp_exports_relation(x->o, r)) rc = amp_export_rows(x, r, err);
	}
	if (x->folder.n == 0) return rc;
	if (rc == 0 && f->schema) rc = amp_export_schema(x, err);
	if (rc == 0) rc = amp_export_readme(x, err);
	if (rc == 0) rc = amp_export_package(x, err);
	if (rc == 0) rc = amp_io_sync_dir(x->folder.p, err);
	return rc;
}

static void remove_folder(struct amp_exporter *x)
{
	struct amp_buf path;

	amp_buf_init(&path, 8192);
	for (size_t i = 0; i < x->n_files; i++) {
		amp_buf_reset(&path);
		if (amp_buf_printf(&path, "%s/%s", x->folder.p, x->files[i].name) == 0) (void)unlink(path.p);
	}
	amp_buf_free(&path);
	(void)rmdir(x->folder.p);
}

static int keys(struct amp_exporter *x, struct amp_err *err)
{
	bool made;
	int rc;

	if (x->o->with_names) return 0;
	rc = amp_pseudonyms_open(&x->pseudonyms, x->o->key_file, &made, err);
	if (rc != 0) return rc;
	amp_pseudonyms_id(&x->pseudonyms, x->key_id);
	if (made)
		amp_log(AMP_INFO, "export",
		        _("%s is new: the key of the pseudonyms. Keep it to link later exports, erase it and nothing links any more; publish it never"),
		        x->o->key_file);
	return 0;
}

static int place_for(struct amp_exporter *x, struct amp_err *err)
{
	const char *out = x->o->out;

	if (strcmp(out, "-") == 0) return 0;
	(void)amp_buf_addc(&x->folder, out);
	while (x->folder.n > 1 && x->folder.p[x->folder.n - 1] == '/') x->folder.p[--x->folder.n] = '\0';
	(void)amp_buf_printf(&x->folder, ".tmp.%ld", (long)getpid());
	int rc = amp_buf_check(&x->folder, "--out", err);
	return rc != 0 ? rc : amp_io_mkdirs(x->folder.p, err);
}

static int folder(struct amp_exporter *x, const struct format *f, struct amp_err *err)
{
	int rc = place_for(x, err);

	if (rc != 0) return rc;
	x->form = f->form;
	rc = run_one(x, &AMP_SQL_EXPORT_BEGIN, err);
	if (rc == 0) {
		rc = check_study(x, err);
		if (rc == 0) rc = write_folder(x, f, err);
		if (run_one(x, &AMP_SQL_EXPORT_END, rc == 0 ? err : NULL) != 0 && rc == 0) rc = AMP_EIO;
	}
	if (x->folder.n == 0) return rc;
	if (rc == 0 && rename(x->folder.p, x->o->out) != 0)
		rc = errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR
		             ? amp_fail(err, AMP_EUSAGE, _("%s exists already; an export never overwrites"), x->o->out)
		             : amp_fail_errno(err, _("cannot rename %s to %s"), x->folder.p, x->o->out);
	if (rc != 0) remove_folder(x);
	return rc;
}

/* The database's file name without its ending: what Datasette calls it. */
static void stem(const char *path, char *out, size_t n)
{
	const char *base = strrchr(path, '/'), *end;

	base = base == NULL ? path : base + 1;
	end = strrchr(base, '.');
	(void)snprintf(out, n, "%.*s", (int)(end == NULL || end == base ? strlen(base) : (size_t)(end - base)), base);
}

static int words(struct amp_exporter *x, struct amp_err *err)
{
	struct amp_buf b;
	struct amp_sink sink;
	char name[256] = "study";
	int rc;

	amp_buf_init(&b, (size_t)4 << 20);
	if (x->store != NULL) stem(amp_store_path(x->store), name, sizeof name);
	rc = strcmp(x->o->format, "datasette") == 0 ? amp_describe_datasette(&b, name, err)
	                                            : amp_describe_dictionary(&b, strcmp(amp_i18n_lang(), "fr") == 0, err);
	if (rc == 0) rc = amp_sink_open(&sink, NULL, x->o->out, err);
	if (rc == 0) {
		(void)amp_buf_add(&sink.b, b.p, b.n);
		rc = amp_sink_close(&sink, 0, err);
	}
	amp_buf_free(&b);
	return rc;
}

static void tell(const struct amp_exporter *x, enum shape shape, amp_export_fn *fn, void *user)
{
	struct amp_buf path;

	if (strcmp(x->o->out, "-") == 0) return;
	amp_buf_init(&path, 8192);
	if (shape != SHAPE_FOLDER) fn(user, x->o->out, -1);
	for (size_t i = 0; shape == SHAPE_FOLDER && i < x->n_files; i++) {
		amp_buf_reset(&path);
		(void)amp_buf_printf(&path, "%s%s%s", x->o->out, amp_str_ends(amp_str_c(x->o->out), "/") ? "" : "/",
		                     x->files[i].name);
		fn(user, path.p == NULL ? x->files[i].name : path.p, x->files[i].relation == NULL ? -1 : x->files[i].rows);
	}
	amp_buf_free(&path);
	if (x->repairs > 0)
		amp_log(AMP_WARN, "export", _("%lld places of ill-formed text or NUL bytes were replaced by U+FFFD"),
		        (long long)x->repairs);
}

int amp_export(struct amp_store *store, const struct amp_export_options *o, amp_export_fn *fn, void *user, struct amp_err *err)
{
	const struct format *f = format_of(o->format);
	struct amp_exporter *x;
	int rc = amp_export_check(o, err);

	if (rc != 0) return rc;
	x = amp_calloc(1, sizeof *x);
	if (x == NULL) return amp_fail(err, AMP_ENOMEM, _("out of memory"));
	x->store = store;
	x->o = o;
	amp_buf_init(&x->folder, 8192);
	if (f->shape == SHAPE_WORDS) {
		rc = words(x, err);
	} else {
		rc = keys(x, err);
		if (rc == 0) rc = f->shape == SHAPE_FOLDER ? folder(x, f, err) : amp_export_excerpt(x, err);
	}
	if (rc == 0) tell(x, f->shape, fn, user);
	amp_pseudonyms_forget(&x->pseudonyms);
	amp_buf_free(&x->folder);
	amp_free(x);
	return rc;
}

/* excerpt.c: one study as a smaller database that opens with the same program. See export.h and excerpt.sql. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "excerpt_sql.h"
#include "export/private.h"
#include "export_sql.h"

static const struct amp_sql *const steps[] = {
	&AMP_SQL_EXCERPT_META_SIMULATED,
	&AMP_SQL_EXCERPT_STUDY_VERSION,
	&AMP_SQL_EXCERPT_PERSONA,
	&AMP_SQL_EXCERPT_FEED,
	&AMP_SQL_EXCERPT_PAIR,
	&AMP_SQL_EXCERPT_GRID_CELL,
	&AMP_SQL_EXCERPT_ROUND,
	&AMP_SQL_EXCERPT_ARCHIVE,
	&AMP_SQL_EXCERPT_SLOT,
	&AMP_SQL_EXCERPT_CRAWLER,
	&AMP_SQL_EXCERPT_LEDGER,
	&AMP_SQL_EXCERPT_CAPTURE,
	&AMP_SQL_EXCERPT_PROGRAM_RUN,
	&AMP_SQL_EXCERPT_CAPTURE_LOCATION,
	&AMP_SQL_EXCERPT_SNAPSHOT,
	&AMP_SQL_EXCERPT_SNAPSHOT_CAPTURE,
	&AMP_SQL_EXCERPT_PARSE,
	&AMP_SQL_EXCERPT_SNAPSHOT_CURRENT,
	&AMP_SQL_EXCERPT_ALARM,
	&AMP_SQL_EXCERPT_EXPOSURE,
	&AMP_SQL_EXCERPT_LABEL,
	&AMP_SQL_EXCERPT_DIAGNOSTIC,
	&AMP_SQL_EXCERPT_ITEM_VERSION,
	&AMP_SQL_EXCERPT_ITEM,
	&AMP_SQL_EXCERPT_ITEM_ALIAS,
	&AMP_SQL_EXCERPT_AUTHOR,
	&AMP_SQL_EXCERPT_AUTHOR_NAME,
	&AMP_SQL_EXCERPT_MEDIA,
	&AMP_SQL_EXCERPT_LINK,
	&AMP_SQL_EXCERPT_ITEM_TEXT,
	&AMP_SQL_EXCERPT_DETECTOR,
	&AMP_SQL_EXCERPT_THRESHOLD_SET,
	&AMP_SQL_EXCERPT_DETECTION,
	&AMP_SQL_EXCERPT_DETECTION_TARGET,
	&AMP_SQL_EXCERPT_SNAPSHOT_SUM,
	&AMP_SQL_EXCERPT_ESTIMATE,
	&AMP_SQL_EXCERPT_DECISION,
	&AMP_SQL_EXCERPT_SERVICE_EXCHANGE,
	&AMP_SQL_EXCERPT_SERVICE_TEXT,
	&AMP_SQL_EXCERPT_CASCADE_FRAME,
	&AMP_SQL_EXCERPT_CASCADE_UNIT,
	&AMP_SQL_EXCERPT_SAMPLE,
	&AMP_SQL_EXCERPT_SAMPLE_STRATUM,
	&AMP_SQL_EXCERPT_SAMPLE_UNIT,
	&AMP_SQL_EXCERPT_SAMPLE_TEXT,
	&AMP_SQL_EXCERPT_SAMPLE_SNAPSHOT,
	&AMP_SQL_EXCERPT_SAMPLE_EXPOSURE,
	&AMP_SQL_EXCERPT_ANNOTATION,
	&AMP_SQL_EXCERPT_ANNOTATION_TARGET,
	&AMP_SQL_EXCERPT_ANNOTATION_COMMENT,
	&AMP_SQL_EXCERPT_ADJUDICATION,
	&AMP_SQL_EXCERPT_ERASURE,
	&AMP_SQL_EXCERPT_ERASED_CAPTURE,
	&AMP_SQL_EXCERPT_ERASED_VERSION,
	&AMP_SQL_EXCERPT_ERASED_REFERENCE,
	&AMP_SQL_EXCERPT_ERASED_ITEM,
	&AMP_SQL_EXCERPT_ERASED_AUTHOR,
};

static int run_one(struct amp_store *s, const struct amp_sql *sql, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, s, sql, err);

	return rc != 0 ? rc : amp_query_run(&q, err);
}

/* ---- what may leave, as functions of SQL ---- */

static const struct amp_exporter *exporter_of(sqlite3_context *ctx)
{
	return sqlite3_user_data(ctx);
}

static void content(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	(void)n;
	if (exporter_of(ctx)->o->with_names)
		sqlite3_result_value(ctx, v[0]);
	else
		sqlite3_result_null(ctx);
}

static void address(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	const char *text = (const char *)sqlite3_value_text(v[0]), *query = text == NULL ? NULL : strchr(text, '?');

	(void)n;
	if (exporter_of(ctx)->o->with_names || query == NULL)
		sqlite3_result_value(ctx, v[0]);
	else
		sqlite3_result_text(ctx, text, (int)(query - text), SQLITE_TRANSIENT);
}

/* As in the files of rows: over the text, or over the hexadecimal form of a key, which stays a key of 16 bytes. */
static void keyed(sqlite3_context *ctx, int n, sqlite3_value **v)
{
	const struct amp_exporter *x = exporter_of(ctx);
	const char *domain = (const char *)sqlite3_value_text(v[0]);
	char hex[2 * AMP_SHA256 + 1], out[AMP_PSEUDONYM_TEXT];
	uint8_t key[AMP_KEY];

	(void)n;
	if (x->o->with_names || sqlite3_value_type(v[1]) == SQLITE_NULL) {
		sqlite3_result_value(ctx, v[1]);
		return;
	}
	if (sqlite3_value_type(v[1]) == SQLITE_BLOB) {
		const uint8_t *p = sqlite3_value_blob(v[1]);
		size_t length = (size_t)sqlite3_value_bytes(v[1]);

		if (length > AMP_SHA256) length = AMP_SHA256;
		amp_hex(p, length, hex);
		amp_pseudonym(&x->pseudonyms, domain, (struct amp_str){hex, 2 * length}, out);
		(void)amp_unhex((struct amp_str){out, sizeof out - 1}, key, sizeof key);
		sqlite3_result_blob(ctx, key, sizeof key, SQLITE_TRANSIENT);
		return;
	}
	const char *text = (const char *)sqlite3_value_text(v[1]);

	amp_pseudonym(&x->pseudonyms, domain, (struct amp_str){text, (size_t)sqlite3_value_bytes(v[1])}, out);
	sqlite3_result_text(ctx, out, sizeof out - 1, SQLITE_TRANSIENT);
}

static int functions(struct amp_exporter *x, struct amp_store *to, struct amp_err *err)
{
	const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;
	sqlite3 *db = amp_store_handle(to);

	if (sqlite3_create_function_v2(db, "content", 1, flags, x, content, NULL, NULL, NULL) == SQLITE_OK &&
	    sqlite3_create_function_v2(db, "address", 1, flags, x, address, NULL, NULL, NULL) == SQLITE_OK &&
	    sqlite3_create_function_v2(db, "keyed", 2, flags, x, keyed, NULL, NULL, NULL) == SQLITE_OK)
		return 0;
	return amp_fail(err, AMP_ENOMEM, _("out of memory"));
}

/* ---- the copy ---- */

/* The study's short name, of an arena of its own: *slug is to be freed. */
static int choose(struct amp_exporter *x, char **slug, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, x->store, &AMP_SQL_EXPORT_STUDY, err);

	*slug = NULL;
	if (rc != 0) return rc;
	amp_query_bind_c(&q, x->o->study);
	rc = amp_query_step(&q, err);
	if (rc == 0)
		return x->o->study == NULL
		               ? amp_fail(err, AMP_EUSAGE, _("%s holds no study."), amp_store_path(x->store))
		               : amp_fail(err, AMP_EUSAGE, _("%s holds no study \"%s\"."), amp_store_path(x->store), x->o->study);
	if (rc < 0) return rc;
	*slug = amp_strdup(amp_query_str(&q, 0).p);
	rc = amp_query_step(&q, err);
	amp_query_end(&q);
	if (rc < 0) return rc;
	if (rc == 1 && x->o->study == NULL)
		return amp_fail(err, AMP_EUSAGE, _("%s holds several studies: an excerpt is about one, which --study names"),
		                amp_store_path(x->store));
	return *slug == NULL ? amp_fail(err, AMP_ENOMEM, _("out of memory")) : 0;
}

static int copy(struct amp_exporter *x, struct amp_store *to, const char *slug, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, to, &AMP_SQL_EXCERPT_STUDY, err);

	if (rc != 0) return rc;
	amp_query_bind_c(&q, slug);
	rc = amp_query_run(&q, err);
	for (size_t i = 0; rc == 0 && i < sizeof steps / sizeof steps[0]; i++) rc = run_one(to, steps[i], err);
	if (rc == 0) rc = amp_query_start(&q, to, &AMP_SQL_EXCERPT_META, err);
	if (rc != 0) return rc;
	amp_query_bind_c(&q, slug);
	amp_query_bind_c(&q, x->o->with_names ? "0" : "1");
	amp_query_bind_c(&q, x->o->with_names ? "" : x->key_id);
	return amp_query_run(&q, err);
}

static int check(struct amp_store *to, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, to, &AMP_SQL_EXCERPT_CHECK_INTEGRITY, err);

	if (rc != 0) return rc;
	rc = amp_query_step(&q, err);
	if (rc == 1 && !amp_str_eq_c(amp_query_str(&q, 0), "ok"))
		rc = amp_fail(err, AMP_ECORRUPT, "%s: %.*s", amp_store_path(to), AMP_ARG(amp_query_str(&q, 0)));
	amp_query_end(&q);
	if (rc < 0) return rc;
	rc = amp_query_start(&q, to, &AMP_SQL_EXCERPT_CHECK_KEYS, err);
	if (rc != 0) return rc;
	rc = amp_query_step(&q, err);
	if (rc == 1)
		rc = amp_fail(err, AMP_ECORRUPT, _("a row of %.*s refers to one that is not of the study: %s is not written"),
		              AMP_ARG(amp_query_str(&q, 0)), amp_store_path(to));
	amp_query_end(&q);
	return rc;
}

static int pragma(struct amp_store *s, const struct amp_sql *sql, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, s, sql, err);

	if (rc != 0) return rc;
	rc = amp_query_step(&q, err);
	amp_query_end(&q);
	return rc < 0 ? rc : 0;
}

static int fill(struct amp_exporter *x, struct amp_store *to, const char *slug, struct amp_err *err)
{
	struct amp_query q;
	int rc = functions(x, to, err);

	if (rc == 0) rc = pragma(to, &AMP_SQL_EXCERPT_KEYS_OFF, err);
	if (rc == 0) rc = pragma(to, &AMP_SQL_EXCERPT_TEMPORARY_FILES, err);
	if (rc == 0) rc = pragma(to, &AMP_SQL_EXCERPT_JOURNAL, err);
	if (rc == 0) rc = amp_query_start(&q, to, &AMP_SQL_EXCERPT_ATTACH, err);
	if (rc != 0) return rc;
	amp_query_bind_c(&q, amp_store_path(x->store));
	rc = amp_query_run(&q, err);
	if (rc == 0) rc = run_one(to, &AMP_SQL_EXCERPT_BEGIN, err);
	if (rc == 0) rc = copy(x, to, slug, err);
	if (rc == 0) rc = run_one(to, &AMP_SQL_EXCERPT_COMMIT, err);
	amp_store_rollback(to);
	if (rc == 0) rc = run_one(to, &AMP_SQL_EXCERPT_DETACH, err);
	return rc == 0 ? check(to, err) : rc;
}

int amp_export_excerpt(struct amp_exporter *x, struct amp_err *err)
{
	struct amp_store *to = NULL;
	struct amp_buf path;
	char *slug = NULL;
	int rc = choose(x, &slug, err);

	amp_buf_init(&path, 8192);
	if (rc == 0) {
		(void)amp_buf_printf(&path, "%s.tmp.%ld", x->o->out, (long)getpid());
		rc = amp_buf_check(&path, "--out", err);
	}
	if (rc == 0) {
		(void)unlink(path.p);
		rc = amp_store_open(&to, path.p, AMP_STORE_CREATE, err);
		if (rc == 0) rc = fill(x, to, slug, err);
		amp_store_close(to);
		if (rc == 0 && access(x->o->out, F_OK) == 0)
			rc = amp_fail(err, AMP_EUSAGE, _("%s exists already; an export never overwrites"), x->o->out);
		if (rc == 0 && rename(path.p, x->o->out) != 0)
			rc = amp_fail_errno(err, _("cannot rename %s to %s"), path.p, x->o->out);
		(void)unlink(path.p);
		for (const char *const *end = (const char *const[]){"-journal", "-wal", "-shm", NULL}; *end != NULL; end++) {
			struct amp_buf other;

			amp_buf_init(&other, 8300);
			if (amp_buf_printf(&other, "%s%s", path.p, *end) == 0) (void)unlink(other.p);
			amp_buf_free(&other);
		}
	}
	amp_free(slug);
	amp_buf_free(&path);
	return rc;
}

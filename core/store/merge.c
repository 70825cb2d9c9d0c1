/* merge.c: merging another crawler's database by key, and the dump that proves that order does not matter. See store.h. */
#include <string.h>

#include "base/i18n.h"
#include "store/private.h"
#include "dump_sql.h"
#include "merge_sql.h"

/* In the order of their references. rows: the table refers to itself, so its rows go one by one, oldest first, and find the row
 * they refer to already here. */
static const struct step {
	const struct amp_sql *all, *rows, *row;
} steps[] = {
	{&AMP_SQL_MERGE_META_SIMULATED, NULL, NULL},
	{&AMP_SQL_MERGE_CRAWLER, NULL, NULL},
	{&AMP_SQL_MERGE_PROGRAM_RUN, NULL, NULL},
	{&AMP_SQL_MERGE_STUDY, NULL, NULL},
	{NULL, &AMP_SQL_MERGE_STUDY_VERSION_ROWS, &AMP_SQL_MERGE_STUDY_VERSION_ROW},
	{NULL, &AMP_SQL_MERGE_PERSONA_ROWS, &AMP_SQL_MERGE_PERSONA_ROW},
	{&AMP_SQL_MERGE_FEED, NULL, NULL},
	{&AMP_SQL_MERGE_PAIR, NULL, NULL},
	{&AMP_SQL_MERGE_ROUND, NULL, NULL},
	{&AMP_SQL_MERGE_SLOT, NULL, NULL},
	{&AMP_SQL_MERGE_ARCHIVE, NULL, NULL},
	{&AMP_SQL_MERGE_LEDGER, NULL, NULL},
	{NULL, &AMP_SQL_MERGE_CAPTURE_ROWS, &AMP_SQL_MERGE_CAPTURE_ROW},
	{&AMP_SQL_MERGE_CAPTURE_LOCATION, NULL, NULL},
	{NULL, &AMP_SQL_MERGE_SNAPSHOT_ROWS, &AMP_SQL_MERGE_SNAPSHOT_ROW},
	{&AMP_SQL_MERGE_SNAPSHOT_CAPTURE, NULL, NULL},
	{&AMP_SQL_MERGE_AUTHOR, NULL, NULL},
	{&AMP_SQL_MERGE_AUTHOR_NAME, NULL, NULL},
	{&AMP_SQL_MERGE_ITEM, NULL, NULL},
	{&AMP_SQL_MERGE_ITEM_ALIAS, NULL, NULL},
	{&AMP_SQL_MERGE_ITEM_VERSION, NULL, NULL},
	{&AMP_SQL_MERGE_MEDIA, NULL, NULL},
	{&AMP_SQL_MERGE_LINK, NULL, NULL},
	{&AMP_SQL_MERGE_NEW_PARSE, NULL, NULL},
	{&AMP_SQL_MERGE_NEW_PARSE_CLEAR, NULL, NULL},
	{&AMP_SQL_MERGE_NEW_PARSE_FILL, NULL, NULL},
	{&AMP_SQL_MERGE_PARSE, NULL, NULL},
	{&AMP_SQL_MERGE_EXPOSURE, NULL, NULL},
	{&AMP_SQL_MERGE_LABEL, NULL, NULL},
	{&AMP_SQL_MERGE_DIAGNOSTIC, NULL, NULL},
	{&AMP_SQL_MERGE_SNAPSHOT_CURRENT, NULL, NULL},
	{&AMP_SQL_MERGE_ALARM, NULL, NULL},
	{&AMP_SQL_MERGE_ITEM_TEXT, NULL, NULL},
	{&AMP_SQL_MERGE_DETECTOR, NULL, NULL},
	{&AMP_SQL_MERGE_DETECTION_OUTDONE, NULL, NULL},
	{&AMP_SQL_MERGE_DETECTION_OUTDONE_CLEAR, NULL, NULL},
	{&AMP_SQL_MERGE_DETECTION_OUTDONE_FILL, NULL, NULL},
	{&AMP_SQL_MERGE_DETECTION_OUTDONE_TARGETS, NULL, NULL},
	{&AMP_SQL_MERGE_DETECTION_OUTDONE_APPLY, NULL, NULL},
	{&AMP_SQL_MERGE_DETECTION, NULL, NULL},
	{&AMP_SQL_MERGE_DETECTION_TARGET, NULL, NULL},
	{&AMP_SQL_MERGE_THRESHOLD_SET, NULL, NULL},
	{&AMP_SQL_MERGE_GRID_CELL, NULL, NULL},
	{&AMP_SQL_MERGE_SNAPSHOT_SUM, NULL, NULL},
	{&AMP_SQL_MERGE_ESTIMATE, NULL, NULL},
	{&AMP_SQL_MERGE_DECISION, NULL, NULL},
	{&AMP_SQL_MERGE_SERVICE_EXCHANGE, NULL, NULL},
	{&AMP_SQL_MERGE_SERVICE_TEXT, NULL, NULL},
	{&AMP_SQL_MERGE_CASCADE_FRAME, NULL, NULL},
	{&AMP_SQL_MERGE_CASCADE_UNIT, NULL, NULL},
	{&AMP_SQL_MERGE_SAMPLE, NULL, NULL},
	{&AMP_SQL_MERGE_SAMPLE_STRATUM, NULL, NULL},
	{&AMP_SQL_MERGE_SAMPLE_UNIT, NULL, NULL},
	{&AMP_SQL_MERGE_SAMPLE_TEXT, NULL, NULL},
	{&AMP_SQL_MERGE_SAMPLE_SNAPSHOT, NULL, NULL},
	{&AMP_SQL_MERGE_SAMPLE_EXPOSURE, NULL, NULL},
	{NULL, &AMP_SQL_MERGE_ANNOTATION_ROWS, &AMP_SQL_MERGE_ANNOTATION_ROW},
	{&AMP_SQL_MERGE_ANNOTATION_TARGET, NULL, NULL},
	{&AMP_SQL_MERGE_ANNOTATION_COMMENT, NULL, NULL},
	{&AMP_SQL_MERGE_ADJUDICATION, NULL, NULL},
	{&AMP_SQL_MERGE_ERASURE, NULL, NULL},
	{&AMP_SQL_MERGE_ERASED_CAPTURE, NULL, NULL},
	{&AMP_SQL_MERGE_ERASED_VERSION, NULL, NULL},
	{&AMP_SQL_MERGE_ERASED_REFERENCE, NULL, NULL},
	{&AMP_SQL_MERGE_ERASED_ITEM, NULL, NULL},
	{&AMP_SQL_MERGE_ERASED_AUTHOR, NULL, NULL},
};

static int run_one(struct amp_store *s, const struct amp_sql *sql, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, s, sql, err);

	return rc != 0 ? rc : amp_query_run(&q, err);
}

static int run_rows(struct amp_store *s, const struct step *step, struct amp_err *err)
{
	struct amp_query rows, row;
	int rc = amp_query_start(&rows, s, step->rows, err), one;

	if (rc != 0) return rc;
	for (;;) {
		rc = amp_query_step(&rows, err);
		if (rc != 1) break;
		one = amp_query_start(&row, s, step->row, err);
		if (one == 0) {
			amp_query_bind_i64(&row, amp_query_i64(&rows, 0));
			one = amp_query_run(&row, err);
		}
		if (one != 0) {
			rc = one;
			break;
		}
	}
	amp_query_end(&rows);
	return rc;
}

int amp_store_merge(struct amp_store *s, const char *from, struct amp_err *err)
{
	struct amp_store *other = NULL;
	struct amp_query q;
	int rc = amp_store_open(&other, from, AMP_STORE_READ, err); /* refuses strangers and older schemas with its own sentence */

	if (rc != 0) return rc;
	if (amp_store_is_excerpt(other))
		rc = amp_fail(err, AMP_EPOLICY,
		              _("%s is an excerpt of a study, made by amplimeter export: it is merged into nothing"), from);
	amp_store_close(other);
	if (rc != 0) return rc;
	rc = amp_query_start(&q, s, &AMP_SQL_MERGE_ATTACH, err);
	if (rc != 0) return rc;
	amp_query_bind_c(&q, from);
	rc = amp_query_run(&q, err);
	if (rc != 0) return rc;
	rc = amp_store_begin(s, err);
	for (size_t i = 0; rc == 0 && i < sizeof(steps) / sizeof(steps[0]); i++) {
		rc = steps[i].all != NULL ? run_one(s, steps[i].all, err) : run_rows(s, &steps[i], err);
	}
	if (rc == 0) rc = amp_store_commit(s, err);
	if (rc != 0) amp_store_rollback(s);
	if (run_one(s, &AMP_SQL_MERGE_DETACH, rc == 0 ? err : NULL) != 0 && rc == 0) rc = AMP_EIO;
	return rc;
}

static const struct amp_sql *const dumps[] = {
	&AMP_SQL_DUMP_CRAWLER,
	&AMP_SQL_DUMP_PROGRAM_RUN,
	&AMP_SQL_DUMP_STUDY,
	&AMP_SQL_DUMP_STUDY_VERSION,
	&AMP_SQL_DUMP_PERSONA,
	&AMP_SQL_DUMP_FEED,
	&AMP_SQL_DUMP_PAIR,
	&AMP_SQL_DUMP_ROUND,
	&AMP_SQL_DUMP_SLOT,
	&AMP_SQL_DUMP_ARCHIVE,
	&AMP_SQL_DUMP_LEDGER,
	&AMP_SQL_DUMP_CAPTURE,
	&AMP_SQL_DUMP_CAPTURE_LOCATION,
	&AMP_SQL_DUMP_SNAPSHOT,
	&AMP_SQL_DUMP_SNAPSHOT_CAPTURE,
	&AMP_SQL_DUMP_PARSE,
	&AMP_SQL_DUMP_SNAPSHOT_CURRENT,
	&AMP_SQL_DUMP_ALARM,
	&AMP_SQL_DUMP_AUTHOR,
	&AMP_SQL_DUMP_AUTHOR_NAME,
	&AMP_SQL_DUMP_ITEM,
	&AMP_SQL_DUMP_ITEM_ALIAS,
	&AMP_SQL_DUMP_ITEM_VERSION,
	&AMP_SQL_DUMP_MEDIA,
	&AMP_SQL_DUMP_LINK,
	&AMP_SQL_DUMP_EXPOSURE,
	&AMP_SQL_DUMP_LABEL,
	&AMP_SQL_DUMP_DIAGNOSTIC,
	&AMP_SQL_DUMP_ITEM_TEXT,
	&AMP_SQL_DUMP_DETECTOR,
	&AMP_SQL_DUMP_DETECTION,
	&AMP_SQL_DUMP_DETECTION_TARGET,
	&AMP_SQL_DUMP_THRESHOLD_SET,
	&AMP_SQL_DUMP_GRID_CELL,
	&AMP_SQL_DUMP_SNAPSHOT_SUM,
	&AMP_SQL_DUMP_ESTIMATE,
	&AMP_SQL_DUMP_DECISION,
	&AMP_SQL_DUMP_SERVICE_EXCHANGE,
	&AMP_SQL_DUMP_SERVICE_TEXT,
	&AMP_SQL_DUMP_CASCADE_FRAME,
	&AMP_SQL_DUMP_CASCADE_UNIT,
	&AMP_SQL_DUMP_SAMPLE,
	&AMP_SQL_DUMP_SAMPLE_STRATUM,
	&AMP_SQL_DUMP_SAMPLE_UNIT,
	&AMP_SQL_DUMP_SAMPLE_TEXT,
	&AMP_SQL_DUMP_SAMPLE_SNAPSHOT,
	&AMP_SQL_DUMP_SAMPLE_EXPOSURE,
	&AMP_SQL_DUMP_ANNOTATION,
	&AMP_SQL_DUMP_ANNOTATION_TARGET,
	&AMP_SQL_DUMP_ANNOTATION_COMMENT,
	&AMP_SQL_DUMP_ADJUDICATION,
	&AMP_SQL_DUMP_ERASURE,
	&AMP_SQL_DUMP_ERASED_CAPTURE,
	&AMP_SQL_DUMP_ERASED_VERSION,
	&AMP_SQL_DUMP_ERASED_REFERENCE,
	&AMP_SQL_DUMP_ERASED_ITEM,
	&AMP_SQL_DUMP_ERASED_AUTHOR,
};

static void dump_value(struct amp_buf *out, sqlite3_stmt *st, int column)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *p;
	int n;

	switch (sqlite3_column_type(st, column)) {
	case SQLITE_NULL: (void)amp_buf_addc(out, "NULL"); break;
	case SQLITE_INTEGER: (void)amp_buf_printf(out, "%lld", (long long)sqlite3_column_int64(st, column)); break;
	case SQLITE_FLOAT: (void)amp_buf_printf(out, "%.17g", sqlite3_column_double(st, column)); break;
	case SQLITE_BLOB:
		p = sqlite3_column_blob(st, column);
		n = sqlite3_column_bytes(st, column);
		(void)amp_buf_addc(out, "x'");
		for (int i = 0; i < n; i++) {
			(void)amp_buf_byte(out, digits[p[i] >> 4]);
			(void)amp_buf_byte(out, digits[p[i] & 15]);
		}
		(void)amp_buf_byte(out, '\'');
		break;
	default:
		p = sqlite3_column_text(st, column);
		n = sqlite3_column_bytes(st, column);
		(void)amp_buf_byte(out, '\'');
		for (int i = 0; i < n; i++) { /* one row a line: line ends and the escape itself are escaped */
			if (p[i] == '\n') {
				(void)amp_buf_addc(out, "\\n");
			} else {
				if (p[i] == '\\' || p[i] == '\'') (void)amp_buf_byte(out, '\\');
				(void)amp_buf_byte(out, p[i]);
			}
		}
		(void)amp_buf_byte(out, '\'');
	}
}

int amp_store_dump(struct amp_store *s, struct amp_buf *out, struct amp_err *err)
{
	for (size_t i = 0; i < sizeof(dumps) / sizeof(dumps[0]); i++) {
		struct amp_query q;
		int rc = amp_query_start(&q, s, dumps[i], err);

		if (rc != 0) return rc;
		for (;;) {
			rc = amp_query_step(&q, err);
			if (rc != 1) break;
			(void)amp_buf_addc(out, dumps[i]->name + strlen("dump_"));
			for (int c = 0; c < sqlite3_column_count(q.st); c++) {
				(void)amp_buf_byte(out, '|');
				dump_value(out, q.st, c);
			}
			(void)amp_buf_byte(out, '\n');
		}
		amp_query_end(&q);
		if (rc < 0) return rc;
	}
	return amp_buf_check(out, "the dump", err);
}

/* store.h: the database file: opening, migrations, statements, transactions. Owns the schema; knows no platform.
 *
 * One writer. Statements are named SQL texts in .sql files (a block starts with "-- name: snapshot_insert"); CMake turns
 * FILE.sql into FILE_sql.h with one `static const struct amp_sql AMP_SQL_<NAME>` each. No SQL is built by printf.
 *
 *     struct amp_query q;
 *     if (amp_query_start(&q, store, &AMP_SQL_ITEM_BY_KEY, err) != 0) return err->code;
 *     amp_query_key(&q, &key);
 *     int row = amp_query_step(&q, err);          // 1 row, 0 none, < 0 error
 *     if (row == 1) id = amp_query_i64(&q, 0);
 *     amp_query_end(&q);
 */
#ifndef AMP_STORE_STORE_H
#define AMP_STORE_STORE_H
#include <stdbool.h>
#include <stdint.h>
#include <sqlite3.h>
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/str.h"

struct amp_store;
struct amp_sql {
	const char *name;
	const char *text;
};

enum amp_store_mode {
	AMP_STORE_READ,   /* must exist; read-only connection */
	AMP_STORE_WRITE,  /* must exist; migrated after a backup copy when older */
	AMP_STORE_CREATE, /* made when absent */
	AMP_STORE_ANALYSE /* must exist; an authorizer refuses writes to all but analysis tables (detector, detection*, item_text,
	                      threshold_set, snapshot_sum, snapshot_list, grid_cell, estimate, program_run, service_*, cascade_*, sample*, annotation*,
	                      adjudication) */
};
#define AMP_STORE_APPLICATION_ID 0x414d504c /* "AMPL" */

/* Refuses a file that is no database (AMP_EFORMAT), another application's, or of a newer version (AMP_EUSAGE), and CREATE an excerpt
 * (AMP_EPOLICY); each message names the file. */
int amp_store_open(struct amp_store **out, const char *path, enum amp_store_mode mode, struct amp_err *err) AMP_CHECK;
/* An empty database in memory, of the newest schema, whose rows may refer to rows that it does not have: to make rows and look at them. */
int amp_store_scratch(struct amp_store **out, struct amp_err *err) AMP_CHECK;
void amp_store_close(struct amp_store *s); /* NULL-safe; finalises cached statements */
sqlite3 *amp_store_handle(struct amp_store *s);
const char *amp_store_path(const struct amp_store *s);
int amp_store_version(const struct amp_store *s);

/* Transactions do not nest. commit passes crash points before and after. A full disk gives AMP_EFULL, a lock AMP_EBUSY
 * (after a busy timeout of 5 s): both roll back and leave what was committed intact. */
int amp_store_begin(struct amp_store *s, struct amp_err *err) AMP_CHECK;
int amp_store_commit(struct amp_store *s, struct amp_err *err) AMP_CHECK;
/* Many small statements on one state of the file, each without a lock of its own. Ended by amp_store_rollback where *began; not where the caller has
 * a transaction open already. */
int amp_store_begin_read(struct amp_store *s, bool *began, struct amp_err *err) AMP_CHECK;
void amp_store_rollback(struct amp_store *s); /* no-op outside a transaction */

/* meta table */
int amp_store_meta_get(struct amp_store *s, const char *name, struct amp_buf *value,
                       struct amp_err *err) AMP_CHECK; /* AMP_ENOTFOUND */
int amp_store_meta_set(struct amp_store *s, const char *name, const char *value, struct amp_err *err) AMP_CHECK;
bool amp_store_simulated(struct amp_store *s);
int amp_store_set_simulated(struct amp_store *s, struct amp_err *err) AMP_CHECK; /* sticky: never goes back to 0 */

/* An excerpt is a study as a smaller database, made by an export: no evidence of its own, nothing is added to it. */
bool amp_store_is_excerpt(struct amp_store *s);

/* This database's crawler: made with a random key when there is none. */
int amp_store_crawler(struct amp_store *s, const char *label, int64_t *id, struct amp_key *key, struct amp_err *err) AMP_CHECK;

/* SQLite's online backup, then an integrity check of the copy. Refuses to overwrite. */
int amp_store_backup(struct amp_store *s, const char *to, struct amp_err *err) AMP_CHECK;
/* Copies every mergeable row of the database at `from` into s, by key: merging is idempotent and order-free.
 * AMP_EPOLICY where `from` is an excerpt: its keys may be pseudonyms. */
int amp_store_merge(struct amp_store *s, const char *from, struct amp_err *err) AMP_CHECK;
/* Every table as text, rows ordered by global key, local row ids replaced by keys: equal content gives equal bytes. */
int amp_store_dump(struct amp_store *s, struct amp_buf *out, struct amp_err *err) AMP_CHECK;

/* ---- statements ---- */
struct amp_query {
	sqlite3_stmt *st; /* cached in the store */
	struct amp_store *store;
	const struct amp_sql *sql;
	int next;   /* next parameter */
	int failed; /* a bind failed: reported by step */
};
int amp_query_start(struct amp_query *q, struct amp_store *s, const struct amp_sql *sql, struct amp_err *err) AMP_CHECK;
/* Binds in order. Text and blobs are bound without copying: they must live until the next step/end. */
void amp_query_bind_i64(struct amp_query *q, int64_t v);
void amp_query_bind_id(struct amp_query *q, int64_t id);   /* 0 binds NULL */
void amp_query_bind_time(struct amp_query *q, int64_t ms); /* AMP_TIME_NONE binds NULL */
void amp_query_bind_double(struct amp_query *q, double v);
void amp_query_bind_str(struct amp_query *q, struct amp_str s);         /* absent binds NULL */
void amp_query_bind_c(struct amp_query *q, const char *s);              /* NULL binds NULL */
void amp_query_bind_blob(struct amp_query *q, const void *p, size_t n); /* p NULL binds NULL */
void amp_query_bind_key(struct amp_query *q, const struct amp_key *k);  /* NULL binds NULL */
void amp_query_bind_null(struct amp_query *q);
/* 1: a row; 0: done (and reset); negative: error (and reset). */
int amp_query_step(struct amp_query *q, struct amp_err *err) AMP_CHECK;
/* Steps a statement that must return no row. 0 or negative. */
int amp_query_run(struct amp_query *q, struct amp_err *err) AMP_CHECK;
int64_t amp_query_i64(struct amp_query *q, int column);
double amp_query_double(struct amp_query *q, int column);
struct amp_str amp_query_str(struct amp_query *q, int column); /* NULL column gives absent; lives until the next step */
const void *amp_query_blob(struct amp_query *q, int column, size_t *n);
bool amp_query_key(struct amp_query *q, int column, struct amp_key *out); /* false when NULL or of another length */
bool amp_query_null(struct amp_query *q, int column);
int64_t amp_query_time(struct amp_query *q, int column); /* NULL gives AMP_TIME_NONE */
void amp_query_end(struct amp_query *q);                 /* reset and clear; idempotent */
int64_t amp_store_last_id(struct amp_store *s);
int64_t amp_store_changes(struct amp_store *s);

#endif

/* query.c: cached prepared statements with binds in order. See store.h. */
#include <stdint.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "store/private.h"

static size_t slot_of(const struct amp_sql *sql, size_t size)
{
	uint64_t x = (uint64_t)(uintptr_t)sql;

	x = (x >> 4) * UINT64_C(0x9e3779b97f4a7c15);
	return (size_t)(x >> 32) & (size - 1);
}

static struct amp_statement *place(struct amp_statement *table, size_t size, const struct amp_sql *sql)
{
	size_t i = slot_of(sql, size);

	while (table[i].sql != NULL && table[i].sql != sql) i = (i + 1) & (size - 1);
	return &table[i];
}

static int grow(struct amp_store *s, struct amp_err *err)
{
	size_t size = s->size == 0 ? 64 : s->size * 2;
	struct amp_statement *table = amp_calloc(size, sizeof(*table));

	if (table == NULL) return amp_fail(err, AMP_ENOMEM, _("out of memory"));
	for (size_t i = 0; i < s->size; i++) {
		if (s->statements[i].sql != NULL) *place(table, size, s->statements[i].sql) = s->statements[i];
	}
	amp_free(s->statements);
	s->statements = table;
	s->size = size;
	return 0;
}

void amp_query_forget(struct amp_store *s)
{
	for (size_t i = 0; i < s->size; i++) (void)sqlite3_finalize(s->statements[i].st);
	amp_free(s->statements);
	s->statements = NULL;
	s->size = 0;
	s->n_statements = 0;
}

int amp_query_start(struct amp_query *q, struct amp_store *s, const struct amp_sql *sql, struct amp_err *err)
{
	struct amp_statement *at;

	memset(q, 0, sizeof(*q));
	if (2 * (s->n_statements + 1) > s->size) {
		int rc = grow(s, err);

		if (rc != 0) return rc;
	}
	at = place(s->statements, s->size, sql);
	if (at->sql == NULL) {
		sqlite3_stmt *st = NULL;

		if (sqlite3_prepare_v3(s->db, sql->text, -1, SQLITE_PREPARE_PERSISTENT, &st, NULL) != SQLITE_OK) {
			return amp_store_fail(s, sql->name, err);
		}
		at->sql = sql;
		at->st = st;
		s->n_statements++;
	} else {
		(void)sqlite3_reset(at->st);
	}
	q->st = at->st;
	q->store = s;
	q->sql = sql;
	q->next = 1;
	return 0;
}

static void bound(struct amp_query *q, int rc)
{
	if (rc != SQLITE_OK && q->failed == 0) q->failed = rc;
	q->next++;
}

void amp_query_bind_i64(struct amp_query *q, int64_t v)
{
	bound(q, sqlite3_bind_int64(q->st, q->next, v));
}
void amp_query_bind_double(struct amp_query *q, double v)
{
	bound(q, sqlite3_bind_double(q->st, q->next, v));
}
void amp_query_bind_null(struct amp_query *q)
{
	bound(q, sqlite3_bind_null(q->st, q->next));
}

void amp_query_bind_id(struct amp_query *q, int64_t id)
{
	if (id == 0) {
		amp_query_bind_null(q);
	} else {
		amp_query_bind_i64(q, id);
	}
}

void amp_query_bind_time(struct amp_query *q, int64_t ms)
{
	if (ms == AMP_TIME_NONE) {
		amp_query_bind_null(q);
	} else {
		amp_query_bind_i64(q, ms);
	}
}

void amp_query_bind_str(struct amp_query *q, struct amp_str s)
{
	if (s.p == NULL) {
		amp_query_bind_null(q);
	} else {
		bound(q, sqlite3_bind_text64(q->st, q->next, s.p, s.n, SQLITE_STATIC, SQLITE_UTF8));
	}
}

void amp_query_bind_c(struct amp_query *q, const char *s)
{
	amp_query_bind_str(q, amp_str_c(s));
}

void amp_query_bind_blob(struct amp_query *q, const void *p, size_t n)
{
	if (p == NULL) {
		amp_query_bind_null(q);
	} else {
		bound(q, sqlite3_bind_blob64(q->st, q->next, p, n, SQLITE_STATIC));
	}
}

void amp_query_bind_key(struct amp_query *q, const struct amp_key *k)
{
	amp_query_bind_blob(q, k == NULL ? NULL : k->b, AMP_KEY);
}

int amp_query_step(struct amp_query *q, struct amp_err *err)
{
	int rc;

	if (q->failed != 0) {
		int code = amp_fail(err, amp_store_sqlite_code(q->failed), "%s: cannot bind parameter of %s: %s", q->store->path,
		                    q->sql->name, sqlite3_errstr(q->failed));

		amp_query_end(q);
		return code;
	}
	rc = sqlite3_step(q->st);
	if (rc == SQLITE_ROW) return 1;
	if (rc == SQLITE_DONE) {
		amp_query_end(q);
		return 0;
	}
	rc = amp_store_fail(q->store, q->sql->name, err);
	amp_query_end(q);
	return rc;
}

int amp_query_run(struct amp_query *q, struct amp_err *err)
{
	int rc = amp_query_step(q, err);

	if (rc == 1) {
		amp_query_end(q);
		return amp_fail(err, AMP_EFAIL, "%s: %s returned a row where none is expected", q->store->path, q->sql->name);
	}
	return rc;
}

int64_t amp_query_i64(struct amp_query *q, int column)
{
	return sqlite3_column_int64(q->st, column);
}
double amp_query_double(struct amp_query *q, int column)
{
	return sqlite3_column_double(q->st, column);
}
bool amp_query_null(struct amp_query *q, int column)
{
	return sqlite3_column_type(q->st, column) == SQLITE_NULL;
}

struct amp_str amp_query_str(struct amp_query *q, int column)
{
	struct amp_str s = {(const char *)sqlite3_column_text(q->st, column), 0};

	if (s.p != NULL) s.n = (size_t)sqlite3_column_bytes(q->st, column);
	return s;
}

const void *amp_query_blob(struct amp_query *q, int column, size_t *n)
{
	const void *p = sqlite3_column_blob(q->st, column);

	*n = (size_t)sqlite3_column_bytes(q->st, column);
	return p;
}

bool amp_query_key(struct amp_query *q, int column, struct amp_key *out)
{
	size_t n;
	const void *p = amp_query_blob(q, column, &n);

	if (p == NULL || n != AMP_KEY) return false;
	memcpy(out->b, p, AMP_KEY);
	return true;
}

int64_t amp_query_time(struct amp_query *q, int column)
{
	return amp_query_null(q, column) ? AMP_TIME_NONE : amp_query_i64(q, column);
}

void amp_query_end(struct amp_query *q)
{
	if (q->st == NULL) return;
	(void)sqlite3_reset(q->st);
	(void)sqlite3_clear_bindings(q->st);
	q->st = NULL;
}

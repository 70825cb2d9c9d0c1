/* stored.c: see stored.h. */
#include "lists/stored.h"
#include <string.h>
#include "base/i18n.h"
#include "base/log.h"
#include "base/mem.h"
#include "stored_sql.h"

#define LIST_CAP ((size_t)64 << 20) /* bytes of one list */
#define STEPS_MOST 8                /* rows stepped over before a search is cheaper */

static int out_of_memory(struct amp_err *err)
{
	return amp_fail(err, AMP_ENOMEM, _("Memory is out while the lists of snapshots are read."));
}

int amp_list_exposures(struct amp_list_rows *rows, struct amp_store *store, int64_t parse_id, struct amp_err *err)
{
	struct amp_query q;
	rows->n = 0;
	int rc = amp_query_start(&q, store, &AMP_SQL_LIST_EXPOSURES, err), row;
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, parse_id);
	while ((row = amp_query_step(&q, err)) == 1) {
		if (rows->n == rows->room) {
			size_t room = rows->room ? 2 * rows->room : 64;
			struct amp_list_entry *v = amp_realloc(rows->v, room * sizeof *v);
			if (!v) {
				amp_query_end(&q);
				return out_of_memory(err);
			}
			rows->v = v;
			rows->room = room;
		}
		struct amp_list_entry *e = &rows->v[rows->n++];
		*e = (struct amp_list_entry){
			.place = amp_query_i64(&q, 1), .known = !amp_query_null(&q, 0), .counted = !amp_query_null(&q, 2)};
		if (e->known) e->text = amp_query_i64(&q, 0);
		if (e->counted) e->count = amp_query_i64(&q, 2);
	}
	amp_query_end(&q);
	return row;
}

void amp_list_rows_free(struct amp_list_rows *rows)
{
	amp_free(rows->v);
	*rows = (struct amp_list_rows){NULL, 0, 0};
}

static int put(struct amp_store *store, int64_t parse_id, const void *p, size_t n, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, store, &AMP_SQL_LIST_PUT, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, parse_id);
	amp_query_bind_blob(&q, p, n);
	return amp_query_run(&q, err);
}

int amp_list_make(struct amp_list_rows *rows, struct amp_store *store, int64_t parse_id, struct amp_err *err)
{
	struct amp_query q;
	struct amp_buf bytes;
	int rc = amp_query_start(&q, store, &AMP_SQL_LIST_EXISTS, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, parse_id);
	rc = amp_query_step(&q, err);
	amp_query_end(&q);
	if (rc != 0) return rc < 0 ? rc : 0;
	rc = amp_list_exposures(rows, store, parse_id, err);
	if (rc != 0) return rc;
	amp_buf_init(&bytes, LIST_CAP);
	if (amp_list_encode(&bytes, parse_id, rows->v, rows->n)) rc = put(store, parse_id, bytes.p, bytes.n, err);
	amp_buf_free(&bytes);
	return rc;
}

/* ---- reading ---- */
void amp_list_end(struct amp_list_cursor *c)
{
	if (c->open) amp_query_end(&c->q);
	c->open = false;
}

static int search(struct amp_list_cursor *c, struct amp_store *store, int64_t parse_id, struct amp_err *err)
{
	amp_list_end(c);
	int rc = amp_query_start(&c->q, store, &AMP_SQL_LIST_FROM, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&c->q, parse_id);
	c->open = true;
	return 0;
}

/* To the next row; after the last the cursor is closed. */
static int step(struct amp_list_cursor *c, struct amp_err *err)
{
	int row = amp_query_step(&c->q, err);
	c->open = row == 1;
	c->at = row == 1 ? amp_query_i64(&c->q, 0) : 0;
	return row < 0 ? row : 0;
}

int amp_list_find(struct amp_list_cursor *c, struct amp_store *store, int64_t parse_id, struct amp_list_bytes *out,
                  enum amp_list_found *found, struct amp_err *err)
{
	int rc = 0;
	*found = AMP_LIST_NONE;
	for (int i = 0; rc == 0 && c->open && c->at < parse_id && i < STEPS_MOST; i++) rc = step(c, err);
	/* it may stand behind the row that is sought after a search for a later one */
	if (rc == 0 && (!c->open || c->at != parse_id)) {
		rc = search(c, store, parse_id, err);
		if (rc == 0) rc = step(c, err);
	}
	if (rc != 0 || !c->open || c->at != parse_id) return rc;
	size_t n;
	const void *p = amp_query_blob(&c->q, 1, &n);
	*found = amp_list_open(out, p, n, parse_id) ? AMP_LIST_FOUND : AMP_LIST_DAMAGED;
	return 0;
}

/* ---- writing ---- */
void amp_list_keep(struct amp_list_pending *p, int64_t parse_id, const struct amp_list_rows *rows)
{
	if (p->off) return;
	if (p->bytes.cap == 0) amp_buf_init(&p->bytes, AMP_LIST_PENDING + LIST_CAP);
	if (p->n == p->room) {
		size_t room = p->room ? 2 * p->room : 1024;
		struct amp_list_made *v = amp_realloc(p->v, room * sizeof *v);
		if (!v) return;
		p->v = v;
		p->room = room;
	}
	size_t start = p->bytes.n;
	if (amp_list_encode(&p->bytes, parse_id, rows->v, rows->n))
		p->v[p->n++] = (struct amp_list_made){parse_id, start, p->bytes.n - start};
}

void amp_list_write(struct amp_list_pending *p, struct amp_store *store)
{
	struct amp_err err = {0};
	if (p->n == 0 || p->off) return;
	int rc = amp_store_begin(store, &err);
	for (size_t i = 0; rc == 0 && i < p->n; i++) rc = put(store, p->v[i].parse, p->bytes.p + p->v[i].at, p->v[i].n, &err);
	if (rc == 0) rc = amp_store_commit(store, &err);
	if (rc != 0) {
		amp_store_rollback(store);
		amp_log(AMP_INFO, "lists", _("Lists are not kept for the next report: %s"), err.text);
	}
	p->off = rc != 0;
	p->n = 0;
	amp_buf_reset(&p->bytes);
}

void amp_list_pending_free(struct amp_list_pending *p)
{
	amp_buf_free(&p->bytes);
	amp_free(p->v);
	*p = (struct amp_list_pending){.n = 0};
}

/* ---- checking ---- */
static bool same(struct amp_list_bytes *b, const struct amp_list_rows *rows)
{
	struct amp_list_entry e;
	size_t i = 0;
	for (; amp_list_next(b, &e); i++) {
		if (i == rows->n) return false;
		const struct amp_list_entry *x = &rows->v[i];
		if (x->known != e.known || x->text != e.text || x->place != e.place || x->counted != e.counted ||
		    x->count != e.count)
			return false;
	}
	return b->n == 0 && i == rows->n;
}

int amp_list_check(struct amp_list_check *out, struct amp_store *store, struct amp_err *err)
{
	struct amp_list_cursor c = {.open = false};
	struct amp_list_rows rows = {NULL, 0, 0};
	*out = (struct amp_list_check){0, 0, 0};
	int rc = search(&c, store, INT64_MIN, err);
	if (rc == 0) rc = step(&c, err);
	while (rc == 0 && c.open) {
		struct amp_list_bytes bytes;
		size_t n;
		const void *p = amp_query_blob(&c.q, 1, &n);
		rc = amp_list_exposures(&rows, store, c.at, err);
		if (rc != 0) break;
		out->rows++;
		if (!amp_list_open(&bytes, p, n, c.at) || !same(&bytes, &rows)) {
			if (out->bad == 0) out->first = c.at;
			out->bad++;
		}
		rc = step(&c, err);
	}
	amp_list_end(&c);
	amp_list_rows_free(&rows);
	return rc;
}

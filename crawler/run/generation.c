/* generation.c: see generation.h. A line a row: the number of its table, then each value behind its length, so that no value can pass for two. */
#include "run/generation.h"
#include <stdio.h>
#include <string.h>
#include "run_sql.h"

#define CELLS_MAX 32

static const struct part {
	const char *table;
	const struct amp_sql *sql;
	int place; /* the column that names a row among those of its parse; -1: there is one row */
} parts[] = {{"parse", &AMP_SQL_RUN_PARSE_DUMP, -1},
             {"exposure", &AMP_SQL_RUN_EXPOSURE_DUMP, 0},
             {"label", &AMP_SQL_RUN_LABEL_DUMP, 0},
             {"diagnostic", &AMP_SQL_RUN_DIAGNOSTIC_DUMP, 0}};
#define PARTS (sizeof parts / sizeof parts[0])

static int dump_rows(struct amp_store *store, size_t part, int64_t id, struct amp_buf *out, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, store, parts[part].sql, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, id);
	for (;;) {
		rc = amp_query_step(&q, err);
		if (rc != 1) break;
		amp_buf_byte(out, (unsigned char)('0' + part));
		for (int c = 0; c < sqlite3_column_count(q.st); c++) {
			struct amp_str v = amp_query_str(&q, c);
			if (v.p)
				amp_buf_printf(out, "%zu:", v.n);
			else
				amp_buf_byte(out, '-');
			amp_buf_adds(out, v);
			amp_buf_byte(out, ' ');
		}
		amp_buf_byte(out, '\n');
	}
	amp_query_end(&q);
	return rc < 0 ? rc : amp_buf_check(out, "a parse generation", err);
}

int amp_generation_dump(struct amp_store *store, int64_t parse_id, struct amp_buf *out, struct amp_err *err)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < PARTS; i++) rc = dump_rows(store, i, parse_id, out, err);
	return rc;
}

/* ---- where two differ ---- */

struct row {
	size_t part; /* PARTS: there is no row any more */
	size_t n;
	struct amp_str cells[CELLS_MAX];
};

/* Reads back what dump_rows() wrote. */
static struct row next_row(struct amp_str *rest)
{
	struct row r = {.part = PARTS};
	if (rest->n == 0) return r;
	r.part = (size_t)(rest->p[0] - '0');
	rest->p++, rest->n--;
	while (rest->n > 0 && rest->p[0] != '\n' && r.n < CELLS_MAX) {
		struct amp_str *cell = &r.cells[r.n++];
		*cell = AMP_STR_ABSENT;
		if (rest->p[0] == '-') {
			rest->p++, rest->n--;
		} else {
			int64_t n = 0;
			(void)amp_str_i64(amp_str_cut(rest, ':'), &n);
			*cell = (struct amp_str){rest->p, (size_t)n};
			rest->p += n, rest->n -= (size_t)n;
		}
		rest->p++, rest->n--; /* the space */
	}
	rest->p++, rest->n--; /* the line's end */
	return r;
}

static int64_t place_of(const struct row *r)
{
	int64_t place = 0;
	if (r->part < PARTS && parts[r->part].place >= 0) (void)amp_str_i64(r->cells[parts[r->part].place], &place);
	return place;
}

static int by_place(const struct row *a, const struct row *b)
{
	if (a->part != b->part) return a->part < b->part ? -1 : 1;
	int64_t x = place_of(a), y = place_of(b);
	return x < y ? -1 : x > y;
}

static bool same_cell(struct amp_str a, struct amp_str b)
{
	return a.p && b.p ? amp_str_eq(a, b) : !a.p && !b.p;
}

/* The column's name as its statement gives it; NULL col: the row as a whole. */
static int name_place(struct amp_store *store, const struct row *r, const size_t *col, const char *more, struct amp_difference *out,
                      struct amp_err *err)
{
	const struct part *p = &parts[r->part];
	struct amp_query q;
	char place[64] = "";
	int rc = amp_query_start(&q, store, p->sql, err);
	if (rc != 0) return rc;
	if (p->place >= 0)
		(void)snprintf(place, sizeof place, ", %s %lld", sqlite3_column_name(q.st, p->place), (long long)place_of(r));
	(void)snprintf(out->what, sizeof out->what, "%s%s%s%s%s", p->table, col ? "." : "",
	               col ? sqlite3_column_name(q.st, (int)*col) : "", more, place);
	amp_query_end(&q);
	return 0;
}

int amp_generation_difference(struct amp_store *store, struct amp_str expected, struct amp_str found, struct amp_difference *out,
                              bool *differ, struct amp_err *err)
{
	*differ = true;
	for (;;) {
		struct row e = next_row(&expected), f = next_row(&found);
		if (e.part == PARTS && f.part == PARTS) break;
		int order = by_place(&e, &f);
		if (order != 0) {
			(void)snprintf(out->expected, sizeof out->expected, "%s", order < 0 ? "a row" : "none");
			(void)snprintf(out->found, sizeof out->found, "%s", order < 0 ? "none" : "a row");
			return name_place(store, order < 0 ? &e : &f, NULL, order < 0 ? ": row missing" : ": row added", out, err);
		}
		for (size_t i = 0; i < e.n; i++) {
			if (same_cell(e.cells[i], f.cells[i])) continue;
			(void)verify_show(out->expected, out->found, e.cells[i], f.cells[i]);
			return name_place(store, &e, &i, "", out, err);
		}
	}
	*differ = false;
	return 0;
}

/* sums.c: what the detectors found, read from the sums that were written at commit: 50 times fewer rows than exposures. */
#include <stdlib.h>
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "metrics/private.h"
#include "metrics_sql.h"

static struct amp_sums *new_sums(const struct amp_frame *f, struct amp_arena *arena)
{
	size_t n = amp_shot_count(f) + 1;
	struct amp_sums *s = amp_arena_zalloc(arena, sizeof *s);
	if (!s) return NULL;
	s->arena = arena;
	s->present = amp_arena_new_array(arena, uint8_t, n);
	s->n = amp_arena_new_array(arena, uint32_t, n);
	s->missing = amp_arena_new_array(arena, uint32_t, n);
	s->discount_total = amp_arena_new_array(arena, double, n);
	if (!s->present || !s->n || !s->missing || !s->discount_total || !amp_sums_target(s, f, "any")) return NULL;
	return s;
}

struct amp_sums *amp_sums_new(const struct amp_frame *f)
{
	return new_sums(f, f->arena);
}

const struct amp_sums_target *amp_sums_find(const struct amp_sums *s, const char *name)
{
	for (size_t i = 0; i < s->n_targets; i++)
		if (strcmp(s->targets[i].name, name) == 0) return &s->targets[i];
	return NULL;
}

#define TARGETS_MAX 128 /* the list of targets has some thirty; a database that claims more is not ours */

struct amp_sums_target *amp_sums_target(struct amp_sums *s, const struct amp_frame *f, const char *name)
{
	for (size_t i = 0; i < s->n_targets; i++)
		if (strcmp(s->targets[i].name, name) == 0) return &s->targets[i];
	if (s->n_targets == TARGETS_MAX) return NULL;
	if (!s->targets) s->targets = amp_arena_new_array(s->arena, struct amp_sums_target, TARGETS_MAX);
	if (!s->targets) return NULL;
	struct amp_sums_target *t = &s->targets[s->n_targets];
	t->name = amp_arena_strndup(s->arena, name, strlen(name));
	t->flagged = amp_arena_new_array(s->arena, uint32_t, amp_shot_count(f) + 1);
	t->discounted = amp_arena_new_array(s->arena, double, amp_shot_count(f) + 1);
	if (!t->name || !t->flagged || !t->discounted) return NULL;
	s->n_targets++;
	return t;
}

static double decimal(const char *text)
{
	int64_t thousandths = 0;
	return text && amp_decimal_parse((struct amp_str){text, strlen(text)}, &thousandths) == 0 ? (double)thousandths / 1000 : 0;
}

static int compare_target(const void *a, const void *b)
{
	const struct amp_sums_target *x = a, *y = b;
	bool gx = strncmp(x->name, "ground:", 7) == 0, gy = strncmp(y->name, "ground:", 7) == 0;
	if (gx != gy) return gx ? -1 : 1;
	return strcmp(x->name, y->name);
}

/* ---- one scan for many ---- */
struct wanted { /* a detector and a grid cell, by their row ids */
	int64_t detector, cell;
	struct amp_sums *to;
	const char *only; /* beside "any"; NULL: every target */
	bool all;
};
struct parses { /* whose shot it is */
	struct amp_idmap map;
	size_t *shot;
};
struct parse_shot {
	int64_t parse_id;
	size_t shot;
};

static int compare_parse(const void *a, const void *b)
{
	const struct parse_shot *x = a, *y = b;
	return (x->parse_id > y->parse_id) - (x->parse_id < y->parse_id);
}

static int compare_wanted(const void *a, const void *b)
{
	const struct wanted *x = a, *y = b;
	if (x->detector != y->detector) return x->detector < y->detector ? -1 : 1;
	return (x->cell > y->cell) - (x->cell < y->cell);
}

static int map_parses(struct parses *p, const struct amp_frame *f, struct amp_err *err)
{
	size_t shots = amp_shot_count(f), n = 0;
	struct parse_shot *sorted = amp_malloc((shots + 1) * sizeof *sorted);
	int64_t *ids = amp_malloc((shots + 1) * sizeof *ids);
	p->shot = amp_malloc((shots + 1) * sizeof *p->shot);
	int rc = sorted && ids && p->shot ? 0 : AMP_OOM(err);
	for (size_t i = 0; rc == 0 && i < shots; i++)
		if (f->shots[i].parse_id) sorted[n++] = (struct parse_shot){f->shots[i].parse_id, i};
	if (rc == 0 && n > 1) qsort(sorted, n, sizeof *sorted, compare_parse);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		ids[i] = sorted[i].parse_id;
		p->shot[i] = sorted[i].shot;
	}
	if (rc == 0) rc = amp_idmap_make(&p->map, ids, n, err);
	amp_free(sorted);
	amp_free(ids);
	return rc;
}

static int take_row(const struct wanted *w, const struct amp_frame *f, struct amp_query *q, size_t shot, struct amp_err *err)
{
	struct amp_sums *s = w->to;
	char name[64];
	struct amp_str target = amp_query_str(q, 3);
	if (!target.p || target.n >= sizeof name) return 0;
	memcpy(name, target.p, target.n);
	name[target.n] = 0;
	bool any = strcmp(name, "any") == 0;
	if (!any && !w->all && (!w->only || strcmp(name, w->only) != 0)) return 0;
	struct amp_sums_target *t = any ? &s->targets[0] : amp_sums_target(s, f, name);
	if (!t)
		return amp_fail(err, AMP_ELIMIT, _("The table snapshot_sum of %s names more targets than there are."),
		                amp_store_path(q->store));
	int64_t flagged = amp_query_i64(q, 6);
	t->flagged[shot] = (uint32_t)flagged;
	t->discounted[shot] = amp_query_double(q, 7);
	t->total += flagged;
	if (!any) return 0;
	s->present[shot] = 1;
	s->n[shot] = (uint32_t)amp_query_i64(q, 4);
	s->missing[shot] = (uint32_t)amp_query_i64(q, 5);
	s->discount_total[shot] = amp_query_double(q, 8);
	return 0;
}

/* w: sorted, as the table is within a parse. */
static int read_rows(const struct wanted *w, size_t n, const struct amp_frame *f, struct amp_store *store, const struct parses *p,
                     struct amp_err *err)
{
	struct amp_query q;
	int64_t parse = INT64_MIN;
	size_t shot = AMP_NO_NUMBER, at = 0;
	int rc = amp_query_start(&q, store, &AMP_SQL_METRICS_SUM, err), row = 1;
	if (rc != 0) return rc;
	while (rc == 0 && (row = amp_query_step(&q, err)) == 1) {
		if (amp_query_i64(&q, 0) != parse) {
			parse = amp_query_i64(&q, 0);
			size_t number = amp_idmap_find(&p->map, parse);
			shot = number == AMP_NO_NUMBER ? AMP_NO_NUMBER : p->shot[number];
			at = 0;
		}
		if (shot == AMP_NO_NUMBER) continue; /* an older generation of the parse */
		struct wanted row_of = {.detector = amp_query_i64(&q, 1), .cell = amp_query_i64(&q, 2)};
		while (at < n && compare_wanted(&w[at], &row_of) < 0) at++;
		if (at < n && compare_wanted(&w[at], &row_of) == 0) rc = take_row(&w[at], f, &q, shot, err);
	}
	amp_query_end(&q);
	return rc != 0 ? rc : row;
}

static struct amp_sums *start_sums(const struct amp_frame *f, struct amp_arena *arena, struct amp_grid_cell at)
{
	struct amp_sums *s = new_sums(f, arena);
	if (!s) return NULL;
	s->detector = at.detector;
	s->cell = at.cell;
	s->p = at.cell < f->n_cells ? decimal(f->cells[at.cell].rbp_p) : 0;
	return s;
}

/* first: how many of `at` have all their targets; of the others, "any" and `only`. */
static int load(struct amp_sums **out, const struct amp_frame *f, struct amp_store *store, struct amp_arena *arena,
                const struct amp_grid_cell *at, size_t n, size_t first, const char *only, struct amp_err *err)
{
	struct parses parses = {.shot = NULL};
	struct wanted *w = amp_malloc((n + 1) * sizeof *w);
	size_t wanted = 0;
	int rc = w ? map_parses(&parses, f, err) : AMP_OOM(err);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		out[i] = start_sums(f, arena, at[i]);
		if (!out[i]) rc = AMP_OOM(err);
		if (rc == 0 && at[i].detector < f->n_detectors && at[i].cell < f->n_cells)
			w[wanted++] =
				(struct wanted){f->detectors[at[i].detector].id, f->cells[at[i].cell].id, out[i], only, i < first};
	}
	if (rc == 0 && wanted > 1) qsort(w, wanted, sizeof *w, compare_wanted);
	if (rc == 0 && wanted > 0) rc = read_rows(w, wanted, f, store, &parses, err);
	for (size_t i = 0; rc == 0 && i < n; i++)
		qsort(out[i]->targets + 1, out[i]->n_targets - 1, sizeof *out[i]->targets, compare_target);
	amp_idmap_free(&parses.map);
	amp_free(parses.shot);
	amp_free(w);
	return rc;
}

/* ---- the grid: every other cell and detector, for sensitivity ---- */
#define GRID_ROOM ((size_t)32 << 20)
#define GRID_BYTES 41 /* a shot: present, n, missing, discount_total; flagged and discounted of two targets */

static bool find_next(const struct amp_frame *f, struct amp_grid_cell *at)
{
	for (; at->detector < f->n_detectors; at->detector++, at->cell = 0)
		for (; at->cell < f->n_cells; at->cell++)
			if ((at->detector != 0 || at->cell != 0) && amp_frame_cell_has(f, at->detector, at->cell)) return true;
	return false;
}

/* As many of the grid's cells as may be in memory at once, at least one; *next moves behind them. */
static size_t take_cells(const struct amp_frame *f, struct amp_grid_cell *next, struct amp_grid_cell *cells)
{
	size_t most = GRID_ROOM / ((amp_shot_count(f) + 1) * GRID_BYTES), n = 0;
	while (n < AMP_GRID_MOST && (n == 0 || n < most) && find_next(f, next)) {
		cells[n++] = *next;
		next->cell++;
	}
	return n;
}

int amp_sums_load(struct amp_sums **out, const struct amp_frame *f, struct amp_store *store, size_t detector, size_t cell,
                  struct amp_err *err)
{
	struct amp_grid_cell at[1 + AMP_GRID_MOST] = {{detector, cell}}, next = {0, 0};
	struct amp_sums *v[1 + AMP_GRID_MOST];
	size_t n = detector == 0 && cell == 0 ? take_cells(f, &next, at + 1) : 0;
	int rc = load(v, f, store, f->arena, at, 1 + n, 1, f->plan.target, err);
	struct amp_sums **others = rc == 0 ? amp_arena_new_array(f->arena, struct amp_sums *, n + 1) : NULL;
	if (rc != 0 || !others) return rc ? rc : AMP_OOM(err);
	for (size_t i = 0; i < n; i++) others[i] = v[1 + i];
	v[0]->others = others;
	v[0]->n_others = n;
	*out = v[0];
	return amp_exclusions_room(v[0], f, err);
}

void amp_grid_start(struct amp_grid *g, const struct amp_frame *f, const struct amp_sums *primary)
{
	*g = (struct amp_grid){.f = f, .v = primary->others, .n = primary->n_others};
	if (g->n > 0) g->next = (struct amp_grid_cell){g->v[g->n - 1]->detector, g->v[g->n - 1]->cell + 1};
}

int amp_grid_load(struct amp_grid *g, struct amp_store *store, const struct amp_sums **out, struct amp_err *err)
{
	struct amp_grid_cell at[AMP_GRID_MOST];
	*out = NULL;
	if (g->used == g->n) {
		g->n = take_cells(g->f, &g->next, at);
		g->used = 0;
		amp_arena_free(g->arena);
		g->arena = g->n ? amp_arena_new(2 * GRID_ROOM + 2 * (amp_shot_count(g->f) + 1) * GRID_BYTES) : NULL;
		if (g->n == 0) return 0;
		g->v = g->own;
		int rc = g->arena ? load(g->own, g->f, store, g->arena, at, g->n, 0, g->f->plan.target, err) : AMP_OOM(err);
		if (rc != 0) return rc;
	}
	*out = g->v[g->used++];
	return 0;
}

void amp_grid_end(struct amp_grid *g)
{
	amp_arena_free(g->arena);
	g->arena = NULL;
}

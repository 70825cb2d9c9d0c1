/* sums.c: what the detectors found, read from the sums that were written at commit: 50 times fewer rows than exposures. */
#include <stdlib.h>
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "metrics/private.h"
#include "metrics_sql.h"

struct amp_sums *amp_sums_new(const struct amp_frame *f)
{
	size_t n = amp_shot_count(f) + 1;
	struct amp_sums *s = amp_arena_zalloc(f->arena, sizeof *s);
	if (!s) return NULL;
	s->present = amp_arena_new_array(f->arena, uint8_t, n);
	s->n = amp_arena_new_array(f->arena, uint32_t, n);
	s->missing = amp_arena_new_array(f->arena, uint32_t, n);
	s->discount_total = amp_arena_new_array(f->arena, double, n);
	if (!s->present || !s->n || !s->missing || !s->discount_total || !amp_sums_target(s, f, "any")) return NULL;
	return s;
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
	if (!s->targets) s->targets = amp_arena_new_array(f->arena, struct amp_sums_target, TARGETS_MAX);
	if (!s->targets) return NULL;
	struct amp_sums_target *t = &s->targets[s->n_targets];
	t->name = amp_arena_strndup(f->arena, name, strlen(name));
	t->flagged = amp_arena_new_array(f->arena, uint32_t, amp_shot_count(f) + 1);
	t->discounted = amp_arena_new_array(f->arena, double, amp_shot_count(f) + 1);
	if (!t->name || !t->flagged || !t->discounted) return NULL;
	s->n_targets++;
	return t;
}

static double decimal(const char *text)
{
	int64_t thousandths = 0;
	return text && amp_decimal_parse((struct amp_str){text, strlen(text)}, &thousandths) == 0 ? (double)thousandths / 1000 : 0;
}

struct parse_shot {
	int64_t parse_id;
	size_t shot;
};

static int compare_parse(const void *a, const void *b)
{
	const struct parse_shot *x = a, *y = b;
	return (x->parse_id > y->parse_id) - (x->parse_id < y->parse_id);
}

static int compare_target(const void *a, const void *b)
{
	const struct amp_sums_target *x = a, *y = b;
	bool gx = strncmp(x->name, "ground:", 7) == 0, gy = strncmp(y->name, "ground:", 7) == 0;
	if (gx != gy) return gx ? -1 : 1;
	return strcmp(x->name, y->name);
}

static int read_rows(struct amp_sums *s, const struct amp_frame *f, struct amp_store *store, const struct parse_shot *map, size_t n,
                     struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, store, &AMP_SQL_METRICS_SUM, err), row;
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, f->detectors[s->detector].id);
	amp_query_bind_i64(&q, f->cells[s->cell].id);
	while ((row = amp_query_step(&q, err)) == 1) {
		struct parse_shot key = {amp_query_i64(&q, 0), 0};
		const struct parse_shot *at = bsearch(&key, map, n, sizeof *map, compare_parse);
		if (!at) continue; /* an older generation of the parse */
		char name[64];
		struct amp_str target = amp_query_str(&q, 1);
		if (!target.p || target.n >= sizeof name) continue;
		memcpy(name, target.p, target.n);
		name[target.n] = 0;
		struct amp_sums_target *t = amp_sums_target(s, f, name);
		if (!t) {
			amp_query_end(&q);
			return amp_fail(err, AMP_ELIMIT, _("The table snapshot_sum of %s names more targets than there are."),
			                amp_store_path(store));
		}
		int64_t flagged = amp_query_i64(&q, 4);
		t->flagged[at->shot] = (uint32_t)flagged;
		t->discounted[at->shot] = amp_query_double(&q, 5);
		t->total += flagged;
		if (t == &s->targets[0]) {
			s->present[at->shot] = 1;
			s->n[at->shot] = (uint32_t)amp_query_i64(&q, 2);
			s->missing[at->shot] = (uint32_t)amp_query_i64(&q, 3);
			s->discount_total[at->shot] = amp_query_double(&q, 6);
		}
	}
	amp_query_end(&q);
	return row;
}

int amp_sums_load(struct amp_sums **out, const struct amp_frame *f, struct amp_store *store, size_t detector, size_t cell,
                  struct amp_err *err)
{
	struct amp_sums *s = amp_sums_new(f);
	size_t shots = amp_shot_count(f), n = 0;
	struct parse_shot *map = amp_malloc((shots + 1) * sizeof *map);
	if (!s || !map) {
		amp_free(map);
		return AMP_OOM(err);
	}
	s->detector = detector;
	s->cell = cell;
	s->p = cell < f->n_cells ? decimal(f->cells[cell].rbp_p) : 0;
	for (size_t i = 0; i < shots; i++)
		if (f->shots[i].parse_id) map[n++] = (struct parse_shot){f->shots[i].parse_id, i};
	qsort(map, n, sizeof *map, compare_parse);
	int rc = detector < f->n_detectors && cell < f->n_cells ? read_rows(s, f, store, map, n, err) : 0;
	amp_free(map);
	if (rc != 0) return rc;
	qsort(s->targets + 1, s->n_targets - 1, sizeof *s->targets, compare_target);
	*out = s;
	return 0;
}

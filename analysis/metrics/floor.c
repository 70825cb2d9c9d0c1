/* floor.c: the distances between twins and between personas, from the stored lists: 1 - RBO between lists of item ids of the same round.
 * What they say of a feed is decided in floor_decide.c.
 */
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "metrics/private.h"
#include "metrics_sql.h"

static int read_list(struct amp_store *store, const struct amp_shot *shot, int depth, struct amp_ids *out, struct amp_err *err)
{
	struct amp_query q;
	out->n = 0;
	if (shot->state != AMP_SHOT_OK) return 0;
	int rc = amp_query_start(&q, store, &AMP_SQL_METRICS_LIST, err), row;
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, shot->parse_id);
	amp_query_bind_i64(&q, depth);
	while ((row = amp_query_step(&q, err)) == 1)
		if (out->n < (size_t)depth) out->id[out->n++] = amp_query_i64(&q, 0);
	amp_query_end(&q);
	return row;
}

static int add_distance(const struct amp_ids *a, const struct amp_ids *b, struct amp_distance *d, struct amp_err *err)
{
	struct amp_rbo r;
	struct amp_real j;
	bool known;
	int rc = amp_rbo(a->id, a->n, b->id, b->n, AMP_FLOOR_RBO_P, &r, &known, err);
	if (rc != 0 || !known) return rc;
	rc = amp_jaccard(a->id, a->n, b->id, b->n, &j, err);
	if (rc != 0) return rc;
	/* rounding may leave 1e-17 of distance between equal lists */
	d->rbo += r.ext > 1 - 1e-12 ? 0 : 1 - r.ext;
	d->jaccard += 1 - j.v;
	d->n++;
	return 0;
}

static bool same_list(const struct amp_ids *a, const struct amp_ids *b)
{
	return a->n == b->n && memcmp(a->id, b->id, a->n * sizeof *a->id) == 0;
}

/* Did these twins get one stored answer instead of two made for them? An age alone does not say so: two caches may have stored two
 * different answers. */
static bool same_answer(const struct amp_shot *a, const struct amp_shot *b, bool from_cache)
{
	return from_cache || (a->payload_print && a->payload_print == b->payload_print) ||
	       (a->etag_print && a->etag_print == b->etag_print);
}

int amp_floor_measure_round(const struct amp_frame *f, size_t feed, size_t round, const struct amp_ids *lists,
                            struct amp_floor_round *s, struct amp_err *err)
{
	int rc = 0;
	for (size_t a = 0; a < f->n_personas && rc == 0; a++)
		for (size_t b = a + 1; b < f->n_personas && rc == 0; b++) {
			const struct amp_shot *sa = &f->shots[amp_shot_index(f, a, feed, round)],
					      *sb = &f->shots[amp_shot_index(f, b, feed, round)];
			bool twins = f->personas[a].cluster == f->personas[b].cluster;
			if (sa->state != AMP_SHOT_OK || sb->state != AMP_SHOT_OK) continue;
			if (twins) {
				bool from_cache = (sa->aged || sb->aged) && same_list(&lists[a], &lists[b]);
				s->twin_rounds++;
				s->twin_same += same_answer(sa, sb, from_cache);
				if (from_cache) continue; /* this pair measured no noise: a zero from it would lower the floor */
			}
			rc = add_distance(&lists[a], &lists[b], twins ? &s->twin : &s->between, err);
		}
	return rc;
}

static int measure_feed(struct amp_floor *fl, const struct amp_frame *f, struct amp_store *store, size_t feed,
                        struct amp_ids *lists, struct amp_floor_round *rounds, struct amp_err *err)
{
	int depth = f->n_cells ? f->cells[0].depth : 50, rc = 0;
	for (size_t r = 0; r < f->n_rounds && rc == 0; r++) {
		rounds[r] = (struct amp_floor_round){.twin = {0, 0, 0}};
		for (size_t p = 0; p < f->n_personas && rc == 0; p++)
			rc = read_list(store, &f->shots[amp_shot_index(f, p, feed, r)], depth, &lists[p], err);
		if (rc == 0) rc = amp_floor_measure_round(f, feed, r, lists, &rounds[r], err);
	}
	return rc != 0 ? rc : amp_floor_decide(fl, f, rounds, err);
}

int amp_floors_room(struct amp_floor **out, const struct amp_frame *f, struct amp_err *err)
{
	struct amp_floor *floors = amp_arena_new_array(f->arena, struct amp_floor, f->n_feeds + 1);
	int rc = floors ? 0 : AMP_OOM(err);
	for (size_t i = 0; rc == 0 && i < f->n_feeds; i++) {
		floors[i].round_twin = amp_arena_new_array(f->arena, double, f->n_rounds + 1);
		floors[i].round_between = amp_arena_new_array(f->arena, double, f->n_rounds + 1);
		if (!floors[i].round_twin || !floors[i].round_between) rc = AMP_OOM(err);
	}
	*out = floors;
	return rc;
}

int amp_floors_measure(struct amp_floor **out, const struct amp_frame *f, struct amp_store *store, struct amp_err *err)
{
	size_t depth = f->n_cells ? (size_t)f->cells[0].depth : 50;
	struct amp_floor *floors = NULL;
	struct amp_ids *lists = amp_calloc(f->n_personas + 1, sizeof *lists);
	int64_t *ids = amp_calloc((f->n_personas + 1) * depth, sizeof *ids);
	struct amp_floor_round *rounds = amp_calloc(f->n_rounds + 1, sizeof *rounds);
	int rc = lists && ids && rounds ? amp_floors_room(&floors, f, err) : AMP_OOM(err);
	for (size_t p = 0; rc == 0 && p < f->n_personas; p++) lists[p].id = ids + p * depth;
	for (size_t i = 0; rc == 0 && i < f->n_feeds; i++) rc = measure_feed(&floors[i], f, store, i, lists, rounds, err);
	amp_free(lists);
	amp_free(ids);
	amp_free(rounds);
	if (rc == 0) *out = floors;
	return rc;
}

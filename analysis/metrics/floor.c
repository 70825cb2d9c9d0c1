/* floor.c: the distances between twins and between personas, from the lists of one round: 1 - RBO and 1 - Jaccard between lists of items.
 * What they say of a feed is decided in floor_decide.c.
 *
 * All pairs of personas are compared in every round: 66 distances for 12 personas. The round's items get small numbers first, and each persona a
 * row with the first place of each, so that a distance is one walk along a list.
 */
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "metrics/private.h"

void amp_floor_work_free(struct amp_floor_work *w)
{
	amp_free(w->local);
	amp_free(w->place);
	amp_free(w->common);
	*w = (struct amp_floor_work){.n_local = 0};
}

/* Room for as many entries as the round's lists have, and the longest. */
static int make_room(struct amp_floor_work *w, const struct amp_frame *f, const struct amp_items *lists, struct amp_err *err)
{
	size_t all = 0, longest = 0;
	for (size_t i = 0; i < f->n_personas; i++) {
		all += lists[i].n;
		if (lists[i].n > longest) longest = lists[i].n;
	}
	if (longest >= UINT32_MAX) return AMP_OOM(err);
	if (all + 1 > w->n_local) {
		amp_free(w->local);
		w->local = amp_malloc((all + 1) * sizeof *w->local);
		w->n_local = w->local ? all + 1 : 0;
	}
	if (longest + 1 > w->n_common) {
		amp_free(w->common);
		w->common = amp_malloc((longest + 1) * sizeof *w->common);
		w->n_common = w->common ? longest + 1 : 0;
	}
	return w->local && w->common ? 0 : AMP_OOM(err);
}

/* The items of these lists, numbered in the order in which they come: one after the other in w->local. */
static int number_items(struct amp_floor_work *w, const struct amp_frame *f, const struct amp_items *lists, struct amp_spots *spots,
                        struct amp_err *err)
{
	size_t at = 0, distinct = 0;
	amp_spots_clear(spots);
	for (size_t i = 0; i < f->n_personas; i++)
		for (size_t e = 0; e < lists[i].n; e++) {
			int32_t number = amp_spots_get(spots, lists[i].v[e]);
			if (number < 0) amp_spots_put(spots, lists[i].v[e], number = (int32_t)distinct++);
			w->local[at++] = (uint32_t)number;
		}
	w->distinct = distinct;
	if (distinct * f->n_personas + 1 > w->n_place) {
		amp_free(w->place);
		w->n_place = distinct * f->n_personas + 1;
		w->place = amp_malloc(w->n_place * sizeof *w->place);
		if (!w->place) w->n_place = 0;
	}
	if (!w->place) return AMP_OOM(err);
	memset(w->place, 0, (distinct * f->n_personas + 1) * sizeof *w->place);
	return 0;
}

struct ranked { /* one persona's list: numbers in order, and of each number the first place in it, from 1; 0: not there */
	const uint32_t *number, *place;
	size_t n, distinct;
};

static struct ranked rank_list(struct amp_floor_work *w, size_t persona, const uint32_t *number, size_t n)
{
	uint32_t *place = w->place + persona * w->distinct;
	struct ranked r = {number, place, n, 0};
	for (size_t i = 0; i < n; i++) {
		if (place[number[i]]) continue; /* a repeated id counts at its first place */
		place[number[i]] = (uint32_t)i + 1;
		r.distinct++;
	}
	return r;
}

static void add_distance(const struct ranked *a, const struct ranked *b, uint32_t *common, struct amp_distance *d)
{
	size_t longer = a->n > b->n ? a->n : b->n;
	if (a->n == 0 || b->n == 0) return;
	memset(common, 0, (longer + 1) * sizeof *common);
	for (size_t i = 0; i < a->n; i++) {
		uint32_t own = (uint32_t)i + 1, other = b->place[a->number[i]];
		if (other && a->place[a->number[i]] == own) common[own > other ? own : other]++;
	}
	for (size_t i = 1; i <= longer; i++) common[i] += common[i - 1];
	double ext = amp_rbo_ext(common, a->n, b->n, AMP_FLOOR_RBO_P), both = (double)common[longer];
	/* rounding may leave 1e-17 of distance between equal lists */
	d->rbo += ext > 1 - 1e-12 ? 0 : 1 - ext;
	d->jaccard += 1 - both / ((double)a->distinct + (double)b->distinct - both);
	d->n++;
}

static bool same_list(const struct ranked *a, const struct ranked *b)
{
	return a->n == b->n && memcmp(a->number, b->number, a->n * sizeof *a->number) == 0;
}

/* Did these twins get one stored answer instead of two made for them? An age alone does not say so: two caches may have stored two
 * different answers. */
static bool same_answer(const struct amp_shot *a, const struct amp_shot *b, bool from_cache)
{
	return from_cache || (a->payload_print && a->payload_print == b->payload_print) ||
	       (a->etag_print && a->etag_print == b->etag_print);
}

static void compare(const struct amp_frame *f, size_t feed, size_t round, const struct ranked *lists, uint32_t *common,
                    struct amp_floor_round *s)
{
	for (size_t a = 0; a < f->n_personas; a++)
		for (size_t b = a + 1; b < f->n_personas; b++) {
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
			add_distance(&lists[a], &lists[b], common, twins ? &s->twin : &s->between);
		}
}

int amp_floor_measure_round(const struct amp_frame *f, size_t feed, size_t round, const struct amp_items *lists,
                            struct amp_spots *spots, struct amp_floor_work *w, struct amp_floor_round *s, struct amp_err *err)
{
	struct ranked *ranked = amp_malloc((f->n_personas + 1) * sizeof *ranked);
	int rc = ranked ? make_room(w, f, lists, err) : AMP_OOM(err);
	if (rc == 0) rc = number_items(w, f, lists, spots, err);
	for (size_t i = 0, at = 0; rc == 0 && i < f->n_personas; at += lists[i++].n)
		ranked[i] = rank_list(w, i, w->local + at, lists[i].n);
	if (rc == 0) compare(f, feed, round, ranked, w->common, s);
	amp_free(ranked);
	return rc;
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

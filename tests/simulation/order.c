/* order.c: whole lists. A visit's pool holds twice as many posts as a list; the chronological list is its newer half, the ranked one the half with the
 * highest scores: noise, and for flagged posts a push that personas and days differ in.
 *
 * Where no push is planted it is symmetrical about 0, and below 0 the two lists change places, so that the feeds can be exchanged: what one
 * persona's ranked feed pushes up, another's pushes down. Every measure that is the opposite when the feeds are exchanged is 0 then.
 */
#include <math.h>
#include <stdlib.h>
#include "base/i18n.h"
#include "simulation.h"

struct scored {
	double score;
	int32_t item;
};
struct sim_order { /* of a world */
	struct sim_orderer of;
	struct amp_spots spots;
	struct amp_entry *entries[2];
	int32_t *places[2];
	double *weight; /* p^rank */
	double weights;
};

static int room_for_pool(struct sim_pool *p, struct amp_arena *a, size_t n)
{
	p->hateful = amp_arena_new_array(a, bool, n);
	p->score = amp_arena_new_array(a, double, n);
	return p->hateful && p->score ? 0 : AMP_ENOMEM;
}

int sim_orderer_new(struct sim_orderer *o, struct amp_arena *a, size_t depth, struct amp_err *err)
{
	*o = (struct sim_orderer){.depth = depth, .n = 2 * depth};
	for (int i = 0; i < 2; i++) o->list[i] = amp_arena_new_array(a, struct sim_post, depth);
	o->work = amp_arena_new_array(a, struct scored, o->n);
	if (room_for_pool(&o->common, a, o->n) != 0 || room_for_pool(&o->own, a, o->n) != 0 || amp_arena_refused(a))
		return AMP_OOM(err);
	return 0;
}

static void draw_pool(struct sim_pool *p, struct amp_rng *r, size_t n, double level)
{
	for (size_t i = 0; i < n; i++) {
		p->hateful[i] = amp_rng_double(r) < level;
		p->score[i] = amp_rng_normal(r);
	}
}

void sim_order_round(struct sim_orderer *o, struct amp_rng *r, const struct sim_setting *s, double day)
{
	if (s->shared) draw_pool(&o->common, r, o->n, sim_share(s->base * day));
}

static int by_score(const void *a, const void *b)
{
	double x = ((const struct scored *)a)->score, y = ((const struct scored *)b)->score;
	return (x < y) - (x > y);
}

/* Of a shared feed every place belongs to all, but for the share `own` of them. */
static bool of_all(const struct sim_setting *s, size_t place)
{
	return s->shared && (double)(place % 10) >= 10 * s->own;
}

void sim_order_visit(struct sim_orderer *o, struct amp_rng *r, const struct sim_setting *s, double level, double push)
{
	struct scored *v = o->work;
	struct sim_post *pushed = o->list[push < 0], *recent = o->list[!(push < 0)];
	draw_pool(&o->own, r, o->n, sim_share(level));
	for (size_t i = 0; i < o->n; i++) {
		if (of_all(s, i)) {
			o->own.hateful[i] = o->common.hateful[i];
			o->own.score[i] = o->common.score[i];
		}
		v[i] = (struct scored){o->own.score[i] + (o->own.hateful[i] ? fabs(push) : 0), (int32_t)i};
		if (i < o->depth) recent[i] = (struct sim_post){(int32_t)i, o->own.hateful[i]};
	}
	qsort(v, o->n, sizeof *v, by_score);
	for (size_t i = 0; i < o->depth; i++) pushed[i] = (struct sim_post){v[i].item, o->own.hateful[v[i].item]};
}

int sim_order_new(struct sim_world *w, struct amp_err *err)
{
	size_t depth = w->setting->depth;
	struct amp_arena *a = w->fixed;
	struct sim_order *o = w->order = amp_arena_zalloc(a, sizeof *o);
	if (!o) return AMP_OOM(err);
	for (int i = 0; i < 2; i++) {
		o->entries[i] = amp_arena_new_array(a, struct amp_entry, depth);
		o->places[i] = amp_arena_new_array(a, int32_t, depth);
	}
	o->weight = amp_arena_new_array(a, double, depth);
	if (amp_arena_refused(a)) return AMP_OOM(err);
	w->sums->p = SIM_RBP;
	for (size_t i = 0; i < depth; i++) {
		o->weight[i] = pow(w->sums->p, (double)i);
		o->weights += o->weight[i];
	}
	int rc = sim_orderer_new(&o->of, a, depth, err);
	if (rc == 0) rc = amp_spots_make(&o->spots, o->of.n, err);
	return rc ? rc : sim_tables_new(w, err);
}

/* What the crawl would have stored of one visit, and what the metrics from lists say of it. */
static void take(struct sim_world *w, size_t persona, size_t round)
{
	struct sim_order *o = w->order;
	size_t depth = o->of.depth;
	for (size_t side = 0; side < 2; side++) {
		size_t at = amp_shot_index(&w->frame, persona, side, round);
		w->frame.shots[at] =
			(struct amp_shot){.planned = true, .exists = true, .started_at = AMP_TIME_NONE, .state = AMP_SHOT_OK};
		w->sums->present[at] = true;
		w->sums->n[at] = (uint32_t)depth;
		w->sums->discount_total[at] = o->weights;
		w->sums->targets[0].flagged[at] = 0;
		w->sums->targets[0].discounted[at] = 0;
		for (size_t i = 0; i < depth; i++) {
			const struct sim_post *p = &o->of.list[side][i];
			o->entries[side][i] = (struct amp_entry){.item = p->item, .place = (uint32_t)i, .flagged = p->hateful};
			w->sums->targets[0].flagged[at] += p->hateful;
			w->sums->targets[0].discounted[at] += p->hateful ? o->weight[i] : 0;
		}
	}
	for (int i = 0; i < 2; i++) amp_spots_match(&o->spots, o->entries[i], depth, o->entries[!i], depth, o->places[i]);
	sim_visit(w, persona, round,
	          &(struct amp_visit){.ranked = {.v = o->entries[0], .n = depth, .top = depth, .other = o->places[0]},
	                              .chronological = {.v = o->entries[1], .n = depth, .top = depth, .other = o->places[1]}});
}

int sim_order_draw(struct sim_world *w, struct amp_rng *r, struct amp_err *err)
{
	const struct sim_setting *s = w->setting;
	double *base = w->scratch, *lift = base + s->personas;
	(void)err;
	for (size_t c = 0; c < s->personas; c++) {
		base[c] = sim_factor(r, s->base_cv, SIM_SKEWED);
		lift[c] = s->lift_cv * sim_cut_normal(r);
	}
	for (size_t d = 0; d < s->days; d++) {
		double day = sim_factor(r, s->day_cv, SIM_SKEWED), push = s->amp + s->day_lift_cv * sim_cut_normal(r);
		for (size_t k = d * s->rounds; k < (d + 1) * s->rounds; k++) {
			sim_order_round(&w->order->of, r, s, day);
			for (size_t i = 0; i < w->frame.n_personas; i++) {
				size_t c = w->frame.personas[i].cluster;
				sim_order_visit(&w->order->of, r, s, s->base * day * (s->shared ? 1 : base[c]),
				                push + (s->shared ? 0 : lift[c]));
				take(w, i, k);
			}
		}
	}
	return 0;
}

void sim_order_free(struct sim_world *w)
{
	if (w->order) amp_spots_free(&w->order->spots);
}

/* again.c: flagged items that stay in a feed from visit to visit, go, and come back. Both feeds are made in the same way, with persona and day
 * factors of their own, so that they can be exchanged where nothing is planted.
 */
#include <math.h>
#include "base/i18n.h"
#include "simulation.h"

#define FORGET 8     /* visits after which what is gone does not come back */
#define RATE_MAX 0.9 /* of a chance */

struct sim_again {                          /* of a world */
	struct sim_items common[2], *items; /* own ones: persona * 2 + side */
	struct amp_recall *recall;          /* the same */
	struct amp_entry *entries;
	double *factor; /* of a persona's sides */
	size_t personas;
};

static void forget(struct sim_items *i, size_t at)
{
	i->gone[at] = i->gone[--i->n_gone];
}

void sim_items_step(struct sim_items *i, struct amp_rng *r, double stay, double back, uint32_t arrivals)
{
	size_t kept = 0, were = i->n, absent = i->n_gone;
	for (size_t k = 0; k < were; k++) {
		int32_t item = i->shown[k];
		if (amp_rng_double(r) < stay)
			i->shown[kept++] = item;
		else if (i->n_gone < SIM_ITEMS)
			i->gone[i->n_gone++] = (struct sim_gone){item, 0};
	}
	i->n = kept;
	for (size_t k = absent;
	     k-- > 0;) { /* from the end: what takes the place of a forgotten one was looked at, or has just gone */
		bool again = amp_rng_double(r) < back && i->n < SIM_ITEMS;
		if (again) i->shown[i->n++] = i->gone[k].item;
		if (again || ++i->gone[k].age > FORGET) forget(i, k);
	}
	for (uint32_t k = 0; k < arrivals && i->n < SIM_ITEMS; k++) i->shown[i->n++] = i->next++;
}

static double rate(double v)
{
	return fmax(0, fmin(v, RATE_MAX));
}

double sim_stay(const struct sim_setting *s, size_t side, double factor)
{
	return rate(s->stay * factor * (side == 0 ? 1 + s->amp : 1));
}

double sim_back(const struct sim_setting *s, size_t side, double factor)
{
	return rate(s->back * factor * (side == 0 ? 1 + s->amp : 1));
}

int sim_again_new(struct sim_world *w, struct amp_err *err)
{
	struct amp_arena *a = w->fixed;
	struct sim_again *g = w->again = amp_arena_zalloc(a, sizeof *g);
	if (!g) return AMP_OOM(err);
	g->personas = w->frame.n_personas;
	g->items = amp_arena_new_array(a, struct sim_items, 2 * g->personas);
	g->recall = amp_arena_new_array(a, struct amp_recall, 2 * g->personas);
	g->entries = amp_arena_new_array(a, struct amp_entry, 2 * SIM_ITEMS);
	g->factor = amp_arena_new_array(a, double, 2 * w->setting->personas);
	if (amp_arena_refused(a)) return AMP_OOM(err);
	return sim_tables_new(w, err);
}

static size_t put(struct amp_entry *to, const struct sim_items *i, int32_t odd)
{
	for (size_t k = 0; k < i->n; k++) to[k] = (struct amp_entry){.item = 2 * i->shown[k] + odd, .flagged = true};
	return i->n;
}

/* One persona's visit: both lists' flagged entries through the program's memory of what it has met. */
static int take(struct sim_world *w, size_t persona, size_t round, struct amp_err *err)
{
	struct sim_again *g = w->again;
	struct amp_visit v = {.to_oldest_ranked = false};
	int rc = 0;
	for (size_t side = 0; side < 2 && rc == 0; side++) {
		size_t at = amp_shot_index(&w->frame, persona, side, round), n = 0;
		if (w->setting->shared) n = put(g->entries, &g->common[side], 1);
		n += put(g->entries + n, &g->items[2 * persona + side], 0);
		w->frame.shots[at] =
			(struct amp_shot){.planned = true, .exists = true, .started_at = AMP_TIME_NONE, .state = AMP_SHOT_OK};
		w->sums->present[at] = true;
		w->sums->n[at] = (uint32_t)(n > w->setting->depth ? n : w->setting->depth);
		w->sums->targets[0].flagged[at] = (uint32_t)n;
		rc = amp_recall_visit(&g->recall[2 * persona + side], g->entries, n,
		                      side == 0 ? &v.ranked.seen : &v.chronological.seen, err);
	}
	if (rc == 0) sim_visit(w, persona, round, &v);
	return rc;
}

static void step(struct sim_world *w, struct amp_rng *r, const double *day)
{
	const struct sim_setting *s = w->setting;
	struct sim_again *g = w->again;
	for (size_t side = 0; side < 2; side++) {
		double own = s->shared ? s->own : 1, level = s->base * day[0];
		uint32_t depth = (uint32_t)s->depth;
		if (s->shared)
			sim_items_step(&g->common[side], r, sim_stay(s, side, day[1 + side]), sim_back(s, side, day[1 + side]),
			               sim_binomial(r, depth, sim_share(level * (1 - own))));
		for (size_t i = 0; i < g->personas; i++) {
			double f = day[1 + side] * (s->shared ? 1 : g->factor[2 * w->frame.personas[i].cluster + side]);
			sim_items_step(&g->items[2 * i + side], r, sim_stay(s, side, f), sim_back(s, side, f),
			               sim_binomial(r, depth, sim_share(level * own)));
		}
	}
}

int sim_again_draw(struct sim_world *w, struct amp_rng *r, struct amp_err *err)
{
	const struct sim_setting *s = w->setting;
	struct sim_again *g = w->again;
	int rc = 0;
	for (size_t i = 0; i < 2 * s->personas; i++) g->factor[i] = sim_factor(r, s->lift_cv, s->shape);
	for (size_t i = 0; i < 2 * g->personas; i++) {
		g->items[i] = (struct sim_items){.n = 0};
		amp_recall_free(&g->recall[i]);
	}
	for (int side = 0; side < 2; side++) g->common[side] = (struct sim_items){.n = 0};
	for (size_t d = 0; d < SIM_BURN + s->days && rc == 0; d++) {
		double day[3] = {sim_factor(r, s->day_cv, SIM_SKEWED), sim_factor(r, s->day_lift_cv, SIM_EVEN),
		                 sim_factor(r, s->day_lift_cv, SIM_EVEN)};
		step(w, r, day);
		for (size_t i = 0; d >= SIM_BURN && i < g->personas && rc == 0; i++) rc = take(w, i, d - SIM_BURN, err);
	}
	return rc;
}

void sim_again_free(struct sim_world *w)
{
	for (size_t i = 0; w->again && w->again->recall && i < 2 * w->again->personas; i++) amp_recall_free(&w->again->recall[i]);
}

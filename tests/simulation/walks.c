/* walks.c: walks from list to list, through everything that the report makes of walks (amp_estimates_make). Both feeds are made in the same way,
 * with persona and day factors of their own, so that they can be exchanged where nothing is planted.
 *
 * A walked feed has no visits of its own, so that no noise floor is measured: the report treats it as personalised and says "noise floor
 * undecided" of every figure. That reservation tells no setting from another, and is not counted as one here.
 */
#include <math.h>
#include <string.h>
#include "base/i18n.h"
#include "simulation.h"

struct sim_walkers { /* of a world */
	struct amp_walks walks;
	struct amp_walk *v;
	struct amp_walk_list *lists;
	struct amp_walk_feed feeds[2];
	struct sim_steps steps;
	double *factor; /* of a persona's sides */
};

double sim_walk_share(const struct sim_setting *s, double level, size_t list)
{
	return sim_share(level * (1 + s->growth * (double)list / (double)(s->lists - 1)));
}

void sim_walk(struct sim_steps *w, struct amp_rng *r, const struct sim_setting *s, double level)
{
	bool ended = false;
	w->read = w->first = 0;
	for (size_t k = 0; k < s->lists; k++) {
		ended = ended || amp_rng_double(r) < s->lost;
		w->flagged[k] = sim_binomial(r, (uint32_t)s->depth, sim_walk_share(s, level, k));
		w->followed[k] = k > 0 && amp_rng_double(r) < sim_walk_share(s, level, k - 1);
		if (ended) continue;
		w->read = k + 1;
		if (w->first == 0 && w->flagged[k] > 0) w->first = k + 1;
	}
}

int sim_walks_new(struct sim_world *w, struct amp_err *err)
{
	const struct sim_setting *s = w->setting;
	struct amp_arena *a = w->fixed;
	struct sim_walkers *k = w->walkers = amp_arena_zalloc(a, sizeof *k);
	size_t n = 2 * w->frame.n_personas * w->frame.n_rounds * s->seeds;
	if (!k) return AMP_OOM(err);
	k->v = amp_arena_new_array(a, struct amp_walk, n);
	k->lists = amp_arena_new_array(a, struct amp_walk_list, n * s->lists);
	k->steps.flagged = amp_arena_new_array(a, uint32_t, s->lists);
	k->steps.followed = amp_arena_new_array(a, bool, s->lists);
	k->factor = amp_arena_new_array(a, double, 2 * s->personas + 2 * w->frame.n_rounds);
	if (amp_arena_refused(a)) return AMP_OOM(err);
	for (size_t i = 0; i < 2; i++) {
		w->frame.feeds[i].walked = true;
		w->frame.feeds[i].walk_visits = (int64_t)(w->frame.n_personas * w->frame.n_rounds);
		k->feeds[i] = (struct amp_walk_feed){.from = i * n / 2, .to = (i + 1) * n / 2, .seeds = s->seeds};
	}
	for (size_t i = 0; i < amp_shot_count(&w->frame); i++) w->frame.shots[i].state = AMP_SHOT_UNPLANNED;
	k->walks = (struct amp_walks){.v = k->v, .n = n, .feeds = k->feeds, .lists = k->lists, .n_lists = n * s->lists};
	w->sums->walks = &k->walks;
	return 0;
}

/* As the loader would have it (metrics/walks.c). */
static void keep(const struct sim_setting *s, const struct sim_steps *from, struct amp_walk *to, struct amp_walk_list *list)
{
	for (size_t k = 0; k < s->lists; k++) {
		bool ok = k < from->read;
		list[k] = (struct amp_walk_list){.state = ok ? AMP_SHOT_OK : AMP_SHOT_BLOCKED};
		if (!ok) continue;
		list[k].n = (uint32_t)s->depth;
		list[k].flagged = from->flagged[k];
		list[k].followed = k == 0 ? AMP_FOLLOWED_NONE : from->followed[k] ? AMP_FOLLOWED_FLAGGED : AMP_FOLLOWED_SCORED;
	}
	to->list = list;
	to->n = s->lists;
	to->read = from->read;
	to->first = from->first;
}

int sim_walks_draw(struct sim_world *w, struct amp_rng *r, struct amp_err *err)
{
	const struct sim_setting *s = w->setting;
	struct sim_walkers *k = w->walkers;
	double *day = k->factor + 2 * s->personas;
	size_t n = 0;
	int rc = 0;
	for (size_t c = 0; c < s->personas; c++) {
		double base = sim_factor(r, s->base_cv, SIM_SKEWED);
		for (size_t side = 0; side < 2; side++) k->factor[2 * c + side] = base * sim_factor(r, s->lift_cv, s->shape);
	}
	for (size_t d = 0; d < s->days; d++) {
		double both = sim_factor(r, s->day_cv, SIM_SKEWED);
		for (size_t side = 0; side < 2; side++) {
			double own = both * sim_factor(r, s->day_lift_cv, SIM_EVEN);
			for (size_t t = d * s->rounds; t < (d + 1) * s->rounds; t++) day[2 * t + side] = own;
		}
	}
	for (size_t side = 0; side < 2; side++)
		for (size_t i = 0; i < w->frame.n_personas; i++)
			for (size_t t = 0; t < w->frame.n_rounds; t++)
				for (size_t seed = 0; seed < s->seeds; seed++, n++) {
					size_t c = w->frame.personas[i].cluster;
					sim_walk(&k->steps, r, s,
					         s->base * (side == 0 ? 1 + s->amp : 1) * k->factor[2 * c + side] *
					                 day[2 * t + side]);
					k->v[n] = (struct amp_walk){.feed = side,
					                            .persona = i,
					                            .round = t,
					                            .number = (int64_t)seed + 1,
					                            .started_at = AMP_TIME_NONE};
					keep(s, &k->steps, &k->v[n], &k->lists[n * s->lists]);
				}
	for (size_t side = 0; side < 2 && rc == 0; side++)
		rc = amp_walk_curve_make(&k->feeds[side].curve, &w->frame, k->v + k->feeds[side].from, n / 2, err);
	return rc;
}

/* Of the ranked feed; of the pair where the measure is of one. Any target, walks as long as they are. */
static const struct amp_estimate *find(const struct amp_estimates *all, const char *name)
{
	for (size_t i = 0; i < all->n; i++) {
		const struct amp_estimate *e = &all->v[i];
		bool whole = e->lists == 0 && strcmp(e->target, "any") == 0;
		if (whole && strcmp(e->metric->name, name) == 0 && (e->feed == 0 || e->pair == 0)) return e;
	}
	return NULL;
}

int sim_walks_study(struct sim_world *w, struct sim_study *out, struct amp_err *err)
{
	struct sim_figures f = sim_figures(w->setting);
	struct amp_estimates *all;
	int rc = amp_estimates_make(&all, &w->frame, w->floors, w->sums, NULL, err);
	for (size_t i = 0; i < f.n && rc == 0; i++) {
		const struct amp_estimate *e = find(all, f.names[i]);
		if (!e) return amp_fail(err, AMP_EFAIL, "%s", f.names[i]);
		out->figure[i] = (struct sim_figure){e->estimate, e->lo,         e->hi,
		                                     e->p,        e->smallest_p, e->worst_lo,
		                                     e->worst_hi, e->unit,       e->flags & ~(1u << AMP_FLAG_UNDECIDED)};
	}
	return rc;
}

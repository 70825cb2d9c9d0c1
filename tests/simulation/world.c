/* world.c: draws a study: what each visit saw, which visits failed, how far apart the lists were. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "base/i18n.h"
#include "simulation.h"

#define SHARE_MAX 0.95

double sim_cut_normal(struct amp_rng *r)
{
	double z = amp_rng_normal(r);
	return z > 3 ? 3 : z < -3 ? -3 : z;
}

/* A factor of mean 1. */
double sim_factor(struct amp_rng *r, double cv, enum sim_shape shape)
{
	if (!(cv > 0)) return 1;
	if (shape == SIM_EVEN) return 1 + cv * sim_cut_normal(r);
	double v = log1p(cv * cv);
	return exp(sqrt(v) * amp_rng_normal(r) - v / 2);
}

/* Inversion: n is a list's length, so that the walk is short. */
uint32_t sim_binomial(struct amp_rng *r, uint32_t n, double p)
{
	if (n == 0 || !(p > 0)) return 0;
	if (p > 0.5) return n - sim_binomial(r, n, 1 - p);
	double odds = p / (1 - p), term = exp(n * log1p(-p)), u = amp_rng_double(r);
	uint32_t k = 0;
	while (u >= term && k < n) {
		u -= term;
		k++;
		term *= odds * (double)(n - k + 1) / (double)k;
	}
	return k;
}

double sim_share(double p)
{
	return fmin(p, SHARE_MAX);
}

static void name_frame(struct sim_world *w)
{
	struct amp_frame *f = &w->frame;
	f->slug = "planted";
	f->feeds[0] = (struct amp_frame_feed){.name = "ranked", .platform = "planted", .ranking = "algorithmic"};
	f->feeds[1] = (struct amp_frame_feed){.name = "recent", .platform = "planted", .ranking = "chronological"};
	f->pairs[0] = (struct amp_frame_pair){.name = "main", .pool = "alternative", .ranked = 0, .chronological = 1};
	f->cells[0] = (struct amp_frame_cell){.depth = (int)w->setting->depth, .text_view = "t", .primary = true};
	f->detectors[0] = (struct amp_frame_detector){.name = "planted", .version = "1", .text_view = "t"};
	f->platforms[0] = "planted";
	f->plan = (struct amp_plan){.alpha = 0.05,
	                            .time_block_ms = 86400000,
	                            .metric = "additive_lift",
	                            .pair = "main",
	                            .target = "any",
	                            .detector = "planted"};
}

static void place_personas(struct sim_world *w)
{
	const struct sim_setting *s = w->setting;
	struct amp_frame *f = &w->frame;
	size_t at = 0;
	for (size_t c = 0; c < s->personas; c++) {
		size_t n = c < s->twins ? 2 : 1;
		f->clusters[c] = (struct amp_frame_cluster){.name = "p", .first = at, .n = n};
		for (size_t i = 0; i < n; i++)
			f->personas[at++] =
				(struct amp_frame_persona){.id = (int64_t)at, .name = "p", .cluster = c, .is_twin = i > 0};
	}
	for (size_t r = 0; r < f->n_rounds; r++)
		f->rounds[r] = (struct amp_frame_round){
			.id = (int64_t)r, .scheduled_at = (int64_t)(r / s->rounds) * 86400000, .block = r / s->rounds / s->block};
}

double sim_icc(const struct sim_setting *s)
{
	double between = s->base * s->base * s->lift_cv * s->lift_cv,
	       noise = 2 * s->base * (1 - s->base) / (double)(s->depth * s->rounds);
	return between / (between + noise);
}

int sim_world_new(struct sim_world *w, const struct sim_setting *s, struct amp_err *err)
{
	*w = (struct sim_world){.setting = s, .fixed = amp_arena_new(0), .study = amp_arena_new(0)};
	struct amp_frame *f = &w->frame;
	size_t personas = s->personas + s->twins, rounds = s->days * s->rounds;
	struct amp_arena *a = w->fixed;
	if (!a || !w->study) return AMP_OOM(err);
	*f = (struct amp_frame){.arena = a,
	                        .personas = amp_arena_new_array(a, struct amp_frame_persona, personas),
	                        .n_personas = personas,
	                        .clusters = amp_arena_new_array(a, struct amp_frame_cluster, s->personas),
	                        .n_clusters = s->personas,
	                        .feeds = amp_arena_new_array(a, struct amp_frame_feed, 2),
	                        .n_feeds = 2,
	                        .platforms = amp_arena_new_array(a, const char *, 1),
	                        .n_platforms = 1,
	                        .pairs = amp_arena_new_array(a, struct amp_frame_pair, 1),
	                        .n_pairs = 1,
	                        .rounds = amp_arena_new_array(a, struct amp_frame_round, rounds),
	                        .n_rounds = rounds,
	                        .n_blocks = s->days / s->block,
	                        .cells = amp_arena_new_array(a, struct amp_frame_cell, 1),
	                        .n_cells = 1,
	                        .detectors = amp_arena_new_array(a, struct amp_frame_detector, 1),
	                        .n_detectors = 1,
	                        .shots = amp_arena_new_array(a, struct amp_shot, personas * rounds * 2)};
	w->rounds = amp_arena_new_array(a, struct amp_floor_round, rounds);
	w->scratch = amp_arena_new_array(a, double, 4 * (personas + s->days) + 2 * personas * s->days + 16);
	if (amp_arena_refused(a)) return AMP_OOM(err);
	w->sums = amp_sums_new(f);
	w->work = amp_arena_new_array(a, double, amp_contributions_room(f));
	for (int i = 0; i < 2; i++) {
		w->floors[i].round_twin = amp_arena_new_array(a, double, rounds + 1);
		w->floors[i].round_between = amp_arena_new_array(a, double, rounds + 1);
	}
	if (!w->sums || amp_arena_refused(a)) return AMP_OOM(err);
	name_frame(w);
	place_personas(w);
	int rc = s->kind == SIM_ORDER   ? sim_order_new(w, err)
	         : s->kind == SIM_AGAIN ? sim_again_new(w, err)
	         : s->kind == SIM_WALKS ? sim_walks_new(w, err)
	                                : 0;
	f->arena = w->study;
	return rc;
}

void sim_world_free(struct sim_world *w)
{
	sim_order_free(w);
	sim_again_free(w);
	amp_arena_free(w->fixed);
	amp_arena_free(w->study);
	*w = (struct sim_world){.setting = NULL};
}

/* One persona's visit to one side. */
static void put(struct sim_world *w, struct amp_rng *rng, size_t persona, size_t side, size_t round, uint32_t flagged)
{
	const struct sim_setting *s = w->setting;
	size_t at = amp_shot_index(&w->frame, persona, side, round);
	double pass = 1 - s->lost;
	if (side == 0 && s->blocked > 0) pass *= pow(1 - s->blocked, flagged);
	bool ok = pass >= 1 || amp_rng_double(rng) < pass;
	w->frame.shots[at] = (struct amp_shot){
		.planned = true, .exists = true, .started_at = AMP_TIME_NONE, .state = ok ? AMP_SHOT_OK : AMP_SHOT_BLOCKED};
	w->sums->present[at] = ok;
	w->sums->n[at] = (uint32_t)s->depth;
	w->sums->targets[0].flagged[at] = flagged;
}

static void draw_round(struct sim_world *w, struct amp_rng *rng, const double *base, const double *lift, double day,
                       double day_lift, size_t round)
{
	const struct sim_setting *s = w->setting;
	uint32_t own = s->shared ? (uint32_t)lround(s->own * (double)s->depth) : (uint32_t)s->depth,
		 common = (uint32_t)s->depth - own;
	for (size_t side = 0; side < 2; side++) {
		double se = side == 0 ? s->se_ranked : s->se_chron, sp = side == 0 ? s->sp_ranked : s->sp_chron,
		       level = s->base * day * (side == 0 ? (1 + s->amp) * day_lift : 1);
		uint32_t all = common ? sim_binomial(rng, common, sim_seen(sim_share(level), se, sp)) : 0;
		for (size_t i = 0; i < w->frame.n_personas; i++) {
			size_t c = w->frame.personas[i].cluster;
			double p = s->shared ? level : level * base[c] * (side == 0 ? lift[c] : 1);
			put(w, rng, i, side, round, all + sim_binomial(rng, own, sim_seen(sim_share(p), se, sp)));
		}
	}
}

/* Mean distances of a round. Scale: 1 = the SD of a round's distance around a twin distance of 0.3. */
static int draw_floor(struct sim_world *w, struct amp_rng *rng, size_t feed, struct amp_err *err)
{
	const struct sim_setting *s = w->setting;
	struct amp_floor *fl = &w->floors[feed];
	size_t pairs = s->personas * (s->personas - 1) / 2;
	for (size_t r = 0; r < w->frame.n_rounds; r++) {
		w->rounds[r] = (struct amp_floor_round){.twin_rounds = 0};
		if (w->frame.feeds[feed].walked) continue; /* no lists of its own: nothing to compare */
		double twin = fmax(0, 0.3 + 0.05 * amp_rng_normal(rng)),
		       between = fmax(0, 0.3 + 0.05 * (s->excess + amp_rng_normal(rng)));
		w->rounds[r] = (struct amp_floor_round){
			.between = {between * (double)pairs, between * (double)pairs, pairs},
			.twin_rounds = s->twins,
			.twin_same = s->cached ? s->twins : 0,
		};
		if (s->twins && !s->cached)
			w->rounds[r].twin = (struct amp_distance){twin * (double)s->twins, twin * (double)s->twins, s->twins};
	}
	*fl = (struct amp_floor){.round_twin = fl->round_twin, .round_between = fl->round_between};
	return amp_floor_decide(fl, &w->frame, w->rounds, err);
}

static void draw_counts(struct sim_world *w, struct amp_rng *rng)
{
	const struct sim_setting *s = w->setting;
	double *base = w->scratch, *lift = base + s->personas, before = 0;
	for (size_t c = 0; c < s->personas; c++) {
		base[c] = sim_factor(rng, s->base_cv, SIM_SKEWED);
		lift[c] = sim_factor(rng, s->lift_cv, s->shape);
	}
	for (size_t d = 0; d < s->days; d++) {
		double day = sim_factor(rng, s->day_cv, SIM_SKEWED), z = sim_cut_normal(rng),
		       trend = s->drift ? 1 + s->slope * ((double)d / (double)(s->days - 1) - .5) : 1;
		if (d > 0) z = s->ar * before + sqrt(1 - s->ar * s->ar) * z;
		before = z;
		for (size_t r = 0; r < s->rounds; r++)
			draw_round(w, rng, base, lift, day, trend * (1 + s->day_lift_cv * fmax(-3, fmin(3, z))), d * s->rounds + r);
	}
}

int sim_world_draw(struct sim_world *w, uint64_t seed, uint64_t number, struct amp_err *err)
{
	const struct sim_setting *s = w->setting;
	char label[96];
	struct amp_rng rng;
	int rc = 0;
	snprintf(label, sizeof label, "%s/%llu", s->name, (unsigned long long)number);
	amp_rng_seed_label(&rng, seed, label);
	amp_arena_reset(w->study);
	w->frame.plan.seed = amp_rng_next(&rng);
	switch (s->kind) {
	case SIM_ORDER: rc = sim_order_draw(w, &rng, err); break;
	case SIM_AGAIN: rc = sim_again_draw(w, &rng, err); break;
	case SIM_WALKS: rc = sim_walks_draw(w, &rng, err); break;
	case SIM_COUNTS:
	default: draw_counts(w, &rng);
	}
	for (size_t i = 0; i < w->frame.n_feeds && rc == 0; i++) rc = draw_floor(w, &rng, i, err);
	return rc;
}

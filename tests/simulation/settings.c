/* settings.c: the table. */
#include "simulation.h"

#define SIM_DEFAULTS                                                                                                        \
	.personas = 10, .twins = 2, .days = 14, .rounds = 1, .depth = 50, .block = 1, .base = 0.1, .own = 0.3, .excess = 3, \
	.shape = SIM_EVEN, .seeds = 3, .lists = 8, .how = SIM_REPORT
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverride-init" /* a row says what differs from the defaults */
#define SIM(name_, group_, en_, fr_, ...) {.name = name_, .group = group_, .en = en_, .fr = fr_, SIM_DEFAULTS, __VA_ARGS__},
const struct sim_setting sim_settings[] = {
#include "settings.def"
};
#pragma GCC diagnostic pop
const size_t sim_n_settings = sizeof sim_settings / sizeof *sim_settings;

bool sim_planted(const struct sim_setting *s)
{
	return s->drift ? s->slope > 0 : s->amp > 0;
}

struct sim_figures sim_figures(const struct sim_setting *s)
{
	static const struct sim_figures lift = {{"additive_lift", "amplification_ratio"}, 2}, alone = {{"additive_lift"}, 1},
					slope = {{"lift_drift"}, 1}, met = {{"huszar_ratio"}, 1},
					order = {{"displacement", "rank_shift", "ranking_bias", "rank_weighted_lift",
	                                          "glass_delta"},
	                                         5},
					shared = {{"displacement", "rank_shift", "ranking_bias", "rank_weighted_lift"}, 4},
					again = {{"recurrence_lift", "repeat_lift"}, 2},
					walks = {{"walk_share", "walk_followed_share", "walk_dose", "walk_time_to_first",
	                                          "walk_mean_to_first", "walk_drift", "walk_hazard", "walk_share_lift",
	                                          "walk_dose_lift"},
	                                         9};
	switch (s->kind) {
	case SIM_ORDER: return s->encounters ? met : s->shared ? shared : order; /* a shared feed has no spread of personas */
	case SIM_AGAIN: return again;
	case SIM_WALKS: return walks;
	case SIM_COUNTS:
	default: return s->drift ? slope : sim_planted(s) ? lift : alone; /* without lift the ratio's test is the lift's */
	}
}

/* settings.c: the table. */
#include "simulation.h"

#define SIM_DEFAULTS                                                                                                        \
	.personas = 10, .twins = 2, .days = 14, .rounds = 1, .depth = 50, .block = 1, .base = 0.1, .own = 0.3, .excess = 3, \
	.shape = SIM_EVEN, .how = SIM_REPORT
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

size_t sim_n_figures(const struct sim_setting *s)
{
	return sim_planted(s) && !s->drift ? SIM_METRICS : SIM_RATIO; /* without lift the ratio's test is the lift's */
}

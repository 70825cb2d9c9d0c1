/* simulation.h: studies with a planted truth, through the code that makes the report's figures.
 *
 * A setting (settings.def) says what is planted; a study is one draw from it. Study K of setting S depends on the seed, the name of S
 * and K alone: any study can be run again by itself, and the sums are the same for any number of processes.
 */
#ifndef AMP_TESTS_SIMULATION_H
#define AMP_TESTS_SIMULATION_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/rng.h"
#include "metrics/metrics.h"
#include "metrics/private.h"

enum sim_shape { SIM_EVEN, SIM_SKEWED }; /* normal cut at 3 SD; lognormal. Both have mean 1 */
enum sim_how {                           /* the report's way, or one of the mistakes it is built against */
	       SIM_REPORT,
	       SIM_PERSONA_DAY,  /* a persona on a day is a unit of its own */
	       SIM_PERSONA_ONLY, /* the persona is the unit, whatever the feed */
	       SIM_UNPAIRED,     /* the two sides are two samples of persona-days: Welch's interval */
	       SIM_SPAN,         /* personalised feed: persona and time block each for itself, without the two together */
	       SIM_PERCENTILE    /* percentile bootstrap over the printed unit */
};

struct sim_setting {
	const char *name, *group, *en, *fr;                 /* what is planted, in words */
	size_t personas, twins, days, rounds, depth, block; /* rounds: a day; block: days in a time block */
	double base, amp;                                   /* chronological share; ranked share = base (1 + amp) */
	double base_cv;                                     /* of personas, in what both sides show */
	double lift_cv;                                     /* of personas, in the ranked side alone */
	double day_cv, day_lift_cv,
		ar;           /* of days: both sides; the ranked side alone; correlation of a day's lift with the next day's */
	enum sim_shape shape; /* of lift_cv */
	bool shared;          /* one list for all, but for a share `own` of its places */
	double own;
	double excess; /* of the distance between personas over that between twins, in SD of a round */
	bool cached;   /* twins got one stored answer */
	double se_ranked, sp_ranked, se_chron, sp_chron; /* 0 = 1: no error */
	double lost;                                     /* share of snapshots that fail at random */
	double blocked;                                  /* a ranked snapshot fails with this probability a flagged entry */
	bool drift;                                      /* the figure is the slope of the lift a day, not the lift */
	double slope; /* of the ranked level: its change from first to last day, as a share of it */
	enum sim_how how;
	bool wrong; /* in the table of what would go wrong, not in the grid */
};
extern const struct sim_setting sim_settings[];
extern const size_t sim_n_settings;

/* Is something planted that the test should see? */
bool sim_planted(const struct sim_setting *s);
/* The two figures of a pair; of a drift only the first. */
enum { SIM_LIFT, SIM_RATIO, SIM_METRICS };
size_t sim_n_figures(const struct sim_setting *s);
struct sim_truth {
	double detector[SIM_METRICS]; /* what the detector would find in endless personas and days: what the interval is about */
	double hate[SIM_METRICS];     /* what is hateful */
};
struct sim_figure {
	struct amp_real estimate, lo, hi, p, smallest_p, worst_lo, worst_hi;
	enum amp_unit unit;
	unsigned flags; /* of the report */
};
struct sim_study {
	struct sim_figure figure[SIM_METRICS];
};

struct sim_world {
	const struct sim_setting *setting;
	struct amp_arena *fixed, *study; /* what stays; what each study throws away */
	struct amp_frame frame;
	struct amp_sums *sums;
	struct amp_floor floors[2];
	struct amp_floor_round *rounds;
	double *work, *scratch;
	struct sim_truth truth;
};
int sim_world_new(struct sim_world *w, const struct sim_setting *s, struct amp_err *err) AMP_CHECK;
void sim_world_free(struct sim_world *w);
/* Draws study `number` into w and decides both floors. */
int sim_world_draw(struct sim_world *w, uint64_t seed, uint64_t number, struct amp_err *err) AMP_CHECK;
int sim_study(struct sim_world *w, uint64_t seed, uint64_t number, struct sim_study *out, struct amp_err *err) AMP_CHECK;

/* Sums over studies. */
struct sim_tally {
	uint64_t studies, estimates, rejected;
	uint64_t intervals, covered, above;                                /* above: the truth is above the interval */
	uint64_t flag[AMP_FLAGS], flagged, plain_intervals, plain_covered; /* plain: without a flag */
	uint64_t hate_covered, worst_covered, by_block;
	double sum, width;
};
void sim_tally_add(struct sim_tally *t, const struct sim_figure *f, double truth, double hate, double alpha);
void sim_tally_merge(struct sim_tally *into, const struct sim_tally *from);

/* Correlation inside a persona of the lifts of its visits, with the spread of personas that the setting plants. */
double sim_icc(const struct sim_setting *s);

#endif

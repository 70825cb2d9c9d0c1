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

#define SIM_RBP 0.9                      /* persistence of the grid cell */
enum sim_shape { SIM_EVEN, SIM_SKEWED }; /* normal cut at 3 SD; lognormal. Both have mean 1 */
enum sim_how {                           /* the report's way, or one of the mistakes it is built against */
	       SIM_REPORT,
	       SIM_PERSONA_DAY,  /* a persona on a day is a unit of its own */
	       SIM_PERSONA_ONLY, /* the persona is the unit, whatever the feed */
	       SIM_UNPAIRED,     /* the two sides are two samples of persona-days: Welch's interval */
	       SIM_SPAN,         /* personalised feed: persona and time block each for itself, without the two together */
	       SIM_PERCENTILE    /* percentile bootstrap over the printed unit */
};

enum sim_kind {             /* what is drawn, and so which figures are made (sim_figures) */
	        SIM_COUNTS, /* how many flagged entries each list holds (world.c) */
	        SIM_ORDER,  /* whole lists of one pool in two orders (order.c) */
	        SIM_AGAIN,  /* flagged items that stay, go and come back (again.c) */
	        SIM_WALKS   /* walks from list to list (walks.c) */
};

struct sim_setting {
	const char *name, *group, *en, *fr;                 /* what is planted, in words */
	size_t personas, twins, days, rounds, depth, block; /* rounds: a day; block: days in a time block */
	enum sim_kind kind;
	double base,
		amp; /* chronological share; ranked share = base (1 + amp). SIM_ORDER: flagged posts of the pool are pushed by amp
	                   * standard deviations of the score; SIM_AGAIN: rates of staying and coming back (1 + amp) times as high */
	double base_cv; /* of personas, in what both sides show */
	double lift_cv; /* of personas, in the ranked side alone */
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
	double stay,
		back; /* SIM_AGAIN: chance that an item stays until the next visit; that one that is gone comes back at a visit */
	size_t seeds, lists; /* SIM_WALKS: walks of a persona and round; lists of a walk */
	bool encounters;     /* SIM_ORDER: only how many visits met one */
	double growth;       /* SIM_WALKS: of the share from the first list to the last, as a share of the first */
	enum sim_how how;
	bool wrong; /* in the table of what would go wrong, not in the grid */
};
extern const struct sim_setting sim_settings[];
extern const size_t sim_n_settings;

/* Is something planted that the test should see? */
bool sim_planted(const struct sim_setting *s);
/* The figures of a study. SIM_COUNTS: the two of a pair; of a drift only the first. */
enum { SIM_LIFT, SIM_RATIO, SIM_METRICS = 10 };
struct sim_figures {
	const char *names[SIM_METRICS]; /* of metrics, in the order of the figures */
	size_t n;
};
struct sim_figures sim_figures(const struct sim_setting *s);
struct sim_truth {
	double detector[SIM_METRICS]; /* what the detector would find in endless personas and days: what the interval is about */
	double hate[SIM_METRICS];     /* what is hateful */
	double error[SIM_METRICS];    /* Monte-Carlo standard error of detector; 0: exact */
	bool null[SIM_METRICS];       /* the test's hypothesis holds */
};
/* SIM_COUNTS by formula. The others by drawing `studies` small studies from the same population, with a seed of their own, and by the definitions of
 * docs/method.md written again (truth.c): no line of the program's measures is in them. What is null by symmetry is exact. */
int sim_truth_of(struct sim_truth *t, const struct sim_setting *s, uint64_t studies, uint64_t seed, struct amp_err *err) AMP_CHECK;
struct sim_figure {
	struct amp_real estimate, lo, hi, p, smallest_p, worst_lo, worst_hi;
	enum amp_unit unit;
	unsigned flags; /* of the report */
};
struct sim_study {
	struct sim_figure figure[SIM_METRICS];
};

struct sim_order;
struct sim_again;
struct sim_walkers;
struct sim_world {
	const struct sim_setting *setting;
	struct amp_arena *fixed, *study; /* what stays; what each study throws away */
	struct amp_frame frame;
	struct amp_sums *sums;
	struct amp_floor floors[2];
	struct amp_floor_round *rounds;
	double *work, *scratch;
	struct amp_lists lists; /* SIM_ORDER, SIM_AGAIN: what the metrics say of each visit */
	struct sim_order *order;
	struct sim_again *again;
	struct sim_walkers *walkers;
};
int sim_world_new(struct sim_world *w, const struct sim_setting *s, struct amp_err *err) AMP_CHECK;
void sim_world_free(struct sim_world *w);
/* Draws study `number` into w and decides both floors. */
int sim_world_draw(struct sim_world *w, uint64_t seed, uint64_t number, struct amp_err *err) AMP_CHECK;
int sim_study(struct sim_world *w, uint64_t seed, uint64_t number, struct sim_study *out, struct amp_err *err) AMP_CHECK;

/* ---- draws that the worlds share (world.c) ---- */
double sim_cut_normal(struct amp_rng *r);                              /* within 3 SD */
double sim_factor(struct amp_rng *r, double cv, enum sim_shape shape); /* of mean 1 */
uint32_t sim_binomial(struct amp_rng *r, uint32_t n, double p);
double sim_share(double p); /* at most .95 */

double sim_seen(double p, double se, double sp); /* what a detector flags of a share p (truth.c) */

/* ---- lists.c: tables of what the metrics say of each visit ---- */
int sim_tables_new(struct sim_world *w, struct amp_err *err) AMP_CHECK;
void sim_visit(struct sim_world *w, size_t persona, size_t round, const struct amp_visit *v);

/* ---- order.c ---- */
struct sim_post {
	int32_t item; /* below 2 * depth: its place by time */
	bool hateful;
};
struct sim_pool { /* what could be shown at one visit */
	bool *hateful;
	double *score; /* without any push */
};
struct sim_orderer { /* room for one visit */
	size_t depth, n;
	struct sim_pool common, own;
	struct sim_post *list[2]; /* ranked, chronological: depth each */
	void *work;
};
int sim_orderer_new(struct sim_orderer *o, struct amp_arena *a, size_t depth, struct amp_err *err) AMP_CHECK;
void sim_order_round(struct sim_orderer *o, struct amp_rng *r, const struct sim_setting *s,
                     double day); /* a shared feed's common posts */
/* One visit's two lists. push below 0: the chronological list is the pushed one, so that with symmetrical pushes the two feeds can be exchanged. */
void sim_order_visit(struct sim_orderer *o, struct amp_rng *r, const struct sim_setting *s, double level, double push);
int sim_order_new(struct sim_world *w, struct amp_err *err) AMP_CHECK;
int sim_order_draw(struct sim_world *w, struct amp_rng *r, struct amp_err *err) AMP_CHECK;
void sim_order_free(struct sim_world *w);

/* ---- again.c ---- */
#define SIM_ITEMS 512 /* shown at a visit at most, and remembered at most */
struct sim_gone {
	int32_t item;
	uint32_t age;
};
struct sim_items { /* flagged items of one feed, as they stay, go and come back */
	int32_t shown[SIM_ITEMS];
	struct sim_gone gone[SIM_ITEMS];
	size_t n, n_gone;
	int32_t next;
};
#define SIM_BURN 6 /* visits before the first, so that the first is like the others */
void sim_items_step(struct sim_items *i, struct amp_rng *r, double stay, double back, uint32_t arrivals);
int sim_again_new(struct sim_world *w, struct amp_err *err) AMP_CHECK;
int sim_again_draw(struct sim_world *w, struct amp_rng *r, struct amp_err *err) AMP_CHECK;
void sim_again_free(struct sim_world *w);
/* Chances of one side at one visit: of the setting, times a persona's and a day's factor. */
double sim_stay(const struct sim_setting *s, size_t side, double factor);
double sim_back(const struct sim_setting *s, size_t side, double factor);

/* ---- walks.c ---- */
struct sim_steps { /* one walk */
	size_t read, first;
	uint32_t *flagged;
	bool *followed; /* was the followed entry flagged? of lists from the second on */
};
void sim_walk(struct sim_steps *w, struct amp_rng *r, const struct sim_setting *s, double level);
double sim_walk_share(const struct sim_setting *s, double level, size_t list); /* of list 0, 1, … */
int sim_walks_new(struct sim_world *w, struct amp_err *err) AMP_CHECK;
int sim_walks_draw(struct sim_world *w, struct amp_rng *r, struct amp_err *err) AMP_CHECK;
int sim_walks_study(struct sim_world *w, struct sim_study *out, struct amp_err *err) AMP_CHECK;

/* Sums over studies. */
struct sim_tally {
	uint64_t studies, estimates, tests, rejected;                      /* tests: with a p */
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

/* metric.h: what one metric_*.c file says.
 *
 * Every figure is sum(w x) / sum(w m) over cells (a persona, a round, a feed or pair) with the weights of cells.c, so that all get the
 * same exclusions, units and resampling. A metric says where a cell's x and m come from:
 *   - from the sums of its snapshots: side (one value a snapshot), then contrast;
 *   - from the entries in order: visit (one call a cell, from the one pass over the lists, lists.c).
 * A metric whose figure is no such ratio (Glass) gives `figure` beside them: a function of the x and m of the clusters.
 */
#ifndef AMP_METRICS_METRIC_H
#define AMP_METRICS_METRIC_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"
#include "stats/stats.h"

/* What the detectors found in one snapshot, down to the depth of the grid cell. */
struct amp_reading {
	double n;       /* organic entries */
	double missing; /* of them without a detection */
	double flagged;
	double discounted;     /* sum of p^rank over flagged entries */
	double discount_total; /* the same over all scored entries; 0: ranks are not known */
	double p;              /* RBP persistence of the grid cell */
};

/* One entry of a list. */
struct amp_entry {
	int32_t item;         /* a number that all versions of it share; -1: not known */
	uint32_t place;       /* organic rank: its index, unless ranks are missing */
	float engagement;     /* likes, or votes where the platform has no likes; see counted */
	uint32_t author;      /* of a flagged entry; 0: not known */
	uint32_t same_author; /* of flagged entries within the depth: how many flagged ones above it are by its author */
	bool flagged, missing, counted;
};
#define AMP_RETURN_VISITS 3 /* within which an item that was gone may come back */
/* Of the flagged items of one list (each once), what this persona met on this feed before: by visits whose list could be used. */
struct amp_seen {
	uint32_t items, again; /* shown now; of them, shown at any visit before */
	uint32_t gone, back;   /* gone for the first time AMP_RETURN_VISITS visits ago; of them, shown again since */
	bool later;            /* there was a visit before */
};
struct amp_list {
	const struct amp_entry *v; /* organic entries in rank order */
	size_t n;                  /* all that were stored and are wanted; top <= n */
	size_t top;                /* of them within the depth of the grid cell */
	const int32_t *other;      /* for each: its first place in the other list of the visit, or -1 */
	struct amp_seen seen;      /* not of the list right before */
};
#define AMP_LOGS 4096
/* What one persona met in one round. Single-sided metrics: the feed's list, and that of its visit right before. */
struct amp_visit {
	struct amp_list ranked; /* single-sided: the list */
	struct amp_list chronological;
	struct amp_list before; /* single-sided: n = 0 where the round before has no list */
	bool to_oldest_ranked;  /* window rule: all of the chronological list counts, and not only its top */
	const double *logs;     /* ln(1 + n) for each whole n below AMP_LOGS; NULL: not made */
};
struct amp_figure {
	double x, m;                  /* m = 0: nothing to say here, and no exclusion either */
	double ranked, chronological; /* of a pair: the two sides, where they exist */
};

struct amp_own; /* private.h: what a metric that makes its own estimates is given */
struct amp_walk;
struct amp_walk_sums;
struct amp_walk_curve;
struct amp_walk_couple;
struct amp_walk_sides;
struct amp_estimate;
struct amp_metric {
	const char *name;
	const char *unit;  /* as in summary.csv: "share", "rate", "points", "ratio"; docs/method.md has the others */
	const char *title; /* N_() */
	bool paired;       /* needs a ranked and a chronological side; never for pool `different` */
	bool identical;    /* paired, and only where both sides order one pool */
	bool counts_empty; /* an empty snapshot is a value (0) and not an exclusion */
	bool of_counts;    /* depends on n and flagged alone: the playground's log of the crowd has it too */
	bool overall;      /* for all personas and targets together only */
	bool sides;        /* from lists: ranked and chronological of the figure are filled */
	bool unbounded;    /* a side may be any number: where a snapshot is missing nothing bounds it */
	bool has_test;
	bool walks;      /* made of walks, for walked feeds (or pairs of two) alone; every other metric leaves those out */
	bool couples;    /* of walks: differences between two walks from one seed */
	bool in_grid;    /* of walks: made under the other choices of the grid too */
	bool visits;     /* Huszár: one is added to either side's number of visits */
	bool looks_back; /* from lists: what a visit says hangs on those before it */
	const char
		*same_test_as; /* the metric of the same scope whose hypothesis this is, word for word: its adjusted p is taken */
	double null_value;     /* of the test: no effect */
	const char *no_base;   /* N_(): the reason when sum(w m) is 0 */
	/* The value of one side; false where it has none (no scored entry). */
	bool (*side)(const struct amp_reading *r, double *value);
	/* The lowest and highest value that the missing detections allow. */
	void (*side_range)(const struct amp_reading *r, double *lo, double *hi);
	/* A single side (chronological = 0) or a pair into x and m. */
	void (*contrast)(double ranked, double chronological, double *x, double *m);
	/* Instead of these: from the lists. false: the cell has no value (counted as not scored). No worst-case bounds: a text that was
	 * not scored could stand at any place. */
	bool (*visit)(const struct amp_visit *v, struct amp_figure *out);
	/* Instead of sum(x) / sum(m): from the clusters' x and m. The unit of its interval is the persona. */
	struct amp_real (*figure)(const double *x, const double *m, size_t n);
	int (*figure_interval)(const double *x, const double *m, size_t n, double alpha, const struct amp_glass_days *days,
	                       struct amp_confidence *out, struct amp_err *err);
	/* Instead of all of these: adds its estimates itself (a slope, a difference between personas, a distance between lists). */
	int (*make)(const struct amp_metric *m, struct amp_own *k, struct amp_err *err);
	/* Of walks: what a shared `make` (private.h) asks. */
	bool (*walk)(const struct amp_walk *w, struct amp_walk_sums *out);           /* amp_walk_make */
	void (*curve)(const struct amp_walk_curve *c, struct amp_estimate *e);       /* amp_walk_curve_metric */
	bool (*couple)(const struct amp_walk_couple *c, struct amp_walk_sides *out); /* amp_walk_lift_make */
};
extern const struct amp_metric *const amp_metrics[]; /* NULL-ended, from metrics.def */
const struct amp_metric *amp_metric_find(const char *name);
/* Why a study cannot declare it as its primary measure (N_()), for this target and a pair of this pool (either NULL: whichever it may be); NULL: it can.
 * What can: a measure of a pair, with a test, made of one visit after the other. */
const char *amp_metric_not_primary(const struct amp_metric *m, const char *target, const char *pool);

/* Shared by metrics on shares. */
bool amp_side_share(const struct amp_reading *r, double *value);
void amp_side_share_range(const struct amp_reading *r, double *lo, double *hi);
bool amp_side_discounted(const struct amp_reading *r, double *value);
void amp_side_discounted_range(const struct amp_reading *r, double *lo, double *hi);
bool amp_side_met(const struct amp_reading *r, double *value);
void amp_side_met_range(const struct amp_reading *r, double *lo, double *hi);
void amp_contrast_one(double value, double none, double *x, double *m);                  /* x = value, m = 1 */
void amp_contrast_difference(double ranked, double chronological, double *x, double *m); /* m = 1 */
void amp_contrast_ratio(double ranked, double chronological, double *x, double *m);

#endif

/* metric.h: what one metric_*.c file says. A metric turns the sums of one snapshot (or of a pair of snapshots) into x and m; its
 * figure is sum(w x) / sum(w m) with the weights of cells.c, so that every metric gets the same resampling.
 */
#ifndef AMP_METRICS_METRIC_H
#define AMP_METRICS_METRIC_H
#include <stdbool.h>
#include <stddef.h>
#include "stats/stats.h"

/* What the detectors found in one snapshot, down to the depth of the grid cell. */
struct amp_reading {
	double n;       /* organic entries */
	double missing; /* of them without a detection */
	double flagged;
};

struct amp_metric {
	const char *name;
	const char *unit;  /* as in summary.csv: "share", "rate", "points", "ratio" */
	const char *title; /* N_() */
	bool paired;       /* needs a ranked and a chronological side; never for pool `different` */
	bool counts_empty; /* an empty snapshot is a value (0) and not an exclusion */
	bool has_test;
	double null_value;   /* of the test: no effect */
	const char *no_base; /* N_(): the reason when sum(w m) is 0 */
	/* The value of one side; false where it has none (no scored entry). */
	bool (*side)(const struct amp_reading *r, double *value);
	/* The lowest and highest value that the missing detections allow. */
	void (*side_range)(const struct amp_reading *r, double *lo, double *hi);
	/* A single side (chronological = 0) or a pair into x and m. */
	void (*contrast)(double ranked, double chronological, double *x, double *m);
};
extern const struct amp_metric *const amp_metrics[]; /* NULL-ended, from metrics.def */
const struct amp_metric *amp_metric_find(const char *name);

/* Shared by metrics on shares. */
bool amp_side_share(const struct amp_reading *r, double *value);
void amp_side_share_range(const struct amp_reading *r, double *lo, double *hi);

#endif

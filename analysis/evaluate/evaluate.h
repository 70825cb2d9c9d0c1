/* evaluate.h: how good a detector is on texts that people have labelled.
 *
 * Abstention is told apart: an unsure verdict still counts as given, and is counted. A text without a score (missing, error) is no verdict: it is
 * counted and left out of every rate. A measure that does not exist (one label only) is unknown, never 0.
 */
#ifndef AMP_EVALUATE_EVALUATE_H
#define AMP_EVALUATE_EVALUATE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"
#include "stats/stats.h"

#define AMP_EVALUATE_BINS 10

struct amp_verdict {
	double score; /* [0, 1] */
	bool label;   /* hateful, said people */
	bool flagged; /* hateful, said the detector at its threshold */
	bool abstain, missing;
};
struct amp_bin { /* of the reliability plot: scores in [i / 10, (i + 1) / 10) */
	size_t n, hateful;
	double score; /* mean */
};
struct amp_quality {
	size_t n, missing, abstain, hateful;
	size_t hit, wrong, missed, passed; /* true positives, false positives, false negatives, true negatives */
	struct amp_real accuracy, precision, recall, false_positive_rate, f1, macro_f1;
	struct amp_real auc;               /* Mann-Whitney, ties half (Hanley and McNeil 1982) */
	struct amp_real average_precision; /* step-wise, tied scores taken together */
	struct amp_real ece;               /* expected calibration error over AMP_EVALUATE_BINS equal bins (Guo et al. 2017) */
	struct amp_real threshold_1pct, recall_1pct; /* the lowest threshold that flags at most 1 % of the benign, and its recall */
	struct amp_bin bin[AMP_EVALUATE_BINS];
};
/* which: indices of the n verdicts that are measured, or NULL for the first n. */
int amp_evaluate(const struct amp_verdict *v, const size_t *which, size_t n, struct amp_quality *out,
                 struct amp_err *err) AMP_CHECK;

struct amp_interval {
	struct amp_real lo, hi;
};
struct amp_quality_intervals {
	struct amp_interval accuracy, recall, false_positive_rate, macro_f1, auc, average_precision;
};
/* Percentile bootstrap over texts; a measure that more than one resample in twenty lacks is unknown. */
int amp_evaluate_intervals(const struct amp_verdict *v, const size_t *which, size_t n, size_t replicates, uint64_t seed,
                           double alpha, struct amp_quality_intervals *out, struct amp_err *err) AMP_CHECK;

struct amp_comparison {
	size_t n;                                       /* texts that both scored */
	size_t only_a, only_b;                          /* texts that only one of them got right */
	struct amp_real p;                              /* exact McNemar (1947) test on those */
	struct amp_real auc_difference, auc_lo, auc_hi; /* a - b, paired percentile bootstrap */
};
/* The same texts in the same order. */
int amp_evaluate_compare(const struct amp_verdict *a, const struct amp_verdict *b, size_t n, size_t replicates, uint64_t seed,
                         double alpha, struct amp_comparison *out, struct amp_err *err) AMP_CHECK;

#endif

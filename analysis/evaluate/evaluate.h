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
#define AMP_EVALUATE_REPLICATES_MAX 20000

struct amp_judgement {
	double score; /* [0, 1] */
	bool label;   /* hateful, said people */
	bool flagged; /* hateful, said the detector at its threshold */
	bool abstain;
	bool missing, error; /* no score: nothing to score; the detector failed */
};
struct amp_bin { /* of the reliability plot: scores in [i / 10, (i + 1) / 10) */
	size_t n, hateful;
	double score; /* mean */
};
/* Names and definitions of the measures: measures.def. */
enum amp_measure {
#define AMP_MEASURE(id, key, en, fr) AMP_##id,
#include "evaluate/measures.def"
#undef AMP_MEASURE
	AMP_MEASURES
};
struct amp_quality {
	size_t n, missing, error, abstain, hateful, benign; /* n: all texts; hateful + benign: those with a score */
	size_t hit, wrong, missed, passed;                  /* true positives, false positives, false negatives, true negatives */
	struct amp_real m[AMP_MEASURES];
	struct amp_real
		threshold_1pct; /* the lowest score of a text that, as threshold, flags at most 1 % of the benign; unknown: none */
	struct amp_bin bin[AMP_EVALUATE_BINS];
};
const char *amp_measure_key(enum amp_measure m); /* "false_positive_rate" */
const char *amp_measure_title(enum amp_measure m, bool french);
/* Why a measure is unknown: a key ("one_label") and, through *sentence unless NULL, words. NULL when it is known. */
const char *amp_measure_lack(const struct amp_quality *q, enum amp_measure m, const char **sentence);

/* Texts that are measured together: indices `which` into v, or its first n when NULL. */
struct amp_group {
	const struct amp_judgement *v;
	const size_t *which;
	size_t n;
};
int amp_evaluate(const struct amp_group *g, struct amp_quality *out, struct amp_err *err) AMP_CHECK;
/* As if the detector's threshold were this one, from the scores. */
void amp_evaluate_at(const struct amp_group *g, double threshold, struct amp_quality *out);

/* ---- intervals: percentile bootstrap over texts (Efron 1979), type-7 quantiles ---- */
struct amp_resampling {
	size_t replicates; /* at most AMP_EVALUATE_REPLICATES_MAX */
	uint64_t seed;
	double alpha; /* 0.05: 95 % intervals */
};
struct amp_interval { /* unknown when more than one resample in twenty lacks the measure, or all of them give the same */
	struct amp_real lo, hi;
	bool wilson; /* a share of 0 or 1, which no resample varies: the score interval of Wilson 1927 instead */
};
/* A figure made of one measure of several groups, with the interval that the same resamples give it. */
enum amp_contrast_kind { AMP_DIFFERENCE, AMP_SPREAD };
struct amp_contrast {
	enum amp_contrast_kind
		kind; /* first group minus second; largest minus smallest. Unknown for fewer than two groups, and when one
	                                  of them lacks the measure */
	enum amp_measure measure;
	const size_t *groups; /* indices */
	size_t n;
	struct amp_real v; /* out */
	struct amp_interval interval;
};
/* Texts 0 to total - 1 are drawn with replacement; one resample serves all groups and contrasts, so that what they share varies together.
 * quality and intervals: room for n_groups, and n_groups x AMP_MEASURES. Same seed, same result. */
int amp_evaluate_groups(const struct amp_group *groups, size_t n_groups, size_t total, struct amp_contrast *contrasts,
                        size_t n_contrasts, const struct amp_resampling *how, struct amp_quality *quality,
                        struct amp_interval *intervals, struct amp_err *err) AMP_CHECK;

/* ---- two detectors on the same texts in the same order ---- */
struct amp_comparison {
	size_t n;              /* texts that both scored */
	size_t only_a, only_b; /* texts that only one of them got right */
	struct amp_real p;     /* exact McNemar (1947) test on those */
	struct amp_real auc_p; /* two-sided, of equal AUC (DeLong, DeLong and Clarke-Pearson 1988); unknown when they order alike */
	struct amp_quality a, b;
	struct amp_contrast difference[AMP_MEASURES]; /* a - b, paired bootstrap */
};
int amp_evaluate_compare(const struct amp_judgement *a, const struct amp_judgement *b, size_t n, const struct amp_resampling *how,
                         struct amp_comparison *out, struct amp_err *err) AMP_CHECK;

#endif

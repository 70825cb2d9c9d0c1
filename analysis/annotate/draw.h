/* draw.h: drawing a stratified sample with probabilities that are known exactly. Pure: no database, no clock.
 *
 * Method "systematic-pps-1". Units are put into strata by score; within a stratum those that weigh most are certain, the others are drawn
 * systematically with probability proportional to size (W. G. Madow 1949, "On the theory of systematic sampling, II", Ann. Math. Stat.
 * 20:333) from an order that is random (H. O. Hartley and J. N. K. Rao 1962, Ann. Math. Stat. 33:350): one whole random start, all sums
 * in integers, so that n w / W is the very chance of being drawn, not an approximation of it.
 * Why this and not equal chances: what is estimated is a share of exposures, and a post shown a thousand times decides more of it than one
 * shown once; equal chances within a stratum would leave such posts to luck.
 */
#ifndef AMP_ANNOTATE_DRAW_H
#define AMP_ANNOTATE_DRAW_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"
#include "base/hash.h"
#include "stats/real.h"

#define AMP_DRAW_METHOD "systematic-pps-1"
#define AMP_DRAW_STRATA_MAX 17 /* 16 by score, and the missing */
#define AMP_DRAW_SIZE_MAX 100000
#define AMP_DRAW_WEIGHT_MAX INT64_C(10000000000000) /* exposures of a frame: size times weight stays an int64_t */

enum amp_draw_kind { AMP_DRAW_MISSING, AMP_DRAW_UNFLAGGED, AMP_DRAW_FLAGGED, AMP_DRAW_SCORE };
const char *amp_draw_kind_name(enum amp_draw_kind k); /* "missing", … as stored */

struct amp_draw_unit {
	int64_t version; /* the caller's */
	struct amp_key key;
	int64_t weight; /* > 0 */
	bool erased;    /* now; the draw does not look at it */
	bool scored, flagged;
	double score; /* 0 to 1 where scored */
	/* filled by amp_draw_sample */
	size_t stratum;
	uint64_t lot;
	bool drawn;
	int64_t numerator, denominator; /* the chance of being drawn */
	int64_t order;                  /* 0, 1, … over all strata where drawn */
};
struct amp_draw_stratum {
	enum amp_draw_kind kind;
	struct amp_real lo, hi; /* lo <= score < hi */
	int64_t units, weight, drawn;
	double mean; /* weighted score; 0 where missing */
};
/* "5": that many strata (2 to 16, or 1), half of them, rounded down, above the detector's threshold, in equal parts of the weight; those
 * below hold the lowest 2/3 of the weight, then 2/3 of what is left, and so on, so that what nearly was flagged stands by itself.
 * "0.1,0.5": cuts of the score, rising. */
struct amp_draw_rule {
	size_t strata;
	double cuts[15];
	size_t n_cuts;
};
/* AMP_EUSAGE on anything else. */
int amp_draw_rule_parse(struct amp_draw_rule *out, const char *text, struct amp_err *err) AMP_CHECK;

/* Draws `size` units, or all where there are fewer. Allocation to strata: a quarter evenly, three quarters by Neyman's rule (J. Neyman 1934, J.
 * R. Stat. Soc. 97:558), weight times sqrt(p(1-p)) with p the mean score, held within [0.02, 0.5] (scores are no probabilities; and what
 * stands below the threshold must not be given up for certain); two at least. Depends on seed, keys, weights and scores alone: not on the
 * order of the units, which is changed. At least one unit; strata: room for AMP_DRAW_STRATA_MAX. */
int amp_draw_sample(struct amp_draw_unit *units, size_t n, const struct amp_draw_rule *rule, int64_t size, int64_t seed,
                    struct amp_draw_stratum *strata, size_t *n_strata, struct amp_err *err) AMP_CHECK;

/* The systematic step, for those who re-check it: marks those of units[0..n) that start, start + W, start + 2W, … fall on, where unit i covers
 * take * weight of it; W: sum of the weights; 0 <= start < W; each take * weight < W. */
void amp_draw_systematic(struct amp_draw_unit *units, size_t n, int64_t take, int64_t start);

#endif

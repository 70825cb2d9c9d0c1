/* group_scores.h: what the detector says of single groups over the frame of a sample: the score of a text that it reads as aimed at the group, 0 of any
 * other. Of the judged texts and of every snapshot alike, both as stored now, so that a text scored after the draw is the same in both.
 */
#ifndef AMP_ANNOTATE_GROUP_SCORES_H
#define AMP_ANNOTATE_GROUP_SCORES_H
#include "annotate/frame_sums.h"

struct amp_group {        /* a ground, or one group */
	const char *name; /* "ground:origin", "women" */
	uint64_t targets; /* as bits */
};
struct amp_group_scores {
	struct amp_group *groups; /* grounds, then groups, in the order of amp_targets */
	size_t n_groups;
	double *shot;      /* snapshots x groups: sum of the scores over what it showed */
	double *flagged;   /* the same: how often it showed what is flagged */
	double *unit;      /* of each unit of the sample: its score, 0 without one */
	uint64_t *targets; /* of each unit: the groups that the detector reads in it */
};
/* In the arena. Without a detector all scores are 0. */
int amp_group_scores_load(struct amp_group_scores *out, const struct amp_frame *f, const struct amp_frame_sums *s,
                          const struct amp_verdicts *v, struct amp_store *store, struct amp_arena *arena,
                          struct amp_err *err) AMP_CHECK;

#endif

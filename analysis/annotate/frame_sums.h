/* frame_sums.h: the frame of a sample, snapshot by snapshot, and its arms. */
#ifndef AMP_ANNOTATE_FRAME_SUMS_H
#define AMP_ANNOTATE_FRAME_SUMS_H
#include "annotate/verdicts.h"
#include "metrics/metrics.h"

struct amp_shot_sums { /* one snapshot of the frame */
	int64_t snapshot, started_at, exposures, scored, flagged;
	double score;
	size_t persona, round, feed, cluster, block; /* of the frame */
};
struct amp_entry_sums { /* a unit in a snapshot */
	size_t unit, shot;
	int64_t n;
};
struct amp_frame_sums {
	struct amp_shot_sums *shots; /* by snapshot */
	size_t n_shots;
	struct amp_entry_sums *entries;
	size_t n_entries;
	size_t *at;     /* amp_shot_index -> shots, AMP_NO_INDEX */
	size_t *judged; /* unit -> the caller's number, AMP_NO_INDEX at first */
};
int amp_frame_sums_load(struct amp_frame_sums *out, const struct amp_frame *f, struct amp_store *store,
                        const struct amp_verdicts *v, struct amp_arena *arena, struct amp_err *err) AMP_CHECK;

struct amp_arm_sums {
	bool *in; /* each snapshot: does the arm have it? */
	double exposures, scored, flagged, score;
	double *unit; /* each unit's exposures in the arm */
};
/* One side of a pair, over the rounds in which both of its sides are in the frame and within the study's skew; or all of a feed; or (both
 * AMP_NO_INDEX) everything. */
struct amp_arm_of {
	size_t pair, feed;
	bool ranked; /* side of the pair */
};
int amp_arm_sums_make(struct amp_arm_sums *out, const struct amp_frame_sums *s, const struct amp_frame *f,
                      const struct amp_arm_of *of, struct amp_arena *arena, struct amp_err *err) AMP_CHECK;

#endif

/* making.h: what corrected.c, two_phases.c and detector_error.c share while figures are made. */
#ifndef AMP_ANNOTATE_MAKING_H
#define AMP_ANNOTATE_MAKING_H
#include "annotate/corrected.h"
#include "annotate/frame_sums.h"
#include "annotate/group_scores.h"
#include "stats/design.h"

#define OOM(err) amp_fail((err), AMP_ENOMEM, _("Memory is out while corrected figures are computed."))

/* The units with a verdict, as the statistics want them; and all units, for the worst case. */
struct judged {
	struct amp_design design;
	size_t *unit; /* of the sample */
	double *y, *score, *pi;
	int64_t *stratum;
	bool missing; /* some units have no verdict */
};
/* What is asked of every text: whether it is hateful, or hateful against a group. */
struct question {
	const double *y;            /* of the judged units: 1 or 0 */
	const double *unit_score;   /* of the judged units: the detector's answer to the same question; 0 where it has none */
	const double *shot_score;   /* of each snapshot of the frame: sum of that over what it showed */
	const bool *unit_flagged;   /* of the judged units: the detector says yes */
	const double *shot_flagged; /* of each snapshot: how often it showed such a one */
	uint64_t targets;           /* the group as bits; 0: any */
	bool scored;                /* there are scores */
};
struct side { /* one arm */
	const struct amp_arm_sums *sums;
	double *weight, *weight_all; /* of the judged units; of all */
};
struct shown_rows { /* room of two_phases.c */
	uint32_t *item, *cluster;
	double *a, *b, *score, *label, *pi;
	bool *labelled;
	int64_t *stratum;
	size_t rows;
};
struct making {
	struct amp_corrected *c;
	struct amp_arena *arena;
	const struct amp_frame *f;
	struct amp_frame_sums sums;
	struct judged judged, all;
	struct shown_rows shown;
	struct amp_group_scores *groups;
	struct group_question *asked; /* of each group */
	double alpha;
	double *low, *high; /* labels of all units, the missing ones 0, or 1 */
};

/* The same figures at one level or two: what no level changes is computed once. */
struct at_levels {
	struct amp_corrected_row *row[2];
	double alpha[2];
	size_t n;
};

/* two_phases.c: the wide intervals of the rows' figures. amp_phases_room once, before. */
int amp_phases_room(struct making *m, struct amp_err *err) AMP_CHECK;
int amp_phases_widen(struct making *m, const struct side *sa, const struct side *sb, const struct question *q, bool scored,
                     const struct at_levels *at, struct amp_err *err) AMP_CHECK;

/* Sensitivity, specificity and precision of the detector's answers to the question. */
int amp_error_measure(struct making *m, const struct question *q, struct amp_detector_error *e, struct amp_err *err) AMP_CHECK;
/* The arm's flagged share, corrected by them. */
void amp_error_rogan(const struct making *m, const struct amp_detector_error *e, struct amp_corrected_arm *arm);

#endif

/* making.h: what corrected.c and detector_error.c share while figures are made. */
#ifndef AMP_ANNOTATE_MAKING_H
#define AMP_ANNOTATE_MAKING_H
#include "annotate/corrected.h"
#include "annotate/frame_sums.h"
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
struct making {
	struct amp_corrected *c;
	struct amp_arena *arena;
	const struct amp_frame *f;
	struct amp_frame_sums sums;
	struct judged judged, all;
	double *low, *high; /* labels of all units, the missing ones 0, or 1 */
};

/* Sensitivity, specificity and precision into m->c->error. */
int amp_error_measure(struct making *m, struct amp_err *err) AMP_CHECK;
/* The arm's flagged share, corrected by them. */
void amp_error_rogan(const struct making *m, struct amp_corrected_arm *arm);

#endif

/* private.h: what the files that measure share: a group sorted by score once, to be measured under any weights. */
#ifndef AMP_EVALUATE_PRIVATE_H
#define AMP_EVALUATE_PRIVATE_H
#include "evaluate/evaluate.h"

struct ranked_text {
	double score;
	uint32_t row; /* index in the group's verdicts */
	uint8_t bin;
	bool label, flagged;
	bool last; /* of the texts of this score */
};
struct ranked { /* the scored texts of a group, highest score first */
	struct ranked_text *v;
	size_t n;
};
int ranked_make(struct ranked *out, const struct amp_group *g, struct amp_err *err) AMP_CHECK;
void ranked_free(struct ranked *r); /* NULL-safe */
/* weights: how often each row counts; NULL: once. Fills all of out but missing, error and abstain; n is that of the scored texts. */
void ranked_measure(const struct ranked *r, const uint32_t *weights, struct amp_quality *out);

#endif

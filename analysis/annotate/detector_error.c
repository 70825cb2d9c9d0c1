/* detector_error.c: how far the detector errs, by exposure, on what people judged. See corrected.h. */
#include <math.h>

#include "annotate/making.h"
#include "annotate/unseen.h"
#include "base/i18n.h"

static int share_among(struct making *m, const double *weight, const double *label, struct amp_confidence *out, size_t *n,
                       double *effective, struct amp_err *err)
{
	struct amp_arm_shares shares;
	struct amp_arm arm = {.weight = weight};
	double sum = 0, squares = 0;
	int rc = amp_design_arms(&m->judged.design, label, NULL, AMP_REAL_NONE, &arm, NULL, m->alpha, &shares, err);
	if (rc != 0) return rc;
	*out = shares.a;
	*n = shares.drawn_a;
	for (size_t i = 0; i < m->judged.design.n; i++) {
		double w = weight[i] / m->judged.pi[i];
		sum += w;
		squares += w * w;
	}
	*effective = squares > 0 ? sum * sum / squares : 0;
	return 0;
}

/* Hate that the detector missed and the sample has not met: of flagged f and missed m it is f/(f + m) that is caught, m at its limit. */
static void missed_unseen(struct making *m, const double *hateful)
{
	const struct amp_design *d = &m->judged.design;
	struct amp_confidence *c = &m->c->error.sensitivity;
	double total = 0, positive = 0, *weight = amp_arena_new_array(m->arena, double, d->n + 1);
	bool *below = amp_arena_new_array(m->arena, bool, d->n + 1);
	if (weight == NULL || below == NULL || !c->estimate.known) return;
	for (size_t i = 0; i < d->n; i++) {
		const struct amp_verdict_unit *u = &m->c->verdicts.units[m->judged.unit[i]];
		below[i] = u->scored && !u->flagged;
		weight[i] = (double)u->exposures;
		total += weight[i] / d->pi[i];
		positive += hateful[i] / d->pi[i];
	}
	if (!(positive > 0)) return;
	double up = amp_unseen_of(d, m->judged.y, weight, below, total, m->alpha).up * total / positive;
	amp_unseen_stretch(c, 0, c->estimate.v - c->estimate.v / (1 + up), 0, 1);
}

int amp_error_measure(struct making *m, struct amp_err *err)
{
	struct amp_detector_error *e = &m->c->error;
	size_t n = m->judged.design.n;
	double *w = amp_arena_new_array(m->arena, double, 3 * n + 1), *label = amp_arena_new_array(m->arena, double, 2 * n + 1),
	       unused;
	if (w == NULL || label == NULL) return OOM(err);
	for (size_t i = 0; i < n; i++) {
		const struct amp_verdict_unit *u = &m->c->verdicts.units[m->judged.unit[i]];
		double weight = u->scored ? (double)u->exposures : 0, y = m->judged.y[i];
		w[i] = weight * y;
		w[n + i] = weight * (1 - y);
		w[2 * n + i] = u->flagged ? weight : 0;
		label[i] = u->flagged;
		label[n + i] = !u->flagged;
	}
	int rc = share_among(m, w, label, &e->sensitivity, &e->positives, &e->positives_effective, err);
	if (rc == 0) missed_unseen(m, w);
	if (rc == 0) rc = share_among(m, w + n, label + n, &e->specificity, &e->negatives, &e->negatives_effective, err);
	if (rc == 0) rc = share_among(m, w + 2 * n, m->judged.y, &e->precision, &e->flagged, &unused, err);
	return rc;
}

/* By effective numbers, rounded down: an interval no narrower than the design's. */
void amp_error_rogan(const struct making *m, struct amp_corrected_arm *arm)
{
	const struct amp_detector_error *e = &m->c->error;
	int64_t npos = (int64_t)e->positives_effective, nneg = (int64_t)e->negatives_effective, n = arm->exposures - arm->missing;
	if (!e->sensitivity.estimate.known || !e->specificity.estimate.known || !arm->flagged.known || npos < 1 || nneg < 1) return;
	struct amp_flagged f = {.positives = (int64_t)llround(arm->flagged.v * (double)n),
	                        .n = n,
	                        .tp = (int64_t)llround(e->sensitivity.estimate.v * (double)npos),
	                        .npos = npos,
	                        .tn = (int64_t)llround(e->specificity.estimate.v * (double)nneg),
	                        .nneg = nneg};
	amp_rogan_gladen(&f, m->alpha, &arm->rogan);
}

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
static void missed_unseen(struct making *m, const struct question *q, const double *hateful, struct amp_confidence *c)
{
	const struct amp_design *d = &m->judged.design;
	double total = 0, positive = 0, *weight = amp_arena_new_array(m->arena, double, d->n + 1);
	bool *below = amp_arena_new_array(m->arena, bool, d->n + 1);
	if (weight == NULL || below == NULL || !c->estimate.known) return;
	for (size_t i = 0; i < d->n; i++) {
		const struct amp_verdict_unit *u = &m->c->verdicts.units[m->judged.unit[i]];
		below[i] = u->scored && !q->unit_flagged[i];
		weight[i] = (double)u->exposures;
		total += weight[i] / d->pi[i];
		positive += hateful[i] / d->pi[i];
	}
	if (!(positive > 0)) return;
	double up = amp_unseen_of(d, q->y, weight, below, total, m->alpha).up * total / positive;
	amp_unseen_stretch(c, 0, c->estimate.v - c->estimate.v / (1 + up), 0, 1);
}

int amp_error_measure(struct making *m, const struct question *q, struct amp_detector_error *e, struct amp_err *err)
{
	size_t n = m->judged.design.n;
	double *w = amp_arena_new_array(m->arena, double, 3 * n + 1), *label = amp_arena_new_array(m->arena, double, 2 * n + 1),
	       unused;
	if (w == NULL || label == NULL) return OOM(err);
	for (size_t i = 0; i < n; i++) {
		const struct amp_verdict_unit *u = &m->c->verdicts.units[m->judged.unit[i]];
		double weight = u->scored ? (double)u->exposures : 0, y = q->y[i];
		w[i] = weight * y;
		w[n + i] = weight * (1 - y);
		w[2 * n + i] = q->unit_flagged[i] ? weight : 0;
		label[i] = q->unit_flagged[i];
		label[n + i] = !q->unit_flagged[i];
	}
	int rc = share_among(m, w, label, &e->sensitivity, &e->positives, &e->positives_effective, err);
	if (rc == 0) missed_unseen(m, q, w, &e->sensitivity);
	if (rc == 0) rc = share_among(m, w + n, label + n, &e->specificity, &e->negatives, &e->negatives_effective, err);
	if (rc == 0) rc = share_among(m, w + 2 * n, q->y, &e->precision, &e->flagged, &unused, err);
	return rc;
}

/* Whole numbers of effective texts move sensitivity and specificity; the estimate is by these themselves, and inside its interval. */
static void keep_estimate(struct amp_corrected_arm *arm, const struct amp_detector_error *e)
{
	struct amp_confidence *c = &arm->rogan;
	double youden = e->sensitivity.estimate.v + e->specificity.estimate.v - 1;
	if (youden < AMP_YOUDEN_MIN) *c = (struct amp_confidence){.estimate = AMP_REAL_NONE};
	if (!c->estimate.known) return;
	c->estimate.v = fmin(1, fmax(0, (arm->flagged.v + e->specificity.estimate.v - 1) / youden));
	if (c->lo.known) c->lo.v = fmin(c->lo.v, c->estimate.v);
	if (c->hi.known) c->hi.v = fmax(c->hi.v, c->estimate.v);
}

/* By effective numbers, rounded down: an interval no narrower than the design's. */
void amp_error_rogan(const struct making *m, const struct amp_detector_error *e, struct amp_corrected_arm *arm)
{
	int64_t npos = (int64_t)e->positives_effective, nneg = (int64_t)e->negatives_effective, n = arm->exposures - arm->missing;
	arm->rogan_note = N_("no text with a score was shown here, or none was judged");
	if (!arm->flagged.known || n < 1) return;
	arm->rogan_note = N_("too few hateful texts, or too few others, were judged to measure the detector's error");
	if (!e->sensitivity.estimate.known || !e->specificity.estimate.known || e->positives < AMP_CORRECTED_HATEFUL_MIN ||
	    e->negatives < AMP_CORRECTED_HATEFUL_MIN || npos < 1 || nneg < 1)
		return;
	struct amp_flagged f = {.positives = (int64_t)llround(arm->flagged.v * (double)n),
	                        .n = n,
	                        .tp = (int64_t)llround(e->sensitivity.estimate.v * (double)npos),
	                        .npos = npos,
	                        .tn = (int64_t)llround(e->specificity.estimate.v * (double)nneg),
	                        .nneg = nneg};
	amp_rogan_gladen(&f, m->alpha, &arm->rogan);
	keep_estimate(arm, e);
	if (!arm->rogan.estimate.known)
		arm->rogan_note = N_("the detector tells what people call hateful from the rest hardly better than chance");
	else if (npos < AMP_ROGAN_POSITIVES || nneg < AMP_ROGAN_NEGATIVES)
		arm->rogan_note =
			N_("small sample: the detector's error is measured on few texts, and the interval may be too narrow");
	else
		arm->rogan_note = NULL;
}

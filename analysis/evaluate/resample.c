/* resample.c: intervals by resampling texts; see evaluate.h. Each group is sorted once: a resample only says how often each text counts. */
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "base/rng.h"
#include "evaluate/private.h"
#include "stats/proportion.h"

#define LACKING_MAX 20 /* a resample in this many may lack a figure */

struct series { /* one figure over the resamples that have it */
	double *v;
	size_t n;
};
struct trial {
	const struct amp_group *groups;
	size_t n_groups, total;
	struct amp_contrast *contrasts;
	size_t n_contrasts;
	struct ranked *ranked;
	struct amp_quality *drawn; /* of one resample, a group each */
	uint32_t *weights;
	struct series *series; /* AMP_MEASURES a group, then one a contrast */
	double *values;
};

static void trial_free(struct trial *t)
{
	for (size_t i = 0; t->ranked != NULL && i < t->n_groups; i++) ranked_free(&t->ranked[i]);
	amp_free(t->ranked);
	amp_free(t->drawn);
	amp_free(t->weights);
	amp_free(t->series);
	amp_free(t->values);
}

static int trial_make(struct trial *t, size_t replicates, struct amp_err *err)
{
	size_t n_series = t->n_groups * AMP_MEASURES + t->n_contrasts;
	t->ranked = amp_calloc(t->n_groups + 1, sizeof *t->ranked);
	t->drawn = amp_calloc(t->n_groups + 1, sizeof *t->drawn);
	t->weights = amp_calloc(t->total + 1, sizeof *t->weights);
	t->series = amp_calloc(n_series + 1, sizeof *t->series);
	t->values = amp_calloc(n_series * replicates + 1, sizeof *t->values);
	if (t->ranked == NULL || t->drawn == NULL || t->weights == NULL || t->series == NULL || t->values == NULL)
		return amp_fail(err, AMP_ENOMEM, _("Out of memory while evaluating %zu texts."), t->total);
	for (size_t i = 0; i < n_series; i++) t->series[i].v = t->values + i * replicates;
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < t->n_groups; i++) rc = ranked_make(&t->ranked[i], &t->groups[i], err);
	return rc;
}

static struct amp_real contrast(const struct amp_contrast *c, const struct amp_quality *q)
{
	double lo = 0, hi = 0;
	if (c->n < 2) return AMP_REAL_NONE;
	for (size_t i = 0; i < c->n; i++) {
		struct amp_real one = q[c->groups[i]].m[c->measure];
		if (!one.known) return AMP_REAL_NONE;
		if (i == 0 || one.v < lo) lo = one.v;
		if (i == 0 || one.v > hi) hi = one.v;
	}
	if (c->kind == AMP_SPREAD) return amp_real(hi - lo);
	return amp_real(q[c->groups[0]].m[c->measure].v - q[c->groups[1]].m[c->measure].v);
}

static void keep(struct series *s, struct amp_real v)
{
	if (v.known) s->v[s->n++] = v.v;
}

static void resample(struct trial *t, struct amp_rng *rng)
{
	memset(t->weights, 0, t->total * sizeof *t->weights);
	for (size_t i = 0; i < t->total; i++) t->weights[amp_rng_below(rng, t->total)]++;
	for (size_t g = 0; g < t->n_groups; g++) {
		ranked_measure(&t->ranked[g], t->weights, &t->drawn[g]);
		for (size_t m = 0; m < AMP_MEASURES; m++) keep(&t->series[g * AMP_MEASURES + m], t->drawn[g].m[m]);
	}
	for (size_t c = 0; c < t->n_contrasts; c++)
		keep(&t->series[t->n_groups * AMP_MEASURES + c], contrast(&t->contrasts[c], t->drawn));
}

static struct amp_interval interval_of(struct series *s, const struct amp_resampling *how)
{
	struct amp_interval out = {.lo = AMP_REAL_NONE, .hi = AMP_REAL_NONE};
	if (s->n == 0 || (how->replicates - s->n) * LACKING_MAX > how->replicates) return out;
	amp_sort(s->v, s->n);
	if (!(s->v[0] < s->v[s->n - 1])) return out; /* no width is no certainty */
	out.lo = amp_real(amp_quantile7(s->v, s->n, how->alpha / 2));
	out.hi = amp_real(amp_quantile7(s->v, s->n, 1 - how->alpha / 2));
	return out;
}

/* Where resamples say nothing of a share: all texts of one kind were treated alike. */
static struct amp_interval wilson(const struct amp_quality *q, enum amp_measure m, double alpha)
{
	const struct {
		size_t part, whole;
	} of[] = {[AMP_ACCURACY] = {q->hit + q->passed, q->hateful + q->benign},
	          [AMP_PRECISION] = {q->hit, q->hit + q->wrong},
	          [AMP_RECALL] = {q->hit, q->hateful},
	          [AMP_FALSE_POSITIVE_RATE] = {q->wrong, q->benign}};
	struct amp_interval out = {.lo = AMP_REAL_NONE, .hi = AMP_REAL_NONE};
	if (m > AMP_FALSE_POSITIVE_RATE || of[m].whole == 0 || (of[m].part != 0 && of[m].part != of[m].whole)) return out;
	amp_wilson((int64_t)of[m].part, (int64_t)of[m].whole, alpha, &out.lo, &out.hi);
	out.wilson = out.lo.known;
	return out;
}

int amp_evaluate_groups(const struct amp_group *groups, size_t n_groups, size_t total, struct amp_contrast *contrasts,
                        size_t n_contrasts, const struct amp_resampling *how, struct amp_quality *quality,
                        struct amp_interval *intervals, struct amp_err *err)
{
	struct trial t = {
		.groups = groups, .n_groups = n_groups, .total = total, .contrasts = contrasts, .n_contrasts = n_contrasts};
	struct amp_rng rng;
	if (how->replicates > AMP_EVALUATE_REPLICATES_MAX)
		return amp_fail(err, AMP_EUSAGE, _("At most %d resamples can be drawn."), AMP_EVALUATE_REPLICATES_MAX);
	int rc = trial_make(&t, how->replicates, err);
	for (size_t g = 0; rc == 0 && g < n_groups; g++) rc = amp_evaluate(&groups[g], &quality[g], err);
	amp_rng_seed_label(&rng, how->seed, "evaluate");
	for (size_t r = 0; rc == 0 && total > 0 && r < how->replicates; r++) resample(&t, &rng);
	for (size_t i = 0; rc == 0 && i < n_groups * AMP_MEASURES; i++) {
		intervals[i] = interval_of(&t.series[i], how);
		if (!intervals[i].lo.known)
			intervals[i] = wilson(&quality[i / AMP_MEASURES], (enum amp_measure)(i % AMP_MEASURES), how->alpha);
	}
	for (size_t c = 0; rc == 0 && c < n_contrasts; c++) {
		contrasts[c].v = contrast(&contrasts[c], quality);
		contrasts[c].interval = interval_of(&t.series[n_groups * AMP_MEASURES + c], how);
	}
	trial_free(&t);
	return rc;
}

/* compare.c: two detectors on the same texts; see evaluate.h. */
#include <math.h>
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "evaluate/private.h"

/* Two-sided exact binomial: each discordant text falls to either side with probability 1/2. */
static struct amp_real mcnemar(size_t a, size_t b)
{
	size_t n = a + b, least = a < b ? a : b;
	if (n == 0) return AMP_REAL_NONE;
	double p = 0;
	for (size_t k = 0; k <= least; k++)
		p += exp(lgamma((double)n + 1) - lgamma((double)k + 1) - lgamma((double)(n - k) + 1) - (double)n * log(2));
	return amp_real(2 * p > 1 ? 1 : 2 * p);
}

static bool right(const struct amp_judgement *v)
{
	return v->flagged == v->label;
}

/* DeLong's structural components: for each text, the share of texts of the other label that it is ordered rightly against, ties half. */
static void placements(const struct ranked *r, const struct amp_quality *q, double *out)
{
	double hit = 0, wrong = 0;
	for (size_t i = 0; i < r->n;) {
		double hateful = 0, benign = 0;
		size_t end = i;
		do *(r->v[end].label ? &hateful : &benign) += 1;
		while (!r->v[end++].last);
		for (; i < end; i++)
			out[r->v[i].row] = r->v[i].label ? ((double)q->benign - wrong - benign / 2) / (double)q->benign
			                                 : (hit + hateful / 2) / (double)q->hateful;
		hit += hateful;
		wrong += benign;
	}
}

/* a and b: placements of the same texts. Variance of the difference: that of the components' differences, by label. */
static struct amp_real delong(const struct ranked *r, const double *a, const double *b, const struct amp_quality *qa,
                              double difference)
{
	double square[2] = {0}, mean[2] = {0}, n[2] = {(double)qa->benign, (double)qa->hateful};
	if (n[0] < 2 || n[1] < 2) return AMP_REAL_NONE;
	for (size_t i = 0; i < r->n; i++) mean[r->v[i].label] += (a[r->v[i].row] - b[r->v[i].row]) / n[r->v[i].label];
	for (size_t i = 0; i < r->n; i++) {
		double d = a[r->v[i].row] - b[r->v[i].row] - mean[r->v[i].label];
		square[r->v[i].label] += d * d;
	}
	double variance = square[0] / (n[0] - 1) / n[0] + square[1] / (n[1] - 1) / n[1];
	if (!(variance > 1e-20)) return AMP_REAL_NONE;
	return amp_real(erfc(fabs(difference) / sqrt(2 * variance)));
}

static int test_auc(const struct amp_group groups[2], size_t total, struct amp_comparison *out, struct amp_err *err)
{
	struct ranked ra = {0}, rb = {0};
	double *at = amp_calloc(2 * total + 1, sizeof *at);
	int rc = at == NULL ? amp_fail(err, AMP_ENOMEM, _("Out of memory while evaluating %zu texts."), total) : 0;
	if (rc == 0) rc = ranked_make(&ra, &groups[0], err);
	if (rc == 0) rc = ranked_make(&rb, &groups[1], err);
	if (rc == 0 && out->a.m[AMP_AUC].known) {
		placements(&ra, &out->a, at);
		placements(&rb, &out->b, at + total);
		out->auc_p = delong(&ra, at, at + total, &out->a, out->a.m[AMP_AUC].v - out->b.m[AMP_AUC].v);
	}
	ranked_free(&ra);
	ranked_free(&rb);
	amp_free(at);
	return rc;
}

int amp_evaluate_compare(const struct amp_judgement *a, const struct amp_judgement *b, size_t n, const struct amp_resampling *how,
                         struct amp_comparison *out, struct amp_err *err)
{
	static const size_t pair[2] = {0, 1};
	struct amp_interval intervals[2 * AMP_MEASURES];
	struct amp_quality quality[2];
	size_t *both = amp_calloc(n + 1, sizeof *both);
	memset(out, 0, sizeof *out);
	if (both == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while evaluating %zu texts."), n);
	for (size_t i = 0; i < n; i++) {
		if (a[i].missing || a[i].error || b[i].missing || b[i].error) continue;
		both[out->n++] = i;
		out->only_a += right(&a[i]) && !right(&b[i]);
		out->only_b += right(&b[i]) && !right(&a[i]);
	}
	out->p = mcnemar(out->only_a, out->only_b);
	const struct amp_group groups[2] = {{a, both, out->n}, {b, both, out->n}};
	for (size_t m = 0; m < AMP_MEASURES; m++)
		out->difference[m] =
			(struct amp_contrast){.kind = AMP_DIFFERENCE, .measure = (enum amp_measure)m, .groups = pair, .n = 2};
	int rc = amp_evaluate_groups(groups, 2, n, out->difference, AMP_MEASURES, how, quality, intervals, err);
	if (rc == 0) {
		out->a = quality[0];
		out->b = quality[1];
		rc = test_auc(groups, n, out, err);
	}
	amp_free(both);
	return rc;
}

/* measures.c: see evaluate.h. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "base/rng.h"
#include "evaluate/evaluate.h"

#define LACKING_MAX 20 /* a resample in this many may lack a measure */

struct scored {
	double score;
	bool label;
};

static int by_score(const void *a, const void *b)
{
	double x = ((const struct scored *)a)->score, y = ((const struct scored *)b)->score;
	return (x > y) - (x < y);
}

static struct amp_real ratio(double part, double whole)
{
	return whole > 0 ? amp_real(part / whole) : AMP_REAL_NONE;
}

/* From sorted scores: AUC, average precision, and the threshold of 1 % false positives. */
static void rank_measures(const struct scored *s, size_t n, size_t hateful, struct amp_quality *out)
{
	size_t benign = n - hateful, below_benign = 0;
	double pairs = 0;
	for (size_t i = 0; i < n;) {
		size_t j = i, here = 0;
		for (; j < n && s[j].score <= s[i].score; j++) here += s[j].label;
		pairs += (double)here * ((double)below_benign + (double)(j - i - here) / 2);
		below_benign += j - i - here;
		i = j;
	}
	if (hateful == 0 || benign == 0) return;
	out->auc = amp_real(pairs / ((double)hateful * (double)benign));
	double precision_sum = 0, allowed = (double)benign / 100;
	size_t hit = 0, wrong = 0;
	for (size_t end = n; end > 0;) { /* from the highest score down, tied ones together */
		size_t start = end, here = 0;
		while (start > 0 && s[start - 1].score >= s[end - 1].score) here += s[--start].label;
		hit += here;
		wrong += end - start - here;
		precision_sum += (double)here * (double)hit / (double)(hit + wrong);
		if ((double)wrong <= allowed) {
			out->threshold_1pct = amp_real(s[start].score);
			out->recall_1pct = amp_real((double)hit / (double)hateful);
		}
		end = start;
	}
	out->average_precision = amp_real(precision_sum / (double)hateful);
}

static void calibration(const struct scored *s, size_t n, struct amp_quality *out)
{
	double error = 0;
	for (size_t i = 0; i < n; i++) {
		size_t at = (size_t)(s[i].score * AMP_EVALUATE_BINS);
		struct amp_bin *bin = &out->bin[at < AMP_EVALUATE_BINS ? at : AMP_EVALUATE_BINS - 1];
		bin->n++;
		bin->hateful += s[i].label;
		bin->score += s[i].score;
	}
	for (size_t i = 0; i < AMP_EVALUATE_BINS; i++) {
		error += fabs((double)out->bin[i].hateful - out->bin[i].score);
		if (out->bin[i].n > 0) out->bin[i].score /= (double)out->bin[i].n;
	}
	out->ece = ratio(error, (double)n);
}

static void count(const struct amp_verdict *v, struct amp_quality *out)
{
	out->n++;
	if (v->missing) {
		out->missing++;
		return;
	}
	out->abstain += v->abstain;
	out->hateful += v->label;
	if (v->label)
		++*(v->flagged ? &out->hit : &out->missed);
	else
		++*(v->flagged ? &out->wrong : &out->passed);
}

static void rates(struct amp_quality *q)
{
	double hit = (double)q->hit, wrong = (double)q->wrong, missed = (double)q->missed, passed = (double)q->passed;
	q->accuracy = ratio(hit + passed, hit + wrong + missed + passed);
	q->precision = ratio(hit, hit + wrong);
	q->recall = ratio(hit, hit + missed);
	q->false_positive_rate = ratio(wrong, wrong + passed);
	q->f1 = ratio(2 * hit, 2 * hit + wrong + missed);
	struct amp_real other = ratio(2 * passed, 2 * passed + wrong + missed);
	if (hit + missed > 0 && wrong + passed > 0 && q->f1.known && other.known) q->macro_f1 = amp_real((q->f1.v + other.v) / 2);
}

/* room: for n scored texts. */
static void measure(const struct amp_verdict *v, const size_t *which, size_t n, struct scored *room, struct amp_quality *out)
{
	size_t kept = 0;
	memset(out, 0, sizeof *out);
	for (size_t i = 0; i < n; i++) {
		const struct amp_verdict *one = &v[which != NULL ? which[i] : i];
		count(one, out);
		if (!one->missing) room[kept++] = (struct scored){one->score, one->label};
	}
	rates(out);
	qsort(room, kept, sizeof *room, by_score);
	rank_measures(room, kept, out->hateful, out);
	calibration(room, kept, out);
}

int amp_evaluate(const struct amp_verdict *v, const size_t *which, size_t n, struct amp_quality *out, struct amp_err *err)
{
	struct scored *room = amp_calloc(n + 1, sizeof *room);
	if (room == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while evaluating %zu texts."), n);
	measure(v, which, n, room, out);
	amp_free(room);
	return 0;
}

/* ---- bootstrap ---- */
enum { ACCURACY, RECALL, FALSE_POSITIVE_RATE, MACRO_F1, AUC, AVERAGE_PRECISION, INTERVALS };

static struct amp_real nth_measure(const struct amp_quality *q, size_t i)
{
	const struct amp_real all[INTERVALS] = {q->accuracy, q->recall, q->false_positive_rate,
	                                        q->macro_f1, q->auc,    q->average_precision};
	return all[i];
}

static struct amp_interval interval_of(double *values, size_t n, size_t replicates, double alpha)
{
	struct amp_interval out = {AMP_REAL_NONE, AMP_REAL_NONE};
	if (n == 0 || (replicates - n) * LACKING_MAX > replicates) return out;
	amp_sort(values, n);
	out.lo = amp_real(amp_quantile7(values, n, alpha / 2));
	out.hi = amp_real(amp_quantile7(values, n, 1 - alpha / 2));
	return out;
}

int amp_evaluate_intervals(const struct amp_verdict *v, const size_t *which, size_t n, size_t replicates, uint64_t seed,
                           double alpha, struct amp_quality_intervals *out, struct amp_err *err)
{
	size_t kept[INTERVALS] = {0};
	struct scored *room = amp_calloc(n + 1, sizeof *room);
	size_t *drawn = amp_calloc(n + 1, sizeof *drawn);
	double *values = amp_calloc(replicates * INTERVALS + 1, sizeof *values);
	struct amp_interval *const to[INTERVALS] = {&out->accuracy, &out->recall, &out->false_positive_rate,
	                                            &out->macro_f1, &out->auc,    &out->average_precision};
	struct amp_rng rng;
	int rc = 0;
	memset(out, 0, sizeof *out);
	amp_rng_seed_label(&rng, seed, "evaluate");
	if (room == NULL || drawn == NULL || values == NULL) {
		rc = amp_fail(err, AMP_ENOMEM, _("Out of memory while evaluating %zu texts."), n);
		replicates = 0;
	}
	for (size_t r = 0; n > 0 && r < replicates; r++) {
		struct amp_quality q;
		for (size_t i = 0; i < n; i++) {
			size_t at = (size_t)amp_rng_below(&rng, n);
			drawn[i] = which != NULL ? which[at] : at;
		}
		measure(v, drawn, n, room, &q);
		for (size_t i = 0; i < INTERVALS; i++) {
			struct amp_real one = nth_measure(&q, i);
			if (one.known) values[i * replicates + kept[i]++] = one.v;
		}
	}
	for (size_t i = 0; replicates > 0 && i < INTERVALS; i++)
		*to[i] = interval_of(values + i * replicates, kept[i], replicates, alpha);
	amp_free(values);
	amp_free(drawn);
	amp_free(room);
	return rc;
}

/* ---- two detectors ---- */
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

static bool right(const struct amp_verdict *v)
{
	return v->flagged == v->label;
}

int amp_evaluate_compare(const struct amp_verdict *a, const struct amp_verdict *b, size_t n, size_t replicates, uint64_t seed,
                         double alpha, struct amp_comparison *out, struct amp_err *err)
{
	struct scored *room = amp_calloc(n + 1, sizeof *room);
	size_t *both = amp_calloc(n + 1, sizeof *both), *drawn = amp_calloc(n + 1, sizeof *drawn), kept = 0;
	double *values = amp_calloc(replicates + 1, sizeof *values);
	struct amp_quality qa, qb;
	struct amp_rng rng;
	memset(out, 0, sizeof *out);
	if (room == NULL || both == NULL || drawn == NULL || values == NULL) {
		amp_free(room);
		amp_free(both);
		amp_free(drawn);
		amp_free(values);
		return amp_fail(err, AMP_ENOMEM, _("Out of memory while evaluating %zu texts."), n);
	}
	for (size_t i = 0; i < n; i++) {
		if (a[i].missing || b[i].missing) continue;
		both[out->n++] = i;
		out->only_a += right(&a[i]) && !right(&b[i]);
		out->only_b += right(&b[i]) && !right(&a[i]);
	}
	out->p = mcnemar(out->only_a, out->only_b);
	measure(a, both, out->n, room, &qa);
	measure(b, both, out->n, room, &qb);
	if (qa.auc.known && qb.auc.known) out->auc_difference = amp_real(qa.auc.v - qb.auc.v);
	amp_rng_seed_label(&rng, seed, "compare");
	for (size_t r = 0; out->auc_difference.known && r < replicates; r++) {
		for (size_t i = 0; i < out->n; i++) drawn[i] = both[amp_rng_below(&rng, out->n)];
		measure(a, drawn, out->n, room, &qa);
		measure(b, drawn, out->n, room, &qb);
		if (qa.auc.known && qb.auc.known) values[kept++] = qa.auc.v - qb.auc.v;
	}
	struct amp_interval interval = interval_of(values, kept, replicates, alpha);
	out->auc_lo = interval.lo;
	out->auc_hi = interval.hi;
	amp_free(room);
	amp_free(both);
	amp_free(drawn);
	amp_free(values);
	return 0;
}

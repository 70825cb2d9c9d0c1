/* measures.c: see evaluate.h. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "evaluate/private.h"

static const struct {
	const char *key, *en, *fr;
} measures[AMP_MEASURES] = {
#define AMP_MEASURE(id, key, en, fr) {key, en, fr},
#include "evaluate/measures.def"
#undef AMP_MEASURE
};

const char *amp_measure_key(enum amp_measure m)
{
	return measures[m].key;
}

const char *amp_measure_title(enum amp_measure m, bool french)
{
	return french ? measures[m].fr : measures[m].en;
}

const char *amp_measure_lack(const struct amp_quality *q, enum amp_measure m, const char **sentence)
{
	enum { NO_SCORE, NO_HATEFUL, NO_BENIGN, NOTHING_FLAGGED };
	static const struct {
		const char *key, *sentence;
	} all[] = {{"no_score", N_("no score")},
	           {"no_hateful", N_("no hateful text")},
	           {"no_benign", N_("only hateful texts")},
	           {"nothing_flagged", N_("nothing flagged")}};
	size_t why = NOTHING_FLAGGED;
	if (q->m[m].known) return NULL;
	if (q->hateful + q->benign == 0)
		why = NO_SCORE;
	else if (q->hateful == 0 && m != AMP_FALSE_POSITIVE_RATE && m != AMP_PRECISION)
		why = NO_HATEFUL;
	else if (q->benign == 0 && m != AMP_PRECISION)
		why = NO_BENIGN;
	if (sentence != NULL) *sentence = _(all[why].sentence);
	return all[why].key;
}

/* ---- ranked groups ---- */
static int highest_first(const void *a, const void *b)
{
	const struct ranked_text *x = a, *y = b;
	if (x->score < y->score || x->score > y->score) return x->score < y->score ? 1 : -1;
	return (x->row > y->row) - (x->row < y->row);
}

static uint8_t bin_of(double score)
{
	size_t at = (size_t)(score * AMP_EVALUATE_BINS);
	return (uint8_t)(at < AMP_EVALUATE_BINS ? at : AMP_EVALUATE_BINS - 1);
}

int ranked_make(struct ranked *out, const struct amp_group *g, struct amp_err *err)
{
	out->n = 0;
	out->v = amp_calloc(g->n + 1, sizeof *out->v);
	if (out->v == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while evaluating %zu texts."), g->n);
	for (size_t i = 0; i < g->n; i++) {
		size_t row = g->which != NULL ? g->which[i] : i;
		const struct amp_judgement *v = &g->v[row];
		if (v->missing || v->error) continue;
		out->v[out->n++] = (struct ranked_text){
			.score = v->score, .row = (uint32_t)row, .bin = bin_of(v->score), .label = v->label, .flagged = v->flagged};
	}
	if (out->n > 1) qsort(out->v, out->n, sizeof *out->v, highest_first);
	for (size_t i = 0; i < out->n; i++) out->v[i].last = i + 1 == out->n || out->v[i + 1].score < out->v[i].score;
	return 0;
}

void ranked_free(struct ranked *r)
{
	if (r == NULL) return;
	amp_free(r->v);
	memset(r, 0, sizeof *r);
}

static struct amp_real ratio(double part, double whole)
{
	return whole > 0 ? amp_real(part / whole) : AMP_REAL_NONE;
}

/* From the four counts. */
static void rates(struct amp_quality *q)
{
	double hit = (double)q->hit, wrong = (double)q->wrong, missed = (double)q->missed, passed = (double)q->passed;
	q->hateful = q->hit + q->missed;
	q->benign = q->wrong + q->passed;
	q->m[AMP_ACCURACY] = ratio(hit + passed, hit + wrong + missed + passed);
	q->m[AMP_PRECISION] = ratio(hit, hit + wrong);
	q->m[AMP_RECALL] = ratio(hit, hit + missed);
	q->m[AMP_FALSE_POSITIVE_RATE] = ratio(wrong, wrong + passed);
	if (q->hateful > 0) q->m[AMP_F1] = ratio(2 * hit, 2 * hit + wrong + missed);
	struct amp_real other = ratio(2 * passed, 2 * passed + wrong + missed);
	if (q->hateful > 0 && q->benign > 0) q->m[AMP_MACRO_F1] = amp_real((q->m[AMP_F1].v + other.v) / 2);
}

static void count(const struct ranked *r, const uint32_t *weights, struct amp_quality *q)
{
	size_t counts[2][2] = {{0}}; /* label, flagged */
	double error = 0;
	for (size_t i = 0; i < r->n; i++) {
		const struct ranked_text *t = &r->v[i];
		size_t weight = weights != NULL ? weights[t->row] : 1;
		struct amp_bin *bin = &q->bin[t->bin];
		counts[t->label][t->flagged] += weight;
		bin->n += weight;
		bin->hateful += t->label ? weight : 0;
		bin->score += t->score * (double)weight;
	}
	q->hit = counts[1][1];
	q->missed = counts[1][0];
	q->wrong = counts[0][1];
	q->passed = counts[0][0];
	q->n = q->hit + q->missed + q->wrong + q->passed;
	for (size_t i = 0; i < AMP_EVALUATE_BINS; i++) {
		error += fabs((double)q->bin[i].hateful - q->bin[i].score);
		if (q->bin[i].n > 0) q->bin[i].score /= (double)q->bin[i].n;
	}
	q->m[AMP_ECE] = ratio(error, (double)q->n);
}

/* AUC, average precision, and the threshold of 1 % false positives, from the highest score down, tied texts together. */
static void rank_measures(const struct ranked *r, const uint32_t *weights, struct amp_quality *q)
{
	size_t hit = 0, wrong = 0, hit_before = 0, wrong_before = 0;
	double pairs = 0, precisions = 0;
	if (q->hateful == 0 || q->benign == 0) return;
	q->m[AMP_RECALL_1PCT] = amp_real(0); /* a threshold above all scores flags nothing */
	for (size_t i = 0; i < r->n; i++) {
		const struct ranked_text *t = &r->v[i];
		size_t weight = weights != NULL ? weights[t->row] : 1;
		*(t->label ? &hit : &wrong) += weight;
		if (!t->last || hit + wrong == hit_before + wrong_before) continue;
		double hateful = (double)(hit - hit_before), benign = (double)(wrong - wrong_before);
		pairs += benign * ((double)hit_before + hateful / 2);
		precisions += hateful * (double)hit / (double)(hit + wrong);
		if (wrong * 100 <= q->benign) {
			q->threshold_1pct = amp_real(t->score);
			q->m[AMP_RECALL_1PCT] = amp_real((double)hit / (double)q->hateful);
		}
		hit_before = hit;
		wrong_before = wrong;
	}
	q->m[AMP_AUC] = amp_real(pairs / ((double)q->hateful * (double)q->benign));
	q->m[AMP_AVERAGE_PRECISION] = amp_real(precisions / (double)q->hateful);
}

void ranked_measure(const struct ranked *r, const uint32_t *weights, struct amp_quality *out)
{
	memset(out, 0, sizeof *out);
	count(r, weights, out);
	rates(out);
	rank_measures(r, weights, out);
}

static void count_apart(const struct amp_group *g, struct amp_quality *q)
{
	q->n = g->n;
	for (size_t i = 0; i < g->n; i++) {
		const struct amp_judgement *v = &g->v[g->which != NULL ? g->which[i] : i];
		q->missing += v->missing;
		q->error += v->error && !v->missing;
		q->abstain += v->abstain && !v->missing && !v->error;
	}
}

int amp_evaluate(const struct amp_group *g, struct amp_quality *out, struct amp_err *err)
{
	struct ranked r = {0};
	int rc = ranked_make(&r, g, err);
	if (rc != 0) return rc;
	ranked_measure(&r, NULL, out);
	count_apart(g, out);
	ranked_free(&r);
	return 0;
}

void amp_evaluate_at(const struct amp_group *g, double threshold, struct amp_quality *out)
{
	memset(out, 0, sizeof *out);
	for (size_t i = 0; i < g->n; i++) {
		const struct amp_judgement *v = &g->v[g->which != NULL ? g->which[i] : i];
		if (v->missing || v->error) continue;
		bool flagged = v->score >= threshold;
		++*(v->label ? (flagged ? &out->hit : &out->missed) : (flagged ? &out->wrong : &out->passed));
	}
	rates(out);
	count_apart(g, out);
}

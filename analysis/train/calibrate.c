/* calibrate.c: real weights to bytes, scores to probabilities, probabilities to verdicts. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <linear.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "train/private.h"

#define WEIGHT_MAX 127
#define PLATT_ROUNDS 100
#define BAND 0.5 /* logits on each side of the threshold that leave the detector unsure */
#define GRID 512
#define GRID_STEP ((uint32_t)AMP_LINEAR_ONE / GRID)
#define FLAGGED_BENIGN_MAX 0.008 /* of wholly benign inputs of a language; the goal is 1 % of texts not seen */
#define NEARLY 0.98
#define LANG_MIN 60 /* natural texts, with LABEL_MIN of each label, that a threshold of one's own needs */
#define LABEL_MIN 12

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* The size below which a share `clip` of the weights that are not 0 lies: larger ones are cut to it. */
static int limit_of(double *limit, const double *weights, double clip, struct amp_err *err)
{
	double *sizes = amp_calloc(AMP_LINEAR_PLACES, sizeof *sizes);
	size_t n = 0;
	if (sizes == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while rounding the weights."));
	for (size_t i = 0; i < AMP_LINEAR_PLACES; i++)
		if (weights[i] < 0 || weights[i] > 0) sizes[n++] = fabs(weights[i]);
	qsort(sizes, n, sizeof *sizes, by_size);
	*limit = n == 0 ? 1 : sizes[(size_t)((double)(n - 1) * clip)];
	amp_free(sizes);
	return 0;
}

/* The margin that a rounded model gives a row: its values are sums of scale x norm / 2^26, so this is exact but for their rounding. */
static double margin_of(const struct amp_linear_model *model, const struct train_row *row)
{
	double sum = 0;
	for (const struct feature_node *x = row->x; x->index >= 0; x++) sum += x->value * model->weights[x->index - 1];
	return sum * 1024 * AMP_LINEAR_NORM_ONE;
}

void train_score_fold(const struct amp_linear_model *model, const struct train_rounded *how, struct train_rows *rows, int64_t fold)
{
	for (size_t i = 0; i < rows->n; i++)
		if (rows->v[i].fold == fold) rows->v[i].logit = margin_of(model, &rows->v[i]) * how->unit + how->bias;
}

/* Platt scaling by Newton's method with backtracking: Lin, Lin and Weng 2007, "A note on Platt's probabilistic outputs". Gives p = 1 / (1 +
 * exp(-(a x + b))). */
static void platt(const double *x, const uint8_t *label, size_t n, double *a, double *b)
{
	double positive = 0, negative = 0, high, low, best = 0;
	for (size_t i = 0; i < n; i++) *(label[i] != 0 ? &positive : &negative) += 1;
	high = (positive + 1) / (positive + 2);
	low = 1 / (negative + 2);
	double A = 0, B = log((negative + 1) / (positive + 1)); /* in the note's sign: p = 1 / (1 + exp(A x + B)) */
	for (size_t i = 0; i < n; i++) {
		double t = label[i] != 0 ? high : low, z = A * x[i] + B;
		best += z >= 0 ? t * z + log1p(exp(-z)) : (t - 1) * z + log1p(exp(z));
	}
	for (int round = 0; round < PLATT_ROUNDS; round++) {
		double h11 = 1e-12, h22 = 1e-12, h21 = 0, g1 = 0, g2 = 0;
		for (size_t i = 0; i < n; i++) {
			double t = label[i] != 0 ? high : low, z = A * x[i] + B;
			double p = z >= 0 ? exp(-z) / (1 + exp(-z)) : 1 / (1 + exp(z)), q = 1 - p;
			h11 += x[i] * x[i] * p * q;
			h22 += p * q;
			h21 += x[i] * p * q;
			g1 += x[i] * (t - p);
			g2 += t - p;
		}
		if (fabs(g1) < 1e-5 && fabs(g2) < 1e-5) break;
		double det = h11 * h22 - h21 * h21, dA = -(h22 * g1 - h21 * g2) / det, dB = -(-h21 * g1 + h11 * g2) / det;
		double slope = g1 * dA + g2 * dB, step = 1;
		for (; step >= 1e-10; step /= 2) {
			double nA = A + step * dA, nB = B + step * dB, f = 0;
			for (size_t i = 0; i < n; i++) {
				double t = label[i] != 0 ? high : low, z = nA * x[i] + nB;
				f += z >= 0 ? t * z + log1p(exp(-z)) : (t - 1) * z + log1p(exp(z));
			}
			if (f < best + 1e-4 * step * slope) {
				A = nA;
				B = nB;
				best = f;
				break;
			}
		}
		if (step < 1e-10) break;
	}
	*a = -A;
	*b = -B;
}

static int fit_slope(struct amp_linear_model *model, const struct train_rounded *how, const struct train_rows *rows,
                     struct amp_err *err)
{
	double *x = amp_calloc(rows->n + 1, sizeof *x), a = 1, b = 0;
	uint8_t *label = amp_calloc(rows->n + 1, sizeof *label);
	size_t n = 0, positive = 0;
	int rc = 0;
	if (x == NULL || label == NULL) rc = amp_fail(err, AMP_ENOMEM, _("Out of memory while calibrating."));
	for (size_t i = 0; rc == 0 && i < rows->n; i++) {
		if (rows->v[i].sort != NULL) continue;
		x[n] = rows->v[i].logit;
		label[n++] = rows->v[i].label;
		positive += rows->v[i].label;
	}
	if (rc == 0 && (positive < LABEL_MIN || n - positive < LABEL_MIN))
		rc = amp_fail(err, AMP_EUSAGE, _("The natural rows have too few of one label (%zu of %zu are hateful)."), positive,
		              n);
	if (rc == 0) {
		platt(x, label, n, &a, &b);
		/* logit = a (margin unit + bias) + b, in 1/65536, slope in 2^-32 */
		model->slope = llround(a * how->unit * 65536 * 4294967296.0);
		model->offset = llround((a * how->bias + b) * 65536);
		if (model->slope <= 0 || model->slope > AMP_LINEAR_SLOPE_MAX)
			rc = amp_fail(err, AMP_EFAIL, _("Calibration failed: scores do not rise with hate."));
	}
	amp_free(x);
	amp_free(label);
	return rc;
}

uint32_t train_score(const struct amp_linear_model *model, const struct train_rounded *how, const struct train_row *row)
{
	return amp_linear_logistic(amp_linear_logit(model, llround((row->logit - how->bias) / how->unit)));
}

/* ---- thresholds ---- */
/* Rows of one language (NULL: all) by score: how many benign ones of wholly benign inputs, and of the others each label's weight: the same
 * in each natural input, and in the frames together as much as in all natural inputs. */
struct tally {
	double hateful[GRID], benign[GRID];
	size_t spared[GRID], n_spared;
};

static void count_rows(struct tally *t, const struct amp_linear_model *model, const struct train_rounded *how,
                       const struct train_manifest *m, const struct train_rows *rows, const char *lang)
{
	bool used[TRAIN_INPUTS_MAX] = {false};
	size_t n[2] = {0, 0}; /* natural inputs with both labels, frames */
	memset(t, 0, sizeof *t);
	for (size_t i = 0; i < rows->n; i++) {
		const struct train_row *row = &rows->v[i];
		if (used[row->input] || m->inputs[row->input].rows[1] == 0 || (lang != NULL && strcmp(row->lang, lang) != 0))
			continue;
		used[row->input] = true;
		n[row->sort != NULL]++;
	}
	double frames = n[0] > 0 && n[1] > 0 ? (double)n[0] / (double)n[1] : 1;
	for (size_t i = 0; i < rows->n; i++) {
		const struct train_row *row = &rows->v[i];
		const struct train_input *in = &m->inputs[row->input];
		if (lang != NULL && strcmp(row->lang, lang) != 0) continue;
		size_t at = train_score(model, how, row) / GRID_STEP;
		if (in->rows[1] == 0) {
			t->spared[at]++;
			t->n_spared++;
		} else {
			(row->label != 0 ? t->hateful : t->benign)[at] +=
				(row->sort != NULL ? frames : 1) / (double)in->rows[row->label];
		}
	}
}

/* The best macro-F1 among thresholds that flag at most FLAGGED_BENIGN_MAX of the wholly benign; the highest where none does. Where there are such
 * inputs, the lowest of those as good but for NEARLY: within what false alarms may cost, as much hate as can be found. */
static void choose_threshold(const struct tally *t, struct amp_linear_lang *out)
{
	double quality[GRID] = {0}, hit = 0, wrong = 0, hateful = 0, benign = 0, best = -1;
	size_t flagged = 0, lowest = GRID - 1, chosen = GRID - 1;
	for (size_t i = 0; i < GRID; i++) {
		hateful += t->hateful[i];
		benign += t->benign[i];
	}
	for (size_t at = GRID - 1; at > 0; at--) { /* everything from `at` on is flagged */
		hit += t->hateful[at];
		wrong += t->benign[at];
		flagged += t->spared[at];
		if ((double)flagged > FLAGGED_BENIGN_MAX * (double)t->n_spared) break;
		double missed = hateful - hit, passed = benign - wrong;
		quality[at] = 2 * hit / (2 * hit + wrong + missed + 1e-12) + 2 * passed / (2 * passed + wrong + missed + 1e-12);
		lowest = at;
		if (quality[at] <= best) continue;
		best = quality[at];
		chosen = at;
	}
	if (t->n_spared > 0)
		for (size_t at = chosen; at >= lowest; at--)
			if (quality[at] >= NEARLY * best) chosen = at;
	out->threshold = GRID_STEP * (uint32_t)chosen;
	double logit = log((double)out->threshold / (AMP_LINEAR_ONE - (double)out->threshold));
	out->abstain_from = amp_linear_logistic(llround((logit - BAND) * 65536));
	out->abstain_to = amp_linear_logistic(llround((logit + BAND) * 65536));
}

static bool has_enough(const struct train_rows *rows, const char *lang)
{
	size_t n[2] = {0, 0};
	for (size_t i = 0; i < rows->n; i++)
		if (rows->v[i].sort == NULL && strcmp(rows->v[i].lang, lang) == 0) n[rows->v[i].label]++;
	return n[0] + n[1] >= LANG_MIN && n[0] >= LABEL_MIN && n[1] >= LABEL_MIN;
}

int train_round(struct amp_linear_model *model, struct train_rounded *out, const double *weights, const struct train_manifest *m,
                struct amp_err *err)
{
	double limit = 1;
	int rc = limit_of(&limit, weights, m->clip, err);
	if (rc != 0) return rc;
	double step = limit / WEIGHT_MAX;
	for (size_t i = 0; i < AMP_LINEAR_PLACES; i++) {
		double w = weights[i] / step;
		model->weights[i] = (int8_t)(w > WEIGHT_MAX ? WEIGHT_MAX : w < -WEIGHT_MAX ? -WEIGHT_MAX : lround(w));
	}
	memcpy(model->scale, m->scale, sizeof model->scale);
	memcpy(model->manifest, m->hash, sizeof model->manifest);
	*out = (struct train_rounded){.unit = step / 1024 / AMP_LINEAR_NORM_ONE, .bias = weights[AMP_LINEAR_PLACES]};
	return 0;
}

static void add_lang(struct amp_linear_model *model, const struct train_rounded *how, const struct train_manifest *m,
                     const struct train_rows *rows, const char *code, const char *lang, struct tally *t)
{
	struct amp_linear_lang *l = &model->lang[model->n_langs++];
	memcpy(l->code, code, strlen(code) + 1);
	count_rows(t, model, how, m, rows, lang);
	choose_threshold(t, l);
}

int train_calibrate(struct amp_linear_model *model, const struct train_rounded *how, const struct train_manifest *m,
                    const struct train_rows *rows, struct amp_err *err)
{
	struct tally t;
	int rc = fit_slope(model, how, rows, err);
	if (rc != 0) return rc;
	model->n_langs = 0;
	add_lang(model, how, m, rows, "*", NULL, &t);
	for (size_t i = 0; i < rows->n && model->n_langs < AMP_LINEAR_LANGS; i++) {
		const char *lang = rows->v[i].lang;
		if (lang[0] != '\0' && strcmp(amp_linear_lang_of(model, lang)->code, "*") == 0 && has_enough(rows, lang))
			add_lang(model, how, m, rows, lang, lang, &t);
	}
	return 0;
}

/* ppi_arms.c: corrected shares of exposure of two arms, with the doubt of clusters and of labels. See ppi.h. */
#include <math.h>
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "stats/ppi.h"
#include "stats/private.h"
#include "stats/special.h"

/* Of one arm. Arrays by drawn unit, by cluster. */
struct arm {
	const double *shown; /* of each row; NULL: no such arm */
	double *weight;      /* by unit: a_k */
	double *residual;    /* by unit: (y - lambda f) / W */
	double *size;        /* by cluster: sum a_gk / W */
	double *scores;      /* by cluster: sum a_gk f_k / W */
	double total, score_sum, lambda, share;
	size_t clusters;
};

struct work {
	const struct amp_ppi_shown *shown;
	const struct amp_ppi_labels *labels;
	struct amp_design d;
	struct amp_sample sample;
	struct arm arm[2];
	double *pi, *y, *f, *value;
	int64_t *stratum;
	size_t *unit;        /* of each item, SIZE_MAX: not labelled */
	size_t *row, *first; /* rows in the order of their clusters; first[g] to first[g + 1] */
	void *block[4];
};

static void work_free(struct work *w)
{
	amp_sample_free(&w->sample);
	for (size_t i = 0; i < sizeof w->block / sizeof *w->block; i++) amp_free(w->block[i]);
}

static int check_rows(const struct amp_ppi_shown *s, const struct amp_ppi_labels *l, struct amp_err *err)
{
	for (size_t i = 0; i < s->rows; i++)
		if (s->item[i] >= s->items || s->cluster[i] >= s->clusters) return amp_sample_wrong(err);
	for (size_t k = 0; k < s->items; k++)
		if (l->labelled[k] && !(l->label[k] >= 0 && l->label[k] <= 1)) return amp_sample_wrong(err);
	int rc = amp_sample_check(s->a, s->rows, 0, err);
	if (rc == 0) rc = amp_sample_check(s->b, s->rows, 0, err);
	if (rc == 0) rc = amp_sample_check(l->score, s->items, -INFINITY, err);
	return rc != 0 ? rc : l->draw == AMP_DRAW_REPLACED ? amp_sample_wrong(err) : 0;
}

static int work_make_room(struct work *w, struct amp_err *err)
{
	const struct amp_ppi_shown *s = w->shown;
	size_t n = 0, g = s->clusters;
	for (size_t k = 0; k < s->items; k++) n += w->labels->labelled[k];
	double *v = w->block[0] = amp_calloc(8 * n + 4 * g + 1, sizeof *v);
	w->stratum = w->block[1] = amp_calloc(n + 1, sizeof *w->stratum);
	w->unit = w->block[2] = amp_calloc(s->items + 1, sizeof *w->unit);
	w->row = w->block[3] = amp_calloc(s->rows + g + 2, sizeof *w->row);
	if (v == NULL || w->stratum == NULL || w->unit == NULL || w->row == NULL)
		return amp_fail(err, AMP_ENOMEM, _("Memory is out."));
	w->first = w->row + s->rows;
	w->pi = v;
	w->y = v + n;
	w->f = v + 2 * n;
	w->value = v + 3 * n;
	for (int i = 0; i < 2; i++) {
		w->arm[i].weight = v + (4 + 2 * (size_t)i) * n;
		w->arm[i].residual = w->arm[i].weight + n;
		w->arm[i].size = v + 8 * n + 2 * (size_t)i * g;
		w->arm[i].scores = w->arm[i].size + g;
	}
	for (size_t k = 0, u = 0; k < s->items; k++) {
		w->unit[k] = w->labels->labelled[k] ? u : SIZE_MAX;
		if (!w->labels->labelled[k]) continue;
		w->pi[u] = w->labels->pi[k];
		w->y[u] = w->labels->label[k];
		w->f[u] = w->labels->score != NULL ? w->labels->score[k] : 0;
		w->stratum[u++] = w->labels->stratum != NULL ? w->labels->stratum[k] : 0;
	}
	w->d = (struct amp_design){w->labels->draw, n, w->pi, w->stratum};
	return amp_sample_start(&w->sample, &w->d, err);
}

/* Rows by cluster, by counting. */
static void sort_rows(struct work *w)
{
	const struct amp_ppi_shown *s = w->shown;
	memset(w->first, 0, (s->clusters + 2) * sizeof *w->first);
	for (size_t i = 0; i < s->rows; i++) w->first[s->cluster[i] + 2]++;
	for (size_t g = 2; g < s->clusters + 2; g++) w->first[g] += w->first[g - 1];
	for (size_t i = 0; i < s->rows; i++) w->row[w->first[s->cluster[i] + 1]++] = i;
}

static void gather(struct work *w, struct arm *arm)
{
	const struct amp_ppi_shown *s = w->shown;
	for (size_t i = 0; i < s->rows; i++) {
		size_t u = w->unit[s->item[i]], g = s->cluster[i];
		double v = arm->shown[i], f = w->labels->score != NULL ? w->labels->score[s->item[i]] : 0;
		arm->total += v;
		arm->score_sum += v * f;
		arm->size[g] += v;
		arm->scores[g] += v * f;
		if (u != SIZE_MAX) arm->weight[u] += v;
	}
	for (size_t g = 0; g < s->clusters; g++) {
		arm->clusters += arm->size[g] > 0;
		arm->size[g] /= arm->total;
		arm->scores[g] /= arm->total;
	}
}

static void estimate(struct work *w, struct arm *arm, struct amp_real lambda)
{
	double *ey = w->sample.e, *ef = w->sample.f, inflate = 1;
	for (size_t u = 0; u < w->d.n; u++) {
		ey[u] = arm->weight[u] / arm->total * w->y[u];
		ef[u] = arm->weight[u] / arm->total * w->f[u];
	}
	arm->lambda = w->labels->score == NULL ? 0 : lambda.known ? lambda.v : amp_sample_lambda(&w->sample, ey, ef, &inflate);
	arm->share = arm->lambda * arm->score_sum / arm->total;
	for (size_t u = 0; u < w->d.n; u++) {
		arm->residual[u] = (w->y[u] - arm->lambda * w->f[u]) / arm->total;
		arm->share += arm->weight[u] * arm->residual[u] / w->pi[u];
		arm->residual[u] *= inflate;
	}
}

/* One cluster's linearised value, and in w->value what each labelled item does to it. */
static double cluster_value(struct work *w, size_t g, const double c[2])
{
	const struct amp_ppi_shown *s = w->shown;
	double e = 0;
	for (size_t u = 0; u < w->d.n; u++) {
		double v = 0;
		for (int i = 0; i < 2; i++)
			if (c[i] != 0) v -= c[i] * w->arm[i].size[g] * w->arm[i].weight[u] * w->arm[i].residual[u];
		w->value[u] = v;
	}
	for (size_t r = w->first[g]; r < w->first[g + 1]; r++) {
		size_t u = w->unit[s->item[w->row[r]]];
		for (int i = 0; i < 2 && u != SIZE_MAX; i++)
			if (c[i] != 0) w->value[u] += c[i] * w->arm[i].shown[w->row[r]] * w->arm[i].residual[u];
	}
	for (size_t u = 0; u < w->d.n; u++) e += w->value[u] / w->pi[u];
	for (int i = 0; i < 2; i++) { /* the scores' part, which no lot decides; sum of e over the clusters is 0 */
		const struct arm *arm = &w->arm[i];
		if (c[i] != 0) e += c[i] * arm->lambda * (arm->scores[g] - arm->size[g] * arm->score_sum / arm->total);
	}
	return e;
}

struct variance {
	struct amp_real v;
	double labels, df;
};

/* Of c0 theta_A + c1 theta_B. */
static struct variance variance_of(struct work *w, double c0, double c1)
{
	const double c[2] = {c0, c1};
	struct variance out = {.v = AMP_REAL_NONE};
	double between = 0;
	size_t some = 0;
	for (size_t g = 0; g < w->shown->clusters; g++) {
		double e = cluster_value(w, g, c);
		between += e * e - amp_sample_covariance(&w->sample, w->value, w->value);
		some += (c0 != 0 && w->arm[0].size[g] > 0) || (c1 != 0 && w->arm[1].size[g] > 0);
	}
	for (size_t u = 0; u < w->d.n; u++) {
		w->value[u] = 0;
		for (int i = 0; i < 2; i++)
			if (c[i] != 0) w->value[u] += c[i] * w->arm[i].weight[u] * w->arm[i].residual[u];
	}
	struct amp_real labels = amp_sample_variance(&w->sample, w->value);
	if (!labels.known || some < 2) return out;
	between = between > 0 ? between * (double)some / (double)(some - 1) : 0;
	double sum = between + labels.v, part = between * between / ((double)some - 1);
	if (w->sample.df > 0) part += labels.v * labels.v / (double)w->sample.df;
	if (!isfinite(sum)) return out;
	out.v = amp_real(sum);
	out.labels = sum > 0 ? labels.v / sum : 0;
	out.df = part > 0 ? sum * sum / part : (double)some - 1;
	return out;
}

/* half: of the t interval. */
static void interval(double theta, const struct variance *v, double half, bool on_log, struct amp_confidence *out)
{
	*out = (struct amp_confidence){.estimate = amp_real(theta)};
	if (!v->v.known || (on_log && !(theta > 0))) return;
	out->se = amp_real(sqrt(v->v.v));
	out->lo = amp_real(on_log ? theta * exp(-half / theta) : theta - half);
	out->hi = amp_real(on_log ? theta * exp(half / theta) : theta + half);
	if (!isfinite(out->hi.v)) out->hi = AMP_REAL_NONE;
}

/* Limits on the logit; where there is none, the t limits, cut. */
static void share_limits(double half, struct amp_confidence *c)
{
	struct amp_real *end[] = {&c->estimate, &c->lo, &c->hi};
	double p = c->estimate.v;
	for (size_t i = 0; i < 3; i++) end[i]->v = end[i]->v < 0 ? 0 : end[i]->v > 1 ? 1 : end[i]->v;
	if (!c->se.known || !(p > 0 && p < 1)) return;
	double l = log(p / (1 - p));
	half /= p * (1 - p);
	c->lo.v = 1 / (1 + exp(half - l));
	c->hi.v = 1 / (1 + exp(-half - l));
}

/* ---- every level from the same variances ---- */
struct known {
	bool there[2], ratio;
	struct variance share[2], difference, of_ratio;
};

static struct known variances_of(struct work *w, const bool there[2])
{
	const struct arm *a = &w->arm[0], *b = &w->arm[1];
	struct known k = {.there = {there[0], there[1]}};
	for (int i = 0; i < 2; i++)
		if (there[i]) k.share[i] = variance_of(w, i == 0, i == 1);
	if (!there[0] || !there[1]) return k;
	k.difference = variance_of(w, 1, -1);
	k.ratio = b->share > 0 && isfinite(a->share / b->share);
	if (k.ratio) k.of_ratio = variance_of(w, 1 / b->share, -a->share / b->share / b->share);
	return k;
}

static double half_of(const struct variance *v, double alpha)
{
	double se = v->v.known ? sqrt(v->v.v) : 0;
	return se > 0 ? amp_student_quantile(1 - alpha / 2, v->df) * se : 0;
}

static void report(const struct work *w, const struct known *k, double alpha, struct amp_ppi_arms *out)
{
	struct amp_confidence *share[2] = {&out->a, &out->b};
	const struct arm *a = &w->arm[0], *b = &w->arm[1];
	const struct variance *by = k->there[0] && k->there[1] ? &k->difference : &k->share[k->there[1]];
	for (int i = 0; i < 2; i++) {
		if (!k->there[i]) continue;
		double half = half_of(&k->share[i], alpha);
		interval(w->arm[i].share, &k->share[i], half, false, share[i]);
		share_limits(half, share[i]);
	}
	if (k->there[0] && k->there[1])
		interval(a->share - b->share, &k->difference, half_of(&k->difference, alpha), false, &out->difference);
	if (by->v.known && by->v.v > 0) out->by_labels = amp_real(by->labels);
	if (k->ratio) interval(a->share / b->share, &k->of_ratio, half_of(&k->of_ratio, alpha), true, &out->ratio);
}

int amp_ppi_arms_at(const struct amp_ppi_shown *shown, const struct amp_ppi_labels *labels, struct amp_real lambda,
                    const double *alpha, size_t levels, struct amp_ppi_arms *out, struct amp_err *err)
{
	struct work w = {.shown = shown, .labels = labels, .arm = {{.shown = shown->a}, {.shown = shown->b}}};
	bool there[2] = {false, false};
	for (size_t k = 0; k < levels; k++) out[k] = (struct amp_ppi_arms){.labelled = 0};
	int rc = check_rows(shown, labels, err);
	if (rc == 0 && lambda.known && !(lambda.v >= 0 && lambda.v <= 1)) rc = amp_sample_wrong(err);
	if (rc == 0) rc = work_make_room(&w, err);
	if (rc == 0) sort_rows(&w);
	for (int i = 0; rc == 0 && i < 2; i++) {
		if (w.arm[i].shown == NULL) continue;
		gather(&w, &w.arm[i]);
		if (!(w.arm[i].total > 0) || !isfinite(w.arm[i].total) || w.d.n == 0) continue;
		estimate(&w, &w.arm[i], lambda);
		there[i] = isfinite(w.arm[i].share);
	}
	if (rc == 0) {
		struct amp_ppi_arms all = {
			.labelled = w.d.n, .lone = w.sample.lone, .clusters_a = w.arm[0].clusters, .clusters_b = w.arm[1].clusters};
		if (labels->score != NULL && there[0]) all.lambda_a = amp_real(w.arm[0].lambda);
		if (labels->score != NULL && there[1]) all.lambda_b = amp_real(w.arm[1].lambda);
		const struct known known = variances_of(&w, there);
		for (size_t k = 0; k < levels; k++) {
			out[k] = all;
			report(&w, &known, alpha[k], &out[k]);
		}
	}
	work_free(&w);
	return rc;
}

int amp_ppi_arms(const struct amp_ppi_shown *shown, const struct amp_ppi_labels *labels, struct amp_real lambda, double alpha,
                 struct amp_ppi_arms *out, struct amp_err *err)
{
	return amp_ppi_arms_at(shown, labels, lambda, &alpha, 1, out, err);
}

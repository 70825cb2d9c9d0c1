/* calc_shares.c: shares, shares behind a detector that errs, means corrected by labels, sample sizes. */
#include <math.h>
#include <string.h>
#include "base/i18n.h"
#include "calc/private.h"
#include "stats/power.h"
#include "stats/ppi.h"
#include "stats/proportion.h"

int calc_wilson(struct calc *c, struct amp_err *err)
{
	int64_t x, n;
	struct amp_confidence v = {.estimate = AMP_REAL_NONE};
	struct amp_real lo, hi;
	int rc = calc_count(c, AMP_CALC_X, NULL, &x, err);
	if (rc == 0) rc = calc_count(c, AMP_CALC_N, NULL, &n, err);
	if (rc != 0) return rc;
	if (x > n) return amp_fail(err, AMP_EUSAGE, _("--x (%lld) is more than --n (%lld)."), (long long)x, (long long)n);
	amp_wilson(x, n, c->alpha, &v.lo, &v.hi);
	amp_clopper_pearson(x, n, c->alpha, &lo, &hi);
	if (n > 0) v.estimate = amp_real((double)x / (double)n);
	calc_begin(c);
	calc_key(c, "estimate", v.estimate);
	calc_key(c, "lo", v.lo);
	calc_key(c, "hi", v.hi);
	calc_key(c, "exact_lo", lo);
	calc_key(c, "exact_hi", hi);
	amp_jsonw_kc(&c->w, "method", "wilson");
	amp_jsonw_ki64(&c->w, "n", n);
	amp_jsonw_kdouble(&c->w, "alpha", c->alpha);
	calc_reason(c, n > 0, "n is 0");
	calc_end(c);
	return 0;
}

int calc_prevalence(struct calc *c, struct amp_err *err)
{
	static const enum amp_calc_option part[3][2] = {
		{AMP_CALC_POSITIVES, AMP_CALC_N}, {AMP_CALC_TP, AMP_CALC_NPOS}, {AMP_CALC_TN, AMP_CALC_NNEG}};
	int64_t x[3], n[3];
	struct amp_confidence v;
	for (int i = 0; i < 3; i++) {
		int rc = calc_count(c, part[i][0], NULL, &x[i], err);
		if (rc == 0) rc = calc_count(c, part[i][1], NULL, &n[i], err);
		if (rc != 0) return rc;
		if (x[i] > n[i])
			return amp_fail(err, AMP_EUSAGE, _("A part cannot be more than its whole: %lld of %lld."), (long long)x[i],
			                (long long)n[i]);
	}
	amp_rogan_gladen(&(struct amp_flagged){x[0], n[0], x[1], n[1], x[2], n[2]}, c->alpha, &v);
	struct amp_real se = AMP_REAL_NONE, sp = AMP_REAL_NONE;
	if (n[1] > 0) se = amp_real((double)x[1] / (double)n[1]);
	if (n[2] > 0) sp = amp_real((double)x[2] / (double)n[2]);
	calc_begin(c);
	calc_interval(c, &v);
	calc_key(c, "flagged", n[0] > 0 ? amp_real((double)x[0] / (double)n[0]) : AMP_REAL_NONE);
	calc_key(c, "sensitivity", se);
	calc_key(c, "specificity", sp);
	amp_jsonw_kc(&c->w, "method", "rogan-gladen, lang-reiczigel");
	amp_jsonw_ki64(&c->w, "n", n[0]);
	amp_jsonw_kdouble(&c->w, "alpha", c->alpha);
	calc_reason(c, v.estimate.known,
	            n[0] == 0   ? "n is 0"
	            : n[1] == 0 ? "npos is 0: the sensitivity is not known"
	            : n[2] == 0 ? "nneg is 0: the specificity is not known"
	                        : "sensitivity + specificity - 1 is below 0.1: the detector says nothing");
	calc_end(c);
	return 0;
}

/* Each row's stratum as 0, 1, …: *n of them; NULL and 0 without the column. */
static int read_strata(const struct columns *t, size_t **out, size_t *n, struct amp_err *err)
{
	size_t at;
	struct amp_str *cell;
	double *code;
	*out = NULL;
	*n = 0;
	int rc = calc_column(t, "stratum", &at, err);
	if (rc != 0 || at == SIZE_MAX) return rc;
	rc = calc_filled(t, at, &cell, err);
	if (rc == 0) rc = calc_codes(t, cell, t->rows, &code, err);
	if (rc != 0) return rc;
	*out = amp_arena_alloc(t->arena, (t->rows + 1) * sizeof **out);
	if (*out == NULL) return amp_fail(err, AMP_ENOMEM, _("%s is too large for the memory there is."), t->file);
	for (size_t i = 0; i < t->rows; i++) {
		(*out)[i] = (size_t)code[i];
		if ((*out)[i] >= *n) *n = (*out)[i] + 1;
	}
	return 0;
}

/* Rows with a label and rows without, each side by side in arrays. stratum (or NULL) is put in the same order. */
static int split(const struct columns *t, struct amp_ppi_sample *labelled, struct amp_ppi_sample *rest, size_t *stratum,
                 struct amp_err *err)
{
	size_t y, f, w = SIZE_MAX, n = 0;
	struct amp_real *label;
	double *score, *weight = NULL;
	int rc = calc_need(t, "y", &y, err);
	if (rc == 0) rc = calc_need(t, "f", &f, err);
	if (rc == 0) rc = calc_column(t, "w", &w, err);
	if (rc == 0) rc = calc_numbers_or_gaps(t, y, &label, err);
	if (rc == 0) rc = calc_numbers(t, f, &score, err);
	if (rc == 0 && w != SIZE_MAX) rc = calc_numbers(t, w, &weight, err);
	if (rc != 0) return rc;
	double *v = amp_arena_alloc(t->arena, 3 * (t->rows + 1) * sizeof *v);
	if (v == NULL) return amp_fail(err, AMP_ENOMEM, _("%s is too large for the memory there is."), t->file);
	double *ys = v, *fs = v + t->rows, *ws = fs + t->rows;
	size_t *ordered = amp_arena_alloc(t->arena, (t->rows + 1) * sizeof *ordered);
	if (ordered == NULL) return amp_fail(err, AMP_ENOMEM, _("%s is too large for the memory there is."), t->file);
	for (int with = 1; with >= 0; with--)
		for (size_t i = 0; i < t->rows; i++) {
			if (label[i].known != (with == 1)) continue;
			if (weight != NULL && !(weight[i] > 0))
				return amp_fail(err, AMP_EFORMAT, _("%s: line %zu, column \"w\": a weight is above 0."), t->file,
				                t->line[i]);
			if (stratum != NULL) ordered[n] = stratum[i];
			ys[n] = label[i].v;
			fs[n] = score[i];
			ws[n++] = weight != NULL ? weight[i] : 1;
			labelled->n += (size_t)with;
		}
	if (stratum != NULL) memcpy(stratum, ordered, n * sizeof *stratum);
	*labelled = (struct amp_ppi_sample){ys, fs, ws, labelled->n};
	*rest = (struct amp_ppi_sample){NULL, fs + labelled->n, ws + labelled->n, n - labelled->n};
	return 0;
}

int calc_ppi(struct calc *c, struct amp_err *err)
{
	struct columns t;
	struct amp_ppi_sample labelled = {.n = 0}, rest;
	struct amp_ppi p;
	struct amp_ppi_strata by;
	struct amp_real lambda = AMP_REAL_NONE;
	size_t *stratum, strata;
	const char *text = c->in->option[AMP_CALC_LAMBDA];
	bool each = text != NULL && amp_str_eq_c(amp_str_c(text), "strata");
	int rc = 0;
	if (text == NULL) {
		c->chosen[AMP_CALC_LAMBDA] = amp_str_c("auto");
	} else if (!each && !amp_str_eq_c(amp_str_c(text), "auto")) {
		lambda.known = true;
		rc = calc_real(c, AMP_CALC_LAMBDA, 0, 1, NULL, &lambda.v, err);
	}
	if (rc == 0) rc = calc_input(c, &t, err);
	if (rc == 0) rc = read_strata(&t, &stratum, &strata, err);
	if (rc == 0) rc = split(&t, &labelled, &rest, stratum, err);
	if (rc == 0 && each && stratum == NULL) rc = amp_fail(err, AMP_EUSAGE, _("--lambda strata needs a column \"stratum\"."));
	if (rc != 0) return rc;
	amp_ppi_mean(&labelled, &rest, lambda, c->alpha, &p);
	if (stratum != NULL) {
		rc = amp_ppi_strata(&labelled, &rest, stratum, stratum + labelled.n, strata, each ? AMP_PPI_EACH : AMP_PPI_ONE,
		                    lambda, c->alpha, &by, err);
		if (rc != 0) return rc;
		p = (struct amp_ppi){by.lambda, by.mean};
	}
	calc_begin(c);
	calc_interval(c, &p.mean);
	calc_key(c, "lambda", p.mean.estimate.known ? amp_real(p.lambda) : AMP_REAL_NONE);
	amp_jsonw_kc(&c->w, "method",
	             stratum != NULL ? (each           ? "ppi++, a lambda a stratum"
	                                : lambda.known ? "ppi, strata"
	                                               : "ppi++, strata")
	             : lambda.known  ? "ppi"
	                             : "ppi++");
	if (stratum != NULL) amp_jsonw_ki64(&c->w, "strata", (int64_t)strata);
	amp_jsonw_ki64(&c->w, "n", (int64_t)labelled.n);
	amp_jsonw_ki64(&c->w, "unlabelled", (int64_t)rest.n);
	amp_jsonw_kdouble(&c->w, "alpha", c->alpha);
	calc_reason(c, p.mean.estimate.known,
	            stratum != NULL                 ? "two labelled and two unlabelled rows are needed in every stratum"
	            : lambda.known && lambda.v == 0 ? "two labelled rows are needed"
	                                            : "two labelled and two unlabelled rows are needed");
	calc_end(c);
	return 0;
}

int calc_huszar(struct calc *c, struct amp_err *err)
{
	int64_t t, u;
	double k;
	int rc = calc_count(c, AMP_CALC_TREATMENT, NULL, &t, err);
	if (rc == 0) rc = calc_count(c, AMP_CALC_CONTROL, NULL, &u, err);
	if (rc == 0) rc = calc_real(c, AMP_CALC_RATIO, 1e-9, 1e9, NULL, &k, err);
	if (rc != 0) return rc;
	struct amp_real ratio = amp_huszar(t, u, k);
	calc_begin(c);
	calc_key(c, "estimate", amp_real((ratio.v - 1) * 100));
	calc_key(c, "ratio", ratio);
	amp_jsonw_kc(&c->w, "unit", "percent");
	amp_jsonw_kc(&c->w, "method", "huszar");
	calc_end(c);
	return 0;
}

int calc_power(struct calc *c, struct amp_err *err)
{
	const double zero = 0, one = 1, eighty = 0.8;
	double p1, p2, icc, size, power;
	int rc = calc_real(c, AMP_CALC_P1, 0, 1, NULL, &p1, err);
	if (rc == 0) rc = calc_real(c, AMP_CALC_P2, 0, 1, NULL, &p2, err);
	if (rc == 0) rc = calc_real(c, AMP_CALC_ICC, 0, 1, &zero, &icc, err);
	if (rc == 0) rc = calc_real(c, AMP_CALC_CLUSTER_SIZE, 1, 1e9, &one, &size, err);
	if (rc == 0) rc = calc_real(c, AMP_CALC_POWER, 0.01, 0.999999, &eighty, &power, err);
	if (rc != 0) return rc;
	struct amp_real items = amp_power_items(p1, p2, c->alpha, power), exact = AMP_REAL_NONE, n = exact, clusters = exact;
	double effect = amp_design_effect(size, icc);
	if (items.known) {
		exact = amp_real(items.v * effect);
		n = amp_real(ceil(items.v * effect));
		clusters = amp_real(ceil(items.v * effect / size));
	}
	calc_begin(c);
	calc_key(c, "estimate", exact); /* as the formula has it; n: rounded up */
	calc_key(c, "n", n);            /* items an arm, once the likeness within clusters is paid for */
	calc_key(c, "independent", items.known ? amp_real(ceil(items.v)) : AMP_REAL_NONE);
	amp_jsonw_kdouble(&c->w, "design_effect", effect);
	calc_key(c, "clusters", clusters);
	amp_jsonw_kc(&c->w, "method", "two proportions, normal approximation");
	amp_jsonw_kdouble(&c->w, "alpha", c->alpha);
	amp_jsonw_kdouble(&c->w, "power", power);
	calc_reason(c, items.known, "two shares that differ are needed");
	calc_end(c);
	return 0;
}

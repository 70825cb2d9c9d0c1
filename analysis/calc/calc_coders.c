/* calc_coders.c: agreement of coders. */
#include "base/i18n.h"
#include "calc/private.h"
#include "stats/agreement.h"

#define REPLICATES 1000
#define CELLS_MAX ((size_t)1 << 26)

/* Cells as values: numbers where their size or order counts, else codes of the texts. */
static int values_of(const struct columns *t, bool names, struct amp_real **out, struct amp_err *err)
{
	size_t cells = t->rows * t->n;
	double *code = NULL;
	struct amp_real *v = cells <= CELLS_MAX ? amp_arena_alloc(t->arena, cells * sizeof *v) : NULL, *column;
	if (v == NULL) return amp_fail(err, AMP_ENOMEM, _("%s is too large for the memory there is."), t->file);
	int rc = names ? calc_codes(t, t->cell, cells, &code, err) : 0;
	for (size_t i = 0; rc == 0 && names && i < cells; i++) v[i] = t->cell[i].n > 0 ? amp_real(code[i]) : AMP_REAL_NONE;
	for (size_t j = 0; rc == 0 && !names && j < t->n; j++) {
		rc = calc_numbers_or_gaps(t, j, &column, err);
		for (size_t i = 0; rc == 0 && i < t->rows; i++) v[i * t->n + j] = column[i];
	}
	*out = v;
	return rc;
}

/* Why there is no figure, or no interval; NULL where nothing is missing. */
static const char *why_not(enum amp_agreement_kind kind, const struct amp_confidence *a, size_t coders, size_t pairable,
                           bool interval)
{
	if (a->estimate.known) return a->lo.known || !interval ? NULL : "more than one resample in twenty has no value";
	if (kind == AMP_KAPPA_COHEN && coders != 2) return "Cohen's kappa compares two columns";
	if (pairable > 0) return "all values are the same: there is nothing to agree on beyond chance";
	if (kind == AMP_KAPPA_COHEN) return "no row has a value in both columns";
	return kind == AMP_KAPPA_FLEISS ? "each row needs the same number of values, two at least" : "no row has two values";
}

static int agree(struct calc *c, enum amp_agreement_kind kind, const char *method, struct amp_err *err)
{
	struct columns t;
	struct amp_real *v = NULL;
	struct amp_confidence a;
	int64_t replicates;
	size_t pairable;
	int rc = calc_replicates(c, 0, REPLICATES, &replicates, err);
	if (rc == 0) rc = calc_input(c, &t, err);
	if (rc == 0) rc = values_of(&t, kind == AMP_ALPHA_NOMINAL || kind >= AMP_KAPPA_COHEN, &v, err);
	if (rc == 0) rc = amp_agreement(kind, v, t.rows, t.n, c->alpha, (size_t)replicates, c->seed, &a, &pairable, err);
	if (rc != 0) return rc;
	calc_begin(c);
	calc_interval(c, &a);
	amp_jsonw_kc(&c->w, "method", method);
	amp_jsonw_ki64(&c->w, "n", (int64_t)t.rows);
	amp_jsonw_ki64(&c->w, "coders", (int64_t)t.n);
	amp_jsonw_ki64(&c->w, "pairable", (int64_t)pairable);
	amp_jsonw_ki64(&c->w, "replicates", replicates);
	amp_jsonw_kdouble(&c->w, "alpha", c->alpha);
	const char *why = why_not(kind, &a, t.n, pairable, replicates > 0);
	calc_reason(c, why == NULL, why);
	calc_end(c);
	return 0;
}

int calc_alpha(struct calc *c, struct amp_err *err)
{
	static const char *const method[] = {"krippendorff nominal", "krippendorff ordinal", "krippendorff interval",
	                                     "krippendorff ratio"};
	int level;
	int rc = calc_choice(c, AMP_CALC_LEVEL, "nominal|ordinal|interval|ratio", -1, &level, err);
	if (rc != 0) return rc;
	return agree(c, (enum amp_agreement_kind)((int)AMP_ALPHA_NOMINAL + level), method[level], err);
}

int calc_kappa(struct calc *c, struct amp_err *err)
{
	static const char *const method[] = {"cohen", "fleiss", "gwet ac1"};
	int kind;
	int rc = calc_choice(c, AMP_CALC_KIND, "cohen|fleiss|ac1", -1, &kind, err);
	if (rc != 0) return rc;
	return agree(c, (enum amp_agreement_kind)((int)AMP_KAPPA_COHEN + kind), method[kind], err);
}

/* agreement.c: Krippendorff's alpha, Cohen's and Fleiss's kappa, Gwet's AC1, over a list of units that may repeat (the bootstrap). */
#include "stats/agreement.h"
#include <math.h>
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "stats/resample.h"
#include "stats/stats.h"

#define MISSING SIZE_MAX
struct table {
	enum amp_agreement_kind kind;
	size_t units, coders, n_values;
	const size_t *code;               /* units x coders: which of the distinct values, or MISSING */
	const double *value;              /* distinct values, ascending */
	double *count, *cumulative, *own; /* work, n_values each: pairable values, their running sum, those of one unit */
};

static size_t values_of(const struct table *t, size_t unit)
{
	size_t n = 0;
	for (size_t c = 0; c < t->coders; c++) n += t->code[unit * t->coders + c] != MISSING;
	return n;
}

/* Squared distance of the distinct values a <= b; `cumulative` is that of the pairable values for ordinal ones. */
static double distance(const struct table *t, size_t a, size_t b)
{
	double d = 0;
	if (a == b) return 0;
	switch (t->kind) {
	case AMP_ALPHA_ORDINAL:
		d = t->cumulative[b] - (a > 0 ? t->cumulative[a - 1] : 0) - (t->count[a] + t->count[b]) / 2;
		return d * d;
	case AMP_ALPHA_INTERVAL: d = t->value[a] - t->value[b]; return d * d;
	case AMP_ALPHA_RATIO:
		d = t->value[a] + t->value[b] != 0 ? (t->value[a] - t->value[b]) / (t->value[a] + t->value[b]) : 0;
		return d * d;
	default: return 1;
	}
}

static void count_unit(const struct table *t, size_t unit)
{
	memset(t->own, 0, t->n_values * sizeof *t->own);
	for (size_t c = 0; c < t->coders; c++) {
		size_t code = t->code[unit * t->coders + c];
		if (code != MISSING) t->own[code]++;
	}
}

static struct amp_real alpha_of(const struct table *t, const size_t *list, size_t *pairable)
{
	double n = 0, observed = 0, expected = 0;
	memset(t->count, 0, t->n_values * sizeof *t->count);
	for (size_t i = 0; i < t->units; i++) {
		if (values_of(t, list[i]) < 2) continue;
		count_unit(t, list[i]);
		for (size_t v = 0; v < t->n_values; v++) {
			t->count[v] += t->own[v];
			n += t->own[v];
		}
	}
	for (size_t v = 0; v < t->n_values; v++) t->cumulative[v] = t->count[v] + (v > 0 ? t->cumulative[v - 1] : 0);
	for (size_t i = 0; i < t->units; i++) {
		size_t m = values_of(t, list[i]);
		if (m < 2) continue;
		const size_t *code = t->code + list[i] * t->coders;
		for (size_t a = 0; a < t->coders; a++)
			for (size_t b = a + 1; b < t->coders; b++) {
				if (code[a] == MISSING || code[b] == MISSING) continue;
				size_t low = code[a] < code[b] ? code[a] : code[b], high = code[a] < code[b] ? code[b] : code[a];
				observed += 2 * distance(t, low, high) / (double)(m - 1);
			}
	}
	for (size_t a = 0; a < t->n_values; a++)
		for (size_t b = a + 1; b < t->n_values; b++)
			if (t->count[a] > 0 && t->count[b] > 0) expected += 2 * t->count[a] * t->count[b] * distance(t, a, b);
	if (pairable != NULL) *pairable = (size_t)n;
	return expected > 0 ? amp_real(1 - (n - 1) * observed / expected) : AMP_REAL_NONE;
}

/* (agreement seen - agreement by chance) / (1 - agreement by chance) */
static struct amp_real beyond_chance(double seen, double chance)
{
	return chance < 1 ? amp_real((seen - chance) / (1 - chance)) : AMP_REAL_NONE;
}

static struct amp_real cohen_of(const struct table *t, const size_t *list, size_t *pairable)
{
	double n = 0, same = 0, chance = 0;
	if (t->coders != 2) return AMP_REAL_NONE;
	memset(t->count, 0, t->n_values * sizeof *t->count);
	memset(t->own, 0, t->n_values * sizeof *t->own);
	for (size_t i = 0; i < t->units; i++) {
		const size_t *code = t->code + list[i] * 2;
		if (code[0] == MISSING || code[1] == MISSING) continue;
		n++;
		same += code[0] == code[1];
		t->count[code[0]]++;
		t->own[code[1]]++;
	}
	if (pairable != NULL) *pairable = (size_t)(2 * n);
	if (!(n > 0)) return AMP_REAL_NONE;
	for (size_t v = 0; v < t->n_values; v++) chance += t->count[v] / n * (t->own[v] / n);
	return beyond_chance(same / n, chance);
}

/* Fleiss and AC1: mean pairwise agreement of the units with two values and more; chance from the mean share of each value. */
static struct amp_real panel_of(const struct table *t, const size_t *list, size_t *pairable)
{
	double pairs = 0, units = 0, seen = 0, chance = 0, all = 0;
	size_t each = 0;
	memset(t->count, 0, t->n_values * sizeof *t->count);
	for (size_t i = 0; i < t->units; i++) {
		size_t m = values_of(t, list[i]);
		if (m == 0) continue;
		if (t->kind == AMP_KAPPA_FLEISS && (m < 2 || (each != 0 && m != each))) return AMP_REAL_NONE;
		each = m;
		units++;
		all += (double)m;
		count_unit(t, list[i]);
		double agree = 0;
		for (size_t v = 0; v < t->n_values; v++) {
			t->count[v] += t->own[v] / (double)m;
			agree += t->own[v] * (t->own[v] - 1);
		}
		if (m < 2) continue;
		pairs++;
		seen += agree / ((double)m * (double)(m - 1));
	}
	if (pairable != NULL) *pairable = (size_t)all;
	if (!(pairs > 0)) return AMP_REAL_NONE;
	double q = (double)t->n_values;
	for (size_t v = 0; v < t->n_values; v++) {
		double share = t->count[v] / units;
		chance += t->kind == AMP_AC1 ? share * (1 - share) / (q - 1) : share * share;
	}
	return q > 1 ? beyond_chance(seen / pairs, chance) : AMP_REAL_NONE;
}

static struct amp_real coefficient(const struct table *t, const size_t *list, size_t *pairable)
{
	switch (t->kind) {
	case AMP_KAPPA_COHEN: return cohen_of(t, list, pairable);
	case AMP_KAPPA_FLEISS:
	case AMP_AC1: return panel_of(t, list, pairable);
	default: return alpha_of(t, list, pairable);
	}
}

static size_t find(const double *v, size_t n, double x)
{
	size_t lo = 0, hi = n;
	while (hi - lo > 1) {
		size_t mid = lo + (hi - lo) / 2;
		if (v[mid] <= x)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

/* Distinct known values, ascending; returns how many. */
static size_t distinct(const struct amp_real *values, size_t cells, double *v)
{
	size_t n = 0, kept = 0;
	for (size_t i = 0; i < cells; i++)
		if (values[i].known) v[n++] = values[i].v;
	amp_sort(v, n);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || v[kept - 1] != v[i]) v[kept++] = v[i];
	return kept;
}

static void resample(const struct table *t, size_t *list, double *drawn, size_t replicates, double alpha, uint64_t seed,
                     struct amp_confidence *out)
{
	uint64_t key = amp_stream_key(seed, "agreement");
	size_t kept = 0;
	double mean = 0, ss = 0;
	for (size_t r = 0; r < replicates; r++) {
		struct amp_stream stream = amp_stream_start(key, r);
		for (size_t i = 0; i < t->units; i++) list[i] = amp_stream_below(&stream, (uint32_t)t->units);
		struct amp_real v = coefficient(t, list, NULL);
		if (v.known) drawn[kept++] = v.v;
	}
	if (kept < 2 || kept * 20 < replicates * 19) return;
	for (size_t i = 0; i < kept; i++) mean += drawn[i] / (double)kept;
	for (size_t i = 0; i < kept; i++) ss += (drawn[i] - mean) * (drawn[i] - mean);
	amp_sort(drawn, kept);
	out->se = amp_real(sqrt(ss / (double)(kept - 1)));
	out->lo = amp_real(amp_quantile7(drawn, kept, alpha / 2));
	out->hi = amp_real(amp_quantile7(drawn, kept, 1 - alpha / 2));
}

int amp_agreement(enum amp_agreement_kind kind, const struct amp_real *values, size_t units, size_t coders, double alpha,
                  size_t replicates, uint64_t seed, struct amp_confidence *out, size_t *pairable, struct amp_err *err)
{
	*out = (struct amp_confidence){.estimate = AMP_REAL_NONE};
	*pairable = 0;
	if (units == 0 || units > UINT32_MAX || coders < 2) return 0;
	size_t cells = units * coders, *code = amp_calloc(cells + units, sizeof *code);
	double *work = amp_calloc(4 * cells + replicates, sizeof *work);
	int rc = 0;
	if (code == NULL || work == NULL) {
		rc = amp_fail(err, AMP_ENOMEM, _("Memory is out while the agreement of %zu units is computed."), units);
		goto out;
	}
	size_t n = distinct(values, cells, work), *list = code + cells;
	for (size_t i = 0; i < cells; i++) code[i] = values[i].known ? find(work, n, values[i].v) : MISSING;
	for (size_t i = 0; i < units; i++) list[i] = i;
	struct table t = {kind, units, coders, n, code, work, work + cells, work + 2 * cells, work + 3 * cells};
	out->estimate = coefficient(&t, list, pairable);
	if (out->estimate.known && replicates > 0) resample(&t, list, work + 4 * cells, replicates, alpha, seed, out);
out:
	amp_free(code);
	amp_free(work);
	return rc;
}

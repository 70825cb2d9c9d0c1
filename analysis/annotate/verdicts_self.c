/* verdicts_self.c: how far each coder agrees with itself, between passes (Krippendorff 2018, Content Analysis, 4th ed., chapter 12: stability). See
 * verdicts.h.
 */
#include <string.h>

#include "annotate/verdicts.h"
#include "base/i18n.h"
#include "stats/agreement.h"

#define PASSES_MAX 32 /* of one coder; more are not compared */
#define OOM(err) amp_fail((err), AMP_ENOMEM, _("Memory is out while annotations are read."))

struct passes {
	int64_t number[PASSES_MAX];
	size_t n;
};

static size_t pass_of(struct passes *p, int64_t number)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->number[i] == number) return i;
	if (p->n == PASSES_MAX) return PASSES_MAX;
	p->number[p->n] = number;
	return p->n++;
}

static struct amp_real answer(enum amp_coder_label label, bool hateful)
{
	if (label == AMP_CODED_NONE || (hateful && label == AMP_CODED_UNSURE)) return AMP_REAL_NONE;
	return amp_real(hateful ? label == AMP_CODED_HATEFUL : (double)label);
}

/* A row a unit that the coder judged twice, a column a pass. */
struct matrix {
	enum amp_coder_label *label; /* rows x PASSES_MAX */
	size_t rows;
	struct passes passes;
};

static void fill(const struct amp_verdicts *v, size_t coder, struct matrix *m)
{
	size_t unit = SIZE_MAX;
	*m = (struct matrix){.label = m->label};
	for (size_t i = 0; i < v->n_again; i++) {
		const struct amp_recoded *a = &v->again[i];
		if (a->coder != coder) continue;
		if (a->unit != unit) {
			size_t last = pass_of(&m->passes, v->pass[a->unit * v->n_coders + coder]);
			unit = a->unit;
			for (size_t k = 0; k < PASSES_MAX; k++) m->label[m->rows * PASSES_MAX + k] = AMP_CODED_NONE;
			m->rows++;
			if (last < PASSES_MAX)
				m->label[(m->rows - 1) * PASSES_MAX + last] = v->coded[unit * v->n_coders + coder].label;
		}
		size_t at = pass_of(&m->passes, a->pass);
		if (at < PASSES_MAX) m->label[(m->rows - 1) * PASSES_MAX + at] = a->coded.label;
	}
}

static size_t count_same(const struct matrix *m)
{
	size_t same = 0;
	for (size_t r = 0; r < m->rows; r++) {
		const enum amp_coder_label *row = &m->label[r * PASSES_MAX];
		enum amp_coder_label first = AMP_CODED_NONE;
		bool one = true;
		for (size_t k = 0; k < m->passes.n; k++) {
			if (row[k] == AMP_CODED_NONE) continue;
			one = one && (first == AMP_CODED_NONE || row[k] == first);
			first = row[k];
		}
		same += one;
	}
	return same;
}

int amp_verdicts_self(const struct amp_verdicts *v, size_t replicates, uint64_t seed, struct amp_self_row *rows, size_t *n,
                      struct amp_err *err)
{
	struct matrix m = {.label = amp_arena_new_array(v->arena, enum amp_coder_label, (v->n_again + 1) * PASSES_MAX)};
	struct amp_real *values = amp_arena_new_array(v->arena, struct amp_real, (v->n_again + 1) * PASSES_MAX);
	*n = 0;
	if (m.label == NULL || values == NULL) return OOM(err);
	for (size_t coder = 0; coder < v->n_coders; coder++) {
		fill(v, coder, &m);
		if (m.rows == 0) continue;
		for (int hateful = 0; hateful < 2; hateful++) {
			struct amp_self_row *row = &rows[(*n)++];
			*row = (struct amp_self_row){
				.coder = coder, .what = hateful ? "hateful" : "label", .units = m.rows, .same = count_same(&m)};
			for (size_t r = 0; r < m.rows; r++)
				for (size_t k = 0; k < m.passes.n; k++)
					values[r * m.passes.n + k] = answer(m.label[r * PASSES_MAX + k], hateful);
			int rc = amp_agreement(AMP_ALPHA_NOMINAL, values, m.rows, m.passes.n, 0.05, replicates, seed, &row->alpha,
			                       &row->pairable, err);
			if (rc != 0) return rc;
		}
	}
	return 0;
}

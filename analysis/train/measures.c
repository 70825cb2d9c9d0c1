/* measures.c: what cross-validation says of a model: per language and per source. Each row is scored by a model that did not see it; thresholds were
 * chosen on the same scores, so what depends on them is no test. */
#include <stdlib.h>
#include <string.h>
#include "base/i18n.h"
#include "base/jsonw.h"
#include "base/mem.h"
#include "train/private.h"

struct scored {
	uint32_t score;
	uint8_t label;
};

static int by_score(const void *a, const void *b)
{
	const struct scored *x = a, *y = b;
	return (x->score > y->score) - (x->score < y->score);
}

/* Area under the ROC curve by ranks, ties counted half (Mann-Whitney). -1 where a label is missing. */
static double auc(struct scored *v, size_t n)
{
	double positive = 0, ranks = 0;
	qsort(v, n, sizeof *v, by_score);
	for (size_t i = 0; i < n;) {
		size_t j = i;
		while (j < n && v[j].score == v[i].score) j++;
		for (size_t k = i; k < j; k++)
			if (v[k].label != 0) {
				ranks += (double)(i + j + 1) / 2;
				positive++;
			}
		i = j;
	}
	double negative = (double)n - positive;
	if (positive < 1 || negative < 1) return -1;
	return (ranks - positive * (positive + 1) / 2) / (positive * negative);
}

static void write_group(struct amp_jsonw *w, const char *name, struct scored *v, size_t n, uint32_t threshold)
{
	size_t count[2][2] = {{0, 0}, {0, 0}};
	for (size_t i = 0; i < n; i++) count[v[i].label][v[i].score >= threshold]++;
	double hit = (double)count[1][1], missed = (double)count[1][0], wrong = (double)count[0][1], passed = (double)count[0][0];
	double area = auc(v, n);
	amp_jsonw_key(w, name);
	amp_jsonw_object(w);
	amp_jsonw_ki64(w, "n", (int64_t)n);
	amp_jsonw_ki64(w, "hateful", (int64_t)(hit + missed));
	if (area >= 0) amp_jsonw_kdouble(w, "auc", area);
	if (hit + missed > 0) amp_jsonw_kdouble(w, "recall", hit / (hit + missed));
	if (wrong + passed > 0) amp_jsonw_kdouble(w, "false_positive_rate", wrong / (wrong + passed));
	if (area >= 0) amp_jsonw_kdouble(w, "macro_f1", hit / (2 * hit + wrong + missed) + passed / (2 * passed + wrong + missed));
	amp_jsonw_end_object(w);
}

static size_t gather(struct scored *v, const struct amp_linear_model *model, const struct train_rounded *how,
                     const struct train_rows *rows, const char *lang, int input)
{
	size_t n = 0;
	for (size_t i = 0; i < rows->n; i++) {
		const struct train_row *row = &rows->v[i];
		if (row->fold == TRAIN_NO_FOLD || (lang != NULL && strcmp(row->lang, lang) != 0)) continue;
		if (input >= 0 && row->input != input) continue;
		v[n++] = (struct scored){train_score(model, how, row), row->label};
	}
	return n;
}

int train_measures(struct amp_buf *out, const struct amp_linear_model *model, const struct train_rounded *how,
                   const struct train_manifest *m, const struct train_rows *rows, struct amp_err *err)
{
	struct amp_jsonw w;
	char hex[2 * AMP_SHA256 + 1];
	struct scored *v = amp_calloc(rows->n + 1, sizeof *v);
	if (v == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while measuring the model."));
	amp_hex(model->hash, sizeof model->hash, hex);
	amp_jsonw_start(&w, out);
	amp_jsonw_object(&w);
	amp_jsonw_kc(&w, "model", hex);
	amp_jsonw_kc(&w, "measured_on", "cross-validation; thresholds were chosen on the same scores");
	amp_jsonw_key(&w, "thresholds");
	amp_jsonw_object(&w);
	for (size_t i = 0; i < model->n_langs; i++)
		amp_jsonw_kdouble(&w, model->lang[i].code, (double)model->lang[i].threshold / AMP_LINEAR_ONE);
	amp_jsonw_end_object(&w);
	amp_jsonw_key(&w, "languages");
	amp_jsonw_object(&w);
	for (size_t i = 0; i < model->n_langs; i++) {
		const char *code = strcmp(model->lang[i].code, "*") == 0 ? NULL : model->lang[i].code;
		size_t n = gather(v, model, how, rows, code, -1);
		write_group(&w, model->lang[i].code, v, n, model->lang[i].threshold);
	}
	amp_jsonw_end_object(&w);
	amp_jsonw_key(&w, "sources");
	amp_jsonw_object(&w);
	for (size_t i = 0; i < m->n_inputs; i++) {
		size_t n = gather(v, model, how, rows, NULL, (int)i);
		if (n > 0) write_group(&w, m->inputs[i].source, v, n, model->lang[0].threshold);
	}
	amp_jsonw_end_object(&w);
	amp_jsonw_end_object(&w);
	(void)amp_buf_byte(out, '\n');
	amp_free(v);
	return amp_buf_check(out, _("the measures"), err);
}

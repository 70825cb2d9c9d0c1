/* measures.c: what cross-validation says of a model: per language and per source. Each row is scored by a model that did not see it; thresholds were
 * chosen on the same scores, so what depends on them is no test. */
#include <stdlib.h>
#include <string.h>
#include "base/i18n.h"
#include "base/jsonw.h"
#include "base/mem.h"
#include "train/private.h"

#define BINS 15

struct scored {
	uint32_t score;
	uint8_t label;
	bool flagged;
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

/* Mean gap between score and share of hate, over BINS bins of the score. */
static double calibration_error(const struct scored *v, size_t n)
{
	double gap = 0;
	for (size_t bin = 0; bin < BINS; bin++) {
		double scores = 0, hateful = 0;
		for (size_t i = 0; i < n; i++) {
			if ((size_t)v[i].score * BINS / AMP_LINEAR_ONE != bin) continue;
			scores += (double)v[i].score / AMP_LINEAR_ONE;
			hateful += v[i].label;
		}
		gap += scores > hateful ? scores - hateful : hateful - scores;
	}
	return gap / (double)n;
}

struct asked { /* the rows of a group; NULL and -1: any; against: with them all rows of the other label */
	const char *lang, *sort, *what, *against;
	int input;
	bool frames;
	uint8_t label; /* of the sort `against` */
};
struct measuring {
	const struct amp_linear_model *model;
	const struct train_rounded *how;
	const struct train_manifest *m;
	const struct train_rows *rows;
	struct scored *v;
	struct amp_jsonw w;
};

static size_t gather(struct measuring *x, const struct asked *asked)
{
	size_t n = 0;
	for (size_t i = 0; i < x->rows->n; i++) {
		const struct train_row *row = &x->rows->v[i];
		if ((row->sort != NULL) != asked->frames || (asked->input >= 0 && row->input != asked->input) ||
		    (asked->lang != NULL && strcmp(row->lang, asked->lang) != 0) ||
		    (asked->sort != NULL && strcmp(row->sort, asked->sort) != 0) ||
		    (asked->what != NULL && strcmp(row->what, asked->what) != 0))
			continue;
		if (asked->against != NULL && strcmp(row->sort, asked->against) != 0 && row->label == asked->label) continue;
		uint32_t score = train_score(x->model, x->how, row);
		uint32_t threshold = amp_linear_lang_of(x->model, row->lang)->threshold;
		x->v[n++] = (struct scored){score, row->label, score >= threshold};
	}
	return n;
}

static void write_group(struct measuring *x, const char *name, const struct asked *asked)
{
	double count[2][2] = {{0, 0}, {0, 0}};
	size_t n = gather(x, asked);
	for (size_t i = 0; i < n; i++) count[x->v[i].label][x->v[i].flagged]++;
	double hit = count[1][1], missed = count[1][0], wrong = count[0][1], passed = count[0][0];
	double area = auc(x->v, n);
	amp_jsonw_key(&x->w, name);
	amp_jsonw_object(&x->w);
	amp_jsonw_ki64(&x->w, "n", (int64_t)n);
	amp_jsonw_ki64(&x->w, "hateful", (int64_t)(hit + missed));
	if (area >= 0) amp_jsonw_kdouble(&x->w, "auc", area);
	if (area < 0 && asked->sort != NULL && n > 0) {
		uint8_t label = x->v[0].label;
		struct asked others = {.against = asked->sort, .input = asked->input, .frames = true, .label = label};
		area = auc(x->v, gather(x, &others));
		if (area >= 0) amp_jsonw_kdouble(&x->w, "auc_against_the_other_label", area);
		area = -1;
	}
	if (hit + missed > 0) amp_jsonw_kdouble(&x->w, "recall", hit / (hit + missed));
	if (wrong + passed > 0) amp_jsonw_kdouble(&x->w, "false_positive_rate", wrong / (wrong + passed));
	if (area >= 0)
		amp_jsonw_kdouble(&x->w, "macro_f1", hit / (2 * hit + wrong + missed) + passed / (2 * passed + wrong + missed));
	if (area >= 0 && !asked->frames) amp_jsonw_kdouble(&x->w, "calibration_error", calibration_error(x->v, n));
	amp_jsonw_end_object(&x->w);
}

/* How unlike groups fare: the lowest recall of a group with its name, and how far the rates of wrong flags lie apart. */
static void write_spread(struct measuring *x, size_t input)
{
	const struct train_rows *rows = x->rows;
	const char *done[256], *worst = "";
	size_t n = 0;
	double lowest = 2, least = 2, most = -1;
	for (size_t i = 0; i < rows->n && n < sizeof done / sizeof *done; i++) {
		double count[2][2] = {{0, 0}, {0, 0}};
		const char *what = rows->v[i].what;
		size_t k = 0;
		if (rows->v[i].input != input || what[0] == '\0') continue;
		while (k < n && strcmp(done[k], what) != 0) k++;
		if (k < n) continue;
		done[n++] = what;
		size_t found = gather(x, &(struct asked){.what = what, .input = (int)input, .frames = true});
		for (k = 0; k < found; k++) count[x->v[k].label][x->v[k].flagged]++;
		double recall = count[1][1] / (count[1][0] + count[1][1] + 1e-12);
		double wrong = count[0][1] / (count[0][0] + count[0][1] + 1e-12);
		if (recall < lowest) worst = what;
		lowest = recall < lowest ? recall : lowest;
		least = wrong < least ? wrong : least;
		most = wrong > most ? wrong : most;
	}
	if (n == 0) return;
	amp_jsonw_key(&x->w, "across_targets");
	amp_jsonw_object(&x->w);
	amp_jsonw_kdouble(&x->w, "lowest_recall", lowest);
	amp_jsonw_kc(&x->w, "lowest_recall_of", worst);
	amp_jsonw_kdouble(&x->w, "spread_of_false_positive_rate", most - least);
	amp_jsonw_end_object(&x->w);
}

/* Of the sentences of a file of frames: one group a value of a column, in the order of first appearance. */
static void write_parts(struct measuring *x, const char *name, size_t input, bool sorts)
{
	const struct train_rows *rows = x->rows;
	const char *done[256];
	size_t n = 0;
	amp_jsonw_key(&x->w, name);
	amp_jsonw_object(&x->w);
	for (size_t i = 0; i < rows->n && n < sizeof done / sizeof *done; i++) {
		if (rows->v[i].input != input) continue;
		const char *value = sorts ? rows->v[i].sort : rows->v[i].what;
		size_t k = 0;
		while (k < n && strcmp(done[k], value) != 0) k++;
		if (k < n) continue;
		done[n++] = value;
		write_group(
			x, value,
			&(struct asked){
				.sort = sorts ? value : NULL, .what = sorts ? NULL : value, .input = (int)input, .frames = true});
	}
	amp_jsonw_end_object(&x->w);
}

static void write_frames(struct measuring *x)
{
	amp_jsonw_key(&x->w, "frames");
	amp_jsonw_object(&x->w);
	for (size_t i = 0; i < x->m->n_inputs; i++) {
		if (!x->m->inputs[i].frames) continue;
		amp_jsonw_key(&x->w, x->m->inputs[i].source);
		amp_jsonw_object(&x->w);
		write_group(x, "all", &(struct asked){.input = (int)i, .frames = true});
		write_spread(x, i);
		write_parts(x, "targets", i, false);
		write_parts(x, "sorts", i, true);
		amp_jsonw_end_object(&x->w);
	}
	amp_jsonw_end_object(&x->w);
}

static void write_all(struct measuring *x)
{
	char hex[2 * AMP_SHA256 + 1];
	struct amp_jsonw *w = &x->w;
	const struct amp_linear_model *model = x->model;
	amp_hex(model->hash, sizeof model->hash, hex);
	amp_jsonw_object(w);
	amp_jsonw_kc(w, "model", hex);
	amp_jsonw_kc(w, "measured_on", "cross-validation; thresholds were chosen on the same scores");
	amp_jsonw_key(w, "thresholds");
	amp_jsonw_object(w);
	for (size_t i = 0; i < model->n_langs; i++)
		amp_jsonw_kdouble(w, model->lang[i].code, (double)model->lang[i].threshold / AMP_LINEAR_ONE);
	amp_jsonw_end_object(w);
	amp_jsonw_key(w, "languages");
	amp_jsonw_object(w);
	for (size_t i = 0; i < model->n_langs; i++) {
		const char *code = strcmp(model->lang[i].code, "*") == 0 ? NULL : model->lang[i].code;
		write_group(x, model->lang[i].code, &(struct asked){.lang = code, .input = -1});
	}
	amp_jsonw_end_object(w);
	amp_jsonw_key(w, "sources");
	amp_jsonw_object(w);
	for (size_t i = 0; i < x->m->n_inputs; i++)
		if (!x->m->inputs[i].frames) write_group(x, x->m->inputs[i].source, &(struct asked){.input = (int)i});
	amp_jsonw_end_object(w);
	write_frames(x);
	amp_jsonw_end_object(w);
}

int train_measures(struct amp_buf *out, const struct amp_linear_model *model, const struct train_rounded *how,
                   const struct train_manifest *m, const struct train_rows *rows, struct amp_err *err)
{
	struct measuring x = {.model = model, .how = how, .m = m, .rows = rows};
	x.v = amp_calloc(rows->n + 1, sizeof *x.v);
	if (x.v == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while measuring the model."));
	amp_jsonw_start(&x.w, out);
	write_all(&x);
	(void)amp_buf_byte(out, '\n');
	amp_free(x.v);
	return amp_buf_check(out, _("the measures"), err);
}

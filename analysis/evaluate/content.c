/* content.c: an evaluation for people, written once through the document's verbs. */
#include <stdio.h>
#include <string.h>
#include "base/i18n.h"
#include "evaluate/printed.h"

static const struct {
	const char *en, *fr;
} texts[TEXT_COUNT] = {
#define TEXT(id, en, fr) {en, fr},
#include "evaluate/prose.def"
#undef TEXT
};

const char *evaluation_text(const struct amp_words *w, enum amp_evaluation_text id)
{
	return w->french ? texts[id].fr : texts[id].en;
}

bool evaluation_is_share(enum amp_measure m)
{
	return m == AMP_ACCURACY || m == AMP_PRECISION || m == AMP_RECALL || m == AMP_FALSE_POSITIVE_RATE || m == AMP_RECALL_1PCT;
}

const char *evaluation_value(struct amp_words *w, enum amp_measure m, struct amp_real v)
{
	return !v.known ? AMP_DASH : evaluation_is_share(m) ? w_percent(w, v.v) : w_number(w, v.v, 3);
}

const char *evaluation_range(struct amp_words *w, enum amp_measure m, const struct amp_interval *i)
{
	if (!i->lo.known || !i->hi.known) return "";
	return w_range(w, evaluation_value(w, m, i->lo), evaluation_value(w, m, i->hi));
}

const char *evaluation_level(struct amp_words *w, const struct amp_evaluation *e)
{
	return w_fill(w, w->french ? "{n} %" : "{n}%", "n", w_number(w, 100 * (1 - e->how.alpha), 0), NULL);
}

static const char *fixed(struct amp_words *w, struct amp_real v)
{
	return v.known ? w_number(w, v.v, 3) : AMP_DASH;
}

/* ---- what was evaluated ---- */
/* The power of ten that is at most 1 / chance: "below one in 10,000,000,000". */
static const char *one_in(struct amp_words *w, double chance)
{
	int64_t n = 1;
	while (n < INT64_C(1000000000000000) && (double)n * 10 * chance < 1) n *= 10;
	return w_int(w, n);
}

static const char *training(struct amp_words *w, const struct amp_training *t)
{
	if (t->file == NULL) return evaluation_text(w, t->unknown ? TEXT_TRAINING_UNKNOWN : TEXT_TRAINING_NONE);
	return w_fill(w, evaluation_text(w, t->overlap > 0 ? TEXT_TRAINING : TEXT_TRAINING_CLEAN), "hashes",
	              w_int(w, (int64_t)t->hashes), "overlap", w_int(w, (int64_t)t->overlap), "lines", t->lines, "n",
	              one_in(w, t->chance), NULL);
}

static void pair(struct amp_table *t, const char *what, const char *value)
{
	t_cell(t, what);
	t_cell(t, value);
}

static void subject(struct amp_doc *d, const struct amp_evaluation *e)
{
	struct amp_words *w = d->w;
	struct amp_table t;
	d->format->heading(d, 2, "subject", _("What was evaluated"));
	t_start(&t, w, _("Texts, labels and detectors"));
	t_column(&t, _("What"), false);
	t_column(&t, _("Value"), false);
	pair(&t, _("File"), e->file);
	pair(&t, "SHA-256", e->sha256);
	if (e->labels != NULL) {
		pair(&t, _("File of labels"), e->labels);
		pair(&t, "SHA-256", e->labels_sha256);
		pair(&t, _("Texts without a label, left out"), w_int(w, (int64_t)e->joined.without_label));
	}
	pair(&t, _("Labelled texts"), w_int(w, (int64_t)e->labelled->n));
	pair(&t, _("Columns passed over"), *e->labelled->unused != '\0' ? e->labelled->unused : _("none"));
	for (size_t i = 0; i < e->n_detectors; i++) {
		const struct amp_evaluated *one = &e->detector[i];
		pair(&t, _("Detector"), w_fill(w, "{n} {v}", "n", one->name, "v", one->version, NULL));
		pair(&t, w_fill(w, _("Threshold of {detector}"), "detector", one->name, NULL),
		     one->threshold.known ? fixed(w, one->threshold) : _("the detector's own"));
		pair(&t, w_fill(w, _("Training of {detector}"), "detector", one->name, NULL), training(w, &one->training));
	}
	pair(&t, _("Program"), e->program);
	d->format->table(d, &t);
}

/* ---- in short ---- */
static const char *sentence_of_recall(struct amp_words *w, const struct amp_evaluated *one)
{
	const struct amp_quality *q = &one->quality[0];
	if (q->hateful == 0) return "";
	return w_fill(w, evaluation_text(w, TEXT_SHORT_RECALL), "n", w_int(w, (int64_t)q->hateful), "detector", one->name, "hit",
	              w_int(w, (int64_t)q->hit), "recall", evaluation_value(w, AMP_RECALL, q->m[AMP_RECALL]), "range",
	              evaluation_range(w, AMP_RECALL, &one->intervals[AMP_RECALL]), NULL);
}

static const char *sentence_of_wrong(struct amp_words *w, const struct amp_evaluated *one)
{
	static const enum amp_measure m = AMP_FALSE_POSITIVE_RATE;
	const struct amp_quality *q = &one->quality[0];
	if (q->benign == 0) return "";
	return w_fill(w, evaluation_text(w, TEXT_SHORT_WRONG), "n", w_int(w, (int64_t)q->benign), "detector", one->name, "wrong",
	              w_int(w, (int64_t)q->wrong), "rate", evaluation_value(w, m, q->m[m]), "range",
	              evaluation_range(w, m, &one->intervals[m]), NULL);
}

static void in_short(struct amp_doc *d, const struct amp_evaluation *e)
{
	struct amp_words *w = d->w;
	const char *caveat = w_fill(w, evaluation_text(w, TEXT_SHORT_CAVEAT), "level", evaluation_level(w, e), NULL);
	d->format->heading(d, 2, "short", _("In short"));
	for (size_t i = 0; i < e->n_detectors; i++) {
		const char *recall = sentence_of_recall(w, &e->detector[i]), *wrong = sentence_of_wrong(w, &e->detector[i]);
		const char *between = *recall != '\0' && *wrong != '\0' ? " " : "";
		d->format->quote(d, w_fill(w, "{a}{b}{c}", "a", recall, "b", between, "c", wrong, NULL), caveat);
	}
}

/* ---- one detector ---- */
static const char *value_or_reason(struct amp_words *w, const struct amp_quality *q, enum amp_measure m)
{
	const char *sentence;
	return amp_measure_lack(q, m, &sentence) != NULL ? sentence : evaluation_value(w, m, q->m[m]);
}

static void overall(struct amp_doc *d, const struct amp_evaluation *e, const struct amp_evaluated *one)
{
	struct amp_words *w = d->w;
	const struct amp_quality *q = &one->quality[0];
	struct amp_table t;
	t_start(&t, w, w_fill(w, _("{detector}, all texts"), "detector", one->name, NULL));
	t_column(&t, _("Measure"), false);
	t_column(&t, _("Value"), true);
	t_column(&t, w_fill(w, _("{level} interval"), "level", evaluation_level(w, e), NULL), true);
	for (size_t i = 0; i < AMP_MEASURES; i++) {
		enum amp_measure m = (enum amp_measure)i;
		t_cell(&t, amp_measure_title(m, w->french));
		t_cell(&t, value_or_reason(w, q, m));
		t_cell(&t, evaluation_range(w, m, &one->intervals[i]));
	}
	d->format->table(d, &t);
	t_start(&t, w, w_fill(w, _("{detector}: decisions against labels"), "detector", one->name, NULL));
	t_column(&t, _("Label"), false);
	t_column(&t, _("Flagged"), true);
	t_column(&t, _("Not flagged"), true);
	t_cell(&t, _("hateful"));
	t_cell(&t, w_int(w, (int64_t)q->hit));
	t_cell(&t, w_int(w, (int64_t)q->missed));
	t_cell(&t, _("not hateful"));
	t_cell(&t, w_int(w, (int64_t)q->wrong));
	t_cell(&t, w_int(w, (int64_t)q->passed));
	d->format->table(d, &t);
	t_start(&t, w, w_fill(w, _("{detector}: counted apart"), "detector", one->name, NULL));
	t_column(&t, _("What"), false);
	t_column(&t, _("Texts"), true);
	pair(&t, _("the detector says that it is unsure (its decision counts all the same)"), w_int(w, (int64_t)q->abstain));
	pair(&t, _("no score (in no rate)"), w_int(w, (int64_t)q->missing));
	pair(&t, _("the detector failed (in no rate)"), w_int(w, (int64_t)q->error));
	d->format->table(d, &t);
}

/* ---- slices ---- */
static const char *slice_name(struct amp_words *w, const struct amp_slice *s)
{
	return s->value.p == NULL ? _("not said") : w_dup(w, s->value.p, s->value.n);
}

static const char *with_interval(struct amp_words *w, const struct amp_quality *q, const struct amp_interval *i, enum amp_measure m)
{
	const char *range = evaluation_range(w, m, i);
	return *range == '\0' ? value_or_reason(w, q, m)
	                      : w_fill(w, "{v} {range}", "v", evaluation_value(w, m, q->m[m]), "range", range, NULL);
}

static size_t count_slices(const struct amp_evaluation *e, enum amp_slice_by by)
{
	size_t n = 0;
	for (size_t s = 0; s < e->n_slices; s++) n += e->slices[s].by == by;
	return n;
}

/* Columns of one of the tables of a kind of slices: few, for narrow pages. */
struct slice_columns {
	bool texts, unsure;
	enum amp_measure measures[4];
	size_t n;
};

static void slice_table(struct amp_doc *d, const struct amp_evaluation *e, const struct amp_evaluated *one, enum amp_slice_by by,
                        const char *caption, const struct slice_columns *columns)
{
	struct amp_words *w = d->w;
	struct amp_table t;
	t_start(&t, w, w_fill(w, caption, "detector", one->name, NULL));
	t_column(&t, _("Group of texts"), false);
	if (columns->texts) t_column(&t, _("Texts"), true);
	if (columns->texts) t_column(&t, _("Hateful"), true);
	if (columns->unsure) t_column(&t, _("Unsure"), true);
	for (size_t c = 0; c < columns->n; c++) t_column(&t, amp_measure_title(columns->measures[c], w->french), true);
	for (size_t s = 0; s < e->n_slices; s++) {
		const struct amp_quality *q = &one->quality[s];
		if (e->slices[s].by != by) continue;
		t_cell(&t, slice_name(w, &e->slices[s]));
		if (columns->texts) t_cell(&t, w_int(w, (int64_t)q->n));
		if (columns->texts) t_cell(&t, w_int(w, (int64_t)q->hateful));
		if (columns->unsure) t_cell(&t, w_int(w, (int64_t)q->abstain));
		for (size_t c = 0; c < columns->n; c++) {
			enum amp_measure m = columns->measures[c];
			t_cell(&t, with_interval(w, q, &one->intervals[s * AMP_MEASURES + m], m));
		}
	}
	d->format->table(d, &t);
}

static void slices(struct amp_doc *d, const struct amp_evaluation *e, const struct amp_evaluated *one)
{
	enum { TABLES = 3 };
	static const struct slice_columns columns[TABLES] = {
		{.texts = true, .measures = {AMP_RECALL, AMP_FALSE_POSITIVE_RATE, AMP_MACRO_F1}, .n = 3},
		{.unsure = true, .measures = {AMP_ACCURACY, AMP_PRECISION, AMP_F1}, .n = 3},
		{.measures = {AMP_AUC, AMP_AVERAGE_PRECISION, AMP_ECE, AMP_RECALL_1PCT}, .n = 4},
	};
	static const char *const captions[AMP_BYS][TABLES] = {
		[AMP_BY_LANG] = {N_("{detector}, by language"), N_("{detector}, by language: other measures of decisions"),
	                         N_("{detector}, by language: measures of scores")},
		[AMP_BY_TARGET] = {N_("{detector}, by target"), N_("{detector}, by target: other measures of decisions"),
	                           N_("{detector}, by target: measures of scores")},
		[AMP_BY_FUNCTIONALITY] = {N_("{detector}, by functionality"),
	                                  N_("{detector}, by functionality: other measures of decisions"),
	                                  N_("{detector}, by functionality: measures of scores")},
	};
	for (size_t by = AMP_BY_LANG; by < AMP_BYS; by++) {
		if (count_slices(e, (enum amp_slice_by)by) < 2) continue; /* one group is all texts */
		for (size_t i = 0; i < TABLES; i++) slice_table(d, e, one, (enum amp_slice_by)by, _(captions[by][i]), &columns[i]);
	}
}

static void spread(struct amp_doc *d, const struct amp_evaluation *e, const struct amp_evaluated *one)
{
	struct amp_words *w = d->w;
	if (!e->labelled->has[AMP_LABELLED_TARGET]) return;
	if (!one->spread[0].v.known && !one->spread[1].v.known) d->format->para(d, evaluation_text(w, TEXT_SPREAD_NONE));
	for (size_t i = 0; i < 2; i++) {
		const struct amp_contrast *c = &one->spread[i];
		const struct amp_interval *range = &c->interval;
		if (!c->v.known) continue;
		d->format->para(
			d,
			w_fill(w, evaluation_text(w, c->measure == AMP_RECALL ? TEXT_SPREAD_RECALL : TEXT_SPREAD_WRONG), "low",
		               evaluation_value(w, c->measure, one->quality[one->low[i]].m[c->measure]), "lowest",
		               slice_name(w, &e->slices[one->low[i]]), "high",
		               evaluation_value(w, c->measure, one->quality[one->high[i]].m[c->measure]), "highest",
		               slice_name(w, &e->slices[one->high[i]]), "points", w_points(w, c->v.v, false), "range",
		               range->lo.known ? w_range(w, w_points(w, range->lo.v, false), w_points(w, range->hi.v, false)) : "",
		               "n", w_int(w, (int64_t)c->n), NULL));
	}
}

/* ---- scores ---- */
static void reliability(struct amp_doc *d, const struct amp_evaluated *one)
{
	struct amp_words *w = d->w;
	const struct amp_quality *q = &one->quality[0];
	const char *title = w_fill(w, _("Reliability of the scores of {detector}"), "detector", one->name, NULL);
	struct amp_table t;
	if (q->hateful + q->benign == 0) return;
	d->format->heading(d, 3, NULL, title);
	d->format->para(d, evaluation_text(w, TEXT_RELIABILITY));
	d->format->figure(d, evaluation_plot(w, q, ++d->figures, title, evaluation_text(w, TEXT_RELIABILITY)), title);
	t_start(&t, w, w_fill(w, _("{detector}: scores and labels"), "detector", one->name, NULL));
	t_column(&t, _("Scores"), false);
	t_column(&t, _("Texts"), true);
	t_column(&t, _("Mean score"), true);
	t_column(&t, _("Share labelled hateful"), true);
	for (size_t i = 0; i < AMP_EVALUATE_BINS; i++) {
		const struct amp_bin *bin = &q->bin[i];
		bool any = bin->n > 0;
		t_cell(&t, w_fill(w, _("{from} to {to}"), "from", w_number(w, (double)i / AMP_EVALUATE_BINS, 1), "to",
		                  w_number(w, (double)(i + 1) / AMP_EVALUATE_BINS, 1), NULL));
		t_cell(&t, w_int(w, (int64_t)bin->n));
		t_cell(&t, any ? w_number(w, bin->score, 3) : AMP_DASH);
		t_cell(&t, any ? w_percent(w, (double)bin->hateful / (double)bin->n) : AMP_DASH);
	}
	d->format->table(d, &t);
}

static void threshold_table(struct amp_doc *d, const struct amp_evaluated *one, const struct amp_slice *slice, const char *caption)
{
	static const enum amp_measure columns[] = {AMP_PRECISION, AMP_RECALL, AMP_FALSE_POSITIVE_RATE, AMP_MACRO_F1};
	const struct amp_group g = {one->judgements, slice->which, slice->n};
	struct amp_words *w = d->w;
	struct amp_table t;
	t_start(&t, w, caption);
	t_column(&t, _("Threshold"), false);
	for (size_t c = 0; c < sizeof columns / sizeof *columns; c++) t_column(&t, amp_measure_title(columns[c], w->french), true);
	for (size_t i = 1; i <= AMP_EVALUATION_THRESHOLDS; i++) {
		struct amp_quality q;
		amp_evaluate_at(&g, amp_evaluation_threshold(i), &q);
		t_cell(&t, w_number(w, amp_evaluation_threshold(i), 2));
		for (size_t c = 0; c < sizeof columns / sizeof *columns; c++) t_cell(&t, value_or_reason(w, &q, columns[c]));
	}
	d->format->table(d, &t);
}

static void thresholds(struct amp_doc *d, const struct amp_evaluation *e, const struct amp_evaluated *one)
{
	struct amp_words *w = d->w;
	const struct amp_quality *q = &one->quality[0];
	d->format->heading(d, 3, NULL, w_fill(w, _("Other thresholds for {detector}"), "detector", one->name, NULL));
	if (q->m[AMP_RECALL_1PCT].known && q->threshold_1pct.known)
		d->format->para(d, w_fill(w, evaluation_text(w, TEXT_COST), "threshold", fixed(w, q->threshold_1pct), "recall",
		                          w_percent(w, q->m[AMP_RECALL_1PCT].v), NULL));
	else if (q->m[AMP_RECALL_1PCT].known)
		d->format->para(d, evaluation_text(w, TEXT_COST_NONE));
	threshold_table(d, one, &e->slices[0],
	                w_fill(w, _("{detector}: what each threshold would do"), "detector", one->name, NULL));
	for (size_t s = 0; count_slices(e, AMP_BY_LANG) > 1 && s < e->n_slices; s++)
		if (e->slices[s].by == AMP_BY_LANG)
			threshold_table(d, one, &e->slices[s],
			                w_fill(w, _("{detector}: what each threshold would do, language {lang}"), "detector",
			                       one->name, "lang", slice_name(w, &e->slices[s]), NULL));
}

static void detector(struct amp_doc *d, const struct amp_evaluation *e, const struct amp_evaluated *one)
{
	d->format->heading(d, 2, NULL, w_fill(d->w, _("Measures of {detector}"), "detector", one->name, NULL));
	overall(d, e, one);
	slices(d, e, one);
	spread(d, e, one);
	reliability(d, one);
	thresholds(d, e, one);
}

/* ---- how to read it ---- */
static void reading(struct amp_doc *d, const struct amp_evaluation *e)
{
	static const enum amp_evaluation_text meaning[AMP_MEASURES] = {
#define AMP_MEASURE(id, key, en, fr) TEXT_M_##id,
#include "evaluate/measures.def"
#undef AMP_MEASURE
	};
	struct amp_words *w = d->w;
	const char *terms[2 * AMP_MEASURES];
	char seed[32];
	(void)snprintf(seed, sizeof seed, "%llu", (unsigned long long)e->how.seed); /* a name, not a quantity: no digit groups */
	const char *items[] = {
		evaluation_text(w, TEXT_HOW_LABELS),
		w_fill(w, evaluation_text(w, TEXT_HOW_INTERVALS), "level", evaluation_level(w, e), "replicates",
	               w_int(w, (int64_t)e->how.replicates), "seed", seed, NULL),
		evaluation_text(w, TEXT_HOW_SMALL),
		evaluation_text(w, TEXT_HOW_TEST),
		evaluation_text(w, TEXT_HOW_PRESUMED),
		evaluation_text(w, TEXT_HOW_SOURCES),
	};
	d->format->heading(d, 2, "reading", _("How to read this"));
	d->format->list(d, items, sizeof items / sizeof *items);
	for (size_t i = 0; i < AMP_MEASURES; i++) {
		terms[2 * i] = amp_measure_title((enum amp_measure)i, w->french);
		terms[2 * i + 1] = evaluation_text(w, meaning[i]);
	}
	d->format->terms(d, terms, AMP_MEASURES);
}

int amp_evaluation_document(const struct amp_evaluation *e, const struct amp_doc_format *format, bool french, struct amp_buf *out,
                            struct amp_err *err)
{
	struct amp_words w = {.arena = e->arena, .french = french};
	struct amp_doc d = {.format = format, .w = &w};
	amp_buf_init(&d.out, format->cap);
	const char *title = e->n_detectors == 2 ? w_fill(&w, _("Evaluation of the detectors {a} and {b}"), "a", e->detector[0].name,
	                                                 "b", e->detector[1].name, NULL)
	                                        : w_fill(&w, _("Evaluation of the detector {a}"), "a", e->detector[0].name, NULL);
	format->start(&d, title,
	              w_fill(&w,
	                     amp_ngettext("on {n} text labelled by people", "on {n} texts labelled by people",
	                                  (unsigned long)e->labelled->n),
	                     "n", w_int(&w, (int64_t)e->labelled->n), NULL));
	in_short(&d, e);
	subject(&d, e);
	if (e->n_detectors == 2) evaluation_comparison(&d, e);
	for (size_t i = 0; i < e->n_detectors; i++) detector(&d, e, &e->detector[i]);
	reading(&d, e);
	format->end(&d);
	int rc = amp_buf_check(&d.out, _("the output"), err);
	if (rc == 0 && w.failed) rc = amp_fail(err, AMP_ENOMEM, _("Out of memory while evaluating %zu texts."), e->labelled->n);
	if (rc == 0) rc = amp_buf_add(out, d.out.p, d.out.n) == 0 ? 0 : amp_buf_check(out, _("the output"), err);
	amp_buf_free(&d.out);
	return rc;
}

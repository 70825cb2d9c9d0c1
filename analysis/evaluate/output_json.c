/* output_json.c: an evaluation as JSON; keys: docs/evaluate.md. */
#include "base/jsonw.h"
#include "evaluate/evaluation.h"

static void key_real(struct amp_jsonw *w, const char *key, struct amp_real v)
{
	amp_jsonw_key(w, key);
	if (v.known)
		amp_jsonw_double(w, v.v);
	else
		amp_jsonw_null(w);
}

static void key_size(struct amp_jsonw *w, const char *key, size_t v)
{
	amp_jsonw_ki64(w, key, (int64_t)v);
}

static void interval(struct amp_jsonw *w, const struct amp_interval *i)
{
	key_real(w, "lo", i->lo);
	key_real(w, "hi", i->hi);
}

static void counts(struct amp_jsonw *w, const struct amp_quality *q)
{
	key_size(w, "n", q->n);
	key_size(w, "missing", q->missing);
	key_size(w, "errors", q->error);
	key_size(w, "abstained", q->abstain);
	key_size(w, "positives", q->hateful);
	key_size(w, "negatives", q->benign);
	key_size(w, "true_positives", q->hit);
	key_size(w, "false_positives", q->wrong);
	key_size(w, "false_negatives", q->missed);
	key_size(w, "true_negatives", q->passed);
}

static void measures(struct amp_jsonw *w, const struct amp_quality *q, const struct amp_interval *intervals)
{
	amp_jsonw_key(w, "measures");
	amp_jsonw_object(w);
	for (size_t i = 0; i < AMP_MEASURES; i++) {
		enum amp_measure m = (enum amp_measure)i;
		amp_jsonw_key(w, amp_measure_key(m));
		amp_jsonw_object(w);
		key_real(w, "value", q->m[m]);
		interval(w, &intervals[i]);
		amp_jsonw_kc(w, "interval", !intervals[i].lo.known ? NULL : intervals[i].wilson ? "wilson" : "bootstrap");
		amp_jsonw_kc(w, "reason", amp_measure_lack(q, m, NULL));
		amp_jsonw_end_object(w);
	}
	amp_jsonw_end_object(w);
}

static void reliability(struct amp_jsonw *w, const struct amp_quality *q)
{
	amp_jsonw_key(w, "reliability");
	amp_jsonw_array(w);
	for (size_t i = 0; i < AMP_EVALUATE_BINS; i++) {
		const struct amp_bin *b = &q->bin[i];
		amp_jsonw_object(w);
		amp_jsonw_kdouble(w, "from", (double)i / AMP_EVALUATE_BINS);
		amp_jsonw_kdouble(w, "to", (double)(i + 1) / AMP_EVALUATE_BINS);
		key_size(w, "n", b->n);
		key_size(w, "positives", b->hateful);
		key_real(w, "mean_score", b->n > 0 ? amp_real(b->score) : AMP_REAL_NONE);
		key_real(w, "share_positive", b->n > 0 ? amp_real((double)b->hateful / (double)b->n) : AMP_REAL_NONE);
		amp_jsonw_end_object(w);
	}
	amp_jsonw_end_array(w);
}

static void thresholds(struct amp_jsonw *w, const struct amp_evaluated *d, const struct amp_slice *slice)
{
	static const enum amp_measure columns[] = {AMP_PRECISION, AMP_RECALL, AMP_FALSE_POSITIVE_RATE, AMP_MACRO_F1};
	const struct amp_group g = {d->judgements, slice->which, slice->n};
	amp_jsonw_key(w, "thresholds");
	amp_jsonw_array(w);
	for (size_t i = 1; i <= AMP_EVALUATION_THRESHOLDS; i++) {
		double threshold = amp_evaluation_threshold(i);
		struct amp_quality q;
		amp_evaluate_at(&g, threshold, &q);
		amp_jsonw_object(w);
		amp_jsonw_kdouble(w, "threshold", threshold);
		for (size_t c = 0; c < sizeof columns / sizeof *columns; c++)
			key_real(w, amp_measure_key(columns[c]), q.m[columns[c]]);
		amp_jsonw_end_object(w);
	}
	amp_jsonw_end_array(w);
}

static void slices(struct amp_jsonw *w, const struct amp_evaluation *e, const struct amp_evaluated *d)
{
	amp_jsonw_key(w, "slices");
	amp_jsonw_array(w);
	for (size_t s = 0; s < e->n_slices; s++) {
		const struct amp_slice *slice = &e->slices[s];
		amp_jsonw_object(w);
		amp_jsonw_kc(w, "by", amp_slice_by_key(slice->by));
		amp_jsonw_kstr(w, "value", slice->value);
		counts(w, &d->quality[s]);
		measures(w, &d->quality[s], &d->intervals[s * AMP_MEASURES]);
		key_real(w, "threshold_at_1pct", d->quality[s].threshold_1pct);
		if (slice->by == AMP_BY_ALL || slice->by == AMP_BY_LANG) {
			reliability(w, &d->quality[s]);
			thresholds(w, d, slice);
		}
		amp_jsonw_end_object(w);
	}
	amp_jsonw_end_array(w);
}

static void spread(struct amp_jsonw *w, const struct amp_evaluation *e, const struct amp_evaluated *d)
{
	amp_jsonw_key(w, "spread_over_targets");
	amp_jsonw_object(w);
	for (size_t i = 0; i < 2; i++) {
		const struct amp_contrast *c = &d->spread[i];
		amp_jsonw_key(w, amp_measure_key(c->measure));
		amp_jsonw_object(w);
		key_size(w, "targets", c->n);
		key_real(w, "value", c->v);
		interval(w, &c->interval);
		amp_jsonw_kc(w, "reason", c->v.known ? NULL : "no_target_with_enough_texts");
		amp_jsonw_kstr(w, "lowest", c->n > 0 ? e->slices[d->low[i]].value : AMP_STR_ABSENT);
		amp_jsonw_kstr(w, "highest", c->n > 0 ? e->slices[d->high[i]].value : AMP_STR_ABSENT);
		amp_jsonw_end_object(w);
	}
	amp_jsonw_end_object(w);
}

static void training(struct amp_jsonw *w, const struct amp_training *t)
{
	amp_jsonw_key(w, "training");
	if (t->file == NULL) {
		amp_jsonw_null(w);
		return;
	}
	amp_jsonw_object(w);
	amp_jsonw_kc(w, "file", t->file);
	key_size(w, "hashes", t->hashes);
	key_size(w, "overlap_left_out", t->overlap);
	amp_jsonw_kc(w, "overlap_lines", t->lines);
	amp_jsonw_kdouble(w, "chance_of_false_overlap", t->chance);
	amp_jsonw_end_object(w);
}

static void detector(struct amp_jsonw *w, const struct amp_evaluation *e, const struct amp_evaluated *d)
{
	amp_jsonw_object(w);
	amp_jsonw_kc(w, "detector", d->name);
	amp_jsonw_kc(w, "version", d->version);
	key_real(w, "threshold", d->threshold);
	amp_jsonw_kbool(w, "training_known", !d->training.unknown);
	training(w, &d->training);
	spread(w, e, d);
	slices(w, e, d);
	amp_jsonw_end_object(w);
}

static void comparison(struct amp_jsonw *w, const struct amp_comparison *c)
{
	amp_jsonw_object(w);
	key_size(w, "n", c->n);
	key_size(w, "only_first_right", c->only_a);
	key_size(w, "only_second_right", c->only_b);
	key_real(w, "mcnemar_p", c->p);
	key_real(w, "delong_p", c->auc_p);
	amp_jsonw_key(w, "differences");
	amp_jsonw_object(w);
	for (size_t m = 0; m < AMP_MEASURES; m++) {
		amp_jsonw_key(w, amp_measure_key((enum amp_measure)m));
		amp_jsonw_object(w);
		key_real(w, "first", c->a.m[m]);
		key_real(w, "second", c->b.m[m]);
		key_real(w, "value", c->difference[m].v);
		interval(w, &c->difference[m].interval);
		amp_jsonw_end_object(w);
	}
	amp_jsonw_end_object(w);
	amp_jsonw_end_object(w);
}

static void labels(struct amp_jsonw *w, const struct amp_evaluation *e)
{
	amp_jsonw_key(w, "labels");
	if (e->labels == NULL) {
		amp_jsonw_null(w);
		return;
	}
	amp_jsonw_object(w);
	amp_jsonw_kc(w, "file", e->labels);
	amp_jsonw_kc(w, "sha256", e->labels_sha256);
	key_size(w, "texts_without_label", e->joined.without_label);
	key_size(w, "labels_without_text", e->joined.without_text);
	amp_jsonw_end_object(w);
}

void amp_evaluation_json(const struct amp_evaluation *e, struct amp_buf *out)
{
	struct amp_jsonw w;
	amp_jsonw_start(&w, out);
	amp_jsonw_object(&w);
	amp_jsonw_kc(&w, "program", e->program);
	amp_jsonw_kc(&w, "file", e->file);
	amp_jsonw_kc(&w, "sha256", e->sha256);
	key_size(&w, "n", e->labelled->n);
	amp_jsonw_key(&w, "columns");
	amp_jsonw_array(&w);
	for (size_t c = 0; c < AMP_LABELLED_COLUMNS; c++)
		if (e->labelled->has[c]) amp_jsonw_c(&w, amp_labelled_title((enum amp_labelled_column)c));
	amp_jsonw_end_array(&w);
	amp_jsonw_kc(&w, "columns_passed_over", e->labelled->unused);
	labels(&w, e);
	amp_jsonw_key(&w, "seed");
	amp_jsonw_i64(&w, (int64_t)e->how.seed);
	key_size(&w, "replicates", e->how.replicates);
	amp_jsonw_kdouble(&w, "level", 1 - e->how.alpha);
	amp_jsonw_key(&w, "detectors");
	amp_jsonw_array(&w);
	for (size_t d = 0; d < e->n_detectors; d++) detector(&w, e, &e->detector[d]);
	amp_jsonw_end_array(&w);
	amp_jsonw_key(&w, "comparison");
	if (e->n_detectors == 2)
		comparison(&w, &e->comparison);
	else
		amp_jsonw_null(&w);
	amp_jsonw_end_object(&w);
	(void)amp_buf_byte(out, '\n');
}

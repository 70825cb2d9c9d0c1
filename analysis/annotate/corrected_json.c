/* corrected_json.c: corrected figures for programs. See corrected.h. */
#include "annotate/corrected.h"

static void real_json(struct amp_jsonw *w, const char *key, struct amp_real v)
{
	amp_jsonw_key(w, key);
	if (v.known)
		amp_jsonw_double(w, v.v);
	else
		amp_jsonw_null(w);
}

static void confidence(struct amp_jsonw *w, const char *key, const struct amp_confidence *c)
{
	amp_jsonw_key(w, key);
	amp_jsonw_object(w);
	real_json(w, "estimate", c->estimate);
	real_json(w, "lo", c->lo);
	real_json(w, "hi", c->hi);
	real_json(w, "se", c->se);
	amp_jsonw_end_object(w);
}

const char *amp_cluster_kind_name(enum amp_cluster_kind k)
{
	return k == AMP_CLUSTER_PERSONA ? "persona" : k == AMP_CLUSTER_BLOCK ? "time_block" : NULL;
}

static void figure(struct amp_jsonw *w, const struct amp_corrected_figure *f)
{
	confidence(w, "labels", &f->labels);
	confidence(w, "labels_wide", &f->wide);
	confidence(w, "scored", &f->scored);
	confidence(w, "scored_wide", &f->wide_scored);
	confidence(w, "together", &f->together);
	real_json(w, "worst_lo", f->worst_lo);
	real_json(w, "worst_hi", f->worst_hi);
	amp_jsonw_kc(w, "cluster", amp_cluster_kind_name(f->cluster));
	amp_jsonw_ki64(w, "clusters", (int64_t)f->clusters);
}

static void arm(struct amp_jsonw *w, const char *key, const struct amp_corrected_arm *a)
{
	amp_jsonw_key(w, key);
	amp_jsonw_object(w);
	amp_jsonw_ki64(w, "exposures", a->exposures);
	amp_jsonw_ki64(w, "missing", a->missing);
	amp_jsonw_ki64(w, "judged", (int64_t)a->judged);
	amp_jsonw_ki64(w, "hateful", (int64_t)a->hateful);
	real_json(w, "uncorrected", a->flagged);
	figure(w, &a->share);
	confidence(w, "hajek", &a->hajek);
	confidence(w, "rogan_gladen", &a->rogan);
	amp_jsonw_kc(w, "rogan_gladen_note", a->rogan_note);
	real_json(w, "lambda", a->lambda);
	amp_jsonw_end_object(w);
}

static void row(struct amp_jsonw *w, const struct amp_frame *f, const struct amp_corrected_row *r)
{
	bool pair = r->pair != AMP_NO_INDEX, feed = r->feed != AMP_NO_INDEX;
	amp_jsonw_object(w);
	amp_jsonw_kc(w, "pair", pair ? f->pairs[r->pair].name : NULL);
	amp_jsonw_kc(w, "pool", pair ? f->pairs[r->pair].pool : NULL);
	amp_jsonw_kc(w, "feed", feed ? f->feeds[r->feed].name : NULL);
	amp_jsonw_kc(w, "target", r->target);
	amp_jsonw_ki64(w, "groups", (int64_t)r->groups);
	amp_jsonw_kbool(w, "few", r->few);
	arm(w, pair ? "ranked" : feed ? "share" : "all", &r->a);
	if (pair) {
		arm(w, "chronological", &r->b);
		amp_jsonw_key(w, "difference");
		amp_jsonw_object(w);
		figure(w, &r->difference);
		amp_jsonw_end_object(w);
		amp_jsonw_key(w, "ratio");
		amp_jsonw_object(w);
		figure(w, &r->ratio);
		amp_jsonw_end_object(w);
	}
	amp_jsonw_end_object(w);
}

void amp_corrected_json(const struct amp_corrected *c, const struct amp_frame *f, struct amp_jsonw *w)
{
	amp_jsonw_object(w);
	amp_jsonw_kc(w, "study", f->slug);
	amp_jsonw_kc(w, "sample", c->verdicts.name);
	amp_jsonw_kc(w, "reason", c->reason);
	amp_jsonw_ki64(w, "drawn", (int64_t)c->verdicts.n);
	amp_jsonw_ki64(w, "decided", (int64_t)c->verdicts.decided);
	amp_jsonw_ki64(w, "missing", (int64_t)(c->verdicts.n - c->verdicts.decided));
	amp_jsonw_kc(w, "detector", c->verdicts.detector_name);
	amp_jsonw_kc(w, "detector_version", c->verdicts.detector_version);
	amp_jsonw_kdouble(w, "alpha", c->alpha);
	amp_jsonw_key(w, "error");
	amp_jsonw_object(w);
	confidence(w, "sensitivity", &c->error.sensitivity);
	confidence(w, "specificity", &c->error.specificity);
	confidence(w, "precision", &c->error.precision);
	amp_jsonw_ki64(w, "positives", (int64_t)c->error.positives);
	amp_jsonw_ki64(w, "negatives", (int64_t)c->error.negatives);
	amp_jsonw_end_object(w);
	amp_jsonw_key(w, "rows");
	amp_jsonw_array(w);
	for (size_t i = 0; i < c->n; i++) row(w, f, &c->rows[i]);
	amp_jsonw_end_array(w);
	amp_jsonw_key(w, "too_few");
	amp_jsonw_object(w);
	for (size_t i = 0; i < c->n_rare; i++) amp_jsonw_ki64(w, c->rare[i].target, (int64_t)c->rare[i].hateful);
	amp_jsonw_end_object(w);
	amp_jsonw_end_object(w);
}

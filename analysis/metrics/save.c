/* save.c: estimate rows. They are results, not evidence: a new report replaces those of its study version. */
#include "base/i18n.h"
#include "metrics/private.h"
#include "metrics_sql.h"

static void bind_real(struct amp_query *q, struct amp_real v)
{
	if (v.known)
		amp_query_bind_double(q, v.v);
	else
		amp_query_bind_null(q);
}

static struct amp_key key_of(const struct amp_frame *f, const struct amp_estimate *e)
{
	struct amp_keyer k;
	amp_key_start(&k, "estimate");
	amp_key_bytes(&k, f->hash, sizeof f->hash);
	amp_key_c(&k, e->metric->name);
	amp_key_c(&k, e->pair != AMP_NO_INDEX ? f->pairs[e->pair].name : NULL);
	amp_key_c(&k, e->feed != AMP_NO_INDEX ? f->feeds[e->feed].name : NULL);
	amp_key_c(&k, e->cluster != AMP_NO_INDEX ? f->clusters[e->cluster].name : NULL);
	amp_key_c(&k, e->platform != AMP_NO_INDEX ? f->platforms[e->platform] : NULL);
	amp_key_c(&k, e->ranking);
	amp_key_c(&k, e->target);
	amp_key_c(&k, e->detector < f->n_detectors ? f->detectors[e->detector].name : NULL);
	amp_key_c(&k, e->detector < f->n_detectors ? f->detectors[e->detector].version : NULL);
	if (e->cell < f->n_cells) {
		const struct amp_frame_cell *c = &f->cells[e->cell];
		amp_key_i64(&k, c->depth);
		amp_key_c(&k, c->threshold);
		amp_key_c(&k, c->rbp_p);
		amp_key_c(&k, c->text_view);
	}
	if (e->detector < f->n_detectors) amp_key_i64(&k, (int64_t)e->detector);
	amp_key_c(&k, amp_estimate_method(f->arena, e));
	amp_key_bytes(&k, f->chain_head, sizeof f->chain_head);
	return amp_key_end(&k);
}

static void bind_count(struct amp_query *q, const struct amp_beside *b, int64_t v)
{
	if (b->sample)
		amp_query_bind_i64(q, v);
	else
		amp_query_bind_null(q);
}

static void bind_beside(struct amp_query *q, const struct amp_beside *b)
{
	bind_real(q, b->estimate);
	bind_real(q, b->lo);
	bind_real(q, b->hi);
	bind_real(q, b->together_lo);
	bind_real(q, b->together_hi);
	bind_count(q, b, b->groups);
	bind_real(q, b->detector);
	amp_query_bind_c(q, b->method);
	bind_count(q, b, b->labelled);
	bind_count(q, b, b->hateful);
	amp_query_bind_c(q, b->sample);
	amp_query_bind_c(q, b->reason);
	bind_real(q, b->rogan_gladen);
	bind_real(q, b->rogan_gladen_lo);
	bind_real(q, b->rogan_gladen_hi);
	amp_query_bind_c(q, b->rogan_gladen_note);
}

static int save_one(const struct amp_frame *f, const struct amp_estimate *e, struct amp_store *store, struct amp_err *err)
{
	struct amp_query q;
	struct amp_key key = key_of(f, e);
	int rc = amp_query_start(&q, store, &AMP_SQL_METRICS_ESTIMATE_INSERT, err);
	if (rc != 0) return rc;
	const char *platform = e->platform != AMP_NO_INDEX ? f->platforms[e->platform]
	                       : e->feed != AMP_NO_INDEX   ? f->feeds[e->feed].platform
	                       : e->pair != AMP_NO_INDEX   ? f->feeds[f->pairs[e->pair].ranked].platform
	                                                   : NULL;
	bool known_ranking = e->ranking && (e->ranking[0] == 'a' || e->ranking[0] == 'c');
	amp_query_bind_key(&q, &key);
	amp_query_bind_i64(&q, f->version_id);
	amp_query_bind_c(&q, e->metric->name);
	amp_query_bind_id(&q, e->pair != AMP_NO_INDEX ? f->pairs[e->pair].id : 0);
	amp_query_bind_id(&q, e->feed != AMP_NO_INDEX ? f->feeds[e->feed].id : 0);
	amp_query_bind_id(&q, e->cluster != AMP_NO_INDEX ? f->personas[f->clusters[e->cluster].first].id : 0);
	amp_query_bind_c(&q, platform);
	amp_query_bind_c(&q, known_ranking ? e->ranking : NULL);
	amp_query_bind_c(&q, e->target);
	amp_query_bind_id(&q, e->detector < f->n_detectors ? f->detectors[e->detector].id : 0);
	amp_query_bind_id(&q, e->cell < f->n_cells ? f->cells[e->cell].id : 0);
	amp_query_bind_c(&q, amp_unit_name(e->unit));
	amp_query_bind_c(&q, e->cluster_rule);
	amp_query_bind_i64(&q, (int64_t)(e->printed_unit == AMP_UNIT_PERSONA ? e->persona_units : e->block_units));
	amp_query_bind_c(&q, e->family);
	amp_query_bind_c(&q, e->primary ? "primary" : "exploratory");
	bind_real(&q, e->estimate);
	bind_real(&q, e->lo);
	bind_real(&q, e->hi);
	bind_real(&q, e->se);
	bind_real(&q, e->p);
	bind_real(&q, e->adjusted_p);
	bind_real(&q, e->smallest_p);
	amp_query_bind_i64(&q, e->n);
	amp_query_bind_i64(&q, e->missing);
	amp_query_bind_i64(&q, e->excluded);
	bind_real(&q, e->worst_lo);
	bind_real(&q, e->worst_hi);
	amp_query_bind_c(&q, amp_estimate_method(f->arena, e));
	amp_query_bind_c(&q, e->null_reason);
	amp_query_bind_blob(&q, f->has_chain_head ? f->chain_head : NULL, sizeof f->chain_head);
	amp_query_bind_c(&q, amp_flags_text(f->arena, e));
	bind_beside(&q, &e->beside);
	rc = amp_query_run(&q, err);
	amp_query_end(&q);
	return rc;
}

int amp_estimates_save(const struct amp_estimates *e, const struct amp_frame *f, struct amp_store *store, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_store_begin(store, err);
	if (rc != 0) return rc;
	rc = amp_query_start(&q, store, &AMP_SQL_METRICS_ESTIMATE_CLEAR, err);
	if (rc == 0) {
		amp_query_bind_i64(&q, f->version_id);
		rc = amp_query_run(&q, err);
		amp_query_end(&q);
	}
	for (size_t i = 0; i < e->n && rc == 0; i++) rc = save_one(f, &e->v[i], store, err);
	if (rc == 0)
		rc = amp_store_commit(store, err);
	else
		amp_store_rollback(store);
	return rc;
}

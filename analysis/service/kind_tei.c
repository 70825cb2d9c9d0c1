/* kind_tei.c: POST /predict of Hugging Face's text-embeddings-inference, for models that classify.
 *
 * Source: github.com/huggingface/text-embeddings-inference, router/src/http/types.rs (PredictInput, Prediction, PredictResponse), commit
 * 02506d0b, as read on 2026-11-23: {"inputs": [["text"], …], "truncate", "raw_scores"} gives for a batch [[{"score", "label"}, …], …], one
 * list a text, in their order; a list of one-element lists is a batch, where a list of two texts would be a pair.
 * Labels are the model's: the service file says which of them count as hateful.
 */
#include <string.h>
#include "base/jsonw.h"
#include "service/private.h"

static void build(const struct amp_service_config *c, const struct service_asked *asked, size_t n, struct amp_buf *out)
{
	struct amp_jsonw w;
	(void)c;
	amp_jsonw_start(&w, out);
	amp_jsonw_object(&w);
	amp_jsonw_key(&w, "inputs");
	amp_jsonw_array(&w);
	for (size_t i = 0; i < n; i++) {
		amp_jsonw_array(&w);
		amp_jsonw_str(&w, asked[i].text);
		amp_jsonw_end_array(&w);
	}
	amp_jsonw_end_array(&w);
	amp_jsonw_kbool(&w, "truncate", true);
	amp_jsonw_kbool(&w, "raw_scores", false);
	amp_jsonw_end_object(&w);
}

/* The score of one label of the list; NULL when it is not there, or twice. */
static const json_t *score_of(const json_t *list, const char *label)
{
	const json_t *found = NULL;
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *p = json_array_get(list, i);
		const char *name = json_string_value(json_object_get(p, "label"));
		if (name == NULL || strcmp(name, label) != 0) continue;
		if (found != NULL) return NULL;
		found = json_object_get(p, "score");
	}
	return found;
}

static void read(const struct amp_service_config *c, struct amp_str body, const struct service_asked *asked, size_t n,
                 struct service_read *r)
{
	json_t *doc = service_parse(body, n, r);
	(void)asked;
	if (doc == NULL) return;
	if (!json_is_array(doc))
		service_all(r, n, AMP_SERVICE_UNREADABLE, "the answer is no list");
	else if (json_array_size(doc) != n)
		service_all(r, n, AMP_SERVICE_COUNT, "%zu results for %zu texts", json_array_size(doc), n);
	else
		r->outcome = AMP_SERVICE_OK;
	for (size_t i = 0; r->outcome == AMP_SERVICE_OK && i < n; i++) {
		struct amp_service_result *out = &r->results[i];
		*out = (struct amp_service_result){.outcome = AMP_SERVICE_UNREADABLE};
		for (size_t k = 0; c->labels[k] != NULL && out->outcome != AMP_SERVICE_INVALID; k++)
			service_score(score_of(json_array_get(doc, i), c->labels[k]), out, r);
	}
	json_decref(doc);
}

const struct amp_service_kind amp_service_kind_tei = {
	.name = "tei",
	.path = "/predict",
	.batch_max = 32, /* the server's own bound, --max-client-batch-size, is 32 unless its owner says otherwise */
	.by_position = true,
	.needs_labels = true,
	.summary_fr = "Classification par text-embeddings-inference (Hugging Face)",
	.summary_en = "Classification by text-embeddings-inference (Hugging Face)",
	.build = build,
	.read = read,
};

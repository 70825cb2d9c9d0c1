/* moderation.c: what the two moderation shapes have in common: {"model", "input": […]} and {"results": [{"category_scores": {…}}]}. */
#include "base/jsonw.h"
#include "service/private.h"

void service_moderation_request(const struct amp_service_config *c, const struct service_asked *asked, size_t n,
                                struct amp_buf *out)
{
	struct amp_jsonw w;
	amp_jsonw_start(&w, out);
	amp_jsonw_object(&w);
	amp_jsonw_kc(&w, "model", c->model);
	amp_jsonw_key(&w, "input");
	amp_jsonw_array(&w);
	for (size_t i = 0; i < n; i++) amp_jsonw_str(&w, asked[i].text);
	amp_jsonw_end_array(&w);
	amp_jsonw_end_object(&w);
}

static void moderation_one(const json_t *entry, const char *const *categories, struct amp_service_result *out,
                           struct service_read *r)
{
	const json_t *scores = json_object_get(entry, "category_scores");
	*out = (struct amp_service_result){.outcome = AMP_SERVICE_UNREADABLE};
	for (size_t i = 0; categories[i] != NULL && out->outcome != AMP_SERVICE_INVALID; i++)
		service_score(json_object_get(scores, categories[i]), out, r);
}

void service_moderation_read(struct amp_str body, size_t n, const char *const *categories, struct service_read *r)
{
	json_t *doc = service_parse(body, n, r);
	const json_t *results = json_object_get(doc, "results");
	if (doc == NULL) return;
	service_model(r, doc);
	if (!json_is_array(results))
		service_all(r, n, AMP_SERVICE_UNREADABLE, "no list \"results\"");
	else if (json_array_size(results) != n)
		service_all(r, n, AMP_SERVICE_COUNT, "%zu results for %zu texts", json_array_size(results), n);
	else {
		r->outcome = AMP_SERVICE_OK;
		for (size_t i = 0; i < n; i++) moderation_one(json_array_get(results, i), categories, &r->results[i], r);
	}
	json_decref(doc);
}

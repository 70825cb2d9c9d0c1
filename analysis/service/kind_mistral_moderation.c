/* kind_mistral_moderation.c: POST /v1/moderations of Mistral.
 *
 * Source: docs.mistral.ai, "Moderation", raw-text endpoint, as read on 2026-11-23: {"model", "input": [text, …]} gives {"id", "model",
 * "results": [{"categories": {…}, "category_scores": {…}}, …]}, one result a text, in their order. One category speaks of hatred:
 * "hate_and_discrimination". The conversational endpoint judges a last turn in the light of the earlier ones; a post has none.
 */
#include "service/private.h"

static void read(const struct amp_service_config *c, struct amp_str body, const struct service_asked *asked, size_t n,
                 struct service_read *r)
{
	static const char *const CATEGORIES[] = {"hate_and_discrimination", NULL};
	(void)asked;
	service_moderation_read(body, n, c->labels != NULL ? c->labels : CATEGORIES, r);
}

const struct amp_service_kind amp_service_kind_mistral_moderation = {
	.name = "mistral_moderation",
	.path = "/v1/moderations",
	.batch_max = 64,
	.by_position = true,
	.needs_model = true,
	.summary_fr = "Modération de Mistral",
	.summary_en = "Mistral moderation",
	.build = service_moderation_request,
	.read = read,
};

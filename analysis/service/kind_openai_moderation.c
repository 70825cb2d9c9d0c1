/* kind_openai_moderation.c: POST /v1/moderations, as OpenAI publishes it and others serve it.
 *
 * Source: platform.openai.com/docs/api-reference/moderations and openai-python, types/moderation_create_params.py and
 * moderation_create_response.py, as read on 2026-11-23: {"model", "input": [text, …]} gives {"id", "model", "results": [{"flagged",
 * "categories": {…}, "category_scores": {…}}, …]}, one result a text, in their order; results bear no name.
 * Of the categories two speak of hatred towards a group: "hate" and "hate/threatening". "harassment" needs no group, "violence" no hate.
 */
#include "service/private.h"

static void read(const struct amp_service_config *c, struct amp_str body, const struct service_asked *asked, size_t n,
                 struct service_read *r)
{
	static const char *const CATEGORIES[] = {"hate", "hate/threatening", NULL};
	(void)asked;
	service_moderation_read(body, n, c->labels != NULL ? c->labels : CATEGORIES, r);
}

const struct amp_service_kind amp_service_kind_openai_moderation = {
	.name = "openai_moderation",
	.path = "/v1/moderations",
	.batch_max = 64,
	.by_position = true,
	.needs_model = true,
	.summary_fr = "Modération à la manière d'OpenAI",
	.summary_en = "OpenAI-compatible moderation",
	.build = service_moderation_request,
	.read = read,
};

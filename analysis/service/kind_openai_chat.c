/* kind_openai_chat.c: POST /v1/chat/completions with an answer held to a JSON schema.
 *
 * Source: platform.openai.com/docs/api-reference/chat and /docs/guides/structured-outputs, as read on 2026-11-23: response_format
 * {"type": "json_schema", "json_schema": {"name", "strict": true, "schema"}}; strict needs "additionalProperties": false and every
 * property required, and bounds of numbers are not kept by all servers, so that they are checked here. The answer is
 * choices[0].message.content, a text that holds the JSON; message.refusal says that the model declined; finish_reason other than "stop"
 * is an answer cut short.
 * The prompt is a file of the data folder (prompt-fr-N.txt): another prompt is another detector. Texts go as JSON, apart from the prompt:
 * what a post says is not an instruction.
 */
#include <string.h>
#include "base/jsonw.h"
#include "service/private.h"

static void schema_property(struct amp_jsonw *w, const char *name, const char *type)
{
	amp_jsonw_key(w, name);
	amp_jsonw_object(w);
	amp_jsonw_kc(w, "type", type);
	amp_jsonw_end_object(w);
}

static void schema_targets(struct amp_jsonw *w)
{
	size_t n;
	const struct amp_target *all = amp_targets(&n);
	amp_jsonw_key(w, "targets");
	amp_jsonw_object(w);
	amp_jsonw_kc(w, "type", "array");
	amp_jsonw_key(w, "items");
	amp_jsonw_object(w);
	amp_jsonw_kc(w, "type", "string");
	amp_jsonw_key(w, "enum");
	amp_jsonw_array(w);
	for (size_t i = 0; i < n; i++) amp_jsonw_c(w, all[i].name);
	amp_jsonw_end_array(w);
	amp_jsonw_end_object(w);
	amp_jsonw_end_object(w);
}

static void required(struct amp_jsonw *w, const char *const *names)
{
	amp_jsonw_key(w, "required");
	amp_jsonw_array(w);
	for (size_t i = 0; names[i] != NULL; i++) amp_jsonw_c(w, names[i]);
	amp_jsonw_end_array(w);
	amp_jsonw_kbool(w, "additionalProperties", false);
}

static void schema(struct amp_jsonw *w)
{
	static const char *const ENTRY[] = {"id", "score", "targets", NULL}, *const ROOT[] = {"results", NULL};
	amp_jsonw_object(w);
	amp_jsonw_kc(w, "type", "object");
	amp_jsonw_key(w, "properties");
	amp_jsonw_object(w);
	amp_jsonw_key(w, "results");
	amp_jsonw_object(w);
	amp_jsonw_kc(w, "type", "array");
	amp_jsonw_key(w, "items");
	amp_jsonw_object(w);
	amp_jsonw_kc(w, "type", "object");
	amp_jsonw_key(w, "properties");
	amp_jsonw_object(w);
	schema_property(w, "id", "integer");
	schema_property(w, "score", "number");
	schema_targets(w);
	amp_jsonw_end_object(w);
	required(w, ENTRY);
	amp_jsonw_end_object(w);
	amp_jsonw_end_object(w);
	amp_jsonw_end_object(w);
	required(w, ROOT);
	amp_jsonw_end_object(w);
}

static void message(struct amp_jsonw *w, const char *role, struct amp_str content)
{
	amp_jsonw_object(w);
	amp_jsonw_kc(w, "role", role);
	amp_jsonw_kstr(w, "content", content);
	amp_jsonw_end_object(w);
}

static void texts(const struct service_asked *asked, size_t n, struct amp_buf *out)
{
	struct amp_jsonw w;
	amp_jsonw_start(&w, out);
	amp_jsonw_object(&w);
	amp_jsonw_key(&w, "texts");
	amp_jsonw_array(&w);
	for (size_t i = 0; i < n; i++) {
		amp_jsonw_object(&w);
		amp_jsonw_ki64(&w, "id", asked[i].id);
		amp_jsonw_kstr(&w, "text", asked[i].text);
		amp_jsonw_end_object(&w);
	}
	amp_jsonw_end_array(&w);
	amp_jsonw_end_object(&w);
}

static void build(const struct amp_service_config *c, const struct service_asked *asked, size_t n, struct amp_buf *out)
{
	struct amp_jsonw w;
	struct amp_buf inner;
	amp_buf_init(&inner, SERVICE_REQUEST_MAX);
	texts(asked, n, &inner);
	amp_jsonw_start(&w, out);
	amp_jsonw_object(&w);
	amp_jsonw_kc(&w, "model", c->model);
	amp_jsonw_ki64(&w, "temperature", 0);
	amp_jsonw_key(&w, "messages");
	amp_jsonw_array(&w);
	message(&w, "system", amp_str_c(c->prompt));
	message(&w, "user", amp_buf_str(&inner));
	amp_jsonw_end_array(&w);
	amp_jsonw_key(&w, "response_format");
	amp_jsonw_object(&w);
	amp_jsonw_kc(&w, "type", "json_schema");
	amp_jsonw_key(&w, "json_schema");
	amp_jsonw_object(&w);
	amp_jsonw_kc(&w, "name", "amplimeter_scores");
	amp_jsonw_kbool(&w, "strict", true);
	amp_jsonw_key(&w, "schema");
	schema(&w);
	amp_jsonw_end_object(&w);
	amp_jsonw_end_object(&w);
	amp_jsonw_end_object(&w);
	if (inner.failed != 0) out->failed = inner.failed;
	amp_buf_free(&inner);
}

static void read_content(const json_t *content, const struct service_asked *asked, size_t n, struct service_read *r)
{
	json_t *doc = service_parse((struct amp_str){json_string_value(content), json_string_length(content)}, n, r);
	const json_t *results = json_object_get(doc, "results");
	if (doc == NULL) return;
	if (!json_is_array(results)) {
		service_all(r, n, AMP_SERVICE_UNREADABLE, "no list \"results\" in the content");
	} else {
		r->outcome = AMP_SERVICE_OK;
		for (size_t i = 0; i < n; i++) r->results[i] = (struct amp_service_result){.outcome = AMP_SERVICE_ABSENT};
		for (size_t i = 0; i < json_array_size(results); i++) service_named(json_array_get(results, i), asked, n, r);
	}
	json_decref(doc);
}

static void read(const struct amp_service_config *c, struct amp_str body, const struct service_asked *asked, size_t n,
                 struct service_read *r)
{
	json_t *doc = service_parse(body, n, r);
	(void)c;
	if (doc == NULL) return;
	const json_t *choices = json_object_get(doc, "choices"), *choice = json_array_get(choices, 0),
		     *said = json_object_get(choice, "message");
	const char *finish = json_string_value(json_object_get(choice, "finish_reason")),
		   *refusal = json_string_value(json_object_get(said, "refusal"));
	service_model(r, doc);
	if (json_array_size(choices) != 1)
		service_all(r, n, AMP_SERVICE_UNREADABLE, "%zu choices, not one", json_array_size(choices));
	else if ((refusal != NULL && refusal[0] != '\0') || (finish != NULL && strcmp(finish, "content_filter") == 0))
		service_all(r, n, AMP_SERVICE_DECLINED, "the model declined");
	else if (finish == NULL || strcmp(finish, "stop") != 0)
		service_all(r, n, AMP_SERVICE_UNREADABLE, "the answer was cut (finish_reason %.40s)",
		            finish == NULL ? "absent" : finish);
	else if (!json_is_string(json_object_get(said, "content")))
		service_all(r, n, AMP_SERVICE_UNREADABLE, "no content");
	else
		read_content(json_object_get(said, "content"), asked, n, r);
	json_decref(doc);
}

const struct amp_service_kind amp_service_kind_openai_chat = {
	.name = "openai_chat",
	.path = "/v1/chat/completions",
	.batch_max = 32,
	.needs_model = true,
	.has_prompt = true,
	.summary_fr = "Modèle conversationnel à la manière d'OpenAI, consigne en français",
	.summary_en = "OpenAI-compatible chat model, with a prompt in French",
	.build = build,
	.read = read,
};

/* answer.c: reading answers strictly. Whatever is not exactly as published is said and gives no score. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "base/jsonv.h"
#include "service/private.h"

static void vnote(struct service_read *r, const char *fmt, va_list ap) AMP_PRINTF(2, 0);
static void vnote(struct service_read *r, const char *fmt, va_list ap)
{
	if (r->detail[0] != '\0') return;
	(void)vsnprintf(r->detail, sizeof r->detail, fmt, ap);
	for (char *p = r->detail; *p != '\0'; p++)
		if ((unsigned char)*p < ' ') *p = ' ';
}

void service_note(struct service_read *r, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vnote(r, fmt, ap);
	va_end(ap);
}

void service_all(struct service_read *r, size_t n, enum amp_service_outcome o, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vnote(r, fmt, ap);
	va_end(ap);
	r->outcome = o;
	for (size_t i = 0; i < n; i++) r->results[i] = (struct amp_service_result){.outcome = o};
}

json_t *service_parse(struct amp_str body, size_t n, struct service_read *r)
{
	json_error_t why;
	json_t *doc = NULL;
	/* NaN and Infinity are no JSON (RFC 8259, section 6): a document with them is refused as a whole */
	if (amp_jsonv_load(&doc, body, &(struct amp_jsonv_rule){.flags = JSON_REJECT_DUPLICATES}, &why, NULL) != 0)
		service_all(r, n, AMP_SERVICE_UNREADABLE, "not JSON at byte %d: %s", why.position, why.text);
	return doc;
}

void service_score(const json_t *v, struct amp_service_result *r, struct service_read *read)
{
	double score = json_number_value(v);
	if (!json_is_number(v) || !isfinite(score) || score < 0 || score > 1) {
		*r = (struct amp_service_result){.outcome = AMP_SERVICE_INVALID};
		if (v == NULL)
			service_note(read, "a score is absent");
		else if (json_is_number(v))
			service_note(read, "a score of %g", score);
		else
			service_note(read, "a score that is no number");
		return;
	}
	if (r->outcome == AMP_SERVICE_OK && score <= r->score) return;
	r->outcome = AMP_SERVICE_OK;
	r->score = score > 0 ? score : 0; /* -0 is 0 */
}

void service_model(struct service_read *r, const json_t *document)
{
	const char *model = json_string_value(json_object_get(document, "model"));
	if (model != NULL) (void)snprintf(r->model, sizeof r->model, "%s", model);
}

static void read_targets(const json_t *list, struct amp_service_result *out, struct service_read *r)
{
	size_t n;
	const struct amp_target *all = amp_targets(&n);
	if (list != NULL && !json_is_array(list)) service_note(r, "targets that are no list");
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *name = json_string_value(json_array_get(list, i));
		const struct amp_target *t = name == NULL ? NULL : amp_target_find(name);
		if (t == NULL)
			service_note(r, "an unknown target");
		else if (strcmp(t->ground, "none") != 0) /* "none": hateful towards no group */
			out->targets |= UINT64_C(1) << (t - all);
	}
}

void service_named(const json_t *entry, const struct service_asked *asked, size_t n, struct service_read *r)
{
	const json_t *id = json_object_get(entry, "id");
	size_t at = 0;
	while (at < n && !(json_is_integer(id) && json_integer_value(id) == asked[at].id)) at++;
	if (at == n) {
		service_note(r, "a result that names none of the texts");
		return;
	}
	struct amp_service_result *out = &r->results[at];
	if (out->outcome != AMP_SERVICE_ABSENT) { /* two results: neither is to be believed */
		*out = (struct amp_service_result){.outcome = AMP_SERVICE_TWICE};
		service_note(r, "two results for one text");
		return;
	}
	service_score(json_object_get(entry, "score"), out, r);
	if (out->outcome == AMP_SERVICE_OK) read_targets(json_object_get(entry, "targets"), out, r);
}

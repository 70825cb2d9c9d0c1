/* captures_har.c: HAR 1.2 as Firefox, Chromium and proxies save it: JSON, bodies as text or in base64.
 * https://github.com/ahmadnassri/har-spec/blob/master/versions/1.2.md
 */
#include "platforms/captures.h"

bool amp_captures_is_har(const struct amp_json *root)
{
	const struct amp_json *log = amp_json_get(root, "log");
	return amp_json_is(log, AMP_JSON_OBJECT) &&
	       (amp_json_is(amp_json_get(log, "entries"), AMP_JSON_ARRAY) || amp_json_get(log, "creator"));
}

static int status_of(const struct amp_json *response)
{
	int64_t status = 0;
	return amp_json_i64(amp_json_get(response, "status"), &status) && status > 0 && status < 600 ? (int)status : 0;
}

/* Asked by the browser about what it may ask, or answered from what it had. */
static bool has_no_body(const struct amp_json *request, int status)
{
	return amp_str_ieq_c(amp_json_str(amp_json_get(request, "method")), "OPTIONS") || status == 0 || status == 204 ||
	       status == 304 || (status >= 300 && status < 400);
}

/* The text of the body, and how it stands in the file. */
static struct amp_str body_of(struct amp_engine *e, const struct amp_json *content, struct amp_embed *held)
{
	const struct amp_json *text = amp_json_get(content, "text");
	struct amp_str body = amp_json_str(text);
	if (!body.n) return AMP_STR_ABSENT;
	size_t at = (size_t)text->offset + 1, left = at < e->page->body.n ? e->page->body.n - at : 0;
	*held = (struct amp_embed){.form = AMP_EMBED_JS_STRING, .raw = {e->page->body.p + at, left}, .offset = at};
	if (!amp_str_ieq_c(amp_json_str(amp_json_get(content, "encoding")), "base64")) return body;
	held->form = AMP_EMBED_BASE64;
	held->raw.n = body.n < left ? body.n : left;
	return amp_base64_decode(e->arena, body);
}

static void entry(struct amp_engine *e, struct amp_captures_sum *sum, const struct amp_json *x, size_t number)
{
	const struct amp_json *request = amp_json_get(x, "request"), *response = amp_json_get(x, "response");
	enum amp_precision precision;
	struct amp_embed held = {.state = AMP_EMBED_NONE};
	struct amp_captures_answer a = {.url = amp_json_str(amp_json_get(request, "url")),
	                                .status = status_of(response),
	                                .offset = x->offset,
	                                .held = &held};
	if (!a.url.n || !amp_captures_known(a.url) || has_no_body(request, a.status)) return;
	if (!amp_time_parse_iso(amp_json_str(amp_json_get(x, "startedDateTime")), &a.captured_at, &precision))
		a.captured_at = e->page->captured_at;
	const char *where = amp_arena_printf(e->arena, "entry %zu", number);
	a.where = amp_str_c(where);
	if (!where) amp_engine_no_memory(e);
	a.body = body_of(e, amp_json_get(response, "content"), &held);
	a.missing = !a.body.n;
	amp_captures_answer(e, sum, &a);
}

void amp_captures_har(struct amp_engine *e, struct amp_captures_sum *sum)
{
	const struct amp_json *root = amp_engine_json(e);
	if (!root) return;
	if (!amp_captures_is_har(root)) {
		amp_engine_refuse(e, AMP_VERDICT_DRIFT, "%s", "this is no HAR file: a JSON document without log.entries");
		return;
	}
	amp_engine_list_found(e);
	const struct amp_json *entries = amp_json_path(root, "log.entries");
	size_t number = 0;
	for (const struct amp_json *x = amp_json_first(entries); x && !e->failed; x = amp_json_next(entries, x), number++)
		if (!(x->flags & AMP_JSON_CUT)) entry(e, sum, x, number);
}

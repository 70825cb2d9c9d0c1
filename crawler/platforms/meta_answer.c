/* meta_answer.c: what all of Meta's answers share: how documents stand in a body, and what an error means. Graph API, Handle Errors
 * (read 2026-11), instaloader issue 2701 (2026-06-16); the codes of the site are those that public clients meet.
 */
#include <string.h>
#include "platforms/meta_parts.h"

#define GUARD "for (;;);"

static size_t skip_lead(struct amp_str body, size_t at)
{
	if (at == 0 && amp_str_starts(body, "\xEF\xBB\xBF")) at = 3;
	while (at < body.n && amp_is_space((unsigned char)body.p[at])) at++;
	if (body.n - at >= sizeof GUARD - 1 && memcmp(body.p + at, GUARD, sizeof GUARD - 1) == 0) at += sizeof GUARD - 1;
	while (at < body.n && amp_is_space((unsigned char)body.p[at])) at++;
	return at;
}

static bool is_open(struct amp_str body, size_t at)
{
	return at < body.n && (body.p[at] == '{' || body.p[at] == '[');
}

/* "}" at a line's end with something new at the next one's start: no JSON document has that inside. What is no document ends with its line. */
static size_t document_end(struct amp_str body, size_t from)
{
	for (size_t i = from; i < body.n;) {
		const char *line = memchr(body.p + i, '\n', body.n - i);
		if (!line) return body.n;
		size_t at = (size_t)(line - body.p), before = at;
		if (!is_open(body, from)) return at;
		if (before > from && body.p[before - 1] == '\r') before--;
		if (before > from && strchr("}]", body.p[before - 1]) && at + 1 < body.n && !strchr(" \t\r\n,:}]", body.p[at + 1]))
			return at;
		i = at + 1;
	}
	return body.n;
}

const struct amp_json *amp_meta_document(struct amp_engine *e, size_t *at)
{
	struct amp_str body = e->page->body;
	size_t from = skip_lead(body, *at), to = document_end(body, from);
	*at = to;
	if (!is_open(body, from)) return NULL;
	struct amp_str text = {body.p + from, to - from};
	struct amp_embed embed = {.state = AMP_EMBED_JSON, .form = AMP_EMBED_PLAIN, .json = text, .raw = text, .offset = from};
	return amp_engine_json_at(e, &embed);
}

bool amp_meta_more(const struct amp_engine *e, const size_t *at, size_t *next)
{
	*next = skip_lead(e->page->body, *at);
	return *next < e->page->body.n;
}

/* --- errors --- */

static bool among(int64_t n, const int *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (n == list[i]) return true;
	return false;
}

static bool is_wall(int64_t code)
{
	static const int walls[] = {4,       10,      17,      32,      102,    190, 341, 368, 613, /* rate, permission, token */
	                            1357001, 1357004, 1675004, 1675030, 1675012}; /* the site: login, session, rate */
	return among(code, walls, sizeof walls / sizeof *walls) || (code >= 200 && code <= 299) || (code >= 80000 && code <= 80014);
}

static struct amp_str short_text(const struct amp_json *v)
{
	struct amp_str text = amp_json_str(v);
	return text.n <= 160 ? text : AMP_STR("");
}

static bool refuse(struct amp_engine *e, bool wall, const struct amp_json *why)
{
	int status = e->page->status;
	bool asker = status == 401 || status == 403 || status == 407 || status == 429 || status == 451;
	struct amp_str text = short_text(why);
	amp_engine_refuse(e, wall || asker ? AMP_VERDICT_BLOCKED : AMP_VERDICT_FAILED, "Meta answered with an error%s%.*s",
	                  text.n ? ": " : "", AMP_ARG(text));
	return true;
}

/* {"message":"…","status":"fail"} of Instagram. */
static bool instagram_wall(const struct amp_json *root)
{
	static const char *const walls[] = {"checkpoint_required", "challenge_required",        "login_required",
	                                    "feedback_required",   "please wait a few minutes", "rate limit"};
	struct amp_str message = amp_json_str(amp_json_get(root, "message"));
	for (size_t i = 0; message.n && i < sizeof walls / sizeof *walls; i++)
		if (amp_str_ifind(message, walls[i])) return true;
	return amp_json_true(amp_json_get(root, "require_login"));
}

static bool judge_error(struct amp_engine *e, const struct amp_json *root)
{
	const struct amp_json *error = amp_json_get(root, "error"), *first = amp_json_path(root, "errors.0");
	int64_t code = 0;
	if (amp_json_is(error, AMP_JSON_OBJECT)) {
		(void)amp_json_i64(amp_json_get(error, "code"), &code);
		return refuse(e, is_wall(code), amp_json_get(error, "message"));
	}
	if (amp_json_i64(error, &code) && code != 0) return refuse(e, is_wall(code), amp_json_get(root, "errorSummary"));
	if (first && amp_json_is_null(amp_json_get(root, "data"))) {
		(void)amp_json_i64(amp_json_get(first, "code"), &code);
		struct amp_str message = amp_json_str(amp_json_get(first, "message"));
		return refuse(e, is_wall(code) || (message.n && amp_str_ifind(message, "rate limit")),
		              amp_json_get(first, "message"));
	}
	if (amp_str_eq_c(amp_json_str(amp_json_get(root, "status")), "fail"))
		return refuse(e, instagram_wall(root), amp_json_get(root, "message"));
	if (e->page->status >= 400) return refuse(e, false, amp_json_get(root, "message"));
	return false;
}

const struct amp_json *amp_meta_answer(struct amp_engine *e, size_t *at)
{
	*at = 0;
	if (amp_engine_refused(e, false)) return NULL;
	size_t first = skip_lead(e->page->body, 0);
	const struct amp_json *root = amp_meta_document(e, at);
	while (!root && !is_open(e->page->body, first) && amp_meta_more(e, at, &first)) root = amp_meta_document(e, at);
	if (!root && !e->failed) amp_engine_refuse(e, AMP_VERDICT_FAILED, "%s", "this is not JSON");
	return root && judge_error(e, root) ? NULL : root;
}

/* --- entries --- */

bool amp_meta_list(struct amp_engine *e, const struct amp_json *list, amp_meta_entry *entry)
{
	if (!amp_json_is(list, AMP_JSON_ARRAY)) return false;
	amp_engine_list_found(e);
	for (const struct amp_json *x = amp_json_first(list); x && !e->failed; x = amp_json_next(list, x))
		if (!(x->flags & AMP_JSON_CUT)) entry(e, x);
	return true;
}

bool amp_meta_begin(struct amp_engine *e, const struct amp_json *entry)
{
	if (!amp_engine_begin(e, entry->offset)) return false;
	if (!amp_json_is(entry, AMP_JSON_OBJECT)) {
		amp_engine_unknown(e, "an entry that is no object");
		return false;
	}
	return true;
}

enum amp_state amp_meta_shown_count(struct amp_engine *e, enum amp_field field, const struct amp_value *v)
{
	int64_t n;
	if (amp_json_i64(v->json, &n) && n == -1) return AMP_STATE_ABSENT;
	return amp_as_count(e, field, v);
}

enum amp_state amp_meta_media_id(struct amp_engine *e, enum amp_field field, const struct amp_value *v)
{
	struct amp_str id = v->text.p ? v->text : amp_json_digits(v->json);
	if (!id.p) return AMP_STATE_INVALID;
	id = amp_str_cut(&id, '_');
	if (id.n) amp_put_text(e, field, id);
	return id.n ? AMP_STATE_PRESENT : AMP_STATE_ABSENT;
}

static int64_t size_of(const struct amp_json *sizes, const char *name)
{
	int64_t n;
	return name && amp_json_i64(amp_json_get(sizes, name), &n) && n > 0 ? n : AMP_ABSENT;
}

static void remark_unless(struct amp_engine *e, const struct amp_json *v, enum amp_json_type type)
{
	if (!amp_json_is_null(v) && !amp_json_is(v, type))
		amp_put_invalid(e, AMP_F_MEDIA, v->offset, "%s", "a medium's part is of another type");
}

void amp_meta_media(struct amp_engine *e, struct amp_str kind, const struct amp_json *url, const struct amp_json *alt,
                    const struct amp_json *sizes, const char *width, const char *height)
{
	struct amp_str address = amp_json_str(url), words = amp_json_str(alt);
	const struct amp_json *wide = width ? amp_json_get(sizes, width) : NULL,
			      *high = height ? amp_json_get(sizes, height) : NULL;
	remark_unless(e, url, AMP_JSON_STRING);
	remark_unless(e, alt, AMP_JSON_STRING);
	remark_unless(e, wide, AMP_JSON_NUMBER);
	remark_unless(e, high, AMP_JSON_NUMBER);
	if (!address.n) return;
	amp_add_media(e, &(struct amp_media){.kind = kind,
	                                     .url = address,
	                                     .alt = words.n ? words : AMP_STR_ABSENT,
	                                     .width = size_of(sizes, width),
	                                     .height = size_of(sizes, height)});
}

struct amp_str amp_meta_kind(const struct amp_json *type)
{
	static const struct {
		const char *type, *kind;
	} kinds[] = {{"IMAGE", "image"}, {"VIDEO", "video"}, {"AUDIO", "audio"}};
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (amp_str_eq_c(amp_json_str(type), kinds[i].type)) return amp_str_c(kinds[i].kind);
	return AMP_STR("unknown");
}

bool amp_meta_has_text(const struct amp_json *v)
{
	return amp_json_str(v).n > 0;
}

/* service.c: a service's own answer that it gives nothing: errors in JSON, in the shapes that services use, and what they say is the matter. */
#include <string.h>
#include "base/i18n.h"
#include "parse/engine_state.h"

enum what { LOGIN, TOKEN, LIMIT, REFUSAL, SUSPENDED, CAPTCHA, FAILING, MISSING };
static const struct amp_wall errors[] = {
	[LOGIN] = {AMP_VERDICT_BLOCKED, N_("a login is asked for")},
	[TOKEN] = {AMP_VERDICT_BLOCKED, N_("the token is not valid, or no longer")},
	[LIMIT] = {AMP_VERDICT_BLOCKED, N_("too many requests")},
	[REFUSAL] = {AMP_VERDICT_BLOCKED, N_("access is refused")},
	[SUSPENDED] = {AMP_VERDICT_BLOCKED, N_("the account is suspended")},
	[CAPTCHA] = {AMP_VERDICT_BLOCKED, N_("a captcha is to be solved")},
	[FAILING] = {AMP_VERDICT_FAILED, N_("the server cannot answer now")},
	[MISSING] = {AMP_VERDICT_FAILED, N_("nothing of that name is there")},
};

/* In the error's words, "not you" and "not now" first; what is not here means "not this". Bluesky's lexicon error names, Mastodon's sentences
 * (config/locales/en.yml and doorkeeper, seen July 2026), and the common words of the other services. */
static const struct {
	enum what what;
	const char *sign; /* without case, anywhere */
} signs[] = {
	{LOGIN, "AuthMissing"},
	{LOGIN, "AuthenticationRequired"},
	{LOGIN, "AuthRequired"},
	{TOKEN, "InvalidToken"},
	{TOKEN, "ExpiredToken"},
	{TOKEN, "invalid_token"},
	{SUSPENDED, "AccountTakedown"},
	{SUSPENDED, "AccountSuspended"},
	{LIMIT, "RateLimit"},
	{LIMIT, "rate limit"},
	{LIMIT, "rate_limit"},
	{LIMIT, "too many requests"},
	{LIMIT, "please wait"},
	{LIMIT, "quotaExceeded"},
	{CAPTCHA, "captcha"},
	{LOGIN, "Unauthorized"},
	{LOGIN, "not authorized"},
	{LOGIN, "access token"},
	{LOGIN, "authenticated user"},
	{LOGIN, "login"},
	{LOGIN, "log in"},
	{LOGIN, "not_logged_in"},
	{LOGIN, "CREDENTIAL_REQUIRED"},
	{LOGIN, "AUTHENTICATION_FAILED"},
	{REFUSAL, "Forbidden"},
	{REFUSAL, "not allowed"},
	{REFUSAL, "access denied"},
	{REFUSAL, "instance_is_private"},
	{REFUSAL, "BlockedActor"},
	{REFUSAL, "BlockedByActor"},
	{REFUSAL, "LTL_DISABLED"},
	{REFUSAL, "GTL_DISABLED"},
	{FAILING, "InternalServerError"},
	{FAILING, "UpstreamFailure"},
	{FAILING, "UpstreamTimeout"},
	{FAILING, "NotEnoughResources"},
	{FAILING, "Internal Server Error"},
	{FAILING, "Service Unavailable"},
	{FAILING, "Bad Gateway"},
	{MISSING, "NO_SUCH_"},
	{MISSING, "not_found"},
	{MISSING, "couldnt_find_"},
};

/* What a status says where the words say nothing. */
static const struct {
	int from, to;
	enum what what;
} statuses[] = {{401, 401, LOGIN},   {403, 403, REFUSAL}, {404, 404, MISSING}, {407, 407, LOGIN},
                {410, 410, MISSING}, {429, 429, LIMIT},   {451, 451, REFUSAL}, {500, 599, FAILING}};

static const struct amp_wall *error_of(struct amp_str text)
{
	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		if (amp_str_ifind(text, signs[i].sign)) return &errors[signs[i].what];
	return NULL;
}

void amp_engine_error_says(struct amp_engine *e, struct amp_str text)
{
	const struct amp_wall *error = text.n ? error_of(text) : NULL;
	int status = e->page->status;
	for (size_t i = 0; i < sizeof statuses / sizeof *statuses && !error; i++)
		if (status >= statuses[i].from && status <= statuses[i].to) error = &errors[statuses[i].what];
	e->s->instead = (struct amp_instead){error ? error->what : NULL, true};
}

/* RFC 7807: the service says that the request failed, and how, whatever comes with it. */
static bool is_problem(const struct amp_json *root)
{
	int64_t status;
	return amp_json_is(root, AMP_JSON_OBJECT) && amp_json_str(amp_json_get(root, "title")).n &&
	       amp_json_str(amp_json_get(root, "detail")).n && amp_json_i64(amp_json_get(root, "status"), &status) && status >= 400;
}

/* {"message": "Forbidden", "error": 403}, as Reddit has it: the status that the body names, 0 for none. */
static int status_in(const struct amp_json *root)
{
	int64_t status;
	return amp_json_is(root, AMP_JSON_OBJECT) && amp_json_i64(amp_json_get(root, "error"), &status) && status >= 400 &&
	                       status < 600
	               ? (int)status
	               : 0;
}

/* {"error": …} in the shapes that services use; absent when root is no error object. */
static struct amp_str error_text(struct amp_engine *e, const struct amp_json *root)
{
	if (!amp_json_is(root, AMP_JSON_OBJECT) || root->n > 8) return AMP_STR_ABSENT;
	const struct amp_json *error = amp_json_get(root, "error");
	struct amp_str name = amp_json_str(error), message = AMP_STR_ABSENT;
	if (is_problem(root)) {
		name = amp_json_str(amp_json_get(root, "title"));
		message = amp_json_str(amp_json_get(root, "detail"));
	}
	if (amp_json_is(error, AMP_JSON_OBJECT)) {
		name = amp_json_str(amp_json_get(error, "status"));
		message = amp_json_str(amp_json_get(error, "message"));
		if (!name.p && message.n) name = amp_json_str(amp_json_get(error, "code")); /* {"code":"ok","message":""} is none */
	}
	if (!name.p && amp_json_is(amp_json_get(root, "errors"), AMP_JSON_ARRAY) && !amp_json_get(root, "data")) {
		const struct amp_json *first = amp_json_at(amp_json_get(root, "errors"), 0);
		name = amp_json_is(first, AMP_JSON_STRING) ? amp_json_str(first) : amp_json_str(amp_json_get(first, "message"));
	}
	if (!message.p) message = amp_json_str(amp_json_get(root, "message"));
	if (!message.p) message = amp_json_str(amp_json_get(root, "error_description"));
	if (!name.p && !(message.p && (e->page->status >= 400 || status_in(root)))) return AMP_STR_ABSENT;
	if (!name.p || !message.p || amp_str_eq(name, message)) return amp_engine_shortened(name.p ? name : message);
	const char *both = amp_arena_printf(e->arena, "%.*s: %.*s", AMP_ARG(name), AMP_ARG(message));
	return both ? amp_engine_shortened(amp_str_c(both)) : amp_engine_shortened(name);
}

bool amp_engine_refuse_error(struct amp_engine *e, const struct amp_json *root)
{
	int status = e->page->status;
	struct amp_str text = error_text(e, root);
	if (!text.p) {
		if (status < 400) return false;
		amp_engine_refuse(e, amp_engine_by_status(status, AMP_VERDICT_DRIFT), "HTTP status %d instead of data", status);
		amp_engine_error_says(e, text);
		return true;
	}
	enum amp_verdict verdict = is_problem(root) ? AMP_VERDICT_FAILED : AMP_VERDICT_DRIFT;
	const struct amp_wall *error = error_of(text);
	if (error) verdict = error->verdict;
	verdict = amp_engine_by_status(status ? status : status_in(root), verdict);
	if (status)
		amp_engine_refuse(e, verdict, "%s answered with an error (HTTP status %d): %.*s", e->adapter->title, status,
		                  AMP_ARG(text));
	else
		amp_engine_refuse(e, verdict, "%s answered with an error: %.*s", e->adapter->title, AMP_ARG(text));
	amp_engine_error_says(e, text);
	return true;
}

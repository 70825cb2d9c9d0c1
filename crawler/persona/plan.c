/* plan.c: from persona and feed to requests. */
#include "persona/plan.h"

#include <stdio.h>
#include <string.h>
#include "base/buf.h"
#include "base/i18n.h"
#include "base/jsonv.h"
#include "base/utf8.h"
#include "parse/engine.h"
#include "persona/body.h"
#include "persona/uri.h"

#define URL_MAX 8192
#define TOKEN_MAX 4096 /* of any service is shorter; a JSON Web Token has one or two thousand */

static const struct amp_param *param_find(const struct amp_endpoint *e, const char *name)
{
	for (const struct amp_param *p = e->params; p != NULL && p->name != NULL; p++) {
		if (strcmp(p->name, name) == 0) return p;
	}
	return NULL;
}

static const char *study_value(const struct amp_study_feed *f, const char *name)
{
	for (size_t i = 0; i < f->n_params; i++) {
		if (strcmp(f->params[i].name, name) == 0) return f->params[i].value;
	}
	return NULL;
}

const char *amp_region_param(const struct amp_study_feed *f)
{
	static const char *const names[] = {"region", "regionCode", "country", "gl"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		for (const struct amp_param *p = f->endpoint->params; p != NULL && p->name != NULL; p++) {
			const char *dot = p->place == AMP_IN_BODY ? strrchr(p->name, '.') : NULL; /* "context.client.gl" */
			if (strcmp(dot == NULL ? p->name : dot + 1, names[i]) == 0 && p->fixed == NULL &&
			    study_value(f, p->name) == NULL)
				return p->name;
		}
	}
	return NULL;
}

size_t amp_persona_queries(const struct amp_persona *p, const char **out, size_t max)
{
	size_t n = 0;
	for (size_t i = 0; i < p->n_interests; i++) {
		for (size_t k = 0; p->interests[i].queries[k] != NULL; k++, n++) {
			if (n < max) out[n] = p->interests[i].queries[k];
		}
	}
	return n;
}

/* ---- one URL ---- */

struct branch {
	const struct amp_study_feed *f;
	const struct amp_persona *p;
	const char *value; /* the query, account or item, NULL for PLAIN */
};

/* The parameter that the value goes into. */
static const char *filled_param(const struct amp_study_feed *f)
{
	return f->walk.param != NULL ? f->walk.param : f->source_param;
}

static const char *value_of(const struct branch *b, const char *name)
{
	const struct amp_param *p = param_find(b->f->endpoint, name);
	const char *region = amp_region_param(b->f);
	if (p != NULL && p->fixed != NULL) return p->fixed;
	const char *filled = filled_param(b->f);
	if (b->value != NULL && filled != NULL && strcmp(filled, name) == 0) return b->value;
	if (region != NULL && b->p->region != NULL && strcmp(region, name) == 0) return b->p->region;
	return study_value(b->f, name);
}

/* "/api/v1/timelines/tag/{hashtag}": {name} is one path segment; {+name} (as in RFC 6570) may hold "/" and "?". */
static int add_path(struct amp_buf *url, const struct branch *b, struct amp_err *err)
{
	for (const char *p = b->f->endpoint->path; *p != '\0'; p++) {
		const char *close = *p == '{' ? strchr(p, '}') : NULL;
		char name[64];
		if (close == NULL) {
			(void)amp_buf_byte(url, *p);
			continue;
		}
		bool whole = p[1] == '+';
		(void)snprintf(name, sizeof name, "%.*s", (int)(close - p - 1 - whole), p + 1 + whole);
		const char *value = value_of(b, name);
		if (value == NULL)
			return amp_fail(err, AMP_EUSAGE, _("Feed “%s”: the endpoint %s needs the parameter “%s”."), b->f->name,
			                b->f->endpoint->name, name);
		if (whole && value[0] == '/' && url->n > 0 && url->p[url->n - 1] == '/') value++;
		if (whole)
			amp_uri_encode_path(url, amp_str_c(value));
		else
			amp_uri_encode(url, amp_str_c(value));
		p = close;
	}
	return 0;
}

/* "any[]" keeps no bracket: it becomes any%5B%5D, which servers read alike */
static void add_name(struct amp_buf *url, const char *name)
{
	amp_uri_encode_path(url, amp_str_c(name));
	(void)amp_buf_byte(url, '=');
}

static void add_pair(struct amp_buf *url, const char *name, const char *value)
{
	bool first = memchr(url->p == NULL ? "" : url->p, '?', url->n) == NULL;
	(void)amp_buf_byte(url, first ? '?' : '&');
	add_name(url, name);
	amp_uri_encode(url, amp_str_c(value));
}

static bool limited(const struct amp_endpoint *e)
{
	return e->limit_param != NULL && e->limit_max > 0;
}

static bool limit_in_body(const struct amp_endpoint *e)
{
	const struct amp_param *p = limited(e) ? param_find(e, e->limit_param) : NULL;
	return p != NULL && p->place == AMP_IN_BODY;
}

static int page_size(const struct amp_study_feed *f)
{
	return f->depth < f->endpoint->limit_max ? f->depth : f->endpoint->limit_max;
}

static void add_query(struct amp_buf *url, const struct branch *b)
{
	const struct amp_endpoint *e = b->f->endpoint;
	for (const struct amp_param *p = e->params; p != NULL && p->name != NULL; p++) {
		if (p->place != AMP_IN_QUERY) continue;
		bool repeated = p->repeated && p->fixed == NULL && study_value(b->f, p->name) != NULL;
		const char *value = value_of(b, p->name);
		for (size_t i = 0; repeated && i < b->f->n_params; i++) {
			if (strcmp(b->f->params[i].name, p->name) == 0) add_pair(url, p->name, b->f->params[i].value);
		}
		if (!repeated && value != NULL) add_pair(url, p->name, value);
	}
	if (limited(e) && !limit_in_body(e)) {
		char limit[16];
		(void)snprintf(limit, sizeof limit, "%d", page_size(b->f));
		add_pair(url, e->limit_param, limit);
	}
}

static int build_url(const struct branch *b, struct amp_arena *a, const char **out, struct amp_err *err)
{
	struct amp_buf url;
	amp_buf_init(&url, URL_MAX);
	(void)amp_buf_addc(&url, amp_feed_host(b->p, b->f));
	int rc = add_path(&url, b, err);
	if (rc == 0) add_query(&url, b);
	if (rc == 0) rc = amp_buf_check(&url, "request URL", err);
	if (rc == 0) {
		*out = amp_arena_strndup(a, url.p, url.n);
		if (*out == NULL) rc = amp_fail(err, AMP_ENOMEM, _("Out of memory while planning requests."));
	}
	amp_buf_free(&url);
	return rc;
}

/* ---- one body ---- */

/* A list, also of one: what the study says, or the one value that the persona fills in. */
static json_t *repeated_value(const struct branch *b, const struct amp_param *p, const char *value)
{
	json_t *list = json_array();
	bool ours = value == study_value(b->f, p->name), ok = list != NULL;
	for (size_t i = 0; ours && ok && i < b->f->n_params; i++) {
		if (strcmp(b->f->params[i].name, p->name) != 0) continue;
		ok = json_array_append_new(list, amp_body_value(p->type, b->f->params[i].value)) == 0;
	}
	if (!ours && ok) ok = json_array_append_new(list, amp_body_value(p->type, value)) == 0;
	if (ok) return list;
	json_decref(list);
	return NULL;
}

static int bad_value(const struct branch *b, const struct amp_param *p, struct amp_err *err)
{
	if (amp_jsonv_lost()) return amp_fail(err, AMP_ENOMEM, _("Out of memory while planning requests."));
	return amp_fail(err, AMP_EUSAGE, _("Feed “%s”: the value of “%s” cannot be put into the body of a request to %s."),
	                b->f->name, p->name, b->f->endpoint->name);
}

/* Puts the parameters into the template; further pages' own template (page_body) takes only what it has a place for. */
static int fill_body(const struct branch *b, json_t *body, bool only_its_own, struct amp_err *err)
{
	const struct amp_endpoint *e = b->f->endpoint;
	for (const struct amp_param *p = e->params; p != NULL && p->name != NULL; p++) {
		if (p->place != AMP_IN_BODY || (only_its_own && amp_body_get(body, p->name) == NULL)) continue;
		bool is_limit = limited(e) && strcmp(p->name, e->limit_param) == 0;
		const char *value = is_limit ? NULL : value_of(b, p->name);
		if (value == NULL && !is_limit) continue;
		bool list = p->repeated && p->fixed == NULL;
		json_t *v = is_limit ? json_integer(page_size(b->f))
		            : list   ? repeated_value(b, p, value)
		                     : amp_body_value(p->type, value);
		if (v == NULL || !amp_body_put(body, p->name, v)) return bad_value(b, p, err);
	}
	return 0;
}

static int build_body(const struct branch *b, const char *template, bool only_its_own, struct amp_arena *a, const char **out,
                      struct amp_err *err)
{
	json_t *body = amp_body_load(amp_str_c(template), 0);
	int rc = json_is_object(body) ? fill_body(b, body, only_its_own, err)
	         : amp_jsonv_lost()   ? amp_fail(err, AMP_ENOMEM, _("Out of memory while planning requests."))
	                              : amp_fail(err, AMP_EFAIL, _("The body of %s is no JSON object."), b->f->endpoint->name);
	if (rc == 0) {
		*out = amp_body_text(body, a);
		if (*out == NULL) rc = amp_fail(err, AMP_ENOMEM, _("Out of memory while planning requests."));
	}
	json_decref(body);
	return rc;
}

static int build_request(const struct branch *b, struct amp_arena *a, struct amp_planned *out, struct amp_err *err)
{
	const struct amp_endpoint *e = b->f->endpoint;
	*out = (struct amp_planned){
		.branch = b->value == NULL ? "" : b->value, .method = e->body == NULL ? "GET" : "POST", .headers = e->headers};
	int rc = build_url(b, a, &out->url, err);
	if (rc == 0 && e->body != NULL) rc = build_body(b, e->body, false, a, &out->body, err);
	out->further = out->body;
	if (rc == 0 && e->body != NULL && e->page_body != NULL) rc = build_body(b, e->page_body, true, a, &out->further, err);
	return rc;
}

/* ---- branches ---- */

static int values_of_follows(const struct branch *b, struct amp_arena *a, const char ***out, size_t *n, struct amp_err *err)
{
	const char **v = amp_arena_new_array(a, const char *, b->p->n_follows + 1);
	*n = 0;
	if (v == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while planning requests."));
	for (size_t i = 0; i < b->p->n_follows; i++) {
		if (strcmp(b->p->follows[i].platform, b->f->adapter->name) == 0) v[(*n)++] = b->p->follows[i].account;
	}
	*out = v;
	if (*n == 0)
		return amp_fail(err, AMP_EUSAGE,
		                _("The persona “%s” follows nobody on %s, and the feed “%s” reads the accounts it follows."),
		                b->p->name, b->f->adapter->title, b->f->name);
	return 0;
}

static int value_of_round(const struct branch *b, int64_t round_index, struct amp_arena *a, const char ***out, size_t *n,
                          struct amp_err *err)
{
	size_t all = amp_persona_queries(b->p, NULL, 0);
	const char **v = amp_arena_new_array(a, const char *, all + 1);
	if (v == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while planning requests."));
	if (all == 0)
		return amp_fail(err, AMP_EUSAGE, _("The persona “%s” has no interests, and the feed “%s” searches for them."),
		                b->p->name, b->f->name);
	(void)amp_persona_queries(b->p, v, all);
	int64_t turn = round_index % (int64_t)all;
	v[0] = v[turn < 0 ? turn + (int64_t)all : turn];
	*out = v;
	*n = 1;
	return 0;
}

static int values_of_seeds(const struct branch *b, struct amp_arena *a, const char ***out, size_t *n, struct amp_err *err)
{
	const char **v = amp_arena_new_array(a, const char *, b->f->walk.n_seeds + 1);
	if (v == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while planning requests."));
	for (size_t i = 0; i < b->f->walk.n_seeds; i++) v[i] = b->f->walk.seeds[i];
	*out = v;
	*n = b->f->walk.n_seeds;
	return 0;
}

const char *amp_walk_policy_name(enum amp_walk_policy policy)
{
	return policy == AMP_WALK_RANDOM ? "random" : "first";
}

int amp_plan_item(const struct amp_persona *p, const struct amp_study_feed *f, const char *item, struct amp_arena *a,
                  struct amp_planned *out, struct amp_err *err)
{
	const struct branch b = {f, p, item};
	return build_request(&b, a, out, err);
}

int amp_plan_requests(const struct amp_study *s, const struct amp_persona *p, const struct amp_study_feed *f, int64_t round_index,
                      struct amp_arena *a, struct amp_planned **out, size_t *n, struct amp_err *err)
{
	static const char *plain[] = {NULL};
	struct branch b = {f, p, NULL};
	const char **values = plain;
	int rc = 0;
	(void)s;
	*n = 1;
	if (f->walk.param != NULL)
		rc = values_of_seeds(&b, a, &values, n, err);
	else if (f->source == AMP_FEED_FOLLOWS)
		rc = values_of_follows(&b, a, &values, n, err);
	else if (f->source == AMP_FEED_INTERESTS)
		rc = value_of_round(&b, round_index, a, &values, n, err);
	struct amp_planned *plan = rc == 0 ? amp_arena_new_array(a, struct amp_planned, *n) : NULL;
	if (rc == 0 && plan == NULL) rc = amp_fail(err, AMP_ENOMEM, _("Out of memory while planning requests."));
	for (size_t i = 0; rc == 0 && i < *n; i++) {
		b.value = values[i];
		rc = build_request(&b, a, &plan[i], err);
	}
	*out = rc == 0 ? plan : NULL;
	if (rc != 0) *n = 0;
	return rc;
}

/* ---- next pages ---- */

int amp_plan_pages_max(const struct amp_study_feed *f)
{
	int size = f->endpoint->limit_max > 0 ? f->endpoint->limit_max : 20;
	/* Twice what full pages would need, and some: recorded Bluesky pages hold 24 of 25 (2025-07). */
	return 2 * ((f->depth + size - 1) / size) + 4;
}

/* first_url with one query parameter replaced or added. */
static const char *with_param(const char *first_url, const char *name, struct amp_str value, struct amp_arena *a)
{
	struct amp_str rest = amp_str_c(first_url), path = amp_str_cut(&rest, '?');
	struct amp_buf url;
	amp_buf_init(&url, URL_MAX);
	(void)amp_buf_adds(&url, path);
	char separator = '?';
	while (rest.p != NULL) {
		struct amp_str pair = amp_str_cut(&rest, '&'), key = pair;
		if (amp_str_eq_percent(amp_str_cut(&key, '='), amp_str_c(name))) continue;
		(void)amp_buf_byte(&url, separator);
		(void)amp_buf_adds(&url, pair);
		separator = '&';
	}
	(void)amp_buf_byte(&url, separator);
	add_name(&url, name);
	amp_uri_encode(&url, value);
	const char *out = url.failed ? NULL : amp_arena_strndup(a, url.p, url.n);
	amp_buf_free(&url);
	return out;
}

/* An absolute URL of the same scheme, host and port, or a path on it. Control characters and blanks have no place in a URL. */
static const char *linked(const char *url, struct amp_str value, struct amp_arena *a)
{
	struct amp_str origin;
	if (value.n == 0 || value.n > URL_MAX || !amp_uri_origin(amp_str_c(url), &origin)) return NULL;
	for (size_t i = 0; i < value.n; i++) {
		if ((unsigned char)value.p[i] <= ' ' || value.p[i] == 0x7F) return NULL;
	}
	if (value.p[0] == '/' && !amp_str_starts(value, "//"))
		return amp_arena_printf(a, "%.*s%.*s", AMP_ARG(origin), AMP_ARG(value));
	return amp_uri_same_origin(amp_str_c(url), value) ? amp_arena_strndup(a, value.p, value.n) : NULL;
}

/* Where the value that names the page goes. */
static bool page_in_body(const struct amp_endpoint *e)
{
	const struct amp_param *p = e->page_param == NULL ? NULL : param_find(e, e->page_param);
	return e->body != NULL && (p == NULL || p->place == AMP_IN_BODY);
}

/* The offset that a request was made with. */
static int64_t offset_of(const struct amp_endpoint *e, const struct amp_planned *r)
{
	int64_t now = 0;
	if (!page_in_body(e)) {
		struct amp_str written = amp_url_param(amp_str_c(r->url), e->page_param);
		return written.p != NULL && amp_str_i64(written, &now) ? now : 0;
	}
	json_t *body = amp_body_load(amp_str_c(r->body), 0);
	const json_t *v = amp_body_get(body, e->page_param);
	if (json_is_integer(v))
		now = json_integer_value(v);
	else if (!json_is_string(v) || !amp_str_i64(amp_str_c(json_string_value(v)), &now))
		now = 0;
	json_decref(body);
	return now;
}

/* page_param set to a value, in the query of the first page or in the body of further ones. */
static bool paged(const struct amp_endpoint *e, const struct amp_planned *first, struct amp_str value, bool number,
                  struct amp_arena *a, struct amp_planned *out)
{
	if (!page_in_body(e)) {
		out->url = with_param(first->url, e->page_param, value, a);
		out->body = first->further;
		return out->url != NULL;
	}
	const struct amp_param *p = param_find(e, e->page_param);
	char *text = amp_arena_strndup(a, value.p, value.n);
	json_t *body = amp_body_load(amp_str_c(first->further), 0);
	json_t *v = text == NULL ? NULL : amp_body_value(p != NULL ? p->type : number ? AMP_BODY_INTEGER : AMP_BODY_TEXT, text);
	if (amp_body_put(body, e->page_param, v)) out->body = amp_body_text(body, a);
	json_decref(body);
	return out->body != NULL;
}

static bool at_offset(const struct amp_endpoint *e, const struct amp_planned *first, const struct amp_planned *now,
                      const struct amp_next *next, struct amp_arena *a, struct amp_planned *out)
{
	char text[24];
	int64_t here = offset_of(e, now), offset = next->offset;
	if (next->kind == AMP_NEXT_FORWARD) offset = offset <= 0 || here > INT64_MAX - offset ? here : here + offset;
	if (offset <= here) return false; /* pages go forward */
	(void)snprintf(text, sizeof text, "%lld", (long long)offset);
	return paged(e, first, amp_str_c(text), true, a, out);
}

/* Members of what the platform gave for the next page, each at its path. */
static bool merged(const struct amp_planned *first, struct amp_str members, struct amp_arena *a, struct amp_planned *out)
{
	json_t *body = amp_body_load(amp_str_c(first->further), 0);
	json_t *given = amp_body_load(members, 0);
	const char *name;
	json_t *v;
	bool ok = body != NULL && json_object_size(given) > 0;
	json_object_foreach(given, name, v) ok = ok && amp_body_put(body, name, json_incref(v));
	if (ok) out->body = amp_body_text(body, a);
	json_decref(body);
	json_decref(given);
	return out->body != NULL;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool same_request(const struct amp_planned *a, const struct amp_planned *b)
{
	return same_text(a->url, b->url) && same_text(a->body, b->body);
}

static bool next_request(const struct amp_endpoint *e, const struct amp_planned *first, const struct amp_planned *now,
                         const struct amp_next *next, struct amp_arena *a, struct amp_planned *out)
{
	switch (next->kind) {
	case AMP_NEXT_NONE: return false;
	case AMP_NEXT_URL:
		out->url = linked(now->url, next->value, a);
		out->body = first->further;
		return out->url != NULL;
	case AMP_NEXT_CURSOR: return next->value.n > 0 && e->page_param != NULL && paged(e, first, next->value, false, a, out);
	case AMP_NEXT_OFFSET:
	case AMP_NEXT_FORWARD: return e->page_param != NULL && at_offset(e, first, now, next, a, out);
	case AMP_NEXT_BODY: return merged(first, next->value, a, out);
	}
	return false;
}

const struct amp_planned *amp_plan_next(const struct amp_study_feed *f, const struct amp_planned *first,
                                        const struct amp_planned *now, const struct amp_next *next, int64_t items_so_far,
                                        struct amp_arena *a)
{
	struct amp_planned r = *first;
	r.body = NULL;
	if (items_so_far >= f->depth || !next_request(f->endpoint, first, now, next, a, &r)) return NULL;
	if (same_request(&r, now) || same_request(&r, first)) return NULL;
	struct amp_planned *out = amp_arena_alloc(a, sizeof *out);
	if (out != NULL) *out = r;
	return out;
}

/* ---- a token ---- */

static bool with_token(const struct amp_endpoint *e, const struct amp_planned *r, const char *token, struct amp_arena *a,
                       struct amp_planned *out, const char **secret)
{
	*out = *r;
	if (e->token_place != AMP_IN_BODY || r->body == NULL) {
		out->url = with_param(r->url, e->token_param, amp_str_c(token), a);
		return out->url != NULL;
	}
	json_t *text = json_string(token), *body = amp_body_load(amp_str_c(r->body), 0);
	*secret = text == NULL ? NULL : amp_body_text(text, a);
	out->body = amp_body_put(body, e->token_param, text) ? amp_body_text(body, a) : NULL;
	json_decref(body);
	return out->body != NULL && *secret != NULL;
}

static const char *token_env(const struct amp_persona *p, const struct amp_study_feed *f)
{
	const struct amp_persona_session *session = amp_feed_session(p, f);
	return session == NULL || session->token_env == NULL ? "token_env" : session->token_env;
}

int amp_plan_with_token(const struct amp_planned **out, const char **secret, const struct amp_persona *p,
                        const struct amp_study_feed *f, const struct amp_planned *r, const char *token, struct amp_arena *a,
                        struct amp_err *err)
{
	const char *name = f->endpoint->token_param;
	struct amp_planned *made = amp_arena_alloc(a, sizeof *made);
	*out = NULL;
	*secret = NULL;
	if (made == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while asking for the feed %s."), f->name);
	if (token == NULL || token[0] == '\0')
		return amp_fail(
			err, AMP_EUSAGE,
			_("The feed “%s” is asked with a token (“%s”), and the persona “%s” has none for %s: name an environment variable "
		          "in its session (“token_env”) and set it before this command."),
			f->name, name, p->name, f->adapter->title);
	if (strlen(token) > TOKEN_MAX || !amp_utf8_valid(token, strlen(token)))
		return amp_fail(
			err, AMP_EUSAGE,
			_("The token of the persona “%s” cannot be sent with the feed “%s” (“%s”): it is no UTF-8 text of at most "
		          "%d bytes. Set the environment variable %s to what %s gave."),
			p->name, f->name, name, TOKEN_MAX, token_env(p, f), f->adapter->title);
	if (!with_token(f->endpoint, r, token, a, made, secret))
		return amp_fail(
			err, AMP_EFAIL,
			_("The token of the persona “%s” does not fit into the request for the feed “%s” (“%s”): the address is too "
		          "long, or memory is out."),
			p->name, f->name, name);
	*out = made;
	return 0;
}

/* ask.c: a planned request as its persona sends it. Here, and not in the plan, a secret joins it. */
#include <string.h>
#include "base/i18n.h"
#include "run/conductor.h"

#define HEADERS_MAX 16 /* an endpoint's twelve, and ours */

struct asking {
	struct amp_arena *arena;
	struct amp_header headers[HEADERS_MAX + 1];
	size_t n;
	bool failed;
};

static void add(struct asking *q, const char *name, const char *value, bool secret)
{
	if (q->n < HEADERS_MAX)
		q->headers[q->n++] = (struct amp_header){name, value, secret};
	else
		q->failed = true;
}

static bool has(const struct asking *q, const char *name)
{
	for (size_t i = 0; i < q->n; i++)
		if (amp_str_ieq_c(amp_str_c(q->headers[i].name), name)) return true;
	return false;
}

/* "X-YouTube-Client-Name: 1" */
static void add_line(struct asking *q, const char *line)
{
	struct amp_str value = amp_str_c(line), name = amp_str_cut(&value, ':');
	name = amp_str_trim(name);
	value = amp_str_trim(value.p ? value : AMP_STR(""));
	const char *n = amp_arena_strndup(q->arena, name.p, name.n), *v = amp_arena_strndup(q->arena, value.p, value.n);
	if (n && v)
		add(q, n, v, false);
	else
		q->failed = true;
}

int amp_ask(struct amp_conductor *c, size_t persona, size_t feed, const struct amp_planned *r, struct amp_arena *a, void *user,
            struct amp_err *err)
{
	const struct amp_study_feed *f = &c->study->feeds[feed];
	const struct amp_endpoint *e = f->endpoint;
	const struct amp_persona *p = &c->study->personas[persona];
	const char *language = p->accept_language, *secret = NULL;
	const char *query[] = {NULL, NULL};
	struct asking q = {.arena = a};
	for (const char *const *line = r->headers; line && *line; line++) add_line(&q, *line);
	if (r->body && !has(&q, "Content-Type")) add(&q, "Content-Type", "application/json", false);
	if (language) add(&q, "Accept-Language", language, false);
	if (e->token_param) {
		const char *token = amp_sessions_token(c->sessions, persona, f);
		int rc = token || f->needs_session ? amp_plan_with_token(&r, &secret, p, f, r, token, a, err) : 0;
		if (rc != 0) return rc;
		if (e->token_place != AMP_IN_BODY) query[0] = e->token_param;
	} else {
		const char *authorization = amp_sessions_authorization(c->sessions, persona, f);
		if (authorization) add(&q, "Authorization", authorization, true);
	}
	if (q.failed) return amp_fail(err, AMP_ENOMEM, _("Out of memory while asking for the feed %s."), f->name);
	struct amp_request request = {.method = r->method,
	                              .url = r->url,
	                              .headers = q.headers,
	                              .body = r->body,
	                              .secret_query = query,
	                              .secret_member = e->token_param,
	                              .secret_text = secret,
	                              .reads = true};
	return amp_fetch_submit(c->fetch, c->visitors[persona], &request, "feed", user, err);
}

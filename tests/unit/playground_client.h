/* playground_client.h: asks a playground server without a socket, keeping its cookie as a jar would. */
#ifndef PLAYGROUND_CLIENT_H
#define PLAYGROUND_CLIENT_H
/* include after cmocka.h, stdio.h, string.h, jansson.h */
#include "base/mem.h"
#include "server.h"

#define FOR_YOU "at://did:plc:playgroundserviceaaaaaaa/app.bsky.feed.generator/for-you"
#define EVERYONE "at://did:plc:playgroundserviceaaaaaaa/app.bsky.graph.list/everyone"

struct client {
	const char *language;
	char cookie[64];
	const char *token, *encoding;
};
struct reply {
	int status;
	char *body, *link;
	size_t n;
};

static inline struct pg_server *new_server(double noise, double amplify, FILE *log, int crowd)
{
	struct pg_settings set = PG_SETTINGS_DEFAULT;
	struct amp_err err = {0};
	set.noise = noise;
	set.amplify = amplify;
	set.crowd = crowd;
	struct pg_server *s = amp_calloc(1, sizeof *s);
	assert_non_null(s);
	assert_int_equal(pg_server_init(s, &set, log, &err), 0);
	return s;
}

static inline void end_server(struct pg_server *s)
{
	pg_server_end(s);
	amp_free(s);
}

/* "path?a=1&b=2" without escapes; keeps the cookie in the client as a jar would. */
static inline struct reply call(struct pg_server *s, struct client *c, const char *method, const char *target, const char *body)
{
	char copy[4096];
	snprintf(copy, sizeof copy, "%s", target);
	struct pg_request req = {.method = method,
	                         .path = copy,
	                         .host = "127.0.0.1:8710",
	                         .origin = "",
	                         .accept_language = c->language ? c->language : "",
	                         .accept_encoding = c->encoding ? c->encoding : "",
	                         .cookie = c->cookie,
	                         .authorization = c->token ? c->token : "",
	                         .user_agent = "test",
	                         .if_none_match = "",
	                         .content_type = "",
	                         .address = "127.0.0.1",
	                         .body = amp_str_c(body ? body : "")};
	char *q = strchr(copy, '?');
	while (q) {
		*q++ = '\0';
		char *next = strchr(q, '&'), *value;
		if (next) *next = '\0';
		value = strchr(q, '=');
		if (value) *value++ = '\0';
		req.params[req.n_params++] = (struct pg_param){q, value ? value : ""};
		q = next;
	}
	struct pg_response res;
	pg_handle(s, &req, &res);
	struct reply r = {.status = res.status, .body = amp_malloc(res.body.n + 1), .n = res.body.n};
	memcpy(r.body, res.body.n ? res.body.p : "", res.body.n);
	r.body[res.body.n] = '\0';
	for (size_t i = 0; i < res.n_headers; i++) {
		if (strcmp(res.headers[i].name, "Set-Cookie") == 0)
			snprintf(c->cookie, sizeof c->cookie, "%.*s", (int)strcspn(res.headers[i].value, ";"),
			         res.headers[i].value);
		if (strcmp(res.headers[i].name, "Link") == 0) r.link = amp_strdup(res.headers[i].value);
	}
	amp_buf_free(&res.body);
	return r;
}

static inline void done(struct reply *r)
{
	amp_free(r->body);
	amp_free(r->link);
}

static inline json_t *json_of(struct reply *r)
{
	json_error_t e;
	json_t *j = json_loadb(r->body, r->n, 0, &e);
	if (!j) fail_msg("not JSON (%s): %.200s", e.text, r->body);
	return j;
}

static inline json_t *get(struct pg_server *s, struct client *c, const char *target)
{
	struct reply r = call(s, c, "GET", target, NULL);
	assert_int_equal(r.status, 200);
	json_t *j = json_of(&r);
	done(&r);
	return j;
}

static inline const char *uri_at(json_t *feed, size_t i)
{
	return json_string_value(json_object_get(json_object_get(json_array_get(json_object_get(feed, "feed"), i), "post"), "uri"));
}

#endif

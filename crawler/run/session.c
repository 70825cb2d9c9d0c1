#include "run/session.h"
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "base/i18n.h"
#include "base/io.h"
#include "base/jsonv.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/utf8.h"

#define FILE_MAX ((size_t)16 << 20)
#define BEARER "Bearer "
#define MARGIN_MS 120000 /* a token this near its end is renewed first */

struct amp_login {
	size_t persona;
	const struct amp_persona *who;
	const struct amp_persona_session *session;
	const struct amp_adapter *adapter;
	struct amp_buf authorization; /* "Bearer …" */
	bool refreshing;
	bool failed; /* told once, then left alone for the rest of the run */
};
struct amp_sessions {
	const struct amp_study *study;
	struct amp_buf path;
	json_t *kept; /* {"personas": {NAME: {"cookies": "…", "sessions": {"HOST": {"access", "refresh"}}}}} */
	bool changed;
	struct amp_login *logins;
	size_t n_logins;
};

static json_t *child(json_t *o, const char *name)
{
	json_t *v = json_object_get(o, name);
	if (!json_is_object(v)) {
		json_object_set_new(o, name, json_object());
		v = json_object_get(o, name);
	}
	return v;
}

static json_t *kept_session(const struct amp_sessions *s, const struct amp_login *l)
{
	return child(child(child(child(s->kept, "personas"), l->who->name), "sessions"),
	             l->session->host ? l->session->host : l->session->platform);
}

/* The "exp" of a JSON Web Token (RFC 7519), in milliseconds; AMP_TIME_NONE when it cannot be read. Not verified: the server does that. */
static int64_t token_end(const char *token)
{
	char text[2048];
	size_t n = 0;
	uint32_t bits = 0;
	int have = 0;
	const char *p = strchr(token, '.');
	if (!p) return AMP_TIME_NONE;
	for (p++; *p && *p != '.' && n < sizeof text - 1; p++) {
		static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
		const char *at = strchr(alphabet, *p);
		if (!at) return AMP_TIME_NONE;
		bits = (bits << 6 | (uint32_t)(at - alphabet)) & 0xffffffu;
		have += 6;
		if (have >= 8) {
			have -= 8;
			text[n++] = (char)(unsigned char)(bits >> have & 0xff);
		}
	}
	json_t *o = NULL;
	if (amp_jsonv_try(&o, (struct amp_str){text, n}, NULL, NULL) != 0) return AMP_TIME_NONE;
	const json_t *end = json_object_get(o, "exp");
	int64_t ms =
		json_is_integer(end) && json_integer_value(end) < INT64_MAX / 1000 ? json_integer_value(end) * 1000 : AMP_TIME_NONE;
	json_decref(o);
	return ms;
}

static bool fresh(const char *token)
{
	if (!token) return false;
	int64_t end = token_end(token);
	return end == AMP_TIME_NONE || end - MARGIN_MS > amp_clock_wall_ms();
}

/* The first feed that this session is for; NULL: none of the study. */
static const struct amp_study_feed *feed_of(const struct amp_study *study, const struct amp_persona *p,
                                            const struct amp_persona_session *s)
{
	for (size_t i = 0; i < study->n_feeds; i++)
		if (amp_feed_session(p, &study->feeds[i]) == s) return &study->feeds[i];
	return NULL;
}

/* What a header can hold: nothing that ends it or its line. */
static bool sendable(const char *token)
{
	for (const char *c = token; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f) return false;
	return amp_utf8_valid(token, strlen(token));
}

/* Before anything is asked: each variable is there, and a token one that can be sent. Never says what it holds. */
static int check_environment(const struct amp_study *study, const struct amp_persona *p, const struct amp_persona_session *s,
                             struct amp_err *err)
{
	const char *const names[] = {s->token_env, s->identifier_env, s->password_env};
	const struct amp_study_feed *f = feed_of(study, p, s);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		const char *v = names[i] ? getenv(names[i]) : "set";
		if (!v || !v[0])
			return amp_fail(
				err, AMP_EUSAGE,
				_("The environment variable %s is not set: the persona “%s” logs in to %s with it, for the feed "
			          "“%s”. Type, before this command: export %s=…"),
				names[i], p->name, s->platform, f ? f->name : "-", names[i]);
		if (names[i] && names[i] == s->token_env && !sendable(v))
			return amp_fail(
				err, AMP_EUSAGE,
				_("The environment variable %s holds no token that can be sent, but bytes that are no text, or a "
			          "line end: the persona “%s” logs in to %s with it, for the feed “%s”. Set it anew."),
				names[i], p->name, s->platform, f ? f->name : "-");
	}
	return 0;
}

static int read_kept(struct amp_sessions *s, struct amp_err *err)
{
	struct stat st;
	struct amp_buf b;
	json_error_t where;
	if (stat(s->path.p, &st) != 0) {
		s->kept = json_object();
		return s->kept ? 0 : amp_fail(err, AMP_ENOMEM, _("Out of memory while opening %s."), s->path.p);
	}
	if ((st.st_mode & 077) != 0)
		return amp_fail(err, AMP_EPOLICY, _("%s holds session tokens and others may read it: chmod 600 it."), s->path.p);
	amp_buf_init(&b, FILE_MAX);
	int rc = amp_io_read_file(s->path.p, &b, err);
	if (rc == 0) {
		rc = amp_jsonv_load(&s->kept, amp_buf_str(&b), &(struct amp_jsonv_rule){.name = s->path.p}, &where, err);
		if (rc != AMP_ENOMEM && !json_is_object(s->kept))
			rc = amp_fail(err, AMP_EFORMAT, _("%s, line %d: not a session file. Remove it to log in anew."), s->path.p,
			              where.line);
	}
	amp_buf_free(&b);
	return rc;
}

int amp_sessions_open(struct amp_sessions **out, const char *db_path, const struct amp_study *study, struct amp_err *err)
{
	size_t n = 0;
	*out = NULL;
	for (size_t i = 0; i < study->n_personas; i++) n += study->personas[i].n_sessions;
	struct amp_sessions *s = amp_calloc(1, sizeof *s);
	if (s) s->logins = amp_calloc(n + 1, sizeof *s->logins);
	if (!s || !s->logins) {
		amp_free(s);
		return amp_fail(err, AMP_ENOMEM, _("Out of memory while opening sessions."));
	}
	s->study = study;
	amp_buf_init(&s->path, 8192);
	amp_buf_printf(&s->path, "%s.session", db_path);
	int rc = amp_buf_check(&s->path, "the session file's name", err);
	if (rc == 0) rc = read_kept(s, err);
	for (size_t i = 0; rc == 0 && i < study->n_personas; i++) {
		const struct amp_persona *p = &study->personas[i];
		for (size_t j = 0; rc == 0 && j < p->n_sessions; j++) {
			rc = check_environment(study, p, &p->sessions[j], err);
			struct amp_login *l = &s->logins[s->n_logins++];
			*l = (struct amp_login){.persona = i,
			                        .who = p,
			                        .session = &p->sessions[j],
			                        .adapter = amp_study_platform(study, p->sessions[j].platform)};
			amp_buf_init(&l->authorization, 16384);
			if (rc == 0 && l->session->token_env)
				amp_buf_printf(&l->authorization, BEARER "%s", getenv(l->session->token_env));
		}
	}
	if (rc != 0)
		amp_sessions_free(s);
	else
		*out = s;
	return rc;
}

void amp_sessions_free(struct amp_sessions *s)
{
	if (!s) return;
	for (size_t i = 0; i < s->n_logins; i++) amp_buf_free(&s->logins[i].authorization);
	amp_free(s->logins);
	amp_buf_free(&s->path);
	json_decref(s->kept);
	amp_free(s);
}

int amp_sessions_load_cookies(struct amp_sessions *s, const char *persona, struct amp_visitor *v, struct amp_err *err)
{
	const char *lines = json_string_value(json_object_get(child(child(s->kept, "personas"), persona), "cookies"));
	return lines ? amp_visitor_load_cookies(v, amp_str_c(lines), err) : 0;
}

int amp_sessions_keep_cookies(struct amp_sessions *s, const char *persona, struct amp_visitor *v, struct amp_err *err)
{
	struct amp_buf b;
	amp_buf_init(&b, FILE_MAX / 16);
	int rc = amp_visitor_save_cookies(v, &b, err);
	if (rc == 0) {
		json_t *p = child(child(s->kept, "personas"), persona);
		const char *before = json_string_value(json_object_get(p, "cookies"));
		struct amp_str now = amp_buf_str(&b);
		if (!amp_str_eq(amp_str_c(before ? before : ""), now)) {
			json_object_set_new(p, "cookies", json_stringn(now.p, now.n));
			s->changed = true;
		}
	}
	amp_buf_free(&b);
	return rc;
}

bool amp_sessions_declared(const struct amp_persona *p, const struct amp_study_feed *f)
{
	return amp_feed_session(p, f) != NULL;
}

const char *amp_sessions_authorization(const struct amp_sessions *s, size_t persona, const struct amp_study_feed *f)
{
	const struct amp_persona_session *session = amp_feed_session(&s->study->personas[persona], f);
	for (size_t i = 0; session && i < s->n_logins; i++)
		if (s->logins[i].session == session && s->logins[i].authorization.n > 0) return s->logins[i].authorization.p;
	return NULL;
}

const char *amp_sessions_token(const struct amp_sessions *s, size_t persona, const struct amp_study_feed *f)
{
	const char *authorization = amp_sessions_authorization(s, persona, f);
	return authorization ? authorization + sizeof BEARER - 1 : NULL;
}

bool amp_sessions_ready(const struct amp_sessions *s, size_t persona, const struct amp_study_feed *f)
{
	return !amp_sessions_declared(&s->study->personas[persona], f) || amp_sessions_authorization(s, persona, f) != NULL;
}

/* "/xrpc/com.atproto.server.createSession" -> "…refreshSession" */
static void session_url(const struct amp_login *l, bool refresh, struct amp_buf *url)
{
	const char *path = l->adapter->session_path, *create = strstr(path, "createSession");
	amp_buf_addc(url, l->session->host ? l->session->host : l->adapter->default_host ? l->adapter->default_host : "");
	if (refresh && create) {
		amp_buf_add(url, path, (size_t)(create - path));
		amp_buf_addc(url, "refreshSession");
	} else {
		amp_buf_addc(url, path);
	}
}

static int ask(struct amp_login *l, const char *refresh_token, struct amp_fetch *f, struct amp_visitor *v, struct amp_err *err)
{
	struct amp_buf url, bearer, text;
	amp_buf_init(&url, 8192);
	amp_buf_init(&bearer, 16384);
	amp_buf_init(&text, FILE_MAX);
	(void)amp_buf_reserve(&text, 4096); /* at once: where it grows it leaves copies behind, and it holds a password */
	l->refreshing = refresh_token != NULL;
	session_url(l, l->refreshing, &url);
	if (refresh_token) amp_buf_printf(&bearer, BEARER "%s", refresh_token);
	json_t *body = refresh_token ? NULL
	                             : json_pack("{s:s,s:s}", "identifier", getenv(l->session->identifier_env), "password",
	                                         getenv(l->session->password_env));
	int rc = refresh_token ? 0 : amp_jsonv_dump(&text, body, JSON_COMPACT, "a login", NULL);
	const struct amp_header headers[] = {
		{refresh_token ? "Authorization" : "Content-Type", refresh_token ? amp_buf_str(&bearer).p : "application/json",
	         refresh_token != NULL},
		{NULL, NULL, false},
	};
	struct amp_request r = {.method = "POST",
	                        .url = amp_buf_str(&url).p,
	                        .headers = headers,
	                        .body = text.n ? text.p : NULL,
	                        .secret_body = true};
	rc = url.failed || bearer.failed || rc != 0
	             ? amp_fail(err, AMP_ENOMEM, _("Out of memory while logging in persona %s."), l->who->name)
	             : amp_fetch_submit(f, v, &r, "session", l, err);
	if (text.p) memset(text.p, 0, text.size);
	json_decref(body);
	amp_buf_free(&text);
	amp_buf_free(&url);
	amp_buf_free(&bearer);
	return rc;
}

int amp_sessions_submit(struct amp_sessions *s, size_t persona, struct amp_fetch *f, struct amp_visitor *v, struct amp_err *err)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < s->n_logins; i++) {
		struct amp_login *l = &s->logins[i];
		if (l->persona != persona || l->session->token_env || l->failed || !l->adapter || !l->adapter->session_path)
			continue;
		json_t *kept = kept_session(s, l);
		const char *access = json_string_value(json_object_get(kept, "access")),
			   *refresh = json_string_value(json_object_get(kept, "refresh"));
		if (fresh(access)) {
			amp_buf_reset(&l->authorization);
			amp_buf_printf(&l->authorization, BEARER "%s", access);
			continue;
		}
		rc = ask(l, fresh(refresh) ? refresh : NULL, f, v, err);
	}
	return rc;
}

int amp_sessions_answer(struct amp_sessions *s, struct amp_exchange *x, struct amp_err *err)
{
	struct amp_login *l = x->user;
	json_t *o = NULL;
	if (x->result == AMP_FETCH_RESPONSE && x->status == 200) {
		int rc = amp_jsonv_try(&o, (struct amp_str){x->body.p, x->body.n}, &(struct amp_jsonv_rule){.name = x->url}, err);
		if (rc != 0) return rc;
	}
	const char *access = json_string_value(json_object_get(o, "accessJwt")),
		   *refresh = json_string_value(json_object_get(o, "refreshJwt"));
	json_t *kept = kept_session(s, l);
	if (access) {
		json_object_set_new(kept, "access", json_string(access));
		if (refresh) json_object_set_new(kept, "refresh", json_string(refresh));
		amp_buf_reset(&l->authorization);
		amp_buf_printf(&l->authorization, BEARER "%s", access);
	} else if (x->result != AMP_FETCH_STOPPED) {
		/* A refresh token that was refused is forgotten: the persona logs in anew. A refused password is not tried twice. A server that is
		 * down or busy refuses nothing: the next round asks again. */
		bool refused = x->result == AMP_FETCH_RESPONSE && x->status >= 400 && x->status < 500 && x->status != 429;
		amp_buf_reset(&l->authorization);
		if (refused) json_object_clear(kept);
		l->failed = refused && !l->refreshing;
		if (refused && l->refreshing) {
			s->changed = true;
			return 0;
		}
		amp_log(AMP_WARN, "session",
		        _("Persona %s could not log in to %s (status %d): its feeds that are read with this session are not asked for."),
		        l->who->name, l->session->platform, x->status);
	}
	s->changed = true;
	json_decref(o);
	return 0;
}

int amp_sessions_save(struct amp_sessions *s, struct amp_err *err)
{
	if (!s->changed) return 0;
	struct amp_buf text;
	amp_buf_init(&text, FILE_MAX);
	int rc = amp_jsonv_dump(&text, s->kept, JSON_INDENT(1) | JSON_SORT_KEYS, s->path.p, err);
	mode_t before = umask(077);
	if (rc == 0) rc = amp_io_write_file(s->path.p, text.p, text.n, err);
	(void)umask(before);
	if (rc == 0 && chmod(s->path.p, 0600) != 0) rc = amp_fail_errno(err, _("%s cannot be made private."), s->path.p);
	amp_buf_free(&text);
	if (rc == 0) s->changed = false;
	return rc;
}

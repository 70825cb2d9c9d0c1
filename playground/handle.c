/* handle.c: routing, visitors, limits, content coding: what the platforms share. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <libdeflate.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "server.h"

int pg_settings_check(const struct pg_settings *set, struct amp_err *err)
{
	/* written so that NaN fails too */
	if (!(set->amplify >= 0 && set->amplify <= 3)) return amp_fail(err, AMP_EUSAGE, _("amplify must be a number from 0 to 3."));
	if (!(set->noise >= 0 && set->noise <= 3)) return amp_fail(err, AMP_EUSAGE, _("noise must be a number from 0 to 3."));
	if (!(set->prevalence >= 0 && set->prevalence <= 0.5))
		return amp_fail(err, AMP_EUSAGE, _("prevalence must be a number from 0 to 0.5."));
	if (!(set->drift >= 0 && set->drift <= 0.5)) return amp_fail(err, AMP_EUSAGE, _("drift must be a number from 0 to 0.5."));
	if (set->posts_per_day < 10 || set->posts_per_day > PG_POSTS_MAX)
		return amp_fail(err, AMP_EUSAGE, _("posts must be from 10 to %d a day."), PG_POSTS_MAX);
	return 0;
}

int pg_server_init(struct pg_server *s, const struct pg_settings *set, FILE *log, struct amp_err *err)
{
	memset(s, 0, sizeof *s);
	if (pg_settings_check(set, err) != 0) return AMP_EUSAGE;
	s->set = *set;
	int rc = pg_world_init(&s->world, set->seed, set->prevalence, set->posts_per_day, err);
	if (rc != 0) return rc;
	s->log = log;
	pg_log_start(s);
	return 0;
}

void pg_server_end(struct pg_server *s)
{
	pg_log_crowd(s);
	pg_visitors_clear(&s->visitors);
	pg_world_free(&s->world);
}

bool pg_server_clock(struct pg_server *s, int64_t now)
{
	if (now < s->set.now) return false;
	if (now > s->set.now) {
		pg_log_crowd(s);
		s->set.now = now;
	}
	return true;
}

const char *pg_param(const struct pg_request *req, const char *name)
{
	for (size_t i = 0; i < req->n_params; i++)
		if (strcmp(req->params[i].name, name) == 0) return req->params[i].value;
	return NULL;
}

bool pg_int_param(const struct pg_request *req, const char *name, int64_t lo, int64_t hi, int64_t fallback, int64_t *out)
{
	const char *text = pg_param(req, name);
	*out = fallback;
	if (!text) return true;
	int64_t v;
	if (!amp_str_i64(amp_str_c(text), &v) || v < lo || v > hi) return false;
	*out = v;
	return true;
}

void pg_header(struct pg_response *res, const char *name, const char *fmt, ...)
{
	if (res->n_headers == sizeof res->headers / sizeof *res->headers) return;
	struct pg_header *h = &res->headers[res->n_headers++];
	va_list ap;
	va_start(ap, fmt);
	h->name = name;
	vsnprintf(h->value, sizeof h->value, fmt, ap);
	va_end(ap);
}

void pg_json_error(struct pg_response *res, int status, const char *error, const char *message)
{
	struct amp_jsonw w;
	res->status = status;
	res->type = "application/json; charset=utf-8";
	amp_buf_reset(&res->body);
	amp_jsonw_start(&w, &res->body);
	amp_jsonw_object(&w);
	amp_jsonw_kc(&w, "error", error);
	if (message) amp_jsonw_kc(&w, "message", message);
	amp_jsonw_end_object(&w);
}

void pg_html(struct amp_buf *b, struct amp_str text)
{
	for (size_t i = 0; i < text.n; i++) {
		switch (text.p[i]) {
		case '&': amp_buf_addc(b, "&amp;"); break;
		case '<': amp_buf_addc(b, "&lt;"); break;
		case '>': amp_buf_addc(b, "&gt;"); break;
		case '"': amp_buf_addc(b, "&quot;"); break;
		default: amp_buf_byte(b, (unsigned char)text.p[i]);
		}
	}
}

/* ---- who asks ---- */
static const char *const cookie_names[PG_PLATFORMS] = {"bsky_visitor", "masto_visitor", "feeds_visitor", "videos_visitor"};
static const char *const cookie_paths[PG_PLATFORMS] = {"/xrpc", "/api", "/feeds", "/"};

static bool cookie_key(const char *header, const char *name, char key[PG_KEY_TEXT])
{
	struct amp_str rest = amp_str_c(header);
	while (rest.p) {
		struct amp_str value = amp_str_trim(amp_str_cut(&rest, ';'));
		if (!amp_str_eq_c(amp_str_cut(&value, '='), name) || !value.p || value.n != PG_KEY_TEXT - 1) continue;
		size_t i = 0;
		while (i < value.n && amp_hex_value((unsigned char)value.p[i]) >= 0) i++;
		if (i < value.n) continue;
		memcpy(key, value.p, value.n);
		key[value.n] = '\0';
		return true;
	}
	return false;
}

/* Bluesky announces the reset in seconds since 1970, Mastodon as a date; feeds say nothing. Real time: it is not part of the world. */
static bool within_rate(struct pg_server *s, struct pg_visitor *v, struct pg_response *res)
{
	const int64_t now_s = amp_clock_wall_ms() / 1000;
	if (now_s - v->window_start_s >= 300) {
		v->window_start_s = now_s;
		v->window_count = 0;
	}
	v->window_count++;
	const int64_t limit = s->set.rate_limit, reset = v->window_start_s + 300;
	const int64_t left = v->window_count < limit ? limit - v->window_count : 0;
	char date[AMP_TIME_TEXT];
	if (v->platform == PG_BLUESKY) {
		pg_header(res, "RateLimit-Limit", "%lld", (long long)limit);
		pg_header(res, "RateLimit-Remaining", "%lld", (long long)left);
		pg_header(res, "RateLimit-Reset", "%lld", (long long)reset);
		pg_header(res, "RateLimit-Policy", "%lld;w=300", (long long)limit);
	} else if (v->platform == PG_MASTODON) {
		pg_header(res, "X-RateLimit-Limit", "%lld", (long long)limit);
		pg_header(res, "X-RateLimit-Remaining", "%lld", (long long)left);
		pg_header(res, "X-RateLimit-Reset", "%s", amp_time_format(reset * 1000, date));
	}
	if (v->window_count <= limit) return true;
	pg_json_error(res, 429, v->platform == PG_BLUESKY ? "RateLimitExceeded" : "Too many requests",
	              v->platform == PG_BLUESKY ? "Rate Limit Exceeded" : NULL);
	if (v->platform == PG_FEEDS || v->platform == PG_VIDEOS) pg_header(res, "Retry-After", "%lld", (long long)(reset - now_s));
	return false;
}

struct pg_visitor *pg_who(struct pg_server *s, const struct pg_request *req, struct pg_response *res, enum pg_platform platform,
                          const char *account)
{
	char key[PG_KEY_TEXT];
	if (account[0]) {
		snprintf(key, sizeof key, "%016llx",
		         (unsigned long long)pg_hash_text(s->set.seed, "account", account, strlen(account)));
	} else if (!cookie_key(req->cookie, cookie_names[platform], key)) {
		uint64_t looks = pg_hash_text(0, "language", req->accept_language, strlen(req->accept_language));
		looks = pg_hash_text(looks, "program", req->user_agent, strlen(req->user_agent));
		looks = pg_hash_text(looks, "address", req->address, strlen(req->address));
		pg_visitor_new_key(&s->visitors, s->set.seed, platform, looks, key);
		pg_header(res, "Set-Cookie", "%s=%s; Path=%s; Max-Age=31536000; HttpOnly; SameSite=Lax", cookie_names[platform],
		          key, cookie_paths[platform]);
	}
	struct pg_visitor *v = pg_visitor_get(&s->visitors, platform, key);
	if (!v) {
		pg_json_error(res, 500, "InternalServerError", "Internal Server Error");
		return NULL;
	}
	snprintf(v->account, sizeof v->account, "%s", account);
	snprintf(v->accept_language, sizeof v->accept_language, "%s", req->accept_language);
	v->lang = pg_language_of(req->accept_language);
	return within_rate(s, v, res) ? v : NULL;
}

uint64_t pg_noise_key(const struct pg_server *s, const struct pg_visitor *v, uint64_t request)
{
	return pg_hash_text(pg_hash(s->set.seed, "request", request, 0), "visitor", v->key, strlen(v->key));
}

size_t pg_serve_ranked(struct pg_server *s, enum pg_platform platform, const struct pg_profile *profile, int topic, int64_t at,
                       uint64_t noise_key)
{
	/* Trends and feed files are one ranking for all: nobody's profile enters. */
	static const struct pg_profile nobody = {.lang = PG_LANG_NONE};
	const struct pg_dials dials = {s->set.amplify, s->set.noise};
	size_t n = pg_world_pool(&s->world, platform, at, PG_RANKED_WINDOW, topic, -1, s->pool);
	pg_rank(s->pool, n, platform == PG_BLUESKY ? profile : &nobody, &dials, at, noise_key, s->ranked);
	return n;
}

void pg_mark_feed(struct pg_server *s, struct pg_visitor *v, struct pg_response *res, const char *endpoint, const char *feed,
                  bool ranked, size_t offset, const struct pg_post *const *posts, size_t n)
{
	res->is_feed = true;
	res->visitor = v;
	res->ranked = ranked;
	res->platform = v->platform;
	res->endpoint = endpoint;
	snprintf(res->feed, sizeof res->feed, "%s", feed);
	res->offset = offset;
	res->n = n < PG_PAGE_MAX ? n : PG_PAGE_MAX;
	if (res->n) memcpy(res->posts, posts, res->n * sizeof *posts);
	v->served_at = s->set.now;
}

/* ---- content coding ---- */
static bool wants_gzip(const char *accept)
{
	struct amp_str rest = amp_str_c(accept);
	while (rest.p) {
		struct amp_str q = amp_str_cut(&rest, ',');
		struct amp_str name = amp_str_trim(amp_str_cut(&q, ';'));
		if (amp_str_ieq_c(name, "gzip")) return !q.p || !amp_str_eq_c(amp_str_trim(q), "q=0");
	}
	return false;
}

static bool code_gzip(struct amp_buf *body)
{
	struct libdeflate_compressor *c = libdeflate_alloc_compressor(6);
	if (!c) return false;
	struct amp_buf out;
	amp_buf_init(&out, PG_RESPONSE_MAX);
	size_t bound = libdeflate_gzip_compress_bound(c, body->n), n = 0;
	if (amp_buf_reserve(&out, bound) == 0) n = libdeflate_gzip_compress(c, body->p, body->n, out.p, bound);
	libdeflate_free_compressor(c);
	if (n == 0) {
		amp_buf_free(&out);
		return false;
	}
	out.n = n;
	amp_buf_free(body);
	*body = out;
	return true;
}

static void robots(struct pg_server *s, const struct pg_request *req, struct pg_response *res)
{
	(void)s;
	(void)req;
	res->type = "text/plain; charset=utf-8";
	amp_buf_addc(
		&res->body,
		"# amplimeter-playground: crawlers are welcome, except on its control panel.\nUser-agent: *\nDisallow: /playground/\n");
}

static const struct {
	const char *prefix;
	void (*serve)(struct pg_server *s, const struct pg_request *req, struct pg_response *res);
} routes[] = {{"/robots.txt", robots}, {"/xrpc/", pg_bluesky}, {"/streams/", pg_videos}, {"/api/v1/videos/", pg_videos},
              {"/api/", pg_mastodon},  {"/feeds/", pg_feeds},  {"/", pg_pages}};

void pg_handle(struct pg_server *s, const struct pg_request *req, struct pg_response *res)
{
	memset(res, 0, sizeof *res);
	amp_buf_init(&res->body, PG_RESPONSE_MAX);
	res->status = 200;
	res->type = "application/json; charset=utf-8";
	s->requests++;
	if (req->too_long) {
		pg_json_error(res, req->body.n > PG_BODY_MAX ? 413 : 414, "InvalidRequest", "Request is too large");
	} else {
		for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
			if (!amp_str_starts(amp_str_c(req->path), routes[i].prefix)) continue;
			routes[i].serve(s, req, res);
			break;
		}
	}
	if (res->body.failed) {
		res->is_feed = false;
		pg_json_error(res, 500, "InternalServerError", "Internal Server Error");
	}
	bool coded = res->body.n > 200 && wants_gzip(req->accept_encoding) && code_gzip(&res->body);
	if (coded) pg_header(res, "Content-Encoding", "gzip");
	if (res->is_feed && res->status == 200 && strcmp(req->method, "HEAD") != 0) pg_log_answer(s, res, coded);
	pg_header(res, "Vary", "Accept-Encoding%s", res->is_feed && res->platform == PG_MASTODON ? ", Origin" : "");
}

/* server.h: one request in, one response out, no socket in between: http.c carries them, tests call pg_handle directly.
 * Single thread: nothing here is locked.
 */
#ifndef PG_SERVER_H
#define PG_SERVER_H
#include <stdio.h>
#include "base/buf.h"
#include "base/clock.h"
#include "base/jsonw.h"
#include "visitor.h"

#define PG_PARAMS_MAX 48
#define PG_BODY_MAX 65536  /* bytes of a POST body */
#define PG_TARGET_MAX 8192 /* bytes of path and query */
#define PG_RESPONSE_MAX (16u << 20)
#define PG_PAGE_MAX 100
#define PG_DEPTHS_MAX 8
#define PG_HOST "playground.test" /* RFC 6761: never resolves */

struct pg_param {
	const char *name, *value;
};
struct pg_request {
	const char *method, *path; /* path decoded, without query */
	struct pg_param params[PG_PARAMS_MAX];
	size_t n_params;
	/* headers, "" when absent */
	const char *host, *origin, *accept_language, *accept_encoding, *cookie, *authorization, *user_agent, *if_none_match,
		*content_type;
	const char *address; /* peer, without port */
	struct amp_str body;
	bool too_long; /* path, query, body or number of parameters over the bounds */
};

struct pg_header {
	const char *name;
	char value[512];
};
struct pg_response {
	int status;
	const char *type;    /* Content-Type */
	struct amp_buf body; /* entity as sent: coded once pg_handle has returned */
	struct pg_header headers[12];
	size_t n_headers;
	/* a feed answer, for the truth log */
	bool is_feed, ranked;
	const struct pg_visitor *visitor;
	enum pg_platform platform;
	const char *endpoint;
	char feed[48];
	int step; /* of a walk: videos only */
	size_t offset, n;
	const struct pg_post *posts[PG_PAGE_MAX];
};

struct pg_settings {
	uint64_t seed;
	double amplify, noise, prevalence;
	double drift; /* what each step of a walk adds to the share of hateful videos beside the one watched */
	int posts_per_day;
	int crowd; /* visitors, 0 = none */
	int depths[PG_DEPTHS_MAX];
	size_t n_depths;
	int rate_limit;       /* requests a visitor may make in 5 minutes */
	bool trends_uncached; /* Mastodon's trends: noise a request instead of an instant */
	int64_t now;
};
#define PG_SETTINGS_DEFAULT                                                                                                     \
	{                                                                                                                       \
		.seed = 1, .amplify = 1, .noise = 0.1, .prevalence = 0.04, .drift = 0.03, .posts_per_day = 480, .crowd = 400,   \
		.depths = {10, 30}, .n_depths = 2, .rate_limit = 3000, .now = INT64_C(1793606400000) /* 2026-11-02T08:00:00Z */ \
	}

struct pg_server {
	struct pg_settings set;
	struct pg_world world;
	struct pg_visitors visitors;
	FILE *log;
	uint64_t requests;
	int64_t cache_instant, cache_wall_s;     /* when Mastodon's trends of this instant were first served */
	const struct pg_post *pool[PG_POOL_MAX]; /* work space of one answer */
	struct pg_ranked ranked[PG_POOL_MAX];
};

int pg_server_init(struct pg_server *s, const struct pg_settings *set, FILE *log, struct amp_err *err) AMP_CHECK;
/* Serves the crowd of the last instant, then frees. */
void pg_server_end(struct pg_server *s);
/* Fills res (its body is initialised here; free it with amp_buf_free). Never fails: trouble becomes a 500. */
void pg_handle(struct pg_server *s, const struct pg_request *req, struct pg_response *res);
/* Moves the clock forward after serving the crowd of the instant left behind. false when `now` lies in the past. */
bool pg_server_clock(struct pg_server *s, int64_t now);
int pg_settings_check(const struct pg_settings *set, struct amp_err *err) AMP_CHECK;

/* ---- used by the platforms ---- */
const char *pg_param(const struct pg_request *req, const char *name); /* NULL when absent */
void pg_header(struct pg_response *res, const char *name, const char *fmt, ...) AMP_PRINTF(3, 4);
void pg_json_error(struct pg_response *res, int status, const char *error, const char *message); /* message NULL: Mastodon's form */
/* A whole number parameter: fallback when absent; false when it is not a number from lo to hi. */
bool pg_int_param(const struct pg_request *req, const char *name, int64_t lo, int64_t hi, int64_t fallback, int64_t *out);
/* Who asks. account: "" when not logged in. Sets the cookie on a first visit. NULL: memory is out. */
struct pg_visitor *pg_who(struct pg_server *s, const struct pg_request *req, struct pg_response *res, enum pg_platform platform,
                          const char *account);
/* Fills s->ranked with the candidates of the last 24 hours before `at`, best first; returns how many. */
size_t pg_serve_ranked(struct pg_server *s, enum pg_platform platform, const struct pg_profile *profile, int topic, int64_t at,
                       uint64_t noise_key);
uint64_t pg_noise_key(const struct pg_server *s, const struct pg_visitor *v, uint64_t request);
/* Marks res as a feed answer of `n` posts from `posts`. */
void pg_mark_feed(struct pg_server *s, struct pg_visitor *v, struct pg_response *res, const char *endpoint, const char *feed,
                  bool ranked, size_t offset, const struct pg_post *const *posts, size_t n);
void pg_html(struct amp_buf *b, struct amp_str text); /* escaped for HTML and XML */

void pg_bluesky(struct pg_server *s, const struct pg_request *req, struct pg_response *res);
void pg_mastodon(struct pg_server *s, const struct pg_request *req, struct pg_response *res);
void pg_feeds(struct pg_server *s, const struct pg_request *req, struct pg_response *res);
void pg_videos(struct pg_server *s, const struct pg_request *req, struct pg_response *res);
void pg_pages(struct pg_server *s, const struct pg_request *req, struct pg_response *res);

/* ---- truth.c ---- */
extern const char *const pg_platform_name[PG_PLATFORMS];
void pg_log_start(struct pg_server *s);
void pg_log_settings(struct pg_server *s);
void pg_log_answer(struct pg_server *s, const struct pg_response *res, bool coded);
void pg_log_crowd(struct pg_server *s);

#endif

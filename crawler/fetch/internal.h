/* internal.h: the joints between the files of this folder. Nothing outside it includes this header, its unit tests excepted.
 *
 * mask, echo, robots and polite are pure: bytes and a time in, a verdict out; no clock, no network, no globals.
 * transport is the one file that holds curl handles; url holds libcurl's URL parser; visitor and fetch know neither.
 */
#ifndef AMP_FETCH_INTERNAL_H
#define AMP_FETCH_INTERNAL_H
#include <netinet/in.h>
#include <sys/socket.h>
#include "base/address.h"
#include "base/rng.h"
#include "container/http.h"
#include "fetch/fetch.h"

/* ---- mask.c: secrets replaced by '*' at equal length ---- */
struct amp_secrets {
	const struct amp_header *headers; /* those with secret set; ends with name NULL; may be NULL */
	const char *const *query;         /* keys, NULL-ended; may be NULL */
	const struct amp_secret *values;  /* see echo.c; may be NULL */
};
/* Values of listed query keys in any URL inside the bytes. Names are added to masked, comma-separated, once each. */
void amp_mask_query(char *p, size_t n, const struct amp_secrets *s, char *masked, size_t size);
/* The next listed key at or behind *at, which moves behind its value; NULL when there is none. The value is a part of text. */
const char *amp_mask_next_query(struct amp_str text, size_t *at, const struct amp_secrets *s, struct amp_str *value);
/* A header block, request or response: Authorization, Proxy-Authorization, Cookie and Set-Cookie values (their names stay), the
 * secret headers, listed query keys, and any echo of a secret value. Returns the number of cookies seen. */
int amp_mask_headers(char *p, size_t n, const struct amp_secrets *s, char *masked, size_t size);
/* Every occurrence of a text in a body; noted as "body:NAME". */
void amp_mask_body(char *p, size_t n, const char *name, const char *text, char *masked, size_t size);
void amp_mask_note(char *masked, size_t size, const char *name);
void amp_mask_header_name(const char *name, char *lower, size_t size);

/* ---- echo.c: the secrets of a request as values, and where an answer repeats them ---- */
struct amp_secret {
	char *note;  /* as `masked` says it: "authorization", "query:key", "body:i" */
	char *value; /* as the service knows it, 8 bytes or more; NULL ends a list */
};
struct amp_job;
/* Fills j->secrets from its secret headers, the listed keys of its URL and its body's secret. Kept from hop to hop: another host may
 * repeat them too. */
int amp_echo_gather(struct amp_job *j, struct amp_err *err) AMP_CHECK;
void amp_echo_free(struct amp_secret *list);
/* Stars for every repetition, literal, percent-encoded or as in JSON. list may be NULL, here and below. */
void amp_echo_mask(char *p, size_t n, const struct amp_secret *list, char *masked, size_t size);
/* Adds the bare names of those that the body repeats to names, comma-separated, once each. The body stays. */
void amp_echo_find(struct amp_str body, const struct amp_secret *list, char *names, size_t size);

/* ---- robots.c: RFC 9309 ---- */
#define AMP_ROBOTS_BYTES ((size_t)500 * 1024) /* section 2.5: at least 500 KiB must be parsed; we stop there */
struct amp_robots;
/* Rules for the product token among the first AMP_ROBOTS_BYTES. NULL when memory is out. */
struct amp_robots *amp_robots_parse(struct amp_str text, const char *token);
struct amp_robots *amp_robots_all(bool allowed); /* no file (4xx), or unreachable (5xx) */
void amp_robots_free(struct amp_robots *r);
/* path: path and query of the URL. /robots.txt itself is always allowed; r == NULL (memory was out) refuses everything else. */
bool amp_robots_allows(const struct amp_robots *r, struct amp_str path);
int64_t amp_robots_delay_ms(const struct amp_robots *r); /* Crawl-delay (not in the RFC, widely meant), bounded to 30 s; 0 = none */

/* ---- polite.c: what a host is owed. Times are monotonic milliseconds given by the caller ---- */
#define AMP_POLITE_BURST 3.0
#define AMP_POLITE_PATIENCE_MS ((int64_t)3600 * 1000) /* a host that wants us away for longer is left alone: policy "breaker" */
#define AMP_BREAKER_FAILURES 5                        /* in a row */
struct amp_polite {
	double rate; /* tokens a second */
	bool local;  /* allowed by name and private: a test or teaching server, no rate limit */
	int limit;   /* exchanges at once */
	double tokens;
	int64_t refilled_at;
	int running;
	int64_t blocked_until; /* the host's own wish: Retry-After, rate-limit headers */
	int64_t open_until;    /* circuit breaker */
	int failures, trips;
	bool probing;               /* half open: one exchange finds out */
	int64_t gap_ms, last_start; /* Crawl-delay */
};
void amp_polite_init(struct amp_polite *p, double rate, int limit, bool local, int64_t now);
/* now when an exchange may start, else the time to ask again (INT64_MAX: when one of the running ends). */
int64_t amp_polite_ready_at(struct amp_polite *p, int64_t now);
void amp_polite_started(struct amp_polite *p, int64_t now);
void amp_polite_ended(struct amp_polite *p, bool failed, int64_t now);
/* "Retry-After" and reset values in all their forms (endpoints.md): milliseconds from wall, -1 when unreadable.
 * Value > 10^12 is epoch milliseconds, > 10^9 epoch seconds, a weekday or a T makes a date, else delta seconds. */
int64_t amp_polite_delay(struct amp_str value, int64_t wall_ms);
/* How long this answer asks us to stay away, 0 when it does not: Retry-After on 429/503, and the five rate-limit families when
 * nothing remains or the status is 429. The server's own Date header is the base for dates, when it has one. */
int64_t amp_polite_asked_wait(struct amp_str block, int status, int64_t wall_ms);
/* Exponential, jittered over [0.5, 1.5) of its step: attempt 1 failed -> 1 s, then 2, 4 … 60 s; from 20 ms for local hosts. */
int64_t amp_polite_backoff(int attempt, bool local, struct amp_rng *rng);

/* ---- url.c: libcurl's parser, so that what is checked is what is sent ---- */
struct amp_url {
	char *text;     /* normalised, without fragment; amp_url_free */
	char scheme[8]; /* "http", "https", or another in full or cut: then other_scheme */
	char host[256]; /* without brackets, lower case */
	int port;
	size_t path_at; /* path and query begin here in text */
	bool other_scheme;
};
/* base may be NULL. AMP_EUSAGE with a sentence for what is no URL, or holds a user name or password. */
int amp_url_parse(struct amp_url *out, const char *base, const char *text, struct amp_err *err) AMP_CHECK;
void amp_url_free(struct amp_url *u);
/* Checks a proxy URL (http, https, socks5h, socks4a: those that resolve names at the far end, so that no look-up of a persona leaves
 * by another way) and writes it with its password masked. */
int amp_url_check_proxy(const char *text, char *masked, size_t size, struct amp_err *err) AMP_CHECK;

/* ---- transport.c: every curl handle of the program ---- */
struct amp_transport; /* the multi */
struct amp_line;      /* a visitor's share handle and its idle easy handles */
struct amp_send {
	const char *method, *url, *body;
	size_t body_bytes;
	const struct amp_header *headers;
	bool private_ok; /* this host and port were allowed by name */
	void *owner;
};
struct amp_wire { /* one exchange under way or just ended */
	void *owner;
	struct amp_buf request;  /* bytes as sent */
	struct amp_buf response; /* header block as received, then the body as received */
	size_t header_bytes;     /* 0 until the block was complete */
	int curl_code;
	bool refused_private, over_wire;
	char error[256];
	char server[64], server_ip[48], local[64], tls_version[16];
	uint8_t certificate[AMP_SHA256];
	bool has_certificate;
	const char *protocol;
	int64_t started_at, sent_at, first_byte_at, ended_at; /* wall ms */
};
int amp_transport_new(struct amp_transport **out, const struct amp_fetch_options *o, const char *user_agent,
                      struct amp_err *err) AMP_CHECK;
void amp_transport_free(struct amp_transport *t);
int amp_line_new(struct amp_line **out, struct amp_transport *t, const char *proxy, struct amp_err *err) AMP_CHECK;
void amp_line_free(struct amp_line *l);
int amp_line_save_cookies(struct amp_line *l, struct amp_buf *out, struct amp_err *err) AMP_CHECK;
int amp_line_load_cookies(struct amp_line *l, struct amp_str lines, struct amp_err *err) AMP_CHECK;
int amp_transport_send(struct amp_transport *t, struct amp_line *l, const struct amp_send *s, struct amp_err *err) AMP_CHECK;
int amp_transport_wait(struct amp_transport *t, int64_t ms, struct amp_err *err) AMP_CHECK; /* for traffic, at most ms */
struct amp_wire *amp_transport_next(struct amp_transport *t); /* an ended exchange, or NULL; give it back */
void amp_transport_give_back(struct amp_transport *t, struct amp_wire *w);
void amp_transport_cancel(struct amp_transport *t); /* whatever is under way */

/* ---- visitor.c ---- */
struct amp_job;
struct amp_lane { /* requests of one visitor to one host, in order; only the head moves */
	struct amp_host *host;
	struct amp_job *head;
	struct amp_lane *next;
};
struct amp_visitor {
	struct amp_fetch *fetch;
	struct amp_line *line;
	char *name, *proxy;     /* proxy: masked, NULL when none */
	struct amp_lane *lanes; /* only those with jobs */
	struct amp_visitor *next;
};
/* Puts a job in its place: ordered by job->order, after those of equal order (or before them all: first). */
int amp_visitor_enqueue(struct amp_visitor *v, struct amp_host *lane_host, struct amp_job *job, struct amp_err *err) AMP_CHECK;
/* Takes the head off; frees the lane when it is empty. */
void amp_visitor_pop(struct amp_visitor *v, struct amp_lane *lane);

/* ---- job.c: a request on its way through robots, attempts and hops ---- */
struct amp_host {     /* politeness and robots.txt, by scheme, name and port */
	char *origin; /* "https://example.org:443" */
	char *name;   /* "example.org:443" */
	struct amp_polite polite;
	bool allowed, robots_ignored;
	enum { AMP_ROBOTS_UNKNOWN, AMP_ROBOTS_FETCHING, AMP_ROBOTS_KNOWN } robots_state;
	struct amp_robots *robots;
	int64_t robots_until;
	struct amp_host *next;
};
struct amp_job {
	uint64_t order;
	struct amp_visitor *visitor;
	struct amp_host *host;
	struct amp_url url;
	char method[16];
	char *body, *purpose;
	size_t body_bytes;
	struct amp_header *headers;        /* owned */
	char **secret_query;               /* owned */
	char *secret_member, *secret_text; /* owned */
	struct amp_secret *secrets;        /* owned */
	bool secret_body, reads, running, robots_passed;
	void *user;
	int attempt, hop;
	int64_t queued_at, not_before;
	const char *policy; /* decided already: refuse when its turn comes */
	char policy_error[256];
	struct amp_host *robots_for; /* our own fetch of that host's robots.txt */
	struct amp_job *next;
};
int amp_job_new(struct amp_job **out, const struct amp_request *r, const char *purpose, struct amp_err *err) AMP_CHECK;
void amp_job_free(struct amp_job *j);
/* Points the job at the next hop (takes url); drops what must stay at home when the origin changes. */
void amp_job_redirect(struct amp_job *j, struct amp_url *url, int status);

/* ---- fetch.c ---- */
struct amp_fetch {
	struct amp_fetch_options o;
	char *user_agent;
	char **allow, **robots_override;
	amp_exchange_fn *fn;
	void *context;
	struct amp_transport *transport;
	struct amp_host *hosts;
	struct amp_visitor *visitors;
	struct amp_rng rng;
	struct amp_buf entity, plain, url, location;
	uint64_t orders;
	struct amp_job *current; /* whose callback is running: what it submits comes right after it */
	int in_flight;
	int64_t deadline;
	bool stopping;
};
/* Fills what is known before anything was sent; last_attempt is set. */
int amp_fetch_start_exchange(struct amp_fetch *f, struct amp_job *j, struct amp_exchange *x, struct amp_err *err) AMP_CHECK;
int amp_fetch_call_back(struct amp_fetch *f, struct amp_job *j, struct amp_exchange *x, struct amp_err *err) AMP_CHECK;
/* The job at the head of the lane is over: call back, and take it off. */
int amp_fetch_finish(struct amp_fetch *f, struct amp_lane *lane, struct amp_exchange *x, struct amp_err *err) AMP_CHECK;
/* Finds the host record of the job's URL, and refuses what needs no network to be refused. */
int amp_fetch_settle(struct amp_fetch *f, struct amp_job *j, struct amp_err *err) AMP_CHECK;
/* Whether a time (monotonic ms) is beyond our patience or the deadline. */
bool amp_fetch_too_far(const struct amp_fetch *f, int64_t at, int64_t now);
void amp_job_refuse(struct amp_job *j, const char *policy, const char *sentence);

/* ---- judge.c ---- */
/* One exchange of the lane's head ended: judge, call back, go on. */
int amp_fetch_ended(struct amp_fetch *f, struct amp_lane *lane, struct amp_wire *w, struct amp_err *err) AMP_CHECK;

#endif

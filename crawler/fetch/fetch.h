/* fetch.h: one libcurl multi, one event loop. Politeness lives here: per-host token bucket and concurrency, Retry-After and the
 * rate-limit header families, back-off with jitter, circuit breaker, robots.txt, refusal of private addresses, bounds.
 *
 * Each persona has one share handle (connections, cookies, TLS sessions) for its own easy handles only; an easy handle never
 * changes persona. Nothing else is shared but DNS and the parsed CA store.
 */
#ifndef AMP_FETCH_FETCH_H
#define AMP_FETCH_FETCH_H
#include <stdbool.h>
#include <stdint.h>
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/str.h"
#include "container/http.h" /* amp_fetch_decode */

struct amp_fetch;
struct amp_visitor; /* one persona's connection state: share handle, cookie jar, proxy */

struct amp_fetch_options {
	const char *user_agent;          /* NULL: "amplimeter/VERSION (+contact)" */
	const char *contact;             /* URL or mail address, required for live hosts */
	int max_in_flight;               /* 16 */
	int max_per_host;                /* 1 (endpoints.md, politeness) */
	double host_requests_per_second; /* token bucket, default 1.0; burst 3. Lifted only for hosts allowed by name in allow_private */
	int64_t timeout_ms;              /* whole exchange, 60 s */
	int64_t max_wire_bytes;          /* 16 MiB */
	int64_t max_decoded_bytes;       /* 64 MiB */
	int max_redirects;               /* 5, same scheme rules; each hop is an exchange of its own */
	int max_attempts;                /* 3: retries of 429/5xx/transport errors, never of a page that succeeded */
	/* "127.0.0.1:8081", "[::1]:*" …: the study's decisions, NULL-ended. The host is that of the URL as written: an entry for an
	 * address does not allow a name that resolves to it (DNS rebinding). */
	const char *const *allow_private;
	const char *const *robots_override; /* hosts whose robots.txt is not obeyed: recorded decisions, NULL-ended */
	const char *ca_file;                /* NULL: the system's bundle */
	uint64_t seed;                      /* jitter */
	bool (*stop)(void);                 /* asked between exchanges: a signal came */
};

struct amp_header {
	const char *name, *value;
	bool secret; /* masked everywhere */
};
struct amp_request {
	const char *method;               /* "GET" */
	const char *url;                  /* http or https only */
	const struct amp_header *headers; /* persona's and session's, ends with name NULL */
	const char *body;                 /* POST, or NULL */
	const char *const *secret_query;  /* query keys whose values are masked, NULL-ended, or NULL */
	const char *secret_member;        /* with secret_text: the name under which `masked` tells it, "body:i" */
	const char *secret_text; /* bytes of the body that are masked wherever they stand in it (a token as JSON), or NULL */
	bool reads;              /* a POST that changes nothing: tried again as a GET is; never redirected without its body */
	bool secret_body;        /* an authentication exchange: chained without bodies */
};

enum amp_fetch_result {
	AMP_FETCH_RESPONSE,  /* an HTTP response came, whatever its status (bodies may be cut: see truncated) */
	AMP_FETCH_TRANSPORT, /* no usable response: curl_code says why */
	AMP_FETCH_POLICY,    /* not sent: robots, private address, breaker open; policy says which */
	AMP_FETCH_STOPPED    /* a signal */
};

/* One exchange, all bytes as sent and received, secrets already masked at equal length. Lives until the callback returns. */
struct amp_exchange {
	enum amp_fetch_result result;
	const char *policy;  /* "robots", "private_address", "breaker", "scheme", "redirects" */
	char error[256];     /* sentence for TRANSPORT and POLICY */
	const char *purpose; /* "feed", "robots", "session", "lookup": as submitted; robots fetches of our own say "robots" */
	struct amp_visitor *visitor;
	const char *method;
	const char *url;         /* masked */
	struct amp_str request;  /* header bytes as sent, and body */
	struct amp_str response; /* header bytes as received, then the body still chunked and content-coded */
	size_t response_header_bytes;
	struct amp_str entity; /* de-chunked, still content-coded */
	struct amp_str body;   /* decoded, bounded */
	bool truncated;        /* short, cut, over a bound, or its coding broke: body holds the readable prefix */
	const char *truncated_why;
	bool unasked_coding; /* a Content-Encoding we did not ask for: archived, verdict drift */
	int status, curl_code, attempt;
	bool last_attempt;                          /* no retry and no redirect will follow */
	const char *protocol;                       /* "HTTP/1.1" */
	char server_address[64], local_address[64]; /* "127.0.0.1:8081" */
	const char *proxy;                          /* masked, NULL when none */
	char tls_version[16];
	uint8_t certificate_sha256[AMP_SHA256];
	bool has_certificate;
	int64_t queued_at, sent_at, first_byte_at, ended_at;         /* wall ms; AMP_TIME_NONE when it did not happen */
	uint8_t wire_sha256[AMP_SHA256], payload_sha256[AMP_SHA256]; /* of nothing when secret_body: of what is kept */
	int64_t wire_bytes;                                          /* of the body as received */
	char content_coding[32];
	int64_t age;                                      /* AMP_ABSENT-like INT64_MIN when not sent */
	struct amp_str date, etag, location, retry_after; /* header values, absent when not sent */
	char masked[256];                                 /* names of masked fields, comma-separated */
	char repeated[256];                               /* names of the secrets sent that the body repeats, which it keeps */
	char cookie_state[128];                           /* "sent 1, set 0": counts, never values */
	int redirect_hop;                                 /* 0 = the first request */
	void *user;                                       /* as submitted; NULL for robots fetches of our own */
};
/* Called for every exchange, robots fetches and each attempt and hop included, so that all are archived. Exactly one exchange of each
 * submitted request has last_attempt set: with it the request is over (POLICY and STOPPED always have it). May submit further
 * requests: they take their place right after the one that is being called back, so that the pages of a feed stay together.
 * Non-zero stops the loop and is returned by run: exchanges under way are cut, nothing queued is kept or called back. */
typedef int amp_exchange_fn(void *context, struct amp_exchange *x, struct amp_err *err);

int amp_fetch_new(struct amp_fetch **out, const struct amp_fetch_options *o, amp_exchange_fn *fn, void *context,
                  struct amp_err *err) AMP_CHECK;
void amp_fetch_free(struct amp_fetch *f); /* visitors must be freed first */
/* proxy: http, https, socks5h or socks4a URL (names are looked up at its far end), or NULL: the environment's proxies are never used.
 * Through a proxy only the URL itself can be checked for private addresses, not what the proxy makes of a name. */
int amp_visitor_new(struct amp_visitor **out, struct amp_fetch *f, const char *name, const char *proxy,
                    struct amp_err *err) AMP_CHECK;
void amp_visitor_free(struct amp_visitor *v);
const char *amp_visitor_name(const struct amp_visitor *v);
/* Cookies as Netscape lines, for the 0600 session file; load replaces. */
int amp_visitor_save_cookies(struct amp_visitor *v, struct amp_buf *out, struct amp_err *err) AMP_CHECK;
int amp_visitor_load_cookies(struct amp_visitor *v, struct amp_str lines, struct amp_err *err) AMP_CHECK;

/* Copies what it needs. Requests of one visitor to one host are done one after the other, in order, retries and redirects of each
 * included; between hosts and visitors the order of submission decides who is next. AMP_EUSAGE: no URL, credentials in it, a header
 * that HTTP does not allow, or a live host without contact and user agent. */
int amp_fetch_submit(struct amp_fetch *f, struct amp_visitor *v, const struct amp_request *r, const char *purpose, void *user,
                     struct amp_err *err) AMP_CHECK;
/* Runs until nothing is under way or queued, or until the wall-clock deadline (AMP_TIME_NONE = none): what is left then is
 * called back as AMP_FETCH_STOPPED. On a stop request the exchanges in hand are finished first. */
int amp_fetch_run(struct amp_fetch *f, int64_t deadline, struct amp_err *err) AMP_CHECK;

/* The same masking for what people give us: a header block saved beside a file (status line or not), a URL, a command line. In place,
 * at equal length; the names of what was masked are added to masked, comma-separated. */
int amp_fetch_mask_saved(struct amp_buf *headers, char *masked, size_t size, struct amp_err *err) AMP_CHECK;
void amp_fetch_mask_text(char *p, size_t n, char *masked, size_t size); /* query keys and "://user:password@" */

#endif

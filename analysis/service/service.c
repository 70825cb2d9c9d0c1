/* service.c: asking well: pace, bounds, retries, the order check. The transports below know one exchange, the kinds one shape. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/rng.h"
#include "service/private.h"

#define ATTEMPTS_MAX 5
#define BACK_OFF_MS INT64_C(1000)
#define BACK_OFF_MAX_MS 60000
#define PATIENCE_MS (INT64_C(15) * 60 * 1000) /* a longer Retry-After is another day's work */
/* How far two scores of one text may lie apart, by their size: hardware that adds in any order, and fp16. Most scores are near 0 and near
 * each other, so that an absolute bound would see nothing. */
#define STEADY 0.02

struct amp_service {
	const struct amp_service_config *config;
	struct amp_service_hooks hooks;
	struct service_http *http;
	struct service_child *child;
	char *token;
	struct amp_rng rng;
	int64_t next_id, next_at; /* not before, monotonic ms */
	int64_t requests, cost;   /* earlier runs included */
	bool exhausted;
	struct amp_buf request;
	struct service_reply reply;
	struct service_read read;
	char detail[SERVICE_DETAIL];
};

static int64_t real_now(void *user)
{
	(void)user;
	return amp_clock_mono_us() / 1000;
}

static void real_wait(void *user, int64_t ms)
{
	struct timespec t = {.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000};
	(void)user;
	(void)nanosleep(&t, NULL); /* a signal ends it: the caller looks whether to stop */
}

int amp_service_open(struct amp_service **out, const struct amp_service_config *c, const struct amp_service_hooks *hooks,
                     struct amp_err *err)
{
	uint64_t seed = 0;
	*out = NULL;
	struct amp_service *s = amp_calloc(1, sizeof *s);
	if (s == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while preparing a service."));
	s->config = c;
	if (hooks != NULL) s->hooks = *hooks;
	if (s->hooks.now == NULL) s->hooks.now = real_now;
	if (s->hooks.wait == NULL) s->hooks.wait = real_wait;
	s->next_id = 1;
	amp_buf_init(&s->request, SERVICE_REQUEST_MAX);
	amp_buf_init(&s->reply.body, SERVICE_ANSWER_MAX);
	int rc = amp_random_bytes(&seed, sizeof seed, err); /* only of the jitter */
	amp_rng_seed(&s->rng, seed);
	if (rc == 0) rc = service_token(&s->token, c, err);
	if (rc == 0)
		rc = c->kind->path != NULL ? service_http_new(&s->http, c, s->token, err) : service_child_new(&s->child, c, err);
	if (rc != 0) {
		amp_service_close(s);
		return rc;
	}
	*out = s;
	return 0;
}

void amp_service_close(struct amp_service *s)
{
	if (s == NULL) return;
	service_http_free(s->http);
	service_child_free(s->child);
	if (s->token != NULL) memset(s->token, 0, strlen(s->token));
	amp_free(s->token);
	amp_buf_free(&s->request);
	amp_buf_free(&s->reply.body);
	amp_free(s);
}

/* ---- bounds ---- */
static int64_t price(const struct amp_service *s, size_t characters)
{
	return s->config->cost_per_request + s->config->cost_per_1000_chars * (((int64_t)characters + 999) / 1000);
}

static bool affordable(struct amp_service *s, size_t characters)
{
	const struct amp_service_config *c = s->config;
	bool ok = (c->max_requests == 0 || s->requests < c->max_requests) &&
	          (c->budget == 0 || s->cost + price(s, characters) <= c->budget);
	s->exhausted = s->exhausted || !ok;
	return ok;
}

void amp_service_spent(struct amp_service *s, int64_t requests, int64_t cost)
{
	s->requests += requests;
	s->cost += cost;
	(void)affordable(s, 1);
}

bool amp_service_exhausted(const struct amp_service *s)
{
	return s->exhausted;
}

static bool stopping(const struct amp_service *s)
{
	return s->hooks.stop != NULL && s->hooks.stop();
}

/* Until `at`, in steps short enough that a signal is obeyed. false: stop. */
static bool wait_until(struct amp_service *s, int64_t at)
{
	for (;;) {
		int64_t left = at - s->hooks.now(s->hooks.user);
		if (stopping(s)) return false;
		if (left <= 0) return true;
		s->hooks.wait(s->hooks.user, left < 1000 ? left : 1000);
	}
}

/* ---- one request and what becomes of it ---- */
static int send_once(struct amp_service *s, const struct service_asked *asked, size_t n, struct amp_service_exchange *x,
                     struct amp_err *err)
{
	struct service_reply *r = &s->reply;
	amp_buf_reset(&r->body);
	r->status = 0;
	r->retry_after_ms = -1;
	r->sent = false;
	r->detail[0] = '\0';
	r->outcome = AMP_SERVICE_UNAVAILABLE;
	int rc = s->http != NULL ? service_http_post(s->http, amp_buf_str(&s->request), r, err)
	                         : service_child_ask(s->child, amp_buf_str(&s->request), asked, n, r, err);
	service_mask(&r->body, s->token);
	if (s->config->per_minute > 0) s->next_at = s->hooks.now(s->hooks.user) + 60000 / s->config->per_minute;
	x->attempts++;
	x->sent = x->sent || r->sent;
	x->status = r->status;
	x->cost += price(s, x->characters);
	s->requests++;
	s->cost += price(s, x->characters);
	return rc;
}

static bool may_pass(enum amp_service_outcome o)
{
	return o == AMP_SERVICE_LIMITED || o == AMP_SERVICE_UNAVAILABLE || o == AMP_SERVICE_SLOW;
}

/* When to try again: what the service says, or twice as late each time, with as much again at random so that crawlers do not march in
 * step. -1: not in reasonable time. */
static int64_t delay(struct amp_service *s, int attempt)
{
	int64_t wanted = s->reply.retry_after_ms, base = BACK_OFF_MS << attempt;
	if (wanted > PATIENCE_MS) return -1;
	if (base > BACK_OFF_MAX_MS) base = BACK_OFF_MAX_MS;
	int64_t jitter = (int64_t)amp_rng_below(&s->rng, (uint64_t)base);
	return wanted >= 0 ? wanted + jitter / 4 : base + jitter;
}

static int exchange(struct amp_service *s, const struct service_asked *asked, size_t n, struct amp_service_exchange *x,
                    struct amp_err *err)
{
	for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
		if (!affordable(s, x->characters)) {
			if (attempt == 0) x->outcome = AMP_SERVICE_BUDGET;
			return 0;
		}
		if (!wait_until(s, s->next_at)) {
			if (attempt == 0) x->outcome = AMP_SERVICE_STOPPED;
			return amp_fail(err, AMP_EINTERRUPTED,
			                _("Stopped: what was scored is kept, run detect again for the rest."));
		}
		int rc = send_once(s, asked, n, x, err);
		x->outcome = s->reply.outcome;
		if (rc != 0 || !may_pass(x->outcome)) return rc;
		int64_t later = delay(s, attempt);
		if (later < 0) return 0;
		int64_t at = s->hooks.now(s->hooks.user) + later;
		if (at > s->next_at) s->next_at = at;
	}
	return 0;
}

/* ---- a batch ---- */
enum amp_service_outcome amp_service_sendable(const struct amp_service_config *c, struct amp_str text)
{
	if (amp_str_trim(text).n == 0) return AMP_SERVICE_EMPTY;
	return (int64_t)amp_service_characters(text) > c->max_chars ? AMP_SERVICE_TOO_LONG : AMP_SERVICE_OK;
}

size_t amp_service_characters(struct amp_str text)
{
	size_t n = 0;
	for (size_t i = 0; i < text.n; i++) n += ((unsigned char)text.p[i] & 0xc0) != 0x80;
	return n;
}

/* Where the first text stands a second time: never mirrored by turning the list round, and not where a list sorted by score would leave
 * it. 0: a single text has no order. */
static size_t witness_place(const struct amp_service *s, size_t n)
{
	return s->config->order_check && n > 1 ? 1 + (size_t)(s->next_id % (int64_t)(n - 1)) : 0;
}

static void check_order(struct amp_service *s, size_t witness, size_t n)
{
	struct service_read *r = &s->read;
	const struct amp_service_result *a = &r->results[0], *b = &r->results[witness];
	bool same = a->outcome == b->outcome &&
	            (a->outcome != AMP_SERVICE_OK || fabs(a->score - b->score) <= STEADY * fmax(a->score, b->score));
	if (r->outcome == AMP_SERVICE_OK && !same)
		service_all(r, n, AMP_SERVICE_REORDERED, "one text has two scores: %g and %g", a->score, b->score);
}

static void note_absent(struct service_read *r, size_t n)
{
	size_t absent = 0;
	for (size_t i = 0; i < n; i++) absent += r->results[i].outcome == AMP_SERVICE_ABSENT;
	if (absent > 0) service_note(r, "no result for %zu of %zu texts", absent, n);
}

static void explain(struct amp_service *s, struct amp_service_exchange *x)
{
	(void)snprintf(s->detail, sizeof s->detail, "%s", s->reply.detail[0] != '\0' ? s->reply.detail : s->read.detail);
	x->detail = s->detail;
	x->model = s->read.model;
	if (x->attempts > 0) x->body = amp_buf_str(&s->reply.body);
}

static int refusal(const struct amp_service *s, enum amp_service_outcome o, struct amp_err *err)
{
	const struct amp_service_config *c = s->config;
	if (o == AMP_SERVICE_PRIVATE)
		return amp_fail(
			err, AMP_EPOLICY,
			_("%s is a private address: nothing was sent. If it is yours, say \"allow_private\": \"%s:%d\" in the service file."),
			c->host, c->host_name, c->port);
	if (o == AMP_SERVICE_DENIED)
		return amp_fail(err, AMP_EUSAGE, _("The service “%s” refuses access (HTTP status %ld): check its token."), c->name,
		                s->reply.status);
	return 0;
}

/* asked[0..total-1] into s->read.results, and back into results without the second copy. */
static int ask_all(struct amp_service *s, const struct service_asked *asked, size_t total, size_t witness,
                   struct amp_service_result *results, struct amp_service_exchange *x, struct amp_err *err)
{
	struct amp_service_result room[SERVICE_BATCH_MAX + 1];
	struct service_read *r = &s->read;
	*r = (struct service_read){.results = room, .outcome = AMP_SERVICE_UNREADABLE};
	s->config->kind->build(s->config, asked, total, &s->request);
	int rc = amp_buf_check(&s->request, _("a request to a service"), err);
	if (rc != 0) return rc;
	amp_sha256(s->request.p, s->request.n, x->request_hash);
	uint64_t refused = amp_mem_refused();
	rc = exchange(s, asked, total, x, err);
	service_all(r, total, x->outcome, "%s", "");
	if (rc == 0 && x->outcome == AMP_SERVICE_OK) {
		for (size_t i = 0; i < total; i++) room[i].outcome = AMP_SERVICE_UNREADABLE;
		s->config->kind->read(s->config, x->attempts > 0 ? amp_buf_str(&s->reply.body) : AMP_STR_ABSENT, asked, total, r);
		if (witness > 0) check_order(s, witness, total);
		note_absent(r, total);
		x->outcome = r->outcome;
	}
	if (rc == 0 &&
	    amp_mem_refused() != refused) /* a result that is absent, or no JSON, may be one that there was no memory for */
		rc = amp_fail(err, AMP_ENOMEM, _("Out of memory while reading an answer of %s: nothing of it is kept."),
		              s->config->name);
	for (size_t i = 0, k = 0; i < total; i++)
		if (witness == 0 || i != witness) results[k++] = room[i];
	explain(s, x);
	r->results = NULL;
	return rc == 0 ? refusal(s, x->outcome, err) : rc;
}

int amp_service_ask(struct amp_service *s, const struct amp_service_item *items, size_t n, struct amp_service_result *results,
                    struct amp_service_exchange *x, struct amp_err *err)
{
	struct service_asked asked[SERVICE_BATCH_MAX + 1];
	size_t witness = witness_place(s, n), total = 0;
	*x = (struct amp_service_exchange){
		.outcome = AMP_SERVICE_UNAVAILABLE, .detail = "", .model = "", .asked_at = amp_clock_wall_ms()};
	for (size_t i = 0; i < n; i++) results[i] = (struct amp_service_result){.outcome = AMP_SERVICE_UNAVAILABLE};
	if (n == 0 || n > SERVICE_BATCH_MAX)
		return amp_fail(err, AMP_EFAIL, _("A service cannot be asked about %zu texts at once."), n);
	amp_buf_reset(&s->request);
	s->reply.detail[0] = '\0';
	for (size_t i = 0; i < n; i++) {
		if (total == witness && witness > 0)
			asked[total++] = (struct service_asked){items[0].text, items[0].lang, s->next_id++};
		asked[total++] = (struct service_asked){items[i].text, items[i].lang, s->next_id++};
	}
	for (size_t i = 0; i < total; i++) x->characters += amp_service_characters(asked[i].text);
	int rc = ask_all(s, asked, total, witness, results, x, err);
	x->ended_at = amp_clock_wall_ms();
	return rc;
}

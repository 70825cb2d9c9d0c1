/* fetch.c: the loop. Picks the next request that its host may be asked for, sends it, judges what came, calls back, goes on.
 *
 * A job goes through: robots.txt of its host, the host's politeness, one exchange; then it is retried, redirected, or over. Every
 * exchange is called back, and exactly one for each submitted request has last_attempt set (unless a callback ended the loop).
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "base/i18n.h"
#include "base/log.h"
#include "base/mem.h"
#include "fetch/internal.h"

#define ROBOTS_FRESH_MS ((int64_t)24 * 3600 * 1000) /* RFC 9309, 2.4 */
#define ROBOTS_RETRY_MS ((int64_t)3600 * 1000)      /* unreachable: asked again sooner */
#define ROBOTS_TOKEN "amplimeter"
#define TICK_MS 250 /* how late a stop request may be seen while nothing happens on the network */

static int64_t now_ms(void)
{
	return amp_clock_mono_us() / 1000;
}

static int64_t or_default(int64_t value, int64_t otherwise)
{
	return value > 0 ? value : otherwise;
}

static void free_list(char **list)
{
	for (char **s = list; s != NULL && *s != NULL; s++) amp_free(*s);
	amp_free(list);
}

/* NULL stays NULL; *ok becomes false when memory is out. */
static char **copy_list(const char *const *list, bool *ok)
{
	size_t n = 0;
	if (list == NULL) return NULL;
	while (list[n] != NULL) n++;
	char **copy = amp_calloc(n + 1, sizeof *copy);
	for (size_t i = 0; copy != NULL && i < n; i++) {
		copy[i] = amp_strdup(list[i]);
		if (copy[i] == NULL) {
			free_list(copy);
			copy = NULL;
		}
	}
	*ok = *ok && copy != NULL;
	return copy;
}

int amp_fetch_new(struct amp_fetch **out, const struct amp_fetch_options *o, amp_exchange_fn *fn, void *context,
                  struct amp_err *err)
{
	char agent[512];
	int rc = 0;
	*out = NULL;
	struct amp_fetch *f = amp_calloc(1, sizeof *f);
	if (f == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while starting the fetcher."));
	f->o = *o;
	f->o.max_in_flight = (int)or_default(o->max_in_flight, 16);
	f->o.max_per_host = (int)or_default(o->max_per_host, 1);
	f->o.timeout_ms = or_default(o->timeout_ms, 60000);
	f->o.max_wire_bytes = or_default(o->max_wire_bytes, (int64_t)16 << 20);
	f->o.max_decoded_bytes = or_default(o->max_decoded_bytes, (int64_t)64 << 20);
	f->o.max_redirects = o->max_redirects < 0 ? 0 : (int)or_default(o->max_redirects, 5);
	f->o.max_attempts = (int)or_default(o->max_attempts, 3);
	if (!(o->host_requests_per_second > 0)) f->o.host_requests_per_second = 1.0;
	f->fn = fn;
	f->context = context;
	amp_rng_seed_label(&f->rng, o->seed, "fetch jitter");
	amp_buf_init(&f->entity, (size_t)f->o.max_wire_bytes + 1);
	amp_buf_init(&f->plain, (size_t)f->o.max_decoded_bytes + 65536);
	amp_buf_init(&f->url, 65536);
	amp_buf_init(&f->location, 65536);
	if (o->user_agent != NULL)
		snprintf(agent, sizeof agent, "%s", o->user_agent);
	else if (o->contact != NULL)
		snprintf(agent, sizeof agent, "amplimeter/%s (+%s)", AMP_VERSION, o->contact);
	else
		snprintf(agent, sizeof agent, "amplimeter/%s", AMP_VERSION);
	for (const char *c = agent; *c != '\0'; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f) {
			rc = amp_fail(err, AMP_EUSAGE, _("The user agent or contact has a control character."));
			goto out;
		}
	bool ok = true;
	f->allow = copy_list(o->allow_private, &ok);
	f->robots_override = copy_list(o->robots_override, &ok);
	f->user_agent = amp_strdup(agent);
	if (!ok || f->user_agent == NULL) {
		rc = amp_fail(err, AMP_ENOMEM, _("Out of memory while starting the fetcher."));
		goto out;
	}
	rc = amp_transport_new(&f->transport, &f->o, f->user_agent, err);
out:
	if (rc != 0) {
		amp_fetch_free(f);
		return rc;
	}
	*out = f;
	return 0;
}

void amp_fetch_free(struct amp_fetch *f)
{
	if (f == NULL) return;
	while (f->hosts != NULL) {
		struct amp_host *h = f->hosts;
		f->hosts = h->next;
		amp_robots_free(h->robots);
		amp_free(h->origin);
		amp_free(h->name);
		amp_free(h);
	}
	amp_transport_free(f->transport);
	free_list(f->allow);
	free_list(f->robots_override);
	amp_free(f->user_agent);
	amp_buf_free(&f->entity);
	amp_buf_free(&f->plain);
	amp_buf_free(&f->url);
	amp_buf_free(&f->location);
	amp_free(f);
}

int amp_visitor_new(struct amp_visitor **out, struct amp_fetch *f, const char *name, const char *proxy, struct amp_err *err)
{
	char masked[512] = "";
	*out = NULL;
	int rc = proxy == NULL ? 0 : amp_url_check_proxy(proxy, masked, sizeof masked, err);
	if (rc != 0) return rc;
	struct amp_visitor *v = amp_calloc(1, sizeof *v);
	if (v == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while making a visitor."));
	v->fetch = f;
	v->name = amp_strdup(name);
	v->proxy = proxy == NULL ? NULL : amp_strdup(masked);
	if (v->name == NULL || (proxy != NULL && v->proxy == NULL))
		rc = amp_fail(err, AMP_ENOMEM, _("Out of memory while making a visitor."));
	if (rc == 0) rc = amp_line_new(&v->line, f->transport, proxy, err);
	if (rc != 0) {
		amp_free(v->name);
		amp_free(v->proxy);
		amp_free(v);
		return rc;
	}
	v->next = f->visitors;
	f->visitors = v;
	*out = v;
	return 0;
}

void amp_visitor_free(struct amp_visitor *v)
{
	if (v == NULL) return;
	while (v->lanes != NULL) amp_visitor_pop(v, v->lanes);
	for (struct amp_visitor **at = &v->fetch->visitors; *at != NULL; at = &(*at)->next)
		if (*at == v) {
			*at = v->next;
			break;
		}
	amp_line_free(v->line);
	amp_free(v->name);
	amp_free(v->proxy);
	amp_free(v);
}

static bool overridden(char *const *list, const struct amp_url *u, const char *name)
{
	for (; list != NULL && *list != NULL; list++)
		if (amp_str_ieq_c(amp_str_c(*list), u->host) || amp_str_ieq_c(amp_str_c(*list), name)) return true;
	return false;
}

static int host_of(struct amp_fetch *f, const struct amp_url *u, struct amp_host **out, struct amp_err *err)
{
	char origin[320];
	bool literal = false;
	snprintf(origin, sizeof origin, strchr(u->host, ':') != NULL ? "%s://[%s]:%d" : "%s://%s:%d", u->scheme, u->host, u->port);
	for (struct amp_host *h = f->hosts; h != NULL; h = h->next)
		if (strcmp(h->origin, origin) == 0) {
			*out = h;
			return 0;
		}
	struct amp_host *h = amp_calloc(1, sizeof *h);
	if (h != NULL) h->origin = amp_strdup(origin);
	if (h != NULL) h->name = amp_strdup(strstr(origin, "://") + 3);
	if (h == NULL || h->origin == NULL || h->name == NULL) {
		if (h != NULL) amp_free(h->origin);
		amp_free(h);
		return amp_fail(err, AMP_ENOMEM, _("Out of memory while queueing a request."));
	}
	h->allowed = amp_address_allowed((const char *const *)f->allow, u->host, u->port);
	h->robots_ignored = overridden(f->robots_override, u, h->name);
	/* a public host in the list gains nothing: its address must be private too (for a name, seen at the first connection) */
	bool local = h->allowed && (amp_address_text_private(u->host, &literal) || amp_address_local_name(u->host));
	amp_polite_init(&h->polite, f->o.host_requests_per_second, local ? f->o.max_in_flight : f->o.max_per_host, local, now_ms());
	h->next = f->hosts;
	f->hosts = h;
	*out = h;
	return 0;
}

void amp_job_refuse(struct amp_job *j, const char *policy, const char *sentence)
{
	j->policy = policy;
	snprintf(j->policy_error, sizeof j->policy_error, "%s", sentence);
}

/* The host record of a job's URL, and the refusals that need no network. */
int amp_fetch_settle(struct amp_fetch *f, struct amp_job *j, struct amp_err *err)
{
	char text[256];
	bool literal = false;
	if (j->url.other_scheme) {
		amp_job_refuse(j, "scheme", _("Only http and https URLs are fetched."));
		return 0;
	}
	int rc = host_of(f, &j->url, &j->host, err);
	if (rc != 0 || j->host->allowed) return rc;
	if (amp_address_text_private(j->url.host, &literal) || amp_address_local_name(j->url.host)) {
		snprintf(text, sizeof text,
		         _("%.100s is a private address: allow it by name in the study (allow_private) if it is meant."),
		         j->host->name);
		amp_job_refuse(j, "private_address", text);
	}
	return 0;
}

int amp_fetch_submit(struct amp_fetch *f, struct amp_visitor *v, const struct amp_request *r, const char *purpose, void *user,
                     struct amp_err *err)
{
	struct amp_job *j = NULL;
	int rc = amp_job_new(&j, r, purpose, err);
	if (rc != 0) return rc;
	j->visitor = v;
	j->user = user;
	j->queued_at = amp_clock_wall_ms();
	j->order = f->current != NULL ? f->current->order : ++f->orders;
	rc = amp_fetch_settle(f, j, err);
	if (rc == 0 && j->policy == NULL && !j->host->allowed && f->o.user_agent == NULL && f->o.contact == NULL)
		rc = amp_fail(
			err, AMP_EUSAGE,
			_("A live host (%s) is asked only by a crawler that can be reached: give a contact (URL or mail address)."),
			j->host->name);
	if (rc == 0) rc = amp_visitor_enqueue(v, j->host, j, err);
	if (rc != 0) amp_job_free(j);
	return rc;
}

/* ---- one exchange to the callback ---- */

static int masked_url(struct amp_fetch *f, struct amp_job *j, struct amp_exchange *x, struct amp_err *err)
{
	struct amp_secrets s = {j->headers, (const char *const *)j->secret_query, j->secrets};
	amp_buf_reset(&f->url);
	amp_buf_addc(&f->url, j->url.text);
	int rc = amp_buf_check(&f->url, _("a URL"), err);
	if (rc != 0) return rc;
	amp_mask_query(f->url.p, f->url.n, &s, x->masked, sizeof x->masked);
	/* a next page's address is the server's: it may hold the token under another name */
	amp_echo_mask(f->url.p, f->url.n, j->secrets, x->masked, sizeof x->masked);
	x->url = f->url.p;
	return 0;
}

int amp_fetch_start_exchange(struct amp_fetch *f, struct amp_job *j, struct amp_exchange *x, struct amp_err *err)
{
	memset(x, 0, sizeof *x);
	x->purpose = j->purpose;
	x->visitor = j->visitor;
	x->method = j->method;
	x->proxy = j->visitor->proxy;
	x->attempt = j->attempt;
	x->redirect_hop = j->hop;
	x->queued_at = j->queued_at;
	x->sent_at = x->first_byte_at = AMP_TIME_NONE;
	x->ended_at = amp_clock_wall_ms();
	x->age = INT64_MIN;
	x->protocol = "HTTP/1.1";
	x->last_attempt = true;
	x->user = j->user;
	return masked_url(f, j, x, err);
}

int amp_fetch_call_back(struct amp_fetch *f, struct amp_job *j, struct amp_exchange *x, struct amp_err *err)
{
	f->current = j;
	int rc = f->fn(f->context, x, err);
	f->current = NULL;
	return rc;
}

static void robots_known(struct amp_host *h, struct amp_robots *r, int64_t fresh_ms)
{
	amp_robots_free(h->robots);
	h->robots = r;
	h->robots_state = AMP_ROBOTS_KNOWN;
	h->robots_until = now_ms() + (r == NULL ? 60000 : fresh_ms); /* NULL: memory was out; it refuses, but not for long */
	h->polite.gap_ms = h->polite.local ? 0 : amp_robots_delay_ms(r);
}

/* RFC 9309, 2.3.1: 2xx rules, 4xx no rules, 5xx and no answer mean complete disallow. 429 is no "unavailable": it says "not now". */
static void robots_arrived(struct amp_host *h, const struct amp_exchange *x)
{
	if (x->result == AMP_FETCH_STOPPED) {
		h->robots_state = AMP_ROBOTS_UNKNOWN;
	} else if (x->result == AMP_FETCH_POLICY && strcmp(x->policy, "private_address") == 0) {
		robots_known(h, amp_robots_all(true), 60000); /* the request itself will meet the same refusal, and say so */
	} else if (x->result == AMP_FETCH_POLICY && (strcmp(x->policy, "redirects") == 0 || strcmp(x->policy, "scheme") == 0)) {
		robots_known(h, amp_robots_all(true),
		             ROBOTS_FRESH_MS); /* 2.3.1.2: beyond five redirects it counts as unavailable */
	} else if (x->result != AMP_FETCH_RESPONSE || x->status >= 500 || x->status == 429) {
		robots_known(h, amp_robots_all(false), ROBOTS_RETRY_MS);
	} else if (x->status >= 400) {
		robots_known(h, amp_robots_all(true), ROBOTS_FRESH_MS);
	} else {
		robots_known(h, amp_robots_parse(x->body, ROBOTS_TOKEN), ROBOTS_FRESH_MS);
	}
}

/* The job is over: call back, and take it off its lane. */
int amp_fetch_finish(struct amp_fetch *f, struct amp_lane *lane, struct amp_exchange *x, struct amp_err *err)
{
	struct amp_job *j = lane->head;
	if (j->robots_for != NULL) robots_arrived(j->robots_for, x);
	int rc = amp_fetch_call_back(f, j, x, err);
	amp_visitor_pop(j->visitor, lane); /* the callback may have queued behind it, never before it */
	return rc;
}

static int finish_unsent(struct amp_fetch *f, struct amp_lane *lane, enum amp_fetch_result result, const char *policy,
                         const char *sentence, struct amp_err *err)
{
	struct amp_exchange x;
	int rc = amp_fetch_start_exchange(f, lane->head, &x, err);
	if (rc != 0) return rc;
	x.result = result;
	x.policy = policy;
	snprintf(x.error, sizeof x.error, "%s", sentence);
	return amp_fetch_finish(f, lane, &x, err);
}

/* ---- choosing what to send ---- */

enum step { STEP_WAIT, STEP_SEND, STEP_ROBOTS, STEP_REFUSE, STEP_REFUSE_ROBOTS, STEP_REFUSE_AWAY };

bool amp_fetch_too_far(const struct amp_fetch *f, int64_t at, int64_t now)
{
	if (at - now > AMP_POLITE_PATIENCE_MS) return true;
	return f->deadline != AMP_TIME_NONE && amp_clock_wall_ms() + (at - now) > f->deadline;
}

static enum step next_step(struct amp_fetch *f, struct amp_job *j, int64_t now, int64_t *wake)
{
	struct amp_host *h = j->host;
	*wake = INT64_MAX;
	if (j->running) return STEP_WAIT;
	if (j->policy != NULL) return STEP_REFUSE;
	if (j->robots_for == NULL && !h->robots_ignored) {
		if (h->robots_state == AMP_ROBOTS_KNOWN && now > h->robots_until) h->robots_state = AMP_ROBOTS_UNKNOWN;
		if (h->robots_state == AMP_ROBOTS_FETCHING) return STEP_WAIT;
		if (h->robots_state == AMP_ROBOTS_UNKNOWN) return STEP_ROBOTS;
		if (!j->robots_passed && !amp_robots_allows(h->robots, amp_str_c(j->url.text + j->url.path_at)))
			return STEP_REFUSE_ROBOTS;
		j->robots_passed = true;
	}
	int64_t away = h->polite.blocked_until > h->polite.open_until ? h->polite.blocked_until : h->polite.open_until;
	bool open = h->polite.open_until > now;
	if (away > now && (open || amp_fetch_too_far(f, away, now))) return STEP_REFUSE_AWAY;
	*wake = j->not_before;
	if (j->not_before > now) return STEP_WAIT;
	*wake = INT64_MAX;
	if (f->in_flight >= f->o.max_in_flight) return STEP_WAIT;
	*wake = amp_polite_ready_at(&h->polite, now);
	return *wake <= now ? STEP_SEND : STEP_WAIT;
}

static int queue_robots(struct amp_lane *lane, struct amp_err *err)
{
	struct amp_job *waiting = lane->head, *j = NULL;
	struct amp_buf url;
	amp_buf_init(&url, 1024);
	amp_buf_printf(&url, "%s/robots.txt", waiting->host->origin);
	int rc = amp_buf_check(&url, _("a URL"), err);
	struct amp_request r = {.method = "GET", .url = url.p};
	if (rc == 0) rc = amp_job_new(&j, &r, "robots", err);
	amp_buf_free(&url);
	if (rc != 0) return rc;
	j->visitor = waiting->visitor;
	j->host = waiting->host;
	j->robots_for = waiting->host;
	j->order = waiting->order;
	j->queued_at = amp_clock_wall_ms();
	j->host->robots_state = AMP_ROBOTS_FETCHING;
	j->next = waiting; /* in front of what waits for it */
	lane->head = j;
	return 0;
}

static int send_job(struct amp_fetch *f, struct amp_lane *lane, int64_t now, struct amp_err *err)
{
	struct amp_job *j = lane->head;
	struct amp_send s = {.method = j->method,
	                     .url = j->url.text,
	                     .body = j->body,
	                     .body_bytes = j->body_bytes,
	                     .headers = j->headers,
	                     .private_ok = j->host->allowed,
	                     .owner = lane};
	j->attempt++;
	j->running = true;
	amp_polite_started(&j->host->polite, now);
	f->in_flight++;
	return amp_transport_send(f->transport, j->visitor->line, &s, err);
}

static int refuse_away(struct amp_fetch *f, struct amp_lane *lane, int64_t now, struct amp_err *err)
{
	char text[256], when[AMP_TIME_TEXT];
	const struct amp_host *h = lane->head->host;
	bool open = h->polite.open_until > now;
	int64_t until = open ? h->polite.open_until : h->polite.blocked_until;
	amp_time_format(amp_clock_wall_ms() + (until - now), when);
	if (open)
		snprintf(text, sizeof text, _("%.100s failed %d times in a row and is left alone until %s."), h->name,
		         h->polite.failures, when);
	else
		snprintf(text, sizeof text, _("%.100s asked not to be called until %s."), h->name, when);
	return finish_unsent(f, lane, AMP_FETCH_POLICY, "breaker", text, err);
}

/* Does everything that can be done now; *wake is when there may be more (monotonic ms, INT64_MAX: when something ends). */
static int start_ready(struct amp_fetch *f, int64_t *wake, bool *idle, struct amp_err *err)
{
	for (;;) {
		struct amp_lane *best = NULL;
		enum step best_step = STEP_WAIT;
		int64_t now = now_ms();
		*wake = INT64_MAX;
		*idle = true;
		for (struct amp_visitor *v = f->visitors; v != NULL; v = v->next)
			for (struct amp_lane *lane = v->lanes; lane != NULL; lane = lane->next) {
				int64_t at = 0;
				*idle = false;
				if (best != NULL && lane->head->order >= best->head->order)
					continue; /* the order of submission decides */
				enum step step = next_step(f, lane->head, now, &at);
				if (step != STEP_WAIT) {
					best = lane;
					best_step = step;
				} else if (at < *wake) {
					*wake = at;
				}
			}
		if (best == NULL) return 0;
		int rc = 0;
		switch (best_step) {
		case STEP_SEND: rc = send_job(f, best, now, err); break;
		case STEP_ROBOTS: rc = queue_robots(best, err); break;
		case STEP_REFUSE:
			rc = finish_unsent(f, best, AMP_FETCH_POLICY, best->head->policy, best->head->policy_error, err);
			break;
		case STEP_REFUSE_ROBOTS:
			rc = finish_unsent(f, best, AMP_FETCH_POLICY, "robots",
			                   _("The host's robots.txt does not allow this path, or could not be read."), err);
			break;
		case STEP_REFUSE_AWAY: rc = refuse_away(f, best, now, err); break;
		case STEP_WAIT: break;
		}
		if (rc != 0) return rc;
	}
}

/* ---- the loop ---- */

static int collect_ended(struct amp_fetch *f, struct amp_err *err)
{
	for (;;) {
		struct amp_wire *w = amp_transport_next(f->transport);
		if (w == NULL) return 0;
		f->in_flight--;
		int rc = amp_fetch_ended(f, w->owner, w, err);
		amp_transport_give_back(f->transport, w);
		if (f->plain.size > (size_t)4 << 20)
			amp_buf_free(&f->plain); /* one bomb must not cost its size for the rest of the crawl */
		if (rc != 0) return rc;
	}
}

static int stop_queued(struct amp_fetch *f, struct amp_err *err)
{
	for (;;) {
		struct amp_lane *first = NULL;
		for (struct amp_visitor *v = f->visitors; v != NULL; v = v->next)
			for (struct amp_lane *lane = v->lanes; lane != NULL; lane = lane->next)
				if (first == NULL || lane->head->order < first->head->order) first = lane;
		if (first == NULL) return 0;
		/* our own waiting fetch of a robots.txt was never begun: nothing to report, and nothing is known */
		if (first->head->robots_for != NULL && first->head->attempt == 0 && first->head->hop == 0) {
			first->head->robots_for->robots_state = AMP_ROBOTS_UNKNOWN;
			amp_visitor_pop(first->head->visitor, first);
			continue;
		}
		int rc = finish_unsent(f, first, AMP_FETCH_STOPPED, NULL, _("The crawl was stopped before this request was sent."),
		                       err);
		if (rc != 0) return rc;
	}
}

static int step_loop(struct amp_fetch *f, bool *done, struct amp_err *err)
{
	int64_t wake = INT64_MAX;
	bool idle = false;
	int rc = 0;
	if (!f->stopping) f->stopping = f->o.stop != NULL && f->o.stop();
	if (!f->stopping) f->stopping = f->deadline != AMP_TIME_NONE && amp_clock_wall_ms() >= f->deadline;
	if (!f->stopping) {
		rc = start_ready(f, &wake, &idle, err);
		if (rc != 0) return rc;
	}
	*done = f->in_flight == 0 && (f->stopping || idle);
	if (*done) return 0;
	int64_t wait = wake == INT64_MAX ? TICK_MS : wake - now_ms();
	if (wait > TICK_MS) wait = TICK_MS;
	rc = amp_transport_wait(f->transport, wait < 0 ? 0 : wait, err);
	return rc != 0 ? rc : collect_ended(f, err);
}

int amp_fetch_run(struct amp_fetch *f, int64_t deadline, struct amp_err *err)
{
	bool done = false;
	int rc = 0;
	f->deadline = deadline;
	f->stopping = false;
	while (!done && rc == 0) rc = step_loop(f, &done, err);
	if (rc == 0) rc = stop_queued(f, err);
	if (rc == 0) return 0;
	/* a callback or the machine said no: nothing more is sent, called back or kept */
	amp_transport_cancel(f->transport);
	f->in_flight = 0;
	for (struct amp_visitor *v = f->visitors; v != NULL; v = v->next)
		while (v->lanes != NULL) amp_visitor_pop(v, v->lanes);
	for (struct amp_host *h = f->hosts; h != NULL; h = h->next) {
		h->polite.running = 0;
		h->polite.probing = false;
		if (h->robots_state == AMP_ROBOTS_FETCHING) h->robots_state = AMP_ROBOTS_UNKNOWN;
	}
	return rc;
}

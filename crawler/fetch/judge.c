/* judge.c: what an ended exchange means: decoded, masked, called back, and then retried, redirected or over. */
#include <stdio.h>
#include <string.h>
#include "base/i18n.h"
#include "fetch/internal.h"

#define ROBOTS_REDIRECTS 5 /* RFC 9309, 2.3.1.2: "at least five" */

static int fill_response(struct amp_fetch *f, struct amp_job *j, struct amp_wire *w, struct amp_exchange *x, struct amp_err *err)
{
	struct amp_decoded d;
	struct amp_str raw = amp_buf_str(&w->response);
	struct amp_str block = {raw.p, w->header_bytes}, body = {raw.p + w->header_bytes, raw.n - w->header_bytes};
	bool head = strcmp(j->method, "HEAD") == 0; /* its Content-Length is that of a body that is not sent */
	int rc = amp_decode(raw, w->header_bytes, (size_t)f->o.max_decoded_bytes, &f->entity, &f->plain, &d, err);
	if (rc != 0) return rc;
	x->result = AMP_FETCH_RESPONSE;
	x->status = amp_headers_status(block);
	x->response = raw;
	x->response_header_bytes = w->header_bytes;
	x->entity = d.entity;
	x->body = d.body;
	x->truncated = (d.truncated && !head) || w->curl_code != 0;
	x->truncated_why = !x->truncated ? NULL : d.truncated && !head ? d.truncated_why : x->error;
	if (w->over_wire) x->truncated_why = x->error;
	x->unasked_coding = d.unasked_coding;
	snprintf(x->content_coding, sizeof x->content_coding, "%s", d.content_coding);
	x->wire_bytes = (int64_t)body.n;
	struct amp_str age = amp_headers_get(block, "age");
	if (age.p == NULL || !amp_str_i64(age, &x->age)) x->age = INT64_MIN;
	x->date = amp_headers_get(block, "date");
	x->etag = amp_headers_get(block, "etag");
	x->location = amp_headers_get(block, "location");
	x->retry_after = amp_headers_get(block, "retry-after");
	/* an authentication exchange is chained without bodies: digests are those of what is kept */
	if (j->secret_body) {
		x->response.n = w->header_bytes;
		body.n = 0;
	}
	amp_sha256(body.p, body.n, x->wire_sha256);
	if (j->secret_body || (d.entity.p == body.p && d.entity.n == body.n))
		memcpy(x->payload_sha256, x->wire_sha256, AMP_SHA256);
	else
		amp_sha256(d.entity.p, d.entity.n, x->payload_sha256);
	return 0;
}

static size_t request_header_bytes(struct amp_str request)
{
	const char *end = amp_str_find(request, AMP_STR("\r\n\r\n"));
	return end == NULL ? request.n : (size_t)(end - request.p) + 4;
}

/* Masks in place: the buffers are ours, and what the crawl needs of them was taken before. */
static void mask_exchange(struct amp_job *j, struct amp_wire *w, struct amp_exchange *x)
{
	struct amp_secrets s = {j->headers, (const char *const *)j->secret_query, j->secrets};
	size_t head = request_header_bytes(x->request);
	int sent = 0, set = 0;
	if (w->request.n > 0) sent = amp_mask_headers(w->request.p, head, &s, x->masked, sizeof x->masked);
	if (w->header_bytes > 0) set = amp_mask_headers(w->response.p, w->header_bytes, &s, x->masked, sizeof x->masked);
	if (j->secret_text != NULL && w->request.n > head)
		amp_mask_body(w->request.p + head, w->request.n - head, j->secret_member, j->secret_text, x->masked,
		              sizeof x->masked);
	/* what a service gave for the next page may hold the token too */
	if (w->request.n > head) amp_echo_mask(w->request.p + head, w->request.n - head, j->secrets, x->masked, sizeof x->masked);
	if (j->secret_body) {
		x->request.n = head;
		amp_mask_note(x->masked, sizeof x->masked, "body");
	}
	if (!j->secret_body) amp_echo_find(x->body, j->secrets, x->repeated, sizeof x->repeated);
	snprintf(x->cookie_state, sizeof x->cookie_state, "sent %d, set %d", sent, set);
}

/* Failures that another try cannot mend, by libcurl's code. */
static bool lasting_failure(int code)
{
	static const int codes[] = {
		3 /* malformed URL */, 58 /* client certificate */, 60 /* peer not verified */, 77 /* CA file */, 80, 83, 90};
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
		if (codes[i] == code) return true;
	return false;
}

static bool worth_retrying(const struct amp_job *j, const struct amp_wire *w, const struct amp_exchange *x)
{
	bool safe = j->reads || strcmp(j->method, "GET") == 0 || strcmp(j->method, "HEAD") == 0;
	bool not_now = x->status == 429 || x->status == 503;
	if (w->refused_private || w->over_wire || lasting_failure(w->curl_code)) return false;
	/* a POST that may have been acted on is not sent twice, unless it only asks */
	return not_now || (safe && (w->curl_code != 0 || x->status >= 500));
}

/* Whether the response sends us on; the next URL, or the reason why not, goes into the job. */
static bool plan_redirect(struct amp_fetch *f, struct amp_job *j, const struct amp_exchange *x, struct amp_url *next)
{
	struct amp_err why = {0};
	bool redirects = x->status == 301 || x->status == 302 || x->status == 303 || x->status == 307 || x->status == 308;
	if (x->result != AMP_FETCH_RESPONSE || !redirects || x->location.p == NULL || x->location.n == 0) return false;
	amp_buf_reset(&f->location);
	if (amp_buf_adds(&f->location, x->location) != 0 || memchr(f->location.p, '\0', f->location.n) != NULL ||
	    amp_url_parse(next, j->url.text, f->location.p, &why) != 0) {
		amp_job_refuse(j, "redirects", why.text[0] != '\0' ? why.text : _("The redirect's Location is no URL."));
		return true;
	}
	bool other = strcmp(j->url.host, next->host) != 0 || j->url.port != next->port || strcmp(j->url.scheme, next->scheme) != 0;
	bool keeps_body = (x->status == 307 || x->status == 308) && j->body != NULL;
	bool loses_question = j->reads && j->body != NULL && !keeps_body;
	if (next->other_scheme)
		amp_job_refuse(j, "scheme", _("The redirect leaves http and https."));
	else if (strcmp(j->url.scheme, "https") == 0 && strcmp(next->scheme, "http") == 0)
		amp_job_refuse(j, "scheme", _("The redirect leaves https for http."));
	else if (loses_question)
		amp_job_refuse(j, "redirects",
		               _("The redirect would drop the request's body: what it leads to answers no question."));
	else if (other && keeps_body)
		amp_job_refuse(j, "redirects", _("The redirect would take the request's body to another host."));
	else if (j->hop >= (j->robots_for != NULL ? ROBOTS_REDIRECTS : f->o.max_redirects))
		amp_job_refuse(j, "redirects", _("The redirects do not end within the bound."));
	return true;
}

static int follow(struct amp_fetch *f, struct amp_job *j, struct amp_url *next, int status, struct amp_err *err)
{
	const char *policy =
		j->policy; /* a refusal already decided is called back with the URL that was refused, when there is one */
	j->running = false;
	if (next->text != NULL)
		amp_job_redirect(j, next, status);
	else
		j->hop++;
	j->attempt = 0;
	j->queued_at = amp_clock_wall_ms();
	return policy != NULL ? 0 : amp_fetch_settle(f, j, err);
}

static void private_refusal(const struct amp_job *j, struct amp_exchange *x)
{
	x->result = AMP_FETCH_POLICY;
	x->policy = "private_address";
	snprintf(x->error, sizeof x->error,
	         _("%.100s resolves to a private address: allow it by name in the study (allow_private) if it is meant."),
	         j->host->name);
}

int amp_fetch_ended(struct amp_fetch *f, struct amp_lane *lane, struct amp_wire *w, struct amp_err *err)
{
	struct amp_job *j = lane->head;
	struct amp_host *h = j->host;
	struct amp_exchange x;
	struct amp_url next = {0};
	bool literal = false, retry = false, redirect = false;
	int64_t now = amp_clock_mono_us() / 1000, wait = 0;
	int rc = amp_fetch_start_exchange(f, j, &x, err);
	if (rc != 0) return rc;
	rc = amp_buf_check(&w->request, _("a request as sent"), err);
	if (rc != 0) return rc;
	x.result = AMP_FETCH_TRANSPORT;
	x.curl_code = w->curl_code;
	x.protocol = w->protocol;
	x.has_certificate = w->has_certificate;
	x.sent_at = w->sent_at;
	x.first_byte_at = w->first_byte_at;
	x.ended_at = w->ended_at;
	x.request = amp_buf_str(&w->request);
	memcpy(x.certificate_sha256, w->certificate, AMP_SHA256);
	snprintf(x.error, sizeof x.error, "%s", w->error);
	snprintf(x.server_address, sizeof x.server_address, "%s", w->server);
	snprintf(x.local_address, sizeof x.local_address, "%s", w->local);
	snprintf(x.tls_version, sizeof x.tls_version, "%s", w->tls_version);
	if (w->refused_private && w->header_bytes == 0)
		private_refusal(j, &x);
	else if (w->header_bytes > 0)
		rc = fill_response(f, j, w, &x, err);
	else {
		x.response = amp_buf_str(&w->response); /* what came of a header block is evidence too */
		amp_sha256("", 0, x.wire_sha256);
		amp_sha256("", 0, x.payload_sha256);
	}
	if (rc != 0) return rc;
	amp_polite_ended(&h->polite, x.result == AMP_FETCH_TRANSPORT || x.status >= 500, now);
	if (h->allowed && !h->polite.local && j->visitor->proxy == NULL && amp_address_text_private(w->server_ip, &literal)) {
		h->polite.local = true;
		h->polite.limit = f->o.max_in_flight;
	}
	if (x.result == AMP_FETCH_RESPONSE) {
		struct amp_str block = {w->response.p, w->header_bytes};
		wait = amp_polite_asked_wait(block, x.status, amp_clock_wall_ms());
		if (wait > 0) h->polite.blocked_until = now + wait > h->polite.blocked_until ? now + wait : h->polite.blocked_until;
	}
	if (x.result != AMP_FETCH_POLICY && worth_retrying(j, w, &x) && j->attempt < f->o.max_attempts && !f->stopping) {
		int64_t backoff = amp_polite_backoff(j->attempt, h->polite.local, &f->rng);
		j->not_before = now + (wait > backoff ? wait : backoff);
		retry = !amp_fetch_too_far(f, j->not_before, now) && h->polite.open_until <= now;
	}
	if (!retry && w->curl_code == 0) redirect = plan_redirect(f, j, &x, &next);
	x.last_attempt = !retry && !redirect;
	mask_exchange(j, w, &x);
	if (x.last_attempt) return amp_fetch_finish(f, lane, &x, err);
	rc = amp_fetch_call_back(f, j, &x, err);
	if (rc == 0 && redirect) rc = follow(f, j, &next, x.status, err);
	j->running = false;
	amp_url_free(&next);
	return rc;
}

/* http.c: one POST and its answer, with every bound: no redirect is followed (a token and texts go where the study says, nowhere else),
 * private addresses are refused on the connected address, body and time are bounded, the answer must say that it is JSON.
 */
#include <curl/curl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/address.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "service/private.h"

#define CONNECT_MS 20000

struct service_http {
	CURL *easy;
	struct curl_slist *headers;
	const struct amp_service_config *config;
	struct service_reply *reply; /* of the exchange under way */
	bool private_ok, refused_private, too_large, no_memory;
	char curl_text[CURL_ERROR_SIZE];
};

static size_t on_body(char *p, size_t size, size_t count, void *user)
{
	struct service_http *h = user;
	size_t n = size * count;
	if (amp_buf_add(&h->reply->body, p, n) == 0) return n;
	h->too_large = h->reply->body.failed == AMP_ELIMIT;
	h->no_memory = !h->too_large;
	h->reply->body.failed = 0; /* what came stays */
	return 0;
}

static size_t on_header(char *p, size_t size, size_t count, void *user)
{
	struct service_http *h = user;
	struct amp_str line = amp_str_trim((struct amp_str){p, size * count});
	if (amp_str_starts(line, "HTTP/")) h->reply->retry_after_ms = -1; /* another response: a 1xx went before it */
	if (amp_str_istarts(line, "retry-after:")) {
		struct amp_str value = amp_str_trim((struct amp_str){line.p + 12, line.n - 12});
		int64_t seconds, at;
		enum amp_precision precision;
		/* RFC 9110, section 10.2.3: seconds or a date */
		if (amp_str_i64(value, &seconds) && seconds >= 0 && seconds < INT64_C(100000000))
			h->reply->retry_after_ms = seconds * 1000;
		else if (amp_time_parse_rfc822(value, &at, &precision))
			h->reply->retry_after_ms = at > amp_clock_wall_ms() ? at - amp_clock_wall_ms() : 0;
	}
	return size * count;
}

/* The address that is about to be connected to: after look-up, so that no name gets around it. */
static curl_socket_t on_open(void *user, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct service_http *h = user;
	(void)purpose;
	if (!h->private_ok && amp_address_private(&a->addr, (socklen_t)a->addrlen)) {
		h->refused_private = true;
		return CURL_SOCKET_BAD;
	}
	return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

static bool add_header(struct service_http *h, const char *line)
{
	struct curl_slist *grown = curl_slist_append(h->headers, line);
	if (grown != NULL) h->headers = grown;
	return grown != NULL;
}

static bool headers(struct service_http *h, const char *token)
{
	bool ok = add_header(h, "Content-Type: application/json") && add_header(h, "Accept: application/json") &&
	          add_header(h, "Expect:"); /* no waiting for 100-continue */
	if (!ok || token == NULL) return ok;
	size_t room = strlen(token) + sizeof "Authorization: Bearer ";
	char *line = amp_malloc(room);
	if (line == NULL) return false;
	(void)snprintf(line, room, "Authorization: Bearer %s", token);
	ok = add_header(h, line);
	memset(line, 0, room);
	amp_free(line);
	return ok;
}

static bool set_up(struct service_http *h)
{
	const struct amp_service_config *c = h->config;
	CURL *e = h->easy;
	char url[1024];
	bool ok = snprintf(url, sizeof url, "%s%s", c->host, c->path) < (int)sizeof url;
	const struct {
		CURLoption option;
		long value;
	} longs[] = {
		{CURLOPT_NOSIGNAL, 1},
		{CURLOPT_FOLLOWLOCATION, 0},
		{CURLOPT_SSL_VERIFYPEER, 1},
		{CURLOPT_SSL_VERIFYHOST, 2},
		{CURLOPT_POST, 1},
		{CURLOPT_TIMEOUT_MS, (long)c->timeout_ms},
		{CURLOPT_CONNECTTIMEOUT_MS, c->timeout_ms < CONNECT_MS ? (long)c->timeout_ms : CONNECT_MS},
#if LIBCURL_VERSION_NUM < 0x075500
		{CURLOPT_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS},
#endif
	};
	const struct {
		CURLoption option;
		const char *value;
	} strings[] = {
		{CURLOPT_URL, url},
		{CURLOPT_USERAGENT, "amplimeter/" AMP_VERSION},
		{CURLOPT_PROXY, ""}, /* not the environment's: the study says where texts go */
#if LIBCURL_VERSION_NUM >= 0x075500
		{CURLOPT_PROTOCOLS_STR, "http,https"},
#endif
	};
	for (size_t i = 0; i < sizeof longs / sizeof *longs; i++)
		ok = curl_easy_setopt(e, longs[i].option, longs[i].value) == CURLE_OK && ok;
	for (size_t i = 0; i < sizeof strings / sizeof *strings; i++)
		ok = curl_easy_setopt(e, strings[i].option, strings[i].value) == CURLE_OK && ok;
	ok = curl_easy_setopt(e, CURLOPT_HTTPHEADER, h->headers) == CURLE_OK && ok;
	ok = curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, on_header) == CURLE_OK && ok;
	ok = curl_easy_setopt(e, CURLOPT_HEADERDATA, h) == CURLE_OK && ok;
	ok = curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body) == CURLE_OK && ok;
	ok = curl_easy_setopt(e, CURLOPT_WRITEDATA, h) == CURLE_OK && ok;
	ok = curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, on_open) == CURLE_OK && ok;
	ok = curl_easy_setopt(e, CURLOPT_OPENSOCKETDATA, h) == CURLE_OK && ok;
	return curl_easy_setopt(e, CURLOPT_ERRORBUFFER, h->curl_text) == CURLE_OK && ok;
}

int service_http_new(struct service_http **out, const struct amp_service_config *c, const char *token, struct amp_err *err)
{
	const char *const allow[] = {c->allow_private, NULL};
	*out = NULL;
	struct service_http *h = amp_calloc(1, sizeof *h);
	if (h == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while preparing a service."));
	/* counted by libcurl itself, beside the crawler's */
	if (curl_global_init_mem(CURL_GLOBAL_DEFAULT, amp_malloc, amp_free, amp_realloc, amp_strdup, amp_calloc) != 0) {
		amp_free(h);
		return amp_fail(err, AMP_EFAIL, _("libcurl could not be started: its installation is damaged."));
	}
	h->config = c;
	h->private_ok = amp_address_allowed(allow, c->host_name, c->port);
	h->easy = curl_easy_init();
	if (h->easy == NULL || !headers(h, token) || !set_up(h)) {
		service_http_free(h);
		return amp_fail(err, AMP_ENOMEM, _("Out of memory while preparing a service."));
	}
	*out = h;
	return 0;
}

void service_http_free(struct service_http *h)
{
	if (h == NULL) return;
	if (h->easy != NULL) curl_easy_cleanup(h->easy);
	for (struct curl_slist *l = h->headers; l != NULL; l = l->next) memset(l->data, 0, strlen(l->data));
	curl_slist_free_all(h->headers);
	amp_free(h);
	curl_global_cleanup();
}

static enum amp_service_outcome of_status(long status)
{
	if (status == 200) return AMP_SERVICE_OK;
	if (status >= 300 && status < 400) return AMP_SERVICE_REDIRECT;
	if (status == 401 || status == 403) return AMP_SERVICE_DENIED;
	if (status == 429) return AMP_SERVICE_LIMITED;
	if (status == 408 || status >= 500) return AMP_SERVICE_UNAVAILABLE;
	return status < 300 ? AMP_SERVICE_UNREADABLE : AMP_SERVICE_REJECTED;
}

static void judge(struct service_http *h, CURLcode code, struct service_reply *reply)
{
	char *type = NULL;
	curl_off_t uploaded = 0;
	(void)curl_easy_getinfo(h->easy, CURLINFO_RESPONSE_CODE, &reply->status);
	(void)curl_easy_getinfo(h->easy, CURLINFO_CONTENT_TYPE, &type);
	(void)curl_easy_getinfo(h->easy, CURLINFO_SIZE_UPLOAD_T, &uploaded);
	reply->sent = uploaded > 0 || reply->status != 0;
	if (h->refused_private)
		reply->outcome = AMP_SERVICE_PRIVATE;
	else if (h->too_large)
		reply->outcome = AMP_SERVICE_TOO_LARGE;
	else if (code == CURLE_OPERATION_TIMEDOUT)
		reply->outcome = AMP_SERVICE_SLOW;
	else if (code != CURLE_OK)
		reply->outcome = AMP_SERVICE_UNAVAILABLE;
	else
		reply->outcome = of_status(reply->status);
	if (code != CURLE_OK)
		(void)snprintf(reply->detail, sizeof reply->detail, "%s",
		               h->curl_text[0] ? h->curl_text : curl_easy_strerror(code));
	else if (reply->status != 200)
		(void)snprintf(reply->detail, sizeof reply->detail, "HTTP status %ld", reply->status);
	if (reply->outcome == AMP_SERVICE_OK && (type == NULL || !amp_str_istarts(amp_str_c(type), "application/json"))) {
		reply->outcome = AMP_SERVICE_UNREADABLE;
		(void)snprintf(reply->detail, sizeof reply->detail, "content type %.60s", type == NULL ? "absent" : type);
	}
}

int service_http_post(struct service_http *h, struct amp_str body, struct service_reply *reply, struct amp_err *err)
{
	h->reply = reply;
	h->refused_private = h->too_large = h->no_memory = false;
	h->curl_text[0] = '\0';
	/* a literal or local name is refused before anything is resolved or opened */
	bool literal = false,
	     local = amp_address_text_private(h->config->host_name, &literal) || amp_address_local_name(h->config->host_name);
	if (!h->private_ok && local) {
		reply->outcome = AMP_SERVICE_PRIVATE;
		return 0;
	}
	if (curl_easy_setopt(h->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.n) != CURLE_OK ||
	    curl_easy_setopt(h->easy, CURLOPT_POSTFIELDS, body.p) != CURLE_OK)
		return amp_fail(err, AMP_ENOMEM, _("Out of memory while asking a service."));
	CURLcode code = curl_easy_perform(h->easy);
	if (h->no_memory || code == CURLE_OUT_OF_MEMORY)
		return amp_fail(err, AMP_ENOMEM, _("Out of memory while asking a service."));
	judge(h, code, reply);
	return 0;
}

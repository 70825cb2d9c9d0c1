/* transport.c: the one file with curl handles.
 *
 * Isolation: each line (visitor) has its own share handle for connections, cookies and TLS sessions, and its own easy handles, which
 * never leave it: curl_easy_reset keeps cookies, and a bare multi reuses connections across personas. The multi shares only the DNS
 * cache and the parsed CA store.
 * Evidence: HTTP/1.1, transfer and content decoding off; request bytes are those that the debug callback shows as sent.
 */
#include <curl/curl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "fetch/internal.h"

#define HEADER_CAP ((size_t)256 * 1024) /* libcurl's own bound is 300 KiB in versions that have one */
#define REQUEST_CAP ((size_t)4 * 1024 * 1024)
#define KEEP_BUFFER ((size_t)1024 * 1024) /* larger buffers are not kept in the pool */
#define SEEN 16

struct seen { /* TLS facts of an open connection: libcurl tells them only at its handshake */
	char local[64];
	char tls_version[16];
	uint8_t certificate[AMP_SHA256];
	bool has_certificate;
};

struct amp_line {
	struct amp_transport *transport;
	CURLSH *share;
	char *proxy; /* with its password: never leaves this file */
	struct handle *idle;
	struct seen seen[SEEN];
	unsigned seen_next;
};

struct handle {
	struct amp_wire wire; /* first: the public part */
	CURL *easy;
	struct amp_line *line;
	struct curl_slist *headers;
	char *body;
	bool private_ok, headers_done, over_header, busy;
	char curl_text[CURL_ERROR_SIZE];
	struct handle *next_idle, *next_busy;
};

struct amp_transport {
	CURLM *multi;
	char *user_agent, *ca_file;
	int64_t timeout_ms;
	size_t max_wire;
	struct handle *busy;
};

static int curl_users; /* one process, one thread: curl's global state is counted here */

static int global_start(struct amp_err *err)
{
	if (curl_users == 0 &&
	    curl_global_init_mem(CURL_GLOBAL_DEFAULT, amp_malloc, amp_free, amp_realloc, amp_strdup, amp_calloc) != 0)
		return amp_fail(err, AMP_EFAIL, _("libcurl could not be started: its installation is damaged."));
	curl_users++;
	return 0;
}

static void global_end(void)
{
	if (--curl_users == 0) curl_global_cleanup();
}

static size_t on_header(char *p, size_t size, size_t count, void *user)
{
	struct handle *h = user;
	size_t n = size * count;
	struct amp_str line = {p, n};
	if (h->headers_done) {
		if (h->wire.response.n > h->wire.header_bytes || !amp_str_starts(line, "HTTP/"))
			return n;        /* trailers: in the body's bytes already */
		h->headers_done = false; /* the final response after a 1xx one */
		h->wire.response.n = 0;
		h->wire.header_bytes = 0;
	}
	if (h->wire.response.n + n > HEADER_CAP) {
		h->over_header = true;
		return 0;
	}
	if (amp_buf_add(&h->wire.response, p, n) != 0) return 0;
	if (n <= 2 && (p[0] == '\r' || p[0] == '\n')) {
		h->headers_done = true;
		h->wire.header_bytes = h->wire.response.n;
	}
	return n;
}

static size_t on_body(char *p, size_t size, size_t count, void *user)
{
	struct handle *h = user;
	size_t n = size * count, have = h->wire.response.n - h->wire.header_bytes;
	size_t room = h->line->transport->max_wire - have;
	size_t take = n < room ? n : room;
	if (amp_buf_add(&h->wire.response, p, take) != 0) return 0;
	if (take < n) {
		h->wire.over_wire = true;
		return 0; /* CURLE_WRITE_ERROR: the prefix stays */
	}
	return n;
}

/* Request bytes, and the TLS version, which libcurl tells only here. */
static int on_debug(CURL *easy, curl_infotype type, char *p, size_t n, void *user)
{
	struct handle *h = user;
	static const char tls[] = "SSL connection using ";
	(void)easy;
	if (type == CURLINFO_HEADER_OUT || type == CURLINFO_DATA_OUT) {
		/* what a tunnel's proxy is told is no part of the exchange, and holds its password */
		if (type == CURLINFO_HEADER_OUT && h->line->proxy != NULL && amp_str_starts((struct amp_str){p, n}, "CONNECT "))
			return 0;
		amp_buf_add(&h->wire.request, p, n); /* a failure is seen at the end: the buffer remembers it */
	} else if (type == CURLINFO_TEXT && n > sizeof tls && memcmp(p, tls, sizeof tls - 1) == 0) {
		size_t len = 0;
		for (p += sizeof tls - 1, n -= sizeof tls - 1; len < n && p[len] > ' ' && p[len] != '/'; len++) continue;
		snprintf(h->wire.tls_version, sizeof h->wire.tls_version, "%.*s", (int)len, p);
	}
	return 0;
}

/* The address that is about to be connected to: after look-up, so that neither redirects nor DNS rebinding get around it. */
static curl_socket_t on_open(void *user, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct handle *h = user;
	(void)purpose;
	if (h->line->proxy == NULL && !h->private_ok && amp_address_private(&a->addr, (socklen_t)a->addrlen)) {
		h->wire.refused_private = true;
		return CURL_SOCKET_BAD;
	}
	return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

/* The same once more on the connection chosen, reused ones included, before a byte is sent. */
static int on_ready(void *user, char *server_ip, char *local_ip, int server_port, int local_port)
{
	struct handle *h = user;
	bool literal = false;
	(void)local_ip;
	(void)server_port;
	(void)local_port;
	/* libcurl tries again by itself when a reused connection turns out dead: only what was sent last is the exchange */
	amp_buf_reset(&h->wire.request);
	if (h->line->proxy != NULL || h->private_ok || !amp_address_text_private(server_ip, &literal)) return CURL_PREREQFUNC_OK;
	h->wire.refused_private = true;
	return CURL_PREREQFUNC_ABORT;
}

int amp_transport_new(struct amp_transport **out, const struct amp_fetch_options *o, const char *user_agent, struct amp_err *err)
{
	*out = NULL;
	struct amp_transport *t = amp_calloc(1, sizeof *t);
	if (t == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while starting the fetcher."));
	int rc = global_start(err);
	if (rc != 0) {
		amp_free(t);
		return rc;
	}
	t->timeout_ms = o->timeout_ms;
	t->max_wire = (size_t)o->max_wire_bytes;
	t->user_agent = amp_strdup(user_agent);
	t->ca_file = o->ca_file == NULL ? NULL : amp_strdup(o->ca_file);
	t->multi = curl_multi_init();
	if (t->multi == NULL || t->user_agent == NULL || (o->ca_file != NULL && t->ca_file == NULL)) {
		amp_transport_free(t);
		return amp_fail(err, AMP_ENOMEM, _("Out of memory while starting the fetcher."));
	}
	curl_multi_setopt(t->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING);
	curl_multi_setopt(t->multi, CURLMOPT_MAXCONNECTS, 8L); /* idle connections kept, for each line's share */
	*out = t;
	return 0;
}

void amp_transport_free(struct amp_transport *t)
{
	if (t == NULL) return;
	amp_transport_cancel(t);
	if (t->multi != NULL) curl_multi_cleanup(t->multi);
	amp_free(t->user_agent);
	amp_free(t->ca_file);
	amp_free(t);
	global_end();
}

static void handle_free(struct handle *h)
{
	if (h == NULL) return;
	if (h->easy != NULL) curl_easy_cleanup(h->easy);
	curl_slist_free_all(h->headers);
	amp_free(h->body);
	amp_buf_free(&h->wire.request);
	amp_buf_free(&h->wire.response);
	amp_free(h);
}

int amp_line_new(struct amp_line **out, struct amp_transport *t, const char *proxy, struct amp_err *err)
{
	static const curl_lock_data shared[] = {CURL_LOCK_DATA_CONNECT, CURL_LOCK_DATA_COOKIE, CURL_LOCK_DATA_SSL_SESSION};
	*out = NULL;
	struct amp_line *l = amp_calloc(1, sizeof *l);
	if (l == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while making a visitor."));
	l->transport = t;
	l->proxy = proxy == NULL ? NULL : amp_strdup(proxy);
	l->share = curl_share_init();
	bool ok = l->share != NULL && (proxy == NULL || l->proxy != NULL);
	for (size_t i = 0; ok && i < sizeof shared / sizeof *shared; i++)
		ok = curl_share_setopt(l->share, CURLSHOPT_SHARE, shared[i]) == CURLSHE_OK;
	if (!ok) {
		amp_line_free(l);
		return amp_fail(err, AMP_ENOMEM, _("Out of memory while making a visitor, or libcurl lacks shared connections."));
	}
	*out = l;
	return 0;
}

void amp_line_free(struct amp_line *l)
{
	if (l == NULL) return;
	while (l->idle != NULL) {
		struct handle *h = l->idle;
		l->idle = h->next_idle;
		handle_free(h);
	}
	if (l->share != NULL) curl_share_cleanup(l->share);
	amp_free(l->proxy);
	amp_free(l);
}

static struct handle *handle_take(struct amp_line *l)
{
	struct handle *h = l->idle;
	if (h != NULL) {
		l->idle = h->next_idle;
		h->next_idle = NULL;
		return h;
	}
	h = amp_calloc(1, sizeof *h);
	if (h == NULL) return NULL;
	h->line = l;
	amp_buf_init(&h->wire.request, REQUEST_CAP);
	amp_buf_init(&h->wire.response, l->transport->max_wire + HEADER_CAP);
	h->easy = curl_easy_init();
	if (h->easy == NULL || curl_easy_setopt(h->easy, CURLOPT_SHARE, l->share) != CURLE_OK) {
		handle_free(h);
		return NULL;
	}
	return h;
}

static void handle_put(struct handle *h)
{
	/* libcurl 7.88 forgets the list of COOKIEFILE at a reset without freeing it; clearing it first detaches the jar, so the share
	 * is set again */
	curl_easy_setopt(h->easy, CURLOPT_COOKIEFILE, NULL);
	curl_easy_reset(h->easy);
	curl_easy_setopt(h->easy, CURLOPT_SHARE, h->line->share);
	curl_slist_free_all(h->headers);
	h->headers = NULL;
	amp_free(h->body);
	h->body = NULL;
	if (h->wire.response.size > KEEP_BUFFER) amp_buf_free(&h->wire.response);
	h->next_idle = h->line->idle;
	h->line->idle = h;
}

/* Options with a string or number each; one table so that none is forgotten and all are checked. */
static bool setup_handle(struct handle *h, const struct amp_send *s)
{
	CURL *e = h->easy;
	const struct amp_transport *t = h->line->transport;
	int64_t connect_ms = t->timeout_ms < 20000 ? t->timeout_ms : 20000;
	const struct {
		CURLoption option;
		long value;
	} longs[] = {
		{CURLOPT_NOSIGNAL, 1},
		{CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1},
		{CURLOPT_HTTP_TRANSFER_DECODING, 0},
		{CURLOPT_HTTP_CONTENT_DECODING, 0},
		{CURLOPT_FOLLOWLOCATION, 0},
		{CURLOPT_SUPPRESS_CONNECT_HEADERS, 1},
		{CURLOPT_SSL_VERIFYPEER, 1},
		{CURLOPT_SSL_VERIFYHOST, 2},
		{CURLOPT_CERTINFO, 1},
		{CURLOPT_VERBOSE, 1}, /* the debug callback is silent without it */
		{CURLOPT_TIMEOUT_MS, (long)t->timeout_ms},
		{CURLOPT_CONNECTTIMEOUT_MS, (long)connect_ms},
#if LIBCURL_VERSION_NUM < 0x075500
		{CURLOPT_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS},
#endif
	};
	const struct {
		CURLoption option;
		const char *value;
	} strings[] = {
		{CURLOPT_URL, s->url},
		{CURLOPT_CUSTOMREQUEST, s->method},
		{CURLOPT_USERAGENT, t->user_agent},
		{CURLOPT_PROXY,
		 h->line->proxy != NULL ? h->line->proxy : ""}, /* "": the environment's proxies are not the persona's */
		{CURLOPT_NOPROXY, ""},
		{CURLOPT_COOKIEFILE, ""}, /* switches the engine on; the jar is the share's */
#if LIBCURL_VERSION_NUM >= 0x075500
		{CURLOPT_PROTOCOLS_STR, "http,https"},
#endif
	};
	bool ok = true;
	for (size_t i = 0; i < sizeof longs / sizeof *longs; i++)
		ok = curl_easy_setopt(e, longs[i].option, longs[i].value) == CURLE_OK && ok;
	for (size_t i = 0; i < sizeof strings / sizeof *strings; i++)
		ok = curl_easy_setopt(e, strings[i].option, strings[i].value) == CURLE_OK && ok;
	if (t->ca_file != NULL) ok = curl_easy_setopt(e, CURLOPT_CAINFO, t->ca_file) == CURLE_OK && ok;
	/* libcurl's cache of the parsed CA store (7.87) does not engage while CAPATH has Debian's default: 52 ms of CPU for each new
	 * connection instead of 2 (measured 2026-11-22). The bundle in CAINFO holds the same certificates. */
	ok = curl_easy_setopt(e, CURLOPT_CAPATH, NULL) == CURLE_OK && ok;
	ok = curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, on_header) == CURLE_OK && ok;
	ok = curl_easy_setopt(e, CURLOPT_HEADERDATA, h) == CURLE_OK && ok;
	ok = curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body) == CURLE_OK && ok;
	ok = curl_easy_setopt(e, CURLOPT_WRITEDATA, h) == CURLE_OK && ok;
	ok = curl_easy_setopt(e, CURLOPT_DEBUGFUNCTION, on_debug) == CURLE_OK && ok;
	ok = curl_easy_setopt(e, CURLOPT_DEBUGDATA, h) == CURLE_OK && ok;
	ok = curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, on_open) == CURLE_OK && ok;
	ok = curl_easy_setopt(e, CURLOPT_OPENSOCKETDATA, h) == CURLE_OK && ok;
	ok = curl_easy_setopt(e, CURLOPT_PREREQFUNCTION, on_ready) == CURLE_OK && ok;
	ok = curl_easy_setopt(e, CURLOPT_PREREQDATA, h) == CURLE_OK && ok;
	ok = curl_easy_setopt(e, CURLOPT_ERRORBUFFER, h->curl_text) == CURLE_OK && ok;
	ok = curl_easy_setopt(e, CURLOPT_PRIVATE, h) == CURLE_OK && ok;
	if (strcmp(s->method, "HEAD") == 0) ok = curl_easy_setopt(e, CURLOPT_NOBODY, 1L) == CURLE_OK && ok;
	if (s->body != NULL) {
		ok = curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)s->body_bytes) == CURLE_OK && ok;
		ok = curl_easy_setopt(e, CURLOPT_COPYPOSTFIELDS, s->body) == CURLE_OK && ok;
		ok = curl_easy_setopt(e, CURLOPT_CUSTOMREQUEST, s->method) == CURLE_OK && ok;
	}
	return ok && curl_easy_setopt(e, CURLOPT_HTTPHEADER, h->headers) == CURLE_OK;
}

static bool add_header(struct handle *h, const char *name, const char *value)
{
	char small[512];
	size_t need = strlen(name) + strlen(value) + 3;
	char *line = need <= sizeof small ? small : amp_malloc(need);
	if (line == NULL) return false;
	/* libcurl's grammar: "Name: value"; "Name;" sends an empty value, "Name:" removes the header */
	snprintf(line, need, value[0] != '\0' ? "%s: %s" : "%s;", name, value);
	struct curl_slist *grown = curl_slist_append(h->headers, line);
	if (line != small) amp_free(line);
	if (grown == NULL) return false;
	h->headers = grown;
	return true;
}

static bool build_headers(struct handle *h, const struct amp_send *s)
{
	bool asks_coding = false, ok = true;
	for (const struct amp_header *a = s->headers; a != NULL && a->name != NULL; a++) {
		asks_coding = asks_coding || amp_str_ieq_c(amp_str_c(a->name), "accept-encoding");
		ok = ok && add_header(h, a->name, a->value);
	}
	/* a plain header: with CURLOPT_ACCEPT_ENCODING libcurl would inflate, slowly, and the wire's bytes would be lost */
	if (!asks_coding) ok = ok && add_header(h, "Accept-Encoding", "gzip");
	if (s->body != NULL && ok) {
		struct curl_slist *grown = curl_slist_append(h->headers, "Expect:"); /* no waiting for 100-continue */
		ok = grown != NULL;
		if (ok) h->headers = grown;
	}
	return ok;
}

int amp_transport_send(struct amp_transport *t, struct amp_line *l, const struct amp_send *s, struct amp_err *err)
{
	struct handle *h = handle_take(l);
	if (h == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while sending a request."));
	struct amp_buf request = h->wire.request, response = h->wire.response;
	amp_buf_reset(&request);
	amp_buf_reset(&response);
	h->wire = (struct amp_wire){.owner = s->owner,
	                            .request = request,
	                            .response = response,
	                            .first_byte_at = AMP_TIME_NONE,
	                            .sent_at = AMP_TIME_NONE,
	                            .protocol = "HTTP/1.1"};
	h->private_ok = s->private_ok;
	h->headers_done = h->over_header = false;
	h->curl_text[0] = '\0';
	if (!build_headers(h, s) || !setup_handle(h, s)) {
		handle_put(h);
		return amp_fail(err, AMP_ENOMEM, _("Out of memory while preparing a request, or libcurl is too old for it."));
	}
	h->wire.started_at = amp_clock_wall_ms();
	CURLMcode mc = curl_multi_add_handle(t->multi, h->easy);
	if (mc != CURLM_OK) {
		handle_put(h);
		return amp_fail(err, AMP_EFAIL, _("libcurl refused a request (%s)."), curl_multi_strerror(mc));
	}
	h->next_busy = t->busy;
	t->busy = h;
	return 0;
}

int amp_transport_wait(struct amp_transport *t, int64_t ms, struct amp_err *err)
{
	int running = 0;
	CURLMcode mc = curl_multi_perform(t->multi, &running);
	/* poll also when nothing runs: it is our sleep, and a signal ends it */
	int left = 0;
	bool ended = false;
	for (struct handle *h = t->busy; h != NULL; h = h->next_busy) left++;
	ended = running < left; /* something is to be collected */
	if (mc == CURLM_OK && !ended && ms > 0) mc = curl_multi_poll(t->multi, NULL, 0, (int)(ms > 60000 ? 60000 : ms), NULL);
	if (mc == CURLM_OK || mc == CURLM_CALL_MULTI_PERFORM) return 0;
	return amp_fail(err, AMP_EFAIL, _("libcurl could not wait for the network (%s)."), curl_multi_strerror(mc));
}

static void describe_address(CURL *e, CURLINFO ip, CURLINFO port, char *out, size_t size, char *ip_out, size_t ip_size)
{
	char *text = NULL;
	long number = 0;
	if (curl_easy_getinfo(e, ip, &text) != CURLE_OK || text == NULL || text[0] == '\0') return;
	curl_easy_getinfo(e, port, &number);
	snprintf(out, size, strchr(text, ':') != NULL ? "[%s]:%ld" : "%s:%ld", text, number);
	if (ip_out != NULL) snprintf(ip_out, ip_size, "%s", text);
}

/* SHA-256 of the leaf certificate's DER, out of the PEM that CURLINFO_CERTINFO gives. */
static void leaf_certificate(CURL *e, struct amp_wire *w)
{
	static const char key[] = "Cert:";
	struct curl_certinfo *info = NULL;
	if (curl_easy_getinfo(e, CURLINFO_CERTINFO, &info) != CURLE_OK || info == NULL || info->num_of_certs < 1) return;
	for (struct curl_slist *s = info->certinfo[0]; s != NULL; s = s->next) {
		if (strncmp(s->data, key, sizeof key - 1) != 0) continue;
		const char *from = strchr(s->data, '\n');
		const char *end = from == NULL ? NULL : strstr(from, "-----END");
		if (end == NULL || end - from > 100000) return;
		struct amp_buf text, der;
		amp_buf_init(&text, 200000);
		amp_buf_init(&der, 200000);
		for (; from < end; from++)
			if (!amp_is_space((unsigned char)*from)) amp_buf_byte(&text, (unsigned char)*from);
		if (text.failed == 0 && text.n > 4 && amp_buf_reserve(&der, text.n) == 0) {
			int n = EVP_DecodeBlock((unsigned char *)der.p, (const unsigned char *)text.p, (int)text.n);
			for (size_t i = text.n; n > 0 && i > text.n - 2 && text.p[i - 1] == '='; i--) n--;
			if (n > 0) {
				amp_sha256(der.p, (size_t)n, w->certificate);
				w->has_certificate = true;
			}
		}
		amp_buf_free(&text);
		amp_buf_free(&der);
		return;
	}
}

/* A reused connection shows no handshake: its facts are those of the connection that has the same local address. */
static void remember_tls(struct amp_line *l, struct amp_wire *w)
{
	if (w->local[0] == '\0') return;
	if (w->tls_version[0] != '\0') {
		struct seen *s = &l->seen[l->seen_next++ % SEEN];
		snprintf(s->local, sizeof s->local, "%s", w->local);
		snprintf(s->tls_version, sizeof s->tls_version, "%s", w->tls_version);
		memcpy(s->certificate, w->certificate, AMP_SHA256);
		s->has_certificate = w->has_certificate;
		return;
	}
	for (unsigned i = 1; i <= SEEN; i++) { /* the newest first: a local port can come back */
		const struct seen *s = &l->seen[(l->seen_next - i) % SEEN];
		if (strcmp(s->local, w->local) != 0) continue;
		snprintf(w->tls_version, sizeof w->tls_version, "%s", s->tls_version);
		memcpy(w->certificate, s->certificate, AMP_SHA256);
		w->has_certificate = s->has_certificate;
		return;
	}
}

static void collect(struct handle *h, CURLcode code)
{
	struct amp_wire *w = &h->wire;
	CURL *e = h->easy;
	curl_off_t sent = 0, first = 0;
	char *scheme = NULL;
	w->curl_code = (int)code;
	w->ended_at = amp_clock_wall_ms();
	describe_address(e, CURLINFO_PRIMARY_IP, CURLINFO_PRIMARY_PORT, w->server, sizeof w->server, w->server_ip,
	                 sizeof w->server_ip);
	describe_address(e, CURLINFO_LOCAL_IP, CURLINFO_LOCAL_PORT, w->local, sizeof w->local, NULL, 0);
	curl_easy_getinfo(e, CURLINFO_PRETRANSFER_TIME_T, &sent);
	curl_easy_getinfo(e, CURLINFO_STARTTRANSFER_TIME_T, &first);
	if (w->request.n > 0) w->sent_at = w->started_at + sent / 1000;
	if (w->response.n > 0) w->first_byte_at = w->started_at + first / 1000;
	if (amp_str_starts(amp_buf_str(&w->response), "HTTP/1.0")) w->protocol = "HTTP/1.0";
	curl_easy_getinfo(e, CURLINFO_SCHEME, &scheme);
	if (scheme != NULL && amp_str_ieq_c(amp_str_c(scheme), "https")) {
		if (w->tls_version[0] != '\0') leaf_certificate(e, w);
		remember_tls(h->line, w);
	}
	if (code == CURLE_OK) return;
	if (h->over_header)
		snprintf(w->error, sizeof w->error, _("the header block is over %zu KiB"), HEADER_CAP / 1024);
	else if (w->over_wire)
		snprintf(w->error, sizeof w->error, _("the body is over the bound of %zu bytes"), h->line->transport->max_wire);
	else
		snprintf(w->error, sizeof w->error, "%s", h->curl_text[0] != '\0' ? h->curl_text : curl_easy_strerror(code));
}

static void unlink_busy(struct amp_transport *t, struct handle *h)
{
	for (struct handle **at = &t->busy; *at != NULL; at = &(*at)->next_busy)
		if (*at == h) {
			*at = h->next_busy;
			return;
		}
}

struct amp_wire *amp_transport_next(struct amp_transport *t)
{
	int queued = 0;
	for (;;) {
		CURLMsg *m = curl_multi_info_read(t->multi, &queued);
		if (m == NULL) return NULL;
		if (m->msg != CURLMSG_DONE) continue;
		CURLcode code = m->data.result;
		CURL *easy = m->easy_handle;
		struct handle *h = NULL;
		curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&h);
		collect(h, code);
		curl_multi_remove_handle(t->multi, easy);
		unlink_busy(t, h);
		return &h->wire;
	}
}

void amp_transport_give_back(struct amp_transport *t, struct amp_wire *w)
{
	(void)t;
	handle_put((struct handle *)w); /* wire is its first member */
}

void amp_transport_cancel(struct amp_transport *t)
{
	while (t->busy != NULL) {
		struct handle *h = t->busy;
		t->busy = h->next_busy;
		curl_multi_remove_handle(t->multi, h->easy);
		handle_put(h);
	}
}

int amp_line_save_cookies(struct amp_line *l, struct amp_buf *out, struct amp_err *err)
{
	struct curl_slist *list = NULL;
	struct handle *h = handle_take(l);
	if (h == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while saving cookies."));
	curl_easy_getinfo(h->easy, CURLINFO_COOKIELIST, &list);
	for (struct curl_slist *s = list; s != NULL; s = s->next) {
		amp_buf_addc(out, s->data);
		amp_buf_byte(out, '\n');
	}
	curl_slist_free_all(list);
	handle_put(h);
	return amp_buf_check(out, _("the cookies of a persona"), err);
}

int amp_line_load_cookies(struct amp_line *l, struct amp_str lines, struct amp_err *err)
{
	struct handle *h = handle_take(l);
	bool ok = h != NULL && curl_easy_setopt(h->easy, CURLOPT_COOKIELIST, "ALL") == CURLE_OK;
	while (ok && lines.p != NULL) {
		char text[8192];
		struct amp_str line = amp_str_cut(&lines, '\n');
		if (line.n == 0 || line.n >= sizeof text) continue;
		/* "#HttpOnly_" is libcurl's mark, any other '#' begins a comment */
		if (line.p[0] == '#' && !amp_str_starts(line, "#HttpOnly_")) continue;
		snprintf(text, sizeof text, "%.*s", AMP_ARG(line));
		ok = curl_easy_setopt(h->easy, CURLOPT_COOKIELIST, text) == CURLE_OK;
	}
	if (h != NULL) handle_put(h);
	return ok ? 0 : amp_fail(err, AMP_ENOMEM, _("Out of memory while loading cookies."));
}

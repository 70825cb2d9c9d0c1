/* test_fetch_faults.c: every way in which a server can misbehave, against tests/servers/faultd: verdict, bytes kept, attempts. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "fetch/internal.h"
#include "fetch_rig.h"

static struct faultd server, other;

static int start(void **state)
{
	(void)state;
	return faultd_start(&server, NULL) && faultd_start(&other, (const char *[]){"--bind", "127.0.0.2", NULL}) ? 0 : -1;
}
static int stop(void **state)
{
	(void)state;
	faultd_stop(&server);
	faultd_stop(&other);
	return 0;
}

static const char *const allow[] = {"127.0.0.1:*", "127.0.0.2:*", NULL};
static const struct amp_fetch_options base = {.allow_private = allow, .seed = 1, .max_attempts = 2};

static const char *at(const char *path)
{
	static char url[1024];
	snprintf(url, sizeof url, "http://127.0.0.1:%d%s", server.port, path);
	return url;
}

/* One table for the faults that need one request: what must be seen at the last exchange. */
static const struct {
	const char *path;
	enum amp_fetch_result result;
	int status, curl_code, exchanges;
	bool truncated, unasked;
	const char *body; /* the start of what is readable; NULL: not looked at */
	size_t body_n;    /* 0: not looked at */
	const char *coding;
} faults[] = {
	{"/ok", AMP_FETCH_RESPONSE, 200, 0, 1, false, false, "{\"items\":[1,2,3]}", 17, ""},
	{"/empty", AMP_FETCH_RESPONSE, 200, 0, 1, false, false, "", 0, ""},
	{"/204", AMP_FETCH_RESPONSE, 204, 0, 1, false, false, "", 0, ""},
	{"/304", AMP_FETCH_RESPONSE, 304, 0, 1, false, false, "", 0, ""},
	{"/404", AMP_FETCH_RESPONSE, 404, 0, 1, false, false, "{\"error\":\"NotFound\"}", 0, ""},
	{"/html", AMP_FETCH_RESPONSE, 200, 0, 1, false, false, "<!DOCTYPE html>", 0, ""},
	{"/cut", AMP_FETCH_RESPONSE, 200, 18, 2, true, false, "{\"items\":[1,2", 13, ""},
	{"/two-lengths", AMP_FETCH_RESPONSE, 200, 0, 1, true, false, NULL, 0, ""},
	{"/chunked", AMP_FETCH_RESPONSE, 200, 0, 1, false, false, "{\"items\":[1,2,3]}", 17, ""},
	{"/cut-chunk", AMP_FETCH_RESPONSE, 200, 18, 2, true, false, "{\"a\":[1,2", 9, ""},
	{"/bad-chunk", AMP_FETCH_RESPONSE, 200, 56, 2, true, false, "{\"a\":", 5, ""},
	{"/gzip", AMP_FETCH_RESPONSE, 200, 0, 1, false, false, NULL, 20000, "gzip"},
	{"/gzip-chunked", AMP_FETCH_RESPONSE, 200, 0, 1, false, false, NULL, 20000, "gzip"},
	{"/gzip-members", AMP_FETCH_RESPONSE, 200, 0, 1, false, false, NULL, 20000, "gzip"},
	{"/gzip-cut", AMP_FETCH_RESPONSE, 200, 0, 1, true, false, NULL, 0, "gzip"},
	{"/gzip-bomb?mb=8", AMP_FETCH_RESPONSE, 200, 0, 1, true, false, NULL, 1 << 20, "gzip"},
	{"/br", AMP_FETCH_RESPONSE, 200, 0, 1, false, true, "", 0, "br"},
	{"/big?n=300000", AMP_FETCH_RESPONSE, 200, 23, 1, true, false, "xxxx", 200000, ""},
	{"/nul-header", AMP_FETCH_TRANSPORT, 0, 8, 2, false, false, NULL, 0, ""},
	{"/no-status", AMP_FETCH_TRANSPORT, 0, 1, 2, false, false, NULL, 0, ""},
	{"/huge-headers", AMP_FETCH_TRANSPORT, 0, 23, 2, false, false, NULL, 0, ""},
	{"/close", AMP_FETCH_TRANSPORT, 0, 52, 2, false, false, NULL, 0, ""},
	{"/slow-first?ms=2000", AMP_FETCH_TRANSPORT, 0, 28, 2, false, false, NULL, 0, ""},
	{"/drip?n=1000&ms=20", AMP_FETCH_RESPONSE, 200, 28, 2, true, false, "ddd", 0, ""},
	{"/503-bare", AMP_FETCH_RESPONSE, 503, 0, 2, false, false, NULL, 0, ""},
	{"/flaky?key=a&fail=1&status=503", AMP_FETCH_RESPONSE, 200, 0, 2, false, false, "{\"items\"", 17, ""},
	/* libcurl itself tries again when a connection that was reused ends without a byte: so two hang-ups are one exchange */
	{"/flaky?key=b&fail=2&status=0", AMP_FETCH_RESPONSE, 200, 0, 2, false, false, "{\"items\"", 17, ""},
	{"/flaky?key=c&fail=1&status=429&after=1", AMP_FETCH_RESPONSE, 200, 0, 2, false, false, "{\"items\"", 17, ""},
};

static void test_faults(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
		struct rig rig;
		struct amp_fetch_options o = base;
		o.timeout_ms = strstr(faults[i].path, "ms=") != NULL ? 300 : 20000;
		o.max_decoded_bytes = 1 << 20;
		o.max_wire_bytes = 200000;
		rig_open(&rig, &o);
		rig_get(&rig, rig.v, at(faults[i].path));
		rig_run(&rig);
		print_message("%s: status %d, curl %d %s\n", faults[i].path, rig_nth(&rig, 0)->x.status,
		              rig_nth(&rig, 0)->x.curl_code, rig_nth(&rig, 0)->x.error);
		assert_int_equal(rig_count(&rig, "robots"), 1);
		assert_int_equal(rig_count(&rig, "feed"), faults[i].exchanges);
		struct seen_exchange *s = rig_nth(&rig, faults[i].exchanges - 1);
		for (int k = 0; k + 1 < faults[i].exchanges; k++) assert_false(rig_nth(&rig, k)->x.last_attempt);
		assert_true(s->x.last_attempt);
		assert_int_equal(s->x.attempt, faults[i].exchanges);
		assert_int_equal(s->x.result, faults[i].result);
		assert_int_equal(s->x.status, faults[i].status);
		if (s->x.curl_code != faults[i].curl_code)
			fail_msg("%s: curl code %d (%s)", faults[i].path, s->x.curl_code, s->x.error);
		assert_int_equal(s->x.truncated, faults[i].truncated);
		assert_int_equal(s->x.truncated, s->why[0] != '\0');
		assert_int_equal(s->x.unasked_coding, faults[i].unasked);
		assert_string_equal(s->x.content_coding, faults[i].coding);
		if (faults[i].body != NULL) assert_memory_equal(s->body, faults[i].body, strlen(faults[i].body));
		if (faults[i].body_n > 0) assert_int_equal(s->body_n, faults[i].body_n);
		if (faults[i].result == AMP_FETCH_TRANSPORT) assert_true(s->x.error[0] != '\0');
		rig_close(&rig);
	}
}

/* The bytes kept are the bytes of the wire, and the digests are theirs. */
static void test_bytes(void **state)
{
	(void)state;
	struct rig rig;
	uint8_t digest[AMP_SHA256];
	rig_open(&rig, &base);
	rig_get(&rig, rig.v, at("/chunked"));
	rig_run(&rig);
	struct seen_exchange *s = rig_nth(&rig, 0);
	static const char body[] =
		"5;ext=1\r\n{\"ite\r\n5;ext=1\r\nms\":[\r\n5;ext=1\r\n1,2,3\r\n2;ext=1\r\n]}\r\n0\r\nX-Trailer: late\r\n\r\n";
	const char *head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Trailer\r\n\r\n";
	char whole[512];
	snprintf(whole, sizeof whole, "%s%s", head, body);
	assert_string_equal(s->response, whole);
	assert_int_equal(s->x.response_header_bytes, strlen(head));
	assert_int_equal(s->x.wire_bytes, sizeof body - 1);
	amp_sha256(body, sizeof body - 1, digest);
	assert_memory_equal(digest, s->x.wire_sha256, AMP_SHA256);
	amp_sha256("{\"items\":[1,2,3]}", 17, digest);
	assert_memory_equal(digest, s->x.payload_sha256, AMP_SHA256);
	char want[1024];
	snprintf(
		want, sizeof want,
		"GET /chunked HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUser-Agent: amplimeter/%s\r\nAccept: */*\r\nAccept-Encoding: gzip\r\n\r\n",
		server.port, AMP_VERSION);
	assert_string_equal(s->request, want);
	snprintf(want, sizeof want, "127.0.0.1:%d", server.port);
	assert_string_equal(s->x.server_address, want);
	assert_memory_equal(s->x.local_address, "127.0.0.1:", 10);
	assert_true(s->x.queued_at <= s->x.sent_at && s->x.sent_at <= s->x.first_byte_at &&
	            s->x.first_byte_at <= s->x.ended_at + 1);
	rig_close(&rig);
}

/* The same, where libcurl tried again by itself: the request is there once. */
static void test_stale_connection(void **state)
{
	(void)state;
	struct rig rig;
	rig_open(&rig, &base);
	rig_get(&rig, rig.v, at("/flaky?key=stale&fail=1&status=0"));
	rig_run(&rig);
	struct seen_exchange *s = rig_nth(&rig, 0);
	assert_int_equal(s->x.status, 200);
	assert_int_equal(s->x.attempt, 1);
	assert_memory_equal(s->request, "GET /flaky", 10);
	assert_null(strstr(s->request + 1, "GET /flaky"));
	rig_close(&rig);
}

static void test_facts(void **state)
{
	(void)state;
	struct rig rig;
	rig_open(&rig, &base);
	rig_get(&rig, rig.v, at("/ok"));
	rig_get(&rig, rig.v, at("/reply?header=Age:%20x"));
	rig_run(&rig);
	assert_int_equal(rig_nth(&rig, 0)->x.age, 7);
	assert_true(rig_nth(&rig, 1)->x.age == INT64_MIN);
	assert_true(rig_nth(&rig, 0)->x.etag.n == 4);
	assert_true(rig_nth(&rig, 1)->x.etag.p == NULL);
	rig_close(&rig);
}

static void test_redirects(void **state)
{
	(void)state;
	struct rig rig;
	char url[512];
	rig_open(&rig, &base);
	rig_get(&rig, rig.v, at("/redirect?to=/redirect%3Fto=/ok"));
	rig_run(&rig);
	assert_int_equal(rig_count(&rig, "feed"), 3);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(rig_nth(&rig, i)->x.redirect_hop, i);
		assert_int_equal(rig_nth(&rig, i)->x.last_attempt, i == 2);
	}
	assert_int_equal(rig_nth(&rig, 2)->x.status, 200);
	assert_string_equal(rig_nth(&rig, 2)->url, at("/ok"));
	rig_clear(&rig);

	rig_get(&rig, rig.v, at("/redirect-loop"));
	rig_run(&rig);
	assert_int_equal(rig_count(&rig, "feed"), 7); /* the first, five hops, the refusal */
	assert_int_equal(rig_nth(&rig, 6)->x.result, AMP_FETCH_POLICY);
	assert_string_equal(rig_nth(&rig, 6)->policy, "redirects");
	assert_false(rig_nth(&rig, 5)->x.last_attempt);
	rig_clear(&rig);

	static const struct {
		const char *to, *policy;
	} refused[] = {
		{"file:///etc/passwd", "scheme"},
		{"gopher://127.0.0.1/", "scheme"},
		{"http://10.0.0.1/", "private_address"},
		{"http://127.1.2.3/", "private_address"},
		{"http://[::1]/", "private_address"},
		{"http://2130706689/", "private_address"},
		{"http://user:pw@127.0.0.2/", "redirects"},
		{"http://localhost/", "private_address"},
		{"http://[::ffff:10.0.0.1]/", "private_address"},
		{"http://", "redirects"},
	};
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		snprintf(url, sizeof url, "/redirect?to=%s", refused[i].to);
		rig_get(&rig, rig.v, at(url));
		rig_run(&rig);
		print_message("%s\n", refused[i].to);
		assert_int_equal(rig_count(&rig, "feed"), 2);
		assert_int_equal(rig_nth(&rig, 0)->x.status, 302);
		assert_false(rig_nth(&rig, 0)->x.last_attempt);
		assert_string_equal(rig_nth(&rig, 1)->policy, refused[i].policy);
		assert_true(rig_nth(&rig, 1)->x.last_attempt);
		assert_true(rig_nth(&rig, 1)->x.error[0] != '\0');
		rig_clear(&rig);
	}
	rig_close(&rig);
}

/* 127.0.0.2 is another host: neither the token nor the cookie header that we set by hand goes there. */
static void test_secrets_stay_home(void **state)
{
	(void)state;
	struct rig rig;
	char url[512];
	struct amp_err err = {0};
	static const struct amp_header headers[] = {{"Authorization", "Bearer very-secret-token", true},
	                                            {"X-Test-Key", "another-secret-key", true},
	                                            {"Accept-Language", "fr", false},
	                                            {NULL, NULL, false}};
	static const char *const query[] = {"key", NULL};
	rig_open(&rig, &base);
	snprintf(url, sizeof url,
	         "http://127.0.0.1:%d/redirect?key=query-secret&to=http://127.0.0.2:%d/echo%%3Fkey=from-the-server", server.port,
	         other.port);
	struct amp_request r = {.method = "GET", .url = url, .headers = headers, .secret_query = query};
	assert_int_equal(amp_fetch_submit(rig.f, rig.v, &r, "feed", NULL, &err), 0);
	snprintf(url, sizeof url, "http://127.0.0.1:%d/redirect?to=/echo", server.port);
	assert_int_equal(amp_fetch_submit(rig.f, rig.v, &r, "feed", NULL, &err), 0);
	rig_run(&rig);
	struct seen_exchange *home = rig_nth(&rig, 0), *away = rig_nth(&rig, 1), *same = rig_nth(&rig, 3);
	assert_non_null(strstr(home->request, "\r\nAuthorization: ************************\r\n"));
	assert_non_null(strstr(home->request, "\r\nX-Test-Key: ******************\r\n"));
	assert_non_null(strstr(home->request, "GET /redirect?key=************&to="));
	assert_non_null(strstr(home->url, "?key=************&to="));
	assert_non_null(strstr(home->response, "/echo?key=***************\r\n"));
	assert_non_null(strstr(home->location, "/echo?key=***************"));
	assert_string_equal(home->x.masked, "query:key,authorization,x-test-key");
	assert_null(strstr(home->request, "secret"));
	/* the echo shows what really went over the wire */
	assert_null(strstr(away->body, "very-secret-token"));
	assert_null(strstr(away->body, "another-secret-key"));
	assert_non_null(strstr(away->body, "GET /echo?key=from-the-server"));
	assert_non_null(strstr(away->body, "Accept-Language: fr"));
	assert_non_null(strstr(same->body, "Authorization: Bearer very-secret-token"));
	assert_null(strstr(same->request, "very-secret-token"));
	rig_close(&rig);
}

/* A session's exchange: the callback reads the token, the evidence has neither body. */
static void test_secret_body(void **state)
{
	(void)state;
	struct rig rig;
	struct amp_err err = {0};
	uint8_t empty[AMP_SHA256];
	rig_open(&rig, &base);
	struct amp_request r = {.method = "POST", .url = at("/echo"), .body = "{\"password\":\"hunter2\"}", .secret_body = true};
	assert_int_equal(amp_fetch_submit(rig.f, rig.v, &r, "session", NULL, &err), 0);
	rig_run(&rig);
	struct seen_exchange *s = rig_nth(&rig, 0);
	assert_non_null(strstr(s->body, "hunter2"));
	assert_null(strstr(s->request, "hunter2"));
	assert_null(strstr(s->response, "hunter2"));
	assert_non_null(strstr(s->request, "POST /echo"));
	assert_non_null(strstr(s->response, "HTTP/1.1 200"));
	assert_string_equal(s->x.masked, "body");
	amp_sha256("", 0, empty);
	assert_memory_equal(s->x.payload_sha256, empty, AMP_SHA256);
	assert_memory_equal(s->x.wire_sha256, empty, AMP_SHA256);
	rig_close(&rig);
}

/* A question in a body: sent as it is, tried again as a GET is, never sent on without the body; its token is masked at equal length. */
static void test_reading_post(void **state)
{
	(void)state;
	static const char body[] = "{\"i\":\"tok\\\"en-1\",\"limit\":30,\"note\":\"é tok\"}";
	static const char masked[] = "\r\n\r\n{\"i\":\"*********\",\"limit\":30,\"note\":\"é tok\"}";
	static const struct amp_header headers[] = {{"Content-Type", "application/json", false},
	                                            {"X-Client", "1", false},
	                                            {"Authorization", "Bearer very-secret-token", true},
	                                            {NULL, NULL, false}};
	static const struct {
		const char *path;
		int exchanges, status;
		const char *policy;
	} cases[] = {
		{"/echo", 1, 200, ""},
		{"/reply?header=X-Repeats:%20tok%5C%22en-1!", 1, 200, ""},
		{"/flaky?key=post-429&status=429&after=0", 2, 200, ""},
		{"/flaky?key=post-503&status=503", 2, 200, ""},
		{"/flaky?key=post-500&status=500", 2, 200, ""},
		/* hung up on the connection that robots.txt came over: libcurl's own second try; the last request is the one kept */
		{"/flaky?key=post-cut&status=0", 1, 200, ""},
		{"/redirect?status=301&to=/echo", 2, 0, "redirects"},
		{"/redirect?status=302&to=/echo", 2, 0, "redirects"},
		{"/redirect?status=303&to=/echo", 2, 0, "redirects"},
		{"/redirect?status=307&to=/echo", 2, 200, ""},
		{"/redirect?status=308&to=/echo", 2, 200, ""},
		{"/redirect?status=307&to=http://127.0.0.2/echo", 2, 0, "redirects"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct rig rig;
		struct amp_err err = {0};
		rig_open(&rig, &base);
		struct amp_request r = {.method = "POST",
		                        .url = at(cases[i].path),
		                        .headers = headers,
		                        .body = body,
		                        .secret_member = "i",
		                        .secret_text = "\"tok\\\"en-1\"",
		                        .reads = true};
		assert_int_equal(amp_fetch_submit(rig.f, rig.v, &r, "feed", NULL, &err), 0);
		rig_run(&rig);
		if (rig_count(&rig, "feed") != cases[i].exchanges)
			fail_msg("%s: %d exchanges", cases[i].path, rig_count(&rig, "feed"));
		struct seen_exchange *last = rig_nth(&rig, cases[i].exchanges - 1);
		assert_int_equal(last->x.status, cases[i].status);
		assert_string_equal(last->policy, cases[i].policy);
		assert_true(last->x.last_attempt);
		for (int k = 0; k < cases[i].exchanges; k++) {
			struct seen_exchange *s = rig_nth(&rig, k);
			if (s->policy[0] != '\0') continue;
			assert_true(strncmp(s->request, "POST /", 6) == 0);
			assert_non_null(strstr(s->request, "\r\nX-Client: 1\r\n"));
			assert_string_equal(strstr(s->request, "\r\n\r\n"), masked);
			if (strstr(s->url, "/reply") != NULL) assert_non_null(strstr(s->response, "X-Repeats: *********!\r\n"));
			assert_string_equal(s->x.masked, "authorization,body:i");
			/* /echo answers with the request: the body keeps both, and they are named */
			bool echoes = s->x.status == 200 && strstr(s->url, "/echo") != NULL;
			assert_string_equal(s->x.repeated, echoes ? "authorization,i" : "");
			assert_null(strstr(s->request, "very-secret"));
		}
		if (cases[i].status == 200 && strstr(cases[i].path, "/echo") != NULL) { /* what really went over the wire */
			assert_non_null(strstr(last->body, "\r\n\r\n"));
			assert_string_equal(strstr(last->body, "\r\n\r\n") + 4, body);
			assert_non_null(strstr(last->body, "\r\nContent-Type: application/json\r\n"));
		}
		rig_close(&rig);
	}
	/* what may change something is sent once */
	struct rig rig;
	struct amp_err err = {0};
	rig_open(&rig, &base);
	struct amp_request r = {.method = "POST", .url = at("/flaky?key=post-once&status=500"), .body = "{}"};
	assert_int_equal(amp_fetch_submit(rig.f, rig.v, &r, "feed", NULL, &err), 0);
	rig_run(&rig);
	assert_int_equal(rig_count(&rig, "feed"), 1);
	rig_close(&rig);
}

/* Only the address is allowed, and a name resolves to it: refused, as DNS rebinding would be. The first part refuses by name; the
 * second goes to the transport itself, which must refuse by the address that it is about to connect to. */
static void test_rebinding(void **state)
{
	(void)state;
	struct rig rig;
	struct amp_err err = {0};
	char url[128];
	struct amp_transport *t = NULL;
	struct amp_line *line = NULL;
	struct amp_wire *w = NULL;
	snprintf(url, sizeof url, "http://localhost:%d/ok", server.port);
	rig_open(&rig, &base);
	rig_get(&rig, rig.v, url);
	rig_run(&rig);
	assert_int_equal(rig.count, 1);
	assert_string_equal(rig_nth(&rig, 0)->policy, "private_address");
	assert_int_equal(rig_nth(&rig, 0)->x.request.n, 0);

	struct amp_fetch_options o = {.timeout_ms = 5000, .max_wire_bytes = 1000};
	assert_int_equal(amp_transport_new(&t, &o, "test", &err), 0);
	assert_int_equal(amp_line_new(&line, t, NULL, &err), 0);
	for (int allowed = 0; allowed < 2; allowed++) {
		struct amp_send s = {.method = "GET", .url = url, .private_ok = allowed != 0};
		assert_int_equal(amp_transport_send(t, line, &s, &err), 0);
		for (w = amp_transport_next(t); w == NULL; w = amp_transport_next(t))
			assert_int_equal(amp_transport_wait(t, 100, &err), 0);
		assert_int_equal(w->refused_private, allowed == 0);
		assert_int_equal(w->request.n > 0, allowed != 0);
		assert_int_equal(w->server[0] != '\0', allowed != 0); /* not even connected to */
		amp_transport_give_back(t, w);
	}
	amp_line_free(line);
	amp_transport_free(t);
	rig_close(&rig);
}

static void test_scheme(void **state)
{
	(void)state;
	struct rig rig;
	struct amp_err err = {0};
	rig_open(&rig, &base);
	rig_get(&rig, rig.v, "file:///etc/passwd");
	rig_run(&rig);
	assert_string_equal(rig_nth(&rig, 0)->policy, "scheme");
	struct amp_request bad[] = {{.url = "http://"},
	                            {.url = "http://a:b@127.0.0.1/"},
	                            {.url = "http://exa mple/"},
	                            {.url = "http://127.0.0.1/", .method = "GET /evil"},
	                            {.url = "http://public.example/"}};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(amp_fetch_submit(rig.f, rig.v, &bad[i], "feed", NULL, &err), AMP_EUSAGE);
		assert_true(err.text[0] != '\0');
	}
	const struct amp_header split[] = {{"X-A", "b\r\nX-Evil: 1", false}, {NULL, NULL, false}};
	struct amp_request r = {.url = at("/ok"), .headers = split};
	assert_int_equal(amp_fetch_submit(rig.f, rig.v, &r, "feed", NULL, &err), AMP_EUSAGE);
	rig_close(&rig);
}

static bool asked;
static bool stop_asked(void)
{
	return asked;
}
static void ask_stop(struct rig *rig, struct amp_exchange *x)
{
	(void)rig;
	if (strcmp(x->purpose, "feed") == 0) asked = true;
}

static void test_stop(void **state)
{
	(void)state;
	struct rig rig;
	struct amp_fetch_options o = base;
	o.stop = stop_asked;
	asked = false;
	rig_open(&rig, &o);
	rig.then = ask_stop;
	for (int i = 0; i < 4; i++) rig_get(&rig, rig.v, at("/ok"));
	rig_run(&rig);
	assert_int_equal(rig_count(&rig, "feed"), 4);
	assert_int_equal(rig_nth(&rig, 0)->x.result, AMP_FETCH_RESPONSE);
	for (int i = 1; i < 4; i++) {
		assert_int_equal(rig_nth(&rig, i)->x.result, AMP_FETCH_STOPPED);
		assert_true(rig_nth(&rig, i)->x.last_attempt);
	}
	rig_close(&rig);
}

static void test_callback_ends(void **state)
{
	(void)state;
	struct rig rig;
	struct amp_err err = {0};
	rig_open(&rig, &base);
	for (int i = 0; i < 4; i++) rig_get(&rig, rig.v, at("/ok"));
	rig.stop_after = 3; /* robots and two pages */
	assert_int_equal(amp_fetch_run(rig.f, AMP_TIME_NONE, &err), AMP_EFULL);
	assert_string_equal(err.text, "the test says stop");
	assert_int_equal(rig.count, 3);
	rig.stop_after = 0;
	rig_get(&rig, rig.v, at("/ok")); /* and it can go on */
	rig_run(&rig);
	assert_int_equal(rig.count, 4);
	rig_close(&rig);
}

/* Retry-After beyond the deadline: given up at once, and the host is left alone for those that follow. */
static void test_deadline(void **state)
{
	(void)state;
	struct rig rig;
	struct amp_err err = {0};
	rig_open(&rig, &base);
	rig_get(&rig, rig.v, at("/429?after=3000"));
	rig_get(&rig, rig.v, at("/ok"));
	assert_int_equal(amp_fetch_run(rig.f, amp_clock_wall_ms() + 60000, &err), 0);
	assert_int_equal(rig_count(&rig, "feed"), 2);
	assert_int_equal(rig_nth(&rig, 0)->x.status, 429);
	assert_true(rig_nth(&rig, 0)->x.last_attempt);
	assert_string_equal(rig_nth(&rig, 1)->policy, "breaker");
	rig_close(&rig);
}

static void submit_next(struct rig *rig, struct amp_exchange *x)
{
	if (strstr(x->url, "page=1") != NULL) rig_get(rig, x->visitor, at("/ok?page=2"));
}

/* A page asked for by the callback comes before what was queued later; one visitor's requests keep their order through a retry. */
static void test_order(void **state)
{
	(void)state;
	struct rig rig;
	struct amp_visitor *twin = NULL;
	struct amp_err err = {0};
	struct amp_fetch_options o = base;
	o.max_in_flight = 1;
	rig_open(&rig, &o);
	assert_int_equal(amp_visitor_new(&twin, rig.f, "twin", NULL, &err), 0);
	rig.then = submit_next;
	rig_get(&rig, rig.v, at("/ok?page=1"));
	rig_get(&rig, rig.v, at("/flaky?key=order&fail=1&status=503"));
	rig_get(&rig, rig.v, at("/ok?feed=b"));
	rig_get(&rig, twin, at("/ok?feed=c"));
	rig_run(&rig);
	static const char *const ada[] = {"/ok?page=1", "/ok?page=2", "/flaky?key=order&fail=1&status=503",
	                                  "/flaky?key=order&fail=1&status=503", "/ok?feed=b"};
	int n = 0;
	for (struct seen_exchange *s = rig.first; s != NULL; s = s->next) {
		if (strcmp(s->purpose, "feed") != 0 || strcmp(s->visitor, "ada") != 0) continue;
		assert_string_equal(s->url, at(ada[n]));
		n++;
	}
	assert_int_equal(n, 5);
	assert_int_equal(rig_count(&rig, "feed"), 6);
	amp_visitor_free(twin);
	rig_close(&rig);
}

/* Five failures in a row open the breaker: the rest is not sent. */
static void test_breaker(void **state)
{
	(void)state;
	struct rig rig;
	rig_open(&rig, &base);
	for (int i = 0; i < 5; i++) rig_get(&rig, rig.v, at("/503-bare"));
	rig_run(&rig);
	int sent = 0, refused = 0;
	for (struct seen_exchange *s = rig.first; s != NULL; s = s->next) {
		sent += s->x.status == 503;
		refused += strcmp(s->policy, "breaker") == 0;
	}
	assert_int_equal(sent, 5);
	assert_int_equal(refused, 2); /* requests 1 and 2 had two attempts, 3 had one, and no second since the breaker opened */
	assert_true(rig_nth(&rig, 4)->x.last_attempt);
	rig_close(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_faults),       cmocka_unit_test(test_bytes),       cmocka_unit_test(test_stale_connection),
		cmocka_unit_test(test_facts),        cmocka_unit_test(test_redirects),   cmocka_unit_test(test_secrets_stay_home),
		cmocka_unit_test(test_reading_post), cmocka_unit_test(test_secret_body), cmocka_unit_test(test_rebinding),
		cmocka_unit_test(test_scheme),       cmocka_unit_test(test_stop),        cmocka_unit_test(test_callback_ends),
		cmocka_unit_test(test_deadline),     cmocka_unit_test(test_order),       cmocka_unit_test(test_breaker),
	};
	return cmocka_run_group_tests(tests, start, stop);
}

/* test_fetch_isolation.c: nothing of one persona in another, as the server sees it: source port, TLS session, cookies, headers.
 * Plain, over TLS with connections that end (so that sessions are resumed), and through one proxy for all. And what TLS promises:
 * verification, facts of reused connections, the CA store parsed once.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <curl/curl.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <cmocka.h>
#include "fetch_rig.h"

#define PERSONAS 4
static char folder[256], log_path[300], ca[300], certificate[300], key[300];
static bool have_openssl;

/* In the test's folder. */
static int shell(const char *what)
{
	char command[2048];
	snprintf(command, sizeof command, "cd '%s' && { %s; } >/dev/null 2>&1", folder, what);
	return system(command);
}

static int start(void **state)
{
	(void)state;
	const char *tmp = getenv("TMPDIR");
	snprintf(folder, sizeof folder, "%.200s/amp_fetch_XXXXXX", tmp != NULL ? tmp : "/tmp");
	if (mkdtemp(folder) == NULL) return -1;
	snprintf(log_path, sizeof log_path, "%s/log", folder);
	snprintf(ca, sizeof ca, "%s/ca.pem", folder);
	snprintf(certificate, sizeof certificate, "%s/leaf.pem", folder);
	snprintf(key, sizeof key, "%s/leaf.key", folder);
	have_openssl =
		shell("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout ca.key -out ca.pem -days 2 -subj '/CN=Test CA' && "
	              "openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout leaf.key -out leaf.csr -subj '/CN=faultd' && "
	              "echo 'subjectAltName=IP:127.0.0.1' >leaf.ext && "
	              "openssl x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile leaf.ext -out leaf.pem") ==
		0;
	return 0;
}
static int stop(void **state)
{
	(void)state;
	return shell("rm -f log ca.* leaf.* once.pem") == 0 && rmdir(folder) == 0 ? 0 : -1;
}

static const char *const allow[] = {"127.0.0.1:*", "127.0.0.2:*", NULL};

/* ---- what the server saw ---- */

struct sight {
	unsigned conn, from;
	int port;
	char cookie[256], who[32], tls[16];
};
static struct sight sights[256];
static size_t seen;

static void read_log(void)
{
	char line[4096];
	FILE *f = fopen(log_path, "r");
	assert_non_null(f);
	seen = 0;
	while (fgets(line, sizeof line, f) != NULL && seen < 256) {
		struct sight *s = &sights[seen];
		const char *cookie = strstr(line, "cookie=\""), *who = strstr(line, "key=\"");
		assert_non_null(cookie);
		assert_non_null(who);
		if (sscanf(line, "conn=%u port=%d tls=%15s from=%u", &s->conn, &s->port, s->tls, &s->from) != 4)
			fail_msg("%s", line);
		snprintf(s->cookie, sizeof s->cookie, "%.*s", (int)strcspn(cookie + 8, "\""), cookie + 8);
		snprintf(s->who, sizeof s->who, "%.*s", (int)strcspn(who + 5, "\""), who + 5);
		if (strcmp(s->who, "-") != 0) seen++; /* robots.txt is fetched without the persona's headers */
	}
	fclose(f);
	assert_int_equal(remove(log_path), 0);
}

/* No value in two personas; returns how many resumed sessions and reused connections were seen, so that the test is not empty. */
static void check_log(int *resumed, int *reused, int *with_cookie)
{
	*resumed = *reused = *with_cookie = 0;
	for (size_t i = 0; i < seen; i++) {
		const struct sight *a = &sights[i];
		*with_cookie += strcmp(a->cookie, "-") != 0;
		for (size_t j = 0; j < seen; j++) {
			const struct sight *b = &sights[j];
			bool same = strcmp(a->who, b->who) == 0;
			if (i < j && a->conn == b->conn) {
				if (!same) fail_msg("connection %u served %s and %s", a->conn, a->who, b->who);
				(*reused)++;
			}
			if (a->port == b->port && !same) fail_msg("source port %d served %s and %s", a->port, a->who, b->who);
			if (strcmp(a->cookie, "-") != 0 && strcmp(a->cookie, b->cookie) == 0 && !same)
				fail_msg("%s was sent by %s and %s", a->cookie, a->who, b->who);
			if (a->from == b->conn && a->from != 0) {
				if (!same) fail_msg("%s resumed the TLS session of %s", a->who, b->who);
				(*resumed)++;
			}
		}
	}
}

/* Each persona: a cookie, pages, an answer that ends the connection, a page over a new one; twice, so that handles are pooled. */
static void visit(const char *scheme, int port, const char *host, const char *proxy, const char *ca_file)
{
	static const char *const paths[] = {"/cookie", "/ok?a", "/last", "/ok?b", "/ok?c", "/last", "/ok?d"};
	static const char *const names[PERSONAS] = {"ada", "ada-twin", "bob", "bob-twin"};
	struct rig rig;
	struct amp_visitor *v[PERSONAS];
	struct amp_err err = {0};
	struct amp_fetch_options o = {.allow_private = allow, .seed = 3, .ca_file = ca_file};
	rig_open(&rig, &o);
	for (int i = 0; i < PERSONAS; i++)
		if (amp_visitor_new(&v[i], rig.f, names[i], proxy, &err) != 0) fail_msg("%s", err.text);
	for (int turn = 0; turn < 2; turn++) {
		for (size_t p = 0; p < sizeof paths / sizeof *paths; p++)
			for (int i = 0; i < PERSONAS; i++) {
				char url[256];
				const struct amp_header headers[] = {{"X-Test-Key", names[i], false}, {NULL, NULL, false}};
				snprintf(url, sizeof url, "%s://%s:%d%s", scheme, host, port, paths[p]);
				struct amp_request r = {.url = url, .headers = headers};
				assert_int_equal(amp_fetch_submit(rig.f, v[i], &r, "feed", NULL, &err), 0);
			}
		rig_run(&rig);
	}
	assert_int_equal(rig_count(&rig, "feed"), 2 * PERSONAS * 7);
	for (struct seen_exchange *s = rig.first; s != NULL; s = s->next) {
		if (strcmp(s->purpose, "feed") != 0) continue;
		if (s->x.status != 200) fail_msg("%s: %s", s->url, s->x.error);
		if (strcmp(scheme, "https") == 0) { /* also where the connection was reused and libcurl tells nothing */
			assert_string_equal(s->x.tls_version, "TLSv1.3");
			assert_true(s->x.has_certificate);
		}
		assert_null(strstr(s->request, "cookie-of-connection"));
		assert_null(strstr(s->response, "cookie-of-connection"));
	}
	/* jars are apart in what is saved, too */
	for (int i = 0; i < PERSONAS; i++) {
		struct amp_buf jar, again;
		amp_buf_init(&jar, 65536);
		amp_buf_init(&again, 65536);
		assert_int_equal(amp_visitor_save_cookies(v[i], &jar, &err), 0);
		const char *first = strstr(jar.p, "cookie-of-connection-");
		assert_non_null(first);
		assert_null(strstr(first + 1, "cookie-of-connection-"));
		assert_int_equal(amp_visitor_load_cookies(v[i], amp_buf_str(&jar), &err), 0);
		assert_int_equal(amp_visitor_save_cookies(v[i], &again, &err), 0);
		assert_string_equal(jar.p, again.p);
		amp_buf_free(&jar);
		amp_buf_free(&again);
	}
	for (int i = 0; i < PERSONAS; i++) amp_visitor_free(v[i]);
	rig_close(&rig);
	read_log();
	assert_int_equal(seen, 2 * PERSONAS * 7);
}

static void test_plain(void **state)
{
	(void)state;
	struct faultd d;
	int resumed, reused, cookies;
	assert_true(faultd_start(&d, (const char *[]){"--log", log_path, NULL}));
	visit("http", d.port, "127.0.0.1", NULL, NULL);
	faultd_stop(&d);
	check_log(&resumed, &reused, &cookies);
	assert_true(reused >= 2 * PERSONAS);   /* connections are reused within a persona */
	assert_true(cookies >= 13 * PERSONAS); /* all but each one's first */
}

static void test_tls(void **state)
{
	(void)state;
	struct faultd d;
	int resumed, reused, cookies;
	if (!have_openssl) {
		print_message("skipped: the openssl program is absent\n");
		skip();
	}
	assert_true(faultd_start(&d, (const char *[]){"--log", log_path, "--tls", certificate, key, NULL}));
	visit("https", d.port, "127.0.0.1", NULL, ca);
	faultd_stop(&d);
	check_log(&resumed, &reused, &cookies);
	assert_true(resumed >= PERSONAS); /* sessions are resumed within a persona */
	assert_true(reused >= 2 * PERSONAS);
	assert_true(cookies >= 13 * PERSONAS);
}

static void test_one_proxy_for_all(void **state)
{
	(void)state;
	struct faultd d;
	char proxy[64];
	int resumed, reused, cookies;
	assert_true(faultd_start(&d, (const char *[]){"--log", log_path, NULL}));
	snprintf(proxy, sizeof proxy, "http://ada:secret@127.0.0.1:%d", d.port);
	visit("http", 9, "127.0.0.2", proxy, NULL); /* nothing listens at 127.0.0.2:9: the proxy answers */
	faultd_stop(&d);
	check_log(&resumed, &reused, &cookies);
	assert_true(reused >= 2 * PERSONAS);
	assert_true(cookies >= 13 * PERSONAS);
}

static void test_proxy_is_masked(void **state)
{
	(void)state;
	struct faultd d;
	struct rig rig;
	struct amp_visitor *v = NULL;
	struct amp_err err = {0};
	char proxy[64], masked[64];
	struct amp_fetch_options o = {.allow_private = allow};
	setenv("http_proxy", "http://127.0.0.1:1", 1); /* the environment's proxy is not the persona's */
	assert_true(faultd_start(&d, NULL));
	snprintf(proxy, sizeof proxy, "http://ada:secret@127.0.0.1:%d", d.port);
	snprintf(masked, sizeof masked, "http://*:*@127.0.0.1:%d", d.port);
	rig_open(&rig, &o);
	assert_int_equal(amp_visitor_new(&v, rig.f, "bob", proxy, &err), 0);
	rig_get(&rig, v, "http://127.0.0.2:9/echo");
	rig_get(&rig, v, "http://10.0.0.1/echo"); /* a proxy is no way around the refusal */
	char url[64];
	snprintf(url, sizeof url, "http://127.0.0.1:%d/ok", d.port);
	rig_get(&rig, rig.v, url);
	rig_run(&rig);
	struct seen_exchange *proxied = NULL, *direct = NULL;
	int refused = 0;
	for (struct seen_exchange *s = rig.first; s != NULL; s = s->next) {
		if (strstr(s->url, "/echo") != NULL && s->x.result == AMP_FETCH_RESPONSE && strcmp(s->purpose, "feed") == 0)
			proxied = s;
		if (strstr(s->url, "/ok") != NULL) direct = s;
		refused += strcmp(s->policy, "private_address") == 0;
		assert_int_equal(strcmp(s->visitor, "bob") == 0, s->proxy[0] != '\0');
	}
	assert_int_equal(refused, 1);
	assert_non_null(proxied);
	assert_non_null(direct);
	assert_int_equal(direct->x.status, 200);
	assert_string_equal(direct->proxy, "");
	assert_non_null(strstr(proxied->request, "Proxy-Authorization: *"));
	assert_non_null(strstr(proxied->body, "Proxy-Authorization: Basic"));
	assert_string_equal(proxied->x.masked, "proxy-authorization");
	assert_string_equal(proxied->proxy, masked);
	amp_visitor_free(v);
	rig_close(&rig);
	faultd_stop(&d);
	unsetenv("http_proxy");
}

static void leaf_sha256(uint8_t out[AMP_SHA256])
{
	FILE *f = fopen(certificate, "r");
	assert_non_null(f);
	X509 *x = PEM_read_X509(f, NULL, NULL, NULL);
	fclose(f);
	assert_non_null(x);
	unsigned char *der = NULL;
	int n = i2d_X509(x, &der);
	assert_true(n > 0);
	amp_sha256(der, (size_t)n, out);
	OPENSSL_free(der);
	X509_free(x);
}

static void test_certificates(void **state)
{
	(void)state;
	struct faultd d, far;
	struct rig rig;
	char url[128];
	uint8_t want[AMP_SHA256];
	if (!have_openssl) {
		print_message("skipped: the openssl program is absent\n");
		skip();
	}
	assert_true(faultd_start(&d, (const char *[]){"--tls", certificate, key, NULL}));
	assert_true(faultd_start(&far, (const char *[]){"--bind", "127.0.0.2", "--tls", certificate, key, NULL}));
	leaf_sha256(want);
	/* not our CA: refused, once; verification is never off, and another try would not help */
	struct amp_fetch_options o = {.allow_private = allow};
	static const char *const both[] = {"127.0.0.1", "127.0.0.2", NULL};
	o.robots_override = both;
	rig_open(&rig, &o);
	snprintf(url, sizeof url, "https://127.0.0.1:%d/ok", d.port);
	rig_get(&rig, rig.v, url);
	rig_run(&rig);
	assert_int_equal(rig.count, 1);
	assert_int_equal(rig.first->x.result, AMP_FETCH_TRANSPORT);
	assert_int_equal(rig.first->x.curl_code, 60);
	assert_true(rig.first->x.last_attempt);
	assert_int_equal(rig.first->x.request.n, 0);
	rig_close(&rig);
	/* our CA, another host than the certificate's */
	o.ca_file = ca;
	rig_open(&rig, &o);
	snprintf(url, sizeof url, "https://127.0.0.2:%d/ok", far.port);
	rig_get(&rig, rig.v, url);
	snprintf(url, sizeof url, "https://127.0.0.1:%d/ok", d.port);
	rig_get(&rig, rig.v, url);
	rig_get(&rig, rig.v, url);
	rig_run(&rig);
	for (struct seen_exchange *s = rig.first; s != NULL; s = s->next) {
		if (strstr(s->url, "127.0.0.2") != NULL) {
			assert_int_equal(s->x.curl_code, 60);
			continue;
		}
		assert_int_equal(s->x.status, 200);
		assert_memory_equal(s->x.certificate_sha256, want, AMP_SHA256);
	}
	assert_int_equal(rig.count, 3);
	/* https does not fall back to http */
	rig_clear(&rig);
	snprintf(url, sizeof url, "https://127.0.0.1:%d/redirect?to=http://127.0.0.1:%d/ok", d.port, d.port);
	rig_get(&rig, rig.v, url);
	rig_run(&rig);
	assert_string_equal(rig_nth(&rig, 1)->policy, "scheme");
	rig_close(&rig);
	faultd_stop(&d);
	faultd_stop(&far);
}

/* With the CA file gone after the first connection, new verified connections of other personas still work: it was parsed once. With
 * CURLOPT_CAPATH at its default libcurl would read it anew for each (52 ms of CPU each). */
static void test_ca_is_parsed_once(void **state)
{
	(void)state;
	struct faultd d;
	struct rig rig;
	struct amp_visitor *v[PERSONAS];
	struct amp_err err = {0};
	char url[128], copy[300];
	if (!have_openssl || curl_version_info(CURLVERSION_NOW)->version_num < 0x075700) {
		print_message("skipped: the openssl program is absent, or libcurl is older than 7.87\n");
		skip();
	}
	snprintf(copy, sizeof copy, "%.280s/once.pem", folder);
	assert_int_equal(shell("cp ca.pem once.pem"), 0);
	assert_true(faultd_start(&d, (const char *[]){"--tls", certificate, key, NULL}));
	struct amp_fetch_options o = {.allow_private = allow, .ca_file = copy};
	rig_open(&rig, &o);
	snprintf(url, sizeof url, "https://127.0.0.1:%d/ok", d.port);
	rig_get(&rig, rig.v, url);
	rig_run(&rig);
	assert_int_equal(rig_nth(&rig, 0)->x.status, 200);
	assert_int_equal(remove(copy), 0);
	for (int i = 0; i < PERSONAS; i++) {
		assert_int_equal(amp_visitor_new(&v[i], rig.f, "fresh", NULL, &err), 0);
		rig_get(&rig, v[i], url);
	}
	rig_run(&rig);
	for (int i = 0; i < PERSONAS; i++) {
		if (rig_nth(&rig, i + 1)->x.status != 200) fail_msg("%s", rig_nth(&rig, i + 1)->x.error);
		amp_visitor_free(v[i]);
	}
	rig_close(&rig);
	faultd_stop(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_tls),
		cmocka_unit_test(test_one_proxy_for_all),
		cmocka_unit_test(test_proxy_is_masked),
		cmocka_unit_test(test_certificates),
		cmocka_unit_test(test_ca_is_parsed_once),
	};
	return cmocka_run_group_tests(tests, start, stop);
}

/* test_fetch_address.c: which addresses are refused, in every spelling, and what the allow list allows. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "fetch/internal.h"

static void test_literals(void **state)
{
	(void)state;
	static const char *const refused[] = {
		"0.0.0.0",
		"0.1.2.3",
		"10.0.0.1",
		"10.255.255.255",
		"100.64.0.1",
		"100.127.255.255",
		"127.0.0.1",
		"127.255.255.254",
		"169.254.169.254",
		"172.16.0.1",
		"172.31.255.255",
		"192.0.0.8",
		"192.0.2.1",
		"192.88.99.1",
		"192.168.1.1",
		"198.18.0.1",
		"198.19.255.255",
		"198.51.100.7",
		"203.0.113.9",
		"224.0.0.1",
		"239.255.255.250",
		"240.0.0.1",
		"255.255.255.255",
		"::",
		"::1",
		"[::1]",
		"::127.0.0.1",
		"::ffff:127.0.0.1",
		"::ffff:10.1.2.3",
		"::ffff:0:10.0.0.1",
		"64:ff9b::10.0.0.1",
		"64:ff9b::7f00:1",
		"2002:7f00:1::1",
		"2002:a00:1::",
		"2001:0:1:2:3:4:80ff:fffe",
		"fc00::1",
		"fd12:3456::1",
		"fe80::1",
		"fe80::1%eth0",
		"fec0::1",
		"ff02::1",
		"2001:db8::1",
		"100::1",
		"4000::1",
	};
	static const char *const public[] = {
		"1.1.1.1",          "9.255.255.255",   "11.0.0.0",        "100.63.255.255",       "100.128.0.0",
		"126.255.255.255",  "128.0.0.1",       "169.253.255.255", "172.15.255.255",       "172.32.0.0",
		"192.0.1.1",        "192.167.255.255", "192.169.0.0",     "198.17.255.255",       "198.20.0.0",
		"223.255.255.255",  "8.8.8.8",         "2606:4700::1111", "2a00:1450:4007::200e", "::ffff:8.8.8.8",
		"64:ff9b::8.8.8.8", "2002:808:808::1", "2001:4860::8888",
	};
	static const char *const names[] = {"example.org", "localhost", "10.0.0", "1.2.3.4.5", "::g", "", "127.0.0.1.nip.io"};
	bool literal = false;
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
		if (!amp_address_text_private(refused[i], &literal) || !literal) fail_msg("%s is not refused", refused[i]);
	for (size_t i = 0; i < sizeof public / sizeof *public; i++)
		if (amp_address_text_private(public[i], &literal) || !literal) fail_msg("%s is refused", public[i]);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (amp_address_text_private(names[i], &literal) || literal) fail_msg("%s is no literal", names[i]);
}

static void test_sockaddr(void **state)
{
	(void)state;
	struct sockaddr_in v4 = {.sin_family = AF_INET};
	struct sockaddr_storage other = {.ss_family = AF_UNIX};
	v4.sin_addr.s_addr = htonl(0x7f000001);
	assert_true(amp_address_private((struct sockaddr *)&v4, sizeof v4));
	v4.sin_addr.s_addr = htonl(0x08080808);
	assert_false(amp_address_private((struct sockaddr *)&v4, sizeof v4));
	assert_true(amp_address_private((struct sockaddr *)&v4, sizeof v4 - 1)); /* too short to be judged */
	assert_true(amp_address_private((struct sockaddr *)&other, sizeof other));
}

static void test_names(void **state)
{
	(void)state;
	assert_true(amp_address_local_name("localhost"));
	assert_true(amp_address_local_name("LOCALHOST."));
	assert_true(amp_address_local_name("a.localhost"));
	assert_false(amp_address_local_name("notlocalhost"));
	assert_false(amp_address_local_name(".localhost"));
	assert_false(amp_address_local_name("localhost.example.org"));
}

static void test_allow(void **state)
{
	(void)state;
	static const char *const list[] = {"127.0.0.1:8081", "[::1]:*", "Playground.test:80", "broken", NULL};
	assert_true(amp_address_allowed(list, "127.0.0.1", 8081));
	assert_false(amp_address_allowed(list, "127.0.0.1", 8082));
	assert_false(amp_address_allowed(list, "127.0.0.2", 8081));
	assert_true(amp_address_allowed(list, "::1", 1));
	assert_true(amp_address_allowed(list, "playground.test", 80));
	assert_false(amp_address_allowed(list, "broken", 80));
	assert_false(amp_address_allowed(list, "", 8081));
	assert_false(amp_address_allowed(NULL, "127.0.0.1", 8081));
}

/* What is checked is what libcurl will connect to: every spelling of an address comes out as one. */
static void test_urls(void **state)
{
	(void)state;
	static const struct {
		const char *base, *text, *want, *host;
		int port;
	} rows[] = {
		{NULL, "http://2130706433/", "http://127.0.0.1/", "127.0.0.1", 80},
		{NULL, "http://0x7f.1/", "http://127.0.0.1/", "127.0.0.1", 80},
		{NULL, "https://EXAMPLE.org:8443/a?b#c", "https://example.org:8443/a?b", "example.org", 8443},
		{NULL, "http://[::1]:81", "http://[::1]:81/", "::1", 81},
		{"https://example.org/a/b?c", "../d e", "https://example.org/d%20e", "example.org", 443},
		{"https://example.org/a/b?c", "//other.example/x", "https://other.example/x", "other.example", 443},
		{"https://example.org/a/b?c", "?z", "https://example.org/a/b?z", "example.org", 443},
	};
	struct amp_url u;
	struct amp_err err = {0};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_int_equal(amp_url_parse(&u, rows[i].base, rows[i].text, &err), 0);
		if (strcasecmp(u.text, rows[i].want) != 0) fail_msg("%s became %s", rows[i].text, u.text);
		assert_string_equal(u.host, rows[i].host);
		assert_int_equal(u.port, rows[i].port);
		assert_int_equal(u.text[u.path_at], '/');
		amp_url_free(&u);
	}
	char masked[256];
	assert_int_equal(amp_url_check_proxy("socks5h://ada:pw@127.0.0.1:9050", masked, sizeof masked, &err), 0);
	assert_string_equal(masked, "socks5h://*:*@127.0.0.1:9050");
	assert_int_equal(amp_url_check_proxy("http://proxy.example:3128", masked, sizeof masked, &err), 0);
	assert_string_equal(masked, "http://proxy.example:3128");
	assert_int_equal(amp_url_check_proxy("socks5://ada:pw@127.0.0.1:9050", masked, sizeof masked, &err), AMP_EUSAGE);
	assert_null(strstr(err.text, "pw"));
	assert_int_equal(amp_url_check_proxy("no url", masked, sizeof masked, &err), AMP_EUSAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_literals), cmocka_unit_test(test_sockaddr),
	                                   cmocka_unit_test(test_names), cmocka_unit_test(test_allow), cmocka_unit_test(test_urls)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

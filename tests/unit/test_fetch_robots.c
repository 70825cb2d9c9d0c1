/* test_fetch_robots.c: RFC 9309, its examples first, then the ways in which files in the wild and hostile ones differ. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "base/mem.h"
#include "fetch/internal.h"

/* RFC 9309, section 5.1 */
static const char simple[] = "User-Agent: *\nDisallow: *.gif$\nDisallow: /example/\nAllow: /publications/\n\n"
			     "User-Agent: foobot\nDisallow:/\nAllow:/example/page.html\nAllow:/example/allowed.gif\n\n"
			     "User-Agent: barbot\nUser-Agent: bazbot\nDisallow: /example/page.html\n\nUser-Agent: quxbot\n";
/* section 5.2 */
static const char longest[] = "User-Agent: foobot\nAllow: /example/page/\nDisallow: /example/page/disallowed.gif\n";
/* section 2.2.1: groups of one name add up */
static const char merged[] = "user-agent: ExampleBot\ndisallow: /foo\ndisallow: /bar\n\nuser-agent: OtherBot\ndisallow: /baz\n\n"
			     "user-agent: ExampleBot\ndisallow: /qux\n";
/* section 2.2.2, the table of encodings */
static const char encoded[] =
	"User-agent: *\nDisallow: /foo/bar?baz=quz\nDisallow: /foo/bar?baz=https%3A%2F%2Ffoo.bar\nDisallow: /foo/\xe3\x83\x84\n"
	"Disallow: /enc/%E3%83%84\nDisallow: /tilde/%62%61%7A\nDisallow: /star/file-with-a-%2A.html\nDisallow: /money/foo-%24\n";

static const struct {
	const char *file, *token, *path;
	bool allowed;
	const char *why;
} cases[] = {
	{simple, "foobot", "/", false, "5.1: everything but two pages"},
	{simple, "foobot", "/example/page.html", true, "5.1"},
	{simple, "foobot", "/example/allowed.gif", true, "5.1: its own group only, not that of *"},
	{simple, "foobot", "/other", false, "5.1"},
	{simple, "barbot", "/example/page.html", false, "5.1: two names share a group"},
	{simple, "bazbot", "/example/page.html", false, "5.1"},
	{simple, "bazbot", "/example/other.gif", true, "5.1: the group of * does not add to it"},
	{simple, "quxbot", "/example/", true, "5.1: an empty group allows everything"},
	{simple, "amplimeter", "/x.gif", false, "5.1: falls to *"},
	{simple, "amplimeter", "/x.gif?y", true, "the $ ends it"},
	{simple, "amplimeter", "/publications/x", true, "5.1"},
	{simple, "amplimeter", "/example/", false, "5.1"},
	{longest, "foobot", "/example/page/", true, "5.2"},
	{longest, "foobot", "/example/page/disallowed.gif", false, "5.2: most octets win"},
	{longest, "other", "/example/page/disallowed.gif", true, "no group"},
	{merged, "examplebot", "/foo", false, "2.2.1"},
	{merged, "examplebot", "/qux", false, "2.2.1: the second group counts too"},
	{merged, "examplebot", "/baz", true, "2.2.1"},
	{encoded, "x", "/foo/bar?baz=quz", false, "2.2.2"},
	{encoded, "x", "/foo/bar?baz=https%3a%2f%2ffoo.bar", false, "2.2.2: case of hex digits"},
	{encoded, "x", "/foo/%E3%83%84", false, "2.2.2: raw octets in the file"},
	{encoded, "x", "/enc/\xe3\x83\x84", false, "2.2.2: raw octets in the path"},
	{encoded, "x", "/tilde/baz", false, "2.2.2: encoded unreserved characters"},
	{encoded, "x", "/star/file-with-a-*.html", false, "2.2.3: %2A is a star"},
	{encoded, "x", "/star/file-with-a-b.html", true, "2.2.3: and no wildcard"},
	{encoded, "x", "/money/foo-$", false, "2.2.3: %24 is a dollar"},
	{"User-agent: *\nDisallow: /a\nAllow: /a\n", "x", "/a", true, "equal length: allow"},
	{"User-agent: *\nAllow: /a\nDisallow: /a\n", "x", "/a", true, "equal length: allow, whatever the order"},
	{"User-agent: *\nDisallow:\n", "x", "/a", true, "an empty pattern matches nothing"},
	{"User-agent: *\nDisallow: /\n", "x", "/robots.txt", true, "2.2.2: itself is always allowed"},
	{"", "x", "/a", true, "an empty file"},
	{"Disallow: /\n", "x", "/a", true, "rules outside a group are ignored"},
	{"User-agent: *\r\nDisallow: /a\r\n", "x", "/a", false, "CRLF"},
	{"User-agent: *\rDisallow: /a\r", "x", "/a", false, "CR alone, 2.2"},
	{"\xef\xbb\xbfUser-agent: *\nDisallow: /a\n", "x", "/a", false, "BOM"},
	{"  uSeR-aGeNt :  *  # all\n disallow : /a # that\n", "x", "/a", false, "case, blanks, comments"},
	{"User-agent: *\nSitemap: https://x.example/s\nDisallow: /a\n", "x", "/a", false, "2.2.4: other records"},
	{"User-agent: amplimeter/0.1\nDisallow: /a\n", "amplimeter", "/a", false, "a version after the token"},
	{"User-agent: amplimeterbot\nDisallow: /a\n", "amplimeter", "/a", true, "no prefix match of tokens"},
	{"User-agent: AMPLIMETER\nDisallow: /a\n", "amplimeter", "/a", false, "2.2.1: case-insensitive"},
	{"User-agent: a\nUser-agent: *\nDisallow: /a\n", "amplimeter", "/a", false, "the star shares a group"},
	{"User-agent: *\nDisallow: /*/x*y$\n", "x", "/q/xzzy", false, "wildcards in the middle"},
	{"User-agent: *\nDisallow: /*/x*y$\n", "x", "/q/xzzyz", true, "wildcards in the middle"},
	{"User-agent: *\nDisallow: *\nAllow: /$\n", "x", "/", true, "the front page alone"},
	{"User-agent: *\nDisallow: *\nAllow: /$\n", "x", "/a", false, "the front page alone"},
	{"User-agent: *\nDisallow: /xrpc/*getFeed?\n", "x", "/xrpc/app.bsky.feed.getFeed?feed=at%3A", false, "the query counts"},
};

static void test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct amp_robots *r = amp_robots_parse(amp_str_c(cases[i].file), cases[i].token);
		assert_non_null(r);
		if (amp_robots_allows(r, amp_str_c(cases[i].path)) != cases[i].allowed)
			fail_msg("%s asks %s: %s", cases[i].token, cases[i].path, cases[i].why);
		amp_robots_free(r);
	}
}

static void test_bounds(void **state)
{
	(void)state;
	/* a rule inside 500 KiB counts, one after them does not (2.5) */
	size_t n = AMP_ROBOTS_BYTES + 100;
	char *text = amp_malloc(n);
	assert_non_null(text);
	memset(text, '\n', n);
	memcpy(text, "User-agent: *\nDisallow: /in\n", 28);
	memcpy(text + AMP_ROBOTS_BYTES + 10, "Disallow: /out\n", 15);
	struct amp_robots *r = amp_robots_parse((struct amp_str){text, n}, "x");
	assert_false(amp_robots_allows(r, AMP_STR("/in")));
	assert_true(amp_robots_allows(r, AMP_STR("/out")));
	amp_robots_free(r);
	/* patterns made to be slow: the look-up gives up, and what cannot be judged is refused */
	size_t at = 14;
	memcpy(text, "User-agent: *\n", 14);
	while (at + 200 < AMP_ROBOTS_BYTES) {
		memcpy(text + at, "Disallow: /", 11);
		at += 11;
		for (int i = 0; i < 60; i++, at += 2) memcpy(text + at, "*a", 2);
		text[at++] = 'b';
		text[at++] = '\n';
	}
	r = amp_robots_parse((struct amp_str){text, at}, "x");
	char path[4001];
	memset(path, 'a', 4000);
	path[0] = '/';
	assert_false(amp_robots_allows(r, (struct amp_str){path, 4000}));
	amp_robots_free(r);
	amp_free(text);
}

static void test_whole(void **state)
{
	(void)state;
	struct amp_robots *all = amp_robots_all(true), *none = amp_robots_all(false);
	assert_true(amp_robots_allows(all, AMP_STR("/a")));
	assert_false(amp_robots_allows(none, AMP_STR("/a")));
	assert_true(amp_robots_allows(none, AMP_STR("/robots.txt")));
	assert_false(amp_robots_allows(NULL, AMP_STR("/a")));
	amp_robots_free(all);
	amp_robots_free(none);
	amp_robots_free(NULL);
}

static void test_delay(void **state)
{
	(void)state;
	static const struct {
		const char *value;
		int64_t ms;
	} rows[] = {{"2", 2000}, {"0.5", 500}, {"1.25", 1250}, {"86400", 30000}, {"99999999999999999999", 30000},
	            {"soon", 0}, {"", 0}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char text[128];
		snprintf(text, sizeof text, "User-agent: *\nCrawl-delay: %s\n", rows[i].value);
		struct amp_robots *r = amp_robots_parse(amp_str_c(text), "x");
		assert_int_equal(amp_robots_delay_ms(r), rows[i].ms);
		amp_robots_free(r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases), cmocka_unit_test(test_bounds),
	                                   cmocka_unit_test(test_whole), cmocka_unit_test(test_delay)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

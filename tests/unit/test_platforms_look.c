/* test_platforms_look.c: what a document given under a wrong name is said to look like, and when nothing is said. The golden inputs, each under
 * each wrong name, are tests/golden/looks.c.
 */
#include "arena_fixture.h"
#include "platforms/platforms.h"

#define TRENDS \
	"{\"trends\":[{\"topic\":\"jardin\",\"displayName\":\"Jardin\",\"link\":\"/search?q=jardin\",\"startedAt\":\"2026-11-20T08:00:00Z\"}]}"
#define POST                                                                                                            \
	"{\"uri\":\"at://did:plc:a/app.bsky.feed.post/1\",\"author\":{\"did\":\"did:plc:a\",\"handle\":\"a.example\"}," \
	"\"record\":{\"text\":\"Bonjour\",\"createdAt\":\"2026-11-20T08:00:00Z\"},\"indexedAt\":\"2026-11-20T08:00:00Z\"}"
#define FEED "{\"feed\":[{\"post\":" POST "}]}"
#define BLOG                                                                                                          \
	"<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Un site</title><id>https://blog.example.org/</id><entry>" \
	"<id>https://blog.example.org/1</id><title>Titre</title><updated>2026-11-20T08:00:00Z</updated>"              \
	"<link href=\"https://blog.example.org/1\"/></entry></feed>"
/* posts as Threads' API has them */
#define THREADS_POST                                                                                                        \
	"\"id\":\"17\",\"text\":\"Bonjour\",\"media_product_type\":\"THREADS\",\"timestamp\":\"2026-11-20T08:00:00+0000\"," \
	"\"username\":\"ada\",\"permalink\":\"https://www.threads.net/@ada/post/a\""
#define THREADS "{\"data\":[{" THREADS_POST "}]}"
/* which X's would also have sent */
/* the first entry says both, and neither platform can read it; the second one could be anybody's */
#define THREADS_OR_X                                                                                         \
	"{\"data\":[{" THREADS_POST ",\"edit_history_tweet_ids\":[\"17\"]},{\"id\":\"18\",\"text\":\"b\"}]," \
	"\"meta\":{\"result_count\":2}}"

static struct amp_parsed parse(const char *platform, const char *endpoint, const struct amp_page *pages, size_t n)
{
	const struct amp_adapter *adapter = amp_adapter_find(platform);
	struct amp_parsed out;
	struct amp_err err = {0};
	amp_arena_reset(arena);
	assert_non_null(adapter);
	assert_int_equal(amp_parse_pages(adapter, endpoint ? amp_endpoint_find(adapter, endpoint) : NULL, pages, n, 0, 0, 0, arena,
	                                 &out, &err),
	                 0);
	return out;
}

static void test_endpoints(void **state)
{
	(void)state;
	static const struct {
		const char *platform, *endpoint, *url, *body;
		int status;
		bool truncated;
		enum amp_verdict verdict;
		const char *reason, *looks_like;
	} rows[] = {
		{"bluesky", "getFeed", NULL, TRENDS, 0, false, AMP_VERDICT_DRIFT,
	         "not a document of Bluesky getFeed; it looks like getTrends", "getTrends"},
		/* the address is that of what was asked for, or says more than the content */
		{"bluesky", "getFeed", "https://public.api.bsky.app/xrpc/app.bsky.feed.getFeed?feed=x", TRENDS, 200, false,
	         AMP_VERDICT_DRIFT, "not a document of Bluesky getFeed; it looks like getTrends", "getTrends"},
		{"bluesky", "getTrends", NULL, FEED, 0, false, AMP_VERDICT_DRIFT,
	         "not a document of Bluesky getTrends; it looks like getFeed", "getFeed"},
		{"bluesky", "getTrends", "https://bsky.social/xrpc/app.bsky.feed.getTimeline", FEED, 0, false, AMP_VERDICT_DRIFT,
	         "not a document of Bluesky getTrends; it looks like getTimeline", "getTimeline"},
		/* an address that promises what the content does not keep */
		{"bluesky", "getTrends", "https://bsky.social/xrpc/app.bsky.feed.getPosts", FEED, 0, false, AMP_VERDICT_DRIFT,
	         "not a document of Bluesky getTrends; it looks like getFeed", "getFeed"},
		/* nothing that could be read shows what it is */
		{"bluesky", "getFeed", NULL, "{\"trends\":[]}", 0, false, AMP_VERDICT_DRIFT, "not a document of Bluesky getFeed",
	         NULL},
		{"bluesky", "getFeed", NULL, "{\"trends\":[{\"a\":1},{\"a\":2}]}", 0, false, AMP_VERDICT_DRIFT,
	         "not a document of Bluesky getFeed", NULL},
		/* no endpoint was named: there is no other */
		{"bluesky", NULL, NULL, "{\"tendances\":[]}", 0, false, AMP_VERDICT_DRIFT,
	         "this does not look like a document of Bluesky", NULL},
		/* refused, or cut: that is what there is to say */
		{"bluesky", "getFeed", NULL, TRENDS, 403, false, AMP_VERDICT_BLOCKED, "HTTP status 403 instead of data", NULL},
		{"bluesky", "getFeed", NULL, TRENDS, 500, false, AMP_VERDICT_FAILED, "HTTP status 500 instead of data", NULL},
		{"bluesky", "getFeed", NULL, TRENDS, 200, true, AMP_VERDICT_FAILED, NULL, NULL},
		{"bluesky", "getFeed", NULL, "{\"trends\":[{\"topic\":\"jardin\",", 200, false, AMP_VERDICT_FAILED, NULL, NULL},
		/* a page whose scripts speak of captchas is none; a captcha is */
		{"hackernews", "topstories", NULL,
	         "<html><head><title>Hacker News</title><script src=\"g-recaptcha.js\"></script></head><body><table id=\"hnmain\"><tr><td>"
	         "<table><tr class=\"athing\" id=\"1\"><td class=\"title\"><span class=\"titleline\"><a href=\"https://a.example/\">Titre</a></span>"
	         "</td></tr><tr><td class=\"subtext\"><span class=\"score\" id=\"score_1\">2 points</span> by <a class=\"hnuser\" "
	         "href=\"user?id=ada\">ada</a> <span class=\"age\" title=\"2026-11-20T08:00:00\"><a href=\"item?id=1\">1 hour ago</a></span>"
	         "</td></tr><tr><td></td><td class=\"title\"><a href=\"news2\">More</a></td></tr></table></td></tr></table></body></html>",
	         0, false, AMP_VERDICT_DRIFT, "a page where data were expected; it looks like html/news", "html/news"},
		{"hackernews", "topstories", NULL,
	         "<html><head><title>Un instant</title></head><body><div class=\"g-recaptcha\"></div></body></html>", 0, false,
	         AMP_VERDICT_BLOCKED, "instead of data, a captcha: “Un instant”", NULL}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct amp_page page = {.body = amp_str_c(rows[i].body),
		                        .url = amp_str_c(rows[i].url),
		                        .status = rows[i].status,
		                        .truncated = rows[i].truncated,
		                        .captured_at = AMP_TIME_NONE};
		struct amp_parsed out = parse(rows[i].platform, rows[i].endpoint, &page, 1);
		const char *looks = out.looks_like ? out.looks_like->name : "-";
		if (out.verdict != rows[i].verdict || (rows[i].reason && !amp_str_eq_c(out.reason, rows[i].reason)) ||
		    strcmp(looks, rows[i].looks_like ? rows[i].looks_like : "-") != 0)
			fail_msg("row %zu: %s: %.*s (%s)", i, amp_verdict_name(out.verdict), AMP_ARG(out.reason), looks);
		if (rows[i].looks_like) assert_true(!out.instead.what && !out.instead.error);
		if (!rows[i].looks_like) assert_null(amp_str_find(out.reason, AMP_STR("looks like")));
	}
}

static void test_the_bad_page_among_several(void **state)
{
	(void)state;
	const struct amp_page pages[] = {{.body = AMP_STR(FEED), .captured_at = AMP_TIME_NONE},
	                                 {.body = AMP_STR(TRENDS), .captured_at = AMP_TIME_NONE},
	                                 {.body = AMP_STR("{\"posts\":[" POST "]}"), .captured_at = AMP_TIME_NONE}};
	struct amp_parsed out = parse("bluesky", "getFeed", pages, 3);
	assert_int_equal(out.verdict, AMP_VERDICT_PARTIAL);
	assert_int_equal(out.n_items, 1);
	assert_string_equal(out.looks_like->name, "getTrends");
	if (!amp_str_eq_c(out.reason, "page 1: drift: not a document of Bluesky getFeed; it looks like getTrends"))
		fail_msg("%.*s", AMP_ARG(out.reason));
}

static void test_platforms(void **state)
{
	(void)state;
	static const struct {
		const char *named, *body, *platform, *endpoint; /* NULL: it cannot be told */
		int status;
	} rows[] = {{"mastodon", FEED, "bluesky", "getFeed", 0},
	            {"captures", TRENDS, "bluesky", "getTrends", 0},
	            {"bluesky", FEED, NULL, NULL, 0}, /* its own */
	            {"mastodon", FEED, NULL, NULL, 404},
	            {"mastodon", "{\"feed\":[]}", NULL, NULL, 0},
	            {"mastodon", "{\"error\":\"AuthenticationRequired\",\"message\":\"x\"}", NULL, NULL, 0},
	            /* two that could have sent it */
	            {"mastodon", THREADS, "meta", "threads/keyword_search:top", 0},
	            {"mastodon", THREADS_OR_X, NULL, NULL, 0},
	            /* any site's feed, also where platforms have feeds of their own */
	            {"mastodon", BLOG, "feeds", "latest", 0},
	            {"youtube", BLOG, "feeds", "latest", 0},
	            {"reddit", BLOG, "feeds", "latest", 0},
	            {"news", BLOG, "feeds", "latest", 0},
	            {"feeds", BLOG, NULL, NULL, 0}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct amp_page page = {.body = amp_str_c(rows[i].body), .captured_at = AMP_TIME_NONE, .status = rows[i].status};
		struct amp_look look;
		struct amp_err err = {0};
		assert_int_equal(amp_platforms_look(amp_adapter_find(rows[i].named), &page, &look, &err), 0);
		const char *platform = look.adapter ? look.adapter->name : "-",
			   *endpoint = look.endpoint ? look.endpoint->name : "-";
		if (strcmp(platform, rows[i].platform ? rows[i].platform : "-") != 0 ||
		    strcmp(endpoint, rows[i].endpoint ? rows[i].endpoint : "-") != 0)
			fail_msg("row %zu: %s %s", i, platform, endpoint);
	}
	/* both rows above are read by both: what makes the second one untold is that there are two */
	struct amp_page page = {.body = AMP_STR(THREADS_OR_X), .captured_at = AMP_TIME_NONE};
	assert_int_equal(parse("x", NULL, &page, 1).verdict, AMP_VERDICT_OK);
	assert_int_equal(parse("meta", NULL, &page, 1).verdict, AMP_VERDICT_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_endpoints), cmocka_unit_test(test_the_bad_page_among_several),
	                                   cmocka_unit_test(test_platforms)};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}

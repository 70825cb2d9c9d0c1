/* test_platforms_walls.c: one document for each wall that is known, and the whole sentence that says which wall it is. The documents are our own:
 * each holds the sign of one wall and nothing else.
 */
#include "arena_fixture.h"
#include "platforms/platforms.h"

#define REFUSES "an HTML page that refuses: "
#define REFUSES_SO "an HTML page that refuses (login, consent, captcha or block)"
#define HEAD(title) "<!doctype html><html><head><title>" title "</title></head><body><p>.</p></body></html>"
#define BODY(inside) "<!doctype html><html><head><title>.</title></head><body>" inside "</body></html>"
#define TEN "éééééééééé"
#define EIGHTY_LESS_ONE TEN TEN TEN TEN TEN TEN TEN "ééééééééé" /* two bytes each */
#define LONG TEN TEN TEN TEN TEN TEN TEN TEN TEN

struct wall {
	const char *platform, *endpoint, *body;
	int status; /* 0: a saved file, whose status nobody knows */
	const char *reason;
};

static void check(const struct wall *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct wall *row = &rows[i];
		const struct amp_adapter *adapter = amp_adapter_find(row->platform);
		struct amp_page page = {.body = amp_str_c(row->body), .captured_at = AMP_TIME_NONE, .status = row->status};
		struct amp_parsed out;
		struct amp_err err = {0};
		amp_arena_reset(arena);
		assert_non_null(adapter);
		assert_non_null(amp_endpoint_find(adapter, row->endpoint));
		assert_int_equal(
			amp_parse_pages(adapter, amp_endpoint_find(adapter, row->endpoint), &page, 1, 0, 0, 0, arena, &out, &err),
			0);
		if (out.verdict != AMP_VERDICT_BLOCKED || out.n_items || !amp_str_eq_c(out.reason, row->reason))
			fail_msg("%s, %s: %s, %zu items, %.*s", row->platform, row->body, amp_verdict_name(out.verdict),
			         out.n_items, AMP_ARG(out.reason));
	}
}
#define CHECK(rows) check(rows, sizeof(rows) / sizeof *(rows))

/* Of platforms whose lists are HTML pages too. */
static void test_pages_of_html_platforms(void **state)
{
	(void)state;
	static const struct wall rows[] = {
		{"telegram", "channel", BODY("<form action='https://consent.youtube.com/save'></form>"), 200,
	         REFUSES "the consent page of YouTube (“Before you continue”)"},
		{"telegram", "channel", BODY("<form action='https://consent.google.fr/save'></form>"), 200,
	         REFUSES "the consent page of Google (“Before you continue”)"},
		{"telegram", "channel", BODY("<form action='https://consent.example.org/'></form>"), 200, REFUSES "a consent page"},
		{"telegram", "channel", HEAD("Before you continue to YouTube"), 200,
	         REFUSES "the consent page of Google and YouTube"},
		{"telegram", "channel", HEAD("Avant de continuer sur Google"), 200,
	         REFUSES "the consent page of Google and YouTube"},
		{"telegram", "channel", HEAD("Avant d’accéder à YouTube"), 200, REFUSES "the consent page of Google and YouTube"},
		{"telegram", "channel", BODY("<form action='/sorry/index'></form>"), 429,
	         REFUSES "Google’s page against robots (unusual traffic)"},
		{"charts", "amazon/bestsellers", BODY("<form action='/errors/validateCaptcha'></form>"), 0,
	         REFUSES "Amazon’s robot check"},
		{"charts", "amazon/bestsellers", HEAD("Robot Check"), 503, REFUSES "Amazon’s robot check"},
		{"telegram", "channel", BODY("<p class='wafchallengeid'></p>"), 200,
	         REFUSES "TikTok’s challenge page (“Please wait…”)"},
		{"telegram", "channel", BODY("<div id='captcha-verify-image'></div>"), 200, REFUSES "TikTok’s captcha"},
		{"telegram", "channel", BODY("<div class='captcha_verify_container'></div>"), 200, REFUSES "TikTok’s captcha"},
		{"telegram", "channel", BODY("<h1>whoa there, pardner!</h1>"), 403, REFUSES "Reddit’s block page"},
		{"telegram", "channel", BODY("<div>You were blocked by network security.</div>"), 403,
	         REFUSES "Reddit’s block page"},
		{"telegram", "channel", BODY("<h1>JavaScript is not available.</h1>"), 200,
	         REFUSES "X’s page for browsers without JavaScript: it shows no posts"},
		{"telegram", "channel", HEAD("Log in to X / X"), 200, REFUSES "the login page of X"},
		{"telegram", "channel", HEAD("Telegram: View @jardin"), 200,
	         REFUSES "Telegram’s landing page: this channel’s posts are not shown on the web"},
		{"telegram", "channel", HEAD("Telegram: Contact @jardin"), 200,
	         REFUSES "Telegram’s landing page of an account: there is no such public channel"},
		{"telegram", "channel", HEAD("Telegram: Join Group Chat"), 200,
	         REFUSES "Telegram’s landing page of a private group"},
		{"telegram", "channel", BODY("<div class='tgme_page_action'></div>"), 200,
	         REFUSES "Telegram’s landing page: posts are not shown on the web"},
		{"telegram", "channel", BODY("<div id='px-captcha'></div>"), 200, REFUSES "a captcha"},
		{"telegram", "channel", BODY("<div class='g-recaptcha'></div>"), 200, REFUSES "a captcha"},
		{"telegram", "channel", BODY("<div class='h-captcha'></div>"), 200, REFUSES "a captcha"},
		{"telegram", "channel", BODY("<div class='cf-turnstile'></div>"), 200, REFUSES "a captcha"},
		{"telegram", "channel", BODY("<form><input type='password'></form>"), 200, REFUSES "a login page"},
		{"telegram", "channel", HEAD("Just a moment..."), 503, REFUSES "a challenge page"},
		{"telegram", "channel", HEAD("Attention Required! | Cloudflare"), 403, REFUSES "a challenge page"},
		/* known by its title alone: the title says which */
		{"telegram", "channel", HEAD("429 Too Many Requests"), 429, REFUSES_SO ": “429 Too Many Requests”"},
		{"telegram", "channel", HEAD("Rate limit"), 0, REFUSES_SO ": “Rate limit”"},
	};
	CHECK(rows);
}

/* Instead of JSON: the title of the page says which. */
static void test_pages_instead_of_data(void **state)
{
	(void)state;
	static const struct wall rows[] = {
		{"bluesky", "getFeed", HEAD("Sign in"), 200, REFUSES_SO ": “Sign in”"},
		{"bluesky", "getFeed", HEAD("Se connecter"), 200, REFUSES_SO ": “Se connecter”"},
		{"bluesky", "getFeed", HEAD("Avant de continuer"), 200, REFUSES_SO ": “Avant de continuer”"},
		{"bluesky", "getFeed", HEAD("Too Many Requests"), 429, REFUSES_SO ": “Too Many Requests”"},
		{"bluesky", "getFeed", BODY("<div class=\"h-captcha\"></div>"), 200, REFUSES_SO ": “.”"},
		{"bluesky", "getFeed", "Too many requests", 429, "HTTP status 429: Too many requests"},
		{"bluesky", "getFeed", "", 403, "the body is empty (HTTP status 403)"},
	};
	CHECK(rows);
}

/* The platform's own words say what it refuses, after whose words they are. */
static void test_errors(void **state)
{
	(void)state;
	static const struct wall rows[] = {
		{"bluesky", "getFeed", "{\"error\":\"AuthMissing\",\"message\":\"Authentication Required\"}", 401,
	         "Bluesky answered with an error (HTTP status 401): AuthMissing: Authentication Required"},
		{"bluesky", "getFeed", "{\"error\":\"ExpiredToken\",\"message\":\"Token has expired\"}", 0,
	         "Bluesky answered with an error: ExpiredToken: Token has expired"},
		{"bluesky", "getFeed", "{\"error\":\"RateLimitExceeded\",\"message\":\"Rate Limit Exceeded\"}", 0,
	         "Bluesky answered with an error: RateLimitExceeded: Rate Limit Exceeded"},
		{"x", "tweets/search/recent",
	         "{\"title\":\"Client Forbidden\",\"detail\":\"Not enrolled.\",\"type\":\"https://x.example/problems/client-forbidden\"}",
	         0, "X answered with a problem: Client Forbidden: Not enrolled."},
		{"x", "tweets/search/recent",
	         "{\"title\":\"Too Many Requests\",\"detail\":\"Too Many Requests\",\"type\":\"about:blank\",\"status\":429}", 429,
	         "X answered with an error (HTTP status 429): Too Many Requests"},
		{"x", "graphql/HomeTimeline", "{\"errors\":[{\"message\":\"Could not authenticate you\",\"code\":32}]}", 401,
	         "X answered with an error (HTTP status 401): Could not authenticate you"},
		/* errors beside data that hold no timeline: a long message is cut at a whole character, and none is said to be none */
		{"x", "graphql/HomeTimeline", "{\"data\":{},\"errors\":[{\"message\":\"a" LONG "\",\"code\":88}]}", 0,
	         "X answered with an error: a" EIGHTY_LESS_ONE},
		{"x", "graphql/HomeTimeline", "{\"data\":{},\"errors\":[{\"code\":88}]}", 0,
	         "X answered with an error: it gives no reason"},
		{"mastodon", "timelines/public", "{\"error\":\"This method requires an authenticated user\"}", 422,
	         "Mastodon answered with an error (HTTP status 422): This method requires an authenticated user"},
		{"lemmy", "v3/post/list", "{\"error\":\"not_logged_in\"}", 0, "Lemmy answered with an error: not_logged_in"},
	};
	CHECK(rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_pages_of_html_platforms),
	                                   cmocka_unit_test(test_pages_instead_of_data), cmocka_unit_test(test_errors)};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}

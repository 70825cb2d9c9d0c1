/* test_platforms_walls.c: one document for each wall that is known, and the whole sentence that says which wall it is. The documents are our own:
 * each holds the sign of one wall and nothing else.
 */
#include "arena_fixture.h"
#include "platforms/platforms.h"

#define INSTEAD "instead of data, "
#define DOT ": “.”"
#define HEAD(title) "<!doctype html><html><head><title>" title "</title></head><body><p>.</p></body></html>"
#define BODY(inside) "<!doctype html><html><head><title>.</title></head><body>" inside "</body></html>"
#define TEN "éééééééééé"
#define EIGHTY_LESS_ONE TEN TEN TEN TEN TEN TEN TEN "ééééééééé" /* two bytes each */
#define LONG TEN TEN TEN TEN TEN TEN TEN TEN TEN

struct wall {
	const char *platform, *endpoint, *body;
	int status; /* 0: a saved file, whose status nobody knows */
	const char *reason;
	enum amp_verdict verdict; /* 0: blocked */
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
		if (out.verdict != (row->verdict ? row->verdict : AMP_VERDICT_BLOCKED) || out.n_items ||
		    !amp_str_eq_c(out.reason, row->reason))
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
	         INSTEAD "the consent page of YouTube" DOT},
		{"telegram", "channel", BODY("<form action='https://consent.google.fr/save'></form>"), 200,
	         INSTEAD "the consent page of Google" DOT},
		{"telegram", "channel", BODY("<form action='https://consent.example.org/'></form>"), 200,
	         INSTEAD "a consent page" DOT},
		{"telegram", "channel", HEAD("Before you continue to YouTube"), 200,
	         INSTEAD "the consent page of YouTube: “Before you continue to YouTube”"},
		{"telegram", "channel", HEAD("Avant de continuer sur YouTube"), 200,
	         INSTEAD "the consent page of YouTube: “Avant de continuer sur YouTube”"},
		{"telegram", "channel", HEAD("Avant d’accéder à YouTube"), 200,
	         INSTEAD "the consent page of YouTube: “Avant d’accéder à YouTube”"},
		{"telegram", "channel", HEAD("Before you continue to Google"), 200,
	         INSTEAD "the consent page of Google: “Before you continue to Google”"},
		{"telegram", "channel", HEAD("Avant de continuer sur Google"), 200,
	         INSTEAD "the consent page of Google: “Avant de continuer sur Google”"},
		{"telegram", "channel", HEAD("Avant d’accéder à Google"), 200,
	         INSTEAD "the consent page of Google: “Avant d’accéder à Google”"},
		{"telegram", "channel", HEAD("Before you continue"), 200, INSTEAD "a consent page: “Before you continue”"},
		{"telegram", "channel", HEAD("Avant de continuer"), 200, INSTEAD "a consent page: “Avant de continuer”"},
		{"telegram", "channel", HEAD("Avant d’accéder au site"), 200, INSTEAD "a consent page: “Avant d’accéder au site”"},
		{"telegram", "channel", BODY("<form action='/sorry/index'></form>"), 429,
	         INSTEAD "the page of Google that keeps robots out (unusual traffic) (HTTP status 429)" DOT},
		{"charts", "amazon/bestsellers", BODY("<form action='/errors/validateCaptcha'></form>"), 0,
	         INSTEAD "the page of Amazon that keeps robots out" DOT},
		{"charts", "amazon/bestsellers", HEAD("Robot Check"), 503,
	         INSTEAD "the page of Amazon that keeps robots out (HTTP status 503): “Robot Check”"},
		{"telegram", "channel", BODY("<p class='wafchallengeid'></p>"), 200,
	         INSTEAD "the page of TikTok that keeps robots out" DOT},
		{"telegram", "channel", BODY("<div id='captcha-verify-image'></div>"), 200, INSTEAD "a captcha of TikTok" DOT},
		{"telegram", "channel", BODY("<div class='captcha_verify_container'></div>"), 200,
	         INSTEAD "a captcha of TikTok" DOT},
		{"telegram", "channel", BODY("<h1>whoa there, pardner!</h1>"), 403,
	         INSTEAD "the page of Reddit that refuses access (HTTP status 403)" DOT},
		{"telegram", "channel", BODY("<div>You were blocked by network security.</div>"), 403,
	         INSTEAD "the page of Reddit that refuses access (HTTP status 403)" DOT},
		{"telegram", "channel", BODY("<h1>JavaScript is not available.</h1>"), 200,
	         INSTEAD "the page of X for browsers without JavaScript, which shows no posts" DOT},
		{"telegram", "channel", HEAD("Log in to X / X"), 200, INSTEAD "the login page of X: “Log in to X / X”"},
		{"telegram", "channel", HEAD("Telegram: View @jardin"), 200,
	         INSTEAD "the page of Telegram for a channel whose posts are not shown on the web: “Telegram: View @jardin”"},
		{"telegram", "channel", HEAD("Telegram: Contact @jardin"), 200,
	         INSTEAD "the page of Telegram for an account: there is no such public channel: “Telegram: Contact @jardin”"},
		{"telegram", "channel", HEAD("Telegram: Join Group Chat"), 200,
	         INSTEAD "the page of Telegram for a private group: “Telegram: Join Group Chat”"},
		{"telegram", "channel", BODY("<div class='tgme_page_action'></div>"), 200,
	         INSTEAD "a page of Telegram that shows no posts" DOT},
		{"telegram", "channel", BODY("<div id='px-captcha'></div>"), 200, INSTEAD "a captcha" DOT},
		{"telegram", "channel", BODY("<div class='g-recaptcha'></div>"), 200, INSTEAD "a captcha" DOT},
		{"telegram", "channel", BODY("<div class='h-captcha'></div>"), 200, INSTEAD "a captcha" DOT},
		{"telegram", "channel", BODY("<div class='cf-turnstile'></div>"), 200, INSTEAD "a captcha" DOT},
		{"telegram", "channel", BODY("<form><input type='password'></form>"), 200, INSTEAD "a login page" DOT},
		{"telegram", "channel", HEAD("Just a moment..."), 503,
	         INSTEAD "a page that keeps robots out (HTTP status 503): “Just a moment...”"},
		{"telegram", "channel", HEAD("Attention Required! | Cloudflare"), 403,
	         INSTEAD "a page that refuses access (HTTP status 403): “Attention Required! | Cloudflare”"},
		/* a form that asks for a captcha too is one to log in with */
		{"telegram", "channel", BODY("<form><div class='g-recaptcha'></div><input type=password></form>"), 200,
	         INSTEAD "a login page" DOT},
		/* known by its title alone */
		{"telegram", "channel", HEAD("429 Too Many Requests"), 429,
	         INSTEAD "a page that refuses because of too many requests (HTTP status 429): “429 Too Many Requests”"},
		{"telegram", "channel", HEAD("Rate limit"), 0,
	         INSTEAD "a page that refuses because of too many requests: “Rate limit”"},
		{"telegram", "channel", HEAD("reddit.com: over 18?"), 0,
	         INSTEAD "a page that asks for the reader's age: “reddit.com: over 18?”"},
		{"telegram", "channel", "<html><body></body></html>", 403, INSTEAD "an HTML page (HTTP status 403)"},
	};
	CHECK(rows);
}

/* Instead of JSON: one sign of each kind of place, in their order. */
static void test_pages_instead_of_data(void **state)
{
	(void)state;
	static const struct wall rows[] = {
		{"bluesky", "getFeed", HEAD("Sign in"), 200, INSTEAD "a login page: “Sign in”"},
		{"bluesky", "getFeed", HEAD("Se connecter"), 200, INSTEAD "a login page: “Se connecter”"},
		{"bluesky", "getFeed", HEAD("Avant de continuer"), 200, INSTEAD "a consent page: “Avant de continuer”"},
		{"bluesky", "getFeed", HEAD("Too Many Requests"), 429,
	         INSTEAD "a page that refuses because of too many requests (HTTP status 429): “Too Many Requests”"},
		{"bluesky", "getFeed", HEAD("Accès refusé"), 0, INSTEAD "a page that refuses access: “Accès refusé”"},
		{"bluesky", "getFeed", HEAD("Making sure you&#39;re not a bot!"), 200,
	         INSTEAD "a page that keeps robots out: “Making sure you're not a bot!”"},
		{"bluesky", "getFeed", BODY("<div class=\"h-captcha\"></div>"), 200, INSTEAD "a captcha" DOT},
		{"bluesky", "getFeed", BODY("<form action='https://consent.youtube.com/save'></form>"), 200,
	         INSTEAD "the consent page of YouTube" DOT},
		{"bluesky", "getFeed", BODY("<script>f('https://consent.google.com/')</script>"), 200,
	         INSTEAD "the consent page of Google" DOT},
		{"bluesky", "getFeed", BODY("<script>f('type=\"password\"')</script>"), 200, INSTEAD "a login page" DOT},
		{"bluesky", "getFeed", BODY("<script src='/cdn-cgi/challenge-platform/x.js'></script>"), 200,
	         INSTEAD "a page that keeps robots out" DOT},
		{"bluesky", "getFeed", BODY("<h1>403 ERROR</h1>"), 0, INSTEAD "a page that refuses access" DOT},
		{"bluesky", "getFeed", "Too many requests", 429, "HTTP status 429: Too many requests"},
		{"bluesky", "getFeed", "", 403, "the body is empty (HTTP status 403)"},
	};
	CHECK(rows);
}

/* Pages that refuse nothing: a server fails, or has nothing there. Where data were expected, and beside a status that says so; a page of our own
 * kind without one may be called so. */
static void test_error_pages(void **state)
{
	(void)state;
	static const struct wall rows[] = {
		{"bluesky", "getFeed", HEAD("502 Bad Gateway"), 0,
	         INSTEAD "an error page of a server, or of what stands before it: “502 Bad Gateway”", AMP_VERDICT_FAILED},
		{"bluesky", "getFeed", HEAD("504 Gateway Time-out"), 504,
	         INSTEAD "an error page of a server, or of what stands before it (HTTP status 504): “504 Gateway Time-out”",
	         AMP_VERDICT_FAILED},
		{"telegram", "channel", HEAD("502 Bad Gateway"), 502,
	         INSTEAD "an error page of a server, or of what stands before it (HTTP status 502): “502 Bad Gateway”",
	         AMP_VERDICT_FAILED},
		{"bluesky", "getFeed", HEAD("ERROR: The request could not be satisfied"), 0,
	         INSTEAD "an error page of CloudFront, which stands before the server: “ERROR: The request could not be satisfied”",
	         AMP_VERDICT_FAILED},
		{"bluesky", "getFeed", HEAD("ERROR: The requested URL could not be retrieved"), 0,
	         INSTEAD "an error page of a proxy (Squid): “ERROR: The requested URL could not be retrieved”", AMP_VERDICT_FAILED},
		{"bluesky", "getFeed", BODY("<h3>Guru Meditation:</h3>"), 0,
	         INSTEAD "an error page of a cache before the server (Varnish)" DOT, AMP_VERDICT_FAILED},
		{"bluesky", "getFeed", BODY("<div id='cf-error-details'></div>"), 0,
	         INSTEAD "an error page of Cloudflare, which stands before the server" DOT, AMP_VERDICT_FAILED},
		{"bluesky", "getFeed", HEAD("404 Not Found"), 404,
	         INSTEAD "a page that says that nothing is at this address (HTTP status 404): “404 Not Found”", AMP_VERDICT_DRIFT},
		{"bluesky", "getFeed", HEAD("Welcome to nginx!"), 200,
	         INSTEAD "the page of a web server that has no site yet: “Welcome to nginx!”", AMP_VERDICT_DRIFT},
		{"bluesky", "getFeed", HEAD("Apache2 Debian Default Page: It works"), 200,
	         INSTEAD "the page of a web server that has no site yet: “Apache2 Debian Default Page: It works”",
	         AMP_VERDICT_DRIFT},
		{"bluesky", "getFeed", HEAD("Un jardin"), 200, INSTEAD "an HTML page: “Un jardin”", AMP_VERDICT_DRIFT},
		{"telegram", "channel", HEAD("Page not found"), 200, "not a document of Telegram channel", AMP_VERDICT_DRIFT},
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

/* What people are told of it, in their language: of a page what it is, of an error what is the matter. */
static void test_told_to_people(void **state)
{
	(void)state;
	static const struct {
		const char *body;
		int status;
		bool error;
		const char *what;
	} rows[] = {
		{HEAD("Sign in"), 0, false, "a login page"},
		{HEAD("Un jardin"), 0, false, "an HTML page"},
		{"{\"error\":\"AuthMissing\"}", 0, true, "a login is asked for"},
		{"{\"error\":\"ExpiredToken\"}", 0, true, "the token is not valid, or no longer"},
		{"{\"error\":\"RateLimitExceeded\"}", 0, true, "too many requests"},
		{"{\"error\":\"AccountTakedown\"}", 0, true, "the account is suspended"},
		{"{\"error\":\"BlockedActor\"}", 0, true, "access is refused"},
		{"{\"error\":\"A captcha, please\"}", 0, true, "a captcha is to be solved"},
		{"{\"error\":\"UpstreamFailure\"}", 0, true, "the server cannot answer now"},
		{"{\"error\":\"couldnt_find_post\"}", 0, true, "nothing of that name is there"},
		/* words of nobody: the status, if it is known */
		{"{\"error\":\"It went wrong\"}", 0, true, NULL},
		{"{\"error\":\"It went wrong\"}", 401, true, "a login is asked for"},
		{"{\"error\":\"It went wrong\"}", 502, true, "the server cannot answer now"},
		{"{}", 429, true, "too many requests"},
		{"Go away", 403, true, "access is refused"},
		{"{\"feed\":[]}", 0, false, NULL},
		{"{\"fee\":[]}", 0, false, NULL},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct amp_adapter *adapter = amp_adapter_find("bluesky");
		struct amp_page page = {.body = amp_str_c(rows[i].body), .captured_at = AMP_TIME_NONE, .status = rows[i].status};
		struct amp_parsed out;
		struct amp_err err = {0};
		amp_arena_reset(arena);
		assert_int_equal(
			amp_parse_pages(adapter, amp_endpoint_find(adapter, "getFeed"), &page, 1, 0, 0, 0, arena, &out, &err), 0);
		const char *what = out.instead.what ? out.instead.what : "-";
		if (out.instead.error != rows[i].error || strcmp(what, rows[i].what ? rows[i].what : "-") != 0)
			fail_msg("%s: %s (%d)", rows[i].body, what, out.instead.error);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_pages_of_html_platforms),
	                                   cmocka_unit_test(test_pages_instead_of_data), cmocka_unit_test(test_error_pages),
	                                   cmocka_unit_test(test_errors), cmocka_unit_test(test_told_to_people)};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}

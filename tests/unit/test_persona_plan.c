/* Requests: URLs of each kind of feed, next pages, and what shapes them. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include "persona/study.h"

static const struct amp_param params[] = {
	{"segment", true, true, false, NULL, ""},  {"q", false, true, false, NULL, ""},
	{"tag", false, false, true, NULL, ""},     {"sort", false, false, false, "top", ""},
	{"region", false, false, false, NULL, ""}, {"cursor", false, false, false, NULL, ""},
	{NULL, false, false, false, NULL, NULL},
};
static const struct amp_param path_params[] = {{"segment", true, true, false, NULL, ""}, {NULL, false, false, false, NULL, NULL}};
static const struct amp_endpoint cursor_endpoint = {.name = "search",
                                                    .ranking = AMP_CHRONOLOGICAL,
                                                    .path = "/api/{segment}/list",
                                                    .params = params,
                                                    .paging = AMP_PAGE_CURSOR,
                                                    .limit_param = "limit",
                                                    .limit_default = 10,
                                                    .limit_max = 25,
                                                    .page_param = "cursor",
                                                    .language_header = true};
static const struct amp_endpoint offset_endpoint = {.name = "trends",
                                                    .ranking = AMP_ALGORITHMIC,
                                                    .path = "/trends",
                                                    .paging = AMP_PAGE_OFFSET,
                                                    .limit_param = "limit",
                                                    .limit_default = 20,
                                                    .limit_max = 40,
                                                    .page_param = "offset"};
static const struct amp_endpoint whole_endpoint = {
	.name = "rss", .ranking = AMP_CHRONOLOGICAL, .path = "/{+segment}", .params = path_params, .paging = AMP_PAGE_NONE};
static const struct amp_adapter adapter = {.name = "shop", .title = "Shop"};
static const struct amp_adapter elsewhere = {.name = "other", .title = "Other"};
static const struct amp_feed_param values[] = {{"segment", "a b/é"}, {"tag", "x&y"}, {"tag", "z"}};
static const struct amp_feed_param path_values[] = {{"segment", "/feeds/a b.rss?x=1"}};

static const char *const queries_one[] = {"football féminin", "vélo", NULL}, *const queries_two[] = {"C++ & C", NULL};
static const struct amp_interest interests[] = {{"sport", queries_one}, {"code", queries_two}};
static const struct amp_follow follows[] = {{"shop", "a.example"}, {"other", "b.example"}, {"shop", "did:plc:c"}};
static const struct amp_persona_session sessions[] = {{"shop", "https://h.example", "ID", "PW", NULL}};
static const char *const groups[] = {"women", NULL};
static const struct amp_persona full = {.name = "full",
                                        .accept_language = "fr-FR,fr;q=0.9",
                                        .region = "FR",
                                        .proxy = "env:P",
                                        .age = "17",
                                        .sex = "femme",
                                        .place = "Lyon",
                                        .belongs_to = groups,
                                        .time_zone = "Europe/Paris",
                                        .interests = interests,
                                        .n_interests = 2,
                                        .follows = follows,
                                        .n_follows = 3,
                                        .sessions = sessions,
                                        .n_sessions = 1};
static const struct amp_persona bare = {.name = "bare"};
static const struct amp_study study; /* nothing of it is read */

static struct amp_study_feed feed(const struct amp_endpoint *e, enum amp_feed_source source, const char *param)
{
	return (struct amp_study_feed){.name = "f",
	                               .adapter = &adapter,
	                               .endpoint = e,
	                               .host = "https://h.example",
	                               .params = values,
	                               .n_params = 3,
	                               .source = source,
	                               .source_param = param,
	                               .depth = 60,
	                               .ranking = e->ranking};
}

/* One feed for who is logged in elsewhere and for who is not: each asks its own server, and only where the study says so. */
static void through_the_session(void **state)
{
	(void)state;
	struct amp_arena *a = amp_arena_new(0);
	struct amp_planned *plan;
	size_t n;
	struct amp_err err = {0};
	struct amp_study_feed f = feed(&offset_endpoint, AMP_FEED_PLAIN, NULL);
	f.n_params = 0;
	f.host = "https://public.example";
	assert_null(amp_feed_session(&full, &f)); /* a token is for the server that gave it */
	assert_string_equal(amp_feed_host(&full, &f), "https://public.example");
	f.through_session = true;
	assert_ptr_equal(amp_feed_session(&full, &f), &sessions[0]);
	assert_null(amp_feed_session(&bare, &f));
	assert_int_equal(amp_plan_requests(&study, &full, &f, 0, a, &plan, &n, &err), 0);
	assert_string_equal(plan[0].url, "https://h.example/trends?limit=40");
	assert_int_equal(amp_plan_requests(&study, &bare, &f, 0, a, &plan, &n, &err), 0);
	assert_string_equal(plan[0].url, "https://public.example/trends?limit=40");
	f.no_session = true;
	assert_null(amp_feed_session(&full, &f));
	assert_string_equal(amp_feed_host(&full, &f), "https://public.example");
	f.no_session = false;
	f.adapter = &elsewhere;
	assert_null(amp_feed_session(&full, &f));
	amp_arena_free(a);
}

static void urls(void **state)
{
	(void)state;
	struct amp_arena *a = amp_arena_new(0);
	struct amp_planned *plan;
	size_t n;
	struct amp_err err = {0};
	struct amp_study_feed f = feed(&cursor_endpoint, AMP_FEED_PLAIN, NULL);
	assert_int_equal(amp_plan_requests(&study, &bare, &f, 0, a, &plan, &n, &err), 0);
	assert_int_equal(n, 1);
	assert_string_equal(plan[0].url, "https://h.example/api/a%20b%2F%C3%A9/list?tag=x%26y&tag=z&sort=top&limit=25");
	assert_string_equal(plan[0].branch, "");
	f = feed(&cursor_endpoint, AMP_FEED_INTERESTS, "q");
	f.depth = 12;
	static const char *const turns[] = {"football%20f%C3%A9minin", "v%C3%A9lo", "C%2B%2B%20%26%20C"};
	for (int64_t round = -3; round < 6; round++) {
		char expected[200];
		assert_int_equal(amp_plan_requests(&study, &full, &f, round, a, &plan, &n, &err), 0);
		assert_int_equal(n, 1);
		(void)snprintf(expected, sizeof expected,
		               "https://h.example/api/a%%20b%%2F%%C3%%A9/list?q=%s&tag=x%%26y&tag=z&sort=top&region=FR&limit=12",
		               turns[(round + 3) % 3]);
		assert_string_equal(plan[0].url, expected);
	}
	f = feed(&cursor_endpoint, AMP_FEED_FOLLOWS, "q");
	assert_int_equal(amp_plan_requests(&study, &full, &f, 0, a, &plan, &n, &err), 0);
	assert_int_equal(n, 2);
	assert_string_equal(plan[1].branch, "did:plc:c");
	assert_non_null(strstr(plan[1].url, "?q=did%3Aplc%3Ac&"));
	assert_int_equal(amp_plan_requests(&study, &bare, &f, 0, a, &plan, &n, &err), AMP_EUSAGE);
	assert_non_null(strstr(err.text, "follows nobody on Shop"));
	f = feed(&cursor_endpoint, AMP_FEED_INTERESTS, "q");
	assert_int_equal(amp_plan_requests(&study, &bare, &f, 0, a, &plan, &n, &err), AMP_EUSAGE);
	f = feed(&whole_endpoint, AMP_FEED_PLAIN, NULL);
	f.params = path_values;
	f.n_params = 1;
	assert_int_equal(amp_plan_requests(&study, &bare, &f, 0, a, &plan, &n, &err), 0);
	assert_string_equal(plan[0].url, "https://h.example/feeds/a%20b.rss?x=1");
	f.n_params = 0;
	assert_int_equal(amp_plan_requests(&study, &bare, &f, 0, a, &plan, &n, &err), AMP_EUSAGE);
	amp_arena_free(a);
}

static struct amp_planned got_from(const char *url)
{
	return (struct amp_planned){.url = url, .branch = "", .method = "GET"};
}

static void next_pages(void **state)
{
	(void)state;
	struct amp_arena *a = amp_arena_new(0);
	const struct amp_planned first = got_from("https://h.example/list?q=a%20b&limit=25"),
				 trends = got_from("https://h.example/trends?limit=40");
	struct amp_planned second;
	struct amp_study_feed f = feed(&cursor_endpoint, AMP_FEED_PLAIN, NULL);
	struct amp_next cursor = {AMP_NEXT_CURSOR, AMP_STR("x/y="), 0}, none = {AMP_NEXT_NONE, AMP_STR_ABSENT, 0},
			empty = {AMP_NEXT_CURSOR, AMP_STR(""), 0};
	second = *amp_plan_next(&f, &first, &first, &cursor, 25, a);
	assert_string_equal(second.url, "https://h.example/list?q=a%20b&limit=25&cursor=x%2Fy%3D");
	assert_null(amp_plan_next(&f, &first, &second, &cursor, 50, a)); /* the same cursor again */
	assert_null(amp_plan_next(&f, &first, &first, &cursor, 60, a));  /* deep enough */
	assert_null(amp_plan_next(&f, &first, &first, &none, 1, a));
	assert_null(amp_plan_next(&f, &first, &first, &empty, 1, a));
	cursor.value = AMP_STR("z");
	assert_string_equal(amp_plan_next(&f, &first, &second, &cursor, 50, a)->url,
	                    "https://h.example/list?q=a%20b&limit=25&cursor=z");

	static const struct {
		const char *link, *result;
	} links[] = {
		{"https://h.example/list?max_id=9", "https://h.example/list?max_id=9"},
		{"/list?max_id=9", "https://h.example/list?max_id=9"},
		{"https://H.EXAMPLE:443/list?p=2", "https://H.EXAMPLE:443/list?p=2"},
		{"https://evil.example/list", NULL},
		{"//evil.example/list", NULL},
		{"http://h.example/list?max_id=9", NULL},
		{"https://h.example@evil.example/", NULL},
		{"https://h.example:8443/list", NULL},
		{"file:///etc/passwd", NULL},
		{"https://h.example/a b", NULL},
		{"https://h.example/\r\nX: y", NULL},
		{"", NULL},
		{"https://h.example/list?q=a%20b&limit=25", NULL},
	};
	for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
		struct amp_next link = {AMP_NEXT_URL, amp_str_c(links[i].link), 0};
		const struct amp_planned *next = amp_plan_next(&f, &first, &first, &link, 1, a);
		const char *got = next == NULL ? NULL : next->url;
		if (links[i].result == NULL ? got != NULL : got == NULL || strcmp(got, links[i].result) != 0)
			fail_msg("%s: %s", links[i].link, got == NULL ? "(none)" : got);
	}
	f = feed(&offset_endpoint, AMP_FEED_PLAIN, NULL);
	struct amp_next offset = {AMP_NEXT_OFFSET, AMP_STR_ABSENT, 40};
	second = *amp_plan_next(&f, &trends, &trends, &offset, 40, a);
	assert_string_equal(second.url, "https://h.example/trends?limit=40&offset=40");
	assert_null(amp_plan_next(&f, &trends, &second, &offset, 50, a)); /* does not go forward */
	struct amp_next forward = {AMP_NEXT_FORWARD, AMP_STR_ABSENT, 40};
	assert_string_equal(amp_plan_next(&f, &trends, &second, &forward, 50, a)->url,
	                    "https://h.example/trends?limit=40&offset=80");
	forward.offset = 0;
	assert_null(amp_plan_next(&f, &trends, &second, &forward, 50, a));
	offset.offset = -1;
	assert_null(amp_plan_next(&f, &trends, &trends, &offset, 1, a));

	/* A name with brackets, written either way in the address: replaced, not said twice, and counted on from. */
	struct amp_endpoint numbered = offset_endpoint;
	numbered.page_param = "page[number]";
	f = feed(&numbered, AMP_FEED_PLAIN, NULL);
	static const char *const written[] = {"page%5Bnumber%5D", "page%5bnumber%5d", "page[number]"};
	for (size_t i = 0; i < sizeof written / sizeof *written; i++) {
		const struct amp_planned third = got_from(amp_arena_printf(a, "https://h.example/list?%s=3&limit=40", written[i]));
		offset.offset = 4;
		assert_string_equal(amp_plan_next(&f, &third, &third, &offset, 1, a)->url,
		                    "https://h.example/list?limit=40&page%5Bnumber%5D=4");
		offset.offset = 3;
		assert_null(amp_plan_next(&f, &third, &third, &offset, 1, a));
	}
	f = feed(&offset_endpoint, AMP_FEED_PLAIN, NULL);
	assert_true(amp_plan_pages_max(&f) >= 4 && amp_plan_pages_max(&f) <= 20);
	amp_arena_free(a);
}

/* ---- bodies ---- */

static const struct amp_param body_params[] = {
	{.name = "limit", .place = AMP_IN_BODY, .type = AMP_BODY_INTEGER},
	{.name = "fields", .required = true},
	{.name = "q", .place = AMP_IN_BODY},
	{.name = "days", .place = AMP_IN_BODY, .type = AMP_BODY_INTEGER},
	{.name = "local", .place = AMP_IN_BODY, .type = AMP_BODY_BOOLEAN},
	{.name = "query", .place = AMP_IN_BODY, .type = AMP_BODY_JSON},
	{.name = "tags", .place = AMP_IN_BODY, .repeated = true},
	{.name = "sort", .place = AMP_IN_BODY, .fixed = "+top"},
	{.name = "context.client.hl", .place = AMP_IN_BODY},
	{.name = "context.client.gl", .place = AMP_IN_BODY},
	{.name = "context.user.safe", .place = AMP_IN_BODY, .type = AMP_BODY_BOOLEAN},
	{.name = "untilId", .place = AMP_IN_BODY},
	{.name = NULL},
};
static const char *const body_headers[] = {"X-Client-Name: 1", NULL};
static const struct amp_endpoint post_endpoint = {
	.name = "notes",
	.ranking = AMP_ALGORITHMIC,
	.path = "/api/notes",
	.params = body_params,
	.paging = AMP_PAGE_CURSOR,
	.limit_param = "limit",
	.limit_max = 30,
	.page_param = "untilId",
	.body = "{ \"context\": {\"client\": {\"name\": \"WEB\", \"hl\": \"en\"}}, \"q\": \"\" }",
	.headers = body_headers,
	.token_param = "i",
	.token_place = AMP_IN_BODY,
};
static const struct amp_feed_param body_values[] = {
	{"context.client.hl", "fr"},
	{"context.user.safe", "true"},
	{"days", "-7"},
	{"fields", "id,é"},
	{"local", "false"},
	{"query", "{\"and\": [{\"n\": 9007199254740993}]}"},
	{"tags", "a\"b"},
	{"tags", "c"},
};

static struct amp_study_feed post_feed(const struct amp_endpoint *e)
{
	struct amp_study_feed f = feed(e, AMP_FEED_INTERESTS, "q");
	f.params = body_values;
	f.n_params = sizeof body_values / sizeof *body_values;
	return f;
}

static void bodies(void **state)
{
	(void)state;
	struct amp_arena *a = amp_arena_new(0);
	struct amp_planned *plan, *again;
	size_t n;
	struct amp_err err = {0};
	struct amp_study_feed f = post_feed(&post_endpoint);
	assert_int_equal(amp_plan_requests(&study, &full, &f, 0, a, &plan, &n, &err), 0);
	assert_string_equal(plan[0].method, "POST");
	assert_string_equal(plan[0].url, "https://h.example/api/notes?fields=id%2C%C3%A9");
	assert_ptr_equal(plan[0].headers, body_headers);
	assert_string_equal(plan[0].body,
	                    "{\"context\":{\"client\":{\"name\":\"WEB\",\"hl\":\"fr\",\"gl\":\"FR\"},\"user\":{\"safe\":true}},"
	                    "\"q\":\"football féminin\",\"limit\":30,\"days\":-7,\"local\":false,"
	                    "\"query\":{\"and\":[{\"n\":9007199254740993}]},\"tags\":[\"a\\\"b\",\"c\"],\"sort\":\"+top\"}");
	assert_int_equal(amp_plan_requests(&study, &full, &f, 0, a, &again, &n, &err), 0);
	assert_string_equal(plan[0].body, again[0].body);
	struct amp_study_feed get = feed(&offset_endpoint, AMP_FEED_PLAIN, NULL);
	assert_int_equal(amp_plan_requests(&study, &bare, &get, 0, a, &plan, &n, &err), 0);
	assert_string_equal(plan[0].method, "GET");
	assert_null(plan[0].body);

	static const struct amp_feed_param bad[] = {{"days", "seven"}}, blocked[] = {{"q.deeper", "x"}};
	f.params = bad;
	f.n_params = 1;
	assert_int_equal(amp_plan_requests(&study, &full, &f, 0, a, &plan, &n, &err), AMP_EUSAGE);
	assert_non_null(strstr(err.text, "days"));
	static const struct amp_param through_text[] = {{.name = "q.deeper", .place = AMP_IN_BODY}, {.name = NULL}};
	struct amp_endpoint e = post_endpoint;
	e.params = through_text;
	f = post_feed(&e);
	f.params = blocked;
	f.n_params = 1;
	assert_int_equal(amp_plan_requests(&study, &full, &f, 0, a, &plan, &n, &err), AMP_EUSAGE);
	amp_arena_free(a);
}

/* The item goes where the walk says: into the path, the query or the body, and nowhere can it break out of its place. */
static void items_of_walks(void **state)
{
	(void)state;
	static const char *const seeds[] = {"one", "two", NULL};
	static const struct amp_param places[] = {{.name = "id", .place = AMP_IN_PATH, .required = true}, {.name = NULL}},
				      query[] = {{.name = "v", .required = true}, {.name = "hl"}, {.name = NULL}},
				      body[] = {{.name = "video.id", .place = AMP_IN_BODY, .required = true}, {.name = NULL}};
	static const struct amp_endpoint in_path = {.name = "p", .path = "/streams/{id}", .params = places},
					 in_query = {.name = "q", .path = "/watch", .params = query},
					 in_body = {.name = "b", .path = "/next", .params = body, .body = "{\"client\":1}"};
	static const struct amp_feed_param language[] = {{"hl", "fr"}};
	static const char hostile[] = "a/../b?c=1&v=2#d\"\\é";
	struct amp_arena *a = amp_arena_new(0);
	struct amp_planned one, *all;
	size_t n;
	struct amp_err err = {0};
	struct amp_study_feed f = {
		.name = "f", .adapter = &adapter, .endpoint = &in_path, .host = "https://h.example", .depth = 20};
	f.walk = (struct amp_feed_walk){.param = "id", .seeds = seeds, .n_seeds = 2, .steps = 3};
	assert_int_equal(amp_plan_requests(&study, &bare, &f, 5, a, &all, &n, &err), 0);
	assert_int_equal(n, 2); /* a first request a seed, in every round */
	assert_string_equal(all[0].url, "https://h.example/streams/one");
	assert_string_equal(all[1].url, "https://h.example/streams/two");
	assert_string_equal(all[1].branch, "two");
	assert_int_equal(amp_plan_item(&bare, &f, hostile, a, &one, &err), 0);
	assert_string_equal(one.url, "https://h.example/streams/a%2F..%2Fb%3Fc%3D1%26v%3D2%23d%22%5C%C3%A9");
	assert_string_equal(one.branch, hostile);
	f.endpoint = &in_query;
	f.walk.param = "v";
	f.params = language;
	f.n_params = 1;
	assert_int_equal(amp_plan_item(&bare, &f, hostile, a, &one, &err), 0);
	assert_string_equal(one.url, "https://h.example/watch?v=a%2F..%2Fb%3Fc%3D1%26v%3D2%23d%22%5C%C3%A9&hl=fr");
	f.endpoint = &in_body;
	f.walk.param = "video.id";
	assert_int_equal(amp_plan_item(&bare, &f, hostile, a, &one, &err), 0);
	assert_string_equal(one.url, "https://h.example/next");
	assert_string_equal(one.body, "{\"client\":1,\"video\":{\"id\":\"a/../b?c=1&v=2#d\\\"\\\\é\"}}");
	assert_string_equal(one.method, "POST");
	amp_arena_free(a);
}

static void next_bodies(void **state)
{
	(void)state;
	struct amp_arena *a = amp_arena_new(0);
	struct amp_planned *plan;
	size_t n;
	struct amp_err err = {0};
	struct amp_endpoint e = post_endpoint;
	struct amp_study_feed f = post_feed(&e);
	e.body = "{\"q\":\"\"}";
	f.n_params = 0;
	struct amp_next cursor = {AMP_NEXT_CURSOR, AMP_STR("9x"), 0};
	assert_int_equal(amp_plan_requests(&study, &bare, &f, 0, a, &plan, &n, &err), AMP_EUSAGE); /* no interests */
	f.source = AMP_FEED_PLAIN;
	f.source_param = NULL;
	assert_int_equal(amp_plan_requests(&study, &bare, &f, 0, a, &plan, &n, &err), 0);
	const struct amp_planned *second = amp_plan_next(&f, &plan[0], &plan[0], &cursor, 1, a);
	assert_string_equal(second->body, "{\"q\":\"\",\"limit\":30,\"sort\":\"+top\",\"untilId\":\"9x\"}");
	assert_string_equal(second->url, plan[0].url);
	assert_string_equal(second->method, "POST");
	assert_null(amp_plan_next(&f, &plan[0], second, &cursor, 1, a)); /* the same page again */
	cursor.value = AMP_STR("8x");
	assert_string_equal(amp_plan_next(&f, &plan[0], second, &cursor, 1, a)->body,
	                    "{\"q\":\"\",\"limit\":30,\"sort\":\"+top\",\"untilId\":\"8x\"}");

	/* Two values at once, typed as the platform gave them. */
	struct amp_next both = {AMP_NEXT_BODY, AMP_STR("{\"cursor\":100,\"a.search_id\":\"71\"}"), 0};
	assert_string_equal(amp_plan_next(&f, &plan[0], second, &both, 1, a)->body,
	                    "{\"q\":\"\",\"limit\":30,\"sort\":\"+top\",\"cursor\":100,\"a\":{\"search_id\":\"71\"}}");
	static const char *const useless[] = {"", "{}", "[]", "{\"cursor\":1,\"cursor\":2}", "{\"q.x\":1}", "{\"cursor\":", "7"};
	for (size_t i = 0; i < sizeof useless / sizeof *useless; i++) {
		both.value = amp_str_c(useless[i]);
		assert_null(amp_plan_next(&f, &plan[0], second, &both, 1, a));
	}

	/* Offsets: told, or counted from the request's own. */
	struct amp_next forward = {AMP_NEXT_FORWARD, AMP_STR_ABSENT, 30}, offset = {AMP_NEXT_OFFSET, AMP_STR_ABSENT, 60};
	e.page_param = "offset";
	second = amp_plan_next(&f, &plan[0], &plan[0], &forward, 1, a);
	assert_string_equal(second->body, "{\"q\":\"\",\"limit\":30,\"sort\":\"+top\",\"offset\":30}");
	second = amp_plan_next(&f, &plan[0], second, &forward, 1, a);
	assert_string_equal(second->body, "{\"q\":\"\",\"limit\":30,\"sort\":\"+top\",\"offset\":60}");
	assert_null(amp_plan_next(&f, &plan[0], second, &offset, 1, a)); /* not forward */
	forward.offset = INT64_MAX;
	assert_null(amp_plan_next(&f, &plan[0], second, &forward, 1, a));

	/* A body of its own for further pages: only what it has a place for goes in. */
	f = post_feed(&e);
	e.page_param = "continuation";
	e.page_body = "{\"context\":{\"client\":{\"name\":\"WEB\",\"hl\":\"en\",\"gl\":\"US\"}},\"continuation\":\"\"}";
	assert_int_equal(amp_plan_requests(&study, &full, &f, 0, a, &plan, &n, &err), 0);
	cursor.value = AMP_STR("4qmF");
	second = amp_plan_next(&f, &plan[0], &plan[0], &cursor, 1, a);
	assert_string_equal(second->body,
	                    "{\"context\":{\"client\":{\"name\":\"WEB\",\"hl\":\"fr\",\"gl\":\"FR\"}},\"continuation\":\"4qmF\"}");

	/* A page's value in the query of a POST, where a row says so. */
	static const struct amp_param in_query[] = {{.name = "page"}, {.name = NULL}};
	e.params = in_query;
	e.page_param = "page";
	e.page_body = NULL;
	f.n_params = 0;
	f.source = AMP_FEED_PLAIN;
	assert_int_equal(amp_plan_requests(&study, &bare, &f, 0, a, &plan, &n, &err), 0);
	second = amp_plan_next(&f, &plan[0], &plan[0], &cursor, 1, a);
	assert_string_equal(second->url, "https://h.example/api/notes?limit=30&page=4qmF");
	assert_string_equal(second->body, plan[0].body);
	amp_arena_free(a);
}

static void tokens(void **state)
{
	(void)state;
	struct amp_arena *a = amp_arena_new(0);
	struct amp_planned *plan;
	size_t n;
	struct amp_err err = {0};
	const char *secret;
	struct amp_endpoint e = post_endpoint;
	e.body = "{}";
	e.params = NULL;
	struct amp_study_feed f = feed(&e, AMP_FEED_PLAIN, NULL);
	assert_int_equal(amp_plan_requests(&study, &bare, &f, 0, a, &plan, &n, &err), 0);
	const struct amp_planned *r;
	assert_int_equal(amp_plan_with_token(&r, &secret, &full, &f, &plan[0], "a\"b", a, &err), 0);
	assert_string_equal(r->body, "{\"i\":\"a\\\"b\"}");
	assert_string_equal(secret, "\"a\\\"b\"");
	assert_string_equal(plan[0].body, "{}");
	e.token_param = "key";
	e.token_place = AMP_IN_QUERY;
	assert_int_equal(amp_plan_with_token(&r, &secret, &full, &f, &plan[0], "a b&c", a, &err), 0);
	assert_string_equal(r->url, "https://h.example/api/notes?limit=30&key=a%20b%26c");
	assert_string_equal(r->body, "{}");
	assert_null(secret);
	assert_null(strstr(plan[0].url, "key="));

	/* A token that is not there, or cannot be sent, in the query as in the body: who lacks it, for what, and where it comes from. */
	static const struct amp_persona_session with_token[] = {{"shop", "https://h.example", NULL, NULL, "SHOP_TOKEN"}};
	struct amp_persona reader = full;
	reader.sessions = with_token;
	char longest[4098];
	memset(longest, 'x', sizeof longest - 1);
	longest[sizeof longest - 1] = '\0';
	const struct {
		const char *token, *says;
	} wrong[] = {{NULL, "token_env"}, {"", "token_env"}, {"secret\xFF", "SHOP_TOKEN"}, {longest, "SHOP_TOKEN"}};
	for (size_t i = 0; i < 2 * sizeof wrong / sizeof *wrong; i++) {
		const char *token = wrong[i / 2].token;
		e.token_place = i % 2 ? AMP_IN_BODY : AMP_IN_QUERY;
		assert_int_equal(amp_plan_with_token(&r, &secret, &reader, &f, &plan[0], token, a, &err), AMP_EUSAGE);
		assert_null(r);
		const char *const told[] = {"“full”", "“f”", "“key”", "Shop", wrong[i / 2].says};
		for (size_t k = 0; k < sizeof told / sizeof *told; k++)
			if (strstr(err.text, told[k]) == NULL) fail_msg("%s is not in: %s", told[k], err.text);
		assert_null(strstr(err.text, "secret"));
		assert_null(strstr(err.text, "xxxx"));
	}
	longest[4096] = '\0'; /* the longest that may be */
	assert_int_equal(amp_plan_with_token(&r, &secret, &reader, &f, &plan[0], longest, a, &err), 0);
	amp_arena_free(a);
}

static const char *effect(const struct amp_shaped *s, size_t n, const char *attribute)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(s[i].attribute, attribute) == 0) return s[i].effect;
	}
	fail_msg("no attribute %s", attribute);
	return NULL;
}

static void shapes(void **state)
{
	(void)state;
	struct amp_arena *a = amp_arena_new(0);
	struct amp_shaped s[AMP_SHAPED_MAX];
	struct amp_study_feed f = feed(&cursor_endpoint, AMP_FEED_INTERESTS, "q");
	size_t n = amp_persona_shapes(&study, &full, &f, a, s);
	assert_int_equal(n, 11);
	assert_string_equal(effect(s, n, "languages"), "Accept-Language: fr-FR,fr;q=0.9");
	assert_string_equal(effect(s, n, "region"), "region=FR");
	assert_non_null(strstr(effect(s, n, "vantage"), "env:P"));
	assert_non_null(strstr(effect(s, n, "session"), "PW"));
	assert_non_null(strstr(effect(s, n, "interests"), "3 searches"));
	static const char *const inert[] = {"follows", "age", "sex", "place", "time_zone", "belongs_to"};
	for (size_t i = 0; i < 6; i++) assert_null(effect(s, n, inert[i]));
	assert_string_equal(
		amp_persona_sentence(&full, &f, a),
		"a session whose Accept-Language is fr-FR,fr;q=0.9, with region=FR, through the proxy env:P, which searches for 3 expressions in turn, logged in");
	f = feed(&offset_endpoint, AMP_FEED_PLAIN, NULL);
	f.no_session = true;
	n = amp_persona_shapes(&study, &full, &f, a, s);
	assert_string_equal(effect(s, n, "languages"), "Accept-Language: fr-FR,fr;q=0.9 (sent; not known to change the answer)");
	assert_null(effect(s, n, "region"));
	assert_null(effect(s, n, "session"));
	assert_null(effect(s, n, "interests"));
	assert_null(amp_feed_session(&full, &f));
	f.no_session = false;
	assert_ptr_equal(amp_feed_session(&full, &f), &sessions[0]);
	f.host = "https://other.example";
	assert_null(amp_feed_session(&full, &f));
	assert_int_equal(amp_persona_shapes(&study, &bare, &f, a, s), 0);
	assert_string_equal(amp_persona_sentence(&bare, &f, a), "a session without Accept-Language, with no login");
	/* Whoever the persona is said to be never shows. */
	const char *sentence = amp_persona_sentence(&full, &f, a);
	assert_null(strstr(sentence, "17"));
	assert_null(strstr(sentence, "femme"));
	assert_null(strstr(sentence, "Lyon"));
	amp_arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(urls),        cmocka_unit_test(through_the_session),
	                                   cmocka_unit_test(next_pages),  cmocka_unit_test(bodies),
	                                   cmocka_unit_test(next_bodies), cmocka_unit_test(tokens),
	                                   cmocka_unit_test(shapes),      cmocka_unit_test(items_of_walks)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The engine: verdicts, ranks over pages, merging, memory, what is recognised by URL, headers. */
#include "arena_fixture.h"
#include <jansson.h>
#include "base/buf.h"
#include "parse/engine.h"

static struct amp_page page(const char *body)
{
	return (struct amp_page){
		.body = amp_str_c(body), .url = AMP_STR_ABSENT, .headers = AMP_STR_ABSENT, .captured_at = AMP_TIME_NONE};
}

static struct amp_parsed parse(const char *platform, const char *endpoint, const struct amp_page *pages, size_t n)
{
	struct amp_parsed out;
	struct amp_err err = {0};
	const struct amp_adapter *a = amp_adapter_find(platform);
	assert_non_null(a);
	if (amp_parse_pages(a, endpoint ? amp_endpoint_find(a, endpoint) : NULL, pages, n, 0, 0, 0, arena, &out, &err) != 0)
		fail_msg("%s", err.text);
	return out;
}

/* --- required fields: the threshold --- */

static char *feed_with(size_t n, size_t without_text)
{
	struct amp_buf b;
	amp_buf_init(&b, 1 << 20);
	(void)amp_buf_addc(&b, "{\"feed\":[");
	for (size_t i = 0; i < n; i++)
		(void)amp_buf_printf(&b,
		                     "%s{\"post\":{\"uri\":\"at://did:x/c/%zu\",\"author\":{\"did\":\"did:x\"},\"record\":{%s}}}",
		                     i ? "," : "", i, i < without_text ? "" : "\"text\":\"t\"");
	(void)amp_buf_addc(&b, "]}");
	char *copy = amp_arena_strndup(arena, b.p, b.n);
	amp_buf_free(&b);
	assert_non_null(copy);
	return copy;
}

static void test_drift_threshold(void **state)
{
	(void)state;
	static const struct {
		size_t n, without;
		enum amp_verdict verdict;
	} table[] = {{1, 0, AMP_VERDICT_OK},  {1, 1, AMP_VERDICT_DRIFT},  {2, 1, AMP_VERDICT_OK},
	             {10, 5, AMP_VERDICT_OK}, {10, 6, AMP_VERDICT_DRIFT}, {10, 10, AMP_VERDICT_DRIFT}};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct amp_page p = page(feed_with(table[i].n, table[i].without));
		struct amp_parsed out = parse("bluesky", "getFeed", &p, 1);
		assert_int_equal(out.verdict, table[i].verdict);
		assert_int_equal(out.n_items, table[i].n);
		assert_int_equal(out.diagnostics_total, table[i].without);
	}
}

static void test_absent_is_not_zero(void **state)
{
	(void)state;
	struct amp_page p = page(
		"{\"feed\":[{\"post\":{\"uri\":\"at://did:x/c/1\",\"author\":{\"did\":\"did:x\"},\"record\":{\"text\":\"\"},\"likeCount\":0,\"replyCount\":null,\"quoteCount\":-1}}]}");
	struct amp_parsed out = parse("bluesky", "getFeed", &p, 1);
	const struct amp_item *item = out.items;
	assert_int_equal(item->likes, 0);
	assert_true(item->reposts == AMP_ABSENT && item->replies == AMP_ABSENT && item->quotes == AMP_ABSENT &&
	            item->views == AMP_ABSENT);
	assert_int_equal(item->invalid, AMP_BIT(AMP_F_QUOTES));
	assert_true(item->text.p != NULL && item->text.n == 0);
	assert_true(item->title.p == NULL && item->author_handle.p == NULL && item->langs == NULL);
	assert_true(item->created_at == AMP_TIME_NONE && item->created_at_raw.p == NULL);
}

/* Known to hold nothing, sent and not usable, a place without content, a name alone. */
static void test_lists_known_and_unknown(void **state)
{
	(void)state;
	struct amp_page p =
		page("{\"feed\":[{\"post\":{\"uri\":\"at://did:x/c/1\",\"author\":{\"did\":\"did:x\"},"
	             "\"record\":{\"text\":\"t\"}}},7,{\"post\":{\"uri\":\"at://did:x/c/2\",\"author\":{\"did\":\"did:x\"},"
	             "\"record\":{\"text\":\"t\"}}}]}");
	struct amp_parsed out = parse("bluesky", "getFeed", &p, 1);
	assert_int_equal(out.n_items, 3);
	assert_true(out.items[0].labels && out.items[0].media && out.items[0].links && !out.items[0].langs);
	assert_int_equal(out.items[0].n_labels + out.items[0].n_media + out.items[0].n_links, 0);
	assert_true(!out.items[1].labels && !out.items[1].media && !out.items[1].links && !out.items[1].langs);
	p = page("[{\"uri\":\"https://a.example/1\",\"id\":\"1\",\"account\":{\"acct\":\"a\",\"uri\":\"https://a.example/a\"},"
	         "\"content\":\"t\",\"created_at\":\"2026-11-20T10:00:00.000Z\",\"media_attachments\":7}]");
	out = parse("mastodon", "timelines/public", &p, 1);
	assert_true(out.n_items == 1 && out.items[0].labels && !out.items[0].media && out.items[0].links);
	assert_int_equal(out.items[0].invalid, AMP_BIT(AMP_F_MEDIA));
	p = page("[41,42]");
	out = parse("hackernews", "topstories", &p, 1);
	assert_true(out.n_items == 2 && !out.items[0].labels && !out.items[0].media && !out.items[0].links);
}

static void test_line_has_every_key(void **state)
{
	(void)state;
	static const char *const keys[] = {
		"kind",     "rank",       "organic_rank", "platform",      "item_id",        "entry_id",
		"local_id", "url",        "author_id",    "author_handle", "author_name",    "title",
		"text",     "quote_text", "langs",        "created_at",    "created_at_raw", "created_precision",
		"likes",    "reposts",    "replies",      "quotes",        "views",          "score",
		"is_reply", "is_repost",  "is_quote",     "is_pinned",     "is_ad",          "is_service",
		"reply_to", "repost_of",  "reposted_by",  "reposted_at",   "quote_of",       "labels",
		"warning",  "media",      "links",        "feed_context"};
	struct amp_page p = page("{\"feed\":[{\"future\":1}]}");
	struct amp_parsed out = parse("bluesky", "getFeed", &p, 1);
	struct amp_buf line;
	struct amp_json_doc doc;
	size_t i = 0;
	amp_buf_init(&line, 1 << 20);
	amp_item_json(&line, "bluesky", out.items);
	assert_int_equal(amp_json_parse(&doc, amp_buf_str(&line), arena, NULL), 0);
	for (const struct amp_json *v = amp_json_first(doc.root); v; v = amp_json_next(doc.root, v), i++) {
		assert_true(i < sizeof keys / sizeof *keys);
		if (!amp_str_eq_c(amp_json_key(v), keys[i]))
			fail_msg("key %zu is %.*s, not %s", i, AMP_ARG(amp_json_key(v)), keys[i]);
	}
	assert_int_equal(i, sizeof keys / sizeof *keys);
	amp_buf_free(&line);
}

/* --- pages --- */

static void test_ranks_go_on(void **state)
{
	(void)state;
	struct amp_page pages[] = {
		page(feed_with(3, 0)),
		page("{\"feed\":[{\"post\":{\"uri\":\"at://did:x/c/9\",\"author\":{\"did\":\"did:x\"},\"record\":{\"text\":\"t\"}},"
	             "\"reason\":{\"$type\":\"app.bsky.feed.defs#reasonPin\"}}]}"),
		page(feed_with(2, 0))};
	struct amp_parsed out = parse("bluesky", "getFeed", pages, 3), tail;
	assert_int_equal(out.n_items, 6);
	assert_int_equal(out.n_organic, 5);
	for (size_t i = 0; i < 6; i++) {
		assert_int_equal(out.items[i].rank, i);
		assert_int_equal(out.items[i].page, i < 3 ? 0 : i < 4 ? 1 : 2);
		if (i == 3)
			assert_true(out.items[i].organic_rank == AMP_ABSENT);
		else
			assert_int_equal(out.items[i].organic_rank, i < 3 ? i : i - 1);
	}
	/* a page at a time gives the same places */
	const struct amp_adapter *a = amp_adapter_find("bluesky");
	assert_int_equal(amp_parse_pages(a, amp_endpoint_find(a, "getFeed"), pages + 2, 1, 4, 3, 2, arena, &tail, NULL), 0);
	assert_int_equal(tail.items[1].rank, 5);
	assert_int_equal(tail.items[1].organic_rank, 4);
	assert_int_equal(tail.items[1].page, 2);
}

static void test_no_page(void **state)
{
	(void)state;
	struct amp_parsed out = parse("bluesky", "getFeed", NULL, 0);
	assert_int_equal(out.verdict, AMP_VERDICT_FAILED);
	assert_true(out.reason.n > 0);
}

static void test_statuses(void **state)
{
	(void)state;
	static const struct {
		int status;
		const char *body;
		enum amp_verdict verdict;
	} table[] = {{200, "{\"feed\":[]}", AMP_VERDICT_EMPTY},
	             {0, "{\"feed\":[]}", AMP_VERDICT_EMPTY},
	             {403, "", AMP_VERDICT_BLOCKED},
	             {429, "slow down", AMP_VERDICT_BLOCKED},
	             {429, "{\"error\":\"RateLimitExceeded\"}", AMP_VERDICT_BLOCKED},
	             {403, "{\"feed\":[]}", AMP_VERDICT_BLOCKED},
	             {404, "not here", AMP_VERDICT_DRIFT},
	             {400, "{\"error\":\"InvalidRequest\",\"message\":\"x\"}", AMP_VERDICT_DRIFT},
	             {400, "{\"error\":\"InvalidToken\",\"message\":\"x\"}", AMP_VERDICT_BLOCKED},
	             {500, "{\"error\":\"InternalServerError\"}", AMP_VERDICT_FAILED},
	             {502, "<html><title>Bad gateway</title></html>", AMP_VERDICT_FAILED},
	             {503, "<html><title>Just a moment...</title></html>", AMP_VERDICT_BLOCKED},
	             {200, "<html><title>Hello</title></html>", AMP_VERDICT_DRIFT},
	             {200, " \n", AMP_VERDICT_FAILED},
	             {200, "null", AMP_VERDICT_DRIFT},
	             {200, "[]", AMP_VERDICT_DRIFT},
	             {200, "{\"feed\":{}}", AMP_VERDICT_DRIFT},
	             {200, "{\"feed\":[", AMP_VERDICT_FAILED},
	             {200, "\"text\"", AMP_VERDICT_DRIFT}};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct amp_page p = page(table[i].body);
		p.status = table[i].status;
		struct amp_parsed out = parse("bluesky", "getFeed", &p, 1);
		if (out.verdict != table[i].verdict)
			fail_msg("%d %s: %s (%.*s)", table[i].status, table[i].body, amp_verdict_name(out.verdict),
			         AMP_ARG(out.reason));
		assert_int_equal(out.reason.n > 0, table[i].verdict != AMP_VERDICT_EMPTY);
	}
}

static void test_nesting_is_a_verdict(void **state)
{
	(void)state;
	size_t n = 1000000;
	char *deep = amp_arena_alloc(arena, 10 + n);
	assert_non_null(deep);
	memcpy(deep, "{\"feed\":[  ", 10);
	memset(deep + 10, '[', n);
	struct amp_page p = page("");
	p.body = (struct amp_str){deep, 10 + n};
	struct amp_parsed out = parse("bluesky", "getFeed", &p, 1);
	assert_int_equal(out.verdict, AMP_VERDICT_FAILED);
	assert_non_null(amp_str_find(out.reason, AMP_STR("nested deeper")));
}

static void test_diagnostics_are_capped(void **state)
{
	(void)state;
	struct amp_page p = page(feed_with(4000, 4000));
	struct amp_parsed out = parse("bluesky", "getFeed", &p, 1);
	assert_int_equal(out.n_diagnostics, AMP_MAX_DIAGNOSTICS);
	assert_int_equal(out.diagnostics_total, 4000);
	assert_int_equal(out.diagnostics[999].rank, 999);
}

static void test_same_bytes_same_answer(void **state)
{
	(void)state;
	struct amp_page p = page(feed_with(50, 7));
	struct amp_buf a, b;
	amp_buf_init(&a, 1 << 20);
	amp_buf_init(&b, 1 << 20);
	struct amp_parsed one = parse("bluesky", NULL, &p, 1), two = parse("bluesky", NULL, &p, 1);
	for (size_t i = 0; i < one.n_items; i++) amp_item_json(&a, "bluesky", &one.items[i]);
	for (size_t i = 0; i < two.n_items; i++) amp_item_json(&b, "bluesky", &two.items[i]);
	assert_true(a.n > 1000);
	assert_true(amp_str_eq(amp_buf_str(&a), amp_buf_str(&b)));
	amp_buf_free(&a);
	amp_buf_free(&b);
}

static void test_memory_runs_out(void **state)
{
	(void)state;
	struct amp_page p = page(feed_with(500, 0));
	const struct amp_adapter *a = amp_adapter_find("bluesky");
	bool failed = false, passed = false;
	for (size_t cap = 4096; cap < (size_t)8 << 20; cap += cap / 3) { /* at every size it either works or says so */
		struct amp_arena *small = amp_arena_new(cap);
		struct amp_parsed out;
		struct amp_err err = {0};
		assert_non_null(small);
		int rc = amp_parse_pages(a, amp_endpoint_find(a, "getFeed"), &p, 1, 0, 0, 0, small, &out, &err);
		if (rc == 0) {
			assert_int_equal(out.n_items, 500);
			passed = true;
		} else {
			assert_true(rc == AMP_ELIMIT || rc == AMP_ENOMEM);
			assert_true(err.text[0] != '\0');
			assert_false(passed);
			failed = true;
		}
		amp_arena_free(small);
	}
	assert_true(failed && passed);
}

/* --- merged --- */

static void test_merged(void **state)
{
	(void)state;
#define AT(n, time) \
	"{\"post\":{\"uri\":\"at://did:" n "/c/" n "\",\"author\":{\"did\":\"did:" n "\"},\"record\":{\"text\":\"" n "\"" time "}}}"
	struct amp_page pages[] = {page("{\"feed\":[" AT("a", ",\"createdAt\":\"2026-01-01T05:00:00Z\"") "," AT(
					   "b", ",\"createdAt\":\"2026-01-01T01:00:00Z\"") "]}"),
	                           page("{\"feed\":[" AT("c", ",\"createdAt\":\"2026-01-01T05:00:00Z\"") "," AT("d", "") "," AT(
					   "e", ",\"createdAt\":\"2026-01-01T03:00:00Z\"") "]}"),
	                           page("{\"error\":\"InvalidRequest\",\"message\":\"Profile not found\"}")};
	const struct amp_adapter *a = amp_adapter_find("bluesky");
	struct amp_parsed out;
	char order[6] = "";
	assert_int_equal(amp_parse_merged(a, amp_endpoint_find(a, "getAuthorFeed"), pages, 3, arena, &out, NULL), 0);
	assert_int_equal(out.n_items, 5);
	for (size_t i = 0; i < 5; i++) {
		order[i] = out.items[i].text.p[0];
		assert_int_equal(out.items[i].rank, i);
		assert_int_equal(out.items[i].organic_rank, i);
	}
	assert_string_equal(order, "acebd"); /* ties by page; what has no time is last */
	assert_int_equal(out.verdict, AMP_VERDICT_PARTIAL);
	assert_int_equal(out.next.kind, AMP_NEXT_NONE);
}

/* --- recognition --- */

static void test_endpoint_by_url(void **state)
{
	(void)state;
	static const struct {
		const char *platform, *url, *body, *endpoint;
	} table[] = {{"bluesky", "https://public.api.bsky.app/xrpc/app.bsky.feed.getListFeed?list=at%3A%2F%2Fx&limit=3",
	              "{\"feed\":[]}", "getListFeed"},
	             {"bluesky", "http://localhost:1234/xrpc/app.bsky.feed.searchPosts?sort=top&q=a", "{\"posts\":[]}",
	              "searchPosts:top"},
	             {"bluesky", "http://localhost:1234/xrpc/app.bsky.feed.searchPosts?sort=latest&q=a", "{\"posts\":[]}",
	              "searchPosts"},
	             {"bluesky", "http://localhost:1234/xrpc/app.bsky.feed.searchPosts?q=a", "{\"posts\":[]}", "searchPosts"},
	             {"bluesky", "http://localhost:1234/xrpc/app.bsky.feed.searchPosts?s%6Frt=t%6fp&q=a", "{\"posts\":[]}",
	              "searchPosts:top"},
	             {"bluesky", "https://elsewhere.example/page", "{\"feed\":[]}", "getFeed"},
	             {"mastodon", "https://m.example/api/v1/timelines/tag/chat?limit=40", "[]", "timelines/tag"},
	             {"mastodon", "https://m.example/api/v1/accounts/12/statuses", "[]", "accounts/statuses"},
	             {"mastodon", "https://m.example/api/v1/trends/statuses?offset=20#x", "[]", "trends/statuses"},
	             {"mastodon", "https://m.example/api/v1/timelines/tag/", "[]", "timelines/public"},
	             {"mastodon", "https://m.example", "[]", "timelines/public"}};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct amp_page p = page(table[i].body);
		p.url = amp_str_c(table[i].url);
		struct amp_parsed out = parse(table[i].platform, NULL, &p, 1);
		assert_non_null(out.endpoint);
		if (strcmp(out.endpoint->name, table[i].endpoint) != 0) fail_msg("%s: %s", table[i].url, out.endpoint->name);
		assert_int_equal(out.verdict, AMP_VERDICT_EMPTY);
	}
}

/* The same path on several hosts: a host that the table names has its site's endpoints alone, any other one may be an instance or a
 * mirror. */
static void test_endpoint_by_host(void **state)
{
	(void)state;
	static const struct {
		const char *platform, *url, *endpoint; /* NULL: none */
	} table[] = {
		{"hackernews", "https://news.ycombinator.com/newest", "html/newest"},
		{"hackernews", "https://hnrss.org/newest?count=30", "hnrss/newest"},
		{"hackernews", "http://localhost:8710/newest", "html/newest"},
		{"hackernews", "https://hnrss.org/news", NULL},
		{"hackernews", "https://news.ycombinator.com/frontpage", NULL},
		{"hackernews", "https://hnrss.org:8443/frontpage", "hnrss/frontpage"}, /* a mirror of one's own */
		{"youtube", "https://www.youtube.com/youtubei/v1/browse", "innertube/browse:topic"},
		{"youtube", "https://charts.youtube.com/youtubei/v1/browse", "innertube/browse:charts"},
		{"youtube", "https://inv.example.org/api/v1/search?q=a", "invidious/search"},
		{"youtube", "https://pipedapi.example.org/trending?region=FR", "piped/trending"},
		{"youtube", "https://www.youtube.com/trending", NULL},
		{"youtube", "https://www.youtube.com/channel/UCa", NULL},
		{"youtube", "https://m.youtube.com/results?search_query=a", "html/results"},
		{"peertube", "https://tube.example.org/api/v1/search/videos?search=a", "search/videos"},
		{"peertube", "https://sepiasearch.org/api/v1/search/videos?search=a", "sepiasearch"},
		{"peertube", "https://sepiasearch.org/api/v1/videos", NULL},
		{"news", "https://news.google.com/rss/search?q=a", "google/search"},
		{"news", "https://www.bing.com/rss/search?q=a", NULL},
		{"reddit", "https://www.reddit.com/r/a/hot/.rss", "rss/hot"},
		{"reddit", "https://old.reddit.com/r/a/hot/.rss", "rss/hot"},
		{"reddit", "https://www.reddit.com/r/a/rising", "rising"}, /* of the same site */
		{"mastodon", "https://any.example.org/api/v1/timelines/public", "timelines/public"},
		{"bluesky", "https://bsky.social/xrpc/app.bsky.feed.getTimeline", "getTimeline"},
		{"bluesky", "https://public.api.bsky.app/xrpc/app.bsky.feed.getFeed", "getFeed"},
		{"bluesky", "/xrpc/app.bsky.feed.getFeed", "getFeed"}, /* a path alone */
	};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		const struct amp_adapter *a = amp_adapter_find(table[i].platform);
		const struct amp_endpoint *ep = amp_endpoint_by_url(a, amp_str_c(table[i].url));
		if (strcmp(ep ? ep->name : "-", table[i].endpoint ? table[i].endpoint : "-") != 0)
			fail_msg("%s: %s", table[i].url, ep ? ep->name : "none");
	}
}

static void test_link_header(void **state)
{
	(void)state;
	static const struct {
		const char *header, *next;
	} table[] = {
		{"HTTP/1.1 200 OK\r\nLINK: <https://m.example/a?max_id=1,2>; rel=\"next\", <https://m.example/b>; rel=\"prev\"\r\n\r\n",
	         "https://m.example/a?max_id=1,2"},
		{"link: <https://m.example/b>; rel=prev, </c?x>; title=\"a, b\"; rel=\"other next\"\n", "https://m.example/c?x"},
		{"Link: <https://m.example/b>; rel=\"prev\"\r\n", NULL},
		{"Link: <broken", NULL},
		{"X-Link: <https://m.example/b>; rel=next", NULL}};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct amp_page p = page("[]");
		p.url = AMP_STR("https://m.example/api/v1/timelines/public");
		p.headers = amp_str_c(table[i].header);
		struct amp_parsed out = parse("mastodon", "timelines/public", &p, 1);
		assert_int_equal(out.next.kind, table[i].next ? AMP_NEXT_URL : AMP_NEXT_NONE);
		if (table[i].next && !amp_str_eq_c(out.next.value, table[i].next)) fail_msg("%.*s", AMP_ARG(out.next.value));
	}
}

static bool is_object(const char *text)
{
	json_t *v = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	bool object = json_is_object(v);
	json_decref(v);
	return object;
}

/* What only some endpoints have: a crawl must find it usable. */
static void check_request(const struct amp_endpoint *ep)
{
	size_t lines = 0;
	if (ep->body && !is_object(ep->body)) fail_msg("%s: the body is no JSON object", ep->name);
	if (ep->page_body && (!ep->body || !is_object(ep->page_body))) fail_msg("%s: page_body", ep->name);
	if (ep->host && strncmp(ep->host, "https://", 8) != 0) fail_msg("%s: host", ep->name);
	for (const char *const *h = ep->headers; h && *h; h++, lines++)
		if (!strchr(*h, ':') || strpbrk(*h, "\r\n")) fail_msg("%s: the header %s", ep->name, *h);
	if (lines > 12) fail_msg("%s: %zu headers", ep->name, lines);
	if (ep->token_place == AMP_IN_BODY && !(ep->body && ep->token_param)) fail_msg("%s: token_place", ep->name);
	for (const struct amp_param *p = ep->params; p->name; p++) {
		if (p->place == AMP_IN_BODY && !ep->body) fail_msg("%s: %s has no body to go into", ep->name, p->name);
		if (p->place != AMP_IN_BODY && p->type != AMP_BODY_TEXT) fail_msg("%s: the type of %s", ep->name, p->name);
		if (p->values && (!p->values[0] || strstr(p->values, "||"))) fail_msg("%s: the values of %s", ep->name, p->name);
	}
}

static void check_pair(const struct amp_adapter *a, const struct amp_pair_row *p)
{
	const struct amp_endpoint *r = amp_endpoint_find(a, p->ranked), *c = amp_endpoint_find(a, p->chronological);
	if (!r || !c) fail_msg("%s: the pair %s, %s names no endpoint", a->name, p->ranked, p->chronological);
	/* a feed whose order the study declares stands on either side */
	if (r->ranking == AMP_UNRANKED || c->ranking == AMP_UNRANKED) fail_msg("%s: %s, %s", a->name, p->ranked, p->chronological);
	assert_true(p->reason && p->reason[0] && strlen(p->date) == 10);
	assert_ptr_equal(amp_pair_find(a, p->ranked, p->chronological), p); /* and no second row for the same two */
}

static void test_tables(void **state)
{
	(void)state;
	size_t n;
	const struct amp_adapter *const *all = amp_adapters(&n);
	assert_true(n >= 2);
	assert_null(amp_adapter_find("nowhere"));
	assert_null(amp_adapter_find(NULL));
	for (size_t i = 0; i < n; i++) {
		assert_ptr_equal(amp_adapter_find(all[i]->name), all[i]);
		assert_non_null(all[i]->recognise);
		assert_non_null(all[i]->without_login);
		for (const struct amp_endpoint *ep = all[i]->endpoints; ep->name; ep++) {
			assert_ptr_equal(amp_endpoint_find(all[i], ep->name), ep);
			assert_non_null(ep->params);
			assert_true(ep->status && strlen(ep->status_date) == 10 && ep->source);
			assert_true(ep->limit_default <= ep->limit_max);
			check_request(ep);
			if ((ep->paging == AMP_PAGE_CURSOR || ep->paging == AMP_PAGE_OFFSET) != (ep->page_param != NULL))
				fail_msg("%s %s: paging and page_param do not go together", all[i]->name, ep->name);
		}
		for (const struct amp_pair_row *p = all[i]->pairs; p && p->ranked; p++) check_pair(all[i], p);
	}
}

/* --- rows --- */

static const struct amp_row *rows_in_hand;

static void one_entry(struct amp_engine *e)
{
	const struct amp_json *root = amp_engine_json(e);
	amp_engine_list_found(e);
	if (!root || !amp_engine_begin(e, 0)) return;
	amp_engine_rows(e, rows_in_hand, root);
	amp_engine_end(e);
}

static struct amp_item item_of(const struct amp_row *rows, const char *body)
{
	static const struct amp_endpoint endpoint = {.name = "one"};
	static const struct amp_adapter adapter = {.name = "rows", .title = "Rows", .parse_page = one_entry};
	struct amp_page p = page(body);
	struct amp_parsed out;
	rows_in_hand = rows;
	assert_int_equal(amp_parse_pages(&adapter, &endpoint, &p, 1, 0, 0, 0, arena, &out, NULL), 0);
	assert_int_equal(out.n_items, 1);
	return out.items[0];
}

static void is_text(struct amp_str got, const char *wanted)
{
	if (!amp_str_eq(got, amp_str_c(wanted))) fail_msg("\"%.*s\" instead of \"%s\"", AMP_ARG(got), wanted ? wanted : "(absent)");
}

static void test_rows_paths(void **state)
{
	(void)state;
	static const struct amp_row rows[] = {{AMP_F_ITEM_ID, "a.b.id", NULL, NULL, AMP_REQUIRED},
	                                      {AMP_F_AUTHOR_NAME, "a.list.1.name", NULL, NULL, AMP_OPTIONAL},
	                                      {AMP_F_AUTHOR_ID, "a.b.by", NULL, NULL, AMP_OPTIONAL},
	                                      {AMP_F_LOCAL_ID, "a.b.id", NULL, NULL, AMP_OPTIONAL},
	                                      {AMP_F_TITLE, "a.id", "text", NULL, AMP_OPTIONAL},
	                                      {AMP_F_TEXT, "text", NULL, NULL, AMP_OPTIONAL},
	                                      {AMP_F_WARNING, "text.0", NULL, NULL, AMP_OPTIONAL},
	                                      {AMP_F_URL, "none.of.it", NULL, NULL, AMP_OPTIONAL},
	                                      {0}};
	/* the later of two members of one name counts, whatever it holds */
	struct amp_item item =
		item_of(rows, "{\"text\":\"t\",\"a\":{\"b\":{\"id\":\"1\",\"by\":\"2\"},\"list\":[{\"name\":\"3\"},"
	                      "{\"name\":\"4\"}],\"b\":{\"by\":\"5\",\"id\":\"6\",\"id\":\"7\"}},\"none\":{\"of\":[]}}");
	is_text(item.item_id, "7");
	is_text(item.author_name, "4");
	is_text(item.author_id, "5");
	is_text(item.local_id, "7");
	is_text(item.title, "t");
	is_text(item.text, "t");
	is_text(item.warning, NULL);
	is_text(item.url, NULL);
}

/* More rows than bits of a hash, and than one plan holds. */
static void test_rows_many(void **state)
{
	(void)state;
	static struct amp_row rows[201];
	static const size_t counts[] = {1, 64, 127, 128, 200};
	struct amp_buf b;
	amp_buf_init(&b, 1 << 16);
	for (size_t i = 0; i < 200; i++) {
		rows[i] = (struct amp_row){.field = AMP_F_LABELS, .path = amp_arena_printf(arena, "m%zu", i)};
		(void)amp_buf_printf(&b, "%s\"m%zu\":\"label %zu\"", i ? "," : "{", 199 - i, 199 - i);
	}
	(void)amp_buf_printf(&b, "}%c", '\0');
	for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
		const char *path = rows[counts[c]].path;
		rows[counts[c]].path = NULL;
		struct amp_item item = item_of(rows, b.p);
		assert_int_equal(item.n_labels, counts[c]);
		for (size_t i = 0; i < item.n_labels; i++) is_text(item.labels[i].value, amp_arena_printf(arena, "label %zu", i));
		rows[counts[c]].path = path;
	}
	amp_buf_free(&b);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {T(test_drift_threshold),
	                                   T(test_absent_is_not_zero),
	                                   T(test_lists_known_and_unknown),
	                                   T(test_line_has_every_key),
	                                   T(test_ranks_go_on),
	                                   T(test_no_page),
	                                   T(test_statuses),
	                                   T(test_nesting_is_a_verdict),
	                                   T(test_diagnostics_are_capped),
	                                   T(test_same_bytes_same_answer),
	                                   T(test_memory_runs_out),
	                                   T(test_merged),
	                                   T(test_endpoint_by_url),
	                                   T(test_endpoint_by_host),
	                                   T(test_link_header),
	                                   T(test_tables),
	                                   T(test_rows_paths),
	                                   T(test_rows_many)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

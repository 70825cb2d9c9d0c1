/* x.c: X (Twitter): its API v2, what it serves for embedding, and captured timelines of its site. docs.x.com (OpenAPI 2.166 and prices,
 * 2026-08-28), vercel/react-tweet 074901d (2026-06-03), twscrape's recordings of 2026-07 and 2026-08, a tweet-result of
 * 2026-08; see docs/platforms.md.
 */
#include <string.h>
#include "base/i18n.h"
#include "parse/engine.h"
#include "platforms/platforms.h"
#include "platforms/x_tweet.h"

#define API "docs.x.com, OpenAPI 2.166 and pricing"
#define SITE "twscrape recordings of 2026-07 and 2026-08 (shape)"
#define PAID N_("token of a paid app; each post read costs $0.005, each user $0.010, once a UTC day")
#define PAID_USER N_("token of the account itself and a paid app; each post read costs $0.005, each user $0.010, once a UTC day")
#define ACCOUNT N_("capture only: needs an account, so it is never crawled; read from what a browser saved")

#define FIELDS                                                                                                                        \
	{.name = "tweet.fields",                                                                                                      \
	 .place = AMP_IN_QUERY,                                                                                                       \
	 .fixed = "article,attachments,author_id,created_at,edit_history_tweet_ids,entities,lang,note_tweet,possibly_sensitive,"      \
	          "public_metrics,referenced_tweets,withheld"},                                                                       \
		{.name = "user.fields", .place = AMP_IN_QUERY, .fixed = "name,username"},                                             \
		{.name = "media.fields",                                                                                              \
	         .place = AMP_IN_QUERY,                                                                                               \
	         .fixed = "alt_text,height,preview_image_url,type,url,variants,width"},                                               \
		{.name = "poll.fields", .place = AMP_IN_QUERY, .fixed = "options"},                                                   \
	{                                                                                                                             \
		.name = "expansions", .place = AMP_IN_QUERY,                                                                          \
		.help = N_(                                                                                                           \
			"what comes along, each charged: author_id,referenced_tweets.id,referenced_tweets.id.author_id,"              \
			"attachments.media_keys,attachments.poll_ids; without it names, originals of reposts and media are not sent") \
	}
#define TIMES                                                                                                        \
	{.name = "start_time", .place = AMP_IN_QUERY, .help = N_("not older than this, as 2026-11-01T00:00:00Z")},   \
		{.name = "end_time", .place = AMP_IN_QUERY, .help = N_("older than this, as 2026-11-01T00:00:00Z")}, \
		{.name = "since_id", .place = AMP_IN_QUERY, .help = N_("newer than this post")},                     \
	{                                                                                                            \
		.name = "until_id", .place = AMP_IN_QUERY, .help = N_("older than this post")                        \
	}
#define QUERY                                                                                        \
	{                                                                                            \
		.name = "query", .place = AMP_IN_QUERY, .required = true,                            \
		.help = N_("words to search, at most 512 characters: \"pluie lang:fr -is:retweet\"") \
	}
#define USER                                                                                              \
	{                                                                                                 \
		.name = "id", .place = AMP_IN_PATH, .required = true, .help = N_("number of the account") \
	}
#define EXCLUDE                                                                                                      \
	{                                                                                                            \
		.name = "exclude", .place = AMP_IN_QUERY, .help = N_("retweets, replies, or both: retweets,replies") \
	}
#define LANG                                                                                                          \
	{                                                                                                             \
		.name = "lang", .place = AMP_IN_QUERY, .help = N_("language of the words around the posts: en, fr …") \
	}
#define END                  \
	{                    \
		.name = NULL \
	}

static const struct amp_param relevancy_params[] = {
	{.name = "sort_order", .place = AMP_IN_QUERY, .fixed = "relevancy"}, QUERY, TIMES, FIELDS, END};
static const struct amp_param recency_params[] = {
	{.name = "sort_order", .place = AMP_IN_QUERY, .fixed = "recency"}, QUERY, TIMES, FIELDS, END};
static const struct amp_param tweets_params[] = {USER, EXCLUDE, TIMES, FIELDS, END};
static const struct amp_param mentions_params[] = {USER, TIMES, FIELDS, END};
static const struct amp_param trends_params[] = {{.name = "woeid",
                                                  .place = AMP_IN_PATH,
                                                  .required = true,
                                                  .help = N_("place, as a Where On Earth number: 1 is the world, 615702 Paris")},
                                                 {.name = "trend.fields", .place = AMP_IN_QUERY, .fixed = "trend_name,tweet_count"},
                                                 END};
static const struct amp_param profile_params[] = {
	{.name = "screen_name", .place = AMP_IN_PATH, .required = true, .help = N_("the account's name without @")}, LANG, END};
/* any token that is not empty is taken */
static const struct amp_param result_params[] = {
	{.name = "id", .place = AMP_IN_QUERY, .required = true, .help = N_("number of the post")},
	LANG,
	{.name = "token", .place = AMP_IN_QUERY, .fixed = "x"},
	END};
static const struct amp_param oembed_params[] = {
	{.name = "url", .place = AMP_IN_QUERY, .required = true, .help = N_("address of a post")},
	{.name = "omit_script", .place = AMP_IN_QUERY, .fixed = "1"},
	LANG,
	END};
static const struct amp_param no_params[] = {END};

#define V2(called, order, where, asked, standing, most, token)                                                         \
	{                                                                                                              \
		.name = called, .ranking = order, .auth = AMP_AUTH_REQUIRED, .path = where, .params = asked,           \
		.paging = AMP_PAGE_CURSOR, .limit_param = "max_results", .limit_default = most, .limit_max = 100,      \
		.page_param = token, .kind = AMP_POST, .status = standing, .status_date = "2026-08-28", .source = API, \
		.list = "data", .rows = amp_x_v2_rows                                                                  \
	}
#define GRAPHQL(called, order, entries, fields)                                                                                   \
	{                                                                                                                         \
		.name = "graphql/" called, .ranking = order, .auth = AMP_AUTH_REQUIRED, .path = "/i/api/graphql/{query}/" called, \
		.params = no_params, .kind = entries, .status = ACCOUNT, .status_date = "2026-08-06", .source = SITE,             \
		.rows = fields, .host = "https://x.com", .captured_only = true                                                    \
	}
static const struct amp_endpoint endpoints[] = {
	V2("tweets/search/recent:relevancy", AMP_ALGORITHMIC, "/2/tweets/search/recent", relevancy_params, PAID, 10, "next_token"),
	V2("tweets/search/recent", AMP_CHRONOLOGICAL, "/2/tweets/search/recent", recency_params, PAID, 10, "next_token"),
	V2("users/tweets", AMP_CHRONOLOGICAL, "/2/users/{id}/tweets", tweets_params, PAID, 10, "pagination_token"),
	V2("users/mentions", AMP_CHRONOLOGICAL, "/2/users/{id}/mentions", mentions_params, PAID, 10, "pagination_token"),
	V2("timelines/reverse_chronological", AMP_CHRONOLOGICAL, "/2/users/{id}/timelines/reverse_chronological", tweets_params,
           PAID_USER, 100, "pagination_token"),
	{.name = "trends",
         .ranking = AMP_ALGORITHMIC,
         .auth = AMP_AUTH_REQUIRED,
         .path = "/2/trends/by/woeid/{woeid}",
         .params = trends_params,
         .limit_param = "max_trends",
         .limit_default = 20,
         .limit_max = 50,
         .kind = AMP_TAG,
         .status = N_("token of a paid app; each trend read costs $0.010"),
         .status_date = "2026-08-28",
         .source = API,
         .list = "data",
         .rows = amp_x_v2_trend_rows},
	{.name = "timeline-profile",
         .ranking = AMP_ALGORITHMIC,
         .auth = AMP_AUTH_NONE,
         .path = "/srv/timeline-profile/screen-name/{screen_name}",
         .params = profile_params,
         .kind = AMP_POST,
         .status = N_("public, no login: about 100 posts in the order of likes, often months old, no chronological baseline; "
                      "often refused (429) or empty; to be verified live"),
         .status_date = "2026-08-22",
         .source = "nitter README and #983; no recording",
         .rows = amp_x_tweet_rows,
         .host = "https://syndication.twitter.com"},
	{.name = "tweet-result",
         .ranking = AMP_UNRANKED,
         .auth = AMP_AUTH_NONE,
         .path = "/tweet-result",
         .params = result_params,
         .kind = AMP_POST,
         .status = N_("public, no login: one post by its number"),
         .status_date = "2026-08-10",
         .source = "vercel/react-tweet 074901d, a recording of 2026-08",
         .list = "",
         .rows = amp_x_tweet_rows,
         .host = "https://cdn.syndication.twimg.com"},
	{.name = "oembed",
         .ranking = AMP_UNRANKED,
         .auth = AMP_AUTH_NONE,
         .path = "/oembed",
         .params = oembed_params,
         .kind = AMP_POST,
         .status = N_("public, no login: one post's words, name and day"),
         .status_date = "2026-11-01",
         .source = "developer.x.com, oEmbed API",
         .list = "",
         .rows = amp_x_oembed_rows,
         .host = "https://publish.twitter.com"},
	GRAPHQL("HomeTimeline", AMP_ALGORITHMIC, AMP_POST, amp_x_tweet_rows),
	GRAPHQL("HomeLatestTimeline", AMP_CHRONOLOGICAL, AMP_POST, amp_x_tweet_rows),
	GRAPHQL("SearchTimeline", AMP_ALGORITHMIC, AMP_POST, amp_x_tweet_rows),
	{.name = "graphql/SearchTimeline:Latest",
         .ranking = AMP_CHRONOLOGICAL,
         .auth = AMP_AUTH_REQUIRED,
         .path = "/i/api/graphql/{query}/SearchTimeline",
         .params = no_params,
         .kind = AMP_POST,
         .status = ACCOUNT,
         .status_date = "2026-08-06",
         .source = SITE,
         .rows = amp_x_tweet_rows,
         .host = "https://x.com",
         .captured_only = true},
	GRAPHQL("UserTweets", AMP_CHRONOLOGICAL, AMP_POST, amp_x_tweet_rows),
	GRAPHQL("TweetDetail", AMP_UNRANKED, AMP_POST, amp_x_tweet_rows),
	GRAPHQL("ListLatestTweetsTimeline", AMP_CHRONOLOGICAL, AMP_POST, amp_x_tweet_rows),
	GRAPHQL("GenericTimelineById", AMP_ALGORITHMIC, AMP_TAG, amp_x_trend_rows),
	{.name = NULL}};

static const struct amp_pair_row pairs[] = {
	{"tweets/search/recent:relevancy", "tweets/search/recent", AMP_POOL_IDENTICAL,
         N_("The same query over the same seven days in another order, as documented; how deep relevancy goes is not told, so page both to their end."),
         "2026-08-28"},
	{"timeline-profile", "users/tweets", AMP_POOL_ALTERNATIVE,
         N_("Posts of the same account, but the embedded timeline holds about 100, chosen by likes and often months old."),
         "2026-08-22"},
	{"graphql/HomeTimeline", "graphql/HomeLatestTimeline", AMP_POOL_ALTERNATIVE,
         N_("Following is the platform's own option without profiling (DSA art. 38): posts of followed accounts only, where For you adds others."),
         "2026-08-06"},
	{"graphql/HomeTimeline", "timelines/reverse_chronological", AMP_POOL_ALTERNATIVE,
         N_("The API's view of Following for the same account: posts of followed accounts only, where For you adds others."),
         "2026-08-28"},
	{"graphql/SearchTimeline", "graphql/SearchTimeline:Latest", AMP_POOL_ALTERNATIVE,
         N_("The same words, but Top shows a selection of what Latest holds."), "2026-08-06"},
	{.ranked = NULL}};

static const struct amp_endpoint *endpoint(const char *name)
{
	return name ? amp_endpoint_find(&amp_adapter_x, name) : NULL;
}

static bool named(const struct amp_engine *e, const char *name)
{
	return e->endpoint && strcmp(e->endpoint->name, name) == 0;
}

/* --- which endpoint --- */

/* …/graphql/QUERY/NAME: other names are other lists, whatever they look like. */
static bool graphql_by_url(struct amp_str url, const struct amp_endpoint **ep)
{
	const char *at = url.n ? amp_str_find(url, AMP_STR("/graphql/")) : NULL;
	if (!at) return false;
	struct amp_str query = {at + 9, url.n - (size_t)(at + 9 - url.p)}, name = amp_str_cut(&query, '?');
	(void)amp_str_cut(&name, '/');
	*ep = NULL;
	for (const struct amp_endpoint *one = endpoints; one->name && name.n; one++)
		if (one->captured_only && amp_str_eq_c(name, one->name + strlen("graphql/"))) *ep = one;
	if (amp_str_eq_c(name, "SearchTimeline") && (amp_str_find(query, AMP_STR("%22product%22%3A%22Latest%22")) ||
	                                             amp_str_find(query, AMP_STR("\"product\":\"Latest\""))))
		*ep = endpoint("graphql/SearchTimeline:Latest");
	return true;
}

/* Saved addresses ask for other fields than the table's: only the order of a search tells endpoints apart. */
static const struct amp_endpoint *by_url(struct amp_engine *e)
{
	const struct amp_page *shown = e->page;
	const struct amp_endpoint *ep = NULL;
	struct amp_page page = *shown;
	struct amp_str order = amp_url_param(shown->url, "sort_order"), rest = shown->url;
	if (!shown->url.p || graphql_by_url(shown->url, &ep)) return ep;
	page.url = amp_str_cut(&rest, '?');
	if (order.n) page.url = AMP_CONCAT(e->arena, page.url, AMP_STR("?sort_order="), order);
	if (!page.url.p) amp_engine_no_memory(e);
	e->page = &page;
	ep = page.url.p ? amp_engine_endpoint_by_url(e) : NULL;
	e->page = shown;
	if (!ep || strcmp(ep->path, "/2/tweets/search/recent") != 0) return ep;
	return order.n ? ep : endpoint("tweets/search/recent"); /* recency is what the API takes without one */
}

/* Numbers of posts grow with time. */
static bool is_newer(struct amp_str id, struct amp_str than)
{
	return id.n != than.n ? id.n > than.n : memcmp(id.p, than.p, id.n) > 0;
}

static bool newest_first(const struct amp_json *data)
{
	struct amp_str last = AMP_STR_ABSENT;
	for (const struct amp_json *one = amp_json_first(data); one; one = amp_json_next(data, one)) {
		struct amp_str id = amp_json_str(amp_json_get(one, "id"));
		if (!id.n) continue;
		if (last.n && is_newer(id, last)) return false;
		last = id;
	}
	return true;
}

/* Top and Latest look alike: five posts and more with the newest first are no accident. */
static bool shows_latest(const struct amp_json *root)
{
	const struct amp_json *instructions = amp_x_instructions(root, "graphql/SearchTimeline");
	struct amp_str last = AMP_STR_ABSENT;
	size_t n = 0;
	for (const struct amp_json *i = amp_json_first(instructions); i; i = amp_json_next(instructions, i)) {
		const struct amp_json *entries = amp_json_get(i, "entries");
		for (const struct amp_json *one = amp_json_first(entries); one; one = amp_json_next(entries, one)) {
			struct amp_str id = amp_json_str(amp_json_get(one, "entryId"));
			if (!amp_str_starts(id, "tweet-")) continue;
			if (n++ && is_newer(id, last)) return false;
			last = id;
		}
	}
	return n >= 5;
}

static const struct amp_endpoint *recognise_v2(const struct amp_json *root)
{
	const struct amp_json *data = amp_json_get(root, "data"), *first = amp_json_first(data);
	bool counted = amp_json_path(root, "meta.result_count") != NULL;
	if (!data) return counted ? endpoint("tweets/search/recent") : NULL;
	if (!amp_json_is(data, AMP_JSON_ARRAY) || !first) return NULL;
	if (amp_json_get(first, "trend_name")) return endpoint("trends");
	if (!amp_json_get(first, "id") || !amp_json_get(first, "text")) return NULL;
	if (!counted && !amp_json_get(first, "edit_history_tweet_ids") && !(data->flags & AMP_JSON_CUT)) return NULL;
	return endpoint(newest_first(data) ? "tweets/search/recent" : "tweets/search/recent:relevancy");
}

static bool is_oembed(const struct amp_json *root)
{
	struct amp_str by = amp_json_str(amp_json_get(root, "provider_name"));
	return amp_json_get(root, "html") && (amp_str_eq_c(by, "Twitter") || amp_str_eq_c(by, "X"));
}

static bool is_result(const struct amp_json *root)
{
	struct amp_str type = amp_json_str(amp_json_get(root, "__typename"));
	return amp_str_eq_c(type, "TweetTombstone") || (amp_str_eq_c(type, "Tweet") && amp_json_get(root, "id_str"));
}

static const struct amp_endpoint *recognise(struct amp_engine *e)
{
	const struct amp_endpoint *ep = by_url(e);
	if (ep || (e->page->url.p && amp_str_find(e->page->url, AMP_STR("/graphql/")))) return ep;
	if (amp_engine_is_html(e)) return amp_x_is_profile(amp_x_next_data(e)) ? endpoint("timeline-profile") : NULL;
	const struct amp_json *root = amp_engine_json(e);
	if (!amp_json_is(root, AMP_JSON_OBJECT)) return NULL;
	ep = endpoint(amp_x_timeline_of(root));
	if (ep && strcmp(ep->name, "graphql/SearchTimeline") == 0 && shows_latest(root))
		ep = endpoint("graphql/SearchTimeline:Latest");
	if (!ep && is_result(root)) ep = endpoint("tweet-result");
	if (!ep && is_oembed(root)) ep = endpoint("oembed");
	return ep ? ep : recognise_v2(root);
}

/* --- reading --- */

/* Statuses that mean something of their own here. */
static bool refused_by_status(struct amp_engine *e)
{
	bool one = named(e, "tweet-result") || named(e, "oembed");
	if (e->page->status == 402)
		amp_engine_refuse(e, AMP_VERDICT_BLOCKED, "%s", "HTTP status 402: the app's credits are used up");
	else if (e->page->status == 404 && one)
		amp_engine_refuse(e, AMP_VERDICT_FAILED, "%s", "HTTP status 404: there is no such post (any more)");
	else
		return false;
	return true;
}

static void parse_page(struct amp_engine *e)
{
	if (refused_by_status(e)) return;
	if (named(e, "timeline-profile")) {
		amp_x_profile(e);
		return;
	}
	const struct amp_json *root = amp_engine_json(e);
	if (!root) return;
	if (e->endpoint->captured_only)
		amp_x_graphql(e, root);
	else if (named(e, "tweet-result"))
		amp_x_result(e, root);
	else if (named(e, "oembed"))
		amp_x_oembed(e, root);
	else
		amp_x_v2(e, root);
}

const struct amp_adapter amp_adapter_x = {
	.name = "x",
	.title = "X",
	.version = "3",
	.default_host = "https://api.x.com",
	.without_login =
		N_("An account's about 100 most liked posts as embedded (often refused), and single posts by their number or "
                   "address (2026-08-22, 2026-08-10)."),
	.with_token = N_(
		"Search of the last seven days by relevancy or by time, accounts' posts and mentions, the account's own Following "
		"timeline, trends: all paid by the post read (2026-08-28)."),
	.not_possible =
		N_("The For you timeline and the site's own search: read here only from what a browser saved (2026-08-06)."),
	.endpoints = endpoints,
	.pairs = pairs,
	.recognise = recognise,
	.parse_page = parse_page,
};

/* bluesky.c: Bluesky (AT Protocol XRPC). Lexicons of bluesky-social/atproto d6296a1 (2026-08-20); hosts, limits and refusals as
 * recorded in 2025 and 2026, see docs/platforms.md.
 */
#include "platforms/platforms.h"
#include "base/i18n.h"
#include "parse/engine.h"
#include "platforms/bluesky_post.h"

#define LEXICON "lexicon of bluesky-social/atproto d6296a1"
#define CURSOR                                                                                 \
	{                                                                                      \
		"cursor", false, false, false, NULL, N_("opaque; where the page before ended") \
	}
#define END                                           \
	{                                             \
		NULL, false, false, false, NULL, NULL \
	}
#define SEARCH                                                                       \
	{"q", false, true, false, NULL, N_("words to search, Lucene-like")},         \
		{"since", false, false, false, NULL, N_("posts from this time on")}, \
		{"until", false, false, false, NULL, N_("posts before this time")},  \
		{"author", false, false, false, NULL, N_("handle or DID")},          \
		{"mentions", false, false, false, NULL, N_("handle or DID")},        \
		{"lang", false, false, false, NULL, N_("declared language")},        \
		{"domain", false, false, false, NULL, N_("posts that link there")},  \
		{"url", false, false, false, NULL, N_("posts that link to it")},     \
	{                                                                            \
		"tag", false, false, true, NULL, N_("hashtag without #")             \
	}

static const struct amp_param feed_params[] = {{"feed", false, true, false, NULL, N_("at-uri of the feed generator")}, CURSOR, END};
static const struct amp_param generator_params[] = {{"feed", false, true, false, NULL, N_("at-uri of the feed generator")}, END};
static const struct amp_param list_params[] = {{"list", false, true, false, NULL, N_("at-uri of the list")}, CURSOR, END};
static const struct amp_param author_params[] = {
	{"actor", false, true, false, NULL, N_("handle or DID")},
	{"filter", false, false, false, NULL,
         N_("posts_with_replies, posts_no_replies, posts_with_media, posts_and_author_threads, posts_with_video")},
	{"includePins", false, false, false, NULL, N_("true: the pinned post first")},
	CURSOR,
	END};
static const struct amp_param timeline_params[] = {
	{"algorithm", false, false, false, NULL, N_("server-specific, e.g. reverse-chronological")}, CURSOR, END};
static const struct amp_param latest_params[] = {SEARCH, {"sort", false, false, false, "latest", N_("newest first")}, CURSOR, END};
static const struct amp_param top_params[] = {
	SEARCH, {"sort", false, false, false, "top", N_("ranked by the service")}, CURSOR, END};
static const struct amp_param posts_params[] = {{"uris", false, true, true, NULL, N_("at-uris, at most 25")}, END};
static const struct amp_param thread_params[] = {{"uri", false, true, false, NULL, N_("at-uri of the post")},
                                                 {"depth", false, false, false, NULL, N_("levels of replies")},
                                                 {"parentHeight", false, false, false, NULL, N_("levels of parents")},
                                                 END};
static const struct amp_param quotes_params[] = {{"uri", false, true, false, NULL, N_("at-uri of the quoted post")}, CURSOR, END};
static const struct amp_param generators_params[] = {{"feeds", false, true, true, NULL, N_("at-uris of feed generators")}, END};
static const struct amp_param actor_params[] = {{"actor", false, true, false, NULL, N_("handle or DID")}, CURSOR, END};
static const struct amp_param popular_params[] = {
	{"query", false, false, false, NULL, N_("words in name or description")}, CURSOR, END};
static const struct amp_param paged_params[] = {CURSOR, END};
static const struct amp_param no_params[] = {END};

#define NSID(name) "/xrpc/app.bsky.feed." name
#define UNSPECCED(name) "/xrpc/app.bsky.unspecced." name
#define POSTS amp_bluesky_post_rows
static const struct amp_endpoint endpoints[] = {
	{"getFeed", AMP_ALGORITHMIC, AMP_AUTH_OPTIONAL, NSID("getFeed"), feed_params, AMP_PAGE_CURSOR, "limit", 50, 100, "cursor",
         true, AMP_POST, N_("public, no login, for generators that need no viewer"), "2026-08-20", LEXICON, "feed", POSTS},
	{"getListFeed", AMP_CHRONOLOGICAL, AMP_AUTH_NONE, NSID("getListFeed"), list_params, AMP_PAGE_CURSOR, "limit", 50, 100,
         "cursor", false, AMP_POST, N_("public, no login"), "2026-08-20", LEXICON, "feed", POSTS},
	{"getAuthorFeed", AMP_CHRONOLOGICAL, AMP_AUTH_NONE, NSID("getAuthorFeed"), author_params, AMP_PAGE_CURSOR, "limit", 50, 100,
         "cursor", false, AMP_POST, N_("public, no login"), "2026-08-20", LEXICON, "feed", POSTS},
	{"searchPosts", AMP_CHRONOLOGICAL, AMP_AUTH_REQUIRED, NSID("searchPosts"), latest_params, AMP_PAGE_CURSOR, "limit", 25, 100,
         "cursor", false, AMP_POST, N_("login in practice: 403 without a token since January 2025"), "2026-10-31",
         LEXICON "; dated check of the public host", "posts", POSTS},
	{"searchPosts:top", AMP_ALGORITHMIC, AMP_AUTH_REQUIRED, NSID("searchPosts"), top_params, AMP_PAGE_CURSOR, "limit", 25, 100,
         "cursor", false, AMP_POST, N_("login in practice: 403 without a token since January 2025; curated too, not only ranked"),
         "2026-10-31", LEXICON "; dated check of the public host", "posts", POSTS},
	{"getTimeline", AMP_CHRONOLOGICAL, AMP_AUTH_REQUIRED, NSID("getTimeline"), timeline_params, AMP_PAGE_CURSOR, "limit", 50,
         100, "cursor", false, AMP_POST, N_("login"), "2026-08-20", LEXICON, "feed", POSTS},
	{"getPosts", AMP_UNRANKED, AMP_AUTH_NONE, NSID("getPosts"), posts_params, AMP_PAGE_NONE, NULL, 0, 0, NULL, false, AMP_POST,
         N_("public, no login"), "2026-08-20", LEXICON, "posts", POSTS},
	{"getPostThread", AMP_UNRANKED, AMP_AUTH_NONE, NSID("getPostThread"), thread_params, AMP_PAGE_NONE, NULL, 0, 0, NULL, false,
         AMP_POST, N_("public, no login; parents, the post, replies depth first"), "2026-08-20", LEXICON, "thread", POSTS},
	{"getQuotes", AMP_UNRANKED, AMP_AUTH_NONE, NSID("getQuotes"), quotes_params, AMP_PAGE_CURSOR, "limit", 50, 100, "cursor",
         false, AMP_POST, N_("public, no login"), "2026-08-20", LEXICON, "posts", POSTS},
	{"getFeedGenerator", AMP_UNRANKED, AMP_AUTH_NONE, NSID("getFeedGenerator"), generator_params, AMP_PAGE_NONE, NULL, 0, 0,
         NULL, false, AMP_FEED, N_("public, no login"), "2026-08-20", LEXICON, "view", amp_bluesky_generator_rows},
	{"getFeedGenerators", AMP_UNRANKED, AMP_AUTH_NONE, NSID("getFeedGenerators"), generators_params, AMP_PAGE_NONE, NULL, 0, 0,
         NULL, false, AMP_FEED, N_("public, no login"), "2026-08-20", LEXICON, "feeds", amp_bluesky_generator_rows},
	{"getActorFeeds", AMP_UNRANKED, AMP_AUTH_NONE, NSID("getActorFeeds"), actor_params, AMP_PAGE_CURSOR, "limit", 50, 100,
         "cursor", false, AMP_FEED, N_("public, no login"), "2026-08-20", LEXICON, "feeds", amp_bluesky_generator_rows},
	{"getSuggestedFeeds", AMP_ALGORITHMIC, AMP_AUTH_OPTIONAL, NSID("getSuggestedFeeds"), paged_params, AMP_PAGE_CURSOR, "limit",
         50, 100, "cursor", true, AMP_FEED, N_("public, no login"), "2026-08-20", LEXICON, "feeds", amp_bluesky_generator_rows},
	{"getPopularFeedGenerators", AMP_ALGORITHMIC, AMP_AUTH_NONE, UNSPECCED("getPopularFeedGenerators"), popular_params,
         AMP_PAGE_CURSOR, "limit", 50, 100, "cursor", false, AMP_FEED, N_("public, no login; unspecced, may change"), "2026-08-20",
         LEXICON, "feeds", amp_bluesky_generator_rows},
	{"getTrends", AMP_ALGORITHMIC, AMP_AUTH_NONE, UNSPECCED("getTrends"), no_params, AMP_PAGE_NONE, "limit", 10, 25, NULL,
         false, AMP_TAG, N_("public, no login; unspecced, may change"), "2026-08-20", LEXICON, "trends", amp_bluesky_trend_rows},
	{"getTrendingTopics", AMP_ALGORITHMIC, AMP_AUTH_NONE, UNSPECCED("getTrendingTopics"), no_params, AMP_PAGE_NONE, "limit", 10,
         25, NULL, false, AMP_TAG, N_("public, no login; unspecced, may change"), "2026-08-20", LEXICON, "topics",
         amp_bluesky_trend_rows},
	{"getFeedSkeleton", AMP_ALGORITHMIC, AMP_AUTH_OPTIONAL, NSID("getFeedSkeleton"), feed_params, AMP_PAGE_CURSOR, "limit", 50,
         100, "cursor", true, AMP_POST, N_("on the generator's own host; ids only, no content"), "2026-08-20", LEXICON, "feed",
         amp_bluesky_skeleton_rows},
	{.name = NULL}};

/* Only what holds for every generator: a feed of a list or of another generator may hold anything. */
static const struct amp_pair_row pairs[] = {
	{"searchPosts:top", "searchPosts", AMP_POOL_ALTERNATIVE,
         N_("Top results are curated besides being ranked: posts that moderation marked are left out, which the latest ones still show."),
         "2026-10-31"},
	{"getFeed", "getTimeline", AMP_POOL_ALTERNATIVE,
         N_("A generator selects from the whole network, Following holds the accounts that the person follows: selection differs, not order alone."),
         "2026-08-20"},
	{"getFeed", "getAuthorFeed", AMP_POOL_DIFFERENT,
         N_("An account's own posts are one source among those that a generator selects from; nobody is offered them in its place."),
         "2026-08-20"},
	{.ranked = NULL}};

static const struct amp_endpoint *endpoint(const char *name)
{
	return amp_endpoint_find(&amp_adapter_bluesky, name);
}

/* Feeds of posts all look alike; what differs tells: one author only, reposts by followed accounts, context of a generator. */
static const struct amp_endpoint *recognise_feed(const struct amp_json *feed)
{
	struct amp_str first = AMP_STR_ABSENT;
	bool one_author = feed->n > 1, reposts = false;
	for (const struct amp_json *x = amp_json_first(feed); x; x = amp_json_next(feed, x)) {
		if (amp_json_is(amp_json_get(x, "post"), AMP_JSON_STRING)) return endpoint("getFeedSkeleton");
		if (amp_json_get(x, "feedContext") || amp_json_get(x, "reqId")) return endpoint("getFeed");
		struct amp_str type = amp_json_str(amp_json_path(x, "reason.$type"));
		if (amp_str_ends(type, "#reasonPin")) return endpoint("getAuthorFeed");
		bool repost = amp_str_ends(type, "#reasonRepost");
		struct amp_str did = amp_json_str(amp_json_path(x, repost ? "reason.by.did" : "post.author.did"));
		reposts = reposts || repost;
		if (!first.p) first = did;
		if (!amp_str_eq(first, did)) one_author = false;
	}
	return endpoint(one_author ? "getAuthorFeed" : reposts ? "getTimeline" : "getFeed");
}

static const struct amp_endpoint *recognise(struct amp_engine *e)
{
	const struct amp_json *root = amp_engine_json(e);
	const struct amp_endpoint *by_url = amp_engine_endpoint_by_url(e);
	if (by_url || !root) return by_url;
	bool cursor = amp_json_get(root, "cursor") != NULL;
	const struct amp_json *feed = amp_json_get(root, "feed");
	if (amp_json_is(feed, AMP_JSON_ARRAY)) return recognise_feed(feed);
	if (amp_json_is(amp_json_get(root, "posts"), AMP_JSON_ARRAY))
		return endpoint(amp_json_is(amp_json_get(root, "uri"), AMP_JSON_STRING) ? "getQuotes"
		                : cursor || amp_json_get(root, "hitsTotal")             ? "searchPosts"
		                                                                        : "getPosts");
	if (amp_json_is(amp_json_get(root, "thread"), AMP_JSON_OBJECT)) return endpoint("getPostThread");
	if (amp_json_path(root, "view.creator")) return endpoint("getFeedGenerator");
	if (amp_json_is(amp_json_get(root, "feeds"), AMP_JSON_ARRAY))
		return endpoint(cursor ? "getSuggestedFeeds" : "getFeedGenerators");
	if (amp_json_is(amp_json_get(root, "trends"), AMP_JSON_ARRAY)) return endpoint("getTrends");
	if (amp_json_is(amp_json_get(root, "topics"), AMP_JSON_ARRAY)) return endpoint("getTrendingTopics");
	return NULL;
}

/* --- threads: parents from the top, the post, its replies depth first; without recursion --- */

#define MAX_PARENTS 1024

static void thread_entry(struct amp_engine *e, const struct amp_json *node)
{
	const struct amp_json *post = amp_json_get(node, "post");
	if (!post) post = node; /* notFoundPost and blockedPost stand for themselves */
	if (!(post->flags & AMP_JSON_CUT)) amp_bluesky_post_entry(e, post);
}

/* The replies of a node; NULL: none are told. */
static const struct amp_json *replies_of(struct amp_engine *e, const struct amp_json *node)
{
	const struct amp_json *replies = amp_json_get(node, "replies");
	if (!amp_json_is_null(replies) && replies->type != AMP_JSON_ARRAY)
		amp_engine_cut(e, "the replies at byte %u are no list", (unsigned)replies->offset);
	return amp_json_is(replies, AMP_JSON_ARRAY) ? replies : NULL;
}

static void parse_thread(struct amp_engine *e, const struct amp_json *thread)
{
	const struct amp_json *above[MAX_PARENTS];
	size_t n = 0;
	const struct amp_json *node = amp_json_get(thread, "parent");
	while (!amp_json_is_null(node) && n < MAX_PARENTS) {
		above[n++] = node; /* one that is no object has its place, and nothing above it */
		node = amp_json_get(node, "parent");
	}
	while (n) thread_entry(e, above[--n]);
	thread_entry(e, thread);
	struct level {
		const struct amp_json *list, *at;
	} stack[AMP_JSON_DEPTH];
	size_t depth = 0;
	const struct amp_json *first = replies_of(e, thread);
	stack[depth++] = (struct level){first, amp_json_first(first)};
	while (depth && !e->failed) {
		struct level *top = &stack[depth - 1];
		const struct amp_json *reply = top->at;
		if (!reply) {
			depth--;
			continue;
		}
		top->at = amp_json_next(top->list, reply);
		thread_entry(e, reply);
		const struct amp_json *replies = replies_of(e, reply);
		if (amp_json_first(replies) && depth < AMP_JSON_DEPTH)
			stack[depth++] = (struct level){replies, amp_json_first(replies)};
	}
}

typedef void entry_fn(struct amp_engine *e, const struct amp_json *entry);

static entry_fn *entry_of(const struct amp_endpoint *ep)
{
	if (ep->rows == amp_bluesky_skeleton_rows) return amp_bluesky_skeleton;
	if (ep->kind == AMP_TAG) return amp_bluesky_trend;
	if (ep->kind == AMP_FEED) return amp_bluesky_generator;
	return amp_str_eq_c(AMP_STR("feed"), ep->list) ? amp_bluesky_feed_entry : amp_bluesky_post_entry;
}

static void parse_page(struct amp_engine *e)
{
	const struct amp_json *root = amp_engine_json(e);
	const struct amp_json *list = amp_json_get(root, e->endpoint->list);
	if (amp_json_is(list, AMP_JSON_OBJECT)) { /* one view, not a list of them */
		amp_engine_list_found(e);
		if (amp_str_eq_c(AMP_STR("thread"), e->endpoint->list))
			parse_thread(e, list);
		else if (!(list->flags & AMP_JSON_CUT))
			amp_bluesky_generator(e, list);
		return;
	}
	if (!amp_json_is(list, AMP_JSON_ARRAY)) return;
	amp_engine_list_found(e);
	entry_fn *entry = entry_of(e->endpoint);
	/* getTrendingTopics has a second list, shown below the first (lexicon of app.bsky.unspecced.getTrendingTopics) */
	const struct amp_json *below = e->endpoint->kind == AMP_TAG ? amp_json_get(root, "suggested") : NULL,
			      *lists[] = {list, below};
	if (!amp_json_is_null(below) && !amp_json_is(below, AMP_JSON_ARRAY))
		amp_engine_cut(e, "the suggested topics at byte %u are no list", (unsigned)below->offset);
	for (size_t i = 0; i < 2 && (i == 0 || amp_json_is(lists[i], AMP_JSON_ARRAY)); i++)
		for (const struct amp_json *x = amp_json_first(lists[i]); x && !e->failed; x = amp_json_next(lists[i], x))
			if (!(x->flags & AMP_JSON_CUT)) entry(e, x); /* half an entry is not what was shown */
	struct amp_str cursor = amp_json_str(amp_json_get(root, "cursor"));
	if (cursor.n && e->endpoint->paging == AMP_PAGE_CURSOR)
		e->next = (struct amp_next){.kind = AMP_NEXT_CURSOR, .value = cursor};
}

const struct amp_adapter amp_adapter_bluesky = {
	.name = "bluesky",
	.title = "Bluesky",
	.version = "4",
	.default_host = "https://public.api.bsky.app",
	.without_login =
		N_("Any public feed generator, lists, authors, threads, trends, through the public AppView (checked 2026-08-20)."),
	.with_token = N_(
		"Search in both orders, the Following timeline, personalised generators; an app password opens a session (2026-10-31)."),
	.not_possible = N_("What the app shows between posts (suggested accounts, interstitials) is not in the API (2026-08-20)."),
	.endpoints = endpoints,
	.pairs = pairs,
	.recognise = recognise,
	.parse_page = parse_page,
	.session_path = "/xrpc/com.atproto.server.createSession",
};

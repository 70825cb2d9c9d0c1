/* lemmy.c: Lemmy (API v3 of 0.18 and 0.19, v4 of 1.0) and PieFed (API alpha, made after v3). lemmy-js-client 1.0.0-beta.2
 * (2026-09-21), the OpenAPI description of 0.19, PieFed's app/api/alpha/schema.py (read 2026-11-22); see docs/platforms.md.
 *
 * A ranked endpoint asks for its sort: what a server takes without one is the site's own choice, which may be the newest first.
 */
#include <string.h>
#include "base/i18n.h"
#include "parse/engine.h"
#include "platforms/lemmy_view.h"
#include "platforms/platforms.h"

#define v3_DATE "2026-11-22"
#define v3_SOURCE "OpenAPI description of Lemmy 0.19.11"
#define v4_DATE "2026-09-21"
#define v4_SOURCE "lemmy-js-client 1.0.0-beta.2"
#define alpha_DATE "2026-11-22"
#define alpha_SOURCE "PieFed app/api/alpha/schema.py, 1fc05cae6482"
#define OPEN N_("public on most servers, no login; a private server answers 401 instance_is_private")

#define END                                                                \
	{                                                                  \
		NULL, false, false, false, NULL, NULL, NULL, AMP_BODY_TEXT \
	}
#define TEXT(name, help)                                                   \
	{                                                                  \
		name, false, false, false, NULL, help, NULL, AMP_BODY_TEXT \
	}
#define ONE_OF(name, values, help)                                           \
	{                                                                    \
		name, false, false, false, NULL, help, values, AMP_BODY_TEXT \
	}
/* Asked of the study by name, so that a feed never has the ranking that a site happens to prefer. */
#define RANKED(values)                                                                                                  \
	{                                                                                                               \
		"sort", false, true, false, NULL, N_("how the server ranks; it has to be named"), values, AMP_BODY_TEXT \
	}
#define FIXED(value, help)                                                    \
	{                                                                     \
		"sort", false, false, false, value, help, NULL, AMP_BODY_TEXT \
	}
#define NEWEST(value) FIXED(value, N_("newest first"))
#define OLDEST(value) FIXED(value, N_("oldest first"))
#define BOOLEAN(name, help) ONE_OF(name, "true|false", help)
#define WHERE_HELP N_("where from: every community the server knows, its own, or those of the account")

#define V3_TOP "TopHour|TopSixHour|TopTwelveHour|TopDay|TopWeek|TopMonth|TopThreeMonths|TopSixMonths|TopNineMonths|TopYear|TopAll"
#define V3_WHERE ONE_OF("type_", "All|Local|Subscribed|ModeratorView", WHERE_HELP)
#define COMMUNITY                                                         \
	TEXT("community_id", N_("number of a community on this server")), \
		TEXT("community_name", N_("name, or name@host, of a community"))
#define V3_POSTS                                                                                \
	V3_WHERE, COMMUNITY, BOOLEAN("show_hidden", N_("with the posts that the account hid")), \
		BOOLEAN("show_read", N_("with the posts that the account has read")),           \
		BOOLEAN("show_nsfw", N_("with posts marked nsfw"))
#define THREAD                                                                  \
	TEXT("post_id", N_("number of the post whose comments are asked for")), \
		TEXT("parent_id", N_("number of the comment whose answers are asked for"))
#define DEPTH TEXT("max_depth", N_("levels of answers; then one page has them all"))
#define V3_COMMENTS V3_WHERE, COMMUNITY, THREAD, DEPTH
#define V4_WHERE ONE_OF("type_", "all|local|subscribed|moderator_view|suggested", WHERE_HELP)
#define V4_AUTHOR TEXT("creator_username", N_("name, or name@host, of an author"))
#define WINDOW TEXT("time_range_seconds", N_("only what is younger than this many seconds; 0: no bound"))
#define V4_POSTS                                                                                                                  \
	V4_WHERE, COMMUNITY, TEXT("multi_community_name", N_("name, or name@host, of a list of communities")), V4_AUTHOR, WINDOW, \
		BOOLEAN("show_hidden", N_("with the posts that the account hid")),                                                \
		BOOLEAN("show_read", N_("with the posts that the account has read")),                                             \
		BOOLEAN("show_nsfw", N_("with posts marked nsfw")), TEXT("search_term", N_("words to search"))
#define V4_COMMENTS V4_WHERE, COMMUNITY, V4_AUTHOR, WINDOW, THREAD, DEPTH, TEXT("search_term", N_("words to search"))
#define ALPHA_WHERE ONE_OF("type_", "All|Local|Subscribed|Popular|Moderating|ModeratorView", WHERE_HELP)
#define ALPHA_AUTHOR TEXT("person_id", N_("number of an author on this server"))
#define ALPHA_POSTS                                                                                                         \
	ALPHA_WHERE, COMMUNITY, ALPHA_AUTHOR, TEXT("feed_id", N_("number of a feed, PieFed's list of communities")),        \
		TEXT("topic_id", N_("number of a topic")), ONE_OF("nsfw", "Exclude|Only|Include", N_("posts marked nsfw")), \
		BOOLEAN("ignore_sticky", N_("pinned posts stand where the sort puts them"))
#define ALPHA_COMMENTS                                                                                              \
	ALPHA_WHERE, ALPHA_AUTHOR, TEXT("community_id", N_("number of a community on this server")), THREAD, DEPTH, \
		BOOLEAN("depth_first", N_("parents on the page of their answers"))

static const struct amp_param v3_posts[] = {RANKED("Active|Hot|Scaled|Controversial|MostComments|NewComments|" V3_TOP), V3_POSTS,
                                            END};
static const struct amp_param v3_posts_new[] = {NEWEST("New"), V3_POSTS, END};
static const struct amp_param v3_posts_old[] = {OLDEST("Old"), V3_POSTS, END};
static const struct amp_param v3_comments[] = {RANKED("Hot|Top|Controversial"), V3_COMMENTS, END};
static const struct amp_param v3_comments_new[] = {NEWEST("New"), V3_COMMENTS, END};
static const struct amp_param v3_comments_old[] = {OLDEST("Old"), V3_COMMENTS, END};
static const struct amp_param v4_posts[] = {RANKED("active|hot|scaled|controversial|most_comments|new_comments|top"), V4_POSTS,
                                            END};
static const struct amp_param v4_posts_new[] = {NEWEST("new"), V4_POSTS, END};
static const struct amp_param v4_posts_old[] = {OLDEST("old"), V4_POSTS, END};
static const struct amp_param v4_comments[] = {RANKED("hot|top|controversial"), V4_COMMENTS, END};
static const struct amp_param v4_comments_new[] = {NEWEST("new"), V4_COMMENTS, END};
static const struct amp_param v4_comments_old[] = {OLDEST("old"), V4_COMMENTS, END};
static const struct amp_param alpha_posts[] = {RANKED("Active|Hot|Scaled|Top|" V3_TOP), ALPHA_POSTS, END};
static const struct amp_param alpha_posts_new[] = {NEWEST("New"), ALPHA_POSTS, END};
static const struct amp_param alpha_comments[] = {RANKED("Hot|Top|TopAll|Controversial"), ALPHA_COMMENTS, END};
static const struct amp_param alpha_comments_new[] = {NEWEST("New"), ALPHA_COMMENTS, END};

/* One list of one API: what its variants (ranked, newest, oldest) share. */
#define LIST(api, subject, variant, order, parameters, rule, parameter, size, item, key, fields)                        \
	{                                                                                                               \
		.name = #api "/" subject "/list" variant, .ranking = order, .auth = AMP_AUTH_OPTIONAL,                  \
		.path = "/api/" #api "/" subject "/list", .params = parameters, .paging = rule, .limit_param = "limit", \
		.limit_default = size, .limit_max = 50, .page_param = parameter, .kind = item, .status = OPEN,          \
		.status_date = api##_DATE, .source = api##_SOURCE, .list = key, .rows = fields                          \
	}
#define V3_POST_LIST(variant, order, params) \
	LIST(v3, "post", variant, order, params, AMP_PAGE_CURSOR, "page_cursor", 10, AMP_POST, "posts", amp_lemmy_v3_post_rows)
#define V3_COMMENT_LIST(variant, order, params) \
	LIST(v3, "comment", variant, order, params, AMP_PAGE_OFFSET, "page", 10, AMP_COMMENT, "comments", amp_lemmy_v3_comment_rows)
#define V4_POST_LIST(variant, order, params) \
	LIST(v4, "post", variant, order, params, AMP_PAGE_CURSOR, "page_cursor", 10, AMP_POST, "items", amp_lemmy_v4_post_rows)
#define V4_COMMENT_LIST(variant, order, params)                                                               \
	LIST(v4, "comment", variant, order, params, AMP_PAGE_CURSOR, "page_cursor", 10, AMP_COMMENT, "items", \
	     amp_lemmy_v4_comment_rows)
#define ALPHA_POST_LIST(variant, order, params) \
	LIST(alpha, "post", variant, order, params, AMP_PAGE_CURSOR, "page", 20, AMP_POST, "posts", amp_lemmy_alpha_post_rows)
#define ALPHA_COMMENT_LIST(variant, order, params)                                                           \
	LIST(alpha, "comment", variant, order, params, AMP_PAGE_CURSOR, "page", 10, AMP_COMMENT, "comments", \
	     amp_lemmy_alpha_comment_rows)

static const struct amp_endpoint endpoints[] = {V3_POST_LIST("", AMP_ALGORITHMIC, v3_posts),
                                                V3_POST_LIST(":new", AMP_CHRONOLOGICAL, v3_posts_new),
                                                V3_POST_LIST(":old", AMP_CHRONOLOGICAL, v3_posts_old),
                                                V3_COMMENT_LIST("", AMP_ALGORITHMIC, v3_comments),
                                                V3_COMMENT_LIST(":new", AMP_CHRONOLOGICAL, v3_comments_new),
                                                V3_COMMENT_LIST(":old", AMP_CHRONOLOGICAL, v3_comments_old),
                                                V4_POST_LIST("", AMP_ALGORITHMIC, v4_posts),
                                                V4_POST_LIST(":new", AMP_CHRONOLOGICAL, v4_posts_new),
                                                V4_POST_LIST(":old", AMP_CHRONOLOGICAL, v4_posts_old),
                                                V4_COMMENT_LIST("", AMP_ALGORITHMIC, v4_comments),
                                                V4_COMMENT_LIST(":new", AMP_CHRONOLOGICAL, v4_comments_new),
                                                V4_COMMENT_LIST(":old", AMP_CHRONOLOGICAL, v4_comments_old),
                                                ALPHA_POST_LIST("", AMP_ALGORITHMIC, alpha_posts),
                                                ALPHA_POST_LIST(":new", AMP_CHRONOLOGICAL, alpha_posts_new),
                                                ALPHA_COMMENT_LIST("", AMP_ALGORITHMIC, alpha_comments),
                                                ALPHA_COMMENT_LIST(":new", AMP_CHRONOLOGICAL, alpha_comments_new),
                                                {.name = NULL}};

#define SAME N_("one query of the server's database, ordered otherwise: with equal parameters the set is the same")
#define SAME_BUT_TOP \
	N_("one query of the server's database, ordered otherwise: the same set with equal parameters, but the sorts from TopHour to TopYear keep only their time")
#define SAME_BUT_PIEFED \
	N_("one query of the server's database, ordered otherwise: the same set with equal parameters, but Top and the sorts from TopHour to TopYear keep only their time, and Scaled leaves bots out")
static const struct amp_pair_row pairs[] = {
	{"v3/post/list", "v3/post/list:new", AMP_POOL_IDENTICAL, SAME_BUT_TOP, v3_DATE},
	{"v3/post/list", "v3/post/list:old", AMP_POOL_IDENTICAL, SAME_BUT_TOP, v3_DATE},
	{"v3/comment/list", "v3/comment/list:new", AMP_POOL_IDENTICAL, SAME, v3_DATE},
	{"v3/comment/list", "v3/comment/list:old", AMP_POOL_IDENTICAL, SAME, v3_DATE},
	{"v4/post/list", "v4/post/list:new", AMP_POOL_IDENTICAL, SAME, v4_DATE},
	{"v4/post/list", "v4/post/list:old", AMP_POOL_IDENTICAL, SAME, v4_DATE},
	{"v4/comment/list", "v4/comment/list:new", AMP_POOL_IDENTICAL, SAME, v4_DATE},
	{"v4/comment/list", "v4/comment/list:old", AMP_POOL_IDENTICAL, SAME, v4_DATE},
	{"alpha/post/list", "alpha/post/list:new", AMP_POOL_IDENTICAL, SAME_BUT_PIEFED, alpha_DATE},
	{"alpha/comment/list", "alpha/comment/list:new", AMP_POOL_IDENTICAL, SAME, alpha_DATE},
	{.ranked = NULL}};

static const struct amp_endpoint *endpoint(const char *name)
{
	return amp_endpoint_find(&amp_adapter_lemmy, name);
}

/* Without a sort PieFed gives comments newest first (ListCommentsRequest); other lists have a ranked default. */
static const struct amp_endpoint *by_url(struct amp_engine *e)
{
	const struct amp_endpoint *ep = amp_engine_endpoint_by_url(e);
	if (ep && ep->rows == amp_lemmy_alpha_comment_rows && !amp_url_param(e->page->url, "sort").p)
		return endpoint("alpha/comment/list:new");
	return ep;
}

/* v3 and alpha name the list after what is in it and differ in the entries; v4 calls every list "items". Content does not tell
 * the sort: the ranked endpoint stands for all. */
static const struct amp_endpoint *recognise(struct amp_engine *e)
{
	const struct amp_json *root = amp_engine_json(e);
	const struct amp_endpoint *told = by_url(e);
	if (told || !root) return told;
	const struct amp_json *posts = amp_json_get(root, "posts"), *comments = amp_json_get(root, "comments");
	const struct amp_json *items = amp_json_get(root, "items"), *first = NULL;
	if (posts && comments) return NULL; /* a search, or a person's page */
	if (amp_json_is(posts, AMP_JSON_ARRAY)) {
		first = amp_json_path(posts, "0.post");
		return endpoint(amp_json_get(first, "title") && !amp_json_get(first, "name") ? "alpha/post/list" : "v3/post/list");
	}
	if (amp_json_is(comments, AMP_JSON_ARRAY)) {
		first = amp_json_path(comments, "0.comment");
		return endpoint(amp_json_get(first, "body") && !amp_json_get(first, "content") ? "alpha/comment/list"
		                                                                               : "v3/comment/list");
	}
	if (!amp_json_is(items, AMP_JSON_ARRAY)) return NULL;
	first = amp_json_at(items, 0);
	if (amp_json_path(first, "comment.path")) return endpoint("v4/comment/list");
	return !first || amp_json_path(first, "post.published_at") ? endpoint("v4/post/list") : NULL;
}

/* PieFed puts no pin on top of the lists of a feed, a topic or an author, nor where it is told not to. */
static enum amp_lemmy_list list_asked(struct amp_engine *e)
{
	static const struct {
		const char *param;
		enum amp_lemmy_list list;
	} told[] = {{"community_id", AMP_LEMMY_COMMUNITY},
	            {"community_name", AMP_LEMMY_COMMUNITY},
	            {"feed_id", AMP_LEMMY_UNPINNED},
	            {"topic_id", AMP_LEMMY_UNPINNED},
	            {"person_id", AMP_LEMMY_UNPINNED}};
	const struct amp_endpoint *ep = amp_engine_endpoint_by_url(e);
	if (!ep) return AMP_LEMMY_UNKNOWN;
	bool alpha = ep->rows == amp_lemmy_alpha_post_rows;
	if (alpha && amp_str_ieq_c(amp_url_param(e->page->url, "ignore_sticky"), "true")) return AMP_LEMMY_UNPINNED;
	for (size_t i = 0; i < sizeof told / sizeof *told; i++)
		if (amp_url_param(e->page->url, told[i].param).n && (alpha || told[i].list == AMP_LEMMY_COMMUNITY))
			return told[i].list;
	return AMP_LEMMY_FRONT;
}

/* v3 comments are numbered pages, and all on one where max_depth is asked for; every other list says what its next page is called
 * (PieFed: a number, as a text). A list without that is at its end. */
static void put_next(struct amp_engine *e, const struct amp_json *root, size_t entries)
{
	struct amp_str next = amp_json_str(amp_json_get(root, "next_page")), page = amp_url_param(e->page->url, "page");
	int64_t now = 1;
	if (e->endpoint->paging == AMP_PAGE_CURSOR && next.n) e->next = (struct amp_next){.kind = AMP_NEXT_CURSOR, .value = next};
	if (e->endpoint->paging != AMP_PAGE_OFFSET || !entries || amp_url_param(e->page->url, "max_depth").p) return;
	if (page.p && (!amp_str_i64(page, &now) || now < 1 || now > INT32_MAX)) return;
	e->next = (struct amp_next){.kind = AMP_NEXT_OFFSET, .offset = now + 1};
}

static void parse_page(struct amp_engine *e)
{
	const struct amp_json *root = amp_engine_json(e);
	const struct amp_json *list = amp_json_get(root, e->endpoint->list);
	if (!amp_json_is(list, AMP_JSON_ARRAY)) return;
	enum amp_lemmy_list kind = list_asked(e);
	amp_engine_list_found(e);
	for (const struct amp_json *x = amp_json_first(list); x && !e->failed; x = amp_json_next(list, x)) {
		if (x->flags & AMP_JSON_CUT) continue; /* half an entry is not what was shown */
		if (e->endpoint->kind == AMP_COMMENT)
			amp_lemmy_comment(e, x);
		else
			amp_lemmy_post(e, x, kind);
	}
	put_next(e, root, list->n);
}

const struct amp_adapter amp_adapter_lemmy = {
	.name = "lemmy",
	.title = "Lemmy",
	.version = "1",
	.default_host = NULL,
	.without_login =
		N_("Posts and comments of every sort, of a community or of the whole server, on Lemmy and PieFed servers that "
                   "leave them open (2026-11-22)."),
	.with_token = N_("The communities that the account follows, and servers that are closed to the public (2026-11-22)."),
	.not_possible =
		N_("Who voted; what was removed before the request; languages, which a page gives as the server's own numbers "
                   "(2026-11-22)."),
	.endpoints = endpoints,
	.recognise = recognise,
	.parse_page = parse_page,
	.session_path = NULL,
	.pairs = pairs,
};

/* meta.c: Threads, Instagram and Facebook. Threads API (keyword search, 2026-01-21; media retrieval, 2026-04-20), Instagram API
 * (hashtags, 2026-08-12), oEmbed without a token (2026-06-15), Meta Content Library (2026-04-30), downloads of one's own data, and
 * what browsers and Zeeschuimer saved of the sites; no recording was found; see docs/platforms.md.
 */
#include <string.h>
#include "base/i18n.h"
#include "parse/engine.h"
#include "platforms/meta_parts.h"
#include "platforms/platforms.h"

#define THREADS_DOC "developers.facebook.com, Threads API"
#define SITE_DOC "Zeeschuimer modules and 4CAT, 2026-02"
#define THREADS_FIELDS                                                                                                         \
	"id,media_product_type,media_type,media_url,permalink,owner,username,text,timestamp,shortcode,thumbnail_url,children," \
	"is_quote_post,alt_text,link_attachment_url,has_replies,is_reply,root_post,replied_to,quoted_post,reposted_post,"      \
	"gif_url,poll_attachment,topic_tag"
#define INSTAGRAM_FIELDS \
	"id,caption,children{id,media_type,media_url},comments_count,like_count,media_type,media_url,permalink,timestamp"
#define SEARCH N_("token of an application that passed Meta's review for threads_keyword_search; 2200 searches a day")
#define HASHTAG N_("token of a business account with Instagram Public Content Access; 30 hashtags a week; no authors")
#define OEMBED N_("public, no login since 2026-06-15: the markup of one post, without author or counts; 1000 an hour")
#define FEED N_("capture only: the feed of an account that is logged in; no API gives it")
#define EXPORTED N_("capture only: a file that you exported yourself")

static const struct amp_param no_params[] = {{.name = NULL}};
#define SEARCH_PARAMS(type)                                                                                          \
	{                                                                                                            \
		{.name = "fields", .fixed = THREADS_FIELDS}, {.name = "search_type", .fixed = type},                 \
			{.name = "q", .required = true, .help = N_("what to search for")},                           \
			{.name = "search_mode", .help = N_("words or a topic tag"), .values = "KEYWORD|TAG"},        \
			{.name = "media_type", .help = N_("posts of this kind only"), .values = "TEXT|IMAGE|VIDEO"}, \
			{.name = "since", .help = N_("not before this time, in seconds since 1970")},                \
			{.name = "until", .help = N_("not after this time, in seconds since 1970")},                 \
			{.name = "author_username", .help = N_("posts of this account only")},                       \
		{                                                                                                    \
			.name = NULL                                                                                 \
		}                                                                                                    \
	}
static const struct amp_param top_params[] = SEARCH_PARAMS("TOP"), recent_params[] = SEARCH_PARAMS("RECENT");
static const struct amp_param profile_params[] = {
	{.name = "fields", .fixed = THREADS_FIELDS},
	{.name = "username", .required = true, .help = N_("the account's name without @")},
	{.name = "since", .help = N_("not before this time, in seconds since 1970")},
	{.name = "until", .help = N_("not after this time, in seconds since 1970")},
	{.name = NULL}};
static const struct amp_param hashtag_params[] = {
	{.name = "hashtag_id", .place = AMP_IN_PATH, .required = true, .help = N_("number of the hashtag, from ig_hashtag_search")},
	{.name = "user_id", .required = true, .help = N_("number of the business account that asks")},
	{.name = "fields", .fixed = INSTAGRAM_FIELDS},
	{.name = NULL}};
static const struct amp_param oembed_params[] = {{.name = "url", .required = true, .help = N_("address of a post")},
                                                 {.name = NULL}};

#define GRAPH(called, order, where, asked, server, most, said, date, from, fields)                                                \
	{                                                                                                                         \
		.name = called, .ranking = order, .auth = AMP_AUTH_REQUIRED, .path = where, .params = asked,                      \
		.paging = AMP_PAGE_CURSOR, .limit_param = "limit", .limit_default = 25, .limit_max = most, .page_param = "after", \
		.kind = AMP_POST, .status = said, .status_date = date, .source = from, .list = "data", .rows = fields,            \
		.host = server, .token_param = "access_token", .token_place = AMP_IN_QUERY                                        \
	}
#define EMBED(called, where, server, what)                                                                                \
	{                                                                                                                 \
		.name = called, .ranking = AMP_UNRANKED, .auth = AMP_AUTH_NONE, .path = where, .params = oembed_params,   \
		.kind = what, .status = OEMBED, .status_date = "2026-06-15", .source = "developers.facebook.com, oEmbed", \
		.list = "", .rows = amp_meta_oembed_rows, .host = server                                                  \
	}
#define CAPTURE(called, order, where, said, date, from, fields)                                                                \
	{                                                                                                                      \
		.name = called, .ranking = order, .auth = AMP_AUTH_NONE, .path = where, .params = no_params, .kind = AMP_POST, \
		.status = said, .status_date = date, .source = from, .rows = fields, .captured_only = true                     \
	}
static const struct amp_endpoint endpoints[] = {
	GRAPH("threads/keyword_search:top", AMP_ALGORITHMIC, "/v1.0/keyword_search", top_params, "https://graph.threads.net", 100,
              SEARCH, "2026-01-21", THREADS_DOC, amp_threads_rows),
	GRAPH("threads/keyword_search:recent", AMP_CHRONOLOGICAL, "/v1.0/keyword_search", recent_params,
              "https://graph.threads.net", 100, SEARCH, "2026-01-21", THREADS_DOC, amp_threads_rows),
	GRAPH("threads/profile_posts", AMP_CHRONOLOGICAL, "/v1.0/profile_posts", profile_params, "https://graph.threads.net", 100,
              N_("token with threads_profile_discovery; public accounts with many followers only"), "2026-04-20", THREADS_DOC,
              amp_threads_rows),
	GRAPH("instagram/top_media", AMP_ALGORITHMIC, "/v26.0/{hashtag_id}/top_media", hashtag_params, "https://graph.facebook.com",
              50, HASHTAG, "2026-08-12", "developers.facebook.com, IG Hashtag", amp_instagram_rows),
	GRAPH("instagram/recent_media", AMP_CHRONOLOGICAL, "/v26.0/{hashtag_id}/recent_media", hashtag_params,
              "https://graph.facebook.com", 50, HASHTAG, "2026-08-12", "developers.facebook.com, IG Hashtag", amp_instagram_rows),
	EMBED("facebook/oembed_post", "/v26.0/oembed_post", "https://graph.facebook.com", AMP_POST),
	EMBED("facebook/oembed_video", "/v26.0/oembed_video", "https://graph.facebook.com", AMP_VIDEO),
	EMBED("instagram/oembed", "/v26.0/instagram_oembed", "https://graph.facebook.com", AMP_POST),
	EMBED("threads/oembed", "/v1.0/oembed", "https://graph.threads.net", AMP_POST),
	CAPTURE("content_library", AMP_UNRANKED, NULL, EXPORTED, "2026-04-30", "Meta Content Library, data dictionary",
                amp_library_rows),
	CAPTURE("download", AMP_UNRANKED, NULL, EXPORTED, "2025-02-11", "exports of 2025-02; Waultar-App 1cfffa3",
                amp_download_rows),
	CAPTURE("instagram/web_profile_info", AMP_CHRONOLOGICAL, "/api/v1/users/web_profile_info/",
                N_("capture only: Instagram's terms forbid programs to ask for it; the 12 newest posts, pinned ones first"),
                "2026-06-16", "instaloader, issue 2701", amp_instagram_graph_rows),
	CAPTURE("instagram/feed/timeline", AMP_ALGORITHMIC, "/api/v1/feed/timeline/", FEED, "2026-02-24", SITE_DOC,
                amp_instagram_web_rows),
	CAPTURE("instagram/explore", AMP_ALGORITHMIC, "/api/v1/discover/web/explore_grid/", FEED, "2026-02-24", SITE_DOC,
                amp_instagram_web_rows),
	CAPTURE("facebook/feed", AMP_ALGORITHMIC, "/api/graphql/", FEED, "2024-08-25", SITE_DOC, amp_facebook_rows),
	{.name = NULL}};

static const struct amp_pair_row pairs[] = {
	{"threads/keyword_search:top", "threads/keyword_search:recent", AMP_POOL_ALTERNATIVE,
         N_("Both search the same public posts, but top leaves out what is not popular, and nobody says that recent is complete."),
         "2026-01-21"},
	{"instagram/top_media", "instagram/recent_media", AMP_POOL_DIFFERENT,
         N_("Recent media are those of the last 24 hours, top media those of any time."), "2026-08-12"},
	{.ranked = NULL}};

static const struct amp_endpoint *endpoint(const char *name)
{
	return amp_endpoint_find(&amp_adapter_meta, name);
}

/* --- which endpoint --- */

/* Requests with other fields, or of another version, than the rows have. */
static const struct amp_endpoint *by_url(const struct amp_engine *e)
{
	static const struct {
		const char *part, *name;
	} parts[] = {{"/profile_posts", "threads/profile_posts"}, {"/top_media", "instagram/top_media"},
	             {"/recent_media", "instagram/recent_media"}, {"/oembed_post", "facebook/oembed_post"},
	             {"/oembed_video", "facebook/oembed_video"},  {"/instagram_oembed", "instagram/oembed"}};
	struct amp_str url = e->page->url, path = url;
	const struct amp_endpoint *found = url.p ? amp_engine_endpoint_by_url(e) : NULL;
	if (found || !url.p) return found;
	path = amp_str_cut(&path, '?');
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (amp_str_ends(path, parts[i].part)) return endpoint(parts[i].name);
	if (!amp_str_ends(path, "/keyword_search")) return NULL;
	return endpoint(amp_str_ieq_c(amp_url_param(url, "search_type"), "RECENT") ? "threads/keyword_search:recent"
	                                                                           : "threads/keyword_search:top");
}

static int compare(struct amp_str a, struct amp_str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;
	return c ? c : (a.n > b.n) - (a.n < b.n);
}

/* Several entries, each older than the one before. */
static bool newest_first(const struct amp_json *list)
{
	const struct amp_json *before = amp_json_first(list);
	for (const struct amp_json *x = before ? amp_json_next(list, before) : NULL; x; before = x, x = amp_json_next(list, x))
		if (compare(amp_json_str(amp_json_get(before, "timestamp")), amp_json_str(amp_json_get(x, "timestamp"))) <= 0)
			return false;
	return list->n > 1;
}

static bool one_author(const struct amp_json *list)
{
	const struct amp_json *first = amp_json_first(list);
	struct amp_str name = amp_json_str(amp_json_get(first, "username"));
	for (const struct amp_json *x = first; x; x = amp_json_next(list, x))
		if (!name.n || !amp_str_eq(name, amp_json_str(amp_json_get(x, "username")))) return false;
	return list->n > 1;
}

/* Ranked and dated lists differ in their address only: without it their dates decide. */
static const struct amp_endpoint *recognise_list(const struct amp_json *list)
{
	const struct amp_json *first = amp_json_first(list);
	struct amp_str link = amp_json_str(amp_json_get(first, "permalink"));
	struct amp_str product = amp_json_str(amp_json_get(first, "media_product_type"));
	if (amp_json_get(first, "mcl_url") || amp_json_get(first, "post_owner")) return endpoint("content_library");
	if (amp_str_eq_c(product, "THREADS") || (link.n && amp_str_find(link, AMP_STR("://www.threads."))))
		return endpoint(one_author(list)     ? "threads/profile_posts"
		                : newest_first(list) ? "threads/keyword_search:recent"
		                                     : "threads/keyword_search:top");
	if (link.n && amp_str_find(link, AMP_STR("://www.instagram.com/")))
		return endpoint(newest_first(list) ? "instagram/recent_media" : "instagram/top_media");
	return NULL;
}

static const struct amp_endpoint *recognise_embed(const struct amp_json *root)
{
	struct amp_str provider = amp_json_str(amp_json_get(root, "provider_name")),
		       html = amp_json_str(amp_json_get(root, "html"));
	if (!html.n) return NULL;
	if (amp_str_eq_c(provider, "Instagram")) return endpoint("instagram/oembed");
	if (amp_str_eq_c(provider, "Threads")) return endpoint("threads/oembed");
	if (!amp_str_eq_c(provider, "Facebook")) return NULL;
	return endpoint(amp_str_find(html, AMP_STR("class=\"fb-video\"")) ? "facebook/oembed_video" : "facebook/oembed_post");
}

static const struct amp_endpoint *recognise_json(const struct amp_json *root)
{
	const struct amp_json *data = amp_json_get(root, "data"), *user = amp_json_get(data, "user");
	if (amp_facebook_is_feed(root)) return endpoint("facebook/feed");
	if (amp_json_get(data, "xdt_api__v1__feed__timeline__connection")) return endpoint("instagram/feed/timeline");
	if (amp_json_is(amp_json_get(root, "feed_items"), AMP_JSON_ARRAY)) return endpoint("instagram/feed/timeline");
	if (amp_json_is(amp_json_get(root, "sectional_items"), AMP_JSON_ARRAY)) return endpoint("instagram/explore");
	if (amp_json_get(user, "edge_owner_to_timeline_media")) return endpoint("instagram/web_profile_info");
	if (amp_json_is(data, AMP_JSON_ARRAY)) return recognise_list(data);
	if (amp_download_is(root)) return endpoint("download");
	return recognise_embed(root);
}

static bool is_json(const struct amp_engine *e)
{
	struct amp_str body = e->page->body;
	if (amp_str_starts(body, "\xEF\xBB\xBF")) body = (struct amp_str){body.p + 3, body.n - 3};
	body = amp_str_trim(body);
	return body.n && (*body.p == '{' || *body.p == '[' || amp_str_starts(body, "for (;;);"));
}

static const struct amp_endpoint *recognise(struct amp_engine *e)
{
	const struct amp_endpoint *told = by_url(e);
	size_t at;
	if (told && !told->captured_only) return told;
	if (!is_json(e))
		return !told && !amp_engine_refused(e, false) && amp_library_is_csv(e) ? endpoint("content_library") : told;
	const struct amp_json *root = amp_meta_answer(e, &at);
	const struct amp_endpoint *shown = root ? recognise_json(root) : NULL;
	return shown ? shown : told; /* the addresses of GraphQL say nothing */
}

/* --- entries --- */

/* Graph lists end where no cursor leads on. */
static void put_next(struct amp_engine *e, const struct amp_json *root)
{
	struct amp_str after = amp_json_str(amp_json_path(root, "paging.cursors.after"));
	if (after.n) e->next = (struct amp_next){.kind = AMP_NEXT_CURSOR, .value = after};
}

/* The APIs of Meta answer in one form: what names itself another's is not read as this one's. */
static bool of_another(const struct amp_json *root, const char *api)
{
	const struct amp_json *data = amp_json_get(root, "data");
	const struct amp_endpoint *told = amp_json_is(data, AMP_JSON_ARRAY) ? recognise_list(data) : NULL;
	return told && !amp_str_starts(amp_str_c(told->name), api);
}

/* Lists named data of entries with an id and a text are common. Meta's numbers are texts, which PeerTube's are not; the other names are
 * those of X's posts, and none of Meta's fields. */
static const char *whose_else(const struct amp_json *post)
{
	if (amp_json_is(amp_json_get(post, "id"), AMP_JSON_NUMBER)) return "an entry whose id is no text, as those of Meta are";
	if (amp_json_get(post, "edit_history_tweet_ids") || amp_json_get(post, "public_metrics") ||
	    amp_json_get(post, "created_at"))
		return "a post of X";
	return NULL;
}

static void api_post(struct amp_engine *e, const struct amp_json *post, amp_meta_entry *read)
{
	const char *other = whose_else(post);
	if (!other)
		read(e, post);
	else if (amp_engine_begin(e, post->offset))
		amp_engine_unknown(e, "%s", other);
}

static void threads_post(struct amp_engine *e, const struct amp_json *post)
{
	api_post(e, post, amp_threads_item);
}

static void instagram_post(struct amp_engine *e, const struct amp_json *post)
{
	api_post(e, post, amp_instagram_graph_post);
}

static void threads_list(struct amp_engine *e, const struct amp_json *root)
{
	if (of_another(root, "threads/")) return;
	if (amp_meta_list(e, amp_json_get(root, "data"), threads_post)) put_next(e, root);
}

static void instagram_list(struct amp_engine *e, const struct amp_json *root)
{
	if (of_another(root, "instagram/")) return;
	if (amp_meta_list(e, amp_json_get(root, "data"), instagram_post)) put_next(e, root);
}

static void library_list(struct amp_engine *e, const struct amp_json *root)
{
	(void)amp_meta_list(e, amp_json_is(root, AMP_JSON_ARRAY) ? root : amp_json_get(root, "data"), amp_library_post);
}

static const struct {
	const char *name;
	void (*parse)(struct amp_engine *e, const struct amp_json *root);
} parsers[] = {{"threads/keyword_search:top", threads_list},
               {"threads/keyword_search:recent", threads_list},
               {"threads/profile_posts", threads_list},
               {"instagram/top_media", instagram_list},
               {"instagram/recent_media", instagram_list},
               {"facebook/oembed_post", amp_meta_oembed},
               {"facebook/oembed_video", amp_meta_oembed},
               {"instagram/oembed", amp_meta_oembed},
               {"threads/oembed", amp_meta_oembed},
               {"content_library", library_list},
               {"download", amp_download},
               {"instagram/web_profile_info", amp_instagram_profile},
               {"instagram/feed/timeline", amp_instagram_timeline},
               {"instagram/explore", amp_instagram_explore}};

static void parse_page(struct amp_engine *e)
{
	size_t at;
	if (strcmp(e->endpoint->name, "content_library") == 0 && !is_json(e)) {
		if (!amp_engine_refused(e, false)) amp_library_csv(e);
		return;
	}
	const struct amp_json *root = amp_meta_answer(e, &at);
	if (!root) return;
	if (strcmp(e->endpoint->name, "facebook/feed") == 0) amp_facebook_feed(e, root, at);
	for (size_t i = 0; i < sizeof parsers / sizeof *parsers; i++)
		if (strcmp(e->endpoint->name, parsers[i].name) == 0) parsers[i].parse(e, root);
}

const struct amp_adapter amp_adapter_meta = {
	.name = "meta",
	.title = "Meta",
	.version = "3",
	.default_host = "https://graph.facebook.com",
	.without_login = N_("One post's markup by its address (oEmbed), without author, date or counts (2026-06-15)."),
	.with_token = N_(
		"Threads: searches by popularity and by date, posts of larger accounts, after Meta's review (2026-01-21). Instagram: "
		"popular and recent posts of a hashtag, for business accounts (2026-08-12)."),
	.not_possible = N_(
		"The feeds of Facebook and Instagram: no API gives them; read here from captures only. Meta Content Library works "
		"inside a closed environment; what it lets out can be read (2026-04-30)."),
	.endpoints = endpoints,
	.recognise = recognise,
	.parse_page = parse_page,
	.pairs = pairs,
};

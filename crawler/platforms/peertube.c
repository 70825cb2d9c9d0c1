/* peertube.c: PeerTube's REST API, and the search index that answers as it does. support/doc/api/openapi.yaml 7.0.0 82145c6a3179,
 * server/core/controllers/api/overviews.ts 20602b20142e, the models of 7.0 and 8.1; recordings of July 2025; see docs/platforms.md.
 */
#include <string.h>
#include "base/i18n.h"
#include "parse/engine.h"
#include "platforms/peertube_video.h"
#include "platforms/platforms.h"

#define DATE "2026-11-22"
#define SOURCE "PeerTube openapi.yaml 7.0.0, 82145c6a3179"
#define OPEN N_("public, no login")
#define BY_ADMIN N_("public, no login, where the administrator keeps this sort")

#define END                                                                \
	{                                                                  \
		NULL, false, false, false, NULL, NULL, NULL, AMP_BODY_TEXT \
	}
#define PLACED(name, help)                                                      \
	{                                                                       \
		name, AMP_IN_PATH, true, false, NULL, help, NULL, AMP_BODY_TEXT \
	}
#define TEXT(name, help)                                                          \
	{                                                                         \
		name, AMP_IN_QUERY, false, false, NULL, help, NULL, AMP_BODY_TEXT \
	}
#define SEVERAL(name, help)                                                      \
	{                                                                        \
		name, AMP_IN_QUERY, false, true, NULL, help, NULL, AMP_BODY_TEXT \
	}
#define ONE_OF(name, values, help)                                                  \
	{                                                                           \
		name, AMP_IN_QUERY, false, false, NULL, help, values, AMP_BODY_TEXT \
	}
#define SORT(value, help)                                                            \
	{                                                                            \
		"sort", AMP_IN_QUERY, false, false, value, help, NULL, AMP_BODY_TEXT \
	}
#define NEWEST SORT("-publishedAt", N_("newest first"))
#define FILTERS                                                                                                           \
	ONE_OF("isLocal", "true|false", N_("true: videos of this server only; false: of others only")),                   \
		ONE_OF("isLive", "true|false", N_("true: live videos only")),                                             \
		ONE_OF("nsfw", "true|false|both", N_("videos marked nsfw: only these, none, or both")),                   \
		SEVERAL("categoryOneOf", N_("number of a category")), SEVERAL("licenceOneOf", N_("number of a licence")), \
		SEVERAL("languageOneOf", N_("language code; _unknown: none declared")),                                   \
		SEVERAL("tagsOneOf", N_("one of these tags")), SEVERAL("tagsAllOf", N_("all these tags"))
#define SEARCH                                                                                                           \
	TEXT("search", N_("words to search")), TEXT("host", N_("videos of this server only")),                           \
		TEXT("startDate", N_("published from this time on")), TEXT("endDate", N_("published before this time")), \
		TEXT("durationMin", N_("at least so many seconds")), TEXT("durationMax", N_("at most so many seconds"))
#define TARGET ONE_OF("searchTarget", "local|search-index", N_("where to search: the server's own videos, or its search index"))

static const struct amp_param newest_params[] = {NEWEST, FILTERS, END};
static const struct amp_param trending_params[] = {SORT("-trending", N_("most viewed in the last days")), FILTERS, END};
static const struct amp_param hot_params[] = {SORT("-hot", N_("views, likes, dislikes, comments, weighed against age")), FILTERS,
                                              END};
static const struct amp_param best_params[] = {SORT("-best", N_("as hot, and by what the account has watched")), FILTERS, END};
static const struct amp_param views_params[] = {SORT("-views", N_("most viewed ever")), FILTERS, END};
static const struct amp_param likes_params[] = {SORT("-likes", N_("most liked ever")), FILTERS, END};
static const struct amp_param channel_params[] = {PLACED("channelHandle", N_("name, or name@host, of a channel")), NEWEST, FILTERS,
                                                  END};
static const struct amp_param account_params[] = {PLACED("name", N_("name, or name@host, of an account")), NEWEST, FILTERS, END};
static const struct amp_param search_params[] = {
	ONE_OF("sort", "-match|-views|-likes", N_("how the results are ranked; without it by match")), SEARCH, TARGET, FILTERS,
	END};
static const struct amp_param search_newest_params[] = {NEWEST, SEARCH, TARGET, FILTERS, END};
static const struct amp_param sepia_params[] = {
	ONE_OF("sort", "-match|-views|-likes", N_("how the results are ranked; without it by match")), SEARCH, FILTERS, END};
static const struct amp_param overview_params[] = {END};
static const struct amp_param video_params[] = {PLACED("id", N_("uuid, short uuid or number of a video")), END};
static const struct amp_param thread_params[] = {
	PLACED("id", N_("uuid, short uuid or number of a video")),
	ONE_OF("sort", "-createdAt|-totalReplies", N_("newest first, or most answered first")), END};

#define VIDEOS(name_, order, path_, params_, status_)                                                                            \
	{                                                                                                                        \
		.name = name_, .ranking = order, .auth = AMP_AUTH_OPTIONAL, .path = path_, .params = params_,                    \
		.paging = AMP_PAGE_OFFSET, .limit_param = "count", .limit_default = 15, .limit_max = 100, .page_param = "start", \
		.kind = AMP_VIDEO, .status = status_, .status_date = DATE, .source = SOURCE, .list = "data",                     \
		.rows = amp_peertube_video_rows                                                                                  \
	}
static const struct amp_endpoint endpoints[] = {
	VIDEOS("videos", AMP_CHRONOLOGICAL, "/api/v1/videos", newest_params, OPEN),
	VIDEOS("videos:trending", AMP_ALGORITHMIC, "/api/v1/videos", trending_params, BY_ADMIN),
	VIDEOS("videos:hot", AMP_ALGORITHMIC, "/api/v1/videos", hot_params, BY_ADMIN),
	VIDEOS("videos:best", AMP_ALGORITHMIC, "/api/v1/videos", best_params, BY_ADMIN),
	VIDEOS("videos:views", AMP_ALGORITHMIC, "/api/v1/videos", views_params, OPEN),
	VIDEOS("videos:likes", AMP_ALGORITHMIC, "/api/v1/videos", likes_params, OPEN),
	VIDEOS("video-channels/videos", AMP_CHRONOLOGICAL, "/api/v1/video-channels/{channelHandle}/videos", channel_params, OPEN),
	VIDEOS("accounts/videos", AMP_CHRONOLOGICAL, "/api/v1/accounts/{name}/videos", account_params, OPEN),
	VIDEOS("search/videos", AMP_ALGORITHMIC, "/api/v1/search/videos", search_params, OPEN),
	VIDEOS("search/videos:latest", AMP_CHRONOLOGICAL, "/api/v1/search/videos", search_newest_params, OPEN),
	{.name = "sepiasearch",
         .ranking = AMP_ALGORITHMIC,
         .auth = AMP_AUTH_NONE,
         .path = "/api/v1/search/videos",
         .params = sepia_params,
         .paging = AMP_PAGE_OFFSET,
         .limit_param = "count",
         .limit_default = 15,
         .limit_max = 100,
         .page_param = "start",
         .kind = AMP_VIDEO,
         .status = N_("public, no login; the index of the servers that joined it"),
         .status_date = DATE,
         .source = SOURCE,
         .list = "data",
         .rows = amp_peertube_video_rows,
         .host = "https://sepiasearch.org"},
	{.name = "overviews/videos",
         .ranking = AMP_ALGORITHMIC,
         .auth = AMP_AUTH_OPTIONAL,
         .path = "/api/v1/overviews/videos",
         .params = overview_params,
         .paging = AMP_PAGE_OFFSET,
         .page_param = "page",
         .kind = AMP_VIDEO,
         .status = N_("public, no login; sections drawn at random and kept for a while, each newest first"),
         .status_date = DATE,
         .source = "PeerTube server/core/controllers/api/overviews.ts, 20602b20142e",
         .list = NULL,
         .rows = amp_peertube_video_rows},
	{.name = "videos/detail",
         .ranking = AMP_UNRANKED,
         .auth = AMP_AUTH_OPTIONAL,
         .path = "/api/v1/videos/{id}",
         .params = video_params,
         .paging = AMP_PAGE_NONE,
         .kind = AMP_VIDEO,
         .status = OPEN,
         .status_date = DATE,
         .source = SOURCE,
         .list = "",
         .rows = amp_peertube_video_rows},
	{.name = "videos/comment-threads",
         .ranking = AMP_UNRANKED,
         .auth = AMP_AUTH_OPTIONAL,
         .path = "/api/v1/videos/{id}/comment-threads",
         .params = thread_params,
         .paging = AMP_PAGE_OFFSET,
         .limit_param = "count",
         .limit_default = 15,
         .limit_max = 100,
         .page_param = "start",
         .kind = AMP_COMMENT,
         .status = OPEN,
         .status_date = DATE,
         .source = SOURCE,
         .list = "data",
         .rows = amp_peertube_comment_rows},
	{.name = NULL}};

#define SAME N_("one query of the server's database, ordered otherwise: with equal parameters the set is the same")
static const struct amp_pair_row pairs[] = {
	{"videos:trending", "videos", AMP_POOL_IDENTICAL, SAME, DATE},
	{"videos:hot", "videos", AMP_POOL_IDENTICAL, SAME, DATE},
	{"videos:best", "videos", AMP_POOL_IDENTICAL, SAME, DATE},
	{"videos:views", "videos", AMP_POOL_IDENTICAL, SAME, DATE},
	{"videos:likes", "videos", AMP_POOL_IDENTICAL, SAME, DATE},
	{"search/videos", "search/videos:latest", AMP_POOL_IDENTICAL, SAME, DATE},
	{"overviews/videos", "videos", AMP_POOL_DIFFERENT, N_("an overview draws categories, channels and tags at random"), DATE},
	{.ranked = NULL}};

static const struct amp_endpoint *endpoint(const char *name)
{
	return amp_endpoint_find(&amp_adapter_peertube, name);
}

/* Another clock than publishedAt, newest first all the same. */
static bool by_another_clock(struct amp_str sort)
{
	return amp_str_eq_c(sort, "-createdAt") || amp_str_eq_c(sort, "-originallyPublishedAt");
}

/* What the path and the fixed sorts do not tell: the index has the path of a server's search, and the older default sort is by time. */
static const struct amp_endpoint *by_url(struct amp_engine *e)
{
	struct amp_str url = e->page->url, sort = amp_url_param(url, "sort");
	const struct amp_endpoint *ep = amp_engine_endpoint_by_url(e);
	if (!ep) return by_another_clock(sort) && amp_str_find(url, AMP_STR("/api/v1/videos?")) ? endpoint("videos") : NULL;
	if (strcmp(ep->name, "search/videos") != 0) return ep;
	if (amp_str_eq_c(amp_url_host(url), "sepiasearch.org")) return endpoint("sepiasearch");
	return by_another_clock(sort) ? endpoint("search/videos:latest") : ep;
}

static bool same_text(const struct amp_json *list, const char *path)
{
	struct amp_str first = amp_json_str(amp_json_path(amp_json_first(list), path));
	for (const struct amp_json *x = amp_json_first(list); x; x = amp_json_next(list, x))
		if (!first.n || !amp_str_eq(first, amp_json_str(amp_json_path(x, path)))) return false;
	return list->n > 1;
}

/* Times of one form, as the API writes them, compare as texts. */
static bool newest_first(const struct amp_json *list)
{
	struct amp_str before = AMP_STR_ABSENT;
	for (const struct amp_json *x = amp_json_first(list); x; x = amp_json_next(list, x)) {
		struct amp_str at = amp_json_str(amp_json_get(x, "publishedAt"));
		if (before.p && (at.n != before.n || memcmp(at.p, before.p, at.n) > 0)) return false;
		if (!at.n) return false;
		before = at;
	}
	return true;
}

/* Lists of videos look alike. One channel or one account in all of them makes its list; addresses of several origins are the index's;
 * else the order tells whether it is by time. A search or another ranked list is taken for trending: their rows are the same. */
static const struct amp_endpoint *recognise_list(const struct amp_json *root, const struct amp_json *list)
{
	const struct amp_json *first = amp_json_first(list);
	if (!first) return amp_json_get(root, "totalNotDeletedComments") ? endpoint("videos/comment-threads") : endpoint("videos");
	if (amp_json_get(first, "threadId")) return endpoint("videos/comment-threads");
	if (!amp_json_get(first, "uuid") || !amp_json_get(first, "channel")) return NULL;
	if (amp_json_get(first, "thumbnailUrl") && amp_json_get(first, "score")) return endpoint("sepiasearch");
	if (same_text(list, "channel.url")) return endpoint("video-channels/videos");
	if (same_text(list, "account.url")) return endpoint("accounts/videos");
	return endpoint(newest_first(list) ? "videos" : "videos:trending");
}

static const struct amp_endpoint *recognise(struct amp_engine *e)
{
	const struct amp_json *root = amp_engine_json(e);
	const struct amp_endpoint *told = by_url(e);
	if (told || !root) return told;
	const struct amp_json *data = amp_json_get(root, "data");
	if (amp_json_is(data, AMP_JSON_ARRAY) && amp_json_get(root, "total")) return recognise_list(root, data);
	if (amp_json_get(root, "uuid") && amp_json_get(root, "channel")) return endpoint("videos/detail");
	if (amp_json_get(root, "categories") && amp_json_get(root, "channels") && amp_json_get(root, "tags"))
		return endpoint("overviews/videos");
	return NULL;
}

static size_t parse_list(struct amp_engine *e, const struct amp_json *list, struct amp_str section)
{
	if (!amp_json_is(list, AMP_JSON_ARRAY)) return 0;
	for (const struct amp_json *x = amp_json_first(list); x && !e->failed; x = amp_json_next(list, x)) {
		if (x->flags & AMP_JSON_CUT) continue; /* half an entry is not what was shown */
		if (e->endpoint->kind == AMP_COMMENT)
			amp_peertube_comment(e, x);
		else
			amp_peertube_video(e, x, section);
	}
	return list->n;
}

static int64_t number_in_url(const struct amp_engine *e, const char *name, int64_t otherwise)
{
	int64_t n;
	struct amp_str text = amp_url_param(e->page->url, name);
	return text.n && amp_str_i64(text, &n) && n >= 0 && n < INT32_MAX ? n : otherwise;
}

/* A page may be shorter than asked (plug-ins take videos out): the next one starts where a whole one would have ended. */
static void put_next(struct amp_engine *e, const struct amp_json *root, size_t entries)
{
	int64_t start = number_in_url(e, "start", 0), count = number_in_url(e, "count", 0), total;
	int64_t end = start + ((int64_t)entries > count ? (int64_t)entries : count);
	if (e->endpoint->paging != AMP_PAGE_OFFSET || !entries) return;
	if (amp_json_i64(amp_json_get(root, "total"), &total) && end >= total) return;
	e->next = (struct amp_next){.kind = AMP_NEXT_OFFSET, .offset = end};
}

#define OVERVIEW_PAGES 20 /* OVERVIEWS.VIDEOS.SAMPLES_COUNT: a further page is refused */
/* One kind of section; a list that is none would hide its videos, so it cuts the document. */
static size_t parse_sections(struct amp_engine *e, const struct amp_json *root, const char *key, const char *name)
{
	const struct amp_json *sections = amp_json_get(root, key);
	size_t entries = 0;
	if (!amp_json_is(sections, AMP_JSON_ARRAY)) {
		amp_engine_cut(e, "the overview has no list of %s", key);
		return 0;
	}
	for (const struct amp_json *s = amp_json_first(sections); s; s = amp_json_next(sections, s)) {
		const struct amp_json *videos = amp_json_get(s, "videos"), *title = amp_json_path(s, name);
		if (!amp_json_is(videos, AMP_JSON_ARRAY)) amp_engine_cut(e, "a section of %s has no list of videos", key);
		if (!amp_json_is(title, AMP_JSON_STRING))
			amp_engine_diag(e, "invalid_value", AMP_F_FEED_CONTEXT, s->offset, "a section of %s has no name", key);
		entries += parse_list(e, videos, amp_json_str(title));
	}
	return entries;
}

/* In the order in which the page shows them: categories, channels, tags; the section's name is why a video is there. */
static void parse_overview(struct amp_engine *e, const struct amp_json *root)
{
	size_t entries = 0;
	int64_t page = number_in_url(e, "page", 1);
	if (!amp_json_get(root, "categories") && !amp_json_get(root, "channels") && !amp_json_get(root, "tags")) return;
	amp_engine_list_found(e);
	entries += parse_sections(e, root, "categories", "category.label");
	entries += parse_sections(e, root, "channels", "channel.displayName");
	entries += parse_sections(e, root, "tags", "tag");
	if (entries && page >= 1 && page < OVERVIEW_PAGES) e->next = (struct amp_next){.kind = AMP_NEXT_OFFSET, .offset = page + 1};
}

static void parse_page(struct amp_engine *e)
{
	const struct amp_json *root = amp_engine_json(e);
	if (!root) return;
	if (!e->endpoint->list) {
		parse_overview(e, root);
	} else if (!*e->endpoint->list) {
		if (!amp_json_get(root, "uuid") || !amp_json_get(root, "name")) return;
		amp_engine_list_found(e);
		if (!(root->flags & AMP_JSON_CUT)) amp_peertube_video(e, root, AMP_STR_ABSENT);
	} else if (amp_json_is(amp_json_get(root, e->endpoint->list), AMP_JSON_ARRAY)) {
		amp_engine_list_found(e);
		put_next(e, root, parse_list(e, amp_json_get(root, e->endpoint->list), AMP_STR_ABSENT));
	}
}

const struct amp_adapter amp_adapter_peertube = {
	.name = "peertube",
	.title = "PeerTube",
	.version = "1",
	.default_host = NULL,
	.without_login =
		N_("Videos of a server in every sort, of channels and accounts, searches, overviews, comments (2026-11-22)."),
	.with_token = N_("The sort that knows what the account has watched (2026-11-22)."),
	.not_possible =
		N_("The videos beside the one watched: players ask a search by tags for them; who watched what (2026-11-22)."),
	.endpoints = endpoints,
	.recognise = recognise,
	.parse_page = parse_page,
	.session_path = NULL,
	.pairs = pairs,
};

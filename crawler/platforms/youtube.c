/* youtube.c: YouTube: what can be asked, and which answer is which. Sources and dates of each endpoint in its row; see
 * docs/platforms.md. Invidious and Piped are other servers' ways to the same videos: a study names the server.
 */
#include <string.h>
#include "base/i18n.h"
#include "base/utf8.h"
#include "platforms/platforms.h"
#include "platforms/youtube_parts.h"

#define DATA_SOURCE "developers.google.com/youtube/v3/docs"
#define SITE_SOURCE "TeamNewPipe/NewPipeExtractor 43f8e6e, LuanRT/YouTube.js"
#define INVIDIOUS_SOURCE "iv-org/documentation 9b76582, iv-org/invidious PR 5537, 5555"
#define PIPED_SOURCE "TeamPiped/documentation 1970856, TeamPiped/Piped-Backend"
#define DATA_DATE "2026-07-07"
#define SITE_DATE "2026-07-20"
#define FRONT_DATE "2026-11-22"
#define SITE "https://www.youtube.com"
#define ROBOTS_FEEDS N_("/feeds/videos.xml is disallowed by www.youtube.com/robots.txt as of 2026-09-07")
#define ROBOTS_SITE N_("/youtubei/ is disallowed by www.youtube.com/robots.txt as of 2026-09-07")
#define ROBOTS_WATCH N_("/watch is allowed by www.youtube.com/robots.txt as of 2026-09-07")
#define ROBOTS_RESULTS N_("/results is disallowed by www.youtube.com/robots.txt as of 2026-09-07")
#define KEYED N_("a free API key; 10,000 units a day, this costs 1")
#define KEYED_SEARCH N_("a free API key; searches have a bucket of their own, 100 a day since 2026-06-01")
#define UNOFFICIAL N_("public, no login; the site's own interface, undocumented")
#define FRONT N_("where an instance still opens it; most sit behind a browser challenge: to be hosted by the researcher")

/* What the WEB client sent in January 2026 (NewPipeExtractor's recordings of 2026-01-26). Old versions go on working for months. */
#define WEB_VERSION "2.20260123.01.00"
#define WEB_CLIENT "\"clientName\":\"WEB\",\"clientVersion\":\"" WEB_VERSION "\",\"hl\":\"en\",\"gl\":\"US\""
#define WEB_BODY(more) "{\"context\":{\"client\":{" WEB_CLIENT "}}" more "}"
/* The tabs of a channel, as the site asks for them since 2025. */
#define TAB_BODY(params) WEB_BODY(",\"browseId\":\"\",\"params\":\"" params "\"")
/* A further page is asked for by its token alone; who asks stays the same. */
#define WEB_PAGE "{\"context\":{\"client\":{" WEB_CLIENT ",\"visitorData\":null}},\"continuation\":\"\"}"
/* charts.youtube.com's own client, as of the same recordings. */
#define CHARTS_BODY                                                                                   \
	"{\"context\":{\"client\":{\"clientName\":\"WEB_MUSIC_ANALYTICS\",\"clientVersion\":\"2.0\"," \
	"\"hl\":\"en\",\"gl\":\"US\"}},\"browseId\":\"FEmusic_analytics_charts_home\",\"query\":\"\"}"

/* SOCS=CAE= says that the consent page was answered with "reject all": without it, Europe is sent there. */
static const char *const web_headers[] = {"X-YouTube-Client-Name: 1", "X-YouTube-Client-Version: " WEB_VERSION, "Origin: " SITE,
                                          "Cookie: SOCS=CAE=", NULL};
static const char *const charts_headers[] = {"X-YouTube-Client-Name: 31", "X-YouTube-Client-Version: 2.0",
                                             "Origin: https://charts.youtube.com", "Referer: https://charts.youtube.com/", NULL};
static const char *const page_headers[] = {"Cookie: SOCS=CAE=", NULL};

#define QUERY(parameter, what)                      \
	{                                           \
		.name = (parameter), .help = (what) \
	}
#define NEEDED(parameter, what)                                       \
	{                                                             \
		.name = (parameter), .required = true, .help = (what) \
	}
#define CHOICE(parameter, what, choices)                                 \
	{                                                                \
		.name = (parameter), .help = (what), .values = (choices) \
	}
#define FIXED(parameter, value)                       \
	{                                             \
		.name = (parameter), .fixed = (value) \
	}
#define IN_PATH(parameter, what)                                                            \
	{                                                                                   \
		.name = (parameter), .place = AMP_IN_PATH, .required = true, .help = (what) \
	}
#define IN_BODY(parameter, what)                                          \
	{                                                                 \
		.name = (parameter), .place = AMP_IN_BODY, .help = (what) \
	}
#define NEEDED_BODY(parameter, what)                                                        \
	{                                                                                   \
		.name = (parameter), .place = AMP_IN_BODY, .required = true, .help = (what) \
	}
#define REGION QUERY("regionCode", N_("country, as ISO 3166-1 code: FR"))
#define LANGUAGE QUERY("hl", N_("language of the answer: fr"))
#define FULL_VIDEO FIXED("part", "snippet,statistics,contentDetails,status,paidProductPlacementDetails")
#define VIDEO_ID N_("id of a video, the v of its address")
#define CHANNEL_ID N_("id of a channel, UC…")
#define WORDS N_("words to search for")
/* Who asks: language, country, and the anonymous visitor that YouTube handed out. */
#define CLIENT                                                                                                \
	IN_BODY("context.client.hl", N_("language of the answer: fr")),                                       \
		IN_BODY("context.client.gl", N_("country, as ISO 3166-1 code: FR")),                          \
		IN_BODY("context.client.visitorData", N_("token of an anonymous visitor, kept per persona")), \
		FIXED("prettyPrint", "false")
#define SEARCH(order)                                                                                       \
	FIXED("part", "snippet"), FIXED("order", order), QUERY("q", WORDS), QUERY("channelId", CHANNEL_ID), \
		CHOICE("type", N_("only these kinds"), "video|channel|playlist"),                           \
		QUERY("publishedAfter", N_("only what is newer: 2026-11-01T00:00:00Z")),                    \
		QUERY("publishedBefore", N_("only what is older: 2026-11-30T00:00:00Z")), REGION,           \
		QUERY("relevanceLanguage", N_("language that matters most: fr")),                           \
		CHOICE("safeSearch", N_("how much is filtered out"), "moderate|none|strict"),               \
	{                                                                                                   \
		0                                                                                           \
	}

static const struct amp_param feed_params[] = {
	QUERY("channel_id", CHANNEL_ID), QUERY("playlist_id", N_("id of a playlist, PL… or UU…")), {0}};
static const struct amp_param videos_params[] = {
	FULL_VIDEO, NEEDED("id", N_("ids of videos, with commas, 50 at most")), LANGUAGE, {0}};
static const struct amp_param popular_params[] = {
	FULL_VIDEO, FIXED("chart", "mostPopular"), REGION, QUERY("videoCategoryId", N_("number of a category")), LANGUAGE, {0}};
static const struct amp_param relevance_params[] = {SEARCH("relevance")};
static const struct amp_param view_count_params[] = {SEARCH("viewCount")};
static const struct amp_param rating_params[] = {SEARCH("rating")};
static const struct amp_param date_params[] = {SEARCH("date")};
static const struct amp_param playlist_params[] = {
	FIXED("part", "snippet,contentDetails,status"),
	NEEDED("playlistId", N_("id of a playlist; a channel's uploads: its id with UU instead of UC")),
	{0}};
static const struct amp_param next_params[] = {NEEDED_BODY("videoId", VIDEO_ID), CLIENT, {0}};
static const struct amp_param site_search_params[] = {
	NEEDED_BODY("query", WORDS), IN_BODY("params", N_("the site's own code for filters")), CLIENT, {0}};
static const struct amp_param topic_params[] = {
	NEEDED_BODY("browseId", N_("id of a page: FEpodcasts_destination, or of a topic's channel")),
	IN_BODY("params", N_("the site's own code for the part of a page")),
	CLIENT,
	{0}};
static const struct amp_param tab_params[] = {NEEDED_BODY("browseId", CHANNEL_ID), CLIENT, {0}};
static const struct amp_param chart_params[] = {
	NEEDED_BODY(
		"query",
		N_("perspective=CHART_DETAILS&chart_params_country_code=FR&chart_params_chart_type=TRENDING_VIDEOS (or TRENDING_MOVIES)")),
	FIXED("alt", "json"),
	FIXED("prettyPrint", "false"),
	{0}};
static const struct amp_param watch_params[] = {NEEDED("v", VIDEO_ID), {0}};
static const struct amp_param results_params[] = {
	NEEDED("search_query", WORDS), QUERY("sp", N_("the site's own code for filters")), {0}};
static const struct amp_param no_params[] = {{0}};
static const struct amp_param invidious_video_params[] = {
	IN_PATH("id", VIDEO_ID), QUERY("region", N_("country, as ISO 3166-1 code: FR")), {0}};
static const struct amp_param invidious_channel_params[] = {IN_PATH("ucid", CHANNEL_ID), FIXED("sort_by", "newest"), {0}};
static const struct amp_param invidious_search_params[] = {
	NEEDED("q", WORDS), FIXED("sort", "relevance"), QUERY("region", N_("country, as ISO 3166-1 code: FR")), {0}};
static const struct amp_param invidious_latest_params[] = {
	NEEDED("q", WORDS), FIXED("sort", "date"), QUERY("region", N_("country, as ISO 3166-1 code: FR")), {0}};
static const struct amp_param piped_stream_params[] = {IN_PATH("id", VIDEO_ID), {0}};
static const struct amp_param piped_trending_params[] = {NEEDED("region", N_("country, as ISO 3166-1 code: FR")), {0}};
static const struct amp_param piped_channel_params[] = {IN_PATH("id", CHANNEL_ID), {0}};

#define DATA(endpoint, order, at, parameters, said, fields)                                                                \
	{                                                                                                                  \
		.name = (endpoint), .ranking = (order), .auth = AMP_AUTH_REQUIRED, .path = "/youtube/v3/" at,              \
		.params = (parameters), .paging = AMP_PAGE_CURSOR, .limit_param = "maxResults", .limit_default = 50,       \
		.limit_max = 50, .page_param = "pageToken", .kind = AMP_VIDEO, .status = (said), .status_date = DATA_DATE, \
		.source = DATA_SOURCE, .list = "items", .rows = (fields), .host = "https://www.googleapis.com",            \
		.token_param = "key"                                                                                       \
	}
#define INNERTUBE(endpoint, order, at, parameters, first)                                                                          \
	{                                                                                                                          \
		.name = (endpoint), .ranking = (order), .auth = AMP_AUTH_NONE, .path = "/youtubei/v1/" at, .params = (parameters), \
		.paging = AMP_PAGE_CURSOR, .page_param = "continuation", .kind = AMP_VIDEO, .status = UNOFFICIAL,                  \
		.status_date = SITE_DATE, .source = SITE_SOURCE, .host = SITE, .body = (first), .headers = web_headers,            \
		.page_body = WEB_PAGE, .robots = ROBOTS_SITE                                                                       \
	}
#define PAGE(endpoint, at, parameters, said, forbidden, allowed, saved)                                                          \
	{                                                                                                                        \
		.name = (endpoint), .ranking = AMP_ALGORITHMIC, .auth = AMP_AUTH_NONE, .path = (at), .params = (parameters),     \
		.language_header = true, .kind = AMP_VIDEO, .status = (said), .status_date = SITE_DATE, .source = SITE_SOURCE,   \
		.host = SITE, .headers = page_headers, .robots = (forbidden), .robots_open = (allowed), .captured_only = (saved) \
	}
#define OTHERS(endpoint, order, at, parameters, from, fields, how, by)                                               \
	{                                                                                                            \
		.name = (endpoint), .ranking = (order), .auth = AMP_AUTH_NONE, .path = (at), .params = (parameters), \
		.paging = (how), .page_param = (by), .kind = AMP_VIDEO, .status = FRONT, .status_date = FRONT_DATE,  \
		.source = (from), .rows = (fields)                                                                   \
	}

static const struct amp_endpoint endpoints[] = {
	{.name = "feeds/videos.xml",
         .ranking = AMP_CHRONOLOGICAL,
         .auth = AMP_AUTH_NONE,
         .path = "/feeds/videos.xml",
         .params = feed_params,
         .kind = AMP_VIDEO,
         .status = N_("public, no login; the 15 newest, no further pages; 404 in waves for channels that exist"),
         .status_date = SITE_DATE,
         .source = SITE_SOURCE,
         .host = SITE,
         .robots = ROBOTS_FEEDS},
	DATA("v3/videos", AMP_UNRANKED, "videos", videos_params, KEYED, amp_youtube_video_rows),
	DATA("v3/videos:mostPopular", AMP_ALGORITHMIC, "videos", popular_params,
             N_("a free API key; since July 2025 made of the charts of music, films and games, no general chart any more"),
             amp_youtube_video_rows),
	DATA("v3/search:relevance", AMP_ALGORITHMIC, "search", relevance_params, KEYED_SEARCH, amp_youtube_search_rows),
	DATA("v3/search:viewCount", AMP_ALGORITHMIC, "search", view_count_params, KEYED_SEARCH, amp_youtube_search_rows),
	DATA("v3/search:rating", AMP_ALGORITHMIC, "search", rating_params, KEYED_SEARCH, amp_youtube_search_rows),
	DATA("v3/search:date", AMP_CHRONOLOGICAL, "search", date_params, KEYED_SEARCH, amp_youtube_search_rows),
	DATA("v3/playlistItems", AMP_CHRONOLOGICAL, "playlistItems", playlist_params, KEYED, amp_youtube_playlist_rows),
	INNERTUBE("innertube/next", AMP_ALGORITHMIC, "next", next_params, WEB_BODY(",\"videoId\":\"\"")),
	INNERTUBE("innertube/search", AMP_ALGORITHMIC, "search", site_search_params, WEB_BODY(",\"query\":\"\"")),
	INNERTUBE("innertube/browse:topic", AMP_ALGORITHMIC, "browse", topic_params, WEB_BODY(",\"browseId\":\"\"")),
	INNERTUBE("innertube/browse:videos", AMP_CHRONOLOGICAL, "browse", tab_params, TAB_BODY("EgZ2aWRlb3PyBgQKAjoA")),
	INNERTUBE("innertube/browse:shorts", AMP_CHRONOLOGICAL, "browse", tab_params, TAB_BODY("EgZzaG9ydHPyBgUKA5oBAA==")),
	INNERTUBE("innertube/browse:streams", AMP_CHRONOLOGICAL, "browse", tab_params, TAB_BODY("EgdzdHJlYW1z8gYECgJ6AA==")),
	{.name = "innertube/browse:charts",
         .ranking = AMP_ALGORITHMIC,
         .auth = AMP_AUTH_NONE,
         .path = "/youtubei/v1/browse",
         .params = chart_params,
         .kind = AMP_VIDEO,
         .status = UNOFFICIAL,
         .status_date = SITE_DATE,
         .source = SITE_SOURCE,
         .host = "https://charts.youtube.com",
         .body = CHARTS_BODY,
         .headers = charts_headers},
	PAGE("html/watch", "/watch", watch_params, N_("public, no login: the first related videos"), NULL, ROBOTS_WATCH, false),
	PAGE("html/results", "/results", results_params, N_("public, no login: the first results"), ROBOTS_RESULTS, NULL, false),
	PAGE("html/home", "/", no_params, N_("empty without a history: only pages saved in a browser are worth reading"), NULL,
             NULL, true),
	OTHERS("invidious/videos", AMP_ALGORITHMIC, "/api/v1/videos/{id}", invidious_video_params, INVIDIOUS_SOURCE,
               amp_youtube_invidious_rows, AMP_PAGE_NONE, NULL),
	OTHERS("invidious/popular", AMP_ALGORITHMIC, "/api/v1/popular", no_params, INVIDIOUS_SOURCE, amp_youtube_invidious_rows,
               AMP_PAGE_NONE, NULL),
	OTHERS("invidious/channels/videos", AMP_CHRONOLOGICAL, "/api/v1/channels/{ucid}/videos", invidious_channel_params,
               INVIDIOUS_SOURCE, amp_youtube_invidious_rows, AMP_PAGE_CURSOR, "continuation"),
	OTHERS("invidious/search", AMP_ALGORITHMIC, "/api/v1/search", invidious_search_params, INVIDIOUS_SOURCE,
               amp_youtube_invidious_rows, AMP_PAGE_CURSOR, "page"),
	OTHERS("invidious/search:date", AMP_CHRONOLOGICAL, "/api/v1/search", invidious_latest_params, INVIDIOUS_SOURCE,
               amp_youtube_invidious_rows, AMP_PAGE_CURSOR, "page"),
	OTHERS("piped/streams", AMP_ALGORITHMIC, "/streams/{id}", piped_stream_params, PIPED_SOURCE, amp_youtube_piped_rows,
               AMP_PAGE_NONE, NULL),
	OTHERS("piped/trending", AMP_ALGORITHMIC, "/trending", piped_trending_params, PIPED_SOURCE, amp_youtube_piped_rows,
               AMP_PAGE_NONE, NULL),
	OTHERS("piped/channel", AMP_CHRONOLOGICAL, "/channel/{id}", piped_channel_params, PIPED_SOURCE, amp_youtube_piped_rows,
               AMP_PAGE_NONE, NULL),
	{0}};

#define DROPS N_("order=date is known to leave out what other orders show, and about 500 results can be reached in each")
static const struct amp_pair_row pairs[] = {{"v3/search:relevance", "v3/search:date", AMP_POOL_DIFFERENT, DROPS, DATA_DATE},
                                            {"v3/search:viewCount", "v3/search:date", AMP_POOL_DIFFERENT, DROPS, DATA_DATE},
                                            {"v3/search:rating", "v3/search:date", AMP_POOL_DIFFERENT, DROPS, DATA_DATE},
                                            {"invidious/search", "invidious/search:date", AMP_POOL_DIFFERENT, DROPS, FRONT_DATE},
                                            {0}};

/* --- which answer it is --- */

enum format { DATA_OR_FRONT, XML, HTML };

static struct amp_str body_of(const struct amp_engine *e)
{
	struct amp_str body = e->page->body;
	if (amp_str_starts(body, "\xEF\xBB\xBF")) body = (struct amp_str){body.p + 3, body.n - 3};
	return amp_str_trim(body);
}

/* A page saved from a browser begins with any element; a feed says early what it is. */
static enum format format_of(const struct amp_engine *e)
{
	struct amp_str body = body_of(e), head = {body.p, body.n < 1024 ? body.n : 1024};
	if (!body.n || *body.p != '<') return DATA_OR_FRONT;
	if (amp_engine_is_html(e)) return HTML;
	return amp_str_starts(body, "<?xml") || amp_str_ifind(head, "<feed") || amp_str_ifind(head, "<rss") ? XML : HTML;
}

/* The same answer can be asked for in several ways, which its address tells: order=date, chart=mostPopular, sort=date. Without
 * an address: charts have pages, look-ups by id have none; what has no order is in the order that is usual. */
static const char *variant(const struct amp_engine *e, const char *name, const struct amp_json *root)
{
	static const struct {
		const char *name, *parameter, *value, *variant;
	} variants[] = {{"v3/videos", "chart", "mostPopular", "v3/videos:mostPopular"},
	                {"v3/search", "order", "viewCount", "v3/search:viewCount"},
	                {"v3/search", "order", "rating", "v3/search:rating"},
	                {"v3/search", "order", "date", "v3/search:date"},
	                {"invidious/search", "sort", "date", "invidious/search:date"},
	                {"invidious/search", "sort_by", "date", "invidious/search:date"}};
	struct amp_str url = e->page->url;
	for (size_t i = 0; i < sizeof variants / sizeof *variants; i++)
		if (strcmp(name, variants[i].name) == 0 &&
		    amp_str_eq_c(amp_url_param(url, variants[i].parameter), variants[i].value))
			return variants[i].variant;
	if (strcmp(name, "v3/search") == 0) return "v3/search:relevance";
	if (strcmp(name, "v3/videos") == 0 && !url.p && amp_json_get(root, "nextPageToken")) return "v3/videos:mostPopular";
	return name;
}

/* Lists of videos look alike: of those of one server, the address says which. */
static const char *front_name(const struct amp_engine *e, const struct amp_json *root)
{
	const char *name = amp_youtube_front_name(root);
	const struct amp_endpoint *by_url = amp_engine_endpoint_by_url(e);
	struct amp_str server = amp_str_c(name);
	if (!name || !by_url) return name;
	server.n = (size_t)(strchr(name, '/') - name) + 1;
	return strncmp(by_url->name, name, server.n) == 0 && amp_json_is(root, AMP_JSON_ARRAY) ? by_url->name : name;
}

/* --- what is none --- */

/* Words of errors that mean "not you" or "not now", whatever the status: Piped tells of YouTube's refusals with 500. */
static bool means_blocked(struct amp_str text)
{
	static const char *const words[] = {"sign in to confirm", "not a bot",     "captcha", "quota",
	                                    "ratelimit",          "rate limit",    "api key", "too many requests",
	                                    "unusual traffic",    "LOGIN_REQUIRED"};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (amp_str_ifind(text, words[i])) return true;
	return false;
}

static void refuse_error(struct amp_engine *e, struct amp_str text)
{
	int status = e->page->status;
	bool blocked = status == 401 || status == 403 || status == 429 || means_blocked(text);
	enum amp_verdict verdict = blocked ? AMP_VERDICT_BLOCKED : AMP_VERDICT_FAILED;
	text.n = amp_utf8_valid_prefix(text.p, text.n < 160 ? text.n : 160);
	if (status)
		amp_engine_refuse(e, verdict, "YouTube answered with an error (HTTP status %d): %.*s", status, AMP_ARG(text));
	else
		amp_engine_refuse(e, verdict, "YouTube answered with an error: %.*s", AMP_ARG(text));
}

/* {"error": {"message": …}} of Google, {"error": "…"} of Invidious, {"error": "trace", "message": "…"} of Piped. */
#define ERROR_MAX ((size_t)64 << 10)
static bool refused_by_error(struct amp_engine *e)
{
	struct amp_json_doc doc;
	struct amp_str body = body_of(e), head = {body.p, body.n < 64 ? body.n : 64};
	if (!body.n || *body.p != '{' || body.n > ERROR_MAX || !amp_str_find(head, AMP_STR("\"error\""))) return false;
	if (amp_json_parse(&doc, e->page->body, e->arena, NULL) != 0) return false; /* the engine will find the same, and say so */
	const struct amp_json *error = amp_json_get(doc.root, "error");
	struct amp_str text = amp_json_str(amp_json_get(error, "message"));
	if (!error) return false;
	if (!text.n) text = amp_json_str(amp_json_get(doc.root, "message"));
	if (!text.n) text = amp_json_str(error);
	if (text.n) refuse_error(e, text);
	return text.n != 0;
}

/* Missing feeds and pages come as Google's own HTML page, whatever was asked for. */
static bool refused_by_404(struct amp_engine *e)
{
	struct amp_str body = body_of(e), head = {body.p, body.n < 4096 ? body.n : 4096};
	if (e->page->status != 404 && !amp_str_ifind(head, "<title>Error 404 (Not Found)")) return false;
	amp_engine_refuse(e, AMP_VERDICT_FAILED, "%s",
	                  "YouTube found nothing there (HTTP status 404): no such channel or playlist, or one of its bad hours");
	return true;
}

static bool refused(struct amp_engine *e, enum format format)
{
	if (format == DATA_OR_FRONT) return refused_by_error(e);
	return format == HTML && amp_engine_is_html(e) && refused_by_404(e);
}

/* --- the adapter --- */

static const struct amp_json *json_of(struct amp_engine *e)
{
	return refused(e, DATA_OR_FRONT) ? NULL : amp_engine_json(e);
}

static const char *json_name(struct amp_engine *e)
{
	const struct amp_json *root = json_of(e);
	const char *name = amp_youtube_data_name(root);
	if (!name) name = amp_youtube_site_name(root, false);
	return name ? variant(e, name, root) : root && (name = front_name(e, root)) ? variant(e, name, root) : NULL;
}

static bool says_youtube(struct amp_engine *e)
{
	struct amp_str body = body_of(e), head = {body.p, body.n < 8192 ? body.n : 8192};
	return amp_str_find(head, AMP_STR("youtube.com/")) != NULL;
}

static const struct amp_endpoint *recognise(struct amp_engine *e)
{
	enum format format = format_of(e);
	const char *name = NULL;
	if (format == XML)
		name = says_youtube(e) ? "feeds/videos.xml" : NULL; /* any site's feed is Atom too */
	else if (!refused(e, format))
		name = format == HTML ? amp_youtube_page_name(e) : json_name(e);
	return name ? amp_endpoint_find(e->adapter, name) : amp_engine_endpoint_by_url(e);
}

static void parse_page(struct amp_engine *e)
{
	enum format format = format_of(e);
	bool page = amp_str_starts(amp_str_c(e->endpoint->name), "html/");
	if (refused(e, format)) return;
	if (format == XML) {
		if (!amp_engine_refused(e, false) && e->endpoint->params == feed_params) amp_youtube_feed(e);
	} else if (format == HTML && (page || amp_str_starts(amp_str_c(e->endpoint->name), "innertube/"))) {
		amp_youtube_page(e);
	} else {
		const struct amp_json *root = amp_engine_json(e);
		if (!root) return;
		if (amp_youtube_data_name(root))
			amp_youtube_data(e, root);
		else if (amp_youtube_site_name(root, page))
			amp_youtube_site(e, root);
		else
			amp_youtube_front(e, root);
	}
}

const struct amp_adapter amp_adapter_youtube = {
	.name = "youtube",
	.title = "YouTube",
	.version = "3",
	.default_host = NULL,
	.without_login = N_(
		"Feeds of channels and playlists, related videos, search, topics, charts and channel tabs through the site's own "
		"interface, and pages saved in a browser; its robots.txt disallows most of it (2026-09-07)."),
	.with_token =
		N_("Search in four orders, the chart of popular videos, uploads of channels, through the Data API and a free key "
                   "(2026-07-07)."),
	.not_possible =
		N_("The home page of another person, and why a video is recommended; the general trending page ended in July "
                   "2025 (2026-07-20)."),
	.endpoints = endpoints,
	.recognise = recognise,
	.parse_page = parse_page,
	.session_path = NULL,
	.pairs = pairs,
};

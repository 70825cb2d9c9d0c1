/* charts.c: best-seller lists: Apple's marketing charts and the older iTunes feeds (JSON), Amazon's pages (saved ones only):
 * endpoints, recognition. What their entries mean is told in charts_apple.c and charts_amazon.c. See docs/platforms.md.
 */
#include "base/i18n.h"
#include "platforms/charts_entry.h"
#include "platforms/platforms.h"

#define END                                           \
	{                                             \
		NULL, false, false, false, NULL, NULL \
	}
#define APPLE "public readers of https://rss.marketingtools.apple.com/api/v2 (2026-11-22); no recording"
#define ITUNES "public readers of https://itunes.apple.com/{country}/rss (2026-11-22); no recording"
#define AMAZON "notes on the markup of pages saved on 2026-10-05; no recording"

static const struct amp_param apple_params[] = {
	{"country", AMP_IN_PATH, true, false, NULL, N_("country of the store: fr")},
	{"type", AMP_IN_PATH, true, false, NULL, N_("what is sold: podcasts, music, apps, books, audio-books")},
	{"feed", AMP_IN_PATH, true, false, NULL, N_("which chart: top, top-subscriber, most-played, top-free, top-paid")},
	{"n", AMP_IN_PATH, true, false, NULL, N_("how many places: 10, 25, 50, 100; more is an error")},
	{"kind", AMP_IN_PATH, true, false, NULL, N_("what is listed: podcasts, podcast-episodes, albums, songs, apps …")},
	END};
static const struct amp_param itunes_params[] = {
	{"country", AMP_IN_PATH, true, false, NULL, N_("country of the store: fr")},
	{"feed", AMP_IN_PATH, true, false, NULL, N_("which chart: toppodcasts, topfreeapplications, topalbums …")},
	{"limit", AMP_IN_PATH, true, false, NULL, N_("how many places: up to 200")},
	END};
static const struct amp_param amazon_params[] = {{"node", AMP_IN_PATH, true, false, NULL, N_("department, as in the address")},
                                                 END};

static const struct amp_endpoint endpoints[] = {
	{.name = "apple/charts",
         .path = "/api/v2/{country}/{type}/{feed}/{n}/{kind}.json",
         .params = apple_params,
         .kind = AMP_LINK,
         .status = N_("public, no login; up to 100 places"),
         .status_date = "2026-11-22",
         .source = APPLE,
         .list = "feed.results",
         .rows = amp_charts_apple_rows,
         .robots_open = N_("rss.marketingtools.apple.com/robots.txt forbids nothing, as read by others in October 2026")},
	{.name = "itunes/rss",
         .path = "/{country}/rss/{feed}/limit={limit}/json",
         .params = itunes_params,
         .kind = AMP_LINK,
         .status = N_("public, no login; the older feeds, up to 200 places"),
         .status_date = "2026-11-22",
         .source = ITUNES,
         .list = "feed.entry",
         .rows = amp_charts_itunes_rows,
         .host = "https://itunes.apple.com",
         .robots = N_("disallowed by itunes.apple.com/robots.txt: \"Disallow: /*/rss/*\", as read by others in October 2026")},
	{.name = "amazon/bestsellers",
         .path = "/gp/bestsellers/{+node}",
         .params = amazon_params,
         .kind = AMP_LINK,
         .status = N_("a wall against robots (503, captcha), and the terms of use forbid them: pages saved by a person only"),
         .status_date = "2026-10-05",
         .source = AMAZON,
         .host = "https://www.amazon.com",
         .captured_only = true},
	{.name = "amazon/new-releases",
         .ranking = AMP_CHRONOLOGICAL,
         .path = "/gp/new-releases/{+node}",
         .params = amazon_params,
         .kind = AMP_LINK,
         .status = N_("the same; recent products only, but among these in the order of sales"),
         .status_date = "2026-10-05",
         .source = AMAZON,
         .host = "https://www.amazon.com",
         .captured_only = true},
	{.name = NULL}};

static const struct amp_pair_row pairs[] = {
	{"amazon/bestsellers", "amazon/new-releases", AMP_POOL_DIFFERENT,
         N_("the new releases are other products, and by sales among themselves: not the best sellers in the order of time"),
         "2026-11-22"},
	{.ranked = NULL}};

/* Which endpoint an address is of: the page's own, or the one that it says it has. The first that fits. */
static const struct {
	const char *host, *path, *endpoint;
} addresses[] = {{"marketingtools.apple.com", "/api/", "apple/charts"}, {"applemarketingtools.com", "/api/", "apple/charts"},
                 {"itunes.apple.com", "/rss/", "itunes/rss"},           {"amazon.", "/new-releases", "amazon/new-releases"},
                 {"amazon.", "/bestsellers", "amazon/bestsellers"},     {"amazon.", "/zgbs", "amazon/bestsellers"}};

static const struct amp_endpoint *by_address(struct amp_str url)
{
	struct amp_str host = amp_url_host(url);
	for (size_t i = 0; host.n && i < sizeof addresses / sizeof *addresses; i++)
		if (amp_str_ifind(host, addresses[i].host) && amp_str_ifind(url, addresses[i].path))
			return amp_endpoint_find(&amp_adapter_charts, addresses[i].endpoint);
	return NULL;
}

static bool is_markup(const struct amp_engine *e)
{
	struct amp_str body = e->page->body;
	if (amp_str_starts(body, "\xEF\xBB\xBF")) body = (struct amp_str){body.p + 3, body.n - 3};
	return amp_str_starts(amp_str_trim(body), "<");
}

static const struct amp_endpoint *recognise(struct amp_engine *e)
{
	const struct amp_endpoint *ep = by_address(e->page->url);
	if (ep) return ep;
	if (is_markup(e)) return by_address(amp_charts_amazon_address(e));
	const struct amp_json *feed = amp_json_get(amp_engine_json(e), "feed");
	if (amp_json_is(amp_json_get(feed, "results"), AMP_JSON_ARRAY))
		return amp_endpoint_find(&amp_adapter_charts, "apple/charts");
	return by_address(amp_json_str(amp_json_path(feed, "id.label")));
}

static void parse_page(struct amp_engine *e)
{
	if (e->endpoint->captured_only)
		amp_charts_amazon(e);
	else
		amp_charts_apple(e);
}

const struct amp_adapter amp_adapter_charts = {
	.name = "charts",
	.title = N_("Apple charts, Amazon best sellers"),
	.version = "2",
	.default_host = "https://rss.marketingtools.apple.com",
	.without_login =
		N_("Apple's charts of podcasts, music, apps and books by country; the older iTunes feeds, which robots.txt "
                   "disallows (2026-11-22)."),
	.with_token = N_("Nothing: Apple's charts take no token; Amazon's product API was closed on 15 May 2026 (2026-11-22)."),
	.not_possible =
		N_("Amazon by a program: a wall against robots, and the terms forbid it; pages saved by a person are read. What "
                   "a store shows to one person; the numbers behind a place (2026-11-22)."),
	.endpoints = endpoints,
	.recognise = recognise,
	.parse_page = parse_page,
	.pairs = pairs,
};

/* news.c: Google News, Bing News and Google Trends, whose answers are RSS feeds: endpoints, recognition. What their items mean is told
 * in news_item.c. See docs/platforms.md.
 */
#include "base/i18n.h"
#include "parse/engine.h"
#include "parse/html.h"
#include "platforms/news_item.h"
#include "platforms/platforms.h"

#define END                                           \
	{                                             \
		NULL, false, false, false, NULL, NULL \
	}
#define EDITION                                                                                                               \
	{"hl", AMP_IN_QUERY, false, false, NULL, N_("language of the edition: fr")},                                          \
		{"gl", AMP_IN_QUERY, false, false, NULL, N_("country of the edition: FR")},                                   \
	{                                                                                                                     \
		"ceid", AMP_IN_QUERY, false, false, NULL, N_("the edition, country and language: FR:fr; goes with hl and gl") \
	}
#define MARKET                                                                                             \
	{                                                                                                  \
		"setmkt", AMP_IN_QUERY, false, false, NULL, N_("market of Bing: fr-FR; changes the items") \
	}

#define GOOGLE "recording of https://news.google.com/rss/search, calebwhite-io/monument-watch 86a3f88de9e3 (2026-07-14)"
#define LISTS "addresses of public readers (2026-11-22); the form is that of the recorded search (2026-07-14)"
#define BING "shape in lab1702/newsmon 8e54d64af7b9 (2026-06-09), made by hand; not seen live"
#define TRENDS "public readers of https://trends.google.com/trending/rss (2026-11-22); no recording"
#define GOOGLE_ROBOTS                                                                                                              \
	N_("disallowed by news.google.com/robots.txt: \"Disallow: /\" for all and no line that allows /rss, as read by others on " \
	   "2026-09-21")
#define BING_ROBOTS N_("www.bing.com/robots.txt lets /news/search be read, as read by others on 2026-08-14")

static const struct amp_param top_params[] = {EDITION, END};
static const struct amp_param topic_params[] = {{"topic", AMP_IN_PATH, true, false, NULL,
                                                 N_("section: WORLD, NATION, BUSINESS, TECHNOLOGY …"),
                                                 .values = "WORLD|NATION|BUSINESS|TECHNOLOGY|ENTERTAINMENT|SPORTS|SCIENCE|HEALTH"},
                                                EDITION,
                                                END};
static const struct amp_param geo_params[] = {{"place", AMP_IN_PATH, true, false, NULL, N_("a town or region")}, EDITION, END};
static const struct amp_param search_params[] = {
	{"q", AMP_IN_QUERY, true, false, NULL, N_("search words; when:1h, after:2026-11-01, site:example.org narrow it")},
	EDITION,
	END};
static const struct amp_param bing_params[] = {{"q", AMP_IN_QUERY, true, false, NULL, N_("search words")},
                                               {"format", AMP_IN_QUERY, true, false, "rss", N_("always rss")},
                                               MARKET,
                                               END};
static const struct amp_param bing_date_params[] = {{"q", AMP_IN_QUERY, true, false, NULL, N_("search words")},
                                                    {"format", AMP_IN_QUERY, true, false, "rss", N_("always rss")},
                                                    {"qft", AMP_IN_QUERY, true, false, "sortbydate=\"1\"", N_("sorted by date")},
                                                    MARKET,
                                                    END};
static const struct amp_param trends_params[] = {{"geo", AMP_IN_QUERY, true, false, NULL, N_("country: FR")}, END};

#define STATUS_GOOGLE N_("public, no login; ranked, not in the order of time; the feed itself allows personal reading only")
#define STATUS_BING N_("public, no login; about 10 items")

static const struct amp_endpoint endpoints[] = {
	{.name = "google/top",
         .path = "/rss",
         .params = top_params,
         .kind = AMP_ARTICLE,
         .status = STATUS_GOOGLE,
         .status_date = "2026-07-14",
         .source = LISTS,
         .robots = GOOGLE_ROBOTS},
	{.name = "google/topic",
         .path = "/rss/headlines/section/topic/{topic}",
         .params = topic_params,
         .kind = AMP_ARTICLE,
         .status = STATUS_GOOGLE,
         .status_date = "2026-07-14",
         .source = LISTS,
         .robots = GOOGLE_ROBOTS},
	{.name = "google/geo",
         .path = "/rss/headlines/section/geo/{place}",
         .params = geo_params,
         .kind = AMP_ARTICLE,
         .status = STATUS_GOOGLE,
         .status_date = "2026-07-14",
         .source = LISTS,
         .robots = GOOGLE_ROBOTS},
	{.name = "google/search",
         .path = "/rss/search",
         .params = search_params,
         .kind = AMP_ARTICLE,
         .status = STATUS_GOOGLE,
         .status_date = "2026-07-14",
         .source = GOOGLE,
         .robots = GOOGLE_ROBOTS},
	{.name = "bing/search",
         .path = "/news/search",
         .params = bing_params,
         .kind = AMP_ARTICLE,
         .status = STATUS_BING,
         .status_date = "2026-06-09",
         .source = BING,
         .host = "https://www.bing.com",
         .robots_open = BING_ROBOTS},
	{.name = "bing/search:date",
         .ranking = AMP_CHRONOLOGICAL,
         .path = "/news/search",
         .params = bing_date_params,
         .kind = AMP_ARTICLE,
         .status = N_("public, no login; whether the sort holds was not seen live: look at the dates of the first crawl"),
         .status_date = "2026-06-09",
         .source = BING,
         .host = "https://www.bing.com",
         .robots_open = BING_ROBOTS},
	{.name = "google/trends",
         .path = "/trending/rss",
         .params = trends_params,
         .kind = AMP_TAG,
         .status = N_("public, no login; about 10 searches of the day, rounded traffic"),
         .status_date = "2026-11-22",
         .source = TRENDS,
         .host = "https://trends.google.com",
         .robots_open =
                 N_("trends.google.com/robots.txt disallows only /explore? and /trends/explore?, as read by others on 2026-09-15")},
	{.name = NULL}};

static const struct amp_pair_row pairs[] = {
	{"bing/search", "bing/search:date", AMP_POOL_ALTERNATIVE,
         N_("Bing's own sort of the same search; each answer is a short window (about 10 items), so the items differ, not only their order"),
         "2026-11-22"},
	{.ranked = NULL}};

/* Which endpoint an address is of: the page's own, or the one that the feed says it is of (then without /rss). The first that fits. */
static const struct {
	const char *host, *path, *endpoint;
} addresses[] = {{"news.google.com", "/rss/search", "google/search"},
                 {"news.google.com", "/search", "google/search"},
                 {"news.google.com", "/rss/headlines/section/geo/", "google/geo"},
                 {"news.google.com", "/rss/headlines/section/topic/", "google/topic"},
                 {"news.google.com", "/rss/topics/", "google/topic"},
                 {"news.google.com", "/topics/", "google/topic"},
                 {"news.google.com", "", "google/top"},
                 {"bing.com", "/news/search", "bing/search"},
                 {"trends.google.com", "/trend", "google/trends"}};

static const struct amp_endpoint *by_address(struct amp_str url)
{
	struct amp_str host = amp_url_host(url);
	struct amp_str path = host.p ? (struct amp_str){host.p + host.n, url.n - (size_t)(host.p + host.n - url.p)} : host;
	struct amp_str sorted = amp_url_param(url, "qft");
	for (size_t i = 0; host.p && i < sizeof addresses / sizeof *addresses; i++) {
		const char *name = addresses[i].endpoint;
		if (!amp_str_ifind(host, addresses[i].host) || !amp_str_istarts(path, addresses[i].path)) continue;
		if (sorted.n && amp_str_ifind(sorted, "sortbydate") && amp_str_eq_c(amp_str_c(name), "bing/search"))
			name = "bing/search:date";
		return amp_endpoint_find(&amp_adapter_news, name);
	}
	return NULL;
}

/* What the channel links to: the first link of the document, which stands before its items. */
static struct amp_str channel_link(struct amp_engine *e)
{
	struct amp_str rest = e->page->body, out = AMP_STR_ABSENT;
	struct amp_err err;
	rest.n = rest.n < 8192 ? rest.n : 8192;
	const char *item = rest.n ? amp_str_ifind(rest, "<item") : NULL;
	if (item) rest.n = (size_t)(item - rest.p);
	const char *link = rest.n ? amp_str_ifind(rest, "<link>") : NULL;
	if (!link) return AMP_STR_ABSENT;
	rest = (struct amp_str){link + 6, rest.n - (size_t)(link + 6 - rest.p)};
	struct amp_str text = amp_str_trim(amp_str_cut(&rest, '<'));
	if (!rest.p || !text.n) return AMP_STR_ABSENT;
	if (amp_html_unescape(e->arena, text, &out, &err) != 0) amp_engine_no_memory(e);
	return out;
}

static const struct amp_endpoint *recognise(struct amp_engine *e)
{
	if (amp_engine_refused(e, false)) return NULL;
	const struct amp_endpoint *ep = by_address(e->page->url);
	return ep ? ep : by_address(channel_link(e));
}

/* A channel that says that it is another service's. */
static bool of_another(struct amp_engine *e)
{
	const struct amp_endpoint *told = by_address(channel_link(e));
	return told && amp_news_hooks(told->name) != amp_news_hooks(e->endpoint->name);
}

/* All three send RSS, as any site may: whose it is, its channel's link says. A feed without one is taken at the caller's word. */
static bool is_of_service(struct amp_engine *e)
{
	struct amp_str host = amp_url_host(channel_link(e)), head = e->page->body, name = amp_str_c(e->endpoint->name);
	head.n = head.n < 1024 ? head.n : 1024;
	if (head.n && amp_str_ifind(head, "<feed") && !amp_str_ifind(head, "<rss")) {
		amp_engine_refuse(e, AMP_VERDICT_DRIFT, "an Atom feed, where RSS is sent");
		return false;
	}
	if (!host.n) return true;
	for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++)
		if (amp_str_starts(name, addresses[i].endpoint) && amp_str_ifind(host, addresses[i].host)) return true;
	amp_engine_refuse(e, AMP_VERDICT_DRIFT, "a feed of %.*s", (int)(host.n < 80 ? host.n : 80), host.p);
	return false;
}

static void parse_page(struct amp_engine *e)
{
	if (!amp_engine_refused(e, false) && !of_another(e) && is_of_service(e))
		amp_feeds_xml(e, amp_news_hooks(e->endpoint->name));
}

const struct amp_adapter amp_adapter_news = {
	.name = "news",
	.title = "Google News, Bing News, Google Trends",
	.version = "2",
	.default_host = "https://news.google.com",
	.without_login =
		N_("Google News (top stories, sections, places, searches), Bing News searches by relevance and by date, Google "
                   "Trends of the day; robots.txt of Google News disallows it: a study has to say why it asks (2026-11-22)."),
	.with_token = N_("Nothing: none of the three takes a token; the Bing Search APIs ended on 11 August 2025 (2026-11-22)."),
	.not_possible = N_("Google Discover, the personal feeds, how stories are ranked; Google News by date (2026-11-22)."),
	.endpoints = endpoints,
	.recognise = recognise,
	.parse_page = parse_page,
	.pairs = pairs,
};

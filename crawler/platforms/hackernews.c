/* hackernews.c: Hacker News: Firebase (HackerNews/API 8a0528f, January 2025), Algolia's search (recording of 2026-08-08), the pages of
 * the site (saved in 2014 and 2023, stated by a client on 2026-05-07), the feeds of hnrss.org; see docs/platforms.md.
 */
#include "base/i18n.h"
#include "parse/engine.h"
#include "platforms/hackernews_entry.h"
#include "platforms/platforms.h"

#define SITE "https://news.ycombinator.com"
#define ALGOLIA "https://hn.algolia.com"
#define API "HackerNews/API 8a0528f"
#define SEARCH "hn.algolia.com/api; recording of 2026-08-08"
#define PAGES "a client's statement of 2026-05-07; pages saved in 2014 and 2023"
#define ROBOTS \
	N_("news.ycombinator.com/robots.txt leaves the lists open and asks for 30 seconds between requests [to be verified live]")
#define FEEDS "hnrss/hnrss 3ca9d51; https://hnrss.github.io/ of 2020-10-25; recording of 2026-08-08"
#define FEEDS_ROBOTS N_("hnrss.org/robots.txt leaves all open, says its source [to be verified live]")
#define OPEN N_("public, no login, no limit told")
#define IDS N_("public, no login; ids only: their contents are one request each")
#define LIMITED N_("public, no login; 10000 requests an hour, at most 1000 results")
#define CHOSEN \
	N_("public, no login; at most 100 posts of the front page, newest first: the ranking chose them, their order is not its own")
#define NEWEST N_("public, no login; at most 100 posts, newest first")
#define PAGED N_("public, no login; 30 stories a page; too quick a client gets status 503")

#define QUERY_PARAM(name, must, help)                                            \
	{                                                                        \
		name, AMP_IN_QUERY, must, false, NULL, help, NULL, AMP_BODY_TEXT \
	}
#define END                  \
	{                    \
		.name = NULL \
	}
static const struct amp_param no_params[] = {END};
static const struct amp_param item_params[] = {
	{"id", AMP_IN_PATH, true, false, NULL, N_("number of the item"), NULL, AMP_BODY_TEXT}, END};
static const struct amp_param user_params[] = {
	{"name", AMP_IN_PATH, true, false, NULL, N_("name of the user"), NULL, AMP_BODY_TEXT}, END};
static const struct amp_param search_params[] = {
	QUERY_PARAM("query", false, N_("words to search")),
	QUERY_PARAM("tags", false, N_("story, comment, poll, show_hn, ask_hn, front_page, author_NAME; (a,b) is a or b")),
	QUERY_PARAM("numericFilters", false, N_("created_at_i>1600000000,points>10")), END};
static const struct amp_param feed_params[] = {QUERY_PARAM("q", false, N_("words to be found in the titles")),
                                               QUERY_PARAM("points", false, N_("at least so many points")),
                                               QUERY_PARAM("comments", false, N_("at least so many comments")), END};
static const struct amp_param page_params[] = {QUERY_PARAM("p", false, N_("number of the page, from 1 on")), END};
static const struct amp_param newest_params[] = {QUERY_PARAM("next", false, N_("id behind which the page begins")),
                                                 QUERY_PARAM("n", false, N_("number of its first story")), END};

/* clang-format off */
#define LIST(name, ranking)                                                                                            \
	{name, ranking, AMP_AUTH_NONE, "/v0/" name ".json", no_params, AMP_PAGE_NONE, NULL, 0, 0, NULL, false,         \
	 AMP_POST, IDS, "2025-01-01", API, "", amp_hackernews_id_rows}
#define ONE(name, path, params, kind, rows)                                                                            \
	{name, AMP_UNRANKED, AMP_AUTH_NONE, path, params, AMP_PAGE_NONE, NULL, 0, 0, NULL, false, kind, OPEN,          \
	 "2025-01-01", API, "", rows}
#define HITS(name, ranking)                                                                                            \
	{name, ranking, AMP_AUTH_NONE, "/api/v1/" name, search_params, AMP_PAGE_OFFSET, "hitsPerPage", 20, 1000,       \
	 "page", false, AMP_POST, LIMITED, "2026-08-08", SEARCH, "hits", amp_hackernews_hit_rows, .host = ALGOLIA}
#define PAGE(name, ranking, path, params)                                                                              \
	{name, ranking, AMP_AUTH_NONE, path, params, AMP_PAGE_LINK, NULL, 0, 0, NULL, false, AMP_POST, PAGED,          \
	 "2026-05-07", PAGES, NULL, amp_hackernews_page_rows, .host = SITE, .robots_open = ROBOTS}
#define FEED(name, ranking, status)                                                                                    \
	{"hnrss/" name, ranking, AMP_AUTH_NONE, "/" name, feed_params, AMP_PAGE_NONE, "count", 20, 100, NULL, false,    \
	 AMP_POST, status, "2026-08-08", FEEDS, NULL, amp_hackernews_feed_rows, .host = AMP_HACKERNEWS_FEEDS,            \
	 .robots_open = FEEDS_ROBOTS}
static const struct amp_endpoint endpoints[] = {
	LIST("topstories", AMP_ALGORITHMIC),
	LIST("beststories", AMP_ALGORITHMIC),
	LIST("askstories", AMP_ALGORITHMIC),
	LIST("showstories", AMP_ALGORITHMIC),
	LIST("jobstories", AMP_ALGORITHMIC),
	LIST("newstories", AMP_CHRONOLOGICAL),
	ONE("item", "/v0/item/{id}.json", item_params, AMP_POST, amp_hackernews_item_rows),
	ONE("user", "/v0/user/{name}.json", user_params, AMP_ACCOUNT, amp_hackernews_user_rows),
	ONE("updates", "/v0/updates.json", no_params, AMP_POST, amp_hackernews_id_rows),
	ONE("maxitem", "/v0/maxitem.json", no_params, AMP_POST, amp_hackernews_id_rows),
	HITS("search", AMP_ALGORITHMIC),
	HITS("search_by_date", AMP_CHRONOLOGICAL),
	PAGE("html/news", AMP_ALGORITHMIC, "/news", page_params),
	PAGE("html/best", AMP_ALGORITHMIC, "/best", page_params),
	PAGE("html/ask", AMP_ALGORITHMIC, "/ask", page_params),
	PAGE("html/show", AMP_ALGORITHMIC, "/show", page_params),
	PAGE("html/newest", AMP_CHRONOLOGICAL, "/newest", newest_params),
	FEED("frontpage", AMP_ALGORITHMIC, CHOSEN),
	FEED("newest", AMP_CHRONOLOGICAL, NEWEST),
	{.name = NULL}};
/* clang-format on */

#define FRONT N_("the site's own list by time beside its front page; the front page is a choice out of what was new")
#define BEST N_("the most voted of the last days beside the newest: another span of time")
#define TAKEN \
	N_("what the front page has taken beside all that is new, both by the time of submission: compare what is there, not its ranks")
static const struct amp_pair_row pairs[] = {{"topstories", "newstories", AMP_POOL_ALTERNATIVE, FRONT, "2025-01-01"},
                                            {"beststories", "newstories", AMP_POOL_DIFFERENT, BEST, "2025-01-01"},
                                            {"html/news", "html/newest", AMP_POOL_ALTERNATIVE, FRONT, "2026-05-07"},
                                            {"html/best", "html/newest", AMP_POOL_DIFFERENT, BEST, "2026-05-07"},
                                            {"hnrss/frontpage", "hnrss/newest", AMP_POOL_ALTERNATIVE, TAKEN, "2026-08-08"},
                                            {"search", "search_by_date", AMP_POOL_IDENTICAL,
                                             N_("the same search in another order; each order is cut at 1000 results"),
                                             "2026-08-08"},
                                            {.ranked = NULL}};

static const struct amp_endpoint *endpoint(const char *name)
{
	return amp_endpoint_find(&amp_adapter_hackernews, name);
}

static bool has(const struct amp_json *v, const char *key)
{
	return amp_json_get(v, key) != NULL;
}

/* --- what a page is --- */

static bool looks_like_html(const struct amp_engine *e)
{
	return amp_str_starts(amp_str_trim(e->page->body), "<");
}

/* Ids grow with time. */
static bool ids_fall(const struct amp_json *list)
{
	int64_t before = INT64_MAX, id;
	for (const struct amp_json *x = amp_json_first(list); x; x = amp_json_next(list, x)) {
		if (!amp_json_i64(x, &id) || id >= before) return false;
		before = id;
	}
	return list->n > 1;
}

static bool dates_fall(const struct amp_json *hits)
{
	int64_t before = INT64_MAX, at;
	for (const struct amp_json *x = amp_json_first(hits); x; x = amp_json_next(hits, x)) {
		if (!amp_json_i64(amp_json_get(x, "created_at_i"), &at) || at > before) return false;
		before = at;
	}
	return hits->n > 1;
}

static const struct amp_endpoint *recognise_json(const struct amp_json *root)
{
	const struct amp_json *hits = amp_json_get(root, "hits");
	if (amp_json_is(root, AMP_JSON_NUMBER)) return endpoint("maxitem");
	if (amp_json_is(root, AMP_JSON_NULL)) return endpoint("item");
	if (amp_json_is(root, AMP_JSON_ARRAY)) {
		if (root->n && !amp_json_is(amp_json_first(root), AMP_JSON_NUMBER)) return NULL;
		return endpoint(ids_fall(root) ? "newstories" : "topstories");
	}
	if (amp_json_is(hits, AMP_JSON_ARRAY)) return endpoint(dates_fall(hits) ? "search_by_date" : "search");
	if (has(root, "items") && has(root, "profiles")) return endpoint("updates");
	if (has(root, "id") && has(root, "karma")) return endpoint("user");
	if (has(root, "id") && has(root, "type")) return endpoint("item");
	return NULL;
}

static const struct amp_endpoint *recognise(struct amp_engine *e)
{
	if (amp_hackernews_is_feed(e)) return amp_hackernews_feed_kind(e);
	const struct amp_endpoint *by_url = amp_engine_endpoint_by_url(e);
	if (by_url) return by_url;
	if (looks_like_html(e)) return amp_hackernews_page_kind(e);
	const struct amp_json *root = amp_engine_json(e);
	return root ? recognise_json(root) : NULL;
}

/* --- pages --- */

typedef void entry_fn(struct amp_engine *e, const struct amp_json *entry);

/* A number that the body ends in may have had more digits. */
static bool is_whole(const struct amp_engine *e, const struct amp_json *list, const struct amp_json *x)
{
	bool at_end = x->type == AMP_JSON_NUMBER && x->offset + x->n >= e->page->body.n;
	return !(x->flags & AMP_JSON_CUT) && !(at_end && list->flags & AMP_JSON_CUT);
}

static void parse_list(struct amp_engine *e, const struct amp_json *list, entry_fn *entry)
{
	if (!amp_json_is(list, AMP_JSON_ARRAY)) return;
	amp_engine_list_found(e);
	for (const struct amp_json *x = amp_json_first(list); x && !e->failed; x = amp_json_next(list, x))
		if (is_whole(e, list, x)) entry(e, x); /* half an entry is not what was shown */
}

/* One object, of the kind that the endpoint gives. */
static void parse_one(struct amp_engine *e, const struct amp_json *root, entry_fn *entry)
{
	if (!has(root, "id")) return;
	amp_engine_list_found(e);
	if (!(root->flags & AMP_JSON_CUT)) entry(e, root);
}

/* Pages are numbered from 0 on. */
static void put_next(struct amp_engine *e, const struct amp_json *root)
{
	int64_t page, pages;
	if (amp_json_i64(amp_json_get(root, "page"), &page) && amp_json_i64(amp_json_get(root, "nbPages"), &pages) && page >= 0 &&
	    page < pages - 1)
		e->next = (struct amp_next){.kind = AMP_NEXT_OFFSET, .offset = page + 1};
}

/* One without the other is half of what changed. */
static void parse_updates(struct amp_engine *e, const struct amp_json *items, const struct amp_json *profiles)
{
	bool of_items = amp_json_is(items, AMP_JSON_ARRAY), of_profiles = amp_json_is(profiles, AMP_JSON_ARRAY);
	if (of_items != of_profiles) amp_engine_cut(e, "%s is no list", of_items ? "profiles" : "items");
	parse_list(e, items, amp_hackernews_id);
	parse_list(e, profiles, amp_hackernews_profile);
}

static bool is_item_number(const struct amp_json *v)
{
	int64_t n;
	return amp_json_is(v, AMP_JSON_NUMBER) && amp_json_i64(v, &n) && n > 0;
}

static void parse_json(struct amp_engine *e, const struct amp_json *root)
{
	const struct amp_row *rows = e->endpoint->rows;
	if (rows == amp_hackernews_hit_rows) {
		parse_list(e, amp_json_get(root, "hits"), amp_hackernews_hit);
		put_next(e, root);
	} else if (amp_json_is(root, AMP_JSON_NULL) && (rows == amp_hackernews_item_rows || rows == amp_hackernews_user_rows)) {
		amp_engine_list_found(e);
		amp_hackernews_null(e, root);
	} else if (rows == amp_hackernews_user_rows) {
		if (has(root, "karma") || has(root, "created")) parse_one(e, root, amp_hackernews_user);
	} else if (rows == amp_hackernews_item_rows) {
		parse_one(e, root, amp_hackernews_item);
	} else if (has(root, "items") && has(root, "profiles")) {
		parse_updates(e, amp_json_get(root, "items"), amp_json_get(root, "profiles"));
	} else if (is_item_number(root) && e->endpoint == endpoint("maxitem")) {
		amp_engine_list_found(e);
		amp_hackernews_id(e, root);
	} else if (e->endpoint != endpoint("updates") && e->endpoint != endpoint("maxitem")) {
		parse_list(e, root, amp_hackernews_id);
	}
}

static void parse_page(struct amp_engine *e)
{
	if (e->endpoint->rows == amp_hackernews_page_rows) {
		amp_hackernews_page(e);
		return;
	}
	if (e->endpoint->rows == amp_hackernews_feed_rows) {
		amp_hackernews_feed(e);
		return;
	}
	const struct amp_json *root = amp_engine_json(e);
	if (root) parse_json(e, root);
}

const struct amp_adapter amp_adapter_hackernews = {
	.name = "hackernews",
	.title = "Hacker News",
	.version = "3",
	.default_host = "https://hacker-news.firebaseio.com",
	.without_login = N_(
		"Everything: the lists of the API (ids), items, users, Algolia's search in both orders, the site's pages (2026-08-08)."),
	.with_token = N_("Nothing more: the API takes no token (2025-01-01)."),
	.not_possible = N_(
		"What flags, penalties and moderators do to the rank; scores of comments; dead items that are not shown (2025-01-01)."),
	.endpoints = endpoints,
	.recognise = recognise,
	.parse_page = parse_page,
	.pairs = pairs,
};

/* reddit.c: Reddit's OAuth API and the Atom feeds of its site. State of access as of 2026-09-04, names of fields as
 * reddit-archive/reddit's wiki has them, recordings of 2012 to 2023; see docs/platforms.md.
 */
#include <string.h>
#include "base/i18n.h"
#include "parse/engine.h"
#include "parse/html.h"
#include "platforms/platforms.h"
#include "platforms/reddit_entry.h"

#define SITE "https://www.reddit.com"
#define API "reddit-archive/reddit wiki, www.reddit.com/dev/api; only-cli/oc #52, #53 on access"
#define FEED "documents of 2021 to 2026; only-cli/oc #52, #53 on access"
#define TOKEN N_("a token of a registered application; registration is by approval; about 1000 posts a list")
#define OPEN N_("public, no login; about 10 requests a minute, no scores; many networks get 403")
#define ROBOTS N_("disallowed by www.reddit.com/robots.txt since 2024-07 [to be verified live]")

/* Without it & < > are escaped in every text. */
#define RAW                                                                                                                 \
	{                                                                                                                   \
		"raw_json", AMP_IN_QUERY, false, false, "1", N_("characters as they are, not escaped"), NULL, AMP_BODY_TEXT \
	}
#define PLACE(name, help)                                                       \
	{                                                                       \
		name, AMP_IN_PATH, true, false, NULL, help, NULL, AMP_BODY_TEXT \
	}
#define OPTION(name, help, values)                                                  \
	{                                                                           \
		name, AMP_IN_QUERY, false, false, NULL, help, values, AMP_BODY_TEXT \
	}
#define SORT(value, help)                                                            \
	{                                                                            \
		"sort", AMP_IN_QUERY, false, false, value, help, NULL, AMP_BODY_TEXT \
	}
#define QUERY                                                                                                                      \
	{                                                                                                                          \
		"q", AMP_IN_QUERY, true, false, NULL, N_("words to search; subreddit:NAME for one community"), NULL, AMP_BODY_TEXT \
	}
#define AFTER OPTION("after", N_("name of the last entry of the page before"), NULL)
#define TIMES "hour|day|week|month|year|all"
#define PERIOD OPTION("t", N_("posts of the last hour, day, week, month, year, or all"), TIMES)
#define COMMUNITY PLACE("subreddit", N_("name of the community without r/, or several: a+b"))
#define REGION OPTION("g", N_("country or region: GLOBAL, US, FR …"), NULL)
#define END                  \
	{                    \
		.name = NULL \
	}

static const struct amp_param hot_params[] = {COMMUNITY, REGION, AFTER, RAW, END};
static const struct amp_param list_params[] = {COMMUNITY, AFTER, RAW, END};
static const struct amp_param top_params[] = {COMMUNITY, PERIOD, AFTER, RAW, END};
static const struct amp_param front_hot_params[] = {REGION, AFTER, RAW, END};
static const struct amp_param front_params[] = {AFTER, RAW, END};
static const struct amp_param front_top_params[] = {PERIOD, AFTER, RAW, END};
#define MULTI PLACE("user", N_("who keeps the list of communities")), PLACE("multi", N_("name of the list of communities"))
static const struct amp_param multi_params[] = {MULTI, AFTER, RAW, END};
static const struct amp_param multi_top_params[] = {MULTI, PERIOD, AFTER, RAW, END};
#define SEARCHED                                                                                      \
	QUERY, PERIOD, OPTION("type", N_("link, sr (communities), user, several with commas"), NULL), \
		OPTION("include_over_18", N_("on: adult contents too"), NULL), AFTER, RAW, END
static const struct amp_param relevance_params[] = {SORT("relevance", N_("most relevant first")), SEARCHED};
static const struct amp_param search_top_params[] = {SORT("top", N_("highest score first")), SEARCHED};
static const struct amp_param search_comments_params[] = {SORT("comments", N_("most commented first")), SEARCHED};
static const struct amp_param search_hot_params[] = {SORT("hot", N_("ranked by score and age")), SEARCHED};
static const struct amp_param search_new_params[] = {SORT("new", N_("newest first")), SEARCHED};
#define ARTICLE PLACE("article", N_("id of the post, without t3_"))
static const struct amp_param thread_params[] = {ARTICLE,
                                                 OPTION("sort", N_("order of the comments"), "confidence|top|controversial|qa"),
                                                 OPTION("depth", N_("levels of answers"), NULL), RAW, END};
static const struct amp_param thread_new_params[] = {ARTICLE, SORT("new", N_("newest first")),
                                                     OPTION("depth", N_("levels of answers"), NULL), RAW, END};
#define USER PLACE("username", N_("name of the user without u/"))
static const struct amp_param submitted_params[] = {USER, SORT("new", N_("newest first")), AFTER, RAW, END};

static const struct amp_param rss_params[] = {COMMUNITY, AFTER, END};
static const struct amp_param rss_top_params[] = {COMMUNITY, PERIOD, AFTER, END};
static const struct amp_param rss_search_params[] = {SORT("relevance", N_("most relevant first")), QUERY, PERIOD, AFTER, END};
static const struct amp_param rss_search_new_params[] = {SORT("new", N_("newest first")), QUERY, PERIOD, AFTER, END};
static const struct amp_param rss_user_params[] = {USER, AFTER, END};
static const struct amp_param rss_thread_params[] = {ARTICLE, END};

/* clang-format off */
#define LIST(name, ranking, path, params)                                                                              \
	{name, ranking, AMP_AUTH_REQUIRED, path, params, AMP_PAGE_CURSOR, "limit", 25, 100, "after", false, AMP_POST,  \
	 TOKEN, "2026-09-04", API, "data.children", amp_reddit_post_rows}
#define THREAD(name, ranking, params)                                                                                  \
	{name, ranking, AMP_AUTH_REQUIRED, "/comments/{article}", params, AMP_PAGE_NONE, "limit", 200, 500, NULL,      \
	 false, AMP_COMMENT, TOKEN, "2026-09-04", API, NULL, amp_reddit_comment_rows}
#define ATOM(name, ranking, path, params, paging, after)                                                               \
	{name, ranking, AMP_AUTH_NONE, path, params, paging, "limit", 25, 100, after, false, AMP_POST, OPEN,           \
	 "2026-09-04", FEED, NULL, amp_reddit_atom_rows, .host = SITE, .robots = ROBOTS}
static const struct amp_endpoint endpoints[] = {
	LIST("hot", AMP_ALGORITHMIC, "/r/{subreddit}/hot", hot_params),
	LIST("best", AMP_ALGORITHMIC, "/r/{subreddit}/best", list_params),
	LIST("rising", AMP_ALGORITHMIC, "/r/{subreddit}/rising", list_params),
	LIST("top", AMP_ALGORITHMIC, "/r/{subreddit}/top", top_params),
	LIST("controversial", AMP_ALGORITHMIC, "/r/{subreddit}/controversial", top_params),
	LIST("new", AMP_CHRONOLOGICAL, "/r/{subreddit}/new", list_params),
	LIST("front/best", AMP_ALGORITHMIC, "/best", front_params),
	LIST("front/hot", AMP_ALGORITHMIC, "/hot", front_hot_params),
	LIST("front/top", AMP_ALGORITHMIC, "/top", front_top_params),
	LIST("front/rising", AMP_ALGORITHMIC, "/rising", front_params),
	LIST("front/controversial", AMP_ALGORITHMIC, "/controversial", front_top_params),
	LIST("front/new", AMP_CHRONOLOGICAL, "/new", front_params),
	LIST("multi/hot", AMP_ALGORITHMIC, "/user/{user}/m/{multi}/hot", multi_params),
	LIST("multi/top", AMP_ALGORITHMIC, "/user/{user}/m/{multi}/top", multi_top_params),
	LIST("multi/new", AMP_CHRONOLOGICAL, "/user/{user}/m/{multi}/new", multi_params),
	LIST("search:relevance", AMP_ALGORITHMIC, "/search", relevance_params),
	LIST("search:top", AMP_ALGORITHMIC, "/search", search_top_params),
	LIST("search:comments", AMP_ALGORITHMIC, "/search", search_comments_params),
	LIST("search:hot", AMP_ALGORITHMIC, "/search", search_hot_params),
	LIST("search:new", AMP_CHRONOLOGICAL, "/search", search_new_params),
	THREAD("comments", AMP_ALGORITHMIC, thread_params),
	THREAD("comments:new", AMP_CHRONOLOGICAL, thread_new_params),
	LIST("user/submitted", AMP_CHRONOLOGICAL, "/user/{username}/submitted", submitted_params),
	ATOM("rss/hot", AMP_ALGORITHMIC, "/r/{subreddit}/hot/.rss", rss_params, AMP_PAGE_CURSOR, "after"),
	ATOM("rss/top", AMP_ALGORITHMIC, "/r/{subreddit}/top/.rss", rss_top_params, AMP_PAGE_CURSOR, "after"),
	ATOM("rss/rising", AMP_ALGORITHMIC, "/r/{subreddit}/rising/.rss", rss_params, AMP_PAGE_CURSOR, "after"),
	ATOM("rss/controversial", AMP_ALGORITHMIC, "/r/{subreddit}/controversial/.rss", rss_top_params, AMP_PAGE_CURSOR, "after"),
	ATOM("rss/new", AMP_CHRONOLOGICAL, "/r/{subreddit}/new/.rss", rss_params, AMP_PAGE_CURSOR, "after"),
	ATOM("rss/search", AMP_ALGORITHMIC, "/search.rss", rss_search_params, AMP_PAGE_CURSOR, "after"),
	ATOM("rss/search:new", AMP_CHRONOLOGICAL, "/search.rss", rss_search_new_params, AMP_PAGE_CURSOR, "after"),
	ATOM("rss/user", AMP_CHRONOLOGICAL, "/user/{username}/.rss", rss_user_params, AMP_PAGE_CURSOR, "after"),
	ATOM("rss/comments", AMP_CHRONOLOGICAL, "/comments/{article}/.rss", rss_thread_params, AMP_PAGE_NONE, NULL),
	{.name = NULL}};
/* clang-format on */

#define SAME_POSTS N_("the same community's posts in another order; each list ends after about 1000")
#define SAME_WINDOW N_("the same community, but top and controversial keep to the period t: ask for one that holds the window")
#define SAME_SEARCH N_("the same search in another order; deep results differ, since each order is cut somewhere")
static const struct amp_pair_row pairs[] = {
	{"hot", "new", AMP_POOL_IDENTICAL, SAME_POSTS, "2026-09-04"},
	{"best", "new", AMP_POOL_IDENTICAL, SAME_POSTS, "2026-09-04"},
	{"rising", "new", AMP_POOL_DIFFERENT, N_("rising holds only the young posts that gain votes"), "2026-09-04"},
	{"top", "new", AMP_POOL_ALTERNATIVE, SAME_WINDOW, "2026-09-04"},
	{"controversial", "new", AMP_POOL_ALTERNATIVE, SAME_WINDOW, "2026-09-04"},
	{"front/best", "front/new", AMP_POOL_ALTERNATIVE, N_("the account's own communities, but best may add recommendations"),
         "2026-09-04"},
	{"front/hot", "front/new", AMP_POOL_ALTERNATIVE, N_("hot draws from a choice of the account's communities, new from all"),
         "2026-09-04"},
	{"front/top", "front/new", AMP_POOL_ALTERNATIVE, N_("the account's communities, top within the period t only"),
         "2026-09-04"},
	{"multi/hot", "multi/new", AMP_POOL_IDENTICAL, N_("the same list of communities in another order"), "2026-09-04"},
	{"multi/top", "multi/new", AMP_POOL_ALTERNATIVE, N_("the same list of communities, top within the period t only"),
         "2026-09-04"},
	{"search:relevance", "search:new", AMP_POOL_IDENTICAL, SAME_SEARCH, "2026-09-04"},
	{"search:top", "search:new", AMP_POOL_IDENTICAL, SAME_SEARCH, "2026-09-04"},
	{"search:comments", "search:new", AMP_POOL_IDENTICAL, SAME_SEARCH, "2026-09-04"},
	{"search:hot", "search:new", AMP_POOL_IDENTICAL, SAME_SEARCH, "2026-09-04"},
	{"comments", "comments:new", AMP_POOL_IDENTICAL, N_("the same comments in another order, as far as they are unfolded"),
         "2026-09-04"},
	{"rss/hot", "rss/new", AMP_POOL_IDENTICAL, SAME_POSTS, "2026-09-04"},
	{"rss/top", "rss/new", AMP_POOL_ALTERNATIVE, SAME_WINDOW, "2026-09-04"},
	{"rss/rising", "rss/new", AMP_POOL_DIFFERENT, N_("rising holds only the young posts that gain votes"), "2026-09-04"},
	{"rss/controversial", "rss/new", AMP_POOL_ALTERNATIVE, SAME_WINDOW, "2026-09-04"},
	{"rss/search", "rss/search:new", AMP_POOL_IDENTICAL, SAME_SEARCH, "2026-09-04"},
	{.ranked = NULL}};

static const struct amp_endpoint *endpoint(const char *name)
{
	return amp_endpoint_find(&amp_adapter_reddit, name);
}

static bool is_atom(const struct amp_endpoint *ep)
{
	return ep->rows == amp_reddit_atom_rows;
}

/* --- addresses --- */

#define MAX_STEPS 8
struct address {
	struct amp_str steps[MAX_STEPS], query;
	size_t n;
	bool feed;
};

static struct amp_str without(struct amp_str s, const char *suffix)
{
	return amp_str_ends(s, suffix) ? (struct amp_str){s.p, s.n - strlen(suffix)} : s;
}

static bool step_is(const struct address *a, size_t i, const char *word)
{
	return i < a->n && amp_str_ieq_c(a->steps[i], word);
}

static void drop_steps(struct address *a, size_t n)
{
	a->n -= n;
	memmove(a->steps, a->steps + n, a->n * sizeof *a->steps);
}

static struct address address_of(struct amp_str url)
{
	struct address a = {.n = 0};
	struct amp_str host = amp_url_host(url);
	if (!host.p) return a;
	struct amp_str rest = {host.p + host.n, (size_t)(url.p + url.n - host.p) - host.n}, path;
	rest = amp_str_cut(&rest, '#');
	path = amp_str_cut(&rest, '?');
	a.query = rest;
	while (path.p && a.n < MAX_STEPS) {
		struct amp_str step = amp_str_cut(&path, '/');
		a.feed = a.feed || amp_str_ends(step, ".rss");
		step = without(without(step, ".rss"), ".json");
		if (step.n) a.steps[a.n++] = step;
	}
	return a;
}

/* Addresses as browsers and programs write them, into those of the table: /r/NAME is its hot list, a thread goes by its id alone,
 * a search inside a community is a search, .json is what the API gives. */
static const struct amp_endpoint *endpoint_by_url(struct amp_engine *e, struct amp_str url)
{
	struct address a = address_of(url);
	struct amp_page page = *e->page;
	const struct amp_page *shown = e->page;
	char path[512] = "";
	size_t used = 0;
	if (step_is(&a, 0, "u")) a.steps[0] = AMP_STR("user");
	if (step_is(&a, 0, "r") && (step_is(&a, 2, "search") || step_is(&a, 2, "comments"))) drop_steps(&a, 2);
	if (step_is(&a, 0, "comments") && a.n > 2) a.n = 2;
	if (step_is(&a, 0, "r") && a.n == 2) a.steps[a.n++] = AMP_STR("hot");
	if (step_is(&a, 0, "user") && a.n == 3 && a.feed) a.n = 2;
	for (size_t i = 0; i < a.n && used + a.steps[i].n + 8 < sizeof path; i++) {
		path[used++] = '/';
		memcpy(path + used, a.steps[i].p, a.steps[i].n);
		used += a.steps[i].n;
	}
	if (!used) return NULL;
	const char *tail = !a.feed ? "" : a.n == 1 ? ".rss" : "/.rss";
	const char *tidy = amp_arena_printf(e->arena, SITE "%.*s%s?%.*s", (int)used, path, tail, AMP_ARG(a.query));
	if (!tidy) {
		amp_engine_no_memory(e);
		return NULL;
	}
	page.url = amp_str_c(tidy);
	e->page = &page;
	const struct amp_endpoint *found = amp_engine_endpoint_by_url(e);
	e->page = shown;
	return found;
}

/* --- what a page is, without its address --- */

static bool is_listing(const struct amp_json *v)
{
	return amp_str_eq_c(amp_json_str(amp_json_get(v, "kind")), "Listing");
}

static const struct amp_json *children(const struct amp_json *listing)
{
	return is_listing(listing) ? amp_json_path(listing, "data.children") : NULL;
}

/* What all posts of a list have alike. */
struct likeness {
	bool one_author, one_place, newest_first, directory;
	size_t n;
	struct amp_str author, place;
};

static struct likeness compare_posts(const struct amp_json *list)
{
	struct likeness l = {.one_author = true, .one_place = true, .newest_first = true};
	double before = 0;
	for (const struct amp_json *x = amp_json_first(list); x; x = amp_json_next(list, x)) {
		const struct amp_json *data = amp_json_get(x, "data");
		struct amp_str kind = amp_json_str(amp_json_get(x, "kind"));
		struct amp_str author = amp_json_str(amp_json_get(data, "author")),
			       place = amp_json_str(amp_json_get(data, "subreddit"));
		double at = 0;
		l.directory = l.directory || amp_str_eq_c(kind, "t5") || amp_str_eq_c(kind, "t2");
		if (!l.n++) {
			l.author = author;
			l.place = place;
		}
		if (!author.p || !amp_str_eq(author, l.author)) l.one_author = false;
		if (!place.p || !amp_str_eq(place, l.place)) l.one_place = false;
		if (amp_json_true(amp_json_get(data, "stickied")) || !amp_json_double(amp_json_get(data, "created_utc"), &at))
			continue;
		if (before && at > before) l.newest_first = false;
		before = at;
	}
	return l;
}

static const struct amp_endpoint *recognise_list(const struct amp_json *list)
{
	struct likeness l = compare_posts(list);
	if (l.directory) return endpoint("search:relevance");
	if (l.n > 1 && l.one_author && l.newest_first) return endpoint("user/submitted");
	bool newest = l.n > 1 && l.newest_first;
	if (l.one_place) return endpoint(newest ? "new" : "hot");
	return endpoint(newest ? "front/new" : "front/best");
}

/* A feed names its own address: <link rel="self" href="…">, before its first entry. */
static struct amp_str own_address(struct amp_engine *e)
{
	struct amp_str rest = e->page->body, out = AMP_STR_ABSENT;
	struct amp_err err;
	if (rest.n > 8192) rest.n = 8192;
	for (const char *p = amp_str_find(rest, AMP_STR("<link")); p; p = amp_str_find(rest, AMP_STR("<link"))) {
		rest = (struct amp_str){p + 5, (size_t)(rest.p + rest.n - p) - 5};
		struct amp_str after = rest, tag = amp_str_cut(&after, '>');
		const char *href = amp_str_find(tag, AMP_STR("href=\""));
		if (!href || !amp_str_find(tag, AMP_STR("rel=\"self\""))) continue;
		struct amp_str value = {href + 6, (size_t)(tag.p + tag.n - href) - 6};
		value = amp_str_cut(&value, '"');
		if (amp_html_unescape(e->arena, value, &out, &err) != 0) amp_engine_no_memory(e);
		return out;
	}
	return out;
}

static bool looks_like_json(const struct amp_engine *e)
{
	struct amp_str body = e->page->body;
	if (amp_str_starts(body, "\xEF\xBB\xBF")) body = (struct amp_str){body.p + 3, body.n - 3};
	body = amp_str_trim(body);
	return body.n && (*body.p == '{' || *body.p == '[');
}

static const struct amp_endpoint *recognise_atom(struct amp_engine *e)
{
	if (amp_engine_refused(e, false)) return NULL;
	const struct amp_endpoint *found = endpoint_by_url(e, own_address(e));
	if (found && is_atom(found)) return found;
	struct amp_str head = {e->page->body.p, e->page->body.n < 8192 ? e->page->body.n : 8192};
	return amp_str_find(head, AMP_STR("reddit.com/")) ? endpoint("rss/hot") : NULL; /* any site's feed is Atom too */
}

static const struct amp_endpoint *recognise(struct amp_engine *e)
{
	const struct amp_endpoint *by_url = endpoint_by_url(e, e->page->url);
	bool json = looks_like_json(e);
	if (by_url && is_atom(by_url) != json) return by_url;
	if (!json) return recognise_atom(e);
	const struct amp_json *root = amp_engine_json(e);
	if (amp_json_is(root, AMP_JSON_ARRAY)) return is_listing(amp_json_first(root)) ? endpoint("comments") : NULL;
	return is_listing(root) ? recognise_list(children(root)) : NULL;
}

/* --- pages --- */

/* Whether & < > are escaped: without raw_json=1 each & begins &amp; &lt; or &gt;, and there is no < or >; any text that is
 * otherwise was sent raw. Asked only where the address is not known; texts without any of the three read alike both ways. */
static bool looks_escaped(const struct amp_json *root)
{
	bool escapes = false;
	for (const struct amp_json *v = root; v < root + root->span; v++) {
		struct amp_str text = amp_json_str(v);
		for (size_t i = 0; i < text.n; i++) {
			struct amp_str at = {text.p + i, text.n - i};
			if (text.p[i] == '<' || text.p[i] == '>') return false;
			if (text.p[i] != '&') continue;
			if (!amp_str_starts(at, "&amp;") && !amp_str_starts(at, "&lt;") && !amp_str_starts(at, "&gt;"))
				return false;
			escapes = true;
		}
	}
	return escapes;
}

/* "jardin" of /r/jardin/hot; "a+b" is no post's; "" for a list that has no community of its own. */
static struct amp_str community_of(struct amp_str url)
{
	struct address a = address_of(url);
	if (!step_is(&a, 0, "r") || a.n < 2) return AMP_STR("");
	return a.steps[1];
}

static struct amp_reddit_page page_of(struct amp_engine *e, const struct amp_json *root)
{
	struct amp_str url = e->page->url, place = AMP_STR_ABSENT;
	const char *name = e->endpoint->name;
	struct amp_reddit_page page = {.thread = e->endpoint->kind == AMP_COMMENT,
	                               .profile = strcmp(name, "user/submitted") == 0,
	                               .directory = amp_str_starts(amp_str_c(name), "search")};
	page.escaped = url.p ? !amp_str_eq_c(amp_url_param(url, "raw_json"), "1") : looks_escaped(root);
	if (amp_str_starts(amp_str_c(e->endpoint->path), "/r/")) {
		struct likeness l = {.one_place = false};
		if (!url.p) l = compare_posts(children(root));
		place = url.p ? community_of(url) : l.one_place ? l.place : AMP_STR_ABSENT;
	}
	if (place.n) page.subreddit = amp_arena_strndup(e->arena, place.p, place.n);
	if (place.n && !page.subreddit) amp_engine_no_memory(e);
	return page;
}

static void parse_list(struct amp_engine *e, const struct amp_reddit_page *page, const struct amp_json *listing)
{
	const struct amp_json *list = children(listing);
	if (!amp_json_is(list, AMP_JSON_ARRAY)) return;
	amp_engine_list_found(e);
	for (const struct amp_json *x = amp_json_first(list); x && !e->failed; x = amp_json_next(list, x))
		if (!(x->flags & AMP_JSON_CUT)) amp_reddit_thing(e, page, x); /* half an entry is not what was shown */
	struct amp_str after = amp_json_str(amp_json_path(listing, "data.after"));
	if (after.n && e->endpoint->paging == AMP_PAGE_CURSOR) e->next = (struct amp_next){.kind = AMP_NEXT_CURSOR, .value = after};
}

static bool is_more(const struct amp_json *thing)
{
	return amp_str_eq_c(amp_json_str(amp_json_get(thing, "kind")), "more"); /* "load more": ids, nothing that was shown */
}

/* What answers a comment: `replies`, a Listing, or "" when there are none. Anything else has taken the answers away. */
static const struct amp_json *answers_of(struct amp_engine *e, const struct amp_json *thing)
{
	const struct amp_json *replies = amp_json_path(thing, "data.replies"), *list = children(replies);
	if (amp_json_is(list, AMP_JSON_ARRAY)) return list;
	bool comment = amp_str_eq_c(amp_json_str(amp_json_get(thing, "kind")), "t1");
	bool none = replies ? amp_json_is_null(replies) || amp_str_eq_c(amp_json_str(replies), "") : !comment;
	if (!none && !(thing->flags & AMP_JSON_CUT))
		amp_engine_cut(e, "the answers to the comment at byte %u are no list", (unsigned)thing->offset);
	return NULL;
}

/* Comments depth first, without recursion. */
static void parse_tree(struct amp_engine *e, const struct amp_reddit_page *page, const struct amp_json *listing)
{
	struct level {
		const struct amp_json *list, *at;
	} stack[AMP_JSON_DEPTH];
	size_t depth = 0;
	const struct amp_json *list = children(listing);
	if (!amp_json_is(list, AMP_JSON_ARRAY)) {
		amp_engine_cut(e, "the list at byte %u cannot be read", (unsigned)listing->offset);
		return;
	}
	amp_engine_list_found(e);
	stack[depth++] = (struct level){list, amp_json_first(list)};
	while (depth && !e->failed) {
		struct level *top = &stack[depth - 1];
		const struct amp_json *thing = top->at;
		if (!thing) {
			depth--;
			continue;
		}
		top->at = amp_json_next(top->list, thing);
		if (is_more(thing) || thing->flags & AMP_JSON_CUT) continue;
		amp_reddit_thing(e, page, thing);
		list = answers_of(e, thing);
		if (list && depth < AMP_JSON_DEPTH) stack[depth++] = (struct level){list, amp_json_first(list)};
	}
}

/* The post's list or that of its comments: where one is none, the other still is what was shown. */
static bool has_listing(const struct amp_json *parts)
{
	for (const struct amp_json *x = amp_json_first(parts); x; x = amp_json_next(parts, x))
		if (is_listing(x)) return true;
	return false;
}

static void parse_page(struct amp_engine *e)
{
	if (is_atom(e->endpoint)) {
		amp_reddit_atom(e);
		return;
	}
	const struct amp_json *root = amp_engine_json(e);
	if (!root) return;
	struct amp_reddit_page page = page_of(e, root);
	if (!page.thread) {
		parse_list(e, &page, root);
		return;
	}
	if (!amp_json_is(root, AMP_JSON_ARRAY) || !has_listing(root)) return;
	for (const struct amp_json *x = amp_json_first(root); x; x = amp_json_next(root, x)) parse_tree(e, &page, x);
}

const struct amp_adapter amp_adapter_reddit = {
	.name = "reddit",
	.title = "Reddit",
	.version = "3",
	.default_host = "https://oauth.reddit.com",
	.without_login = N_(
		"Atom feeds of communities, searches, users and threads: 25 to 100 posts a page, no scores, no counts (2026-09-04)."),
	.with_token = N_(
		"Every list, search and thread with scores, by an application that Reddit has approved; anonymous .json is closed since 2026-05-30 (2026-09-04)."),
	.not_possible = N_(
		"The app's home feed with its recommendations; vote counts as they are (scores are fuzzed); lists beyond about 1000 posts (2026-09-04)."),
	.endpoints = endpoints,
	.recognise = recognise,
	.parse_page = parse_page,
	.pairs = pairs,
};

/* tiktok.c: TikTok: its Research API, oEmbed, the embed page, and what a browser saved of the site. Documents of
 * developers.tiktok.com (2026-09-01, rate limits 2026-08-04), davidteather/TikTok-Api 8d8d37d (2026-05-09), Zeeschuimer
 * modules/tiktok.js 53ec8c2; recordings of 2022-08 and 2026-08; see docs/platforms.md.
 */
#include <string.h>
#include "base/i18n.h"
#include "parse/engine.h"
#include "platforms/platforms.h"
#include "platforms/tiktok_item.h"
#include "platforms/tiktok_page.h"

#define RESEARCH "developers.tiktok.com, Query Videos"
#define SITE "davidteather/TikTok-Api 8d8d37d"
#define SIGNED N_("capture only: TikTok answers with nothing to requests that its own page did not sign")
#define SAVED N_("capture only: a page as a browser saved it; TikTok walls it off from programs")
#define MAX_ERROR ((size_t)64 << 10)
#define FIELDS                                                                                                                 \
	"id,video_description,create_time,region_code,share_count,view_count,like_count,comment_count,music_id,hashtag_names," \
	"username,effect_ids,playlist_id,voice_to_text,is_stem_verified,favorites_count,video_duration,hashtag_info_list,"     \
	"video_mention_list,video_label"

static const struct amp_param no_params[] = {{.name = NULL}};
static const struct amp_param research_params[] = {
	{.name = "fields", .place = AMP_IN_QUERY, .fixed = FIELDS},
	{.name = "query",
         .place = AMP_IN_BODY,
         .type = AMP_BODY_JSON,
         .required = true,
         .help = N_(
		 "conditions, as JSON: {\"and\":[{\"operation\":\"IN\",\"field_name\":\"region_code\",\"field_values\":[\"FR\"]}]}")},
	{.name = "start_date", .place = AMP_IN_BODY, .required = true, .help = N_("first day, UTC, as 20261101")},
	{.name = "end_date", .place = AMP_IN_BODY, .required = true, .help = N_("last day, UTC, at most 30 days after the first")},
	{.name = "is_random", .place = AMP_IN_BODY, .type = AMP_BODY_BOOLEAN, .help = N_("true: in random order")},
	{.name = "cursor", .place = AMP_IN_BODY, .type = AMP_BODY_INTEGER},
	{.name = "max_count", .place = AMP_IN_BODY, .type = AMP_BODY_INTEGER},
	{.name = NULL}};
static const struct amp_param oembed_params[] = {
	{.name = "url", .place = AMP_IN_QUERY, .required = true, .help = N_("address of a video")}, {.name = NULL}};
static const struct amp_param embed_params[] = {
	{.name = "user", .place = AMP_IN_PATH, .required = true, .help = N_("the account's name without @")}, {.name = NULL}};

#define LIST(called, order, where)                                                                                              \
	{                                                                                                                       \
		.name = called, .ranking = order, .auth = AMP_AUTH_NONE, .path = where, .params = no_params, .kind = AMP_VIDEO, \
		.status = SIGNED, .status_date = "2026-05-09", .source = SITE, .list = "itemList", .rows = amp_tiktok_rows,     \
		.captured_only = true                                                                                           \
	}
#define PAGE(called, order, where)                                                                                               \
	{                                                                                                                        \
		.name = called, .ranking = order, .auth = AMP_AUTH_NONE, .path = where, .params = no_params, .kind = AMP_VIDEO,  \
		.status = SAVED, .status_date = "2026-05-09", .source = SITE ", recordings of 2022-08", .rows = amp_tiktok_rows, \
		.captured_only = true                                                                                            \
	}
static const struct amp_endpoint endpoints[] = {
	{.name = "research/video/query",
         .ranking = AMP_UNRANKED,
         .auth = AMP_AUTH_REQUIRED,
         .path = "/v2/research/video/query/",
         .params = research_params,
         .paging = AMP_PAGE_CURSOR,
         .limit_param = "max_count",
         .limit_default = 20,
         .limit_max = 100,
         .page_param = "cursor",
         .kind = AMP_VIDEO,
         .status = N_("token of an approved research project; in no order that is told; counts lag by up to 10 days"),
         .status_date = "2026-09-01",
         .source = RESEARCH,
         .list = "data.videos",
         .rows = amp_tiktok_research_rows,
         .host = "https://open.tiktokapis.com",
         .body = "{}"},
	{.name = "oembed",
         .ranking = AMP_UNRANKED,
         .auth = AMP_AUTH_NONE,
         .path = "/oembed",
         .params = oembed_params,
         .kind = AMP_VIDEO,
         .status = N_("public, no login: one video's text, author and cover"),
         .status_date = "2026-08-10",
         .source = "developers.tiktok.com, Embed Videos",
         .list = "",
         .rows = amp_tiktok_oembed_rows},
	{.name = "embed/user",
         .ranking = AMP_UNRANKED,
         .auth = AMP_AUTH_NONE,
         .path = "/embed/@{user}",
         .params = embed_params,
         .language_header = true,
         .kind = AMP_VIDEO,
         .status = N_("public, no login: about ten recent or pinned videos; shape not confirmed by a recording"),
         .status_date = "2026-05-09",
         .source = "public clients of the embed page",
         .rows = amp_tiktok_embed_rows},
	LIST("recommend/item_list", AMP_ALGORITHMIC, "/api/recommend/item_list/"),
	LIST("explore/item_list", AMP_ALGORITHMIC, "/api/explore/item_list/"),
	LIST("related/item_list", AMP_ALGORITHMIC, "/api/related/item_list/"),
	LIST("challenge/item_list", AMP_ALGORITHMIC, "/api/challenge/item_list/"),
	LIST("search/item", AMP_ALGORITHMIC, "/api/search/item/full/"),
	LIST("post/item_list", AMP_CHRONOLOGICAL, "/api/post/item_list/"),
	PAGE("page/foryou", AMP_ALGORITHMIC, "/foryou"),
	PAGE("page/user", AMP_UNRANKED, "/@{user}"),
	PAGE("page/video", AMP_UNRANKED, "/@{user}/video/{id}"),
	{.name = NULL}};

static const char *const view_endpoints[] = {[AMP_TIKTOK_FORYOU] = "page/foryou",
                                             [AMP_TIKTOK_USER] = "page/user",
                                             [AMP_TIKTOK_VIDEO] = "page/video",
                                             [AMP_TIKTOK_EMBED] = "embed/user"};

static const struct amp_endpoint *endpoint(const char *name)
{
	return amp_endpoint_find(&amp_adapter_tiktok, name);
}

static bool named(const struct amp_engine *e, const char *name)
{
	return e->endpoint && strcmp(e->endpoint->name, name) == 0;
}

/* The Research API's error codes that are about who asks, or how often. */
static bool is_wall(struct amp_str code)
{
	static const char *const walls[] = {"access_token_invalid", "scope_not_authorized", "scope_permission_missed",
	                                    "rate_limit_exceeded", "daily_quota_limit_exceeded"};
	for (size_t i = 0; i < sizeof walls / sizeof *walls; i++)
		if (amp_str_eq_c(code, walls[i])) return true;
	return false;
}

/* An error object under a status that says nothing of who asks (or is not known): what was asked for is wrong or gone. */
static void judge_refusal(struct amp_engine *e)
{
	struct amp_json_doc doc;
	int status = e->page->status;
	bool asker = status == 401 || status == 403 || status == 407 || status == 429 || status == 451;
	if (asker || (status != 0 && status < 400) || status >= 500 || e->page->body.n > MAX_ERROR) return;
	if (amp_json_parse(&doc, e->page->body, e->arena, NULL) != 0 || doc.end != AMP_JSON_COMPLETE) return;
	const struct amp_json *error = amp_json_get(doc.root, "error");
	struct amp_str code = amp_json_str(amp_json_get(error, "code"));
	struct amp_str said = amp_json_str(amp_json_get(error ? error : doc.root, "message"));
	if (!said.p || said.n > 160 || code.n > 60 || (status == 0 && (!code.n || amp_str_eq_c(code, "ok")))) return;
	amp_engine_refuse(e, is_wall(code) ? AMP_VERDICT_BLOCKED : AMP_VERDICT_FAILED, "TikTok answered with an error: %.*s%s%.*s",
	                  AMP_ARG(code), code.n ? ": " : "", AMP_ARG(said));
}

static const struct amp_json *answer(struct amp_engine *e)
{
	judge_refusal(e);
	return amp_engine_json(e);
}

/* --- which endpoint --- */

static struct amp_str author_of(const struct amp_json *item)
{
	const struct amp_json *author = amp_json_get(item, "author");
	return amp_json_str(amp_json_is(author, AMP_JSON_OBJECT) ? amp_json_get(author, "uniqueId") : author);
}

/* The lists of the site look alike: one author in all of them makes a profile's, else it is taken for the For You feed. */
static const struct amp_endpoint *recognise_list(const struct amp_json *list)
{
	const struct amp_json *first = amp_json_first(list);
	struct amp_str author = author_of(first);
	bool one_author = author.n && list->n > 1;
	for (const struct amp_json *i = first; i && one_author; i = amp_json_next(list, i))
		one_author = amp_str_eq(author, author_of(i));
	return endpoint(one_author ? "post/item_list" : "recommend/item_list");
}

static const struct amp_endpoint *recognise_answer(const struct amp_json *root)
{
	const struct amp_json *list = amp_json_get(root, "itemList"), *data = amp_json_get(root, "data");
	if (amp_json_is(list, AMP_JSON_ARRAY)) return recognise_list(list);
	if (amp_json_is(amp_json_get(root, "item_list"), AMP_JSON_ARRAY)) return endpoint("search/item");
	if (amp_json_is(data, AMP_JSON_ARRAY) && amp_json_get(amp_json_at(data, 0), "type") && amp_json_get(root, "status_code"))
		return endpoint("search/item");
	if (amp_json_is(amp_json_get(data, "videos"), AMP_JSON_ARRAY)) return endpoint("research/video/query");
	if (amp_json_path(root, "error.log_id")) return endpoint("research/video/query");
	if (amp_str_eq_c(amp_json_str(amp_json_get(root, "provider_name")), "TikTok")) return endpoint("oembed");
	return NULL;
}

static const struct amp_endpoint *recognise(struct amp_engine *e)
{
	const struct amp_endpoint *by_url = amp_engine_endpoint_by_url(e);
	if (amp_tiktok_is_page(e)) {
		enum amp_tiktok_view view = amp_tiktok_page_view(e);
		return view == AMP_TIKTOK_NO_VIEW ? by_url : endpoint(view_endpoints[view]);
	}
	if (by_url) return by_url;
	if (amp_str_find(e->page->url, AMP_STR("/api/search/general/"))) return endpoint("search/item");
	const struct amp_json *root = answer(e);
	return root ? recognise_answer(root) : NULL;
}

/* --- entries --- */

typedef void entry_fn(struct amp_engine *e, const struct amp_json *entry);

static void parse_list(struct amp_engine *e, const struct amp_json *list, entry_fn *entry)
{
	if (!amp_json_is(list, AMP_JSON_ARRAY)) return;
	amp_engine_list_found(e);
	for (const struct amp_json *x = amp_json_first(list); x && !e->failed; x = amp_json_next(list, x))
		if (!(x->flags & AMP_JSON_CUT)) entry(e, x);
}

/* The cursor counts only within the search that it belongs to: both go into the next request. */
static void put_next_research(struct amp_engine *e, const struct amp_json *data)
{
	const struct amp_json *search = amp_json_get(data, "search_id");
	struct amp_str cursor = amp_json_digits(amp_json_get(data, "cursor")), id = amp_json_str(search);
	if (!amp_json_true(amp_json_get(data, "has_more")) || !cursor.n) return;
	for (size_t i = 0; i < id.n; i++)
		if (!amp_is_alnum(id.p[i]) && id.p[i] != '-' && id.p[i] != '_') return;
	struct amp_str next =
		AMP_CONCAT(e->arena, AMP_STR("{\"cursor\":"), cursor, AMP_STR(",\"search_id\":\""), id, AMP_STR("\"}"));
	if (!id.n) next = AMP_CONCAT(e->arena, AMP_STR("{\"cursor\":"), cursor, AMP_STR("}"));
	if (next.n) e->next = (struct amp_next){.kind = AMP_NEXT_BODY, .value = next};
}

static void parse_research(struct amp_engine *e, const struct amp_json *root)
{
	const struct amp_json *data = amp_json_get(root, "data");
	parse_list(e, amp_json_get(data, "videos"), amp_tiktok_research);
	put_next_research(e, data);
}

static void parse_oembed(struct amp_engine *e, const struct amp_json *root)
{
	if (!amp_json_get(root, "html") || !amp_json_get(root, "author_name")) return;
	amp_engine_list_found(e);
	amp_tiktok_oembed(e, root);
}

/* Entries of a mixed search: videos, accounts, live rooms. */
static void search_entry(struct amp_engine *e, const struct amp_json *entry)
{
	const struct amp_json *item = amp_json_get(entry, "item");
	amp_tiktok_item(e, amp_json_is(item, AMP_JSON_OBJECT) ? item : entry);
}

/* A profile without videos is answered without a list. A list under another name, a page that is not the last or has come some
 * way is none of that: then the list was not found. */
static bool has_none(const struct amp_json *root)
{
	const struct amp_json *cursor = amp_json_get(root, "cursor");
	struct amp_str at = amp_json_is(cursor, AMP_JSON_STRING) ? amp_json_str(cursor) : amp_json_digits(cursor);
	if (amp_json_true(amp_json_get(root, "hasMore")) || (at.n && !amp_str_eq_c(at, "0"))) return false;
	for (const struct amp_json *v = amp_json_first(root); v; v = amp_json_next(root, v))
		if (amp_json_is(v, AMP_JSON_ARRAY) && v->n > 0) return false;
	return amp_json_get(root, "statusCode") || amp_json_get(root, "status_code");
}

static void parse_site(struct amp_engine *e, const struct amp_json *root)
{
	const struct amp_json *code = amp_json_get(root, "statusCode"), *code_2 = amp_json_get(root, "status_code");
	const struct amp_json *message = amp_json_get(root, "status_msg"), *list = amp_json_get(root, "itemList");
	if (amp_tiktok_code(e, code, message) || amp_tiktok_code(e, code_2, message)) return;
	if (named(e, "search/item")) {
		list = amp_json_get(root, "item_list");
		if (!amp_json_is(list, AMP_JSON_ARRAY)) list = amp_json_get(root, "data");
		parse_list(e, list, search_entry);
	} else {
		parse_list(e, list, amp_tiktok_item);
	}
	if (amp_json_is_null(list) && has_none(root)) amp_engine_list_found(e);
}

/* What TikTok sends to a request that its page did not sign. */
static bool unsigned_answer(struct amp_engine *e)
{
	if (!e->endpoint->captured_only || e->page->status != 200 || e->page->truncated || amp_str_trim(e->page->body).n)
		return false;
	amp_engine_refuse(e, AMP_VERDICT_BLOCKED, "%s", "the body is empty: the request's signature was not accepted");
	return true;
}

static void parse_page(struct amp_engine *e)
{
	for (size_t v = 0; v < AMP_TIKTOK_NO_VIEW; v++)
		if (named(e, view_endpoints[v]) && !unsigned_answer(e)) amp_tiktok_page(e, (enum amp_tiktok_view)v);
	if (!e->endpoint->list || unsigned_answer(e)) return;
	const struct amp_json *root = answer(e);
	if (!root) return;
	if (named(e, "research/video/query"))
		parse_research(e, root);
	else if (named(e, "oembed"))
		parse_oembed(e, root);
	else
		parse_site(e, root);
}

const struct amp_adapter amp_adapter_tiktok = {
	.name = "tiktok",
	.title = "TikTok",
	.version = "2",
	.default_host = "https://www.tiktok.com",
	.without_login =
		N_("One video's text, author and cover by its address, and about ten videos of an account by the embed page; "
                   "neither is ranked (2026-08-10, 2026-05-09)."),
	.with_token =
		N_("Searches of the Research API, for approved research projects: videos in no order that is told (2026-09-01)."),
	.not_possible = N_("The For You feed, Explore, related videos and searches as people see them: read here only from what a "
                           "browser saved (2026-05-09)."),
	.endpoints = endpoints,
	.recognise = recognise,
	.parse_page = parse_page,
};

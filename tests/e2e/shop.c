/* shop.c: a platform that exists only here: the program of this build with one adapter that needs everything that an endpoint can ask for.
 * Its table of platforms stands in for crawler/platforms/platforms.c, which the linker then leaves out of the library.
 */
#include <string.h>
#include "parse/engine.h"
#include "platforms/platforms.h"

static const struct amp_row rows[] = {
	{AMP_F_ITEM_ID, "id", NULL, NULL, AMP_REQUIRED}, {AMP_F_TEXT, "text", NULL, NULL, AMP_REQUIRED}, {0}};

static const struct amp_param search_params[] = {
	{.name = "fields", .required = true, .help = "what to send"},
	{.name = "q", .place = AMP_IN_BODY, .required = true, .help = "words"},
	{.name = "limit", .place = AMP_IN_BODY, .type = AMP_BODY_INTEGER},
	{.name = "days", .place = AMP_IN_BODY, .type = AMP_BODY_INTEGER},
	{.name = "safe", .place = AMP_IN_BODY, .type = AMP_BODY_BOOLEAN},
	{.name = "filter", .place = AMP_IN_BODY, .type = AMP_BODY_JSON},
	{.name = "sort", .place = AMP_IN_BODY, .values = "Active|Hot|Scaled"},
	{.name = "context.client.gl", .place = AMP_IN_BODY},
	{.name = NULL},
};
static const struct amp_param none[] = {{.name = NULL}};
static const char *const headers[] = {"X-Shop-Client-Name: 1", "X-Shop-Version: 2.2026", NULL};

#define COMMON                                                                                                        \
	.auth = AMP_AUTH_OPTIONAL, .kind = AMP_POST, .status = "test", .status_date = "2026-11-22", .source = "test", \
	.list = "items", .rows = rows
static const struct amp_endpoint endpoints[] = {
	{.name = "search",
         .ranking = AMP_ALGORITHMIC,
         .path = "/search",
         .params = search_params,
         .paging = AMP_PAGE_CURSOR,
         .limit_param = "limit",
         .limit_max = 2,
         .page_param = "continuation",
         .body = "{\"context\":{\"client\":{\"name\":\"WEB\",\"gl\":\"US\"}},\"q\":\"\"}",
         .page_body = "{\"context\":{\"client\":{\"name\":\"WEB\",\"gl\":\"US\"}},\"continuation\":\"\"}",
         .headers = headers,
         .token_param = "i",
         .token_place = AMP_IN_BODY,
         COMMON},
	{.name = "videos",
         .ranking = AMP_CHRONOLOGICAL,
         .path = "/videos",
         .params = none,
         .paging = AMP_PAGE_CURSOR,
         .page_param = "cursor",
         .body = "{\"max_count\":2}",
         .token_param = "key",
         COMMON},
	{.name = "notes",
         .ranking = AMP_CHRONOLOGICAL,
         .path = "/notes",
         .params = none,
         .paging = AMP_PAGE_OFFSET,
         .page_param = "offset",
         .body = "{}",
         .robots_open = "shop.example/robots.txt forbids nothing as of 2026-11-22",
         COMMON},
	{.name = "linked",
         .ranking = AMP_CHRONOLOGICAL,
         .path = "/linked",
         .params = none,
         .paging = AMP_PAGE_LINK,
         .token_param = "key",
         COMMON},
	{.name = "moved", .ranking = AMP_CHRONOLOGICAL, .path = "/moved", .params = none, .body = "{}", COMMON},
	{.name = "elsewhere",
         .ranking = AMP_CHRONOLOGICAL,
         .path = "/elsewhere",
         .params = none,
         .host = "https://own.shop.example",
         .robots = "disallowed by own.shop.example/robots.txt as of 2026-11-22",
         COMMON},
	{.name = "saved", .ranking = AMP_ALGORITHMIC, .path = "/saved", .params = none, .captured_only = true, COMMON},
	{.name = NULL}};

static const struct amp_pair_row pairs[] = {
	{"search", "videos", AMP_POOL_DIFFERENT, "The one searches, the other lists.", "2026-11-22"},
	{"search", "notes", AMP_POOL_IDENTICAL, "The same notes in another order.", "2026-11-22"},
	{.ranked = NULL}};

static const struct amp_endpoint *recognise(struct amp_engine *e)
{
	return amp_engine_endpoint_by_url(e);
}

/* "next": a cursor; "more": several values; "link": an address; entries alone: the next page is as many further on. */
static void parse_page(struct amp_engine *e)
{
	const struct amp_json *root = amp_engine_json(e), *list = amp_json_get(root, "items");
	if (!amp_json_is(list, AMP_JSON_ARRAY)) return;
	amp_engine_list_found(e);
	for (const struct amp_json *x = amp_json_first(list); x && !e->failed; x = amp_json_next(list, x)) {
		amp_engine_begin(e, x->offset);
		amp_engine_rows(e, e->endpoint->rows, x);
		amp_engine_end(e);
	}
	struct amp_str next = amp_json_str(amp_json_get(root, "next")), more = amp_json_str(amp_json_get(root, "more")),
		       link = amp_json_str(amp_json_get(root, "link"));
	if (next.n)
		e->next = (struct amp_next){.kind = AMP_NEXT_CURSOR, .value = next};
	else if (link.n)
		e->next = (struct amp_next){.kind = AMP_NEXT_URL, .value = link};
	else if (more.n)
		e->next = (struct amp_next){.kind = AMP_NEXT_BODY, .value = more};
	else if (e->endpoint->paging == AMP_PAGE_OFFSET && list->n)
		e->next = (struct amp_next){.kind = AMP_NEXT_FORWARD, .offset = (int64_t)list->n};
}

static const struct amp_adapter shop = {.name = "shop",
                                        .title = "Shop",
                                        .version = "1",
                                        .default_host = "https://shop.example",
                                        .endpoints = endpoints,
                                        .recognise = recognise,
                                        .parse_page = parse_page,
                                        .pairs = pairs};
static const struct amp_adapter *const table[] = {&shop};

const struct amp_adapter *const *amp_adapters(size_t *n)
{
	*n = 1;
	return table;
}

const struct amp_adapter *amp_adapter_find(const char *name)
{
	return name && strcmp(name, shop.name) == 0 ? &shop : NULL;
}

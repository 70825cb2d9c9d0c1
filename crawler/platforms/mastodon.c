/* mastodon.c: Mastodon and the servers that speak its API. mastodon/documentation 2903485 (2026-07-02), recordings of 2025-07 and
 * 2026-08 (4.6.4, 4.7-alpha), snac of 2026-11; see docs/platforms.md.
 */
#include <string.h>
#include "base/i18n.h"
#include "parse/engine.h"
#include "platforms/mastodon_status.h"
#include "platforms/platforms.h"

#define DOCUMENTATION "mastodon/documentation 2903485"
#define END                                           \
	{                                             \
		NULL, false, false, false, NULL, NULL \
	}
#define FLAG(name, help)                              \
	{                                             \
		name, false, false, false, NULL, help \
	}
#define OPEN N_("public on most servers, no login; each server can close it since 4.5")

static const struct amp_param no_params[] = {END};
static const struct amp_param public_params[] = {FLAG("local", N_("true: this server only")),
                                                 FLAG("remote", N_("true: other servers only")),
                                                 FLAG("only_media", N_("true: posts with media only")), END};
static const struct amp_param tag_params[] = {{"hashtag", true, true, false, NULL, N_("hashtag without #")},
                                              FLAG("local", N_("true: this server only")),
                                              FLAG("only_media", N_("true: posts with media only")),
                                              {"any[]", false, false, true, NULL, N_("or these tags")},
                                              {"all[]", false, false, true, NULL, N_("and these tags")},
                                              {"none[]", false, false, true, NULL, N_("without these tags")},
                                              END};
static const struct amp_param link_params[] = {{"url", false, true, false, NULL, N_("address of a link that trends now")}, END};
static const struct amp_param list_params[] = {{"list_id", true, true, false, NULL, N_("number of the list")}, END};
static const struct amp_param account_params[] = {{"id", true, true, false, NULL, N_("number of the account on this server")},
                                                  FLAG("exclude_replies", N_("true: no replies")),
                                                  FLAG("exclude_reblogs", N_("true: no boosts")),
                                                  FLAG("pinned", N_("true: the pinned posts only")),
                                                  FLAG("only_media", N_("true: posts with media only")),
                                                  FLAG("tagged", N_("posts with this hashtag")),
                                                  END};
static const struct amp_param lookup_params[] = {{"acct", false, true, false, NULL, N_("user or user@host")}, END};
static const struct amp_param status_params[] = {{"id", true, true, false, NULL, N_("number of the post on this server")}, END};

static const struct amp_endpoint endpoints[] = {
	{"trends/statuses", AMP_ALGORITHMIC, AMP_AUTH_NONE, "/api/v1/trends/statuses", no_params, AMP_PAGE_OFFSET, "limit", 20, 40,
         "offset", true, AMP_POST, N_("public, no login"), "2026-07-02", DOCUMENTATION, "", amp_mastodon_status_rows},
	{"trends/links", AMP_ALGORITHMIC, AMP_AUTH_NONE, "/api/v1/trends/links", no_params, AMP_PAGE_OFFSET, "limit", 10, 20,
         "offset", true, AMP_LINK, N_("public, no login"), "2026-07-02", DOCUMENTATION, "", amp_mastodon_link_rows},
	{"trends/tags", AMP_ALGORITHMIC, AMP_AUTH_NONE, "/api/v1/trends/tags", no_params, AMP_PAGE_OFFSET, "limit", 10, 20,
         "offset", false, AMP_TAG, N_("public, no login"), "2026-07-02", DOCUMENTATION, "", amp_mastodon_tag_rows},
	{"timelines/public", AMP_CHRONOLOGICAL, AMP_AUTH_OPTIONAL, "/api/v1/timelines/public", public_params, AMP_PAGE_LINK,
         "limit", 20, 40, NULL, false, AMP_POST, OPEN, "2026-07-02", DOCUMENTATION, "", amp_mastodon_status_rows},
	{"timelines/tag", AMP_CHRONOLOGICAL, AMP_AUTH_OPTIONAL, "/api/v1/timelines/tag/{hashtag}", tag_params, AMP_PAGE_LINK,
         "limit", 20, 40, NULL, false, AMP_POST, OPEN, "2026-07-02", DOCUMENTATION, "", amp_mastodon_status_rows},
	{"timelines/link", AMP_CHRONOLOGICAL, AMP_AUTH_OPTIONAL, "/api/v1/timelines/link", link_params, AMP_PAGE_LINK, "limit", 20,
         40, NULL, false, AMP_POST, N_("public on most servers from 4.3 on; 404 unless the link trends"), "2026-07-02",
         DOCUMENTATION, "", amp_mastodon_status_rows},
	{"timelines/home", AMP_CHRONOLOGICAL, AMP_AUTH_REQUIRED, "/api/v1/timelines/home", no_params, AMP_PAGE_LINK, "limit", 20,
         40, NULL, false, AMP_POST, N_("login"), "2026-07-02", DOCUMENTATION, "", amp_mastodon_status_rows},
	{"timelines/list", AMP_CHRONOLOGICAL, AMP_AUTH_REQUIRED, "/api/v1/timelines/list/{list_id}", list_params, AMP_PAGE_LINK,
         "limit", 20, 40, NULL, false, AMP_POST, N_("login"), "2026-07-02", DOCUMENTATION, "", amp_mastodon_status_rows},
	{"accounts/statuses", AMP_CHRONOLOGICAL, AMP_AUTH_OPTIONAL, "/api/v1/accounts/{id}/statuses", account_params, AMP_PAGE_LINK,
         "limit", 20, 40, NULL, false, AMP_POST, N_("public, no login"), "2026-07-02", DOCUMENTATION, "", amp_mastodon_status_rows},
	{"accounts/lookup", AMP_UNRANKED, AMP_AUTH_NONE, "/api/v1/accounts/lookup", lookup_params, AMP_PAGE_NONE, NULL, 0, 0, NULL,
         false, AMP_ACCOUNT, N_("public, no login"), "2026-07-02", DOCUMENTATION, "", amp_mastodon_account_rows},
	{"statuses", AMP_UNRANKED, AMP_AUTH_OPTIONAL, "/api/v1/statuses/{id}", status_params, AMP_PAGE_NONE, NULL, 0, 0, NULL,
         false, AMP_POST, N_("public, no login"), "2026-07-02", DOCUMENTATION, "", amp_mastodon_status_rows},
	{"statuses/context", AMP_UNRANKED, AMP_AUTH_OPTIONAL, "/api/v1/statuses/{id}/context", status_params, AMP_PAGE_NONE, NULL,
         0, 0, NULL, false, AMP_POST, N_("public, no login; at most 40 ancestors and 60 descendants without one"), "2026-07-02",
         DOCUMENTATION, NULL, amp_mastodon_status_rows},
	{"v2/instance", AMP_UNRANKED, AMP_AUTH_NONE, "/api/v2/instance", no_params, AMP_PAGE_NONE, NULL, 0, 0, NULL, false,
         AMP_ACCOUNT, N_("public, no login; says which timelines are closed"), "2026-07-02", DOCUMENTATION, "",
         amp_mastodon_instance_rows},
	{.name = NULL}};

static const struct amp_pair_row pairs[] = {
	{"trends/statuses", "timelines/public", AMP_POOL_ALTERNATIVE,
         N_("Trends are selected by how a post spreads, and moderators may have to approve them; the public timeline holds every public post that the server knows."),
         "2026-07-02"},
	{"trends/statuses", "timelines/home", AMP_POOL_DIFFERENT,
         N_("Trends are the server's, the home timeline holds the accounts that one person follows."), "2026-07-02"},
	{"trends/statuses", "timelines/tag", AMP_POOL_DIFFERENT, N_("Trends are of any subject, a hashtag's timeline of one."),
         "2026-07-02"},
	{"trends/links", "timelines/link", AMP_POOL_DIFFERENT,
         N_("The one lists links that are shared much, the other the posts that share one of them."), "2026-07-02"},
	{.ranked = NULL}};

static const struct amp_endpoint *endpoint(const char *name)
{
	return amp_endpoint_find(&amp_adapter_mastodon, name);
}

static bool has(const struct amp_json *v, const char *key)
{
	return amp_json_get(v, key) != NULL;
}

static bool is_status(const struct amp_json *v)
{
	return has(v, "content") && has(v, "created_at") && has(v, "id");
}

static bool is_account(const struct amp_json *v)
{
	return has(v, "acct") && has(v, "username");
}

static bool is_instance(const struct amp_json *v)
{
	return has(v, "version") && has(v, "title") && (has(v, "domain") || has(v, "uri"));
}

/* Lists of statuses look alike: one author in all of them makes an account's list, else it is taken for a public timeline. */
static const struct amp_endpoint *recognise_list(const struct amp_json *list)
{
	const struct amp_json *first = amp_json_first(list);
	if (!first) return endpoint("timelines/public");
	if (!has(first, "content") && has(first, "history"))
		return endpoint(has(first, "title") ? "trends/links" : has(first, "name") ? "trends/tags" : "");
	if (!has(first, "content") && has(first, "provider_name") && has(first, "title")) return endpoint("trends/links");
	if (!is_status(first)) return NULL;
	bool one_author = list->n > 1;
	struct amp_str author = amp_json_str(amp_json_path(first, "account.id"));
	for (const struct amp_json *s = amp_json_next(list, first); s && one_author; s = amp_json_next(list, s))
		one_author = author.p && amp_str_eq(author, amp_json_str(amp_json_path(s, "account.id")));
	return endpoint(one_author ? "accounts/statuses" : "timelines/public");
}

static const struct amp_endpoint *recognise(struct amp_engine *e)
{
	const struct amp_json *root = amp_engine_json(e);
	const struct amp_endpoint *by_url = amp_engine_endpoint_by_url(e);
	if (by_url || !root) return by_url;
	if (amp_json_is(root, AMP_JSON_ARRAY)) return recognise_list(root);
	if (has(root, "ancestors") && has(root, "descendants")) return endpoint("statuses/context");
	if (is_status(root) || has(root, "quoted_status")) return endpoint("statuses");
	if (is_account(root)) return endpoint("accounts/lookup");
	if (is_instance(root)) return endpoint("v2/instance");
	return NULL;
}

typedef void entry_fn(struct amp_engine *e, const struct amp_json *entry);

static entry_fn *entry_of(const struct amp_endpoint *ep)
{
	if (ep->rows == amp_mastodon_link_rows) return amp_mastodon_link;
	if (ep->rows == amp_mastodon_tag_rows) return amp_mastodon_tag;
	if (ep->rows == amp_mastodon_account_rows) return amp_mastodon_account;
	if (ep->rows == amp_mastodon_instance_rows) return amp_mastodon_instance;
	return amp_mastodon_status;
}

static void parse_list(struct amp_engine *e, const struct amp_json *list, entry_fn *entry)
{
	if (!amp_json_is(list, AMP_JSON_ARRAY)) return;
	amp_engine_list_found(e);
	for (const struct amp_json *x = amp_json_first(list); x && !e->failed; x = amp_json_next(list, x))
		if (!(x->flags & AMP_JSON_CUT)) entry(e, x); /* half an entry is not what was shown */
}

/* One entity instead of a list: of the kind that the endpoint gives, so that a status where an account belongs is drift. */
static void parse_one(struct amp_engine *e, const struct amp_json *root)
{
	const struct amp_json *quoted = amp_json_get(root, "quoted_status");
	bool fits = e->endpoint->rows == amp_mastodon_account_rows    ? is_account(root)
	            : e->endpoint->rows == amp_mastodon_instance_rows ? is_instance(root)
	                                                              : is_status(root);
	if (amp_json_is(quoted, AMP_JSON_OBJECT) && !is_status(root)) {
		root = quoted; /* a Quote entity by itself */
		fits = is_status(root);
	}
	if (!fits || e->endpoint->paging != AMP_PAGE_NONE) return;
	amp_engine_list_found(e);
	if (!(root->flags & AMP_JSON_CUT)) entry_of(e->endpoint)(e, root);
}

/* Timelines name the next page in a Link header; trends go by offset, which the header repeats: without one there is no more. */
static void put_next(struct amp_engine *e, size_t entries)
{
	struct amp_str link = amp_engine_link_next(e);
	if (e->endpoint->paging == AMP_PAGE_LINK && link.p) {
		e->next = (struct amp_next){.kind = AMP_NEXT_URL, .value = link};
	} else if (e->endpoint->paging == AMP_PAGE_OFFSET) {
		int64_t offset = 0;
		struct amp_str written = amp_url_param(e->page->url, "offset");
		if (written.p && !amp_str_i64(written, &offset)) return;
		offset = offset < 0 ? 0 : offset;
		struct amp_str told = amp_url_param(link, "offset");
		if (link.p && told.p && amp_str_i64(told, &offset))
			e->next = (struct amp_next){.kind = AMP_NEXT_OFFSET, .offset = offset};
		else if (entries && !e->page->headers.p && offset < INT32_MAX)
			e->next = (struct amp_next){.kind = AMP_NEXT_OFFSET, .offset = offset + (int64_t)entries};
	}
}

static void parse_part(struct amp_engine *e, const struct amp_json *root, const char *key)
{
	const struct amp_json *list = amp_json_get(root, key);
	if (list && list->type != AMP_JSON_ARRAY) amp_engine_cut(e, "%s is no list", key);
	parse_list(e, list, amp_mastodon_status);
}

static void parse_page(struct amp_engine *e)
{
	const struct amp_json *root = amp_engine_json(e);
	if (!root) return;
	if (!e->endpoint->list) {
		if (!has(root, "ancestors") || (!has(root, "descendants") && !(root->flags & AMP_JSON_CUT))) return;
		parse_part(e, root, "ancestors");
		parse_part(e, root, "descendants");
	} else if (amp_json_is(root, AMP_JSON_ARRAY)) {
		if (e->endpoint->paging == AMP_PAGE_NONE) return; /* one entity is asked for: a list of others has no place here */
		parse_list(e, root, entry_of(e->endpoint));
		put_next(e, root->n);
	} else {
		parse_one(e, root);
	}
}

/* --- what a server says of its timelines (configuration.timelines_access of v2/instance, since 4.5) --- */

static const struct access {
	const char *endpoint, *key;
} accesses[] = {{"timelines/public", "live_feeds"}, {"timelines/tag", "hashtag_feeds"}, {"timelines/link", "trending_link_feeds"}};

static bool asked_for(struct amp_str url, const char *name)
{
	struct amp_str v = amp_url_param(url, name);
	return amp_str_ieq_c(v, "true") || amp_str_eq_c(v, "1");
}

/* "public", "authenticated" or "disabled", of local and remote posts each. A server that closes one of them sends the rest. */
static bool closed(const struct amp_closing_question *q, struct amp_arena *arena, struct amp_str *why)
{
	static const char *const parts[] = {"local", "remote"};
	const char *key = NULL;
	for (size_t i = 0; i < sizeof accesses / sizeof *accesses; i++)
		if (strcmp(q->endpoint->name, accesses[i].endpoint) == 0) key = accesses[i].key;
	if (!key || !q->rules) return key != NULL;
	const struct amp_json *access = amp_json_get(amp_json_path(q->rules, "configuration.timelines_access"), key);
	for (size_t i = 0; i < 2; i++) {
		struct amp_str says = amp_json_str(amp_json_get(access, parts[i]));
		bool shut = amp_str_eq_c(says, "disabled") || (!q->token && amp_str_eq_c(says, "authenticated"));
		if (!shut || asked_for(q->url, parts[1 - i])) continue;
		const char *text =
			amp_arena_printf(arena, "the server closes this timeline: v2/instance says that %s of %s posts is %.*s",
		                         key, parts[i], AMP_ARG(says));
		if (!text) return false;
		*why = amp_str_c(text);
		return true;
	}
	return false;
}

const struct amp_adapter amp_adapter_mastodon = {
	.name = "mastodon",
	.title = "Mastodon",
	.version = "5",
	.default_host = NULL,
	.without_login =
		N_("Trends, public and hashtag timelines, accounts, on servers that leave them open (checked 2026-07-02)."),
	.with_token =
		N_("The home and list timelines of the account, and timelines that the server closes to the public (2026-07-02)."),
	.not_possible = N_("How trends are scored is not told; there is no ranked home timeline to compare with (2026-07-02)."),
	.endpoints = endpoints,
	.pairs = pairs,
	.recognise = recognise,
	.rules_path = "/api/v2/instance",
	.closed = closed,
	.parse_page = parse_page,
	.session_path = NULL,
};

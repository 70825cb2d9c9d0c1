/* feeds.c: RSS 0.9x, 1.0, 2.0, Atom 0.3, 1.0 and JSON Feed 1.0, 1.1 of any site. The dialect is found from the document, never from
 * the Content-Type; whether a feed is ranked is what the study says of it, since no dialect does. See docs/platforms.md.
 */
#include "base/i18n.h"
#include "parse/engine.h"
#include "platforms/feeds_entry.h"
#include "platforms/platforms.h"

#define END                                           \
	{                                             \
		NULL, false, false, false, NULL, NULL \
	}
#define SOURCE "RFC 4287, rssboard.org RSS 2.0.11, web.resource.org RSS 1.0, jsonfeed.org 1.1"

static const struct amp_param params[] = {
	{"path", true, true, false, NULL, N_("path of the feed on its server, with its query: /rss/search?q=climat")}, END};

static const struct amp_endpoint endpoints[] = {
	{"latest", AMP_CHRONOLOGICAL, AMP_AUTH_OPTIONAL, "/{+path}", params, AMP_PAGE_LINK, NULL, 0, 0, NULL, false, AMP_ARTICLE,
         N_("public where the site publishes it; order of the document, usually newest first"), "2026-11-22", SOURCE, NULL,
         amp_feeds_rows},
	{"ranked", AMP_ALGORITHMIC, AMP_AUTH_OPTIONAL, "/{+path}", params, AMP_PAGE_LINK, NULL, 0, 0, NULL, false, AMP_ARTICLE,
         N_("public where the site publishes it; for feeds that the site sorts by something else than time"), "2026-11-22", SOURCE,
         NULL, amp_feeds_rows},
	{.name = NULL}};

static char first_byte(const struct amp_engine *e)
{
	struct amp_str body = e->page->body;
	if (amp_str_starts(body, "\xEF\xBB\xBF")) body = (struct amp_str){body.p + 3, body.n - 3};
	body = amp_str_trim(body);
	return body.n ? *body.p : '\0';
}

static bool looks_like_json(const struct amp_engine *e)
{
	char c = first_byte(e);
	return c == '{' || c == '[';
}

/* An XML document is read once, when it is parsed; what is no feed is told there. */
static const struct amp_endpoint *recognise(struct amp_engine *e)
{
	if (amp_engine_refused(e, false)) return NULL;
	return amp_endpoint_find(&amp_adapter_feeds, "latest");
}

static void parse_page(struct amp_engine *e)
{
	if (!looks_like_json(e)) {
		if (!amp_engine_refused(e, false)) amp_feeds_xml(e, NULL);
	} else {
		const struct amp_json *root = amp_engine_json(e);
		if (!root) return;
		if (amp_feeds_is_json(root))
			amp_feeds_json(e, root);
		else
			amp_engine_refuse(e, AMP_VERDICT_DRIFT, "a JSON document that is no JSON Feed");
	}
	struct amp_str link = e->next.kind == AMP_NEXT_NONE ? amp_engine_link_next(e) : AMP_STR_ABSENT;
	if (link.p) e->next = (struct amp_next){.kind = AMP_NEXT_URL, .value = link};
}

const struct amp_adapter amp_adapter_feeds = {
	.name = "feeds",
	.title = "RSS, Atom, JSON Feed",
	.version = "5",
	.default_host = NULL,
	.without_login = N_(
		"Every feed that a site publishes: newspapers, blogs, Google News and Bing News searches, YouTube channels, Reddit listings (2026-11-22)."),
	.with_token = N_("Feeds behind HTTP authentication or with a secret in their address (2026-11-22)."),
	.not_possible = N_("A feed does not say how it was ordered: the study has to (2026-11-22)."),
	.endpoints = endpoints,
	.recognise = recognise,
	.parse_page = parse_page,
	.session_path = NULL,
};

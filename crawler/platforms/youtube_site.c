/* youtube_site.c: whole answers of InnerTube: what the site itself reads, and what its pages carry as ytInitialData. Which endpoint
 * gives such an answer, whose page it is, where its list stands.
 */
#include <string.h>
#include "platforms/members.h"
#include "platforms/youtube_renderer.h"

static const struct answer {
	const char *contents, *list;   /* the member of "contents" that it has, and its list */
	const char *in_json, *in_page; /* which endpoint that is */
	const char *allowed[4];        /* what else may give it */
} answers[] = {
	{"twoColumnWatchNextResults",
         "secondaryResults.secondaryResults.results",
         "innertube/next",
         "html/watch",
         {"innertube/next", "html/watch", NULL}},
	{"twoColumnSearchResultsRenderer",
         "primaryContents.sectionListRenderer.contents",
         "innertube/search",
         "html/results",
         {"innertube/search", "html/results", NULL}},
	{"twoColumnBrowseResultsRenderer",
         NULL,
         "innertube/browse:topic",
         "html/home",
         {"innertube/browse:topic", "innertube/browse:videos", "html/home", NULL}},
	{"sectionListRenderer",
         "contents",
         "innertube/browse:charts",
         NULL,
         {"innertube/browse:charts", "innertube/browse:topic", NULL}},
};
static const struct {
	const char *actions, *name;
} further[] = {{"onResponseReceivedEndpoints", "innertube/next"},
               {"onResponseReceivedCommands", "innertube/search"},
               {"onResponseReceivedActions", "innertube/browse:videos"}};

static const struct answer *answer_of(const struct amp_json *root)
{
	const struct amp_json *contents = amp_json_get(root, "contents");
	for (size_t i = 0; contents && i < sizeof answers / sizeof *answers; i++)
		if (amp_json_get(contents, answers[i].contents)) return &answers[i];
	return NULL;
}

/* The tab in front; the only one that comes with its content. */
static const struct amp_json *selected_tab(const struct amp_json *root)
{
	const struct amp_json *tabs = amp_json_path(root, "contents.twoColumnBrowseResultsRenderer.tabs"), *filled = NULL;
	for (const struct amp_json *t = amp_json_first(tabs); t; t = amp_json_next(tabs, t)) {
		const struct amp_json *tab = amp_json_get(t, "tabRenderer");
		if (amp_json_true(amp_json_get(tab, "selected"))) return tab;
		if (!filled && amp_json_get(tab, "content")) filled = tab;
	}
	return filled;
}

/* The items that a further page appends. */
static const struct amp_json *appended(const struct amp_json *root, const char **name)
{
	for (size_t i = 0; i < sizeof further / sizeof *further; i++) {
		const struct amp_json *actions = amp_json_get(root, further[i].actions);
		for (const struct amp_json *a = amp_json_first(actions); a; a = amp_json_next(actions, a)) {
			const struct amp_json *items = amp_json_path(a, "appendContinuationItemsAction.continuationItems");
			if (!items) items = amp_json_path(a, "reloadContinuationItemsCommand.continuationItems");
			if (!amp_json_is(items, AMP_JSON_ARRAY)) continue;
			*name = further[i].name;
			return items;
		}
	}
	return NULL;
}

/* The tab of a channel by the end of its address. */
static const char *tab_name(const struct amp_json *root)
{
	static const char *const tabs[][2] = {{"/videos", "innertube/browse:videos"},
	                                      {"/shorts", "innertube/browse:shorts"},
	                                      {"/streams", "innertube/browse:streams"}};
	struct amp_str url = amp_json_str(amp_json_path(selected_tab(root), "endpoint.commandMetadata.webCommandMetadata.url"));
	for (size_t i = 0; i < sizeof tabs / sizeof *tabs; i++)
		if (amp_str_ends(url, tabs[i][0])) return tabs[i][1];
	return NULL;
}

const char *amp_youtube_site_name(const struct amp_json *root, bool in_page)
{
	const struct answer *a = amp_json_is(root, AMP_JSON_OBJECT) ? answer_of(root) : NULL;
	const char *name = NULL;
	if (a && !a->list) {
		struct amp_str page = amp_json_str(amp_json_get(selected_tab(root), "tabIdentifier"));
		bool other = page.n && !amp_str_starts(page, "FEwhat_to_watch");
		name = tab_name(root);
		return name ? name : in_page && !other ? a->in_page : a->in_json;
	}
	if (a) return in_page && a->in_page ? a->in_page : a->in_json;
	const struct amp_json *items = appended(root, &name);
	if (items && amp_json_path(amp_json_first(items), "richItemRenderer.content.shortsLockupViewModel"))
		return "innertube/browse:shorts";
	if (!items && amp_json_get(root, "alerts") && amp_json_get(root, "responseContext")) return "innertube/browse:videos";
	return name;
}

/* "This channel does not exist." comes with status 200. */
static bool refused_by_alert(struct amp_engine *e, const struct amp_json *root)
{
	const struct amp_json *alerts = amp_json_get(root, "alerts");
	for (const struct amp_json *a = amp_json_first(alerts); a; a = amp_json_next(alerts, a)) {
		const struct amp_json *alert = amp_json_get(a, "alertRenderer");
		if (!amp_str_eq_c(amp_json_str(amp_json_get(alert, "type")), "ERROR")) continue;
		struct amp_str text = amp_youtube_shown(e, AMP_F_COUNT, amp_json_get(alert, "text"));
		amp_engine_refuse(e, AMP_VERDICT_FAILED, "YouTube says: %.*s", AMP_ARG(text));
		return true;
	}
	return false;
}

static bool is_browse(const struct amp_engine *e, const struct answer *a)
{
	return !a->list && amp_str_starts(amp_str_c(e->endpoint->name), "innertube/browse:");
}

static bool allowed(const struct amp_engine *e, const struct answer *a)
{
	for (size_t i = 0; a->allowed[i]; i++)
		if (strcmp(e->endpoint->name, a->allowed[i]) == 0) return true;
	return is_browse(e, a);
}

static void learn_owner(struct amp_youtube_answer *s, const struct amp_json *root)
{
	struct amp_engine *e = s->e;
	const struct amp_json *channel =
		amp_member_deep(e, AMP_F_AUTHOR_ID, root, "metadata.channelMetadataRenderer", AMP_JSON_OBJECT);
	struct amp_str vanity = amp_member_text(e, AMP_F_AUTHOR_HANDLE, channel, "vanityChannelUrl");
	const char *at = vanity.n ? amp_str_find(vanity, AMP_STR("/@")) : NULL;
	s->owner = amp_member_text(e, AMP_F_AUTHOR_ID, channel, "externalId");
	s->owner_name = amp_member_text(e, AMP_F_AUTHOR_NAME, channel, "title");
	if (at) s->owner_handle = amp_youtube_handle((struct amp_str){at, vanity.n - (size_t)(at - vanity.p)});
}

static void read_answer(struct amp_youtube_answer *s, const struct amp_json *list)
{
	if (!amp_json_is(list, AMP_JSON_ARRAY)) return;
	amp_engine_list_found(s->e);
	amp_youtube_read_list(s, list, AMP_STR_ABSENT);
	if (s->token.n) s->e->next = (struct amp_next){.kind = AMP_NEXT_CURSOR, .value = s->token};
}

void amp_youtube_site(struct amp_engine *e, const struct amp_json *root)
{
	struct amp_youtube_answer s = {.e = e};
	const struct answer *a = answer_of(root);
	const char *name = NULL;
	if (refused_by_alert(e, root)) return;
	learn_owner(&s, root);
	if (!a) {
		const struct amp_json *items = appended(root, &name);
		if (items && amp_str_starts(amp_str_c(e->endpoint->name), "innertube/")) read_answer(&s, items);
	} else if (allowed(e, a) && a->list) {
		read_answer(&s, amp_json_path(amp_json_get(amp_json_get(root, "contents"), a->contents), a->list));
	} else if (allowed(e, a)) {
		const struct amp_json *content = amp_json_get(selected_tab(root), "content"), *list = NULL;
		list = amp_json_path(content, "richGridRenderer.contents");
		read_answer(&s, list ? list : amp_json_path(content, "sectionListRenderer.contents"));
	}
}

/* telegram.c: public channels as t.me shows them to anyone (https://t.me/s/CHANNEL), 20 messages a page, oldest first; also what
 * the page's own script fetches further down: the same HTML as a JSON string. Recordings of 2023-02 (PythonicCafe/tchan
 * b1f16ffc), pages described in 2024 and 2026; see docs/platforms.md.
 */
#include "base/i18n.h"
#include "parse/engine.h"
#include "platforms/platforms.h"
#include "platforms/telegram_message.h"

#define SOURCE "PythonicCafe/tchan b1f16ffc (2023-02-24)"
#define CHANNEL                                                                                             \
	{                                                                                                   \
		"channel", AMP_IN_PATH, .required = true, .help = N_("name of a public channel, without @") \
	}

static const struct amp_param channel_params[] = {
	CHANNEL, {"after", AMP_IN_QUERY, .help = N_("messages newer than this number")}, {0}};
static const struct amp_param search_params[] = {
	CHANNEL, {"q", AMP_IN_QUERY, .required = true, .help = N_("words to be found in the channel")}, {0}};

#define ROBOTS N_("t.me has no robots.txt (404), as reported by others on 2026-10-08")
static const struct amp_endpoint endpoints[] = {
	{"channel", AMP_CHRONOLOGICAL, AMP_AUTH_NONE, "/s/{channel}", channel_params, AMP_PAGE_CURSOR, NULL, 0, 0, "before", false,
         AMP_POST, N_("public, no login; a channel can close its preview to the web"), "2026-10-08", SOURCE, NULL, NULL,
         .robots_open = ROBOTS},
	{"channel:search", AMP_CHRONOLOGICAL, AMP_AUTH_NONE, "/s/{channel}", search_params, AMP_PAGE_CURSOR, NULL, 0, 0, "before",
         false, AMP_POST, N_("public, no login; a channel can close its preview to the web"), "2026-10-08", SOURCE, NULL, NULL,
         .robots_open = ROBOTS},
	{0}};

static const struct amp_endpoint *endpoint(const char *name)
{
	return amp_endpoint_find(&amp_adapter_telegram, name);
}

/* --- the page: HTML, or a JSON string that holds it --- */

struct place {
	const struct amp_markup *entry;
	size_t offset; /* in the body as received */
};

static bool is_json_string(const struct amp_engine *e)
{
	struct amp_str body = amp_str_trim(e->page->body);
	return body.n && *body.p == '"';
}

/* NULL: the verdict is given, or memory is out. *text: the string, where the page is one. */
static const struct amp_markup_doc *read_page(struct amp_engine *e, const struct amp_json **text)
{
	*text = NULL;
	if (!is_json_string(e)) return amp_engine_markup(e);
	*text = amp_engine_json(e);
	return amp_json_is(*text, AMP_JSON_STRING) ? amp_engine_markup_in(e, amp_json_str(*text)) : NULL;
}

/* How many bytes stand in the JSON text (*raw) for how many of the string (*decoded), one character on. */
static void one_character(const char *p, const char *end, size_t *raw, size_t *decoded)
{
	*raw = *decoded = 1;
	if (*p != '\\' || end - p < 2) return;
	*raw = 2;
	if (p[1] != 'u' || end - p < 6) return;
	unsigned unit = 0;
	for (int i = 2; i < 6; i++) {
		char c = p[i];
		unit = unit * 16 + (unsigned)(c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
	}
	*raw = 6;
	*decoded = unit < 0x80 ? 1 : unit < 0x800 ? 2 : 3;
	if (unit >= 0xD800 && unit < 0xDC00 && end - p >= 12 && p[6] == '\\') {
		*raw = 12;
		*decoded = 4;
	}
}

/* Entries of a string stand elsewhere in the body than in the string: escapes take more room there. All in one walk, where
 * amp_embed_place would begin anew for each. */
static void place_in_body(const struct amp_engine *e, const struct amp_json *text, struct place *places, size_t n)
{
	struct amp_str body = e->page->body;
	size_t at = text->offset + 1, html = 0;
	for (size_t i = 0; i < n; i++) {
		while (html < places[i].entry->offset && at < body.n) {
			size_t raw, decoded;
			one_character(body.p + at, body.p + body.n, &raw, &decoded);
			at += raw;
			html += decoded;
		}
		places[i].offset = at < body.n ? at : body.n;
	}
}

/* --- entries --- */

/* A box that holds no message but a button ("older posts") or a notice ("No posts found"). */
static bool is_notice(const struct amp_markup_doc *doc, const struct amp_markup *box)
{
	return amp_markup_find(doc, box, NULL, NULL, "tgme_widget_message_centered") &&
	       !amp_markup_find(doc, box, NULL, NULL, "tgme_widget_message");
}

static bool is_entry(const struct amp_markup_doc *doc, const struct amp_markup *m)
{
	if (m->type != AMP_MARKUP_ELEMENT || !m->class_n) return false;
	if (amp_markup_has_class(doc, m, "tgme_widget_message_wrap")) return !is_notice(doc, m);
	return amp_markup_has_class(doc, m, "tgme_widget_message"); /* embedded alone */
}

/* The page's entries in its own order; those that the page's end cut are left out. */
static size_t find_entries(const struct amp_markup_doc *doc, struct place *out, bool *cut)
{
	size_t n = 0;
	for (size_t i = 0; i < doc->n_nodes; i++) {
		const struct amp_markup *m = &doc->nodes[i];
		if (!is_entry(doc, m)) continue;
		i += m->span - 1;
		if (m->flags & AMP_MARKUP_CUT) {
			*cut = true;
			continue;
		}
		if (out) out[n] = (struct place){m, m->offset};
		n++;
	}
	return n;
}

static bool has_list(const struct amp_markup_doc *doc)
{
	return amp_markup_find(doc, NULL, NULL, NULL, "tgme_channel_history") ||
	       amp_markup_find(doc, NULL, NULL, NULL, "tgme_widget_message_wrap") ||
	       amp_markup_find(doc, NULL, NULL, NULL, "tgme_widget_message");
}

/* A history that shows something and nothing of it known is not an empty one. */
static bool shows_strangers(const struct amp_markup_doc *doc)
{
	const struct amp_markup *history = amp_markup_find(doc, NULL, NULL, NULL, "tgme_channel_history");
	for (const struct amp_markup *t = history; t && t < history + history->span; t++)
		if (t->type == AMP_MARKUP_TEXT && amp_markup_parent(doc, t) == history && amp_markup_text(doc, t).n) return true;
	for (const struct amp_markup *box = history ? amp_markup_child(doc, history) : NULL; box;
	     box = amp_markup_sibling(doc, box))
		if (!is_notice(doc, box) && amp_markup_text(doc, box).n) return true;
	return false;
}

/* The page before this one: in the head, else at the button. */
static void put_next(struct amp_engine *e, const struct amp_markup_doc *doc)
{
	const struct amp_markup *link = amp_markup_find_attr(doc, NULL, NULL, "link", "rel", "prev");
	struct amp_str before = amp_url_param(amp_markup_attr(doc, link, "href"), "before");
	for (const struct amp_markup *m = amp_markup_find(doc, NULL, NULL, "a", "tme_messages_more"); m && !before.n;
	     m = amp_markup_find(doc, NULL, m, "a", "tme_messages_more"))
		before = amp_markup_attr(doc, m, "data-before");
	if (before.n) e->next = (struct amp_next){.kind = AMP_NEXT_CURSOR, .value = before};
}

static const struct amp_endpoint *recognise(struct amp_engine *e)
{
	const struct amp_json *text;
	const struct amp_endpoint *by_url = amp_engine_endpoint_by_url(e);
	if (by_url) return endpoint(amp_url_param(e->page->url, "q").n ? "channel:search" : "channel");
	const struct amp_markup_doc *doc = read_page(e, &text);
	if (!doc || !has_list(doc)) return NULL;
	const struct amp_markup *asked = amp_markup_find(doc, NULL, NULL, "input", "js-header_search");
	return endpoint(amp_markup_attr(doc, asked, "value").n ? "channel:search" : "channel");
}

static void parse_page(struct amp_engine *e)
{
	const struct amp_json *text;
	const struct amp_markup_doc *doc = read_page(e, &text);
	bool cut = false;
	if (!doc) return;
	if (has_list(doc) || (text && doc->body.n == 0)) amp_engine_list_found(e);
	size_t n = find_entries(doc, NULL, &cut);
	if (n == 0 && !cut && shows_strangers(doc))
		amp_engine_refuse(e, AMP_VERDICT_DRIFT, "the channel's history holds no message that this version knows");
	struct place *places = n ? amp_arena_new_array(e->arena, struct place, n) : NULL;
	if (cut) amp_engine_cut(e, "the page ends inside a message");
	if (n && !places) {
		amp_engine_no_memory(e);
		return;
	}
	if (n) (void)find_entries(doc, places, &cut);
	if (text) place_in_body(e, text, places, n);
	while (n-- > 0 && !e->failed) amp_telegram_message(e, doc, places[n].entry, places[n].offset);
	put_next(e, doc);
}

const struct amp_adapter amp_adapter_telegram = {
	.name = "telegram",
	.title = "Telegram",
	.version = "2",
	.default_host = "https://t.me",
	.without_login =
		N_("Public channels and the search in them, newest first, where the channel leaves its preview open (2026-10-08)."),
	.with_token = N_("Nothing more: these pages know no login (2026-11-22)."),
	.not_possible = N_("Groups, private channels, comments, who recommends what; a ranked feed does not exist (2026-11-22)."),
	.endpoints = endpoints,
	.recognise = recognise,
	.parse_page = parse_page,
	.session_path = NULL,
};

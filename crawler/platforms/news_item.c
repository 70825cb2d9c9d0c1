/* news_item.c: what the items of Google News, Bing News and Google Trends mean. */
#include "platforms/news_item.h"
#include <string.h>
#include "base/utf8.h"
#include "parse/html.h"

/* An item without guid and address has nothing that says which story it is: none is made up for it, as feeds in general need one. */
static void keep_own_id(struct amp_engine *e, const struct amp_feeds_entry *entry)
{
	e->required |= AMP_BIT(AMP_F_ITEM_ID);
	if (!entry->values[AMP_FEEDS_ID].text.n && !e->item->url.n) amp_drop(e, AMP_F_ITEM_ID);
}

/* --- Google News --- */

/* "…/rss/articles/ID?oc=5": the ID, which is the guid of the story's item. */
static struct amp_str article_id(struct amp_str url)
{
	static const char part[] = "/articles/";
	struct amp_str host = amp_url_host(url);
	const char *at = host.p && amp_str_ieq_c(host, "news.google.com") ? amp_str_find(url, AMP_STR(part)) : NULL;
	if (!at) return AMP_STR_ABSENT;
	struct amp_str rest = {at + sizeof part - 1, url.n - (size_t)(at + sizeof part - 1 - url.p)};
	rest = amp_str_cut(&rest, '?');
	return amp_str_cut(&rest, '/');
}

/* "Headline - Publisher", where the publisher is told beside it too. */
static void cut_publisher(struct amp_engine *e, struct amp_str publisher)
{
	struct amp_str title = e->item->title;
	size_t tail = publisher.n + 3;
	if (!publisher.n || title.n <= tail) return;
	const char *at = title.p + title.n - tail;
	if (memcmp(at, " - ", 3) != 0 || memcmp(at + 3, publisher.p, publisher.n) != 0) return;
	amp_put_text(e, AMP_F_TITLE, amp_str_trim((struct amp_str){title.p, title.n - tail}));
}

/* The first point of the list; all of it when it is none. */
static struct amp_str first_story(struct amp_str html)
{
	const char *start = amp_str_ifind(html, "<li>");
	if (!start) return html;
	struct amp_str rest = {start + 4, html.n - (size_t)(start + 4 - html.p)};
	const char *end = amp_str_ifind(rest, "</li>");
	return (struct amp_str){rest.p, end ? (size_t)(end - rest.p) : rest.n};
}

/* The item's own story, by its address or, where that was not sent, by its number. */
static bool is_own(const struct amp_engine *e, struct amp_str url)
{
	struct amp_str id = article_id(url);
	return amp_str_eq(url, e->item->url) || (id.n && amp_str_eq(id, e->item->item_id));
}

/* The description is a link to the story and its publisher, or a list of those: a cluster of stories of which the first is the item. */
static void google(struct amp_engine *e, const struct amp_feeds_entry *entry, const struct amp_feeds_entry *feed)
{
	const struct amp_feeds_value *description = &entry->values[AMP_FEEDS_SUMMARY];
	struct amp_html_out all, first;
	struct amp_err err;
	keep_own_id(e, entry);
	amp_drop(e, AMP_F_LINKS);
	cut_publisher(e, entry->values[AMP_FEEDS_SOURCE].text);
	amp_put_text(e, AMP_F_AUTHOR_ID, entry->values[AMP_FEEDS_SOURCE_URL].text);
	if (!description->text.n) return;
	struct amp_str base = amp_feeds_base(e, feed);
	if (amp_html_text(e->arena, description->text, base, &all, &err) != 0 ||
	    amp_html_text(e->arena, first_story(description->text), base, &first, &err) != 0) {
		amp_engine_no_memory(e);
		return;
	}
	amp_put_text(e, AMP_F_TEXT, first.text);
	for (size_t i = 0; i < all.n_links; i++)
		if (!is_own(e, all.links[i].url)) amp_add_link(e, &all.links[i]);
}

/* --- Bing News --- */

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9') return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static struct amp_str percent_decoded(struct amp_engine *e, struct amp_str in)
{
	char *out = amp_arena_alloc(e->arena, in.n + 1);
	size_t n = 0;
	if (!out) {
		amp_engine_no_memory(e);
		return AMP_STR_ABSENT;
	}
	for (size_t i = 0; i < in.n; i++) {
		int high = in.p[i] == '%' && i + 2 < in.n ? hex_digit(in.p[i + 1]) : -1,
		    low = high < 0 ? -1 : hex_digit(in.p[i + 2]);
		out[n++] = (char)(low < 0 ? in.p[i] : high << 4 | low);
		if (low >= 0) i += 2;
	}
	return amp_utf8_valid(out, n) && !memchr(out, '\0', n) ? (struct amp_str){out, n} : AMP_STR_ABSENT;
}

/* The story that a link through Bing's click counter leads to. Its other parameters change with each request. */
static struct amp_str click_target(struct amp_engine *e, struct amp_str url)
{
	struct amp_str host = amp_url_host(url), target = AMP_STR_ABSENT;
	if (!host.p || !amp_str_ifind(host, "bing.com") || !amp_str_ifind(url, "/apiclick.aspx?")) return AMP_STR_ABSENT;
	target = amp_url_param(url, "url");
	if (target.n) target = percent_decoded(e, target);
	return amp_url_host(target).n ? target : AMP_STR_ABSENT;
}

static void bing(struct amp_engine *e, const struct amp_feeds_entry *entry, const struct amp_feeds_entry *feed)
{
	struct amp_str target = click_target(e, e->item->url);
	(void)feed;
	keep_own_id(e, entry);
	amp_drop(e, AMP_F_LINKS);
	if (!target.p) return;
	amp_put_text(e, AMP_F_ITEM_ID, target);
	amp_add_link(e, &(struct amp_link){target, AMP_STR_ABSENT, AMP_STR_ABSENT});
}

/* --- Google Trends --- */

#define STORY "news_item"
#define STORY_TITLE "news_item_title"
#define STORY_SNIPPET "news_item_snippet"
#define STORY_URL "news_item_url"
#define TRAFFIC "approx_traffic"
#define PICTURE "picture"

static const struct amp_feeds_word trend_words[] = {{STORY, true},      {STORY_TITLE, false}, {STORY_SNIPPET, false},
                                                    {STORY_URL, false}, {TRAFFIC, false},     {PICTURE, false},
                                                    {.name = NULL}};

/* "200,000+", "20K+", "1M+": at least so many */
static enum amp_state as_traffic(struct amp_engine *e, enum amp_field field, const struct amp_value *v)
{
	struct amp_value least = *v;
	if (amp_str_ends(least.text, "+")) least.text.n--;
	enum amp_state state = amp_as_count_text(e, field, &least);
	if (state == AMP_STATE_PRESENT) e->item->counts_rounded = true;
	return state;
}

static struct amp_str plain(struct amp_engine *e, struct amp_str text)
{
	struct amp_err err;
	struct amp_str out = AMP_STR_ABSENT;
	if (!text.n) return AMP_STR_ABSENT;
	if (amp_html_unescape(e->arena, text, &out, &err) != 0) amp_engine_no_memory(e);
	return amp_feeds_one_line(e, out);
}

/* The stories that Trends shows beside a search, from one group mark to the next. */
static void add_stories(struct amp_engine *e, const struct amp_feeds_entry *entry)
{
	struct amp_link link = {AMP_STR_ABSENT, AMP_STR_ABSENT, AMP_STR_ABSENT};
	for (const struct amp_feeds_other *o = entry->other; o; o = o->next) {
		if (strcmp(o->name, STORY) == 0) {
			amp_add_link(e, &link);
			link = (struct amp_link){AMP_STR_ABSENT, AMP_STR_ABSENT, AMP_STR_ABSENT};
		} else if (strcmp(o->name, STORY_TITLE) == 0) {
			link.title = plain(e, o->text);
		} else if (strcmp(o->name, STORY_SNIPPET) == 0) {
			link.description = plain(e, o->text);
		} else if (strcmp(o->name, STORY_URL) == 0) {
			link.url = o->text;
		}
	}
	amp_add_link(e, &link);
}

/* A search that many make. All items have the same link, so the words are the identity. */
static void trend(struct amp_engine *e, const struct amp_feeds_entry *entry, const struct amp_feeds_entry *feed)
{
	static const struct amp_row score = {.field = AMP_F_SCORE, .path = "", .convert = as_traffic};
	struct amp_str traffic = amp_feeds_other(entry, TRAFFIC), picture = amp_feeds_other(entry, PICTURE);
	(void)feed;
	amp_drop(e, AMP_F_LINKS);
	amp_drop(e, AMP_F_ITEM_ID);
	e->required |= AMP_BIT(AMP_F_ITEM_ID);
	if (e->item->title.n) amp_put_text(e, AMP_F_ITEM_ID, e->item->title);
	if (traffic.n) amp_put(e, &score, &(struct amp_value){.text = traffic, .offset = entry->offset});
	if (picture.n)
		amp_add_media(e, &(struct amp_media){
					 .kind = AMP_STR("image"), .url = picture, .width = AMP_ABSENT, .height = AMP_ABSENT});
	add_stories(e, entry);
}

static const struct {
	const char *prefix;
	struct amp_feeds_hooks hooks;
} services[] = {{"google/trends", {trend_words, trend}}, {"google/", {NULL, google}}, {"bing/", {NULL, bing}}};

const struct amp_feeds_hooks *amp_news_hooks(const char *endpoint)
{
	for (size_t i = 0; i < sizeof services / sizeof *services; i++)
		if (strncmp(endpoint, services[i].prefix, strlen(services[i].prefix)) == 0) return &services[i].hooks;
	return NULL;
}

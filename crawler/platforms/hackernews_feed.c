/* hackernews_feed.c: the feeds of hnrss.org, which wraps Algolia's search by date as RSS (hnrss/hnrss rss.go 0f8e67b, algolia.go
 * 3ca9d51; https://hnrss.github.io/ of 2020-10-25), through the feeds reader. A description is the post's own text and a rule, or the
 * article's address, or nothing; then the trailer: "Comments URL: ", "Points: N", "# Comments: N". No ranks, no paging.
 */
#include <string.h>
#include "parse/html.h"
#include "platforms/feeds_entry.h"
#include "platforms/hackernews_entry.h"
#include "platforms/platforms.h"

#define ITEM AMP_HACKERNEWS_SITE "item?id="
#define ARTICLE "<p>Article URL: <a "
#define TRAILER "<p>Comments URL: <a "
#define HEAD 4096 /* the channel's own elements stand in these bytes */

/* What `platforms show` prints. */
const struct amp_row amp_hackernews_feed_rows[] = {{AMP_F_ITEM_ID, "comments", "guid", NULL, AMP_REQUIRED},
                                                   {AMP_F_AUTHOR_ID, "dc:creator", NULL, NULL, AMP_OPTIONAL},
                                                   {AMP_F_AUTHOR_HANDLE, "dc:creator", NULL, NULL, AMP_OPTIONAL},
                                                   {AMP_F_TITLE, "title", NULL, NULL, AMP_REQUIRED},
                                                   {AMP_F_TEXT, "description", NULL, NULL, AMP_OPTIONAL},
                                                   {AMP_F_CREATED_AT, "pubDate", NULL, NULL, AMP_REQUIRED},
                                                   {AMP_F_SCORE, "description", NULL, NULL, AMP_OPTIONAL},
                                                   {AMP_F_REPLIES, "description", NULL, NULL, AMP_OPTIONAL},
                                                   {AMP_F_LINKS, "link", NULL, NULL, AMP_OPTIONAL},
                                                   {AMP_F_COUNT, NULL, NULL, NULL, AMP_OPTIONAL}};

/* --- the description --- */

/* The author's words may look like a trailer: the last one is. */
static const char *trailer_of(struct amp_str html)
{
	const char *last = NULL, *end = html.p + html.n;
	for (const char *p = amp_str_find(html, AMP_STR(TRAILER)); p;
	     p = amp_str_find((struct amp_str){p + 1, (size_t)(end - p) - 1}, AMP_STR(TRAILER)))
		last = p;
	return last;
}

/* "N" of "<p>Points: N</p>" */
static void put_count(struct amp_engine *e, enum amp_field field, struct amp_str trailer, const char *opening, size_t offset)
{
	const struct amp_row row = {.field = field, .path = ""};
	const char *at = amp_str_find(trailer, amp_str_c(opening));
	if (!at) {
		amp_engine_diag(e, "invalid_value", field, offset, "the description does not say it");
		return;
	}
	at += strlen(opening);
	struct amp_str rest = {at, (size_t)(trailer.p + trailer.n - at)};
	amp_put(e, &row, &(struct amp_value){.text = amp_str_trim(amp_str_cut(&rest, '<')), .offset = offset});
}

/* Links show their own address, shortened: no title. */
static void put_text(struct amp_engine *e, struct amp_str html)
{
	struct amp_html_out out;
	struct amp_err err;
	if (amp_html_text(e->arena, html, AMP_STR(AMP_HACKERNEWS_SITE), &out, &err) != 0) {
		amp_engine_no_memory(e);
		return;
	}
	amp_put_text(e, AMP_F_TEXT, out.text);
	for (size_t i = 0; i < out.n_links; i++)
		amp_add_link(e, &(struct amp_link){out.links[i].url, AMP_STR_ABSENT, AMP_STR_ABSENT});
}

static void put_description(struct amp_engine *e, struct amp_str html, size_t offset)
{
	const char *at = trailer_of(html);
	if (!at) {
		amp_engine_diag(e, "invalid_value", AMP_F_TEXT, offset, "a description in a form that this version does not know");
		return;
	}
	struct amp_str own = amp_str_trim((struct amp_str){html.p, (size_t)(at - html.p)}),
		       trailer = {at, (size_t)(html.p + html.n - at)};
	put_count(e, AMP_F_SCORE, trailer, "<p>Points: ", offset);
	put_count(e, AMP_F_REPLIES, trailer, "<p># Comments: ", offset);
	if (amp_str_ends(own, "<hr>"))
		put_text(e, (struct amp_str){own.p, own.n - 4});
	else if (own.n && !amp_str_starts(own, ARTICLE))
		amp_engine_diag(e, "invalid_value", AMP_F_TEXT, offset, "a text without the rule behind it");
}

/* --- the entry --- */

static struct amp_str id_in(struct amp_str url)
{
	if (!amp_str_starts(url, ITEM)) return AMP_STR_ABSENT;
	struct amp_str id = {url.p + strlen(ITEM), 0};
	while (id.p + id.n < url.p + url.n && amp_is_digit((unsigned char)id.p[id.n])) id.n++;
	return id.n ? id : AMP_STR_ABSENT;
}

/* The feeds reader has filled the item as any site's feed reads. */
static void feed_entry(struct amp_engine *e, const struct amp_feeds_entry *entry, const struct amp_feeds_entry *feed)
{
	static const enum amp_field not_meant[] = {AMP_F_ITEM_ID, AMP_F_URL,    AMP_F_AUTHOR_ID, AMP_F_AUTHOR_NAME, AMP_F_TITLE,
	                                           AMP_F_TEXT,    AMP_F_LABELS, AMP_F_MEDIA,     AMP_F_LINKS,       AMP_F_LANGS};
	struct amp_str id = id_in(amp_feeds_other(entry, "comments")), link = entry->values[AMP_FEEDS_LINK].text,
		       title = entry->values[AMP_FEEDS_TITLE].text, name = entry->values[AMP_FEEDS_AUTHOR_NAME].text;
	(void)feed;
	if (!id.n) id = id_in(entry->values[AMP_FEEDS_ID].text);
	for (size_t i = 0; i < sizeof not_meant / sizeof *not_meant; i++) amp_drop(e, not_meant[i]);
	e->required |= AMP_BIT(AMP_F_ITEM_ID) | AMP_BIT(AMP_F_TITLE) | AMP_BIT(AMP_F_CREATED_AT);
	amp_put_text(e, AMP_F_ITEM_ID, id);
	amp_hackernews_address(e);
	amp_put_text(e, AMP_F_AUTHOR_ID, name);
	amp_put_text(e, AMP_F_AUTHOR_HANDLE, name);
	if (title.n) amp_put_text(e, AMP_F_TITLE, amp_feeds_one_line(e, title)); /* plain: what looks like a tag in it is none */
	if (link.n && !id_in(link).n) amp_add_link(e, &(struct amp_link){link, AMP_STR_ABSENT, AMP_STR_ABSENT});
	if (entry->values[AMP_FEEDS_SUMMARY].text.p) put_description(e, entry->values[AMP_FEEDS_SUMMARY].text, entry->offset);
}

void amp_hackernews_feed(struct amp_engine *e)
{
	static const struct amp_feeds_word words[] = {{"comments", false}, {NULL, false}};
	static const struct amp_feeds_hooks hooks = {words, feed_entry};
	if (!amp_engine_refused(e, false)) amp_feeds_xml(e, &hooks);
}

/* --- which one it is --- */

/* The last step of "https://hnrss.org/newest?q=…" */
static const struct amp_endpoint *by_address(struct amp_engine *e, struct amp_str url)
{
	struct amp_str rest = {url.p + strlen(AMP_HACKERNEWS_FEEDS "/"), url.n - strlen(AMP_HACKERNEWS_FEEDS "/")};
	struct amp_str path = amp_str_cut(&rest, '?');
	const char *name = amp_arena_printf(e->arena, "hnrss/%.*s", AMP_ARG(path));
	return name ? amp_endpoint_find(&amp_adapter_hackernews, name) : NULL;
}

bool amp_hackernews_is_feed(const struct amp_engine *e)
{
	struct amp_str body = amp_str_trim(e->page->body);
	return amp_str_starts(e->page->url, AMP_HACKERNEWS_FEEDS "/") || amp_str_starts(body, "<rss ") ||
	       amp_str_starts(body, "<?xml ");
}

const struct amp_endpoint *amp_hackernews_feed_kind(struct amp_engine *e)
{
	static const char self[] = "<atom:link href=\"";
	if (amp_str_starts(e->page->url, AMP_HACKERNEWS_FEEDS "/")) return by_address(e, e->page->url);
	struct amp_str head = {e->page->body.p, e->page->body.n < HEAD ? e->page->body.n : HEAD};
	const char *at = amp_str_find(head, AMP_STR(self));
	if (!at) return NULL;
	struct amp_str rest = {at + sizeof self - 1, (size_t)(head.p + head.n - at) - (sizeof self - 1)};
	struct amp_str url = amp_str_cut(&rest, '"');
	return amp_str_starts(url, AMP_HACKERNEWS_FEEDS "/") ? by_address(e, url) : NULL;
}

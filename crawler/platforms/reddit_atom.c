/* reddit_atom.c: the Atom feeds of www.reddit.com, through the feeds reader. An entry's content is the text between two comments
 * (SC_OFF, SC_ON), if there is one, a thumbnail in a table, if there is one, and a trailer: "submitted by NAME [link] [comments]".
 * No score, no counts, no ids of authors. Seen in documents of 2021 to 2026.
 */
#include <string.h>
#include "parse/html.h"
#include "platforms/feeds_entry.h"
#include "platforms/reddit_entry.h"

#define SITE "https://www.reddit.com/"
#define PAGE 25 /* entries, when limit is not asked for */

/* What `platforms show` prints. */
const struct amp_row amp_reddit_atom_rows[] = {{AMP_F_ITEM_ID, "id", NULL, NULL, AMP_REQUIRED},
                                               {AMP_F_URL, "link", NULL, NULL, AMP_OPTIONAL},
                                               {AMP_F_AUTHOR_HANDLE, "author.name", NULL, NULL, AMP_OPTIONAL},
                                               {AMP_F_TITLE, "title", NULL, NULL, AMP_OPTIONAL},
                                               {AMP_F_TEXT, "content", NULL, NULL, AMP_OPTIONAL},
                                               {AMP_F_CREATED_AT, "published", "updated", NULL, AMP_REQUIRED},
                                               {AMP_F_COUNT, NULL, NULL, NULL, AMP_OPTIONAL}};

static const char *last_of(struct amp_str in, const char *what)
{
	struct amp_str rest = in, word = amp_str_c(what);
	const char *last = NULL;
	for (const char *p = amp_str_find(rest, word); p; p = amp_str_find(rest, word)) {
		last = p;
		rest = (struct amp_str){p + 1, (size_t)(in.p + in.n - p) - 1};
	}
	return last;
}

static struct amp_str between(const char *from, const char *to)
{
	return (struct amp_str){from, (size_t)(to - from)};
}

/* "submitted by &#32; <a href=…/user/NAME>": the words alone may be the author's. */
static const char *trailer_of(struct amp_str html)
{
	static const char words[] = "submitted by";
	const char *at = last_of(html, words), *end = html.p + html.n;
	if (!at) return NULL;
	struct amp_str rest = between(at + sizeof words - 1, end);
	for (rest = amp_str_trim(rest); amp_str_starts(rest, "&#32;"); rest = amp_str_trim(rest)) rest = between(rest.p + 5, end);
	return amp_str_starts(rest, "<a ") ? at : NULL;
}

/* body: what the author wrote; trailer: what Reddit puts behind it. */
static void divide(struct amp_str html, struct amp_str *body, struct amp_str *trailer)
{
	static const char off[] = "<!-- SC_OFF -->", on[] = "<!-- SC_ON -->";
	const char *end = html.p + html.n, *start = amp_str_find(html, AMP_STR(off)), *stop = last_of(html, on);
	if (start && stop && start < stop) {
		*body = between(start + sizeof off - 1, stop);
		*trailer = between(stop, end);
		return;
	}
	stop = trailer_of(html);
	if (!stop) { /* a community in a search: its description, then [link] */
		stop = last_of(html, "[link]</a>");
		if (stop) stop = last_of(between(html.p, stop), "<a ");
	}
	*body = between(html.p, stop ? stop : end);
	*trailer = between(stop ? stop : end, end);
}

static bool read(struct amp_engine *e, struct amp_str html, struct amp_html_out *out)
{
	struct amp_err err;
	if (amp_html_text(e->arena, html, AMP_STR(SITE), out, &err) == 0) return true;
	amp_engine_no_memory(e);
	return false;
}

/* "…/comments/1jj001/hiver/", the page of the post t3_1jj001; behind the title stands a comment's number. */
static bool is_page_of(struct amp_str url, struct amp_str id)
{
	static const char part[] = "/comments/";
	struct amp_str host = amp_url_host(url);
	const char *at = host.p && amp_str_ends(host, "reddit.com") ? amp_str_find(url, AMP_STR(part)) : NULL;
	if (!at || !amp_str_starts(id, "t3_")) return false;
	struct amp_str rest = between(at + sizeof part - 1, url.p + url.n), number = amp_str_cut(&rest, '/');
	(void)amp_str_cut(&rest, '/');
	return rest.n == 0 && amp_str_eq(number, between(id.p + 3, id.p + id.n));
}

/* Links to the post itself are navigation. */
static void add_link(struct amp_engine *e, struct amp_str url)
{
	struct amp_link link = {url, AMP_STR_ABSENT, AMP_STR_ABSENT};
	if (!amp_str_eq(url, e->item->url) && !is_page_of(url, e->item->item_id)) amp_add_link(e, &link);
}

static void put_content(struct amp_engine *e, struct amp_str html)
{
	struct amp_str body, trailer;
	struct amp_html_out text, behind;
	divide(html, &body, &trailer);
	if (!read(e, body, &text) || !read(e, trailer, &behind)) return;
	amp_put_text(e, AMP_F_TEXT, text.text);
	bool is_post = e->item->kind != AMP_FEED; /* a community's leads to itself */
	for (size_t i = 0; is_post && i < behind.n_links; i++)
		if (amp_str_eq_c(behind.links[i].title, "[link]")) add_link(e, behind.links[i].url);
	for (size_t i = 0; i < text.n_links; i++) add_link(e, text.links[i].url);
}

static void put_thumbnails(struct amp_engine *e, const struct amp_feeds_entry *entry)
{
	for (const struct amp_feeds_list *l = entry->first; l; l = l->next) {
		struct amp_media media = l->media;
		if (l->field != AMP_F_MEDIA) continue;
		media.alt = AMP_STR_ABSENT; /* the post's title again */
		amp_add_media(e, &media);
	}
}

static void put_author(struct amp_engine *e, const struct amp_feeds_entry *entry)
{
	struct amp_str name = amp_str_trim(entry->values[AMP_FEEDS_AUTHOR_NAME].text);
	if (amp_str_starts(name, "/u/")) name = (struct amp_str){name.p + 3, name.n - 3};
	if (name.n && !amp_str_eq_c(name, "[deleted]")) amp_put_text(e, AMP_F_AUTHOR_HANDLE, name);
}

/* The feeds reader has filled the item as any site's feed reads. */
static void atom_entry(struct amp_engine *e, const struct amp_feeds_entry *entry, const struct amp_feeds_entry *feed)
{
	static const enum amp_field not_meant[] = {AMP_F_AUTHOR_ID, AMP_F_AUTHOR_NAME, AMP_F_TEXT, AMP_F_LANGS,
	                                           AMP_F_LABELS,    AMP_F_MEDIA,       AMP_F_LINKS};
	struct amp_str id = entry->values[AMP_FEEDS_ID].text;
	(void)feed;
	if (id.n < 4 || id.p[0] != 't' || !amp_is_digit((unsigned char)id.p[1]) || id.p[2] != '_') {
		amp_engine_unknown(e, "an entry whose id is no name of Reddit's");
		return;
	}
	for (size_t i = 0; i < sizeof not_meant / sizeof *not_meant; i++) amp_drop(e, not_meant[i]);
	e->required |= AMP_BIT(AMP_F_CREATED_AT);
	e->item->kind = amp_str_starts(id, "t1_") ? AMP_COMMENT : amp_str_starts(id, "t5_") ? AMP_FEED : AMP_POST;
	if (e->item->kind == AMP_COMMENT)
		amp_drop(e, AMP_F_TITLE); /* "/u/NAME on TITLE OF THE POST" */
	else
		e->required |= AMP_BIT(AMP_F_TITLE);
	put_author(e, entry);
	put_thumbnails(e, entry);
	if (entry->values[AMP_FEEDS_CONTENT].text.p) put_content(e, entry->values[AMP_FEEDS_CONTENT].text);
	e->next = (struct amp_next){AMP_NEXT_CURSOR, id, e->next.offset + 1}; /* amp_reddit_atom looks how many there were */
}

static int64_t asked_for(const struct amp_engine *e)
{
	struct amp_str limit = amp_url_param(e->page->url, "limit");
	int64_t n;
	return limit.p && amp_str_i64(limit, &n) && n > 0 && n <= 100 ? n : PAGE;
}

/* The feed does not name its next page: it goes on behind its last entry, unless it was short. */
void amp_reddit_atom(struct amp_engine *e)
{
	static const struct amp_feeds_hooks hooks = {.words = NULL, .entry = atom_entry};
	if (amp_engine_refused(e, false)) return;
	amp_feeds_xml(e, &hooks);
	bool more = e->endpoint->paging == AMP_PAGE_CURSOR && e->next.offset >= asked_for(e);
	if (e->next.kind == AMP_NEXT_URL) return;
	e->next.offset = 0;
	if (!more) e->next = (struct amp_next){.kind = AMP_NEXT_NONE};
}

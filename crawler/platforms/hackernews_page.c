/* hackernews_page.c: the list pages of news.ycombinator.com. A story is two rows of a table: its title, then td.subtext (points,
 * author, age, comments). Markup of 2026 and 2023 (tr.athing#ID, span.titleline, span.age@title) and of 2014 (ids in the subtext, the
 * age as text).
 */
#include <string.h>
#include "parse/html.h"
#include "platforms/hackernews_entry.h"
#include "platforms/platforms.h"

#define ITEM "item?id="

/* What `platforms show` prints. */
const struct amp_row amp_hackernews_page_rows[] = {{AMP_F_ITEM_ID, "tr.athing@id", "span.score@id", NULL, AMP_REQUIRED},
                                                   {AMP_F_TITLE, "td.title a", NULL, NULL, AMP_REQUIRED},
                                                   {AMP_F_AUTHOR_ID, "a.hnuser", NULL, NULL, AMP_OPTIONAL},
                                                   {AMP_F_AUTHOR_HANDLE, "a.hnuser", NULL, NULL, AMP_OPTIONAL},
                                                   {AMP_F_CREATED_AT, "span.age@title", "td.subtext", NULL, AMP_OPTIONAL},
                                                   {AMP_F_SCORE, "span.score", NULL, NULL, AMP_OPTIONAL},
                                                   {AMP_F_REPLIES, "td.subtext a", NULL, NULL, AMP_OPTIONAL},
                                                   {AMP_F_LINKS, "td.title a@href", NULL, NULL, AMP_OPTIONAL},
                                                   {AMP_F_COUNT, NULL, NULL, NULL, AMP_OPTIONAL}};

struct story { /* what there is of its two rows */
	const struct amp_markup *row, *link, *sub;
};

static struct amp_str digits_of(struct amp_str text)
{
	size_t n = 0;
	while (n < text.n && amp_is_digit((unsigned char)text.p[n])) n++;
	return (struct amp_str){n ? text.p : NULL, n};
}

/* "90" of "90 points"; a text that does not begin with a whole number stays as it is, to be refused with a remark. */
static struct amp_str number_of(struct amp_str text)
{
	struct amp_str digits = digits_of(text);
	bool whole =
		digits.n == text.n || text.p[digits.n] == ' ' || (unsigned char)text.p[digits.n] == 0xC2; /* a no-break space */
	return digits.n && whole ? digits : text;
}

static struct amp_str behind(struct amp_str text, const char *word)
{
	const char *p = amp_str_find(text, amp_str_c(word));
	if (!p) return AMP_STR_ABSENT;
	p += strlen(word);
	return (struct amp_str){p, (size_t)(text.p + text.n - p)};
}

/* The link to an item or a user in the subtext, the last one of that kind. */
static const struct amp_markup *last_link(const struct amp_markup_doc *doc, const struct amp_markup *sub, const char *to)
{
	const struct amp_markup *found = NULL;
	if (!sub) return NULL;
	for (const struct amp_markup *a = amp_markup_find(doc, sub, NULL, "a", NULL); a;
	     a = amp_markup_find(doc, sub, a, "a", NULL))
		if (behind(amp_markup_attr(doc, a, "href"), to).p) found = a;
	return found;
}

/* sub NULL: of the page. */
static const struct amp_markup *score_within(const struct amp_markup_doc *doc, const struct amp_markup *sub)
{
	for (const struct amp_markup *s = amp_markup_find(doc, sub, NULL, "span", NULL); s;
	     s = amp_markup_find(doc, sub, s, "span", NULL))
		if (amp_str_starts(amp_markup_attr(doc, s, "id"), "score_") || amp_markup_has_class(doc, s, "score")) return s;
	return NULL;
}

static const struct amp_markup *score_of(const struct amp_markup_doc *doc, const struct amp_markup *sub)
{
	return sub ? score_within(doc, sub) : NULL;
}

/* The row's own id, that of the score, of a link to the item, of the arrow to vote. */
static struct amp_str id_of(const struct amp_markup_doc *doc, const struct story *s)
{
	struct amp_str id = digits_of(amp_markup_attr(doc, s->row, "id"));
	if (!id.p) id = digits_of(behind(amp_markup_attr(doc, score_of(doc, s->sub), "id"), "score_"));
	if (!id.p) id = digits_of(behind(amp_markup_attr(doc, last_link(doc, s->sub, ITEM), "href"), ITEM));
	for (const struct amp_markup *a = amp_markup_find(doc, s->row, NULL, "a", NULL); a && !id.p;
	     a = amp_markup_find(doc, s->row, a, "a", NULL)) {
		id = digits_of(behind(amp_markup_attr(doc, a, "href"), ITEM));
		if (!id.p) id = digits_of(behind(amp_markup_attr(doc, a, "id"), "up_"));
	}
	return id;
}

/* "2026-11-20T09:33:46 1795167226", "2023-10-18T19:33:46" */
static enum amp_state as_age(struct amp_engine *e, enum amp_field field, const struct amp_value *v)
{
	struct amp_str rest = v->text;
	struct amp_value first = {.text = amp_str_cut(&rest, ' '), .offset = v->offset};
	enum amp_state state = amp_as_time_iso(e, field, &first);
	e->item->created_at_raw = v->text;
	return state;
}

static void put(struct amp_engine *e, enum amp_field field, amp_convert *convert, struct amp_str text, size_t offset)
{
	const struct amp_row row = {.field = field, .path = "", .convert = convert};
	const struct amp_value value = {.text = text, .offset = offset};
	if (text.n) amp_put(e, &row, &value);
}

/* "869 points by ada 5 hours ago | 573 comments", of a job only "3 hours ago": the last three words before the bar. */
static struct amp_str age_in(struct amp_str text)
{
	struct amp_str head = amp_str_trim(amp_str_cut(&text, '|'));
	size_t at = head.n, blanks = 0;
	if (!amp_str_ends(head, " ago")) return AMP_STR_ABSENT;
	while (at > 0 && blanks < 3)
		if (head.p[--at] == ' ') blanks++;
	if (blanks == 3) at++;
	return (struct amp_str){head.p + at, head.n - at};
}

/* False: none is shown. */
static bool put_age(struct amp_engine *e, const struct amp_markup_doc *doc, const struct story *s)
{
	const struct amp_markup *age = s->sub ? amp_markup_find(doc, s->sub, NULL, NULL, "age") : NULL;
	struct amp_str exact = amp_markup_attr(doc, age, "title"), shown = age_in(amp_markup_text(doc, age ? age : s->sub));
	put(e, AMP_F_CREATED_AT, exact.n ? as_age : amp_as_time_relative, exact.n ? exact : shown, s->row->offset);
	/* "5 hours ago" cannot be told without a clock; no age at all is another format */
	if (!exact.n && !shown.n) e->required |= AMP_BIT(AMP_F_CREATED_AT);
	return exact.n || shown.n;
}

static void put_replies(struct amp_engine *e, const struct amp_markup_doc *doc, const struct story *s)
{
	const struct amp_markup *a = last_link(doc, s->sub, ITEM);
	struct amp_str text = amp_markup_text(doc, a);
	if (!a || amp_str_ends(text, " ago")) return; /* an advertisement has no comments: its age leads to it */
	if (amp_str_eq_c(text, "discuss")) text = AMP_STR("0 comments");
	put(e, AMP_F_REPLIES, NULL, amp_str_find(text, AMP_STR("comment")) ? number_of(text) : text, a->offset);
}

static void put_link(struct amp_engine *e, const struct amp_markup_doc *doc, const struct story *s)
{
	struct amp_str url = amp_url_resolve(e->arena, AMP_STR(AMP_HACKERNEWS_SITE), amp_markup_attr(doc, s->link, "href"));
	struct amp_link link = {url, AMP_STR_ABSENT, AMP_STR_ABSENT};
	bool web = amp_str_istarts(url, "http://") || amp_str_istarts(url, "https://");
	if (web && !amp_str_starts(url, AMP_HACKERNEWS_SITE ITEM)) amp_add_link(e, &link);
}

static void story(struct amp_engine *e, const struct amp_markup_doc *doc, const struct story *s)
{
	if (!amp_engine_begin(e, s->row->offset)) return;
	e->required |= AMP_BIT(AMP_F_ITEM_ID) | AMP_BIT(AMP_F_TITLE);
	amp_put_text(e, AMP_F_ITEM_ID, id_of(doc, s));
	amp_hackernews_address(e);
	if (s->link) amp_put_text(e, AMP_F_TITLE, amp_markup_text(doc, s->link));
	const struct amp_markup *score = score_of(doc, s->sub), *author = last_link(doc, s->sub, "user?id=");
	if (!author && s->sub) author = amp_markup_find(doc, s->sub, NULL, "a", "hnuser");
	struct amp_str name = amp_markup_text(doc, author);
	put(e, AMP_F_AUTHOR_ID, NULL, name, s->row->offset);
	put(e, AMP_F_AUTHOR_HANDLE, NULL, name, s->row->offset);
	if (score) put(e, AMP_F_SCORE, NULL, number_of(amp_markup_text(doc, score)), score->offset);
	bool aged = put_age(e, doc, s);
	put_replies(e, doc, s);
	put_link(e, doc, s);
	/* advertisements for work of the companies that the site's owner funds: an age, without points, author and comments */
	if (aged && !score && !author) amp_add_label(e, AMP_STR("job"), AMP_STR_ABSENT);
	amp_engine_end(e);
}

/* --- the page --- */

static const struct amp_markup *next_row(const struct amp_markup_doc *doc, const struct amp_markup *row)
{
	const struct amp_markup *next = amp_markup_sibling(doc, row);
	return amp_markup_is(doc, next, "tr") ? next : NULL;
}

/* A cell of this row itself: whole tables stand in cells of the page's own rows. */
static const struct amp_markup *cell(const struct amp_markup_doc *doc, const struct amp_markup *row, const struct amp_markup *after,
                                     const char *class_word)
{
	const struct amp_markup *td = row ? amp_markup_find(doc, row, after, "td", class_word) : NULL;
	while (td && amp_markup_parent(doc, td) != row) td = amp_markup_find(doc, row, td, "td", class_word);
	return td;
}

/* The story whose title stands in this row; row NULL when it holds none. */
static struct story story_at(const struct amp_markup_doc *doc, const struct amp_markup *row)
{
	struct story s = {.row = NULL};
	bool marked = amp_markup_has_class(doc, row, "athing") && !amp_markup_has_class(doc, row, "comtr");
	const struct amp_markup *next = next_row(doc, row);
	s.sub = cell(doc, next, NULL, "subtext");
	if (!marked && (!s.sub || !cell(doc, row, NULL, "title"))) return (struct story){.row = NULL};
	for (const struct amp_markup *td = cell(doc, row, NULL, "title"); td && !s.link; td = cell(doc, row, td, "title"))
		s.link = amp_markup_find(doc, td, NULL, "a", NULL);
	s.row = row;
	return s;
}

/* "news" of html@op, or of the login link: whence=%6e%65%77%73 (2014), goto=news. */
static struct amp_str op_of(struct amp_engine *e, const struct amp_markup_doc *doc)
{
	struct amp_str op = amp_markup_attr(doc, amp_markup_find(doc, NULL, NULL, "html", NULL), "op");
	for (const struct amp_markup *a = amp_markup_find(doc, NULL, NULL, "a", NULL); a && !op.n;
	     a = amp_markup_find(doc, NULL, a, "a", NULL)) {
		struct amp_str coded = behind(amp_markup_attr(doc, a, "href"), "login?whence=");
		char *out = coded.n && coded.n < 100 ? amp_arena_alloc(e->arena, coded.n) : NULL;
		size_t n = 0;
		for (size_t i = 0; out && i < coded.n; i++) {
			int high = i + 2 < coded.n ? amp_hex_value((unsigned char)coded.p[i + 1]) : -1,
			    low = i + 2 < coded.n ? amp_hex_value((unsigned char)coded.p[i + 2]) : -1;
			if (coded.p[i] == '%' && high >= 0 && low >= 0) {
				out[n++] = (char)(high * 16 + low);
				i += 2;
			} else {
				out[n++] = coded.p[i];
			}
		}
		if (out) op = (struct amp_str){out, n};
	}
	return op;
}

/* The link to the next page. */
static const struct amp_markup *more_of(const struct amp_markup_doc *doc)
{
	const struct amp_markup *more = amp_markup_find(doc, NULL, NULL, "a", "morelink");
	for (const struct amp_markup *td = amp_markup_find(doc, NULL, NULL, "td", "title"); td && !more;
	     td = amp_markup_find(doc, NULL, td, "td", "title")) {
		const struct amp_markup *a = amp_markup_find(doc, td, NULL, "a", NULL);
		if (amp_str_eq_c(amp_markup_text(doc, a), "More") && !amp_markup_sibling(doc, td)) more = a;
	}
	return more;
}

static bool is_ours(struct amp_engine *e, const struct amp_markup_doc *doc)
{
	return amp_markup_by_id(doc, "hnmain") || op_of(e, doc).n;
}

/* What only stories have: arrows to vote with, points, a link to hide them. The page's frame links to users and items too. */
static bool shows_strangers(const struct amp_markup_doc *doc)
{
	for (const struct amp_markup *a = amp_markup_find(doc, NULL, NULL, "a", NULL); a;
	     a = amp_markup_find(doc, NULL, a, "a", NULL)) {
		struct amp_str href = amp_markup_attr(doc, a, "href");
		if (behind(href, "vote?").p || behind(href, "hide?id=").p) return true;
	}
	return score_within(doc, NULL) != NULL;
}

/* A page without stories is an empty list only where its frame is as it should be and nothing in it is a story's. */
static bool is_empty(struct amp_engine *e, const struct amp_markup_doc *doc)
{
	if (!shows_strangers(doc)) return amp_markup_find(doc, NULL, NULL, "span", "pagetop") != NULL;
	amp_engine_refuse(e, AMP_VERDICT_DRIFT, "the page shows stories in a form that this version does not know");
	return false;
}

/* Pages of 2014 say by their link to the next page alone what they are: the front page's is "news2". */
static bool leads_to_news2(const struct amp_markup_doc *doc)
{
	const struct amp_markup *more = more_of(doc);
	struct amp_str href = amp_markup_attr(doc, more, "href");
	return amp_str_eq_c(href, "news2") || amp_str_ends(href, "/news2");
}

const struct amp_endpoint *amp_hackernews_page_kind(struct amp_engine *e)
{
	const struct amp_markup_doc *doc = amp_engine_markup(e);
	if (!doc) return NULL;
	struct amp_str op = op_of(e, doc);
	if (!op.n && leads_to_news2(doc)) op = AMP_STR("news");
	const char *name = op.n ? amp_arena_printf(e->arena, "html/%.*s", AMP_ARG(op)) : NULL;
	return name ? amp_endpoint_find(&amp_adapter_hackernews, name) : NULL;
}

/* "?p=2", "newest?next=ID&n=31", "https://news.ycombinator.com/news2" */
static void put_next(struct amp_engine *e, const struct amp_markup_doc *doc)
{
	struct amp_str base = e->page->url.p ? e->page->url : AMP_STR(AMP_HACKERNEWS_SITE);
	struct amp_str href = amp_markup_attr(doc, more_of(doc), "href");
	if (!e->page->url.p && amp_str_starts(href, "?")) {
		const char *path = amp_arena_printf(e->arena, AMP_HACKERNEWS_SITE "%s", e->endpoint->path + 1);
		if (path) base = amp_str_c(path);
	}
	if (href.n) e->next = (struct amp_next){.kind = AMP_NEXT_URL, .value = amp_url_resolve(e->arena, base, href)};
}

/* Too quick a client is told so, in a page of its own with status 503. */
static bool too_quick(struct amp_engine *e)
{
	struct amp_str start = e->page->body;
	if (start.n > 4096) start.n = 4096;
	if (e->page->status < 400 || !start.n || !amp_str_find(start, AMP_STR("not able to serve your requests this quickly")))
		return false;
	amp_engine_refuse(e, AMP_VERDICT_BLOCKED, "requests came too quickly (HTTP status %d)", e->page->status);
	return true;
}

void amp_hackernews_page(struct amp_engine *e)
{
	const struct amp_markup_doc *doc = too_quick(e) ? NULL : amp_engine_markup(e);
	size_t found = 0;
	if (!doc) return;
	const struct amp_markup *table = amp_markup_find(doc, NULL, NULL, "table", NULL); /* all of the page stands in it */
	bool ended = !table || !(table->flags & AMP_MARKUP_CUT);
	for (const struct amp_markup *row = amp_markup_find(doc, NULL, NULL, "tr", NULL); row && !e->failed;
	     row = amp_markup_find(doc, NULL, row, "tr", NULL)) {
		struct story s = story_at(doc, row);
		const struct amp_markup *sub = s.sub ? amp_markup_around(doc, s.sub, "tr", NULL) : NULL;
		if (!s.row || (!ended && (!sub || sub->flags & AMP_MARKUP_CUT))) continue; /* half an entry is not what was shown */
		amp_engine_list_found(e);
		found++;
		story(e, doc, &s);
	}
	bool ours = found || is_ours(e, doc);
	if (ours && (found || !ended || is_empty(e, doc))) amp_engine_list_found(e);
	if (ours && !ended) amp_engine_cut(e, "the HTML page ends early, at byte %zu", e->page->body.n);
	put_next(e, doc);
}

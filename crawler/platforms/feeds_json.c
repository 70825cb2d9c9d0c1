/* feeds_json.c: JSON Feed 1.0 and 1.1 (jsonfeed.org, versions of 2017-05-17 and 2020-08-07). */
#include <string.h>
#include "parse/html.h"
#include "platforms/feeds_entry.h"

/* What is one value to one field; the rest (text, author, media) has its rules below. */
const struct amp_row amp_feeds_rows[] = {{AMP_F_ITEM_ID, "id", "url", NULL, AMP_REQUIRED},
                                         {AMP_F_CREATED_AT, "date_published", "date_modified", amp_as_time_any, AMP_OPTIONAL},
                                         {AMP_F_LABELS, "tags", NULL, NULL, AMP_OPTIONAL},
                                         {AMP_F_LANGS, "language", NULL, NULL, AMP_OPTIONAL},
                                         {.path = NULL}};

bool amp_feeds_is_json(const struct amp_json *root)
{
	struct amp_str version = amp_json_str(amp_json_get(root, "version"));
	const struct amp_json *items = amp_json_get(root, "items"), *first = amp_json_first(items);
	if (version.p && amp_str_ifind(version, "jsonfeed.org/version/")) return true;
	return amp_json_is(items, AMP_JSON_ARRAY) && first &&
	       (amp_json_get(first, "content_html") || amp_json_get(first, "content_text"));
}

static struct amp_str text_of(const struct amp_json *v, const char *key)
{
	struct amp_str s = amp_str_trim(amp_json_str(amp_json_get(v, key)));
	return s.n ? s : AMP_STR_ABSENT;
}

static void put_json_text(struct amp_engine *e, const struct amp_json *item, struct amp_str base)
{
	struct amp_str html = text_of(item, "content_html"), text = text_of(item, "content_text"),
		       summary = text_of(item, "summary");
	struct amp_str out = html.p ? amp_feeds_html(e, html, base, NULL, true) : AMP_STR_ABSENT;
	if (!out.n) out = text.n ? text : summary.n ? summary : out;
	amp_put_text(e, AMP_F_TEXT, out);
	static const char *const kinds[] = {"content_html", "content_text"};
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) { /* a number where a text belongs */
		const struct amp_json *v = amp_json_get(item, kinds[i]);
		if (v && v->type != AMP_JSON_STRING && v->type != AMP_JSON_NULL)
			amp_put_invalid(e, AMP_F_TEXT, v->offset, "%s is no text", kinds[i]);
	}
}

/* author (1.0) or authors (1.1), of the item, else of the feed. */
static bool put_json_author(struct amp_engine *e, const struct amp_json *from)
{
	const struct amp_json *list = amp_json_get(from, "authors"), *first = amp_json_first(list);
	struct amp_str names = AMP_STR_ABSENT;
	if (!amp_json_is(list, AMP_JSON_ARRAY) || !amp_json_is(first, AMP_JSON_OBJECT)) first = amp_json_get(from, "author");
	if (!amp_json_is(first, AMP_JSON_OBJECT)) return false;
	names = text_of(first, "name");
	for (const struct amp_json *a = amp_json_is(list, AMP_JSON_ARRAY) && list->n > 1 ? amp_json_next(list, first) : NULL; a;
	     a = amp_json_next(list, a)) {
		struct amp_str more = amp_json_is(a, AMP_JSON_OBJECT) ? text_of(a, "name") : AMP_STR_ABSENT;
		const char *both =
			more.p && names.p ? amp_arena_printf(e->arena, "%.*s, %.*s", AMP_ARG(names), AMP_ARG(more)) : NULL;
		if (both) names = amp_str_c(both);
	}
	amp_put_text(e, AMP_F_AUTHOR_NAME, names);
	amp_put_text(e, AMP_F_AUTHOR_ID, text_of(first, "url"));
	return names.p || text_of(first, "url").p;
}

static void put_json_media(struct amp_engine *e, const struct amp_json *item, struct amp_str base)
{
	static const char *const pictures[] = {"image", "banner_image"};
	const struct amp_json *list = amp_json_get(item, "attachments");
	for (size_t i = 0; i < sizeof pictures / sizeof *pictures; i++) {
		struct amp_str url = text_of(item, pictures[i]);
		if (!url.p || (i && amp_str_eq(url, text_of(item, pictures[0])))) continue;
		amp_add_media(e, &(struct amp_media){.kind = AMP_STR("image"),
		                                     .url = amp_url_resolve(e->arena, base, url),
		                                     .width = AMP_ABSENT,
		                                     .height = AMP_ABSENT});
	}
	if (!amp_json_is(list, AMP_JSON_ARRAY)) return;
	for (const struct amp_json *a = amp_json_first(list); a; a = amp_json_next(list, a)) {
		struct amp_str url = amp_json_is(a, AMP_JSON_OBJECT) ? text_of(a, "url") : AMP_STR_ABSENT,
			       mime = text_of(a, "mime_type");
		if (!url.p) continue;
		amp_add_media(e, &(struct amp_media){.kind = amp_feeds_media_kind(AMP_STR_ABSENT, mime),
		                                     .url = amp_url_resolve(e->arena, base, url),
		                                     .mime = mime,
		                                     .alt = text_of(a, "title"),
		                                     .width = AMP_ABSENT,
		                                     .height = AMP_ABSENT});
	}
}

static void put_json_url(struct amp_engine *e, const struct amp_json *item, struct amp_str base)
{
	struct amp_str url = text_of(item, "url"), external = text_of(item, "external_url");
	if (url.p || external.p) amp_put_text(e, AMP_F_URL, amp_url_resolve(e->arena, base, url.p ? url : external));
	if (url.p && external.p)
		amp_add_link(e, &(struct amp_link){amp_url_resolve(e->arena, base, external), AMP_STR_ABSENT, AMP_STR_ABSENT});
}

static void one_item(struct amp_engine *e, const struct amp_json *root, const struct amp_json *item, struct amp_str base)
{
	if (!amp_engine_begin(e, item->offset)) return;
	if (!amp_json_is(item, AMP_JSON_OBJECT)) {
		amp_engine_unknown(e, "an entry of items that is no object");
		return;
	}
	amp_engine_rows(e, amp_feeds_rows, item);
	struct amp_str title = text_of(item, "title");
	if (title.p) amp_put_text(e, AMP_F_TITLE, amp_feeds_one_line(e, title));
	put_json_url(e, item, base);
	put_json_text(e, item, base);
	put_json_media(e, item, base);
	if (!put_json_author(e, item)) (void)put_json_author(e, root);
	if (!amp_json_get(item, "language")) amp_add_lang(e, text_of(root, "language"));
	amp_engine_end(e);
}

void amp_feeds_json(struct amp_engine *e, const struct amp_json *root)
{
	const struct amp_json *items = amp_json_get(root, "items");
	struct amp_str base = e->page->url, next = text_of(root, "next_url");
	if (!base.p) base = text_of(root, "feed_url");
	if (!base.p) base = text_of(root, "home_page_url");
	if (!amp_json_is(items, AMP_JSON_ARRAY)) {
		amp_engine_refuse(e, AMP_VERDICT_DRIFT, "a JSON Feed without its list \xE2\x80\x9Citems\xE2\x80\x9D");
		return;
	}
	amp_engine_list_found(e);
	for (const struct amp_json *item = amp_json_first(items); item && !e->failed; item = amp_json_next(items, item))
		if (!(item->flags & AMP_JSON_CUT)) one_item(e, root, item, base); /* half an entry is not what was shown */
	if (next.p) e->next = (struct amp_next){.kind = AMP_NEXT_URL, .value = amp_url_resolve(e->arena, base, next)};
}

/* feeds_json.c: JSON Feed 1.0 and 1.1 (jsonfeed.org, versions of 2017-05-17 and 2020-08-07). */
#include <string.h>
#include "parse/html.h"
#include "platforms/feeds_entry.h"
#include "platforms/members.h"

/* A list: a text where it was is no tag. */
static enum amp_state as_tags(struct amp_engine *e, enum amp_field field, const struct amp_value *v)
{
	return v->text.p ? AMP_STATE_INVALID : amp_as_label(e, field, v);
}

/* What is one value to one field; the rest (text, author, media) has its rules below. */
const struct amp_row amp_feeds_rows[] = {{AMP_F_ITEM_ID, "id", "url", NULL, AMP_REQUIRED},
                                         {AMP_F_CREATED_AT, "date_published", "date_modified", amp_as_time_any, AMP_OPTIONAL},
                                         {AMP_F_LABELS, "tags", NULL, as_tags, AMP_OPTIONAL},
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

static struct amp_str text_of(struct amp_engine *e, enum amp_field field, const struct amp_json *v, const char *key)
{
	struct amp_str s = amp_str_trim(amp_member_text(e, field, v, key));
	return s.n ? s : AMP_STR_ABSENT;
}

static void put_json_text(struct amp_engine *e, const struct amp_json *item, struct amp_str base)
{
	struct amp_str html = text_of(e, AMP_F_TEXT, item, "content_html"), text = text_of(e, AMP_F_TEXT, item, "content_text"),
		       summary = text_of(e, AMP_F_TEXT, item, "summary");
	struct amp_str out = html.p ? amp_feeds_html(e, html, base, NULL, true) : AMP_STR_ABSENT;
	if (!out.n) out = text.n ? text : summary.n ? summary : out;
	amp_put_text(e, AMP_F_TEXT, out);
	static const char *const kinds[] = {"content_html", "content_text"};
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) { /* a number where a text belongs */
		const struct amp_json *v = amp_json_get(item, kinds[i]);
		if (v && v->type != AMP_JSON_STRING && v->type != AMP_JSON_NULL) e->item->invalid |= AMP_BIT(AMP_F_TEXT);
	}
}

/* author (1.0) or authors (1.1), of the item, else of the feed. */
static bool put_json_author(struct amp_engine *e, const struct amp_json *from)
{
	const struct amp_json *list = amp_member(e, AMP_F_AUTHOR_NAME, from, "authors", AMP_JSON_ARRAY),
			      *first = amp_json_first(list);
	if (first && first->type != AMP_JSON_OBJECT)
		amp_engine_diag(e, "invalid_value", AMP_F_AUTHOR_NAME, first->offset, "an author that is no object");
	bool listed = amp_json_is(first, AMP_JSON_OBJECT);
	if (!listed) first = amp_member(e, AMP_F_AUTHOR_NAME, from, "author", AMP_JSON_OBJECT);
	if (!first) return false;
	struct amp_str names = text_of(e, AMP_F_AUTHOR_NAME, first, "name"), url = text_of(e, AMP_F_AUTHOR_ID, first, "url");
	for (const struct amp_json *a = listed ? amp_json_next(list, first) : NULL; a && names.n < AMP_FEEDS_MAX_NAMES;
	     a = amp_json_next(list, a)) {
		struct amp_str more = text_of(e, AMP_F_AUTHOR_NAME, a, "name");
		if (more.p && names.p) names = AMP_CONCAT(e->arena, names, AMP_STR(", "), more);
	}
	amp_put_text(e, AMP_F_AUTHOR_NAME, names);
	amp_put_text(e, AMP_F_AUTHOR_ID, url);
	return names.p || url.p;
}

static void put_json_media(struct amp_engine *e, const struct amp_json *item, struct amp_str base)
{
	static const char *const pictures[] = {"image", "banner_image"};
	const struct amp_json *list = amp_member(e, AMP_F_MEDIA, item, "attachments", AMP_JSON_ARRAY);
	struct amp_str shown = AMP_STR_ABSENT;
	for (size_t i = 0; i < sizeof pictures / sizeof *pictures; i++) {
		struct amp_str url = text_of(e, AMP_F_MEDIA, item, pictures[i]);
		if (!url.p || amp_str_eq(url, shown)) continue;
		shown = url;
		amp_add_media(e, &(struct amp_media){.kind = AMP_STR("image"),
		                                     .url = amp_url_resolve(e->arena, base, url),
		                                     .width = AMP_ABSENT,
		                                     .height = AMP_ABSENT});
	}
	for (const struct amp_json *a = amp_json_first(list); a; a = amp_json_next(list, a)) {
		struct amp_str url = text_of(e, AMP_F_MEDIA, a, "url"), mime = text_of(e, AMP_F_MEDIA, a, "mime_type");
		if (!url.p) continue;
		amp_add_media(e, &(struct amp_media){.kind = amp_feeds_media_kind(AMP_STR_ABSENT, mime),
		                                     .url = amp_url_resolve(e->arena, base, url),
		                                     .mime = mime,
		                                     .alt = text_of(e, AMP_F_MEDIA, a, "title"),
		                                     .width = AMP_ABSENT,
		                                     .height = AMP_ABSENT});
	}
}

static void put_json_url(struct amp_engine *e, const struct amp_json *item, struct amp_str base)
{
	struct amp_str url = text_of(e, AMP_F_URL, item, "url"), external = text_of(e, AMP_F_LINKS, item, "external_url");
	if (url.p || external.p) amp_put_text(e, AMP_F_URL, amp_url_resolve(e->arena, base, url.p ? url : external));
	if (url.p && external.p)
		amp_add_link(e, &(struct amp_link){amp_url_resolve(e->arena, base, external), AMP_STR_ABSENT, AMP_STR_ABSENT});
}

/* An item must have an id; one without is told apart as an entry of an XML feed is: title and date, at last all that it says. */
static void make_id(struct amp_engine *e, const struct amp_json *item)
{
	struct amp_str title = amp_json_str(amp_json_get(item, "title")), date = amp_json_str(amp_json_get(item, "date_published"));
	if (!date.n) date = amp_json_str(amp_json_get(item, "date_modified"));
	if (title.n || date.n) {
		amp_put_text(e, AMP_F_ITEM_ID, amp_feeds_id_of_two(e, "title-date", title, date));
		return;
	}
	struct amp_keyer k;
	amp_key_start(&k, "entry");
	for (const struct amp_json *v = item; v < item + item->span; v++) {
		amp_key_i64(&k, v->type);
		amp_key_i64(&k, v->n);
		bool text = v->type == AMP_JSON_STRING || v->type == AMP_JSON_NUMBER; /* only these have one */
		amp_key_str(&k, text ? (struct amp_str){v->p, v->n} : AMP_STR_ABSENT);
	}
	amp_put_text(e, AMP_F_ITEM_ID, amp_feeds_id_of(e, "entry", &k));
}

static bool is_item(const struct amp_json *v)
{
	static const char *const members[] = {"id",           "url",    "external_url", "title",          "content_html",
	                                      "content_text", "image",  "banner_image", "date_published", "date_modified",
	                                      "summary",      "author", "tags",         "language",       "attachments",
	                                      "authors"};
	for (size_t i = 0; i < sizeof members / sizeof *members; i++)
		if (amp_json_get_n(v, members[i], strlen(members[i]))) return true;
	return false;
}

static void one_item(struct amp_engine *e, const struct amp_json *root, const struct amp_json *item, struct amp_str base)
{
	if (!amp_engine_begin(e, item->offset)) return;
	if (!amp_json_is(item, AMP_JSON_OBJECT)) {
		amp_engine_unknown(e, "an entry of items that is no object");
		return;
	}
	if (!is_item(item)) {
		amp_engine_unknown(e, "an entry with no member that feeds have");
		return;
	}
	amp_engine_rows(e, amp_feeds_rows, item);
	struct amp_str title = text_of(e, AMP_F_TITLE, item, "title");
	if (title.p) amp_put_text(e, AMP_F_TITLE, amp_feeds_one_line(e, title));
	put_json_url(e, item, base);
	if (!e->item->item_id.n && e->item->url.n) amp_put_text(e, AMP_F_ITEM_ID, e->item->url);
	if (!e->item->item_id.n) make_id(e, item);
	put_json_text(e, item, base);
	put_json_media(e, item, base);
	if (!put_json_author(e, item)) (void)put_json_author(e, root);
	if (!amp_json_get(item, "language")) (void)amp_put_json(e, AMP_F_LANGS, NULL, amp_json_get(root, "language"));
	amp_engine_end(e);
}

void amp_feeds_json(struct amp_engine *e, const struct amp_json *root)
{
	const struct amp_json *items = amp_json_get(root, "items");
	struct amp_str base = e->page->url, next = text_of(e, AMP_F_COUNT, root, "next_url");
	if (!base.p) base = text_of(e, AMP_F_COUNT, root, "feed_url");
	if (!base.p) base = text_of(e, AMP_F_COUNT, root, "home_page_url");
	if (!amp_json_is(items, AMP_JSON_ARRAY)) {
		amp_engine_refuse(e, AMP_VERDICT_DRIFT, "a JSON Feed without its list \xE2\x80\x9Citems\xE2\x80\x9D");
		return;
	}
	amp_engine_list_found(e);
	for (const struct amp_json *item = amp_json_first(items); item && !e->failed; item = amp_json_next(items, item))
		if (!(item->flags & AMP_JSON_CUT)) one_item(e, root, item, base); /* half an entry is not what was shown */
	if (next.p) e->next = (struct amp_next){.kind = AMP_NEXT_URL, .value = amp_url_resolve(e->arena, base, next)};
}

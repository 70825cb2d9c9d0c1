/* entry.c: one entry of a list: its rank, its fields, their states. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "base/utf8.h"
#include "parse/engine_state.h"

#define TEXT(name, member, convert)                                          \
	{                                                                    \
		name, AMP_T_TEXT, offsetof(struct amp_item, member), convert \
	}
#define NUMBER(name, member, convert)                                         \
	{                                                                     \
		name, AMP_T_COUNT, offsetof(struct amp_item, member), convert \
	}
#define LIST(name, convert)                  \
	{                                    \
		name, AMP_T_LIST, 0, convert \
	}
/* Lists that are known when an entry is. */
#define GATHERED (AMP_BIT(AMP_F_LABELS) | AMP_BIT(AMP_F_MEDIA) | AMP_BIT(AMP_F_LINKS))

const struct amp_field_info amp_fields[AMP_F_COUNT] = {
	[AMP_F_ITEM_ID] = TEXT("item_id", item_id, amp_as_id),
	[AMP_F_ENTRY_ID] = TEXT("entry_id", entry_id, amp_as_id),
	[AMP_F_LOCAL_ID] = TEXT("local_id", local_id, amp_as_id),
	[AMP_F_URL] = TEXT("url", url, amp_as_some_text),
	[AMP_F_AUTHOR_ID] = TEXT("author_id", author_id, amp_as_id),
	[AMP_F_AUTHOR_HANDLE] = TEXT("author_handle", author_handle, amp_as_text),
	[AMP_F_AUTHOR_NAME] = TEXT("author_name", author_name, amp_as_text),
	[AMP_F_TITLE] = TEXT("title", title, amp_as_text),
	[AMP_F_TEXT] = TEXT("text", text, amp_as_text),
	[AMP_F_QUOTE_TEXT] = TEXT("quote_text", quote_text, amp_as_text),
	[AMP_F_WARNING] = TEXT("warning", warning, amp_as_some_text),
	[AMP_F_LANGS] = LIST("langs", amp_as_langs),
	[AMP_F_CREATED_AT] = {"created_at", AMP_T_TIME, offsetof(struct amp_item, created_at), amp_as_time_iso},
	[AMP_F_LIKES] = NUMBER("likes", likes, amp_as_count),
	[AMP_F_REPOSTS] = NUMBER("reposts", reposts, amp_as_count),
	[AMP_F_REPLIES] = NUMBER("replies", replies, amp_as_count),
	[AMP_F_QUOTES] = NUMBER("quotes", quotes, amp_as_count),
	[AMP_F_VIEWS] = NUMBER("views", views, amp_as_count),
	[AMP_F_SCORE] = NUMBER("score", score, amp_as_integer),
	[AMP_F_REPLY_TO] = TEXT("reply_to", reply_to, amp_as_id),
	[AMP_F_REPOST_OF] = TEXT("repost_of", repost_of, amp_as_id),
	[AMP_F_REPOSTED_BY] = TEXT("reposted_by", reposted_by, amp_as_id),
	[AMP_F_REPOSTED_BY_HANDLE] = TEXT("reposted_by_handle", reposted_by_handle, amp_as_text),
	[AMP_F_REPOSTED_BY_NAME] = TEXT("reposted_by_name", reposted_by_name, amp_as_text),
	[AMP_F_REPOSTED_AT] = {"reposted_at", AMP_T_TIME, offsetof(struct amp_item, reposted_at), amp_as_time_iso},
	[AMP_F_QUOTE_OF] = TEXT("quote_of", quote_of, amp_as_id),
	[AMP_F_LABELS] = LIST("labels", amp_as_label),
	[AMP_F_MEDIA] = LIST("media", NULL),
	[AMP_F_LINKS] = LIST("links", NULL),
	[AMP_F_FEED_REASON] = TEXT("feed_reason", feed_reason, amp_as_text),
	[AMP_F_FEED_CONTEXT] = TEXT("feed_context", feed_context, amp_as_text),
};

const char *amp_field_name(enum amp_field f)
{
	return f < AMP_F_COUNT ? amp_fields[f].name : "";
}

static const struct amp_item no_item = {.organic_rank = AMP_ABSENT,
                                        .created_at = AMP_TIME_NONE,
                                        .reposted_at = AMP_TIME_NONE,
                                        .likes = AMP_ABSENT,
                                        .reposts = AMP_ABSENT,
                                        .replies = AMP_ABSENT,
                                        .quotes = AMP_ABSENT,
                                        .views = AMP_ABSENT,
                                        .score = AMP_ABSENT};

static bool room_for_item(struct amp_engine *e)
{
	struct amp_engine_state *s = e->s;
	struct amp_parsed *out = s->out;
	if (out->n_items < s->items_room) return true;
	size_t room = s->items_room ? s->items_room * 2 : 128;
	struct amp_item *items = amp_arena_new_array(e->arena, struct amp_item, room);
	if (!items) {
		amp_engine_no_memory(e);
		return false;
	}
	if (out->n_items) memcpy(items, out->items, out->n_items * sizeof *items);
	out->items = items;
	s->items_room = room;
	return true;
}

struct amp_item *amp_engine_begin(struct amp_engine *e, size_t byte_offset)
{
	struct amp_engine_state *s = e->s;
	e->item = NULL;
	if (e->failed || !room_for_item(e)) return NULL;
	struct amp_item *item = &s->out->items[s->out->n_items++];
	*item = no_item;
	item->kind = e->endpoint ? e->endpoint->kind : AMP_POST;
	item->has_content = true;
	item->rank = s->rank++;
	item->page = e->page_no;
	item->byte_offset = byte_offset;
	e->item = item;
	e->required = 0;
	s->present = GATHERED;
	s->n_media = s->n_links = s->n_labels = s->n_langs = 0;
	return item;
}

/* A list with nothing in it is [], one that was not sent or cannot be used is null: so an empty one needs an address. */
static void *keep_list(struct amp_engine *e, enum amp_field field, const void *from, size_t n, size_t size)
{
	if (n == 0 && (!(e->s->present & AMP_BIT(field)) || e->item->invalid & AMP_BIT(field))) return NULL;
	void *copy = amp_arena_alloc(e->arena, n * size + 1);
	if (!copy) {
		amp_engine_no_memory(e);
		return NULL;
	}
	if (n) memcpy(copy, from, n * size);
	return copy;
}

static void empty_item(struct amp_item *item)
{
	struct amp_item empty = no_item;
	empty.kind = item->kind;
	empty.rank = item->rank;
	empty.page = item->page;
	empty.byte_offset = item->byte_offset;
	empty.invalid = item->invalid;
	*item = empty;
}

void amp_engine_end(struct amp_engine *e)
{
	struct amp_engine_state *s = e->s;
	struct amp_item *item = e->item;
	if (!item) return;
	if (!item->has_content) s->present &= ~GATHERED; /* a place without what stood there */
	item->media = keep_list(e, AMP_F_MEDIA, s->media, s->n_media, sizeof *s->media);
	item->links = keep_list(e, AMP_F_LINKS, s->links, s->n_links, sizeof *s->links);
	item->labels = keep_list(e, AMP_F_LABELS, s->labels, s->n_labels, sizeof *s->labels);
	item->langs = keep_list(e, AMP_F_LANGS, s->langs, s->n_langs, sizeof *s->langs);
	item->n_media = item->media ? s->n_media : 0;
	item->n_links = item->links ? s->n_links : 0;
	item->n_labels = item->labels ? s->n_labels : 0;
	item->n_langs = item->langs ? s->n_langs : 0;
	for (int f = 0; f < AMP_F_COUNT && e->required; f++) {
		if (!(e->required & AMP_BIT(f))) continue;
		s->asked[f]++;
		if (s->present & AMP_BIT(f)) continue;
		s->missing[f]++;
		amp_engine_diag(e, "missing_required", (enum amp_field)f, item->byte_offset, "%s",
		                item->invalid & AMP_BIT(f) ? "sent, but not usable" : "not sent");
	}
	/* without a name of its own nothing else about it can be stored or compared */
	if (e->required & AMP_BIT(AMP_F_ITEM_ID) && !(s->present & AMP_BIT(AMP_F_ITEM_ID))) empty_item(item);
	if (!item->is_pinned && !item->is_ad && !item->is_service) {
		item->organic_rank = s->organic++;
		s->out->n_organic++;
	}
	e->item = NULL;
}

void amp_engine_unknown(struct amp_engine *e, const char *fmt, ...)
{
	char text[256];
	if (!e->item) return;
	va_list ap;
	va_start(ap, fmt);
	if (vsnprintf(text, sizeof text, fmt, ap) < 0) text[0] = '\0';
	va_end(ap);
	amp_engine_diag(e, "unknown_member", AMP_F_COUNT, e->item->byte_offset, "%.*s",
	                (int)amp_utf8_valid_prefix(text, strlen(text)), text);
	e->s->unreadable++;
	e->s->present = 0;
	e->s->n_media = e->s->n_links = e->s->n_labels = e->s->n_langs = 0;
	e->required = 0;
	empty_item(e->item);
	amp_engine_end(e);
}

struct amp_str amp_engine_excerpt(const struct amp_value *v)
{
	static const char *const type_names[] = {"null", "false", "true", "a number", "a text", "an array", "an object"};
	struct amp_str text = v->text;
	if (!text.p && v->json)
		text = v->json->type == AMP_JSON_NUMBER ? amp_json_digits(v->json) : amp_str_c(type_names[v->json->type]);
	if (!text.p) return AMP_STR("");
	text.n = amp_utf8_valid_prefix(text.p, text.n < 60 ? text.n : 60);
	return text;
}

void amp_put_invalid(struct amp_engine *e, enum amp_field field, size_t offset, const char *fmt, ...)
{
	char text[256];
	if (!e->item || e->failed) return;
	va_list ap;
	va_start(ap, fmt);
	if (vsnprintf(text, sizeof text, fmt, ap) < 0) text[0] = '\0';
	va_end(ap);
	e->item->invalid |= AMP_BIT(field);
	amp_engine_diag(e, "invalid_value", field, offset, "%.*s", (int)amp_utf8_valid_prefix(text, strlen(text)), text);
}

static enum amp_state put_slice(struct amp_engine *e, enum amp_field field, amp_convert *convert, struct amp_str text,
                                size_t offset)
{
	const struct amp_row row = {.field = field, .convert = convert};
	const struct amp_value value = {.text = text, .offset = offset};
	return text.p ? amp_put(e, &row, &value) : AMP_STATE_ABSENT;
}

enum amp_state amp_put_markup(struct amp_engine *e, enum amp_field field, amp_convert *convert, const struct amp_markup *node)
{
	const struct amp_markup_doc *doc = &e->s->markup;
	if (!node || e->failed) return AMP_STATE_ABSENT;
	return put_slice(e, field, convert, convert == amp_as_html ? amp_markup_inner(doc, node) : amp_markup_text(doc, node),
	                 node->offset);
}

enum amp_state amp_put_attr(struct amp_engine *e, enum amp_field field, amp_convert *convert, const struct amp_markup *node,
                            const char *attribute)
{
	const struct amp_markup_doc *doc = &e->s->markup;
	struct amp_str raw = amp_markup_attr_raw(doc, node, attribute);
	if (!raw.p || e->failed) return AMP_STATE_ABSENT;
	return put_slice(e, field, convert, amp_markup_attr(doc, node, attribute), (size_t)(raw.p - doc->body.p));
}

void amp_put_text(struct amp_engine *e, enum amp_field field, struct amp_str text)
{
	if (!e->item || !text.p || amp_fields[field].type != AMP_T_TEXT) return;
	struct amp_str *place = (struct amp_str *)(void *)((char *)e->item + amp_fields[field].place);
	*place = text;
	e->s->present |= AMP_BIT(field);
}

void amp_list_unknown(struct amp_engine *e, enum amp_field list)
{
	if (e->item) e->s->present &= ~(AMP_BIT(list) & GATHERED);
}

void amp_lists_unknown(struct amp_engine *e)
{
	if (e->item) e->s->present &= ~GATHERED;
}

static void drop_list(struct amp_engine_state *s, enum amp_field field)
{
	if (field == AMP_F_MEDIA) s->n_media = 0;
	if (field == AMP_F_LINKS) s->n_links = 0;
	if (field == AMP_F_LABELS) s->n_labels = 0;
	if (field == AMP_F_LANGS) s->n_langs = 0;
}

void amp_drop(struct amp_engine *e, enum amp_field field)
{
	const struct amp_field_info *info = &amp_fields[field];
	if (!e->item) return;
	e->s->present &= ~AMP_BIT(field) | GATHERED;
	e->item->invalid &= ~AMP_BIT(field);
	char *place = (char *)e->item + info->place;
	switch (info->type) {
	case AMP_T_TEXT: *(struct amp_str *)(void *)place = AMP_STR_ABSENT; break;
	case AMP_T_COUNT: *(int64_t *)(void *)place = AMP_ABSENT; break;
	case AMP_T_TIME: *(int64_t *)(void *)place = AMP_TIME_NONE; break;
	case AMP_T_LIST: drop_list(e->s, field); break;
	}
	if (field != AMP_F_CREATED_AT) return;
	e->item->created_at_raw = AMP_STR_ABSENT;
	e->item->created_precision = no_item.created_precision;
}

enum amp_state amp_put(struct amp_engine *e, const struct amp_row *row, const struct amp_value *v)
{
	if (!e->item || e->failed) return AMP_STATE_ABSENT;
	if (row->need == AMP_REQUIRED) e->required |= AMP_BIT(row->field);
	amp_convert *convert = row->convert ? row->convert : amp_fields[row->field].convert;
	if (!convert || (!v->text.p && amp_json_is_null(v->json))) return AMP_STATE_ABSENT;
	enum amp_state state = convert(e, row->field, v);
	if (state == AMP_STATE_PRESENT) {
		e->s->present |= AMP_BIT(row->field);
	} else if (state == AMP_STATE_INVALID) {
		struct amp_str sent = amp_engine_excerpt(v);
		amp_put_invalid(e, row->field, v->offset, "cannot be read: %.*s", AMP_ARG(sent));
	}
	return state;
}

enum amp_state amp_put_json(struct amp_engine *e, enum amp_field field, amp_convert *convert, const struct amp_json *v)
{
	if (amp_json_is_null(v)) return AMP_STATE_ABSENT;
	struct amp_row row = {.field = field, .path = "", .convert = convert};
	struct amp_value value = {v, amp_json_str(v), v->offset};
	return amp_put(e, &row, &value);
}

/* --- lists --- */

static bool list_full(struct amp_engine *e, enum amp_field field, size_t n)
{
	if (!e->item || e->failed) return true;
	e->s->present |= AMP_BIT(field);
	if (n < AMP_MAX_LIST) return false;
	amp_engine_diag(e, "too_many", field, e->item->byte_offset, "only the first %d are kept", AMP_MAX_LIST);
	return true;
}

void amp_add_media(struct amp_engine *e, const struct amp_media *m)
{
	if (list_full(e, AMP_F_MEDIA, e->s->n_media)) return;
	e->s->media[e->s->n_media++] = *m;
}

void amp_add_link(struct amp_engine *e, const struct amp_link *l)
{
	struct amp_engine_state *s = e->s;
	if (!l->url.p || l->url.n == 0 || !e->item) return;
	for (size_t i = 0; i < s->n_links; i++) {
		if (!amp_str_eq(s->links[i].url, l->url)) continue;
		/* the card of a link that the text has too: its title says more than the words that carry the link */
		if (!s->links[i].title.p || (l->description.p && l->title.n)) s->links[i].title = l->title;
		if (!s->links[i].description.p) s->links[i].description = l->description;
		return;
	}
	if (list_full(e, AMP_F_LINKS, s->n_links)) return;
	s->links[s->n_links++] = *l;
}

void amp_add_label(struct amp_engine *e, struct amp_str value, struct amp_str source)
{
	struct amp_engine_state *s = e->s;
	if (!value.p || value.n == 0 || !e->item) return;
	for (size_t i = 0; i < s->n_labels; i++)
		if (amp_str_eq(s->labels[i].value, value) && amp_str_eq(s->labels[i].source, source)) return;
	if (list_full(e, AMP_F_LABELS, s->n_labels)) return;
	s->labels[s->n_labels++] = (struct amp_label){value, source};
}

void amp_add_lang(struct amp_engine *e, struct amp_str lang)
{
	if (!lang.p || lang.n == 0 || list_full(e, AMP_F_LANGS, e->s->n_langs)) return;
	e->s->langs[e->s->n_langs++] = lang;
}

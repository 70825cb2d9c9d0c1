/* hackernews_item.c: the JSON of Firebase (HackerNews/API 8a0528f, January 2025) and of Algolia's search (recording of 2026-08-08)
 * into items. Algolia's _highlightResult (marked up), children and story_title (the post above a comment) are never read.
 */
#include "parse/html.h"
#include "platforms/hackernews_entry.h"
#include "platforms/members.h"

/* Plain text with references: titles. */
static enum amp_state as_title(struct amp_engine *e, enum amp_field field, const struct amp_value *v)
{
	struct amp_err err;
	struct amp_str text;
	if (!v->text.p) return AMP_STATE_INVALID;
	if (amp_html_unescape(e->arena, v->text, &text, &err) != 0)
		amp_engine_no_memory(e);
	else
		amp_put_text(e, field, text);
	return AMP_STATE_PRESENT;
}

/* A link shows its own address, shortened: no title. */
static enum amp_state as_body(struct amp_engine *e, enum amp_field field, const struct amp_value *v)
{
	struct amp_html_out html;
	struct amp_err err;
	if (!v->text.p) return AMP_STATE_INVALID;
	if (amp_html_text(e->arena, v->text, AMP_STR(AMP_HACKERNEWS_SITE), &html, &err) != 0) {
		amp_engine_no_memory(e);
		return AMP_STATE_INVALID;
	}
	for (size_t i = 0; i < html.n_links; i++) {
		html.links[i].title = AMP_STR_ABSENT;
		amp_add_link(e, &html.links[i]);
	}
	amp_put_text(e, field, html.text);
	return AMP_STATE_PRESENT;
}

#define END                                      \
	{                                        \
		AMP_F_COUNT, NULL, NULL, NULL, 0 \
	}
/* What `platforms show` prints of lists that are ids only. */
const struct amp_row amp_hackernews_id_rows[] = {{AMP_F_ITEM_ID, "", NULL, NULL, AMP_REQUIRED}, END};
const struct amp_row amp_hackernews_item_rows[] = {{AMP_F_ITEM_ID, "id", NULL, NULL, AMP_REQUIRED},
                                                   {AMP_F_AUTHOR_ID, "by", NULL, amp_as_some_text, AMP_OPTIONAL},
                                                   {AMP_F_AUTHOR_HANDLE, "by", NULL, amp_as_some_text, AMP_OPTIONAL},
                                                   {AMP_F_TITLE, "title", NULL, as_title, AMP_OPTIONAL},
                                                   {AMP_F_TEXT, "text", NULL, as_body, AMP_OPTIONAL},
                                                   {AMP_F_CREATED_AT, "time", NULL, amp_as_time_epoch, AMP_OPTIONAL},
                                                   {AMP_F_SCORE, "score", NULL, NULL, AMP_OPTIONAL},
                                                   {AMP_F_REPLIES, "descendants", NULL, NULL, AMP_OPTIONAL},
                                                   {AMP_F_REPLY_TO, "parent", "poll", NULL, AMP_OPTIONAL},
                                                   END};
const struct amp_row amp_hackernews_user_rows[] = {{AMP_F_ITEM_ID, "id", NULL, NULL, AMP_REQUIRED},
                                                   {AMP_F_AUTHOR_ID, "id", NULL, NULL, AMP_OPTIONAL},
                                                   {AMP_F_AUTHOR_HANDLE, "id", NULL, NULL, AMP_OPTIONAL},
                                                   {AMP_F_TEXT, "about", NULL, as_body, AMP_OPTIONAL},
                                                   {AMP_F_CREATED_AT, "created", NULL, amp_as_time_epoch, AMP_OPTIONAL},
                                                   END};
const struct amp_row amp_hackernews_hit_rows[] = {{AMP_F_ITEM_ID, "objectID", NULL, NULL, AMP_REQUIRED},
                                                  {AMP_F_AUTHOR_ID, "author", NULL, amp_as_some_text, AMP_OPTIONAL},
                                                  {AMP_F_AUTHOR_HANDLE, "author", NULL, amp_as_some_text, AMP_OPTIONAL},
                                                  {AMP_F_TITLE, "title", NULL, as_title, AMP_OPTIONAL},
                                                  {AMP_F_TEXT, "comment_text", "story_text", as_body, AMP_OPTIONAL},
                                                  {AMP_F_CREATED_AT, "created_at", NULL, NULL, AMP_OPTIONAL},
                                                  {AMP_F_SCORE, "points", NULL, NULL, AMP_OPTIONAL},
                                                  {AMP_F_REPLIES, "num_comments", NULL, NULL, AMP_OPTIONAL},
                                                  {AMP_F_REPLY_TO, "parent_id", NULL, NULL, AMP_OPTIONAL},
                                                  END};

void amp_hackernews_address(struct amp_engine *e)
{
	struct amp_str id = e->item->item_id;
	const char *what = e->item->kind == AMP_ACCOUNT ? "user" : "item";
	if (!id.n) return;
	const char *url = amp_arena_printf(e->arena, AMP_HACKERNEWS_SITE "%s?id=%.*s", what, AMP_ARG(id));
	if (!url) amp_engine_no_memory(e);
	amp_put_text(e, AMP_F_URL, amp_str_c(url));
}

static void put_link(struct amp_engine *e, const struct amp_json *entry)
{
	struct amp_link link = {amp_member_text(e, AMP_F_LINKS, entry, "url"), AMP_STR_ABSENT, AMP_STR_ABSENT};
	if (link.url.n) amp_add_link(e, &link);
}

/* --- ids --- */

void amp_hackernews_id(struct amp_engine *e, const struct amp_json *number)
{
	if (!amp_engine_begin(e, number->offset)) return;
	amp_lists_unknown(e);
	if (!amp_json_is(number, AMP_JSON_NUMBER)) {
		amp_engine_unknown(e, "no number in a list of ids");
		return;
	}
	amp_put_json(e, AMP_F_ITEM_ID, amp_as_id, number);
	amp_hackernews_address(e);
	amp_engine_end(e);
}

void amp_hackernews_profile(struct amp_engine *e, const struct amp_json *name)
{
	if (!amp_engine_begin(e, name->offset)) return;
	amp_lists_unknown(e);
	e->item->kind = AMP_ACCOUNT;
	if (!amp_json_str(name).n) {
		amp_engine_unknown(e, "no name in a list of users");
		return;
	}
	amp_put_json(e, AMP_F_ITEM_ID, amp_as_id, name);
	amp_put_json(e, AMP_F_AUTHOR_ID, amp_as_id, name);
	amp_put_json(e, AMP_F_AUTHOR_HANDLE, NULL, name);
	amp_hackernews_address(e);
	amp_engine_end(e);
}

/* --- Firebase --- */

/* An item or a user that never was or is not shown: null, with status 200. It keeps its place among those asked for, no drift. */
void amp_hackernews_null(struct amp_engine *e, const struct amp_json *null)
{
	if (!amp_engine_begin(e, null->offset)) return;
	amp_engine_diag(e, "unknown_member", AMP_F_COUNT, null->offset, "%s", "what was asked for is null");
	e->item->has_content = false;
	amp_engine_end(e);
}

void amp_hackernews_item(struct amp_engine *e, const struct amp_json *item)
{
	static const char *const labels[] = {"dead", "deleted"};
	if (!amp_engine_begin(e, item->offset)) return;
	struct amp_str type = amp_member_text(e, AMP_F_COUNT, item, "type");
	/* without its type an item that has a parent is a comment, or a part of a poll, which has that too */
	bool child = !amp_json_is_null(amp_json_get(item, "parent")) && amp_json_is_null(amp_json_get(item, "poll"));
	bool comment = type.n ? amp_str_eq_c(type, "comment") : child;
	bool gone = amp_json_true(amp_json_get(item, "deleted"));
	e->item->kind = comment ? AMP_COMMENT : AMP_POST;
	amp_engine_rows(e, amp_hackernews_item_rows, item);
	if (!gone) e->required |= AMP_BIT(comment || amp_str_eq_c(type, "pollopt") ? AMP_F_TEXT : AMP_F_TITLE);
	amp_hackernews_address(e);
	/* is_reply stays false: whether the parent is a post or a comment is not sent */
	if (amp_str_eq_c(type, "job")) amp_add_label(e, type, AMP_STR_ABSENT);
	for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
		if (amp_member_flag(e, AMP_F_LABELS, item, labels[i])) amp_add_label(e, amp_str_c(labels[i]), AMP_STR_ABSENT);
	if (amp_str_eq_c(type, "poll")) amp_add_label(e, type, AMP_STR_ABSENT);
	put_link(e, item);
	amp_engine_end(e);
}

void amp_hackernews_user(struct amp_engine *e, const struct amp_json *user)
{
	if (!amp_engine_begin(e, user->offset)) return;
	e->item->kind = AMP_ACCOUNT;
	amp_engine_rows(e, amp_hackernews_user_rows, user);
	amp_hackernews_address(e);
	amp_engine_end(e);
}

/* --- Algolia --- */

/* tags: an array, or NULL when the hit has none. */
static bool tagged(const struct amp_json *tags, const char *tag)
{
	for (const struct amp_json *t = tags ? amp_json_first(tags) : NULL; t; t = amp_json_next(tags, t))
		if (amp_str_eq_c(amp_json_str(t), tag)) return true;
	return false;
}

/* The parent of a comment is a comment when it is not the story itself. */
static bool answers_a_comment(struct amp_engine *e, const struct amp_json *hit)
{
	int64_t parent, story;
	const struct amp_json *p = amp_member(e, AMP_F_REPLY_TO, hit, "parent_id", AMP_JSON_NUMBER),
			      *s = amp_member(e, AMP_F_REPLY_TO, hit, "story_id", AMP_JSON_NUMBER);
	return p && s && amp_json_i64(p, &parent) && amp_json_i64(s, &story) && parent != story;
}

void amp_hackernews_hit(struct amp_engine *e, const struct amp_json *hit)
{
	static const char *const labels[] = {"job", "poll"};
	if (!amp_engine_begin(e, hit->offset)) return;
	if (!amp_json_is(hit, AMP_JSON_OBJECT)) {
		amp_engine_unknown(e, "a hit that is no object");
		return;
	}
	const struct amp_json *tags = amp_member(e, AMP_F_LABELS, hit, "_tags", AMP_JSON_ARRAY);
	bool comment = tags ? tagged(tags, "comment") : !amp_json_is_null(amp_json_get(hit, "comment_text"));
	e->item->kind = comment ? AMP_COMMENT : AMP_POST;
	amp_engine_rows(e, amp_hackernews_hit_rows, hit);
	e->required |= AMP_BIT(comment ? AMP_F_TEXT : AMP_F_TITLE);
	amp_hackernews_address(e);
	e->item->is_reply = answers_a_comment(e, hit);
	for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
		if (tagged(tags, labels[i])) amp_add_label(e, amp_str_c(labels[i]), AMP_STR_ABSENT);
	put_link(e, hit);
	amp_engine_end(e);
}

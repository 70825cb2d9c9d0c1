/* lemmy_view.c: PostView and CommentView of Lemmy 0.18 to 1.0 and of PieFed into items. Posts, comments and authors go by their
 * ActivityPub address, which is the same on every server; the server's own number is the local_id.
 */
#include "platforms/lemmy_view.h"
#include <string.h>
#include "platforms/members.h"

/* The three dialects differ in where things stand, not in what they are. */
#define POST_ROWS(actor, name, title, counts, replies, published)                                                                 \
	{                                                                                                                         \
		{AMP_F_ITEM_ID, "post.ap_id", NULL, amp_as_some_text, AMP_REQUIRED}, {AMP_F_LOCAL_ID, "post.id", NULL, NULL, 0},  \
			{AMP_F_URL, "post.ap_id", NULL, NULL, 0}, {AMP_F_AUTHOR_ID, "creator." actor, NULL, amp_as_some_text, 0}, \
			{AMP_F_AUTHOR_NAME, "creator." name, NULL, NULL, 0},                                                      \
			{AMP_F_TITLE, "post." title, NULL, NULL, AMP_REQUIRED}, {AMP_F_TEXT, "post.body", NULL, NULL, 0},         \
			{AMP_F_CREATED_AT, "post." published, NULL, NULL, AMP_REQUIRED},                                          \
			{AMP_F_LIKES, counts ".upvotes", NULL, NULL, 0}, {AMP_F_REPLIES, counts "." replies, NULL, NULL, 0},      \
			{AMP_F_SCORE, counts ".score", NULL, NULL, 0},                                                            \
		{                                                                                                                 \
			0                                                                                                         \
		}                                                                                                                 \
	}
#define COMMENT_ROWS(actor, name, content, counts, published)                                                                   \
	{                                                                                                                       \
		{AMP_F_ITEM_ID, "comment.ap_id", NULL, amp_as_some_text, AMP_REQUIRED},                                         \
			{AMP_F_LOCAL_ID, "comment.id", NULL, NULL, 0}, {AMP_F_URL, "comment.ap_id", NULL, NULL, 0},             \
			{AMP_F_AUTHOR_ID, "creator." actor, NULL, amp_as_some_text, 0},                                         \
			{AMP_F_AUTHOR_NAME, "creator." name, NULL, NULL, 0},                                                    \
			{AMP_F_TEXT, "comment." content, NULL, NULL, AMP_REQUIRED},                                             \
			{AMP_F_CREATED_AT, "comment." published, NULL, NULL, AMP_REQUIRED},                                     \
			{AMP_F_LIKES, counts ".upvotes", NULL, NULL, 0}, {AMP_F_REPLIES, counts ".child_count", NULL, NULL, 0}, \
			{AMP_F_SCORE, counts ".score", NULL, NULL, 0},                                                          \
		{                                                                                                               \
			0                                                                                                       \
		}                                                                                                               \
	}

const struct amp_row amp_lemmy_v3_post_rows[] = POST_ROWS("actor_id", "display_name", "name", "counts", "comments", "published");
const struct amp_row amp_lemmy_v3_comment_rows[] = COMMENT_ROWS("actor_id", "display_name", "content", "counts", "published");
const struct amp_row amp_lemmy_v4_post_rows[] = POST_ROWS("ap_id", "display_name", "name", "post", "comments", "published_at");
const struct amp_row amp_lemmy_v4_comment_rows[] = COMMENT_ROWS("ap_id", "display_name", "content", "comment", "published_at");
const struct amp_row amp_lemmy_alpha_post_rows[] = POST_ROWS("actor_id", "title", "title", "counts", "comments", "published");
const struct amp_row amp_lemmy_alpha_comment_rows[] = COMMENT_ROWS("actor_id", "title", "body", "counts", "published");

static struct amp_str text_of(const struct amp_json *object, const char *key)
{
	return amp_json_str(amp_json_get(object, key));
}

/* Pins are no field of their own: their remark has none. */
static bool flag_in(struct amp_engine *e, const struct amp_json *object, const char *key, enum amp_field field)
{
	const struct amp_json *v = amp_json_get(object, key);
	if (amp_json_is_null(v) || v->type == AMP_JSON_TRUE || v->type == AMP_JSON_FALSE) return amp_json_true(v);
	if (field < AMP_F_COUNT)
		amp_put_invalid(e, field, v->offset, "%s is neither true nor false", key);
	else
		amp_engine_diag(e, "invalid_value", AMP_F_COUNT, v->offset, "%s is neither true nor false", key);
	return false;
}

/* "name@host", the host (and port) of the actor's address; PieFed calls the name user_name. */
static void put_handle(struct amp_engine *e, const struct amp_json *creator)
{
	struct amp_str name = amp_entry_text(e, creator, "user_name", AMP_F_AUTHOR_HANDLE), host = amp_url_host(e->item->author_id);
	if (!name.n) name = amp_entry_text(e, creator, "name", AMP_F_AUTHOR_HANDLE);
	if (!name.n || !host.n) return;
	amp_put_text(e, AMP_F_AUTHOR_HANDLE, amp_str_c(amp_arena_printf(e->arena, "%.*s@%.*s", AMP_ARG(name), AMP_ARG(host))));
}

static void add_flag(struct amp_engine *e, const struct amp_json *object, const char *key, const char *label)
{
	if (flag_in(e, object, key, AMP_F_LABELS)) amp_add_label(e, amp_str_c(label), AMP_STR_ABSENT);
}

static void add_flags(struct amp_engine *e, const struct amp_json *subject, const struct amp_json *creator)
{
	static const char *const flags[] = {"nsfw", "removed", "deleted", "locked"};
	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) add_flag(e, subject, flags[i], flags[i]);
	add_flag(e, creator, "bot_account", "author:bot");
	add_flag(e, creator, "bot", "author:bot"); /* PieFed */
	add_flag(e, subject, "ai_generated", "ai-generated");
}

/* Lemmy 1.0: tags of the view, each with a name that may have a shown form; PieFed: flair_list. */
static void add_flairs(struct amp_engine *e, const struct amp_json *view, const char *key, const char *shown, const char *name)
{
	const struct amp_json *flairs = amp_entry_member(e, view, key, AMP_JSON_ARRAY, AMP_F_LABELS);
	for (const struct amp_json *f = amp_json_first(flairs); f; f = amp_json_next(flairs, f)) {
		struct amp_str text = amp_entry_text(e, f, shown, AMP_F_LABELS);
		if (!text.n && name) text = amp_entry_text(e, f, name, AMP_F_LABELS);
		if (text.n) amp_add_label(e, amp_str_c(amp_arena_printf(e->arena, "flair:%.*s", AMP_ARG(text))), AMP_STR_ABSENT);
	}
}

static void add_link(struct amp_engine *e, const struct amp_json *post)
{
	amp_add_link(e, &(struct amp_link){.url = amp_entry_text(e, post, "url", AMP_F_LINKS),
	                                   .title = amp_entry_text(e, post, "embed_title", AMP_F_LINKS),
	                                   .description = amp_entry_text(e, post, "embed_description", AMP_F_LINKS)});
}

static int64_t size_in(struct amp_engine *e, const struct amp_json *details, const char *key)
{
	int64_t n;
	return amp_json_i64(amp_entry_member(e, details, key, AMP_JSON_NUMBER, AMP_F_MEDIA), &n) && n > 0 ? n : AMP_ABSENT;
}

/* image_details belongs to the view (0.19.4 on) and is about the thumbnail; PieFed's stands in the post and is about the full image. */
static void add_thumbnail(struct amp_engine *e, const struct amp_json *view, const struct amp_json *post)
{
	const struct amp_json *details = amp_entry_member(e, view, "image_details", AMP_JSON_OBJECT, AMP_F_MEDIA);
	struct amp_media m = {.kind = AMP_STR("image"),
	                      .url = amp_entry_text(e, post, "thumbnail_url", AMP_F_MEDIA),
	                      .alt = amp_entry_text(e, post, "alt_text", AMP_F_MEDIA),
	                      .width = AMP_ABSENT,
	                      .height = AMP_ABSENT};
	struct amp_str about = amp_entry_text(e, details, "link", AMP_F_MEDIA);
	if (!m.url.n) return;
	if (!about.p || amp_str_eq(about, m.url)) {
		m.mime = amp_entry_text(e, details, "content_type", AMP_F_MEDIA);
		m.width = size_in(e, details, "width");
		m.height = size_in(e, details, "height");
	}
	amp_add_media(e, &m);
}

/* A poll's options are read with the post but are none of its text. */
static void add_poll(struct amp_engine *e, const struct amp_json *post)
{
	const struct amp_json *poll = amp_entry_member(e, post, "poll", AMP_JSON_OBJECT, AMP_F_MEDIA);
	const struct amp_json *choices = amp_entry_member(e, poll, "choices", AMP_JSON_ARRAY, AMP_F_MEDIA);
	size_t n = 0, used = 0;
	for (const struct amp_json *c = amp_json_first(choices); c; c = amp_json_next(choices, c))
		n += amp_entry_text(e, c, "choice_text", AMP_F_MEDIA).n + 2;
	char *alt = n ? amp_arena_alloc(e->arena, n) : NULL;
	if (!alt) return;
	for (const struct amp_json *c = amp_json_first(choices); c; c = amp_json_next(choices, c)) {
		struct amp_str text = text_of(c, "choice_text");
		if (!text.n) continue;
		if (used) {
			alt[used++] = ';';
			alt[used++] = ' ';
		}
		memcpy(alt + used, text.p, text.n);
		used += text.n;
	}
	if (!used) return;
	amp_add_media(e,
	              &(struct amp_media){.kind = AMP_STR("poll"), .alt = {alt, used}, .width = AMP_ABSENT, .height = AMP_ABSENT});
}

/* "0.501.733": from the root down to the comment itself. The parent's number, "0" at the top level; absent when it is no path. */
static struct amp_str parent_in(struct amp_str path)
{
	struct amp_str parent = AMP_STR_ABSENT, last = AMP_STR_ABSENT;
	while (path.p) {
		parent = last;
		last = amp_str_cut(&path, '.');
		if (!last.n) return AMP_STR_ABSENT;
		for (size_t i = 0; i < last.n; i++)
			if (!amp_is_digit((unsigned char)last.p[i])) return AMP_STR_ABSENT;
	}
	return parent;
}

static void put_parent(struct amp_engine *e, const struct amp_json *view)
{
	const struct amp_json *path = amp_json_path(view, "comment.path");
	struct amp_str parent = parent_in(amp_json_str(path));
	if (amp_json_is_null(path)) return;
	if (!parent.p) {
		amp_put_invalid(e, AMP_F_REPLY_TO, path->offset, "the path names no parent");
		return;
	}
	e->item->is_reply = !amp_str_eq_c(parent, "0");
	if (e->item->is_reply)
		amp_put_text(e, AMP_F_REPLY_TO, parent);
	else
		amp_put_json(e, AMP_F_REPLY_TO, amp_as_some_text,
		             amp_json_get(amp_entry_member(e, view, "post", AMP_JSON_OBJECT, AMP_F_REPLY_TO), "ap_id"));
}

/* Begins an entry; false (and ended) when the view has no such subject. A comment's view has its post too, so that what else
 * it has tells which it is. */
static bool begin(struct amp_engine *e, const struct amp_json *view, const char *subject, const char *not_with)
{
	if (!amp_engine_begin(e, view->offset)) return false;
	if (!amp_json_is(amp_json_get(view, subject), AMP_JSON_OBJECT) || (not_with && amp_json_get(view, not_with))) {
		amp_engine_unknown(e, "an entry that is no view of a %s", subject);
		return false;
	}
	amp_engine_rows(e, e->endpoint->rows, view);
	const struct amp_json *creator = amp_entry_member(e, view, "creator", AMP_JSON_OBJECT, AMP_F_AUTHOR_ID);
	(void)amp_entry_member(e, view, "counts", AMP_JSON_OBJECT, AMP_F_SCORE);
	put_handle(e, creator);
	add_flags(e, amp_json_get(view, subject), creator);
	return true;
}

void amp_lemmy_post(struct amp_engine *e, const struct amp_json *view, enum amp_lemmy_list list)
{
	if (!begin(e, view, "post", "comment")) return;
	const struct amp_json *post = amp_json_get(view, "post");
	/* each looked at, so that none of another type goes by */
	bool site = flag_in(e, post, "featured_local", AMP_F_COUNT), sticky = flag_in(e, post, "instance_sticky", AMP_F_COUNT);
	bool featured = flag_in(e, post, "featured_community", AMP_F_COUNT), pinned = flag_in(e, post, "sticky", AMP_F_COUNT);
	bool top = site || sticky || ((featured || pinned) && list != AMP_LEMMY_FRONT);
	e->item->is_pinned = top && list != AMP_LEMMY_UNPINNED;
	add_flairs(e, view, "tags", "display_name", "name");
	add_flairs(e, view, "flair_list", "flair_title", NULL);
	add_link(e, post);
	add_thumbnail(e, view, post);
	add_poll(e, post);
	amp_engine_end(e);
}

void amp_lemmy_comment(struct amp_engine *e, const struct amp_json *view)
{
	if (!begin(e, view, "comment", NULL)) return;
	/* PieFed leaves a place for a comment that the viewer may not see: no text was sent because there is none to see */
	bool hidden = amp_str_eq_c(text_of(view, "visibility"), "followers") &&
	              amp_json_is(amp_json_path(view, "comment.body"), AMP_JSON_NULL);
	if (hidden) {
		e->required = AMP_BIT(AMP_F_ITEM_ID);
		amp_add_label(e, AMP_STR("visibility:followers"), AMP_STR_ABSENT);
	}
	put_parent(e, view);
	amp_engine_end(e);
}

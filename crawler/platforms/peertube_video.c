/* peertube_video.c: Video and VideoComment (packages/models/src/videos, 7.0 to 8.1; the search index's answers are the same with
 * addresses of the origin) into items. The uuid is the same on every server; the number is the server's own.
 */
#include "platforms/peertube_video.h"
#include <string.h>
#include "parse/html.h"
#include "platforms/members.h"

const struct amp_row amp_peertube_video_rows[] = {{AMP_F_ITEM_ID, "uuid", NULL, amp_as_some_text, AMP_REQUIRED},
                                                  {AMP_F_LOCAL_ID, "id", NULL, NULL, AMP_OPTIONAL},
                                                  {AMP_F_URL, "url", NULL, NULL, AMP_OPTIONAL},
                                                  {AMP_F_AUTHOR_ID, "channel.url", NULL, amp_as_some_text, AMP_OPTIONAL},
                                                  {AMP_F_AUTHOR_NAME, "channel.displayName", NULL, NULL, AMP_OPTIONAL},
                                                  {AMP_F_TITLE, "name", NULL, NULL, AMP_REQUIRED},
                                                  {AMP_F_TEXT, "description", "truncatedDescription", NULL, AMP_OPTIONAL},
                                                  {AMP_F_WARNING, "nsfwSummary", NULL, NULL, AMP_OPTIONAL},
                                                  {AMP_F_LANGS, "language.id", NULL, NULL, AMP_OPTIONAL},
                                                  {AMP_F_CREATED_AT, "publishedAt", NULL, NULL, AMP_REQUIRED},
                                                  {AMP_F_LIKES, "likes", NULL, NULL, AMP_OPTIONAL},
                                                  {AMP_F_REPLIES, "comments", NULL, NULL, AMP_OPTIONAL},
                                                  {AMP_F_VIEWS, "views", NULL, NULL, AMP_OPTIONAL},
                                                  {0}};

const struct amp_row amp_peertube_comment_rows[] = {{AMP_F_ITEM_ID, "url", NULL, amp_as_some_text, AMP_REQUIRED},
                                                    {AMP_F_LOCAL_ID, "id", NULL, NULL, AMP_OPTIONAL},
                                                    {AMP_F_URL, "url", NULL, NULL, AMP_OPTIONAL},
                                                    {AMP_F_AUTHOR_ID, "account.url", NULL, amp_as_some_text, AMP_OPTIONAL},
                                                    {AMP_F_AUTHOR_NAME, "account.displayName", NULL, NULL, AMP_OPTIONAL},
                                                    {AMP_F_TEXT, "text", NULL, NULL, AMP_REQUIRED},
                                                    {AMP_F_CREATED_AT, "createdAt", NULL, NULL, AMP_REQUIRED},
                                                    {AMP_F_REPLIES, "totalReplies", NULL, NULL, AMP_OPTIONAL},
                                                    {AMP_F_REPLY_TO, "inReplyToCommentId", NULL, NULL, AMP_OPTIONAL},
                                                    {0}};

static struct amp_str text_of(const struct amp_json *object, const char *key)
{
	return amp_json_str(amp_json_get(object, key));
}

static void add_flag(struct amp_engine *e, const struct amp_json *object, const char *key, const char *label)
{
	const struct amp_json *v = amp_json_get(object, key);
	if (!amp_json_is_null(v) && v->type != AMP_JSON_TRUE && v->type != AMP_JSON_FALSE)
		amp_put_invalid(e, AMP_F_LABELS, v->offset, "%s is neither true nor false", key);
	if (amp_json_true(v)) amp_add_label(e, amp_str_c(label), AMP_STR_ABSENT);
}

/* "name@host", which also stands for an address that was not sent. */
static void put_author(struct amp_engine *e, const struct amp_json *entry, const char *key)
{
	const struct amp_json *actor = amp_entry_member(e, entry, key, AMP_JSON_OBJECT, AMP_F_AUTHOR_ID);
	struct amp_str name = amp_entry_text(e, actor, "name", AMP_F_AUTHOR_HANDLE),
		       host = amp_entry_text(e, actor, "host", AMP_F_AUTHOR_HANDLE);
	if (!name.n || !host.n) return;
	struct amp_str handle = amp_str_c(amp_arena_printf(e->arena, "%.*s@%.*s", AMP_ARG(name), AMP_ARG(host)));
	amp_put_text(e, AMP_F_AUTHOR_HANDLE, handle);
	if (!e->item->author_id.n) amp_put_text(e, AMP_F_AUTHOR_ID, handle);
}

/* {"id": 15, "label": "Science & Technology"}; the id is null where the uploader chose none ("Unknown"). */
static void add_choice(struct amp_engine *e, const struct amp_json *video, const char *key)
{
	const struct amp_json *choice = amp_entry_member(e, video, key, AMP_JSON_OBJECT, AMP_F_LABELS);
	struct amp_str label = amp_entry_text(e, choice, "label", AMP_F_LABELS);
	if (amp_json_is_null(amp_json_get(choice, "id")) || !label.n) return;
	amp_add_label(e, amp_str_c(amp_arena_printf(e->arena, "%s:%.*s", key, AMP_ARG(label))), AMP_STR_ABSENT);
}

static void add_labels(struct amp_engine *e, const struct amp_json *video)
{
	add_flag(e, video, "nsfw", "nsfw");
	add_choice(e, video, "category");
	add_choice(e, video, "licence");
	add_flag(e, video, "isLive", "live");
}

/* 8.1 sends the picture in several sizes. */
static const struct amp_json *widest(struct amp_engine *e, const struct amp_json *video)
{
	const struct amp_json *thumbnails = amp_entry_member(e, video, "thumbnails", AMP_JSON_ARRAY, AMP_F_MEDIA);
	const struct amp_json *best = NULL;
	int64_t best_width = -1, width;
	for (const struct amp_json *t = amp_json_first(thumbnails); t; t = amp_json_next(thumbnails, t)) {
		if (!amp_entry_text(e, t, "fileUrl", AMP_F_MEDIA).n) continue;
		if (!amp_json_i64(amp_entry_member(e, t, "width", AMP_JSON_NUMBER, AMP_F_MEDIA), &width)) width = 0;
		if (width <= best_width) continue;
		best = t;
		best_width = width;
	}
	return best;
}

/* {"path": "/lazy-static/…", "fileUrl": "https://HOST/lazy-static/…"}: a picture of the author, cached by the server that was asked. */
static struct amp_str asked_server(const struct amp_json *video, const char *avatar)
{
	const struct amp_json *a = amp_json_path(video, avatar);
	struct amp_str path = text_of(a, "path"), address = text_of(a, "fileUrl");
	bool tells = path.n && path.n < address.n && memcmp(address.p + address.n - path.n, path.p, path.n) == 0;
	return tells ? address : AMP_STR_ABSENT;
}

/* A path is on the server that was asked, also for a video of another one. Where the page's address does not tell which that is, a
 * local video's own address does, or the authors' pictures. */
static struct amp_str from_path(struct amp_engine *e, const struct amp_json *video)
{
	struct amp_str path = amp_entry_text(e, video, "thumbnailPath", AMP_F_MEDIA), base = e->page->url;
	if (!path.n) return AMP_STR_ABSENT;
	if (!amp_url_host(base).p && amp_json_true(amp_json_get(video, "isLocal"))) base = e->item->url;
	if (!amp_url_host(base).p) base = asked_server(video, "channel.avatars.0");
	if (!amp_url_host(base).p) base = asked_server(video, "account.avatars.0");
	if (amp_url_host(base).p) return amp_url_resolve(e->arena, base, path);
	amp_engine_diag(e, "invalid_value", AMP_F_MEDIA, video->offset, "thumbnailPath is a path on a server that is not told");
	return path; /* as it was sent: a place on that server */
}

static void add_thumbnail(struct amp_engine *e, const struct amp_json *video)
{
	const struct amp_json *sized = widest(e, video);
	struct amp_media m = {.kind = AMP_STR("image"),
	                      .url = amp_entry_text(e, video, "thumbnailUrl", AMP_F_MEDIA),
	                      .width = AMP_ABSENT,
	                      .height = AMP_ABSENT};
	int64_t n;
	if (!m.url.n && sized) {
		m.url = text_of(sized, "fileUrl");
		if (amp_json_i64(amp_json_get(sized, "width"), &n) && n > 0) m.width = n;
		if (amp_json_i64(amp_entry_member(e, sized, "height", AMP_JSON_NUMBER, AMP_F_MEDIA), &n) && n > 0) m.height = n;
	}
	if (!m.url.n) m.url = from_path(e, video);
	if (m.url.n) amp_add_media(e, &m);
}

static bool begin(struct amp_engine *e, const struct amp_json *entry, const char *id, const char *content, const char *what)
{
	if (!amp_engine_begin(e, entry->offset)) return false;
	if (!amp_json_is(entry, AMP_JSON_OBJECT) || (!amp_json_get(entry, id) && !amp_json_get(entry, content))) {
		amp_engine_unknown(e, "an entry that is no %s", what);
		return false;
	}
	amp_engine_rows(e, e->endpoint->rows, entry);
	return true;
}

void amp_peertube_video(struct amp_engine *e, const struct amp_json *video, struct amp_str section)
{
	if (!begin(e, video, "uuid", "name", "video")) return;
	(void)amp_entry_member(e, video, "language", AMP_JSON_OBJECT, AMP_F_LANGS);
	put_author(e, video, "channel");
	add_labels(e, video);
	add_thumbnail(e, video);
	if (section.n) amp_put_text(e, AMP_F_FEED_CONTEXT, section);
	amp_engine_end(e);
}

/* A deleted comment keeps its place, with an empty text and no account. */
void amp_peertube_comment(struct amp_engine *e, const struct amp_json *comment)
{
	if (!begin(e, comment, "url", "text", "comment")) return;
	put_author(e, comment, "account");
	add_flag(e, comment, "isDeleted", "deleted");
	e->item->is_reply = e->item->reply_to.p != NULL;
	amp_engine_end(e);
}

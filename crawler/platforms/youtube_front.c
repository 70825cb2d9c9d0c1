/* youtube_front.c: Invidious (iv-org/documentation 9b76582, api.md; serialized_yt_data.cr) and Piped (TeamPiped/documentation 1970856,
 * ContentItem.java and its like): other servers' ways to YouTube's videos. Addresses are given as YouTube's own.
 */
#include <string.h>
#include "platforms/members.h"
#include "platforms/youtube_parts.h"

/* --- Invidious --- */

const struct amp_row amp_youtube_invidious_rows[] = {{AMP_F_TITLE, "title", NULL, NULL, AMP_REQUIRED},
                                                     {AMP_F_TEXT, "description", NULL, NULL, AMP_OPTIONAL},
                                                     {AMP_F_AUTHOR_ID, "authorId", NULL, amp_as_text, AMP_OPTIONAL},
                                                     {AMP_F_AUTHOR_NAME, "author", NULL, NULL, AMP_OPTIONAL},
                                                     {0}};

/* A viewCount of 0 beside "276K" stands for a number that was not asked for; without any text it says nothing. */
static void put_invidious_views(struct amp_engine *e, const struct amp_json *v)
{
	const struct amp_json *count = amp_json_get(v, "viewCount"), *text = amp_json_get(v, "viewCountText");
	int64_t n = 0;
	bool zero = amp_json_i64(count, &n) && n == 0;
	if (!zero && amp_put_json(e, AMP_F_VIEWS, NULL, count) == AMP_STATE_PRESENT) return;
	bool says = amp_json_is(text, AMP_JSON_STRING) ? text->n != 0 : !zero || !amp_json_is(text, AMP_JSON_NUMBER);
	if (says) amp_put_json(e, AMP_F_VIEWS, amp_as_count_text, text);
}

static void put_invidious_date(struct amp_engine *e, const struct amp_json *v)
{
	const struct amp_json *published = amp_json_get(v, "published"), *text = amp_json_get(v, "publishedText");
	int64_t n = 0;
	if (!amp_json_is_null(published) && !amp_json_is(published, AMP_JSON_STRING) && !amp_json_i64(published, &n))
		amp_put_invalid(e, AMP_F_CREATED_AT, published->offset, "%s", "published is no time");
	if (amp_json_is(published, AMP_JSON_NUMBER) && n > 0)
		amp_put_json(e, AMP_F_CREATED_AT, amp_as_time_epoch, published);
	else if (amp_json_str(published).n)
		amp_put_json(e, AMP_F_CREATED_AT, amp_as_time_iso, published);
	else if (amp_json_str(text).n)
		amp_put_json(e, AMP_F_CREATED_AT, amp_as_time_relative, text);
}

static void invidious_entry(struct amp_engine *e, const struct amp_json *v, enum amp_kind kind, const char *id, const char *picture)
{
	const struct amp_json *pictures = amp_json_get(v, picture);
	unsigned flags = (amp_member_flag(e, AMP_F_LABELS, v, "liveNow") ? AMP_YT_LIVE : 0U) |
	                 (amp_member_flag(e, AMP_F_LABELS, v, "isUpcoming") ? AMP_YT_UPCOMING : 0U);
	e->required |= AMP_BIT(AMP_F_ITEM_ID);
	amp_youtube_identity(e, kind, amp_json_str(amp_json_get(v, id)));
	if (kind == AMP_ACCOUNT) amp_put_json(e, AMP_F_TITLE, NULL, amp_json_get(v, "author"));
	amp_engine_rows(e, amp_youtube_invidious_rows + (kind == AMP_ACCOUNT), v);
	if (kind == AMP_ACCOUNT) amp_put_json(e, AMP_F_AUTHOR_HANDLE, NULL, amp_json_get(v, "channelHandle"));
	if (kind == AMP_VIDEO) put_invidious_views(e, v);
	if (kind == AMP_VIDEO) put_invidious_date(e, v);
	if (amp_json_is(pictures, AMP_JSON_STRING) && kind == AMP_FEED)
		amp_youtube_picture(e, amp_json_str(pictures), AMP_ABSENT, AMP_ABSENT);
	else
		amp_youtube_thumbnail(e, pictures);
	amp_youtube_flags(e, flags);
}

/* These are lists; the others are objects that hold one. */
static bool is_bare_list(const struct amp_engine *e)
{
	struct amp_str name = amp_str_c(e->endpoint->name);
	return amp_str_eq_c(name, "invidious/popular") || amp_str_starts(name, "invidious/search") ||
	       amp_str_eq_c(name, "piped/trending");
}

static void invidious_list(struct amp_engine *e, const struct amp_json *list, struct amp_str shelf, int depth);

/* Recommended videos have no type: they are videos. */
static void invidious_one(struct amp_engine *e, const struct amp_json *v, struct amp_str shelf, int depth)
{
	static const struct {
		const char *type, *id, *picture;
		enum amp_kind kind;
	} types[] = {{"video", "videoId", "videoThumbnails", AMP_VIDEO},
	             {"shortVideo", "videoId", "videoThumbnails", AMP_VIDEO}, /* a video told in short */
	             {"playlist", "playlistId", "playlistThumbnail", AMP_FEED},
	             {"channel", "authorId", "authorThumbnails", AMP_ACCOUNT}};
	struct amp_str type = amp_json_str(amp_json_get(v, "type"));
	if (amp_str_eq_c(type, "category") && depth == 0) {
		invidious_list(e, amp_json_get(v, "contents"), amp_member_text(e, AMP_F_FEED_CONTEXT, v, "title"), depth + 1);
		return;
	}
	if (v->flags & AMP_JSON_CUT || !amp_engine_begin(e, v->offset)) return;
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		if (!(type.p ? amp_str_eq_c(type, types[i].type) : i == 0 && amp_json_is(v, AMP_JSON_OBJECT))) continue;
		invidious_entry(e, v, types[i].kind, types[i].id, types[i].picture);
		amp_put_text(e, AMP_F_FEED_CONTEXT, shelf);
		amp_engine_end(e);
		return;
	}
	amp_engine_unknown(e, "an entry of type \"%.*s\"", AMP_ARG(type));
}

static void invidious_list(struct amp_engine *e, const struct amp_json *list, struct amp_str shelf, int depth)
{
	if (!amp_json_is(list, AMP_JSON_ARRAY)) {
		if (depth) amp_engine_cut(e, "a category has no list of its contents");
		return;
	}
	amp_engine_list_found(e);
	for (const struct amp_json *v = amp_json_first(list); v && !e->failed; v = amp_json_next(list, v))
		invidious_one(e, v, shelf, depth);
}

/* Search goes by page numbers, which the answer does not repeat: the address has them. */
static void next_search_page(struct amp_engine *e, const struct amp_json *list)
{
	int64_t page = 1;
	struct amp_str written = amp_url_param(e->page->url, "page");
	if (!e->page->url.p || !amp_json_first(list) || (written.p && !amp_str_i64(written, &page))) return;
	if (page < 1 || page > 10000) return;
	const char *next = amp_arena_printf(e->arena, "%d", (int)page + 1);
	if (next) e->next = (struct amp_next){.kind = AMP_NEXT_CURSOR, .value = amp_str_c(next)};
}

static void invidious(struct amp_engine *e, const struct amp_json *root)
{
	bool is_list = amp_json_is(root, AMP_JSON_ARRAY);
	if (is_list && !is_bare_list(e)) return;
	const struct amp_json *list = is_list ? root : amp_json_get(root, "recommendedVideos");
	if (!list) list = amp_json_get(root, "videos");
	invidious_list(e, list, AMP_STR_ABSENT, 0);
	struct amp_str next = amp_json_str(amp_json_get(root, "continuation"));
	if (next.n)
		e->next = (struct amp_next){.kind = AMP_NEXT_CURSOR, .value = next};
	else if (is_list && e->endpoint->page_param)
		next_search_page(e, list);
}

/* --- Piped --- */

const struct amp_row amp_youtube_piped_rows[] = {{AMP_F_TITLE, "title", "name", NULL, AMP_REQUIRED},
                                                 {AMP_F_TEXT, "shortDescription", "description", NULL, AMP_OPTIONAL},
                                                 {AMP_F_AUTHOR_NAME, "uploaderName", NULL, NULL, AMP_OPTIONAL},
                                                 {0}};

/* What is not known is -1. */
static void put_piped_numbers(struct amp_engine *e, const struct amp_json *v)
{
	const struct amp_json *views = amp_json_get(v, "views"), *uploaded = amp_json_get(v, "uploaded");
	int64_t n;
	if (!amp_json_i64(views, &n) || n != -1) amp_put_json(e, AMP_F_VIEWS, NULL, views);
	if (!amp_json_is_null(uploaded) && !amp_json_i64(uploaded, &n))
		amp_put_invalid(e, AMP_F_CREATED_AT, uploaded->offset, "%s", "uploaded is no time");
	if (amp_json_i64(uploaded, &n) && n > 0)
		amp_put_json(e, AMP_F_CREATED_AT, amp_as_time_epoch, uploaded);
	else
		amp_put_json(e, AMP_F_CREATED_AT, amp_as_time_relative, amp_json_get(v, "uploadedDate"));
}

static struct amp_str piped_id(struct amp_str url, enum amp_kind kind)
{
	if (kind == AMP_ACCOUNT) return amp_youtube_channel_id(url);
	return amp_url_param(url, kind == AMP_FEED ? "list" : "v");
}

static void piped_one(struct amp_engine *e, const struct amp_json *v)
{
	static const struct {
		const char *type;
		enum amp_kind kind;
	} types[] = {{"stream", AMP_VIDEO}, {"playlist", AMP_FEED}, {"channel", AMP_ACCOUNT}};
	struct amp_str type = amp_json_str(amp_json_get(v, "type"));
	if (v->flags & AMP_JSON_CUT || !amp_engine_begin(e, v->offset)) return;
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		if (!amp_str_eq_c(type, types[i].type)) continue;
		struct amp_str id = piped_id(amp_json_str(amp_json_get(v, "url")), types[i].kind);
		e->required |= AMP_BIT(AMP_F_ITEM_ID);
		amp_youtube_identity(e, types[i].kind, id);
		amp_engine_rows(e, amp_youtube_piped_rows, v);
		struct amp_str author = amp_youtube_channel_id(amp_member_text(e, AMP_F_AUTHOR_ID, v, "uploaderUrl"));
		amp_put_text(e, AMP_F_AUTHOR_ID, types[i].kind == AMP_ACCOUNT ? id : author);
		if (types[i].kind == AMP_ACCOUNT) amp_put_text(e, AMP_F_AUTHOR_NAME, e->item->title);
		if (types[i].kind == AMP_VIDEO) put_piped_numbers(e, v);
		amp_youtube_picture(e, amp_member_text(e, AMP_F_MEDIA, v, "thumbnail"), AMP_ABSENT, AMP_ABSENT);
		if (amp_member_flag(e, AMP_F_LABELS, v, "isShort")) amp_youtube_flags(e, AMP_YT_SHORT);
		amp_engine_end(e);
		return;
	}
	amp_engine_unknown(e, "an entry of type \"%.*s\"", AMP_ARG(type));
}

static void piped(struct amp_engine *e, const struct amp_json *root)
{
	const struct amp_json *list =
		amp_json_is(root, AMP_JSON_ARRAY) && is_bare_list(e) ? root : amp_json_get(root, "relatedStreams");
	if (!amp_json_is(list, AMP_JSON_ARRAY)) return;
	amp_engine_list_found(e);
	for (const struct amp_json *v = amp_json_first(list); v && !e->failed; v = amp_json_next(list, v)) piped_one(e, v);
}

/* --- which --- */

static const char *list_name(const struct amp_json *list)
{
	const struct amp_json *first = amp_json_first(list);
	struct amp_str type = amp_json_str(amp_json_get(first, "type")), url = amp_json_str(amp_json_get(first, "url"));
	if (type.n && amp_str_starts(url, "/")) return "piped/trending";
	if (amp_str_eq_c(type, "shortVideo")) return "invidious/popular";
	return type.n && (amp_json_get(first, "videoId") || amp_json_get(first, "authorId")) ? "invidious/search" : NULL;
}

const char *amp_youtube_front_name(const struct amp_json *root)
{
	if (amp_json_is(root, AMP_JSON_ARRAY)) return list_name(root);
	if (amp_json_is(amp_json_get(root, "recommendedVideos"), AMP_JSON_ARRAY)) return "invidious/videos";
	if (amp_json_is(amp_json_get(root, "relatedStreams"), AMP_JSON_ARRAY))
		return amp_json_get(root, "videoStreams") || amp_json_get(root, "audioStreams") ? "piped/streams" : "piped/channel";
	const struct amp_json *videos = amp_json_get(root, "videos"), *first = amp_json_first(videos);
	return amp_json_is(videos, AMP_JSON_ARRAY) && (!first || amp_json_get(first, "videoId")) ? "invidious/channels/videos"
	                                                                                         : NULL;
}

void amp_youtube_front(struct amp_engine *e, const struct amp_json *root)
{
	struct amp_str name = amp_str_c(e->endpoint->name);
	if (amp_str_starts(name, "invidious/"))
		invidious(e, root);
	else if (amp_str_starts(name, "piped/"))
		piped(e, root);
}

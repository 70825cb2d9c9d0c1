/* youtube_data.c: the Data API v3 (developers.google.com/youtube/v3/docs, read 2026-07-07; recordings of 2019). Counts are decimal
 * strings, and absent when the channel hides them. Search results have their titles HTML-escaped, the other answers do not.
 */
#include "parse/html.h"
#include "platforms/members.h"
#include "platforms/shapes.h"
#include "platforms/youtube_parts.h"

static enum amp_state as_unescaped(struct amp_engine *e, enum amp_field field, const struct amp_value *v)
{
	struct amp_str text;
	if (!v->text.p || e->failed) return AMP_STATE_INVALID;
	e->failed = amp_html_unescape(e->arena, v->text, &text, NULL);
	if (e->failed) return AMP_STATE_INVALID;
	amp_put_text(e, field, text);
	return AMP_STATE_PRESENT;
}

#define SNIPPET_ROWS                                                                                       \
	{AMP_F_TEXT, "snippet.description", NULL, NULL, AMP_OPTIONAL},                                     \
	{                                                                                                  \
		AMP_F_LANGS, "snippet.defaultAudioLanguage", "snippet.defaultLanguage", NULL, AMP_OPTIONAL \
	}
#define CHANNEL_ROWS                                                                \
	{AMP_F_AUTHOR_ID, "snippet.channelId", NULL, amp_as_text, AMP_OPTIONAL},    \
	{                                                                           \
		AMP_F_AUTHOR_NAME, "snippet.channelTitle", NULL, NULL, AMP_OPTIONAL \
	}

const struct amp_row amp_youtube_video_rows[] = {{AMP_F_TITLE, "snippet.title", NULL, NULL, AMP_REQUIRED},
                                                 SNIPPET_ROWS,
                                                 CHANNEL_ROWS,
                                                 {AMP_F_CREATED_AT, "snippet.publishedAt", NULL, NULL, AMP_OPTIONAL},
                                                 {AMP_F_VIEWS, "statistics.viewCount", NULL, NULL, AMP_OPTIONAL},
                                                 {AMP_F_LIKES, "statistics.likeCount", NULL, NULL, AMP_OPTIONAL},
                                                 {AMP_F_REPLIES, "statistics.commentCount", NULL, NULL, AMP_OPTIONAL},
                                                 {0}};
const struct amp_row amp_youtube_search_rows[] = {{AMP_F_TITLE, "snippet.title", NULL, as_unescaped, AMP_REQUIRED},
                                                  SNIPPET_ROWS,
                                                  CHANNEL_ROWS,
                                                  {AMP_F_CREATED_AT, "snippet.publishedAt", NULL, NULL, AMP_OPTIONAL},
                                                  {0}};
/* snippet.publishedAt is when the video was put on the list. The channel of the video comes first; older answers name the list's
 * only. */
const struct amp_row amp_youtube_playlist_rows[] = {
	{AMP_F_ENTRY_ID, "id", NULL, amp_as_text, AMP_OPTIONAL},
	{AMP_F_TITLE, "snippet.title", NULL, NULL, AMP_REQUIRED},
	SNIPPET_ROWS,
	{AMP_F_CREATED_AT, "contentDetails.videoPublishedAt", "snippet.publishedAt", NULL, AMP_OPTIONAL},
	{0}};

static void put_owner(struct amp_engine *e, const struct amp_json *snippet)
{
	const struct amp_json *owner = amp_member(e, AMP_F_AUTHOR_ID, snippet, "videoOwnerChannelId", AMP_JSON_STRING);
	bool told = amp_json_str(owner).n != 0;
	amp_put_json(e, AMP_F_AUTHOR_ID, amp_as_text, told ? owner : amp_json_get(snippet, "channelId"));
	amp_put_json(e, AMP_F_AUTHOR_NAME, NULL, amp_json_get(snippet, told ? "videoOwnerChannelTitle" : "channelTitle"));
}

static unsigned flags_of(struct amp_engine *e, const struct amp_json *entry)
{
	static const struct amp_shape shapes[] = {{"snippet", AMP_SHAPE(AMP_JSON_OBJECT), AMP_F_TITLE},
	                                          {"statistics", AMP_SHAPE(AMP_JSON_OBJECT), AMP_F_VIEWS},
	                                          {"contentDetails", AMP_SHAPE(AMP_JSON_OBJECT), AMP_F_LABELS},
	                                          {"contentDetails.contentRating", AMP_SHAPE(AMP_JSON_OBJECT), AMP_F_LABELS},
	                                          {"status", AMP_SHAPE(AMP_JSON_OBJECT), AMP_F_LABELS},
	                                          {"paidProductPlacementDetails", AMP_SHAPE(AMP_JSON_OBJECT), AMP_F_LABELS},
	                                          {NULL, 0, AMP_F_COUNT}};
	amp_check_shapes(e, shapes, entry);
	struct amp_str live = amp_member_text(e, AMP_F_LABELS, entry, "snippet.liveBroadcastContent");
	struct amp_str rating = amp_member_text(e, AMP_F_LABELS, entry, "contentDetails.contentRating.ytRating");
	unsigned flags = 0;
	if (amp_str_eq_c(live, "live")) flags |= AMP_YT_LIVE;
	if (amp_str_eq_c(live, "upcoming")) flags |= AMP_YT_UPCOMING;
	if (amp_str_eq_c(rating, "ytAgeRestricted")) flags |= AMP_YT_AGE;
	if (amp_member_flag(e, AMP_F_LABELS, entry, "status.madeForKids")) flags |= AMP_YT_KIDS;
	if (amp_member_flag(e, AMP_F_LABELS, entry, "paidProductPlacementDetails.hasPaidProductPlacement")) flags |= AMP_YT_PAID;
	return flags;
}

/* What all have behind their rows. */
static void finish(struct amp_engine *e, const struct amp_json *entry)
{
	e->required |= AMP_BIT(AMP_F_ITEM_ID);
	amp_youtube_thumbnail(e, amp_json_path(entry, "snippet.thumbnails"));
	amp_youtube_flags(e, flags_of(e, entry));
	amp_engine_end(e);
}

static void video(struct amp_engine *e, const struct amp_json *entry)
{
	amp_youtube_identity(e, AMP_VIDEO, amp_json_str(amp_json_get(entry, "id")));
	amp_engine_rows(e, amp_youtube_video_rows, entry);
	finish(e, entry);
}

static void playlist_item(struct amp_engine *e, const struct amp_json *entry)
{
	struct amp_str id = amp_json_str(amp_json_path(entry, "contentDetails.videoId"));
	if (!id.n) id = amp_json_str(amp_json_path(entry, "snippet.resourceId.videoId"));
	amp_youtube_identity(e, AMP_VIDEO, id);
	amp_engine_rows(e, amp_youtube_playlist_rows, entry);
	put_owner(e, amp_json_get(entry, "snippet"));
	finish(e, entry);
}

static void search_result(struct amp_engine *e, const struct amp_json *entry)
{
	static const struct {
		const char *type, *id;
		enum amp_kind kind;
	} types[] = {{"youtube#video", "videoId", AMP_VIDEO},
	             {"youtube#playlist", "playlistId", AMP_FEED},
	             {"youtube#channel", "channelId", AMP_ACCOUNT}};
	const struct amp_json *id = amp_json_get(entry, "id");
	struct amp_str type = amp_json_str(amp_json_get(id, "kind"));
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		if (!amp_str_eq_c(type, types[i].type)) continue;
		amp_youtube_identity(e, types[i].kind, amp_json_str(amp_json_get(id, types[i].id)));
		amp_engine_rows(e, amp_youtube_search_rows, entry);
		finish(e, entry);
		return;
	}
	amp_engine_unknown(e, "a search result of kind \"%.*s\"", AMP_ARG(type));
}

static const struct answer {
	const char *kind, *name;
	void (*entry)(struct amp_engine *e, const struct amp_json *entry);
} answers[] = {{"youtube#videoListResponse", "v3/videos", video},
               {"youtube#searchListResponse", "v3/search", search_result},
               {"youtube#playlistItemListResponse", "v3/playlistItems", playlist_item}};

static const struct answer *answer_of(const struct amp_json *root)
{
	struct amp_str kind = amp_json_str(amp_json_get(root, "kind"));
	for (size_t i = 0; kind.n && i < sizeof answers / sizeof *answers; i++)
		if (amp_str_eq_c(kind, answers[i].kind)) return &answers[i];
	return NULL;
}

const char *amp_youtube_data_name(const struct amp_json *root)
{
	const struct answer *a = answer_of(root);
	return a ? a->name : NULL;
}

void amp_youtube_data(struct amp_engine *e, const struct amp_json *root)
{
	const struct answer *a = answer_of(root);
	const struct amp_json *items = amp_json_get(root, "items");
	if (!a || !amp_str_starts(amp_str_c(e->endpoint->name), a->name) || !amp_json_is(items, AMP_JSON_ARRAY)) return;
	amp_engine_list_found(e);
	for (const struct amp_json *x = amp_json_first(items); x && !e->failed; x = amp_json_next(items, x)) {
		if (x->flags & AMP_JSON_CUT || !amp_engine_begin(e, x->offset)) continue;
		if (amp_json_is(x, AMP_JSON_OBJECT))
			a->entry(e, x);
		else
			amp_engine_unknown(e, "an entry that is no object");
	}
	struct amp_str next = amp_json_str(amp_json_get(root, "nextPageToken"));
	if (next.n) e->next = (struct amp_next){.kind = AMP_NEXT_CURSOR, .value = next};
}

/* tiktok_item.c: TikTok's videos into items. itemStruct as davidteather/TikTok-Api 8d8d37d (2026-05-09) and Zeeschuimer
 * modules/tiktok.js 53ec8c2 read it, saved pages of 2022; Research API documents of 2026-09-01; oEmbed recorded in August 2026.
 * Ids and counts pass 2^53: they are read as digits or as 64-bit integers, never through a double.
 */
#include "platforms/tiktok_item.h"
#include <string.h>
#include "platforms/shapes.h"

const struct amp_row amp_tiktok_rows[] = {{AMP_F_ITEM_ID, "id", NULL, NULL, AMP_REQUIRED},
                                          {AMP_F_TEXT, "desc", NULL, NULL, AMP_REQUIRED},
                                          {AMP_F_CREATED_AT, "createTime", NULL, amp_as_time_epoch, AMP_REQUIRED},
                                          {AMP_F_AUTHOR_ID, "author.id", "authorId", NULL, AMP_OPTIONAL},
                                          {AMP_F_AUTHOR_NAME, "author.nickname", "nickname", NULL, AMP_OPTIONAL},
                                          {AMP_F_LIKES, "stats.diggCount", "statsV2.diggCount", NULL, AMP_OPTIONAL},
                                          {AMP_F_REPOSTS, "stats.shareCount", "statsV2.shareCount", NULL, AMP_OPTIONAL},
                                          {AMP_F_REPLIES, "stats.commentCount", "statsV2.commentCount", NULL, AMP_OPTIONAL},
                                          {AMP_F_VIEWS, "stats.playCount", "statsV2.playCount", NULL, AMP_OPTIONAL},
                                          {0}};

/* Fields are asked for one by one: only the id is in every answer. */
const struct amp_row amp_tiktok_research_rows[] = {{AMP_F_ITEM_ID, "id", "video_id", NULL, AMP_REQUIRED},
                                                   {AMP_F_AUTHOR_HANDLE, "username", NULL, NULL, AMP_OPTIONAL},
                                                   {AMP_F_TEXT, "video_description", NULL, NULL, AMP_OPTIONAL},
                                                   {AMP_F_CREATED_AT, "create_time", NULL, amp_as_time_epoch, AMP_OPTIONAL},
                                                   {AMP_F_LIKES, "like_count", NULL, NULL, AMP_OPTIONAL},
                                                   {AMP_F_REPOSTS, "share_count", NULL, NULL, AMP_OPTIONAL},
                                                   {AMP_F_REPLIES, "comment_count", NULL, NULL, AMP_OPTIONAL},
                                                   {AMP_F_VIEWS, "view_count", NULL, NULL, AMP_OPTIONAL},
                                                   {0}};

const struct amp_row amp_tiktok_embed_rows[] = {{AMP_F_ITEM_ID, "id", NULL, NULL, AMP_REQUIRED},
                                                {AMP_F_TEXT, "desc", NULL, NULL, AMP_OPTIONAL},
                                                {AMP_F_VIEWS, "playCount", NULL, NULL, AMP_OPTIONAL},
                                                {0}};

const struct amp_row amp_tiktok_oembed_rows[] = {{AMP_F_ITEM_ID, "embed_product_id", NULL, NULL, AMP_REQUIRED},
                                                 {AMP_F_AUTHOR_HANDLE, "author_unique_id", NULL, NULL, AMP_OPTIONAL},
                                                 {AMP_F_AUTHOR_NAME, "author_name", NULL, NULL, AMP_OPTIONAL},
                                                 {AMP_F_TEXT, "title", NULL, NULL, AMP_REQUIRED},
                                                 {0}};

#define OBJECT AMP_SHAPE(AMP_JSON_OBJECT)
#define TEXT AMP_SHAPE(AMP_JSON_STRING)
static const struct amp_shape site_shapes[] = {{"author", OBJECT | TEXT, AMP_F_AUTHOR_ID},
                                               {"stats", OBJECT, AMP_F_VIEWS},
                                               {"statsV2", OBJECT, AMP_F_VIEWS},
                                               {"video", OBJECT, AMP_F_MEDIA},
                                               {"video.cover", TEXT, AMP_F_MEDIA},
                                               {"imagePost", OBJECT | AMP_SHAPE(AMP_JSON_FALSE), AMP_F_MEDIA},
                                               {"imagePost.images", AMP_SHAPE(AMP_JSON_ARRAY), AMP_F_MEDIA},
                                               {"duetInfo", OBJECT, AMP_F_QUOTE_OF},
                                               {"duetInfo.duetFromId", AMP_SHAPE_ID, AMP_F_QUOTE_OF},
                                               {"isAd", AMP_SHAPE_FLAG, AMP_F_LABELS},
                                               {"isPinnedItem", AMP_SHAPE_FLAG, AMP_F_LABELS},
                                               {NULL}};
static const struct amp_shape image_shapes[] = {{"imageURL", OBJECT, AMP_F_MEDIA},
                                                {"imageURL.urlList", AMP_SHAPE(AMP_JSON_ARRAY), AMP_F_MEDIA},
                                                {"imageWidth", AMP_SHAPE(AMP_JSON_NUMBER), AMP_F_MEDIA},
                                                {"imageHeight", AMP_SHAPE(AMP_JSON_NUMBER), AMP_F_MEDIA},
                                                {NULL}};
static const struct amp_shape oembed_shapes[] = {{"author_url", TEXT, AMP_F_AUTHOR_HANDLE},
                                                 {"thumbnail_url", TEXT, AMP_F_MEDIA},
                                                 {"thumbnail_width", AMP_SHAPE(AMP_JSON_NUMBER), AMP_F_MEDIA},
                                                 {"thumbnail_height", AMP_SHAPE(AMP_JSON_NUMBER), AMP_F_MEDIA},
                                                 {NULL}};
static const struct amp_shape warning_shapes[] = {{"text", TEXT, AMP_F_LABELS}, {NULL}};

static bool begin(struct amp_engine *e, const struct amp_json *entry)
{
	if (!amp_engine_begin(e, entry->offset)) return false;
	e->item->kind = AMP_VIDEO; /* a capture's endpoint holds other kinds too */
	if (!amp_json_is(entry, AMP_JSON_OBJECT)) {
		amp_engine_unknown(e, "an entry that is no object");
		return false;
	}
	return true;
}

static void end(struct amp_engine *e)
{
	struct amp_str handle = e->item->author_handle, id = e->item->item_id;
	if (handle.n && id.n)
		amp_put_text(e, AMP_F_URL,
		             AMP_CONCAT(e->arena, AMP_STR("https://www.tiktok.com/@"), handle, AMP_STR("/video/"), id));
	amp_engine_end(e);
}

static void add_label(struct amp_engine *e, const char *prefix, const struct amp_json *text)
{
	struct amp_str value = amp_str_trim(amp_json_str(text));
	if (value.n) amp_add_label(e, AMP_CONCAT(e->arena, amp_str_c(prefix), value), AMP_STR_ABSENT);
}

static int64_t size_of(const struct amp_json *v)
{
	int64_t n;
	return amp_json_i64(v, &n) && n > 0 ? n : AMP_ABSENT;
}

static void add_image(struct amp_engine *e, const struct amp_json *url, const struct amp_json *width, const struct amp_json *height)
{
	struct amp_str address = amp_json_str(url);
	if (!address.n) return;
	amp_add_media(e, &(struct amp_media){
				 .kind = AMP_STR("image"), .url = address, .width = size_of(width), .height = size_of(height)});
}

/* A cover is a still of another size than the video's: its own is not sent. */
static void add_media(struct amp_engine *e, const struct amp_json *item)
{
	const struct amp_json *photos = amp_json_get(item, "imagePost"), *images = amp_json_get(photos, "images");
	if (amp_json_is_null(photos) || amp_json_is(photos, AMP_JSON_FALSE)) {
		add_image(e, amp_json_path(item, "video.cover"), NULL, NULL);
		return;
	}
	if (!amp_json_is(images, AMP_JSON_ARRAY)) {
		amp_put_invalid(e, AMP_F_MEDIA, photos->offset, "%s", "a photo post without its images");
		return;
	}
	amp_add_label(e, AMP_STR("photo"), AMP_STR_ABSENT);
	for (const struct amp_json *i = amp_json_first(images); i; i = amp_json_next(images, i)) {
		amp_check_shapes(e, image_shapes, i);
		add_image(e, amp_json_path(i, "imageURL.urlList.0"), amp_json_get(i, "imageWidth"), amp_json_get(i, "imageHeight"));
	}
}

static void add_warnings(struct amp_engine *e, const struct amp_json *warnings)
{
	if (!amp_json_is_null(warnings) && !amp_json_is(warnings, AMP_JSON_ARRAY)) {
		amp_put_invalid(e, AMP_F_LABELS, warnings->offset, "warnInfo is no list");
		return;
	}
	for (const struct amp_json *w = amp_json_first(warnings); w; w = amp_json_next(warnings, w)) {
		amp_check_shapes(e, warning_shapes, w);
		add_label(e, "warning:", amp_json_get(w, "text"));
	}
}

/* A duet plays beside the video it answers, as a quote stands above what it quotes. "0" means none. */
static void put_duet(struct amp_engine *e, const struct amp_json *from)
{
	struct amp_str id = amp_json_is(from, AMP_JSON_NUMBER) ? amp_json_digits(from) : amp_json_str(from);
	for (size_t i = 0; i < id.n; i++)
		if (!amp_is_digit((unsigned char)id.p[i])) return;
	if (!id.n || amp_str_eq_c(id, "0")) return;
	e->item->is_quote = true;
	amp_put_text(e, AMP_F_QUOTE_OF, id);
}

/* A live room or a card among the videos has none of what makes a video. */
static bool is_video(const struct amp_json *item)
{
	return amp_json_get(item, "id") || amp_json_get(item, "desc") || amp_json_get(item, "createTime");
}

void amp_tiktok_item(struct amp_engine *e, const struct amp_json *item)
{
	if (!begin(e, item)) return;
	if (!is_video(item)) {
		amp_engine_unknown(e, "an entry that is no video");
		return;
	}
	const struct amp_json *author = amp_json_get(item, "author"); /* SIGI_STATE: the handle alone */
	if (!amp_json_is(author, AMP_JSON_STRING)) author = amp_json_get(author, "uniqueId");
	amp_check_shapes(e, site_shapes, item);
	amp_engine_rows(e, amp_tiktok_rows, item);
	amp_put_json(e, AMP_F_AUTHOR_HANDLE, amp_as_some_text, author);
	const struct amp_json *language = amp_json_get(item, "textLanguage");
	if (!amp_json_is(language, AMP_JSON_STRING) || language->n) amp_put_json(e, AMP_F_LANGS, NULL, language);
	e->item->is_ad = amp_json_true(amp_json_get(item, "isAd"));
	e->item->is_pinned = amp_json_true(amp_json_get(item, "isPinnedItem"));
	put_duet(e, amp_json_path(item, "duetInfo.duetFromId"));
	add_media(e, item);
	add_warnings(e, amp_json_get(item, "warnInfo"));
	end(e);
}

void amp_tiktok_listed(struct amp_engine *e, const struct amp_json *id)
{
	if (!amp_engine_begin(e, id->offset)) return;
	e->item->kind = AMP_VIDEO;
	amp_lists_unknown(e);
	amp_put_json(e, AMP_F_ITEM_ID, NULL, id);
	amp_engine_end(e);
}

void amp_tiktok_research(struct amp_engine *e, const struct amp_json *video)
{
	if (!begin(e, video)) return;
	const struct amp_json *label = amp_json_get(video, "video_label");
	amp_engine_rows(e, amp_tiktok_research_rows, video);
	if (!amp_json_is_null(label) && !amp_json_is(label, AMP_JSON_OBJECT))
		amp_put_invalid(e, AMP_F_LABELS, label->offset, "video_label is no object");
	add_label(e, "label:", amp_json_get(label, "content"));
	if (amp_json_true(amp_json_get(video, "is_stem_verified"))) amp_add_label(e, AMP_STR("stem"), AMP_STR_ABSENT);
	end(e);
}

/* What stands between before and stop in text; absent when it is not there. */
static struct amp_str between(struct amp_str text, const char *before, char stop)
{
	const char *at = text.n ? amp_str_find(text, amp_str_c(before)) : NULL;
	if (!at) return AMP_STR_ABSENT;
	struct amp_str rest = {at + strlen(before), text.n - (size_t)(at - text.p) - strlen(before)};
	return memchr(rest.p, stop, rest.n) ? amp_str_cut(&rest, stop) : AMP_STR_ABSENT;
}

/* Answers before embed_product_id was sent carry the id in the markup only. */
void amp_tiktok_oembed(struct amp_engine *e, const struct amp_json *embed)
{
	if (!begin(e, embed)) return;
	amp_check_shapes(e, oembed_shapes, embed);
	amp_engine_rows(e, amp_tiktok_oembed_rows, embed);
	struct amp_str id = between(amp_json_str(amp_json_get(embed, "html")), "data-video-id=\"", '"');
	if (!e->item->item_id.n && id.n) amp_put_text(e, AMP_F_ITEM_ID, id);
	struct amp_str profile = amp_json_str(amp_json_get(embed, "author_url"));
	const char *at = profile.n ? memchr(profile.p, '@', profile.n) : NULL;
	if (!e->item->author_handle.n && at)
		amp_put_text(e, AMP_F_AUTHOR_HANDLE, (struct amp_str){at + 1, profile.n - (size_t)(at + 1 - profile.p)});
	add_image(e, amp_json_get(embed, "thumbnail_url"), amp_json_get(embed, "thumbnail_width"),
	          amp_json_get(embed, "thumbnail_height"));
	end(e);
}

void amp_tiktok_embedded(struct amp_engine *e, const struct amp_json *video, const struct amp_json *user)
{
	if (!begin(e, video)) return;
	amp_engine_rows(e, amp_tiktok_embed_rows, video);
	amp_put_json(e, AMP_F_AUTHOR_ID, NULL, amp_json_get(user, "id"));
	amp_put_json(e, AMP_F_AUTHOR_HANDLE, amp_as_some_text, amp_json_get(user, "uniqueId"));
	amp_put_json(e, AMP_F_AUTHOR_NAME, NULL, amp_json_get(user, "nickname"));
	add_image(e, amp_json_get(video, "coverUrl"), NULL, NULL);
	end(e);
}

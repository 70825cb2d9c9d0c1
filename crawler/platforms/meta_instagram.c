/* meta_instagram.c: posts of Instagram: hashtags of its API (top media, 2026-08-12), media of its site as Zeeschuimer
 * modules/instagram.js 015889e and 4CAT read them (2026-02-24), nodes of its older graph (instaloader structures.py).
 */
#include <string.h>
#include "platforms/meta_parts.h"

const struct amp_row amp_instagram_rows[] = {{AMP_F_ITEM_ID, "id", NULL, NULL, AMP_REQUIRED},
                                             {AMP_F_URL, "permalink", NULL, NULL, AMP_OPTIONAL},
                                             {AMP_F_TEXT, "caption", NULL, NULL, AMP_OPTIONAL},
                                             {AMP_F_CREATED_AT, "timestamp", NULL, NULL, AMP_OPTIONAL},
                                             {AMP_F_LIKES, "like_count", NULL, amp_meta_shown_count, AMP_OPTIONAL},
                                             {AMP_F_REPLIES, "comments_count", NULL, amp_meta_shown_count, AMP_OPTIONAL},
                                             {0}};

const struct amp_row amp_instagram_web_rows[] = {{AMP_F_ITEM_ID, "pk", "id", amp_meta_media_id, AMP_REQUIRED},
                                                 {AMP_F_AUTHOR_ID, "user.pk", "user.id", NULL, AMP_OPTIONAL},
                                                 {AMP_F_AUTHOR_HANDLE, "user.username", "owner.username", NULL, AMP_OPTIONAL},
                                                 {AMP_F_AUTHOR_NAME, "user.full_name", NULL, amp_as_some_text, AMP_OPTIONAL},
                                                 {AMP_F_TEXT, "caption.text", NULL, NULL, AMP_OPTIONAL},
                                                 {AMP_F_CREATED_AT, "taken_at", NULL, amp_as_time_epoch, AMP_OPTIONAL},
                                                 {AMP_F_REPLIES, "comment_count", NULL, amp_meta_shown_count, AMP_OPTIONAL},
                                                 {0}};

const struct amp_row amp_instagram_graph_rows[] = {
	{AMP_F_ITEM_ID, "id", NULL, amp_meta_media_id, AMP_REQUIRED},
	{AMP_F_AUTHOR_ID, "owner.id", NULL, NULL, AMP_OPTIONAL},
	{AMP_F_AUTHOR_HANDLE, "owner.username", NULL, NULL, AMP_OPTIONAL},
	{AMP_F_AUTHOR_NAME, "owner.full_name", NULL, amp_as_some_text, AMP_OPTIONAL},
	{AMP_F_TEXT, "edge_media_to_caption.edges.0.node.text", NULL, NULL, AMP_OPTIONAL},
	{AMP_F_CREATED_AT, "taken_at_timestamp", NULL, amp_as_time_epoch, AMP_OPTIONAL},
	{AMP_F_LIKES, "edge_liked_by.count", "edge_media_preview_like.count", amp_meta_shown_count, AMP_OPTIONAL},
	{AMP_F_REPLIES, "edge_media_to_comment.count", "edge_media_preview_comment.count", amp_meta_shown_count, AMP_OPTIONAL},
	{AMP_F_VIEWS, "video_view_count", NULL, amp_meta_shown_count, AMP_OPTIONAL},
	{0}};

static const struct amp_shape api_shapes[] = {{"children", AMP_META_OBJECT, AMP_F_MEDIA},
                                              {"children.data", AMP_META_ARRAY, AMP_F_MEDIA},
                                              {"media_type", AMP_META_TEXT, AMP_F_MEDIA},
                                              {NULL}};
static const struct amp_shape web_shapes[] = {{"user", AMP_META_OBJECT, AMP_F_AUTHOR_ID},
                                              {"caption", AMP_META_OBJECT, AMP_F_TEXT},
                                              {"code", AMP_META_TEXT, AMP_F_URL},
                                              {"product_type", AMP_META_TEXT, AMP_F_LABELS},
                                              {"like_and_view_counts_disabled", AMP_SHAPE_FLAG, AMP_F_LIKES},
                                              {"is_paid_partnership", AMP_SHAPE_FLAG, AMP_F_LABELS},
                                              {NULL}};
static const struct amp_shape web_media_shapes[] = {{"carousel_media", AMP_META_ARRAY, AMP_F_MEDIA},
                                                    {"video_versions", AMP_META_ARRAY, AMP_F_MEDIA},
                                                    {"image_versions2", AMP_META_OBJECT, AMP_F_MEDIA},
                                                    {"image_versions2.candidates", AMP_META_ARRAY, AMP_F_MEDIA},
                                                    {NULL}};
static const struct amp_shape graph_shapes[] = {{"owner", AMP_META_OBJECT, AMP_F_AUTHOR_ID},
                                                {"shortcode", AMP_META_TEXT, AMP_F_URL},
                                                {"dimensions", AMP_META_OBJECT, AMP_F_MEDIA},
                                                {"video_url", AMP_META_TEXT, AMP_F_MEDIA},
                                                {"display_url", AMP_META_TEXT, AMP_F_MEDIA},
                                                {"pinned_for_users", AMP_META_ARRAY, AMP_F_LABELS},
                                                {"edge_media_to_caption", AMP_META_OBJECT, AMP_F_TEXT},
                                                {"edge_media_to_caption.edges", AMP_META_ARRAY, AMP_F_TEXT},
                                                {"edge_media_to_caption.edges.0.node", AMP_META_OBJECT, AMP_F_TEXT},
                                                {"edge_liked_by", AMP_META_OBJECT, AMP_F_LIKES},
                                                {"edge_media_preview_like", AMP_META_OBJECT, AMP_F_LIKES},
                                                {"edge_media_to_comment", AMP_META_OBJECT, AMP_F_REPLIES},
                                                {"edge_sidecar_to_children", AMP_META_OBJECT, AMP_F_MEDIA},
                                                {NULL}};

/* --- the API --- */

static void add_api_media(struct amp_engine *e, const struct amp_json *media)
{
	amp_meta_media(e, amp_meta_kind(amp_json_get(media, "media_type")), amp_json_get(media, "media_url"),
	               amp_json_get(media, "alt_text"), NULL, NULL, NULL);
}

void amp_instagram_graph_post(struct amp_engine *e, const struct amp_json *media)
{
	if (!amp_meta_begin(e, media)) return;
	const struct amp_json *children = amp_json_path(media, "children.data");
	amp_check_shapes(e, api_shapes, media);
	amp_engine_rows(e, amp_instagram_rows, media);
	if (!amp_json_is(children, AMP_JSON_ARRAY)) add_api_media(e, media);
	for (const struct amp_json *c = amp_json_first(children); c; c = amp_json_next(children, c)) add_api_media(e, c);
	amp_engine_end(e);
}

/* --- the site --- */

static void add_web_one(struct amp_engine *e, const struct amp_json *media)
{
	amp_check_shapes(e, web_media_shapes, media);
	const struct amp_json *video = amp_json_path(media, "video_versions.0");
	const struct amp_json *image = amp_json_path(media, "image_versions2.candidates.0");
	const struct amp_json *alt = amp_json_get(media, "accessibility_caption"), *best = video ? video : image;
	amp_meta_media(e, video ? AMP_STR("video") : AMP_STR("image"), amp_json_get(best, "url"), alt, best, "width", "height");
}

void amp_instagram_web_media(struct amp_engine *e, const struct amp_json *media)
{
	const struct amp_json *carousel = amp_json_get(media, "carousel_media");
	if (!amp_json_is(carousel, AMP_JSON_ARRAY) || carousel->n == 0) add_web_one(e, media); /* a reel's cover, a photo */
	for (const struct amp_json *c = amp_json_first(carousel); c; c = amp_json_next(carousel, c)) add_web_one(e, c);
}

static void put_url(struct amp_engine *e, const struct amp_json *code)
{
	struct amp_str text = amp_json_str(code);
	if (text.n) amp_put_text(e, AMP_F_URL, AMP_CONCAT(e->arena, AMP_STR("https://www.instagram.com/p/"), text, AMP_STR("/")));
}

static void put_web(struct amp_engine *e, const struct amp_json *media)
{
	static const struct amp_row shown[] = {{AMP_F_LIKES, "like_count", NULL, amp_meta_shown_count, AMP_OPTIONAL},
	                                       {AMP_F_VIEWS, "play_count", "view_count", amp_meta_shown_count, AMP_OPTIONAL},
	                                       {0}};
	amp_check_shapes(e, web_shapes, media);
	amp_engine_rows(e, amp_instagram_web_rows, media);
	/* the counts are sent beside the wish that they be hidden: readers do not see them */
	if (!amp_meta_hides_counts(media)) amp_engine_rows(e, shown, media);
	put_url(e, amp_json_get(media, "code"));
	e->item->is_ad = amp_str_eq_c(amp_json_str(amp_json_get(media, "product_type")), "ad") ||
	                 amp_json_is(amp_json_get(media, "injected"), AMP_JSON_OBJECT) ||
	                 amp_meta_has_text(amp_json_get(media, "ad_id"));
	if (amp_json_true(amp_json_get(media, "is_paid_partnership")))
		amp_add_label(e, AMP_STR("paid-partnership"), AMP_STR_ABSENT);
	amp_instagram_web_media(e, media);
}

static void add_graph_one(struct amp_engine *e, const struct amp_json *node)
{
	const struct amp_json *alt = amp_json_get(node, "accessibility_caption"), *size = amp_json_get(node, "dimensions");
	const struct amp_json *video = amp_json_get(node, "video_url");
	if (amp_meta_has_text(video))
		amp_meta_media(e, AMP_STR("video"), video, alt, size, "width", "height");
	else
		amp_meta_media(e, AMP_STR("image"), amp_json_get(node, "display_url"), alt, size, "width", "height");
}

static void put_graph(struct amp_engine *e, const struct amp_json *node)
{
	const struct amp_json *children = amp_json_path(node, "edge_sidecar_to_children.edges");
	const struct amp_json *pinned = amp_json_get(node, "pinned_for_users");
	amp_check_shapes(e, graph_shapes, node);
	amp_engine_rows(e, amp_instagram_graph_rows, node);
	put_url(e, amp_json_get(node, "shortcode"));
	e->item->is_pinned = amp_json_is(pinned, AMP_JSON_ARRAY) && pinned->n > 0;
	if (!amp_json_is(children, AMP_JSON_ARRAY) || children->n == 0) add_graph_one(e, node);
	for (const struct amp_json *c = amp_json_first(children); c; c = amp_json_next(children, c))
		add_graph_one(e, amp_json_get(c, "node"));
}

static void put_either(struct amp_engine *e, const struct amp_json *media)
{
	if (amp_json_get(media, "shortcode") || amp_json_get(media, "taken_at_timestamp"))
		put_graph(e, media);
	else
		put_web(e, media);
}

void amp_instagram_item(struct amp_engine *e, const struct amp_json *media)
{
	if (!amp_meta_begin(e, media)) return;
	put_either(e, media);
	amp_engine_end(e);
}

/* --- feeds of the site --- */

/* The post of an entry, or that it is none (suggested accounts, a notice): a place in the feed all the same. */
static void wrapped(struct amp_engine *e, const struct amp_json *entry, const struct amp_json *media, bool ad)
{
	if (!amp_json_is(media, AMP_JSON_OBJECT)) {
		if (amp_engine_begin(e, entry->offset)) amp_engine_unknown(e, "an entry without a post");
		return;
	}
	if (!amp_meta_begin(e, media)) return;
	put_either(e, media);
	if (ad) e->item->is_ad = true;
	amp_engine_end(e);
}

static void timeline_entry(struct amp_engine *e, const struct amp_json *edge)
{
	const struct amp_json *node = amp_json_get(edge, "node"), *ad = amp_json_get(node, "ad");
	const struct amp_json *media = amp_json_get(node, "media");
	bool is_ad = amp_json_is(ad, AMP_JSON_OBJECT);
	if (is_ad && amp_json_is_null(media)) media = amp_json_path(ad, "items.0");
	if (is_ad && amp_json_is_null(media)) media = amp_json_get(ad, "media");
	if (amp_json_is_null(media)) media = amp_json_path(node, "explore_story.media");
	wrapped(e, edge, media, is_ad);
}

static void feed_item(struct amp_engine *e, const struct amp_json *entry)
{
	const struct amp_json *media = amp_json_get(entry, "media_or_ad");
	if (amp_json_is_null(media)) media = amp_json_path(entry, "explore_story.media_or_ad");
	wrapped(e, entry, media, false);
}

void amp_instagram_timeline(struct amp_engine *e, const struct amp_json *root)
{
	const struct amp_json *edges = amp_json_path(root, "data.xdt_api__v1__feed__timeline__connection.edges");
	if (!amp_meta_list(e, edges, timeline_entry)) (void)amp_meta_list(e, amp_json_get(root, "feed_items"), feed_item);
}

static size_t section_list(struct amp_engine *e, const struct amp_json *list)
{
	size_t n = 0;
	for (const struct amp_json *x = amp_json_first(list); x && !e->failed; x = amp_json_next(list, x), n++)
		if (!(x->flags & AMP_JSON_CUT)) wrapped(e, x, amp_json_get(x, "media"), false);
	return n;
}

/* A section of the grid: a large one and four small, or rows of three, in the order in which they are sent. */
static void explore_section(struct amp_engine *e, const struct amp_json *section)
{
	static const char *const places[] = {"medias", "one_by_two_item.clips.items", "two_by_two_item.channel.media",
	                                     "fill_items"};
	const struct amp_json *content = amp_json_get(section, "layout_content");
	size_t n = 0;
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		const struct amp_json *list = amp_json_path(content, places[i]);
		if (amp_json_is(list, AMP_JSON_ARRAY)) n += section_list(e, list);
		if (!amp_json_is(list, AMP_JSON_OBJECT)) continue;
		wrapped(e, list, list, false);
		n++;
	}
	if (n == 0) wrapped(e, section, NULL, false);
}

void amp_instagram_explore(struct amp_engine *e, const struct amp_json *root)
{
	(void)amp_meta_list(e, amp_json_get(root, "sectional_items"), explore_section);
}

void amp_instagram_profile(struct amp_engine *e, const struct amp_json *root)
{
	const struct amp_json *user = amp_json_path(root, "data.user"), *posts = amp_json_get(user, "edge_owner_to_timeline_media");
	const struct amp_json *edges = amp_json_get(posts, "edges"), *name = amp_json_get(user, "full_name");
	int64_t count = 0;
	if (amp_json_get(amp_json_get(root, "data"), "user") && amp_json_is_null(user))
		amp_engine_refuse(e, AMP_VERDICT_FAILED, "%s", "there is no such account");
	if (!amp_json_is(edges, AMP_JSON_ARRAY)) return;
	if (edges->n == 0 && amp_json_i64(amp_json_get(posts, "count"), &count) && count > 0)
		amp_engine_refuse(e, AMP_VERDICT_BLOCKED, "the profile shows none of its %lld posts to this visitor",
		                  (long long)count);
	amp_engine_list_found(e);
	for (const struct amp_json *x = amp_json_first(edges); x && !e->failed; x = amp_json_next(edges, x)) {
		const struct amp_json *node = amp_json_get(x, "node");
		if (x->flags & AMP_JSON_CUT || !amp_meta_begin(e, node ? node : x)) continue;
		put_either(e, node ? node : x);
		if (!e->item->author_name.p) amp_put_json(e, AMP_F_AUTHOR_NAME, amp_as_some_text, name);
		amp_engine_end(e);
	}
}

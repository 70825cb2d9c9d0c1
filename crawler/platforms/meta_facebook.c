/* meta_facebook.c: Facebook's news feed as its site receives it (GraphQL answers in a capture; Zeeschuimer modules/facebook.js 2ab9f38
 * and public clients read the same), and what Meta's oEmbed says (Graph API, oEmbed, 2026-06-15). The feed's shape is not confirmed
 * by a recording. Since 2024-08-25 the category of an entry is encoded: sponsored_data tells an advertisement.
 */
#include <string.h>
#include "parse/html.h"
#include "platforms/meta_parts.h"

#define CONTENT "comet_sections.content.story."
#define COUNTS "comet_sections.feedback.story.story_ufi_container.story.feedback_context.feedback_target_with_context."
#define SUMMARY COUNTS "comet_ufi_summary_and_actions_renderer.feedback."

const struct amp_row amp_facebook_rows[] = {
	{AMP_F_ITEM_ID, "post_id", NULL, NULL, AMP_REQUIRED},
	{AMP_F_URL, CONTENT "wwwURL", NULL, NULL, AMP_OPTIONAL},
	{AMP_F_AUTHOR_ID, CONTENT "actors.0.id", "comet_sections.context_layout.story.comet_sections.actor_photo.story.actors.0.id",
         NULL, AMP_OPTIONAL},
	{AMP_F_AUTHOR_NAME, CONTENT "actors.0.name",
         "comet_sections.context_layout.story.comet_sections.actor_photo.story.actors.0.name", NULL, AMP_OPTIONAL},
	{AMP_F_TEXT, CONTENT "message.text", NULL, NULL, AMP_OPTIONAL},
	{AMP_F_QUOTE_OF, CONTENT "attached_story.post_id", NULL, NULL, AMP_OPTIONAL},
	{AMP_F_QUOTE_TEXT, CONTENT "attached_story.message.text",
         CONTENT "attached_story.comet_sections.content.story.message.text", NULL, AMP_OPTIONAL},
	{AMP_F_LIKES, SUMMARY "reaction_count.count", NULL, NULL, AMP_OPTIONAL},
	{AMP_F_REPOSTS, SUMMARY "share_count.count", NULL, NULL, AMP_OPTIONAL},
	{AMP_F_REPLIES, COUNTS "comment_rendering_instance.comments.total_count", NULL, NULL, AMP_OPTIONAL},
	{0}};

const struct amp_row amp_meta_oembed_rows[] = {{AMP_F_AUTHOR_NAME, "author_name", NULL, amp_as_some_text, AMP_OPTIONAL},
                                               {AMP_F_TITLE, "title", NULL, amp_as_some_text, AMP_OPTIONAL},
                                               {0}};

/* --- the feed --- */

static const struct amp_shape story_shapes[] = {{"comet_sections", AMP_META_OBJECT, AMP_F_TEXT},
                                                {"comet_sections.content", AMP_META_OBJECT, AMP_F_TEXT},
                                                {"comet_sections.content.story", AMP_META_OBJECT, AMP_F_TEXT},
                                                {CONTENT "message", AMP_META_OBJECT, AMP_F_TEXT},
                                                {CONTENT "attached_story", AMP_META_OBJECT, AMP_F_QUOTE_OF},
                                                {CONTENT "attachments", AMP_META_ARRAY, AMP_F_MEDIA},
                                                {CONTENT "actors", AMP_META_ARRAY, AMP_F_AUTHOR_ID},
                                                {"comet_sections.context_layout", AMP_META_OBJECT, AMP_F_CREATED_AT},
                                                {"comet_sections.feedback", AMP_META_OBJECT, AMP_F_LIKES},
                                                {"sponsored_data", AMP_META_OBJECT, AMP_F_LABELS},
                                                {NULL}};

static void add_attachment(struct amp_engine *e, const struct amp_json *attachment)
{
	const struct amp_json *media = amp_json_path(attachment, "styles.attachment.media");
	const struct amp_json *image = amp_json_get(media, "photo_image"), *alt = amp_json_get(media, "accessibility_caption");
	if (amp_str_eq_c(amp_json_str(amp_json_get(media, "__typename")), "Video"))
		amp_meta_media(e, AMP_STR("video"), amp_json_get(media, "playable_url"), alt, media, "width", "height");
	else
		amp_meta_media(e, AMP_STR("image"), amp_json_get(image, "uri"), alt, image, "width", "height");
}

/* The one of several lines under the name that has a time. */
static const struct amp_json *creation_time(const struct amp_json *story)
{
	const struct amp_json *lines = amp_json_path(story, "comet_sections.context_layout.story.comet_sections.metadata");
	for (const struct amp_json *l = amp_json_first(lines); l; l = amp_json_next(lines, l)) {
		const struct amp_json *time = amp_json_path(l, "story.creation_time");
		if (!amp_json_is_null(time)) return time;
	}
	return amp_json_get(story, "creation_time");
}

void amp_facebook_item(struct amp_engine *e, const struct amp_json *story, const struct amp_json *category)
{
	if (!amp_meta_begin(e, story)) return;
	struct amp_str type = amp_json_str(amp_json_get(story, "__typename"));
	if (!amp_str_eq_c(type, "Story")) {
		if (type.n > 60) type.n = 0;
		amp_engine_unknown(e, "an entry that is no story: %.*s", AMP_ARG(type));
		return;
	}
	const struct amp_json *attachments = amp_json_path(story, CONTENT "attachments");
	amp_check_shapes(e, story_shapes, story);
	amp_engine_rows(e, amp_facebook_rows, story);
	amp_put_json(e, AMP_F_CREATED_AT, amp_as_time_epoch, creation_time(story));
	e->item->is_quote = amp_json_is(amp_json_path(story, CONTENT "attached_story"), AMP_JSON_OBJECT);
	e->item->is_ad = amp_json_is(amp_json_get(story, "sponsored_data"), AMP_JSON_OBJECT) ||
	                 amp_str_eq_c(amp_json_str(category), "SPONSORED");
	for (const struct amp_json *a = amp_json_first(attachments); a; a = amp_json_next(attachments, a)) add_attachment(e, a);
	amp_engine_end(e);
}

static void edge(struct amp_engine *e, const struct amp_json *x)
{
	const struct amp_json *node = amp_json_get(x, "node");
	if (node && !(node->flags & AMP_JSON_CUT)) amp_facebook_item(e, node, amp_json_get(x, "category"));
}

/* Of the list of edges: each has a node. */
static void listed_edge(struct amp_engine *e, const struct amp_json *x)
{
	if (amp_json_is(amp_json_get(x, "node"), AMP_JSON_OBJECT))
		edge(e, x);
	else if (amp_engine_begin(e, x->offset))
		amp_engine_unknown(e, "an edge of the feed without its node");
}

/* "CometNewsFeed_viewer$stream$…": a later part of the feed, an edge or what is about its page. */
static bool is_stream(const struct amp_json *root)
{
	return amp_str_eq_c(amp_json_str(amp_json_path(root, "path.0")), "viewer") &&
	       amp_str_eq_c(amp_json_str(amp_json_path(root, "path.1")), "news_feed");
}

bool amp_facebook_is_feed(const struct amp_json *root)
{
	return amp_json_path(root, "data.viewer.news_feed") || is_stream(root);
}

void amp_facebook_feed(struct amp_engine *e, const struct amp_json *root, size_t at)
{
	for (; root && !e->failed; root = amp_meta_document(e, &at)) {
		const struct amp_json *data = amp_json_get(root, "data");
		(void)amp_meta_list(e, amp_json_path(data, "viewer.news_feed.edges"), listed_edge);
		if (!is_stream(root)) continue;
		amp_engine_list_found(e);
		if (data && !(data->flags & AMP_JSON_CUT)) edge(e, data);
	}
}

/* --- oEmbed --- */

/* The number or the short code at the end of a permalink. */
static struct amp_str permalink_id(struct amp_str url)
{
	static const char *const params[] = {"story_fbid", "fbid", "v"};
	for (size_t i = 0; i < sizeof params / sizeof *params; i++) {
		struct amp_str value = amp_url_param(url, params[i]);
		if (value.n) return value;
	}
	struct amp_str path = amp_str_cut(&url, '?'), last = AMP_STR_ABSENT;
	path = amp_str_cut(&path, '#');
	while (path.p) {
		struct amp_str part = amp_str_cut(&path, '/');
		if (part.n) last = part;
	}
	return last;
}

static struct amp_str permalink(const struct amp_markup_doc *doc)
{
	static const char *const attributes[] = {"data-href", "data-instgrm-permalink", "data-text-post-permalink"};
	for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++) {
		const struct amp_markup *m = amp_markup_find_attr(doc, NULL, NULL, NULL, attributes[i], NULL);
		struct amp_str url = amp_markup_attr(doc, m, attributes[i]);
		if (url.n && i == 0) return url; /* Facebook's may need their query */
		if (url.n) return amp_str_cut(&url, '?');
	}
	return AMP_STR_ABSENT;
}

static void put_quoted(struct amp_engine *e, const struct amp_markup_doc *doc)
{
	const struct amp_markup *quote = amp_markup_find(doc, NULL, NULL, "blockquote", "fb-xfbml-parse-ignore");
	const struct amp_markup *text = quote ? amp_markup_find(doc, quote, NULL, "p", NULL) : NULL;
	struct amp_html_out html;
	if (!text || e->failed) return;
	e->failed = amp_html_text(e->arena, amp_markup_inner(doc, text), AMP_STR_ABSENT, &html, NULL);
	if (!e->failed) amp_put_text(e, AMP_F_TEXT, html.text);
}

/* Only the markup is left since November 2025: no author, no picture. */
void amp_meta_oembed(struct amp_engine *e, const struct amp_json *root)
{
	struct amp_markup_doc doc;
	struct amp_str html = amp_json_str(amp_json_get(root, "html"));
	if (!html.p) return;
	amp_engine_list_found(e);
	if (root->flags & AMP_JSON_CUT || !amp_meta_begin(e, root)) return;
	e->failed = amp_markup_parse(&doc, html, e->arena, NULL);
	if (e->failed) return;
	struct amp_str url = permalink(&doc), id = permalink_id(url);
	e->required |= AMP_BIT(AMP_F_ITEM_ID);
	amp_engine_rows(e, amp_meta_oembed_rows, root);
	if (url.n && id.n) {
		amp_put_text(e, AMP_F_ITEM_ID, id);
		amp_put_text(e, AMP_F_URL, url);
	}
	put_quoted(e, &doc);
	amp_engine_end(e);
}

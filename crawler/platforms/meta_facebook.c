/* meta_facebook.c: Facebook's news feed as its site receives it (GraphQL answers in a capture; Zeeschuimer modules/facebook.js 2ab9f38
 * and public clients read the same), and what Meta's oEmbed says (Graph API, oEmbed, 2026-06-15). The feed's shape is not confirmed
 * by a recording. Since 2024-08-25 the category of an entry is encoded: sponsored_data tells an advertisement.
 */
#include <string.h>
#include "parse/html.h"
#include "platforms/meta_parts.h"

#define CONTENT "comet_sections.content.story."
#define CONTEXT "comet_sections.context_layout.story"
#define CONTAINER "comet_sections.feedback.story.story_ufi_container"
#define FEEDBACK CONTAINER ".story.feedback_context"
#define COUNTS FEEDBACK ".feedback_target_with_context."
#define RENDERER COUNTS "comet_ufi_summary_and_actions_renderer"
#define SUMMARY RENDERER ".feedback."

const struct amp_row amp_facebook_rows[] = {
	{AMP_F_ITEM_ID, "post_id", NULL, NULL, AMP_REQUIRED},
	{AMP_F_URL, CONTENT "wwwURL", NULL, NULL, AMP_OPTIONAL},
	{AMP_F_AUTHOR_ID, CONTENT "actors.0.id", CONTEXT ".comet_sections.actor_photo.story.actors.0.id", NULL, AMP_OPTIONAL},
	{AMP_F_AUTHOR_NAME, CONTENT "actors.0.name", CONTEXT ".comet_sections.actor_photo.story.actors.0.name", NULL, AMP_OPTIONAL},
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
                                                {CONTENT "attached_story.message", AMP_META_OBJECT, AMP_F_QUOTE_TEXT},
                                                {CONTENT "attachments", AMP_META_ARRAY, AMP_F_MEDIA},
                                                {CONTENT "actors", AMP_META_ARRAY, AMP_F_AUTHOR_ID},
                                                {"comet_sections.context_layout", AMP_META_OBJECT, AMP_F_CREATED_AT},
                                                {CONTEXT, AMP_META_OBJECT, AMP_F_CREATED_AT},
                                                {CONTEXT ".comet_sections", AMP_META_OBJECT, AMP_F_CREATED_AT},
                                                {CONTEXT ".comet_sections.metadata", AMP_META_ARRAY, AMP_F_CREATED_AT},
                                                {"comet_sections.feedback", AMP_META_OBJECT, AMP_F_LIKES},
                                                {"comet_sections.feedback.story", AMP_META_OBJECT, AMP_F_LIKES},
                                                {CONTAINER, AMP_META_OBJECT, AMP_F_LIKES},
                                                {CONTAINER ".story", AMP_META_OBJECT, AMP_F_LIKES},
                                                {FEEDBACK, AMP_META_OBJECT, AMP_F_LIKES},
                                                {FEEDBACK ".feedback_target_with_context", AMP_META_OBJECT, AMP_F_LIKES},
                                                {COUNTS "comment_rendering_instance", AMP_META_OBJECT, AMP_F_REPLIES},
                                                {COUNTS "comment_rendering_instance.comments", AMP_META_OBJECT, AMP_F_REPLIES},
                                                {RENDERER, AMP_META_OBJECT, AMP_F_LIKES},
                                                {RENDERER ".feedback", AMP_META_OBJECT, AMP_F_LIKES},
                                                {SUMMARY "reaction_count", AMP_META_OBJECT, AMP_F_LIKES},
                                                {SUMMARY "share_count", AMP_META_OBJECT, AMP_F_REPOSTS},
                                                {"sponsored_data", AMP_META_OBJECT, AMP_F_LABELS},
                                                {NULL}};

static const struct amp_shape attachment_shapes[] = {{"styles", AMP_META_OBJECT, AMP_F_MEDIA},
                                                     {"styles.attachment", AMP_META_OBJECT, AMP_F_MEDIA},
                                                     {"styles.attachment.media", AMP_META_OBJECT, AMP_F_MEDIA},
                                                     {"styles.attachment.media.photo_image", AMP_META_OBJECT, AMP_F_MEDIA},
                                                     {NULL}};

static void add_attachment(struct amp_engine *e, const struct amp_json *attachment)
{
	amp_check_shapes(e, attachment_shapes, attachment);
	const struct amp_json *media = amp_json_path(attachment, "styles.attachment.media");
	const struct amp_json *image = amp_json_get(media, "photo_image"), *alt = amp_json_get(media, "accessibility_caption");
	if (amp_str_eq_c(amp_json_str(amp_json_get(media, "__typename")), "Video"))
		amp_meta_media(e, AMP_STR("video"), amp_json_get(media, "playable_url"), alt, media, "width", "height");
	else
		amp_meta_media(e, AMP_STR("image"), amp_json_get(image, "uri"), alt, image, "width", "height");
}

/* The one of several lines under the name that has a time. */
static const struct amp_json *creation_time(struct amp_engine *e, const struct amp_json *story)
{
	static const struct amp_shape line_shapes[] = {{"story", AMP_META_OBJECT, AMP_F_CREATED_AT}, {NULL}};
	const struct amp_json *lines = amp_json_path(story, CONTEXT ".comet_sections.metadata");
	for (const struct amp_json *l = amp_json_first(lines); l; l = amp_json_next(lines, l)) {
		const struct amp_json *time = amp_json_path(l, "story.creation_time");
		amp_check_shapes(e, line_shapes, l);
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
	amp_put_json(e, AMP_F_CREATED_AT, amp_as_time_epoch, creation_time(e, story));
	e->item->is_quote = amp_json_is(amp_json_path(story, CONTENT "attached_story"), AMP_JSON_OBJECT);
	if (!amp_json_is_null(category) && !amp_json_is(category, AMP_JSON_STRING))
		amp_put_invalid(e, AMP_F_LABELS, category->offset, "%s", "the category of the entry is of another type");
	e->item->is_ad = amp_json_is(amp_json_get(story, "sponsored_data"), AMP_JSON_OBJECT) ||
	                 amp_str_eq_c(amp_json_str(category), "SPONSORED");
	for (const struct amp_json *a = amp_json_first(attachments); a; a = amp_json_next(attachments, a)) add_attachment(e, a);
	amp_engine_end(e);
}

static void unread(struct amp_engine *e, const struct amp_json *at, const char *what)
{
	if (amp_meta_begin(e, at)) amp_engine_unknown(e, "%s", what);
}

static void edge(struct amp_engine *e, const struct amp_json *x)
{
	const struct amp_json *node = amp_json_get(x, "node");
	if (!node)
		unread(e, x, "an edge of the feed without its node");
	else if (!(node->flags & AMP_JSON_CUT))
		amp_facebook_item(e, node, amp_json_get(x, "category"));
}

/* "CometNewsFeed_viewer$stream$…": a later part of the feed, an edge or what is about its page. */
static bool is_stream(const struct amp_json *root)
{
	return amp_str_eq_c(amp_json_str(amp_json_path(root, "path.0")), "viewer") &&
	       amp_str_eq_c(amp_json_str(amp_json_path(root, "path.1")), "news_feed");
}

/* ["viewer","news_feed","edges",3]: a place of the feed; what leads on from there is about the entry in it. */
static bool is_place(const struct amp_json *root)
{
	return amp_str_eq_c(amp_json_str(amp_json_path(root, "path.2")), "edges") && amp_json_path(root, "path.3") &&
	       !amp_json_path(root, "path.4");
}

bool amp_facebook_is_feed(const struct amp_json *root)
{
	return amp_json_path(root, "data.viewer.news_feed") || is_stream(root);
}

/* Said of a later part of the feed; answers of other kinds, which stand in a capture too, may have a node and no label. */
static bool has_label(const struct amp_json *root)
{
	struct amp_str label = amp_json_str(amp_json_get(root, "label"));
	return label.n && amp_str_find(label, AMP_STR("news_feed"));
}

/* What follows the first document. */
static void later_part(struct amp_engine *e, const struct amp_json *root, const struct amp_json *data)
{
	bool has_node = amp_json_get(data, "node");
	if (!is_stream(root)) {
		if (has_node && has_label(root)) unread(e, root, "an entry that does not say where in the feed it is");
		return;
	}
	amp_engine_list_found(e);
	if (!has_node && !is_place(root)) return;
	if (!data)
		unread(e, root, "a place of the feed without its entry");
	else if (!(data->flags & AMP_JSON_CUT))
		edge(e, data);
}

static void unread_line(struct amp_engine *e, size_t offset)
{
	if (amp_engine_begin(e, offset)) amp_engine_unknown(e, "a line of the feed that is no JSON document");
}

void amp_facebook_feed(struct amp_engine *e, const struct amp_json *root, size_t at)
{
	size_t place = 0, before = 0;
	bool is_first = !amp_meta_more(e, &before, &place) || root->offset == place;
	bool headless = !is_first; /* the list that later documents go on with has not been seen */
	for (size_t n = 0; !e->failed; n++) {
		const struct amp_json *data = amp_json_get(root, "data");
		bool cut = root && root->flags & AMP_JSON_CUT;
		if (!root) {
			unread_line(e, place);
		} else if (amp_meta_list(e, amp_json_path(data, "viewer.news_feed.edges"), edge)) {
			headless = false;
		} else if (n == 0 && !is_stream(root) && !cut) {
			headless = true;
		} else {
			if (headless && is_stream(root)) {
				unread(e, root, "the feed lacks its beginning"); /* of how many entries is not known */
				amp_engine_cut(e, "the feed lacks its beginning: its later parts alone are known");
				headless = false;
			}
			if (!cut || data) later_part(e, root, data);
		}
		if (!amp_meta_more(e, &at, &place)) return;
		root = amp_meta_document(e, &at);
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

/* reddit_post.c: Reddit's things into items: links (t3), comments (t1), and in searches communities (t5) and users (t2). Names of
 * fields as reddit-archive/reddit's wiki has them and answers of 2012 to 2023 send them.
 */
#include "parse/html.h"
#include "platforms/members.h"
#include "platforms/reddit_entry.h"
#include "platforms/shapes.h"

#define SITE "https://www.reddit.com"

static struct amp_str unescaped(struct amp_engine *e, struct amp_str text)
{
	struct amp_err err;
	if (amp_html_unescape(e->arena, text, &text, &err) == 0) return text;
	amp_engine_no_memory(e);
	return AMP_STR_ABSENT;
}

static struct amp_str text_of(struct amp_engine *e, const struct amp_reddit_page *page, enum amp_field field,
                              const struct amp_json *object, const char *path)
{
	struct amp_str text = amp_member_text(e, field, object, path);
	return text.p && page->escaped ? unescaped(e, text) : text;
}

static enum amp_state as_escaped(struct amp_engine *e, enum amp_field field, const struct amp_value *v)
{
	if (!v->text.p) return AMP_STATE_INVALID;
	amp_put_text(e, field, unescaped(e, v->text));
	return AMP_STATE_PRESENT;
}

static enum amp_state as_name(struct amp_engine *e, enum amp_field field, const struct amp_value *v)
{
	if (!v->text.p) return AMP_STATE_INVALID;
	if (amp_str_eq_c(v->text, "[deleted]")) return AMP_STATE_ABSENT;
	amp_put_text(e, field, v->text);
	return AMP_STATE_PRESENT;
}

/* "/r/NAME/comments/ID/TITLE/" */
static enum amp_state as_permalink(struct amp_engine *e, enum amp_field field, const struct amp_value *v)
{
	if (!v->text.p) return AMP_STATE_INVALID;
	if (!v->text.n) return AMP_STATE_ABSENT;
	amp_put_text(e, field, amp_url_resolve(e->arena, AMP_STR(SITE), v->text));
	return AMP_STATE_PRESENT;
}

#define END                                      \
	{                                        \
		AMP_F_COUNT, NULL, NULL, NULL, 0 \
	}
#define COMMON                                                                                                         \
	{AMP_F_ITEM_ID, "name", NULL, NULL, AMP_REQUIRED}, {AMP_F_URL, "permalink", NULL, as_permalink, AMP_OPTIONAL}, \
		{AMP_F_AUTHOR_ID, "author_fullname", NULL, as_name, AMP_OPTIONAL},                                     \
		{AMP_F_AUTHOR_HANDLE, "author", NULL, as_name, AMP_OPTIONAL},                                          \
	{                                                                                                              \
		AMP_F_CREATED_AT, "created_utc", NULL, amp_as_time_epoch, AMP_REQUIRED                                 \
	}
#define POST(text)                                                                                                                 \
	COMMON, {AMP_F_TITLE, "title", NULL, text, AMP_REQUIRED}, {AMP_F_TEXT, "selftext", NULL, text, AMP_OPTIONAL},              \
		{AMP_F_REPLIES, "num_comments", NULL, NULL, AMP_OPTIONAL},                                                         \
		{AMP_F_QUOTES, "num_crossposts", NULL, NULL, AMP_OPTIONAL}, {AMP_F_VIEWS, "view_count", NULL, NULL, AMP_OPTIONAL}, \
		END
#define COMMENT(text) \
	COMMON, {AMP_F_TEXT, "body", NULL, text, AMP_REQUIRED}, {AMP_F_REPLY_TO, "parent_id", NULL, NULL, AMP_OPTIONAL}, END

const struct amp_row amp_reddit_post_rows[] = {POST(NULL)};
const struct amp_row amp_reddit_comment_rows[] = {COMMENT(NULL)};
static const struct amp_row escaped_post_rows[] = {POST(as_escaped)};
static const struct amp_row escaped_comment_rows[] = {COMMENT(as_escaped)};

/* --- what both posts and comments have --- */

/* Readers are not shown a score while it is hidden; the answer has it all the same, and a label says so. */
static bool score_hidden(struct amp_engine *e, const struct amp_json *data)
{
	bool post = amp_member_flag(e, AMP_F_LABELS, data, "hide_score"),
	     comment = amp_member_flag(e, AMP_F_LABELS, data, "score_hidden");
	return post || comment;
}

/* `edited`: false, true (before 2012), or when. */
static bool edited(struct amp_engine *e, const struct amp_json *data)
{
	double when;
	const struct amp_json *v = amp_json_get(data, "edited");
	return amp_json_double(v, &when) || amp_member_flag(e, AMP_F_LABELS, data, "edited");
}

static void put_score(struct amp_engine *e, const struct amp_json *data)
{
	amp_put_json(e, AMP_F_SCORE, NULL, amp_json_get(data, "score")); /* `ups` is the same number again */
}

static void add_label(struct amp_engine *e, const char *prefix, struct amp_str value)
{
	const char *label = value.n ? amp_arena_printf(e->arena, "%s%.*s", prefix, AMP_ARG(value)) : NULL;
	if (value.n && !label) amp_engine_no_memory(e);
	if (label) amp_add_label(e, amp_str_c(label), AMP_STR_ABSENT);
}

static void put_labels(struct amp_engine *e, const struct amp_reddit_page *page, const struct amp_json *data)
{
	static const struct {
		const char *member, *label;
	} flags[] = {{"over_18", "nsfw"}, {"spoiler", "spoiler"}, {"quarantine", "quarantine"}};
	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
		if (amp_member_flag(e, AMP_F_LABELS, data, flags[i].member))
			amp_add_label(e, amp_str_c(flags[i].label), AMP_STR_ABSENT);
	add_label(e, "removed:", amp_member_text(e, AMP_F_LABELS, data, "removed_by_category"));
	add_label(e, "flair:", text_of(e, page, AMP_F_LABELS, data, "link_flair_text"));
	add_label(e, "distinguished:", amp_member_text(e, AMP_F_LABELS, data, "distinguished"));
	if (amp_member_flag(e, AMP_F_LABELS, data, "locked")) amp_add_label(e, AMP_STR("locked"), AMP_STR_ABSENT);
	if (edited(e, data)) amp_add_label(e, AMP_STR("edited"), AMP_STR_ABSENT);
	if (score_hidden(e, data)) amp_add_label(e, AMP_STR("score-hidden"), AMP_STR_ABSENT);
}

/* --- media --- */

/* A picture or film as an object with an address and its size; NULL adds nothing. */
static void add_media(struct amp_engine *e, const struct amp_reddit_page *page, const char *kind, const struct amp_json *one,
                      const char *address)
{
	struct amp_media m = {.kind = amp_str_c(kind), .url = text_of(e, page, AMP_F_MEDIA, one, address)};
	m.width = amp_member_size(e, one, "width");
	m.height = amp_member_size(e, one, "height");
	if (m.url.n) amp_add_media(e, &m);
}

/* One of media_metadata: a picture ("s" is its source), a moving one, or a video. */
static void put_metadata(struct amp_engine *e, const struct amp_reddit_page *page, const struct amp_json *one,
                         struct amp_str caption)
{
	static const struct amp_shape shapes[] = {{"s", AMP_SHAPE(AMP_JSON_OBJECT), AMP_F_MEDIA}, {NULL, 0, AMP_F_COUNT}};
	if (one && one->type != AMP_JSON_OBJECT) amp_put_invalid(e, AMP_F_MEDIA, one->offset, "a picture is no object");
	const struct amp_json *source = amp_json_get(one, "s");
	bool video = amp_str_eq_c(amp_member_text(e, AMP_F_MEDIA, one, "e"), "RedditVideo");
	const struct amp_json *size = video ? one : source;
	amp_check_shapes(e, shapes, one);
	struct amp_str url = text_of(e, page, AMP_F_MEDIA, video ? one : source, video ? "hlsUrl" : "u");
	if (!url.p && !video) url = text_of(e, page, AMP_F_MEDIA, source, "gif");
	struct amp_media m = {.kind = video ? AMP_STR("video") : AMP_STR("image"),
	                      .url = url,
	                      .alt = caption.n ? caption : AMP_STR_ABSENT,
	                      .mime = amp_member_text(e, AMP_F_MEDIA, one, "m"),
	                      .width = amp_member_size(e, size, "x"),
	                      .height = amp_member_size(e, size, "y")};
	if (m.url.n) amp_add_media(e, &m);
}

/* media_metadata is an object in any order: a gallery's items tell which comes first. Without a gallery its pictures stand in the
 * text. */
static bool put_gallery(struct amp_engine *e, const struct amp_reddit_page *page, const struct amp_json *data)
{
	const struct amp_json *items = amp_member(e, AMP_F_MEDIA, data, "gallery_data.items", AMP_JSON_ARRAY),
			      *all = amp_member(e, AMP_F_MEDIA, data, "media_metadata", AMP_JSON_OBJECT);
	if (!all) return false;
	if (!items) {
		for (const struct amp_json *x = amp_json_first(all); x; x = amp_json_next(all, x))
			put_metadata(e, page, x, AMP_STR_ABSENT);
		return false;
	}
	size_t n = 0; /* each is looked up among all: one more than an entry can have is remarked, the others are left */
	for (const struct amp_json *item = amp_json_first(items); item && n++ <= AMP_MAX_LIST && !e->failed;
	     item = amp_json_next(items, item)) {
		const char *id = NULL;
		struct amp_str name = amp_member_text(e, AMP_F_MEDIA, item, "media_id");
		if (name.n && name.n < 100) id = amp_arena_strndup(e->arena, name.p, name.n);
		if (id) put_metadata(e, page, amp_json_get(all, id), text_of(e, page, AMP_F_MEDIA, item, "caption"));
	}
	return true;
}

static void put_poll(struct amp_engine *e, const struct amp_reddit_page *page, const struct amp_json *options)
{
	struct amp_str all = AMP_STR_ABSENT;
	if (!options) return;
	for (const struct amp_json *o = amp_json_first(options); o && !e->failed; o = amp_json_next(options, o)) {
		struct amp_str text = text_of(e, page, AMP_F_MEDIA, o, "text");
		if (!text.p || all.n > 10000) continue;
		const char *both = all.p ? amp_arena_printf(e->arena, "%.*s; %.*s", AMP_ARG(all), AMP_ARG(text)) : NULL;
		if (all.p && !both) amp_engine_no_memory(e);
		all = all.p ? amp_str_c(both) : text;
	}
	struct amp_media m = {.kind = AMP_STR("poll"), .alt = all, .width = AMP_ABSENT, .height = AMP_ABSENT};
	amp_add_media(e, &m);
}

static void put_media(struct amp_engine *e, const struct amp_reddit_page *page, const struct amp_json *data)
{
	const struct amp_json *video = amp_json_path(data, "media.reddit_video");
	if (!put_gallery(e, page, data)) add_media(e, page, "image", amp_json_path(data, "preview.images.0.source"), "url");
	if (!video) video = amp_json_path(data, "secure_media.reddit_video");
	add_media(e, page, "video", video, "fallback_url");
	put_poll(e, page, amp_member(e, AMP_F_MEDIA, data, "poll_data.options", AMP_JSON_ARRAY));
}

/* --- posts --- */

/* Whether an address is the post's own: ".../comments/ID/..." */
static bool is_own(const struct amp_item *item, struct amp_str url)
{
	struct amp_str id = item->item_id, steps = AMP_STR("/comments/");
	const char *at = amp_str_find(url, steps);
	if (!at || !amp_str_starts(id, "t3_")) return false;
	struct amp_str rest = {at + steps.n, (size_t)(url.p + url.n - at) - steps.n}, own = {id.p + 3, id.n - 3};
	return amp_str_eq(amp_str_cut(&rest, '/'), own);
}

/* Where a post leads; a post of text leads to itself. A crosspost of one has the path of the first. */
static void put_link(struct amp_engine *e, const struct amp_reddit_page *page, const struct amp_json *data)
{
	struct amp_str url = text_of(e, page, AMP_F_LINKS, data, "url");
	if (!url.n) url = text_of(e, page, AMP_F_LINKS, data, "url_overridden_by_dest");
	if (!url.n || amp_member_flag(e, AMP_F_LINKS, data, "is_self")) return;
	url = amp_url_resolve(e->arena, AMP_STR(SITE), url);
	if (is_own(e->item, url)) return;
	struct amp_link link = {url, AMP_STR_ABSENT, AMP_STR_ABSENT};
	amp_add_link(e, &link);
}

static void put_crosspost(struct amp_engine *e, const struct amp_reddit_page *page, const struct amp_json *data)
{
	struct amp_str parent = amp_member_text(e, AMP_F_QUOTE_OF, data, "crosspost_parent");
	if (!parent.n) return;
	e->item->is_quote = true;
	amp_put_text(e, AMP_F_QUOTE_OF, parent);
	amp_put_text(e, AMP_F_QUOTE_TEXT, text_of(e, page, AMP_F_QUOTE_TEXT, data, "crosspost_parent_list.0.title"));
}

/* "jardin" of https://www.reddit.com/r/jardin/comments/…; absent for a user's own posts. */
static struct amp_str community_in(struct amp_str url)
{
	if (!amp_str_starts(url, SITE "/r/")) return AMP_STR_ABSENT;
	struct amp_str rest = {url.p + strlen(SITE "/r/"), url.n - strlen(SITE "/r/")};
	return amp_str_cut(&rest, '/');
}

/* A moderator's pin holds in that community's own list, a user's on the profile; elsewhere the flag is sent and means nothing. */
static bool is_pinned(struct amp_engine *e, const struct amp_reddit_page *page, const struct amp_json *data)
{
	bool pinned = amp_member_flag(e, AMP_F_COUNT, data, "pinned"), stickied = amp_member_flag(e, AMP_F_COUNT, data, "stickied");
	struct amp_str where = amp_json_str(amp_json_get(data, "subreddit"));
	if (page->profile) return pinned;
	if (!where.p) where = community_in(e->item->url);
	if (!page->subreddit || (where.p && !amp_str_ieq_c(where, page->subreddit))) return false;
	return pinned || stickied;
}

/* Where something lies that other functions ask for by path. */
static const struct amp_shape post_shapes[] = {{"subreddit", AMP_SHAPE(AMP_JSON_STRING), AMP_F_COUNT},
                                               {"gallery_data", AMP_SHAPE(AMP_JSON_OBJECT), AMP_F_MEDIA},
                                               {"preview", AMP_SHAPE(AMP_JSON_OBJECT), AMP_F_MEDIA},
                                               {"preview.images", AMP_SHAPE(AMP_JSON_ARRAY), AMP_F_MEDIA},
                                               {"preview.images.0", AMP_SHAPE(AMP_JSON_OBJECT), AMP_F_MEDIA},
                                               {"preview.images.0.source", AMP_SHAPE(AMP_JSON_OBJECT), AMP_F_MEDIA},
                                               {"media", AMP_SHAPE(AMP_JSON_OBJECT), AMP_F_MEDIA},
                                               {"media.reddit_video", AMP_SHAPE(AMP_JSON_OBJECT), AMP_F_MEDIA},
                                               {"secure_media", AMP_SHAPE(AMP_JSON_OBJECT), AMP_F_MEDIA},
                                               {"secure_media.reddit_video", AMP_SHAPE(AMP_JSON_OBJECT), AMP_F_MEDIA},
                                               {"poll_data", AMP_SHAPE(AMP_JSON_OBJECT), AMP_F_MEDIA},
                                               {"crosspost_parent_list", AMP_SHAPE(AMP_JSON_ARRAY), AMP_F_QUOTE_TEXT},
                                               {"crosspost_parent_list.0", AMP_SHAPE(AMP_JSON_OBJECT), AMP_F_QUOTE_TEXT},
                                               {NULL, 0, AMP_F_COUNT}};

static void post(struct amp_engine *e, const struct amp_reddit_page *page, const struct amp_json *data)
{
	e->item->kind = AMP_POST;
	amp_engine_rows(e, page->escaped ? escaped_post_rows : amp_reddit_post_rows, data);
	amp_check_shapes(e, post_shapes, data);
	put_score(e, data);
	put_crosspost(e, page, data);
	put_labels(e, page, data);
	put_media(e, page, data);
	put_link(e, page, data);
	e->item->is_pinned = is_pinned(e, page, data);
	e->item->is_ad = amp_member_flag(e, AMP_F_COUNT, data, "promoted");
}

static void comment(struct amp_engine *e, const struct amp_reddit_page *page, const struct amp_json *data)
{
	e->item->kind = AMP_COMMENT;
	amp_engine_rows(e, page->escaped ? escaped_comment_rows : amp_reddit_comment_rows, data);
	put_score(e, data);
	put_labels(e, page, data);
	e->item->is_reply = amp_str_starts(e->item->reply_to, "t1_");
	e->item->is_pinned = amp_member_flag(e, AMP_F_COUNT, data, "stickied") && page->thread;
}

/* --- communities and users, among the posts of a search --- */

static const struct amp_row community_rows[] = {{AMP_F_ITEM_ID, "name", NULL, NULL, AMP_REQUIRED},
                                                {AMP_F_URL, "url", NULL, as_permalink, AMP_OPTIONAL},
                                                {AMP_F_CREATED_AT, "created_utc", NULL, amp_as_time_epoch, AMP_OPTIONAL},
                                                END};
static const struct amp_row user_rows[] = {{AMP_F_AUTHOR_HANDLE, "name", NULL, as_name, AMP_REQUIRED},
                                           {AMP_F_CREATED_AT, "created_utc", NULL, amp_as_time_epoch, AMP_OPTIONAL},
                                           END};

static void community(struct amp_engine *e, const struct amp_reddit_page *page, const struct amp_json *data)
{
	e->item->kind = AMP_FEED;
	amp_engine_rows(e, community_rows, data);
	amp_put_text(e, AMP_F_TITLE, text_of(e, page, AMP_F_TITLE, data, "title"));
	amp_put_text(e, AMP_F_TEXT, text_of(e, page, AMP_F_TEXT, data, "public_description"));
	if (amp_member_flag(e, AMP_F_LABELS, data, "over18")) amp_add_label(e, AMP_STR("nsfw"), AMP_STR_ABSENT);
	if (amp_member_flag(e, AMP_F_LABELS, data, "quarantine")) amp_add_label(e, AMP_STR("quarantine"), AMP_STR_ABSENT);
}

/* A user's `name` is the handle, and `id` lacks the prefix that author_fullname has. */
static void user(struct amp_engine *e, const struct amp_reddit_page *page, const struct amp_json *data)
{
	static const struct amp_shape shapes[] = {{"subreddit", AMP_SHAPE(AMP_JSON_OBJECT), AMP_F_TEXT}, {NULL, 0, AMP_F_COUNT}};
	struct amp_str id = amp_member_text(e, AMP_F_ITEM_ID, data, "id");
	e->item->kind = AMP_ACCOUNT;
	e->required |= AMP_BIT(AMP_F_ITEM_ID);
	amp_engine_rows(e, user_rows, data);
	amp_check_shapes(e, shapes, data);
	amp_put_text(e, AMP_F_TEXT, text_of(e, page, AMP_F_TEXT, data, "subreddit.public_description"));
	const char *name = id.n ? amp_arena_printf(e->arena, "t2_%.*s", AMP_ARG(id)) : NULL;
	if (id.n && !name) amp_engine_no_memory(e);
	amp_put_text(e, AMP_F_ITEM_ID, amp_str_c(name));
	amp_put_text(e, AMP_F_AUTHOR_ID, amp_str_c(name));
	if (!e->item->author_handle.n) return;
	const char *url = amp_arena_printf(e->arena, SITE "/user/%.*s", AMP_ARG(e->item->author_handle));
	if (!url) amp_engine_no_memory(e);
	amp_put_text(e, AMP_F_URL, amp_str_c(url));
}

void amp_reddit_thing(struct amp_engine *e, const struct amp_reddit_page *page, const struct amp_json *thing)
{
	static const struct {
		const char *kind;
		bool directory; /* an entry in searches only */
		void (*put)(struct amp_engine *e, const struct amp_reddit_page *page, const struct amp_json *data);
	} kinds[] = {{"t3", false, post}, {"t1", false, comment}, {"t5", true, community}, {"t2", true, user}};
	struct amp_str kind = amp_json_str(amp_json_get(thing, "kind"));
	const struct amp_json *data = amp_json_get(thing, "data");
	if (!amp_engine_begin(e, thing->offset)) return;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds && amp_json_is(data, AMP_JSON_OBJECT); i++) {
		if (!amp_str_eq_c(kind, kinds[i].kind) || (kinds[i].directory && !page->directory)) continue;
		kinds[i].put(e, page, data);
		amp_engine_end(e);
		return;
	}
	amp_engine_unknown(e, "a thing of kind \xE2\x80\x9C%.*s\xE2\x80\x9D", (int)(kind.n < 40 ? kind.n : 40),
	                   kind.p ? kind.p : "");
}

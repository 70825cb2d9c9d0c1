/* reddit_post.c: Reddit's things into items: links (t3), comments (t1), and in searches communities (t5) and users (t2). Names of
 * fields as reddit-archive/reddit's wiki has them and answers of 2012 to 2023 send them.
 */
#include "parse/html.h"
#include "platforms/reddit_entry.h"

#define SITE "https://www.reddit.com"

static struct amp_str unescaped(struct amp_engine *e, struct amp_str text)
{
	struct amp_err err;
	if (amp_html_unescape(e->arena, text, &text, &err) == 0) return text;
	amp_engine_no_memory(e);
	return AMP_STR_ABSENT;
}

static struct amp_str text_of(struct amp_engine *e, const struct amp_reddit_page *page, const struct amp_json *v)
{
	struct amp_str text = amp_json_str(v);
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
static bool score_hidden(const struct amp_json *data)
{
	return amp_json_true(amp_json_get(data, "hide_score")) || amp_json_true(amp_json_get(data, "score_hidden"));
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
	const struct amp_json *edited = amp_json_get(data, "edited"); /* false, true (before 2012), or when */
	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
		if (amp_json_true(amp_json_get(data, flags[i].member))) amp_add_label(e, amp_str_c(flags[i].label), AMP_STR_ABSENT);
	add_label(e, "removed:", amp_json_str(amp_json_get(data, "removed_by_category")));
	add_label(e, "flair:", text_of(e, page, amp_json_get(data, "link_flair_text")));
	add_label(e, "distinguished:", amp_json_str(amp_json_get(data, "distinguished")));
	if (amp_json_true(amp_json_get(data, "locked"))) amp_add_label(e, AMP_STR("locked"), AMP_STR_ABSENT);
	if (amp_json_true(edited) || amp_json_is(edited, AMP_JSON_NUMBER)) amp_add_label(e, AMP_STR("edited"), AMP_STR_ABSENT);
	if (score_hidden(data)) amp_add_label(e, AMP_STR("score-hidden"), AMP_STR_ABSENT);
}

/* --- media --- */

static int64_t size_of(const struct amp_json *v)
{
	int64_t n;
	return amp_json_i64(v, &n) && n >= 0 ? n : AMP_ABSENT;
}

static void add_media(struct amp_engine *e, const char *kind, struct amp_str url, const struct amp_json *width,
                      const struct amp_json *height)
{
	struct amp_media m = {.kind = amp_str_c(kind), .url = url, .width = size_of(width), .height = size_of(height)};
	if (url.n) amp_add_media(e, &m);
}

/* One of media_metadata: a picture ("s" is its source), a moving one, or a video. */
static void put_metadata(struct amp_engine *e, const struct amp_reddit_page *page, const struct amp_json *one,
                         struct amp_str caption)
{
	const struct amp_json *source = amp_json_get(one, "s");
	bool video = amp_str_eq_c(amp_json_str(amp_json_get(one, "e")), "RedditVideo");
	const struct amp_json *size = video ? one : source, *url = amp_json_get(source, "u");
	if (!url) url = amp_json_get(source, "gif");
	if (video) url = amp_json_get(one, "hlsUrl");
	struct amp_media m = {.kind = video ? AMP_STR("video") : AMP_STR("image"),
	                      .url = text_of(e, page, url),
	                      .alt = caption.n ? caption : AMP_STR_ABSENT,
	                      .mime = amp_json_str(amp_json_get(one, "m")),
	                      .width = size_of(amp_json_get(size, "x")),
	                      .height = size_of(amp_json_get(size, "y"))};
	if (m.url.n) amp_add_media(e, &m);
}

/* media_metadata is an object in any order: a gallery's items tell which comes first. Without a gallery its pictures stand in the
 * text. */
static bool put_gallery(struct amp_engine *e, const struct amp_reddit_page *page, const struct amp_json *data)
{
	const struct amp_json *items = amp_json_path(data, "gallery_data.items"), *all = amp_json_get(data, "media_metadata");
	if (!amp_json_is(all, AMP_JSON_OBJECT)) return false;
	if (!amp_json_is(items, AMP_JSON_ARRAY)) {
		for (const struct amp_json *x = amp_json_first(all); x; x = amp_json_next(all, x))
			put_metadata(e, page, x, AMP_STR_ABSENT);
		return false;
	}
	size_t n = 0; /* each is looked up among all: one more than an entry can have is remarked, the others are left */
	for (const struct amp_json *item = amp_json_first(items); item && n++ <= AMP_MAX_LIST && !e->failed;
	     item = amp_json_next(items, item)) {
		const char *id = NULL;
		struct amp_str name = amp_json_str(amp_json_get(item, "media_id"));
		if (name.n && name.n < 100) id = amp_arena_strndup(e->arena, name.p, name.n);
		if (id) put_metadata(e, page, amp_json_get(all, id), text_of(e, page, amp_json_get(item, "caption")));
	}
	return true;
}

static void put_poll(struct amp_engine *e, const struct amp_reddit_page *page, const struct amp_json *options)
{
	struct amp_str all = AMP_STR_ABSENT;
	if (!amp_json_is(options, AMP_JSON_ARRAY)) return;
	for (const struct amp_json *o = amp_json_first(options); o && !e->failed; o = amp_json_next(options, o)) {
		struct amp_str text = text_of(e, page, amp_json_get(o, "text"));
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
	const struct amp_json *source = amp_json_path(data, "preview.images.0.source"), *video;
	if (!put_gallery(e, page, data))
		add_media(e, "image", text_of(e, page, amp_json_get(source, "url")), amp_json_get(source, "width"),
		          amp_json_get(source, "height"));
	video = amp_json_path(data, "media.reddit_video");
	if (!video) video = amp_json_path(data, "secure_media.reddit_video");
	add_media(e, "video", text_of(e, page, amp_json_get(video, "fallback_url")), amp_json_get(video, "width"),
	          amp_json_get(video, "height"));
	put_poll(e, page, amp_json_path(data, "poll_data.options"));
}

/* --- posts --- */

/* Where a post leads; a post of text leads to itself. A crosspost of one has the path of the first. */
static void put_link(struct amp_engine *e, const struct amp_reddit_page *page, const struct amp_json *data)
{
	struct amp_str url = text_of(e, page, amp_json_get(data, "url"));
	if (!url.n) url = text_of(e, page, amp_json_get(data, "url_overridden_by_dest"));
	if (!url.n || amp_json_true(amp_json_get(data, "is_self"))) return;
	struct amp_link link = {amp_url_resolve(e->arena, AMP_STR(SITE), url), AMP_STR_ABSENT, AMP_STR_ABSENT};
	amp_add_link(e, &link);
}

static void put_crosspost(struct amp_engine *e, const struct amp_reddit_page *page, const struct amp_json *data)
{
	struct amp_str parent = amp_json_str(amp_json_get(data, "crosspost_parent"));
	if (!parent.n) return;
	e->item->is_quote = true;
	amp_put_text(e, AMP_F_QUOTE_OF, parent);
	amp_put_text(e, AMP_F_QUOTE_TEXT, text_of(e, page, amp_json_path(data, "crosspost_parent_list.0.title")));
}

/* A moderator's pin holds in that community's own list, a user's on the profile; elsewhere the flag is sent and means nothing. */
static bool is_pinned(const struct amp_reddit_page *page, const struct amp_json *data)
{
	bool pinned = amp_json_true(amp_json_get(data, "pinned"));
	if (page->profile) return pinned;
	struct amp_str where = amp_json_str(amp_json_get(data, "subreddit"));
	if (!page->subreddit || (where.p && !amp_str_ieq_c(where, page->subreddit))) return false;
	return pinned || amp_json_true(amp_json_get(data, "stickied"));
}

static void post(struct amp_engine *e, const struct amp_reddit_page *page, const struct amp_json *data)
{
	e->item->kind = AMP_POST;
	amp_engine_rows(e, page->escaped ? escaped_post_rows : amp_reddit_post_rows, data);
	put_score(e, data);
	put_crosspost(e, page, data);
	put_labels(e, page, data);
	put_media(e, page, data);
	put_link(e, page, data);
	e->item->is_pinned = is_pinned(page, data);
	e->item->is_ad = amp_json_true(amp_json_get(data, "promoted"));
}

static void comment(struct amp_engine *e, const struct amp_reddit_page *page, const struct amp_json *data)
{
	e->item->kind = AMP_COMMENT;
	amp_engine_rows(e, page->escaped ? escaped_comment_rows : amp_reddit_comment_rows, data);
	put_score(e, data);
	put_labels(e, page, data);
	e->item->is_reply = amp_str_starts(e->item->reply_to, "t1_");
	e->item->is_pinned = page->thread && amp_json_true(amp_json_get(data, "stickied"));
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
	amp_put_text(e, AMP_F_TITLE, text_of(e, page, amp_json_get(data, "title")));
	amp_put_text(e, AMP_F_TEXT, text_of(e, page, amp_json_get(data, "public_description")));
	if (amp_json_true(amp_json_get(data, "over18"))) amp_add_label(e, AMP_STR("nsfw"), AMP_STR_ABSENT);
	if (amp_json_true(amp_json_get(data, "quarantine"))) amp_add_label(e, AMP_STR("quarantine"), AMP_STR_ABSENT);
}

/* A user's `name` is the handle, and `id` lacks the prefix that author_fullname has. */
static void user(struct amp_engine *e, const struct amp_reddit_page *page, const struct amp_json *data)
{
	struct amp_str id = amp_json_str(amp_json_get(data, "id"));
	e->item->kind = AMP_ACCOUNT;
	e->required |= AMP_BIT(AMP_F_ITEM_ID);
	amp_engine_rows(e, user_rows, data);
	amp_put_text(e, AMP_F_TEXT, text_of(e, page, amp_json_path(data, "subreddit.public_description")));
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
		amp_put_empty(e, AMP_F_LABELS);
		amp_put_empty(e, AMP_F_MEDIA);
		amp_put_empty(e, AMP_F_LINKS);
		kinds[i].put(e, page, data);
		amp_engine_end(e);
		return;
	}
	amp_engine_unknown(e, "a thing of kind \xE2\x80\x9C%.*s\xE2\x80\x9D", (int)(kind.n < 40 ? kind.n : 40),
	                   kind.p ? kind.p : "");
}

/* meta_threads.c: posts of Threads: of its API (Media Retrieval, 2026-04-20; Keyword Search, 2026-01-21), and of its site as Zeeschuimer
 * modules/threads.js saves them (2026-02-21).
 */
#include <string.h>
#include "platforms/meta_parts.h"

const struct amp_row amp_threads_rows[] = {{AMP_F_ITEM_ID, "id", NULL, NULL, AMP_REQUIRED},
                                           {AMP_F_URL, "permalink", NULL, NULL, AMP_OPTIONAL},
                                           {AMP_F_AUTHOR_ID, "owner.id", NULL, NULL, AMP_OPTIONAL},
                                           {AMP_F_AUTHOR_HANDLE, "username", NULL, NULL, AMP_OPTIONAL},
                                           {AMP_F_TEXT, "text", NULL, NULL, AMP_OPTIONAL},
                                           {AMP_F_CREATED_AT, "timestamp", NULL, NULL, AMP_OPTIONAL},
                                           {AMP_F_REPLY_TO, "replied_to.id", NULL, NULL, AMP_OPTIONAL},
                                           {AMP_F_QUOTE_OF, "quoted_post.id", NULL, NULL, AMP_OPTIONAL},
                                           {AMP_F_QUOTE_TEXT, "quoted_post.text", NULL, NULL, AMP_OPTIONAL},
                                           {0}};

const struct amp_row amp_threads_web_rows[] = {
	{AMP_F_ITEM_ID, "pk", "id", amp_meta_media_id, AMP_REQUIRED},
	{AMP_F_AUTHOR_ID, "user.pk", "user.id", NULL, AMP_OPTIONAL},
	{AMP_F_AUTHOR_HANDLE, "user.username", NULL, NULL, AMP_OPTIONAL},
	{AMP_F_AUTHOR_NAME, "user.full_name", NULL, amp_as_some_text, AMP_OPTIONAL},
	{AMP_F_TEXT, "caption.text", NULL, NULL, AMP_OPTIONAL},
	{AMP_F_CREATED_AT, "taken_at", NULL, amp_as_time_epoch, AMP_OPTIONAL},
	{AMP_F_REPOSTS, "text_post_app_info.repost_count", NULL, amp_meta_shown_count, AMP_OPTIONAL},
	{AMP_F_REPLIES, "text_post_app_info.direct_reply_count", NULL, amp_meta_shown_count, AMP_OPTIONAL},
	{AMP_F_QUOTES, "text_post_app_info.quote_count", NULL, amp_meta_shown_count, AMP_OPTIONAL},
	{AMP_F_QUOTE_OF, "text_post_app_info.share_info.quoted_post.pk", NULL, NULL, AMP_OPTIONAL},
	{AMP_F_QUOTE_TEXT, "text_post_app_info.share_info.quoted_post.caption.text", NULL, NULL, AMP_OPTIONAL},
	{0}};

static const struct amp_shape api_shapes[] = {{"owner", AMP_META_OBJECT, AMP_F_AUTHOR_ID},
                                              {"media_type", AMP_META_TEXT, AMP_F_MEDIA},
                                              {"children", AMP_META_OBJECT, AMP_F_MEDIA},
                                              {"children.data", AMP_META_ARRAY, AMP_F_MEDIA},
                                              {"is_reply", AMP_SHAPE_FLAG, AMP_F_REPLY_TO},
                                              {"replied_to", AMP_META_OBJECT, AMP_F_REPLY_TO},
                                              {"is_quote_post", AMP_SHAPE_FLAG, AMP_F_QUOTE_OF},
                                              {"quoted_post", AMP_META_OBJECT, AMP_F_QUOTE_OF},
                                              {"reposted_post", AMP_META_OBJECT, AMP_F_REPOST_OF},
                                              {"link_attachment_url", AMP_META_TEXT, AMP_F_LINKS},
                                              {"poll_attachment", AMP_META_OBJECT, AMP_F_MEDIA},
                                              {"poll_attachment.option_a", AMP_META_TEXT, AMP_F_MEDIA},
                                              {"poll_attachment.option_b", AMP_META_TEXT, AMP_F_MEDIA},
                                              {NULL}};
static const struct amp_shape web_shapes[] = {
	{"user", AMP_META_OBJECT, AMP_F_AUTHOR_ID},
	{"caption", AMP_META_OBJECT, AMP_F_TEXT},
	{"code", AMP_META_TEXT, AMP_F_URL},
	{"text_post_app_info", AMP_META_OBJECT, AMP_F_REPLIES},
	{"text_post_app_info.share_info", AMP_META_OBJECT, AMP_F_QUOTE_OF},
	{"text_post_app_info.share_info.quoted_post", AMP_META_OBJECT, AMP_F_QUOTE_OF},
	{"text_post_app_info.link_preview_attachment", AMP_META_OBJECT, AMP_F_LINKS},
	{"text_post_app_info.link_preview_attachment.url", AMP_META_TEXT, AMP_F_LINKS},
	{"text_post_app_info.link_preview_attachment.title", AMP_META_TEXT, AMP_F_LINKS},
	{"text_post_app_info.share_info.quoted_post.caption", AMP_META_OBJECT, AMP_F_QUOTE_TEXT},
	{"like_and_view_counts_disabled", AMP_SHAPE_FLAG, AMP_F_LIKES},
	{"is_paid_partnership", AMP_SHAPE_FLAG, AMP_F_LABELS},
	{NULL}};

/* --- the API --- */

static void add_one(struct amp_engine *e, const struct amp_json *post)
{
	struct amp_str kind = amp_meta_kind(amp_json_get(post, "media_type"));
	amp_meta_media(e, kind, amp_json_get(post, "media_url"), amp_json_get(post, "alt_text"), NULL, NULL, NULL);
	amp_meta_media(e, AMP_STR("image"), amp_json_get(post, "gif_url"), NULL, NULL, NULL, NULL);
}

static void add_poll(struct amp_engine *e, const struct amp_json *poll)
{
	static const char *const options[] = {"option_a", "option_b", "option_c", "option_d"};
	struct amp_str all = AMP_STR_ABSENT;
	for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
		struct amp_str one = amp_json_str(amp_json_get(poll, options[i]));
		if (one.n) all = all.p ? AMP_CONCAT(e->arena, all, AMP_STR("; "), one) : one;
	}
	if (all.n)
		amp_add_media(e,
		              &(struct amp_media){.kind = AMP_STR("poll"), .alt = all, .width = AMP_ABSENT, .height = AMP_ABSENT});
}

static void put_post(struct amp_engine *e, const struct amp_json *post)
{
	const struct amp_json *children = amp_json_path(post, "children.data"), *quote = amp_json_get(post, "quoted_post");
	amp_check_shapes(e, api_shapes, post);
	amp_engine_rows(e, amp_threads_rows, post);
	e->item->is_reply = amp_json_true(amp_json_get(post, "is_reply"));
	e->item->is_quote = amp_json_true(amp_json_get(post, "is_quote_post")) || amp_json_is(quote, AMP_JSON_OBJECT);
	struct amp_link link = {.url = amp_json_str(amp_json_get(post, "link_attachment_url"))};
	amp_add_link(e, &link);
	add_one(e, post);
	for (const struct amp_json *c = amp_json_first(children); c; c = amp_json_next(children, c)) add_one(e, c);
	add_poll(e, amp_json_get(post, "poll_attachment"));
}

/* REPOST_FACADE: a wrapper that names what was reposted, mostly by its id alone. */
static void put_repost(struct amp_engine *e, const struct amp_json *wrapper, const struct amp_json *original)
{
	put_post(e, original);
	e->item->is_repost = true;
	amp_put_text(e, AMP_F_REPOST_OF, e->item->item_id);
	amp_put_json(e, AMP_F_ENTRY_ID, NULL, amp_json_get(wrapper, "id"));
	amp_put_json(e, AMP_F_REPOSTED_BY, NULL, amp_json_path(wrapper, "owner.id"));
	amp_put_json(e, AMP_F_REPOSTED_BY_HANDLE, NULL, amp_json_get(wrapper, "username"));
	amp_put_json(e, AMP_F_REPOSTED_AT, NULL, amp_json_get(wrapper, "timestamp"));
	amp_put_text(e, AMP_F_FEED_REASON, AMP_STR("repost"));
}

/* --- the site --- */

/* https://l.threads.com/?u=ADDRESS&e=…: the address, decoded; any other as it is. */
static struct amp_str without_redirect(struct amp_engine *e, struct amp_str url)
{
	struct amp_str host = amp_url_host(url), target = amp_url_param(url, "u");
	if (!target.n || !(amp_str_eq_c(host, "l.threads.com") || amp_str_eq_c(host, "l.threads.net"))) return url;
	char *made = amp_arena_alloc(e->arena, target.n + 1);
	size_t n = 0;
	if (!made) return AMP_STR_ABSENT;
	for (size_t i = 0; i < target.n; i++) {
		int high = i + 2 < target.n ? amp_hex_value((unsigned char)target.p[i + 1]) : -1;
		int low = high >= 0 ? amp_hex_value((unsigned char)target.p[i + 2]) : -1;
		bool coded = target.p[i] == '%' && low >= 0;
		int byte = coded ? high * 16 + low : (unsigned char)target.p[i];
		if (byte < 0x21 || byte > 0x7E) return url; /* not ASCII or a control byte: no address is made of it */
		made[n++] = (char)byte;
		if (coded) i += 2;
	}
	return (struct amp_str){made, n};
}

static void put_web(struct amp_engine *e, const struct amp_json *post)
{
	const struct amp_json *info = amp_json_get(post, "text_post_app_info"),
			      *link = amp_json_get(info, "link_preview_attachment");
	struct amp_str code = amp_json_str(amp_json_get(post, "code"));
	amp_check_shapes(e, web_shapes, post);
	amp_engine_rows(e, amp_threads_web_rows, post);
	if (!amp_meta_hides_counts(post)) amp_put_json(e, AMP_F_LIKES, amp_meta_shown_count, amp_json_get(post, "like_count"));
	if (code.n && e->item->author_handle.n)
		amp_put_text(e, AMP_F_URL,
		             AMP_CONCAT(e->arena, AMP_STR("https://www.threads.com/@"), e->item->author_handle, AMP_STR("/post/"),
		                        code));
	e->item->is_reply = amp_json_true(amp_json_get(info, "is_reply")) ||
	                    amp_json_is(amp_json_get(info, "reply_to_author"), AMP_JSON_OBJECT);
	e->item->is_quote = e->item->quote_of.n > 0;
	struct amp_str address = amp_json_str(amp_json_get(link, "url")), title = amp_json_str(amp_json_get(link, "title"));
	if (address.n)
		amp_add_link(e, &(struct amp_link){.url = without_redirect(e, address), .title = title.n ? title : AMP_STR_ABSENT});
	if (amp_json_true(amp_json_get(post, "is_paid_partnership"))) amp_add_label(e, AMP_STR("paid-partnership"), AMP_STR_ABSENT);
	amp_instagram_web_media(e, post);
}

static void put_web_repost(struct amp_engine *e, const struct amp_json *wrapper, const struct amp_json *original)
{
	put_web(e, original);
	e->item->is_repost = true;
	amp_put_text(e, AMP_F_REPOST_OF, e->item->item_id);
	amp_put_json(e, AMP_F_ENTRY_ID, NULL, amp_json_get(wrapper, "pk"));
	amp_put_json(e, AMP_F_REPOSTED_BY, NULL, amp_json_path(wrapper, "user.pk"));
	amp_put_json(e, AMP_F_REPOSTED_BY_HANDLE, NULL, amp_json_path(wrapper, "user.username"));
	amp_put_json(e, AMP_F_REPOSTED_AT, amp_as_time_epoch, amp_json_get(wrapper, "taken_at"));
	amp_put_text(e, AMP_F_FEED_REASON, AMP_STR("repost"));
}

/* Posts of the API have none of these. */
static bool is_web(const struct amp_json *post)
{
	return amp_json_get(post, "pk") || amp_json_get(post, "taken_at") || amp_json_get(post, "text_post_app_info");
}

void amp_threads_item(struct amp_engine *e, const struct amp_json *post)
{
	if (!amp_meta_begin(e, post)) return;
	const struct amp_json *original = amp_json_get(post, "reposted_post");
	const struct amp_json *shared = amp_json_path(post, "text_post_app_info.share_info.reposted_post");
	bool facade = amp_str_eq_c(amp_json_str(amp_json_get(post, "media_type")), "REPOST_FACADE");
	if (facade && !amp_json_is(original, AMP_JSON_OBJECT)) {
		amp_engine_unknown(e, "a repost that does not say of what");
		return;
	}
	if (amp_json_is(shared, AMP_JSON_OBJECT))
		put_web_repost(e, post, shared);
	else if (is_web(post))
		put_web(e, post);
	else if (amp_json_is(original, AMP_JSON_OBJECT))
		put_repost(e, post, original);
	else
		put_post(e, post);
	amp_engine_end(e);
}

/* x_v2.c: answers of X's API v2: posts with what they include (users, media, polls, posts), trends. Names of fields as the OpenAPI
 * description 2.166 (2026-08-28) has them; recordings of 2022-10 (default fields only).
 */
#include "base/utf8.h"
#include "platforms/x_tweet.h"

const struct amp_row amp_x_v2_rows[] = {{AMP_F_TEXT, "note_tweet.text", "text", amp_x_as_escaped, AMP_REQUIRED},
                                        {AMP_F_AUTHOR_ID, "author_id", NULL, amp_x_as_id, AMP_OPTIONAL},
                                        {AMP_F_LANGS, "lang", NULL, NULL, AMP_OPTIONAL},
                                        {AMP_F_CREATED_AT, "created_at", NULL, NULL, AMP_OPTIONAL},
                                        {AMP_F_TITLE, "article.title", NULL, NULL, AMP_OPTIONAL},
                                        {AMP_F_LIKES, "public_metrics.like_count", NULL, NULL, AMP_OPTIONAL},
                                        {AMP_F_REPOSTS, "public_metrics.retweet_count", NULL, NULL, AMP_OPTIONAL},
                                        {AMP_F_REPLIES, "public_metrics.reply_count", NULL, NULL, AMP_OPTIONAL},
                                        {AMP_F_QUOTES, "public_metrics.quote_count", NULL, NULL, AMP_OPTIONAL},
                                        {AMP_F_VIEWS, "public_metrics.impression_count", NULL, NULL, AMP_OPTIONAL},
                                        {0}};
const struct amp_row amp_x_v2_trend_rows[] = {{AMP_F_ITEM_ID, "trend_name", NULL, amp_as_some_text, AMP_REQUIRED},
                                              {AMP_F_TITLE, "trend_name", NULL, amp_as_some_text, AMP_OPTIONAL},
                                              {AMP_F_SCORE, "tweet_count", NULL, amp_as_count, AMP_OPTIONAL},
                                              {0}};

/* --- what a page includes, by id --- */

struct table {
	const struct amp_json **slots;
	size_t mask;
	const char *key;
};
struct page {
	struct table users, media, polls, tweets;
};

static size_t slot_of(const struct table *t, struct amp_str id)
{
	uint64_t h = UINT64_C(14695981039346656037);
	for (size_t i = 0; i < id.n; i++) h = (h ^ (unsigned char)id.p[i]) * UINT64_C(1099511628211); /* FNV-1a */
	size_t at = (size_t)(h ^ h >> 32) & t->mask;
	while (t->slots[at] && !amp_str_eq(amp_json_str(amp_json_get(t->slots[at], t->key)), id)) at = (at + 1) & t->mask;
	return at;
}

static const struct amp_json *included(const struct table *t, struct amp_str id)
{
	return t->slots && id.n ? t->slots[slot_of(t, id)] : NULL;
}

static void include(struct amp_engine *e, struct table *t, const struct amp_json *root, const char *path, const char *key)
{
	const struct amp_json *list = amp_json_path(root, path);
	*t = (struct table){.slots = NULL, .key = key};
	if (!amp_json_is(list, AMP_JSON_ARRAY)) {
		if (!amp_json_is_null(list))
			amp_engine_diag(e, "invalid_value", AMP_F_COUNT, list->offset, "%s is not a list", path);
		return;
	}
	size_t room = 16;
	while (room < (size_t)list->n * 2) room *= 2;
	t->slots = amp_arena_new_array(e->arena, const struct amp_json *, room);
	t->mask = room - 1;
	if (!t->slots) amp_engine_no_memory(e);
	for (const struct amp_json *one = t->slots ? amp_json_first(list) : NULL; one; one = amp_json_next(list, one)) {
		struct amp_str id = amp_json_str(amp_json_get(one, key));
		if (id.n && !(one->flags & AMP_JSON_CUT)) t->slots[slot_of(t, id)] = one;
		if (!id.n) amp_engine_diag(e, "invalid_value", AMP_F_COUNT, one->offset, "%s: one has no usable %s", path, key);
	}
}

/* --- one post --- */

static const struct amp_json *referenced(const struct amp_json *tweet, const char *type)
{
	const struct amp_json *list = amp_json_get(tweet, "referenced_tweets");
	if (!amp_json_is(list, AMP_JSON_ARRAY)) return NULL;
	for (const struct amp_json *one = amp_json_first(list); one; one = amp_json_next(list, one))
		if (amp_str_eq_c(amp_json_str(amp_json_get(one, "type")), type)) return amp_json_get(one, "id");
	return NULL;
}

/* Without it an entry could be a repost, whose own text is another's, cut. */
static bool references_readable(const struct amp_json *tweet)
{
	const struct amp_json *list = amp_json_get(tweet, "referenced_tweets");
	if (amp_json_is_null(list) || (list->type == AMP_JSON_OBJECT && list->n == 0)) return true;
	if (list->type != AMP_JSON_ARRAY) return false;
	for (const struct amp_json *one = amp_json_first(list); one; one = amp_json_next(list, one))
		if (!amp_json_str(amp_json_get(one, "type")).n || !amp_json_str(amp_json_get(one, "id")).n) return false;
	return true;
}

static const struct amp_json *user_of(const struct page *page, const struct amp_json *tweet)
{
	return included(&page->users, amp_json_str(amp_json_get(tweet, "author_id")));
}

static struct amp_str text_of(struct amp_engine *e, const struct amp_json *tweet)
{
	struct amp_str note = amp_json_str(amp_json_path(tweet, "note_tweet.text"));
	return amp_x_unescaped(e, note.n ? note : amp_json_str(amp_json_get(tweet, "text")));
}

static void put_quote(struct amp_engine *e, const struct page *page, const struct amp_json *tweet)
{
	const struct amp_json *id = referenced(tweet, "quoted");
	if (amp_put_json(e, AMP_F_QUOTE_OF, amp_x_as_id, id) != AMP_STATE_PRESENT) return;
	e->item->is_quote = true;
	const struct amp_json *quoted = included(&page->tweets, e->item->quote_of);
	if (!quoted) return;
	amp_put_text(e, AMP_F_QUOTE_TEXT, text_of(e, quoted));
	amp_x_expect(e, amp_json_get(quoted, "text"), AMP_JSON_STRING, AMP_F_QUOTE_TEXT);
}

static void put_labels(struct amp_engine *e, const struct amp_json *tweet)
{
	const struct amp_json *sensitive = amp_json_get(tweet, "possibly_sensitive");
	const struct amp_json *withheld = amp_json_get(tweet, "withheld"), *edits = amp_json_get(tweet, "edit_history_tweet_ids");
	if (!amp_json_is_null(sensitive) && sensitive->type != AMP_JSON_TRUE && sensitive->type != AMP_JSON_FALSE)
		amp_put_invalid(e, AMP_F_LABELS, sensitive->offset, "possibly_sensitive is neither true nor false");
	amp_x_expect(e, withheld, AMP_JSON_OBJECT, AMP_F_LABELS);
	amp_x_expect(e, edits, AMP_JSON_ARRAY, AMP_F_LABELS);
	if (amp_json_true(sensitive)) amp_add_label(e, AMP_STR("sensitive"), AMP_STR_ABSENT);
	if (amp_json_is(withheld, AMP_JSON_OBJECT)) amp_add_label(e, AMP_STR("withheld"), AMP_STR_ABSENT);
	if (amp_json_is(edits, AMP_JSON_ARRAY) && edits->n > 1) amp_add_label(e, AMP_STR("edited"), AMP_STR_ABSENT);
}

static int64_t size_of(const struct amp_json *v)
{
	int64_t n;
	return amp_json_i64(v, &n) && n > 0 ? n : AMP_ABSENT;
}

static void put_medium(struct amp_engine *e, const struct amp_json *m)
{
	struct amp_str url = amp_json_str(amp_json_get(m, "url"));
	if (!url.n) url = amp_json_str(amp_json_get(m, "preview_image_url"));
	amp_x_expect(e, amp_json_get(m, "variants"), AMP_JSON_ARRAY, AMP_F_MEDIA);
	amp_x_expect(e, amp_json_get(m, "url"), AMP_JSON_STRING, AMP_F_MEDIA);
	amp_x_expect(e, amp_json_get(m, "alt_text"), AMP_JSON_STRING, AMP_F_MEDIA);
	amp_x_expect_size(e, amp_json_get(m, "width"));
	amp_x_expect_size(e, amp_json_get(m, "height"));
	amp_x_add_media(e, amp_json_str(amp_json_get(m, "type")), url, amp_x_best_video(amp_json_get(m, "variants"), "bit_rate"),
	                (struct amp_media){.alt = amp_json_str(amp_json_get(m, "alt_text")),
	                                   .width = size_of(amp_json_get(m, "width")),
	                                   .height = size_of(amp_json_get(m, "height"))});
}

static void put_poll(struct amp_engine *e, const struct amp_json *poll)
{
	const struct amp_json *options = amp_json_get(poll, "options");
	struct amp_str labels[8];
	size_t n = 0;
	amp_x_expect(e, options, AMP_JSON_ARRAY, AMP_F_MEDIA);
	if (!amp_json_is(options, AMP_JSON_ARRAY)) return;
	for (const struct amp_json *o = amp_json_first(options); o && n < 8; o = amp_json_next(options, o))
		labels[n++] = amp_json_str(amp_json_get(o, "label"));
	for (const struct amp_json *o = amp_json_first(options); o; o = amp_json_next(options, o))
		amp_x_expect(e, amp_json_get(o, "label"), AMP_JSON_STRING, AMP_F_MEDIA);
	amp_x_add_poll(e, labels, n);
}

typedef void put_one(struct amp_engine *e, const struct amp_json *one);

/* Keys of attachments, each looked up in what the page includes. */
static void put_attached(struct amp_engine *e, const struct amp_json *keys, const struct table *from, put_one *put)
{
	amp_x_expect(e, keys, AMP_JSON_ARRAY, AMP_F_MEDIA);
	if (!amp_json_is(keys, AMP_JSON_ARRAY)) return;
	for (const struct amp_json *k = amp_json_first(keys); k && !e->failed; k = amp_json_next(keys, k)) {
		const struct amp_json *one = included(from, amp_json_str(k));
		if (one)
			put(e, one);
		else if (from->slots)
			amp_engine_diag(e, "unknown_member", AMP_F_MEDIA, k->offset,
			                "attached, but not among what the page includes");
	}
}

static void put_links(struct amp_engine *e, const struct amp_json *tweet)
{
	const struct amp_json *urls = amp_json_path(tweet, "note_tweet.entities.urls");
	if (amp_json_is_null(urls)) urls = amp_json_path(tweet, "entities.urls");
	amp_x_expect(e, urls, AMP_JSON_ARRAY, AMP_F_LINKS);
	if (!amp_json_is(urls, AMP_JSON_ARRAY)) return;
	for (const struct amp_json *u = amp_json_first(urls); u && !e->failed; u = amp_json_next(urls, u)) {
		struct amp_link link = {.url = amp_json_str(amp_json_get(u, "expanded_url")),
		                        .title = amp_json_str(amp_json_get(u, "title")),
		                        .description = amp_json_str(amp_json_get(u, "description"))};
		if (!link.url.n) amp_put_invalid(e, AMP_F_LINKS, u->offset, "a link without its address");
		amp_x_expect(e, amp_json_get(u, "title"), AMP_JSON_STRING, AMP_F_LINKS);
		amp_x_expect(e, amp_json_get(u, "description"), AMP_JSON_STRING, AMP_F_LINKS);
		bool own = amp_json_get(u, "media_key") || amp_x_leads_to(link.url, e->item->quote_of) ||
		           amp_x_leads_to(link.url, e->item->item_id);
		if (!own) amp_add_link(e, &link);
	}
}

static void put_post(struct amp_engine *e, const struct page *page, const struct amp_json *tweet)
{
	const struct amp_json *user = user_of(page, tweet), *attachments = amp_json_get(tweet, "attachments");
	const struct amp_json *note = amp_json_get(tweet, "note_tweet");
	amp_put_json(e, AMP_F_ITEM_ID, amp_x_as_id, amp_json_get(tweet, "id"));
	amp_engine_rows(e, amp_x_v2_rows, tweet);
	amp_put_json(e, AMP_F_AUTHOR_HANDLE, NULL, amp_json_get(user, "username"));
	amp_put_json(e, AMP_F_AUTHOR_NAME, NULL, amp_json_get(user, "name"));
	amp_put_json(e, AMP_F_REPLY_TO, amp_x_as_id, referenced(tweet, "replied_to"));
	e->item->is_reply = e->item->reply_to.p != NULL;
	amp_x_expect(e, amp_json_get(tweet, "public_metrics"), AMP_JSON_OBJECT, AMP_F_LIKES);
	amp_x_expect(e, note, AMP_JSON_OBJECT, AMP_F_TEXT);
	if (amp_json_is(note, AMP_JSON_OBJECT) && !amp_json_str(amp_json_get(note, "text")).n)
		amp_put_invalid(e, AMP_F_TEXT, note->offset, "the note of a long post has no text: the beginning stands for it");
	amp_x_expect(e, amp_json_get(note, "entities"), AMP_JSON_OBJECT, AMP_F_LINKS);
	amp_x_expect(e, amp_json_get(tweet, "entities"), AMP_JSON_OBJECT, AMP_F_LINKS);
	amp_x_expect(e, amp_json_get(tweet, "referenced_tweets"), AMP_JSON_ARRAY, AMP_F_REPLY_TO);
	amp_x_expect(e, attachments, AMP_JSON_OBJECT, AMP_F_MEDIA);
	put_quote(e, page, tweet);
	put_labels(e, tweet);
	put_attached(e, amp_json_get(attachments, "media_keys"), &page->media, put_medium);
	put_attached(e, amp_json_get(attachments, "poll_ids"), &page->polls, put_poll);
	put_links(e, tweet);
}

/* The repost's own text is cut ("RT @…"): the original is among what the page includes, or is gone. */
static void put_repost(struct amp_engine *e, const struct page *page, const struct amp_json *wrapper, const struct amp_json *id)
{
	const struct amp_json *original = included(&page->tweets, amp_json_str(id)), *user = user_of(page, wrapper);
	if (original)
		put_post(e, page, original);
	else
		amp_engine_diag(e, "not_shown", AMP_F_TEXT, wrapper->offset, "the post that is reposted is not in the answer");
	amp_put_json(e, AMP_F_ITEM_ID, amp_x_as_id, id);
	e->item->is_repost = true;
	amp_put_json(e, AMP_F_REPOST_OF, amp_x_as_id, id);
	amp_put_json(e, AMP_F_ENTRY_ID, amp_x_as_id, amp_json_get(wrapper, "id"));
	amp_put_json(e, AMP_F_REPOSTED_BY, amp_x_as_id, amp_json_get(wrapper, "author_id"));
	amp_put_json(e, AMP_F_REPOSTED_BY_HANDLE, NULL, amp_json_get(user, "username"));
	amp_put_json(e, AMP_F_REPOSTED_BY_NAME, NULL, amp_json_get(user, "name"));
	amp_put_json(e, AMP_F_REPOSTED_AT, NULL, amp_json_get(wrapper, "created_at"));
	amp_put_text(e, AMP_F_FEED_REASON, AMP_STR("repost"));
}

/* Posts of Threads have data, id and text too. None of these names is among the fields of X's posts. */
static bool is_of_threads(const struct amp_json *post)
{
	return amp_json_get(post, "media_product_type") || amp_json_get(post, "permalink") || amp_json_get(post, "shortcode");
}

static void entry(struct amp_engine *e, const struct page *page, const struct amp_json *tweet)
{
	const struct amp_json *original = referenced(tweet, "retweeted");
	if (!amp_engine_begin(e, tweet->offset)) return;
	if (!amp_json_is(tweet, AMP_JSON_OBJECT)) {
		amp_engine_unknown(e, "an entry that is no object");
		return;
	}
	if (is_of_threads(tweet)) {
		amp_engine_unknown(e, "a post of Meta's Threads or Instagram");
		return;
	}
	if (!references_readable(tweet)) {
		amp_engine_unknown(e, "a post whose references to others cannot be read");
		return;
	}
	e->required |= AMP_BIT(AMP_F_ITEM_ID);
	if (amp_json_str(original).n)
		put_repost(e, page, tweet, original);
	else
		put_post(e, page, tweet);
	amp_x_put_url(e);
	amp_engine_end(e);
}

static void trend(struct amp_engine *e, const struct amp_json *one)
{
	if (!amp_engine_begin(e, one->offset)) return;
	amp_engine_rows(e, amp_x_v2_trend_rows, one);
	amp_engine_end(e);
}

/* --- refusals: problems of RFC 7807 and their kin; 402 and client-forbidden also mean that credits are out --- */

static void refuse(struct amp_engine *e, const struct amp_json *problem)
{
	static const char *const walls[] = {"forbidden",  "not-authorized", "unauthorized", "usage-capped",
	                                    "rate-limit", "too-many",       "credits",      "unsupported-authentication"};
	struct amp_str type = amp_json_str(amp_json_get(problem, "type")), title = amp_json_str(amp_json_get(problem, "title"));
	struct amp_str detail = amp_json_str(amp_json_get(problem, "detail"));
	enum amp_verdict verdict = AMP_VERDICT_FAILED;
	if (!title.n || (!detail.n && !type.n)) return;
	for (size_t i = 0; i < sizeof walls / sizeof *walls; i++)
		if (type.n && amp_str_ifind(type, walls[i])) verdict = AMP_VERDICT_BLOCKED;
	title.n = amp_utf8_valid_prefix(title.p, title.n < 80 ? title.n : 80);
	detail.n = detail.n ? amp_utf8_valid_prefix(detail.p, detail.n < 160 ? detail.n : 160) : 0;
	amp_engine_refuse(e, verdict, "X answered with a problem: %.*s: %.*s", AMP_ARG(title), AMP_ARG(detail));
}

/* 200 with errors beside data: some of what the posts refer to cannot be seen. */
static void remark_errors(struct amp_engine *e, const struct amp_json *errors)
{
	const struct amp_json *first = amp_json_is(errors, AMP_JSON_ARRAY) ? amp_json_first(errors) : NULL;
	struct amp_str detail = amp_json_str(amp_json_get(first, "detail"));
	if (!first) return;
	detail.n = detail.n ? amp_utf8_valid_prefix(detail.p, detail.n < 160 ? detail.n : 160) : 0;
	amp_engine_diag(e, "not_shown", AMP_F_COUNT, errors->offset, "%u things are not in the answer; the first: %.*s",
	                (unsigned)errors->n, AMP_ARG(detail));
}

static void put_next(struct amp_engine *e, const struct amp_json *root)
{
	struct amp_str token = amp_json_str(amp_json_path(root, "meta.next_token"));
	if (e->endpoint->paging == AMP_PAGE_CURSOR && token.n) e->next = (struct amp_next){.kind = AMP_NEXT_CURSOR, .value = token};
}

void amp_x_v2(struct amp_engine *e, const struct amp_json *root)
{
	const struct amp_json *data = amp_json_get(root, "data"), *errors = amp_json_get(root, "errors");
	bool trends = e->endpoint->kind == AMP_TAG;
	int64_t count = -1;
	struct page page;
	if (!amp_json_is(data, AMP_JSON_ARRAY)) {
		if (amp_json_is(errors, AMP_JSON_ARRAY) && errors->n) refuse(e, amp_json_first(errors));
		refuse(e, root);
		/* an empty result has no data at all */
		if (!data && amp_json_i64(amp_json_path(root, "meta.result_count"), &count) && count == 0) amp_engine_list_found(e);
		return;
	}
	amp_engine_list_found(e);
	remark_errors(e, errors);
	const struct amp_json *included_here = amp_json_get(root, "includes");
	if (!amp_json_is_null(included_here) && included_here->type != AMP_JSON_OBJECT)
		amp_engine_diag(e, "invalid_value", AMP_F_COUNT, included_here->offset, "includes is not an object");
	include(e, &page.users, root, "includes.users", "id");
	include(e, &page.media, root, "includes.media", "media_key");
	include(e, &page.polls, root, "includes.polls", "id");
	include(e, &page.tweets, root, "includes.tweets", "id");
	for (const struct amp_json *one = amp_json_first(data); one && !e->failed; one = amp_json_next(data, one)) {
		if (one->flags & AMP_JSON_CUT) continue; /* half an entry is not what was shown */
		if (trends)
			trend(e, one);
		else
			entry(e, &page, one);
	}
	put_next(e, root);
}

/* x_tweet.c: a post of X as its own site knows it, into an item. One shape in three wraps: GraphQL's result (rest_id, core, legacy),
 * the v1 object of embedded timelines, the tweet-result of embedded posts. Names of fields as twscrape's recordings of 2026-08
 * and react-tweet (2026-06-03) have them; warnings as snscrape and clients of 2023 to 2026 read them.
 */
#include "platforms/x_tweet.h"
#include "parse/html.h"

struct post {
	const struct amp_json *whole; /* GraphQL: what holds legacy; else the tweet itself */
	const struct amp_json *tweet; /* text, counts, entities: legacy, or the tweet itself */
	const struct amp_json *user, *limits;
};

struct amp_str amp_x_unescaped(struct amp_engine *e, struct amp_str text)
{
	struct amp_err err;
	if (!text.p || amp_html_unescape(e->arena, text, &text, &err) == 0) return text;
	amp_engine_no_memory(e);
	return AMP_STR_ABSENT;
}

enum amp_state amp_x_as_escaped(struct amp_engine *e, enum amp_field field, const struct amp_value *v)
{
	if (!v->text.p) return AMP_STATE_INVALID;
	amp_put_text(e, field, amp_x_unescaped(e, v->text));
	return AMP_STATE_PRESENT;
}

enum amp_state amp_x_as_id(struct amp_engine *e, enum amp_field field, const struct amp_value *v)
{
	for (size_t i = 0; i < v->text.n; i++)
		if (!amp_is_digit((unsigned char)v->text.p[i])) return AMP_STATE_INVALID;
	return v->text.p ? amp_as_id(e, field, v) : AMP_STATE_INVALID;
}

void amp_x_expect(struct amp_engine *e, const struct amp_json *v, enum amp_json_type type, enum amp_field field)
{
	static const char *const not [] = {
		[AMP_JSON_STRING] = "not a text", [AMP_JSON_ARRAY] = "not a list", [AMP_JSON_OBJECT] = "not an object"};
	if (!amp_json_is_null(v) && v->type != type) amp_put_invalid(e, field, v->offset, "%s", not [type]);
}

/* tweet-result sends ISO dates, the others Twitter's own. */
static enum amp_state as_time(struct amp_engine *e, enum amp_field field, const struct amp_value *v)
{
	struct amp_str text = amp_str_trim(v->text);
	bool iso = text.n && amp_is_digit((unsigned char)*text.p);
	return iso ? amp_as_time_iso(e, field, v) : amp_as_time_twitter(e, field, v);
}

const struct amp_row amp_x_tweet_rows[] = {{AMP_F_TEXT, "full_text", "text", amp_x_as_escaped, AMP_REQUIRED},
                                           {AMP_F_LANGS, "lang", NULL, NULL, AMP_OPTIONAL},
                                           {AMP_F_CREATED_AT, "created_at", NULL, as_time, AMP_OPTIONAL},
                                           {AMP_F_LIKES, "favorite_count", NULL, NULL, AMP_OPTIONAL},
                                           {AMP_F_REPOSTS, "retweet_count", NULL, NULL, AMP_OPTIONAL},
                                           {AMP_F_REPLIES, "reply_count", "conversation_count", NULL, AMP_OPTIONAL},
                                           {AMP_F_QUOTES, "quote_count", NULL, NULL, AMP_OPTIONAL},
                                           {AMP_F_REPLY_TO, "in_reply_to_status_id_str", NULL, amp_x_as_id, AMP_OPTIONAL},
                                           {0}};

/* --- addresses --- */

static bool is_handle(struct amp_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!amp_is_alnum((unsigned char)s.p[i]) && s.p[i] != '_') return false;
	return s.n > 0 && s.n <= 50;
}

void amp_x_put_url(struct amp_engine *e)
{
	struct amp_str id = e->item->item_id, handle = e->item->author_handle;
	if (!id.n || e->failed) return;
	if (!is_handle(handle)) handle = AMP_STR("i");
	const char *url = amp_arena_printf(e->arena, "https://x.com/%.*s/status/%.*s", AMP_ARG(handle), AMP_ARG(id));
	if (!url) amp_engine_no_memory(e);
	amp_put_text(e, AMP_F_URL, amp_str_c(url));
}

bool amp_x_leads_to(struct amp_str url, struct amp_str id)
{
	static const char *const sites[] = {"x.com",           "twitter.com",  "www.x.com",
	                                    "www.twitter.com", "mobile.x.com", "mobile.twitter.com"};
	struct amp_str host = amp_url_host(url), rest = url;
	bool ours = false;
	for (size_t i = 0; i < sizeof sites / sizeof *sites && host.n; i++) ours = ours || amp_str_ieq_c(host, sites[i]);
	const char *at = ours ? amp_str_find(rest, AMP_STR("/status/")) : NULL;
	if (!at || !id.n) return false;
	rest = (struct amp_str){at + 8, url.n - (size_t)(at + 8 - url.p)};
	rest = amp_str_cut(&rest, '?');
	return amp_str_eq(amp_str_cut(&rest, '/'), id);
}

/* --- shapes --- */

static struct amp_str type_of(const struct amp_json *v)
{
	return amp_json_str(amp_json_get(v, "__typename"));
}

static const struct amp_json *first_object(const struct amp_json *v, const char *const *paths)
{
	for (; *paths; paths++) {
		const struct amp_json *found = amp_json_path(v, *paths);
		if (amp_json_is(found, AMP_JSON_OBJECT)) return found;
	}
	return NULL;
}

static bool is_gone(const struct amp_json *result)
{
	struct amp_str type = type_of(result);
	return amp_str_eq_c(type, "TweetTombstone") || amp_str_eq_c(type, "TweetUnavailable") ||
	       amp_json_is(amp_json_get(result, "tombstone"), AMP_JSON_OBJECT);
}

/* What the wraps hold; false: no post. */
static bool look(const struct amp_json *result, struct post *p)
{
	static const char *const users[] = {"core.user_results.result", "user", NULL};
	const struct amp_json *inner = amp_json_get(result, "tweet");
	bool limited = amp_json_is(inner, AMP_JSON_OBJECT) && !amp_json_get(result, "legacy");
	*p = (struct post){.whole = limited ? inner : result, .limits = limited ? result : NULL};
	p->tweet = amp_json_get(p->whole, "legacy");
	if (!amp_json_is(p->tweet, AMP_JSON_OBJECT)) p->tweet = p->whole;
	p->user = first_object(p->whole, users);
	return amp_json_is(p->whole, AMP_JSON_OBJECT) && !is_gone(p->whole) &&
	       (amp_json_get(p->whole, "rest_id") || amp_json_get(p->tweet, "id_str") || amp_json_get(p->whole, "legacy"));
}

static const struct amp_json *id_of(const struct post *p)
{
	const struct amp_json *id = amp_json_get(p->whole, "rest_id");
	return amp_json_str(id).n || amp_json_is(id, AMP_JSON_NUMBER) ? id : amp_json_get(p->tweet, "id_str");
}

/* A long post is cut in full_text; the whole of it is the note's, whose characters are not escaped. */
static struct amp_str note_of(const struct post *p)
{
	return amp_json_str(amp_json_path(p->whole, "note_tweet.note_tweet_results.result.text"));
}

static struct amp_str text_of(struct amp_engine *e, const struct post *p)
{
	struct amp_str note = note_of(p), text = amp_json_str(amp_json_get(p->tweet, "full_text"));
	if (note.n) return note;
	return amp_x_unescaped(e, text.p ? text : amp_json_str(amp_json_get(p->tweet, "text")));
}

/* A note that cannot be read would leave the cut text in its place, unnoticed. */
static void expect_note(struct amp_engine *e, const struct post *p, enum amp_field field)
{
	const struct amp_json *note = amp_json_get(p->whole, "note_tweet"),
			      *result = amp_json_path(note, "note_tweet_results.result");
	amp_x_expect(e, note, AMP_JSON_OBJECT, field);
	if (!amp_json_is_null(amp_json_get(note, "note_tweet_results")) && !amp_json_str(amp_json_get(result, "text")).n)
		amp_put_invalid(e, field, note->offset, "the note of a long post has no text: the beginning stands for it");
}

/* --- who --- */

/* The first that can be read; else what is there, for its remark. */
static const struct amp_json *of_user(const struct amp_json *user, const char *member)
{
	const struct amp_json *found[] = {amp_json_get(amp_json_get(user, "core"), member), /* since 2025 */
	                                  amp_json_get(amp_json_get(user, "legacy"), member), amp_json_get(user, member)};
	const struct amp_json *any = NULL;
	for (size_t i = 0; i < sizeof found / sizeof *found; i++) {
		if (amp_json_str(found[i]).p) return found[i];
		if (!any && !amp_json_is_null(found[i])) any = found[i];
	}
	return any;
}

static const struct amp_json *user_id(const struct post *p)
{
	const struct amp_json *id = amp_json_get(p->user, "rest_id");
	if (amp_json_is_null(id)) id = amp_json_get(p->user, "id_str");
	return amp_json_is_null(id) ? amp_json_get(p->tweet, "user_id_str") : id;
}

static void put_author(struct amp_engine *e, const struct post *p)
{
	amp_put_json(e, AMP_F_AUTHOR_ID, amp_x_as_id, user_id(p));
	amp_put_json(e, AMP_F_AUTHOR_HANDLE, NULL, of_user(p->user, "screen_name"));
	amp_put_json(e, AMP_F_AUTHOR_NAME, NULL, of_user(p->user, "name"));
}

/* --- quotes and reposts --- */

static void put_quote(struct amp_engine *e, const struct post *p)
{
	static const char *const quotes[] = {"quoted_status_result.result", "quoted_tweet", "quoted_status", NULL};
	struct post quoted;
	const struct amp_json *shown = first_object(p->whole, quotes), *id = amp_json_get(p->tweet, "quoted_status_id_str");
	if (!shown) shown = first_object(p->tweet, quotes + 2);
	bool readable = shown && look(shown, &quoted);
	if (amp_json_is_null(id) && readable) id = id_of(&quoted);
	if (amp_json_is_null(id)) id = amp_json_path(p->whole, "quotedRefResult.result.rest_id");
	amp_put_json(e, AMP_F_QUOTE_OF, amp_x_as_id, id);
	e->item->is_quote = shown || e->item->quote_of.p || amp_json_true(amp_json_get(p->tweet, "is_quote_status"));
	if (!readable) return;
	amp_put_text(e, AMP_F_QUOTE_TEXT, text_of(e, &quoted));
	expect_note(e, &quoted, AMP_F_QUOTE_TEXT);
	amp_x_expect(e, amp_json_get(quoted.tweet, "full_text"), AMP_JSON_STRING, AMP_F_QUOTE_TEXT);
	amp_x_expect(e, amp_json_get(quoted.tweet, "text"), AMP_JSON_STRING, AMP_F_QUOTE_TEXT);
}

static void put_reposter(struct amp_engine *e, const struct post *wrapper)
{
	e->item->is_repost = true;
	amp_put_text(e, AMP_F_REPOST_OF, e->item->item_id);
	amp_put_json(e, AMP_F_ENTRY_ID, amp_x_as_id, id_of(wrapper));
	amp_put_json(e, AMP_F_REPOSTED_BY, amp_x_as_id, user_id(wrapper));
	amp_put_json(e, AMP_F_REPOSTED_BY_HANDLE, NULL, of_user(wrapper->user, "screen_name"));
	amp_put_json(e, AMP_F_REPOSTED_BY_NAME, NULL, of_user(wrapper->user, "name"));
	amp_put_json(e, AMP_F_REPOSTED_AT, as_time, amp_json_get(wrapper->tweet, "created_at"));
	amp_put_text(e, AMP_F_FEED_REASON, AMP_STR("repost"));
}

/* --- labels and warnings --- */

static bool several(const struct amp_json *list)
{
	return amp_json_is(list, AMP_JSON_ARRAY) && list->n > 1;
}

static void put_labels(struct amp_engine *e, const struct post *p)
{
	const struct amp_json *sensitive = amp_json_get(p->tweet, "possibly_sensitive");
	const struct amp_json *countries = amp_json_get(p->tweet, "withheld_in_countries");
	bool blurred = amp_json_is(amp_json_get(p->limits, "mediaVisibilityResults"), AMP_JSON_OBJECT);
	if (!amp_json_is_null(sensitive) && sensitive->type != AMP_JSON_TRUE && sensitive->type != AMP_JSON_FALSE)
		amp_put_invalid(e, AMP_F_LABELS, sensitive->offset, "possibly_sensitive is neither true nor false");
	if (amp_json_true(sensitive) || blurred) amp_add_label(e, AMP_STR("sensitive"), AMP_STR_ABSENT);
	if ((amp_json_is(countries, AMP_JSON_ARRAY) && countries->n) || amp_json_str(amp_json_get(p->tweet, "withheld_scope")).n ||
	    amp_json_true(amp_json_get(p->tweet, "withheld_copyright")))
		amp_add_label(e, AMP_STR("withheld"), AMP_STR_ABSENT);
	if (amp_json_true(amp_json_get(p->whole, "isEdited")) || several(amp_json_path(p->whole, "edit_control.edit_tweet_ids")) ||
	    several(amp_json_path(p->whole, "edit_control.edit_control_initial.edit_tweet_ids")))
		amp_add_label(e, AMP_STR("edited"), AMP_STR_ABSENT);
}

/* "Visibility limited: this Post may violate …", or what stands before a post that has to be opened. */
static void put_warning(struct amp_engine *e, const struct post *p)
{
	static const char *const places[] = {"softInterventionPivot.text.text", "tweetInterstitial.text.text"};
	for (size_t i = 0; i < sizeof places / sizeof *places && !e->item->warning.p; i++)
		if (amp_json_str(amp_json_path(p->limits, places[i])).n)
			amp_put_json(e, AMP_F_WARNING, NULL, amp_json_path(p->limits, places[i]));
}

/* --- media --- */

static int64_t size_of(const struct amp_json *v)
{
	int64_t n;
	return amp_json_i64(v, &n) && n > 0 ? n : AMP_ABSENT;
}

void amp_x_expect_size(struct amp_engine *e, const struct amp_json *v)
{
	int64_t n;
	if (!amp_json_is_null(v) && !amp_json_i64(v, &n)) amp_put_invalid(e, AMP_F_MEDIA, v->offset, "not a size");
}

const struct amp_json *amp_x_best_video(const struct amp_json *variants, const char *rate_member)
{
	const struct amp_json *best = NULL;
	int64_t best_rate = -1;
	for (const struct amp_json *v = amp_json_first(variants); v; v = amp_json_next(variants, v)) {
		int64_t rate = 0;
		if (!amp_str_eq_c(amp_json_str(amp_json_get(v, "content_type")), "video/mp4")) continue;
		if (!amp_json_i64(amp_json_get(v, rate_member), &rate)) rate = 0;
		if (rate <= best_rate || !amp_json_str(amp_json_get(v, "url")).n) continue;
		best = v;
		best_rate = rate;
	}
	return best;
}

void amp_x_add_media(struct amp_engine *e, struct amp_str type, struct amp_str url, const struct amp_json *video,
                     struct amp_media m)
{
	if (amp_str_eq_c(type, "photo"))
		m.kind = AMP_STR("image");
	else if (amp_str_eq_c(type, "video") || amp_str_eq_c(type, "animated_gif"))
		m.kind = AMP_STR("video");
	else
		m.kind = AMP_STR("unknown");
	if (amp_str_eq_c(m.kind, "unknown"))
		amp_engine_diag(e, "unknown_member", AMP_F_MEDIA, e->item->byte_offset,
		                "media of type \xE2\x80\x9C%.*s\xE2\x80\x9D", (int)(type.n < 40 ? type.n : 40),
		                type.p ? type.p : "");
	m.url = url.n ? url : AMP_STR_ABSENT;
	if (video) {
		m.url = amp_json_str(amp_json_get(video, "url"));
		m.mime = AMP_STR("video/mp4");
	}
	amp_add_media(e, &m);
}

static void put_media(struct amp_engine *e, const struct post *p)
{
	const struct amp_json *list = amp_json_path(p->tweet, "extended_entities.media");
	if (!amp_json_is(list, AMP_JSON_ARRAY)) list = amp_json_get(p->tweet, "mediaDetails");
	if (amp_json_is_null(list)) list = amp_json_path(p->tweet, "entities.media");
	if (!amp_json_is(list, AMP_JSON_ARRAY)) return;
	for (const struct amp_json *one = amp_json_first(list); one && !e->failed; one = amp_json_next(list, one)) {
		const struct amp_json *video = amp_x_best_video(amp_json_path(one, "video_info.variants"), "bitrate");
		struct amp_str picture = amp_json_str(amp_json_get(one, "media_url_https"));
		amp_x_expect(e, amp_json_get(one, "video_info"), AMP_JSON_OBJECT, AMP_F_MEDIA);
		amp_x_expect(e, amp_json_path(one, "video_info.variants"), AMP_JSON_ARRAY, AMP_F_MEDIA);
		amp_x_expect(e, amp_json_get(one, "media_url_https"), AMP_JSON_STRING, AMP_F_MEDIA);
		amp_x_expect(e, amp_json_get(one, "ext_alt_text"), AMP_JSON_STRING, AMP_F_MEDIA);
		amp_x_expect(e, amp_json_get(one, "original_info"), AMP_JSON_OBJECT, AMP_F_MEDIA);
		amp_x_expect_size(e, amp_json_path(one, "original_info.width"));
		amp_x_expect_size(e, amp_json_path(one, "original_info.height"));
		if (!picture.n && !video) continue; /* tweet-result names media in its entities without saying where they are */
		amp_x_add_media(e, amp_json_str(amp_json_get(one, "type")), picture, video,
		                (struct amp_media){.alt = amp_json_str(amp_json_get(one, "ext_alt_text")),
		                                   .width = size_of(amp_json_path(one, "original_info.width")),
		                                   .height = size_of(amp_json_path(one, "original_info.height"))});
	}
}

/* --- cards and links --- */

static const struct amp_json *card_of(const struct post *p)
{
	const struct amp_json *card = amp_json_get(p->whole, "card"), *legacy = amp_json_get(card, "legacy");
	return amp_json_is(legacy, AMP_JSON_OBJECT) ? legacy : card;
}

/* binding_values: an object, or a list of {key, value}. */
static struct amp_str bound(struct amp_engine *e, const struct amp_json *card, const char *name, enum amp_field field)
{
	const struct amp_json *all = amp_json_get(card, "binding_values"), *value = NULL;
	if (amp_json_is(all, AMP_JSON_OBJECT)) value = amp_json_get(all, name);
	for (const struct amp_json *one = amp_json_is(all, AMP_JSON_ARRAY) ? amp_json_first(all) : NULL; one && !value;
	     one = amp_json_next(all, one))
		if (amp_str_eq_c(amp_json_str(amp_json_get(one, "key")), name)) value = amp_json_get(one, "value");
	amp_x_expect(e, value, AMP_JSON_OBJECT, field);
	amp_x_expect(e, amp_json_get(value, "string_value"), AMP_JSON_STRING, field);
	return amp_json_str(amp_json_get(value, "string_value"));
}

/* Lists of keys and values are common where an object is not; anything else holds nothing. */
static void expect_card(struct amp_engine *e, const struct amp_json *card)
{
	const struct amp_json *all = amp_json_get(card, "binding_values");
	amp_x_expect(e, amp_json_get(card, "name"), AMP_JSON_STRING, AMP_F_LINKS);
	amp_x_expect(e, amp_json_get(card, "url"), AMP_JSON_STRING, AMP_F_LINKS);
	if (!amp_json_is(all, AMP_JSON_ARRAY)) amp_x_expect(e, all, AMP_JSON_OBJECT, AMP_F_LINKS);
	if (amp_json_is(all, AMP_JSON_OBJECT) && all->n && !amp_json_is(amp_json_first(all), AMP_JSON_OBJECT))
		amp_put_invalid(e, AMP_F_LINKS, all->offset, "not an object of values");
	if (amp_json_is(all, AMP_JSON_ARRAY) && all->n)
		amp_x_expect(e, amp_json_get(amp_json_first(all), "key"), AMP_JSON_STRING, AMP_F_LINKS);
	if (amp_json_is(all, AMP_JSON_ARRAY) && all->n && !amp_json_is(amp_json_first(all), AMP_JSON_OBJECT))
		amp_put_invalid(e, AMP_F_LINKS, all->offset, "not a list of keys and values");
}

void amp_x_add_poll(struct amp_engine *e, const struct amp_str *options, size_t n)
{
	struct amp_str all = AMP_STR_ABSENT;
	for (size_t i = 0; i < n; i++) {
		if (!options[i].n) continue;
		all = all.p ? AMP_CONCAT(e->arena, all, AMP_STR("; "), options[i]) : options[i];
		if (!all.p) amp_engine_no_memory(e);
	}
	if (!all.p) return;
	amp_add_media(e, &(struct amp_media){.kind = AMP_STR("poll"), .alt = all, .width = AMP_ABSENT, .height = AMP_ABSENT});
}

static void put_poll(struct amp_engine *e, const struct amp_json *card)
{
	static const char *const choices[] = {"choice1_label", "choice2_label", "choice3_label", "choice4_label"};
	struct amp_str options[sizeof choices / sizeof *choices];
	if (!amp_str_starts(amp_json_str(amp_json_get(card, "name")), "poll")) return;
	for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) options[i] = bound(e, card, choices[i], AMP_F_MEDIA);
	amp_x_add_poll(e, options, sizeof choices / sizeof *choices);
}

static void put_links(struct amp_engine *e, const struct post *p)
{
	const struct amp_json *urls = amp_json_path(p->tweet, "entities.urls"), *card = card_of(p);
	const struct amp_json *article = amp_json_path(p->whole, "article.article_results.result");
	struct amp_str article_id = amp_json_str(amp_json_get(article, "rest_id"));
	if (note_of(p).n) urls = amp_json_path(p->whole, "note_tweet.note_tweet_results.result.entity_set.urls");
	amp_x_expect(e, urls, AMP_JSON_ARRAY, AMP_F_LINKS);
	expect_card(e, card);
	const struct amp_str title = bound(e, card, "title", AMP_F_LINKS), description = bound(e, card, "description", AMP_F_LINKS);
	if (!amp_json_is(urls, AMP_JSON_ARRAY)) return;
	for (const struct amp_json *u = amp_json_first(urls); u && !e->failed; u = amp_json_next(urls, u)) {
		struct amp_str shortened = amp_json_str(amp_json_get(u, "url"));
		struct amp_link link = {.url = amp_json_str(amp_json_get(u, "expanded_url"))};
		if (!link.url.n) amp_put_invalid(e, AMP_F_LINKS, u->offset, "a link without its address");
		amp_x_expect(e, amp_json_get(u, "url"), AMP_JSON_STRING, AMP_F_LINKS);
		if (amp_x_leads_to(link.url, e->item->quote_of) || amp_x_leads_to(link.url, e->item->item_id)) continue;
		if (shortened.n && amp_str_eq(shortened, amp_json_str(amp_json_get(card, "url")))) {
			link.title = title;
			link.description = description;
		}
		if (article_id.n && amp_str_find(link.url, article_id)) {
			link.title = amp_json_str(amp_json_get(article, "title"));
			link.description = amp_json_str(amp_json_get(article, "preview_text"));
		}
		amp_add_link(e, &link);
	}
}

/* --- the whole --- */

/* Of what type each thing should be that is asked for and may be absent; paths from whole, tweet or limits. */
struct expectation {
	const char *path;
	enum amp_json_type type;
	enum amp_field field;
};
static const struct expectation of_whole[] = {{"legacy", AMP_JSON_OBJECT, AMP_F_TEXT},
                                              {"views", AMP_JSON_OBJECT, AMP_F_VIEWS},
                                              {"core", AMP_JSON_OBJECT, AMP_F_AUTHOR_ID},
                                              {"core.user_results", AMP_JSON_OBJECT, AMP_F_AUTHOR_ID},
                                              {"core.user_results.result", AMP_JSON_OBJECT, AMP_F_AUTHOR_ID},
                                              {"core.user_results.result.core", AMP_JSON_OBJECT, AMP_F_AUTHOR_NAME},
                                              {"core.user_results.result.legacy", AMP_JSON_OBJECT, AMP_F_AUTHOR_NAME},
                                              {"user", AMP_JSON_OBJECT, AMP_F_AUTHOR_ID},
                                              {"quoted_status_result", AMP_JSON_OBJECT, AMP_F_QUOTE_TEXT},
                                              {"quoted_status_result.result", AMP_JSON_OBJECT, AMP_F_QUOTE_TEXT},
                                              {"quoted_tweet", AMP_JSON_OBJECT, AMP_F_QUOTE_TEXT},
                                              {"quotedRefResult", AMP_JSON_OBJECT, AMP_F_QUOTE_OF},
                                              {"quotedRefResult.result", AMP_JSON_OBJECT, AMP_F_QUOTE_OF},
                                              {"edit_control", AMP_JSON_OBJECT, AMP_F_LABELS},
                                              {"edit_control.edit_tweet_ids", AMP_JSON_ARRAY, AMP_F_LABELS},
                                              {"edit_control.edit_control_initial", AMP_JSON_OBJECT, AMP_F_LABELS},
                                              {"edit_control.edit_control_initial.edit_tweet_ids", AMP_JSON_ARRAY, AMP_F_LABELS},
                                              {"article", AMP_JSON_OBJECT, AMP_F_TITLE},
                                              {"article.article_results", AMP_JSON_OBJECT, AMP_F_TITLE},
                                              {"article.article_results.result", AMP_JSON_OBJECT, AMP_F_TITLE},
                                              {"article.article_results.result.rest_id", AMP_JSON_STRING, AMP_F_LINKS},
                                              {"article.article_results.result.preview_text", AMP_JSON_STRING, AMP_F_LINKS},
                                              {"note_tweet.note_tweet_results.result.entity_set", AMP_JSON_OBJECT, AMP_F_LINKS},
                                              {"card", AMP_JSON_OBJECT, AMP_F_LINKS},
                                              {"card.legacy", AMP_JSON_OBJECT, AMP_F_LINKS}};
static const struct expectation of_tweet[] = {{"quoted_status", AMP_JSON_OBJECT, AMP_F_QUOTE_TEXT},
                                              {"withheld_in_countries", AMP_JSON_ARRAY, AMP_F_LABELS},
                                              {"withheld_scope", AMP_JSON_STRING, AMP_F_LABELS},
                                              {"extended_entities", AMP_JSON_OBJECT, AMP_F_MEDIA},
                                              {"extended_entities.media", AMP_JSON_ARRAY, AMP_F_MEDIA},
                                              {"mediaDetails", AMP_JSON_ARRAY, AMP_F_MEDIA},
                                              {"entities", AMP_JSON_OBJECT, AMP_F_LINKS}};
static const struct expectation of_limits[] = {{"mediaVisibilityResults", AMP_JSON_OBJECT, AMP_F_LABELS},
                                               {"softInterventionPivot", AMP_JSON_OBJECT, AMP_F_WARNING},
                                               {"softInterventionPivot.text", AMP_JSON_OBJECT, AMP_F_WARNING},
                                               {"softInterventionPivot.text.text", AMP_JSON_STRING, AMP_F_WARNING},
                                               {"tweetInterstitial", AMP_JSON_OBJECT, AMP_F_WARNING},
                                               {"tweetInterstitial.text", AMP_JSON_OBJECT, AMP_F_WARNING},
                                               {"tweetInterstitial.text.text", AMP_JSON_STRING, AMP_F_WARNING}};

static void expect_all(struct amp_engine *e, const struct amp_json *v, const struct expectation *all, size_t n)
{
	for (size_t i = 0; v && i < n; i++) amp_x_expect(e, amp_json_path(v, all[i].path), all[i].type, all[i].field);
}

static void put_post(struct amp_engine *e, const struct post *p)
{
	e->item->kind = AMP_POST;
	e->required |= AMP_BIT(AMP_F_ITEM_ID);
	amp_put_json(e, AMP_F_ITEM_ID, amp_x_as_id, id_of(p));
	amp_engine_rows(e, amp_x_tweet_rows, p->tweet);
	amp_put_text(e, AMP_F_TEXT, note_of(p).n ? note_of(p) : AMP_STR_ABSENT);
	expect_note(e, p, AMP_F_TEXT);
	expect_all(e, p->whole, of_whole, sizeof of_whole / sizeof *of_whole);
	expect_all(e, p->tweet, of_tweet, sizeof of_tweet / sizeof *of_tweet);
	expect_all(e, p->limits, of_limits, sizeof of_limits / sizeof *of_limits);
	amp_put_json(e, AMP_F_VIEWS, NULL, amp_json_path(p->whole, "views.count"));
	amp_put_json(e, AMP_F_TITLE, NULL, amp_json_path(p->whole, "article.article_results.result.title"));
	e->item->is_reply = e->item->reply_to.p != NULL;
	put_author(e, p);
	put_quote(e, p);
	put_labels(e, p);
	put_warning(e, p);
	put_media(e, p);
	put_poll(e, card_of(p));
	put_links(e, p);
	amp_x_put_url(e);
}

/* Nothing of it is sent, not even which post it was: the platform shows a sentence in its place. */
static void gone(struct amp_engine *e, const struct amp_json *result)
{
	struct amp_str why = amp_json_str(amp_json_path(result, "tombstone.text.text"));
	amp_engine_diag(e, "not_shown", AMP_F_TEXT, result->offset, "the platform shows no content here%s%.*s",
	                why.n ? ": " : " (deleted, withheld or protected)", (int)(why.n < 160 ? why.n : 0), why.p ? why.p : "");
	e->required = 0;
	e->item->has_content = false;
	amp_engine_end(e);
}

bool amp_x_put_tweet(struct amp_engine *e, const struct amp_json *result)
{
	static const char *const reposts[] = {"retweeted_status_result.result", "retweeted_status", NULL};
	static const char *const wraps[] = {"retweeted_status_result", "retweeted_status"}; /* there, but nothing to read in it */
	struct post p, original;
	if (!e->item) return false;
	bool ours = look(result, &p);
	const struct amp_json *shared = ours ? first_object(p.tweet, reposts) : NULL;
	for (size_t i = 0; ours && !shared && i < sizeof wraps / sizeof *wraps; i++)
		if (!amp_json_is_null(amp_json_get(p.tweet, wraps[i]))) shared = amp_json_get(p.tweet, wraps[i]);
	if (!ours || (shared && !look(shared, &original))) {
		const struct amp_json *shown = shared ? shared : amp_json_is(p.whole, AMP_JSON_OBJECT) ? p.whole : result;
		struct amp_str type = type_of(shown);
		if (is_gone(shown))
			gone(e, shown);
		else
			amp_engine_unknown(e, "an entry without a post%s%.*s", type.n ? ", of type " : "",
			                   (int)(type.n < 40 ? type.n : 40), type.p ? type.p : "");
		return false;
	}
	put_post(e, shared ? &original : &p);
	if (shared) put_reposter(e, &p);
	return true;
}

void amp_x_tweet(struct amp_engine *e, const struct amp_json *result)
{
	if (!amp_engine_begin(e, result ? result->offset : 0)) return;
	if (amp_x_put_tweet(e, result)) amp_engine_end(e);
}

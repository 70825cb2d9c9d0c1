/* bluesky_post.c: Bluesky's views into items. Unions are told apart by $type (app.bsky lexicons, atproto d6296a1 of 2026-08-20);
 * a member that is not in the tables here keeps its place with null content and a remark.
 */
#include "platforms/bluesky_post.h"
#include <string.h>
#include "parse/html.h"
#include "platforms/members.h"

const struct amp_row amp_bluesky_post_rows[] = {{AMP_F_ITEM_ID, "uri", NULL, NULL, AMP_REQUIRED},
                                                {AMP_F_AUTHOR_ID, "author.did", NULL, NULL, AMP_REQUIRED},
                                                {AMP_F_AUTHOR_HANDLE, "author.handle", NULL, NULL, AMP_OPTIONAL},
                                                {AMP_F_AUTHOR_NAME, "author.displayName", NULL, NULL, AMP_OPTIONAL},
                                                {AMP_F_TEXT, "record.text", NULL, NULL, AMP_REQUIRED},
                                                {AMP_F_LANGS, "record.langs", NULL, NULL, AMP_OPTIONAL},
                                                {AMP_F_CREATED_AT, "record.createdAt", NULL, NULL, AMP_OPTIONAL},
                                                {AMP_F_LIKES, "likeCount", NULL, NULL, AMP_OPTIONAL},
                                                {AMP_F_REPOSTS, "repostCount", NULL, NULL, AMP_OPTIONAL},
                                                {AMP_F_REPLIES, "replyCount", NULL, NULL, AMP_OPTIONAL},
                                                {AMP_F_QUOTES, "quoteCount", NULL, NULL, AMP_OPTIONAL},
                                                {AMP_F_REPLY_TO, "record.reply.parent.uri", NULL, NULL, AMP_OPTIONAL},
                                                {0}};

const struct amp_row amp_bluesky_generator_rows[] = {{AMP_F_ITEM_ID, "uri", NULL, NULL, AMP_REQUIRED},
                                                     {AMP_F_AUTHOR_ID, "creator.did", NULL, NULL, AMP_OPTIONAL},
                                                     {AMP_F_AUTHOR_HANDLE, "creator.handle", NULL, NULL, AMP_OPTIONAL},
                                                     {AMP_F_AUTHOR_NAME, "creator.displayName", NULL, NULL, AMP_OPTIONAL},
                                                     {AMP_F_TITLE, "displayName", NULL, NULL, AMP_REQUIRED},
                                                     {AMP_F_TEXT, "description", NULL, NULL, AMP_OPTIONAL},
                                                     {AMP_F_CREATED_AT, "indexedAt", NULL, NULL, AMP_OPTIONAL},
                                                     {AMP_F_LIKES, "likeCount", NULL, NULL, AMP_OPTIONAL},
                                                     {0}};

const struct amp_row amp_bluesky_trend_rows[] = {{AMP_F_ITEM_ID, "topic", NULL, NULL, AMP_REQUIRED},
                                                 {AMP_F_TITLE, "displayName", "topic", NULL, AMP_OPTIONAL},
                                                 {AMP_F_TEXT, "description", NULL, NULL, AMP_OPTIONAL},
                                                 {AMP_F_CREATED_AT, "startedAt", NULL, NULL, AMP_OPTIONAL},
                                                 {AMP_F_SCORE, "postCount", NULL, NULL, AMP_OPTIONAL},
                                                 {AMP_F_FEED_REASON, "status", NULL, NULL, AMP_OPTIONAL},
                                                 {0}};

const struct amp_row amp_bluesky_skeleton_rows[] = {
	{AMP_F_ITEM_ID, "post", NULL, NULL, AMP_REQUIRED}, {AMP_F_FEED_CONTEXT, "feedContext", NULL, NULL, AMP_OPTIONAL}, {0}};

/* "app.bsky.feed.defs#notFoundPost" ends in "#notFoundPost" */
static bool type_is(const struct amp_json *v, const char *end)
{
	return amp_str_ends(amp_json_str(amp_json_get(v, "$type")), end);
}

/* https://bsky.app/profile/{did}/{what}/{rkey} of at://did/collection/rkey; starter packs have a route of their own,
 * https://bsky.app/starter-pack/{did}/{rkey} (social-app's routes, seen 2026-11-23) */
static struct amp_str web_url(struct amp_engine *e, struct amp_str uri, struct amp_str did, const char *what)
{
	if (!amp_str_starts(uri, "at://")) return AMP_STR_ABSENT;
	struct amp_str rest = {uri.p + 5, uri.n - 5};
	struct amp_str repo = amp_str_cut(&rest, '/');
	amp_str_cut(&rest, '/');
	struct amp_str rkey = amp_str_cut(&rest, '/');
	if (!rkey.n) return AMP_STR_ABSENT;
	if (!did.n) did = repo;
	if (strcmp(what, "starter-pack") == 0)
		return AMP_CONCAT(e->arena, AMP_STR("https://bsky.app/starter-pack/"), did, AMP_STR("/"), rkey);
	return AMP_CONCAT(e->arena, AMP_STR("https://bsky.app/profile/"), did, AMP_STR("/"), amp_str_c(what), AMP_STR("/"), rkey);
}

/* --- labels --- */

/* Optional: without it a label is a label; what is neither true nor false may be meant to take one back. */
static bool takes_back(const struct amp_json *label)
{
	const struct amp_json *neg = amp_json_get(label, "neg");
	return !amp_json_is_null(neg) && neg->type != AMP_JSON_FALSE;
}

#define MAX_LABELS 1024 /* of one post or account that are looked at: each is compared with the others */

/* A label is taken back by a later one of the same source and value with neg (com.atproto.label.defs#label). */
static bool taken_back(const struct amp_json *labels, const struct amp_json *label)
{
	struct amp_str cts = amp_json_str(amp_json_get(label, "cts"));
	size_t seen = 0;
	for (const struct amp_json *l = amp_json_first(labels); l && seen < MAX_LABELS; l = amp_json_next(labels, l), seen++) {
		if (!takes_back(l)) continue;
		if (!amp_str_eq(amp_json_str(amp_json_get(l, "val")), amp_json_str(amp_json_get(label, "val")))) continue;
		if (!amp_str_eq(amp_json_str(amp_json_get(l, "src")), amp_json_str(amp_json_get(label, "src")))) continue;
		struct amp_str when = amp_json_str(amp_json_get(l, "cts"));
		int64_t a, b;
		enum amp_precision precision;
		if (!when.p || !cts.p || !amp_time_parse_iso(when, &a, &precision) || !amp_time_parse_iso(cts, &b, &precision) ||
		    a >= b)
			return true;
	}
	return false;
}

/* The labels at path of the object. */
static void add_labels(struct amp_engine *e, const struct amp_json *object, const char *path)
{
	const struct amp_json *labels = amp_member(e, AMP_F_LABELS, object, path, AMP_JSON_ARRAY);
	size_t seen = 0;
	if (labels && labels->n > MAX_LABELS)
		amp_engine_diag(e, "too_many", AMP_F_LABELS, labels->offset, "only the first %d are looked at", MAX_LABELS);
	for (const struct amp_json *l = amp_json_first(labels); l && seen < MAX_LABELS; l = amp_json_next(labels, l), seen++) {
		struct amp_str value = amp_member_text(e, AMP_F_LABELS, l, "val");
		(void)amp_member_flag(e, AMP_F_LABELS, l, "neg");
		if (!value.n || takes_back(l) || taken_back(labels, l)) continue;
		amp_add_label(e, value, amp_member_text(e, AMP_F_LABELS, l, "src"));
	}
}

static void add_self_labels(struct amp_engine *e, const struct amp_json *post)
{
	const struct amp_json *labels = amp_member(e, AMP_F_LABELS, post, "record.labels", AMP_JSON_OBJECT);
	const struct amp_json *values = amp_member(e, AMP_F_LABELS, labels, "values", AMP_JSON_ARRAY);
	struct amp_str author = amp_json_str(amp_json_path(post, "author.did"));
	for (const struct amp_json *l = amp_json_first(values); l; l = amp_json_next(values, l))
		amp_add_label(e, amp_member_text(e, AMP_F_LABELS, l, "val"), author);
}

/* --- embeds --- */

/* What is shown by something that cannot be read: that something is shown is known. */
static void add_unknown(struct amp_engine *e)
{
	amp_add_media(e, &(struct amp_media){.kind = AMP_STR("unknown"), .width = AMP_ABSENT, .height = AMP_ABSENT});
}

static void add_picture(struct amp_engine *e, const char *kind, const struct amp_json *v, const char *url_key)
{
	const struct amp_json *ratio = amp_member(e, AMP_F_MEDIA, v, "aspectRatio", AMP_JSON_OBJECT);
	struct amp_media m = {.kind = amp_str_c(kind),
	                      .url = amp_member_text(e, AMP_F_MEDIA, v, url_key),
	                      .alt = amp_member_text(e, AMP_F_MEDIA, v, "alt"),
	                      .width = amp_member_size(e, ratio, "width"),
	                      .height = amp_member_size(e, ratio, "height")};
	amp_add_media(e, &m);
}

static void embed_images(struct amp_engine *e, const struct amp_json *embed)
{
	const struct amp_json *images = amp_member(e, AMP_F_MEDIA, embed, "images", AMP_JSON_ARRAY);
	for (const struct amp_json *i = amp_json_first(images); i; i = amp_json_next(images, i))
		add_picture(e, "image", i, "fullsize");
}

static void embed_gallery(struct amp_engine *e, const struct amp_json *embed)
{
	const struct amp_json *items = amp_member(e, AMP_F_MEDIA, embed, "items", AMP_JSON_ARRAY);
	for (const struct amp_json *i = amp_json_first(items); i; i = amp_json_next(items, i)) {
		if (amp_json_get(i, "fullsize")) {
			add_picture(e, "image", i, "fullsize");
		} else if (amp_json_get(i, "playlist")) {
			add_picture(e, "video", i, "playlist");
		} else {
			add_picture(e, "unknown", i, "url");
			amp_engine_diag(e, "unknown_member", AMP_F_MEDIA, i->offset, "a gallery item of an unknown kind");
		}
	}
}

static void embed_video(struct amp_engine *e, const struct amp_json *embed)
{
	add_picture(e, "video", embed, "playlist");
}

static void embed_external(struct amp_engine *e, const struct amp_json *embed)
{
	const struct amp_json *x = amp_member(e, AMP_F_LINKS, embed, "external", AMP_JSON_OBJECT);
	struct amp_link link = {amp_member_text(e, AMP_F_LINKS, x, "uri"), amp_member_text(e, AMP_F_LINKS, x, "title"),
	                        amp_member_text(e, AMP_F_LINKS, x, "description")};
	amp_add_link(e, &link);
}

/* A feed, list, starter pack or labeler shown as a card. */
static const struct card {
	const char *type, *what /* in the app's addresses; NULL: the page of its account */, *title, *description;
} cards[] = {{"app.bsky.feed.defs#generatorView", "feed", "displayName", "description"},
             {"app.bsky.graph.defs#listView", "lists", "name", "description"},
             {"app.bsky.graph.defs#starterPackViewBasic", "starter-pack", "record.name", "record.description"},
             {"app.bsky.graph.defs#starterPackView", "starter-pack", "record.name", "record.description"},
             {"app.bsky.labeler.defs#labelerView", NULL, "creator.displayName", "creator.description"}};

static void record_card(struct amp_engine *e, const struct amp_json *record, const struct card *card)
{
	struct amp_str uri = amp_member_text(e, AMP_F_LINKS, record, "uri"),
		       did = amp_member_text(e, AMP_F_LINKS, record, "creator.did");
	struct amp_str url = card->what ? web_url(e, uri, did, card->what) : AMP_STR_ABSENT;
	(void)amp_member(e, AMP_F_LINKS, record, "creator", AMP_JSON_OBJECT);
	(void)amp_member(e, AMP_F_LINKS, record, "record", AMP_JSON_OBJECT);
	if (!card->what && !did.n && amp_str_starts(uri, "at://")) {
		struct amp_str rest = {uri.p + 5, uri.n - 5};
		did = amp_str_cut(&rest, '/');
	}
	if (!card->what && did.n) url = AMP_CONCAT(e->arena, AMP_STR("https://bsky.app/profile/"), did);
	struct amp_link link = {url, amp_member_text(e, AMP_F_LINKS, record, card->title),
	                        amp_member_text(e, AMP_F_LINKS, record, card->description)};
	amp_add_link(e, &link);
}

static void embed_record(struct amp_engine *e, const struct amp_json *record)
{
	if (type_is(record, "#viewRecord") || type_is(record, "#viewNotFound") || type_is(record, "#viewBlocked") ||
	    type_is(record, "#viewDetached")) {
		e->item->is_quote = true;
		amp_put_json(e, AMP_F_QUOTE_OF, NULL, amp_json_get(record, "uri"));
		const struct amp_json *value = amp_member(e, AMP_F_QUOTE_TEXT, record, "value", AMP_JSON_OBJECT);
		amp_put_json(e, AMP_F_QUOTE_TEXT, NULL, amp_json_get(value, "text"));
		return;
	}
	for (size_t i = 0; i < sizeof cards / sizeof *cards; i++) {
		if (!amp_str_eq_c(amp_json_str(amp_json_get(record, "$type")), cards[i].type)) continue;
		record_card(e, record, &cards[i]);
		return;
	}
	struct amp_str type = amp_json_str(amp_json_get(record, "$type"));
	amp_engine_diag(e, "unknown_member", AMP_F_QUOTE_TEXT, record ? record->offset : e->item->byte_offset,
	                "embedded record of type %.*s", AMP_ARG(type));
}

static const struct embed {
	const char *type;
	void (*add)(struct amp_engine *e, const struct amp_json *embed);
} embeds[] = {{"app.bsky.embed.images#view", embed_images},
              {"app.bsky.embed.video#view", embed_video},
              {"app.bsky.embed.gallery#view", embed_gallery},
              {"app.bsky.embed.external#view", embed_external}};

static void add_embed(struct amp_engine *e, const struct amp_json *embed)
{
	struct amp_str type = amp_json_str(amp_json_get(embed, "$type"));
	if (amp_json_is_null(embed)) return;
	if (amp_str_eq_c(type, "app.bsky.embed.record#view")) {
		embed_record(e, amp_json_get(embed, "record"));
		return;
	}
	if (amp_str_eq_c(type, "app.bsky.embed.recordWithMedia#view")) {
		embed_record(e, amp_json_path(embed, "record.record"));
		embed = amp_json_get(embed, "media");
		type = amp_json_str(amp_json_get(embed, "$type"));
	}
	for (size_t i = 0; i < sizeof embeds / sizeof *embeds; i++) {
		if (!amp_str_eq_c(type, embeds[i].type)) continue;
		embeds[i].add(e, embed);
		return;
	}
	/* what it shows is not known, that it shows something is */
	add_unknown(e);
	amp_engine_diag(e, "unknown_member", AMP_F_MEDIA, embed ? embed->offset : e->item->byte_offset, "embed of type %.*s",
	                AMP_ARG(type));
}

static void add_facet_links(struct amp_engine *e, const struct amp_json *object, const char *path)
{
	const struct amp_json *facets = amp_member(e, AMP_F_LINKS, object, path, AMP_JSON_ARRAY);
	for (const struct amp_json *f = amp_json_first(facets); f; f = amp_json_next(facets, f)) {
		const struct amp_json *features = amp_member(e, AMP_F_LINKS, f, "features", AMP_JSON_ARRAY);
		for (const struct amp_json *x = amp_json_first(features); x; x = amp_json_next(features, x)) {
			if (!amp_str_ends(amp_member_text(e, AMP_F_LINKS, x, "$type"), "facet#link")) continue;
			struct amp_link link = {amp_member_text(e, AMP_F_LINKS, x, "uri"), AMP_STR_ABSENT, AMP_STR_ABSENT};
			amp_add_link(e, &link);
		}
	}
}

/* --- posts --- */

/* createdAt is what the author's client says and can lie; nothing was posted after the server indexed it. */
static void bound_created_at(struct amp_engine *e, const struct amp_json *post)
{
	int64_t indexed;
	enum amp_precision precision;
	struct amp_str raw = amp_member_text(e, AMP_F_CREATED_AT, post, "indexedAt");
	if (!raw.p || !amp_time_parse_iso(raw, &indexed, &precision)) return;
	if (e->item->created_at != AMP_TIME_NONE && e->item->created_at <= indexed) return;
	e->item->created_at = indexed;
	e->item->created_precision = precision;
}

/* The post in hand; false when it is none that can be read, the entry being ended then. */
static bool put_post(struct amp_engine *e, const struct amp_json *post)
{
	const struct amp_json *record = amp_json_get(post, "record");
	struct amp_str type = amp_json_str(amp_json_get(post, "$type")), record_type = amp_json_str(amp_json_get(record, "$type"));
	if (type_is(post, "#notFoundPost") || type_is(post, "#blockedPost") || amp_json_true(amp_json_get(post, "notFound")) ||
	    amp_json_true(amp_json_get(post, "blocked"))) {
		/* the platform shows a tombstone at this place: known, with nothing to read */
		amp_lists_unknown(e);
		amp_put_json(e, AMP_F_ITEM_ID, NULL, amp_json_get(post, "uri"));
		amp_put_json(e, AMP_F_AUTHOR_ID, NULL,
		             amp_json_get(amp_member(e, AMP_F_AUTHOR_ID, post, "author", AMP_JSON_OBJECT), "did"));
		amp_put_text(e, AMP_F_URL, web_url(e, e->item->item_id, AMP_STR_ABSENT, "post"));
		amp_engine_diag(e, "not_shown", AMP_F_TEXT, post->offset,
		                "the platform shows no content here (deleted or blocked)");
		return true;
	}
	bool other_type = type.p && !type_is(post, "#postView");
	bool other_record = record_type.p && !amp_str_eq_c(record_type, "app.bsky.feed.post") &&
	                    !amp_json_is(amp_json_get(record, "text"), AMP_JSON_STRING);
	if (other_type || other_record) {
		struct amp_str shown = other_type ? type : record_type;
		amp_engine_unknown(e, "entry of type %.*s", AMP_ARG(shown));
		return false;
	}
	amp_engine_rows(e, amp_bluesky_post_rows, post);
	bound_created_at(e, post);
	const struct amp_json *reply = amp_member(e, AMP_F_REPLY_TO, record, "reply", AMP_JSON_OBJECT);
	e->item->is_reply = !amp_json_is_null(amp_json_get(record, "reply"));
	(void)amp_member(e, AMP_F_REPLY_TO, reply, "parent", AMP_JSON_OBJECT); /* its uri is a row's */
	(void)amp_member(e, AMP_F_AUTHOR_ID, post, "author", AMP_JSON_OBJECT);
	amp_put_text(e, AMP_F_URL, web_url(e, e->item->item_id, e->item->author_id, "post"));
	add_facet_links(e, record, "facets");
	add_embed(e, amp_json_get(post, "embed"));
	add_labels(e, post, "labels");
	add_labels(e, post, "author.labels");
	add_self_labels(e, post);
	return true;
}

static void put_reason(struct amp_engine *e, const struct amp_json *reason)
{
	if (amp_json_is_null(reason)) return;
	struct amp_str type = amp_member_text(e, AMP_F_FEED_REASON, reason, "$type");
	(void)amp_member(e, AMP_F_REPOSTED_BY, reason, "by", AMP_JSON_OBJECT);
	if (type_is(reason, "#reasonRepost")) {
		e->item->is_repost = true;
		amp_put_text(e, AMP_F_FEED_REASON, AMP_STR("repost"));
		amp_put_text(e, AMP_F_REPOST_OF, e->item->item_id);
		amp_put_json(e, AMP_F_ENTRY_ID, NULL, amp_json_get(reason, "uri"));
		amp_put_json(e, AMP_F_REPOSTED_BY, NULL, amp_json_path(reason, "by.did"));
		amp_put_json(e, AMP_F_REPOSTED_BY_HANDLE, NULL, amp_json_path(reason, "by.handle"));
		amp_put_json(e, AMP_F_REPOSTED_BY_NAME, NULL, amp_json_path(reason, "by.displayName"));
		amp_put_json(e, AMP_F_REPOSTED_AT, NULL, amp_json_get(reason, "indexedAt"));
	} else if (type_is(reason, "#reasonPin")) {
		e->item->is_pinned = true;
		amp_put_text(e, AMP_F_FEED_REASON, AMP_STR("pin"));
	} else {
		amp_put_text(e, AMP_F_FEED_REASON, type);
		amp_engine_diag(e, "unknown_member", AMP_F_FEED_REASON, reason->offset, "reason of type %.*s", AMP_ARG(type));
	}
}

void amp_bluesky_feed_entry(struct amp_engine *e, const struct amp_json *entry)
{
	if (!amp_engine_begin(e, entry->offset)) return;
	const struct amp_json *post = amp_json_get(entry, "post");
	struct amp_str type = amp_json_str(amp_json_get(entry, "$type"));
	if (!amp_json_is(post, AMP_JSON_OBJECT)) {
		amp_engine_unknown(e, "entry without a post%s%.*s", type.p ? ", of type " : "", AMP_ARG(type));
		return;
	}
	if (!put_post(e, post)) return;
	put_reason(e, amp_json_get(entry, "reason"));
	amp_put_json(e, AMP_F_FEED_CONTEXT, NULL, amp_json_get(entry, "feedContext"));
	amp_engine_end(e);
}

void amp_bluesky_post_entry(struct amp_engine *e, const struct amp_json *post)
{
	if (!amp_engine_begin(e, post->offset)) return;
	if (!amp_json_is(post, AMP_JSON_OBJECT))
		amp_engine_unknown(e, "an entry that is no object");
	else if (put_post(e, post))
		amp_engine_end(e);
}

void amp_bluesky_generator(struct amp_engine *e, const struct amp_json *view)
{
	if (!amp_engine_begin(e, view->offset)) return;
	amp_engine_rows(e, amp_bluesky_generator_rows, view);
	(void)amp_member(e, AMP_F_AUTHOR_ID, view, "creator", AMP_JSON_OBJECT);
	amp_put_text(e, AMP_F_URL, web_url(e, e->item->item_id, amp_json_str(amp_json_path(view, "creator.did")), "feed"));
	add_facet_links(e, view, "descriptionFacets");
	add_labels(e, view, "labels");
	amp_engine_end(e);
}

void amp_bluesky_trend(struct amp_engine *e, const struct amp_json *view)
{
	if (!amp_engine_begin(e, view->offset)) return;
	amp_engine_rows(e, amp_bluesky_trend_rows, view);
	amp_put_text(e, AMP_F_URL,
	             amp_url_resolve(e->arena, AMP_STR("https://bsky.app/"), amp_member_text(e, AMP_F_URL, view, "link")));
	amp_engine_end(e);
}

/* The account whose repository an at-uri names. */
static struct amp_str repository(struct amp_str uri)
{
	struct amp_str rest = amp_str_starts(uri, "at://") ? (struct amp_str){uri.p + 5, uri.n - 5} : AMP_STR_ABSENT;
	return rest.p ? amp_str_cut(&rest, '/') : AMP_STR_ABSENT;
}

void amp_bluesky_skeleton(struct amp_engine *e, const struct amp_json *entry)
{
	if (!amp_engine_begin(e, entry->offset)) return;
	amp_lists_unknown(e);
	amp_engine_rows(e, amp_bluesky_skeleton_rows, entry);
	const struct amp_json *reason = amp_member(e, AMP_F_FEED_REASON, entry, "reason", AMP_JSON_OBJECT);
	struct amp_str type = amp_member_text(e, AMP_F_FEED_REASON, reason, "$type");
	if (amp_str_ends(type, "#skeletonReasonRepost")) {
		e->item->is_repost = true;
		amp_put_text(e, AMP_F_REPOST_OF, e->item->item_id);
		amp_put_json(e, AMP_F_ENTRY_ID, NULL, amp_json_get(reason, "repost"));
		amp_put_text(e, AMP_F_REPOSTED_BY, repository(amp_member_text(e, AMP_F_ENTRY_ID, reason, "repost")));
	} else if (amp_str_ends(type, "#skeletonReasonPin")) {
		e->item->is_pinned = true;
	} else if (reason) {
		amp_engine_diag(e, "unknown_member", AMP_F_FEED_REASON, reason->offset, "reason of type %.*s", AMP_ARG(type));
	}
	struct amp_str uri = e->item->item_id;
	amp_put_text(e, AMP_F_AUTHOR_ID, repository(uri));
	amp_put_text(e, AMP_F_URL, web_url(e, uri, AMP_STR_ABSENT, "post"));
	amp_engine_end(e);
}

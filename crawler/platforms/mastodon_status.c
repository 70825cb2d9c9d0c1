/* mastodon_status.c: Mastodon entities into items (documentation 2903485 of 2026-07-02; recordings of 4.0 to 4.7-alpha, Pleroma,
 * Akkoma, Fedibird, snac). Statuses and authors go by their ActivityPub address, which is the same on every server; the
 * server's own number is the local_id.
 */
#include "platforms/mastodon_status.h"
#include "parse/html.h"
#include "platforms/joined.h"
#include "platforms/members.h"

/* Posts as Mastodon shows them; the page's address is the API's, so relative links mean nothing. */
static enum amp_state status_html(struct amp_engine *e, enum amp_field field, const struct amp_value *v, bool with_links)
{
	struct amp_html_out html;
	if (!v->text.p || e->failed) return AMP_STATE_INVALID;
	e->failed = amp_html_text_as(e->arena, v->text, AMP_STR_ABSENT, AMP_HTML_PRE_WRAP, &html, NULL);
	if (e->failed) return AMP_STATE_INVALID;
	for (size_t i = 0; with_links && i < html.n_links; i++) amp_add_link(e, &html.links[i]);
	amp_put_text(e, field, html.text);
	return AMP_STATE_PRESENT;
}

/* "RE: address" is for servers that know no quotes: what knows them hides it (class quote-inline, 4.4) in every status that has a quote,
 * whatever has become of that (documentation, client/quotes). */
static struct amp_str without_quote_line(struct amp_engine *e, struct amp_str content)
{
	static const struct amp_str opens[] = {{"<p class=\"quote-inline\">", 24}, {"<span class=\"quote-inline\">", 27}},
				    closes[] = {{"</p>", 4}, {"</span>", 7}};
	for (size_t i = 0; i < sizeof opens / sizeof *opens; i++) {
		const char *from = content.n ? amp_str_find(content, opens[i]) : NULL;
		if (!from) continue;
		struct amp_str rest = {from, content.n - (size_t)(from - content.p)};
		const char *close = amp_str_find(rest, closes[i]);
		if (!close) continue;
		int head = (int)(from - content.p), tail = (int)(content.n - (size_t)(close - content.p) - closes[i].n);
		const char *text = amp_arena_printf(e->arena, "%.*s%.*s", head, content.p, tail, close + closes[i].n);
		return text ? amp_str_c(text) : content;
	}
	return content;
}

/* is_quote is known before the rows are read. */
static enum amp_state as_status_html(struct amp_engine *e, enum amp_field field, const struct amp_value *v)
{
	struct amp_value shown = *v;
	if (e->item->is_quote) shown.text = without_quote_line(e, v->text);
	return status_html(e, field, &shown, true);
}

/* The text alone: the links of a quoted post are not those of the post that quotes it. */
static enum amp_state as_quoted_html(struct amp_engine *e, enum amp_field field, const struct amp_value *v)
{
	return status_html(e, field, v, false);
}

const struct amp_row amp_mastodon_status_rows[] = {{AMP_F_LOCAL_ID, "id", NULL, NULL, AMP_OPTIONAL},
                                                   {AMP_F_URL, "url", "uri", NULL, AMP_OPTIONAL},
                                                   {AMP_F_AUTHOR_ID, "account.uri", "account.url", NULL, AMP_OPTIONAL},
                                                   {AMP_F_AUTHOR_NAME, "account.display_name", NULL, NULL, AMP_OPTIONAL},
                                                   {AMP_F_TEXT, "content", NULL, as_status_html, AMP_REQUIRED},
                                                   {AMP_F_WARNING, "spoiler_text", NULL, NULL, AMP_OPTIONAL},
                                                   {AMP_F_LANGS, "language", NULL, NULL, AMP_OPTIONAL},
                                                   {AMP_F_CREATED_AT, "created_at", NULL, NULL, AMP_REQUIRED},
                                                   {AMP_F_LIKES, "favourites_count", NULL, NULL, AMP_OPTIONAL},
                                                   {AMP_F_REPOSTS, "reblogs_count", NULL, NULL, AMP_OPTIONAL},
                                                   /* Pixelfed's older versions say reply_count */
                                                   {AMP_F_REPLIES, "replies_count", "reply_count", NULL, AMP_OPTIONAL},
                                                   {AMP_F_QUOTES, "quotes_count", NULL, NULL, AMP_OPTIONAL},
                                                   {AMP_F_REPLY_TO, "in_reply_to_id", NULL, NULL, AMP_OPTIONAL},
                                                   {0}};

/* A link that trends is the address of a page elsewhere: whole, never "/watch?v=…" as other services' lists have it. */
static enum amp_state as_address(struct amp_engine *e, enum amp_field field, const struct amp_value *v)
{
	return v->text.n && !amp_url_host(v->text).n ? AMP_STATE_INVALID : amp_as_id(e, field, v);
}

const struct amp_row amp_mastodon_link_rows[] = {
	{AMP_F_ITEM_ID, "url", NULL, as_address, AMP_REQUIRED},
	{AMP_F_URL, "url", NULL, NULL, AMP_OPTIONAL},
	{AMP_F_TITLE, "title", NULL, NULL, AMP_REQUIRED},
	{AMP_F_TEXT, "description", NULL, NULL, AMP_OPTIONAL},
	{AMP_F_AUTHOR_NAME, "author_name", "provider_name", amp_as_some_text, AMP_OPTIONAL},
	{AMP_F_LANGS, "language", NULL, NULL, AMP_OPTIONAL},
	{AMP_F_CREATED_AT, "published_at", NULL, NULL, AMP_OPTIONAL},
	{AMP_F_SCORE, "history.0.uses", NULL, NULL, AMP_OPTIONAL},
	{0}};

const struct amp_row amp_mastodon_tag_rows[] = {{AMP_F_ITEM_ID, "url", "name", NULL, AMP_REQUIRED},
                                                {AMP_F_LOCAL_ID, "id", NULL, NULL, AMP_OPTIONAL},
                                                {AMP_F_URL, "url", NULL, NULL, AMP_OPTIONAL},
                                                {AMP_F_TITLE, "name", NULL, NULL, AMP_REQUIRED},
                                                {AMP_F_SCORE, "history.0.uses", NULL, NULL, AMP_OPTIONAL},
                                                {0}};

const struct amp_row amp_mastodon_account_rows[] = {{AMP_F_ITEM_ID, "uri", "url", NULL, AMP_REQUIRED},
                                                    {AMP_F_LOCAL_ID, "id", NULL, NULL, AMP_OPTIONAL},
                                                    {AMP_F_URL, "url", "uri", NULL, AMP_OPTIONAL},
                                                    {AMP_F_AUTHOR_ID, "uri", "url", NULL, AMP_OPTIONAL},
                                                    {AMP_F_AUTHOR_NAME, "display_name", NULL, NULL, AMP_OPTIONAL},
                                                    {AMP_F_TITLE, "display_name", "username", amp_as_some_text, AMP_OPTIONAL},
                                                    {AMP_F_TEXT, "note", NULL, amp_as_html, AMP_OPTIONAL},
                                                    {AMP_F_CREATED_AT, "created_at", NULL, NULL, AMP_OPTIONAL},
                                                    {0}};

const struct amp_row amp_mastodon_instance_rows[] = {
	{AMP_F_ITEM_ID, "domain", "uri", NULL, AMP_REQUIRED},         {AMP_F_TITLE, "title", NULL, NULL, AMP_OPTIONAL},
	{AMP_F_TEXT, "description", NULL, amp_as_html, AMP_OPTIONAL}, {AMP_F_LANGS, "languages", NULL, NULL, AMP_OPTIONAL},
	{AMP_F_FEED_CONTEXT, "version", NULL, NULL, AMP_OPTIONAL},    {0}};

static struct amp_str own_host(const struct amp_json *account)
{
	struct amp_str host = amp_url_host(amp_json_str(amp_json_get(account, "uri")));
	return host.p ? host : amp_url_host(amp_json_str(amp_json_get(account, "url")));
}

/* "user" of a local account becomes "user@host": the page's host, or else the host of the account's own address. A username says
 * nothing of where: without acct only the account's own address does. */
static struct amp_str full_handle(struct amp_engine *e, enum amp_field field, const struct amp_json *account)
{
	struct amp_str acct = amp_member_text(e, field, account, "acct"), host = AMP_STR_ABSENT;
	for (size_t i = 0; i < acct.n; i++)
		if (acct.p[i] == '@') return acct;
	if (acct.n)
		host = amp_url_host(e->page->url);
	else
		acct = amp_member_text(e, field, account, "username");
	if (!host.p) host = own_host(account);
	if (!acct.n || !host.p) return acct;
	return amp_str_c(amp_arena_printf(e->arena, "%.*s@%.*s", AMP_ARG(acct), AMP_ARG(host)));
}

/* The first of these members that has something to say; what is no text (or, of an id, no integer) is remarked and passed over. */
static const struct amp_json *first_text(struct amp_engine *e, enum amp_field field, const struct amp_json *object,
                                         const char *const *keys)
{
	for (; *keys; keys++) {
		const struct amp_json *v = amp_json_get(object, *keys);
		if (amp_json_digits(v).n && amp_str_ends(amp_str_c(*keys), "id") && v->flags & AMP_JSON_INTEGER) return v;
		if (amp_member_text(e, field, object, *keys).n) return v;
	}
	return NULL;
}
static const char *const identity[] = {"uri", "url", "id", NULL}; /* a documentation fixture of 2022 has the number only */

/* --- what hangs on a status --- */

/* Pixelfed says the type beside the address, Pleroma in its own member. */
static struct amp_str mime_of(struct amp_engine *e, const struct amp_json *attachment)
{
	struct amp_str mime = amp_member_text(e, AMP_F_MEDIA, attachment, "mime");
	const struct amp_json *pleroma = amp_member(e, AMP_F_MEDIA, attachment, "pleroma", AMP_JSON_OBJECT);
	return mime.n ? mime : amp_member_text(e, AMP_F_MEDIA, pleroma, "mime_type");
}

static void add_attachment(struct amp_engine *e, const struct amp_json *a)
{
	static const char *const addresses[] = {"url", "remote_url", "preview_url",
	                                        NULL}; /* url is null while a remote file is not cached */
	if (!amp_json_is(a, AMP_JSON_OBJECT)) {
		amp_engine_diag(e, "invalid_value", AMP_F_MEDIA, a->offset, "an attachment that is no object");
		return;
	}
	const struct amp_json *meta = amp_member(e, AMP_F_MEDIA, a, "meta", AMP_JSON_OBJECT);
	const struct amp_json *original = amp_member(e, AMP_F_MEDIA, meta, "original", AMP_JSON_OBJECT);
	struct amp_media m = {.kind = amp_member_text(e, AMP_F_MEDIA, a, "type"),
	                      .url = amp_json_str(first_text(e, AMP_F_MEDIA, a, addresses)),
	                      .alt = amp_member_text(e, AMP_F_MEDIA, a, "description"),
	                      .mime = mime_of(e, a),
	                      .width = amp_member_size(e, original, "width"),
	                      .height = amp_member_size(e, original, "height")};
	if (!m.kind.n) m.kind = AMP_STR("unknown");
	if (amp_str_eq_c(m.kind, "gifv")) m.kind = AMP_STR("video");
	amp_add_media(e, &m);
}

static void add_media(struct amp_engine *e, const struct amp_json *attachments)
{
	if (!amp_json_is_null(attachments) && !amp_json_is(attachments, AMP_JSON_ARRAY)) {
		amp_put_invalid(e, AMP_F_MEDIA, attachments->offset, "not a list");
		return;
	}
	for (const struct amp_json *a = amp_json_first(attachments); a; a = amp_json_next(attachments, a)) add_attachment(e, a);
}

/* A poll's options are read with the post but are none of its text: kept as a media of their own, whose alt is the options. All
 * of them, or none: a poll with some of them would be another poll. */
static void add_poll(struct amp_engine *e, const struct amp_json *status)
{
	const struct amp_json *poll = amp_member(e, AMP_F_MEDIA, status, "poll", AMP_JSON_OBJECT);
	const struct amp_json *options = amp_member(e, AMP_F_MEDIA, poll, "options", AMP_JSON_ARRAY);
	struct amp_joined all = {.n = 0};
	bool whole = options != NULL;
	if (!poll) return;
	for (const struct amp_json *o = amp_json_first(options); o && whole; o = amp_json_next(options, o)) {
		struct amp_str title = amp_member_text(e, AMP_F_MEDIA, o, "title");
		whole = title.p != NULL;
		amp_join(e, &all, title);
	}
	if (!whole) amp_engine_diag(e, "invalid_value", AMP_F_MEDIA, poll->offset, "a poll without its options");
	amp_add_media(e, &(struct amp_media){.kind = AMP_STR("poll"),
	                                     .alt = whole ? amp_join_text(&all) : AMP_STR_ABSENT,
	                                     .width = AMP_ABSENT,
	                                     .height = AMP_ABSENT});
}

static void add_card(struct amp_engine *e, const struct amp_json *status)
{
	const struct amp_json *card = amp_member(e, AMP_F_LINKS, status, "card", AMP_JSON_OBJECT);
	struct amp_link link = {amp_member_text(e, AMP_F_LINKS, card, "url"), amp_member_text(e, AMP_F_LINKS, card, "title"),
	                        amp_member_text(e, AMP_F_LINKS, card, "description")};
	amp_add_link(e, &link);
}

static void add_flag(struct amp_engine *e, const struct amp_json *object, const char *key, const char *label)
{
	if (amp_member_flag(e, AMP_F_LABELS, object, key)) amp_add_label(e, amp_str_c(label), AMP_STR_ABSENT);
}

static void add_filters(struct amp_engine *e, const struct amp_json *status)
{
	const struct amp_json *filtered = amp_member(e, AMP_F_LABELS, status, "filtered", AMP_JSON_ARRAY);
	for (const struct amp_json *f = amp_json_first(filtered); f; f = amp_json_next(filtered, f)) {
		const struct amp_json *filter = amp_member(e, AMP_F_LABELS, f, "filter", AMP_JSON_OBJECT);
		struct amp_str title = amp_member_text(e, AMP_F_LABELS, filter, "title");
		if (!title.n) continue;
		const char *label = amp_arena_printf(e->arena, "filtered:%.*s", AMP_ARG(title));
		if (!label) amp_engine_no_memory(e);
		amp_add_label(e, amp_str_c(label), AMP_STR_ABSENT);
	}
}

static void add_labels(struct amp_engine *e, const struct amp_json *status)
{
	const struct amp_json *account = amp_json_get(status, "account");
	add_flag(e, status, "sensitive", "sensitive");
	add_filters(e, status);
	add_flag(e, account, "limited", "author:limited");
	add_flag(e, account, "suspended", "author:suspended");
	add_flag(e, account, "bot", "author:bot");
}

/* Is the quoted post shown? A status in the place of the quote is (Akkoma, Fedibird). Mastodon's Quote has a state: only what was accepted
 * is shown; a blocked or muted account's post is sent and stays hidden (documentation, entities/Quote#state), and so does what a state
 * that is not known is about. */
static bool quote_shown(struct amp_engine *e, const struct amp_json *quote)
{
	const struct amp_json *state = amp_json_get(quote, "state");
	if (amp_json_get(quote, "content") || amp_json_is_null(state)) return true;
	return amp_str_eq_c(amp_member_text(e, AMP_F_QUOTE_TEXT, quote, "state"), "accepted");
}

/* The quote of a status, or of a quoted one, as an object; NULL: none. */
static const struct amp_json *quote_object(struct amp_engine *e, const struct amp_json *status)
{
	const struct amp_json *quote = amp_member(e, AMP_F_QUOTE_OF, status, "quote", AMP_JSON_OBJECT);
	return quote ? quote
	             : amp_member(e, AMP_F_QUOTE_OF, amp_member(e, AMP_F_QUOTE_OF, status, "pleroma", AMP_JSON_OBJECT), "quote",
	                          AMP_JSON_OBJECT);
}

static void put_quoted_text(struct amp_engine *e, const struct amp_json *quoted)
{
	struct amp_str content = amp_json_str(amp_json_get(quoted, "content"));
	struct amp_str shown =
		amp_json_is(amp_json_get(quoted, "quote"), AMP_JSON_OBJECT) ? without_quote_line(e, content) : content;
	if (shown.p != content.p)
		(void)as_quoted_html(e, AMP_F_QUOTE_TEXT, &(struct amp_value){.text = shown});
	else
		amp_put_json(e, AMP_F_QUOTE_TEXT, as_quoted_html, amp_json_get(quoted, "content"));
}

/* Five shapes: {state, quoted_status}, {state, quoted_status_id}, a status itself (Akkoma, Fedibird), pleroma.quote, or only an id
 * or address beside a null. The state (rejected, revoked, deleted …) may leave nothing to show: it is a quote all the same. */
static void put_quote(struct amp_engine *e, const struct amp_json *status)
{
	static const char *const within[] = {"quoted_status_id", NULL}, *const pleroma_beside[] = {"quote_url", "quote_id", NULL},
				 *const beside[] = {"quote_id", "quoted_status_id", NULL};
	const struct amp_json *pleroma = amp_json_get(status, "pleroma"), *quote = quote_object(e, status), *quoted, *id = NULL;
	quoted = amp_member(e, AMP_F_QUOTE_OF, quote, "quoted_status", AMP_JSON_OBJECT);
	if (amp_json_get(quote, "content")) quoted = quote;
	if (quoted) id = first_text(e, AMP_F_QUOTE_OF, quoted, identity);
	if (!id) id = first_text(e, AMP_F_QUOTE_OF, quote, within);
	if (!id) id = first_text(e, AMP_F_QUOTE_OF, pleroma, pleroma_beside);
	if (!id) id = first_text(e, AMP_F_QUOTE_OF, status, beside);
	e->item->is_quote = quote || id;
	amp_put_json(e, AMP_F_QUOTE_OF, NULL, id);
	if (quote_shown(e, quote)) put_quoted_text(e, quoted);
}

static void put_boost(struct amp_engine *e, const struct amp_json *wrapper)
{
	const struct amp_json *account = amp_json_get(wrapper, "account");
	e->item->is_repost = true;
	amp_put_text(e, AMP_F_REPOST_OF, e->item->item_id);
	amp_put_json(e, AMP_F_ENTRY_ID, NULL, first_text(e, AMP_F_ENTRY_ID, wrapper, identity));
	amp_put_json(e, AMP_F_REPOSTED_BY, NULL, first_text(e, AMP_F_REPOSTED_BY, account, identity));
	amp_put_text(e, AMP_F_REPOSTED_BY_HANDLE, full_handle(e, AMP_F_REPOSTED_BY_HANDLE, account));
	amp_put_json(e, AMP_F_REPOSTED_BY_NAME, NULL, amp_json_get(account, "display_name"));
	amp_put_json(e, AMP_F_REPOSTED_AT, NULL, amp_json_get(wrapper, "created_at"));
	amp_put_text(e, AMP_F_FEED_REASON, AMP_STR("boost"));
}

static bool profile_page(const struct amp_engine *e)
{
	return amp_str_eq_c(amp_str_c(e->endpoint->name), "accounts/statuses");
}

static bool is_list_of(const struct amp_json *status, const char *key)
{
	const struct amp_json *v = amp_json_get(status, key);
	return amp_json_is(v, AMP_JSON_ARRAY) ? v->n > 0 : !amp_json_is_null(v);
}

/* "reblog" is always sent, null where there is none. Without it a boost is told by its address, the activity's, or by that there is
 * nothing in it, which nobody can post. */
static bool lost_boost(const struct amp_json *entry)
{
	const struct amp_json *content = amp_json_get(entry, "content");
	if (amp_json_get(entry, "reblog")) return false;
	if (amp_str_ends(amp_json_str(amp_json_get(entry, "uri")), "/activity")) return true;
	return amp_json_is(content, AMP_JSON_STRING) && content->n == 0 && !is_list_of(entry, "media_attachments") &&
	       !is_list_of(entry, "poll") && !is_list_of(entry, "quote");
}

void amp_mastodon_status(struct amp_engine *e, const struct amp_json *entry)
{
	if (!amp_engine_begin(e, entry->offset)) return;
	if (!amp_json_is(entry, AMP_JSON_OBJECT)) {
		amp_engine_unknown(e, "an entry that is no object");
		return;
	}
	const struct amp_json *status = amp_json_get(entry, "reblog");
	bool boost = amp_json_is(status, AMP_JSON_OBJECT);
	if (!boost && (!amp_json_is_null(status) || lost_boost(entry))) {
		amp_engine_unknown(e, "a boost without the status that it shares");
		return;
	}
	if (!boost) status = entry;
	e->required |= AMP_BIT(AMP_F_ITEM_ID);
	amp_put_json(e, AMP_F_ITEM_ID, NULL, first_text(e, AMP_F_ITEM_ID, status, identity));
	e->item->is_quote = amp_json_is(amp_json_get(status, "quote"), AMP_JSON_OBJECT) ||
	                    amp_json_is(amp_json_path(status, "pleroma.quote"), AMP_JSON_OBJECT);
	amp_engine_rows(e, amp_mastodon_status_rows, status);
	const struct amp_json *account = amp_json_get(status, "account");
	if (!amp_json_is_null(account) && !amp_json_is(account, AMP_JSON_OBJECT))
		amp_put_invalid(e, AMP_F_AUTHOR_ID, account->offset, "the account is no object");
	if (!e->item->author_id.p) amp_put_json(e, AMP_F_AUTHOR_ID, NULL, amp_json_path(status, "account.id"));
	amp_put_text(e, AMP_F_AUTHOR_HANDLE, full_handle(e, AMP_F_AUTHOR_HANDLE, account));
	e->item->is_reply = e->item->reply_to.p != NULL;
	/* "pinned" is a fact of its author's profile; in other lists such a status stands where its time puts it. It is sent to the
	 * logged-in author alone; a page that was asked for pinned posts has no others (methods/accounts#statuses). */
	e->item->is_pinned = profile_page(e) && (amp_member_flag(e, AMP_F_COUNT, entry, "pinned") ||
	                                         amp_str_eq_c(amp_url_param(e->page->url, "pinned"), "true"));
	add_card(e, status);
	add_media(e, amp_json_get(status, "media_attachments"));
	add_poll(e, status);
	add_labels(e, status);
	put_quote(e, status);
	if (boost) put_boost(e, entry);
	amp_engine_end(e);
}

/* --- what is no status --- */

void amp_mastodon_link(struct amp_engine *e, const struct amp_json *card)
{
	if (!amp_engine_begin(e, card->offset)) return;
	amp_engine_rows(e, amp_mastodon_link_rows, card);
	(void)amp_member(e, AMP_F_SCORE, card, "history", AMP_JSON_ARRAY); /* its first day is a row's */
	struct amp_str image = amp_member_text(e, AMP_F_MEDIA, card, "image");
	if (image.n)
		amp_add_media(e, &(struct amp_media){.kind = AMP_STR("image"),
		                                     .url = image,
		                                     .alt = amp_member_text(e, AMP_F_MEDIA, card, "image_description"),
		                                     .width = AMP_ABSENT,
		                                     .height = AMP_ABSENT});
	amp_engine_end(e);
}

void amp_mastodon_tag(struct amp_engine *e, const struct amp_json *tag)
{
	if (!amp_engine_begin(e, tag->offset)) return;
	amp_engine_rows(e, amp_mastodon_tag_rows, tag);
	(void)amp_member(e, AMP_F_SCORE, tag, "history", AMP_JSON_ARRAY);
	amp_engine_end(e);
}

void amp_mastodon_account(struct amp_engine *e, const struct amp_json *account)
{
	if (!amp_engine_begin(e, account->offset)) return;
	amp_engine_rows(e, amp_mastodon_account_rows, account);
	amp_put_text(e, AMP_F_AUTHOR_HANDLE, full_handle(e, AMP_F_AUTHOR_HANDLE, account));
	add_flag(e, account, "bot", "author:bot");
	amp_engine_end(e);
}

void amp_mastodon_instance(struct amp_engine *e, const struct amp_json *instance)
{
	if (!amp_engine_begin(e, instance->offset)) return;
	amp_engine_rows(e, amp_mastodon_instance_rows, instance);
	e->item->is_service = true; /* what the server says of itself, not a post */
	amp_engine_end(e);
}

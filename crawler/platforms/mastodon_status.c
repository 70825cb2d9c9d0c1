/* mastodon_status.c: Mastodon entities into items (documentation 2903485 of 2026-07-02; recordings of 4.0 to 4.7-alpha, Pleroma,
 * Akkoma, Fedibird, snac). Statuses and authors go by their ActivityPub address, which is the same on every server; the
 * server's own number is the local_id.
 */
#include "platforms/mastodon_status.h"
#include "parse/html.h"

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

static enum amp_state as_status_html(struct amp_engine *e, enum amp_field field, const struct amp_value *v)
{
	return status_html(e, field, v, true);
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
                                                   {AMP_F_REPLIES, "replies_count", NULL, NULL, AMP_OPTIONAL},
                                                   {AMP_F_QUOTES, "quotes_count", NULL, NULL, AMP_OPTIONAL},
                                                   {AMP_F_REPLY_TO, "in_reply_to_id", NULL, NULL, AMP_OPTIONAL},
                                                   {0}};

const struct amp_row amp_mastodon_link_rows[] = {
	{AMP_F_ITEM_ID, "url", NULL, NULL, AMP_REQUIRED},
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

/* "user" of a local account becomes "user@host": the page's host, or else the host of the account's own address. */
static struct amp_str full_handle(struct amp_engine *e, const struct amp_json *account)
{
	struct amp_str acct = amp_json_str(amp_json_get(account, "acct"));
	if (!acct.n) acct = amp_json_str(amp_json_get(account, "username"));
	for (size_t i = 0; i < acct.n; i++)
		if (acct.p[i] == '@') return acct;
	struct amp_str host = amp_url_host(e->page->url);
	if (!host.p) host = amp_url_host(amp_json_str(amp_json_get(account, "uri")));
	if (!host.p) host = amp_url_host(amp_json_str(amp_json_get(account, "url")));
	if (!acct.n || !host.p) return acct;
	return amp_str_c(amp_arena_printf(e->arena, "%.*s@%.*s", AMP_ARG(acct), AMP_ARG(host)));
}

static const struct amp_json *first_text(const struct amp_json *object, const char *const *keys)
{
	for (; *keys; keys++) {
		const struct amp_json *v = amp_json_get(object, *keys);
		if (amp_json_str(v).n || (amp_json_is(v, AMP_JSON_NUMBER) && amp_str_ends(amp_str_c(*keys), "id"))) return v;
	}
	return NULL;
}
static const char *const identity[] = {"uri", "url", "id", NULL}; /* a documentation fixture of 2022 has the number only */

/* --- what hangs on a status --- */

static void add_media(struct amp_engine *e, const struct amp_json *attachments)
{
	static const char *const addresses[] = {"url", "remote_url", "preview_url",
	                                        NULL}; /* url is null while a remote file is not cached */
	if (!amp_json_is_null(attachments) && !amp_json_is(attachments, AMP_JSON_ARRAY)) {
		amp_put_invalid(e, AMP_F_MEDIA, attachments->offset, "not a list");
		return;
	}
	if (amp_json_is(attachments, AMP_JSON_ARRAY) && attachments->n == 0) amp_put_empty(e, AMP_F_MEDIA);
	for (const struct amp_json *a = amp_json_first(attachments); a; a = amp_json_next(attachments, a)) {
		struct amp_media m = {.kind = amp_json_str(amp_json_get(a, "type")),
		                      .url = amp_json_str(first_text(a, addresses)),
		                      .alt = amp_json_str(amp_json_get(a, "description")),
		                      .mime = amp_json_str(amp_json_path(a, "pleroma.mime_type")),
		                      .width = AMP_ABSENT,
		                      .height = AMP_ABSENT};
		int64_t n;
		if (!m.kind.n) m.kind = AMP_STR("unknown");
		if (amp_str_eq_c(m.kind, "gifv")) m.kind = AMP_STR("video");
		if (amp_json_i64(amp_json_path(a, "meta.original.width"), &n) && n > 0) m.width = n;
		if (amp_json_i64(amp_json_path(a, "meta.original.height"), &n) && n > 0) m.height = n;
		amp_add_media(e, &m);
	}
}

/* A poll's options are read with the post but are none of its text: kept as a media of their own, whose alt is the options. */
static void add_poll(struct amp_engine *e, const struct amp_json *poll)
{
	const struct amp_json *options = amp_json_get(poll, "options");
	size_t n = 0;
	for (const struct amp_json *o = amp_json_first(options); o; o = amp_json_next(options, o))
		n += amp_json_str(amp_json_get(o, "title")).n + 1;
	char *text = n ? amp_arena_alloc(e->arena, n) : NULL;
	if (!text) return;
	size_t used = 0;
	for (const struct amp_json *o = amp_json_first(options); o; o = amp_json_next(options, o)) {
		struct amp_str title = amp_json_str(amp_json_get(o, "title"));
		if (used) text[used++] = '\n';
		for (size_t i = 0; i < title.n; i++) text[used++] = title.p[i];
	}
	amp_add_media(e,
	              &(struct amp_media){.kind = AMP_STR("poll"), .alt = {text, used}, .width = AMP_ABSENT, .height = AMP_ABSENT});
}

static void add_card(struct amp_engine *e, const struct amp_json *card)
{
	struct amp_link link = {amp_json_str(amp_json_get(card, "url")), amp_json_str(amp_json_get(card, "title")),
	                        amp_json_str(amp_json_get(card, "description"))};
	amp_add_link(e, &link);
}

static void add_labels(struct amp_engine *e, const struct amp_json *status)
{
	const struct amp_json *filtered = amp_json_get(status, "filtered"), *account = amp_json_get(status, "account");
	struct amp_str server = AMP_STR_ABSENT;
	if (amp_json_get(status, "sensitive")) amp_put_empty(e, AMP_F_LABELS); /* told, even when it is false */
	if (amp_json_true(amp_json_get(status, "sensitive"))) amp_add_label(e, AMP_STR("sensitive"), server);
	for (const struct amp_json *f = amp_json_first(filtered); f; f = amp_json_next(filtered, f)) {
		struct amp_str title = amp_json_str(amp_json_path(f, "filter.title"));
		if (title.n) amp_add_label(e, amp_str_c(amp_arena_printf(e->arena, "filtered:%.*s", AMP_ARG(title))), server);
	}
	if (amp_json_true(amp_json_get(account, "limited"))) amp_add_label(e, AMP_STR("author:limited"), server);
	if (amp_json_true(amp_json_get(account, "suspended"))) amp_add_label(e, AMP_STR("author:suspended"), server);
	if (amp_json_true(amp_json_get(account, "bot"))) amp_add_label(e, AMP_STR("author:bot"), server);
}

/* "RE: address" is for servers that know no quotes: where the quote itself is shown, Mastodon hides it (class quote-inline, 4.4). */
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

/* Five shapes: {state, quoted_status}, {state, quoted_status_id}, a status itself (Akkoma, Fedibird), pleroma.quote, or only an id
 * or address beside a null. The state (rejected, revoked, deleted …) may leave nothing to show: it is a quote all the same. */
static void put_quote(struct amp_engine *e, const struct amp_json *status)
{
	const struct amp_json *quote = amp_json_get(status, "quote"), *quoted = NULL, *id = NULL;
	static const char *const beside[] = {"quote_id", "quoted_status_id", NULL}, *const pleroma_beside[] = {"quote_url",
	                                                                                                       "quote_id", NULL};
	if (amp_json_is_null(quote)) quote = amp_json_path(status, "pleroma.quote");
	if (amp_json_is(quote, AMP_JSON_OBJECT)) {
		quoted = amp_json_get(quote, "quoted_status");
		if (amp_json_get(quote, "content")) quoted = quote;
		id = amp_json_get(quote, "quoted_status_id");
	}
	if (!amp_json_is(quoted, AMP_JSON_OBJECT)) quoted = NULL;
	if (quoted) id = first_text(quoted, identity);
	if (amp_json_is_null(id)) id = first_text(amp_json_get(status, "pleroma"), pleroma_beside);
	if (amp_json_is_null(id)) id = first_text(status, beside);
	e->item->is_quote = amp_json_is(quote, AMP_JSON_OBJECT) || !amp_json_is_null(id);
	amp_put_json(e, AMP_F_QUOTE_OF, NULL, id);
	amp_put_json(e, AMP_F_QUOTE_TEXT, as_quoted_html, amp_json_get(quoted, "content"));
	struct amp_str content = amp_json_str(amp_json_get(status, "content"));
	struct amp_str shown = quoted ? without_quote_line(e, content) : content;
	if (shown.p != content.p) (void)as_quoted_html(e, AMP_F_TEXT, &(struct amp_value){.text = shown});
}

static void put_boost(struct amp_engine *e, const struct amp_json *wrapper)
{
	static const char *const who[] = {"uri", "url", "id", NULL};
	const struct amp_json *account = amp_json_get(wrapper, "account");
	e->item->is_repost = true;
	amp_put_text(e, AMP_F_REPOST_OF, e->item->item_id);
	amp_put_json(e, AMP_F_ENTRY_ID, NULL, first_text(wrapper, identity));
	amp_put_json(e, AMP_F_REPOSTED_BY, NULL, first_text(account, who));
	amp_put_text(e, AMP_F_REPOSTED_BY_HANDLE, full_handle(e, account));
	amp_put_json(e, AMP_F_REPOSTED_BY_NAME, NULL, amp_json_get(account, "display_name"));
	amp_put_json(e, AMP_F_REPOSTED_AT, NULL, amp_json_get(wrapper, "created_at"));
	amp_put_text(e, AMP_F_FEED_REASON, AMP_STR("boost"));
}

static bool profile_page(const struct amp_engine *e)
{
	return amp_str_eq_c(amp_str_c(e->endpoint->name), "accounts/statuses");
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
	if (!boost) status = entry;
	e->required |= AMP_BIT(AMP_F_ITEM_ID);
	amp_put_json(e, AMP_F_ITEM_ID, NULL, first_text(status, identity));
	amp_engine_rows(e, amp_mastodon_status_rows, status);
	const struct amp_json *account = amp_json_get(status, "account");
	if (!amp_json_is_null(account) && !amp_json_is(account, AMP_JSON_OBJECT))
		amp_put_invalid(e, AMP_F_AUTHOR_ID, account->offset, "the account is no object");
	if (!e->item->author_id.p) amp_put_json(e, AMP_F_AUTHOR_ID, NULL, amp_json_path(status, "account.id"));
	amp_put_text(e, AMP_F_AUTHOR_HANDLE, full_handle(e, account));
	e->item->is_reply = e->item->reply_to.p != NULL;
	/* "pinned" is a fact of its author's profile; in other lists such a status stands where its time puts it */
	e->item->is_pinned = profile_page(e) && amp_json_true(amp_json_get(entry, "pinned"));
	add_card(e, amp_json_get(status, "card"));
	add_media(e, amp_json_get(status, "media_attachments"));
	add_poll(e, amp_json_get(status, "poll"));
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
	struct amp_str image = amp_json_str(amp_json_get(card, "image"));
	if (image.n)
		amp_add_media(e, &(struct amp_media){.kind = AMP_STR("image"),
		                                     .url = image,
		                                     .alt = amp_json_str(amp_json_get(card, "image_description")),
		                                     .width = AMP_ABSENT,
		                                     .height = AMP_ABSENT});
	amp_engine_end(e);
}

void amp_mastodon_tag(struct amp_engine *e, const struct amp_json *tag)
{
	if (!amp_engine_begin(e, tag->offset)) return;
	amp_engine_rows(e, amp_mastodon_tag_rows, tag);
	amp_engine_end(e);
}

void amp_mastodon_account(struct amp_engine *e, const struct amp_json *account)
{
	if (!amp_engine_begin(e, account->offset)) return;
	amp_engine_rows(e, amp_mastodon_account_rows, account);
	amp_put_text(e, AMP_F_AUTHOR_HANDLE, full_handle(e, account));
	if (amp_json_true(amp_json_get(account, "bot"))) amp_add_label(e, AMP_STR("author:bot"), AMP_STR_ABSENT);
	amp_engine_end(e);
}

void amp_mastodon_instance(struct amp_engine *e, const struct amp_json *instance)
{
	if (!amp_engine_begin(e, instance->offset)) return;
	amp_engine_rows(e, amp_mastodon_instance_rows, instance);
	e->item->is_service = true; /* what the server says of itself, not a post */
	amp_engine_end(e);
}

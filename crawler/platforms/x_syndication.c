/* x_syndication.c: what X serves for embedding, without a login: a profile's timeline (a Next.js page), one post as JSON, one post
 * as oEmbed. No recording of a timeline page was at hand: its shape is that of public readers of it (2026-11-01).
 */
#include "parse/html.h"
#include "platforms/x_tweet.h"

#define TIMELINE "props.pageProps.timeline"

const struct amp_row amp_x_oembed_rows[] = {{AMP_F_AUTHOR_NAME, "author_name", NULL, NULL, AMP_OPTIONAL}, {0}};

/* --- a profile's timeline --- */

const struct amp_json *amp_x_next_data(struct amp_engine *e)
{
	struct amp_embed found;
	const struct amp_markup_doc *doc = amp_engine_markup(e);
	if (!doc || !amp_embed_by_id(doc, "__NEXT_DATA__", &found)) return NULL;
	return amp_engine_json_at(e, &found);
}

bool amp_x_is_profile(const struct amp_json *root)
{
	return amp_json_is(amp_json_path(root, TIMELINE ".entries"), AMP_JSON_ARRAY);
}

void amp_x_profile(struct amp_engine *e)
{
	if (!amp_engine_is_html(e)) { /* "Rate limit exceeded" is a bare text */
		if (!amp_engine_refused(e, true)) amp_engine_refuse(e, AMP_VERDICT_DRIFT, "%s", "this is no HTML page");
		return;
	}
	const struct amp_json *root = amp_x_next_data(e), *entries = amp_json_path(root, TIMELINE ".entries");
	if (!amp_json_is(entries, AMP_JSON_ARRAY)) return;
	amp_engine_list_found(e);
	for (const struct amp_json *one = amp_json_first(entries); one && !e->failed; one = amp_json_next(entries, one)) {
		const struct amp_json *tweet = amp_json_path(one, "content.tweet");
		struct amp_str type = amp_json_str(amp_json_get(one, "type"));
		if (one->flags & AMP_JSON_CUT || !amp_engine_begin(e, one->offset)) continue;
		if (!amp_json_is(tweet, AMP_JSON_OBJECT))
			amp_engine_unknown(e, "an entry of type \xE2\x80\x9C%.*s\xE2\x80\x9D", (int)(type.n < 40 ? type.n : 40),
			                   type.p ? type.p : "");
		else if (amp_x_put_tweet(e, tweet))
			amp_engine_end(e);
	}
}

/* --- one post --- */

void amp_x_result(struct amp_engine *e, const struct amp_json *root)
{
	struct amp_str type = amp_json_str(amp_json_get(root, "__typename"));
	struct amp_str why = amp_json_str(amp_json_path(root, "tombstone.text.text"));
	if (!amp_json_is(root, AMP_JSON_OBJECT) || (root->flags & AMP_JSON_CUT && !amp_json_get(root, "id_str"))) return;
	if (why.n > 160) why.n = 0;
	if (root->n == 0)
		amp_engine_refuse(e, AMP_VERDICT_FAILED, "%s", "the answer is {}: there is no such post (any more)");
	else if (amp_str_eq_c(type, "TweetTombstone") || amp_json_get(root, "tombstone"))
		amp_engine_refuse(e, AMP_VERDICT_FAILED, "X shows no post here: %.*s", AMP_ARG(why));
	else if (amp_json_get(root, "id_str"))
		amp_engine_list_found(e);
	else
		return;
	if (!(root->flags & AMP_JSON_CUT) && amp_json_get(root, "id_str")) amp_x_tweet(e, root);
}

/* --- oEmbed --- */

/* "https://twitter.com/NAME/status/ID" */
static void put_names(struct amp_engine *e, const struct amp_json *url)
{
	struct amp_str rest = amp_json_str(url), host = amp_url_host(rest);
	const char *at = rest.n ? amp_str_find(rest, AMP_STR("/status/")) : NULL;
	if (!at || !host.n || host.p + host.n >= at) {
		if (!amp_json_is_null(url)) amp_put_invalid(e, AMP_F_ITEM_ID, url->offset, "not the address of a post");
		return;
	}
	struct amp_str name = {host.p + host.n + 1, (size_t)(at - (host.p + host.n)) - 1};
	struct amp_str id = {at + 8, rest.n - (size_t)(at + 8 - rest.p)};
	id = amp_str_cut(&id, '?');
	id = amp_str_cut(&id, '/');
	if (id.n) amp_put_text(e, AMP_F_ITEM_ID, id);
	if (name.n && !amp_str_eq_c(name, "i")) amp_put_text(e, AMP_F_AUTHOR_HANDLE, name);
	amp_x_put_url(e);
}

/* Hashtags, mentions and the post's own pictures are links too, of another kind. */
static bool is_content(const struct amp_link *l)
{
	struct amp_str host = amp_url_host(l->url);
	return !amp_str_ieq_c(host, "twitter.com") && !amp_str_ieq_c(host, "x.com") && !amp_str_starts(l->title, "pic.") &&
	       !amp_str_starts(l->title, "#") && !amp_str_starts(l->title, "@") && !amp_str_starts(l->title, "$");
}

static void put_words(struct amp_engine *e, const struct amp_markup_doc *doc, const struct amp_markup *words)
{
	struct amp_html_out html;
	if (!words || e->failed) return;
	e->failed = amp_html_text(e->arena, amp_markup_inner(doc, words), AMP_STR_ABSENT, &html, NULL);
	if (e->failed) return;
	amp_put_text(e, AMP_F_TEXT, html.text);
	amp_put_attr(e, AMP_F_LANGS, NULL, words, "lang");
	for (size_t i = 0; i < html.n_links; i++)
		if (is_content(&html.links[i])) amp_add_link(e, &(struct amp_link){.url = html.links[i].url});
}

/* The last link of the quotation is the post's date, and leads to it. */
static void put_date(struct amp_engine *e, const struct amp_markup_doc *doc, const struct amp_markup *quotation)
{
	const struct amp_markup *date = NULL;
	for (const struct amp_markup *a = amp_markup_find(doc, quotation, NULL, "a", NULL); a;
	     a = amp_markup_find(doc, quotation, a, "a", NULL))
		if (amp_markup_parent(doc, a) == quotation) date = a;
	if (date) amp_put_markup(e, AMP_F_CREATED_AT, amp_as_time_relative, date);
}

void amp_x_oembed(struct amp_engine *e, const struct amp_json *root)
{
	const struct amp_json *html = amp_json_get(root, "html");
	if (!html || root->flags & AMP_JSON_CUT) return;
	amp_engine_list_found(e);
	if (!amp_engine_begin(e, root->offset)) return;
	e->required |= AMP_BIT(AMP_F_ITEM_ID) | AMP_BIT(AMP_F_TEXT);
	put_names(e, amp_json_get(root, "url"));
	amp_engine_rows(e, amp_x_oembed_rows, root);
	if (!amp_json_is(html, AMP_JSON_STRING)) amp_put_invalid(e, AMP_F_TEXT, html->offset, "the HTML is no text");
	const struct amp_markup_doc *doc = amp_json_is(html, AMP_JSON_STRING) ? amp_engine_markup_in(e, amp_json_str(html)) : NULL;
	const struct amp_markup *quotation = doc ? amp_markup_find(doc, NULL, NULL, "blockquote", NULL) : NULL;
	if (quotation) {
		put_words(e, doc, amp_markup_find(doc, quotation, NULL, "p", NULL));
		put_date(e, doc, quotation);
	}
	amp_engine_end(e);
}

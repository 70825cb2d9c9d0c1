/* telegram_message.c: a message of a t.me page into an item. Class names are the format: they have been the same since 2018. */
#include "platforms/telegram_message.h"
#include "parse/html.h"

struct message {
	struct amp_engine *e;
	const struct amp_markup_doc *doc;
	const struct amp_markup *node; /* div.tgme_widget_message */
	size_t offset;                 /* of the entry in the body */
	struct amp_str channel;        /* "durov" of data-post "durov/123" */
};

static const struct amp_markup *part(const struct message *m, const char *word)
{
	return amp_markup_find(m->doc, m->node, NULL, NULL, word);
}

static struct amp_str said(const struct message *m, const char *word)
{
	const struct amp_markup *node = part(m, word);
	return node ? amp_markup_text(m->doc, node) : AMP_STR_ABSENT;
}

static enum amp_state put(const struct message *m, enum amp_field field, amp_convert *convert, struct amp_str text)
{
	const struct amp_row row = {field, "", NULL, convert, AMP_OPTIONAL};
	return text.p ? amp_put(m->e, &row, &(struct amp_value){.text = text, .offset = m->offset}) : AMP_STATE_ABSENT;
}

/* --- addresses of t.me: CHANNEL, CHANNEL/123, c/456/123 (private), with ?single and the like behind --- */

struct target {
	struct amp_str channel, post; /* "durov", "durov/123"; absent when it has none */
};

static struct target target_of(struct amp_str href)
{
	static const char *const hosts[] = {"https://t.me/", "http://t.me/", "https://telegram.me/", "//t.me/"};
	struct target t = {AMP_STR_ABSENT, AMP_STR_ABSENT};
	struct amp_str path = AMP_STR_ABSENT;
	for (size_t i = 0; i < sizeof hosts / sizeof *hosts && !path.p; i++) {
		size_t n = amp_str_c(hosts[i]).n;
		if (amp_str_istarts(href, hosts[i])) path = (struct amp_str){href.p + n, href.n - n};
	}
	path = amp_str_cut(&path, '?');
	path = amp_str_cut(&path, '#');
	if (amp_str_starts(path, "s/")) path = (struct amp_str){path.p + 2, path.n - 2};
	if (!path.n || *path.p == '+' || amp_str_starts(path, "joinchat/")) return t; /* an invitation names nobody */
	struct amp_str rest = path;
	struct amp_str first = amp_str_cut(&rest, '/');
	if (amp_str_eq_c(first, "c")) first = (struct amp_str){path.p, 2 + amp_str_cut(&rest, '/').n};
	if (first.n <= path.n) t.channel = first;
	if (rest.n) t.post = path;
	return t;
}

/* --- what it says --- */

/* Links of the text; the page that a preview shows is usually one of them, and then is told once, with what the preview says. */
static void add_links(const struct message *m, const struct amp_html_out *html)
{
	const struct amp_markup *card = part(m, "tgme_widget_message_link_preview");
	const struct amp_markup *title = card ? amp_markup_find(m->doc, card, NULL, NULL, "link_preview_title") : NULL;
	const struct amp_markup *about = card ? amp_markup_find(m->doc, card, NULL, NULL, "link_preview_description") : NULL;
	struct amp_link preview = {amp_markup_attr(m->doc, card, "href"), title ? amp_markup_text(m->doc, title) : AMP_STR_ABSENT,
	                           AMP_STR_ABSENT};
	struct amp_html_out description;
	if (about && !m->e->failed) {
		m->e->failed = amp_html_text(m->e->arena, amp_markup_inner(m->doc, about), AMP_STR_ABSENT, &description, NULL);
		if (!m->e->failed) preview.description = description.text;
	}
	for (size_t i = 0; i < html->n_links; i++) {
		struct amp_link link = {html->links[i].url, AMP_STR_ABSENT, AMP_STR_ABSENT};
		bool web = amp_str_istarts(link.url, "http://") || amp_str_istarts(link.url, "https://");
		if (web) amp_add_link(m->e, &link);
	}
	amp_add_link(m->e, &preview); /* where the text has its address, it says what that page is */
}

/* Not the words of the message that is answered: those are js-message_reply_text. Albums nest the same text twice. */
static void put_text(const struct message *m)
{
	const struct amp_markup *text = part(m, "js-message_text");
	struct amp_html_out html = {.n_links = 0};
	if (!text) text = part(m, "tgme_widget_message_poll_question");
	if (text) {
		m->e->failed = amp_html_text(m->e->arena, amp_markup_inner(m->doc, text), AMP_STR_ABSENT, &html, NULL);
		if (m->e->failed) return;
		amp_put_text(m->e, AMP_F_TEXT, html.text);
	}
	add_links(m, &html);
}

/* The count stands behind the emoji, which may be a digit itself. */
static struct amp_str reaction_count(const struct message *m, const struct amp_markup *reaction)
{
	for (const struct amp_markup *t = reaction + 1; t < reaction + reaction->span; t++) {
		if (t->type != AMP_MARKUP_TEXT) continue;
		const struct amp_markup *icon = amp_markup_around(m->doc, t, "i", NULL);
		if (icon && amp_markup_inside(icon, reaction)) continue;
		struct amp_str text = amp_markup_text(m->doc, t);
		if (text.n) return text;
	}
	return AMP_STR_ABSENT;
}

/* All reactions together, stars (which are paid for) too. */
static void put_reactions(const struct message *m)
{
	int64_t sum = 0;
	bool any = false, odd = false, paid = false;
	for (const struct amp_markup *r = part(m, "tgme_reaction"); r;
	     r = amp_markup_find(m->doc, m->node, r, NULL, "tgme_reaction")) {
		enum amp_state state = put(m, AMP_F_LIKES, amp_as_count_text, reaction_count(m, r));
		odd = odd || state == AMP_STATE_INVALID;
		paid = paid || amp_markup_has_class(m->doc, r, "tgme_reaction_paid");
		if (state != AMP_STATE_PRESENT || sum > INT64_MAX - m->e->item->likes) continue;
		sum += m->e->item->likes;
		any = true;
	}
	m->e->item->likes = any && !odd ? sum : AMP_ABSENT;
	if (paid) amp_add_label(m->e, AMP_STR("paid"), AMP_STR_ABSENT);
}

/* "edited" is a word of its own beside the date. */
static bool edited(const struct message *m)
{
	const struct amp_markup *meta = part(m, "tgme_widget_message_meta");
	for (const struct amp_markup *t = meta; t && t < meta + meta->span; t++) {
		struct amp_str text = {m->doc->body.p + t->inner, t->inner_end - t->inner};
		if (t->type == AMP_MARKUP_TEXT && amp_markup_parent(m->doc, t) == meta && amp_str_ifind(text, "edited"))
			return true;
	}
	return false;
}

static void add_labels(const struct message *m)
{
	struct amp_str name = said(m, "tgme_widget_message_from_author");
	if (edited(m)) amp_add_label(m->e, AMP_STR("edited"), AMP_STR_ABSENT);
	if (!name.n) return;
	const char *signature = amp_arena_printf(m->e->arena, "signed:%.*s", AMP_ARG(name));
	if (!signature) amp_engine_no_memory(m->e);
	if (signature) amp_add_label(m->e, amp_str_c(signature), AMP_STR_ABSENT);
}

/* --- who --- */

static void put_author(const struct message *m)
{
	amp_put_text(m->e, AMP_F_AUTHOR_ID, m->channel);
	amp_put_text(m->e, AMP_F_AUTHOR_HANDLE, m->channel);
	amp_put_text(m->e, AMP_F_AUTHOR_NAME, said(m, "tgme_widget_message_owner_name"));
}

/* Forwarded from a post, from a person, or from one who hides: then there is a name and nothing else. What is forwarded keeps
 * the number that the forwarding channel gives it: a forward is a message of its own (README.md says what this departs from). */
static void put_forward(const struct message *m)
{
	const struct amp_markup *from = part(m, "tgme_widget_message_forwarded_from_name");
	if (!from && !part(m, "tgme_widget_message_forwarded_from")) return;
	struct target source = target_of(amp_markup_attr(m->doc, from, "href"));
	struct amp_item *item = m->e->item;
	item->is_repost = true;
	item->reposted_at = item->created_at;
	amp_put_text(m->e, AMP_F_ENTRY_ID, item->item_id);
	amp_put_text(m->e, AMP_F_REPOSTED_BY, item->author_id);
	amp_put_text(m->e, AMP_F_REPOSTED_BY_HANDLE, item->author_handle);
	amp_put_text(m->e, AMP_F_REPOSTED_BY_NAME, item->author_name);
	amp_put_text(m->e, AMP_F_REPOST_OF, source.post);
	item->author_id = item->author_handle = source.channel;
	item->author_name = from ? amp_markup_text(m->doc, from) : AMP_STR_ABSENT;
	amp_put_text(m->e, AMP_F_FEED_REASON, AMP_STR("forward"));
}

static void put_reply(const struct message *m)
{
	const struct amp_markup *reply = part(m, "tgme_widget_message_reply");
	struct target parent = target_of(amp_markup_attr(m->doc, reply, "href"));
	if (reply && !parent.post.p)
		amp_engine_diag(m->e, "invalid_value", AMP_F_REPLY_TO, m->offset, "an answer to no message that can be told");
	m->e->item->is_reply = parent.post.p != NULL;
	amp_put_text(m->e, AMP_F_REPLY_TO, parent.post);
}

static void put_identity(struct message *m)
{
	struct amp_str post = amp_markup_attr(m->doc, m->node, "data-post"), rest = post;
	const struct amp_markup *date = part(m, "tgme_widget_message_date");
	const struct amp_markup *time = date ? amp_markup_find(m->doc, date, NULL, "time", NULL) : NULL;
	m->channel = post.n ? amp_str_cut(&rest, '/') : AMP_STR_ABSENT;
	m->e->required |= AMP_BIT(AMP_F_ITEM_ID) | AMP_BIT(AMP_F_CREATED_AT);
	put(m, AMP_F_CREATED_AT, NULL, amp_markup_attr(m->doc, time, "datetime")); /* a video's <time> is its length */
	if (!post.n) return;
	const char *url = amp_arena_printf(m->e->arena, "https://t.me/%.*s", AMP_ARG(post));
	if (!url) amp_engine_no_memory(m->e);
	amp_put_text(m->e, AMP_F_ITEM_ID, post);
	amp_put_text(m->e, AMP_F_URL, url ? amp_str_c(url) : AMP_STR_ABSENT);
}

void amp_telegram_message(struct amp_engine *e, const struct amp_markup_doc *doc, const struct amp_markup *entry, size_t offset)
{
	struct message m = {.e = e, .doc = doc, .offset = offset};
	if (!amp_engine_begin(e, offset)) return;
	m.node = amp_markup_has_class(doc, entry, "tgme_widget_message")
	                 ? entry
	                 : amp_markup_find(doc, entry, NULL, NULL, "tgme_widget_message");
	if (!m.node) {
		amp_engine_unknown(e, "an entry that is no message");
		return;
	}
	e->item->is_service = amp_markup_has_class(doc, m.node, "service_message");
	put_identity(&m);
	put_author(&m);
	put_text(&m);
	put(&m, AMP_F_VIEWS, amp_as_count_text, said(&m, "tgme_widget_message_views"));
	add_labels(&m);
	if (!amp_telegram_media(e, doc, m.node, offset)) e->required |= AMP_BIT(AMP_F_TEXT); /* what else would it say? */
	put_reactions(&m);
	put_reply(&m);
	put_forward(&m);
	amp_engine_end(e);
}

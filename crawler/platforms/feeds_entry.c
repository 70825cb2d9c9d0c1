/* feeds_entry.c: a gathered entry into an item: which of its texts, dates and names counts, and how it reads. */
#include "platforms/feeds_entry.h"
#include <string.h>
#include "base/hash.h"
#include "base/utf8.h"
#include "parse/html.h"

struct amp_str amp_feeds_one_line(struct amp_engine *e, struct amp_str text)
{
	bool plain = true;
	text = amp_str_trim(text);
	for (size_t i = 0; i < text.n && plain; i++)
		plain = !amp_is_space((unsigned char)text.p[i]) ||
		        (text.p[i] == ' ' && !amp_is_space((unsigned char)text.p[i + 1]));
	if (plain) return text;
	char *out = amp_arena_alloc(e->arena, text.n + 1);
	size_t n = 0;
	if (!out) {
		amp_engine_no_memory(e);
		return AMP_STR_ABSENT;
	}
	for (size_t i = 0; i < text.n; i++) {
		bool space = amp_is_space((unsigned char)text.p[i]);
		if (!space)
			out[n++] = text.p[i];
		else if (out[n - 1] != ' ')
			out[n++] = ' ';
	}
	return (struct amp_str){out, n};
}

struct amp_str amp_feeds_media_kind(struct amp_str medium, struct amp_str mime)
{
	static const char *const kinds[] = {"image", "video", "audio"};
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if ((medium.n && amp_str_ieq_c(medium, kinds[i])) || (mime.n && amp_str_istarts(mime, kinds[i])))
			return amp_str_c(kinds[i]);
	return AMP_STR("unknown");
}

static bool read_html(struct amp_engine *e, struct amp_str html, struct amp_str base, struct amp_html_out *out)
{
	struct amp_err err;
	if (amp_html_text(e->arena, html, base, out, &err) == 0) return true;
	amp_engine_no_memory(e);
	return false;
}

/* A picture of the text that the feed names beside it too is one picture: the text often knows its alt. */
static bool is_told(const struct amp_html_out *out, size_t i, const struct amp_feeds_entry *entry)
{
	for (size_t k = 0; k < i; k++)
		if (amp_str_eq(out->images[k].url, out->images[i].url)) return true;
	for (struct amp_feeds_list *l = entry ? entry->first : NULL; l; l = l->next) {
		if (l->field != AMP_F_MEDIA || !amp_str_eq(l->media.url, out->images[i].url)) continue;
		if (!l->media.alt.p) l->media.alt = out->images[i].alt;
		return true;
	}
	return false;
}

struct amp_str amp_feeds_html(struct amp_engine *e, struct amp_str html, struct amp_str base, const struct amp_feeds_entry *entry,
                              bool keep_links)
{
	struct amp_html_out out;
	if (!read_html(e, html, base, &out)) return AMP_STR_ABSENT;
	for (size_t i = 0; keep_links && i < out.n_links; i++) amp_add_link(e, &out.links[i]);
	for (size_t i = 0; keep_links && i < out.n_images; i++)
		if (!is_told(&out, i, entry)) amp_add_media(e, &out.images[i]);
	return out.text;
}

/* A tag that HTML has, at p behind "<" (or "&lt;"): texts like "a < b" or "Vec<T>" have none. */
static bool is_tag(const char *p, const char *end, const char *close)
{
	static const char *const names[] = {
		"a",      "abbr", "b",   "big",   "blockquote", "br", "center", "cite",    "code",  "del",    "div",    "em",
		"figure", "font", "h1",  "h2",    "h3",         "h4", "h5",     "hr",      "i",     "iframe", "img",    "ins",
		"li",     "ol",   "p",   "pre",   "q",          "s",  "script", "section", "small", "span",   "strike", "strong",
		"style",  "sub",  "sup", "table", "td",         "tr", "tt",     "u",       "ul",    "video"};
	if (p < end && *p == '/') p++;
	struct amp_str name = {p, 0};
	while (p + name.n < end && amp_is_alnum((unsigned char)p[name.n])) name.n++;
	const char *behind = p + name.n;
	struct amp_str rest = {behind, (size_t)(end - behind)};
	if (name.n == 0 || !rest.n || !(amp_is_space((unsigned char)*behind) || *behind == '/' || amp_str_starts(rest, close)))
		return false;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (amp_str_ieq_c(name, names[i])) return true;
	return false;
}

static bool has_tags(struct amp_str text)
{
	const char *end = text.p + text.n;
	for (const char *p = text.p; p < end; p++) {
		p = memchr(p, '<', (size_t)(end - p));
		if (!p) return false;
		if (is_tag(p + 1, end, ">") || amp_str_starts((struct amp_str){p, (size_t)(end - p)}, "<!--")) return true;
	}
	return false;
}

/* Escaped twice: no tag, but an escaped one and its escaped end. A text about tags names them without ending them. */
static bool escaped_twice(struct amp_str text)
{
	const char *end = text.p + text.n, *p = text.p;
	bool opens = false;
	if (!text.n || has_tags(text)) return false;
	for (struct amp_str rest = text;; rest = (struct amp_str){p + 4, (size_t)(end - p) - 4}) {
		p = amp_str_find(rest, AMP_STR("&lt;"));
		if (!p) return false;
		if (!is_tag(p + 4, end, "&gt;")) continue;
		bool closes = p + 4 < end && p[4] == '/';
		if (amp_str_istarts((struct amp_str){p + 4, (size_t)(end - p) - 4}, "br") || (closes && opens)) return true;
		opens = opens || !closes;
	}
}

static struct amp_str unescaped(struct amp_engine *e, struct amp_str text)
{
	struct amp_err err;
	struct amp_str out = text;
	if (!text.n || !memchr(text.p, '&', text.n)) return text;
	if (amp_html_unescape(e->arena, text, &out, &err) == 0) return out;
	amp_engine_no_memory(e);
	return AMP_STR_ABSENT;
}

/* RFC 4648 with white space; absent when it is none, or what comes out is no text. */
static struct amp_str from_base64(struct amp_engine *e, struct amp_str in)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char *out = amp_arena_alloc(e->arena, in.n / 4 * 3 + 4);
	size_t n = 0;
	uint32_t bits = 0;
	int have = 0;
	if (!out) {
		amp_engine_no_memory(e);
		return AMP_STR_ABSENT;
	}
	for (size_t i = 0; i < in.n && in.p[i] != '='; i++) {
		const char *digit = in.p[i] ? strchr(digits, in.p[i]) : NULL;
		if (amp_is_space((unsigned char)in.p[i])) continue;
		if (!digit) return AMP_STR_ABSENT;
		bits = bits << 6 | (uint32_t)(digit - digits);
		have += 6;
		if (have < 8) continue;
		have -= 8;
		out[n++] = (char)(bits >> have & 0xFF);
	}
	return amp_utf8_valid(out, n) && !memchr(out, '\0', n) ? (struct amp_str){out, n} : AMP_STR_ABSENT;
}

/* The text as a reader sees it; entry: its links and pictures are the entry's, NULL to leave them. */
static struct amp_str readable(struct amp_engine *e, const struct amp_feeds_value *v, struct amp_str base,
                               const struct amp_feeds_entry *entry)
{
	struct amp_str text = v->text;
	enum amp_feeds_form form = v->form;
	if (v->base.p) base = amp_url_resolve(e->arena, base, v->base);
	if (form == AMP_FEEDS_BASE64) {
		text = from_base64(e, text);
		if (!text.p) {
			amp_engine_diag(e, "invalid_value", AMP_F_TEXT, v->offset, "the base64 of a text cannot be read");
			return text;
		}
		form = AMP_FEEDS_LOOSE;
	}
	if ((form == AMP_FEEDS_RSS_HTML || form == AMP_FEEDS_LOOSE) && escaped_twice(text)) {
		text = unescaped(e, text);
		form = AMP_FEEDS_HTML;
	}
	if (form == AMP_FEEDS_LOOSE) form = has_tags(text) ? AMP_FEEDS_HTML : AMP_FEEDS_LOOSE;
	if (form == AMP_FEEDS_LOOSE) return amp_str_trim(unescaped(e, text));
	if (form == AMP_FEEDS_PLAIN) return amp_str_trim(text);
	return amp_feeds_html(e, text, base, entry, entry != NULL);
}

static const struct amp_feeds_value *value(const struct amp_feeds_entry *entry, enum amp_feeds_slot slot)
{
	return entry->values[slot].text.p ? &entry->values[slot] : NULL;
}

/* "…", "..." and "[…]" stand for a text that was left out. */
static bool says_something(struct amp_str text)
{
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];
		if (amp_is_alnum(c)) return true;
		if (c < 0x80) continue;
		if (!amp_str_starts((struct amp_str){text.p + i, text.n - i}, "\xE2\x80\xA6")) return true;
		i += 2;
	}
	return false;
}

/* The fullest text: the content, else the summary; the modules' texts only without both. */
static void put_text(struct amp_engine *e, const struct amp_feeds_entry *entry, struct amp_str base)
{
	struct amp_str text = AMP_STR_ABSENT;
	for (int slot = AMP_FEEDS_CONTENT; !says_something(text) && slot <= AMP_FEEDS_MEDIA_TEXT; slot++) {
		const struct amp_feeds_value *v = value(entry, (enum amp_feeds_slot)slot);
		struct amp_str other = v ? readable(e, v, base, entry) : AMP_STR_ABSENT;
		if (!text.n && other.p)
			text = other;
		else if (says_something(other))
			text = other;
	}
	amp_put_text(e, AMP_F_TEXT, text);
}

static bool is_web(struct amp_str url)
{
	return amp_str_istarts(url, "http://") || amp_str_istarts(url, "https://");
}

static struct amp_str put_url(struct amp_engine *e, const struct amp_feeds_entry *entry, struct amp_str base)
{
	for (int slot = AMP_FEEDS_ORIGINAL_LINK; slot <= AMP_FEEDS_GUID_LINK; slot++) {
		const struct amp_feeds_value *v = value(entry, (enum amp_feeds_slot)slot);
		if (!v || v->text.n == 0 || (slot == AMP_FEEDS_GUID_LINK && !is_web(v->text))) continue;
		struct amp_str url =
			amp_url_resolve(e->arena, v->base.p ? amp_url_resolve(e->arena, base, v->base) : base, v->text);
		amp_put_text(e, AMP_F_URL, url);
		return url;
	}
	return AMP_STR_ABSENT;
}

struct amp_str amp_feeds_id_of(struct amp_engine *e, const char *what, struct amp_keyer *k)
{
	char hex[2 * AMP_KEY + 1];
	struct amp_key key = amp_key_end(k);
	amp_hex(key.b, AMP_KEY, hex);
	const char *id = amp_arena_printf(e->arena, "%s:%s", what, hex);
	if (!id) amp_engine_no_memory(e);
	return amp_str_c(id);
}

struct amp_str amp_feeds_id_of_two(struct amp_engine *e, const char *what, struct amp_str a, struct amp_str b)
{
	struct amp_keyer k;
	amp_key_start(&k, what);
	amp_key_str(&k, a);
	amp_key_str(&k, b);
	return amp_feeds_id_of(e, what, &k);
}

/* guid or id; rdf:about or dc:identifier; the address; what the entry says; at last its bytes. */
static void put_id(struct amp_engine *e, const struct amp_feeds_source *s, const struct amp_feeds_entry *entry, struct amp_str url)
{
	const struct amp_feeds_value *id = value(entry, AMP_FEEDS_ID), *about = value(entry, AMP_FEEDS_ABOUT);
	struct amp_str date = AMP_STR_ABSENT, title = entry->values[AMP_FEEDS_TITLE].text;
	for (int slot = AMP_FEEDS_PUBLISHED; slot <= AMP_FEEDS_UPDATED && !date.p; slot++) date = entry->values[slot].text;
	struct amp_str out = id && id->text.n ? id->text : about && about->text.n ? about->text : url;
	if (!out.n && (title.n || date.n)) out = amp_feeds_id_of_two(e, "title-date", title, date);
	if (!out.n)
		out = amp_feeds_id_of_two(e, "entry", (struct amp_str){s->text.p + entry->start, entry->end - entry->start},
		                          AMP_STR_ABSENT);
	e->required |= AMP_BIT(AMP_F_ITEM_ID);
	amp_put_text(e, AMP_F_ITEM_ID, out);
}

/* The first date that can be read, the day of publication before that of changes. */
static void put_date(struct amp_engine *e, const struct amp_feeds_entry *entry)
{
	const struct amp_row row = {.field = AMP_F_CREATED_AT, .path = "", .convert = amp_as_time_any};
	for (int slot = AMP_FEEDS_PUBLISHED; slot <= AMP_FEEDS_UPDATED; slot++) {
		const struct amp_feeds_value *v = value(entry, (enum amp_feeds_slot)slot);
		struct amp_value found = {.text = v ? v->text : AMP_STR_ABSENT, .offset = entry->offset};
		if (v && amp_put(e, &row, &found) == AMP_STATE_PRESENT) return;
	}
}

/* "mail@example.org (Name)", "Name <mail@example.org>", an address or a name alone: RSS 2.0 asks for the first, feeds have all. */
static void split_author(struct amp_engine *e, struct amp_str text, struct amp_str *name, struct amp_str *mail)
{
	const char *open = text.n ? memchr(text.p, '(', text.n) : NULL, *less = text.n ? memchr(text.p, '<', text.n) : NULL;
	const char *at = text.n ? memchr(text.p, '@', text.n) : NULL;
	*name = *mail = AMP_STR_ABSENT;
	if (at && open && at < open && amp_str_ends(text, ")")) {
		*mail = amp_str_trim((struct amp_str){text.p, (size_t)(open - text.p)});
		*name = amp_str_trim((struct amp_str){open + 1, text.n - (size_t)(open + 2 - text.p)});
	} else if (at && less && less < at && amp_str_ends(text, ">")) {
		*name = amp_str_trim((struct amp_str){text.p, (size_t)(less - text.p)});
		*mail = amp_str_trim((struct amp_str){less + 1, text.n - (size_t)(less + 2 - text.p)});
	} else if (at && !memchr(text.p, ' ', text.n)) {
		*mail = text;
	} else {
		*name = text;
	}
	*name = amp_feeds_one_line(e, *name);
	if (!name->n) *name = AMP_STR_ABSENT;
}

static bool put_author_of(struct amp_engine *e, const struct amp_feeds_entry *from)
{
	const struct amp_feeds_value *rss = value(from, AMP_FEEDS_RSS_AUTHOR), *name = value(from, AMP_FEEDS_AUTHOR_NAME);
	struct amp_str uri = from->values[AMP_FEEDS_AUTHOR_URI].text, mail = from->values[AMP_FEEDS_AUTHOR_EMAIL].text,
		       other = AMP_STR_ABSENT, address = AMP_STR_ABSENT;
	if (rss && rss->text.n)
		split_author(e, rss->form == AMP_FEEDS_HTML ? readable(e, rss, AMP_STR_ABSENT, NULL) : unescaped(e, rss->text),
		             &other, &address);
	if (!mail.n) mail = address;
	if (name && name->text.n) other = name->text;
	if (!other.n && !uri.n && !mail.n) return false;
	if (uri.n || mail.n) amp_put_text(e, AMP_F_AUTHOR_ID, uri.n ? uri : mail);
	if (other.n) amp_put_text(e, AMP_F_AUTHOR_NAME, other);
	return true;
}

static void put_count(struct amp_engine *e, const struct amp_feeds_entry *entry, enum amp_feeds_slot slot, enum amp_field field)
{
	const struct amp_row row = {.field = field, .path = "", .convert = amp_as_count};
	const struct amp_feeds_value *v = value(entry, slot);
	struct amp_value found = {.text = v ? amp_str_trim(v->text) : AMP_STR_ABSENT, .offset = entry->offset};
	if (v && found.text.n) amp_put(e, &row, &found);
}

static void put_lists(struct amp_engine *e, const struct amp_feeds_entry *entry, struct amp_str base)
{
	struct amp_str title = entry->values[AMP_FEEDS_MEDIA_TITLE].text;
	for (const struct amp_feeds_list *l = entry->first; l && !e->failed; l = l->next) {
		struct amp_media media = l->media;
		struct amp_link link = l->link;
		if (l->field == AMP_F_MEDIA) {
			media.url = amp_url_resolve(e->arena, base, media.url);
			if (!media.alt.p && title.n) media.alt = title;
			amp_add_media(e, &media);
		} else if (l->field == AMP_F_LINKS) {
			link.url = amp_url_resolve(e->arena, base, link.url);
			amp_add_link(e, &link);
		} else {
			amp_add_label(e, l->label.value, l->label.source);
		}
	}
}

struct amp_str amp_feeds_other(const struct amp_feeds_entry *entry, const char *name)
{
	for (const struct amp_feeds_other *o = entry->other; o; o = o->next)
		if (strcmp(o->name, name) == 0) return o->text;
	return AMP_STR_ABSENT;
}

struct amp_str amp_feeds_base(struct amp_engine *e, const struct amp_feeds_entry *feed)
{
	struct amp_str base = e->page->url, self = feed->values[AMP_FEEDS_SELF].text, link = feed->values[AMP_FEEDS_LINK].text;
	if (!base.p || !is_web(base)) base = is_web(self) ? self : is_web(link) ? link : AMP_STR_ABSENT;
	return base;
}

void amp_feeds_emit(struct amp_engine *e, const struct amp_feeds_source *s, const struct amp_feeds_entry *entry,
                    const struct amp_feeds_entry *feed, bool inherit, const struct amp_feeds_hooks *hooks)
{
	struct amp_item *item = amp_engine_begin(e, entry->offset);
	struct amp_str base = amp_feeds_base(e, feed);
	if (!item) return;
	if (!entry->known && !value(entry, AMP_FEEDS_ABOUT)) {
		amp_engine_unknown(e, "an entry with no element that feeds have");
		return;
	}
	if (value(entry, AMP_FEEDS_TITLE))
		amp_put_text(e, AMP_F_TITLE, amp_feeds_one_line(e, readable(e, &entry->values[AMP_FEEDS_TITLE], base, NULL)));
	put_text(e, entry, base);
	put_lists(e, entry, base);
	put_id(e, s, entry, put_url(e, entry, base));
	put_date(e, entry);
	/* RFC 4287, section 4.2.1: the entry's author, else that of the feed it was copied from, else this feed's */
	if (!put_author_of(e, entry) && !(entry->origin && put_author_of(e, entry->origin)) &&
	    !(inherit && put_author_of(e, feed)) && value(entry, AMP_FEEDS_SOURCE))
		amp_put_text(e, AMP_F_AUTHOR_NAME,
		             entry->values[AMP_FEEDS_SOURCE].text); /* the publisher, where an aggregator names no author */
	const struct amp_feeds_value *lang = value(entry, AMP_FEEDS_LANGUAGE);
	if (!lang) lang = value(entry, AMP_FEEDS_XML_LANG);
	if (!lang) lang = value(feed, AMP_FEEDS_LANGUAGE);
	if (lang) amp_add_lang(e, lang->text);
	put_count(e, entry, value(entry, AMP_FEEDS_REPLIES) ? AMP_FEEDS_REPLIES : AMP_FEEDS_REPLIES_LINKED, AMP_F_REPLIES);
	put_count(e, entry, AMP_FEEDS_LIKES, AMP_F_LIKES);
	put_count(e, entry, AMP_FEEDS_VIEWS, AMP_F_VIEWS);
	if (value(entry, AMP_FEEDS_REPLY_TO)) {
		amp_put_text(e, AMP_F_REPLY_TO, entry->values[AMP_FEEDS_REPLY_TO].text);
		item->is_reply = true;
	}
	if (hooks && hooks->entry && !e->failed) hooks->entry(e, entry, feed);
	amp_engine_end(e);
}

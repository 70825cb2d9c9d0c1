/* feeds_gather.c: what an element of a feed says, gathered into the entry in hand. */
#include <string.h>
#include "parse/html.h"
#include "platforms/feeds_reading.h"

/* --- attributes: five pointers each, the value between the fourth and the fifth; "&" in it is written "&#38;" --- */

static struct amp_str attribute_value(struct reading *r, const xmlChar **a)
{
	struct amp_err err;
	struct amp_str raw = {(const char *)a[3], (size_t)(a[4] - a[3])}, out = raw;
	if (raw.n && memchr(raw.p, '&', raw.n)) {
		if (amp_html_unescape(r->e->arena, raw, &out, &err) != 0) out = AMP_STR_ABSENT;
	} else {
		out = amp_arena_str(r->e->arena, raw);
	}
	if (!out.p) amp_engine_no_memory(r->e);
	return out;
}

struct amp_str amp_feeds_attribute(struct reading *r, const xmlChar **list, int n, const char *name)
{
	for (int i = 0; i < n; i++)
		if (!list[i * 5 + 1] && amp_str_ieq_c(amp_feeds_from_xml(list[i * 5]), name))
			return amp_str_trim(attribute_value(r, list + (ptrdiff_t)i * 5));
	return AMP_STR_ABSENT;
}

struct amp_str amp_feeds_spaced(struct reading *r, const xmlChar **list, int n, enum space space, const char *name)
{
	for (int i = 0; i < n; i++)
		if (list[i * 5 + 1] && amp_feeds_space_of(r, list[i * 5 + 1], list[i * 5 + 2]) == space &&
		    amp_str_eq_c(amp_feeds_from_xml(list[i * 5]), name))
			return amp_str_trim(attribute_value(r, list + (ptrdiff_t)i * 5));
	return AMP_STR_ABSENT;
}

struct amp_str amp_feeds_prefixed(struct reading *r, const xmlChar **list, int n, const char *prefix, const char *name)
{
	for (int i = 0; i < n; i++)
		if (list[i * 5 + 1] && amp_str_eq_c(amp_feeds_from_xml(list[i * 5 + 1]), prefix) &&
		    amp_str_eq_c(amp_feeds_from_xml(list[i * 5]), name))
			return amp_str_trim(attribute_value(r, list + (ptrdiff_t)i * 5));
	return AMP_STR_ABSENT;
}

static int64_t number_of(struct amp_str text)
{
	int64_t n;
	return text.p && amp_str_i64(text, &n) && n >= 0 ? n : AMP_ABSENT;
}

/* A width or height: what is sent and is no number is remarked. */
static int64_t size_in(struct reading *r, const xmlChar **list, int n, const char *name)
{
	struct amp_str text = amp_feeds_attribute(r, list, n, name);
	int64_t size = number_of(text);
	if (text.n && size == AMP_ABSENT)
		amp_engine_diag(r->e, "invalid_value", AMP_F_MEDIA, amp_feeds_tag_start(r), "%s is no size", name);
	return size;
}

/* --- what is gathered --- */

static struct amp_feeds_entry *target(struct reading *r)
{
	if (r->origin) return r->origin;
	return r->entry ? r->entry : &r->feed;
}

static struct amp_str base_now(const struct reading *r)
{
	return r->depth ? r->stack[r->depth - 1].base : AMP_STR_ABSENT;
}

void amp_feeds_set(struct reading *r, enum amp_feeds_slot slot, struct amp_str text, enum amp_feeds_form form, size_t offset)
{
	struct amp_feeds_value *v = &target(r)->values[slot];
	if (!text.p) return;
	if (slot == AMP_FEEDS_AUTHOR_NAME && v->text.p && text.n && v->text.n < AMP_FEEDS_MAX_NAMES &&
	    !amp_str_find(v->text, text)) {
		const char *both = amp_arena_printf(r->e->arena, "%.*s, %.*s", AMP_ARG(v->text), AMP_ARG(text));
		if (both) v->text = amp_str_c(both);
	} else if (!v->text.p || amp_str_trim(v->text).n == 0) {
		*v = (struct amp_feeds_value){text, base_now(r), form, offset};
	}
}

static struct amp_feeds_list *add(struct reading *r, enum amp_field field)
{
	struct amp_feeds_entry *t = target(r);
	struct amp_feeds_list *one = amp_arena_zalloc(r->e->arena, sizeof *one);
	if (!one) {
		amp_engine_no_memory(r->e);
		amp_feeds_stop(r);
		return NULL;
	}
	one->field = field;
	one->media.width = one->media.height = AMP_ABSENT;
	if (t->last)
		t->last->next = one;
	else
		t->first = one;
	t->last = one;
	return one;
}

static struct amp_str address(struct reading *r, struct amp_str url)
{
	return url.n ? amp_url_resolve(r->e->arena, base_now(r), url) : AMP_STR_ABSENT;
}

/* The same file told twice (enclosure and media:content) is one, with what either says. */
static struct amp_media *add_media(struct reading *r, struct amp_str url, struct amp_str medium, struct amp_str mime)
{
	url = address(r, url);
	if (!url.p) return NULL;
	size_t n = 0;
	for (struct amp_feeds_list *l = target(r)->first; l; l = l->next) {
		if (++n > AMP_MAX_LIST) return NULL;
		if (l->field != AMP_F_MEDIA || !amp_str_eq(l->media.url, url)) continue;
		if (!l->media.mime.p && mime.n) l->media.mime = mime;
		if (amp_str_eq_c(l->media.kind, "unknown")) l->media.kind = amp_feeds_media_kind(medium, mime);
		return &l->media;
	}
	struct amp_feeds_list *one = add(r, AMP_F_MEDIA);
	if (!one) return NULL;
	one->media.url = url;
	one->media.kind = amp_feeds_media_kind(medium, mime);
	one->media.mime = mime.n ? mime : AMP_STR_ABSENT;
	return &one->media;
}

static void add_label(struct reading *r, struct amp_str value, struct amp_str source)
{
	struct amp_feeds_list *one = value.n ? add(r, AMP_F_LABELS) : NULL;
	if (one) one->label = (struct amp_label){value, source};
}

static void add_other(struct reading *r, const char *name, struct amp_str text, size_t offset)
{
	struct amp_feeds_entry *t = target(r);
	struct amp_feeds_other *one = amp_arena_zalloc(r->e->arena, sizeof *one);
	if (!one) {
		amp_engine_no_memory(r->e);
		amp_feeds_stop(r);
		return;
	}
	*one = (struct amp_feeds_other){.name = name, .text = text, .offset = offset};
	if (t->last_other)
		t->last_other->next = one;
	else
		t->other = one;
	t->last_other = one;
}

/* --- text --- */

void amp_feeds_start_text(struct reading *r, const struct element *el, enum amp_feeds_form form)
{
	amp_buf_reset(&r->text);
	r->capture = el;
	r->capture_depth = r->depth;
	r->capture_offset = amp_feeds_tag_start(r);
	r->form = form;
	r->elements = false;
}

void amp_feeds_add_escaped(struct amp_buf *b, const char *p, size_t n)
{
	for (size_t done = 0, i = 0; i <= n; i++) {
		const char *with = i == n        ? ""
		                   : p[i] == '&' ? "&amp;"
		                   : p[i] == '<' ? "&lt;"
		                   : p[i] == '>' ? "&gt;"
		                   : p[i] == '"' ? "&quot;"
		                                 : NULL;
		if (!with) continue;
		amp_buf_add(b, p + done, i - done);
		amp_buf_addc(b, with);
		done = i + 1;
	}
}

/* Elements inside a text (xhtml, or HTML that nobody escaped) are written as HTML again, for the one reader of HTML. */
static void first_element(struct reading *r)
{
	struct amp_str before = amp_arena_str(r->e->arena, amp_buf_str(&r->text));
	r->elements = true;
	amp_buf_reset(&r->text);
	if (before.p) amp_feeds_add_escaped(&r->text, before.p, before.n);
}

void amp_feeds_open_markup(struct reading *r, const xmlChar *name, const xmlChar **list, int n)
{
	if (!r->elements) first_element(r);
	amp_buf_byte(&r->text, '<');
	amp_buf_addc(&r->text, (const char *)name);
	for (int i = 0; i < n; i++) {
		const char *value = (const char *)list[i * 5 + 3];
		amp_buf_printf(&r->text, " %s=\"", (const char *)list[i * 5]);
		for (size_t k = 0; value + k < (const char *)list[i * 5 + 4]; k++) {
			if (value[k] == '"')
				amp_buf_addc(&r->text, "&quot;");
			else
				amp_buf_byte(&r->text, value[k]);
		}
		amp_buf_byte(&r->text, '"');
	}
	amp_buf_byte(&r->text, '>');
}

void amp_feeds_close_markup(struct reading *r, const char *name)
{
	if (amp_str_ieq_c(amp_str_c(name), "br") || amp_str_ieq_c(amp_str_c(name), "img") || amp_str_ieq_c(amp_str_c(name), "hr"))
		return;
	amp_buf_printf(&r->text, "</%s>", name);
}

/* itunes:explicit, in the words of its versions. */
static void explicit(struct reading *r, struct amp_str text)
{
	static const char *const yes[] = {"yes", "true", "explicit"}, *const no[] = {"no", "false", "clean"};
	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
		if (amp_str_ieq_c(text, yes[i])) add_label(r, AMP_STR("explicit"), AMP_STR("itunes"));
		if (amp_str_ieq_c(text, yes[i]) || amp_str_ieq_c(text, no[i])) return;
	}
	if (text.n)
		amp_engine_diag(r->e, "invalid_value", AMP_F_LABELS, r->capture_offset, "itunes:explicit says neither yes nor no");
}

void amp_feeds_end_text(struct reading *r)
{
	const struct element *el = r->capture;
	enum amp_feeds_form form = r->elements ? AMP_FEEDS_HTML : r->form;
	r->capture = NULL;
	struct amp_str text = amp_str_trim(amp_buf_str(&r->text));
	if (r->text.failed) amp_engine_no_memory(r->e);
	text = amp_arena_str(r->e->arena, text);
	if (!text.p) amp_engine_no_memory(r->e);
	if (r->e->failed) {
		amp_feeds_stop(r);
		return;
	}
	if (r->elements && el->action == LINE) text = amp_feeds_html(r->e, text, AMP_STR_ABSENT, NULL, false);
	if (el->action == LINE || el->action == CATEGORY) text = amp_feeds_one_line(r->e, text);
	if (el->form == AMP_FEEDS_LOOSE && el->action != TEXT && text.n && memchr(text.p, '&', text.n)) {
		struct amp_err err;
		if (amp_html_unescape(r->e->arena, text, &text, &err) != 0) amp_engine_no_memory(r->e);
	}
	if (el->action == WORD)
		add_other(r, r->word, text, r->capture_offset);
	else if (el->action == CATEGORY)
		add_label(r, text, r->label_source);
	else if (el->action == EXPLICIT)
		explicit(r, text);
	else if (el->action == RATING && text.n) {
		const char *label = amp_arena_printf(r->e->arena, "rating:%.*s", AMP_ARG(text));
		add_label(r, amp_str_c(label), AMP_STR("media"));
	} else if (el->action == IMAGE)
		(void)add_media(r, text, AMP_STR("image"), AMP_STR_ABSENT);
	else if (el->slot == AMP_FEEDS_MEDIA_TITLE && r->media)
		r->media->alt = r->media->alt.p ? r->media->alt : text;
	else if (el->slot == AMP_FEEDS_MEDIA_TEXT && r->media)
		r->media->alt = text;
	else if (el->slot < AMP_FEEDS_SLOTS && (text.n || el->action == TEXT)) {
		amp_feeds_set(r, el->slot, text, form, r->capture_offset);
		if (el->slot == AMP_FEEDS_CONTENT || el->slot == AMP_FEEDS_SUMMARY)
			amp_feeds_set(r, AMP_FEEDS_XML_LANG, r->stack[r->depth - 1].lang, form, r->capture_offset);
		if (el->slot == AMP_FEEDS_ID && r->permalink) amp_feeds_set(r, AMP_FEEDS_GUID_LINK, text, form, r->capture_offset);
	}
}

/* type= of Atom 1.0 and type=, mode= of Atom 0.3. Without a type it should be plain text; DokuWiki (2022-07-31) and others put HTML into
 * such summaries, so that of bodies is looked at. */
static enum amp_feeds_form atom_form(struct reading *r, bool body, const xmlChar **list, int n)
{
	struct amp_str type = amp_feeds_attribute(r, list, n, "type"), mode = amp_feeds_attribute(r, list, n, "mode");
	if (mode.p && amp_str_ieq_c(mode, "base64")) return AMP_FEEDS_BASE64;
	if (!type.p && body) return AMP_FEEDS_LOOSE;
	if (!type.p || amp_str_ieq_c(type, "text") || amp_str_ieq_c(type, "text/plain")) return AMP_FEEDS_PLAIN;
	if (amp_str_ieq_c(type, "html") || amp_str_ieq_c(type, "xhtml") || amp_str_istarts(type, "text/html") ||
	    amp_str_ifind(type, "xhtml"))
		return AMP_FEEDS_HTML;
	if (amp_str_istarts(type, "text/")) return AMP_FEEDS_PLAIN;
	if (!memchr(type.p, '/', type.n)) return AMP_FEEDS_LOOSE;             /* no word of Atom's, and no media type */
	return amp_str_ends(type, "xml") ? AMP_FEEDS_HTML : AMP_FEEDS_BASE64; /* RFC 4287 section 4.1.3.3 */
}

/* --- elements --- */

/* RFC 4287, section 4.2.7.2: a registered relation and its address are the same. */
#define REGISTERED "http://www.iana.org/assignments/relation/"

static void atom_link(struct reading *r, struct amp_str href, const xmlChar **list, int n)
{
	struct amp_str rel = amp_feeds_attribute(r, list, n, "rel"), type = amp_feeds_attribute(r, list, n, "type"),
		       title = amp_feeds_attribute(r, list, n, "title");
	size_t at = amp_feeds_tag_start(r);
	struct amp_str count = amp_feeds_spaced(r, list, n, THREAD, "count");
	if (amp_str_istarts(rel, REGISTERED))
		rel = (struct amp_str){rel.p + sizeof REGISTERED - 1, rel.n - (sizeof REGISTERED - 1)};
	if (!rel.p || rel.n == 0 || amp_str_ieq_c(rel, "alternate")) {
		/* several alternates: the page before other formats of it */
		if (!type.p || amp_str_ifind(type, "html") || !target(r)->values[AMP_FEEDS_LINK].text.p)
			amp_feeds_set(r, AMP_FEEDS_LINK, href, AMP_FEEDS_PLAIN, at);
	} else if (amp_str_ieq_c(rel, "enclosure")) {
		struct amp_media *m = add_media(r, href, AMP_STR_ABSENT, type);
		if (m && title.n) m->alt = title;
	} else if (amp_str_ieq_c(rel, "self") && !r->entry) {
		amp_feeds_set(r, AMP_FEEDS_SELF, href, AMP_FEEDS_PLAIN, at);
	} else if (amp_str_ieq_c(rel, "next") && !r->entry) { /* RFC 5005 */
		amp_feeds_set(r, AMP_FEEDS_NEXT, href, AMP_FEEDS_PLAIN, at);
	} else if (amp_str_ieq_c(rel, "replies")) {
		amp_feeds_set(r, AMP_FEEDS_REPLIES_LINKED, count, AMP_FEEDS_PLAIN, at);
	} else if (r->entry && (amp_str_ieq_c(rel, "related") || amp_str_ieq_c(rel, "via"))) {
		struct amp_feeds_list *one = add(r, AMP_F_LINKS);
		if (one) one->link = (struct amp_link){address(r, href), title.n ? title : AMP_STR_ABSENT, AMP_STR_ABSENT};
	}
}

static enum context media_content(struct reading *r, const xmlChar **list, int n)
{
	r->media = add_media(r, amp_feeds_attribute(r, list, n, "url"), amp_feeds_attribute(r, list, n, "medium"),
	                     amp_feeds_attribute(r, list, n, "type"));
	if (!r->media) return IN_ENTRY;
	int64_t width = size_in(r, list, n, "width"), height = size_in(r, list, n, "height");
	if (width != AMP_ABSENT) r->media->width = width;
	if (height != AMP_ABSENT) r->media->height = height;
	return IN_MEDIA;
}

static void thumbnail(struct reading *r, const xmlChar **list, int n)
{
	struct amp_media *m = add_media(r, amp_feeds_attribute(r, list, n, "url"), AMP_STR("image"), AMP_STR_ABSENT);
	if (!m) return;
	if (m->width == AMP_ABSENT) m->width = size_in(r, list, n, "width");
	if (m->height == AMP_ABSENT) m->height = size_in(r, list, n, "height");
}

/* Content that stands elsewhere (RFC 4287, section 4.1.3.2): a medium where its type says so, else a link. */
static void atom_content_src(struct reading *r, const xmlChar **list, int n)
{
	struct amp_str src = amp_feeds_attribute(r, list, n, "src"), type = amp_feeds_attribute(r, list, n, "type");
	if (!src.n) return;
	if (amp_str_istarts(type, "image/") || amp_str_istarts(type, "video/") || amp_str_istarts(type, "audio/")) {
		(void)add_media(r, src, AMP_STR_ABSENT, type);
		return;
	}
	struct amp_feeds_list *one = add(r, AMP_F_LINKS);
	if (one) one->link = (struct amp_link){address(r, src), AMP_STR_ABSENT, AMP_STR_ABSENT};
}

enum context amp_feeds_take(struct reading *r, const struct amp_feeds_word *word)
{
	static const struct element any = {OTHER, "", WORD, AMP_FEEDS_SLOTS, AMP_FEEDS_PLAIN};
	if (word->group) {
		add_other(r, word->name, AMP_STR_ABSENT, amp_feeds_tag_start(r));
		return IN_ENTRY;
	}
	r->word = word->name;
	amp_feeds_start_text(r, &any, AMP_FEEDS_PLAIN);
	return IN_TEXT;
}

/* Does what the table says; gives the context of the element's children. */
enum context amp_feeds_act(struct reading *r, const struct element *el, enum space space, const xmlChar **list, int n)
{
	enum context outer = r->depth > 1 ? r->stack[r->depth - 2].inside : IN_DOCUMENT;
	bool atom = space == ATOM || (space == MAIN && r->atom);
	struct amp_str href;
	switch (el->action) {
	case TEXT:
		if (el->slot == AMP_FEEDS_CONTENT && atom) atom_content_src(r, list, n);
		amp_feeds_start_text(r, el, atom ? atom_form(r, el->slot != AMP_FEEDS_TITLE, list, n) : el->form);
		return IN_TEXT;
	case LINK:
		href = amp_feeds_attribute(r, list, n, "href");
		if (href.p) {
			atom_link(r, href, list, n);
			return IN_NOTHING;
		}
		amp_feeds_start_text(r, el, AMP_FEEDS_PLAIN);
		return IN_TEXT;
	case LINE: {
		struct amp_str permalink =
			el->slot == AMP_FEEDS_ID && !atom ? amp_feeds_attribute(r, list, n, "isPermaLink") : AMP_STR("false");
		r->permalink = !permalink.p || !amp_str_ieq_c(permalink, "false");
		if (el->slot == AMP_FEEDS_SOURCE)
			amp_feeds_set(r, AMP_FEEDS_SOURCE_URL, amp_feeds_attribute(r, list, n, "url"), AMP_FEEDS_PLAIN,
			              amp_feeds_tag_start(r));
		amp_feeds_start_text(r, el, AMP_FEEDS_PLAIN);
		return IN_TEXT;
	}
	case CATEGORY: {
		struct amp_str term = amp_feeds_attribute(r, list, n, "term"), scheme = amp_feeds_attribute(r, list, n, "scheme");
		if (!scheme.p) scheme = amp_feeds_attribute(r, list, n, "domain");
		r->label_source = scheme.n ? scheme : AMP_STR_ABSENT;
		if (term.p) {
			add_label(r, amp_feeds_one_line(r->e, term), r->label_source);
			return IN_NOTHING;
		}
		amp_feeds_start_text(r, el, AMP_FEEDS_PLAIN);
		return IN_TEXT;
	}
	case AUTHOR:
		if (atom) return IN_AUTHOR;
		amp_feeds_start_text(r, el, AMP_FEEDS_PLAIN);
		return IN_TEXT;
	case EXPLICIT:
	case RATING: amp_feeds_start_text(r, el, AMP_FEEDS_PLAIN); return IN_TEXT;
	case IMAGE:
		if (!r->entry) return IN_NOTHING;
		if (space == MAIN) return IN_IMAGE;
		amp_feeds_start_text(r, el, AMP_FEEDS_PLAIN);
		return IN_TEXT;
	case ENCLOSURE:
		(void)add_media(r, amp_feeds_attribute(r, list, n, "url"), AMP_STR_ABSENT, amp_feeds_attribute(r, list, n, "type"));
		return IN_NOTHING;
	case MEDIA_CONTENT: return media_content(r, list, n);
	case THUMBNAIL: thumbnail(r, list, n); return IN_NOTHING;
	case IMAGE_HREF:
		(void)add_media(r, amp_feeds_attribute(r, list, n, "href"), AMP_STR("image"), AMP_STR_ABSENT);
		return IN_NOTHING;
	case STARS:
		amp_feeds_set(r, el->slot, amp_feeds_attribute(r, list, n, "count"), AMP_FEEDS_PLAIN, amp_feeds_tag_start(r));
		return IN_NOTHING;
	case STATISTICS:
		amp_feeds_set(r, el->slot, amp_feeds_attribute(r, list, n, "views"), AMP_FEEDS_PLAIN, amp_feeds_tag_start(r));
		return IN_NOTHING;
	case REPLY:
		href = amp_feeds_attribute(r, list, n, "ref");
		amp_feeds_set(r, el->slot, href.p ? href : amp_feeds_attribute(r, list, n, "href"), AMP_FEEDS_PLAIN,
		              amp_feeds_tag_start(r));
		return IN_NOTHING;
	case THROUGH: return outer;
	case WORD:
	case IGNORE: return IN_NOTHING;
	}
	return IN_NOTHING;
}

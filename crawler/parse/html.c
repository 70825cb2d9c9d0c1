/* html.c: see html.h. A tokenizer for fragments, not a tree builder: what a reader sees needs the tags' names and a few
 * attributes, and every byte is looked at once.
 */
#include "parse/html.h"
#include <string.h>
#include "base/i18n.h"
#include "base/utf8.h"
#include "parse/html_ref.h"
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#define MAX_SPANS 64 /* open <span> elements that are followed; deeper ones are read as plain text */

enum { BLOCK = 1, PARAGRAPH = 2, RAW = 4, CELL = 8, PRE = 16, FLOW = 32 };
static const struct tag {
	const char *name;
	int what;
} tags[] = {
	{"p", PARAGRAPH | FLOW},
	{"h1", PARAGRAPH},
	{"h2", PARAGRAPH},
	{"h3", PARAGRAPH},
	{"h4", PARAGRAPH},
	{"h5", PARAGRAPH},
	{"h6", PARAGRAPH},
	{"blockquote", PARAGRAPH},
	{"ul", PARAGRAPH},
	{"ol", PARAGRAPH},
	{"dl", PARAGRAPH},
	{"table", PARAGRAPH},
	{"figure", PARAGRAPH},
	{"pre", PARAGRAPH | PRE},
	{"hr", PARAGRAPH},
	{"div", BLOCK},
	{"li", BLOCK},
	{"tr", BLOCK},
	{"dt", BLOCK},
	{"dd", BLOCK},
	{"section", BLOCK},
	{"article", BLOCK},
	{"header", BLOCK},
	{"footer", BLOCK},
	{"aside", BLOCK},
	{"main", BLOCK},
	{"nav", BLOCK},
	{"address", BLOCK},
	{"figcaption", BLOCK},
	{"details", BLOCK},
	{"summary", BLOCK},
	{"form", BLOCK},
	{"fieldset", BLOCK},
	{"legend", BLOCK},
	{"caption", BLOCK},
	{"center", BLOCK},
	{"option", BLOCK},
	{"td", CELL},
	{"th", CELL},
	{"script", RAW},
	{"style", RAW},
	{"template", RAW},
	{"title", RAW},
	{"iframe", RAW},
	{"noembed", RAW},
	{"noframes", RAW},
	{"object", RAW},
};

struct attributes { /* raw, references not undone */
	struct amp_str href, class_name, src, alt, width, height;
};

struct text {
	struct amp_arena *arena;
	struct amp_str base;
	struct amp_html_out *out;
	const char *p, *end;
	char *buf;
	size_t n;
	int lines;     /* line ends due before the next visible character */
	bool space;    /* a blank is due */
	size_t blanks; /* in preformatted text: blanks due behind the lines */
	bool pre;      /* inside <pre>, or <p> where those keep their line ends */
	bool pre_wrap; /* <p> keeps its line ends */
	bool valid;    /* all of it is UTF-8: letters beyond ASCII need no look of their own */
	size_t links_room, images_room;
	unsigned spans;  /* open <span> */
	unsigned hidden; /* number of the span that hides, 0: none */
	bool in_link;
	struct amp_str link_url;
	size_t link_start; /* in buf */
	int rc;
};

static int kind_of(struct amp_str name)
{
	for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
		if (amp_str_ieq_c(name, tags[i].name)) return tags[i].what;
	return 0;
}

static void flush_space(struct text *t)
{
	if (t->n)
		for (; t->lines > 0; t->lines--) {
			t->buf[t->n++] = '\n';
			t->space = false;
		}
	if (t->space && t->n && t->buf[t->n - 1] != '\n') t->buf[t->n++] = ' ';
	for (; t->n && t->blanks; t->blanks--) t->buf[t->n++] = ' ';
	t->blanks = 0;
	t->lines = 0;
	t->space = false;
	if (t->in_link && t->link_start == SIZE_MAX) t->link_start = t->n;
}

static void break_lines(struct text *t, int lines)
{
	if (t->lines < lines) t->lines = lines;
	t->blanks = 0;
}

static void put(struct text *t, const char *p, size_t n)
{
	if (t->hidden) return;
	flush_space(t);
	memcpy(t->buf + t->n, p, n);
	t->n += n;
}

/* A character of text; white space waits until something visible follows. */
static void put_byte(struct text *t, char c)
{
	if (!amp_is_space((unsigned char)c)) {
		put(t, &c, 1);
	} else if (t->hidden) {
		return;
	} else if (t->pre && c == '\n') {
		t->lines++;
		t->blanks = 0; /* nobody sees blanks at the end of a line */
	} else if (t->pre && c != '\r') {
		t->blanks++;
	} else if (!t->pre) {
		t->space = true;
	}
}

static struct amp_str attribute_text(struct text *t, struct amp_str raw)
{
	if (!raw.p || !raw.n || !memchr(raw.p, '&', raw.n)) return raw;
	char *copy = amp_arena_alloc(t->arena, raw.n + raw.n / 5 + AMP_HTML_REF_MAX);
	if (!copy) {
		t->rc = AMP_ELIMIT;
		return AMP_STR_ABSENT;
	}
	const char *p = raw.p, *end = raw.p + raw.n;
	size_t n = 0;
	while (p < end) {
		size_t got = 0, used = *p == '&' ? amp_html_reference(p, end, true, copy + n, &got) : 0;
		if (used == 0) {
			copy[n++] = *p++;
		} else {
			n += got;
			p += used;
		}
	}
	return (struct amp_str){copy, n};
}

static bool has_class(struct amp_str classes, const char *name)
{
	struct amp_str rest = classes;
	size_t n = strlen(name);
	while (rest.p) {
		struct amp_str one = amp_str_trim(amp_str_cut(&rest, ' '));
		if (one.n == n && amp_str_ieq_c(one, name)) return true;
	}
	return false;
}

/* --- links and images --- */

/* Room for one more of n things of this size: most texts have none or a few. NULL when memory is out. */
static void *grown(struct text *t, void *list, size_t n, size_t *room, size_t size)
{
	if (n < *room) return list;
	size_t more_room = *room ? 4 * *room : 8;
	void *more = amp_arena_alloc(t->arena, more_room * size);
	if (!more) {
		t->rc = AMP_ELIMIT;
		return NULL;
	}
	if (n) memcpy(more, list, n * size);
	*room = more_room;
	return more;
}

static void close_link(struct text *t)
{
	struct amp_html_out *out = t->out;
	if (!t->in_link) return;
	t->in_link = false;
	if (out->n_links == AMP_HTML_MAX_LINKS) return;
	struct amp_link *links = grown(t, out->links, out->n_links, &t->links_room, sizeof *links);
	if (!links) return;
	out->links = links;
	struct amp_str title = AMP_STR_ABSENT;
	if (t->link_start < t->n) title = (struct amp_str){t->buf + t->link_start, t->n - t->link_start};
	out->links[out->n_links++] = (struct amp_link){t->link_url, title, AMP_STR_ABSENT};
}

static bool web_address(struct amp_str url)
{
	if (amp_str_istarts(url, "http://") || amp_str_istarts(url, "https://")) return true;
	const char *colon = memchr(url.p, ':', url.n), *slash = memchr(url.p, '/', url.n);
	return !colon || (slash && slash < colon); /* relative, the base being unknown */
}

static void open_link(struct text *t, const struct attributes *a)
{
	close_link(t);
	struct amp_str href = amp_str_trim(attribute_text(t, a->href));
	if (!href.p || href.n == 0 || *href.p == '#' || has_class(a->class_name, "mention") || has_class(a->class_name, "hashtag"))
		return;
	t->link_url = amp_url_resolve(t->arena, t->base, href);
	t->in_link = t->link_url.n && web_address(t->link_url) && amp_utf8_valid(t->link_url.p, t->link_url.n);
	t->link_start = SIZE_MAX; /* set when the first visible character comes */
}

static int64_t pixels(struct amp_str s)
{
	int64_t n;
	s = amp_str_trim(s);
	if (amp_str_ends(s, "px")) s.n -= 2;
	return s.p && amp_str_i64(s, &n) && n >= 0 ? n : AMP_ABSENT;
}

static void image(struct text *t, const struct attributes *a)
{
	struct amp_html_out *out = t->out;
	struct amp_str alt = attribute_text(t, a->alt);
	if (has_class(a->class_name, "emoji") || has_class(a->class_name, "custom-emoji") ||
	    has_class(a->class_name, "wp-smiley") || has_class(a->class_name, "emojione")) {
		if (alt.p && alt.n && amp_utf8_valid(alt.p, alt.n)) put(t, alt.p, alt.n);
		return;
	}
	struct amp_str src = amp_str_trim(attribute_text(t, a->src));
	if (!src.p || src.n == 0 || amp_str_istarts(src, "data:") || out->n_images == AMP_HTML_MAX_IMAGES ||
	    !amp_utf8_valid(src.p, src.n))
		return;
	if (alt.p && !amp_utf8_valid(alt.p, alt.n)) alt = AMP_STR_ABSENT;
	struct amp_media *images = grown(t, out->images, out->n_images, &t->images_room, sizeof *images);
	if (!images) return;
	out->images = images;
	out->images[out->n_images++] = (struct amp_media){.kind = AMP_STR("image"),
	                                                  .url = amp_url_resolve(t->arena, t->base, src),
	                                                  .alt = alt,
	                                                  .width = pixels(a->width),
	                                                  .height = pixels(a->height)};
}

/* --- tags --- */

/* A name or an unquoted value ends at white space, > or one of stop. */
static struct amp_str word(struct text *t, const char *stop)
{
	const char *start = t->p;
	while (t->p < t->end && !amp_is_space((unsigned char)*t->p) && *t->p != '>' && (*t->p == '\0' || !strchr(stop, *t->p)))
		t->p++;
	return (struct amp_str){start, (size_t)(t->p - start)};
}

static void skip_space(struct text *t)
{
	while (t->p < t->end && amp_is_space((unsigned char)*t->p)) t->p++;
}

static struct amp_str attribute_value(struct text *t)
{
	skip_space(t);
	if (t->p >= t->end || *t->p != '=') return AMP_STR("");
	t->p++;
	skip_space(t);
	if (t->p >= t->end || (*t->p != '"' && *t->p != '\'')) return word(t, "");
	const char *start = t->p + 1, *close = memchr(start, *t->p, (size_t)(t->end - start));
	t->p = close ? close + 1 : t->end;
	return (struct amp_str){start, (size_t)((close ? close : t->end) - start)};
}

/* From behind the tag's name to behind its >; false when the text ends first. */
static bool read_attributes(struct text *t, struct attributes *a)
{
	while (t->p < t->end) {
		while (t->p < t->end && (amp_is_space((unsigned char)*t->p) || *t->p == '/')) t->p++;
		if (t->p >= t->end) return false;
		if (*t->p == '>') {
			t->p++;
			return true;
		}
		const char *at = t->p;
		struct amp_str name = word(t, "=/");
		if (t->p == at) t->p++; /* a stray = */
		struct amp_str value = attribute_value(t);
		struct amp_str *place = amp_str_ieq_c(name, "href")     ? &a->href
		                        : amp_str_ieq_c(name, "class")  ? &a->class_name
		                        : amp_str_ieq_c(name, "src")    ? &a->src
		                        : amp_str_ieq_c(name, "alt")    ? &a->alt
		                        : amp_str_ieq_c(name, "width")  ? &a->width
		                        : amp_str_ieq_c(name, "height") ? &a->height
		                                                        : NULL;
		if (place && !place->p) *place = value;
	}
	return false;
}

/* Past the end tag of a raw element (nothing in it is seen). Its content is searched once: t->p only moves on. */
static void skip_raw(struct text *t, struct amp_str name)
{
	while (t->p < t->end) {
		const char *lt = memchr(t->p, '<', (size_t)(t->end - t->p));
		if (!lt) break;
		t->p = lt + 1;
		struct amp_str rest = {lt + 2, (size_t)(t->end - lt) > 2 ? (size_t)(t->end - lt) - 2 : 0};
		if (rest.n < name.n || lt[1] != '/') continue;
		bool same = true;
		for (size_t i = 0; i < name.n && same; i++)
			same = amp_lower((unsigned char)rest.p[i]) == amp_lower((unsigned char)name.p[i]);
		if (!same || (rest.n > name.n && amp_is_alnum((unsigned char)rest.p[name.n]))) continue;
		const char *gt = memchr(lt, '>', (size_t)(t->end - lt));
		t->p = gt ? gt + 1 : t->end;
		return;
	}
	t->p = t->end;
}

static void span(struct text *t, bool closing, const struct attributes *a)
{
	if (closing) {
		if (t->hidden == t->spans) t->hidden = 0;
		if (t->spans) t->spans--;
	} else {
		t->spans++;
		if (!t->hidden && t->spans <= MAX_SPANS && has_class(a->class_name, "invisible")) t->hidden = t->spans;
	}
}

static void block(struct text *t, int what, bool closing)
{
	if (t->hidden) return;
	if (what & PRE || (what & FLOW && t->pre_wrap)) t->pre = !closing;
	if (what & PARAGRAPH) break_lines(t, 2);
	if (what & BLOCK) break_lines(t, 1);
	if (what & CELL) t->space = true;
}

static void tag(struct text *t) /* t->p at < of a tag */
{
	bool closing = t->p[1] == '/';
	struct attributes a = {.href = AMP_STR_ABSENT};
	t->p += closing ? 2 : 1;
	struct amp_str name = word(t, "/");
	if (!read_attributes(t, &a)) return; /* cut inside a tag: nothing to see */
	if (amp_str_ieq_c(name, "br")) {
		if (!t->hidden) t->lines++;
	} else if (amp_str_ieq_c(name, "span")) {
		span(t, closing, &a);
	} else if (amp_str_ieq_c(name, "a")) {
		if (closing)
			close_link(t);
		else
			open_link(t, &a);
	} else if (amp_str_ieq_c(name, "img")) {
		if (!closing) image(t, &a);
	} else {
		int what = kind_of(name);
		if (what & RAW && !closing) skip_raw(t, name);
		if (what & ~RAW) block(t, what, closing);
	}
}

/* A comment, a doctype, a processing instruction: nothing to see. */
static void markup(struct text *t)
{
	if (t->end - t->p >= 4 && memcmp(t->p, "<!--", 4) == 0) {
		struct amp_str rest = {t->p + 2, (size_t)(t->end - t->p) - 2}; /* <!--> is a whole comment */
		const char *close = amp_str_find(rest, AMP_STR("-->"));
		t->p = close ? close + 3 : t->end;
		return;
	}
	const char *gt = memchr(t->p, '>', (size_t)(t->end - t->p));
	t->p = gt ? gt + 1 : t->end;
}

static void character(struct text *t)
{
	unsigned char c = (unsigned char)*t->p;
	if (c == '&') {
		char text[AMP_HTML_REF_MAX];
		size_t n = 0, used = amp_html_reference(t->p, t->end, false, text, &n);
		if (used) {
			t->p += used;
			if (n == 1)
				put_byte(t, text[0]);
			else
				put(t, text, n);
			return;
		}
	}
	if (c < 0x80) {
		if (c == 0) {
			put(t, "\xEF\xBF\xBD", 3);
			t->out->repairs++;
		} else {
			put_byte(t, (char)c);
		}
		t->p++;
		return;
	}
	uint32_t cp;
	size_t n = amp_utf8_decode(t->p, t->end, &cp);
	if (n == 0) {
		put(t, "\xEF\xBF\xBD", 3);
		t->out->repairs++;
		n = 1;
	} else {
		put(t, t->p, n);
	}
	t->p += n;
}

/* Up to where words reach that have one blank between them, 16 bytes a step; the rest is for the byte-wise loop. */
static const char *many_words(const struct text *t, const char *p, bool letters, bool blanks)
{
#if defined(__SSE2__)
	unsigned before = 0; /* the byte before is a blank */
	for (; t->end - p >= 16; p += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
		__m128i stop = _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('<')), _mm_cmpeq_epi8(v, _mm_set1_epi8('&')));
		stop = _mm_or_si128(stop, _mm_cmpeq_epi8(v, _mm_set1_epi8(0x7F)));
		stop = _mm_or_si128(stop, _mm_cmpeq_epi8(_mm_min_epu8(v, _mm_set1_epi8(0x1F)), v));
		unsigned blank = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_set1_epi8(' '))),
			 mask = (unsigned)_mm_movemask_epi8(stop);
		if (!letters) mask |= (unsigned)_mm_movemask_epi8(v);
		mask |= blanks ? blank & (blank << 1 | before) : blank;
		if (mask) break;
		before = blank >> 15;
	}
#else
	(void)t;
	(void)letters;
	(void)blanks;
#endif
	return p;
}

/* Most of a text is words with one blank between them: as many as there are, at once. */
static bool words(struct text *t)
{
	const char *start = t->p, *p = start, *end = t->end;
	bool letters = t->valid, blanks = !t->pre && !t->hidden;
	if (p < end && *p != ' ') p = many_words(t, p, letters, blanks);
	for (; p < end; p++) {
		unsigned char c = (unsigned char)*p;
		if (c > ' ' && c < 0x7F && c != '<' && c != '&') continue;
		if (c >= 0x80 && letters) continue;
		if (c != ' ' || !blanks || p == start || p[-1] == ' ') break;
	}
	if (p > start && p[-1] == ' ') p--; /* it waits until something visible follows */
	t->p = p;
	if (p == start) return false;
	put(t, start, (size_t)(p - start));
	return true;
}

static void read_all(struct text *t)
{
	while (t->p < t->end && t->rc == 0) {
		if (words(t)) continue;
		int next = t->end - t->p >= 2 ? (unsigned char)t->p[1] : 0;
		if (*t->p != '<')
			character(t);
		else if (amp_is_alpha(next) || (next == '/' && t->end - t->p >= 3 && amp_is_alpha((unsigned char)t->p[2])))
			tag(t);
		else if (next == '!' || next == '?' || next == '/')
			markup(t);
		else
			character(t);
	}
	close_link(t);
}

int amp_html_text(struct amp_arena *arena, struct amp_str html, struct amp_str base_url, struct amp_html_out *out,
                  struct amp_err *err)
{
	return amp_html_text_as(arena, html, base_url, AMP_HTML_COLLAPSE, out, err);
}

int amp_html_text_as(struct amp_arena *arena, struct amp_str html, struct amp_str base_url, enum amp_html_space space,
                     struct amp_html_out *out, struct amp_err *err)
{
	*out = (struct amp_html_out){.text = AMP_STR("")};
	if (!html.p || html.n == 0) return 0;
	/* Growth: a bad byte gives three; a reference at most 6 for 5; <td> one blank; alt text of an emoji is shorter than its tag,
	 * except for references in it, which the 3 covers too. */
	char *buf = html.n > SIZE_MAX / 4 ? NULL : amp_arena_alloc(arena, html.n * 3 + 16);
	if (!buf) return amp_fail(err, AMP_ELIMIT, _("no memory left to read %zu bytes of HTML"), html.n);
	struct text t = {.arena = arena,
	                 .base = base_url,
	                 .out = out,
	                 .p = html.p,
	                 .end = html.p + html.n,
	                 .buf = buf,
	                 .pre_wrap = space == AMP_HTML_PRE_WRAP,
	                 .valid = amp_utf8_valid(html.p, html.n)};
	read_all(&t);
	if (t.rc != 0) return amp_fail(err, t.rc, _("no memory left to read %zu bytes of HTML"), html.n);
	out->text = (struct amp_str){buf, t.n};
	while (out->text.n && amp_is_space((unsigned char)buf[out->text.n - 1]))
		out->text.n--; /* inside <pre> blanks do not wait */
	return 0;
}

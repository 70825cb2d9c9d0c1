/* feeds_mend.c: repairs of an XML feed, counted, with their offsets. libxml2 in its recovering mode drops text without a word where
 * a feed has a bare ampersand, an HTML entity or a control character ("AT&T" becomes "AT", "l&eacute;gal" becomes "lgal"), and stops
 * at the first byte that is not UTF-8. Feeds have all of these, so they are mended before it sees a byte. The text is walked twice:
 * first to measure, and, where anything was found, to write.
 *
 * An internal DTD subset is dropped: feeds need none, and entities that are never declared cannot expand or fetch anything.
 */
#include "platforms/feeds_mend.h"
#include <string.h>
#include "base/utf8.h"
#include "parse/html.h"
#include "platforms/feeds_encoding.h"
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

static size_t place(const struct amp_feeds_mender *m, const char *p) /* in the body, near enough for a remark */
{
	return m->s->unit == 0 ? m->s->decoded_start + (size_t)(p - m->s->decoded.p) : (size_t)(p - m->s->decoded.p);
}

static void keep_edit(struct amp_feeds_mender *m, const char *in)
{
	struct amp_feeds_source *s = m->s;
	if (s->n_edits == s->edits_room) {
		size_t room = s->edits_room ? s->edits_room * 2 : 64;
		struct amp_feeds_edit *edits = amp_arena_new_array(m->e->arena, struct amp_feeds_edit, room);
		if (!edits) {
			amp_engine_no_memory(m->e);
			return;
		}
		if (s->n_edits) memcpy(edits, s->edits, s->n_edits * sizeof *edits);
		s->edits = edits;
		s->edits_room = room;
	}
	s->edits[s->n_edits++] = (struct amp_feeds_edit){(uint32_t)m->n, (uint32_t)(in - m->start)};
}

void amp_feeds_replace(struct amp_feeds_mender *m, const char *from, const char *to, struct amp_str with, const char *what)
{
	size_t gap = (size_t)(from - m->copied);
	m->any = true;
	if (m->out) {
		memcpy(m->out + m->n, m->copied, gap);
		memcpy(m->out + m->n + gap, with.p, with.n);
		if (what) amp_engine_repaired(m->e, what, place(m, from));
	}
	m->n += gap + with.n;
	m->copied = to;
	if (m->out) keep_edit(m, to);
}

bool amp_feeds_xml_character(uint32_t c)
{
	return c >= 0x20 ? c < 0xD800 || (c > 0xDFFF && c < 0xFFFE) || (c > 0xFFFF && c <= 0x10FFFF)
	                 : c == '\t' || c == '\n' || c == '\r';
}

uint32_t amp_feeds_number(const char *p, const char *limit, const char **end)
{
	uint32_t value = 0;
	bool hex = p < limit && (*p == 'x' || *p == 'X');
	const char *first = p += hex;
	for (; p < limit && p - first < 12; p++) {
		int digit = hex ? amp_hex_value((unsigned char)*p) : amp_is_digit((unsigned char)*p) ? *p - '0' : -1;
		if (digit < 0) break;
		value = value > 0x110000 ? value : value * (hex ? 16 : 10) + (uint32_t)digit;
	}
	if (p == first || p >= limit || *p != ';') return 0;
	*end = p + 1;
	return value == 0 ? 0x110000 : value; /* NUL is as wrong as what is too big */
}

static const char *reference(struct amp_feeds_mender *m, const char *p)
{
	static const char *const xml_names[] = {"amp", "lt", "gt", "quot", "apos"};
	const char *end = p + 1;
	if (end < m->end && *end == '#') {
		uint32_t value = amp_feeds_number(p + 2, m->end, &end);
		if (value && amp_feeds_xml_character(value) && (value < 0x80 || value > 0x9F)) return end;
		if (value >= 0x80 && value <= 0x9F) { /* a Windows character by its byte, as all browsers read it */
			char text[4];
			amp_feeds_replace(
				m, p, end,
				(struct amp_str){text, amp_utf8_encode(amp_feeds_windows_1252((unsigned char)value), text)}, NULL);
			return end;
		}
		if (value) {
			amp_feeds_replace(m, p, end, AMP_STR(AMP_FEEDS_REPLACEMENT), "invalid_character_reference");
			return end;
		}
	}
	while (end < m->end && end - p < 40 && amp_is_alnum((unsigned char)*end)) end++;
	struct amp_str name = {p + 1, (size_t)(end - p) - 1};
	if (end < m->end && *end == ';' && name.n) {
		for (size_t i = 0; i < sizeof xml_names / sizeof *xml_names; i++)
			if (amp_str_eq_c(name, xml_names[i])) return end + 1;
		struct amp_str text = amp_html_entity(name);
		if (text.p && text.n) {
			bool markup = text.n == 1 && (*text.p == '<' || *text.p == '&');
			amp_feeds_replace(m, p, end + 1,
			                  !markup          ? text
			                  : *text.p == '<' ? AMP_STR("&lt;")
			                                   : AMP_STR("&amp;"),
			                  NULL);
			return end + 1;
		}
	}
	amp_feeds_replace(m, p, p + 1, AMP_STR("&amp;"), "bare_ampersand");
	return p + 1;
}

/* Behind a document type declaration; *subset: it has an internal subset. NULL when it does not end. */
static const char *doctype_end(const char *p, const char *end, bool *subset)
{
	char quote = 0;
	for (*subset = false; p < end; p++) {
		if (quote) {
			if (*p == quote) quote = 0;
		} else if (*p == '"' || *p == '\'') {
			quote = *p;
		} else if (end - p > 4 && memcmp(p, "<!--", 4) == 0) { /* its quotes are no quotes */
			p = amp_str_find((struct amp_str){p + 4, (size_t)(end - p) - 4}, AMP_STR("-->"));
			if (!p) return NULL;
		} else if (*p == '[') {
			*subset = true;
		} else if (*p == ']') {
			while (++p < end && amp_is_space((unsigned char)*p)) {
			}
			return p < end && *p == '>' ? p + 1 : NULL;
		} else if (*p == '>' && !*subset) {
			return p + 1;
		}
	}
	return NULL;
}

static void read_verbatim(struct amp_feeds_mender *m, const char *p, struct amp_str closing)
{
	const char *close = amp_str_find((struct amp_str){p, (size_t)(m->end - p)}, closing);
	m->verbatim = close ? close + closing.n : m->end;
}

/* <br> without an end, as HTML has it: libxml2 would take what follows as its content. */
static void close_void(struct amp_feeds_mender *m, const char *name, const char *end)
{
	static const char *const voids[] = {"br", "hr", "img", "wbr", "input"};
	struct amp_str tag = {name, 0};
	while (name + tag.n < end && amp_is_alnum((unsigned char)name[tag.n])) tag.n++;
	if (!amp_feeds_is_one_of(tag, voids, sizeof voids / sizeof *voids)) return;
	size_t near = (size_t)(end - name) < AMP_FEEDS_LONG_TAG ? (size_t)(end - name) : AMP_FEEDS_LONG_TAG;
	const char *gt = memchr(name, '>', near);
	if (!gt || gt[-1] == '/' || memchr(name, '<', (size_t)(gt - name))) return;
	struct amp_str rest = {gt + 1, (size_t)(end - gt) - 1};
	if (rest.n > tag.n + 2 && rest.p[0] == '<' && rest.p[1] == '/' && memcmp(rest.p + 2, tag.p, tag.n) == 0) return;
	m->void_end = gt;
}

static const char *markup(struct amp_feeds_mender *m, const char *p)
{
	struct amp_str rest = {p, (size_t)(m->end - p)};
	int next = rest.n > 1 ? (unsigned char)p[1] : 0;
	bool subset;
	if (next == '?') {
		read_verbatim(m, p, AMP_STR("?>"));
		if (amp_str_starts(rest, "<?" AMP_FEEDS_TEXT))
			amp_feeds_replace(m, p + 2, p + 3, AMP_STR("x"), NULL); /* ours is the only one */
	} else if (amp_str_starts(rest, "<!--")) {
		read_verbatim(m, p + 4, AMP_STR("-->"));
	} else if (amp_str_starts(rest, "<![CDATA[")) {
		const char *behind = amp_feeds_take_cdata(m, p);
		if (behind) return behind;
		read_verbatim(m, p, AMP_STR("]]>"));
	} else if (amp_str_istarts(rest, "<!doctype") && !m->doctype_seen) {
		m->doctype_seen = true; /* libxml2 takes one, before the root */
		const char *end = doctype_end(p, m->end, &subset);
		if (!end || !subset) return p + 1;
		amp_feeds_replace(m, p, end, AMP_STR(""), "internal DTD subset left out");
		return end;
	} else if (amp_is_alpha(next) || next == '_' || next == ':' || next >= 0x80) {
		close_void(m, p + 1, m->end);
		amp_feeds_open_start(&m->open, p, m->end, m->void_end);
		const char *behind = m->void_end ? NULL : amp_feeds_take_text(m, p);
		if (behind) return behind;
	} else if (next != '/' || rest.n < 3 || amp_is_space((unsigned char)p[2])) {
		amp_feeds_replace(m, p, p + 1, AMP_STR("&lt;"), "bare_less_than");
	} else {
		const char *behind = amp_feeds_open_end(&m->open, p, m->end);
		if (!behind) return p + 1;
		amp_feeds_replace(m, p, behind, AMP_STR(""), "mismatched_tag");
		return behind;
	}
	return p + 1;
}

static const char *high(struct amp_feeds_mender *m, const char *p)
{
	uint32_t cp;
	size_t n = amp_utf8_decode(p, m->end, &cp);
	if (n && amp_feeds_xml_character(cp)) return p + n;
	if (n == 0) n = 1;
	amp_feeds_replace(m, p, p + n, AMP_STR(AMP_FEEDS_REPLACEMENT), "invalid_utf8");
	return p + n;
}

/* First byte from p on that mend_all has to look at. Bytes beyond ASCII are good where the whole text is UTF-8, but for U+FFFE and
 * U+FFFF, which begin with EF. */
static const char *plain_until(const struct amp_feeds_mender *m, const char *p)
{
	const char *end = m->void_end && m->void_end >= p ? m->void_end : m->end;
	bool verbatim = p < m->verbatim;
	if (verbatim && end > m->verbatim) end = m->verbatim;
	for (; p < end; p++) {
#if defined(__SSE2__)
		while (end - p >= 16) {
			__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
			__m128i hit = _mm_cmpeq_epi8(_mm_min_epu8(v, _mm_set1_epi8(0x1F)), v);
			if (!verbatim) {
				__m128i markup =
					_mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('<')), _mm_cmpeq_epi8(v, _mm_set1_epi8('&')));
				hit = _mm_or_si128(hit, _mm_or_si128(markup, _mm_cmpeq_epi8(v, _mm_set1_epi8(']'))));
			}
			unsigned mask = (unsigned)_mm_movemask_epi8(hit);
			mask |= m->valid ? (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_set1_epi8((char)0xEF)))
			                 : (unsigned)_mm_movemask_epi8(v);
			if (mask) return p + __builtin_ctz(mask);
			p += 16;
		}
		if (p == end) break;
#endif
		unsigned char c = (unsigned char)*p;
		if (c < 0x20 || (c >= 0x80 && (!m->valid || c == 0xEF))) break;
		if (!verbatim && (c == '<' || c == '&' || c == ']')) break;
	}
	return p;
}

static void mend_all(struct amp_feeds_mender *m)
{
	m->verbatim = m->copied = m->start;
	m->void_end = NULL;
	m->doctype_seen = false;
	m->open.n = m->open.parser = 0;
	m->open.lost = false;
	m->n = m->n_taken = 0;
	for (const char *p = plain_until(m, m->start); p < m->end && !m->e->failed; p = plain_until(m, p)) {
		unsigned char c = (unsigned char)*p;
		if (c >= 0x80)
			p = high(m, p);
		else if (c == '<' && p >= m->verbatim)
			p = markup(m, p);
		else if (c == '&' && p >= m->verbatim)
			p = reference(m, p);
		else if (p == m->void_end) {
			amp_feeds_replace(m, p, p, AMP_STR("/"), "unclosed_element");
			m->void_end = NULL;
			p++;
		} else if (c == ']' && p >= m->verbatim && m->end - p > 2 && p[1] == ']' && p[2] == '>') {
			amp_feeds_replace(m, p + 2, p + 3, AMP_STR("&gt;"), "bare_cdata_end");
			p += 3;
		} else if (c < 0x20 && !amp_feeds_xml_character(c)) {
			amp_feeds_replace(m, p, p + 1, AMP_STR(AMP_FEEDS_REPLACEMENT), c ? "control_character" : "nul_character");
			p++;
		} else
			p++;
	}
	size_t tail = (size_t)(m->end - m->copied);
	if (m->out && tail) memcpy(m->out + m->n, m->copied, tail);
	m->n += tail;
}

bool amp_feeds_mend(struct amp_engine *e, struct amp_feeds_source *s)
{
	struct amp_feeds_mender m = {
		.e = e, .s = s, .start = s->text.p, .end = s->text.p + s->text.n, .valid = amp_utf8_valid(s->text.p, s->text.n)};
	mend_all(&m);
	if (!m.any || e->failed) return !e->failed;
	m.out = amp_arena_alloc(e->arena, m.n + 1);
	if (!m.out) {
		amp_engine_no_memory(e);
		return false;
	}
	mend_all(&m);
	s->text = (struct amp_str){m.out, m.n};
	return !e->failed;
}

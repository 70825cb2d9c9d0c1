/* feeds_source.c: encodings and repairs, before libxml2 sees a byte. libxml2 in its recovering mode drops text without a word where
 * a feed has a bare ampersand, an HTML entity or a control character ("AT&T" becomes "AT", "l&eacute;gal" becomes "lgal"), and stops
 * at the first byte that is not UTF-8. Feeds have all of these, so they are mended here, counted, with their offsets. A document
 * that needs nothing is read in place.
 *
 * An internal DTD subset is dropped: feeds need none, and entities that are never declared cannot expand or fetch anything.
 */
#include "platforms/feeds_source.h"
#include <iconv.h>
#include <stdio.h>
#include <string.h>
#include "base/utf8.h"
#include "parse/html.h"
#include "platforms/feeds_open.h"
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#define LONG_TEXT 64
#define REPLACEMENT "\xEF\xBF\xBD"

/* --- decoding --- */

/* WHATWG Encoding Standard, index windows-1252: bytes 0x80 to 0x9F, which pages labelled ISO-8859-1 use as well. */
static const uint16_t windows_1252[32] = {0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
                                          0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
                                          0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

static bool keep_decoded(struct amp_engine *e, struct amp_feeds_source *s, const char *p, size_t n, int unit)
{
	if (!p) {
		amp_engine_no_memory(e);
		return false;
	}
	s->decoded = (struct amp_str){p, n};
	s->unit = unit;
	return true;
}

static bool decode_1252(struct amp_engine *e, struct amp_feeds_source *s, struct amp_str in)
{
	char *out = amp_arena_alloc(e->arena, in.n * 3 + 1);
	size_t n = 0;
	for (size_t i = 0; out && i < in.n; i++) {
		unsigned char c = (unsigned char)in.p[i];
		if (c < 0x80)
			out[n++] = (char)c;
		else
			n += amp_utf8_encode(c < 0xA0 ? windows_1252[c - 0x80] : c, out + n);
	}
	return keep_decoded(e, s, out, n, 1);
}

static uint32_t unit16(const struct amp_feeds_source *s, const char *p)
{
	unsigned char a = (unsigned char)p[0], b = (unsigned char)p[1];
	return s->big_endian ? (uint32_t)a << 8 | b : (uint32_t)b << 8 | a;
}

static bool decode_utf16(struct amp_engine *e, struct amp_feeds_source *s, struct amp_str in)
{
	char *out = amp_arena_alloc(e->arena, in.n / 2 * 3 + 4);
	size_t n = 0;
	for (size_t i = 0; out && i + 2 <= in.n; i += 2) {
		uint32_t c = unit16(s, in.p + i), low = i + 4 <= in.n ? unit16(s, in.p + i + 2) : 0;
		if (c >= 0xD800 && c < 0xDC00 && low >= 0xDC00 && low < 0xE000) {
			c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
			i += 2;
		}
		size_t got = amp_utf8_encode(c, out + n);
		if (got == 0) {
			amp_engine_repaired(e, "lone_surrogate", (size_t)(in.p - s->body.p) + i);
			memcpy(out + n, REPLACEMENT, got = 3);
		}
		n += got;
	}
	return keep_decoded(e, s, out, n, 2);
}

/* What the C library calls the encodings that pages mean by these labels (WHATWG Encoding Standard, section 4.2): most are
 * supersets, and feeds labelled GB2312 or Shift_JIS use the letters beyond. The other labels are the library's own names. */
static const char *library_name(const char *label)
{
	static const struct {
		const char *label, *name;
	} names[] = {{"gb2312", "GB18030"},
	             {"gbk", "GB18030"},
	             {"x-gbk", "GB18030"},
	             {"gb_2312-80", "GB18030"},
	             {"shift_jis", "CP932"},
	             {"shift-jis", "CP932"},
	             {"sjis", "CP932"},
	             {"x-sjis", "CP932"},
	             {"windows-31j", "CP932"},
	             {"ms_kanji", "CP932"},
	             {"x-euc-jp", "EUC-JP"},
	             {"euc-kr", "UHC"},
	             {"ks_c_5601-1987", "UHC"},
	             {"ksc5601", "UHC"},
	             {"windows-949", "UHC"},
	             {"big5", "BIG5-HKSCS"},
	             {"x-x-big5", "BIG5-HKSCS"},
	             {"iso-8859-9", "CP1254"},
	             {"latin5", "CP1254"},
	             {"iso-8859-11", "CP874"},
	             {"tis-620", "CP874"},
	             {"windows-874", "CP874"},
	             {"x-mac-roman", "MACINTOSH"},
	             {"iso-8859-8-i", "ISO-8859-8"},
	             {"x-mac-cyrillic", "MAC-UK"},
	             {"x-cp1250", "CP1250"},
	             {"x-cp1251", "CP1251"}};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (amp_str_ieq_c(amp_str_c(label), names[i].label)) return names[i].name;
	return label;
}

/* The encodings beyond those of western Europe, by the C library. False when it does not know the name: nothing is decoded then. */
static bool decode_iconv(struct amp_engine *e, struct amp_feeds_source *s, struct amp_str in, const char *name)
{
	iconv_t cd = iconv_open("UTF-8", library_name(name));
	if (cd == (iconv_t)-1) return false;
	size_t room = in.n * 4 + 16, left = in.n, free_bytes = room;
	char *out = amp_arena_alloc(e->arena, room), *to = out,
	     *from = (char *)(uintptr_t)in.p; /* iconv takes char ** and writes nothing there */
	while (out && left && free_bytes >= 8) {
		if (iconv(cd, &from, &left, &to, &free_bytes) != (size_t)-1 || left == 0) break;
		amp_engine_repaired(e, "invalid_byte", (size_t)(from - s->body.p));
		memcpy(to, REPLACEMENT, 3);
		to += 3;
		free_bytes -= 3;
		from++;
		left--;
	}
	iconv_close(cd);
	return keep_decoded(e, s, out, out ? (size_t)(to - out) : 0, 1);
}

/* Value of encoding="…" in an XML declaration at the start of text; *end: behind the declaration. */
static struct amp_str declared(struct amp_str text, size_t *end)
{
	*end = 0;
	if (!amp_str_starts(text, "<?xml") || text.n < 6 || !amp_is_space((unsigned char)text.p[5])) return AMP_STR_ABSENT;
	struct amp_str line = {text.p, text.n < 1024 ? text.n : 1024};
	const char *close = amp_str_find(line, AMP_STR("?>"));
	if (!close) return AMP_STR_ABSENT;
	line.n = (size_t)(close - line.p);
	*end = line.n + 2;
	const char *at = amp_str_find(line, AMP_STR("encoding"));
	if (!at) return AMP_STR_ABSENT;
	struct amp_str rest = {at + 8, line.n - (size_t)(at + 8 - line.p)};
	amp_str_cut(&rest, '=');
	rest = amp_str_trim(rest);
	if (!rest.p || rest.n < 2 || (*rest.p != '"' && *rest.p != '\'')) return AMP_STR_ABSENT;
	char quote = *rest.p;
	rest = (struct amp_str){rest.p + 1, rest.n - 1};
	return amp_str_cut(&rest, quote);
}

static struct amp_str header_charset(const struct amp_engine *e)
{
	struct amp_str type = amp_engine_header(e, "Content-Type");
	const char *at = type.p ? amp_str_ifind(type, "charset=") : NULL;
	if (!at) return AMP_STR_ABSENT;
	struct amp_str rest = {at + 8, type.n - (size_t)(at + 8 - type.p)};
	struct amp_str value = amp_str_trim(amp_str_cut(&rest, ';'));
	if (value.n >= 2 && *value.p == '"') value = (struct amp_str){value.p + 1, value.n - 2};
	return value;
}

static bool is_one_of(struct amp_str name, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (amp_str_ieq_c(name, names[i])) return true;
	return false;
}

static bool has_sequence(struct amp_str s)
{
	uint32_t cp;
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0xC2 && amp_utf8_decode(s.p + i, s.p + s.n, &cp) > 1) return true;
	return false;
}

static bool by_label(struct amp_engine *e, struct amp_feeds_source *s, struct amp_str in, struct amp_str label)
{
	static const char *const utf8[] = {"utf-8",  "utf8",     "unicode-1-1-utf-8",
	                                   "utf-16", "utf-16le", "utf-16be"}; /* UTF-16 without NULs is none */
	static const char *const latin[] = {"iso-8859-1",   "iso8859-1", "iso_8859-1", "latin1",
	                                    "windows-1252", "cp1252",    "us-ascii",   "ascii"};
	char name[64];
	if (!label.p || label.n == 0 || label.n >= sizeof name || is_one_of(label, utf8, sizeof utf8 / sizeof *utf8)) {
		if (has_sequence(in)) return true; /* UTF-8 with a few bad bytes: mended one by one */
		amp_engine_repaired(e, "not UTF-8: read as windows-1252", (size_t)(in.p - s->body.p));
		return decode_1252(e, s, in);
	}
	if (is_one_of(label, latin, sizeof latin / sizeof *latin)) return decode_1252(e, s, in);
	memcpy(name, label.p, label.n);
	name[label.n] = '\0';
	if (memchr(name, '/', label.n) || !decode_iconv(e, s, in, name)) { /* "//IGNORE" is glibc's own */
		if (e->failed) return false;
		amp_engine_repaired(e, "an encoding that is not known: read as windows-1252", (size_t)(in.p - s->body.p));
		return has_sequence(in) || decode_1252(e, s, in);
	}
	return true;
}

static bool decode(struct amp_engine *e, struct amp_feeds_source *s)
{
	struct amp_str in = s->body = e->page->body;
	bool mark8 = amp_str_starts(in, "\xEF\xBB\xBF");
	bool little = in.n >= 2 && (memcmp(in.p, "\xFF\xFE", 2) == 0 || memcmp(in.p, "<", 2) == 0);
	bool big = in.n >= 2 && (memcmp(in.p, "\xFE\xFF", 2) == 0 || memcmp(in.p, "\0<", 2) == 0);
	if (little || big) {
		size_t skip = in.p[0] == '<' || in.p[1] == '<' ? 0 : 2;
		s->big_endian = big;
		s->seen_body = skip;
		return decode_utf16(e, s, (struct amp_str){in.p + skip, in.n - skip});
	}
	if (mark8) in = (struct amp_str){in.p + 3, in.n - 3};
	while (in.n && amp_is_space((unsigned char)*in.p)) in = (struct amp_str){in.p + 1, in.n - 1};
	s->decoded = in;
	s->decoded_start = s->seen_body = (size_t)(in.p - s->body.p);
	size_t end;
	struct amp_str label = declared(in, &end);
	if (!label.p) label = header_charset(e);
	bool escapes = label.p && amp_str_istarts(label, "iso-2022") && memchr(in.p, 0x1B, in.n);
	if (!escapes && (mark8 || amp_utf8_valid(in.p, in.n))) return true;
	return by_label(e, s, in, label);
}

/* --- repairs --- */

struct mender {
	struct amp_engine *e;
	struct amp_feeds_source *s;
	const char *start, *end;
	const char *verbatim; /* up to here "<" and "&" are text: CDATA, comments, processing instructions */
	const char *void_end; /* the ">" of an HTML tag that wants a "/" */
	struct amp_feeds_open open;
	const char *copied;
	char *out; /* NULL in the first pass, which only measures */
	size_t n;
	bool any, doctype_seen;
	bool valid; /* the whole text is UTF-8 */
	size_t n_taken;
};

static size_t place(const struct mender *m, const char *p) /* in the body, near enough for a remark */
{
	return m->s->unit == 0 ? m->s->decoded_start + (size_t)(p - m->s->decoded.p) : (size_t)(p - m->s->decoded.p);
}

static void keep_edit(struct mender *m, const char *in)
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

/* The bytes [from, to) become `with`. what: the repair to report, NULL for none. */
static void mend(struct mender *m, const char *from, const char *to, struct amp_str with, const char *what)
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

static bool xml_character(uint32_t c)
{
	return c >= 0x20 ? c < 0xD800 || (c > 0xDFFF && c < 0xFFFE) || (c > 0xFFFF && c <= 0x10FFFF)
	                 : c == '\t' || c == '\n' || c == '\r';
}

/* "&#233;" with p behind "#": the code point, *end behind the semicolon; 0 when it is none. */
static uint32_t number(const char *p, const char *limit, const char **end)
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

static const char *reference(struct mender *m, const char *p)
{
	static const char *const xml_names[] = {"amp", "lt", "gt", "quot", "apos"};
	const char *end = p + 1;
	if (end < m->end && *end == '#') {
		uint32_t value = number(p + 2, m->end, &end);
		if (value && xml_character(value) && (value < 0x80 || value > 0x9F)) return end;
		if (value >= 0x80 && value <= 0x9F) { /* a Windows character by its byte, as all browsers read it */
			char text[4];
			mend(m, p, end, (struct amp_str){text, amp_utf8_encode(windows_1252[value - 0x80], text)}, NULL);
			return end;
		}
		if (value) {
			mend(m, p, end, AMP_STR(REPLACEMENT), "invalid_character_reference");
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
			mend(m, p, end + 1, !markup ? text : *text.p == '<' ? AMP_STR("&lt;") : AMP_STR("&amp;"), NULL);
			return end + 1;
		}
	}
	mend(m, p, p + 1, AMP_STR("&amp;"), "bare_ampersand");
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

static void read_verbatim(struct mender *m, const char *p, struct amp_str closing)
{
	const char *close = amp_str_find((struct amp_str){p, (size_t)(m->end - p)}, closing);
	m->verbatim = close ? close + closing.n : m->end;
}

/* <br> without an end, as HTML has it: libxml2 would take what follows as its content. */
static void close_void(struct mender *m, const char *name, const char *end)
{
	static const char *const voids[] = {"br", "hr", "img", "wbr", "input"};
	struct amp_str tag = {name, 0};
	while (name + tag.n < end && amp_is_alnum((unsigned char)name[tag.n])) tag.n++;
	if (!is_one_of(tag, voids, sizeof voids / sizeof *voids)) return;
	size_t near = (size_t)(end - name) < AMP_FEEDS_LONG_TAG ? (size_t)(end - name) : AMP_FEEDS_LONG_TAG;
	const char *gt = memchr(name, '>', near);
	if (!gt || gt[-1] == '/' || memchr(name, '<', (size_t)(gt - name))) return;
	struct amp_str rest = {gt + 1, (size_t)(end - gt) - 1};
	if (rest.n > tag.n + 2 && rest.p[0] == '<' && rest.p[1] == '/' && memcmp(rest.p + 2, tag.p, tag.n) == 0) return;
	m->void_end = gt;
}

static const char *take_cdata(struct mender *m, const char *p);
static const char *take_text(struct mender *m, const char *p);

static const char *markup(struct mender *m, const char *p)
{
	struct amp_str rest = {p, (size_t)(m->end - p)};
	int next = rest.n > 1 ? (unsigned char)p[1] : 0;
	bool subset;
	if (next == '?') {
		read_verbatim(m, p, AMP_STR("?>"));
		if (amp_str_starts(rest, "<?" AMP_FEEDS_TEXT)) mend(m, p + 2, p + 3, AMP_STR("x"), NULL); /* ours is the only one */
	} else if (amp_str_starts(rest, "<!--")) {
		read_verbatim(m, p + 4, AMP_STR("-->"));
	} else if (amp_str_starts(rest, "<![CDATA[")) {
		const char *behind = take_cdata(m, p);
		if (behind) return behind;
		read_verbatim(m, p, AMP_STR("]]>"));
	} else if (amp_str_istarts(rest, "<!doctype") && !m->doctype_seen) {
		m->doctype_seen = true; /* libxml2 takes one, before the root */
		const char *end = doctype_end(p, m->end, &subset);
		if (!end || !subset) return p + 1;
		mend(m, p, end, AMP_STR(""), "internal DTD subset left out");
		return end;
	} else if (amp_is_alpha(next) || next == '_' || next == ':' || next >= 0x80) {
		close_void(m, p + 1, m->end);
		amp_feeds_open_start(&m->open, p, m->end, m->void_end);
		const char *behind = m->void_end ? NULL : take_text(m, p);
		if (behind) return behind;
	} else if (next != '/' || rest.n < 3 || amp_is_space((unsigned char)p[2])) {
		mend(m, p, p + 1, AMP_STR("&lt;"), "bare_less_than");
	} else {
		const char *behind = amp_feeds_open_end(&m->open, p, m->end);
		if (!behind) return p + 1;
		mend(m, p, behind, AMP_STR(""), "mismatched_tag");
		return behind;
	}
	return p + 1;
}

static const char *high(struct mender *m, const char *p)
{
	uint32_t cp;
	size_t n = amp_utf8_decode(p, m->end, &cp);
	if (n && xml_character(cp)) return p + n;
	if (n == 0) n = 1;
	mend(m, p, p + n, AMP_STR(REPLACEMENT), "invalid_utf8");
	return p + n;
}

/* A text that is read as it stands, but for references: nothing to mend, no carriage return (XML 1.0 section 2.11 makes them line ends). */
static bool as_it_stands(const struct mender *m, struct amp_str section)
{
	if (!m->valid) return false;
	for (size_t i = 0; i < section.n; i++) {
#if defined(__SSE2__)
		while (section.n - i >= 16) {
			__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(section.p + i));
			__m128i look = _mm_or_si128(_mm_cmpeq_epi8(_mm_min_epu8(v, _mm_set1_epi8(0x1F)), v),
			                            _mm_cmpeq_epi8(v, _mm_set1_epi8((char)0xEF)));
			unsigned mask = (unsigned)_mm_movemask_epi8(look);
			if (mask) {
				i += (size_t)__builtin_ctz(mask);
				break;
			}
			i += 16;
		}
		if (i == section.n) break;
#endif
		unsigned char c = (unsigned char)section.p[i];
		if (c < 0x20 && c != '\n' && c != '\t') return false;
		if (c == 0xEF && i + 2 < section.n && (unsigned char)section.p[i + 1] == 0xBF &&
		    (unsigned char)section.p[i + 2] >= 0xBE)
			return false;
	}
	return true;
}

/* The text [from, to) is taken out: `text` is what it says. */
static void take_out(struct mender *m, const char *from, const char *to, struct amp_str text)
{
	struct amp_feeds_source *s = m->s;
	char place_holder[48];
	int n = snprintf(place_holder, sizeof place_holder, "<?" AMP_FEEDS_TEXT " %zu?>", m->n_taken++);
	mend(m, from, to, (struct amp_str){place_holder, (size_t)n}, NULL);
	if (!m->out) return;
	if (s->n_taken == s->taken_room) {
		size_t room = s->taken_room ? s->taken_room * 4 : 64;
		struct amp_str *more = amp_arena_new_array(m->e->arena, struct amp_str, room);
		if (!more) {
			amp_engine_no_memory(m->e);
			return;
		}
		if (s->n_taken) memcpy(more, s->taken, s->n_taken * sizeof *more);
		s->taken = more;
		s->taken_room = room;
	}
	s->taken[s->n_taken++] = text;
}

/* "<![CDATA[" at p: a long section is taken out. Returns behind it, or NULL when it stays. */
static const char *take_cdata(struct mender *m, const char *p)
{
	struct amp_str rest = {p + 9, (size_t)(m->end - p) - 9};
	const char *close = amp_str_find(rest, AMP_STR("]]>"));
	if (!close || close - rest.p < LONG_TEXT) return NULL;
	struct amp_str section = {rest.p, (size_t)(close - rest.p)};
	if (!as_it_stands(m, section)) return NULL;
	take_out(m, p, close + 3, section);
	return close + 3;
}

/* What one of XML's own references or a number says; its bytes in the text, 0 when it is another. */
static size_t plain_reference(struct amp_str rest, char out[4], size_t *n)
{
	static const struct {
		const char *name;
		char c;
	} own[] = {{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", '"'}, {"&apos;", '\''}};
	for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
		if (!amp_str_starts(rest, own[i].name)) continue;
		out[0] = own[i].c;
		*n = 1;
		return strlen(own[i].name);
	}
	const char *behind = NULL;
	uint32_t value = rest.n > 2 && rest.p[1] == '#' ? number(rest.p + 2, rest.p + rest.n, &behind) : 0;
	if (value == 0 || !xml_character(value) || (value >= 0x7F && value <= 0x9F)) return 0;
	*n = amp_utf8_encode(value, out);
	return (size_t)(behind - rest.p);
}

/* Text with nothing in it but characters and plain references, as it reads; absent when there is more to it. */
static struct amp_str dereferenced(struct mender *m, struct amp_str text)
{
	char *out = m->out ? amp_arena_alloc(m->e->arena, text.n + 1) : NULL;
	size_t n = 0;
	if (m->out && !out) {
		amp_engine_no_memory(m->e);
		return AMP_STR_ABSENT;
	}
	while (text.n) {
		const char *amp = memchr(text.p, '&', text.n);
		size_t run = amp ? (size_t)(amp - text.p) : text.n, got = 0, used = 0;
		char c[4];
		if (out) memcpy(out + n, text.p, run);
		n += run;
		text = (struct amp_str){text.p + run, text.n - run};
		if (!text.n) break;
		used = plain_reference(text, c, &got);
		if (!used) return AMP_STR_ABSENT;
		if (out) memcpy(out + n, c, got);
		n += got;
		text = (struct amp_str){text.p + used, text.n - used};
	}
	return (struct amp_str){out ? out : "", out ? n : 0};
}

/* A start tag at p whose element holds one long text: that is taken out as well, for libxml2 reads escaped markup and letters beyond
 * ASCII a character at a time. Returns behind the text, or NULL when it stays. */
static const char *take_text(struct mender *m, const char *p)
{
	size_t near = (size_t)(m->end - p) < AMP_FEEDS_LONG_TAG ? (size_t)(m->end - p) : AMP_FEEDS_LONG_TAG;
	const char *gt = memchr(p, '>', near), *quote = gt ? memchr(p, '"', (size_t)(gt - p)) : NULL;
	if (!gt || gt[-1] == '/' || memchr(p, '\'', (size_t)(gt - p)) || memchr(p, '&', (size_t)(gt - p))) return NULL;
	if (memchr(p + 1, '<', (size_t)(gt - p) - 1)) return NULL; /* no tag; and one text would be read again for every "<" */
	bool open = false;
	for (const char *q = quote; q && q < gt; q++) open ^= *q == '"';
	const char *lt = open ? NULL : memchr(gt, '<', (size_t)(m->end - gt));
	if (!lt || lt - gt <= LONG_TEXT || m->end - lt < 2 || lt[1] != '/') return NULL;
	struct amp_str text = {gt + 1, (size_t)(lt - gt) - 1};
	if (!as_it_stands(m, text) || !as_it_stands(m, (struct amp_str){p, (size_t)(gt - p)}) || memchr(text.p, ']', text.n))
		return NULL;
	struct amp_str said = dereferenced(m, text);
	if (!said.p) return NULL;
	take_out(m, gt + 1, lt, said);
	return lt;
}

/* First byte from p on that mend_all has to look at. Bytes beyond ASCII are good where the whole text is UTF-8, but for U+FFFE and
 * U+FFFF, which begin with EF. */
static const char *plain_until(const struct mender *m, const char *p)
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

static void mend_all(struct mender *m)
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
			mend(m, p, p, AMP_STR("/"), "unclosed_element");
			m->void_end = NULL;
			p++;
		} else if (c == ']' && p >= m->verbatim && m->end - p > 2 && p[1] == ']' && p[2] == '>') {
			mend(m, p + 2, p + 3, AMP_STR("&gt;"), "bare_cdata_end");
			p += 3;
		} else if (c < 0x20 && !xml_character(c)) {
			mend(m, p, p + 1, AMP_STR(REPLACEMENT), c ? "control_character" : "nul_character");
			p++;
		} else
			p++;
	}
	size_t tail = (size_t)(m->end - m->copied);
	if (m->out && tail) memcpy(m->out + m->n, m->copied, tail);
	m->n += tail;
}

bool amp_feeds_source(struct amp_engine *e, struct amp_feeds_source *s)
{
	*s = (struct amp_feeds_source){.unit = 0};
	if (!decode(e, s)) return false;
	size_t end;
	(void)declared(s->decoded, &end);
	s->text_start = end;
	s->text = (struct amp_str){s->decoded.p + end, s->decoded.n - end};
	if (s->text.n > (size_t)1 << 30) {
		amp_engine_refuse(e, AMP_VERDICT_FAILED, "the document is bigger than 1 GiB");
		return false;
	}
	struct mender m = {
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

size_t amp_feeds_offset(struct amp_feeds_source *s, size_t at)
{
	while (s->edit < s->n_edits && s->edits[s->edit].out <= at) s->edit++;
	if (s->edit) at = s->edits[s->edit - 1].in + (at - s->edits[s->edit - 1].out);
	at += s->text_start;
	if (s->unit == 0) return s->decoded_start + at;
	/* a decoded document: both have the same "<" in the same order */
	for (size_t step = (size_t)s->unit; s->seen_decoded <= at && s->seen_decoded < s->decoded.n;) {
		const char *lt = memchr(s->decoded.p + s->seen_decoded, '<', s->decoded.n - s->seen_decoded);
		if (!lt || (size_t)(lt - s->decoded.p) > at) break;
		s->seen_decoded = (size_t)(lt - s->decoded.p) + 1;
		while (s->seen_body + step <= s->body.n &&
		       (step == 2 ? unit16(s, s->body.p + s->seen_body) : (unsigned char)s->body.p[s->seen_body]) != '<')
			s->seen_body += step;
		s->seen_body += step;
	}
	if (at >= s->decoded.n) return s->body.n;
	return s->seen_body >= (size_t)s->unit ? s->seen_body - (size_t)s->unit : 0;
}

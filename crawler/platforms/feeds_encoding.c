/* feeds_encoding.c: the encoding of an XML feed: by what the bytes are and what is said of them, into UTF-8, and the way back. */
#include "platforms/feeds_encoding.h"
#include <iconv.h>
#include <string.h>
#include "base/utf8.h"

/* WHATWG Encoding Standard, index windows-1252: bytes 0x80 to 0x9F, which pages labelled ISO-8859-1 use as well. */
static const uint16_t windows_1252[32] = {0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
                                          0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
                                          0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

uint32_t amp_feeds_windows_1252(unsigned char c)
{
	return c >= 0x80 && c < 0xA0 ? windows_1252[c - 0x80] : c;
}

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
			n += amp_utf8_encode(amp_feeds_windows_1252(c), out + n);
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
			memcpy(out + n, AMP_FEEDS_REPLACEMENT, got = 3);
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
		memcpy(to, AMP_FEEDS_REPLACEMENT, 3);
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

bool amp_feeds_is_one_of(struct amp_str name, const char *const *names, size_t n)
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
	if (!label.p || label.n == 0 || label.n >= sizeof name || amp_feeds_is_one_of(label, utf8, sizeof utf8 / sizeof *utf8)) {
		if (has_sequence(in)) return true; /* UTF-8 with a few bad bytes: mended one by one */
		amp_engine_repaired(e, "not UTF-8: read as windows-1252", (size_t)(in.p - s->body.p));
		return decode_1252(e, s, in);
	}
	if (amp_feeds_is_one_of(label, latin, sizeof latin / sizeof *latin)) return decode_1252(e, s, in);
	memcpy(name, label.p, label.n);
	name[label.n] = '\0';
	if (memchr(name, '/', label.n) || !decode_iconv(e, s, in, name)) { /* "//IGNORE" is glibc's own */
		if (e->failed) return false;
		amp_engine_repaired(e, "an encoding that is not known: read as windows-1252", (size_t)(in.p - s->body.p));
		return has_sequence(in) || decode_1252(e, s, in);
	}
	return true;
}

static bool decode_body(struct amp_engine *e, struct amp_feeds_source *s)
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

bool amp_feeds_decode(struct amp_engine *e, struct amp_feeds_source *s)
{
	if (!decode_body(e, s)) return false;
	(void)declared(s->decoded, &s->text_start);
	return true;
}

size_t amp_feeds_undecoded(struct amp_feeds_source *s, size_t at)
{
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

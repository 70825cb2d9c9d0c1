/* normalise.c: the first pass of normal form v2 (text.h): characters. Works a character at a time: with every mark removed no reordering is
 * left to do, so that decomposing each character alone gives the same as UAX #15's NFKD of the whole. disguise.c does the rest.
 */
#include <string.h>
#include <utf8proc.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "text/bytes.h"
#include "text/private.h"
#include "text/text.h"

/* U+FDFA, the longest decomposition of Unicode 15, has 18 code points: one source byte gives at most 11. */
#define GROWTH_MAX 12
#define EXPANSION_MAX 64
#define CUT_LOOK_BACK 4096

/* ASCII: 0 = removed, else what it becomes. Line feed, tab and carriage return stay. */
static unsigned char ascii_fold(unsigned char c)
{
	if (c >= 'A' && c <= 'Z') return (unsigned char)(c + 32);
	if (c == '\v' || c == '\f') return ' ';
	if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f) return 0;
	return c;
}

/* Characters met all the time beyond ASCII: accented Latin letters and general punctuation, folded once. */
#define LATIN_FIRST 0x80
#define LATIN_END 0x250
#define MARKS_FIRST 0x2000
#define MARKS_END 0x2070
#define KNOWN (LATIN_END - LATIN_FIRST + MARKS_END - MARKS_FIRST)
struct amp_fold {
	char bytes[7];
	uint8_t n;
};

void amp_normal_init(struct amp_normal *n)
{
	memset(n, 0, sizeof *n);
	amp_buf_init(&n->text, AMP_NORMALISE_MAX * GROWTH_MAX + AMP_NORMAL_BEHIND);
}

void amp_normal_free(struct amp_normal *n)
{
	if (n == NULL) return;
	amp_buf_free(&n->text);
	amp_free(n->origin);
	amp_free(n->folds);
	n->origin = NULL;
	n->folds = NULL;
	n->size = 0;
}

/* Room for `more` further bytes of text and their origins, and the closing origin. */
static int reserve(struct amp_normal *n, size_t more, struct amp_err *err)
{
	size_t need = n->text.n + more + 1;
	if (amp_buf_reserve(&n->text, more) != 0) return amp_buf_check(&n->text, "normalised text", err);
	if (need > n->size) {
		size_t size = need + need / 2;
		uint32_t *p = amp_realloc(n->origin, size * sizeof *p);
		if (p == NULL)
			return amp_fail(err, AMP_ENOMEM, _("Out of memory while normalising a text of %zu bytes."), n->text.n);
		n->origin = p;
		n->size = size;
	}
	return 0;
}

static void put(struct amp_normal *n, const char *p, size_t length, uint32_t origin)
{
	for (size_t i = 0; i < length; i++) {
		n->text.p[n->text.n] = p[i];
		n->origin[n->text.n++] = origin;
	}
}

static bool removed_category(utf8proc_category_t c)
{
	return c == UTF8PROC_CATEGORY_CF || c == UTF8PROC_CATEGORY_CC || c == UTF8PROC_CATEGORY_MN || c == UTF8PROC_CATEGORY_MC ||
	       c == UTF8PROC_CATEGORY_ME;
}

/* One character beyond ASCII into out, which has EXPANSION_MAX * 4 bytes. Returns how many. */
static size_t fold_wide(uint32_t cp, char *out)
{
	static const utf8proc_option_t options =
		UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK | UTF8PROC_IGNORE;
	utf8proc_int32_t parts[EXPANSION_MAX];
	int boundary = 0;
	size_t n = 0;
	if (cp == 0x85 || cp == 0x2028 || cp == 0x2029) {
		out[0] = '\n';
		return 1;
	}
	utf8proc_ssize_t count = utf8proc_decompose_char((utf8proc_int32_t)cp, parts, EXPANSION_MAX, options, &boundary);
	if (count < 0 || count > EXPANSION_MAX) { /* utf8proc knows no such case; keep the character rather than lose it */
		parts[0] = (utf8proc_int32_t)cp;
		count = 1;
	}
	for (utf8proc_ssize_t i = 0; i < count; i++) {
		uint32_t part = (uint32_t)parts[i];
		if (part < 0x80) {
			char c = (char)ascii_fold((unsigned char)part);
			if (c != 0) out[n++] = c;
		} else if (part == 0x153 || part == 0xe6) {
			out[n++] = part == 0x153 ? 'o' : 'a';
			out[n++] = 'e';
		} else if (!removed_category(utf8proc_category(parts[i]))) {
			n += amp_utf8_encode(part, out + n);
		}
	}
	return n;
}

static int make_folds(struct amp_normal *n, struct amp_err *err)
{
	char bytes[EXPANSION_MAX * 4];
	n->folds = amp_calloc(KNOWN, sizeof *n->folds);
	if (n->folds == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while normalising."));
	for (uint32_t i = 0; i < KNOWN; i++) {
		uint32_t cp = i < LATIN_END - LATIN_FIRST ? LATIN_FIRST + i : MARKS_FIRST + i - (LATIN_END - LATIN_FIRST);
		size_t length = fold_wide(cp, bytes);
		if (length > sizeof n->folds[i].bytes) length = 0; /* none of Unicode 15 is */
		memcpy(n->folds[i].bytes, bytes, length);
		n->folds[i].n = (uint8_t)length;
	}
	return 0;
}

static void put_wide(struct amp_normal *n, uint32_t cp, uint32_t origin)
{
	char bytes[EXPANSION_MAX * 4];
	const struct amp_fold *known = NULL;
	if (cp < LATIN_END)
		known = &n->folds[cp - LATIN_FIRST];
	else if (cp >= MARKS_FIRST && cp < MARKS_END)
		known = &n->folds[LATIN_END - LATIN_FIRST + cp - MARKS_FIRST];
	if (known != NULL)
		put(n, known->bytes, known->n, origin);
	else
		put(n, bytes, fold_wide(cp, bytes), origin);
}

/* Where a text that is too long is cut: behind the last white space of the piece's end, else at a character boundary. */
static size_t cut_at(struct amp_str text)
{
	size_t end = AMP_NORMALISE_MAX;
	for (size_t back = 0; back < CUT_LOOK_BACK; back++)
		if (amp_is_space((unsigned char)text.p[end - back - 1])) return end - back;
	for (size_t back = 0; back < 4; back++)
		if (((unsigned char)text.p[end - back] & 0xc0) != 0x80) return end - back;
	return end; /* no UTF-8 at all: anywhere will do */
}

/* Sixteen bytes of which the first ones are printable ASCII, folded; returns how many are. What is written behind them means nothing. */
static size_t fold_sixteen(const char *p, char *out)
{
	amp_sixteen c = amp_sixteen_at(p), other = (amp_sixteen)(c - 0x20 > 0x7e - 0x20);
	uint64_t others = amp_sixteen_bits(other) | UINT64_C(1) << sizeof c;
	c |= (amp_sixteen)(c - 'A' < 26) & 0x20;
	memcpy(out, &c, sizeof c);
	return amp_lowest_bit(others);
}

/* Runs of ASCII, which most text is; the room for them, and for sixteen bytes more, is there. */
static const char *put_ascii(struct amp_normal *n, const char *p, const char *end, const char *base)
{
	char *text = n->text.p + n->text.n;
	uint32_t *origin = n->origin + n->text.n;
	while (p < end && (unsigned char)*p < 0x80) {
		uint32_t at = (uint32_t)(p - base);
		size_t plain = (size_t)(end - p) >= sizeof(amp_sixteen) ? fold_sixteen(p, text) : 0;
		if (plain == 0) {
			unsigned char c = ascii_fold((unsigned char)*p++);
			*text = (char)c;
			*origin = at;
			text += c != 0;
			origin += c != 0;
			continue;
		}
		for (uint32_t i = 0; i < sizeof(amp_sixteen); i++) origin[i] = at + i;
		text += plain;
		origin += plain;
		p += plain;
	}
	n->text.n = (size_t)(text - n->text.p);
	return p;
}

int amp_normalise(struct amp_normal *n, struct amp_str text, int *cut, struct amp_err *err)
{
	size_t length = text.p == NULL ? 0 : text.n;
	amp_buf_reset(&n->text);
	if (length > AMP_NORMALISE_MAX) length = cut_at(text);
	if (cut != NULL) *cut = text.p != NULL && length < text.n;
	int rc = reserve(n, length + EXPANSION_MAX * 4, err);
	if (rc == 0 && n->folds == NULL) rc = make_folds(n, err);
	if (rc != 0) return rc;
	const char *p = text.p;
	const char *end = length > 0 ? p + length : p;
	while (p < end) {
		p = put_ascii(n, p, end, text.p);
		if (p == end) break;
		uint32_t cp, origin = (uint32_t)(p - text.p);
		size_t used = amp_utf8_decode(p, end, &cp);
		/* What is left of the source fits by the first reserve plus what expansions took: keep that true after each one. */
		size_t left = (size_t)(end - p) + EXPANSION_MAX * 4;
		if (n->text.n + left + 1 > n->size || n->text.n + left > n->text.size) {
			rc = reserve(n, left, err);
			if (rc != 0) return rc;
		}
		if (used == 0) {
			put(n, "\xef\xbf\xbd", 3, origin);
			used = 1;
		} else {
			put_wide(n, cp, origin);
		}
		p += used;
	}
	n->origin[n->text.n] = (uint32_t)length;
	n->text.p[n->text.n] = '\0';
	amp_disguise_undo(n);
	return amp_buf_reserve(&n->text, AMP_NORMAL_BEHIND) != 0 ? amp_buf_check(&n->text, "normalised text", err) : 0;
}

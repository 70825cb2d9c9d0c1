/* normalise.c: normal form v1 (text.h). Works a character at a time: with every mark removed no reordering is left to do, so that
 * decomposing each character alone gives the same as UAX #15's NFKD of the whole.
 */
#include <string.h>
#include <utf8proc.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"
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

void amp_normal_init(struct amp_normal *n)
{
	amp_buf_init(&n->text, AMP_NORMALISE_MAX * GROWTH_MAX);
	n->origin = NULL;
	n->size = 0;
}

void amp_normal_free(struct amp_normal *n)
{
	if (n == NULL) return;
	amp_buf_free(&n->text);
	amp_free(n->origin);
	n->origin = NULL;
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

/* One character beyond ASCII; room for EXPANSION_MAX * 4 bytes is there. */
static void put_wide(struct amp_normal *n, uint32_t cp, uint32_t origin)
{
	static const utf8proc_option_t options =
		UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK | UTF8PROC_IGNORE;
	utf8proc_int32_t parts[EXPANSION_MAX];
	int boundary = 0;
	if (cp == 0x85 || cp == 0x2028 || cp == 0x2029) {
		put(n, "\n", 1, origin);
		return;
	}
	utf8proc_ssize_t count = utf8proc_decompose_char((utf8proc_int32_t)cp, parts, EXPANSION_MAX, options, &boundary);
	if (count < 0 || count > EXPANSION_MAX) { /* utf8proc knows no such case; keep the character rather than lose it */
		parts[0] = (utf8proc_int32_t)cp;
		count = 1;
	}
	for (utf8proc_ssize_t i = 0; i < count; i++) {
		uint32_t part = (uint32_t)parts[i];
		char bytes[4];
		if (part < 0x80) {
			bytes[0] = (char)ascii_fold((unsigned char)part);
			if (bytes[0] != 0) put(n, bytes, 1, origin);
		} else if (part == 0x153) {
			put(n, "oe", 2, origin);
		} else if (part == 0xe6) {
			put(n, "ae", 2, origin);
		} else if (!removed_category(utf8proc_category(parts[i]))) {
			put(n, bytes, amp_utf8_encode(part, bytes), origin);
		}
	}
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

int amp_normalise(struct amp_normal *n, struct amp_str text, int *cut, struct amp_err *err)
{
	size_t length = text.p == NULL ? 0 : text.n;
	amp_buf_reset(&n->text);
	if (length > AMP_NORMALISE_MAX) length = cut_at(text);
	if (cut != NULL) *cut = text.p != NULL && length < text.n;
	int rc = reserve(n, length + EXPANSION_MAX * 4, err);
	if (rc != 0) return rc;
	const char *p = text.p;
	const char *end = length > 0 ? p + length : p;
	while (p < end) {
		uint32_t origin = (uint32_t)(p - text.p);
		if ((unsigned char)*p < 0x80) {
			unsigned char c = ascii_fold((unsigned char)*p++);
			n->text.p[n->text.n] = (char)c;
			n->origin[n->text.n] = origin;
			n->text.n += c != 0;
			continue;
		}
		uint32_t cp;
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
	return 0;
}

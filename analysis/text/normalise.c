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
#define EXPANSION_MAX (AMP_FOLD_BYTES / 4)
#define CUT_LOOK_BACK 4096
#define ROOM (EXPANSION_MAX * 4 + AMP_LOOKED_BEHIND) /* behind what is written: for a character, or for whole blocks */

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

size_t amp_fold(uint32_t cp, char out[AMP_FOLD_BYTES])
{
	if (cp >= 0x80) return fold_wide(cp, out);
	out[0] = (char)ascii_fold((unsigned char)cp);
	return out[0] != 0;
}

bool amp_is_cased(uint32_t cp)
{
	utf8proc_category_t c = utf8proc_category((utf8proc_int32_t)cp);
	return c == UTF8PROC_CATEGORY_LU || c == UTF8PROC_CATEGORY_LL || c == UTF8PROC_CATEGORY_LT;
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

/* One byte of ASCII. Returns what is behind it. */
static inline const char *put_control(struct amp_normal *n, const char *p, uint32_t origin)
{
	unsigned char c = ascii_fold((unsigned char)*p);
	n->text.p[n->text.n] = (char)c;
	n->origin[n->text.n] = origin;
	n->text.n += c != 0;
	return p + 1;
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

#if defined(AMP_WIDE)
/* The same, 32 bytes at a time; stops also before other control characters and the line's end. */
AMP_WIDE static inline const char *put_ascii_wide(struct amp_normal *n, const char *p, const char *end, const char *base)
{
	const __m256i numbers = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7), eight = _mm256_set1_epi32(8);
	size_t to = n->text.n, plain;
	do {
		char copy[sizeof(__m256i)];
		const char *from = p;
		if ((size_t)(end - p) < sizeof copy) {
			memset(copy, 0, sizeof copy);
			memcpy(copy, p, (size_t)(end - p));
			from = copy;
		}
		__m256i c = _mm256_loadu_si256((const __m256i *)(const void *)from);
		__m256i printable = _mm256_andnot_si256(_mm256_cmpeq_epi8(c, _mm256_set1_epi8(0x7f)),
		                                        _mm256_cmpgt_epi8(c, _mm256_set1_epi8(0x1f)));
		__m256i capital = _mm256_and_si256(_mm256_cmpgt_epi8(c, _mm256_set1_epi8('A' - 1)),
		                                   _mm256_cmpgt_epi8(_mm256_set1_epi8('Z' + 1), c));
		plain = amp_lowest_bit(~(uint64_t)(uint32_t)_mm256_movemask_epi8(printable));
		c = _mm256_or_si256(c, _mm256_and_si256(capital, _mm256_set1_epi8(0x20)));
		_mm256_storeu_si256((__m256i *)(void *)(n->text.p + to), c);
		__m256i origin = _mm256_add_epi32(numbers, _mm256_set1_epi32((int)(p - base)));
		for (size_t i = 0; i < sizeof copy; i += 8) {
			_mm256_storeu_si256((__m256i *)(void *)(n->origin + to + i), origin);
			origin = _mm256_add_epi32(origin, eight);
		}
		to += plain;
		p += plain;
	} while (plain == sizeof(__m256i));
	n->text.n = to;
	return p;
}
#endif

/* A character of two or three bytes whose fold is known; returns its bytes, 0: it is another. */
static inline size_t put_known(struct amp_normal *n, const char *at, const char *end, uint32_t origin)
{
	const unsigned char *p = (const unsigned char *)at;
	const struct amp_fold *known;
	size_t used;
	if (end - at < 3) return 0;
	if (p[0] >= 0xc2 && p[0] < 0xc0 + (LATIN_END >> 6) && (p[1] & 0xc0) == 0x80) {
		known = &n->folds[((p[0] & 0x1fu) << 6 | (p[1] & 0x3fu)) - LATIN_FIRST];
		used = 2;
	} else if (p[0] == 0xe2 && (p[1] == 0x80 || (p[1] == 0x81 && p[2] < 0x80 + (MARKS_END & 0x3f))) && (p[2] & 0xc0) == 0x80) {
		known = &n->folds[LATIN_END - LATIN_FIRST + ((p[1] & 0x3fu) << 6 | (p[2] & 0x3fu))];
		used = 3;
	} else {
		return 0;
	}
	memcpy(n->text.p + n->text.n, known, sizeof *known); /* and what follows, which means nothing */
	for (size_t i = 0; i < sizeof *known; i++) n->origin[n->text.n + i] = origin;
	n->text.n += known->n;
	return used;
}

/* One character, or a byte that is of none. Returns its bytes. */
static size_t put_character(struct amp_normal *n, const char *p, const char *end, uint32_t origin)
{
	uint32_t cp;
	size_t used = put_known(n, p, end, origin);
	if (used > 0) return used;
	used = amp_utf8_decode(p, end, &cp);
	if (used == 0) {
		put(n, "\xef\xbf\xbd", 3, origin);
		return 1;
	}
	put_wide(n, cp, origin);
	return used;
}

AMP_INLINE int fold_text(struct amp_normal *n, struct amp_str text,
                         const char *(*put_run)(struct amp_normal *, const char *, const char *, const char *), struct amp_err *err)
{
	const char *p = text.p, *end = text.n > 0 ? p + text.n : p;
	while (p < end) {
		p = put_run(n, p, end, text.p);
		if (p == end) break;
		/* What is left of the source fits by the first reserve plus what expansions took: keep that true after each one. */
		size_t left = (size_t)(end - p) + ROOM;
		if (n->text.n + left + 1 > n->size || n->text.n + left > n->text.size) {
			int rc = reserve(n, left, err);
			if (rc != 0) return rc;
		}
		if ((unsigned char)*p < 0x80)
			p = put_control(n, p, (uint32_t)(p - text.p));
		else
			p += put_character(n, p, end, (uint32_t)(p - text.p));
	}
	return 0;
}

#if defined(AMP_WIDE)
AMP_WIDE static int fold_text_wide(struct amp_normal *n, struct amp_str text, struct amp_err *err)
{
	return fold_text(n, text, put_ascii_wide, err);
}
#endif

static int fold_text_narrow(struct amp_normal *n, struct amp_str text, struct amp_err *err)
{
	return fold_text(n, text, put_ascii, err);
}

int amp_normalise(struct amp_normal *n, struct amp_str text, int *cut, struct amp_err *err)
{
	size_t length = text.p == NULL ? 0 : text.n;
	amp_buf_reset(&n->text);
	if (length > AMP_NORMALISE_MAX) length = cut_at(text);
	if (cut != NULL) *cut = text.p != NULL && length < text.n;
	int rc = reserve(n, length + ROOM, err);
	if (rc == 0 && n->folds == NULL) rc = make_folds(n, err);
	if (rc != 0) return rc;
	text.n = length;
#if defined(AMP_WIDE)
	rc = amp_has_wide() ? fold_text_wide(n, text, err) : fold_text_narrow(n, text, err);
#else
	rc = fold_text_narrow(n, text, err);
#endif
	if (rc != 0) return rc;
	n->origin[n->text.n] = (uint32_t)length;
	memset(n->text.p + n->text.n, 0, AMP_LOOKED_BEHIND);
	amp_disguise_undo(n);
	return amp_buf_reserve(&n->text, AMP_NORMAL_BEHIND) != 0 ? amp_buf_check(&n->text, "normalised text", err) : 0;
}

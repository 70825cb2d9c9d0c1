/* html_ref.c: character references by the HTML standard, section 13.2.5.72 and on. */
#include "parse/html_ref.h"
#include <string.h>
#include "base/i18n.h"
#include "base/utf8.h"
#include "parse/html.h"

struct entity {
	const char *name, *text;
	bool legacy; /* counts without a semicolon too */
};
static const struct entity entities[] = {
#define E(name, text, legacy) {#name, text, legacy},
#include "parse/html_entities.def"
#undef E
};

static const struct entity *find(const char *name, size_t n)
{
	size_t low = 0, high = sizeof entities / sizeof *entities;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strncmp(entities[middle].name, name, n);
		if (order == 0 && entities[middle].name[n] != '\0') order = 1;
		if (order == 0) return &entities[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

struct amp_str amp_html_entity(struct amp_str name)
{
	const struct entity *e = name.p && name.n && !memchr(name.p, '\0', name.n) ? find(name.p, name.n) : NULL;
	return e ? amp_str_c(e->text) : AMP_STR_ABSENT;
}

/* Windows-1252 where C1 controls were written: the table of section 13.2.5.80. 0: none. */
static const uint16_t c1[32] = {0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
                                0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
                                0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

static size_t numeric(const char *p, const char *end, char out[AMP_HTML_REF_MAX], size_t *n)
{
	const char *q = p + 2;
	bool hex = q < end && (*q == 'x' || *q == 'X');
	uint32_t value = 0;
	if (hex) q++;
	const char *digits = q;
	for (; q < end; q++) {
		int digit = hex ? amp_hex_value((unsigned char)*q) : amp_is_digit((unsigned char)*q) ? *q - '0' : -1;
		if (digit < 0) break;
		if (value <= 0x10FFFF) value = value * (hex ? 16 : 10) + (uint32_t)digit;
	}
	if (q == digits) return 0;
	if (q < end && *q == ';') q++;
	if (value >= 0x80 && value <= 0x9F && c1[value - 0x80]) value = c1[value - 0x80];
	*n = value == 0 ? 0 : amp_utf8_encode(value, out);
	if (*n == 0) {
		memcpy(out, "\xEF\xBF\xBD", 3);
		*n = 3;
	}
	return (size_t)(q - p);
}

size_t amp_html_reference(const char *p, const char *end, bool in_attribute, char out[AMP_HTML_REF_MAX], size_t *n)
{
	if (end - p < 3) return 0;
	if (p[1] == '#') return numeric(p, end, out, n);
	const char *name = p + 1;
	size_t length = 0, room = (size_t)(end - name);
	while (length < room && length < 32 && amp_is_alnum((unsigned char)name[length])) length++;
	if (length < 2) return 0;
	const struct entity *found = NULL;
	size_t used = 0;
	if (length < room && name[length] == ';') {
		found = find(name, length);
		used = length + 2;
	}
	for (size_t k = length < 6 ? length : 6; !found && k >= 2; k--) {
		const struct entity *e = find(name, k);
		if (!e || !e->legacy) continue;
		/* in an attribute ?a=1&copy=2 is a query, not a copyright sign */
		if (in_attribute && k < room && (name[k] == '=' || amp_is_alnum((unsigned char)name[k]))) return 0;
		found = e;
		used = k + 1;
	}
	if (!found) return 0;
	*n = strlen(found->text);
	memcpy(out, found->text, *n);
	return used;
}

int amp_html_unescape(struct amp_arena *arena, struct amp_str text, struct amp_str *out, struct amp_err *err)
{
	*out = text;
	const char *first = text.n ? memchr(text.p, '&', text.n) : NULL;
	if (!first) return 0;
	/* the worst growth is 5 bytes to 6 (&nGt; and its like) */
	char *copy = amp_arena_alloc(arena, text.n + text.n / 5 + AMP_HTML_REF_MAX);
	if (!copy) return amp_fail(err, AMP_ELIMIT, _("no memory left to unescape a text of %zu bytes"), text.n);
	const char *p = text.p, *end = text.p + text.n;
	size_t n = 0;
	while (p < end) {
		size_t got = 0, used = *p == '&' ? amp_html_reference(p, end, false, copy + n, &got) : 0;
		if (used == 0) {
			copy[n++] = *p++;
		} else {
			n += got;
			p += used;
		}
	}
	*out = (struct amp_str){copy, n};
	return 0;
}

/* markup_tag.h: the inside of a start tag, between markup.c and markup_find.c only. */
#ifndef AMP_PARSE_MARKUP_TAG_H
#define AMP_PARSE_MARKUP_TAG_H
#include <string.h>
#include "base/str.h"

enum amp_tag_part { AMP_TAG_ATTRIBUTE, AMP_TAG_END, AMP_TAG_END_SLASH /* "/>" */, AMP_TAG_CUT };

static inline bool amp_tag_name_ends(unsigned char c)
{
	return c <= ' ' ? amp_is_space(c) : c == '>' || c == '/' || c == '=';
}

/* *p behind the name or the attribute before; left behind the attribute, or behind the > (at the end of the bytes when cut). */
static inline enum amp_tag_part amp_tag_next(const char **p, const char *end, struct amp_str *name, struct amp_str *value)
{
	const char *q = *p;
	bool slash = false;
	while (q < end && (amp_is_space((unsigned char)*q) || *q == '/')) slash = *q++ == '/';
	if (q < end && *q == '>') {
		*p = q + 1;
		return slash ? AMP_TAG_END_SLASH : AMP_TAG_END;
	}
	const char *start = q;
	if (q < end) q++; /* a stray = begins a name, as the standard has it */
	while (q < end && !amp_tag_name_ends((unsigned char)*q)) q++;
	*name = (struct amp_str){start, (size_t)(q - start)};
	*value = (struct amp_str){q, 0};
	const char *behind = q;
	while (q < end && amp_is_space((unsigned char)*q)) q++;
	if (q < end && *q == '=') {
		q++;
		while (q < end && amp_is_space((unsigned char)*q)) q++;
		const char *from = q;
		if (q < end && (*q == '"' || *q == '\'')) {
			q = memchr(from + 1, *from, (size_t)(end - from - 1));
			if (q) *value = (struct amp_str){from + 1, (size_t)(q - from - 1)};
			q = q ? q + 1 : end;
		} else {
			while (q < end && !amp_is_space((unsigned char)*q) && *q != '>') q++;
			*value = (struct amp_str){from, (size_t)(q - from)};
		}
		behind = q;
	}
	*p = behind;
	return behind < end ? AMP_TAG_ATTRIBUTE : AMP_TAG_CUT;
}

#endif

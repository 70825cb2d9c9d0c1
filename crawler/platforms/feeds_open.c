/* feeds_open.c: the elements that stand open, by their tags as they are written. */
#include "platforms/feeds_open.h"

static struct amp_str tag_name(const char *p, const char *end)
{
	struct amp_str name = {p, 0};
	while (p + name.n < end && p[name.n] != '/' && !amp_is_space((unsigned char)p[name.n])) name.n++;
	return name;
}

/* The ">" of the tag at p, behind its quoted values; NULL when another tag begins before it. */
static const char *tag_end(const char *p, const char *end)
{
	char quote = 0;
	if (end - p > AMP_FEEDS_LONG_TAG) end = p + AMP_FEEDS_LONG_TAG;
	for (p++; p < end && *p != '<'; p++) {
		if (quote) {
			if (*p == quote) quote = 0;
		} else if (*p == '"' || *p == '\'') {
			quote = *p;
		} else if (*p == '>') {
			return p;
		}
	}
	return NULL;
}

void amp_feeds_open_start(struct amp_feeds_open *o, const char *p, const char *end, const char *closed)
{
	const char *gt = o->lost ? NULL : tag_end(p, end);
	if (gt && (gt[-1] == '/' || gt == closed)) return;
	o->lost = !gt || o->n == AMP_FEEDS_OPEN_MAX;
	if (o->lost) return;
	o->names[o->n++] = tag_name(p + 1, gt);
	o->parser++;
}

const char *amp_feeds_open_end(struct amp_feeds_open *o, const char *p, const char *end)
{
	const char *gt = o->lost ? NULL : tag_end(p, end);
	o->lost = !gt;
	if (!gt || o->n == 0) return NULL; /* outside of the root: libxml2 reads no further */
	struct amp_str name = tag_name(p + 2, gt);
	size_t at = o->n;
	while (at > 0 && !amp_str_eq(o->names[at - 1], name)) at--;
	if (at == 0 && o->parser <= o->n) return gt + 1;
	if (at > 0) o->n = at - 1;
	o->parser--;
	return NULL;
}

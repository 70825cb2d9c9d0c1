/* feeds_take.c: long texts of a feed that are taken out before libxml2 reads it a character at a time (feeds_source.h: why, and what
 * stands in their place).
 */
#include <stdio.h>
#include <string.h>
#include "base/utf8.h"
#include "platforms/feeds_mend.h"
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#define LONG_TEXT 64

/* A text that is read as it stands, but for references: nothing to mend, no carriage return (XML 1.0 section 2.11 makes them line ends). */
static bool as_it_stands(const struct amp_feeds_mender *m, struct amp_str section)
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
static void take_out(struct amp_feeds_mender *m, const char *from, const char *to, struct amp_str text)
{
	struct amp_feeds_source *s = m->s;
	char place_holder[48];
	int n = snprintf(place_holder, sizeof place_holder, "<?" AMP_FEEDS_TEXT " %zu?>", m->n_taken++);
	amp_feeds_replace(m, from, to, (struct amp_str){place_holder, (size_t)n}, NULL);
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

const char *amp_feeds_take_cdata(struct amp_feeds_mender *m, const char *p)
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
	uint32_t value = rest.n > 2 && rest.p[1] == '#' ? amp_feeds_number(rest.p + 2, rest.p + rest.n, &behind) : 0;
	if (value == 0 || !amp_feeds_xml_character(value) || (value >= 0x7F && value <= 0x9F)) return 0;
	*n = amp_utf8_encode(value, out);
	return (size_t)(behind - rest.p);
}

/* Text with nothing in it but characters and plain references, as it reads; absent when there is more to it. */
static struct amp_str dereferenced(struct amp_feeds_mender *m, struct amp_str text)
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

const char *amp_feeds_take_text(struct amp_feeds_mender *m, const char *p)
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

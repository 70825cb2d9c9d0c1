/* shown.c: see shown.h. */
#include "parse/shown.h"

#define NBSP "\xC2\xA0"
#define NARROW_NBSP "\xE2\x80\xAF"
#define THIN_SPACE "\xE2\x80\x89"

/* White space of any kind that numbers have around and inside: its bytes; 0 when there is none. */
static size_t space_at(struct amp_str s)
{
	if (s.n && amp_is_space((unsigned char)*s.p)) return 1;
	if (amp_str_starts(s, NBSP)) return 2;
	return amp_str_starts(s, NARROW_NBSP) || amp_str_starts(s, THIN_SPACE) ? 3 : 0;
}

struct amp_str amp_shown_skip(struct amp_str s, size_t n)
{
	return (struct amp_str){s.p + n, s.n - n};
}

struct amp_str amp_shown_space(struct amp_str s)
{
	for (size_t n; (n = space_at(s));) s = amp_shown_skip(s, n);
	return s;
}

struct amp_str amp_shown_trim(struct amp_str s)
{
	s = amp_shown_space(amp_str_trim(s));
	while (amp_str_ends(s, NBSP)) s = amp_str_trim((struct amp_str){s.p, s.n - 2});
	return s;
}

bool amp_shown_digits(struct amp_str s, size_t n)
{
	if (s.n < n) return false;
	for (size_t i = 0; i < n; i++)
		if (!amp_is_digit((unsigned char)s.p[i])) return false;
	return s.n == n || !amp_is_digit((unsigned char)s.p[n]);
}

struct amp_figure amp_shown_figure(struct amp_str *s)
{
	struct amp_figure f = {.ok = s->n && amp_is_digit((unsigned char)*s->p)};
	while (f.ok && s->n) {
		size_t gap = space_at(*s);
		char c = *s->p, kind = gap ? ' ' : c;
		if (amp_is_digit((unsigned char)c)) {
			f.ok = f.whole < INT64_MAX / 100;
			f.whole = f.whole * 10 + (c - '0');
			*s = amp_shown_skip(*s, 1);
			continue;
		}
		if (!gap && c != ',' && c != '.' && c != '\'') break;
		struct amp_str behind = amp_shown_skip(*s, gap ? gap : 1);
		bool grouped =
			amp_shown_digits(behind, 3) && f.whole && (!f.group || f.group == kind) && (f.groups || f.whole < 1000);
		if (grouped) {
			f.group = kind;
			f.groups++;
			*s = behind;
			continue;
		}
		if ((c != ',' && c != '.') || c == f.group || !behind.n || !amp_is_digit((unsigned char)*behind.p)) break;
		for (*s = behind; s->n && amp_is_digit((unsigned char)*s->p); *s = amp_shown_skip(*s, 1))
			if (f.part_digits < 6) {
				f.part = f.part * 10 + (*s->p - '0');
				f.part_digits++;
			}
		break;
	}
	return f;
}

struct amp_str amp_shown_word(struct amp_str s)
{
	size_t n = 0;
	while (n < s.n && (amp_is_alpha((unsigned char)s.p[n]) || (unsigned char)s.p[n] >= 0x80) && !space_at(amp_shown_skip(s, n)))
		n++;
	return (struct amp_str){s.p, n};
}

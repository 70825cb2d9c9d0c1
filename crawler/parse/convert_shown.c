/* convert_shown.c: counts as pages show them to readers. What does not fit whole is INVALID: a count is never half read. */
#include "parse/shown.h"

static int64_t scale_of(struct amp_str word)
{
	static const struct {
		const char *word;
		int64_t scale;
	} scales[] = {
		{"k", 1000},
		{"m", 1000000},
		{"mio", 1000000},
		{"mln", 1000000},
		{"b", 1000000000},
		{"bn", 1000000000},
		{"md", 1000000000},
		{"mds", 1000000000},
		{"mrd", 1000000000},
		{"thousand", 1000},
		{"mille", 1000},
		{"mil", 1000},
		{"tsd", 1000},
		{"million", 1000000},
		{"millions", 1000000},
		{"billion", 1000000000},
		{"milliard", 1000000000},
		{"milliards", 1000000000},
	};
	for (size_t i = 0; i < sizeof scales / sizeof *scales; i++)
		if (amp_str_ieq_c(word, scales[i].word)) return scales[i].scale;
	return 0;
}

/* "No views", "Aucune vue", "Keine Aufrufe": a count that is written in words. Saved pages speak their reader's language. */
static bool says_none(struct amp_str s)
{
	static const char *const none[] = {"no",     "none",    "zero", "aucun",   "aucune",  "kein", "keine",
	                                   "nessun", "nessuna", "sin",  "ninguna", "nenhuma", "geen"};
	struct amp_str word = amp_shown_word(s);
	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		if (amp_str_ieq_c(word, none[i])) return true;
	return false;
}

/* Behind a count stands what is counted: one word or a few, no second number. */
static bool is_unit(struct amp_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (amp_is_digit((unsigned char)s.p[i])) return false;
	return true;
}

static bool count_text(struct amp_str s, int64_t *out, bool *rounded)
{
	s = amp_shown_trim(s);
	*rounded = false;
	*out = 0;
	if (says_none(s)) return is_unit(s);
	struct amp_figure f = amp_shown_figure(&s);
	if (!f.ok) return false;
	struct amp_str rest = amp_shown_space(s), word = amp_shown_word(rest);
	int64_t scale = scale_of(word);
	if (scale) rest = amp_shown_skip(rest, word.n);
	if (f.part_digits && !scale) return false;                        /* half a view */
	if (scale && f.groups == 1 && f.group == '.' && !f.part_digits) { /* "1.234K" is no million */
		f.part = f.whole % 1000;
		f.part_digits = 3;
		f.whole /= 1000;
	}
	if (scale == 0) scale = 1;
	if (f.whole > INT64_MAX / 2 / scale) return false;
	int64_t part = f.part * scale;
	for (int i = 0; i < f.part_digits; i++) part /= 10;
	*out = f.whole * scale + part;
	*rounded = scale > 1;
	if (amp_str_starts(rest, "+")) { /* "1K+" */
		*rounded = true;
		rest = amp_shown_skip(rest, 1);
	}
	return is_unit(rest);
}

enum amp_state amp_as_count_text(struct amp_engine *e, enum amp_field field, const struct amp_value *v)
{
	int64_t n;
	bool rounded;
	if (!v->text.p) return amp_as_count(e, field, v);
	if (amp_shown_trim(v->text).n == 0) return AMP_STATE_ABSENT;
	if (!count_text(v->text, &n, &rounded)) return AMP_STATE_INVALID;
	*(int64_t *)(void *)((char *)e->item + amp_fields[field].place) = n;
	if (rounded) e->item->counts_rounded = true;
	return AMP_STATE_PRESENT;
}

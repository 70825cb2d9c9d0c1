/* shown.h: pieces of what pages show to readers (counts, dates), for convert_shown.c and convert_when.c only. Text is borrowed. */
#ifndef AMP_PARSE_SHOWN_H
#define AMP_PARSE_SHOWN_H
#include <string.h>
#include "parse/engine_state.h"

/* The digits of a number with its fraction apart: "1,234" and "1 234" group, "1.2" and "1,2" do not. */
struct amp_figure {
	int64_t whole, part;
	int part_digits, groups;
	char group; /* what stands between groups; 0 for none */
	bool ok;
};

/* s behind its first n bytes, which it must have. */
struct amp_str amp_shown_skip(struct amp_str s, size_t n);
/* s behind white space of any kind that pages use (no-break, narrow, thin), at its start; trim: at both ends. */
struct amp_str amp_shown_space(struct amp_str s);
struct amp_str amp_shown_trim(struct amp_str s);
/* s begins with n digits and no more. */
bool amp_shown_digits(struct amp_str s, size_t n);
/* The number at the start of s, which is moved behind it; ok is false when there is none or it is too large. */
struct amp_figure amp_shown_figure(struct amp_str *s);
/* The letters at the start of s: ASCII and everything above it but white space. */
struct amp_str amp_shown_word(struct amp_str s);

#endif

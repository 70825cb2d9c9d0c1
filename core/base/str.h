/* str.h: borrowed text. p == NULL means absent (the platform did not send it); n == 0 with p != NULL is an empty text.
 * Inside the program text is valid UTF-8; it need not end in NUL.
 */
#ifndef AMP_BASE_STR_H
#define AMP_BASE_STR_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct amp_str {
	const char *p;
	size_t n;
};

#define AMP_STR(lit) ((struct amp_str){(lit), sizeof(lit) - 1})
#define AMP_STR_ABSENT ((struct amp_str){NULL, 0})
/* for printf("%.*s", AMP_ARG(s)) */
#define AMP_ARG(s) (int)((s).n > 0x7fffffff ? 0x7fffffff : (s).n), ((s).p ? (s).p : "")

struct amp_str amp_str_c(const char *s); /* NULL gives absent */
bool amp_str_eq(struct amp_str a, struct amp_str b);
bool amp_str_eq_c(struct amp_str a, const char *b);
bool amp_str_ieq_c(struct amp_str a, const char *b); /* ASCII case-insensitive: header names, enumerations */
/* The same text once each %XX of either is decoded (RFC 3986): names of query parameters, "page[number]" and "page%5Bnumber%5D". */
bool amp_str_eq_percent(struct amp_str a, struct amp_str b);
bool amp_str_starts(struct amp_str s, const char *prefix);
bool amp_str_ends(struct amp_str s, const char *suffix);
bool amp_str_istarts(struct amp_str s, const char *prefix);
struct amp_str amp_str_trim(struct amp_str s);                       /* ASCII white space on both sides */
const char *amp_str_find(struct amp_str hay, struct amp_str needle); /* NULL when not there */
const char *amp_str_ifind(struct amp_str hay, const char *needle);   /* ASCII case-insensitive */
bool amp_str_i64(struct amp_str s, int64_t *out);                    /* whole text a decimal integer in range */
/* Splits at the first sep: head returned, *rest moved past it (absent at the end). */
struct amp_str amp_str_cut(struct amp_str *rest, char sep);

/* ASCII ctype without locale */
static inline bool amp_is_space(int c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}
static inline bool amp_is_digit(int c)
{
	return c >= '0' && c <= '9';
}
static inline bool amp_is_alpha(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
static inline bool amp_is_alnum(int c)
{
	return amp_is_alpha(c) || amp_is_digit(c);
}
static inline int amp_lower(int c)
{
	return c >= 'A' && c <= 'Z' ? c + 32 : c;
}
static inline int amp_hex_value(int c)
{
	if (c >= '0' && c <= '9') return c - '0';
	c = amp_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A decimal string of at most three places, from 0 to 1000, in thousandths: 0, or -1 when it is none. */
int amp_decimal_parse(struct amp_str s, int64_t *thousandths);
/* The candidate nearest to word (edit distance <= 1/3 of its length, at least 1), or NULL: "did you mean". */
const char *amp_str_suggest(const char *word, const char *const *candidates, size_t n);

#endif

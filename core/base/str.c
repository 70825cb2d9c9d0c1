/* str.c: see str.h. */
#include "base/str.h"

#include <string.h>

struct amp_str amp_str_c(const char *s)
{
	struct amp_str r = {s, s == NULL ? 0 : strlen(s)};

	return r;
}

bool amp_str_eq(struct amp_str a, struct amp_str b)
{
	if (a.p == NULL || b.p == NULL) return a.p == b.p;
	return a.n == b.n && memcmp(a.p, b.p, a.n) == 0;
}

bool amp_str_eq_c(struct amp_str a, const char *b)
{
	return amp_str_eq(a, amp_str_c(b));
}

static bool same_letters(const char *a, const char *b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (amp_lower((unsigned char)a[i]) != amp_lower((unsigned char)b[i])) return false;
	}
	return true;
}

bool amp_str_ieq_c(struct amp_str a, const char *b)
{
	if (a.p == NULL || b == NULL) return a.p == b;
	return a.n == strlen(b) && same_letters(a.p, b, a.n);
}

/* The first byte that s stands for, taken off; an unfinished escape is what it looks like. */
static unsigned char take_percent(struct amp_str *s)
{
	unsigned char c = (unsigned char)s->p[0];
	int high = c == '%' && s->n > 2 ? amp_hex_value((unsigned char)s->p[1]) : -1;
	int low = high >= 0 ? amp_hex_value((unsigned char)s->p[2]) : -1;
	size_t n = low >= 0 ? 3 : 1;

	s->p += n;
	s->n -= n;
	return low >= 0 ? (unsigned char)(high * 16 + low) : c;
}

bool amp_str_eq_percent(struct amp_str a, struct amp_str b)
{
	if (a.p == NULL || b.p == NULL) return a.p == b.p;
	while (a.n > 0 && b.n > 0) {
		if (take_percent(&a) != take_percent(&b)) return false;
	}
	return a.n == 0 && b.n == 0;
}

bool amp_str_starts(struct amp_str s, const char *prefix)
{
	size_t n = strlen(prefix);

	return s.p != NULL && s.n >= n && memcmp(s.p, prefix, n) == 0;
}

bool amp_str_ends(struct amp_str s, const char *suffix)
{
	size_t n = strlen(suffix);

	return s.p != NULL && s.n >= n && memcmp(s.p + s.n - n, suffix, n) == 0;
}

bool amp_str_istarts(struct amp_str s, const char *prefix)
{
	size_t n = strlen(prefix);

	return s.p != NULL && s.n >= n && same_letters(s.p, prefix, n);
}

struct amp_str amp_str_trim(struct amp_str s)
{
	while (s.n > 0 && amp_is_space((unsigned char)s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && amp_is_space((unsigned char)s.p[s.n - 1])) s.n--;
	return s;
}

const char *amp_str_find(struct amp_str hay, struct amp_str needle)
{
	const char *p = hay.p;
	size_t left = hay.n;

	if (p == NULL || needle.p == NULL) return NULL;
	if (needle.n == 0) return p;
	while (left >= needle.n) {
		const char *hit = memchr(p, needle.p[0], left - needle.n + 1);

		if (hit == NULL) return NULL;
		if (memcmp(hit, needle.p, needle.n) == 0) return hit;
		left -= (size_t)(hit - p) + 1;
		p = hit + 1;
	}
	return NULL;
}

const char *amp_str_ifind(struct amp_str hay, const char *needle)
{
	size_t n = strlen(needle);

	if (hay.p == NULL) return NULL;
	for (size_t i = 0; i + n <= hay.n; i++) {
		if (same_letters(hay.p + i, needle, n)) return hay.p + i;
	}
	return NULL;
}

bool amp_str_i64(struct amp_str s, int64_t *out)
{
	bool negative = false;
	uint64_t v = 0, limit;
	size_t i = 0;

	if (s.p == NULL || s.n == 0) return false;
	if (s.p[0] == '-' || s.p[0] == '+') {
		negative = s.p[0] == '-';
		i = 1;
	}
	if (i == s.n) return false;
	limit = negative ? (uint64_t)INT64_MAX + 1 : (uint64_t)INT64_MAX;
	for (; i < s.n; i++) {
		uint64_t d;

		if (!amp_is_digit((unsigned char)s.p[i])) return false;
		d = (uint64_t)(s.p[i] - '0');
		if (v > (limit - d) / 10) return false;
		v = v * 10 + d;
	}
	if (!negative) {
		*out = (int64_t)v;
	} else {
		*out = v == 0 ? 0 : -(int64_t)(v - 1) - 1; /* -2^63 without overflow */
	}
	return true;
}

struct amp_str amp_str_cut(struct amp_str *rest, char sep)
{
	struct amp_str head = *rest;
	const char *at;

	if (rest->p == NULL) return head;
	at = rest->n == 0 ? NULL : memchr(rest->p, sep, rest->n);
	if (at == NULL) {
		*rest = AMP_STR_ABSENT;
		return head;
	}
	head.n = (size_t)(at - rest->p);
	rest->p = at + 1;
	rest->n -= head.n + 1;
	return head;
}

#define SUGGEST_MAX 64

/* Optimal string alignment (Levenshtein with swapped neighbours at cost 1), ASCII case ignored; words longer than SUGGEST_MAX are
 * never near. */
static size_t distance(const char *a, size_t na, const char *b, size_t nb)
{
	size_t rows[3][SUGGEST_MAX + 1];
	size_t *before = rows[0], *last = rows[1], *row = rows[2];

	if (na > SUGGEST_MAX || nb > SUGGEST_MAX) return SUGGEST_MAX + 1;
	for (size_t j = 0; j <= nb; j++) last[j] = j;
	for (size_t i = 1; i <= na; i++) {
		size_t *swap = before;

		row[0] = i;
		for (size_t j = 1; j <= nb; j++) {
			int ca = amp_lower((unsigned char)a[i - 1]), cb = amp_lower((unsigned char)b[j - 1]);
			size_t cost = last[j - 1] + (ca != cb);

			if (last[j] + 1 < cost) cost = last[j] + 1;
			if (row[j - 1] + 1 < cost) cost = row[j - 1] + 1;
			if (i > 1 && j > 1 && ca == amp_lower((unsigned char)b[j - 2]) &&
			    cb == amp_lower((unsigned char)a[i - 2]) && before[j - 2] + 1 < cost) {
				cost = before[j - 2] + 1;
			}
			row[j] = cost;
		}
		before = last;
		last = row;
		row = swap;
	}
	return last[nb];
}

const char *amp_str_suggest(const char *word, const char *const *candidates, size_t n)
{
	size_t length = strlen(word);
	size_t best = length / 3 < 1 ? 1 : length / 3;
	const char *found = NULL;

	for (size_t i = 0; i < n; i++) {
		size_t d = candidates[i] == NULL ? SUGGEST_MAX + 1 : distance(word, length, candidates[i], strlen(candidates[i]));

		if (d <= best && (found == NULL || d < best)) {
			best = d;
			found = candidates[i];
		}
	}
	return found;
}

int amp_decimal_parse(struct amp_str s, int64_t *thousandths)
{
	int64_t v = 0;
	size_t i = 0;
	int places = 0;
	for (; i < s.n && amp_is_digit((unsigned char)s.p[i]); i++) {
		v = v * 10 + (s.p[i] - '0');
		if (v > 1000000) return -1;
	}
	if (i == 0) return -1;
	if (i < s.n && s.p[i] == '.') {
		for (i++; i < s.n && amp_is_digit((unsigned char)s.p[i]); i++) {
			if (++places > 3) return -1;
			v = v * 10 + (s.p[i] - '0');
		}
		if (places == 0) return -1;
	}
	if (i != s.n) return -1;
	for (; places < 3; places++) v *= 10;
	*thousandths = v;
	return 0;
}

/* robots.c: RFC 9309 (September 2022): groups by product token, longest match, allow wins a tie, '*' and '$'. */
#include <string.h>
#include "base/mem.h"
#include "fetch/internal.h"

#define MAX_RULES 20000
#define MAX_WORK ((size_t)20 * 1000 * 1000) /* comparisons a look-up: a hostile file must not stop the crawl */

struct rule {
	size_t at, n; /* normalised pattern in text */
	bool allow;
};
struct amp_robots {
	bool everything, allowed; /* no file, or unreachable */
	struct amp_buf text;
	struct rule *rules;
	size_t n, size;
	int64_t delay_ms;
};

void amp_robots_free(struct amp_robots *r)
{
	if (r == NULL) return;
	amp_buf_free(&r->text);
	amp_free(r->rules);
	amp_free(r);
}

struct amp_robots *amp_robots_all(bool allowed)
{
	struct amp_robots *r = amp_calloc(1, sizeof *r);
	if (r == NULL) return NULL;
	r->everything = true;
	r->allowed = allowed;
	return r;
}

static bool unreserved(int c)
{
	return amp_is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

/* RFC 9309, 2.2.2: octets outside ASCII are compared percent-encoded, and encoded unreserved characters decoded. In a path, '*' and
 * '$' are plain characters, which a pattern spells %2A and %24. */
static int normalise(struct amp_str s, bool pattern, struct amp_buf *out)
{
	static const char hex[] = "0123456789ABCDEF";
	for (size_t i = 0; i < s.n; i++) {
		int c = (unsigned char)s.p[i];
		bool escape = c >= 0x80 || c <= ' ' || c == 0x7f || (!pattern && (c == '*' || c == '$'));
		if (c == '%' && i + 2 < s.n && amp_hex_value(s.p[i + 1]) >= 0 && amp_hex_value(s.p[i + 2]) >= 0) {
			c = amp_hex_value(s.p[i + 1]) * 16 + amp_hex_value(s.p[i + 2]);
			i += 2;
			escape = !unreserved(c);
		}
		if (escape) {
			const char three[3] = {'%', hex[c >> 4], hex[c & 15]};
			amp_buf_add(out, three, 3);
		} else {
			amp_buf_byte(out, c);
		}
	}
	return out->failed;
}

static int add_rule(struct amp_robots *r, struct amp_str value, bool allow)
{
	if (value.n == 0 || r->n >= MAX_RULES) return 0; /* an empty pattern matches nothing */
	if (r->n == r->size) {
		size_t size = r->size == 0 ? 16 : r->size * 2;
		struct rule *grown = amp_realloc(r->rules, size * sizeof *grown);
		if (grown == NULL) return AMP_ENOMEM;
		r->rules = grown;
		r->size = size;
	}
	size_t at = r->text.n;
	int rc = normalise(value, true, &r->text);
	if (rc != 0) return rc;
	r->rules[r->n++] = (struct rule){at, r->text.n - at, allow};
	return 0;
}

static int64_t delay_of(struct amp_str value)
{
	int64_t whole = 0, fraction = 0, unit = 100;
	size_t i = 0;
	for (; i < value.n && amp_is_digit((unsigned char)value.p[i]) && whole < 100000; i++)
		whole = whole * 10 + (value.p[i] - '0');
	if (i == 0) return 0;
	if (i < value.n && value.p[i] == '.')
		for (i++; i < value.n && amp_is_digit((unsigned char)value.p[i]); i++, unit /= 10)
			fraction += unit * (value.p[i] - '0');
	int64_t ms = whole * 1000 + fraction;
	return ms > 30000 ? 30000 : ms;
}

/* The token is the leading run of letters, '-' and '_' (2.2.1); "amplimeter/1.0" in a file still means us. */
static bool names(struct amp_str value, const char *token)
{
	size_t n = 0;
	while (n < value.n && (amp_is_alpha((unsigned char)value.p[n]) || value.p[n] == '-' || value.p[n] == '_')) n++;
	return amp_str_ieq_c((struct amp_str){value.p, n}, token);
}

/* One pass for a token, or for "*": groups of the same name add up (2.2.1). Returns whether any group named it. */
static int collect(struct amp_robots *r, struct amp_str text, const char *token, bool *found)
{
	bool mine = false, in_agents = false;
	*found = false;
	while (text.n > 0) {
		size_t n = 0;
		while (n < text.n && text.p[n] != '\n' && text.p[n] != '\r') n++;
		struct amp_str line = {text.p, n};
		size_t skip = n < text.n ? n + 1 : n;
		text = (struct amp_str){text.p + skip, text.n - skip};
		const char *hash = line.n > 0 ? memchr(line.p, '#', line.n) : NULL;
		if (hash != NULL) line.n = (size_t)(hash - line.p);
		const char *colon = line.n > 0 ? memchr(line.p, ':', line.n) : NULL;
		if (colon == NULL) continue;
		struct amp_str key = amp_str_trim((struct amp_str){line.p, (size_t)(colon - line.p)});
		struct amp_str value = amp_str_trim((struct amp_str){colon + 1, (size_t)(line.p + line.n - colon) - 1});
		if (amp_str_ieq_c(key, "user-agent")) {
			bool match = token[0] == '*' ? value.n > 0 && value.p[0] == '*' : names(value, token);
			mine = match || (in_agents && mine); /* consecutive user-agent lines share the group */
			in_agents = true;
			*found = *found || match;
			continue;
		}
		bool allow = amp_str_ieq_c(key, "allow"), disallow = amp_str_ieq_c(key, "disallow");
		bool delay = amp_str_ieq_c(key, "crawl-delay");
		if (!allow && !disallow && !delay) continue; /* sitemap and others do not end a run of user-agent lines (2.2.4) */
		in_agents = false;
		if (!mine) continue;
		if (delay)
			r->delay_ms = delay_of(value);
		else if (add_rule(r, value, allow) == AMP_ENOMEM)
			return AMP_ENOMEM;
	}
	return 0;
}

struct amp_robots *amp_robots_parse(struct amp_str text, const char *token)
{
	struct amp_robots *r = amp_calloc(1, sizeof *r);
	if (r == NULL) return NULL;
	amp_buf_init(&r->text, AMP_ROBOTS_BYTES * 3 + 1);
	if (text.n > AMP_ROBOTS_BYTES) text.n = AMP_ROBOTS_BYTES;
	if (text.n >= 3 && memcmp(text.p, "\xef\xbb\xbf", 3) == 0) text = (struct amp_str){text.p + 3, text.n - 3};
	bool found = false;
	int rc = collect(r, text, token, &found);
	if (rc == 0 && !found) rc = collect(r, text, "*", &found);
	if (rc != 0 || r->text.failed == AMP_ENOMEM) {
		amp_robots_free(r);
		return NULL;
	}
	return r;
}

/* Prefix match with '*' for any run and '$' at the end for the end; the last '*' is the only one worth going back to. */
static bool matches(struct amp_str pattern, struct amp_str path, size_t *work)
{
	bool anchored = pattern.n > 0 && pattern.p[pattern.n - 1] == '$';
	if (anchored) pattern.n--;
	size_t i = 0, j = 0, star = SIZE_MAX, mark = 0;
	for (;;) {
		if (++*work > MAX_WORK) return false;
		if (i < pattern.n && pattern.p[i] == '*') {
			star = i++;
			mark = j;
		} else if (i == pattern.n && (!anchored || j == path.n)) {
			return true;
		} else if (i < pattern.n && j < path.n && pattern.p[i] == path.p[j]) {
			i++;
			j++;
		} else if (star != SIZE_MAX && mark < path.n) {
			i = star + 1;
			j = ++mark;
		} else {
			return false;
		}
	}
}

bool amp_robots_allows(const struct amp_robots *r, struct amp_str path)
{
	if (amp_str_eq_c(path, "/robots.txt")) return true;
	if (r == NULL) return false;
	if (r->everything) return r->allowed;
	struct amp_buf normal;
	amp_buf_init(&normal, path.n * 3 + 1);
	bool allowed = true;
	if (normalise(path, false, &normal) != 0) {
		amp_buf_free(&normal);
		return false; /* what cannot be judged is not fetched */
	}
	size_t best = 0, work = 0;
	for (size_t i = 0; i < r->n; i++) {
		const struct rule *rule = &r->rules[i];
		if (rule->n < best || (rule->n == best && !rule->allow))
			continue; /* "most octets", and on a tie the least restrictive */
		if (!matches((struct amp_str){r->text.p + rule->at, rule->n}, amp_buf_str(&normal), &work)) continue;
		best = rule->n;
		allowed = rule->allow;
	}
	amp_buf_free(&normal);
	return allowed && work <= MAX_WORK;
}

int64_t amp_robots_delay_ms(const struct amp_robots *r)
{
	return r == NULL ? 0 : r->delay_ms;
}

/* verify_value.c: see verify_value.h. */
#include "run/verify_value.h"
#include <stdio.h>
#include <string.h>
#include "run/evidence.h"

void verify_note(struct amp_verify *v, int64_t seq, const char *expected, const char *found, const char *what)
{
	struct amp_finding f = {.seq = seq, .file = "database", .offset = -1};
	(void)snprintf(f.expected, sizeof f.expected, "%.150s", expected);
	(void)snprintf(f.found, sizeof f.found, "%.150s", found);
	(void)snprintf(f.what, sizeof f.what, "%s", what);
	(*v->findings)++;
	if (v->fn) v->fn(v->user, &f);
}

static bool inside_character(struct amp_str s, size_t at)
{
	return at < s.n && ((unsigned char)s.p[at] & 0xC0) == 0x80;
}

static void show_from(char out[AMP_SHOWN], struct amp_str s, size_t from)
{
	static const char before[] = "…";
	size_t at = from > 0 ? sizeof before - 1 : 0;
	if (!s.p) s = AMP_STR("NULL");
	size_t n = s.n - from;
	if (n > AMP_SHOWN - 1 - at) {
		n = AMP_SHOWN - 1 - at;
		while (n > 0 && inside_character(s, from + n)) n--;
	}
	memcpy(out, before, at);
	if (n > 0) memcpy(out + at, s.p + from, n);
	out[at + n] = '\0';
}

size_t verify_show(char e[AMP_SHOWN], char f[AMP_SHOWN], struct amp_str expected, struct amp_str found)
{
	size_t from = 0, least = expected.n < found.n ? expected.n : found.n;
	while (expected.p && found.p && from < least && expected.p[from] == found.p[from]) from++;
	from = from < 100 ? 0 : from - 40;
	while (from > 0 && inside_character(expected, from)) from--;
	show_from(e, expected, from);
	show_from(f, found, from);
	return from;
}

void verify_text(struct amp_verify *v, int64_t seq, const char *what, struct amp_str expected, struct amp_str found)
{
	if (expected.p ? found.p && amp_str_eq(expected, found) : !found.p) return;
	char e[AMP_SHOWN], f[AMP_SHOWN], whole[sizeof((struct amp_finding *)0)->what];
	size_t from = verify_show(e, f, expected, found);
	if (from > 0) {
		(void)snprintf(whole, sizeof whole, "%s, from byte %zu", what, from);
		what = whole;
	}
	verify_note(v, seq, e, f, what);
}

void verify_int(struct amp_verify *v, int64_t seq, const char *what, bool expected_null, int64_t expected, bool found_null,
                int64_t found)
{
	if (expected_null == found_null && (expected_null || expected == found)) return;
	char e[32], f[32];
	(void)snprintf(e, sizeof e, expected_null ? "NULL" : "%lld", (long long)expected);
	(void)snprintf(f, sizeof f, found_null ? "NULL" : "%lld", (long long)found);
	verify_note(v, seq, e, f, what);
}

void verify_bytes(struct amp_verify *v, int64_t seq, const char *what, const void *expected, size_t n, const void *found,
                  size_t found_n)
{
	if (expected ? found && n == found_n && memcmp(expected, found, n) == 0 : !found) return;
	char e[2 * AMP_SHA256 + 1] = "NULL", f[2 * AMP_SHA256 + 1] = "NULL";
	if (expected) amp_hex(expected, n > AMP_SHA256 ? AMP_SHA256 : n, e);
	if (found) amp_hex(found, found_n > AMP_SHA256 ? AMP_SHA256 : found_n, f);
	verify_note(v, seq, e, f, what);
}

void verify_column_int(struct amp_verify *v, int64_t seq, const char *what, const json_t *o, const char *name, struct amp_query *q,
                       int col)
{
	int64_t value = 0;
	bool has = amp_evidence_int(o, name, &value);
	verify_int(v, seq, what, !has, value, amp_query_null(q, col), amp_query_i64(q, col));
}

void verify_column_text(struct amp_verify *v, int64_t seq, const char *what, const json_t *o, const char *name, struct amp_query *q,
                        int col)
{
	verify_text(v, seq, what, amp_evidence_str(o, name), amp_query_str(q, col));
}

void verify_column_hash(struct amp_verify *v, int64_t seq, const char *what, const json_t *o, const char *name, size_t n,
                        struct amp_query *q, int col)
{
	uint8_t value[AMP_SHA256];
	size_t found_n;
	bool has = amp_evidence_hex(o, name, value, n);
	const void *found = amp_query_blob(q, col, &found_n);
	verify_bytes(v, seq, what, has ? value : NULL, n, found, found_n);
}

void verify_column_key(struct amp_verify *v, int64_t seq, const char *what, const struct amp_key *expected, struct amp_query *q,
                       int col)
{
	size_t n;
	const void *found = amp_query_blob(q, col, &n);
	verify_bytes(v, seq, what, expected ? expected->b : NULL, AMP_KEY, found, n);
}

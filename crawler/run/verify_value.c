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

void verify_text(struct amp_verify *v, int64_t seq, const char *what, struct amp_str expected, struct amp_str found)
{
	if (expected.p ? found.p && amp_str_eq(expected, found) : !found.p) return;
	char e[151], f[151];
	(void)snprintf(e, sizeof e, "%.*s", expected.p ? (int)(expected.n > 150 ? 150 : expected.n) : 4,
	               expected.p ? expected.p : "NULL");
	(void)snprintf(f, sizeof f, "%.*s", found.p ? (int)(found.n > 150 ? 150 : found.n) : 4, found.p ? found.p : "NULL");
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

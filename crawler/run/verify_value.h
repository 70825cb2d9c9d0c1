/* verify_value.h: one value of the database against what it must be, and the finding where it is another. */
#ifndef AMP_RUN_VERIFY_VALUE_H
#define AMP_RUN_VERIFY_VALUE_H
#include <jansson.h>
#include "archive/archive.h"
#include "base/hash.h"
#include "store/store.h"

struct amp_verify { /* what is verified, and who is told */
	struct amp_store *store;
	amp_finding_fn *fn; /* may be NULL */
	void *user;
	int64_t *findings;
};
#define AMP_SHOWN 151
/* Two texts as a finding holds them: "NULL" for SQL's, 150 bytes at most, whole characters; where they differ behind that, from a little before
 * the first byte that differs. Returns the byte that they are shown from. */
size_t verify_show(char e[AMP_SHOWN], char f[AMP_SHOWN], struct amp_str expected, struct amp_str found);
/* A finding. seq: of the archive's entry, -1 for none; what: the column, or the rule that is broken. */
void verify_note(struct amp_verify *v, int64_t seq, const char *expected, const char *found, const char *what);
/* p NULL is SQL's NULL. */
void verify_text(struct amp_verify *v, int64_t seq, const char *what, struct amp_str expected, struct amp_str found);
void verify_int(struct amp_verify *v, int64_t seq, const char *what, bool expected_null, int64_t expected, bool found_null,
                int64_t found);
/* NULL is SQL's NULL. */
void verify_bytes(struct amp_verify *v, int64_t seq, const char *what, const void *expected, size_t n, const void *found,
                  size_t found_n);

/* A member of an entry's columns against column col of a row; a member that is not there must be NULL in the row. */
void verify_column_int(struct amp_verify *v, int64_t seq, const char *what, const json_t *o, const char *name, struct amp_query *q,
                       int col);
void verify_column_text(struct amp_verify *v, int64_t seq, const char *what, const json_t *o, const char *name, struct amp_query *q,
                        int col);
/* n bytes in hexadecimal. */
void verify_column_hash(struct amp_verify *v, int64_t seq, const char *what, const json_t *o, const char *name, size_t n,
                        struct amp_query *q, int col);
void verify_column_key(struct amp_verify *v, int64_t seq, const char *what, const struct amp_key *expected, struct amp_query *q,
                       int col);

#endif

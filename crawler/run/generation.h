/* generation.h: a stored reading of a snapshot (a parse with its exposures, labels and diagnostics) as text, and where two of them differ. */
#ifndef AMP_RUN_GENERATION_H
#define AMP_RUN_GENERATION_H
#include "run/verify_value.h"
#include "store/store.h"

/* Item versions and authors by key: equal generations give equal bytes, whatever the row ids. */
int amp_generation_dump(struct amp_store *store, int64_t parse_id, struct amp_buf *out, struct amp_err *err) AMP_CHECK;

struct amp_difference {
	char what[128], expected[AMP_SHOWN], found[AMP_SHOWN]; /* "exposure.likes, rank 3"; the values, cut */
};
/* The first place where two dumps differ, in the order parse, exposures, labels, diagnostics. *differ: false when there is none. */
int amp_generation_difference(struct amp_store *store, struct amp_str expected, struct amp_str found, struct amp_difference *out,
                              bool *differ, struct amp_err *err) AMP_CHECK;

#endif

/* dedupe.h: where a payload was last stored in full. A table of fixed size (about 3.5 MiB), newest wins: memory does not grow with the
 * crawl, and a forgotten payload costs space, never correctness, since a revisit is written only after comparing bytes.
 */
#ifndef AMP_ARCHIVE_DEDUPE_H
#define AMP_ARCHIVE_DEDUPE_H
#include "archive/archive.h"

struct dedupe_slot {
	uint64_t tag; /* 8 bytes of the payload digest; 0 = free */
	int64_t seq, recorded_at, offset, length;
	int64_t segment;
};
struct dedupe {
	struct dedupe_slot *slots; /* allocated at the first put */
};
int dedupe_put(struct dedupe *d, const uint8_t payload[AMP_SHA256], const struct dedupe_slot *slot, struct amp_err *err) AMP_CHECK;
const struct dedupe_slot *dedupe_get(const struct dedupe *d, const uint8_t payload[AMP_SHA256]); /* NULL when not known */
void dedupe_free(struct dedupe *d);

#endif

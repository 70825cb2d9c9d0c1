/* payload.h: the payload of an archived HTTP response (the de-chunked, still content-coded entity, WARC 1.1 section 5.9), derived
 * from its bytes alone, so that a payload digest can be checked without the fetcher.
 */
#ifndef AMP_ARCHIVE_PAYLOAD_H
#define AMP_ARCHIVE_PAYLOAD_H
#include <stdbool.h>
#include "base/hash.h"
#include "base/str.h"

/* False where the chunking is broken or cut: then what the payload is depends on the reader, and only the block is checked. */
bool payload_digest(struct amp_str headers, struct amp_str body, uint8_t digest[AMP_SHA256]);

#endif

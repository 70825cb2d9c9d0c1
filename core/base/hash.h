/* hash.h: SHA-256 (OpenSSL) and the content-derived keys of the data model.
 * A key is the first 16 bytes of SHA-256 over: the domain, then each part, every one preceded by its length as 8 bytes
 * little-endian. So ("ab","c") and ("a","bc") differ, and a key never depends on a local row id.
 */
#ifndef AMP_BASE_HASH_H
#define AMP_BASE_HASH_H
#include <stddef.h>
#include <stdint.h>
#include "base/str.h"

#define AMP_SHA256 32
#define AMP_KEY 16

struct amp_sha256 { /* opaque: room for a streaming state */
	void *ctx;
};
void amp_sha256(const void *p, size_t n, uint8_t out[AMP_SHA256]);
void amp_sha256_start(struct amp_sha256 *h); /* end or abort it to free the state */
void amp_sha256_add(struct amp_sha256 *h, const void *p, size_t n);
void amp_sha256_end(struct amp_sha256 *h, uint8_t out[AMP_SHA256]);

struct amp_key {
	uint8_t b[AMP_KEY];
};
struct amp_keyer {
	struct amp_sha256 h;
	size_t n; /* gathered in room, not yet in h: a key's many short parts are hashed at once */
	uint8_t room[504];
};
void amp_key_start(struct amp_keyer *k, const char *domain);
void amp_key_str(struct amp_keyer *k, struct amp_str s); /* absent and empty differ */
void amp_key_c(struct amp_keyer *k, const char *s);
void amp_key_i64(struct amp_keyer *k, int64_t v);
void amp_key_bytes(struct amp_keyer *k, const void *p, size_t n);
void amp_key_key(struct amp_keyer *k, const struct amp_key *other);
struct amp_key amp_key_end(struct amp_keyer *k);

void amp_hex(const uint8_t *p, size_t n, char *out);     /* writes 2n characters and NUL, lower case */
int amp_unhex(struct amp_str s, uint8_t *out, size_t n); /* 0, or AMP_EFORMAT unless exactly 2n hex digits */

#endif

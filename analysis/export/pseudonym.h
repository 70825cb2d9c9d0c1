/* pseudonym.h: keyed hashes that stand for people and posts in what is published. With the key two exports of one study link; once the key is
 * erased nothing links a pseudonym to a name or to another export. A pseudonym is the first 16 bytes, in hexadecimal, of
 * HMAC-SHA-256 (RFC 2104) with the key over the domain, a zero byte and the value. The key never enters a database, an archive, an
 * export or a log; of it only an identifier is printed, which tells whether two exports share it.
 */
#ifndef AMP_EXPORT_PSEUDONYM_H
#define AMP_EXPORT_PSEUDONYM_H
#include <stddef.h>
#include <stdint.h>
#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"

#define AMP_PSEUDONYM_TEXT (2 * AMP_KEY + 1)

struct amp_pseudonyms {
	uint8_t inner[64], outer[64]; /* the key, padded and mixed as RFC 2104 says */
};

/* HMAC-SHA-256 in two halves; the key has at most 64 bytes. */
void amp_pseudonyms_set(struct amp_pseudonyms *p, const uint8_t *key, size_t n);
void amp_pseudonyms_hmac(const struct amp_pseudonyms *p, const char *domain, struct amp_str value, uint8_t out[AMP_SHA256]);
/* The key of the file; when it does not exist a new random one is written there, mode 0600. AMP_EPOLICY when others may read it,
 * AMP_EFORMAT when it holds anything but a key. *made says that it is new. */
int amp_pseudonyms_open(struct amp_pseudonyms *p, const char *file, bool *made, struct amp_err *err) AMP_CHECK;
void amp_pseudonyms_forget(struct amp_pseudonyms *p);
void amp_pseudonym(const struct amp_pseudonyms *p, const char *domain, struct amp_str value, char out[AMP_PSEUDONYM_TEXT]);
/* 16 hexadecimal digits that tell whether two exports were made with one key, and nothing else of it. */
void amp_pseudonyms_id(const struct amp_pseudonyms *p, char out[17]);

#endif

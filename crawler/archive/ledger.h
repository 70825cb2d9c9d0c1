/* ledger.h: the arithmetic of the hash chain, nothing else. docs/evidence.md says the same in words and in shell. */
#ifndef AMP_ARCHIVE_LEDGER_H
#define AMP_ARCHIVE_LEDGER_H
#include "archive/archive.h"

#define LEDGER_DOMAIN "amplimeter ledger 1\n"
#define RECORD_DOMAIN "amplimeter record 1\n"
#define RECORD_ID 64 /* room for "<urn:uuid:…>" and NUL */

/* The link before entry 0: SHA-256(domain || archive key). */
void ledger_genesis(const struct amp_key *archive, uint8_t link[AMP_SHA256]);
/* SHA-256(nonce || block). */
void ledger_entry_hash(const uint8_t nonce[16], struct amp_str block, uint8_t hash[AMP_SHA256]);
/* SHA-256(domain || previous || seq as 8 bytes big-endian || type || 0x00 || entry hash). link may be previous. */
void ledger_link(const uint8_t previous[AMP_SHA256], int64_t seq, const char *type, const uint8_t entry_hash[AMP_SHA256],
                 uint8_t link[AMP_SHA256]);
/* A record's identifier depends only on (archive, seq, ordinal): 16 bytes of SHA-256(domain || archive key || seq as 8 bytes
 * big-endian || ordinal as 1 byte), with the version 8 and variant bits of RFC 9562. */
void ledger_record_id(const struct amp_key *archive, int64_t seq, int ordinal, char id[RECORD_ID]);

#endif

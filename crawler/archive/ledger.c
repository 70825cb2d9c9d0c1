/* ledger.c: see ledger.h. */
#include "ledger.h"

#include <stdio.h>
#include <string.h>

static void put_seq(struct amp_sha256 *h, int64_t seq)
{
	uint8_t bytes[8];

	for (int i = 0; i < 8; i++) bytes[i] = (uint8_t)((uint64_t)seq >> (56 - 8 * i));
	amp_sha256_add(h, bytes, sizeof(bytes));
}

void ledger_genesis(const struct amp_key *archive, uint8_t link[AMP_SHA256])
{
	struct amp_sha256 h;

	amp_sha256_start(&h);
	amp_sha256_add(&h, LEDGER_DOMAIN, strlen(LEDGER_DOMAIN));
	amp_sha256_add(&h, archive->b, AMP_KEY);
	amp_sha256_end(&h, link);
}

void ledger_entry_hash(const uint8_t nonce[16], struct amp_str block, uint8_t hash[AMP_SHA256])
{
	struct amp_sha256 h;

	amp_sha256_start(&h);
	amp_sha256_add(&h, nonce, 16);
	amp_sha256_add(&h, block.p, block.n);
	amp_sha256_end(&h, hash);
}

void ledger_link(const uint8_t previous[AMP_SHA256], int64_t seq, const char *type, const uint8_t entry_hash[AMP_SHA256],
                 uint8_t link[AMP_SHA256])
{
	struct amp_sha256 h;

	amp_sha256_start(&h);
	amp_sha256_add(&h, LEDGER_DOMAIN, strlen(LEDGER_DOMAIN));
	amp_sha256_add(&h, previous, AMP_SHA256);
	put_seq(&h, seq);
	amp_sha256_add(&h, type, strlen(type) + 1); /* with its NUL: the 0x00 of the formula */
	amp_sha256_add(&h, entry_hash, AMP_SHA256);
	amp_sha256_end(&h, link);
}

void ledger_record_id(const struct amp_key *archive, int64_t seq, int ordinal, char id[RECORD_ID])
{
	uint8_t d[AMP_SHA256], o = (uint8_t)ordinal;
	struct amp_sha256 h;

	amp_sha256_start(&h);
	amp_sha256_add(&h, RECORD_DOMAIN, strlen(RECORD_DOMAIN));
	amp_sha256_add(&h, archive->b, AMP_KEY);
	put_seq(&h, seq);
	amp_sha256_add(&h, &o, 1);
	amp_sha256_end(&h, d);
	d[6] = (uint8_t)((d[6] & 0x0f) | 0x80);
	d[8] = (uint8_t)((d[8] & 0x3f) | 0x80);
	(void)snprintf(id, RECORD_ID, "<urn:uuid:%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x>", d[0], d[1],
	               d[2], d[3], d[4], d[5], d[6], d[7], d[8], d[9], d[10], d[11], d[12], d[13], d[14], d[15]);
}

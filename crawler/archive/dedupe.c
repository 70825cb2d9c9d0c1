/* dedupe.c: see dedupe.h. Sets of four; the oldest of a full set gives way. */
#include "dedupe.h"

#include "base/i18n.h"
#include "base/mem.h"

#define SETS 16384u
#define WAYS 4u

static uint64_t tag_of(const uint8_t payload[AMP_SHA256], size_t *set)
{
	uint64_t tag = 0;

	for (int i = 0; i < 8; i++) tag = tag << 8 | payload[i];
	*set = (size_t)(payload[8] << 8 | payload[9]) % SETS;
	return tag == 0 ? 1 : tag;
}

int dedupe_put(struct dedupe *d, const uint8_t payload[AMP_SHA256], const struct dedupe_slot *slot, struct amp_err *err)
{
	struct dedupe_slot *set, *victim;
	size_t at;
	uint64_t tag = tag_of(payload, &at);

	if (d->slots == NULL) {
		d->slots = amp_calloc((size_t)SETS * WAYS, sizeof(*d->slots));
		if (d->slots == NULL) return amp_fail(err, AMP_ENOMEM, _("out of memory for the table of archived payloads"));
	}
	set = d->slots + at * WAYS;
	victim = set;
	for (unsigned i = 0; i < WAYS; i++) {
		if (set[i].tag == tag || set[i].tag == 0) {
			victim = set + i;
			break;
		}
		if (set[i].seq < victim->seq) victim = set + i;
	}
	*victim = *slot;
	victim->tag = tag;
	return 0;
}

const struct dedupe_slot *dedupe_get(const struct dedupe *d, const uint8_t payload[AMP_SHA256])
{
	size_t at;
	uint64_t tag = tag_of(payload, &at);

	if (d->slots == NULL) return NULL;
	for (unsigned i = 0; i < WAYS; i++) {
		if (d->slots[at * WAYS + i].tag == tag) return d->slots + at * WAYS + i;
	}
	return NULL;
}

void dedupe_free(struct dedupe *d)
{
	amp_free(d->slots);
	d->slots = NULL;
}

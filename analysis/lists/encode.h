/* encode.h: the entries of one parse as bytes.
 *
 *   format (one byte, AMP_LIST_FORMAT), number of entries (varint), the entries, check sum (8 bytes, little-endian)
 *   an entry: tag (varint), place (varint, only where the tag says so), count (varint)
 *     tag    bit 0: the place follows; else it is the one after the last entry's
 *            bit 1: the text is not known
 *            the rest: zigzag of the text's row id less that of the last known text
 *     count  0: none; else 1 + zigzag
 *
 * varint: seven bits a byte, the lowest first, the highest bit set on all but the last (LEB128); zigzag: 0, -1, 1, -2 as 0, 1, 2, 3. The sum is
 * over the parse's row id and everything before it: bytes that were cut, changed or put into another row are found. It is no seal: whoever may
 * write the database can make it.
 */
#ifndef AMP_LISTS_ENCODE_H
#define AMP_LISTS_ENCODE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/buf.h"

#define AMP_LIST_FORMAT 1
struct amp_list_entry {
	int64_t text;  /* item_version.id; 0 where not known */
	int64_t place; /* organic rank */
	int64_t count; /* likes, or votes where there are no likes */
	bool known, counted;
};
/* Appends the list of one parse to out: n entries. false, and nothing appended, where a value does not fit the format (row ids or counts beyond
 * 2^60, places that do not ascend) or memory is out. */
bool amp_list_encode(struct amp_buf *out, int64_t parse_id, const struct amp_list_entry *v, size_t n);

/* Reading. p is lent. */
struct amp_list_bytes {
	const uint8_t *p, *end;
	size_t n; /* entries still to come */
	int64_t text, place;
};
/* false: not a list of this parse in this format. */
bool amp_list_open(struct amp_list_bytes *b, const void *p, size_t n, int64_t parse_id);

/* One varint: false where the bytes end within it, or it is longer than 64 bits. */
static inline bool amp_list_varint(struct amp_list_bytes *b, uint64_t *v)
{
	if (b->p < b->end && *b->p < 0x80) { /* nearly all */
		*v = *b->p++;
		return true;
	}
	uint64_t value = 0;
	for (unsigned shift = 0; b->p < b->end && shift < 64; shift += 7) {
		uint8_t byte = *b->p++;
		value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte >= 0x80) continue;
		*v = value;
		return shift < 63 || byte <= 1;
	}
	return false;
}

static inline int64_t amp_list_unzigzag(uint64_t v)
{
	return (int64_t)(v >> 1 ^ (0 - (v & 1)));
}

/* The next entry; false: there is none, and b->n tells why: 0 at the end, else the bytes are not what they say. */
static inline bool amp_list_next(struct amp_list_bytes *b, struct amp_list_entry *e)
{
	uint64_t tag, place = 0, count;
	if (b->n == 0 || !amp_list_varint(b, &tag)) return false;
	if ((tag & 1) != 0 && (!amp_list_varint(b, &place) || place > INT64_MAX / 2)) return false;
	if (!amp_list_varint(b, &count)) return false;
	b->place = (tag & 1) != 0 ? (int64_t)place : b->place + 1;
	if ((tag & 2) == 0) b->text = (int64_t)((uint64_t)b->text + (uint64_t)amp_list_unzigzag(tag >> 2));
	*e = (struct amp_list_entry){.text = (tag & 2) == 0 ? b->text : 0,
	                             .place = b->place,
	                             .count = count ? amp_list_unzigzag(count - 1) : 0,
	                             .known = (tag & 2) == 0,
	                             .counted = count != 0};
	b->n--;
	return true;
}

#endif

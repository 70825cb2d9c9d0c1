/* warc.h: WARC 1.1 records as gzip members, and nothing about ledgers.
 *
 * One record is one member (WARC 1.1 annex D). The member header is always the same 24 bytes but for two numbers:
 *   1f 8b 08 04 | 00 00 00 00 (no time) | 00 ff (no flags, unknown system) | 0c 00 | 'A' 'M' 08 00 | length | CRC-32
 * length and CRC-32 (little-endian, 4 bytes each) are of the deflate data that follows. So a reader may step over a record without
 * inflating it, and each flipped bit of the file is found even where two deflate streams would give the same text (padding bits,
 * unused code lengths). Every gzip reader skips the extra field (RFC 1952 section 2.3.1.1).
 */
#ifndef AMP_ARCHIVE_WARC_H
#define AMP_ARCHIVE_WARC_H
#include <stdbool.h>
#include <stdint.h>
#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/str.h"

#define WARC_MEMBER_HEADER 24
#define WARC_MEMBER_TRAILER 8
#define WARC_HEADER_MAX ((size_t)64 * 1024)         /* of one record's header */
#define WARC_BLOCK_MAX ((size_t)128 * 1024 * 1024)  /* of one record's block: 64 MiB answers and ingested files fit */
#define WARC_METADATA_MAX ((size_t)4 * 1024 * 1024) /* of a metadata record */

/* ---- writing ---- */
struct warc_writer; /* keeps zlib's state between records */
int warc_writer_new(struct warc_writer **out, struct amp_err *err) AMP_CHECK;
void warc_writer_free(struct warc_writer *w); /* NULL-safe */
/* Appends the member of header || block || CRLF CRLF to out. packed: the block is compressed already (a gzip body) and only stored. */
int warc_member_add(struct warc_writer *w, struct amp_buf *out, struct amp_str header, struct amp_str block, bool packed,
                    struct amp_err *err) AMP_CHECK;

/* The same, as a member of exactly `size` bytes: empty deflate blocks fill what is left, which every gzip reader passes over. AMP_EFAIL where it does not fit. */
int warc_member_fill(struct warc_writer *w, struct amp_buf *out, struct amp_str header, struct amp_str block, size_t size,
                     struct amp_err *err) AMP_CHECK;

/* ---- reading ---- */
struct warc_file {
	int fd;
	int64_t size; /* when opened */
	char path[1024];
};
int warc_file_open(struct warc_file *f, const char *dir, const char *name, struct amp_err *err) AMP_CHECK;
void warc_file_close(struct warc_file *f);

enum warc_result {
	WARC_OK,
	WARC_TORN, /* the file ends inside the member, or holds only zero bytes from here on: an append that was cut short */
	WARC_BAD,  /* bytes that are not what was written: see why and bad_offset */
	WARC_FAIL  /* reading failed or memory is out: the error struct is set */
};
struct warc_record {
	struct amp_buf bytes; /* header, block and the four ending bytes */
	size_t header_bytes, block_bytes;
	int64_t offset, length;     /* of the member; length 0 where even that is not known */
	uint8_t sha256[AMP_SHA256]; /* of header || block, the four ending bytes not included; after WARC_WHOLE only */
	char why[256];
	int64_t bad_offset; /* in the file */
};
enum warc_depth { WARC_HEAD, WARC_WHOLE }; /* HEAD inflates no more than the header and checks no CRC */
void warc_record_init(struct warc_record *r);
void warc_record_free(struct warc_record *r);
/* Reads the member at offset. max bounds the block (WARC_BAD beyond); memory never exceeds it by more than 128 KiB. */
enum warc_result warc_load(const struct warc_file *f, int64_t offset, enum warc_depth depth, size_t max, struct warc_record *r,
                           struct amp_err *err);
/* The value of a header field (first of its name, exact case), absent when there is none. */
struct amp_str warc_field(const struct warc_record *r, const char *name);
struct amp_str warc_block(const struct warc_record *r);
/* Offset of the next member header at or after `from`, or -1. */
int64_t warc_find_member(const struct warc_file *f, int64_t from);

#endif

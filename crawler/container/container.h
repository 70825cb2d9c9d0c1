/* container.h: files that hold other documents: gzip members, WARC records, the entries of a zip. Pure: bytes in, bytes out, nothing
 * touches a disk. Everything is bounded, by what may come out and by how many times larger than the file that may be; sentences
 * are English and go into verdicts, which are compared byte for byte.
 */
#ifndef AMP_CONTAINER_CONTAINER_H
#define AMP_CONTAINER_CONTAINER_H
#include <stdbool.h>
#include <stddef.h>
#include "base/buf.h"
#include "base/str.h"

#define AMP_UNPACKED_MAX ((size_t)256 << 20)
#define AMP_UNPACKED_RATIO 200              /* a feed packs 10 to 30 : 1; a bomb 1000 : 1 */
#define AMP_UNPACKED_FREE ((size_t)4 << 20) /* small files may be as empty as they like */
#define AMP_ZIP_ENTRIES 10000

/* --- gzip.c (RFC 1952) --- */
struct amp_gzip_member { /* where a member begins: in what came out, and in the file */
	size_t plain, raw;
};
bool amp_gzip_is(struct amp_str s);
/* All members one after the other, appended to out. members: struct amp_gzip_member one after the other, may be NULL. NULL, or
 * what ended the reading: what came before it is in out. AMP_ENOMEM is told by out->failed. */
const char *amp_gunzip(struct amp_str in, struct amp_buf *out, struct amp_buf *members);

/* --- warc.c (WARC 1.0 and 1.1, ISO 28500) --- */
struct amp_warc_record {
	struct amp_str type, uri, date, content_type; /* as written, trimmed; absent when not there */
	struct amp_str headers;                       /* the record's own, with its "WARC/1.1" line */
	struct amp_str block;
	size_t offset; /* of the record in the text */
	bool cut;      /* the text ends before the block does */
};
bool amp_warc_is(struct amp_str s);
/* The record at *at, which is left behind it. False at the end, or where there is no record: then *why says so (else NULL). */
bool amp_warc_next(struct amp_str text, size_t *at, struct amp_warc_record *out, const char **why);
/* Header block and body of an HTTP message; false when its headers have no end. */
bool amp_http_split(struct amp_str message, size_t *header_bytes);

/* --- zip.c --- */
bool amp_zip_is(struct amp_str s);
/* One entry, whole in memory; broken: what ended its reading, NULL when it is whole. False ends the walk. */
typedef bool amp_zip_fn(void *user, struct amp_str name, struct amp_str data, const char *broken);
/* The entries whose names end in one of endings (NULL-ended), in the order of the directory. NULL, or why the walk ended. */
const char *amp_zip_each(struct amp_str in, const char *const *endings, amp_zip_fn *fn, void *user);

/* --- har.c, secrets.c: secrets out, at equal length, before anything is kept --- */
/* What people save of a browser holds who they are: cookies, tokens, bodies of forms. In place: HAR files and plain WARC files keep their
 * length; what is masked is named in masked, comma-separated. Files of other kinds stay as they are. Packed WARC and WACZ files
 * must be unpacked first (amp_capture_unpack). AMP_ENOMEM only. */
int amp_capture_mask(char *p, size_t n, char *masked, size_t size, struct amp_err *err) AMP_CHECK;
/* A packed WARC or a WACZ as one plain WARC in out; *unpacked false when it is neither (out is empty then). *why: what ended it. */
int amp_capture_unpack(struct amp_str in, struct amp_buf *out, bool *unpacked, const char **why, struct amp_err *err) AMP_CHECK;

#endif

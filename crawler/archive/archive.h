/* archive.h: evidence first. WARC 1.1 files (one gzip member a record) and a ledger whose entries are chained.
 *
 * An archive is a folder: segments NNNNN.warc.gz; a new one is begun by the first entry after the current one reached its size. Every ledger entry is ONE group of WARC records appended
 * together, ended by a `metadata` record that carries the entry: so a group is complete exactly when its metadata record is.
 *   capture (fetched):  request, response (or revisit), metadata
 *   capture (ingested): resource (or revisit), metadata
 *   other entries:      metadata alone
 *   the first record of each segment is `warcinfo`; its digest is in the next entry.
 * The metadata record's block is canonical JSON; it holds the digests of whole records (headers and block) of its group and every
 * column that the database keeps of it, so that database rows can be re-derived. Its headers hold:
 *   Amp-Seq, Amp-Type, Amp-Nonce (erasable), Amp-Entry-Hash = SHA-256(nonce || block), Amp-Previous-Link, Amp-Link
 * link = SHA-256("amplimeter ledger 1\n" || previous link || seq as 8 bytes big-endian || type || 0x00 || entry hash); the link
 * before seq 0 is SHA-256("amplimeter ledger 1\n" || archive key). docs/evidence.md has the format in full, and a shell script.
 * A block's texts, keys and integers are restricted (canon.h): no reals, ASCII keys, |integer| < 2^53; else append gives AMP_EUSAGE.
 */
#ifndef AMP_ARCHIVE_ARCHIVE_H
#define AMP_ARCHIVE_ARCHIVE_H
#include <stdbool.h>
#include <stdint.h>
#include <jansson.h>
#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/str.h"

struct amp_archive;

struct amp_place {              /* where a record lies */
	char file[64];          /* name inside the archive's folder */
	int64_t offset, length; /* of the gzip member */
};

struct amp_ledger_entry { /* what the database's ledger row holds */
	int64_t seq;
	char type[16];
	int64_t recorded_at;
	uint8_t nonce[16];
	bool has_nonce; /* false once erased */
	uint8_t entry_hash[AMP_SHA256];
	uint8_t link[AMP_SHA256];
};

/* Told where the chain ends before anything of the archive is changed: the number of the next entry, and the head. Non-zero: opening is refused
 * with it, and every byte stays. */
typedef int amp_archive_end_fn(void *user, int64_t next_seq, const uint8_t head[AMP_SHA256], struct amp_err *err);
/* Opens (makes) the archive of one crawler and one study, takes an exclusive lock (AMP_EBUSY when another process has it),
 * finds the chain head, asks `end` (may be NULL), and cuts a torn group at the end of the last segment; only that segment is read. Other
 * damage is AMP_ECORRUPT and nothing is changed. AMP_EUSAGE when the folder is another crawler's or study's. segment_bytes: 0 = 1 GiB. */
int amp_archive_open(struct amp_archive **out, const char *dir, const struct amp_key *crawler, const struct amp_key *study,
                     int64_t segment_bytes, amp_archive_end_fn *end, void *user, struct amp_err *err) AMP_CHECK;
void amp_archive_close(struct amp_archive *a); /* NULL-safe; does not sync */
int64_t amp_archive_next_seq(const struct amp_archive *a);
void amp_archive_head(const struct amp_archive *a, uint8_t link[AMP_SHA256]);
struct amp_key amp_archive_key(const struct amp_key *crawler, const struct amp_key *study);

struct amp_capture_bytes {
	struct amp_str request;  /* header bytes as sent (secrets masked at equal length) and body; absent when ingested */
	struct amp_str response; /* header bytes as received (secrets masked at equal length) and the body still chunked and coded;
	                            for an ingested file: the file's bytes (a `resource` record); absent when nothing came */
	size_t response_header_bytes; /* 0 when ingested */
	bool ingested;
	struct amp_str target_uri;          /* masked URL, or a file: URI of the bare name for ingested files */
	struct amp_str content_type;        /* of an ingested file */
	uint8_t payload_sha256[AMP_SHA256]; /* de-chunked, still content-coded entity */
	bool has_payload;
};

/* Appends one group; nothing is durable until amp_archive_sync. `columns` (borrowed) becomes the "columns" object of the
 * entry's block: for a capture exactly the fields of run/evidence.h. bytes is NULL for entries other than captures.
 * recorded_at is wall-clock. When the payload equals, byte for byte, an earlier one of this archive, a `revisit` is written and
 * *revisit_of_seq set (else -1); payloads of 256 bytes and more, among the last ones seen (bounded memory) since the last segment
 * was begun or this archive opened. place: the response/resource/revisit record, or the metadata record when there is none.
 * entry, place and revisit_of_seq may be NULL. On any failure (AMP_EFULL: disk full) the file is as it was before, and usable. */
int amp_archive_append(struct amp_archive *a, const char *type, json_t *columns, const struct amp_capture_bytes *bytes,
                       int64_t recorded_at, struct amp_ledger_entry *entry, struct amp_place *place, int64_t *revisit_of_seq,
                       struct amp_err *err) AMP_CHECK;
/* fdatasync of what was appended (and of the folder after a rotation). Then, and only then, the database commit. */
int amp_archive_sync(struct amp_archive *a, struct amp_err *err) AMP_CHECK;

/* Erases captures, as docs/evidence.md says: of each of the n entries `seqs` (sorted, none twice) only number, type, time and link stay, and no record of another
 * entry moves. Those that are erased already stay as they are: after a crash the same call does the rest. *erased, may be NULL: how many
 * were. Each segment concerned is written again beside itself (so the disk must have room for one more). AMP_EUSAGE: one is no capture. */
int amp_archive_erase(struct amp_archive *a, const int64_t *seqs, size_t n, int64_t *erased, struct amp_err *err) AMP_CHECK;

/* Reads entries in order from seq `from`; the callback gets the parsed block. Used to adopt orphans and to verify.
 * response: place of the response/resource/revisit record (length 0 when none). Stop with a non-zero return, passed on. */
struct amp_archived {
	struct amp_ledger_entry entry;
	const json_t *block; /* {"seq":…, "type":…, "recorded_at":…, "columns":{…}, "records":[…]} */
	struct amp_place response, metadata;
	int64_t revisit_of_seq; /* -1 */
};
typedef int amp_archived_fn(void *user, const struct amp_archived *e, struct amp_err *err);
int amp_archive_each(const char *dir, int64_t from, amp_archived_fn *fn, void *user, struct amp_err *err) AMP_CHECK;

/* The archived response at a place: header bytes and the body *as received* in `raw`; with a revisit the referred record's.
 * max bounds it. header_bytes = 0 for resource records. */
int amp_archive_read(const char *dir, const struct amp_place *place, size_t max, struct amp_buf *raw, size_t *header_bytes,
                     struct amp_err *err) AMP_CHECK;

/* ---- verify ---- */
struct amp_finding {      /* one difference: names the first byte that differs where it can */
	int64_t seq;      /* -1 unknown */
	const char *file; /* segment, or "database" */
	int64_t offset;   /* of the record in its segment (or of the byte), -1 unknown */
	char expected[160], found[160], what[256];
};
typedef void amp_finding_fn(void *user, const struct amp_finding *f);
struct amp_verified {
	int64_t entries, records, erased, findings;
	uint8_t head[AMP_SHA256];
};
/* Archive alone: every record, digest, link, order, gzip framing. Returns 0 intact, AMP_EFAIL differs, other = could not read
 * (AMP_ENOTFOUND: no segment there). A tail cut exactly between two entries leaves a shorter valid chain: only a head kept elsewhere
 * (the database, a report, a stamp) shows it. fn may be NULL; after 1000 findings the rest are counted only. */
int amp_archive_verify(const char *dir, amp_finding_fn *fn, void *user, struct amp_verified *out, struct amp_err *err) AMP_CHECK;

#endif

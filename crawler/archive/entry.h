/* entry.h: reading one ledger entry after another out of a segment; shared by recovery, amp_archive_each and verify's callers. */
#ifndef AMP_ARCHIVE_ENTRY_H
#define AMP_ARCHIVE_ENTRY_H
#include "group.h"
#include "warc.h"

struct entry_reader {
	struct warc_file f;
	char name[SEGMENT_NAME];
	int64_t segment, offset;                /* of the next group */
	struct amp_key crawler, study, archive; /* known after the first group */
	struct warc_record rec;                 /* the record read last; why and bad_offset after WARC_TORN and WARC_BAD */
};
struct entry {
	struct group g;
	struct group_link link;
	json_t *block;                       /* owned by the entry; the group's texts point into it */
	struct amp_place response, metadata; /* length 0 when there is none */
};
int entry_open(struct entry_reader *r, const char *dir, int64_t segment, struct amp_err *err) AMP_CHECK;
void entry_close(struct entry_reader *r);
/* Reads the group at r->offset and moves past it. whole: every record is inflated and its CRC and digest checked; otherwise only
 * the metadata record is. The entry's hash and link are computed again from what its header states as previous link. */
enum warc_result entry_next(struct entry_reader *r, bool whole, struct entry *e, struct amp_err *err);
void entry_clear(struct entry *e);
void entry_ledger(const struct entry *e, struct amp_ledger_entry *out);
/* Sorted numbers must be 0, 1, 2, …: AMP_ECORRUPT names the one that is missing. */
int segment_count(const char *dir, int64_t *n, struct amp_err *err) AMP_CHECK;
/* Erases those of the captures `seqs` (sorted) that stand in the segment and are not erased yet; *erased says how many. The file is replaced in one step,
 * or, on any failure, left as it was. The caller holds the archive's lock. */
int segment_erase(const char *dir, int64_t segment, const int64_t *seqs, size_t n, int64_t *erased, struct amp_err *err) AMP_CHECK;
/* A record that a place names: loaded whole, of one of the three kinds that hold a response. header_bytes of its block. */
int response_load(const struct warc_file *f, const struct amp_place *place, struct warc_record *rec, size_t *header_bytes,
                  struct amp_err *err) AMP_CHECK;

#endif

/* group.h: one ledger entry as a group of records. The writer fills a struct group and makes blocks and headers from it; verify reads
 * the group back from the entry's block and makes the same bytes again: so no header byte is free to change.
 */
#ifndef AMP_ARCHIVE_GROUP_H
#define AMP_ARCHIVE_GROUP_H
#include <jansson.h>
#include "archive/archive.h"
#include "ledger.h"

#define SEGMENT_NAME 64
#define SEGMENT_MAX 99999
#define DEDUPE_MIN 256 /* smaller payloads are stored again: a revisit's headers would be larger */

/* Ordinals are part of a record's identifier. */
enum group_part { GROUP_WARCINFO, GROUP_REQUEST, GROUP_RESPONSE, GROUP_METADATA, GROUP_PARTS };
enum group_response { RESPONSE_NONE, RESPONSE_HTTP, RESPONSE_RESOURCE, RESPONSE_REVISIT };

struct group_record { /* what the block says of one record */
	bool there;
	int64_t length; /* of header || block */
	uint8_t sha256[AMP_SHA256];
};
struct group {
	struct amp_key archive;
	int64_t seq, recorded_at;
	char type[16];
	bool erased;
	int64_t segment; /* number of the segment that this group opens, -1 when it opens none */
	struct group_record records[GROUP_METADATA];
	/* captures only */
	bool capture, ingested, has_payload;
	bool payload_checked; /* the payload digest follows from the archived bytes, and was checked against them when written */
	enum group_response response;
	int64_t header_bytes;
	uint8_t payload[AMP_SHA256];
	struct amp_str uri, content_type; /* printable ASCII; absent when there is none */
	char address[48];                 /* WARC-IP-Address, "" when not known */
	struct {                          /* the record a revisit stands for, and where it lay when this was written */
		int64_t seq, recorded_at, offset, length, segment;
		struct amp_str uri;
	} of;
};
struct group_link { /* the chain's part of the metadata header */
	bool has_nonce;
	uint8_t nonce[16], entry_hash[AMP_SHA256], previous[AMP_SHA256], link[AMP_SHA256];
};

void segment_name(int64_t number, char name[SEGMENT_NAME]);
bool segment_number(const char *name, int64_t *number); /* false unless exactly such a name */
bool type_valid(struct amp_str type);                   /* 1 to 15 of a-z */
/* "127.0.0.1:80" or "[::1]:80" → the address; "" for anything else. */
void address_of(struct amp_str server, char out[48]);

/* The warcinfo block: a function of the archive, the segment's number and the link before its first entry. */
int group_warcinfo(struct amp_buf *out, const struct amp_key *crawler, const struct amp_key *study, int64_t segment,
                   const uint8_t previous[AMP_SHA256], struct amp_err *err) AMP_CHECK;
/* Reads back the two keys of a warcinfo block; false when they are not there. */
bool group_warcinfo_keys(struct amp_str block, struct amp_key *crawler, struct amp_key *study);
/* The header of one record whose block is given; link for the metadata record only. */
int group_header(struct amp_buf *out, const struct group *g, enum group_part part, struct amp_str block,
                 const struct group_link *link, struct amp_err *err) AMP_CHECK;
/* The entry's block as JSON (new reference), columns borrowed. NULL when memory is out. */
json_t *group_to_json(const struct group *g, json_t *columns);
/* Strict inverse. The group's texts point into the JSON. AMP_EFORMAT names the key that is wrong. */
int group_from_json(struct group *g, const json_t *block, struct amp_err *err) AMP_CHECK;

#endif

/* storing.h: a parsed snapshot as rows. Look-up first, with an in-process key -> id cache, so that a known item costs no SQL; plain
 * inserts; nothing is counted up in place. Idempotent: the same snapshot and parse twice leave the database as once.
 * All inside the caller's transaction.
 */
#ifndef AMP_RUN_STORING_H
#define AMP_RUN_STORING_H
#include <stdbool.h>
#include <stdint.h>
#include "base/err.h"
#include "base/hash.h"
#include "parse/parse.h"
#include "store/store.h"

struct amp_storing;
int amp_storing_new(struct amp_storing **out, struct amp_store *store, struct amp_err *err) AMP_CHECK;
void amp_storing_free(struct amp_storing *s);   /* NULL-safe */
void amp_storing_forget(struct amp_storing *s); /* after a rollback: ids given inside it do not exist */

struct amp_snapshot_page_row {
	int page;
	int64_t capture_id;
};
struct amp_snapshot_row {
	struct amp_key key;
	int64_t round_id, persona_id, feed_id;
	int64_t attempt, walk, step, depth_asked;
	const char *policy;           /* of a walk; NULL: none */
	struct amp_key parent;        /* of a step after a walk's first: the snapshot of the step before, */
	int64_t parent_rank;          /* and the rank in it that was followed; ignored where walk or step is 0 */
	int64_t started_at, ended_at; /* AMP_TIME_NONE */
	bool interrupted;
	const struct amp_snapshot_page_row *pages;
	size_t n_pages;
};
/* Stores the snapshot and its pages; skew is derived from the pairs of the feed (milliseconds since the other side of the pair was
 * begun for the same persona in the same round; 0 for the side that came first; NULL without a pair, and for the steps of a walk, which stand
 * beside nothing). *made: false when it was there. AMP_ECORRUPT: a step of a walk without the step before it. */
int amp_storing_snapshot(struct amp_storing *s, const struct amp_snapshot_row *row, int64_t *id, bool *made,
                         struct amp_err *err) AMP_CHECK;

struct amp_parse_row {
	struct amp_key snapshot;
	int64_t snapshot_id;
	const char *platform, *adapter_version, *engine_version;
	const char *host; /* authority that local ids belong to; NULL unknown */
	int64_t seen_at;  /* first_seen_at of names; AMP_TIME_NONE */
};
/* Stores a parse generation and makes it the current one. *made: false when this generation was there. */
int amp_storing_parse(struct amp_storing *s, const struct amp_parse_row *row, const struct amp_parsed *parsed, int64_t *parse_id,
                      bool *made, struct amp_err *err) AMP_CHECK;

/* A snapshot's reading, parsed again, under a key of its own: stored, dumped (run/generation.h), and undone. For comparison with the stored one. */
int amp_storing_dump_again(struct amp_storing *s, const struct amp_parse_row *row, const struct amp_parsed *parsed,
                           struct amp_buf *out, struct amp_err *err) AMP_CHECK;

#endif

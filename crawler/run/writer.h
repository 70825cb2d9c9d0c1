/* writer.h: the order of evidence. What was received is appended to the archive at once; rows wait in memory until amp_writer_flush,
 * which makes the archive durable (fdatasync) and only then commits them, in one transaction for all that waits.
 *
 *     amp_writer_append()  exchange done: archive append, the ledger entry's rows queued
 *     amp_writer_close()   snapshot complete and parsed: its rows queued
 *     amp_writer_flush()   sync, begin, insert, the `stored` hook, commit
 */
#ifndef AMP_RUN_WRITER_H
#define AMP_RUN_WRITER_H
#include <stdbool.h>
#include <stdint.h>
#include "archive/archive.h"
#include "base/arena.h"
#include "base/err.h"
#include "run/evidence.h"
#include "run/pages.h"
#include "run/run.h"
#include "run/storing.h"

struct amp_writer;
struct amp_writer_options {
	const char *archive_dir;
	int64_t segment_bytes;
	const char *label;     /* of the crawler, when it is made */
	amp_stored_fn *stored; /* may be NULL */
	void *stored_user;
};
/* Opens the archive of this database's crawler and this study (its rows are made first), and adopts what a killed process left:
 * see recover.h. *adopted: captures taken over. */
int amp_writer_open(struct amp_writer **out, struct amp_store *store, const struct amp_study_ref *ref,
                    const struct amp_writer_options *o, int64_t *adopted, struct amp_err *err) AMP_CHECK;
void amp_writer_free(struct amp_writer *w); /* NULL-safe; what was not flushed stays in the archive for the next start to adopt */

const struct amp_evidence *amp_writer_evidence(const struct amp_writer *w);
const struct amp_program *amp_writer_program(const struct amp_writer *w);
struct amp_storing *amp_writer_storing(struct amp_writer *w);
const char *amp_writer_dir(const struct amp_writer *w);

/* The technical preamble: opens the run. fields (stolen): what the command adds (study, proxies, seed …). Flushed at once. */
int amp_writer_preamble(struct amp_writer *w, json_t *fields, const char *command_line, const uint8_t configuration[AMP_SHA256],
                        bool has_seed, uint64_t seed, struct amp_err *err) AMP_CHECK;
/* The run ended in good order. */
int amp_writer_end(struct amp_writer *w, struct amp_err *err) AMP_CHECK;

/* columns is stolen, NULL is out of memory. *seq: the entry's number. */
int amp_writer_append(struct amp_writer *w, const char *type, json_t *columns, const struct amp_capture_bytes *bytes, int64_t *seq,
                      struct amp_err *err) AMP_CHECK;

/* Everything that waits is flushed, then these captures are erased in the archive: amp_archive_erase. */
int amp_writer_erase(struct amp_writer *w, const int64_t *seqs, size_t n, struct amp_err *err) AMP_CHECK;

struct amp_closing { /* a complete snapshot; strings and parsed live in the arena, which the writer owns from here on */
	struct amp_arena *arena;
	struct amp_key key;
	int64_t round_id, persona_id, feed_id, slot_id;
	int64_t attempt, walk, step, depth;
	const char *policy;    /* of a walk; NULL: none */
	struct amp_key parent; /* as in struct amp_snapshot_row */
	int64_t parent_rank;
	int64_t started_at, ended_at, seen_at;
	bool interrupted;
	const int64_t *page_seqs; /* ledger number of each page, AMP_PAGES_MAX at most */
	size_t n_pages;
	const char *slot_state; /* "done", or "due" when it may be tried again */
	const char *slot_reason;
	const char *platform, *adapter_version, *host;
	struct amp_parsed parsed;
};
/* On failure the arena is freed too. */
int amp_writer_close(struct amp_writer *w, const struct amp_closing *c, struct amp_err *err) AMP_CHECK;
size_t amp_writer_waiting(const struct amp_writer *w); /* closed snapshots not yet committed */
size_t amp_writer_queued(const struct amp_writer *w);  /* entries not yet committed */
int amp_writer_flush(struct amp_writer *w, struct amp_err *err) AMP_CHECK;
/* An arena to fill for the next snapshot: reused ones first. NULL when memory is out. */
struct amp_arena *amp_writer_arena(struct amp_writer *w);
void amp_writer_arena_back(struct amp_writer *w, struct amp_arena *a);

#endif

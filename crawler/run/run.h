/* run.h: the conductor: due round -> plan -> fetch -> archive -> parse -> store, and the same path for saved files.
 * Owns the order of evidence (WARC append, fdatasync, database commit) and recovery after a crash.
 */
#ifndef AMP_RUN_RUN_H
#define AMP_RUN_RUN_H
#include <stdbool.h>
#include <stdint.h>
#include "base/err.h"
#include "persona/study.h"
#include "platforms/platforms.h"
#include "store/store.h"

/* Called inside the transaction that stores snapshots, with the parse ids just made current: the command wires the detectors and
 * sums here, so that crawler/ and analysis/ never include each other. */
typedef int amp_stored_fn(void *user, struct amp_store *store, const int64_t *parse_ids, size_t n, struct amp_err *err);

struct amp_crawl_options {
	const char *archive_dir;
	int64_t rounds;        /* stop after N finished rounds; 0 = no bound */
	int64_t until;         /* AMP_TIME_NONE = no bound */
	bool once;             /* the round due now (or at once when none is), then stop */
	bool dry_run;          /* print the plan, send nothing, write nothing */
	const char *amend;     /* reason, NULL */
	int64_t simulated_now; /* AMP_TIME_NONE = the real clock; else the schedule runs from here without waiting, simulated = 1 */
	uint64_t seed;         /* overrides the study's when has_seed: recorded */
	bool has_seed;
	bool progress;
	int64_t segment_bytes; /* archive rotation, 0 default */
	amp_stored_fn *stored;
	void *stored_user;
	const char *command_line; /* recorded */
	bool (*stop)(void);
};
#define AMP_REPEATS_MAX 16
struct amp_repeat { /* the answers of a host repeat a token that they were asked with: the archive holds it */
	char host[128], name[80];
};
struct amp_crawl_summary {
	int64_t rounds, snapshots, ok, empty, partial, drift, blocked, failed, missed, items, captures, adopted;
	struct amp_repeat repeats[AMP_REPEATS_MAX];
	size_t n_repeats;
};
/* Locks the study in the database: a first time, or checks that it is unchanged (AMP_EPOLICY with what changed, unless amend). */
int amp_study_lock(struct amp_store *store, const struct amp_study *s, const char *archive_dir, const char *amend,
                   int64_t *study_version_id, bool *made, struct amp_err *err) AMP_CHECK;
int amp_crawl(struct amp_store *store, const struct amp_study *s, const struct amp_crawl_options *o, struct amp_crawl_summary *out,
              struct amp_err *err) AMP_CHECK;

struct amp_ingest_options {
	const char *archive_dir;
	const char *study;                                /* slug, "adhoc" by default: never confirmatory */
	const struct amp_source *own;                     /* a source of one's own that reads them, or NULL */
	const char *platform, *endpoint, *persona, *feed; /* endpoint NULL: recognised from content; persona, feed have defaults */
	const char *url;                                  /* where it came from, or NULL */
	const char *only; /* captures: the feeds inside that are wanted, "x/graphql/HomeTimeline"; NULL: all */
	const char *headers_file;
	int64_t captured_at; /* AMP_TIME_NONE: unknown */
	bool recursive;
	amp_stored_fn *stored;
	void *stored_user;
	const char *command_line;
};
struct amp_ingest_file { /* one verdict a file, given to the callback */
	const char *path, *verdict, *reason;
	int64_t items;
	struct amp_look
		look; /* what a file that could not be read so looks like instead; never stored: other platforms' adapters change */
};
typedef void amp_ingest_fn(void *user, const struct amp_ingest_file *f);
/* Files and folders; a folder's files are taken in name order, *.headers.txt beside a file are its headers. */
int amp_ingest(struct amp_store *store, const char *const *paths, size_t n, const struct amp_ingest_options *o, amp_ingest_fn *fn,
               void *user, struct amp_err *err) AMP_CHECK;

/* Parses every archived snapshot again with today's adapters; a new generation where versions differ, and makes it current.
 * Same versions: checks that the stored generation is equal, byte for byte (AMP_ECORRUPT names the snapshot when not). */
struct amp_reparse_summary {
	int64_t snapshots, made, same, differing, unreadable, erased, /* a page of it is, by law; its reading stays as it is */
		elsewhere, /* merged from another crawler's database, whose archive is not here; its reading stays as it is */
		other;     /* of amp_verify_readings() */
};
/* made: new generations; 0 of amp_verify_readings(). */
int amp_reparse(struct amp_store *store, const char *archive_dir, const char *study, amp_stored_fn *stored, void *stored_user,
                struct amp_reparse_summary *out, struct amp_err *err) AMP_CHECK;

/* The reading of each snapshot that counts (snapshot_current), held against what its captures give: a finding names snapshot, table, column and
 * rank of the first difference. Nothing is written. other: read by another version of adapter or engine, so that there is nothing to hold it
 * against. AMP_EFAIL when something differs. */
struct amp_finding;
int amp_verify_readings(struct amp_store *store, const char *archive_dir, void (*fn)(void *user, const struct amp_finding *f),
                        void *user, struct amp_reparse_summary *out, struct amp_err *err) AMP_CHECK;

struct amp_decided {
	const char *study;                   /* short name of a study that has a version */
	const char *type, *subject, *reason; /* type: as the decision table allows */
	const char *activity, *command_line; /* of the technical preamble */
};
/* Records a decision that belongs to no crawl: a ledger entry in the study's archive and its row. AMP_ENOTFOUND: no such study; AMP_ECORRUPT
 * where the archive is not the one that the database knows; AMP_EBUSY while a crawl holds it. */
int amp_decide(struct amp_store *store, const char *archive_dir, const struct amp_decided *d, struct amp_err *err) AMP_CHECK;

/* Compares archive and database, column by column (see archive.h for the archive alone). */
struct amp_finding;
int amp_verify_database(struct amp_store *store, const char *archive_dir, void (*fn)(void *user, const struct amp_finding *f),
                        void *user, int64_t *findings, struct amp_err *err) AMP_CHECK;
/* Archives of other crawlers, that a merge brought in and nothing here can verify. */
int amp_archives_elsewhere(struct amp_store *store, int64_t *n, struct amp_err *err) AMP_CHECK;

#endif

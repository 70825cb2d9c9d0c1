/* verify_db.c: every evidence row derived again from the archive and compared, column by column. Two passes: the archive's entries
 * against their rows (verify_entry.c), then the database's rounds and snapshots against what the first pass gathered. */
#include <string.h>
#include "archive/archive.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "run/folder.h"
#include "run/keys.h"
#include "run/rows.h"
#include "run/run.h"
#include "run/verify.h"
#include "run/verify_check.h"
#include "run/verify_parts.h"
#include "run/walk.h"
#include "erase_sql.h"
#include "run_sql.h"

static const struct amp_irrelevant irrelevant[] = {
	{"program_run", "ended_at", "written when a run ends in good order, after its last entry: no entry speaks of it"},
	{"ledger", "id",
         "a local join key: of an entry that no row hangs on, it says nothing; else what hangs on it is compared by global key"},
	{"decision", "id", "a local join key that nothing refers to"},
};

const struct amp_irrelevant *amp_verify_irrelevant(size_t *n)
{
	*n = sizeof irrelevant / sizeof irrelevant[0];
	return irrelevant;
}

static int verify_rounds(struct check *c, struct amp_err *err)
{
	struct amp_query q;
	size_t seen = 0;
	int rc = amp_query_start(&q, c->v.store, &AMP_SQL_VERIFY_ROUNDS, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, c->study_id);
	for (;;) {
		struct amp_key key;
		rc = amp_query_step(&q, err);
		if (rc != 1) break;
		const struct amp_facts *f = amp_query_key(&q, 0, &key) ? amp_keymap_find(&c->rounds, &key) : NULL;
		if (!f) {
			/* A round just begun has slots to read and nothing in the archive yet; of one whose captures are erased it says nothing. */
			if (amp_query_i64(&q, 5) == 0 && amp_query_i64(&q, 6) == 0)
				verify_note(&c->v, -1, "an entry of the archive", "none",
				            "round.key: the archive knows no such round");
			continue;
		}
		seen++;
		verify_int(&c->v, -1, "round.scheduled_at", false, f->a, amp_query_null(&q, 1), amp_query_i64(&q, 1));
		verify_int(&c->v, -1, "round.window_end", false, f->b, amp_query_null(&q, 2), amp_query_i64(&q, 2));
		verify_column_key(&c->v, -1, "round.study_version_id", &f->version, &q, 3);
	}
	amp_query_end(&q);
	if (rc == 0)
		verify_int(&c->v, -1, "round: rows that the archive has evidence of", false, (int64_t)c->rounds.n, false,
		           (int64_t)seen);
	return rc;
}

static int skew_of(struct check *c, int64_t started, int64_t round_id, int64_t persona_id, int64_t feed_id, bool *null,
                   int64_t *skew, struct amp_err *err)
{
	struct amp_query q;
	*null = true;
	*skew = 0;
	if (started == AMP_TIME_NONE) return 0;
	int rc = amp_query_start(&q, c->v.store, &AMP_SQL_RUN_SNAPSHOT_SKEW, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, started);
	amp_query_bind_i64(&q, round_id);
	amp_query_bind_i64(&q, persona_id);
	amp_query_bind_i64(&q, feed_id);
	rc = amp_query_step(&q, err);
	if (rc == 1) {
		*null = amp_query_null(&q, 1);
		*skew = amp_query_null(&q, 0) ? 0 : amp_query_i64(&q, 0);
	}
	amp_query_end(&q);
	return rc < 0 ? rc : 0;
}

/* A step's parent is the step before it, of the same attempt; the rank that was followed and the rule are the archive's. */
static void verify_parent(struct check *c, struct amp_query *q, const struct amp_key *key, const struct amp_key *round)
{
	int64_t walk = amp_query_i64(q, 5), step = amp_query_i64(q, 6);
	const struct amp_facts *f = amp_keymap_find(&c->walks, key);
	bool follows = f && step > 0;
	struct amp_key parent;
	if (follows)
		parent = amp_key_snapshot(&c->study, round, amp_query_str(q, 2), amp_query_str(q, 3), walk, step - 1,
		                          amp_query_i64(q, 4));
	verify_column_key(&c->v, -1, "snapshot.parent_snapshot_id", follows ? &parent : NULL, q, 21);
	verify_int(&c->v, -1, "snapshot.parent_snapshot_id", false, follows, false, amp_query_i64(q, 22));
	verify_int(&c->v, -1, "snapshot.parent_rank", !follows, follows ? f->a : 0, amp_query_null(q, 20), amp_query_i64(q, 20));
	verify_text(&c->v, -1, "snapshot.policy", f ? amp_str_c(amp_walk_policy_name((enum amp_walk_policy)f->b)) : AMP_STR_ABSENT,
	            amp_query_str(q, 12));
}

static int verify_snapshot(struct check *c, struct amp_query *q, const struct amp_facts *f, const struct amp_key *key,
                           struct amp_err *err)
{
	struct amp_key round, derived;
	bool null;
	int64_t skew;
	if (!amp_query_key(q, 1, &round)) memset(&round, 0, sizeof round);
	derived = amp_key_snapshot(&c->study, &round, amp_query_str(q, 2), amp_query_str(q, 3), amp_query_i64(q, 5),
	                           amp_query_i64(q, 6), amp_query_i64(q, 4));
	verify_bytes(&c->v, -1, "snapshot: round, persona, feed, attempt, walk or step against its key", key->b, AMP_KEY, derived.b,
	             AMP_KEY);
	const int64_t erased = amp_query_i64(q, 23);
	verify_int(&c->v, -1, "snapshot_capture: pages of the snapshot", false, f->pages + erased, false, amp_query_i64(q, 13));
	if (f->pages + erased > 0) verify_int(&c->v, -1, "snapshot_capture.page: 0, 1, 2 …", false, 1, false, amp_query_i64(q, 19));
	verify_int(&c->v, -1, "snapshot.interrupted against its parse", false, amp_query_i64(q, 18), false, amp_query_i64(q, 11));
	if (erased > 0) return 0; /* its times and its depth stood in what is erased, too */
	verify_int(&c->v, -1, "snapshot.depth_asked", false, f->depth, amp_query_null(q, 7), amp_query_i64(q, 7));
	verify_int(&c->v, -1, "snapshot.started_at", f->a == AMP_TIME_NONE, f->a, amp_query_null(q, 8), amp_query_i64(q, 8));
	verify_int(&c->v, -1, "snapshot.ended_at", f->b == AMP_TIME_NONE, f->b, amp_query_null(q, 9), amp_query_i64(q, 9));
	/* The steps of a walk stand beside nothing. */
	int rc = skew_of(c, amp_query_i64(q, 5) == 0 ? f->a : AMP_TIME_NONE, amp_query_i64(q, 15), amp_query_i64(q, 16),
	                 amp_query_i64(q, 17), &null, &skew, err);
	if (rc != 0) return rc;
	verify_int(&c->v, -1, "snapshot.skew_ms", null, skew, amp_query_null(q, 10), amp_query_i64(q, 10));
	verify_parent(c, q, key, &round);
	return 0;
}

static int verify_snapshots(struct check *c, struct amp_err *err)
{
	struct amp_query q;
	size_t seen = 0;
	int rc = amp_query_start(&q, c->v.store, &AMP_SQL_VERIFY_SNAPSHOTS, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, c->study_id);
	for (;;) {
		struct amp_key key;
		rc = amp_query_step(&q, err);
		if (rc != 1) break;
		const struct amp_facts *f = amp_query_key(&q, 0, &key) ? amp_keymap_find(&c->snapshots, &key) : NULL;
		const struct amp_facts none = {.a = AMP_TIME_NONE, .b = AMP_TIME_NONE};
		if (!f && amp_query_i64(&q, 23) == 0) {
			verify_note(&c->v, -1, "captures in the archive", "none",
			            "snapshot.key: the archive knows no such snapshot");
			continue;
		}
		seen += f != NULL;
		if (!f) f = &none; /* all its captures are erased */
		rc = verify_snapshot(c, &q, f, &key, err);
		if (rc != 0) break;
	}
	amp_query_end(&q);
	if (rc == 0)
		verify_int(&c->v, -1, "snapshot: rows that the archive has captures of", false, (int64_t)c->snapshots.n, false,
		           (int64_t)seen);
	return rc;
}

static int verify_counts(struct check *c, struct amp_err *err)
{
	int64_t ledger = 0, captures = 0, begun = 0;
	int rc = amp_row_number(c->v.store, &AMP_SQL_VERIFY_LEDGER_COUNT, c->archive_id, 0, 1, &ledger, NULL, err);
	if (rc == 0) rc = amp_row_number(c->v.store, &AMP_SQL_VERIFY_CAPTURE_COUNT, c->archive_id, 0, 1, &captures, NULL, err);
	if (rc == 0) rc = amp_row_number(c->v.store, &AMP_SQL_ERASE_VERIFY_BEGUN, c->archive_id, 0, 1, &begun, NULL, err);
	if (rc != 0) return rc;
	verify_int(&c->v, -1, "erasure.ledger_id: erasures begun and not recorded (amplimeter erase --resume)", false, 0, false,
	           begun);
	verify_int(&c->v, -1, "ledger: number of rows", false, c->entries, false, ledger);
	verify_int(&c->v, -1, "capture: number of rows", false, c->captures, false, captures);
	return 0;
}

/* What holds of all archives together, and is told once. */
static int verify_whole(struct check *c, struct amp_err *err)
{
	int64_t orphans = 0, empty = 0;
	int rc = amp_row_number(c->v.store, &AMP_SQL_VERIFY_ORPHANS, 0, 0, 0, &orphans, NULL, err);
	if (rc == 0) rc = amp_row_number(c->v.store, &AMP_SQL_VERIFY_SLOTS_DONE, 0, 0, 0, &empty, NULL, err);
	if (rc != 0) return rc;
	verify_int(&c->v, -1, "slot.state: done without a snapshot", false, 0, false, empty);
	verify_int(&c->v, -1, "rows that refer to rows that are not there", false, 0, false, orphans);
	return 0;
}

struct archive_row {
	int64_t id, study_id;
	struct amp_key study;
};
struct archive_rows {
	struct archive_row *v;
	size_t n, room;
};

/* first: its own bytes are verified already, by the command. */
static int one_archive(struct check *base, const struct archive_row *row, bool first, const char *dir, int64_t crawler_id,
                       struct amp_err *err)
{
	struct check c = *base;
	struct amp_buf folder;
	struct amp_verified verified = {0};
	amp_buf_init(&folder, 8192);
	c.archive_id = row->id;
	c.study_id = row->study_id;
	c.study = row->study;
	int rc = amp_archive_folder(c.v.store, dir, row->id, crawler_id, &folder, err);
	if (rc == 0 && !first) {
		rc = amp_archive_verify(folder.p, c.v.fn, c.v.user, &verified, err);
		*c.v.findings += verified.findings;
		if (rc == AMP_EFAIL && verified.findings > 0) rc = 0;
	}
	struct amp_err why = {0};
	if (rc == 0) {
		rc = amp_archive_each(folder.p, 0, verify_entry, &c, &why);
		if (rc != 0 && rc != AMP_ECORRUPT && err) *err = why;
	}
	if (rc == AMP_ECORRUPT) { /* what was gathered lacks what stands behind it, and can be held against nothing */
		verify_note(&c.v, -1, "readable entries", why.text,
		            "entries behind damage of the archive: none is compared with the database");
		rc = 0;
	} else {
		if (rc == 0) rc = verify_counts(&c, err);
		if (rc == 0) rc = verify_rounds(&c, err);
		if (rc == 0) rc = verify_snapshots(&c, err);
		if (rc == 0) rc = amp_verify_walks(&c.v, c.study_id, &c.walks, err);
	}
	if (rc == 0) rc = amp_verify_study_parts(&c.v, c.study_id, &c.study, err);
	amp_keymap_free(&c.snapshots);
	amp_keymap_free(&c.rounds);
	amp_keymap_free(&c.walks);
	amp_buf_free(&folder);
	return rc;
}

static int add_archive(struct check *c, struct archive_rows *rows, struct amp_query *q, struct amp_err *err)
{
	struct amp_key archive, derived;
	struct archive_row row = {.id = amp_query_i64(q, 0), .study_id = amp_query_i64(q, 2)};
	struct archive_row *v = amp_grow(rows->v, rows->n, &rows->room, sizeof *v);
	if (!v) return amp_fail(err, AMP_ENOMEM, _("Out of memory while verifying %s."), amp_store_path(c->v.store));
	rows->v = v;
	if (amp_query_key(q, 3, &row.study) && amp_query_key(q, 1, &archive)) {
		derived = amp_archive_key(&c->crawler, &row.study);
		verify_bytes(&c->v, -1, "archive.key against its crawler and study", derived.b, AMP_KEY, archive.b, AMP_KEY);
	} else {
		verify_note(&c->v, -1, "a study and a key", "none", "archive: study_id or key");
	}
	rows->v[rows->n++] = row;
	return 0;
}

static int archives(struct check *c, int64_t crawler_id, struct archive_rows *rows, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, c->v.store, &AMP_SQL_VERIFY_ARCHIVES, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, crawler_id);
	for (;;) {
		rc = amp_query_step(&q, err);
		if (rc != 1) break;
		rc = add_archive(c, rows, &q, err);
		if (rc != 0) break;
	}
	amp_query_end(&q);
	return rc;
}

int amp_verify_database(struct amp_store *store, const char *archive_dir, void (*fn)(void *user, const struct amp_finding *f),
                        void *user, int64_t *findings, struct amp_err *err)
{
	struct check c = {.v = {.store = store, .fn = fn, .user = user, .findings = findings}};
	uint64_t refused = amp_mem_refused();
	struct archive_rows rows = {0};
	int64_t crawler_id = 0;
	*findings = 0;
	int rc = amp_store_crawler(store, "amplimeter", &crawler_id, &c.crawler, err);
	if (rc == 0) rc = archives(&c, crawler_id, &rows, err);
	if (rc == 0 && rows.n == 0)
		rc = amp_fail(err, AMP_EUSAGE, _("The database %s has no archive: nothing was crawled or ingested into it."),
		              amp_store_path(store));
	for (size_t i = 0; rc == 0 && i < rows.n; i++) rc = one_archive(&c, &rows.v[i], i == 0, archive_dir, crawler_id, err);
	amp_free(rows.v);
	if (rc == 0) rc = verify_whole(&c, err);
	if (rc == 0) rc = amp_verify_items(&c.v, err);
	if (rc == 0 &&
	    amp_mem_refused() != refused) /* what differs may be no more than memory that was missing, and what does not too */
		rc = amp_fail(err, AMP_ENOMEM, _("Out of memory while verifying %s."), amp_store_path(store));
	if (rc == 0 && *findings > 0)
		rc = amp_fail(err, AMP_EFAIL, _("The database %s and the archive %s differ in %lld places."), amp_store_path(store),
		              archive_dir, (long long)*findings);
	return rc;
}

int amp_archives_elsewhere(struct amp_store *store, int64_t *n, struct amp_err *err)
{
	struct amp_key key;
	int64_t crawler_id = 0;
	int rc = amp_store_crawler(store, "amplimeter", &crawler_id, &key, err);
	return rc != 0 ? rc : amp_row_number(store, &AMP_SQL_VERIFY_ARCHIVES_ELSEWHERE, crawler_id, 0, 1, n, NULL, err);
}

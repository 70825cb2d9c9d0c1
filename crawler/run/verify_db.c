/* verify_db.c: every evidence row derived again from the archive and compared, column by column. Two passes: the archive's entries
 * against their rows, then the database's rounds and snapshots against what the first pass gathered. */
#include <string.h>
#include "archive/archive.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "run/evidence.h"
#include "run/folder.h"
#include "run/keymap.h"
#include "run/keys.h"
#include "run/rows.h"
#include "run/run.h"
#include "run/verify.h"
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

struct check {
	struct amp_store *store;
	int64_t archive_id, study_id;
	struct amp_key study, crawler;
	amp_finding_fn *fn;
	void *user;
	int64_t *findings;
	int64_t entries, captures;
	struct amp_keymap snapshots, rounds, walks;
};

static void note(struct check *c, int64_t seq, const char *expected, const char *found, const char *what)
{
	struct amp_finding f = {.seq = seq, .file = "database", .offset = -1};
	(void)snprintf(f.expected, sizeof f.expected, "%.150s", expected);
	(void)snprintf(f.found, sizeof f.found, "%.150s", found);
	(void)snprintf(f.what, sizeof f.what, "%s", what);
	(*c->findings)++;
	if (c->fn) c->fn(c->user, &f);
}

/* ---- one value ---- */

static void same_text(struct check *c, int64_t seq, const char *what, struct amp_str expected, struct amp_str found)
{
	if (expected.p ? found.p && amp_str_eq(expected, found) : !found.p) return;
	char e[151], f[151];
	(void)snprintf(e, sizeof e, "%.*s", expected.p ? (int)(expected.n > 150 ? 150 : expected.n) : 4,
	               expected.p ? expected.p : "NULL");
	(void)snprintf(f, sizeof f, "%.*s", found.p ? (int)(found.n > 150 ? 150 : found.n) : 4, found.p ? found.p : "NULL");
	note(c, seq, e, f, what);
}

static void same_int(struct check *c, int64_t seq, const char *what, bool expected_null, int64_t expected, bool found_null,
                     int64_t found)
{
	if (expected_null == found_null && (expected_null || expected == found)) return;
	char e[32], f[32];
	(void)snprintf(e, sizeof e, expected_null ? "NULL" : "%lld", (long long)expected);
	(void)snprintf(f, sizeof f, found_null ? "NULL" : "%lld", (long long)found);
	note(c, seq, e, f, what);
}

static void same_bytes(struct check *c, int64_t seq, const char *what, const void *expected, size_t n, const void *found,
                       size_t found_n)
{
	if (expected ? found && n == found_n && memcmp(expected, found, n) == 0 : !found) return;
	char e[2 * AMP_SHA256 + 1] = "NULL", f[2 * AMP_SHA256 + 1] = "NULL";
	if (expected) amp_hex(expected, n > AMP_SHA256 ? AMP_SHA256 : n, e);
	if (found) amp_hex(found, found_n > AMP_SHA256 ? AMP_SHA256 : found_n, f);
	note(c, seq, e, f, what);
}

static void column_int(struct check *c, int64_t seq, const char *what, const json_t *o, const char *name, struct amp_query *q,
                       int col)
{
	int64_t v = 0;
	bool has = amp_evidence_int(o, name, &v);
	same_int(c, seq, what, !has, v, amp_query_null(q, col), amp_query_i64(q, col));
}

static void column_text(struct check *c, int64_t seq, const char *what, const json_t *o, const char *name, struct amp_query *q,
                        int col)
{
	same_text(c, seq, what, amp_evidence_str(o, name), amp_query_str(q, col));
}

static void column_hash(struct check *c, int64_t seq, const char *what, const json_t *o, const char *name, size_t n,
                        struct amp_query *q, int col)
{
	uint8_t v[AMP_SHA256];
	size_t found_n;
	bool has = amp_evidence_hex(o, name, v, n);
	const void *found = amp_query_blob(q, col, &found_n);
	same_bytes(c, seq, what, has ? v : NULL, n, found, found_n);
}

static void column_key(struct check *c, int64_t seq, const char *what, const struct amp_key *expected, struct amp_query *q, int col)
{
	size_t n;
	const void *found = amp_query_blob(q, col, &n);
	same_bytes(c, seq, what, expected ? expected->b : NULL, AMP_KEY, found, n);
}

/* ---- rows of an entry ---- */

static int verify_capture(struct check *c, const struct amp_archived *a, const json_t *o, int64_t ledger_id, struct amp_err *err)
{
	int64_t blanked = 0;
	int begun = amp_row_number(c->store, &AMP_SQL_ERASE_CAPTURE_BLANKED, ledger_id, 0, 1, &blanked, NULL, err);
	if (begun != 0) return begun;
	if (blanked != 0) {
		note(c, a->entry.seq, "erased", "whole",
		     "capture: blanked in the database, whole in the archive: an erasure was begun and not finished, run amplimeter erase --resume");
		return 0;
	}
	struct amp_capture_place place;
	bool placed = amp_evidence_place(o, &place), page = placed && place.page >= 0;
	struct amp_key key = amp_key_capture(a->entry.link), round, slot, snapshot;
	int64_t seq = a->entry.seq;
	char what[64];
	if (placed) {
		round = amp_key_round(&c->study, place.scheduled_at);
		slot = amp_key_slot(&round, amp_str_c(place.persona), amp_str_c(place.feed));
		snapshot = amp_key_snapshot(&c->study, &round, amp_str_c(place.persona), amp_str_c(place.feed), place.walk,
		                            place.step, place.attempt);
	}
	struct amp_query q;
	int rc = amp_query_start(&q, c->store, &AMP_SQL_VERIFY_CAPTURE, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, ledger_id);
	rc = amp_query_step(&q, err);
	if (rc == 0) note(c, seq, "a row", "none", "capture: row missing");
	if (rc == 1) {
		bool has_place = a->response.length > 0;
		column_key(c, seq, "capture.key", &key, &q, 1);
		column_hash(c, seq, "capture.program_run_id", o, "program_run", AMP_KEY, &q, 2);
		column_key(c, seq, "capture.slot_id", placed ? &slot : NULL, &q, 3);
		column_int(c, seq, "capture.redirect_of_id", o, "redirect_of_seq", &q, 4);
		same_text(c, seq, "capture_location.file", has_place ? amp_str_c(a->response.file) : AMP_STR_ABSENT,
		          amp_query_str(&q, 5));
		same_int(c, seq, "capture_location.offset", !has_place, a->response.offset, amp_query_null(&q, 6),
		         amp_query_i64(&q, 6));
		same_int(c, seq, "capture_location.length", !has_place, a->response.length, amp_query_null(&q, 7),
		         amp_query_i64(&q, 7));
		same_int(c, seq, "capture_location.revisit_of_id", a->revisit_of_seq < 0, a->revisit_of_seq, amp_query_null(&q, 8),
		         amp_query_i64(&q, 8));
		same_int(c, seq, "snapshot_capture: rows of the capture", false, page, false, amp_query_i64(&q, 9));
		same_int(c, seq, "snapshot_capture.page", !page, place.page, amp_query_null(&q, 10), amp_query_i64(&q, 10));
		column_key(c, seq, "snapshot_capture.snapshot_id", page ? &snapshot : NULL, &q, 11);
		size_t n;
		const struct amp_column *columns = amp_capture_columns(&n);
		int col = 12;
		for (size_t i = 0; i < n; i++, col++) {
			(void)snprintf(what, sizeof what, "capture.%s", columns[i].name);
			if (columns[i].kind == AMP_COLUMN_TEXT)
				column_text(c, seq, what, o, columns[i].name, &q, col);
			else if (columns[i].kind == AMP_COLUMN_INT)
				column_int(c, seq, what, o, columns[i].name, &q, col);
			else
				column_hash(c, seq, what, o, columns[i].name, AMP_SHA256, &q, col);
		}
		/* References to rows that are not there look like NULL above. */
		int64_t redirect;
		same_int(c, seq, "capture.slot_id", false, placed, false, amp_query_i64(&q, col));
		same_int(c, seq, "capture.redirect_of_id", false, amp_evidence_int(o, "redirect_of_seq", &redirect), false,
		         amp_query_i64(&q, col + 1));
		same_int(c, seq, "capture_location.revisit_of_id", false, a->revisit_of_seq >= 0, false,
		         amp_query_i64(&q, col + 2));
	}
	amp_query_end(&q);
	return rc < 0 ? rc : 0;
}

static int gather_round(struct check *c, const json_t *o, int64_t scheduled_at, int64_t window_end, struct amp_err *err)
{
	bool made;
	struct amp_key key = amp_key_round(&c->study, scheduled_at);
	struct amp_facts *f = amp_keymap_add(&c->rounds, &key, &made);
	if (!f) return amp_fail(err, AMP_ENOMEM, _("Out of memory while verifying %s."), amp_store_path(c->store));
	if (!made) return 0;
	f->a = scheduled_at;
	f->b = window_end;
	(void)amp_evidence_hex(o, "study_version", f->version.b, AMP_KEY);
	return 0;
}

/* What a step of a walk asked for, and how it came there. */
static int gather_step(struct check *c, const struct amp_key *snapshot, const struct amp_capture_place *place, struct amp_err *err)
{
	bool made;
	struct amp_facts *f = amp_keymap_add(&c->walks, snapshot, &made);
	if (!f) return amp_fail(err, AMP_ENOMEM, _("Out of memory while verifying %s."), amp_store_path(c->store));
	f->version = amp_walk_item_key(place->branch);
	f->a = place->step > 0 ? place->parent_rank : -1;
	f->b = place->policy && strcmp(place->policy, amp_walk_policy_name(AMP_WALK_RANDOM)) == 0 ? AMP_WALK_RANDOM
	                                                                                          : AMP_WALK_FIRST;
	return 0;
}

/* What the snapshot's row must say: its beginning, its end and its pages, out of all its exchanges. */
static int gather_snapshot(struct check *c, const json_t *o, struct amp_err *err)
{
	struct amp_capture_place place;
	int64_t sent, ended;
	bool made;
	if (!amp_evidence_place(o, &place)) return 0;
	int rc = gather_round(c, o, place.scheduled_at, place.window_end, err);
	if (rc != 0) return rc;
	struct amp_key round = amp_key_round(&c->study, place.scheduled_at);
	struct amp_key key = amp_key_snapshot(&c->study, &round, amp_str_c(place.persona), amp_str_c(place.feed), place.walk,
	                                      place.step, place.attempt);
	struct amp_facts *f = amp_keymap_add(&c->snapshots, &key, &made);
	if (!f) return amp_fail(err, AMP_ENOMEM, _("Out of memory while verifying %s."), amp_store_path(c->store));
	if (made) {
		f->a = f->b = AMP_TIME_NONE;
		f->depth = place.depth;
	}
	bool saved = amp_str_eq_c(amp_evidence_str(o, "origin"), "ingested");
	if (f->a == AMP_TIME_NONE && amp_evidence_int(o, saved ? "captured_at" : "sent_at", &sent)) f->a = sent;
	if (amp_evidence_int(o, saved ? "captured_at" : "ended_at", &ended)) f->b = ended;
	f->pages += place.page >= 0;
	return made && place.walk > 0 ? gather_step(c, &key, &place, err) : 0;
}

static int verify_version(struct check *c, int64_t seq, const json_t *o, bool amendment, struct amp_err *err)
{
	struct amp_key key, parent;
	uint8_t hash[AMP_SHA256], text_hash[AMP_SHA256];
	int64_t locked_at = 0;
	if (!amp_evidence_hex(o, "study_version", key.b, AMP_KEY) || !amp_evidence_hex(o, "study_hash", hash, AMP_SHA256) ||
	    !amp_evidence_int(o, "study_locked_at", &locked_at))
		return 0;
	struct amp_query q;
	int rc = amp_query_start(&q, c->store, &AMP_SQL_VERIFY_STUDY_VERSION, err);
	if (rc != 0) return rc;
	amp_query_bind_key(&q, &key);
	rc = amp_query_step(&q, err);
	if (rc == 0) note(c, seq, "a row", "none", "study_version.key: no version has the key that the archive names");
	if (rc == 1) {
		struct amp_str text = amp_query_str(&q, 1);
		struct amp_key derived = amp_key_study_version(&c->study, hash, locked_at);
		bool has_parent = amendment && amp_evidence_hex(o, "parent", parent.b, AMP_KEY);
		amp_sha256(text.p ? text.p : "", text.n, text_hash);
		column_hash(c, seq, "study_version.hash", o, "study_hash", AMP_SHA256, &q, 0);
		column_text(c, seq, "study_version.text", o, "study_text", &q, 1);
		same_bytes(c, seq, "study_version.text against study_version.hash", hash, AMP_SHA256, text_hash, AMP_SHA256);
		same_int(c, seq, "study_version.locked_at", false, locked_at, amp_query_null(&q, 2), amp_query_i64(&q, 2));
		same_bytes(c, seq, "study_version.key", derived.b, AMP_KEY, key.b, AMP_KEY);
		column_key(c, seq, "study_version.study_id", &c->study, &q, 5);
		if (amendment) {
			column_text(c, seq, "study_version.reason", o, "reason", &q, 3);
			column_key(c, seq, "study_version.parent_id", has_parent ? &parent : NULL, &q, 4);
			same_int(c, seq, "study_version.parent_id", false, has_parent, false, amp_query_i64(&q, 7));
		} else if (amp_evidence_str(o, "study").p) {
			column_text(c, seq, "study.slug", o, "study", &q, 6);
			bool amended = json_is_true(json_object_get(o, "study_amended"));
			same_int(c, seq, "study_version.parent_id", false, amended, false, amp_query_i64(&q, 7));
			same_int(c, seq, "study_version.reason", false, amended, false, !amp_query_null(&q, 3));
		}
	}
	amp_query_end(&q);
	return rc < 0 ? rc : 0;
}

static int verify_preamble(struct check *c, const struct amp_archived *a, const json_t *o, int64_t ledger_id, struct amp_err *err)
{
	(void)ledger_id;
	struct amp_key key;
	int64_t seq = a->entry.seq;
	if (!amp_evidence_hex(o, "program_run", key.b, AMP_KEY)) return 0;
	struct amp_query q;
	int rc = amp_query_start(&q, c->store, &AMP_SQL_VERIFY_PROGRAM_RUN, err);
	if (rc != 0) return rc;
	amp_query_bind_key(&q, &key);
	rc = amp_query_step(&q, err);
	if (rc == 0) note(c, seq, "a row", "none", "program_run.key: no run has the key that the archive names");
	if (rc == 1) {
		char *text = json_dumps(o, JSON_COMPACT | JSON_SORT_KEYS);
		json_malloc_t unused;
		json_free_t release;
		json_get_alloc_funcs(&unused, &release);
		column_text(c, seq, "program_run.version", o, "version", &q, 0);
		column_text(c, seq, "program_run.commit_id", o, "commit", &q, 1);
		column_text(c, seq, "program_run.command", o, "command", &q, 2);
		column_hash(c, seq, "program_run.configuration_hash", o, "configuration_hash", AMP_SHA256, &q, 3);
		column_int(c, seq, "program_run.seed", o, "seed", &q, 4);
		column_int(c, seq, "program_run.started_at", o, "started_at", &q, 5);
		same_text(c, seq, "program_run.preamble", amp_str_c(text), amp_query_str(&q, 6));
		column_hash(c, seq, "program_run.crawler_id", o, "crawler", AMP_KEY, &q, 7);
		if (text) release(text);
	}
	amp_query_end(&q);
	return rc < 0 ? rc : verify_version(c, seq, o, false, err);
}

static int verify_amendment(struct check *c, const struct amp_archived *a, const json_t *o, int64_t ledger_id, struct amp_err *err)
{
	(void)ledger_id;
	return verify_version(c, a->entry.seq, o, true, err);
}

static int verify_override(struct check *c, const struct amp_archived *a, const json_t *o, int64_t ledger_id, struct amp_err *err)
{
	struct amp_key key = amp_key_decision(a->entry.link);
	int64_t seq = a->entry.seq;
	struct amp_query q;
	int rc = amp_query_start(&q, c->store, &AMP_SQL_VERIFY_DECISION, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, ledger_id);
	rc = amp_query_step(&q, err);
	if (rc == 0) note(c, seq, "a row", "none", "decision.ledger_id: no decision belongs to the entry");
	if (rc == 1) {
		column_key(c, seq, "decision.key", &key, &q, 0);
		column_text(c, seq, "decision.type", o, "decision", &q, 1);
		column_text(c, seq, "decision.subject", o, "subject", &q, 2);
		column_text(c, seq, "decision.reason", o, "reason", &q, 3);
		same_int(c, seq, "decision.decided_at", false, a->entry.recorded_at, amp_query_null(&q, 4), amp_query_i64(&q, 4));
		column_hash(c, seq, "decision.study_version_id", o, "study_version", AMP_KEY, &q, 5);
	}
	amp_query_end(&q);
	return rc < 0 ? rc : 0;
}

/* Of an erased capture its number, type, time and hash are certain, and that nothing of it is left. */
static int verify_erased_capture(struct check *c, const struct amp_archived *a, int64_t ledger_id, struct amp_err *err)
{
	struct amp_key key = amp_key_capture(a->entry.link);
	int64_t seq = a->entry.seq;
	struct amp_query q;
	int rc = amp_query_start(&q, c->store, &AMP_SQL_ERASE_VERIFY_CAPTURE, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, ledger_id);
	rc = amp_query_step(&q, err);
	if (rc == 0) note(c, seq, "a row", "none", "capture: row missing");
	if (rc == 1) {
		column_key(c, seq, "capture.key", &key, &q, 0);
		same_int(c, seq, "capture: url, wire_sha256, payload_sha256 or etag of what was erased", false, 1, false,
		         amp_query_i64(&q, 1));
		same_int(c, seq, "capture_location: none of what was erased", false, 1, false, amp_query_i64(&q, 2));
		same_int(c, seq, "erased_capture: the erasure that the archive shows", false, 1, false, amp_query_i64(&q, 3));
	}
	amp_query_end(&q);
	return rc < 0 ? rc : 0;
}

static int verify_erasure(struct check *c, const struct amp_archived *a, const json_t *o, int64_t ledger_id, struct amp_err *err)
{
	int64_t seq = a->entry.seq;
	struct amp_query q;
	int rc = amp_query_start(&q, c->store, &AMP_SQL_ERASE_VERIFY_ENTRY, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, ledger_id);
	rc = amp_query_step(&q, err);
	if (rc == 0) note(c, seq, "a row", "none", "erasure.ledger_id: no erasure belongs to the entry");
	if (rc == 1) {
		column_hash(c, seq, "erasure.key", o, "erasure", AMP_KEY, &q, 0);
		column_text(c, seq, "erasure.subject", o, "subject", &q, 1);
		column_text(c, seq, "erasure.basis", o, "basis", &q, 2);
		column_int(c, seq, "erasure.versions", o, "versions", &q, 3);
		same_int(c, seq, "erasure.finished_at: the erasure was finished (else: amplimeter erase --resume)", false, 1, false,
		         amp_query_i64(&q, 4));
		same_int(c, seq, "erased_capture: captures that the entry names", false,
		         (int64_t)json_array_size(json_object_get(o, "captures")), false, amp_query_i64(&q, 5));
	}
	amp_query_end(&q);
	return rc < 0 ? rc : 0;
}

typedef int verify_fn(struct check *c, const struct amp_archived *a, const json_t *o, int64_t ledger_id, struct amp_err *err);
static const struct {
	const char *type;
	verify_fn *fn;
} by_type[] = {{"capture", verify_capture},
               {"preamble", verify_preamble},
               {"amendment", verify_amendment},
               {"override", verify_override},
               {"erasure", verify_erasure}};

static int verify_ledger(struct check *c, const struct amp_archived *a, int64_t *ledger_id, struct amp_err *err)
{
	const struct amp_ledger_entry *e = &a->entry;
	struct amp_query q;
	int rc = amp_query_start(&q, c->store, &AMP_SQL_VERIFY_LEDGER, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, c->archive_id);
	amp_query_bind_i64(&q, e->seq);
	rc = amp_query_step(&q, err);
	if (rc == 0) note(c, e->seq, "a row", "none", "ledger: row missing (archive_id or seq)");
	if (rc == 1) {
		size_t n;
		const void *p = amp_query_blob(&q, 3, &n);
		*ledger_id = amp_query_i64(&q, 0);
		same_text(c, e->seq, "ledger.type", amp_str_c(e->type), amp_query_str(&q, 1));
		same_int(c, e->seq, "ledger.recorded_at", false, e->recorded_at, amp_query_null(&q, 2), amp_query_i64(&q, 2));
		if (p || !e->has_nonce || strcmp(e->type, "capture") != 0 ||
		    amp_query_i64(&q, 6) == 0) /* else told of the capture */
			same_bytes(c, e->seq, "ledger.nonce", e->has_nonce ? e->nonce : NULL, sizeof e->nonce, p, n);
		p = amp_query_blob(&q, 4, &n);
		same_bytes(c, e->seq, "ledger.entry_hash", e->entry_hash, AMP_SHA256, p, n);
		p = amp_query_blob(&q, 5, &n);
		same_bytes(c, e->seq, "ledger.link", e->link, AMP_SHA256, p, n);
	}
	amp_query_end(&q);
	return rc;
}

/* A slot that was missed stays so, unless saved files were taken in for it since: then it has a snapshot (see verify_slots_done). */
static int verify_missed(struct check *c, int64_t seq, const json_t *o, struct amp_err *err)
{
	int64_t scheduled_at = 0;
	const json_t *slots = json_object_get(o, "slots");
	if (!amp_evidence_int(o, "scheduled_at", &scheduled_at)) return 0;
	struct amp_key round = amp_key_round(&c->study, scheduled_at);
	for (size_t i = 0; i < json_array_size(slots); i++) {
		const char *persona = json_string_value(json_array_get(json_array_get(slots, i), 0)),
			   *feed = json_string_value(json_array_get(json_array_get(slots, i), 1));
		if (!persona || !feed) continue;
		struct amp_key key = amp_key_slot(&round, amp_str_c(persona), amp_str_c(feed));
		struct amp_query q;
		int rc = amp_query_start(&q, c->store, &AMP_SQL_VERIFY_SLOT_STATE, err);
		if (rc != 0) return rc;
		amp_query_bind_key(&q, &key);
		rc = amp_query_step(&q, err);
		struct amp_str state = rc == 1 ? amp_query_str(&q, 0) : AMP_STR_ABSENT;
		if (rc >= 0 && !(state.p && amp_str_eq_c(state, "done")))
			same_text(c, seq, "slot.state of a slot that was missed", AMP_STR("missed"), state);
		amp_query_end(&q);
		if (rc < 0) return rc;
	}
	return 0;
}

static int verify_entry(void *user, const struct amp_archived *a, struct amp_err *err)
{
	struct check *c = user;
	const json_t *o = json_object_get(a->block, "columns");
	int64_t ledger_id = 0, scheduled_at, window_end;
	bool capture = strcmp(a->entry.type, "capture") == 0;
	c->entries++;
	c->captures += capture;
	int rc = verify_ledger(c, a, &ledger_id, err);
	bool has_row = rc == 1;
	rc = rc < 0 ? rc : 0;
	if (rc == 0 && !a->entry.has_nonce) return has_row && capture ? verify_erased_capture(c, a, ledger_id, err) : 0;
	for (size_t i = 0; rc == 0 && has_row && i < sizeof by_type / sizeof by_type[0]; i++)
		if (strcmp(by_type[i].type, a->entry.type) == 0) rc = by_type[i].fn(c, a, o, ledger_id, err);
	if (rc == 0 && capture) rc = gather_snapshot(c, o, err);
	if (rc == 0 && strcmp(a->entry.type, "missed") == 0 && amp_evidence_int(o, "scheduled_at", &scheduled_at) &&
	    amp_evidence_int(o, "window_end", &window_end))
		rc = gather_round(c, o, scheduled_at, window_end, err);
	if (rc == 0 && strcmp(a->entry.type, "missed") == 0) rc = verify_missed(c, a->entry.seq, o, err);
	if (json_is_true(json_object_get(o, "simulated_schedule")) && !amp_store_simulated(c->store))
		note(c, a->entry.seq, "1: this run had a simulated schedule", "0", "meta.simulated");
	return rc;
}

/* ---- rows against what was gathered ---- */

static int verify_rounds(struct check *c, struct amp_err *err)
{
	struct amp_query q;
	size_t seen = 0;
	int rc = amp_query_start(&q, c->store, &AMP_SQL_VERIFY_ROUNDS, err);
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
				note(c, -1, "an entry of the archive", "none", "round.key: the archive knows no such round");
			continue;
		}
		seen++;
		same_int(c, -1, "round.scheduled_at", false, f->a, amp_query_null(&q, 1), amp_query_i64(&q, 1));
		same_int(c, -1, "round.window_end", false, f->b, amp_query_null(&q, 2), amp_query_i64(&q, 2));
		column_key(c, -1, "round.study_version_id", &f->version, &q, 3);
	}
	amp_query_end(&q);
	if (rc == 0)
		same_int(c, -1, "round: rows that the archive has evidence of", false, (int64_t)c->rounds.n, false, (int64_t)seen);
	return rc;
}

static int skew_of(struct check *c, int64_t started, int64_t round_id, int64_t persona_id, int64_t feed_id, bool *null,
                   int64_t *skew, struct amp_err *err)
{
	struct amp_query q;
	*null = true;
	*skew = 0;
	if (started == AMP_TIME_NONE) return 0;
	int rc = amp_query_start(&q, c->store, &AMP_SQL_RUN_SNAPSHOT_SKEW, err);
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
	column_key(c, -1, "snapshot.parent_snapshot_id", follows ? &parent : NULL, q, 21);
	same_int(c, -1, "snapshot.parent_snapshot_id", false, follows, false, amp_query_i64(q, 22));
	same_int(c, -1, "snapshot.parent_rank", !follows, follows ? f->a : 0, amp_query_null(q, 20), amp_query_i64(q, 20));
	same_text(c, -1, "snapshot.policy", f ? amp_str_c(amp_walk_policy_name((enum amp_walk_policy)f->b)) : AMP_STR_ABSENT,
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
	same_bytes(c, -1, "snapshot: round, persona, feed, attempt, walk or step against its key", key->b, AMP_KEY, derived.b,
	           AMP_KEY);
	const int64_t erased = amp_query_i64(q, 23);
	same_int(c, -1, "snapshot_capture: pages of the snapshot", false, f->pages + erased, false, amp_query_i64(q, 13));
	if (f->pages + erased > 0) same_int(c, -1, "snapshot_capture.page: 0, 1, 2 …", false, 1, false, amp_query_i64(q, 19));
	same_int(c, -1, "snapshot.interrupted against its parse", false, amp_query_i64(q, 18), false, amp_query_i64(q, 11));
	if (erased > 0) return 0; /* its times and its depth stood in what is erased, too */
	same_int(c, -1, "snapshot.depth_asked", false, f->depth, amp_query_null(q, 7), amp_query_i64(q, 7));
	same_int(c, -1, "snapshot.started_at", f->a == AMP_TIME_NONE, f->a, amp_query_null(q, 8), amp_query_i64(q, 8));
	same_int(c, -1, "snapshot.ended_at", f->b == AMP_TIME_NONE, f->b, amp_query_null(q, 9), amp_query_i64(q, 9));
	/* The steps of a walk stand beside nothing. */
	int rc = skew_of(c, amp_query_i64(q, 5) == 0 ? f->a : AMP_TIME_NONE, amp_query_i64(q, 15), amp_query_i64(q, 16),
	                 amp_query_i64(q, 17), &null, &skew, err);
	if (rc != 0) return rc;
	same_int(c, -1, "snapshot.skew_ms", null, skew, amp_query_null(q, 10), amp_query_i64(q, 10));
	verify_parent(c, q, key, &round);
	return 0;
}

static int verify_snapshots(struct check *c, struct amp_err *err)
{
	struct amp_query q;
	size_t seen = 0;
	int rc = amp_query_start(&q, c->store, &AMP_SQL_VERIFY_SNAPSHOTS, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, c->study_id);
	for (;;) {
		struct amp_key key;
		rc = amp_query_step(&q, err);
		if (rc != 1) break;
		const struct amp_facts *f = amp_query_key(&q, 0, &key) ? amp_keymap_find(&c->snapshots, &key) : NULL;
		const struct amp_facts none = {.a = AMP_TIME_NONE, .b = AMP_TIME_NONE};
		if (!f && amp_query_i64(&q, 23) == 0) {
			note(c, -1, "captures in the archive", "none", "snapshot.key: the archive knows no such snapshot");
			continue;
		}
		seen += f != NULL;
		if (!f) f = &none; /* all its captures are erased */
		rc = verify_snapshot(c, &q, f, &key, err);
		if (rc != 0) break;
	}
	amp_query_end(&q);
	if (rc == 0)
		same_int(c, -1, "snapshot: rows that the archive has captures of", false, (int64_t)c->snapshots.n, false,
		         (int64_t)seen);
	return rc;
}

static int verify_counts(struct check *c, struct amp_err *err)
{
	int64_t ledger = 0, captures = 0, orphans = 0, empty = 0, begun = 0;
	int rc = amp_row_number(c->store, &AMP_SQL_VERIFY_LEDGER_COUNT, c->archive_id, 0, 1, &ledger, NULL, err);
	if (rc == 0) rc = amp_row_number(c->store, &AMP_SQL_VERIFY_CAPTURE_COUNT, c->archive_id, 0, 1, &captures, NULL, err);
	if (rc == 0) rc = amp_row_number(c->store, &AMP_SQL_VERIFY_ORPHANS, 0, 0, 0, &orphans, NULL, err);
	if (rc == 0) rc = amp_row_number(c->store, &AMP_SQL_VERIFY_SLOTS_DONE, 0, 0, 0, &empty, NULL, err);
	if (rc != 0) return rc;
	rc = amp_row_number(c->store, &AMP_SQL_ERASE_VERIFY_BEGUN, c->archive_id, 0, 1, &begun, NULL, err);
	if (rc != 0) return rc;
	same_int(c, -1, "erasure.ledger_id: erasures begun and not recorded (amplimeter erase --resume)", false, 0, false, begun);
	same_int(c, -1, "slot.state: done without a snapshot", false, 0, false, empty);
	same_int(c, -1, "ledger: number of rows", false, c->entries, false, ledger);
	same_int(c, -1, "capture: number of rows", false, c->captures, false, captures);
	same_int(c, -1, "rows that refer to rows that are not there", false, 0, false, orphans);
	return 0;
}

struct archive_row {
	int64_t id, study_id;
	struct amp_key study;
	bool first;
};

static int one_archive(struct check *base, const struct archive_row *row, const char *dir, int64_t crawler_id, struct amp_err *err)
{
	struct check c = *base;
	struct amp_buf folder;
	struct amp_verified verified;
	amp_buf_init(&folder, 8192);
	c.archive_id = row->id;
	c.study_id = row->study_id;
	c.study = row->study;
	int rc = amp_archive_folder(c.store, dir, row->id, crawler_id, &folder, err);
	/* The command has verified the first one's own bytes already. */
	if (rc == 0 && !row->first) {
		rc = amp_archive_verify(folder.p, c.fn, c.user, &verified, err);
		*c.findings += verified.findings;
		if (rc == AMP_EFAIL) rc = 0;
	}
	if (rc == 0) rc = amp_archive_each(folder.p, 0, verify_entry, &c, err);
	if (rc == 0) rc = verify_counts(&c, err);
	if (rc == 0) rc = verify_rounds(&c, err);
	if (rc == 0) rc = verify_snapshots(&c, err);
	struct amp_parts parts = {.store = c.store, .fn = c.fn, .user = c.user, .findings = c.findings};
	if (rc == 0) rc = amp_verify_walks(&parts, c.study_id, &c.walks, err);
	if (rc == 0) rc = amp_verify_study_parts(&parts, c.study_id, &c.study, err);
	amp_keymap_free(&c.snapshots);
	amp_keymap_free(&c.rounds);
	amp_keymap_free(&c.walks);
	amp_buf_free(&folder);
	return rc;
}

#define ARCHIVES_MAX 256
static int archives(struct check *c, int64_t crawler_id, struct archive_row *rows, size_t *n, struct amp_err *err)
{
	struct amp_query q;
	*n = 0;
	int rc = amp_query_start(&q, c->store, &AMP_SQL_VERIFY_ARCHIVES, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, crawler_id);
	while (*n < ARCHIVES_MAX) {
		struct amp_key archive;
		rc = amp_query_step(&q, err);
		if (rc != 1) break;
		struct archive_row *r = &rows[(*n)++];
		*r = (struct archive_row){.id = amp_query_i64(&q, 0), .study_id = amp_query_i64(&q, 2), .first = *n == 1};
		if (!amp_query_key(&q, 3, &r->study) || !amp_query_key(&q, 1, &archive)) continue;
		struct amp_key derived = amp_archive_key(&c->crawler, &r->study);
		same_bytes(c, -1, "archive.key against its crawler and study", derived.b, AMP_KEY, archive.b, AMP_KEY);
	}
	amp_query_end(&q);
	return rc < 0 ? rc : 0;
}

int amp_verify_database(struct amp_store *store, const char *archive_dir, void (*fn)(void *user, const struct amp_finding *f),
                        void *user, int64_t *findings, struct amp_err *err)
{
	struct check c = {.store = store, .fn = fn, .user = user, .findings = findings};
	struct archive_row rows[ARCHIVES_MAX];
	size_t n = 0;
	int64_t crawler_id = 0;
	*findings = 0;
	int rc = amp_store_crawler(store, "amplimeter", &crawler_id, &c.crawler, err);
	if (rc == 0) rc = archives(&c, crawler_id, rows, &n, err);
	if (rc == 0 && n == 0)
		rc = amp_fail(err, AMP_EUSAGE, _("The database %s has no archive: nothing was crawled or ingested into it."),
		              amp_store_path(store));
	for (size_t i = 0; rc == 0 && i < n; i++) rc = one_archive(&c, &rows[i], archive_dir, crawler_id, err);
	struct amp_parts parts = {.store = store, .fn = fn, .user = user, .findings = findings};
	if (rc == 0) rc = amp_verify_items(&parts, err);
	if (rc == 0 && *findings > 0)
		rc = amp_fail(err, AMP_EFAIL, _("The database %s and the archive %s differ in %lld places."), amp_store_path(store),
		              archive_dir, (long long)*findings);
	return rc;
}

/* verify_entry.c: each entry of an archive against its rows, column by column; what rounds, snapshots and walks must say is gathered on the way. */
#include <string.h>
#include "base/i18n.h"
#include "base/jsonv.h"
#include "run/evidence.h"
#include "run/keys.h"
#include "run/rows.h"
#include "run/verify_check.h"
#include "run/walk.h"
#include "erase_sql.h"
#include "run_sql.h"

static int verify_capture(struct check *c, const struct amp_archived *a, const json_t *o, int64_t ledger_id, struct amp_err *err)
{
	int64_t blanked = 0;
	int begun = amp_row_number(c->v.store, &AMP_SQL_ERASE_CAPTURE_BLANKED, ledger_id, 0, 1, &blanked, NULL, err);
	if (begun != 0) return begun;
	if (blanked != 0) {
		verify_note(
			&c->v, a->entry.seq, "erased", "whole",
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
	int rc = amp_query_start(&q, c->v.store, &AMP_SQL_VERIFY_CAPTURE, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, ledger_id);
	rc = amp_query_step(&q, err);
	if (rc == 0) verify_note(&c->v, seq, "a row", "none", "capture: row missing");
	if (rc == 1) {
		bool has_place = a->response.length > 0;
		verify_column_key(&c->v, seq, "capture.key", &key, &q, 1);
		verify_column_hash(&c->v, seq, "capture.program_run_id", o, "program_run", AMP_KEY, &q, 2);
		verify_column_key(&c->v, seq, "capture.slot_id", placed ? &slot : NULL, &q, 3);
		verify_column_int(&c->v, seq, "capture.redirect_of_id", o, "redirect_of_seq", &q, 4);
		verify_text(&c->v, seq, "capture_location.file", has_place ? amp_str_c(a->response.file) : AMP_STR_ABSENT,
		            amp_query_str(&q, 5));
		verify_int(&c->v, seq, "capture_location.offset", !has_place, a->response.offset, amp_query_null(&q, 6),
		           amp_query_i64(&q, 6));
		verify_int(&c->v, seq, "capture_location.length", !has_place, a->response.length, amp_query_null(&q, 7),
		           amp_query_i64(&q, 7));
		verify_int(&c->v, seq, "capture_location.revisit_of_id", a->revisit_of_seq < 0, a->revisit_of_seq,
		           amp_query_null(&q, 8), amp_query_i64(&q, 8));
		verify_int(&c->v, seq, "snapshot_capture: rows of the capture", false, page, false, amp_query_i64(&q, 9));
		verify_int(&c->v, seq, "snapshot_capture.page", !page, place.page, amp_query_null(&q, 10), amp_query_i64(&q, 10));
		verify_column_key(&c->v, seq, "snapshot_capture.snapshot_id", page ? &snapshot : NULL, &q, 11);
		size_t n;
		const struct amp_column *columns = amp_capture_columns(&n);
		int col = 12;
		for (size_t i = 0; i < n; i++, col++) {
			(void)snprintf(what, sizeof what, "capture.%s", columns[i].name);
			if (columns[i].kind == AMP_COLUMN_TEXT)
				verify_column_text(&c->v, seq, what, o, columns[i].name, &q, col);
			else if (columns[i].kind == AMP_COLUMN_INT)
				verify_column_int(&c->v, seq, what, o, columns[i].name, &q, col);
			else
				verify_column_hash(&c->v, seq, what, o, columns[i].name, AMP_SHA256, &q, col);
		}
		/* References to rows that are not there look like NULL above. */
		int64_t redirect;
		verify_int(&c->v, seq, "capture.slot_id", false, placed, false, amp_query_i64(&q, col));
		verify_int(&c->v, seq, "capture.redirect_of_id", false, amp_evidence_int(o, "redirect_of_seq", &redirect), false,
		           amp_query_i64(&q, col + 1));
		verify_int(&c->v, seq, "capture_location.revisit_of_id", false, a->revisit_of_seq >= 0, false,
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
	if (!f) return amp_fail(err, AMP_ENOMEM, _("Out of memory while verifying %s."), amp_store_path(c->v.store));
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
	if (!f) return amp_fail(err, AMP_ENOMEM, _("Out of memory while verifying %s."), amp_store_path(c->v.store));
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
	if (!f) return amp_fail(err, AMP_ENOMEM, _("Out of memory while verifying %s."), amp_store_path(c->v.store));
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
	int rc = amp_query_start(&q, c->v.store, &AMP_SQL_VERIFY_STUDY_VERSION, err);
	if (rc != 0) return rc;
	amp_query_bind_key(&q, &key);
	rc = amp_query_step(&q, err);
	if (rc == 0) verify_note(&c->v, seq, "a row", "none", "study_version.key: no version has the key that the archive names");
	if (rc == 1) {
		struct amp_str text = amp_query_str(&q, 1);
		struct amp_key derived = amp_key_study_version(&c->study, hash, locked_at);
		bool has_parent = amendment && amp_evidence_hex(o, "parent", parent.b, AMP_KEY);
		amp_sha256(text.p ? text.p : "", text.n, text_hash);
		verify_column_hash(&c->v, seq, "study_version.hash", o, "study_hash", AMP_SHA256, &q, 0);
		verify_column_text(&c->v, seq, "study_version.text", o, "study_text", &q, 1);
		verify_bytes(&c->v, seq, "study_version.text against study_version.hash", hash, AMP_SHA256, text_hash, AMP_SHA256);
		verify_int(&c->v, seq, "study_version.locked_at", false, locked_at, amp_query_null(&q, 2), amp_query_i64(&q, 2));
		verify_bytes(&c->v, seq, "study_version.key", derived.b, AMP_KEY, key.b, AMP_KEY);
		verify_column_key(&c->v, seq, "study_version.study_id", &c->study, &q, 5);
		if (amendment) {
			verify_column_text(&c->v, seq, "study_version.reason", o, "reason", &q, 3);
			verify_column_key(&c->v, seq, "study_version.parent_id", has_parent ? &parent : NULL, &q, 4);
			verify_int(&c->v, seq, "study_version.parent_id", false, has_parent, false, amp_query_i64(&q, 7));
		} else if (amp_evidence_str(o, "study").p) {
			verify_column_text(&c->v, seq, "study.slug", o, "study", &q, 6);
			bool amended = json_is_true(json_object_get(o, "study_amended"));
			verify_int(&c->v, seq, "study_version.parent_id", false, amended, false, amp_query_i64(&q, 7));
			verify_int(&c->v, seq, "study_version.reason", false, amended, false, !amp_query_null(&q, 3));
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
	int rc = amp_query_start(&q, c->v.store, &AMP_SQL_VERIFY_PROGRAM_RUN, err);
	if (rc != 0) return rc;
	amp_query_bind_key(&q, &key);
	rc = amp_query_step(&q, err);
	if (rc == 0) verify_note(&c->v, seq, "a row", "none", "program_run.key: no run has the key that the archive names");
	if (rc == 1) {
		struct amp_buf text;
		amp_buf_init(&text, AMP_JSONV_BYTES);
		rc = amp_jsonv_dump(&text, o, JSON_COMPACT | JSON_SORT_KEYS, "program_run.preamble", err);
		verify_column_text(&c->v, seq, "program_run.version", o, "version", &q, 0);
		verify_column_text(&c->v, seq, "program_run.commit_id", o, "commit", &q, 1);
		verify_column_text(&c->v, seq, "program_run.command", o, "command", &q, 2);
		verify_column_hash(&c->v, seq, "program_run.configuration_hash", o, "configuration_hash", AMP_SHA256, &q, 3);
		verify_column_int(&c->v, seq, "program_run.seed", o, "seed", &q, 4);
		verify_column_int(&c->v, seq, "program_run.started_at", o, "started_at", &q, 5);
		if (rc == 0) verify_text(&c->v, seq, "program_run.preamble", amp_buf_str(&text), amp_query_str(&q, 6));
		verify_column_hash(&c->v, seq, "program_run.crawler_id", o, "crawler", AMP_KEY, &q, 7);
		amp_buf_free(&text);
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
	int rc = amp_query_start(&q, c->v.store, &AMP_SQL_VERIFY_DECISION, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, ledger_id);
	rc = amp_query_step(&q, err);
	if (rc == 0) verify_note(&c->v, seq, "a row", "none", "decision.ledger_id: no decision belongs to the entry");
	if (rc == 1) {
		verify_column_key(&c->v, seq, "decision.key", &key, &q, 0);
		verify_column_text(&c->v, seq, "decision.type", o, "decision", &q, 1);
		verify_column_text(&c->v, seq, "decision.subject", o, "subject", &q, 2);
		verify_column_text(&c->v, seq, "decision.reason", o, "reason", &q, 3);
		verify_int(&c->v, seq, "decision.decided_at", false, a->entry.recorded_at, amp_query_null(&q, 4),
		           amp_query_i64(&q, 4));
		verify_column_hash(&c->v, seq, "decision.study_version_id", o, "study_version", AMP_KEY, &q, 5);
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
	int rc = amp_query_start(&q, c->v.store, &AMP_SQL_ERASE_VERIFY_CAPTURE, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, ledger_id);
	rc = amp_query_step(&q, err);
	if (rc == 0) verify_note(&c->v, seq, "a row", "none", "capture: row missing");
	if (rc == 1) {
		verify_column_key(&c->v, seq, "capture.key", &key, &q, 0);
		verify_int(&c->v, seq, "capture: url, wire_sha256, payload_sha256 or etag of what was erased", false, 1, false,
		           amp_query_i64(&q, 1));
		verify_int(&c->v, seq, "capture_location: none of what was erased", false, 1, false, amp_query_i64(&q, 2));
		verify_int(&c->v, seq, "erased_capture: the erasure that the archive shows", false, 1, false, amp_query_i64(&q, 3));
	}
	amp_query_end(&q);
	return rc < 0 ? rc : 0;
}

static int verify_erasure(struct check *c, const struct amp_archived *a, const json_t *o, int64_t ledger_id, struct amp_err *err)
{
	int64_t seq = a->entry.seq;
	struct amp_query q;
	int rc = amp_query_start(&q, c->v.store, &AMP_SQL_ERASE_VERIFY_ENTRY, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, ledger_id);
	rc = amp_query_step(&q, err);
	if (rc == 0) verify_note(&c->v, seq, "a row", "none", "erasure.ledger_id: no erasure belongs to the entry");
	if (rc == 1) {
		verify_column_hash(&c->v, seq, "erasure.key", o, "erasure", AMP_KEY, &q, 0);
		verify_column_text(&c->v, seq, "erasure.subject", o, "subject", &q, 1);
		verify_column_text(&c->v, seq, "erasure.basis", o, "basis", &q, 2);
		verify_column_int(&c->v, seq, "erasure.versions", o, "versions", &q, 3);
		verify_int(&c->v, seq, "erasure.finished_at: the erasure was finished (else: amplimeter erase --resume)", false, 1,
		           false, amp_query_i64(&q, 4));
		verify_int(&c->v, seq, "erased_capture: captures that the entry names", false,
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
	int rc = amp_query_start(&q, c->v.store, &AMP_SQL_VERIFY_LEDGER, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, c->archive_id);
	amp_query_bind_i64(&q, e->seq);
	rc = amp_query_step(&q, err);
	if (rc == 0) verify_note(&c->v, e->seq, "a row", "none", "ledger: row missing (archive_id or seq)");
	if (rc == 1) {
		size_t n;
		const void *p = amp_query_blob(&q, 3, &n);
		*ledger_id = amp_query_i64(&q, 0);
		verify_text(&c->v, e->seq, "ledger.type", amp_str_c(e->type), amp_query_str(&q, 1));
		verify_int(&c->v, e->seq, "ledger.recorded_at", false, e->recorded_at, amp_query_null(&q, 2), amp_query_i64(&q, 2));
		if (p || !e->has_nonce || strcmp(e->type, "capture") != 0 ||
		    amp_query_i64(&q, 6) == 0) /* else told of the capture */
			verify_bytes(&c->v, e->seq, "ledger.nonce", e->has_nonce ? e->nonce : NULL, sizeof e->nonce, p, n);
		p = amp_query_blob(&q, 4, &n);
		verify_bytes(&c->v, e->seq, "ledger.entry_hash", e->entry_hash, AMP_SHA256, p, n);
		p = amp_query_blob(&q, 5, &n);
		verify_bytes(&c->v, e->seq, "ledger.link", e->link, AMP_SHA256, p, n);
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
		int rc = amp_query_start(&q, c->v.store, &AMP_SQL_VERIFY_SLOT_STATE, err);
		if (rc != 0) return rc;
		amp_query_bind_key(&q, &key);
		rc = amp_query_step(&q, err);
		struct amp_str state = rc == 1 ? amp_query_str(&q, 0) : AMP_STR_ABSENT;
		if (rc >= 0 && !(state.p && amp_str_eq_c(state, "done")))
			verify_text(&c->v, seq, "slot.state of a slot that was missed", AMP_STR("missed"), state);
		amp_query_end(&q);
		if (rc < 0) return rc;
	}
	return 0;
}

int verify_entry(void *user, const struct amp_archived *a, struct amp_err *err)
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
	if (json_is_true(json_object_get(o, "simulated_schedule")) && !amp_store_simulated(c->v.store))
		verify_note(&c->v, a->entry.seq, "1: this run had a simulated schedule", "0", "meta.simulated");
	return rc;
}

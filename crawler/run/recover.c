#include "run/recover.h"
#include <string.h>
#include "base/arena.h"
#include "base/i18n.h"
#include "base/log.h"
#include "base/mem.h"
#include "run/feed_facts.h"
#include "run/keys.h"
#include "run/pages_load.h"
#include "run_sql.h"

#define TORN_MAX 4096 /* snapshots that can be open at once: slots claimed by one crawler */

struct torn { /* a snapshot that was open when the process was killed */
	struct amp_key key;
	struct amp_capture_place place; /* strings in the arena */
	struct amp_study_ref ref;
	int64_t captures[AMP_PAGES_MAX];
	size_t n_pages;
	int64_t started_at, ended_at;
};
struct recovery {
	const struct amp_evidence *e;
	struct amp_arena *arena;
	int64_t known; /* last seq of the database */
	struct torn **torn;
	size_t n_torn;
	int64_t adopted, entries;
};

static int open_snapshot(struct recovery *r, const struct amp_capture_place *place, const json_t *columns, struct torn **out,
                         struct amp_err *err)
{
	int64_t id;
	struct amp_study_ref ref;
	*out = NULL;
	int rc = amp_evidence_version(r->e, columns, &ref, err);
	if (rc != 0) return rc;
	struct amp_key round = amp_key_round(&ref.study, place->scheduled_at);
	struct amp_key key = amp_key_snapshot(&ref.study, &round, amp_str_c(place->persona), amp_str_c(place->feed), place->walk,
	                                      place->step, place->attempt);
	rc = amp_row_by_key(r->e->store, &AMP_SQL_RUN_SNAPSHOT_BY_KEY, &key, &id, err);
	if (rc != 0) return rc < 0 ? rc : 0;
	for (size_t i = 0; i < r->n_torn; i++)
		if (memcmp(&r->torn[i]->key, &key, sizeof key) == 0) *out = r->torn[i];
	if (*out) return 0;
	struct torn *t = amp_arena_zalloc(r->arena, sizeof *t);
	if (t) {
		t->place = *place;
		t->place.persona = amp_arena_strndup(r->arena, place->persona, strlen(place->persona));
		t->place.feed = amp_arena_strndup(r->arena, place->feed, strlen(place->feed));
		if (place->policy) t->place.policy = amp_arena_strndup(r->arena, place->policy, strlen(place->policy));
	}
	if (!t || !t->place.persona || !t->place.feed)
		return amp_fail(err, AMP_ENOMEM, _("Out of memory while recovering %s."), amp_store_path(r->e->store));
	if (r->n_torn == TORN_MAX)
		return amp_fail(err, AMP_ELIMIT, _("More than %d snapshots were open when the crawl of %s ended."), TORN_MAX,
		                amp_store_path(r->e->store));
	t->key = key;
	t->ref = ref;
	t->started_at = t->ended_at = AMP_TIME_NONE;
	r->torn[r->n_torn++] = t;
	*out = t;
	return 0;
}

static int adopt_page(struct recovery *r, const json_t *columns, int64_t capture_id, struct amp_err *err)
{
	struct amp_capture_place place;
	struct torn *t;
	int64_t sent, ended;
	if (!amp_evidence_place(columns, &place)) return 0;
	int rc = open_snapshot(r, &place, columns, &t, err);
	if (rc != 0 || !t) return rc;
	bool saved =
		amp_str_eq_c(amp_evidence_str(columns, "origin"), "ingested"); /* a file has one time, the one claimed for it */
	if (amp_evidence_int(columns, saved ? "captured_at" : "sent_at", &sent) && t->started_at == AMP_TIME_NONE)
		t->started_at = sent;
	if (amp_evidence_int(columns, saved ? "captured_at" : "ended_at", &ended)) t->ended_at = ended;
	if (place.page < 0) return 0;
	if ((size_t)place.page != t->n_pages || t->n_pages == AMP_PAGES_MAX)
		return amp_fail(err, AMP_ECORRUPT, _("The archive holds page %lld of a snapshot of %s in the wrong place."),
		                (long long)place.page, place.persona);
	t->captures[t->n_pages++] = capture_id;
	return 0;
}

static int adopt_entry(void *user, const struct amp_archived *archived, struct amp_err *err)
{
	struct recovery *r = user;
	const json_t *columns = json_object_get(archived->block, "columns");
	int64_t capture_id = 0;
	int rc;
	bool is_capture = strcmp(archived->entry.type, "capture") == 0;
	if (archived->entry.seq > r->known) {
		struct amp_appended a = {.entry = archived->entry,
		                         .place = archived->response,
		                         .revisit_of_seq = archived->revisit_of_seq,
		                         .columns = columns};
		rc = amp_evidence_rows(r->e, &a, &capture_id, err);
		r->entries++;
		r->adopted += is_capture;
	} else {
		rc = is_capture ? amp_row_number(r->e->store, &AMP_SQL_RUN_CAPTURE_BY_SEQ, r->e->archive_id, archived->entry.seq, 2,
		                                 &capture_id, NULL, err)
		                : 0;
	}
	if (rc == 0 && is_capture) rc = adopt_page(r, columns, capture_id, err);
	return rc;
}

/* ---- closing what was open ---- */

static int close_torn(struct recovery *r, struct amp_storing *storing, const char *dir, const struct torn *t,
                      struct amp_arena *arena, int64_t *parse_id, struct amp_err *err)
{
	struct amp_key round_key, pk = amp_key_named("persona", &t->ref.version, amp_str_c(t->place.persona)),
				  fk = amp_key_named("feed", &t->ref.version, amp_str_c(t->place.feed));
	struct amp_store *store = r->e->store;
	struct amp_snapshot_page *pages = amp_arena_new_array(arena, struct amp_snapshot_page, t->n_pages + 1);
	struct amp_snapshot_page_row *rows = amp_arena_new_array(arena, struct amp_snapshot_page_row, t->n_pages + 1);
	struct amp_snapshot_row row = {.key = t->key,
	                               .attempt = t->place.attempt,
	                               .walk = t->place.walk,
	                               .step = t->place.step,
	                               .policy = t->place.policy,
	                               .parent_rank = t->place.parent_rank,
	                               .depth_asked = t->place.depth,
	                               .started_at = t->started_at,
	                               .ended_at = t->ended_at,
	                               .interrupted = true,
	                               .pages = rows,
	                               .n_pages = t->n_pages};
	int64_t id = 0, slot_id = 0;
	bool made;
	if (!pages || !rows) return amp_fail(err, AMP_ENOMEM, _("Out of memory while recovering %s."), amp_store_path(store));
	int rc = amp_row_round(store, &t->ref, t->place.scheduled_at, t->place.window_end, &row.round_id, &round_key, err);
	if (t->place.walk > 0 && t->place.step > 0)
		row.parent = amp_key_snapshot(&t->ref.study, &round_key, amp_str_c(t->place.persona), amp_str_c(t->place.feed),
		                              t->place.walk, t->place.step - 1, t->place.attempt);
	if (rc == 0) rc = amp_row_by_key(store, &AMP_SQL_RUN_PERSONA_BY_KEY, &pk, &row.persona_id, err);
	if (rc >= 0) rc = amp_row_by_key(store, &AMP_SQL_RUN_FEED_BY_KEY, &fk, &row.feed_id, err);
	if (rc >= 0)
		rc = amp_row_slot(store, &round_key, row.round_id, amp_str_c(t->place.persona), row.persona_id,
		                  amp_str_c(t->place.feed), row.feed_id, &slot_id, err);
	for (size_t i = 0; rc == 0 && i < t->n_pages; i++) {
		rows[i].page = (int)i;
		rows[i].capture_id = t->captures[i];
		rc = amp_page_load(store, dir, t->captures[i], arena, &pages[i], err);
	}
	if (rc == 0) rc = amp_storing_snapshot(storing, &row, &id, &made, err);
	if (rc != 0) return rc;
	struct amp_feed_facts facts;
	struct amp_parsed parsed;
	rc = amp_feed_facts(store, row.feed_id, arena, &facts, err);
	if (rc == 0) amp_feed_facts_pages(&facts, pages, t->n_pages);
	if (rc == 0)
		rc = amp_pages_parse(facts.adapter, facts.endpoint, facts.merged, true, pages, t->n_pages, arena, &parsed, err);
	if (rc != 0) return rc;
	struct amp_parse_row p = {.snapshot = t->key,
	                          .snapshot_id = id,
	                          .platform = facts.adapter->name,
	                          .adapter_version = facts.adapter->version,
	                          .engine_version = AMP_ENGINE_VERSION,
	                          .host = facts.host,
	                          .seen_at = t->ended_at};
	return amp_storing_parse(storing, &p, &parsed, parse_id, &made, err);
}

/* The last entry that the database has; -1: none. */
static int last_known(const struct amp_evidence *e, int64_t *seq, uint8_t link[AMP_SHA256], struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, e->store, &AMP_SQL_RUN_LEDGER_LAST, err);
	if (rc != 0) return rc;
	*seq = -1;
	memset(link, 0, AMP_SHA256);
	amp_query_bind_i64(&q, e->archive_id);
	rc = amp_query_step(&q, err);
	if (rc == 1) {
		size_t n;
		*seq = amp_query_i64(&q, 0);
		const void *p = amp_query_blob(&q, 1, &n);
		if (p && n == AMP_SHA256) memcpy(link, p, n);
	}
	amp_query_end(&q);
	return rc < 0 ? rc : 0;
}

int amp_recover_end(void *user, int64_t next_seq, const uint8_t head[AMP_SHA256], struct amp_err *err)
{
	const struct amp_recover_end *r = user;
	uint8_t link[AMP_SHA256];
	int64_t known;
	int rc = last_known(r->e, &known, link, err);
	if (rc != 0) return rc;
	if (known >= next_seq)
		return amp_fail(
			err, AMP_ECORRUPT,
			_("The database %s is ahead of its archive %s (entry %lld against %lld): evidence is missing. Give the right --archive, or restore it; amplimeter verify says more."),
			amp_store_path(r->e->store), r->archive_dir, (long long)known, (long long)next_seq - 1);
	if (known >= 0 && known == next_seq - 1 && memcmp(link, head, sizeof link) != 0)
		return amp_fail(
			err, AMP_ECORRUPT,
			_("The last entry of the archive %s is not the one that the database %s recorded: they do not belong together. amplimeter verify says more."),
			r->archive_dir, amp_store_path(r->e->store));
	return 0;
}

static int release_slots(struct recovery *r, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, r->e->store, &AMP_SQL_RUN_SLOTS_RELEASE, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, r->e->crawler_id);
	amp_query_bind_i64(&q, r->e->ref.study_id);
	rc = amp_query_run(&q, err);
	amp_query_end(&q);
	return rc;
}

static int close_all(struct recovery *r, struct amp_storing *storing, const char *dir, amp_stored_fn *stored, void *stored_user,
                     struct amp_err *err)
{
	int rc = 0;
	struct amp_arena *arena = r->n_torn > 0 ? amp_arena_new(0) : NULL;
	if (r->n_torn > 0 && !arena)
		return amp_fail(err, AMP_ENOMEM, _("Out of memory while recovering %s."), amp_store_path(r->e->store));
	for (size_t i = 0; rc == 0 && i < r->n_torn; i++) {
		int64_t parse_id = 0;
		rc = close_torn(r, storing, dir, r->torn[i], arena, &parse_id, err);
		if (rc == 0 && stored) rc = stored(stored_user, r->e->store, &parse_id, 1, err);
		amp_arena_reset(arena);
	}
	amp_arena_free(arena);
	return rc;
}

int amp_recover(const struct amp_evidence *e, struct amp_storing *storing, const char *archive_dir, int64_t next_seq,
                amp_stored_fn *stored, void *stored_user, int64_t *adopted, struct amp_err *err)
{
	struct recovery r = {.e = e};
	int64_t torn_seq = 0;
	bool none = true;
	*adopted = 0;
	uint8_t link[AMP_SHA256];
	int rc = last_known(e, &r.known, link, err);
	if (rc == 0) rc = amp_row_number(e->store, &AMP_SQL_RUN_TORN_SEQ, e->archive_id, 0, 1, &torn_seq, &none, err);
	if (rc != 0) return rc;
	int64_t from = none || torn_seq > r.known ? r.known + 1 : torn_seq;
	r.arena = amp_arena_new(0);
	if (r.arena) r.torn = amp_arena_new_array(r.arena, struct torn *, TORN_MAX);
	if (!r.torn) {
		amp_arena_free(r.arena);
		return amp_fail(err, AMP_ENOMEM, _("Out of memory while recovering %s."), amp_store_path(e->store));
	}
	rc = amp_store_begin(e->store, err);
	if (rc == 0) {
		if (from < next_seq) rc = amp_archive_each(archive_dir, from, adopt_entry, &r, err);
		if (rc == 0) rc = close_all(&r, storing, archive_dir, stored, stored_user, err);
		if (rc == 0) rc = release_slots(&r, err);
		if (rc == 0) rc = amp_store_commit(e->store, err);
		if (rc != 0) {
			amp_store_rollback(e->store);
			amp_storing_forget(storing);
		}
	}
	if (rc == 0 && r.entries > 0)
		amp_log(AMP_WARN, "crawl",
		        _("The last run was stopped in the middle: %lld entries of the archive taken over, %zu open snapshots closed as interrupted."),
		        (long long)r.entries, r.n_torn);
	*adopted = r.adopted;
	amp_arena_free(r.arena);
	return rc;
}

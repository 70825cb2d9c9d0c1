#include "run/writer.h"
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "base/rng.h"
#include "run/folder.h"
#include "run/program.h"
#include "run/recover.h"
#include "run_sql.h"

#define QUEUED_MAX 4096 /* entries between two commits: a bound, not a target */
#define WAITING_MAX 64
#define ARENAS_MAX 32 /* kept for reuse */

struct queued {
	struct amp_appended a;
	json_t *columns;
};
struct amp_writer {
	struct amp_evidence e;
	struct amp_archive *archive;
	char *dir;
	struct amp_key crawler;
	struct amp_program program;
	struct amp_storing *storing;
	amp_stored_fn *stored;
	void *stored_user;
	struct queued *queue;
	size_t n_queue, queue_size;
	struct amp_closing waiting[WAITING_MAX];
	size_t n_waiting;
	struct amp_arena *arenas[ARENAS_MAX];
	size_t n_arenas;
};

const struct amp_evidence *amp_writer_evidence(const struct amp_writer *w)
{
	return &w->e;
}
const struct amp_program *amp_writer_program(const struct amp_writer *w)
{
	return &w->program;
}
struct amp_storing *amp_writer_storing(struct amp_writer *w)
{
	return w->storing;
}
const char *amp_writer_dir(const struct amp_writer *w)
{
	return w->dir;
}
size_t amp_writer_waiting(const struct amp_writer *w)
{
	return w->n_waiting;
}
size_t amp_writer_queued(const struct amp_writer *w)
{
	return w->n_queue;
}

struct amp_arena *amp_writer_arena(struct amp_writer *w)
{
	return w->n_arenas > 0 ? w->arenas[--w->n_arenas] : amp_arena_new(0);
}

void amp_writer_arena_back(struct amp_writer *w, struct amp_arena *a)
{
	if (!a) return;
	if (w->n_arenas == ARENAS_MAX) {
		amp_arena_free(a);
		return;
	}
	amp_arena_reset(a);
	w->arenas[w->n_arenas++] = a;
}

static int frame_rows(struct amp_writer *w, struct amp_store *store, const struct amp_study_ref *ref, const char *label,
                      struct amp_key *crawler, struct amp_err *err)
{
	int rc = amp_store_begin(store, err);
	if (rc != 0) return rc;
	rc = amp_store_crawler(store, label, &w->e.crawler_id, crawler, err);
	if (rc == 0) rc = amp_row_archive(store, w->e.crawler_id, crawler, ref, &w->e.archive_id, err);
	if (rc == 0) rc = amp_store_commit(store, err);
	if (rc != 0) amp_store_rollback(store);
	return rc;
}

int amp_writer_open(struct amp_writer **out, struct amp_store *store, const struct amp_study_ref *ref,
                    const struct amp_writer_options *o, int64_t *adopted, struct amp_err *err)
{
	struct amp_key crawler;
	struct amp_writer *w = amp_calloc(1, sizeof *w);
	*out = NULL;
	if (!w) return amp_fail(err, AMP_ENOMEM, _("Out of memory while opening the archive %s."), o->archive_dir);
	w->e.store = store;
	w->e.ref = *ref;
	w->stored = o->stored;
	w->stored_user = o->stored_user;
	struct amp_buf folder;
	amp_buf_init(&folder, 8192);
	int rc = frame_rows(w, store, ref, o->label, &crawler, err);
	if (rc == 0) rc = amp_archive_folder(store, o->archive_dir, w->e.archive_id, w->e.crawler_id, &folder, err);
	if (rc == 0) {
		w->dir = amp_strdup(folder.p);
		if (!w->dir) rc = amp_fail(err, AMP_ENOMEM, _("Out of memory while opening the archive %s."), o->archive_dir);
	}
	amp_buf_free(&folder);
	w->crawler = crawler;
	if (rc == 0) rc = amp_storing_new(&w->storing, store, err);
	struct amp_recover_end end = {.e = &w->e, .archive_dir = w->dir};
	if (rc == 0)
		rc = amp_archive_open(&w->archive, w->dir, &crawler, &ref->study, o->segment_bytes, amp_recover_end, &end, err);
	if (rc == 0)
		rc = amp_recover(&w->e, w->storing, w->dir, amp_archive_next_seq(w->archive), o->stored, o->stored_user, adopted,
		                 err);
	if (rc != 0) {
		amp_writer_free(w);
		return rc;
	}
	*out = w;
	return 0;
}

static void drop(struct amp_writer *w)
{
	for (size_t i = 0; i < w->n_queue; i++) json_decref(w->queue[i].columns);
	w->n_queue = 0;
	for (size_t i = 0; i < w->n_waiting; i++) amp_writer_arena_back(w, w->waiting[i].arena);
	w->n_waiting = 0;
}

void amp_writer_free(struct amp_writer *w)
{
	if (!w) return;
	drop(w);
	amp_free(w->queue);
	for (size_t i = 0; i < w->n_arenas; i++) amp_arena_free(w->arenas[i]);
	amp_archive_close(w->archive);
	amp_storing_free(w->storing);
	amp_free(w->dir);
	amp_free(w);
}

int amp_writer_append(struct amp_writer *w, const char *type, json_t *columns, const struct amp_capture_bytes *bytes, int64_t *seq,
                      struct amp_err *err)
{
	if (!columns) return amp_fail(err, AMP_ENOMEM, _("Out of memory while recording an entry of the archive %s."), w->dir);
	int rc = 0;
	if (w->n_queue == QUEUED_MAX) rc = amp_writer_flush(w, err);
	if (rc == 0) {
		struct queued *grown = amp_grow(w->queue, w->n_queue, &w->queue_size, sizeof *grown);
		if (grown)
			w->queue = grown;
		else
			rc = amp_fail(err, AMP_ENOMEM, _("Out of memory while recording an entry of the archive %s."), w->dir);
	}
	if (rc == 0) {
		struct queued *q = &w->queue[w->n_queue];
		memset(q, 0, sizeof *q);
		rc = amp_archive_append(w->archive, type, columns, bytes, amp_clock_wall_ms(), &q->a.entry, &q->a.place,
		                        &q->a.revisit_of_seq, err);
		if (rc == 0) {
			/* The place in the database is the place of a response; an entry of metadata alone has none to give. */
			if (!bytes || !bytes->response.p) q->a.place.length = 0;
			q->columns = columns;
			q->a.columns = columns;
			if (seq) *seq = q->a.entry.seq;
			w->n_queue++;
			return 0;
		}
	}
	json_decref(columns);
	return rc;
}

int amp_writer_close(struct amp_writer *w, const struct amp_closing *c, struct amp_err *err)
{
	int rc = w->n_waiting == WAITING_MAX ? amp_writer_flush(w, err) : 0;
	if (rc != 0) {
		amp_writer_arena_back(w, c->arena);
		return rc;
	}
	w->waiting[w->n_waiting++] = *c;
	return 0;
}

static int page_capture(struct amp_writer *w, int64_t seq, int64_t *id, struct amp_err *err)
{
	bool null = true;
	int rc = amp_row_number(w->e.store, &AMP_SQL_RUN_CAPTURE_BY_SEQ, w->e.archive_id, seq, 2, id, &null, err);
	if (rc == 0 && null)
		rc = amp_fail(err, AMP_ECORRUPT, _("Entry %lld of the archive %s is no capture."), (long long)seq, w->dir);
	return rc;
}

static int store_closed(struct amp_writer *w, const struct amp_closing *c, int64_t *parse_id, struct amp_err *err)
{
	struct amp_snapshot_page_row pages[AMP_PAGES_MAX];
	bool made;
	int64_t id = 0;
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < c->n_pages; i++) {
		pages[i].page = (int)i;
		rc = page_capture(w, c->page_seqs[i], &pages[i].capture_id, err);
	}
	if (rc != 0) return rc;
	struct amp_snapshot_row row = {.key = c->key,
	                               .round_id = c->round_id,
	                               .persona_id = c->persona_id,
	                               .feed_id = c->feed_id,
	                               .attempt = c->attempt,
	                               .walk = c->walk,
	                               .step = c->step,
	                               .policy = c->policy,
	                               .parent = c->parent,
	                               .parent_rank = c->parent_rank,
	                               .depth_asked = c->depth,
	                               .started_at = c->started_at,
	                               .ended_at = c->ended_at,
	                               .interrupted = c->interrupted,
	                               .pages = pages,
	                               .n_pages = c->n_pages};
	rc = amp_storing_snapshot(w->storing, &row, &id, &made, err);
	if (rc != 0) return rc;
	struct amp_parse_row p = {.snapshot = c->key,
	                          .snapshot_id = id,
	                          .platform = c->platform,
	                          .adapter_version = c->adapter_version,
	                          .engine_version = AMP_ENGINE_VERSION,
	                          .host = c->host,
	                          .seen_at = c->seen_at};
	rc = amp_storing_parse(w->storing, &p, &c->parsed, parse_id, &made, err);
	if (rc == 0 && c->slot_id != 0) rc = amp_row_slot_state(w->e.store, c->slot_id, c->slot_state, c->slot_reason, err);
	return rc;
}

static int store_all(struct amp_writer *w, struct amp_err *err)
{
	int64_t parses[WAITING_MAX], unused;
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < w->n_queue; i++) rc = amp_evidence_rows(&w->e, &w->queue[i].a, &unused, err);
	for (size_t i = 0; rc == 0 && i < w->n_waiting; i++) rc = store_closed(w, &w->waiting[i], &parses[i], err);
	if (rc == 0 && w->stored && w->n_waiting > 0) rc = w->stored(w->stored_user, w->e.store, parses, w->n_waiting, err);
	return rc;
}

int amp_writer_flush(struct amp_writer *w, struct amp_err *err)
{
	if (w->n_queue == 0 && w->n_waiting == 0) return 0;
	int rc = amp_archive_sync(w->archive, err);
	if (rc == 0) rc = amp_store_begin(w->e.store, err);
	if (rc != 0) return rc;
	rc = store_all(w, err);
	if (rc == 0) rc = amp_store_commit(w->e.store, err);
	if (rc != 0) {
		amp_store_rollback(w->e.store);
		amp_storing_forget(w->storing);
	}
	/* After a failure the archive still holds everything: the next start adopts it. */
	drop(w);
	return rc;
}

int amp_writer_erase(struct amp_writer *w, const int64_t *seqs, size_t n, struct amp_err *err)
{
	int rc = amp_writer_flush(w, err);
	return rc == 0 ? amp_archive_erase(w->archive, seqs, n, NULL, err) : rc;
}

int amp_writer_preamble(struct amp_writer *w, json_t *fields, const char *command_line, const uint8_t configuration[AMP_SHA256],
                        bool has_seed, uint64_t seed, struct amp_err *err)
{
	if (!fields) return amp_fail(err, AMP_ENOMEM, _("Out of memory while writing the technical preamble."));
	int rc = amp_random_bytes(w->program.key.b, AMP_KEY, err);
	if (rc != 0) {
		json_decref(fields);
		return rc;
	}
	amp_hex(w->program.key.b, AMP_KEY, w->program.key_hex);
	amp_hex(w->e.ref.version.b, AMP_KEY, w->program.version_hex);
	char hex[2 * AMP_KEY + 1];
	amp_hex(w->crawler.b, AMP_KEY, hex);
	json_object_set_new(fields, "crawler", json_string(hex));
	amp_hex(w->e.ref.study.b, AMP_KEY, hex);
	json_object_set_new(fields, "study_key", json_string(hex));
	amp_program_preamble(fields, &w->program, command_line, configuration, has_seed, seed);
	rc = amp_writer_append(w, "preamble", fields, NULL, NULL, err);
	if (rc == 0) rc = amp_writer_flush(w, err);
	if (rc == 0) rc = amp_row_by_key(w->e.store, &AMP_SQL_RUN_PROGRAM_RUN_BY_KEY, &w->program.key, &w->program.id, err);
	return rc < 0 ? rc : 0;
}

int amp_writer_end(struct amp_writer *w, struct amp_err *err)
{
	int rc = amp_writer_flush(w, err);
	if (rc != 0 || w->program.id == 0) return rc;
	rc = amp_store_begin(w->e.store, err);
	if (rc != 0) return rc;
	struct amp_query q;
	rc = amp_query_start(&q, w->e.store, &AMP_SQL_RUN_PROGRAM_RUN_END, err);
	if (rc == 0) {
		amp_query_bind_i64(&q, amp_clock_wall_ms());
		amp_query_bind_i64(&q, w->program.id);
		rc = amp_query_run(&q, err);
		amp_query_end(&q);
	}
	if (rc == 0) rc = amp_store_commit(w->e.store, err);
	if (rc != 0) amp_store_rollback(w->e.store);
	return rc;
}

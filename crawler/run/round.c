#include <string.h>
#include "base/i18n.h"
#include "base/log.h"
#include "base/mem.h"
#include "run/conductor.h"
#include "run/keys.h"
#include "run/rules.h"
#include "run_sql.h"

int amp_round_rows(struct amp_conductor *c, const struct amp_due *due, int64_t *round_id, struct amp_key *key, int64_t *open,
                   struct amp_err *err)
{
	const struct amp_study *s = c->study;
	int64_t slot;
	*open = 0;
	int rc = amp_row_round(c->store, &c->ref, due->scheduled_at, due->window_end, round_id, key, err);
	for (size_t p = 0; rc == 0 && p < s->n_personas; p++)
		for (size_t f = 0; rc == 0 && f < s->n_feeds; f++)
			if (c->applies[amp_cell(c, p, f)])
				rc = amp_row_slot(c->store, key, *round_id, amp_str_c(s->personas[p].name), c->persona_ids[p],
				                  amp_str_c(s->feeds[f].name), c->feed_ids[f], &slot, err);
	if (rc == 0) rc = amp_row_number(c->store, &AMP_SQL_RUN_ROUND_UNFINISHED, *round_id, 0, 1, open, NULL, err);
	return rc;
}

/* The round's slots become this crawler's. A claim counts as an attempt: a crash in the middle of it is the next one's "attempt + 1". */
static int claim(struct amp_conductor *c, struct amp_round *r, const struct amp_due *due, int64_t *open, struct amp_err *err)
{
	int rc = amp_store_begin(c->store, err);
	if (rc != 0) return rc;
	rc = amp_round_rows(c, due, &r->id, &r->key, open, err);
	for (size_t p = 0; rc == 0 && p < c->study->n_personas; p++) {
		for (size_t f = 0; rc == 0 && f < c->study->n_feeds; f++) {
			struct amp_key key =
				amp_key_slot(&r->key, amp_str_c(c->study->personas[p].name), amp_str_c(c->study->feeds[f].name));
			struct amp_query q;
			int64_t id = 0;
			bool due_now = false;
			if (!c->applies[amp_cell(c, p, f)]) continue;
			rc = amp_query_start(&q, c->store, &AMP_SQL_RUN_SLOT_BY_KEY, err);
			if (rc != 0) break;
			amp_query_bind_key(&q, &key);
			rc = amp_query_step(&q, err);
			if (rc == 1) {
				id = amp_query_i64(&q, 0);
				due_now = amp_str_eq_c(amp_query_str(&q, 1), "due");
			}
			amp_query_end(&q);
			rc = rc < 0 ? rc : 0;
			if (rc == 0 && due_now)
				rc = amp_row_slot_claim(c->store, id, amp_writer_evidence(c->w)->crawler_id, due->window_end, err);
		}
	}
	if (rc == 0) rc = amp_store_commit(c->store, err);
	if (rc != 0) amp_store_rollback(c->store);
	return rc;
}

static int log_in(struct amp_conductor *c, int64_t deadline, struct amp_err *err)
{
	int rc = 0;
	/* Twice: a refresh token that was refused is forgotten, and the persona logs in anew. */
	for (int turn = 0; rc == 0 && turn < 2; turn++) {
		for (size_t p = 0; rc == 0 && p < c->study->n_personas; p++)
			if (c->study->personas[p].n_sessions > 0)
				rc = amp_sessions_submit(c->sessions, p, c->fetch, c->visitors[p], err);
		if (rc == 0) rc = amp_fetch_run(c->fetch, deadline, err);
	}
	return rc;
}

static bool asked_before(const char *const *asked, size_t n, const char *url)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(asked[i], url) == 0) return true;
	return false;
}

/* Once a run: what the servers of lists that may be closed say of themselves. Committed before the first list is asked for. */
static int ask_rules(struct amp_conductor *c, int64_t deadline, struct amp_arena *a, struct amp_err *err)
{
	const struct amp_study *s = c->study;
	const char **asked = amp_arena_new_array(a, const char *, s->n_feeds + 1);
	size_t n = 0;
	int rc = asked ? 0 : amp_fail(err, AMP_ENOMEM, _("Out of memory while beginning a round."));
	for (size_t i = 0; rc == 0 && i < s->n_feeds; i++) {
		const struct amp_study_feed *f = &s->feeds[i];
		const char *url = amp_rules_url(f->adapter, f->endpoint, amp_str_c(f->host), a);
		if (!url || asked_before(asked, n, url)) continue;
		if (!c->nobody) rc = amp_visitor_new(&c->nobody, c->fetch, "", NULL, err);
		struct amp_request request = {.method = "GET", .url = url, .reads = true};
		if (rc == 0) rc = amp_fetch_submit(c->fetch, c->nobody, &request, "lookup", NULL, err);
		asked[n++] = url;
	}
	if (rc == 0 && n > 0) rc = amp_fetch_run(c->fetch, deadline, err);
	if (rc == 0 && n > 0) rc = amp_writer_flush(c->w, err);
	c->rules_asked = rc == 0;
	return rc;
}

static int keep_sessions(struct amp_conductor *c, struct amp_err *err)
{
	int rc = 0;
	for (size_t p = 0; rc == 0 && p < c->study->n_personas; p++)
		rc = amp_sessions_keep_cookies(c->sessions, c->study->personas[p].name, c->visitors[p], err);
	return rc != 0 ? rc : amp_sessions_save(c->sessions, err);
}

/* Slots that a signal left: due again, for the next start to read while the window is open. */
static int release(struct amp_conductor *c, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_store_begin(c->store, err);
	if (rc != 0) return rc;
	rc = amp_query_start(&q, c->store, &AMP_SQL_RUN_SLOTS_RELEASE, err);
	if (rc == 0) {
		amp_query_bind_i64(&q, amp_writer_evidence(c->w)->crawler_id);
		amp_query_bind_i64(&q, c->ref.study_id);
		rc = amp_query_run(&q, err);
		amp_query_end(&q);
	}
	if (rc == 0) rc = amp_store_commit(c->store, err);
	if (rc != 0) amp_store_rollback(c->store);
	return rc;
}

static int run_lanes(struct amp_round *r, int64_t deadline, struct amp_err *err)
{
	struct amp_conductor *c = r->c;
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < c->lanes; i++) {
		r->lanes[i].round = r;
		rc = amp_lane_next(&r->lanes[i], err);
	}
	if (rc == 0) rc = amp_fetch_run(c->fetch, deadline, err);
	return rc;
}

static void drop_tasks(struct amp_round *r)
{
	for (size_t i = 0; r->lanes && i < r->c->lanes; i++) amp_lane_drop(&r->lanes[i]);
}

static int close_round(struct amp_round *r, struct amp_err *err)
{
	struct amp_conductor *c = r->c;
	int rc = amp_writer_flush(c->w, err);
	if (rc == 0) rc = keep_sessions(c, err);
	if (rc == 0 && r->signalled) {
		rc = release(c, err);
		if (rc == 0)
			rc = amp_fail(err, AMP_EINTERRUPTED,
			              _("Stopped. What was captured is stored; the same command goes on where this one ended."));
		return rc;
	}
	if (rc == 0)
		rc = amp_missed_round(c, r->id, &c->ref.version, r->scheduled_at, r->window_end,
		                      r->ending ? "the window closed"
		                                : "the feed, or the login that it is read with, was refused in this run",
		                      err);
	if (rc == 0) rc = amp_writer_flush(c->w, err);
	if (rc == 0) rc = amp_alarms(c, r->id, err);
	if (rc == 0) c->summary->rounds++;
	return rc;
}

int amp_round_run(struct amp_conductor *c, const struct amp_due *due, int64_t round_index, int64_t deadline, struct amp_err *err)
{
	struct amp_round r = {.c = c, .scheduled_at = due->scheduled_at, .window_end = due->window_end, .index = round_index};
	struct amp_arena *arena = amp_arena_new(0);
	int64_t open = 0;
	if (!arena) return amp_fail(err, AMP_ENOMEM, _("Out of memory while beginning a round."));
	r.lanes = amp_arena_new_array(arena, struct amp_lane, c->lanes);
	int rc = r.lanes ? claim(c, &r, due, &open, err) : amp_fail(err, AMP_ENOMEM, _("Out of memory while beginning a round."));
	c->round = &r;
	if (rc == 0 && open > 0) {
		rc = amp_order_units(c, r.scheduled_at, round_index, arena, &r.units, &r.n_units, err);
		if (rc == 0) rc = log_in(c, deadline, err);
		if (rc == 0 && !c->rules_asked) rc = ask_rules(c, deadline, arena, err);
		if (rc == 0) rc = run_lanes(&r, deadline, err);
	}
	if (c->o->stop && c->o->stop()) r.ending = r.signalled = true;
	if (rc == AMP_EINTERRUPTED && r.signalled) rc = 0; /* the loop says so too: closed below as one */
	if (rc == 0) rc = close_round(&r, err);
	drop_tasks(&r);
	c->round = NULL;
	amp_repeated_free(c->repeated);
	c->repeated = NULL;
	amp_arena_free(arena);
	return rc;
}

/* snapshot.c: one feed of one persona, from the first request to the closed snapshot. Pages are sequential; what was received is in the
 * archive before anything reads it. */
#include <string.h>
#include "base/i18n.h"
#include "base/log.h"
#include "base/mem.h"
#include "run/conductor.h"
#include "run/feed_facts.h"
#include "run/keys.h"
#include "run/pages_load.h"
#include "run/rules.h"
#include "run_sql.h"

#define GROUP 16 /* snapshots a commit when the crawl is dense */
#define ENTRIES_A_COMMIT 256
#define DENSE_US 50000                    /* closed within 50 ms of the one before: dense */
#define SNAPSHOT_BYTES ((size_t)64 << 20) /* pages and what was read out of them: past it no further page is asked for */
#define BACK_FACTOR 4 /* a chronological feed goes back to the oldest ranked item within this many times its depth */

struct amp_task {
	struct amp_lane *lane;
	size_t persona, feed;
	int64_t slot_id, attempt;
	int64_t walk, step, parent_rank; /* 0, 0, -1: no walk */
	struct amp_arena *arena;
	struct amp_planned *branches;
	size_t n_branches, branch;
	const struct amp_planned *now; /* what was asked last */
	struct amp_snapshot_page *pages;
	int64_t *seqs;
	size_t n_pages, branch_pages;
	int64_t items, branch_items, oldest, last_seq;
	int64_t started_at, ended_at;
	struct amp_parsed first; /* of page 0: the whole result when there is no second page */
	bool over, interrupted;
};

static const struct amp_study_feed *feed_of(const struct amp_task *t)
{
	return &t->lane->round->c->study->feeds[t->feed];
}

static const struct amp_persona *persona_of(const struct amp_task *t)
{
	return &t->lane->round->c->study->personas[t->persona];
}

static struct amp_key key_of_step(const struct amp_task *t, int64_t step)
{
	const struct amp_round *r = t->lane->round;
	return amp_key_snapshot(&r->c->ref.study, &r->key, amp_str_c(persona_of(t)->name), amp_str_c(feed_of(t)->name), t->walk,
	                        step, t->attempt);
}

static struct amp_key key_of(const struct amp_task *t)
{
	return key_of_step(t, t->step);
}

static const char *policy_of(const struct amp_task *t)
{
	return t->walk > 0 ? amp_walk_policy_name(feed_of(t)->walk.policy) : NULL;
}

static void free_task(struct amp_task *t)
{
	if (t->arena) amp_writer_arena_back(t->lane->round->c->w, t->arena);
	t->lane->task = NULL;
	amp_free(t);
}

static void end_trail(struct amp_lane *lane)
{
	amp_trail_free(lane->trail);
	lane->trail = NULL;
}

void amp_lane_drop(struct amp_lane *lane)
{
	if (lane->task) free_task(lane->task);
	end_trail(lane);
}

/* ---- asking ---- */

static int submit(struct amp_task *t, struct amp_err *err)
{
	return amp_ask(t->lane->round->c, t->persona, t->feed, t->now, t->arena, t, err);
}

static int64_t branch_depth(const struct amp_task *t)
{
	int64_t depth = feed_of(t)->depth, n = (int64_t)t->n_branches;
	return (depth + n - 1) / n;
}

static bool goes_back(const struct amp_task *t)
{
	const struct amp_study *s = t->lane->round->c->study;
	for (size_t i = 0; i < s->n_pairs; i++)
		if (s->pairs[i].chronological == t->feed && strcmp(s->pairs[i].window_rule, "back_to_oldest_ranked") == 0)
			return true;
	return false;
}

/* Enough of this branch: its share of the depth, and as far back as the ranked side reaches where the pair asks for it. */
static bool deep_enough(const struct amp_task *t)
{
	if (t->branch_items < branch_depth(t)) return false;
	if (!goes_back(t) || t->lane->oldest_ranked == AMP_TIME_NONE || t->oldest == AMP_TIME_NONE) return true;
	return t->oldest <= t->lane->oldest_ranked || t->branch_items >= BACK_FACTOR * branch_depth(t);
}

static void see_times(struct amp_task *t, const struct amp_parsed *p)
{
	for (size_t i = 0; i < p->n_items; i++) {
		const struct amp_item *item = &p->items[i];
		int64_t at = item->reposted_at != AMP_TIME_NONE ? item->reposted_at : item->created_at;
		if (item->organic_rank == AMP_ABSENT || at == AMP_TIME_NONE) continue;
		if (t->oldest == AMP_TIME_NONE || at < t->oldest) t->oldest = at;
	}
}

static bool full(const struct amp_task *t)
{
	return t->n_pages >= AMP_PAGES_MAX || amp_arena_used(t->arena) > SNAPSHOT_BYTES;
}

static int next_branch(struct amp_task *t, struct amp_err *err)
{
	t->branch++;
	t->branch_items = 0;
	t->branch_pages = 0;
	if (t->branch == t->n_branches || full(t)) {
		t->over = true;
		if (t->branch == t->n_branches) return 0;
		/* Accounts or searches that were not asked for are no "nothing from them". */
		t->interrupted = true;
		amp_log(AMP_WARN, "crawl",
		        _("%s of persona %s: a snapshot has at most %d pages and %zu MiB, and %zu of %zu accounts or searches were not asked for: it is partial. Ask for less depth, or fewer of them."),
		        feed_of(t)->name, persona_of(t)->name, AMP_PAGES_MAX, SNAPSHOT_BYTES >> 20, t->n_branches - t->branch,
		        t->n_branches);
		return 0;
	}
	t->now = &t->branches[t->branch];
	return submit(t, err);
}

/* The page after this one, NULL when there is none to read. An empty page may have a cursor and go on: posts that cannot be shown are
 * dropped after paging (Bluesky, seen 2026-11). Depth is judged here, since the chronological side may go back beyond it. */
static const struct amp_planned *page_after(const struct amp_task *t, const struct amp_parsed *p)
{
	size_t most = (size_t)amp_plan_pages_max(feed_of(t)) * (goes_back(t) ? BACK_FACTOR : 1);
	if (deep_enough(t) || t->branch_pages >= most || full(t)) return NULL;
	return amp_plan_next(feed_of(t), &t->branches[t->branch], t->now, &p->next, 0, t->arena);
}

static int next_page(struct amp_task *t, const struct amp_parsed *p, struct amp_err *err)
{
	bool readable = p->verdict == AMP_VERDICT_OK || p->verdict == AMP_VERDICT_EMPTY || p->verdict == AMP_VERDICT_PARTIAL;
	if (!readable) {
		t->over = true; /* a block or a drift on one page is the snapshot's; never asked around */
		return 0;
	}
	const struct amp_planned *next = page_after(t, p);
	if (!next) return next_branch(t, err);
	t->now = next;
	return submit(t, err);
}

/* ---- closing ---- */

static int flush_when_due(struct amp_round *r, struct amp_err *err)
{
	struct amp_writer *w = r->c->w;
	size_t waiting = amp_writer_waiting(w);
	if (waiting < GROUP && amp_writer_queued(w) < ENTRIES_A_COMMIT && (r->dense || waiting == 0)) return 0;
	return amp_writer_flush(w, err);
}

static void count(struct amp_crawl_summary *s, const struct amp_parsed *p)
{
	int64_t *const by_verdict[] = {
		[AMP_VERDICT_OK] = &s->ok,       [AMP_VERDICT_EMPTY] = &s->empty,     [AMP_VERDICT_PARTIAL] = &s->partial,
		[AMP_VERDICT_DRIFT] = &s->drift, [AMP_VERDICT_BLOCKED] = &s->blocked, [AMP_VERDICT_FAILED] = &s->failed};
	s->snapshots++;
	s->items += (int64_t)p->n_items;
	(*by_verdict[p->verdict])++;
}

/* A refusal of the persona is not argued with: that feed rests for the rest of the run. Asking too often (429) is no such refusal, nor is
 * our own waiting for a host that failed several times in a row. */
static void note_block(struct amp_task *t, const struct amp_parsed *p)
{
	struct amp_conductor *c = t->lane->round->c;
	const struct amp_snapshot_page *last = t->n_pages > 0 ? &t->pages[t->n_pages - 1] : NULL;
	bool waits = last && !last->answered && amp_str_starts(last->error, AMP_ERROR_POLICY "breaker");
	if (p->verdict != AMP_VERDICT_BLOCKED || waits || (last && last->page.status == 429)) return;
	c->stopped[amp_cell(c, t->persona, t->feed)] = true;
	struct amp_str why = p->instead.what ? amp_str_c(_(p->instead.what)) : p->reason;
	amp_log(AMP_WARN, "crawl", _("%s was refused to persona %s (%.*s): recorded, and not asked again in this run."),
	        feed_of(t)->name, persona_of(t)->name, AMP_ARG(why));
}

/* What the closed snapshot leaves of its slot: nothing yet while its walks go on. */
static void slot_after(const struct amp_task *t, struct amp_closing *closing)
{
	const struct amp_round *r = t->lane->round;
	const struct amp_trail *trail = t->lane->trail;
	bool going = trail && !trail->over, cut = t->interrupted || (going && r->ending);
	if (going && !cut) return;
	closing->slot_id = t->slot_id;
	closing->slot_state = cut && r->signalled ? "due" : "done";
	closing->slot_reason = cut ? "interrupted" : trail && trail->blocked ? "blocked" : NULL;
}

static int close_task(struct amp_task *t, struct amp_err *err)
{
	struct amp_lane *lane = t->lane;
	struct amp_round *r = lane->round;
	struct amp_conductor *c = r->c;
	const struct amp_study_feed *f = feed_of(t);
	bool merged = f->source == AMP_FEED_FOLLOWS;
	struct amp_closing closing = {.arena = t->arena,
	                              .round_id = r->id,
	                              .persona_id = c->persona_ids[t->persona],
	                              .feed_id = c->feed_ids[t->feed],
	                              .attempt = t->attempt,
	                              .walk = t->walk,
	                              .step = t->step,
	                              .policy = policy_of(t),
	                              .parent_rank = t->parent_rank,
	                              .depth = f->depth,
	                              .started_at = t->started_at,
	                              .ended_at = t->ended_at,
	                              .seen_at = t->ended_at,
	                              .interrupted = t->interrupted,
	                              .page_seqs = t->seqs,
	                              .n_pages = t->n_pages,
	                              .platform = f->adapter->name,
	                              .adapter_version = f->adapter->version,
	                              .host = amp_host_authority(f->host, t->arena)};
	closing.key = key_of(t);
	if (t->step > 0) closing.parent = key_of_step(t, t->step - 1);
	int rc = 0;
	if (t->n_pages == 1 && !merged && !t->interrupted)
		closing.parsed = t->first;
	else
		rc = amp_pages_parse(f->adapter, f->endpoint, merged, t->interrupted, t->pages, t->n_pages, t->arena,
		                     &closing.parsed, err);
	if (rc == 0 && t->n_pages > 0)
		rc = amp_rules_explain(c->store, amp_writer_dir(c->w), amp_writer_evidence(c->w)->archive_id, t->seqs[0],
		                       f->adapter, f->endpoint, t->pages, t->n_pages, t->arena, &closing.parsed, err);
	if (rc == 0 && lane->trail) rc = amp_trail_next(lane->trail, c, r->scheduled_at, &closing.parsed, t->interrupted, err);
	if (rc != 0) return rc;
	slot_after(t, &closing);
	for (size_t i = 0; i < c->study->n_pairs; i++)
		if (c->study->pairs[i].ranked == t->feed) lane->oldest_ranked = t->oldest;
	count(c->summary, &closing.parsed);
	note_block(t, &closing.parsed);
	t->arena = NULL; /* the writer's from here on */
	free_task(t);
	int64_t now = amp_clock_mono_us();
	r->dense = now - r->last_closed_us < DENSE_US;
	r->last_closed_us = now;
	bool walks = lane->trail != NULL;
	if (closing.slot_id != 0) end_trail(lane);
	rc = amp_writer_close(c->w, &closing, err);
	if (rc != 0) return rc;
	/* A step is committed before the next is asked for: a parent is always there before its child. */
	return walks ? amp_writer_flush(c->w, err) : flush_when_due(r, err);
}

/* Stopped before an answer came: with pages in hand it closes as interrupted, else the slot goes back. */
static int stop_task(struct amp_task *t, struct amp_err *err)
{
	t->interrupted = true;
	if (t->n_pages > 0 || t->last_seq >= 0) return close_task(t, err);
	struct amp_conductor *c = t->lane->round->c;
	/* Walks that were begun, and whose window closed: what is there stays, and says that it was cut short. */
	bool cut = t->lane->trail && t->lane->trail->stored > 0 && !t->lane->round->signalled;
	int rc = amp_store_begin(c->store, err);
	if (rc == 0) {
		rc = amp_row_slot_state(c->store, t->slot_id, cut ? "done" : "due", cut ? "interrupted" : NULL, err);
		if (rc == 0) rc = amp_store_commit(c->store, err);
		if (rc != 0) amp_store_rollback(c->store);
	}
	free_task(t);
	return rc;
}

/* ---- an exchange ---- */

static int keep_page(struct amp_task *t, const struct amp_exchange *x, const json_t *columns, int64_t seq, struct amp_err *err)
{
	struct amp_snapshot_page *p = &t->pages[t->n_pages];
	memset(p, 0, sizeof *p);
	p->answered = x->result == AMP_FETCH_RESPONSE;
	p->error = amp_arena_str(t->arena, amp_evidence_str(columns, "error"));
	p->token = amp_page_asked_with_token(amp_evidence_str(columns, "masked"));
	p->page.url = amp_arena_str(t->arena, amp_evidence_str(columns, "url"));
	if (!amp_evidence_int(columns, "captured_at", &p->page.captured_at)) p->page.captured_at = AMP_TIME_NONE;
	if (p->answered) {
		p->page.status = x->status;
		p->page.body = amp_arena_str(t->arena, x->body.p ? x->body : AMP_STR(""));
		p->page.lent = true;
		p->page.headers = amp_arena_str(t->arena, (struct amp_str){x->response.p, x->response_header_bytes});
		p->page.truncated = x->truncated;
		p->unasked_coding = x->unasked_coding;
		if (!p->page.body.p) return amp_fail(err, AMP_ELIMIT, _("Out of memory while keeping an answer of %s."), x->url);
	}
	t->seqs[t->n_pages++] = seq;
	return 0;
}

static int page_done(struct amp_task *t, const struct amp_exchange *x, const json_t *columns, int64_t seq, struct amp_err *err)
{
	const struct amp_study_feed *f = feed_of(t);
	struct amp_parsed parsed;
	int rc = keep_page(t, x, columns, seq, err);
	if (rc != 0) return rc;
	rc = amp_pages_parse(f->adapter, f->endpoint, false, false, &t->pages[t->n_pages - 1], 1, t->arena, &parsed, err);
	if (rc != 0) return rc;
	if (t->n_pages == 1) t->first = parsed;
	t->items += (int64_t)parsed.n_items;
	t->branch_items += (int64_t)parsed.n_items;
	t->branch_pages++;
	see_times(t, &parsed);
	if (t->lane->round->ending) {
		/* The exchange in hand is finished, the next is not begun. Was it the last anyway? Then the snapshot is whole. */
		t->interrupted = page_after(t, &parsed) || t->branch + 1 < t->n_branches;
		t->over = true;
		return 0;
	}
	return next_page(t, &parsed, err);
}

static bool says_playground(const struct amp_exchange *x)
{
	struct amp_str rest = {x->response.p, x->response_header_bytes};
	while (rest.p && rest.n > 0) {
		struct amp_str line = amp_str_cut(&rest, '\n');
		if (!amp_str_istarts(line, "server:")) continue;
		line.p += 7;
		line.n -= 7;
		return amp_str_istarts(amp_str_trim(line), "amplimeter-playground");
	}
	return false;
}

static int note_simulated(struct amp_conductor *c, const struct amp_exchange *x, struct amp_err *err)
{
	if (c->simulated_seen || x->result != AMP_FETCH_RESPONSE || !says_playground(x)) return 0;
	c->simulated_seen = true;
	int rc = amp_store_begin(c->store, err);
	if (rc != 0) return rc;
	rc = amp_store_set_simulated(c->store, err);
	if (rc == 0) rc = amp_store_commit(c->store, err);
	if (rc != 0) amp_store_rollback(c->store);
	return rc;
}

static json_t *columns_of(struct amp_round *r, struct amp_task *t, const struct amp_exchange *x)
{
	struct amp_capture_place place = {.persona = NULL, .page = -1};
	if (t) {
		place = (struct amp_capture_place){.persona = persona_of(t)->name,
		                                   .feed = feed_of(t)->name,
		                                   .branch = t->branches[t->branch].branch,
		                                   .scheduled_at = r->scheduled_at,
		                                   .window_end = r->window_end,
		                                   .attempt = t->attempt,
		                                   .walk = t->walk,
		                                   .step = t->step,
		                                   .policy = policy_of(t),
		                                   .parent_rank = t->parent_rank,
		                                   .page = x->last_attempt ? (int64_t)t->n_pages : -1,
		                                   .depth = feed_of(t)->depth};
	}
	return amp_evidence_exchange(amp_writer_program(r->c->w), &place, x, t && x->redirect_hop > 0 ? t->last_seq : -1);
}

static int archive_exchange(struct amp_round *r, struct amp_task *t, const struct amp_exchange *x, json_t **columns, int64_t *seq,
                            struct amp_err *err)
{
	struct amp_capture_bytes b = {.request = x->request,
	                              .response = x->response,
	                              .response_header_bytes = x->response_header_bytes,
	                              .target_uri = amp_str_c(x->url),
	                              .has_payload = x->result == AMP_FETCH_RESPONSE};
	if (x->result != AMP_FETCH_RESPONSE) b.response = AMP_STR_ABSENT;
	if (x->result == AMP_FETCH_POLICY) b.request = AMP_STR_ABSENT; /* nothing was sent */
	memcpy(b.payload_sha256, x->payload_sha256, sizeof b.payload_sha256);
	*columns = columns_of(r, t, x);
	json_incref(*columns);
	int rc = amp_writer_append(r->c->w, "capture", *columns, &b, seq, err);
	if (rc == 0) r->c->summary->captures++;
	return rc;
}

static int note_repeated(struct amp_task *t, const struct amp_exchange *x, struct amp_err *err)
{
	struct amp_conductor *c = t->lane->round->c;
	if (x->repeated[0] == '\0') return 0;
	struct amp_key key = key_of(t);
	return amp_repeated_note(&c->repeated, c->summary, &key, amp_host_authority(x->url, t->arena), x->repeated, err);
}

int amp_round_exchange(void *context, struct amp_exchange *x, struct amp_err *err)
{
	struct amp_conductor *conductor = context;
	struct amp_round *r = conductor->round;
	bool is_feed = strcmp(x->purpose, "feed") == 0, is_session = strcmp(x->purpose, "session") == 0;
	struct amp_task *t = is_feed ? x->user : NULL;
	json_t *columns = NULL;
	int64_t seq = -1;
	int rc = 0;
	if (!r) return 0; /* after an error: the loop is being taken down, and the next start adopts what the archive holds */
	if (r->c->o->stop && r->c->o->stop()) r->ending = r->signalled = true;
	if (x->result == AMP_FETCH_STOPPED) {
		r->ending = true;
		return t ? stop_task(t, err) : 0;
	}
	rc = archive_exchange(r, t, x, &columns, &seq, err);
	if (rc == 0) rc = note_simulated(r->c, x, err);
	if (rc == 0 && is_session && x->last_attempt) rc = amp_sessions_answer(r->c->sessions, x, err);
	if (rc == 0 && t) {
		int64_t ended = AMP_TIME_NONE;
		t->last_seq = seq;
		rc = note_repeated(t, x, err);
		if (t->started_at == AMP_TIME_NONE) t->started_at = x->sent_at;
		if (amp_evidence_int(columns, "ended_at", &ended)) t->ended_at = ended;
		if (rc == 0 && x->last_attempt) rc = page_done(t, x, columns, seq, err);
		if (rc == 0 && t->over) {
			struct amp_lane *lane = t->lane;
			rc = close_task(t, err);
			if (rc == 0) rc = amp_lane_next(lane, err);
		}
	}
	json_decref(columns);
	return rc;
}

/* ---- beginning ---- */

static int slot_state(struct amp_round *r, size_t persona, size_t feed, int64_t *id, bool *open, int64_t *attempts,
                      struct amp_err *err)
{
	struct amp_conductor *c = r->c;
	struct amp_key key =
		amp_key_slot(&r->key, amp_str_c(c->study->personas[persona].name), amp_str_c(c->study->feeds[feed].name));
	struct amp_query q;
	int rc = amp_query_start(&q, c->store, &AMP_SQL_RUN_SLOT_BY_KEY, err);
	if (rc != 0) return rc;
	amp_query_bind_key(&q, &key);
	rc = amp_query_step(&q, err);
	*open = false;
	if (rc == 1) {
		*id = amp_query_i64(&q, 0);
		*open = amp_str_eq_c(amp_query_str(&q, 1), "claimed");
		*attempts = amp_query_i64(&q, 2);
	}
	amp_query_end(&q);
	return rc < 0 ? rc : 0;
}

static int plan(struct amp_task *t, struct amp_err *err)
{
	struct amp_round *r = t->lane->round;
	const struct amp_trail *trail = t->lane->trail;
	if (!trail)
		return amp_plan_requests(r->c->study, persona_of(t), feed_of(t), r->index, t->arena, &t->branches, &t->n_branches,
		                         err);
	t->branches = amp_arena_new_array(t->arena, struct amp_planned, 1);
	if (!t->branches) return amp_fail(err, AMP_ENOMEM, _("Out of memory while beginning a feed."));
	t->n_branches = 1;
	/* The item lives as long as this walk: the request keeps it as the name of its branch. */
	return amp_plan_item(persona_of(t), feed_of(t), trail->asked[trail->n_asked - 1], t->arena, &t->branches[0], err);
}

static int begin(struct amp_lane *lane, size_t persona, size_t feed, int64_t slot_id, int64_t attempt, struct amp_err *err)
{
	struct amp_conductor *c = lane->round->c;
	struct amp_task *t = amp_calloc(1, sizeof *t);
	if (!t) return amp_fail(err, AMP_ENOMEM, _("Out of memory while beginning a feed."));
	*t = (struct amp_task){.lane = lane,
	                       .persona = persona,
	                       .feed = feed,
	                       .slot_id = slot_id,
	                       .attempt = attempt,
	                       .last_seq = -1,
	                       .started_at = AMP_TIME_NONE,
	                       .ended_at = AMP_TIME_NONE,
	                       .oldest = AMP_TIME_NONE,
	                       .parent_rank = -1};
	if (lane->trail) {
		t->walk = lane->trail->walk;
		t->step = lane->trail->step;
		t->parent_rank = lane->trail->parent_rank;
	}
	lane->task = t;
	t->arena = amp_writer_arena(c->w);
	if (t->arena) {
		t->pages = amp_arena_new_array(t->arena, struct amp_snapshot_page, AMP_PAGES_MAX);
		t->seqs = amp_arena_new_array(t->arena, int64_t, AMP_PAGES_MAX);
	}
	int rc = t->arena && t->pages && t->seqs ? 0 : amp_fail(err, AMP_ENOMEM, _("Out of memory while beginning a feed."));
	if (rc == 0) rc = plan(t, err);
	if (rc == 0 && t->n_branches == 0)
		rc = amp_fail(err, AMP_EUSAGE, _("Persona %s has nothing to ask of feed %s."), persona_of(t)->name,
		              feed_of(t)->name);
	if (rc == 0) {
		t->now = &t->branches[0];
		rc = submit(t, err);
	}
	if (rc != 0) free_task(t);
	return rc;
}

/* The walks of a slot: the first that is not whole from an earlier attempt. */
static int begin_walks(struct amp_lane *lane, size_t persona, size_t feed, int64_t slot_id, int64_t attempt, struct amp_err *err)
{
	struct amp_round *r = lane->round;
	int rc = amp_trail_begin(&lane->trail, r->c, r->id, persona, feed, slot_id, attempt, err);
	if (rc != 0 || !lane->trail->over) return rc;
	end_trail(lane);
	rc = amp_store_begin(r->c->store, err);
	if (rc == 0) rc = amp_row_slot_state(r->c->store, slot_id, "done", NULL, err);
	if (rc == 0) rc = amp_store_commit(r->c->store, err);
	if (rc != 0) amp_store_rollback(r->c->store);
	return rc;
}

int amp_lane_next(struct amp_lane *lane, struct amp_err *err)
{
	struct amp_round *r = lane->round;
	while (!r->ending) {
		if (lane->trail)
			return begin(lane, lane->trail->persona, lane->trail->feed, lane->trail->slot_id, lane->trail->attempt,
			             err);
		if (!lane->unit || lane->next == lane->unit->n_feeds) {
			if (r->next_unit == r->n_units) return 0;
			lane->unit = &r->units[r->next_unit++];
			lane->next = 0;
			lane->oldest_ranked = AMP_TIME_NONE;
		}
		size_t persona = lane->unit->persona, feed = lane->unit->feeds[lane->next++];
		int64_t slot_id = 0, attempts = 0;
		bool open = false;
		int rc = slot_state(r, persona, feed, &slot_id, &open, &attempts, err);
		if (rc != 0) return rc;
		/* Who is said to be logged in and is not does not read as a stranger: the slot is missed, and the ledger says why. */
		bool asked = !r->c->stopped[amp_cell(r->c, persona, feed)] &&
		             amp_sessions_ready(r->c->sessions, persona, &r->c->study->feeds[feed]);
		if (!open || !asked) continue;
		if (!r->c->study->feeds[feed].walk.param) return begin(lane, persona, feed, slot_id, attempts, err);
		rc = begin_walks(lane, persona, feed, slot_id, attempts, err);
		if (rc != 0) return rc;
	}
	return 0;
}

/* crawl.c: rounds, one after the other, until told to stop. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include "base/i18n.h"
#include "base/log.h"
#include "base/mem.h"
#include "run/conductor.h"
#include "run/feed_facts.h"
#include "run/keys.h"
#include "run/plan.h"
#include "run_sql.h"

#define LANES_PRIVATE 8 /* feeds at once against servers that the study allows by name (a playground, a test server) */
#define LANES_MAX 16
#define NAP_MS 200

static bool asked_to_stop(const struct amp_conductor *c)
{
	return c->o->stop && c->o->stop();
}

/* ---- set-up ---- */

static int study_ids(struct amp_conductor *c, struct amp_err *err)
{
	const struct amp_study *s = c->study;
	int rc = 1;
	for (size_t i = 0; rc == 1 && i < s->n_personas; i++) {
		struct amp_key key = amp_key_named("persona", &c->ref.version, amp_str_c(s->personas[i].name));
		rc = amp_row_by_key(c->store, &AMP_SQL_RUN_PERSONA_BY_KEY, &key, &c->persona_ids[i], err);
	}
	for (size_t i = 0; rc == 1 && i < s->n_feeds; i++) {
		struct amp_key key = amp_key_named("feed", &c->ref.version, amp_str_c(s->feeds[i].name));
		rc = amp_row_by_key(c->store, &AMP_SQL_RUN_FEED_BY_KEY, &key, &c->feed_ids[i], err);
	}
	if (rc == 0)
		return amp_fail(err, AMP_ECORRUPT, _("The database %s lacks a persona or feed of the locked study %s."),
		                amp_store_path(c->store), s->slug);
	return rc < 0 ? rc : 0;
}

/* Which persona has something to ask of which feed: no interests, no follows or no session means no slot. */
static int applicability(struct amp_conductor *c, struct amp_err *err)
{
	const struct amp_study *s = c->study;
	struct amp_arena *a = amp_arena_new(0);
	size_t any = 0;
	int rc = a ? 0 : amp_fail(err, AMP_ENOMEM, _("Out of memory while planning %s."), s->slug);
	for (size_t p = 0; rc == 0 && p < s->n_personas; p++) {
		for (size_t f = 0; rc == 0 && f < s->n_feeds; f++) {
			struct amp_planned *branches;
			struct amp_err why = {0};
			size_t n = 0;
			int planned = amp_plan_requests(s, &s->personas[p], &s->feeds[f], 0, a, &branches, &n, &why);
			bool logged_in = !s->feeds[f].needs_session || amp_sessions_declared(&s->personas[p], &s->feeds[f]);
			c->applies[amp_cell(c, p, f)] = planned == 0 && n > 0 && logged_in;
			any += c->applies[amp_cell(c, p, f)];
			if (planned != 0 && planned != AMP_EUSAGE) {
				rc = planned;
				if (err) *err = why;
			}
			amp_arena_reset(a);
		}
	}
	amp_arena_free(a);
	if (rc == 0 && any == 0)
		rc = amp_fail(err, AMP_EUSAGE, _("%s: no persona has anything to ask of any feed. crawl --dry-run says why."),
		              s->file);
	return rc;
}

/* The study's decisions of one type, NULL-ended, in its arena. */
static const char **subjects(const struct amp_study *s, const char *type)
{
	const char **list = amp_arena_new_array(s->arena, const char *, s->n_decisions + 1);
	size_t n = 0;
	for (size_t i = 0; list && i < s->n_decisions; i++)
		if (strcmp(s->decisions[i].type, type) == 0) list[n++] = s->decisions[i].subject;
	return list;
}

static bool is_private(const struct amp_study *s, const char *host, const char *const *allowed)
{
	const char *authority = amp_host_authority(host, s->arena);
	for (size_t i = 0; authority && allowed[i]; i++) {
		size_t n = strlen(allowed[i]);
		/* "127.0.0.1:*" allows every port of the host */
		if (n > 2 && strcmp(allowed[i] + n - 2, ":*") == 0 && strncmp(authority, allowed[i], n - 1) == 0) return true;
		if (strcmp(authority, allowed[i]) == 0) return true;
	}
	return false;
}

static size_t lanes_for(const struct amp_study *s, const char *const *allowed, bool simulated)
{
	size_t hosts = 0, private_hosts = 0;
	for (size_t i = 0; i < s->n_feeds; i++) {
		bool seen = false;
		for (size_t j = 0; j < i; j++) seen = seen || strcmp(s->feeds[i].host, s->feeds[j].host) == 0;
		hosts += !seen;
		private_hosts += !seen && is_private(s, s->feeds[i].host, allowed);
	}
	/* On a simulated clock there is no time to win and a run to repeat: one feed at a time, so that the seed alone decides the order in
	 * which a service meets its visitors. */
	if (simulated) return 1;
	if (hosts > 0 && hosts == private_hosts) return LANES_PRIVATE;
	return hosts == 0 ? 1 : hosts > LANES_MAX ? LANES_MAX : hosts;
}

static const char *proxy_of(const struct amp_persona *p)
{
	return p->proxy && strncmp(p->proxy, "env:", 4) == 0 ? getenv(p->proxy + 4) : p->proxy;
}

static int open_network(struct amp_conductor *c, struct amp_err *err)
{
	const struct amp_study *s = c->study;
	const char *const *allowed = subjects(s, "private_address"), *const *robots = subjects(s, "robots_override"),
			  *const *agents = subjects(s, "user_agent");
	if (!allowed || !robots || !agents)
		return amp_fail(err, AMP_ENOMEM, _("Out of memory while opening the network for %s."), s->slug);
	c->lanes = lanes_for(s, allowed, c->o->simulated_now != AMP_TIME_NONE);
	struct amp_fetch_options fo = {.user_agent = agents[0],
	                               .contact = s->contact,
	                               .max_in_flight = (int)c->lanes,
	                               .max_per_host = c->lanes == LANES_PRIVATE ? LANES_PRIVATE : 1,
	                               .host_requests_per_second = 1.0,
	                               .timeout_ms = 60000,
	                               .max_wire_bytes = (int64_t)16 << 20,
	                               .max_decoded_bytes = (int64_t)64 << 20,
	                               .max_redirects = 5,
	                               .max_attempts = 3,
	                               .allow_private = allowed,
	                               .robots_override = robots,
	                               .seed = c->seed,
	                               .stop = c->o->stop};
	int rc = amp_fetch_new(&c->fetch, &fo, amp_round_exchange, c, err);
	for (size_t i = 0; rc == 0 && i < s->n_personas; i++) {
		const struct amp_persona *p = &s->personas[i];
		const char *proxy = proxy_of(p);
		if (p->proxy && !proxy)
			return amp_fail(err, AMP_EUSAGE, _("Persona %s goes through the proxy in %s, which is not set."), p->name,
			                p->proxy + 4);
		rc = amp_visitor_new(&c->visitors[i], c->fetch, p->name, proxy, err);
		if (rc == 0) rc = amp_sessions_load_cookies(c->sessions, p->name, c->visitors[i], err);
	}
	return rc;
}

/* ---- ledger entries that open a run ---- */

static json_t *crawl_facts(const struct amp_conductor *c)
{
	const struct amp_study *s = c->study;
	json_t *o = json_object(), *proxies = json_object();
	json_object_set_new(o, "activity", json_string("crawl"));
	json_object_set_new(o, "study", json_string(s->slug));
	/* Whether a proxy is used is evidence; its address may hold a password, and captures record it masked. */
	for (size_t i = 0; i < s->n_personas; i++)
		if (s->personas[i].proxy) json_object_set_new(proxies, s->personas[i].name, json_true());
	json_object_set_new(o, "personas_with_proxy", proxies);
	json_object_set_new(
		o, "cookies",
		json_string(
			"one jar a persona, kept from run to run beside the database; never shared; counts are in each capture"));
	json_object_set_new(o, "cache", json_string("none: every answer comes from the network"));
	json_object_set_new(o, "simulated_schedule", json_boolean(c->o->simulated_now != AMP_TIME_NONE));
	return o;
}

static int preamble(struct amp_conductor *c, struct amp_err *err)
{
	json_t *o = crawl_facts(c);
	int rc = amp_study_facts(c->store, &c->ref, o, err);
	if (rc != 0) {
		json_decref(o);
		return rc;
	}
	return amp_writer_preamble(c->w, o, c->o->command_line, c->study->hash, true, c->seed, err);
}

static int write_amendments(struct amp_conductor *c, struct amp_err *err)
{
	const struct amp_evidence *e = amp_writer_evidence(c->w);
	int64_t recorded = 0, n = 0;
	struct amp_query q;
	int rc = amp_row_number(c->store, &AMP_SQL_RUN_AMENDMENTS_RECORDED, e->archive_id, 0, 1, &recorded, NULL, err);
	if (rc == 0) rc = amp_query_start(&q, c->store, &AMP_SQL_RUN_AMENDMENTS, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, c->ref.study_id);
	for (;;) {
		rc = amp_query_step(&q, err);
		if (rc != 1) break;
		struct amp_key version, parent;
		char version_hex[2 * AMP_KEY + 1], parent_hex[2 * AMP_KEY + 1], hash_hex[2 * AMP_SHA256 + 1] = "";
		size_t hash_n;
		const uint8_t *hash = amp_query_blob(&q, 1, &hash_n);
		if (n++ < recorded || !amp_query_key(&q, 0, &version) || !amp_query_key(&q, 2, &parent)) continue;
		amp_hex(version.b, AMP_KEY, version_hex);
		amp_hex(parent.b, AMP_KEY, parent_hex);
		if (hash && hash_n == AMP_SHA256) amp_hex(hash, AMP_SHA256, hash_hex);
		json_t *o = json_pack("{s:s,s:s,s:s,s:I}", "study_version", version_hex, "parent", parent_hex, "study_hash",
		                      hash_hex, "study_locked_at", (json_int_t)amp_query_i64(&q, 5));
		amp_evidence_text(o, "reason", amp_query_str(&q, 3));
		amp_evidence_text(o, "study_text", amp_query_str(&q, 4));
		rc = amp_writer_append(c->w, "amendment", o, NULL, NULL, err);
		if (rc != 0) break;
	}
	amp_query_end(&q);
	return rc < 0 ? rc : 0;
}

static int decided(struct amp_conductor *c, const struct amp_study_decision *d, bool *known, struct amp_err *err)
{
	struct amp_query q;
	*known = false;
	int rc = amp_query_start(&q, c->store, &AMP_SQL_RUN_DECISIONS_OF_VERSION, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, c->ref.version_id);
	for (;;) {
		rc = amp_query_step(&q, err);
		if (rc != 1) break;
		if (amp_str_eq_c(amp_query_str(&q, 0), d->type) && amp_str_eq_c(amp_query_str(&q, 1), d->subject)) *known = true;
	}
	amp_query_end(&q);
	return rc;
}

static int write_decisions(struct amp_conductor *c, struct amp_err *err)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < c->study->n_decisions; i++) {
		const struct amp_study_decision *d = &c->study->decisions[i];
		const struct amp_program *p = amp_writer_program(c->w);
		bool known;
		rc = decided(c, d, &known, err);
		if (rc != 0 || known) continue;
		json_t *o = json_pack("{s:s,s:s,s:s,s:s,s:s}", "program_run", p->key_hex, "study_version", p->version_hex,
		                      "decision", d->type, "subject", d->subject, "reason", d->reason ? d->reason : "");
		rc = amp_writer_append(c->w, "override", o, NULL, NULL, err);
	}
	return rc;
}

static int open_run(struct amp_conductor *c, struct amp_err *err)
{
	const struct amp_crawl_options *o = c->o;
	struct amp_writer_options wo = {.archive_dir = o->archive_dir,
	                                .segment_bytes = o->segment_bytes,
	                                .label = "amplimeter",
	                                .stored = o->stored,
	                                .stored_user = o->stored_user};
	bool made;
	int rc = amp_study_lock(c->store, c->study, o->archive_dir, o->amend, &c->ref.version_id, &made, err);
	if (rc == 0) rc = amp_row_study_find(c->store, c->study->slug, &c->ref, err);
	if (rc == 0) rc = amp_sessions_open(&c->sessions, amp_store_path(c->store), c->study, err);
	if (rc == 0) rc = study_ids(c, err);
	if (rc == 0) rc = applicability(c, err);
	if (rc == 0) rc = amp_writer_open(&c->w, c->store, &c->ref, &wo, &c->summary->adopted, err);
	if (rc == 0) rc = preamble(c, err);
	if (rc == 0) rc = write_amendments(c, err);
	if (rc == 0) rc = write_decisions(c, err);
	if (rc == 0) rc = amp_writer_flush(c->w, err);
	if (rc == 0 && o->simulated_now != AMP_TIME_NONE && !amp_store_simulated(c->store)) {
		rc = amp_store_begin(c->store, err);
		if (rc == 0) rc = amp_store_set_simulated(c->store, err);
		if (rc == 0) rc = amp_store_commit(c->store, err);
		if (rc != 0) amp_store_rollback(c->store);
	}
	if (rc == 0) rc = open_network(c, err);
	return rc;
}

/* ---- rounds ---- */

static int round_index(struct amp_conductor *c, int64_t scheduled_at, int64_t *index, struct amp_err *err)
{
	return amp_row_number(c->store, &AMP_SQL_RUN_ROUNDS_BEFORE, c->ref.study_id, scheduled_at, 2, index, NULL, err);
}

/* A round is finished when it has slots and none is open. */
static int is_finished(struct amp_conductor *c, int64_t scheduled_at, bool *finished, struct amp_err *err)
{
	struct amp_key key = amp_key_round(&c->ref.study, scheduled_at);
	int64_t id = 0, open = 0, slots = 0;
	*finished = false;
	int rc = amp_row_by_key(c->store, &AMP_SQL_RUN_ROUND_BY_KEY, &key, &id, err);
	if (rc != 1) return rc;
	rc = amp_row_number(c->store, &AMP_SQL_RUN_ROUND_UNFINISHED, id, 0, 1, &open, NULL, err);
	if (rc == 0) rc = amp_row_number(c->store, &AMP_SQL_RUN_ROUND_SLOTS, id, 0, 1, &slots, NULL, err);
	*finished = slots > 0 && open == 0;
	return rc;
}

static int one_round(struct amp_conductor *c, const struct amp_due *due, struct amp_err *err)
{
	int64_t index = 0;
	char at[AMP_TIME_TEXT];
	bool simulated = c->o->simulated_now != AMP_TIME_NONE;
	int rc = round_index(c, due->scheduled_at, &index, err);
	if (rc == 0) rc = amp_round_run(c, due, index, simulated ? AMP_TIME_NONE : due->window_end, err);
	if (rc == 0 && c->o->progress)
		amp_progress(_("rounds"), (uint64_t)c->summary->rounds, (uint64_t)c->o->rounds,
		             _("round of %s: %lld snapshots, %lld items so far"), amp_time_format(due->scheduled_at, at),
		             (long long)c->summary->snapshots, (long long)c->summary->items);
	return rc;
}

static int wait_until(const struct amp_conductor *c, int64_t t, struct amp_err *err)
{
	while (amp_clock_wall_ms() < t) {
		int64_t left = t - amp_clock_wall_ms();
		if (asked_to_stop(c))
			return amp_fail(err, AMP_EINTERRUPTED,
			                _("Stopped between two rounds. The same command goes on where this one ended."));
		(void)poll(NULL, 0, left < NAP_MS ? (left > 0 ? (int)left : 0) : NAP_MS);
	}
	return 0;
}

/* A simulated schedule runs through its rounds without waiting; those that an earlier process finished count, and are not repeated. */
static int run_simulated(struct amp_conductor *c, const struct amp_schedule *schedule, struct amp_err *err)
{
	struct amp_due due;
	int64_t done = 0, now = c->o->simulated_now;
	bool more = amp_schedule_current(schedule, now, &due) || amp_schedule_next(schedule, now, &due);
	int rc = 0;
	while (rc == 0 && more) {
		bool finished = false;
		if (c->o->until != AMP_TIME_NONE && due.scheduled_at > c->o->until) break;
		if (asked_to_stop(c))
			return amp_fail(err, AMP_EINTERRUPTED,
			                _("Stopped between two rounds. The same command goes on where this one ended."));
		rc = is_finished(c, due.scheduled_at, &finished, err);
		if (rc == 0 && !finished) rc = one_round(c, &due, err);
		done++;
		if (c->o->once || (c->o->rounds > 0 && done >= c->o->rounds)) break;
		more = amp_schedule_next(schedule, due.scheduled_at, &due);
	}
	return rc;
}

/* The round to read next by the real clock: the open one unless it is finished, else the next. */
static int next_due(struct amp_conductor *c, const struct amp_schedule *schedule, struct amp_due *due, bool *found,
                    struct amp_err *err)
{
	int64_t now = amp_clock_wall_ms();
	bool finished = false;
	*found = amp_schedule_current(schedule, now, due);
	if (*found) {
		int rc = is_finished(c, due->scheduled_at, &finished, err);
		if (rc != 0 || !finished) return rc;
		if (c->o->once) {
			*found = false;
			amp_log(AMP_INFO, "crawl", "%s", _("The round that is due has been read already."));
			return 0;
		}
		*found = amp_schedule_next(schedule, due->scheduled_at, due);
		return 0;
	}
	if (c->o->once) {
		*due = (struct amp_due){.scheduled_at = now,
		                        .start_at = now,
		                        .window_end = now + (c->study->window_ms > 0 ? c->study->window_ms : 3600000)};
		*found = true;
		return 0;
	}
	*found = amp_schedule_next(schedule, now, due);
	return 0;
}

static int run_real(struct amp_conductor *c, const struct amp_schedule *schedule, struct amp_err *err)
{
	int rc = amp_missed_past(c, schedule, amp_clock_wall_ms(), err);
	while (rc == 0) {
		struct amp_due due;
		bool found;
		rc = next_due(c, schedule, &due, &found, err);
		if (rc != 0 || !found) break;
		if (c->o->until != AMP_TIME_NONE && due.start_at > c->o->until) break;
		if (!c->o->once) rc = wait_until(c, due.start_at, err);
		if (rc == 0) rc = one_round(c, &due, err);
		if (c->o->once || (c->o->rounds > 0 && c->summary->rounds >= c->o->rounds)) break;
		/* A round that ran past the next one's window makes that one missed. */
		if (rc == 0) rc = amp_missed_past(c, schedule, amp_clock_wall_ms(), err);
	}
	return rc;
}

/* ---- ---- */

static int room(struct amp_conductor *c, struct amp_err *err)
{
	const struct amp_study *s = c->study;
	c->visitors = amp_calloc(s->n_personas + 1, sizeof(struct amp_visitor *));
	c->persona_ids = amp_calloc(s->n_personas + 1, sizeof *c->persona_ids);
	c->feed_ids = amp_calloc(s->n_feeds + 1, sizeof *c->feed_ids);
	c->applies = amp_calloc(s->n_personas * s->n_feeds + 1, sizeof *c->applies);
	c->stopped = amp_calloc(s->n_personas * s->n_feeds + 1, sizeof *c->stopped);
	if (!c->visitors || !c->persona_ids || !c->feed_ids || !c->applies || !c->stopped)
		return amp_fail(err, AMP_ENOMEM, _("Out of memory while opening study %s."), s->slug);
	return 0;
}

static void shut(struct amp_conductor *c)
{
	for (size_t i = 0; c->visitors && i < c->study->n_personas; i++) amp_visitor_free(c->visitors[i]);
	amp_visitor_free(c->nobody);
	amp_fetch_free(c->fetch);
	amp_sessions_free(c->sessions);
	amp_writer_free(c->w);
	amp_free(c->visitors);
	amp_free(c->persona_ids);
	amp_free(c->feed_ids);
	amp_free(c->applies);
	amp_free(c->stopped);
}

int amp_crawl(struct amp_store *store, const struct amp_study *s, const struct amp_crawl_options *o, struct amp_crawl_summary *out,
              struct amp_err *err)
{
	struct amp_conductor c = {.store = store, .study = s, .o = o, .seed = o->has_seed ? o->seed : s->seed, .summary = out};
	struct amp_schedule *schedule = NULL;
	memset(out, 0, sizeof *out);
	if (o->dry_run) return amp_plan_print(s, o, err);
	int rc = amp_schedule_new(&schedule, s->every_ms, s->cron, s->time_zone, s->window_ms, s->jitter_ms, c.seed, err);
	if (rc == 0) rc = room(&c, err);
	if (rc == 0) rc = open_run(&c, err);
	if (rc == 0) rc = o->simulated_now != AMP_TIME_NONE ? run_simulated(&c, schedule, err) : run_real(&c, schedule, err);
	if (o->progress) amp_progress_end();
	if (c.w && (rc == 0 || rc == AMP_EINTERRUPTED)) {
		struct amp_err quiet = {0};
		int ended = amp_writer_end(c.w, rc == 0 ? err : &quiet);
		if (rc == 0) rc = ended;
	}
	shut(&c);
	amp_schedule_free(schedule);
	return rc;
}

#include <string.h>
#include "base/i18n.h"
#include "base/log.h"
#include "run/conductor.h"
#include "run_sql.h"

#define ROUNDS_A_COMMIT 64
#define OPEN_MAX 256
#define PAST_MAX 200000 /* rounds that can have been missed: two years of one every five minutes */

static json_t *entry(const struct amp_conductor *c, const struct amp_key *version, int64_t scheduled_at, int64_t window_end,
                     const char *reason, json_t *slots)
{
	char hex[2 * AMP_KEY + 1];
	amp_hex(version->b, AMP_KEY, hex);
	return json_pack("{s:s,s:s,s:I,s:I,s:s,s:o}", "program_run", amp_writer_program(c->w)->key_hex, "study_version", hex,
	                 "scheduled_at", (json_int_t)scheduled_at, "window_end", (json_int_t)window_end, "reason", reason, "slots",
	                 slots);
}

int amp_missed_round(struct amp_conductor *c, int64_t round_id, const struct amp_key *version, int64_t scheduled_at,
                     int64_t window_end, const char *reason, struct amp_err *err)
{
	struct amp_query q;
	json_t *slots = json_array();
	int rc = amp_query_start(&q, c->store, &AMP_SQL_RUN_SLOTS_OPEN, err);
	if (rc == 0) {
		amp_query_bind_i64(&q, round_id);
		for (;;) {
			rc = amp_query_step(&q, err);
			if (rc != 1) break;
			struct amp_str persona = amp_query_str(&q, 1), feed = amp_query_str(&q, 2);
			json_t *pair = json_array();
			json_array_append_new(pair, json_stringn(persona.p, persona.n));
			json_array_append_new(pair, json_stringn(feed.p, feed.n));
			json_array_append_new(slots, pair);
		}
		amp_query_end(&q);
	}
	size_t n = json_array_size(slots);
	if (rc < 0 || n == 0) {
		json_decref(slots);
		return rc < 0 ? rc : 0;
	}
	c->summary->missed += (int64_t)n;
	return amp_writer_append(c->w, "missed", entry(c, version, scheduled_at, window_end, reason, slots), NULL, NULL, err);
}

struct open_round {
	int64_t id, scheduled_at, window_end;
	struct amp_key version;
};

static int open_rounds(struct amp_conductor *c, int64_t before, struct open_round *out, size_t *n, struct amp_err *err)
{
	struct amp_query q;
	*n = 0;
	int rc = amp_query_start(&q, c->store, &AMP_SQL_RUN_ROUNDS_OPEN, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, c->ref.study_id);
	while (*n < OPEN_MAX) {
		rc = amp_query_step(&q, err);
		if (rc != 1) break;
		struct open_round *o = &out[*n];
		*o = (struct open_round){
			.id = amp_query_i64(&q, 0), .scheduled_at = amp_query_i64(&q, 2), .window_end = amp_query_i64(&q, 3)};
		if (amp_query_key(&q, 4, &o->version) && o->window_end <= before) (*n)++;
	}
	amp_query_end(&q);
	return rc < 0 ? rc : 0;
}

static int never_begun(struct amp_conductor *c, const struct amp_due *due, struct amp_err *err)
{
	const struct amp_study *s = c->study;
	json_t *slots = json_array();
	for (size_t p = 0; p < s->n_personas; p++) {
		for (size_t f = 0; f < s->n_feeds; f++) {
			if (!c->applies[amp_cell(c, p, f)]) continue;
			json_array_append_new(slots, json_pack("[ss]", s->personas[p].name, s->feeds[f].name));
		}
	}
	c->summary->missed += (int64_t)json_array_size(slots);
	return amp_writer_append(
		c->w, "missed", entry(c, &c->ref.version, due->scheduled_at, due->window_end, "the crawler was not running", slots),
		NULL, NULL, err);
}

int amp_missed_past(struct amp_conductor *c, const struct amp_schedule *schedule, int64_t before, struct amp_err *err)
{
	struct open_round open[OPEN_MAX];
	size_t n = 0, rounds = 0;
	int64_t last = 0;
	bool none = true;
	struct amp_due due;
	int rc = amp_row_number(c->store, &AMP_SQL_RUN_ROUND_LAST, c->ref.study_id, 0, 1, &last, &none, err);
	do {
		if (rc == 0) rc = open_rounds(c, before, open, &n, err);
		for (size_t i = 0; rc == 0 && i < n; i++)
			rc = amp_missed_round(c, open[i].id, &open[i].version, open[i].scheduled_at, open[i].window_end,
			                      "the window closed", err);
		if (rc == 0) rc = amp_writer_flush(c->w, err);
	} while (rc == 0 && n == OPEN_MAX);
	while (rc == 0 && !none && rounds < PAST_MAX && amp_schedule_next(schedule, last, &due) && due.window_end <= before) {
		rc = never_begun(c, &due, err);
		last = due.scheduled_at;
		if (rc == 0 && ++rounds % ROUNDS_A_COMMIT == 0) rc = amp_writer_flush(c->w, err);
	}
	if (rc == 0) rc = amp_writer_flush(c->w, err);
	if (rc == 0 && rounds > 0)
		amp_log(AMP_WARN, "crawl", _("%zu rounds passed while nothing ran: recorded as missed."), rounds);
	return rc;
}

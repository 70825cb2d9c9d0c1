/* conductor.h: what the files of a crawl share: crawl.c (rounds), round.c (one round), snapshot.c (one feed of one persona), trail.c (its
 * walks), order.c (who comes when), missed.c and alarms.c (round close). Private to this folder.
 */
#ifndef AMP_RUN_CONDUCTOR_H
#define AMP_RUN_CONDUCTOR_H
#include <stdbool.h>
#include <stdint.h>
#include "fetch/fetch.h"
#include "persona/study.h"
#include "run/repeated.h"
#include "run/run.h"
#include "run/session.h"
#include "run/writer.h"
#include "schedule/schedule.h"

struct amp_round;
struct amp_conductor {
	struct amp_store *store;
	const struct amp_study *study;
	const struct amp_crawl_options *o;
	struct amp_study_ref ref;
	struct amp_writer *w;
	struct amp_sessions *sessions;
	struct amp_fetch *fetch;
	struct amp_visitor **visitors; /* one a persona */
	struct amp_visitor *nobody;    /* asks what servers say of themselves: no persona's cookies, no token */
	bool rules_asked;
	int64_t *persona_ids, *feed_ids;
	bool *applies; /* [persona x feed]: the persona has something to ask of this feed */
	bool *stopped; /* [persona x feed]: blocked earlier in this run, left alone since */
	uint64_t seed;
	size_t lanes; /* feeds under way at once */
	bool simulated_seen;
	struct amp_round *round; /* the one under way */
	struct amp_repeated *repeated;
	struct amp_crawl_summary *summary;
};
static inline size_t amp_cell(const struct amp_conductor *c, size_t persona, size_t feed)
{
	return persona * c->study->n_feeds + feed;
}

/* ---- order.c ---- */
#define AMP_UNIT_FEEDS 16
struct amp_unit { /* feeds that one persona reads one right after the other: a pair, or one feed alone */
	size_t persona, feeds[AMP_UNIT_FEEDS], n_feeds;
};
/* Personas shuffled by (seed, round), twins adjacent; a pair's feeds adjacent, their order alternating from round to round, the same
 * for a persona and its twins. Cells that do not apply are left out. In the arena. */
int amp_order_units(const struct amp_conductor *c, int64_t scheduled_at, int64_t round_index, struct amp_arena *a,
                    struct amp_unit **out, size_t *n, struct amp_err *err) AMP_CHECK;

/* ---- round.c ---- */
/* Reads every open slot of the round. deadline: wall clock, AMP_TIME_NONE for a simulated schedule. AMP_EINTERRUPTED on a signal. */
int amp_round_run(struct amp_conductor *c, const struct amp_due *due, int64_t round_index, int64_t deadline,
                  struct amp_err *err) AMP_CHECK;
/* Rows of the round and its slots. *open: slots still to read. */
int amp_round_rows(struct amp_conductor *c, const struct amp_due *due, int64_t *round_id, struct amp_key *key, int64_t *open,
                   struct amp_err *err) AMP_CHECK;

/* ---- missed.c ---- */
/* Ledger entry and slot state of every open slot of a round. reason: English, stored. Queued: the caller flushes. */
int amp_missed_round(struct amp_conductor *c, int64_t round_id, const struct amp_key *version, int64_t scheduled_at,
                     int64_t window_end, const char *reason, struct amp_err *err) AMP_CHECK;
/* Rounds whose window passed while nothing ran, and rounds left open. before: windows that ended by then. */
int amp_missed_past(struct amp_conductor *c, const struct amp_schedule *schedule, int64_t before, struct amp_err *err) AMP_CHECK;

/* ---- alarms.c ---- */
int amp_alarms(struct amp_conductor *c, int64_t round_id, struct amp_err *err) AMP_CHECK;

/* ---- ask.c ---- */
/* Submits a planned request as this persona: its language, its session's token where the endpoint takes it, the endpoint's headers. */
int amp_ask(struct amp_conductor *c, size_t persona, size_t feed, const struct amp_planned *r, struct amp_arena *a, void *user,
            struct amp_err *err) AMP_CHECK;

/* ---- trail.c ---- */
/* The walks of one feed for one persona in one round: one after the other, step by step; each step is a snapshot. One slot for them all: it is
 * done with the last one's last step. After a crash the walks that came to their end stay; the one that was torn begins anew, under the next
 * attempt, and is never continued. */
struct amp_trail {
	size_t persona, feed;
	int64_t slot_id, attempt;
	struct amp_arena *arena; /* of what one walk asked for */
	const char *asked[AMP_WALK_STEPS_MAX + 1];
	size_t n_asked;                     /* the last of them is what the step asks for */
	int64_t walk, step;                 /* 1, 2, … in the order of the seeds; 0 to steps - 1 */
	int64_t parent_rank;                /* -1 at step 0 */
	int64_t stored;                     /* snapshots closed in this attempt */
	bool over;                          /* no walk is left to begin */
	bool blocked;                       /* and that because the persona was refused */
	bool whole[AMP_WALK_SEEDS_MAX + 1]; /* walks of earlier attempts that stay */
};
/* The trail at its first walk that is not whole; over when all are. */
int amp_trail_begin(struct amp_trail **out, struct amp_conductor *c, int64_t round_id, size_t persona, size_t feed, int64_t slot_id,
                    int64_t attempt, struct amp_err *err) AMP_CHECK;
/* After a step: chooses what is followed, or begins the next walk, or is over. parsed: what the step's list gave. */
int amp_trail_next(struct amp_trail *t, struct amp_conductor *c, int64_t scheduled_at, const struct amp_parsed *parsed,
                   bool interrupted, struct amp_err *err) AMP_CHECK;
void amp_trail_free(struct amp_trail *t); /* NULL-safe */

/* ---- snapshot.c ---- */
struct amp_task;
struct amp_lane { /* one unit after the other */
	struct amp_round *round;
	struct amp_unit *unit;
	size_t next;
	int64_t oldest_ranked; /* of this unit: where a chronological feed that goes back must reach */
	struct amp_task *task;
	struct amp_trail *trail; /* walks under way; NULL: none */
};
struct amp_round {
	struct amp_conductor *c;
	int64_t id, scheduled_at, window_end, index;
	struct amp_key key;
	struct amp_unit *units;
	size_t n_units, next_unit;
	struct amp_lane *lanes;
	int64_t last_closed_us;
	bool dense;  /* snapshots come faster than they need be committed one by one */
	bool ending; /* deadline or signal: nothing more is begun */
	bool signalled;
};
/* Begins the next feed of the lane (its slot claimed, its first request submitted); none left: the lane rests. */
int amp_lane_next(struct amp_lane *lane, struct amp_err *err) AMP_CHECK;
/* Forgets a snapshot that could not be finished (an error): the next start adopts what the archive holds of it. */
void amp_lane_drop(struct amp_lane *lane);
/* context: the conductor. Archives an exchange and moves its snapshot on. */
int amp_round_exchange(void *context, struct amp_exchange *x, struct amp_err *err);

#endif

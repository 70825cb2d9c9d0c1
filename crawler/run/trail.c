/* trail.c: where a persona stands on its walks. */
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "run/conductor.h"
#include "run/walk.h"
#include "run_sql.h"

static int no_memory(const struct amp_study_feed *f, struct amp_err *err)
{
	return amp_fail(err, AMP_ENOMEM, _("Out of memory while walking the feed %s."), f->name);
}

static int whole_walks(struct amp_trail *t, struct amp_conductor *c, int64_t round_id, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, c->store, &AMP_SQL_RUN_WALKS_WHOLE, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, round_id);
	amp_query_bind_i64(&q, c->persona_ids[t->persona]);
	amp_query_bind_i64(&q, c->feed_ids[t->feed]);
	amp_query_bind_i64(&q, c->study->feeds[t->feed].walk.steps);
	for (;;) {
		rc = amp_query_step(&q, err);
		if (rc != 1) break;
		int64_t walk = amp_query_i64(&q, 0);
		if (walk > 0 && walk <= AMP_WALK_SEEDS_MAX) t->whole[walk] = true;
	}
	amp_query_end(&q);
	return rc;
}

static void next_walk(struct amp_trail *t, const struct amp_feed_walk *w)
{
	do t->walk++;
	while (t->walk <= (int64_t)w->n_seeds && t->whole[t->walk]);
	t->step = 0;
	t->parent_rank = -1;
	t->over = t->walk > (int64_t)w->n_seeds;
	amp_arena_reset(t->arena);
	t->n_asked = 0;
	if (!t->over) t->asked[t->n_asked++] = w->seeds[t->walk - 1];
}

int amp_trail_begin(struct amp_trail **out, struct amp_conductor *c, int64_t round_id, size_t persona, size_t feed, int64_t slot_id,
                    int64_t attempt, struct amp_err *err)
{
	const struct amp_study_feed *f = &c->study->feeds[feed];
	struct amp_trail *t = amp_calloc(1, sizeof *t);
	*out = t;
	if (!t) return no_memory(f, err);
	*t = (struct amp_trail){.persona = persona, .feed = feed, .slot_id = slot_id, .attempt = attempt};
	t->arena = amp_arena_new(0);
	int rc = t->arena ? 0 : no_memory(f, err);
	/* The first attempt has nothing behind it. */
	if (rc == 0 && attempt > 1) rc = whole_walks(t, c, round_id, err);
	if (rc == 0) next_walk(t, &f->walk);
	return rc;
}

int amp_trail_next(struct amp_trail *t, struct amp_conductor *c, int64_t scheduled_at, const struct amp_parsed *parsed,
                   bool interrupted, struct amp_err *err)
{
	const struct amp_study_feed *f = &c->study->feeds[t->feed];
	const struct amp_walk_entry *follow = NULL;
	struct amp_walk_list list;
	t->stored++;
	if (t->step + 1 < f->walk.steps && amp_walk_goes_on(parsed->verdict, interrupted)) {
		struct amp_walk_draw draw = {.scheduled_at = scheduled_at,
		                             .cluster = c->study->personas[c->study->personas[t->persona].cluster].name,
		                             .feed = f->name,
		                             .walk = t->walk,
		                             .step = t->step};
		memcpy(&draw.seed, &c->seed, sizeof draw.seed); /* as the preamble has it: the same 64 bits */
		if (!amp_walk_list_start(&list, t->asked, t->n_asked, f->depth, amp_kind_name(f->endpoint->kind), t->arena))
			return no_memory(f, err);
		amp_walk_list_parsed(&list, parsed);
		follow = amp_walk_choose(&list, f->walk.policy, &draw);
	}
	if (follow) {
		const char *item = amp_arena_strndup(t->arena, follow->id.p, follow->id.n);
		if (!item) return no_memory(f, err);
		t->asked[t->n_asked++] = item;
		t->parent_rank = follow->rank;
		t->step++;
		return 0;
	}
	/* Who was refused is not argued with: the walks that were not begun are not begun. */
	t->blocked = parsed->verdict == AMP_VERDICT_BLOCKED;
	if (t->blocked)
		t->over = true;
	else
		next_walk(t, &f->walk);
	return 0;
}

void amp_trail_free(struct amp_trail *t)
{
	if (!t) return;
	amp_arena_free(t->arena);
	amp_free(t);
}

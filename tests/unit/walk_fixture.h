/* walk_fixture.h: walks small enough to work out by hand, and their measures. A list has ten entries unless it says otherwise. */
#ifndef AMP_TEST_WALK_FIXTURE_H
#define AMP_TEST_WALK_FIXTURE_H
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include "fixture_db.h"
#include "metrics/metrics.h"
#include "metrics/walks.h"

#define assert_near(a, b, eps) assert_true(fabs((a) - (b)) <= (eps))
#define END (-9)     /* of a row of lists */
#define BLOCKED (-1) /* what the step gave instead of a list */
#define EMPTY (-2)
#define PARTIAL (-3)
#define UNSCORED (-4)

struct world {
	struct fx x;
	int64_t ranked, chronological;
	struct amp_frame *frame;
	struct amp_floor *floors;
	struct amp_sums *sums;
	struct amp_walks *walks;
	struct amp_estimates *all;
};

static inline int plan(void *user, struct amp_arena *a, const char *text, struct amp_plan *p, struct amp_err *err)
{
	(void)user;
	(void)a;
	(void)text;
	(void)err;
	*p = (struct amp_plan){.alpha = .05, .time_block_ms = FX_DAY, .seed = 1};
	return 0;
}

static inline void start(struct world *w)
{
	memset(w, 0, sizeof *w);
	fx_open(&w->x, "{}");
	w->ranked = fx_feed(&w->x, "related", "youtube", "algorithmic");
	w->chronological = fx_feed(&w->x, "unranked", "youtube", "chronological");
	(void)fx_pair(&w->x, "pair", w->ranked, w->chronological, "alternative");
	w->x.cell = fx_cell(&w->x, 100, true);
	w->x.detector = fx_detector(&w->x, "marker");
}

static inline void analyse(struct world *w)
{
	struct amp_err err = {0};
	fx_ready(&w->x);
	int rc = amp_frame_load(&w->frame, w->x.store, NULL, plan, NULL, &err);
	if (rc == 0) rc = amp_floors_measure(&w->floors, w->frame, w->x.store, &err);
	if (rc == 0) rc = amp_sums_load(&w->sums, w->frame, w->x.store, 0, 0, &err);
	if (rc == 0) rc = amp_walks_load(&w->walks, w->frame, w->x.store, 0, 0, &err);
	if (rc == 0) w->sums->walks = w->walks;
	if (rc == 0) rc = amp_estimates_make(&w->all, w->frame, w->floors, w->sums, w->x.store, &err);
	if (rc == 0) rc = amp_estimates_save(w->all, w->frame, w->x.store, &err);
	if (rc != 0) fail_msg("%s", err.text);
	for (size_t i = 0; i < w->all->n; i++) {
		const struct amp_estimate *e = &w->all->v[i];
		if (e->estimate.known == (e->null_reason != NULL))
			fail_msg("%s: a value and a reason, or neither", e->metric->name);
		if (e->estimate.known && !(e->lo.known && e->hi.known) && !e->interval_note)
			fail_msg("%s: no bound and no note", e->metric->name);
	}
}

static inline void stop(struct world *w)
{
	amp_frame_free(w->frame);
	fx_close(&w->x);
}

static inline bool of_grid(const struct amp_estimate *e)
{
	return e->family && strcmp(e->family, "sensitivity") == 0;
}

/* Of all personas; under another choice where lists or another cell are asked for. */
static inline const struct amp_estimate *find_of(const struct world *w, const char *metric, const char *feed, const char *target,
                                                 size_t lists, size_t cell)
{
	for (size_t i = 0; i < w->all->n; i++) {
		const struct amp_estimate *e = &w->all->v[i];
		if (strcmp(e->metric->name, metric) != 0 || strcmp(e->target, target) != 0 || e->cluster != AMP_NO_INDEX) continue;
		if (e->lists != lists || e->cell != cell || of_grid(e) != (lists > 0 || cell > 0)) continue;
		if (feed ? e->feed != AMP_NO_INDEX && strcmp(w->frame->feeds[e->feed].name, feed) == 0 : e->pair != AMP_NO_INDEX)
			return e;
	}
	fail_msg("no %s of %s", metric, target);
	return NULL;
}

static inline const struct amp_estimate *find(const struct world *w, const char *metric, const char *feed)
{
	return find_of(w, metric, feed, "any", 0, 0);
}

static inline const struct amp_walk_curve *curve(const struct world *w, const char *feed)
{
	for (size_t i = 0; i < w->frame->n_feeds; i++)
		if (strcmp(w->frame->feeds[i].name, feed) == 0) return &w->walks->feeds[i].curve;
	return NULL;
}

/* Of the walks that follow: whom flagged entries aim at, and when they begin. */
static const char *aims_at;
static int64_t begun;
static int64_t stored; /* the first list's answer; the next ones' follow. 0: all of their own */

/* One walk: what each step gave, flagged entries of a list or one of the words above. */
static inline void walk_attempt(struct world *w, int64_t round, int64_t persona, int64_t feed, int64_t number, int64_t attempt,
                                const int *step)
{
	int64_t parent = 0;
	for (int i = 0; step[i] != END; i++) {
		const char *verdict = step[i] == BLOCKED   ? "blocked"
		                      : step[i] == EMPTY   ? "empty"
		                      : step[i] == PARTIAL ? "partial"
		                                           : "ok";
		(void)fx_shot(&w->x, &(struct fx_shot){.round = round,
		                                       .persona = persona,
		                                       .feed = feed,
		                                       .verdict = verdict,
		                                       .started_at = begun ? begun : FX_START,
		                                       .n = strcmp(verdict, "ok") == 0 ? 10 : 0,
		                                       .flagged = step[i] > 0 ? step[i] : 0,
		                                       .target = aims_at,
		                                       .payload = stored ? stored + i : 0,
		                                       .unscored = step[i] == UNSCORED,
		                                       .walk = number,
		                                       .step = i,
		                                       .attempt = attempt,
		                                       .parent = parent,
		                                       .parent_rank = 0});
		parent = w->x.snapshot;
	}
}
#define walk(w, round, persona, feed, number, ...) \
	walk_attempt((w), (round), (persona), (feed), (number), 1, (const int[]){__VA_ARGS__, END})

#endif

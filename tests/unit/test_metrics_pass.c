/* What the one pass over the lists stands on: numbers for row ids, distances of a round, places, the grid in one scan, attempts. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include "base/mem.h"
#include "base/rng.h"
#include "fixture_db.h"
#include "metrics/private.h"

static int plan(void *user, struct amp_arena *a, const char *text, struct amp_plan *p, struct amp_err *err)
{
	(void)a;
	(void)text;
	(void)err;
	*p = (struct amp_plan){.alpha = .05, .time_block_ms = FX_DAY, .seed = 1, .target = user};
	return 0;
}

/* ---- idmap.c ---- */
static void check_ids(const int64_t *ids, size_t n, bool table, bool search)
{
	struct amp_idmap m;
	struct amp_err err = {0};
	assert_int_equal(amp_idmap_make(&m, ids, n, &err), 0);
	assert_int_equal(m.at != NULL, table);
	assert_int_equal(m.ids != NULL, search);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(amp_idmap_find(&m, ids[i]), i);
		for (int64_t off = -1; off <= 1; off += 2) { /* a neighbour is found only where it is one of them */
			int64_t near = (int64_t)((uint64_t)ids[i] + (uint64_t)off);
			size_t at = AMP_NO_NUMBER;
			for (size_t j = 0; j < n; j++)
				if (ids[j] == near) at = j;
			assert_true(amp_idmap_find(&m, near) == at);
		}
	}
	amp_idmap_free(&m);
	assert_true(amp_idmap_find(&m, n ? ids[0] : 0) == AMP_NO_NUMBER);
	/* the order in which they come says nothing of the numbers */
	int64_t back[8] = {0};
	assert_true(n <= 8);
	for (size_t i = 0; i < n; i++) back[i] = ids[(n + n / 2 - i) % n];
	assert_int_equal(amp_idmap_make(&m, back, n, &err), 0);
	assert_int_equal(m.at != NULL, table);
	assert_int_equal(m.ids != NULL, search);
	for (size_t i = 0; i < n; i++) assert_int_equal(amp_idmap_find(&m, ids[i]), i);
	amp_idmap_free(&m);
}

static void test_ids_have_numbers(void **state)
{
	(void)state;
	static const int64_t close[] = {7, 8, 9, 10}, gaps[] = {-3, 0, 1, 20, 21}, far[] = {INT64_MIN, -5, 0, 1, INT64_MAX},
			     one[] = {INT64_MAX};
	check_ids(close, 4, false, false);
	check_ids(gaps, 5, true, false);
	check_ids(far, 5, false, true);
	check_ids(one, 1, false, false);
	check_ids(NULL, 0, false, false);
}

/* ---- texts.c: versions in another order than their items, one of another item between two of one; authors of flagged texts alone ---- */
static void test_texts(void **state)
{
	(void)state;
	static const struct {
		int64_t id, item, author;
		double score; /* below 0: no detection */
		int32_t number;
		uint32_t known_author;
		uint8_t state;
	} rows[] = {{20, 3, 1, .9, 2, 1, AMP_TEXT_FLAGGED},
	            {21, 1, 2, .1, 0, 0, AMP_TEXT_SCORED},
	            {23, 2, 0, .9, 1, 0, AMP_TEXT_FLAGGED},
	            {24, 1, 2, .9, 0, 2, AMP_TEXT_FLAGGED},
	            {25, 3, 1, -1, 2, 0, AMP_TEXT_MISSING}};
	enum { ROWS = sizeof rows / sizeof *rows };
	struct fx x;
	struct amp_frame *frame;
	struct amp_texts t;
	struct amp_err err = {0};
	fx_open(&x, "{}");
	x.cell = fx_cell(&x, 3, true);
	x.detector = fx_detector(&x, "marker");
	(void)fx_shot(&x, &(struct fx_shot){.round = fx_round(&x, FX_START),
	                                    .persona = fx_persona(&x, "p", 0, 1),
	                                    .feed = fx_feed(&x, "top", "bluesky", "algorithmic"),
	                                    .verdict = "ok",
	                                    .n = 1});
	for (int64_t id = 1; id <= 3; id++) {
		char native[8];
		(void)snprintf(native, sizeof native, "i%d", (int)id);
		(void)FX(&x, "INSERT INTO item (key, id, platform, native_id) VALUES (?1, ?2, 'bluesky', ?3)", true, "is", id,
		         native);
		(void)FX(&x, "INSERT INTO author (key, id, platform, native_id) VALUES (?1, ?2, 'bluesky', ?3)", true, "is", id,
		         native);
	}
	for (size_t i = 0; i < ROWS; i++) {
		(void)FX(
			&x,
			"INSERT INTO item_version (key, id, item_id, kind, text, author_id) VALUES (?1, ?2, ?3, 'post', 'made up', ?4)",
			true, "iiI", rows[i].id, rows[i].item, rows[i].author);
		if (rows[i].score >= 0) fx_score(&x, rows[i].id, rows[i].score);
	}
	fx_ready(&x);
	assert_int_equal(amp_frame_load(&frame, x.store, NULL, plan, NULL, &err), 0);
	assert_int_equal(amp_texts_load(&t, frame, x.store, 0, 0, &err), 0);
	assert_true(t.n == ROWS && t.n_items == 3);
	for (size_t i = 0; i < ROWS; i++) {
		assert_int_equal(amp_idmap_find(&t.ids, rows[i].id), i);
		assert_int_equal(t.item[i], rows[i].number);
		assert_int_equal(t.author[i], rows[i].known_author);
		assert_int_equal(t.state[i], rows[i].state);
	}
	amp_texts_free(&t);
	amp_frame_free(frame);
	fx_close(&x);
}

/* ---- metric_engagement_gap.c: the table of logarithms says what log1p says, and is asked only for what stands in it ---- */
static void test_logs_from_a_table(void **state)
{
	(void)state;
	static const float others[] = {0, 1, 2.5F, -3, AMP_LOGS - 1, AMP_LOGS, 1e9F};
	enum { OTHERS = sizeof others / sizeof *others };
	double *logs = amp_malloc(AMP_LOGS * sizeof *logs), mean = 0; /* from the heap, so that its end is watched */
	struct amp_entry v[OTHERS + 1] = {{.flagged = true, .counted = true, .engagement = 7}};
	struct amp_visit with = {.ranked = {.v = v, .n = OTHERS + 1, .top = OTHERS + 1}, .logs = logs}, without = with;
	struct amp_figure a = {0, 0, 0, 0}, b = a, c = a;
	const struct amp_metric *gap = amp_metric_find("engagement_gap");
	without.logs = NULL;
	assert_non_null(logs);
	for (size_t i = 0; i < AMP_LOGS; i++) logs[i] = log1p((double)i);
	for (size_t i = 0; i < OTHERS; i++) {
		v[i + 1] = (struct amp_entry){.counted = true, .engagement = others[i]};
		mean += others[i] < 0 ? -log(1 - (double)others[i]) : log(1 + (double)others[i]);
	}
	assert_true(gap->visit(&with, &a) && gap->visit(&without, &b));
	assert_true(a.m > 0 && fabs(a.x - (log(8) - mean / OTHERS)) < 1e-12);
	assert_memory_equal(&a, &b, sizeof a);
	logs[7] = 100; /* it is the table that was asked */
	assert_true(gap->visit(&with, &c) && c.x > 50);
	amp_free(logs);
}

/* ---- floor.c: the same distances as from amp_rbo and amp_jaccard, pair by pair, to the last bit ---- */
enum { PERSONAS = 5, LONGEST = 40 };

static void add_pair(const int32_t *a, size_t na, const int32_t *b, size_t nb, struct amp_distance *d)
{
	int64_t x[LONGEST], y[LONGEST];
	struct amp_rbo r;
	struct amp_real j;
	struct amp_err err = {0};
	bool known;
	for (size_t i = 0; i < na; i++) x[i] = a[i];
	for (size_t i = 0; i < nb; i++) y[i] = b[i];
	assert_int_equal(amp_rbo(x, na, y, nb, AMP_FLOOR_RBO_P, &r, &known, &err), 0);
	if (!known) return;
	assert_int_equal(amp_jaccard(x, na, y, nb, &j, &err), 0);
	d->rbo += r.ext > 1 - 1e-12 ? 0 : 1 - r.ext;
	d->jaccard += 1 - j.v;
	d->n++;
}

static void test_distances_of_a_round(void **state)
{
	(void)state;
	struct amp_frame_persona personas[PERSONAS] = {
		{.cluster = 0}, {.cluster = 0}, {.cluster = 1}, {.cluster = 2}, {.cluster = 3}};
	struct amp_shot shots[PERSONAS] = {{.state = AMP_SHOT_OK},
	                                   {.state = AMP_SHOT_OK},
	                                   {.state = AMP_SHOT_OK},
	                                   {.state = AMP_SHOT_OK},
	                                   {.state = AMP_SHOT_DRIFT}};
	const struct amp_frame f = {.personas = personas, .n_personas = PERSONAS, .n_feeds = 1, .n_rounds = 1, .shots = shots};
	int32_t lists[PERSONAS][LONGEST];
	struct amp_items items[PERSONAS];
	struct amp_floor_work work = {.n_local = 0};
	struct amp_spots spots;
	struct amp_err err = {0};
	struct amp_rng rng;
	size_t uneven = 0, repeated = 0;
	amp_rng_seed_label(&rng, 3, "lists");
	assert_int_equal(amp_spots_make(&spots, 60, &err), 0);
	for (int round = 0; round < 200; round++) {
		struct amp_floor_round s = {.twin_rounds = 0}, by_hand = {.twin_rounds = 0};
		for (size_t p = 0; p < PERSONAS; p++) {
			items[p] = (struct amp_items){lists[p], (size_t)amp_rng_below(&rng, LONGEST + 1), LONGEST};
			for (size_t i = 0; i < items[p].n; i++) lists[p][i] = (int32_t)amp_rng_below(&rng, round % 2 ? 60 : 20);
			uneven += p > 0 && items[p].n != items[p - 1].n;
			repeated += items[p].n > 20 && round % 2 == 0;
		}
		assert_int_equal(amp_floor_measure_round(&f, 0, 0, items, &spots, &work, &s, &err), 0);
		for (size_t a = 0; a < PERSONAS - 1; a++) /* the last one's snapshot does not count */
			for (size_t b = a + 1; b < PERSONAS - 1; b++)
				add_pair(lists[a], items[a].n, lists[b], items[b].n, b == 1 ? &by_hand.twin : &by_hand.between);
		assert_int_equal(s.twin.n, by_hand.twin.n);
		assert_int_equal(s.between.n, by_hand.between.n);
		assert_memory_equal(&s.twin, &by_hand.twin, sizeof s.twin);
		assert_memory_equal(&s.between, &by_hand.between, sizeof s.between);
	}
	assert_true(uneven > 100 && repeated > 100);
	amp_floor_work_free(&work);
	amp_spots_free(&spots);
}

/* Stamps begin again after 2^32 times, and old ones must not pass for new ones then. */
static void test_spots_forget(void **state)
{
	(void)state;
	struct amp_spots s;
	struct amp_err err = {0};
	assert_int_equal(amp_spots_make(&s, 2, &err), 0);
	amp_spots_clear(&s);
	amp_spots_put(&s, 0, 5); /* with stamp 1 */
	assert_int_equal(amp_spots_get(&s, 0), 5);
	assert_int_equal(amp_spots_get(&s, 1), -1);
	s.stamp = UINT32_MAX;
	amp_spots_clear(&s);
	assert_int_equal(amp_spots_get(&s, 0), -1);
	assert_int_equal(amp_spots_get(&s, 1), -1); /* never put */
	amp_spots_clear(&s);
	assert_int_equal(amp_spots_get(&s, 0), -1);
	amp_spots_free(&s);
}

/* ---- places.c and what was shown ---- */
static void shot(struct fx *x, int64_t round, int64_t persona, int64_t feed, const int64_t *items, int64_t n, int64_t flagged,
                 int64_t missing)
{
	(void)fx_shot(x, &(struct fx_shot){.round = round,
	                                   .persona = persona,
	                                   .feed = feed,
	                                   .verdict = "ok",
	                                   .started_at = FX_START,
	                                   .items = items,
	                                   .n = n,
	                                   .flagged = flagged,
	                                   .missing = missing});
}

/* The same from memory as counted anew; and not one stratum's for another's. */
static void check_exclusions(const struct amp_frame *f, struct amp_sums *sums)
{
	struct amp_sums anew = *sums;
	int64_t seen[3];
	anew.exclusions = NULL;
	for (int again = 0; again < 2; again++)
		for (size_t i = 0; i < 3; i++) {
			struct amp_exclusions x, y;
			amp_exclusions_count(f, sums, 0, i == 2 ? 0 : AMP_NO_INDEX, i == 2 ? AMP_NO_INDEX : i, &x);
			amp_exclusions_count(f, &anew, 0, i == 2 ? 0 : AMP_NO_INDEX, i == 2 ? AMP_NO_INDEX : i, &y);
			assert_memory_equal(&x, &y, sizeof x);
			seen[i] = 100 * x.state[AMP_SHOT_OK] + 10 * x.state[AMP_SHOT_UNSCORED] + x.state[AMP_SHOT_MISSED];
		}
	assert_true(seen[0] == 101 && seen[1] == 110 && seen[2] == 110); /* latest; top; the pair, whose first side says why */
}

/* scale: between the ids of texts, which mean nothing. */
static struct amp_lists *measure_places(struct fx *x, struct amp_frame **frame, int64_t scale)
{
	struct amp_err err = {0};
	struct amp_sums *sums;
	struct amp_lists *lists;
	int64_t first[] = {1, 2, 3, 4}, second[] = {4, 1}, third[] = {3};
	fx_open(x, "{}");
	int64_t top = fx_feed(x, "top", "bluesky", "algorithmic"), latest = fx_feed(x, "latest", "bluesky", "chronological"),
		p = fx_persona(x, "p", 0, 1), round = fx_round(x, FX_START), next = fx_round(x, FX_START + FX_DAY);
	(void)fx_pair(x, "pair", top, latest, "alternative");
	x->cell = fx_cell(x, 3, true);
	x->depth = 3;
	x->detector = fx_detector(x, "marker");
	for (int64_t id = 1; id <= 5; id++)
		if (id != 3) fx_score(x, id * scale, id == 2 || id == 4 ? .9 : .1);
	for (int i = 0; i < 4; i++) first[i] *= scale;
	for (int i = 0; i < 2; i++) second[i] *= scale;
	third[0] *= scale;
	shot(x, round, p, top, first, 4, 1, 1);
	shot(x, round, p, latest, second, 2, 1, 0);
	shot(x, next, p, top, third, 1, 0, 1);
	(void)fx_shot(x, &(struct fx_shot){.round = next, .persona = p, .feed = latest}); /* missed */
	fx_ready(x);
	int rc = amp_frame_load(frame, x->store, NULL, plan, NULL, &err);
	if (rc == 0) rc = amp_sums_load(&sums, *frame, x->store, 0, 0, &err);
	if (rc == 0) rc = amp_lists_measure(&lists, *frame, x->store, sums, &err);
	if (rc != 0) fail_msg("%s", err.text);
	assert_int_equal(lists->disagreeing, 0);
	check_exclusions(*frame, sums);
	return lists;
}

static void check_places(int64_t scale)
{
	struct fx x;
	struct amp_frame *frame;
	const struct amp_lists *lists = measure_places(&x, &frame, scale);
	const struct amp_places *latest = &lists->places[0], *top = &lists->places[1]; /* by name */
	assert_int_equal(top->depth, 3);
	/* 2 is flagged at place 1; 3 is not scored; the fourth entry is beyond the depth; the second visit ends after one */
	assert_int_equal(top->visits, 2);
	assert_true(top->shown[0] == 1 && top->shown[1] == 1 && top->shown[2] == 0 && top->shown[3] == 0);
	assert_true(top->flagged[0] == 0 && top->flagged[1] == 1 && top->first[1] == 1);
	assert_true(top->ended[1] == 1 && top->ended[2] == 0 && top->ended[3] == 0);
	assert_true(latest->visits == 1 && latest->shown[0] == 1 && latest->flagged[0] == 1 && latest->first[0] == 1 &&
	            latest->shown[1] == 1);
	for (int64_t id = 1; id <= 4; id++) assert_true(amp_lists_shown(lists, id * scale));
	assert_false(amp_lists_shown(lists, 5 * scale));
	assert_false(amp_lists_shown(lists, 0));
	assert_false(amp_lists_shown(lists, 4 * scale + 1));
	assert_false(amp_lists_shown(NULL, 1));
	amp_frame_free(frame);
	fx_close(&x);
}

static void test_places_by_hand(void **state)
{
	(void)state;
	check_places(1);
	check_places(9);
	check_places(INT64_C(1) << 40); /* too far apart for a table */
}

/* ---- the grid ---- */
enum { CELLS = 70 }; /* more than are in memory at once */

static void check_sums(const struct amp_frame *f, const struct amp_sums *a, const struct amp_sums *b, const char *target)
{
	size_t shots = amp_shot_count(f);
	const struct amp_sums_target *x = amp_sums_find(a, target), *y = amp_sums_find(b, target);
	assert_true(a->detector == b->detector && a->cell == b->cell);
	assert_memory_equal(a->present, b->present, shots);
	assert_memory_equal(a->n, b->n, shots * sizeof *a->n);
	assert_memory_equal(a->missing, b->missing, shots * sizeof *a->missing);
	assert_memory_equal(a->discount_total, b->discount_total, shots * sizeof *a->discount_total);
	assert_int_equal(x != NULL, y != NULL);
	if (!x) return;
	assert_memory_equal(x->flagged, y->flagged, shots * sizeof *x->flagged);
	assert_memory_equal(x->discounted, y->discounted, shots * sizeof *x->discounted);
	assert_int_equal(x->total, y->total);
}

static void grid_world(struct fx *x)
{
	fx_open(x, "{}");
	int64_t feed = fx_feed(x, "top", "bluesky", "algorithmic"), p = fx_persona(x, "p", 0, 1);
	for (int64_t c = 0; c < CELLS; c++) {
		int64_t id = fx_cell(x, 1 + c, c == 0);
		if (c == 0) x->cell = id;
	}
	x->detector = fx_detector(x, "marker");
	int64_t other = fx_detector(x, "lexicon");
	for (int64_t r = 0; r < 3; r++)
		(void)fx_shot(x, &(struct fx_shot){.round = fx_round(x, FX_START + r * FX_DAY),
		                                   .persona = p,
		                                   .feed = feed,
		                                   .verdict = "ok",
		                                   .started_at = FX_START + r * FX_DAY,
		                                   .n = 90,
		                                   .flagged = 7 + r,
		                                   .target = "women"});
	for (int d = 0; d < 2; d++) {
		static const char *const targets[] = {"any", "women", "gay"};
		for (int t = 0; t < 3; t++)
			(void)FX(
				x,
				"INSERT INTO snapshot_sum SELECT p.id, ?1, g.id, ?2, 90, 1, (p.id * 7 + g.id * 3 + ?1 + ?3) % 80, g.id / 10.0, g.id"
				" FROM parse p, grid_cell g WHERE NOT EXISTS (SELECT 1 FROM snapshot_sum s"
				" WHERE s.parse_id = p.id AND s.detector_id = ?1 AND s.grid_cell_id = g.id AND s.target = ?2)",
				false, "isi", d ? other : x->detector, targets[t], (int64_t)t);
	}
	fx_ready(x);
}

/* Cell by cell from the grid, what a scan for that one alone gives. */
static void test_grid_in_one_scan_and_in_several(void **state)
{
	(void)state;
	struct fx x;
	struct amp_frame *frame;
	struct amp_err err = {0};
	struct amp_sums *primary, *alone;
	const struct amp_sums *sums;
	struct amp_grid grid;
	size_t seen = 0;
	char target[] = "women";
	grid_world(&x);
	assert_int_equal(amp_frame_load(&frame, x.store, NULL, plan, target, &err), 0);
	assert_int_equal(frame->n_detectors, 2);
	assert_int_equal(amp_sums_load(&primary, frame, x.store, 0, 0, &err), 0);
	assert_int_equal(primary->n_others, AMP_GRID_MOST);
	assert_non_null(amp_sums_find(primary, "gay"));
	amp_grid_start(&grid, frame, primary);
	for (;;) {
		assert_int_equal(amp_grid_load(&grid, x.store, &sums, &err), 0);
		if (!sums) break;
		seen++;
		assert_int_equal(sums->detector * CELLS + sums->cell, seen); /* each once, in order */
		assert_int_equal(amp_sums_load(&alone, frame, x.store, sums->detector, sums->cell, &err), 0);
		check_sums(frame, sums, alone, "any");
		check_sums(frame, sums, alone, "women");
		assert_true(sums->targets[0].total > 0);
		assert_null(amp_sums_find(sums, "gay")); /* nobody asks for it there */
	}
	amp_grid_end(&grid);
	assert_int_equal(seen, 2 * CELLS - 1);
	amp_frame_free(frame);
	fx_close(&x);
}

/* ---- attempts ---- */
static int64_t attempt(struct fx *x, int64_t round, int64_t persona, int64_t feed, int64_t number, const char *verdict)
{
	int64_t snapshot =
			FX(x,
	                   "INSERT INTO snapshot (key, round_id, persona_id, feed_id, attempt, depth_asked, started_at, ended_at)"
	                   " VALUES (?1, ?2, ?3, ?4, ?5, 10, 1, 1)",
	                   true, "iiii", round, persona, feed, number),
		parse = FX(
			x,
			"INSERT INTO parse (key, snapshot_id, adapter, adapter_version, engine_version, verdict, items, organic_items)"
			" VALUES (?1, ?2, 'bluesky', '1', '1', ?3, 1, 1)",
			true, "is", snapshot, verdict);
	(void)FX(x, "INSERT INTO snapshot_current (snapshot_id, parse_id) VALUES (?1, ?2)", false, "ii", snapshot, parse);
	return snapshot;
}

/* The last good one counts; where none is good, the last: in whatever order the rows come. */
static void test_last_good_attempt(void **state)
{
	(void)state;
	struct fx x;
	struct amp_frame *f;
	struct amp_err err = {0};
	fx_open(&x, "{}");
	int64_t feed = fx_feed(&x, "top", "bluesky", "algorithmic"), p = fx_persona(&x, "p", 0, 1), round[3], wanted[3];
	for (int r = 0; r < 3; r++) round[r] = fx_round(&x, FX_START + r * FX_DAY);
	(void)attempt(&x, round[0], p, feed, 4, "failed");
	wanted[0] = attempt(&x, round[0], p, feed, 3, "ok");
	(void)attempt(&x, round[0], p, feed, 1, "ok");
	(void)attempt(&x, round[1], p, feed, 1, "drift");
	wanted[1] = attempt(&x, round[1], p, feed, 3, "blocked");
	(void)attempt(&x, round[1], p, feed, 2, "failed");
	(void)attempt(&x, round[2], p, feed, 1, "ok");
	wanted[2] = attempt(&x, round[2], p, feed, 2, "ok");
	(void)attempt(&x, round[2], p, feed, 3, "empty");
	fx_ready(&x);
	assert_int_equal(amp_frame_load(&f, x.store, NULL, plan, NULL, &err), 0);
	for (int r = 0; r < 3; r++) assert_int_equal(f->shots[r].snapshot_id, wanted[r]);
	assert_int_equal(f->shots[1].state, AMP_SHOT_BLOCKED);
	amp_frame_free(f);
	fx_close(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ids_have_numbers),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_logs_from_a_table),
		cmocka_unit_test(test_distances_of_a_round),
		cmocka_unit_test(test_spots_forget),
		cmocka_unit_test(test_places_by_hand),
		cmocka_unit_test(test_grid_in_one_scan_and_in_several),
		cmocka_unit_test(test_last_good_attempt),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

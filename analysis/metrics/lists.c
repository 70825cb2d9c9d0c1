/* lists.c: one pass over the lists, a round at a time, for all that needs the entries in their order: metrics, noise floors, places.
 *
 * In memory are the lists of this round and of the one before, whatever the study's length.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/i18n.h"
#include "base/log.h"
#include "base/mem.h"
#include "metrics/private.h"

#define DEPTH_WITHOUT_CELLS 50

struct kept { /* one persona's list of one feed */
	struct amp_kept list;
	struct amp_seen seen;
	bool read; /* and its flags are those of the stored sums */
};
struct due { /* a list to be read */
	int64_t parse_id;
	size_t shot, at; /* at: in now */
};
struct author {
	uint32_t id, flagged;
};
struct pass {
	const struct amp_frame *f;
	const struct amp_sums *sums; /* NULL: floors alone */
	struct amp_list_reader reader;
	struct amp_spots spots;
	struct amp_lists *out;
	struct kept *now, *before; /* persona * feeds + feed */
	struct amp_recall *recall; /* the same */
	struct due *due;           /* of one round */
	bool *to_end;              /* of a feed: its whole list is wanted */
	struct author *authors;
	size_t n_authors;
	int32_t *places;
	size_t n_places;
	struct amp_floor_round *rounds; /* feed * rounds + round; NULL: floors are not asked for */
	struct amp_items *items;        /* one a persona */
	struct amp_floor_work work;
	double *logs; /* see struct amp_visit */
};

/* Of each flagged entry, how many flagged ones above it are by its author. */
static bool count_authors(struct pass *p, struct amp_kept *k)
{
	size_t want = 64;
	while (want < 2 * k->flagged + 2) want *= 2;
	if (want > p->n_authors) {
		amp_free(p->authors);
		p->authors = amp_malloc(want * sizeof *p->authors);
		p->n_authors = p->authors ? want : 0;
	}
	if (!p->authors) return false;
	memset(p->authors, 0, want * sizeof *p->authors);
	for (size_t i = 0; i < k->top; i++) {
		struct amp_entry *e = &k->v[i];
		if (!e->flagged || e->author == 0) continue;
		size_t at = (size_t)(e->author * UINT64_C(0x9E3779B97F4A7C15) >> 20) & (want - 1);
		while (p->authors[at].id != 0 && p->authors[at].id != e->author) at = (at + 1) & (want - 1);
		p->authors[at].id = e->author;
		e->same_author = p->authors[at].flagged++;
	}
	return true;
}

static int read_list(struct pass *p, size_t shot, size_t feed, struct kept *to, struct amp_recall *recall, struct amp_err *err)
{
	struct amp_kept *k = &to->list;
	const struct amp_sums *s = p->sums;
	int rc = amp_list_read(&p->reader, p->f->shots[shot].parse_id, p->to_end[feed], k, err);
	if (rc != 0) return rc;
	p->out->entries += (int64_t)k->n;
	if (p->out->places) amp_places_add(&p->out->places[feed], k->v, k->n);
	if (k->flagged > 1 && !count_authors(p, k)) return AMP_OOM(err);
	if (!s || !s->present[shot])
		return 0; /* no detector has seen it: its order says something of the noise floor all the same */
	/* the stored sums are what every other figure stands on: a list that says something else is not used */
	to->read = k->top == s->n[shot] && k->missing == s->missing[shot] && k->flagged == s->targets[0].flagged[shot];
	p->out->disagreeing += !to->read;
	return to->read ? amp_recall_visit(recall, k->v, k->top, &to->seen, err) : 0;
}

static int by_parse(const void *a, const void *b)
{
	const struct due *x = a, *y = b;
	return (x->parse_id > y->parse_id) - (x->parse_id < y->parse_id);
}

/* In the order in which they lie in the database. */
static int read_lists(struct pass *p, size_t round, struct amp_err *err)
{
	const struct amp_frame *f = p->f;
	size_t n = 0;
	int rc = 0;
	for (size_t at = 0; at < f->n_personas * f->n_feeds; at++) {
		size_t shot = amp_shot_index(f, at / f->n_feeds, at % f->n_feeds, round);
		p->now[at].list.n = p->now[at].list.top = 0;
		p->now[at].read = false;
		if (f->shots[shot].state == AMP_SHOT_OK) p->due[n++] = (struct due){f->shots[shot].parse_id, shot, at};
	}
	if (n > 1) qsort(p->due, n, sizeof *p->due, by_parse);
	for (size_t i = 0; i < n && rc == 0; i++)
		rc = read_list(p, p->due[i].shot, p->due[i].at % f->n_feeds, &p->now[p->due[i].at], &p->recall[p->due[i].at], err);
	return rc;
}

/* ---- places of one list's items in another ---- */
static bool match_both(struct pass *p, const struct amp_kept *a, const struct amp_kept *b)
{
	if (a->n + b->n > p->n_places) {
		amp_free(p->places);
		p->n_places = 2 * (a->n + b->n);
		p->places = amp_malloc(p->n_places * sizeof *p->places);
		if (!p->places) {
			p->n_places = 0;
			return false;
		}
	}
	amp_spots_match(&p->spots, a->v, a->n, b->v, b->n, p->places);
	amp_spots_match(&p->spots, b->v, b->n, a->v, a->n, p->places + a->n);
	return true;
}

static struct amp_list lend(const struct kept *k, const int32_t *other)
{
	return (struct amp_list){k->list.v, k->list.n, k->list.top, other, k->seen};
}

/* ---- asking the metrics ---- */
static void ask(struct pass *p, const struct amp_visit *v, bool paired, size_t stratum, size_t persona, size_t round)
{
	size_t at = amp_list_index(p->f, stratum, persona, round);
	for (size_t i = 0; i < p->out->n_tables; i++) {
		struct amp_list_table *t = &p->out->tables[i];
		struct amp_figure figure = {0, 0, 0, 0};
		if (t->metric->paired != paired || !t->metric->visit(v, &figure)) continue;
		t->v[at] = figure;
		t->has[at] = 1;
	}
}

static int ask_feeds(struct pass *p, size_t persona, size_t round, struct amp_err *err)
{
	static const struct kept none = {0};
	for (size_t d = 0; d < p->f->n_feeds; d++) {
		const struct kept *now = &p->now[persona * p->f->n_feeds + d], *old = &p->before[persona * p->f->n_feeds + d];
		if (!now->read) continue;
		if (!old->read) old = &none;
		if (!match_both(p, &now->list, &old->list)) return AMP_OOM(err);
		struct amp_visit v = {
			.ranked = lend(now, p->places), .before = lend(old, p->places + now->list.n), .logs = p->logs};
		ask(p, &v, false, d, persona, round);
	}
	return 0;
}

static int ask_pairs(struct pass *p, size_t persona, size_t round, struct amp_err *err)
{
	for (size_t i = 0; i < p->f->n_pairs; i++) {
		const struct amp_frame_pair *pair = &p->f->pairs[i];
		const struct kept *a = &p->now[persona * p->f->n_feeds + pair->ranked],
				  *c = &p->now[persona * p->f->n_feeds + pair->chronological];
		if (!a->read || !c->read || strcmp(pair->pool, "different") == 0) continue;
		if (!match_both(p, &a->list, &c->list)) return AMP_OOM(err);
		struct amp_visit v = {.ranked = lend(a, p->places),
		                      .chronological = lend(c, p->places + a->list.n),
		                      .to_oldest_ranked = strcmp(pair->window_rule, "back_to_oldest_ranked") == 0,
		                      .logs = p->logs};
		ask(p, &v, true, i, persona, round);
	}
	return 0;
}

/* ---- the noise floor: distances between the lists of this round ---- */
static int take_items(const struct amp_kept *k, struct amp_items *to, struct amp_err *err)
{
	to->n = 0;
	if (k->top > to->room) {
		int32_t *v = amp_realloc(to->v, k->top * sizeof *v);
		if (!v) return AMP_OOM(err);
		to->v = v;
		to->room = k->top;
	}
	for (size_t e = 0; e < k->top; e++)
		if (k->v[e].item >= 0) to->v[to->n++] = k->v[e].item;
	return 0;
}

static int compare_lists(struct pass *p, size_t round, struct amp_err *err)
{
	int rc = 0;
	for (size_t d = 0; d < p->f->n_feeds && rc == 0; d++) {
		for (size_t i = 0; i < p->f->n_personas && rc == 0; i++)
			rc = take_items(&p->now[i * p->f->n_feeds + d].list, &p->items[i], err);
		if (rc == 0)
			rc = amp_floor_measure_round(p->f, d, round, p->items, &p->spots, &p->work,
			                             &p->rounds[d * p->f->n_rounds + round], err);
	}
	return rc;
}

static int read_round(struct pass *p, size_t round, struct amp_err *err)
{
	int rc;
	struct kept *swap = p->before;
	p->before = p->now;
	p->now = swap;
	rc = read_lists(p, round, err);
	for (size_t i = 0; i < p->f->n_personas && rc == 0; i++) {
		rc = ask_feeds(p, i, round, err);
		if (rc == 0) rc = ask_pairs(p, i, round, err);
	}
	if (rc == 0 && p->rounds) rc = compare_lists(p, round, err);
	return rc == 0 ? amp_list_reader_store(&p->reader, round + 1 == p->f->n_rounds, err) : rc;
}

/* ---- room ---- */
static int make_tables(struct pass *p, struct amp_err *err)
{
	struct amp_arena *a = p->f->arena;
	size_t n = 0;
	for (size_t i = 0; amp_metrics[i]; i++) n += amp_metrics[i]->visit != NULL;
	p->out->tables = amp_arena_new_array(a, struct amp_list_table, n + 1);
	if (!p->out->tables) return AMP_OOM(err);
	for (size_t i = 0; amp_metrics[i]; i++) {
		const struct amp_metric *m = amp_metrics[i];
		if (!m->visit) continue;
		size_t room = (m->paired ? p->f->n_pairs : p->f->n_feeds) * p->f->n_personas * p->f->n_rounds + 1;
		struct amp_list_table *t = &p->out->tables[p->out->n_tables++];
		*t = (struct amp_list_table){m, amp_arena_new_array(a, struct amp_figure, room),
		                             amp_arena_new_array(a, uint8_t, room)};
		if (!t->v || !t->has) return AMP_OOM(err);
	}
	return 0;
}

/* Most counts are small, and every entry of every list has one. */
static int make_logs(struct pass *p, struct amp_err *err)
{
	p->logs = amp_malloc(AMP_LOGS * sizeof *p->logs);
	if (!p->logs) return AMP_OOM(err);
	for (size_t n = 0; n < AMP_LOGS; n++) p->logs[n] = log1p((double)n);
	return 0;
}

static int make_places(struct pass *p, struct amp_err *err)
{
	p->out->places = amp_arena_new_array(p->f->arena, struct amp_places, p->f->n_feeds + 1);
	if (!p->out->places) return AMP_OOM(err);
	for (size_t i = 0; i < p->f->n_feeds; i++)
		p->out->places[i].depth = (int)(p->reader.depth < AMP_PLACES ? p->reader.depth : AMP_PLACES);
	return 0;
}

/* What the pass has met stays known after it, as long as the frame. */
static int keep_shown(struct pass *p, struct amp_err *err)
{
	struct amp_idmap *m = amp_arena_zalloc(p->f->arena, sizeof *m), *from = &p->reader.texts.ids;
	if (!m) return AMP_OOM(err);
	*m = *from;
	if (from->at) m->at = amp_arena_new_array(p->f->arena, uint32_t, from->span);
	if (from->ids) m->ids = amp_arena_new_array(p->f->arena, int64_t, from->n);
	if ((from->at && !m->at) || (from->ids && !m->ids)) return AMP_OOM(err);
	if (m->at) memcpy(m->at, from->at, from->span * sizeof *m->at);
	if (m->ids) memcpy(m->ids, from->ids, from->n * sizeof *m->ids);
	p->out->texts = m;
	return 0;
}

bool amp_lists_shown(const void *lists, int64_t item_version)
{
	const struct amp_lists *l = lists;
	size_t at = l && l->texts ? amp_idmap_find(l->texts, item_version) : AMP_NO_NUMBER;
	return at != AMP_NO_NUMBER && (l->shown[at / 8] >> at % 8 & 1) != 0;
}

static int start(struct pass *p, struct amp_err *err)
{
	const struct amp_frame *f = p->f;
	size_t n = f->n_personas * f->n_feeds + 1;
	p->now = amp_calloc(n, sizeof *p->now);
	p->before = amp_calloc(n, sizeof *p->before);
	p->recall = amp_calloc(n, sizeof *p->recall);
	p->due = amp_calloc(n, sizeof *p->due);
	p->to_end = amp_calloc(f->n_feeds + 1, sizeof *p->to_end);
	p->items = amp_calloc(f->n_personas + 1, sizeof *p->items);
	p->out->shown = amp_arena_zalloc(f->arena, p->reader.texts.n / 8 + 1);
	if (!p->now || !p->before || !p->recall || !p->due || !p->to_end || !p->items || !p->out->shown) return AMP_OOM(err);
	p->reader.shown = p->out->shown;
	for (size_t i = 0; i < f->n_pairs; i++)
		if (strcmp(f->pairs[i].window_rule, "back_to_oldest_ranked") == 0) p->to_end[f->pairs[i].chronological] = true;
	int rc = amp_spots_make(&p->spots, p->reader.texts.n_items, err);
	if (rc == 0 && p->sums) rc = make_tables(p, err);
	if (rc == 0 && p->sums) rc = make_places(p, err);
	if (rc == 0 && p->sums) rc = make_logs(p, err);
	return rc;
}

static void stop(struct pass *p)
{
	size_t n = p->f->n_personas * p->f->n_feeds;
	for (size_t i = 0; p->now && p->before && i < n; i++) {
		amp_free(p->now[i].list.v);
		amp_free(p->before[i].list.v);
	}
	for (size_t i = 0; p->recall && i < n; i++) amp_recall_free(&p->recall[i]);
	for (size_t i = 0; p->items && i < p->f->n_personas; i++) amp_free(p->items[i].v);
	amp_free(p->now);
	amp_free(p->before);
	amp_free(p->recall);
	amp_free(p->due);
	amp_free(p->to_end);
	amp_free(p->items);
	amp_free(p->rounds);
	amp_free(p->authors);
	amp_free(p->places);
	amp_free(p->logs);
	amp_floor_work_free(&p->work);
	amp_spots_free(&p->spots);
	amp_list_reader_free(&p->reader);
}

static int decide_floors(struct pass *p, struct amp_floor **out, struct amp_err *err)
{
	int rc = amp_floors_room(out, p->f, err);
	for (size_t d = 0; d < p->f->n_feeds && rc == 0; d++)
		rc = amp_floor_decide(&(*out)[d], p->f, p->rounds + d * p->f->n_rounds, err);
	return rc;
}

/* floors NULL: not asked for; sums NULL: nothing else is. */
static int run_pass(struct amp_floor **floors, struct amp_lists **out, const struct amp_frame *f, struct amp_store *store,
                    const struct amp_sums *sums, struct amp_err *err)
{
	bool scored = sums && sums->detector < f->n_detectors && sums->cell < f->n_cells;
	size_t cell = scored ? sums->cell : 0;
	struct pass p = {.f = f,
	                 .sums = scored ? sums : NULL,
	                 .out = amp_arena_zalloc(f->arena, sizeof *p.out),
	                 .reader = {.store = store, .depth = f->n_cells ? (size_t)f->cells[cell].depth : DEPTH_WITHOUT_CELLS}};
	int rc = p.out ? 0 : AMP_OOM(err);
	if (out) *out = p.out;
	if (rc != 0 || (!floors && !scored)) return rc;
	rc = amp_list_reader_start(&p.reader, err);
	if (rc == 0) rc = amp_texts_load(&p.reader.texts, f, store, scored ? sums->detector : AMP_NO_INDEX, cell, err);
	if (rc == 0) rc = start(&p, err);
	if (rc == 0 && floors) {
		p.rounds = amp_calloc(f->n_feeds * f->n_rounds + 1, sizeof *p.rounds);
		if (!p.rounds) rc = AMP_OOM(err);
	}
	for (size_t r = 0; rc == 0 && r < f->n_rounds; r++) rc = read_round(&p, r, err);
	if (rc == 0 && floors) rc = decide_floors(&p, floors, err);
	if (rc == 0) rc = keep_shown(&p, err);
	if (rc == 0 && p.reader.damaged > 0)
		amp_log(AMP_WARN, "report",
		        _("%s: stored lists that are not what they should be: %zu, the first that of parse %lld. Their exposures were read."),
		        amp_store_path(store), p.reader.damaged, (long long)p.reader.first_damaged);
	stop(&p);
	return rc;
}

int amp_floors_measure(struct amp_floor **out, const struct amp_frame *f, struct amp_store *store, struct amp_err *err)
{
	return run_pass(out, NULL, f, store, NULL, err);
}

int amp_lists_measure(struct amp_lists **out, const struct amp_frame *f, struct amp_store *store, const struct amp_sums *sums,
                      struct amp_err *err)
{
	return run_pass(NULL, out, f, store, sums, err);
}

int amp_orders_measure(struct amp_floor **floors, struct amp_lists **lists, const struct amp_frame *f, struct amp_store *store,
                       const struct amp_sums *sums, struct amp_err *err)
{
	return run_pass(floors, lists, f, store, sums, err);
}

const struct amp_list_table *amp_lists_find(const struct amp_lists *l, const struct amp_metric *m)
{
	for (size_t i = 0; l && i < l->n_tables; i++)
		if (l->tables[i].metric == m) return &l->tables[i];
	return NULL;
}

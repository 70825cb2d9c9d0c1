/* lists.c: one pass over the exposures, a round at a time, for all metrics that need the entries in their order.
 *
 * Rows of one snapshot lie together in the table, and snapshots of one round nearly so: a round's lists are read one after the other
 * with one statement, each exposure once. In memory are the lists of this round and of the one before, whatever the study's length.
 */
#include <stdlib.h>
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "metrics/private.h"
#include "metrics_sql.h"

struct kept { /* one persona's list of one feed */
	struct amp_entry *v;
	size_t n, top, room;
	bool read;
};
struct slot { /* hash table of one list: item -> first place + 1, or author -> count */
	int64_t item;
	int32_t place;
};
struct pass {
	const struct amp_frame *f;
	const struct amp_sums *sums;
	struct amp_store *store;
	struct amp_texts texts;
	struct amp_lists *out;
	struct kept *now, *before; /* persona * feeds + feed */
	bool *to_end;              /* of a feed: its whole list is wanted */
	size_t depth;
	struct slot *slots;
	size_t n_slots;
	int32_t *places;
	size_t n_places;
	struct amp_floor_round *rounds; /* feed * rounds + round; NULL: floors are not asked for */
	struct amp_ids *ids;            /* one a persona */
};

static bool grow(struct kept *k)
{
	size_t room = k->room ? 2 * k->room : 64;
	struct amp_entry *v = amp_realloc(k->v, room * sizeof *v);
	if (!v) return false;
	k->v = v;
	k->room = room;
	return true;
}

static struct amp_entry entry(const struct pass *p, struct amp_query *q)
{
	struct amp_entry e = {.item = -1, .missing = true};
	uint64_t at = amp_query_null(q, 0) ? UINT64_MAX : (uint64_t)(amp_query_i64(q, 0) - p->texts.first);
	if (at < p->texts.n) {
		if (p->texts.item[at]) e.item = p->texts.item[at];
		e.author = p->texts.author[at];
		e.missing = p->texts.state[at] == AMP_TEXT_MISSING;
		e.flagged = p->texts.state[at] == AMP_TEXT_FLAGGED;
	}
	int column = !amp_query_null(q, 2) ? 2 : 3;
	e.counted = !amp_query_null(q, column);
	if (e.counted) e.engagement = (float)amp_query_i64(q, column);
	return e;
}

static bool count_authors(struct pass *p, struct kept *k);

static int read_list(struct pass *p, size_t shot, bool to_end, struct kept *k, struct amp_err *err)
{
	struct amp_query q;
	size_t flagged = 0, missing = 0;
	k->n = k->top = 0;
	k->read = false;
	if (p->f->shots[shot].state != AMP_SHOT_OK || (!p->sums->present[shot] && !p->rounds)) return 0;
	int rc = amp_query_start(&q, p->store, &AMP_SQL_METRICS_ENTRIES, err), row;
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, p->f->shots[shot].parse_id);
	while ((row = amp_query_step(&q, err)) == 1) {
		bool within = (uint64_t)amp_query_i64(&q, 1) < p->depth;
		if (!within && !to_end) break;
		if (k->n == k->room && !grow(k)) {
			amp_query_end(&q);
			return AMP_OOM(err);
		}
		k->v[k->n] = entry(p, &q);
		flagged += within && k->v[k->n].flagged;
		missing += within && k->v[k->n].missing;
		k->top += within;
		k->n++;
	}
	amp_query_end(&q);
	if (row < 0) return row;
	p->out->entries += (int64_t)k->n;
	if (flagged > 1 && !count_authors(p, k)) return AMP_OOM(err);
	if (!p->sums->present[shot])
		return 0; /* no detector has seen it: its order says something of the noise floor all the same */
	/* the stored sums are what every other figure stands on: a list that says something else is not used */
	k->read = k->top == p->sums->n[shot] && missing == p->sums->missing[shot] && flagged == p->sums->targets[0].flagged[shot];
	p->out->disagreeing += !k->read;
	return 0;
}

/* ---- places of one list's items in another ---- */
static size_t slot_of(const struct pass *p, int64_t item)
{
	size_t at = (size_t)((uint64_t)item * UINT64_C(0x9E3779B97F4A7C15) >> 20) & (p->n_slots - 1);
	while (p->slots[at].place != 0 && p->slots[at].item != item) at = (at + 1) & (p->n_slots - 1);
	return at;
}

static bool make_slots(struct pass *p, size_t n)
{
	size_t want = 64;
	while (want < 2 * n + 2) want *= 2;
	if (want > p->n_slots) {
		amp_free(p->slots);
		p->slots = amp_malloc(want * sizeof *p->slots);
		p->n_slots = p->slots ? want : 0;
	}
	if (p->slots) memset(p->slots, 0, p->n_slots * sizeof *p->slots);
	return p->slots != NULL;
}

/* The table of places serves: author -> flagged entries so far. */
static bool count_authors(struct pass *p, struct kept *k)
{
	if (!make_slots(p, k->top)) return false;
	for (size_t i = 0; i < k->top; i++) {
		struct amp_entry *e = &k->v[i];
		if (!e->flagged || e->author == 0) continue;
		struct slot *s = &p->slots[slot_of(p, e->author)];
		e->same_author = (uint32_t)s->place;
		*s = (struct slot){e->author, s->place + 1};
	}
	return true;
}

/* For each entry of a: its first place in b, or -1. */
static bool match(struct pass *p, const struct kept *a, const struct kept *b, int32_t *places)
{
	if (!make_slots(p, b->n)) return false;
	for (size_t i = 0; i < b->n; i++) {
		size_t at = slot_of(p, b->v[i].item);
		if (b->v[i].item >= 0 && p->slots[at].place == 0) p->slots[at] = (struct slot){b->v[i].item, (int32_t)i + 1};
	}
	for (size_t i = 0; i < a->n; i++) places[i] = a->v[i].item < 0 ? -1 : p->slots[slot_of(p, a->v[i].item)].place - 1;
	return true;
}

static bool match_both(struct pass *p, const struct kept *a, const struct kept *b)
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
	return match(p, a, b, p->places) && match(p, b, a, p->places + a->n);
}

static struct amp_list lend(const struct kept *k, const int32_t *other)
{
	return (struct amp_list){k->v, k->n, k->top, other};
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
		if (!match_both(p, now, old)) return AMP_OOM(err);
		struct amp_visit v = {.ranked = lend(now, p->places), .before = lend(old, p->places + now->n)};
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
		if (!match_both(p, a, c)) return AMP_OOM(err);
		struct amp_visit v = {.ranked = lend(a, p->places),
		                      .chronological = lend(c, p->places + a->n),
		                      .to_oldest_ranked = strcmp(pair->window_rule, "back_to_oldest_ranked") == 0};
		ask(p, &v, true, i, persona, round);
	}
	return 0;
}

/* The noise floor: distances between the lists of this round. */
static int compare_lists(struct pass *p, size_t round, struct amp_err *err)
{
	int rc = 0;
	for (size_t d = 0; d < p->f->n_feeds && rc == 0; d++) {
		for (size_t i = 0; i < p->f->n_personas; i++) {
			const struct kept *k = &p->now[i * p->f->n_feeds + d];
			struct amp_ids *ids = &p->ids[i];
			ids->n = 0;
			for (size_t e = 0; e < k->top && ids->n < p->depth; e++)
				if (k->v[e].item >= 0) ids->id[ids->n++] = k->v[e].item;
		}
		rc = amp_floor_measure_round(p->f, d, round, p->ids, &p->rounds[d * p->f->n_rounds + round], err);
	}
	return rc;
}

static int read_round(struct pass *p, size_t round, struct amp_err *err)
{
	int rc = 0;
	struct kept *swap = p->before;
	p->before = p->now;
	p->now = swap;
	for (size_t i = 0; i < p->f->n_personas && rc == 0; i++) {
		for (size_t d = 0; d < p->f->n_feeds && rc == 0; d++)
			rc = read_list(p, amp_shot_index(p->f, i, d, round), p->to_end[d], &p->now[i * p->f->n_feeds + d], err);
		if (rc == 0) rc = ask_feeds(p, i, round, err);
		if (rc == 0) rc = ask_pairs(p, i, round, err);
	}
	return rc == 0 && p->rounds ? compare_lists(p, round, err) : rc;
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

static int start(struct pass *p, struct amp_err *err)
{
	size_t n = p->f->n_personas * p->f->n_feeds + 1;
	p->now = amp_calloc(n, sizeof *p->now);
	p->before = amp_calloc(n, sizeof *p->before);
	p->to_end = amp_calloc(p->f->n_feeds + 1, sizeof *p->to_end);
	if (!p->now || !p->before || !p->to_end) return AMP_OOM(err);
	for (size_t i = 0; i < p->f->n_pairs; i++)
		if (strcmp(p->f->pairs[i].window_rule, "back_to_oldest_ranked") == 0)
			p->to_end[p->f->pairs[i].chronological] = true;
	p->depth = (size_t)p->f->cells[p->sums->cell].depth;
	return make_tables(p, err);
}

static void stop(struct pass *p)
{
	size_t n = p->f->n_personas * p->f->n_feeds;
	for (size_t i = 0; p->now && p->before && i < n; i++) {
		amp_free(p->now[i].v);
		amp_free(p->before[i].v);
	}
	amp_free(p->now);
	amp_free(p->before);
	amp_free(p->to_end);
	if (p->ids) amp_free(p->ids[0].id);
	amp_free(p->ids);
	amp_free(p->rounds);
	amp_free(p->slots);
	amp_free(p->places);
	amp_texts_free(&p->texts);
}

static int floor_room(struct pass *p, struct amp_err *err)
{
	p->rounds = amp_calloc(p->f->n_feeds * p->f->n_rounds + 1, sizeof *p->rounds);
	p->ids = amp_calloc(p->f->n_personas + 1, sizeof *p->ids);
	int64_t *all = p->ids ? amp_calloc((p->f->n_personas + 1) * p->depth, sizeof *all) : NULL;
	for (size_t i = 0; all && i <= p->f->n_personas; i++) p->ids[i].id = all + i * p->depth;
	return p->rounds && all ? 0 : AMP_OOM(err);
}

static int decide_floors(struct pass *p, struct amp_floor **out, struct amp_err *err)
{
	int rc = amp_floors_room(out, p->f, err);
	for (size_t d = 0; d < p->f->n_feeds && rc == 0; d++)
		rc = amp_floor_decide(&(*out)[d], p->f, p->rounds + d * p->f->n_rounds, err);
	return rc;
}

/* floors NULL: not asked for. *done: they were measured here. */
static int run_pass(struct amp_floor **floors, bool *done, struct amp_lists **out, const struct amp_frame *f,
                    struct amp_store *store, const struct amp_sums *sums, struct amp_err *err)
{
	struct pass p = {.f = f, .sums = sums, .store = store, .out = amp_arena_zalloc(f->arena, sizeof *p.out)};
	bool known = false;
	int rc = p.out ? 0 : AMP_OOM(err);
	*out = p.out;
	*done = false;
	if (rc != 0 || sums->detector >= f->n_detectors || sums->cell >= f->n_cells) return rc;
	rc = amp_texts_load(&p.texts, &known, f, store, sums->detector, sums->cell, err);
	if (rc == 0) rc = start(&p, err);
	*done = floors && known && sums->cell == 0;
	if (rc == 0 && *done) rc = floor_room(&p, err);
	for (size_t r = 0; rc == 0 && known && r < f->n_rounds; r++) rc = read_round(&p, r, err);
	if (rc == 0 && *done) rc = decide_floors(&p, floors, err);
	stop(&p);
	return rc;
}

int amp_lists_measure(struct amp_lists **out, const struct amp_frame *f, struct amp_store *store, const struct amp_sums *sums,
                      struct amp_err *err)
{
	bool done;
	return run_pass(NULL, &done, out, f, store, sums, err);
}

int amp_orders_measure(struct amp_floor **floors, struct amp_lists **lists, const struct amp_frame *f, struct amp_store *store,
                       const struct amp_sums *sums, struct amp_err *err)
{
	bool done;
	int rc = run_pass(floors, &done, lists, f, store, sums, err);
	return rc != 0 || done ? rc : amp_floors_measure(floors, f, store, err);
}

const struct amp_list_table *amp_lists_find(const struct amp_lists *l, const struct amp_metric *m)
{
	for (size_t i = 0; l && i < l->n_tables; i++)
		if (l->tables[i].metric == m) return &l->tables[i];
	return NULL;
}

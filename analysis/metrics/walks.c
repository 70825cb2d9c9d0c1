/* walks.c: walks out of the database, in memory: a few dozen bytes a list. */
#include <stdlib.h>
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "metrics/private.h"
#include "metrics/walks.h"
#include "walks_sql.h"

bool amp_pair_walked(const struct amp_frame *f, size_t pair)
{
	return f->feeds[f->pairs[pair].ranked].walked || f->feeds[f->pairs[pair].chronological].walked;
}

/* A walked feed has no list of its own beside its walks: what was planned there are walks, and no ordinary visit was missed. */
static void forget_visits(struct amp_frame *f, size_t feed)
{
	f->feeds[feed].walked = true;
	for (size_t p = 0; p < f->n_personas; p++)
		for (size_t r = 0; r < f->n_rounds; r++) {
			struct amp_shot *s = &f->shots[amp_shot_index(f, p, feed, r)];
			if (s->exists) continue;
			f->feeds[feed].walk_visits += s->planned;
			s->planned = false;
			s->state = AMP_SHOT_UNPLANNED;
		}
}

static size_t feed_of(const struct amp_frame *f, int64_t id)
{
	for (size_t i = 0; i < f->n_feeds; i++)
		if (f->feeds[i].id == id) return i;
	return AMP_NO_INDEX;
}

static size_t persona_of(const struct amp_frame *f, int64_t id)
{
	for (size_t i = 0; i < f->n_personas; i++)
		if (f->personas[i].id == id) return i;
	return AMP_NO_INDEX;
}

/* Rows come in the order of rounds: from where the last one was found. */
static size_t round_of(const struct amp_frame *f, int64_t id, size_t from)
{
	for (size_t i = 0; i < f->n_rounds; i++) {
		size_t at = (from + i) % f->n_rounds;
		if (f->rounds[at].id == id) return at;
	}
	return AMP_NO_INDEX;
}

int amp_walks_mark(struct amp_frame *f, struct amp_store *store, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, store, &AMP_SQL_WALKS_FEEDS, err), row;
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, f->version_id);
	while ((row = amp_query_step(&q, err)) == 1) {
		size_t feed = feed_of(f, amp_query_i64(&q, 0));
		if (feed != AMP_NO_INDEX) forget_visits(f, feed);
	}
	amp_query_end(&q);
	return row;
}

void amp_walk_find_first(struct amp_walk *w)
{
	w->first = 0;
	for (size_t i = 0; i < w->read && w->first == 0; i++)
		if (w->list[i].flagged > 0) w->first = i + 1;
}

/* ---- reading ---- */
struct loader {
	const struct amp_frame *f;
	struct amp_walk *v;
	struct amp_walk_list *lists;
	struct amp_walk_feed *feeds;
	int64_t *snapshots; /* of the lists */
	size_t n, n_lists;
	int64_t feed, persona, round, number, attempt; /* of the rows that are being read */
	bool torn;                                     /* a step is not there: what follows it is no part of the walk */
};

static bool usable(enum amp_shot_state s)
{
	return s == AMP_SHOT_OK || s == AMP_SHOT_EMPTY;
}

static bool same_walk(const struct amp_walk *a, const struct amp_walk *b)
{
	return a->feed == b->feed && a->persona == b->persona && a->round == b->round && a->number == b->number;
}

/* The walk that was read last is whole. Of two attempts the later one stays, unless nothing of it could be read. */
static void finish(struct loader *l)
{
	if (l->n == 0) return;
	struct amp_walk *w = &l->v[l->n - 1], *before = l->n > 1 && same_walk(w - 1, w) ? w - 1 : NULL;
	w->read = 0;
	while (w->read < w->n && usable(w->list[w->read].state)) w->read++;
	amp_walk_find_first(w);
	if (!before) return;
	if (w->read > 0 || before->read == 0) *before = *w;
	l->n--;
}

static struct amp_walk_list list_of(struct amp_query *q)
{
	struct amp_walk_list s = {.state = amp_shot_state_of(amp_query_str(q, 7)),
	                          .followed = (enum amp_followed)amp_query_i64(q, 11),
	                          .aged = !amp_query_null(q, 15) && amp_query_i64(q, 15) != 0};
	size_t n = 0;
	const void *sha = amp_query_blob(q, 14, &n);
	if (sha && n >= sizeof s.payload_print) memcpy(&s.payload_print, sha, sizeof s.payload_print);
	if (s.state != AMP_SHOT_OK) return s;
	s.n = (uint32_t)amp_query_i64(q, 8);
	s.missing = (uint32_t)amp_query_i64(q, 9);
	s.flagged = (uint32_t)amp_query_i64(q, 10);
	if (amp_query_null(q, 8) || (s.n > 0 && s.missing >= s.n)) s.state = AMP_SHOT_UNSCORED;
	return s;
}

/* false: the row is of no feed, persona or round of this study version. */
static bool begin(struct loader *l, struct amp_query *q)
{
	const struct amp_frame *f = l->f;
	const int64_t at[] = {amp_query_i64(q, 0), amp_query_i64(q, 1), amp_query_i64(q, 2), amp_query_i64(q, 3),
	                      amp_query_i64(q, 4)};
	if (l->n > 0 && at[0] == l->feed && at[1] == l->persona && at[2] == l->round && at[3] == l->number && at[4] == l->attempt)
		return true;
	size_t last = l->n > 0 ? l->v[l->n - 1].round : 0;
	struct amp_walk w = {
		.feed = feed_of(f, at[0]), .persona = persona_of(f, at[1]), .round = round_of(f, at[2], last), .number = at[3]};
	w.started_at = amp_query_time(q, 13);
	if (w.feed == AMP_NO_INDEX || w.persona == AMP_NO_INDEX || w.round == AMP_NO_INDEX) return false;
	finish(l);
	l->feed = at[0];
	l->persona = at[1];
	l->round = at[2];
	l->number = at[3];
	l->attempt = at[4];
	l->torn = false;
	w.list = &l->lists[l->n_lists];
	l->v[l->n++] = w;
	return true;
}

static int read_lists(struct loader *l, struct amp_store *store, size_t room, size_t detector, size_t cell, struct amp_err *err)
{
	const struct amp_frame *f = l->f;
	struct amp_query q;
	int rc = amp_query_start(&q, store, &AMP_SQL_WALKS_LISTS, err), row;
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, f->version_id);
	amp_query_bind_i64(&q, detector < f->n_detectors ? f->detectors[detector].id : 0);
	amp_query_bind_i64(&q, cell < f->n_cells ? f->cells[cell].id : 0);
	amp_query_bind_c(&q, cell < f->n_cells ? f->cells[cell].threshold : "default");
	while ((row = amp_query_step(&q, err)) == 1 && l->n_lists < room) {
		if (!begin(l, &q)) continue;
		struct amp_walk *w = &l->v[l->n - 1];
		struct amp_walk_feed *feed = &l->feeds[w->feed];
		l->torn = l->torn || amp_query_i64(&q, 5) != (int64_t)w->n;
		if (!feed->policy && !amp_query_null(&q, 6)) feed->policy = amp_arena_c(f->arena, amp_query_str(&q, 6));
		if (l->torn) continue;
		l->snapshots[l->n_lists] = amp_query_i64(&q, 12);
		l->lists[l->n_lists++] = list_of(&q);
		w->n++;
	}
	amp_query_end(&q);
	finish(l);
	return row < 0 ? row : 0;
}

static int by_place(const void *a, const void *b)
{
	const struct amp_walk *x = a, *y = b;
	if (x->feed != y->feed) return x->feed < y->feed ? -1 : 1;
	if (x->persona != y->persona) return x->persona < y->persona ? -1 : 1;
	if (x->round != y->round) return x->round < y->round ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

/* Where each feed's walks stand, and how many of them are not there. A walk of which the first list was lost has none. */
static void sort_out(struct loader *l)
{
	size_t kept = 0;
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].n > 0) l->v[kept++] = l->v[i];
	l->n = kept;
	if (l->n > 0) qsort(l->v, l->n, sizeof *l->v, by_place);
	for (size_t i = 0; i < l->n; i++) {
		struct amp_walk_feed *feed = &l->feeds[l->v[i].feed];
		if (feed->to == 0) feed->from = i;
		feed->to = i + 1;
		if (l->v[i].number > 0 && (size_t)l->v[i].number > feed->seeds) feed->seeds = (size_t)l->v[i].number;
	}
	for (size_t i = 0; i < l->f->n_feeds; i++) {
		struct amp_walk_feed *feed = &l->feeds[i];
		size_t there = feed->to - feed->from;
		/* the highest number is a seed's: one that no list of walks is as long as comes from a file that is not ours */
		if (feed->seeds > there) feed->seeds = there;
		int64_t missed = l->f->feeds[i].walk_visits * (int64_t)feed->seeds - (int64_t)there;
		feed->missed = missed > 0 ? missed : 0;
	}
}

/* A study without walks pays for no query about them. */
static bool any_walked(const struct amp_frame *f)
{
	for (size_t i = 0; i < f->n_feeds; i++)
		if (f->feeds[i].walked) return true;
	return false;
}

static int count_lists(size_t *n, const struct amp_frame *f, struct amp_store *store, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, store, &AMP_SQL_WALKS_COUNT, err), row;
	*n = 0;
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, f->version_id);
	row = amp_query_step(&q, err);
	if (row == 1) *n = (size_t)amp_query_i64(&q, 0);
	amp_query_end(&q);
	return row < 0 ? row : 0;
}

int amp_walk_curves_make(const struct amp_frame *f, const struct amp_walk *v, struct amp_walk_feed *feeds, struct amp_err *err)
{
	int rc = 0;
	for (size_t i = 0; i < f->n_feeds && rc == 0; i++)
		if (feeds[i].to > 0)
			rc = amp_walk_curve_make(&feeds[i].curve, f, v + feeds[i].from, feeds[i].to - feeds[i].from, err);
	return rc;
}

int amp_walks_load(struct amp_walks **out, const struct amp_frame *f, struct amp_store *store, size_t detector, size_t cell,
                   struct amp_err *err)
{
	struct loader l = {.f = f};
	size_t room = 0;
	int rc = 0;
	*out = amp_arena_zalloc(f->arena, sizeof **out);
	l.feeds = amp_arena_new_array(f->arena, struct amp_walk_feed, f->n_feeds + 1);
	if (!*out || !l.feeds) return AMP_OOM(err);
	(*out)->feeds = l.feeds;
	if (any_walked(f)) rc = count_lists(&room, f, store, err);
	if (rc != 0 || room == 0) return rc;
	l.v = amp_arena_new_array(f->arena, struct amp_walk, room + 1);
	l.lists = amp_arena_new_array(f->arena, struct amp_walk_list, room);
	if (!l.v || !l.lists)
		return amp_fail(err, AMP_ELIMIT, _("The study has %zu lists of walks: too many for one report."), room);
	l.snapshots = amp_malloc(room * sizeof *l.snapshots);
	if (!l.snapshots) return AMP_OOM(err);
	rc = read_lists(&l, store, room, detector, cell, err);
	if (rc == 0) sort_out(&l);
	(*out)->v = l.v;
	(*out)->n = l.n;
	(*out)->lists = l.lists;
	(*out)->n_lists = l.n_lists;
	(*out)->detector = detector;
	(*out)->cell = cell;
	if (rc == 0) rc = amp_walk_hits_load(*out, f, store, l.snapshots, err);
	if (rc == 0) rc = amp_walk_curves_make(f, l.v, l.feeds, err);
	amp_free(l.snapshots);
	return rc;
}

void amp_walks_exclusions(const struct amp_walks *w, size_t feed, struct amp_exclusions *out)
{
	*out = (struct amp_exclusions){{0}};
	if (!w) return;
	for (size_t i = w->feeds[feed].from; i < w->feeds[feed].to; i++)
		out->state[w->v[i].read > 0 ? AMP_SHOT_OK : w->v[i].list[0].state]++;
	out->state[AMP_SHOT_MISSED] += w->feeds[feed].missed;
}

/* walk_view.c: walks seen another way: as if one target alone counted, or as if none had gone beyond so many lists. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "lexicon/target.h"
#include "metrics/private.h"
#include "metrics/walks.h"
#include "walks_sql.h"

#define NAMES_MAX 128 /* groups and grounds are some forty; a database that claims more is not ours */
#define FOLLOWED (-1) /* instead of a number of flagged entries: the row is of the entry that led to the list */

struct hit {
	struct amp_walk_hit hit;
	uint32_t name;
};
struct place { /* whose list it is */
	int64_t snapshot;
	uint32_t list;
};
struct reader {
	const struct amp_frame *f;
	struct place *places;
	size_t n_places;
	const char *names[NAMES_MAX];
	size_t n_names;
	struct hit *v;
	size_t n, room;
};

static int by_snapshot(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	return (x->snapshot > y->snapshot) - (x->snapshot < y->snapshot);
}

static int by_list(const void *a, const void *b)
{
	const struct hit *x = a, *y = b;
	if (x->name != y->name) return x->name < y->name ? -1 : 1;
	return (x->hit.list > y->hit.list) - (x->hit.list < y->hit.list);
}

static int by_name(const void *a, const void *b)
{
	const struct amp_walk_target *x = a, *y = b;
	bool gx = strncmp(x->name, "ground:", 7) == 0, gy = strncmp(y->name, "ground:", 7) == 0;
	if (gx != gy) return gx ? -1 : 1;
	return strcmp(x->name, y->name);
}

static int name_of(struct reader *r, const char *name, uint32_t *out, struct amp_err *err)
{
	for (size_t i = 0; i < r->n_names; i++)
		if (strcmp(r->names[i], name) == 0) {
			*out = (uint32_t)i;
			return 0;
		}
	const char *own = r->n_names < NAMES_MAX ? amp_arena_strndup(r->f->arena, name, strlen(name)) : NULL;
	if (!own) return amp_fail(err, AMP_ELIMIT, _("The lists of walks name more targets than there are."));
	*out = (uint32_t)r->n_names;
	r->names[r->n_names++] = own;
	return 0;
}

static int add(struct reader *r, uint32_t list, const char *name, int64_t flagged, struct amp_err *err)
{
	struct hit h = {.hit = {.list = list, .flagged = flagged > 0 ? (uint32_t)flagged : 0, .followed = flagged == FOLLOWED}};
	int rc = name_of(r, name, &h.name, err);
	if (rc != 0) return rc;
	if (r->n == r->room) {
		size_t room = r->room ? 2 * r->room : 256;
		struct hit *v = amp_realloc(r->v, room * sizeof *v);
		if (!v) return AMP_OOM(err);
		r->v = v;
		r->room = room;
	}
	r->v[r->n++] = h;
	return 0;
}

/* A text aims at a ground when it aims at a group of it: as the sums of lists have it. */
static int add_grounds(struct reader *r, uint32_t list, const char *group, struct amp_err *err)
{
	const struct amp_target *t = amp_target_find(group);
	const char *grounds[] = {t ? t->ground : NULL, t ? t->also : NULL};
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < 2; i++) {
		char name[64];
		if (!grounds[i]) continue;
		(void)snprintf(name, sizeof name, "ground:%s", grounds[i]);
		rc = add(r, list, name, FOLLOWED, err);
	}
	return rc;
}

static int take(struct reader *r, struct amp_query *q, struct amp_err *err)
{
	struct place key = {.snapshot = amp_query_i64(q, 0)};
	const struct place *p = bsearch(&key, r->places, r->n_places, sizeof key, by_snapshot);
	struct amp_str name = amp_query_str(q, 1);
	char text[64];
	if (!p || !name.p || name.n >= sizeof text) return 0; /* of a walk that was begun anew, or torn */
	memcpy(text, name.p, name.n);
	text[name.n] = 0;
	if (strcmp(text, "none") == 0 || strcmp(text, "ground:none") == 0) return 0; /* an insult without a ground is not hate */
	int rc = add(r, p->list, text, amp_query_i64(q, 2), err);
	return rc == 0 && amp_query_i64(q, 2) == FOLLOWED ? add_grounds(r, p->list, text, err) : rc;
}

static int read_hits(struct reader *r, const struct amp_walks *all, struct amp_store *store, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, store, &AMP_SQL_WALKS_HITS, err), row = 1;
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, r->f->version_id);
	amp_query_bind_i64(&q, r->f->detectors[all->detector].id);
	amp_query_bind_i64(&q, r->f->cells[all->cell].id);
	while (rc == 0 && (row = amp_query_step(&q, err)) == 1) rc = take(r, &q, err);
	amp_query_end(&q);
	return rc != 0 ? rc : row;
}

/* Sorted by target and list; then the targets by name. */
static int keep(struct amp_walks *all, struct reader *r, struct amp_err *err)
{
	struct amp_walk_hit *hits = amp_arena_new_array(r->f->arena, struct amp_walk_hit, r->n + 1);
	struct amp_walk_target *targets = amp_arena_new_array(r->f->arena, struct amp_walk_target, r->n_names + 1);
	if (!hits || !targets) return AMP_OOM(err);
	if (r->n > 1) qsort(r->v, r->n, sizeof *r->v, by_list);
	for (size_t i = 0; i < r->n; i++) {
		struct amp_walk_target *t = &targets[r->v[i].name];
		if (!t->name) *t = (struct amp_walk_target){r->names[r->v[i].name], i, i};
		t->to = i + 1;
		hits[i] = r->v[i].hit;
	}
	if (r->n_names > 1) qsort(targets, r->n_names, sizeof *targets, by_name);
	all->hits = hits;
	all->targets = targets;
	all->n_targets = r->n_names;
	return 0;
}

int amp_walk_hits_load(struct amp_walks *all, const struct amp_frame *f, struct amp_store *store, const int64_t *snapshots,
                       struct amp_err *err)
{
	struct reader r = {.f = f, .n_places = all->n_lists};
	if (all->detector != 0 || all->cell != 0 || f->n_detectors == 0 || f->n_cells == 0 || all->n_lists >= UINT32_MAX) return 0;
	r.places = amp_malloc((all->n_lists + 1) * sizeof *r.places);
	if (!r.places) return AMP_OOM(err);
	for (size_t i = 0; i < all->n_lists; i++) r.places[i] = (struct place){snapshots[i], (uint32_t)i};
	if (all->n_lists > 1) qsort(r.places, all->n_lists, sizeof *r.places, by_snapshot);
	int rc = read_hits(&r, all, store, err);
	if (rc == 0) rc = keep(all, &r, err);
	amp_free(r.places);
	amp_free(r.v);
	return rc;
}

/* ---- views ---- */
static void aim(struct amp_walk_list *lists, const struct amp_walks *all, const char *target)
{
	const struct amp_walk_target *t = NULL;
	for (size_t i = 0; i < all->n_lists; i++) {
		lists[i].flagged = 0;
		if (lists[i].followed == AMP_FOLLOWED_FLAGGED) lists[i].followed = AMP_FOLLOWED_SCORED;
	}
	for (size_t i = 0; i < all->n_targets && !t; i++)
		if (strcmp(all->targets[i].name, target) == 0) t = &all->targets[i];
	for (size_t i = t ? t->from : 0; t && i < t->to; i++) {
		const struct amp_walk_hit *h = &all->hits[i];
		const struct amp_walk_list *was = &all->lists[h->list];
		if (was->state == AMP_SHOT_OK && !h->followed) lists[h->list].flagged = h->flagged;
		if (h->followed && was->followed == AMP_FOLLOWED_FLAGGED) lists[h->list].followed = AMP_FOLLOWED_FLAGGED;
	}
}

int amp_walk_view_make(struct amp_walk_view *view, const struct amp_frame *f, const struct amp_walks *all, const char *target,
                       size_t lists, struct amp_err *err)
{
	struct amp_walk_feed *feeds = amp_arena_new_array(f->arena, struct amp_walk_feed, f->n_feeds + 1);
	*view = (struct amp_walk_view){.walks = *all,
	                               .v = amp_malloc((all->n + 1) * sizeof *view->v),
	                               .lists = amp_malloc((all->n_lists + 1) * sizeof *view->lists)};
	int rc = feeds && view->v && view->lists ? 0 : AMP_OOM(err);
	if (rc != 0) {
		amp_walk_view_free(view);
		return rc;
	}
	if (all->n_lists > 0) memcpy(view->lists, all->lists, all->n_lists * sizeof *view->lists);
	if (target) aim(view->lists, all, target);
	for (size_t i = 0; i < all->n; i++) {
		struct amp_walk *w = &view->v[i];
		*w = all->v[i];
		w->list = view->lists + (w->list - all->lists);
		if (lists > 0 && w->n > lists) w->n = lists;
		if (lists > 0 && w->read > lists) w->read = lists;
		amp_walk_find_first(w);
	}
	memcpy(feeds, all->feeds, f->n_feeds * sizeof *feeds);
	view->walks.v = view->v;
	view->walks.lists = view->lists;
	view->walks.feeds = feeds;
	rc = amp_walk_curves_make(f, view->v, feeds, err);
	if (rc != 0) amp_walk_view_free(view);
	return rc;
}

void amp_walk_view_free(struct amp_walk_view *view)
{
	amp_free(view->v);
	amp_free(view->lists);
	*view = (struct amp_walk_view){.v = NULL};
}

size_t amp_walk_cuts(const struct amp_frame *f, const struct amp_walks *w, size_t cuts[AMP_WALK_CUTS])
{
	size_t longest = 0, n = 0;
	for (size_t i = 0; i < f->n_feeds; i++)
		if (w->feeds[i].curve.longest > longest) longest = w->feeds[i].curve.longest;
	for (size_t k = 1; k <= AMP_WALK_CUTS; k++) { /* the first list, a quarter, half, three quarters of them */
		size_t cut = k == 1 ? 1 : (longest * (k - 1) + 3) / 4;
		if (cut < longest && (n == 0 || cut > cuts[n - 1])) cuts[n++] = cut;
	}
	return n;
}

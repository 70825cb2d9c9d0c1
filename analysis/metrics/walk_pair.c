/* walk_pair.c: walks of a ranked feed beside walks of a chronological one: from the same seed, by the same persona, in the same round. Only
 * the lists that both read are compared, so that a walk that was cut short does not stand beside one that went on.
 */
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "metrics/private.h"
#include "metrics/walks.h"

bool amp_pair_of_walks(const struct amp_frame *f, size_t pair)
{
	const struct amp_frame_pair *p = &f->pairs[pair];
	return f->feeds[p->ranked].walked && f->feeds[p->chronological].walked && strcmp(p->pool, "different") != 0;
}

static int order(const struct amp_walk *a, const struct amp_walk *b)
{
	if (a->persona != b->persona) return a->persona < b->persona ? -1 : 1;
	if (a->round != b->round) return a->round < b->round ? -1 : 1;
	return (a->number > b->number) - (a->number < b->number);
}

static enum amp_shot_state state_of(const struct amp_walk *w)
{
	return !w ? AMP_SHOT_MISSED : w->read > 0 ? AMP_SHOT_OK : w->list[0].state;
}

static bool skewed(const struct amp_frame *f, const struct amp_walk *a, const struct amp_walk *b)
{
	int64_t most = f->plan.max_skew_ms, from = a->started_at, to = b->started_at;
	return most > 0 && from != AMP_TIME_NONE && to != AMP_TIME_NONE && (from - to > most || to - from > most);
}

bool amp_walk_couple_next(const struct amp_frame *f, const struct amp_walks *w, size_t pair, struct amp_walk_place *at,
                          struct amp_walk_couple *out)
{
	const struct amp_walk_feed *r = &w->feeds[f->pairs[pair].ranked], *c = &w->feeds[f->pairs[pair].chronological];
	const struct amp_walk *a = r->from + at->ranked < r->to ? &w->v[r->from + at->ranked] : NULL,
			      *b = c->from + at->chronological < c->to ? &w->v[c->from + at->chronological] : NULL;
	if (!a && !b) return false;
	int first = !a ? 1 : !b ? -1 : order(a, b);
	if (first > 0) a = NULL;
	if (first < 0) b = NULL;
	at->ranked += a != NULL;
	at->chronological += b != NULL;
	*out = (struct amp_walk_couple){.ranked = a, .chronological = b, .state = state_of(a)};
	if (out->state == AMP_SHOT_OK) out->state = state_of(b);
	if (out->state == AMP_SHOT_OK && skewed(f, a, b)) out->state = AMP_SHOT_SKEWED;
	if (out->state == AMP_SHOT_OK) out->lists = a->read < b->read ? a->read : b->read;
	return true;
}

/* ---- what either side shows ---- */
static bool scored(const struct amp_walk_list *s)
{
	return s->state == AMP_SHOT_OK && s->n > s->missing;
}

bool amp_walk_sides_share(const struct amp_walk_couple *c, struct amp_walk_sides *out)
{
	double lists = 0;
	for (size_t i = 0; i < c->lists; i++) {
		const struct amp_walk_list *a = &c->ranked->list[i], *b = &c->chronological->list[i];
		if (!scored(a) || !scored(b)) continue;
		out->ranked += a->flagged / (double)(a->n - a->missing);
		out->chronological += b->flagged / (double)(b->n - b->missing);
		out->n += (int64_t)a->n + b->n;
		out->missing += (int64_t)a->missing + b->missing;
		lists++;
	}
	if (!(lists > 0)) return false;
	out->ranked /= lists;
	out->chronological /= lists;
	return true;
}

bool amp_walk_sides_dose(const struct amp_walk_couple *c, struct amp_walk_sides *out)
{
	for (size_t i = 0; i < c->lists; i++) {
		const struct amp_walk_list *a = &c->ranked->list[i], *b = &c->chronological->list[i];
		out->ranked += a->flagged;
		out->chronological += b->flagged;
		out->n += (int64_t)a->n + b->n;
		out->missing += (int64_t)a->missing + b->missing;
	}
	return c->lists > 0;
}

static size_t cluster_of(const struct amp_frame *f, const struct amp_walk_couple *c)
{
	return f->personas[c->ranked ? c->ranked->persona : c->chronological->persona].cluster;
}

void amp_walk_couples_count(const struct amp_frame *f, const struct amp_walks *w, size_t pair, size_t cluster, bool counts_empty,
                            struct amp_exclusions *out)
{
	struct amp_walk_place at = {0, 0};
	struct amp_walk_couple c;
	int64_t alone = 0; /* of the chronological feed: on the ranked side they are among the missed ones */
	*out = (struct amp_exclusions){{0}};
	if (!w) return;
	while (amp_walk_couple_next(f, w, pair, &at, &c)) {
		struct amp_walk_sides s = {0, 0, 0, 0};
		alone += !c.ranked;
		if (cluster != AMP_NO_INDEX && cluster_of(f, &c) != cluster) continue;
		out->state[c.state == AMP_SHOT_OK && !counts_empty && !amp_walk_sides_share(&c, &s) ? AMP_SHOT_UNSCORED
		                                                                                    : c.state]++;
	}
	int64_t neither = w->feeds[f->pairs[pair].ranked].missed - alone;
	if (cluster == AMP_NO_INDEX && neither > 0) out->state[AMP_SHOT_MISSED] += neither;
}

/* ---- the difference ---- */
static void add_couple(const struct amp_metric *m, struct amp_walk_rounds *g, const struct amp_walk_couple *c,
                       struct amp_contributions *out)
{
	struct amp_walk_sides s = {0, 0, 0, 0};
	if (c->state != AMP_SHOT_OK || !m->couple(c, &s)) {
		out->excluded++;
		return;
	}
	size_t r = c->ranked->round;
	g->x[r] += s.ranked - s.chronological;
	g->m[r] += 1;
	g->ranked[r] += s.ranked;
	g->chronological[r] += s.chronological;
	g->n[r]++;
	out->used++;
	out->n += s.n;
	out->missing += s.missing;
}

static int gather(const struct amp_metric *m, const struct amp_own *k, size_t pair, size_t cluster, struct amp_contributions *c,
                  struct amp_err *err)
{
	const struct amp_frame *f = k->f;
	struct amp_walk_place at = {0, 0};
	struct amp_walk_couple couple;
	struct amp_walk_rounds g;
	size_t now = AMP_NO_INDEX;
	double clusters = 0;
	int rc = amp_walk_rounds_make(&g, f, err);
	if (rc != 0) return rc;
	amp_walk_contributions_start(f, k->work, c);
	while (amp_walk_couple_next(f, k->walks, pair, &at, &couple)) {
		size_t of = cluster_of(f, &couple);
		if (cluster != AMP_NO_INDEX && of != cluster) continue;
		if (of != now) {
			if (now != AMP_NO_INDEX) clusters += amp_walk_rounds_add(&g, f, now, c);
			amp_walk_rounds_clear(&g, f);
			now = of;
		}
		add_couple(m, &g, &couple, c);
	}
	if (now != AMP_NO_INDEX) clusters += amp_walk_rounds_add(&g, f, now, c);
	amp_walk_contributions_end(f, clusters, c);
	amp_walk_rounds_free(&g);
	return 0;
}

static int make_one(const struct amp_metric *m, struct amp_own *k, size_t pair, size_t cluster, struct amp_err *err)
{
	struct amp_contributions c;
	struct amp_exclusions x;
	struct amp_estimate *e = amp_walk_add(k, m, pair, AMP_NO_INDEX, cluster, err);
	int rc = e ? gather(m, k, pair, cluster, &c, err) : AMP_ENOMEM;
	if (rc != 0) return rc;
	amp_walk_couples_count(k->f, k->walks, pair, cluster, m->counts_empty, &x);
	c.excluded = 0;
	for (int i = AMP_SHOT_OK + 1; i < AMP_SHOT_STATES; i++) c.excluded += x.state[i];
	return amp_estimate_fill(k->f, &c, e, err);
}

int amp_walk_lift_make(const struct amp_metric *m, struct amp_own *k, struct amp_err *err)
{
	int rc = 0;
	for (size_t i = 0; k->walks && rc == 0 && i < k->f->n_pairs; i++) {
		if (!amp_pair_of_walks(k->f, i)) continue;
		rc = make_one(m, k, i, AMP_NO_INDEX, err);
		bool each = strcmp(k->target, "any") == 0 && k->f->n_clusters > 1 && !k->sensitivity;
		for (size_t c = 0; each && rc == 0 && c < k->f->n_clusters; c++) rc = make_one(m, k, i, c, err);
	}
	return rc;
}

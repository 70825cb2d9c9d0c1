/* walk_sums.c: figures that are sums over walks: walks of a persona and its twins in one round are averaged, then its rounds, then personas. */
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "metrics/private.h"
#include "metrics/walks.h"

int amp_walk_rounds_make(struct amp_walk_rounds *g, const struct amp_frame *f, struct amp_err *err)
{
	size_t room = f->n_rounds + 1;
	*g = (struct amp_walk_rounds){.x = amp_malloc(4 * room * sizeof *g->x), .n = amp_malloc(room * sizeof *g->n)};
	if (!g->x || !g->n) {
		amp_walk_rounds_free(g);
		return AMP_OOM(err);
	}
	g->m = g->x + room;
	g->ranked = g->m + room;
	g->chronological = g->ranked + room;
	amp_walk_rounds_clear(g, f);
	return 0;
}

void amp_walk_rounds_free(struct amp_walk_rounds *g)
{
	amp_free(g->x);
	amp_free(g->n);
	*g = (struct amp_walk_rounds){.x = NULL};
}

void amp_walk_rounds_clear(struct amp_walk_rounds *g, const struct amp_frame *f)
{
	memset(g->x, 0, 4 * (f->n_rounds + 1) * sizeof *g->x);
	memset(g->n, 0, (f->n_rounds + 1) * sizeof *g->n);
}

bool amp_walk_rounds_add(const struct amp_walk_rounds *g, const struct amp_frame *f, size_t cluster, struct amp_contributions *c)
{
	double share = 0, total_m = 0;
	for (size_t r = 0; r < f->n_rounds; r++) share += g->n[r] > 0;
	if (!(share > 0)) return false;
	for (size_t r = 0; r < f->n_rounds; r++) {
		if (g->n[r] == 0) continue;
		size_t at = f->rounds[r].block, cell = cluster * f->n_blocks + at;
		double weight = 1 / (double)g->n[r] / share, x = g->x[r] * weight, m = g->m[r] * weight;
		c->cluster_x[cluster] += x;
		c->cluster_m[cluster] += m;
		c->block_x[at] += x;
		c->block_m[at] += m;
		c->cell_x[cell] += x;
		c->cell_m[cell] += m;
		c->cell_w[cell] += m > 0 ? 1 / share : 0;
		c->ranked += g->ranked[r] * weight;
		c->chronological += g->chronological[r] * weight;
		total_m += m;
	}
	return total_m > 0;
}

void amp_walk_contributions_start(const struct amp_frame *f, double *work, struct amp_contributions *c)
{
	memset(work, 0, amp_contributions_room(f) * sizeof *work);
	*c = (struct amp_contributions){.cluster_x = work, .cluster_m = work + f->n_clusters};
	c->block_x = c->cluster_m + f->n_clusters;
	c->block_m = c->block_x + f->n_blocks;
	c->cell_x = c->block_m + f->n_blocks;
	c->cell_m = c->cell_x + f->n_clusters * f->n_blocks;
	c->cell_w = c->cell_m + f->n_clusters * f->n_blocks;
}

/* Units that have nothing to say (m = 0) are none; the others, in order, to the front. */
static size_t pack(double *x, double *m, size_t n, double scale)
{
	size_t kept = 0;
	for (size_t i = 0; i < n; i++)
		if (m[i] > 0) {
			x[kept] = x[i] * scale;
			m[kept++] = m[i] * scale;
		}
	return kept;
}

void amp_walk_contributions_end(const struct amp_frame *f, double clusters, struct amp_contributions *c)
{
	double scale = clusters > 0 ? 1 / clusters : 1;
	for (size_t i = 0; i < f->n_clusters * f->n_blocks; i++) {
		c->cell_x[i] *= scale;
		c->cell_m[i] *= scale;
		c->cell_w[i] *= scale;
	}
	c->ranked *= scale;
	c->chronological *= scale;
	c->n_clusters = pack(c->cluster_x, c->cluster_m, f->n_clusters, scale);
	c->n_blocks = pack(c->block_x, c->block_m, f->n_blocks, scale);
}

/* Walks of one cluster stand together: twins follow their persona. */
static int gather(const struct amp_metric *metric, const struct amp_own *k, size_t feed, struct amp_contributions *c,
                  struct amp_err *err)
{
	const struct amp_frame *f = k->f;
	const struct amp_walks *w = k->walks;
	struct amp_walk_rounds g;
	double clusters = 0;
	int rc = amp_walk_rounds_make(&g, f, err);
	if (rc != 0) return rc;
	amp_walk_contributions_start(f, k->work, c);
	for (size_t from = w->feeds[feed].from, to; from < w->feeds[feed].to; from = to) {
		size_t cluster = f->personas[w->v[from].persona].cluster;
		amp_walk_rounds_clear(&g, f);
		for (to = from; to < w->feeds[feed].to && f->personas[w->v[to].persona].cluster == cluster; to++) {
			struct amp_walk_sums s = {0, 0, 0, 0};
			if (!metric->walk(&w->v[to], &s)) {
				c->excluded++;
				continue;
			}
			size_t r = w->v[to].round;
			g.x[r] += s.x;
			g.m[r] += s.m;
			g.n[r]++;
			c->used++;
			c->n += s.n;
			c->missing += s.missing;
		}
		clusters += amp_walk_rounds_add(&g, f, cluster, c);
	}
	amp_walk_contributions_end(f, clusters, c);
	c->excluded += w->feeds[feed].missed;
	amp_walk_rounds_free(&g);
	return 0;
}

struct amp_estimate *amp_walk_add(struct amp_own *k, const struct amp_metric *m, size_t pair, size_t feed, size_t cluster,
                                  struct amp_err *err)
{
	bool any = strcmp(k->target, "any") == 0;
	struct amp_estimate *e = amp_own_add(k, m, pair, feed, k->target,
	                                     cluster != AMP_NO_INDEX ? "personas"
	                                     : any                   ? "further"
	                                                             : "targets",
	                                     err);
	if (!e) return NULL;
	const struct amp_scope scope = {m, cluster, pair != AMP_NO_INDEX ? &pair : &feed, 1, k->target};
	e->cluster = cluster;
	e->detector = k->walks->detector;
	e->cell = k->walks->cell;
	e->lists = k->lists;
	if (k->sensitivity) e->family = "sensitivity";
	e->unit = e->printed_unit = amp_unit_of(k->f, k->floors, &scope);
	e->flags = amp_flags_of_floors(k->f, k->floors, &scope);
	return e;
}

int amp_walk_make(const struct amp_metric *m, struct amp_own *k, struct amp_err *err)
{
	int rc = 0;
	for (size_t i = 0; k->walks && rc == 0 && i < k->f->n_feeds; i++) {
		struct amp_contributions c;
		if (!k->f->feeds[i].walked) continue;
		struct amp_estimate *e = amp_walk_add(k, m, AMP_NO_INDEX, i, AMP_NO_INDEX, err);
		rc = e ? gather(m, k, i, &c, err) : AMP_ENOMEM;
		if (rc == 0) rc = amp_estimate_fill(k->f, &c, e, err);
	}
	return rc;
}

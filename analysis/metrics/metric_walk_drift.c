/* metric_walk_drift.c: does the share rise as a walk goes on? Slope over lists within walks: each walk has its own level, so that walks that
 * end early do not bend it. */
#include <math.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "metrics/private.h"

/* Shares of one persona's lists. */
struct level {
	double sum, n;
};

/* SD of the personas' mean shares over the mean of these. */
static double spread(const struct level *l, size_t n)
{
	double units = 0, mean = 0, squares = 0;
	for (size_t i = 0; i < n; i++) {
		if (!(l[i].n > 0)) continue;
		double step = l[i].sum / l[i].n - mean;
		mean += step / ++units;
		squares += step * (l[i].sum / l[i].n - mean);
	}
	return units > 1 && mean > 0 ? sqrt(squares / (units - 1)) / mean : 0;
}

/* Rows of a walk, centred within it: what is left of either is the same within the persona. */
static void add_rows(const struct amp_frame *f, const struct amp_walk *w, struct amp_slope_rows *r, struct level *l,
                     struct amp_estimate *e)
{
	double y = 0, at = 0, n = 0;
	size_t from = r->n;
	for (size_t i = 0; i < w->n; i++) {
		const struct amp_walk_list *s = &w->list[i];
		if (s->state != AMP_SHOT_OK || s->n <= s->missing) continue;
		r->y[r->n] = s->flagged / (double)(s->n - s->missing);
		r->at[r->n] = (double)i;
		y += r->y[r->n];
		at += r->at[r->n];
		n++;
		r->cluster[r->n] = (int64_t)f->personas[w->persona].cluster;
		r->block[r->n++] = f->rounds[w->round].block;
		e->n += s->n;
		e->missing += s->missing;
	}
	l[f->personas[w->persona].cluster].sum += y;
	l[f->personas[w->persona].cluster].n += n;
	e->used += n > 0;
	e->excluded += !(n > 0);
	for (size_t i = from; i < r->n; i++) {
		r->y[i] -= y / n;
		r->at[i] -= at / n;
	}
}

static int make_one(const struct amp_metric *m, struct amp_own *k, size_t feed, struct amp_slope_rows *r, struct amp_err *err)
{
	const struct amp_walks *w = k->walks;
	struct amp_estimate *e = amp_walk_add(k, m, AMP_NO_INDEX, feed, AMP_NO_INDEX, err);
	if (!e) return AMP_ENOMEM;
	struct level *l = amp_calloc(k->f->n_clusters + 1, sizeof *l);
	if (!l) return AMP_OOM(err);
	r->n = 0;
	for (size_t i = w->feeds[feed].from; i < w->feeds[feed].to; i++) add_rows(k->f, &w->v[i], r, l, e);
	r->spread = spread(l, k->f->n_clusters);
	amp_free(l);
	e->excluded += w->feeds[feed].missed;
	int rc = amp_slope_fill(k, r, e, err);
	e->flags |= amp_flags_of_units(e);
	return rc;
}

static int make(const struct amp_metric *m, struct amp_own *k, struct amp_err *err)
{
	const struct amp_walks *w = k->walks;
	size_t room = 1;
	for (size_t i = 0; w && i < w->n; i++) room += w->v[i].n;
	struct amp_slope_rows r = {amp_malloc(room * sizeof *r.y),
	                           amp_malloc(room * sizeof *r.at),
	                           amp_malloc(room * sizeof *r.cluster),
	                           amp_malloc(room * sizeof *r.block),
	                           0,
	                           0};
	int rc = r.y && r.at && r.cluster && r.block ? 0 : AMP_OOM(err);
	for (size_t i = 0; w && rc == 0 && i < k->f->n_feeds; i++)
		if (k->f->feeds[i].walked) rc = make_one(m, k, i, &r, err);
	amp_free(r.y);
	amp_free(r.at);
	amp_free(r.cluster);
	amp_free(r.block);
	return rc;
}

extern const struct amp_metric amp_metric_walk_drift;
const struct amp_metric amp_metric_walk_drift = {
	.name = "walk_drift",
	.unit = "points_a_list",
	.title = N_("Drift of the share along walks"),
	.walks = true,
	.has_test = true,
	.no_base = N_("no walk has two lists that could be used: nothing says how the share changes from list to list"),
	.make = make,
};

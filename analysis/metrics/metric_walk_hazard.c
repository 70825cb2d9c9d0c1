/* metric_walk_hazard.c: do walks of the ranked feed meet their first entry presumed hateful sooner than those of the chronological one? The
 * log-rank test (Mantel 1966) within each persona and time block: observed less expected (x) over its variance (m), summed, is Peto's logarithm of
 * the hazard ratio (Yusuf et al. 1985). Walks of a persona are alike, and those from one seed more so: p and interval come from the
 * sign-flip over personas and time blocks, not from chi². */
#include "base/i18n.h"
#include "base/mem.h"
#include "metrics/private.h"

struct side {
	const struct amp_walk *v;
	size_t n;
};
struct work {
	double *time;
	bool *event, *ranked;
};

static struct side walks_of(const struct amp_walks *w, size_t feed)
{
	return (struct side){w->v + w->feeds[feed].from, w->feeds[feed].to - w->feeds[feed].from};
}

/* The walks of one cluster, which stand together. */
static struct side of_cluster(const struct amp_frame *f, struct side s, size_t cluster)
{
	while (s.n > 0 && f->personas[s.v->persona].cluster < cluster) {
		s.v++;
		s.n--;
	}
	for (size_t i = 0; i < s.n; i++)
		if (f->personas[s.v[i].persona].cluster != cluster) s.n = i;
	return s;
}

static int add_cell(const struct amp_frame *f, const struct side *s, size_t cluster, size_t block, struct work *k,
                    struct amp_contributions *c, struct amp_err *err)
{
	struct amp_logrank r;
	size_t n = 0, cell = cluster * f->n_blocks + block;
	for (int side = 0; side < 2; side++)
		for (size_t i = 0; i < s[side].n; i++) {
			const struct amp_walk *w = &s[side].v[i];
			if (w->read == 0 || f->rounds[w->round].block != block) continue;
			k->event[n] = w->first != 0;
			k->time[n] = (double)(w->first != 0 ? w->first : w->read);
			k->ranked[n++] = side == 0;
		}
	int rc = amp_log_rank(k->time, k->event, k->ranked, NULL, n, &r, err);
	if (rc != 0 || !(r.variance > 0)) return rc;
	double x = r.observed - r.expected;
	c->cluster_x[cluster] += x;
	c->cluster_m[cluster] += r.variance;
	c->block_x[block] += x;
	c->block_m[block] += r.variance;
	c->cell_x[cell] += x;
	c->cell_m[cell] += r.variance;
	c->cell_w[cell] = 1;
	return 0;
}

static void count(const struct amp_walks *w, size_t feed, struct amp_contributions *c)
{
	struct amp_exclusions x;
	amp_walks_exclusions(w, feed, &x);
	c->used += x.state[AMP_SHOT_OK];
	for (int i = AMP_SHOT_OK + 1; i < AMP_SHOT_STATES; i++) c->excluded += x.state[i];
	c->n += w->feeds[feed].curve.entries;
	c->missing += w->feeds[feed].curve.missing;
}

static int make_one(const struct amp_metric *m, struct amp_own *k, size_t pair, struct amp_err *err)
{
	const struct amp_frame *f = k->f;
	const struct amp_walks *w = k->walks;
	const struct amp_frame_pair *p = &f->pairs[pair];
	const struct side s[2] = {walks_of(w, p->ranked), walks_of(w, p->chronological)};
	size_t room = s[0].n + s[1].n + 1;
	struct work work = {amp_malloc(room * sizeof *work.time), amp_malloc(room * sizeof *work.event),
	                    amp_malloc(room * sizeof *work.ranked)};
	struct amp_contributions c;
	struct amp_estimate *e = amp_walk_add(k, m, pair, AMP_NO_INDEX, AMP_NO_INDEX, err);
	int rc = !e ? AMP_ENOMEM : work.time && work.event && work.ranked ? 0 : AMP_OOM(err);
	amp_walk_contributions_start(f, k->work, &c);
	for (size_t i = 0; rc == 0 && i < f->n_clusters; i++) {
		const struct side own[2] = {of_cluster(f, s[0], i), of_cluster(f, s[1], i)};
		for (size_t b = 0; rc == 0 && b < f->n_blocks; b++) rc = add_cell(f, own, i, b, &work, &c, err);
	}
	if (rc == 0) {
		amp_walk_contributions_end(f, 1, &c);
		count(w, p->ranked, &c);
		count(w, p->chronological, &c);
		rc = amp_estimate_fill(f, &c, e, err);
		e->ranked = e->chronological = AMP_REAL_NONE; /* a test has no sides of its own: they stand with each feed */
	}
	amp_free(work.time);
	amp_free(work.event);
	amp_free(work.ranked);
	return rc;
}

static int make(const struct amp_metric *m, struct amp_own *k, struct amp_err *err)
{
	int rc = 0;
	for (size_t i = 0; k->walks && rc == 0 && i < k->f->n_pairs; i++) {
		if (amp_pair_of_walks(k->f, i)) rc = make_one(m, k, i, err);
	}
	return rc;
}

extern const struct amp_metric amp_metric_walk_hazard;
const struct amp_metric amp_metric_walk_hazard = {
	.name = "walk_hazard",
	.unit = "log",
	.title = N_("Hazard of the first along walks"),
	.paired = true,
	.walks = true,
	.has_test = true,
	.no_base = N_("no persona met a first entry presumed hateful while walks of both feeds went on"),
	.make = make,
};

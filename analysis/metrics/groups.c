/* groups.c: do personas who belong to a group see more of the hate that aims at it? A difference between personas, never paired: what is
 * exchanged are labels between clusters. On a feed that is the same for all there is nothing to compare. */
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "metrics/private.h"
#include "stats/robust.h"

#define DRAWS 9999

static bool belongs(const struct amp_frame *f, size_t cluster, const char *target)
{
	for (size_t i = 0; i < f->plan.n_members; i++)
		if (strcmp(f->plan.members[i].target, target) == 0 &&
		    strcmp(f->plan.members[i].persona, f->clusters[cluster].name) == 0)
			return true;
	return false;
}

/* The cluster's own mean, by the same rules as its rows in the tables. */
static int read_cluster(struct amp_own *k, bool paired, size_t stratum, size_t cluster, struct amp_estimate *e, double *y,
                        bool *known, struct amp_err *err)
{
	const struct amp_scope scope = {amp_metric_find(paired ? "additive_lift" : "exposure_share"), cluster, &stratum, 1,
	                                e->target};
	struct amp_contributions c;
	int rc = amp_contributions(k->f, k->sums, &scope, k->work, &c, err);
	if (rc != 0) return rc;
	e->n += c.n;
	e->missing += c.missing;
	e->excluded += c.excluded;
	e->used += c.used;
	*known = c.n_clusters == 1;
	if (*known) *y = c.cluster_x[0] / c.cluster_m[0];
	return 0;
}

static int fill(struct amp_own *k, bool paired, size_t stratum, struct amp_estimate *e, double *y, bool *label, struct amp_err *err)
{
	const struct amp_frame *f = k->f;
	size_t n = 0, inside = 0;
	for (size_t c = 0; c < f->n_clusters; c++) {
		bool known = false;
		int rc = read_cluster(k, paired, stratum, c, e, &y[n], &known, err);
		if (rc != 0) return rc;
		if (!known) continue;
		label[n] = belongs(f, c, e->target);
		inside += label[n++];
	}
	e->unit = e->printed_unit = AMP_UNIT_PERSONA;
	e->persona_units = n;
	e->cluster_rule = amp_arena_printf(
		f->arena, "personas with their twins: %zu, of which %zu belong to the group; labels exchanged", n, inside);
	if (!e->cluster_rule) return AMP_OOM(err);
	if (amp_unit_of(f, k->floors, &(struct amp_scope){e->metric, AMP_NO_INDEX, &stratum, 1, e->target}) ==
	    AMP_UNIT_TIME_BLOCK) {
		e->null_reason = N_("the feed is the same for all personas: nothing can differ between them");
		return 0;
	}
	if (inside == 0 || inside == n) {
		e->null_reason = N_("personas in the group and outside are both needed, with snapshots that count");
		return 0;
	}
	struct amp_permutation p;
	int rc = amp_permute(y, label, NULL, n, DRAWS, f->plan.seed, &p, err);
	if (rc != 0) return rc;
	e->estimate = p.estimate;
	e->p = p.p;
	e->smallest_p = p.smallest_p;
	e->method = p.exact ? N_("label permutation, exact") : N_("label permutation, 9999 draws");
	e->interval_note = N_("the exchange of labels tests a difference and gives no interval");
	if (!e->estimate.known) e->null_reason = N_("personas in the group and outside are both needed, with snapshots that count");
	return 0;
}

/* Each target that a persona belongs to, once; also where nothing was found: its zeros are printed. */
static int make_stratum(const struct amp_metric *m, struct amp_own *k, size_t stratum, double *y, bool *label, struct amp_err *err)
{
	const struct amp_frame *f = k->f;
	int rc = 0;
	for (size_t i = 0; i < f->plan.n_members && rc == 0; i++) {
		const char *target = f->plan.members[i].target;
		bool seen = false;
		for (size_t j = 0; j < i; j++) seen = seen || strcmp(f->plan.members[j].target, target) == 0;
		if (seen) continue;
		struct amp_estimate *e = amp_own_add(k, m, m->paired ? stratum : AMP_NO_INDEX, m->paired ? AMP_NO_INDEX : stratum,
		                                     target, "groups", err);
		rc = e ? fill(k, m->paired, stratum, e, y, label, err) : AMP_ENOMEM;
	}
	return rc;
}

int amp_groups_make(const struct amp_metric *m, struct amp_own *k, struct amp_err *err)
{
	const struct amp_frame *f = k->f;
	double *y = amp_malloc((f->n_clusters + 1) * sizeof *y);
	bool *label = amp_malloc((f->n_clusters + 1) * sizeof *label);
	int rc = y && label ? 0 : AMP_OOM(err);
	for (size_t i = 0; rc == 0 && i < (m->paired ? f->n_pairs : f->n_feeds); i++)
		if (!m->paired || strcmp(f->pairs[i].pool, "different") != 0) rc = make_stratum(m, k, i, y, label, err);
	amp_free(y);
	amp_free(label);
	return rc;
}

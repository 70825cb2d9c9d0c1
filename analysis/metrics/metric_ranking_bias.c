/* metric_ranking_bias.c: Kulshrestha et al. 2017. s is 1 for an entry presumed hateful. Input bias IB: the mean of s over the pool, as far
 * as either list shows it. Output bias OB: the mean over the ranked list's ranks of the mean of s above each. RB = OB - IB: what the
 * order adds. Entries without a detection are left out. */
#include "base/i18n.h"
#include "metrics/metric.h"

static bool visit(const struct amp_visit *v, struct amp_figure *out)
{
	double flagged = 0, n = 0, sum = 0, pool = 0;
	for (size_t i = 0; i < v->ranked.top; i++) {
		if (v->ranked.v[i].missing) continue;
		flagged += v->ranked.v[i].flagged;
		n++;
		sum += flagged / n;
	}
	if (!(n > 0)) return false;
	out->ranked = sum / n;
	pool = n;
	for (size_t i = 0; i < v->chronological.top; i++) {
		const struct amp_entry *e = &v->chronological.v[i];
		int32_t at = v->chronological.other[i];
		if (e->missing || (at >= 0 && (size_t)at < v->ranked.top)) continue;
		flagged += e->flagged;
		pool++;
	}
	out->chronological = flagged / pool;
	out->x = out->ranked - out->chronological;
	out->m = 1;
	return true;
}

extern const struct amp_metric amp_metric_ranking_bias;
const struct amp_metric amp_metric_ranking_bias = {
	.name = "ranking_bias",
	.unit = "points",
	.title = N_("Ranking bias"),
	.paired = true,
	.identical = true,
	.overall = true,
	.has_test = true,
	.sides = true,
	.null_value = 0,
	.visit = visit,
};

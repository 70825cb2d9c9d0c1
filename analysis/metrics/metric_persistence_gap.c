/* metric_persistence_gap.c: persistence of entries presumed hateful, minus that of the others, from the same visits. */
#include "base/i18n.h"
#include "metrics/metric.h"

static bool visit(const struct amp_visit *v, struct amp_figure *out)
{
	double again[2] = {0, 0}, n[2] = {0, 0};
	for (size_t i = 0; i < v->before.top; i++) {
		const struct amp_entry *e = &v->before.v[i];
		if (e->missing || e->item < 0) continue;
		again[e->flagged] += v->before.other[i] >= 0 && (size_t)v->before.other[i] < v->ranked.top;
		n[e->flagged]++;
	}
	if (!(n[0] > 0 && n[1] > 0)) return true;
	out->x = again[1] / n[1] - again[0] / n[0];
	out->m = 1;
	return true;
}

extern const struct amp_metric amp_metric_persistence_gap;
const struct amp_metric amp_metric_persistence_gap = {
	.name = "persistence_gap",
	.unit = "points",
	.title = N_("Persistence gap"),
	.overall = true,
	.has_test = true,
	.null_value = 0,
	.no_base = N_("no two rounds in a row of which the first showed entries of both kinds"),
	.visit = visit,
};

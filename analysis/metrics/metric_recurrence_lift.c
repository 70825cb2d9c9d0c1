/* metric_recurrence_lift.c: return after an absence on the ranked feed, minus that on the chronological one, of the same visits. */
#include "base/i18n.h"
#include "metrics/metric.h"

static bool visit(const struct amp_visit *v, struct amp_figure *out)
{
	const struct amp_seen *a = &v->ranked.seen, *c = &v->chronological.seen;
	if (a->gone == 0 || c->gone == 0) return true;
	out->ranked = (double)a->back / a->gone;
	out->chronological = (double)c->back / c->gone;
	out->x = out->ranked - out->chronological;
	out->m = 1;
	return true;
}

extern const struct amp_metric amp_metric_recurrence_lift;
const struct amp_metric amp_metric_recurrence_lift = {
	.name = "recurrence_lift",
	.unit = "points",
	.title = N_("Lift of the return after an absence"),
	.paired = true,
	.overall = true,
	.sides = true,
	.has_test = true,
	.no_base = N_("no visit ends the follow-up of entries that were gone from both feeds"),
	.looks_back = true,
	.visit = visit,
};

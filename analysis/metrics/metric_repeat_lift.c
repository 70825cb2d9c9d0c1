/* metric_repeat_lift.c: share of repeats on the ranked feed, minus that on the chronological one, of the same visits. */
#include "base/i18n.h"
#include "metrics/metric.h"

static bool visit(const struct amp_visit *v, struct amp_figure *out)
{
	const struct amp_seen *a = &v->ranked.seen, *c = &v->chronological.seen;
	if (!a->later || !c->later || a->items == 0 || c->items == 0) return true;
	out->ranked = (double)a->again / a->items;
	out->chronological = (double)c->again / c->items;
	out->x = out->ranked - out->chronological;
	out->m = 1;
	return true;
}

extern const struct amp_metric amp_metric_repeat_lift;
const struct amp_metric amp_metric_repeat_lift = {
	.name = "repeat_lift",
	.unit = "points",
	.title = N_("Lift of the share of repeats"),
	.paired = true,
	.overall = true,
	.sides = true,
	.has_test = true,
	.no_base = N_("no later visit shows an entry presumed hateful on both feeds"),
	.looks_back = true,
	.visit = visit,
};

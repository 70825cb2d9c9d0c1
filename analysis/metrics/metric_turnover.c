/* metric_turnover.c: the share of the ranked list's entries that the chronological list of the same visit does not show. The lift is about
 * turnover times displacement. */
#include "base/i18n.h"
#include "metrics/metric.h"

static bool visit(const struct amp_visit *v, struct amp_figure *out)
{
	size_t window = v->to_oldest_ranked ? v->chronological.n : v->chronological.top;
	for (size_t i = 0; i < v->ranked.top; i++) {
		if (v->ranked.v[i].item < 0) continue;
		out->x += v->ranked.other[i] < 0 || (size_t)v->ranked.other[i] >= window;
		out->m++;
	}
	if (!(out->m > 0)) return false;
	out->x /= out->m;
	out->m = 1;
	return true;
}

extern const struct amp_metric amp_metric_turnover;
const struct amp_metric amp_metric_turnover = {
	.name = "turnover",
	.unit = "share",
	.title = N_("Turnover"),
	.paired = true,
	.overall = true,
	.visit = visit,
};

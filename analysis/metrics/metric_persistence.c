/* metric_persistence.c: of the entries presumed hateful that a visit showed, the share that the same persona finds on the same feed at the
 * very next round. */
#include "base/i18n.h"
#include "metrics/metric.h"

static bool visit(const struct amp_visit *v, struct amp_figure *out)
{
	for (size_t i = 0; i < v->before.top; i++) {
		if (!v->before.v[i].flagged || v->before.v[i].item < 0) continue;
		out->x += v->before.other[i] >= 0 && (size_t)v->before.other[i] < v->ranked.top;
		out->m++;
	}
	return true;
}

extern const struct amp_metric amp_metric_persistence;
const struct amp_metric amp_metric_persistence = {
	.name = "persistence",
	.unit = "rate",
	.title = N_("Persistence"),
	.overall = true,
	.no_base = N_("no round right after one that showed an entry presumed hateful"),
	.visit = visit,
};

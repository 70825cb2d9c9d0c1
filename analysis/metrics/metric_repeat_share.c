/* metric_repeat_share.c: of the items presumed hateful that a visit shows, the share that the same persona has met on the feed at any visit before. The
 * first visit says nothing. */
#include "base/i18n.h"
#include "metrics/metric.h"

static bool visit(const struct amp_visit *v, struct amp_figure *out)
{
	if (!v->ranked.seen.later) return true;
	out->x = v->ranked.seen.again;
	out->m = v->ranked.seen.items;
	return true;
}

extern const struct amp_metric amp_metric_repeat_share;
const struct amp_metric amp_metric_repeat_share = {
	.name = "repeat_share",
	.unit = "rate",
	.title = N_("Share of repeats"),
	.overall = true,
	.no_base = N_("no visit after a persona's first one shows an entry presumed hateful"),
	.looks_back = true,
	.visit = visit,
};

/* metric_recurrence.c: of the items presumed hateful that were gone from a feed, the share that the same persona met there again within the next
 * AMP_RETURN_VISITS visits. An absence counts once all of these took place: one too close to the end of the study is censored, and left out
 * whether the item came back or not. */
#include "base/i18n.h"
#include "metrics/metric.h"

static bool visit(const struct amp_visit *v, struct amp_figure *out)
{
	out->x = v->ranked.seen.back;
	out->m = v->ranked.seen.gone;
	return true;
}

extern const struct amp_metric amp_metric_recurrence;
const struct amp_metric amp_metric_recurrence = {
	.name = "recurrence",
	.unit = "rate",
	.title = N_("Return after an absence"),
	.overall = true,
	.no_base = N_("no entry presumed hateful was gone early enough for three more visits to follow"),
	.looks_back = true,
	.visit = visit,
};

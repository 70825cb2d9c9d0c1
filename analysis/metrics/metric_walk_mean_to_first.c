/* metric_walk_mean_to_first.c: lists that a walk shows until the first entry presumed hateful, none counted beyond the end of the curves: the
 * restricted mean (Irwin 1949), which exists also where the median is not reached. */
#include "base/i18n.h"
#include "metrics/private.h"

static void take(const struct amp_walk_curve *c, struct amp_estimate *e)
{
	e->estimate = c->mean.estimate;
	e->se = c->mean.se;
	e->lo = c->mean.lo;
	e->hi = c->mean.hi;
	e->method = N_("Kaplan-Meier restricted mean, jackknife");
	if (!e->estimate.known)
		e->null_reason =
			N_("walks that had met none ended before the others did: nothing says how long they would have gone");
}

extern const struct amp_metric amp_metric_walk_mean_to_first;
const struct amp_metric amp_metric_walk_mean_to_first = {
	.name = "walk_mean_to_first",
	.unit = "lists",
	.title = N_("Lists until the first, restricted mean"),
	.walks = true,
	.in_grid = true,
	.make = amp_walk_curve_metric,
	.curve = take,
};

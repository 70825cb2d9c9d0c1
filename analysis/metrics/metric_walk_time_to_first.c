/* metric_walk_time_to_first.c: at which list a walk first shows an entry presumed hateful: the median over walks (Kaplan and Meier 1958; a walk
 * that ended before, or was blocked, is censored at the last list that was read). */
#include "base/i18n.h"
#include "metrics/private.h"

static void take(const struct amp_walk_curve *c, struct amp_estimate *e)
{
	e->estimate = c->median;
	e->lo = c->median_lo;
	e->hi = c->median_hi;
	e->method = N_("Kaplan-Meier median, jackknife");
	if (e->lo.known || e->hi.known) e->flags |= 1u << AMP_FLAG_WHOLE; /* its ends are lists, and it covers more than it says */
	if (!e->estimate.known)
		e->null_reason =
			c->events == 0
				? N_("no walk met an entry presumed hateful as far as it went")
				: N_("not reached: fewer than half of the walks met an entry presumed hateful as far as they went");
}

extern const struct amp_metric amp_metric_walk_time_to_first;
const struct amp_metric amp_metric_walk_time_to_first = {
	.name = "walk_time_to_first",
	.unit = "lists",
	.title = N_("Lists until the first"),
	.walks = true,
	.make = amp_walk_curve_metric,
	.curve = take,
};

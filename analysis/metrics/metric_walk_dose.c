/* metric_walk_dose.c: entries presumed hateful that a walk has shown by its last list: the end of the curve of cumulative doses (Nelson 1988),
 * to which walks that ended early give what they showed and no zeros after that. */
#include "base/i18n.h"
#include "metrics/private.h"

static void take(const struct amp_walk_curve *c, struct amp_estimate *e)
{
	const struct amp_confidence *dose = &c->v[c->n - 1].dose;
	e->estimate = dose->estimate;
	e->se = dose->se;
	e->lo = dose->lo;
	e->hi = dose->hi;
	e->method = N_("mean of the walks still read at each list, jackknife");
}

extern const struct amp_metric amp_metric_walk_dose;
const struct amp_metric amp_metric_walk_dose = {
	.name = "walk_dose",
	.unit = "entries_a_walk",
	.title = N_("Dose of a walk"),
	.walks = true,
	.in_grid = true,
	.make = amp_walk_curve_metric,
	.curve = take,
};

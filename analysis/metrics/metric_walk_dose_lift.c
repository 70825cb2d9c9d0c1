/* metric_walk_dose_lift.c: how many more flagged entries a walk of the ranked feed shows than one of the chronological feed from the same seed, over the lists
 * that both read. */
#include "base/i18n.h"
#include "metrics/private.h"

extern const struct amp_metric amp_metric_walk_dose_lift;
const struct amp_metric amp_metric_walk_dose_lift = {
	.name = "walk_dose_lift",
	.unit = "entries_a_walk",
	.title = N_("Lift of the dose of a walk"),
	.paired = true,
	.counts_empty = true,
	.walks = true,
	.couples = true,
	.in_grid = true,
	.has_test = true,
	.no_base = N_("no walk of either feed could be set beside one of the other"),
	.make = amp_walk_lift_make,
	.couple = amp_walk_sides_dose,
};

/* metric_lift_drift.c: how much the lift of a pair changes a day. */
#include "base/i18n.h"
#include "metrics/private.h"

extern const struct amp_metric amp_metric_lift_drift;
const struct amp_metric amp_metric_lift_drift = {
	.name = "lift_drift",
	.unit = "points_a_day",
	.title = N_("Drift of the lift"),
	.paired = true,
	.overall = true,
	.has_test = true,
	.make = amp_drift_make,
};

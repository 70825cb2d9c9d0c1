/* metric_exposure_drift.c: how much the exposure share of a feed changes a day. */
#include "base/i18n.h"
#include "metrics/private.h"

extern const struct amp_metric amp_metric_exposure_drift;
const struct amp_metric amp_metric_exposure_drift = {
	.name = "exposure_drift",
	.unit = "points_a_day",
	.title = N_("Drift of the share"),
	.overall = true,
	.has_test = true,
	.make = amp_drift_make,
};

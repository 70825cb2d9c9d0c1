/* metric_additive_lift.c: ranked share minus chronological share, same persona, same round (Morosini et al. 2026, eq. 6). It exists
 * where the base is zero, which the ratio does not: it is the primary measure. */
#include "base/i18n.h"
#include "metrics/metric.h"

extern const struct amp_metric amp_metric_additive_lift;
const struct amp_metric amp_metric_additive_lift = {
	.name = "additive_lift",
	.unit = "points",
	.title = N_("Additive lift"),
	.paired = true,
	.of_counts = true,
	.has_test = true,
	.null_value = 0,
	.side = amp_side_share,
	.side_range = amp_side_share_range,
	.contrast = amp_contrast_difference,
};

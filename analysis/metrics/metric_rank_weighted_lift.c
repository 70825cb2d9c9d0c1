/* metric_rank_weighted_lift.c: the lift of the rank-weighted share: also above 0 where both feeds show as much, and the ranked one shows it
 * higher up. */
#include "base/i18n.h"
#include "metrics/metric.h"

extern const struct amp_metric amp_metric_rank_weighted_lift;
const struct amp_metric amp_metric_rank_weighted_lift = {
	.name = "rank_weighted_lift",
	.unit = "points",
	.title = N_("Rank-weighted lift"),
	.paired = true,
	.has_test = true,
	.null_value = 0,
	.side = amp_side_discounted,
	.side_range = amp_side_discounted_range,
	.contrast = amp_contrast_difference,
};

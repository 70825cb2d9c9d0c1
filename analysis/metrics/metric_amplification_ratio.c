/* metric_amplification_ratio.c: mean ranked share over mean chronological share (Morosini et al. 2026, eq. 4-5). A ratio of means and
 * not a mean of ratios: one persona with a rare base cannot carry the figure away. Ratio 1 and lift 0 are the same hypothesis, so
 * that both have the same p. */
#include "base/i18n.h"
#include "metrics/metric.h"

extern const struct amp_metric amp_metric_amplification_ratio;
const struct amp_metric amp_metric_amplification_ratio = {
	.name = "amplification_ratio",
	.unit = "ratio",
	.title = N_("Amplification ratio"),
	.paired = true,
	.of_counts = true,
	.has_test = true,
	.same_test_as = "additive_lift",
	.null_value = 1,
	.no_base = N_("the chronological feed showed nothing presumed hateful: a ratio to zero does not exist"),
	.side = amp_side_share,
	.side_range = amp_side_share_range,
	.contrast = amp_contrast_ratio,
};

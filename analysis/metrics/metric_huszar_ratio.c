/* metric_huszar_ratio.c: (visits to the ranked feed that met at least one + 1) / (the same of the chronological feed + 1), Huszár et al.
 * 2022, with k = 1: every visit has its partner. Published there as (ratio - 1) * 100 %. The + 1 keeps it finite at a base of zero. A persona
 * and its twins are one visitor. */
#include "base/i18n.h"
#include "metrics/metric.h"

extern const struct amp_metric amp_metric_huszar_ratio;
const struct amp_metric amp_metric_huszar_ratio = {
	.name = "huszar_ratio",
	.unit = "ratio",
	.title = N_("Huszár ratio of visits"),
	.paired = true,
	.overall = true,
	.has_test = true,
	.visits = true,
	.null_value = 1,
	.side = amp_side_met,
	.side_range = amp_side_met_range,
	.contrast = amp_contrast_ratio,
};

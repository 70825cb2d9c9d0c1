/* metric_glass_delta.c: the lift over the standard deviation between personas of their chronological means (Glass 1976, as Milli et al.
 * 2025 standardise). Its hypothesis is that of the lift, so that both have the same p; the interval is linearised, with the jackknife
 * over personas (a basic bootstrap of ten, as published, covers 86 to 93 %). Where a feed is the same for all, personas do not differ, and the spread between them measures nothing. */
#include "base/i18n.h"
#include "metrics/metric.h"

extern const struct amp_metric amp_metric_glass_delta;
const struct amp_metric amp_metric_glass_delta = {
	.name = "glass_delta",
	.unit = "sd",
	.title = N_("Standardised lift (Glass's delta)"),
	.paired = true,
	.overall = true,
	.has_test = true,
	.same_test_as = "additive_lift",
	.null_value = 1, /* of x / m: equal means */
	.no_base = N_("every persona has the same chronological mean: there is no spread to divide by"),
	.side = amp_side_share,
	.side_range = amp_side_share_range,
	.contrast = amp_contrast_ratio,
	.figure = amp_glass_delta,
	.figure_interval = amp_glass_interval,
};

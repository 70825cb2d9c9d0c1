/* metric_group_lift_gap.c: the same difference between lifts: is hate against a group raised more for those who belong to it? */
#include "base/i18n.h"
#include "metrics/private.h"

extern const struct amp_metric amp_metric_group_lift_gap;
const struct amp_metric amp_metric_group_lift_gap = {
	.name = "group_lift_gap",
	.unit = "points",
	.title = N_("Gap of the group aimed at, in lift"),
	.paired = true,
	.overall = true,
	.has_test = true,
	.make = amp_groups_make,
};

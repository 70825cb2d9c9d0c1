/* metric_group_gap.c: mean share of posts aiming at a group, over personas who belong to it, minus that over the others. */
#include "base/i18n.h"
#include "metrics/private.h"

extern const struct amp_metric amp_metric_group_gap;
const struct amp_metric amp_metric_group_gap = {
	.name = "group_gap",
	.unit = "points",
	.title = N_("Gap of the group aimed at"),
	.overall = true,
	.has_test = true,
	.make = amp_groups_make,
};

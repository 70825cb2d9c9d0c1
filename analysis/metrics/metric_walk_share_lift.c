/* metric_walk_share_lift.c: of the lists that walks of the ranked feed and of the chronological one both read, how many more points of what they show are flagged on the
 * ranked side: mean over the lists of a walk, from one seed, by one persona, in one round. */
#include "base/i18n.h"
#include "metrics/private.h"

extern const struct amp_metric amp_metric_walk_share_lift;
const struct amp_metric amp_metric_walk_share_lift = {
	.name = "walk_share_lift",
	.unit = "points",
	.title = N_("Lift of the share along walks"),
	.paired = true,
	.walks = true,
	.couples = true,
	.in_grid = true,
	.has_test = true,
	.no_base = N_("no walk of either feed could be set beside one of the other"),
	.make = amp_walk_lift_make,
	.couple = amp_walk_sides_share,
};

/* metric_rank_weighted_share.c: the share with each entry weighted by p^rank (rank-biased precision, Moffat and Zobel 2008): what a reader
 * meets who goes on to the next entry with probability p. p is that of the grid cell. Entries without a detection leave both sums. */
#include "base/i18n.h"
#include "metrics/metric.h"

extern const struct amp_metric amp_metric_rank_weighted_share;
const struct amp_metric amp_metric_rank_weighted_share = {
	.name = "rank_weighted_share",
	.unit = "share",
	.title = N_("Rank-weighted share"),
	.side = amp_side_discounted,
	.side_range = amp_side_discounted_range,
	.contrast = amp_contrast_one,
};

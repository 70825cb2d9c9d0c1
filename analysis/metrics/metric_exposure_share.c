/* metric_exposure_share.c: of the entries shown, the share that is presumed hateful. Entries without a detection leave the
 * denominator; the worst-case bounds count them as all flagged or none. */
#include "base/i18n.h"
#include "metrics/metric.h"

extern const struct amp_metric amp_metric_exposure_share;
const struct amp_metric amp_metric_exposure_share = {
	.name = "exposure_share",
	.unit = "share",
	.title = N_("Exposure share"),
	.of_counts = true,
	.side = amp_side_share,
	.side_range = amp_side_share_range,
	.contrast = amp_contrast_one,
};

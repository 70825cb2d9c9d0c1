/* metric_exposure_share.c: of the entries shown, the share that is presumed hateful. Entries without a detection leave the
 * denominator; the worst-case bounds count them as all flagged or none. */
#include "base/i18n.h"
#include "metrics/metric.h"

bool amp_side_share(const struct amp_reading *r, double *value)
{
	double scored = r->n - r->missing;
	if (!(scored > 0)) return false;
	*value = r->flagged / scored;
	return true;
}

void amp_side_share_range(const struct amp_reading *r, double *lo, double *hi)
{
	*lo = r->flagged / r->n;
	*hi = (r->flagged + r->missing) / r->n;
}

static void contrast(double value, double none, double *x, double *m)
{
	(void)none;
	*x = value;
	*m = 1;
}

extern const struct amp_metric amp_metric_exposure_share;
const struct amp_metric amp_metric_exposure_share = {
	.name = "exposure_share",
	.unit = "share",
	.title = N_("Exposure share"),
	.side = amp_side_share,
	.side_range = amp_side_share_range,
	.contrast = contrast,
};

/* metric_dose.c: entries presumed hateful that one visit shows, down to the depth: a number of entries, not a share. Times the visits it is
 * what a persona has met. Entries without a detection count as none; the upper bound counts them all. */
#include "base/i18n.h"
#include "metrics/metric.h"

static bool side(const struct amp_reading *r, double *value)
{
	if (r->n > 0 && !(r->n - r->missing > 0)) return false;
	*value = r->flagged;
	return true;
}

static void side_range(const struct amp_reading *r, double *lo, double *hi)
{
	*lo = r->flagged;
	*hi = r->flagged + r->missing;
}

extern const struct amp_metric amp_metric_dose;
const struct amp_metric amp_metric_dose = {
	.name = "dose",
	.unit = "entries",
	.title = N_("Dose per visit"),
	.counts_empty = true,
	.unbounded = true,
	.side = side,
	.side_range = side_range,
	.contrast = amp_contrast_one,
};

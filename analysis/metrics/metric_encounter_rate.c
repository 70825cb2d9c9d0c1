/* metric_encounter_rate.c: the share of snapshots with at least one entry presumed hateful (Haroon et al. 2023 report it beside the
 * share: 2.5 % of recommendations, but 36.1 % of the sock puppets). A recognised empty list is an encounter with nothing: it counts. */
#include "base/i18n.h"
#include "metrics/metric.h"

static bool side(const struct amp_reading *r, double *value)
{
	if (r->n > 0 && !(r->n - r->missing > 0)) return false;
	*value = r->flagged > 0 ? 1 : 0;
	return true;
}

static void side_range(const struct amp_reading *r, double *lo, double *hi)
{
	*lo = r->flagged > 0 ? 1 : 0;
	*hi = r->flagged + r->missing > 0 ? 1 : 0;
}

static void contrast(double value, double none, double *x, double *m)
{
	(void)none;
	*x = value;
	*m = 1;
}

extern const struct amp_metric amp_metric_encounter_rate;
const struct amp_metric amp_metric_encounter_rate = {
	.name = "encounter_rate",
	.unit = "rate",
	.title = N_("Encounter rate"),
	.counts_empty = true,
	.side = side,
	.side_range = side_range,
	.contrast = contrast,
};

/* metric_encounter_rate.c: the share of snapshots with at least one entry presumed hateful (Haroon et al. 2023 report it beside the
 * share: 2.5 % of recommendations, but 36.1 % of the sock puppets). A recognised empty list is an encounter with nothing: it counts. */
#include "base/i18n.h"
#include "metrics/metric.h"

extern const struct amp_metric amp_metric_encounter_rate;
const struct amp_metric amp_metric_encounter_rate = {
	.name = "encounter_rate",
	.unit = "rate",
	.title = N_("Encounter rate"),
	.counts_empty = true,
	.of_counts = true,
	.side = amp_side_met,
	.side_range = amp_side_met_range,
	.contrast = amp_contrast_one,
};

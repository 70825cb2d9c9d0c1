/* metric_engagement_gap.c: mean of ln(1 + count) over shown entries presumed hateful, minus that over the others of the same visit. The count
 * is likes, or votes where a platform has no likes; an entry without one is left out, not zero. exp(gap) is the ratio of the two
 * geometric means of 1 + count. Votes may be negative: -ln(1 - count) then. */
#include <math.h>
#include "base/i18n.h"
#include "metrics/metric.h"

static double log_of(double count, const double *logs)
{
	if (logs && count >= 0 && count < AMP_LOGS) {
		size_t n = (size_t)count;
		if ((double)n == count) return logs[n];
	}
	return count < 0 ? -log1p(-count) : log1p(count);
}

static bool visit(const struct amp_visit *v, struct amp_figure *out)
{
	double sum[2] = {0, 0}, n[2] = {0, 0};
	for (size_t i = 0; i < v->ranked.top; i++) {
		const struct amp_entry *e = &v->ranked.v[i];
		if (e->missing || !e->counted) continue;
		sum[e->flagged] += log_of(e->engagement, v->logs);
		n[e->flagged]++;
	}
	if (!(n[0] > 0 && n[1] > 0)) return true;
	out->x = sum[1] / n[1] - sum[0] / n[0];
	out->m = 1;
	return true;
}

extern const struct amp_metric amp_metric_engagement_gap;
const struct amp_metric amp_metric_engagement_gap = {
	.name = "engagement_gap",
	.unit = "log",
	.title = N_("Engagement gap"),
	.overall = true,
	.has_test = true,
	.null_value = 0,
	.no_base = N_("no visit showed counts both of entries presumed hateful and of others"),
	.visit = visit,
};

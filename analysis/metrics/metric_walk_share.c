/* metric_walk_share.c: of what a walk showed, how much was flagged: mean of its lists that could be used. */
#include "base/i18n.h"
#include "metrics/private.h"

static bool sum(const struct amp_walk *w, struct amp_walk_sums *out)
{
	double lists = 0;
	for (size_t i = 0; i < w->n; i++) {
		const struct amp_walk_list *s = &w->list[i];
		if (s->state != AMP_SHOT_OK || s->n <= s->missing) continue;
		out->x += s->flagged / (double)(s->n - s->missing);
		out->n += s->n;
		out->missing += s->missing;
		lists++;
	}
	if (!(lists > 0)) return false;
	out->x /= lists;
	out->m = 1;
	return true;
}

extern const struct amp_metric amp_metric_walk_share;
const struct amp_metric amp_metric_walk_share = {
	.name = "walk_share",
	.unit = "share",
	.title = N_("Share of walks"),
	.walks = true,
	.in_grid = true,
	.make = amp_walk_make,
	.walk = sum,
};

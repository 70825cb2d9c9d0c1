/* metric_walk_followed_share.c: of the entries that walks followed, the share flagged: the path itself, and not what stood beside it. */
#include "base/i18n.h"
#include "metrics/private.h"

static bool sum(const struct amp_walk *w, struct amp_walk_sums *out)
{
	if (w->read == 0) return false;
	for (size_t i = 1; i < w->n; i++) {
		enum amp_followed f = w->list[i].followed;
		if (f == AMP_FOLLOWED_NONE) continue;
		out->n++;
		out->missing += f == AMP_FOLLOWED_MISSING;
		out->x += f == AMP_FOLLOWED_FLAGGED;
		out->m += f != AMP_FOLLOWED_MISSING;
	}
	return true;
}

extern const struct amp_metric amp_metric_walk_followed_share;
const struct amp_metric amp_metric_walk_followed_share = {
	.name = "walk_followed_share",
	.unit = "share",
	.title = N_("Share of what walks followed"),
	.walks = true,
	.no_base = N_("no walk followed an entry that was scored"),
	.make = amp_walk_make,
	.walk = sum,
};

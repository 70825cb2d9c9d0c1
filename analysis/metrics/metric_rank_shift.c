/* metric_rank_shift.c: how many places higher than chronologically the ranked list shows what is presumed hateful. Places are counted among
 * the entries that both lists show, so that nothing but the order differs: over all of these the shifts add up to 0. */
#include "base/i18n.h"
#include "metrics/metric.h"

static bool common(const struct amp_list *a, size_t i, size_t top)
{
	return a->other[i] >= 0 && (size_t)a->other[i] < top;
}

static bool visit(const struct amp_visit *v, struct amp_figure *out)
{
	const struct amp_list *r = &v->ranked, *c = &v->chronological;
	double place = 0;
	for (size_t i = 0; i < r->top; i++) {
		/* an entry that stands twice counts at its first place */
		if (!common(r, i, c->top) || c->other[r->other[i]] != (int32_t)i) continue;
		if (r->v[i].flagged) {
			out->x -= place;
			out->m++;
		}
		place++;
	}
	place = 0;
	for (size_t i = 0; i < c->top; i++) {
		if (!common(c, i, r->top) || r->other[c->other[i]] != (int32_t)i) continue;
		if (r->v[c->other[i]].flagged) out->x += place;
		place++;
	}
	return true;
}

extern const struct amp_metric amp_metric_rank_shift;
const struct amp_metric amp_metric_rank_shift = {
	.name = "rank_shift",
	.unit = "places",
	.title = N_("Rank shift"),
	.paired = true,
	.identical = true,
	.overall = true,
	.has_test = true,
	.null_value = 0,
	.no_base = N_("nothing presumed hateful stood in both lists of a visit"),
	.visit = visit,
};

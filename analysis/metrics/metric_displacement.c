/* metric_displacement.c: of what the ranked list brings in (not in the chronological list) and of what it pushes out (only there), the
 * shares presumed hateful; their difference. Where the pair's window goes back to the oldest ranked entry, the whole chronological list
 * that was read counts, else its top. Lists that are the same say nothing. */
#include "base/i18n.h"
#include "metrics/metric.h"

/* Scored entries of the first n of a that are not among the first `top` of the other list. */
static double only_here(const struct amp_list *a, size_t n, size_t top, double *flagged)
{
	double scored = 0;
	for (size_t i = 0; i < n; i++) {
		const struct amp_entry *e = &a->v[i];
		if (e->missing || e->item < 0 || (a->other[i] >= 0 && (size_t)a->other[i] < top)) continue;
		scored++;
		*flagged += e->flagged;
	}
	return scored;
}

static bool visit(const struct amp_visit *v, struct amp_figure *out)
{
	size_t window = v->to_oldest_ranked ? v->chronological.n : v->chronological.top;
	double in = 0, gone = 0, n_in = only_here(&v->ranked, v->ranked.top, window, &in),
	       n_gone = only_here(&v->chronological, window, v->ranked.top, &gone);
	if (!(n_in > 0 && n_gone > 0)) return true;
	out->ranked = in / n_in;
	out->chronological = gone / n_gone;
	out->x = out->ranked - out->chronological;
	out->m = 1;
	return true;
}

extern const struct amp_metric amp_metric_displacement;
const struct amp_metric amp_metric_displacement = {
	.name = "displacement",
	.unit = "points",
	.title = N_("Displacement"),
	.paired = true,
	.overall = true,
	.has_test = true,
	.sides = true,
	.null_value = 0,
	.no_base = N_("both lists showed the same entries at every visit: nothing was displaced"),
	.visit = visit,
};

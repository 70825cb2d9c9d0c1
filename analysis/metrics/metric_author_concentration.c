/* metric_author_concentration.c: two entries presumed hateful, drawn from one visit: how often are they by one author? Simpson 1949 (Nature
 * 163:688), drawn without replacement. Entries whose author is not known form no pair. */
#include "base/i18n.h"
#include "metrics/metric.h"

static bool visit(const struct amp_visit *v, struct amp_figure *out)
{
	double above = 0;
	for (size_t i = 0; i < v->ranked.top; i++) {
		const struct amp_entry *e = &v->ranked.v[i];
		if (!e->flagged || e->author == 0) continue;
		out->x += e->same_author;
		out->m += above++;
	}
	return true;
}

extern const struct amp_metric amp_metric_author_concentration;
const struct amp_metric amp_metric_author_concentration = {
	.name = "author_concentration",
	.unit = "rate",
	.title = N_("Concentration by author"),
	.overall = true,
	.no_base = N_("no visit showed two entries presumed hateful whose authors are known"),
	.visit = visit,
};

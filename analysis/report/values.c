/* values.c: a measure and its interval in words. */
#include <string.h>
#include "base/i18n.h"
#include "report/private.h"

const char *w_value(struct amp_report *r, const struct amp_metric *m, struct amp_real v)
{
	if (!v.known) return AMP_DASH;
	if (strcmp(m->unit, "points") == 0) return w_points(&r->w, v.v, true);
	if (strcmp(m->unit, "ratio") == 0) return w_fill(&r->w, "\xC3\x97\xC2\xA0{n}", "n", w_number(&r->w, v.v, 2), NULL);
	return w_percent(&r->w, v.v);
}

const char *w_interval(struct amp_report *r, const struct amp_estimate *e)
{
	if (!e->estimate.known) return AMP_DASH;
	if (!e->lo.known && !e->hi.known) return e->interval_note ? _(e->interval_note) : AMP_DASH;
	const char *lo = e->lo.known ? w_value(r, e->metric, e->lo) : _("no bound"),
		   *hi = e->hi.known ? w_value(r, e->metric, e->hi) : _("no bound");
	return w_range(&r->w, lo, hi);
}

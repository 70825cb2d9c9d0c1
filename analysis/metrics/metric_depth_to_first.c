/* metric_depth_to_first.c: at which rank (from 1) a visit shows its first entry presumed hateful: the median over visits (Kaplan and Meier
 * 1958; a list that ends without one is censored at its length). Visits of one persona are not independent, so that no interval is given. */
#include "base/i18n.h"
#include "base/mem.h"
#include "metrics/private.h"
#include "stats/survival.h"

/* x: rank of the first, or the length of the list; m: 1 when there is one. */
static bool visit(const struct amp_visit *v, struct amp_figure *out)
{
	size_t i = 0;
	while (i < v->ranked.top && !v->ranked.v[i].flagged) i++;
	out->m = i < v->ranked.top;
	out->x = (double)(out->m > 0 ? i + 1 : v->ranked.top);
	return v->ranked.top > 0;
}

static size_t read_visits(const struct amp_own *k, const struct amp_list_table *t, size_t feed, struct amp_estimate *e,
                          double *time, bool *event)
{
	const struct amp_frame *f = k->f;
	size_t n = 0;
	for (size_t p = 0; p < f->n_personas; p++)
		for (size_t r = 0; r < f->n_rounds; r++) {
			size_t at = amp_list_index(f, feed, p, r), shot = amp_shot_index(f, p, feed, r);
			if (f->shots[shot].state == AMP_SHOT_UNPLANNED) continue;
			if (f->shots[shot].state != AMP_SHOT_OK || !t->has[at]) {
				e->excluded++;
				continue;
			}
			time[n] = t->v[at].x;
			event[n++] = t->v[at].m > 0;
			e->n += k->sums->n[shot];
			e->missing += k->sums->missing[shot];
			e->used++;
		}
	return n;
}

static int fill(const struct amp_own *k, const struct amp_list_table *t, size_t feed, struct amp_estimate *e, struct amp_err *err)
{
	size_t room = k->f->n_personas * k->f->n_rounds + 1;
	double *time = amp_malloc(room * sizeof *time);
	bool *event = amp_malloc(room * sizeof *event);
	struct amp_step *step = amp_malloc(room * sizeof *step);
	struct amp_survival s;
	int rc = time && event && step ? 0 : AMP_OOM(err);
	size_t n = rc == 0 ? read_visits(k, t, feed, e, time, event) : 0;
	e->unit = e->printed_unit = AMP_UNIT_PERSONA;
	e->persona_units = k->f->n_clusters;
	e->method = N_("Kaplan-Meier median");
	if (rc == 0 && n > 0) rc = amp_kaplan_meier(time, event, n, k->f->plan.alpha, step, &s, err);
	if (rc == 0 && n > 0) e->estimate = s.median;
	if (n == 0)
		e->null_reason = e->excluded ? N_("every planned snapshot was left out: see the exclusions")
		                             : N_("nothing was planned here");
	else if (!e->estimate.known)
		e->null_reason = N_("fewer than half of the visits showed an entry presumed hateful");
	else
		e->interval_note = N_("visits of one persona are not independent: a median without an interval");
	amp_free(time);
	amp_free(event);
	amp_free(step);
	return rc;
}

static int make(const struct amp_metric *m, struct amp_own *k, struct amp_err *err)
{
	const struct amp_list_table *t = amp_lists_find(k->sums->lists, m);
	int rc = 0;
	for (size_t i = 0; t && rc == 0 && i < k->f->n_feeds; i++) {
		struct amp_estimate *e = amp_own_add(k, m, AMP_NO_INDEX, i, "any", "further", err);
		rc = e ? fill(k, t, i, e, err) : AMP_ENOMEM;
	}
	return rc;
}

extern const struct amp_metric amp_metric_depth_to_first;
const struct amp_metric amp_metric_depth_to_first = {
	.name = "depth_to_first",
	.unit = "rank",
	.title = N_("Depth of the first"),
	.overall = true,
	.visit = visit,
	.make = make,
};

/* metric_time_to_first.c: at which visit a persona first meets an entry presumed hateful: the median over personas (Kaplan and Meier 1958; who
 * never met one in the study is censored at the last visit). A recognised empty list is a visit; a visit that was left out is none. Of a
 * persona with twins its own visits count: more eyes see something sooner. */
#include "base/i18n.h"
#include "base/mem.h"
#include "metrics/private.h"
#include "stats/survival.h"

static bool first_met(const struct amp_own *k, size_t cluster, size_t feed, double *visits, struct amp_estimate *e)
{
	const struct amp_frame *f = k->f;
	const struct amp_sums_target *any = amp_sums_find(k->sums, "any");
	bool met = false;
	*visits = 0;
	for (size_t r = 0; r < f->n_rounds && !met; r++) {
		size_t shot = amp_shot_index(f, f->clusters[cluster].first, feed, r);
		enum amp_shot_state state = f->shots[shot].state;
		if (state == AMP_SHOT_UNPLANNED) continue;
		if (state != AMP_SHOT_EMPTY && (state != AMP_SHOT_OK || !k->sums->present[shot])) {
			e->excluded++;
			continue;
		}
		++*visits;
		e->used++;
		if (state == AMP_SHOT_EMPTY) continue;
		e->n += k->sums->n[shot];
		e->missing += k->sums->missing[shot];
		met = any && any->flagged && any->flagged[shot] > 0;
	}
	return met;
}

static int fill(const struct amp_own *k, size_t feed, struct amp_estimate *e, double *time, bool *event, struct amp_step *step,
                struct amp_err *err)
{
	struct amp_survival s;
	size_t n = 0;
	for (size_t c = 0; c < k->f->n_clusters; c++) {
		event[n] = first_met(k, c, feed, &time[n], e);
		n += time[n] > 0;
	}
	e->unit = e->printed_unit = AMP_UNIT_PERSONA;
	e->persona_units = n;
	e->method = N_("Kaplan-Meier median");
	if (n == 0) {
		e->null_reason = e->excluded ? N_("every planned snapshot was left out: see the exclusions")
		                             : N_("nothing was planned here");
		return 0;
	}
	int rc = amp_kaplan_meier(time, event, n, k->f->plan.alpha, step, &s, err);
	if (rc != 0) return rc;
	e->estimate = s.median;
	if (!s.median.known) {
		e->null_reason = N_("fewer than half of the personas met an entry presumed hateful in the time of the study");
		return 0;
	}
	bool shared =
		amp_unit_of(k->f, k->floors, &(struct amp_scope){e->metric, AMP_NO_INDEX, &feed, 1, "any"}) == AMP_UNIT_TIME_BLOCK;
	if (!shared) {
		e->lo = s.median_lo;
		e->hi = s.median_hi;
	}
	if (!e->lo.known || !e->hi.known)
		e->interval_note = shared ? N_("the feed is the same for all personas: theirs is one history, without an interval")
		                          : N_("too few personas, or too much alike, for the interval of a median");
	return 0;
}

static int make(const struct amp_metric *m, struct amp_own *k, struct amp_err *err)
{
	size_t room = k->f->n_clusters + 1;
	double *time = amp_malloc(room * sizeof *time);
	bool *event = amp_malloc(room * sizeof *event);
	struct amp_step *step = amp_malloc(room * sizeof *step);
	int rc = time && event && step ? 0 : AMP_OOM(err);
	for (size_t i = 0; rc == 0 && i < k->f->n_feeds; i++) {
		struct amp_estimate *e = amp_own_add(k, m, AMP_NO_INDEX, i, "any", "further", err);
		rc = e ? fill(k, i, e, time, event, step, err) : AMP_ENOMEM;
	}
	amp_free(time);
	amp_free(event);
	amp_free(step);
	return rc;
}

extern const struct amp_metric amp_metric_time_to_first;
const struct amp_metric amp_metric_time_to_first = {
	.name = "time_to_first",
	.unit = "visits",
	.title = N_("Visits until the first"),
	.overall = true,
	.make = make,
};

/* walks.c: walks from list to list: how they went, what they showed, and their curves. Nothing where no feed is walked. */
#include <string.h>
#include "base/i18n.h"
#include "metrics/walks.h"
#include "report/private.h"

/* How the walks of a feed ended: by the list that could not be used, or empty, or (OK) by the study's own number of steps or because nothing was left to
 * follow. */
static void ends_of(const struct amp_walks *w, const struct amp_walk_feed *f, struct amp_exclusions *out)
{
	memset(out, 0, sizeof *out);
	for (size_t i = f->from; i < f->to; i++) {
		const struct amp_walk *one = &w->v[i];
		if (one->read > 0) out->state[one->read < one->n ? one->list[one->read].state : one->list[one->n - 1].state]++;
	}
}

static const char *policy(const struct amp_walk_feed *f)
{
	if (f->policy == NULL) return _("not said");
	return strcmp(f->policy, "first") == 0 ? _("the first") : strcmp(f->policy, "random") == 0 ? _("one drawn") : f->policy;
}

bool amp_content_walks_went(struct amp_doc *d)
{
	struct amp_report *r = report_of(d);
	struct amp_table t;
	if (r->sums->walks == NULL) return false;
	t_start(&t, &r->w, _("How the walks went"));
	t_column(&t, _("Feed"), false);
	t_column(&t, _("Entry followed"), false);
	t_column(&t, _("Seeds"), true);
	t_column(&t, _("Walks"), true);
	t_column(&t, _("Longest, in lists"), true);
	t_column(&t, _("Met one"), true);
	t_column(&t, _("Went as far as they could"), true);
	t_column(&t, _("Cut short, and why"), false);
	t_column(&t, _("Left out, and why"), false);
	for (size_t i = 0; i < r->frame->n_feeds; i++) {
		const struct amp_walk_feed *f = &r->sums->walks->feeds[i];
		struct amp_exclusions ends, out;
		if (!r->frame->feeds[i].walked) continue;
		ends_of(r->sums->walks, f, &ends);
		amp_walks_exclusions(r->sums->walks, i, &out);
		t_cell(&t, amp_report_feed_title(r, i));
		t_cell(&t, policy(f));
		t_cell(&t, w_int(&r->w, (int64_t)f->seeds));
		t_cell(&t, w_int(&r->w, (int64_t)f->curve.walks));
		t_cell(&t, w_int(&r->w, (int64_t)f->curve.longest));
		t_cell(&t, w_int(&r->w, (int64_t)f->curve.events));
		t_cell(&t, w_int(&r->w, ends.state[AMP_SHOT_OK]));
		t_cell(&t, w_states(r, &ends));
		t_cell(&t, w_states(r, &out));
	}
	if (t.rows) d->format->table(d, &t);
	return t.rows > 0;
}

/* One pair: what its differences rest on, by persona, by target. */
static void compared(struct amp_doc *d, size_t pair)
{
	struct amp_report *r = report_of(d);
	const struct amp_frame_pair *p = &r->frame->pairs[pair];
	d->format->heading(d, 4, NULL,
	                   w_fill(&r->w, _("Walks of pair {pair}: {effect}"), "pair", p->name, "effect", l_pool(p->pool), NULL));
	d->format->para(d, w_fill(&r->w, _("Ranked: {a}. Chronological: {c}. {why}"), "a", amp_report_feed_title(r, p->ranked), "c",
	                          amp_report_feed_title(r, p->chronological), "why", amp_report_pair_reason(r, pair), NULL));
	d->format->para(d, p_text(r, P_WALKS_COMPARED));
	amp_content_walk_facts(d, pair);
	amp_content_walk_personas(d, pair);
	amp_content_walk_pair_targets(d, pair);
}

void amp_content_walks(struct amp_doc *d)
{
	struct amp_report *r = report_of(d);
	bool any = false, pairs = false;
	for (size_t i = 0; i < r->frame->n_feeds; i++) any = any || r->frame->feeds[i].walked;
	if (!any || r->sums->walks == NULL) return;
	d->format->heading(d, 3, "walks", _("Walks (exploratory)"));
	d->format->para(d, p_text(r, P_WALKS_INTRO));
	(void)amp_content_walks_went(d);
	for (size_t i = 0; i < r->frame->n_feeds; i++) amp_content_charts(d, AMP_CHART_OF_FEED, i);
	for (size_t i = 0; i < r->frame->n_pairs; i++) {
		if (!amp_pair_of_walks(r->frame, i)) continue;
		pairs = true;
		compared(d, i);
	}
	d->format->heading(d, 4, NULL, _("All measures of walks"));
	amp_content_measures(d, false, true, _("Walks of each feed: {label}"));
	if (pairs) amp_content_measures(d, true, true, _("Walks of two feeds: {label}"));
	for (size_t i = 0; i < r->frame->n_feeds; i++)
		if (r->frame->feeds[i].walked) amp_content_walk_targets(d, i);
	d->format->heading(d, 4, NULL, _("Walks under other choices"));
	d->format->para(d, p_text(r, P_WALKS_GRID));
	amp_content_walk_sensitivity(d);
	d->format->note(d, AMP_NOTE_CAVEAT, p_text(r, P_WALKS_CAVEAT));
}

static const char *walk_evidence(struct amp_report *r, const struct amp_estimate *e)
{
	const struct amp_frame_pair *p = &r->frame->pairs[e->pair];
	return w_fill(&r->w, p_text(r, P_S_WALK_EVIDENCE), "pair", p->name, "entries", n_entries(r, e->n), "missing",
	              w_int(&r->w, e->missing), "used", w_int(&r->w, e->used), "left", w_left_out(r, e), "units", w_units(r, e),
	              "p", w_p(&r->w, e->smallest_p), "a", w_walk_floor(r, p->ranked, true), "c",
	              w_walk_floor(r, p->chronological, true), NULL);
}

bool amp_walk_finding(struct amp_report *r, struct amp_finding_text *out)
{
	const struct amp_estimate *e = NULL;
	for (size_t i = 0; e == NULL && i < r->frame->n_pairs; i++)
		e = amp_report_find(r, "walk_dose_lift", i, AMP_NO_INDEX, AMP_NO_INDEX, "any");
	if (e == NULL || !e->estimate.known) return false;
	const char *said = w_fill(&r->w, p_text(r, P_S_WALK_LIFT), "a", n_entries_presumed(r, e->ranked.v), "c",
	                          w_number(&r->w, e->chronological.v, 1), "lift", w_value(r, e->metric, e->estimate), "range",
	                          amp_say_range(r, e), NULL);
	out->sentence = amp_say_with_verdict(r, e, amp_say_of_pair(r, e->pair, said));
	const char *interval =
		w_fill(&r->w, p_text(r, P_S_WALK_LIFT_CI), "lift", w_value(r, e->metric, e->estimate), "effect", l_pool(e->pool),
	               "level", l_level(r), "interval", w_interval(r, e), "p", w_p(&r->w, e->p), "unit", l_unit(e->unit), NULL);
	out->caveat = w_fill(&r->w, "{a} {b} {d}", "a", p_text(r, e->primary ? P_PRIMARY : P_EXPLORATORY), "b", interval, "d",
	                     walk_evidence(r, e), NULL);
	return true;
}

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
	if (f->policy == NULL) return AMP_DASH;
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

void amp_content_walks(struct amp_doc *d)
{
	struct amp_report *r = report_of(d);
	bool any = false, compared = false;
	for (size_t i = 0; i < r->frame->n_feeds; i++) any = any || r->frame->feeds[i].walked;
	for (size_t i = 0; i < r->frame->n_pairs; i++)
		compared = compared || (amp_pair_walked(r->frame, i) && strcmp(r->frame->pairs[i].pool, "different") != 0);
	if (!any || r->sums->walks == NULL) return;
	d->format->heading(d, 3, "walks", _("Walks"));
	d->format->para(d, p_text(r, P_WALKS_INTRO));
	(void)amp_content_walks_went(d);
	amp_content_measures(d, false, true, _("Walks of each feed: {label}"));
	if (compared) amp_content_measures(d, true, true, _("Walks of two feeds: {label}"));
	for (size_t i = 0; i < r->frame->n_feeds; i++) amp_content_charts(d, AMP_CHART_OF_FEED, i);
	d->format->note(d, AMP_NOTE_CAVEAT, p_text(r, P_WALKS_CAVEAT));
}

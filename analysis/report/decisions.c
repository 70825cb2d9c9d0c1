/* decisions.c: how the detector decided, without the words of any text: threshold, hesitation, what weighed, ten texts one by one. */
#include <stdlib.h>
#include <string.h>
#include "base/i18n.h"
#include "report/private.h"

#define REASONS_SHOWN 15

static const char *joined(struct amp_report *r, const char *before, const char *one)
{
	return before == NULL ? one : w_fill(&r->w, "{a}, {b}", "a", before, "b", one, NULL);
}

static void rule(struct amp_doc *d)
{
	struct amp_report *r = report_of(d);
	const struct amp_frame_detector *detector = &r->frame->detectors[0];
	d->format->para(d, w_fill(&r->w, p_text(r, P_D_RULE), "detector", detector->name, "thresholds",
	                          w_thresholds(r, &r->frame->cells[0], detector), NULL));
	d->format->para(d, w_fill(&r->w, p_text(r, P_D_COUNTS), "scored", w_int(&r->w, r->why->scored), "unsure",
	                          w_int(&r->w, r->why->unsure), "missing", w_int(&r->w, r->why->missing), "errors",
	                          w_int(&r->w, r->why->errors), NULL));
}

static void reasons(struct amp_doc *d)
{
	struct amp_report *r = report_of(d);
	struct amp_table t;
	t_start(&t, &r->w, _("What weighed in the texts flagged"));
	t_column(&t, _("Kind"), false);
	t_column(&t, _("Group, or turn of phrase"), false);
	t_column(&t, _("Texts"), true);
	t_column(&t, _("Mean weight"), true);
	for (size_t i = 0; i < r->why->n_reasons && i < REASONS_SHOWN; i++) {
		const struct amp_reason *one = &r->why->reasons[i];
		t_cell(&t, l_reason(r, one->kind));
		bool concept = strcmp(one->kind, "concept") == 0;
		t_cell(&t, one->what == NULL ? _("none named") : concept ? l_concept(r, one->what) : l_target(r, one->what));
		t_cell(&t, w_int(&r->w, (int64_t)one->texts));
		t_cell(&t, w_number(&r->w, one->weight / (double)one->texts, 2));
	}
	if (t.rows > 0) d->format->table(d, &t);
}

static void texts(struct amp_doc *d)
{
	struct amp_report *r = report_of(d);
	struct amp_table t;
	t_start(&t, &r->w, _("Some of these texts, one by one, without their words"));
	t_column(&t, _("Text"), false);
	t_column(&t, _("Language"), false);
	t_column(&t, _("Score"), true);
	t_column(&t, _("Threshold"), true);
	t_column(&t, _("Hesitates"), false);
	t_column(&t, _("Target"), false);
	t_column(&t, _("What weighed most"), false);
	for (size_t i = 0; i < r->why->n_shown; i++) {
		const struct amp_explained *one = &r->why->shown[i];
		const char *targets = NULL, *kinds = NULL;
		for (size_t k = 0; k < one->n_targets; k++) targets = joined(r, targets, l_target(r, one->targets[k]));
		for (size_t k = 0; k < one->n_kinds; k++) kinds = joined(r, kinds, l_reason(r, one->kinds[k]));
		t_cell(&t, w_int(&r->w, (int64_t)i + 1));
		t_cell(&t, one->lang != NULL && *one->lang != 0 ? one->lang : _("not told"));
		t_cell(&t, w_number(&r->w, one->score, 3));
		t_cell(&t, w_number(&r->w, one->threshold, 3));
		t_cell(&t, one->unsure ? _("yes") : _("no"));
		t_cell(&t, targets != NULL ? targets : _("none named"));
		t_cell(&t, kinds != NULL ? kinds : _("none named"));
	}
	if (t.rows > 0) d->format->table(d, &t);
}

void amp_content_decisions(struct amp_doc *d)
{
	struct amp_report *r = report_of(d);
	if (r->why == NULL) {
		d->format->note(d, AMP_NOTE_MISSING, p_text(r, P_D_NO_DETECTOR));
		return;
	}
	static const enum amp_prose lacks[] = {
		[AMP_EXPLAIN_SILENT] = P_D_SILENT, [AMP_EXPLAIN_OTHER] = P_D_OTHER, [AMP_EXPLAIN_NOTHING] = P_D_NOTHING};
	rule(d);
	if (r->why->lack != AMP_EXPLAIN_DONE) {
		d->format->note(d, AMP_NOTE_MISSING, p_text(r, lacks[r->why->lack]));
		return;
	}
	d->format->para(d, w_fill(&r->w, p_text(r, P_D_DRAW), "n", w_int(&r->w, (int64_t)r->why->texts), NULL));
	reasons(d);
	texts(d);
	d->format->note(d, AMP_NOTE_CAVEAT, p_text(r, P_D_CAVEAT));
}

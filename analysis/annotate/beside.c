/* beside.c: see beside.h. */
#include "annotate/beside.h"

#include <string.h>
#include "base/i18n.h"

enum form { NO_FORM, SHARE, DIFFERENCE, RATIO };

static enum form form_of(const struct amp_metric *m)
{
	static const struct {
		const char *metric;
		enum form form;
	} forms[] = {{"exposure_share", SHARE}, {"additive_lift", DIFFERENCE}, {"amplification_ratio", RATIO}};
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
		if (strcmp(forms[i].metric, m->name) == 0) return forms[i].form;
	return NO_FORM;
}

/* Why this row has no corrected figure, whatever the sample holds; NULL: it may have one. */
static const char *out_of_reach(const struct amp_corrected *c, const struct amp_estimate *e, enum form form)
{
	if (form == NO_FORM) return N_("this measure has no corrected form");
	if (e->detector != 0 || e->cell != 0 || (e->family != NULL && strcmp(e->family, "sensitivity") == 0))
		return N_("corrected figures stand beside those of the primary detector and grid cell, once");
	if (e->cluster != AMP_NO_INDEX) return N_("corrected figures are of all personas together");
	if (e->platform != AMP_NO_INDEX) return N_("corrected figures are of one feed or one pair");
	return c->reason;
}

static struct amp_real detector_figure(const struct amp_corrected_row *row, enum form form)
{
	struct amp_real a = row->a.flagged, b = row->b.flagged;
	if (form == SHARE || !a.known || !b.known) return form == SHARE ? a : AMP_REAL_NONE;
	if (form == DIFFERENCE) return amp_real(a.v - b.v);
	return b.v > 0 ? amp_real(a.v / b.v) : AMP_REAL_NONE;
}

static const char *method_of(const struct amp_corrected_figure *f)
{
	bool scores = f->scored.estimate.known;
	if (f->cluster == AMP_CLUSTER_PERSONA)
		return scores ? N_("PPI++, two phases over personas") : N_("Horvitz-Thompson, two phases over personas");
	if (f->cluster == AMP_CLUSTER_BLOCK)
		return scores ? N_("PPI++, two phases over time blocks") : N_("Horvitz-Thompson, two phases over time blocks");
	return scores ? N_("PPI++, labels alone") : N_("Horvitz-Thompson, labels alone");
}

static void fill(struct amp_beside *b, const struct amp_corrected *c, const struct amp_corrected_row *row, enum form form)
{
	const struct amp_corrected_figure *f = form == SHARE ? &row->a.share : form == DIFFERENCE ? &row->difference : &row->ratio;
	const struct amp_confidence *printed = amp_corrected_printed(f);
	const struct amp_confidence *point = f->scored.estimate.known ? &f->scored : &f->labels;
	b->sample = c->verdicts.name;
	b->labelled = (int64_t)(form == SHARE ? row->a.judged : row->a.judged < row->b.judged ? row->a.judged : row->b.judged);
	b->hateful = (int64_t)(form == SHARE ? row->a.hateful : row->a.hateful < row->b.hateful ? row->a.hateful : row->b.hateful);
	b->detector = detector_figure(row, form);
	b->groups = (int64_t)row->groups;
	if (form == SHARE) {
		b->rogan_gladen = row->a.rogan.estimate;
		b->rogan_gladen_lo = row->a.rogan.lo;
		b->rogan_gladen_hi = row->a.rogan.hi;
		b->rogan_gladen_note = row->a.rogan_note;
	}
	if (!point->estimate.known) {
		b->reason = form == RATIO && row->a.judged > 0 && row->b.judged > 0
		                    ? N_("no judged text of the chronological side is hateful: the ratio does not exist")
		                    : N_("no text of the sample with a verdict was shown here");
		return;
	}
	if (row->few) { /* a number without its doubt would be taken for one */
		b->reason = N_("too few hateful texts were judged to conclude anything");
		return;
	}
	b->estimate = point->estimate;
	b->method = method_of(f);
	b->lo = printed->lo;
	b->hi = printed->hi;
	b->together_lo = f->together.lo;
	b->together_hi = f->together.hi;
	if (!b->lo.known || !b->hi.known) b->reason = N_("too few labels, personas or days for an interval");
}

void amp_corrected_beside(const struct amp_corrected *c, struct amp_estimates *all)
{
	for (size_t i = 0; i < all->n; i++) {
		struct amp_estimate *e = &all->v[i];
		enum form form = form_of(e->metric);
		e->beside = (struct amp_beside){.reason = out_of_reach(c, e, form)};
		e->beside.rogan_gladen_note =
			form == DIFFERENCE || form == RATIO ? N_("Rogan-Gladen is given of shares only") : e->beside.reason;
		if (e->beside.reason != NULL) continue;
		const struct amp_corrected_row *row = amp_corrected_find(c, form == SHARE ? AMP_NO_INDEX : e->pair,
		                                                         form == SHARE ? e->feed : AMP_NO_INDEX, e->target);
		if (row != NULL)
			fill(&e->beside, c, row, form);
		else
			e->beside.reason = N_("fewer than 5 texts that were judged hateful aim at this group");
		if (row == NULL && form == SHARE) e->beside.rogan_gladen_note = e->beside.reason;
	}
}

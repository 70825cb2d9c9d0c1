/* thresholds.c: names the thresholds that flagged. A grid cell has one for every language, or leaves it to the detector ("default"), which may
 * have one for each language.
 */
#include <string.h>
#include "base/i18n.h"
#include "report/private.h"

static bool detectors_own(const struct amp_frame_cell *c)
{
	return strcmp(c->threshold, "default") == 0;
}

const char *w_thresholds(struct amp_report *r, const struct amp_frame_cell *c, const struct amp_frame_detector *detector)
{
	const struct amp_frame *f = r->frame;
	const char *text = NULL;
	if (!detectors_own(c)) return w_decimal(r, c->threshold);
	for (size_t i = 0; i < f->n_thresholds; i++) {
		const struct amp_frame_threshold *t = &f->thresholds[i];
		if (t->detector != detector->id) continue;
		const char *value = w_number(&r->w, t->value, 3);
		const char *one = strcmp(t->lang, "any") != 0
		                          ? w_fill(&r->w, "{lang} {value}", "lang", t->lang, "value", value, NULL)
		                  : text == NULL ? value
		                                 : w_fill(&r->w, _("other languages {value}"), "value", value, NULL);
		text = text == NULL ? one : w_fill(&r->w, "{before}; {one}", "before", text, "one", one, NULL);
	}
	return text != NULL ? text : _("none");
}

const char *w_thresholds_exact(struct amp_report *r, const struct amp_frame_cell *c, const struct amp_frame_detector *detector)
{
	const struct amp_frame *f = r->frame;
	const char *text = NULL;
	if (!detectors_own(c)) return w_fill(&r->w, "any={t}", "t", c->threshold, NULL);
	for (size_t i = 0; i < f->n_thresholds; i++) {
		const struct amp_frame_threshold *t = &f->thresholds[i];
		if (t->detector != detector->id) continue;
		const char *one = w_fill(&r->w, "{lang}={value}", "lang", t->lang, "value", t->text, NULL);
		text = text == NULL ? one : w_fill(&r->w, "{before} {one}", "before", text, "one", one, NULL);
	}
	return text;
}

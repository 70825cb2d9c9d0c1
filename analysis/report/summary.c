/* summary.c: two pages for campaigners: sentences, one chart, one table, and the caveats beside them. */
#include <string.h>
#include "base/i18n.h"
#include "metrics/walks.h"
#include "report/private.h"

/* The headline's pair first, then the others that may be compared. */
static size_t pairs_shown(const struct amp_report *r, size_t pairs[FACT_PAIRS])
{
	size_t n = 0, first = r->estimates->headline != NULL ? r->estimates->headline->pair : AMP_NO_INDEX;
	if (first != AMP_NO_INDEX) pairs[n++] = first;
	for (size_t i = 0; i < r->frame->n_pairs && n < FACT_PAIRS; i++)
		if (i != first && strcmp(r->frame->pairs[i].pool, "different") != 0 && !amp_pair_walked(r->frame, i))
			pairs[n++] = i;
	return n;
}

static void quotes(struct amp_doc *d)
{
	struct amp_report *r = report_of(d);
	struct amp_finding_text said[3];
	size_t n = amp_findings(r, said);
	d->format->heading(d, 3, "findings", _("In short: sentences to quote as they stand"));
	for (size_t i = 0; i < n; i++)
		d->format->quote(d,
		                 r->simulated
		                         ? w_fill(&r->w, "{a}{b}", "a", p_text(r, P_SIMULATED_PREFIX), "b", said[i].sentence, NULL)
		                         : said[i].sentence,
		                 said[i].caveat);
}

/* The words of the sentences, for whoever meets them first. */
static void words(struct amp_doc *d, bool compared)
{
	struct amp_report *r = report_of(d);
	const char *pairs[] = {_("automated visitor (persona)"),
	                       p_text(r, P_G_PERSONA),
	                       _("ranked feed"),
	                       p_text(r, P_G_RANKED),
	                       _("chronological feed"),
	                       p_text(r, P_G_CHRONO),
	                       _("points"),
	                       p_text(r, P_H_POINT),
	                       _("interval"),
	                       p_text(r, P_H_INTERVAL)};
	if (!compared) return;
	d->format->heading(d, 3, "reading", _("How to read these sentences"));
	d->format->terms(d, pairs, sizeof pairs / sizeof *pairs / 2);
}

/* Where nothing is visited and feeds are walked: the curves of the first of them, ranked before chronological. NULL: none. */
static const char *walked_chart(struct amp_doc *d, const char **caption)
{
	struct amp_report *r = report_of(d);
	size_t shown = AMP_NO_INDEX;
	for (size_t i = 0; i < r->frame->n_feeds; i++) {
		if (!r->frame->feeds[i].walked) return NULL;
		if (shown == AMP_NO_INDEX || (strcmp(r->frame->feeds[i].ranking, "algorithmic") == 0 &&
		                              strcmp(r->frame->feeds[shown].ranking, "algorithmic") != 0))
			shown = i;
	}
	return shown != AMP_NO_INDEX ? amp_chart_walks.draw(r, shown, ++d->figures, caption) : NULL;
}

void amp_content_summary(struct amp_doc *d)
{
	struct amp_report *r = report_of(d);
	size_t pairs[FACT_PAIRS], n = pairs_shown(r, pairs);
	const char *caption = NULL, *svg = NULL;
	quotes(d);
	words(d, n > 0);
	svg = n > 0 ? amp_chart_dumbbell.draw(r, pairs[0], ++d->figures, &caption) : walked_chart(d, &caption);
	d->format->open_beside(d, svg != NULL);
	if (svg != NULL) d->format->figure(d, svg, caption);
	if (!amp_content_facts(d, pairs, n, _("What each figure rests on"), false) && !amp_content_exposures(d))
		(void)amp_content_walks_went(d);
	size_t lacks;
	const char **missing = amp_limits(r, &lacks);
	if (missing == NULL) return;
	d->format->close_beside(d, _("What cannot be concluded, and why"), missing, lacks);
}

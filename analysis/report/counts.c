/* counts.c: how many of what, in the number that the language asks for: English has one for 1, French for 0 and 1 and whatever is below 2. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/i18n.h"
#include "report/private.h"

#define AMP_COUNT(name, one, many)                                                   \
	const char *name(struct amp_report *r, int64_t n)                            \
	{                                                                            \
		return w_count(&r->w, amp_ngettext(one, many, (unsigned long)n), n); \
	}

AMP_COUNT(n_entries, "{n} entry", "{n} entries")
AMP_COUNT(n_entries_shown, "{n} entry shown", "{n} entries shown")
AMP_COUNT(n_clusters, "{n} cluster", "{n} clusters")
AMP_COUNT(n_clusters_of_personas, "{n} cluster of personas", "{n} clusters of personas")
AMP_COUNT(n_blocks, "{n} time block", "{n} time blocks")
AMP_COUNT(n_tests, "{n} test", "{n} tests")
AMP_COUNT(n_verdicts, "{n} human verdict", "{n} human verdicts")
AMP_COUNT(n_texts, "{n} text", "{n} texts")
AMP_COUNT(n_texts_judged, "{n} text that people judged", "{n} texts that people judged")
AMP_COUNT(n_texts_of_several, "{n} text that several judged", "{n} texts that several judged")
AMP_COUNT(n_visits, "{n} visit", "{n} visits")
AMP_COUNT(n_snapshots, "{n} snapshot", "{n} snapshots")

unsigned long n_form(const struct amp_report *r, double v, int decimals)
{
	double unit = pow(10, decimals), shown = floor(fabs(v) * unit + .5) / unit;
	if (r->w.french) return shown < 2 ? 1 : 2;
	return decimals == 0 && fabs(shown - 1) < .5 ? 1 : 2; /* 1.0 points */
}

const char *n_points(const struct amp_report *r, double difference)
{
	return amp_ngettext("percentage point", "percentage points", n_form(r, 100 * difference, fabs(difference) < .01 ? 2 : 1));
}

const char *n_points_short(const struct amp_report *r, double difference)
{
	return amp_ngettext("point", "points", n_form(r, 100 * difference, fabs(difference) < .01 ? 2 : 1));
}

const char *n_entries_presumed(struct amp_report *r, double v)
{
	return w_fill(&r->w, amp_ngettext("{n} entry presumed hateful", "{n} entries presumed hateful", n_form(r, v, 1)), "n",
	              w_number(&r->w, v, 1), NULL);
}

const char *w_decimal(struct amp_report *r, const char *text)
{
	const char *point = strchr(text, '.');
	char *end = NULL;
	double v = strtod(text, &end);
	return end != text && *end == 0 ? w_number(&r->w, v, point != NULL ? (int)strlen(point + 1) : 0) : text;
}

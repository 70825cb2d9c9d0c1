/* chart_dumbbell.c: both shares of each persona, joined. */
#include <math.h>
#include <string.h>
#include "base/i18n.h"
#include "report/chart.h"

static const char *draw(struct amp_report *r, size_t pair, int number, const char **caption)
{
	const struct amp_estimate *rows[ROWS_MAX];
	size_t n = 0, shown = 0, personas = 0;
	double hi = 0;
	for (size_t i = 0; i < r->estimates->n; i++) {
		const struct amp_estimate *e = &r->estimates->v[i];
		if (!amp_is_plain(e) || e->pair != pair || strcmp(e->metric->name, "additive_lift") != 0 || !e->estimate.known ||
		    strcmp(e->target, "any") != 0)
			continue;
		personas += e->cluster != AMP_NO_INDEX;
		if (n == ROWS_MAX) continue;
		shown += e->cluster != AMP_NO_INDEX;
		rows[n++] = e;
		hi = fmax(hi, fmax(e->ranked.v, e->chronological.v));
	}
	if (n == 0) return NULL;
	struct chart_axis a = chart_axis_of(0, hi);
	struct amp_buf b;
	amp_buf_init(&b, 1 << 20);
	double top = TOP + 26, bottom = top + ROW * (double)n;
	const char *title = w_fill(&r->w, _("Ranked and chronological share by persona, pair {pair}: {label}"), "pair",
	                           r->frame->pairs[pair].name, "label", p_text(r, P_SUBTITLE), NULL);
	chart_open(
		&b, r, number, bottom + 44, title,
		_("One row a persona: a hollow square at the share in the chronological feed, a filled circle at the share in the ranked feed, joined by a line. The figures are in the tables that follow."));
	(void)amp_buf_printf(&b, "<rect x=\"%.1f\" y=\"%.1f\" width=\"9\" height=\"9\" class=\"chrono\"/>\n", LEFT, TOP - 1);
	chart_text(&b, r, LEFT + 16, TOP + 8, "start", "label", _("chronological"));
	(void)amp_buf_printf(&b, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"5\" class=\"ranked\"/>\n", LEFT + 160, TOP + 3.5);
	chart_text(&b, r, LEFT + 172, TOP + 8, "start", "label", _("ranked"));
	chart_draw_axis(&b, r, &a, top, n, _("share presumed hateful, %"), false);
	*caption = chart_cut(r, title, shown, personas);
	for (size_t i = 0; i < n; i++) {
		const struct amp_estimate *e = rows[i];
		double y = top + ROW * (double)i, mid = y + 26, x1 = chart_at(&a, e->chronological.v),
		       x2 = chart_at(&a, e->ranked.v);
		const char *label = e->cluster == AMP_NO_INDEX ? _("all personas") : r->frame->clusters[e->cluster].name;
		chart_text(&b, r, LEFT, y + 14, "start", e->cluster == AMP_NO_INDEX ? "label strong" : "label", label);
		(void)amp_buf_printf(&b, "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\" class=\"join\"/>\n", x1, x2, mid,
		                     mid);
		(void)amp_buf_printf(&b, "<rect x=\"%.1f\" y=\"%.1f\" width=\"9\" height=\"9\" class=\"chrono\"/>\n", x1 - 4.5,
		                     mid - 4.5);
		(void)amp_buf_printf(&b, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"5\" class=\"ranked\"/>\n", x2, mid);
	}
	return chart_close(&b, r);
}

const struct amp_chart amp_chart_dumbbell = {
	"dumbbell", AMP_CHART_OF_PAIR, draw, NULL, N_("Ranked and chronological share by persona"), true};

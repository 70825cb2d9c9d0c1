/* chart_floor.c: the noise floor as it spreads over rounds: distances between twins beside those between personas, feed by feed. */
#include <math.h>
#include <string.h>
#include "base/i18n.h"
#include "report/chart.h"

#define STRIP 44.0
#define PLOT_LEFT 20.0
#define ACROSS(v) (PLOT_LEFT + (RIGHT - PLOT_LEFT) * (v))

static bool measured(const struct amp_report *r, size_t feed)
{
	return r->floors[feed].state == AMP_FLOOR_MEASURED && r->floors[feed].twin.known;
}

static void strip(struct amp_buf *b, const struct amp_report *r, size_t feed, double y)
{
	const struct amp_floor *f = &r->floors[feed];
	size_t step = 1 + r->frame->n_rounds / 200;
	for (size_t k = 0; k < r->frame->n_rounds; k += step) {
		if (f->round_twin[k] >= 0)
			(void)amp_buf_printf(b, "<rect x=\"%.1f\" y=\"%.1f\" width=\"6\" height=\"6\" class=\"chrono\"/>\n",
			                     ACROSS(f->round_twin[k]) - 3, y + 22 - 3);
		if (f->round_between[k] >= 0)
			(void)amp_buf_printf(b, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" class=\"ranked\"/>\n",
			                     ACROSS(f->round_between[k]), y + 34);
	}
}

static const char *draw(struct amp_report *r, size_t pair, int number, const char **caption)
{
	struct amp_buf b;
	size_t rows = 0;
	(void)pair;
	for (size_t i = 0; i < r->frame->n_feeds; i++) rows += measured(r, i);
	if (rows == 0) return NULL;
	double top = TOP + 26, bottom = top + STRIP * (double)rows;
	amp_buf_init(&b, 1 << 22);
	*caption = w_fill(&r->w, _("Distances between twins and between personas: {label}"), "label", p_text(r, P_SUBTITLE), NULL);
	chart_open(
		&b, r, number, bottom + 44, *caption,
		_("A row a feed, a mark a round, from 0 (same list) on the left to 1 (nothing in common) on the right: squares for the distance between twins, circles below them for the distance between personas. The means are in the table above."));
	(void)amp_buf_printf(&b, "<rect x=\"%.1f\" y=\"%.1f\" width=\"9\" height=\"9\" class=\"chrono\"/>\n", LEFT, TOP - 1);
	chart_text(&b, r, LEFT + 16, TOP + 8, "start", "label", _("between twins"));
	(void)amp_buf_printf(&b, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"5\" class=\"ranked\"/>\n", LEFT + 180, TOP + 3.5);
	chart_text(&b, r, LEFT + 192, TOP + 8, "start", "label", _("between personas"));
	for (size_t i = 0, at = 0; i < r->frame->n_feeds; i++) {
		if (!measured(r, i)) continue;
		double y = top + STRIP * (double)at++;
		for (int k = 0; k <= 4; k++)
			(void)amp_buf_printf(&b, "<path class=\"grid\" d=\"M%.1f %.1fv22\"/>\n", ACROSS(k / 4.0), y + 17);
		chart_text(&b, r, LEFT, y + 13, "start", "label", amp_report_feed_title(r, i));
		strip(&b, r, i, y);
	}
	for (int k = 0; k <= 4; k++)
		chart_text(&b, r, ACROSS(k / 4.0), bottom + 14, k == 4 ? "end" : "middle", "tick", w_number(&r->w, k / 4.0, 2));
	chart_text(&b, r, WIDTH / 2, bottom + 32, "middle", "tick", _("distance of two lists, 1 \xE2\x88\x92 RBO"));
	chart_mark(&b, r, bottom + 32);
	return chart_close(&b, r);
}

const struct amp_chart amp_chart_floor = {
	"floor", AMP_CHART_OF_STUDY, draw, NULL, N_("Distances between twins and between personas"), false};

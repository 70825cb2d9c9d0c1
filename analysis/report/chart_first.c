/* chart_first.c: how far down a visit meets its first flagged entry: share of visits that have, by place (product-limit estimate). */
#include <math.h>
#include <string.h>
#include "base/i18n.h"
#include "report/chart.h"

#define HEIGHT 170.0
#define BASE (TOP + 26 + HEIGHT)
#define PLOT_LEFT 40.0

static const struct amp_places *side_of(const struct amp_report *r, size_t pair, int side)
{
	const struct amp_frame_pair *p = &r->frame->pairs[pair];
	return &r->places[side == 0 ? p->ranked : p->chronological];
}

static bool any(const struct amp_report *r, size_t pair)
{
	return r->places != NULL && (side_of(r, pair, 0)->visits > 0 || side_of(r, pair, 1)->visits > 0);
}

static void curve(struct amp_buf *b, const struct amp_places *p, int side)
{
	double met[AMP_PLACES] = {0}, wide = (RIGHT - PLOT_LEFT) / p->depth;
	if (p->visits == 0) return;
	amp_places_met(p, met);
	(void)amp_buf_printf(b, "<path class=\"%s\" d=\"M%.1f %.1f", side == 0 ? "line-ranked" : "line-chrono", PLOT_LEFT, BASE);
	for (int k = 0; k < p->depth; k++)
		(void)amp_buf_printf(b, "V%.1fH%.1f", BASE - HEIGHT * met[k], PLOT_LEFT + wide * (k + 1));
	(void)amp_buf_addc(b, "\"/>\n");
}

static const char *draw(struct amp_report *r, size_t pair, int number, const char **caption)
{
	struct amp_buf b;
	if (!any(r, pair)) return NULL;
	int depth = side_of(r, pair, 0)->depth;
	amp_buf_init(&b, 1 << 20);
	*caption = w_fill(&r->w, _("First encounter, pair {pair}: {label}"), "pair", r->frame->pairs[pair].name, "label",
	                  p_text(r, P_SUBTITLE), NULL);
	chart_open(
		&b, r, number, BASE + 46, *caption,
		_("Two stairs that climb from left to right: the share of visits that have met at least one entry presumed hateful by each place; solid for the ranked feed, dashed for the chronological one. The figures are in the table that follows."));
	for (int i = 0; i <= 4; i++) {
		double y = BASE - HEIGHT * i / 4;
		(void)amp_buf_printf(&b, "<path class=\"%s\" d=\"M%.1f %.1fH%.1f\"/>\n", i == 0 ? "base" : "grid", PLOT_LEFT, y,
		                     RIGHT);
		chart_text(&b, r, PLOT_LEFT - 6, y + 4, "end", "tick", w_int(&r->w, 25 * i));
	}
	chart_text(&b, r, PLOT_LEFT, BASE + 16, "start", "tick", w_int(&r->w, 0));
	chart_text(&b, r, RIGHT, BASE + 16, "end", "tick", w_int(&r->w, depth));
	chart_text(&b, r, WIDTH / 2, BASE + 34, "middle", "tick", _("entries read; visits with an encounter, %"));
	(void)amp_buf_printf(&b, "<path class=\"line-chrono\" d=\"M%.1f %.1fh24\"/>\n", LEFT, TOP + 4);
	chart_text(&b, r, LEFT + 30, TOP + 8, "start", "label", _("chronological"));
	(void)amp_buf_printf(&b, "<path class=\"line-ranked\" d=\"M%.1f %.1fh24\"/>\n", LEFT + 170, TOP + 4);
	chart_text(&b, r, LEFT + 200, TOP + 8, "start", "label", _("ranked"));
	for (int side = 1; side >= 0; side--) curve(&b, side_of(r, pair, side), side);
	chart_mark(&b, r, BASE + 34);
	return chart_close(&b, r);
}

static void table(struct amp_doc *d, size_t pair)
{
	struct amp_report *r = report_of(d);
	const struct amp_places *of[2] = {side_of(r, pair, 0), side_of(r, pair, 1)};
	double met[2][AMP_PLACES] = {{0}};
	struct amp_table t;
	for (int side = 0; side < 2; side++) amp_places_met(of[side], met[side]);
	t_start(&t, &r->w,
	        w_fill(&r->w, _("First encounter, pair {pair}: {label}"), "pair", r->frame->pairs[pair].name, "label",
	               p_text(r, P_SUBTITLE), NULL));
	t_column(&t, _("Entries read"), false);
	t_column(&t, _("Ranked: visits with an encounter"), true);
	t_column(&t, _("Chronological: visits with an encounter"), true);
	for (int k = 0; k < of[0]->depth; k++) {
		if (k > 0 && (k + 1) % (of[0]->depth > 20 ? 5 : 1) != 0 && k + 1 != of[0]->depth) continue;
		t_cell(&t, w_int(&r->w, k + 1));
		for (int side = 0; side < 2; side++)
			t_cell(&t, of[side]->visits > 0 ? w_percent(&r->w, met[side][k]) : _("no usable visit"));
	}
	if (t.rows) d->format->table(d, &t);
	d->format->para(d, w_fill(&r->w, p_text(r, P_FIRST_NOTE), "a", w_int(&r->w, of[0]->visits), "c",
	                          w_int(&r->w, of[1]->visits), NULL));
}

const struct amp_chart amp_chart_first = {"first", AMP_CHART_OF_PAIR, draw, table, N_("First encounter"), false};

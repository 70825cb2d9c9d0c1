/* chart_forest.c: the lift of the pair as a whole, then by persona, then by target. */
#include <math.h>
#include <string.h>
#include "base/i18n.h"
#include "report/chart.h"

enum part { WHOLE, PERSONA, TARGET, PARTS };

/* Which part of the chart an estimate is a row of; PARTS: none. */
static enum part part_of(const struct amp_estimate *e, size_t pair)
{
	bool any = strcmp(e->target, "any") == 0, all = e->cluster == AMP_NO_INDEX;
	if (!amp_is_plain(e) || e->pair != pair || strcmp(e->metric->name, "additive_lift") != 0 || !e->estimate.known)
		return PARTS;
	if (any) return all ? WHOLE : PERSONA;
	return all ? TARGET : PARTS;
}

/* Rows by part. There are few targets; personas for which there is no room are left out. personas: shown, of all. */
static size_t forest_rows(const struct amp_report *r, size_t pair, const struct amp_estimate **rows, size_t personas[2])
{
	const struct amp_estimates *v = r->estimates;
	size_t n = 0, of[PARTS + 1] = {0}, others;
	for (size_t i = 0; i < v->n; i++) of[part_of(&v->v[i], pair)]++;
	others = of[WHOLE] + of[TARGET];
	personas[0] = 0;
	personas[1] = of[PERSONA];
	for (int part = WHOLE; part < PARTS; part++)
		for (size_t i = 0; i < v->n && n < ROWS_MAX; i++) {
			if ((int)part_of(&v->v[i], pair) != part) continue;
			if (part == PERSONA && personas[0] + others >= ROWS_MAX) continue;
			personas[0] += part == PERSONA;
			rows[n++] = &v->v[i];
		}
	return n;
}

static const char *row_label(struct amp_report *r, const struct amp_estimate *e)
{
	if (e->cluster != AMP_NO_INDEX) return r->frame->clusters[e->cluster].name;
	if (strcmp(e->target, "any") == 0) return _("all personas, any group");
	return l_target(r, e->target);
}

static const char *draw(struct amp_report *r, size_t pair, int number, const char **caption)
{
	const struct amp_estimate *rows[ROWS_MAX];
	size_t personas[2], n = forest_rows(r, pair, rows, personas);
	if (n == 0) return NULL;
	double lo = 0, hi = 0;
	for (size_t i = 0; i < n; i++) {
		lo = fmin(lo, fmin(rows[i]->estimate.v, rows[i]->lo.known ? rows[i]->lo.v : 0));
		hi = fmax(hi, fmax(rows[i]->estimate.v, rows[i]->hi.known ? rows[i]->hi.v : 0));
	}
	struct chart_axis a = chart_axis_of(lo, hi);
	struct amp_buf b;
	amp_buf_init(&b, 1 << 20);
	double bottom = TOP + ROW * (double)n;
	const char *title = w_fill(&r->w, _("Lift by persona and target, pair {pair}: {label}"), "pair", r->frame->pairs[pair].name,
	                           "label", p_text(r, P_SUBTITLE), NULL);
	chart_open(
		&b, r, number, bottom + 44, title,
		_("One row for all personas, for each persona and for each target: a dot at the lift in percentage points, a line over its interval; the heavy vertical line is zero. The figures are in the tables that follow."));
	chart_draw_axis(
		&b, r, &a, TOP, n,
		w_fill(&r->w, _("lift, percentage points; line: {level} interval, each by itself"), "level", l_level(r), NULL),
		true);
	*caption = chart_cut(r, title, personas[0], personas[1]);
	for (size_t i = 0; i < n; i++) {
		const struct amp_estimate *e = rows[i];
		double y = TOP + ROW * (double)i, mid = y + 26;
		chart_text(&b, r, LEFT, y + 14, "start", i == 0 ? "label strong" : "label", row_label(r, e));
		chart_text(&b, r, RIGHT, y + 14, "end", i == 0 ? "label strong" : "label", w_points(&r->w, e->estimate.v, true));
		if (e->lo.known && e->hi.known)
			(void)amp_buf_printf(&b, "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\" class=\"ci\"/>\n",
			                     chart_at(&a, e->lo.v), chart_at(&a, e->hi.v), mid, mid);
		(void)amp_buf_printf(&b, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"5\" class=\"%s\"/>\n", chart_at(&a, e->estimate.v),
		                     mid, e->lo.known && e->hi.known ? "dot" : "dot open");
	}
	return chart_close(&b, r);
}

const struct amp_chart amp_chart_forest = {"forest", AMP_CHART_OF_PAIR, draw, NULL, N_("Lift by persona and target"), true};

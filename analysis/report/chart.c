/* chart.c: two charts as inline SVG, narrow enough that a telephone shows them at reading size. Colours are Okabe and Ito's (2008), told
 * apart without colour too: filled circle and hollow square. Text is dark on white; every chart has a data table beside it.
 */
#include <math.h>
#include <string.h>
#include "base/i18n.h"
#include "report/private.h"

#define WIDTH 420.0
#define LEFT 14.0
#define RIGHT 406.0
#define ROW 40.0
#define TOP 12.0
#define LABEL 20.0 /* of each row: its upper part is for the label, and no line runs through it */
#define MARK 20.0  /* below, in a chart of simulated data */
#define ROWS_MAX 60

struct axis {
	double lo, hi, step;
};

static double nice_step(double span)
{
	double raw = span / 4, base = pow(10, floor(log10(raw))), m = raw / base;
	return base * (m <= 1 ? 1 : m <= 2 ? 2 : m <= 5 ? 5 : 10);
}

static struct axis axis_of(double lo, double hi)
{
	struct axis a;
	if (!(hi - lo > 1e-9)) hi = lo + 0.01;
	a.step = nice_step(hi - lo);
	a.lo = a.step * floor(lo / a.step + 1e-9);
	a.hi = a.step * ceil(hi / a.step - 1e-9);
	return a;
}

static double at(const struct axis *a, double v)
{
	return LEFT + (RIGHT - LEFT) * (v - a->lo) / (a->hi - a->lo);
}

static void open_svg(struct amp_buf *b, struct amp_report *r, int number, double height, const char *title, const char *description)
{
	(void)amp_buf_printf(
		b,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 %.0f %.0f\" aria-labelledby=\"c%dt c%dd\">\n<title id=\"c%dt\">",
		WIDTH, height + (r->simulated ? MARK : 0), number, number, number);
	w_xml(b, title, r->w.french);
	(void)amp_buf_printf(b, "</title>\n<desc id=\"c%dd\">", number);
	w_xml(b, description, r->w.french);
	(void)amp_buf_addc(b, "</desc>\n");
}

/* A line down through all rows, their labels left out. */
static void draw_line(struct amp_buf *b, double x, double top, size_t n, const char *class)
{
	(void)amp_buf_printf(b, "<path class=\"%s\" d=\"", class);
	for (size_t i = 0; i < n; i++) (void)amp_buf_printf(b, "M%.1f %.1fv%.1f", x, top + ROW * (double)i + LABEL, ROW - LABEL);
	(void)amp_buf_addc(b, "\"/>\n");
}

static void text(struct amp_buf *b, struct amp_report *r, double x, double y, const char *anchor, const char *class, const char *s)
{
	(void)amp_buf_printf(b, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" class=\"%s\">", x, y, anchor, class);
	w_xml(b, s, r->w.french);
	(void)amp_buf_addc(b, "</text>\n");
}

static void draw_axis(struct amp_buf *b, struct amp_report *r, const struct axis *a, double top, size_t n, const char *unit,
                      bool zero)
{
	double bottom = top + ROW * (double)n;
	for (double v = a->lo; v <= a->hi + a->step / 2; v += a->step) {
		bool is_zero = fabs(v) < a->step / 100;
		draw_line(b, at(a, v), top, n, zero && is_zero ? "zero" : "grid");
		double percent = 100 * v;
		const char *label = w_number(&r->w, is_zero ? 0 : percent,
		                             100 * a->step < 0.095  ? 2
		                             : 100 * a->step < 0.95 ? 1
		                                                    : 0);
		text(b, r, at(a, v), bottom + 15,
		     v <= a->lo                 ? "start"
		     : v >= a->hi - a->step / 2 ? "end"
		                                : "middle",
		     "tick", label);
	}
	text(b, r, WIDTH / 2, bottom + 32, "middle", "tick", unit);
	/* a chart leaves its page: what it shows must go with it */
	if (r->simulated) text(b, r, WIDTH / 2, bottom + 32 + MARK, "middle", "tick strong", p_text(r, P_CHART_SIMULATED));
}

static const char *close_svg(struct amp_buf *b, struct amp_report *r)
{
	(void)amp_buf_addc(b, "</svg>\n");
	if (b->failed) r->w.failed = true;
	const char *s = w_dup(&r->w, b->p ? b->p : "", b->n);
	amp_buf_free(b);
	return s;
}

/* ---- forest: the pair as a whole, then personas, then targets ---- */
static size_t forest_rows(const struct amp_report *r, size_t pair, const struct amp_estimate **rows)
{
	size_t n = 0;
	for (int part = 0; part < 3; part++)
		for (size_t i = 0; i < r->estimates->n && n < ROWS_MAX; i++) {
			const struct amp_estimate *e = &r->estimates->v[i];
			bool any = strcmp(e->target, "any") == 0, all = e->cluster == AMP_NO_INDEX;
			if (!amp_is_plain(e) || e->pair != pair || strcmp(e->metric->name, "additive_lift") != 0 ||
			    !e->estimate.known)
				continue;
			if (part == 0 ? all && any : part == 1 ? !all && any : all && !any) rows[n++] = e;
		}
	return n;
}

static const char *row_label(struct amp_report *r, const struct amp_estimate *e)
{
	if (e->cluster != AMP_NO_INDEX) return r->frame->clusters[e->cluster].name;
	if (strcmp(e->target, "any") == 0) return _("all personas, any group");
	return l_target(r, e->target);
}

const char *amp_chart_forest(struct amp_report *r, size_t pair, int number, const char **caption)
{
	const struct amp_estimate *rows[ROWS_MAX];
	size_t n = forest_rows(r, pair, rows);
	if (n == 0) return NULL;
	double lo = 0, hi = 0;
	for (size_t i = 0; i < n; i++) {
		lo = fmin(lo, fmin(rows[i]->estimate.v, rows[i]->lo.known ? rows[i]->lo.v : 0));
		hi = fmax(hi, fmax(rows[i]->estimate.v, rows[i]->hi.known ? rows[i]->hi.v : 0));
	}
	struct axis a = axis_of(lo, hi);
	struct amp_buf b;
	amp_buf_init(&b, 1 << 20);
	double bottom = TOP + ROW * (double)n;
	const char *title = w_fill(&r->w, _("Lift by persona and target, pair {pair}: {label}"), "pair", r->frame->pairs[pair].name,
	                           "label", p_text(r, P_SUBTITLE), NULL);
	open_svg(
		&b, r, number, bottom + 44, title,
		_("One row for all personas, for each persona and for each target: a dot at the lift in percentage points, a line over its interval; the heavy vertical line is zero. The figures are in the tables that follow."));
	draw_axis(&b, r, &a, TOP, n, w_fill(&r->w, _("lift, percentage points; line: {level} interval"), "level", l_level(r), NULL),
	          true);
	*caption = title;
	for (size_t i = 0; i < n; i++) {
		const struct amp_estimate *e = rows[i];
		double y = TOP + ROW * (double)i, mid = y + 26;
		text(&b, r, LEFT, y + 14, "start", i == 0 ? "label strong" : "label", row_label(r, e));
		text(&b, r, RIGHT, y + 14, "end", i == 0 ? "label strong" : "label", w_points(&r->w, e->estimate.v, true));
		if (e->lo.known && e->hi.known)
			(void)amp_buf_printf(&b, "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\" class=\"ci\"/>\n",
			                     at(&a, e->lo.v), at(&a, e->hi.v), mid, mid);
		(void)amp_buf_printf(&b, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"5\" class=\"%s\"/>\n", at(&a, e->estimate.v), mid,
		                     e->lo.known && e->hi.known ? "dot" : "dot open");
	}
	return close_svg(&b, r);
}

/* ---- dumbbell: both shares of each persona ---- */
const char *amp_chart_dumbbell(struct amp_report *r, size_t pair, int number, const char **caption)
{
	const struct amp_estimate *rows[ROWS_MAX];
	size_t n = 0;
	double hi = 0;
	for (size_t i = 0; i < r->estimates->n && n < ROWS_MAX; i++) {
		const struct amp_estimate *e = &r->estimates->v[i];
		if (!amp_is_plain(e) || e->pair != pair || strcmp(e->metric->name, "additive_lift") != 0 || !e->estimate.known ||
		    strcmp(e->target, "any") != 0)
			continue;
		rows[n++] = e;
		hi = fmax(hi, fmax(e->ranked.v, e->chronological.v));
	}
	if (n == 0) return NULL;
	struct axis a = axis_of(0, hi);
	struct amp_buf b;
	amp_buf_init(&b, 1 << 20);
	double top = TOP + 26, bottom = top + ROW * (double)n;
	const char *title = w_fill(&r->w, _("Ranked and chronological share by persona, pair {pair}: {label}"), "pair",
	                           r->frame->pairs[pair].name, "label", p_text(r, P_SUBTITLE), NULL);
	open_svg(
		&b, r, number, bottom + 44, title,
		_("One row a persona: a hollow square at the share in the chronological feed, a filled circle at the share in the ranked feed, joined by a line. The figures are in the tables that follow."));
	(void)amp_buf_printf(&b, "<rect x=\"%.1f\" y=\"%.1f\" width=\"9\" height=\"9\" class=\"chrono\"/>\n", LEFT, TOP - 1);
	text(&b, r, LEFT + 16, TOP + 8, "start", "label", _("chronological"));
	(void)amp_buf_printf(&b, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"5\" class=\"ranked\"/>\n", LEFT + 160, TOP + 3.5);
	text(&b, r, LEFT + 172, TOP + 8, "start", "label", _("ranked"));
	draw_axis(&b, r, &a, top, n, _("share presumed hateful, %"), false);
	*caption = title;
	for (size_t i = 0; i < n; i++) {
		const struct amp_estimate *e = rows[i];
		double y = top + ROW * (double)i, mid = y + 26, x1 = at(&a, e->chronological.v), x2 = at(&a, e->ranked.v);
		const char *label = e->cluster == AMP_NO_INDEX ? _("all personas") : r->frame->clusters[e->cluster].name;
		text(&b, r, LEFT, y + 14, "start", e->cluster == AMP_NO_INDEX ? "label strong" : "label", label);
		(void)amp_buf_printf(&b, "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\" class=\"join\"/>\n", x1, x2, mid,
		                     mid);
		(void)amp_buf_printf(&b, "<rect x=\"%.1f\" y=\"%.1f\" width=\"9\" height=\"9\" class=\"chrono\"/>\n", x1 - 4.5,
		                     mid - 4.5);
		(void)amp_buf_printf(&b, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"5\" class=\"ranked\"/>\n", x2, mid);
	}
	return close_svg(&b, r);
}

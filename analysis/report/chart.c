/* chart.c: what charts share. SVG, narrow enough that a telephone shows it at reading size; the style sheet is analysis/document/style.c.
 * Text is dark on white; every chart has its figures in a table.
 */
#include <math.h>
#include <string.h>
#include "base/i18n.h"
#include "report/chart.h"

static double nice_step(double span)
{
	double raw = span / 4, base = pow(10, floor(log10(raw))), m = raw / base;
	return base * (m <= 1 ? 1 : m <= 2 ? 2 : m <= 5 ? 5 : 10);
}

struct chart_axis chart_axis_of(double lo, double hi)
{
	struct chart_axis a;
	if (!(hi - lo > 1e-9)) hi = lo + 0.01;
	a.step = nice_step(hi - lo);
	a.lo = a.step * floor(lo / a.step + 1e-9);
	a.hi = a.step * ceil(hi / a.step - 1e-9);
	return a;
}

double chart_at(const struct chart_axis *a, double v)
{
	return LEFT + (RIGHT - LEFT) * (v - a->lo) / (a->hi - a->lo);
}

void chart_open(struct amp_buf *b, struct amp_report *r, int number, double height, const char *title, const char *description)
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

void chart_text(struct amp_buf *b, struct amp_report *r, double x, double y, const char *anchor, const char *class, const char *s)
{
	(void)amp_buf_printf(b, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" class=\"%s\">", x, y, anchor, class);
	w_xml(b, s, r->w.french);
	(void)amp_buf_addc(b, "</text>\n");
}

void chart_mark(struct amp_buf *b, struct amp_report *r, double bottom)
{
	/* a chart leaves its page: what it shows must go with it */
	if (r->simulated) chart_text(b, r, WIDTH / 2, bottom + MARK, "middle", "tick strong", p_text(r, P_CHART_SIMULATED));
}

void chart_draw_axis(struct amp_buf *b, struct amp_report *r, const struct chart_axis *a, double top, size_t n, const char *unit,
                     bool zero)
{
	double bottom = top + ROW * (double)n;
	for (double v = a->lo; v <= a->hi + a->step / 2; v += a->step) {
		bool is_zero = fabs(v) < a->step / 100;
		draw_line(b, chart_at(a, v), top, n, zero && is_zero ? "zero" : "grid");
		double percent = 100 * v;
		const char *label = w_number(&r->w, is_zero ? 0 : percent,
		                             100 * a->step < 0.095  ? 2
		                             : 100 * a->step < 0.95 ? 1
		                                                    : 0);
		chart_text(b, r, chart_at(a, v), bottom + 15,
		           v <= a->lo                 ? "start"
		           : v >= a->hi - a->step / 2 ? "end"
		                                      : "middle",
		           "tick", label);
	}
	chart_text(b, r, WIDTH / 2, bottom + 32, "middle", "tick", unit);
	chart_mark(b, r, bottom + 32);
}

const char *chart_cut(struct amp_report *r, const char *caption, size_t shown, size_t all)
{
	if (shown == all) return caption;
	return w_fill(&r->w, _("{what} (personas shown: the first {n} of {all}; the others are in the tables)"), "what", caption,
	              "n", w_int(&r->w, (int64_t)shown), "all", w_int(&r->w, (int64_t)all), NULL);
}

const char *chart_close(struct amp_buf *b, struct amp_report *r)
{
	(void)amp_buf_addc(b, "</svg>\n");
	if (b->failed) r->w.failed = true;
	const char *s = w_dup(&r->w, b->p ? b->p : "", b->n);
	amp_buf_free(b);
	return s;
}

#define AMP_CHART(name) extern const struct amp_chart amp_chart_##name;
#include "report/charts.def"
#undef AMP_CHART
const struct amp_chart *const amp_charts[] = {
#define AMP_CHART(name) &amp_chart_##name,
#include "report/charts.def"
#undef AMP_CHART
	NULL};

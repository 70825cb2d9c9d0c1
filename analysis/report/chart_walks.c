/* chart_walks.c: walks of a feed from list to list: share of each list, cumulative dose, and how many have met none yet, with a mark where walks were
 * read no further. Three panels over one axis of lists.
 */
#include <math.h>
#include <string.h>
#include "base/i18n.h"
#include "metrics/walks.h"
#include "report/chart.h"

#define PANEL 96.0
#define STEP 142.0 /* from one panel to the next: its title stands above it */
#define PLOT_LEFT 44.0
#define NUMBERS_MAX 12 /* lists that have their number below the axis */
#define BOTTOM (TOP + 22 + 2 * STEP + PANEL)

enum panel { SHARE, DOSE, SURVIVAL, PANELS };

static const struct amp_walk_curve *curve_of(const struct amp_report *r, size_t feed)
{
	return r->sums->walks != NULL && r->frame->feeds[feed].walked ? &r->sums->walks->feeds[feed].curve : NULL;
}

static const struct amp_confidence *figure(const struct amp_walk_curve *c, size_t i, int panel)
{
	return panel == SHARE ? &c->v[i].share : panel == DOSE ? &c->v[i].dose : &c->v[i].survival;
}

static double at_list(const struct amp_walk_curve *c, double list)
{
	return PLOT_LEFT + (RIGHT - PLOT_LEFT) * list / (double)c->n;
}

static double base_of(int panel)
{
	return TOP + 22 + STEP * panel + PANEL;
}

static double highest(const struct amp_walk_curve *c, int panel)
{
	double top = 0;
	for (size_t i = 0; i < c->n; i++) {
		const struct amp_confidence *f = figure(c, i, panel);
		top = fmax(top, f->hi.known ? f->hi.v : f->estimate.known ? f->estimate.v : 0);
	}
	return panel == SURVIVAL ? 1 : chart_axis_of(0, top).hi;
}

static void frame(struct amp_buf *b, struct amp_report *r, int panel, double top)
{
	static const char *const titles[] = {N_("share of each list presumed hateful, %"),
	                                     N_("entries presumed hateful so far, a walk"),
	                                     N_("walks that have met none yet, %; +: walks read no further")};
	double scale = panel == DOSE ? 1 : 100;
	chart_text(b, r, LEFT, base_of(panel) - PANEL - 10, "start", "tick strong", _(titles[panel]));
	for (int i = 0; i <= 2; i++) {
		double y = base_of(panel) - PANEL * i / 2;
		(void)amp_buf_printf(b, "<path class=\"%s\" d=\"M%.1f %.1fH%.1f\"/>\n", i == 0 ? "base" : "grid", PLOT_LEFT, y,
		                     RIGHT);
		chart_text(b, r, PLOT_LEFT - 6, y + 4, "end", "tick",
		           w_number(&r->w, scale * top * i / 2, scale * top < 8 ? 1 : 0));
	}
}

static void numbers(struct amp_buf *b, struct amp_report *r, const struct amp_walk_curve *c)
{
	size_t every = (c->n + NUMBERS_MAX - 1) / NUMBERS_MAX;
	for (int panel = 0; panel < PANELS; panel++)
		for (size_t k = every; k <= c->n; k += every)
			chart_text(b, r, at_list(c, (double)k), base_of(panel) + 15, k == c->n ? "end" : "middle", "tick",
			           w_int(&r->w, (int64_t)k));
	chart_text(b, r, WIDTH / 2, BOTTOM + 34, "middle", "tick", _("lists read, that of the seed included"));
}

static void mark(struct amp_buf *b, double x, double y, bool ranked)
{
	if (ranked)
		(void)amp_buf_printf(b, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" class=\"ranked\"/>\n", x, y);
	else
		(void)amp_buf_printf(b, "<rect x=\"%.1f\" y=\"%.1f\" width=\"6\" height=\"6\" class=\"chrono\"/>\n", x - 3, y - 3);
}

static void line(struct amp_buf *b, const struct amp_walk_curve *c, int panel, double top, const char *class)
{
	double base = base_of(panel);
	bool on = panel == SURVIVAL; /* nobody has met one before the first list */
	(void)amp_buf_printf(b, "<path class=\"%s\" d=\"", class);
	if (on) (void)amp_buf_printf(b, "M%.1f %.1f", PLOT_LEFT, base - PANEL);
	for (size_t i = 0; i < c->n; i++) {
		const struct amp_confidence *f = figure(c, i, panel);
		double x = at_list(c, (double)(i + 1)), y = base - PANEL * f->estimate.v / top;
		if (f->estimate.known && panel == SURVIVAL && on)
			(void)amp_buf_printf(b, "H%.1fV%.1f", x, y);
		else if (f->estimate.known)
			(void)amp_buf_printf(b, "%s%.1f %.1f", on ? "L" : "M", x, y);
		on = f->estimate.known;
	}
	(void)amp_buf_addc(b, "\"/>\n");
}

static void panel_of(struct amp_buf *b, struct amp_report *r, const struct amp_walk_curve *c, int panel, bool ranked)
{
	double top = highest(c, panel), base = base_of(panel);
	frame(b, r, panel, top);
	for (size_t i = 0; i < c->n; i++) {
		const struct amp_confidence *f = figure(c, i, panel);
		if (f->lo.known && f->hi.known)
			(void)amp_buf_printf(
				b, "<path class=\"ci\" d=\"M%.1f %.1fV%.1f\"/>\n",
				at_list(c, (double)(i + 1) + (panel == SURVIVAL && i + 1 < c->n ? .5 : 0)), /* amid its stair */
				base - PANEL * f->lo.v / top, base - PANEL * fmin(f->hi.v, top) / top);
	}
	line(b, c, panel, top, ranked ? "line-ranked" : "line-chrono");
	for (size_t i = 0; i < c->n; i++) {
		const struct amp_confidence *f = figure(c, i, panel);
		double x = at_list(c, (double)(i + 1)), y = base - PANEL * f->estimate.v / top;
		if (!f->estimate.known) continue;
		if (panel != SURVIVAL)
			mark(b, x, y, ranked);
		else if (c->v[i].censored > 0)
			(void)amp_buf_printf(b, "<path class=\"ci\" d=\"M%.1f %.1fh10M%.1f %.1fv10\"/>\n", x - 5, y, x, y - 5);
	}
}

static const char *caption_of(struct amp_report *r, size_t feed)
{
	return w_fill(&r->w, _("Walks of {feed}, list by list: {label}"), "feed", amp_report_feed_title(r, feed), "label",
	              p_text(r, P_SUBTITLE), NULL);
}

static const char *draw(struct amp_report *r, size_t feed, int number, const char **caption)
{
	const struct amp_walk_curve *c = curve_of(r, feed);
	const char *ranking = r->frame->feeds[feed].ranking;
	struct amp_buf b;
	if (c == NULL || c->n == 0) return NULL;
	amp_buf_init(&b, 1 << 20);
	*caption = caption_of(r, feed);
	chart_open(
		&b, r, number, BOTTOM + 46, *caption,
		_("Three panels over the number of lists that a walk has read, from left to right. Above: the share of each list presumed hateful, a mark a list. In the middle: entries presumed hateful shown so far. Below: stairs that go down, the walks that have met none yet; a cross where walks were read no further. Upright lines are intervals. The figures are in the table that follows."));
	for (int panel = 0; panel < PANELS; panel++) panel_of(&b, r, c, panel, strcmp(ranking, "chronological") != 0);
	numbers(&b, r, c);
	chart_mark(&b, r, BOTTOM + 34);
	return chart_close(&b, r);
}

static const char *range(struct amp_report *r, const struct amp_confidence *f, bool percent)
{
	if (!f->lo.known || !f->hi.known) return AMP_DASH;
	return percent ? w_range(&r->w, w_percent(&r->w, f->lo.v), w_percent(&r->w, f->hi.v))
	               : w_range(&r->w, w_number(&r->w, f->lo.v, 2), w_number(&r->w, f->hi.v, 2));
}

static const char *value(struct amp_report *r, const struct amp_confidence *f, bool percent)
{
	if (!f->estimate.known) return _("not known");
	return percent ? w_percent(&r->w, f->estimate.v) : w_number(&r->w, f->estimate.v, 2);
}

static void table(struct amp_doc *d, size_t feed)
{
	struct amp_report *r = report_of(d);
	const struct amp_walk_curve *c = curve_of(r, feed);
	const char *interval = w_fill(&r->w, _("{level} interval"), "level", l_level(r), NULL);
	struct amp_table t;
	t_start(&t, &r->w, caption_of(r, feed));
	t_column(&t, _("List"), true);
	t_column(&t, _("Share"), true);
	t_column(&t, interval, true);
	t_column(&t, _("Shown so far"), true);
	t_column(&t, interval, true);
	t_column(&t, _("Have met none"), true);
	t_column(&t, interval, true);
	t_column(&t, _("Walks that read it"), true);
	t_column(&t, _("Personas"), true);
	t_column(&t, _("First met here"), true);
	t_column(&t, _("Read no further, none met"), true);
	for (size_t i = 0; i < c->n; i++) {
		const struct amp_walk_point *p = &c->v[i];
		t_cell(&t, w_int(&r->w, (int64_t)i + 1));
		for (int panel = 0; panel < PANELS; panel++) {
			t_cell(&t, value(r, figure(c, i, panel), panel != DOSE));
			t_cell(&t, range(r, figure(c, i, panel), panel != DOSE));
		}
		t_cell(&t, w_int(&r->w, (int64_t)p->walks));
		t_cell(&t, w_int(&r->w, (int64_t)p->personas));
		t_cell(&t, w_int(&r->w, (int64_t)p->events));
		t_cell(&t, w_int(&r->w, (int64_t)p->censored));
	}
	if (t.rows) d->format->table(d, &t);
}

const struct amp_chart amp_chart_walks = {"walks", AMP_CHART_OF_FEED, draw, table};

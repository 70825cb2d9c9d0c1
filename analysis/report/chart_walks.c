/* chart_walks.c: walks from list to list: share of each list, cumulative dose, and how many have met none yet, with a mark where walks were
 * read no further. Three panels over one axis of lists. Both sides of a pair stand in one chart, that of the ranked feed; a walked feed that
 * is compared with none has a chart of its own.
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
#define LEGEND 20.0    /* a line of it; two above the panels of a pair */
#define APART 5.0      /* two sides at one list: what is drawn of them does not hide the other */

enum panel { SHARE, DOSE, SURVIVAL, PANELS };

struct side {
	const struct amp_walk_curve *curve;
	size_t feed;
	bool ranked;
	double shift;
};
struct plot {
	struct side v[2];
	size_t n, lists;
	double above; /* of the first panel */
};

static const struct amp_walk_curve *curve_of(const struct amp_report *r, size_t feed)
{
	const struct amp_walk_curve *c =
		r->sums->walks != NULL && r->frame->feeds[feed].walked ? &r->sums->walks->feeds[feed].curve : NULL;
	return c != NULL && c->n > 0 ? c : NULL;
}

/* The first pair that compares the walks of this feed, as its ranked (chronological) side, and whose other side has a curve too. */
static size_t pair_of(const struct amp_report *r, size_t feed, bool chronological)
{
	const struct amp_frame *f = r->frame;
	for (size_t i = 0; i < f->n_pairs; i++) {
		const struct amp_frame_pair *p = &f->pairs[i];
		if (amp_pair_of_walks(f, i) && feed == (chronological ? p->chronological : p->ranked) &&
		    curve_of(r, chronological ? p->ranked : p->chronological) != NULL)
			return i;
	}
	return AMP_NO_INDEX;
}

/* What the chart of this feed shows; n = 0: nothing, or what the chart of another feed shows. */
static struct plot plot_of(const struct amp_report *r, size_t feed)
{
	struct plot p = {.n = 0, .above = TOP + 22};
	const struct amp_walk_curve *own = curve_of(r, feed);
	size_t pair = pair_of(r, feed, false), shown = pair_of(r, feed, true);
	if (own == NULL) return p;
	if (pair == AMP_NO_INDEX && shown != AMP_NO_INDEX &&
	    r->frame->pairs[pair_of(r, r->frame->pairs[shown].ranked, false)].chronological == feed)
		return p;
	p.v[p.n++] = (struct side){own, feed, strcmp(r->frame->feeds[feed].ranking, "chronological") != 0, 0};
	p.lists = own->n;
	if (pair == AMP_NO_INDEX) return p;
	size_t other = r->frame->pairs[pair].chronological;
	p.v[p.n++] = (struct side){curve_of(r, other), other, false, APART / 2};
	p.v[0].ranked = true;
	p.v[0].shift = -APART / 2;
	p.above += 2 * LEGEND;
	if (p.v[1].curve->n > p.lists) p.lists = p.v[1].curve->n;
	return p;
}

static const struct amp_confidence *figure(const struct amp_walk_curve *c, size_t i, int panel)
{
	return panel == SHARE ? &c->v[i].share : panel == DOSE ? &c->v[i].dose : &c->v[i].survival;
}

static double at_list(const struct plot *p, double list)
{
	return PLOT_LEFT + (RIGHT - APART - PLOT_LEFT) * list / (double)p->lists;
}

static double base_of(const struct plot *p, int panel)
{
	return p->above + STEP * panel + PANEL;
}

static double bottom_of(const struct plot *p)
{
	return base_of(p, PANELS - 1);
}

static double highest(const struct plot *p, int panel)
{
	double top = 0;
	for (size_t k = 0; k < p->n; k++)
		for (size_t i = 0; i < p->v[k].curve->n; i++) {
			const struct amp_confidence *f = figure(p->v[k].curve, i, panel);
			top = fmax(top, f->hi.known ? f->hi.v : f->estimate.known ? f->estimate.v : 0);
		}
	return panel == SURVIVAL ? 1 : chart_axis_of(0, top).hi;
}

static void frame(struct amp_buf *b, struct amp_report *r, const struct plot *p, int panel, double top)
{
	static const char *const titles[] = {N_("share of each list presumed hateful, %"),
	                                     N_("entries presumed hateful so far, a walk"),
	                                     N_("walks that have met none yet, %; +: walks read no further")};
	double scale = panel == DOSE ? 1 : 100;
	chart_text(b, r, LEFT, base_of(p, panel) - PANEL - 10, "start", "tick strong", _(titles[panel]));
	for (int i = 0; i <= 2; i++) {
		double y = base_of(p, panel) - PANEL * i / 2;
		(void)amp_buf_printf(b, "<path class=\"%s\" d=\"M%.1f %.1fH%.1f\"/>\n", i == 0 ? "base" : "grid", PLOT_LEFT, y,
		                     RIGHT);
		chart_text(b, r, PLOT_LEFT - 6, y + 4, "end", "tick",
		           w_number(&r->w, scale * top * i / 2, scale * top < 8 ? 1 : 0));
	}
}

static void numbers(struct amp_buf *b, struct amp_report *r, const struct plot *p)
{
	size_t every = (p->lists + NUMBERS_MAX - 1) / NUMBERS_MAX;
	for (int panel = 0; panel < PANELS; panel++)
		for (size_t k = every; k <= p->lists; k += every)
			chart_text(b, r, at_list(p, (double)k), base_of(p, panel) + 15, "middle", "tick", w_int(&r->w, (int64_t)k));
	chart_text(b, r, WIDTH / 2, bottom_of(p) + 34, "middle", "tick", _("lists read, that of the seed included"));
}

static void mark(struct amp_buf *b, double x, double y, bool ranked)
{
	if (ranked)
		(void)amp_buf_printf(b, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" class=\"ranked\"/>\n", x, y);
	else
		(void)amp_buf_printf(b, "<rect x=\"%.1f\" y=\"%.1f\" width=\"6\" height=\"6\" class=\"chrono\"/>\n", x - 3, y - 3);
}

static const char *line_class(const struct side *s)
{
	return s->ranked ? "line-ranked" : "line-chrono";
}

/* Line and mark of either side, with the name of its feed. */
static void legend(struct amp_buf *b, struct amp_report *r, const struct plot *p)
{
	for (size_t k = 0; k < p->n && p->n > 1; k++) {
		const struct side *s = &p->v[k];
		double y = TOP + LEGEND * (double)k + 4;
		(void)amp_buf_printf(b, "<path class=\"%s\" d=\"M%.1f %.1fH%.1f\"/>\n", line_class(s), LEFT, y, LEFT + 34);
		mark(b, LEFT + 17, y, s->ranked);
		chart_text(b, r, LEFT + 42, y + 4, "start", "tick",
		           w_fill(&r->w, r->w.french ? "{ranking}\xC2\xA0: {feed}" : "{ranking}: {feed}", "ranking",
		                  s->ranked ? _("ranked") : _("chronological"), "feed", amp_report_feed_title(r, s->feed), NULL));
	}
}

static void line(struct amp_buf *b, const struct plot *p, const struct side *s, int panel, double top)
{
	double base = base_of(p, panel);
	bool on = panel == SURVIVAL; /* nobody has met one before the first list */
	(void)amp_buf_printf(b, "<path class=\"%s\" d=\"", line_class(s));
	if (on) (void)amp_buf_printf(b, "M%.1f %.1f", PLOT_LEFT, base - PANEL);
	for (size_t i = 0; i < s->curve->n; i++) {
		const struct amp_confidence *f = figure(s->curve, i, panel);
		double x = at_list(p, (double)(i + 1)) + s->shift, y = base - PANEL * f->estimate.v / top;
		if (f->estimate.known && panel == SURVIVAL && on)
			(void)amp_buf_printf(b, "H%.1fV%.1f", x, y);
		else if (f->estimate.known)
			(void)amp_buf_printf(b, "%s%.1f %.1f", on ? "L" : "M", x, y);
		on = f->estimate.known;
	}
	(void)amp_buf_addc(b, "\"/>\n");
}

/* Upright; that of the chronological side is dashed as its line is. */
static void interval(struct amp_buf *b, const struct plot *p, const struct side *s, size_t i, int panel, double top)
{
	const struct amp_confidence *f = figure(s->curve, i, panel);
	double base = base_of(p, panel), stair = panel == SURVIVAL && i + 1 < s->curve->n ? .5 : 0; /* amid its stair */
	if (!f->lo.known || !f->hi.known) return;
	(void)amp_buf_printf(b, "<path class=\"ci\"%s d=\"M%.1f %.1fV%.1f\"/>\n", s->ranked ? "" : " stroke-dasharray=\"3 2\"",
	                     at_list(p, (double)(i + 1) + stair) + s->shift, base - PANEL * f->lo.v / top,
	                     base - PANEL * fmin(f->hi.v, top) / top);
}

static void marks(struct amp_buf *b, const struct plot *p, const struct side *s, int panel, double top)
{
	for (size_t i = 0; i < s->curve->n; i++) {
		const struct amp_confidence *f = figure(s->curve, i, panel);
		double x = at_list(p, (double)(i + 1)) + s->shift, y = base_of(p, panel) - PANEL * f->estimate.v / top;
		if (!f->estimate.known) continue;
		if (panel != SURVIVAL)
			mark(b, x, y, s->ranked);
		else if (s->curve->v[i].censored > 0)
			(void)amp_buf_printf(b, "<path class=\"ci\" d=\"M%.1f %.1fh10M%.1f %.1fv10\"/>\n", x - 5, y, x, y - 5);
	}
}

static void panel_of(struct amp_buf *b, struct amp_report *r, const struct plot *p, int panel)
{
	double top = highest(p, panel);
	frame(b, r, p, panel, top);
	for (size_t k = p->n; k-- > 0;) { /* the ranked side above the other */
		for (size_t i = 0; i < p->v[k].curve->n; i++) interval(b, p, &p->v[k], i, panel, top);
		line(b, p, &p->v[k], panel, top);
		marks(b, p, &p->v[k], panel, top);
	}
}

static const char *caption_of(struct amp_report *r, const struct plot *p)
{
	return p->n > 1 ? w_fill(&r->w, _("Walks of {ranked} and of {chronological}, list by list. {label}"), "ranked",
	                         amp_report_feed_title(r, p->v[0].feed), "chronological", amp_report_feed_title(r, p->v[1].feed),
	                         "label", p_text(r, P_SUBTITLE), NULL)
	                : w_fill(&r->w, _("Walks of {feed}, list by list. {label}"), "feed", amp_report_feed_title(r, p->v[0].feed),
	                         "label", p_text(r, P_SUBTITLE), NULL);
}

static const char *draw(struct amp_report *r, size_t feed, int number, const char **caption)
{
	const struct plot p = plot_of(r, feed);
	struct amp_buf b;
	if (p.n == 0) return NULL;
	amp_buf_init(&b, 1 << 20);
	*caption = caption_of(r, &p);
	chart_open(
		&b, r, number, bottom_of(&p) + 46, *caption,
		p.n > 1 ? _("Three panels over the number of lists that a walk has read, from left to right: circles on a solid line for walks of the ranked feed, squares on a dashed line for those of the chronological one. Above: the share of each list presumed hateful. In the middle: entries presumed hateful shown so far. Below: stairs that go down, the walks that have met none yet; a cross where walks were read no further. Upright lines are intervals. The figures are in the table that follows.")
			: _("Three panels over the number of lists that a walk has read, from left to right. Above: the share of each list presumed hateful, a mark a list. In the middle: entries presumed hateful shown so far. Below: stairs that go down, the walks that have met none yet; a cross where walks were read no further. Upright lines are intervals. The figures are in the table that follows."));
	legend(&b, r, &p);
	for (int panel = 0; panel < PANELS; panel++) panel_of(&b, r, &p, panel);
	numbers(&b, r, &p);
	chart_mark(&b, r, bottom_of(&p) + 34);
	return chart_close(&b, r);
}

static const char *range(struct amp_report *r, const struct amp_confidence *f, bool percent)
{
	if (!f->lo.known || !f->hi.known) return _("no interval");
	return percent ? w_range(&r->w, w_percent(&r->w, f->lo.v), w_percent(&r->w, f->hi.v))
	               : w_range(&r->w, w_number(&r->w, f->lo.v, 2), w_number(&r->w, f->hi.v, 2));
}

static const char *value(struct amp_report *r, const struct amp_confidence *f, bool percent)
{
	if (!f->estimate.known) return _("not known");
	return percent ? w_percent(&r->w, f->estimate.v) : w_number(&r->w, f->estimate.v, 2);
}

static void rows(struct amp_report *r, struct amp_table *t, const struct side *s, bool named)
{
	for (size_t i = 0; i < s->curve->n; i++) {
		const struct amp_walk_point *p = &s->curve->v[i];
		const char *list = w_int(&r->w, (int64_t)i + 1);
		t_cell(t, named ? w_fill(&r->w, "{side}, {list}", "side", s->ranked ? _("ranked") : _("chronological"), "list",
		                         list, NULL)
		                : list);
		for (int panel = 0; panel < PANELS; panel++) {
			t_cell(t, value(r, figure(s->curve, i, panel), panel != DOSE));
			t_cell(t, range(r, figure(s->curve, i, panel), panel != DOSE));
		}
		t_cell(t, w_fill(&r->w, "{walks} ({personas})", "walks", w_int(&r->w, (int64_t)p->walks), "personas",
		                 w_int(&r->w, (int64_t)p->personas), NULL));
		t_cell(t, w_fill(&r->w, "{met} ({ended})", "met", w_int(&r->w, (int64_t)p->events), "ended",
		                 w_int(&r->w, (int64_t)p->censored), NULL));
	}
}

static void table(struct amp_doc *d, size_t feed)
{
	struct amp_report *r = report_of(d);
	const struct plot p = plot_of(r, feed);
	const char *interval_of = w_fill(&r->w, _("{level} interval"), "level", l_level(r), NULL);
	struct amp_table t;
	t_start(&t, &r->w, caption_of(r, &p));
	t_column(&t, p.n > 1 ? _("Side, list") : _("List"), p.n == 1);
	t_column(&t, _("Share"), true);
	t_column(&t, interval_of, true);
	t_column(&t, _("Shown so far"), true);
	t_column(&t, interval_of, true);
	t_column(&t, _("Have met none"), true);
	t_column(&t, interval_of, true);
	t_column(&t, _("Walks that read it (personas)"), true);
	t_column(&t, _("First met here (ended, none met)"), true);
	for (size_t k = 0; k < p.n; k++) rows(r, &t, &p.v[k], p.n > 1);
	if (t.rows) d->format->table(d, &t);
}

const struct amp_chart amp_chart_walks = {"walks", AMP_CHART_OF_FEED, draw, table, N_("Walks, list by list"), false};

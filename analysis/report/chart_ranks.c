/* chart_ranks.c: the heat map of places: share flagged at each tenth of the feed, ranked above chronological. Six steps that are steps of
 * grey on paper; every box says its figure.
 */
#include <math.h>
#include <string.h>
#include "base/i18n.h"
#include "report/chart.h"

#define BOXES 10

struct heat {
	int per_box, boxes;
	double share[2][BOXES]; /* negative: nothing scored there */
	int64_t shown[2][BOXES];
	double top;
};

static bool heat_of(const struct amp_report *r, size_t pair, struct heat *h)
{
	const struct amp_frame_pair *p = &r->frame->pairs[pair];
	int64_t all = 0;
	if (r->places == NULL) return false;
	const struct amp_places *of[2] = {&r->places[p->ranked], &r->places[p->chronological]};
	*h = (struct heat){.per_box = (of[0]->depth + BOXES - 1) / BOXES};
	h->boxes = (of[0]->depth + h->per_box - 1) / h->per_box;
	for (int side = 0; side < 2; side++)
		for (int i = 0; i < h->boxes; i++) {
			int64_t flagged = 0;
			for (int k = i * h->per_box; k < (i + 1) * h->per_box && k < AMP_PLACES; k++) {
				h->shown[side][i] += of[side]->shown[k];
				flagged += of[side]->flagged[k];
			}
			h->share[side][i] = h->shown[side][i] > 0 ? (double)flagged / (double)h->shown[side][i] : -1;
			h->top = fmax(h->top, h->share[side][i]);
			all += h->shown[side][i];
		}
	return all > 0;
}

static int step(const struct heat *h, double share)
{
	int at = h->top > 0 ? (int)(share / h->top * 5.999) : 0;
	return share > 0 && at == 0 ? 1 : at;
}

static const char *places(struct amp_report *r, const struct heat *h, int box)
{
	const char *first = w_int(&r->w, box * h->per_box + 1), *last = w_int(&r->w, (box + 1) * h->per_box);
	return h->per_box == 1 ? first : w_fill(&r->w, "{a}\xE2\x80\x93{b}", "a", first, "b", last, NULL);
}

static void column(struct amp_buf *b, struct amp_report *r, const struct heat *h, int side, double x, double top)
{
	chart_text(b, r, x, top - 8, "start", "label", side == 0 ? _("ranked") : _("chronological"));
	for (int i = 0; i < h->boxes; i++) {
		double y = top + 24 * i;
		if (h->share[side][i] < 0) {
			chart_text(b, r, x + 4, y + 16, "start", "tick", _("nothing scored"));
			continue;
		}
		(void)amp_buf_printf(b, "<rect x=\"%.1f\" y=\"%.1f\" width=\"80\" height=\"20\" class=\"box box-%d\"/>\n", x, y,
		                     step(h, h->share[side][i]));
		chart_text(b, r, x + 88, y + 15, "start", "tick", w_percent(&r->w, h->share[side][i]));
	}
}

static const char *draw(struct amp_report *r, size_t pair, int number, const char **caption)
{
	struct heat h;
	struct amp_buf b;
	if (!heat_of(r, pair, &h)) return NULL;
	double top = TOP + 40, bottom = top + 24 * h.boxes;
	amp_buf_init(&b, 1 << 20);
	*caption = w_fill(&r->w, _("Share by place in the feed, pair {pair}: {label}"), "pair", r->frame->pairs[pair].name, "label",
	                  p_text(r, P_SUBTITLE), NULL);
	chart_open(
		&b, r, number, bottom + 30, *caption,
		_("A row for each stretch of places, from the top of the feed down: on the left a box for the ranked feed, on the right one for the chronological feed, darker where more is presumed hateful. The figures are in the table that follows."));
	chart_text(&b, r, LEFT, top - 8, "start", "label strong", _("Places"));
	for (int i = 0; i < h.boxes; i++) chart_text(&b, r, LEFT, top + 24 * i + 15, "start", "tick", places(r, &h, i));
	column(&b, r, &h, 0, LEFT + 70, top);
	column(&b, r, &h, 1, LEFT + 235, top);
	chart_text(&b, r, WIDTH / 2, bottom + 16, "middle", "tick", _("share presumed hateful, darker is more"));
	chart_mark(&b, r, bottom + 16);
	return chart_close(&b, r);
}

static void table(struct amp_doc *d, size_t pair)
{
	struct amp_report *r = report_of(d);
	struct heat h;
	struct amp_table t;
	if (!heat_of(r, pair, &h)) return;
	t_start(&t, &r->w,
	        w_fill(&r->w, _("Share by place in the feed, pair {pair}: {label}"), "pair", r->frame->pairs[pair].name, "label",
	               p_text(r, P_SUBTITLE), NULL));
	t_column(&t, _("Places"), false);
	t_column(&t, _("Ranked"), true);
	t_column(&t, _("Entries"), true);
	t_column(&t, _("Chronological"), true);
	t_column(&t, _("Entries"), true);
	for (int i = 0; i < h.boxes; i++) {
		t_cell(&t, places(r, &h, i));
		for (int side = 0; side < 2; side++) {
			t_cell(&t, h.share[side][i] < 0 ? _("nothing scored") : w_percent(&r->w, h.share[side][i]));
			t_cell(&t, w_int(&r->w, h.shown[side][i]));
		}
	}
	d->format->table(d, &t);
	d->format->para(d, p_text(r, P_PLACES_NOTE));
}

const struct amp_chart amp_chart_ranks = {"ranks", AMP_CHART_OF_PAIR, draw, table, N_("Share by place in the feed"), false};

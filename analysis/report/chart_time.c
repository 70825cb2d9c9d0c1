/* chart_time.c: both shares over time, a point a round; of many rounds, a time block; of very many blocks, several of them. A time without
 * a usable visit is a gap with a hatched area, never a zero.
 */
#include <math.h>
#include <string.h>
#include "base/i18n.h"
#include "report/chart.h"

#define BINS_MAX 120   /* rounds, or points of several blocks */
#define BLOCKS_MAX 400 /* shown one by one: a year of days */
#define HEIGHT 170.0
#define BASE (TOP + 26 + HEIGHT)
#define PLOT_LEFT 40.0

struct bin {
	int64_t at;
	double share[2];          /* ranked, chronological; negative: none */
	int64_t used[2], lost[2]; /* visits */
	bool gap;                 /* no usable visit on a side, in one of its blocks */
};

/* Mean over personas of the mean over their twins, of the usable visits of these rounds. */
static void fill_bin(const struct amp_report *r, size_t feed, size_t from, size_t to, int side, struct bin *b)
{
	const struct amp_frame *f = r->frame;
	double sum = 0;
	int64_t personas = 0;
	for (size_t c = 0; c < f->n_clusters; c++) {
		double own = 0;
		int64_t n = 0;
		for (size_t p = f->clusters[c].first; p < f->clusters[c].first + f->clusters[c].n; p++)
			for (size_t k = from; k < to; k++) {
				size_t at = amp_shot_index(f, p, feed, k);
				const struct amp_shot *s = &f->shots[at];
				uint32_t scored = r->sums->present[at] ? r->sums->n[at] - r->sums->missing[at] : 0;
				bool usable = s->state == AMP_SHOT_OK && scored > 0;
				b->lost[side] += s->planned && !usable;
				b->used[side] += usable;
				if (!usable) continue;
				own += (double)r->sums->targets[0].flagged[at] / scored;
				n++;
			}
		sum += n > 0 ? own / (double)n : 0;
		personas += n > 0;
	}
	b->share[side] = personas > 0 ? sum / (double)personas : -1;
}

/* Time blocks a point stands for; 0: a point is a round. */
static size_t blocks_a_bin(const struct amp_frame *f)
{
	return f->n_rounds <= BINS_MAX ? 0 : f->n_blocks <= BLOCKS_MAX ? 1 : (f->n_blocks + BINS_MAX - 1) / BINS_MAX;
}

static void fill_both(const struct amp_report *r, const struct amp_frame_pair *p, size_t from, size_t to, struct bin *b)
{
	fill_bin(r, p->ranked, from, to, 0, b);
	fill_bin(r, p->chronological, from, to, 1, b);
}

/* The end of what begins at `from` and lasts `blocks`. */
static size_t until(const struct amp_frame *f, size_t from, size_t blocks)
{
	size_t to = from + 1;
	while (to < f->n_rounds && f->rounds[to].block < f->rounds[from].block + blocks) to++;
	return to;
}

/* Has a side no usable visit, at all or in one of the blocks? */
static bool has_gap(const struct amp_report *r, const struct amp_frame_pair *p, size_t from, size_t to)
{
	bool gap = false;
	for (size_t next; from < to && !gap; from = next) {
		struct bin one = {0};
		next = until(r->frame, from, 1);
		if (next > to) next = to; /* a point is a round */
		fill_both(r, p, from, next, &one);
		gap = one.share[0] < 0 || one.share[1] < 0;
	}
	return gap;
}

/* NULL when memory ends. */
static struct bin *bins_of(struct amp_report *r, size_t pair, size_t *n)
{
	const struct amp_frame *f = r->frame;
	size_t blocks = blocks_a_bin(f);
	struct bin *bins = amp_arena_zalloc(r->w.arena, BLOCKS_MAX * sizeof *bins);
	*n = 0;
	if (bins == NULL) {
		r->w.failed = true;
		return NULL;
	}
	for (size_t from = 0, to; from < f->n_rounds; from = to) {
		struct bin *b = &bins[(*n)++];
		to = until(f, from, blocks);
		b->at = f->rounds[from].scheduled_at;
		fill_both(r, &f->pairs[pair], from, to, b);
		b->gap = has_gap(r, &f->pairs[pair], from, to);
	}
	return bins;
}

static double across(const struct bin *bins, size_t n, int64_t at)
{
	double span = (double)(bins[n - 1].at - bins[0].at);
	return PLOT_LEFT + (RIGHT - PLOT_LEFT) * (span > 0 ? (double)(at - bins[0].at) / span : 0.5);
}

/* Hatched from halfway to the neighbours on either side. */
static void gap(struct amp_buf *b, const struct bin *bins, size_t n, size_t i)
{
	double x = across(bins, n, bins[i].at), before = i > 0 ? (x + across(bins, n, bins[i - 1].at)) / 2 : x - 4,
	       after = i + 1 < n ? (x + across(bins, n, bins[i + 1].at)) / 2 : x + 4;
	(void)amp_buf_printf(
		b, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" class=\"gap\"/>\n<path class=\"hatch\" d=\"", before,
		BASE - HEIGHT, after - before, HEIGHT);
	for (double y = BASE - HEIGHT + 10; y <= BASE; y += 10)
		(void)amp_buf_printf(b, "M%.1f %.1fL%.1f %.1f", before, y, after, y - fmin(10, after - before));
	(void)amp_buf_addc(b, "\"/>\n");
}

static void line(struct amp_buf *b, const struct bin *bins, size_t n, int side, double top)
{
	(void)amp_buf_printf(b, "<path class=\"%s\" d=\"", side == 0 ? "line-ranked" : "line-chrono");
	for (size_t i = 0; i < n; i++)
		if (bins[i].share[side] >= 0)
			(void)amp_buf_printf(b, "%s%.1f %.1f", i > 0 && bins[i - 1].share[side] >= 0 ? "L" : "M",
			                     across(bins, n, bins[i].at), BASE - HEIGHT * bins[i].share[side] / top);
	(void)amp_buf_addc(b, "\"/>\n");
	for (size_t i = 0; i < n && n <= 60; i++) {
		double x = across(bins, n, bins[i].at), y = BASE - HEIGHT * bins[i].share[side] / top;
		if (bins[i].share[side] < 0) continue;
		if (side == 0)
			(void)amp_buf_printf(b, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" class=\"ranked\"/>\n", x, y);
		else
			(void)amp_buf_printf(b, "<rect x=\"%.1f\" y=\"%.1f\" width=\"6\" height=\"6\" class=\"chrono\"/>\n", x - 3,
			                     y - 3);
	}
}

static void frame(struct amp_buf *b, struct amp_report *r, const struct bin *bins, size_t n, double top)
{
	for (int i = 0; i <= 4; i++) {
		double y = BASE - HEIGHT * i / 4;
		(void)amp_buf_printf(b, "<path class=\"%s\" d=\"M%.1f %.1fH%.1f\"/>\n", i == 0 ? "base" : "grid", PLOT_LEFT, y,
		                     RIGHT);
		chart_text(b, r, PLOT_LEFT - 6, y + 4, "end", "tick", w_number(&r->w, 100 * top * i / 4, 100 * top < 8 ? 1 : 0));
	}
	chart_text(b, r, PLOT_LEFT, BASE + 16, "start", "tick", w_day(&r->w, bins[0].at));
	if (n > 1) chart_text(b, r, RIGHT, BASE + 16, "end", "tick", w_day(&r->w, bins[n - 1].at));
	chart_text(b, r, WIDTH / 2, BASE + 34, "middle", "tick", _("share presumed hateful, %; hatched: no usable visit"));
	(void)amp_buf_printf(b, "<rect x=\"%.1f\" y=\"%.1f\" width=\"9\" height=\"9\" class=\"chrono\"/>\n", LEFT, TOP - 1);
	chart_text(b, r, LEFT + 16, TOP + 8, "start", "label", _("chronological"));
	(void)amp_buf_printf(b, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"5\" class=\"ranked\"/>\n", LEFT + 160, TOP + 3.5);
	chart_text(b, r, LEFT + 172, TOP + 8, "start", "label", _("ranked"));
}

static const char *caption_of(struct amp_report *r, size_t pair)
{
	size_t blocks = blocks_a_bin(r->frame);
	const char *what = w_fill(&r->w, _("Shares over time, pair {pair}: {label}"), "pair", r->frame->pairs[pair].name, "label",
	                          p_text(r, P_SUBTITLE), NULL);
	if (blocks == 0) return what;
	return w_fill(&r->w, _("{what} (a point: {blocks})"), "what", what, "blocks",
	              w_count(&r->w, amp_ngettext("{n} time block", "{n} time blocks", (unsigned long)blocks), (int64_t)blocks),
	              NULL);
}

static const char *draw(struct amp_report *r, size_t pair, int number, const char **caption)
{
	size_t n, known = 0;
	double top = 0;
	const struct bin *bins = bins_of(r, pair, &n);
	for (size_t i = 0; i < n; i++) {
		known += bins[i].share[0] >= 0 || bins[i].share[1] >= 0;
		top = fmax(top, fmax(bins[i].share[0], bins[i].share[1]));
	}
	if (n < 2 || known == 0) return NULL;
	top = chart_axis_of(0, top).hi;
	struct amp_buf b;
	amp_buf_init(&b, 1 << 20);
	*caption = caption_of(r, pair);
	chart_open(
		&b, r, number, BASE + 46, *caption,
		_("Time from left to right: circles on a solid line for the ranked feed, squares on a dashed line for the chronological one. Lines stop where no visit can be used, and the area is hatched. The figures are in the table that follows."));
	for (size_t i = 0; i < n; i++)
		if (bins[i].gap) gap(&b, bins, n, i);
	frame(&b, r, bins, n, top);
	line(&b, bins, n, 1, top);
	line(&b, bins, n, 0, top);
	chart_mark(&b, r, BASE + 34);
	return chart_close(&b, r);
}

static const char *share(struct amp_report *r, double v)
{
	return v < 0 ? _("no usable visit") : w_percent(&r->w, v);
}

static void table(struct amp_doc *d, size_t pair)
{
	struct amp_report *r = report_of(d);
	struct amp_table t;
	size_t n;
	const struct bin *bins = bins_of(r, pair, &n);
	t_start(&t, &r->w, caption_of(r, pair));
	t_column(&t, blocks_a_bin(r->frame) == 0 ? _("Round") : _("From"), false);
	t_column(&t, _("Ranked"), true);
	t_column(&t, _("Visits used"), true);
	t_column(&t, _("Left out"), true);
	t_column(&t, _("Chronological"), true);
	t_column(&t, _("Visits used"), true);
	t_column(&t, _("Left out"), true);
	for (size_t i = 0; i < n; i++) {
		t_cell(&t, w_date(&r->w, bins[i].at));
		for (int side = 0; side < 2; side++) {
			t_cell(&t, share(r, bins[i].share[side]));
			t_cell(&t, w_int(&r->w, bins[i].used[side]));
			t_cell(&t, w_int(&r->w, bins[i].lost[side]));
		}
	}
	if (t.rows) d->format->table(d, &t);
}

const struct amp_chart amp_chart_time = {"time", AMP_CHART_OF_PAIR, draw, table, N_("Shares over time"), false};

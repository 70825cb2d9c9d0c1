/* plot.c: the reliability plot: share of hateful texts against mean score, a circle a bin (DeGroot and Fienberg 1983). */
#include <math.h>
#include <stdio.h>
#include "base/i18n.h"
#include "evaluate/printed.h"

#define SIDE 300.0
#define LEFT 60.0
#define TOP 14.0
#define LARGEST 14.0 /* radius of a circle that holds all texts */
#define SMALLEST 3.0

static double across(double v)
{
	return LEFT + SIDE * v;
}

static double up(double v)
{
	return TOP + SIDE * (1 - v);
}

static void text(struct amp_buf *b, struct amp_words *w, const char *place, const char *s)
{
	(void)amp_buf_printf(b, "<text class=\"tick\" %s>", place);
	w_xml(b, s, w->french);
	(void)amp_buf_addc(b, "</text>\n");
}

static void draw_axes(struct amp_buf *b, struct amp_words *w)
{
	char place[96];
	for (int i = 0; i <= 4; i++) {
		double v = i / 4.0;
		const char *label = w_number(w, v, 2);
		(void)amp_buf_printf(b, "<path class=\"grid\" d=\"M%.1f %.1fv%.1fM%.1f %.1fh%.1f\"/>\n", across(v), TOP, SIDE, LEFT,
		                     up(v), SIDE);
		(void)snprintf(place, sizeof place, "x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\"", across(v), TOP + SIDE + 16);
		text(b, w, place, label);
		(void)snprintf(place, sizeof place, "x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\"", LEFT - 8, up(v) + 4);
		text(b, w, place, label);
	}
	(void)amp_buf_printf(b, "<path class=\"zero\" d=\"M%.1f %.1fL%.1f %.1f\"/>\n", across(0), up(0), across(1), up(1));
	(void)snprintf(place, sizeof place, "x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\"", across(0.5), TOP + SIDE + 36);
	text(b, w, place, _("mean score"));
	(void)snprintf(place, sizeof place, "transform=\"translate(14 %.1f) rotate(-90)\" text-anchor=\"middle\"", up(0.5));
	text(b, w, place, _("share labelled hateful"));
}

const char *evaluation_plot(struct amp_words *w, const struct amp_quality *q, int number, const char *title,
                            const char *description)
{
	struct amp_buf b;
	double all = (double)(q->hateful + q->benign);
	amp_buf_init(&b, 1 << 16);
	(void)amp_buf_printf(&b,
	                     "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 %.0f %.0f\" "
	                     "aria-labelledby=\"r%dt r%dd\">\n<title id=\"r%dt\">",
	                     LEFT + SIDE + 24, TOP + SIDE + 46, number, number, number);
	w_xml(&b, title, w->french);
	(void)amp_buf_printf(&b, "</title>\n<desc id=\"r%dd\">", number);
	w_xml(&b, description, w->french);
	(void)amp_buf_addc(&b, "</desc>\n");
	draw_axes(&b, w);
	for (size_t i = 0; i < AMP_EVALUATE_BINS; i++) {
		const struct amp_bin *bin = &q->bin[i];
		if (bin->n == 0) continue;
		(void)amp_buf_printf(&b, "<circle class=\"dot\" cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"/>\n", across(bin->score),
		                     up((double)bin->hateful / (double)bin->n),
		                     fmax(SMALLEST, LARGEST * sqrt((double)bin->n / all)));
	}
	(void)amp_buf_addc(&b, "</svg>\n");
	if (b.failed != 0) w->failed = true;
	const char *s = w_dup(w, b.p != NULL ? b.p : "", b.n);
	amp_buf_free(&b);
	return s;
}

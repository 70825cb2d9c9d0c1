/* picture.c: a chart as a file of its own. It leaves its page, so it takes along its title, its label and what it can be checked against. */
#include <string.h>
#include "base/i18n.h"
#include "base/io.h"
#include "report/chart.h"

#define LINE 17.0
#define LINE_CHARACTERS 46 /* of bold letters */

/* The words of s in lines, each drawn; returns how many. b NULL: counts only. */
static int lines(struct amp_buf *b, struct amp_report *r, const char *s, double y, const char *class)
{
	int n = 0;
	while (*s != 0) {
		size_t end = 0, last = 0, letters = 0;
		for (; s[end] != 0 && letters < LINE_CHARACTERS; end++) {
			if (s[end] == ' ') last = end;
			letters += ((unsigned char)s[end] & 0xC0) != 0x80;
		}
		while (((unsigned char)s[end] & 0xC0) == 0x80) end++;
		if (s[end] != 0 && last > 0) end = last;
		if (b != NULL) chart_text(b, r, LEFT, y + LINE * n, "start", class, w_dup(&r->w, s, end));
		n++;
		s += end;
		while (*s == ' ') s++;
	}
	return n;
}

static const char *foot_of(struct amp_report *r)
{
	return w_fill(&r->w, p_text(r, P_PICTURE_FOOT), "slug", r->frame->slug, "hash",
	              w_dup(&r->w, w_hex(&r->w, r->frame->hash, sizeof r->frame->hash), 16), "version",
	              r->options->program_version != NULL ? r->options->program_version : "", NULL);
}

/* The element that a page holds, with a wider view, a white ground, its title above and its origin below. */
static int whole(struct amp_buf *b, struct amp_report *r, const char *svg, const char *caption, struct amp_picture *out)
{
	const char *box = strstr(svg, "viewBox=\"0 0 "), *inside = strchr(svg, '>'), *end = strstr(svg, "</svg>");
	double height = 0;
	int n = lines(NULL, r, caption, 0, "label"), m;
	const char *foot = foot_of(r);
	if (box == NULL || inside == NULL || end == NULL) return -1;
	for (const char *d = strchr(box + 13, ' ') + 1; *d >= '0' && *d <= '9'; d++) height = 10 * height + (*d - '0');
	m = lines(NULL, r, foot, 0, "tick");
	double above = LINE * n + 10, below = LINE * m + 8;
	out->width = WIDTH;
	out->height = above + height + below;
	(void)amp_buf_printf(
		b,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"%.0f\" "
		"height=\"%.0f\" viewBox=\"0 %.0f %.0f %.0f\" aria-labelledby=\"c0t c0d\">\n<style>",
		out->width, out->height, -above, out->width, out->height);
	(void)amp_buf_addc(b, amp_chart_style);
	(void)amp_buf_printf(b, "</style>\n<rect x=\"0\" y=\"%.0f\" width=\"%.0f\" height=\"%.0f\" fill=\"#fff\"/>\n", -above,
	                     out->width, out->height);
	(void)amp_buf_add(b, inside + 1, (size_t)(end - inside - 1));
	(void)lines(b, r, caption, -above + LINE, "label strong");
	(void)lines(b, r, foot, height + LINE, "tick");
	(void)amp_buf_addc(b, "</svg>\n");
	return 0;
}

/* "time-bluesky.svg"; a name is letters, digits, - and _ in the files that people write, and is made so here whatever it is */
static const char *name_of(struct amp_report *r, const struct amp_chart *chart, size_t at, const char *ending)
{
	if (at == AMP_NO_INDEX) return amp_arena_printf(r->w.arena, "charts/%s.%s", chart->name, ending);
	const char *of = chart->of == AMP_CHART_OF_PAIR ? r->frame->pairs[at].name : r->frame->feeds[at].name;
	char *name = amp_arena_printf(r->w.arena, "charts/%s-%s.%s", chart->name, of, ending);
	for (char *c = name != NULL ? name + 7 : NULL; c != NULL && *c != 0; c++)
		if (strchr("/\\:*?\"<>|", *c) != NULL || (unsigned char)*c < 0x20) *c = '_';
	return name;
}

static int one(struct amp_report *r, const struct amp_chart *chart, size_t at, const char *ending, amp_picture_fn *write,
               struct amp_err *err)
{
	const char *caption = NULL, *svg = chart->draw(r, at, 0, &caption), *name = name_of(r, chart, at, ending);
	struct amp_picture p = {.svg = NULL};
	struct amp_buf b;
	int rc = 0;
	if (svg == NULL) return 0;
	amp_buf_init(&b, (size_t)16 << 20);
	if (name == NULL || whole(&b, r, svg, caption, &p) != 0) r->w.failed = true;
	p.svg = b.p;
	p.n = b.n;
	rc = amp_buf_check(&b, name != NULL ? name : "charts", err);
	if (rc == 0 && amp_report_short(r)) rc = amp_fail(err, AMP_ENOMEM, _("Memory is out while %s is written."), "charts");
	if (rc == 0) rc = write(r, name, &p, err);
	amp_buf_free(&b);
	return rc;
}

int amp_report_pictures(struct amp_report *r, const char *ending, amp_picture_fn *write, struct amp_err *err)
{
	int rc = amp_io_mkdirs(amp_report_path(r, "charts"), err);
	for (size_t i = 0; amp_charts[i] != NULL && rc == 0; i++) {
		const struct amp_chart *c = amp_charts[i];
		size_t n = c->of == AMP_CHART_OF_PAIR ? r->frame->n_pairs : c->of == AMP_CHART_OF_FEED ? r->frame->n_feeds : 0;
		if (c->of == AMP_CHART_OF_STUDY) rc = one(r, c, AMP_NO_INDEX, ending, write, err);
		for (size_t at = 0; at < n && rc == 0; at++) rc = one(r, c, at, ending, write, err);
	}
	return rc;
}

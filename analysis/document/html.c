/* html.c: one file, no script, nothing loaded from anywhere (the policy in its head forbids it). */
#include "base/i18n.h"
#include "document/document.h"

static void raw(struct amp_doc *d, const char *s)
{
	(void)amp_buf_addc(&d->out, s);
}
static void text(struct amp_doc *d, const char *s)
{
	w_xml(&d->out, s, d->w->french);
}
static void element(struct amp_doc *d, const char *before, const char *s, const char *after)
{
	raw(d, before);
	text(d, s);
	raw(d, after);
}

/* The same of sentences, with the commands to type that stand in them. */
static void prose(struct amp_doc *d, const char *before, const char *s, const char *after)
{
	static const struct amp_prose_style how = {w_xml, w_xml, "<code>", "</code>"};
	raw(d, before);
	w_prose(&d->out, &how, s, d->w->french);
	raw(d, after);
}

static void start(struct amp_doc *d, const char *title, const char *subtitle)
{
	(void)amp_buf_printf(
		&d->out,
		"<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n",
		d->w->french ? "fr" : "en");
	raw(d, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n");
	element(d, "<title>", title, "");
	element(d, " \xE2\x80\x94 ", subtitle, "</title>\n<style>");
	raw(d, amp_page_style);
	raw(d, amp_chart_style);
	element(d, "</style>\n</head>\n<body>\n<main>\n<h1>", title, "</h1>\n");
	element(d, "<p class=\"sub\">", subtitle, "</p>\n");
}
static void contents(struct amp_doc *d, const char *title, const struct amp_doc_part *parts, size_t n)
{
	element(d, "<nav aria-label=\"", title, "\">\n");
	element(d, "<p class=\"strong\">", title, "</p>\n<ul>\n");
	for (size_t i = 0; i < n; i++) {
		(void)amp_buf_printf(&d->out, "<li><a href=\"#%s\">", parts[i].id);
		element(d, "", parts[i].title, "</a> ");
		element(d, "<span>", parts[i].readers, "</span></li>\n");
	}
	raw(d, "</ul>\n</nav>\n");
}
static void part(struct amp_doc *d, const struct amp_doc_part *part)
{
	if (d->in_part) raw(d, "</section>\n");
	d->in_part = true;
	(void)amp_buf_printf(&d->out, "<section class=\"part\" id=\"%s\" aria-labelledby=\"%s-title\">\n<h2 id=\"%s-title\">",
	                     part->id, part->id, part->id);
	element(d, "", part->title, "</h2>\n");
	element(d, "<p class=\"readers\">", part->readers, "</p>\n");
}
static void heading(struct amp_doc *d, int level, const char *id, const char *s)
{
	if (id)
		(void)amp_buf_printf(&d->out, "<h%d id=\"%s\">", level, id);
	else
		(void)amp_buf_printf(&d->out, "<h%d>", level);
	text(d, s);
	(void)amp_buf_printf(&d->out, "</h%d>\n", level);
}
static void para(struct amp_doc *d, const char *s)
{
	prose(d, "<p>", s, "</p>\n");
}
static void note(struct amp_doc *d, enum amp_note kind, const char *s)
{
	static const char *const open[] = {"<p class=\"banner\" role=\"note\">", "<p class=\"caveat\">", "<p class=\"missing\">"};
	prose(d, open[kind], s, "</p>\n");
}
static void quote(struct amp_doc *d, const char *sentence, const char *caveat)
{
	element(d, "<div class=\"quote\"><blockquote>", sentence, "</blockquote>");
	prose(d, "<p>", caveat, "</p></div>\n");
}
static void list(struct amp_doc *d, const char *const *items, size_t n)
{
	raw(d, "<ul>\n");
	for (size_t i = 0; i < n; i++) prose(d, "<li>", items[i], "</li>\n");
	raw(d, "</ul>\n");
}
static void terms(struct amp_doc *d, const char *const *pairs, size_t n)
{
	raw(d, "<dl>\n");
	for (size_t i = 0; i < n; i++) {
		element(d, "<dt>", pairs[2 * i], "</dt>");
		prose(d, "<dd>", pairs[2 * i + 1], "</dd>\n");
	}
	raw(d, "</dl>\n");
}
/* A cell says the head of its column itself: on a telephone each row is a card, and the heads are out of sight. The roles stay what they
 * are in a table when the style sheet makes blocks of its parts. */
static void cell(struct amp_doc *d, const struct amp_table *t, size_t column, const char *s)
{
	if (column == 0) {
		element(d, "<th scope=\"row\" role=\"rowheader\">", s, "</th>");
		return;
	}
	element(d, t->numeric[column] ? "<td role=\"cell\" class=\"n\" data-label=\"" : "<td role=\"cell\" data-label=\"",
	        t->head[column], "\">");
	element(d, "<span>", s, "</span></td>");
}
static void table(struct amp_doc *d, const struct amp_table *t)
{
	element(d, "<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"", t->caption, "\">\n<table role=\"table\">\n");
	element(d, "<caption>", t->caption, "</caption>\n<thead role=\"rowgroup\"><tr role=\"row\">");
	for (size_t c = 0; c < t->columns; c++)
		element(d,
		        t->numeric[c] ? "<th scope=\"col\" role=\"columnheader\" class=\"n\">"
		                      : "<th scope=\"col\" role=\"columnheader\">",
		        t->head[c], "</th>");
	raw(d, "</tr></thead>\n<tbody role=\"rowgroup\">\n");
	for (size_t i = 0; i < t->rows; i++) {
		raw(d, "<tr role=\"row\">");
		for (size_t c = 0; c < t->columns; c++) cell(d, t, c, t->cells[i * t->columns + c]);
		raw(d, "</tr>\n");
	}
	raw(d, "</tbody>\n</table>\n</div>\n");
	if (t->n_notes == 0) return;
	raw(d, "<ol class=\"notes\">\n");
	for (size_t i = 0; i < t->n_notes; i++) prose(d, "<li>", t->notes[i], "</li>\n");
	raw(d, "</ol>\n");
}
static void open_beside(struct amp_doc *d, bool pictured)
{
	raw(d, pictured ? "<div class=\"beside pictured\">\n<div>\n" : "<div class=\"beside\">\n<div>\n");
}
static void close_beside(struct amp_doc *d, const char *title, const char *const *items, size_t n)
{
	element(d, "</div>\n<aside>\n<h3 id=\"limits\">", title, "</h3>\n");
	list(d, items, n);
	raw(d, "</aside>\n</div>\n");
}
static void figure(struct amp_doc *d, const char *svg, const char *title)
{
	raw(d, "<figure>\n");
	raw(d, svg);
	element(d, "<figcaption>", title, "</figcaption>\n</figure>\n");
}
/* Closed, the text can be seen to be there and not be read: a blurred copy stands in the label, where a click or the enter key opens it. Whoever has
 * the page read aloud, or reads it without its style sheet, meets that copy not at all: it is hidden, and only the style sheet shows it. */
static void veiled(struct amp_doc *d, const char *label, const char *s)
{
	element(d, "<details><summary>", label, "");
	element(d, "<span class=\"veil\" hidden aria-hidden=\"true\">", s, "</span></summary>");
	element(d, "<blockquote>", s, "</blockquote></details>\n");
}
static void code(struct amp_doc *d, const char *s)
{
	element(d, "<p class=\"cite\">", s, "</p>\n");
}
static void end(struct amp_doc *d)
{
	if (d->in_part) raw(d, "</section>\n");
	raw(d, "</main>\n</body>\n</html>\n");
}

const struct amp_doc_format amp_doc_html = {.cap = (size_t)64 << 20,
                                            .start = start,
                                            .contents = contents,
                                            .part = part,
                                            .open_beside = open_beside,
                                            .close_beside = close_beside,
                                            .heading = heading,
                                            .para = para,
                                            .note = note,
                                            .quote = quote,
                                            .list = list,
                                            .terms = terms,
                                            .table = table,
                                            .figure = figure,
                                            .veiled = veiled,
                                            .code = code,
                                            .end = end};

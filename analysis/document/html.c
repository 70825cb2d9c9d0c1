/* html.c: one file, no script, nothing loaded from anywhere (the policy in its head forbids it). */
#include "base/i18n.h"
#include "document/document.h"

static const char style[] =
	":root{color-scheme:light}*{box-sizing:border-box}"
	"body{margin:0;background:#fff;color:#1a1a1a;font:1rem/1.55 system-ui,-apple-system,\"Segoe UI\",Roboto,\"Noto Sans\",\"DejaVu Sans\",sans-serif}"
	"main{max-width:56rem;margin:0 auto;padding:1rem 1.25rem 4rem}"
	"h1{font-size:1.75rem;line-height:1.2;margin:1.5rem 0 .25rem}h2{font-size:1.3rem;margin:2.5rem 0 .5rem;padding-top:.75rem;border-top:1px solid #c8c8c8}"
	"h3{font-size:1.08rem;margin:1.75rem 0 .25rem}p,ul,dl{margin:.5rem 0}.sub{font-weight:600;color:#4a4a4a;margin:0 0 1rem}"
	".banner{border:3px solid #8a3b00;background:#fff4e8;padding:.75rem 1rem;font-weight:700;margin:1rem 0}"
	".caveat{border-left:4px solid #595959;padding:.25rem 0 .25rem .9rem;color:#333;margin:.75rem 0}"
	".missing{border-left:4px solid #8a3b00;padding:.25rem 0 .25rem .9rem;margin:.75rem 0}"
	".quote{display:grid;grid-template-columns:3fr 2fr;gap:.5rem 1.5rem;padding:.9rem 0;border-bottom:1px solid #ddd;margin:0}"
	".quote blockquote{margin:0;font-size:1.12rem;line-height:1.45;font-weight:600}.quote p{margin:0;font-size:.9rem;color:#333}"
	".wide{overflow-x:auto;margin:.75rem 0}.wide:focus{outline:3px solid #0072b2;outline-offset:2px}"
	"table{border-collapse:collapse;width:100%;font-size:.92rem}caption{text-align:left;width:min(100%,calc(100vw - 2.5rem));font-weight:600;padding:.25rem 0;font-size:.95rem}"
	"th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid #ddd}thead th{border-bottom:2px solid #1a1a1a}"
	"th.n,td.n{text-align:right;font-variant-numeric:tabular-nums}tbody th{font-weight:400}"
	"figure{display:inline-block;vertical-align:top;width:calc(50% - .5rem);margin:1rem .25rem 1rem 0}figcaption{font-size:.88rem;color:#333;margin:.3rem 0}svg{width:100%;height:auto;display:block;border:1px solid #ddd;background:#fff}"
	"svg text{font-family:inherit;fill:#1a1a1a}.label{font-size:13px;paint-order:stroke;stroke:#fff;stroke-width:4px;stroke-linejoin:round}.tick{font-size:12px}.strong{font-weight:700}"
	".grid{stroke:#ddd;stroke-width:1}.zero{stroke:#1a1a1a;stroke-width:1.8}.ci{stroke:#1a1a1a;stroke-width:2}.dot{fill:#b34700;stroke:#1a1a1a;stroke-width:1}"
	".dot.open{fill:#fff}.join{stroke:#595959;stroke-width:2}.ranked{fill:#d55e00;stroke:#1a1a1a;stroke-width:1}.chrono{fill:#fff;stroke:#0072b2;stroke-width:2.5}"
	"dt{font-weight:600;margin-top:.5rem}dd{margin:0 0 .25rem 1rem}.cite{background:#f4f4f4;border:1px solid #c8c8c8;padding:.75rem 1rem;overflow-wrap:anywhere}"
	"nav ul{columns:2;padding-left:1.2rem}a{color:#00457c}code{overflow-wrap:anywhere}"
	"@media(max-width:52rem){figure{display:block;width:100%;max-width:34rem}}"
	"@media(max-width:40rem){main{padding:.5rem .9rem 3rem}.quote{grid-template-columns:1fr}nav ul{columns:1}h1{font-size:1.4rem}td,th{padding:.35rem .45rem}}"
	"@media print{@page{margin:18mm 16mm}body{font-size:10pt}main{max-width:none;padding:0}nav{display:none}.wide{overflow:visible}"
	"figure{display:inline-block;width:48.5%;max-width:none;margin:.5rem 0}h2,h3{break-after:avoid}figure,tr,.quote,.banner{break-inside:avoid}a{color:inherit;text-decoration:none}table{font-size:8.5pt}}";

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

static void start(struct amp_doc *d, const char *title, const char *subtitle)
{
	(void)amp_buf_printf(
		&d->out,
		"<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n",
		d->w->french ? "fr" : "en");
	raw(d, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n");
	element(d, "<title>", title, "</title>\n<style>");
	raw(d, style);
	element(d, "</style>\n</head>\n<body>\n<main>\n<h1>", title, "</h1>\n");
	element(d, "<p class=\"sub\">", subtitle, "</p>\n");
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
	element(d, "<p>", s, "</p>\n");
}
static void note(struct amp_doc *d, enum amp_note kind, const char *s)
{
	static const char *const open[] = {"<p class=\"banner\" role=\"note\">", "<p class=\"caveat\">", "<p class=\"missing\">"};
	element(d, open[kind], s, "</p>\n");
}
static void quote(struct amp_doc *d, const char *sentence, const char *caveat)
{
	element(d, "<div class=\"quote\"><blockquote>", sentence, "</blockquote>");
	element(d, "<p>", caveat, "</p></div>\n");
}
static void list(struct amp_doc *d, const char *const *items, size_t n)
{
	raw(d, "<ul>\n");
	for (size_t i = 0; i < n; i++) element(d, "<li>", items[i], "</li>\n");
	raw(d, "</ul>\n");
}
static void terms(struct amp_doc *d, const char *const *pairs, size_t n)
{
	raw(d, "<dl>\n");
	for (size_t i = 0; i < n; i++) {
		element(d, "<dt>", pairs[2 * i], "</dt>");
		element(d, "<dd>", pairs[2 * i + 1], "</dd>\n");
	}
	raw(d, "</dl>\n");
}
static void table(struct amp_doc *d, const struct amp_table *t)
{
	element(d, "<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"", t->caption, "\">\n<table>\n");
	element(d, "<caption>", t->caption, "</caption>\n<thead><tr>");
	for (size_t c = 0; c < t->columns; c++)
		element(d, t->numeric[c] ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">", t->head[c], "</th>");
	raw(d, "</tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < t->rows; i++) {
		raw(d, "<tr>");
		for (size_t c = 0; c < t->columns; c++) {
			const char *cell = t->cells[i * t->columns + c];
			if (c == 0)
				element(d, "<th scope=\"row\">", cell, "</th>");
			else
				element(d, t->numeric[c] ? "<td class=\"n\">" : "<td>", cell, "</td>");
		}
		raw(d, "</tr>\n");
	}
	raw(d, "</tbody>\n</table>\n</div>\n");
}
static void figure(struct amp_doc *d, const char *svg, const char *title)
{
	raw(d, "<figure>\n");
	raw(d, svg);
	element(d, "<figcaption>", title, "</figcaption>\n</figure>\n");
}
static void code(struct amp_doc *d, const char *s)
{
	element(d, "<p class=\"cite\">", s, "</p>\n");
}
static void end(struct amp_doc *d)
{
	raw(d, "</main>\n</body>\n</html>\n");
}

const struct amp_doc_format amp_doc_html = {.cap = (size_t)64 << 20,
                                            .start = start,
                                            .heading = heading,
                                            .para = para,
                                            .note = note,
                                            .quote = quote,
                                            .list = list,
                                            .terms = terms,
                                            .table = table,
                                            .figure = figure,
                                            .code = code,
                                            .end = end};

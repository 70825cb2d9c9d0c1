/* markdown.c: CommonMark with pipe tables. Charts are their data tables. */
#include <string.h>
#include "document/document.h"

static void escaped(struct amp_buf *out, const char *s, bool french)
{
	struct amp_buf b;
	amp_buf_init(&b, 1 << 20);
	w_typography(&b, s, french);
	if (b.failed) out->failed = b.failed;
	for (size_t i = 0; i < b.n; i++) {
		if (strchr("\\`*_[]<>|#", b.p[i])) (void)amp_buf_byte(out, '\\');
		(void)amp_buf_byte(out, b.p[i] == '\n' || b.p[i] == '\r' ? ' ' : (unsigned char)b.p[i]);
	}
	amp_buf_free(&b);
}
static void as_it_is(struct amp_buf *out, const char *s, bool french)
{
	(void)french;
	(void)amp_buf_addc(out, s);
}
static void line(struct amp_doc *d, const char *before, const char *s, const char *after)
{
	(void)amp_buf_addc(&d->out, before);
	escaped(&d->out, s, d->w->french);
	(void)amp_buf_addc(&d->out, after);
}

/* A command to type stays as it is between its backticks: nothing is escaped there (CommonMark 6.1), nor spaced. */
static void prose(struct amp_doc *d, const char *before, const char *s, const char *after)
{
	static const struct amp_prose_style how = {escaped, as_it_is, "`", "`"};
	(void)amp_buf_addc(&d->out, before);
	w_prose(&d->out, &how, s, d->w->french);
	(void)amp_buf_addc(&d->out, after);
}

static void start(struct amp_doc *d, const char *title, const char *subtitle)
{
	line(d, "# ", title, "\n\n");
	line(d, "*", subtitle, "*\n\n");
}
static void contents(struct amp_doc *d, const char *title, const struct amp_doc_part *parts, size_t n)
{
	line(d, "**", title, "**\n\n");
	for (size_t i = 0; i < n; i++) {
		line(d, "- **", parts[i].title, d->w->french ? "**\xC2\xA0: " : "**: ");
		line(d, "", parts[i].readers, "\n");
	}
	(void)amp_buf_addc(&d->out, "\n");
}
static void part(struct amp_doc *d, const struct amp_doc_part *part)
{
	line(d, "## ", part->title, "\n\n");
	line(d, "*", part->readers, "*\n\n");
}
static void heading(struct amp_doc *d, int level, const char *id, const char *text)
{
	(void)id;
	line(d, level == 2 ? "## " : level == 3 ? "### " : "#### ", text, "\n\n");
}
static void para(struct amp_doc *d, const char *text)
{
	prose(d, "", text, "\n\n");
}
static void note(struct amp_doc *d, enum amp_note kind, const char *text)
{
	prose(d, kind == AMP_NOTE_BANNER ? "> **" : "> ", text, kind == AMP_NOTE_BANNER ? "**\n\n" : "\n\n");
}
static void quote(struct amp_doc *d, const char *sentence, const char *caveat)
{
	line(d, "- **", sentence, "**\n");
	prose(d, "  ", caveat, "\n\n");
}
static void list(struct amp_doc *d, const char *const *items, size_t n)
{
	for (size_t i = 0; i < n; i++) prose(d, "- ", items[i], "\n");
	(void)amp_buf_addc(&d->out, "\n");
}
static void terms(struct amp_doc *d, const char *const *pairs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		line(d, "- **", pairs[2 * i], d->w->french ? "**\xC2\xA0: " : "**: ");
		prose(d, "", pairs[2 * i + 1], "\n");
	}
	(void)amp_buf_addc(&d->out, "\n");
}
static void table(struct amp_doc *d, const struct amp_table *t)
{
	line(d, "**", t->caption, "**\n\n");
	for (size_t c = 0; c < t->columns; c++) line(d, c ? " | " : "| ", t->head[c], "");
	(void)amp_buf_addc(&d->out, " |\n");
	for (size_t c = 0; c < t->columns; c++) (void)amp_buf_addc(&d->out, t->numeric[c] ? "|---:" : "|---");
	(void)amp_buf_addc(&d->out, "|\n");
	for (size_t i = 0; i < t->rows; i++) {
		for (size_t c = 0; c < t->columns; c++) line(d, c ? " | " : "| ", t->cells[i * t->columns + c], "");
		(void)amp_buf_addc(&d->out, " |\n");
	}
	(void)amp_buf_addc(&d->out, "\n");
	for (size_t i = 0; i < t->n_notes; i++) {
		(void)amp_buf_printf(&d->out, "(%c) ", 'a' + (int)i);
		prose(d, "", t->notes[i], "\n\n");
	}
}
static void open_beside(struct amp_doc *d, bool pictured)
{
	(void)pictured;
	(void)d;
}
static void close_beside(struct amp_doc *d, const char *title, const char *const *items, size_t n)
{
	line(d, "#### ", title, "\n\n");
	list(d, items, n);
}
static void figure(struct amp_doc *d, const char *svg, const char *title)
{
	(void)svg;
	(void)title;
	(void)d; /* its data table follows */
}
static void code(struct amp_doc *d, const char *text)
{
	line(d, "> ", text, "\n\n");
}
static void end(struct amp_doc *d)
{
	(void)d;
}

const struct amp_doc_format amp_doc_md = {.cap = (size_t)32 << 20,
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
                                          .code = code,
                                          .end = end};

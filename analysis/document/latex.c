/* latex.c: LaTeX with booktabs, for pdflatex of any TeX Live with its base and recommended packages. Every text is escaped byte by byte: a
 * character that the fonts here do not have is written as its code point, so that a title in any script compiles.
 */
#include <math.h>
#include <string.h>
#include "base/utf8.h"
#include "document/document.h"

static void raw(struct amp_doc *d, const char *s)
{
	(void)amp_buf_addc(&d->out, s);
}

static const char *command(uint32_t c)
{
	static const struct {
		uint32_t c;
		const char *tex;
	} rows[] = {{'\\', "\\textbackslash{}"},
	            {'{', "\\{"},
	            {'}', "\\}"},
	            {'$', "\\$"},
	            {'&', "\\&"},
	            {'#', "\\#"},
	            {'%', "\\%"},
	            {'_', "\\_"},
	            {'^', "\\textasciicircum{}"},
	            {'~', "\\textasciitilde{}"},
	            {'<', "\\textless{}"},
	            {'>', "\\textgreater{}"},
	            {'|', "\\textbar{}"},
	            {'"', "\\textquotedbl{}"},
	            {'\'', "\\textquotesingle{}"},
	            {'`', "\\textasciigrave{}"},
	            {'-', "-{}"},
	            {'[', "{[}"},
	            {']', "{]}"},
	            {'*', "{*}"},
	            {'\n', " "},
	            {'\r', " "},
	            {'\t', " "},
	            {0xA0, "~"},
	            {0x202F, "\\,"},
	            {0x2009, "\\,"},
	            {0x2013, "\\textendash{}"},
	            {0x2014, "\\textemdash{}"},
	            {0x2018, "\\textquoteleft{}"},
	            {0x2019, "\\textquoteright{}"},
	            {0x201C, "\\textquotedblleft{}"},
	            {0x201D, "\\textquotedblright{}"},
	            {0x2026, "\\textellipsis{}"},
	            {0x2192, "\\ensuremath{\\to}"},
	            {0x2212, "\\ensuremath{-}"},
	            {0xD7, "\\ensuremath{\\times}"},
	            {0x2264, "\\ensuremath{\\le}"},
	            {0x2265, "\\ensuremath{\\ge}"},
	            {0xAB, "\\guillemotleft{}"},
	            {0xBB, "\\guillemotright{}"},
	            {0xB7, "\\ensuremath{\\cdot}"},
	            {0x152, "\\OE{}"},
	            {0x153, "\\oe{}"},
	            {0x20AC, "\\texteuro{}"}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].c == c) return rows[i].tex;
	return NULL;
}

/* Letters of Latin-1 (U+00C0 to U+00FF), which T1 fonts have. */
static bool is_latin(uint32_t c)
{
	return c >= 0xC0 && c <= 0xFF && c != 0xD7 && c != 0xF7;
}

/* Neither a control character nor one that turns the direction of what follows. */
static bool is_shown(uint32_t c)
{
	return c >= 0xA0 && c != 0xAD && !(c >= 0x200B && c <= 0x200F) && !(c >= 0x2028 && c <= 0x202E) &&
	       !(c >= 0x2060 && c <= 0x206F) && c != 0xFEFF && c != 0xFFFD && !(c >= 0xE000 && c <= 0xF8FF) && c < 0xE0000;
}

/* A digest has no place of its own where a line may break, and half of it would stand beside the paper. */
#define BREAK_AFTER 16
static bool is_hex(uint32_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static void escape(struct amp_buf *out, const char *s, bool french, bool bibtex)
{
	struct amp_buf b;
	amp_buf_init(&b, 1 << 20);
	w_typography(&b, s, french);
	if (b.failed) out->failed = b.failed;
	size_t run = 0; /* letters and digits since the last place where a line may break */
	for (size_t i = 0; i < b.n;) {
		uint32_t c = 0;
		size_t n = amp_utf8_decode(b.p + i, b.p + b.n, &c);
		if (!bibtex && run == BREAK_AFTER) (void)amp_buf_addc(out, "\\allowbreak{}");
		run = !is_hex(c) ? 0 : run == BREAK_AFTER ? 1 : run + 1;
		const char *tex = command(c);
		if (tex != NULL)
			(void)amp_buf_addc(out, !bibtex ? tex : strcmp(tex, "\\,") == 0 ? "~" : c == '-' ? "{-}" : tex);
		else if ((c >= 0x20 && c < 0x7F) || (bibtex ? is_shown(c) : is_latin(c)))
			(void)amp_buf_add(out, b.p + i, n);
		else
			(void)amp_buf_printf(out, "{[}U+%04X{]}", (unsigned)c);
		i += n > 0 ? n : 1;
	}
	amp_buf_free(&b);
}

void w_latex(struct amp_buf *out, const char *s, bool french)
{
	escape(out, s, french, false);
}

void w_bibtex(struct amp_buf *out, const char *s, bool french)
{
	escape(out, s, french, true);
}

static void text(struct amp_doc *d, const char *s)
{
	w_latex(&d->out, s, d->w->french);
}

static void element(struct amp_doc *d, const char *before, const char *s, const char *after)
{
	raw(d, before);
	text(d, s);
	raw(d, after);
}

/* The same of sentences, with the commands to type that stand in them: in a fixed pitch, copied as they stand. */
static void prose(struct amp_doc *d, const char *before, const char *s, const char *after)
{
	static const struct amp_prose_style how = {w_latex, w_latex, "\\texttt{", "}"};
	raw(d, before);
	w_prose(&d->out, &how, s, d->w->french);
	raw(d, after);
}

static void start(struct amp_doc *d, const char *title, const char *subtitle)
{
	raw(d,
	    "% pdflatex, twice (tables over several pages)\n\\documentclass[10pt,a4paper]{article}\n\\IfFileExists{cmap.sty}{\\usepackage{cmap}}{} % fi can be copied as two letters\n\\usepackage[utf8]{inputenc}\n"
	    "\\usepackage[T1]{fontenc}\n\\usepackage{textcomp}\n\\usepackage[margin=18mm]{geometry}\n\\usepackage{array,booktabs,longtable}\n"
	    "\\setlength{\\parindent}{0pt}\\setlength{\\parskip}{4pt}\\setlength{\\tabcolsep}{3pt}\\setlength{\\emergencystretch}{3em}\\sloppy\n"
	    "\\newcolumntype{L}[1]{>{\\raggedright\\arraybackslash}p{#1}}\\newcolumntype{R}[1]{>{\\raggedleft\\arraybackslash}p{#1}}\n"
	    "\\begin{document}\n");
	element(d, "{\\LARGE\\bfseries ", title, "\\par}\n");
	element(d, "{\\large\\bfseries ", subtitle, "\\par}\n\n");
}
static void contents(struct amp_doc *d, const char *title, const struct amp_doc_part *parts, size_t n)
{
	element(d, "\\textbf{", title, "}\n\\begin{itemize}\n");
	for (size_t i = 0; i < n; i++) {
		element(d, "\\item \\textbf{", parts[i].title, d->w->french ? "}~: " : "}: ");
		element(d, "", parts[i].readers, "\n");
	}
	raw(d, "\\end{itemize}\n");
}
static void part(struct amp_doc *d, const struct amp_doc_part *part)
{
	element(d, d->in_part ? "\\clearpage\n\\section*{" : "\\section*{", part->title, "}\n");
	element(d, "\\textit{", part->readers, "}\n\n");
	d->in_part = true;
}
static void heading(struct amp_doc *d, int level, const char *id, const char *s)
{
	(void)id;
	element(d, level == 2 ? "\\section*{" : level == 3 ? "\\subsection*{" : "\\subsubsection*{", s, "}\n");
}
static void para(struct amp_doc *d, const char *s)
{
	prose(d, "", s, "\n\n");
}
static void note(struct amp_doc *d, enum amp_note kind, const char *s)
{
	prose(d, kind == AMP_NOTE_BANNER ? "\\fbox{\\parbox{0.97\\linewidth}{\\bfseries " : "\\begin{quote}\\small ", s,
	      kind == AMP_NOTE_BANNER ? "}}\n\n" : "\\end{quote}\n");
}
static void quote(struct amp_doc *d, const char *sentence, const char *caveat)
{
	element(d, "\\begin{quote}\\textbf{", sentence, "}\\par\n");
	prose(d, "{\\small ", caveat, "}\\end{quote}\n");
}
static void list(struct amp_doc *d, const char *const *items, size_t n)
{
	if (n == 0) return;
	raw(d, "\\begin{itemize}\n");
	for (size_t i = 0; i < n; i++) prose(d, "\\item ", items[i], "\n");
	raw(d, "\\end{itemize}\n");
}
static void terms(struct amp_doc *d, const char *const *pairs, size_t n)
{
	raw(d, "\\begin{description}\n");
	for (size_t i = 0; i < n; i++) {
		element(d, "\\item[{", pairs[2 * i], "}] ");
		prose(d, "", pairs[2 * i + 1], "\n");
	}
	raw(d, "\\end{description}\n");
}
static void row(struct amp_doc *d, const struct amp_table *t, const char *const *cells)
{
	for (size_t c = 0; c < t->columns; c++) element(d, c > 0 ? " & " : "", cells[c], "");
	raw(d, " \\\\\n");
}
/* What a cell needs: characters of its longest word, which cannot be broken, and of all of it. */
static void measure(const char *s, size_t *word, size_t *whole)
{
	size_t n = 0, all = 0;
	for (const char *at = s, *end = s + strlen(s); at < end; all++) {
		uint32_t c = 0;
		size_t bytes = amp_utf8_decode(at, end, &c);
		n = c == ' ' ? 0 : n + 1;
		if (n <= BREAK_AFTER + 8 && n > *word) *word = n;
		at += bytes > 0 ? bytes : 1;
	}
	if (all > *whole) *whole = all;
}

#define LINE 112 /* characters of \footnotesize on a line, less what stands between columns */
#define LINE_SCRIPT 136
#define COLUMNS_MAX 32
struct widths {
	double share[COLUMNS_MAX];
	bool small; /* words alone fill more than a line of \footnotesize */
};

/* Each column has what its longest word needs, and of what is left a part by how much more its longest cell holds. */
static struct widths widths_of(const struct amp_table *t)
{
	struct widths w = {.small = false};
	double word[COLUMNS_MAX], more[COLUMNS_MAX], words = 0, mores = 0;
	for (size_t c = 0; c < t->columns && c < COLUMNS_MAX; c++) {
		size_t longest = 1, whole = 1;
		measure(t->head[c], &longest, &whole);
		for (size_t i = 0; i < t->rows; i++) measure(t->cells[i * t->columns + c], &longest, &whole);
		word[c] = (double)longest + 1;
		more[c] = sqrt((double)whole);
		words += word[c];
		mores += more[c];
	}
	w.small = words > LINE;
	double left = fmax(0, (w.small ? LINE_SCRIPT : LINE) - words);
	for (size_t c = 0; c < t->columns && c < COLUMNS_MAX; c++) w.share[c] = (word[c] + left * more[c] / mores) / (words + left);
	return w;
}

static void table(struct amp_doc *d, const struct amp_table *t)
{
	struct widths w = widths_of(t);
	element(d, "\\par\\noindent\\textbf{", t->caption, "}\\nopagebreak\n{");
	raw(d, w.small ? "\\scriptsize\\setlength{\\tabcolsep}{2pt}" : "\\footnotesize");
	raw(d, "\n\\begin{longtable}{@{}");
	for (size_t c = 0; c < t->columns; c++)
		(void)amp_buf_printf(&d->out, "%c{\\dimexpr %.4f\\linewidth-2\\tabcolsep}", t->numeric[c] ? 'R' : 'L',
		                     c < COLUMNS_MAX ? w.share[c] : 0.05);
	raw(d, "@{}}\n\\toprule\n");
	row(d, t, t->head);
	raw(d, "\\midrule\n\\endhead\n\\bottomrule\n\\endfoot\n");
	for (size_t i = 0; i < t->rows; i++) row(d, t, t->cells + i * t->columns);
	raw(d, "\\end{longtable}}\n");
	for (size_t i = 0; i < t->n_notes; i++) {
		(void)amp_buf_printf(&d->out, "{\\footnotesize (%c) ", 'a' + (int)i);
		prose(d, "", t->notes[i], "\\par}\n");
	}
}
static void figure(struct amp_doc *d, const char *svg, const char *title)
{
	(void)svg;
	(void)title;
	(void)d; /* its figures stand in a table */
}
static void open_beside(struct amp_doc *d, bool pictured)
{
	(void)d;
	(void)pictured;
}
static void close_beside(struct amp_doc *d, const char *title, const char *const *items, size_t n)
{
	element(d, "\\subsubsection*{", title, "}\n");
	list(d, items, n);
}
static void code(struct amp_doc *d, const char *s)
{
	element(d, "\\begin{quote}\\small\\sloppy ", s, "\\end{quote}\n");
}
static void end(struct amp_doc *d)
{
	raw(d, "\\end{document}\n");
}

const struct amp_doc_format amp_doc_latex = {.cap = (size_t)64 << 20,
                                             .start = start,
                                             .contents = contents,
                                             .part = part,
                                             .heading = heading,
                                             .para = para,
                                             .note = note,
                                             .quote = quote,
                                             .list = list,
                                             .terms = terms,
                                             .table = table,
                                             .figure = figure,
                                             .open_beside = open_beside,
                                             .close_beside = close_beside,
                                             .code = code,
                                             .end = end};

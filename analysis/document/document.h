/* document.h: a document that is written once, through verbs, and printed as HTML or Markdown in French or English (the report, an evaluation).
 *
 *     struct amp_words w = {arena, french};  struct amp_doc d = {.format = &amp_doc_html, .w = &w};  amp_buf_init(&d.out, d.format->cap);
 *     d.format->start(&d, title, subtitle); d.format->para(&d, text); … d.format->end(&d);  then d.out has the bytes, w.failed a lack of memory
 *
 * Texts are plain: each format escapes them, and sets French spacing.
 */
#ifndef AMP_DOCUMENT_DOCUMENT_H
#define AMP_DOCUMENT_DOCUMENT_H
#include "base/arena.h"
#include "base/buf.h"
#include "stats/stats.h"

/* ---- words.c: numbers and templates; results live in the arena; "" when memory is out ---- */
struct amp_words {
	struct amp_arena *arena;
	bool french, failed; /* failed: an allocation did, somewhere: to be checked at the end */
};
const char *w_dup(struct amp_words *w, const char *s, size_t n);
const char *w_fill(struct amp_words *w, const char *template, ...); /* name, value, …, NULL: {name} becomes value */
const char *w_int(struct amp_words *w, int64_t v);
const char *w_number(struct amp_words *w, double v,
                     int decimals); /* true minus, decimal comma in French; half rounds away from 0 */
const char *w_percent(struct amp_words *w, double share);
const char *w_points(struct amp_words *w, double difference, bool sign); /* 0.031 -> "+3.1" */
const char *w_p(struct amp_words *w, struct amp_real p);
const char *w_date(struct amp_words *w, int64_t ms);
const char *w_day(struct amp_words *w, int64_t ms); /* without the hour */
const char *w_hex(struct amp_words *w, const uint8_t *p, size_t n);
const char *w_count(struct amp_words *w, const char *template, int64_t n); /* template from amp_ngettext, {n} */
/* "[lo, hi]", in French "[lo ; hi]" */
const char *w_range(struct amp_words *w, const char *lo, const char *hi);
/* Sentences with the commands to type that stand in them, between two backticks on one line: a backtick without its fellow is text. Text as `escape`
 * writes it; a command by `command`, between open and close, and no French spacing is set in it. */
struct amp_prose_style {
	void (*escape)(struct amp_buf *out, const char *s, bool french);
	void (*command)(struct amp_buf *out, const char *s, bool french); /* with french = false */
	const char *open, *close;
};
void w_prose(struct amp_buf *out, const struct amp_prose_style *how, const char *s, bool french);
/* French spacing: no-break space before : and inside guillemets and before %, narrow no-break space before ; ! ?,
 * curved apostrophe between letters */
void w_typography(struct amp_buf *out, const char *s, bool french);
void w_xml(struct amp_buf *out, const char *s, bool french);   /* the same, escaped for HTML and SVG */
void w_latex(struct amp_buf *out, const char *s, bool french); /* the same, escaped for pdflatex (latex.c) */
/* The same for BibTeX, in UTF-8: letters of any script stay as they are; a thin space is ~. */
void w_bibtex(struct amp_buf *out, const char *s, bool french);
#define AMP_DASH "\xE2\x80\x94"

/* ---- table.c ---- */
#define AMP_TABLE_NOTES 26
struct amp_table {
	const char *caption;
	const char **head; /* of each column, as many as were added */
	bool *numeric;
	size_t columns, column_room;
	const char **cells; /* rows * columns */
	size_t rows, room;
	const char *notes[AMP_TABLE_NOTES]; /* (a), (b), …: sentences that stood in columns of numbers */
	size_t n_notes;
	struct amp_words *w;
};
void t_start(struct amp_table *t, struct amp_words *w, const char *caption);
void t_column(struct amp_table *t, const char *head, bool numeric); /* all of them before the first cell */
/* Row by row; NULL and "" are a dash. A sentence in a column of numbers becomes a note under the table, and the cell its letter: one long
 * reason would make the column wide and its row high. */
void t_cell(struct amp_table *t, const char *text);
/* With the letters of notes behind it: what must be said beside the figure. */
void t_cell_noted(struct amp_table *t, const char *text, const char *const *notes, size_t n);

/* ---- html.c, markdown.c, latex.c ---- */
struct amp_doc_part { /* of a document for several kinds of readers */
	const char *id, *title, *readers;
};
struct amp_doc {
	const struct amp_doc_format *format;
	struct amp_words *w;
	void *user; /* what the document is made of: the writer's own */
	struct amp_buf out;
	int figures;
	bool in_part;
};
enum amp_note { AMP_NOTE_BANNER, AMP_NOTE_CAVEAT, AMP_NOTE_MISSING };
struct amp_doc_format {
	size_t cap; /* of out */
	void (*start)(struct amp_doc *d, const char *title, const char *subtitle);
	void (*contents)(struct amp_doc *d, const char *title, const struct amp_doc_part *parts, size_t n);
	void (*part)(struct amp_doc *d, const struct amp_doc_part *part); /* ends with the next one, or with the document */
	/* level 2 to 4; in a part 3 or 4 */
	void (*heading)(struct amp_doc *d, int level, const char *id, const char *text);
	void (*para)(struct amp_doc *d, const char *text);
	void (*note)(struct amp_doc *d, enum amp_note kind, const char *text);
	void (*quote)(struct amp_doc *d, const char *sentence, const char *caveat);
	void (*list)(struct amp_doc *d, const char *const *items, size_t n);
	void (*terms)(struct amp_doc *d, const char *const *pairs, size_t n); /* term, meaning, … */
	void (*table)(struct amp_doc *d, const struct amp_table *t);
	void (*figure)(struct amp_doc *d, const char *svg, const char *title); /* its data stand in a table beside it */
	/* What stands between the two has these caveats beside it, where the page is wide enough. */
	void (*open_beside)(struct amp_doc *d, bool pictured); /* a figure comes first */
	void (*close_beside)(struct amp_doc *d, const char *title, const char *const *items, size_t n);
	/* A text that nobody should meet by accident: closed under its label. NULL: the format cannot close anything. */
	void (*veiled)(struct amp_doc *d, const char *label, const char *text);
	void (*code)(struct amp_doc *d, const char *text);
	void (*end)(struct amp_doc *d);
};
extern const struct amp_doc_format amp_doc_html, amp_doc_md, amp_doc_latex;

/* ---- style.c: the style sheets. Colours are written as #rgb or #rrggbb only, so that a test can compute every contrast. ---- */
extern const char amp_page_style[];
extern const char amp_chart_style[]; /* for pictures: as part of a page, and of an SVG file of its own */

#endif

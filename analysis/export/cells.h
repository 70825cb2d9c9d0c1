/* cells.h: one row on its way out, and the forms that it can take. Pure. */
#ifndef AMP_EXPORT_CELLS_H
#define AMP_EXPORT_CELLS_H
#include <stdbool.h>
#include <stdint.h>
#include "base/buf.h"
#include "export/dictionary.h"

enum amp_cell_kind { AMP_CELL_NULL, AMP_CELL_INT, AMP_CELL_REAL, AMP_CELL_BOOL, AMP_CELL_TEXT, AMP_CELL_TOKEN };
/* TOKEN: text of ours (a time, a date, a key): needs no quoting in any form. */
struct amp_cell {
	enum amp_cell_kind kind;
	int64_t i;
	double d;
	struct amp_str s;
};

struct amp_row_form {
	const char *extension, *mediatype;
	/* Before the first row; NULL: nothing. */
	void (*head)(struct amp_buf *b, const struct amp_column_words *const *columns, size_t n);
	void (*row)(struct amp_buf *b, const struct amp_column_words *const *columns, const struct amp_cell *cells, size_t n);
};
/* RFC 4180 with line feeds, a header, UTF-8 without mark. NULL is an empty cell, an empty text is "". Booleans are true and false. csv: a text that a
 * spreadsheet would run as a formula gets an apostrophe before it; csv_exact: texts as they are, for databases. */
extern const struct amp_row_form amp_form_csv, amp_form_csv_exact;
/* One JSON object a line, every key always there. */
extern const struct amp_row_form amp_form_jsonl;

/* Text that every reader takes: ill-formed UTF-8 and NUL bytes become U+FFFD. Returns s itself when it is well-formed, else what b (emptied first)
 * then holds; *repairs grows by the number of places. */
struct amp_str amp_cell_text(struct amp_str s, struct amp_buf *b, int64_t *repairs);

#endif

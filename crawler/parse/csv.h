/* csv.h: RFC 4180 as platforms export it: a byte order mark, quoted cells with line ends in them, CRLF or LF, rows of any length.
 *
 *     struct amp_csv csv;
 *     amp_csv_start(&csv, body, arena);
 *     while (amp_csv_row(&csv)) … csv.cells[0 … csv.n - 1] …
 *
 * Cells are valid UTF-8, lent from the body or made in the arena; they live as long as both. A quote inside an unquoted cell is
 * a character like any other, as spreadsheets have it. Time is linear in the bytes, nothing recurses.
 */
#ifndef AMP_PARSE_CSV_H
#define AMP_PARSE_CSV_H
#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/str.h"

#define AMP_CSV_MAX_CELLS 1024 /* in a row: what is beyond them is read over */

struct amp_csv {
	/* the row in hand */
	struct amp_str cells[AMP_CSV_MAX_CELLS];
	size_t offsets[AMP_CSV_MAX_CELLS]; /* of each cell in the body: behind the opening quote */
	size_t n, offset;                  /* cells; of the row */
	/* so far */
	size_t repairs, first_repair; /* ill-formed UTF-8; where the first was */
	bool cut;                     /* the body ended inside a quoted cell: the row in hand is not whole */
	struct amp_str body;
	struct amp_arena *arena;
	size_t at;
};

void amp_csv_start(struct amp_csv *csv, struct amp_str body, struct amp_arena *arena);
/* The next row that is not an empty line; false at the end, and when memory is out (the arena remembers). */
bool amp_csv_row(struct amp_csv *csv);
/* Does a line end stand behind the row in hand? Programs write one behind every row: a last row without it may have been cut, even inside a
 * quoted cell whose end it seems to have ("" is one quote). A body that was cut behind a line end shows nothing. */
bool amp_csv_ended(const struct amp_csv *csv);

/* A table: its first row names the columns. */
struct amp_csv_table {
	struct amp_csv csv; /* the row in hand */
	struct amp_str header[AMP_CSV_MAX_CELLS];
	size_t n;
};
/* Reads the first row; false when there is none, or memory is out. */
bool amp_csv_table_start(struct amp_csv_table *t, struct amp_str body, struct amp_arena *arena);
/* The first column of this name; name may be NULL, which none has. */
bool amp_csv_column(const struct amp_csv_table *t, const char *name, size_t *at);
/* The cell of the row in hand: absent where the column is not there or the row is too short. *offset: where it stands in the body. */
struct amp_str amp_csv_cell(const struct amp_csv_table *t, const char *name, size_t *offset);

#endif

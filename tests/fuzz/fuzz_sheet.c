/* fuzz_sheet.c: any bytes as a coder's sheet: rows are whole or a mistake is said at a place in the file; what was read can be written again. */
#include <stdlib.h>
#include <string.h>
#include "annotate/sheet.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t said;

static void mistake(void *user, int64_t line, int64_t column, const char *text)
{
	size_t size = *(const size_t *)user;
	if (line < 1 || column < 1 || (size_t)line > size + 1 || (size_t)column > size + 1 || *text == '\0') abort();
	said++;
}

static void check_row(const struct amp_sheet_row *row)
{
	struct amp_buf b;
	if (row->cell[AMP_SHEET_UNIT].n != AMP_SHEET_DIGITS + 1 || row->n_targets > AMP_SHEET_TARGETS_MAX ||
	    row->label > AMP_CODED_NONE)
		abort();
	for (size_t c = 0; c < AMP_SHEET_COLUMNS; c++) {
		if (!row->cell[c].p || !amp_utf8_valid(row->cell[c].p, row->cell[c].n)) abort();
		amp_buf_init(&b, (size_t)64 << 20);
		amp_sheet_cell(&b, row->cell[c]);
		if (b.failed == 0 && amp_utf8_valid(b.p, b.n) == false) abort();
		if (b.n > 0 && strchr("=+-@\t\r", b.p[0]) != NULL) abort();
		amp_buf_free(&b);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct amp_arena *arena = amp_arena_new((size_t)256 << 20);
	const struct amp_sheet_say say = {mistake, &size};
	struct amp_sheet s;
	struct amp_err err = {0};
	if (!arena) return 0;
	said = 0;
	int rc = amp_sheet_read(&s, arena, (struct amp_str){(const char *)data, size}, "x.csv", &say, &err);
	if (rc == 0 && (said > 0 || s.mistakes > 0)) abort();
	if (rc == AMP_EUSAGE && err.text[0] == '\0') abort();
	if (said > AMP_SHEET_MISTAKES_MAX) abort();
	for (size_t i = 0; rc == 0 && i < s.n; i++) check_row(&s.rows[i]);
	amp_sheet_free(&s);
	amp_arena_free(arena);
	return 0;
}

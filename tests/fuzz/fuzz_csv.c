/* fuzz_csv.c: any bytes as rows: forward only, cells valid and inside the bounds, quoted bytes come back when quoted again. */
#include <stdlib.h>
#include <string.h>
#include "base/utf8.h"
#include "parse/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One cell of these bytes, quoted as RFC 4180 has it, reads as these bytes. */
static void check_quoted(struct amp_arena *arena, const char *data, size_t size)
{
	char *quoted = amp_arena_alloc(arena, size * 2 + 2);
	static struct amp_csv csv;
	size_t n = 0;
	if (!quoted || !amp_utf8_valid(data, size)) return;
	quoted[n++] = '"';
	for (size_t i = 0; i < size; i++) {
		if (data[i] == '"') quoted[n++] = '"';
		quoted[n++] = data[i];
	}
	quoted[n++] = '"';
	amp_csv_start(&csv, (struct amp_str){quoted, n}, arena);
	if (!amp_csv_row(&csv)) abort();
	if (csv.n != 1 || csv.cut || !amp_str_eq(csv.cells[0], (struct amp_str){data, size})) abort();
	if (amp_csv_row(&csv)) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct amp_csv csv;
	struct amp_arena *arena = amp_arena_new((size_t)64 << 20);
	size_t last = 0, rows = 0;
	if (!arena) return 0;
	amp_csv_start(&csv, (struct amp_str){(const char *)data, size}, arena);
	while (amp_csv_row(&csv)) {
		if (csv.n == 0 || csv.n > AMP_CSV_MAX_CELLS || csv.at <= last || csv.at > size || rows++ > size) abort();
		last = csv.at;
		for (size_t i = 0; i < csv.n; i++)
			if (!csv.cells[i].p || csv.offsets[i] > size || !amp_utf8_valid(csv.cells[i].p, csv.cells[i].n)) abort();
	}
	if (csv.at != size && !csv.cut) abort();
	check_quoted(arena, (const char *)data, size);
	amp_arena_free(arena);
	return 0;
}

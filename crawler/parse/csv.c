/* csv.c: see csv.h. One walk over the bytes; a cell is copied only where it has a doubled quote or ill-formed bytes. */
#include "parse/csv.h"
#include <string.h>
#include "base/utf8.h"

void amp_csv_start(struct amp_csv *csv, struct amp_str body, struct amp_arena *arena)
{
	csv->n = csv->offset = csv->repairs = csv->first_repair = 0;
	csv->cut = false;
	csv->body = body.p ? body : AMP_STR("");
	csv->arena = arena;
	csv->at = amp_str_starts(csv->body, "\xEF\xBB\xBF") ? 3 : 0;
}

/* Each maximal ill-formed part becomes U+FFFD. */
static struct amp_str repaired(struct amp_csv *csv, struct amp_str cell, size_t offset)
{
	const char *p = cell.p, *end = cell.p + cell.n;
	char *made = amp_arena_alloc(csv->arena, cell.n * 3 + 1);
	size_t n = 0;
	if (!made) return AMP_STR_ABSENT;
	while (p < end) {
		uint32_t cp;
		size_t used = amp_utf8_decode(p, end, &cp);
		if (used == 0) {
			memcpy(made + n, "\xEF\xBF\xBD", 3);
			n += 3;
			if (csv->repairs++ == 0) csv->first_repair = offset;
			used = 1;
			while (p + used < end && ((unsigned char)p[used] & 0xC0) == 0x80) used++;
		} else {
			memcpy(made + n, p, used);
			n += used;
		}
		p += used;
	}
	return (struct amp_str){made, n};
}

/* "" inside a quoted cell is one quote. */
static struct amp_str unquoted(struct amp_csv *csv, struct amp_str raw)
{
	char *made = amp_arena_alloc(csv->arena, raw.n + 1);
	size_t n = 0;
	if (!made) return AMP_STR_ABSENT;
	for (size_t i = 0; i < raw.n; i++) {
		made[n++] = raw.p[i];
		if (raw.p[i] == '"') i++;
	}
	return (struct amp_str){made, n};
}

static bool keep(struct amp_csv *csv, size_t from, size_t to, bool doubled)
{
	struct amp_str cell = {csv->body.p + from, to - from};
	if (csv->n == AMP_CSV_MAX_CELLS) return true;
	if (doubled) cell = unquoted(csv, cell);
	if (cell.p && !amp_utf8_valid(cell.p, cell.n)) cell = repaired(csv, cell, from);
	csv->cells[csv->n] = cell;
	csv->offsets[csv->n++] = from;
	return cell.p != NULL;
}

/* The cell at csv->at, which is left at what ends it. */
static bool read_cell(struct amp_csv *csv)
{
	const char *p = csv->body.p;
	size_t n = csv->body.n, from = csv->at, i = from;
	bool doubled = false;
	if (i == n || p[i] != '"') {
		while (i < n && p[i] != ',' && p[i] != '\n' && p[i] != '\r') i++;
		csv->at = i;
		return keep(csv, from, i, false);
	}
	for (from = ++i; i < n; i++) {
		if (p[i] != '"') continue;
		if (i + 1 == n || p[i + 1] != '"') break;
		doubled = true;
		i++;
	}
	if (i >= n) csv->cut = true;
	bool kept = keep(csv, from, i < n ? i : n, doubled);
	if (i < n) i++;
	while (i < n && p[i] != ',' && p[i] != '\n' && p[i] != '\r') i++; /* bytes behind a closing quote */
	csv->at = i < n ? i : n;
	return kept;
}

bool amp_csv_row(struct amp_csv *csv)
{
	const char *p = csv->body.p;
	size_t n = csv->body.n;
	csv->n = 0;
	while (csv->at < n && (p[csv->at] == '\n' || p[csv->at] == '\r')) csv->at++;
	csv->offset = csv->at;
	if (csv->at == n || csv->cut) return false;
	while (read_cell(csv)) {
		if (csv->at == n || p[csv->at] != ',') return true;
		csv->at++;
	}
	return false;
}

bool amp_csv_table_start(struct amp_csv_table *t, struct amp_str body, struct amp_arena *arena)
{
	amp_csv_start(&t->csv, body, arena);
	t->n = 0;
	if (!amp_csv_row(&t->csv)) return false;
	for (; t->n < t->csv.n; t->n++) t->header[t->n] = t->csv.cells[t->n];
	return true;
}

bool amp_csv_column(const struct amp_csv_table *t, const char *name, size_t *at)
{
	for (size_t i = 0; name && i < t->n; i++) {
		if (!amp_str_eq_c(t->header[i], name)) continue;
		*at = i;
		return true;
	}
	return false;
}

struct amp_str amp_csv_cell(const struct amp_csv_table *t, const char *name, size_t *offset)
{
	size_t at;
	if (!amp_csv_column(t, name, &at) || at >= t->csv.n) return AMP_STR_ABSENT;
	*offset = t->csv.offsets[at];
	return t->csv.cells[at];
}

bool amp_csv_ended(const struct amp_csv *csv)
{
	return !csv->cut && csv->at < csv->body.n;
}

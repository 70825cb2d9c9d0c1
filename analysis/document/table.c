/* table.c: a table of a document, filled cell by cell. */
#include <string.h>
#include "document/document.h"

void t_start(struct amp_table *t, struct amp_words *w, const char *caption)
{
	*t = (struct amp_table){.caption = caption, .w = w};
}

void t_column(struct amp_table *t, const char *head, bool numeric)
{
	if (t->columns == sizeof t->head / sizeof *t->head) return;
	t->head[t->columns] = head;
	t->numeric[t->columns++] = numeric;
}

/* Cells come row by row; room doubles. */
void t_cell(struct amp_table *t, const char *text)
{
	size_t filled = t->rows * t->columns, at = filled;
	/* the row under way is counted in `room` terms: its cells follow those of whole rows */
	while (at < t->room && t->cells[at]) at++;
	if (at == t->room) {
		size_t room = t->room ? 2 * t->room : 64 * t->columns;
		const char **cells = amp_arena_zalloc(t->w->arena, room * sizeof *cells);
		if (!cells) {
			t->w->failed = true;
			return;
		}
		if (t->room) memcpy(cells, t->cells, t->room * sizeof *cells);
		t->cells = cells;
		t->room = room;
	}
	t->cells[at] = text && *text ? text : AMP_DASH;
	if ((at + 1) % t->columns == 0) t->rows = (at + 1) / t->columns;
}

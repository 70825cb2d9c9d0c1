/* table.c: a table of a document, filled cell by cell. */
#include <string.h>
#include "base/i18n.h"
#include "document/document.h"

void t_start(struct amp_table *t, struct amp_words *w, const char *caption)
{
	*t = (struct amp_table){.caption = caption, .w = w};
}

/* Room doubles. A table without room for a column would drop its cells into the wrong ones: then the whole document fails. */
static bool make_columns(struct amp_table *t)
{
	size_t room = t->column_room ? 2 * t->column_room : 8;
	const char **head = amp_arena_new_array(t->w->arena, const char *, room);
	bool *numeric = amp_arena_new_array(t->w->arena, bool, room);
	if (head == NULL || numeric == NULL) {
		t->w->failed = true;
		return false;
	}
	if (t->columns > 0) memcpy(head, t->head, t->columns * sizeof *head);
	if (t->columns > 0) memcpy(numeric, t->numeric, t->columns * sizeof *numeric);
	t->head = head;
	t->numeric = numeric;
	t->column_room = room;
	return true;
}

void t_column(struct amp_table *t, const char *head, bool numeric)
{
	if (t->columns == t->column_room && !make_columns(t)) return;
	t->head[t->columns] = head;
	t->numeric[t->columns++] = numeric;
}

#define SENTENCE 44 /* bytes: longer than any interval with its ratio */

/* The letter of the note that says this, made where none does; 0: there are too many notes. */
static char letter_of(struct amp_table *t, const char *text)
{
	size_t i = 0;
	while (i < t->n_notes && strcmp(t->notes[i], text) != 0) i++;
	if (i == AMP_TABLE_NOTES) return 0;
	if (i == t->n_notes) t->notes[t->n_notes++] = text;
	return "abcdefghijklmnopqrstuvwxyz"[i];
}

/* What stands in the place of a sentence; the sentence itself when there are too many notes. */
static const char *note(struct amp_table *t, const char *text)
{
	char letter = letter_of(t, text);
	return letter ? w_fill(t->w, _("see ({letter})"), "letter", w_dup(t->w, &letter, 1), NULL) : text;
}

/* Cells come row by row; room doubles. */
static void add_cell(struct amp_table *t, const char *text, const char *const *notes, size_t n_notes)
{
	if (t->columns == 0) return; /* memory was out: said in w->failed */
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
	if (text != NULL && t->numeric[at % t->columns] && strlen(text) > SENTENCE) text = note(t, text);
	for (size_t i = 0; text != NULL && i < n_notes; i++) {
		char letter = letter_of(t, notes[i]);
		text = letter ? w_fill(t->w, "{text}\xC2\xA0({letter})", "text", text, "letter", w_dup(t->w, &letter, 1), NULL)
		              : w_fill(t->w, "{text} ({note})", "text", text, "note", notes[i], NULL);
	}
	t->cells[at] = text && *text ? text : AMP_DASH;
	if ((at + 1) % t->columns == 0) t->rows = (at + 1) / t->columns;
}

void t_cell(struct amp_table *t, const char *text)
{
	add_cell(t, text, NULL, 0);
}

void t_cell_noted(struct amp_table *t, const char *text, const char *const *notes, size_t n)
{
	add_cell(t, text, notes, n);
}

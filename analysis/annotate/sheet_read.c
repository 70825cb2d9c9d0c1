/* sheet_read.c: a coder's sheet, as it comes back. See sheet.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "annotate/sheet.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"

#define FIELDS_MAX 64
#define ROWS_MAX ((size_t)1000000)

struct field {
	struct amp_str s;
	int64_t line, column;
};
struct reader {
	struct amp_sheet *out;
	struct amp_arena *arena;
	const struct amp_sheet_say *say;
	const char *p, *end, *line_start;
	int64_t line;
	char separator;
	struct field field[FIELDS_MAX];
	size_t n_fields, columns; /* of this record; of the titles */
	int at[AMP_SHEET_COLUMNS];
};

/* ---- words ---- */
static const struct {
	const char *stored, *fr;
} labels[] =
	{
#define LABEL(id, stored, fr) {stored, fr},
#define ACT(stored, fr)
#include "annotate/words.def"
#undef LABEL
#undef ACT
},
  acts[] = {
#define LABEL(id, stored, fr)
#define ACT(stored, fr) {stored, fr},
#include "annotate/words.def"
#undef LABEL
#undef ACT
};

const char *amp_coder_label_name(enum amp_coder_label l)
{
	return l < AMP_CODED_LABELS ? labels[l].stored : NULL;
}

static bool same_word(struct amp_str s, const char *word)
{
	if (s.n != strlen(word)) return false;
	for (size_t i = 0; i < s.n; i++) {
		int c = s.p[i] == ' ' || s.p[i] == '-' ? '_' : s.p[i];
		if (amp_lower(c) != word[i]) return false;
	}
	return true;
}

enum amp_coder_label amp_coder_label_find(struct amp_str s)
{
	for (size_t i = 0; i < AMP_CODED_LABELS; i++)
		if (same_word(s, labels[i].stored) || same_word(s, labels[i].fr)) return (enum amp_coder_label)i;
	return AMP_CODED_NONE;
}

const char *amp_act_find(struct amp_str s)
{
	for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
		if (same_word(s, acts[i].stored) || same_word(s, acts[i].fr)) return acts[i].stored;
	return NULL;
}

/* ---- mistakes ---- */
static void mistake(struct reader *r, int64_t line, int64_t column, const char *text)
{
	if (r->out->mistakes++ < AMP_SHEET_MISTAKES_MAX) r->say->mistake(r->say->user, line, column, text);
}

void amp_sheet_mistake(struct amp_sheet *s, const struct amp_sheet_say *say, const struct amp_sheet_row *row,
                       enum amp_sheet_column column, const char *text)
{
	if (s->mistakes++ < AMP_SHEET_MISTAKES_MAX)
		say->mistake(say->user, row->line, row->column[column] > 0 ? row->column[column] : 1, text);
}

static int64_t column_of(const struct reader *r, const char *p)
{
	return (int64_t)amp_utf8_length((struct amp_str){r->line_start, (size_t)(p - r->line_start)}) + 1;
}

/* ---- records ---- */
static void broken(struct reader *r, const struct field *f, const char *text)
{
	mistake(r, f->line, f->column, text);
	r->p = r->end;
}

/* Behind the opening quote. */
static bool quoted(struct reader *r, struct field *f)
{
	const char *from = r->p;
	size_t doubled = 0;
	for (;; r->p++) {
		const char *p = memchr(r->p, '"', (size_t)(r->end - r->p));
		const char *stop = p != NULL ? p : r->end;
		for (const char *q = r->p; q < stop; q++)
			if (*q == '\n') {
				r->line++;
				r->line_start = q + 1;
			}
		if (p == NULL) {
			broken(r, f, _("this quote is never closed"));
			return false;
		}
		r->p = p + 1;
		if (r->p == r->end || *r->p != '"') break;
		doubled++;
	}
	f->s = (struct amp_str){from, (size_t)(r->p - 1 - from)};
	if (doubled == 0) return true;
	char *copy = amp_arena_alloc(r->arena, f->s.n + 1);
	if (copy == NULL) return true; /* amp_arena_refused says it at the end */
	size_t n = 0;
	for (size_t i = 0; i < f->s.n; i++) {
		copy[n++] = f->s.p[i];
		if (f->s.p[i] == '"') i++;
	}
	f->s = (struct amp_str){copy, n};
	return true;
}

static void plain(struct reader *r, struct field *f)
{
	const char *from = r->p;
	while (r->p < r->end && *r->p != r->separator && *r->p != '\n' && *r->p != '\r') r->p++;
	f->s = (struct amp_str){from, (size_t)(r->p - from)};
}

static void end_line(struct reader *r)
{
	if (r->p < r->end && *r->p == '\r') r->p++;
	if (r->p < r->end && *r->p == '\n') r->p++;
	r->line++;
	r->line_start = r->p;
}

/* A record into r->field; false when the rest of the file cannot be read. */
static bool record(struct reader *r)
{
	r->n_fields = 0;
	for (;;) {
		struct field f = {.line = r->line, .column = column_of(r, r->p)};
		if (r->p < r->end && *r->p == '"') {
			r->p++;
			if (!quoted(r, &f)) return false;
		} else {
			plain(r, &f);
		}
		if (r->n_fields < FIELDS_MAX) r->field[r->n_fields] = f;
		r->n_fields++;
		if (r->p == r->end || *r->p == '\n' || *r->p == '\r') break;
		if (*r->p != r->separator) {
			broken(r, &f, _("text behind a closing quote: quotes inside a cell are doubled"));
			return false;
		}
		r->p++;
	}
	end_line(r);
	return true;
}

/* ---- titles ---- */
static struct amp_str without_note(struct amp_str s)
{
	const char *note = amp_str_find(s, AMP_STR("("));
	if (note != NULL) s.n = (size_t)(note - s.p);
	return amp_str_trim(s);
}

static bool is_title(struct amp_str s, enum amp_sheet_column c, bool french)
{
	struct amp_str t = without_note(amp_str_c(amp_sheet_title(c, french)));
	char copy[64];
	(void)snprintf(copy, sizeof copy, "%.*s", AMP_ARG(t));
	return amp_str_ieq_c(s, copy);
}

static void take_titles(struct reader *r)
{
	for (size_t i = 0; i < r->n_fields && i < FIELDS_MAX; i++) {
		struct amp_str s = without_note(r->field[i].s);
		for (size_t c = 0; c < AMP_SHEET_COLUMNS; c++) {
			if (!is_title(s, (enum amp_sheet_column)c, false) && !is_title(s, (enum amp_sheet_column)c, true)) continue;
			if (r->at[c] >= 0) mistake(r, 1, r->field[i].column, _("a second column of this name"));
			r->at[c] = (int)i;
			break;
		}
	}
}

static bool needed(enum amp_sheet_column c)
{
	return c == AMP_SHEET_UNIT || c == AMP_SHEET_LABEL || amp_sheet_shown(c);
}

static char separator_of(struct amp_str line)
{
	static const char all[] = {',', ';', '\t'};
	size_t most = 0;
	char best = ',';
	for (size_t i = 0; i < sizeof all; i++) {
		size_t n = 0;
		for (size_t j = 0; j < line.n && line.p[j] != '\n' && line.p[j] != '\r'; j++) n += line.p[j] == all[i];
		if (n > most) {
			most = n;
			best = all[i];
		}
	}
	return best;
}

static void read_titles(struct reader *r)
{
	char text[256];
	for (size_t c = 0; c < AMP_SHEET_COLUMNS; c++) r->at[c] = -1;
	if (!record(r)) return;
	r->columns = r->n_fields;
	if (r->columns > FIELDS_MAX) {
		mistake(r, 1, 1, _("more than 64 columns: this is no sheet that amplimeter made"));
	} else {
		take_titles(r);
		for (size_t c = 0; c < AMP_SHEET_COLUMNS; c++) {
			if (r->at[c] >= 0 || !needed((enum amp_sheet_column)c)) continue;
			(void)snprintf(text, sizeof text,
			               _("there is no column \"%s\": send the sheet back with all the columns that it had"),
			               amp_sheet_title((enum amp_sheet_column)c, strcmp(amp_i18n_lang(), "fr") == 0));
			mistake(r, 1, 1, text);
		}
	}
	if (r->out->mistakes > 0) r->p = r->end; /* every line would be one more */
}

/* ---- rows ---- */
static void bad_cell(struct reader *r, const struct amp_sheet_row *row, enum amp_sheet_column c, const char *text)
{
	mistake(r, row->line, row->column[c] > 0 ? row->column[c] : 1, text);
}

static bool take_target(struct amp_sheet_row *row, struct amp_str name)
{
	const struct amp_target *t = amp_target_find_str(name);
	if (t == NULL) return false;
	for (size_t i = 0; i < row->n_targets; i++)
		if (row->target[i] == t) return true;
	if (row->n_targets == AMP_SHEET_TARGETS_MAX) return false;
	row->target[row->n_targets++] = t;
	return true;
}

static void take_targets(struct reader *r, struct amp_sheet_row *row)
{
	struct amp_str s = row->cell[AMP_SHEET_TARGETS];
	size_t i = 0;
	while (i < s.n) {
		size_t from = i;
		while (i < s.n && strchr("|,;/ \t\n", s.p[i]) == NULL) i++;
		struct amp_str name = {s.p + from, i - from};
		i++;
		if (name.n == 0) continue;
		if (take_target(row, name)) continue;
		char text[256];
		(void)snprintf(text, sizeof text, _("\"%.40s\" is no group of the guide's list (or there are more than %d)"),
		               name.n < 40 ? amp_arena_strndup(r->arena, name.p, name.n) : "…", AMP_SHEET_TARGETS_MAX);
		bad_cell(r, row, AMP_SHEET_TARGETS, text);
		return;
	}
}

static void take_label(struct reader *r, struct amp_sheet_row *row)
{
	bool more = row->cell[AMP_SHEET_TARGETS].n + row->cell[AMP_SHEET_ACT].n + row->cell[AMP_SHEET_CONFIDENCE].n > 0;
	struct amp_str s = row->cell[AMP_SHEET_LABEL];
	row->label = amp_coder_label_find(s);
	if (s.n > 0 && row->label == AMP_CODED_NONE)
		bad_cell(r, row, AMP_SHEET_LABEL, _("the label is hateful, not_hateful or unsure (or empty, when not judged yet)"));
	else if (s.n == 0 && more)
		bad_cell(r, row, AMP_SHEET_LABEL, _("other cells of this line are filled in, but not the label"));
	else if (row->label == AMP_CODED_HATEFUL)
		for (size_t i = 0; i < row->n_targets; i++)
			if (strcmp(row->target[i]->name, "none") == 0)
				bad_cell(r, row, AMP_SHEET_TARGETS,
				         _("a text against no group is not hateful in the sense of the guide"));
}

static void take_rest(struct reader *r, struct amp_sheet_row *row)
{
	struct amp_str act = row->cell[AMP_SHEET_ACT], sure = row->cell[AMP_SHEET_CONFIDENCE];
	row->act = act.n > 0 ? amp_act_find(act) : NULL;
	if (act.n > 0 && row->act == NULL) bad_cell(r, row, AMP_SHEET_ACT, _("this is no act of the guide's list"));
	if (sure.n == 1 && sure.p[0] >= '1' && sure.p[0] <= '3')
		row->confidence = sure.p[0] - '0';
	else if (sure.n > 0)
		bad_cell(r, row, AMP_SHEET_CONFIDENCE, _("the confidence is 1, 2 or 3"));
	if (row->cell[AMP_SHEET_COMMENT].n > AMP_SHEET_COMMENT_MAX)
		bad_cell(r, row, AMP_SHEET_COMMENT, _("a comment longer than 4000 bytes"));
}

static bool is_unit(struct amp_str s)
{
	if (s.n != AMP_SHEET_DIGITS + 1 || s.p[0] != 'u') return false;
	for (size_t i = 1; i < s.n; i++)
		if (amp_hex_value((unsigned char)s.p[i]) < 0) return false;
	return true;
}

static int add_row(struct reader *r, const struct amp_sheet_row *row, struct amp_err *err)
{
	struct amp_sheet *s = r->out;
	if (s->n == ROWS_MAX) return amp_fail(err, AMP_ELIMIT, _("A sheet of more than %zu lines is not read."), ROWS_MAX);
	if (s->n == s->room) {
		size_t room = s->room == 0 ? 256 : 2 * s->room;
		struct amp_sheet_row *more = amp_realloc(s->rows, room * sizeof *more);
		if (more == NULL) return amp_fail(err, AMP_ENOMEM, _("Memory is out while a sheet is read."));
		s->rows = more;
		s->room = room;
	}
	s->rows[s->n++] = *row;
	return 0;
}

static bool blank(const struct reader *r)
{
	for (size_t i = 0; i < r->n_fields && i < FIELDS_MAX; i++)
		if (amp_str_trim(r->field[i].s).n > 0) return false;
	return true;
}

static int take_row(struct reader *r, struct amp_err *err)
{
	struct amp_sheet_row row = {.line = r->field[0].line, .label = AMP_CODED_NONE};
	char text[128];
	if (blank(r)) return 0;
	if (r->n_fields != r->columns) {
		(void)snprintf(text, sizeof text, _("cells: %zu, where the first line has %zu"), r->n_fields, r->columns);
		mistake(r, row.line, 1, text);
		return 0;
	}
	for (size_t c = 0; c < AMP_SHEET_COLUMNS; c++) {
		row.cell[c] = AMP_STR("");
		if (r->at[c] < 0) continue;
		const struct field *f = &r->field[r->at[c]];
		row.cell[c] = amp_sheet_shown((enum amp_sheet_column)c) ? f->s : amp_str_trim(f->s);
		row.column[c] = f->column;
	}
	if (!is_unit(row.cell[AMP_SHEET_UNIT])) {
		bad_cell(r, &row, AMP_SHEET_UNIT, _("this is no unit of a sheet: the first column must stay as it was"));
		return 0;
	}
	take_targets(r, &row);
	take_label(r, &row);
	take_rest(r, &row);
	return add_row(r, &row, err);
}

static int by_unit(const void *a, const void *b)
{
	const struct amp_sheet_row *const *x = a, *const *y = b;
	int c = memcmp((*x)->cell[AMP_SHEET_UNIT].p, (*y)->cell[AMP_SHEET_UNIT].p, AMP_SHEET_DIGITS + 1);
	return c != 0 ? c : (*x)->line < (*y)->line ? -1 : (*x)->line > (*y)->line;
}

static int find_twice(struct reader *r, struct amp_err *err)
{
	const struct amp_sheet_row **v = amp_arena_alloc(r->arena, (r->out->n + 1) * sizeof *v);
	if (v == NULL) return amp_fail(err, AMP_ENOMEM, _("Memory is out while a sheet is read."));
	for (size_t i = 0; i < r->out->n; i++) v[i] = &r->out->rows[i];
	if (r->out->n > 1) qsort(v, r->out->n, sizeof *v, by_unit);
	for (size_t i = 1; i < r->out->n; i++) {
		char text[128];
		if (memcmp(v[i]->cell[AMP_SHEET_UNIT].p, v[i - 1]->cell[AMP_SHEET_UNIT].p, AMP_SHEET_DIGITS + 1) != 0) continue;
		(void)snprintf(text, sizeof text, _("this unit stands on line %lld already"), (long long)v[i - 1]->line);
		bad_cell(r, v[i], AMP_SHEET_UNIT, text);
	}
	return 0;
}

/* ---- the file ---- */
static const char *wrong_kind(struct amp_str b)
{
	if (b.n == 0) return _("the file is empty");
	if (amp_str_starts(b, "PK\x03\x04") || amp_str_starts(b, "\xd0\xcf\x11\xe0"))
		return _("this is a workbook, not a CSV file: open it in the spreadsheet and save it as \"CSV UTF-8\"");
	if (amp_str_starts(b, "\xff\xfe") || amp_str_starts(b, "\xfe\xff") || memchr(b.p, '\0', b.n < 4096 ? b.n : 4096) != NULL)
		return _("this is UTF-16 (\"Unicode text\"), not UTF-8: save it again as \"CSV UTF-8\"");
	if (!amp_utf8_valid(b.p, b.n))
		return _(
			"this is not UTF-8 (accents were saved in an older code, such as Windows-1252): save it again as \"CSV UTF-8\"");
	if (memchr(b.p, '\0', b.n) != NULL) return _("this is no text: it holds zero bytes");
	return NULL;
}

int amp_sheet_read(struct amp_sheet *out, struct amp_arena *arena, struct amp_str bytes, const char *name,
                   const struct amp_sheet_say *say, struct amp_err *err)
{
	struct reader *r = amp_arena_zalloc(arena, sizeof *r);
	int rc = 0;
	*out = (struct amp_sheet){0};
	if (r == NULL) return amp_fail(err, AMP_ENOMEM, _("Memory is out while a sheet is read."));
	const char *wrong = wrong_kind(bytes);
	if (wrong != NULL) return amp_fail(err, AMP_EUSAGE, "%s: %s", name, wrong);
	if (amp_str_starts(bytes, "\xef\xbb\xbf")) bytes = (struct amp_str){bytes.p + 3, bytes.n - 3};
	*r = (struct reader){.out = out,
	                     .arena = arena,
	                     .say = say,
	                     .p = bytes.p,
	                     .end = bytes.p + bytes.n,
	                     .line_start = bytes.p,
	                     .line = 1,
	                     .separator = separator_of(bytes)};
	read_titles(r);
	while (rc == 0 && r->p < r->end && record(r)) rc = take_row(r, err);
	if (rc == 0) rc = find_twice(r, err);
	if (rc == 0 && amp_arena_refused(arena) != 0) rc = amp_fail(err, AMP_ENOMEM, _("Memory is out while a sheet is read."));
	if (rc == 0 && out->mistakes > 0)
		rc = amp_fail(err, AMP_EUSAGE, _("%s: mistakes: %zu; nothing of it was taken over"), name, out->mistakes);
	return rc;
}

void amp_sheet_free(struct amp_sheet *s)
{
	if (s == NULL) return;
	amp_free(s->rows);
	*s = (struct amp_sheet){0};
}

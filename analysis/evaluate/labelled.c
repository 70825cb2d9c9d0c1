/* labelled.c: see labelled.h. */
#include <stdio.h>
#include <string.h>
#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "evaluate/labelled.h"

#define COLUMNS_MAX 256

static const char *const titles[AMP_LABELLED_COLUMNS] = {"text", "label", "target", "lang", "functionality", "id"};

struct field {
	struct amp_str s;
	const char *start, *line_start; /* where it starts; its column is counted only when it is said */
	int64_t line;
};
struct reader {
	struct amp_labelled *out;
	struct amp_arena *arena;
	const struct amp_labelled_say *say;
	enum amp_labelled_as as;
	const char *p, *end, *line_start;
	int64_t line;
	char separator;
	struct field fields[COLUMNS_MAX];
	size_t n_fields;
	int at[AMP_LABELLED_COLUMNS]; /* of each column, -1: not there */
	size_t columns, mistakes;
};

const char *amp_labelled_title(enum amp_labelled_column c)
{
	return titles[c];
}

void amp_labelled_free(struct amp_labelled *l)
{
	if (l == NULL) return;
	amp_free(l->rows);
	memset(l, 0, sizeof *l);
}

bool amp_labelled_target(struct amp_str *rest, struct amp_str *name)
{
	while (rest->p != NULL) {
		*name = amp_str_trim(amp_str_cut(rest, '|'));
		if (name->n > 0) return true;
	}
	return false;
}

/* ---- mistakes ---- */
static void mistake(struct reader *r, int64_t line, int64_t column, const char *text)
{
	if (r->mistakes++ < AMP_LABELLED_MISTAKES_MAX) r->say->mistake(r->say->user, line, column, text);
}

static int64_t column_of(const char *line_start, const char *p)
{
	return (int64_t)amp_utf8_length((struct amp_str){line_start, (size_t)(p - line_start)}) + 1;
}

static void mistake_at(struct reader *r, const struct field *f, const char *text)
{
	mistake(r, f->line, column_of(f->line_start, f->start), text);
}

/* What makes the rest of the file unreadable: said, and the end of reading. */
static void broken(struct reader *r, const char *p, const char *text)
{
	mistake(r, r->line, column_of(r->line_start, p), text);
	r->p = r->end;
}

/* ---- CSV ---- */
static void pass_line_end(struct reader *r, const char *p)
{
	r->line++;
	r->p = r->line_start = p;
}

/* A field in quotes, from behind the first one. False when it is broken. */
static bool quoted_field(struct reader *r, struct field *f)
{
	const char *start = r->p, *opened = r->p - 1, *opened_line = r->line_start;
	int64_t line = r->line;
	size_t doubled = 0;
	for (; r->p < r->end; r->p++) {
		if (*r->p == '\n') {
			r->line++;
			r->line_start = r->p + 1;
		}
		if (*r->p != '"') continue;
		if (r->p + 1 == r->end || r->p[1] != '"') break;
		doubled++;
		r->p++;
	}
	if (r->p == r->end) {
		r->line = line;
		r->line_start = opened_line;
		broken(r, opened, _("this quote is never closed"));
		return false;
	}
	f->s = (struct amp_str){start, (size_t)(r->p - start)};
	r->p++;
	if (doubled == 0) return true;
	char *copy = amp_arena_strndup(r->arena, start, f->s.n);
	size_t n = 0;
	if (copy == NULL) return true; /* amp_arena_refused says it at the end */
	for (size_t i = 0; i < f->s.n; i++) {
		copy[n++] = f->s.p[i];
		if (f->s.p[i] == '"') i++;
	}
	f->s = (struct amp_str){copy, n};
	return true;
}

static bool plain_field(struct reader *r, struct field *f)
{
	const char *start = r->p;
	while (r->p < r->end && *r->p != r->separator && *r->p != '\n' && *r->p != '"') r->p++;
	if (r->p < r->end && *r->p == '"') {
		broken(r, r->p, _("a quote inside a field: put the whole field between quotes and double this one"));
		return false;
	}
	f->s = (struct amp_str){start, (size_t)(r->p - start)};
	if (f->s.n > 0 && start[f->s.n - 1] == '\r' && (r->p == r->end || *r->p == '\n')) f->s.n--;
	return true;
}

/* Behind a field: 1: another one follows, 0: the record is at its end, -1: neither. */
static int behind(struct reader *r)
{
	if (r->p < r->end && *r->p == '\r' && (r->p + 1 == r->end || r->p[1] == '\n')) r->p++;
	if (r->p == r->end) return 0;
	if (*r->p == r->separator) {
		r->p++;
		return 1;
	}
	if (*r->p == '\n') {
		pass_line_end(r, r->p + 1);
		return 0;
	}
	broken(r, r->p, _("text behind a closing quote: quotes inside a field are doubled"));
	return -1;
}

/* A record into r->fields. False when it is broken. */
static bool read_record(struct reader *r)
{
	int more = 1;
	r->n_fields = 0;
	while (more == 1) {
		struct field f = {.start = r->p, .line_start = r->line_start, .line = r->line};
		bool quoted = r->p < r->end && *r->p == '"';
		r->p += quoted;
		if (!(quoted ? quoted_field(r, &f) : plain_field(r, &f))) return false;
		if (r->n_fields < COLUMNS_MAX) r->fields[r->n_fields] = f;
		r->n_fields++;
		more = behind(r);
	}
	return more == 0;
}

/* ---- the line of titles ---- */
static char separator_of(const struct reader *r)
{
	static const char all[] = {',', ';', '\t'}; /* French spreadsheets write semicolons */
	size_t most = 0;
	char best = ',';
	for (size_t i = 0; i < sizeof all; i++) {
		size_t n = 0;
		for (const char *p = r->p; p < r->end && *p != '\n'; p++) n += *p == all[i];
		if (n > most) {
			most = n;
			best = all[i];
		}
	}
	return best;
}

/* Does a file that is read so have this column? */
static bool reads(enum amp_labelled_as as, size_t c)
{
	switch (as) {
	case AMP_LABELLED_WHOLE: return c != AMP_LABELLED_ID;
	case AMP_LABELLED_TEXTS_ONLY: return c != AMP_LABELLED_LABEL;
	case AMP_LABELLED_LABELS_ONLY: return c == AMP_LABELLED_ID || c == AMP_LABELLED_LABEL;
	}
	return false;
}

static void take_title(struct reader *r, size_t i, struct amp_buf *unused)
{
	struct amp_str name = amp_str_trim(r->fields[i].s);
	for (size_t c = 0; c < AMP_LABELLED_COLUMNS; c++) {
		if (!reads(r->as, c) || !amp_str_ieq_c(name, titles[c])) continue;
		if (r->at[c] >= 0) mistake_at(r, &r->fields[i], _("a second column of this name"));
		r->at[c] = (int)i;
		r->out->has[c] = true;
		return;
	}
	(void)amp_buf_printf(unused, "%s%.*s", unused->n > 0 ? ", " : "", AMP_ARG(name));
}

static void need_column(struct reader *r, enum amp_labelled_column c)
{
	char text[256], near[64] = "";
	if (r->at[c] >= 0) return;
	for (size_t i = 0; i < r->n_fields; i++) {
		struct amp_str name = amp_str_trim(r->fields[i].s);
		char copy[sizeof near];
		(void)snprintf(copy, sizeof copy, "%.*s", AMP_ARG(name));
		if (amp_str_suggest(copy, &titles[c], 1) != NULL) memcpy(near, copy, sizeof near);
	}
	if (near[0] != '\0')
		(void)snprintf(text, sizeof text, _("there is no column \"%s\"; did you mean \"%s\" to be it?"), titles[c], near);
	else
		(void)snprintf(text, sizeof text, _("there is no column \"%s\": the first line names the columns"), titles[c]);
	mistake(r, 1, 1, text);
}

static int read_titles(struct reader *r, struct amp_err *err)
{
	struct amp_buf unused;
	r->separator = separator_of(r);
	for (size_t c = 0; c < AMP_LABELLED_COLUMNS; c++) r->at[c] = -1;
	if (!read_record(r)) return 0;
	r->columns = r->n_fields;
	if (r->columns > COLUMNS_MAX) {
		broken(r, r->line_start, _("more than 256 columns"));
		return 0;
	}
	amp_buf_init(&unused, 65536);
	for (size_t i = 0; i < r->n_fields; i++) take_title(r, i, &unused);
	if (r->as != AMP_LABELLED_WHOLE) need_column(r, AMP_LABELLED_ID);
	if (r->as != AMP_LABELLED_LABELS_ONLY) need_column(r, AMP_LABELLED_TEXT);
	if (r->as != AMP_LABELLED_TEXTS_ONLY) need_column(r, AMP_LABELLED_LABEL);
	if (r->mistakes > 0) r->p = r->end; /* every line would be one more */
	r->out->unused = amp_arena_strndup(r->arena, unused.p != NULL ? unused.p : "", unused.n);
	int rc = amp_buf_check(&unused, _("the line of titles"), err);
	amp_buf_free(&unused);
	return rc;
}

/* ---- rows ---- */
static const struct field *field(const struct reader *r, enum amp_labelled_column c)
{
	static const struct field none = {{"", 0}, "", "", 0};
	return r->at[c] < 0 ? &none : &r->fields[r->at[c]];
}

static bool read_label(struct amp_str s, bool *hateful)
{
	s = amp_str_trim(s);
	*hateful = amp_str_eq_c(s, "1") || amp_str_ieq_c(s, "hateful");
	return *hateful || amp_str_eq_c(s, "0") || amp_str_ieq_c(s, "not_hateful");
}

/* The form of a tag of BCP 47: letters, then parts of letters and digits. */
static bool is_tag(struct amp_str s)
{
	size_t first = 0;
	if (s.n == 0) return true;
	while (first < s.n && amp_is_alpha((unsigned char)s.p[first])) first++;
	if (first < 2 || first > 8 || s.n > 31) return false;
	for (size_t i = first; i < s.n; i++)
		if (!amp_is_alnum((unsigned char)s.p[i]) && s.p[i] != '-') return false;
	return first == s.n || s.p[first] == '-';
}

static const char *targets_mistake(struct amp_str rest)
{
	struct amp_str name;
	size_t n = 0;
	while (amp_labelled_target(&rest, &name)) {
		if (name.n > AMP_LABELLED_NAME_MAX) return _("a name longer than 100 bytes: are the columns in their places?");
		if (++n > AMP_LABELLED_TARGETS_MAX) return _("more than 16 targets of one text");
	}
	return NULL;
}

static const char *mistake_of(struct reader *r, struct amp_labelled_row *row, const struct field **where)
{
	const struct field *f[AMP_LABELLED_COLUMNS];
	for (size_t c = 0; c < AMP_LABELLED_COLUMNS; c++) f[c] = field(r, (enum amp_labelled_column)c);
	row->text = f[AMP_LABELLED_TEXT]->s;
	row->target = amp_str_trim(f[AMP_LABELLED_TARGET]->s);
	row->lang = amp_str_trim(f[AMP_LABELLED_LANG]->s);
	row->functionality = amp_str_trim(f[AMP_LABELLED_FUNCTIONALITY]->s);
	row->id = amp_str_trim(f[AMP_LABELLED_ID]->s);
	*where = f[AMP_LABELLED_ID];
	if (r->as != AMP_LABELLED_WHOLE && row->id.n == 0) return _("the id is empty");
	*where = f[AMP_LABELLED_TEXT];
	if (r->as != AMP_LABELLED_LABELS_ONLY && amp_str_trim(row->text).n == 0) return _("the text is empty");
	if (row->text.n > AMP_LABELLED_TEXT_MAX) return _("the text is longer than 1 MiB");
	*where = f[AMP_LABELLED_LABEL];
	if (r->as != AMP_LABELLED_TEXTS_ONLY && !read_label((*where)->s, &row->hateful))
		return _("the label is 0, 1, not_hateful or hateful");
	*where = f[AMP_LABELLED_LANG];
	if (!is_tag(row->lang)) return _("this is no language tag (such as fr, or pt-BR)");
	*where = f[AMP_LABELLED_FUNCTIONALITY];
	if (row->functionality.n > AMP_LABELLED_NAME_MAX)
		return _("a name longer than 100 bytes: are the columns in their places?");
	*where = f[AMP_LABELLED_TARGET];
	return targets_mistake(row->target);
}

static int add_row(struct amp_labelled *out, const struct amp_labelled_row *row, struct amp_err *err)
{
	if (out->n == AMP_LABELLED_ROWS_MAX)
		return amp_fail(err, AMP_EUSAGE, _("more than %zu texts are not evaluated at once"), AMP_LABELLED_ROWS_MAX);
	if (out->n == out->room) {
		size_t room = out->room == 0 ? 1024 : out->room * 2;
		struct amp_labelled_row *rows = amp_realloc(out->rows, room * sizeof *rows);
		if (rows == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while reading the labelled texts."));
		out->rows = rows;
		out->room = room;
	}
	out->rows[out->n++] = *row;
	return 0;
}

static int take_row(struct reader *r, struct amp_err *err)
{
	struct amp_labelled_row row = {.line = r->fields[0].line};
	const struct field *where = &r->fields[0];
	char text[128];
	const char *wrong;
	if (r->n_fields == 1 && r->columns > 1 && r->fields[0].s.n == 0) return 0; /* an empty line */
	if (r->n_fields != r->columns) {
		(void)snprintf(text, sizeof text, _("fields: %zu, where the first line has %zu"), r->n_fields, r->columns);
		wrong = text;
	} else {
		wrong = mistake_of(r, &row, &where);
	}
	if (wrong == NULL) return add_row(r->out, &row, err);
	mistake_at(r, where, wrong);
	return 0;
}

/* ---- the file ---- */
/* Bytes that are no text, at their place. */
static void check_bytes(struct reader *r)
{
	size_t n = (size_t)(r->end - r->p), valid = amp_utf8_valid_prefix(r->p, n);
	const char *nul = n > 0 ? memchr(r->p, '\0', n) : NULL;
	const char *bad = nul != NULL && (size_t)(nul - r->p) <= valid ? nul : valid < n ? r->p + valid : NULL;
	const char *text = bad == nul ? _("a NUL byte: save the file as text, in UTF-8")
	                              : _("this is not UTF-8: save the file in UTF-8 (\"CSV UTF-8\" in a spreadsheet)");
	if (bad == NULL) return;
	for (const char *p = r->p; p < bad; p++) {
		if (*p != '\n') continue;
		r->line++;
		r->line_start = p + 1;
	}
	broken(r, bad, text);
}

int amp_labelled_read(struct amp_labelled *out, struct amp_arena *arena, struct amp_str bytes, const char *name,
                      enum amp_labelled_as as, const struct amp_labelled_say *say, struct amp_err *err)
{
	size_t mark = amp_str_starts(bytes, "\xef\xbb\xbf") ? 3 : 0;
	struct reader *r = amp_calloc(1, sizeof *r);
	memset(out, 0, sizeof *out);
	if (r == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while reading the labelled texts."));
	*r = (struct reader){.out = out, .arena = arena, .say = say, .as = as, .line = 1};
	r->p = r->line_start = bytes.p + mark;
	r->end = bytes.p + bytes.n;
	check_bytes(r);
	int rc = r->mistakes == 0 && r->p < r->end ? read_titles(r, err) : 0;
	while (rc == 0 && r->p < r->end)
		if (read_record(r)) rc = take_row(r, err);
	if (rc == 0 && r->mistakes > 0)
		rc = amp_fail(err, AMP_EUSAGE,
		              amp_ngettext("%s: %zu mistake; nothing was evaluated", "%s: %zu mistakes; nothing was evaluated",
		                           r->mistakes),
		              name, r->mistakes);
	if (rc == 0 && out->n == 0) rc = amp_fail(err, AMP_EUSAGE, _("%s holds no labelled text"), name);
	if (rc == 0 && amp_arena_refused(arena) != 0)
		rc = amp_fail(err, amp_arena_refused(arena), _("Out of memory while reading the labelled texts."));
	amp_free(r);
	return rc;
}

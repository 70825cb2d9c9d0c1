/* records.c: see records.h. */
#include <string.h>
#include "base/i18n.h"
#include "base/jsonv.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "detectors/records.h"
#include "text/text.h"

#define RECORD_MAX ((size_t)64 << 20) /* bytes of one record; a longer one is passed over, and said so */
#define FIELDS_MAX 256

struct amp_records {
	FILE *in;
	enum amp_record_format format;
	int64_t line;       /* lines read so far */
	struct amp_buf raw; /* the bytes of a record: a line, or the fields of a CSV record, one after another */
	struct amp_buf text, view;
	json_t *json;
	/* CSV */
	char separator;
	size_t ends[FIELDS_MAX]; /* where each field ends in raw */
	size_t n_fields;
	struct amp_buf header;                                /* the line of titles */
	int column_text, column_id, column_line, column_lang; /* -1: none */
	/* the first line, read to tell the format */
	bool held, held_end;
};

void amp_records_close(struct amp_records *r)
{
	if (r == NULL) return;
	amp_buf_free(&r->raw);
	amp_buf_free(&r->header);
	amp_buf_free(&r->text);
	amp_buf_free(&r->view);
	json_decref(r->json);
	amp_free(r);
}

/* A line without its end into raw. 1, or 0 at the end of the input. A line over the cap marks raw as failed and is read to its end. */
static int read_line(struct amp_records *r, struct amp_err *err)
{
	int c;
	if (r->held) {
		r->held = false;
		return r->held_end ? 0 : 1;
	}
	amp_buf_reset(&r->raw);
	size_t n = 0;
	while ((c = getc_unlocked(r->in)) != EOF && c != '\n') {
		n++;
		if (r->raw.failed == 0) amp_buf_byte(&r->raw, c);
	}
	if (c == EOF && ferror(r->in)) return amp_fail_errno(err, _("cannot read standard input"));
	if (c == EOF && n == 0) return 0;
	r->line++;
	if (r->raw.n > 0 && r->raw.p[r->raw.n - 1] == '\r') r->raw.p[--r->raw.n] = '\0';
	return 1;
}

/* ---- CSV ---- */
static void end_field(struct amp_records *r)
{
	if (r->n_fields < FIELDS_MAX) r->ends[r->n_fields] = r->raw.n;
	r->n_fields++;
}

/* One record of RFC 4180; quotes inside an unquoted field are kept, as spreadsheets do. 1, or 0 at the end. */
static int read_csv(struct amp_records *r, struct amp_err *err)
{
	bool quoted = false, any = false;
	size_t start = 0;
	int c;
	amp_buf_reset(&r->raw);
	r->n_fields = 0;
	r->line++;
	while ((c = getc_unlocked(r->in)) != EOF) {
		any = true;
		if (quoted) {
			if (c == '"') {
				int next = getc_unlocked(r->in);
				if (next == '"') {
					if (r->raw.failed == 0) amp_buf_byte(&r->raw, '"');
					continue;
				}
				quoted = false;
				if (next != EOF) (void)ungetc(next, r->in);
				continue;
			}
			if (c == '\n') r->line++;
		} else if (c == '"' && r->raw.n == start) {
			quoted = true;
			continue;
		} else if (c == r->separator) {
			end_field(r);
			start = r->raw.n;
			continue;
		} else if (c == '\n') {
			break;
		} else if (c == '\r') {
			int next = getc_unlocked(r->in);
			if (next != EOF) (void)ungetc(next, r->in);
			if (next == '\n' || next == EOF) continue;
		}
		if (r->raw.failed == 0) amp_buf_byte(&r->raw, c);
	}
	if (c == EOF && ferror(r->in)) return amp_fail_errno(err, _("cannot read standard input"));
	if (!any) return 0;
	end_field(r);
	return 1;
}

static struct amp_str field(const struct amp_records *r, int column)
{
	if (column < 0 || (size_t)column >= r->n_fields || column >= FIELDS_MAX || r->raw.p == NULL) return AMP_STR_ABSENT;
	size_t start = column > 0 ? r->ends[column - 1] : 0;
	return (struct amp_str){r->raw.p + start, r->ends[column] - start};
}

/* The next title of a header line; names are short and hold no separators, so quotes are only taken off. */
static struct amp_str cut_title(struct amp_str *line, char separator)
{
	struct amp_str name = amp_str_trim(amp_str_cut(line, separator));
	if (name.n >= 2 && name.p[0] == '"' && name.p[name.n - 1] == '"') name = (struct amp_str){name.p + 1, name.n - 2};
	return name;
}

static bool read_header(struct amp_records *r, struct amp_str line, char separator)
{
	bool found = false;
	r->column_text = r->column_id = r->column_line = r->column_lang = -1;
	for (int i = 0; line.p != NULL; i++) {
		struct amp_str name = cut_title(&line, separator);
		if (amp_str_ieq_c(name, "text") && r->column_text < 0) r->column_text = i, found = true;
		if (amp_str_ieq_c(name, "id")) r->column_id = i;
		if (amp_str_ieq_c(name, "line")) r->column_line = i;
		if (amp_str_ieq_c(name, "lang")) r->column_lang = i;
	}
	r->separator = separator;
	return found;
}

static bool find_header(struct amp_records *r, struct amp_str line)
{
	static const char separators[] = {',', ';', '\t'}; /* French spreadsheets write semicolons */
	for (size_t i = 0; i < sizeof separators; i++)
		if (read_header(r, line, separators[i])) return true;
	return false;
}

int amp_records_open(struct amp_records **out, FILE *in, enum amp_record_format format, struct amp_err *err)
{
	struct amp_records *r = amp_calloc(1, sizeof *r);
	if (r == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while reading."));
	r->in = in;
	amp_buf_init(&r->raw, RECORD_MAX);
	amp_buf_init(&r->header, RECORD_MAX);
	amp_buf_init(&r->text, RECORD_MAX * 3);
	amp_buf_init(&r->view, RECORD_MAX * 4);
	int rc = read_line(r, err);
	if (rc < 0) {
		amp_records_close(r);
		return rc;
	}
	r->held = true;
	r->held_end = rc == 0;
	struct amp_str first = amp_buf_str(&r->raw);
	if (amp_str_starts(first, "\xef\xbb\xbf")) {
		memmove(r->raw.p, r->raw.p + 3, r->raw.n - 3 + 1);
		r->raw.n -= 3;
		first = amp_buf_str(&r->raw);
	}
	if (format == AMP_RECORD_AUTO)
		format = first.n > 0 && first.p[0] == '{' ? AMP_RECORD_JSONL
		         : find_header(r, first)          ? AMP_RECORD_CSV
		                                          : AMP_RECORD_LINES;
	else if (format == AMP_RECORD_CSV && !r->held_end && !find_header(r, first)) {
		amp_records_close(r);
		return amp_fail(err, AMP_EUSAGE, _("The first line of the CSV should name its columns, one of them \"text\"."));
	}
	if (format == AMP_RECORD_CSV) {
		r->held = r->held_end; /* the header is no record */
		rc = amp_buf_adds(&r->header, first);
		if (rc != 0) rc = amp_buf_check(&r->header, _("the line of titles"), err);
		if (rc != 0) {
			amp_records_close(r);
			return rc;
		}
	}
	r->format = format;
	*out = r;
	return 0;
}

/* ---- records ---- */
static struct amp_str repaired(struct amp_buf *b, struct amp_str s)
{
	amp_buf_reset(b);
	if (amp_utf8_valid(s.p, s.n)) return s;
	amp_utf8_repair(b, s.p, s.n);
	return amp_buf_str(b);
}

/* Lone surrogate escapes (a cut emoji) become \ufffd in place: jansson would refuse the whole line. */
static void repair_surrogates(struct amp_buf *b)
{
	for (size_t i = 0; i + 1 < b->n; i++) {
		if (b->p[i] != '\\') continue;
		unsigned v[2] = {0, 0};
		for (int k = 0; k < 2; k++) {
			size_t at = i + (size_t)k * 6;
			if (at + 6 > b->n || b->p[at] != '\\' || b->p[at + 1] != 'u') break;
			for (size_t j = 2; j < 6; j++) {
				int h = amp_hex_value((unsigned char)b->p[at + j]);
				if (h < 0) {
					v[k] = 0;
					break;
				}
				v[k] = v[k] * 16 + (unsigned)h;
			}
		}
		if (v[0] >= 0xd800 && v[0] < 0xdc00 && v[1] >= 0xdc00 && v[1] < 0xe000)
			i += 11;
		else if (v[0] >= 0xd800 && v[0] < 0xe000)
			memcpy(b->p + i + 2, "fffd", 4), i += 5;
		else
			i++; /* past the escaped character */
	}
}

static struct amp_str member(const json_t *object, const char *name)
{
	const json_t *v = json_object_get(object, name);
	return json_is_string(v) ? (struct amp_str){json_string_value(v), json_string_length(v)} : AMP_STR_ABSENT;
}

static void add_members(struct amp_buf *view, const json_t *list, const char *name)
{
	for (size_t i = 0; i < json_array_size(list); i++) amp_view_add(view, member(json_array_get(list, i), name));
}

static int read_json(struct amp_records *r, struct amp_record *out, struct amp_err *err)
{
	amp_buf_reset(&r->text);
	amp_utf8_repair(&r->text, r->raw.p != NULL ? r->raw.p : "", r->raw.n);
	repair_surrogates(&r->text);
	json_decref(r->json);
	int rc = amp_jsonv_try(&r->json, amp_buf_str(&r->text),
	                       &(struct amp_jsonv_rule){.flags = JSON_ALLOW_NUL, .bytes = SIZE_MAX}, err);
	if (rc != 0) return rc;
	if (!json_is_object(r->json)) {
		out->problem = _("the line is no JSON object");
		return 0;
	}
	const json_t *line = json_object_get(r->json, "line"), *langs = json_object_get(r->json, "langs");
	json_t *id = json_object_get(r->json, "id");
	if (json_is_integer(line)) out->line = json_integer_value(line);
	if (id == NULL) id = json_object_get(r->json, "item_id"); /* as `amplimeter parse` names it */
	out->id = json_is_string(id) ? (struct amp_str){json_string_value(id), json_string_length(id)} : AMP_STR_ABSENT;
	out->id_json = json_is_string(id) ? NULL : id;
	out->text = member(r->json, "text");
	out->lang = member(r->json, "lang");
	if (out->lang.p == NULL && json_array_size(langs) == 1 && json_is_string(json_array_get(langs, 0)))
		out->lang = amp_str_c(json_string_value(json_array_get(langs, 0)));
	struct amp_view_parts parts = {.title = member(r->json, "title"),
	                               .text = out->text,
	                               .quote = member(r->json, "quote_text"),
	                               .warning = member(r->json, "warning")};
	amp_buf_reset(&r->view);
	amp_view_build(&r->view, &parts);
	add_members(&r->view, json_object_get(r->json, "links"), "title");
	add_members(&r->view, json_object_get(r->json, "media"), "alt");
	if (r->view.n > 0 || out->text.p != NULL)
		out->view = amp_buf_str(&r->view);
	else
		out->problem = _("the record has no text");
	return 0;
}

static int read_record(struct amp_records *r, struct amp_record *out, struct amp_err *err)
{
	int64_t first = r->line + 1;
	*out = (struct amp_record){0};
	if (r->held) first = r->line; /* the line read to tell the format */
	int rc = r->format == AMP_RECORD_CSV && !r->held ? read_csv(r, err) : read_line(r, err);
	if (rc != 1) return rc;
	out->line = first;
	if (r->raw.failed == AMP_ENOMEM) return amp_buf_check(&r->raw, "a record", err);
	if (r->raw.failed != 0) {
		out->problem = _("the record is longer than 64 MiB");
		return 1;
	}
	if (r->format == AMP_RECORD_JSONL) {
		rc = read_json(r, out, err);
		if (rc != 0) return rc;
	} else if (r->format == AMP_RECORD_LINES) {
		out->text = out->view = repaired(&r->text, amp_buf_str(&r->raw));
	} else {
		struct amp_str text = field(r, r->column_text), line = field(r, r->column_line), lang = field(r, r->column_lang);
		int64_t own;
		if (amp_str_i64(line, &own)) out->line = own;
		if (lang.n > 0 && amp_utf8_valid(lang.p, lang.n)) out->lang = lang;
		if (text.p == NULL)
			out->problem = _("the record has fewer columns than the first line");
		else
			out->text = out->view = repaired(&r->text, text);
		struct amp_str id = field(r, r->column_id);
		if (id.p != NULL) {
			amp_buf_reset(&r->view);
			amp_utf8_repair(&r->view, id.p, id.n);
			out->id = amp_buf_str(&r->view);
		}
	}
	rc = amp_buf_check(&r->text, "a record", err); /* else a shorter text would be judged */
	if (rc == 0) rc = amp_buf_check(&r->view, "a record", err);
	return rc == 0 ? 1 : rc;
}

int amp_records_next(struct amp_records *r, struct amp_record *out, struct amp_err *err)
{
	int rc = read_record(r, out, err);
	if (rc == 1 && out->problem == NULL &&
	    amp_str_trim(out->view).n == 0) { /* nothing was judged: no score, rather than a harmless one */
		out->view = AMP_STR_ABSENT;
		out->problem = _("the record has no text");
	}
	return rc;
}

static int column_of(const struct amp_records *r, const char *name)
{
	struct amp_str line = amp_buf_str(&r->header);
	for (int i = 0; line.p != NULL; i++)
		if (amp_str_ieq_c(cut_title(&line, r->separator), name)) return i;
	return -1;
}

struct amp_str amp_records_field(const struct amp_records *r, const char *name)
{
	if (r->format == AMP_RECORD_CSV) return field(r, column_of(r, name));
	return r->json != NULL ? member(r->json, name) : AMP_STR_ABSENT;
}

bool amp_records_has(const struct amp_records *r, const char *name)
{
	return r->format != AMP_RECORD_CSV || column_of(r, name) >= 0;
}

/* check.c: the walk along the tables, files, and the text of mistakes. */
#include "persona/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "base/i18n.h"
#include "base/io.h"
#include "base/jsonv.h"
#include "base/mem.h"

static void report(struct amp_checker *c, const char *file, int line, int column, const char *path, const char *fmt, va_list ap)
{
	struct amp_mistake m = {.file = file, .line = line, .column = column, .path = path};
	(void)vsnprintf(m.text, sizeof m.text, fmt, ap);
	if (c->mistakes++ == 0) {
		c->first = m;
		(void)snprintf(c->first_path, sizeof c->first_path, "%s", path);
	}
	if (c->fn != NULL && c->mistakes <= AMP_MISTAKES_MAX) c->fn(c->user, &m);
}

void amp_wrong(struct amp_checker *c, const struct amp_at *at, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	report(c, at->doc->path, at->pos == NULL ? 1 : at->pos->line, at->pos == NULL ? 1 : at->pos->column, amp_at_path(c, at),
	       fmt, ap);
	va_end(ap);
}

void amp_warn(struct amp_checker *c, const struct amp_at *at, const char *fmt, ...)
{
	struct amp_mistake m = {.file = at->doc->path,
	                        .line = at->pos == NULL ? 1 : at->pos->line,
	                        .column = at->pos == NULL ? 1 : at->pos->column,
	                        .path = amp_at_path(c, at),
	                        .warning = true};
	va_list ap;
	va_start(ap, fmt);
	(void)vsnprintf(m.text, sizeof m.text, fmt, ap);
	va_end(ap);
	if (c->fn != NULL && c->warnings++ < AMP_MISTAKES_MAX) c->fn(c->user, &m);
}

void amp_wrong_key(struct amp_checker *c, const struct amp_at *at, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	report(c, at->doc->path, at->pos == NULL ? 1 : at->pos->key_line, at->pos == NULL ? 1 : at->pos->key_column,
	       amp_at_path(c, at), fmt, ap);
	va_end(ap);
}

void amp_wrong_inside(struct amp_checker *c, const struct amp_at *at, int offset, const char *fmt, ...)
{
	va_list ap;
	int inside = at->pos != NULL && at->pos->plain ? 1 + offset : 0; /* past the opening quote */
	va_start(ap, fmt);
	report(c, at->doc->path, at->pos == NULL ? 1 : at->pos->line, (at->pos == NULL ? 1 : at->pos->column) + inside,
	       amp_at_path(c, at), fmt, ap);
	va_end(ap);
}

void amp_wrong_missing(struct amp_checker *c, const struct amp_at *object, const char *key, const char *fmt, ...)
{
	const struct amp_at at = {object->doc, object, key, 0, NULL, object->pos};
	va_list ap;
	va_start(ap, fmt);
	report(c, at.doc->path, at.pos == NULL ? 1 : at.pos->line, at.pos == NULL ? 1 : at.pos->column, amp_at_path(c, &at), fmt,
	       ap);
	va_end(ap);
}

static void path_of(struct amp_buf *b, const struct amp_at *at)
{
	if (at->up == NULL) return;
	path_of(b, at->up);
	if (at->key == NULL)
		(void)amp_buf_printf(b, "[%zu]", at->index);
	else
		(void)amp_buf_printf(b, "%s%s", b->n == 0 ? "" : ".", at->key);
}

const char *amp_at_path(struct amp_checker *c, const struct amp_at *at)
{
	struct amp_buf b;
	amp_buf_init(&b, 4096);
	path_of(&b, at);
	const char *path = b.n == 0 ? "(file)" : amp_arena_strndup(c->arena, b.p, b.n);
	amp_buf_free(&b);
	return path == NULL ? "?" : path;
}

static const struct amp_at *at_new(struct amp_checker *c, struct amp_at v)
{
	struct amp_at *at = amp_arena_alloc(c->arena, sizeof *at);
	if (at == NULL)
		c->rc = AMP_ENOMEM;
	else
		*at = v;
	return at;
}

const struct amp_at *amp_at_key(struct amp_checker *c, const struct amp_at *at, const char *key)
{
	const json_t *v = at == NULL ? NULL : json_object_get(at->v, key);
	if (v == NULL) return NULL;
	return at_new(c, (struct amp_at){at->doc, at, key, 0, v, amp_pos_key(at->pos, key)});
}

const struct amp_at *amp_at_index(struct amp_checker *c, const struct amp_at *at, size_t i)
{
	const json_t *v = at == NULL ? NULL : json_array_get(at->v, i);
	if (v == NULL) return NULL;
	return at_new(c, (struct amp_at){at->doc, at, NULL, i, v, amp_pos_index(at->pos, i)});
}

const char *amp_at_text(const struct amp_at *at, const char *key)
{
	return at == NULL ? NULL : json_string_value(json_object_get(at->v, key));
}

const char *amp_did_you_mean(struct amp_checker *c, const char *word, const char *const *candidates, size_t n)
{
	const char *near = amp_str_suggest(word, candidates, n);
	const char *text = near == NULL ? "" : amp_arena_printf(c->arena, _(" Did you mean “%s”?"), near);
	return text == NULL ? "" : text;
}

/* ---- files ---- */

static void file_wrong(struct amp_checker *c, const char *path, const struct amp_at *named_by, int line, int column,
                       const char *fmt, ...) AMP_PRINTF(6, 7);
static void file_wrong(struct amp_checker *c, const char *path, const struct amp_at *named_by, int line, int column,
                       const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	if (named_by != NULL && named_by->pos != NULL)
		report(c, named_by->doc->path, named_by->pos->line, named_by->pos->column, amp_at_path(c, named_by), fmt, ap);
	else
		report(c, path, line, column, "(file)", fmt, ap);
	va_end(ap);
}

static const struct amp_pos *parse(struct amp_checker *c, const char *path, struct amp_str text, json_t **root)
{
	struct amp_syntax_error e;
	const struct amp_pos *pos = amp_positions(text, c->arena, &e);
	if (pos == NULL && e.text == NULL) c->rc = AMP_ENOMEM;
	if (pos == NULL && e.text != NULL) file_wrong(c, path, NULL, e.line, e.column, _("This is not JSON: %s"), _(e.text));
	if (pos == NULL) return NULL;
	json_error_t wrong;
	int rc = amp_jsonv_load(root, text, &(struct amp_jsonv_rule){.flags = JSON_DECODE_ANY}, &wrong, NULL);
	if (rc == AMP_ENOMEM) {
		c->rc = rc;
		return NULL;
	}
	if (rc != 0) { /* what the scanner lets through: a number beyond 64 bits */
		file_wrong(c, path, NULL, wrong.line > 0 ? wrong.line : 1, wrong.column > 0 ? wrong.column : 1,
		           _("This is not JSON: %s"), wrong.text);
		return NULL;
	}
	if (!json_is_object(*root)) {
		file_wrong(c, path, NULL, pos->line, pos->column, _("A file holds one object: it begins with “{”."));
		return NULL;
	}
	return pos;
}

static const struct amp_at *load(struct amp_checker *c, const char *path, const struct amp_str *held, const struct amp_at *named_by)
{
	struct amp_buf b;
	struct amp_err err = {0};
	const struct amp_at *at = NULL;
	amp_buf_init(&b, AMP_FILE_MAX);
	struct amp_doc *doc = amp_arena_zalloc(c->arena, sizeof *doc);
	const char *kept = amp_arena_strndup(c->arena, path, strlen(path));
	if (doc == NULL || kept == NULL) {
		c->rc = AMP_ENOMEM;
		goto out;
	}
	*doc = (struct amp_doc){kept, NULL, NULL, c->docs};
	c->docs = doc;
	if (held == NULL && amp_io_read_file(path, &b, &err) != 0) {
		file_wrong(c, kept, named_by, 1, 1, _("This file cannot be read: %s"), err.text);
		goto out;
	}
	struct amp_str text = held != NULL ? *held : amp_buf_str(&b);
	if (amp_str_starts(text, "\xEF\xBB\xBF"))
		text = (struct amp_str){text.p + 3, text.n - 3}; /* some editors write a byte order mark */
	doc->pos = parse(c, kept, text, &doc->root);
	if (doc->pos != NULL) at = at_new(c, (struct amp_at){doc, NULL, NULL, 0, doc->root, doc->pos});
out:
	amp_buf_free(&b);
	return at;
}

const struct amp_at *amp_doc_load(struct amp_checker *c, const char *path, const struct amp_at *named_by)
{
	return load(c, path, NULL, named_by);
}

const struct amp_at *amp_doc_held(struct amp_checker *c, const char *name, struct amp_str text)
{
	return load(c, name, &text, NULL);
}

void amp_checker_release(struct amp_checker *c)
{
	for (struct amp_doc *d = c->docs; d != NULL; d = d->next) {
		json_decref(d->root);
		d->root = NULL;
	}
}

int amp_checker_result(const struct amp_checker *c, const char *path, struct amp_err *err)
{
	if (c->rc != 0) return amp_fail(err, c->rc, _("Out of memory while reading “%s”."), path);
	if (c->mistakes == 0) return 0;
	if (amp_mem_refused() != 0) /* a mistake may be no more than memory that was missing: no time zone is known then */
		return amp_fail(err, AMP_ENOMEM, _("Out of memory while reading “%s”."), path);
	const struct amp_mistake *m = &c->first;
	if (c->mistakes == 1)
		return amp_fail(err, AMP_EUSAGE, "%s:%d:%d: %s: %s", m->file, m->line, m->column, c->first_path, m->text);
	return amp_fail(err, AMP_EUSAGE, _("%s:%d:%d: %s: %s (and %zu more; “amplimeter check” lists them all)"), m->file, m->line,
	                m->column, c->first_path, m->text, c->mistakes - 1);
}

/* ---- tables ---- */

static void unknown_keys(struct amp_checker *c, const struct amp_at *at, const struct amp_object_spec *spec)
{
	const char *names[64];
	size_t n = 0;
	for (const struct amp_key_row *r = spec->rows; r->name != NULL && n < 64; r++) names[n++] = r->name;
	for (const struct amp_pos *p = at->pos == NULL ? NULL : at->pos->first; p != NULL; p = p->next) {
		const char *key = p->key.p == NULL ? "" : p->key.p; /* the arena's copies end in NUL */
		const struct amp_at member = {at->doc, at, key, 0, NULL, p};
		if (amp_key_find(spec, key) == NULL)
			amp_wrong_key(c, &member, _("Unknown key “%s”.%s"), key, amp_did_you_mean(c, key, names, n));
		else if (p->duplicate)
			amp_wrong_key(c, &member, _("The key “%s” stands twice in this object: keep one."), key);
	}
}

static bool count_fits(struct amp_checker *c, const struct amp_at *at, const struct amp_key_row *row, size_t n)
{
	if (n >= (size_t)row->count_low && n <= (size_t)row->count_high) return true;
	if (n < (size_t)row->count_low)
		amp_wrong(c, at, _("At least %d is expected here."), row->count_low);
	else
		amp_wrong(c, at, _("At most %d are allowed here, and there are %zu."), row->count_high, n);
	return false;
}

static void check_map(struct amp_checker *c, const struct amp_at *at, const struct amp_key_row *row)
{
	const struct amp_key_row name_row = {.name = "name", .type = row->shape == AMP_KEY_NAMED ? AMP_KEY_NAME : AMP_KEY_SLUG};
	for (const struct amp_pos *p = at->pos == NULL ? NULL : at->pos->first; p != NULL; p = p->next) {
		const char *key = p->key.p == NULL ? "" : p->key.p;
		struct amp_pos at_key = *p;
		at_key.line = p->key_line;
		at_key.column = p->key_column;
		json_t *text = json_string(key);
		const struct amp_at name = {at->doc, at, key, 0, text, &at_key};
		if (p->duplicate) amp_wrong_key(c, &name, _("The name “%s” stands twice: keep one."), key);
		if (text != NULL) amp_check_value(c, &name, &name_row);
		json_decref(text);
		const struct amp_at *member = p->duplicate ? NULL : amp_at_key(c, at, key);
		if (member != NULL) amp_check_value(c, member, row);
	}
}

static void check_member(struct amp_checker *c, const struct amp_at *at, const struct amp_key_row *row)
{
	if (row->shape == AMP_KEY_ONE) {
		amp_check_value(c, at, row);
	} else if (row->shape == AMP_KEY_LIST && !json_is_array(at->v)) {
		amp_wrong(c, at, _("A list in square brackets is expected here%s%s."), row->example == NULL ? "" : _(", such as "),
		          row->example == NULL ? "" : row->example);
	} else if (row->shape != AMP_KEY_LIST && !json_is_object(at->v)) {
		amp_wrong(c, at, _("An object is expected here: {\"name\": {…}, …}."));
	} else if (row->shape == AMP_KEY_LIST) {
		if (!count_fits(c, at, row, json_array_size(at->v))) return;
		for (size_t i = 0; i < json_array_size(at->v); i++) {
			const struct amp_at *element = amp_at_index(c, at, i);
			if (element != NULL) amp_check_value(c, element, row);
		}
	} else if (count_fits(c, at, row, json_object_size(at->v))) {
		check_map(c, at, row);
	}
}

void amp_check_object(struct amp_checker *c, const struct amp_at *at, const struct amp_object_spec *spec)
{
	unknown_keys(c, at, spec);
	for (const struct amp_key_row *row = spec->rows; row->name != NULL; row++) {
		const struct amp_at *member = amp_at_key(c, at, row->name);
		if (member != NULL)
			check_member(c, member, row);
		else if (row->required)
			amp_wrong_missing(c, at, row->name, _("The key “%s” is missing. %s"), row->name,
			                  strcmp(amp_i18n_lang(), "fr") == 0 ? row->fr : row->en);
	}
}

/* jsonv.c: see jsonv.h. */
#include "base/jsonv.h"

#include <setjmp.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/io.h"
#include "base/mem.h"

static _Atomic uint64_t lost; /* allocations that jansson was refused, outside of loads */

/* Before each block of jansson's: its place among those of the load that goes on; next is NULL outside of it. */
union block {
	struct {
		union block *next, *prev;
	};
	max_align_t aligned;
};

/* The load of this thread. At the first block that it is refused it is left at once: jansson's scanner would go on with the text that it
 * could keep, and an assertion of its own (lex_unget_unsave) ends the process where a byte to be put back was never kept. */
static _Thread_local struct {
	bool on;
	jmp_buf out;
	union block blocks; /* a ring */
} loading;

static void *take(size_t n)
{
	union block *b = n > SIZE_MAX - sizeof *b ? NULL : amp_malloc(sizeof *b + n);

	if (b == NULL && loading.on) longjmp(loading.out, 1);
	if (b == NULL) {
		amp_jsonv_lose();
		return NULL;
	}
	b->next = NULL;
	if (loading.on) {
		b->next = loading.blocks.next;
		b->prev = &loading.blocks;
		b->next->prev = b->prev->next = b;
	}
	return b + 1;
}

static void give(void *p)
{
	union block *b = p;

	if (b == NULL) return;
	b--;
	if (b->next != NULL) {
		b->next->prev = b->prev;
		b->prev->next = b->next;
	}
	amp_free(b);
}

void amp_jsonv_start(void)
{
	json_set_alloc_funcs(take, give);
}

/* The blocks of a load that is over: kept, or given back. */
static void end_load(bool keep)
{
	union block *b = loading.blocks.next;

	loading.on = false;
	while (b != &loading.blocks) {
		union block *next = b->next;

		b->next = NULL;
		if (!keep) amp_free(b);
		b = next;
	}
}

/* NULL with *where; or without, when memory ended. */
static json_t *load(struct amp_str text, size_t flags, json_error_t *where)
{
	json_t *v;

	loading.blocks.next = loading.blocks.prev = &loading.blocks;
	if (setjmp(loading.out) != 0) {
		end_load(false);
		*where = (json_error_t){.line = 0};
		return NULL;
	}
	loading.on = true;
	v = json_loadb(text.p, text.n, flags, where);
	end_load(true);
	return v;
}

void amp_jsonv_lose(void)
{
	(void)atomic_fetch_add(&lost, 1);
}

bool amp_jsonv_lost(void)
{
	return atomic_load(&lost) != 0;
}

/* The first bracket that is one too deep; NULL: none is. Of text that is no JSON it may say anything. */
static const char *too_deep(struct amp_str text, int most)
{
	bool inside = false;
	int depth = 0;

	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (inside) {
			if (c == '\\')
				i++;
			else
				inside = c != '"';
		} else if (c == '"') {
			inside = true;
		} else if (c == '{' || c == '[') {
			if (++depth > most) return text.p + i;
		} else if (c == '}' || c == ']') {
			depth--;
		}
	}
	return NULL;
}

static void place_of(struct amp_str text, const char *at, json_error_t *where)
{
	where->line = where->column = 1;
	where->position = (int)(at - text.p);
	for (const char *p = text.p; p < at; p++) {
		if (*p == '\n')
			where->line++, where->column = 1;
		else if (((unsigned char)*p & 0xC0) != 0x80)
			where->column++;
	}
}

static int read(json_t **out, struct amp_str text, const struct amp_jsonv_rule *rule, json_error_t *where)
{
	const char *deep = NULL;

	*out = NULL;
	*where = (json_error_t){.line = 1, .column = 1};
	if (text.p == NULL) text = AMP_STR("");
	if (text.n > rule->bytes) {
		(void)snprintf(where->text, sizeof where->text, "longer than %zu bytes", rule->bytes);
		return AMP_ELIMIT;
	}
	deep = too_deep(text, rule->depth);
	if (deep != NULL) {
		place_of(text, deep, where);
		(void)snprintf(where->text, sizeof where->text, "nested deeper than %d", rule->depth);
		return AMP_ELIMIT;
	}
	*out = load(text, rule->flags, where);
	if (*out != NULL) return 0;
	return where->text[0] == '\0' ? AMP_ENOMEM : AMP_EFORMAT;
}

static struct amp_jsonv_rule filled(const struct amp_jsonv_rule *given, const char *path)
{
	struct amp_jsonv_rule rule = given != NULL ? *given : (struct amp_jsonv_rule){0};

	if (rule.name == NULL) rule.name = path != NULL ? path : "JSON";
	if (rule.bytes == 0) rule.bytes = AMP_JSONV_BYTES;
	if (rule.depth == 0) rule.depth = AMP_JSONV_DEPTH;
	return rule;
}

int amp_jsonv_load(json_t **out, struct amp_str text, const struct amp_jsonv_rule *given, json_error_t *where, struct amp_err *err)
{
	const struct amp_jsonv_rule rule = filled(given, NULL);
	json_error_t here;
	int rc = read(out, text, &rule, &here);

	if (where != NULL) *where = here;
	if (rc == AMP_ENOMEM) return amp_fail(err, rc, _("Out of memory while reading “%s”."), rule.name);
	if (rc == AMP_ELIMIT && text.n > rule.bytes)
		return amp_fail(err, rc, _("%s has %zu bytes, and JSON of at most %zu is read: make it smaller."), rule.name,
		                text.n, rule.bytes);
	if (rc == AMP_ELIMIT)
		return amp_fail(err, rc, _("%s:%d:%d: brackets are nested more than %d deep: make it flatter."), rule.name,
		                here.line, here.column, rule.depth);
	if (rc != 0)
		return amp_fail(err, rc, _("%s:%d:%d: this is not JSON (%s): correct it there."), rule.name, here.line, here.column,
		                here.text);
	return 0;
}

int amp_jsonv_load_file(json_t **out, const char *path, const struct amp_jsonv_rule *given, json_error_t *where,
                        struct amp_err *err)
{
	const struct amp_jsonv_rule rule = filled(given, path);
	struct amp_buf b;
	int rc;

	*out = NULL;
	if (where != NULL) *where = (json_error_t){.line = 0};
	amp_buf_init(&b, rule.bytes);
	rc = amp_io_read_file(path, &b, err);
	if (rc == 0) rc = amp_jsonv_load(out, amp_buf_str(&b), &rule, where, err);
	amp_buf_free(&b);
	return rc;
}

int amp_jsonv_try(json_t **out, struct amp_str text, const struct amp_jsonv_rule *given, struct amp_err *err)
{
	const struct amp_jsonv_rule rule = filled(given, NULL);
	json_error_t where;
	int rc = read(out, text, &rule, &where);

	return rc == AMP_ENOMEM ? amp_fail(err, rc, _("Out of memory while reading “%s”."), rule.name) : 0;
}

static int append(const char *p, size_t n, void *user)
{
	return amp_buf_add(user, p, n) == 0 ? 0 : -1;
}

int amp_jsonv_dump(struct amp_buf *b, const json_t *v, size_t flags, const char *what, struct amp_err *err)
{
	size_t before = b->n;
	bool written = v != NULL && !amp_jsonv_lost() && json_dump_callback(v, append, b, flags) == 0;

	if (written && !amp_jsonv_lost()) return amp_buf_check(b, what, err);
	if (b->n > before) b->p[b->n = before] = '\0';
	if (v == NULL || amp_jsonv_lost() || b->failed == AMP_ENOMEM)
		return amp_fail(err, AMP_ENOMEM, _("Out of memory while writing %s as JSON."), what);
	if (b->failed != 0) return amp_buf_check(b, what, err);
	return amp_fail(err, AMP_EFAIL, _("%s cannot be written as JSON."), what);
}

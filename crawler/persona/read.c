/* read.c: from files to a study: every mistake first, the study only when there is none. */
#include <string.h>
#include "base/i18n.h"
#include "persona/check.h"

#define ARENA_CAP ((size_t)64 << 20)

/* A path beside the file that names it, unless absolute. */
static const char *beside(struct amp_arena *a, const char *file, const char *path)
{
	const char *slash = strrchr(file, '/');
	if (path[0] == '/' || slash == NULL) return path;
	return amp_arena_printf(a, "%.*s%s", (int)(slash + 1 - file), file, path);
}

static const struct amp_at *read_persona(struct amp_checker *c, const struct amp_at *entry)
{
	if (json_is_object(entry->v)) {
		amp_check_persona(c, entry);
		return entry;
	}
	const char *name = json_string_value(entry->v);
	if (name == NULL || name[0] == '\0') return NULL;
	const char *path = beside(c->arena, entry->doc->path, name);
	if (path == NULL) {
		c->rc = AMP_ENOMEM;
		return NULL;
	}
	const struct amp_at *at = amp_doc_load(c, path, entry);
	if (at == NULL) return NULL;
	if (json_object_get(at->v, "persona") == NULL && json_object_get(at->v, "study") != NULL) {
		amp_wrong(c, entry, _("This file holds a study, and a persona is expected here."));
		return NULL;
	}
	amp_check_object(c, at, &amp_spec_persona);
	amp_check_persona(c, at);
	return at;
}

static const struct amp_at **read_personas(struct amp_checker *c, const struct amp_at *study, size_t *n)
{
	const struct amp_at *list = amp_at_key(c, study, "personas");
	size_t all = list == NULL ? 0 : json_array_size(list->v);
	const struct amp_at **out = amp_arena_new_array(c->arena, const struct amp_at *, all + 1);
	*n = 0;
	if (out == NULL) {
		c->rc = AMP_ENOMEM;
		return NULL;
	}
	for (size_t i = 0; i < all && i < 200; i++) {
		const struct amp_at *entry = amp_at_index(c, list, i), *persona = entry == NULL ? NULL : read_persona(c, entry);
		if (persona != NULL) out[(*n)++] = persona;
	}
	return out;
}

static int read_study(struct amp_study *s, struct amp_checker *c, const char *path, struct amp_err *err)
{
	size_t n = 0;
	const struct amp_at *study = amp_doc_load(c, path, NULL);
	if (study == NULL) return amp_checker_result(c, path, err);
	amp_check_object(c, study, &amp_spec_study);
	const struct amp_at **personas = read_personas(c, study, &n);
	if (personas != NULL) amp_check_study(c, study, personas, n);
	int rc = amp_checker_result(c, path, err);
	if (rc == 0) rc = amp_study_build(s, c, study, personas, n, err);
	if (rc == 0) rc = amp_study_resolve(s, err);
	return rc;
}

int amp_study_read(struct amp_study **out, const char *path, amp_mistake_fn *fn, void *user, struct amp_err *err)
{
	*out = NULL;
	struct amp_arena *arena = amp_arena_new(ARENA_CAP);
	struct amp_study *s = arena == NULL ? NULL : amp_arena_zalloc(arena, sizeof *s);
	if (s == NULL) {
		amp_arena_free(arena);
		return amp_fail(err, AMP_ENOMEM, _("Out of memory while reading “%s”."), path);
	}
	s->arena = arena;
	struct amp_checker c = {.fn = fn, .user = user, .arena = arena};
	int rc = read_study(s, &c, path, err);
	amp_checker_release(&c);
	if (rc != 0) {
		amp_study_free(s);
		return rc;
	}
	*out = s;
	return 0;
}

void amp_study_free(struct amp_study *s)
{
	if (s == NULL) return;
	json_decref(s->resolved);
	amp_arena_free(s->arena); /* s itself lies in it */
}

/* A persona by itself: all but what only a study can say. */
static void check_persona_file(struct amp_checker *c, const struct amp_at *at)
{
	amp_check_object(c, at, &amp_spec_persona);
	amp_check_persona(c, at);
}

static bool is_persona(const struct amp_at *at)
{
	const char *schema = amp_at_text(at, "$schema");
	if (json_object_get(at->v, "study") != NULL) return false;
	return json_object_get(at->v, "persona") != NULL || (schema != NULL && strstr(schema, "persona") != NULL);
}

static bool is_study(const struct amp_at *at)
{
	const char *schema = amp_at_text(at, "$schema");
	return json_object_get(at->v, "study") != NULL || json_object_get(at->v, "feeds") != NULL ||
	       (schema != NULL && strstr(schema, "study") != NULL);
}

int amp_check_file_study(struct amp_study **out, const char *path, amp_mistake_fn *fn, void *user, struct amp_err *err)
{
	struct amp_checker c = {.fn = fn, .user = user, .arena = amp_arena_new(ARENA_CAP)};
	*out = NULL;
	if (c.arena == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while reading “%s”."), path);
	const struct amp_at *at = amp_doc_load(&c, path, NULL);
	bool study = at != NULL && is_study(at);
	if (at != NULL && !study) {
		if (is_persona(at))
			check_persona_file(&c, at);
		else
			amp_wrong(&c, at,
			          _("Neither a study nor a persona: a study has the key “study”, a persona the key “persona”."));
	}
	int rc = amp_checker_result(&c, path, err);
	amp_checker_release(&c);
	amp_arena_free(c.arena);
	return rc == 0 && study ? amp_study_read(out, path, fn, user, err) : rc;
}

int amp_check_file(const char *path, amp_mistake_fn *fn, void *user, struct amp_err *err)
{
	struct amp_study *s = NULL;
	int rc = amp_check_file_study(&s, path, fn, user, err);
	amp_study_free(s);
	return rc;
}

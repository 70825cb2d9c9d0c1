/* read.c: from files to a study: every mistake first, the study only when there is none. */
#include <string.h>
#include "base/i18n.h"
#include "base/jsonv.h"
#include "persona/check.h"
#include "source/source.h"

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

/* ---- sources of one's own ---- */

static const struct amp_at *load_source(struct amp_checker *c, const struct amp_at *entry)
{
	const char *name = json_string_value(entry->v),
		   *path = name == NULL || !name[0] ? NULL : beside(c->arena, entry->doc->path, name);
	const struct amp_at *at = path == NULL ? NULL : amp_doc_load(c, path, entry);
	if (at != NULL && json_object_get(at->v, "source") == NULL && json_object_get(at->v, "endpoints") == NULL) {
		amp_wrong(c, entry, _("This file is no source: it has no key “source”."));
		return NULL;
	}
	return at;
}

/* In the order of their names; two of one name are a mistake. */
static void add_source(struct amp_checker *c, const struct amp_source **list, size_t *n, const struct amp_source *s,
                       const struct amp_at *entry)
{
	size_t i = *n;
	for (; i > 0 && strcmp(list[i - 1]->adapter.name, s->adapter.name) >= 0; i--) {
		if (strcmp(list[i - 1]->adapter.name, s->adapter.name) == 0) {
			amp_wrong(c, entry, _("Two sources are called “%s”: their names are unique in a study."), s->adapter.name);
			return;
		}
	}
	memmove(list + i + 1, list + i, (*n - i) * sizeof *list);
	list[i] = s;
	++*n;
}

/* Before anything that may name one. One with mistakes is left out: what names it will be told as well. */
static void read_sources(struct amp_checker *c, const struct amp_at *study)
{
	const struct amp_at *list = amp_at_key(c, study, "sources");
	size_t all = list == NULL ? 0 : json_array_size(list->v), n = 0;
	const struct amp_source **out = amp_arena_new_array(c->arena, const struct amp_source *, all + 2);
	if (out == NULL) {
		c->rc = AMP_ENOMEM;
		return;
	}
	for (size_t i = 0; i < all && i < 20; i++) {
		const struct amp_at *entry = amp_at_index(c, list, i), *at = entry == NULL ? NULL : load_source(c, entry);
		if (at == NULL) continue;
		const struct amp_source *s = amp_check_source(c, at) ? amp_source_made(c, at, c->arena) : NULL;
		if (s != NULL) add_source(c, out, &n, s, entry);
	}
	c->sources = out;
}

/* ---- services ---- */

static bool looks_like_service(const struct amp_at *at)
{
	const char *schema = amp_at_text(at, "$schema");
	return json_object_get(at->v, "service") != NULL || json_object_get(at->v, "model_date") != NULL ||
	       (schema != NULL && strstr(schema, "service") != NULL);
}

static const struct amp_at *load_service(struct amp_checker *c, const struct amp_at *use)
{
	const struct amp_at *entry = amp_at_key(c, use, "file");
	const char *name = entry == NULL ? NULL : json_string_value(entry->v),
		   *path = name == NULL || !name[0] ? NULL : beside(c->arena, entry->doc->path, name);
	const struct amp_at *at = path == NULL ? NULL : amp_doc_load(c, path, entry);
	if (at != NULL && !looks_like_service(at)) {
		amp_wrong(c, entry, _("This file is no service: it has no key “service”."));
		return NULL;
	}
	return at != NULL && amp_check_service(c, at) ? at : NULL;
}

static void read_services(struct amp_checker *c, const struct amp_at *study)
{
	const struct amp_at *list = amp_at_key(c, study, "services");
	size_t all = list == NULL ? 0 : json_array_size(list->v);
	c->services = amp_arena_new_array(c->arena, const struct amp_at *, all + 1);
	if (c->services == NULL) {
		c->rc = AMP_ENOMEM;
		return;
	}
	for (size_t i = 0; i < all && i < 8; i++) {
		const struct amp_at *use = amp_at_index(c, list, i);
		const struct amp_at *file = use == NULL || !json_is_object(use->v) ? NULL : load_service(c, use);
		if (file != NULL) amp_check_service_use(c, study, use, c->services, i, file);
		c->services[c->n_services++] = file;
	}
}

static int read_study(struct amp_study *s, struct amp_checker *c, const char *path, struct amp_err *err)
{
	size_t n = 0;
	const struct amp_at *study = amp_doc_load(c, path, NULL);
	if (study == NULL) return amp_checker_result(c, path, err);
	amp_check_object(c, study, &amp_spec_study);
	read_sources(c, study);
	s->sources = c->sources;
	read_services(c, study);
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

const struct amp_adapter *amp_study_platform(const struct amp_study *s, const char *name)
{
	for (size_t i = 0; name != NULL && s->sources != NULL && s->sources[i] != NULL; i++) {
		if (strcmp(s->sources[i]->adapter.name, name) == 0) return &s->sources[i]->adapter;
	}
	return amp_adapter_find(name);
}

static int make_source(const struct amp_source **out, struct amp_checker *c, const struct amp_at *at, const char *name,
                       struct amp_arena *a, struct amp_err *err)
{
	*out = NULL;
	if (at != NULL) (void)amp_check_source(c, at);
	int rc = amp_checker_result(c, name, err);
	if (rc == 0 && at != NULL) *out = amp_source_made(c, at, a);
	amp_checker_release(c);
	if (rc == 0 && *out == NULL) rc = amp_fail(err, AMP_ENOMEM, _("Out of memory while reading “%s”."), name);
	return rc;
}

int amp_source_read(const struct amp_source **out, const char *path, struct amp_arena *a, amp_mistake_fn *fn, void *user,
                    struct amp_err *err)
{
	struct amp_checker c = {.fn = fn, .user = user, .arena = a};
	return make_source(out, &c, amp_doc_load(&c, path, NULL), path, a, err);
}

int amp_source_locked(const struct amp_source **out, struct amp_str study_text, const char *name, struct amp_arena *a,
                      struct amp_err *err)
{
	struct amp_checker c = {.arena = a, .stored = true};
	struct amp_buf text;
	*out = NULL;
	json_t *study = NULL;
	int rc = amp_jsonv_try(&study, study_text, &(struct amp_jsonv_rule){.name = name}, err);
	const json_t *v = json_object_get(json_object_get(study, "sources"), name);
	amp_buf_init(&text, AMP_FILE_MAX);
	if (rc == 0 && v == NULL) rc = amp_fail(err, AMP_ENOTFOUND, _("The study has no source “%s”."), name);
	if (rc == 0) rc = amp_json_canonical(v, &text, err);
	if (rc == 0) rc = make_source(out, &c, amp_doc_held(&c, name, amp_buf_str(&text)), name, a, err);
	amp_buf_free(&text);
	json_decref(study);
	return rc;
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

static bool is_source(const struct amp_at *at)
{
	const char *schema = amp_at_text(at, "$schema");
	return json_object_get(at->v, "source") != NULL || json_object_get(at->v, "endpoints") != NULL ||
	       (schema != NULL && strstr(schema, "source") != NULL);
}

int amp_check_file_study(struct amp_study **out, enum amp_file_kind *kind, const char *path, amp_mistake_fn *fn, void *user,
                         struct amp_err *err)
{
	struct amp_checker c = {.fn = fn, .user = user, .arena = amp_arena_new(ARENA_CAP)};
	*out = NULL;
	if (c.arena == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while reading “%s”."), path);
	const struct amp_at *at = amp_doc_load(&c, path, NULL);
	*kind = at == NULL               ? AMP_FILE_UNKNOWN
	        : is_study(at)           ? AMP_FILE_STUDY
	        : is_persona(at)         ? AMP_FILE_PERSONA
	        : is_source(at)          ? AMP_FILE_SOURCE
	        : looks_like_service(at) ? AMP_FILE_SERVICE
	                                 : AMP_FILE_UNKNOWN;
	if (at != NULL && *kind != AMP_FILE_STUDY) {
		if (*kind == AMP_FILE_PERSONA)
			check_persona_file(&c, at);
		else if (*kind == AMP_FILE_SOURCE)
			(void)amp_check_source(&c, at);
		else if (*kind == AMP_FILE_SERVICE)
			(void)amp_check_service(&c, at);
		else
			amp_wrong(
				&c, at,
				_("Neither a study nor a persona, a source or a service: a study has the key “study”, a persona the key “persona”, a source the key “source”, a service the key “service”."));
	}
	int rc = amp_checker_result(&c, path, err);
	amp_checker_release(&c);
	amp_arena_free(c.arena);
	return rc == 0 && *kind == AMP_FILE_STUDY ? amp_study_read(out, path, fn, user, err) : rc;
}

int amp_check_file(const char *path, amp_mistake_fn *fn, void *user, struct amp_err *err)
{
	struct amp_study *s = NULL;
	enum amp_file_kind kind;
	int rc = amp_check_file_study(&s, &kind, path, fn, user, err);
	amp_study_free(s);
	return rc;
}

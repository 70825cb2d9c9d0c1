/* body.c: JSON of requests. */
#include "persona/body.h"

#include <string.h>
#include "base/buf.h"
#include "base/str.h"

#define BODY_MAX ((size_t)1 << 20)
#define NAME_MAX_BYTES 128

json_t *amp_body_value(enum amp_body_type type, const char *text)
{
	int64_t number;
	switch (type) {
	case AMP_BODY_TEXT: return json_string(text);
	case AMP_BODY_INTEGER: return amp_str_i64(amp_str_c(text), &number) ? json_integer(number) : NULL;
	case AMP_BODY_BOOLEAN: return strcmp(text, "true") == 0 ? json_true() : strcmp(text, "false") == 0 ? json_false() : NULL;
	case AMP_BODY_JSON: return json_loads(text, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL);
	}
	return NULL;
}

/* The next name of a path; false when there is none, or one that is too long. */
static bool next_name(struct amp_str *path, char name[NAME_MAX_BYTES])
{
	if (path->p == NULL) return false;
	struct amp_str part = amp_str_cut(path, '.');
	if (part.n == 0 || part.n >= NAME_MAX_BYTES) return false;
	memcpy(name, part.p, part.n);
	name[part.n] = '\0';
	return true;
}

bool amp_body_put(json_t *body, const char *path, json_t *value)
{
	char name[NAME_MAX_BYTES];
	struct amp_str rest = amp_str_c(path);
	json_t *at = body;
	while (value != NULL && json_is_object(at) && next_name(&rest, name)) {
		if (rest.p == NULL) return json_object_set_new(at, name, value) == 0;
		json_t *down = json_object_get(at, name);
		if (down == NULL && json_object_set_new(at, name, json_object()) == 0) down = json_object_get(at, name);
		at = down;
	}
	json_decref(value);
	return false;
}

const json_t *amp_body_get(const json_t *body, const char *path)
{
	char name[NAME_MAX_BYTES];
	struct amp_str rest = amp_str_c(path);
	const json_t *at = body;
	do {
		if (!next_name(&rest, name)) return NULL;
		at = json_object_get(at, name);
	} while (rest.p != NULL && at != NULL);
	return at;
}

static int to_buffer(const char *p, size_t n, void *user)
{
	return amp_buf_add(user, p, n) == 0 ? 0 : -1;
}

const char *amp_body_text(const json_t *v, struct amp_arena *a)
{
	struct amp_buf b;
	amp_buf_init(&b, BODY_MAX);
	bool ok = v != NULL && json_dump_callback(v, to_buffer, &b, JSON_COMPACT | JSON_ENCODE_ANY) == 0 && !b.failed;
	const char *text = ok ? amp_arena_strndup(a, b.p, b.n) : NULL;
	amp_buf_free(&b);
	return text;
}

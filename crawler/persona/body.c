/* body.c: JSON of requests. */
#include "persona/body.h"

#include <string.h>
#include "base/buf.h"
#include "base/jsonv.h"
#include "base/str.h"

#define BODY_MAX ((size_t)1 << 20)
#define NAME_MAX_BYTES 128

json_t *amp_body_load(struct amp_str text, size_t flags)
{
	json_t *v = NULL;
	if (amp_jsonv_try(&v, text, &(struct amp_jsonv_rule){.flags = flags | JSON_REJECT_DUPLICATES}, NULL) != 0) amp_jsonv_lose();
	return v;
}

json_t *amp_body_value(enum amp_body_type type, const char *text)
{
	int64_t number;
	switch (type) {
	case AMP_BODY_TEXT: return json_string(text);
	case AMP_BODY_INTEGER: return amp_str_i64(amp_str_c(text), &number) ? json_integer(number) : NULL;
	case AMP_BODY_BOOLEAN: return strcmp(text, "true") == 0 ? json_true() : strcmp(text, "false") == 0 ? json_false() : NULL;
	case AMP_BODY_JSON: return amp_body_load(amp_str_c(text), JSON_DECODE_ANY);
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

const char *amp_body_text(const json_t *v, struct amp_arena *a)
{
	struct amp_buf b;
	amp_buf_init(&b, BODY_MAX);
	bool ok = amp_jsonv_dump(&b, v, JSON_COMPACT | JSON_ENCODE_ANY, "a request", NULL) == 0;
	const char *text = ok ? amp_arena_strndup(a, b.p, b.n) : NULL;
	amp_buf_free(&b);
	return text;
}

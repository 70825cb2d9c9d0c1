/* members.h: members that no row reads. What is sent and is of another type than it should be is remarked: else an answer that
 * changed would look like one that says less.
 */
#ifndef AMP_PLATFORMS_MEMBERS_H
#define AMP_PLATFORMS_MEMBERS_H
#include <string.h>
#include "parse/engine.h"

/* NULL when it was not sent, is null, or is of another type. (Always inlined: path is a literal, its hash a constant then.) */
static inline __attribute__((always_inline)) const struct amp_json *amp_member(struct amp_engine *e, enum amp_field field,
                                                                               const struct amp_json *object, const char *path,
                                                                               enum amp_json_type type)
{
	const struct amp_json *v = amp_json_path(object, path);
	if (amp_json_is_null(v)) return NULL;
	if (v->type == type) return v;
	amp_engine_diag(e, "invalid_value", field, v->offset, "%s is of another type", path);
	return NULL;
}

/* What holds the last step of *path, to which path then points. What lies behind something that has no members is lost with it: that is
 * remarked, whatever step it is. NULL then, and when a step was not sent. */
static inline const struct amp_json *amp_member_holder(struct amp_engine *e, enum amp_field field, const struct amp_json *object,
                                                       const char **path)
{
	const char *whole = *path;
	for (size_t n; (*path)[n = strcspn(*path, ".")]; *path += n + 1) {
		char next = (*path)[n + 1];
		object = amp_json_path_n(object, *path, n);
		if (amp_json_is_null(object)) return NULL;
		if (object->type == (next >= '0' && next <= '9' ? AMP_JSON_ARRAY : AMP_JSON_OBJECT)) continue;
		amp_engine_diag(e, "invalid_value", field, object->offset, "%.*s is of another type", (int)(*path + n - whole),
		                whole);
		return NULL;
	}
	return object;
}

/* amp_member, where each step on the way is remarked too. */
static inline const struct amp_json *amp_member_deep(struct amp_engine *e, enum amp_field field, const struct amp_json *object,
                                                     const char *path, enum amp_json_type type)
{
	const struct amp_json *holder = amp_member_holder(e, field, object, &path);
	return holder ? amp_member(e, field, holder, path, type) : NULL;
}

static inline __attribute__((always_inline)) struct amp_str amp_member_text(struct amp_engine *e, enum amp_field field,
                                                                            const struct amp_json *object, const char *path)
{
	return amp_json_str(amp_member(e, field, object, path, AMP_JSON_STRING));
}

static inline bool amp_member_flag(struct amp_engine *e, enum amp_field field, const struct amp_json *object, const char *path)
{
	const struct amp_json *v = amp_json_path(object, path);
	if (amp_json_is_null(v) || v->type == AMP_JSON_TRUE || v->type == AMP_JSON_FALSE) return amp_json_true(v);
	amp_engine_diag(e, "invalid_value", field, v->offset, "%s is neither true nor false", path);
	return false;
}

/* The same of the entry in hand, by one key: its field counts as sent and not usable. */
static inline const struct amp_json *amp_entry_member(struct amp_engine *e, const struct amp_json *object, const char *key,
                                                      enum amp_json_type type, enum amp_field field)
{
	const struct amp_json *v = amp_json_get(object, key);
	if (amp_json_is_null(v) || amp_json_is(v, type)) return v;
	amp_put_invalid(e, field, v->offset, "%s is of another type", key);
	return NULL;
}

static inline struct amp_str amp_entry_text(struct amp_engine *e, const struct amp_json *object, const char *key,
                                            enum amp_field field)
{
	return amp_json_str(amp_entry_member(e, object, key, AMP_JSON_STRING, field));
}

/* A width or height: AMP_ABSENT when it is none. */
static inline int64_t amp_member_size(struct amp_engine *e, const struct amp_json *object, const char *path)
{
	int64_t n;
	const struct amp_json *v = amp_json_path(object, path);
	if (amp_json_is_null(v)) return AMP_ABSENT;
	if (amp_json_i64(v, &n) && n >= 0) return n > 0 ? n : AMP_ABSENT;
	amp_engine_diag(e, "invalid_value", AMP_F_MEDIA, v->offset, "%s is no size", path);
	return AMP_ABSENT;
}

#endif

/* json_get.c: reading the tree. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "parse/json.h"

static const struct amp_json *skip_shadowed(const struct amp_json *key, const struct amp_json *end)
{
	while (key < end && key->flags & AMP_JSON_SHADOWED) key += 1 + key[1].span;
	return key < end ? key + 1 : NULL;
}

const struct amp_json *amp_json_first(const struct amp_json *c)
{
	if (!c || c->n == 0 || c->type < AMP_JSON_ARRAY) return NULL;
	return c->type == AMP_JSON_ARRAY ? c + 1 : skip_shadowed(c + 1, c + c->span);
}

const struct amp_json *amp_json_next(const struct amp_json *c, const struct amp_json *v)
{
	const struct amp_json *end = c + c->span, *next = v + v->span;
	if (c->type == AMP_JSON_OBJECT) return skip_shadowed(next, end);
	return next < end ? next : NULL;
}

const struct amp_json *amp_json_find(const struct amp_json *object, const char *key, size_t n, uint32_t hash)
{
	const struct amp_json *end = object + object->span;
	for (const struct amp_json *k = object + 1; k < end; k += 1 + k[1].span)
		if (amp_json_names(k, key, n, hash)) return k + 1;
	return NULL;
}

struct amp_json_keys {
	size_t n;
	const struct amp_json **sorted;
};

static int compare_hashes(const void *pa, const void *pb)
{
	const struct amp_json *a = *(const struct amp_json *const *)pa, *b = *(const struct amp_json *const *)pb;
	if (a->span != b->span) return a->span < b->span ? -1 : 1;
	if (a->n != b->n) return a->n < b->n ? -1 : 1;
	return a->n ? memcmp(a->p, b->p, a->n) : 0; /* the hash sees three bytes only: the names themselves decide */
}

const struct amp_json_keys *amp_json_keys_new(struct amp_arena *arena, const struct amp_json *object)
{
	struct amp_json_keys *keys = amp_arena_alloc(arena, sizeof *keys);
	size_t room = amp_json_is(object, AMP_JSON_OBJECT) ? object->n : 0;
	if (!keys) return NULL;
	*keys = (struct amp_json_keys){0, amp_arena_alloc(arena, (room + 1) * sizeof *keys->sorted)};
	if (!keys->sorted) return NULL;
	for (const struct amp_json *v = room ? amp_json_first(object) : NULL; v && keys->n < room; v = amp_json_next(object, v))
		keys->sorted[keys->n++] = v - 1;
	qsort(keys->sorted, keys->n, sizeof *keys->sorted, compare_hashes);
	return keys;
}

const struct amp_json *amp_json_keys_get(const struct amp_json_keys *keys, struct amp_str key)
{
	struct amp_json wanted = {.p = key.p, .n = (uint32_t)key.n, .span = amp_json_hash(key.p, key.n)};
	const struct amp_json *name = &wanted;
	if (!keys || !key.p || key.n > UINT32_MAX) return NULL;
	const struct amp_json **found = bsearch(&name, keys->sorted, keys->n, sizeof *keys->sorted, compare_hashes);
	return found ? *found + 1 : NULL;
}

const struct amp_json *amp_json_at(const struct amp_json *array, size_t i)
{
	if (!amp_json_is(array, AMP_JSON_ARRAY) || i >= array->n) return NULL;
	const struct amp_json *v = array + 1;
	while (i--) v += v->span;
	return v;
}

const struct amp_json *amp_json_path_n(const struct amp_json *v, const char *path, size_t n)
{
	const char *end = path + n;
	while (v && path) {
		const char *dot = path;
		while (dot < end && *dot != '.') dot++;
		struct amp_str step = {path, (size_t)(dot - path)};
		path = dot < end ? dot + 1 : NULL;
		int64_t i;
		if (v->type == AMP_JSON_ARRAY)
			v = amp_str_i64(step, &i) && i >= 0 ? amp_json_at(v, (size_t)i) : NULL;
		else
			v = amp_json_get_n(v, step.p, step.n);
	}
	return v;
}

bool amp_json_true(const struct amp_json *v)
{
	return amp_json_is(v, AMP_JSON_TRUE);
}

bool amp_json_double(const struct amp_json *v, double *out)
{
	char digits[1024]; /* strtod wants an end; longer numbers than this are digits for nobody */
	if (!amp_json_is(v, AMP_JSON_NUMBER) || v->n >= sizeof digits) return false;
	memcpy(digits, v->p, v->n);
	digits[v->n] = '\0';
	*out = strtod(digits, NULL);
	return isfinite(*out) != 0;
}

bool amp_json_i64(const struct amp_json *v, int64_t *out)
{
	if (!amp_json_is(v, AMP_JSON_NUMBER)) return false;
	if (v->flags & AMP_JSON_INTEGER) return amp_str_i64(amp_json_digits(v), out);
	double d;
	if (!amp_json_double(v, &d) || d != floor(d) || fabs(d) > 9007199254740992.0) return false; /* 2^53: exact in a double */
	*out = (int64_t)d;
	return true;
}

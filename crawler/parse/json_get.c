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

const struct amp_json *amp_json_get_n(const struct amp_json *object, const char *key, size_t n)
{
	if (!amp_json_is(object, AMP_JSON_OBJECT)) return NULL;
	const struct amp_json *end = object + object->span;
	uint32_t hash = amp_json_hash(key, n);
	for (const struct amp_json *k = object + 1; k < end; k += 1 + k[1].span) {
		if (k->span != hash || k->n != n || k->flags & AMP_JSON_SHADOWED) continue;
		if (n == 0 || memcmp(k->p, key, n) == 0) return k + 1;
	}
	return NULL;
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

const struct amp_json *amp_json_path(const struct amp_json *v, const char *path)
{
	return amp_json_path_n(v, path, strlen(path));
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

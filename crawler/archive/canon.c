/* canon.c: see canon.h. jansson's own dump writes control characters as \u001F where RFC 8785 section 3.2.2.2 wants \u001f. */
#include "canon.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/jsonv.h"
#include "base/mem.h"

#define CANON_DEPTH 32
#define CANON_MAX_INTEGER INT64_C(9007199254740991) /* 2^53 - 1 */

static void put_string(struct amp_buf *out, const char *p, size_t n)
{
	static const char *const shorts = "\b\t\n\f\r\"\\", *const letters = "btnfr\"\\";

	(void)amp_buf_byte(out, '"');
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)p[i];
		const char *at = c == 0 ? NULL : strchr(shorts, c);

		if (at != NULL) {
			(void)amp_buf_byte(out, '\\');
			(void)amp_buf_byte(out, letters[at - shorts]);
		} else if (c < 0x20) {
			(void)amp_buf_printf(out, "\\u%04x", c);
		} else {
			(void)amp_buf_byte(out, c);
		}
	}
	(void)amp_buf_byte(out, '"');
}

static int compare_keys(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool ascii(const char *s)
{
	for (; *s != '\0'; s++) {
		if ((unsigned char)*s >= 0x80) return false;
	}
	return true;
}

static int put_value(struct amp_buf *out, const json_t *v, int depth, struct amp_err *err);

static int put_object(struct amp_buf *out, const json_t *v, int depth, struct amp_err *err)
{
	json_t *object = (json_t *)(uintptr_t)v; /* jansson's iterators take no const; nothing is changed */
	size_t n = json_object_size(v), i = 0;
	const char **keys = amp_calloc(n + 1, sizeof(*keys));
	int rc = 0;

	if (keys == NULL) return amp_fail(err, AMP_ENOMEM, _("out of memory while writing an entry of the archive"));
	for (void *it = json_object_iter(object); it != NULL && i < n; it = json_object_iter_next(object, it)) {
		keys[i++] = json_object_iter_key(it);
	}
	qsort(keys, n, sizeof(*keys), compare_keys);
	(void)amp_buf_byte(out, '{');
	for (i = 0; i < n && rc == 0; i++) {
		if (!ascii(keys[i])) {
			rc = amp_fail(err, AMP_EUSAGE, _("an entry of the archive has the key \"%s\"; only ASCII keys are allowed"),
			              keys[i]);
			break;
		}
		if (i > 0) (void)amp_buf_byte(out, ',');
		put_string(out, keys[i], strlen(keys[i]));
		(void)amp_buf_byte(out, ':');
		rc = put_value(out, json_object_get(v, keys[i]), depth + 1, err);
	}
	(void)amp_buf_byte(out, '}');
	amp_free(keys);
	return rc;
}

static int put_value(struct amp_buf *out, const json_t *v, int depth, struct amp_err *err)
{
	int rc = 0;

	if (depth > CANON_DEPTH)
		return amp_fail(err, AMP_EUSAGE, _("an entry of the archive is nested deeper than %d"), CANON_DEPTH);
	switch (json_typeof(v)) {
	case JSON_OBJECT: return put_object(out, v, depth, err);
	case JSON_ARRAY:
		(void)amp_buf_byte(out, '[');
		for (size_t i = 0; i < json_array_size(v) && rc == 0; i++) {
			if (i > 0) (void)amp_buf_byte(out, ',');
			rc = put_value(out, json_array_get(v, i), depth + 1, err);
		}
		(void)amp_buf_byte(out, ']');
		return rc;
	case JSON_STRING: put_string(out, json_string_value(v), json_string_length(v)); return 0;
	case JSON_INTEGER:
		if (json_integer_value(v) > CANON_MAX_INTEGER || json_integer_value(v) < -CANON_MAX_INTEGER) {
			return amp_fail(err, AMP_EUSAGE,
			                _("an entry of the archive holds the integer %lld; larger than 2^53 it must be text"),
			                (long long)json_integer_value(v));
		}
		(void)amp_buf_printf(out, "%lld", (long long)json_integer_value(v));
		return 0;
	case JSON_TRUE: (void)amp_buf_addc(out, "true"); return 0;
	case JSON_FALSE: (void)amp_buf_addc(out, "false"); return 0;
	case JSON_NULL: (void)amp_buf_addc(out, "null"); return 0;
	case JSON_REAL:
	default: return amp_fail(err, AMP_EUSAGE, _("an entry of the archive holds a real number; write decimals as text"));
	}
}

int canon_dump(struct amp_buf *out, const json_t *value, struct amp_err *err)
{
	int rc = 0;

	if (amp_jsonv_lost()) /* a member may be missing that was put in: an entry is never shortened */
		return amp_fail(err, AMP_ENOMEM, _("out of memory while writing an entry of the archive"));
	rc = put_value(out, value, 0, err);
	return rc != 0 ? rc : amp_buf_check(out, "an entry of the archive", err);
}

int canon_load(json_t **out, struct amp_str bytes, struct amp_err *err)
{
	const struct amp_jsonv_rule rule = {.name = "an entry of the archive", .flags = JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL};
	struct amp_buf again;
	json_error_t e;
	int rc = amp_jsonv_load(out, bytes, &rule, &e, err);

	if (rc == AMP_ENOMEM) return rc;
	if (rc != 0) return amp_fail(err, AMP_EFORMAT, _("the block is not JSON: %s at byte %d"), e.text, e.position);
	amp_buf_init(&again, 2 * bytes.n + 64);
	rc = put_value(&again, *out, 0, err);
	if (rc == 0) rc = amp_buf_check(&again, rule.name, err);
	if (rc == 0 && (again.n != bytes.n || memcmp(again.p, bytes.p, bytes.n) != 0)) {
		size_t at = 0;

		while (at < again.n && at < bytes.n && again.p[at] == bytes.p[at]) at++;
		rc = amp_fail(err, AMP_EFORMAT, _("the block is not in canonical form from its byte %zu"), at);
	}
	amp_buf_free(&again);
	if (rc == 0) return 0;
	json_decref(*out);
	*out = NULL;
	return rc;
}

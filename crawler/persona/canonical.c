/* canonical.c: RFC 8785, JSON Canonicalization Scheme: keys ordered by UTF-16 code units, no white space, the shortest escapes.
 * Numbers are whole and within ±(2^53 - 1), where every reader agrees on their text; reals are refused (decimal strings instead).
 */
#include "persona/study.h"

#include <stdlib.h>
#include <string.h>
#include "base/i18n.h"
#include "base/jsonv.h"
#include "base/mem.h"
#include "base/utf8.h"

#define LARGEST INT64_C(9007199254740991)

/* UTF-16 order differs from code point order where a surrogate pair (D800…) meets U+E000 to U+FFFF. */
static int compare_utf16(const char *a, const char *b)
{
	const char *a_end = a + strlen(a), *b_end = b + strlen(b);
	while (a < a_end && b < b_end) {
		uint32_t x, y;
		size_t nx = amp_utf8_decode(a, a_end, &x), ny = amp_utf8_decode(b, b_end, &y);
		if (x != y) {
			bool pair_x = x > 0xFFFF, pair_y = y > 0xFFFF;
			if (pair_x == pair_y) return x < y ? -1 : 1;
			uint32_t unit_x = pair_x ? 0xD800 + ((x - 0x10000) >> 10) : x,
				 unit_y = pair_y ? 0xD800 + ((y - 0x10000) >> 10) : y;
			return unit_x < unit_y ? -1 : 1;
		}
		a += nx == 0 ? 1 : nx;
		b += ny == 0 ? 1 : ny;
	}
	return (a < a_end) - (b < b_end);
}

static int compare_keys(const void *a, const void *b)
{
	return compare_utf16(*(const char *const *)a, *(const char *const *)b);
}

static void put_string(struct amp_buf *out, const char *s, size_t n)
{
	static const char named[] = "\b\t\n\f\r\"\\", letters[] = "btnfr\"\\";
	(void)amp_buf_byte(out, '"');
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];
		const char *escape = c == 0 ? NULL : memchr(named, c, sizeof named - 1);
		if (escape != NULL) {
			(void)amp_buf_byte(out, '\\');
			(void)amp_buf_byte(out, letters[escape - named]);
		} else if (c < 0x20) {
			(void)amp_buf_printf(out, "\\u%04x", c);
		} else {
			(void)amp_buf_byte(out, c);
		}
	}
	(void)amp_buf_byte(out, '"');
}

static int put(const json_t *v, struct amp_buf *out, struct amp_err *err);

static int put_object(const json_t *v, struct amp_buf *out, struct amp_err *err)
{
	size_t n = json_object_size(v), i = 0;
	const char **keys = amp_calloc(n + 1, sizeof *keys);
	if (keys == NULL) return amp_fail(err, AMP_ENOMEM, _("Out of memory while writing canonical JSON."));
	/* jansson's iteration takes a non-const object and changes nothing. */
	json_t *object = (json_t *)(uintptr_t)v;
	for (void *it = json_object_iter(object); it != NULL && i < n; it = json_object_iter_next(object, it))
		keys[i++] = json_object_iter_key(it);
	qsort(keys, i, sizeof *keys, compare_keys);
	(void)amp_buf_byte(out, '{');
	int rc = 0;
	for (size_t k = 0; k < i && rc == 0; k++) {
		if (k > 0) (void)amp_buf_byte(out, ',');
		put_string(out, keys[k], strlen(keys[k]));
		(void)amp_buf_byte(out, ':');
		rc = put(json_object_get(v, keys[k]), out, err);
	}
	(void)amp_buf_byte(out, '}');
	amp_free(keys);
	return rc;
}

static int put_array(const json_t *v, struct amp_buf *out, struct amp_err *err)
{
	int rc = 0;
	(void)amp_buf_byte(out, '[');
	for (size_t i = 0; i < json_array_size(v) && rc == 0; i++) {
		if (i > 0) (void)amp_buf_byte(out, ',');
		rc = put(json_array_get(v, i), out, err);
	}
	(void)amp_buf_byte(out, ']');
	return rc;
}

static int put(const json_t *v, struct amp_buf *out, struct amp_err *err)
{
	switch (json_typeof(v)) {
	case JSON_OBJECT: return put_object(v, out, err);
	case JSON_ARRAY: return put_array(v, out, err);
	case JSON_STRING: put_string(out, json_string_value(v), json_string_length(v)); return 0;
	case JSON_INTEGER: {
		json_int_t i = json_integer_value(v);
		if (i > LARGEST || i < -LARGEST)
			return amp_fail(err, AMP_EUSAGE, _("Canonical JSON: the number %lld is beyond 2^53; write it as a text."),
			                (long long)i);
		(void)amp_buf_printf(out, "%lld", (long long)i);
		return 0;
	}
	case JSON_REAL:
		return amp_fail(err, AMP_EUSAGE,
		                _("Canonical JSON: the number %g is not whole; write it as a text, such as \"0.05\"."),
		                json_real_value(v));
	case JSON_TRUE: (void)amp_buf_addc(out, "true"); return 0;
	case JSON_FALSE: (void)amp_buf_addc(out, "false"); return 0;
	case JSON_NULL: (void)amp_buf_addc(out, "null"); return 0;
	}
	return amp_fail(err, AMP_EFAIL, _("Canonical JSON: a value of an unknown kind."));
}

int amp_json_canonical(const json_t *v, struct amp_buf *out, struct amp_err *err)
{
	if (amp_jsonv_lost()) /* a member may be missing that was put in: another text, with another hash */
		return amp_fail(err, AMP_ENOMEM, _("Out of memory while writing canonical JSON."));
	int rc = put(v, out, err);
	return rc == 0 ? amp_buf_check(out, "canonical JSON", err) : rc;
}

/* jsonw.h: JSON out, straight into a buffer: one object a line, keys in the order written, non-ASCII as UTF-8.
 * (Reading JSON: crawler/parse/json for platforms, base/jsonv for what people and this program wrote.)
 */
#ifndef AMP_BASE_JSONW_H
#define AMP_BASE_JSONW_H
#include <stdbool.h>
#include <stdint.h>
#include "base/buf.h"

struct amp_jsonw {
	struct amp_buf *b;
	bool comma; /* a comma is due before the next value */
};
void amp_jsonw_start(struct amp_jsonw *w, struct amp_buf *b);
void amp_jsonw_object(struct amp_jsonw *w);
void amp_jsonw_end_object(struct amp_jsonw *w);
void amp_jsonw_array(struct amp_jsonw *w);
void amp_jsonw_end_array(struct amp_jsonw *w);
void amp_jsonw_key(struct amp_jsonw *w, const char *key);
void amp_jsonw_str(struct amp_jsonw *w, struct amp_str s); /* absent writes null */
void amp_jsonw_c(struct amp_jsonw *w, const char *s);      /* NULL writes null */
void amp_jsonw_i64(struct amp_jsonw *w, int64_t v);
void amp_jsonw_double(struct amp_jsonw *w, double v); /* shortest form that reads back the same; not finite writes null */
void amp_jsonw_bool(struct amp_jsonw *w, bool v);
void amp_jsonw_null(struct amp_jsonw *w);
void amp_jsonw_time(struct amp_jsonw *w, int64_t ms); /* RFC 3339 or null */
/* key and value in one call */
void amp_jsonw_kstr(struct amp_jsonw *w, const char *key, struct amp_str s);
void amp_jsonw_kc(struct amp_jsonw *w, const char *key, const char *s);
void amp_jsonw_ki64(struct amp_jsonw *w, const char *key, int64_t v);
void amp_jsonw_kdouble(struct amp_jsonw *w, const char *key, double v);
void amp_jsonw_kbool(struct amp_jsonw *w, const char *key, bool v);
void amp_jsonw_ktime(struct amp_jsonw *w, const char *key, int64_t ms);

#endif

/* jsonw.c: see jsonw.h. */
#include "base/jsonw.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

void amp_jsonw_start(struct amp_jsonw *w, struct amp_buf *b)
{
	w->b = b;
	w->comma = false;
}

static void before(struct amp_jsonw *w)
{
	if (w->comma) (void)amp_buf_byte(w->b, ',');
	w->comma = true;
}

static void open_with(struct amp_jsonw *w, char c)
{
	before(w);
	(void)amp_buf_byte(w->b, c);
	w->comma = false;
}

static void close_with(struct amp_jsonw *w, char c)
{
	(void)amp_buf_byte(w->b, c);
	w->comma = true;
}

void amp_jsonw_object(struct amp_jsonw *w)
{
	open_with(w, '{');
}
void amp_jsonw_end_object(struct amp_jsonw *w)
{
	close_with(w, '}');
}
void amp_jsonw_array(struct amp_jsonw *w)
{
	open_with(w, '[');
}
void amp_jsonw_end_array(struct amp_jsonw *w)
{
	close_with(w, ']');
}

static void quoted(struct amp_buf *b, const char *p, size_t n)
{
	size_t from = 0;

	(void)amp_buf_byte(b, '"');
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)p[i];

		if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f) continue;
		(void)amp_buf_add(b, p + from, i - from);
		from = i + 1;
		switch (c) {
		case '"': (void)amp_buf_addc(b, "\\\""); break;
		case '\\': (void)amp_buf_addc(b, "\\\\"); break;
		case '\n': (void)amp_buf_addc(b, "\\n"); break;
		case '\r': (void)amp_buf_addc(b, "\\r"); break;
		case '\t': (void)amp_buf_addc(b, "\\t"); break;
		default: (void)amp_buf_printf(b, "\\u%04x", c);
		}
	}
	(void)amp_buf_add(b, p + from, n - from);
	(void)amp_buf_byte(b, '"');
}

void amp_jsonw_key(struct amp_jsonw *w, const char *key)
{
	before(w);
	quoted(w->b, key, strlen(key));
	(void)amp_buf_byte(w->b, ':');
	w->comma = false;
}

void amp_jsonw_null(struct amp_jsonw *w)
{
	before(w);
	(void)amp_buf_addc(w->b, "null");
}

void amp_jsonw_str(struct amp_jsonw *w, struct amp_str s)
{
	if (s.p == NULL) {
		amp_jsonw_null(w);
		return;
	}
	before(w);
	quoted(w->b, s.p, s.n);
}

void amp_jsonw_c(struct amp_jsonw *w, const char *s)
{
	amp_jsonw_str(w, amp_str_c(s));
}

void amp_jsonw_i64(struct amp_jsonw *w, int64_t v)
{
	before(w);
	(void)amp_buf_printf(w->b, "%lld", (long long)v);
}

void amp_jsonw_double(struct amp_jsonw *w, double v)
{
	char text[40];

	if (!isfinite(v)) {
		amp_jsonw_null(w);
		return;
	}
	for (int digits = 1; digits <= 17; digits++) {
		(void)snprintf(text, sizeof(text), "%.*g", digits, v);
		if (digits == 17 || strtod(text, NULL) == v) break;
	}
	before(w);
	(void)amp_buf_addc(w->b, text);
}

void amp_jsonw_bool(struct amp_jsonw *w, bool v)
{
	before(w);
	(void)amp_buf_addc(w->b, v ? "true" : "false");
}

void amp_jsonw_time(struct amp_jsonw *w, int64_t ms)
{
	char text[AMP_TIME_TEXT];

	amp_time_format(ms, text);
	amp_jsonw_c(w, text[0] == '\0' ? NULL : text);
}

void amp_jsonw_kstr(struct amp_jsonw *w, const char *key, struct amp_str s)
{
	amp_jsonw_key(w, key);
	amp_jsonw_str(w, s);
}

void amp_jsonw_kc(struct amp_jsonw *w, const char *key, const char *s)
{
	amp_jsonw_key(w, key);
	amp_jsonw_c(w, s);
}

void amp_jsonw_ki64(struct amp_jsonw *w, const char *key, int64_t v)
{
	amp_jsonw_key(w, key);
	amp_jsonw_i64(w, v);
}

void amp_jsonw_kdouble(struct amp_jsonw *w, const char *key, double v)
{
	amp_jsonw_key(w, key);
	amp_jsonw_double(w, v);
}

void amp_jsonw_kbool(struct amp_jsonw *w, const char *key, bool v)
{
	amp_jsonw_key(w, key);
	amp_jsonw_bool(w, v);
}

void amp_jsonw_ktime(struct amp_jsonw *w, const char *key, int64_t ms)
{
	amp_jsonw_key(w, key);
	amp_jsonw_time(w, ms);
}

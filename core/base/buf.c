/* buf.c: see buf.h. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

void amp_buf_init(struct amp_buf *b, size_t cap)
{
	memset(b, 0, sizeof(*b));
	b->cap = cap;
}

void amp_buf_free(struct amp_buf *b)
{
	if (b == NULL) return;
	amp_free(b->p);
	amp_buf_init(b, b->cap);
}

void amp_buf_reset(struct amp_buf *b)
{
	b->n = 0;
	b->failed = 0;
	if (b->p != NULL) b->p[0] = '\0';
}

int amp_buf_reserve(struct amp_buf *b, size_t more)
{
	size_t size;
	char *p;

	if (b->failed != 0) return b->failed;
	if (more > b->cap || b->n > b->cap - more) {
		b->failed = AMP_ELIMIT;
		return b->failed;
	}
	if (b->n + more < b->size) return 0;
	size = b->size < 64 ? 64 : b->size;
	while (size < b->n + more + 1) size = size > SIZE_MAX / 2 ? b->n + more + 1 : size * 2;
	if (size > b->cap + 1) size = b->cap + 1;
	p = amp_realloc(b->p, size);
	if (p == NULL) {
		b->failed = AMP_ENOMEM;
		return b->failed;
	}
	b->p = p;
	b->size = size;
	b->p[b->n] = '\0';
	return 0;
}

int amp_buf_add(struct amp_buf *b, const void *p, size_t n)
{
	int rc = amp_buf_reserve(b, n);

	if (rc != 0 || n == 0) return rc;
	memcpy(b->p + b->n, p, n);
	b->n += n;
	b->p[b->n] = '\0';
	return 0;
}

int amp_buf_addc(struct amp_buf *b, const char *s)
{
	return amp_buf_add(b, s, strlen(s));
}

int amp_buf_adds(struct amp_buf *b, struct amp_str s)
{
	return s.p == NULL ? b->failed : amp_buf_add(b, s.p, s.n);
}

int amp_buf_byte(struct amp_buf *b, int c)
{
	char one = (char)c;

	return amp_buf_add(b, &one, 1);
}

int amp_buf_utf8(struct amp_buf *b, uint32_t codepoint)
{
	char bytes[4];

	return amp_buf_add(b, bytes, amp_utf8_encode(codepoint, bytes));
}

int amp_buf_vprintf(struct amp_buf *b, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	if (b->failed != 0) return b->failed;
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	if (n >= 0 && amp_buf_reserve(b, (size_t)n) == 0) {
		(void)vsnprintf(b->p + b->n, (size_t)n + 1, fmt, again);
		b->n += (size_t)n;
	}
	va_end(again);
	if (n < 0) b->failed = AMP_ELIMIT;
	return b->failed;
}

int amp_buf_printf(struct amp_buf *b, const char *fmt, ...)
{
	va_list ap;
	int rc;

	va_start(ap, fmt);
	rc = amp_buf_vprintf(b, fmt, ap);
	va_end(ap);
	return rc;
}

int amp_buf_check(const struct amp_buf *b, const char *what, struct amp_err *err)
{
	if (b->failed == AMP_ELIMIT) return amp_fail(err, AMP_ELIMIT, "%s is larger than the %zu bytes allowed", what, b->cap);
	if (b->failed != 0) return amp_fail(err, b->failed, "out of memory while building %s", what);
	return 0;
}

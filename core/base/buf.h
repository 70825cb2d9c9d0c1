/* buf.h: growing bytes with a hard cap, always NUL-ended. A failed append leaves the buffer as it was and marks it:
 * so a run of appends needs one check at the end (b->failed), as with stdio.
 */
#ifndef AMP_BASE_BUF_H
#define AMP_BASE_BUF_H
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"
#include "base/str.h"

struct amp_buf {
	char *p;
	size_t n, size, cap;
	int failed; /* 0, AMP_ENOMEM or AMP_ELIMIT: sticky */
};

void amp_buf_init(struct amp_buf *b, size_t cap); /* no allocation yet */
void amp_buf_free(struct amp_buf *b);             /* NULL-safe, leaves an empty usable buffer */
void amp_buf_reset(struct amp_buf *b);            /* n = 0, failed = 0, memory kept */
int amp_buf_add(struct amp_buf *b, const void *p, size_t n);
int amp_buf_addc(struct amp_buf *b, const char *s);
int amp_buf_adds(struct amp_buf *b, struct amp_str s);
int amp_buf_byte(struct amp_buf *b, int c);
int amp_buf_utf8(struct amp_buf *b, uint32_t codepoint);
int amp_buf_printf(struct amp_buf *b, const char *fmt, ...) AMP_PRINTF(2, 3);
int amp_buf_vprintf(struct amp_buf *b, const char *fmt, va_list ap) AMP_PRINTF(2, 0);
int amp_buf_reserve(struct amp_buf *b, size_t more); /* room for `more` bytes beyond n */
static inline struct amp_str amp_buf_str(const struct amp_buf *b)
{
	return (struct amp_str){b->p ? b->p : "", b->n};
}
/* 0, or the sticky failure with a sentence naming `what`. */
int amp_buf_check(const struct amp_buf *b, const char *what, struct amp_err *err) AMP_CHECK;

#endif

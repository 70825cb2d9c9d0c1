/* err.c: see err.h. */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void fill(struct amp_err *err, int code, int sys, const char *file, int line)
{
	err->code = code;
	err->sys = sys;
	err->file = file;
	err->line = line;
}

int amp_err_set_at(struct amp_err *err, int code, int sys, const char *file, int line, const char *fmt, ...)
{
	if (err != NULL) {
		va_list ap;

		fill(err, code, sys, file, line);
		va_start(ap, fmt);
		(void)vsnprintf(err->text, sizeof(err->text), fmt, ap);
		va_end(ap);
	}
	return code;
}

static int code_of_errno(int e)
{
	switch (e) {
	case ENOSPC:
#ifdef EDQUOT
	case EDQUOT:
#endif
	case EFBIG: return AMP_EFULL;
	case ENOMEM: return AMP_ENOMEM;
	case ENOENT: return AMP_ENOTFOUND;
	case EWOULDBLOCK: return AMP_EBUSY;
	default: return AMP_EIO;
	}
}

int amp_err_set_errno_at(struct amp_err *err, const char *file, int line, const char *fmt, ...)
{
	int e = errno;
	int code = code_of_errno(e);

	if (err != NULL) {
		va_list ap;
		size_t n;

		fill(err, code, e, file, line);
		va_start(ap, fmt);
		(void)vsnprintf(err->text, sizeof(err->text), fmt, ap);
		va_end(ap);
		n = strlen(err->text);
		(void)snprintf(err->text + n, sizeof(err->text) - n, ": %s", strerror(e));
	}
	return code;
}

int amp_exit_code(int code)
{
	if (code >= 0) return code;
	if (code >= AMP_EPOLICY) return -code;
	return code == AMP_EINTERRUPTED ? 3 : 1;
}

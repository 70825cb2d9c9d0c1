/* sink.c: see sink.h. */
#include "export/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/io.h"

#define WRITE_AT ((size_t)256 << 10)
#define ROW_MAX ((size_t)64 << 20) /* one row: texts are bounded by what an answer may hold */

int amp_sink_open(struct amp_sink *s, const char *dir, const char *name, struct amp_err *err)
{
	int rc;

	memset(s, 0, sizeof *s);
	s->fd = -1;
	amp_buf_init(&s->b, ROW_MAX);
	amp_buf_init(&s->path, 8192);
	if (dir != NULL) (void)amp_buf_printf(&s->path, "%s/", dir);
	(void)amp_buf_addc(&s->path, name);
	rc = amp_buf_check(&s->path, "a file name", err);
	if (rc == 0) {
		s->fd = strcmp(s->path.p, "-") == 0 ? 1
		                                    : open(s->path.p, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
		if (s->fd < 0 && errno == EEXIST)
			rc = amp_fail(err, AMP_EUSAGE, _("%s exists already; an export never overwrites"), s->path.p);
		else if (s->fd < 0)
			rc = amp_fail_errno(err, _("cannot create %s"), s->path.p);
	}
	if (rc != 0) {
		amp_buf_free(&s->path);
		return rc;
	}
	amp_sha256_start(&s->h);
	return 0;
}

static int write_out(struct amp_sink *s, struct amp_err *err)
{
	int rc = amp_buf_check(&s->b, s->path.p, err);

	if (rc == 0 && s->b.n > 0) {
		amp_sha256_add(&s->h, s->b.p, s->b.n);
		rc = amp_io_write_all(s->fd, s->b.p, s->b.n, s->fd == 1 ? _("standard output") : s->path.p, err);
	}
	if (rc == 0) s->bytes += (int64_t)s->b.n;
	amp_buf_reset(&s->b);
	return rc;
}

int amp_sink_pass(struct amp_sink *s, struct amp_err *err)
{
	return s->b.n < WRITE_AT && s->b.failed == 0 ? 0 : write_out(s, err);
}

int amp_sink_close(struct amp_sink *s, int rc, struct amp_err *err)
{
	if (rc == 0) rc = write_out(s, err);
	amp_sha256_end(&s->h, s->sha256);
	if (s->fd != 1) {
		if (rc == 0) rc = amp_io_sync(s->fd, s->path.p, err);
		if (close(s->fd) != 0 && rc == 0) rc = amp_fail_errno(err, _("cannot write %s"), s->path.p);
		if (rc != 0) (void)unlink(s->path.p);
	}
	amp_buf_free(&s->b);
	amp_buf_free(&s->path);
	return rc;
}

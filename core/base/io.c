/* io.c: see io.h. */
#include "base/io.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"

static uint64_t crash_count, crash_at;
static int crash_armed;

static void crash_arm(void)
{
	if (!crash_armed) {
		const char *env = getenv("AMP_CRASH_AT");

		crash_armed = 1;
		if (env != NULL) crash_at = (uint64_t)strtoull(env, NULL, 10);
	}
}

static void crash_now(const char *what)
{
	/* Told on stderr so that the kill test can name the point; nothing else is flushed or closed. */
	(void)!write(2, "crash point: ", 13);
	(void)!write(2, what, strlen(what));
	(void)!write(2, "\n", 1);
	(void)kill(getpid(), SIGKILL);
}

void amp_crash_point(const char *what)
{
	crash_arm();
	crash_count++;
	if (crash_at != 0 && crash_count == crash_at) crash_now(what);
}

uint64_t amp_crash_count(void)
{
	return crash_count;
}

static int write_some(int fd, const char *p, size_t n, const char *path, struct amp_err *err)
{
	while (n > 0) {
		ssize_t done = write(fd, p, n);

		if (done < 0 && errno == EINTR) continue;
		if (done < 0) return amp_fail_errno(err, _("cannot write %s"), path);
		p += done;
		n -= (size_t)done;
	}
	return 0;
}

int amp_io_write_all(int fd, const void *p, size_t n, const char *path, struct amp_err *err)
{
	crash_arm();
	crash_count++;
	if (crash_at != 0 && crash_count == crash_at) { /* a torn write: half of it reaches the file */
		(void)write_some(fd, p, n / 2, path, NULL);
		crash_now(path);
	}
	return write_some(fd, p, n, path, err);
}

int amp_io_sync(int fd, const char *path, struct amp_err *err)
{
	amp_crash_point("before fdatasync");
	if (fdatasync(fd) != 0 && errno != EINVAL && errno != EROFS) return amp_fail_errno(err, _("cannot sync %s"), path);
	amp_crash_point("after fdatasync");
	return 0;
}

int amp_io_sync_dir(const char *dir, struct amp_err *err)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc = 0;

	if (fd < 0) return amp_fail_errno(err, _("cannot open the folder %s"), dir);
	if (fsync(fd) != 0 && errno != EINVAL && errno != EROFS) rc = amp_fail_errno(err, _("cannot sync the folder %s"), dir);
	(void)close(fd);
	return rc;
}

int amp_io_read_file(const char *path, struct amp_buf *b, struct amp_err *err)
{
	int fd = strcmp(path, "-") == 0 ? 0 : open(path, O_RDONLY | O_CLOEXEC), rc = 0;
	struct stat st;

	if (fd < 0) return amp_fail_errno(err, _("cannot open %s"), path);
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		rc = amp_fail(err, AMP_EUSAGE, _("%s is a folder; a file is expected"), path);
		goto out;
	}
	for (;;) {
		ssize_t got;

		/* reserve 64 KiB, or what the cap leaves plus one byte's worth of proof that there is more */
		size_t room = b->cap - b->n < 65536 ? b->cap - b->n : 65536;

		if (room == 0) {
			char one;

			do {
				got = read(fd, &one, 1);
			} while (got < 0 && errno == EINTR);
			if (got > 0) {
				rc = amp_fail(err, AMP_ELIMIT, _("%s is larger than the %zu bytes allowed"), path, b->cap);
			} else if (got < 0) {
				rc = amp_fail_errno(err, _("cannot read %s"), path);
			}
			break;
		}
		rc = amp_buf_reserve(b, room);
		if (rc != 0) {
			rc = amp_fail(err, rc, _("out of memory while reading %s"), path);
			break;
		}
		got = read(fd, b->p + b->n, room);
		if (got < 0 && errno == EINTR) continue;
		if (got < 0) {
			rc = amp_fail_errno(err, _("cannot read %s"), path);
			break;
		}
		if (got == 0) break;
		b->n += (size_t)got;
		b->p[b->n] = '\0';
	}
out:
	if (fd != 0) (void)close(fd);
	return rc;
}

int amp_io_write_file(const char *path, const void *p, size_t n, struct amp_err *err)
{
	struct amp_buf temporary;
	int fd = -1, rc;

	amp_buf_init(&temporary, 8192);
	(void)amp_buf_printf(&temporary, "%s.tmp.%ld", path, (long)getpid());
	rc = amp_buf_check(&temporary, "a file name", err);
	if (rc != 0) goto out;
	/* A file or link that someone else put there would lend its owner, its mode or its target to what may be a session's tokens. */
	(void)unlink(temporary.p);
	fd = open(temporary.p, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
	if (fd < 0) {
		rc = amp_fail_errno(err, _("cannot create %s"), temporary.p);
		goto out;
	}
	rc = amp_io_write_all(fd, p, n, path, err);
	if (rc == 0) rc = amp_io_sync(fd, path, err);
	if (close(fd) != 0 && rc == 0) rc = amp_fail_errno(err, _("cannot write %s"), path);
	if (rc == 0 && rename(temporary.p, path) != 0) rc = amp_fail_errno(err, _("cannot rename %s to %s"), temporary.p, path);
	if (rc != 0) (void)unlink(temporary.p);
out:
	amp_buf_free(&temporary);
	return rc;
}

int amp_io_mkdirs(const char *path, struct amp_err *err)
{
	char *copy = amp_strdup(path);
	int rc = 0;

	if (copy == NULL) return amp_fail(err, AMP_ENOMEM, _("out of memory"));
	for (char *p = copy + 1; rc == 0; p++) {
		char c = *p;

		if (c != '/' && c != '\0') continue;
		*p = '\0';
		if (mkdir(copy, 0777) != 0 && errno != EEXIST) rc = amp_fail_errno(err, _("cannot make the folder %s"), copy);
		*p = c;
		if (c == '\0') break;
	}
	amp_free(copy);
	return rc;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int list_folder(const char *dir, bool files_only, char ***names, size_t *n, struct amp_err *err)
{
	DIR *d = opendir(dir);
	char **list = NULL;
	size_t count = 0, room = 0;
	int rc = 0;

	*names = NULL;
	*n = 0;
	if (d == NULL) return amp_fail_errno(err, _("cannot open the folder %s"), dir);
	for (;;) {
		struct dirent *e;
		struct stat st;
		char **grown;

		errno = 0;
		e = readdir(d);
		if (e == NULL) {
			if (errno != 0) rc = amp_fail_errno(err, _("cannot list the folder %s to its end"), dir);
			break;
		}
		if (e->d_name[0] == '.') continue;
		if (files_only && fstatat(dirfd(d), e->d_name, &st, 0) != 0) {
			if (errno == ENOENT) continue; /* gone meanwhile, or a link to nothing */
			rc = amp_fail_errno(err, _("cannot look at %s in the folder %s"), e->d_name, dir);
			break;
		}
		if (files_only && !S_ISREG(st.st_mode)) continue;
		grown = amp_grow(list, count + 1, &room, sizeof(*list));
		if (grown != NULL) {
			list = grown;
			list[count] = amp_strdup(e->d_name);
		}
		if (grown == NULL || list[count] == NULL) {
			rc = amp_fail(err, AMP_ENOMEM, _("out of memory while listing %s"), dir);
			break;
		}
		list[++count] = NULL;
	}
	(void)closedir(d);
	if (rc != 0) {
		amp_io_list_free(list);
		return rc;
	}
	if (list == NULL) {
		list = amp_calloc(1, sizeof(*list));
		if (list == NULL) return amp_fail(err, AMP_ENOMEM, _("out of memory while listing %s"), dir);
	}
	qsort(list, count, sizeof(*list), compare_names);
	*names = list;
	*n = count;
	return 0;
}

int amp_io_list(const char *dir, char ***names, size_t *n, struct amp_err *err)
{
	return list_folder(dir, true, names, n, err);
}

int amp_io_names(const char *dir, char ***names, size_t *n, struct amp_err *err)
{
	return list_folder(dir, false, names, n, err);
}

void amp_io_list_free(char **names)
{
	if (names == NULL) return;
	for (char **p = names; *p != NULL; p++) amp_free(*p);
	amp_free(names);
}

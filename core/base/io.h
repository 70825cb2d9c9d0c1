/* io.h: files. Every write, fsync and commit of evidence passes a counted crash point: AMP_CRASH_AT=N kills the process
 * (SIGKILL) at the Nth, in the middle of the write where it is one; the kill test walks N = 1, 2, …
 */
#ifndef AMP_BASE_IO_H
#define AMP_BASE_IO_H
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include "base/buf.h"
#include "base/err.h"

/* Counts; kills the process when its number has come. Called before fsync and around commits by their owners. */
void amp_crash_point(const char *what);
uint64_t amp_crash_count(void);

int amp_io_write_all(int fd, const void *p, size_t n, const char *path, struct amp_err *err) AMP_CHECK;
int amp_io_sync(int fd, const char *path, struct amp_err *err) AMP_CHECK; /* fdatasync */
int amp_io_sync_dir(const char *dir, struct amp_err *err) AMP_CHECK;      /* so that a new file's name survives */
/* Reads a whole regular file or FIFO ("-" is stdin) into b (initialised by the caller, whose cap bounds it). */
int amp_io_read_file(const char *path, struct amp_buf *b, struct amp_err *err) AMP_CHECK;
/* Writes a temporary file beside path, syncs it and renames it over path. */
int amp_io_write_file(const char *path, const void *p, size_t n, struct amp_err *err) AMP_CHECK;
int amp_io_mkdirs(const char *path, struct amp_err *err) AMP_CHECK;
/* Sorted names of the regular files (not hidden) of a folder, into a NULL-ended array; free with amp_io_list_free. */
int amp_io_list(const char *dir, char ***names, size_t *n, struct amp_err *err) AMP_CHECK;
/* The same of all that is in it and not hidden, folders too. */
int amp_io_names(const char *dir, char ***names, size_t *n, struct amp_err *err) AMP_CHECK;
void amp_io_list_free(char **names);

#endif

/* file_target.h: what the targets share that read a file: bytes are written to one file in a folder of this process, removed at its end;
 * each mistake that is told has a place and a sentence.
 */
#ifndef AMP_FUZZ_FILE_TARGET_H
#define AMP_FUZZ_FILE_TARGET_H
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "persona/study.h"

static char amp_fuzz_dir[] = "/tmp/amp-fuzz-XXXXXX";
static char amp_fuzz_path[sizeof amp_fuzz_dir + 16];

static void amp_fuzz_remove(void)
{
	(void)unlink(amp_fuzz_path);
	(void)rmdir(amp_fuzz_dir);
}

/* Writes the bytes; returns the file's path. */
static const char *amp_fuzz_file(const char *bytes, size_t n)
{
	if (amp_fuzz_path[0] == '\0') {
		if (mkdtemp(amp_fuzz_dir) == NULL) abort();
		(void)snprintf(amp_fuzz_path, sizeof amp_fuzz_path, "%s/s.json", amp_fuzz_dir);
		(void)atexit(amp_fuzz_remove);
	}
	/* not amp_io_write_file: its fdatasync would leave most of a run's minutes to the disk */
	FILE *f = fopen(amp_fuzz_path, "wb");
	if (f == NULL) abort();
	const size_t written = fwrite(bytes, 1, n, f);
	if (fclose(f) != 0 || written != n) abort();
	return amp_fuzz_path;
}

static void amp_fuzz_mistake(void *user, const struct amp_mistake *m)
{
	(void)user;
	if (m->line < 1 || m->column < 1 || m->path == NULL || m->text[0] == '\0') abort();
}

#endif

/* fuzz_warc.c: a segment from a stranger: verify, walk and open must answer, whatever the bytes. One folder is made per process.
 * A mutated member rarely keeps its CRC, so the input is also wrapped as the content of a valid member. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "archive/archive.h"
#include "archive/warc.h"
#include "base/log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char dir[] = "/tmp/amp-fuzz-warc-XXXXXX";
static char path[sizeof(dir) + 32], lock_path[sizeof(dir) + 32];

static void remove_dir(void)
{
	(void)unlink(path);
	(void)unlink(lock_path);
	(void)rmdir(dir);
}

static void setup(void)
{
	static int done;

	if (done) return;
	done = 1;
	amp_log_level(AMP_ERROR);
	if (mkdtemp(dir) == NULL) abort();
	(void)snprintf(path, sizeof(path), "%s/00000.warc.gz", dir);
	(void)snprintf(lock_path, sizeof(lock_path), "%s/lock", dir);
	(void)atexit(remove_dir);
}

static int look(void *user, const struct amp_archived *e, struct amp_err *err)
{
	struct amp_buf raw;
	size_t header = 0;

	(void)user;
	amp_buf_init(&raw, (size_t)1 << 22);
	if (e->response.length > 0 && amp_archive_read(dir, &e->response, (size_t)1 << 22, &raw, &header, err) == 0 &&
	    header > raw.n)
		abort();
	amp_buf_free(&raw);
	return 0;
}

static void try_segment(const void *p, size_t n)
{
	static const struct amp_key crawler = {{1}}, study = {{2}};
	struct amp_verified v;
	struct amp_archive *a = NULL;
	FILE *f = fopen(path, "wb");
	int intact, walked, opened;

	if (f == NULL) abort();
	if (n > 0 && fwrite(p, 1, n, f) != n) abort();
	if (fclose(f) != 0) abort();
	intact = amp_archive_verify(dir, NULL, NULL, &v, NULL);
	walked = amp_archive_each(dir, 0, look, NULL, NULL);
	if (intact == 0 && walked != 0) abort(); /* what verifies can be read */
	opened = amp_archive_open(&a, dir, &crawler, &study, 0, NULL, NULL, NULL);
	if (opened == 0) amp_archive_close(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct warc_writer *w = NULL;
	struct amp_buf member;

	setup();
	try_segment(data, size);
	if (size > WARC_HEADER_MAX || warc_writer_new(&w, NULL) != 0) return 0;
	amp_buf_init(&member, (size_t)1 << 20);
	if (warc_member_add(w, &member, (struct amp_str){(const char *)data, size}, AMP_STR(""), false, NULL) == 0)
		try_segment(member.p, member.n);
	amp_buf_free(&member);
	warc_writer_free(w);
	return 0;
}

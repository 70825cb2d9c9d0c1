/* driver.c: replays a corpus through a fuzz target without libFuzzer: every file, every file cut at places all over it, and
 * every file with single bytes changed by a seeded generator. Fails when the folder holds no file.
 */
#include <stdio.h>
#include <string.h>
#include "base/buf.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/rng.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A copy of exactly that size, so that sanitizers see a read behind it. */
static void run_copy(const char *p, size_t n)
{
	uint8_t *copy = amp_malloc(n ? n : 1);
	if (!copy) return;
	if (n) memcpy(copy, p, n);
	LLVMFuzzerTestOneInput(copy, n);
	amp_free(copy);
}

static size_t replay(struct amp_buf *b, struct amp_rng *rng)
{
	size_t runs = 1, step = b->n / 64 + 1;
	run_copy(b->p ? b->p : "", b->n);
	for (size_t n = 0; n < b->n; n += step, runs++) run_copy(b->p, n);
	for (int i = 0; i < 64 && b->n; i++, runs++) {
		size_t at = (size_t)amp_rng_below(rng, b->n);
		char was = b->p[at];
		b->p[at] = (char)amp_rng_below(rng, 256);
		run_copy(b->p, b->n);
		b->p[at] = was;
	}
	return runs;
}

int main(int argc, char **argv)
{
	struct amp_err err = {0};
	struct amp_rng rng;
	size_t files = 0, runs = 0;
	amp_rng_seed(&rng, 20261122);
	for (int i = 1; i < argc; i++) {
		char **names = NULL;
		size_t n = 0;
		if (amp_io_list(argv[i], &names, &n, &err) != 0) {
			(void)fprintf(stderr, "%s\n", err.text);
			return 1;
		}
		for (size_t k = 0; k < n; k++) {
			struct amp_buf path, b;
			amp_buf_init(&path, 4096);
			amp_buf_init(&b, (size_t)16 << 20);
			(void)amp_buf_printf(&path, "%s/%s", argv[i], names[k]);
			if (amp_io_read_file(path.p, &b, &err) != 0) {
				(void)fprintf(stderr, "%s\n", err.text);
				return 1;
			}
			runs += replay(&b, &rng);
			files++;
			amp_buf_free(&b);
			amp_buf_free(&path);
		}
		amp_io_list_free(names);
	}
	(void)printf("%zu seeds, %zu runs\n", files, runs);
	return files ? 0 : 1;
}

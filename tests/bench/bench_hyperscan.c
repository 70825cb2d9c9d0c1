/* bench_hyperscan.c PATTERNS FORMS ROUNDS: Hyperscan over the same words (one a line, a prefix without its word end) and normal forms as
 * `bench_score POSTS match`. Whole words by \b, in bytes: normal forms are nearly all ASCII, and \b has no Unicode form there. A match's
 * start is not asked for, which is what costs it most.
 */
#include <hs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/mem.h"

static double cpu(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void die(const char *what)
{
	(void)fprintf(stderr, "bench_hyperscan: %s\n", what);
	exit(1);
}

static int found(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *user)
{
	size_t *n = user;
	(void)id;
	(void)from;
	(void)to;
	(void)flags;
	++*n;
	return 0;
}

/* \bw\.o rds\b; a last * is the mark of a prefix. */
static void add_pattern(struct amp_buf *b, const char *p, size_t n)
{
	bool prefix = n > 0 && p[n - 1] == '*';
	(void)amp_buf_addc(b, "\\b");
	for (size_t i = 0; i < n - prefix; i++) {
		if (strchr("\\.+*?()[]{}|^$/-", p[i]) != NULL) (void)amp_buf_byte(b, '\\');
		(void)amp_buf_byte(b, (unsigned char)p[i]);
	}
	(void)amp_buf_addc(b, prefix ? "" : "\\b");
	(void)amp_buf_add(b, "", 1);
}

static hs_database_t *compile(const struct amp_buf *patterns)
{
	struct amp_buf text;
	size_t n = 0;
	amp_buf_init(&text, (size_t)1 << 28);
	for (const char *p = patterns->p, *end = p + patterns->n; p < end; n++) {
		const char *stop = memchr(p, '\n', (size_t)(end - p));
		if (stop == NULL) break;
		add_pattern(&text, p, (size_t)(stop - p));
		p = stop + 1;
	}
	const char **v = amp_calloc(n, sizeof *v);
	unsigned *flags = amp_calloc(n, sizeof *flags), *ids = amp_calloc(n, sizeof *ids);
	if (text.failed || v == NULL || flags == NULL || ids == NULL) die("out of memory");
	const char *p = text.p;
	for (size_t i = 0; i < n; i++) {
		v[i] = p;
		ids[i] = (unsigned)i;
		p += strlen(p) + 1;
	}
	hs_database_t *db = NULL;
	hs_compile_error_t *why = NULL;
	if (hs_compile_multi(v, flags, ids, (unsigned)n, HS_MODE_BLOCK, NULL, &db, &why) != HS_SUCCESS) die(why->message);
	(void)printf("hyperscan  %zu patterns\n", n);
	amp_free(v);
	amp_free(flags);
	amp_free(ids);
	amp_buf_free(&text);
	return db;
}

int main(int argc, char **argv)
{
	struct amp_buf patterns, forms;
	struct amp_err err = {0};
	int64_t rounds = 0;
	size_t items = 0, hits = 0;
	hs_scratch_t *scratch = NULL;
	if (argc != 4 || !amp_str_i64(amp_str_c(argv[3]), &rounds) || rounds < 1)
		die("usage: bench_hyperscan PATTERNS FORMS ROUNDS");
	amp_buf_init(&patterns, (size_t)1 << 28);
	amp_buf_init(&forms, (size_t)1 << 30);
	if (amp_io_read_file(argv[1], &patterns, &err) != 0 || amp_io_read_file(argv[2], &forms, &err) != 0) die(err.text);
	hs_database_t *db = compile(&patterns);
	if (hs_alloc_scratch(db, &scratch) != HS_SUCCESS) die("no scratch memory");
	double start = cpu();
	for (int64_t r = 0; r < rounds; r++)
		for (const char *p = forms.p, *end = p + forms.n; p < end; items++) {
			const char *stop = memchr(p, '\n', (size_t)(end - p));
			if (stop == NULL) break;
			if (hs_scan(db, p, (unsigned)(stop - p), 0, scratch, found, &hits) != HS_SUCCESS) die("a scan failed");
			p = stop + 1;
		}
	double seconds = cpu() - start;
	(void)printf("hyperscan  %9.0f items/s  %6.2f us/item  %.2f matches an item\n", (double)items / seconds,
	             seconds * 1e6 / (double)items, (double)hits / (double)items);
	(void)hs_free_scratch(scratch);
	(void)hs_free_database(db);
	amp_buf_free(&patterns);
	amp_buf_free(&forms);
	return 0;
}

/* bench_stages.c DIR N [STAGE]: process CPU time of each stage over N pages of bench_pages, the named peer beside ours in the same
 * run. With a STAGE (parse or score) only that runs, for callgrind.
 */
#include <jansson.h>
#include <libdeflate.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/io.h"
#include "base/mem.h"
#include "detectors/detector.h"
#include "fetch/fetch.h"
#include "parse/adapter.h"

static double cpu(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

struct pages {
	struct amp_buf *plain, *packed; /* packed: header block and gzip body, as archived */
	size_t *header;
	size_t n, bytes;
};

static void die(const char *what)
{
	(void)fprintf(stderr, "bench_stages: %s\n", what);
	exit(1);
}

static void load(struct pages *p, const char *dir, size_t n, bool pack)
{
	struct libdeflate_compressor *c = libdeflate_alloc_compressor(6);
	struct amp_err err = {0};

	p->n = n;
	p->bytes = 0;
	p->plain = amp_calloc(n, sizeof(*p->plain));
	p->packed = amp_calloc(n, sizeof(*p->packed));
	p->header = amp_calloc(n, sizeof(*p->header));
	if (p->plain == NULL || p->packed == NULL || p->header == NULL || c == NULL) die("out of memory");
	for (size_t i = 0; i < n; i++) {
		char path[4096];
		size_t packed;

		(void)snprintf(path, sizeof(path), "%s/p%04zu.json", dir, i);
		amp_buf_init(&p->plain[i], 16 << 20);
		amp_buf_init(&p->packed[i], 16 << 20);
		if (amp_io_read_file(path, &p->plain[i], &err) != 0) die(err.text);
		p->bytes += p->plain[i].n;
		if (!pack) continue; /* counting instructions: compressing is not what is counted */
		(void)amp_buf_addc(&p->packed[i],
		                   "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n\r\n");
		p->header[i] = p->packed[i].n;
		(void)amp_buf_reserve(&p->packed[i], p->plain[i].n + 1000);
		packed = libdeflate_gzip_compress(c, p->plain[i].p, p->plain[i].n, p->packed[i].p + p->packed[i].n,
		                                  p->plain[i].n + 900);
		if (packed == 0) die("cannot compress");
		p->packed[i].n += packed;
	}
	libdeflate_free_compressor(c);
}

static size_t parse_all(const struct pages *p)
{
	const struct amp_adapter *a = amp_adapter_find("bluesky");
	const struct amp_endpoint *e = amp_endpoint_find(a, "getFeed");
	struct amp_arena *arena = amp_arena_new(0);
	size_t items = 0;

	for (size_t i = 0; i < p->n; i++) {
		struct amp_page page = {
			.body = amp_buf_str(&p->plain[i]), .lent = true, .captured_at = AMP_TIME_NONE, .status = 200};
		struct amp_parsed out;

		amp_arena_reset(arena);
		if (amp_parse_pages(a, e, &page, 1, 0, 0, 0, arena, &out, NULL) != 0 || out.verdict != AMP_VERDICT_OK)
			die("a page did not parse");
		items += out.n_items;
	}
	amp_arena_free(arena);
	return items;
}

static size_t score_all(const struct pages *p)
{
	const struct amp_adapter *a = amp_adapter_find("bluesky");
	const struct amp_endpoint *e = amp_endpoint_find(a, "getFeed");
	const struct amp_detector *d = amp_detector_find("lexicon");
	struct amp_arena *arena = amp_arena_new(0);
	struct amp_err err = {0};
	void *state = NULL;
	size_t items = 0;
	double spent = 0;

	if (d->load(&state, amp_detector_data_dir(), &err) != 0) die(err.text);
	for (size_t i = 0; i < p->n; i++) {
		struct amp_page page = {
			.body = amp_buf_str(&p->plain[i]), .lent = true, .captured_at = AMP_TIME_NONE, .status = 200};
		struct amp_parsed out;
		double start;

		amp_arena_reset(arena);
		if (amp_parse_pages(a, e, &page, 1, 0, 0, 0, arena, &out, NULL) != 0) die("a page did not parse");
		start = cpu();
		for (size_t k = 0; k < out.n_items; k++) {
			struct amp_detection found = {0};

			if (d->score(state, out.items[k].text, "fr", false, &found, &err) != 0) die(err.text);
			amp_detection_clear(&found);
			items++;
		}
		spent += cpu() - start;
	}
	d->unload(state);
	amp_arena_free(arena);
	(void)printf("score (lexicon, normalised)     %8.2f us/item      %9.0f items/s\n", spent * 1e6 / (double)items,
	             (double)items / spent);
	return items;
}

static void row(const char *name, double seconds, const struct pages *p, double peer)
{
	(void)printf("%-30s  %8.1f us/snapshot  %8.1f MB/s", name, seconds * 1e6 / (double)p->n, (double)p->bytes / 1e6 / seconds);
	if (peer > 0) (void)printf("  ratio to the peer %.1f", peer / seconds);
	(void)putchar('\n');
}

int main(int argc, char **argv)
{
	struct pages p;
	int64_t n = 0;
	double start, peer, ours;
	size_t items;

	if (argc < 3 || argc > 4 || !amp_str_i64(amp_str_c(argv[2]), &n) || n < 1 || n > 9999) {
		(void)fprintf(stderr, "usage: bench_stages DIR N [parse|score]\n");
		return 2;
	}
	load(&p, argv[1], (size_t)n, argc == 3);
	if (argc == 4 && strcmp(argv[3], "parse") == 0) {
		(void)printf("%zu items parsed\n", parse_all(&p));
		return 0;
	}
	if (argc == 4 && strcmp(argv[3], "score") == 0) {
		(void)printf("%zu items scored\n", score_all(&p));
		return 0;
	}
	(void)parse_all(&p); /* warm */
	start = cpu();
	for (size_t i = 0; i < p.n; i++) {
		json_error_t why;
		json_t *j = json_loadb(p.plain[i].p, p.plain[i].n, 0, &why);

		if (j == NULL) die(why.text);
		json_decref(j);
	}
	peer = cpu() - start;
	row("jansson, bare load (peer)", peer, &p, 0);
	start = cpu();
	items = parse_all(&p);
	ours = cpu() - start;
	row("parse into items", ours, &p, peer);
	(void)printf("                                %8.2f us/item      %9.0f items/s\n", ours * 1e6 / (double)items,
	             (double)items / ours);
	start = cpu();
	for (size_t i = 0; i < p.n; i++) {
		uint8_t digest[AMP_SHA256];

		amp_sha256(p.packed[i].p, p.packed[i].n, digest);
	}
	row("SHA-256 of the wire bytes", cpu() - start, &p, 0);
	{
		struct amp_arena *arena = amp_arena_new(0);
		struct amp_err err = {0};

		start = cpu();
		for (size_t i = 0; i < p.n; i++) {
			struct amp_decoded out;

			amp_arena_reset(arena);
			if (amp_fetch_decode(amp_buf_str(&p.packed[i]), p.header[i], (size_t)64 << 20, arena, &out, &err) != 0)
				die(err.text);
			if (out.body.n != p.plain[i].n) die("a body did not come back");
		}
		row("inflate, bounded", cpu() - start, &p, 0);
		amp_arena_free(arena);
	}
	(void)score_all(&p);
	return 0;
}

/* bench_parse.c PLATFORM ENDPOINT FILE SECONDS [libxml2-reader|jansson]: process CPU time of one document, read again and again: into
 * items, or by the named library alone. Prints: microseconds a document, megabytes a second, items.
 */
#include <jansson.h>
#include <libxml/xmlreader.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/io.h"
#include "parse/adapter.h"

static double cpu(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void die(const char *what)
{
	(void)fprintf(stderr, "bench_parse: %s\n", what);
	exit(1);
}

static size_t into_items(const struct amp_adapter *a, const struct amp_endpoint *e, struct amp_str body, struct amp_arena *arena)
{
	struct amp_page page = {.body = body, .lent = true, .captured_at = INT64_C(1795176000000), .status = 200};
	struct amp_parsed out;

	amp_arena_reset(arena);
	if (amp_parse_pages(a, e, &page, 1, 0, 0, 0, arena, &out, NULL) != 0) die("no memory");
	if (out.verdict != AMP_VERDICT_OK) die("the document did not parse");
	return out.n_items;
}

/* Every node is visited and every text is looked at: what a reader of feeds cannot do without. */
static size_t reader(struct amp_str body)
{
	xmlTextReaderPtr r = xmlReaderForMemory(body.p, (int)body.n, NULL, NULL,
	                                        XML_PARSE_NONET | XML_PARSE_RECOVER | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	size_t nodes = 0, bytes = 0;

	if (r == NULL) die("no reader");
	while (xmlTextReaderRead(r) == 1) {
		const xmlChar *value = xmlTextReaderConstValue(r);
		if (value != NULL) bytes += strlen((const char *)value);
		nodes++;
	}
	xmlFreeTextReader(r);
	return bytes > 0 ? nodes : 0;
}

static size_t load(struct amp_str body)
{
	json_t *j = json_loadb(body.p, body.n, 0, NULL);
	size_t n = json_object_size(j) + json_array_size(j);

	if (j == NULL) die("jansson refuses the document");
	json_decref(j);
	return n;
}

int main(int argc, char **argv)
{
	struct amp_buf b;
	struct amp_err err = {0};
	double best = 1e9, start, spent = 0, seconds = argc > 4 ? strtod(argv[4], NULL) : 0;
	size_t items = 0;

	if (argc < 5) die("usage: bench_parse PLATFORM ENDPOINT FILE SECONDS [libxml2-reader|jansson]");
	const struct amp_adapter *a = amp_adapter_find(argv[1]);
	const struct amp_endpoint *e = amp_endpoint_find(a, argv[2]);
	struct amp_arena *arena = amp_arena_new(0);
	amp_buf_init(&b, (size_t)64 << 20);
	if (a == NULL || e == NULL || arena == NULL) die("no such platform or endpoint");
	if (amp_io_read_file(argv[3], &b, &err) != 0) die(err.text);
	while (spent < seconds) { /* the best of batches: what the machine does besides only adds */
		start = cpu();
		for (int i = 0; i < 10; i++) {
			if (argc == 5)
				items = into_items(a, e, amp_buf_str(&b), arena);
			else if (strcmp(argv[5], "jansson") == 0)
				items = load(amp_buf_str(&b));
			else
				items = reader(amp_buf_str(&b));
		}
		double one = (cpu() - start) / 10;
		spent += 10 * one;
		if (one < best) best = one;
	}
	(void)printf("%.1f %.1f %zu\n", best * 1e6, (double)b.n / 1e6 / best, items);
	amp_buf_free(&b);
	amp_arena_free(arena);
	return 0;
}

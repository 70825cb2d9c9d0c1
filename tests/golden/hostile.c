/* hostile.c PLATFORM GOLDEN RECORDINGS [DRILL]: what every good document of a platform becomes when it is damaged on its way, or when it is another
 * document. The documents are the inputs of the golden cases with verdict ok, so each endpoint that has one takes part; each drill of the
 * table says what may come out of the broken documents that it makes of them. What is no mistake stands in GOLDEN/hostile.txt:
 *     platform  drill  endpoint  reason
 * where endpoint is a pattern as of file names; of sibling and foreign, that of READER<PLATFORM/ENDPOINT: the endpoint that reads, and
 * whose document it is. A line that nothing needs is a mistake too. With a DRILL, that one alone, and every finding of it.
 */
#include <fnmatch.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "base/io.h"
#include "hostile.h"

#define MAX_SHOWN 60

void die(const char *what)
{
	(void)fprintf(stderr, "hostile: %s\n", what);
	exit(2);
}

static bool is_allowed(struct hostile *h, const struct doc *d)
{
	char where[160];
	if (h->reader)
		(void)snprintf(where, sizeof where, "%s<%s/%s", h->reader, d->adapter->name, d->endpoint->name);
	else
		(void)snprintf(where, sizeof where, "%s", d->endpoint->name);
	for (size_t i = 0; i < h->n_allowed; i++) {
		struct allowed *a = &h->allowed[i];
		if (strcmp(a->platform, h->self->name) != 0 || strcmp(a->drill, h->drill_name) != 0) continue;
		if (fnmatch(a->endpoint, where, 0) != 0) continue;
		a->used++;
		return true;
	}
	return false;
}

void finding(struct hostile *h, const struct doc *d, const char *fmt, ...)
{
	if (is_allowed(h, d) || (++h->findings > MAX_SHOWN && !h->all)) return;
	va_list ap;
	va_start(ap, fmt);
	(void)printf("%s %s (%s): ", h->drill_name, d->name, d->endpoint->name);
	(void)vprintf(fmt, ap);
	(void)printf("\n  verdict %s, %zu of %zu items: %.*s\n", amp_verdict_name(h->got.verdict), h->got.n, d->n,
	             AMP_ARG(h->got.reason));
	va_end(ap);
}

static const struct {
	const char *name;
	void (*run)(struct hostile *h, const struct doc *d);
	enum { CASES, RECORDINGS, OTHERS } of; /* the platform's cases; its recordings too; the cases of the other platforms */
} drills[] = {{"cut", drill_cut, CASES},           {"text", drill_text, CASES},       {"deep", drill_deep, CASES},
              {"entities", drill_entities, CASES}, {"wall", drill_wall, CASES},       {"status", drill_status, CASES},
              {"body", drill_body, CASES},         {"emptied", drill_emptied, CASES}, {"doubled", drill_doubled, CASES},
              {"renamed", drill_renamed, CASES},   {"missing", drill_missing, CASES}, {"sibling", drill_sibling, CASES},
              {"types", drill_types, RECORDINGS},  {"foreign", drill_foreign, OTHERS}};

static void read_allowed(struct hostile *h, const char *golden)
{
	char path[4096];
	struct amp_buf b;
	struct amp_err err = {0};
	amp_buf_init(&b, (size_t)1 << 20);
	(void)snprintf(path, sizeof path, "%s/hostile.txt", golden);
	if (amp_io_read_file(path, &b, &err) != 0) die(err.text);
	struct amp_str rest = amp_buf_str(&b);
	while (rest.n) {
		struct amp_str line = amp_str_trim(amp_str_cut(&rest, '\n')), word[3];
		if (line.n == 0 || *line.p == '#') continue;
		for (int i = 0; i < 3; i++) {
			word[i] = amp_str_cut(&line, ' ');
			line = amp_str_trim(line);
		}
		if (h->n_allowed == MAX_ALLOWED || line.n == 0)
			die("a line of hostile.txt lacks its reason, or there are too many");
		struct allowed *a = &h->allowed[h->n_allowed++];
		(void)snprintf(a->platform, sizeof a->platform, "%.*s", AMP_ARG(word[0]));
		(void)snprintf(a->drill, sizeof a->drill, "%.*s", AMP_ARG(word[1]));
		(void)snprintf(a->endpoint, sizeof a->endpoint, "%.*s", AMP_ARG(word[2]));
	}
	amp_buf_free(&b);
}

static void run_drills(struct hostile *h, const char *only)
{
	for (size_t k = 0; k < sizeof drills / sizeof *drills; k++) {
		if (only && strcmp(only, drills[k].name) != 0) continue;
		h->drill_name = drills[k].name;
		size_t before = h->findings, parsed = h->parses;
		clock_t began = clock();
		size_t to = drills[k].of == OTHERS ? h->n_docs : drills[k].of == RECORDINGS ? h->n_own : h->n_cases;
		for (size_t i = drills[k].of == OTHERS ? h->n_own : 0; i < to; i++) drills[k].run(h, &h->docs[i]);
		(void)printf("%-9s %6zu documents read, %zu findings, %.1f s\n", h->drill_name, h->parses - parsed,
		             h->findings - before, (double)(clock() - began) / CLOCKS_PER_SEC);
	}
}

int main(int argc, char **argv)
{
	size_t n;
	struct hostile *h = amp_calloc(1, sizeof *h);
	const struct amp_adapter *const *all = amp_adapters(&n);
	if (!h) die("no memory");
	h->all = argc > 4;
	if (argc < 4) die("usage: hostile PLATFORM GOLDEN RECORDINGS [DRILL]");
	h->self = amp_adapter_find(argv[1]);
	h->arena = amp_arena_new((size_t)1 << 30);
	if (!h->self || !h->arena) die("no such platform, or no memory");
	amp_buf_init(&h->text, (size_t)256 << 20);
	amp_buf_init(&h->mutant, (size_t)256 << 20);
	read_allowed(h, argv[2]);
	h->drill_name = "load";
	load_platform(h, h->self, argv[2]);
	h->n_cases = h->n_docs;
	load_recordings(h, argv[3]);
	h->n_own = h->n_docs;
	if (h->n_cases == 0) die("the platform has no golden case with entries");
	for (size_t i = 0; i < n; i++)
		if (all[i] != h->self) load_platform(h, all[i], argv[2]);
	run_drills(h, argc > 4 ? argv[4] : NULL);
	for (size_t i = 0; argc == 4 && i < h->n_allowed; i++) {
		if (strcmp(h->allowed[i].platform, h->self->name) != 0 || h->allowed[i].used) continue;
		(void)printf("hostile.txt: nothing needs the line: %s %s %s\n", h->allowed[i].platform, h->allowed[i].drill,
		             h->allowed[i].endpoint);
		h->findings++;
	}
	(void)printf("%s: %zu documents, %zu findings\n", h->self->name, h->n_own, h->findings);
	for (size_t i = 0; i < h->n_docs; i++) free_doc(&h->docs[i]);
	amp_buf_free(&h->text);
	amp_buf_free(&h->mutant);
	amp_arena_free(h->arena);
	int bad = h->findings ? 1 : 0;
	amp_free(h);
	return bad;
}

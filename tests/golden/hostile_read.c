/* hostile_read.c: reads a document and keeps what it gave; puts mutants together. */
#include <time.h>
#include "hostile.h"

#if defined(__SANITIZE_ADDRESS__)
#define CPU_SECONDS 30.0
#else
#define CPU_SECONDS 3.0
#endif

void read_as(struct hostile *h, const struct doc *d, const struct amp_adapter *a, const struct amp_endpoint *ep,
             struct amp_str body, int status, bool address)
{
	struct amp_parsed out;
	struct amp_err err = {0};
	struct amp_page page = {.body = body,
	                        .url = amp_str_c(address ? d->url : NULL),
	                        .headers = amp_str_c(address ? d->headers : NULL),
	                        .captured_at = d->captured_at,
	                        .status = status};
	h->parses++;
	amp_arena_reset(h->arena);
	clock_t began = clock();
	if (amp_parse_pages(a, ep, &page, 1, 0, 0, 0, h->arena, &out, &err) != 0) die(err.text);
	double took = (double)(clock() - began) / CLOCKS_PER_SEC;
	if (out.n_items > MAX_ITEMS) die("more items than are compared");
	h->got.verdict = out.verdict;
	h->got.reason = out.reason;
	h->got.endpoint = out.endpoint;
	h->got.n = out.n_items;
	h->got.repairs = out.repairs;
	h->got.twice = 0;
	for (size_t i = 0; i < out.n_diagnostics; i++) h->got.twice += strcmp(out.diagnostics[i].code, "duplicate_id") == 0;
	h->got.remarks = out.diagnostics_total;
	h->got.n_remarked = out.n_diagnostics;
	for (size_t i = 0; i < out.n_diagnostics; i++) h->got.remarked[i] = out.diagnostics[i].rank;
	amp_buf_reset(&h->text);
	for (size_t i = 0; i < out.n_items; i++) {
		h->got.offsets[i] = h->text.n;
		amp_item_json(&h->text, a->name, &out.items[i]);
	}
	if (h->text.failed) die("the items' lines are too long");
	for (size_t i = 0; i < out.n_items; i++) {
		size_t end = i + 1 < out.n_items ? h->got.offsets[i + 1] : h->text.n;
		h->got.lines[i] = (struct amp_str){h->text.p + h->got.offsets[i], end - h->got.offsets[i]};
	}
	for (size_t i = 0; i < out.n_items; i++) h->got.offsets[i] = out.items[i].byte_offset;
	if (took > CPU_SECONDS) finding(h, d, "%zu bytes took %.1f seconds", body.n, took);
}

void read_body(struct hostile *h, const struct doc *d, struct amp_str body)
{
	read_as(h, d, d->adapter, d->endpoint, body, 200, true);
}

/* What is behind the two ranks: "kind" alone stands before them. */
static struct amp_str without_rank(struct amp_str line)
{
	const char *at = amp_str_find(line, AMP_STR("\"platform\":"));
	return at ? (struct amp_str){at, line.n - (size_t)(at - line.p)} : line;
}

bool same_item(struct amp_str a, struct amp_str b)
{
	return amp_str_eq(without_rank(a), without_rank(b));
}

bool has(struct amp_str line, struct amp_str piece)
{
	return amp_str_find(line, piece) != NULL;
}

/* ---- mutants ---- */

void begin_mutant(struct hostile *h)
{
	amp_buf_reset(&h->mutant);
}
void put(struct hostile *h, const char *p, size_t n)
{
	(void)amp_buf_add(&h->mutant, p, n);
}
void put_range(struct hostile *h, const struct doc *d, size_t from, size_t to)
{
	put(h, d->body.p + from, to - from);
}
void put_times(struct hostile *h, const char *piece, size_t times)
{
	for (size_t i = 0; i < times; i++) put(h, piece, strlen(piece));
}
struct amp_str mutated(struct hostile *h)
{
	if (h->mutant.failed) die("a mutant is too large");
	return amp_buf_str(&h->mutant);
}
void insert(struct hostile *h, const struct doc *d, size_t at, const char *piece, size_t n)
{
	begin_mutant(h);
	put_range(h, d, 0, at);
	put(h, piece, n);
	put_range(h, d, at, d->body.n);
}

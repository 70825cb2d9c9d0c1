/* golden.c PLATFORM FOLDER: parses each case and compares with what is expected, byte for byte; see README.md. */
#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/buf.h"
#include "base/io.h"
#include "parse/adapter.h"

#define MAX_PAGES 16

static struct amp_buf text_file(const char *dir, const char *name, bool must)
{
	struct amp_buf path, b;
	struct amp_err err = {0};
	amp_buf_init(&path, 4096);
	amp_buf_init(&b, (size_t)64 << 20);
	(void)amp_buf_printf(&path, "%s/%s", dir, name);
	if (amp_io_read_file(path.p, &b, &err) != 0 && must) {
		(void)fprintf(stderr, "%s\n", err.text);
		exit(1);
	}
	amp_buf_free(&path);
	return b;
}

static struct amp_str meta_text(const json_t *meta, const char *key)
{
	return amp_str_c(json_string_value(json_object_get(meta, key)));
}

static void print_results(const char *platform, const struct amp_parsed *out, struct amp_buf *items, struct amp_buf *verdict)
{
	for (size_t i = 0; i < out->n_items; i++) {
		amp_item_json(items, platform, &out->items[i]);
		(void)amp_buf_byte(items, '\n');
	}
	(void)amp_buf_printf(verdict, "verdict: %s items=%zu reason=%.*s\n", amp_verdict_name(out->verdict), out->n_items,
	                     AMP_ARG(out->reason.n ? out->reason : AMP_STR("-")));
	(void)amp_buf_printf(verdict, "endpoint: %s organic=%zu repairs=%zu\n", out->endpoint ? out->endpoint->name : "-",
	                     out->n_organic, out->repairs);
	if (out->next.kind == AMP_NEXT_OFFSET) (void)amp_buf_printf(verdict, "next: offset %lld\n", (long long)out->next.offset);
	if (out->next.kind == AMP_NEXT_CURSOR || out->next.kind == AMP_NEXT_URL)
		(void)amp_buf_printf(verdict, "next: %.*s\n", AMP_ARG(out->next.value));
	for (size_t i = 0; i < out->n_diagnostics; i++) {
		const struct amp_diagnostic *d = &out->diagnostics[i];
		(void)amp_buf_printf(verdict, "page=%d byte=%zu rank=%lld %s %.*s: %.*s\n", d->page, d->byte_offset,
		                     d->rank == AMP_ABSENT ? -1 : (long long)d->rank, d->code,
		                     AMP_ARG(d->field.p ? d->field : AMP_STR("-")), AMP_ARG(d->detail));
	}
}

/* True when it is as expected (or was rewritten). Shows the first line that differs. Stated lines were written from the platform's
 * document before the adapter: they are never rewritten from what the adapter says. */
static bool compare(const char *dir, const char *name, bool stated, const struct amp_buf *have)
{
	struct amp_buf path, want;
	struct amp_err err = {0};
	if (getenv("AMP_UPDATE_GOLDEN") && !stated) {
		amp_buf_init(&path, 4096);
		(void)amp_buf_printf(&path, "%s/%s", dir, name);
		bool written = amp_io_write_file(path.p, have->p ? have->p : "", have->n, &err) == 0;
		if (!written) (void)fprintf(stderr, "%s\n", err.text);
		amp_buf_free(&path);
		return written;
	}
	want = text_file(dir, name, true);
	bool same = amp_str_eq(amp_buf_str(&want), amp_buf_str(have));
	struct amp_str a = amp_buf_str(&want), b = amp_buf_str(have);
	for (int line = 1; !same && (a.n || b.n); line++) {
		struct amp_str wanted = amp_str_cut(&a, '\n'), got = amp_str_cut(&b, '\n');
		if (amp_str_eq(wanted, got)) continue;
		(void)printf("%s/%s line %d\n  expected %.*s\n  got      %.*s\n", dir, name, line, AMP_ARG(wanted), AMP_ARG(got));
		break;
	}
	amp_buf_free(&want);
	return same;
}

/* Verdict and endpoint as the platform's document has them. */
static bool as_stated(const char *dir, const json_t *stated, const struct amp_parsed *out)
{
	const char *verdict = json_string_value(json_object_get(stated, "verdict"));
	const char *endpoint = json_string_value(json_object_get(stated, "endpoint"));
	const char *have = out->endpoint ? out->endpoint->name : "-";
	if (verdict && strcmp(verdict, amp_verdict_name(out->verdict)) != 0) {
		(void)printf("%s: stated verdict %s, got %s: %.*s\n", dir, verdict, amp_verdict_name(out->verdict),
		             AMP_ARG(out->reason));
		return false;
	}
	if (endpoint && strcmp(endpoint, have) != 0) {
		(void)printf("%s: stated endpoint %s, got %s\n", dir, endpoint, have);
		return false;
	}
	return true;
}

static bool run_case(const char *platform, const char *dir)
{
	struct amp_page pages[MAX_PAGES];
	struct amp_buf bodies[MAX_PAGES], items, verdict, meta_file = text_file(dir, "meta.json", true);
	struct amp_parsed out;
	struct amp_err err = {0};
	char **names = NULL;
	size_t n = 0, n_pages = 0;
	json_error_t where;
	json_t *meta = json_loadb(meta_file.p ? meta_file.p : "", meta_file.n, 0, &where);
	struct amp_arena *arena = amp_arena_new((size_t)1 << 30);
	const struct amp_adapter *adapter = amp_adapter_find(platform);
	if (!meta || !arena || !adapter || amp_io_list(dir, &names, &n, &err) != 0) {
		(void)fprintf(stderr, "%s: meta.json: %s %s\n", dir, meta ? "" : where.text, err.text);
		exit(1);
	}
	int64_t captured_at = AMP_TIME_NONE;
	enum amp_precision precision;
	struct amp_str when = meta_text(meta, "captured_at");
	if (when.p && !amp_time_parse_iso(when, &captured_at, &precision))
		(void)fprintf(stderr, "%s: captured_at is no time\n", dir);
	for (size_t i = 0; i < n && n_pages < MAX_PAGES; i++) {
		if (strncmp(names[i], "input", 5) != 0) continue;
		bodies[n_pages] = text_file(dir, names[i], true);
		pages[n_pages] = (struct amp_page){.body = amp_buf_str(&bodies[n_pages]),
		                                   .url = meta_text(meta, "url"),
		                                   .headers = meta_text(meta, "headers"),
		                                   .captured_at = captured_at,
		                                   .status = (int)json_integer_value(json_object_get(meta, "status")),
		                                   .truncated = json_is_true(json_object_get(meta, "truncated"))};
		n_pages++;
	}
	const char *endpoint = json_string_value(json_object_get(meta, "endpoint"));
	const struct amp_endpoint *ep = endpoint ? amp_endpoint_find(adapter, endpoint) : NULL;
	int rc = endpoint && !ep ? AMP_EUSAGE
	         : json_is_true(json_object_get(meta, "merged"))
	                 ? amp_parse_merged(adapter, ep, pages, n_pages, arena, &out, &err)
	                 : amp_parse_pages(adapter, ep, pages, n_pages, 0, 0, 0, arena, &out, &err);
	for (size_t i = 0; i < n_pages; i++) amp_buf_free(&bodies[i]); /* what came out must not lean on them */
	if (rc != 0) {
		(void)fprintf(stderr, "%s: %s\n", dir, endpoint && !ep ? "no such endpoint" : err.text);
		exit(1);
	}
	amp_buf_init(&items, (size_t)64 << 20);
	amp_buf_init(&verdict, (size_t)1 << 20);
	print_results(platform, &out, &items, &verdict);
	const json_t *stated = json_object_get(meta, "stated");
	bool same = compare(dir, "expected.jsonl", stated != NULL, &items);
	same = as_stated(dir, stated, &out) && same;
	same = compare(dir, "expected.verdict", false, &verdict) && same;
	amp_buf_free(&items);
	amp_buf_free(&verdict);
	amp_buf_free(&meta_file);
	amp_io_list_free(names);
	amp_arena_free(arena);
	json_decref(meta);
	return same;
}

int main(int argc, char **argv)
{
	size_t run = 0, bad = 0;
	DIR *d = argc == 3 ? opendir(argv[2]) : NULL;
	if (!d) {
		(void)fprintf(stderr, "usage: golden PLATFORM FOLDER\n");
		return 1;
	}
	for (struct dirent *x = readdir(d); x; x = readdir(d)) {
		struct amp_buf dir;
		if (x->d_name[0] == '.') continue;
		amp_buf_init(&dir, 4096);
		(void)amp_buf_printf(&dir, "%s/%s", argv[2], x->d_name);
		run++;
		if (!run_case(argv[1], dir.p)) bad++;
		amp_buf_free(&dir);
	}
	(void)closedir(d);
	(void)printf("%s: %zu cases, %zu differ\n", argv[1], run, bad);
	return run == 0 || bad ? 1 : 0;
}

/* looks.c PLATFORM GOLDEN: a document that was given a wrong name says what it looks like. Each golden case of the platform is read as each
 * other endpoint of it, with and without its address, and asked about as if it had been given as each other platform's:
 *   sibling  read as another endpoint it has the entries that it has, or the reason names an endpoint that reads them so;
 *   others   asked about as another platform's it is said to be its own platform's, by such an endpoint;
 *   own      whatever it is (damaged, refused, empty), it is never said to be another platform's.
 * What cannot be told stands in GOLDEN/looks.txt:
 *     platform  drill  endpoint  reason
 * with * for any endpoint: the document is then read otherwise, or nothing is said. A wrong name is never allowed. A line that nothing
 * needs is a mistake too.
 */
#include <dirent.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/buf.h"
#include "base/io.h"
#include "platforms/platforms.h"

#define MAX_ALLOWED 100
#define MAX_SHOWN 40

struct reading { /* the entries, in their order */
	enum amp_verdict verdict;
	const struct amp_endpoint *endpoint, *looks_like;
	struct amp_buf lines, reason;
};
struct allowed {
	char platform[24], drill[16], endpoint[64];
	size_t used;
};

static const struct amp_adapter *self;
static struct allowed allowed[MAX_ALLOWED];
static size_t n_allowed, findings, asked, said;
static struct amp_arena *arena;

static void die(const char *where, const char *what)
{
	(void)fprintf(stderr, "looks: %s: %s\n", where, what);
	exit(2);
}

static bool is_allowed(const char *drill, const char *endpoint)
{
	for (size_t i = 0; i < n_allowed; i++) {
		struct allowed *a = &allowed[i];
		if (strcmp(a->platform, self->name) != 0 || strcmp(a->drill, drill) != 0) continue;
		if (strcmp(a->endpoint, "*") != 0 && strcmp(a->endpoint, endpoint) != 0) continue;
		a->used++;
		return true;
	}
	return false;
}

static void finding(const char *fmt, ...) AMP_PRINTF(1, 2);
static void finding(const char *fmt, ...)
{
	va_list ap;
	if (++findings > MAX_SHOWN) return;
	va_start(ap, fmt);
	(void)vprintf(fmt, ap);
	(void)putchar('\n');
	va_end(ap);
}

static void read_as(struct reading *r, const struct amp_adapter *a, const struct amp_endpoint *ep, const struct amp_page *page)
{
	struct amp_parsed out;
	struct amp_err err = {0};
	amp_arena_reset(arena);
	if (amp_parse_pages(a, ep, page, 1, 0, 0, 0, arena, &out, &err) != 0) die(a->name, err.text);
	amp_buf_reset(&r->lines);
	amp_buf_reset(&r->reason);
	(void)amp_buf_add(&r->reason, out.reason.p ? out.reason.p : "", out.reason.n);
	for (size_t i = 0; i < out.n_items; i++) {
		amp_item_json(&r->lines, a->name, &out.items[i]);
		(void)amp_buf_byte(&r->lines, '\n');
	}
	r->verdict = out.verdict;
	r->endpoint = out.endpoint;
	r->looks_like = out.looks_like;
}

/* ids only: an endpoint without an address may know less of an entry */
static struct amp_str id_of(struct amp_str line)
{
	const char *at = amp_str_find(line, AMP_STR("\"item_id\":"));
	struct amp_str rest = at ? (struct amp_str){at, line.n - (size_t)(at - line.p)} : line;
	return amp_str_cut(&rest, ',');
}

static bool same_entries(const struct reading *a, const struct reading *b)
{
	struct amp_str x = amp_buf_str(&a->lines), y = amp_buf_str(&b->lines);
	if (x.n == 0 || y.n == 0) return x.n == y.n;
	while (x.p && y.p)
		if (!amp_str_eq(id_of(amp_str_cut(&x, '\n')), id_of(amp_str_cut(&y, '\n')))) return false;
	return !x.p && !y.p;
}

static struct reading right, other, again; /* as it should be read; as something else; and as what it is said to look like */

/* The endpoint's reader takes the document for what it is. */
static bool reads_it(const struct amp_endpoint *ep, const struct amp_page *page)
{
	read_as(&again, self, ep, page);
	return again.verdict == AMP_VERDICT_OK && same_entries(&again, &right);
}

static void drill_sibling(const char *name, const struct amp_page *page)
{
	for (const struct amp_endpoint *ep = self->endpoints; ep->name; ep++) {
		if (ep == right.endpoint) continue;
		read_as(&other, self, ep, page);
		asked++;
		const char *seen = other.looks_like ? other.looks_like->name : NULL;
		bool named = other.verdict >= AMP_VERDICT_DRIFT && seen && strstr(other.reason.p, seen);
		said += named;
		if (seen && (!named || !reads_it(other.looks_like, page))) {
			finding("sibling %s (%s) as %s: WRONG: %s", name, right.endpoint->name, ep->name, other.reason.p);
			continue;
		}
		if (named || (other.verdict <= AMP_VERDICT_PARTIAL && same_entries(&other, &right))) continue;
		if (!is_allowed("sibling", right.endpoint->name))
			finding("sibling %s (%s) as %s: %s %s", name, right.endpoint->name, ep->name,
			        amp_verdict_name(other.verdict), other.reason.p ? other.reason.p : "");
	}
}

static void drill_others(const char *name, const struct amp_page *page)
{
	struct amp_look look;
	struct amp_err err = {0};
	size_t n;
	const struct amp_adapter *const *all = amp_adapters(&n);
	for (size_t i = 0; i < n; i++) {
		if (all[i] == self) continue;
		if (amp_platforms_look(all[i], page, &look, &err) != 0) die(name, err.text);
		asked++;
		said += look.adapter != NULL;
		if (look.adapter ? look.adapter == self && reads_it(look.endpoint, page)
		                 : is_allowed("others", right.endpoint->name))
			continue;
		finding("others %s (%s) as %s's: %s %s", name, right.endpoint->name, all[i]->name,
		        look.adapter ? look.adapter->name : "-", look.adapter ? look.endpoint->name : "-");
	}
}

static void drill_own(const char *name, const struct amp_page *page)
{
	struct amp_look look;
	struct amp_err err = {0};
	if (amp_platforms_look(self, page, &look, &err) != 0) die(name, err.text);
	asked++;
	if (look.adapter && !is_allowed("own", name))
		finding("own %s: WRONG: %s %s", name, look.adapter->name, look.endpoint->name);
}

static struct amp_buf content(const char *dir, const char *name)
{
	struct amp_buf path, b;
	struct amp_err err = {0};
	amp_buf_init(&path, 4096);
	amp_buf_init(&b, (size_t)64 << 20);
	(void)amp_buf_printf(&path, "%s/%s", dir, name);
	if (amp_io_read_file(path.p, &b, &err) != 0) die(path.p, err.text);
	amp_buf_free(&path);
	return b;
}

static void run_page(const char *name, struct amp_page page, const struct amp_endpoint *ep)
{
	read_as(&right, self, ep, &page);
	drill_own(name, &page);
	if (right.verdict != AMP_VERDICT_OK || right.lines.n == 0) return;
	drill_sibling(name, &page);
	if (page.url.p) {
		page.url = AMP_STR_ABSENT;
		read_as(&right, self, right.endpoint, &page);
		if (right.verdict == AMP_VERDICT_OK) drill_sibling(name, &page);
	}
	if (right.verdict == AMP_VERDICT_OK) drill_others(name, &page);
}

static void run_case(const char *platforms, const char *name)
{
	char dir[4096];
	char **names = NULL;
	size_t n = 0;
	struct amp_err err = {0};
	(void)snprintf(dir, sizeof dir, "%s/%s", platforms, name);
	if (amp_io_list(dir, &names, &n, &err) != 0) die(dir, err.text);
	struct amp_buf text = content(dir, "meta.json");
	json_t *meta = json_loadb(text.p ? text.p : "", text.n, 0, NULL);
	const char *endpoint = json_string_value(json_object_get(meta, "endpoint"));
	struct amp_page page = {.url = amp_str_c(json_string_value(json_object_get(meta, "url"))),
	                        .headers = amp_str_c(json_string_value(json_object_get(meta, "headers"))),
	                        .captured_at = 1795000000000,
	                        .status = (int)json_integer_value(json_object_get(meta, "status")),
	                        .truncated = json_is_true(json_object_get(meta, "truncated"))};
	for (size_t i = 0; i < n; i++) {
		if (strncmp(names[i], "input", 5) != 0) continue;
		struct amp_buf body = content(dir, names[i]);
		page.body = amp_buf_str(&body);
		run_page(name, page, amp_endpoint_find(self, endpoint ? endpoint : ""));
		amp_buf_free(&body);
		break; /* a further page looks as the first does */
	}
	json_decref(meta);
	amp_buf_free(&text);
	amp_io_list_free(names);
}

static void read_allowed(const char *golden)
{
	struct amp_buf b = content(golden, "looks.txt");
	struct amp_str rest = amp_buf_str(&b);
	while (rest.p && n_allowed < MAX_ALLOWED) {
		char line[512];
		struct amp_str s = amp_str_cut(&rest, '\n');
		struct allowed *a = &allowed[n_allowed];
		(void)snprintf(line, sizeof line, "%.*s", AMP_ARG(s));
		if (line[0] == '#' || line[0] == '\0') continue;
		char reason[8];
		if (sscanf(line, "%23s %15s %63s %7s", a->platform, a->drill, a->endpoint, reason) != 4) die("looks.txt", line);
		n_allowed++;
	}
	amp_buf_free(&b);
}

int main(int argc, char **argv)
{
	char dir[4096];
	struct dirent **cases = NULL;
	if (argc != 3 || !(self = amp_adapter_find(argv[1]))) die("usage", "looks PLATFORM GOLDEN");
	arena = amp_arena_new((size_t)1 << 30);
	if (!arena) die(argv[1], "no memory");
	struct reading *readings[] = {&right, &other, &again};
	for (size_t i = 0; i < sizeof readings / sizeof *readings; i++) {
		amp_buf_init(&readings[i]->lines, (size_t)64 << 20);
		amp_buf_init(&readings[i]->reason, 65536);
	}
	read_allowed(argv[2]);
	(void)snprintf(dir, sizeof dir, "%s/%s", argv[2], self->name);
	int n = scandir(dir, &cases, NULL, alphasort);
	for (int i = 0; i < n; i++) {
		if (cases[i]->d_name[0] != '.') run_case(dir, cases[i]->d_name);
		free(cases[i]);
	}
	free(cases);
	for (size_t i = 0; i < n_allowed; i++)
		if (strcmp(allowed[i].platform, self->name) == 0 && !allowed[i].used)
			finding("looks.txt: nothing needs %s %s %s", self->name, allowed[i].drill, allowed[i].endpoint);
	(void)printf("%s: %zu readings, %zu told, %zu findings\n", self->name, asked, said, findings);
	for (size_t i = 0; i < sizeof readings / sizeof *readings; i++) {
		amp_buf_free(&readings[i]->lines);
		amp_buf_free(&readings[i]->reason);
	}
	amp_arena_free(arena);
	return findings || !said ? 1 : 0;
}

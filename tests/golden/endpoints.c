/* endpoints.c GOLDEN DOCS RECORDINGS: what each endpoint of each platform is tested with.
 *  1. an endpoint without a case in GOLDEN whose verdict is ok is a mistake, unless GOLDEN/endpoints.txt says why there can be none:
 *         platform  endpoint  reason
 *     and so is a line there that nothing needs;
 *  2. the table endpoint x (cases, those stated from the platform's document, verdicts, items, recordings) is the one between the marks
 *     of DOCS (docs/endpoints.md); AMP_UPDATE_ENDPOINTS=1 rewrites that one. Where RECORDINGS is absent its column is not compared.
 */
#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "base/buf.h"
#include "base/io.h"
#include "parse/adapter.h"
#include "recordings.h"

#define MARK_BEGIN "<!-- endpoints: written by tests/golden -->\n"
#define MARK_END "<!-- end of endpoints -->\n"
#define MAX_ROWS 400
#define VERDICTS ((size_t)AMP_VERDICT_FAILED + 1)

struct row {
	const struct amp_adapter *adapter;
	const struct amp_endpoint *endpoint;
	size_t cases, stated, items; /* items: of the cases with verdict ok */
	size_t verdicts[VERDICTS];
	size_t recordings; /* in which it was recognised, with entries */
};

struct table {
	struct row rows[MAX_ROWS];
	size_t n;
	size_t problems;
};

static void die(const char *what, const char *where)
{
	(void)fprintf(stderr, "endpoints: %s: %s\n", where, what);
	exit(2);
}

static struct amp_buf read_text(const char *path)
{
	struct amp_buf b;
	struct amp_err err = {0};
	amp_buf_init(&b, (size_t)64 << 20);
	if (amp_io_read_file(path, &b, &err) != 0) die(err.text, path);
	return b;
}

static struct row *row_named(struct table *t, const struct amp_adapter *a, struct amp_str endpoint)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->rows[i].adapter == a && amp_str_eq(endpoint, amp_str_c(t->rows[i].endpoint->name))) return &t->rows[i];
	return NULL;
}

/* ---- the committed cases ---- */

static struct amp_str after(struct amp_str line, struct amp_str piece)
{
	const char *at = amp_str_find(line, piece);
	struct amp_str rest = {at ? at + piece.n : line.p, at ? (size_t)(line.p + line.n - at) - piece.n : 0};
	return amp_str_cut(&rest, ' ');
}

static bool is_stated(const char *dir)
{
	char path[4096];
	(void)snprintf(path, sizeof path, "%s/meta.json", dir);
	json_t *meta = json_load_file(path, 0, NULL);
	bool stated = json_object_get(meta, "stated") != NULL;
	if (!meta) die("it is not JSON", path);
	json_decref(meta);
	return stated;
}

/* expected.verdict begins "verdict: NAME items=N reason=…", then "endpoint: NAME …"; "-": none was recognised. */
static void count_case(struct table *t, const struct amp_adapter *a, const char *dir)
{
	char path[4096];
	(void)snprintf(path, sizeof path, "%s/expected.verdict", dir);
	struct amp_buf b = read_text(path);
	struct amp_str rest = amp_buf_str(&b), first = amp_str_cut(&rest, '\n'), second = amp_str_cut(&rest, '\n');
	struct amp_str verdict = after(first, AMP_STR("verdict: ")), endpoint = after(second, AMP_STR("endpoint: "));
	struct amp_str items = after(first, AMP_STR("items="));
	struct row *r = row_named(t, a, endpoint);
	size_t v = 0;
	while (v < VERDICTS && !amp_str_eq(verdict, amp_str_c(amp_verdict_name((enum amp_verdict)v)))) v++;
	if (v == VERDICTS || items.n == 0 || (!r && !amp_str_eq(endpoint, AMP_STR("-")))) die("verdict, items or endpoint?", path);
	if (r) {
		r->cases++;
		r->stated += is_stated(dir);
		r->verdicts[v]++;
		if (v == AMP_VERDICT_OK) r->items += strtoul(items.p, NULL, 10);
	}
	amp_buf_free(&b);
}

static void count_cases(struct table *t, const struct amp_adapter *a, const char *golden)
{
	char dir[2048], path[3072];
	(void)snprintf(dir, sizeof dir, "%s/%s", golden, a->name);
	DIR *d = opendir(dir);
	if (!d) die("the platform has no folder of cases", dir);
	for (struct dirent *x = readdir(d); x; x = readdir(d)) {
		if (x->d_name[0] == '.') continue;
		(void)snprintf(path, sizeof path, "%s/%s", dir, x->d_name);
		count_case(t, a, path);
	}
	(void)closedir(d);
}

/* ---- recordings ---- */

static void count_recording(struct table *t, const struct amp_adapter *a, const char *path, struct amp_arena *arena)
{
	struct amp_buf b = read_text(path);
	struct amp_err err = {0};
	struct amp_parsed out;
	struct amp_page page = {.body = amp_buf_str(&b), .captured_at = RECORDED_AT, .status = 0};
	amp_arena_reset(arena);
	if (amp_parse_pages(a, NULL, &page, 1, 0, 0, 0, arena, &out, &err) != 0) die(err.text, path);
	struct row *r = out.endpoint && out.n_items ? row_named(t, a, amp_str_c(out.endpoint->name)) : NULL;
	if (r) r->recordings++;
	amp_buf_free(&b);
}

static void count_recordings(struct table *t, const char *folder, const struct recordings *from)
{
	char dir[2048], path[3072];
	struct amp_err err = {0};
	char **names = NULL;
	size_t n = 0;
	struct stat st;
	const struct amp_adapter *a = amp_adapter_find(from->platform);
	(void)snprintf(dir, sizeof dir, "%s/%s", folder, from->folder);
	if (!a) die("no such platform", from->platform);
	if (stat(dir, &st) != 0) return;
	struct amp_arena *arena = amp_arena_new((size_t)1 << 30);
	if (!arena || amp_io_list(dir, &names, &n, &err) != 0) die("it cannot be listed", dir);
	for (size_t i = 0; i < n; i++) {
		if (!is_recorded_body(names[i])) continue;
		(void)snprintf(path, sizeof path, "%s/%s", dir, names[i]);
		count_recording(t, a, path, arena);
	}
	amp_io_list_free(names);
	amp_arena_free(arena);
}

/* ---- every endpoint has a case ---- */

static bool excused(struct table *t, struct row *r, struct amp_str reasons)
{
	bool found = false;
	while (reasons.n) {
		struct amp_str line = amp_str_trim(amp_str_cut(&reasons, '\n'));
		if (line.n == 0 || *line.p == '#') continue;
		struct amp_str platform = amp_str_cut(&line, ' '), endpoint = amp_str_cut(&line, ' ');
		if (!amp_str_eq(platform, amp_str_c(r->adapter->name)) || !amp_str_eq(endpoint, amp_str_c(r->endpoint->name)))
			continue;
		found = true;
		if (amp_str_trim(line).n && r->verdicts[AMP_VERDICT_OK] == 0) continue;
		(void)printf("endpoints.txt: %s %s: nothing needs the line, or it has no reason\n", r->adapter->name,
		             r->endpoint->name);
		t->problems++;
	}
	return found;
}

static void require_cases(struct table *t, const char *golden)
{
	char path[4096];
	(void)snprintf(path, sizeof path, "%s/endpoints.txt", golden);
	struct amp_buf b = read_text(path);
	struct amp_str rest = amp_buf_str(&b);
	for (size_t i = 0; i < t->n; i++) {
		struct row *r = &t->rows[i];
		if (excused(t, r, amp_buf_str(&b)) || r->verdicts[AMP_VERDICT_OK]) continue;
		(void)printf(
			"%s %s has no case with verdict ok in tests/golden/%s: add one, or say in tests/golden/endpoints.txt why "
			"there can be none\n",
			r->adapter->name, r->endpoint->name, r->adapter->name);
		t->problems++;
	}
	while (rest.n) {
		struct amp_str line = amp_str_trim(amp_str_cut(&rest, '\n'));
		if (line.n == 0 || *line.p == '#') continue;
		struct amp_str name = amp_str_cut(&line, ' '), endpoint = amp_str_cut(&line, ' ');
		bool known = false;
		for (size_t i = 0; i < t->n && !known; i++)
			known = amp_str_eq(name, amp_str_c(t->rows[i].adapter->name)) &&
			        amp_str_eq(endpoint, amp_str_c(t->rows[i].endpoint->name));
		if (known) continue;
		(void)printf("endpoints.txt: there is no endpoint %.*s %.*s\n", AMP_ARG(name), AMP_ARG(endpoint));
		t->problems++;
	}
	amp_buf_free(&b);
}

/* ---- the table ---- */

static void write_row(struct amp_buf *b, const struct row *r)
{
	const char *comma = "";
	(void)amp_buf_printf(b, "| %s | %s | %zu | %zu | ", r->adapter->name, r->endpoint->name, r->cases, r->stated);
	for (size_t v = 0; v < VERDICTS; v++) {
		if (!r->verdicts[v]) continue;
		(void)amp_buf_printf(b, "%s%s %zu", comma, amp_verdict_name((enum amp_verdict)v), r->verdicts[v]);
		comma = ", ";
	}
	(void)amp_buf_printf(b, " | %zu |", r->items);
	if (r->recordings)
		(void)amp_buf_printf(b, " %zu |\n", r->recordings);
	else
		(void)amp_buf_addc(b, " – |\n");
}

static void write_table(struct amp_buf *b, const struct table *t)
{
	size_t cases = 0, stated = 0;
	for (size_t i = 0; i < t->n; i++) {
		cases += t->rows[i].cases;
		stated += t->rows[i].stated;
	}
	(void)amp_buf_printf(b, "%zu endpoints, %zu cases, of which %zu stated.\n\n", t->n, cases, stated);
	(void)amp_buf_addc(
		b, "| platform | endpoint | cases | stated | verdicts | items | recordings |\n|---|---|---|---|---|---|---|\n");
	for (size_t i = 0; i < t->n; i++) write_row(b, &t->rows[i]);
}

/* The last cell of a row is what the recordings gave. */
static struct amp_str without_last_cell(struct amp_str line)
{
	size_t n = line.n, bars = 0;
	while (n && bars < 2) bars += line.p[--n] == '|';
	return bars == 2 ? (struct amp_str){line.p, n} : line;
}

static bool same_table(struct amp_str have, struct amp_str want, bool recorded)
{
	if (recorded) return amp_str_eq(have, want);
	while (have.n && want.n)
		if (!amp_str_eq(without_last_cell(amp_str_cut(&have, '\n')), without_last_cell(amp_str_cut(&want, '\n'))))
			return false;
	return have.n == want.n;
}

static bool keep_in_docs(const char *docs, struct amp_str table, bool recorded)
{
	struct amp_buf b = read_text(docs), out;
	struct amp_err err = {0};
	struct amp_str text = amp_buf_str(&b);
	const char *begin = amp_str_find(text, AMP_STR(MARK_BEGIN)), *end = amp_str_find(text, AMP_STR(MARK_END));
	if (!begin || !end || end < begin) die("the marks of the table are missing", docs);
	begin += sizeof MARK_BEGIN - 1;
	bool same = same_table((struct amp_str){begin, (size_t)(end - begin)}, table, recorded);
	if (!same && recorded && getenv("AMP_UPDATE_ENDPOINTS")) {
		amp_buf_init(&out, (size_t)4 << 20);
		(void)amp_buf_add(&out, text.p, (size_t)(begin - text.p));
		(void)amp_buf_add(&out, table.p, table.n);
		(void)amp_buf_add(&out, end, (size_t)(text.p + text.n - end));
		if (amp_io_write_file(docs, out.p, out.n, &err) != 0) die(err.text, docs);
		amp_buf_free(&out);
		same = true;
	}
	if (!same)
		(void)printf("%s does not have this table: AMP_UPDATE_ENDPOINTS=1 writes it there, where the recordings are\n",
		             docs);
	amp_buf_free(&b);
	return same;
}

int main(int argc, char **argv)
{
	static struct table t;
	size_t n;
	struct stat st;
	struct amp_buf table;
	const struct amp_adapter *const *all = amp_adapters(&n);
	if (argc != 4) die("GOLDEN DOCS RECORDINGS", "usage");
	for (size_t i = 0; i < n; i++) {
		for (const struct amp_endpoint *ep = all[i]->endpoints; ep->name; ep++) {
			if (t.n == MAX_ROWS) die("too many endpoints", all[i]->name);
			t.rows[t.n++] = (struct row){.adapter = all[i], .endpoint = ep};
		}
		count_cases(&t, all[i], argv[1]);
	}
	bool recorded = stat(argv[3], &st) == 0;
	for (const struct recordings *r = recordings; recorded && r->folder; r++) count_recordings(&t, argv[3], r);
	amp_buf_init(&table, (size_t)1 << 20);
	write_table(&table, &t);
	(void)fwrite(table.p, 1, table.n, stdout);
	if (!recorded) (void)printf("%s is absent: the column of recordings is not compared\n", argv[3]);
	require_cases(&t, argv[1]);
	if (!keep_in_docs(argv[2], amp_buf_str(&table), recorded)) t.problems++;
	amp_buf_free(&table);
	return t.problems ? 1 : 0;
}

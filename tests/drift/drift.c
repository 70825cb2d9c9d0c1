/* drift.c PLATFORM ALLOWED [--all] [--values] [--cards] [--sample N] FILE…: what would happen if a platform changed its answers? Each
 * distinct member of each JSON document is dropped, renamed and retyped, everywhere at once, and the document is read again. Required
 * of the result:
 *  - entries do not vanish, and a document with entries does not become "empty";
 *  - while the verdict is ok or partial, every column holds what it held before or nothing: never another value, never a flag that
 *    was not raised. Lists hold no more than before;
 *  - a value of another type that leaves a column without its value leaves a remark.
 * What a mutation legitimately changes (a fallback, the key that says what an entry is) stands in ALLOWED with its reason:
 *     column  mutation  path-ending  reason
 * with * for any column or mutation. A line of ALLOWED that nothing needs is a mistake too, when all files are given (--all).
 *
 * Markup (XML, HTML) is mutated by distinct name: each element and each attribute is renamed, dropped with what it holds, and what it
 * holds is replaced by a marker; a column that has the marker then holds what was sent. So is each distinct class of an element
 * ("div.score"): the word alone is renamed, its elements are dropped or emptied. HTML that a JSON string holds is mutated in it.
 * --cards: of a page of HTML, the entries that stood in what is dropped or emptied are gone, and the others are what they were.
 */
#include "drift.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/io.h"

static void read_meta(struct drill *d, const char *file, json_t **meta)
{
	struct amp_buf b;
	struct amp_err err = {0};
	const char *slash = strrchr(file, '/');
	char path[4096];
	enum amp_precision precision;
	*meta = NULL;
	d->url = AMP_STR_ABSENT;
	d->captured_at = INT64_C(1795176000000); /* 2026-11-20T12:00:00Z: relative dates need one */
	d->endpoint = NULL;
	(void)snprintf(path, sizeof path, "%.*smeta.json", slash ? (int)(slash - file) + 1 : 0, file);
	amp_buf_init(&b, (size_t)1 << 20);
	if (amp_io_read_file(path, &b, &err) == 0) *meta = json_loadb(b.p, b.n, 0, NULL);
	amp_buf_free(&b);
	if (!*meta) return;
	const char *endpoint = json_string_value(json_object_get(*meta, "endpoint"));
	d->url = amp_str_c(json_string_value(json_object_get(*meta, "url")));
	d->endpoint = endpoint ? amp_endpoint_find(d->adapter, endpoint) : NULL;
	struct amp_str when = amp_str_c(json_string_value(json_object_get(*meta, "captured_at")));
	if (when.p) (void)amp_time_parse_iso(when, &d->captured_at, &precision);
}

/* A JSON string that holds markup becomes that markup. */
static void unwrap(struct drill *d)
{
	json_t *text = json_loadb(d->body.p, d->body.n, JSON_DECODE_ANY, NULL);
	d->in_string = json_is_string(text) && amp_str_starts(amp_str_trim(amp_str_c(json_string_value(text))), "<");
	if (d->in_string) {
		d->body.n = 0;
		(void)amp_buf_add(&d->body, json_string_value(text), json_string_length(text));
	}
	json_decref(text);
}

static void drill_file(struct drill *d, const char *file, size_t sample)
{
	struct amp_err err = {0};
	struct amp_buf mutant;
	json_t *meta;
	d->file = file;
	amp_buf_init(&d->body, (size_t)64 << 20);
	if (amp_io_read_file(file, &d->body, &err) != 0) die(err.text);
	read_meta(d, file, &meta);
	unwrap(d);
	struct amp_parsed out = parse(d, d->endpoint, amp_buf_str(&d->body));
	struct amp_arena *tree = amp_arena_new((size_t)1 << 30);
	bool fit = (out.verdict == AMP_VERDICT_OK || out.verdict == AMP_VERDICT_PARTIAL) && out.n_items > 0 && tree;
	struct amp_str inside = ends_with(file, ".html") ? carried(d) : AMP_STR_ABSENT;
	d->markup = !inside.p && (d->in_string || ends_with(file, ".xml") || ends_with(file, ".html"));
	d->table = ends_with(file, ".csv");
	d->n_paths = 0;
	if (fit && d->markup)
		walk_markup(d);
	else if (fit && d->table)
		walk_table(d);
	else if (fit)
		fit = inside.p ? walk_text(d, inside, tree) : walk_documents(d, tree);
	if (fit) {
		d->files++;
		d->endpoint = out.endpoint;
		d->verdict = out.verdict;
		d->remarks = remarks_of(&out);
		d->base = items_of(d->adapter, &out);
		d->offsets = amp_calloc(out.n_items, sizeof *d->offsets);
		for (size_t i = 0; d->offsets && i < out.n_items; i++) d->offsets[i] = out.items[i].byte_offset;
		if (!d->offsets) die("out of memory");
		amp_buf_init(&mutant, (size_t)256 << 20);
		size_t step = sample && d->n_paths > sample ? d->n_paths / sample + 1 : 1;
		for (size_t i = 0; i < d->n_paths; i += step) drill_path(d, &d->paths[i], &mutant);
		amp_buf_free(&mutant);
		json_decref(d->base);
		amp_free(d->offsets);
	}
	for (size_t i = 0; i < d->n_paths; i++) {
		amp_free(d->paths[i].text);
		amp_free(d->paths[i].spots);
	}
	amp_arena_free(tree);
	json_decref(meta);
	amp_buf_free(&d->body);
}

static void read_allowed(struct drill *d, const char *file)
{
	struct amp_buf b;
	struct amp_err err = {0};
	amp_buf_init(&b, (size_t)1 << 20);
	if (amp_io_read_file(file, &b, &err) != 0) die(err.text);
	struct amp_str rest = amp_buf_str(&b);
	while (rest.n) {
		struct amp_str line = amp_str_trim(amp_str_cut(&rest, '\n')), word[4];
		if (line.n == 0 || line.p[0] == '#') continue;
		for (int i = 0; i < 3; i++) {
			word[i] = amp_str_cut(&line, ' ');
			line = amp_str_trim(line);
		}
		word[3] = line;
		if (word[3].n == 0) die("a line of the table of allowed changes lacks its reason");
		if (d->n_allowed == MAX_ALLOWED) die("too many allowed changes");
		struct allowed *a = &d->allowed[d->n_allowed++];
		char **to[4] = {&a->column, &a->mutation, &a->ending, &a->reason};
		for (int i = 0; i < 4; i++) *to[i] = copy(word[i].p, word[i].n);
	}
	amp_buf_free(&b);
}

int main(int argc, char **argv)
{
	static struct drill d;
	size_t sample = 0;
	bool all = false;
	int i = 3;
	if (argc < 4) die("usage: drift PLATFORM ALLOWED [--all] [--values] [--cards] [--sample N] FILE...");
	d.adapter = amp_adapter_find(argv[1]);
	d.arena = amp_arena_new((size_t)1 << 30);
	d.paths = amp_calloc(MAX_PATHS, sizeof *d.paths);
	if (!d.adapter || !d.arena || !d.paths) die("no such platform, or out of memory");
	read_allowed(&d, argv[2]);
	for (; i < argc && argv[i][0] == '-'; i++) {
		if (strcmp(argv[i], "--all") == 0) all = true;
		if (strcmp(argv[i], "--values") == 0) d.values = true;
		if (strcmp(argv[i], "--cards") == 0) d.cards = true;
		if (strcmp(argv[i], "--sample") == 0 && i + 1 < argc) sample = (size_t)strtoul(argv[++i], NULL, 10);
	}
	for (; i < argc; i++) drill_file(&d, argv[i], sample);
	for (size_t a = 0; all && a < d.n_allowed; a++) {
		if (d.allowed[a].used) continue;
		(void)printf("%s: nothing needs the line: %s %s %s\n", argv[2], d.allowed[a].column, d.allowed[a].mutation,
		             d.allowed[a].ending);
		d.findings++;
	}
	(void)printf(
		"%s: %zu documents, %zu members, %zu mutants: %zu refused, %zu with a column null, %zu without effect, %zu findings\n",
		argv[1], d.files, d.fields, d.mutants, d.refused, d.nulled, d.unread, d.findings);
	return d.findings || d.files == 0 ? 1 : 0;
}

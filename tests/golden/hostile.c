/* hostile.c PLATFORM GOLDEN [DRILL]: what every good document of a platform becomes when it is damaged on its way, or when it is another
 * document. The documents are the inputs of the golden cases with verdict ok, so each endpoint that has one takes part; each drill of the
 * table at the end makes broken documents of them and says what may come out. What is no mistake stands in GOLDEN/hostile.txt:
 *     platform  drill  endpoint  reason
 * with * for any endpoint. A line that nothing needs is a mistake too.
 */
#include <dirent.h>
#include <jansson.h>
#include <libxml/parser.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "base/buf.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "parse/adapter.h"
#include "parse/engine.h"
#include "parse/json.h"

#define MAX_DOCS 2000
#define MAX_ITEMS 4000
#define MAX_ALLOWED 400
#define MAX_SHOWN 60
#define DEEP 1000000
#if defined(__SANITIZE_ADDRESS__)
#define CPU_SECONDS 30.0
#else
#define CPU_SECONDS 3.0
#endif

enum format { JSON, XML, HTML, OTHER };

struct span {
	size_t from, to;
};

struct result {
	enum amp_verdict verdict;
	struct amp_str reason;
	const struct amp_endpoint *endpoint;
	size_t n, repairs;
	struct amp_str lines[MAX_ITEMS];
	size_t offsets[MAX_ITEMS];
};

struct doc {
	const struct amp_adapter *adapter;
	const struct amp_endpoint *endpoint;
	char *name, *url, *headers;
	int64_t captured_at;
	struct amp_buf body;
	enum format format;
	size_t n, repairs;
	struct amp_str *lines; /* one allocation: lines_text */
	size_t *offsets;
	char *lines_text;
	/* the entries: elements[i] is that of item i when the document is a list of them; owner spans, else n_elements == 0 */
	struct span *elements;
	size_t n_elements;
	struct span list; /* what is between the brackets of a JSON list */
	bool reversed;    /* the last entry of the document is rank 0 */
	bool first;       /* of its endpoint */
};

struct allowed {
	char platform[24], drill[16], endpoint[64];
	size_t used;
};

static const struct amp_adapter *self;
static struct doc docs[MAX_DOCS]; /* those of self first */
static size_t n_docs, n_own;
static struct allowed allowed[MAX_ALLOWED];
static size_t n_allowed;
static struct amp_arena *arena;
static struct amp_buf text; /* of the lines of the last result */
static struct result got;
static const char *drill_name;
static size_t findings, parses;

static void die(const char *what)
{
	(void)fprintf(stderr, "hostile: %s\n", what);
	exit(2);
}

static bool is_allowed(const struct doc *d)
{
	for (size_t i = 0; i < n_allowed; i++) {
		struct allowed *a = &allowed[i];
		if (strcmp(a->platform, self->name) != 0 || strcmp(a->drill, drill_name) != 0) continue;
		if (strcmp(a->endpoint, "*") != 0 && strcmp(a->endpoint, d->endpoint->name) != 0) continue;
		a->used++;
		return true;
	}
	return false;
}

static void finding(const struct doc *d, const char *fmt, ...) AMP_PRINTF(2, 3);
static void finding(const struct doc *d, const char *fmt, ...)
{
	if (is_allowed(d) || ++findings > MAX_SHOWN) return;
	va_list ap;
	va_start(ap, fmt);
	(void)printf("%s %s (%s): ", drill_name, d->name, d->endpoint->name);
	(void)vprintf(fmt, ap);
	(void)printf("\n  verdict %s, %zu of %zu items: %.*s\n", amp_verdict_name(got.verdict), got.n, d->n, AMP_ARG(got.reason));
	va_end(ap);
}

/* ---- reading ---- */

static void read_as(const struct doc *d, const struct amp_adapter *a, const struct amp_endpoint *ep, struct amp_str body,
                    int status, bool address)
{
	struct amp_parsed out;
	struct amp_err err = {0};
	struct amp_page page = {.body = body,
	                        .url = amp_str_c(address ? d->url : NULL),
	                        .headers = amp_str_c(address ? d->headers : NULL),
	                        .captured_at = d->captured_at,
	                        .status = status};
	parses++;
	amp_arena_reset(arena);
	clock_t began = clock();
	if (amp_parse_pages(a, ep, &page, 1, 0, 0, 0, arena, &out, &err) != 0) die(err.text);
	double took = (double)(clock() - began) / CLOCKS_PER_SEC;
	if (out.n_items > MAX_ITEMS) die("more items than are compared");
	got.verdict = out.verdict;
	got.reason = out.reason;
	got.endpoint = out.endpoint;
	got.n = out.n_items;
	got.repairs = out.repairs;
	amp_buf_reset(&text);
	for (size_t i = 0; i < out.n_items; i++) {
		got.offsets[i] = text.n;
		amp_item_json(&text, a->name, &out.items[i]);
	}
	if (text.failed) die("the items' lines are too long");
	for (size_t i = 0; i < out.n_items; i++) {
		size_t end = i + 1 < out.n_items ? got.offsets[i + 1] : text.n;
		got.lines[i] = (struct amp_str){text.p + got.offsets[i], end - got.offsets[i]};
	}
	for (size_t i = 0; i < out.n_items; i++) got.offsets[i] = out.items[i].byte_offset;
	if (took > CPU_SECONDS) finding(d, "%zu bytes took %.1f seconds", body.n, took);
}

static void read_body(const struct doc *d, struct amp_str body)
{
	read_as(d, d->adapter, d->endpoint, body, 200, true);
}

/* What is behind the two ranks: "kind" alone stands before them. */
static struct amp_str without_rank(struct amp_str line)
{
	const char *at = amp_str_find(line, AMP_STR("\"platform\":"));
	return at ? (struct amp_str){at, line.n - (size_t)(at - line.p)} : line;
}

static bool same_item(struct amp_str a, struct amp_str b)
{
	return amp_str_eq(without_rank(a), without_rank(b));
}

/* ---- where the entries are ---- */

static size_t value_end(struct amp_str b, size_t at)
{
	int depth = 0;
	for (size_t i = at; i < b.n; i++) {
		char c = b.p[i];
		if (c == '"') {
			for (i++; i < b.n && b.p[i] != '"'; i++)
				if (b.p[i] == '\\') i++;
			if (depth == 0) return i + 1;
		} else if (c == '{' || c == '[') {
			depth++;
		} else if (c == '}' || c == ']') {
			if (depth == 0) return i;
			if (--depth == 0) return i + 1;
		} else if (depth == 0 && strchr(", \n\r\t", c)) {
			return i;
		}
	}
	return b.n;
}

static size_t name_length(struct amp_str b, size_t at)
{
	size_t n = 0;
	while (at + n < b.n && !strchr(" \t\r\n/>", b.p[at + n])) n++;
	return n;
}

/* End of the element that begins at `at`; 0: it has none. */
static size_t element_end(struct amp_str b, size_t at)
{
	if (at >= b.n || b.p[at] != '<') return 0;
	size_t n = name_length(b, at + 1), depth = 0;
	for (size_t i = at; i + 1 < b.n; i++) {
		if (b.p[i] != '<') continue;
		bool closes = b.p[i + 1] == '/';
		size_t name = i + 1 + closes;
		if (name_length(b, name) != n || strncmp(b.p + name, b.p + at + 1, n) != 0) continue;
		const char *end = memchr(b.p + i, '>', b.n - i);
		if (!end) return 0;
		if (!closes && end[-1] != '/') depth++;
		if (closes && --depth == 0) return (size_t)(end - b.p) + 1;
	}
	return 0;
}

static const struct amp_json *child_with(struct amp_str b, const struct amp_json *v, size_t offset)
{
	for (const struct amp_json *x = amp_json_first(v); x; x = amp_json_next(v, x))
		if (offset >= x->offset && offset < value_end(b, x->offset)) return x;
	return NULL;
}

/* The array that has the entries as its members: the deepest that has all of them; of one entry, the outermost. */
static const struct amp_json *list_of(const struct doc *d, struct amp_str b, const struct amp_json *root)
{
	for (const struct amp_json *v = root; v && v->type >= AMP_JSON_ARRAY;) {
		const struct amp_json *next = child_with(b, v, d->offsets[0]);
		size_t end = next ? value_end(b, next->offset) : 0;
		bool all = next != NULL;
		for (size_t i = 1; i < d->n && all; i++) all = d->offsets[i] >= next->offset && d->offsets[i] < end;
		if (v->type == AMP_JSON_ARRAY && next && (!all || d->n == 1)) return v;
		if (!all) return NULL;
		v = next;
	}
	return NULL;
}

static void find_json_entries(struct doc *d)
{
	struct amp_str b = amp_buf_str(&d->body);
	struct amp_json_doc tree;
	struct amp_err err = {0};
	amp_arena_reset(arena);
	if (amp_json_parse(&tree, b, arena, &err) != 0) die(err.text);
	const struct amp_json *list = tree.end == AMP_JSON_COMPLETE && d->n ? list_of(d, b, tree.root) : NULL;
	if (!list) return;
	d->list = (struct span){list->offset + 1, value_end(b, list->offset) - 1};
	for (size_t i = 0; i < d->n; i++) {
		const struct amp_json *x = child_with(b, list, d->offsets[i]);
		if (!x) return;
		d->elements[i] = (struct span){x->offset, value_end(b, x->offset)};
	}
	d->n_elements = d->n;
}

static void find_entries(struct doc *d)
{
	struct amp_str b = amp_buf_str(&d->body);
	d->elements = amp_calloc(d->n + 1, sizeof *d->elements);
	if (!d->elements) die("no memory");
	d->reversed = d->n > 1 && d->offsets[0] > d->offsets[d->n - 1];
	if (d->format == JSON) find_json_entries(d);
	if (d->format != XML && d->format != HTML) return;
	for (size_t i = 0; i < d->n; i++) {
		d->elements[i] = (struct span){d->offsets[i], element_end(b, d->offsets[i])};
		if (!d->elements[i].to) return;
	}
	d->n_elements = d->n;
}

/* ---- mutants ---- */

static struct amp_buf mutant;
static void begin_mutant(void)
{
	amp_buf_reset(&mutant);
}
static void put(const char *p, size_t n)
{
	(void)amp_buf_add(&mutant, p, n);
}
static void put_range(const struct doc *d, size_t from, size_t to)
{
	put(d->body.p + from, to - from);
}
static void put_times(const char *piece, size_t times)
{
	for (size_t i = 0; i < times; i++) put(piece, strlen(piece));
}
static struct amp_str mutated(void)
{
	if (mutant.failed) die("a mutant is too large");
	return amp_buf_str(&mutant);
}
static void insert(const struct doc *d, size_t at, const char *piece, size_t n)
{
	begin_mutant();
	put_range(d, 0, at);
	put(piece, n);
	put_range(d, at, d->body.n);
}

/* ---- the drills ---- */

/* The first items of the whole document, in the order of the document. */
static bool are_first_items(const struct doc *d)
{
	if (got.n > d->n) return false;
	for (size_t i = 0; i < got.n; i++)
		if (d->reversed ? !same_item(got.lines[i], d->lines[d->n - got.n + i]) : !amp_str_eq(got.lines[i], d->lines[i]))
			return false;
	return true;
}

static void cut_at(const struct doc *d, size_t at)
{
	read_body(d, (struct amp_str){d->body.p, at});
	bool whole = got.n == d->n && are_first_items(d);
	if (got.verdict <= AMP_VERDICT_EMPTY && !whole)
		finding(d, "cut at byte %zu of %zu, and nobody says so", at, d->body.n);
	else if (got.verdict <= AMP_VERDICT_PARTIAL && !are_first_items(d))
		finding(d, "cut at byte %zu of %zu, and its items are not those of the whole document", at, d->body.n);
}

static void drill_cut(const struct doc *d)
{
	size_t n = d->body.n, tail = n > 200 ? n - 200 : 0, step = n / 64 + 1;
	for (size_t at = 0; at < tail; at += step) cut_at(d, at);
	for (size_t at = tail; at < n; at++) cut_at(d, at);
}

static bool has(struct amp_str line, struct amp_str piece)
{
	return amp_str_find(line, piece) != NULL;
}

/* Every byte means something in these: there is nothing to repair. */
static bool single_byte(const struct doc *d)
{
	struct amp_str b = amp_buf_str(&d->body), head = {b.p, b.n < 100 ? b.n : 100};
	return d->format == XML &&
	       (amp_utf8_valid_prefix(b.p, b.n) != b.n || (amp_str_ifind(head, "encoding=") && !amp_str_ifind(head, "utf-8")));
}

/* One text of the document was damaged at `at`, and has a repair. The entries that do not hold the place are what they were. */
static void judge_damage(const struct doc *d, size_t at, const char *what)
{
	if (got.verdict >= AMP_VERDICT_DRIFT) return; /* it was a word that says what the document is */
	if (got.verdict == AMP_VERDICT_EMPTY || got.n != d->n) {
		finding(d, "%s at byte %zu: entries are gone", what, at);
		return;
	}
	if (got.repairs == d->repairs && !single_byte(d)) finding(d, "%s at byte %zu is not counted as repaired", what, at);
	bool inside = false;
	for (size_t i = 0; i < d->n_elements; i++) inside = inside || (at >= d->elements[i].from && at < d->elements[i].to);
	for (size_t i = 0; i < d->n; i++) {
		bool own = !inside || (at >= d->elements[i].from && at < d->elements[i].to);
		if (own ? same_item(got.lines[i], d->lines[i]) : amp_str_eq(got.lines[i], d->lines[i])) continue;
		if (!own && !same_item(got.lines[i], d->lines[i]))
			finding(d, "%s at byte %zu changes item %zu, which does not hold it: %.*s", what, at, i,
			        AMP_ARG(got.lines[i]));
	}
	for (size_t i = 0; i < got.n; i++)
		if (has(got.lines[i], AMP_STR("\\ud800")) || has(got.lines[i], AMP_STR("\\u0000")) ||
		    memchr(got.lines[i].p, 0xFF, got.lines[i].n))
			finding(d, "%s at byte %zu comes out in item %zu as it is", what, at, i);
}

/* A text that was shown must be shown with its damage marked. value: the text that stood there. */
static void judge_mark(const struct doc *d, size_t at, struct amp_str value, const char *what)
{
	static const char *const columns[] = {"\"text\":\"", "\"title\":\"", "\"author_name\":\"", "\"warning\":\""};
	if (got.verdict >= AMP_VERDICT_DRIFT || got.n != d->n || value.n < 4) return;
	for (size_t i = 0; i < d->n; i++)
		for (size_t c = 0; c < 4; c++) {
			const char *was = amp_str_find(d->lines[i], amp_str_c(columns[c]));
			if (!was || amp_str_eq(got.lines[i], d->lines[i])) continue;
			was += strlen(columns[c]);
			if ((size_t)(d->lines[i].p + d->lines[i].n - was) <= value.n || strncmp(was, value.p, value.n) != 0 ||
			    was[value.n] != '"')
				continue;
			if (!has(got.lines[i], AMP_STR("\xEF\xBF\xBD")))
				finding(d, "%s at byte %zu is not marked in item %zu: %.*s", what, at, i, AMP_ARG(got.lines[i]));
		}
}

static const struct damage {
	const char *name, *bytes;
	size_t n;
	bool escape; /* JSON only */
} damages[] = {{"a lone surrogate", "\\ud800", 6, true},
               {"a NUL escape", "\\u0000", 6, true},
               {"a byte FF", "\xFF", 1, false},
               {"half a letter", "\xC3", 1, false},
               {"a surrogate in UTF-8", "\xED\xA0\x80", 3, false}};
#define N_DAMAGES (sizeof damages / sizeof *damages)

struct places { /* where a kind of text stands: the first place of each */
	char *paths[4000];
	size_t n;
};

static bool is_new(struct places *p, const char *path)
{
	for (size_t i = 0; i < p->n; i++)
		if (strcmp(p->paths[i], path) == 0) return false;
	if (p->n == 4000) die("too many kinds of texts");
	size_t n = strlen(path) + 1;
	p->paths[p->n] = amp_malloc(n);
	if (!p->paths[p->n]) die("no memory");
	memcpy(p->paths[p->n++], path, n);
	return true;
}

static void forget(struct places *p)
{
	for (size_t i = 0; i < p->n; i++) amp_free(p->paths[i]);
	p->n = 0;
}

static void damage_string(const struct doc *d, size_t from, size_t to)
{
	struct amp_str value = {d->body.p + from, to - from};
	size_t at = from + (to - from) / 2;
	if (memchr(value.p, '\\', value.n)) at = from; /* not into an escape */
	while (at > from && ((unsigned char)d->body.p[at] & 0xC0) == 0x80) at--;
	for (size_t k = 0; k < N_DAMAGES; k++) {
		insert(d, at, damages[k].bytes, damages[k].n);
		read_body(d, mutated());
		judge_damage(d, at, damages[k].name);
		if (!memchr(value.p, '\\', value.n)) judge_mark(d, at, value, damages[k].name);
	}
}

static void walk_strings(const struct doc *d, const struct amp_json *v, struct amp_buf *path, struct places *seen)
{
	struct amp_str b = amp_buf_str(&d->body);
	size_t length = path->n;
	for (const struct amp_json *x = amp_json_first(v); x; x = amp_json_next(v, x)) {
		path->n = length;
		(void)amp_buf_byte(path, '.');
		(void)amp_buf_adds(path, v->type == AMP_JSON_OBJECT ? amp_json_key(x) : AMP_STR("[]"));
		(void)amp_buf_byte(path, '\0');
		path->n--;
		if (x->type == AMP_JSON_STRING && is_new(seen, path->p))
			damage_string(d, x->offset + 1, value_end(b, x->offset) - 1);
		walk_strings(d, x, path, seen);
	}
	path->n = length;
}

/* Texts between tags, the first below each pair of an element and the one before it. */
static void damage_markup(const struct doc *d, struct places *seen)
{
	const char *p = d->body.p;
	char last[160] = "", kind[360];
	for (size_t i = 0; i + 1 < d->body.n; i++) {
		if (p[i] != '<' || p[i + 1] == '/' || p[i + 1] == '!' || p[i + 1] == '?') continue;
		const char *close = memchr(p + i, '>', d->body.n - i);
		if (!close) return;
		size_t tag = (size_t)(close - (p + i)), from = i + tag + 1, to = from;
		if (strncmp(p + from, "<![CDATA[", 9) == 0) from = to = from + 9;
		while (to < d->body.n && p[to] != '<' && p[to] != '&') to++;
		if (strncmp(p + i, "<script", 7) == 0 || strncmp(p + i, "<style", 6) == 0) continue;
		(void)snprintf(kind, sizeof kind, "%s|%.*s", last, (int)(tag < 150 ? tag : 150), p + i);
		(void)snprintf(last, sizeof last, "%.*s", (int)(tag < 150 ? tag : 150), p + i);
		if (amp_str_trim((struct amp_str){p + from, to - from}).n == 0 || !is_new(seen, kind)) continue;
		for (size_t k = 0; k < N_DAMAGES; k++) {
			if (damages[k].escape) continue;
			insert(d, from, damages[k].bytes, damages[k].n);
			read_body(d, mutated());
			judge_damage(d, from, damages[k].name);
		}
	}
}

static void drill_text(const struct doc *d)
{
	static struct places seen;
	if (d->format == XML || d->format == HTML) damage_markup(d, &seen);
	if (d->format == JSON) {
		struct amp_json_doc tree;
		struct amp_err err = {0};
		struct amp_buf path;
		struct amp_arena *own = amp_arena_new((size_t)1 << 28);
		amp_buf_init(&path, (size_t)1 << 16);
		if (!own || amp_json_parse(&tree, amp_buf_str(&d->body), own, &err) != 0) die("no memory");
		if (tree.end == AMP_JSON_COMPLETE && tree.repairs == 0) walk_strings(d, tree.root, &path, &seen);
		amp_buf_free(&path);
		amp_arena_free(own);
	}
	forget(&seen);
}

static void judge_deep(const struct doc *d, const char *what)
{
	if (got.verdict == AMP_VERDICT_EMPTY)
		finding(d, "%s, and the list is called empty", what);
	else if (got.verdict == AMP_VERDICT_OK && got.n < d->n)
		finding(d, "%s: entries are gone, and nobody says so", what);
}

static void deep_json(const struct doc *d, size_t at, const char *open, const char *close, const char *before, const char *after)
{
	begin_mutant();
	put_range(d, 0, at);
	put(before, strlen(before));
	put_times(open, DEEP);
	if (close) {
		put("0", 1);
		put_times(close, DEEP);
		put(after, strlen(after));
	}
	put_range(d, at, d->body.n);
	read_body(d, mutated());
	judge_deep(d, close ? "10^6 levels" : "10^6 levels left open");
	if (at == 0) {
		read_as(d, self, NULL, mutated(), 0, false);
		judge_deep(d, "10^6 levels before it, endpoint unknown");
	}
}

static void drill_deep(const struct doc *d)
{
	if (!d->first) return;
	size_t at = d->n_elements ? d->elements[0].from : 0;
	bool object = d->format == JSON && d->body.p[at] == '{';
	if (d->format == JSON) {
		deep_json(d, 0, "[", NULL, "", "");
		if (object) {
			deep_json(d, at + 1, "[", "]", "\"deep\":", ",");
			deep_json(d, at + 1, "{\"a\":", NULL, "\"deep\":", ",");
		}
		return;
	}
	const char *tag = memchr(d->body.p + at, '>', d->body.n - at);
	const char *root = amp_str_find(amp_buf_str(&d->body), AMP_STR("<body"));
	if (!d->n_elements && root) tag = memchr(root, '>', d->body.n - (size_t)(root - d->body.p));
	if (!tag) return;
	at = (size_t)(tag - d->body.p) + 1;
	deep_json(d, 0, "<div>", NULL, "", "");
	deep_json(d, at, "<b>", "</b>", "", "");
	deep_json(d, at, "<b>", NULL, "", "");
}

static size_t asked_for_entities;
static xmlParserInputPtr no_entity(const char *url, const char *id, xmlParserCtxtPtr ctxt)
{
	(void)url;
	(void)id;
	(void)ctxt;
	asked_for_entities++;
	return NULL;
}

static void entity(const struct doc *d, const char *what, const char *declared, const char *used)
{
	struct amp_str b = amp_buf_str(&d->body);
	size_t head = 0;
	if (amp_str_starts(b, "<?xml")) head = (size_t)((const char *)memchr(b.p, '>', b.n) - b.p) + 1;
	const char *title = amp_str_find((struct amp_str){b.p + d->offsets[0], b.n - d->offsets[0]}, AMP_STR("<title"));
	if (!title) return;
	title = (const char *)memchr(title, '>', b.n - (size_t)(title - b.p)) + 1;
	begin_mutant();
	put_range(d, 0, head);
	put(declared, strlen(declared));
	put_range(d, head, (size_t)(title - b.p));
	put(used, strlen(used));
	put_range(d, (size_t)(title - b.p), b.n);
	asked_for_entities = 0;
	read_body(d, mutated());
	if (asked_for_entities) finding(d, "%s: something was asked for", what);
	if (text.n > 4 * d->body.n + 65536) finding(d, "%s: %zu bytes came out", what, text.n);
	if (has(amp_buf_str(&text), AMP_STR("lollol")) || has(amp_buf_str(&text), AMP_STR("root:")))
		finding(d, "%s was expanded", what);
	if (got.verdict <= AMP_VERDICT_EMPTY && got.n != d->n) finding(d, "%s: entries are gone, and nobody says so", what);
}

static void drill_entities(const struct doc *d)
{
	struct amp_buf laughs;
	if (d->format != XML) return;
	amp_buf_init(&laughs, 65536);
	(void)amp_buf_addc(&laughs, "<!DOCTYPE x [<!ENTITY l0 \"lol\">");
	for (int i = 1; i < 12; i++) {
		(void)amp_buf_printf(&laughs, "<!ENTITY l%d \"", i);
		for (int k = 0; k < 10; k++) (void)amp_buf_printf(&laughs, "&l%d;", i - 1);
		(void)amp_buf_addc(&laughs, "\">");
	}
	(void)amp_buf_addc(&laughs, "]>");
	(void)amp_buf_byte(&laughs, '\0');
	entity(d, "a billion laughs", laughs.p, "&l11;");
	entity(d, "an external entity", "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>", "&e;");
	entity(d, "an external entity", "<!DOCTYPE x [<!ENTITY e SYSTEM \"http://127.0.0.1:9/e\">]>", "&e;");
	entity(d, "a parameter entity",
	       "<!DOCTYPE x [<!ENTITY % p SYSTEM \"http://127.0.0.1:9/p.dtd\"> %p; <!ENTITY q \"lollol\">]>", "&q;");
	entity(d, "an external DTD", "<!DOCTYPE x SYSTEM \"http://127.0.0.1:9/x.dtd\">", "&e;");
	amp_buf_free(&laughs);
}

static const struct {
	const char *what, *html;
} wall_pages[] = {
	{"a login page", "<!DOCTYPE html><html><head><title>Log in</title></head><body><form action=\"/login\" method=\"post\">"
                         "<input name=\"u\"><input type=\"password\" name=\"p\"></form></body></html>"},
	{"a login page in French", "<html lang=\"fr\"><head><title>Se connecter</title></head><body><form><input type='password'>"
                                   "</form></body></html>"},
	{"a consent page",
         "<!doctype html><html><head><title>Before you continue</title></head><body><form "
         "action=\"https://consent.google.com/save\" method=\"POST\"><button>Accept all</button></form></body></html>"},
	{"a captcha", "<html><head><title>Are you a robot?</title></head><body><div class=\"g-recaptcha\" data-sitekey=\"x\"></div>"
                      "</body></html>"},
	{"a captcha of another kind",
         "<html><head><title></title></head><body><div class=\"h-captcha\" data-sitekey=\"x\"></div></body></html>"},
	{"a challenge", "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body><script "
                        "src=\"/cdn-cgi/challenge-platform/x.js\"></script></body></html>"},
	{"a block page", "<html><head><title>Attention Required! | Cloudflare</title></head><body><h1>Sorry, you have been "
                         "blocked</h1></body></html>"},
};

static void drill_wall(const struct doc *d)
{
	if (!d->first) return;
	for (size_t i = 0; i < sizeof wall_pages / sizeof *wall_pages; i++)
		for (int status = 0; status <= 200; status += 200) {
			read_as(d, self, d->endpoint, amp_str_c(wall_pages[i].html), status, true);
			if (got.verdict != AMP_VERDICT_BLOCKED || got.n)
				finding(d, "%s with status %d", wall_pages[i].what, status);
		}
}

static const char *const error_bodies[] = {
	"",
	"Too many requests",
	"{}",
	"[]",
	"null",
	"{\"error\":\"It went wrong\"}",
	"{\"message\":\"It went wrong\",\"code\":5}",
	"{\"errors\":[{\"message\":\"It went wrong\",\"code\":88}]}",
	"{\"error\":{\"code\":403,\"message\":\"It went wrong\",\"status\":\"WRONG\"}}",
	"<html><head><title>Error</title></head><body><center><h1>Error</h1></center><hr>nginx</body></html>",
	"<?xml version=\"1.0\"?><Error><Code>Wrong</Code></Error>",
	NULL /* the good document itself */};

static void drill_status(const struct doc *d)
{
	static const int statuses[] = {401, 403, 429, 404, 410, 451, 500, 502, 503};
	if (!d->first) return;
	for (size_t s = 0; s < sizeof statuses / sizeof *statuses; s++)
		for (size_t i = 0; i < sizeof error_bodies / sizeof *error_bodies; i++) {
			int status = statuses[s];
			struct amp_str body = error_bodies[i] ? amp_str_c(error_bodies[i]) : amp_buf_str(&d->body);
			read_as(d, self, d->endpoint, body, status, true);
			bool refuses = status == 401 || status == 403 || status == 429;
			if (got.verdict < AMP_VERDICT_DRIFT || got.n)
				finding(d, "status %d with “%.60s”", status, error_bodies[i] ? error_bodies[i] : "the document");
			else if (refuses ? got.verdict != AMP_VERDICT_BLOCKED : status >= 500 && got.verdict == AMP_VERDICT_DRIFT)
				finding(d, "status %d with “%.60s” is not told from a change of the format", status,
				        error_bodies[i] ? error_bodies[i] : "the document");
		}
}

static void drill_body(const struct doc *d)
{
	static const char *const bodies[] = {"",
	                                     " \r\n\t",
	                                     "null",
	                                     "[]",
	                                     "{}",
	                                     "\"\"",
	                                     "0",
	                                     "true",
	                                     "<",
	                                     "<?",
	                                     "<x/>",
	                                     "<!",
	                                     "[[]]",
	                                     "[{}]",
	                                     "[null]",
	                                     "{\"a\":[]}",
	                                     "\xEF\xBB\xBF",
	                                     "text",
	                                     "<html></html>",
	                                     "<?xml version=\"1.0\"?>"};
	if (!d->first) return;
	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
		bool list = strcmp(bodies[i], "[]") == 0 && d->body.n && *d->body.p == '[';
		read_as(d, self, d->endpoint, amp_str_c(bodies[i]), 200, true);
		if (list ? got.verdict < AMP_VERDICT_EMPTY || got.n : got.verdict < AMP_VERDICT_DRIFT)
			finding(d, "the body is “%s”", bodies[i]);
	}
}

static void drill_emptied(const struct doc *d)
{
	if (!d->n_elements) return;
	begin_mutant();
	size_t done = 0;
	if (d->format == JSON) {
		put_range(d, 0, d->list.from);
		done = d->list.to;
	} else {
		for (size_t k = 0; k < d->n; k++) {
			const struct span *s = &d->elements[d->reversed ? d->n - 1 - k : k];
			if (s->from < done) continue;
			put_range(d, done, s->from);
			done = s->to;
		}
	}
	put_range(d, done, d->body.n);
	read_body(d, mutated());
	if (got.verdict != AMP_VERDICT_EMPTY) finding(d, "without its entries the list is not empty");
}

/* Items of each element stand together; where an element is there twice, so are they. */
static void drill_doubled(const struct doc *d)
{
	size_t at = 0, done = 0, i = 0;
	if (!d->n_elements) return;
	begin_mutant();
	for (size_t k = 0; k < d->n; k++) {
		const struct span *s = &d->elements[d->reversed ? d->n - 1 - k : k];
		if (s->from < done) continue;
		put_range(d, done, s->to);
		if (d->format == JSON) put(",", 1);
		put_range(d, s->from, s->to);
		done = s->to;
	}
	put_range(d, done, d->body.n);
	read_body(d, mutated());
	for (i = 0; i < d->n;) {
		size_t end = i;
		while (end < d->n && d->elements[end].from == d->elements[i].from) end++;
		for (int twice = 0; twice < 2; twice++)
			for (size_t k = i; k < end; k++, at++) {
				if (at < got.n && same_item(got.lines[at], d->lines[k])) continue;
				finding(d, "entries sent twice: place %zu is not item %zu: %.*s", at, k,
				        AMP_ARG(at < got.n ? got.lines[at] : AMP_STR("-")));
				return;
			}
		i = end;
	}
	if (at != got.n) finding(d, "entries sent twice: %zu places", at);
}

/* Every member (JSON), child (XML) or class (HTML) of the entries gets another name. */
static void drill_renamed(const struct doc *d)
{
	size_t from = d->n_elements ? d->elements[d->reversed ? d->n - 1 : 0].from : 0;
	struct amp_str b = amp_buf_str(&d->body);
	if (d->format == HTML || d->format == OTHER) return; /* their names are not all of one kind */
	if (d->format == XML && !d->n_elements) return;
	begin_mutant();
	for (size_t i = 0; i < b.n; i++) {
		char c = b.p[i];
		put(&c, 1);
		if (i < from) continue;
		if (d->format == JSON && c == '"') {
			size_t end = value_end(b, i), colon = end;
			while (colon < b.n && strchr(" \t\r\n", b.p[colon])) colon++;
			if (colon < b.n && b.p[colon] == ':') put("renamed_", 8);
			put_range(d, i + 1, end);
			i = end - 1;
		} else if (d->format == XML && c == '<' && i + 1 < b.n && b.p[i + 1] != '!') {
			bool own = true; /* the entries themselves and what is around them */
			size_t close = b.p[i + 1] == '/' ? i + 3 + name_length(b, i + 2) : 0;
			for (size_t k = 0; k < d->n_elements; k++)
				if (i > d->elements[k].from && i < d->elements[k].to && close != d->elements[k].to) own = false;
			if (b.p[i + 1] == '/') put(&b.p[++i], 1);
			if (!own) put("renamed_", 8);
		}
	}
	read_body(d, mutated());
	if (got.verdict < AMP_VERDICT_DRIFT) finding(d, "entries of which nothing has its name");
}

/* Required members by the endpoint's own rows. */
static void drill_missing(const struct doc *d)
{
	struct amp_str b = amp_buf_str(&d->body);
	if (d->format != JSON || !d->n_elements) return;
	for (const struct amp_row *row = d->endpoint->rows; row && row->path; row++) {
		const char *dot = strrchr(row->path, '.');
		char name[128];
		if (row->need != AMP_REQUIRED || !*row->path || row->fallback) continue;
		(void)snprintf(name, sizeof name, "\"%s\"", dot ? dot + 1 : row->path);
		begin_mutant();
		size_t done = 0;
		while (done < b.n) {
			const char *at = amp_str_find((struct amp_str){b.p + done, b.n - done}, amp_str_c(name));
			size_t to = at ? (size_t)(at - b.p) + 1 : b.n;
			put_range(d, done, to);
			if (at) put("renamed_", 8);
			done = to;
		}
		read_body(d, mutated());
		if (got.verdict < AMP_VERDICT_DRIFT) finding(d, "nothing has its required %s", row->path);
	}
}

/* A document of another platform, with and without the endpoint's name. */
static void drill_foreign(const struct doc *d)
{
	if (d->adapter == self || !d->first) return;
	read_as(d, self, NULL, amp_buf_str(&d->body), 0, false);
	if (got.verdict <= AMP_VERDICT_PARTIAL && got.n)
		finding(d, "a document of %s is read as %s", d->adapter->name, got.endpoint ? got.endpoint->name : "-");
	for (const struct amp_endpoint *ep = self->endpoints; ep->name; ep++) {
		read_as(d, self, ep, amp_buf_str(&d->body), 200, false);
		if (got.verdict <= AMP_VERDICT_PARTIAL)
			finding(d, "a document of %s is read as %s", d->adapter->name, ep->name);
		else if (got.reason.n == 0)
			finding(d, "a document of %s as %s: no reason", d->adapter->name, ep->name);
	}
}

static struct amp_str item_id(struct amp_str line)
{
	const char *at = amp_str_find(line, AMP_STR("\"item_id\":"));
	struct amp_str rest = {at, line.n - (size_t)(at - line.p)};
	return amp_str_cut(&rest, ',');
}

/* A document of another endpoint of the platform: the same entries, or a reason. */
static void drill_sibling(const struct doc *d)
{
	if (!d->first) return;
	for (const struct amp_endpoint *ep = self->endpoints; ep->name; ep++) {
		if (ep == d->endpoint) continue;
		read_as(d, self, ep, amp_buf_str(&d->body), 200, false);
		if (got.verdict >= AMP_VERDICT_DRIFT && got.reason.n == 0) finding(d, "as %s: no reason", ep->name);
		if (got.verdict == AMP_VERDICT_EMPTY) finding(d, "as %s it is called empty", ep->name);
		if (got.verdict > AMP_VERDICT_PARTIAL) continue;
		bool same = got.n == d->n;
		for (size_t i = 0; i < d->n && same; i++) same = amp_str_eq(item_id(got.lines[i]), item_id(d->lines[i]));
		if (!same) finding(d, "as %s it has other entries", ep->name);
	}
}

static const struct {
	const char *name;
	void (*run)(const struct doc *d);
	bool foreign; /* over the documents of the other platforms */
} drills[] = {{"cut", drill_cut, false},           {"text", drill_text, false},       {"deep", drill_deep, false},
              {"entities", drill_entities, false}, {"wall", drill_wall, false},       {"status", drill_status, false},
              {"body", drill_body, false},         {"emptied", drill_emptied, false}, {"doubled", drill_doubled, false},
              {"renamed", drill_renamed, false},   {"missing", drill_missing, false}, {"sibling", drill_sibling, false},
              {"foreign", drill_foreign, true}};

/* ---- documents ---- */

static char *copy(struct amp_str s)
{
	char *c = amp_malloc(s.n + 1);
	if (!c) die("no memory");
	if (s.n) memcpy(c, s.p, s.n);
	c[s.n] = '\0';
	return c;
}

static json_t *load(const char *dir, const char *name)
{
	char path[4096];
	struct amp_buf b;
	struct amp_err err = {0};
	amp_buf_init(&b, (size_t)1 << 24);
	(void)snprintf(path, sizeof path, "%s/%s", dir, name);
	if (amp_io_read_file(path, &b, &err) != 0) die(err.text);
	json_t *meta = json_loadb(b.p, b.n, 0, NULL);
	amp_buf_free(&b);
	return meta;
}

static char *member(const json_t *meta, const char *key)
{
	const char *v = json_string_value(json_object_get(meta, key));
	return v ? copy(amp_str_c(v)) : NULL;
}

static enum format format_of(struct amp_str b)
{
	b = amp_str_trim(b);
	if (b.n && (*b.p == '{' || *b.p == '[')) return JSON;
	if (amp_str_istarts(b, "<!doctype html") || amp_str_istarts(b, "<html")) return HTML;
	return b.n && *b.p == '<' ? XML : OTHER;
}

static void keep_result(struct doc *d)
{
	d->n = got.n;
	d->repairs = got.repairs;
	d->endpoint = got.endpoint;
	d->lines_text = copy(amp_buf_str(&text));
	d->lines = amp_calloc(got.n + 1, sizeof *d->lines);
	d->offsets = amp_calloc(got.n + 1, sizeof *d->offsets);
	if (!d->lines || !d->offsets) die("no memory");
	for (size_t i = 0; i < got.n; i++) {
		d->lines[i] = (struct amp_str){d->lines_text + (got.lines[i].p - text.p), got.lines[i].n};
		d->offsets[i] = got.offsets[i];
	}
}

static void free_doc(struct doc *d)
{
	amp_free(d->name);
	amp_free(d->url);
	amp_free(d->headers);
	amp_free(d->lines);
	amp_free(d->offsets);
	amp_free(d->lines_text);
	amp_free(d->elements);
	amp_buf_free(&d->body);
}

static void add_doc(const struct amp_adapter *a, const char *dir, const char *file, const json_t *meta)
{
	char path[4096];
	struct amp_err err = {0};
	enum amp_precision precision;
	if (n_docs == MAX_DOCS) die("too many documents");
	struct doc *d = &docs[n_docs];
	const char *slash = strrchr(dir, '/'), *endpoint = json_string_value(json_object_get(meta, "endpoint"));
	(void)snprintf(path, sizeof path, "%s/%s", dir, file);
	*d = (struct doc){
		.adapter = a, .captured_at = AMP_TIME_NONE, .url = member(meta, "url"), .headers = member(meta, "headers")};
	d->endpoint = endpoint ? amp_endpoint_find(a, endpoint) : NULL;
	char *when = member(meta, "captured_at");
	if (when && !amp_time_parse_iso(amp_str_c(when), &d->captured_at, &precision)) die("captured_at is no time");
	amp_free(when);
	amp_buf_init(&d->body, (size_t)64 << 20);
	if (amp_io_read_file(path, &d->body, &err) != 0) die(err.text);
	(void)snprintf(path, sizeof path, "%s/%s/%s", a->name, slash ? slash + 1 : dir, file);
	d->name = copy(amp_str_c(path));
	d->format = format_of(amp_buf_str(&d->body));
	read_body(d, amp_buf_str(&d->body));
	if (got.verdict != AMP_VERDICT_OK || !got.n || !got.endpoint) {
		free_doc(d);
		return;
	}
	keep_result(d);
	find_entries(d);
	d->first = true;
	for (size_t i = 0; i < n_docs; i++)
		if (docs[i].adapter == a && docs[i].endpoint == d->endpoint) d->first = false;
	n_docs++;
}

static bool is_ok(const char *dir)
{
	char path[4096], line[64] = "";
	(void)snprintf(path, sizeof path, "%s/expected.verdict", dir);
	FILE *f = fopen(path, "r");
	bool read = f && fgets(line, sizeof line, f);
	if (f) (void)fclose(f);
	return read && strncmp(line, "verdict: ok", 11) == 0;
}

static void load_case(const struct amp_adapter *a, const char *dir)
{
	struct amp_err err = {0};
	char **files = NULL;
	size_t n = 0;
	json_t *meta = load(dir, "meta.json");
	if (amp_io_list(dir, &files, &n, &err) != 0) die(err.text);
	for (size_t f = 0; f < n; f++)
		if (strncmp(files[f], "input", 5) == 0) add_doc(a, dir, files[f], meta);
	amp_io_list_free(files);
	json_decref(meta);
}

static void load_platform(const struct amp_adapter *a, const char *golden)
{
	char dir[2048], path[3072];
	struct dirent **cases = NULL;
	(void)snprintf(dir, sizeof dir, "%s/%s", golden, a->name);
	int n = scandir(dir, &cases, NULL, alphasort);
	if (n < 0) die("a platform has no folder");
	for (int i = 0; i < n; i++) {
		(void)snprintf(path, sizeof path, "%s/%s", dir, cases[i]->d_name);
		if (cases[i]->d_name[0] != '.' && is_ok(path)) load_case(a, path);
		free(cases[i]);
	}
	free(cases);
}

static void read_allowed(const char *golden)
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
		if (n_allowed == MAX_ALLOWED || line.n == 0) die("a line of hostile.txt lacks its reason, or there are too many");
		struct allowed *a = &allowed[n_allowed++];
		(void)snprintf(a->platform, sizeof a->platform, "%.*s", AMP_ARG(word[0]));
		(void)snprintf(a->drill, sizeof a->drill, "%.*s", AMP_ARG(word[1]));
		(void)snprintf(a->endpoint, sizeof a->endpoint, "%.*s", AMP_ARG(word[2]));
	}
	amp_buf_free(&b);
}

static void run_drills(const char *only)
{
	for (size_t k = 0; k < sizeof drills / sizeof *drills; k++) {
		if (only && strcmp(only, drills[k].name) != 0) continue;
		drill_name = drills[k].name;
		size_t before = findings, parsed = parses;
		clock_t began = clock();
		for (size_t i = drills[k].foreign ? n_own : 0; i < (drills[k].foreign ? n_docs : n_own); i++)
			drills[k].run(&docs[i]);
		(void)printf("%-9s %6zu documents read, %zu findings, %.1f s\n", drill_name, parses - parsed, findings - before,
		             (double)(clock() - began) / CLOCKS_PER_SEC);
	}
}

int main(int argc, char **argv)
{
	size_t n;
	const struct amp_adapter *const *all = amp_adapters(&n);
	if (argc < 3) die("usage: hostile PLATFORM GOLDEN [DRILL]");
	self = amp_adapter_find(argv[1]);
	arena = amp_arena_new((size_t)1 << 30);
	if (!self || !arena) die("no such platform, or no memory");
	amp_buf_init(&text, (size_t)256 << 20);
	amp_buf_init(&mutant, (size_t)256 << 20);
	xmlSetExternalEntityLoader(no_entity);
	read_allowed(argv[2]);
	drill_name = "load";
	load_platform(self, argv[2]);
	n_own = n_docs;
	if (n_own == 0) die("the platform has no golden case with entries");
	for (size_t i = 0; i < n; i++)
		if (all[i] != self) load_platform(all[i], argv[2]);
	run_drills(argc > 3 ? argv[3] : NULL);
	for (size_t i = 0; argc == 3 && i < n_allowed; i++) {
		if (strcmp(allowed[i].platform, self->name) != 0 || allowed[i].used) continue;
		(void)printf("hostile.txt: nothing needs the line: %s %s %s\n", allowed[i].platform, allowed[i].drill,
		             allowed[i].endpoint);
		findings++;
	}
	(void)printf("%s: %zu documents, %zu findings\n", self->name, n_own, findings);
	for (size_t i = 0; i < n_docs; i++) free_doc(&docs[i]);
	amp_buf_free(&text);
	amp_buf_free(&mutant);
	amp_arena_free(arena);
	return findings ? 1 : 0;
}

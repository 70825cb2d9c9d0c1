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
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/buf.h"
#include "base/io.h"
#include "base/mem.h"
#include "json_place.h"
#include "parse/adapter.h"
#include "parse/json.h"

#define MAX_PATHS 20000
#define MAX_ALLOWED 1000
#define MARK "drift drill"

enum mutation { DROP, RENAME, TO_TEXT, TO_NUMBER, TO_OBJECT, TO_ARRAY, MUTATIONS };
static const char *const mutation_names[MUTATIONS] = {"drop", "rename", "text", "number", "object", "array"};

struct spot { /* one member of an object, or one element or attribute: places in the body */
	size_t key, value, end;
	uint8_t type;
	size_t tag, close, after; /* markup: where it begins, the name in its end tag (0: none), where it is over */
};

struct path {
	char *text;
	struct spot *spots;
	size_t n, room;
};

struct allowed {
	char *column, *mutation, *ending, *reason;
	size_t used;
};

struct drill {
	const struct amp_adapter *adapter;
	const struct amp_endpoint *endpoint;
	struct amp_arena *arena;
	const char *file;
	struct amp_str url;
	int64_t captured_at;
	struct amp_buf body;
	struct path *paths;
	size_t n_paths;
	json_t *base; /* items as lines of the contract */
	enum amp_verdict verdict;
	size_t remarks;
	size_t *offsets;        /* of base's items, in the body */
	size_t taken;           /* entries that the mutation took out with the element they stand in */
	bool cards;             /* of a page of HTML such entries may be gone */
	bool values;            /* a value of markup that is lost must leave a remark too */
	bool markup, in_string; /* in_string: the markup is a JSON string */
	bool table;
	size_t start; /* where the JSON in hand begins */
	struct allowed allowed[MAX_ALLOWED];
	size_t n_allowed;
	/* over all files */
	size_t files, fields, mutants, unread, nulled, refused, findings;
};

static void die(const char *what)
{
	(void)fprintf(stderr, "drift: %s\n", what);
	exit(2);
}

static bool ends_with(const char *text, const char *ending)
{
	size_t n = strlen(text), m = strlen(ending);
	return m <= n && strcmp(text + n - m, ending) == 0;
}

/* ---- where things stand in the body ---- */

static char *copy(const char *p, size_t n)
{
	char *c = amp_malloc(n + 1);
	if (!c) die("out of memory");
	if (n) memcpy(c, p, n);
	c[n] = '\0';
	return c;
}

static struct path *path_named(struct drill *d, const char *text)
{
	for (size_t i = d->n_paths; i-- > 0;)
		if (strcmp(d->paths[i].text, text) == 0) return &d->paths[i];
	if (d->n_paths == MAX_PATHS) die("more distinct paths than are drilled");
	struct path *p = &d->paths[d->n_paths++];
	*p = (struct path){.text = copy(text, strlen(text))};
	return p;
}

static void add_spot(struct path *p, struct spot s)
{
	if (p->n == p->room) {
		p->room = p->room ? 2 * p->room : 8;
		struct spot *more = amp_realloc(p->spots, p->room * sizeof *more);
		if (!more) die("out of memory");
		p->spots = more;
	}
	p->spots[p->n++] = s;
}

static void walk(struct drill *d, const struct amp_json *v, struct amp_buf *path)
{
	size_t length = path->n;
	for (const struct amp_json *x = amp_json_first(v); x; x = amp_json_next(v, x)) {
		path->n = length;
		if (v->type == AMP_JSON_OBJECT) {
			(void)amp_buf_byte(path, '.');
			(void)amp_buf_adds(path, amp_json_key(x));
			(void)amp_buf_byte(path, '\0');
			path->n--;
			size_t value = d->start + x->offset;
			add_spot(path_named(d, path->p), (struct spot){d->start + x[-1].offset, value,
			                                               json_value_end(amp_buf_str(&d->body), value), x->type});
		} else {
			(void)amp_buf_addc(path, "[]");
		}
		walk(d, x, path);
	}
	path->n = length;
}

static bool walk_text(struct drill *d, struct amp_str text, struct amp_arena *tree)
{
	struct amp_json_doc doc;
	struct amp_err err = {0};
	struct amp_buf path;
	if (amp_json_parse(&doc, text, tree, &err) != 0 || doc.end != AMP_JSON_COMPLETE || doc.repairs) return false;
	d->start = (size_t)(text.p - d->body.p);
	amp_buf_init(&path, (size_t)1 << 16);
	walk(d, doc.root, &path);
	amp_buf_free(&path);
	return true;
}

/* JSON, or a document of it on each line. */
static bool walk_documents(struct drill *d, struct amp_arena *tree)
{
	struct amp_str rest = amp_buf_str(&d->body);
	if (!ends_with(d->file, ".ndjson")) return walk_text(d, rest, tree);
	while (rest.n) {
		struct amp_str line = amp_str_trim(amp_str_cut(&rest, '\n'));
		if (line.n && !walk_text(d, line, tree)) return false;
	}
	return true;
}

/* What YouTube's pages carry: var ytInitialData = {…}; absent when there is none, or none as it is. */
static struct amp_str carried(const struct drill *d)
{
	struct amp_str rest = amp_buf_str(&d->body);
	for (const char *at = amp_str_find(rest, AMP_STR("ytInitialData")); at; at = amp_str_find(rest, AMP_STR("ytInitialData"))) {
		size_t i = (size_t)(at - d->body.p) + strlen("ytInitialData");
		rest = (struct amp_str){d->body.p + i, d->body.n - i};
		while (i < d->body.n && strchr("\"'] =", d->body.p[i])) i++;
		if (i < d->body.n && d->body.p[i] == '{')
			return (struct amp_str){d->body.p + i, json_value_end(amp_buf_str(&d->body), i) - i};
	}
	return AMP_STR_ABSENT;
}

/* ---- tables: cells as they stand ---- */

static size_t cell_end(struct amp_str b, size_t at)
{
	bool quoted = at < b.n && b.p[at] == '"';
	if (!quoted) {
		while (at < b.n && !strchr(",\r\n", b.p[at])) at++;
		return at;
	}
	for (at++; at < b.n; at++)
		if (b.p[at] == '"' && (at + 1 == b.n || b.p[++at] != '"')) break;
	return at;
}

static void walk_table(struct drill *d)
{
	struct amp_str b = amp_buf_str(&d->body);
	size_t at = amp_str_starts(b, "\xEF\xBB\xBF") ? 3 : 0, column = 0;
	bool header = true;
	while (at < b.n) {
		size_t end = cell_end(b, at), quote = b.p[at] == '"';
		if (header) {
			char *name = copy(b.p + at + quote, end - at - 2 * quote);
			(void)path_named(d, name);
			amp_free(name);
		}
		if (column < d->n_paths && (end > at || column + 1 < d->n_paths))
			add_spot(&d->paths[column], (struct spot){.key = at + quote,
			                                          .value = at,
			                                          .end = end,
			                                          .type = end > at ? AMP_JSON_STRING : AMP_JSON_NULL});
		at = end + 1;
		column++;
		if (end < b.n && b.p[end] == ',') continue;
		if (end + 1 < b.n && b.p[end] == '\r' && b.p[end + 1] == '\n') at++;
		header = false;
		column = 0;
	}
}

/* A column without its cells, under another name in the first row, or with the marker wherever a cell says something. */
static bool mutate_table(const struct drill *d, const struct path *p, enum mutation m, struct amp_buf *out)
{
	struct amp_str b = amp_buf_str(&d->body);
	size_t done = 0, n = 0;
	out->n = 0;
	for (size_t i = 0; i < p->n; i++) {
		const struct spot *s = &p->spots[i];
		size_t from = m == RENAME ? s->key : s->value, to = m == RENAME ? s->key : s->end;
		if (m == RENAME ? i > 0 : m == TO_TEXT && (i == 0 || s->type == AMP_JSON_NULL)) continue;
		if (m == DROP && to < b.n && b.p[to] == ',')
			to++;
		else if (m == DROP && from > done && b.p[from - 1] == ',')
			from--;
		(void)amp_buf_add(out, b.p + done, from - done);
		if (m != DROP) (void)amp_buf_adds(out, amp_str_c(m == RENAME ? "renamed_" : MARK));
		done = to;
		n++;
	}
	(void)amp_buf_add(out, b.p + done, b.n - done);
	if (out->failed) die("a mutant is too large");
	return n > 0;
}

/* ---- the same of markup: tags as they stand, by no reader of ours ---- */

#define OPEN_MAX 512

struct tags {
	struct drill *d;
	struct amp_str b;
	struct open { /* open elements: places that their end tag completes */
		size_t tag, key, n, value, classes, classes_end;
	} open[OPEN_MAX];
	size_t depth;
	bool html; /* not XML, where a <link> has an end */
};

static size_t skip_to(struct amp_str b, size_t at, const char *end)
{
	struct amp_str rest = {b.p + at, b.n - at};
	const char *found = amp_str_find(rest, amp_str_c(end));
	return found ? (size_t)(found - b.p) + strlen(end) : b.n;
}

static size_t name_end(struct amp_str b, size_t at)
{
	while (at < b.n && !strchr(" \t\r\n/>=<\"'", b.p[at])) at++;
	return at;
}

static void add_named(struct tags *t, struct amp_str owner, const char *between, size_t n, struct spot s)
{
	char path[256];
	(void)snprintf(path, sizeof path, "%.*s%s%.*s", AMP_ARG(owner), between, (int)n, t->b.p + s.key);
	add_spot(path_named(t->d, path), s);
}

/* The element is over: it is a spot of its name, and of each of its classes. */
static void add_element(struct tags *t, const struct open *o, struct spot s)
{
	struct amp_str name = {t->b.p + o->key, o->n};
	add_named(t, AMP_STR_ABSENT, "", o->n, s);
	s.close = 0;
	for (size_t at = o->classes; at < o->classes_end;) {
		s.key = at;
		while (at < o->classes_end && !strchr(" \t\r\n", t->b.p[at])) at++;
		if (at > s.key) add_named(t, name, ".", at - s.key, s);
		at++;
	}
}

/* Attributes of the start tag at hand; gives its '>' (or the end). */
static size_t attributes(struct tags *t, size_t at, struct open *o)
{
	struct amp_str b = t->b;
	while (at < b.n && b.p[at] != '>') {
		size_t before = at;
		while (at < b.n && strchr(" \t\r\n/", b.p[at])) at++;
		if (at == b.n || b.p[at] == '>') break;
		struct spot s = {.key = at, .tag = before};
		at = name_end(b, at);
		size_t n = at - s.key;
		if (n == 0) {
			at++;
			continue;
		}
		if (at + 1 >= b.n || b.p[at] != '=' || !strchr("\"'", b.p[at + 1])) continue;
		s.value = at + 2;
		const char *quote = memchr(b.p + s.value, b.p[at + 1], b.n - s.value);
		s.end = quote ? (size_t)(quote - b.p) : b.n;
		at = s.after = s.end < b.n ? s.end + 1 : b.n;
		add_named(t, (struct amp_str){b.p + o->key, o->n}, "@", n, s);
		if (n == 5 && memcmp(b.p + s.key, "class", 5) == 0) {
			o->classes = s.value;
			o->classes_end = s.end;
		}
	}
	return at;
}

static void end_tag(struct tags *t, size_t tag)
{
	size_t key = tag + 2, n = name_end(t->b, key) - key, i = t->depth;
	while (i > 0 && (t->open[i - 1].n != n || memcmp(t->b.p + t->open[i - 1].key, t->b.p + key, n) != 0)) i--;
	if (i == 0) return;
	t->depth = i - 1; /* what stands open inside has no end: of HTML, br and its like */
	const struct open *o = &t->open[i - 1];
	add_element(t, o,
	            (struct spot){.key = o->key,
	                          .value = o->value,
	                          .end = tag,
	                          .tag = o->tag,
	                          .close = key,
	                          .after = skip_to(t->b, tag, ">")});
}

/* HTML's elements that have no end tag. */
static bool is_void(struct amp_str name)
{
	static const char *const names[] = {"br", "hr", "img", "input", "link", "meta", "source"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (amp_str_eq_c(name, names[i])) return true;
	return false;
}

static size_t start_tag(struct tags *t, size_t tag)
{
	struct open o = {.tag = tag, .key = tag + 1, .n = name_end(t->b, tag + 1) - tag - 1};
	struct amp_str name = {t->b.p + o.key, o.n};
	size_t end = attributes(t, o.key + o.n, &o);
	size_t after = o.value = end < t->b.n ? end + 1 : t->b.n;
	if (t->b.p[end - 1] == '/' || (t->html && is_void(name))) {
		add_element(t, &o, (struct spot){.key = o.key, .value = after, .end = after, .tag = tag, .after = after});
		return after;
	}
	if (t->depth < OPEN_MAX) t->open[t->depth++] = o;
	bool raw = amp_str_eq_c(name, "script") || amp_str_eq_c(name, "style");
	return raw ? skip_to(t->b, after, "</") - 2 : after;
}

static int by_place(const void *a, const void *b)
{
	const struct spot *x = a, *y = b;
	return x->tag < y->tag ? -1 : x->tag > y->tag;
}

static void walk_markup(struct drill *d)
{
	static struct tags t;
	t = (struct tags){.d = d, .b = amp_buf_str(&d->body), .html = d->in_string || ends_with(d->file, ".html")};
	for (size_t at = 0; at + 1 < t.b.n;) {
		struct amp_str rest = {t.b.p + at, t.b.n - at};
		if (rest.p[0] != '<')
			at++;
		else if (amp_str_starts(rest, "<!--"))
			at = skip_to(t.b, at, "-->");
		else if (amp_str_starts(rest, "<![CDATA["))
			at = skip_to(t.b, at, "]]>");
		else if (rest.p[1] == '?' || rest.p[1] == '!')
			at = skip_to(t.b, at, ">");
		else if (rest.p[1] == '/') {
			end_tag(&t, at);
			at = skip_to(t.b, at, ">");
		} else if ((rest.p[1] | 32) >= 'a' && (rest.p[1] | 32) <= 'z')
			at = start_tag(&t, at);
		else
			at++;
	}
	for (size_t i = 0; i < d->n_paths; i++) qsort(d->paths[i].spots, d->paths[i].n, sizeof(struct spot), by_place);
}

static int by_size(const void *a, const void *b)
{
	size_t x = *(const size_t *)a, y = *(const size_t *)b;
	return x < y ? -1 : x > y;
}

/* Renames what opens and what closes; nested elements of one name are dropped and replaced with the outermost. */
static bool mutate_markup(const struct drill *d, const struct path *p, enum mutation m, struct amp_buf *out)
{
	struct amp_str b = amp_buf_str(&d->body);
	size_t done = 0, n = 0;
	out->n = 0;
	if (m == RENAME) {
		size_t *names = amp_calloc(2 * p->n + 1, sizeof *names);
		if (!names) die("out of memory");
		for (size_t i = 0; i < p->n; i++) {
			names[n++] = p->spots[i].key;
			if (p->spots[i].close) names[n++] = p->spots[i].close;
		}
		qsort(names, n, sizeof *names, by_size);
		for (size_t i = 0; i < n; i++) {
			(void)amp_buf_add(out, b.p + done, names[i] - done);
			(void)amp_buf_addc(out, "renamed_");
			done = names[i];
		}
		amp_free(names);
	}
	for (size_t i = 0; m != RENAME && i < p->n; i++) {
		const struct spot *s = &p->spots[i];
		if (s->tag < done || (m == TO_TEXT && s->value == s->end && s->close == 0)) continue;
		(void)amp_buf_add(out, b.p + done, (m == DROP ? s->tag : s->value) - done);
		if (m == TO_TEXT) (void)amp_buf_addc(out, MARK);
		done = m == DROP ? s->after : s->end;
		n++;
	}
	(void)amp_buf_add(out, b.p + done, b.n - done);
	if (out->failed) die("a mutant is too large");
	return n > 0;
}

/* ---- mutants ---- */

/* Text of the mutant; false when the mutation does not apply (a text to a text). */
static bool mutate(const struct drill *d, const struct path *p, enum mutation m, struct amp_buf *out)
{
	static const char *const values[MUTATIONS] = {[TO_TEXT] = "\"" MARK "\"",
	                                              [TO_NUMBER] = "1e999",
	                                              [TO_OBJECT] = "{\"" MARK "\":\"" MARK "\"}",
	                                              [TO_ARRAY] = "[[[\"" MARK "\"]]]"};
	struct amp_str b = amp_buf_str(&d->body);
	size_t done = 0;
	bool any = false;
	out->n = 0;
	for (size_t i = 0; i < p->n; i++) {
		const struct spot *s = &p->spots[i];
		bool same = (m == TO_TEXT && s->type == AMP_JSON_STRING) || (m == TO_NUMBER && s->type == AMP_JSON_NUMBER) ||
		            (m == TO_OBJECT && s->type == AMP_JSON_OBJECT) || (m == TO_ARRAY && s->type == AMP_JSON_ARRAY);
		if (same || (m >= TO_TEXT && s->type == AMP_JSON_NULL)) continue;
		any = true;
		if (m == DROP) {
			size_t from = s->key, to = s->end;
			while (to < b.n && strchr(" \n\r\t", b.p[to])) to++;
			if (to < b.n && b.p[to] == ',') {
				to++;
			} else { /* the last member takes the comma before it along, unless a dropped one has taken it */
				while (from > done && strchr(" \n\r\t", b.p[from - 1])) from--;
				if (from > done && b.p[from - 1] == ',') from--;
			}
			(void)amp_buf_add(out, b.p + done, from - done);
			done = to;
		} else if (m == RENAME) {
			(void)amp_buf_add(out, b.p + done, s->key + 1 - done);
			(void)amp_buf_addc(out, "renamed_");
			done = s->key + 1;
		} else {
			(void)amp_buf_add(out, b.p + done, s->value - done);
			(void)amp_buf_addc(out, values[m]);
			done = s->end;
		}
	}
	(void)amp_buf_add(out, b.p + done, b.n - done);
	if (out->failed) die("a mutant is too large");
	return any;
}

/* ---- what came out ---- */

static json_t *items_of(const struct amp_adapter *a, const struct amp_parsed *out)
{
	json_t *list = json_array();
	struct amp_buf line;
	amp_buf_init(&line, (size_t)16 << 20);
	for (size_t i = 0; i < out->n_items; i++) {
		line.n = 0;
		amp_item_json(&line, a->name, &out->items[i]);
		json_t *item = json_loadb(line.p, line.n, 0, NULL);
		if (!item) die("an item is no JSON");
		(void)json_array_append_new(list, item);
	}
	amp_buf_free(&line);
	return list;
}

static struct amp_parsed parse(struct drill *d, const struct amp_endpoint *ep, struct amp_str body)
{
	struct amp_parsed out;
	struct amp_err err = {0};
	struct amp_page page = {.body = body, .url = d->url, .captured_at = d->captured_at, .status = 200};
	static char *string; /* what is read points into it */
	free(string);
	string = NULL;
	if (d->in_string) {
		json_t *text = json_stringn(body.p, body.n);
		if (!text || !(string = json_dumps(text, JSON_ENCODE_ANY | JSON_ESCAPE_SLASH))) die("a mutant is no text");
		json_decref(text);
		page.body = amp_str_c(string);
	}
	amp_arena_reset(d->arena);
	if (amp_parse_pages(d->adapter, ep, &page, 1, 0, 0, 0, d->arena, &out, &err) != 0) die(err.text);
	return out;
}

static bool allowed(struct drill *d, const char *column, enum mutation m, const char *path)
{
	for (size_t i = 0; i < d->n_allowed; i++) {
		struct allowed *a = &d->allowed[i];
		if (strcmp(a->column, "*") != 0 && strcmp(a->column, column) != 0) continue;
		if (strcmp(a->mutation, "*") != 0 && strcmp(a->mutation, mutation_names[m]) != 0) continue;
		if (!ends_with(path, a->ending)) continue;
		a->used++;
		return true;
	}
	return false;
}

static void finding(struct drill *d, const struct path *p, enum mutation m, const char *column, const char *what,
                    const json_t *before, const json_t *after)
{
	if (allowed(d, column, m, p->text)) return;
	d->findings++;
	char *was = before ? json_dumps(before, JSON_ENCODE_ANY | JSON_COMPACT) : NULL,
	     *is = after ? json_dumps(after, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;
	(void)printf("%s: %s of %s: %s: %s", d->file, mutation_names[m], p->text, column, what);
	if (was) (void)printf(": before %.120s, after %.120s", was, is ? is : "-");
	(void)printf("\n");
	free(was);
	free(is);
}

/* after holds nothing that before did not: an object may have lost members. */
static bool within(const json_t *after, const json_t *before)
{
	const char *key;
	json_t *v;
	if (json_is_string(after) && strstr(json_string_value(after), MARK)) return true; /* as it was sent */
	if (json_is_null(after) || json_equal(after, before)) return true;
	if (!json_is_object(after) || !json_is_object(before)) return false;
	json_object_foreach((json_t *)(uintptr_t)after, key, v)
	{
		json_t *was = json_object_get(before, key);
		if (!json_is_null(v) && !json_equal(v, was) && !within(v, was)) return false;
	}
	return true;
}

/* marked: elements that hold what was put in are what was sent, of markup and tables, where a text has no wrong type. */
static bool list_within(const json_t *after, const json_t *before, bool marked)
{
	size_t i, j = 0;
	json_t *v;
	json_array_foreach(after, i, v)
	{
		if (marked && json_is_string(v) && strstr(json_string_value(v), MARK)) continue;
		while (j < json_array_size(before) && !within(v, json_array_get(before, j))) j++;
		if (j++ == json_array_size(before)) return false;
	}
	return true;
}

/* An id that is made of what an entry says, and says so itself: that of an entry of a feed that has none. */
static bool is_made_id(const json_t *v)
{
	const char *text = json_string_value(v);
	return text && (strncmp(text, "entry:", 6) == 0 || strncmp(text, "title-date:", 11) == 0);
}

/* What was sent stands in it, no less than before. */
static bool holds_mark(const json_t *v)
{
	const char *key;
	json_t *member;
	size_t i;
	if (json_is_string(v)) return strstr(json_string_value(v), MARK) != NULL;
	json_array_foreach(v, i, member) if (holds_mark(member)) return true;
	json_object_foreach((json_t *)(uintptr_t)v, key, member) if (holds_mark(member)) return true;
	return false;
}

/* Elements of HTML in the text of a feed or a card: the text is read from them, and reads otherwise without them. */
static bool is_of_text(const struct drill *d, const struct path *p)
{
	static const char *const names[] = {"a",     "b",     "blockquote", "br",    "code",   "div", "em",  "h1",
	                                    "h2",    "h3",    "hr",         "i",     "img",    "li",  "ol",  "p",
	                                    "pre",   "small", "s",          "span",  "strong", "sub", "sup", "table",
	                                    "tbody", "td",    "th",         "thead", "tr",     "u",   "ul"};
	struct amp_str rest = amp_str_c(p->text), name = amp_str_cut(&rest, '.');
	bool found = false;
	for (size_t i = 0; i < sizeof names / sizeof *names && !found; i++) found = amp_str_eq_c(name, names[i]);
	return d->markup && found && (ends_with(d->file, ".xml") || (d->cards && ends_with(d->file, ".html")));
}

/* after is before without some of it; white space does not count, for it is what elements read as. */
static bool is_left_of(const json_t *after, const json_t *before)
{
	const char *a = json_string_value(after), *b = json_string_value(before);
	if (!a || !b) return false;
	for (; *a; a++) {
		if (amp_is_space((unsigned char)*a)) continue;
		while (*b && *b != *a) b++;
		if (!*b++) return false;
	}
	return true;
}

/* True when a value was lost. */
static bool compare(struct drill *d, const struct path *p, enum mutation m, const json_t *before, const json_t *after)
{
	const char *column;
	json_t *is;
	bool lost = false;
	bool flags = false; /* an entry that is no longer pinned, an ad or a service entry moves the organic ranks behind it */
	json_object_foreach((json_t *)(uintptr_t)after, column, is)
	{
		const json_t *was = json_object_get(before, column);
		if (json_equal(is, was)) continue;
		if (json_is_boolean(was)) {
			flags = true;
			if (json_is_true(is)) finding(d, p, m, column, "a flag was raised", was, is);
			lost = true;
		} else if (json_is_null(is)) {
			lost = true;
		} else if (d->taken && strcmp(column, "rank") == 0) {
			continue; /* the places of those behind the entries that are gone */
		} else if (strcmp(column, "item_id") == 0 && is_made_id(is)) {
			lost = lost || !is_made_id(was);
		} else if (strcmp(column, "text") == 0 && is_of_text(d, p) && is_left_of(is, was)) {
			lost = true;
		} else if ((d->markup || d->table) && json_is_string(is) && strstr(json_string_value(is), MARK)) {
			continue; /* as it was sent */
		} else if (strcmp(column, "organic_rank") == 0) {
			if (!flags && !lost) flags = true;
		} else if (json_is_null(was) && json_is_array(is) && json_array_size(is) == 0) {
			continue; /* what could not be used is no longer there: then the list is known to be empty */
		} else if (json_is_array(is) && list_within(is, was, d->markup || d->table)) {
			lost = lost || !(d->markup || d->table) || !holds_mark(is);
		} else {
			finding(d, p, m, column, "another value", was, is);
		}
	}
	return lost;
}

/* Those about values: that a list shows one id twice goes with the ids. */
static size_t remarks_of(const struct amp_parsed *out)
{
	size_t n = out->diagnostics_total;
	for (size_t i = 0; i < out->n_diagnostics; i++) n -= strcmp(out->diagnostics[i].code, "duplicate_id") == 0;
	return n;
}

/* Elements of the document, or of HTML that it holds escaped. */
static bool holds_elements(const struct drill *d, const struct path *p)
{
	for (size_t i = 0; i < p->n; i++) {
		struct amp_str held = {d->body.p + p->spots[i].value, p->spots[i].end - p->spots[i].value};
		if (memchr(held.p, '<', held.n) || amp_str_find(held, AMP_STR("&lt;"))) return true;
	}
	return false;
}

/* The entry stands in what the mutation takes out of the page. */
static bool is_taken(const struct drill *d, const struct path *p, enum mutation m, size_t at)
{
	if (!d->cards || !d->markup || !ends_with(d->file, ".html") || m == RENAME) return false;
	for (size_t i = 0; i < p->n; i++) {
		const struct spot *s = &p->spots[i];
		if (at >= (m == DROP ? s->tag : s->value) && at < (m == DROP ? s->after : s->end)) return true;
	}
	return false;
}

/* The entries that a mutant should show. */
static json_t *left_in(struct drill *d, const struct path *p, enum mutation m)
{
	json_t *left = json_array();
	d->taken = 0;
	for (size_t i = 0; i < json_array_size(d->base); i++) {
		if (is_taken(d, p, m, d->offsets[i]))
			d->taken++;
		else
			(void)json_array_append(left, json_array_get(d->base, i));
	}
	return left;
}

/* base: what is expected. */
static void judge_items(struct drill *d, const struct path *p, enum mutation m, const struct amp_parsed *out, const json_t *base)
{
	size_t n = json_array_size(base);
	if (n == 0 && out->n_items == 0) {
		d->nulled++;
		return;
	}
	if (out->verdict == AMP_VERDICT_EMPTY || out->n_items < n) {
		finding(d, p, m, "rank", out->verdict == AMP_VERDICT_EMPTY ? "became empty" : "entries are gone", NULL, NULL);
		return;
	}
	if (out->n_items > n) {
		finding(d, p, m, "rank", "entries came out of nowhere", NULL, NULL);
		return;
	}
	json_t *items = items_of(d->adapter, out);
	bool lost = false;
	for (size_t i = 0; i < n && d->findings < 2000; i++)
		if (compare(d, p, m, json_array_get(base, i), json_array_get(items, i))) lost = true;
	json_decref(items);
	if (!lost) {
		d->unread++;
		return;
	}
	d->nulled++;
	/* elements have no type: a text where they were is no mistake that a reader could tell; one where a value was is, --values */
	if (m >= TO_TEXT && (!d->markup || (d->values && !holds_elements(d, p))) && remarks_of(out) <= d->remarks)
		finding(d, p, m, "-", "a value is lost without a remark", NULL, NULL);
}

static void judge(struct drill *d, const struct path *p, enum mutation m, const struct amp_parsed *out)
{
	if (out->verdict >= AMP_VERDICT_DRIFT) {
		d->refused++;
		return;
	}
	json_t *base = left_in(d, p, m);
	judge_items(d, p, m, out, base);
	json_decref(base);
}

static void drill_path(struct drill *d, const struct path *p, struct amp_buf *mutant)
{
	d->fields++;
	for (enum mutation m = DROP; m < (d->markup || d->table ? TO_NUMBER : MUTATIONS); m++) {
		if (!(d->markup ? mutate_markup : d->table ? mutate_table : mutate)(d, p, m, mutant)) continue;
		d->mutants++;
		struct amp_parsed out = parse(d, d->endpoint, amp_buf_str(mutant));
		judge(d, p, m, &out);
	}
}

/* ---- files ---- */

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

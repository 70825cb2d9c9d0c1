/* drift_json.c: where the members of JSON stand, and mutants of them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "drift.h"

void die(const char *what)
{
	(void)fprintf(stderr, "drift: %s\n", what);
	exit(2);
}

bool ends_with(const char *text, const char *ending)
{
	size_t n = strlen(text), m = strlen(ending);
	return m <= n && strcmp(text + n - m, ending) == 0;
}

char *copy(const char *p, size_t n)
{
	char *c = amp_malloc(n + 1);
	if (!c) die("out of memory");
	if (n) memcpy(c, p, n);
	c[n] = '\0';
	return c;
}

struct path *path_named(struct drill *d, const char *text)
{
	for (size_t i = d->n_paths; i-- > 0;)
		if (strcmp(d->paths[i].text, text) == 0) return &d->paths[i];
	if (d->n_paths == MAX_PATHS) die("more distinct paths than are drilled");
	struct path *p = &d->paths[d->n_paths++];
	*p = (struct path){.text = copy(text, strlen(text))};
	return p;
}

void add_spot(struct path *p, struct spot s)
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

bool walk_text(struct drill *d, struct amp_str text, struct amp_arena *tree)
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
bool walk_documents(struct drill *d, struct amp_arena *tree)
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
struct amp_str carried(const struct drill *d)
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

/* Text of the mutant; false when the mutation does not apply (a text to a text). */
bool mutate(const struct drill *d, const struct path *p, enum mutation m, struct amp_buf *out)
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

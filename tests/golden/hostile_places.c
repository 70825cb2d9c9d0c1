/* hostile_places.c: where the entries of a document are, found without the readers under test but for the tree of JSON. */
#include "hostile.h"
#include "json_place.h"
#include "parse/json.h"

size_t name_length(struct amp_str b, size_t at)
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
		if (offset >= x->offset && offset < json_value_end(b, x->offset)) return x;
	return NULL;
}

/* The array that has the entries as its members: the deepest that has all of them; of one entry, the outermost. */
static const struct amp_json *list_of(const struct doc *d, struct amp_str b, const struct amp_json *root)
{
	for (const struct amp_json *v = root; v && v->type >= AMP_JSON_ARRAY;) {
		const struct amp_json *next = child_with(b, v, d->offsets[0]);
		size_t end = next ? json_value_end(b, next->offset) : 0;
		bool all = next != NULL;
		for (size_t i = 1; i < d->n && all; i++) all = d->offsets[i] >= next->offset && d->offsets[i] < end;
		if (v->type == AMP_JSON_ARRAY && next && (!all || d->n == 1)) return v;
		if (!all) return NULL;
		v = next;
	}
	return NULL;
}

static void find_json_entries(struct hostile *h, struct doc *d)
{
	struct amp_str b = amp_buf_str(&d->body);
	struct amp_json_doc tree;
	struct amp_err err = {0};
	amp_arena_reset(h->arena);
	if (amp_json_parse(&tree, b, h->arena, &err) != 0) die(err.text);
	const struct amp_json *list = tree.end == AMP_JSON_COMPLETE && d->n ? list_of(d, b, tree.root) : NULL;
	if (!list) return;
	d->list = (struct span){list->offset + 1, json_value_end(b, list->offset) - 1};
	for (size_t i = 0; i < d->n; i++) {
		const struct amp_json *x = child_with(b, list, d->offsets[i]);
		if (!x) return;
		d->elements[i] = (struct span){x->offset, json_value_end(b, x->offset)};
	}
	d->n_elements = d->n;
}

void find_entries(struct hostile *h, struct doc *d)
{
	struct amp_str b = amp_buf_str(&d->body);
	d->elements = amp_calloc(d->n + 1, sizeof *d->elements);
	if (!d->elements) die("no memory");
	d->reversed = d->n > 1 && d->offsets[0] > d->offsets[d->n - 1];
	if (d->format == JSON) find_json_entries(h, d);
	if (d->format != XML && d->format != HTML) return;
	for (size_t i = 0; i < d->n; i++) {
		d->elements[i] = (struct span){d->offsets[i], element_end(b, d->offsets[i])};
		if (!d->elements[i].to) return;
	}
	d->n_elements = d->n;
}

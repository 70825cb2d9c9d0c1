/* hostile_types.c: one value of a document becomes another type: an entry, what holds an entry or several of them, each value inside an
 * entry. One bad entry never refuses the page and never goes unseen: it keeps its place with null content and a remark, and the others
 * are what they were. (What an entry may say that has one value of another type is drift.c's to ask: there every entry has it.)
 */
#include <stdio.h>
#include "hostile.h"
#include "json_place.h"
#include "parse/json.h"

#define MAX_TARGETS 200000
#define RECORDED_TARGETS 60 /* of a recording, where they are spread over the document */

struct target { /* one value */
	size_t from, to;
	uint8_t type;
	size_t parent;   /* the place of its container */
	struct span own; /* the items whose place is in there are its own, and */
	size_t within;   /* the one whose entry it is inside of, or no item */
	size_t n_own, first;
	bool holds;  /* the entry itself or what holds it, not one value of it */
	bool list;   /* a list of entries, what holds one, or a value beside it */
	bool member; /* of an object: null there is a member that was not sent */
};

struct targets {
	const struct hostile *h;
	const struct doc *d;
	size_t start; /* where the JSON in hand begins */
	struct target *all;
	size_t n;
};

/* ---- which values ---- */

static size_t items_in(const struct doc *d, size_t from, size_t to, size_t *first)
{
	size_t n = 0;
	for (size_t i = d->n; i-- > 0;) {
		if (d->offsets[i] < from || d->offsets[i] >= to) continue;
		*first = i;
		n++;
	}
	return n;
}

static void add_target(struct targets *t, struct target target)
{
	if (t->n == MAX_TARGETS) die("more values than are drilled");
	t->all[t->n++] = target;
}

/* The item whose entry x is or is inside of: one that begins there, else the one around it, else the only one in it. A page of one item has
 * its entry in its list. */
static size_t entry_at(const struct doc *d, size_t from, size_t n, size_t first, size_t around)
{
	if (n > 0 && d->n > 1 && d->offsets[first] == from) return first;
	if (around < d->n) return around;
	return (d->n > 1 ? n == 1 : d->n_elements && from == d->elements[0].from) ? first : d->n;
}

struct around { /* a container */
	struct span span;
	size_t n;      /* items whose place is in it */
	size_t within; /* the item whose entry it is inside of, or no item */
};

static bool has_place_in(const struct doc *d, size_t item, struct span s)
{
	return item < d->n && d->offsets[item] >= s.from && d->offsets[item] < s.to;
}

static void add_value(struct targets *t, struct target x, size_t n, const struct around *in)
{
	const struct doc *d = t->d;
	size_t alone = has_place_in(d, in->within, in->span); /* of its items, the one that the container is about */
	x.within = in->within;
	x.parent = in->span.from;
	x.list = !x.holds && in->n > alone;
	x.own = x.holds ? (struct span){x.from, x.to} : x.list ? in->span : (struct span){0, 0};
	x.n_own = x.holds ? n : x.list ? in->n : 0;
	if (x.within < d->n && !has_place_in(d, x.within, x.own)) x.n_own++;
	x.first = x.within;
	for (size_t i = d->n; i-- > 0;)
		if (has_place_in(d, i, x.own)) x.first = i;
	add_target(t, x);
}

/* True: v holds a list of entries. */
static bool walk_values(struct targets *t, const struct amp_json *v, const struct around *in)
{
	const struct doc *d = t->d;
	size_t begun = t->n;
	bool list = false;
	for (const struct amp_json *x = amp_json_first(v); x; x = amp_json_next(v, x)) {
		size_t from = t->start + x->offset, to = json_value_end(amp_buf_str(&d->body), from), first = d->n;
		size_t n = items_in(d, from, to, &first), place = t->n;
		struct around inner = {{from, to}, n, entry_at(d, from, n, first, in->within)};
		bool holds = n > 0 && (n < d->n || (d->n == 1 && inner.within == 0));
		if (holds || (n == 0 && in->within < d->n))
			add_value(t,
			          (struct target){.from = from,
			                          .to = to,
			                          .type = x->type,
			                          .holds = holds,
			                          .member = v->type == AMP_JSON_OBJECT},
			          n, in);
		bool below = walk_values(t, x, &inner);
		if (holds) t->all[place].list = below;
		list = list || below || (n > 0 && v->type == AMP_JSON_ARRAY);
	}
	for (size_t i = begun; list && i < t->n; i++) /* the values beside what holds the list */
		if (!t->all[i].holds && t->all[i].parent == in->span.from) {
			t->all[i].list = true;
			t->all[i].own = in->span;
			t->all[i].n_own = in->n + (in->within < d->n && !has_place_in(d, in->within, in->span));
		}
	return list;
}

static bool walk_text(struct targets *t, struct amp_str text, struct amp_arena *arena)
{
	struct amp_json_doc tree;
	struct amp_err err = {0};
	if (amp_json_parse(&tree, text, arena, &err) != 0) die("no memory");
	if (tree.end != AMP_JSON_COMPLETE || tree.repairs) return false;
	t->start = (size_t)(text.p - t->d->body.p);
	size_t from = t->start + tree.root->offset, to = json_value_end(amp_buf_str(&t->d->body), from), first = t->d->n,
	       place = t->n;
	size_t n = items_in(t->d, from, to, &first);
	const struct around none = {{0, 0}, 0, t->d->n}, root = {{from, to}, n, entry_at(t->d, from, n, first, t->d->n)};
	bool line = n > 0 && n < t->d->n; /* a line among others is an entry */
	if (line) add_value(t, (struct target){.from = from, .to = to, .type = tree.root->type, .holds = true}, n, &none);
	bool list = walk_values(t, tree.root, &root);
	if (line) t->all[place].list = list;
	return true;
}

/* The JSON that a page's scripts carry: from the first bracket of each. */
static void walk_scripts(struct targets *t, struct amp_arena *arena)
{
	struct amp_str b = amp_buf_str(&t->d->body), rest = b;
	for (const char *at = amp_str_find(rest, AMP_STR("<script")); at; at = amp_str_find(rest, AMP_STR("<script"))) {
		rest = (struct amp_str){at + 1, b.n - (size_t)(at + 1 - b.p)};
		const char *end = amp_str_find(rest, AMP_STR("</script")), *open = memchr(at, '>', rest.n);
		if (!end || !open) return;
		while (open < end && *open != '{' && *open != '[') open++;
		if (open == end) continue;
		size_t from = (size_t)(open - b.p), to = json_value_end(b, from);
		if (to <= (size_t)(end - b.p)) (void)walk_text(t, (struct amp_str){open, to - from}, arena);
	}
}

/* A document, lines of them, or a page that carries some. */
static void find_targets(struct targets *t, struct amp_arena *arena)
{
	struct amp_str rest = amp_buf_str(&t->d->body);
	if (t->d->format == HTML) walk_scripts(t, arena);
	if (t->d->format != JSON || walk_text(t, rest, arena)) return;
	while (rest.n) {
		struct amp_str line = amp_str_trim(amp_str_cut(&rest, '\n'));
		if (line.n) (void)walk_text(t, line, arena);
	}
}

/* ---- what may come out ---- */

static bool is_own(const struct doc *d, const struct target *t, size_t i)
{
	return i == t->within || has_place_in(d, i, t->own);
}

/* The others in their order; what stands between them are the places of the bad entry: the first of them, SIZE_MAX when there is none.
 * False: an item is not what it was. */
static bool align(const struct hostile *h, const struct doc *d, const struct target *t, size_t *place, size_t *changed)
{
	size_t at = 0;
	*place = SIZE_MAX;
	for (size_t i = 0; i < d->n; i++) {
		if (is_own(d, t, i)) continue;
		while (at < h->got.n && !same_item(h->got.lines[at], d->lines[i])) {
			if (*place == SIZE_MAX) *place = at;
			at++;
		}
		*changed = i;
		if (at++ >= h->got.n) return false;
	}
	if (*place == SIZE_MAX && at < h->got.n) *place = at;
	return true;
}

static bool is_remarked(const struct hostile *h, const struct doc *d, size_t place)
{
	if (h->got.remarks > d->remarks && h->got.remarks > AMP_MAX_DIAGNOSTICS) return true; /* not all are kept */
	for (size_t i = 0; i < h->got.n_remarked; i++)
		if (h->got.remarked[i] == (int64_t)place) return true;
	return false;
}

static size_t unreadable(const struct amp_str *lines, size_t n)
{
	size_t found = 0;
	for (size_t i = 0; i < n; i++) found += has(lines[i], AMP_STR("\"item_id\":null"));
	return found;
}

/* More than half of the entries make drift, those included that could not be read before. */
static bool may_refuse(const struct doc *d, const struct target *t)
{
	return 2 * (t->n_own + unreadable(d->lines, d->n)) > d->n;
}

static void judge_place(struct hostile *h, const struct doc *d, const struct target *t, const char *given, size_t place)
{
	if (place >= h->got.n) return;                                                     /* a twin of another item */
	if (t->n_own == 1 && has(d->lines[t->first], AMP_STR("\"item_id\":null"))) return; /* it may become one that can be read */
	if (!has(h->got.lines[place], AMP_STR("\"item_id\":null")))
		finding(h, d, "%s at byte %zu: the entry says something: %.*s", given, t->from, AMP_ARG(h->got.lines[place]));
	else if (!is_remarked(h, d, place))
		finding(h, d, "%s at byte %zu: the entry has no remark", given, t->from);
}

static void judge_type(struct hostile *h, const struct doc *d, const struct target *t, const char *given)
{
	size_t others = d->n - t->n_own, place = SIZE_MAX, changed = 0;
	bool is_null = strcmp(given, "null") == 0;
	if (h->got.verdict == AMP_VERDICT_EMPTY) {
		finding(h, d, "%s at byte %zu: entries are gone, and the page is called empty", given, t->from);
		return;
	}
	if (h->got.verdict > AMP_VERDICT_PARTIAL) {
		if (!may_refuse(d, t)) finding(h, d, "%s at byte %zu: the document is refused", given, t->from);
		return;
	}
	if (!align(h, d, t, &place, &changed)) {
		finding(h, d, "%s at byte %zu changes item %zu, which does not hold it: %.*s", given, t->from, changed,
		        AMP_ARG(changed < h->got.n ? h->got.lines[changed] : AMP_STR("-")));
		return;
	}
	if (t->list && h->got.verdict == AMP_VERDICT_PARTIAL) return;
	if (t->holds && t->member && is_null) return;
	if (t->holds ? h->got.n == others : h->got.n < d->n) {
		finding(h, d, "%s at byte %zu: of %zu entries the places are gone", given, t->from, t->n_own);
		return;
	}
	if (h->got.n > d->n && unreadable(h->got.lines, h->got.n) < h->got.n - d->n)
		finding(h, d, "%s at byte %zu: entries came out of nowhere", given, t->from);
	if (t->holds && t->within == d->n) judge_place(h, d, t, given, place);
}

/* ---- the drill ---- */

static void retype(struct hostile *h, const struct doc *d, const struct target *t)
{
	static const struct {
		const char *text;
		uint8_t type;
	} values[] = {{"\"hostile\"", AMP_JSON_STRING},
	              {"7", AMP_JSON_NUMBER},
	              {"true", AMP_JSON_TRUE},
	              {"null", AMP_JSON_NULL},
	              {"{\"hostile\":7}", AMP_JSON_OBJECT},
	              {"[\"hostile\"]", AMP_JSON_ARRAY}};
	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		if (t->type == values[i].type && !(t->holds && t->type == AMP_JSON_OBJECT)) continue;
		begin_mutant(h);
		put_range(h, d, 0, t->from);
		put(h, values[i].text, strlen(values[i].text));
		put_range(h, d, t->to, d->body.n);
		read_body(h, d, mutated(h));
		judge_type(h, d, t, values[i].text);
	}
}

void drill_types(struct hostile *h, const struct doc *d)
{
	struct targets t = {.h = h, .d = d, .all = amp_calloc(MAX_TARGETS, sizeof *t.all)};
	struct amp_arena *arena = amp_arena_new((size_t)1 << 28);
	if (!arena || !t.all) die("no memory");
	find_targets(&t, arena);
	size_t step = d->recorded && t.n > RECORDED_TARGETS ? t.n / RECORDED_TARGETS : 1;
	for (size_t i = 0; i < t.n; i += step) retype(h, d, &t.all[i]);
	amp_arena_free(arena);
	amp_free(t.all);
}

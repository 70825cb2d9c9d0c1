/* drift_judge.c: what may come out of a mutant, item by item. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "drift.h"

const char *const mutation_names[MUTATIONS] = {"drop", "rename", "text", "number", "object", "array"};

json_t *items_of(const struct amp_adapter *a, const struct amp_parsed *out)
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

struct amp_parsed parse(struct drill *d, const struct amp_endpoint *ep, struct amp_str body)
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
size_t remarks_of(const struct amp_parsed *out)
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

void drill_path(struct drill *d, const struct path *p, struct amp_buf *mutant)
{
	d->fields++;
	for (enum mutation m = DROP; m < (d->markup || d->table ? TO_NUMBER : MUTATIONS); m++) {
		if (!(d->markup ? mutate_markup : d->table ? mutate_table : mutate)(d, p, m, mutant)) continue;
		d->mutants++;
		struct amp_parsed out = parse(d, d->endpoint, amp_buf_str(mutant));
		judge(d, p, m, &out);
	}
}

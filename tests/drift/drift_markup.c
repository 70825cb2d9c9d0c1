/* drift_markup.c: markup by its tags as they stand, by no reader of ours. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "drift.h"

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

void walk_markup(struct drill *d)
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
bool mutate_markup(const struct drill *d, const struct path *p, enum mutation m, struct amp_buf *out)
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

/* hostile_damage.c: a document cut, with damaged texts, too deep, or with entities. */
#include <jansson.h>
#include <libxml/parser.h>
#include "base/utf8.h"
#include "hostile.h"
#include "json_place.h"
#include "parse/json.h"

#define DEEP 1000000

/* `part` says what `whole` says or less: a value is the same or absent, a list has the same members or lacks some. Places may differ: what
 * stands before an entry may be cut off with what is behind it. */
static bool says_less(const json_t *part, const json_t *whole)
{
	const char *key;
	json_t *value;
	size_t at = 0;
	if (json_is_null(part) || json_is_false(part)) return true;
	if (json_typeof(part) != json_typeof(whole)) return false;
	if (json_is_object(part)) {
		json_object_foreach((json_t *)part, key, value)
		{
			if (strcmp(key, "rank") == 0 || strcmp(key, "organic_rank") == 0) continue;
			const json_t *was = json_object_get(whole, key);
			if (!was || !says_less(value, was)) return false;
		}
		return true;
	}
	if (!json_is_array(part)) return json_equal(part, whole);
	for (size_t i = 0; i < json_array_size(part); i++, at++) {
		while (at < json_array_size(whole) && !says_less(json_array_get(part, i), json_array_get(whole, at))) at++;
		if (at == json_array_size(whole)) return false;
	}
	return true;
}

static bool line_says_less(struct amp_str part, struct amp_str whole)
{
	json_t *p = json_loadb(part.p, part.n, 0, NULL), *w = json_loadb(whole.p, whole.n, 0, NULL);
	bool less = p && w && says_less(p, w);
	json_decref(p);
	json_decref(w);
	return less;
}

/* Where item i of the whole document is when the last n items or the first n of it came out. */
static size_t place_of(const struct hostile *h, const struct doc *d, size_t i)
{
	return d->reversed ? d->n - h->got.n + i : i;
}

/* The first items of the whole document, in the order of the document. */
static bool are_first_items(const struct hostile *h, const struct doc *d)
{
	if (h->got.n > d->n) return false;
	for (size_t i = 0; i < h->got.n; i++) {
		struct amp_str was = d->lines[place_of(h, d, i)];
		if (d->reversed ? !same_item(h->got.lines[i], was) : !amp_str_eq(h->got.lines[i], was)) return false;
	}
	return true;
}

/* Each item is one of the whole document's or less of it, in its order: others may be missing before it as well. */
static bool say_less(const struct hostile *h, const struct doc *d)
{
	size_t at = 0;
	for (size_t i = 0; i < h->got.n; i++, at++) {
		while (at < d->n && !line_says_less(h->got.lines[i], d->lines[at])) at++;
		if (at >= d->n) return false;
	}
	return true;
}

/* Cut short, a document says that it is, and what it has is what it had, or less of it: an author may stand behind the posts. */
static void cut_at(struct hostile *h, const struct doc *d, size_t at)
{
	read_body(h, d, (struct amp_str){d->body.p, at});
	bool first = are_first_items(h, d);
	if (h->got.verdict <= AMP_VERDICT_EMPTY && !(first && h->got.n == d->n))
		finding(h, d, "cut at byte %zu of %zu, and nobody says so", at, d->body.n);
	else if (h->got.verdict <= AMP_VERDICT_PARTIAL && !first && !say_less(h, d))
		finding(h, d, "cut at byte %zu of %zu, and its items say what those of the whole document do not", at, d->body.n);
}

void drill_cut(struct hostile *h, const struct doc *d)
{
	size_t n = d->body.n, tail = n > 200 ? n - 200 : 0, step = n / 64 + 1;
	for (size_t at = 0; at < tail; at += step) cut_at(h, d, at);
	for (size_t at = tail; at < n; at++) cut_at(h, d, at);
}

/* Every byte means something in these: there is nothing to repair. */
static bool single_byte(const struct doc *d)
{
	struct amp_str b = amp_buf_str(&d->body), head = {b.p, b.n < 100 ? b.n : 100};
	return d->format == XML &&
	       (amp_utf8_valid_prefix(b.p, b.n) != b.n || (amp_str_ifind(head, "encoding=") && !amp_str_ifind(head, "utf-8")));
}

/* One text of the document was damaged at `at`, and has a repair. The entries that do not hold the place are what they were. */
static void judge_damage(struct hostile *h, const struct doc *d, size_t at, const char *what)
{
	if (h->got.verdict >= AMP_VERDICT_DRIFT) return; /* it was a word that says what the document is */
	if (h->got.verdict == AMP_VERDICT_EMPTY || h->got.n != d->n) {
		finding(h, d, "%s at byte %zu: entries are gone", what, at);
		return;
	}
	if (h->got.repairs == d->repairs && !single_byte(d)) finding(h, d, "%s at byte %zu is not counted as repaired", what, at);
	bool inside = false;
	for (size_t i = 0; i < d->n_elements; i++) inside = inside || (at >= d->elements[i].from && at < d->elements[i].to);
	for (size_t i = 0; i < d->n; i++) {
		bool own = !inside || (at >= d->elements[i].from && at < d->elements[i].to);
		if (own ? same_item(h->got.lines[i], d->lines[i]) : amp_str_eq(h->got.lines[i], d->lines[i])) continue;
		if (!own && !same_item(h->got.lines[i], d->lines[i]))
			finding(h, d, "%s at byte %zu changes item %zu, which does not hold it: %.*s", what, at, i,
			        AMP_ARG(h->got.lines[i]));
	}
	for (size_t i = 0; i < h->got.n; i++)
		if (has(h->got.lines[i], AMP_STR("\\ud800")) || has(h->got.lines[i], AMP_STR("\\u0000")) ||
		    memchr(h->got.lines[i].p, 0xFF, h->got.lines[i].n))
			finding(h, d, "%s at byte %zu comes out in item %zu as it is", what, at, i);
}

/* A text that was shown must be shown with its damage marked. value: the text that stood there. */
static void judge_mark(struct hostile *h, const struct doc *d, size_t at, struct amp_str value, const char *what)
{
	static const char *const columns[] = {"\"text\":\"", "\"title\":\"", "\"author_name\":\"", "\"warning\":\""};
	if (h->got.verdict >= AMP_VERDICT_DRIFT || h->got.n != d->n || value.n < 4) return;
	for (size_t i = 0; i < d->n; i++)
		for (size_t c = 0; c < 4; c++) {
			const char *was = amp_str_find(d->lines[i], amp_str_c(columns[c]));
			if (!was || amp_str_eq(h->got.lines[i], d->lines[i])) continue;
			was += strlen(columns[c]);
			if ((size_t)(d->lines[i].p + d->lines[i].n - was) <= value.n || strncmp(was, value.p, value.n) != 0 ||
			    was[value.n] != '"')
				continue;
			if (!has(h->got.lines[i], AMP_STR("\xEF\xBF\xBD")))
				finding(h, d, "%s at byte %zu is not marked in item %zu: %.*s", what, at, i,
				        AMP_ARG(h->got.lines[i]));
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

static void damage_string(struct hostile *h, const struct doc *d, size_t from, size_t to)
{
	struct amp_str value = {d->body.p + from, to - from};
	size_t at = from + (to - from) / 2;
	if (memchr(value.p, '\\', value.n)) at = from; /* not into an escape */
	while (at > from && ((unsigned char)d->body.p[at] & 0xC0) == 0x80) at--;
	for (size_t k = 0; k < N_DAMAGES; k++) {
		insert(h, d, at, damages[k].bytes, damages[k].n);
		read_body(h, d, mutated(h));
		judge_damage(h, d, at, damages[k].name);
		if (!memchr(value.p, '\\', value.n)) judge_mark(h, d, at, value, damages[k].name);
	}
}

static void walk_strings(struct hostile *h, const struct doc *d, const struct amp_json *v, struct amp_buf *path,
                         struct places *seen)
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
			damage_string(h, d, x->offset + 1, json_value_end(b, x->offset) - 1);
		walk_strings(h, d, x, path, seen);
	}
	path->n = length;
}

/* Texts between tags, the first below each pair of an element and the one before it. */
static void damage_markup(struct hostile *h, const struct doc *d, struct places *seen)
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
			insert(h, d, from, damages[k].bytes, damages[k].n);
			read_body(h, d, mutated(h));
			judge_damage(h, d, from, damages[k].name);
		}
	}
}

void drill_text(struct hostile *h, const struct doc *d)
{
	struct places seen = {.n = 0};
	if (d->format == XML || d->format == HTML) damage_markup(h, d, &seen);
	if (d->format == JSON) {
		struct amp_json_doc tree;
		struct amp_err err = {0};
		struct amp_buf path;
		struct amp_arena *own = amp_arena_new((size_t)1 << 28);
		amp_buf_init(&path, (size_t)1 << 16);
		if (!own || amp_json_parse(&tree, amp_buf_str(&d->body), own, &err) != 0) die("no memory");
		if (tree.end == AMP_JSON_COMPLETE && tree.repairs == 0) walk_strings(h, d, tree.root, &path, &seen);
		amp_buf_free(&path);
		amp_arena_free(own);
	}
	forget(&seen);
}

static void judge_deep(struct hostile *h, const struct doc *d, const char *what)
{
	if (h->got.verdict == AMP_VERDICT_EMPTY)
		finding(h, d, "%s, and the list is called empty", what);
	else if (h->got.verdict == AMP_VERDICT_OK && h->got.n < d->n)
		finding(h, d, "%s: entries are gone, and nobody says so", what);
}

static void deep_json(struct hostile *h, const struct doc *d, size_t at, const char *open, const char *close, const char *before,
                      const char *after)
{
	begin_mutant(h);
	put_range(h, d, 0, at);
	put(h, before, strlen(before));
	put_times(h, open, DEEP);
	if (close) {
		put(h, "0", 1);
		put_times(h, close, DEEP);
		put(h, after, strlen(after));
	}
	put_range(h, d, at, d->body.n);
	read_body(h, d, mutated(h));
	judge_deep(h, d, close ? "10^6 levels" : "10^6 levels left open");
	if (at == 0) {
		read_as(h, d, h->self, NULL, mutated(h), 0, false);
		judge_deep(h, d, "10^6 levels before it, endpoint unknown");
	}
}

void drill_deep(struct hostile *h, const struct doc *d)
{
	if (!d->first) return;
	size_t at = d->n_elements ? d->elements[0].from : 0;
	bool object = d->format == JSON && d->body.p[at] == '{';
	if (d->format == JSON) {
		deep_json(h, d, 0, "[", NULL, "", "");
		if (object) {
			deep_json(h, d, at + 1, "[", "]", "\"deep\":", ",");
			deep_json(h, d, at + 1, "{\"a\":", NULL, "\"deep\":", ",");
		}
		return;
	}
	const char *tag = memchr(d->body.p + at, '>', d->body.n - at);
	const char *root = amp_str_find(amp_buf_str(&d->body), AMP_STR("<body"));
	if (!d->n_elements && root) tag = memchr(root, '>', d->body.n - (size_t)(root - d->body.p));
	if (!tag) return;
	at = (size_t)(tag - d->body.p) + 1;
	deep_json(h, d, 0, "<div>", NULL, "", "");
	deep_json(h, d, at, "<b>", "</b>", "", "");
	deep_json(h, d, at, "<b>", NULL, "", "");
}

static size_t asked_for_entities; /* libxml2 tells its loader nothing of ours */
static xmlParserInputPtr no_entity(const char *url, const char *id, xmlParserCtxtPtr ctxt)
{
	(void)url;
	(void)id;
	(void)ctxt;
	asked_for_entities++;
	return NULL;
}

static void entity(struct hostile *h, const struct doc *d, const char *what, const char *declared, const char *used)
{
	struct amp_str b = amp_buf_str(&d->body);
	size_t head = 0;
	if (amp_str_starts(b, "<?xml")) head = (size_t)((const char *)memchr(b.p, '>', b.n) - b.p) + 1;
	const char *title = amp_str_find((struct amp_str){b.p + d->offsets[0], b.n - d->offsets[0]}, AMP_STR("<title"));
	if (!title) return;
	title = (const char *)memchr(title, '>', b.n - (size_t)(title - b.p)) + 1;
	begin_mutant(h);
	put_range(h, d, 0, head);
	put(h, declared, strlen(declared));
	put_range(h, d, head, (size_t)(title - b.p));
	put(h, used, strlen(used));
	put_range(h, d, (size_t)(title - b.p), b.n);
	asked_for_entities = 0;
	read_body(h, d, mutated(h));
	if (asked_for_entities) finding(h, d, "%s: something was asked for", what);
	if (h->text.n > 4 * d->body.n + 65536) finding(h, d, "%s: %zu bytes came out", what, h->text.n);
	if (has(amp_buf_str(&h->text), AMP_STR("lollol")) || has(amp_buf_str(&h->text), AMP_STR("root:")))
		finding(h, d, "%s was expanded", what);
	if (h->got.verdict <= AMP_VERDICT_EMPTY && h->got.n != d->n)
		finding(h, d, "%s: entries are gone, and nobody says so", what);
}

void drill_entities(struct hostile *h, const struct doc *d)
{
	struct amp_buf laughs;
	if (d->format != XML) return;
	xmlSetExternalEntityLoader(no_entity);
	amp_buf_init(&laughs, 65536);
	(void)amp_buf_addc(&laughs, "<!DOCTYPE x [<!ENTITY l0 \"lol\">");
	for (int i = 1; i < 12; i++) {
		(void)amp_buf_printf(&laughs, "<!ENTITY l%d \"", i);
		for (int k = 0; k < 10; k++) (void)amp_buf_printf(&laughs, "&l%d;", i - 1);
		(void)amp_buf_addc(&laughs, "\">");
	}
	(void)amp_buf_addc(&laughs, "]>");
	(void)amp_buf_byte(&laughs, '\0');
	entity(h, d, "a billion laughs", laughs.p, "&l11;");
	entity(h, d, "an external entity", "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>", "&e;");
	entity(h, d, "an external entity", "<!DOCTYPE x [<!ENTITY e SYSTEM \"http://127.0.0.1:9/e\">]>", "&e;");
	entity(h, d, "a parameter entity",
	       "<!DOCTYPE x [<!ENTITY % p SYSTEM \"http://127.0.0.1:9/p.dtd\"> %p; <!ENTITY q \"lollol\">]>", "&q;");
	entity(h, d, "an external DTD", "<!DOCTYPE x SYSTEM \"http://127.0.0.1:9/x.dtd\">", "&e;");
	amp_buf_free(&laughs);
}

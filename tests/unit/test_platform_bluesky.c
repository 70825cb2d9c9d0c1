/* Bluesky's endpoints and views against the lexicons of the AT Protocol (../shared, not part of this repository). Every request is one
 * that its lexicon knows, and a smallest answer is made of each lexicon's output, once for every member of every union in it: all
 * are read without a remark. A member that no lexicon has keeps its place. Skipped by name where ../shared is absent.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "base/mem.h"
#include "parse/adapter.h"

#define LEVELS 64
#define INVENTED "app.bsky.invented.defs#thing"

static struct amp_arena *arena;
static json_t *documents; /* by NSID; null: there is none */

/* ---- lexicons ---- */

static json_t *document(const char *nsid)
{
	char path[4096];
	const char *shared = getenv("AMP_SHARED");
	json_t *known = json_object_get(documents, nsid);
	if (known) return known;
	int n = snprintf(path, sizeof path, "%s/contracts/atproto-lexicons/", shared ? shared : ".");
	for (const char *p = nsid; *p && (size_t)n < sizeof path - 6; p++) path[n++] = *p == '.' ? '/' : *p;
	memcpy(path + n, ".json", 6);
	known = json_load_file(path, 0, NULL);
	if (!known) known = json_null();
	assert_int_equal(json_object_set_new(documents, nsid, known), 0);
	return known;
}

/* A definition and the document that its "#name" references are of. */
struct place {
	const json_t *def;
	char nsid[160];
};

static struct place resolve(const char *ref, const char *within)
{
	struct place p = {.def = NULL};
	const char *hash = strchr(ref, '#');
	size_t n = hash ? (size_t)(hash - ref) : strlen(ref);
	(void)snprintf(p.nsid, sizeof p.nsid, "%.*s", n ? (int)n : (int)strlen(within), n ? ref : within);
	p.def = json_object_get(json_object_get(document(p.nsid), "defs"), hash ? hash + 1 : "main");
	return p;
}

static const char *text(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));
	return s ? s : "";
}

/* "#name" in full */
static void full_name(const char *ref, const char *within, char out[160])
{
	(void)snprintf(out, 160, "%s%s", ref[0] == '#' ? within : "", ref);
}

/* ---- a smallest instance, with the members of unions that a path chooses: ".feed[].post.embed<NAME>.media<NAME>" ---- */

static json_t *instance(const char *want, const char *path, const struct place *p, int level);

static bool leads(const char *want, const char *path)
{
	size_t n = strlen(path);
	return strncmp(want, path, n) == 0 && strchr(".<[", want[n]) != NULL;
}

static bool ends(const char *path, size_t n, const char *ending)
{
	size_t m = strlen(ending);
	return m <= n && strncmp(path + n - m, ending, m) == 0;
}

static json_t *string_of(const json_t *def)
{
	static const struct {
		const char *format, *value;
	} forms[] = {{"at-uri", "at://did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/app.bsky.feed.post/3k"},
	             {"did", "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"},
	             {"handle", "ada.example"},
	             {"datetime", "2026-01-02T03:04:05.000Z"},
	             {"uri", "https://a.example/x"},
	             {"language", "en"}};
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
		if (strcmp(text(def, "format"), forms[i].format) == 0) return json_string(forms[i].value);
	const char *known = json_string_value(json_array_get(json_object_get(def, "knownValues"), 0));
	return json_string(known ? known : "words");
}

static json_t *object_of(const char *want, const char *path, const struct place *p, int level)
{
	json_t *o = json_object();
	const char *key;
	json_t *def;
	json_object_foreach((json_t *)(uintptr_t)json_object_get(p->def, "properties"), key, def)
	{
		char inner[1024];
		size_t i;
		json_t *name;
		(void)snprintf(inner, sizeof inner, "%s.%s", path, key);
		bool needed = leads(want, inner);
		json_array_foreach(json_object_get(p->def, "required"), i, name) needed =
			needed || strcmp(json_string_value(name), key) == 0;
		if (!needed) continue;
		struct place q = {.def = def};
		(void)snprintf(q.nsid, sizeof q.nsid, "%s", p->nsid);
		json_object_set_new(o, key, instance(want, inner, &q, level + 1));
	}
	return o;
}

static json_t *member_of(const char *want, const char *path, const struct place *p, int level)
{
	char name[160], inner[1024];
	size_t n = strlen(path);
	full_name(json_string_value(json_array_get(json_object_get(p->def, "refs"), 0)), p->nsid, name);
	if (strncmp(want, path, n) == 0 && want[n] == '<')
		(void)snprintf(name, sizeof name, "%.*s", (int)strcspn(want + n + 1, ">"), want + n + 1);
	(void)snprintf(inner, sizeof inner, "%s<%s>", path, name);
	struct place q = resolve(name, p->nsid);
	json_t *o = q.def ? instance(want, inner, &q, level + 1) : json_object();
	json_object_set_new(o, "$type", json_string(name));
	return o;
}

static json_t *instance(const char *want, const char *path, const struct place *p, int level)
{
	const char *type = text(p->def, "type");
	struct place q = *p;
	assert_true(level < LEVELS);
	if (strcmp(type, "object") == 0) return object_of(want, path, p, level);
	if (strcmp(type, "union") == 0) return member_of(want, path, p, level);
	if (strcmp(type, "string") == 0) return string_of(p->def);
	if (strcmp(type, "integer") == 0) return json_integer(3);
	if (strcmp(type, "boolean") == 0) return json_true();
	if (strcmp(type, "ref") == 0) {
		q = resolve(text(p->def, "ref"), p->nsid);
		return q.def ? instance(want, path, &q, level + 1) : json_object();
	}
	if (strcmp(type, "array") == 0) {
		char inner[1024];
		json_t *list = json_array();
		(void)snprintf(inner, sizeof inner, "%s[]", path);
		q.def = json_object_get(p->def, "items");
		json_array_append_new(list, instance(want, inner, &q, level + 1));
		return list;
	}
	if (strcmp(type, "unknown") == 0) { /* record: of a post, wherever a feed holds one */
		q = resolve("app.bsky.feed.post", p->nsid);
		q.def = json_object_get(q.def, "record");
		json_t *record = instance(want, path, &q, level + 1);
		json_object_set_new(record, "$type", json_string("app.bsky.feed.post"));
		return record;
	}
	return json_object();
}

/* ---- every union in a definition ---- */

typedef void choice_fn(const struct amp_endpoint *ep, const struct place *root, const char *want, bool invented);

struct walk {
	const struct amp_endpoint *endpoint;
	const struct place *root;
	choice_fn *each;
	const json_t *open[LEVELS]; /* the definitions that are being walked: none twice */
	int n_open;
};

static void walk(struct walk *w, const char *path, const struct place *p);

static void walk_union(struct walk *w, const char *path, const struct place *p)
{
	size_t i;
	json_t *ref;
	char inner[1024], name[160];
	json_array_foreach(json_object_get(p->def, "refs"), i, ref)
	{
		full_name(json_string_value(ref), p->nsid, name);
		(void)snprintf(inner, sizeof inner, "%s<%s>", path, name);
		struct place q = resolve(name, p->nsid);
		w->each(w->endpoint, w->root, inner, false);
		if (q.def) walk(w, inner, &q);
	}
	(void)snprintf(inner, sizeof inner, "%s<" INVENTED ">", path);
	w->each(w->endpoint, w->root, inner, true);
}

static void walk(struct walk *w, const char *path, const struct place *p)
{
	const char *type = text(p->def, "type"), *key;
	char inner[1024];
	json_t *def;
	struct place q = *p;
	for (int i = 0; i < w->n_open; i++)
		if (w->open[i] == p->def) return;
	assert_true(w->n_open < LEVELS);
	w->open[w->n_open++] = p->def;
	if (strcmp(type, "object") == 0) {
		json_object_foreach((json_t *)(uintptr_t)json_object_get(p->def, "properties"), key, def)
		{
			(void)snprintf(inner, sizeof inner, "%s.%s", path, key);
			q.def = def;
			walk(w, inner, &q);
		}
	} else if (strcmp(type, "array") == 0) {
		(void)snprintf(inner, sizeof inner, "%s[]", path);
		q.def = json_object_get(p->def, "items");
		walk(w, inner, &q);
	} else if (strcmp(type, "ref") == 0) {
		q = resolve(text(p->def, "ref"), p->nsid);
		if (q.def) walk(w, path, &q);
	} else if (strcmp(type, "unknown") == 0 && ends(path, strlen(path), ".record")) {
		q = resolve("app.bsky.feed.post", p->nsid);
		q.def = json_object_get(q.def, "record");
		walk(w, path, &q);
	} else if (strcmp(type, "union") == 0) {
		walk_union(w, path, p);
	}
	w->n_open--;
}

/* ---- what is asked of the answers ---- */

static size_t pages, invented_seen;
static struct amp_parsed read_last; /* in the arena */

/* Where a union's member is what an entry, its embed or its reason is: elsewhere nothing is read out of it. */
static bool is_read(const char *want)
{
	static const char *const places[] = {".post.embed", ".posts[].embed", ".media",  ".reason",   ".items[]",
	                                     ".record",     ".thread",        ".parent", ".replies[]"};
	static const char *const unread[] = {".author.",  ".creator.", ".reply.", ".embeds[]",     ".record.embed", ".debug",
	                                     ".actors[]", ".by.",      ".list.",  "#viewRecord>.", "#viewBlocked>."};
	const char *last = strrchr(want, '<');
	for (size_t i = 0; i < sizeof unread / sizeof *unread; i++)
		if (strstr(want, unread[i])) return false;
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		if (ends(want, (size_t)(last - want), places[i])) return true;
	return false;
}

static bool is_entry(const char *want)
{
	size_t n = (size_t)(strrchr(want, '<') - want);
	return ends(want, n, ".thread") || ends(want, n, ".parent") || ends(want, n, ".replies[]");
}

static size_t remarks(const struct amp_parsed *out, const char *code, const char *want)
{
	size_t n = 0;
	for (size_t i = 0; i < out->n_diagnostics; i++) {
		if (strcmp(out->diagnostics[i].code, code) != 0) continue;
		n++;
		if (!strstr(want, INVENTED))
			print_message("%s: %s %.*s: %.*s\n", want, code, AMP_ARG(out->diagnostics[i].field),
			              AMP_ARG(out->diagnostics[i].detail));
	}
	return n;
}

static void one_page(const struct amp_endpoint *ep, const struct place *root, const char *want, bool invented)
{
	struct amp_parsed out;
	struct amp_err err = {0};
	json_t *answer = instance(want, "", root, 0);
	char *body = json_dumps(answer, JSON_COMPACT);
	struct amp_page page = {.body = amp_str_c(body), .captured_at = AMP_TIME_NONE, .status = 200};
	amp_arena_reset(arena);
	assert_int_equal(amp_parse_pages(amp_adapter_find("bluesky"), ep, &page, 1, 0, 0, 0, arena, &out, &err), 0);
	read_last = out;
	size_t unknown = remarks(&out, "unknown_member", want);
	pages++;
	if (!invented) {
		if (out.verdict != AMP_VERDICT_OK || unknown != 0 || out.n_items == 0)
			fail_msg("%s %s: %s, %zu items\n%s", ep->name, want, amp_verdict_name(out.verdict), out.n_items, body);
		assert_int_equal(remarks(&out, "invalid_value", want) + remarks(&out, "missing_required", want), 0);
		for (size_t i = 0; i < out.n_items; i++) assert_true(out.items[i].has_content && out.items[i].item_id.p != NULL);
	} else if (is_read(want)) {
		size_t empty = 0;
		invented_seen++;
		if (unknown != 1) fail_msg("%s %s: %zu remarks\n%s", ep->name, want, unknown, body);
		for (size_t i = 0; i < out.n_items; i++) {
			assert_int_equal(out.items[i].rank, i);
			empty += !out.items[i].has_content;
			if (!out.items[i].has_content) assert_null(out.items[i].text.p);
		}
		assert_int_equal(empty, is_entry(want) ? 1 : 0);
	}
	free(body);
	json_decref(answer);
}

static void need_lexicons(void)
{
	struct stat st;
	const char *shared = getenv("AMP_SHARED");
	char path[4096];
	(void)snprintf(path, sizeof path, "%s/contracts/atproto-lexicons", shared ? shared : ".");
	if (stat(path, &st) == 0) return;
	print_message("skipped: the lexicons of ../shared are absent\n");
	skip();
}

static const json_t *main_of(const struct amp_endpoint *ep)
{
	assert_memory_equal(ep->path, "/xrpc/", 6);
	const json_t *def = resolve(ep->path + 6, "").def;
	if (!def) fail_msg("%s: no lexicon of %s", ep->name, ep->path);
	assert_string_equal(text(def, "type"), "query");
	return def;
}

/* ---- tests ---- */

static void every_parameter_is_one_of_the_lexicon(void **state)
{
	const struct amp_adapter *a = amp_adapter_find("bluesky");
	size_t named = 0;
	(void)state;
	need_lexicons();
	for (const struct amp_endpoint *ep = a->endpoints; ep->name; ep++) {
		const json_t *parameters = json_object_get(main_of(ep), "parameters"), *limit;
		const json_t *known = json_object_get(parameters, "properties");
		size_t i;
		json_t *name;
		for (const struct amp_param *p = ep->params; p->name; p++, named++) {
			const json_t *def = json_object_get(known, p->name);
			if (!def) fail_msg("%s: no parameter %s in the lexicon", ep->name, p->name);
			assert_int_equal(p->repeated, strcmp(text(def, "type"), "array") == 0);
		}
		json_array_foreach(json_object_get(parameters, "required"), i, name)
		{
			const struct amp_param *p = ep->params;
			while (p->name && strcmp(p->name, json_string_value(name)) != 0) p++;
			assert_true(p->name && p->required);
		}
		if (ep->page_param) assert_non_null(json_object_get(known, ep->page_param));
		if (!ep->limit_param) continue;
		limit = json_object_get(known, ep->limit_param);
		assert_int_equal(json_integer_value(json_object_get(limit, "maximum")), ep->limit_max);
		assert_int_equal(json_integer_value(json_object_get(limit, "default")), ep->limit_default);
	}
	assert_true(named >= 30);
}

static void every_member_of_every_union_is_read(void **state)
{
	const struct amp_adapter *a = amp_adapter_find("bluesky");
	(void)state;
	need_lexicons();
	pages = invented_seen = 0;
	for (const struct amp_endpoint *ep = a->endpoints; ep->name; ep++) {
		struct place root = {.def = json_object_get(json_object_get(main_of(ep), "output"), "schema")};
		(void)snprintf(root.nsid, sizeof root.nsid, "%s", ep->path + 6);
		assert_non_null(json_object_get(json_object_get(root.def, "properties"), ep->list));
		struct walk w = {.endpoint = ep, .root = &root, .each = one_page};
		one_page(ep, &root, "", false); /* what is required, alone */
		walk(&w, "", &root);
	}
	print_message("%zu answers, %zu of them with an invented member\n", pages, invented_seen);
	assert_true(pages > 300 && invented_seen > 40);
}

static void labels_of_posts_authors_and_generators_are_read(void **state)
{
	static const struct {
		const char *endpoint, *want;
	} cases[] = {{"getFeed", ".feed[].post.labels[]"},
	             {"getFeed", ".feed[].post.author.labels[]"},
	             {"getPosts", ".posts[].record.labels<com.atproto.label.defs#selfLabels>"},
	             {"getPostThread", ".thread<app.bsky.feed.defs#threadViewPost>.post.labels[]"},
	             {"getSuggestedFeeds", ".feeds[].labels[]"}};
	(void)state;
	need_lexicons();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct amp_endpoint *ep = amp_endpoint_find(amp_adapter_find("bluesky"), cases[i].endpoint);
		struct place root = {.def = json_object_get(json_object_get(main_of(ep), "output"), "schema")};
		(void)snprintf(root.nsid, sizeof root.nsid, "%s", ep->path + 6);
		one_page(ep, &root, cases[i].want, false);
		assert_int_equal(read_last.items[0].n_labels, 1);
		assert_true(amp_str_eq_c(read_last.items[0].labels[0].value, "words"));
	}
}

static int set_up(void **state)
{
	(void)state;
	arena = amp_arena_new((size_t)64 << 20);
	documents = json_object();
	return arena && documents ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	json_decref(documents);
	amp_arena_free(arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_parameter_is_one_of_the_lexicon),
		cmocka_unit_test(every_member_of_every_union_is_read),
		cmocka_unit_test(labels_of_posts_authors_and_generators_are_read),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}

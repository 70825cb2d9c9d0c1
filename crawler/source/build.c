/* build.c: a checked file as an adapter. Whatever a file says, the rows are of the same structs as the compiled ones'. */
#include <string.h>
#include "base/hash.h"
#include "source/page.h"

struct builder {
	struct amp_arena *a;
	bool failed;
};

static const char *keep(struct builder *b, const char *text)
{
	const char *copy = text ? amp_arena_strndup(b->a, text, strlen(text)) : NULL;
	b->failed = b->failed || (text && !copy);
	return copy;
}

static const char *text(struct builder *b, const json_t *o, const char *key)
{
	return keep(b, json_string_value(json_object_get(o, key)));
}

static void *room(struct builder *b, size_t n, size_t size)
{
	void *p = amp_arena_zalloc(b->a, (n + 1) * size);
	b->failed = b->failed || !p;
	return p;
}
#define ROOM(b, type, n) ((type *)room((b), (n), sizeof(type)))

/* Stored texts (verdicts) hold it: the same in every language of the user. */
static const char *one_language(struct builder *b, const json_t *v)
{
	const json_t *en = json_object_get(v, "en");
	return keep(b, json_string_value(json_is_string(v) ? v : en ? en : json_object_get(v, "fr")));
}

static int choice(const json_t *o, const char *key, const char *const *words, int otherwise)
{
	const char *word = json_string_value(json_object_get(o, key));
	for (int i = 0; word && words[i]; i++)
		if (strcmp(words[i], word) == 0) return i;
	return otherwise;
}

/* Members in the order of their names: what a file's order says, its canonical text does not. */
static const char **sorted(struct builder *b, const json_t *o, size_t *n)
{
	json_t *object = (json_t *)(uintptr_t)o; /* iterating changes nothing */
	const char **keys = ROOM(b, const char *, json_object_size(o));
	*n = 0;
	for (void *it = keys ? json_object_iter(object) : NULL; it; it = json_object_iter_next(object, it)) {
		const char *key = json_object_iter_key(it);
		size_t i = (*n)++;
		for (; i > 0 && strcmp(keys[i - 1], key) > 0; i--) keys[i] = keys[i - 1];
		keys[i] = key;
	}
	return keys;
}

static const char *joined(struct builder *b, const json_t *list)
{
	const char *out = NULL;
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *one = json_string_value(json_array_get(list, i));
		out = out ? amp_arena_printf(b->a, "%s|%s", out, one ? one : "") : keep(b, one);
		b->failed = b->failed || !out;
	}
	return out;
}

static const struct amp_param *build_params(struct builder *b, const json_t *o)
{
	static const char *const places[] = {"query", "path", NULL};
	size_t n;
	const char **names = sorted(b, o, &n);
	struct amp_param *out = ROOM(b, struct amp_param, n);
	for (size_t i = 0; !b->failed && i < n; i++) {
		const json_t *v = json_object_get(o, names[i]);
		out[i] = (struct amp_param){.name = keep(b, names[i]),
		                            .place = choice(v, "in", places, 0) == 1 ? AMP_IN_PATH : AMP_IN_QUERY,
		                            .required = json_is_true(json_object_get(v, "required")),
		                            .fixed = text(b, v, "fixed"),
		                            .help = one_language(b, json_object_get(v, "help")),
		                            .values = joined(b, json_object_get(v, "values"))};
		/* a path has no holes: what fills one is needed */
		if (out[i].place == AMP_IN_PATH) out[i].required = true;
	}
	return out;
}

static const struct amp_source_word *usual(enum amp_field field, enum amp_source_kind kind)
{
	static const char *const by_kind[] = {"text", "count", "time_iso", "langs", "label"};
	static const struct {
		enum amp_field field;
		const char *word;
	} own[] = {{AMP_F_ITEM_ID, "id"},   {AMP_F_ENTRY_ID, "id"},  {AMP_F_LOCAL_ID, "id"},  {AMP_F_URL, "url"},
	           {AMP_F_AUTHOR_ID, "id"}, {AMP_F_REPLY_TO, "id"},  {AMP_F_REPOST_OF, "id"}, {AMP_F_REPOSTED_BY, "id"},
	           {AMP_F_QUOTE_OF, "id"},  {AMP_F_SCORE, "integer"}};
	for (size_t i = 0; i < sizeof own / sizeof *own; i++)
		if (own[i].field == field) return amp_source_word(own[i].word);
	return amp_source_word(by_kind[kind]);
}

static void build_rows(struct builder *b, struct amp_source_endpoint *out, const json_t *o)
{
	size_t n;
	const char **names = sorted(b, o, &n);
	struct amp_source_row *rows = ROOM(b, struct amp_source_row, n);
	for (size_t i = 0; !b->failed && i < n; i++) {
		const json_t *v = json_object_get(o, names[i]);
		struct amp_source_row *row = &rows[out->n_rows];
		enum amp_source_kind kind;
		if (!amp_source_field(names[i], &row->field, &kind)) continue;
		const struct amp_source_word *as = amp_source_word(json_string_value(json_object_get(v, "as")));
		row->as = as && as->kind == kind ? as : usual(row->field, kind);
		row->need = json_is_true(json_object_get(v, "required")) ? AMP_REQUIRED : AMP_OPTIONAL;
		row->path = text(b, v, "path");
		row->fallback = text(b, v, "fallback");
		row->prefix = text(b, v, "prefix");
		row->each = text(b, v, "each");
		if (row->path) out->n_rows++;
	}
	out->rows = rows;
}

static struct amp_source_parts build_parts(struct builder *b, const json_t *v)
{
	const json_t *alt = json_object_get(v, "alt");
	return (struct amp_source_parts){.path = text(b, v, "path"),
	                                 .url = text(b, v, "url"),
	                                 .text = alt ? text(b, v, "alt") : text(b, v, "title"),
	                                 .description = text(b, v, "description"),
	                                 .kind = text(b, v, "kind")};
}

static void build_paging(struct builder *b, struct amp_endpoint *ep, struct amp_source_endpoint *own, const json_t *v)
{
	static const char *const rules[] = {"none", "cursor", "link", "offset", "page", NULL};
	static const enum amp_paging as[] = {AMP_PAGE_NONE, AMP_PAGE_CURSOR, AMP_PAGE_LINK, AMP_PAGE_OFFSET, AMP_PAGE_OFFSET};
	const json_t *first = json_object_get(v, "first");
	own->paging = (enum amp_source_paging)choice(v, "rule", rules, 0);
	own->next = text(b, v, "next");
	own->more = text(b, v, "more");
	own->first = first ? json_integer_value(first) : 1;
	ep->paging = as[own->paging];
	ep->page_param = text(b, v, "param");
	ep->limit_param = text(b, v, "limit_param");
	ep->limit_max = (int)json_integer_value(json_object_get(v, "limit_max"));
	ep->limit_default = (int)json_integer_value(json_object_get(v, "limit"));
	if (ep->limit_default == 0) ep->limit_default = ep->limit_max;
}

static void build_endpoint(struct builder *b, struct amp_endpoint *ep, struct amp_source_endpoint *own, const char *name,
                           const json_t *v, const json_t *file)
{
	static const char *const rankings[] = {"algorithmic", "chronological", "unranked", NULL};
	static const char *const auths[] = {"none", "optional", "required", NULL};
	static const char *const kinds[] = {"post", "comment", "video", "article", "link", "tag", "feed", "account", NULL};
	const json_t *status = json_object_get(file, "status"), *flags = json_object_get(v, "flags");
	ep->name = keep(b, name);
	ep->ranking = (enum amp_ranking)choice(v, "ranking", rankings, AMP_UNRANKED);
	ep->auth = (enum amp_auth)choice(v, "auth", auths, AMP_AUTH_NONE);
	ep->kind = (enum amp_kind)choice(v, "kind", kinds, AMP_POST);
	ep->path = text(b, v, "path");
	ep->params = build_params(b, json_object_get(v, "params"));
	ep->language_header = json_is_true(json_object_get(v, "language_header"));
	ep->status = one_language(b, status);
	ep->status_date = text(b, status, "date");
	ep->source = text(b, file, "document_of");
	ep->list = text(b, v, "list");
	own->empty = text(b, v, "empty");
	build_rows(b, own, json_object_get(v, "fields"));
	own->media = build_parts(b, json_object_get(v, "media"));
	own->links = build_parts(b, json_object_get(v, "links"));
	for (size_t i = 0; i < AMP_SOURCE_FLAGS; i++) own->flags[i] = text(b, flags, amp_source_flags[i]);
	build_paging(b, ep, own, json_object_get(v, "paging"));
}

static const struct amp_pair_row *build_pairs(struct builder *b, const json_t *list)
{
	static const char *const pools[] = {"identical", "alternative", "different", NULL};
	struct amp_pair_row *out = ROOM(b, struct amp_pair_row, json_array_size(list));
	for (size_t i = 0; !b->failed && i < json_array_size(list); i++) {
		const json_t *v = json_array_get(list, i);
		out[i] = (struct amp_pair_row){text(b, v, "ranked"), text(b, v, "chronological"),
		                               (enum amp_pool)choice(v, "pool", pools, AMP_POOL_DIFFERENT),
		                               one_language(b, json_object_get(v, "reason")), text(b, v, "date")};
	}
	return out;
}

static void build_names(struct builder *b, struct amp_source *s, const json_t *o)
{
	size_t n;
	const char **names = sorted(b, o, &n), **prefix = ROOM(b, const char *, n), **uri = ROOM(b, const char *, n);
	for (size_t i = 0; !b->failed && i < n; i++) {
		prefix[i] = keep(b, names[i]);
		uri[i] = text(b, o, names[i]);
	}
	s->names = (struct amp_source_names){prefix, uri, n};
}

static const char *origin(struct builder *b, const char *host)
{
	size_t n = host ? strlen(host) : 0;
	while (n > 0 && host[n - 1] == '/') n--;
	const char *copy = host ? amp_arena_strndup(b->a, host, n) : NULL;
	b->failed = b->failed || (host && !copy);
	return copy;
}

static const char *version(struct builder *b, struct amp_str canonical)
{
	uint8_t hash[AMP_SHA256];
	char hex[2 * AMP_SHA256 + 1];
	amp_sha256(canonical.p, canonical.n, hash);
	amp_hex(hash, sizeof hash, hex);
	hex[AMP_SOURCE_VERSION_DIGITS] = '\0';
	return keep(b, hex);
}

struct amp_source *amp_source_build(const json_t *file, struct amp_str canonical, struct amp_arena *a)
{
	static const char *const documents[] = {"json", "xml", "html", NULL};
	struct builder b = {a, false};
	size_t n;
	const json_t *endpoints = json_object_get(file, "endpoints");
	const char **names = sorted(&b, endpoints, &n);
	struct amp_source *s = ROOM(&b, struct amp_source, 1);
	struct amp_endpoint *ep = ROOM(&b, struct amp_endpoint, n);
	struct amp_source_endpoint *own = ROOM(&b, struct amp_source_endpoint, n);
	if (b.failed) return NULL;
	s->document = (enum amp_source_document)choice(file, "document", documents, AMP_SOURCE_JSON);
	s->endpoints = own;
	s->text = amp_arena_strndup(a, canonical.p, canonical.n);
	build_names(&b, s, json_object_get(file, "namespaces"));
	for (size_t i = 0; !b.failed && i < n; i++)
		build_endpoint(&b, &ep[i], &own[i], names[i], json_object_get(endpoints, names[i]), file);
	s->adapter = (struct amp_adapter){.name = text(&b, file, "source"),
	                                  .title = one_language(&b, json_object_get(file, "title")),
	                                  .version = version(&b, canonical),
	                                  .default_host = origin(&b, json_string_value(json_object_get(file, "host"))),
	                                  .endpoints = ep,
	                                  .recognise = amp_source_recognise,
	                                  .parse_page = amp_source_page,
	                                  .pairs = build_pairs(&b, json_object_get(file, "pairs"))};
	if (!s->adapter.title) s->adapter.title = s->adapter.name;
	return b.failed || !s->text || !s->adapter.name ? NULL : s;
}

const struct amp_source *amp_source_of(const struct amp_adapter *adapter)
{
	return adapter && adapter->parse_page == amp_source_page ? (const struct amp_source *)(const void *)adapter : NULL;
}

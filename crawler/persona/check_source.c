/* check_source.c: what the table of a source cannot say: paths that can be used, names that must exist, words that fit. */
#include <string.h>
#include "base/i18n.h"
#include "persona/check.h"
#include "persona/uri.h"
#include "platforms/platforms.h"
#include "source/source.h"

struct checking {
	struct amp_checker *c;
	const struct amp_at *file;
	bool json;
	struct amp_source_names names;
};

static const char *word(const struct amp_at *at, const char *key)
{
	const char *s = amp_at_text(at, key);
	return s == NULL ? "" : s;
}

/* ---- paths ---- */

static void check_path(struct checking *k, const struct amp_at *object, const char *key)
{
	const struct amp_at *at = amp_at_key(k->c, object, key);
	const char *path = at == NULL ? NULL : json_string_value(at->v);
	char room[256];
	int place = 0;
	if (path == NULL || path[0] == '\0' || strlen(path) > 500) return; /* a mistake of form, told already */
	const char *wrong =
		k->json ? amp_source_json_wrong(path, &place) : amp_source_xpath_wrong(path, &k->names, room, sizeof room, &place);
	if (wrong != NULL) amp_wrong_inside(k->c, at, place, "%s", wrong);
}

/* Every key of that type, so that none is forgotten. */
static void check_paths(struct checking *k, const struct amp_at *object, const struct amp_object_spec *spec)
{
	for (const struct amp_key_row *row = spec->rows; row->name != NULL; row++) {
		if (row->type == AMP_KEY_SELECT) check_path(k, object, row->name);
	}
}

static const struct amp_object_spec *spec_of(const struct amp_object_spec *spec, const char *key)
{
	const struct amp_key_row *row = amp_key_find(spec, key);
	return row == NULL ? NULL : row->of;
}

/* ---- fields ---- */

static void check_field_name(struct checking *k, const struct amp_at *field)
{
	const char *names[AMP_F_COUNT];
	size_t n = amp_source_fields(names);
	if (strcmp(field->key, "media") == 0 || strcmp(field->key, "links") == 0)
		amp_wrong_key(k->c, field, _("“%s” has a key of its own beside “fields”."), field->key);
	else if (strncmp(field->key, "is_", 3) == 0)
		amp_wrong_key(k->c, field, _("“%s” is said in “flags”, beside “fields”."), field->key);
	else
		amp_wrong_key(k->c, field, _("There is no field “%s”.%s “amplimeter parse” prints them all."), field->key,
		              amp_did_you_mean(k->c, field->key, names, n));
}

static void check_as(struct checking *k, const struct amp_at *field, enum amp_source_kind kind)
{
	const struct amp_at *as = amp_at_key(k->c, field, "as");
	const struct amp_source_word *w = as == NULL ? NULL : amp_source_word(json_string_value(as->v)), *all;
	size_t n;
	struct amp_buf fit;
	if (w == NULL || w->kind == kind) return;
	all = amp_source_words(&n);
	amp_buf_init(&fit, 1024);
	for (size_t i = 0; i < n; i++) {
		if (all[i].kind == kind) (void)amp_buf_printf(&fit, "%s“%s”", fit.n == 0 ? "" : ", ", all[i].name);
	}
	amp_wrong(k->c, as, _("“%s” cannot fill %s; these can: %s."), w->name, field->key, amp_buf_str(&fit).p);
	amp_buf_free(&fit);
}

static void check_field(struct checking *k, const struct amp_at *field, const struct amp_object_spec *spec)
{
	enum amp_field f;
	enum amp_source_kind kind;
	const struct amp_at *prefix = amp_at_key(k->c, field, "prefix"), *each = amp_at_key(k->c, field, "each");
	if (!amp_source_field(field->key, &f, &kind)) {
		check_field_name(k, field);
		return;
	}
	if (!json_is_object(field->v)) return;
	check_paths(k, field, spec);
	check_as(k, field, kind);
	if (prefix != NULL && kind != AMP_SOURCE_TEXT)
		amp_wrong_key(k->c, prefix, _("“prefix” goes in front of texts, and %s is none."), field->key);
	if (each != NULL && (!k->json || (kind != AMP_SOURCE_LANGS && kind != AMP_SOURCE_LABELS)))
		amp_wrong_key(k->c, each, _("“each” is for labels and langs in lists of JSON objects."));
}

/* Without a name of its own nothing can be stored or compared. */
static void check_item_id(struct checking *k, const struct amp_at *fields)
{
	const struct amp_at *id = amp_at_key(k->c, fields, "item_id");
	if (id == NULL)
		amp_wrong_missing(k->c, fields, "item_id",
		                  _("“item_id” is missing: every entry needs a name of its own, the same whenever it is seen."));
	else if (json_is_object(id->v) && !json_is_true(json_object_get(id->v, "required")))
		amp_wrong(k->c, id, _("“item_id” must say \"required\": true: an entry without a name cannot be counted."));
}

/* ---- requests ---- */

static const struct amp_at *param_of(struct checking *k, const struct amp_at *params, struct amp_str name)
{
	char text[64];
	if (name.n == 0 || name.n >= sizeof text) return NULL;
	memcpy(text, name.p, name.n);
	text[name.n] = '\0';
	return amp_at_key(k->c, params, text);
}

static bool in_path(const struct amp_at *param)
{
	return param != NULL && strcmp(word(param, "in"), "path") == 0;
}

static void check_holes(struct checking *k, const struct amp_at *path, const struct amp_at *params)
{
	const char *s = path == NULL ? NULL : json_string_value(path->v);
	for (const char *p = s; p != NULL && *p != '\0'; p++) {
		int at = (int)(p - s);
		if (*p == '}') {
			amp_wrong_inside(k->c, path, at, _("A “}” without its “{”."));
			return;
		}
		if (*p != '{') continue;
		const char *close = strchr(p, '}');
		if (close == NULL) {
			amp_wrong_inside(k->c, path, at, _("A “{” without its “}”."));
			return;
		}
		struct amp_str name = {p + 1 + (p[1] == '+'), 0};
		name.n = (size_t)(close - name.p);
		if (!in_path(param_of(k, params, name)))
			amp_wrong_inside(k->c, path, at, _("“%.*s” is not declared: add to “params” \"%.*s\": {\"in\": \"path\"}."),
			                 (int)(name.n > 60 ? 60 : name.n), name.p, (int)(name.n > 60 ? 60 : name.n), name.p);
		p = close;
	}
}

static bool has_hole(const char *path, const char *name)
{
	size_t n = strlen(name);
	for (const char *p = strchr(path, '{'); p != NULL; p = strchr(p + 1, '{')) {
		const char *start = p + 1 + (p[1] == '+');
		if (strncmp(start, name, n) == 0 && start[n] == '}') return true;
	}
	return false;
}

/* What is written here is locked, archived and published with the study. */
static bool names_a_secret(const char *name)
{
	static const char *const names[] = {"access_token", "api_key",       "apikey",   "api-key",
	                                    "auth_token",   "client_secret", "password", "token"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (amp_str_ieq_c(amp_str_c(name), names[i])) return true;
	return false;
}

static void check_param(struct checking *k, const struct amp_at *param, const char *path)
{
	const struct amp_at *fixed = amp_at_key(k->c, param, "fixed"), *values = amp_at_key(k->c, param, "values");
	if (in_path(param) && !has_hole(path, param->key)) amp_wrong_key(k->c, param, _("The path has no {%s}."), param->key);
	if (fixed != NULL && values != NULL) amp_wrong_key(k->c, values, _("A parameter is “fixed” or has “values”, not both."));
	if (fixed != NULL && names_a_secret(param->key))
		amp_wrong_key(k->c, fixed,
		              _("A key, token or password must not stand in this file: it would be locked and published."));
	if (fixed != NULL && in_path(param))
		amp_wrong_key(k->c, fixed, _("Write a value that never changes into the path itself."));
	for (size_t i = 0; values != NULL && i < json_array_size(values->v); i++) {
		const char *one = json_string_value(json_array_get(values->v, i));
		if (one != NULL && strchr(one, '|') != NULL)
			amp_wrong(k->c, amp_at_index(k->c, values, i), _("A value of a parameter cannot hold “|”."));
	}
}

static void check_params(struct checking *k, const struct amp_at *params, const char *path)
{
	if (params == NULL || !json_is_object(params->v)) return;
	for (const struct amp_pos *p = params->pos == NULL ? NULL : params->pos->first; p != NULL; p = p->next) {
		const struct amp_at *param = p->duplicate || p->key.p == NULL ? NULL : amp_at_key(k->c, params, p->key.p);
		if (param != NULL && json_is_object(param->v)) check_param(k, param, path);
	}
}

/* The program's own parameters are declared here, once. */
static void check_own_param(struct checking *k, const struct amp_at *paging, const char *key, const struct amp_at *params)
{
	const struct amp_at *at = amp_at_key(k->c, paging, key);
	const char *name = at == NULL ? NULL : json_string_value(at->v);
	if (name != NULL && params != NULL && json_object_get(params->v, name) != NULL)
		amp_wrong(k->c, at, _("“%s” is set by the program: remove it from “params”."), name);
}

static void unused(struct checking *k, const struct amp_at *paging, const char *key, const char *rule)
{
	const struct amp_at *at = amp_at_key(k->c, paging, key);
	if (at != NULL) amp_wrong_key(k->c, at, _("“%s” means nothing with the rule “%s”."), key, rule);
}

static void check_paging(struct checking *k, const struct amp_at *paging, const struct amp_at *params)
{
	const char *rule = word(paging, "rule");
	bool cursor = strcmp(rule, "cursor") == 0, link = strcmp(rule, "link") == 0, page = strcmp(rule, "page") == 0,
	     offset = strcmp(rule, "offset") == 0;
	const json_t *limit = json_object_get(paging->v, "limit"), *most = json_object_get(paging->v, "limit_max");
	check_own_param(k, paging, "param", params);
	check_own_param(k, paging, "limit_param", params);
	if ((cursor || page || offset) && json_object_get(paging->v, "param") == NULL)
		amp_wrong_missing(k->c, paging, "param", _("The rule “%s” needs “param”: the parameter that names the page."),
		                  rule);
	if (cursor && json_object_get(paging->v, "next") == NULL)
		amp_wrong_missing(k->c, paging, "next", _("The rule “cursor” needs “next”: where the page says the value."));
	if (!page) unused(k, paging, "first", rule);
	if (page || offset) unused(k, paging, "next", rule);
	if (link) unused(k, paging, "param", rule);
	if (json_object_get(paging->v, "limit_param") != NULL && most == NULL)
		amp_wrong_missing(k->c, paging, "limit_max",
		                  _("With “limit_param” the key “limit_max” says the most that it takes."));
	if (json_is_integer(limit) && json_is_integer(most) && json_integer_value(limit) > json_integer_value(most))
		amp_wrong(k->c, amp_at_key(k->c, paging, "limit"), _("“limit” is above “limit_max”."));
}

/* ---- the rest ---- */

static void check_endpoint(struct checking *k, const struct amp_at *ep, const struct amp_object_spec *spec)
{
	static const char *const objects[] = {"paging", "media", "links", "flags"};
	const struct amp_at *fields = amp_at_key(k->c, ep, "fields"), *params = amp_at_key(k->c, ep, "params"),
			    *paging = amp_at_key(k->c, ep, "paging"), *empty = amp_at_key(k->c, ep, "empty");
	check_paths(k, ep, spec);
	if (empty != NULL && k->json)
		amp_wrong_key(k->c, empty, _("“empty” is for XPath: a JSON list that is there and holds nothing is empty."));
	for (size_t i = 0; i < sizeof objects / sizeof *objects; i++) {
		const struct amp_at *o = amp_at_key(k->c, ep, objects[i]);
		if (o != NULL && json_is_object(o->v)) check_paths(k, o, spec_of(spec, objects[i]));
	}
	check_holes(k, amp_at_key(k->c, ep, "path"), params);
	check_params(k, params, word(ep, "path"));
	if (paging != NULL && json_is_object(paging->v)) check_paging(k, paging, params);
	if (fields == NULL || !json_is_object(fields->v)) return;
	for (const struct amp_pos *p = fields->pos == NULL ? NULL : fields->pos->first; p != NULL; p = p->next) {
		const struct amp_at *field = p->duplicate || p->key.p == NULL ? NULL : amp_at_key(k->c, fields, p->key.p);
		if (field != NULL) check_field(k, field, spec_of(spec, "fields"));
	}
	check_item_id(k, fields);
}

static void check_side(struct checking *k, const struct amp_at *pair, const char *key, const char *ranking)
{
	const struct amp_at *at = amp_at_key(k->c, pair, key), *all = amp_at_key(k->c, k->file, "endpoints");
	const char *name = at == NULL ? NULL : json_string_value(at->v), *names[64];
	const struct amp_at *ep = name == NULL ? NULL : amp_at_key(k->c, all, name);
	struct amp_err why = {0};
	size_t n = 0;
	if (name == NULL || all == NULL) return;
	for (const struct amp_pos *p = all->pos == NULL ? NULL : all->pos->first; p != NULL && n < 64; p = p->next)
		names[n++] = p->key.p == NULL ? "" : p->key.p;
	if (ep == NULL) {
		(void)amp_endpoint_name_wrong(_("This source"), name, names, n, &why);
		amp_wrong(k->c, at, "%s", why.text);
	} else if (strcmp(word(ep, "ranking"), ranking) != 0) {
		amp_wrong(k->c, at, _("The endpoint “%s” is not %s."), name, ranking);
	}
}

static void check_host(struct checking *k)
{
	const struct amp_at *at = amp_at_key(k->c, k->file, "host");
	const char *text = at == NULL ? NULL : json_string_value(at->v);
	struct amp_str url = amp_str_c(text), origin;
	if (text == NULL || !amp_uri_origin(url, &origin)) return;
	if (amp_host_is_private(amp_uri_host(url)))
		amp_wrong(
			k->c, at,
			_("“%.*s” is an address of this machine or a private network: a study names it, in the “host” of its feeds, and decides it."),
			AMP_ARG(amp_uri_authority(url)));
	else if (amp_str_istarts(url, "http://"))
		amp_wrong(k->c, at, _("https:// is expected: http:// would send everything in clear."));
}

static void check_name(struct checking *k)
{
	const struct amp_at *at = amp_at_key(k->c, k->file, "source");
	const char *name = at == NULL ? NULL : json_string_value(at->v);
	/* A study locked before the program knew the platform keeps its own. */
	if (name != NULL && !k->c->stored && amp_adapter_find(name) != NULL)
		amp_wrong(k->c, at, _("“%s” is a platform of the program: give your source another name."), name);
}

static void read_namespaces(struct checking *k)
{
	const struct amp_at *at = amp_at_key(k->c, k->file, "namespaces");
	size_t n = 0, all = at == NULL ? 0 : json_object_size(at->v);
	const char **prefix = amp_arena_new_array(k->c->arena, const char *, all + 1),
		   **uri = amp_arena_new_array(k->c->arena, const char *, all + 1);
	if (prefix == NULL || uri == NULL) {
		k->c->rc = AMP_ENOMEM;
		return;
	}
	json_t *object = at == NULL ? NULL : (json_t *)(uintptr_t)at->v; /* iterating changes nothing */
	for (void *it = json_object_iter(object); it != NULL; it = json_object_iter_next(object, it)) {
		const char *text = json_string_value(json_object_iter_value(it));
		if (text == NULL) continue;
		prefix[n] = json_object_iter_key(it);
		uri[n++] = text;
	}
	k->names = (struct amp_source_names){prefix, uri, n};
	if (at != NULL && strcmp(word(k->file, "document"), "xml") != 0)
		amp_wrong_key(k->c, at, _("“namespaces” is for XML: JSON has none, and HTML pages are read without."));
}

bool amp_check_source(struct amp_checker *c, const struct amp_at *source)
{
	struct checking k = {.c = c, .file = source, .json = strcmp(word(source, "document"), "json") == 0};
	size_t before = c->mistakes;
	amp_check_object(c, source, &amp_spec_source);
	const struct amp_at *endpoints = amp_at_key(c, source, "endpoints"), *pairs = amp_at_key(c, source, "pairs");
	check_name(&k);
	check_host(&k);
	read_namespaces(&k);
	bool known = k.json || strcmp(word(source, "document"), "xml") == 0 || strcmp(word(source, "document"), "html") == 0;
	for (const struct amp_pos *p = endpoints == NULL || endpoints->pos == NULL || !known ? NULL : endpoints->pos->first;
	     p != NULL; p = p->next) {
		const struct amp_at *ep = p->duplicate || p->key.p == NULL ? NULL : amp_at_key(c, endpoints, p->key.p);
		if (ep != NULL && json_is_object(ep->v)) check_endpoint(&k, ep, spec_of(&amp_spec_source, "endpoints"));
	}
	for (size_t i = 0; pairs != NULL && i < json_array_size(pairs->v); i++) {
		const struct amp_at *pair = amp_at_index(c, pairs, i);
		if (pair == NULL || !json_is_object(pair->v)) continue;
		check_side(&k, pair, "ranked", "algorithmic");
		check_side(&k, pair, "chronological", "chronological");
	}
	return c->mistakes == before;
}

struct amp_source *amp_source_made(struct amp_checker *c, const struct amp_at *source, struct amp_arena *a)
{
	struct amp_buf text;
	struct amp_source *made = NULL;
	json_t *copy = json_copy((json_t *)(uintptr_t)source->v);
	(void)json_object_del(copy, "$schema"); /* it says where the file lies, not what it says */
	amp_buf_init(&text, AMP_FILE_MAX);
	if (copy != NULL && amp_json_canonical(copy, &text, NULL) == 0) made = amp_source_build(copy, amp_buf_str(&text), a);
	if (made == NULL) c->rc = AMP_ENOMEM;
	amp_buf_free(&text);
	json_decref(copy);
	return made;
}

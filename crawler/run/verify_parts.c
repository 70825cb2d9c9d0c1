#include "run/verify_parts.h"
#include <string.h>
#include "base/i18n.h"
#include "base/jsonv.h"
#include "base/mem.h"
#include "run/keys.h"
#include "run_sql.h"

static void note(struct amp_verify *p, const char *expected, struct amp_str found, const char *what, struct amp_str name)
{
	char e[AMP_SHOWN], f[AMP_SHOWN], whole[sizeof((struct amp_finding *)0)->what];
	(void)verify_show(e, f, amp_str_c(expected), found);
	(void)snprintf(whole, sizeof whole, "%s of %.*s", what, (int)(name.n > 150 ? 150 : name.n), name.p ? name.p : "");
	verify_note(p, -1, e, f, whole);
}

static void same(struct amp_verify *p, const char *what, struct amp_str name, const char *expected, struct amp_str found)
{
	char whole[sizeof((struct amp_finding *)0)->what];
	(void)snprintf(whole, sizeof whole, "%s of %.*s", what, (int)(name.n > 150 ? 150 : name.n), name.p ? name.p : "");
	verify_text(p, -1, whole, amp_str_c(expected), found);
}

static void same_key(struct amp_verify *p, const char *what, struct amp_str name, const struct amp_key *expected,
                     struct amp_query *q, int col)
{
	struct amp_key found;
	char e[2 * AMP_KEY + 1], f[2 * AMP_KEY + 1] = "NULL";
	bool there = amp_query_key(q, col, &found);
	if (there && memcmp(&found, expected, sizeof found) == 0) return;
	amp_hex(expected->b, AMP_KEY, e);
	if (there) amp_hex(found.b, AMP_KEY, f);
	note(p, e, amp_str_c(f), what, name);
}

static const char *text_of(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

/* ---- a study's parts ---- */

struct version {
	struct amp_key study, key;
	const json_t *text;
	bool adhoc; /* takes personas and feeds as they come: only their keys follow from anything */
};

/* json_object_getn() is newer than the jansson of Ubuntu 22.04. */
static const json_t *object_part(const json_t *o, struct amp_str name)
{
	const char *key;
	json_t *v;
	json_object_foreach((json_t *)(uintptr_t)o, key, v) if (amp_str_eq_c(name, key)) return v;
	return NULL;
}

static const json_t *part_of(const json_t *list, struct amp_str name)
{
	for (size_t i = 0; json_is_array(list) && i < json_array_size(list); i++) {
		const char *n = text_of(json_array_get(list, i), "persona");
		if (n && amp_str_eq_c(name, n)) return json_array_get(list, i);
	}
	return json_is_object(list) ? object_part(list, name) : NULL;
}

static int persona(struct amp_verify *p, const struct version *v, const json_t *part, struct amp_query *q, struct amp_err *err)
{
	struct amp_str name = amp_query_str(q, 1);
	const char *first = text_of(part, "cluster");
	struct amp_key cluster = amp_key_cluster(&v->study, first ? first : "");
	struct amp_buf text;
	amp_buf_init(&text, AMP_JSONV_BYTES);
	int rc = amp_jsonv_dump(&text, part, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY, "persona.attributes", err);
	same_key(p, "persona.cluster_key", name, &cluster, q, 2);
	if (rc == 0) same(p, "persona.attributes", name, text.p, amp_query_str(q, 3));
	same(p, "persona.twin_of_id", name, text_of(part, "twin_of"), amp_query_str(q, 4));
	amp_buf_free(&text);
	return rc;
}

static bool same_or_absent(const json_t *a, const json_t *b)
{
	return a || b ? json_equal(a, b) : true;
}

/* [["q","a"],["q","b"]] of the row as {"q": ["a","b"]}, the form of the text. */
static bool same_parameters(const json_t *row, const json_t *part)
{
	json_t *grouped = json_object();
	const json_t *list = json_object_get(row, "params");
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *name = json_string_value(json_array_get(json_array_get(list, i), 0));
		if (!name) continue;
		if (!json_object_get(grouped, name)) json_object_set_new(grouped, name, json_array());
		json_array_append(json_object_get(grouped, name), json_array_get(json_array_get(list, i), 1));
	}
	const json_t *through = json_object_get(part, "through_session"), *said = json_object_get(row, "through_session");
	bool needs = strcmp(text_of(part, "session") ? text_of(part, "session") : "", "required") == 0;
	bool equal = json_equal(grouped, json_object_get(part, "params")) &&
	             json_equal(json_object_get(row, "source"), json_object_get(part, "source")) &&
	             same_or_absent(json_object_get(row, "source_param"), json_object_get(part, "source_param")) &&
	             same_or_absent(json_object_get(row, "walk"), json_object_get(part, "walk")) &&
	             json_is_true(json_object_get(row, "session")) == needs && json_is_true(through) == json_is_true(said);
	json_decref(grouped);
	return equal;
}

static int feed(struct amp_verify *p, const struct version *v, const json_t *part, struct amp_query *q, struct amp_err *err)
{
	(void)v;
	static const char *const columns[] = {"platform", "endpoint", "host", "ranking"};
	static const char *const what[] = {"feed.platform", "feed.endpoint", "feed.host", "feed.ranking"};
	struct amp_str name = amp_query_str(q, 1), parameters = amp_query_str(q, 7);
	for (int i = 0; i < 4; i++) same(p, what[i], name, text_of(part, columns[i]), amp_query_str(q, 2 + i));
	if (json_integer_value(json_object_get(part, "depth")) != amp_query_i64(q, 6))
		note(p, "the depth of the study's text", amp_query_str(q, 6), "feed.depth", name);
	json_t *row = NULL;
	int rc = amp_jsonv_try(&row, parameters, &(struct amp_jsonv_rule){.name = "feed.parameters"}, err);
	if (rc == 0 && !same_parameters(row, part))
		note(p, "the parameters of the study's text", parameters, "feed.parameters", name);
	json_decref(row);
	return rc;
}

static int pair(struct amp_verify *p, const struct version *v, const json_t *part, struct amp_query *q, struct amp_err *err)
{
	(void)v;
	(void)err;
	static const char *const columns[] = {"ranked", "chronological", "pool", "window"};
	static const char *const what[] = {"pair.ranked_feed_id", "pair.chronological_feed_id", "pair.pool", "pair.window_rule"};
	struct amp_str name = amp_query_str(q, 1);
	for (int i = 0; i < 4; i++) same(p, what[i], name, text_of(part, columns[i]), amp_query_str(q, 2 + i));
	return 0;
}

static const struct part {
	const char *domain, *list;
	const struct amp_sql *sql;
	int (*compare)(struct amp_verify *p, const struct version *v, const json_t *part, struct amp_query *q, struct amp_err *err);
} parts[] = {
	{"persona", "personas", &AMP_SQL_VERIFY_PERSONAS, persona},
	{"feed", "feeds", &AMP_SQL_VERIFY_FEEDS, feed},
	{"pair", "pairs", &AMP_SQL_VERIFY_PAIRS, pair},
};

static int one_part(struct amp_verify *p, const struct version *v, int64_t version_id, const struct part *part, struct amp_err *err)
{
	const json_t *list = json_object_get(v->text, part->list);
	size_t expected = json_is_array(list) ? json_array_size(list) : json_object_size(list), found = 0;
	char what[64];
	struct amp_query q;
	int rc = amp_query_start(&q, p->store, part->sql, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, version_id);
	for (;;) {
		rc = amp_query_step(&q, err);
		if (rc != 1) break;
		struct amp_str name = amp_query_str(&q, 1);
		struct amp_key key = amp_key_named(part->domain, &v->key, name);
		const json_t *declared = v->adhoc || !name.p ? NULL : part_of(list, name);
		(void)snprintf(what, sizeof what, "%s.key", part->domain);
		same_key(p, what, name, &key, &q, 0);
		(void)snprintf(what, sizeof what, "%s.name", part->domain);
		if (!v->adhoc && !declared) note(p, "a name of the study's text", name, what, name);
		if (declared) rc = part->compare(p, v, declared, &q, err);
		if (rc < 0) break;
		found++;
	}
	amp_query_end(&q);
	(void)snprintf(what, sizeof what, "%s: number of rows", part->domain);
	if (rc == 0 && !v->adhoc && found < expected)
		note(p, "every one of the study's text", AMP_STR("fewer"), what, AMP_STR("the study"));
	return rc < 0 ? rc : 0;
}

int amp_verify_study_parts(struct amp_verify *p, int64_t study_id, const struct amp_key *study, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, p->store, &AMP_SQL_VERIFY_VERSIONS, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, study_id);
	for (;;) {
		rc = amp_query_step(&q, err);
		if (rc != 1) break;
		struct amp_str text = amp_query_str(&q, 2);
		struct version v = {.study = *study};
		json_t *o = NULL;
		rc = amp_jsonv_try(&o, text, &(struct amp_jsonv_rule){.name = "study_version.text"}, err) == 0 ? 1 : -1;
		if (rc != 1) break;
		v.text = o;
		v.adhoc = json_is_true(json_object_get(o, "adhoc"));
		if (!o)
			note(p, "the study as JSON", text, "study_version.text", AMP_STR("the study"));
		else if (amp_query_key(&q, 1, &v.key))
			for (size_t i = 0; rc == 1 && i < sizeof parts / sizeof parts[0]; i++)
				rc = one_part(p, &v, amp_query_i64(&q, 0), &parts[i], err) == 0 ? 1 : -1;
		json_decref(o);
		if (rc != 1) break;
	}
	amp_query_end(&q);
	return rc < 0 ? (err && err->code != 0 ? err->code : AMP_EFAIL) : 0;
}

/* ---- items ---- */

struct children { /* of one item, and room kept for the next one's */
	struct amp_media *media;
	struct amp_link *links;
	size_t media_room, links_room;
};

static int no_memory(const struct amp_verify *p, struct amp_err *err)
{
	return amp_fail(err, AMP_ENOMEM, _("Out of memory while verifying %s."), amp_store_path(p->store));
}

static int read_media(struct amp_verify *p, int64_t version, struct amp_item *i, struct children *c, struct amp_arena *a,
                      struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, p->store, &AMP_SQL_VERIFY_MEDIA, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, version);
	for (;;) {
		rc = amp_query_step(&q, err);
		if (rc != 1) break;
		struct amp_media *m = amp_grow(c->media, i->n_media, &c->media_room, sizeof *m);
		if (!m) {
			rc = no_memory(p, err);
			break;
		}
		c->media = m;
		m += i->n_media++;
		memset(m, 0, sizeof *m);
		m->kind = amp_arena_str(a, amp_query_str(&q, 0));
		m->url = amp_arena_str(a, amp_query_str(&q, 1));
		m->alt = amp_arena_str(a, amp_query_str(&q, 2));
		m->mime = amp_arena_str(a, amp_query_str(&q, 3));
		m->width = amp_query_null(&q, 4) ? AMP_ABSENT : amp_query_i64(&q, 4);
		m->height = amp_query_null(&q, 5) ? AMP_ABSENT : amp_query_i64(&q, 5);
	}
	amp_query_end(&q);
	i->media = c->media;
	return rc;
}

static int read_links(struct amp_verify *p, int64_t version, struct amp_item *i, struct children *c, struct amp_arena *a,
                      struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, p->store, &AMP_SQL_VERIFY_LINKS, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, version);
	for (;;) {
		rc = amp_query_step(&q, err);
		if (rc != 1) break;
		struct amp_link *l = amp_grow(c->links, i->n_links, &c->links_room, sizeof *l);
		if (!l) {
			rc = no_memory(p, err);
			break;
		}
		c->links = l;
		l += i->n_links++;
		memset(l, 0, sizeof *l);
		l->url = amp_arena_str(a, amp_query_str(&q, 0));
		l->title = amp_arena_str(a, amp_query_str(&q, 1));
		l->description = amp_arena_str(a, amp_query_str(&q, 2));
	}
	amp_query_end(&q);
	i->links = c->links;
	return rc;
}

/* A medium without kind and a link without address are stored as "unknown" and "": their key was made without. */
static void as_parsed(struct amp_item *i, struct children *c)
{
	for (size_t n = 0; n < i->n_media; n++)
		if (amp_str_eq_c(c->media[n].kind, "unknown")) c->media[n].kind = AMP_STR_ABSENT;
	for (size_t n = 0; n < i->n_links; n++)
		if (c->links[n].url.n == 0) c->links[n].url = AMP_STR_ABSENT;
}

static bool from_row(struct amp_item *i, struct amp_query *q)
{
	struct amp_str kind = amp_query_str(q, 8), precision = amp_query_str(q, 17);
	bool known = false, exact = !precision.p;
	memset(i, 0, sizeof *i);
	for (int k = AMP_POST; k <= AMP_ACCOUNT; k++) {
		if (!kind.p || !amp_str_eq_c(kind, amp_kind_name((enum amp_kind)k))) continue;
		i->kind = (enum amp_kind)k;
		known = true;
	}
	for (int k = AMP_PRECISION_EXACT; precision.p && k <= AMP_PRECISION_RELATIVE; k++) {
		if (!amp_str_eq_c(precision, amp_precision_name((enum amp_precision)k))) continue;
		i->created_precision = (enum amp_precision)k;
		exact = true;
	}
	i->url = amp_query_str(q, 9);
	i->title = amp_query_str(q, 10);
	i->text = amp_query_str(q, 11);
	i->quote_text = amp_query_str(q, 12);
	i->warning = amp_query_str(q, 13);
	i->created_at = amp_query_time(q, 15);
	i->created_at_raw = amp_query_str(q, 16);
	i->reply_to = amp_query_str(q, 18);
	i->quote_of = amp_query_str(q, 19);
	return known && exact;
}

static int one_item(struct amp_verify *p, struct amp_query *q, struct children *c, struct amp_arena *a, struct amp_err *err)
{
	struct amp_item i;
	struct amp_key item, author, key, found;
	struct amp_str platform = amp_query_str(q, 3), native = amp_query_str(q, 4);
	char text[64];
	bool sound = from_row(&i, q), has_author = amp_query_i64(q, 20) != 0;
	int rc = read_media(p, amp_query_i64(q, 0), &i, c, a, err);
	if (rc == 0) rc = read_links(p, amp_query_i64(q, 0), &i, c, a, err);
	if (rc != 0) return rc;
	if (amp_arena_refused(a) != 0) return no_memory(p, err);
	const char *name = amp_arena_strndup(a, platform.p ? platform.p : "", platform.n);
	item = amp_key_item(name ? name : "", native);
	/* an item or author seen again since its erasure has no identifier any more: its key is taken as it stands */
	if (amp_query_i64(q, 21) != 0)
		(void)amp_query_key(q, 2, &item);
	else
		same_key(p, "item.key", native, &item, q, 2);
	if (has_author) {
		struct amp_str of = amp_query_str(q, 6);
		name = amp_arena_strndup(a, of.p ? of.p : "", of.n);
		author = amp_key_author(name ? name : "", amp_query_str(q, 7));
		if (amp_query_i64(q, 22) != 0)
			(void)amp_query_key(q, 5, &author);
		else
			same_key(p, "author.key", amp_query_str(q, 7), &author, q, 5);
	}
	for (int as = 0; sound && as < 2; as++) {
		if (as == 1) as_parsed(&i, c);
		key = amp_key_item_version(&item, has_author ? &author : NULL, &i, amp_query_str(q, 14));
		if (amp_query_key(q, 1, &found) && memcmp(&key, &found, sizeof key) == 0) return 0;
	}
	(void)snprintf(text, sizeof text, "row %lld", (long long)amp_query_i64(q, 0));
	note(p, "the content that its key was made of", amp_str_c(text),
	     "item_version: title, text or another column, its media or its links against item_version.key", native);
	return 0;
}

int amp_verify_items(struct amp_verify *p, struct amp_err *err)
{
	struct amp_query q;
	struct children c = {0};
	struct amp_arena *a = amp_arena_new(0);
	int rc = a ? amp_query_start(&q, p->store, &AMP_SQL_VERIFY_ITEMS, err) : no_memory(p, err);
	if (rc == 0) {
		for (;;) {
			rc = amp_query_step(&q, err);
			if (rc != 1) break;
			rc = one_item(p, &q, &c, a, err);
			amp_arena_reset(a);
			if (rc != 0) break;
		}
		amp_query_end(&q);
	}
	amp_arena_free(a);
	amp_free(c.media);
	amp_free(c.links);
	return rc < 0 ? rc : 0;
}

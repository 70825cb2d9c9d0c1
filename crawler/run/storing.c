#include "run/storing.h"
#include <string.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "run/generation.h"
#include "run/idcache.h"
#include "run/keys.h"
#include "run/rows.h"
#include "run_sql.h"

struct amp_storing {
	struct amp_store *store;
	struct amp_idcache *cache;
	struct amp_buf langs;
};

int amp_storing_new(struct amp_storing **out, struct amp_store *store, struct amp_err *err)
{
	struct amp_storing *s = amp_calloc(1, sizeof *s);
	if (s) s->cache = amp_idcache_new();
	if (!s || !s->cache) {
		amp_storing_free(s);
		return amp_fail(err, AMP_ENOMEM, _("Out of memory while opening the store of items."));
	}
	s->store = store;
	amp_buf_init(&s->langs, 4096);
	*out = s;
	return 0;
}

void amp_storing_free(struct amp_storing *s)
{
	if (!s) return;
	amp_idcache_free(s->cache);
	amp_buf_free(&s->langs);
	amp_free(s);
}

void amp_storing_forget(struct amp_storing *s)
{
	if (s) amp_idcache_clear(s->cache);
}

static void bind_count(struct amp_query *q, int64_t v)
{
	if (v == AMP_ABSENT)
		amp_query_bind_null(q);
	else
		amp_query_bind_i64(q, v);
}

static int run_end(struct amp_query *q, struct amp_err *err)
{
	int rc = amp_query_run(q, err);
	amp_query_end(q);
	return rc;
}

/* The id of a (platform, native id) row: cache, then look-up, then insert. */
static int native_row(struct amp_storing *s, const struct amp_sql *by_key, const struct amp_sql *insert, const struct amp_key *key,
                      const char *platform, struct amp_str native_id, int64_t *id, struct amp_err *err)
{
	*id = amp_idcache_get(s->cache, key);
	if (*id != 0) return 0;
	int rc = amp_row_by_key(s->store, by_key, key, id, err);
	if (rc < 0) return rc;
	if (rc == 0) {
		struct amp_query q;
		rc = amp_query_start(&q, s->store, insert, err);
		if (rc != 0) return rc;
		amp_query_bind_key(&q, key);
		amp_query_bind_c(&q, platform);
		amp_query_bind_str(&q, native_id);
		rc = run_end(&q, err);
		if (rc != 0) return rc;
		*id = amp_store_last_id(s->store);
	}
	amp_idcache_put(s->cache, key, *id);
	return 0;
}

struct person { /* an author or a reposter, as the platform named them */
	struct amp_str id, handle, name;
};

static int name_row(struct amp_storing *s, int64_t author_id, const struct amp_key *author, const struct person *p, int64_t seen_at,
                    struct amp_err *err)
{
	if (p->handle.n == 0 && p->name.n == 0) return 0;
	struct amp_keyer k;
	amp_key_start(&k, "author_name");
	amp_key_key(&k, author);
	amp_key_str(&k, p->handle);
	amp_key_str(&k, p->name);
	struct amp_key key = amp_key_end(&k);
	if (amp_idcache_get(s->cache, &key) != 0) return 0;
	struct amp_query q;
	int rc = amp_query_start(&q, s->store, &AMP_SQL_RUN_AUTHOR_NAME_INSERT, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, author_id);
	amp_query_bind_str(&q, p->handle.p ? p->handle : AMP_STR(""));
	amp_query_bind_str(&q, p->name.p ? p->name : AMP_STR(""));
	amp_query_bind_time(&q, seen_at);
	rc = run_end(&q, err);
	if (rc == 0) amp_idcache_put(s->cache, &key, author_id);
	return rc;
}

/* *id = 0 when the platform named nobody. */
static int person_row(struct amp_storing *s, const struct amp_parse_row *row, const struct person *p, int64_t *id,
                      struct amp_key *key, struct amp_err *err)
{
	char derived[AMP_DERIVED_ID];
	struct amp_str native_id = p->id;
	*id = 0;
	if (native_id.n == 0) {
		if (!amp_derived_author_id(row->platform, p->handle, p->name, derived)) return 0;
		native_id = amp_str_c(derived);
	}
	*key = amp_key_author(row->platform, native_id);
	int rc = native_row(s, &AMP_SQL_RUN_AUTHOR_BY_KEY, &AMP_SQL_RUN_AUTHOR_INSERT, key, row->platform, native_id, id, err);
	return rc != 0 ? rc : name_row(s, *id, key, p, row->seen_at, err);
}

static int version_children(struct amp_storing *s, int64_t version_id, const struct amp_item *i, struct amp_err *err)
{
	struct amp_query q;
	int rc = 0;
	for (size_t n = 0; rc == 0 && n < i->n_media; n++) {
		const struct amp_media *m = &i->media[n];
		rc = amp_query_start(&q, s->store, &AMP_SQL_RUN_MEDIA_INSERT, err);
		if (rc != 0) return rc;
		amp_query_bind_i64(&q, version_id);
		amp_query_bind_i64(&q, (int64_t)n);
		amp_query_bind_str(&q, m->kind.p ? m->kind : AMP_STR("unknown"));
		amp_query_bind_str(&q, m->url);
		amp_query_bind_str(&q, m->alt);
		amp_query_bind_str(&q, m->mime);
		bind_count(&q, m->width);
		bind_count(&q, m->height);
		rc = run_end(&q, err);
	}
	for (size_t n = 0; rc == 0 && n < i->n_links; n++) {
		const struct amp_link *l = &i->links[n];
		rc = amp_query_start(&q, s->store, &AMP_SQL_RUN_LINK_INSERT, err);
		if (rc != 0) return rc;
		amp_query_bind_i64(&q, version_id);
		amp_query_bind_i64(&q, (int64_t)n);
		amp_query_bind_str(&q, l->url.p ? l->url : AMP_STR(""));
		amp_query_bind_str(&q, l->title);
		amp_query_bind_str(&q, l->description);
		rc = run_end(&q, err);
	}
	return rc;
}

static struct amp_str langs_text(struct amp_storing *s, const struct amp_item *i)
{
	if (i->n_langs == 0) return AMP_STR_ABSENT;
	amp_buf_reset(&s->langs);
	for (size_t n = 0; n < i->n_langs; n++) {
		if (n > 0) amp_buf_byte(&s->langs, ',');
		amp_buf_adds(&s->langs, i->langs[n]);
	}
	return amp_buf_str(&s->langs); /* past the cap the list is cut at a whole tag: a failed append adds nothing */
}

static int version_row(struct amp_storing *s, const struct amp_parse_row *row, const struct amp_item *i, int64_t *version_id,
                       bool *derived_id, struct amp_err *err)
{
	char derived[AMP_DERIVED_ID];
	struct amp_str native_id = i->item_id;
	*derived_id = native_id.n == 0;
	if (*derived_id) {
		amp_derived_item_id(i, derived);
		native_id = amp_str_c(derived);
	}
	struct amp_key author = {{0}}, item = amp_key_item(row->platform, native_id);
	int64_t author_id = 0, item_id = 0;
	struct person who = {i->author_id, i->author_handle, i->author_name};
	int rc = person_row(s, row, &who, &author_id, &author, err);
	if (rc != 0) return rc;
	struct amp_str langs = langs_text(s, i);
	struct amp_key key = amp_key_item_version(&item, author_id != 0 ? &author : NULL, i, langs);
	*version_id = amp_idcache_get(s->cache, &key);
	if (*version_id != 0) return 0;
	rc = amp_row_by_key(s->store, &AMP_SQL_RUN_ITEM_VERSION_BY_KEY, &key, version_id, err);
	if (rc < 0) return rc;
	if (rc == 0) {
		struct amp_query q;
		rc = native_row(s, &AMP_SQL_RUN_ITEM_BY_KEY, &AMP_SQL_RUN_ITEM_INSERT, &item, row->platform, native_id, &item_id,
		                err);
		if (rc != 0) return rc;
		rc = amp_query_start(&q, s->store, &AMP_SQL_RUN_ITEM_VERSION_INSERT, err);
		if (rc != 0) return rc;
		amp_query_bind_key(&q, &key);
		amp_query_bind_i64(&q, item_id);
		amp_query_bind_c(&q, amp_kind_name(i->kind));
		amp_query_bind_id(&q, author_id);
		amp_query_bind_str(&q, i->url);
		amp_query_bind_str(&q, i->title);
		amp_query_bind_str(&q, i->text);
		amp_query_bind_str(&q, i->quote_text);
		amp_query_bind_str(&q, i->warning);
		amp_query_bind_str(&q, langs);
		amp_query_bind_time(&q, i->created_at);
		amp_query_bind_str(&q, i->created_at_raw);
		amp_query_bind_c(&q, amp_precision_name(i->created_precision));
		amp_query_bind_str(&q, i->reply_to);
		amp_query_bind_str(&q, i->quote_of);
		rc = run_end(&q, err);
		if (rc != 0) return rc;
		*version_id = amp_store_last_id(s->store);
		rc = version_children(s, *version_id, i, err);
		if (rc != 0) return rc;
	}
	amp_idcache_put(s->cache, &key, *version_id);
	return 0;
}

/* A Mastodon status has a name of its own on each server that shows it. */
static int alias_row(struct amp_storing *s, const struct amp_parse_row *row, const struct amp_item *i, struct amp_err *err)
{
	if (i->local_id.n == 0 || i->item_id.n == 0) return 0;
	struct amp_key item = amp_key_item(row->platform, i->item_id);
	struct amp_keyer k;
	amp_key_start(&k, "item_alias");
	amp_key_key(&k, &item);
	amp_key_c(&k, row->host);
	amp_key_str(&k, i->local_id);
	struct amp_key key = amp_key_end(&k);
	if (amp_idcache_get(s->cache, &key) != 0) return 0;
	int64_t item_id = 0;
	int rc = native_row(s, &AMP_SQL_RUN_ITEM_BY_KEY, &AMP_SQL_RUN_ITEM_INSERT, &item, row->platform, i->item_id, &item_id, err);
	if (rc != 0) return rc;
	struct amp_query q;
	rc = amp_query_start(&q, s->store, &AMP_SQL_RUN_ITEM_ALIAS_INSERT, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, item_id);
	amp_query_bind_c(&q, row->host ? row->host : "");
	amp_query_bind_str(&q, i->local_id);
	rc = run_end(&q, err);
	if (rc == 0) amp_idcache_put(s->cache, &key, item_id);
	return rc;
}

/* An item of a capture is the platform's that it was seen on, whoever saved it: the same row as when it is crawled. */
#define PLATFORM_NAME 64
static struct amp_parse_row row_of(const struct amp_parse_row *row, const struct amp_item *i, char name[PLATFORM_NAME])
{
	struct amp_parse_row own = *row;
	if (i->platform.n == 0 || i->platform.n >= PLATFORM_NAME || amp_str_eq_c(i->platform, row->platform)) return own;
	memcpy(name, i->platform.p, i->platform.n);
	name[i->platform.n] = '\0';
	own.platform = name;
	return own;
}

static int exposure_row(struct amp_storing *s, const struct amp_parse_row *parse, int64_t parse_id, const struct amp_item *i,
                        bool *derived_id, struct amp_err *err)
{
	char name[PLATFORM_NAME];
	const struct amp_parse_row own = row_of(parse, i, name), *row = &own;
	int64_t version_id = 0, reposter_id = 0;
	struct amp_key reposter;
	struct person who = {i->reposted_by, i->reposted_by_handle, i->reposted_by_name};
	int rc = 0;
	*derived_id = false;
	if (i->has_content) rc = version_row(s, row, i, &version_id, derived_id, err);
	if (rc == 0 && i->has_content) rc = alias_row(s, row, i, err);
	if (rc == 0) rc = person_row(s, row, &who, &reposter_id, &reposter, err);
	if (rc != 0) return rc;
	struct amp_query q;
	rc = amp_query_start(&q, s->store, &AMP_SQL_RUN_EXPOSURE_INSERT, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, parse_id);
	amp_query_bind_i64(&q, i->rank);
	bind_count(&q, i->organic_rank);
	amp_query_bind_id(&q, version_id);
	amp_query_bind_i64(&q, i->page);
	amp_query_bind_i64(&q, (int64_t)i->byte_offset);
	amp_query_bind_str(&q, i->entry_id);
	amp_query_bind_i64(&q, i->is_repost);
	amp_query_bind_id(&q, reposter_id);
	amp_query_bind_time(&q, i->reposted_at);
	amp_query_bind_i64(&q, i->is_pinned);
	amp_query_bind_i64(&q, i->is_ad);
	amp_query_bind_i64(&q, i->is_service);
	amp_query_bind_i64(&q, i->is_reply);
	amp_query_bind_i64(&q, i->is_quote);
	amp_query_bind_str(&q, i->feed_reason);
	amp_query_bind_str(&q, i->feed_context);
	bind_count(&q, i->likes);
	bind_count(&q, i->reposts);
	bind_count(&q, i->replies);
	bind_count(&q, i->quotes);
	bind_count(&q, i->views);
	bind_count(&q, i->score);
	amp_query_bind_i64(&q, i->counts_rounded);
	rc = run_end(&q, err);
	for (size_t n = 0; rc == 0 && n < i->n_labels; n++) {
		rc = amp_query_start(&q, s->store, &AMP_SQL_RUN_LABEL_INSERT, err);
		if (rc != 0) return rc;
		amp_query_bind_i64(&q, parse_id);
		amp_query_bind_i64(&q, i->rank);
		amp_query_bind_i64(&q, (int64_t)n);
		amp_query_bind_str(&q, i->labels[n].value.p ? i->labels[n].value : AMP_STR(""));
		amp_query_bind_str(&q, i->labels[n].source);
		rc = run_end(&q, err);
	}
	return rc;
}

static int diagnostic_row(struct amp_storing *s, int64_t parse_id, int64_t n, const struct amp_diagnostic *d, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, s->store, &AMP_SQL_RUN_DIAGNOSTIC_INSERT, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, parse_id);
	amp_query_bind_i64(&q, n);
	bind_count(&q, d->rank);
	amp_query_bind_i64(&q, d->page);
	amp_query_bind_i64(&q, (int64_t)d->byte_offset);
	amp_query_bind_c(&q, d->code);
	amp_query_bind_str(&q, d->field);
	amp_query_bind_str(&q, d->detail);
	return run_end(&q, err);
}

static int parse_row(struct amp_storing *s, const struct amp_parse_row *row, const struct amp_key *key, const char *adapter_version,
                     const struct amp_parsed *parsed, int64_t *parse_id, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, s->store, &AMP_SQL_RUN_PARSE_INSERT, err);
	if (rc != 0) return rc;
	amp_query_bind_key(&q, key);
	amp_query_bind_i64(&q, row->snapshot_id);
	amp_query_bind_c(&q, row->platform);
	amp_query_bind_c(&q, adapter_version);
	amp_query_bind_c(&q, row->engine_version);
	amp_query_bind_c(&q, amp_verdict_name(parsed->verdict));
	amp_query_bind_str(&q, parsed->reason);
	amp_query_bind_i64(&q, (int64_t)parsed->n_items);
	amp_query_bind_i64(&q, (int64_t)parsed->n_organic);
	amp_query_bind_i64(&q, (int64_t)parsed->repairs);
	rc = run_end(&q, err);
	if (rc != 0) return rc;
	*parse_id = amp_store_last_id(s->store);
	int64_t n_diagnostics = 0;
	for (size_t n = 0; rc == 0 && n < parsed->n_diagnostics; n++)
		rc = diagnostic_row(s, *parse_id, n_diagnostics++, &parsed->diagnostics[n], err);
	for (size_t n = 0; rc == 0 && n < parsed->n_items; n++) {
		const struct amp_item *i = &parsed->items[n];
		bool derived = false;
		rc = exposure_row(s, row, *parse_id, i, &derived, err);
		if (rc != 0 || !derived) continue;
		struct amp_diagnostic d = {.code = "derived_id",
		                           .rank = i->rank,
		                           .page = i->page,
		                           .byte_offset = i->byte_offset,
		                           .field = AMP_STR("item_id"),
		                           .detail = AMP_STR("the platform sent no id: a digest of URL, title and text stands in")};
		rc = diagnostic_row(s, *parse_id, n_diagnostics++, &d, err);
	}
	return rc;
}

static int current_row(struct amp_storing *s, int64_t snapshot_id, int64_t parse_id, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, s->store, &AMP_SQL_RUN_CURRENT_INSERT, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, snapshot_id);
	amp_query_bind_i64(&q, parse_id);
	return run_end(&q, err);
}

int amp_storing_parse(struct amp_storing *s, const struct amp_parse_row *row, const struct amp_parsed *parsed, int64_t *parse_id,
                      bool *made, struct amp_err *err)
{
	struct amp_key key = amp_key_parse(&row->snapshot, amp_str_c(row->platform), amp_str_c(row->adapter_version),
	                                   amp_str_c(row->engine_version));
	int rc = amp_row_by_key(s->store, &AMP_SQL_RUN_PARSE_BY_KEY, &key, parse_id, err);
	if (rc < 0) return rc;
	*made = rc == 0;
	if (*made) {
		rc = parse_row(s, row, &key, row->adapter_version, parsed, parse_id, err);
		if (rc != 0) return rc;
	}
	return current_row(s, row->snapshot_id, *parse_id, err);
}

/* A step is stored before the next is asked for: a parent that is not there was lost. */
static int parent_of(struct amp_storing *s, const struct amp_snapshot_row *row, int64_t *parent, struct amp_err *err)
{
	*parent = 0;
	if (row->walk == 0 || row->step == 0) return 0;
	int rc = amp_row_by_key(s->store, &AMP_SQL_RUN_SNAPSHOT_BY_KEY, &row->parent, parent, err);
	if (rc == 0)
		rc = amp_fail(err, AMP_ECORRUPT,
		              _("The database %s lacks the step before step %lld of a walk: amplimeter verify says more."),
		              amp_store_path(s->store), (long long)row->step);
	return rc < 0 ? rc : 0;
}

int amp_storing_snapshot(struct amp_storing *s, const struct amp_snapshot_row *row, int64_t *id, bool *made, struct amp_err *err)
{
	int rc = amp_row_by_key(s->store, &AMP_SQL_RUN_SNAPSHOT_BY_KEY, &row->key, id, err);
	*made = false;
	if (rc != 0) return rc < 0 ? rc : 0;
	struct amp_query q;
	int64_t skew = AMP_TIME_NONE, parent = 0;
	rc = parent_of(s, row, &parent, err);
	if (rc != 0) return rc;
	if (row->started_at != AMP_TIME_NONE && row->walk == 0) {
		rc = amp_query_start(&q, s->store, &AMP_SQL_RUN_SNAPSHOT_SKEW, err);
		if (rc != 0) return rc;
		amp_query_bind_i64(&q, row->started_at);
		amp_query_bind_i64(&q, row->round_id);
		amp_query_bind_i64(&q, row->persona_id);
		amp_query_bind_i64(&q, row->feed_id);
		rc = amp_query_step(&q, err);
		if (rc == 1 && !amp_query_null(&q, 1)) skew = amp_query_null(&q, 0) ? 0 : amp_query_i64(&q, 0);
		amp_query_end(&q);
		if (rc < 0) return rc;
	}
	rc = amp_query_start(&q, s->store, &AMP_SQL_RUN_SNAPSHOT_INSERT, err);
	if (rc != 0) return rc;
	amp_query_bind_key(&q, &row->key);
	amp_query_bind_i64(&q, row->round_id);
	amp_query_bind_i64(&q, row->persona_id);
	amp_query_bind_i64(&q, row->feed_id);
	amp_query_bind_i64(&q, row->attempt);
	amp_query_bind_i64(&q, row->walk);
	amp_query_bind_i64(&q, row->step);
	amp_query_bind_id(&q, parent);
	if (parent != 0)
		amp_query_bind_i64(&q, row->parent_rank);
	else
		amp_query_bind_time(&q, AMP_TIME_NONE);
	amp_query_bind_c(&q, row->walk > 0 ? row->policy : NULL);
	amp_query_bind_i64(&q, row->depth_asked);
	amp_query_bind_time(&q, row->started_at);
	amp_query_bind_time(&q, row->ended_at);
	amp_query_bind_time(&q, skew);
	amp_query_bind_i64(&q, row->interrupted);
	rc = run_end(&q, err);
	if (rc != 0) return rc;
	*id = amp_store_last_id(s->store);
	*made = true;
	for (size_t n = 0; rc == 0 && n < row->n_pages; n++) {
		rc = amp_query_start(&q, s->store, &AMP_SQL_RUN_SNAPSHOT_CAPTURE_INSERT, err);
		if (rc != 0) return rc;
		amp_query_bind_i64(&q, *id);
		amp_query_bind_i64(&q, row->pages[n].page);
		amp_query_bind_i64(&q, row->pages[n].capture_id);
		rc = run_end(&q, err);
	}
	return rc;
}

/* ---- the same again, to compare ---- */

static int plain(struct amp_store *store, const struct amp_sql *sql, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, store, sql, err);
	return rc != 0 ? rc : run_end(&q, err);
}

int amp_storing_dump_again(struct amp_storing *s, const struct amp_parse_row *row, const struct amp_parsed *parsed,
                           struct amp_buf *out, struct amp_err *err)
{
	static const char version[] = "comparison";
	struct amp_key key =
		amp_key_parse(&row->snapshot, amp_str_c(row->platform), AMP_STR(version), amp_str_c(row->engine_version));
	int64_t id = 0;
	int rc = plain(s->store, &AMP_SQL_RUN_SAVEPOINT, err);
	if (rc != 0) return rc;
	rc = parse_row(s, row, &key, version, parsed, &id, err);
	if (rc == 0) rc = amp_generation_dump(s->store, id, out, err);
	/* Whatever happened, nothing of it stays; and a rollback of our own must not hide the first error. */
	struct amp_err quiet = {0};
	struct amp_err *undo = rc == 0 ? err : &quiet;
	amp_storing_forget(s);
	int back = plain(s->store, &AMP_SQL_RUN_SAVEPOINT_UNDO, undo);
	int release = plain(s->store, &AMP_SQL_RUN_SAVEPOINT_RELEASE, undo);
	if (rc == 0) rc = back != 0 ? back : release;
	return rc;
}

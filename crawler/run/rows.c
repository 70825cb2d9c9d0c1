#include "run/rows.h"
#include "run/keys.h"
#include <string.h>
#include "archive/archive.h"
#include "base/i18n.h"
#include "base/jsonv.h"
#include "base/rng.h"
#include "run_sql.h"

int amp_row_by_key(struct amp_store *store, const struct amp_sql *sql, const struct amp_key *key, int64_t *id, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, store, sql, err);
	if (rc != 0) return rc;
	amp_query_bind_key(&q, key);
	rc = amp_query_step(&q, err);
	if (rc == 1) *id = amp_query_i64(&q, 0);
	amp_query_end(&q);
	return rc;
}

int amp_row_number(struct amp_store *store, const struct amp_sql *sql, int64_t a, int64_t b, int n_parameters, int64_t *out,
                   bool *null, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, store, sql, err);
	if (rc != 0) return rc;
	if (n_parameters > 0) amp_query_bind_i64(&q, a);
	if (n_parameters > 1) amp_query_bind_i64(&q, b);
	rc = amp_query_step(&q, err);
	bool none = true;
	*out = 0;
	if (rc == 1) {
		none = amp_query_null(&q, 0);
		*out = amp_query_i64(&q, 0);
		rc = 0;
	}
	if (null) *null = none;
	amp_query_end(&q);
	return rc;
}

/* Runs an insert whose parameters are bound, and gives the new row's id. */
static int inserted(struct amp_query *q, struct amp_store *store, int64_t *id, struct amp_err *err)
{
	int rc = amp_query_run(q, err);
	amp_query_end(q);
	if (rc == 0 && id) *id = amp_store_last_id(store);
	return rc;
}

int amp_row_study_find(struct amp_store *store, const char *slug, struct amp_study_ref *out, struct amp_err *err)
{
	memset(out, 0, sizeof *out);
	struct amp_query q;
	int rc = amp_query_start(&q, store, &AMP_SQL_RUN_STUDY_BY_SLUG, err);
	if (rc != 0) return rc;
	amp_query_bind_c(&q, slug);
	rc = amp_query_step(&q, err);
	bool sound = true;
	if (rc == 1) {
		out->study_id = amp_query_i64(&q, 0);
		sound = amp_query_key(&q, 1, &out->study);
	}
	amp_query_end(&q);
	if (rc < 0) return rc;
	if (!sound)
		return amp_fail(err, AMP_ECORRUPT, _("The database's row of study %s has no sound key: run amplimeter verify."),
		                slug);
	if (rc == 0) return amp_fail(err, AMP_ENOTFOUND, _("The database %s has no study %s."), amp_store_path(store), slug);
	rc = amp_query_start(&q, store, &AMP_SQL_RUN_STUDY_VERSION_LATEST, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, out->study_id);
	rc = amp_query_step(&q, err);
	if (rc == 1) {
		out->version_id = amp_query_i64(&q, 0);
		sound = amp_query_key(&q, 1, &out->version);
	}
	amp_query_end(&q);
	if (!sound)
		return amp_fail(err, AMP_ECORRUPT, _("The database's version of study %s has no sound key: run amplimeter verify."),
		                slug);
	return rc < 0 ? rc : 0;
}

int amp_row_study(struct amp_store *store, const char *slug, struct amp_study_ref *out, struct amp_err *err)
{
	struct amp_err quiet = {0};
	int rc = amp_row_study_find(store, slug, out, &quiet);
	if (rc != AMP_ENOTFOUND) {
		if (rc != 0 && err) *err = quiet;
		return rc;
	}
	rc = amp_random_bytes(out->study.b, sizeof out->study.b, err);
	if (rc != 0) return rc;
	struct amp_query q;
	rc = amp_query_start(&q, store, &AMP_SQL_RUN_STUDY_INSERT, err);
	if (rc != 0) return rc;
	amp_query_bind_key(&q, &out->study);
	amp_query_bind_c(&q, slug);
	return inserted(&q, store, &out->study_id, err);
}

int amp_row_version(struct amp_store *store, struct amp_study_ref *study, const uint8_t hash[AMP_SHA256], int64_t parent_id,
                    const char *reason, struct amp_str text, int64_t locked_at, struct amp_err *err)
{
	study->version = amp_key_study_version(&study->study, hash, locked_at);
	int rc = amp_row_by_key(store, &AMP_SQL_RUN_STUDY_VERSION_BY_KEY, &study->version, &study->version_id, err);
	if (rc != 0) return rc < 0 ? rc : 0;
	struct amp_query q;
	rc = amp_query_start(&q, store, &AMP_SQL_RUN_STUDY_VERSION_INSERT, err);
	if (rc != 0) return rc;
	amp_query_bind_key(&q, &study->version);
	amp_query_bind_i64(&q, study->study_id);
	amp_query_bind_blob(&q, hash, AMP_SHA256);
	amp_query_bind_id(&q, parent_id);
	amp_query_bind_c(&q, reason);
	amp_query_bind_str(&q, text);
	amp_query_bind_i64(&q, locked_at);
	return inserted(&q, store, &study->version_id, err);
}

int amp_row_persona(struct amp_store *store, const struct amp_study_ref *ref, const char *name, int64_t twin_of_id,
                    const char *cluster_first, const char *attributes, int64_t *id, struct amp_err *err)
{
	struct amp_key key = amp_key_named("persona", &ref->version, amp_str_c(name));
	int rc = amp_row_by_key(store, &AMP_SQL_RUN_PERSONA_BY_KEY, &key, id, err);
	if (rc != 0) return rc < 0 ? rc : 0;
	struct amp_key cluster = amp_key_cluster(&ref->study, cluster_first);
	struct amp_query q;
	rc = amp_query_start(&q, store, &AMP_SQL_RUN_PERSONA_INSERT, err);
	if (rc != 0) return rc;
	amp_query_bind_key(&q, &key);
	amp_query_bind_i64(&q, ref->version_id);
	amp_query_bind_c(&q, name);
	amp_query_bind_id(&q, twin_of_id);
	amp_query_bind_key(&q, &cluster);
	amp_query_bind_c(&q, attributes);
	return inserted(&q, store, id, err);
}

int amp_row_feed(struct amp_store *store, const struct amp_study_ref *ref, const struct amp_feed_row *f, int64_t *id,
                 struct amp_err *err)
{
	struct amp_key key = amp_key_named("feed", &ref->version, amp_str_c(f->name));
	int rc = amp_row_by_key(store, &AMP_SQL_RUN_FEED_BY_KEY, &key, id, err);
	if (rc != 0) return rc < 0 ? rc : 0;
	struct amp_query q;
	rc = amp_query_start(&q, store, &AMP_SQL_RUN_FEED_INSERT, err);
	if (rc != 0) return rc;
	amp_query_bind_key(&q, &key);
	amp_query_bind_i64(&q, ref->version_id);
	amp_query_bind_c(&q, f->name);
	amp_query_bind_c(&q, f->platform);
	amp_query_bind_c(&q, f->endpoint);
	amp_query_bind_c(&q, f->host);
	amp_query_bind_c(&q, f->parameters);
	amp_query_bind_c(&q, amp_ranking_name(f->ranking));
	amp_query_bind_i64(&q, f->depth);
	return inserted(&q, store, id, err);
}

static int add_pair(struct amp_store *store, const struct amp_study_ref *ref, const struct amp_study *s,
                    const struct amp_study_pair *p, const int64_t *feeds, struct amp_err *err)
{
	/* English first: the recorded reason is one text, and the resolved study keeps both. */
	const char *reason = p->reason.en ? p->reason.en : p->reason.fr ? p->reason.fr : "";
	struct amp_key key = amp_key_named("pair", &ref->version, amp_str_c(p->name));
	int64_t id = 0;
	int rc = amp_row_by_key(store, &AMP_SQL_RUN_PAIR_BY_KEY, &key, &id, err);
	if (rc != 0) return rc < 0 ? rc : 0;
	if (p->ranked >= s->n_feeds || p->chronological >= s->n_feeds)
		return amp_fail(err, AMP_EUSAGE, _("Pair %s of study %s names a feed that the study does not have."), p->name,
		                s->slug);
	struct amp_query q;
	rc = amp_query_start(&q, store, &AMP_SQL_RUN_PAIR_INSERT, err);
	if (rc != 0) return rc;
	amp_query_bind_key(&q, &key);
	amp_query_bind_i64(&q, ref->version_id);
	amp_query_bind_c(&q, p->name);
	amp_query_bind_i64(&q, feeds[p->ranked]);
	amp_query_bind_i64(&q, feeds[p->chronological]);
	amp_query_bind_c(&q, p->pool);
	amp_query_bind_c(&q, reason);
	amp_query_bind_c(&q, p->window_rule);
	return inserted(&q, store, NULL, err);
}

static int add_cell(struct amp_store *store, const struct amp_study_ref *ref, const struct amp_grid_cell *c, struct amp_err *err)
{
	struct amp_keyer k;
	amp_key_start(&k, "grid_cell");
	amp_key_key(&k, &ref->version);
	amp_key_i64(&k, c->depth);
	amp_key_c(&k, c->threshold);
	amp_key_c(&k, c->rbp_p);
	amp_key_c(&k, c->text_view);
	struct amp_key key = amp_key_end(&k);
	int64_t id = 0;
	int rc = amp_row_by_key(store, &AMP_SQL_RUN_GRID_CELL_BY_KEY, &key, &id, err);
	if (rc != 0) return rc < 0 ? rc : 0;
	struct amp_query q;
	rc = amp_query_start(&q, store, &AMP_SQL_RUN_GRID_CELL_INSERT, err);
	if (rc != 0) return rc;
	amp_query_bind_key(&q, &key);
	amp_query_bind_i64(&q, ref->version_id);
	amp_query_bind_i64(&q, c->depth);
	amp_query_bind_c(&q, c->threshold);
	amp_query_bind_c(&q, c->rbp_p);
	amp_query_bind_c(&q, c->text_view);
	amp_query_bind_i64(&q, c->primary);
	return inserted(&q, store, NULL, err);
}

/* What is stored of a persona: its object in the resolved study, as locked. */
static int persona_text(struct amp_buf *text, const struct amp_study *s, size_t n, struct amp_err *err)
{
	const json_t *part = json_array_get(json_object_get(s->resolved, "personas"), n);
	amp_buf_reset(text);
	return part ? amp_jsonv_dump(text, part, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY, "persona.attributes", err)
	            : amp_buf_addc(text, "{}");
}

/* A feed's parameters and how its requests are made: reparse needs to know whether pages are merged by time. */
static int feed_text(struct amp_buf *text, const struct amp_study *s, const struct amp_study_feed *f, struct amp_err *err)
{
	static const char *const sources[] = {
		[AMP_FEED_PLAIN] = "plain", [AMP_FEED_INTERESTS] = "interests", [AMP_FEED_FOLLOWS] = "follows"};
	json_t *o = json_object(), *params = json_array();
	for (size_t i = 0; i < f->n_params; i++)
		json_array_append_new(params, json_pack("[ss]", f->params[i].name, f->params[i].value));
	json_object_set_new(o, "params", params);
	json_object_set_new(o, "source", json_string(sources[f->source]));
	if (f->source_param) json_object_set_new(o, "source_param", json_string(f->source_param));
	json_object_set_new(o, "session", json_boolean(f->needs_session));
	if (f->through_session) json_object_set_new(o, "through_session", json_true());
	/* as locked: verify chooses again what a walk followed */
	json_t *walk = json_object_get(json_object_get(json_object_get(s->resolved, "feeds"), f->name), "walk");
	if (walk) json_object_set(o, "walk", walk);
	amp_buf_reset(text);
	int rc = amp_jsonv_dump(text, o, JSON_COMPACT | JSON_SORT_KEYS, "feed.parameters", err);
	json_decref(o);
	return rc;
}

int amp_row_study_parts(struct amp_store *store, const struct amp_study_ref *ref, const struct amp_study *s, struct amp_err *err)
{
	int64_t *personas = amp_arena_new_array(s->arena, int64_t, s->n_personas + 1);
	int64_t *feeds = amp_arena_new_array(s->arena, int64_t, s->n_feeds + 1);
	if (!personas || !feeds) return amp_fail(err, AMP_ENOMEM, _("Out of memory while storing study %s."), s->slug);
	struct amp_buf text;
	amp_buf_init(&text, AMP_JSONV_BYTES);
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < s->n_personas; i++) {
		const struct amp_persona *p = &s->personas[i];
		int64_t twin = 0;
		for (size_t j = 0; p->twin_of && j < i; j++)
			if (strcmp(s->personas[j].name, p->twin_of) == 0) twin = personas[j];
		rc = persona_text(&text, s, i, err);
		if (rc == 0)
			rc = amp_row_persona(store, ref, p->name, twin, s->personas[p->cluster].name, text.p, &personas[i], err);
	}
	for (size_t i = 0; rc == 0 && i < s->n_feeds; i++) {
		const struct amp_study_feed *f = &s->feeds[i];
		rc = feed_text(&text, s, f, err);
		struct amp_feed_row row = {.name = f->name,
		                           .platform = f->adapter->name,
		                           .endpoint = f->endpoint->name,
		                           .host = f->host,
		                           .parameters = text.p,
		                           .ranking = f->ranking,
		                           .depth = f->depth};
		if (rc == 0) rc = amp_row_feed(store, ref, &row, &feeds[i], err);
	}
	amp_buf_free(&text);
	for (size_t i = 0; rc == 0 && i < s->n_pairs; i++) rc = add_pair(store, ref, s, &s->pairs[i], feeds, err);
	for (size_t i = 0; rc == 0 && i < s->n_grid; i++) rc = add_cell(store, ref, &s->grid[i], err);
	return rc;
}

int amp_row_round(struct amp_store *store, const struct amp_study_ref *ref, int64_t scheduled_at, int64_t window_end, int64_t *id,
                  struct amp_key *key, struct amp_err *err)
{
	*key = amp_key_round(&ref->study, scheduled_at);
	int rc = amp_row_by_key(store, &AMP_SQL_RUN_ROUND_BY_KEY, key, id, err);
	if (rc != 0) return rc < 0 ? rc : 0;
	struct amp_query q;
	rc = amp_query_start(&q, store, &AMP_SQL_RUN_ROUND_INSERT, err);
	if (rc != 0) return rc;
	amp_query_bind_key(&q, key);
	amp_query_bind_i64(&q, ref->version_id);
	amp_query_bind_i64(&q, scheduled_at);
	amp_query_bind_i64(&q, window_end);
	return inserted(&q, store, id, err);
}

int amp_row_slot(struct amp_store *store, const struct amp_key *round, int64_t round_id, struct amp_str persona, int64_t persona_id,
                 struct amp_str feed, int64_t feed_id, int64_t *id, struct amp_err *err)
{
	struct amp_key key = amp_key_slot(round, persona, feed);
	int rc = amp_row_by_key(store, &AMP_SQL_RUN_SLOT_BY_KEY, &key, id, err);
	if (rc != 0) return rc < 0 ? rc : 0;
	struct amp_query q;
	rc = amp_query_start(&q, store, &AMP_SQL_RUN_SLOT_INSERT, err);
	if (rc != 0) return rc;
	amp_query_bind_key(&q, &key);
	amp_query_bind_i64(&q, round_id);
	amp_query_bind_i64(&q, persona_id);
	amp_query_bind_i64(&q, feed_id);
	return inserted(&q, store, id, err);
}

int amp_row_slot_claim(struct amp_store *store, int64_t slot_id, int64_t crawler_id, int64_t until, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, store, &AMP_SQL_RUN_SLOT_CLAIM, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, crawler_id);
	amp_query_bind_i64(&q, crawler_id);
	amp_query_bind_time(&q, until);
	amp_query_bind_i64(&q, slot_id);
	rc = amp_query_run(&q, err);
	amp_query_end(&q);
	return rc;
}

int amp_row_slot_state(struct amp_store *store, int64_t slot_id, const char *state, const char *reason, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, store, &AMP_SQL_RUN_SLOT_STATE, err);
	if (rc != 0) return rc;
	amp_query_bind_c(&q, state);
	amp_query_bind_c(&q, reason);
	amp_query_bind_i64(&q, slot_id);
	rc = amp_query_run(&q, err);
	amp_query_end(&q);
	return rc;
}

int amp_row_archive(struct amp_store *store, int64_t crawler_id, const struct amp_key *crawler, const struct amp_study_ref *ref,
                    int64_t *id, struct amp_err *err)
{
	struct amp_key key = amp_archive_key(crawler, &ref->study);
	int rc = amp_row_by_key(store, &AMP_SQL_RUN_ARCHIVE_BY_KEY, &key, id, err);
	if (rc != 0) return rc < 0 ? rc : 0;
	struct amp_query q;
	rc = amp_query_start(&q, store, &AMP_SQL_RUN_ARCHIVE_INSERT, err);
	if (rc != 0) return rc;
	amp_query_bind_key(&q, &key);
	amp_query_bind_i64(&q, crawler_id);
	amp_query_bind_i64(&q, ref->study_id);
	return inserted(&q, store, id, err);
}

int amp_study_facts(struct amp_store *store, const struct amp_study_ref *ref, json_t *fields, struct amp_err *err)
{
	struct amp_query q;
	char hex[2 * AMP_SHA256 + 1] = "";
	int rc = amp_query_start(&q, store, &AMP_SQL_RUN_STUDY_VERSION_TEXT, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, ref->version_id);
	rc = amp_query_step(&q, err);
	if (rc == 1) {
		size_t n;
		const uint8_t *hash = amp_query_blob(&q, 0, &n);
		struct amp_str text = amp_query_str(&q, 1);
		if (hash && n == AMP_SHA256) amp_hex(hash, AMP_SHA256, hex);
		json_object_set_new(fields, "study_hash", json_string(hex));
		json_object_set_new(fields, "study_text", json_stringn(text.p ? text.p : "", text.n));
		json_object_set_new(fields, "study_locked_at", json_integer(amp_query_i64(&q, 2)));
		json_object_set_new(fields, "study_amended", json_boolean(!amp_query_null(&q, 3)));
	}
	amp_query_end(&q);
	return rc < 0 ? rc : 0;
}

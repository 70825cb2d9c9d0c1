/* ingest_study.c: see ingest_study.h. */
#include "run/ingest_study.h"
#include <string.h>
#include "base/i18n.h"
#include "base/jsonv.h"
#include "base/mem.h"
#include "platforms/platforms.h"
#include "run/feed_facts.h"
#include "run/keys.h"
#include "run_sql.h"
#include "source/source.h"

#define STUDY_MAX ((size_t)16 << 20)
#define SOURCE_JOINED "a source of one's own joins the ingested files" /* evidence: never translated */

/* parent 0: the first version of this study. */
static int adhoc_version(struct ingest_study *g, const char *slug, const json_t *o, int64_t parent, const char *reason,
                         struct amp_err *err)
{
	uint8_t hash[AMP_SHA256];
	struct amp_buf text;
	amp_buf_init(&text, STUDY_MAX);
	int rc = o ? amp_json_canonical(o, &text, err) : amp_fail(err, AMP_ENOMEM, _("Out of memory while making study %s."), slug);
	if (rc == 0) rc = amp_store_begin(g->store, err);
	if (rc == 0) {
		amp_sha256(text.p, text.n, hash);
		rc = amp_row_study(g->store, slug, &g->ref, err);
		if (rc == 0) rc = amp_row_version(g->store, &g->ref, hash, parent, reason, amp_buf_str(&text), g->now, err);
		if (rc == 0) rc = amp_store_commit(g->store, err);
		if (rc != 0) amp_store_rollback(g->store);
	}
	amp_buf_free(&text);
	return rc;
}

/* The text of the study's version, as JSON; the caller's. */
static int version_text(struct ingest_study *g, json_t **out, struct amp_err *err)
{
	struct amp_query q;
	*out = NULL;
	int rc = amp_query_start(&q, g->store, &AMP_SQL_RUN_STUDY_VERSION_TEXT, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, g->ref.version_id);
	rc = amp_query_step(&q, err);
	if (rc == 1) {
		struct amp_str text = amp_query_str(&q, 1);
		rc = amp_jsonv_try(out, text, &(struct amp_jsonv_rule){.name = "study_version.text"}, err);
	}
	amp_query_end(&q);
	return rc < 0 ? rc : 0;
}

/* The source that reads these files becomes part of the study: without it nobody could read them again. A locked study has its own. */
static int join_source(struct ingest_study *g, const char *slug, json_t *study, struct amp_err *err)
{
	const struct amp_source *own = amp_source_of(g->adapter);
	json_t *sources = json_object_get(study, "sources"), *given = NULL;
	int rc = own ? amp_jsonv_load(&given, amp_str_c(own->text), &(struct amp_jsonv_rule){.name = g->adapter->name}, NULL, err)
	             : 0;
	if (rc != 0) return rc;
	g->adhoc = json_is_true(json_object_get(study, "adhoc"));
	if (!own || (sources && json_equal(given, json_object_get(sources, g->adapter->name)))) goto out;
	if (!g->adhoc) {
		rc = amp_fail(err, AMP_EPOLICY,
		              _("The study %s is locked, and its source %s is not this one: give no --source, or no --study."),
		              slug, g->adapter->name);
		goto out;
	}
	if (!sources) {
		sources = json_object();
		if (json_object_set_new(study, "sources", sources) != 0) sources = NULL;
	}
	if (!sources || json_object_set(sources, g->adapter->name, given) != 0)
		rc = amp_fail(err, AMP_ENOMEM, _("Out of memory while making study %s."), slug);
	if (rc == 0) rc = adhoc_version(g, slug, study, g->ref.version_id, g->ref.version_id ? SOURCE_JOINED : NULL, err);
out:
	json_decref(given);
	return rc;
}

int ingest_find_study(struct ingest_study *g, struct amp_err *err)
{
	const char *slug = g->o->study ? g->o->study : "adhoc";
	struct amp_err quiet = {0};
	int rc = amp_row_study_find(g->store, slug, &g->ref, &quiet);
	if (rc != 0 && rc != AMP_ENOTFOUND) {
		if (err) *err = quiet;
		return rc;
	}
	json_t *study = NULL;
	bool fresh = g->ref.version_id == 0;
	rc = 0;
	if (fresh)
		study = json_pack("{s:b,s:s}", "adhoc", 1, "slug", slug);
	else
		rc = version_text(g, &study, err);
	if (rc == 0) rc = join_source(g, slug, study, err);
	if (rc == 0 && fresh && g->ref.version_id == 0) rc = adhoc_version(g, slug, study, 0, NULL, err);
	json_decref(study);
	return rc;
}

int ingest_persona(struct ingest_study *g, const char *name, int64_t *id, struct amp_err *err)
{
	if (g->adhoc) return amp_row_persona(g->store, &g->ref, name, 0, name, "{}", id, err);
	struct amp_key key = amp_key_named("persona", &g->ref.version, amp_str_c(name));
	int rc = amp_row_by_key(g->store, &AMP_SQL_RUN_PERSONA_BY_KEY, &key, id, err);
	if (rc == 0)
		rc = amp_fail(
			err, AMP_EUSAGE,
			_("The study %s is locked and has no persona %s: give one of its personas with --persona, or no --study."),
			g->o->study, name);
	return rc < 0 ? rc : 0;
}

/* What reparse must know to read the same again. */
static char *feed_parameters(const struct ingest_study *g)
{
	struct amp_buf text;
	amp_buf_init(&text, 8192);
	if (g->o->only)
		(void)amp_buf_printf(&text, "{\"only\":\"%s\",\"source\":\"plain\"}", g->o->only);
	else
		(void)amp_buf_addc(&text, "{\"source\":\"plain\"}");
	char *copy = text.failed ? NULL : amp_strdup(text.p);
	amp_buf_free(&text);
	return copy;
}

/* One feed picked out of captures is ranked as its platform ranks it; a capture as a whole is no ranking. */
static enum amp_ranking feed_ranking(const struct ingest_study *g, const struct amp_endpoint *ep)
{
	const char *slash = g->o->only ? strchr(g->o->only, '/') : NULL;
	char name[64];
	if (!slash || strchr(g->o->only, ',') || (size_t)(slash - g->o->only) >= sizeof name)
		return ep ? ep->ranking : AMP_UNRANKED;
	memcpy(name, g->o->only, (size_t)(slash - g->o->only));
	name[slash - g->o->only] = '\0';
	const struct amp_adapter *a = amp_adapter_find(strcmp(name, "truthsocial") == 0 ? "mastodon" : name);
	const struct amp_endpoint *of = amp_endpoint_find(a, slash + 1);
	return of ? of->ranking : AMP_UNRANKED;
}

/* A feed keeps the choice it was made with: its snapshots are read again by it. */
static int same_choice(struct ingest_study *g, const char *name, int64_t feed_id, struct amp_err *err)
{
	struct amp_feed_facts facts;
	struct amp_arena *a = amp_arena_new(0);
	int rc = a ? amp_feed_facts(g->store, feed_id, a, &facts, err)
	           : amp_fail(err, AMP_ENOMEM, _("Out of memory while reading %s."), name);
	if (rc == 0 && !amp_str_eq(facts.only, amp_str_c(g->o->only)))
		rc = amp_fail(err, AMP_EUSAGE, _("The feed %s was taken in with --only %s: give the same, or another --feed."),
		              name, facts.only.p ? facts.only.p : "(none)");
	amp_arena_free(a);
	return rc;
}

int ingest_feed(struct ingest_study *g, const char *name, const struct amp_endpoint *ep, int depth, int64_t *id,
                int64_t *depth_asked, struct amp_err *err)
{
	*depth_asked = depth;
	if (g->adhoc) {
		char *parameters = feed_parameters(g);
		struct amp_feed_row row = {.name = name,
		                           .platform = g->adapter->name,
		                           .endpoint = ep ? ep->name : "unknown",
		                           .host = NULL,
		                           .parameters = parameters,
		                           .ranking = feed_ranking(g, ep),
		                           .depth = depth};
		int rc = parameters ? amp_row_feed(g->store, &g->ref, &row, id, err)
		                    : amp_fail(err, AMP_ENOMEM, _("Out of memory while making study %s."),
		                               g->o->study ? g->o->study : "adhoc");
		amp_free(parameters);
		return rc != 0 ? rc : same_choice(g, name, *id, err);
	}
	struct amp_key key = amp_key_named("feed", &g->ref.version, amp_str_c(name));
	int rc = amp_row_by_key(g->store, &AMP_SQL_RUN_FEED_BY_KEY, &key, id, err);
	if (rc == 0)
		rc = amp_fail(err, AMP_EUSAGE,
		              _("The study %s is locked and has no feed %s: give one of its feeds with --feed, or no --study."),
		              g->o->study, name);
	return rc < 0 ? rc : 0;
}

int ingest_own_source(struct ingest_study *g, struct amp_err *err)
{
	const struct amp_ingest_options *o = g->o;
	const struct amp_source *own = NULL;
	struct amp_err quiet = {0};
	struct amp_study_ref ref = {0};
	json_t *study = NULL;
	int rc = 0;
	if (o->own) {
		g->adapter = &o->own->adapter;
		if (!o->platform || strcmp(o->platform, g->adapter->name) == 0) return 0;
		return amp_fail(err, AMP_EUSAGE, _("--source declares %s, and --platform says %s: give one of them."),
		                g->adapter->name, o->platform);
	}
	if (!o->platform || amp_row_study_find(g->store, o->study ? o->study : "adhoc", &ref, &quiet) != 0 || ref.version_id == 0)
		return 0;
	g->ref = ref;
	rc = version_text(g, &study, err);
	if (rc == 0 && json_object_get(json_object_get(study, "sources"), o->platform)) {
		struct amp_buf text;
		amp_buf_init(&text, STUDY_MAX);
		rc = amp_json_canonical(study, &text, err);
		if (rc == 0) rc = amp_source_locked(&own, amp_buf_str(&text), o->platform, g->arena, err);
		if (rc == 0) g->adapter = &own->adapter;
		amp_buf_free(&text);
	}
	g->ref = (struct amp_study_ref){0};
	json_decref(study);
	return rc;
}

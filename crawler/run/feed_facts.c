#include "run/feed_facts.h"
#include <string.h>
#include "base/i18n.h"
#include "base/jsonv.h"
#include "persona/study.h"
#include "run_sql.h"
#include "source/source.h"

const char *amp_host_authority(const char *url, struct amp_arena *arena)
{
	if (!url) return NULL;
	const char *p = strstr(url, "://");
	p = p ? p + 3 : url;
	return amp_arena_strndup(arena, p, strcspn(p, "/?#"));
}

/* A locked study's own source goes before a platform that the program learned later under the same name. */
static int find_platform(const struct amp_adapter **out, struct amp_str study, const char *name, struct amp_arena *arena,
                         struct amp_err *err)
{
	const struct amp_source *own = NULL;
	struct amp_err why = {0};
	int rc = study.p ? amp_source_locked(&own, study, name, arena, &why) : AMP_ENOTFOUND;
	*out = own ? &own->adapter : amp_adapter_find(name);
	if (rc == 0 || rc == AMP_ENOTFOUND) return 0;
	if (err) *err = why;
	return rc;
}

void amp_feed_facts_pages(const struct amp_feed_facts *facts, struct amp_snapshot_page *pages, size_t n)
{
	for (size_t i = 0; i < n; i++) pages[i].page.only = facts->only;
}

int amp_feed_facts(struct amp_store *store, int64_t feed_id, struct amp_arena *arena, struct amp_feed_facts *out,
                   struct amp_err *err)
{
	struct amp_query q;
	memset(out, 0, sizeof *out);
	int rc = amp_query_start(&q, store, &AMP_SQL_RUN_FEED_FACTS, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, feed_id);
	rc = amp_query_step(&q, err);
	const char *platform = NULL, *endpoint = NULL;
	struct amp_str study = AMP_STR_ABSENT;
	if (rc == 1) {
		struct amp_str p = amp_query_str(&q, 0), e = amp_query_str(&q, 1), h = amp_query_str(&q, 2),
			       parameters = amp_query_str(&q, 3);
		platform = amp_arena_strndup(arena, p.p, p.n);
		endpoint = amp_arena_strndup(arena, e.p, e.n);
		if (h.p) out->host = amp_host_authority(amp_arena_strndup(arena, h.p, h.n), arena);
		study = amp_arena_str(arena, amp_query_str(&q, 5));
		json_t *o = NULL;
		rc = amp_jsonv_try(&o, parameters, &(struct amp_jsonv_rule){.name = "feed.parameters"}, err);
		const char *source = json_string_value(json_object_get(o, "source"));
		out->merged = source && strcmp(source, "follows") == 0;
		const char *only = json_string_value(json_object_get(o, "only"));
		if (only) out->only = amp_arena_str(arena, amp_str_c(only));
		json_decref(o);
	}
	amp_query_end(&q);
	if (rc < 0) return rc;
	rc = platform ? find_platform(&out->adapter, study, platform, arena, err) : 0;
	if (rc != 0) return rc;
	if (!out->adapter)
		return amp_fail(err, AMP_EUSAGE,
		                _("The database %s holds a feed of platform %s, which this program does not know."),
		                amp_store_path(store), platform ? platform : "?");
	out->endpoint = amp_endpoint_find(out->adapter, endpoint);
	return 0;
}

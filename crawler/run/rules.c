#include "run/rules.h"
#include <string.h>
#include "base/i18n.h"
#include "parse/json.h"
#include "run/pages_load.h"
#include "run_sql.h"

const char *amp_rules_url(const struct amp_adapter *a, const struct amp_endpoint *ep, struct amp_str url, struct amp_arena *arena)
{
	struct amp_closing_question ask = {.endpoint = ep, .url = url};
	struct amp_str why;
	const char *scheme = url.p ? amp_str_find(url, (struct amp_str){"://", 3}) : NULL;
	if (!a->rules_path || !ep || !scheme || !a->closed(&ask, arena, &why)) return NULL;
	size_t n = (size_t)(scheme - url.p) + 3;
	while (n < url.n && !strchr("/?#", url.p[n])) n++;
	return amp_arena_printf(arena, "%.*s%s", (int)n, url.p, a->rules_path);
}

/* The answer that counts; 0: there is none. */
static int find(struct amp_store *store, int64_t archive_id, const char *url, int64_t seq, int64_t *capture_id, struct amp_err *err)
{
	struct amp_query q;
	*capture_id = 0;
	int rc = amp_query_start(&q, store, &AMP_SQL_RUN_LOOKUP_BEFORE, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, archive_id);
	amp_query_bind_i64(&q, seq);
	amp_query_bind_c(&q, url);
	rc = amp_query_step(&q, err);
	if (rc == 1) *capture_id = amp_query_i64(&q, 0);
	amp_query_end(&q);
	return rc < 0 ? rc : 0;
}

int amp_rules_explain(struct amp_store *store, const char *archive_dir, int64_t archive_id, int64_t seq,
                      const struct amp_adapter *a, const struct amp_endpoint *ep, const struct amp_snapshot_page *pages, size_t n,
                      struct amp_arena *arena, struct amp_parsed *parsed, struct amp_err *err)
{
	struct amp_snapshot_page rules;
	struct amp_json_doc doc;
	struct amp_err unread = {0}; /* an answer that is no JSON tells nothing */
	struct amp_str why = AMP_STR_ABSENT;
	int64_t capture_id = 0;
	if (parsed->verdict != AMP_VERDICT_EMPTY || n == 0 || archive_id == 0) return 0;
	const char *url = amp_rules_url(a, ep, pages[0].page.url, arena);
	int rc = url ? find(store, archive_id, url, seq, &capture_id, err) : 0;
	if (rc != 0 || capture_id == 0) return rc;
	rc = amp_page_load(store, archive_dir, capture_id, arena, &rules, err);
	if (rc != 0 || !rules.answered || rules.page.status != 200 || !rules.page.body.p) return rc;
	rc = amp_json_parse(&doc, rules.page.body, arena, &unread);
	if (rc == AMP_ENOMEM) return amp_fail(err, rc, _("Out of memory while reading what %s says of itself."), url);
	struct amp_closing_question ask = {
		.endpoint = ep, .url = pages[0].page.url, .token = pages[0].token, .rules = rc == 0 ? doc.root : NULL};
	if (!ask.rules || !a->closed(&ask, arena, &why)) return 0;
	parsed->verdict = AMP_VERDICT_BLOCKED;
	parsed->reason = why;
	return 0;
}

/* lock.c: a study is locked by hash at its first crawl; later changes are amendments with a reason. */
#include <string.h>
#include "base/i18n.h"
#include "base/jsonv.h"
#include "run/rows.h"
#include "run/run.h"
#include "run_sql.h"

/* Paths where two resolved studies differ, as "feeds[2].depth", at most a few: enough to see what was touched. */
#define PATHS_MAX 4
struct difference {
	struct amp_buf text;
	int n;
};

static void found(struct difference *d, const char *path)
{
	if (d->n < PATHS_MAX) amp_buf_printf(&d->text, "%s%s", d->n > 0 ? ", " : "", path[0] ? path : "the whole file");
	if (d->n == PATHS_MAX) amp_buf_addc(&d->text, ", …");
	d->n++;
}

static void compare(struct difference *d, const char *path, const json_t *a, const json_t *b, int depth)
{
	char sub[512];
	if (d->n > PATHS_MAX || json_equal(a, b)) return;
	if (depth < 8 && json_is_object(a) && json_is_object(b)) {
		const char *key;
		json_t *v;
		json_object_foreach((json_t *)(uintptr_t)a, key, v)
		{
			(void)snprintf(sub, sizeof sub, "%s%s%s", path, path[0] ? "." : "", key);
			compare(d, sub, v, json_object_get(b, key), depth + 1);
		}
		json_object_foreach((json_t *)(uintptr_t)b, key, v)
		{
			if (json_object_get(a, key)) continue;
			(void)snprintf(sub, sizeof sub, "%s%s%s", path, path[0] ? "." : "", key);
			found(d, sub);
		}
	} else if (depth < 8 && json_is_array(a) && json_is_array(b) && json_array_size(a) == json_array_size(b)) {
		for (size_t i = 0; i < json_array_size(a); i++) {
			(void)snprintf(sub, sizeof sub, "%s[%zu]", path, i);
			compare(d, sub, json_array_get(a, i), json_array_get(b, i), depth + 1);
		}
	} else {
		found(d, path);
	}
}

static int refuse(const struct amp_study *s, const char *stored, struct amp_err *err)
{
	struct difference d = {.n = 0};
	json_t *before = NULL;
	int rc = amp_jsonv_try(&before, amp_str_c(stored), &(struct amp_jsonv_rule){.name = "study_version.text"}, err);
	if (rc != 0) return rc;
	amp_buf_init(&d.text, 4096);
	compare(&d, "", before, s->resolved, 0);
	rc = amp_fail(
		err, AMP_EPOLICY,
		_("The study %s is locked and has changed since (%.300s). Put it back, or record why with --amend \"reason\"."),
		s->slug, d.n > 0 ? amp_buf_str(&d.text).p : "?");
	json_decref(before);
	amp_buf_free(&d.text);
	return rc;
}

static int version_now(struct amp_store *store, const struct amp_study *s, const char *amend, struct amp_study_ref *ref, bool *made,
                       struct amp_err *err)
{
	struct amp_query q;
	char *stored = NULL;
	bool same = false, first = ref->version_id == 0;
	int64_t parent = ref->version_id;
	int rc = 0;
	if (!first) {
		rc = amp_query_start(&q, store, &AMP_SQL_RUN_STUDY_VERSION_TEXT, err);
		if (rc != 0) return rc;
		amp_query_bind_i64(&q, ref->version_id);
		rc = amp_query_step(&q, err);
		if (rc == 1) {
			size_t n;
			const void *hash = amp_query_blob(&q, 0, &n);
			struct amp_str text = amp_query_str(&q, 1);
			same = hash && n == AMP_SHA256 && memcmp(hash, s->hash, n) == 0;
			stored = amp_arena_strndup(s->arena, text.p ? text.p : "", text.n);
		}
		amp_query_end(&q);
		if (rc < 0) return rc;
	}
	if (same) return 0;
	if (!first && !amend) return refuse(s, stored ? stored : "", err);
	rc = amp_row_version(store, ref, s->hash, first ? 0 : parent, first ? NULL : amend, amp_str_c(s->canonical),
	                     amp_clock_wall_ms(), err);
	*made = rc == 0;
	return rc;
}

int amp_study_lock(struct amp_store *store, const struct amp_study *s, const char *archive_dir, const char *amend,
                   int64_t *study_version_id, bool *made, struct amp_err *err)
{
	(void)archive_dir; /* the ledger's amendment entry is written by the crawl that first uses the version: see crawl.c */
	struct amp_study_ref ref;
	*made = false;
	if (strcmp(s->slug, "adhoc") == 0)
		return amp_fail(err, AMP_EUSAGE, _("%s: \"adhoc\" names the study of ingested files; give this study another id."),
		                s->file);
	if (amend && !amend[0]) return amp_fail(err, AMP_EUSAGE, _("--amend wants the reason for the change."));
	int rc = amp_store_begin(store, err);
	if (rc != 0) return rc;
	rc = amp_row_study(store, s->slug, &ref, err);
	if (rc == 0) rc = version_now(store, s, amend, &ref, made, err);
	if (rc == 0) rc = amp_row_study_parts(store, &ref, s, err);
	if (rc == 0) rc = amp_store_commit(store, err);
	if (rc != 0) amp_store_rollback(store);
	if (rc == 0) *study_version_id = ref.version_id;
	return rc;
}

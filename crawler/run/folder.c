#include "run/folder.h"
#include "base/i18n.h"
#include "run_sql.h"

int amp_archive_folder(struct amp_store *store, const char *dir, int64_t archive_id, int64_t crawler_id, struct amp_buf *out,
                       struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, store, &AMP_SQL_RUN_ARCHIVE_FOLDER, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, archive_id);
	rc = amp_query_step(&q, err);
	bool ours = rc == 1 && amp_query_i64(&q, 2) == crawler_id;
	if (ours) {
		amp_buf_addc(out, dir);
		if (amp_query_i64(&q, 1) == 0) {
			amp_buf_byte(out, '/');
			amp_buf_adds(out, amp_query_str(&q, 0));
		}
	}
	amp_query_end(&q);
	if (rc < 0) return rc;
	if (!ours)
		return amp_fail(err, AMP_ENOTFOUND,
		                _("The database %s was merged from another crawler's, whose archive is not here."),
		                amp_store_path(store));
	return amp_buf_check(out, "an archive's folder", err);
}

#include "run/pages_load.h"
#include <string.h>
#include "archive/archive.h"
#include "base/i18n.h"
#include "fetch/fetch.h"
#include "run_sql.h"

struct row {
	struct amp_place place;
	bool ingested;
};

bool amp_page_asked_with_token(struct amp_str masked)
{
	return masked.p && amp_str_ifind(masked, "authorization");
}

static int read_row(struct amp_store *store, int64_t capture_id, struct amp_arena *arena, struct amp_snapshot_page *out,
                    struct row *row, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, store, &AMP_SQL_RUN_CAPTURE_PAGE, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, capture_id);
	rc = amp_query_step(&q, err);
	if (rc == 1) {
		struct amp_str url = amp_query_str(&q, 0), file = amp_query_str(&q, 5);
		if (!amp_str_starts(url, "file:")) out->page.url = amp_arena_str(arena, url);
		out->page.status = amp_query_null(&q, 1) ? 0 : (int)amp_query_i64(&q, 1);
		out->error = amp_arena_str(arena, amp_query_str(&q, 2));
		out->page.captured_at = amp_query_time(&q, 3);
		out->token = amp_page_asked_with_token(amp_query_str(&q, 8));
		row->ingested = amp_str_eq_c(amp_query_str(&q, 4), "ingested");
		out->answered = row->ingested || !amp_query_null(&q, 1);
		if (file.n > 0 && file.n < sizeof row->place.file) {
			memcpy(row->place.file, file.p, file.n);
			row->place.offset = amp_query_i64(&q, 6);
			row->place.length = amp_query_i64(&q, 7);
		}
	}
	amp_query_end(&q);
	if (rc == 0)
		return amp_fail(err, AMP_ECORRUPT, _("The database %s has no capture %lld."), amp_store_path(store),
		                (long long)capture_id);
	return rc < 0 ? rc : 0;
}

static int read_body(const char *dir, const struct row *row, struct amp_arena *arena, struct amp_snapshot_page *out,
                     struct amp_err *err)
{
	struct amp_buf raw;
	size_t header_bytes = 0;
	amp_buf_init(&raw, AMP_WIRE_MAX);
	int rc = amp_archive_read(dir, &row->place, AMP_WIRE_MAX, &raw, &header_bytes, err);
	if (rc != 0) goto out;
	struct amp_str kept = amp_arena_str(arena, amp_buf_str(&raw));
	if (!kept.p) {
		rc = amp_fail(err, AMP_ENOMEM, _("Out of memory while reading %s/%s."), dir, row->place.file);
		goto out;
	}
	out->page.lent = true; /* all of it is in the arena */
	if (row->ingested) {
		out->page.body = kept;
		goto out;
	}
	struct amp_decoded d = {0};
	rc = amp_fetch_decode(kept, header_bytes, AMP_DECODED_MAX, arena, &d, err);
	if (rc != 0) goto out;
	out->page.headers = (struct amp_str){kept.p, header_bytes};
	out->page.body = d.body;
	out->page.truncated = d.truncated || amp_str_starts(out->error, AMP_ERROR_CUT);
	out->unasked_coding = d.unasked_coding;
out:
	amp_buf_free(&raw);
	return rc;
}

int amp_page_load(struct amp_store *store, const char *archive_dir, int64_t capture_id, struct amp_arena *arena,
                  struct amp_snapshot_page *out, struct amp_err *err)
{
	struct row row;
	memset(&row, 0, sizeof row);
	memset(out, 0, sizeof *out);
	int rc = read_row(store, capture_id, arena, out, &row, err);
	if (rc != 0 || !out->answered) return rc;
	if (row.place.length == 0)
		return amp_fail(err, AMP_ECORRUPT, _("The database %s does not say where the archive keeps capture %lld."),
		                amp_store_path(store), (long long)capture_id);
	return read_body(archive_dir, &row, arena, out, err);
}

int amp_pages_load(struct amp_store *store, const char *archive_dir, int64_t snapshot_id, struct amp_arena *arena,
                   struct amp_snapshot_page **out, size_t *n, struct amp_err *err)
{
	int64_t ids[AMP_PAGES_MAX];
	struct amp_query q;
	*n = 0;
	int rc = amp_query_start(&q, store, &AMP_SQL_RUN_SNAPSHOT_CAPTURES, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, snapshot_id);
	for (;;) {
		rc = amp_query_step(&q, err);
		if (rc != 1) break;
		if (*n == AMP_PAGES_MAX) {
			rc = amp_fail(
				err, AMP_ECORRUPT,
				_("The database %s gives a snapshot more than %d pages, which none has: amplimeter verify says more."),
				amp_store_path(store), AMP_PAGES_MAX);
			break;
		}
		ids[(*n)++] = amp_query_i64(&q, 0);
	}
	amp_query_end(&q);
	if (rc < 0) return rc;
	*out = amp_arena_new_array(arena, struct amp_snapshot_page, *n + 1);
	if (!*out) return amp_fail(err, AMP_ENOMEM, _("Out of memory while reading a snapshot of %zu pages."), *n);
	rc = 0;
	for (size_t i = 0; rc == 0 && i < *n; i++) rc = amp_page_load(store, archive_dir, ids[i], arena, &(*out)[i], err);
	return rc;
}

/* records.c: what people decided and what the program remarked, for those who check: amendments, decisions (overrides, consents), alarms. */
#include "base/i18n.h"
#include "report/private.h"
#include "report_sql.h"

#define RECORDS_MAX 200

static int add(struct amp_report *r, const char *kind, const char *when, const char *what, const char *why, struct amp_err *err)
{
	if (r->n_records == RECORDS_MAX) return 0;
	if (r->records == NULL) r->records = amp_arena_zalloc(r->w.arena, RECORDS_MAX * sizeof *r->records);
	if (r->records == NULL) return amp_fail(err, AMP_ENOMEM, _("Memory is out while the decisions on record are read."));
	r->records[r->n_records++] = (struct amp_record){kind, when, what, why};
	return 0;
}

static const char *text_at(struct amp_report *r, struct amp_query *q, int column)
{
	struct amp_str s = amp_query_str(q, column);
	return w_dup(&r->w, s.p != NULL ? s.p : "", s.n);
}

static int amendment(struct amp_report *r, struct amp_query *q, struct amp_err *err)
{
	size_t n;
	const uint8_t *hash = amp_query_blob(q, 2, &n);
	return add(r, _("amendment of the study"), w_date(&r->w, amp_query_time(q, 1)),
	           w_fill(&r->w, _("protocol SHA-256 {hash}"), "hash", w_hex(&r->w, hash, n), NULL), text_at(r, q, 0), err);
}
static int decision(struct amp_report *r, struct amp_query *q, struct amp_err *err)
{
	return add(r, w_fill(&r->w, _("decision: {type}"), "type", l_decision(r, text_at(r, q, 0)), NULL),
	           w_date(&r->w, amp_query_time(q, 3)), text_at(r, q, 1), text_at(r, q, 2), err);
}
static int alarm(struct amp_report *r, struct amp_query *q, struct amp_err *err)
{
	int64_t n = amp_query_i64(q, 1);
	return add(r, _("alarm"), _("while it was captured"), text_at(r, q, 0), n_snapshots(r, n), err);
}

static int read(struct amp_report *r, struct amp_store *store, const struct amp_sql *sql, int64_t id,
                int (*take)(struct amp_report *, struct amp_query *, struct amp_err *), struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, store, sql, err), row = 0;
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, id);
	while (rc == 0) {
		row = amp_query_step(&q, err);
		if (row != 1) break;
		rc = take(r, &q, err);
	}
	amp_query_end(&q);
	return rc != 0 ? rc : row < 0 ? row : 0;
}

int amp_report_records(struct amp_report *r, struct amp_store *store, struct amp_err *err)
{
	int rc = read(r, store, &AMP_SQL_REPORT_AMENDMENTS, r->frame->study_id, amendment, err);
	if (rc == 0) rc = read(r, store, &AMP_SQL_REPORT_DECISIONS, r->frame->version_id, decision, err);
	return rc == 0 ? read(r, store, &AMP_SQL_REPORT_ALARMS, r->frame->version_id, alarm, err) : rc;
}

void amp_content_records(struct amp_doc *d)
{
	struct amp_report *r = report_of(d);
	struct amp_table t;
	d->format->heading(d, 3, "records", _("On record"));
	if (r->n_records == 0) {
		d->format->para(d, p_text(r, P_R_NONE));
		return;
	}
	t_start(&t, &r->w, _("Amendments, decisions and alarms"));
	t_column(&t, _("What"), false);
	t_column(&t, _("When"), false);
	t_column(&t, _("About"), false);
	t_column(&t, _("Reason, or how many"), false);
	for (size_t i = 0; i < r->n_records; i++) {
		t_cell(&t, r->records[i].kind);
		t_cell(&t, r->records[i].when);
		t_cell(&t, r->records[i].what);
		t_cell(&t, r->records[i].why);
	}
	d->format->table(d, &t);
	if (r->n_records == RECORDS_MAX) d->format->para(d, w_count(&r->w, p_text(r, P_R_CUT), RECORDS_MAX));
}

/* outside.c: what has left the machine: texts sent to detectors from outside, to whom, how many, and what a cascade has chosen. */
#include <string.h>
#include "base/i18n.h"
#include "report/private.h"
#include "report_sql.h"

static const char *sent(struct amp_report *r, struct amp_query *q)
{
	struct amp_str name = amp_query_str(q, 0), to = amp_query_str(q, 1);
	int64_t n = amp_query_i64(q, 4);
	const char *recipient = w_dup(&r->w, to.p, to.n);
	const char *said =
		amp_str_eq_c(to, "command")
			? amp_ngettext("{n} text of a post was given to a program of its own on this machine.",
	                               "{n} texts of posts were given to a program of its own on this machine.", (unsigned long)n)
			: amp_ngettext("{n} text of a post was sent to {host}.", "{n} texts of posts were sent to {host}.",
	                               (unsigned long)n);
	return w_fill(&r->w, _("Detector {name}, from {from} to {to}: {said} With a score: {scored}."), "name",
	              w_dup(&r->w, name.p, name.n), "from", w_date(&r->w, amp_query_time(q, 2)), "to",
	              w_date(&r->w, amp_query_time(q, 3)), "said",
	              w_fill(&r->w, said, "n", w_int(&r->w, n), "host", recipient, NULL), "scored",
	              w_int(&r->w, amp_query_i64(q, 5)), NULL);
}

static const char *drawn(struct amp_report *r, struct amp_query *q)
{
	struct amp_str name = amp_query_str(q, 0), after = amp_query_str(q, 1);
	return w_fill(
		&r->w,
		_("Cascade {after} → {name}: texts chosen: {drawn} of {n}, each with a stored probability. No share is computed from them "
	          "alone: the best scored are over-represented on purpose."),
		"after", w_dup(&r->w, after.p, after.n), "name", w_dup(&r->w, name.p, name.n), "n",
		w_int(&r->w, amp_query_i64(q, 2)), "drawn", w_int(&r->w, amp_query_i64(q, 3)), NULL);
}

static int read(struct amp_report *r, struct amp_store *store, const struct amp_sql *sql,
                const char *(*say)(struct amp_report *, struct amp_query *), struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, store, sql, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, r->frame->version_id);
	for (rc = amp_query_step(&q, err); rc == 1; rc = amp_query_step(&q, err))
		if (r->n_outside < sizeof r->outside / sizeof *r->outside) r->outside[r->n_outside++] = say(r, &q);
	amp_query_end(&q);
	return rc;
}

int amp_report_outside(struct amp_report *r, struct amp_store *store, struct amp_err *err)
{
	int rc = read(r, store, &AMP_SQL_REPORT_SERVICES, sent, err);
	return rc == 0 ? read(r, store, &AMP_SQL_REPORT_CASCADES, drawn, err) : rc;
}

void amp_content_outside(struct amp_doc *d)
{
	struct amp_report *r = report_of(d);
	if (r->n_outside == 0) return;
	d->format->heading(d, 4, "outside", _("Texts given to detectors from outside"));
	d->format->para(d, p_text(r, P_OUTSIDE));
	d->format->list(d, r->outside, r->n_outside);
}

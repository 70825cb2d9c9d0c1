/* format_json.c: everything that a program may want of the report, as one JSON document; report.schema.json describes it. */
#include <string.h>
#include "base/jsonw.h"
#include "report/private.h"

static void row(struct amp_jsonw *j, struct amp_report *r, const struct amp_estimate *e)
{
	struct amp_row row;
	amp_report_row(&row, r, e);
	amp_jsonw_object(j);
	for (size_t i = 0; i < row.n; i++) {
		const struct amp_value *v = &row.v[i];
		amp_jsonw_key(j, amp_report_columns[i].name);
		if (v->kind == AMP_VALUE_TEXT)
			amp_jsonw_c(j, v->text);
		else if (v->kind == AMP_VALUE_INTEGER)
			amp_jsonw_i64(j, v->integer);
		else if (v->real.known)
			amp_jsonw_double(j, v->real.v);
		else
			amp_jsonw_null(j);
	}
	amp_jsonw_end_object(j);
}

static void study(struct amp_jsonw *j, struct amp_report *r)
{
	const struct amp_frame *f = r->frame;
	amp_jsonw_key(j, "study");
	amp_jsonw_object(j);
	amp_jsonw_kc(j, "slug", f->slug);
	amp_jsonw_kc(j, "title", r->title);
	amp_jsonw_kc(j, "question", r->question);
	amp_jsonw_kc(j, "protocol_sha256", w_hex(&r->w, f->hash, sizeof f->hash));
	amp_jsonw_ktime(j, "locked_at", f->locked_at);
	amp_jsonw_kc(j, "chain_head", f->has_chain_head ? w_hex(&r->w, f->chain_head, sizeof f->chain_head) : NULL);
	amp_jsonw_ktime(j, "captured_from", r->from);
	amp_jsonw_ktime(j, "captured_to", r->to);
	amp_jsonw_ki64(j, "rounds", (int64_t)f->n_rounds);
	amp_jsonw_ki64(j, "personas", (int64_t)f->n_personas);
	amp_jsonw_ki64(j, "feeds", (int64_t)f->n_feeds);
	amp_jsonw_ki64(j, "snapshots", r->snapshots);
	amp_jsonw_ki64(j, "entries", r->exposures);
	amp_jsonw_kc(j, "detector", f->n_detectors > 0 ? f->detectors[0].name : NULL);
	amp_jsonw_kc(j, "detector_version", f->n_detectors > 0 ? f->detectors[0].version : NULL);
	amp_jsonw_end_object(j);
}

static void sentences(struct amp_jsonw *j, struct amp_report *r)
{
	struct amp_finding_text said[3];
	size_t n = amp_findings(r, said);
	amp_jsonw_key(j, "findings");
	amp_jsonw_array(j);
	for (size_t i = 0; i < n; i++) {
		amp_jsonw_object(j);
		amp_jsonw_kc(j, "sentence",
		             r->simulated ? w_fill(&r->w, "{a}{b}", "a", p_text(r, P_SIMULATED_PREFIX), "b", said[i].sentence, NULL)
		                          : said[i].sentence);
		amp_jsonw_kc(j, "caveat", said[i].caveat);
		amp_jsonw_end_object(j);
	}
	amp_jsonw_end_array(j);
	const char **lacks = amp_limits(r, &n);
	amp_jsonw_key(j, "limits");
	amp_jsonw_array(j);
	for (size_t i = 0; i < n; i++) amp_jsonw_c(j, lacks[i]);
	amp_jsonw_end_array(j);
	amp_jsonw_kc(j, "citation", amp_citation(r));
}

static int save_all(struct amp_report *r, const struct amp_report_format *format, struct amp_err *err)
{
	struct amp_jsonw j;
	struct amp_buf b;
	amp_buf_init(&b, (size_t)512 << 20);
	amp_jsonw_start(&j, &b);
	amp_jsonw_object(&j);
	amp_jsonw_kc(&j, "format", "amplimeter-report-1");
	amp_jsonw_kc(&j, "language", r->w.french ? "fr" : "en");
	amp_jsonw_kc(&j, "label", p_text(r, P_SUBTITLE));
	amp_jsonw_kbool(&j, "simulated", r->simulated);
	amp_jsonw_kc(&j, "program", r->options->program_version);
	amp_jsonw_ktime(&j, "made_at", r->now);
	study(&j, r);
	sentences(&j, r);
	amp_jsonw_key(&j, "estimates");
	amp_jsonw_array(&j);
	for (size_t i = 0; i < r->estimates->n; i++) row(&j, r, &r->estimates->v[i]);
	amp_jsonw_end_array(&j);
	amp_jsonw_end_object(&j);
	(void)amp_buf_byte(&b, '\n');
	int rc = amp_report_file(r, format->file, &b, err);
	amp_buf_free(&b);
	return rc;
}

const struct amp_report_format amp_format_json = {"json", "report.json", save_all};

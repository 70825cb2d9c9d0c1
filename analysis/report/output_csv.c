/* output_csv.c: summary.csv, one row an estimate. RFC 4180 with line feeds; decimal points; NA where there is no value. The header is
 * frozen: a column may be added at the end, never moved or renamed (docs/method.md describes each).
 * A spreadsheet runs a text cell that begins with = + - @ as a formula: such text cells get an apostrophe. Numbers stay numbers.
 */
#include <string.h>
#include "base/i18n.h"
#include "base/io.h"
#include "base/jsonw.h"
#include "report/private.h"

static const char header[] =
	"study,protocol_sha256,simulated,label,role,family,metric,unit,scope,platform,feed,ranking,pair,pool,persona,target,detector,detector_version,"
	"depth,threshold,rbp_p,text_view,estimate,lo,hi,confidence,se,p,adjusted_p,smallest_p,ranked,chronological,n_items,n_missing,n_cells,n_excluded,"
	"worst_lo,worst_hi,resampling_unit,units_persona,units_time_block,method,null_reason,interval_note,truth_session,truth_population,captured_from,"
	"captured_to,chain_head,thresholds\n";

static void comma(struct amp_buf *b)
{
	if (b->n && b->p[b->n - 1] != '\n') (void)amp_buf_byte(b, ',');
}

static void cell(struct amp_buf *b, const char *s)
{
	comma(b);
	if (!s || !*s) {
		(void)amp_buf_addc(b, "NA");
		return;
	}
	bool formula = strchr("=+-@\t\r", s[0]) != NULL, quoted = formula || strpbrk(s, ",\"\n\r") != NULL;
	if (quoted) (void)amp_buf_byte(b, '"');
	if (formula) (void)amp_buf_byte(b, '\'');
	for (; *s; s++) {
		if (*s == '"') (void)amp_buf_byte(b, '"');
		(void)amp_buf_byte(b, (unsigned char)*s);
	}
	if (quoted) (void)amp_buf_byte(b, '"');
}

static void real(struct amp_buf *b, struct amp_real v)
{
	struct amp_jsonw w;
	comma(b);
	amp_jsonw_start(&w, b);
	if (v.known)
		amp_jsonw_double(&w, v.v);
	else
		(void)amp_buf_addc(b, "NA");
}

static void integer(struct amp_buf *b, int64_t v)
{
	comma(b);
	(void)amp_buf_printf(b, "%lld", (long long)v);
}

static void identity(struct amp_buf *b, struct amp_report *r, const struct amp_estimate *e)
{
	const struct amp_frame *f = r->frame;
	const struct amp_frame_feed *feed = e->feed != AMP_NO_INDEX ? &f->feeds[e->feed] : NULL;
	const struct amp_frame_pair *pair = e->pair != AMP_NO_INDEX ? &f->pairs[e->pair] : NULL;
	const struct amp_frame_cell *grid = e->cell < f->n_cells ? &f->cells[e->cell] : NULL;
	const struct amp_frame_detector *detector = e->detector < f->n_detectors ? &f->detectors[e->detector] : NULL;
	cell(b, f->slug);
	cell(b, w_hex(&r->w, f->hash, sizeof f->hash));
	integer(b, r->simulated);
	cell(b, r->simulated ? "SIMULATED; presumed hateful, uncorrected detector output"
	                     : "presumed hateful, uncorrected detector output");
	cell(b, e->primary ? "primary" : "exploratory");
	cell(b, e->family);
	cell(b, e->metric->name);
	cell(b, e->metric->unit);
	cell(b, e->cluster != AMP_NO_INDEX ? "persona" : pair ? "pair" : feed ? "feed" : "platform");
	cell(b, feed                          ? feed->platform
	        : pair                        ? f->feeds[pair->ranked].platform
	        : e->platform != AMP_NO_INDEX ? f->platforms[e->platform]
	                                      : NULL);
	cell(b, feed ? feed->name : NULL);
	cell(b, e->ranking);
	cell(b, pair ? pair->name : NULL);
	cell(b, e->pool);
	cell(b, e->cluster != AMP_NO_INDEX ? f->clusters[e->cluster].name : NULL);
	cell(b, e->target);
	cell(b, detector ? detector->name : NULL);
	cell(b, detector ? detector->version : NULL);
	if (grid)
		integer(b, grid->depth);
	else
		cell(b, NULL);
	cell(b, grid ? grid->threshold : NULL);
	cell(b, grid ? grid->rbp_p : NULL);
	cell(b, grid ? grid->text_view : NULL);
}

static const char *thresholds_of(struct amp_report *r, const struct amp_estimate *e)
{
	const struct amp_frame *f = r->frame;
	if (e->cell >= f->n_cells || e->detector >= f->n_detectors) return NULL;
	return w_thresholds_exact(r, &f->cells[e->cell], &f->detectors[e->detector]);
}

static void row(struct amp_buf *b, struct amp_report *r, const struct amp_estimate *e)
{
	const struct amp_truth_row *truth = amp_truth_of(r, e);
	char from[AMP_TIME_TEXT], to[AMP_TIME_TEXT];
	identity(b, r, e);
	real(b, e->estimate);
	real(b, e->lo);
	real(b, e->hi);
	real(b, amp_real(1 - r->frame->plan.alpha));
	real(b, e->se);
	real(b, e->p);
	real(b, e->adjusted_p);
	real(b, e->smallest_p);
	real(b, e->ranked);
	real(b, e->chronological);
	integer(b, e->n);
	integer(b, e->missing);
	integer(b, e->used);
	integer(b, e->excluded);
	real(b, e->worst_lo);
	real(b, e->worst_hi);
	cell(b, amp_unit_name(e->unit));
	integer(b, (int64_t)e->persona_units);
	integer(b, (int64_t)e->block_units);
	cell(b, e->method);
	cell(b, e->null_reason);
	cell(b, e->interval_note);
	real(b, truth ? truth->session : AMP_REAL_NONE);
	real(b, truth ? truth->population : AMP_REAL_NONE);
	cell(b, amp_time_format(r->from, from));
	cell(b, amp_time_format(r->to, to));
	cell(b, r->frame->has_chain_head ? w_hex(&r->w, r->frame->chain_head, AMP_SHA256) : NULL);
	cell(b, thresholds_of(r, e));
	(void)amp_buf_byte(b, '\n');
}

int amp_report_csv(struct amp_report *r, struct amp_err *err)
{
	struct amp_buf b;
	amp_buf_init(&b, (size_t)256 << 20);
	(void)amp_buf_addc(&b, header);
	for (size_t i = 0; i < r->estimates->n; i++) row(&b, r, &r->estimates->v[i]);
	int rc = amp_buf_check(&b, "summary.csv", err);
	const char *path = w_fill(&r->w, "{dir}/summary.csv", "dir", r->options->out_dir, NULL);
	if (rc == 0) rc = amp_io_write_file(path, b.p, b.n, err);
	amp_buf_free(&b);
	return rc;
}

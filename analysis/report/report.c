/* report.c: database in, estimate rows and files out. */
#include <string.h>
#include "annotate/beside.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/io.h"
#include "base/mem.h"
#include "metrics/walks.h"
#include "report/private.h"
#include "report_sql.h"

static int read_period(struct amp_report *r, struct amp_store *store, struct amp_err *err)
{
	struct amp_query q;
	int rc = amp_query_start(&q, store, &AMP_SQL_REPORT_PERIOD, err), row;
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, r->frame->version_id);
	row = amp_query_step(&q, err);
	if (row == 1) {
		r->from = amp_query_time(&q, 0);
		r->to = amp_query_time(&q, 1);
		r->snapshots = amp_query_i64(&q, 2);
		r->exposures = amp_query_i64(&q, 3);
	}
	amp_query_end(&q);
	return row < 0 ? row : 0;
}

static int read_regions(struct amp_report *r, struct amp_store *store, struct amp_err *err)
{
	r->region_sent = amp_arena_new_array(r->w.arena, bool, r->frame->n_personas + 1);
	if (!r->region_sent) return amp_fail(err, AMP_ENOMEM, _("Memory is out while the personas are read."));
	int row = 1;
	for (size_t p = 0; p < r->frame->n_personas && row >= 0; p++) {
		const char *region = amp_report_persona_region(r, p);
		struct amp_query q;
		if (!region) continue;
		int rc = amp_query_start(&q, store, &AMP_SQL_REPORT_REGION, err);
		if (rc != 0) return rc;
		amp_query_bind_i64(&q, r->frame->personas[p].id);
		amp_query_bind_c(&q, region);
		row = amp_query_step(&q, err);
		r->region_sent[p] = row == 1 && amp_query_i64(&q, 0) != 0;
		amp_query_end(&q);
	}
	return row < 0 ? row : 0;
}

/* The noise of walks: one a feed, where there are walks. */
static int measure_walk_floors(struct amp_report *r, struct amp_err *err)
{
	int rc = 0;
	if (r->sums->walks->n == 0) return 0;
	r->walk_floors = amp_arena_new_array(r->w.arena, struct amp_walk_floor, r->frame->n_feeds);
	if (r->walk_floors == NULL) return amp_fail(err, AMP_ENOMEM, _("Memory is out while walks are compared."));
	for (size_t i = 0; rc == 0 && i < r->frame->n_feeds; i++)
		rc = amp_walk_floor_measure(&r->walk_floors[i], r->frame, r->sums->walks, i, err);
	return rc;
}

static int measure(struct amp_report *r, struct amp_store *store, struct amp_err *err)
{
	struct amp_lists *lists = NULL;
	struct amp_walks *walks = NULL;
	int rc = amp_sums_load(&r->sums, r->frame, store, 0, 0, err);
	if (rc == 0) rc = amp_orders_measure(&r->floors, &lists, r->frame, store, r->sums, err);
	if (rc == 0) rc = amp_walks_load(&walks, r->frame, store, 0, 0, err);
	if (rc == 0) {
		r->sums->lists = lists;
		r->sums->walks = walks;
		r->places = lists->places;
		rc = measure_walk_floors(r, err);
	}
	if (rc == 0) rc = amp_estimates_make(&r->estimates, r->frame, r->floors, r->sums, store, err);
	if (rc == 0) rc = amp_report_corrected(r, store, err);
	if (rc == 0) amp_corrected_beside(r->corrected, r->estimates);
	if (rc == 0 && amp_report_short(r)) rc = amp_fail(err, AMP_ENOMEM, _("Memory is out while the measures are computed."));
	if (rc == 0) rc = amp_estimates_save(r->estimates, r->frame, store, err);
	if (rc == 0 && r->options->truth_file) rc = amp_truth_read(&r->truth, r, store, r->options->truth_file, err);
	return rc;
}

static int explain(struct amp_report *r, struct amp_store *store, struct amp_err *err)
{
	const struct amp_frame *f = r->frame;
	if (f->n_detectors == 0 || f->n_cells == 0) return 0;
	r->why = amp_arena_zalloc(r->w.arena, sizeof *r->why);
	if (r->why == NULL) return amp_fail(err, AMP_ENOMEM, _("Memory is out while the decisions are explained."));
	const struct amp_explain_of of = {.study_version = f->version_id,
	                                  .detector = f->detectors[0].id,
	                                  .threshold = f->cells[0].threshold,
	                                  .shown = amp_lists_shown,
	                                  .lists = r->sums->lists};
	return amp_explain(r->why, r->w.arena, store, &of, err);
}

int amp_report_open(struct amp_report *r, struct amp_store *store, const struct amp_report_options *o, struct amp_err *err)
{
	*r = (struct amp_report){.options = o,
	                         .refused = amp_mem_refused(),
	                         .w = {.french = !o->lang || strcmp(o->lang, "en") != 0},
	                         .simulated = amp_store_simulated(store),
	                         .from = AMP_TIME_NONE,
	                         .to = AMP_TIME_NONE};
	r->now = o->now == AMP_TIME_NONE ? amp_clock_wall_ms() : o->now;
	amp_i18n_init(r->w.french ? "fr" : "en");
	int rc = amp_frame_load(&r->frame, store, o->study, amp_report_plan, NULL, err);
	if (rc != 0) return rc;
	r->w.arena = r->frame->arena;
	rc = amp_report_study(r, err);
	if (rc == 0) rc = read_period(r, store, err);
	if (rc != 0) amp_report_shut(r);
	return rc;
}

void amp_report_shut(struct amp_report *r)
{
	json_decref(r->study);
	amp_frame_free(r->frame);
}

static int write_all(struct amp_report *r, const struct amp_report_format *const *formats, size_t n, struct amp_err *err)
{
	int rc = amp_io_mkdirs(r->options->out_dir, err);
	for (size_t i = 0; i < n && rc == 0; i++) rc = formats[i]->write(r, formats[i], err);
	return rc;
}

int amp_report(struct amp_store *store, const struct amp_report_options *o, struct amp_err *err)
{
	const struct amp_report_format *formats[AMP_REPORT_FORMATS];
	struct amp_report r;
	size_t n;
	if (!o->out_dir || !*o->out_dir) return amp_fail(err, AMP_EUSAGE, _("The report needs a folder to write to: --out DIR."));
	int rc = amp_report_formats(formats, &n, o->formats != NULL ? o->formats : AMP_REPORT_DEFAULT_FORMATS, err);
	if (rc == 0) rc = amp_report_open(&r, store, o, err);
	if (rc != 0) return rc;
	rc = read_regions(&r, store, err);
	if (rc == 0) rc = amp_report_outside(&r, store, err);
	if (rc == 0) rc = measure(&r, store, err);
	if (rc == 0) rc = explain(&r, store, err);
	if (rc == 0) rc = amp_report_records(&r, store, err);
	if (rc == 0) rc = amp_report_examples(&r, store, err);
	if (rc == 0) rc = write_all(&r, formats, n, err);
	amp_report_shut(&r);
	return rc;
}

/* columns.c: one estimate as a row of values, for every format that carries data. */
#include <string.h>
#include "base/clock.h"
#include "base/i18n.h"
#include "metrics/walks.h"
#include "report/private.h"

const struct amp_column amp_report_columns[AMP_COLUMNS] = {
#define text AMP_VALUE_TEXT
#define integer AMP_VALUE_INTEGER
#define real AMP_VALUE_REAL
#define AMP_COLUMN(name, kind) {#name, kind},
#include "report/columns.def"
#undef AMP_COLUMN
#undef text
#undef integer
#undef real
};

static struct amp_value *next(struct amp_row *row)
{
	static struct amp_value beyond; /* a row with more values than columns is caught by the test that counts them */
	return row->n < AMP_COLUMNS ? &row->v[row->n++] : &beyond;
}

static void put_text(struct amp_row *row, const char *s)
{
	*next(row) = (struct amp_value){.kind = AMP_VALUE_TEXT, .text = s != NULL && *s != 0 ? s : NULL};
}

static void put_real(struct amp_row *row, struct amp_real v)
{
	*next(row) = (struct amp_value){.kind = AMP_VALUE_REAL, .real = v};
}

static void put_integer(struct amp_row *row, int64_t v)
{
	*next(row) = (struct amp_value){.kind = AMP_VALUE_INTEGER, .integer = v};
}

static const char *time_text(struct amp_report *r, int64_t ms)
{
	char text[AMP_TIME_TEXT];
	const char *s = amp_time_format(ms, text);
	return s != NULL ? w_dup(&r->w, s, strlen(s)) : NULL;
}

/* "blocked=3 drift=1"; "none" */
static const char *left_out(struct amp_report *r, const struct amp_estimate *e)
{
	struct amp_exclusions x;
	const char *all = NULL;
	amp_report_left_out(r, e, &x);
	for (int s = AMP_SHOT_EMPTY; s < AMP_SHOT_UNPLANNED; s++) {
		if (x.state[s] == 0) continue;
		const char *one = amp_arena_printf(r->w.arena, "%s%s%s=%lld", all != NULL ? all : "", all != NULL ? " " : "",
		                                   amp_shot_state_name((enum amp_shot_state)s), (long long)x.state[s]);
		if (one == NULL) r->w.failed = true;
		all = one;
	}
	return all != NULL ? all : "none";
}

/* NA where there is no sample to count in. */
static void put_count(struct amp_row *row, bool known, int64_t v)
{
	if (known)
		put_integer(row, v);
	else
		put_text(row, NULL);
}

static void beside(struct amp_row *row, const struct amp_beside *b)
{
	bool counted = b->sample != NULL;
	put_real(row, b->estimate);
	put_real(row, b->lo);
	put_real(row, b->hi);
	put_real(row, b->together_lo);
	put_real(row, b->together_hi);
	put_count(row, counted, b->groups);
	put_real(row, b->detector);
	put_text(row, b->method);
	put_count(row, counted, b->labelled);
	put_count(row, counted, b->hateful);
	put_text(row, b->sample);
	put_text(row, b->reason);
	put_real(row, b->rogan_gladen);
	put_real(row, b->rogan_gladen_lo);
	put_real(row, b->rogan_gladen_hi);
	put_text(row, b->rogan_gladen_note);
}

static const char *walk_floor_note(const struct amp_walk_floor *f)
{
	return f->twins == 0 ? "not measured: no walks of twins" : f->cached ? "not measured: cached" : "measured: walks of twins";
}

/* Of a difference between walks: by how much walks of twins differ, in the unit of the figure. */
static void walk_floors(struct amp_row *row, struct amp_report *r, const struct amp_estimate *e)
{
	const struct amp_frame_pair *p = &r->frame->pairs[e->pair];
	const struct amp_walk_floor *a = &r->walk_floors[p->ranked], *c = &r->walk_floors[p->chronological];
	bool dose = strcmp(e->metric->unit, "entries_a_walk") == 0;
	put_real(row, dose ? a->twin_dose : a->twin_share);
	put_real(row, dose ? c->twin_dose : c->twin_share);
	put_text(row, w_fill(&r->w, "{a}; {c}", "a", walk_floor_note(a), "c", walk_floor_note(c), NULL));
}

/* Twins' distance on either side; of a feed, on its own side. */
static void floors(struct amp_row *row, struct amp_report *r, const struct amp_estimate *e)
{
	const struct amp_frame *f = r->frame;
	if (e->metric->couples && !amp_is_plain(e)) { /* noise is measured of whole walks, under the primary choice */
		put_real(row, AMP_REAL_NONE);
		put_real(row, AMP_REAL_NONE);
		put_text(row, NULL);
		return;
	}
	if (e->metric->couples && r->walk_floors != NULL) {
		walk_floors(row, r, e);
		return;
	}
	bool ranked_feed = e->feed != AMP_NO_INDEX && f->feeds[e->feed].ranking != NULL &&
	                   strcmp(f->feeds[e->feed].ranking, "algorithmic") == 0;
	size_t a = e->pair != AMP_NO_INDEX ? f->pairs[e->pair].ranked
	           : ranked_feed           ? e->feed
	                                   : AMP_NO_INDEX,
	       c = e->pair != AMP_NO_INDEX ? f->pairs[e->pair].chronological
	           : ranked_feed           ? AMP_NO_INDEX
	                                   : e->feed;
	static const char *const notes[] = {[AMP_FLOOR_MEASURED] = "measured",
	                                    [AMP_FLOOR_CACHED] = "not measured: cached",
	                                    [AMP_FLOOR_NO_TWINS] = "not measured: no twins",
	                                    [AMP_FLOOR_NO_LISTS] = "not measured: no lists"};
	put_real(row, a != AMP_NO_INDEX ? r->floors[a].twin : AMP_REAL_NONE);
	put_real(row, c != AMP_NO_INDEX ? r->floors[c].twin : AMP_REAL_NONE);
	const char *first = a != AMP_NO_INDEX ? notes[r->floors[a].state] : NULL,
		   *second = c != AMP_NO_INDEX ? notes[r->floors[c].state] : NULL;
	put_text(row, first != NULL && second != NULL ? w_fill(&r->w, "{a}; {c}", "a", first, "c", second, NULL)
	              : first != NULL                 ? first
	                                              : second);
}

static void identity(struct amp_row *b, struct amp_report *r, const struct amp_estimate *e)
{
	const struct amp_frame *f = r->frame;
	const struct amp_frame_feed *feed = e->feed != AMP_NO_INDEX ? &f->feeds[e->feed] : NULL;
	const struct amp_frame_pair *pair = e->pair != AMP_NO_INDEX ? &f->pairs[e->pair] : NULL;
	const struct amp_frame_cell *grid = e->cell < f->n_cells ? &f->cells[e->cell] : NULL;
	const struct amp_frame_detector *detector = e->detector < f->n_detectors ? &f->detectors[e->detector] : NULL;
	put_text(b, f->slug);
	put_text(b, w_hex(&r->w, f->hash, sizeof f->hash));
	put_integer(b, r->simulated);
	put_text(b, r->simulated ? "SIMULATED; presumed hateful, uncorrected detector output"
	                         : "presumed hateful, uncorrected detector output");
	put_text(b, e->primary ? "primary" : "exploratory");
	put_text(b, e->family);
	put_text(b, e->metric->name);
	put_text(b, e->metric->unit);
	put_text(b, e->cluster != AMP_NO_INDEX ? "persona" : pair ? "pair" : feed ? "feed" : "platform");
	put_text(b, feed                          ? feed->platform
	            : pair                        ? f->feeds[pair->ranked].platform
	            : e->platform != AMP_NO_INDEX ? f->platforms[e->platform]
	                                          : NULL);
	put_text(b, feed ? feed->name : NULL);
	put_text(b, e->ranking);
	put_text(b, pair ? pair->name : NULL);
	put_text(b, e->pool);
	put_text(b, e->cluster != AMP_NO_INDEX ? f->clusters[e->cluster].name : NULL);
	put_text(b, e->target);
	put_text(b, detector ? detector->name : NULL);
	put_text(b, detector ? detector->version : NULL);
	if (grid)
		put_integer(b, grid->depth);
	else
		put_text(b, NULL);
	put_text(b, grid ? grid->threshold : NULL);
	put_text(b, grid ? grid->rbp_p : NULL);
	put_text(b, grid ? grid->text_view : NULL);
}

static const char *thresholds_of(struct amp_report *r, const struct amp_estimate *e)
{
	const struct amp_frame *f = r->frame;
	if (e->cell >= f->n_cells || e->detector >= f->n_detectors) return NULL;
	return w_thresholds_exact(r, &f->cells[e->cell], &f->detectors[e->detector]);
}

void amp_report_row(struct amp_row *b, struct amp_report *r, const struct amp_estimate *e)
{
	const struct amp_truth_row *truth = amp_truth_of(r, e);
	b->n = 0;
	identity(b, r, e);
	put_real(b, e->estimate);
	put_real(b, e->lo);
	put_real(b, e->hi);
	put_real(b, amp_real(1 - r->frame->plan.alpha));
	put_real(b, e->se);
	put_real(b, e->p);
	put_real(b, e->adjusted_p);
	put_real(b, e->smallest_p);
	put_real(b, e->ranked);
	put_real(b, e->chronological);
	put_integer(b, e->n);
	put_integer(b, e->missing);
	put_integer(b, e->used);
	put_integer(b, e->excluded);
	put_real(b, e->worst_lo);
	put_real(b, e->worst_hi);
	put_text(b, amp_unit_name(e->unit));
	put_integer(b, (int64_t)e->persona_units);
	put_integer(b, (int64_t)e->block_units);
	put_text(b, amp_estimate_method(r->w.arena, e));
	put_text(b, e->null_reason);
	put_text(b, e->interval_note);
	put_real(b, truth ? truth->session : AMP_REAL_NONE);
	put_real(b, truth ? truth->population : AMP_REAL_NONE);
	put_text(b, time_text(r, r->from));
	put_text(b, time_text(r, r->to));
	put_text(b, r->frame->has_chain_head ? w_hex(&r->w, r->frame->chain_head, AMP_SHA256) : NULL);
	put_text(b, thresholds_of(r, e));
	put_text(b, left_out(r, e));
	floors(b, r, e);
	put_text(b, amp_flags_text(r->w.arena, e));
	beside(b, &e->beside);
}

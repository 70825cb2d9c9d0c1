/* places.c: what stood at which place of the feeds, in one pass over the entries; of very many, every n-th round. */
#include <string.h>
#include "base/i18n.h"
#include "report/private.h"
#include "report_sql.h"

#define ENTRIES_MAX 2000000 /* a chart needs no more */

struct reading {
	int64_t snapshot, n;
	bool met;
	struct amp_places *of;
};

static void end_visit(struct reading *v)
{
	if (v->of == NULL) return;
	v->of->visits++;
	if (!v->met) v->of->ended[v->n < AMP_PLACES ? v->n : AMP_PLACES]++;
}

static void take(struct amp_report *r, struct reading *v, struct amp_query *q)
{
	int64_t snapshot = amp_query_i64(q, 0), feed = amp_query_i64(q, 1), place = amp_query_i64(q, 2);
	if (snapshot != v->snapshot) {
		end_visit(v);
		*v = (struct reading){.snapshot = snapshot};
		for (size_t f = 0; f < r->frame->n_feeds; f++)
			if (r->frame->feeds[f].id == feed) v->of = &r->places[f];
	}
	if (v->of == NULL || place < 0 || place >= AMP_PLACES) return;
	v->n = place + 1;
	if (amp_query_null(q, 3)) return;
	bool flagged = amp_query_i64(q, 3) != 0;
	v->of->shown[place]++;
	v->of->flagged[place] += flagged;
	v->of->first[place] += flagged && !v->met;
	v->met = v->met || flagged;
}

int amp_report_places(struct amp_report *r, struct amp_store *store, struct amp_err *err)
{
	const struct amp_frame *f = r->frame;
	struct reading v = {.snapshot = -1};
	struct amp_query q;
	if (f->n_detectors == 0 || f->n_cells == 0 || f->n_feeds == 0) return 0;
	r->places = amp_arena_zalloc(r->w.arena, f->n_feeds * sizeof *r->places);
	if (r->places == NULL) return amp_fail(err, AMP_ENOMEM, _("Memory is out while the places are counted."));
	int depth = f->cells[0].depth < AMP_PLACES ? f->cells[0].depth : AMP_PLACES;
	for (size_t i = 0; i < f->n_feeds; i++) r->places[i].depth = depth;
	r->stride = 1 + r->exposures / ENTRIES_MAX;
	int rc = amp_query_start(&q, store, &AMP_SQL_REPORT_PLACES, err), row;
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, f->version_id);
	amp_query_bind_i64(&q, f->detectors[0].id);
	amp_query_bind_c(&q, f->cells[0].threshold);
	amp_query_bind_i64(&q, depth);
	amp_query_bind_i64(&q, r->stride);
	while ((row = amp_query_step(&q, err)) == 1) take(r, &v, &q);
	amp_query_end(&q);
	end_visit(&v);
	return row;
}

void amp_places_met(const struct amp_places *p, double *met)
{
	double unmet = 1;
	int64_t at_risk = p->visits - p->ended[0];
	for (int k = 0; k < p->depth; k++) {
		if (at_risk > 0) unmet *= 1 - (double)p->first[k] / (double)at_risk;
		met[k] = 1 - unmet;
		at_risk -= p->first[k] + p->ended[k + 1];
	}
}

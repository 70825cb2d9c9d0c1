/* study.c: one study through the report's own code; and the mistakes that it is built against. */
#include <math.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "simulation.h"
#include "stats/special.h"

static void keep(struct sim_figure *f, const struct amp_estimate *e)
{
	*f = (struct sim_figure){e->estimate, e->lo, e->hi, e->p, e->smallest_p, e->worst_lo, e->worst_hi, e->unit, e->flags};
}

/* Each unit on its own, one unit only, by the same sign-flip. */
static int by_unit(struct sim_figure *f, const struct sim_world *w, const double *x, const double *m, size_t n, double null_value,
                   struct amp_err *err)
{
	struct amp_signflip r;
	int rc = amp_signflip(x, m, n, null_value, w->frame.plan.alpha, w->frame.plan.seed, &r, err);
	f->lo = r.lo;
	f->hi = r.hi;
	f->p = r.p;
	return rc;
}

/* Persona and time block each for itself: the span of both intervals and the larger p. */
static int apart(struct sim_figure *f, const struct sim_world *w, const struct amp_contributions *c,
                 const struct amp_metric *metric, struct amp_err *err)
{
	struct sim_figure b = {.flags = 0};
	int rc = by_unit(f, w, c->cluster_x, c->cluster_m, c->n_clusters, metric->null_value, err);
	if (rc == 0) rc = by_unit(&b, w, c->block_x, c->block_m, c->n_blocks, metric->null_value, err);
	if (rc != 0 || !b.lo.known || !b.hi.known || !f->lo.known || !f->hi.known) return rc;
	f->lo.v = fmin(f->lo.v, b.lo.v);
	f->hi.v = fmax(f->hi.v, b.hi.v);
	f->p.v = fmax(f->p.v, b.p.v);
	return 0;
}

/* Persona-days of the first member of each cluster: shares of both sides. */
static size_t persona_days(const struct sim_world *w, double *ranked, double *chron)
{
	const struct amp_frame *f = &w->frame;
	size_t n = 0, a = 0, per = w->setting->rounds;
	for (size_t c = 0; c < f->n_clusters; c++)
		for (size_t d = 0; d < f->n_blocks; d++) {
			double sum[2] = {0, 0};
			size_t used = 0;
			for (size_t r = d * per; r < (d + 1) * per; r++) {
				size_t at[2] = {amp_shot_index(f, f->clusters[c].first, 0, r),
				                amp_shot_index(f, f->clusters[c].first, 1, r)};
				if (f->shots[at[0]].state != AMP_SHOT_OK || f->shots[at[1]].state != AMP_SHOT_OK) continue;
				for (a = 0; a < 2; a++) sum[a] += w->sums->targets[0].flagged[at[a]] / (double)w->setting->depth;
				used++;
			}
			if (!used) continue;
			ranked[n] = sum[0] / (double)used;
			chron[n++] = sum[1] / (double)used;
		}
	return n;
}

static void mean_and_error(const double *v, size_t n, double *mean, double *variance)
{
	double sum = 0, ss = 0;
	for (size_t i = 0; i < n; i++) sum += v[i];
	*mean = sum / (double)n;
	for (size_t i = 0; i < n; i++) ss += (v[i] - *mean) * (v[i] - *mean);
	*variance = ss / (double)(n - 1) / (double)n;
}

/* Welch on two samples of persona-days, as if the sides had nothing to do with one another. */
static void unpaired(struct sim_figure *f, double *ranked, double *chron, size_t n, double alpha)
{
	double a, b, va, vb;
	mean_and_error(ranked, n, &a, &va);
	mean_and_error(chron, n, &b, &vb);
	double se = sqrt(va + vb), df = 2 * (double)(n - 1), t = amp_student_quantile(1 - alpha / 2, df);
	f->lo = amp_real(a - b - t * se);
	f->hi = amp_real(a - b + t * se);
	f->p = amp_real(2 * (1 - amp_student_cdf(fabs(a - b) / se, df)));
}

static int mistaken(struct sim_world *w, const struct amp_contributions *c, struct sim_figure *f, const struct amp_metric *metric,
                    struct amp_err *err)
{
	const struct sim_setting *s = w->setting;
	double *ranked = w->scratch + 2 * s->personas, *chron = ranked + s->personas * s->days, alpha = w->frame.plan.alpha;
	size_t n = 0;
	struct amp_bootstrap b;
	int rc = 0;
	f->flags = 0;
	switch (s->how) {
	case SIM_PERSONA_ONLY: return by_unit(f, w, c->cluster_x, c->cluster_m, c->n_clusters, metric->null_value, err);
	case SIM_SPAN: return apart(f, w, c, metric, err);
	case SIM_PERCENTILE:
		rc = amp_bootstrap(c->cluster_x, c->cluster_m, c->n_clusters, alpha, 999, w->frame.plan.seed, &b, err);
		f->lo = b.percentile_lo;
		f->hi = b.percentile_hi;
		if (f->lo.known) f->p = amp_real(f->lo.v > metric->null_value || f->hi.v < metric->null_value ? 0 : 1);
		return rc;
	case SIM_PERSONA_DAY:
	case SIM_UNPAIRED:
		if (metric->null_value != 0) return 0; /* of the lift alone */
		n = persona_days(w, ranked, chron);
		if (s->how == SIM_UNPAIRED) {
			unpaired(f, ranked, chron, n, alpha);
			return 0;
		}
		for (size_t i = 0; i < n; i++) {
			ranked[i] -= chron[i];
			chron[i] = 1;
		}
		return by_unit(f, w, ranked, chron, n, metric->null_value, err);
	case SIM_REPORT:
	default: return 0;
	}
}

static int figure(struct sim_world *w, const struct amp_metric *metric, struct sim_figure *out, struct amp_err *err)
{
	size_t stratum = 0;
	struct amp_scope scope = {.metric = metric, .cluster = AMP_NO_INDEX, .strata = &stratum, .n_strata = 1, .target = "any"};
	struct amp_contributions c;
	struct amp_estimate e = {.metric = metric, .target = "any", .cluster = AMP_NO_INDEX};
	int rc = amp_contributions(&w->frame, w->sums, &scope, w->work, &c, err);
	if (rc != 0) return rc;
	e.flags = amp_flags_of_floors(&w->frame, w->floors, &scope);
	e.unit = amp_unit_of(&w->frame, w->floors, &scope);
	rc = amp_estimate_fill(&w->frame, &c, &e, err);
	if (rc != 0) return rc;
	keep(out, &e);
	return w->setting->how != SIM_REPORT ? mistaken(w, &c, out, metric, err) : 0;
}

static int drift(struct sim_world *w, struct sim_figure *out, struct amp_err *err)
{
	const struct amp_own own = {.f = &w->frame, .floors = w->floors, .sums = w->sums, .work = w->work};
	struct amp_estimate e = {.metric = amp_metric_find("lift_drift"), .target = "any", .cluster = AMP_NO_INDEX};
	int rc = amp_drift_fill(&own, e.metric, 0, &e, err);
	if (rc == 0) keep(out, &e);
	return rc;
}

int sim_study(struct sim_world *w, uint64_t seed, uint64_t number, struct sim_study *out, struct amp_err *err)
{
	*out = (struct sim_study){{{.flags = 0}}};
	int rc = sim_world_draw(w, seed, number, err);
	struct sim_figures f = sim_figures(w->setting);
	if (rc == 0 && w->setting->drift) return drift(w, &out->figure[SIM_LIFT], err);
	if (rc == 0 && w->setting->kind == SIM_WALKS) return sim_walks_study(w, out, err);
	for (size_t i = 0; i < f.n && rc == 0; i++) rc = figure(w, amp_metric_find(f.names[i]), &out->figure[i], err);
	return rc;
}

/* ---- sums over studies ---- */
static bool inside(struct amp_real lo, struct amp_real hi, double truth)
{
	return lo.known && hi.known && lo.v <= truth && truth <= hi.v;
}

void sim_tally_add(struct sim_tally *t, const struct sim_figure *f, double truth, double hate, double alpha)
{
	t->studies++;
	t->flagged += f->flags != 0;
	for (int i = 0; i < AMP_FLAGS; i++) t->flag[i] += (f->flags >> i) & 1;
	t->by_block += f->unit == AMP_UNIT_TIME_BLOCK;
	t->tests += f->p.known;
	t->rejected += f->p.known && f->p.v <= alpha;
	t->worst_covered += inside(f->worst_lo, f->worst_hi, truth);
	if (f->estimate.known) {
		t->estimates++;
		t->sum += f->estimate.v;
	}
	if (!f->lo.known || !f->hi.known) return;
	bool covers = inside(f->lo, f->hi, truth);
	t->intervals++;
	t->covered += covers;
	t->above += truth > f->hi.v;
	t->hate_covered += inside(f->lo, f->hi, hate);
	t->width += f->hi.v - f->lo.v;
	if (!f->flags) {
		t->plain_intervals++;
		t->plain_covered += covers;
	}
}

void sim_tally_merge(struct sim_tally *into, const struct sim_tally *from)
{
	into->studies += from->studies;
	into->estimates += from->estimates;
	into->tests += from->tests;
	into->rejected += from->rejected;
	into->intervals += from->intervals;
	into->covered += from->covered;
	into->above += from->above;
	into->flagged += from->flagged;
	for (int i = 0; i < AMP_FLAGS; i++) into->flag[i] += from->flag[i];
	into->plain_intervals += from->plain_intervals;
	into->plain_covered += from->plain_covered;
	into->hate_covered += from->hate_covered;
	into->worst_covered += from->worst_covered;
	into->by_block += from->by_block;
	into->sum += from->sum;
	into->width += from->width;
}

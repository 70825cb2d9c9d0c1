/* units.c: the tests of one figure over personas, over time blocks and over both at once, and which of them count (section 7 of the
 * design; tests/simulation shows what each rule does to coverage).
 *
 * The lists name the main unit: the time block where feeds are the same for all, else the persona. The other one is a second source of
 * chance. Resampling one unit forgets the other's (with equal shares of both, an interval over either covers 83 %), and the span of one
 * interval each covers 98 % where neither matters. So the second is taken in where the figures themselves show that it varies.
 */
#include <math.h>
#include "base/mem.h"
#include "base/i18n.h"
#include "metrics/private.h"

/* Level of the F test for a second source of chance. Bancroft 1964 shows for such preliminary tests that .05 leaves too much out; at .25,
 * the highest level in use, personas that are all alike get intervals that cover 97 %. */
#define SECOND_LEVEL 0.1

/* No variation between units that are enough to test: nothing to build an interval on, and the other unit's stands alone. */
static bool silent(const struct amp_signflip *r, double alpha)
{
	return r->degenerate && r->units > 1 && r->smallest_p.v <= alpha;
}

static bool few(const struct amp_signflip *r, double alpha)
{
	return r->units < 2 || r->smallest_p.v > alpha;
}

static struct amp_real larger(struct amp_real a, struct amp_real b)
{
	return !a.known ? b : !b.known ? a : a.v > b.v ? a : b;
}

double amp_larger_side(const struct amp_contributions *c, const struct amp_metric *m)
{
	double x = 0, base = 0;
	for (size_t i = 0; i < c->n_clusters; i++) {
		x += c->cluster_x[i];
		base += c->cluster_m[i];
	}
	return !m->paired ? x : m->visits ? fmax(x, base) : fmax(c->ranked, c->chronological);
}

bool amp_of_shares(const struct amp_metric *m)
{
	return !m->visit || m->sides;
}

/* How lopsided the personas' values must be, given how far they spread. A share does not fall below 0: people who differ by a good part of it have
 * their tail above, and few of them seldom show it, so that what is measured of the skewness itself says little. Taken instead: that of a
 * lognormal with the spread of the personas, thinned by what each one's days add, which is even. */
double amp_share_skewness(double cv, double rest)
{
	return (3 * cv + cv * cv * cv) * pow(rest, 1.5);
}

static double skewness(const struct amp_contributions *c, const struct amp_tests *t, const struct amp_metric *metric)
{
	double side = amp_larger_side(c, metric), cv = t->both.rows_sd / side;
	return side > 0 ? amp_share_skewness(cv, t->both.rows_share) : 0;
}

int amp_frame_signflip(const struct amp_frame *f, const double *x, const double *m, size_t n, double null_value,
                       struct amp_signflip *out, struct amp_err *err)
{
	return f->flips ? amp_signflip_beside(f->flips, x, m, n, null_value, f->plan.alpha, out, err)
	                : amp_signflip(x, m, n, null_value, f->plan.alpha, f->plan.seed, out, err);
}

int amp_tests_run(struct amp_tests *t, const struct amp_frame *f, const struct amp_contributions *c, const struct amp_metric *m,
                  enum amp_unit unit, struct amp_err *err)
{
	double alpha = f->plan.alpha;
	*t = (struct amp_tests){.unit = unit};
	int rc = amp_frame_signflip(f, c->block_x, c->block_m, c->n_blocks, m->null_value, &t->block, err);
	if (rc == 0 && unit == AMP_UNIT_BOTH)
		rc = amp_frame_signflip(f, c->cluster_x, c->cluster_m, c->n_clusters, m->null_value, &t->persona, err);
	double *room = rc == 0 ? amp_malloc(AMP_COMPONENTS_ROOM(f->n_clusters, f->n_blocks) * sizeof *room) : NULL;
	if (!room) return rc ? rc : AMP_OOM(err);
	amp_components(c->cell_x, c->cell_m, c->cell_w, f->n_clusters, f->n_blocks, m->null_value, alpha, room, &t->both);
	amp_free(room);
	struct amp_real other = unit == AMP_UNIT_BOTH ? t->both.cols_p : t->both.rows_p;
	bool apart = silent(&t->block, alpha) || (unit == AMP_UNIT_BOTH && silent(&t->persona, alpha));
	t->second = t->both.p.known && other.known && other.v < SECOND_LEVEL && !apart;
	/* Where the table of persona and time block says nothing, or one of them is too few, either counts for itself. */
	t->each = unit == AMP_UNIT_BOTH && !apart && (!other.known || few(&t->block, alpha) || few(&t->persona, alpha));
	t->main = unit != AMP_UNIT_BOTH || silent(&t->persona, alpha) || (few(&t->block, alpha) && !few(&t->persona, alpha))
	                  ? AMP_UNIT_TIME_BLOCK
	                  : AMP_UNIT_PERSONA;
	if (t->main == AMP_UNIT_PERSONA && amp_of_shares(m) && t->persona.estimate.known && c->n_clusters >= AMP_SKEW_PERSONAS)
		amp_skewed(c->cluster_x, c->cluster_m, c->n_clusters, skewness(c, t, m), m->null_value, alpha, &t->skewed);
	return 0;
}

/* A value is left out only where every test that counts rejects it, as the larger p says: the span of their intervals, which all hold
 * the estimate. A bound that one of them lacks does not exist. */
static void span(struct amp_estimate *e, struct amp_real lo, struct amp_real hi)
{
	e->lo = e->lo.known && lo.known ? amp_real(fmin(e->lo.v, lo.v)) : AMP_REAL_NONE;
	e->hi = e->hi.known && hi.known ? amp_real(fmax(e->hi.v, hi.v)) : AMP_REAL_NONE;
}

static void take(struct amp_estimate *e, struct amp_real lo, struct amp_real hi, struct amp_real se, struct amp_real p)
{
	span(e, lo, hi);
	e->se = larger(e->se, se);
	if (e->metric->has_test) e->p = larger(e->p, p);
}

void amp_tests_take(const struct amp_tests *t, struct amp_estimate *e)
{
	const struct amp_signflip *main = t->main == AMP_UNIT_PERSONA ? &t->persona : &t->block;
	e->printed_unit = t->main;
	e->lo = main->lo;
	e->hi = main->hi;
	e->se = main->se;
	e->p = e->smallest_p = AMP_REAL_NONE;
	if (e->metric->has_test) {
		e->p = main->p;
		e->smallest_p = t->unit == AMP_UNIT_BOTH ? larger(t->persona.smallest_p, t->block.smallest_p) : t->block.smallest_p;
	}
	if (t->skewed.p.known) take(e, t->skewed.lo, t->skewed.hi, AMP_REAL_NONE, t->skewed.p);
	if (t->each) take(e, t->persona.lo, t->persona.hi, t->persona.se, t->persona.p);
	if (t->each) take(e, t->block.lo, t->block.hi, t->block.se, t->block.p);
	if (t->second) take(e, t->both.lo, t->both.hi, t->both.se, t->both.p);
}

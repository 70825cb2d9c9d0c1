/* fill.c: one figure from its contributions: estimate, interval, p and the words that go with them, on the unit that section 7 of the
 * design rules. */
#include <math.h>
#include "base/i18n.h"
#include "metrics/private.h"

static const char *interval_note(const struct amp_estimate *e, const struct amp_signflip *r, double alpha)
{
	if (!e->estimate.known || (e->lo.known && e->hi.known)) return NULL;
	if (r->units < 2)
		return e->printed_unit == AMP_UNIT_PERSONA ? N_("one persona only: nothing says how much the figure varies")
		                                           : N_("one time block only: nothing says how much the figure varies");
	if (r->degenerate) return N_("every unit gives the same value: nothing says how much the figure varies");
	if (r->smallest_p.v >= alpha)
		return e->printed_unit == AMP_UNIT_PERSONA
		               ? N_("too few personas: at this level of confidence no bounded interval exists")
		               : N_("too few time blocks: at this level of confidence no bounded interval exists");
	if (!e->lo.known && !e->hi.known) return N_("the base is zero in too many units: the ratio has no bound");
	return N_("the base is zero in some units: the ratio has no bound on that side");
}

/* No variation between units that are enough to test: nothing to build an interval on, and the other unit's stands alone. */
static bool silent(const struct amp_signflip *r, double alpha)
{
	return r->degenerate && r->units > 1 && r->smallest_p.v <= alpha;
}

static double width(const struct amp_signflip *r, double alpha)
{
	if (silent(r, alpha)) return -1;
	return r->lo.known && r->hi.known ? r->hi.v - r->lo.v : INFINITY;
}

/* Both units tested: a value is left out only where both tests reject it, as the larger p says. That is the span of the two intervals,
 * which both hold the estimate: the wider one wherever it contains the other. Printing the wider one alone beside the larger p could
 * show an interval that leaves out a value which the p does not reject. */
static void span(struct amp_estimate *e, const struct amp_signflip *a, const struct amp_signflip *b, double alpha)
{
	const struct amp_signflip *only = silent(a, alpha) ? b : silent(b, alpha) ? a : NULL;
	if (only) {
		e->lo = only->lo;
		e->hi = only->hi;
		return;
	}
	e->lo = a->lo.known && b->lo.known ? amp_real(fmin(a->lo.v, b->lo.v)) : AMP_REAL_NONE;
	e->hi = a->hi.known && b->hi.known ? amp_real(fmax(a->hi.v, b->hi.v)) : AMP_REAL_NONE;
}

static struct amp_real larger(struct amp_real a, struct amp_real b)
{
	return !a.known ? b : !b.known ? a : a.v > b.v ? a : b;
}

/* What every figure carries, whatever becomes of it. */
static void copy_counts(const struct amp_contributions *c, struct amp_estimate *e)
{
	e->n = c->n;
	e->missing = c->missing;
	e->excluded = c->excluded;
	e->used = c->used;
	e->worst_lo = c->worst_lo;
	e->worst_hi = c->worst_hi;
	e->persona_units = c->n_clusters;
	e->block_units = c->n_blocks;
	if (e->metric->paired && c->used > 0 && (!e->metric->visit || (e->metric->sides && c->n_clusters > 0))) {
		e->ranked = amp_real(c->ranked);
		e->chronological = amp_real(c->chronological);
	}
}

static void take_p(struct amp_estimate *e, const struct amp_signflip *persona, const struct amp_signflip *block)
{
	bool time = e->unit == AMP_UNIT_TIME_BLOCK;
	if (!e->metric->has_test) return;
	e->p = time ? block->p : larger(persona->p, block->p);
	e->smallest_p = time ? block->smallest_p : larger(persona->smallest_p, block->smallest_p);
}

static int say_units(const struct amp_frame *f, struct amp_estimate *e, struct amp_err *err)
{
	long long seconds = (long long)(f->plan.time_block_ms / 1000);
	e->cluster_rule =
		e->unit == AMP_UNIT_TIME_BLOCK
			? amp_arena_printf(f->arena, "time blocks of %lld s: %zu", seconds, e->block_units)
			: amp_arena_printf(
				  f->arena,
				  "personas with their twins: %zu; time blocks of %lld s: %zu; interval over both, the wider is that of the %s, larger p",
				  e->persona_units, seconds, e->block_units,
				  e->printed_unit == AMP_UNIT_PERSONA ? "personas" : "time blocks");
	return e->cluster_rule ? 0 : AMP_OOM(err);
}

/* A metric with a figure of its own: the unit of its interval is the persona; its test is that of x against m. */
static int fill_figure(const struct amp_frame *f, const struct amp_contributions *c, const struct amp_signflip *persona,
                       const struct amp_signflip *block, struct amp_estimate *e, struct amp_err *err)
{
	struct amp_interval b = {AMP_REAL_NONE, AMP_REAL_NONE, AMP_REAL_NONE};
	int rc = 0;
	e->printed_unit = AMP_UNIT_PERSONA;
	e->method = N_("basic bootstrap over personas");
	if (e->unit == AMP_UNIT_TIME_BLOCK) {
		e->printed_unit = AMP_UNIT_TIME_BLOCK;
		e->null_reason = c->n_clusters < 2
		                         ? N_("one persona only: there is no spread between personas to divide by")
		                         : N_("the feeds are the same for all personas: the spread between these measures nothing");
		return say_units(f, e, err);
	}
	e->estimate = e->metric->figure(c->cluster_x, c->cluster_m, c->n_clusters);
	if (!e->estimate.known) {
		e->null_reason = c->n_clusters < 2 ? N_("one persona only: there is no spread between personas to divide by")
		                                   : e->metric->no_base;
		return say_units(f, e, err);
	}
	take_p(e, persona, block);
	if (persona->smallest_p.known && persona->smallest_p.v < f->plan.alpha)
		rc = amp_figure_bootstrap(c->cluster_x, c->cluster_m, c->n_clusters, e->metric->figure, f->plan.alpha, f->plan.seed,
		                          &b, err);
	e->lo = b.lo;
	e->hi = b.hi;
	e->se = b.se;
	if (!e->lo.known)
		e->interval_note = persona->smallest_p.v < f->plan.alpha
		                           ? N_("too few units, or no variation between them, for a bootstrap")
		                           : N_("too few personas: at this level of confidence no bounded interval exists");
	return rc != 0 ? rc : say_units(f, e, err);
}

int amp_estimate_fill(const struct amp_frame *f, const struct amp_contributions *c, struct amp_estimate *e, struct amp_err *err)
{
	struct amp_signflip persona = {0}, block = {0}, *printed = &block;
	copy_counts(c, e);
	e->method = N_("none");
	if (c->used == 0) {
		e->null_reason = c->excluded ? N_("every planned snapshot was left out: see the exclusions")
		                             : N_("nothing was planned here");
		e->cluster_rule = amp_unit_name(e->unit);
		return 0;
	}
	int rc = amp_signflip(c->block_x, c->block_m, c->n_blocks, e->metric->null_value, f->plan.alpha, f->plan.seed, &block, err);
	if (rc == 0 && e->unit != AMP_UNIT_TIME_BLOCK)
		rc = amp_signflip(c->cluster_x, c->cluster_m, c->n_clusters, e->metric->null_value, f->plan.alpha, f->plan.seed,
		                  &persona, err);
	if (rc != 0) return rc;
	if (e->metric->figure) return fill_figure(f, c, &persona, &block, e, err);
	e->printed_unit = AMP_UNIT_TIME_BLOCK;
	bool few = persona.units < 2 || persona.smallest_p.v > f->plan.alpha;
	if (e->unit != AMP_UNIT_TIME_BLOCK && (few || width(&persona, f->plan.alpha) > width(&block, f->plan.alpha))) {
		printed = &persona;
		e->printed_unit = AMP_UNIT_PERSONA;
	}
	e->estimate = printed->estimate;
	if (!e->estimate.known) {
		e->null_reason = e->metric->no_base;
		return say_units(f, e, err);
	}
	if (e->unit == AMP_UNIT_TIME_BLOCK) {
		e->lo = printed->lo;
		e->hi = printed->hi;
	} else
		span(e, &persona, &block, f->plan.alpha);
	e->se = e->unit == AMP_UNIT_TIME_BLOCK ? block.se : larger(persona.se, block.se);
	take_p(e, &persona, &block);
	e->interval_note = interval_note(e, printed, f->plan.alpha);
	e->method = printed->exact ? N_("sign-flip inversion, exact") : N_("sign-flip inversion, 9999 draws");
	return say_units(f, e, err);
}

/* fill.c: one figure from its contributions: estimate, interval, p and the words that go with them, on the unit that section 7 of the
 * design rules. */
#include <math.h>
#include <string.h>
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

/* For the database. */
static int say_units(const struct amp_frame *f, const struct amp_tests *t, struct amp_estimate *e, struct amp_err *err)
{
	long long seconds = (long long)(f->plan.time_block_ms / 1000);
	const char *over = t->each                          ? "interval over each, larger p"
	                   : t->main == AMP_UNIT_TIME_BLOCK ? "interval over time blocks"
	                                                    : "interval over personas";
	e->cluster_rule = e->unit == AMP_UNIT_TIME_BLOCK
	                          ? amp_arena_printf(f->arena, "time blocks of %lld s: %zu", seconds, e->block_units)
	                          : amp_arena_printf(f->arena, "personas with their twins: %zu; time blocks of %lld s: %zu; %s%s",
	                                             e->persona_units, seconds, e->block_units, over,
	                                             t->second ? "; both vary: and over both at once, larger p" : "");
	return e->cluster_rule ? 0 : AMP_OOM(err);
}

/* A metric with a figure of its own: the unit of its interval is the persona; its test is that of x against m. */
static int fill_figure(const struct amp_frame *f, const struct amp_contributions *c, const struct amp_tests *t,
                       struct amp_estimate *e, struct amp_err *err)
{
	struct amp_confidence b = {.estimate = AMP_REAL_NONE};
	double units = (double)c->n_clusters; /* whose sum is the figure: their mean is a share of it */
	const struct amp_glass_days days = {t->both.null_variance / (units * units), t->both.df};
	int rc = 0;
	e->printed_unit = AMP_UNIT_PERSONA;
	e->method = t->second ? N_("linearised, jackknife over personas, two-way variance of the lift")
	                      : N_("linearised, jackknife over personas");
	if (e->unit == AMP_UNIT_TIME_BLOCK) {
		e->printed_unit = AMP_UNIT_TIME_BLOCK;
		e->null_reason = c->n_clusters < 2
		                         ? N_("one persona only: there is no spread between personas to divide by")
		                         : N_("the feeds are the same for all personas: the spread between these measures nothing");
		return say_units(f, t, e, err);
	}
	e->estimate = e->metric->figure(c->cluster_x, c->cluster_m, c->n_clusters);
	if (!e->estimate.known) {
		e->null_reason = c->n_clusters < 2 ? N_("one persona only: there is no spread between personas to divide by")
		                                   : e->metric->no_base;
		return say_units(f, t, e, err);
	}
	amp_tests_take(t, e);
	e->printed_unit = AMP_UNIT_PERSONA;
	if (t->persona.smallest_p.known && t->persona.smallest_p.v < f->plan.alpha)
		rc = e->metric->figure_interval(c->cluster_x, c->cluster_m, c->n_clusters, f->plan.alpha, t->second ? &days : NULL,
		                                &b, err);
	e->lo = b.lo;
	e->hi = b.hi;
	e->se = b.se;
	if (!e->lo.known)
		e->interval_note = t->persona.smallest_p.v < f->plan.alpha
		                           ? N_("too few units, or no variation between them, for a jackknife")
		                           : N_("too few personas: at this level of confidence no bounded interval exists");
	return rc != 0 ? rc : say_units(f, t, e, err);
}

/* A share is from 0 to 1 whatever its interval is built on: one that takes in persona and time block at once is symmetric, and goes beyond. */
static void keep_in_range(struct amp_estimate *e)
{
	static const struct {
		const char *unit;
		double least, most;
	} ranges[] = {{"share", 0, 1}, {"rate", 0, 1}, {"points", -1, 1}, {"ratio", 0, INFINITY}, {"entries", 0, INFINITY}};
	for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
		if (strcmp(ranges[i].unit, e->metric->unit) != 0) continue;
		if (e->lo.known) e->lo.v = fmax(e->lo.v, ranges[i].least);
		if (e->hi.known) e->hi.v = fmin(e->hi.v, ranges[i].most);
	}
}

static const char *method_of(const struct amp_signflip *printed, const struct amp_tests *t)
{
	static const char *const names[2][2][2] = {
		{{N_("sign-flip inversion, 9999 draws"), N_("sign-flip inversion, 9999 draws, and Hall's transformation")},
	         {N_("sign-flip inversion, 9999 draws, and two-way variance"),
	          N_("sign-flip inversion, 9999 draws, two-way variance and Hall's transformation")}},
		{{N_("sign-flip inversion, exact"), N_("sign-flip inversion, exact, and Hall's transformation")},
	         {N_("sign-flip inversion, exact, and two-way variance"),
	          N_("sign-flip inversion, exact, two-way variance and Hall's transformation")}}};
	return names[printed->exact][t->second][t->skewed.p.known];
}

int amp_estimate_fill(const struct amp_frame *f, const struct amp_contributions *c, struct amp_estimate *e, struct amp_err *err)
{
	struct amp_tests t;
	copy_counts(c, e);
	e->method = N_("none");
	if (c->used == 0) {
		e->null_reason = c->excluded ? N_("every planned snapshot was left out: see the exclusions")
		                             : N_("nothing was planned here");
		e->cluster_rule = amp_unit_name(e->unit);
		return 0;
	}
	int rc = amp_tests_run(&t, f, c, e->metric, e->unit, err);
	if (rc != 0) return rc;
	if (e->metric->figure) return fill_figure(f, c, &t, e, err);
	if (t.second) e->unit = AMP_UNIT_BOTH; /* what the lists do not tell, the figures may */
	const struct amp_signflip *printed = t.main == AMP_UNIT_PERSONA ? &t.persona : &t.block;
	e->printed_unit = t.main;
	e->estimate = printed->estimate;
	if (!e->estimate.known) {
		e->null_reason = e->metric->no_base;
		return say_units(f, &t, e, err);
	}
	amp_tests_take(&t, e);
	keep_in_range(e);
	e->flags |= amp_flags_of(c, &t, e);
	e->interval_note = interval_note(e, printed, f->plan.alpha);
	e->method = method_of(printed, &t);
	return say_units(f, &t, e, err);
}

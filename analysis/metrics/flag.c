/* flag.c: what a reader of an interval has to know about it. Each flag names a setting in which simulated studies with a planted truth
 * gave intervals that cover less than they say, or in which coverage is not vouched for (docs/method.md, the table of coverage). */
#include <math.h>
#include "base/i18n.h"
#include "metrics/private.h"

#define PERSONAS_ENOUGH 10
#define BLOCKS_ENOUGH 14
#define LOST_MOST 0.1   /* of planned visits */
#define SPREAD_MOST 0.6 /* standard deviation of personas, of the larger side */
#define PERSONAS_MANY 20
#define BASE_CV_MOST 0.2 /* a ratio leans up by about its square */
#define MET_MOST 0.95    /* of visits, on the side that meets more */

const char *amp_flag_text(enum amp_flag flag)
{
	static const char *const texts[AMP_FLAGS] = {
		N_("fewer than 10 personas"),
		N_("fewer than 14 time blocks"),
		N_("noise floor undecided"),
		N_("more than one planned visit in ten missing"),
		N_("personas very unequal"),
		N_("small chronological base"),
		N_("hardly a visit met none"),
		N_("days that hang together"),
		N_("conservative: between whole lists"),
	};
	return texts[flag];
}

static const char *name_of(enum amp_flag flag)
{
	static const char *const names[AMP_FLAGS] = {"few_personas",     "few_time_blocks",  "floor_undecided",
	                                             "visits_missing",   "personas_unequal", "small_base",
	                                             "visits_saturated", "days_linked",      "whole_lists"};
	return names[flag];
}

const char *amp_flags_text(struct amp_arena *a, const struct amp_estimate *e)
{
	const char *all = NULL;
	if (!e->estimate.known) return NULL;
	for (int i = 0; i < AMP_FLAGS; i++) {
		if (!((e->flags >> i) & 1)) continue;
		const char *name = name_of((enum amp_flag)i);
		all = all != NULL ? amp_arena_printf(a, "%s %s", all, name) : name;
		if (all == NULL) return NULL;
	}
	return all != NULL ? all : "none";
}

/* Do personas differ by so much that they cannot do so evenly? A share does not fall below 0, so that what spreads over a good part of the
 * larger side has its tail above. Few personas seldom show that tail, and an interval from those that do not falls short of it. */
static bool lopsided(const struct amp_contributions *c, const struct amp_tests *t, const struct amp_estimate *e)
{
	double side = amp_larger_side(c, e->metric);
	return t->main == AMP_UNIT_PERSONA && c->n_clusters < PERSONAS_MANY && side > 0 && t->both.rows_sd > SPREAD_MOST * side;
}

/* Where nearly all visits meet something, the few that do not carry a ratio of visits. */
static bool saturated(const struct amp_contributions *c, const struct amp_estimate *e)
{
	return e->metric->visits && fmax(c->ranked, c->chronological) > MET_MOST;
}

/* Figures that look back over visits are alike on neighbouring days. Where days count as units, they are not as many as they seem. */
static bool linked(const struct amp_tests *t, const struct amp_estimate *e)
{
	return e->metric->looks_back && (t->main == AMP_UNIT_TIME_BLOCK || t->second);
}

/* Standard error of the base over the base. */
static double base_cv(const double *m, size_t n)
{
	double sum = 0, ss = 0;
	for (size_t i = 0; i < n; i++) sum += m[i];
	double mean = sum / (double)n;
	for (size_t i = 0; i < n; i++) ss += (m[i] - mean) * (m[i] - mean);
	return n > 1 && sum > 0 ? sqrt((double)n / (double)(n - 1) * ss) / sum : 0;
}

static unsigned bit(enum amp_flag flag, bool on)
{
	return on ? 1u << flag : 0;
}

unsigned amp_flags_of(const struct amp_contributions *c, const struct amp_tests *t, const struct amp_estimate *e)
{
	bool both = e->unit == AMP_UNIT_BOTH, persona = t->main == AMP_UNIT_PERSONA;
	const double *m = persona ? c->cluster_m : c->block_m;
	size_t n = persona ? c->n_clusters : c->n_blocks;
	if (!e->estimate.known) return 0;
	return bit(AMP_FLAG_FEW_PERSONAS, both && c->n_clusters < PERSONAS_ENOUGH) |
	       bit(AMP_FLAG_FEW_BLOCKS, c->n_blocks < BLOCKS_ENOUGH) |
	       bit(AMP_FLAG_LOST, (double)c->excluded > LOST_MOST * (double)(c->used + c->excluded)) |
	       bit(AMP_FLAG_SPREAD, amp_of_shares(e->metric) && lopsided(c, t, e)) |
	       bit(AMP_FLAG_LOW_BASE, e->metric->no_base && base_cv(m, n) > BASE_CV_MOST) |
	       bit(AMP_FLAG_SATURATED, saturated(c, e)) | bit(AMP_FLAG_LINKED, linked(t, e));
}

unsigned amp_flags_of_units(const struct amp_estimate *e)
{
	if (!e->estimate.known) return 0;
	return bit(AMP_FLAG_FEW_PERSONAS, e->unit == AMP_UNIT_BOTH && e->persona_units < PERSONAS_ENOUGH) |
	       bit(AMP_FLAG_FEW_BLOCKS, e->block_units < BLOCKS_ENOUGH) |
	       bit(AMP_FLAG_LOST, (double)e->excluded > LOST_MOST * (double)(e->used + e->excluded));
}

unsigned amp_flags_of_floors(const struct amp_frame *f, const struct amp_floor *floors, const struct amp_scope *s)
{
	bool undecided = false;
	for (size_t i = 0; s->cluster == AMP_NO_INDEX && i < s->n_strata; i++) {
		const struct amp_frame_pair *p = s->metric->paired ? &f->pairs[s->strata[i]] : NULL;
		undecided = undecided ||
		            (p ? floors[p->ranked].decision == AMP_UNDECIDED || floors[p->chronological].decision == AMP_UNDECIDED
		               : floors[s->strata[i]].decision == AMP_UNDECIDED);
	}
	return bit(AMP_FLAG_UNDECIDED, undecided);
}

/* metric_personalisation.c: distance between personas' lists above that between twins (Hannak et al. 2013), 1 - RBO, mean over rounds that
 * have both. The rounds are those of floor.c; its one-sided test over rounds decides the unit of all other figures. Here the time block is
 * the unit, as in the rest of the table, and p is two-sided. */
#include "base/i18n.h"
#include "base/mem.h"
#include "metrics/private.h"

static int fill(const struct amp_own *k, size_t feed, double *x, double *m, struct amp_estimate *e, struct amp_err *err)
{
	const struct amp_frame *f = k->f;
	const struct amp_floor *fl = &k->floors[feed];
	struct amp_signflip s;
	size_t blocks = 0, last = AMP_NO_INDEX;
	for (size_t r = 0; r < f->n_rounds && fl->state == AMP_FLOOR_MEASURED; r++) {
		if (!fl->round_twin || !fl->round_between || fl->round_twin[r] < 0 || fl->round_between[r] < 0) continue;
		if (f->rounds[r].block != last) {
			x[blocks] = m[blocks] = 0;
			blocks++;
		}
		last = f->rounds[r].block;
		x[blocks - 1] += fl->round_between[r] - fl->round_twin[r];
		m[blocks - 1]++;
		e->used++;
	}
	e->unit = e->printed_unit = AMP_UNIT_TIME_BLOCK;
	e->block_units = blocks;
	e->persona_units = f->n_clusters;
	e->n = (int64_t)(fl->twin_pairs + fl->between_pairs);
	e->excluded = (int64_t)f->n_rounds - e->used;
	if (blocks == 0) {
		e->null_reason = fl->state == AMP_FLOOR_MEASURED || !fl->why
		                         ? N_("noise floor not measured: no round has the lists of a persona and of its twin")
		                         : fl->why;
		return 0;
	}
	int rc = amp_frame_signflip(f, x, m, blocks, 0, &s, err);
	if (rc != 0) return rc;
	e->estimate = s.estimate;
	e->se = s.se;
	e->lo = s.lo;
	e->hi = s.hi;
	e->p = s.p;
	e->smallest_p = s.smallest_p;
	e->method = s.exact ? N_("sign-flip inversion, exact") : N_("sign-flip inversion, 9999 draws");
	if (!s.lo.known || !s.hi.known)
		e->interval_note = blocks < 2 ? N_("one time block only: nothing says how much the figure varies")
		                   : s.degenerate
		                           ? N_("every unit gives the same value: nothing says how much the figure varies")
		                           : N_("too few time blocks: at this level of confidence no bounded interval exists");
	return amp_say_units(f, e, err);
}

static int make(const struct amp_metric *metric, struct amp_own *k, struct amp_err *err)
{
	double *x = amp_malloc(2 * (k->f->n_blocks + 1) * sizeof *x);
	int rc = x ? 0 : AMP_OOM(err);
	for (size_t i = 0; rc == 0 && i < k->f->n_feeds; i++) {
		struct amp_estimate *e = amp_own_add(k, metric, AMP_NO_INDEX, i, "any", "further", err);
		rc = e ? fill(k, i, x, x + k->f->n_blocks + 1, e, err) : AMP_ENOMEM;
	}
	amp_free(x);
	return rc;
}

extern const struct amp_metric amp_metric_personalisation;
const struct amp_metric amp_metric_personalisation = {
	.name = "personalisation",
	.unit = "distance",
	.title = N_("Personalisation above the noise floor"),
	.overall = true,
	.has_test = true,
	.make = make,
};

/* floor_decide.c: is a feed personalised above the noise that identical twins see? (Hannak et al. 2013: two identical controls at the
 * same moment; personalisation is the distance beyond theirs.) From the distances of each round alone: no store, no lists, so that the
 * rule can be tried on planted distances.
 */
#include "base/i18n.h"
#include "base/mem.h"
#include "metrics/private.h"

static void decide(struct amp_floor *fl, double alpha)
{
	if (!fl->between.known) {
		fl->decision = AMP_UNDECIDED;
		fl->why = N_(
			"lists of different personas could not be compared, so that nothing says whether this feed is personalised");
	} else if (fl->between.v <= 0) {
		fl->decision = AMP_NOT_PERSONALISED;
		fl->why = N_("every persona received the same list in every round");
	} else if (fl->state == AMP_FLOOR_CACHED) {
		fl->decision = AMP_UNDECIDED;
		fl->why = N_(
			"noise floor not measured: in every round the twins received one and the same answer (the same bytes, or out of a cache)");
	} else if (fl->state != AMP_FLOOR_MEASURED || !fl->p.known) {
		fl->decision = AMP_UNDECIDED;
		fl->why = N_("noise floor not measured: no round has the lists of a persona and of its twin");
	} else if (fl->between.v <= fl->twin.v) {
		fl->decision = AMP_NOT_PERSONALISED;
		fl->why = N_("different personas' lists are no further apart than those of identical twins");
	} else if (fl->p.v < alpha) {
		fl->decision = AMP_PERSONALISED;
		fl->why = N_("different personas' lists are further apart than those of identical twins");
	} else if (fl->smallest_p.v >= alpha) {
		fl->decision = AMP_UNDECIDED;
		fl->why = N_("too few rounds to tell the distance between personas from the twins' noise");
	} else {
		fl->decision = AMP_NOT_PERSONALISED;
		fl->why = N_("the distance between personas cannot be told from the twins' noise");
	}
}

/* What the rounds say together; fills excess with between - twin of the rounds that have both. */
struct floor_totals {
	double twin, between, twin_jaccard, between_jaccard;
	size_t twin_rounds, twin_same, twin_used, between_used;
};

static struct floor_totals add_rounds(struct amp_floor *fl, const struct amp_floor_round *rounds, size_t n, double *excess)
{
	struct floor_totals t = {0};
	for (size_t r = 0; r < n; r++) {
		const struct amp_floor_round *s = &rounds[r];
		fl->round_twin[r] = s->twin.n ? s->twin.rbo / (double)s->twin.n : -1;
		fl->round_between[r] = s->between.n ? s->between.rbo / (double)s->between.n : -1;
		t.twin_rounds += s->twin_rounds;
		t.twin_same += s->twin_same;
		fl->twin_pairs += s->twin.n;
		fl->between_pairs += s->between.n;
		if (s->twin.n) {
			t.twin += fl->round_twin[r];
			t.twin_jaccard += s->twin.jaccard / (double)s->twin.n;
			t.twin_used++;
		}
		if (s->between.n) {
			t.between += fl->round_between[r];
			t.between_jaccard += s->between.jaccard / (double)s->between.n;
			t.between_used++;
		}
		if (s->twin.n && s->between.n) excess[fl->rounds++] = fl->round_between[r] - fl->round_twin[r];
	}
	return t;
}

int amp_floor_decide(struct amp_floor *fl, const struct amp_frame *f, const struct amp_floor_round *rounds, struct amp_err *err)
{
	double *excess = amp_calloc(f->n_rounds + 1, sizeof *excess);
	if (!excess) return AMP_OOM(err);
	struct floor_totals t = add_rounds(fl, rounds, f->n_rounds, excess);
	bool any_twin = false;
	int rc = 0;
	for (size_t c = 0; c < f->n_clusters; c++) any_twin = any_twin || f->clusters[c].n > 1;
	fl->state = !any_twin                      ? AMP_FLOOR_NO_TWINS
	            : t.twin_rounds == 0           ? AMP_FLOOR_NO_LISTS
	            : t.twin_same == t.twin_rounds ? AMP_FLOOR_CACHED
	            : t.twin_used == 0             ? AMP_FLOOR_NO_LISTS
	                                           : AMP_FLOOR_MEASURED;
	fl->between_rounds = t.between_used;
	if (t.between_used) {
		fl->between = amp_real(t.between / (double)t.between_used);
		fl->between_jaccard = amp_real(t.between_jaccard / (double)t.between_used);
	}
	if (fl->state == AMP_FLOOR_MEASURED) {
		fl->twin = amp_real(t.twin / (double)t.twin_used);
		fl->twin_jaccard = amp_real(t.twin_jaccard / (double)t.twin_used);
		rc = amp_signflip_above(excess, fl->rounds, f->plan.seed, &fl->p, &fl->smallest_p, err);
	}
	decide(fl, f->plan.alpha);
	amp_free(excess);
	return rc;
}

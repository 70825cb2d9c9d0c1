/* walk_floor.c: how far apart walks from one seed are: between twins, which is noise, and between personas. */
#include <math.h>
#include <stdlib.h>
#include "base/i18n.h"
#include "base/mem.h"
#include "metrics/private.h"
#include "metrics/walks.h"

static int by_seed(const void *a, const void *b)
{
	const struct amp_walk *x = *(const struct amp_walk *const *)a, *y = *(const struct amp_walk *const *)b;
	if (x->round != y->round) return x->round < y->round ? -1 : 1;
	if (x->number != y->number) return x->number < y->number ? -1 : 1;
	return (x->persona > y->persona) - (x->persona < y->persona);
}

struct distances {
	double share, dose;
	size_t n, same; /* couples; of them, those that got one stored answer all along */
};

/* As floor.c has it of visits. */
static bool one_answer(const struct amp_walk *a, const struct amp_walk *b, size_t lists)
{
	for (size_t i = 0; i < lists; i++) {
		const struct amp_walk_list *x = &a->list[i], *y = &b->list[i];
		bool same = x->payload_print && x->payload_print == y->payload_print,
		     from_cache = (x->aged || y->aged) && x->n == y->n && x->flagged == y->flagged;
		if (!same && !from_cache) return false;
	}
	return true;
}

static void compare(const struct amp_walk *a, const struct amp_walk *b, struct distances *d)
{
	const struct amp_walk_couple c = {a, b, AMP_SHOT_OK, a->read < b->read ? a->read : b->read};
	struct amp_walk_sides share = {0, 0, 0, 0}, dose = {0, 0, 0, 0};
	if (!amp_walk_sides_share(&c, &share) || !amp_walk_sides_dose(&c, &dose)) return;
	d->share += fabs(share.ranked - share.chronological);
	d->dose += fabs(dose.ranked - dose.chronological);
	d->same += one_answer(a, b, c.lists);
	d->n++;
}

static struct amp_real mean(double sum, size_t n)
{
	return n > 0 ? amp_real(sum / (double)n) : AMP_REAL_NONE;
}

int amp_walk_floor_measure(struct amp_walk_floor *out, const struct amp_frame *f, const struct amp_walks *w, size_t feed,
                           struct amp_err *err)
{
	const struct amp_walk_feed *of = &w->feeds[feed];
	struct distances twins = {0, 0, 0, 0}, others = {0, 0, 0, 0};
	size_t n = 0;
	const struct amp_walk **v = amp_malloc((of->to - of->from + 1) * sizeof *v);
	if (!v) return AMP_OOM(err);
	for (size_t i = of->from; i < of->to; i++)
		if (w->v[i].read > 0) v[n++] = &w->v[i];
	if (n > 1) qsort(v, n, sizeof *v, by_seed);
	for (size_t i = 0; i < n; i++)
		for (size_t j = i + 1; j < n && v[j]->round == v[i]->round && v[j]->number == v[i]->number; j++) {
			const struct amp_frame_persona *a = &f->personas[v[i]->persona], *b = &f->personas[v[j]->persona];
			if (a->cluster == b->cluster)
				compare(v[i], v[j], &twins);
			else if (!a->is_twin && !b->is_twin)
				compare(v[i], v[j], &others);
		}
	amp_free(v);
	bool cached = twins.n > 0 && twins.same == twins.n;
	*out = (struct amp_walk_floor){.twins = twins.n,
	                               .others = others.n,
	                               .cached = cached,
	                               .twin_share = mean(twins.share, cached ? 0 : twins.n),
	                               .other_share = mean(others.share, others.n),
	                               .twin_dose = mean(twins.dose, cached ? 0 : twins.n),
	                               .other_dose = mean(others.dose, others.n)};
	return 0;
}

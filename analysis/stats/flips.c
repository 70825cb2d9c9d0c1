/* flips.c: what sign-flips of many figures have in common: weights and their sums, figures and their answers. See flips.h. */
#include "stats/flips.h"
#include <string.h>
#include "base/mem.h"
#include "stats/resample.h"

void amp_flips_start(struct amp_flips *f, uint64_t seed)
{
	*f = (struct amp_flips){.seed = seed, .patterns = {.key = amp_stream_key(seed, "signflip")}};
}

static void forget_weights(struct amp_flips_weights *w)
{
	amp_free(w->m);
	amp_free(w->sums);
	*w = (struct amp_flips_weights){.n = 0};
}

static void forget_answer(struct amp_flips_answer *a)
{
	amp_free(a->x);
	*a = (struct amp_flips_answer){.x = NULL};
}

void amp_flips_end(struct amp_flips *f)
{
	for (size_t i = 0; i < AMP_FLIPS_WEIGHTS; i++) forget_weights(&f->weights[i]);
	for (size_t i = 0; i < AMP_FLIPS_ANSWERS; i++) forget_answer(&f->answers[i]);
	amp_patterns_free(&f->patterns);
	amp_free(f->x);
	amp_free(f->bounds);
	amp_flips_start(f, f->seed);
}

static int sum_weights(struct amp_flips *f, struct amp_flips_weights *w, const double *m, size_t n, struct amp_err *err)
{
	size_t kept = n <= AMP_FLIPS_UNITS ? n : 0; /* longer ones are summed anew each time */
	forget_weights(w);
	w->m = amp_malloc((kept + 1) * sizeof *w->m);
	w->sums = amp_malloc(AMP_SIGNFLIP_DRAWS * sizeof *w->sums);
	if (w->m == NULL || w->sums == NULL) return amp_patterns_oom(err);
	int rc = amp_patterns_sum(&f->patterns, m, n, w->sums, err);
	if (rc != 0) return rc;
	memcpy(w->m, m, kept * sizeof *m);
	w->n = kept;
	w->positive = true;
	for (size_t i = 0; i < AMP_SIGNFLIP_DRAWS; i++) w->positive = w->positive && w->sums[i][0] > 0 && w->sums[i][1] > 0;
	return 0;
}

const struct amp_flips_weights *amp_flips_weights(struct amp_flips *f, const double *m, size_t n, struct amp_err *err)
{
	struct amp_flips_weights *w = &f->weights[0];
	for (size_t i = 0; i < AMP_FLIPS_WEIGHTS; i++) {
		struct amp_flips_weights *at = &f->weights[i];
		if (at->n == n && n > 0 && memcmp(at->m, m, n * sizeof *m) == 0) {
			at->used = ++f->clock;
			return at;
		}
		if (at->used < w->used) w = at;
	}
	if (sum_weights(f, w, m, n, err) != 0) {
		forget_weights(w);
		return NULL;
	}
	w->used = ++f->clock;
	return w;
}

const amp_flip *amp_flips_values(struct amp_flips *f, const double *x, size_t n, struct amp_err *err)
{
	if (f->x == NULL) f->x = amp_malloc(AMP_SIGNFLIP_DRAWS * sizeof *f->x);
	int rc = f->x != NULL ? amp_patterns_sum(&f->patterns, x, n, f->x, err) : amp_patterns_oom(err);
	return rc == 0 ? f->x : NULL;
}

double *amp_flips_bounds(struct amp_flips *f, struct amp_err *err)
{
	if (f->bounds == NULL) f->bounds = amp_malloc(3 * (AMP_SIGNFLIP_DRAWS + 1) * sizeof *f->bounds);
	if (f->bounds == NULL) (void)amp_patterns_oom(err);
	return f->bounds;
}

static bool same(const struct amp_flips_answer *a, const double *x, const double *m, size_t n, double null_value, double alpha)
{
	return a->x != NULL && a->is.units == n && a->null_value == null_value && a->alpha == alpha &&
	       memcmp(a->x, x, n * sizeof *x) == 0 && memcmp(a->m, m, n * sizeof *m) == 0;
}

bool amp_flips_known(struct amp_flips *f, const double *x, const double *m, double null_value, double alpha,
                     struct amp_signflip *out)
{
	for (size_t i = 0; i < AMP_FLIPS_ANSWERS; i++) {
		struct amp_flips_answer *a = &f->answers[i];
		if (!same(a, x, m, out->units, null_value, alpha)) continue;
		a->used = ++f->clock;
		*out = a->is;
		return true;
	}
	return false;
}

void amp_flips_keep(struct amp_flips *f, const double *x, const double *m, double null_value, double alpha,
                    const struct amp_signflip *is)
{
	struct amp_flips_answer *to = &f->answers[0];
	size_t n = is->units;
	if (n > AMP_FLIPS_UNITS) return;
	for (size_t i = 1; i < AMP_FLIPS_ANSWERS; i++)
		if (f->answers[i].used < to->used) to = &f->answers[i];
	forget_answer(to);
	double *v = amp_malloc((2 * n + 1) * sizeof *v);
	if (v == NULL) return; /* it is reckoned again */
	memcpy(v, x, n * sizeof *v);
	memcpy(v + n, m, n * sizeof *v);
	*to = (struct amp_flips_answer){v, v + n, null_value, alpha, *is, ++f->clock};
}

int amp_flips_new(struct amp_flips **out, uint64_t seed, struct amp_err *err)
{
	*out = amp_malloc(sizeof **out);
	if (*out == NULL) return amp_patterns_oom(err);
	amp_flips_start(*out, seed);
	return 0;
}

void amp_flips_free(struct amp_flips *f)
{
	if (f != NULL) amp_flips_end(f);
	amp_free(f);
}

/* evaluation.c: see evaluation.h. */
#include <stdlib.h>
#include <string.h>
#include "base/i18n.h"
#include "evaluate/evaluation.h"

static int no_memory(struct amp_err *err, size_t n)
{
	return amp_fail(err, AMP_ENOMEM, _("Out of memory while evaluating %zu texts."), n);
}

const char *amp_slice_by_key(enum amp_slice_by by)
{
	static const char *const keys[AMP_BYS] = {"all", "lang", "target", "functionality"};
	return keys[by];
}

double amp_evaluation_threshold(size_t i)
{
	return (double)i / (AMP_EVALUATION_THRESHOLDS + 1);
}

/* ---- slices ---- */
/* The values of one kind that a text has: a text has several targets, and one absent value where the file says nothing. */
static size_t values_of(const struct amp_labelled_row *row, enum amp_slice_by by, struct amp_arena *arena, struct amp_str *out)
{
	struct amp_str rest = by == AMP_BY_LANG ? row->lang : by == AMP_BY_TARGET ? row->target : row->functionality;
	size_t n = 0;
	out[0] = AMP_STR_ABSENT;
	if (rest.n == 0) return 1;
	if (by == AMP_BY_FUNCTIONALITY) {
		out[0] = rest;
		return 1;
	}
	if (by == AMP_BY_LANG) { /* pt-BR and PT are one language here */
		char lower[32];
		struct amp_str first = amp_str_cut(&rest, '-');
		for (n = 0; n < first.n && n < sizeof lower; n++) lower[n] = (char)amp_lower((unsigned char)first.p[n]);
		out[0] = amp_arena_str(arena, (struct amp_str){lower, n});
		return 1;
	}
	while (n < AMP_LABELLED_TARGETS_MAX && amp_labelled_target(&rest, &out[n])) {
		bool again = false;
		for (size_t i = 0; i < n; i++) again = again || amp_str_eq(out[i], out[n]);
		n += !again;
	}
	return n > 0 ? n : 1;
}

static int by_value(const void *a, const void *b)
{
	struct amp_str x = ((const struct amp_slice *)a)->value, y = ((const struct amp_slice *)b)->value;
	if (x.p == NULL || y.p == NULL) return (x.p == NULL) - (y.p == NULL);
	int order = memcmp(x.p, y.p, x.n < y.n ? x.n : y.n);
	return order != 0 ? order : (x.n > y.n) - (x.n < y.n);
}

static struct amp_slice *slice_of(struct amp_slice *slices, size_t n, struct amp_str value)
{
	for (size_t i = 0; i < n; i++)
		if ((value.p == NULL) == (slices[i].value.p == NULL) && (value.p == NULL || amp_str_eq(slices[i].value, value)))
			return &slices[i];
	return NULL;
}

/* The slices of one kind, behind those that are there: counted, sorted, then filled. */
static int cut(struct amp_evaluation *e, enum amp_slice_by by, struct amp_err *err)
{
	const struct amp_labelled *l = e->labelled;
	struct amp_slice *slices = e->slices + e->n_slices;
	struct amp_str values[AMP_LABELLED_TARGETS_MAX];
	size_t n = 0;
	for (size_t i = 0; i < l->n; i++) {
		size_t n_values = values_of(&l->rows[i], by, e->arena, values);
		if (amp_arena_refused(e->arena) != 0)
			return no_memory(err, l->n); /* a value without memory would count as absent */
		for (size_t v = 0; v < n_values; v++) {
			struct amp_slice *s = slice_of(slices, n, values[v]);
			if (s == NULL && n == AMP_EVALUATION_VALUES_MAX)
				return amp_fail(err, AMP_EUSAGE,
				                _("the column %s has more than %d different values: is it the right one?"),
				                amp_slice_by_key(by), AMP_EVALUATION_VALUES_MAX);
			if (s == NULL) {
				s = &slices[n++];
				*s = (struct amp_slice){.by = by, .value = values[v]};
			}
			s->n++;
		}
	}
	qsort(slices, n, sizeof *slices, by_value);
	for (size_t i = 0; i < n; i++) {
		slices[i].which = amp_arena_new_array(e->arena, size_t, slices[i].n);
		if (slices[i].which == NULL) return no_memory(err, l->n);
		slices[i].n = 0;
	}
	for (size_t i = 0; i < l->n; i++) {
		size_t n_values = values_of(&l->rows[i], by, e->arena, values);
		if (amp_arena_refused(e->arena) != 0)
			return no_memory(err, l->n); /* a value without memory would count as absent */
		for (size_t v = 0; v < n_values; v++) {
			struct amp_slice *s = slice_of(slices, n, values[v]);
			if (s != NULL) s->which[s->n++] = i;
		}
	}
	e->n_slices += n;
	return 0;
}

int amp_evaluation_start(struct amp_evaluation *e, struct amp_arena *arena, const struct amp_labelled *l, struct amp_err *err)
{
	static const enum amp_labelled_column column[AMP_BYS] = {AMP_LABELLED_TEXT, AMP_LABELLED_LANG, AMP_LABELLED_TARGET,
	                                                         AMP_LABELLED_FUNCTIONALITY};
	int rc = 0;
	e->arena = arena;
	e->labelled = l;
	e->slices = amp_arena_new_array(arena, struct amp_slice, 1 + (AMP_BYS - 1) * AMP_EVALUATION_VALUES_MAX);
	if (e->slices == NULL) return no_memory(err, l->n);
	struct amp_slice *all = &e->slices[e->n_slices++];
	all->which = amp_arena_new_array(arena, size_t, l->n);
	if (all->which == NULL) return no_memory(err, l->n);
	for (size_t i = 0; i < l->n; i++) all->which[all->n++] = i;
	for (size_t by = AMP_BY_LANG; rc == 0 && by < AMP_BYS; by++)
		if (l->has[column[by]]) rc = cut(e, (enum amp_slice_by)by, err);
	for (size_t d = 0; rc == 0 && d < 2; d++) {
		struct amp_evaluated *one = &e->detector[d];
		one->judgements = amp_arena_new_array(arena, struct amp_judgement, l->n);
		one->quality = amp_arena_new_array(arena, struct amp_quality, e->n_slices);
		one->intervals = amp_arena_new_array(arena, struct amp_interval, e->n_slices * AMP_MEASURES);
		if (one->judgements == NULL || one->quality == NULL || one->intervals == NULL) rc = no_memory(err, l->n);
	}
	return rc;
}

/* ---- measures ---- */
/* The targets that can be compared: groups (which "none" is not) with enough texts of the label that the measure divides by. */
static size_t comparable(const struct amp_evaluation *e, const struct amp_judgement *v, bool label, size_t *out)
{
	size_t n = 0;
	for (size_t s = 0; s < e->n_slices; s++) {
		const struct amp_slice *slice = &e->slices[s];
		size_t of_label = 0;
		if (slice->by != AMP_BY_TARGET || slice->value.p == NULL || amp_str_eq_c(slice->value, "none")) continue;
		for (size_t i = 0; i < slice->n; i++) {
			const struct amp_judgement *one = &v[slice->which[i]];
			of_label += one->label == label && !one->missing && !one->error;
		}
		if (of_label >= AMP_EVALUATION_SPREAD_MIN) out[n++] = s;
	}
	return n;
}

static void find_ends(struct amp_evaluated *d, size_t i)
{
	const struct amp_contrast *c = &d->spread[i];
	if (c->n == 0) return;
	d->low[i] = d->high[i] = c->groups[0];
	for (size_t k = 1; k < c->n; k++) {
		double v = d->quality[c->groups[k]].m[c->measure].v;
		if (v < d->quality[d->low[i]].m[c->measure].v) d->low[i] = c->groups[k];
		if (v > d->quality[d->high[i]].m[c->measure].v) d->high[i] = c->groups[k];
	}
}

static int measure(struct amp_evaluation *e, struct amp_evaluated *d, struct amp_err *err)
{
	static const enum amp_measure of[2] = {AMP_FALSE_POSITIVE_RATE, AMP_RECALL};
	struct amp_group *groups = amp_arena_new_array(e->arena, struct amp_group, e->n_slices);
	size_t *targets = amp_arena_new_array(e->arena, size_t, 2 * AMP_EVALUATION_VALUES_MAX);
	if (groups == NULL || targets == NULL) return no_memory(err, e->labelled->n);
	for (size_t s = 0; s < e->n_slices; s++) groups[s] = (struct amp_group){d->judgements, e->slices[s].which, e->slices[s].n};
	for (size_t i = 0; i < 2; i++) {
		d->spread[i] = (struct amp_contrast){.kind = AMP_SPREAD, .measure = of[i], .groups = targets};
		d->spread[i].n = comparable(e, d->judgements, of[i] == AMP_RECALL, targets);
		targets += AMP_EVALUATION_VALUES_MAX;
	}
	int rc = amp_evaluate_groups(groups, e->n_slices, e->labelled->n, d->spread, 2, &e->how, d->quality, d->intervals, err);
	for (size_t i = 0; rc == 0 && i < 2; i++) find_ends(d, i);
	return rc;
}

int amp_evaluation_measure(struct amp_evaluation *e, struct amp_err *err)
{
	int rc = 0;
	for (size_t d = 0; rc == 0 && d < e->n_detectors; d++) rc = measure(e, &e->detector[d], err);
	if (rc == 0 && e->n_detectors == 2)
		rc = amp_evaluate_compare(e->detector[0].judgements, e->detector[1].judgements, e->labelled->n, &e->how,
		                          &e->comparison, err);
	return rc;
}

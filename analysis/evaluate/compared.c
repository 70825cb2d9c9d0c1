/* compared.c: two detectors side by side, for people. */
#include "base/i18n.h"
#include "evaluate/printed.h"

/* "0.03", "less than 0.001" */
static const char *probability(struct amp_words *w, struct amp_real p)
{
	return p.known && p.v < 0.001 ? w_fill(w, _("less than {p}"), "p", w_number(w, 0.001, 3), NULL) : w_p(w, p);
}

static void tests(struct amp_doc *d, const struct amp_evaluation *e)
{
	const struct amp_comparison *c = &e->comparison;
	struct amp_words *w = d->w;
	d->format->para(d, w_fill(w, evaluation_text(w, c->p.known ? TEXT_COMPARE_DECISIONS : TEXT_COMPARE_SAME), "n",
	                          w_int(w, (int64_t)c->n), "a", e->detector[0].name, "b", e->detector[1].name, "only_a",
	                          w_int(w, (int64_t)c->only_a), "only_b", w_int(w, (int64_t)c->only_b), "p", probability(w, c->p),
	                          NULL));
	if (c->auc_p.known)
		d->format->para(d, w_fill(w, evaluation_text(w, TEXT_COMPARE_ORDER), "p", probability(w, c->auc_p), NULL));
}

/* A difference of shares in points, of others as it is. */
static const char *difference(struct amp_words *w, enum amp_measure m, struct amp_real v)
{
	if (!v.known) return AMP_DASH;
	if (evaluation_is_share(m)) return w_fill(w, _("{n} points"), "n", w_points(w, v.v, true), NULL);
	return w_fill(w, v.v > 0.0005 ? "+{n}" : "{n}", "n", w_number(w, v.v, 3), NULL);
}

void evaluation_comparison(struct amp_doc *d, const struct amp_evaluation *e)
{
	const struct amp_comparison *c = &e->comparison;
	struct amp_words *w = d->w;
	struct amp_table t;
	d->format->heading(d, 2, "comparison",
	                   w_fill(w, _("{a} and {b} on the same texts"), "a", e->detector[0].name, "b", e->detector[1].name, NULL));
	tests(d, e);
	t_start(&t, w, w_fill(w, _("{a} minus {b}"), "a", e->detector[0].name, "b", e->detector[1].name, NULL));
	t_column(&t, _("Measure"), false);
	t_column(&t, e->detector[0].name, true);
	t_column(&t, e->detector[1].name, true);
	t_column(&t, _("Difference"), true);
	t_column(&t, w_fill(w, _("{level} interval"), "level", evaluation_level(w, e), NULL), true);
	for (size_t i = 0; i < AMP_MEASURES; i++) {
		enum amp_measure m = (enum amp_measure)i;
		const struct amp_interval *range = &c->difference[i].interval;
		t_cell(&t, amp_measure_title(m, w->french));
		t_cell(&t, evaluation_value(w, m, c->a.m[i]));
		t_cell(&t, evaluation_value(w, m, c->b.m[i]));
		t_cell(&t, difference(w, m, c->difference[i].v));
		t_cell(&t, range->lo.known ? w_range(w, difference(w, m, range->lo), difference(w, m, range->hi)) : AMP_DASH);
	}
	d->format->table(d, &t);
}

/* verdicts_print.c: `annotations status`, for people and for programs. */
#include <stdio.h>

#include "annotate/verdicts.h"
#include "base/i18n.h"

#define REPLICATES 2000
#define LISTED_MAX 20 /* disagreements that are named for people; the JSON has all */

static void real_json(struct amp_jsonw *w, const char *key, struct amp_real v)
{
	amp_jsonw_key(w, key);
	if (v.known)
		amp_jsonw_double(w, v.v);
	else
		amp_jsonw_null(w);
}

static void unit_name(const struct amp_verdict_unit *u, char out[2 * AMP_KEY + 2])
{
	out[0] = 'u';
	amp_hex(u->key.b, AMP_KEY, out + 1);
	out[1 + AMP_SHEET_DIGITS] = '\0';
}

static void count_coder(const struct amp_verdicts *v, size_t k, size_t count[AMP_CODED_LABELS])
{
	for (size_t i = 0; i < v->n; i++) {
		enum amp_coder_label l = v->coded[i * v->n_coders + k].label;
		if (l != AMP_CODED_NONE) count[l]++;
	}
}

static void coders_json(const struct amp_verdicts *v, struct amp_jsonw *w)
{
	amp_jsonw_key(w, "coders");
	amp_jsonw_array(w);
	for (size_t k = 0; k < v->n_coders; k++) {
		size_t count[AMP_CODED_LABELS] = {0};
		count_coder(v, k, count);
		amp_jsonw_object(w);
		amp_jsonw_kc(w, "coder", v->coder[k]);
		amp_jsonw_ki64(w, "judged", (int64_t)(count[0] + count[1] + count[2]));
		for (size_t l = 0; l < AMP_CODED_LABELS; l++)
			amp_jsonw_ki64(w, amp_coder_label_name((enum amp_coder_label)l), (int64_t)count[l]);
		amp_jsonw_end_object(w);
	}
	amp_jsonw_end_array(w);
}

static bool needs_adjudication(const struct amp_verdict_unit *u)
{
	return u->split && u->how != AMP_VERDICT_ADJUDICATED;
}

/* Agreement between coders and of each with itself. */
struct agreement {
	struct amp_agreement_row rows[AMP_AGREEMENT_ROWS];
	struct amp_self_row *self;
	size_t n, n_self;
};

static int measure(struct agreement *a, const struct amp_verdicts *v, struct amp_err *err)
{
	*a = (struct agreement){.self = amp_arena_new_array(v->arena, struct amp_self_row, AMP_SELF_ROWS(v))};
	if (a->self == NULL) return amp_fail(err, AMP_ENOMEM, _("Memory is out while annotations are read."));
	int rc = amp_verdicts_agreement(v, REPLICATES, (uint64_t)v->seed, a->rows, &a->n, err);
	return rc == 0 ? amp_verdicts_self(v, REPLICATES, (uint64_t)v->seed, a->self, &a->n_self, err) : rc;
}

static void alpha_json(struct amp_jsonw *w, const char *what, const struct amp_confidence *alpha, size_t pairable)
{
	amp_jsonw_kc(w, "of", what);
	real_json(w, "estimate", alpha->estimate);
	real_json(w, "lo", alpha->lo);
	real_json(w, "hi", alpha->hi);
	amp_jsonw_ki64(w, "n", (int64_t)pairable);
}

int amp_verdicts_json(const struct amp_verdicts *v, struct amp_jsonw *w, struct amp_err *err)
{
	struct agreement a;
	char hex[2 * AMP_KEY + 2];
	int rc = measure(&a, v, err);
	if (rc != 0) return rc;
	amp_hex(v->key.b, AMP_KEY, hex);
	amp_jsonw_object(w);
	amp_jsonw_kc(w, "sample", v->name);
	amp_jsonw_kc(w, "key", hex);
	amp_jsonw_ki64(w, "units", (int64_t)v->n);
	amp_jsonw_ki64(w, "judged", (int64_t)v->judged);
	amp_jsonw_ki64(w, "decided", (int64_t)v->decided);
	amp_jsonw_ki64(w, "hateful", (int64_t)v->hateful);
	amp_jsonw_ki64(w, "unsure", (int64_t)v->unsure);
	amp_jsonw_ki64(w, "ties", (int64_t)v->ties);
	amp_jsonw_ki64(w, "adjudicated", (int64_t)v->adjudicated);
	amp_jsonw_ki64(w, "judged_by_several", (int64_t)v->several);
	amp_jsonw_kc(w, "guideline", v->guideline);
	coders_json(v, w);
	amp_jsonw_key(w, "alpha");
	amp_jsonw_array(w);
	for (size_t i = 0; i < a.n; i++) {
		amp_jsonw_object(w);
		alpha_json(w, a.rows[i].what, &a.rows[i].alpha, a.rows[i].pairable);
		amp_jsonw_end_object(w);
	}
	amp_jsonw_end_array(w);
	amp_jsonw_key(w, "self_alpha");
	amp_jsonw_array(w);
	for (size_t i = 0; i < a.n_self; i++) {
		amp_jsonw_object(w);
		amp_jsonw_kc(w, "coder", v->coder[a.self[i].coder]);
		alpha_json(w, a.self[i].what, &a.self[i].alpha, a.self[i].pairable);
		amp_jsonw_ki64(w, "judged_again", (int64_t)a.self[i].units);
		amp_jsonw_ki64(w, "same_label", (int64_t)a.self[i].same);
		amp_jsonw_end_object(w);
	}
	amp_jsonw_end_array(w);
	amp_jsonw_key(w, "disagreements");
	amp_jsonw_array(w);
	for (size_t i = 0; i < v->n; i++) {
		if (!needs_adjudication(&v->units[i])) continue;
		unit_name(&v->units[i], hex);
		amp_jsonw_c(w, hex);
	}
	amp_jsonw_end_array(w);
	amp_jsonw_end_object(w);
	return 0;
}

static void print_alpha(struct amp_buf *out, const char *what, const struct amp_confidence *alpha, size_t pairable)
{
	if (!alpha->estimate.known)
		(void)amp_buf_printf(out, _("  %s: unknown (fewer than two values that could differ)\n"), what);
	else if (alpha->lo.known && alpha->hi.known)
		(void)amp_buf_printf(out, _("  %s: %.3f [%.3f, %.3f], values compared: %zu\n"), what, alpha->estimate.v,
		                     alpha->lo.v, alpha->hi.v, pairable);
	else
		(void)amp_buf_printf(out, _("  %s: %.3f (no interval), values compared: %zu\n"), what, alpha->estimate.v, pairable);
}

static void print_self(const struct amp_verdicts *v, const struct agreement *a, struct amp_buf *out)
{
	char what[160];
	if (a->n_self == 0) {
		(void)amp_buf_addc(out, _("no coder has judged a text in two passes: how steady each one is, is not known\n"));
		return;
	}
	(void)amp_buf_addc(out, _("Krippendorff's alpha of each coder with itself, between passes:\n"));
	for (size_t i = 0; i < a->n_self; i++) {
		const struct amp_self_row *r = &a->self[i];
		(void)snprintf(what, sizeof what, "%s, %s", v->coder[r->coder], r->what);
		print_alpha(out, what, &r->alpha, r->pairable);
		if (i % 2 == 1)
			(void)amp_buf_printf(out, _("    texts judged again: %zu, with the same label: %zu\n"), r->units, r->same);
	}
}

static void print_disagreements(const struct amp_verdicts *v, struct amp_buf *out)
{
	size_t n = 0;
	char name[2 * AMP_KEY + 2];
	if (v->split == 0) return;
	(void)amp_buf_printf(out, _("to be adjudicated (annotations export --disagreements, then annotations adjudicate): %zu\n"),
	                     v->split);
	for (size_t i = 0; i < v->n && n < LISTED_MAX; i++) {
		if (!needs_adjudication(&v->units[i])) continue;
		unit_name(&v->units[i], name);
		(void)amp_buf_printf(out, "  %s\n", name);
		n++;
	}
	if (v->split > n) (void)amp_buf_addc(out, "  …\n");
}

int amp_verdicts_print(const struct amp_verdicts *v, struct amp_buf *out, struct amp_err *err)
{
	struct agreement a;
	int rc = measure(&a, v, err);
	if (rc != 0) return rc;
	(void)amp_buf_printf(
		out,
		_("sample %s: texts %zu, judged %zu, with a verdict %zu (hateful: %zu), unsure %zu, ties %zu, adjudicated %zu\n"),
		v->name, v->n, v->judged, v->decided, v->hateful, v->unsure, v->ties, v->adjudicated);
	for (size_t k = 0; k < v->n_coders; k++) {
		size_t count[AMP_CODED_LABELS] = {0};
		count_coder(v, k, count);
		(void)amp_buf_printf(out, _("  %s: %zu judged (hateful %zu, not hateful %zu, unsure %zu)\n"), v->coder[k],
		                     count[0] + count[1] + count[2], count[AMP_CODED_HATEFUL], count[AMP_CODED_NOT_HATEFUL],
		                     count[AMP_CODED_UNSURE]);
	}
	if (v->several > 0) {
		(void)amp_buf_printf(out, _("Krippendorff's alpha over texts that several have judged (%zu):\n"), v->several);
		for (size_t i = 0; i < a.n; i++) print_alpha(out, a.rows[i].what, &a.rows[i].alpha, a.rows[i].pairable);
	} else {
		(void)amp_buf_addc(out, _("no text was judged by two coders: agreement is not known\n"));
	}
	print_self(v, &a, out);
	print_disagreements(v, out);
	return 0;
}

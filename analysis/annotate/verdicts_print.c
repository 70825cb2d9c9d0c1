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

int amp_verdicts_json(const struct amp_verdicts *v, struct amp_jsonw *w, struct amp_err *err)
{
	struct amp_agreement_row rows[AMP_AGREEMENT_ROWS];
	size_t n = 0;
	char hex[2 * AMP_KEY + 2];
	int rc = amp_verdicts_agreement(v, REPLICATES, (uint64_t)v->seed, rows, &n, err);
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
	for (size_t i = 0; i < n; i++) {
		amp_jsonw_object(w);
		amp_jsonw_kc(w, "of", rows[i].what);
		real_json(w, "estimate", rows[i].alpha.estimate);
		real_json(w, "lo", rows[i].alpha.lo);
		real_json(w, "hi", rows[i].alpha.hi);
		amp_jsonw_ki64(w, "n", (int64_t)rows[i].pairable);
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

static void print_alpha(struct amp_buf *out, const struct amp_agreement_row *r)
{
	if (!r->alpha.estimate.known)
		(void)amp_buf_printf(out, _("  %s: unknown (fewer than two values that could differ)\n"), r->what);
	else if (r->alpha.lo.known && r->alpha.hi.known)
		(void)amp_buf_printf(out, _("  %s: %.3f [%.3f, %.3f], values compared: %zu\n"), r->what, r->alpha.estimate.v,
		                     r->alpha.lo.v, r->alpha.hi.v, r->pairable);
	else
		(void)amp_buf_printf(out, _("  %s: %.3f (no interval), values compared: %zu\n"), r->what, r->alpha.estimate.v,
		                     r->pairable);
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
	struct amp_agreement_row rows[AMP_AGREEMENT_ROWS];
	size_t n = 0;
	int rc = amp_verdicts_agreement(v, REPLICATES, (uint64_t)v->seed, rows, &n, err);
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
		for (size_t i = 0; i < n; i++) print_alpha(out, &rows[i]);
	} else {
		(void)amp_buf_addc(out, _("no text was judged by two coders: agreement is not known\n"));
	}
	print_disagreements(v, out);
	return 0;
}

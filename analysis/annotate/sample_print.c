/* sample_print.c: what a sample is, for people and for programs. */
#include "annotate/sample.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/i18n.h"

static void bound(struct amp_jsonw *w, const char *key, struct amp_real v)
{
	amp_jsonw_key(w, key);
	if (v.known)
		amp_jsonw_double(w, v.v);
	else
		amp_jsonw_null(w);
}

static void strata_json(const struct amp_sample *s, struct amp_jsonw *w)
{
	amp_jsonw_key(w, "strata");
	amp_jsonw_array(w);
	for (size_t h = 0; h < s->n_strata; h++) {
		const struct amp_draw_stratum *t = &s->strata[h];
		amp_jsonw_object(w);
		amp_jsonw_kc(w, "kind", amp_draw_kind_name(t->kind));
		bound(w, "lo", t->lo);
		bound(w, "hi", t->hi);
		amp_jsonw_ki64(w, "units", t->units);
		amp_jsonw_ki64(w, "exposures", t->weight);
		amp_jsonw_ki64(w, "drawn", t->drawn);
		amp_jsonw_end_object(w);
	}
	amp_jsonw_end_array(w);
}

void amp_sample_json(const struct amp_sample *s, struct amp_jsonw *w)
{
	char hex[2 * AMP_KEY + 1];
	amp_hex(s->key.b, AMP_KEY, hex);
	amp_jsonw_object(w);
	amp_jsonw_kc(w, "sample", s->name);
	amp_jsonw_kc(w, "key", hex);
	amp_jsonw_kc(w, "study", s->study);
	amp_jsonw_kc(w, "detector", s->detector);
	amp_jsonw_kc(w, "detector_version", s->detector_version);
	amp_jsonw_kc(w, "method", AMP_DRAW_METHOD);
	amp_jsonw_kc(w, "strata_rule", s->strata_rule);
	amp_jsonw_ki64(w, "seed", s->seed);
	amp_jsonw_ki64(w, "depth", s->depth);
	amp_jsonw_ki64(w, "snapshots", s->snapshots);
	amp_jsonw_ki64(w, "units", s->units);
	amp_jsonw_ki64(w, "exposures", s->exposures);
	amp_jsonw_ki64(w, "left_out", s->left_out);
	amp_jsonw_ki64(w, "size", s->size);
	amp_jsonw_ki64(w, "drawn", s->drawn);
	amp_jsonw_ki64(w, "drawn_flagged", s->flagged_drawn);
	amp_jsonw_ki64(w, "drawn_below", s->below_drawn);
	amp_jsonw_kbool(w, "stored", s->id != 0);
	amp_jsonw_ktime(w, "drawn_at", s->drawn_at);
	strata_json(s, w);
	amp_jsonw_end_object(w);
}

static const char *const kinds[] = {N_("no score"), N_("below the threshold"), N_("flagged"), N_("by score")};

static void score_range(char text[64], const struct amp_draw_stratum *t)
{
	if (t->lo.known && t->hi.known)
		(void)snprintf(text, 64, "%.4g – %.4g", t->lo.v, t->hi.v);
	else if (t->lo.known)
		(void)snprintf(text, 64, "≥ %.4g", t->lo.v);
	else if (t->hi.known)
		(void)snprintf(text, 64, "< %.4g", t->hi.v);
	else
		text[0] = '\0';
}

void amp_sample_print(const struct amp_sample *s, struct amp_buf *out)
{
	char hex[2 * AMP_KEY + 1];
	amp_hex(s->key.b, AMP_KEY, hex);
	(void)amp_buf_printf(out, _("sample %s of the study %s, key %s\n"), s->name, s->study, hex);
	(void)amp_buf_printf(
		out,
		_("frame: texts %lld, shown %lld times in %lld snapshots to rank %lld; left out, unreadable or erased: %lld\n"),
		(long long)s->units, (long long)s->exposures, (long long)s->snapshots, (long long)s->depth, (long long)s->left_out);
	if (s->detector != NULL)
		(void)amp_buf_printf(out, _("strata by the score of %s %s\n"), s->detector, s->detector_version);
	else
		(void)amp_buf_addc(out, _("no detector has scored anything: one stratum\n"));
	for (size_t h = 0; h < s->n_strata; h++) {
		const struct amp_draw_stratum *t = &s->strata[h];
		char range[64];
		score_range(range, t);
		(void)amp_buf_printf(out, _("  %s %s: texts %lld, shown %lld times, drawn %lld\n"), _(kinds[t->kind]), range,
		                     (long long)t->units, (long long)t->weight, (long long)t->drawn);
	}
	(void)amp_buf_printf(out, _("drawn: %lld of %lld asked for (%s, seed %lld); flagged: %lld, below the threshold: %lld\n"),
	                     (long long)s->drawn, (long long)s->size, AMP_DRAW_METHOD, (long long)s->seed,
	                     (long long)s->flagged_drawn, (long long)s->below_drawn);
	if (s->below_drawn < AMP_SAMPLE_NEGATIVES)
		(void)amp_buf_printf(
			out,
			_("note: fewer than %d texts below the threshold: the detector's specificity will be known too poorly to correct rare "
		          "content through it (Rogan-Gladen). Shares estimated from the labels and their chances of being drawn do not need it.\n"),
			AMP_SAMPLE_NEGATIVES);
	(void)amp_buf_addc(out, s->id == 0 ? _("dry run: nothing was stored\n")
	                                   : _("stored with every chance of being drawn; next: amplimeter annotations export\n"));
}

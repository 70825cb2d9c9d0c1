/* verdicts.c: see verdicts.h. */
#include "annotate/verdicts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "annotate_sql.h"
#include "base/i18n.h"
#include "stats/agreement.h"

#define OOM(err) amp_fail((err), AMP_ENOMEM, _("Memory is out while annotations are read."))
#define UNITS_MAX ((size_t)AMP_DRAW_SIZE_MAX + 64)

uint64_t amp_target_bit(const char *name)
{
	size_t n;
	const struct amp_target *t = amp_targets(&n);
	for (size_t i = 0; i < n; i++)
		if (strcmp(t[i].name, name) == 0) return UINT64_C(1) << i;
	return 0;
}

uint64_t amp_ground_targets(const char *ground)
{
	size_t n;
	const struct amp_target *t = amp_targets(&n);
	uint64_t bits = 0;
	for (size_t i = 0; i < n; i++)
		if (strcmp(t[i].ground, ground) == 0 || (t[i].also != NULL && strcmp(t[i].also, ground) == 0))
			bits |= UINT64_C(1) << i;
	return bits;
}

/* ---- reading ---- */
static const char *text_of(struct amp_verdicts *v, struct amp_query *q, int column)
{
	struct amp_str s = amp_query_str(q, column);
	return s.p != NULL ? amp_arena_strndup(v->arena, s.p, s.n) : NULL;
}

static int start(struct amp_query *q, struct amp_verdicts *v, struct amp_store *store, const struct amp_sql *sql,
                 struct amp_err *err)
{
	int rc = amp_query_start(q, store, sql, err);
	if (rc == 0) amp_query_bind_i64(q, v->sample);
	return rc;
}

static int read_sample(struct amp_verdicts *v, struct amp_store *store, struct amp_err *err)
{
	struct amp_query q;
	int rc = start(&q, v, store, &AMP_SQL_VERDICT_SAMPLE, err);
	if (rc != 0) return rc;
	rc = amp_query_step(&q, err);
	if (rc == 1) {
		v->name = text_of(v, &q, 0);
		(void)amp_query_key(&q, 1, &v->key);
		v->detector = amp_query_i64(&q, 2);
		v->detector_name = text_of(v, &q, 3);
		v->detector_version = text_of(v, &q, 4);
		v->threshold = amp_query_null(&q, 13) ? "default" : text_of(v, &q, 13);
		v->seed = amp_query_i64(&q, 6);
		v->size = amp_query_i64(&q, 7);
		v->n = (size_t)amp_query_i64(&q, 8);
		v->frame_units = amp_query_i64(&q, 9);
		v->frame_exposures = amp_query_i64(&q, 10);
		v->drawn_at = amp_query_time(&q, 11);
		v->study_version = amp_query_i64(&q, 12);
	}
	amp_query_end(&q);
	return rc < 0 ? rc
	       : v->name == NULL || v->threshold == NULL
	               ? amp_fail(err, AMP_ECORRUPT, _("%s: the sample cannot be read."), amp_store_path(store))
	               : 0;
}

static struct amp_real bound(struct amp_query *q, int column)
{
	struct amp_str s = amp_query_str(q, column);
	char text[40];
	if (s.p == NULL || s.n >= sizeof text) return AMP_REAL_NONE;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	return amp_real(strtod(text, NULL));
}

static int read_strata(struct amp_verdicts *v, struct amp_store *store, struct amp_err *err)
{
	struct amp_query q;
	int rc = start(&q, v, store, &AMP_SQL_VERDICT_STRATA, err);
	if (rc != 0) return rc;
	for (rc = amp_query_step(&q, err); rc == 1; rc = amp_query_step(&q, err)) {
		if (v->n_strata == AMP_DRAW_STRATA_MAX) { /* no rule draws so many: their units would be in no sum */
			rc = amp_fail(err, AMP_ECORRUPT, _("%s: the sample cannot be read."), amp_store_path(store));
			break;
		}
		struct amp_draw_stratum *t = &v->strata[v->n_strata++];
		for (int k = AMP_DRAW_MISSING; k <= AMP_DRAW_SCORE; k++)
			if (amp_str_eq_c(amp_query_str(&q, 1), amp_draw_kind_name((enum amp_draw_kind)k)))
				t->kind = (enum amp_draw_kind)k;
		t->lo = bound(&q, 2);
		t->hi = bound(&q, 3);
		t->units = amp_query_i64(&q, 4);
		t->weight = amp_query_i64(&q, 5);
		t->drawn = amp_query_i64(&q, 6);
	}
	amp_query_end(&q);
	return rc < 0 ? rc : 0;
}

static int read_units(struct amp_verdicts *v, struct amp_store *store, struct amp_err *err)
{
	struct amp_query q;
	size_t n = 0;
	v->units = v->n > UNITS_MAX ? NULL : amp_arena_new_array(v->arena, struct amp_verdict_unit, v->n + 1);
	if (v->units == NULL) return OOM(err);
	int rc = start(&q, v, store, &AMP_SQL_VERDICT_UNITS, err);
	if (rc != 0) return rc;
	for (rc = amp_query_step(&q, err); rc == 1 && n < v->n; rc = amp_query_step(&q, err)) {
		struct amp_verdict_unit *u = &v->units[n++];
		u->id = amp_query_i64(&q, 0);
		(void)amp_query_key(&q, 1, &u->key);
		u->stratum = (size_t)amp_query_i64(&q, 2);
		u->exposures = amp_query_i64(&q, 3);
		u->scored = !amp_query_null(&q, 4);
		u->score = amp_query_double(&q, 4);
		u->flagged = amp_query_i64(&q, 5) != 0;
		u->numerator = amp_query_i64(&q, 6);
		u->denominator = amp_query_i64(&q, 7);
		if (u->stratum >= v->n_strata || u->numerator < 1 || u->denominator < u->numerator) {
			amp_query_end(&q);
			return amp_fail(err, AMP_ECORRUPT, _("%s: the sample cannot be read."), amp_store_path(store));
		}
	}
	amp_query_end(&q);
	v->n = n;
	return rc < 0 ? rc : 0;
}

static int read_targets(uint64_t *bits, struct amp_store *store, int64_t annotation, struct amp_err *err)
{
	struct amp_query q;
	char name[64];
	int rc = amp_query_start(&q, store, &AMP_SQL_VERDICT_TARGETS, err);
	if (rc != 0) return rc;
	amp_query_bind_i64(&q, annotation);
	for (rc = amp_query_step(&q, err); rc == 1; rc = amp_query_step(&q, err)) {
		struct amp_str s = amp_query_str(&q, 0);
		(void)snprintf(name, sizeof name, "%.*s", AMP_ARG(s));
		*bits |= amp_target_bit(name);
	}
	amp_query_end(&q);
	return rc;
}

struct row {
	size_t unit;
	const char *coder;
	struct amp_coded coded;
	bool decides, again; /* again: in an earlier pass, of a unit that the coder judged once more */
	int64_t pass;
};

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int find_coder(struct amp_verdicts *v, const char *name)
{
	for (size_t i = 0; i < v->n_coders; i++)
		if (strcmp(v->coder[i], name) == 0) return (int)i;
	return -1;
}

static int note_coder(struct amp_verdicts *v, const char *name, struct amp_err *err)
{
	if (find_coder(v, name) >= 0) return 0;
	if (v->n_coders == AMP_CODERS_MAX)
		return amp_fail(err, AMP_ELIMIT, _("More than %d coders have judged the sample “%s”."), AMP_CODERS_MAX, v->name);
	v->coder[v->n_coders++] = name;
	return 0;
}

static int note_guideline(struct amp_verdicts *v, struct amp_str s, struct amp_err *err)
{
	const char *old = v->guideline != NULL ? v->guideline : "";
	if (amp_str_find(amp_str_c(old), s) != NULL && *old != '\0') return 0;
	v->guideline = amp_arena_printf(v->arena, "%s%s%.*s", old, *old != '\0' ? ", " : "", AMP_ARG(s));
	return v->guideline != NULL ? 0 : OOM(err);
}

/* Rows come by unit; those of a unit: what decides first, then by coder, the latest pass first. Of what decides, and of one coder and pass (in merged
 * databases there may be two), the first counts and others are passed over. */
static int read_rows(struct amp_verdicts *v, struct amp_store *store, struct row **rows, size_t *n, struct amp_err *err)
{
	struct amp_query q;
	size_t unit = 0, room = 0;
	int64_t *ids = NULL;
	int rc = start(&q, v, store, &AMP_SQL_VERDICT_ROWS, err);
	if (rc != 0) return rc;
	for (rc = amp_query_step(&q, err); rc == 1; rc = amp_query_step(&q, err)) {
		while (unit < v->n && v->units[unit].id != amp_query_i64(&q, 0)) unit++;
		if (unit == v->n) break;
		struct row one = {.unit = unit,
		                  .coder = text_of(v, &q, 2),
		                  .coded = {.label = amp_coder_label_find(amp_query_str(&q, 3))},
		                  .decides = amp_query_i64(&q, 4) != 0,
		                  .pass = amp_query_i64(&q, 5)};
		const struct row *last = *n > 0 ? &(*rows)[*n - 1] : NULL;
		if (one.coder == NULL) {
			rc = OOM(err);
			break;
		}
		bool follows = last != NULL && last->unit == unit && last->decides == one.decides;
		if (follows && (one.decides || (strcmp(last->coder, one.coder) == 0 && last->pass == one.pass))) continue;
		one.again = follows && strcmp(last->coder, one.coder) == 0;
		if (*n == room) {
			size_t more = room == 0 ? 1024 : 2 * room;
			struct row *r = amp_arena_new_array(v->arena, struct row, more);
			int64_t *i = amp_arena_new_array(v->arena, int64_t, more);
			if (r == NULL || i == NULL) {
				rc = OOM(err);
				break;
			}
			if (*n > 0) memcpy(r, *rows, *n * sizeof *r);
			if (*n > 0) memcpy(i, ids, *n * sizeof *i);
			*rows = r;
			ids = i;
			room = more;
		}
		ids[*n] = amp_query_i64(&q, 1);
		(*rows)[(*n)++] = one;
		rc = one.decides ? 0 : note_coder(v, one.coder, err);
		if (rc == 0) rc = note_guideline(v, amp_query_str(&q, 6), err);
		if (rc != 0) break;
	}
	amp_query_end(&q);
	rc = rc < 0 ? rc : 0;
	for (size_t i = 0; rc == 0 && i < *n; i++) rc = read_targets(&(*rows)[i].coded.targets, store, ids[i], err);
	return rc;
}

/* ---- what stands ---- */
static uint64_t named_by_half(const struct amp_coded *c, size_t n)
{
	uint64_t out = 0;
	size_t finders = 0;
	for (size_t i = 0; i < n; i++) finders += c[i].label == AMP_CODED_HATEFUL;
	for (size_t bit = 0; bit < 64; bit++) {
		size_t said = 0;
		for (size_t i = 0; i < n; i++) said += c[i].label == AMP_CODED_HATEFUL && (c[i].targets >> bit & 1) != 0;
		if (said > 0 && 2 * said >= finders) out |= UINT64_C(1) << bit;
	}
	return out;
}

static void decide(struct amp_verdicts *v, size_t i)
{
	struct amp_verdict_unit *u = &v->units[i];
	const struct amp_coded *c = &v->coded[i * v->n_coders];
	size_t count[AMP_CODED_LABELS] = {0};
	for (size_t k = 0; k < v->n_coders; k++)
		if (c[k].label != AMP_CODED_NONE) count[c[k].label]++;
	u->coders = count[AMP_CODED_HATEFUL] + count[AMP_CODED_NOT_HATEFUL] + count[AMP_CODED_UNSURE];
	u->split = count[AMP_CODED_HATEFUL] > 0 && count[AMP_CODED_NOT_HATEFUL] > 0;
	if (u->how == AMP_VERDICT_ADJUDICATED || u->coders == 0) return;
	if (count[AMP_CODED_HATEFUL] == count[AMP_CODED_NOT_HATEFUL]) {
		u->how = count[AMP_CODED_HATEFUL] == 0 ? AMP_VERDICT_UNSURE : AMP_VERDICT_TIE;
		return;
	}
	u->how = AMP_VERDICT_MAJORITY;
	u->known = true;
	u->hateful = count[AMP_CODED_HATEFUL] > count[AMP_CODED_NOT_HATEFUL];
	if (u->hateful) u->targets = named_by_half(c, v->n_coders);
}

static void adjudicate(struct amp_verdict_unit *u, const struct amp_coded *c)
{
	u->how = AMP_VERDICT_ADJUDICATED;
	u->known = c->label != AMP_CODED_UNSURE;
	u->hateful = c->label == AMP_CODED_HATEFUL;
	u->targets = u->hateful ? c->targets : 0;
}

static void count_all(struct amp_verdicts *v)
{
	for (size_t i = 0; i < v->n; i++) {
		const struct amp_verdict_unit *u = &v->units[i];
		v->judged += u->how != AMP_VERDICT_NONE;
		v->decided += u->known;
		v->hateful += u->known && u->hateful;
		v->adjudicated += u->how == AMP_VERDICT_ADJUDICATED;
		v->unsure += !u->known && (u->how == AMP_VERDICT_UNSURE || u->how == AMP_VERDICT_ADJUDICATED);
		v->ties += u->how == AMP_VERDICT_TIE;
		v->split += u->split && u->how != AMP_VERDICT_ADJUDICATED;
		v->several += u->coders > 1;
	}
}

int amp_verdicts_load(struct amp_verdicts *out, struct amp_arena *arena, struct amp_store *store, int64_t sample,
                      struct amp_err *err)
{
	struct row *rows = NULL;
	size_t n = 0;
	*out = (struct amp_verdicts){.arena = arena, .sample = sample};
	int rc = read_sample(out, store, err);
	if (rc == 0) rc = read_strata(out, store, err);
	if (rc == 0) rc = read_units(out, store, err);
	if (rc == 0) rc = read_rows(out, store, &rows, &n, err);
	if (rc != 0) return rc;
	if (out->n_coders > 1) qsort(out->coder, out->n_coders, sizeof *out->coder, compare_names);
	out->coded = amp_arena_new_array(arena, struct amp_coded, out->n * out->n_coders + 1);
	out->pass = amp_arena_new_array(arena, int64_t, out->n * out->n_coders + 1);
	out->again = amp_arena_new_array(arena, struct amp_recoded, n + 1);
	if (out->coded == NULL || out->pass == NULL || out->again == NULL) return OOM(err);
	for (size_t i = 0; i < out->n * out->n_coders; i++) out->coded[i].label = AMP_CODED_NONE;
	for (size_t i = 0; i < n; i++) {
		if (rows[i].decides) {
			adjudicate(&out->units[rows[i].unit], &rows[i].coded);
			continue;
		}
		size_t coder = (size_t)find_coder(out, rows[i].coder), at = rows[i].unit * out->n_coders + coder;
		if (rows[i].again) {
			out->again[out->n_again++] = (struct amp_recoded){rows[i].unit, coder, rows[i].pass, rows[i].coded};
			continue;
		}
		out->coded[at] = rows[i].coded;
		out->pass[at] = rows[i].pass;
	}
	for (size_t i = 0; i < out->n; i++) decide(out, i);
	count_all(out);
	return 0;
}

/* ---- agreement ---- */
static const char *const grounds[] = {"origin",          "religion",   "sex",         "sexual_orientation",
                                      "gender_identity", "disability", "other_ground"};

static struct amp_real answer(const struct amp_coded *c, size_t question, uint64_t ground)
{
	if (c->label == AMP_CODED_NONE) return AMP_REAL_NONE;
	if (question == 0) return amp_real((double)c->label);
	if (c->label == AMP_CODED_UNSURE) return AMP_REAL_NONE;
	if (question == 1) return amp_real(c->label == AMP_CODED_HATEFUL);
	return amp_real(c->label == AMP_CODED_HATEFUL && (c->targets & ground) != 0);
}

int amp_verdicts_agreement(const struct amp_verdicts *v, size_t replicates, uint64_t seed, struct amp_agreement_row *rows,
                           size_t *n, struct amp_err *err)
{
	struct amp_real *values = amp_arena_new_array(v->arena, struct amp_real, v->n * v->n_coders + 1);
	*n = 0;
	if (values == NULL) return OOM(err);
	for (size_t question = 0; question < 2 + sizeof grounds / sizeof *grounds; question++) {
		struct amp_agreement_row *row = &rows[*n];
		uint64_t ground = question < 2 ? 0 : amp_ground_targets(grounds[question - 2]);
		bool said = question < 2;
		size_t units = 0;
		for (size_t i = 0; i < v->n; i++) {
			if (v->units[i].coders < 2) continue;
			for (size_t k = 0; k < v->n_coders; k++) {
				const struct amp_coded *c = &v->coded[i * v->n_coders + k];
				values[units * v->n_coders + k] = answer(c, question, ground);
				said = said || (c->label == AMP_CODED_HATEFUL && (c->targets & ground) != 0);
			}
			units++;
		}
		if (!said) continue; /* nobody has named this ground */
		*row = (struct amp_agreement_row){.what = question == 0 ? "label"
		                                          : question == 1
		                                                  ? "hateful"
		                                                  : amp_arena_printf(v->arena, "ground:%s", grounds[question - 2])};
		if (row->what == NULL) return OOM(err);
		if (units > 0) {
			int rc = amp_agreement(AMP_ALPHA_NOMINAL, values, units, v->n_coders, 0.05, replicates, seed, &row->alpha,
			                       &row->pairable, err);
			if (rc != 0) return rc;
		}
		(*n)++;
	}
	return 0;
}
